/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/bzg-crypto-private.h"

#include <gcrypt.h>
#include <string.h>

/*
 * The one place that speaks libgcrypt, together with bzg-xaes.c. Nothing here decides anything:
 * each function is a named standard, held by its published vectors in tests/vault/test-crypto.c.
 * Failures of libgcrypt that only a program error can cause end the program: going on without a
 * working cipher could write plain text.
 */

#define SECURE_MEMORY (512 * 1024)

struct _BzgHash
{
  gcry_md_hd_t md;
  int algorithm;
};

struct _BzgHmac
{
  gcry_mac_hd_t mac;
};

static gpointer
init_once (gpointer data)
{
  if (!gcry_check_version ("1.10.0"))
    g_error ("libgcrypt 1.10 or newer is needed");
  if (!gcry_control (GCRYCTL_INITIALIZATION_FINISHED_P))
    {
      gcry_control (GCRYCTL_DISABLE_SECMEM_WARN);
      gcry_control (GCRYCTL_INIT_SECMEM, SECURE_MEMORY, 0);
      gcry_control (GCRYCTL_INITIALIZATION_FINISHED, 0);
    }
  return GINT_TO_POINTER (1);
}

void
bzg_crypto_init (void)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, init_once, NULL);
}

gpointer
bzg_secure_alloc (gsize len)
{
  bzg_crypto_init ();
  return gcry_calloc_secure (1, len ? len : 1);
}

void
bzg_secure_free (gpointer data)
{
  gcry_free (data); /* secure memory is wiped by libgcrypt */
}

void
bzg_random (gpointer out, gsize len)
{
  bzg_crypto_init ();
  if (len)
    gcry_randomize (out, len, GCRY_STRONG_RANDOM);
}

void
bzg_wipe (gpointer data, gsize len)
{
  if (len)
    explicit_bzero (data, len);
}

void
bzg_wipe_free (char *text)
{
  if (text == NULL)
    return;
  bzg_wipe (text, strlen (text));
  g_free (text);
}

gboolean
bzg_equal_secret (gconstpointer a, gconstpointer b, gsize len)
{
  const volatile guint8 *x = a, *y = b;
  guint8 diff = 0;

  for (gsize i = 0; i < len; i++)
    diff |= x[i] ^ y[i];
  return diff == 0;
}

char *
bzg_key_letters (gconstpointer key, gsize len)
{
  static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  GString *text = g_string_sized_new (30);
  guint8 hash[BZG_HASH_SIZE];

  bzg_sha256 (key, len, hash);
  for (guint i = 0; i < 24; i++)
    {
      if (i > 0 && i % 4 == 0)
        g_string_append_c (text, '-');
      g_string_append_c (text, letters[hash[i] & 31]);
    }
  return g_string_free (text, FALSE);
}

void
bzg_sha256 (gconstpointer data, gsize len, guint8 out[BZG_HASH_SIZE])
{
  bzg_crypto_init ();
  gcry_md_hash_buffer (GCRY_MD_SHA256, out, data, len);
}

void
bzg_sha512 (gconstpointer data, gsize len, guint8 out[64])
{
  bzg_crypto_init ();
  gcry_md_hash_buffer (GCRY_MD_SHA512, out, data, len);
}

void
bzg_blake2b_512 (gconstpointer data, gsize len, guint8 out[64])
{
  bzg_crypto_init ();
  gcry_md_hash_buffer (GCRY_MD_BLAKE2B_512, out, data, len);
}

static BzgHash *
hash_new (int algorithm)
{
  BzgHash *self = g_new0 (BzgHash, 1);

  bzg_crypto_init ();
  self->algorithm = algorithm;
  if (gcry_md_open (&self->md, algorithm, 0))
    g_error ("no hash");
  return self;
}

BzgHash *
bzg_hash_new_sha256 (void)
{
  return hash_new (GCRY_MD_SHA256);
}

BzgHash *
bzg_hash_new_blake2b_512 (void)
{
  return hash_new (GCRY_MD_BLAKE2B_512);
}

void
bzg_hash_update (BzgHash *self, gconstpointer data, gsize len)
{
  gcry_md_write (self->md, data, len);
}

void
bzg_hash_finish (BzgHash *self, gpointer out)
{
  if (out)
    memcpy (out, gcry_md_read (self->md, 0), gcry_md_get_algo_dlen (self->algorithm));
  gcry_md_close (self->md);
  g_free (self);
}

