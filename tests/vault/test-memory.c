/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <gcrypt.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "counts.h"
#include "vault/bzg-platform-private.h"

/*
 * No memory. The same work in a child, with the 1st, 2nd, 3rd ... allocation of SQLite or of
 * libgcrypt refused, once or for good. It may fail, and where a cipher or a hash cannot be had it
 * may end the program rather than go on without one; what it acknowledged must be there, and the
 * casebook must open and be sound.
 *
 * The same counters show that an unknown name and a wrong passphrase take the same way.
 *
 * BOZGASHT_ROUNDS sets the number of points for each library (60); 0 takes every one.
 */

typedef enum
{
  SQLITE,
  GCRYPT,
  LIBRARIES
} Library;

static gint64 countdown[LIBRARIES], allocations[LIBRARIES], bytes[LIBRARIES];
static gboolean for_good;
static sqlite3_mem_methods plain_memory;

static gboolean
refused (Library library, gsize len)
{
  g_atomic_pointer_add (&allocations[library], 1);
  bytes[library] += (gint64) len;
  if (countdown[library] == 0)
    return FALSE;
  if (countdown[library] > 1)
    {
      countdown[library]--;
      return FALSE;
    }
  if (!for_good)
    countdown[library] = 0;
  return TRUE;
}

static void *
sqlite_malloc (int len)
{
  return refused (SQLITE, (gsize) len) ? NULL : plain_memory.xMalloc (len);
}

static void *
sqlite_realloc (void *data, int len)
{
  return refused (SQLITE, (gsize) len) ? NULL : plain_memory.xRealloc (data, len);
}

static void *
gcrypt_malloc (size_t len)
{
  void *data = refused (GCRYPT, len) ? NULL : malloc (len);

  if (!data)
    errno = ENOMEM;
  return data;
}

static int
gcrypt_is_secure (const void *data)
{
  return 0;
}

static void *
gcrypt_realloc (void *data, size_t len)
{
  void *grown = refused (GCRYPT, len) ? NULL : realloc (data, len);

  if (!grown)
    errno = ENOMEM;
  return grown;
}

static void
put_in_place (void)
{
  sqlite3_mem_methods counting;

  /* The vault sets its own; these stand in front of them. */
  g_assert_cmpint (sqlite3_shutdown (), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_config (SQLITE_CONFIG_GETMALLOC, &plain_memory), ==, SQLITE_OK);
  counting = plain_memory;
  counting.xMalloc = sqlite_malloc;
  counting.xRealloc = sqlite_realloc;
  g_assert_cmpint (sqlite3_config (SQLITE_CONFIG_MALLOC, &counting), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_initialize (), ==, SQLITE_OK);
}

static void
say (int out, gint64 n)
{
  if (write (out, &n, sizeof n) != sizeof n)
    _exit (1);
}

