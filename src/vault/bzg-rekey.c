/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/bzg-error.h"
#include "vault/bzg-platform-private.h"
#include "vault/bzg-vault-private.h"

/*
 * A new master key: every page is written anew into a file beside the old one, which takes its name
 * when it has been read back. Whoever is kept opens it with an unchanged passphrase or code;
 * whoever is not, and every old copy of the key block, opens nothing of it. Until the rename the
 * old file is untouched, so a power cut leaves either the one or the other.
 */

typedef struct
{
  BzgHeader *header;
  BzgKeys *keys;
  guint8 *mk;
  BzgSeal seal;
  int fd;
} Target;

static gboolean
choose_slots (BzgVault *self, Target *to, guint32 keep, GError **error)
{
  gboolean recovery = bzg_header_count (self->header, BZG_SLOT_RECOVERY) > 0;

  memcpy (to->header, self->header, sizeof *to->header);
  bzg_random (bzg_header_database_id (to->header), 16);
  bzg_random (to->mk, 32);
  bzg_header_derive (to->header, to->mk, to->keys);
  for (int i = 0; i < BZG_SLOTS; i++)
    {
      if (bzg_header_slot (self->header, i)[0] == 0)
        continue;
      if (!(keep >> i & 1))
        bzg_slot_clear (to->header, i);
      else if (!bzg_slot_rebox (self->header, self->keys, to->header, to->keys, i, to->mk))
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_DAMAGED, "recipient of slot %d", i);
          return FALSE;
        }
    }
  if (bzg_header_count (to->header, BZG_SLOT_PASSPHRASE) == 0
      || (recovery && bzg_header_count (to->header, BZG_SLOT_RECOVERY) == 0))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_LAST_KEY, "last slot of its kind");
      return FALSE;
    }
  bzg_header_set_sequence (to->header, bzg_header_sequence (self->header) + 1);
  bzg_header_finish (to->header, to->keys);
  return TRUE;
}

static gboolean
write_pages (BzgVault *self,
             Target *to,
             BzgProgress progress,
             gpointer data,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (BzgXaes) from = bzg_xaes_new (self->keys->page);
  g_autoptr (BzgXaes) into = bzg_xaes_new (to->keys->page);
  g_autofree guint8 *page = g_malloc (BZG_PAGE_SIZE);
  guint32 n_pages = self->seal.n_pages;

  if (!from || !into)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory");
      return FALSE;
    }
  bzg_seal_resize (&to->seal, n_pages);
  for (guint32 i = 1; i <= n_pages; i++)
    {
      guint8 aad[BZG_PAGE_AAD];
      guint8 *end = page + BZG_BODY_SIZE;
      gssize n;

      if (i % 256 == 0 && progress)
        progress ((double) i / (2.0 * n_pages), data);
      if (g_cancellable_is_cancelled (cancellable))
        {
          g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "new key");
          return FALSE;
        }
      if (i == BZG_LOCK_PAGE)
        continue;
      if (!bzg_image_read_page (self->fd, &self->seal, from, i, page, error))
        return FALSE;
      bzg_nonce (end);
      bzg_seal_page_aad (to->seal.database_id, i, aad);
      if (!bzg_xaes_encrypt (into, end, aad, sizeof aad, page, page, BZG_BODY_SIZE, end + 24))
        {
          g_set_error_literal (error, BZG_ERROR, BZG_ERROR_BUG, "cipher");
          return FALSE;
        }
      memcpy (to->seal.tags + (gsize) (i - 1) * BZG_TAG, end + 24, BZG_TAG);
      n = bzg_io->write (to->fd, page, BZG_PAGE_SIZE,
                         BZG_HEADER_SIZE + (goffset) (i - 1) * BZG_PAGE_SIZE);
      if (n < 0)
        return bzg_error_set_errno (error, (int) -n, "page");
    }
  return TRUE;
}

static gboolean
write_head (BzgVault *self, Target *to, GError **error)
{
  g_autofree guint8 *head = g_malloc0 (BZG_HEADER_SIZE);
  gssize n;
  int rc;

  to->seal.state = self->seal.state;
  to->seal.state.generation++;
  to->seal.state.covered = to->seal.state.mark = 0;
  to->seal.state.n_pages = to->seal.n_pages;
  to->seal.state.header_sequence = to->seal.header_sequence;
  bzg_random (to->seal.state.salts, 8);
  bzg_seal_root (&to->seal, to->seal.n_pages, to->seal.state.root);
  for (int i = 0; i < 2; i++)
    {
      goffset at
        = BZG_STATE_OFFSET + (goffset) ((to->seal.state.sequence + 1) % 2) * BZG_STATE_SIZE;
      to->seal.state.sequence++;
      memcpy (head + i * BZG_KEY_BLOCK_SIZE, to->header->block, BZG_KEY_BLOCK_SIZE);
      bzg_state_encode (&to->seal.state, to->keys, head + at);
    }
  n = bzg_io->write (to->fd, head, BZG_HEADER_SIZE, 0);
  rc = n < 0 ? (int) n : bzg_io->sync (to->fd);
  return rc ? bzg_error_set_errno (error, -rc, "casebook") : TRUE;
}

