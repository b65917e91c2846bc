/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/bzg-error.h"
#include "vault/bzg-platform-private.h"
#include "vault/bzg-vault-private.h"

/*
 * The plain image of the database, for backups: what a stock SQLite can open. It is read page by
 * page and handed on; neither a file nor the whole of it in memory is ever in plain text.
 *
 * A read transaction begun on an empty log keeps SQLite from copying anything into the main file,
 * so its pages stand still while others go on writing to the log. The seal refuses such writes as
 * well.
 */

#define BATCH 64 /* pages handed on at once */

gboolean
bzg_image_read_page (
  int fd, BzgSeal *seal, BzgXaes *xaes, guint32 page, guint8 *out, GError **error)
{
  guint8 aad[BZG_PAGE_AAD];
  gssize n
    = bzg_io->read (fd, out, BZG_PAGE_SIZE, BZG_HEADER_SIZE + (goffset) (page - 1) * BZG_PAGE_SIZE);

  if (n < 0)
    return bzg_error_set_errno (error, (int) -n, "page");
  if (page == BZG_LOCK_PAGE)
    {
      memset (out, 0, BZG_PAGE_SIZE);
      return TRUE;
    }
  bzg_seal_page_aad (seal->database_id, page, aad);
  if (n != BZG_PAGE_SIZE
      || !bzg_xaes_decrypt (xaes, out + BZG_BODY_SIZE, aad, sizeof aad, out, out, BZG_BODY_SIZE,
                            out + BZG_BODY_SIZE + 24))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_DAMAGED, "page %u", page);
      return FALSE;
    }
  if (!bzg_seal_check_tag (seal, page, out + BZG_BODY_SIZE + 24))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_ROLLBACK, "page %u is not the one sealed", page);
      return FALSE;
    }
  memset (out + BZG_BODY_SIZE, 0, BZG_RESERVE);
  return TRUE;
}

/* An emptied log and a read transaction on it. */
static gboolean
begin_on_empty_log (BzgVault *self, sqlite3 *writer, sqlite3 *reader, GError **error)
{
  for (int attempt = 0;; attempt++)
    {
      int rc = sqlite3_wal_checkpoint_v2 (writer, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
      gboolean empty;

      if (rc == SQLITE_OK)
        rc = sqlite3_exec (reader, "BEGIN", NULL, NULL, NULL);
      if (rc == SQLITE_OK)
        bzg_sqlite_get_int (reader, "PRAGMA user_version", 0, &rc);
      if (rc != SQLITE_OK)
        {
          sqlite3_exec (reader, "ROLLBACK", NULL, NULL, NULL);
          return bzg_sqlite_set_error (error, writer, rc, "image");
        }
      g_mutex_lock (&self->seal.lock);
      empty = self->seal.frames->len == 0;
      if (empty)
        self->seal.pins++;
      g_mutex_unlock (&self->seal.lock);
      if (empty)
        return TRUE;
      sqlite3_exec (reader, "ROLLBACK", NULL, NULL, NULL); /* somebody wrote in between */
      if (attempt == 100)
        return bzg_sqlite_set_error (error, writer, SQLITE_BUSY, "image");
    }
}

static gboolean
hand_on (BzgVault *self,
         guint32 n_pages,
         BzgImageSink sink,
         gpointer user_data,
         GCancellable *cancellable,
         GError **error)
{
  g_autoptr (BzgXaes) xaes = bzg_xaes_new (self->keys->page);
  g_autofree guint8 *batch = g_malloc (BATCH * BZG_PAGE_SIZE);
  gboolean ok = xaes != NULL;

  if (!ok)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory");
  for (guint32 page = 1; page <= n_pages && ok; page += BATCH)
    {
      gsize n = MIN (BATCH, n_pages - page + 1);

      if (g_cancellable_is_cancelled (cancellable))
        {
          g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "image");
          ok = FALSE;
        }
      for (gsize i = 0; i < n && ok; i++)
        ok = bzg_image_read_page (self->fd, &self->seal, xaes, page + (guint32) i,
                                  batch + i * BZG_PAGE_SIZE, error);
      if (ok && page == 1)
        batch[18] = batch[19] = 1; /* not WAL: opens read-only from anywhere */
      ok = ok && sink (batch, n * BZG_PAGE_SIZE, user_data, error);
    }
  bzg_wipe (batch, BATCH * BZG_PAGE_SIZE);
  return ok;
}

