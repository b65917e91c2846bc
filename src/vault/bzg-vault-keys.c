/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/bzg-error.h"
#include "vault/bzg-platform-private.h"
#include "vault/bzg-vault-private.h"

/*
 * Changing who can open a casebook. Each change is made on a copy of the key block, tried there,
 * and taken over only when both copies on disk have been read back; then the state record says that
 * no older key block counts any more.
 */

static gboolean
take_over (BzgVault *self, BzgHeader *changed, GError **error)
{
  gboolean refuse;
  int rc;

  g_mutex_lock (&self->seal.lock);
  refuse = self->seal.refuse_writes;
  g_mutex_unlock (&self->seal.lock);
  if (refuse)
    return bzg_error_set_errno (error, EIO, "key block");
  if (!bzg_header_store (changed, self->fd, self->keys, error))
    return FALSE;
  memcpy (self->header, changed, sizeof *changed);
  g_mutex_lock (&self->seal.lock);
  self->seal.header_sequence = bzg_header_sequence (changed);
  /* A flush of another thread may have failed meanwhile. */
  rc = self->seal.refuse_writes ? -EIO : bzg_seal_write_state (&self->seal, TRUE);
  g_mutex_unlock (&self->seal.lock);
  return rc ? bzg_error_set_errno (error, -rc, "state record") : TRUE;
}

static BzgHeader *
copy_header (BzgVault *self)
{
  BzgHeader *copy = g_new (BzgHeader, 1);

  memcpy (copy, self->header, sizeof *copy);
  return copy;
}

/* Writes @content into slot @number of @header and opens it again. */
static gboolean
write_and_try (BzgHeader *header,
               const BzgKeys *keys,
               int number,
               BzgSlotKind kind,
               int set,
               gconstpointer ikm,
               gsize ikm_len,
               const BzgUnlocked *content,
               GError **error)
{
  BzgUnlocked *back = bzg_secure_alloc (sizeof *back);
  int found = -1;
  gboolean ok = back != NULL;

  if (ok)
    {
      bzg_slot_write (header, keys, number, kind, set, ikm, ikm_len, content);
      ok = bzg_slot_find (header, kind, set, ikm, ikm_len, &found) && found == number
           && bzg_slot_open (header, number, ikm, ikm_len, back)
           && memcmp (back->mk, content->mk, 32) == 0
           && memcmp (back->seed, content->seed, 32) == 0;
    }
  bzg_secure_free (back);
  if (!ok)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_BUG, "a new slot does not open");
  return ok;
}

static gboolean
derive (BzgHeader *header,
        int set,
        const char *user_name,
        const BzgSecret *passphrase,
        guint8 *ikm,
        GError **error)
{
  BzgKdfSet kdf;

  bzg_header_get_set (header, set, &kdf);
  return bzg_kdf_derive (&kdf, user_name, passphrase, ikm, error);
}

void
bzg_vault_seed_keys (const BzgSecret *seed, guint8 box_public[32], guint8 sign_public[32])
{
  guint8 secret[32];
  gsize len;
  const guint8 *data = bzg_secret_data (seed, &len);

  g_return_if_fail (len == 32);

  bzg_seed_secret (data, "box", secret);
  bzg_x25519_public (secret, box_public);
  bzg_seed_secret (data, "sign", secret);
  bzg_ed25519_public (secret, sign_public);
  bzg_wipe (secret, sizeof secret);
}

BzgSecret *
bzg_vault_seed_secret (const BzgSecret *seed, const char *purpose)
{
  guint8 secret[32];
  gsize len;
  const guint8 *data = bzg_secret_data (seed, &len);
  BzgSecret *result;

  g_return_val_if_fail (len == 32, NULL);

  bzg_seed_secret (data, purpose, secret);
  result = bzg_secret_new (secret, 32);
  bzg_wipe (secret, sizeof secret);
  return result;
}

