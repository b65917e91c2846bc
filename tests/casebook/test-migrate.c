/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook-fixture.h"

#include "casebook/bzg-dictionary-private.h"
#include "casebook/bzg-session-core-private.h"

static sqlite3 *
memory (void)
{
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (":memory:", &db), ==, SQLITE_OK);
  return db;
}

static void
test_steps (void)
{
  static const char *const two[]
    = { "CREATE TABLE a (x INTEGER) STRICT",
        "ALTER TABLE a ADD COLUMN y TEXT; INSERT INTO a VALUES (1, 'b')", NULL };
  static const char *const one[] = { "CREATE TABLE a (x INTEGER) STRICT", NULL };
  sqlite3 *db = memory ();
  g_autoptr (GError) error = NULL;

  _bzg_migrate_override (one);
  g_assert_true (_bzg_migrate (db, &error));
  g_assert_cmpint (_bzg_migrate_version (db, NULL), ==, 1);
  _bzg_migrate_override (two);
  g_assert_true (_bzg_migrate (db, &error));
  g_assert_true (_bzg_migrate (db, &error));
  g_assert_cmpint (_bzg_migrate_version (db, NULL), ==, 2);
  g_assert_cmpint (_bzg_sql_scalar (db, "SELECT count(*) FROM a", NULL), ==, 1);
  _bzg_migrate_override (one);
  g_assert_false (_bzg_migrate (db, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NEWER_SCHEMA);
  _bzg_migrate_override (NULL);
  sqlite3_close (db);
}

/* A step that fails leaves the file at the step before. */
static void
test_failing_step (void)
{
  static const char *const steps[]
    = { "CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1)",
        "INSERT INTO a VALUES (2); INSERT INTO nowhere VALUES (1)", NULL };
  static const char *const orphan[]
    = { "CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1)",
        "CREATE TABLE b (y INTEGER REFERENCES a (x)) STRICT; INSERT INTO b VALUES (7)", NULL };
  static const char *const *const both[] = { steps, orphan };

  for (guint i = 0; i < G_N_ELEMENTS (both); i++)
    {
      sqlite3 *db = memory ();
      g_autoptr (GError) error = NULL;

      _bzg_migrate_override (both[i]);
      g_assert_false (_bzg_migrate (db, &error));
      g_assert_nonnull (error);
      g_assert_cmpint (_bzg_migrate_version (db, NULL), ==, 1);
      g_assert_cmpint (_bzg_sql_scalar (db, "SELECT count(*) FROM a", NULL), ==, 1);
      g_assert_true (sqlite3_get_autocommit (db));
      sqlite3_close (db);
    }
  _bzg_migrate_override (NULL);
}

/* The whole way of a casebook: made by this program, opened by the next one. */
static void
test_casebook (Casebook *c, gconstpointer data)
{
  static const char *const NAMES[]
    = { "0001-record.sql", "0002-not-same.sql", "0003-merge.sql",
        "0004-scope.sql",  "0005-sealed.sql",   "0006-publications.sql" };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) next = NULL;
  g_autofree char *copy
    = g_strdup_printf ("%s/test.before-%d.bozgasht", c->folder, (int) G_N_ELEMENTS (NAMES) + 1);
  g_autoptr (GError) error = NULL;
  BzgId id = casebook_add_person (c, "Салимов", "Ёкуб", "TJ-SU");

  g_assert_cmpint (_bzg_schema_version (), ==, G_N_ELEMENTS (NAMES));
  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++)
    {
      g_autoptr (GBytes) step = _bzg_schema_read (NAMES[i]);
      g_autofree char *text = g_strndup (g_bytes_get_data (step, NULL), g_bytes_get_size (step));

      g_strv_builder_add (builder, text);
    }
  g_strv_builder_add (builder, "CREATE TABLE later (x INTEGER) STRICT");
  next = g_strv_builder_end (builder);
  casebook_close (c);
  _bzg_migrate_override ((const char *const *) next);
  casebook_open (c, "office");
  g_assert_cmpint (_bzg_sql_scalar (bzg_session_reader (c->session), "SELECT count(*) FROM later",
                                    NULL),
                   ==, 0);
  bzg_record_free (casebook_get (c, "person", &id));
  g_assert_true (bzg_session_verify (c->session, NULL, NULL, NULL, &error));
  casebook_close (c);
  _bzg_migrate_override (NULL);

  /* This program refuses the newer file and leaves it alone; the copy still opens. */
  g_assert_null (casebook_try_open (c, "office", PASSPHRASE, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NEWER_SCHEMA);
  g_assert_true (g_file_test (copy, G_FILE_TEST_IS_REGULAR));
  g_clear_error (&error);
  g_free (c->path);
  c->path = g_strdup (copy);
  c->session = casebook_try_open (c, "office", PASSPHRASE, &error);
  if (g_error_matches (error, BZG_ERROR, BZG_ERROR_ROLLBACK))
    g_test_message ("the vault asks before it opens the older copy");
  else
    {
      g_assert_no_error (error);
      bzg_record_free (casebook_get (c, "person", &id));
    }
}

