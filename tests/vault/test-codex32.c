/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <string.h>

#include "vault/bzg-codex32-private.h"
#include "vault/bzg-crypto.h"

static void
assert_hex (const BzgCodex32 *code, const char *hex)
{
  GString *got = g_string_new (NULL);

  for (gsize i = 0; i < code->len; i++)
    g_string_append_printf (got, "%02x", code->data[i]);
  g_assert_cmpstr (got->str, ==, hex);
  g_string_free (got, TRUE);
}

/* The published vectors of BIP-93, prefix "ms". */
static void
test_vectors (void)
{
  BzgCodex32 code, shares[3], secret;
  char text[BZG_CODEX32_MAX + 1];
  const guint8 seed[16] = { 0xff, 0xee, 0xdd, 0xcc, 0xbb, 0xaa, 0x99, 0x88,
                            0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 0x00 };

  g_assert_true (
    bzg_codex32_decode ("ms", "ms10testsxxxxxxxxxxxxxxxxxxxxxxxxxx4nzvca9cmczlw", &code));
  g_assert_cmpint (code.threshold, ==, 0);
  g_assert_cmpstr (code.id, ==, "test");
  assert_hex (&code, "318c6318c6318c6318c6318c6318c631");

  g_assert_true (
    bzg_codex32_decode ("ms", "MS12NAMEA320ZYXWVUTSRQPNMLKJHGFEDCAXRPP870HKKQRM", &shares[0]));
  g_assert_true (
    bzg_codex32_decode ("ms", "MS12NAMECACDEFGHJKLMNPQRSTUVWXYZ023FTR2GDZMPY6PN", &shares[1]));
  g_assert_cmpint (shares[0].threshold, ==, 2);
  g_assert_true (bzg_codex32_combine (shares, 2, 's', &secret));
  assert_hex (&secret, "d1808e096b35b209ca12132b264662a5");
  g_assert_true (bzg_codex32_combine (shares, 2, 'd', &secret));
  g_assert_true (
    bzg_codex32_decode ("ms", "MS12NAMEDLL4F8JLH4E5VDVULDLFXU2JHDNLSM97XVENRXEG", &shares[2]));
  g_assert_cmpmem (secret.symbols, secret.n_symbols, shares[2].symbols, shares[2].n_symbols);
  g_assert_false (bzg_codex32_combine (shares, 3, 's', &secret)); /* threshold is 2 */
  shares[1] = shares[0];
  g_assert_false (bzg_codex32_combine (shares, 2, 's', &secret));

  g_assert_true (
    bzg_codex32_decode ("ms", "ms13casha320zyxwvutsrqpnmlkjhgfedca2a8d0zehn8a0t", &shares[0]));
  g_assert_true (
    bzg_codex32_decode ("ms", "ms13cashcacdefghjklmnpqrstuvwxyz023949xq35my48dr", &shares[1]));
  g_assert_true (
    bzg_codex32_decode ("ms", "ms13cashsllhdmn9m42vcsamx24zrxgs3qqjzqud4m0d6nln", &shares[2]));
  assert_hex (&shares[2], "ffeeddccbbaa99887766554433221100");
  g_assert_true (bzg_codex32_combine (shares, 3, 's', &secret));
  assert_hex (&secret, "ffeeddccbbaa99887766554433221100");

  /* Ours is the unshared form of the same seed; the reader takes it back. */
  g_assert_true (bzg_codex32_encode ("ms", "cash", seed, 16, text));
  g_assert_cmpuint (strlen (text), ==, 48);
  g_assert_true (bzg_codex32_decode ("ms", text, &code));
  assert_hex (&code, "ffeeddccbbaa99887766554433221100");
  /* The prefix is part of the checksum. */
  text[0] = 'b';
  text[1] = 'z';
  g_assert_false (bzg_codex32_decode ("bz", text, &code));
}

static void
test_round_trip (void)
{
  for (int i = 0; i < 200; i++)
    {
      guint8 bytes[20];
      char text[BZG_CODEX32_MAX + 1];
      BzgCodex32 code;

      bzg_random (bytes, sizeof bytes);
      g_assert_true (bzg_codex32_encode ("bz", NULL, bytes, sizeof bytes, text));
      g_assert_cmpuint (strlen (text), ==, 54);
      g_assert_true (bzg_codex32_decode ("bz", text, &code));
      g_assert_cmpmem (code.data, code.len, bytes, sizeof bytes);
    }
}

/* Any two of three, in any order, give the secret back; one of another set or the same one twice
 * does not; each share looks random (two sets of one secret share no letter more than by chance).
 */
