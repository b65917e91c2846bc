/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "edits.h"
#include "vault/bzg-codex32-private.h"
#include "vault/bzg-header-private.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/*
 * Recovery codes and shares as somebody types them, one a line; a line that ends in "!" is given
 * the checksum that fits it, or nothing would ever be accepted. What is accepted is what the coder
 * writes for the same content, and is refused with one letter changed; what is put together from
 * accepted shares is of their size.
 */

enum
{
  LINES = 9,
  CHECKSUM = 13
};

/* BIP-93, written once more. */
static void
fit_checksum (char *code)
{
  static const char charset[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  static const guint64 generator[5][2] = { { 1, 0x9DC500CE73FDE210 },
                                           { 1, 0xBFAE00DEF77FE529 },
                                           { 1, 0xFBD920FFFE7BEE52 },
                                           { 1, 0x739640BDEEE3FDAD },
                                           { 0, 0x7729A039CFC75F5A } };
  static const guint8 prefix[] = { 3, 3, 0, 2, 26 }; /* "bz" */
  __extension__ unsigned __int128 residue = 1, one = 1;
  gsize n = strlen (code);

  for (gsize i = 0; i < sizeof prefix + n - 3; i++)
    {
      const char *c = i < sizeof prefix ? NULL
                      : i - sizeof prefix + 3 + CHECKSUM < n
                        ? strchr (charset, g_ascii_tolower (code[i - sizeof prefix + 3]))
                        : charset;
      guint8 value = c ? (guint8) (c - charset) : i < sizeof prefix ? prefix[i] : 0;
      guint top = (guint) (residue >> 60);

      residue = (residue & ((one << 60) - 1)) << 5 ^ value;
      for (int k = 0; k < 5; k++)
        if (top >> k & 1)
          residue ^= (one * generator[k][0]) << 64 | generator[k][1];
    }
  residue ^= one << 64 | 0x0CE0795C2FD1E62A;
  for (gsize i = 0; i < CHECKSUM; i++)
    code[n - 1 - i] = charset[(guint) (residue >> (5 * i)) & 31];
}

static void
check_whole (const BzgCodex32 *code, const guint8 bytes[BZG_PAPER_BYTES])
{
  char again[BZG_CODEX32_MAX + 1];
  BzgCodex32 back;

  g_assert_cmpmem (bytes, BZG_PAPER_BYTES, code->data, code->len);
  g_assert_true (bzg_codex32_encode ("bz", code->id, code->data, code->len, again)
                 && bzg_codex32_decode ("bz", again, &back));
  g_assert_cmpmem (back.symbols, back.n_symbols, code->symbols, code->n_symbols);
  again[9 + bytes[0] % 45] = again[9 + bytes[0] % 45] == 'q' ? 'p' : 'q'; /* a slip of the pen */
  g_assert_false (bzg_codex32_decode ("bz", again, &back));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", LINES);
  BzgCodex32 shares[LINES], secret;
  gsize n = 0;

  for (int i = 0; lines[i]; i++)
    {
      guint8 bytes[BZG_PAPER_BYTES];
      gsize len = strlen (lines[i]);
      gboolean whole;

      if (len > 3 + CHECKSUM && lines[i][len - 1] == '!')
        {
          lines[i][len - 1] = 0;
          if (len > 4 + CHECKSUM)
            fit_checksum (lines[i]);
        }
      whole = bzg_paper_parse (BZG_PAPER_CASEBOOK, lines[i], bytes);
      if (!bzg_codex32_decode ("bz", lines[i], &shares[n]))
        {
          /* Commas and semicolons part codes as lines do. */
          g_assert_true (!whole || strpbrk (lines[i], ",;") != NULL);
          continue;
        }
      g_assert_cmpuint (shares[n].len, <=, sizeof shares[n].data);
      g_assert_cmpuint (shares[n].n_symbols, <=, G_N_ELEMENTS (shares[n].symbols));
      if (whole)
        check_whole (&shares[n], bytes);
      n++;
    }
  if (bzg_codex32_combine (shares, n, 's', &secret))
    g_assert_cmpuint (secret.len, ==, secret.n_symbols * 5 / 8);
  bzg_codex32_combine (shares, n, size ? (char) data[0] : 'q', &secret);
  return 0;
}
