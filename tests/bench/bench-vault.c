/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#ifndef BENCH_SQLCIPHER
#  include "vault/bzg-crypto.h"
#  include "vault/bzg-vault.h"
#endif

/*
 * One engine does the whole work once and says what each phase cost; bench-vault.py runs the
 * engines in turn and compares. This file is compiled a second time against SQLCipher, whose
 * symbols are those of SQLite and cannot stand beside them in one program.
 *
 *     bench-vault ENGINE MEMORY-FOLDER DISK-FOLDER ROWS
 *
 * A row is a case of about 1 KiB with a unique reference and four indexes; its text is indexed for
 * full text search with the content outside the index. Prints "phase <tab> cpu <tab> wall".
 */

enum
{
  BATCH = 10000, /* rows in a transaction */
  POINTS = 20000,
  QUERIES = 200,
  DISK_ROWS = 10000,
  COMMITS = 400,
  OPENS = 20,
  WORDS = 6000,
  POOL = 1 << 20,
  BODY = 900,
};

typedef struct
{
  const char *engine;
  char *path;
#ifndef BENCH_SQLCIPHER
  BzgVault *vault;
#endif
} Store;

static char pool[POOL + BODY + 16];
static guint32 seed = 1;

static guint32
dice (guint32 end)
{
  seed = seed * 1664525 + 1013904223;
  return (seed >> 8) % end;
}

/* Words of two to four syllables, common ones more often. */
static void
word (guint32 n, char out[16])
{
  static const char *const syllables[] = { "ba", "do", "gu", "ki", "la", "me",  "no",  "pi",
                                           "ra", "se", "tu", "va", "zo", "sha", "che", "yu" };
  char *p = out;

  for (guint32 v = n + 16; v; v /= 16)
    p = g_stpcpy (p, syllables[v % 16]);
}

static void
fill_pool (void)
{
  for (char *p = pool; p < pool + POOL;)
    {
      char text[16];
      word (dice (1 + dice (WORDS)), text);
      p = g_stpcpy (g_stpcpy (p, text), " ");
    }
}

static void
run (sqlite3 *db, const char *sql)
{
  if (sqlite3_exec (db, sql, NULL, NULL, NULL) != SQLITE_OK)
    g_error ("%.60s: %s", sql, sqlite3_errmsg (db));
}

static sqlite3_stmt *
prepare (sqlite3 *db, const char *sql)
{
  sqlite3_stmt *stmt = NULL;

  if (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL) != SQLITE_OK)
    g_error ("%s: %s", sql, sqlite3_errmsg (db));
  return stmt;
}

/* ---- engines ---- */

#ifdef BENCH_SQLCIPHER
static void
store_open (Store *self)
{
}

static void
store_close (Store *self)
{
}
#else
static gboolean
is_casebook (const Store *self)
{
  return strcmp (self->engine, "casebook") == 0;
}

static void
store_open (Store *self)
{
  g_autoptr (BzgSecret) pass = bzg_secret_new_text ("seven green boats");
  static const guint8 user[16];
  g_autoptr (GError) error = NULL;

  if (!is_casebook (self))
    return;
  self->vault = g_file_test (self->path, G_FILE_TEST_EXISTS)
                  ? bzg_vault_open (self->path, "a", pass, NULL, &error)
                  : bzg_vault_create (self->path, "a", pass, user, NULL, &error);
  if (!self->vault)
    g_error ("%s", error->message);
}

static void
store_close (Store *self)
{
  if (is_casebook (self) && !bzg_vault_close (self->vault, NULL))
    g_error ("close");
}
#endif

static sqlite3 *
store_connect (Store *self, int cache_kib)
{
  g_autofree char *cache = g_strdup_printf ("PRAGMA cache_size=-%d", cache_kib);
  sqlite3 *db = NULL;

#ifndef BENCH_SQLCIPHER
  if (is_casebook (self))
    db = bzg_vault_connect (self->vault, FALSE, NULL);
  else
#endif
    {
      const char *vfs = strcmp (self->engine, "plain-excl") == 0 ? "unix-excl" : "unix";
      if (sqlite3_open_v2 (self->path, &db,
                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, vfs))
        g_error ("open");
#ifdef BENCH_SQLCIPHER
      run (db,
           "PRAGMA key = \"x'00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'\"");
      run (db, "PRAGMA cipher_page_size = 4096");
#endif
      run (db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;"
               "PRAGMA secure_delete=ON");
    }
  run (db, cache);
  return db;
}

