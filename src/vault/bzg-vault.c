/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/bzg-vault.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/bzg-error.h"
#include "vault/bzg-platform-private.h"
#include "vault/bzg-vault-private.h"

/*
 * Opening and closing. The order is the point: the guard's lock first, then the header, then the
 * passphrase, then everything the keys can vouch for, and only then SQLite; closing goes the other
 * way. What opens is one file; while it is open a log lies beside it; closed, it is one file again.
 */

void
bzg_vault_add_notice (BzgVault *self, const char *message)
{
  g_ptr_array_add (self->notices, (gpointer) message);
}

static void
vault_free (BzgVault *self)
{
  sqlite3_close_v2 (self->anchor);
  bzg_vfs_unregister (self);
  bzg_seal_clear (&self->seal);
  bzg_secure_free (self->keys);
  bzg_secure_free (self->mk);
  g_clear_pointer (&self->user_seed, bzg_secret_unref);
  g_free (self->header);
  g_ptr_array_unref (self->notices);
  if (self->log_fd >= 0)
    {
      if (bzg_platform_file_size (self->log_fd) == 0)
        g_unlink (self->log_path);
      g_close (self->log_fd, NULL);
    }
  if (self->fd >= 0)
    g_close (self->fd, NULL); /* last: lets go of the lock */
  g_free (self->path);
  g_free (self->log_path);
  g_free (self->tags_path);
  g_free (self);
}

static BzgVault *
vault_new (const char *path, GError **error)
{
  BzgVault *self = g_new0 (BzgVault, 1);

  self->fd = self->log_fd = -1;
  self->open_slot = self->last_slot = -1;
  self->notices = g_ptr_array_new ();
  self->path = g_canonicalize_filename (path, NULL);
  self->log_path = g_strconcat (self->path, "-log", NULL);
  self->tags_path = g_strconcat (self->path, "-tags", NULL);
  self->keys = bzg_secure_alloc (sizeof *self->keys);
  self->mk = bzg_secure_alloc (32);
  self->header = g_new0 (BzgHeader, 1);
  if (!self->keys || !self->mk)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory");
      vault_free (self);
      return NULL;
    }
  return self;
}

/* What opens the file: a name and passphrase, a recovery code, or the key of the office. */
typedef struct
{
  const char *name;
  const BzgSecret *passphrase;
  const guint8 *code;
  const guint8 *office;
} Credential;

/* The key in @unlocked is the one under which @header was written: that block is in force. */
static gboolean
take_block (BzgVault *self, BzgHeader *header, const BzgUnlocked *unlocked)
{
  bzg_header_derive (header, unlocked->mk, self->keys);
  if (!bzg_header_authentic (header, self->keys))
    return FALSE;
  memcpy (self->header, header, sizeof *header);
  return TRUE;
}

/* Tries the key blocks in turn. FALSE with BZG_ERROR_PASSPHRASE when no slot answers, with
 * BZG_ERROR_DAMAGED when one answers and does not open. */
static gboolean
unlock (BzgVault *self,
        BzgHeader *const blocks[2],
        int n_blocks,
        const Credential *credential,
        BzgUnlocked *out,
        GError **error)
{
  guint8 *ikm = bzg_secure_alloc (64);
  BzgKdfSet done = { 0 };
  gboolean answered = FALSE, ok = FALSE, failed = FALSE;

  if (!ikm)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory");
      return FALSE;
    }
  for (int i = 0; i < n_blocks && !ok && !failed; i++)
    {
      BzgHeader *header = blocks[i];
      int current = bzg_header_current_set (header);

      if (credential->office)
        {
          gboolean here = bzg_slot_open_office (header, credential->office, out);

          answered |= here;
          ok = here && take_block (self, header, out);
          if (!ok)
            bzg_wipe (out, sizeof *out);
          continue;
        }
      for (int k = 0; k < (credential->code ? 1 : 2) && !ok && !failed; k++)
        {
          int set = credential->code ? 0 : k ? !current : current;
          BzgKdfSet kdf;
          int slot = -1;
          gsize ikm_len = credential->code ? BZG_PAPER_BYTES : 64;

          bzg_header_get_set (header, set, &kdf);
          if (credential->code)
            memcpy (ikm, credential->code, BZG_PAPER_BYTES);
          else if (kdf.lanes == 0)
            continue;
          else if (!bzg_kdf_acceptable (&kdf))
            {
              answered = TRUE; /* damaged: the other block may be whole */
              continue;
            }
          else if (memcmp (&kdf, &done, sizeof kdf))
            {
              if (!bzg_kdf_derive (&kdf, credential->name, credential->passphrase, ikm, error))
                {
                  failed = TRUE;
                  break;
                }
              done = kdf;
            }
          if (!bzg_slot_find (header, credential->code ? BZG_SLOT_RECOVERY : BZG_SLOT_PASSPHRASE,
                              set, ikm, ikm_len, &slot))
            continue;
          answered = TRUE;
          ok = bzg_slot_open (header, slot, ikm, ikm_len, out) && take_block (self, header, out);
        }
    }
  bzg_secure_free (ikm);
  if (!ok && !failed)
    g_set_error_literal (error, BZG_ERROR, answered ? BZG_ERROR_DAMAGED : BZG_ERROR_PASSPHRASE,
                         answered ? "key block" : "no slot answers");
  return ok;
}