BzgHmac *
bzg_hmac_new (gconstpointer key, gsize key_len)
{
  BzgHmac *self = g_new0 (BzgHmac, 1);

  bzg_crypto_init ();
  if (gcry_mac_open (&self->mac, GCRY_MAC_HMAC_SHA256, GCRY_MAC_FLAG_SECURE, NULL)
      || gcry_mac_setkey (self->mac, key, key_len))
    g_error ("no HMAC: secure memory exhausted");
  return self;
}

void
bzg_hmac_update (BzgHmac *self, gconstpointer data, gsize len)
{
  gcry_mac_write (self->mac, data, len);
}

void
bzg_hmac_finish (BzgHmac *self, guint8 out[BZG_HASH_SIZE])
{
  gsize len = BZG_HASH_SIZE;

  if (gcry_mac_read (self->mac, out, &len))
    g_error ("HMAC failed");
  gcry_mac_close (self->mac);
  g_free (self);
}

void
bzg_hmac_sha256 (
  gconstpointer key, gsize key_len, gconstpointer data, gsize len, guint8 out[BZG_HASH_SIZE])
{
  BzgHmac *mac = bzg_hmac_new (key, key_len);

  bzg_hmac_update (mac, data, len);
  bzg_hmac_finish (mac, out);
}

/* RFC 2104 over the one-shot hash: opening a handle makes libgcrypt gather entropy each time. */
void
bzg_hmac_sha256_salted (
  gconstpointer salt, gsize salt_len, gconstpointer data, gsize len, guint8 out[BZG_HASH_SIZE])
{
  guint8 inner[64] = { 0 }, outer[64], digest[BZG_HASH_SIZE];
  gcry_buffer_t parts[2] = { 0 };

  bzg_crypto_init ();
  if (salt_len > sizeof inner)
    gcry_md_hash_buffer (GCRY_MD_SHA256, inner, salt, salt_len);
  else if (salt_len > 0)
    memcpy (inner, salt, salt_len);
  for (guint i = 0; i < sizeof inner; i++)
    {
      outer[i] = inner[i] ^ 0x5c;
      inner[i] ^= 0x36;
    }
  parts[0].data = inner;
  parts[0].len = sizeof inner;
  parts[1].data = (gpointer) data;
  parts[1].len = len;
  gcry_md_hash_buffers (GCRY_MD_SHA256, 0, digest, parts, 2);
  parts[0].data = outer;
  parts[1].data = digest;
  parts[1].len = sizeof digest;
  gcry_md_hash_buffers (GCRY_MD_SHA256, 0, out, parts, 2);
}

void
bzg_hkdf_sha256 (gconstpointer salt,
                 gsize salt_len,
                 gconstpointer ikm,
                 gsize ikm_len,
                 gconstpointer info,
                 gsize info_len,
                 gpointer out,
                 gsize out_len)
{
  static const guint8 zeros[BZG_HASH_SIZE];
  guint8 prk[BZG_HASH_SIZE], block[BZG_HASH_SIZE];
  guint8 *p = out;

  g_return_if_fail (out_len <= 255 * BZG_HASH_SIZE);

  bzg_hmac_sha256 (salt_len ? salt : zeros, salt_len ? salt_len : sizeof zeros, ikm, ikm_len, prk);
  for (guint8 counter = 1; out_len; counter++)
    {
      BzgHmac *mac = bzg_hmac_new (prk, sizeof prk);
      gsize n = MIN (out_len, sizeof block);

      if (counter > 1)
        bzg_hmac_update (mac, block, sizeof block);
      bzg_hmac_update (mac, info, info_len);
      bzg_hmac_update (mac, &counter, 1);
      bzg_hmac_finish (mac, block);
      memcpy (p, block, n);
      p += n;
      out_len -= n;
    }
  bzg_wipe (prk, sizeof prk);
  bzg_wipe (block, sizeof block);
}

static gcry_cipher_hd_t
chacha_new (const guint8 key[32], const guint8 nonce[12])
{
  gcry_cipher_hd_t h;

  bzg_crypto_init ();
  if (gcry_cipher_open (&h, GCRY_CIPHER_CHACHA20, GCRY_CIPHER_MODE_POLY1305, GCRY_CIPHER_SECURE)
      || gcry_cipher_setkey (h, key, 32) || gcry_cipher_setiv (h, nonce, 12))
    g_error ("no ChaCha20-Poly1305: secure memory exhausted");
  return h;
}

