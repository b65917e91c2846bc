/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The primitives the other rooms need, so that libgcrypt is seen in the vault alone. All functions
 * are thread-safe; none allocates per call what it does not return. Lengths are in bytes.
 */

#define BZG_KEY_SIZE 32       /* symmetric keys, X25519 and Ed25519 secret seeds */
#define BZG_HASH_SIZE 32      /* SHA-256, HMAC-SHA256 */
#define BZG_SIGNATURE_SIZE 64 /* Ed25519 */
#define BZG_XAES_NONCE_SIZE 24
#define BZG_TAG_SIZE 16 /* AES-GCM and Poly1305 */

/* Starts libgcrypt with 256 KiB of secure memory, forbids core dumps and calls sqlite3_config().
 * Must be the first thing main() does, before GTK; a second call does nothing. */
gboolean bzg_vault_init (GError **error);

void bzg_random (gpointer out, gsize len);
void bzg_wipe (gpointer data, gsize len);
void bzg_wipe_free (char *text); /* wipes a text up to its end and frees it; NULL: nothing */
gboolean bzg_equal_secret (gconstpointer a, gconstpointer b, gsize len); /* constant time */

/* Six groups of four letters that stand for a public key (a hash of it, 120 bits), to be compared
 * by voice. (transfer full) */
char *bzg_key_letters (gconstpointer key, gsize len);

void bzg_sha256 (gconstpointer data, gsize len, guint8 out[BZG_HASH_SIZE]);
void bzg_sha512 (gconstpointer data, gsize len, guint8 out[64]);
void bzg_blake2b_512 (gconstpointer data, gsize len, guint8 out[64]);
void bzg_hmac_sha256 (
  gconstpointer key, gsize key_len, gconstpointer data, gsize len, guint8 out[BZG_HASH_SIZE]);
/* The same for a key that is no secret, such as a salt that stands beside what it commits to: not
 * in secure memory, and many times as fast for short data. */
void bzg_hmac_sha256_salted (
  gconstpointer salt, gsize salt_len, gconstpointer data, gsize len, guint8 out[BZG_HASH_SIZE]);
/* RFC 5869. @out_len <= 255 * 32. */
void bzg_hkdf_sha256 (gconstpointer salt,
                      gsize salt_len,
                      gconstpointer ikm,
                      gsize ikm_len,
                      gconstpointer info,
                      gsize info_len,
                      gpointer out,
                      gsize out_len);

typedef struct _BzgHash BzgHash; /* streaming SHA-256 or BLAKE2b-512 */
BzgHash *bzg_hash_new_sha256 (void);
BzgHash *bzg_hash_new_blake2b_512 (void);
void bzg_hash_update (BzgHash *self, gconstpointer data, gsize len);
void bzg_hash_finish (BzgHash *self, gpointer out); /* frees @self */

/* XAES-256-GCM (C2SP). @out has @len bytes; @tag 16. Open returns FALSE if authentication fails,
 * and only then; without memory for a cipher it ends the program. */
gboolean bzg_xaes_seal (const guint8 key[32],
                        const guint8 nonce[24],
                        gconstpointer aad,
                        gsize aad_len,
                        gconstpointer plain,
                        gsize len,
                        gpointer out,
                        guint8 tag[16]);
gboolean bzg_xaes_open (const guint8 key[32],
                        const guint8 nonce[24],
                        gconstpointer aad,
                        gsize aad_len,
                        gconstpointer cipher,
                        gsize len,
                        const guint8 tag[16],
                        gpointer out);

/* ChaCha20-Poly1305 (RFC 8439), 12-byte nonce, no associated data: what age uses. */
gboolean bzg_chacha20_poly1305_seal (const guint8 key[32],
                                     const guint8 nonce[12],
                                     gconstpointer plain,
                                     gsize len,
                                     gpointer out,
                                     guint8 tag[16]);
gboolean bzg_chacha20_poly1305_open (const guint8 key[32],
                                     const guint8 nonce[12],
                                     gconstpointer cipher,
                                     gsize len,
                                     const guint8 tag[16],
                                     gpointer out);

/* X25519 (RFC 7748). Returns FALSE if the shared secret is all zero (a low-order point). */
void bzg_x25519_public (const guint8 secret[32], guint8 pub[32]);
gboolean bzg_x25519_shared (const guint8 secret[32], const guint8 pub[32], guint8 shared[32]);
/* FALSE for the few keys with which everybody shares the same secret. */
gboolean bzg_x25519_is_usable (const guint8 pub[32]);

/* Ed25519 (RFC 8032); @seed is the 32-byte secret. */
void bzg_ed25519_public (const guint8 seed[32], guint8 pub[32]);
gboolean bzg_ed25519_sign (const guint8 seed[32], gconstpointer data, gsize len, guint8 sig[64]);
gboolean
bzg_ed25519_verify (const guint8 pub[32], gconstpointer data, gsize len, const guint8 sig[64]);

/* A key of 32 bytes in a box that only the X25519 secret behind @recipient opens, and only with the
 * same @context. FALSE: no key of anybody's; a box that does not open. */
#define BZG_BOX_SIZE 80
gboolean bzg_box_seal (const guint8 key[32],
                       const guint8 recipient[32],
                       gconstpointer context,
                       gsize len,
                       guint8 box[BZG_BOX_SIZE]);
gboolean bzg_box_open (const guint8 box[BZG_BOX_SIZE],
                       const guint8 secret[32],
                       gconstpointer context,
                       gsize len,
                       guint8 key[32]);

/* scrypt (RFC 7914) with r = 8, p = 1, N = 2^@log_n; @log_n 1..22. */
gboolean bzg_scrypt (gconstpointer pass,
                     gsize pass_len,
                     gconstpointer salt,
                     gsize salt_len,
                     guint log_n,
                     gpointer out,
                     gsize out_len);

G_END_DECLS
