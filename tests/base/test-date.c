/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bzg-date.h"
#include "base/bzg-error.h"

#include <string.h>

static const BzgDate today = { 2024, 3, 21 };

static BzgDate
iso (const char *text)
{
  BzgDate date = BZG_DATE_MISSING;

  g_assert_true (bzg_date_from_iso (text, &date));
  return date;
}

static void
assert_iso (BzgDate date, const char *expected)
{
  char text[BZG_DATE_TEXT_SIZE];

  g_assert_cmpstr (bzg_date_to_iso (date, text), ==, expected);
}

/* Every day of the range, against GLib's own calendar; and every day there is not. */
static void
test_calendar (void)
{
  BzgDate day = iso ("1850-01-01");
  int number = 0;

  for (int year = BZG_DATE_MIN_YEAR; year <= BZG_DATE_MAX_YEAR; year++)
    for (int month = 1; month <= 12; month++)
      for (int d = 1; d <= 32; d++)
        {
          BzgDate date = bzg_date_make (year, month, d);
          GDate other;

          if (!g_date_valid_dmy ((GDateDay) d, (GDateMonth) month, (GDateYear) year))
            {
              g_assert_true (bzg_date_is_missing (date));
              g_assert_false (
                bzg_date_is_valid ((BzgDate){ (gint16) year, (guint8) month, (guint8) d }));
              continue;
            }
          g_assert_cmpint (bzg_date_compare (date, day), ==, 0);
          g_assert_cmpint (bzg_date_days_between (iso ("1850-01-01"), date, NULL), ==, number);
          g_date_set_dmy (&other, (GDateDay) d, (GDateMonth) month, (GDateYear) year);
          g_assert_cmpint (bzg_date_weekday (date), ==, (int) g_date_get_weekday (&other));
          day = bzg_date_add_days (day, 1);
          number++;
        }
  g_assert_true (bzg_date_is_missing (day));
  assert_iso (bzg_date_add_days (iso ("2199-12-31"), 1 - number), "1850-01-01");
  assert_iso (bzg_date_add_days (iso ("1850-01-01"), -1), "");
  assert_iso (bzg_date_add_days (iso ("2019"), 1), "");
}

static void
test_iso (void)
{
  static const char *const bad[]
    = { "",           "2019-", "2019-1",  "2019-13",     "2019-00",      "2019-02-29", "2019-02-30",
        "2019-02-00", "19",    "02019",   "2019-08-123", " 2019",        "2019 ",      "1849",
        "2200",       "0000",  "2019/08", "-019",        "2019-08-12T00" };
  BzgDate date = today;

  assert_iso (iso ("2019"), "2019");
  assert_iso (iso ("2019-08"), "2019-08");
  assert_iso (iso ("2020-02-29"), "2020-02-29");
  assert_iso (BZG_DATE_MISSING, "");
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (bzg_date_from_iso (bad[i], &date));
  g_assert_false (bzg_date_from_iso (NULL, &date));
  g_assert_cmpint (bzg_date_compare (date, today), ==, 0);
}

