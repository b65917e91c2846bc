/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

#include <stdlib.h>

/*
 * SQLite over the vault is SQLite: random statements, each run on a casebook and on a plain
 * database, give the same result codes, the same rows, the same counts of changes, byte for byte.
 * Statements are made from a seed: tables with every kind of index, a full-text index, foreign
 * keys, triggers, savepoints, transactions larger than the cache that are rolled back, VACUUM,
 * REINDEX, checkpoints and closing in between.
 *
 * BOZGASHT_ROUNDS sets the number of statements (6000).
 */

typedef struct
{
  Fixture casebook;
  sqlite3 *db[2]; /* the casebook, the plain one */
  char *plain;
  GRand *rand;
  GString *sql;
  guint64 rows;
  int failed; /* statements that both refused */
} Pair;

static guint32
dice (Pair *p, guint32 end)
{
  return (guint32) g_rand_int_range (p->rand, 0, (gint32) end);
}

static void
configure (sqlite3 *db)
{
  run (db, "PRAGMA cache_size=25; PRAGMA cache_spill=25; PRAGMA wal_autocheckpoint=60;"
           "PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; PRAGMA recursive_triggers=OFF");
}

static void
open_both (Pair *p)
{
  p->db[0] = fixture_connect (&p->casebook);
  g_assert_cmpint (sqlite3_open_v2 (p->plain, &p->db[1],
                                    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                      | SQLITE_OPEN_EXRESCODE,
                                    "unix"),
                   ==, SQLITE_OK);
  run (p->db[1], "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF");
  sqlite3_db_config (p->db[1], SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (p->db[1], SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (p->db[1], SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  sqlite3_db_config (p->db[1], SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
  configure (p->db[0]);
  configure (p->db[1]);
}

static void
close_both (Pair *p)
{
  sqlite3_close_v2 (p->db[0]);
  sqlite3_close_v2 (p->db[1]);
}

/* ---- statements ---- */

/* A value as SQL: every storage class, limits, text that is not ASCII, blobs over several pages. */
static void
add_value (Pair *p)
{
  switch (dice (p, 12))
    {
    case 0:
      g_string_append (p->sql, "NULL");
      break;
    case 1:
      g_string_append (p->sql, "9223372036854775807");
      break;
    case 2:
      g_string_append_printf (p->sql, "%d.%03u", g_rand_int_range (p->rand, -999, 999),
                              dice (p, 1000));
      break;
    case 3:
      g_string_append_printf (p->sql, "zeroblob(%u)", dice (p, 9000));
      break;
    case 4:
      g_string_append_printf (p->sql, "replace(hex(zeroblob(%u)), '00', 'деҳа %u ')", dice (p, 400),
                              dice (p, 50));
      break;
    case 5:
      g_string_append_printf (p->sql, "x'%08x%08x'", g_rand_int (p->rand), g_rand_int (p->rand));
      break;
    case 6:
      g_string_append (p->sql, "''");
      break;
    case 7:
      g_string_append_printf (p->sql, "'Ҷӯраев %u'", dice (p, 40));
      break;
    default:
      g_string_append_printf (p->sql, "%d", g_rand_int_range (p->rand, -300, 300));
    }
}

static void
add_condition (Pair *p)
{
  static const char *const columns[] = { "a", "b", "c", "id", "length(b)", "a + id" };
  static const char *const compare[] = { "<", ">=", "=", "<>", "IS", "LIKE" };

  switch (dice (p, 6))
    {
    case 0:
      g_string_append_printf (p->sql, " id BETWEEN %u AND %u", dice (p, 300), dice (p, 900));
      break;
    case 1:
      g_string_append_printf (p->sql, " id %% %u = %u", 2 + dice (p, 30), dice (p, 3));
      break;
    case 2:
      g_string_append_printf (p->sql, " id IN (SELECT owner FROM u WHERE n < %u)", dice (p, 100));
      break;
    default:
      g_string_append_printf (p->sql, " %s %s ", columns[dice (p, 6)], compare[dice (p, 6)]);
      add_value (p);
    }
}

static void
add_select (Pair *p)
{
  static const char *const forms[] = {
    "SELECT count(*), sum(a), min(b), max(c), total(length(b)) FROM t WHERE",
    "SELECT typeof(a), count(*), group_concat(id) FROM (SELECT * FROM t ORDER BY id) WHERE",
    "SELECT t.id, a, hex(b), c, n FROM t LEFT JOIN u ON u.owner = t.id WHERE",
    "SELECT id, row_number() OVER (PARTITION BY typeof(a) ORDER BY a, id), c FROM t WHERE",
    ("WITH RECURSIVE up(x, y) AS (SELECT id, a FROM t WHERE id < 9 UNION SELECT x + 1, y FROM up "
     "WHERE x < 40) SELECT count(*), sum(x), max(y) FROM up, t WHERE"),
    "SELECT DISTINCT quote(a), quote(c) FROM t INDEXED BY t_ac WHERE a IS NOT NULL AND",
  };

  switch (dice (p, 9))
    {
    case 0:
      g_string_append_printf (p->sql,
                              "SELECT rowid, highlight(f, 0, '[', ']'), rank FROM f WHERE f MATCH "
                              "'деҳа OR %u*' ORDER BY rank, rowid LIMIT 9",
                              dice (p, 50));
      break;
    case 1:
      g_string_append (p->sql, "SELECT name, sql FROM sqlite_schema ORDER BY name");
      break;
    case 2:
      g_string_append (p->sql, "PRAGMA foreign_key_check");
      break;
    default:
      g_string_append (p->sql, forms[dice (p, G_N_ELEMENTS (forms))]);
      add_condition (p);
      g_string_append (p->sql, dice (p, 2) ? " ORDER BY 1, 2 LIMIT 60" : " ORDER BY 2 DESC, 1");
    }
}

static void
add_change (Pair *p)
{
  static const char *const verbs[]
    = { "INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE", "REPLACE" };

  switch (dice (p, 9))
    {
    case 0:
    case 1:
      g_string_append_printf (p->sql, "%s INTO t (id, a, b, c) VALUES (%s", verbs[dice (p, 4)],
                              dice (p, 3) ? "NULL" : "");
      if (g_str_has_suffix (p->sql->str, "("))
        g_string_append_printf (p->sql, "%u", dice (p, 900));
      for (int i = 0; i < 3; i++)
        {
          g_string_append (p->sql, ", ");
          add_value (p);
        }
      g_string_append (p->sql, ") ON CONFLICT DO NOTHING");
      break;
    case 2:
      g_string_append_printf (p->sql,
                              "INSERT OR IGNORE INTO t (a, b, c) SELECT a + 1, b, c || 'x' FROM t "
                              "ORDER BY id LIMIT %u",
                              dice (p, 60));
      break;
    case 3:
      g_string_append (p->sql, "UPDATE OR IGNORE t SET a = a + 1, b = ");
      add_value (p);
      g_string_append (p->sql, " WHERE");
      add_condition (p);
      break;
    case 4:
      g_string_append (p->sql, "DELETE FROM t WHERE");
      add_condition (p);
      g_string_append_printf (p->sql, " AND id %% 3 = %u", dice (p, 3));
      break;
    case 5:
      g_string_append_printf (p->sql, "INSERT INTO u (owner, n) VALUES (%u, %u)", dice (p, 900),
                              dice (p, 200));
      break;
    case 6:
      g_string_append_printf (p->sql,
                              "INSERT INTO f (rowid, body) SELECT max(coalesce((SELECT max(rowid) "
                              "FROM f), 0), %u) + 1, ",
                              dice (p, 400));
      add_value (p);
      break;
    case 7:
      g_string_append_printf (p->sql, "DELETE FROM f WHERE rowid %% 5 = %u", dice (p, 5));
      break;
    default:
      g_string_append (p->sql, "DELETE FROM t WHERE id IN (SELECT id FROM t ORDER BY id DESC LIMIT "
                               "max(0, (SELECT count(*) FROM t) - 500))");
    }
}

static void
add_other (Pair *p)
{
  static const char *const others[] = {
    "BEGIN",
    "BEGIN IMMEDIATE",
    "COMMIT",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT s",
    "ROLLBACK TO s",
    "RELEASE s",
    "CREATE INDEX IF NOT EXISTS extra ON t (length(b), c) WHERE a > 0",
    "DROP INDEX IF EXISTS extra",
    "CREATE TABLE IF NOT EXISTS w (k TEXT PRIMARY KEY, v) WITHOUT ROWID",
    "INSERT OR REPLACE INTO w SELECT 'k' || (id % 97), b FROM t",
    "DROP TABLE IF EXISTS w",
    "ALTER TABLE u RENAME COLUMN n TO m",
    "ALTER TABLE u RENAME COLUMN m TO n",
    "PRAGMA wal_checkpoint(PASSIVE)",
    "INSERT INTO f (f) VALUES ('optimize')",
    "INSERT INTO f (f) VALUES ('integrity-check')",
    "ANALYZE",
    "REINDEX t",
    "PRAGMA user_version = 7",
    "PRAGMA quick_check",
  };

  g_string_append (p->sql, dice (p, 150) == 0 ? "VACUUM" : others[dice (p, G_N_ELEMENTS (others))]);
}

/* ---- comparing ---- */

/* All that @sql gives on @db, in one string. Frames of a checkpoint are the file's own affair. */
static char *
outcome (Pair *p, sqlite3 *db, const char *sql)
{
  GString *out = g_string_new (NULL);
  gboolean silent = g_str_has_prefix (sql, "PRAGMA wal_");
  sqlite3_stmt *stmt = NULL;
  int rc = sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL);

  while (stmt && (rc = sqlite3_step (stmt)) == SQLITE_ROW)
    {
      for (int i = 0; i < sqlite3_column_count (stmt) && !silent; i++)
        {
          const guint8 *bytes = sqlite3_column_blob (stmt, i);
          int n = sqlite3_column_bytes (stmt, i);

          g_string_append_printf (out, "%d %d ", sqlite3_column_type (stmt, i), n);
          for (int k = 0; k < n; k++)
            g_string_append_c (out, (char) bytes[k]);
        }
      g_string_append_c (out, '\n');
      p->rows++;
    }
  sqlite3_finalize (stmt);
  g_string_append_printf (out, "result %d %s changes %d %d last %" G_GINT64_FORMAT " auto %d", rc,
                          rc == SQLITE_DONE ? "" : sqlite3_errmsg (db), sqlite3_changes (db),
                          sqlite3_total_changes (db), (gint64) sqlite3_last_insert_rowid (db),
                          sqlite3_get_autocommit (db));
  p->failed += rc != SQLITE_DONE;
  return g_string_free (out, FALSE);
}

static void
set_up (Pair *p, gconstpointer data)
{
  static const char schema[]
    = "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b BLOB, c TEXT COLLATE NOCASE, CHECK (id < "
      "100000));"
      "CREATE INDEX t_ac ON t (a, c); CREATE UNIQUE INDEX t_cb ON t (c, substr(b, 1, 20));"
      "CREATE TABLE u (owner REFERENCES t ON DELETE CASCADE, n INTEGER);"
      "CREATE INDEX u_owner ON u (owner);"
      "CREATE TABLE log (what TEXT, id, at INTEGER PRIMARY KEY AUTOINCREMENT);"
      "CREATE TRIGGER t_gone AFTER DELETE ON t BEGIN INSERT INTO log (what, id) VALUES ('gone', "
      "old.id); DELETE FROM log WHERE at < last_insert_rowid() - 200; END;"
      "CREATE VIRTUAL TABLE f USING fts5 (body)";

  fixture_set_up (&p->casebook, data);
  p->plain = g_build_filename (p->casebook.folder, "plain.db", NULL);
  p->sql = g_string_new (NULL);
  p->rand = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  open_both (p);
  run (p->db[0], schema);
  run (p->db[1], schema);
}

static void
tear_down (Pair *p, gconstpointer data)
{
  close_both (p);
  fixture_tear_down (&p->casebook, data);
  g_rand_free (p->rand);
  g_string_free (p->sql, TRUE);
  g_free (p->plain);
}

static void
test_same (Pair *p, gconstpointer data)
{
  const char *wanted = g_getenv ("BOZGASHT_ROUNDS");
  int statements = wanted ? atoi (wanted) : 6000;

  for (int i = 0; i < statements; i++)
    {
      guint32 kind = dice (p, 20);
      g_autofree char *here = NULL;
      g_autofree char *there = NULL;

      g_string_truncate (p->sql, 0);
      if (kind < 6)
        add_select (p);
      else if (kind < 16)
        add_change (p);
      else
        add_other (p);
      here = outcome (p, p->db[0], p->sql->str);
      there = outcome (p, p->db[1], p->sql->str);
      if (strcmp (here, there))
        g_error ("statement %d: %s\ncasebook: %.400s\nplain: %.400s", i, p->sql->str, here, there);
      if (i % 1500 == 1499)
        {
          close_both (p);
          fixture_close (&p->casebook);
          fixture_open (&p->casebook);
          open_both (p);
          assert_sound (p->db[0]);
          assert_sound (p->db[1]);
        }
    }
  g_test_message ("%d statements, %" G_GUINT64_FORMAT " rows compared, %d refused by both",
                  statements, p->rows / 2, p->failed / 2);
  g_assert_cmpint (p->failed / 2, <, statements / 4);
  g_assert_cmpuint (p->rows / 2, >, (guint64) statements);
}

int
main (int argc, char **argv)
{
  if (!fixture_init (&argc, &argv))
    return 1;
  g_test_add ("/sql/same", Pair, NULL, set_up, test_same, tear_down);
  return g_test_run ();
}
