/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "vault/bzg-crypto.h"
#include "vault/bzg-secret.h"
#include "vault/bzg-vault.h"

G_BEGIN_DECLS

/*
 * The 64 KiB in front of page 1. docs/file-format.md is the specification; all numbers are
 * little-endian.
 */
#define BZG_PAGE_SIZE 4096
#define BZG_RESERVE 40 /* 24 nonce, 16 tag at the end of each page */
#define BZG_BODY_SIZE (BZG_PAGE_SIZE - BZG_RESERVE)
#define BZG_HEADER_SIZE 65536
#define BZG_KEY_BLOCK_SIZE 16384
#define BZG_STATE_OFFSET 32768
#define BZG_STATE_SIZE 4096
#define BZG_LOCK_PAGE 262145u /* SQLite never uses the page that holds its lock bytes */

#define BZG_SLOTS 32
#define BZG_SLOT_SIZE 256

#define BZG_FORMAT_MAJOR 1
#define BZG_FORMAT_READER 1 /* the lowest reader that may open what we write */
#define BZG_CIPHER_XAES_256_GCM 1

typedef struct
{
  guint32 passes, memory_kib, lanes; /* lanes 0: set unused */
  guint8 salt[32];
} BzgKdfSet;

/* Sub-keys of the master key; kept in secure memory. */
typedef struct
{
  guint8 page[32], log[32], log_header[64], header[32], state[32], seal[32], recipients[32], id[16];
} BzgKeys;

/* A key block in memory is its bytes; the functions below read and write them. */
typedef struct
{
  guint8 block[BZG_KEY_BLOCK_SIZE];
} BzgHeader;

typedef struct
{
  guint64 sequence;
  guint64 generation;      /* of the log */
  guint8 salts[8];         /* in the header of that log */
  guint64 covered;         /* F: frames whose pages the root leaves out */
  guint64 mark;            /* frames known to be durable, all ending in a commit; >= F */
  guint32 n_pages;         /* P */
  guint8 root[32];         /* R */
  guint64 header_sequence; /* the key block is at least this new */
  guint64 change;          /* commits since the file was made, up to the mark */
} BzgState;

/* What one way in gives. Lives in secure memory. */
typedef struct
{
  guint8 mk[32];
  guint8 seed[32];
  guint8 user_id[16];
  int slot;
} BzgUnlocked;

typedef enum
{
  BZG_BLOCK_GOOD,
  BZG_BLOCK_DAMAGED,
  BZG_BLOCK_NEWER,
  BZG_BLOCK_FOREIGN, /* no magic */
} BzgBlockState;

/* bzg-header.c */
void bzg_header_init (BzgHeader *self);
BzgBlockState bzg_header_check (const BzgHeader *self);
guint64 bzg_header_sequence (const BzgHeader *self);
void bzg_header_set_sequence (BzgHeader *self, guint64 sequence);
guint8 *bzg_header_casebook_id (BzgHeader *self);
guint8 *bzg_header_database_id (BzgHeader *self);
int bzg_header_current_set (const BzgHeader *self);
void bzg_header_get_set (const BzgHeader *self, int set, BzgKdfSet *out);
void bzg_header_put_set (BzgHeader *self, int set, const BzgKdfSet *in);
guint8 *bzg_header_slot (BzgHeader *self, int number);
#define BZG_RECIPIENT_SIZE 72
guint8 *bzg_header_recipient (BzgHeader *self, int number);
int bzg_header_free_slot (BzgHeader *self);
int bzg_header_count (BzgHeader *self, BzgSlotKind kind);
/* Checksum and MAC over what stands in the block. */
void bzg_header_finish (BzgHeader *self, const BzgKeys *keys);
gboolean bzg_header_authentic (const BzgHeader *self, const BzgKeys *keys);
void bzg_header_derive (BzgHeader *self, const guint8 mk[32], BzgKeys *keys);
/* Writes the block with the next sequence number: the older copy, flush, read back, then the other.
 * On failure the copy that was in force is still whole. */
