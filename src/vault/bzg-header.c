/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/bzg-header-private.h"

#include <string.h>

#include "base/bzg-error.h"
#include "vault/bzg-platform-private.h"

/*
 * Key blocks and state records. A key block stands twice and is always replaced older copy first,
 * so that a power cut leaves one whole copy; its checksum tells torn from whole without a key, its
 * MAC tells ours from forged once the key is there. A state record stands twice as well, in blocks
 * of its own, so that writing one can never tear a slot.
 */

enum
{
  AT_MAJOR = 16,
  AT_READER = 18,
  AT_CIPHER = 20,
  AT_FLAGS = 22,
  AT_SEQUENCE = 24,
  AT_CASEBOOK_ID = 32,
  AT_DATABASE_ID = 48,
  AT_PAGE_SIZE = 64,
  AT_RESERVE = 68,
  AT_CURRENT_SET = 69,
  AT_SETS = 72,
  SET_SIZE = 44,
  AT_SLOTS = 256,
  AT_RECIPIENTS = AT_SLOTS + BZG_SLOTS * BZG_SLOT_SIZE,
  AT_SUM = BZG_KEY_BLOCK_SIZE - 64,
  AT_MAC = BZG_KEY_BLOCK_SIZE - 32,

  STATE_MAC = BZG_STATE_SIZE - 32,
};

/* The control characters show a file that went through a text-mode copy. */
static const guint8 magic[16] = "BOZGASHT\r\n\x1a\n";
static const guint8 state_magic[16] = "BOZGASHT-STATE\0";

void
bzg_header_init (BzgHeader *self)
{
  guint8 *b = self->block;

  memset (self, 0, sizeof *self);
  memcpy (b, magic, sizeof magic);
  bzg_put16 (b + AT_MAJOR, BZG_FORMAT_MAJOR);
  bzg_put16 (b + AT_READER, BZG_FORMAT_READER);
  bzg_put16 (b + AT_CIPHER, BZG_CIPHER_XAES_256_GCM);
  bzg_random (b + AT_CASEBOOK_ID, 16);
  bzg_random (b + AT_DATABASE_ID, 16);
  bzg_put32 (b + AT_PAGE_SIZE, BZG_PAGE_SIZE);
  b[AT_RESERVE] = BZG_RESERVE;
  for (int i = 0; i < BZG_SLOTS; i++)
    bzg_slot_clear (self, i);
}

BzgBlockState
bzg_header_check (const BzgHeader *self)
{
  const guint8 *b = self->block;
  guint8 sum[32];

  if (memcmp (b, magic, 8))
    return BZG_BLOCK_FOREIGN;
  bzg_sha256 (b, AT_SUM, sum);
  if (memcmp (b, magic, sizeof magic) || memcmp (sum, b + AT_SUM, 32))
    {
      /* A newer format may sum up differently: believe its version only where nothing else fits. */
      return memcmp (b, magic, sizeof magic) == 0 && bzg_get16 (b + AT_READER) > BZG_FORMAT_MAJOR
                 && bzg_get16 (b + AT_MAJOR) >= bzg_get16 (b + AT_READER)
               ? BZG_BLOCK_NEWER
               : BZG_BLOCK_DAMAGED;
    }
  if (bzg_get16 (b + AT_MAJOR) != BZG_FORMAT_MAJOR || bzg_get16 (b + AT_READER) > BZG_FORMAT_MAJOR
      || bzg_get16 (b + AT_CIPHER) != BZG_CIPHER_XAES_256_GCM || bzg_get16 (b + AT_FLAGS)
      || bzg_get32 (b + AT_PAGE_SIZE) != BZG_PAGE_SIZE || b[AT_RESERVE] != BZG_RESERVE)
    return BZG_BLOCK_NEWER;
  return b[AT_CURRENT_SET] > 1 ? BZG_BLOCK_DAMAGED : BZG_BLOCK_GOOD;
}

guint64
bzg_header_sequence (const BzgHeader *self)
{
  return bzg_get64 (self->block + AT_SEQUENCE);
}

