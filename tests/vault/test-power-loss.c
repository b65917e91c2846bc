/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "failing-disk.h"
#include "fixture.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "vault/bzg-platform-private.h"
#include "vault/bzg-vault-private.h"

/*
 * Power cuts. Every write, flush and truncation of a busy hour is recorded below the vault; then
 * the disk is rebuilt as it may look after a cut at a random moment: flushed writes are there, each
 * later one is kept, lost, torn at a sector or replaced by rubbish in some sectors, of 512 or 4096
 * bytes. From every such disk the casebook must open without a false alarm, be sound and hold each
 * commit that had been acknowledged; on every other disk an input-output error strikes the first
 * attempt, somewhere.
 *
 * The tests of the test: with flushes ignored in the rebuilding, it has to find lost commits; and
 * it has to produce what would be the end of a casebook whose first page were read from the main
 * file before the log is known.
 *
 * BOZGASHT_ROUNDS sets the number of cuts (default 300).
 */

enum
{
  MAIN,
  LOG,
  FILES
};

typedef enum
{
  WRITE,
  TRUNCATE,
  SYNC
} OpKind;

typedef struct
{
  OpKind kind;
  int file;
  goffset offset; /* or the size */
  gsize len;
  guint8 *data;
  gint64 acked;   /* commits acknowledged before this */
  gint64 started; /* and begun */
} Op;

static GArray *trace;
static gsize sector;   /* of the disk that loses power */
static int first_lost; /* disks on which page 1 is not to be had from the main file */
static gint64 acked, started;

static int
which_file (int fd)
{
  char link[64], path[512];
  gssize n;

  g_snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  n = readlink (link, path, sizeof path - 1);
  if (n < 0)
    return -1;
  path[n] = 0;
  return g_str_has_suffix (path, ".bozgasht") ? MAIN : g_str_has_suffix (path, "-log") ? LOG : -1;
}

static void
record (OpKind kind, int fd, goffset offset, gconstpointer data, gsize len)
{
  Op op = { kind, which_file (fd), offset, len, NULL, acked, started };

  if (op.file < 0)
    return;
  if (data)
    op.data = g_memdup2 (data, len);
  g_array_append_val (trace, op);
}

static gssize
record_write (int fd, gconstpointer data, gsize len, goffset offset)
{
  record (WRITE, fd, offset, data, len);
  return bzg_io_posix.write (fd, data, len, offset);
}

static int
record_sync (int fd)
{
  record (SYNC, fd, 0, NULL, 0);
  return 0;
}

static int
record_truncate (int fd, goffset size)
{
  record (TRUNCATE, fd, size, NULL, 0);
  return bzg_io_posix.truncate (fd, size);
}

static BzgIo recorder;

/* ---- the disk ---- */

static void
apply (GByteArray *disk, const Op *op)
{
  if (op->kind == TRUNCATE)
    {
      guint old = disk->len;
      g_byte_array_set_size (disk, (guint) op->offset);
      if (disk->len > old)
        memset (disk->data + old, 0, disk->len - old);
    }
  else if (op->kind == WRITE)
    {
      guint old = disk->len;
      if (op->offset + (goffset) op->len > old)
        {
          g_byte_array_set_size (disk, (guint) (op->offset + (goffset) op->len));
          memset (disk->data + old, 0, disk->len - old);
        }
      memcpy (disk->data + op->offset, op->data, op->len);
    }
}

static void
apply_badly (GByteArray *disk, const Op *op, GRand *rand)
{
  int fate = g_rand_int_range (rand, 0, 4);

  if (fate == 0)
    return;
  if (fate == 1 || op->kind == TRUNCATE || op->len < sector)
    {
      apply (disk, op);
      return;
    }
  if (fate == 2) /* torn: some sectors of the new, the rest as it was */
    {
      Op part = *op;
      gboolean front = g_rand_boolean (rand);
      gsize cut = (gsize) g_rand_int_range (rand, 1, (gint32) (op->len / sector) + 1) * sector;
      cut = MIN (cut, op->len);
      part.len = front ? cut : op->len - cut;
      if (!front)
        {
          part.offset += (goffset) cut;
          part.data += cut;
        }
      if (part.len)
        apply (disk, &part);
      return;
    }
  apply (disk, op);
  for (gsize at = 0; at + sector <= op->len; at += sector)
    if (g_rand_int_range (rand, 0, 3) == 0)
      for (gsize i = 0; i < sector; i++)
        disk->data[op->offset + (goffset) (at + i)] = (guint8) g_rand_int (rand);
}

/* ---- the busy hour ---- */

