/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/bzg-crypto-private.h"

#include <gcrypt.h>
#include <string.h>

/*
 * XAES-256-GCM as C2SP publishes it: the first half of a 192-bit nonce derives a fresh AES-256 key,
 * the second half is the nonce of AES-GCM under it. Random nonces are then safe for 2^80 messages.
 * Derivation is two blocks of CMAC, whose subkey K1 is computed once per key.
 */

struct _BzgXaes
{
  gcry_cipher_hd_t ecb;
  gcry_cipher_hd_t gcm;
  guint8 k1[16];
};

struct _BzgXts
{
  gcry_cipher_hd_t xts;
};

BzgXaes *
bzg_xaes_new (const guint8 key[32])
{
  static const guint8 zeros[16];
  BzgXaes *self;
  guint8 carry;

  bzg_crypto_init ();
  self = bzg_secure_alloc (sizeof *self);
  if (!self)
    return NULL;
  if (gcry_cipher_open (&self->ecb, GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_ECB, GCRY_CIPHER_SECURE)
      || gcry_cipher_open (&self->gcm, GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_GCM, GCRY_CIPHER_SECURE)
      || gcry_cipher_setkey (self->ecb, key, 32)
      || gcry_cipher_encrypt (self->ecb, self->k1, 16, zeros, 16))
    {
      bzg_xaes_free (self);
      return NULL;
    }
  carry = self->k1[0] >> 7;
  for (int i = 0; i < 15; i++)
    self->k1[i] = (guint8) (self->k1[i] << 1 | self->k1[i + 1] >> 7);
  self->k1[15] = (guint8) (self->k1[15] << 1) ^ (carry ? 0x87 : 0);
  return self;
}

void
bzg_xaes_free (BzgXaes *self)
{
  if (!self)
    return;
  gcry_cipher_close (self->ecb);
  gcry_cipher_close (self->gcm);
  bzg_secure_free (self);
}

/* "Does not open" means damage: frames of the log are set aside over it, copies of the keys written
 * anew. A cipher that gives no answer must not be taken for that. */
static G_GNUC_NORETURN void
no_answer (void)
{
  g_error ("the cipher does not work");
}

static gboolean
prepare (BzgXaes *self, const guint8 nonce[24], gconstpointer aad, gsize aad_len)
{
  guint8 key[32] = { 0, 1, 'X', 0 };
  gboolean ok;

  memcpy (key + 4, nonce, 12);
  memcpy (key + 16, key, 16);
  key[17] = 2;
  for (int i = 0; i < 16; i++)
    {
      key[i] ^= self->k1[i];
      key[16 + i] ^= self->k1[i];
    }
  ok = !gcry_cipher_encrypt (self->ecb, key, 32, NULL, 0)
       && !gcry_cipher_setkey (self->gcm, key, 32) && !gcry_cipher_setiv (self->gcm, nonce + 12, 12)
       && (!aad_len || !gcry_cipher_authenticate (self->gcm, aad, aad_len));
  bzg_wipe (key, sizeof key);
  return ok;
}

gboolean
bzg_xaes_encrypt (BzgXaes *self,
                  const guint8 nonce[24],
                  gconstpointer aad,
                  gsize aad_len,
                  gconstpointer in,
                  gpointer out,
                  gsize len,
                  guint8 tag[16])
{
  if (prepare (self, nonce, aad, aad_len)
      && (!len
          || !gcry_cipher_encrypt (self->gcm, out, len, in == out ? NULL : in, in == out ? 0 : len))
      && !gcry_cipher_gettag (self->gcm, tag, 16))
    return TRUE;
  /* What is left of a message broken off would go into the tag of the next one. */
  gcry_cipher_reset (self->gcm);
  return FALSE;
}

gboolean
bzg_xaes_decrypt (BzgXaes *self,
                  const guint8 nonce[24],
                  gconstpointer aad,
                  gsize aad_len,
                  gconstpointer in,
                  gpointer out,
                  gsize len,
                  const guint8 tag[16])
{
  gcry_error_t err = 0;

  if (!prepare (self, nonce, aad, aad_len)
      || (len
          && gcry_cipher_decrypt (self->gcm, out, len, in == out ? NULL : in, in == out ? 0 : len))
      || ((err = gcry_cipher_checktag (self->gcm, tag, 16))
          && gcry_err_code (err) != GPG_ERR_CHECKSUM))
    no_answer ();
  if (err)
    bzg_wipe (out, len); /* unauthenticated plain text must not be seen */
  return !err;
}

gboolean
bzg_xaes_seal (const guint8 key[32],
               const guint8 nonce[24],
               gconstpointer aad,
               gsize aad_len,
               gconstpointer plain,
               gsize len,
               gpointer out,
               guint8 tag[16])
{
  g_autoptr (BzgXaes) self = bzg_xaes_new (key);

  if (!self)
    return FALSE;
  if (bzg_xaes_encrypt (self, nonce, aad, aad_len, plain, out, len, tag))
    return TRUE;
  bzg_wipe (out, len);
  return FALSE;
}

gboolean
bzg_xaes_open (const guint8 key[32],
               const guint8 nonce[24],
               gconstpointer aad,
               gsize aad_len,
               gconstpointer cipher,
               gsize len,
               const guint8 tag[16],
               gpointer out)
{
  g_autoptr (BzgXaes) self = bzg_xaes_new (key);

  if (!self)
    g_error ("secure memory exhausted");
  return bzg_xaes_decrypt (self, nonce, aad, aad_len, cipher, out, len, tag);
}

BzgXts *
bzg_xts_new (const guint8 key[64])
{
  BzgXts *self;

  bzg_crypto_init ();
  self = g_new0 (BzgXts, 1);
  if (gcry_cipher_open (&self->xts, GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_XTS, GCRY_CIPHER_SECURE)
      || gcry_cipher_setkey (self->xts, key, 64))
    {
      bzg_xts_free (self);
      return NULL;
    }
  return self;
}

void
bzg_xts_free (BzgXts *self)
{
  if (!self)
    return;
  gcry_cipher_close (self->xts);
  g_free (self);
}

void
bzg_xts_crypt (BzgXts *self, gboolean encrypt, const guint8 tweak[16], gpointer data, gsize len)
{
  if (gcry_cipher_setiv (self->xts, tweak, 16)
      || (encrypt ? gcry_cipher_encrypt (self->xts, data, len, NULL, 0)
                  : gcry_cipher_decrypt (self->xts, data, len, NULL, 0)))
    no_answer ();
}