/* Into slot @number, whatever is there; negative: into a free one. */
static gboolean
write_user (BzgVault *self,
            int number,
            const char *user_name,
            const BzgSecret *passphrase,
            const guint8 user_id[16],
            guint8 box_public[32],
            GError **error)
{
  g_autofree BzgHeader *changed = copy_header (self);
  BzgUnlocked *content = bzg_secure_alloc (sizeof *content);
  guint8 *ikm = bzg_secure_alloc (64);
  int set = bzg_header_current_set (changed), other;
  gboolean ok = content && ikm;

  if (number >= 0)
    bzg_slot_clear (changed, number);
  else
    number = bzg_header_free_slot (changed);

  if (!ok)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory");
  else if (number < 0)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_USAGE, "all 32 slots are in use");
      ok = FALSE;
    }
  ok = ok && derive (changed, set, user_name, passphrase, ikm, error);
  if (ok && bzg_slot_find (changed, BZG_SLOT_PASSPHRASE, set, ikm, 64, &other))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_EXISTS, "same name and passphrase");
      ok = FALSE;
    }
  if (ok)
    {
      memcpy (content->mk, self->mk, 32);
      memcpy (content->user_id, user_id, 16);
      bzg_random (content->seed, 32);
      ok = write_and_try (changed, self->keys, number, BZG_SLOT_PASSPHRASE, set, ikm, 64, content,
                          error)
           && take_over (self, changed, error);
    }
  if (ok)
    {
      guint8 secret[32];
      bzg_seed_secret (content->seed, "box", secret);
      bzg_x25519_public (secret, box_public);
      bzg_wipe (secret, sizeof secret);
      self->last_slot = number;
    }
  bzg_secure_free (content);
  bzg_secure_free (ikm);
  return ok;
}

gboolean
bzg_vault_add_user (BzgVault *self,
                    const char *user_name,
                    const BzgSecret *passphrase,
                    const guint8 user_id[16],
                    guint8 box_public[32],
                    GError **error)
{
  return write_user (self, -1, user_name, passphrase, user_id, box_public, error);
}

gboolean
bzg_vault_replace_user (BzgVault *self,
                        int number,
                        const char *user_name,
                        const BzgSecret *passphrase,
                        const guint8 user_id[16],
                        guint8 box_public[32],
                        GError **error)
{
  if (number < 0 || number >= BZG_SLOTS
      || bzg_header_slot (self->header, number)[0] != BZG_SLOT_PASSPHRASE)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_FOUND, "slot");
      return FALSE;
    }
  return write_user (self, number, user_name, passphrase, user_id, box_public, error);
}

gboolean
bzg_vault_change_passphrase (BzgVault *self,
                             const char *user_name,
                             const BzgSecret *old_passphrase,
                             const BzgSecret *new_passphrase,
                             GError **error)
{
  g_autofree BzgHeader *changed = copy_header (self);
  BzgUnlocked *content = bzg_secure_alloc (sizeof *content);
  guint8 *ikm = bzg_secure_alloc (64);
  int current = bzg_header_current_set (changed), number = -1;
  gboolean ok = content && ikm;

  if (!ok)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory");
  for (int k = 0; k < 2 && ok && number < 0; k++)
    {
      int set = k ? !current : current;
      BzgKdfSet kdf;
      bzg_header_get_set (changed, set, &kdf);
      if (!kdf.lanes)
        continue;
      ok = derive (changed, set, user_name, old_passphrase, ikm, error);
      if (ok && bzg_slot_find (changed, BZG_SLOT_PASSPHRASE, set, ikm, 64, &number)
          && !bzg_slot_open (changed, number, ikm, 64, content))
        number = -1;
    }
  if (ok && number < 0)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_PASSPHRASE, "no slot answers");
      ok = FALSE;
    }
  ok = ok && derive (changed, current, user_name, new_passphrase, ikm, error);
  if (ok)
    {
      bzg_slot_clear (changed, number);
      ok = write_and_try (changed, self->keys, number, BZG_SLOT_PASSPHRASE, current, ikm, 64,
                          content, error)
           && take_over (self, changed, error);
    }
  if (ok)
    self->last_slot = number;
  bzg_secure_free (content);
  bzg_secure_free (ikm);
  return ok;
}

