/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "failing-disk.h"
#include "fixture.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vault/bzg-platform-private.h"
#include "vault/bzg-tags-private.h"

/*
 * The tags kept beside a large casebook, here beside a small one. Whatever stands in that file, the
 * casebook opens exactly if it would open without it; only the time it takes may change.
 */

enum
{
  HEADER = 65536,
  PAGE = 4096,
  ROWS = 150
};

typedef struct
{
  Fixture base;
  char *tags;
} Tags;

static gint64 pages_read;

/* Counts what is read of the main file in large pieces: the reading of the whole. */
static gssize
counting_read (int fd, gpointer data, gsize len, goffset offset)
{
  if (offset >= HEADER && len % PAGE == 0 && len > PAGE)
    pages_read += (gint64) len / PAGE;
  return bzg_io_posix.read (fd, data, len, offset);
}

static void
set_up (Tags *t, gconstpointer data)
{
  Fixture *f = &t->base;
  g_autofree char *sql = NULL;
  sqlite3 *db;

  bzg_tags_from = 10;
  fixture_set_up (f, data);
  t->tags = g_strconcat (f->path, "-tags", NULL);
  db = fixture_connect (f);
  sql = g_strdup_printf ("INSERT INTO t (v, pad) SELECT 1, randomblob(900) FROM (WITH RECURSIVE "
                         "n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT %d) SELECT x FROM "
                         "n)",
                         ROWS);
  run (db, "CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER, pad BLOB)");
  run (db, sql);
  sqlite3_close_v2 (db);
  fixture_close (f);
  g_assert_true (g_file_test (t->tags, G_FILE_TEST_IS_REGULAR));
}

static void
tear_down (Tags *t, gconstpointer data)
{
  fixture_tear_down (&t->base, data);
  g_free (t->tags);
  bzg_tags_from = 262144;
}

/* Opens; TRUE if that took reading all pages. 0 or the error code in @code. */
static gboolean
opens_by_reading_all (Tags *t, int *code)
{
  BzgIo io = bzg_io_posix;
  g_autoptr (GError) error = NULL;
  struct stat st;

  g_assert_cmpint (g_stat (t->base.path, &st), ==, 0);
  pages_read = 0;
  io.read = counting_read;
  bzg_io = &io;
  t->base.vault = fixture_try_open (&t->base, &error);
  bzg_io = &bzg_io_posix;
  *code = error ? error->code : 0;
  return pages_read >= (st.st_size - HEADER) / PAGE;
}

static gint64
sum (Tags *t)
{
  sqlite3 *db = fixture_connect (&t->base);
  gint64 value = number (db, "SELECT sum(v) FROM t");

  assert_sound (db);
  sqlite3_close_v2 (db);
  return value;
}

static void
test_used (Tags *t, gconstpointer data)
{
  g_autoptr (GByteArray) before = read_all (t->tags);
  g_autoptr (GByteArray) same = NULL;
  g_autoptr (GByteArray) after = NULL;
  struct stat first, second;
  sqlite3 *db;
  int code;

  g_assert_cmpint (g_stat (t->tags, &first), ==, 0);
  g_assert_cmpint (first.st_mode & 0777, ==, 0600);
  g_assert_false (opens_by_reading_all (t, &code));
  g_assert_cmpint (code, ==, 0);
  g_assert_cmpint (sum (t), ==, ROWS);
  fixture_close (&t->base);
  g_assert_cmpint (g_stat (t->tags, &second), ==, 0);
  g_assert_cmpuint (first.st_ino, ==, second.st_ino); /* nothing changed: left as it is */

  g_assert_false (opens_by_reading_all (t, &code));
  db = fixture_connect (&t->base);
  run (db, "UPDATE t SET v = 2");
  same = read_all (t->tags);
  g_assert_cmpmem (same->data, same->len, before->data, before->len);
  sqlite3_close_v2 (db);
  fixture_close (&t->base);
  after = read_all (t->tags);
  g_assert_true (memcmp (after->data, before->data, before->len) != 0);
  g_assert_false (opens_by_reading_all (t, &code));
  g_assert_cmpint (sum (t), ==, 2 * ROWS);
}

