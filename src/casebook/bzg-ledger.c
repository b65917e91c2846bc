/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-ledger.h"

#include "base/bzg-error.h"
#include "casebook/bzg-session-private.h"
#include "vault/bzg-crypto.h"

#include <string.h>

/*
 * What left. A release and an exit are rows of their own tables and, in the same transaction, links
 * of the history chain that carry the hashes: neither can be taken out later without being seen.
 * Rows are only added.
 */

void
bzg_release_entry_free (BzgReleaseEntry *entry)
{
  if (entry == NULL)
    return;
  g_free (entry->report);
  g_free (entry->period);
  g_free (entry->fund);
  g_free (entry->tables_json);
  g_clear_pointer (&entry->facts, g_bytes_unref);
  g_free (entry->certificate_sha256);
  g_free (entry);
}

void
bzg_exit_line_free (BzgExitLine *line)
{
  if (line == NULL)
    return;
  g_free (line->user);
  g_free (line->kind);
  g_free (line->purpose);
  g_free (line->sha256);
  g_free (line);
}

static char *
sha256_hex (gconstpointer data, gsize len)
{
  guint8 hash[BZG_HASH_SIZE];
  GString *hex = g_string_sized_new (2 * BZG_HASH_SIZE);

  bzg_sha256 (data, len, hash);
  for (guint i = 0; i < sizeof hash; i++)
    g_string_append_printf (hex, "%02x", hash[i]);
  return g_string_free (hex, FALSE);
}

static BzgReleaseEntry *
release_from_row (sqlite3_stmt *stmt)
{
  BzgReleaseEntry *entry = g_new0 (BzgReleaseEntry, 1);

  _bzg_sql_id (stmt, 0, &entry->id);
  entry->report = g_strdup (_bzg_sql_text (stmt, 1));
  entry->period = g_strdup (_bzg_sql_text (stmt, 2));
  entry->fund = g_strdup (_bzg_sql_text (stmt, 3));
  entry->published_at = _bzg_sql_int (stmt, 4);
  entry->tables_json = g_strdup (_bzg_sql_text (stmt, 5));
  entry->certificate_sha256 = g_strdup (_bzg_sql_text (stmt, 6));
  return entry;
}

#define RELEASE_COLUMNS "id, report, period, fund, published_at, tables_json, certificate_sha256"

GPtrArray *
bzg_ledger_list (BzgSession *session, GError **error)
{
  g_autoptr (GPtrArray) entries
    = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_release_entry_free);
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (bzg_session_reader (session),
                        "SELECT " RELEASE_COLUMNS " FROM release ORDER BY number", error);
  g_autoptr (GError) local_error = NULL;

  if (stmt == NULL)
    return NULL;
  while (_bzg_sql_step (stmt, &local_error))
    g_ptr_array_add (entries, release_from_row (stmt));
  if (local_error == NULL)
    return g_steal_pointer (&entries);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

BzgReleaseEntry *
bzg_ledger_get (BzgSession *session, const BzgId *id, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (bzg_session_reader (session),
                        "SELECT " RELEASE_COLUMNS ", facts FROM release WHERE id = ?", error);
  g_autoptr (GError) local_error = NULL;
  BzgReleaseEntry *entry;
  gconstpointer facts;
  gsize len;

  if (stmt == NULL)
    return NULL;
  _bzg_sql_bind_id (stmt, 1, id);
  if (!_bzg_sql_step (stmt, &local_error))
    {
      if (local_error != NULL)
        g_propagate_error (error, g_steal_pointer (&local_error));
      else
        g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_FOUND, "no such release");
      return NULL;
    }
  entry = release_from_row (stmt);
  facts = _bzg_sql_blob (stmt, 7, &len);
  if (facts != NULL)
    entry->facts = g_bytes_new (facts, len);
  return entry;
}