static gboolean
read_back (
  Target *to, BzgProgress progress, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (BzgXaes) xaes = bzg_xaes_new (to->keys->page);
  g_autofree guint8 *page = g_malloc (BZG_PAGE_SIZE);
  gboolean ok = xaes != NULL;

  if (!ok)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory");
  for (guint32 i = 1; i <= to->seal.n_pages && ok; i++)
    {
      if (i % 256 == 0 && progress)
        progress (0.5 + (double) i / (2.0 * to->seal.n_pages), data);
      if (g_cancellable_is_cancelled (cancellable))
        {
          g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "new key");
          ok = FALSE;
        }
      ok = ok && bzg_image_read_page (to->fd, &to->seal, xaes, i, page, error);
    }
  bzg_wipe (page, BZG_PAGE_SIZE);
  return ok;
}

/* From here on the vault is the new file. */
static void
swap (BzgVault *self, Target *to)
{
  BzgHeader *header = self->header;
  BzgKeys *keys = self->keys;
  guint8 *mk = self->mk;
  int fd = self->fd;

  self->header = to->header;
  self->keys = to->keys;
  self->mk = to->mk;
  self->fd = to->fd;
  to->header = header;
  to->keys = keys;
  to->mk = mk;
  to->fd = fd;
  bzg_seal_clear (&self->seal);
  bzg_seal_init (&self->seal, self->fd, bzg_header_database_id (self->header), self->keys);
  self->seal.header_sequence = bzg_header_sequence (self->header);
  self->seal.state = to->seal.state;
  bzg_seal_resize (&self->seal, to->seal.n_pages);
  memcpy (self->seal.tags, to->seal.tags, (gsize) to->seal.n_pages * BZG_TAG);
}

/* A whole second casebook, with everybody's way in: it must not stay. Nobody else can be writing
 * it, for whoever does holds the guard of this one. */
void
bzg_rekey_clear_leftovers (BzgVault *self)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *base = g_path_get_basename (self->path);
  g_autofree char *pattern = g_strdup_printf ("%s.", base);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      const char *middle = name + strlen (pattern);

      if (g_str_has_prefix (name, pattern) && strspn (middle, "0123456789abcdef") == 8
          && g_str_equal (middle + 8, ".new"))
        {
          g_autofree char *left = g_build_filename (folder, name, NULL);
          g_unlink (left);
        }
    }
}

static gboolean
rekey (BzgVault *self,
       Target *to,
       guint32 keep,
       BzgProgress progress,
       gpointer data,
       GCancellable *cancellable,
       GError **error)
{
  g_autofree char *path = NULL;
  guint8 suffix[4];
  gboolean ok;

  if (!choose_slots (self, to, keep, error))
    return FALSE;
  bzg_random (suffix, sizeof suffix);
  path = g_strdup_printf ("%s.%08x.new", self->path, bzg_get32 (suffix));
  to->fd = bzg_platform_open_beside (path, TRUE, error);
  if (to->fd < 0)
    return FALSE;
  g_close (to->fd, NULL);
  to->fd = bzg_platform_open_guard (path, error);
  bzg_seal_init (&to->seal, to->fd, bzg_header_database_id (to->header), to->keys);
  to->seal.header_sequence = bzg_header_sequence (to->header);
  ok = to->fd >= 0 && write_pages (self, to, progress, data, cancellable, error)
       && write_head (self, to, error) && read_back (to, progress, data, cancellable, error);
  if (ok && g_rename (path, self->path))
    ok = bzg_error_set_errno (error, errno, "casebook");
  if (!ok)
    {
      g_unlink (path);
      return FALSE;
    }
  swap (self, to);
  g_unlink (self->tags_path);
  return bzg_platform_sync_folder (self->path, error);
}

gboolean
bzg_vault_rekey (BzgVault *self,
                 guint32 keep_slots,
                 BzgProgress progress,
                 gpointer data,
                 GCancellable *cancellable,
                 GError **error)
{
  Target to = { .fd = -1 };
  gboolean ok;
  int rc;

  rc = sqlite3_wal_checkpoint_v2 (self->anchor, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  if (rc != SQLITE_OK)
    return bzg_sqlite_set_error (error, self->anchor, rc, "new key");
  sqlite3_close_v2 (self->anchor);
  self->anchor = NULL;
  ok = g_atomic_int_get (&self->open_files) == 0 && self->seal.frames->len == 0
       && !self->seal.refuse_writes;
  if (!ok)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_USAGE, "a connection is still open");

  to.header = g_new0 (BzgHeader, 1);
  to.keys = bzg_secure_alloc (sizeof *to.keys);
  to.mk = bzg_secure_alloc (32);
  if (ok && !(to.keys && to.mk))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory");
      ok = FALSE;
    }
  ok = ok && rekey (self, &to, keep_slots, progress, data, cancellable, error);
  bzg_seal_clear (&to.seal);
  if (to.fd >= 0)
    g_close (to.fd, NULL);
  bzg_secure_free (to.keys);
  bzg_secure_free (to.mk);
  g_free (to.header);

  self->anchor = bzg_vault_connect (self, FALSE, ok ? error : NULL);
  return ok && self->anchor;
}
