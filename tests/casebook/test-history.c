/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tamper.h"

#include "casebook/bzg-import-log.h"

static void
assert_whole (Casebook *c)
{
  g_autoptr (GError) error = NULL;

  bzg_session_verify (c->session, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_broken (Casebook *c)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (bzg_session_verify (c->session, NULL, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_HISTORY);
}

static BzgId
write_some (Casebook *c)
{
  BzgId id = casebook_add_person (c, "Салимов", "Ёкуб", "TJ-SU");

  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (BzgRecord) person = casebook_get (c, "person", &id);
      g_autofree char *work = g_strdup_printf ("trade %u", i);

      bzg_record_set (person, "occupation", work);
      casebook_put (c, person);
    }
  return id;
}

static void
test_chain (Casebook *c, gconstpointer data)
{
  write_some (c);
  assert_whole (c);
  casebook_close (c);
  casebook_open (c, "office");
  write_some (c);
  assert_whole (c);
  /* The same machine and file: the same device goes on. */
  g_assert_cmpint (_bzg_sql_scalar (bzg_session_reader (c->session), "SELECT count(*) FROM device",
                                    NULL),
                   ==, 1);
}

typedef struct
{
  const char *name, *sql;
} Attack;

static const Attack attacks[] = {
  { "cut-middle", "DELETE FROM history_body WHERE entry = (SELECT id FROM history WHERE seq = 4);"
                  "DELETE FROM history WHERE seq = 4" },
  { "cut-tail", "DELETE FROM history_body WHERE entry = (SELECT id FROM history ORDER BY seq DESC);"
                "DELETE FROM history WHERE seq = (SELECT max(seq) FROM history)" },
  { "actor", "UPDATE history SET actor = zeroblob(16) WHERE seq = 5" },
  { "act", "UPDATE history SET act = 'insert' WHERE seq = 8" },
  { "time", "UPDATE history SET hlc = hlc - 1 WHERE seq = 5" },
  { "record", "UPDATE history SET record = zeroblob(16) WHERE seq = 5" },
  { "commitment", "UPDATE history SET commitment = zeroblob(32) WHERE seq = 5" },
  { "hash", "UPDATE history SET hash = zeroblob(32) WHERE seq = 5" },
  { "signature", "UPDATE history SET signature = zeroblob(64) WHERE signature IS NOT NULL"
                 " AND seq = (SELECT max(seq) FROM history)" },
  { "no-signature", "UPDATE history SET signature = NULL"
                    " WHERE seq = (SELECT max(seq) FROM history)" },
  { "body", "UPDATE history_body SET body = CAST (replace (CAST (body AS TEXT), 'trade 1',"
            " 'trade 9') AS BLOB) WHERE entry = (SELECT id FROM history WHERE seq = 7)" },
  { "salt", "UPDATE history_body SET salt = zeroblob(32)"
            " WHERE entry = (SELECT id FROM history WHERE seq = 7)" },
  { "device-key", "UPDATE device SET sign_public = "
                  "x'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'" },
  { "row-past-the-session", "UPDATE person SET occupation = 'king', revision = revision + 1" },
  { "value-past-the-session", "UPDATE person SET occupation = 'king'" },
  { "voided-past-the-session", "UPDATE person SET voided_at = 1, void_reason = 'x'" },
  { "row-slipped-in", "INSERT INTO person (id, created_at, changed_at)"
                      " VALUES (zeroblob(16), 0, 0)" },
  { "read-line", "UPDATE read_log SET person = zeroblob(16) WHERE seq = 1" },
  { "read-cut", "DELETE FROM read_log WHERE seq = 1" },
};

static void
test_attack (Casebook *c, gconstpointer data)
{
  const Attack *attack = data;

  write_some (c);
  /* Twice opened, so that reads of the first time are in the log. */
  casebook_close (c);
  casebook_open (c, "office");
  write_some (c);
  casebook_close (c);
  casebook_open (c, "office");
  assert_whole (c);
  casebook_tamper (c, attack->sql);
  assert_broken (c);
}

static void
test_erased_body (Casebook *c, gconstpointer data)
{
  BzgId id = write_some (c);
  g_autoptr (GPtrArray) history = NULL;

  casebook_tamper (c, "DELETE FROM history_body WHERE entry IN"
                      " (SELECT id FROM history WHERE aggregate = 'person')");
  assert_whole (c);
  history = bzg_session_history (c->session, "person", &id, NULL);
  g_assert_cmpuint (history->len, ==, 6);
  for (guint i = 0; i < history->len; i++)
    g_assert_null (((BzgHistoryLine *) g_ptr_array_index (history, i))->after);
  write_some (c);
  assert_whole (c);
}

/* Names, reasons and values occur in bodies only. */
static void
test_headers_are_bare (Casebook *c, gconstpointer data)
{
  BzgId id = write_some (c);
  g_autoptr (BzgWork) work = bzg_work_new ();
  sqlite3 *db = bzg_session_reader (c->session);

  bzg_work_void (work, "person", &id, "Салимов came twice");
  casebook_commit (c, work);
  g_assert_cmpint (_bzg_sql_scalar (db,
                                    "SELECT count(*) FROM history WHERE instr (hex (act) ||"
                                    " hex (aggregate), hex ('Салимов')) > 0",
                                    NULL),
                   ==, 0);
  g_assert_cmpint (_bzg_sql_scalar (db,
                                    "SELECT count(*) FROM history_body"
                                    " WHERE instr (body, CAST ('Салимов' AS BLOB)) > 0",
                                    NULL),
                   >=, 2);
  g_assert_cmpint (_bzg_sql_scalar (db, "SELECT count(DISTINCT act) FROM history", NULL), <=, 8);
}

static gint64
import_entries (Casebook *c, const char *act)
{
  g_autofree char *sql
    = g_strdup_printf ("SELECT count(*) FROM history WHERE aggregate = 'import_row' AND act = '%s'",
                       act);

  return _bzg_sql_scalar (bzg_session_reader (c->session), sql, NULL);
}

static void
log_row (Casebook *c, const char *key, const char *verdict, const char *aggregate)
{
  BzgImportEntry entry = { .profile = (char *) "people",
                           .key = (char *) key,
                           .digest = (char *) "00",
                           .cells = (char *) "{\"family_name\": \"Салимов\"}",
                           .verdict = (char *) verdict,
                           .aggregate = (char *) aggregate };
  g_autoptr (BzgWork) work = bzg_work_new ();

  bzg_work_log_import (work, &entry);
  casebook_commit (c, work);
}

/* A row that waits and what was decided about it are told, without saying whose it is. */
static void
test_decisions_about_rows (Casebook *c, gconstpointer data)
{
  log_row (c, "ref:P-1", "new", "person");
  g_assert_cmpint (import_entries (c, "wait") + import_entries (c, "decide"), ==, 0);
  log_row (c, "ref:P-2", "duplicate", NULL);
  g_assert_cmpint (import_entries (c, "wait"), ==, 1);
  log_row (c, "ref:P-2", "rejected", "");
  g_assert_cmpint (import_entries (c, "decide"), ==, 1);
  g_assert_cmpint (_bzg_sql_scalar (bzg_session_reader (c->session),
                                    "SELECT count(*) FROM history_body WHERE instr (body,"
                                    " CAST ('Салимов' AS BLOB)) + instr (body, CAST ('P-2' AS"
                                    " BLOB)) > 0",
                                    NULL),
                   ==, 0);
  assert_whole (c);
}

static void
test_body_encoding (void)
{
  g_autoptr (BzgHistoryBody) body = _bzg_history_body_new ();
  g_autoptr (BzgHistoryBody) again = NULL;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GByteArray) empty = g_byte_array_new ();
  const char *field, *before, *after;
  static const guint8 expected[] = "BZB1\2\0\0\0"
                                   "\3\0\0\0a.b\2\1\0\0\0x"
                                   "\3\0\0\0a.c\3\1\0\0\0y\0\0\0\0";

  _bzg_history_body_add (body, "a.c", "y", "");
  _bzg_history_body_add (body, "a.b", NULL, "x");
  _bzg_history_body_encode (body, bytes);
  g_assert_cmpmem (bytes->data, bytes->len, expected, sizeof expected - 1);
  again = _bzg_history_body_decode (bytes->data, bytes->len);
  g_assert_cmpuint (_bzg_history_body_size (again), ==, 2);
  _bzg_history_body_line (again, 1, &field, &before, &after);
  g_assert_cmpstr (field, ==, "a.c");
  g_assert_cmpstr (before, ==, "y");
  g_assert_cmpstr (after, ==, "");
  _bzg_history_body_encode (NULL, empty);
  g_assert_cmpmem (empty->data, empty->len, "BZB1\0\0\0\0", 8);

  /* Cut anywhere or with one byte too many it is refused. */
  for (guint len = 0; len < bytes->len; len++)
    g_assert_null (_bzg_history_body_decode (bytes->data, len));
  g_byte_array_append (bytes, (const guint8 *) "x", 1);
  g_assert_null (_bzg_history_body_decode (bytes->data, bytes->len));
}

