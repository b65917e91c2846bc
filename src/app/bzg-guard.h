/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Watches for the moments at which a casebook must be locked: nobody touched it for some minutes,
 * the session is locked, the computer goes to sleep. Between start and stop a delay lock is held on
 * sleep, so that the drafts are on the disk before the lid is down.
 */
typedef struct _BzgGuard BzgGuard;

typedef void (*BzgGuardFunc) (gpointer data);

BzgGuard *bzg_guard_new (BzgGuardFunc lock, gpointer data);
void bzg_guard_free (BzgGuard *self);

/* @minutes: 1 to 60. */
void bzg_guard_start (BzgGuard *self, guint minutes);
void bzg_guard_stop (BzgGuard *self);
/* Somebody is there. Cheap: called for every key and movement. */
void bzg_guard_touch (BzgGuard *self);

G_END_DECLS
