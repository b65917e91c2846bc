/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/bzg-codex32-private.h"

#include <string.h>

#include "vault/bzg-crypto.h"
#include "vault/bzg-paper.h"

__extension__ typedef unsigned __int128 Residue;

#define CHECKSUM 13

static const char charset[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/* The letters of a Russian or Tajik keyboard at the places of the Latin ones. */
static const char *const cyrillic_keys
  = "q\xd0\xb9w\xd1\x86"
    "e\xd1\x83r\xd0\xbat\xd0\xb5y\xd0\xbdu\xd0\xb3i\xd1\x88o\xd1\x89p\xd0\xb7"
    "a\xd1\x84s\xd1\x8b"
    "d\xd0\xb2"
    "f\xd0\xb0g\xd0\xbfh\xd1\x80j\xd0\xbek\xd0\xbbl\xd0\xb4"
    "z\xd1\x8fx\xd1\x87"
    "c\xd1\x81v\xd0\xbc"
    "b\xd0\xb8n\xd1\x82m\xd1\x8c";

static Residue
constant (guint64 high, guint64 low)
{
  return (Residue) high << 64 | low;
}

static Residue
feed (Residue residue, guint8 value)
{
  const Residue generator[5] = { constant (1, 0x9DC500CE73FDE210), constant (1, 0xBFAE00DEF77FE529),
                                 constant (1, 0xFBD920FFFE7BEE52), constant (1, 0x739640BDEEE3FDAD),
                                 constant (0, 0x7729A039CFC75F5A) };
  guint top = (guint) (residue >> 60);

  residue = (residue & 0x0FFFFFFFFFFFFFFF) << 5 ^ value;
  for (int i = 0; i < 5; i++)
    if (top >> i & 1)
      residue ^= generator[i];
  return residue;
}

/* BIP-93 starts from a constant into which "ms" is already worked; this works any prefix in. */
static Residue
feed_hrp (const char *hrp)
{
  Residue residue = 1;

  for (const char *p = hrp; *p; p++)
    residue = feed (residue, (guint8) *p >> 5);
  residue = feed (residue, 0);
  for (const char *p = hrp; *p; p++)
    residue = feed (residue, (guint8) *p & 31);
  return residue;
}

static Residue
target (void)
{
  return constant (1, 0x0CE0795C2FD1E62A);
}

/* Not a table look-up in charset order, because the characters are secret and short. */
static int
value_of (char c)
{
  const char *p = c ? strchr (charset, c) : NULL;

  return p ? (int) (p - charset) : -1;
}

static void
write_string (const char *hrp, const BzgCodex32 *self, char out[BZG_CODEX32_MAX + 1])
{
  Residue residue = feed_hrp (hrp);
  char *p = g_stpcpy (out, hrp);
  const char head[] = {
    (char) ('0' + self->threshold), self->id[0], self->id[1], self->id[2], self->id[3], self->index
  };

  *p++ = '1';
  for (gsize i = 0; i < sizeof head; i++)
    {
      *p++ = head[i];
      residue = feed (residue, (guint8) value_of (head[i]));
    }
  for (gsize i = 0; i < self->n_symbols; i++)
    {
      *p++ = charset[self->symbols[i]];
      residue = feed (residue, self->symbols[i]);
    }
  for (int i = 0; i < CHECKSUM; i++)
    residue = feed (residue, 0);
  residue ^= target ();
  for (int i = CHECKSUM - 1; i >= 0; i--)
    *p++ = charset[(guint) (residue >> (5 * i)) & 31];
  *p = 0;
}

static void
to_symbols (BzgCodex32 *self)
{
  guint bits = 0, n_bits = 0;

  self->n_symbols = 0;
  for (gsize i = 0; i < self->len; i++)
    {
      bits = bits << 8 | self->data[i];
      for (n_bits += 8; n_bits >= 5; n_bits -= 5)
        self->symbols[self->n_symbols++] = bits >> (n_bits - 5) & 31;
      bits &= 0xff;
    }
  if (n_bits)
    self->symbols[self->n_symbols++] = (guint8) (bits << (5 - n_bits) & 31);
}

static void
to_bytes (BzgCodex32 *self)
{
  guint bits = 0, n_bits = 0;

  self->len = 0;
  for (gsize i = 0; i < self->n_symbols; i++)
    {
      bits = (bits << 5 | self->symbols[i]) & 0xfff;
      n_bits += 5;
      if (n_bits >= 8)
        {
          n_bits -= 8;
          self->data[self->len++] = (guint8) (bits >> n_bits);
        }
    }
}

static void
random_id (BzgCodex32 *self)
{
  guint8 random[4];

  bzg_random (random, sizeof random);
  for (int i = 0; i < 4; i++)
    self->id[i] = charset[random[i] & 31];
}

gboolean
bzg_codex32_encode (
  const char *hrp, const char *id, const guint8 *data, gsize len, char out[BZG_CODEX32_MAX + 1])
{
  BzgCodex32 code = { .threshold = 0, .index = 's', .len = len };

  g_return_val_if_fail (len >= 16 && len <= 32, FALSE);

  memcpy (code.data, data, len);
  if (id)
    {
      g_return_val_if_fail (strlen (id) == 4, FALSE);
      memcpy (code.id, id, 4);
    }
  else
    random_id (&code);
  to_symbols (&code);
  write_string (hrp, &code, out);
  bzg_wipe (&code, sizeof code);
  return TRUE;
}

/* The Latin letter of the key that gives @c, or @c itself. */
gunichar
bzg_latin_key (gunichar c)
{
  const char *p = cyrillic_keys;

  if (c < 128)
    return c;
  while (*p)
    {
      char key = *p++;
      if (g_utf8_get_char (p) == c)
        return (gunichar) key;
      p = g_utf8_next_char (p);
    }
  return c;
}

gboolean
bzg_codex32_decode (const char *hrp, const char *text, BzgCodex32 *out)
{
  char clean[BZG_CODEX32_MAX + 1];
  gsize n = 0, prefix = strlen (hrp), body;
  gboolean upper = FALSE, lower = FALSE, ok = FALSE;
  Residue residue = feed_hrp (hrp);

  memset (out, 0, sizeof *out);
  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (const char *p = text; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      if (g_unichar_isspace (c) || c == '-' || c == 0x2010 || c == 0x2011)
        continue;
      upper |= g_unichar_isupper (c);
      lower |= g_unichar_islower (c);
      c = bzg_latin_key (g_unichar_tolower (c));
      if (c >= 128 || n == BZG_CODEX32_MAX)
        goto out;
      clean[n++] = (char) c;
    }
  clean[n] = 0;
  if ((upper && lower) || n < prefix + 1 + 6 + 26 + CHECKSUM || strncmp (clean, hrp, prefix)
      || clean[prefix] != '1')
    goto out;

  for (gsize i = prefix + 1; i < n; i++)
    {
      int value = value_of (clean[i]);
      if (value < 0)
        goto out;
      residue = feed (residue, (guint8) value);
    }
  body = n - prefix - 1 - 6 - CHECKSUM;
  if (residue != target () || body > G_N_ELEMENTS (out->symbols) || body * 5 % 8 > 4)
    goto out;

  out->threshold = clean[prefix + 1] - '0';
  memcpy (out->id, clean + prefix + 2, 4);
  out->index = clean[prefix + 6];
  if (out->threshold < 0 || out->threshold > 9 || out->threshold == 1
      || (out->threshold == 0 && out->index != 's'))
    goto out;
  out->n_symbols = body;
  for (gsize i = 0; i < body; i++)
    out->symbols[i] = (guint8) value_of (clean[prefix + 7 + i]);
  if (out->index == 's')
    to_bytes (out);
  ok = TRUE;
out:
  bzg_wipe (clean, sizeof clean);
  if (!ok)
    bzg_wipe (out, sizeof *out);
  return ok;
}

/* In GF(32) with x^5 + x^3 + 1. */
static guint8
multiply (guint8 a, guint8 b)
{
  guint8 product = 0;

  for (int i = 0; i < 5; i++)
    {
      product ^= (guint8) (-(b >> i & 1) & a);
      a = (guint8) (a << 1) ^ (a & 16 ? 0x29 : 0);
    }
  return product;
}

static guint8
invert (guint8 a)
{
  guint8 result = 1;

  for (int i = 0; i < 30; i++) /* a^30 = 1/a */
    result = multiply (result, a);
  return result;
}

gboolean
bzg_codex32_combine (const BzgCodex32 *shares, gsize n, char index, BzgCodex32 *out)
{
  int at = value_of (index);

  if (n < 2 || n > 9 || at < 0 || shares[0].threshold != (int) n)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      if (shares[i].threshold != shares[0].threshold || strcmp (shares[i].id, shares[0].id)
          || shares[i].n_symbols != shares[0].n_symbols)
        return FALSE;
      for (gsize j = 0; j < i; j++)
        if (shares[i].index == shares[j].index)
          return FALSE;
    }

  *out = shares[0];
  out->index = index;
  out->len = 0;
  memset (out->symbols, 0, sizeof out->symbols);
  for (gsize i = 0; i < n; i++)
    {
      guint8 xi = (guint8) value_of (shares[i].index);
      guint8 weight = 1;

      for (gsize j = 0; j < n; j++)
        if (j != i)
          {
            guint8 xj = (guint8) value_of (shares[j].index);
            weight = multiply (weight, multiply ((guint8) (at ^ xj), invert (xi ^ xj)));
          }
      for (gsize k = 0; k < out->n_symbols; k++)
        out->symbols[k] ^= multiply (weight, shares[i].symbols[k]);
    }
  if (index == 's')
    to_bytes (out);
  return TRUE;
}

