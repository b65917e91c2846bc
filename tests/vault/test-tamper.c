/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vault/bzg-platform-private.h"
#include "vault/bzg-vault-private.h"

/*
 * Somebody who has the file but not the key changes it. Each change has to be refused, or, at the
 * torn end of a log, reported; never may old or foreign content come out as if it were the record.
 */

enum
{
  HEADER = 65536,
  STATE = 32768,
  PAGE = 4096,
  LOG_HEADER = 32,
  FRAME = 4120
};

typedef struct
{
  int code; /* of the first thing refused, 0 if nothing was */
  gint64 value;
  gboolean noticed;
} Outcome;

static GByteArray *
copy_of (const GByteArray *bytes)
{
  GByteArray *copy = g_byte_array_new ();

  g_byte_array_append (copy, bytes->data, bytes->len);
  return copy;
}

/* Puts the files in place, opens and reads everything. */
static Outcome
attempt (Fixture *f, const GByteArray *file, const GByteArray *log)
{
  Outcome result = { 0 };
  g_autoptr (GError) error = NULL;
  sqlite3 *db;
  sqlite3_stmt *stmt = NULL;

  write_all (f->path, file);
  if (log)
    write_all (f->log, log);
  else
    g_unlink (f->log);
  f->vault = fixture_try_open (f, &error);
  if (!f->vault)
    {
      result.code = error->code;
      return result;
    }
  result.noticed = bzg_vault_notices (f->vault)[0] != NULL;
  if (!bzg_vault_verify (f->vault, NULL, NULL, NULL, &error))
    result.code = error->code;
  db = bzg_vault_connect (f->vault, TRUE, NULL);
  if (!result.code)
    {
      if (db && sqlite3_prepare_v2 (db, "SELECT max(v) FROM t", -1, &stmt, NULL) == SQLITE_OK
          && sqlite3_step (stmt) == SQLITE_ROW)
        result.value = sqlite3_column_int64 (stmt, 0);
      else
        result.code = BZG_ERROR_DAMAGED;
      sqlite3_finalize (stmt);
    }
  if (!result.code)
    assert_sound (db);
  sqlite3_close_v2 (db);
  bzg_vault_close (f->vault, NULL);
  f->vault = NULL;
  return result;
}

static void
fill (sqlite3 *db, int rows)
{
  g_autofree char *sql
    = g_strdup_printf ("INSERT INTO t (v, pad) SELECT 1, randomblob(900) FROM (WITH RECURSIVE n(x) "
                       "AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT %d) SELECT x FROM n)",
                       rows);

  run (db, "CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER, pad BLOB)");
  run (db, sql);
}

static void
test_pages (Fixture *f, gconstpointer data)
{
  g_autoptr (GByteArray) good = NULL;
  sqlite3 *db = fixture_connect (f);
  guint32 n;

  fill (db, 120);
  sqlite3_close_v2 (db);
  fixture_close (f);
  good = read_all (f->path);
  n = (good->len - HEADER) / PAGE;
  g_assert_cmpuint (n, >, 30);
  g_assert_cmpint (attempt (f, good, NULL).code, ==, 0);

  for (guint32 page = 0; page < n; page++)
    for (int flip = 0; flip < 3; flip++)
      {
        g_autoptr (GByteArray) bad = copy_of (good);
        /* in the body, in the nonce, in the tag */
        int where = flip == 0   ? g_test_rand_int_range (0, 4056)
                    : flip == 1 ? g_test_rand_int_range (4056, 4080)
                                : g_test_rand_int_range (4080, 4096);
        bad->data[HEADER + page * PAGE + (guint) where]
          ^= (guint8) (1 << g_test_rand_int_range (0, 8));
        g_assert_cmpint (attempt (f, bad, NULL).code, !=, 0);
      }
  for (int i = 0; i < 100; i++)
    {
      g_autoptr (GByteArray) bad = copy_of (good);
      guint32 a = (guint32) g_test_rand_int_range (0, (gint32) n);
      guint32 b = (guint32) g_test_rand_int_range (0, (gint32) n);
      if (a == b)
        continue;
      memcpy (bad->data + HEADER + a * PAGE, good->data + HEADER + b * PAGE, PAGE);
      memcpy (bad->data + HEADER + b * PAGE, good->data + HEADER + a * PAGE, PAGE);
      g_assert_cmpint (attempt (f, bad, NULL).code, !=, 0);
    }
  for (guint32 page = 0; page < n; page++)
    {
      g_autoptr (GByteArray) bad = copy_of (good);
      memset (bad->data + HEADER + page * PAGE, 0, PAGE);
      g_assert_cmpint (attempt (f, bad, NULL).code, !=, 0);
    }
  {
    g_autoptr (GByteArray) bad = copy_of (good);
    g_byte_array_set_size (bad, bad->len - PAGE);
    g_assert_cmpint (attempt (f, bad, NULL).code, ==, BZG_ERROR_TRUNCATED);
    g_byte_array_append (bad, good->data + good->len - PAGE, PAGE);
    g_byte_array_append (bad, good->data + good->len - PAGE, PAGE);
    g_assert_cmpint (attempt (f, bad, NULL).code, ==, BZG_ERROR_ROLLBACK);
  }
}

