/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vault/bzg-platform-private.h"
#include "vault/bzg-seal-private.h"

/*
 * The rules of the seal, one by one, without SQLite in between: what may be written when, what is
 * recorded before it, and that after a flush that failed nothing is.
 */

typedef struct
{
  BzgKeys keys;
  BzgSeal seal;
  int fd, log_fd;
} Fixture;

static const guint8 id[16] = "a database";
static int syncs, fail_sync, fail_write;

static int
counting_sync (int fd)
{
  syncs++;
  return --fail_sync == 0 ? -EIO : 0;
}

static gssize
counting_write (int fd, gconstpointer data, gsize len, goffset offset)
{
  return --fail_write == 0 ? -EIO : bzg_io_posix.write (fd, data, len, offset);
}

static int
failing_truncate (int fd, goffset size)
{
  return -EIO;
}

static BzgIo io;

/* A main file of @n pages, sealed; no log. */
static void
set_up (Fixture *f, gconstpointer data)
{
  memset (&f->keys, 7, sizeof f->keys);
  f->fd = memfd_create ("main", 0);
  f->log_fd = memfd_create ("log", 0);
  g_assert_cmpint (ftruncate (f->fd, BZG_HEADER_SIZE + 4 * BZG_PAGE_SIZE), ==, 0);
  bzg_seal_init (&f->seal, f->fd, id, &f->keys);
  bzg_seal_resize (&f->seal, 4);
  f->seal.state.n_pages = 4;
  io = bzg_io_posix;
  io.sync = counting_sync;
  io.write = counting_write;
  bzg_io = &io;
  syncs = fail_sync = fail_write = 0;
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  bzg_io = &bzg_io_posix;
  bzg_seal_clear (&f->seal);
  close (f->fd);
  close (f->log_fd);
}

/* The newest record on the disk. */
static BzgState
recorded (Fixture *f)
{
  guint8 block[BZG_STATE_SIZE];
  BzgState newest = { 0 }, state;

  for (int i = 0; i < 2; i++)
    if (bzg_io_posix.read (f->fd, block, sizeof block,
                           BZG_STATE_OFFSET + (goffset) i * BZG_STATE_SIZE)
          == sizeof block
        && bzg_state_decode (block, &f->keys, &state) && state.sequence > newest.sequence)
      newest = state;
  return newest;
}

/* One frame through the log, as SQLite writes it. */
static gboolean
frame (Fixture *f, guint64 number, guint32 page, guint32 commit)
{
  const BzgFrame what = { page, commit };
  BzgFrame back;

  if (bzg_seal_frame_header (&f->seal, number, &what) != BZG_SEAL_OK
      || bzg_seal_frame_page (&f->seal, number, &back) != BZG_SEAL_OK)
    return FALSE;
  g_assert_cmpuint (back.page, ==, page);
  bzg_seal_frame_written (&f->seal, number);
  return TRUE;
}

static BzgSealResult
write_main (Fixture *f, guint32 page, guint8 tag)
{
  guint8 tags[BZG_TAG];
  BzgSealResult result = bzg_seal_before_write (&f->seal, page);

  memset (tags, tag, sizeof tags);
  if (result == BZG_SEAL_OK)
    bzg_seal_after_write (&f->seal, page, tags, tag != 0);
  return result;
}

