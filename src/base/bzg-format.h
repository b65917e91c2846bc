/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/bzg-date.h"
#include "base/bzg-language.h"

#include <glib.h>

G_BEGIN_DECLS

/*
 * Dates, numbers and money as text, in a given language, and back. The C library's locales are not
 * asked: its Tajik one has Russian day names and no somoni.
 *
 * Russian and Tajik: 1 480,5 with a no-break space (U+00A0); English: 1,480.5. Money is an integer
 * of minor units, an amount with all its decimals and the ISO code: 1 480,00 TJS. What is missing
 * is BZG_FORMAT_MISSING, never 0. All results are (transfer full).
 */

#define BZG_FORMAT_MISSING "–"
#define BZG_NBSP "\302\240"

/* `12 августи 2019`, `12 августа 2019 г.`, `12 August 2019`; `август 2019`, `август 2019 г.`,
 * `August 2019`; `2019`, `2019 г.`. */
char *bzg_format_date (BzgLanguage lang, BzgDate date);

/* For tables: `12.08.2019`, `08.2019`, `2019`; in English `12 Aug 2019`, `Aug 2019`, `2019`. */
char *bzg_format_date_short (BzgLanguage lang, BzgDate date);

/* A period by its name where it has one (`2019`, `август 2019`, `Q4 2019`, `FY2020 Q1`), with the
 * days in words for a fiscal one; else `12 August 2019 – 30 September 2019`. */
char *bzg_format_period (BzgLanguage lang, const BzgPeriod *period);

/* 1 480; the sign is U+2212 for negative numbers. */
char *bzg_format_integer (BzgLanguage lang, gint64 value);

/* A quantity in thousandths: 1500 is `1,5`; no zeros at the end. */
char *bzg_format_thousandths (BzgLanguage lang, gint64 thousandths);

/* @minor units of @currency (ISO 4217; NULL or empty: the amount alone): `1 480,00 TJS`, with a
 * no-break space before the code. */
char *bzg_format_money (BzgLanguage lang, gint64 minor, const char *currency);

/* @per_mille 125 is `12,5 %`, `12.5%` in English; a whole number has no decimals. */
char *bzg_format_percent (BzgLanguage lang, int per_mille);

/* Decimals of a currency: 2 for TJS, USD, EUR and what is not known, 0 for JPY, 3 for KWD. */
guint bzg_currency_exponent (const char *currency);

/* The other way, for what people type and spreadsheets hold, in any of the languages: comma or
 * point as the decimal sign, spaces (all kinds) or the other sign between groups of three digits, -
 * or − in front. A single comma before exactly three digits (1,480) is refused as ambiguous unless
 * the number starts with 0; 1.480 is a decimal number. More decimals than fit are an error unless
 * they are zeros; so is a number that does not fit into gint64.
 *
 * Errors: BZG_ERROR_MALFORMED; the message says what was expected and never repeats the text; @out
 * is then untouched. Empty text is an error: whoever allows a missing value looks first. */
gboolean bzg_parse_integer (const char *text, gint64 *out, GError **error);
gboolean bzg_parse_thousandths (const char *text, gint64 *out, GError **error);
gboolean bzg_parse_money (const char *text, const char *currency, gint64 *out, GError **error);

G_END_DECLS
