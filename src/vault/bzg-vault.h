/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

#include "vault/bzg-paper.h"
#include "vault/bzg-secret.h"

G_BEGIN_DECLS

/*
 * A casebook file: encrypted pages, key slots, seal. One BzgVault is one open file; it is opened by
 * one process at a time (BZG_ERROR_IN_USE otherwise) and gives any number of SQLite connections,
 * one per thread. See docs/file-format.md.
 */
typedef struct _BzgVault BzgVault;

/* In the environment of a test that links the vault, "1" lifts the floor of the key derivation and
 * makes it cheap. The programs take it out of their environment before anything else: nobody makes
 * a weak casebook for somebody by setting a variable. */
#define BZG_CHEAP_KDF "BOZGASHT_CHEAP_KDF"

typedef struct
{
  guint32 memory_kib; /* 0 = calibrated default */
  guint32 passes;
  guint32 lanes;
} BzgVaultKdf;

/* Which way in a slot is; the numbers are written in the file. */
typedef enum
{
  BZG_SLOT_PASSPHRASE = 1,
  BZG_SLOT_RECOVERY = 2,
  BZG_SLOT_OFFICE = 3,
} BzgSlotKind;

typedef struct
{
  int number; /* 0..31 */
  BzgSlotKind kind;
  guint8 user_id[16]; /* of a passphrase; known only while that slot was used to open */
} BzgSlotInfo;

/* Creates @path (refuses to overwrite: BZG_ERROR_EXISTS) with one passphrase slot for @user_id.
 * @kdf may be NULL for the default. The file is complete and durable when this returns. */
BzgVault *bzg_vault_create (const char *path,
                            const char *user_name,
                            const BzgSecret *passphrase,
                            const guint8 user_id[16],
                            const BzgVaultKdf *kdf,
                            GError **error);

/* The same for a record that exists already (a restore): the file keeps the casebook id of the
 * record, with which its history begins. @casebook_id NULL: a new one. */
BzgVault *bzg_vault_create_for (const char *path,
                                const char *user_name,
                                const BzgSecret *passphrase,
                                const guint8 user_id[16],
                                const guint8 *casebook_id,
                                const BzgVaultKdf *kdf,
                                GError **error);

/* Opens with a name and passphrase. Unknown user and wrong passphrase both give
 * BZG_ERROR_PASSPHRASE after the same work. */
BzgVault *bzg_vault_open (const char *path,
                          const char *user_name,
                          const BzgSecret *passphrase,
                          GCancellable *cancellable,
                          GError **error);

/* Opens with a recovery code as printed on the slip (codex32, any case, spaces ignored), or with
 * two shares. */
BzgVault *bzg_vault_open_recovery (const char *path,
                                   const char *code,
                                   GCancellable *cancellable,
                                   GError **error);

/* Opens with the X25519 secret (32 bytes) behind the key that bzg_vault_set_office() was given. */
BzgVault *bzg_vault_open_office (const char *path,
                                 const BzgSecret *key,
                                 GCancellable *cancellable,
                                 GError **error);

/* Checkpoints, seals, wipes all keys and frees; beside a file of 1 GiB or more it leaves the tags
 * of its pages (path + "-tags", a hint that may be lost). All connections must have been closed
 * before. FALSE when the last checkpoint could not be made durable (nothing acknowledged is lost:
 * it is in the log). @self is freed in every case. */
gboolean bzg_vault_close (BzgVault *self, GError **error);

/* A configured connection (foreign keys on, WAL, synchronous=FULL, DEFENSIVE, trusted_schema off,
 * secure_delete on, no ATTACH, no extensions, temp in memory); NOMUTEX: for one thread at a time.
 * Close it with sqlite3_close_v2() before bzg_vault_close(). */
sqlite3 *bzg_vault_connect (BzgVault *self, gboolean read_only, GError **error);