static void
test_order (Fixture *f, gconstpointer data)
{
  guint8 tag[BZG_TAG];
  BzgState state;

  /* No log yet: no frame, no page, nothing to shorten. */
  g_assert_false (frame (f, 0, 1, 4));
  g_assert_cmpint (write_main (f, 1, 1), ==, BZG_SEAL_REFUSED);
  g_assert_cmpint (bzg_seal_truncate (&f->seal, 4), ==, BZG_SEAL_OK);
  g_assert_cmpint (bzg_seal_truncate (&f->seal, 3), ==, BZG_SEAL_REFUSED);
  g_assert_cmpint (bzg_seal_truncate (&f->seal, 5), ==, BZG_SEAL_REFUSED); /* never longer */
  g_assert_cmpint (bzg_seal_new_log (&f->seal, NULL), ==, BZG_SEAL_OK);
  g_assert_cmpint (syncs, ==, 0);

  /* A new log: the next generation, in both records, flushed. */
  g_assert_cmpint (bzg_seal_new_log (&f->seal, (const guint8 *) "salts..."), ==, BZG_SEAL_OK);
  g_assert_cmpint (syncs, ==, 2);
  state = recorded (f);
  g_assert_cmpuint (state.generation, ==, 1);
  g_assert_cmpuint (state.sequence, ==, 2);
  g_assert_cmpmem (state.salts, 8, "salts...", 8);

  /* Frames in turn, never with a gap or without a page; a page of the main file not before its
   * frame is durable. */
  g_assert_false (frame (f, 1, 2, 0));
  g_assert_false (frame (f, 0, 0, 4));
  g_assert_true (frame (f, 0, 2, 0));
  g_assert_true (frame (f, 1, 3, 4));
  g_assert_cmpint (write_main (f, 2, 1), ==, BZG_SEAL_REFUSED);
  g_assert_cmpint (bzg_seal_sync_log (&f->seal, f->log_fd), ==, BZG_SEAL_OK);
  g_assert_cmpuint (recorded (f).covered, ==, 0);
  g_assert_cmpint (write_main (f, 2, 1), ==, BZG_SEAL_OK);
  state = recorded (f);
  g_assert_cmpuint (state.covered, ==, 2);
  g_assert_cmpuint (state.mark, ==, 2);
  g_assert_cmpuint (state.change, ==, 1);
  g_assert_cmpint (write_main (f, 4, 1), ==, BZG_SEAL_REFUSED); /* in no frame */
  g_assert_cmpint (write_main (f, 0, 1), ==, BZG_SEAL_REFUSED);
  g_assert_cmpint (write_main (f, 99999, 1), ==, BZG_SEAL_REFUSED);
  memset (tag, 1, sizeof tag);
  g_assert_true (bzg_seal_check_tag (&f->seal, 2, tag));
  g_assert_false (bzg_seal_check_tag (&f->seal, 3, tag));
  g_assert_false (bzg_seal_check_tag (&f->seal, 0, tag));
  g_assert_false (bzg_seal_check_tag (&f->seal, 5, tag));

  /* A write that failed leaves a page that is not believed, and a log that cannot be let go. */
  g_assert_cmpint (write_main (f, 3, 0), ==, BZG_SEAL_OK);
  memset (tag, 0, sizeof tag);
  g_assert_false (bzg_seal_check_tag (&f->seal, 3, tag));
  g_assert_cmpint (bzg_seal_new_log (&f->seal, NULL), ==, BZG_SEAL_REFUSED);
  g_assert_cmpuint (recorded (f).generation, ==, 1);
  g_assert_true (f->seal.refuse_writes);
}

/* A savepoint rolled back: frames after the last commit are replaced; those that are durable never.
 */
static void
test_replacing (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (bzg_seal_new_log (&f->seal, (const guint8 *) "salts..."), ==, BZG_SEAL_OK);
  g_assert_true (frame (f, 0, 1, 4));
  g_assert_true (frame (f, 1, 2, 0));
  g_assert_true (frame (f, 2, 3, 4));
  g_assert_true (frame (f, 1, 2, 0)); /* the same again, with another checksum */
  g_assert_true (frame (f, 1, 4, 4)); /* another in its place: the commit behind it is gone */
  g_assert_cmpuint (f->seal.last_commit, ==, 2);
  g_assert_cmpint (bzg_seal_sync_log (&f->seal, f->log_fd), ==, BZG_SEAL_OK);
  g_assert_cmpuint (f->seal.synced, ==, 2);
  g_assert_cmpint (write_main (f, 4, 1), ==, BZG_SEAL_OK);
  g_assert_false (frame (f, 1, 4, 4));
  g_assert_true (f->seal.refuse_writes); /* this cannot be SQLite, or it is broken */
  g_assert_false (frame (f, 2, 1, 4));
  g_assert_cmpint (bzg_seal_sync_log (&f->seal, f->log_fd), ==, BZG_SEAL_REFUSED);
  g_assert_cmpint (bzg_seal_sync_main (&f->seal), ==, -EIO);
}

