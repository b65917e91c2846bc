/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "vault/bzg-secret.h"

G_BEGIN_DECLS

/*
 * Secrets on paper: 160 random bits in codex32 letters, whole on one slip or in three shares of
 * which any two give them back. Each kind begins with letters of its own, which the checksum
 * covers, so that one is never taken for the other.
 */
typedef enum
{
  BZG_PAPER_CASEBOOK, /* "BZ1...": opens the casebook when every passphrase is lost */
  BZG_PAPER_SECTIONS, /* "BS1...": opens the sealed sections of an open casebook */
  BZG_PAPER_OFFICE,   /* "BO1...": the key of the office, opens every casebook that let it in */
  BZG_PAPER_ROOT,     /* "BR1...": signs which key is the office's */
} BzgPaperKind;

#define BZG_PAPER_BYTES 20
#define BZG_PAPER_SHARES 3

/* What has been typed of a code, or of shares parted by lines, commas or semicolons: wrong or not
 * whole yet (the checksum does not fit), a share that needs another of its set, or whole. Tells
 * while it is typed, and nothing about any file. Any case, spaces ignored, letters of a Cyrillic
 * layout taken by their keys. */
typedef enum
{
  BZG_PAPER_WRONG,
  BZG_PAPER_MORE,
  BZG_PAPER_WHOLE,
} BzgPaperState;
BzgPaperState bzg_paper_state (BzgPaperKind kind, const char *text);
/* The same of whichever kind it is, which is written to @kind unless it is wrong. */
BzgPaperState bzg_paper_state_any (const char *text, BzgPaperKind *kind);

/* The bits of a whole code. FALSE for everything else. Wipe @out. */
gboolean bzg_paper_parse (BzgPaperKind kind, const char *text, guint8 out[BZG_PAPER_BYTES]);
/* The key of 32 bytes that a paper is written for: an X25519 secret, of a root an Ed25519 seed; not
 * for BZG_PAPER_CASEBOOK, whose slots take the bits. NULL: not a whole code of this kind, or secure
 * memory is exhausted. */
BzgSecret *bzg_paper_key (BzgPaperKind kind, const char *text);
/* A fresh code, or BZG_PAPER_SHARES shares of one, as printed, in groups of four; and a NULL. It
 * opens nothing until something is made for it. Give back with bzg_paper_free(). */
char **bzg_paper_new (BzgPaperKind kind, gboolean shares);
/* The same of bits that are there already. */
char **bzg_paper_write (BzgPaperKind kind, const guint8 bytes[BZG_PAPER_BYTES], gboolean shares);
/* The Latin letter on the key that gives the small letter @c in a Russian or Tajik layout; else @c.
 */
gunichar bzg_latin_key (gunichar c);
/* Wipes and frees. */
void bzg_paper_free (char **codes);

G_END_DECLS