/* Reads both key blocks, newest good one first. */
static int
read_blocks (BzgVault *self, gint64 size, BzgHeader *blocks[2], GError **error)
{
  BzgBlockState state[2];
  int n = 0;

  for (int i = 0; i < 2; i++)
    {
      gssize got = bzg_io->read (self->fd, blocks[i]->block, BZG_KEY_BLOCK_SIZE,
                                 (goffset) i * BZG_KEY_BLOCK_SIZE);
      if (got < 0)
        {
          bzg_error_set_errno (error, (int) -got, "key block");
          return 0;
        }
      state[i] = bzg_header_check (blocks[i]);
    }
  if (state[0] == BZG_BLOCK_FOREIGN && state[1] == BZG_BLOCK_FOREIGN)
    {
      /* With a state record behind them they were ours: there is something to put back. */
      if (bzg_state_present (self->fd))
        g_set_error_literal (error, BZG_ERROR, BZG_ERROR_DAMAGED, "both key blocks");
      else
        g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_CASEBOOK, "no key block");
    }
  else if (size < BZG_HEADER_SIZE + BZG_PAGE_SIZE)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_TRUNCATED, "the file ends in its header");
  else if (state[0] == BZG_BLOCK_GOOD || state[1] == BZG_BLOCK_GOOD)
    {
      if (state[0] != BZG_BLOCK_GOOD
          || (state[1] == BZG_BLOCK_GOOD
              && bzg_header_sequence (blocks[1]) > bzg_header_sequence (blocks[0])))
        {
          BzgHeader *swap = blocks[0];
          blocks[0] = blocks[1];
          blocks[1] = swap;
        }
      n = state[0] == BZG_BLOCK_GOOD && state[1] == BZG_BLOCK_GOOD ? 2 : 1;
    }
  else if (state[0] == BZG_BLOCK_NEWER || state[1] == BZG_BLOCK_NEWER)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NEWER_FORMAT, "format, cipher or flag");
  else
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_DAMAGED, "both key blocks");
  return n;
}

/* Makes the two key blocks equal again after an update that was cut short, or a damage. */
static gboolean
repair_blocks (BzgVault *self, BzgHeader *const blocks[2], int n_blocks, GError **error)
{
  if (n_blocks == 2 && memcmp (blocks[0]->block, blocks[1]->block, BZG_KEY_BLOCK_SIZE) == 0)
    return TRUE;
  /* An older whole copy is what an interrupted change leaves; anything else is damage. */
  if (n_blocks == 1 || memcmp (self->header->block, blocks[0]->block, BZG_KEY_BLOCK_SIZE)
      || bzg_header_sequence (blocks[1]) >= bzg_header_sequence (blocks[0])
      || !bzg_header_authentic (blocks[1], self->keys))
    bzg_vault_add_notice (self, N_ ("One of the two copies of the keys was damaged. It has been "
                                    "repaired. Make a backup today."));
  if (!bzg_header_store (self->header, self->fd, self->keys, error))
    return FALSE;
  self->seal.header_sequence = bzg_header_sequence (self->header);
  return TRUE;
}

