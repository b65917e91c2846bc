/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-import-log.h"

#include "base/bzg-error.h"
#include "casebook/bzg-merge-private.h"
#include "casebook/bzg-session-private.h"
#include "casebook/bzg-work-private.h"

/* The import records. A row of a file and what it became are one transaction: the entry travels in
 * the unit of work and is written between the records' own rows. */

#define COLUMNS "profile, key, digest, cells, verdict, aggregate, record, imported_by"

void
bzg_import_entry_free (BzgImportEntry *entry)
{
  if (entry == NULL)
    return;
  g_free (entry->profile);
  g_free (entry->key);
  g_free (entry->digest);
  g_free (entry->cells);
  g_free (entry->verdict);
  g_free (entry->aggregate);
  g_free (entry);
}

/* A row that became somebody who was merged is the keeper's: @merges. */
static BzgImportEntry *
entry_from_row (sqlite3_stmt *stmt, GHashTable *merges)
{
  BzgImportEntry *entry = g_new0 (BzgImportEntry, 1);

  entry->profile = g_strdup (_bzg_sql_text (stmt, 0));
  entry->key = g_strdup (_bzg_sql_text (stmt, 1));
  entry->digest = g_strdup (_bzg_sql_text (stmt, 2));
  entry->cells = g_strdup (_bzg_sql_text (stmt, 3));
  entry->verdict = g_strdup (_bzg_sql_text (stmt, 4));
  entry->aggregate = g_strdup (_bzg_sql_text (stmt, 5));
  _bzg_sql_id (stmt, 6, &entry->record);
  _bzg_merge_map_follow (merges, &entry->record);
  _bzg_sql_id (stmt, 7, &entry->imported_by);
  return entry;
}

/* The cells are a row of somebody's file: only who may see imports sees them. */
static gboolean
may_read (BzgSession *session, GError **error)
{
  if (bzg_session_allows (session, "import", BZG_ACT_READ))
    return TRUE;
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE, "imports may not be read");
  return FALSE;
}

BzgImportEntry *
bzg_import_log_find (BzgSession *session, const char *profile, const char *key, GError **error)
{
  g_autoptr (GHashTable) merges = NULL;
  g_autoptr (sqlite3_stmt) stmt = NULL;

  if (!may_read (session, error))
    return NULL;
  merges = _bzg_merge_map (bzg_session_reader (session), error);
  if (merges == NULL)
    return NULL;
  stmt = _bzg_sql_prepare (bzg_session_reader (session),
                           "SELECT " COLUMNS " FROM import_row WHERE profile = ? AND key = ?"
                           " ORDER BY rowid DESC LIMIT 1",
                           error);
  if (stmt == NULL)
    return NULL;
  _bzg_sql_bind_text (stmt, 1, profile);
  _bzg_sql_bind_text (stmt, 2, key);
  return _bzg_sql_step (stmt, error) ? entry_from_row (stmt, merges) : NULL;
}

GPtrArray *
bzg_import_log_list (BzgSession *session, const char *profile, GError **error)
{
  g_autoptr (GPtrArray) entries
    = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_import_entry_free);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GHashTable) merges = NULL;
  g_autoptr (sqlite3_stmt) stmt = NULL;

  if (!may_read (session, error))
    return NULL;
  merges = _bzg_merge_map (bzg_session_reader (session), error);
  if (merges == NULL)
    return NULL;
  stmt = _bzg_sql_prepare (bzg_session_reader (session),
                           "SELECT " COLUMNS " FROM import_row WHERE profile = ? ORDER BY rowid",
                           error);
  if (stmt == NULL)
    return NULL;
  _bzg_sql_bind_text (stmt, 1, profile);
  while (_bzg_sql_step (stmt, &local_error))
    g_ptr_array_add (entries, entry_from_row (stmt, merges));
  if (local_error == NULL)
    return g_steal_pointer (&entries);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

#define WAITING                                                                                    \
  " FROM import_row WHERE profile = ?1 AND aggregate IS NULL AND (?2 = 0 OR imported_by = ?3)"

static sqlite3_stmt *
waiting_statement (
  BzgSession *session, const char *sql, const char *profile, gboolean own, GError **error)
{
  sqlite3_stmt *stmt;

  if (!may_read (session, error))
    return NULL;
  stmt = _bzg_sql_prepare (bzg_session_reader (session), sql, error);
  if (stmt == NULL)
    return NULL;
  _bzg_sql_bind_text (stmt, 1, profile);
  _bzg_sql_bind_int (stmt, 2, own);
  _bzg_sql_bind_id (stmt, 3, bzg_session_user (session));
  return stmt;
}

