/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <gcrypt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "counts.h"
#include "vault/bzg-sqlite-memory-private.h"

/*
 * What comes once in the life of a process, so each case has a process of its own. Somebody used
 * SQLite before the vault could set it up, or a setting is not taken, or a part is missing: nothing
 * is opened or made then, for what the settings promise (no "file:" names, wiped memory, a silent
 * log) would not hold. What the vault can do without, it does without.
 *
 * The linker puts the functions below in front of those of the libraries (see meson.build).
 */

static int settings_until, refuse_initialize, refuse_lock, refuse_memory;
static int old_sqlite, other_vfs, old_gcrypt;

int __real_sqlite3_config (int op, ...);
int __wrap_sqlite3_config (int op, ...);
int
__wrap_sqlite3_config (int op, ...)
{
  va_list args;
  void *a, *b, *c;

  va_start (args, op);
  a = va_arg (args, void *);
  b = va_arg (args, void *);
  c = va_arg (args, void *);
  va_end (args);
  return settings_until > 0 && --settings_until == 0 ? SQLITE_ERROR
                                                     : __real_sqlite3_config (op, a, b, c);
}

#define WRAP(type, name, ...)                                                                      \
  type __real_##name (__VA_ARGS__);                                                                \
  type __wrap_##name (__VA_ARGS__);                                                                \
  type __wrap_##name (__VA_ARGS__)

WRAP (int, sqlite3_initialize, void)
{
  return refuse_initialize ? SQLITE_NOMEM : __real_sqlite3_initialize ();
}

WRAP (int, sqlite3_libversion_number, void)
{
  return old_sqlite ? 3039004 : __real_sqlite3_libversion_number ();
}

WRAP (sqlite3_vfs *, sqlite3_vfs_find, const char *name)
{
  return other_vfs ? NULL : __real_sqlite3_vfs_find (name);
}

WRAP (const char *, gcry_check_version, const char *version)
{
  return old_gcrypt ? NULL : __real_gcry_check_version (version);
}

WRAP (int, mlock, const void *data, size_t len)
{
  return refuse_lock ? -1 : __real_mlock (data, len);
}

WRAP (void *, malloc, size_t len)
{
  return refuse_memory ? NULL : __real_malloc (len);
}

/* ---- nothing without its settings ---- */

