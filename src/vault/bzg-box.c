/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "vault/bzg-crypto.h"

/*
 * A key for somebody who is not there, in the way of age: an X25519 key made for this one box,
 * whose shared secret with the recipient, through HKDF, gives the key of one ChaCha20-Poly1305
 * message. That key is never used twice, so the nonce is zero. What the box is for goes into the
 * derivation: moved to another place, it does not open.
 */

enum
{
  AT_EPHEMERAL = 0,
  AT_KEY = 32,
  AT_TAG = 64,
};

static const guint8 zero_nonce[12];

static void
box_key (const guint8 shared[32],
         const guint8 *ephemeral,
         const guint8 recipient[32],
         gconstpointer context,
         gsize len,
         guint8 out[32])
{
  static const char label[] = "bozgasht/1 box for ";
  g_autoptr (GByteArray) info = g_byte_array_new ();
  guint8 salt[64];

  memcpy (salt, ephemeral, 32);
  memcpy (salt + 32, recipient, 32);
  g_byte_array_append (info, (const guint8 *) label, sizeof label - 1);
  g_byte_array_append (info, context, (guint) len);
  bzg_hkdf_sha256 (salt, sizeof salt, shared, 32, info->data, info->len, out, 32);
}

gboolean
bzg_box_seal (const guint8 key[32],
              const guint8 recipient[32],
              gconstpointer context,
              gsize len,
              guint8 box[BZG_BOX_SIZE])
{
  guint8 secret[32], shared[32], wrap[32];
  gboolean ok;

  bzg_random (secret, sizeof secret);
  bzg_x25519_public (secret, box + AT_EPHEMERAL);
  ok = bzg_x25519_shared (secret, recipient, shared);
  if (ok)
    {
      box_key (shared, box + AT_EPHEMERAL, recipient, context, len, wrap);
      ok = bzg_chacha20_poly1305_seal (wrap, zero_nonce, key, 32, box + AT_KEY, box + AT_TAG);
    }
  bzg_wipe (secret, sizeof secret);
  bzg_wipe (shared, sizeof shared);
  bzg_wipe (wrap, sizeof wrap);
  return ok;
}

gboolean
bzg_box_open (const guint8 box[BZG_BOX_SIZE],
              const guint8 secret[32],
              gconstpointer context,
              gsize len,
              guint8 key[32])
{
  guint8 recipient[32], shared[32], wrap[32];
  gboolean ok;

  bzg_x25519_public (secret, recipient);
  ok = bzg_x25519_shared (secret, box + AT_EPHEMERAL, shared);
  if (ok)
    {
      box_key (shared, box + AT_EPHEMERAL, recipient, context, len, wrap);
      ok = bzg_chacha20_poly1305_open (wrap, zero_nonce, box + AT_KEY, 32, box + AT_TAG, key);
    }
  bzg_wipe (shared, sizeof shared);
  bzg_wipe (wrap, sizeof wrap);
  return ok;
}