gboolean
bzg_vault_remove_slot (BzgVault *self, int number, GError **error)
{
  g_autofree BzgHeader *changed = copy_header (self);
  BzgSlotKind kind;

  if (number < 0 || number >= BZG_SLOTS || bzg_header_slot (changed, number)[0] == 0)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_FOUND, "slot");
      return FALSE;
    }
  kind = bzg_header_slot (changed, number)[0];
  if (kind != BZG_SLOT_OFFICE && bzg_header_count (changed, kind) == 1)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_LAST_KEY, "last slot of its kind");
      return FALSE;
    }
  bzg_slot_clear (changed, number);
  return take_over (self, changed, error);
}

int
bzg_vault_last_slot (BzgVault *self)
{
  return self->last_slot;
}

/* A slot that opens with 20 random bytes, and these as printed. */
static char **
add_recovery (BzgVault *self, gboolean shares, GError **error)
{
  guint8 code[BZG_PAPER_BYTES];
  char **printed = NULL;
  g_autofree BzgHeader *changed = copy_header (self);
  BzgUnlocked *content = bzg_secure_alloc (sizeof *content);
  int number = bzg_header_free_slot (changed);
  gboolean ok = content != NULL;

  if (!ok)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory");
  else if (number < 0)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_USAGE, "all 32 slots are in use");
      ok = FALSE;
    }
  if (ok)
    {
      memcpy (content->mk, self->mk, 32);
      bzg_random (content->seed, 32);
      bzg_random (code, BZG_PAPER_BYTES);
      ok = write_and_try (changed, self->keys, number, BZG_SLOT_RECOVERY, 0, code, BZG_PAPER_BYTES,
                          content, error)
           && take_over (self, changed, error);
    }
  if (ok)
    {
      self->last_slot = number;
      printed = bzg_paper_write (BZG_PAPER_CASEBOOK, code, shares);
    }
  bzg_wipe (code, sizeof code);
  bzg_secure_free (content);
  return printed;
}

char **
bzg_vault_add_recovery_shares (BzgVault *self, GError **error)
{
  return add_recovery (self, TRUE, error);
}

char *
bzg_vault_add_recovery (BzgVault *self, GError **error)
{
  char **printed = add_recovery (self, FALSE, error);
  char *code = printed != NULL ? printed[0] : NULL;

  g_free (printed);
  return code;
}

gboolean
bzg_vault_check_recovery (BzgVault *self, const char *code)
{
  g_autofree BzgHeader *copy = copy_header (self);
  guint8 bytes[BZG_PAPER_BYTES];
  BzgUnlocked *back;
  int number;
  gboolean ok = FALSE;

  if (!bzg_paper_parse (BZG_PAPER_CASEBOOK, code, bytes))
    return FALSE;
  back = bzg_secure_alloc (sizeof *back);
  if (back)
    ok = bzg_slot_find (copy, BZG_SLOT_RECOVERY, 0, bytes, sizeof bytes, &number)
         && bzg_slot_open (copy, number, bytes, sizeof bytes, back)
         && bzg_equal_secret (back->mk, self->mk, 32);
  bzg_secure_free (back);
  bzg_wipe (bytes, sizeof bytes);
  return ok;
}

gboolean
bzg_vault_office (BzgVault *self, guint8 recipient[32], int *number)
{
  int slot = -1;
  guint n = 0;

  for (int i = BZG_SLOTS - 1; i >= 0; i--)
    if (bzg_header_slot (self->header, i)[0] == BZG_SLOT_OFFICE)
      {
        slot = i;
        n++;
      }
  *number = slot;
  return n == 1 && bzg_slot_recipient (self->header, self->keys, slot, recipient);
}

/* However many somebody made. */
static void
clear_office (BzgHeader *header)
{
  for (int i = 0; i < BZG_SLOTS; i++)
    if (bzg_header_slot (header, i)[0] == BZG_SLOT_OFFICE)
      bzg_slot_clear (header, i);
}