static gboolean
open_with_tags (BzgVault *self,
                BzgTags *tags,
                BzgHeader *const blocks[2],
                int n_blocks,
                const Credential *credential,
                GCancellable *cancellable,
                GError **error)
{
  BzgUnlocked *unlocked = bzg_secure_alloc (sizeof *unlocked);
  gboolean ok = unlocked != NULL;

  if (!ok)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory");
  ok = ok && unlock (self, blocks, n_blocks, credential, unlocked, error);
  if (ok)
    {
      memcpy (self->mk, unlocked->mk, 32);
      memcpy (self->user_id, unlocked->user_id, 16);
      self->open_slot = self->last_slot = unlocked->slot;
      if (credential->passphrase)
        {
          self->user_seed = bzg_secret_new (unlocked->seed, 32);
          ok = self->user_seed != NULL;
          if (!ok) /* not to look like a recovery */
            g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory");
        }
    }
  bzg_secure_free (unlocked);
  if (!ok)
    return FALSE;
  if (g_cancellable_is_cancelled (cancellable))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "unlock");
      return FALSE;
    }

  if (!bzg_tags_wait (tags, error))
    return FALSE;
  self->log_fd = bzg_platform_open_beside (self->log_path, FALSE, error);
  if (self->log_fd < 0 || !bzg_platform_sync_folder (self->path, error))
    return FALSE;
  bzg_seal_init (&self->seal, self->fd, bzg_header_database_id (self->header), self->keys);
  self->seal.header_sequence = bzg_header_sequence (self->header);
  if (!bzg_integrity_check (self, tags, error) || !repair_blocks (self, blocks, n_blocks, error)
      || !bzg_vfs_register (self, error))
    return FALSE;
  self->anchor = bzg_vault_connect (self, FALSE, error);
  return self->anchor != NULL;
}

static BzgVault *
open_vault (const char *path,
            const Credential *credential,
            GCancellable *cancellable,
            GError **error)
{
  BzgVault *self;
  BzgHeader *blocks[2] = { NULL, NULL };
  BzgTags tags = { 0 };
  gboolean ok = FALSE;
  gint64 size;
  int n_blocks = 0;

  if (!bzg_vault_init (error))
    return NULL;
  self = vault_new (path, error);
  if (!self)
    return NULL;
  self->fd = bzg_platform_open_guard (self->path, error);
  if (self->fd < 0)
    {
      vault_free (self);
      return NULL;
    }

  blocks[0] = g_new0 (BzgHeader, 1);
  blocks[1] = g_new0 (BzgHeader, 1);
  size = bzg_platform_file_size (self->fd);
  if (size < 0)
    bzg_error_set_errno (error, (int) -size, "casebook");
  else
    n_blocks = read_blocks (self, size, blocks, error);
  if (n_blocks)
    {
      bzg_tags_begin (&tags, self->fd, self->tags_path, bzg_header_database_id (blocks[0]),
                      (guint32) ((size - BZG_HEADER_SIZE) / BZG_PAGE_SIZE));
      ok = open_with_tags (self, &tags, blocks, n_blocks, credential, cancellable, error);
      if (ok)
        bzg_rekey_clear_leftovers (self);
    }
  bzg_tags_clear (&tags);
  g_free (blocks[0]);
  g_free (blocks[1]);
  if (!ok)
    g_clear_pointer (&self, vault_free);
  return self;
}

BzgVault *
bzg_vault_open (const char *path,
                const char *user_name,
                const BzgSecret *passphrase,
                GCancellable *cancellable,
                GError **error)
{
  const Credential credential = { .name = user_name, .passphrase = passphrase };

  return open_vault (path, &credential, cancellable, error);
}

BzgVault *
bzg_vault_open_recovery (const char *path,
                         const char *code,
                         GCancellable *cancellable,
                         GError **error)
{
  guint8 bytes[BZG_PAPER_BYTES];
  const Credential credential = { .code = bytes };
  BzgVault *self;

  if (!bzg_paper_parse (BZG_PAPER_CASEBOOK, code, bytes))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_PASSPHRASE, "not a recovery code");
      return NULL;
    }
  self = open_vault (path, &credential, cancellable, error);
  bzg_wipe (bytes, sizeof bytes);
  return self;
}

BzgVault *
bzg_vault_open_office (const char *path,
                       const BzgSecret *key,
                       GCancellable *cancellable,
                       GError **error)
{
  const Credential credential = { .office = bzg_secret_data (key, NULL) };

  return open_vault (path, &credential, cancellable, error);
}

/* ---- creating ---- */