void
bzg_codex32_split (const char *hrp,
                   const guint8 *data,
                   gsize len,
                   int threshold,
                   guint n,
                   char out[][BZG_CODEX32_MAX + 1])
{
  static const char indexes[] = "acdefghjklmnpqrt";
  BzgCodex32 known[9] = { 0 };

  g_return_if_fail (len >= 16 && len <= 32 && threshold >= 2 && threshold <= 9
                    && n < sizeof indexes);

  /* The secret and shares drawn by chance fix a polynomial; all other shares lie on it. */
  known[0].threshold = threshold;
  known[0].index = 's';
  known[0].len = len;
  memcpy (known[0].data, data, len);
  random_id (&known[0]);
  to_symbols (&known[0]);
  for (int i = 1; i < threshold; i++)
    {
      known[i] = known[0];
      known[i].index = indexes[i - 1];
      bzg_random (known[i].symbols, known[i].n_symbols);
      for (gsize k = 0; k < known[i].n_symbols; k++)
        known[i].symbols[k] &= 31;
    }
  for (guint i = 0; i < n; i++)
    {
      BzgCodex32 share = known[MIN (i + 1, (guint) threshold - 1)];

      if (share.index != indexes[i])
        bzg_codex32_combine (known, (gsize) threshold, indexes[i], &share);
      write_string (hrp, &share, out[i]);
      bzg_wipe (&share, sizeof share);
    }
  bzg_wipe (known, sizeof known);
}
