/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "vault/bzg-secret.h"

G_BEGIN_DECLS

/*
 * Signatures of files in the format of minisign (prehashed, "ED"), which anybody can check with
 * that program: `minisign -Vm FILE -P KEY`. The signature of FILE is the file FILE.minisig. A key's
 * number, by which people tell keys apart, is the beginning of the SHA-256 of the public key; keys
 * made by minisign have random ones, and are read too.
 */

#define BZG_MINISIGN_HASH_SIZE 64 /* BLAKE2b-512 of the file */
#define BZG_MINISIGN_MAX 16384    /* bytes of a signature file that is read */

void bzg_minisign_number (const guint8 key[32], guint8 number[8]); /* of one of ours */
/* "RWQ…", as minisign's option -P takes it. (transfer full) */
char *bzg_minisign_public_text (const guint8 key[32]);
/* Reads that, or the content of a `.pub` file. @number may be NULL. */
gboolean bzg_minisign_parse_public (const char *text, guint8 key[32], guint8 number[8]);

/* The content of FILE.minisig. @seed: Ed25519, 32 bytes; @comment: one line that is signed too.
 * NULL: not one line. */
char *bzg_minisign_sign (const BzgSecret *seed,
                         const guint8 hash[BZG_MINISIGN_HASH_SIZE],
                         const char *comment);
/* TRUE if @text is a signature of that file by that key; *@comment (may be NULL, transfer full)
 * gets the line that was signed with it. @number: of the key, NULL for one of ours.
 * BZG_ERROR_MALFORMED: no such signature; BZG_ERROR_DAMAGED: of another file or key, or changed. */
gboolean bzg_minisign_verify (const char *text,
                              const guint8 hash[BZG_MINISIGN_HASH_SIZE],
                              const guint8 key[32],
                              const guint8 *number,
                              char **comment,
                              GError **error);

G_END_DECLS
