/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "vault/bzg-platform-private.h"

/*
 * A disk that fails: the same work again and again, with the 1st, 2nd, 3rd ... operation refused,
 * once or for good, as an error or as a full disk. Nothing acknowledged may be lost, nothing may be
 * acknowledged after a flush that failed, and the casebook must open and be sound afterwards.
 */

typedef struct
{
  int errnum;
  gboolean for_good;
} Fault;

static gint64 countdown;
static Fault fault;
static gboolean struck;

static gboolean
strikes (void)
{
  if (countdown > 0 && --countdown == 0)
    struck = TRUE;
  else if (!(struck && fault.for_good))
    return FALSE;
  return struck;
}

static gssize
failing_read (int fd, gpointer data, gsize len, goffset offset)
{
  return strikes () && fault.errnum != ENOSPC ? -EIO : bzg_io_posix.read (fd, data, len, offset);
}

static gssize
failing_write (int fd, gconstpointer data, gsize len, goffset offset)
{
  if (strikes ())
    {
      if (len > 600) /* part of it arrived */
        bzg_io_posix.write (fd, data, 512, offset);
      return -fault.errnum;
    }
  return bzg_io_posix.write (fd, data, len, offset);
}

static int
failing_sync (int fd)
{
  return strikes () ? -fault.errnum : 0;
}

static int
failing_truncate (int fd, goffset size)
{
  return strikes () ? -fault.errnum : bzg_io_posix.truncate (fd, size);
}

static const BzgIo failing = { failing_read, failing_write, failing_sync, failing_truncate };