/* Every page that a change touched, put back alone; then all of them together. */
static void
test_page_rollback (Fixture *f, gconstpointer data)
{
  g_autoptr (GByteArray) old = NULL;
  g_autoptr (GByteArray) now = NULL;
  g_autoptr (GByteArray) all = NULL;
  sqlite3 *db = fixture_connect (f);
  int changed = 0;

  fill (db, 100);
  sqlite3_close_v2 (db);
  fixture_close (f);
  old = read_all (f->path);
  fixture_open (f);
  db = fixture_connect (f);
  run (db, "UPDATE t SET v = 2 WHERE id % 9 = 1");
  sqlite3_close_v2 (db);
  fixture_close (f);
  now = read_all (f->path);
  g_assert_cmpuint (old->len, ==, now->len);
  g_assert_cmpint (attempt (f, now, NULL).value, ==, 2);

  all = copy_of (now);
  for (guint at = HEADER; at < now->len; at += PAGE)
    if (memcmp (old->data + at, now->data + at, PAGE))
      {
        g_autoptr (GByteArray) bad = copy_of (now);
        memcpy (bad->data + at, old->data + at, PAGE);
        memcpy (all->data + at, old->data + at, PAGE);
        g_assert_cmpint (attempt (f, bad, NULL).code, ==, BZG_ERROR_ROLLBACK);
        changed++;
      }
  g_assert_cmpint (changed, >, 5);
  g_assert_cmpint (attempt (f, all, NULL).code, ==, BZG_ERROR_ROLLBACK);
  /* The whole set put back is beyond what the file itself can know: see docs/file-format.md. */
  g_assert_cmpint (attempt (f, old, NULL).value, ==, 1);
}

/* A page put back while the casebook is open is found at its next reading. */
static void
test_rollback_in_session (Fixture *f, gconstpointer data)
{
  g_autoptr (GByteArray) old = NULL;
  g_autoptr (GByteArray) now = NULL;
  sqlite3 *db = fixture_connect (f);
  int found = 0, tried = 0;

  fill (db, 100);
  sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  old = read_all (f->path);
  run (db, "UPDATE t SET v = 2");
  sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  now = read_all (f->path);
  for (guint at = HEADER; at < now->len && at < old->len; at += PAGE)
    if (memcmp (old->data + at, now->data + at, PAGE))
      {
        FILE *file = g_fopen (f->path, "r+b");
        sqlite3 *reader;
        fseek (file, at, SEEK_SET);
        fwrite (old->data + at, PAGE, 1, file);
        fflush (file);
        tried++;
        reader = bzg_vault_connect (f->vault, TRUE, NULL);
        if (!reader
            || (sqlite3_exec (reader, "SELECT sum(length(pad)), max(v) FROM t", NULL, NULL, NULL)
                & 0xff)
                 == SQLITE_IOERR)
          found++;
        sqlite3_close_v2 (reader);
        fseek (file, at, SEEK_SET);
        fwrite (now->data + at, PAGE, 1, file);
        fclose (file);
      }
  g_assert_cmpint (tried, >, 5);
  g_assert_cmpint (found, ==, tried);
  assert_sound (db);
  sqlite3_close_v2 (db);
}

