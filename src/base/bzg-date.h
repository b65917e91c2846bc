/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Calendar dates without a time zone, known to the day, to the month or to the year only. People
 * without papers know "2019" or "August 2019"; that precision is kept and never filled up with a
 * first of January. A date stands for its span: the first to the last day it can mean.
 *
 * Years run from BZG_DATE_MIN_YEAR to BZG_DATE_MAX_YEAR in the Gregorian calendar. A zeroed BzgDate
 * is the missing date. A month without a year or a day without a month does not exist.
 */

#define BZG_DATE_MIN_YEAR 1850
#define BZG_DATE_MAX_YEAR 2199
#define BZG_DATE_TEXT_SIZE 11 /* 2019-08-12 and the final NUL */

typedef struct
{
  gint16 year;  /* 0: the date is missing */
  guint8 month; /* 1 to 12; 0: not known */
  guint8 day;   /* 1 to 31; 0: not known */
} BzgDate;

#define BZG_DATE_MISSING ((BzgDate){ 0 })

typedef enum
{
  BZG_DATE_PRECISION_NONE, /* the date is missing */
  BZG_DATE_PRECISION_YEAR,
  BZG_DATE_PRECISION_MONTH,
  BZG_DATE_PRECISION_DAY,
} BzgDatePrecision;

/* A date of these parts, or the missing date if there is no such date. */
BzgDate bzg_date_make (int year, int month, int day);

/* Today in the calendar of this computer. */
BzgDate bzg_date_today (void);

/* TRUE for the missing date too: what a BzgDate field may hold. */
gboolean bzg_date_is_valid (BzgDate date);
gboolean bzg_date_is_missing (BzgDate date);
BzgDatePrecision bzg_date_precision (BzgDate date);

/* Writes `2019`, `2019-08`, `2019-08-12`, or an empty string if missing; returns @out. */
const char *bzg_date_to_iso (BzgDate date, char out[BZG_DATE_TEXT_SIZE]);

/* Reads exactly those three forms (what the program itself stored). FALSE, and @out untouched, for
 * anything else, also for an empty string and NULL. */
gboolean bzg_date_from_iso (const char *text, BzgDate *out);

/* Reads what a person types or a spreadsheet holds: the ISO forms, `12.08.2019`, `12/8/19`,
 * `08.2019`, `21 март 2024`, `21 марта 2024 г.`, `March 21, 2024`, `марти 2024`, the words for
 * today, yesterday and tomorrow in Tajik, Russian and English, `+7` and `-7` (days from @today).
 * Day always stands before month. A year of two digits is the latest one not more than ten years
 * after @today. Empty text is the missing date.
 *
 * Errors: BZG_ERROR_MALFORMED; the message says what was expected, or that the day does not exist
 * (31.02.2019), and never repeats the text. @out is then untouched. */
gboolean bzg_date_parse (const char *text, BzgDate today, BzgDate *out, GError **error);

/* The first and last day the date can mean, to the day; missing stays missing. */
BzgDate bzg_date_first_day (BzgDate date);
BzgDate bzg_date_last_day (BzgDate date);

/* A total order for sorting: by first day, then the less precise before the more precise; the
 * missing date stands before all. Equal only if identical. */
int bzg_date_compare (BzgDate a, BzgDate b);

/* The date as one number, for arrays of many: in the order of bzg_date_compare(), 0 if missing. */
static inline guint32
bzg_date_pack (BzgDate date)
{
  return (guint32) date.year << 9 | (guint32) date.month << 5 | date.day;
}

static inline BzgDate
bzg_date_unpack (guint32 packed)
{
  return (BzgDate){ (gint16) (packed >> 9), packed >> 5 & 15, packed & 31 };
}

/* TRUE if every day of @a lies before every day of @b; FALSE if they overlap or one is missing. */
gboolean bzg_date_is_before (BzgDate a, BzgDate b);

/* TRUE if every day of @inner is a day of @outer; FALSE if one is missing. */
gboolean bzg_date_contains (BzgDate outer, BzgDate inner);

/* TRUE if some day can be both: the two statements do not contradict each other. */
gboolean bzg_date_overlaps (BzgDate a, BzgDate b);

