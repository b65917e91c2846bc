/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "vault/bzg-crypto-private.h"
#include "vault/bzg-header-private.h"

/*
 * A slot is one way in. What the person types opens the "seed part": the person's own 32-byte seed,
 * which never changes. From the seed comes an X25519 key, and the master key of the database is
 * boxed to it. So a new master key can be boxed for everybody by their public keys alone, without
 * their passphrases. The locator tells which slot a passphrase belongs to and, as a hash of the
 * same derivation that gives the key, commits to it.
 *
 * The slot of the office has the box alone: its X25519 secret was never on this computer, and its
 * seed part and locator are random.
 */

enum
{
  AT_KIND = 0,
  AT_SET = 1,
  AT_LOCATOR = 4,
  AT_SEED_NONCE = 20,
  AT_SEED = 44,
  SEED_PART = 64,
  AT_SEED_TAG = 108,
  AT_EPHEMERAL = 124,
  AT_BOX_NONCE = 156,
  AT_BOX = 180,
  AT_BOX_TAG = 212,
  AT_FILL = 228,

  AAD_SEED = 16 + 16 + 44 + 2,
  AAD_BOX = AAD_SEED + 16 + 2 + 2 + 4 + 1,
};

static void
slot_key (
  BzgHeader *header, gconstpointer ikm, gsize ikm_len, const char *purpose, gpointer out, gsize len)
{
  g_autofree char *info = g_strconcat ("bozgasht/1 slot ", purpose, NULL);

  bzg_hkdf_sha256 (bzg_header_casebook_id (header), 16, ikm, ikm_len, info, strlen (info), out,
                   len);
}

/* The seed part is bound to what a rekey keeps; the box also to what it changes. */
static void
write_aad (BzgHeader *header, int number, guint8 aad[AAD_BOX])
{
  const guint8 *b = header->block;
  const guint8 *slot = bzg_header_slot (header, number);

  memset (aad, 0, AAD_BOX);
  memcpy (aad, b, 16);
  memcpy (aad + 16, bzg_header_casebook_id (header), 16);
  if (slot[AT_KIND] == BZG_SLOT_PASSPHRASE)
    memcpy (aad + 32, b + 72 + 44 * slot[AT_SET], 44);
  aad[76] = (guint8) number;
  aad[77] = slot[AT_KIND];
  memcpy (aad + 78, bzg_header_database_id (header), 16);
  memcpy (aad + 94, b + 16, 2); /* major */
  memcpy (aad + 96, b + 20, 2); /* cipher */
  memcpy (aad + 98, b + 64, 5); /* page size, reserve */
}

void
bzg_seed_secret (const guint8 seed[32], const char *purpose, guint8 out[32])
{
  g_autofree char *info = g_strconcat ("bozgasht/1 user ", purpose, NULL);

  bzg_hkdf_sha256 (NULL, 0, seed, 32, info, strlen (info), out, 32);
}

static void
box_key (BzgHeader *header,
         int number,
         const guint8 shared[32],
         const guint8 ephemeral[32],
         const guint8 recipient[32],
         guint8 key[32])
{
  guint8 salt[64], info[64];
  int n = g_snprintf ((char *) info, sizeof info, "bozgasht/1 box");

  memcpy (salt, ephemeral, 32);
  memcpy (salt + 32, recipient, 32);
  memcpy (info + n, bzg_header_database_id (header), 16);
  info[n + 16] = (guint8) number;
  bzg_hkdf_sha256 (salt, sizeof salt, shared, 32, info, (gsize) n + 17, key, 32);
}