static void
test_log (Fixture *f, gconstpointer data)
{
  g_autoptr (GByteArray) file = NULL;
  g_autoptr (GByteArray) log = NULL;
  g_autoptr (GByteArray) old_file = NULL;
  g_autoptr (GByteArray) old_log = NULL;
  g_autoptr (GByteArray) closed = NULL;
  sqlite3 *db = fixture_connect (f);
  guint64 covered_len;
  Outcome o;

  fill (db, 30);
  sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  run (db, "PRAGMA wal_autocheckpoint=0");
  run (db, "UPDATE t SET v = 2");
  old_file = read_all (f->path);
  old_log = read_all (f->log);
  sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  run (db, "UPDATE t SET v = 3");
  {
    g_autoptr (GByteArray) part = read_all (f->log);
    covered_len = part->len;
  }
  /* Once it was all copied, the next change would begin the log anew; a reader keeps it going. */
  {
    sqlite3 *reader = bzg_vault_connect (f->vault, TRUE, NULL);
    run (reader, "BEGIN");
    number (reader, "SELECT count(*) FROM t");
    sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    run (db, "UPDATE t SET v = 4 WHERE id = 1");
    run (db, "UPDATE t SET v = 5 WHERE id = 2");
    file = read_all (f->path);
    log = read_all (f->log);
    run (reader, "ROLLBACK");
    sqlite3_close_v2 (reader);
  }
  sqlite3_close_v2 (db);
  fixture_close (f);
  closed = read_all (f->path);

  o = attempt (f, file, log);
  g_assert_cmpint (o.code, ==, 0);
  g_assert_cmpint (o.value, ==, 5);
  g_assert_false (o.noticed);

  if (log->len > covered_len) /* else the log was restarted and nothing is covered */
    {
      g_assert_cmpint (attempt (f, file, NULL).code, ==, BZG_ERROR_ROLLBACK);
      g_assert_cmpint (attempt (f, file, old_log).code, ==, BZG_ERROR_ROLLBACK);
      for (guint at = LOG_HEADER; at < log->len; at += FRAME)
        for (int flip = 0; flip < 2; flip++)
          {
            g_autoptr (GByteArray) bad = copy_of (log);
            guint where = flip == 0 ? (guint) g_test_rand_int_range (0, 24)
                                    : (guint) g_test_rand_int_range (24, FRAME);
            bad->data[at + where] ^= 0x10;
            o = attempt (f, file, bad);
            if (at < covered_len)
              g_assert_cmpint (o.code, ==, BZG_ERROR_ROLLBACK);
            else
              {
                g_assert_cmpint (o.code, ==, 0);
                g_assert_cmpint (o.value, >=, 3);
                /* The very last frame header cannot be told from remains of an older log. */
                g_assert_true (o.value == 5 || o.noticed || (flip == 0 && at + FRAME >= log->len));
              }
          }
      for (guint n = 0; LOG_HEADER + n * FRAME < covered_len; n++)
        {
          g_autoptr (GByteArray) bad = copy_of (log);
          g_byte_array_set_size (bad, LOG_HEADER + n * FRAME);
          g_assert_cmpint (attempt (f, file, bad).code, ==, BZG_ERROR_ROLLBACK);
        }
    }
  else
    g_assert_not_reached ();

  /* An old log beside a casebook that was closed: nothing of it is taken. */
  o = attempt (f, closed, old_log);
  g_assert_cmpint (o.code, ==, 0);
  g_assert_cmpint (o.value, ==, 5);
  o = attempt (f, closed, log);
  g_assert_cmpint (o.code, ==, 0);
  g_assert_cmpint (o.value, ==, 5);
  /* And an old header with them. */
  {
    g_autoptr (GByteArray) bad = copy_of (closed);
    memcpy (bad->data, old_file->data, HEADER);
    g_assert_cmpint (attempt (f, bad, old_log).code, !=, 0);
    g_assert_cmpint (attempt (f, bad, NULL).code, !=, 0);
  }
}

/* The header of the log is in nobody's keeping: spoilt, it takes its commits with it, which are set
 * aside and told. */