/* @date must be known to the day; else, and outside the range of years, the result is missing. */
BzgDate bzg_date_add_days (BzgDate date, int days);

/* Works for dates to the month or day; 31 January and one month is the last of February. A date
 * known to the year moves only by whole years, otherwise the result is missing. */
BzgDate bzg_date_add_months (BzgDate date, int months);

/* Days from @a to @b, both known to the day (0 if equal, negative if @b is earlier). If one is not,
 * returns 0 and sets @known to FALSE. @known may be NULL. */
int bzg_date_days_between (BzgDate a, BzgDate b, gboolean *known);

/* Monday is 1, Sunday 7; 0 if the day is not known. */
int bzg_date_weekday (BzgDate date);

gboolean bzg_date_is_leap_year (int year);
int bzg_date_days_in_month (int year, int month);

/* Whole years of age on @at of someone born on @birth: the least and the most that the precision of
 * both dates allows. Somebody born on 29 February is a year older on 1 March of a common year.
 * FALSE, and both 0, if a date is missing or @birth lies wholly after @at. */
gboolean bzg_date_age (BzgDate birth, BzgDate at, int *min, int *max);

/* A reporting period: two days, both included, and its canonical name. */
#define BZG_PERIOD_ID_SIZE 24

typedef struct
{
  BzgDate first;
  BzgDate last;
  char id[BZG_PERIOD_ID_SIZE];
} BzgPeriod;

/* Reads `2019`, `2019-08`, `2019-Q4`, `2019-H1` (calendar), `FY2020`, `FY2020-Q1`, `FY2020-H2` (the
 * United States fiscal year: October to September, named after the year in which it ends), a range
 * of any two of these or of days, `2019-01..2019-06`, and a single day. Upper or lower case.
 * Errors: BZG_ERROR_MALFORMED; @out is then untouched. */
gboolean bzg_period_parse (const char *text, BzgPeriod *out, GError **error);

/* The calendar or fiscal quarter in which @day (known to the day) lies. */
BzgPeriod bzg_period_calendar_quarter (BzgDate day);
BzgPeriod bzg_period_fiscal_quarter (BzgDate day);

/* The fiscal year in which @day lies, e.g. 2020 for 2019-10-01; 0 if the day is not known. */
int bzg_date_fiscal_year (BzgDate day);

/* The posting rule: TRUE if the whole span of @date lies inside. A bare `2019` is inside 2019 but
 * in none of its quarters. FALSE if missing. */
gboolean bzg_period_contains (const BzgPeriod *period, BzgDate date);

/* TRUE if some day of @date lies inside: with !contains, the "date not precise enough" line. */
gboolean bzg_period_touches (const BzgPeriod *period, BzgDate date);

/* The same of packed dates (bzg_date_pack()), for loops over many of them. */
typedef struct
{
  guint32 first, last; /* packed; known to the day */
} BzgSpan;

static inline BzgSpan
bzg_period_span (const BzgPeriod *period)
{
  return (BzgSpan){ bzg_date_pack (period->first), bzg_date_pack (period->last) };
}

static inline gboolean
bzg_date_packed_is_day (guint32 packed)
{
  return (packed & 31) != 0;
}

static inline guint32
bzg_date_packed_first_day (guint32 packed)
{
  return bzg_date_packed_is_day (packed)
           ? packed
           : bzg_date_pack (bzg_date_first_day (bzg_date_unpack (packed)));
}

static inline guint32
bzg_date_packed_last_day (guint32 packed)
{
  return bzg_date_packed_is_day (packed)
           ? packed
           : bzg_date_pack (bzg_date_last_day (bzg_date_unpack (packed)));
}

static inline gboolean
bzg_span_contains (BzgSpan span, guint32 packed)
{
  return packed != 0 && span.first <= bzg_date_packed_first_day (packed)
         && bzg_date_packed_last_day (packed) <= span.last;
}

static inline gboolean
bzg_span_touches (BzgSpan span, guint32 packed)
{
  return packed != 0 && span.first <= bzg_date_packed_last_day (packed)
         && bzg_date_packed_first_day (packed) <= span.last;
}

/* TRUE if both mean the same days, whatever they are called. */
gboolean bzg_period_equal (const BzgPeriod *a, const BzgPeriod *b);

G_END_DECLS