static void
test_copied_file (Casebook *c, gconstpointer data)
{
  g_autofree char *copy = g_build_filename (c->folder, "copy.bozgasht", NULL);
  g_autofree char *content = NULL;
  sqlite3 *db;
  gsize len;

  write_some (c);
  casebook_close (c);
  g_assert_true (g_file_get_contents (c->path, &content, &len, NULL));
  casebook_open (c, "office");
  write_some (c);
  casebook_close (c);

  /* The older copy comes back: it may not go on writing the same chain. */
  g_assert_true (g_file_set_contents (copy, content, (gssize) len, NULL));
  g_free (c->path);
  c->path = g_steal_pointer (&copy);
  c->session = casebook_try_open (c, "office", PASSPHRASE, NULL);
  if (c->session == NULL)
    {
      g_test_skip ("the vault itself refuses an older copy on the same machine");
      return;
    }
  db = bzg_session_reader (c->session);
  g_assert_cmpint (_bzg_sql_scalar (db, "SELECT count(*) FROM device", NULL), ==, 2);
  g_assert_cmpint (_bzg_sql_scalar (db, "SELECT count(*) FROM device WHERE sign_seed IS NOT NULL",
                                    NULL),
                   ==, 1);
  write_some (c);
  assert_whole (c);
}

static void
test_reads_are_logged (Casebook *c, gconstpointer data)
{
  BzgId id = write_some (c);
  sqlite3 *db;
  g_autoptr (sqlite3_stmt) stmt = NULL;

  for (guint i = 0; i < 20; i++)
    bzg_record_free (casebook_get (c, "person", &id));
  casebook_close (c);
  casebook_open (c, "office");
  db = bzg_session_reader (c->session);
  stmt = _bzg_sql_prepare (db, "SELECT count(*) FROM read_log WHERE person = ? AND what = 'open'",
                           NULL);
  _bzg_sql_bind_id (stmt, 1, &id);
  g_assert_true (_bzg_sql_step (stmt, NULL));
  g_assert_cmpint (_bzg_sql_int (stmt, 0), >=, 1);
  g_assert_cmpint (_bzg_sql_int (stmt, 0), <=, 7);
}

int
main (int argc, char *argv[])
{
  casebook_test_init (&argc, &argv);
  g_test_add_func ("/casebook/history/body-encoding", test_body_encoding);
#define ADD(name, func)                                                                            \
  g_test_add ("/casebook/history/" name, Casebook, NULL, casebook_set_up, func, casebook_tear_down)
  ADD ("chain", test_chain);
  ADD ("erased-body", test_erased_body);
  ADD ("headers-are-bare", test_headers_are_bare);
  ADD ("decisions-about-rows", test_decisions_about_rows);
  ADD ("copied-file", test_copied_file);
  ADD ("reads-are-logged", test_reads_are_logged);
  for (guint i = 0; i < G_N_ELEMENTS (attacks); i++)
    {
      g_autofree char *path = g_strconcat ("/casebook/history/attack/", attacks[i].name, NULL);

      g_test_add (path, Casebook, &attacks[i], casebook_set_up, test_attack, casebook_tear_down);
    }
  return g_test_run ();
}
