/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bzg-format.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MINUS "−"

static const struct
{
  char code[4];
  guint8 exponent;
} odd_currencies[] = {
  { "BHD", 3 }, { "CLP", 0 }, { "IQD", 3 }, { "ISK", 0 }, { "JOD", 3 }, { "JPY", 0 }, { "KRW", 0 },
  { "KWD", 3 }, { "LYD", 3 }, { "OMR", 3 }, { "TND", 3 }, { "UGX", 0 }, { "VND", 0 }, { "XAF", 0 },
};

guint
bzg_currency_exponent (const char *currency)
{
  for (gsize i = 0; currency != NULL && i < G_N_ELEMENTS (odd_currencies); i++)
    if (g_ascii_strcasecmp (currency, odd_currencies[i].code) == 0)
      return odd_currencies[i].exponent;
  return 2;
}

char *
bzg_format_date (BzgLanguage lang, BzgDate date)
{
  const char *tail = lang == BZG_LANGUAGE_RU ? BZG_NBSP "г." : "";

  switch (bzg_date_precision (date))
    {
    case BZG_DATE_PRECISION_DAY:
      return g_strdup_printf ("%d" BZG_NBSP "%s %d%s", date.day,
                              bzg_language_month_in_date (lang, date.month), date.year, tail);
    case BZG_DATE_PRECISION_MONTH:
      return g_strdup_printf ("%s %d%s", bzg_language_month (lang, date.month), date.year, tail);
    case BZG_DATE_PRECISION_YEAR:
      return g_strdup_printf ("%d%s", date.year, tail);
    case BZG_DATE_PRECISION_NONE:
    default:
      return g_strdup (BZG_FORMAT_MISSING);
    }
}

char *
bzg_format_date_short (BzgLanguage lang, BzgDate date)
{
  gboolean words = lang == BZG_LANGUAGE_EN;

  switch (bzg_date_precision (date))
    {
    case BZG_DATE_PRECISION_DAY:
      return words ? g_strdup_printf ("%d %s %d", date.day,
                                      bzg_language_month_short (lang, date.month), date.year)
                   : g_strdup_printf ("%02d.%02d.%d", date.day, date.month, date.year);
    case BZG_DATE_PRECISION_MONTH:
      return words
               ? g_strdup_printf ("%s %d", bzg_language_month_short (lang, date.month), date.year)
               : g_strdup_printf ("%02d.%d", date.month, date.year);
    case BZG_DATE_PRECISION_YEAR:
      return g_strdup_printf ("%d", date.year);
    case BZG_DATE_PRECISION_NONE:
    default:
      return g_strdup (BZG_FORMAT_MISSING);
    }
}

static char *
format_days (BzgLanguage lang, const BzgPeriod *period)
{
  g_autofree char *first = bzg_format_date (lang, period->first);
  g_autofree char *last = bzg_format_date (lang, period->last);

  if (bzg_date_compare (period->first, period->last) == 0)
    return g_steal_pointer (&first);
  return g_strdup_printf ("%s – %s", first, last);
}

char *
bzg_format_period (BzgLanguage lang, const BzgPeriod *period)
{
  g_autofree char *days = format_days (lang, period);
  const char *id = period->id;
  gboolean fiscal = g_str_has_prefix (id, "FY");
  const char *dash = strchr (id, '-');
  int year = period->last.year;
  int number = dash != NULL && dash[1] != '\0' ? dash[2] - '0' : 0;
  char kind = dash != NULL ? dash[1] : '\0';
  g_autofree char *name = NULL;
  BzgDate date;

  if (strstr (id, "..") != NULL)
    return g_steal_pointer (&days);
  if (bzg_date_from_iso (id, &date))
    return bzg_format_date (lang, date);
  if (fiscal)
    year = bzg_date_fiscal_year (period->last);

  if (kind == 'Q' && fiscal)
    name
      = g_strdup_printf (bzg_tr (lang, N_ ("quarter %1$d of US fiscal year %2$d")), number, year);
  else if (kind == 'Q')
    return g_strdup_printf (bzg_tr (lang, N_ ("quarter %1$d of %2$d")), number, year);
  else if (kind == 'H' && fiscal)
    name
      = g_strdup_printf (bzg_tr (lang, N_ ("half-year %1$d of US fiscal year %2$d")), number, year);
  else if (kind == 'H')
    return g_strdup_printf (bzg_tr (lang, N_ ("half-year %1$d of %2$d")), number, year);
  else if (fiscal)
    name = g_strdup_printf (bzg_tr (lang, N_ ("US fiscal year %d")), year);
  else
    return g_steal_pointer (&days);
  return g_strdup_printf ("%s (%s)", name, days);
}

/* @value as digits in groups of three, with @decimals digits behind the decimal sign. */
static char *
format_number (BzgLanguage lang, gint64 value, guint decimals)
{
  const char *group = lang == BZG_LANGUAGE_EN ? "," : BZG_NBSP;
  char digits[32];
  /* The absolute value of the smallest number does not fit into the signed type. */
  guint64 absolute = value < 0 ? -(guint64) value : (guint64) value;
  int len
    = g_snprintf (digits, sizeof digits, "%0*" G_GUINT64_FORMAT, (int) decimals + 1, absolute);
  int whole = len - (int) decimals;
  GString *out = g_string_new (value < 0 ? MINUS : NULL);

  for (int i = 0; i < whole; i++)
    {
      if (i > 0 && (whole - i) % 3 == 0)
        g_string_append (out, group);
      g_string_append_c (out, digits[i]);
    }
  if (decimals > 0)
    {
      g_string_append_c (out, lang == BZG_LANGUAGE_EN ? '.' : ',');
      g_string_append (out, digits + whole);
    }
  return g_string_free (out, FALSE);
}

char *
bzg_format_integer (BzgLanguage lang, gint64 value)
{
  return format_number (lang, value, 0);
}

char *
bzg_format_thousandths (BzgLanguage lang, gint64 thousandths)
{
  guint decimals = 3;

  for (; decimals > 0 && thousandths % 10 == 0; decimals--)
    thousandths /= 10;
  return format_number (lang, thousandths, decimals);
}

char *
bzg_format_money (BzgLanguage lang, gint64 minor, const char *currency)
{
  g_autofree char *amount = format_number (lang, minor, bzg_currency_exponent (currency));

  if (currency == NULL || *currency == '\0')
    return g_steal_pointer (&amount);
  return g_strconcat (amount, BZG_NBSP, currency, NULL);
}

char *
bzg_format_percent (BzgLanguage lang, int per_mille)
{
  gboolean whole = per_mille % 10 == 0;
  g_autofree char *number = format_number (lang, whole ? per_mille / 10 : per_mille, whole ? 0 : 1);

  return g_strconcat (number, lang == BZG_LANGUAGE_EN ? "%" : BZG_NBSP "%", NULL);
}