/* A transaction of several frames replaced: back to the commit before it, not into its middle. */
static void
test_replacing_many (Fixture *f, gconstpointer data)
{
  BzgFrame what;

  g_assert_cmpint (bzg_seal_new_log (&f->seal, (const guint8 *) "salts..."), ==, BZG_SEAL_OK);
  g_assert_true (frame (f, 0, 1, 4));
  g_assert_true (frame (f, 1, 2, 0));
  g_assert_true (frame (f, 2, 3, 0));
  g_assert_true (frame (f, 3, 4, 4));
  g_assert_cmpuint (f->seal.last_commit, ==, 4);
  g_assert_true (frame (f, 3, 2, 4));
  g_assert_cmpuint (f->seal.last_commit, ==, 4); /* written again */
  what = (BzgFrame){ 3, 4 };
  g_assert_cmpint (bzg_seal_frame_header (&f->seal, 3, &what), ==, BZG_SEAL_OK);
  g_assert_cmpuint (f->seal.last_commit, ==, 1); /* without its page: no commit */
  what = (BzgFrame){ 2, 4 };
  g_assert_cmpint (bzg_seal_frame_header (&f->seal, 0, &what), ==, BZG_SEAL_OK);
  g_assert_cmpuint (f->seal.last_commit, ==, 0); /* the first of all */

  /* What is no frame is neither there nor written. */
  g_assert_cmpint (bzg_seal_frame_page (&f->seal, 4, &what), ==, BZG_SEAL_REFUSED);
  bzg_seal_frame_written (&f->seal, 4);
  g_assert_cmpuint (f->seal.last_commit, ==, 0);

  /* The page of a frame that is durable is not written again, and no other after that. */
  bzg_seal_frame_written (&f->seal, 0);
  g_assert_cmpint (bzg_seal_sync_log (&f->seal, f->log_fd), ==, BZG_SEAL_OK);
  g_assert_cmpint (write_main (f, 2, 1), ==, BZG_SEAL_OK);
  g_assert_cmpint (bzg_seal_frame_page (&f->seal, 0, &what), ==, BZG_SEAL_REFUSED);
  g_assert_true (f->seal.refuse_writes);
  g_assert_cmpint (bzg_seal_frame_page (&f->seal, 1, &what), ==, BZG_SEAL_REFUSED);
}

static Fixture *flushing;

/* While the system flushes the log, it is begun anew. */
static int
renewing_sync (int fd)
{
  io.sync = counting_sync;
  g_assert_cmpint (bzg_seal_new_log (&flushing->seal, (const guint8 *) "others.."), ==,
                   BZG_SEAL_OK);
  return 0;
}

/* A flush says nothing about a log that was begun after it. */
static void
test_renewed_meanwhile (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (bzg_seal_new_log (&f->seal, (const guint8 *) "salts..."), ==, BZG_SEAL_OK);
  g_assert_true (frame (f, 0, 1, 4));
  flushing = f;
  io.sync = renewing_sync;
  g_assert_cmpint (bzg_seal_sync_log (&f->seal, f->log_fd), ==, BZG_SEAL_OK);
  g_assert_cmpuint (f->seal.synced, ==, 0);
  g_assert_true (frame (f, 0, 2, 4));
  g_assert_cmpuint (f->seal.synced, ==, 0);
  g_assert_cmpint (write_main (f, 2, 1), ==, BZG_SEAL_REFUSED);
}

/* Nothing sealed yet: the record says so. */
static void
test_no_pages (Fixture *f, gconstpointer data)
{
  bzg_seal_clear (&f->seal);
  bzg_seal_init (&f->seal, f->fd, id, &f->keys);
  g_assert_cmpint (bzg_seal_new_log (&f->seal, (const guint8 *) "salts..."), ==, BZG_SEAL_OK);
  g_assert_cmpuint (recorded (f).n_pages, ==, 0);
  g_assert_cmpuint (recorded (f).generation, ==, 1);
}