/* Spoilt in every way: never more than a longer opening, and it is whole again afterwards. */
static void
test_spoilt (Tags *t, gconstpointer data)
{
  g_autoptr (GByteArray) good = read_all (t->tags);
  int code;

  for (int way = 0; way < 260; way++)
    {
      g_autoptr (GByteArray) bad = g_byte_array_new ();

      g_byte_array_append (bad, good->data, good->len);
      g_unlink (t->tags);
      if (way < 48) /* each byte of its head */
        bad->data[way] ^= (guint8) (1 << g_test_rand_int_range (0, 8));
      else if (way < 200) /* a tag */
        bad->data[g_test_rand_int_range (48, (gint32) bad->len)]
          ^= (guint8) (1 << g_test_rand_int_range (0, 8));
      else if (way < 250) /* cut */
        g_byte_array_set_size (bad, (guint) g_test_rand_int_range (0, (gint32) bad->len));
      else if (way == 250)
        g_byte_array_append (bad, good->data, 1);
      else if (way == 251) /* tags of two pages exchanged */
        {
          memcpy (bad->data + 48, good->data + 64, 16);
          memcpy (bad->data + 64, good->data + 48, 16);
        }
      else if (way == 252)
        memset (bad->data + 48, 0, bad->len - 48);

      if (way == 253)
        g_assert_cmpint (mkfifo (t->tags, 0600), ==, 0);
      else if (way == 254)
        g_assert_cmpint (g_mkdir (t->tags, 0700), ==, 0);
      else if (way == 255)
        g_assert_cmpint (symlink ("/dev/zero", t->tags), ==, 0);
      else if (way == 256)
        g_assert_cmpint (symlink (t->base.path, t->tags), ==, 0);
      else if (way < 253)
        write_all (t->tags, bad);

      g_assert_true (opens_by_reading_all (t, &code));
      g_assert_cmpint (code, ==, 0);
      if (way % 20 == 0)
        g_assert_cmpint (sum (t), ==, ROWS);
      fixture_close (&t->base);
      if (way == 254)
        g_rmdir (t->tags);
      else
        {
          g_autoptr (GByteArray) again = read_all (t->tags);
          g_assert_cmpmem (again->data, again->len, good->data, good->len);
        }
    }
}

/* A page of an earlier moment, with the tags of now, with the tags of then, and with those made to
 * look like those of now: found at the opening, or when the page is read, and never shown. */
