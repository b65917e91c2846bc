/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bzg-id-table.h"

#include <string.h>

static void
test_round_trip (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (bzg_id_hash, bzg_id_equal, g_free, NULL);

  for (int i = 0; i < 10000; i++)
    {
      BzgId id, again;
      char text[BZG_ID_TEXT_SIZE];

      bzg_id_new (&id);
      g_assert_false (bzg_id_is_zero (&id));
      g_assert_cmpuint (strlen (bzg_id_to_text (&id, text)), ==, 32);
      g_assert_true (bzg_id_from_text (text, &again));
      g_assert_true (bzg_id_equal (&id, &again));
      g_assert_true (g_hash_table_add (seen, g_memdup2 (&id, sizeof id)));
    }
}

static void
test_order (void)
{
  BzgId first, second;

  /* Thousands in one millisecond too. */
  bzg_id_new (&first);
  for (int i = 0; i < 20000; i++)
    {
      bzg_id_new (&second);
      g_assert_cmpint (bzg_id_compare (&first, &second), <, 0);
      first = second;
    }
}

static void
test_bad_text (void)
{
  static const char *const bad[] = {
    NULL,
    "",
    "0123456789abcdef0123456789abcde",
    "0123456789abcdef0123456789abcdef0",
    "0123456789abcdef0123456789abcdeg",
    "0x23456789abcdef0123456789abcdef",
    "0123456789abcdef 123456789abcdef",
  };
  BzgId id = { { 7 } };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (bzg_id_from_text (bad[i], &id));
  g_assert_cmpint (id.bytes[0], ==, 7);
  g_assert_true (bzg_id_from_text ("0123456789ABCDEF0123456789abcdef", &id));
  g_assert_cmpint (id.bytes[15], ==, 0xef);
}

/* Any one character changed and any two neighbours exchanged are noticed. */
static void
test_case_number (void)
{
  static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  for (int i = 0; i < 300; i++)
    {
      char number[BZG_CASE_NUMBER_SIZE], again[BZG_CASE_NUMBER_SIZE];
      char shown[BZG_CASE_NUMBER_DISPLAY_SIZE];

      bzg_case_number_new (number);
      g_assert_cmpuint (strspn (number, letters), ==, 8);
      g_assert_true (bzg_case_number_parse (bzg_case_number_display (number, shown), again));
      g_assert_cmpuint (strlen (shown), ==, 9);
      g_assert_cmpint (shown[4], ==, '-');
      g_assert_cmpstr (number, ==, again);

      for (int at = 0; at < 8; at++)
        for (const char *c = letters; *c != '\0'; c++)
          {
            char wrong[BZG_CASE_NUMBER_SIZE];

            memcpy (wrong, number, sizeof wrong);
            wrong[at] = *c;
            g_assert_true (bzg_case_number_parse (wrong, again) == (*c == number[at]));
          }
      for (int at = 0; at < 6; at++)
        {
          char wrong[BZG_CASE_NUMBER_SIZE];

          memcpy (wrong, number, sizeof wrong);
          wrong[at] = number[at + 1];
          wrong[at + 1] = number[at];
          g_assert_true (bzg_case_number_parse (wrong, again) == (number[at] == number[at + 1]));
        }
    }
}

static void
test_case_number_writing (void)
{
  char number[BZG_CASE_NUMBER_SIZE] = "";

  /* 0000001 is 1, so its check character is 1. */
  g_assert_true (bzg_case_number_parse ("0000-0011", number));
  g_assert_cmpstr (number, ==, "00000011");
  g_assert_true (bzg_case_number_parse (" oOoo-oO il ", number));
  g_assert_cmpstr (number, ==, "00000011");
  g_assert_false (bzg_case_number_parse ("U0000011", number));
  g_assert_false (bzg_case_number_parse ("000000111", number));
  g_assert_false (bzg_case_number_parse ("0000001", number));
  g_assert_false (bzg_case_number_parse ("", number));
  g_assert_false (bzg_case_number_parse (NULL, number));
  g_assert_false (bzg_case_number_parse ("ОО000011", number)); /* Cyrillic */
}

/* Random ids, and some that differ in one byte only. */
static void
test_table (void)
{
  g_auto (BzgIdTable) table = { 0 };
  BzgId ids[3000] = { 0 };

  g_assert_cmpuint (bzg_id_table_find (&table, &ids[0]), ==, BZG_ID_TABLE_NONE);
  for (guint i = 0; i < 3000; i++)
    {
      if (i < 2000)
        bzg_id_new (&ids[i]);
      else
        memcpy (ids[i].bytes + i % 13, &i, sizeof i);
      g_assert_cmpuint (bzg_id_table_find (&table, &ids[i]), ==, BZG_ID_TABLE_NONE);
      g_assert_cmpuint (bzg_id_table_add (&table, &ids[i]), ==, i);
    }
  for (guint i = 0; i < 3000; i++)
    {
      g_assert_cmpuint (bzg_id_table_find (&table, &ids[i]), ==, i);
      g_assert_cmpuint (bzg_id_table_add (&table, &ids[i]), ==, i);
      g_assert_true (bzg_id_equal (&table.ids[i], &ids[i]));
    }
  g_assert_cmpuint (table.n, ==, 3000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/id/round-trip", test_round_trip);
  g_test_add_func ("/id/order", test_order);
  g_test_add_func ("/id/bad-text", test_bad_text);
  g_test_add_func ("/id/table", test_table);
  g_test_add_func ("/id/case-number", test_case_number);
  g_test_add_func ("/id/case-number-writing", test_case_number_writing);
  return g_test_run ();
}