const char *bzg_vault_path (BzgVault *self);
const guint8 *bzg_vault_casebook_id (BzgVault *self); /* 16 bytes, for ever the same */
const guint8 *bzg_vault_database_id (BzgVault *self); /* 16 bytes, new at each rekey */
/* 16 bytes derived from the master key. With the database id and the numbers below, what a computer
 * should remember outside the file: another id without a rekey of ours means a forged file, lower
 * numbers mean that an older copy of the whole set was put back. */
const guint8 *bzg_vault_master_key_id (BzgVault *self);
/* Commits since the file was made, as last recorded; @state_sequence (may be NULL) counts the state
 * records and never goes back. */
guint64 bzg_vault_change_number (BzgVault *self, guint64 *state_sequence);
/* The user whose slot opened the file: id (16 bytes; zero for recovery and the office), own seed
 * (32 bytes, for signatures and section grants), NULL for recovery and the office. */
const guint8 *bzg_vault_user_id (BzgVault *self);
const BzgSecret *bzg_vault_user_seed (BzgVault *self);
/* X25519 public key of a user seed (bzg_crypto); stored by the casebook so that rekey can box. */
void bzg_vault_seed_keys (const BzgSecret *seed, guint8 box_public[32], guint8 sign_public[32]);
/* The 32-byte secret behind the public keys: @purpose "box" (X25519) or "sign" (Ed25519 seed). */
BzgSecret *bzg_vault_seed_secret (const BzgSecret *seed, const char *purpose);

/* Human-readable reports of the last open that the person should see (log tail discarded, key block
 * repaired ...): BzgErrorCode-like numbers are not errors here; NULL-terminated English sentences
 * keyed for translation. Never NULL. */
const char *const *bzg_vault_notices (BzgVault *self);

typedef void (*BzgProgress) (double fraction, gpointer data); /* 0..1, any thread */

/* Keys. Each is durable at return (both key-block copies). */
gboolean bzg_vault_add_user (BzgVault *self,
                             const char *user_name,
                             const BzgSecret *passphrase,
                             const guint8 user_id[16],
                             guint8 box_public[32],
                             GError **error);
/* A new passphrase and new keys for whoever had slot @number, in one step: a recovery. */
gboolean bzg_vault_replace_user (BzgVault *self,
                                 int number,
                                 const char *user_name,
                                 const BzgSecret *passphrase,
                                 const guint8 user_id[16],
                                 guint8 box_public[32],
                                 GError **error);
gboolean bzg_vault_change_passphrase (BzgVault *self,
                                      const char *user_name,
                                      const BzgSecret *old_passphrase,
                                      const BzgSecret *new_passphrase,
                                      GError **error);
gboolean bzg_vault_remove_slot (BzgVault *self, int number, GError **error);
/* Removes the passphrase slot that was written for @user_id. Slots carry the id sealed, so the
 * casebook keeps slot numbers beside its user table: see bzg_vault_last_slot(). */
int bzg_vault_last_slot (BzgVault *self); /* number used by the last create/add, -1 if none */
/* A new recovery slot; returns the code to put on paper. Wipe it. */
char *bzg_vault_add_recovery (BzgVault *self, GError **error);
/* The same in BZG_PAPER_SHARES shares, any two of which open the file; one alone says nothing. Give
 * back with bzg_paper_free(). */
char **bzg_vault_add_recovery_shares (BzgVault *self, GError **error);
/* TRUE if @code (or shares) opens this file: the read-back of the slip. */
gboolean bzg_vault_check_recovery (BzgVault *self, const char *code);
/* A way in for whoever has the X25519 secret behind @recipient (32 bytes, public), in place of
 * every earlier one for the office: there is to be at most one. Nothing about that secret can be
 * tried here; the box is read back, not opened. BZG_ERROR_MALFORMED: not a usable key;
 * BZG_ERROR_USAGE: no slot is free. */
gboolean bzg_vault_set_office (BzgVault *self, const guint8 recipient[32], GError **error);
/* For whom it is, and in which slot. FALSE with @number -1: the office has no way in; with another
 * @number: it has more than one, or one that cannot be read, which this program does not make. */