/* Whatever is asked for, and however often. */
static void
assert_nothing_opens (void)
{
  g_autofree char *folder = g_dir_make_tmp ("bozgasht-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "a.bozgasht", NULL);
  g_autoptr (BzgSecret) pass = fixture_passphrase ();
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 2; i++)
    {
      g_assert_false (bzg_vault_init (&error));
      g_assert_error (error, BZG_ERROR, BZG_ERROR_MISSING_PART);
      g_clear_error (&error);
    }
  g_assert_null (bzg_vault_create (path, "officer", pass, fixture_user, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MISSING_PART);
  g_clear_error (&error);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_null (bzg_vault_open (path, "officer", pass, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MISSING_PART);
  g_clear_error (&error);
  g_assert_null (bzg_vault_open_image ((const guint8 *) "x", 1, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MISSING_PART);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
in_use_before (void)
{
  g_assert_cmpint (__real_sqlite3_initialize (), ==, SQLITE_OK);
  assert_nothing_opens ();
}

static void
no_setting (void)
{
  assert_nothing_opens ();
  g_assert_cmpint (settings_until, ==, 0); /* it was asked for */
}

static void
no_start (void)
{
  refuse_initialize = TRUE;
  assert_nothing_opens ();
}

static void
too_old (void)
{
  old_sqlite = TRUE;
  assert_nothing_opens ();
}

static void
no_locks (void)
{
  other_vfs = TRUE;
  assert_nothing_opens ();
}

static void
no_gcrypt (void)
{
  old_gcrypt = TRUE;
  bzg_vault_init (NULL);
}

/* ---- what it does without ---- */

static void
assert_works (void)
{
  Fixture f = { 0 };
  sqlite3 *db;

  fixture_set_up (&f, NULL);
  db = fixture_connect (&f);
  run (db, "CREATE TABLE t (a); INSERT INTO t VALUES (randomblob(90000))");
  sqlite3_close_v2 (db);
  fixture_close (&f);
  fixture_open (&f);
  db = fixture_connect (&f);
  g_assert_cmpint (number (db, "SELECT length(a) FROM t"), ==, 90000);
  assert_sound (db);
  sqlite3_close_v2 (db);
  fixture_tear_down (&f, NULL);
}

/* Somebody else has started libgcrypt. */
static void
gcrypt_in_use (void)
{
  g_assert_nonnull (__real_gcry_check_version (NULL));
  gcry_control (GCRYCTL_INITIALIZATION_FINISHED, 0);
  g_assert_true (bzg_vault_init (NULL));
  assert_works ();
}

/* The system locks no memory: pages lie in ordinary memory, and are wiped all the same. */
static void
no_locked_memory (void)
{
  guint in_use = 1;
  gsize len = 1;

  refuse_lock = TRUE;
  g_assert_true (bzg_vault_init (NULL));
  g_assert_null (bzg_sqlite_memory_block (&len, &in_use));
  g_assert_cmpuint (len, ==, 0);
  g_assert_cmpuint (in_use, ==, 0);
  assert_works ();
}

/* No memory beyond the locked block: SQLite says so, keeps what it has, and goes on later. */
static void
no_memory (void)
{
  Fixture f = { 0 };
  sqlite3 *db;
  char *text, *grown;

  g_assert_true (bzg_vault_init (NULL));
  fixture_set_up (&f, NULL);
  db = fixture_connect (&f);
  run (db, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  text = sqlite3_malloc (100);
  g_strlcpy (text, "what was there", 100);
  refuse_memory = TRUE;
  g_assert_null (sqlite3_malloc (100));
  g_assert_null (sqlite3_realloc (text, 100000));
  g_assert_cmpint (sqlite3_exec (db, "INSERT INTO t SELECT zeroblob(99999)", NULL, NULL, NULL), ==,
                   SQLITE_NOMEM);
  refuse_memory = FALSE;
  g_assert_cmpstr (text, ==, "what was there");
  grown = sqlite3_realloc (text, 100000);
  g_assert_cmpstr (grown, ==, "what was there");
  grown = sqlite3_realloc (grown, 10);
  g_assert_cmpmem (grown, 10, "what was there", 10);
  sqlite3_free (grown);
  g_assert_cmpint (number (db, "SELECT count(*) FROM t"), ==, 1);
  run (db, "INSERT INTO t VALUES (2)");
  assert_sound (db);
  sqlite3_close_v2 (db);
  fixture_tear_down (&f, NULL);
}

typedef struct
{
  const char *name;
  void (*act) (void);
  int settings_until;
  gboolean ends;
} Case;

static const Case cases[] = {
  { "in-use-before", in_use_before, 0, FALSE },
  { "setting-1", no_setting, 1, FALSE },
  { "setting-2", no_setting, 2, FALSE },
  { "setting-3", no_setting, 3, FALSE },
  { "setting-4", no_setting, 4, FALSE },
  { "setting-5", no_setting, 5, FALSE },
  { "setting-6", no_setting, 6, FALSE },
  { "no-start", no_start, 0, FALSE },
  { "too-old", too_old, 0, FALSE },
  { "no-locks", no_locks, 0, FALSE },
  { "no-gcrypt", no_gcrypt, 0, TRUE },
  { "gcrypt-in-use", gcrypt_in_use, 0, FALSE },
  { "no-locked-memory", no_locked_memory, 0, FALSE },
  { "no-memory", no_memory, 0, FALSE },
};

static void
test_case (gconstpointer data)
{
  const Case *self = data;
  int status;
  pid_t child = fork ();

  if (child == 0)
    {
      int nowhere = open ("/dev/null", O_WRONLY);

      dup2 (nowhere, STDOUT_FILENO);
      if (self->ends)
        dup2 (nowhere, STDERR_FILENO);
      write_counts_at_the_end ();
      settings_until = self->settings_until;
      self->act ();
      exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  if (self->ends)
    g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGTRAP);
  else
    g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
}

int
main (int argc, char **argv)
{
  g_setenv (BZG_CHEAP_KDF, "1", TRUE);
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/late/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  return g_test_run ();
}
