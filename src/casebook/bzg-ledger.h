/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/* What left the casebook. The release room decides; this only stores, durably and chained into the
 * history, before any file is renamed into place. */

typedef struct
{
  BzgId id;
  char *report;        /* report id */
  char *period;        /* as asked for: "2019-Q4" */
  char *fund;          /* fund name or NULL */
  gint64 published_at; /* UTC seconds; 0 when it is added: now, by the clock of the record */
  char *tables_json;   /* bozgasht-tables v1 of this release */
  GBytes *facts;       /* the frozen facts, compressed; NULL when listing */
  char *certificate_sha256;
} BzgReleaseEntry;
void bzg_release_entry_free (BzgReleaseEntry *entry);
/* BzgReleaseEntry, oldest first, without their facts. BZG_ERROR_DAMAGED if a release is missing or
 * is not what the history says was published. */
GPtrArray *bzg_ledger_list (BzgSession *session, GError **error);
/* One release with its frozen facts; BZG_ERROR_NOT_FOUND, BZG_ERROR_DAMAGED. (transfer full) */
BzgReleaseEntry *bzg_ledger_get (BzgSession *session, const BzgId *id, GError **error);
/* A zero id and a zero moment are filled in; releases are numbered in the order of adding. Durable
 * at return. */
gboolean bzg_ledger_add (BzgSession *session, const BzgReleaseEntry *entry, GError **error);

/* Every exit (story, export, backup, letter, microdata): kind, subject or NULL, purpose, hash of
 * the file's content. */
gboolean bzg_ledger_log_exit (BzgSession *session,
                              const char *kind,
                              const BzgId *subject,
                              const char *purpose,
                              const char *sha256,
                              GError **error);
typedef struct
{
  gint64 at;
  char *user, *kind, *purpose, *sha256;
} BzgExitLine;
void bzg_exit_line_free (BzgExitLine *line);
GPtrArray *bzg_ledger_exits (BzgSession *session, GError **error); /* newest first */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgReleaseEntry, bzg_release_entry_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgExitLine, bzg_exit_line_free)

G_END_DECLS
