/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates, periods and numbers: what is accepted is valid and comes back the same. */
#include "base/bzg-date.h"
#include "base/bzg-format.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  BzgDate date, again;
  BzgPeriod period, same;
  gint64 value, value_again;

  if (bzg_date_parse (text, bzg_date_make (2024, 3, 21), &date, NULL))
    {
      char iso[BZG_DATE_TEXT_SIZE];

      g_assert_true (bzg_date_is_valid (date));
      bzg_date_to_iso (date, iso);
      g_assert_true (bzg_date_is_missing (date) || bzg_date_from_iso (iso, &again));
      if (!bzg_date_is_missing (date))
        g_assert_cmpint (bzg_date_compare (date, again), ==, 0);
    }
  if (bzg_period_parse (text, &period, NULL))
    {
      g_assert_cmpint (bzg_date_compare (period.first, period.last), <=, 0);
      g_assert_cmpint (bzg_date_precision (period.last), ==, BZG_DATE_PRECISION_DAY);
      g_assert_true (bzg_period_parse (period.id, &same, NULL));
      g_assert_true (bzg_period_equal (&period, &same));
      g_free (bzg_format_period (BZG_LANGUAGE_EN, &period));
    }
  if (bzg_parse_money (text, "TJS", &value, NULL))
    for (int lang = 0; lang < BZG_N_LANGUAGES; lang++)
      {
        g_autofree char *shown = bzg_format_money ((BzgLanguage) lang, value, NULL);

        g_assert_true (bzg_parse_money (shown, "TJS", &value_again, NULL));
        g_assert_cmpint (value, ==, value_again);
      }
  bzg_parse_integer (text, &value, NULL);
  bzg_parse_thousandths (text, &value, NULL);
  return 0;
}
