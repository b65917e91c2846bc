/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "counts.h"
#include "vault/bzg-platform-private.h"
#include "vault/bzg-vault-private.h"

/*
 * The pieces of the vault one by one, with what the others never give them: a disk that reads back
 * something else, a file cut in the middle of a checkpoint, a slot that is spoilt in memory. Each
 * piece says so, and the casebook is as it was.
 */

#define FRAME(n) (BZG_LOG_HEADER + (goffset) (n) *BZG_FRAME_SIZE)

/* ---- a disk that answers oddly ---- */

static BzgIo odd;

/* What a read of @len bytes at @offset gives, after @later that are as they should be. */
static struct
{
  gsize len;
  goffset offset;
  int later;
  gssize result;
  const guint8 *content; /* or NULL: as it is */
  int times;
} odd_read;

static gssize
odd_read_cb (int fd, gpointer data, gsize len, goffset offset)
{
  gssize n = bzg_io_posix.read (fd, data, len, offset);

  if (len != odd_read.len || offset != odd_read.offset || odd_read.later-- > 0)
    return n;
  odd_read.times++;
  if (odd_read.content)
    memcpy (data, odd_read.content, len);
  return odd_read.result;
}

/* Writes are refused in one part of a file; of the whole disk when @fd is -1. */
static struct
{
  int fd;
  goffset from, to;
  int errnum;
  int times;
} no_write;

static gssize
no_write_cb (int fd, gconstpointer data, gsize len, goffset offset)
{
  if ((no_write.fd >= 0 && fd != no_write.fd) || offset < no_write.from || offset >= no_write.to)
    return bzg_io_posix.write (fd, data, len, offset);
  no_write.times++;
  return -no_write.errnum;
}

static int
no_sync_cb (int fd)
{
  return -EIO;
}

static void
let_read (gsize len, goffset offset, int later, gssize result)
{
  memset (&odd_read, 0, sizeof odd_read);
  odd_read.len = len;
  odd_read.offset = offset;
  odd_read.later = later;
  odd_read.result = result;
  odd = bzg_io_posix;
  odd.read = odd_read_cb;
  bzg_io = &odd;
}

static void
refuse_writes (int fd, goffset from, goffset to)
{
  no_write.fd = fd;
  no_write.from = from;
  no_write.to = to;
  no_write.errnum = EIO;
  no_write.times = 0;
  odd = bzg_io_posix;
  odd.write = no_write_cb;
  bzg_io = &odd;
}

static void
disk_is_fine (void)
{
  bzg_io = &bzg_io_posix;
}

static void
assert_file (const char *path, const GByteArray *expected)
{
  g_autoptr (GByteArray) bytes = read_all (path);

  g_assert_cmpmem (bytes->data, bytes->len, expected->data, expected->len);
}

static void
assert_opens_not (Fixture *f, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (fixture_try_open (f, &error));
  g_assert_error (error, BZG_ERROR, code);
}

/* ---- the key block ---- */

/* What does not read back as it was written is an error, and the copy in force is not touched. */
static void
test_read_back (void)
{
  g_autofree BzgHeader *header = g_new0 (BzgHeader, 1);
  g_autofree BzgHeader *before = g_new0 (BzgHeader, 1);
  g_autofree BzgHeader *foreign = g_new0 (BzgHeader, 1);
  g_autofree BzgHeader *zeros = g_new0 (BzgHeader, 1);
  g_autofree BzgHeader *there = g_new0 (BzgHeader, 1);
  BzgKeys keys, others;
  int fd = memfd_create ("header", 0);
  const struct
  {
    gssize result;
    const BzgHeader *content;
  } cases[] = {
    { -EIO, NULL },                  /* not to be read */
    { 100, NULL },                   /* short */
    { BZG_KEY_BLOCK_SIZE, zeros },   /* no block */
    { BZG_KEY_BLOCK_SIZE, foreign }, /* whole, of somebody else */
    { BZG_KEY_BLOCK_SIZE, before },  /* ours, and the old one: the write never arrived */
  };

  memset (&keys, 7, sizeof keys);
  memset (&others, 8, sizeof others);
  bzg_header_init (header);
  g_assert_true (bzg_header_store (header, fd, &keys, NULL));
  memcpy (before, header, sizeof *before);
  memcpy (foreign, header, sizeof *foreign);
  bzg_header_finish (foreign, &others);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      /* Both copies are read first; the first is then the older one. */
      let_read (BZG_KEY_BLOCK_SIZE, 0, 1, cases[i].result);
      odd_read.content = cases[i].content ? cases[i].content->block : NULL;
      bzg_header_slot (header, 3)[100] ^= 1;
      g_assert_false (bzg_header_store (header, fd, &keys, &error));
      disk_is_fine ();
      g_assert_cmpint (odd_read.times, ==, 1);
      g_assert_error (error, BZG_ERROR, BZG_ERROR_IO);
      g_assert_cmpint (bzg_io->read (fd, there->block, BZG_KEY_BLOCK_SIZE, BZG_KEY_BLOCK_SIZE), ==,
                       BZG_KEY_BLOCK_SIZE);
      g_assert_cmpmem (there->block, BZG_KEY_BLOCK_SIZE, before->block, BZG_KEY_BLOCK_SIZE);
      g_assert_cmpint (bzg_io->write (fd, before->block, BZG_KEY_BLOCK_SIZE, 0), >, 0);
      bzg_header_set_sequence (header, bzg_header_sequence (before));
    }
  close (fd);
}

/* One copy damaged, the other of a later format: later, not damaged. */
static void
test_later_format (Fixture *f, gconstpointer data)
{
  g_autoptr (GByteArray) good = NULL;

  fixture_close (f);
  good = read_all (f->path);
  for (int later = 0; later < 2; later++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      g_byte_array_append (bytes, good->data, good->len);
      bytes->data[!later * BZG_KEY_BLOCK_SIZE + 300] ^= 1;
      bytes->data[later * BZG_KEY_BLOCK_SIZE + 16] = BZG_FORMAT_MAJOR + 1;
      bytes->data[later * BZG_KEY_BLOCK_SIZE + 18] = BZG_FORMAT_MAJOR + 1;
      write_all (f->path, bytes);
      assert_opens_not (f, BZG_ERROR_NEWER_FORMAT);
      assert_file (f->path, bytes);
    }
  /* Neither key blocks nor state records: no casebook, however long. */
  {
    g_autoptr (GByteArray) bytes = g_byte_array_new ();

    g_byte_array_set_size (bytes, 100000);
    memset (bytes->data, 'x', bytes->len);
    write_all (f->path, bytes);
    assert_opens_not (f, BZG_ERROR_NOT_CASEBOOK);
    assert_file (f->path, bytes);
  }
  write_all (f->path, good);
  fixture_open (f);
}