static void
test_log_header (Fixture *f, gconstpointer data)
{
  g_autoptr (GByteArray) file = NULL;
  g_autoptr (GByteArray) log = NULL;
  g_autofree char *cut = g_strconcat (f->log, ".cut", NULL);
  sqlite3 *db = fixture_connect (f);

  fill (db, 10);
  sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  run (db, "UPDATE t SET v = 2");
  file = read_all (f->path);
  log = read_all (f->log);
  sqlite3_close_v2 (db);
  fixture_close (f);
  g_assert_cmpint (attempt (f, file, log).value, ==, 2);

  for (guint at = 0; at < LOG_HEADER; at++)
    {
      g_autoptr (GByteArray) bad = copy_of (log);
      g_autoptr (GByteArray) kept = NULL;
      Outcome o;

      bad->data[at] ^= 0x20;
      g_unlink (cut);
      o = attempt (f, file, bad);
      g_assert_cmpint (o.code, ==, 0);
      g_assert_cmpint (o.value, ==, 1);
      g_assert_true (o.noticed);
      kept = read_all (cut);
      g_assert_cmpmem (kept->data, kept->len, bad->data, bad->len);
    }
}

/* After half a minute of writing the state record says how many frames are durable: a log cut to
 * before that is refused, a page that must not be written is not. */
static void
test_mark (Fixture *f, gconstpointer data)
{
  g_autoptr (GByteArray) file = NULL;
  g_autoptr (GByteArray) log = NULL;
  g_autofree guint8 *page = g_malloc0 (PAGE);
  sqlite3 *db = fixture_connect (f);
  sqlite3_file *main_file = NULL;
  guint marked;

  fill (db, 10);
  sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  run (db, "UPDATE t SET v = 2");
  f->vault->seal.marked_at -= 31 * G_USEC_PER_SEC; /* so much later */
  run (db, "UPDATE t SET v = 3 WHERE id = 1");
  {
    g_autoptr (GByteArray) part = read_all (f->log);
    marked = part->len;
  }
  g_assert_cmpuint (f->vault->seal.state.mark, ==, (marked - LOG_HEADER) / FRAME);
  run (db, "UPDATE t SET v = 4 WHERE id = 1");
  file = read_all (f->path);
  log = read_all (f->log);

  /* While a backup reads, nothing is copied to the main file. */
  sqlite3_file_control (db, "main", SQLITE_FCNTL_FILE_POINTER, &main_file);
  page[20] = 40;
  f->vault->seal.pins++;
  g_assert_cmpint (main_file->pMethods->xWrite (main_file, page, PAGE, 0), ==, SQLITE_BUSY);
  g_assert_cmpint (main_file->pMethods->xTruncate (main_file, PAGE), ==, SQLITE_BUSY);
  f->vault->seal.pins--;
  sqlite3_close_v2 (db);
  fixture_close (f);

  g_assert_cmpint (attempt (f, file, log).value, ==, 4);
  for (guint len = 0; len < log->len; len += len ? FRAME : LOG_HEADER)
    {
      g_autoptr (GByteArray) bad = copy_of (log);
      Outcome o;

      g_byte_array_set_size (bad, len);
      o = attempt (f, file, bad);
      if (len < marked)
        g_assert_cmpint (o.code, ==, BZG_ERROR_ROLLBACK);
      else
        g_assert_cmpint (o.value, ==, 3);
    }
}

/* Old parts of the set combined in every way: nothing older than what the state record vouches for
 * may open. */
