/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An age file and a key as text, from hostile bytes. Passphrases are left out: a header may ask for
 * seconds of work, which is bounded but would only slow this down. */
#include "exchange/bzg-age.h"

#include <stdint.h>
#include <string.h>

#include "vault/bzg-crypto.h"

#define IDENTITY "AGE-SECRET-KEY-1WGZRKN4SW9NARNGJM28FRR7E358J2ERG8AXZYC9CJW2GM8R803LQGN0CUS"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static BzgSecret *
identity (void)
{
  static BzgSecret *key;

  if (key == NULL)
    {
      g_assert_true (bzg_vault_init (NULL));
      key = bzg_age_parse_identity (IDENTITY, NULL);
      g_assert_nonnull (key);
    }
  return key;
}

/* A key has one spelling. */
static void
check_key (const char *text)
{
  g_autoptr (BzgSecret) key = bzg_age_parse_identity (text, NULL);
  guint8 pub[32];

  if (bzg_age_parse_recipient (text, pub, NULL))
    {
      g_autofree char *trimmed = g_strstrip (g_strdup (text));

      g_assert_cmpuint (strlen (trimmed), ==, 62);
      trimmed[10] = trimmed[10] == 'q' ? 'p' : 'q';
      g_assert_false (bzg_age_parse_recipient (trimmed, pub, NULL));
    }
  if (key != NULL)
    g_free (bzg_age_recipient_of (key));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const BzgSecret *identities[] = { identity (), NULL };
  BzgAgeKeys keys = { .identities = identities };
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_data (data, (gssize) size, NULL);
  g_autoptr (BzgAgeReader) reader = bzg_age_reader_new (in, &keys, NULL, NULL);
  guint8 buffer[97];
  gsize total = 0;

  while (reader != NULL)
    {
      g_autoptr (GError) error = NULL;
      gssize n = bzg_age_reader_read (reader, buffer, sizeof buffer, &error);

      g_assert_true ((n < 0) == (error != NULL));
      if (n <= 0)
        break;
      total += (gsize) n;
      g_assert_cmpuint (total, <, size);
    }
  check_key (text);
  return 0;
}
