/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "edits.h"
#include "vault/bzg-crypto-private.h"
#include "vault/bzg-header-private.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/*
 * A key block with three ways in, changed. The first byte of the input says whether its checksum is
 * made to fit and which way is tried; the derivation of keys from passphrases is left out, what it
 * would give is known. A block that opens and authenticates has to be the one that was written.
 */

enum
{
  FIT_SUM = 1,
  TRY = 2, /* alone among the bits 2, 4 and 8, and with few changes: it costs a lot */
  WAYS = 3,
};

static BzgHeader good;
static BzgKeys keys;
static guint8 ikm[WAYS][64];
static BzgUnlocked content;

static void
make_good (void)
{
  static const BzgSlotKind kinds[WAYS]
    = { BZG_SLOT_PASSPHRASE, BZG_SLOT_RECOVERY, BZG_SLOT_PASSPHRASE };
  const BzgKdfSet set = { .passes = 3, .memory_kib = 65536, .lanes = 4 };

  bzg_crypto_init ();
  bzg_header_init (&good);
  bzg_header_put_set (&good, 0, &set);
  bzg_header_put_set (&good, 1, &set);
  bzg_header_set_sequence (&good, 7);
  memset (&content, 5, sizeof content);
  bzg_header_derive (&good, content.mk, &keys);
  for (int i = 0; i < WAYS; i++)
    {
      memset (ikm[i], i + 1, sizeof ikm[i]);
      bzg_slot_write (&good, &keys, 3 * i, kinds[i], i / 2, ikm[i], i == 1 ? 20 : 64, &content);
    }
  bzg_header_finish (&good, &keys);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static gsize once;
  BzgHeader block;
  guint8 flags = size ? data[0] : 0;

  if (g_once_init_enter (&once))
    {
      make_good ();
      g_once_init_leave (&once, 1);
    }
  block = good;
  if (size)
    apply_edits (block.block, sizeof block.block, data + 1, size - 1);
  if (flags & FIT_SUM)
    bzg_sha256 (block.block, BZG_KEY_BLOCK_SIZE - 64, block.block + BZG_KEY_BLOCK_SIZE - 64);

  if (bzg_header_check (&block) != BZG_BLOCK_GOOD)
    return 0;
  for (int set = 0; set < 2; set++)
    {
      BzgKdfSet kdf;
      bzg_header_get_set (&block, set, &kdf);
      if (bzg_kdf_acceptable (&kdf))
        g_assert_cmpuint (kdf.memory_kib, <=, 1024 * 1024);
    }
  bzg_header_free_slot (&block);
  if ((flags & 14) == TRY && size <= 13)
    {
      int way = (flags >> 4) % WAYS, number = -1;
      gsize len = way == 1 ? 20 : 64;
      BzgUnlocked out;
      BzgKeys derived;

      if (bzg_slot_find (&block, way == 1 ? BZG_SLOT_RECOVERY : BZG_SLOT_PASSPHRASE, way / 2,
                         ikm[way], len, &number)
          && bzg_slot_open (&block, number, ikm[way], len, &out))
        {
          g_assert_cmpmem (out.mk, 32, content.mk, 32);
          g_assert_cmpmem (out.seed, 32, content.seed, 32);
          bzg_header_derive (&block, out.mk, &derived);
          if (bzg_header_authentic (&block, &derived))
            g_assert_cmpmem (block.block, sizeof block.block, good.block, sizeof good.block);
        }
    }
  return 0;
}