/* Page 1 of an empty database in WAL mode: the file header and an empty table leaf. */
static void
write_first_page (BzgVault *self, guint8 page[BZG_PAGE_SIZE])
{
  static const guint8 head[32]
    = { 'S',  'Q', 'L', 'i', 't',         'e', ' ', 'f', 'o', 'r', 'm', 'a', 't', ' ', '3', 0,
        0x10, 0,   2,   2,   BZG_RESERVE, 64,  32,  32,  0,   0,   0,   1,   0,   0,   0,   1 };
  static const guint8 leaf[8] = { 0x0d, 0, 0, 0, 0, BZG_BODY_SIZE >> 8, BZG_BODY_SIZE & 0xff, 0 };
  guint8 aad[BZG_PAGE_AAD];
  guint8 *end = page + BZG_BODY_SIZE;

  memset (page, 0, BZG_PAGE_SIZE);
  memcpy (page, head, sizeof head);
  page[47] = 4; /* schema format */
  page[59] = 1; /* UTF-8 */
  page[95] = 1; /* the size in bytes 28-31 is valid for change counter 1 */
  memcpy (page + 96, "\0\x2e\x7c\x48", 4); /* 3.40 */
  memcpy (page + 100, leaf, sizeof leaf);
  bzg_nonce (end);
  bzg_seal_page_aad (bzg_header_database_id (self->header), 1, aad);
  if (!bzg_xaes_seal (self->keys->page, end, aad, sizeof aad, page, BZG_BODY_SIZE, page, end + 24))
    g_error ("secure memory exhausted");
}

static gboolean
write_new_file (BzgVault *self, const char *path, GError **error)
{
  g_autofree guint8 *file = g_malloc0 (BZG_HEADER_SIZE + BZG_PAGE_SIZE);
  BzgSeal *seal = &self->seal;
  gssize n;
  int fd, rc;

  write_first_page (self, file + BZG_HEADER_SIZE);
  bzg_seal_init (seal, -1, bzg_header_database_id (self->header), self->keys);
  bzg_seal_resize (seal, 1);
  memcpy (seal->tags, file + BZG_HEADER_SIZE + BZG_BODY_SIZE + 24, BZG_TAG);
  seal->state.n_pages = 1;
  seal->state.header_sequence = bzg_header_sequence (self->header);
  bzg_random (seal->state.salts, 8);
  bzg_seal_root (seal, 1, seal->state.root);
  for (guint i = 0; i < 2; i++)
    {
      memcpy (file + i * BZG_KEY_BLOCK_SIZE, self->header->block, BZG_KEY_BLOCK_SIZE);
      seal->state.sequence = i + 2;
      bzg_state_encode (&seal->state, self->keys, file + BZG_STATE_OFFSET + i * BZG_STATE_SIZE);
    }

  fd = bzg_platform_open_beside (path, TRUE, error);
  if (fd < 0)
    return FALSE;
  n = bzg_io->write (fd, file, BZG_HEADER_SIZE + BZG_PAGE_SIZE, 0);
  rc = n < 0 ? (int) n : bzg_io->sync (fd);
  g_close (fd, NULL);
  return rc ? bzg_error_set_errno (error, -rc, "casebook") : TRUE;
}

static gboolean
create_file (BzgVault *self,
             const char *user_name,
             const BzgSecret *passphrase,
             const guint8 user_id[16],
             const guint8 *casebook_id,
             const BzgVaultKdf *kdf,
             GError **error)
{
  g_autofree guint8 *suffix = g_malloc (8);
  g_autofree char *temporary = NULL;
  BzgUnlocked *content = bzg_secure_alloc (sizeof *content);
  guint8 *ikm = bzg_secure_alloc (64);
  BzgKdfSet set;
  gboolean ok = content && ikm;

  if (!ok)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory");
  ok = ok && bzg_kdf_choose (kdf, &set, error)
       && bzg_kdf_derive (&set, user_name, passphrase, ikm, error);
  if (ok)
    {
      bzg_header_init (self->header);
      if (casebook_id)
        memcpy (bzg_header_casebook_id (self->header), casebook_id, 16);
      bzg_header_put_set (self->header, 0, &set);
      bzg_header_set_sequence (self->header, 1);
      bzg_random (content->mk, 32);
      bzg_random (content->seed, 32);
      memcpy (content->user_id, user_id, 16);
      bzg_header_derive (self->header, content->mk, self->keys);
      bzg_slot_write (self->header, self->keys, 0, BZG_SLOT_PASSPHRASE, 0, ikm, 64, content);
      bzg_header_finish (self->header, self->keys);

      bzg_random (suffix, 8);
      temporary = g_strdup_printf ("%s.%08x.new", self->path, bzg_get32 (suffix));
      ok = write_new_file (self, temporary, error);
      if (ok)
        ok = bzg_platform_rename_new (temporary, self->path, error)
             && bzg_platform_sync_folder (self->path, error);
      if (!ok)
        g_unlink (temporary);
    }
  bzg_secure_free (content);
  bzg_secure_free (ikm);
  return ok;
}