GPtrArray *
bzg_import_log_waiting (
  BzgSession *session, const char *profile, gboolean own, guint offset, guint limit, GError **error)
{
  g_autoptr (GPtrArray) entries
    = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_import_entry_free);
  g_autoptr (GHashTable) merges = _bzg_merge_map (bzg_session_reader (session), error);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (sqlite3_stmt) stmt = NULL;

  if (merges == NULL)
    return NULL;
  stmt = waiting_statement (session, "SELECT " COLUMNS WAITING " ORDER BY id LIMIT ?4 OFFSET ?5",
                            profile, own, error);
  if (stmt == NULL)
    return NULL;
  _bzg_sql_bind_int (stmt, 4, limit);
  _bzg_sql_bind_int (stmt, 5, offset);
  while (_bzg_sql_step (stmt, &local_error))
    g_ptr_array_add (entries, entry_from_row (stmt, merges));
  if (local_error == NULL)
    return g_steal_pointer (&entries);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

gint64
bzg_import_log_count_waiting (BzgSession *session,
                              const char *profile,
                              gboolean own,
                              GError **error)
{
  g_autoptr (sqlite3_stmt) stmt
    = waiting_statement (session, "SELECT count(*)" WAITING, profile, own, error);

  return stmt != NULL && _bzg_sql_step (stmt, error) ? _bzg_sql_int (stmt, 0) : -1;
}

/* Waits: 1, decided: 0, never imported: -1. */
static gboolean
waits_before (BzgWriter *writer, const BzgImportEntry *entry, int *waits, GError **error)
{
  sqlite3_stmt *stmt = _bzg_writer_statement (
    writer, "SELECT aggregate IS NULL FROM import_row WHERE profile = ? AND key = ?", error);
  g_autoptr (GError) local_error = NULL;

  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_text (stmt, 1, entry->profile);
  _bzg_sql_bind_text (stmt, 2, entry->key);
  *waits = _bzg_sql_step (stmt, &local_error) ? (int) sqlite3_column_int64 (stmt, 0) : -1;
  sqlite3_reset (stmt);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* A row that becomes a record is told by the record's own entry. One that begins to wait, and what
 * was decided about it, is told here: without its cells and its key, which may name somebody. */
static gboolean
tell (BzgWriter *writer, const BzgImportEntry *entry, gboolean waited, GError **error)
{
  g_autoptr (BzgHistoryBody) body = NULL;

  if (!waited && entry->aggregate != NULL)
    return TRUE;
  body = _bzg_history_body_new ();
  _bzg_history_body_add (body, "import_row.profile", NULL, entry->profile);
  _bzg_history_body_add (body, "import_row.verdict", waited ? "waiting" : NULL,
                         entry->aggregate != NULL ? entry->verdict : "waiting");
  return _bzg_history_append (writer, entry->aggregate != NULL ? "decide" : "wait", "import_row",
                              &entry->record, body, error);
}

static gboolean
write_entry (BzgWriter *writer, gpointer data, GError **error)
{
  const BzgImportEntry *entry = data;
  int waits;
  sqlite3_stmt *stmt = _bzg_writer_statement (
    writer,
    "INSERT INTO import_row (profile, key, digest, cells, verdict, aggregate, record,"
    " imported_at, imported_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (profile, key) DO UPDATE SET digest = excluded.digest,"
    " cells = excluded.cells, verdict = excluded.verdict, aggregate = excluded.aggregate,"
    " record = excluded.record, imported_at = excluded.imported_at,"
    " imported_by = excluded.imported_by",
    error);

  if (stmt == NULL || !waits_before (writer, entry, &waits, error))
    return FALSE;
  _bzg_sql_bind_text (stmt, 1, entry->profile);
  _bzg_sql_bind_text (stmt, 2, entry->key);
  _bzg_sql_bind_text (stmt, 3, entry->digest);
  _bzg_sql_bind_text (stmt, 4, entry->cells);
  _bzg_sql_bind_text (stmt, 5, entry->verdict);
  _bzg_sql_bind_text (stmt, 6, entry->aggregate);
  if (!bzg_id_is_zero (&entry->record))
    _bzg_sql_bind_id (stmt, 7, &entry->record);
  _bzg_sql_bind_int (stmt, 8, _bzg_writer_now (writer));
  _bzg_sql_bind_id (stmt, 9, _bzg_writer_user (writer));
  return _bzg_sql_run (stmt, error) && tell (writer, entry, waits == 1, error);
}

void
bzg_work_log_import (BzgWork *work, const BzgImportEntry *entry)
{
  BzgImportEntry *copy = g_new0 (BzgImportEntry, 1);

  copy->profile = g_strdup (entry->profile);
  copy->key = g_strdup (entry->key);
  copy->digest = g_strdup (entry->digest);
  copy->cells = g_strdup (entry->cells);
  copy->verdict = g_strdup (entry->verdict);
  copy->aggregate = g_strdup (entry->aggregate);
  copy->record = entry->record;
  _bzg_work_add_func (work, write_entry, copy, (GDestroyNotify) bzg_import_entry_free);
}