/* A damaged copy that cannot be repaired is not passed over, and the good one stays. */
static void
test_no_repair (Fixture *f, gconstpointer data)
{
  g_autoptr (GByteArray) bytes = NULL;

  fixture_close (f);
  bytes = read_all (f->path);
  bytes->data[BZG_KEY_BLOCK_SIZE + 300] ^= 1;
  write_all (f->path, bytes);
  refuse_writes (-1, 0, BZG_STATE_OFFSET);
  assert_opens_not (f, BZG_ERROR_IO);
  g_assert_cmpint (no_write.times, ==, 1);
  disk_is_fine ();
  assert_file (f->path, bytes);
  fixture_open (f);
  g_assert_nonnull (bzg_vault_notices (f->vault)[0]);
  g_assert_null (bzg_vault_notices (f->vault)[1]);
  g_assert_null (bzg_vault_notices (f->vault)[1]); /* asked again: the same */
}

/* The second copy is the whole block of another casebook: told, and written over. */
static void
test_foreign_copy (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "other.bozgasht", NULL);
  g_autoptr (BzgSecret) pass = fixture_passphrase ();
  g_autoptr (GByteArray) bytes = NULL;
  g_autoptr (GByteArray) foreign = NULL;
  g_autoptr (GByteArray) after = NULL;
  BzgVault *other = bzg_vault_create (path, "officer", pass, fixture_user, NULL, NULL);
  char *code = bzg_vault_add_recovery (f->vault, NULL);

  bzg_wipe_free (code);
  g_assert_true (bzg_vault_close (other, NULL));
  fixture_close (f);
  bytes = read_all (f->path);
  foreign = read_all (path);
  memcpy (bytes->data + BZG_KEY_BLOCK_SIZE, foreign->data, BZG_KEY_BLOCK_SIZE);
  write_all (f->path, bytes);
  fixture_open (f);
  g_assert_nonnull (bzg_vault_notices (f->vault)[0]);
  after = read_all (f->path);
  g_assert_cmpmem (after->data, BZG_KEY_BLOCK_SIZE, after->data + BZG_KEY_BLOCK_SIZE,
                   BZG_KEY_BLOCK_SIZE);
  fixture_close (f);
  fixture_open (f);
  g_assert_null (bzg_vault_notices (f->vault)[0]);
}

/* ---- the derivation ---- */

static void
test_derivation (Fixture *f, gconstpointer data)
{
  static const char *const texts[][2]
    = { { "officer\xff", "seven green boats" }, { "officer", "seven green boats\xff" } };
  g_autoptr (BzgSecret) pass = fixture_passphrase ();
  g_autoptr (GError) error = NULL;
  BzgKdfSet set = { .passes = 0, .memory_kib = 64, .lanes = 1 };
  guint8 out[64] = { 0 }, zeros[64] = { 0 };

  g_assert_false (bzg_kdf_derive (&set, "officer", pass, out, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_DAMAGED);
  set.passes = 1;
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (BzgSecret) typed = bzg_secret_new_text (texts[i][1]);

      g_clear_error (&error);
      g_assert_false (bzg_kdf_derive (&set, texts[i][0], typed, out, &error));
      g_assert_error (error, BZG_ERROR, BZG_ERROR_PASSPHRASE);
    }
  g_assert_cmpmem (out, sizeof out, zeros, sizeof zeros);
}

/* ---- SQLite's numbers ---- */

static void
test_codes (Fixture *f, gconstpointer data)
{
  static const int codes[][2] = {
    { SQLITE_CORRUPT_VTAB, BZG_ERROR_DAMAGED }, { SQLITE_NOTADB, BZG_ERROR_DAMAGED },
    { SQLITE_IOERR_DATA, BZG_ERROR_DAMAGED },   { SQLITE_IOERR_READ, BZG_ERROR_IO },
    { SQLITE_FULL, BZG_ERROR_DISK_FULL },       { SQLITE_NOMEM, BZG_ERROR_NO_MEMORY },
    { SQLITE_BUSY_SNAPSHOT, BZG_ERROR_IN_USE }, { SQLITE_LOCKED, BZG_ERROR_IN_USE },
    { SQLITE_INTERRUPT, BZG_ERROR_CANCELLED },  { SQLITE_READONLY, BZG_ERROR_READ_ONLY },
    { SQLITE_PERM, BZG_ERROR_READ_ONLY },       { SQLITE_CANTOPEN, BZG_ERROR_IO },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (bzg_sqlite_set_error (&error, NULL, codes[i][0], "test"));
      g_assert_error (error, BZG_ERROR, codes[i][1]);
    }
}

/* ---- what SQLite asks of the layer below it ---- */

static void
get_files (sqlite3 *db, sqlite3_file **main_file, sqlite3_file **log, sqlite3_vfs **vfs)
{
  g_assert_cmpint (sqlite3_file_control (db, "main", SQLITE_FCNTL_FILE_POINTER, main_file), ==, 0);
  g_assert_cmpint (sqlite3_file_control (db, "main", SQLITE_FCNTL_JOURNAL_POINTER, log), ==, 0);
  g_assert_cmpint (sqlite3_file_control (db, "main", SQLITE_FCNTL_VFS_POINTER, vfs), ==, 0);
}