static void
commit (sqlite3 *db, const char *sql)
{
  g_autofree char *count = NULL;

  run (db, "BEGIN");
  run (db, sql);
  started++;
  count = g_strdup_printf ("UPDATE counter SET n = %" G_GINT64_FORMAT, started);
  run (db, count);
  run (db, "COMMIT");
  acked = started;
}

static void
work (Fixture *f, GRand *rand, int commits)
{
  sqlite3 *db = fixture_connect (f);

  run (db, "PRAGMA cache_size=20");
  run (db, "PRAGMA cache_spill=20");
  run (db, "PRAGMA wal_autocheckpoint=25");
  for (int i = 0; i < commits; i++)
    {
      switch (g_rand_int_range (rand, 0, 12))
        {
        case 0:
          commit (db, "INSERT INTO t (a, b) SELECT hex(randomblob(10)), randomblob(900) FROM "
                      "(WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n LIMIT 90) "
                      "SELECT v FROM n); UPDATE t SET a = hex(randomblob(12)) WHERE id % 2 = 0");
          break;
        case 1:
          commit (db, "DELETE FROM t WHERE id % 3 = 0");
          break;
        case 2:
          run (db, "BEGIN");
          run (db, "UPDATE t SET b = randomblob(1500)");
          run (db, "ROLLBACK");
          break;
        case 3:
          if (i % 4 == 0)
            run (db, "VACUUM");
          break;
        case 4:
          sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
          break;
        case 5:
          sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL);
          break;
        case 6:
          sqlite3_close_v2 (db);
          fixture_close (f);
          fixture_open (f);
          db = fixture_connect (f);
          run (db, "PRAGMA cache_size=20");
          run (db, "PRAGMA wal_autocheckpoint=25");
          break;
        default:
          commit (db, "INSERT INTO t (a, b) VALUES (hex(randomblob(9)), randomblob(500)); "
                      "UPDATE t SET b = randomblob(300) WHERE id % 11 = 5");
        }
      if (i % 25 == 7)
        {
          g_autoptr (BzgSecret) pass = bzg_secret_new_text ("second");
          g_autofree char *name = g_strdup_printf ("user %d", i);
          guint8 box[32];
          g_assert_true (bzg_vault_add_user (f->vault, name, pass, fixture_user, box, NULL));
        }
    }
  sqlite3_close_v2 (db);
}

/* ---- the cuts ---- */

/* Recovers, and fails in the middle of it. */
static void
stumble (Fixture *f, int at)
{
  sqlite3 *db;

  failing_countdown = at;
  bzg_io = &failing_disk;
  f->vault = fixture_try_open (f, NULL);
  if (f->vault)
    {
      db = bzg_vault_connect (f->vault, FALSE, NULL);
      if (db)
        sqlite3_exec (db, "PRAGMA wal_checkpoint(RESTART)", NULL, NULL, NULL);
      sqlite3_close_v2 (db);
      bzg_vault_close (f->vault, NULL);
      f->vault = NULL;
    }
  bzg_io = &bzg_io_posix;
}

static gboolean
survives (
  Fixture *f, GByteArray *const images[FILES], const Op *at, int stumble_at, gboolean report)
{
  g_autoptr (BzgXaes) xaes = NULL;
  g_autofree guint8 *page = g_malloc (BZG_PAGE_SIZE);
  g_autoptr (GError) error = NULL;
  sqlite3 *db;
  gint64 n;
  gboolean ok = TRUE;
  sqlite3_stmt *stmt = NULL;

  write_all (f->path, images[MAIN]);
  write_all (f->log, images[LOG]);
  if (stumble_at)
    stumble (f, stumble_at);
  f->vault = fixture_try_open (f, &error);
  if (!f->vault)
    {
      if (report)
        g_test_message ("does not open: %s", error->message);
      return FALSE;
    }
  xaes = bzg_xaes_new (f->vault->keys->page);
  first_lost += !bzg_image_read_page (f->vault->fd, &f->vault->seal, xaes, 1, page, NULL);
  db = fixture_connect (f);
  if (sqlite3_prepare_v2 (db, "PRAGMA integrity_check", -1, &stmt, NULL) != SQLITE_OK
      || sqlite3_step (stmt) != SQLITE_ROW
      || strcmp ((const char *) sqlite3_column_text (stmt, 0), "ok") != 0)
    ok = FALSE;
  sqlite3_finalize (stmt);
  if (!ok && report)
    g_test_message ("not sound");
  if (ok)
    {
      n = number (db, "SELECT n FROM counter");
      ok = n >= at->acked && n <= at->started;
      if (!ok && report)
        g_test_message ("commit %" G_GINT64_FORMAT ", acknowledged %" G_GINT64_FORMAT, n,
                        at->acked);
    }
  if (ok)
    {
      run (db, "INSERT INTO t (a) VALUES ('goes on')");
      sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    }
  sqlite3_close_v2 (db);
  fixture_close (f);
  if (ok)
    {
      fixture_open (f); /* what recovery left behind is sealed again */
      fixture_close (f);
    }
  return ok;
}