BzgVault *
bzg_vault_create_for (const char *path,
                      const char *user_name,
                      const BzgSecret *passphrase,
                      const guint8 user_id[16],
                      const guint8 *casebook_id,
                      const BzgVaultKdf *kdf,
                      GError **error)
{
  BzgVault *self;
  gboolean ok;

  if (!bzg_vault_init (error))
    return NULL;
  self = vault_new (path, error);
  if (!self)
    return NULL;
  ok = !g_file_test (self->path, G_FILE_TEST_EXISTS);
  if (!ok)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_EXISTS, "casebook");
  /* A log or tags left by a casebook that was here before belong to nothing. */
  ok = ok && create_file (self, user_name, passphrase, user_id, casebook_id, kdf, error);
  if (ok)
    {
      g_unlink (self->log_path);
      g_unlink (self->tags_path);
    }
  vault_free (self);
  return ok ? bzg_vault_open (path, user_name, passphrase, NULL, error) : NULL;
}

BzgVault *
bzg_vault_create (const char *path,
                  const char *user_name,
                  const BzgSecret *passphrase,
                  const guint8 user_id[16],
                  const BzgVaultKdf *kdf,
                  GError **error)
{
  return bzg_vault_create_for (path, user_name, passphrase, user_id, NULL, kdf, error);
}

/* ---- closing ---- */

gboolean
bzg_vault_close (BzgVault *self, GError **error)
{
  gboolean ok = TRUE;

  if (self->anchor) /* absent after a restore that failed */
    {
      int rc
        = sqlite3_wal_checkpoint_v2 (self->anchor, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
      if (rc != SQLITE_OK)
        ok = bzg_sqlite_set_error (error, self->anchor, rc, "last checkpoint");
    }
  sqlite3_close_v2 (self->anchor);
  self->anchor = NULL;
  if (g_atomic_int_get (&self->open_files) > 0)
    {
      /* Freeing what an open connection points to would be worse than not freeing it. */
      g_critical ("casebook closed while a connection is open");
      if (ok)
        g_set_error_literal (error, BZG_ERROR, BZG_ERROR_BUG, "a connection is still open");
      return FALSE;
    }
  if (ok)
    bzg_tags_keep (&self->seal, self->tags_path);
  vault_free (self);
  return ok;
}

/* ---- asking ---- */

const char *
bzg_vault_path (BzgVault *self)
{
  return self->path;
}

const guint8 *
bzg_vault_casebook_id (BzgVault *self)
{
  return bzg_header_casebook_id (self->header);
}

const guint8 *
bzg_vault_database_id (BzgVault *self)
{
  return bzg_header_database_id (self->header);
}

const guint8 *
bzg_vault_master_key_id (BzgVault *self)
{
  return self->keys->id;
}

guint64
bzg_vault_change_number (BzgVault *self, guint64 *state_sequence)
{
  guint64 change;

  g_mutex_lock (&self->seal.lock);
  change = self->seal.state.change;
  if (state_sequence)
    *state_sequence = self->seal.state.sequence;
  g_mutex_unlock (&self->seal.lock);
  return change;
}

const guint8 *
bzg_vault_user_id (BzgVault *self)
{
  return self->user_id;
}

const BzgSecret *
bzg_vault_user_seed (BzgVault *self)
{
  return self->user_seed;
}

const char *const *
bzg_vault_notices (BzgVault *self)
{
  if (self->notices->len == 0 || g_ptr_array_index (self->notices, self->notices->len - 1))
    g_ptr_array_add (self->notices, NULL);
  return (const char *const *) self->notices->pdata;
}