gboolean
bzg_vault_read_image (BzgVault *self,
                      sqlite3 *writer,
                      BzgImageSink sink,
                      gpointer user_data,
                      guint64 *size,
                      GCancellable *cancellable,
                      GError **error)
{
  sqlite3 *reader = bzg_vault_connect (self, TRUE, error);
  sqlite3 *own = reader && !writer ? bzg_vault_connect (self, FALSE, error) : NULL;
  gboolean ok = reader && (writer || own);

  if (ok && begin_on_empty_log (self, writer ? writer : own, reader, error))
    {
      guint32 n_pages = self->seal.n_pages;

      if (size)
        *size = (guint64) n_pages * BZG_PAGE_SIZE;
      ok = hand_on (self, n_pages, sink, user_data, cancellable, error);
      sqlite3_exec (reader, "ROLLBACK", NULL, NULL, NULL);
      g_mutex_lock (&self->seal.lock);
      self->seal.pins--;
      g_mutex_unlock (&self->seal.lock);
    }
  else
    ok = FALSE;
  sqlite3_close_v2 (own);
  sqlite3_close_v2 (reader);
  return ok;
}

gboolean
bzg_vault_verify (
  BzgVault *self, BzgProgress progress, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (BzgXaes) xaes = bzg_xaes_new (self->keys->page);
  g_autofree guint8 *page = g_malloc (BZG_PAGE_SIZE);
  sqlite3 *reader = bzg_vault_connect (self, TRUE, error);
  gboolean ok;

  if (!reader)
    return FALSE;
  ok = xaes != NULL;
  if (!ok)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory");
  if (ok && begin_on_empty_log (self, reader, reader, error))
    {
      guint32 n = self->seal.n_pages;
      for (guint32 i = 1; i <= n && ok; i++)
        {
          ok = bzg_image_read_page (self->fd, &self->seal, xaes, i, page, error);
          if (ok && i % 256 == 0 && progress)
            progress ((double) i / n, data);
          if (ok && g_cancellable_is_cancelled (cancellable))
            {
              g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "verify");
              ok = FALSE;
            }
        }
      sqlite3_exec (reader, "ROLLBACK", NULL, NULL, NULL);
      g_mutex_lock (&self->seal.lock);
      self->seal.pins--;
      g_mutex_unlock (&self->seal.lock);
    }
  else
    ok = FALSE;
  sqlite3_close_v2 (reader);
  bzg_wipe (page, BZG_PAGE_SIZE);
  return ok;
}

static gboolean
integrity_check (sqlite3 *db, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  int rc = sqlite3_prepare_v2 (db, "PRAGMA integrity_check(1)", -1, &stmt, NULL);
  gboolean ok = FALSE;

  if (rc == SQLITE_OK)
    rc = sqlite3_step (stmt);
  if (rc == SQLITE_ROW)
    ok = g_strcmp0 ((const char *) sqlite3_column_text (stmt, 0), "ok") == 0;
  sqlite3_finalize (stmt);
  if (!ok)
    g_set_error (error, BZG_ERROR, BZG_ERROR_DAMAGED, "integrity check of the image (%d)", rc);
  return ok;
}

/* Reads exactly one page; @got is 0 at a clean end. */
static gboolean
next_page (BzgImageSource source, gpointer user_data, guint8 *page, gsize *got, GError **error)
{
  *got = 0;
  while (*got < BZG_PAGE_SIZE)
    {
      gssize n = source (page + *got, BZG_PAGE_SIZE - *got, user_data, error);
      if (n < 0)
        return FALSE;
      if (n == 0)
        break;
      *got += (gsize) n;
    }
  if (*got != 0 && *got != BZG_PAGE_SIZE)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_TRUNCATED, "the image ends in a page");
      return FALSE;
    }
  return TRUE;
}

