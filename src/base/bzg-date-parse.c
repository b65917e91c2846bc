/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Dates as people write them. The text is folded and cut into at most three parts, numbers or the
 * name of a month; what the parts mean follows from their number and length alone, with the day
 * always before the month, so that nothing is ever guessed from a value.
 *
 * The messages are for the person who has to correct the date: they are translated.
 */
#include "base/bzg-date.h"

#include "base/bzg-error.h"
#include "base/bzg-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  int value;   /* of a number, or the month */
  int digits;  /* 0: the name of a month */
  char before; /* the sign between this part and the one before; ' ' if only space */
} Part;

/* Folded beginnings that name a month: an abbreviation of three letters, or the whole with whatever
 * ending the case has. Tajik (also in Latin letters), Russian and English agree on most. */
static const struct
{
  const char *name;
  int month;
} month_names[] = {
  { "январ", 1 },     { "феврал", 2 },    { "март", 3 },    { "апрел", 4 },     { "май", 5 },
  { "мая", 5 },       { "маи", 5 },       { "мае", 5 },     { "июн", 6 },       { "июл", 7 },
  { "август", 8 },    { "сентябр", 9 },   { "октябр", 10 }, { "ноябр", 11 },    { "декабр", 12 },
  { "january", 1 },   { "february", 2 },  { "march", 3 },   { "april", 4 },     { "may", 5 },
  { "june", 6 },      { "july", 7 },      { "august", 8 },  { "september", 9 }, { "october", 10 },
  { "november", 11 }, { "december", 12 }, { "yanvar", 1 },  { "fevral", 2 },    { "mart", 3 },
  { "aprel", 4 },     { "iyun", 6 },      { "iyul", 7 },    { "avgust", 8 },    { "sentyabr", 9 },
  { "oktyabr", 10 },  { "noyabr", 11 },   { "dekabr", 12 },
};

static const struct
{
  const char *word;
  int days;
} day_words[] = {
  { "имруз", 0 },      { "дируз", -1 },   { "фардо", 1 },  { "пагох", 1 },
  { "сегодня", 0 },    { "вчера", -1 },   { "завтра", 1 }, { "today", 0 },
  { "yesterday", -1 }, { "tomorrow", 1 }, { "imruz", 0 },  { "diruz", -1 },
};

/* Words that may stand beside a year and say nothing. */
static const char *const year_words[] = { "г", "год", "года", "сол", "соли" };

static gboolean
expected (GError **error)
{
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_MALFORMED,
                       _ ("expected a date such as 12.08.2019, 08.2019 or 2019"));
  return FALSE;
}

static gsize
word_len (const char *at)
{
  const char *end = at;

  while (g_unichar_isalpha (g_utf8_get_char (end)))
    end = g_utf8_next_char (end);
  return (gsize) (end - at);
}

static int
month_of_word (const char *word, gsize len)
{
  glong chars = g_utf8_strlen (word, (gssize) len);

  if (chars < 3)
    return 0;
  for (gsize i = 0; i < G_N_ELEMENTS (month_names); i++)
    {
      const char *name = month_names[i].name;
      gsize name_len = strlen (name);
      gsize common = MIN (len, name_len);

      /* A beginning of the name (авг, sept), or the name with at most two letters more. */
      if (strncmp (word, name, common) == 0 && chars <= g_utf8_strlen (name, -1) + 2)
        return month_names[i].month;
    }
  return 0;
}

