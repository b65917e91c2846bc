/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../vault/fixture.h"

#include <stdlib.h>
#include <sys/resource.h>

/*
 * The price of the seal: the same work on plain SQLite and on a casebook, in turn, CPU seconds.
 * Prints the medians and their ratio to SQLite's default VFS. BOZGASHT_PEOPLE: rows (60000).
 */

enum
{
  RUNS = 5,
  ENGINES = 3
};

typedef enum
{
  LOAD,
  POINT,
  SCAN,
  COMMIT,
  PHASES
} Phase;

static const char *const engine_names[] = { "plain, default VFS", "plain, unix-excl", "casebook" };
static const char *const phase_names[]
  = { "bulk insert", "20000 point reads", "full scan", "commits" };
static double seconds[PHASES][ENGINES][RUNS];

static double
cpu (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static sqlite3 *
connect_to (Fixture *f, int engine, const char *cache)
{
  sqlite3 *db = NULL;

  if (engine == 2)
    db = fixture_connect (f);
  else
    {
      g_autofree char *path = g_strdup_printf ("%s/plain%d", f->folder, engine);
      g_assert_cmpint (sqlite3_open_v2 (path, &db,
                                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                          | SQLITE_OPEN_NOMUTEX,
                                        engine ? "unix-excl" : "unix"),
                       ==, 0);
      run (db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;"
               "PRAGMA secure_delete=ON");
    }
  run (db, cache);
  return db;
}

static void
measure (Fixture *f, int engine, int turn, int rows)
{
  sqlite3 *db = connect_to (f, engine, "PRAGMA cache_size=-16000");
  sqlite3_stmt *stmt = NULL;
  double start = cpu ();
  g_autofree char *sql = g_strdup_printf (
    "INSERT INTO t (ref, status, district, born, body) SELECT 'R' || v, v %% 7, v %% 60, v * 7919 "
    "%% 20000, substr(hex(v * 1000003), 1, 12) || zeroblob(850) FROM (WITH RECURSIVE n(v) AS "
    "(SELECT 1 UNION ALL SELECT v + 1 FROM n LIMIT %d) SELECT v FROM n)",
    rows);

  run (db,
       "CREATE TABLE t (id INTEGER PRIMARY KEY, ref TEXT UNIQUE, status, district, born, body)");
  run (db, "CREATE INDEX i1 ON t (status)");
  run (db, "CREATE INDEX i2 ON t (district)");
  run (db, "CREATE INDEX i3 ON t (born)");
  run (db, sql);
  seconds[LOAD][engine][turn] = cpu () - start;
  run (db, "PRAGMA wal_checkpoint(TRUNCATE)");
  sqlite3_close_v2 (db);

  db = connect_to (f, engine, "PRAGMA cache_size=-2000");
  start = cpu ();
  sqlite3_prepare_v2 (db, "SELECT body FROM t WHERE id = ?", -1, &stmt, NULL);
  for (guint32 i = 0, x = 1; i < 20000; i++, x = x * 1664525 + 1013904223)
    {
      sqlite3_bind_int (stmt, 1, (int) (x >> 8) % rows + 1);
      g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
      sqlite3_reset (stmt);
    }
  sqlite3_finalize (stmt);
  seconds[POINT][engine][turn] = cpu () - start;

  start = cpu ();
  number (db, "SELECT sum(length(body)) FROM t NOT INDEXED");
  seconds[SCAN][engine][turn] = cpu () - start;

  start = cpu ();
  for (int i = 0; i < 2000; i++)
    run (db, "UPDATE t SET status = status + 1 WHERE id = abs(random()) % 5000 + 1");
  seconds[COMMIT][engine][turn] = cpu () - start;
  sqlite3_close_v2 (db);
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

int
main (int argc, char **argv)
{
  const char *wanted = g_getenv ("BOZGASHT_PEOPLE");
  int rows = wanted ? atoi (wanted) : 60000;

  g_setenv ("BOZGASHT_CHEAP_KDF", "1", TRUE);
  if (!bzg_vault_init (NULL))
    return 1;
  for (int turn = 0; turn < RUNS; turn++)
    for (int engine = 0; engine < ENGINES; engine++)
      {
        Fixture f = { 0 };
        fixture_set_up (&f, NULL);
        measure (&f, engine, turn, rows);
        fixture_tear_down (&f, NULL);
      }
  for (int phase = 0; phase < PHASES; phase++)
    for (int engine = 0; engine < ENGINES; engine++)
      {
        double *s = seconds[phase][engine];
        qsort (s, RUNS, sizeof *s, compare);
        g_print ("%-18s %-20s %7.3f s  %.2f\n", phase_names[phase], engine_names[engine],
                 s[RUNS / 2], s[RUNS / 2] / seconds[phase][0][RUNS / 2]);
      }
  return 0;
}