gboolean
bzg_chacha20_poly1305_seal (const guint8 key[32],
                            const guint8 nonce[12],
                            gconstpointer plain,
                            gsize len,
                            gpointer out,
                            guint8 tag[16])
{
  gcry_cipher_hd_t h = chacha_new (key, nonce);
  gboolean ok;

  gcry_cipher_final (h);
  ok = !gcry_cipher_encrypt (h, out, len, plain, len) && !gcry_cipher_gettag (h, tag, 16);
  gcry_cipher_close (h);
  return ok;
}

gboolean
bzg_chacha20_poly1305_open (const guint8 key[32],
                            const guint8 nonce[12],
                            gconstpointer cipher,
                            gsize len,
                            const guint8 tag[16],
                            gpointer out)
{
  gcry_cipher_hd_t h = chacha_new (key, nonce);
  gboolean ok;

  gcry_cipher_final (h);
  ok = !gcry_cipher_decrypt (h, out, len, cipher, len) && !gcry_cipher_checktag (h, tag, 16);
  gcry_cipher_close (h);
  if (!ok)
    bzg_wipe (out, len);
  return ok;
}

static gboolean
x25519 (const guint8 secret[32], const guint8 point[32], guint8 out[32])
{
  static const guint8 zeros[32];
  guint8 scalar[32];
  gcry_error_t err;

  bzg_crypto_init ();
  memcpy (scalar, secret, 32);
  scalar[0] &= 248;
  scalar[31] = (scalar[31] & 127) | 64;
  err = gcry_ecc_mul_point (GCRY_ECC_CURVE25519, out, scalar, point);
  bzg_wipe (scalar, sizeof scalar);
  if (gcry_err_code (err) == GPG_ERR_ENOMEM)
    g_error ("X25519: out of memory"); /* says nothing about the point */
  return !err && !bzg_equal_secret (out, zeros, 32);
}

void
bzg_x25519_public (const guint8 secret[32], guint8 pub[32])
{
  static const guint8 base[32] = { 9 };

  if (!x25519 (secret, base, pub))
    g_error ("X25519 failed");
}

gboolean
bzg_x25519_shared (const guint8 secret[32], const guint8 pub[32], guint8 shared[32])
{
  return x25519 (secret, pub, shared);
}

gboolean
bzg_x25519_is_usable (const guint8 pub[32])
{
  static const guint8 any[32] = { 8 };
  guint8 shared[32];

  return x25519 (any, pub, shared);
}

/* libgcrypt derives and checks the private key from the public one, so both are given. */
static gcry_sexp_t
ed25519_key (const guint8 *seed, const guint8 *pub)
{
  gcry_sexp_t key = NULL;

  bzg_crypto_init ();
  if (seed ? gcry_sexp_build (&key, NULL,
                              "(private-key (ecc (curve Ed25519)(flags eddsa)(q %b)(d %b)))", 32,
                              pub, 32, seed)
           : gcry_sexp_build (&key, NULL, "(public-key (ecc (curve Ed25519)(flags eddsa)(q %b)))",
                              32, pub))
    return NULL;
  return key;
}

void
bzg_ed25519_public (const guint8 seed[32], guint8 pub[32])
{
  gcry_sexp_t key = NULL;
  gcry_ctx_t ctx = NULL;
  gcry_mpi_t q = NULL;
  const void *raw;
  unsigned int bits = 0;

  bzg_crypto_init ();
  if (gcry_sexp_build (&key, NULL, "(private-key (ecc (curve Ed25519)(flags eddsa)(d %b)))", 32,
                       seed)
      || gcry_mpi_ec_new (&ctx, key, NULL) || !(q = gcry_mpi_ec_get_mpi ("q@eddsa", ctx, 1)))
    g_error ("Ed25519 failed");
  raw = gcry_mpi_get_opaque (q, &bits);
  if (bits != 256)
    g_error ("Ed25519 gave no key");
  memcpy (pub, raw, 32);
  gcry_mpi_release (q);
  gcry_ctx_release (ctx);
  gcry_sexp_release (key);
}

