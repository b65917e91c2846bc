/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-image.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/bzg-digits.h"
#include "base/bzg-error.h"
#include "base/bzg-file.h"
#include "casebook/bzg-access.h"
#include "casebook/bzg-session-core-private.h"
#include "vault/bzg-crypto.h"

/*
 * The record leaves as an image and comes back as a new file. An image holds the whole record but
 * no key slot, so whoever brings it back decides anew who may open it. What ties the new file to
 * the old one is the casebook id, with which every chain of the history begins; it therefore stands
 * in the record too, as a setting written before the first image.
 *
 * An image is hostile until checked: it is opened read-only with a defensive connection, and
 * nothing of it is believed before SQLite has read all of it.
 */

#define SQLITE_MAGIC "SQLite format 3"
#define CASEBOOK_ID "casebook.id"
#define BUSY_ATTEMPTS 50
#define BUSY_PAUSE_US 100000

/* ---- Out */

static gboolean
keep_casebook_id (BzgWriter *writer, gpointer data, GError **error)
{
  BzgSession *session = _bzg_writer_session (writer);
  sqlite3_stmt *stmt = _bzg_writer_statement (
    writer, "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO NOTHING", error);
  BzgId id;
  char text[BZG_ID_TEXT_SIZE];

  if (stmt == NULL)
    return FALSE;
  memcpy (id.bytes, bzg_vault_casebook_id (bzg_session_vault (session)), BZG_ID_SIZE);
  _bzg_sql_bind_text (stmt, 1, CASEBOOK_ID);
  _bzg_sql_bind_text (stmt, 2, bzg_id_to_text (&id, text));
  return _bzg_sql_run (stmt, error);
}

gboolean
bzg_session_read_image (BzgSession *self,
                        BzgImageSink sink,
                        gpointer sink_data,
                        guint64 *size,
                        GCancellable *cancellable,
                        GError **error)
{
  if (!_bzg_session_write (self, keep_casebook_id, NULL, error))
    return FALSE;

  /* On a connection of its own, so that work goes on meanwhile; only its beginning needs a moment
   * in which nobody writes. No byte has gone out when it says that there was none. */
  for (int attempt = 1;; attempt++)
    {
      g_autoptr (GError) local_error = NULL;
      guint64 own = 0;

      if (bzg_vault_read_image (bzg_session_vault (self), NULL, sink, sink_data,
                                size != NULL ? size : &own, cancellable, &local_error))
        return TRUE;
      if (!g_error_matches (local_error, BZG_ERROR, BZG_ERROR_IN_USE) || attempt == BUSY_ATTEMPTS
          || g_cancellable_is_cancelled (cancellable))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      g_usleep (BUSY_PAUSE_US);
    }
}

/* ---- Checking */

static gboolean
check_pragma (sqlite3 *db, const char *sql, const char *expected, const char *what, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (db, sql, error);
  g_autoptr (GError) local_error = NULL;
  gboolean row, ok;

  if (stmt == NULL)
    return FALSE;
  row = _bzg_sql_step (stmt, &local_error);
  ok = local_error == NULL
       && (expected == NULL ? !row : row && g_strcmp0 (_bzg_sql_text (stmt, 0), expected) == 0);
  if (!ok)
    g_set_error (error, BZG_ERROR, BZG_ERROR_DAMAGED, "image: %s", what);
  return ok;
}

static gboolean
count (sqlite3 *db, const char *sql, guint *out, GError **error)
{
  gint64 n = _bzg_sql_scalar (db, sql, error);

  *out = n < 0 ? 0 : (guint) n;
  return n >= 0;
}

static gboolean
check_database (sqlite3 *db, BzgImageCounts *counts, GError **error)
{
  BzgImageCounts own;
  int version;

  if (counts == NULL)
    counts = &own;
  if (_bzg_sql_scalar (db, "PRAGMA application_id", NULL) != BZG_APPLICATION_ID)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_CASEBOOK, "image: not of a casebook");
      return FALSE;
    }
  version = _bzg_migrate_version (db, error);
  if (version < 0)
    return FALSE;
  if (version > _bzg_schema_version ())
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_NEWER_SCHEMA, "image: schema %d", version);
      return FALSE;
    }
  return check_pragma (db, "PRAGMA integrity_check(1)", "ok", "integrity check", error)
         && check_pragma (db, "PRAGMA foreign_key_check", NULL, "foreign keys", error)
         && count (db, "SELECT count(*) FROM person", &counts->people, error)
         && count (db, "SELECT count(*) FROM support", &counts->supports, error)
         && count (db, "SELECT count(*) FROM visit", &counts->visits, error);
}

