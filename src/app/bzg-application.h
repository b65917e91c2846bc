/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/*
 * The program: one window, at most one unlocked casebook. It owns the session; pages get it from
 * their window and never outlive it, because locking takes every page down.
 */
#define BZG_TYPE_APPLICATION (bzg_application_get_type ())
G_DECLARE_FINAL_TYPE (BzgApplication, bzg_application, BZG, APPLICATION, AdwApplication)

BzgApplication *bzg_application_new (void);
BzgApplication *bzg_application_get (void); /* the running one */

/* Settings of this machine: window, language, idle minutes, last casebook. Never data. */
GSettings *bzg_application_settings (BzgApplication *self);

/* The casebook that is or was open last; NULL if there was none. */
const char *bzg_application_casebook (BzgApplication *self);
void bzg_application_set_casebook (BzgApplication *self, const char *path);

/* NULL while locked. */
BzgSession *bzg_application_session (BzgApplication *self);

/* Takes over an open session and shows its home page (or the page that was shown when the same user
 * locked it). */
void bzg_application_take_session (BzgApplication *self, BzgSession *session);

/* Keeps every draft, takes all pages down, wipes the clipboard, closes and seals the casebook.
 * Never asks, never fails in a way that leaves anything readable. Does nothing while locked. */
void bzg_application_lock (BzgApplication *self);

/* Locks, and gives the casebook a new key before it is closed; the window shows how far it is and
 * then the lock screen. */
void bzg_application_rekey (BzgApplication *self);
/* For the page that does it: over, however it ended. */
void bzg_application_rekey_ended (BzgApplication *self);

/* Changes the language at once by building the window anew. */
void bzg_application_set_language (BzgApplication *self, BzgLanguage language);

/* A key or the pointer moved: the idle clock starts again. */
void bzg_application_touch (BzgApplication *self);

/* In bzg-application-actions.c. */
void bzg_application_add_actions (BzgApplication *self);

G_END_DECLS
