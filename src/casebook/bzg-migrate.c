/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-session-core-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "base/bzg-error.h"
#include "base/bzg-file.h"
#include "casebook/bzg-dictionary-private.h"
#include "vault/bzg-crypto.h"

/*
 * Forward only: PRAGMA user_version says how many migrations a file has seen. Each step is one
 * transaction together with its number, so that a file always stands at a whole version. Before the
 * first step of an existing casebook the closed file is copied, byte for byte and compared; the
 * copy is as encrypted as the file and opens with the same passphrases.
 */

static const char *const *steps_override;

int
_bzg_schema_version (void)
{
  g_auto (GStrv) names = NULL;
  int n = 0;

  if (steps_override != NULL)
    return (int) g_strv_length ((char **) steps_override);
  names = g_resource_enumerate_children (_bzg_schema (), BZG_SCHEMA_PREFIX, 0, NULL);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    n += g_str_has_suffix (names[i], ".sql");
  return n;
}

void
_bzg_migrate_override (const char *const *steps)
{
  steps_override = steps;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The text of step @number, counted from 1. */
static char *
read_step (int number)
{
  g_auto (GStrv) names = NULL;
  g_autoptr (GPtrArray) steps = g_ptr_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  gsize len;
  const char *text;

  if (steps_override != NULL)
    return g_strdup (steps_override[number - 1]);
  names = g_resource_enumerate_children (_bzg_schema (), BZG_SCHEMA_PREFIX, 0, NULL);
  for (guint i = 0; names[i] != NULL; i++)
    if (g_str_has_suffix (names[i], ".sql"))
      g_ptr_array_add (steps, names[i]);
  g_ptr_array_sort (steps, compare_names);
  bytes = _bzg_schema_read (g_ptr_array_index (steps, (guint) number - 1));
  text = g_bytes_get_data (bytes, &len);
  return g_strndup (text, len);
}

int
_bzg_migrate_version (sqlite3 *db, GError **error)
{
  return (int) _bzg_sql_scalar (db, "PRAGMA user_version", error);
}

static gboolean
take_step (sqlite3 *db, int number, GError **error)
{
  g_autofree char *sql = read_step (number);
  g_autofree char *version
    = g_strdup_printf ("PRAGMA user_version = %d; PRAGMA application_id = %d", number,
                       BZG_APPLICATION_ID);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (sqlite3_stmt) check = NULL;

  if (!_bzg_sql_exec (db, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (_bzg_sql_exec (db, sql, &local_error) && _bzg_sql_exec (db, version, &local_error))
    check = _bzg_sql_prepare (db, "PRAGMA foreign_key_check", &local_error);
  if (check != NULL && _bzg_sql_step (check, &local_error))
    g_set_error (&local_error, BZG_ERROR, BZG_ERROR_DAMAGED,
                 "migration %d: a row refers to one that does not exist", number);
  g_clear_pointer (&check, sqlite3_finalize);
  if (local_error == NULL && _bzg_sql_exec (db, "COMMIT", &local_error))
    return TRUE;
  if (!sqlite3_get_autocommit (db))
    _bzg_sql_exec (db, "ROLLBACK", NULL);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

gboolean
_bzg_migrate (sqlite3 *db, GError **error)
{
  int version = _bzg_migrate_version (db, error);
  int newest = _bzg_schema_version ();

  if (version < 0)
    return FALSE;
  if (version > newest)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_NEWER_SCHEMA,
                   "the casebook has schema %d, this program knows %d", version, newest);
      return FALSE;
    }
  while (version < newest)
    if (!take_step (db, ++version, error))
      return FALSE;
  return TRUE;
}

/* ---- The copy */

#define PIECE (1024 * 1024)

static gboolean
digest_of (int fd, guint8 out[BZG_HASH_SIZE], GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (PIECE);
  BzgHash *hash = bzg_hash_new_sha256 ();
  gssize n;

  while ((n = read (fd, buffer, PIECE)) > 0 && !g_cancellable_is_cancelled (cancellable))
    bzg_hash_update (hash, buffer, (gsize) n);
  bzg_hash_finish (hash, out);
  if (n < 0)
    return bzg_error_set_errno (error, errno, "casebook copy");
  if (n > 0)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "cancelled");
      return FALSE;
    }
  return TRUE;
}

typedef struct
{
  int fd;
  GCancellable *cancellable;
  BzgHash *hash;
} CopySource;

static gboolean
produce_copy (BzgFileWriter *out, gpointer user_data, GError **error)
{
  CopySource *source = user_data;
  g_autofree guint8 *buffer = g_malloc (PIECE);
  gssize n;

  while ((n = read (source->fd, buffer, PIECE)) > 0)
    {
      if (g_cancellable_is_cancelled (source->cancellable))
        {
          g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "cancelled");
          return FALSE;
        }
      bzg_hash_update (source->hash, buffer, (gsize) n);
      if (!bzg_file_writer_write (out, buffer, (gsize) n, error))
        return FALSE;
    }
  return n == 0 || bzg_error_set_errno (error, errno, "casebook");
}

gboolean
_bzg_migrate_copy (const char *path, int version, GCancellable *cancellable, GError **error)
{
  g_autofree char *stem = g_str_has_suffix (path, ".bozgasht")
                            ? g_strndup (path, strlen (path) - strlen (".bozgasht"))
                            : g_strdup (path);
  g_autofree char *target = g_strdup_printf ("%s.before-%d.bozgasht", stem, version + 1);
  CopySource source = { .cancellable = cancellable };
  guint8 written[BZG_HASH_SIZE], read_back[BZG_HASH_SIZE];
  gboolean ok;
  int fd;

  source.fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  if (source.fd < 0)
    return bzg_error_set_errno (error, errno, "casebook");
  source.hash = bzg_hash_new_sha256 ();
  ok = bzg_file_write_with (target, BZG_FILE_REPLACE, produce_copy, &source, error);
  bzg_hash_finish (source.hash, written);
  close (source.fd);
  if (!ok)
    return FALSE;

  fd = g_open (target, O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0)
    return bzg_error_set_errno (error, errno, "casebook copy");
  posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
  ok = digest_of (fd, read_back, cancellable, error);
  close (fd);
  if (ok && memcmp (written, read_back, sizeof written) != 0)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_IO, "the copy is not what was written");
      ok = FALSE;
    }
  return ok;
}