/* Places that no file has are refused before anything is worked out from them. */
static void
test_places (Fixture *f, gconstpointer data)
{
  static const sqlite3_int64 beyond = (sqlite3_int64) G_MAXUINT32 * BZG_PAGE_SIZE;
  g_autofree guint8 *page = g_malloc0 (BZG_PAGE_SIZE);
  g_autofree guint8 *part = g_malloc0 (BZG_PAGE_SIZE);
  g_autofree char *away = g_strconcat (f->path, ".away", NULL);
  g_autofree char *wal = g_strconcat (f->path, "-wal", NULL);
  g_autoptr (GError) error = NULL;
  sqlite3 *db = fixture_connect (f), *other;
  sqlite3_file *main_file, *log, *more;
  sqlite3_vfs *vfs;
  int flags = 0, moved = -1;

  run (db, "CREATE TABLE t (a); INSERT INTO t VALUES (1); PRAGMA wal_checkpoint(TRUNCATE)");
  get_files (db, &main_file, &log, &vfs);
  g_assert_cmpint (main_file->pMethods->xRead (main_file, page, -1, 0), ==, SQLITE_IOERR_READ);
  g_assert_cmpint (main_file->pMethods->xRead (main_file, page, BZG_PAGE_SIZE, beyond), ==,
                   SQLITE_IOERR_READ);
  g_assert_cmpint (main_file->pMethods->xWrite (main_file, page, BZG_PAGE_SIZE, beyond), ==,
                   SQLITE_IOERR_WRITE);
  g_assert_cmpint (main_file->pMethods->xTruncate (main_file, -BZG_PAGE_SIZE), ==,
                   SQLITE_IOERR_TRUNCATE);
  g_assert_cmpint (main_file->pMethods->xTruncate (main_file, beyond + BZG_PAGE_SIZE), ==,
                   SQLITE_IOERR_TRUNCATE);
  g_assert_cmpint (log->pMethods->xRead (log, page, -1, 0), ==, SQLITE_IOERR_READ);
  g_assert_cmpint (log->pMethods->xRead (log, page, 100, FRAME (0) + BZG_FRAME_HEADER), ==,
                   SQLITE_IOERR_READ);
  g_assert_cmpint (log->pMethods->xWrite (log, page, 100, FRAME (0) + BZG_FRAME_HEADER), ==,
                   SQLITE_IOERR_WRITE);
  /* A part of a page is what the whole has there. */
  g_assert_cmpint (main_file->pMethods->xRead (main_file, page, BZG_PAGE_SIZE, 0), ==, SQLITE_OK);
  g_assert_cmpint (main_file->pMethods->xRead (main_file, part, 16, 24), ==, SQLITE_OK);
  g_assert_cmpmem (part, 16, page + 24, 16);
  g_assert_cmpint (sqlite3_file_control (db, "main", SQLITE_FCNTL_HAS_MOVED, &moved), ==, 0);
  g_assert_cmpint (moved, ==, 0);

  more = g_malloc0 ((gsize) vfs->szOsFile);
  g_assert_cmpint (vfs->xOpen (vfs, f->path, more,
                               SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_READWRITE
                                 | SQLITE_OPEN_DELETEONCLOSE,
                               &flags),
                   ==, SQLITE_CANTOPEN);
  g_assert_true (g_file_test (f->path, G_FILE_TEST_EXISTS));
  g_assert_cmpint (vfs->xOpen (vfs, f->path, more, SQLITE_OPEN_MAIN_JOURNAL, &flags), ==,
                   SQLITE_CANTOPEN);
  g_assert_cmpint (vfs->xOpen (vfs, away, more, SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_READWRITE, NULL),
                   ==, SQLITE_CANTOPEN);
  g_assert_false (g_file_test (away, G_FILE_TEST_EXISTS));
  g_assert_cmpint (vfs->xOpen (vfs, wal, more, SQLITE_OPEN_WAL | SQLITE_OPEN_READWRITE, NULL), ==,
                   SQLITE_OK);
  g_assert_cmpint (more->pMethods->xClose (more), ==, SQLITE_OK);
  g_assert_false (g_file_test (wal, G_FILE_TEST_EXISTS)); /* it has another name */
  g_free (more);
  g_assert_cmpint (main_file->pMethods->xFileControl (main_file, SQLITE_FCNTL_RESERVE_BYTES,
                                                      &flags),
                   ==, SQLITE_NOTFOUND);
  g_assert_cmpint (main_file->pMethods->xFileControl (main_file, SQLITE_FCNTL_LAST_ERRNO, &flags),
                   ==, SQLITE_OK);

  /* Renamed by somebody: no connection to what is not there, and what is open goes on. */
  g_assert_cmpint (g_rename (f->path, away), ==, 0);
  g_assert_null (bzg_vault_connect (f->vault, FALSE, &error));
  g_assert_nonnull (error);
  g_assert_cmpint (number (db, "SELECT a FROM t"), ==, 1);
  g_assert_cmpint (g_rename (away, f->path), ==, 0);
  other = fixture_connect (f);
  g_assert_cmpint (number (other, "SELECT a FROM t"), ==, 1);
  sqlite3_close_v2 (other);
  sqlite3_close_v2 (db);
}

/* A quota used up is a full disk, in the log and in the file; with room again it goes on. */
static void
test_quota (Fixture *f, gconstpointer data)
{
  sqlite3 *db = fixture_connect (f);

  run (db, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  refuse_writes (f->vault->log_fd, 0, G_MAXINT64);
  no_write.errnum = EDQUOT;
  g_assert_cmpint (sqlite3_exec (db, "INSERT INTO t VALUES (2)", NULL, NULL, NULL), ==,
                   SQLITE_FULL);
  refuse_writes (f->vault->fd, BZG_HEADER_SIZE, G_MAXINT64);
  no_write.errnum = EDQUOT;
  g_assert_cmpint (sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL), ==,
                   SQLITE_FULL);
  disk_is_fine ();
  g_assert_cmpint (number (db, "SELECT count(*) FROM t"), ==, 1);
  run (db, "INSERT INTO t VALUES (3); PRAGMA wal_checkpoint(TRUNCATE)");
  g_assert_cmpint (number (db, "SELECT sum(a) FROM t"), ==, 4);
  assert_sound (db);
  sqlite3_close_v2 (db);
}