/* Returns the last number that was acknowledged. */
static gint64
work (Fixture *f)
{
  static const char *const steps[] = {
    "INSERT INTO t (b) VALUES (randomblob(3000))",
    "INSERT INTO t (b) SELECT randomblob(500) FROM t; UPDATE t SET b = randomblob(900)",
    "PRAGMA wal_checkpoint(PASSIVE)",
    "DELETE FROM t WHERE id % 2",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "INSERT INTO t (b) VALUES (randomblob(3000))",
    "PRAGMA wal_checkpoint(RESTART)",
    "INSERT INTO t (b) VALUES (randomblob(100))",
  };
  g_autoptr (GError) error = NULL;
  sqlite3 *db;
  gint64 acked = 0, n = 0;

  f->vault = fixture_try_open (f, &error);
  if (!f->vault)
    return -1;
  db = bzg_vault_connect (f->vault, FALSE, NULL);
  if (db)
    {
      sqlite3_exec (db, "PRAGMA cache_size=20; PRAGMA cache_spill=20", NULL, NULL, NULL);
      for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
        {
          g_autofree char *count = NULL;
          if (g_str_has_prefix (steps[i], "PRAGMA"))
            {
              sqlite3_exec (db, steps[i], NULL, NULL, NULL);
              continue;
            }
          n++;
          count = g_strdup_printf ("UPDATE counter SET n = %" G_GINT64_FORMAT, n);
          if (sqlite3_exec (db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK
              && sqlite3_exec (db, steps[i], NULL, NULL, NULL) == SQLITE_OK
              && sqlite3_exec (db, count, NULL, NULL, NULL) == SQLITE_OK
              && sqlite3_exec (db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
            acked = n;
          else
            sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
        }
      sqlite3_close_v2 (db);
    }
  bzg_vault_close (f->vault, NULL);
  f->vault = NULL;
  return acked;
}

static void
test_faults (Fixture *f, gconstpointer data)
{
  static const Fault faults[]
    = { { EIO, FALSE }, { EIO, TRUE }, { ENOSPC, FALSE }, { ENOSPC, TRUE } };
  g_autoptr (GByteArray) start = NULL;
  sqlite3 *db = fixture_connect (f);
  int points = 0, refused = 0;

  run (db, "CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB)");
  run (db, "CREATE TABLE counter (n INTEGER)");
  run (db, "INSERT INTO counter VALUES (0)");
  sqlite3_close_v2 (db);
  fixture_close (f);
  start = read_all (f->path);

  for (gsize k = 0; k < G_N_ELEMENTS (faults); k++)
    for (gint64 at = 1;; at++)
      {
        gint64 acked, n;

        write_all (f->path, start);
        g_unlink (f->log);
        fault = faults[k];
        countdown = at;
        struck = FALSE;
        bzg_io = &failing;
        acked = work (f);
        bzg_io = &bzg_io_posix;
        if (!struck)
          break;
        points++;
        refused += acked < 0;

        /* And again while it recovers from that. */
        countdown = g_test_rand_int_range (1, 40);
        struck = FALSE;
        bzg_io = &failing;
        f->vault = fixture_try_open (f, NULL);
        if (f->vault)
          bzg_vault_close (f->vault, NULL);
        f->vault = NULL;
        bzg_io = &bzg_io_posix;

        fixture_open (f);
        db = fixture_connect (f);
        n = number (db, "SELECT n FROM counter");
        if (n < acked)
          g_error ("fault %d at operation %" G_GINT64_FORMAT ": %" G_GINT64_FORMAT
                   " acknowledged, %" G_GINT64_FORMAT " there",
                   (int) k, at, acked, n);
        assert_sound (db);
        run (db, "INSERT INTO t (b) VALUES (1)");
        sqlite3_close_v2 (db);
        fixture_close (f);
      }
  g_test_message ("%d points, %d of them before anything could be opened", points, refused);
  g_assert_cmpint (points, >, 200);
}

/* A new key on a failing disk: either the old file or the new one, whole. */
static void
test_rekey (Fixture *f, gconstpointer data)
{
  g_autoptr (GByteArray) start = NULL;
  sqlite3 *db = fixture_connect (f);
  int points = 0;

  run (db, "CREATE TABLE t (a)");
  run (db, "INSERT INTO t VALUES (randomblob(9000))");
  sqlite3_close_v2 (db);
  fixture_close (f);
  start = read_all (f->path);
  for (gint64 at = 1;; at++)
    {
      gboolean ok;
      GDir *dir;
      const char *name;

      write_all (f->path, start);
      fixture_open (f);
      fault = (Fault){ at % 2 ? EIO : ENOSPC, at % 3 == 0 };
      countdown = at;
      struck = FALSE;
      bzg_io = &failing;
      ok = bzg_vault_rekey (f->vault, 1, NULL, NULL, NULL, NULL);
      bzg_vault_close (f->vault, NULL);
      f->vault = NULL;
      bzg_io = &bzg_io_posix;
      if (!struck)
        {
          g_assert_true (ok);
          break;
        }
      points++;
      fixture_open (f);
      db = fixture_connect (f);
      g_assert_cmpint (number (db, "SELECT length(a) FROM t"), ==, 9000);
      assert_sound (db);
      sqlite3_close_v2 (db);
      fixture_close (f);
      dir = g_dir_open (f->folder, 0, NULL);
      while ((name = g_dir_read_name (dir)))
        if (g_str_has_suffix (name, ".new"))
          g_error ("left behind: %s", name);
      g_dir_close (dir);
    }
  g_test_message ("%d points", points);
  g_assert_cmpint (points, >, 10);
}

/* A failed flush: this commit is not acknowledged and nothing is until the next unlock. */
static void
test_failed_flush (Fixture *f, gconstpointer data)
{
  BzgIo io = bzg_io_posix;
  sqlite3 *db = fixture_connect (f);

  run (db, "CREATE TABLE t (a)");
  fault = (Fault){ EIO, FALSE };
  countdown = 1;
  struck = FALSE;
  io.sync = failing_sync;
  bzg_io = &io;
  g_assert_cmpint (sqlite3_exec (db, "INSERT INTO t VALUES (1)", NULL, NULL, NULL), !=, 0);
  bzg_io = &bzg_io_posix;
  g_assert_true (struck);
  g_assert_cmpint (sqlite3_exec (db, "INSERT INTO t VALUES (2)", NULL, NULL, NULL), !=, 0);
  g_assert_cmpint (number (db, "SELECT count(*) FROM t"), ==, 0); /* reading goes on */
  sqlite3_close_v2 (db);
  {
    g_autoptr (GError) error = NULL;
    g_assert_false (bzg_vault_close (f->vault, &error));
    g_assert_nonnull (error);
  }
  fixture_open (f);
  db = fixture_connect (f);
  run (db, "INSERT INTO t VALUES (3)");
  assert_sound (db);
  sqlite3_close_v2 (db);
}

int
main (int argc, char **argv)
{
  g_setenv ("BOZGASHT_CHEAP_KDF", "1", TRUE);
  g_test_init (&argc, &argv, NULL);
  if (!bzg_vault_init (NULL))
    return 1;
  g_test_add ("/faults/every-operation", Fixture, NULL, fixture_set_up, test_faults,
              fixture_tear_down);
  g_test_add ("/faults/rekey", Fixture, NULL, fixture_set_up, test_rekey, fixture_tear_down);
  g_test_add ("/faults/failed-flush", Fixture, NULL, fixture_set_up, test_failed_flush,
              fixture_tear_down);
  return g_test_run ();
}