void
bzg_header_set_sequence (BzgHeader *self, guint64 sequence)
{
  bzg_put64 (self->block + AT_SEQUENCE, sequence);
}

guint8 *
bzg_header_casebook_id (BzgHeader *self)
{
  return self->block + AT_CASEBOOK_ID;
}

guint8 *
bzg_header_database_id (BzgHeader *self)
{
  return self->block + AT_DATABASE_ID;
}

int
bzg_header_current_set (const BzgHeader *self)
{
  return self->block[AT_CURRENT_SET];
}

void
bzg_header_get_set (const BzgHeader *self, int set, BzgKdfSet *out)
{
  const guint8 *p = self->block + AT_SETS + SET_SIZE * set;

  out->passes = bzg_get32 (p);
  out->memory_kib = bzg_get32 (p + 4);
  out->lanes = bzg_get32 (p + 8);
  memcpy (out->salt, p + 12, 32);
}

void
bzg_header_put_set (BzgHeader *self, int set, const BzgKdfSet *in)
{
  guint8 *p = self->block + AT_SETS + SET_SIZE * set;

  bzg_put32 (p, in->passes);
  bzg_put32 (p + 4, in->memory_kib);
  bzg_put32 (p + 8, in->lanes);
  memcpy (p + 12, in->salt, 32);
}

guint8 *
bzg_header_slot (BzgHeader *self, int number)
{
  return self->block + AT_SLOTS + BZG_SLOT_SIZE * number;
}

guint8 *
bzg_header_recipient (BzgHeader *self, int number)
{
  return self->block + AT_RECIPIENTS + BZG_RECIPIENT_SIZE * number;
}

int
bzg_header_free_slot (BzgHeader *self)
{
  for (int i = 0; i < BZG_SLOTS; i++)
    if (bzg_header_slot (self, i)[0] == 0)
      return i;
  return -1;
}

int
bzg_header_count (BzgHeader *self, BzgSlotKind kind)
{
  int n = 0;

  for (int i = 0; i < BZG_SLOTS; i++)
    n += bzg_header_slot (self, i)[0] == kind;
  return n;
}

void
bzg_header_finish (BzgHeader *self, const BzgKeys *keys)
{
  bzg_sha256 (self->block, AT_SUM, self->block + AT_SUM);
  bzg_hmac_sha256 (keys->header, 32, self->block, AT_MAC, self->block + AT_MAC);
}

gboolean
bzg_header_authentic (const BzgHeader *self, const BzgKeys *keys)
{
  guint8 mac[32];

  bzg_hmac_sha256 (keys->header, 32, self->block, AT_MAC, mac);
  return bzg_equal_secret (mac, self->block + AT_MAC, 32);
}

/* The algorithm fields are part of each derivation: a header that claims another cipher or page
 * size gives other keys, so nothing can be talked down. */
void
bzg_header_derive (BzgHeader *self, const guint8 mk[32], BzgKeys *keys)
{
  const struct
  {
    const char *purpose;
    guint8 *out;
    gsize len;
  } list[] = {
    { "page", keys->page, 32 },
    { "log", keys->log, 32 },
    { "loghdr", keys->log_header, 64 },
    { "hdr", keys->header, 32 },
    { "state", keys->state, 32 },
    { "seal", keys->seal, 32 },
    { "recipients", keys->recipients, 32 },
    { "mkid", keys->id, 16 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (list); i++)
    {
      guint8 info[64];
      int n = g_snprintf ((char *) info, sizeof info, "bozgasht/1 %s", list[i].purpose);

      memcpy (info + n, self->block + AT_MAJOR, 2);
      memcpy (info + n + 2, self->block + AT_CIPHER, 2);
      memcpy (info + n + 4, self->block + AT_PAGE_SIZE, 5); /* and the reserve */
      bzg_hkdf_sha256 (self->block + AT_DATABASE_ID, 16, mk, 32, info, (gsize) n + 9, list[i].out,
                       list[i].len);
    }
}

static gboolean
write_copy (const BzgHeader *self, int fd, int copy, const BzgKeys *keys, GError **error)
{
  g_autofree BzgHeader *back = g_new (BzgHeader, 1);
  goffset at = (goffset) copy * BZG_KEY_BLOCK_SIZE;
  gssize n = bzg_io->write (fd, self->block, BZG_KEY_BLOCK_SIZE, at);
  int rc = n < 0 ? (int) n : bzg_io->sync (fd);

  if (rc == 0)
    {
      n = bzg_io->read (fd, back->block, BZG_KEY_BLOCK_SIZE, at);
      rc = n < 0 ? (int) n : 0;
    }
  if (rc)
    return bzg_error_set_errno (error, -rc, "key block");
  if (n != BZG_KEY_BLOCK_SIZE || bzg_header_check (back) != BZG_BLOCK_GOOD
      || !bzg_header_authentic (back, keys)
      || memcmp (back->block, self->block, BZG_KEY_BLOCK_SIZE))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_IO, "the key block did not read back");
      return FALSE;
    }
  return TRUE;
}