static void
test_pinned (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (bzg_seal_new_log (&f->seal, (const guint8 *) "salts..."), ==, BZG_SEAL_OK);
  g_assert_true (frame (f, 0, 1, 2));
  g_assert_cmpint (bzg_seal_sync_log (&f->seal, f->log_fd), ==, BZG_SEAL_OK);
  f->seal.pins = 1;
  g_assert_cmpint (write_main (f, 1, 1), ==, BZG_SEAL_BUSY);
  g_assert_cmpint (bzg_seal_truncate (&f->seal, 2), ==, BZG_SEAL_BUSY);
  f->seal.pins = 0;
  g_assert_cmpint (write_main (f, 1, 1), ==, BZG_SEAL_OK);

  /* A commit of two pages: the root covers two, and the file may shrink to that and no further. */
  g_assert_cmpuint (recorded (f).n_pages, ==, 2);
  g_assert_cmpint (bzg_seal_truncate (&f->seal, 1), ==, BZG_SEAL_REFUSED);
  io.truncate = failing_truncate;
  g_assert_cmpint (bzg_seal_truncate (&f->seal, 2), ==, BZG_SEAL_REFUSED);
  io.truncate = bzg_io_posix.truncate;
  g_assert_cmpint (bzg_seal_truncate (&f->seal, 3), ==, BZG_SEAL_OK);
  g_assert_cmpint (bzg_seal_truncate (&f->seal, 2), ==, BZG_SEAL_OK);
  g_assert_cmpuint (f->seal.n_pages, ==, 2);
  g_assert_cmpint (bzg_seal_new_log (&f->seal, NULL), ==, BZG_SEAL_OK);
  g_assert_cmpuint (recorded (f).n_pages, ==, 2);
  g_assert_cmpuint (recorded (f).covered, ==, 0);
}

/* Every write and flush refused in turn: afterwards nothing is taken any more, and what stands on
 * the disk is a record of before or of after. */
static void
test_refused (Fixture *f, gconstpointer data)
{
  for (int at = 1; at < 14; at++)
    for (int kind = 0; kind < 2; kind++)
      {
        BzgState state;
        gboolean ok;

        tear_down (f, NULL);
        set_up (f, NULL);
        fail_sync = kind ? at : 0;
        fail_write = kind ? 0 : at;
        ok = bzg_seal_new_log (&f->seal, (const guint8 *) "salts...") == BZG_SEAL_OK
             && frame (f, 0, 1, 4) && bzg_seal_sync_log (&f->seal, f->log_fd) == BZG_SEAL_OK
             && write_main (f, 1, 1) == BZG_SEAL_OK && bzg_seal_sync_main (&f->seal) == 0
             && frame (f, 1, 2, 4);
        if (ok)
          {
            f->seal.marked_at -= 31 * G_USEC_PER_SEC;
            ok = bzg_seal_sync_log (&f->seal, f->log_fd) == BZG_SEAL_OK
                 && write_main (f, 2, 1) == BZG_SEAL_OK
                 && bzg_seal_new_log (&f->seal, NULL) == BZG_SEAL_OK;
          }
        if (!ok)
          {
            fail_sync = fail_write = 0;
            g_assert_true (f->seal.refuse_writes);
            g_assert_cmpint (write_main (f, 1, 1), ==, BZG_SEAL_REFUSED);
            g_assert_false (frame (f, f->seal.frames->len, 1, 4));
            g_assert_cmpint (bzg_seal_new_log (&f->seal, NULL), ==, BZG_SEAL_REFUSED);
            g_assert_cmpint (bzg_seal_truncate (&f->seal, 4), ==, BZG_SEAL_REFUSED);
          }
        state = recorded (f);
        g_assert_cmpuint (state.generation, <=, 2);
        g_assert_cmpuint (state.mark, >=, state.covered);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  bzg_crypto_init ();

#define ADD(name) g_test_add ("/seal/" #name, Fixture, NULL, set_up, test_##name, tear_down)
  ADD (order);
  ADD (replacing);
  ADD (replacing_many);
  ADD (renewed_meanwhile);
  ADD (no_pages);
  ADD (pinned);
  ADD (refused);
  return g_test_run ();
}
