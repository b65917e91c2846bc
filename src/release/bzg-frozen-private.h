/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-count.h"

G_BEGIN_DECLS

/*
 * What is kept of a published release beside its tables: every row that was counted, sorted, with a
 * pseudonym in place of the person (a MAC of the id under a key that stands in the same sealed
 * blob: whoever erases the person's record erases the way back), and the certificate.
 */

/* The rows as sorted text; the same facts give the same text for the same @salt (32 bytes). */
char *_bzg_frozen_rows (const BzgCounted *counted, const guint8 salt[32]);
/* The whole as compressed bytes. (transfer full) */
GBytes *_bzg_frozen_write (const char *rows,
                           const guint8 salt[32],
                           const char *definition,
                           const char *certificate);
/* Adds the rows of a blob to @truth of @tables, whose dimensions know all atoms by name.
 * @contributors: pseudonym -> number, kept over the releases. Errors: BZG_ERROR_DAMAGED. */
gboolean _bzg_frozen_read_truth (
  GBytes *blob, const BzgTables *tables, BzgTruth *truth, GHashTable *contributors, GError **error);

G_END_DECLS
