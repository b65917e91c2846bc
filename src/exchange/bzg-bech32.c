/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/bzg-bech32.h"

#include <string.h>

#include "vault/bzg-crypto.h"

/* 32 bytes are 52 characters of 5 bits (the last one padded with zeros), then 6 of check sum. */
#define DATA_CHARS 52
#define CHECK_CHARS 6

static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

static guint32
checksum_step (guint32 sum, guint8 value)
{
  static const guint32 generator[] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
  guint32 top = sum >> 25;

  sum = (sum & 0x1ffffff) << 5 ^ value;
  for (guint i = 0; i < G_N_ELEMENTS (generator); i++)
    if (top >> i & 1)
      sum ^= generator[i];

  return sum;
}

static guint32
checksum_of_hrp (const char *hrp)
{
  guint32 sum = 1;

  for (const char *p = hrp; *p; p++)
    sum = checksum_step (sum, (guint8) *p >> 5);
  sum = checksum_step (sum, 0);
  for (const char *p = hrp; *p; p++)
    sum = checksum_step (sum, *p & 31);

  return sum;
}

/* Without a table look-up by secret bits, and without branching on them. */
static char
char_of_value (guint8 value)
{
  guint c = 0;

  for (guint i = 0; i < 32; i++)
    c |= (guint) (guint8) alphabet[i] & -(guint) (i == value);

  return (char) c;
}

static int
value_of_char (char c)
{
  int value = -1;

  for (int i = 0; i < 32; i++)
    value = alphabet[i] == c ? i : value;

  return value;
}

char *
bzg_bech32_encode (const char *hrp, const guint8 data[BZG_BECH32_BYTES])
{
  gsize n = strlen (hrp);
  char *text = g_malloc (n + 1 + DATA_CHARS + CHECK_CHARS + 1);
  char *p = text + n;
  guint32 sum = checksum_of_hrp (hrp);
  guint32 bits = 0;
  guint n_bits = 0, next = 0;

  memcpy (text, hrp, n);
  *p++ = '1';

  for (guint i = 0; i < DATA_CHARS; i++)
    {
      guint8 value;

      if (n_bits < 5)
        {
          bits = bits << 8 | (next < BZG_BECH32_BYTES ? data[next] : 0);
          next++;
          n_bits += 8;
        }
      n_bits -= 5;
      value = bits >> n_bits & 31;
      bits &= (1u << n_bits) - 1;
      sum = checksum_step (sum, value);
      *p++ = char_of_value (value);
    }

  for (guint i = 0; i < CHECK_CHARS; i++)
    sum = checksum_step (sum, 0);
  sum ^= 1;
  for (guint i = 0; i < CHECK_CHARS; i++)
    *p++ = char_of_value (sum >> (5 * (5 - i)) & 31);
  *p = '\0';

  return text;
}

gboolean
bzg_bech32_decode (
  const char *text, gsize len, const char *hrp, gboolean upper, guint8 data[BZG_BECH32_BYTES])
{
  gsize n = strlen (hrp);
  guint32 sum, bits = 0;
  guint n_bits = 0, next = 0;
  guint8 out[BZG_BECH32_BYTES + 1] = { 0 };
  gboolean ok = TRUE;

  if (len != n + 1 + DATA_CHARS + CHECK_CHARS)
    return FALSE;

  for (gsize i = 0; i < n; i++)
    if (text[i] != (upper ? g_ascii_toupper (hrp[i]) : hrp[i]))
      return FALSE;
  if (text[n] != '1')
    return FALSE;

  sum = checksum_of_hrp (hrp);
  for (gsize i = 0; i < DATA_CHARS + CHECK_CHARS; i++)
    {
      char c = text[n + 1 + i];
      int value;

      if (upper ? g_ascii_islower (c) : g_ascii_isupper (c))
        ok = FALSE;
      value = value_of_char (g_ascii_tolower (c));
      if (value < 0)
        {
          ok = FALSE;
          value = 0;
        }
      sum = checksum_step (sum, (guint8) value);
      if (i < DATA_CHARS)
        {
          bits = bits << 5 | (guint) value;
          n_bits += 5;
          if (n_bits >= 8)
            {
              n_bits -= 8;
              out[next++] = (guint8) (bits >> n_bits);
              bits &= (1u << n_bits) - 1;
            }
        }
    }

  /* The four bits of padding are zero, or one key would have several spellings. */
  if (ok && sum == 1 && bits == 0)
    memcpy (data, out, BZG_BECH32_BYTES);
  else
    ok = FALSE;
  bzg_wipe (out, sizeof out);

  return ok;
}
