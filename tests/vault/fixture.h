/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/bzg-error.h"
#include "vault/bzg-crypto.h"
#include "vault/bzg-vault.h"

/* A casebook in a folder of its own, with a cheap key derivation. */
typedef struct
{
  char *folder;
  char *path;
  char *log;
  BzgVault *vault;
} Fixture;

/* What main() begins with: cheap keys, test options, the vault. FALSE: the system cannot. */
static inline gboolean
fixture_init (int *argc, char ***argv)
{
  g_setenv (BZG_CHEAP_KDF, "1", TRUE);
  g_test_init (argc, argv, NULL);
  return bzg_vault_init (NULL);
}

static const guint8 fixture_user[16] = "one user's id...";

static inline BzgSecret *
fixture_passphrase (void)
{
  return bzg_secret_new_text ("seven green boats");
}

static inline BzgVault *
fixture_try_open (Fixture *f, GError **error)
{
  g_autoptr (BzgSecret) pass = fixture_passphrase ();

  return bzg_vault_open (f->path, "Officer", pass, NULL, error);
}

static inline void
fixture_open (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  f->vault = fixture_try_open (f, &error);
  g_assert_no_error (error);
  g_assert_nonnull (f->vault);
}

static inline void
fixture_close (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = bzg_vault_close (f->vault, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
  f->vault = NULL;
}

static inline void
fixture_set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgSecret) pass = fixture_passphrase ();

  f->folder = g_dir_make_tmp ("bozgasht-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "a.bozgasht", NULL);
  f->log = g_strconcat (f->path, "-log", NULL);
  f->vault = bzg_vault_create (f->path, "officer", pass, fixture_user, NULL, &error);
  g_assert_no_error (error);
}

static inline void
fixture_tear_down (Fixture *f, gconstpointer data)
{
  const char *name;
  GDir *dir;

  if (f->vault)
    fixture_close (f);
  dir = g_dir_open (f->folder, 0, NULL);
  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (f->folder, name, NULL);
      g_unlink (path);
    }
  g_clear_pointer (&dir, g_dir_close);
  g_rmdir (f->folder);
  g_free (f->folder);
  g_free (f->path);
  g_free (f->log);
}

static inline sqlite3 *
fixture_connect (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  sqlite3 *db = bzg_vault_connect (f->vault, FALSE, &error);

  g_assert_no_error (error);
  return db;
}

static inline void
run (sqlite3 *db, const char *sql)
{
  char *message = NULL;
  int rc = sqlite3_exec (db, sql, NULL, NULL, &message);

  if (rc != SQLITE_OK)
    g_error ("%s: %d %s", sql, sqlite3_extended_errcode (db), message);
}

static inline gint64
number (sqlite3 *db, const char *sql)
{
  sqlite3_stmt *stmt = NULL;
  gint64 value;

  if (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL) != SQLITE_OK
      || sqlite3_step (stmt) != SQLITE_ROW)
    g_error ("%s: %s", sql, sqlite3_errmsg (db));
  value = sqlite3_column_int64 (stmt, 0);
  sqlite3_finalize (stmt);
  return value;
}

static inline void
assert_sound (sqlite3 *db)
{
  sqlite3_stmt *stmt = NULL;

  g_assert_cmpint (sqlite3_prepare_v2 (db, "PRAGMA integrity_check", -1, &stmt, NULL), ==, 0);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
  g_assert_cmpstr ((const char *) sqlite3_column_text (stmt, 0), ==, "ok");
  sqlite3_finalize (stmt);
}

static inline GByteArray *
read_all (const char *path)
{
  GByteArray *bytes = g_byte_array_new ();
  char *data = NULL;
  gsize len = 0;

  if (g_file_get_contents (path, &data, &len, NULL))
    g_byte_array_append (bytes, (guint8 *) data, (guint) len);
  g_free (data);
  return bytes;
}

static inline void
write_all (const char *path, const GByteArray *bytes)
{
  FILE *file = g_fopen (path, "wb");

  g_assert_nonnull (file);
  if (bytes->len > 0)
    g_assert_cmpuint (fwrite (bytes->data, 1, bytes->len, file), ==, bytes->len);
  fclose (file);
}
