/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bzg-error.h"
#include "base/bzg-format.h"

#include <string.h>

#define N BZG_NBSP

/* Frees @got. */
static void
assert_text (char *got, const char *expected)
{
  g_assert_cmpstr (got, ==, expected);
  g_free (got);
}

static void
test_numbers (void)
{
  assert_text (bzg_format_integer (BZG_LANGUAGE_TG, 0), "0");
  assert_text (bzg_format_integer (BZG_LANGUAGE_TG, 999), "999");
  assert_text (bzg_format_integer (BZG_LANGUAGE_TG, 1480), "1" N "480");
  assert_text (bzg_format_integer (BZG_LANGUAGE_RU, -1234567), "−1" N "234" N "567");
  assert_text (bzg_format_integer (BZG_LANGUAGE_EN, 1234567), "1,234,567");
  assert_text (bzg_format_integer (BZG_LANGUAGE_EN, G_MININT64), "−9,223,372,036,854,775,808");

  assert_text (bzg_format_thousandths (BZG_LANGUAGE_TG, 1500), "1,5");
  assert_text (bzg_format_thousandths (BZG_LANGUAGE_EN, 1500), "1.5");
  assert_text (bzg_format_thousandths (BZG_LANGUAGE_EN, 2000), "2");
  assert_text (bzg_format_thousandths (BZG_LANGUAGE_EN, 0), "0");
  assert_text (bzg_format_thousandths (BZG_LANGUAGE_EN, -5), "−0.005");
  assert_text (bzg_format_thousandths (BZG_LANGUAGE_RU, 1234567890), "1" N "234" N "567,89");

  assert_text (bzg_format_money (BZG_LANGUAGE_TG, 148000, "TJS"), "1" N "480,00" N "TJS");
  assert_text (bzg_format_money (BZG_LANGUAGE_EN, 148005, "USD"), "1,480.05" N "USD");
  assert_text (bzg_format_money (BZG_LANGUAGE_EN, 5, "TJS"), "0.05" N "TJS");
  assert_text (bzg_format_money (BZG_LANGUAGE_EN, 5, "JPY"), "5" N "JPY");
  assert_text (bzg_format_money (BZG_LANGUAGE_EN, 5, NULL), "0.05");
  assert_text (bzg_format_percent (BZG_LANGUAGE_TG, 125), "12,5" N "%");
  assert_text (bzg_format_percent (BZG_LANGUAGE_EN, 1000), "100%");
}

static void
test_dates (void)
{
  assert_text (bzg_format_date (BZG_LANGUAGE_EN, bzg_date_make (2019, 8, 12)),
               "12" N "August 2019");
  assert_text (bzg_format_date (BZG_LANGUAGE_EN, bzg_date_make (2019, 8, 0)), "August 2019");
  assert_text (bzg_format_date (BZG_LANGUAGE_EN, bzg_date_make (2019, 0, 0)), "2019");
  assert_text (bzg_format_date (BZG_LANGUAGE_EN, BZG_DATE_MISSING), "–");
  assert_text (bzg_format_date (BZG_LANGUAGE_RU, bzg_date_make (2019, 0, 0)), "2019" N "г.");
  assert_text (bzg_format_date_short (BZG_LANGUAGE_TG, bzg_date_make (2019, 8, 2)), "02.08.2019");
  assert_text (bzg_format_date_short (BZG_LANGUAGE_RU, bzg_date_make (2019, 8, 0)), "08.2019");
  assert_text (bzg_format_date_short (BZG_LANGUAGE_EN, bzg_date_make (2019, 8, 2)), "2 Aug 2019");
  assert_text (bzg_format_date_short (BZG_LANGUAGE_EN, BZG_DATE_MISSING), "–");
}