static int
cut_power (
  Fixture *f, GByteArray *const start[FILES], GRand *rand, int rounds, gboolean ignore_sync)
{
  int bad = 0;

  for (int i = 0; i < rounds; i++)
    {
      GByteArray *images[FILES];
      guint last_sync[FILES];
      guint cut = (guint) g_rand_int_range (rand, 1, (gint32) trace->len);

      /* The newest flush of each file before the cut makes all before it durable. */
      for (int k = 0; k < FILES; k++)
        {
          last_sync[k] = 0;
          for (guint p = 0; p < cut && !ignore_sync; p++)
            {
              const Op *op = &g_array_index (trace, Op, p);
              if (op->file == k && op->kind == SYNC)
                last_sync[k] = p;
            }
        }
      for (int k = 0; k < FILES; k++)
        {
          GByteArray *image = images[k] = g_byte_array_new ();
          g_byte_array_append (image, start[k]->data, start[k]->len);
          for (guint p = 0; p < cut; p++)
            {
              const Op *op = &g_array_index (trace, Op, p);
              if (op->file != k || op->kind == SYNC)
                continue;
              if (p < last_sync[k])
                apply (image, op);
              else
                apply_badly (image, op, rand);
            }
        }
      if (!survives (f, images, &g_array_index (trace, Op, cut - 1),
                     i % 2 && !ignore_sync ? g_rand_int_range (rand, 1, 60) : 0, !ignore_sync))
        {
          bad++;
          if (!ignore_sync)
            g_test_message ("cut at operation %u of %u", cut, trace->len);
        }
      for (int k = 0; k < FILES; k++)
        g_byte_array_unref (images[k]);
    }
  return bad;
}

static void
test_power_loss (Fixture *f, gconstpointer data)
{
  const char *wanted = g_getenv ("BOZGASHT_ROUNDS");
  int rounds = wanted ? atoi (wanted) : 300;
  GByteArray *start[FILES];
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  sqlite3 *db = fixture_connect (f);
  int bad, turn = 0, naive;

  run (db, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b BLOB)");
  run (db, "CREATE INDEX i ON t (a)");
  run (db, "CREATE TABLE counter (n INTEGER)");
  run (db, "INSERT INTO counter VALUES (0)");
  sqlite3_close_v2 (db);
  fixture_close (f);
  start[MAIN] = read_all (f->path);
  start[LOG] = g_byte_array_new ();

  while (rounds > 0)
    {
      int now = MIN (rounds, 150);

      trace = g_array_new (FALSE, FALSE, sizeof (Op));
      acked = started = 0;
      write_all (f->path, start[MAIN]);
      g_unlink (f->log);
      recorder = bzg_io_posix;
      recorder.write = record_write;
      recorder.sync = record_sync;
      recorder.truncate = record_truncate;
      bzg_io = &recorder;
      fixture_open (f);
      work (f, rand, 120);
      fixture_close (f);
      bzg_io = &bzg_io_posix;

      sector = turn++ % 2 ? 4096 : 512;
      first_lost = 0;
      bad = cut_power (f, start, rand, now, FALSE);
      if (bad)
        g_error ("%d of %d power cuts lost data", bad, now);
      if (first_lost == 0)
        g_error ("the harness never takes page 1 away");
      naive = first_lost;
      bad = cut_power (f, start, rand, 25, TRUE);
      if (bad == 0)
        g_error ("the harness finds nothing even when flushes are ignored");
      g_test_message ("%d cuts in %u operations, sectors of %d bytes, %" G_GINT64_FORMAT
                      " commits; "
                      "page 1 only in the log %d times; without flushes %d of 25 bad",
                      now, trace->len, (int) sector, acked, naive, bad);
      for (guint i = 0; i < trace->len; i++)
        g_free (g_array_index (trace, Op, i).data);
      g_array_unref (trace);
      rounds -= now;
    }
  g_byte_array_unref (start[MAIN]);
  g_byte_array_unref (start[LOG]);
}

int
main (int argc, char **argv)
{
  if (!fixture_init (&argc, &argv))
    return 1;
  g_test_add ("/vault/power-loss", Fixture, NULL, fixture_set_up, test_power_loss,
              fixture_tear_down);
  return g_test_run ();
}
