/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../vault/fixture.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Kills a writer in the middle of its work, again and again, on one casebook. Each commit that it
 * told us about must be there afterwards, and the casebook must be sound, full-text index included.
 * BOZGASHT_ROUNDS sets the number of kills (25; the long run takes 1,000).
 */

static void
commit (sqlite3 *db, gint64 n, const char *sql)
{
  g_autofree char *count = g_strdup_printf ("UPDATE counter SET n = %" G_GINT64_FORMAT, n);

  run (db, "BEGIN");
  run (db, sql);
  run (db, count);
  run (db, "COMMIT");
}

/* The child: works until it is killed, and says after each commit how far it is. */
static void
work (Fixture *f, int out)
{
  sqlite3 *db;
  gint64 n;

  fixture_open (f);
  db = fixture_connect (f);
  run (db, "PRAGMA cache_size=20");
  run (db, "PRAGMA cache_spill=20");
  run (db, "PRAGMA wal_autocheckpoint=50");
  n = number (db, "SELECT n FROM counter");
  for (;;)
    {
      n++;
      if (n % 23 == 0)
        commit (db, n,
                "INSERT INTO t (a, b) SELECT hex(randomblob(9)), randomblob(800) FROM "
                "(WITH RECURSIVE x(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM x LIMIT 60) "
                "SELECT v FROM x); DELETE FROM t WHERE id % 3 = 1");
      else if (n % 67 == 0)
        {
          run (db, "VACUUM");
          commit (db, n, "INSERT INTO ft (a) VALUES ('after vacuum')");
        }
      else
        commit (db, n,
                "INSERT INTO t (a, b) VALUES (hex(randomblob(9)), randomblob(400)); "
                "INSERT INTO ft (a) SELECT hex(randomblob(4)) || ' word ' || hex(randomblob(3))");
      if (write (out, &n, sizeof n) != sizeof n)
        _exit (1);
    }
}

static void
test_kill (Fixture *f, gconstpointer data)
{
  const char *wanted = g_getenv ("BOZGASHT_ROUNDS");
  int rounds = wanted ? atoi (wanted) : 25;
  sqlite3 *db = fixture_connect (f);
  int reported = 0;
  gint64 last = 0;

  run (db, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b BLOB)");
  run (db, "CREATE INDEX i ON t (a)");
  run (db, "CREATE VIRTUAL TABLE ft USING fts5 (a)");
  run (db, "CREATE TABLE counter (n INTEGER)");
  run (db, "INSERT INTO counter VALUES (0)");
  sqlite3_close_v2 (db);
  fixture_close (f);

  for (int round = 0; round < rounds; round++)
    {
      int ends[2], status;
      pid_t child;
      gint64 n;

      g_assert_cmpint (pipe (ends), ==, 0);
      child = fork ();
      if (child == 0)
        {
          close (ends[0]);
          work (f, ends[1]);
        }
      close (ends[1]);
      g_usleep ((gulong) g_test_rand_int_range (2000, 120000));
      kill (child, SIGKILL);
      while (read (ends[0], &n, sizeof n) == sizeof n)
        last = n;
      close (ends[0]);
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_true (WIFSIGNALED (status));

      fixture_open (f);
      reported += bzg_vault_notices (f->vault)[0] != NULL;
      db = fixture_connect (f);
      n = number (db, "SELECT n FROM counter");
      g_assert_cmpint (n, >=, last);
      g_assert_cmpint (n, <=, last + 1);
      last = n;
      assert_sound (db);
      run (db, "INSERT INTO ft (ft) VALUES ('integrity-check')");
      sqlite3_close_v2 (db);
      fixture_close (f);
    }
  g_test_message ("%d kills, %" G_GINT64_FORMAT " commits, none lost; an unfinished last change "
                  "reported %d times",
                  rounds, last, reported);
}

int
main (int argc, char **argv)
{
  if (!fixture_init (&argc, &argv))
    return 1;
  g_test_add ("/crash/kill-vault", Fixture, NULL, fixture_set_up, test_kill, fixture_tear_down);
  return g_test_run ();
}