static gboolean
write_pages (BzgVault *self,
             BzgImageSource source,
             gpointer user_data,
             GCancellable *cancellable,
             GError **error)
{
  BzgSeal *seal = &self->seal;
  g_autoptr (BzgXaes) xaes = bzg_xaes_new (self->keys->page);
  g_autofree guint8 *page = g_malloc (BZG_PAGE_SIZE);
  guint32 n_pages = 0;
  gsize got = 0;
  int rc;

  if (!xaes)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory");
      return FALSE;
    }
  for (;;)
    {
      guint8 aad[BZG_PAGE_AAD];
      guint8 *end = page + BZG_BODY_SIZE;
      guint8 any = 0;
      gssize n;

      if (!next_page (source, user_data, page, &got, error))
        return FALSE;
      if (got == 0)
        break;
      if (g_cancellable_is_cancelled (cancellable))
        {
          g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "restore");
          return FALSE;
        }
      for (int i = BZG_BODY_SIZE; i < BZG_PAGE_SIZE; i++)
        any |= page[i];
      if (any
          || (n_pages == 0
              && (memcmp (page, "SQLite format 3", 16) || page[16] != 0x10 || page[17] != 0
                  || page[20] != BZG_RESERVE)))
        {
          g_set_error_literal (error, BZG_ERROR, BZG_ERROR_MALFORMED, "not an image of a casebook");
          return FALSE;
        }
      n_pages++;
      bzg_seal_resize (seal, n_pages);
      if (n_pages == BZG_LOCK_PAGE)
        continue;
      if (n_pages == 1)
        page[18] = page[19] = 2;
      bzg_nonce (end);
      bzg_seal_page_aad (seal->database_id, n_pages, aad);
      if (!bzg_xaes_encrypt (xaes, end, aad, sizeof aad, page, page, BZG_BODY_SIZE, end + 24))
        {
          g_set_error_literal (error, BZG_ERROR, BZG_ERROR_BUG, "cipher");
          return FALSE;
        }
      memcpy (seal->tags + (gsize) (n_pages - 1) * BZG_TAG, end + 24, BZG_TAG);
      n = bzg_io->write (self->fd, page, BZG_PAGE_SIZE,
                         BZG_HEADER_SIZE + (goffset) (n_pages - 1) * BZG_PAGE_SIZE);
      if (n < 0)
        return bzg_error_set_errno (error, (int) -n, "page");
    }
  if (n_pages == 0)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_TRUNCATED, "an empty image");
      return FALSE;
    }
  rc = bzg_io->sync (self->fd);
  seal->state.n_pages = n_pages;
  bzg_seal_root (seal, n_pages, seal->state.root);
  if (rc == 0)
    rc = bzg_seal_write_state (seal, TRUE);
  return rc ? bzg_error_set_errno (error, -rc, "casebook") : TRUE;
}

gboolean
bzg_vault_write_image (BzgVault *self,
                       BzgImageSource source,
                       gpointer user_data,
                       GCancellable *cancellable,
                       GError **error)
{
  BzgSeal *seal = &self->seal;
  gboolean ok;

  /* Without a connection SQLite holds nothing of the old content. */
  sqlite3_close_v2 (self->anchor);
  self->anchor = NULL;
  g_mutex_lock (&seal->lock);
  ok = g_atomic_int_get (&self->open_files) == 0 && seal->n_pages == 1 && seal->frames->len == 0;
  if (!ok)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_USAGE, "the casebook is not new and unused");
  ok = ok && write_pages (self, source, user_data, cancellable, error);
  g_mutex_unlock (&seal->lock);
  if (ok)
    {
      self->anchor = bzg_vault_connect (self, FALSE, error);
      ok = self->anchor && integrity_check (self->anchor, error);
    }
  return ok;
}

sqlite3 *
bzg_vault_open_image (const guint8 *image, gsize len, GError **error)
{
  sqlite3 *db = NULL;
  int rc;

  if (!bzg_vault_init (error))
    return NULL;
  rc = sqlite3_open_v2 (":memory:", &db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_deserialize (db, "main", (guint8 *) image, (sqlite3_int64) len,
                              (sqlite3_int64) len, SQLITE_DESERIALIZE_READONLY);
  if (rc == SQLITE_OK)
    {
      sqlite3_db_config (db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
      sqlite3_db_config (db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
      rc = sqlite3_exec (db, "PRAGMA temp_store=MEMORY", NULL, NULL, NULL);
    }
  if (rc == SQLITE_OK)
    bzg_sqlite_get_int (db, "PRAGMA schema_version", 0, &rc);
  if (rc != SQLITE_OK)
    {
      bzg_sqlite_set_error (error, db, rc, "image");
      sqlite3_close_v2 (db);
      return NULL;
    }
  return db;
}
