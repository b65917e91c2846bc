/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * codex32 (BIP-93) with any human-readable part: a secret or a share of it in letters that are hard
 * to confuse, under a checksum that finds every error of up to 8 characters.
 */

#define BZG_CODEX32_MAX 92 /* characters without the final NUL */

typedef struct
{
  int threshold; /* 0 for an unshared secret, else 2..9 */
  char id[5];    /* 4 characters */
  char index;    /* 's' for the secret */
  guint8 data[32];
  gsize len;          /* bytes of @data; 0 for a share, whose values mean nothing alone */
  guint8 symbols[52]; /* the payload as 5-bit values */
  gsize n_symbols;
} BzgCodex32;

/* Writes hrp + "1" + ... + checksum in lower case. @len 16..32. @id may be NULL: random. */
gboolean bzg_codex32_encode (
  const char *hrp, const char *id, const guint8 *data, gsize len, char out[BZG_CODEX32_MAX + 1]);

/* Upper or lower case, with spaces and hyphens anywhere; letters typed in a Cyrillic layout are
 * taken by the place of their key. FALSE when the checksum or anything else is wrong. */
gboolean bzg_codex32_decode (const char *hrp, const char *text, BzgCodex32 *out);

/* Parts a secret into @n shares under a new random id, any @threshold of which give it back; fewer
 * say nothing about it. @threshold 2..9, @n up to 16. */
void bzg_codex32_split (const char *hrp,
                        const guint8 *data,
                        gsize len,
                        int threshold,
                        guint n,
                        char out[][BZG_CODEX32_MAX + 1]);

/* From @n shares of one set, the share @index ('s' = the secret). FALSE when they do not fit. */
gboolean bzg_codex32_combine (const BzgCodex32 *shares, gsize n, char index, BzgCodex32 *out);

G_END_DECLS