static gboolean
is_year_word (const char *word, gsize len)
{
  for (gsize i = 0; i < G_N_ELEMENTS (year_words); i++)
    if (strlen (year_words[i]) == len && strncmp (word, year_words[i], len) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
parse_relative (const char *at, BzgDate today, BzgDate *out)
{
  gboolean back = *at == '-';
  int days = 0;
  int digits = 0;

  if (*at != '+' && *at != '-')
    return FALSE;
  for (at++; g_ascii_isdigit (*at) && digits < 6; at++, digits++)
    days = days * 10 + (*at - '0');
  if (digits == 0 || digits == 6 || *at != '\0')
    return FALSE;
  *out = bzg_date_add_days (today, back ? -days : days);
  return out->year != 0;
}

/* Spreadsheets write a date as its midnight: 2019-08-12 00:00:00. */
static void
cut_midnight (char *text)
{
  static const char *const tails[] = { "00:00:00.000", "00:00:00", "00:00" };
  gsize len = strlen (text);

  for (gsize i = 0; i < G_N_ELEMENTS (tails); i++)
    {
      gsize tail = strlen (tails[i]);

      if (len > tail + 1 && strcmp (text + len - tail, tails[i]) == 0
          && (text[len - tail - 1] == ' ' || text[len - tail - 1] == 't'))
        {
          text[len - tail - 1] = '\0';
          g_strchomp (text);
          return;
        }
    }
}

/* Cuts @at into parts; their number, or -1 if something else stands there. */
static int
split (const char *at, Part parts[3])
{
  int n = 0;
  char before = '\0';

  while (*at != '\0')
    {
      gsize letters = word_len (at);

      if (g_ascii_isdigit (*at))
        {
          int value = 0, digits = 0;

          for (; g_ascii_isdigit (*at) && digits < 5; at++, digits++)
            value = value * 10 + (*at - '0');
          if (n == 3 || digits == 5)
            return -1;
          parts[n++] = (Part){ .value = value, .digits = digits, .before = before };
          before = '\0';
        }
      else if (letters > 0)
        {
          int month = month_of_word (at, letters);

          if (month != 0)
            {
              if (n == 3)
                return -1;
              parts[n++] = (Part){ .value = month, .before = before };
            }
          else if (!is_year_word (at, letters))
            return -1;
          at += letters;
          before = '\0';
        }
      else if (strchr (".,/-", *at) != NULL && n > 0)
        {
          if (before != '\0' && before != ' ')
            return -1;
          before = *at++;
        }
      else if (*at == ' ')
        {
          before = before != '\0' ? before : ' ';
          at++;
        }
      else
        return -1;
    }
  /* A point may end the text (2019 г.), any other sign means that something is missing. */
  return before == '\0' || before == '.' || before == ' ' ? n : -1;
}

static int
full_year (const Part *part, BzgDate today)
{
  int pivot = (today.year != 0 ? today.year : 2020) + 10;
  int year;

  if (part->digits == 4)
    return part->value;
  if (part->digits != 2)
    return 0;
  year = pivot - pivot % 100 + part->value;
  return year > pivot ? year - 100 : year;
}

static gboolean
finish (int year, int month, int day, BzgDate *out, GError **error)
{
  const char *reason;

  *out = bzg_date_make (year, month, day);
  if (out->year != 0)
    return TRUE;
  if (year < BZG_DATE_MIN_YEAR || year > BZG_DATE_MAX_YEAR)
    reason = _ ("this year cannot be right");
  else if (month > 12)
    reason = _ ("there are only twelve months; the day stands before the month");
  else
    reason = _ ("this month does not have that day");
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_MALFORMED, reason);
  return FALSE;
}

static gboolean
interpret_numbers (const Part *p, int n, BzgDate today, BzgDate *out, GError **error)
{
  for (int i = 0; i < n; i++)
    if (p[i].value == 0 && p[i].digits != 2)
      return expected (error);

  for (int i = 1; i < n; i++)
    if (p[i].before == ',' || p[i].before == '\0' || p[i].before != p[1].before)
      return expected (error);

  if (n == 1 && p[0].digits == 4)
    return finish (p[0].value, 0, 0, out, error);
  if (n == 2 && p[0].digits == 4 && p[1].digits <= 2 && p[1].value > 0)
    return finish (p[0].value, p[1].value, 0, out, error);
  if (n == 2 && p[1].digits == 4 && p[0].digits <= 2 && p[0].value > 0)
    return finish (p[1].value, p[0].value, 0, out, error);
  if (n != 3 || p[1].digits > 2 || p[1].value == 0)
    return expected (error);
  if (p[0].digits == 4 && p[2].digits <= 2 && p[2].value > 0)
    return finish (p[0].value, p[1].value, p[2].value, out, error);
  if (p[0].digits <= 2 && p[0].value > 0 && full_year (&p[2], today) != 0)
    return finish (full_year (&p[2], today), p[1].value, p[0].value, out, error);
  return expected (error);
}

/* One part is the name of a month: `21 март 2024`, `March 21, 2024`, `март 2024`, `2024 март`. */
static gboolean
interpret_named (const Part *p, int n, BzgDate today, BzgDate *out, GError **error)
{
  const Part *month = NULL, *numbers[2] = { NULL, NULL };
  int n_numbers = 0;

  for (int i = 0; i < n; i++)
    {
      if (p[i].digits > 0 && n_numbers < 2)
        numbers[n_numbers++] = &p[i];
      else if (p[i].digits == 0 && month == NULL)
        month = &p[i];
      else
        return expected (error);
    }
  if (n_numbers == 1 && numbers[0]->digits == 4)
    return finish (numbers[0]->value, month->value, 0, out, error);
  if (n_numbers == 2 && numbers[0]->digits == 4)
    {
      const Part *year = numbers[0];

      numbers[0] = numbers[1];
      numbers[1] = year;
    }
  if (n_numbers == 2 && numbers[0]->digits <= 2 && numbers[0]->value > 0
      && full_year (numbers[1], today) != 0)
    return finish (full_year (numbers[1], today), month->value, numbers[0]->value, out, error);
  return expected (error);
}

gboolean
bzg_date_parse (const char *text, BzgDate today, BzgDate *out, GError **error)
{
  g_autofree char *folded = NULL;
  Part parts[3];
  BzgDate date = BZG_DATE_MISSING;
  gboolean named = FALSE;
  int n;

  /* No date is longer; folding a megabyte to find that out would be waste. */
  if (text != NULL && strnlen (text, 200) == 200)
    return expected (error);
  folded = g_strstrip (bzg_text_fold (text != NULL ? text : ""));
  if (*folded == '\0')
    {
      *out = BZG_DATE_MISSING;
      return TRUE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (day_words); i++)
    if (strcmp (folded, day_words[i].word) == 0)
      date = bzg_date_add_days (today, day_words[i].days);
  if (date.year != 0 || parse_relative (folded, today, &date))
    {
      *out = date;
      return TRUE;
    }

  cut_midnight (folded);
  n = split (folded, parts);
  if (n <= 0)
    return expected (error);
  for (int i = 0; i < n; i++)
    named = named || parts[i].digits == 0;
  if (!(named ? interpret_named : interpret_numbers) (parts, n, today, &date, error))
    return FALSE;
  *out = date;
  return TRUE;
}