/* ---- phases ---- */

static struct
{
  double cpu;
  gint64 wall;
} begun;

static double
cpu (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage); /* all threads */
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void
begin (void)
{
  begun.cpu = cpu ();
  begun.wall = g_get_monotonic_time ();
}

static void
end (const char *phase)
{
  double seconds = cpu () - begun.cpu;

  g_print ("%s\t%.6f\t%.6f\n", phase, seconds,
           (double) (g_get_monotonic_time () - begun.wall) / 1e6);
}

static void
insert_rows (sqlite3 *db, int rows)
{
  sqlite3_stmt *stmt;

  run (db, "CREATE TABLE t (id INTEGER PRIMARY KEY, ref TEXT UNIQUE, status INTEGER, district "
           "INTEGER, born TEXT, officer INTEGER, body TEXT);"
           "CREATE INDEX i1 ON t (status); CREATE INDEX i2 ON t (district);"
           "CREATE INDEX i3 ON t (born); CREATE INDEX i4 ON t (officer, status)");
  stmt = prepare (db, "INSERT INTO t (ref, status, district, born, officer, body) VALUES "
                      "(?, ?, ?, ?, ?, ?)");
  for (int i = 0; i < rows; i++)
    {
      char ref[24], born[24];
      const char *body = pool + dice (POOL);

      g_snprintf (ref, sizeof ref, "TJ-%08x", (guint32) i * 2654435761u);
      g_snprintf (born, sizeof born, "%d-%02d-%02d", 1950 + (int) dice (60), 1 + (int) dice (12),
                  1 + (int) dice (28));
      if (i % BATCH == 0)
        run (db, "BEGIN");
      sqlite3_bind_text (stmt, 1, ref, -1, SQLITE_STATIC);
      sqlite3_bind_int (stmt, 2, (int) dice (7));
      sqlite3_bind_int (stmt, 3, (int) dice (68));
      sqlite3_bind_text (stmt, 4, born, -1, SQLITE_STATIC);
      sqlite3_bind_int (stmt, 5, (int) dice (40));
      sqlite3_bind_text (stmt, 6, body, BODY, SQLITE_STATIC);
      if (sqlite3_step (stmt) != SQLITE_DONE)
        g_error ("insert: %s", sqlite3_errmsg (db));
      sqlite3_reset (stmt);
      if (i % BATCH == BATCH - 1 || i == rows - 1)
        run (db, "COMMIT");
    }
  sqlite3_finalize (stmt);
}

static void
full_text (Store *self, const char *version, const char *schema, const char *query)
{
  g_autofree char *build = g_strdup_printf ("%s build", version);
  g_autofree char *queries = g_strdup_printf ("%s queries", version);
  sqlite3 *db = store_connect (self, 16000);
  sqlite3_stmt *stmt;
  guint64 hits = 0;

  begin ();
  run (db, schema);
  end (build);
  sqlite3_close (db);

  db = store_connect (self, 2000);
  seed = 5;
  begin ();
  stmt = prepare (db, query);
  for (int i = 0; i < QUERIES; i++)
    {
      char first[16], second[16], *match;
      word (dice (WORDS / 4), first);
      word (dice (WORDS), second);
      match = g_strdup_printf ("%s %s", first, second);
      sqlite3_bind_text (stmt, 1, match, -1, g_free);
      while (sqlite3_step (stmt) == SQLITE_ROW)
        hits += (guint64) sqlite3_column_bytes (stmt, 0);
      sqlite3_reset (stmt);
    }
  sqlite3_finalize (stmt);
  end (queries);
  if (!hits)
    g_error ("nothing found");
  sqlite3_close (db);
}