static void
test_old_pages (Tags *t, gconstpointer data)
{
  Fixture *f = &t->base;
  g_autoptr (GByteArray) old = read_all (f->path);
  g_autoptr (GByteArray) old_tags = read_all (t->tags);
  g_autoptr (GByteArray) now = NULL;
  g_autoptr (GByteArray) now_tags = NULL;
  sqlite3 *db;
  int tried = 0;

  fixture_open (f);
  db = fixture_connect (f);
  run (db, "UPDATE t SET v = 2");
  sqlite3_close_v2 (db);
  fixture_close (f);
  now = read_all (f->path);
  now_tags = read_all (t->tags);
  g_assert_cmpuint (old->len, ==, now->len);

  for (guint at = HEADER; at < now->len; at += PAGE)
    {
      g_autoptr (GByteArray) bad = g_byte_array_new ();
      g_autoptr (GByteArray) forged = g_byte_array_new ();
      g_autoptr (GError) error = NULL;
      int code;

      if (memcmp (old->data + at, now->data + at, PAGE) == 0)
        continue;
      tried++;
      g_byte_array_append (bad, now->data, now->len);
      memcpy (bad->data + at, old->data + at, PAGE);
      write_all (f->path, bad);

      write_all (t->tags, now_tags); /* the page does not fit its tag when it is read */
      f->vault = fixture_try_open (f, &error);
      if (f->vault)
        {
          g_assert_false (bzg_vault_verify (f->vault, NULL, NULL, NULL, &error));
          g_assert_error (error, BZG_ERROR, BZG_ERROR_ROLLBACK);
          db = bzg_vault_connect (f->vault, TRUE, NULL);
          if (db)
            g_assert_cmpint (sqlite3_exec (db, "SELECT sum(v), sum(length(pad)) FROM t", NULL, NULL,
                                           NULL)
                               & 0xff,
                             ==, SQLITE_IOERR);
          sqlite3_close_v2 (db);
          bzg_vault_close (f->vault, NULL);
          f->vault = NULL;
        }
      else /* page 1 is read by the opening itself */
        g_assert_error (error, BZG_ERROR, BZG_ERROR_DAMAGED);

      write_all (f->path, bad);
      write_all (t->tags, old_tags);
      opens_by_reading_all (t, &code);
      g_assert_cmpint (code, ==, BZG_ERROR_ROLLBACK);

      g_byte_array_append (forged, now_tags->data, now_tags->len);
      memcpy (forged->data + 48 + (at - HEADER) / PAGE * 16, old->data + at + PAGE - 16, 16);
      write_all (t->tags, forged);
      opens_by_reading_all (t, &code);
      g_assert_cmpint (code, ==, BZG_ERROR_ROLLBACK);
    }
  g_assert_cmpint (tried, >, 10);

  /* All pages of then, with the tags of then under the number of now. */
  memcpy (old->data, now->data, HEADER);
  memcpy (old_tags->data, now_tags->data, 48);
  write_all (f->path, old);
  write_all (t->tags, old_tags);
  {
    int code;
    opens_by_reading_all (t, &code);
    g_assert_cmpint (code, ==, BZG_ERROR_ROLLBACK);
  }
  write_all (f->path, now);
  fixture_open (f);
}

/* A crash in a checkpoint: tags from before it are old; under a number made to fit they are no
 * better, and no worse. */
static void
test_after_crash (Tags *t, gconstpointer data)
{
  Fixture *f = &t->base;
  g_autoptr (GByteArray) tags = read_all (t->tags);
  g_autoptr (GByteArray) file = NULL;
  g_autoptr (GByteArray) log = NULL;
  sqlite3 *db, *reader;
  guint64 sequence;
  int code;

  fixture_open (f);
  db = fixture_connect (f);
  reader = bzg_vault_connect (f->vault, TRUE, NULL);
  run (db, "UPDATE t SET v = 3 WHERE id % 2");
  run (reader, "BEGIN");
  number (reader, "SELECT count(*) FROM t");
  sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL); /* F > 0 */
  run (db, "UPDATE t SET v = 3");
  file = read_all (f->path);
  log = read_all (f->log);
  bzg_vault_change_number (f->vault, &sequence);
  run (reader, "ROLLBACK");
  sqlite3_close_v2 (reader);
  sqlite3_close_v2 (db);
  fixture_close (f);

  for (int forged = 0; forged < 2; forged++)
    {
      write_all (f->path, file);
      write_all (f->log, log);
      if (forged)
        bzg_put64 (tags->data + 32, sequence);
      write_all (t->tags, tags);
      g_assert_true (opens_by_reading_all (t, &code) || forged);
      g_assert_cmpint (code, ==, 0);
      g_assert_cmpint (sum (t), ==, 3 * ROWS);
      g_assert_true (bzg_vault_verify (f->vault, NULL, NULL, NULL, NULL));
      fixture_close (f);
    }
  g_assert_false (opens_by_reading_all (t, &code));
  g_assert_cmpint (sum (t), ==, 3 * ROWS);
}