static void
test_combinations (Fixture *f, gconstpointer data)
{
  const char *wanted = g_getenv ("BOZGASHT_ROUNDS"); /* moments; the long form takes 22 */
  const int moments = wanted ? atoi (wanted) : 9;
  g_autofree GByteArray **file = g_new (GByteArray *, moments);
  g_autofree GByteArray **log = g_new (GByteArray *, moments);
  sqlite3 *db = fixture_connect (f);
  int opened = 0, refused = 0;

  fill (db, 40);
  run (db, "PRAGMA wal_autocheckpoint=0");
  for (int i = 0; i < moments; i++)
    {
      g_autofree char *sql
        = g_strdup_printf ("UPDATE t SET v = %d WHERE id %% 3 = %d", i + 2, i % 3);
      run (db, sql);
      if (i % 3 != 2)
        sqlite3_wal_checkpoint_v2 (db, NULL,
                                   i % 2 ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE,
                                   NULL, NULL);
      if (i == 4)
        {
          g_autoptr (BzgSecret) pass = bzg_secret_new_text ("second");
          guint8 box[32];
          g_assert_true (bzg_vault_add_user (f->vault, "b", pass, fixture_user, box, NULL));
        }
      file[i] = read_all (f->path);
      log[i] = read_all (f->log);
    }
  sqlite3_close_v2 (db);
  fixture_close (f);

  for (int pages = 0; pages < moments; pages++)
    for (int state = 0; state < moments; state++)
      for (int l = 0; l < moments; l++)
        {
          g_autoptr (GByteArray) mixed = copy_of (file[pages]);
          Outcome o;
          memcpy (mixed->data, file[state]->data, HEADER);
          o = attempt (f, mixed, log[l]);
          if (o.code)
            refused++;
          else
            {
              opened++;
              /* What opens is a whole moment not before the state's checkpoint. */
              if (state == pages && state == l)
                g_assert_cmpint (o.value, ==, state + 2);
              g_assert_cmpint (o.value, >=, state % 3 != 2 ? state + 2 : state + 1);
              g_assert_cmpint (o.value, <=, MAX (l, state) + 2);
            }
          if (state == pages && state == l)
            g_assert_cmpint (o.code, ==, 0);
        }
  g_test_message ("%d combinations opened, %d refused", opened, refused);
  g_assert_cmpint (refused, >, opened);

  /* A key block older than the state record says. */
  {
    g_autoptr (GByteArray) mixed = copy_of (file[moments - 1]);
    memcpy (mixed->data, file[0]->data, STATE);
    g_assert_cmpint (attempt (f, mixed, log[moments - 1]).code, ==, BZG_ERROR_ROLLBACK);
  }
  for (int i = 0; i < moments; i++)
    {
      g_byte_array_unref (file[i]);
      g_byte_array_unref (log[i]);
    }
}

static void
sum_block (GByteArray *file, int copy)
{
  guint8 *block = file->data + 16384 * copy;

  bzg_sha256 (block, 16384 - 64, block + 16384 - 64);
}

static void
test_header (Fixture *f, gconstpointer data)
{
  g_autoptr (GByteArray) good = NULL;
  sqlite3 *db = fixture_connect (f);

  fill (db, 5);
  sqlite3_close_v2 (db);
  fixture_close (f);
  good = read_all (f->path);
  for (int i = 0; i < 300; i++)
    {
      guint where = i < 160 ? (guint) i : (guint) g_test_rand_int_range (0, 16384);
      guint8 bit = (guint8) (1 << g_test_rand_int_range (0, 8));
      int copy = i % 2;
      g_autoptr (GByteArray) one = copy_of (good);
      g_autoptr (GByteArray) both = copy_of (good);
      Outcome o;

      /* One copy: the other opens, and the damage is repaired and reported. */
      one->data[16384 * (guint) copy + where] ^= bit;
      o = attempt (f, one, NULL);
      g_assert_cmpint (o.code, ==, 0);
      g_assert_true (o.noticed);
      {
        g_autoptr (GByteArray) repaired = read_all (f->path);
        g_assert_cmpmem (repaired->data, 16384, repaired->data + 16384, 16384);
      }
      /* One copy with its checksum made to fit. */
      if (where < 16384 - 64)
        {
          sum_block (one, copy);
          g_assert_cmpint (attempt (f, one, NULL).code, ==, 0);
        }
      /* Both copies. */
      for (guint c = 0; c < 2; c++)
        both->data[16384 * c + where] ^= bit;
      g_assert_cmpint (attempt (f, both, NULL).code, !=, 0);
      if (where < 16384 - 64)
        {
          sum_block (both, 0);
          sum_block (both, 1);
          g_assert_cmpint (attempt (f, both, NULL).code, !=, 0);
        }
    }
  for (int i = 0; i < 100; i++)
    {
      guint where = (guint) g_test_rand_int_range (0, 4096);
      g_autoptr (GByteArray) one = copy_of (good);
      g_autoptr (GByteArray) rest = copy_of (good);

      one->data[STATE + 4096 * (i % 2) + where] ^= 1;
      g_assert_cmpint (attempt (f, one, NULL).value, ==, 1);
      one->data[STATE + 4096 * (1 - i % 2) + where] ^= 1;
      g_assert_cmpint (attempt (f, one, NULL).code, ==, BZG_ERROR_DAMAGED);
      rest->data[g_test_rand_int_range (STATE + 8192, HEADER)] = 1;
      g_assert_cmpint (attempt (f, rest, NULL).code, ==, BZG_ERROR_DAMAGED);
    }
}

