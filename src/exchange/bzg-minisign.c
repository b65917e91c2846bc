/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/bzg-minisign.h"

#include <string.h>

#include "base/bzg-digits.h"
#include "base/bzg-error.h"
#include "vault/bzg-crypto.h"

/*
 * Four lines: a comment that nobody signs; "ED", the key's number and the signature of the hash; a
 * comment; the signature of both. Base64 is taken in one way of writing only.
 */

#define UNTRUSTED "untrusted comment: "
#define TRUSTED "trusted comment: "
#define PUBLIC_SIZE (2 + 8 + 32)
#define SIGNED_SIZE (2 + 8 + BZG_SIGNATURE_SIZE)

void
bzg_minisign_number (const guint8 key[32], guint8 number[8])
{
  guint8 hash[BZG_HASH_SIZE];

  bzg_sha256 (key, 32, hash);
  memcpy (number, hash, 8);
}

char *
bzg_minisign_public_text (const guint8 key[32])
{
  guint8 bytes[PUBLIC_SIZE] = "Ed";

  bzg_minisign_number (key, bytes + 2);
  memcpy (bytes + 10, key, 32);
  return g_base64_encode (bytes, sizeof bytes);
}

gboolean
bzg_minisign_parse_public (const char *text, guint8 key[32], guint8 number[8])
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", 3);
  const char *line = lines[0];
  g_autofree char *clean = NULL;
  guint8 bytes[PUBLIC_SIZE];

  if (line != NULL && g_str_has_prefix (line, UNTRUSTED))
    line = lines[1];
  if (line == NULL)
    return FALSE;
  clean = g_strstrip (g_strdup (line));
  if (!bzg_base64_read (clean, bytes, sizeof bytes) || memcmp (bytes, "Ed", 2) != 0)
    return FALSE;
  memcpy (key, bytes + 10, 32);
  if (number != NULL)
    memcpy (number, bytes + 2, 8);
  return TRUE;
}

static char *
sign_text (const guint8 *seed, const guint8 *head, const char *comment, guint8 out[64])
{
  g_autoptr (GByteArray) both = g_byte_array_new ();

  g_byte_array_append (both, head + 10, BZG_SIGNATURE_SIZE);
  g_byte_array_append (both, (const guint8 *) comment, (guint) strlen (comment));
  return bzg_ed25519_sign (seed, both->data, both->len, out)
           ? g_base64_encode (out, BZG_SIGNATURE_SIZE)
           : NULL;
}

char *
bzg_minisign_sign (const BzgSecret *seed,
                   const guint8 hash[BZG_MINISIGN_HASH_SIZE],
                   const char *comment)
{
  const guint8 *secret = bzg_secret_data (seed, NULL);
  guint8 key[32], head[SIGNED_SIZE] = "ED", global[BZG_SIGNATURE_SIZE];
  g_autofree char *head_text = NULL;
  g_autofree char *global_text = NULL;

  if (strpbrk (comment, "\r\n") != NULL)
    return NULL;
  bzg_ed25519_public (secret, key);
  bzg_minisign_number (key, head + 2);
  if (!bzg_ed25519_sign (secret, hash, BZG_MINISIGN_HASH_SIZE, head + 10))
    return NULL;
  global_text = sign_text (secret, head, comment, global);
  if (global_text == NULL)
    return NULL;
  head_text = g_base64_encode (head, sizeof head);
  return g_strconcat (UNTRUSTED "signature from a casebook of bozgasht\n", head_text, "\n" TRUSTED,
                      comment, "\n", global_text, "\n", NULL);
}

gboolean
bzg_minisign_verify (const char *text,
                     const guint8 hash[BZG_MINISIGN_HASH_SIZE],
                     const guint8 key[32],
                     const guint8 *number,
                     char **comment,
                     GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", 6);
  guint8 head[SIGNED_SIZE], global[BZG_SIGNATURE_SIZE], own[8];
  g_autoptr (GByteArray) both = g_byte_array_new ();
  const char *trusted = NULL;

  for (char **line = lines; *line != NULL; line++)
    if (g_str_has_suffix (*line, "\r"))
      (*line)[strlen (*line) - 1] = '\0';
  if (g_strv_length (lines) < 4 || (lines[4] != NULL && *lines[4] != '\0')
      || !g_str_has_prefix (lines[0], UNTRUSTED) || !g_str_has_prefix (lines[2], TRUSTED)
      || !bzg_base64_read (lines[1], head, sizeof head) || memcmp (head, "ED", 2) != 0
      || !bzg_base64_read (lines[3], global, sizeof global))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_MALFORMED, "not a signature of minisign");
      return FALSE;
    }
  trusted = lines[2] + strlen (TRUSTED);
  bzg_minisign_number (key, own);
  g_byte_array_append (both, head + 10, BZG_SIGNATURE_SIZE);
  g_byte_array_append (both, (const guint8 *) trusted, (guint) strlen (trusted));
  if (memcmp (head + 2, number != NULL ? number : own, 8) != 0
      || !bzg_ed25519_verify (key, hash, BZG_MINISIGN_HASH_SIZE, head + 10)
      || !bzg_ed25519_verify (key, both->data, both->len, global))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_DAMAGED,
                           "the signature is of another file or key");
      return FALSE;
    }
  if (comment != NULL)
    *comment = g_strdup (trusted);
  return TRUE;
}