static gcry_sexp_t
ed25519_data (gconstpointer data, gsize len)
{
  gcry_sexp_t sexp = NULL;

  if (len > G_MAXINT
      || gcry_sexp_build (&sexp, NULL, "(data (flags eddsa)(hash-algo sha512)(value %b))",
                          (int) len, data))
    return NULL;
  return sexp;
}

gboolean
bzg_ed25519_sign (const guint8 seed[32], gconstpointer data, gsize len, guint8 sig[64])
{
  guint8 pub[32];
  gcry_sexp_t key, value, result = NULL;
  gboolean ok = FALSE;

  bzg_ed25519_public (seed, pub);
  key = ed25519_key (seed, pub);
  value = ed25519_data (data, len);
  if (key && value && !gcry_pk_sign (&result, value, key))
    {
      const char *const names[] = { "r", "s" };
      ok = TRUE;
      for (int i = 0; i < 2 && ok; i++)
        {
          gcry_sexp_t part = gcry_sexp_find_token (result, names[i], 0);
          gsize n = 0;
          const char *raw = part ? gcry_sexp_nth_data (part, 1, &n) : NULL;
          ok = raw && n == 32;
          if (ok)
            memcpy (sig + 32 * i, raw, 32);
          gcry_sexp_release (part);
        }
    }
  gcry_sexp_release (result);
  gcry_sexp_release (value);
  gcry_sexp_release (key);
  return ok;
}

/* Points of small order: nobody's key, and libgcrypt 1.10 ends the program over the first of them.
 * The sign bit is masked out. */
static gboolean
is_small_order (const guint8 pub[32])
{
  static const guint8 points[][32] = {
    { 0 },
    { 1 },
    { 0xec, [1 ... 30] = 0xff, [31] = 0x7f },
    { 0xed, [1 ... 30] = 0xff, [31] = 0x7f },
    { 0xee, [1 ... 30] = 0xff, [31] = 0x7f },
    { 0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
      0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
      0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05 },
    { 0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
      0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
      0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a },
  };

  for (guint i = 0; i < G_N_ELEMENTS (points); i++)
    if (memcmp (pub, points[i], 31) == 0 && (pub[31] & 0x7f) == points[i][31])
      return TRUE;
  return FALSE;
}

gboolean
bzg_ed25519_verify (const guint8 pub[32], gconstpointer data, gsize len, const guint8 sig[64])
{
  gcry_sexp_t key = is_small_order (pub) ? NULL : ed25519_key (NULL, pub);
  gcry_sexp_t value = ed25519_data (data, len);
  gcry_sexp_t sexp = NULL;
  gboolean ok = FALSE;

  if (key && value
      && !gcry_sexp_build (&sexp, NULL, "(sig-val (eddsa (r %b)(s %b)))", 32, sig, 32, sig + 32))
    ok = !gcry_pk_verify (sexp, value, key);
  gcry_sexp_release (sexp);
  gcry_sexp_release (value);
  gcry_sexp_release (key);
  return ok;
}

gboolean
bzg_scrypt (gconstpointer pass,
            gsize pass_len,
            gconstpointer salt,
            gsize salt_len,
            guint log_n,
            gpointer out,
            gsize out_len)
{
  g_return_val_if_fail (log_n >= 1 && log_n <= 22, FALSE);

  bzg_crypto_init ();
  return !gcry_kdf_derive (pass, pass_len, GCRY_KDF_SCRYPT, 1 << log_n, salt, salt_len, 1, out_len,
                           out);
}

gboolean
bzg_argon2id (gconstpointer pass,
              gsize pass_len,
              gconstpointer salt,
              gsize salt_len,
              gconstpointer key,
              gsize key_len,
              gconstpointer ad,
              gsize ad_len,
              guint32 passes,
              guint32 memory_kib,
              guint32 lanes,
              gpointer out,
              gsize out_len)
{
  const unsigned long params[4] = { out_len, passes, memory_kib, lanes };
  gcry_kdf_hd_t h;
  gboolean ok;

  bzg_crypto_init ();
  if (gcry_kdf_open (&h, GCRY_KDF_ARGON2, GCRY_KDF_ARGON2ID, params, 4, pass, pass_len, salt,
                     salt_len, key, key_len, ad, ad_len))
    return FALSE;
  ok = !gcry_kdf_compute (h, NULL) && !gcry_kdf_final (h, out_len, out);
  gcry_kdf_close (h);
  return ok;
}