static void
test_schema_is_marked (Casebook *c, gconstpointer data)
{
  sqlite3 *db = bzg_session_reader (c->session);

  g_assert_cmpint (_bzg_sql_scalar (db, "PRAGMA user_version", NULL), ==, _bzg_schema_version ());
  g_assert_cmpint (_bzg_sql_scalar (db, "PRAGMA application_id", NULL), ==, BZG_APPLICATION_ID);
  g_assert_cmpint (_bzg_sql_scalar (db,
                                    "SELECT count(*) FROM pragma_table_list WHERE type = 'table'"
                                    " AND strict = 0 AND name NOT LIKE 'sqlite_%'"
                                    " AND name NOT LIKE 'person_%'",
                                    NULL),
                   ==, 0);
  g_assert_cmpint (_bzg_sql_scalar (db, "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'",
                                    NULL),
                   ==, 0);
}

static gint64
days (int n)
{
  return n * 24 * 3600 * G_GINT64_CONSTANT (1000);
}

static void
test_clock (Casebook *c, gconstpointer data)
{
  g_autoptr (BzgSecret) secret = bzg_secret_new_text (PASSPHRASE);
  BzgOpenOptions options = { .path = c->path, .name = "office", .passphrase = secret };
  g_autoptr (GError) error = NULL;
  static const int wrong[] = { -1, -400, 41 };
  gint64 before, after;

  casebook_add_person (c, "Салимов", "Ёкуб", "TJ-SU");
  casebook_close (c);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      _bzg_clock_set_offset (days (wrong[i]));
      g_assert_null (bzg_session_open_with (&options, NULL, &error));
      g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_CLOCK);
      g_clear_error (&error);
    }
  _bzg_clock_set_offset (days (39));
  casebook_open (c, "office");
  casebook_add_person (c, "Каримова", "Самира", "TJ-SU");
  casebook_close (c);

  /* The day before, and the person says it is right: logical time goes on all the same. */
  _bzg_clock_set_offset (days (30));
  options.clock_confirmed = TRUE;
  c->session = bzg_session_open_with (&options, NULL, &error);
  g_assert_no_error (error);
  before = _bzg_sql_scalar (bzg_session_reader (c->session), "SELECT max(hlc) FROM history", NULL);
  casebook_add_person (c, "Назарова", "Гулнора", "TJ-SU");
  after = _bzg_sql_scalar (bzg_session_reader (c->session), "SELECT max(hlc) FROM history", NULL);
  g_assert_cmpint (after, >, before);
  g_assert_cmpint (after - before, <, 1000);
  g_assert_true (bzg_session_verify (c->session, NULL, NULL, NULL, &error));
  _bzg_clock_set_offset (0);
}

int
main (int argc, char *argv[])
{
  casebook_test_init (&argc, &argv);
  g_test_add_func ("/casebook/migrate/steps", test_steps);
  g_test_add_func ("/casebook/migrate/failing-step", test_failing_step);
#define ADD(name, func)                                                                            \
  g_test_add ("/casebook/migrate/" name, Casebook, NULL, casebook_set_up, func, casebook_tear_down)
  ADD ("casebook", test_casebook);
  ADD ("schema-is-marked", test_schema_is_marked);
  ADD ("clock", test_clock);
  return g_test_run ();
}
