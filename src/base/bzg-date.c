/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bzg-date.h"

#include <time.h>

/* Days since 1 March of the year 0 make every leap day the last day of its year: the month lengths
 * then follow one formula. */
static int
to_number (BzgDate date)
{
  int year = date.month <= 2 ? date.year - 1 : date.year;
  int month = date.month <= 2 ? date.month + 9 : date.month - 3;

  return year * 365 + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + date.day - 1;
}

static BzgDate
from_number (gint64 number)
{
  gint64 year = (10000 * number + 14780) / 3652425;
  gint64 rest = number - (year * 365 + year / 4 - year / 100 + year / 400);
  gint64 month;

  if (rest < 0)
    {
      year--;
      rest = number - (year * 365 + year / 4 - year / 100 + year / 400);
    }
  month = (100 * rest + 52) / 3060;
  return bzg_date_make ((int) (year + (month + 2) / 12), (int) ((month + 2) % 12 + 1),
                        (int) (rest - (month * 306 + 5) / 10 + 1));
}

gboolean
bzg_date_is_leap_year (int year)
{
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int
bzg_date_days_in_month (int year, int month)
{
  static const guint8 days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

  if (month < 1 || month > 12)
    return 0;
  return days[month - 1] + (month == 2 && bzg_date_is_leap_year (year));
}

BzgDate
bzg_date_make (int year, int month, int day)
{
  if (year < BZG_DATE_MIN_YEAR || year > BZG_DATE_MAX_YEAR || month < 0 || month > 12 || day < 0
      || day > bzg_date_days_in_month (year, month))
    return BZG_DATE_MISSING;
  return (BzgDate){ .year = (gint16) year, .month = (guint8) month, .day = (guint8) day };
}

BzgDate
bzg_date_today (void)
{
  /* Not GDateTime: it asks the file system for the time zone each time, and this is called for
   * every date that is checked. */
  time_t now = time (NULL);
  struct tm local;

  if (localtime_r (&now, &local) == NULL)
    return BZG_DATE_MISSING;
  return bzg_date_make (local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
}

gboolean
bzg_date_is_valid (BzgDate date)
{
  if (date.year == 0)
    return date.month == 0 && date.day == 0;
  return bzg_date_make (date.year, date.month, date.day).year != 0;
}

gboolean
bzg_date_is_missing (BzgDate date)
{
  return date.year == 0;
}

BzgDatePrecision
bzg_date_precision (BzgDate date)
{
  if (date.year == 0)
    return BZG_DATE_PRECISION_NONE;
  if (date.month == 0)
    return BZG_DATE_PRECISION_YEAR;
  return date.day == 0 ? BZG_DATE_PRECISION_MONTH : BZG_DATE_PRECISION_DAY;
}

const char *
bzg_date_to_iso (BzgDate date, char out[BZG_DATE_TEXT_SIZE])
{
  switch (bzg_date_precision (date))
    {
    case BZG_DATE_PRECISION_YEAR:
      g_snprintf (out, BZG_DATE_TEXT_SIZE, "%04d", date.year);
      break;
    case BZG_DATE_PRECISION_MONTH:
      g_snprintf (out, BZG_DATE_TEXT_SIZE, "%04d-%02d", date.year, date.month);
      break;
    case BZG_DATE_PRECISION_DAY:
      g_snprintf (out, BZG_DATE_TEXT_SIZE, "%04d-%02d-%02d", date.year, date.month, date.day);
      break;
    case BZG_DATE_PRECISION_NONE:
    default:
      out[0] = '\0';
    }
  return out;
}

/* Exactly @n digits at *@at, which moves behind them; -1 if there are not so many. */
static int
take_digits (const char **at, int n)
{
  int value = 0;

  for (; n > 0; n--, (*at)++)
    {
      if (!g_ascii_isdigit (**at))
        return -1;
      value = value * 10 + (**at - '0');
    }
  return value;
}

gboolean
bzg_date_from_iso (const char *text, BzgDate *out)
{
  int parts[3] = { 0 };
  BzgDate date;

  if (text == NULL)
    return FALSE;
  for (int i = 0; i < 3; i++)
    {
      parts[i] = take_digits (&text, i == 0 ? 4 : 2);
      if (parts[i] <= 0)
        return FALSE;
      if (*text == '\0')
        break;
      if (i == 2 || *text++ != '-')
        return FALSE;
    }
  date = bzg_date_make (parts[0], parts[1], parts[2]);
  if (date.year == 0)
    return FALSE;
  *out = date;
  return TRUE;
}

BzgDate
bzg_date_first_day (BzgDate date)
{
  if (date.year == 0)
    return date;
  return bzg_date_make (date.year, MAX (date.month, 1), MAX (date.day, 1));
}

BzgDate
bzg_date_last_day (BzgDate date)
{
  int month = date.month != 0 ? date.month : 12;

  if (date.year == 0)
    return date;
  return bzg_date_make (date.year, month,
                        date.day != 0 ? date.day : bzg_date_days_in_month (date.year, month));
}

int
bzg_date_compare (BzgDate a, BzgDate b)
{
  BzgDate first_a = bzg_date_first_day (a);
  BzgDate first_b = bzg_date_first_day (b);

  if (first_a.year != first_b.year)
    return first_a.year < first_b.year ? -1 : 1;
  if (first_a.month != first_b.month)
    return first_a.month < first_b.month ? -1 : 1;
  if (first_a.day != first_b.day)
    return first_a.day < first_b.day ? -1 : 1;
  return (int) bzg_date_precision (a) - (int) bzg_date_precision (b);
}

gboolean
bzg_date_is_before (BzgDate a, BzgDate b)
{
  return a.year != 0 && b.year != 0
         && bzg_date_compare (bzg_date_last_day (a), bzg_date_first_day (b)) < 0;
}

gboolean
bzg_date_contains (BzgDate outer, BzgDate inner)
{
  return outer.year != 0 && inner.year != 0
         && bzg_date_compare (bzg_date_first_day (outer), bzg_date_first_day (inner)) <= 0
         && bzg_date_compare (bzg_date_last_day (inner), bzg_date_last_day (outer)) <= 0;
}

gboolean
bzg_date_overlaps (BzgDate a, BzgDate b)
{
  return a.year != 0 && b.year != 0 && !bzg_date_is_before (a, b) && !bzg_date_is_before (b, a);
}

BzgDate
bzg_date_add_days (BzgDate date, int days)
{
  if (date.day == 0)
    return BZG_DATE_MISSING;
  /* No sum outside the range of years is of interest; this also keeps the arithmetic small. */
  if (days < -150000 || days > 150000)
    return BZG_DATE_MISSING;
  return from_number ((gint64) to_number (date) + days);
}

BzgDate
bzg_date_add_months (BzgDate date, int months)
{
  gint64 number;
  int year, month;

  if (date.year == 0 || (date.month == 0 && months % 12 != 0))
    return BZG_DATE_MISSING;
  number = (gint64) date.year * 12 + (date.month != 0 ? date.month - 1 : 0) + months;
  if (number < BZG_DATE_MIN_YEAR * 12 || number >= (BZG_DATE_MAX_YEAR + 1) * 12)
    return BZG_DATE_MISSING;
  year = (int) (number / 12);
  month = (int) (number % 12) + 1;
  if (date.month == 0)
    return bzg_date_make (year, 0, 0);
  return bzg_date_make (year, month, MIN (date.day, bzg_date_days_in_month (year, month)));
}

int
bzg_date_days_between (BzgDate a, BzgDate b, gboolean *known)
{
  gboolean both = a.day != 0 && b.day != 0;

  if (known != NULL)
    *known = both;
  return both ? to_number (b) - to_number (a) : 0;
}

int
bzg_date_weekday (BzgDate date)
{
  /* Day 0, 1 March of the year 0, was a Wednesday. */
  return date.day != 0 ? (to_number (date) + 2) % 7 + 1 : 0;
}

/* Both known to the day. */
static int
whole_years (BzgDate birth, BzgDate at)
{
  int years = at.year - birth.year;

  if (at.month < birth.month || (at.month == birth.month && at.day < birth.day))
    years--;
  return years;
}

gboolean
bzg_date_age (BzgDate birth, BzgDate at, int *min, int *max)
{
  *min = *max = 0;
  if (birth.year == 0 || at.year == 0 || bzg_date_is_before (at, birth))
    return FALSE;
  *min = MAX (0, whole_years (bzg_date_last_day (birth), bzg_date_first_day (at)));
  *max = whole_years (bzg_date_first_day (birth), bzg_date_last_day (at));
  return TRUE;
}

int
bzg_date_fiscal_year (BzgDate day)
{
  if (day.day == 0)
    return 0;
  return day.month >= 10 ? day.year + 1 : day.year;
}