static void
test_periods (void)
{
  static const char *const cases[][2] = {
    { "2019", "2019" },
    { "2019-08", "August 2019" },
    { "2019-08-12", "12" N "August 2019" },
    { "2019-Q4", "quarter 4 of 2019" },
    { "2019-H1", "half-year 1 of 2019" },
    { "FY2020", "US fiscal year 2020 (1" N "October 2019 – 30" N "September 2020)" },
    { "FY2020-Q1", "quarter 1 of US fiscal year 2020 (1" N "October 2019 – 31" N "December 2019)" },
    { "2019-01..2019-06", "1" N "January 2019 – 30" N "June 2019" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      BzgPeriod period;

      g_assert_true (bzg_period_parse (cases[i][0], &period, NULL));
      assert_text (bzg_format_period (BZG_LANGUAGE_EN, &period), cases[i][1]);
    }
}

static void
test_parse (void)
{
  static const struct
  {
    const char *text;
    gint64 thousandths;
  } good[] = {
    { "0", 0 },
    { "1480", 1480000 },
    { "1 480", 1480000 },
    { "1" N "480", 1480000 },
    { "1\xe2\x80\xaf"
      "480,5",
      1480500 },
    { "1480.50", 1480500 },
    { "1480,50", 1480500 },
    { "1 480,125", 1480125 },
    { "1,480.5", 1480500 },
    { "1.480,5", 1480500 },
    { "1,234,567", 1234567000 },
    { "1.234.567", 1234567000 },
    { "1,234,567.891", 1234567891 },
    { "1.480", 1480 },
    { "0,125", 125 },
    { "1234,567", 1234567 },
    { "1.50000", 1500 },
    { "-5", -5000 },
    { "−5,5", -5500 },
    { " 7 ", 7000 },
    { "007", 7000 },
    { "9223372036854775.807", G_MAXINT64 },
    { "-9223372036854775.808", G_MININT64 },
  };
  static const char *const bad[] = {
    "",
    " ",
    "-",
    "abc",
    "1a",
    "1,480",
    "12,345",
    "1.2345",
    "1 48",
    "1 4800",
    " 1  480",
    "12 34 567",
    "1,2,3",
    "1,23.5",
    "1.,5",
    "1,",
    ".5",
    ",5",
    "1..5",
    "1,5 000",
    "1 234,567,8",
    "--5",
    "+5",
    "5-",
    "1e5",
    "٥",
    "\xff",
    "9223372036854775.808",
    "99999999999999999999",
    "-9223372036854775.809",
    "1,234 567",
    "1234 567",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 value = 0;

      if (!bzg_parse_thousandths (good[i].text, &value, &error))
        g_error ("%s: %s", good[i].text, error->message);
      g_assert_cmpint (value, ==, good[i].thousandths);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 value = 7;

      if (bzg_parse_thousandths (bad[i], &value, &error))
        g_error ("%s was taken for a number", bad[i]);
      g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
      g_assert_cmpint (value, ==, 7);
    }
  g_assert_false (bzg_parse_thousandths (NULL, &(gint64){ 0 }, NULL));
}

static void
test_parse_money (void)
{
  gint64 value;

  g_assert_true (bzg_parse_money ("1 480,5", "TJS", &value, NULL));
  g_assert_cmpint (value, ==, 148050);
  g_assert_true (bzg_parse_money ("1480.50", "TJS", &value, NULL));
  g_assert_cmpint (value, ==, 148050);
  g_assert_true (bzg_parse_money ("1480", "JPY", &value, NULL));
  g_assert_cmpint (value, ==, 1480);
  g_assert_true (bzg_parse_money ("1480.00", "JPY", &value, NULL));
  g_assert_false (bzg_parse_money ("1.480", "TJS", &value, NULL) && value != 148);
  g_assert_false (bzg_parse_money ("1.481", "TJS", &value, NULL));
  g_assert_false (bzg_parse_money ("1,480", "TJS", &value, NULL));
  g_assert_true (bzg_parse_integer ("1 480", &value, NULL));
  g_assert_cmpint (value, ==, 1480);
  g_assert_false (bzg_parse_integer ("1.5", &value, NULL));
  g_assert_true (bzg_parse_integer ("12.0", &value, NULL));
}

/* What is shown can be typed in again, in each language. The exception is documented: three
 * decimals after a comma and no other sign. */
static void
test_round_trip (void)
{
  for (int i = 0; i < 20000; i++)
    {
      BzgLanguage lang = (BzgLanguage) (i % BZG_N_LANGUAGES);
      gint64 value = (gint64) ((guint64) g_test_rand_int () << 32 | (guint32) g_test_rand_int ())
                     >> g_test_rand_int_range (0, 63);
      g_autofree char *money = bzg_format_money (lang, value, NULL);
      g_autofree char *number = bzg_format_thousandths (lang, value);
      gint64 again = 0;

      g_assert_true (bzg_parse_money (money, "TJS", &again, NULL));
      g_assert_cmpint (again, ==, value);
      if (bzg_parse_thousandths (number, &again, NULL))
        g_assert_cmpint (again, ==, value);
      else
        g_assert_true (ABS (value) < 1000000 || (lang == BZG_LANGUAGE_EN && value % 1000 == 0));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* Without catalogues, so that the words do not depend on the translators. */
  g_setenv ("BOZGASHT_LOCALEDIR", "/nonexistent", TRUE);
  g_test_add_func ("/format/numbers", test_numbers);
  g_test_add_func ("/format/dates", test_dates);
  g_test_add_func ("/format/periods", test_periods);
  g_test_add_func ("/format/parse", test_parse);
  g_test_add_func ("/format/parse-money", test_parse_money);
  g_test_add_func ("/format/round-trip", test_round_trip);
  return g_test_run ();
}