static void
test_parse (void)
{
  static const char *const good[][2] = {
    { "2019", "2019" },
    { "2019-08", "2019-08" },
    { "2019-08-12", "2019-08-12" },
    { "2019.08.12", "2019-08-12" },
    { "2019/8/2", "2019-08-02" },
    { "12.08.2019", "2019-08-12" },
    { "12. 8. 2019", "2019-08-12" },
    { " 12.08.2019. ", "2019-08-12" },
    { "21/3/24", "2024-03-21" },
    { "12/8/19", "2019-08-12" },
    { "12/8/34", "2034-08-12" },
    { "12/8/35", "1935-08-12" },
    { "01-02-85", "1985-02-01" },
    { "08.2019", "2019-08" },
    { "8/2019", "2019-08" },
    { "21 март 2024", "2024-03-21" },
    { "21 марти 2024", "2024-03-21" },
    { "21 марта 2024 г.", "2024-03-21" },
    { "21 МАРТА 2024 года", "2024-03-21" },
    { "21 март соли 2024", "2024-03-21" },
    { "21 March 2024", "2024-03-21" },
    { "March 21, 2024", "2024-03-21" },
    { "21 Mar 24", "2024-03-21" },
    { "21-Mar-2024", "2024-03-21" },
    { "2024 March 21", "2024-03-21" },
    { "март 2024", "2024-03" },
    { "Сентябрь 2019", "2019-09" },
    { "сент. 2019", "2019-09" },
    { "майи 2020", "2020-05" },
    { "мая 2020", "2020-05" },
    { "июли 2020", "2020-07" },
    { "июня 2020", "2020-06" },
    { "1 декабри 2020", "2020-12-01" },
    { "12 avgust 2019", "2019-08-12" },
    { "2019 г.", "2019" },
    { "имрӯз", "2024-03-21" },
    { "Имруз", "2024-03-21" },
    { "сегодня", "2024-03-21" },
    { "TODAY", "2024-03-21" },
    { "вчера", "2024-03-20" },
    { "фардо", "2024-03-22" },
    { "+7", "2024-03-28" },
    { "-21", "2024-02-29" },
    { "−1", "2024-03-20" },
    { "2019-08-12 00:00:00", "2019-08-12" },
    { "2019-08-12T00:00:00", "2019-08-12" },
    { "29.02.2020", "2020-02-29" },
    { "", "" },
    { "  ", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      BzgDate date = today;

      if (!bzg_date_parse (good[i][0], today, &date, &error))
        g_error ("%s: %s", good[i][0], error->message);
      assert_iso (date, good[i][1]);
    }
}

static void
test_parse_bad (void)
{
  static const char *const bad[] = {
    "31.02.2019",  "29.02.2019", "00.01.2019",  "32.01.2019",       "12.13.2019",
    "13/13/2019",  "2019-13",    "2019-00",     "0.2019",           "12.08",
    "12",          "1",          "201",         "20190812",         "12.08.201",
    "12.08.20199", "12.8/2019",  "12..08.2019", "12.08.2019.1",     "12,08,2019",
    "март",        "21 март",    "21 21 2024",  "март май 2024",    "32 март 2024",
    "0 март 2024", "в 2019",     "с 2019",      "вчерашний",        "+",
    "-",           "+1234567",   "+7 days",     "about 2019",       "2019-",
    "2019-08-",    "1849",       "2200",        "12.08.1200",       "2019-08-12 13:45",
    "2019?",       "\xff\xfe",   "٢٠١٩",        "21 marching 2024", "ма 2024",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      BzgDate date = today;

      if (bzg_date_parse (bad[i], today, &date, &error))
        g_error ("%s was taken for a date", bad[i]);
      g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
      g_assert_cmpint (bzg_date_compare (date, today), ==, 0);
    }
}

/* Whatever is written is read back, in each of the orders. */
static void
test_parse_round_trip (void)
{
  BzgDate day = iso ("1950-01-01");

  for (int i = 0; i < 3000; i++, day = bzg_date_add_days (day, 17))
    {
      char *text;
      BzgDate again;

      if (bzg_date_is_missing (day))
        break;
      switch (i % 4)
        {
        case 0:
          text = g_strdup_printf ("%d.%d.%d", day.day, day.month, day.year);
          break;
        case 1:
          text = g_strdup_printf ("%02d/%02d/%d", day.day, day.month, day.year);
          break;
        case 2:
          text = g_strdup_printf ("%d-%d-%d", day.year, day.month, day.day);
          break;
        default:
          text = g_strdup_printf ("%d %d %d", day.day, day.month, day.year);
          break;
        }
      g_assert_true (bzg_date_parse (text, today, &again, NULL));
      g_assert_cmpint (bzg_date_compare (day, again), ==, 0);
      g_free (text);
    }
}

static void
test_span (void)
{
  assert_iso (bzg_date_first_day (iso ("2019")), "2019-01-01");
  assert_iso (bzg_date_last_day (iso ("2019")), "2019-12-31");
  assert_iso (bzg_date_last_day (iso ("2020-02")), "2020-02-29");
  assert_iso (bzg_date_last_day (iso ("2100-02")), "2100-02-28");
  assert_iso (bzg_date_last_day (BZG_DATE_MISSING), "");

  g_assert_true (bzg_date_contains (iso ("2019"), iso ("2019-08")));
  g_assert_true (bzg_date_contains (iso ("2019-08"), iso ("2019-08-31")));
  g_assert_true (bzg_date_contains (iso ("2019"), iso ("2019")));
  g_assert_false (bzg_date_contains (iso ("2019-08"), iso ("2019")));
  g_assert_false (bzg_date_contains (iso ("2019"), BZG_DATE_MISSING));
  g_assert_false (bzg_date_contains (BZG_DATE_MISSING, iso ("2019")));

  g_assert_true (bzg_date_is_before (iso ("2018"), iso ("2019")));
  g_assert_true (bzg_date_is_before (iso ("2018-12-31"), iso ("2019")));
  g_assert_false (bzg_date_is_before (iso ("2019"), iso ("2019-08")));
  g_assert_false (bzg_date_is_before (BZG_DATE_MISSING, iso ("2019-08")));
  g_assert_true (bzg_date_overlaps (iso ("2019"), iso ("2019-08")));
  g_assert_false (bzg_date_overlaps (iso ("2019-07"), iso ("2019-08")));

  /* The order of a list: missing, then by first day, the less precise first. */
  {
    static const char *const order[]
      = { "2018-12-31", "2019", "2019-01", "2019-01-01", "2019-01-02", "2019-02" };

    for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
      {
        g_assert_cmpint (bzg_date_compare (BZG_DATE_MISSING, iso (order[i])), <, 0);
        for (gsize j = 0; j < G_N_ELEMENTS (order); j++)
          g_assert_cmpint (CLAMP (bzg_date_compare (iso (order[i]), iso (order[j])), -1, 1), ==,
                           (i > j) - (i < j));
      }
  }
}

static void
test_arithmetic (void)
{
  gboolean known;
  int min, max;

  assert_iso (bzg_date_add_months (iso ("2019-01-31"), 1), "2019-02-28");
  assert_iso (bzg_date_add_months (iso ("2020-01-31"), 1), "2020-02-29");
  assert_iso (bzg_date_add_months (iso ("2019-03-31"), -1), "2019-02-28");
  assert_iso (bzg_date_add_months (iso ("2019-08"), 5), "2020-01");
  assert_iso (bzg_date_add_months (iso ("2019"), 12), "2020");
  assert_iso (bzg_date_add_months (iso ("2019"), 1), "");
  assert_iso (bzg_date_add_months (iso ("2199-12"), 1), "");
  assert_iso (bzg_date_add_months (iso ("2019-01"), G_MININT), "");

  g_assert_cmpint (bzg_date_days_between (iso ("2020-02-28"), iso ("2020-03-01"), &known), ==, 2);
  g_assert_true (known);
  g_assert_cmpint (bzg_date_days_between (iso ("2020-02"), iso ("2020-03-01"), &known), ==, 0);
  g_assert_false (known);

  g_assert_true (bzg_date_age (iso ("1990-05-20"), iso ("2019-05-19"), &min, &max));
  g_assert_cmpint (min, ==, 28);
  g_assert_cmpint (max, ==, 28);
  g_assert_true (bzg_date_age (iso ("1990-05-20"), iso ("2019-05-20"), &min, &max));
  g_assert_cmpint (min, ==, 29);
  g_assert_true (bzg_date_age (iso ("1990"), iso ("2019"), &min, &max));
  g_assert_cmpint (min, ==, 28);
  g_assert_cmpint (max, ==, 29);
  g_assert_true (bzg_date_age (iso ("1990"), iso ("2019-12-31"), &min, &max));
  g_assert_cmpint (min, ==, 29);
  g_assert_cmpint (max, ==, 29);
  g_assert_true (bzg_date_age (iso ("2000-02-29"), iso ("2018-02-28"), &min, &max));
  g_assert_cmpint (max, ==, 17);
  g_assert_true (bzg_date_age (iso ("2000-02-29"), iso ("2018-03-01"), &min, &max));
  g_assert_cmpint (min, ==, 18);
  g_assert_true (bzg_date_age (iso ("2019"), iso ("2019-06-01"), &min, &max));
  g_assert_cmpint (min, ==, 0);
  g_assert_false (bzg_date_age (iso ("2020"), iso ("2019"), &min, &max));
  g_assert_false (bzg_date_age (BZG_DATE_MISSING, iso ("2019"), &min, &max));
}

static void
test_period (void)
{
  static const char *const good[][4] = {
    { "2019", "2019-01-01", "2019-12-31", "2019" },
    { "2020-02", "2020-02-01", "2020-02-29", "2020-02" },
    { "2019-08-12", "2019-08-12", "2019-08-12", "2019-08-12" },
    { "2019-Q1", "2019-01-01", "2019-03-31", "2019-Q1" },
    { "2019-q4", "2019-10-01", "2019-12-31", "2019-Q4" },
    { "2019-H2", "2019-07-01", "2019-12-31", "2019-H2" },
    { "FY2020", "2019-10-01", "2020-09-30", "FY2020" },
    { "fy2020-q1", "2019-10-01", "2019-12-31", "FY2020-Q1" },
    { "FY2020-Q2", "2020-01-01", "2020-03-31", "FY2020-Q2" },
    { "FY2020-Q4", "2020-07-01", "2020-09-30", "FY2020-Q4" },
    { "FY2020-H1", "2019-10-01", "2020-03-31", "FY2020-H1" },
    { "2019-01..2019-06", "2019-01-01", "2019-06-30", "2019-01..2019-06" },
    { "2019-01-05..2019-06-30", "2019-01-05", "2019-06-30", "2019-01-05..2019-06-30" },
    { "FY2019-Q4..FY2020-Q1", "2019-07-01", "2019-12-31", "FY2019-Q4..FY2020-Q1" },
    { "2018..2020", "2018-01-01", "2020-12-31", "2018..2020" },
  };
  static const char *const bad[] = {
    "",
    "2019-Q0",
    "2019-Q5",
    "2019-Q",
    "2019-H3",
    "2019-Q44",
    "FY",
    "FY20",
    "FY2020-13",
    "FY2020-",
    "FY2020Q1",
    "2019..",
    "..2019",
    "2019...2020",
    "2020..2019",
    "2019-06..2019-01",
    "Q1 2019",
    "2019-13",
    "FY2020-01",
    "1849-Q1",
    "2019-01-01..2019-12-31x",
    "2019-Q1-2019-Q2",
    "2019-Q1..2019-Q2..2019-Q3",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      BzgPeriod period;

      g_assert_true (bzg_period_parse (good[i][0], &period, NULL));
      assert_iso (period.first, good[i][1]);
      assert_iso (period.last, good[i][2]);
      g_assert_cmpstr (period.id, ==, good[i][3]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      BzgPeriod period = { .id = "x" };

      if (bzg_period_parse (bad[i], &period, &error))
        g_error ("%s was taken for a period", bad[i]);
      g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
      g_assert_cmpstr (period.id, ==, "x");
    }
  g_assert_false (bzg_period_parse (NULL, &(BzgPeriod){ 0 }, NULL));
}

/* Only a date whose whole span lies inside is counted. */
static void
test_posting (void)
{
  BzgPeriod q3, year, other;

  g_assert_true (bzg_period_parse ("2019-Q3", &q3, NULL));
  g_assert_true (bzg_period_parse ("2019", &year, NULL));
  g_assert_true (bzg_period_contains (&q3, iso ("2019-08")));
  g_assert_true (bzg_period_contains (&q3, iso ("2019-07-01")));
  g_assert_true (bzg_period_contains (&q3, iso ("2019-09-30")));
  g_assert_false (bzg_period_contains (&q3, iso ("2019-10-01")));
  g_assert_false (bzg_period_contains (&q3, iso ("2019")));
  g_assert_true (bzg_period_touches (&q3, iso ("2019")));
  g_assert_false (bzg_period_touches (&q3, iso ("2018")));
  g_assert_true (bzg_period_contains (&year, iso ("2019")));
  g_assert_false (bzg_period_contains (&year, BZG_DATE_MISSING));
  g_assert_false (bzg_period_touches (&year, BZG_DATE_MISSING));

  for (BzgDate day = iso ("2018-01-01"); day.year < 2021; day = bzg_date_add_days (day, 1))
    {
      BzgPeriod calendar = bzg_period_calendar_quarter (day);
      BzgPeriod fiscal = bzg_period_fiscal_quarter (day);

      g_assert_true (bzg_period_contains (&calendar, day));
      g_assert_true (bzg_period_equal (&calendar, &fiscal));
      g_assert_true (bzg_period_parse (calendar.id, &other, NULL));
      g_assert_true (bzg_period_equal (&calendar, &other));
      g_assert_true (bzg_period_parse (fiscal.id, &other, NULL));
      g_assert_true (bzg_period_equal (&fiscal, &other));
    }
  g_assert_cmpint (bzg_date_fiscal_year (iso ("2019-09-30")), ==, 2019);
  g_assert_cmpint (bzg_date_fiscal_year (iso ("2019-10-01")), ==, 2020);
  g_assert_cmpint (bzg_date_fiscal_year (iso ("2019")), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/date/calendar", test_calendar);
  g_test_add_func ("/date/iso", test_iso);
  g_test_add_func ("/date/parse", test_parse);
  g_test_add_func ("/date/parse-bad", test_parse_bad);
  g_test_add_func ("/date/parse-round-trip", test_parse_round_trip);
  g_test_add_func ("/date/span", test_span);
  g_test_add_func ("/date/arithmetic", test_arithmetic);
  g_test_add_func ("/period/parse", test_period);
  g_test_add_func ("/period/posting", test_posting);
  return g_test_run ();
}
