/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/* What rows of imported files became. Identity of a row is (profile, ref); without a ref the digest
 * of its cells and its occurrence number in the file. Every cell stays here verbatim. */
typedef struct
{
  char *profile;   /* "people", "support", "activities", "visits" */
  char *key;       /* "ref:P-17" or "row:<sha256>:1" */
  char *digest;    /* SHA-256 of all cells, hex */
  char *cells;     /* JSON object: column -> cell, as read (unmapped columns too) */
  char *verdict;   /* "new", "update", "duplicate" */
  char *aggregate; /* what it became, NULL while waiting */
  BzgId record;
  BzgId imported_by;
} BzgImportEntry;
void bzg_import_entry_free (BzgImportEntry *entry);
/* NULL without error when the row was never imported. */
BzgImportEntry *
bzg_import_log_find (BzgSession *session, const char *profile, const char *key, GError **error);
GPtrArray *bzg_import_log_list (BzgSession *session,
                                const char *profile,
                                GError **error); /* in order of import */
/* Rows that wait for a decision, in order of import, from @offset on, at most @limit; @own: only
 * those that this user imported. */
GPtrArray *bzg_import_log_waiting (BzgSession *session,
                                   const char *profile,
                                   gboolean own,
                                   guint offset,
                                   guint limit,
                                   GError **error);
/* How many wait; -1 on error. */
gint64 bzg_import_log_count_waiting (BzgSession *session,
                                     const char *profile,
                                     gboolean own,
                                     GError **error);
/* Adds entries to a unit of work, so that rows and their import records are one transaction. */
void bzg_work_log_import (BzgWork *work, const BzgImportEntry *entry);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgImportEntry, bzg_import_entry_free)

G_END_DECLS