static sqlite3 *
open_image (const guint8 *image, gsize len, GError **error)
{
  if (len > sizeof SQLITE_MAGIC && memcmp (image, SQLITE_MAGIC, sizeof SQLITE_MAGIC) == 0)
    return bzg_vault_open_image (image, len, error);
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_CASEBOOK, "image: not of a casebook");
  return NULL;
}

gboolean
bzg_image_check (const guint8 *image, gsize len, BzgImageCounts *counts, GError **error)
{
  sqlite3 *db = open_image (image, len, error);
  gboolean ok;

  if (db == NULL)
    return FALSE;
  ok = check_database (db, counts, error);
  sqlite3_close_v2 (db);
  return ok;
}

/* ---- Back in */

typedef struct
{
  BzgId user;
  BzgId casebook;
  char *user_name; /* as the record spells it */
} Identity;

static gboolean
find_identity (sqlite3 *db, const char *user_name, Identity *out, GError **error)
{
  g_autoptr (sqlite3_stmt) user = NULL;
  g_autoptr (sqlite3_stmt) setting = NULL;

  user = _bzg_sql_prepare (db,
                           "SELECT id, name FROM user WHERE name = ? AND active = 'yes'"
                           " AND voided_at IS NULL"
                           " AND ' ' || roles || ' ' LIKE '% administrator %'",
                           error);
  setting = _bzg_sql_prepare (db, "SELECT value FROM setting WHERE key = ?", error);
  if (user == NULL || setting == NULL)
    return FALSE;
  _bzg_sql_bind_text (user, 1, user_name);
  if (!_bzg_sql_step (user, NULL) || !_bzg_sql_id (user, 0, &out->user))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_FOUND,
                           "user: expected the name of an administrator in the record");
      return FALSE;
    }
  out->user_name = g_strdup (_bzg_sql_text (user, 1));
  _bzg_sql_bind_text (setting, 1, CASEBOOK_ID);
  if (!_bzg_sql_step (setting, NULL)
      || !bzg_id_from_text (_bzg_sql_text (setting, 0), &out->casebook))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_CASEBOOK,
                           "image: the id of the casebook is missing");
      return FALSE;
    }
  return TRUE;
}

typedef struct
{
  const guint8 *data;
  gsize len, at;
} Memory;

static gssize
memory_source (gpointer buffer, gsize len, gpointer user_data, GError **error)
{
  Memory *memory = user_data;
  gsize n = MIN (len, memory->len - memory->at);

  memcpy (buffer, memory->data + memory->at, n);
  memory->at += n;
  return (gssize) n;
}

/* All but the restorer have no slot in this file. Their drafts, which nobody else may see, wait for
 * them. */
static gboolean
reset_users (BzgWriter *writer, gpointer data, GError **error)
{
  char hex[BZG_HEX_SIZE (BZG_KEY_SIZE)];
  BzgSession *session = _bzg_writer_session (writer);
  const BzgAggregate *users = bzg_dictionary_aggregate ("user");
  g_autoptr (BzgHistoryBody) body = _bzg_history_body_new ();
  g_autoptr (sqlite3_stmt) stmt = NULL;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (BzgId));
  guint8 box[BZG_KEY_SIZE], sign[BZG_KEY_SIZE];
  BzgId id;

  stmt = _bzg_sql_prepare (_bzg_writer_db (writer), "SELECT id FROM user WHERE voided_at IS NULL",
                           error);
  if (stmt == NULL)
    return FALSE;
  while (_bzg_sql_step (stmt, NULL))
    if (_bzg_sql_id (stmt, 0, &id))
      g_array_append_val (ids, id);

  bzg_vault_seed_keys (bzg_vault_user_seed (bzg_session_vault (session)), box, sign);
  for (guint i = 0; i < ids->len; i++)
    {
      const BzgId *user_id = &g_array_index (ids, BzgId, i);
      g_autoptr (BzgRecord) user
        = _bzg_record_load (writer->statements, writer->db, users, user_id, error);

      if (user == NULL)
        return FALSE;
      if (bzg_id_equal (user_id, bzg_session_user (session)))
        {
          bzg_record_set (user, "slot", "0");
          bzg_record_set (user, "box_key", bzg_hex_write (box, sizeof box, hex));
          bzg_record_set (user, "sign_key", bzg_hex_write (sign, sizeof sign, hex));
        }
      else
        {
          bzg_record_set (user, "active", "no");
          bzg_record_set (user, "slot", NULL);
          bzg_record_set (user, "box_key", NULL);
          bzg_record_set (user, "sign_key", NULL);
        }
      if (!_bzg_commit_put (writer, user, error))
        return FALSE;
    }
  _bzg_history_body_add (body, "restore.user", NULL, bzg_session_user_name (session));
  return _bzg_history_append (writer, "restore", "device", &writer->chain.id, body, error);
}

