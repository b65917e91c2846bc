/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/*
 * The record as CSV in the columns of the import: what was imported comes out as it went in, apart
 * from what the import said it read differently (codes for names of places, dates in ISO form).
 * Named people leave here, for the programme's own use: the file goes through a permit
 * (release/bzg-permit.h), sections that the role may not export stay empty, and people who refused
 * lists with names, or took that consent back, are left out.
 */

/* "people", "support", "activities" or "visits" to a new file @path (BZG_ERROR_EXISTS if it is
 * there). @guard: for a spreadsheet program, no cell can be a formula; the import takes the guard
 * back. *rows (may be NULL) gets the number of rows.
 * Errors: BZG_ERROR_USAGE, BZG_ERROR_REFUSED_ROLE, BZG_ERROR_EXISTS, those of writing files,
 * BZG_ERROR_CANCELLED. On error there is no file. */
gboolean bzg_export_csv (BzgSession *session,
                         const char *profile,
                         const char *path,
                         gboolean guard,
                         guint *rows,
                         BzgProgress progress,
                         gpointer data,
                         GCancellable *cancellable,
                         GError **error);

/* The same content without a file and without an entry in the ledger: for the caller that has its
 * own permit. (transfer full) */
GBytes *bzg_export_csv_bytes (BzgSession *session,
                              const char *profile,
                              gboolean guard,
                              guint *rows,
                              BzgProgress progress,
                              gpointer data,
                              GCancellable *cancellable,
                              GError **error);

G_END_DECLS