/* Temporary files: in memory, zeros beyond the end, half a gigabyte at most, none on the disk. */
static void
test_temporary (Fixture *f, gconstpointer data)
{
  const sqlite3_int64 most = 512 * 1024 * 1024;
  sqlite3 *db = fixture_connect (f);
  sqlite3_file *main_file, *log, *file;
  sqlite3_int64 size;
  sqlite3_vfs *vfs;
  char back[16];

  get_files (db, &main_file, &log, &vfs);
  file = g_malloc0 ((gsize) vfs->szOsFile);
  g_assert_cmpint (vfs->xOpen (vfs, NULL, file, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  g_assert_cmpint (file->pMethods->xRead (file, back, 4, 0), ==, SQLITE_IOERR_SHORT_READ);
  g_assert_cmpmem (back, 4, "\0\0\0\0", 4);
  g_assert_cmpint (file->pMethods->xWrite (file, "abcdef", 6, 2), ==, SQLITE_OK);
  g_assert_cmpint (file->pMethods->xRead (file, back, 8, 0), ==, SQLITE_OK);
  g_assert_cmpmem (back, 8, "\0\0abcdef", 8);
  g_assert_cmpint (file->pMethods->xRead (file, back, 8, 4), ==, SQLITE_IOERR_SHORT_READ);
  g_assert_cmpmem (back, 8, "cdef\0\0\0\0", 8);
  g_assert_cmpint (file->pMethods->xWrite (file, "x", 1, -1), ==, SQLITE_FULL);
  g_assert_cmpint (file->pMethods->xWrite (file, "xy", 2, most - 1), ==, SQLITE_FULL);
  g_assert_cmpint (file->pMethods->xTruncate (file, -1), ==, SQLITE_OK);
  g_assert_cmpint (file->pMethods->xTruncate (file, 100), ==, SQLITE_OK);
  g_assert_cmpint (file->pMethods->xFileSize (file, &size), ==, SQLITE_OK);
  g_assert_cmpint (size, ==, 8);
  g_assert_cmpint (file->pMethods->xTruncate (file, 3), ==, SQLITE_OK);
  g_assert_cmpint (file->pMethods->xRead (file, back, 4, 0), ==, SQLITE_IOERR_SHORT_READ);
  g_assert_cmpmem (back, 4, "\0\0a\0", 4);
  g_assert_cmpint (file->pMethods->xClose (file), ==, SQLITE_OK);
  g_free (file);
  sqlite3_close_v2 (db);
}

/* A frame header is held back until its page comes. If it cannot be written then, whatever made it
 * necessary says so; and the last commit stays the last. */
static void
test_held_back (Fixture *f, gconstpointer data)
{
  g_autofree guint8 *page = g_malloc0 (BZG_PAGE_SIZE);
  guint8 header[BZG_FRAME_HEADER] = { 0, 0, 0, 2, 0, 0, 0, 2 };
  sqlite3 *db = fixture_connect (f);
  sqlite3_file *main_file, *log;
  const sqlite3_io_methods *m;
  sqlite3_int64 size;
  sqlite3_vfs *vfs;
  guint n;
  int fd;

  run (db, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  get_files (db, &main_file, &log, &vfs);
  m = log->pMethods;
  n = f->vault->seal.frames->len;
  g_assert_cmpuint (n, >, 1);

#define HOLD_BACK                                                                                  \
  disk_is_fine ();                                                                                 \
  g_assert_cmpint (m->xWrite (log, header, sizeof header, FRAME (n)), ==, SQLITE_OK);              \
  n++;                                                                                             \
  refuse_writes (f->vault->log_fd, 0, G_MAXINT64)
  HOLD_BACK;
  g_assert_cmpint (m->xRead (log, page, 8, BZG_LOG_HEADER), ==, SQLITE_IOERR_WRITE);
  HOLD_BACK;
  g_assert_cmpint (m->xFileSize (log, &size), ==, SQLITE_IOERR_WRITE);
  HOLD_BACK;
  g_assert_cmpint (m->xSync (log, 0), ==, SQLITE_IOERR_FSYNC);
  HOLD_BACK;
  g_assert_cmpint (m->xWrite (log, header, sizeof header, FRAME (n)), ==, SQLITE_IOERR_WRITE);
  HOLD_BACK;
  g_assert_cmpint (m->xWrite (log, page, BZG_PAGE_SIZE, FRAME (n - 2) + BZG_FRAME_HEADER), ==,
                   SQLITE_IOERR_WRITE);
  HOLD_BACK;
  g_assert_cmpint (m->xWrite (log, page, BZG_LOG_HEADER, 0), ==, SQLITE_IOERR_WRITE);
  g_assert_cmpint (no_write.times, ==, 1);
  disk_is_fine ();
  g_assert_cmpuint (f->vault->seal.state.generation, ==, 1); /* no log was begun anew */

  /* Held back, and the page of another frame comes: both are written. */
  HOLD_BACK;
  disk_is_fine ();
  g_assert_cmpint (m->xWrite (log, page, BZG_PAGE_SIZE, FRAME (n - 2) + BZG_FRAME_HEADER), ==,
                   SQLITE_OK);
  g_assert_cmpint (m->xRead (log, page, 8, FRAME (n - 1)), ==, SQLITE_OK);
  g_assert_cmpmem (page, 8, header, 8);
  memset (page, 0, BZG_PAGE_SIZE);

  /* Never the page that holds SQLite's locks, nor a first page without its reserve. */
  header[1] = 4;
  header[3] = 1;
  g_assert_cmpint (m->xWrite (log, header, sizeof header, FRAME (n)), ==, SQLITE_OK);
  g_assert_cmpint (m->xWrite (log, page, BZG_PAGE_SIZE, FRAME (n) + BZG_FRAME_HEADER), ==,
                   SQLITE_IOERR_WRITE);
  header[1] = 0;
  g_assert_cmpint (m->xWrite (log, header, sizeof header, FRAME (n)), ==, SQLITE_OK);
  g_assert_cmpint (m->xWrite (log, page, BZG_PAGE_SIZE, FRAME (n) + BZG_FRAME_HEADER), ==,
                   SQLITE_IOERR_WRITE);

  fd = f->vault->log_fd;
  f->vault->log_fd = -1;
  g_assert_cmpint (m->xFileSize (log, &size), ==, SQLITE_IOERR_FSTAT);
  f->vault->log_fd = fd;
  g_assert_cmpint (number (db, "SELECT a FROM t"), ==, 1);
  sqlite3_close_v2 (db);

  /* As after a crash: the commit is there, what was played here is not. */
  {
    g_autoptr (GByteArray) file = read_all (f->path);
    g_autoptr (GByteArray) bytes = read_all (f->log);

    bzg_vault_close (g_steal_pointer (&f->vault), NULL);
    write_all (f->path, file);
    write_all (f->log, bytes);
  }
  fixture_open (f);
  db = fixture_connect (f);
  g_assert_cmpint (number (db, "SELECT a FROM t"), ==, 1);
  assert_sound (db);
  sqlite3_close_v2 (db);
}

/* A frame spoilt on the disk while the casebook is open is never given to SQLite. */
static void
test_spoilt_frame (Fixture *f, gconstpointer data)
{
  static const guint8 zeros[BZG_FRAME_SIZE];
  g_autofree guint8 *good = g_malloc (BZG_FRAME_SIZE);
  g_autofree guint8 *bad = g_malloc (BZG_FRAME_SIZE);
  g_autofree guint8 *got = g_malloc (BZG_FRAME_SIZE);
  sqlite3 *db = fixture_connect (f);
  sqlite3_file *main_file, *log;
  const sqlite3_io_methods *m;
  sqlite3_vfs *vfs;
  goffset end;
  int fd = f->vault->log_fd;

  run (db, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  get_files (db, &main_file, &log, &vfs);
  m = log->pMethods;
  end = bzg_platform_file_size (fd);
  g_assert_cmpint (bzg_io->read (fd, good, BZG_FRAME_SIZE, FRAME (0)), ==, BZG_FRAME_SIZE);
  for (int at = 100; at < BZG_FRAME_SIZE; at += 500)
    {
      memcpy (bad, good, BZG_FRAME_SIZE);
      bad[at] ^= 4;
      g_assert_cmpint (bzg_io->write (fd, bad, BZG_FRAME_SIZE, FRAME (0)), ==, BZG_FRAME_SIZE);
      g_assert_cmpint (m->xRead (log, got, BZG_PAGE_SIZE, FRAME (0) + BZG_FRAME_HEADER), ==,
                       SQLITE_IOERR_DATA);
      g_assert_cmpmem (got, BZG_PAGE_SIZE, zeros, BZG_PAGE_SIZE);
      g_assert_cmpint (m->xRead (log, got, BZG_FRAME_SIZE, FRAME (0)), ==, SQLITE_OK);
      g_assert_cmpmem (got, BZG_FRAME_SIZE, zeros, BZG_FRAME_SIZE); /* where the log ends */
    }
  g_assert_cmpint (bzg_io->write (fd, good, BZG_FRAME_SIZE, FRAME (0)), ==, BZG_FRAME_SIZE);
  g_assert_cmpint (m->xRead (log, got, BZG_FRAME_SIZE, FRAME (0)), ==, SQLITE_OK);
  g_assert_true (memcmp (got, zeros, BZG_FRAME_SIZE) != 0);

  /* Nor one that nobody wrote. */
  g_assert_cmpint (bzg_io->write (fd, good, BZG_FRAME_SIZE, FRAME (50)), ==, BZG_FRAME_SIZE);
  g_assert_cmpint (m->xRead (log, got, BZG_PAGE_SIZE, FRAME (50) + BZG_FRAME_HEADER), ==,
                   SQLITE_IOERR_DATA);
  g_assert_cmpmem (got, BZG_PAGE_SIZE, zeros, BZG_PAGE_SIZE);
  g_assert_cmpint (bzg_io->truncate (fd, end), ==, 0);
  assert_sound (db);
  sqlite3_close_v2 (db);
}

/* ---- between the passphrase and the first query ---- */

/* The file and the log as after a crash. */
typedef struct
{
  GByteArray *file, *log;
} Crash;

static void
crash (Fixture *f, Crash *out)
{
  out->file = read_all (f->path);
  out->log = read_all (f->log);
  bzg_vault_close (g_steal_pointer (&f->vault), NULL);
}

static void
put_back (Fixture *f, const Crash *crash)
{
  write_all (f->path, crash->file);
  write_all (f->log, crash->log);
}

static void
crash_clear (Crash *crash)
{
  g_byte_array_unref (crash->file);
  g_byte_array_unref (crash->log);
}

/* What ends before it should, or is in another place than it should be. */
static void
test_cut_reads (Fixture *f, gconstpointer data)
{
  static const struct
  {
    gsize len;
    goffset offset;
    gssize result;
  } cases[] = {
    { BZG_HEADER_SIZE - BZG_STATE_OFFSET, BZG_STATE_OFFSET, 100 }, /* the state records */
    { BZG_HEADER_SIZE - BZG_STATE_OFFSET, BZG_STATE_OFFSET, -EIO },
    { BZG_LOG_HEADER, 0, 10 }, /* the log */
    { BZG_LOG_HEADER, 0, -EIO },
    { BZG_FRAME_SIZE, BZG_LOG_HEADER, 10 },
    { BZG_FRAME_SIZE, BZG_LOG_HEADER, -EIO },
  };
  sqlite3 *db = fixture_connect (f);
  g_autofree guint8 *swap = g_malloc (BZG_STATE_SIZE);
  BzgLogScan scan;
  Crash before;

  run (db, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  sqlite3_close_v2 (db);
  {
    g_autoptr (GError) error = NULL;
    BzgSeal seal;

    bzg_seal_init (&seal, -1, bzg_vault_database_id (f->vault), f->vault->keys);
    g_assert_false (bzg_log_scan (&seal, -1, &scan, &error));
    g_assert_error (error, BZG_ERROR, BZG_ERROR_IO);
    bzg_seal_clear (&seal);
  }
  crash (f, &before);
  put_back (f, &before);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      let_read (cases[i].len, cases[i].offset, 0, cases[i].result);
      assert_opens_not (f, BZG_ERROR_IO);
      g_assert_cmpint (odd_read.times, ==, 1);
      disk_is_fine ();
      assert_file (f->path, before.file);
      assert_file (f->log, before.log);
    }

  /* Each record in the other's place: it was not the vault that put them there. */
  memcpy (swap, before.file->data + BZG_STATE_OFFSET, BZG_STATE_SIZE);
  memcpy (before.file->data + BZG_STATE_OFFSET,
          before.file->data + BZG_STATE_OFFSET + BZG_STATE_SIZE, BZG_STATE_SIZE);
  memcpy (before.file->data + BZG_STATE_OFFSET + BZG_STATE_SIZE, swap, BZG_STATE_SIZE);
  put_back (f, &before);
  assert_opens_not (f, BZG_ERROR_DAMAGED);
  memcpy (before.file->data + BZG_STATE_OFFSET + BZG_STATE_SIZE,
          before.file->data + BZG_STATE_OFFSET, BZG_STATE_SIZE);
  memcpy (before.file->data + BZG_STATE_OFFSET, swap, BZG_STATE_SIZE);

  /* A folder in the place of the log. */
  write_all (f->path, before.file);
  g_unlink (f->log);
  g_assert_cmpint (g_mkdir (f->log, 0700), ==, 0);
  {
    g_autoptr (GError) error = NULL;

    g_assert_null (fixture_try_open (f, &error));
    g_assert_nonnull (error);
  }
  assert_file (f->path, before.file);
  g_assert_cmpint (g_rmdir (f->log), ==, 0);
  put_back (f, &before);
  fixture_open (f);
  db = fixture_connect (f);
  g_assert_cmpint (number (db, "SELECT a FROM t"), ==, 1);
  run (db, "PRAGMA wal_checkpoint(TRUNCATE)");
  sqlite3_close_v2 (db);
  fixture_close (f);
  crash_clear (&before);

  /* Bytes that follow the last page. */
  {
    g_autoptr (GByteArray) bytes = read_all (f->path);

    g_byte_array_append (bytes, (const guint8 *) "and more", 8);
    write_all (f->path, bytes);
    assert_opens_not (f, BZG_ERROR_ROLLBACK);
    g_byte_array_set_size (bytes, bytes->len - 8);
    write_all (f->path, bytes);
  }
  fixture_open (f);
}

/* The end of a torn log is kept before it is cut off; if it cannot be kept, it is not cut off. */
static void
test_tail (Fixture *f, gconstpointer data)
{
  g_autofree char *cut = g_strconcat (f->log, ".cut", NULL);
  sqlite3 *db = fixture_connect (f);
  g_autoptr (GByteArray) kept = NULL;
  const goffset at[] = { 0, -EIO };
  Crash torn;

  run (db, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  run (db, "INSERT INTO t VALUES (zeroblob(9000))");
  sqlite3_close_v2 (db);
  crash (f, &torn);
  g_byte_array_set_size (torn.log, torn.log->len - BZG_FRAME_SIZE);
  put_back (f, &torn);

  g_assert_cmpint (g_mkdir (cut, 0700), ==, 0);
  {
    g_autoptr (GError) error = NULL;

    g_assert_null (fixture_try_open (f, &error));
    g_assert_nonnull (error);
  }
  assert_file (f->log, torn.log);
  g_assert_cmpint (g_rmdir (cut), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (at); i++)
    {
      /* Read once to be checked, once to be kept. */
      let_read (BZG_FRAME_SIZE, (goffset) torn.log->len - BZG_FRAME_SIZE, 1, at[i]);
      assert_opens_not (f, BZG_ERROR_IO);
      g_assert_cmpint (odd_read.times, ==, 1);
      disk_is_fine ();
      assert_file (f->log, torn.log);
    }
  fixture_open (f);
  g_assert_nonnull (bzg_vault_notices (f->vault)[0]);
  kept = read_all (cut);
  g_assert_cmpuint (kept->len, >, 0);
  g_assert_cmpmem (kept->data, kept->len, torn.log->data + torn.log->len - kept->len, kept->len);
  db = fixture_connect (f);
  g_assert_cmpint (number (db, "SELECT count(*) FROM t"), ==, 1);
  sqlite3_close_v2 (db);
  crash_clear (&torn);
}

/* A checkpoint cut short: the state record says how much of the log was being copied. Then pages
 * that only the log has may be missing in the file, and no others. */
static void
test_cut_checkpoint (Fixture *f, gconstpointer data)
{
  sqlite3 *db = fixture_connect (f);
  guint32 pages, last;
  Crash cut;

  run (db, "CREATE TABLE t (id INTEGER PRIMARY KEY, a)");
  run (db, "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 30)"
           " INSERT INTO t (a) SELECT zeroblob(3900) FROM c");
  run (db, "PRAGMA wal_checkpoint(TRUNCATE)");
  pages = f->vault->seal.n_pages;
  g_assert_cmpuint (pages, >, 30);
  /* The last page of the file changes, and many more than there is room for are added. */
  run (db, "BEGIN; UPDATE t SET a = zeroblob(3800) WHERE id = 30");
  run (db, "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 700)"
           " INSERT INTO t (a) SELECT zeroblob(3900) FROM c; COMMIT");
  refuse_writes (f->vault->fd, BZG_HEADER_SIZE, G_MAXINT64);
  g_assert_cmpint (sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL), !=,
                   SQLITE_OK);
  g_assert_cmpint (no_write.times, >=, 1);
  disk_is_fine ();
  g_assert_cmpuint (f->vault->seal.state.covered, >, 700);
  sqlite3_close_v2 (db);
  crash (f, &cut);

  put_back (f, &cut);
  fixture_open (f);
  g_assert_null (bzg_vault_notices (f->vault)[0]);
  db = fixture_connect (f);
  g_assert_cmpint (number (db, "SELECT count(*) FROM t"), ==, 730);
  assert_sound (db);
  sqlite3_close_v2 (db);
  fixture_close (f);

  /* The last page stands in the log: it may be missing. */
  last = cut.file->len;
  g_assert_cmpuint (last, ==, BZG_HEADER_SIZE + pages * BZG_PAGE_SIZE);
  g_byte_array_set_size (cut.file, last - BZG_PAGE_SIZE);
  put_back (f, &cut);
  fixture_open (f);
  db = fixture_connect (f);
  g_assert_cmpint (number (db, "SELECT count(*) FROM t"), ==, 730);
  assert_sound (db);
  sqlite3_close_v2 (db);
  fixture_close (f);

  /* Another page is not the one that was sealed: an old one, for all that the vault can tell. */
  cut.file->data[BZG_HEADER_SIZE + 5 * BZG_PAGE_SIZE - 1] ^= 1;
  put_back (f, &cut);
  assert_opens_not (f, BZG_ERROR_ROLLBACK);
  cut.file->data[BZG_HEADER_SIZE + 5 * BZG_PAGE_SIZE - 1] ^= 1;

  /* Half of the file is missing. */
  g_byte_array_set_size (cut.file, BZG_HEADER_SIZE + 10 * BZG_PAGE_SIZE);
  put_back (f, &cut);
  assert_opens_not (f, BZG_ERROR_TRUNCATED);
  g_byte_array_set_size (cut.file, last);
  crash_clear (&cut);
}

/* ---- kept tags ---- */

static void
test_tags (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_strconcat (f->path, "-tags", NULL);
  g_autoptr (GByteArray) kept = NULL;
  g_autoptr (GError) error = NULL;
  const guint32 from = bzg_tags_from;
  BzgTags tags = { .n_pages = 4 };
  sqlite3 *db;
  int at;

  /* A file that became shorter while it was read. */
  tags.fd = memfd_create ("pages", 0);
  tags.tags = g_malloc0 (4 * BZG_TAG);
  g_assert_cmpint (ftruncate (tags.fd, BZG_HEADER_SIZE + 3 * BZG_PAGE_SIZE), ==, 0);
  g_assert_false (bzg_tags_read_again (&tags, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_IO);
  g_clear_error (&error);
  close (tags.fd);
  g_free (tags.tags);

  /* Kept tags that do not fit, and pages that cannot be read: neither is believed. */
  bzg_tags_from = 1;
  fixture_close (f);
  kept = read_all (path);
  g_assert_cmpuint (kept->len, >, 0);
  at = (int) kept->len - 1;
  kept->data[at] ^= 1;
  write_all (path, kept);
  let_read (BZG_PAGE_SIZE, BZG_HEADER_SIZE, 0, -EIO);
  assert_opens_not (f, BZG_ERROR_IO);
  g_assert_cmpint (odd_read.times, ==, 1);
  disk_is_fine ();
  fixture_open (f);

  /* After a failed flush nothing vouches for them: none stay. */
  fixture_close (f);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  fixture_open (f);
  db = fixture_connect (f);
  odd = bzg_io_posix;
  odd.sync = no_sync_cb;
  bzg_io = &odd;
  g_assert_cmpint (sqlite3_exec (db, "CREATE TABLE t (a)", NULL, NULL, NULL), !=, SQLITE_OK);
  disk_is_fine ();
  g_assert_true (f->vault->seal.refuse_writes);
  sqlite3_close_v2 (db);
  bzg_tags_keep (&f->vault->seal, path);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  bzg_vault_close (g_steal_pointer (&f->vault), NULL);
  bzg_tags_from = from;
  fixture_open (f);

  /* Nor while the log holds what they do not say. */
  db = fixture_connect (f);
  run (db, "CREATE TABLE t (a)");
  g_assert_true (g_file_set_contents (path, "old tags", -1, NULL));
  bzg_tags_from = 1;
  bzg_tags_keep (&f->vault->seal, path);
  bzg_tags_from = from;
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  sqlite3_close_v2 (db);
}

/* ---- keys ---- */

/* After a flush that failed nothing is written until the next unlock; keys neither. */
static void
test_keys_after_failed_flush (Fixture *f, gconstpointer data)
{
  g_autoptr (BzgSecret) second = bzg_secret_new_text ("nine red houses");
  g_autoptr (BzgSecret) old = fixture_passphrase ();
  g_autoptr (GByteArray) before = NULL;
  sqlite3 *db = fixture_connect (f);
  guint8 box[32];

  odd = bzg_io_posix;
  odd.sync = no_sync_cb;
  bzg_io = &odd;
  g_assert_cmpint (sqlite3_exec (db, "CREATE TABLE t (a)", NULL, NULL, NULL), !=, SQLITE_OK);
  disk_is_fine ();
  sqlite3_close_v2 (db);
  before = read_all (f->path);
  for (int i = 0; i < 4; i++)
    {
      g_autoptr (GError) error = NULL;

      if (i == 0)
        g_assert_false (bzg_vault_add_user (f->vault, "b", second, fixture_user, box, &error));
      else if (i == 1)
        g_assert_false (bzg_vault_change_passphrase (f->vault, "officer", old, second, &error));
      else if (i == 2)
        g_assert_null (bzg_vault_add_recovery (f->vault, &error));
      else
        g_assert_false (bzg_vault_rekey (f->vault, 1, NULL, NULL, NULL, &error));
      g_assert_nonnull (error);
      assert_file (f->path, before);
    }
  bzg_vault_close (g_steal_pointer (&f->vault), NULL);
  fixture_open (f);
}

static BzgVault *flushing;

/* Another thread's flush fails while this one's works. */
static int
failing_elsewhere_cb (int fd)
{
  flushing->seal.refuse_writes = TRUE;
  return bzg_io_posix.sync (fd);
}

/* The same when it fails between the key block and the state record: no record vouches for what
 * that flush may have lost. */
static void
test_flush_fails_meanwhile (Fixture *f, gconstpointer data)
{
  g_autoptr (BzgSecret) second = bzg_secret_new_text ("nine red houses");
  g_autoptr (GByteArray) before = read_all (f->path);
  g_autoptr (GByteArray) after = NULL;
  g_autoptr (GError) error = NULL;
  guint8 box[32];

  flushing = f->vault;
  odd = bzg_io_posix;
  odd.sync = failing_elsewhere_cb;
  bzg_io = &odd;
  g_assert_false (bzg_vault_add_user (f->vault, "b", second, fixture_user, box, &error));
  disk_is_fine ();
  g_assert_error (error, BZG_ERROR, BZG_ERROR_IO);
  after = read_all (f->path);
  g_assert_cmpmem (after->data + BZG_STATE_OFFSET, 2 * BZG_STATE_SIZE,
                   before->data + BZG_STATE_OFFSET, 2 * BZG_STATE_SIZE);
  bzg_vault_close (g_steal_pointer (&f->vault), NULL);
  fixture_open (f);
}

/* A slot spoilt in memory does not open, and nothing is written over it. */
static void
test_spoilt_slots (Fixture *f, gconstpointer data)
{
  g_autoptr (BzgSecret) old = fixture_passphrase ();
  g_autoptr (BzgSecret) second = bzg_secret_new_text ("nine red houses");
  g_autoptr (GByteArray) before = NULL;
  g_autoptr (GError) error = NULL;
  char *code = bzg_vault_add_recovery (f->vault, NULL);
  guint8 box[32];

  before = read_all (f->path);
  bzg_header_slot (f->vault->header, 0)[60] ^= 1; /* the seed part */
  g_assert_false (bzg_vault_change_passphrase (f->vault, "officer", old, second, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_PASSPHRASE);
  bzg_header_slot (f->vault->header, 0)[60] ^= 1;

  g_assert_true (bzg_vault_check_recovery (f->vault, code));
  bzg_header_slot (f->vault->header, 1)[60] ^= 1;
  g_assert_false (bzg_vault_check_recovery (f->vault, code));
  bzg_header_slot (f->vault->header, 1)[60] ^= 1;
  f->vault->mk[0] ^= 1; /* the slip of another key */
  g_assert_false (bzg_vault_check_recovery (f->vault, code));
  f->vault->mk[0] ^= 1;
  bzg_wipe_free (code);

  for (int number = -1; number <= BZG_SLOTS; number += BZG_SLOTS + 1)
    {
      g_clear_error (&error);
      g_assert_false (
        bzg_vault_replace_user (f->vault, number, "b", second, fixture_user, box, &error));
      g_assert_error (error, BZG_ERROR, BZG_ERROR_NOT_FOUND);
      g_clear_error (&error);
      g_assert_false (bzg_vault_remove_slot (f->vault, number, &error));
      g_assert_error (error, BZG_ERROR, BZG_ERROR_NOT_FOUND);
    }
  g_clear_error (&error);
  g_assert_false (bzg_vault_replace_user (f->vault, 9, "b", second, fixture_user, box, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NOT_FOUND); /* nobody's */

  /* A recipient that cannot be read: no new key, and the old one stays. */
  bzg_header_recipient (f->vault->header, 0)[30] ^= 1;
  g_clear_error (&error);
  g_assert_false (bzg_vault_rekey (f->vault, 3, NULL, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_DAMAGED);
  bzg_header_recipient (f->vault->header, 0)[30] ^= 1;
  assert_file (f->path, before);

  /* Seeds are 32 bytes. */
  {
    guint8 sign[32] = { 0 }, zeros[32] = { 0 };

    memset (box, 0, sizeof box);
    g_test_expect_message ("bozgasht", G_LOG_LEVEL_CRITICAL, "*len == 32*");
    bzg_vault_seed_keys (second, box, sign);
    g_test_assert_expected_messages ();
    g_assert_cmpmem (box, 32, zeros, 32);
    g_assert_cmpmem (sign, 32, zeros, 32);
    g_test_expect_message ("bozgasht", G_LOG_LEVEL_CRITICAL, "*len == 32*");
    g_assert_null (bzg_vault_seed_secret (second, "sign"));
    g_test_assert_expected_messages ();
  }

  /* Slots of the third kind come and go freely: none of them is anybody's last way in. */
  bzg_header_slot (f->vault->header, 5)[0] = BZG_SLOT_OFFICE;
  g_assert_true (bzg_vault_remove_slot (f->vault, 5, NULL));
  fixture_close (f);
  g_assert_false (bzg_vault_key_blocks_are_lost (f->path));
  g_assert_false (bzg_vault_key_blocks_are_lost (f->log)); /* nothing there: nothing lost */
  fixture_open (f);
}

static const char *
slip (char **codes, int i)
{
  return codes[i] + 4; /* without BZ1 and a letter: no code */
}

/* More slips than belong together. */
static void
test_slips (Fixture *f, gconstpointer data)
{
  g_auto (GStrv) shares = bzg_vault_add_recovery_shares (f->vault, NULL);
  g_autofree char *first = bzg_vault_add_recovery (f->vault, NULL);
  g_autofree char *second = bzg_vault_add_recovery (f->vault, NULL);
  g_autofree char *two = g_strdup_printf ("%s\n%s", first, second);
  g_autofree char *four
    = g_strdup_printf ("%s\n%s\n%s\n%s", shares[0], shares[1], shares[2], shares[0]);
  g_autofree char *torn = g_strdup_printf ("%s\n%s", shares[0], slip (shares, 1));

  g_assert_true (bzg_vault_check_recovery (f->vault, first));
  g_assert_true (bzg_vault_check_recovery (f->vault, second));
  g_assert_cmpint (bzg_paper_state (BZG_PAPER_CASEBOOK, two), ==, BZG_PAPER_WRONG);
  g_assert_cmpint (bzg_paper_state (BZG_PAPER_CASEBOOK, four), ==, BZG_PAPER_WRONG);
  g_assert_cmpint (bzg_paper_state (BZG_PAPER_CASEBOOK, torn), ==, BZG_PAPER_WRONG);
  g_assert_true (bzg_vault_remove_slot (f->vault, bzg_vault_last_slot (f->vault), NULL));
  g_assert_false (bzg_vault_check_recovery (f->vault, second)); /* a slip of nobody's any more */
  g_assert_true (bzg_vault_check_recovery (f->vault, first));
}

/* ---- a new key ---- */

typedef struct
{
  GCancellable *cancellable;
  double from; /* cancels there */
  guint calls;
  double last;
} Progress;

static void
progress_cb (double fraction, gpointer user_data)
{
  Progress *self = user_data;

  g_assert_cmpfloat (fraction, >=, self->last);
  g_assert_cmpfloat (fraction, <=, 1);
  self->last = fraction;
  self->calls++;
  if (fraction >= self->from)
    g_cancellable_cancel (self->cancellable);
}

static void
test_rekey (Fixture *f, gconstpointer data)
{
  static const char *const names[]
    = { "0123abcd.new", "0123abcd.txt", "0123abcg.new", "0123abcd0.new" };
  static const double halves[] = { 0.1, 0.6 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) before = NULL;
  sqlite3 *db = fixture_connect (f), *reader;

  run (db, "CREATE TABLE t (a)");
  run (db, "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 700)"
           " INSERT INTO t (a) SELECT zeroblob(3900) FROM c");

  /* Not while somebody is connected. */
  reader = fixture_connect (f);
  g_assert_false (bzg_vault_rekey (f->vault, 1, NULL, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_USAGE);
  sqlite3_close_v2 (reader);
  sqlite3_close_v2 (db);

  g_assert_true (bzg_vault_verify (f->vault, NULL, NULL, NULL, NULL));
  before = read_all (f->path);
  for (gsize i = 0; i < G_N_ELEMENTS (halves); i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      Progress progress = { .cancellable = cancellable, .from = halves[i] };

      g_clear_error (&error);
      g_assert_false (bzg_vault_rekey (f->vault, 1, progress_cb, &progress, cancellable, &error));
      g_assert_error (error, BZG_ERROR, BZG_ERROR_CANCELLED);
      g_assert_cmpfloat (progress.last, >=, halves[i]);
      assert_file (f->path, before);
    }
  /* Nobody with a passphrase would be left. */
  g_clear_error (&error);
  g_assert_false (bzg_vault_rekey (f->vault, 0, NULL, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_LAST_KEY);
  assert_file (f->path, before);
  g_assert_true (bzg_vault_rekey (f->vault, 1, NULL, NULL, NULL, NULL));
  {
    Progress progress = { .from = 2 };

    g_assert_true (bzg_vault_verify (f->vault, progress_cb, &progress, NULL, NULL));
    g_assert_cmpuint (progress.calls, >=, 2);
  }
  fixture_close (f);

  /* What an interrupted one left goes at the next unlock; what only looks like it is somebody's. */
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_strdup_printf ("%s.%s", f->path, names[i]);

      g_assert_true (g_file_set_contents (path, "x", 1, NULL));
    }
  fixture_open (f);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_strdup_printf ("%s.%s", f->path, names[i]);

      g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS) == (i > 0));
    }
  db = fixture_connect (f);
  g_assert_cmpint (number (db, "SELECT count(*) FROM t"), ==, 700);
  assert_sound (db);
  sqlite3_close_v2 (db);
}

/* ---- images ---- */

static gssize
zeros_cb (gpointer buffer, gsize len, gpointer user_data, GError **error)
{
  memset (buffer, 0, len);
  return (gssize) len;
}

static void
test_image (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (BzgXaes) xaes = bzg_xaes_new (f->vault->keys->page);
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *page = g_malloc (BZG_PAGE_SIZE);
  g_autofree guint8 *zeros = g_malloc0 (BZG_PAGE_SIZE);
  sqlite3 *db;
  int fd;

  /* Stopped before the first page is written. */
  g_cancellable_cancel (cancelled);
  g_assert_false (bzg_vault_write_image (f->vault, zeros_cb, NULL, cancelled, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_CANCELLED);
  g_clear_error (&error);
  bzg_vault_close (g_steal_pointer (&f->vault), NULL);
  fixture_open (f);

  /* Never over what is there. */
  db = fixture_connect (f);
  run (db, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  sqlite3_close_v2 (db);
  g_assert_false (bzg_vault_write_image (f->vault, zeros_cb, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_USAGE);
  g_clear_error (&error);
  bzg_vault_close (g_steal_pointer (&f->vault), NULL);
  fixture_open (f);
  db = fixture_connect (f);
  g_assert_cmpint (number (db, "SELECT a FROM t"), ==, 1);
  sqlite3_close_v2 (db);

  /* The page that holds SQLite's locks is nowhere sealed and always empty; a page that is cut is
   * damaged. */
  fd = memfd_create ("large", 0);
  g_assert_cmpint (ftruncate (fd, BZG_HEADER_SIZE + (goffset) BZG_LOCK_PAGE * BZG_PAGE_SIZE), ==,
                   0);
  g_assert_cmpint (pwrite (fd, "put there", 9,
                           BZG_HEADER_SIZE + (goffset) (BZG_LOCK_PAGE - 1) * BZG_PAGE_SIZE),
                   ==, 9);
  memset (page, 1, BZG_PAGE_SIZE);
  g_assert_true (bzg_image_read_page (fd, &f->vault->seal, xaes, BZG_LOCK_PAGE, page, NULL));
  g_assert_cmpmem (page, BZG_PAGE_SIZE, zeros, BZG_PAGE_SIZE);
  g_assert_cmpint (ftruncate (fd, BZG_HEADER_SIZE + 100), ==, 0);
  g_assert_false (bzg_image_read_page (fd, &f->vault->seal, xaes, 1, page, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_DAMAGED);
  close (fd);
}

/* ---- closing ---- */

/* Closed while somebody is connected: said aloud, and the connection does not write into freed
 * memory. An error before that is the one told. In children, for what they hold cannot be given
 * back. */
static void
test_closed_too_early (Fixture *f, gconstpointer data)
{
  fixture_close (f);
  for (int failing = 0; failing < 2; failing++)
    {
      int status;
      pid_t child = fork ();

      if (child == 0)
        {
          const int code = failing ? BZG_ERROR_IO : BZG_ERROR_BUG;
          GError *error = NULL;
          sqlite3 *db;

          write_counts_at_the_end ();
          fixture_open (f);
          db = fixture_connect (f);
          run (db, "CREATE TABLE IF NOT EXISTS t (a); INSERT INTO t VALUES (1)");
          odd = bzg_io_posix;
          odd.sync = failing ? no_sync_cb : odd.sync;
          bzg_io = &odd;
          g_test_expect_message ("bozgasht", G_LOG_LEVEL_CRITICAL, "*while a connection is open*");
          g_assert_false (bzg_vault_close (f->vault, &error));
          g_test_assert_expected_messages ();
          g_assert_error (error, BZG_ERROR, code);
          g_assert_cmpint (number (db, "SELECT count(*) FROM t"), ==, failing + 1);
          write_counts ();
          _exit (42);
        }
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 42);
    }
  fixture_open (f);
}

int
main (int argc, char **argv)
{
  if (!fixture_init (&argc, &argv))
    return 1;

  g_test_add_func ("/pieces/read_back", test_read_back);
#define ADD(name)                                                                                  \
  g_test_add ("/pieces/" #name, Fixture, NULL, fixture_set_up, test_##name, fixture_tear_down)
  ADD (later_format);
  ADD (no_repair);
  ADD (foreign_copy);
  ADD (derivation);
  ADD (codes);
  ADD (places);
  ADD (quota);
  ADD (temporary);
  ADD (held_back);
  ADD (spoilt_frame);
  ADD (cut_reads);
  ADD (tail);
  ADD (cut_checkpoint);
  ADD (tags);
  ADD (keys_after_failed_flush);
  ADD (flush_fails_meanwhile);
  ADD (spoilt_slots);
  ADD (slips);
  ADD (rekey);
  ADD (image);
  ADD (closed_too_early);
  return g_test_run ();
}