static void
write_box (BzgHeader *header, int number, const guint8 recipient[32], const guint8 mk[32])
{
  guint8 *slot = bzg_header_slot (header, number);
  guint8 aad[AAD_BOX], secret[32], shared[32], key[32];

  bzg_random (secret, sizeof secret);
  bzg_x25519_public (secret, slot + AT_EPHEMERAL);
  if (!bzg_x25519_shared (secret, recipient, shared))
    g_error ("bad recipient key");
  box_key (header, number, shared, slot + AT_EPHEMERAL, recipient, key);
  write_aad (header, number, aad);
  bzg_nonce (slot + AT_BOX_NONCE);
  if (!bzg_xaes_seal (key, slot + AT_BOX_NONCE, aad, AAD_BOX, mk, 32, slot + AT_BOX,
                      slot + AT_BOX_TAG))
    g_error ("secure memory exhausted");
  bzg_wipe (secret, sizeof secret);
  bzg_wipe (shared, sizeof shared);
  bzg_wipe (key, sizeof key);
}

/* The owner's public key, sealed for whoever has opened the file: a new master key can then be
 * boxed for people who are not there. */
static void
recipient_aad (BzgHeader *header, int number, guint8 aad[21])
{
  memcpy (aad, "BZR1", 4);
  memcpy (aad + 4, bzg_header_database_id (header), 16);
  aad[20] = (guint8) number;
}

static void
write_recipient (BzgHeader *header, const BzgKeys *keys, int number, const guint8 recipient[32])
{
  guint8 *entry = bzg_header_recipient (header, number);
  guint8 aad[21];

  recipient_aad (header, number, aad);
  bzg_nonce (entry);
  if (!bzg_xaes_seal (keys->recipients, entry, aad, sizeof aad, recipient, 32, entry + 24,
                      entry + 56))
    g_error ("secure memory exhausted");
}

void
bzg_slot_write (BzgHeader *header,
                const BzgKeys *keys,
                int number,
                BzgSlotKind kind,
                int set,
                gconstpointer ikm,
                gsize ikm_len,
                const BzgUnlocked *content)
{
  guint8 *slot = bzg_header_slot (header, number);
  guint8 aad[AAD_BOX], kek[32], secret[32], recipient[32];
  guint8 plain[SEED_PART] = { 0 };

  bzg_slot_clear (header, number);
  slot[AT_KIND] = (guint8) kind;
  slot[AT_SET] = (guint8) set;
  slot[2] = slot[3] = 0;
  slot_key (header, ikm, ikm_len, "locator", slot + AT_LOCATOR, 16);
  slot_key (header, ikm, ikm_len, "kek", kek, 32);

  memcpy (plain, content->seed, 32);
  memcpy (plain + 32, content->user_id, 16);
  bzg_put64 (plain + 56, (guint64) (g_get_real_time () / G_USEC_PER_SEC));
  write_aad (header, number, aad);
  bzg_nonce (slot + AT_SEED_NONCE);
  if (!bzg_xaes_seal (kek, slot + AT_SEED_NONCE, aad, AAD_SEED, plain, SEED_PART, slot + AT_SEED,
                      slot + AT_SEED_TAG))
    g_error ("secure memory exhausted");

  bzg_seed_secret (content->seed, "box", secret);
  bzg_x25519_public (secret, recipient);
  write_box (header, number, recipient, content->mk);
  write_recipient (header, keys, number, recipient);
  bzg_wipe (plain, sizeof plain);
  bzg_wipe (kek, sizeof kek);
  bzg_wipe (secret, sizeof secret);
}

gboolean
bzg_slot_recipient (BzgHeader *header, const BzgKeys *keys, int number, guint8 recipient[32])
{
  const guint8 *entry = bzg_header_recipient (header, number);
  guint8 aad[21];

  recipient_aad (header, number, aad);
  return bzg_xaes_open (keys->recipients, entry, aad, sizeof aad, entry + 24, 32, entry + 56,
                        recipient);
}

gboolean
bzg_slot_rebox (BzgHeader *header,
                const BzgKeys *keys,
                BzgHeader *changed,
                const BzgKeys *changed_keys,
                int number,
                const guint8 mk[32])
{
  guint8 recipient[32];

  if (!bzg_slot_recipient (header, keys, number, recipient) || !bzg_x25519_is_usable (recipient))
    return FALSE;
  write_recipient (changed, changed_keys, number, recipient);
  write_box (changed, number, recipient, mk);
  return TRUE;
}