gboolean bzg_header_store (BzgHeader *self, int fd, const BzgKeys *keys, GError **error);

void bzg_state_encode (const BzgState *self, const BzgKeys *keys, guint8 out[BZG_STATE_SIZE]);
gboolean bzg_state_decode (const guint8 in[BZG_STATE_SIZE], const BzgKeys *keys, BzgState *out);

/* TRUE if a state record seems to stand in the file; needs no key. */
gboolean bzg_state_present (int fd);

/* bzg-kdf.c */
gboolean bzg_kdf_choose (const BzgVaultKdf *wanted, BzgKdfSet *out, GError **error);
gboolean bzg_kdf_acceptable (const BzgKdfSet *set);
gboolean bzg_kdf_derive (const BzgKdfSet *set,
                         const char *name,
                         const BzgSecret *passphrase,
                         guint8 out[64],
                         GError **error);

/* bzg-slots.c. @ikm is what bzg_kdf_derive() gave for the KDF set of the slot, or the bytes of a
 * recovery code; @keys those of @header. */
void bzg_slot_write (BzgHeader *header,
                     const BzgKeys *keys,
                     int number,
                     BzgSlotKind kind,
                     int set,
                     gconstpointer ikm,
                     gsize ikm_len,
                     const BzgUnlocked *content);
gboolean bzg_slot_find (
  BzgHeader *header, BzgSlotKind kind, int set, gconstpointer ikm, gsize ikm_len, int *number);
gboolean
bzg_slot_open (BzgHeader *header, int number, gconstpointer ikm, gsize ikm_len, BzgUnlocked *out);
void bzg_slot_clear (BzgHeader *header, int number);
/* The slot of somebody who has an X25519 secret and nothing in this file but the box. @recipient:
 * its public key, of which bzg_x25519_shared() must be TRUE. */
void bzg_slot_write_office (BzgHeader *header,
                            const BzgKeys *keys,
                            int number,
                            const guint8 recipient[32],
                            const guint8 mk[32]);
/* Tries every such slot; no user and no seed come of it. */
gboolean bzg_slot_open_office (BzgHeader *header, const guint8 secret[32], BzgUnlocked *out);
/* Whose slot @number is; FALSE if that cannot be read. */
gboolean
bzg_slot_recipient (BzgHeader *header, const BzgKeys *keys, int number, guint8 recipient[32]);
/* Boxes another master key for the owner of slot @number. @header says whose it was, @changed
 * carries the new database id; FALSE if the recipient's key cannot be read. */
gboolean bzg_slot_rebox (BzgHeader *header,
                         const BzgKeys *keys,
                         BzgHeader *changed,
                         const BzgKeys *changed_keys,
                         int number,
                         const guint8 mk[32]);
void bzg_seed_secret (const guint8 seed[32], const char *purpose, guint8 out[32]);

static inline void
bzg_put16 (guint8 *p, guint16 v)
{
  p[0] = (guint8) v;
  p[1] = (guint8) (v >> 8);
}

static inline void
bzg_put32 (guint8 *p, guint32 v)
{
  bzg_put16 (p, (guint16) v);
  bzg_put16 (p + 2, (guint16) (v >> 16));
}

static inline void
bzg_put64 (guint8 *p, guint64 v)
{
  bzg_put32 (p, (guint32) v);
  bzg_put32 (p + 4, (guint32) (v >> 32));
}

static inline guint16
bzg_get16 (const guint8 *p)
{
  return (guint16) (p[0] | p[1] << 8);
}

static inline guint32
bzg_get32 (const guint8 *p)
{
  return bzg_get16 (p) | (guint32) bzg_get16 (p + 2) << 16;
}

static inline guint64
bzg_get64 (const guint8 *p)
{
  return bzg_get32 (p) | (guint64) bzg_get32 (p + 4) << 32;
}

G_END_DECLS
