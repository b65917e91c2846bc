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

/* ---- everything that writes beside or into the header ---- */

static gboolean
act_create (Fixture *f, GError **error)
{
  g_autofree char *path = g_build_filename (f->folder, "other.bozgasht", NULL);
  g_autoptr (BzgSecret) pass = fixture_passphrase ();
  BzgVault *other = bzg_vault_create (path, "officer", pass, fixture_user, NULL, error);
  gboolean made = g_file_test (path, G_FILE_TEST_EXISTS);

  if (other)
    bzg_vault_close (other, NULL);
  /* Made but not opened is possible; half made is not. */
  bzg_io = &bzg_io_posix;
  if (made)
    {
      BzgVault *again = bzg_vault_open (path, "officer", pass, NULL, NULL);
      g_assert_nonnull (again);
      g_assert_true (bzg_vault_close (again, NULL));
    }
  g_unlink (path);
  return other != NULL;
}

static gboolean
act_add_user (Fixture *f, GError **error)
{
  g_autoptr (BzgSecret) pass = bzg_secret_new_text ("second");
  guint8 box[32];

  return bzg_vault_add_user (f->vault, "second", pass, fixture_user, box, error);
}

static gboolean
act_change_passphrase (Fixture *f, GError **error)
{
  g_autoptr (BzgSecret) old = fixture_passphrase ();
  g_autoptr (BzgSecret) same = fixture_passphrase ();

  return bzg_vault_change_passphrase (f->vault, "officer", old, same, error);
}

static gboolean
act_add_recovery (Fixture *f, GError **error)
{
  g_autofree char *code = bzg_vault_add_recovery (f->vault, error);

  return code != NULL;
}

static gboolean
act_verify (Fixture *f, GError **error)
{
  return bzg_vault_verify (f->vault, NULL, NULL, NULL, error);
}

static gboolean
sink_cb (gconstpointer data, gsize len, gpointer user_data, GError **error)
{
  g_byte_array_append (user_data, data, (guint) len);
  return TRUE;
}

typedef struct
{
  GByteArray *bytes;
  gsize at;
} Source;

static gssize
source_cb (gpointer buffer, gsize len, gpointer user_data, GError **error)
{
  Source *self = user_data;
  gsize n = MIN (len, self->bytes->len - self->at);

  memcpy (buffer, self->bytes->data + self->at, n);
  self->at += n;
  return (gssize) n;
}

/* Out of one casebook and into another. */
static gboolean
act_image (Fixture *f, GError **error)
{
  g_autofree char *path = g_build_filename (f->folder, "other.bozgasht", NULL);
  g_autoptr (BzgSecret) pass = fixture_passphrase ();
  g_autoptr (GByteArray) image = g_byte_array_new ();
  Source source = { image, 0 };
  BzgVault *other = NULL;
  gboolean ok;

  ok = bzg_vault_read_image (f->vault, NULL, sink_cb, image, NULL, NULL, error)
       && (other = bzg_vault_create (path, "officer", pass, fixture_user, NULL, error))
       && bzg_vault_write_image (other, source_cb, &source, NULL, error);
  if (other && !bzg_vault_close (other, ok ? error : NULL))
    ok = FALSE;
  bzg_io = &bzg_io_posix;
  if (ok)
    {
      other = bzg_vault_open (path, "officer", pass, NULL, NULL);
      g_assert_nonnull (other);
      g_assert_true (bzg_vault_verify (other, NULL, NULL, NULL, NULL));
      g_assert_true (bzg_vault_close (other, NULL));
    }
  g_unlink (path);
  return ok;
}

static gboolean
act_restore_key_block (Fixture *f, GError **error)
{
  g_autoptr (GBytes) block = bzg_vault_key_block (f->vault, NULL);
  g_autoptr (GByteArray) good = NULL;
  g_autoptr (GByteArray) spoilt = NULL;
  const BzgIo *io = bzg_io;
  gboolean ok;

  bzg_io = &bzg_io_posix;
  fixture_close (f);
  good = read_all (f->path);
  spoilt = read_all (f->path);
  memset (spoilt->data, 0xee, 32768);
  write_all (f->path, spoilt);
  bzg_io = io;
  ok = bzg_vault_restore_key_block (f->path, block, error);
  bzg_io = &bzg_io_posix;
  if (!ok)
    write_all (f->path, good);
  fixture_open (f);
  return ok;
}

/* Each action with each of its operations refused: it says so or it worked, and the casebook opens
 * with the passphrase it had. */
static void
test_actions (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *name;
    gboolean (*act) (Fixture *f, GError **error);
  } actions[] = {
    { "create", act_create },
    { "add a user", act_add_user },
    { "change a passphrase", act_change_passphrase },
    { "add a recovery code", act_add_recovery },
    { "verify", act_verify },
    { "image", act_image },
    { "restore the key block", act_restore_key_block },
  };
  g_autoptr (GByteArray) start = NULL;
  sqlite3 *db = fixture_connect (f);
  int points = 0;

  run (db, "CREATE TABLE t (a)");
  run (db, "INSERT INTO t VALUES (randomblob(9000))");
  sqlite3_close_v2 (db);
  fixture_close (f);
  start = read_all (f->path);

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    for (gint64 at = 1;; at++)
      {
        g_autoptr (GError) error = NULL;
        gboolean ok;

        write_all (f->path, start);
        fixture_open (f);
        fault = (Fault){ at % 2 ? EIO : ENOSPC, at % 3 == 0 };
        countdown = at;
        struck = FALSE;
        bzg_io = &failing;
        ok = actions[i].act (f, &error);
        bzg_io = &bzg_io_posix;
        g_assert_true (ok == (error == NULL));
        bzg_vault_close (f->vault, NULL);
        f->vault = NULL;
        fixture_open (f);
        db = fixture_connect (f);
        g_assert_cmpint (number (db, "SELECT length(a) FROM t"), ==, 9000);
        assert_sound (db);
        sqlite3_close_v2 (db);
        fixture_close (f);
        if (!struck)
          {
            if (!ok)
              g_error ("%s: %s", actions[i].name, error->message);
            break;
          }
        points++;
      }
  g_test_message ("%d points", points);
  g_assert_cmpint (points, >, 60);
  fixture_open (f);
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
  if (!fixture_init (&argc, &argv))
    return 1;
  g_test_add ("/faults/every-operation", Fixture, NULL, fixture_set_up, test_faults,
              fixture_tear_down);
  g_test_add ("/faults/rekey", Fixture, NULL, fixture_set_up, test_rekey, fixture_tear_down);
  g_test_add ("/faults/actions", Fixture, NULL, fixture_set_up, test_actions, fixture_tear_down);
  g_test_add ("/faults/failed-flush", Fixture, NULL, fixture_set_up, test_failed_flush,
              fixture_tear_down);
  return g_test_run ();
}