static void
test_split (void)
{
  for (int round = 0; round < 100; round++)
    {
      char texts[3][BZG_CODEX32_MAX + 1], others[3][BZG_CODEX32_MAX + 1];
      BzgCodex32 shares[3], other, secret;
      guint8 bytes[20];

      bzg_random (bytes, sizeof bytes);
      bzg_codex32_split ("bz", bytes, sizeof bytes, 2, 3, texts);
      bzg_codex32_split ("bz", bytes, sizeof bytes, 2, 3, others);
      g_assert_true (bzg_codex32_decode ("bz", others[1], &other));
      for (int i = 0; i < 3; i++)
        {
          g_assert_cmpuint (strlen (texts[i]), ==, 54);
          g_assert_true (bzg_codex32_decode ("bz", texts[i], &shares[i]));
          g_assert_cmpint (shares[i].index, ==, "acd"[i]);
          g_assert_cmpuint (shares[i].len, ==, 0);
        }
      g_assert_cmpstr (texts[0] + 9, !=, others[0] + 9);
      for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
          {
            BzgCodex32 pair[2] = { shares[i], shares[j] };

            g_assert_true (bzg_codex32_combine (pair, 2, 's', &secret) == (i != j));
            if (i != j)
              g_assert_cmpmem (secret.data, secret.len, bytes, sizeof bytes);
            pair[1] = other;
            g_assert_true (strcmp (other.id, shares[i].id) == 0
                           || !bzg_codex32_combine (pair, 2, 's', &secret));
          }
    }
  /* Three of five. */
  {
    char texts[5][BZG_CODEX32_MAX + 1];
    const guint8 bytes[20] = "twenty secret bytes";
    BzgCodex32 trio[3], secret;

    bzg_codex32_split ("bz", bytes, sizeof bytes, 3, 5, texts);
    for (int i = 0; i < 3; i++)
      g_assert_true (bzg_codex32_decode ("bz", texts[4 - i], &trio[i]));
    g_assert_true (bzg_codex32_combine (trio, 3, 's', &secret));
    g_assert_cmpmem (secret.data, secret.len, bytes, sizeof bytes);
  }
}