/* The child: tells each number it saw committed. */
static void
work (Fixture *f, int out)
{
  static const char *const steps[] = {
    "INSERT INTO t (a, b) VALUES ('x', zeroblob(9000))",
    "INSERT INTO t (a, b) SELECT hex(randomblob(9)), randomblob(800) FROM t",
    "UPDATE t SET b = randomblob(300) WHERE id % 2",
    "INSERT INTO f SELECT a FROM t",
    "DELETE FROM t WHERE id % 3 = 1",
  };
  g_autoptr (BzgSecret) pass = bzg_secret_new_text ("second");
  guint8 box[32];
  sqlite3 *db;
  gint64 n;

  f->vault = pass ? fixture_try_open (f, NULL) : NULL;
  if (!f->vault)
    return;
  db = bzg_vault_connect (f->vault, FALSE, NULL);
  for (n = 1; db && n <= (gint64) G_N_ELEMENTS (steps); n++)
    {
      g_autofree char *count = g_strdup_printf ("UPDATE counter SET n = %" G_GINT64_FORMAT, n);

      if (sqlite3_exec (db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK
          && sqlite3_exec (db, steps[n - 1], NULL, NULL, NULL) == SQLITE_OK
          && sqlite3_exec (db, count, NULL, NULL, NULL) == SQLITE_OK
          && sqlite3_exec (db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        say (out, n);
      else
        sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
      if (n == 3)
        sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    }
  sqlite3_close_v2 (db);
  bzg_vault_add_user (f->vault, "second", pass, fixture_user, box, NULL);
  bzg_vault_verify (f->vault, NULL, NULL, NULL, NULL);
  bzg_vault_rekey (f->vault, 3, NULL, NULL, NULL, NULL);
  bzg_vault_close (f->vault, NULL);
}

/* One child; how it ended in @status. Returns the last number acknowledged. */
static gint64
run_child (Fixture *f, Library library, gint64 at, int *status, gint64 *seen)
{
  int ends[2];
  gint64 acked = 0, n;
  pid_t child;

  g_assert_cmpint (pipe (ends), ==, 0);
  child = fork ();
  if (child == 0)
    {
      close (ends[0]);
      int nowhere = open ("/dev/null", O_WRONLY); /* what g_error() says is expected */
      dup2 (nowhere, STDOUT_FILENO);
      dup2 (nowhere, STDERR_FILENO);
      write_counts_at_the_end ();
      allocations[library] = 0;
      countdown[library] = at;
      for_good = at % 2 == 0;
      work (f, ends[1]);
      countdown[library] = 0;
      say (ends[1], -allocations[library]);
      exit (0);
    }
  close (ends[1]);
  *seen = 0;
  while (read (ends[0], &n, sizeof n) == sizeof n)
    if (n < 0)
      *seen = -n;
    else
      acked = n;
  close (ends[0]);
  g_assert_cmpint (waitpid (child, status, 0), ==, child);
  return acked;
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  const Library library = (Library) GPOINTER_TO_INT (data);
  const char *wanted = g_getenv ("BOZGASHT_ROUNDS");
  gint64 points = wanted ? atoi (wanted) : 60, total, step, ended = 0, tried = 0;
  g_autoptr (GByteArray) start = NULL;
  sqlite3 *db = fixture_connect (f);
  int status;

  run (db, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b BLOB); CREATE INDEX i ON t (a)");
  run (db, "INSERT INTO t (a) VALUES (1), (2), (3); CREATE VIRTUAL TABLE f USING fts5 (a)");
  run (db, "CREATE TABLE counter (n INTEGER); INSERT INTO counter VALUES (0)");
  sqlite3_close_v2 (db);
  fixture_close (f);
  start = read_all (f->path);

  g_assert_cmpint (run_child (f, library, 0, &status, &total), ==, 5);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  g_assert_cmpint (total, >, 100);
  step = points ? MAX (1, total / points) : 1;
  for (gint64 at = 1; at <= total;
       at += points ? g_test_rand_int_range (1, (gint32) (2 * step)) : 1)
    {
      gint64 acked, n, seen;

      write_all (f->path, start);
      g_unlink (f->log);
      acked = run_child (f, library, at, &status, &seen);
      tried++;
      /* libgcrypt itself falls over some of its own allocations; the address sanitizer makes an
       * exit with 1 of that (of a leak with 23). */
      if (library == GCRYPT
          && (WIFSIGNALED (status) || (WIFEXITED (status) && WEXITSTATUS (status) == 1)))
        ended++;
      else if (WIFSIGNALED (status))
        g_error ("allocation %" G_GINT64_FORMAT ": signal %d", at, WTERMSIG (status));
      else
        g_assert_cmpint (WEXITSTATUS (status), ==, 0);
      fixture_open (f);
      db = fixture_connect (f);
      n = number (db, "SELECT n FROM counter");
      if (n < acked)
        g_error ("allocation %" G_GINT64_FORMAT ": %" G_GINT64_FORMAT
                 " acknowledged, %" G_GINT64_FORMAT " there",
                 at, acked, n);
      assert_sound (db);
      run (db, "INSERT INTO t (a) VALUES ('goes on')");
      sqlite3_close_v2 (db);
      fixture_close (f);
    }
  g_test_message ("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                  " allocations refused, 0 bad; %" G_GINT64_FORMAT " ended the program",
                  tried, total, ended);
  fixture_open (f);
}

/* ---- the same way for an unknown name and a wrong passphrase ---- */

static gint64 operations;

static gssize
counting_read (int fd, gpointer data, gsize len, goffset offset)
{
  if (offset < 65536) /* the thread that gathers tags may be stopped at any page */
    operations++;
  return bzg_io_posix.read (fd, data, len, offset);
}

static void
test_same_way (Fixture *f, gconstpointer data)
{
  static const char *const attempts[][2] = {
    { "officer", "seven green goats" },
    { "nobody", "seven green boats" },
    { "stranger", "some other words." },
    { "second", "seven green boats" },
  };
  BzgIo io = bzg_io_posix;
  gint64 way[3] = { 0 };
  g_autoptr (BzgSecret) other = bzg_secret_new_text ("quite another");
  guint8 box[32];

  g_assert_true (bzg_vault_add_user (f->vault, "second", other, fixture_user, box, NULL));
  fixture_close (f);
  io.read = counting_read;
  bzg_io = &io;
  for (gsize i = 0; i < G_N_ELEMENTS (attempts); i++)
    {
      g_autoptr (BzgSecret) pass = bzg_secret_new_text (attempts[i][1]);
      g_autoptr (GError) error = NULL;

      operations = allocations[GCRYPT] = bytes[GCRYPT] = 0;
      g_assert_null (bzg_vault_open (f->path, attempts[i][0], pass, NULL, &error));
      g_assert_error (error, BZG_ERROR, BZG_ERROR_PASSPHRASE);
      if (i == 0)
        {
          way[0] = operations;
          way[1] = allocations[GCRYPT];
          way[2] = bytes[GCRYPT];
          g_assert_cmpint (way[1], >, 5);
        }
      g_assert_cmpint (operations, ==, way[0]);
      g_assert_cmpint (allocations[GCRYPT], ==, way[1]);
      /* Only the text itself is longer or shorter. */
      g_assert_cmpint (ABS (bytes[GCRYPT] - way[2]), <, 64);
    }
  bzg_io = &bzg_io_posix;
  fixture_open (f);
}

int
main (int argc, char **argv)
{
  g_setenv ("BOZGASHT_CHEAP_KDF", "1", TRUE);
  g_test_init (&argc, &argv, NULL);
  gcry_set_allocation_handler (gcrypt_malloc, gcrypt_malloc, gcrypt_is_secure, gcrypt_realloc,
                               free);
  if (!bzg_vault_init (NULL))
    return 1;
  put_in_place ();
  g_test_add ("/memory/sqlite", Fixture, GINT_TO_POINTER (SQLITE), fixture_set_up, test_refused,
              fixture_tear_down);
  g_test_add ("/memory/libgcrypt", Fixture, GINT_TO_POINTER (GCRYPT), fixture_set_up, test_refused,
              fixture_tear_down);
  g_test_add ("/memory/same-way", Fixture, NULL, fixture_set_up, test_same_way, fixture_tear_down);
  return g_test_run ();
}