gboolean
bzg_header_store (BzgHeader *self, int fd, const BzgKeys *keys, GError **error)
{
  guint64 sequence[2] = { 0, 0 };
  int older;

  for (int i = 0; i < 2; i++)
    {
      g_autofree BzgHeader *copy = g_new (BzgHeader, 1);
      if (bzg_io->read (fd, copy->block, BZG_KEY_BLOCK_SIZE, (goffset) i * BZG_KEY_BLOCK_SIZE)
            == BZG_KEY_BLOCK_SIZE
          && bzg_header_check (copy) == BZG_BLOCK_GOOD && bzg_header_authentic (copy, keys))
        sequence[i] = bzg_header_sequence (copy);
    }
  older = sequence[0] <= sequence[1] ? 0 : 1;
  bzg_header_set_sequence (self,
                           MAX (MAX (sequence[0], sequence[1]), bzg_header_sequence (self)) + 1);
  bzg_header_finish (self, keys);
  return write_copy (self, fd, older, keys, error) && write_copy (self, fd, !older, keys, error);
}

void
bzg_state_encode (const BzgState *self, const BzgKeys *keys, guint8 out[BZG_STATE_SIZE])
{
  memset (out, 0, BZG_STATE_SIZE);
  memcpy (out, state_magic, sizeof state_magic);
  bzg_put64 (out + 16, self->sequence);
  bzg_put64 (out + 24, self->generation);
  memcpy (out + 32, self->salts, 8);
  bzg_put64 (out + 40, self->covered);
  bzg_put64 (out + 48, self->mark);
  bzg_put32 (out + 56, self->n_pages);
  memcpy (out + 64, self->root, 32);
  bzg_put64 (out + 96, self->header_sequence);
  bzg_put64 (out + 104, self->change);
  bzg_hmac_sha256 (keys->state, 32, out, STATE_MAC, out + STATE_MAC);
}

gboolean
bzg_state_decode (const guint8 in[BZG_STATE_SIZE], const BzgKeys *keys, BzgState *out)
{
  guint8 mac[32];

  bzg_hmac_sha256 (keys->state, 32, in, STATE_MAC, mac);
  if (memcmp (in, state_magic, sizeof state_magic) || !bzg_equal_secret (mac, in + STATE_MAC, 32))
    return FALSE;
  out->sequence = bzg_get64 (in + 16);
  out->generation = bzg_get64 (in + 24);
  memcpy (out->salts, in + 32, 8);
  out->covered = bzg_get64 (in + 40);
  out->mark = bzg_get64 (in + 48);
  out->n_pages = bzg_get32 (in + 56);
  memcpy (out->root, in + 64, 32);
  out->header_sequence = bzg_get64 (in + 96);
  out->change = bzg_get64 (in + 104);
  return TRUE;
}

gboolean
bzg_state_present (int fd)
{
  guint8 start[sizeof state_magic];

  for (int i = 0; i < 2; i++)
    if (bzg_io->read (fd, start, sizeof start, BZG_STATE_OFFSET + (goffset) i * BZG_STATE_SIZE)
          == sizeof start
        && memcmp (start, state_magic, sizeof start) == 0)
      return TRUE;
  return FALSE;
}
