/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bzg-digits.h"

static void
test_both_ways (void)
{
  guint8 bytes[256], back[256];
  char text[BZG_HEX_SIZE (256)];

  for (guint i = 0; i < 256; i++)
    bytes[i] = (guint8) i;
  g_assert_cmpstr (bzg_hex_write (bytes, 3, text), ==, "000102");
  bzg_hex_write (bytes, 256, text);
  g_assert_true (bzg_hex_read (text, back, 256));
  g_assert_cmpmem (back, 256, bytes, 256);
  g_assert_cmpstr (bzg_hex_write (bytes, 0, text), ==, "");
}

static void
test_refused (void)
{
  static const char *const bad[]
    = { NULL, "", "0", "00112", "001122", "0g11", "00 1", "-011", "00x1" };
  guint8 out[2] = { 7, 7 };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (bzg_hex_read (bad[i], out, 2));
  g_assert_cmpuint (out[0], ==, 7);
  g_assert_cmpuint (out[1], ==, 7);
  g_assert_true (bzg_hex_read ("fFaB", out, 2));
  g_assert_cmpuint (out[0], ==, 0xff);
  g_assert_cmpuint (out[1], ==, 0xab);
}

static void
test_base64 (void)
{
  static const char *const bad[] = { "", "AAE", "AAE=\n", "AAF=", "AA E=", "AAE*", "AAECAw==" };
  guint8 out[2] = { 7, 7 };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (bzg_base64_read (bad[i], out, 2));
  g_assert_cmpuint (out[1], ==, 7);
  g_assert_true (bzg_base64_read ("AAE=", out, 2));
  g_assert_cmpuint (out[1], ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/digits/both_ways", test_both_ways);
  g_test_add_func ("/digits/refused", test_refused);
  g_test_add_func ("/digits/base64", test_base64);

  return g_test_run ();
}