gboolean
bzg_slot_find (
  BzgHeader *header, BzgSlotKind kind, int set, gconstpointer ikm, gsize ikm_len, int *number)
{
  guint8 locator[16];
  gboolean found = FALSE;

  slot_key (header, ikm, ikm_len, "locator", locator, 16);
  for (int i = 0; i < BZG_SLOTS; i++)
    {
      const guint8 *slot = bzg_header_slot (header, i);
      if (slot[AT_KIND] == kind && slot[AT_SET] == set
          && bzg_equal_secret (slot + AT_LOCATOR, locator, 16))
        {
          found = TRUE;
          *number = i;
        }
    }
  bzg_wipe (locator, sizeof locator);
  return found;
}

static gboolean
open_box (BzgHeader *header, int number, const guint8 secret[32], guint8 mk[32])
{
  const guint8 *slot = bzg_header_slot (header, number);
  guint8 aad[AAD_BOX], recipient[32], shared[32], key[32];
  gboolean ok;

  write_aad (header, number, aad);
  bzg_x25519_public (secret, recipient);
  ok = bzg_x25519_shared (secret, slot + AT_EPHEMERAL, shared);
  if (ok)
    {
      box_key (header, number, shared, slot + AT_EPHEMERAL, recipient, key);
      ok = bzg_xaes_open (key, slot + AT_BOX_NONCE, aad, AAD_BOX, slot + AT_BOX, 32,
                          slot + AT_BOX_TAG, mk);
    }
  bzg_wipe (shared, sizeof shared);
  bzg_wipe (key, sizeof key);
  return ok;
}

gboolean
bzg_slot_open (BzgHeader *header, int number, gconstpointer ikm, gsize ikm_len, BzgUnlocked *out)
{
  const guint8 *slot = bzg_header_slot (header, number);
  guint8 aad[AAD_BOX], kek[32], plain[SEED_PART], secret[32];
  gboolean ok;

  write_aad (header, number, aad);
  slot_key (header, ikm, ikm_len, "kek", kek, 32);
  ok = bzg_xaes_open (kek, slot + AT_SEED_NONCE, aad, AAD_SEED, slot + AT_SEED, SEED_PART,
                      slot + AT_SEED_TAG, plain);
  if (ok)
    {
      memcpy (out->seed, plain, 32);
      memcpy (out->user_id, plain + 32, 16);
      bzg_seed_secret (out->seed, "box", secret);
      ok = open_box (header, number, secret, out->mk);
    }
  out->slot = number;
  bzg_wipe (kek, sizeof kek);
  bzg_wipe (plain, sizeof plain);
  bzg_wipe (secret, sizeof secret);
  if (!ok)
    bzg_wipe (out, sizeof *out);
  return ok;
}

void
bzg_slot_write_office (BzgHeader *header,
                       const BzgKeys *keys,
                       int number,
                       const guint8 recipient[32],
                       const guint8 mk[32])
{
  bzg_slot_clear (header, number);
  bzg_header_slot (header, number)[AT_KIND] = BZG_SLOT_OFFICE;
  write_box (header, number, recipient, mk);
  write_recipient (header, keys, number, recipient);
}

gboolean
bzg_slot_open_office (BzgHeader *header, const guint8 secret[32], BzgUnlocked *out)
{
  for (int i = 0; i < BZG_SLOTS; i++)
    if (bzg_header_slot (header, i)[AT_KIND] == BZG_SLOT_OFFICE
        && open_box (header, i, secret, out->mk))
      {
        out->slot = i;
        return TRUE;
      }
  return FALSE;
}

/* An unused slot is random but for its kind, so that a removed one leaves nothing. */
void
bzg_slot_clear (BzgHeader *header, int number)
{
  guint8 *slot = bzg_header_slot (header, number);

  bzg_random (slot, BZG_SLOT_SIZE);
  slot[AT_KIND] = slot[AT_SET] = slot[2] = slot[3] = 0;
  bzg_random (bzg_header_recipient (header, number), BZG_RECIPIENT_SIZE);
}