static void
test_third_key_block (Fixture *f, gconstpointer data)
{
  g_autoptr (GByteArray) file = NULL;
  g_autoptr (GBytes) old = NULL;
  g_autoptr (GBytes) kept = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *code = NULL;
  guint64 first, second;
  sqlite3 *db = fixture_connect (f);

  fill (db, 3);
  sqlite3_close_v2 (db);
  old = bzg_vault_key_block (f->vault, &first);
  code = bzg_vault_add_recovery (f->vault, NULL);
  kept = bzg_vault_key_block (f->vault, &second);
  g_assert_cmpuint (second, >, first);
  fixture_close (f);
  g_assert_false (bzg_vault_restore_key_block (f->path, kept, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_EXISTS);
  g_clear_error (&error);
  {
    g_autoptr (GBytes) part = g_bytes_new_from_bytes (kept, 0, 4096);
    g_autoptr (GBytes) rubbish = g_bytes_new_take (g_malloc0 (16384), 16384);

    g_assert_false (bzg_vault_restore_key_block (f->path, part, &error));
    g_assert_error (error, BZG_ERROR, BZG_ERROR_TRUNCATED);
    g_clear_error (&error);
    g_assert_false (bzg_vault_restore_key_block (f->path, rubbish, &error));
    g_assert_error (error, BZG_ERROR, BZG_ERROR_DAMAGED);
    g_clear_error (&error);
    g_assert_false (bzg_vault_restore_key_block ("/nowhere/at all", kept, &error));
    g_assert_error (error, BZG_ERROR, BZG_ERROR_NO_FILE);
    g_clear_error (&error);
  }

  file = read_all (f->path);
  memset (file->data, 0xee, 32768);
  write_all (f->path, file);
  g_assert_null (fixture_try_open (f, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_DAMAGED);
  g_clear_error (&error);
  g_assert_true (bzg_vault_restore_key_block (f->path, old, &error));
  g_assert_null (fixture_try_open (f, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_ROLLBACK);
  g_clear_error (&error);
  write_all (f->path, file);
  g_assert_true (bzg_vault_restore_key_block (f->path, kept, &error));
  f->vault = bzg_vault_open_recovery (f->path, code, NULL, &error);
  g_assert_no_error (error);
}

/* A KDF that would take all memory, written by somebody into both copies, is refused unrun. */
static void
test_hostile_kdf (Fixture *f, gconstpointer data)
{
  static const guint32 hostile[][3] = {
    { 1, 0xffffffff, 1 }, { 0xffff, 1024, 1 }, { 3, 65536, 255 }, { 16, 1048576, 4 }, { 0, 64, 1 }
  };
  g_autoptr (GByteArray) good = NULL;
  sqlite3 *db = fixture_connect (f);

  fill (db, 1);
  sqlite3_close_v2 (db);
  fixture_close (f);
  good = read_all (f->path);
  for (gsize i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      g_autoptr (GByteArray) bad = copy_of (good);
      for (int copy = 0; copy < 2; copy++)
        {
          for (int k = 0; k < 3; k++)
            for (int b = 0; b < 4; b++)
              bad->data[16384 * copy + 72 + 4 * k + b] = (guint8) (hostile[i][k] >> (8 * b));
          sum_block (bad, copy);
        }
      g_assert_cmpint (attempt (f, bad, NULL).code, ==, BZG_ERROR_DAMAGED);
    }
}

/* ---- a passphrase change cut short ---- */

typedef struct
{
  goffset offset;
  GByteArray *data;
} Written;

static GPtrArray *writes;

static gssize
note_write (int fd, gconstpointer data, gsize len, goffset offset)
{
  Written *w = g_new0 (Written, 1);

  w->offset = offset;
  w->data = g_byte_array_new ();
  g_byte_array_append (w->data, data, (guint) len);
  g_ptr_array_add (writes, w);
  return bzg_io_posix.write (fd, data, len, offset);
}

static void
test_torn_slot (Fixture *f, gconstpointer data)
{
  g_autoptr (BzgSecret) old = fixture_passphrase ();
  g_autoptr (BzgSecret) changed = bzg_secret_new_text ("nine quiet rivers");
  g_autoptr (GByteArray) before = NULL;
  BzgIo io = bzg_io_posix;
  int tried = 0;

  fixture_close (f);
  before = read_all (f->path);
  fixture_open (f);
  writes = g_ptr_array_new ();
  io.write = note_write;
  bzg_io = &io;
  g_assert_true (bzg_vault_change_passphrase (f->vault, "officer", old, changed, NULL));
  bzg_io = &bzg_io_posix;
  bzg_vault_close (f->vault, NULL);
  f->vault = NULL;
  g_assert_cmpuint (writes->len, ==, 4); /* two key blocks, two state records */

  for (guint stop = 0; stop < writes->len; stop++)
    {
      const Written *w = g_ptr_array_index (writes, stop);
      for (guint cut = 0; cut <= w->data->len; cut += 512)
        {
          g_autoptr (GByteArray) torn = copy_of (before);
          BzgVault *a, *b = NULL;
          for (guint i = 0; i < stop; i++)
            {
              const Written *done = g_ptr_array_index (writes, i);
              memcpy (torn->data + done->offset, done->data->data, done->data->len);
            }
          memcpy (torn->data + w->offset, w->data->data, cut);
          write_all (f->path, torn);
          a = bzg_vault_open (f->path, "officer", old, NULL, NULL);
          if (a)
            bzg_vault_close (a, NULL);
          else
            {
              b = bzg_vault_open (f->path, "officer", changed, NULL, NULL);
              g_assert_nonnull (b);
              bzg_vault_close (b, NULL);
            }
          tried++;
        }
    }
  g_assert_cmpint (tried, >, 60);
  for (guint i = 0; i < writes->len; i++)
    {
      Written *w = g_ptr_array_index (writes, i);
      g_byte_array_unref (w->data);
      g_free (w);
    }
  g_ptr_array_unref (writes);
  write_all (f->path, before);
  fixture_open (f);
}

/* ---- a stock SQLite that meets a live log ---- */

static void
test_stock_sqlite (Fixture *f, gconstpointer data)
{
  sqlite3 *db = fixture_connect (f);
  sqlite3 *stock = NULL;
  g_autoptr (GByteArray) file = NULL;
  g_autoptr (GByteArray) log = NULL;
  g_autofree char *command = NULL;

  fill (db, 50);
  run (db, "PRAGMA wal_autocheckpoint=0");
  run (db, "UPDATE t SET v = 9");
  file = read_all (f->path);
  log = read_all (f->log);
  sqlite3_close_v2 (db);
  fixture_close (f);

  /* As it is after a crash. */
  write_all (f->path, file);
  write_all (f->log, log);
  if (sqlite3_open_v2 (f->path, &stock, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL)
      == SQLITE_OK)
    {
      g_assert_cmpint (sqlite3_exec (stock, "SELECT * FROM sqlite_schema", NULL, NULL, NULL), !=,
                       0);
      g_assert_cmpint (sqlite3_exec (stock, "PRAGMA journal_mode=DELETE; VACUUM", NULL, NULL, NULL),
                       !=, 0);
    }
  sqlite3_close (stock);
  command
    = g_strdup_printf ("sqlite3 '%s' 'SELECT * FROM t; PRAGMA wal_checkpoint(TRUNCATE)'", f->path);
  g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);

  fixture_open (f);
  db = fixture_connect (f);
  g_assert_cmpint (number (db, "SELECT count(*) FROM t WHERE v = 9"), ==, 50);
  assert_sound (db);
  sqlite3_close_v2 (db);
}

int
main (int argc, char **argv)
{
  if (!fixture_init (&argc, &argv))
    return 1;

#define ADD(name)                                                                                  \
  g_test_add ("/tamper/" #name, Fixture, NULL, fixture_set_up, test_##name, fixture_tear_down)
  ADD (pages);
  ADD (page_rollback);
  ADD (rollback_in_session);
  ADD (log);
  ADD (log_header);
  ADD (mark);
  ADD (combinations);
  ADD (header);
  ADD (third_key_block);
  ADD (hostile_kdf);
  ADD (torn_slot);
  ADD (stock_sqlite);
  return g_test_run ();
}
