/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bzg-date.h"

#include "base/bzg-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static void
set_months (BzgPeriod *out, int year, int month, int months)
{
  BzgDate first = bzg_date_make (year, month, 1);

  out->first = first;
  out->last = bzg_date_last_day (
    bzg_date_add_months (bzg_date_make (first.year, first.month, 0), months - 1));
}

/* Q1 to Q4, H1 or H2 at @at, and nothing behind: first month (0 to 9) and length. */
static gboolean
parse_part (const char *at, int *month, int *months)
{
  char kind = g_ascii_toupper (at[0]);
  int number = kind != '\0' ? at[1] - '0' : 0;

  if (kind == 'Q' && number >= 1 && number <= 4 && at[2] == '\0')
    *months = 3;
  else if (kind == 'H' && number >= 1 && number <= 2 && at[2] == '\0')
    *months = 6;
  else
    return FALSE;
  *month = (number - 1) * *months;
  return TRUE;
}

static int
parse_year (const char *text)
{
  int year = 0;

  for (int i = 0; i < 4; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return 0;
      year = year * 10 + (text[i] - '0');
    }
  return year;
}

/* One period without `..`. A fiscal year must begin inside the range of years too. */
static gboolean
parse_one (const char *text, BzgPeriod *out)
{
  gboolean fiscal = g_ascii_strncasecmp (text, "FY", 2) == 0;
  const char *at = fiscal ? text + 2 : text;
  int year = parse_year (at);
  int month = 0, months = 12;
  BzgDate date;

  if (!fiscal && bzg_date_from_iso (text, &date))
    {
      out->first = bzg_date_first_day (date);
      out->last = bzg_date_last_day (date);
    }
  else
    {
      if (year < BZG_DATE_MIN_YEAR + 1 || year > BZG_DATE_MAX_YEAR)
        return FALSE;
      if (at[4] == '-' ? !parse_part (at + 5, &month, &months) : at[4] != '\0' || !fiscal)
        return FALSE;
      if (fiscal)
        month += 9;
      set_months (out, fiscal && month < 12 ? year - 1 : year, month % 12 + 1, months);
    }
  for (gsize i = 0; i <= strlen (text); i++)
    out->id[i] = g_ascii_toupper (text[i]);
  return TRUE;
}

gboolean
bzg_period_parse (const char *text, BzgPeriod *out, GError **error)
{
  char copy[BZG_PERIOD_ID_SIZE];
  BzgPeriod period = { 0 }, second = { 0 };
  char *dots;
  gboolean ok;

  if (text == NULL || g_strlcpy (copy, text, sizeof copy) >= sizeof copy)
    ok = FALSE;
  else if ((dots = strstr (copy, "..")) == NULL)
    ok = parse_one (copy, &period);
  else
    {
      *dots = '\0';
      ok = parse_one (copy, &period) && parse_one (dots + 2, &second)
           && bzg_date_compare (period.first, second.first) <= 0
           && bzg_date_compare (period.last, second.last) <= 0;
      period.last = second.last;
      for (gsize i = 0; i <= strlen (text); i++)
        period.id[i] = g_ascii_toupper (text[i]);
    }
  if (!ok)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_MALFORMED,
                           _ ("expected a period such as 2019, 2019-08, 2019-Q4, FY2020-Q1 or "
                              "2019-01..2019-06"));
      return FALSE;
    }
  *out = period;
  return TRUE;
}

BzgPeriod
bzg_period_calendar_quarter (BzgDate day)
{
  BzgPeriod out = { 0 };
  int quarter = (day.month + 2) / 3;

  if (day.day == 0)
    return out;
  set_months (&out, day.year, quarter * 3 - 2, 3);
  g_snprintf (out.id, sizeof out.id, "%04d-Q%d", day.year, quarter);
  return out;
}

BzgPeriod
bzg_period_fiscal_quarter (BzgDate day)
{
  BzgPeriod out = bzg_period_calendar_quarter (day);
  int quarter = (day.month + 2) / 3 % 4 + 1;

  if (day.day != 0)
    g_snprintf (out.id, sizeof out.id, "FY%04d-Q%d", bzg_date_fiscal_year (day), quarter);
  return out;
}

gboolean
bzg_period_contains (const BzgPeriod *period, BzgDate date)
{
  return date.year != 0 && bzg_date_compare (period->first, bzg_date_first_day (date)) <= 0
         && bzg_date_compare (bzg_date_last_day (date), period->last) <= 0;
}

gboolean
bzg_period_touches (const BzgPeriod *period, BzgDate date)
{
  return date.year != 0 && bzg_date_compare (period->first, bzg_date_last_day (date)) <= 0
         && bzg_date_compare (bzg_date_first_day (date), period->last) <= 0;
}

gboolean
bzg_period_equal (const BzgPeriod *a, const BzgPeriod *b)
{
  return bzg_date_compare (a->first, b->first) == 0 && bzg_date_compare (a->last, b->last) == 0;
}