static gboolean
write_release (BzgWriter *writer, gpointer data, GError **error)
{
  const BzgReleaseEntry *entry = data;
  g_autoptr (BzgHistoryBody) body = _bzg_history_body_new ();
  g_autofree char *tables = sha256_hex (entry->tables_json, strlen (entry->tables_json));
  sqlite3_stmt *stmt = _bzg_writer_statement (
    writer,
    "INSERT INTO release (id, number, report, period, fund, published_at, published_by,"
    " tables_json, facts, certificate_sha256) VALUES (?,"
    " (SELECT coalesce (max (number), 0) + 1 FROM release), ?, ?, ?, ?, ?, ?, ?, ?)",
    error);

  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_id (stmt, 1, &entry->id);
  _bzg_sql_bind_text (stmt, 2, entry->report);
  _bzg_sql_bind_text (stmt, 3, entry->period);
  _bzg_sql_bind_text (stmt, 4, entry->fund);
  _bzg_sql_bind_int (stmt, 5,
                     entry->published_at != 0 ? entry->published_at : _bzg_writer_now (writer));
  _bzg_sql_bind_id (stmt, 6, _bzg_writer_user (writer));
  _bzg_sql_bind_text (stmt, 7, entry->tables_json);
  if (entry->facts != NULL)
    {
      gsize len;
      gconstpointer facts = g_bytes_get_data (entry->facts, &len);
      g_autofree char *hash = sha256_hex (facts, len);

      _bzg_sql_bind_blob (stmt, 8, facts, len);
      _bzg_history_body_add (body, "release.facts_sha256", NULL, hash);
    }
  _bzg_sql_bind_text (stmt, 9, entry->certificate_sha256);
  if (!_bzg_sql_run (stmt, error))
    return FALSE;

  _bzg_history_body_add (body, "release.report", NULL, entry->report);
  _bzg_history_body_add (body, "release.period", NULL, entry->period);
  _bzg_history_body_add (body, "release.fund", NULL, entry->fund);
  _bzg_history_body_add (body, "release.tables_sha256", NULL, tables);
  _bzg_history_body_add (body, "release.certificate_sha256", NULL, entry->certificate_sha256);
  if (!_bzg_history_append (writer, "publish", "release", &entry->id, body, error))
    return FALSE;
  _bzg_writer_changed (writer, "release", &entry->id);
  return TRUE;
}

gboolean
bzg_ledger_add (BzgSession *session, const BzgReleaseEntry *entry, GError **error)
{
  BzgReleaseEntry copy = *entry;

  g_return_val_if_fail (entry->tables_json != NULL, FALSE);
  if (bzg_id_is_zero (&copy.id))
    bzg_id_new (&copy.id);
  return _bzg_session_write (session, write_release, &copy, error);
}

typedef struct
{
  const char *kind;
  const BzgId *subject;
  const char *purpose;
  const char *sha256;
} Exit;

static gboolean
write_exit (BzgWriter *writer, gpointer data, GError **error)
{
  const Exit *exit_line = data;
  g_autoptr (BzgHistoryBody) body = _bzg_history_body_new ();
  sqlite3_stmt *stmt = _bzg_writer_statement (writer,
                                              "INSERT INTO exit_log (id, \"at\", user, kind, "
                                              "subject, purpose, sha256)"
                                              " VALUES (?, ?, ?, ?, ?, ?, ?)",
                                              error);
  BzgId id;

  if (stmt == NULL)
    return FALSE;
  bzg_id_new (&id);
  _bzg_sql_bind_id (stmt, 1, &id);
  _bzg_sql_bind_int (stmt, 2, _bzg_writer_now (writer));
  _bzg_sql_bind_id (stmt, 3, _bzg_writer_user (writer));
  _bzg_sql_bind_text (stmt, 4, exit_line->kind);
  if (exit_line->subject != NULL)
    _bzg_sql_bind_id (stmt, 5, exit_line->subject);
  _bzg_sql_bind_text (stmt, 6, exit_line->purpose);
  _bzg_sql_bind_text (stmt, 7, exit_line->sha256);
  if (!_bzg_sql_run (stmt, error))
    return FALSE;

  _bzg_history_body_add (body, "exit.kind", NULL, exit_line->kind);
  _bzg_history_body_add (body, "exit.purpose", NULL, exit_line->purpose);
  _bzg_history_body_add (body, "exit.sha256", NULL, exit_line->sha256);
  if (!_bzg_history_append (writer, "exit", "exit_log", &id, body, error))
    return FALSE;
  _bzg_writer_changed (writer, "exit_log", &id);
  return TRUE;
}

gboolean
bzg_ledger_log_exit (BzgSession *session,
                     const char *kind,
                     const BzgId *subject,
                     const char *purpose,
                     const char *sha256,
                     GError **error)
{
  Exit exit_line = { kind, subject, purpose, sha256 };

  g_return_val_if_fail (kind != NULL, FALSE);
  return _bzg_session_write (session, write_exit, &exit_line, error);
}

GPtrArray *
bzg_ledger_exits (BzgSession *session, GError **error)
{
  g_autoptr (GPtrArray) lines
    = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_exit_line_free);
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (bzg_session_reader (session),
                        "SELECT x.\"at\", u.name, x.kind, x.purpose, x.sha256 FROM exit_log x"
                        " LEFT JOIN user u ON u.id = x.user ORDER BY x.rowid DESC",
                        error);
  g_autoptr (GError) local_error = NULL;

  if (stmt == NULL)
    return NULL;
  while (_bzg_sql_step (stmt, &local_error))
    {
      BzgExitLine *line = g_new0 (BzgExitLine, 1);

      line->at = _bzg_sql_int (stmt, 0);
      line->user = g_strdup (_bzg_sql_text (stmt, 1));
      line->kind = g_strdup (_bzg_sql_text (stmt, 2));
      line->purpose = g_strdup (_bzg_sql_text (stmt, 3));
      line->sha256 = g_strdup (_bzg_sql_text (stmt, 4));
      g_ptr_array_add (lines, line);
    }
  if (local_error == NULL)
    return g_steal_pointer (&lines);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}