static void
test_goes_away (Tags *t, gconstpointer data)
{
  Fixture *f = &t->base;
  g_autoptr (BzgSecret) pass = fixture_passphrase ();
  g_autoptr (GByteArray) before = read_all (t->tags);
  sqlite3 *db;
  int code;

  /* A new key: gone at once, and made anew for the new file. */
  fixture_open (f);
  g_assert_true (bzg_vault_rekey (f->vault, 1, NULL, NULL, NULL, NULL));
  g_assert_false (g_file_test (t->tags, G_FILE_TEST_EXISTS));
  fixture_close (f);
  g_assert_true (g_file_test (t->tags, G_FILE_TEST_EXISTS));
  g_assert_false (opens_by_reading_all (t, &code));
  fixture_close (f);
  write_all (t->tags, before); /* those of the old file are of no use */
  g_assert_true (opens_by_reading_all (t, &code));
  g_assert_cmpint (sum (t), ==, ROWS);

  /* A casebook that became small keeps none. */
  db = fixture_connect (f);
  run (db, "DELETE FROM t WHERE id > 3");
  run (db, "VACUUM");
  sqlite3_close_v2 (db);
  fixture_close (f);
  g_assert_false (g_file_test (t->tags, G_FILE_TEST_EXISTS));

  /* Nor does another one that is made in its place. */
  write_all (t->tags, before);
  g_unlink (f->path);
  f->vault = bzg_vault_create (f->path, "officer", pass, fixture_user, NULL, NULL);
  g_assert_nonnull (f->vault);
  g_assert_false (g_file_test (t->tags, G_FILE_TEST_EXISTS));
}

/* A disk that fails while they are written or read. */
static void
test_failing_disk (Tags *t, gconstpointer data)
{
  const BzgIo disk = { failing_read, failing_write, failing_sync, bzg_io_posix.truncate };
  Fixture *f = &t->base;
  g_autofree char *temporary = g_strconcat (t->tags, ".new", NULL);
  int left_out = 0;

  for (int at = 1; at < 8; at++)
    {
      int code;

      fixture_open (f);
      bzg_vault_change_number (f->vault, NULL);
      g_unlink (t->tags);
      failing_countdown = at;
      bzg_io = &disk;
      fixture_close (f); /* nothing acknowledged is at stake: closing succeeds */
      bzg_io = &bzg_io_posix;
      g_assert_false (g_file_test (temporary, G_FILE_TEST_EXISTS));
      left_out += !g_file_test (t->tags, G_FILE_TEST_EXISTS);
      opens_by_reading_all (t, &code);
      g_assert_cmpint (code, ==, 0);
      fixture_close (f);
      g_assert_true (g_file_test (t->tags, G_FILE_TEST_EXISTS));
    }
  g_assert_cmpint (left_out, >=, 3);

  /* In the place where the new ones are written, or would be moved to. */
  g_unlink (t->tags);
  g_assert_cmpint (g_mkdir (temporary, 0700), ==, 0);
  fixture_open (f);
  fixture_close (f);
  g_assert_false (g_file_test (t->tags, G_FILE_TEST_EXISTS));
  g_rmdir (temporary);
  g_assert_cmpint (g_mkdir (t->tags, 0700), ==, 0);
  fixture_open (f);
  fixture_close (f);
  g_assert_false (g_file_test (temporary, G_FILE_TEST_EXISTS));
  g_rmdir (t->tags);

  /* While opening: whatever fails, it is refused with an error or opens whole. */
  fixture_open (f);
  fixture_close (f);
  for (int at = 1; at < 40; at++)
    {
      g_autoptr (GError) error = NULL;

      failing_countdown = at;
      bzg_io = &disk;
      f->vault = fixture_try_open (f, &error);
      bzg_io = &bzg_io_posix;
      if (f->vault)
        {
          g_assert_cmpint (sum (t), ==, ROWS);
          fixture_close (f);
        }
      else
        g_assert_cmpint (error->code / 100, ==, 5);
    }
  fixture_open (f);
}

int
main (int argc, char **argv)
{
  if (!fixture_init (&argc, &argv))
    return 1;

#define ADD(name) g_test_add ("/tags/" #name, Tags, NULL, set_up, test_##name, tear_down)
  ADD (used);
  ADD (spoilt);
  ADD (old_pages);
  ADD (after_crash);
  ADD (goes_away);
  ADD (failing_disk);
  return g_test_run ();
}
