/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/bzg-paper.h"

#include <string.h>

#include "vault/bzg-codex32-private.h"
#include "vault/bzg-crypto.h"

/*
 * What is written on paper for the day on which every passphrase, or every holder of a section's
 * key, is lost: 160 random bits in
 * codex32 letters, whole on one slip, or in three shares of which any two give them back and one
 * alone says nothing, not even to somebody with all the time there is. The slot in the file knows
 * only the 160 bits, not how they were handed out.
 */

#define THRESHOLD 2

static const char *const hrps[] = { [BZG_PAPER_CASEBOOK] = "bz",
                                    [BZG_PAPER_SECTIONS] = "bs",
                                    [BZG_PAPER_OFFICE] = "bo",
                                    [BZG_PAPER_ROOT] = "br" };

static const char *const labels[] = { [BZG_PAPER_SECTIONS] = "bozgasht/1 section paper",
                                      [BZG_PAPER_OFFICE] = "bozgasht/1 office paper",
                                      [BZG_PAPER_ROOT] = "bozgasht/1 office root" };

/* Upper case is easier to read on paper; groups of four after "BZ1". */
static char *
print_code (const char *text)
{
  GString *printed = g_string_sized_new (80);

  for (gsize i = 0; text[i] != '\0'; i++)
    {
      if (i >= 3 && (i - 3) % 4 == 0)
        g_string_append_c (printed, ' ');
      g_string_append_c (printed, g_ascii_toupper (text[i]));
    }
  return g_string_free (printed, FALSE);
}

char **
bzg_paper_write (BzgPaperKind kind, const guint8 bytes[BZG_PAPER_BYTES], gboolean shares)
{
  char texts[BZG_PAPER_SHARES][BZG_CODEX32_MAX + 1];
  guint n = shares ? BZG_PAPER_SHARES : 1;
  char **printed = g_new0 (char *, n + 1);

  if (shares)
    bzg_codex32_split (hrps[kind], bytes, BZG_PAPER_BYTES, THRESHOLD, n, texts);
  else
    bzg_codex32_encode (hrps[kind], NULL, bytes, BZG_PAPER_BYTES, texts[0]);
  for (guint i = 0; i < n; i++)
    printed[i] = print_code (texts[i]);
  bzg_wipe (texts, sizeof texts);
  return printed;
}

char **
bzg_paper_new (BzgPaperKind kind, gboolean shares)
{
  guint8 bytes[BZG_PAPER_BYTES];
  char **printed;

  bzg_random (bytes, sizeof bytes);
  printed = bzg_paper_write (kind, bytes, shares);
  bzg_wipe (bytes, sizeof bytes);
  return printed;
}

void
bzg_paper_free (char **codes)
{
  for (char **code = codes; code != NULL && *code != NULL; code++)
    bzg_wipe_free (*code);
  g_free (codes);
}

/* The one string of @text, in however many lines, or every string of it, which lines, commas and
 * semicolons part. FALSE if one is no codex32. */
static gboolean
decode_all (BzgPaperKind kind, const char *text, BzgCodex32 *out, guint *n)
{
  g_auto (GStrv) pieces = g_strsplit_set (text, "\n,;", -1);
  gboolean ok = TRUE;

  *n = 1;
  if (bzg_codex32_decode (hrps[kind], text, &out[0]))
    return TRUE;
  *n = 0;
  for (guint i = 0; pieces[i] != NULL && ok; i++)
    {
      const char *p = pieces[i];

      while (g_ascii_isspace (*p))
        p++;
      if (*p != '\0')
        {
          ok = *n < BZG_PAPER_SHARES && bzg_codex32_decode (hrps[kind], p, &out[*n]);
          *n += ok;
        }
    }
  for (guint i = 0; pieces[i] != NULL; i++)
    bzg_wipe (pieces[i], strlen (pieces[i]));
  return ok && *n > 0;
}

/* The first two that are of one set, whichever stand before and between them. */
static gboolean
combine_any (const BzgCodex32 *codes, guint n, BzgCodex32 *whole)
{
  for (guint i = 0; i < n; i++)
    for (guint j = i + 1; j < n; j++)
      {
        BzgCodex32 pair[THRESHOLD] = { codes[i], codes[j] };
        gboolean ok = bzg_codex32_combine (pair, THRESHOLD, 's', whole);

        bzg_wipe (pair, sizeof pair);
        if (ok)
          return TRUE;
      }
  return FALSE;
}

static BzgPaperState
read_code (BzgPaperKind kind, const char *text, guint8 out[BZG_PAPER_BYTES])
{
  BzgCodex32 codes[BZG_PAPER_SHARES];
  BzgCodex32 whole = { 0 };
  BzgPaperState state = BZG_PAPER_WRONG;
  guint n;

  if (decode_all (kind, text, codes, &n))
    {
      if (codes[0].threshold == 0)
        {
          if (n == 1)
            whole = codes[0];
        }
      else if (codes[0].index == 's' || codes[0].threshold != THRESHOLD)
        ; /* none of ours */
      else if (n < THRESHOLD)
        state = BZG_PAPER_MORE;
      else if (!combine_any (codes, n, &whole))
        whole.len = 0; /* of two sets, or the same share twice */
      if (whole.len == BZG_PAPER_BYTES)
        {
          memcpy (out, whole.data, BZG_PAPER_BYTES);
          state = BZG_PAPER_WHOLE;
        }
    }
  bzg_wipe (codes, sizeof codes);
  bzg_wipe (&whole, sizeof whole);
  return state;
}

gboolean
bzg_paper_parse (BzgPaperKind kind, const char *text, guint8 out[BZG_PAPER_BYTES])
{
  return read_code (kind, text, out) == BZG_PAPER_WHOLE;
}

BzgSecret *
bzg_paper_key (BzgPaperKind kind, const char *text)
{
  guint8 bytes[BZG_PAPER_BYTES], key[32];
  BzgSecret *secret = NULL;

  g_return_val_if_fail (kind != BZG_PAPER_CASEBOOK, NULL);

  if (bzg_paper_parse (kind, text, bytes))
    {
      bzg_hkdf_sha256 (NULL, 0, bytes, sizeof bytes, labels[kind], strlen (labels[kind]), key,
                       sizeof key);
      secret = bzg_secret_new (key, sizeof key);
    }
  bzg_wipe (bytes, sizeof bytes);
  bzg_wipe (key, sizeof key);
  return secret;
}

BzgPaperState
bzg_paper_state (BzgPaperKind kind, const char *text)
{
  guint8 bytes[BZG_PAPER_BYTES];
  BzgPaperState state = read_code (kind, text, bytes);

  bzg_wipe (bytes, sizeof bytes);
  return state;
}

BzgPaperState
bzg_paper_state_any (const char *text, BzgPaperKind *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (hrps); i++)
    {
      BzgPaperState state = bzg_paper_state (i, text);

      if (state != BZG_PAPER_WRONG)
        {
          *kind = i;
          return state;
        }
    }
  return BZG_PAPER_WRONG;
}