/* Anybody can make a backup for a key that is public: whom this file trusts is decided anew. */
static gboolean
forget_outside (BzgSession *session, GError **error)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (bzg_session_reader (session),
                        "SELECT key FROM setting WHERE key GLOB 'office.*'"
                        " OR key = 'backup.recipients'",
                        error);

  if (stmt == NULL)
    return FALSE;
  while (_bzg_sql_step (stmt, NULL))
    g_ptr_array_add (keys, g_strdup (_bzg_sql_text (stmt, 0)));
  sqlite3_reset (stmt);
  for (guint i = 0; i < keys->len; i++)
    if (!bzg_session_set_setting (session, g_ptr_array_index (keys, i), NULL, error))
      return FALSE;
  return TRUE;
}

/* The new file under its working name, closed again. */
static gboolean
build (const char *path,
       const BzgRestoreTarget *target,
       const Identity *identity,
       Memory *memory,
       char **recovery_code,
       GCancellable *cancellable,
       GError **error)
{
  BzgOpenOptions options = { .path = path,
                             .name = identity->user_name,
                             .passphrase = target->passphrase,
                             .clock_confirmed = TRUE };
  g_autoptr (BzgSession) session = NULL;
  BzgVault *vault
    = bzg_vault_create_for (path, identity->user_name, target->passphrase, identity->user.bytes,
                            identity->casebook.bytes, target->kdf, error);
  char *code = NULL;
  sqlite3 *db = NULL;
  gboolean ok;

  if (vault == NULL)
    return FALSE;
  /* Here and not at the first opening, which would keep a copy of the older schema beside it. */
  ok = bzg_vault_write_image (vault, memory_source, memory, cancellable, error)
       && (db = bzg_vault_connect (vault, FALSE, error)) != NULL && _bzg_migrate (db, error);
  sqlite3_close_v2 (db);
  if (!bzg_vault_close (vault, ok ? error : NULL) || !ok)
    return FALSE;

  session = bzg_session_open_with (&options, cancellable, error);
  if (session == NULL)
    return FALSE;
  ok = _bzg_session_write (session, reset_users, NULL, error) && forget_outside (session, error);
  if (ok && recovery_code != NULL)
    {
      int slot = -1;
      char **codes = bzg_access_make_paper (session, FALSE, &slot, error);

      ok = codes != NULL && bzg_access_confirm_paper (session, slot, error);
      if (ok)
        code = g_steal_pointer (&codes[0]);
      bzg_paper_free (codes);
    }
  if (!bzg_session_close (session, ok ? error : NULL))
    ok = FALSE;
  if (ok && recovery_code != NULL)
    *recovery_code = code;
  else
    bzg_wipe_free (code);
  return ok;
}

gboolean
bzg_session_restore_image (const BzgRestoreTarget *target,
                           const guint8 *image,
                           gsize len,
                           char **recovery_code,
                           GCancellable *cancellable,
                           GError **error)
{
  Memory memory = { .data = image, .len = len };
  Identity identity = { 0 };
  g_autofree char *working = NULL;
  g_autofree char *log = NULL;
  g_autofree char *tags = NULL;
  g_autofree char *name = NULL;
  sqlite3 *db;
  gboolean ok;

  if (g_file_test (target->path, G_FILE_TEST_EXISTS))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_EXISTS, "casebook");
      return FALSE;
    }
  db = open_image (image, len, error);
  if (db == NULL)
    return FALSE;
  ok = check_database (db, NULL, error) && find_identity (db, target->user_name, &identity, error);
  sqlite3_close_v2 (db);

  if (ok)
    {
      working = g_strdup_printf ("%s.%08x.restoring", target->path, g_random_int ());
      log = g_strconcat (working, "-log", NULL);
      tags = g_strconcat (working, "-tags", NULL);
      ok = build (working, target, &identity, &memory, recovery_code, cancellable, error);
      if (ok && g_file_test (target->path, G_FILE_TEST_EXISTS))
        {
          g_set_error_literal (error, BZG_ERROR, BZG_ERROR_EXISTS, "casebook");
          ok = FALSE;
        }
      if (ok && g_rename (working, target->path) != 0)
        ok = bzg_error_set_errno (error, errno, "casebook");
      ok = ok && bzg_file_sync_folder_of (target->path, error);
      g_unlink (log);
      g_unlink (tags);
      _bzg_key_copy_forget (working);
      if (!ok)
        {
          g_unlink (working);
          if (recovery_code != NULL)
            g_clear_pointer (recovery_code, bzg_wipe_free);
        }
    }
  name = identity.user_name;
  return ok;
}
