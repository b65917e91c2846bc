/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/bzg-crypto.h"

G_BEGIN_DECLS

/* XAES-256-GCM under one key with its cipher handles kept: for one thread at a time. */
typedef struct _BzgXaes BzgXaes;

/* NULL when secure memory is exhausted. */
BzgXaes *bzg_xaes_new (const guint8 key[32]);
void bzg_xaes_free (BzgXaes *self);
/* @out may be @in. Decrypting: FALSE means that it is not authentic, and nothing else; a cipher
 * that does not work ends the program. */
gboolean bzg_xaes_encrypt (BzgXaes *self,
                           const guint8 nonce[24],
                           gconstpointer aad,
                           gsize aad_len,
                           gconstpointer in,
                           gpointer out,
                           gsize len,
                           guint8 tag[16]);
gboolean bzg_xaes_decrypt (BzgXaes *self,
                           const guint8 nonce[24],
                           gconstpointer aad,
                           gsize aad_len,
                           gconstpointer in,
                           gpointer out,
                           gsize len,
                           const guint8 tag[16]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgXaes, bzg_xaes_free)

/* AES-256-XTS with a 512-bit key, for the frame headers of the log. */
typedef struct _BzgXts BzgXts;
BzgXts *bzg_xts_new (const guint8 key[64]);
void bzg_xts_free (BzgXts *self);
/* Ends the program if it cannot. */
void
bzg_xts_crypt (BzgXts *self, gboolean encrypt, const guint8 tweak[16], gpointer data, gsize len);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgXts, bzg_xts_free)

/* A fresh 192-bit nonce. Safe across fork() and, by the clock in its first half, across a resumed
 * or copied virtual machine. */
void bzg_nonce (guint8 nonce[24]);

/* Argon2id, version 1.3. @key and @ad may be NULL. FALSE when the memory cannot be had. */
gboolean bzg_argon2id (gconstpointer pass,
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
                       gsize out_len);

/* HMAC-SHA256 in pieces. */
typedef struct _BzgHmac BzgHmac;
BzgHmac *bzg_hmac_new (gconstpointer key, gsize key_len);
void bzg_hmac_update (BzgHmac *self, gconstpointer data, gsize len);
void bzg_hmac_finish (BzgHmac *self, guint8 out[BZG_HASH_SIZE]); /* frees @self */

/* Secure memory, zeroed; NULL when exhausted. Freed (and wiped) with bzg_secure_free(). */
gpointer bzg_secure_alloc (gsize len);
void bzg_secure_free (gpointer data);

/* Opens libgcrypt; called by bzg_vault_init() and by every function of this room at need. */
void bzg_crypto_init (void);

G_END_DECLS