static void
in_memory (Store *self, int rows)
{
  sqlite3 *db;
  sqlite3_stmt *stmt;

  store_open (self);
  db = store_connect (self, 16000);
  begin ();
  insert_rows (db, rows);
  run (db, "PRAGMA wal_checkpoint(TRUNCATE)");
  end ("bulk insert");
  sqlite3_close (db);

  db = store_connect (self, 2000);
  begin ();
  stmt = prepare (db, "SELECT body FROM t WHERE id = ?");
  for (int i = 0; i < POINTS; i++)
    {
      sqlite3_bind_int (stmt, 1, 1 + (int) dice ((guint32) rows));
      if (sqlite3_step (stmt) != SQLITE_ROW)
        g_error ("a row is missing");
      sqlite3_reset (stmt);
    }
  sqlite3_finalize (stmt);
  end ("20000 point reads");
  sqlite3_close (db);

  db = store_connect (self, 2000);
  begin ();
  run (db, "SELECT sum(officer), sum(status) FROM t NOT INDEXED");
  end ("full scan");
  sqlite3_close (db);

#ifndef BENCH_SQLCIPHER /* its SQLite is older than FTS5 */
  full_text (self, "FTS5",
             "CREATE VIRTUAL TABLE f5 USING fts5 (body, content='t', content_rowid='id');"
             "INSERT INTO f5 (f5) VALUES ('rebuild')",
             "SELECT t.body FROM f5 JOIN t ON t.id = f5.rowid WHERE f5 MATCH ? ORDER BY rank LIMIT "
             "20");
#endif
  full_text (self, "FTS4",
             "CREATE VIRTUAL TABLE f4 USING fts4 (body, content='t');"
             "INSERT INTO f4 (f4) VALUES ('rebuild')",
             "SELECT t.body FROM f4 JOIN t ON t.id = f4.docid WHERE f4 MATCH ? LIMIT 20");

  /* A further connection; and the first one of all, which for the casebook means the check of the
   * seal and a key derivation made cheap. */
  begin ();
  for (int i = 0; i < OPENS; i++)
    {
      db = store_connect (self, 2000);
      run (db, "SELECT count(*) FROM sqlite_master");
      sqlite3_close (db);
    }
  end ("20 connections");
  store_close (self);
  begin ();
  store_open (self);
  db = store_connect (self, 2000);
  run (db, "SELECT count(*) FROM sqlite_master");
  end ("open");
  sqlite3_close (db);
  store_close (self);
}

static void
on_disk (Store *self)
{
  sqlite3 *db;
  sqlite3_stmt *stmt;

  store_open (self);
  db = store_connect (self, 2000);
  insert_rows (db, DISK_ROWS);
  run (db, "PRAGMA wal_checkpoint(TRUNCATE)");
  begin ();
  stmt = prepare (db, "UPDATE t SET status = status + 1, born = ? WHERE id = ?");
  for (int i = 0; i < COMMITS; i++)
    {
      sqlite3_bind_text (stmt, 1, "1999-09-09", -1, SQLITE_STATIC);
      sqlite3_bind_int (stmt, 2, 1 + (int) dice (DISK_ROWS));
      if (sqlite3_step (stmt) != SQLITE_DONE)
        g_error ("commit: %s", sqlite3_errmsg (db));
      sqlite3_reset (stmt);
    }
  sqlite3_finalize (stmt);
  end ("400 commits on disk");
  sqlite3_close (db);
  store_close (self);
}

int
main (int argc, char **argv)
{
  int rows;

  if (argc != 5 || (rows = atoi (argv[4])) < 1000)
    return 2;
#ifndef BENCH_SQLCIPHER
  g_setenv (BZG_CHEAP_KDF, "1", TRUE);
  if (strcmp (argv[1], "casebook") == 0 && !bzg_vault_init (NULL))
    return 1;
#endif
  fill_pool ();
  for (int k = 0; k < 2; k++)
    {
      static const char *const traces[] = { "", "-log", "-wal", "-shm" };
      Store store
        = { .engine = argv[1], .path = g_strdup_printf ("%s/%s.db", argv[k + 2], argv[1]) };

      if (k == 0)
        in_memory (&store, rows);
      else
        on_disk (&store);
      for (gsize i = 0; i < G_N_ELEMENTS (traces); i++)
        {
          g_autofree char *path = g_strconcat (store.path, traces[i], NULL);
          g_unlink (path);
        }
      g_free (store.path);
    }
  return 0;
}
