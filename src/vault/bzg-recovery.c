/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "vault/bzg-codex32-private.h"
#include "vault/bzg-crypto.h"
#include "vault/bzg-header-private.h"
#include "vault/bzg-vault.h"

/*
 * What is written on paper for the day on which every passphrase is lost: 160 random bits in
 * codex32 letters, whole on one slip, or in three shares of which any two give them back and one
 * alone says nothing, not even to somebody with all the time there is. The slot in the file knows
 * only the 160 bits, not how they were handed out.
 */

#define THRESHOLD 2

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

char *
bzg_recovery_write (const guint8 bytes[BZG_RECOVERY_BYTES])
{
  char text[BZG_CODEX32_MAX + 1];
  char *printed = NULL;

  bzg_codex32_encode (BZG_HRP, NULL, bytes, BZG_RECOVERY_BYTES, text);
  printed = print_code (text);
  bzg_wipe (text, sizeof text);
  return printed;
}

char **
bzg_recovery_write_shares (const guint8 bytes[BZG_RECOVERY_BYTES])
{
  char texts[BZG_RECOVERY_SHARES][BZG_CODEX32_MAX + 1];
  char **printed = g_new0 (char *, BZG_RECOVERY_SHARES + 1);

  bzg_codex32_split (BZG_HRP, bytes, BZG_RECOVERY_BYTES, THRESHOLD, BZG_RECOVERY_SHARES, texts);
  for (guint i = 0; i < BZG_RECOVERY_SHARES; i++)
    printed[i] = print_code (texts[i]);
  bzg_wipe (texts, sizeof texts);
  return printed;
}

/* The one string of @text, in however many lines, or every string of it, which lines, commas and
 * semicolons part. FALSE if one is no codex32. */
static gboolean
decode_all (const char *text, BzgCodex32 *out, guint *n)
{
  g_auto (GStrv) pieces = g_strsplit_set (text, "\n,;", -1);
  gboolean ok = TRUE;

  *n = 1;
  if (bzg_codex32_decode (BZG_HRP, text, &out[0]))
    return TRUE;
  *n = 0;
  for (guint i = 0; pieces[i] != NULL && ok; i++)
    {
      const char *p = pieces[i];

      while (g_ascii_isspace (*p))
        p++;
      if (*p != '\0')
        {
          ok = *n < BZG_RECOVERY_SHARES && bzg_codex32_decode (BZG_HRP, p, &out[*n]);
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

static BzgRecoveryState
read_code (const char *text, guint8 out[BZG_RECOVERY_BYTES])
{
  BzgCodex32 codes[BZG_RECOVERY_SHARES];
  BzgCodex32 whole = { 0 };
  BzgRecoveryState state = BZG_RECOVERY_WRONG;
  guint n;

  if (decode_all (text, codes, &n))
    {
      if (codes[0].threshold == 0)
        {
          if (n == 1)
            whole = codes[0];
        }
      else if (codes[0].index == 's' || codes[0].threshold != THRESHOLD)
        ; /* none of ours */
      else if (n < THRESHOLD)
        state = BZG_RECOVERY_MORE;
      else if (!combine_any (codes, n, &whole))
        whole.len = 0; /* of two sets, or the same share twice */
      if (whole.len == BZG_RECOVERY_BYTES)
        {
          memcpy (out, whole.data, BZG_RECOVERY_BYTES);
          state = BZG_RECOVERY_WHOLE;
        }
    }
  bzg_wipe (codes, sizeof codes);
  bzg_wipe (&whole, sizeof whole);
  return state;
}

gboolean
bzg_recovery_parse (const char *text, guint8 out[BZG_RECOVERY_BYTES])
{
  return read_code (text, out) == BZG_RECOVERY_WHOLE;
}

BzgRecoveryState
bzg_vault_recovery_state (const char *text)
{
  guint8 bytes[BZG_RECOVERY_BYTES];
  BzgRecoveryState state = read_code (text, bytes);

  bzg_wipe (bytes, sizeof bytes);
  return state;
}