gboolean
bzg_vault_remove_office (BzgVault *self, GError **error)
{
  g_autofree BzgHeader *changed = copy_header (self);

  clear_office (changed);
  return take_over (self, changed, error);
}

gboolean
bzg_vault_set_office (BzgVault *self, const guint8 recipient[32], GError **error)
{
  g_autofree BzgHeader *changed = copy_header (self);
  guint8 there[32];
  int number;

  if (!bzg_x25519_is_usable (recipient))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_MALFORMED, "not a usable key");
      return FALSE;
    }
  bzg_vault_office (self, there, &number);
  clear_office (changed);
  if (number < 0)
    number = bzg_header_free_slot (changed);
  if (number < 0)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_USAGE, "all 32 slots are in use");
      return FALSE;
    }
  bzg_slot_write_office (changed, self->keys, number, recipient, self->mk);
  if (!bzg_slot_recipient (changed, self->keys, number, there) || memcmp (there, recipient, 32))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_BUG, "a new slot cannot be read");
      return FALSE;
    }
  return take_over (self, changed, error);
}

GArray *
bzg_vault_list_slots (BzgVault *self)
{
  GArray *list = g_array_new (FALSE, TRUE, sizeof (BzgSlotInfo));

  for (int i = 0; i < BZG_SLOTS; i++)
    {
      BzgSlotInfo info = { .number = i, .kind = bzg_header_slot (self->header, i)[0] };
      if (!info.kind)
        continue;
      if (i == self->open_slot)
        memcpy (info.user_id, self->user_id, 16);
      g_array_append_val (list, info);
    }
  return list;
}

GBytes *
bzg_vault_key_block (BzgVault *self, guint64 *sequence)
{
  if (sequence)
    *sequence = bzg_header_sequence (self->header);
  return g_bytes_new (self->header->block, BZG_KEY_BLOCK_SIZE);
}

static gboolean
is_one_whole (int fd)
{
  g_autofree BzgHeader *there = g_new0 (BzgHeader, 1);

  for (int i = 0; i < 2; i++)
    if (bzg_io->read (fd, there->block, BZG_KEY_BLOCK_SIZE, (goffset) i * BZG_KEY_BLOCK_SIZE)
          == BZG_KEY_BLOCK_SIZE
        && bzg_header_check (there) == BZG_BLOCK_GOOD)
      return TRUE;
  return FALSE;
}

gboolean
bzg_vault_key_blocks_are_lost (const char *path)
{
  int fd = bzg_platform_open_guard (path, NULL);
  gboolean lost = fd >= 0 && !is_one_whole (fd);

  if (fd >= 0)
    g_close (fd, NULL);
  return lost;
}

gboolean
bzg_vault_restore_key_block (const char *path, GBytes *block, GError **error)
{
  g_autofree BzgHeader *kept = g_new0 (BzgHeader, 1);
  gsize len;
  gconstpointer data = g_bytes_get_data (block, &len);
  gboolean ok = TRUE;
  int fd;

  if (len != BZG_KEY_BLOCK_SIZE)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_TRUNCATED, "kept key block");
      return FALSE;
    }
  memcpy (kept->block, data, len);
  if (bzg_header_check (kept) != BZG_BLOCK_GOOD)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_DAMAGED, "kept key block");
      return FALSE;
    }
  fd = bzg_platform_open_guard (path, error);
  if (fd < 0)
    return FALSE;
  if (is_one_whole (fd))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_EXISTS, "a key block is whole");
      ok = FALSE;
    }
  for (int i = 0; i < 2 && ok; i++)
    {
      gssize n
        = bzg_io->write (fd, kept->block, BZG_KEY_BLOCK_SIZE, (goffset) i * BZG_KEY_BLOCK_SIZE);
      int rc = n < 0 ? (int) n : bzg_io->sync (fd);
      ok = rc == 0 || bzg_error_set_errno (error, -rc, "key block");
    }
  g_close (fd, NULL);
  return ok;
}