/* Every single wrong letter, every swap of neighbours, and up to eight random errors are found. */
static void
test_errors (void)
{
  static const char letters[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  guint8 bytes[20];
  char text[BZG_CODEX32_MAX + 1];
  BzgCodex32 code;
  gsize n;

  bzg_random (bytes, sizeof bytes);
  bzg_codex32_encode ("bz", NULL, bytes, sizeof bytes, text);
  n = strlen (text);
  for (gsize i = 3; i < n; i++)
    {
      char right = text[i];
      for (const char *p = letters; *p; p++)
        if (*p != right)
          {
            text[i] = *p;
            g_assert_false (bzg_codex32_decode ("bz", text, &code));
          }
      text[i] = right;
      if (i + 1 < n && text[i] != text[i + 1])
        {
          text[i] = text[i + 1];
          text[i + 1] = right;
          g_assert_false (bzg_codex32_decode ("bz", text, &code));
          text[i + 1] = text[i];
          text[i] = right;
        }
    }
  for (int round = 0; round < 20000; round++)
    {
      char wrong[BZG_CODEX32_MAX + 1];
      int errors = g_test_rand_int_range (1, 9);

      memcpy (wrong, text, sizeof wrong);
      for (int e = 0; e < errors; e++)
        wrong[g_test_rand_int_range (3, (gint32) n)] = letters[g_test_rand_int_range (0, 32)];
      if (strcmp (wrong, text))
        g_assert_false (bzg_codex32_decode ("bz", wrong, &code));
    }
}

static void
test_typing (void)
{
  const guint8 bytes[20] = "twenty secret bytes";
  char text[BZG_CODEX32_MAX + 1];
  g_autofree char *upper = NULL;
  GString *typed = g_string_new ("  ");
  GString *cyrillic = g_string_new (NULL);
  static const char latin[] = "qwertyuiopasdfghjklzxcvbnm";
  static const char *const keys[]
    = { "й", "ц", "у", "к", "е", "н", "г", "ш", "щ", "з", "ф", "ы", "в",
        "а", "п", "р", "о", "л", "д", "я", "ч", "с", "м", "и", "т", "ь" };
  BzgCodex32 code;

  bzg_codex32_encode ("bz", "g8w2", bytes, sizeof bytes, text);
  upper = g_ascii_strup (text, -1);
  for (gsize i = 0; upper[i]; i++)
    {
      g_string_append_c (typed, upper[i]);
      if (i % 4 == 2)
        g_string_append (typed, i % 8 == 2 ? " " : " - \n");
    }
  g_assert_true (bzg_codex32_decode ("bz", typed->str, &code));
  for (gsize i = 0; text[i]; i++)
    {
      const char *at = strchr (latin, text[i]);
      if (at)
        g_string_append (cyrillic, keys[at - latin]);
      else
        g_string_append_c (cyrillic, text[i]);
    }
  g_assert_true (bzg_codex32_decode ("bz", cyrillic->str, &code));
  g_assert_cmpmem (code.data, code.len, bytes, sizeof bytes);

  text[10] = g_ascii_toupper (text[10]);
  text[11] = g_ascii_toupper (text[11]);
  text[12] = g_ascii_toupper (text[12]);
  g_assert_false (bzg_codex32_decode ("bz", text, &code)); /* mixed case is not the format */
  g_assert_false (bzg_codex32_decode ("bz", "", &code));
  g_assert_false (bzg_codex32_decode ("bz", "bz1", &code));
  g_assert_false (bzg_codex32_decode ("bz", "\xff\xfe", &code));
  /* What word processors make of a hyphen. */
  text[10] = g_ascii_tolower (text[10]);
  text[11] = g_ascii_tolower (text[11]);
  text[12] = g_ascii_tolower (text[12]);
  g_string_printf (typed, "%.8s\xe2\x80\x90%.8s\xe2\x80\x91%s", text, text + 8, text + 16);
  g_assert_true (bzg_codex32_decode ("bz", typed->str, &code));
  g_assert_cmpmem (code.data, code.len, bytes, sizeof bytes);
  g_string_free (typed, TRUE);
  g_string_free (cyrillic, TRUE);
}

/* Rightly summed up and yet none: a whole secret that says it is a share, one in pieces that do not
 * belong together. */
static void
test_contradictions (void)
{
  const guint8 bytes[20] = "twenty secret bytes";
  char texts[3][BZG_CODEX32_MAX + 1];
  BzgCodex32 pair[2], secret;

  g_assert_false (
    bzg_codex32_decode ("bz", "bz10testaqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq65tgmmh4an3fd", &pair[0]));
  bzg_codex32_split ("bz", bytes, sizeof bytes, 2, 3, texts);
  for (int i = 0; i < 2; i++)
    g_assert_true (bzg_codex32_decode ("bz", texts[i], &pair[i]));
  g_assert_true (bzg_codex32_combine (pair, 2, 's', &secret));
  pair[1].threshold = 3;
  g_assert_false (bzg_codex32_combine (pair, 2, 's', &secret));
  pair[1].threshold = 2;
  pair[1].n_symbols--;
  g_assert_false (bzg_codex32_combine (pair, 2, 's', &secret));
}

/* What no caller may ask for writes nothing. */
static void
test_misuse (void)
{
  const guint8 bytes[40] = "forty bytes";
  char texts[17][BZG_CODEX32_MAX + 1] = { { 0 } };
  static const struct
  {
    gsize len;
    int threshold;
    guint n;
  } splits[] = { { 15, 2, 3 }, { 33, 2, 3 }, { 20, 1, 3 }, { 20, 10, 12 }, { 20, 2, 17 } };

  for (gsize len = 15; len <= 33; len += 18)
    {
      g_test_expect_message ("bozgasht", G_LOG_LEVEL_CRITICAL, "*len*");
      g_assert_false (bzg_codex32_encode ("bz", "g8w2", bytes, len, texts[0]));
      g_test_assert_expected_messages ();
    }
  g_test_expect_message ("bozgasht", G_LOG_LEVEL_CRITICAL, "*id*");
  g_assert_false (bzg_codex32_encode ("bz", "g8w", bytes, 20, texts[0]));
  g_test_assert_expected_messages ();
  for (gsize i = 0; i < G_N_ELEMENTS (splits); i++)
    {
      g_test_expect_message ("bozgasht", G_LOG_LEVEL_CRITICAL, "*threshold*");
      bzg_codex32_split ("bz", bytes, splits[i].len, splits[i].threshold, splits[i].n, texts);
      g_test_assert_expected_messages ();
    }
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_cmpstr (texts[i], ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/codex32/vectors", test_vectors);
  g_test_add_func ("/codex32/round-trip", test_round_trip);
  g_test_add_func ("/codex32/errors", test_errors);
  g_test_add_func ("/codex32/typing", test_typing);
  g_test_add_func ("/codex32/split", test_split);
  g_test_add_func ("/codex32/contradictions", test_contradictions);
  g_test_add_func ("/codex32/misuse", test_misuse);
  return g_test_run ();
}