gboolean bzg_vault_office (BzgVault *self, guint8 recipient[32], int *number);
/* Removes every way in of the office. */
gboolean bzg_vault_remove_office (BzgVault *self, GError **error);
/* A new master key and database id: all pages are encrypted anew, in a file beside the old one that
 * then takes its place (twice the space is needed). The slots whose bit is set in @keep_slots open
 * it with unchanged passphrases and codes, the others are gone; the last passphrase slot and the
 * last recovery slot cannot go. All connections must be closed; on failure the file is as it was.
 * One failure is later: the folder could not be flushed after the new file took its place; then the
 * vault has the new key (bzg_vault_database_id()), and a power cut may bring the old file back
 * whole. To be done whenever a person leaves: a removed slot alone does not stop somebody who kept
 * a copy.
 */
gboolean bzg_vault_rekey (BzgVault *self,
                          guint32 keep_slots,
                          BzgProgress progress,
                          gpointer data,
                          GCancellable *cancellable,
                          GError **error);
/* A copy of the key block, to be kept outside the file (in the state directory) and replaced
 * whenever its sequence number, written to @sequence, has grown: both copies in the file lie in its
 * first 32 KiB and can die together. It is as secret as the file. */
GBytes *bzg_vault_key_block (BzgVault *self, guint64 *sequence);
/* TRUE if the file at @path, closed, can be read and neither copy of its key block is whole. */
gboolean bzg_vault_key_blocks_are_lost (const char *path);
/* Puts such a copy back into a file whose own copies are both damaged; refuses while one of them is
 * whole (BZG_ERROR_EXISTS). It has to be asked first: an old copy knows people removed since, which
 * opening then refuses (BZG_ERROR_ROLLBACK). */
gboolean bzg_vault_restore_key_block (const char *path, GBytes *block, GError **error);
GArray *bzg_vault_list_slots (BzgVault *self); /* BzgSlotInfo */

/* Reads every page and the seal; BZG_ERROR_DAMAGED or BZG_ERROR_ROLLBACK names the first fault. */
gboolean bzg_vault_verify (
  BzgVault *self, BzgProgress progress, gpointer data, GCancellable *cancellable, GError **error);

/* The plain SQLite image of one consistent moment, page by page, never touching the disk: for the
 * backup. Page 1 says journal mode DELETE (bytes 18/19 = 1) so that stock SQLite opens it
 * read-only.
 * @writer, if given, is the casebook's writer connection on the thread of the caller and without an
 * open transaction; NULL lets the vault use a connection of its own, and then any thread may call.
 * Other connections may write meanwhile: what they commit stays in the log until this is done.
 * @sink gets consecutive pieces; FALSE from it stops. */
typedef gboolean (*BzgImageSink) (gconstpointer data,
                                  gsize len,
                                  gpointer user_data,
                                  GError **error);
gboolean bzg_vault_read_image (BzgVault *self,
                               sqlite3 *writer,
                               BzgImageSink sink,
                               gpointer user_data,
                               guint64 *size,
                               GCancellable *cancellable,
                               GError **error);

/* Replaces the (empty) database of a freshly created vault by a plain image as written by
 * bzg_vault_read_image(). @source fills @buffer with up to @len bytes, returns 0 at the end, -1 on
 * error. The image is integrity-checked before this returns TRUE. No connection may be open. After
 * FALSE the file is of no use: make the vault under a temporary name, rename it after
 * bzg_vault_close(). */
typedef gssize (*BzgImageSource) (gpointer buffer, gsize len, gpointer user_data, GError **error);
gboolean bzg_vault_write_image (BzgVault *self,
                                BzgImageSource source,
                                gpointer user_data,
                                GCancellable *cancellable,
                                GError **error);

/* Opens a plain image held in memory (read-only): to prove a backup. @image must outlive the
 * connection. Close it with sqlite3_close_v2(). */
sqlite3 *bzg_vault_open_image (const guint8 *image, gsize len, GError **error);

G_END_DECLS
