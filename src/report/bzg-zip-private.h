/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * A zip archive in memory, as an office document needs it: the first entry stored and without any
 * extra field, so that its type can be read at a fixed place; the others deflated; no dates but the
 * fixed one of 1980, so that the same content gives the same bytes.
 */
typedef struct _BzgZip BzgZip;

BzgZip *_bzg_zip_new (void);
void _bzg_zip_free (BzgZip *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgZip, _bzg_zip_free)

/* @name: ASCII, shorter than 64 KiB; @len below 4 GiB. */
void _bzg_zip_add (BzgZip *self, const char *name, gconstpointer data, gsize len, gboolean store);
/* Ends the archive. (transfer full) */
GBytes *_bzg_zip_finish (BzgZip *self);

G_END_DECLS
