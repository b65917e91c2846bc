/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "edits.h"
#include "exchange/bzg-minisign.h"
#include "vault/bzg-crypto.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/*
 * Signature files as they lie beside a backup, and public keys as people paste them. The first byte
 * says which; a signature text of "!" and a comment is given what fits it. What is accepted gives
 * the comment that was signed, and is refused for another file or key.
 */

static const guint8 invented[32] = "the seed of a casebook, invented";

static void
check_signature (const char *text)
{
  g_autoptr (BzgSecret) seed = bzg_secret_new (invented, sizeof invented);
  guint8 key[32], hash[BZG_MINISIGN_HASH_SIZE], other[32] = { 9 };
  g_autofree char *fitted = NULL;
  g_autofree char *comment = NULL;

  bzg_blake2b_512 ("file", 4, hash);
  bzg_ed25519_public (invented, key);
  if (*text == '!')
    {
      fitted = bzg_minisign_sign (seed, hash, text + 1);
      g_assert_true (fitted != NULL || strpbrk (text, "\r\n") != NULL);
      if (fitted == NULL)
        return;
      g_assert_true (bzg_minisign_verify (fitted, hash, key, NULL, &comment, NULL));
      g_assert_cmpstr (comment, ==, text + 1);
      text = fitted;
    }
  if (!bzg_minisign_verify (text, hash, key, NULL, NULL, NULL))
    return;
  g_assert_false (bzg_minisign_verify (text, hash, other, NULL, NULL, NULL));
  hash[0] ^= 1;
  g_assert_false (bzg_minisign_verify (text, hash, key, NULL, NULL, NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = size > 0 ? g_strndup ((const char *) data + 1, size - 1) : g_strdup ("");
  guint8 key[32], again[32];

  if (size > 0 && data[0] == 'k')
    {
      if (bzg_minisign_parse_public (text, key, NULL))
        {
          g_autofree char *written = bzg_minisign_public_text (key);

          g_assert_true (bzg_minisign_parse_public (written, again, NULL));
          g_assert_cmpmem (key, 32, again, 32);
        }
    }
  else
    check_signature (text);
  return 0;
}
