/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-ledger.h"

#include "base/bzg-digits.h"
#include "base/bzg-error.h"
#include "casebook/bzg-history-private.h"
#include "vault/bzg-crypto.h"

#include <string.h>

/*
 * What left. A release and an exit are rows of their own tables and, in the same transaction, links
 * of the history chain that carry the hashes: neither can be taken out later without being seen.
 * Rows are only added.
 *
 * The next release is proved safe beside all earlier ones, so a release that is missing or was
 * changed would make the proof worth nothing. Releases are therefore held against the history
 * whenever they are read, not only when somebody asks for the history to be verified.
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
  char hex[BZG_HEX_SIZE (BZG_HASH_SIZE)];

  bzg_sha256 (data, len, hash);
  return g_strdup (bzg_hex_write (hash, sizeof hash, hex));
}

/* What the history says of a publication. The facts are left out when they were not read. */
static BzgHistoryBody *
release_body (const BzgReleaseEntry *entry)
{
  BzgHistoryBody *body = _bzg_history_body_new ();
  g_autofree char *tables = sha256_hex (entry->tables_json, strlen (entry->tables_json));

  if (entry->facts != NULL)
    {
      gsize len;
      gconstpointer facts = g_bytes_get_data (entry->facts, &len);
      g_autofree char *hash = sha256_hex (facts, len);

      _bzg_history_body_add (body, "release.facts_sha256", NULL, hash);
    }
  _bzg_history_body_add (body, "release.report", NULL, entry->report);
  _bzg_history_body_add (body, "release.period", NULL, entry->period);
  _bzg_history_body_add (body, "release.fund", NULL, entry->fund);
  _bzg_history_body_add (body, "release.tables_sha256", NULL, tables);
  _bzg_history_body_add (body, "release.certificate_sha256", NULL, entry->certificate_sha256);
  return body;
}

static gboolean
damaged (GError **error, const char *what)
{
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_DAMAGED, what);
  return FALSE;
}

/* The next line of @body, over the facts when those were not read. */
static const char *
next_line (const BzgHistoryBody *body, guint *line, gboolean with_facts, const char **after)
{
  const char *field = NULL, *before;

  while (field == NULL && *line < _bzg_history_body_size (body))
    {
      _bzg_history_body_line (body, (*line)++, &field, &before, after);
      if (!with_facts && strcmp (field, "release.facts_sha256") == 0)
        field = NULL;
    }
  return field;
}

/* Whether @entry is what was entered when it was published. */
static gboolean
check_release (const BzgReleaseEntry *entry,
               gconstpointer entered,
               gsize len,
               gboolean with_facts,
               GError **error)
{
  g_autoptr (BzgHistoryBody) then = _bzg_history_body_decode (entered, len);
  g_autoptr (BzgHistoryBody) now = release_body (entry);
  const char *field, *is, *was;
  guint i = 0, k = 0;

  if (then == NULL)
    return damaged (error, "a release that the history does not know");
  do
    {
      field = next_line (now, &i, with_facts, &is);
      if (g_strcmp0 (next_line (then, &k, with_facts, &was), field) != 0
          || (field != NULL && g_strcmp0 (is, was) != 0))
        return damaged (error, "a release that was changed after it was published");
    }
  while (field != NULL);
  return TRUE;
}

#define RELEASES                                                                                   \
  "SELECT id, report, period, fund, published_at, tables_json, certificate_sha256,"                \
  " (SELECT b.body FROM history h JOIN history_body b ON b.entry = h.id"                           \
  "   WHERE h.act = 'publish' AND h.record = release.id)"

/* The row of RELEASES, then maybe the facts. NULL with an error if it was changed. */
static BzgReleaseEntry *
release_from_row (sqlite3_stmt *stmt, GError **error)
{
  g_autoptr (BzgReleaseEntry) entry = g_new0 (BzgReleaseEntry, 1);
  gboolean with_facts = sqlite3_column_count (stmt) > 8;
  gconstpointer entered, facts;
  gsize len;

  _bzg_sql_id (stmt, 0, &entry->id);
  entry->report = g_strdup (_bzg_sql_text (stmt, 1));
  entry->period = g_strdup (_bzg_sql_text (stmt, 2));
  entry->fund = g_strdup (_bzg_sql_text (stmt, 3));
  entry->published_at = _bzg_sql_int (stmt, 4);
  entry->tables_json = g_strdup (_bzg_sql_text (stmt, 5));
  entry->certificate_sha256 = g_strdup (_bzg_sql_text (stmt, 6));
  facts = with_facts ? _bzg_sql_blob (stmt, 8, &len) : NULL;
  if (facts != NULL)
    entry->facts = g_bytes_new (facts, len);
  entered = _bzg_sql_blob (stmt, 7, &len);
  return check_release (entry, entered, len, with_facts, error) ? g_steal_pointer (&entry) : NULL;
}

/* Whether every publication that the history knows is there. */
static gboolean
check_complete (BzgSession *session, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gint64 missing
    = _bzg_sql_scalar (bzg_session_reader (session),
                       "SELECT count(*) FROM history WHERE act = 'publish'"
                       " AND NOT EXISTS (SELECT 1 FROM release WHERE id = history.record)",
                       &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return missing == 0 || damaged (error, "a release is missing that was published");
}

GPtrArray *
bzg_ledger_list (BzgSession *session, GError **error)
{
  g_autoptr (GPtrArray) entries
    = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_release_entry_free);
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (bzg_session_reader (session), RELEASES " FROM release ORDER BY number",
                        error);
  g_autoptr (GError) local_error = NULL;

  if (stmt == NULL || !check_complete (session, error))
    return NULL;
  while (_bzg_sql_step (stmt, &local_error))
    {
      BzgReleaseEntry *entry = release_from_row (stmt, error);

      if (entry == NULL)
        return NULL;
      g_ptr_array_add (entries, entry);
    }
  if (local_error == NULL)
    return g_steal_pointer (&entries);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

BzgReleaseEntry *
bzg_ledger_get (BzgSession *session, const BzgId *id, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (bzg_session_reader (session), RELEASES ", facts FROM release WHERE id = ?",
                        error);
  g_autoptr (GError) local_error = NULL;

  if (stmt == NULL)
    return NULL;
  _bzg_sql_bind_id (stmt, 1, id);
  if (_bzg_sql_step (stmt, &local_error))
    return release_from_row (stmt, error);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_FOUND, "no such release");
  return NULL;
}

static gboolean
write_release (BzgWriter *writer, gpointer data, GError **error)
{
  const BzgReleaseEntry *entry = data;
  g_autoptr (BzgHistoryBody) body = release_body (entry);
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

      _bzg_sql_bind_blob (stmt, 8, facts, len);
    }
  _bzg_sql_bind_text (stmt, 9, entry->certificate_sha256);
  if (!_bzg_sql_run (stmt, error)
      || !_bzg_history_append (writer, "publish", "release", &entry->id, body, error))
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
