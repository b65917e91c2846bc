/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-story-private.h"

#include "base/bzg-format.h"
#include "base/bzg-id.h"

#include <string.h>

/*
 * What identifies by its form: numbers, addresses, dates, ages, amounts. In three languages,
 * because a story may quote another.
 */

#define MONTHS                                                                                                                   \
  "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"                                             \
  "sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|январ\\w*|феврал\\w*|март\\w*|"                        \
  "апрел\\w*|ма[йяеи]\\w*|июн\\w*|июл\\w*|август\\w*|сентябр\\w*|октябр\\w*|ноябр\\w*|" \
  "декабр\\w*)"
#define DAY "\\d{1,2}(?:st|nd|rd|th|-?го|-?е|-?уми|-?юми)?"
/* Days and months in words. English: "may" and "march" are verbs too. */
#define FROM_20_EN "(?:(?:twenty|thirty)[\\s-]+)?"
#define ORDINAL_EN                                                                                 \
  "(?:" FROM_20_EN "(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|tenth|"         \
  "eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|"  \
  "twentieth|thirtieth)"
#define MONTH_EN "(?:january|february|april|june|july|august|september|october|november|december)"
#define VERB_EN "(?:may|march)"
#define YEAR_BEHIND "(?:[,\\s]+\\d{4}\\b)"
#define ORDINAL_RU                                                                                                                                       \
  "(?:(?:(?:двадцать|тридцать)\\s+)?(?:перв|втор|трет|четв[её]рт|пят|шест|седьм|восьм|девят)|" \
  "десят|(?:один|две|три|четыр|пят|шест|сем|восем|девят)надцат|двадцат|тридцат)"             \
  "(?:ого|ое|ому|ым|ом|ьего|ье|ьему|ьим|ьем)"
#define MONTH_RU                                                                                   \
  "(?:января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря)"
#define ORDINAL_TG                                                                                                                                  \
  "(?:(?:(?:бисту|сию|бист\\s+у|си\\s+ю)\\s+)?(?:як|ду[юв]?|се[юв]?|ч[оа][ҳх]?[оа]?р|пан[ҷч]|шаш|"        \
  "[ҳх]афт|[ҳх]ашт|н[ӯу][ҳх])|(?:ё|дувоз|сез|чор|понз|шонз|[ҳх]а[бф]|[ҳх]а[жш]т?|нуз)?да[ҳх]|" \
  "ёзда[ҳх]|бист|си[юъ]?)[ую]м[иӣ]?"
#define MONTH_TG                                                                                   \
  "(?:январ|феврал|март|апрел|ма[йъ]?|июн|июл|август|сентябр|октябр|ноябр|декабр)[иӣ]?"
#define AGE_WORD "(?:years?[- ]old|years of age|летн\\w+|сола\\w*)"
#define YEARS_WORD "(?:years?|лет|года?|сол\\w?)"
#define CURRENCY                                                                                                   \
  "(?:somoni|сомон\\w*|tjs|usd|eur|rub|доллар\\w*|dollars?|евро|euros?|руб\\w*|rubles?|\\$|€|" \
  "₽)"

typedef enum
{
  MATCH_DATE,
  MATCH_MONTH,
  MATCH_AGE,
  MATCH_YEARS,
  MATCH_MONEY,
  MATCH_OTHER,
} MatchKind;

typedef struct
{
  MatchKind kind;
  const char *pattern;
  BzgStorySeverity severity;
  const char *category;
} Pattern;

static const Pattern patterns[] = {
  { MATCH_OTHER, "(?:https?://|www\\.|t\\.me/)\\S+", BZG_STORY_BLOCK, "link" },
  { MATCH_OTHER, "[\\w.+-]+@[\\w-]+\\.[\\w.-]*\\w", BZG_STORY_BLOCK, "email" },
  { MATCH_OTHER, "(?<![\\w@])@\\w{3,}", BZG_STORY_BLOCK, "link" },
  { MATCH_OTHER, "\\b\\d{1,2}\\.\\d{3,}\\s*[,; ]\\s*\\d{1,3}\\.\\d{3,}\\b", BZG_STORY_BLOCK,
    "place" },
  { MATCH_DATE, "\\b\\d{4}-\\d{2}-\\d{2}\\b", BZG_STORY_BLOCK, "date" },
  { MATCH_DATE, "\\b\\d{1,2}[./]\\d{1,2}[./](?:\\d{4}|\\d{2})\\b", BZG_STORY_BLOCK, "date" },
  { MATCH_DATE, "\\b" DAY "\\s+(?:of\\s+)?" MONTHS "(?:[,\\s]+\\d{4})?\\b", BZG_STORY_BLOCK,
    "date" },
  { MATCH_DATE, "\\b" MONTHS "\\s+" DAY "(?:[,\\s]+\\d{4})?\\b", BZG_STORY_BLOCK, "date" },
  { MATCH_DATE,
    "\\b" ORDINAL_EN "(?:\\s+day)?\\s+of\\s+(?:" MONTH_EN "|" VERB_EN ")\\b" YEAR_BEHIND "?",
    BZG_STORY_BLOCK, "date" },
  { MATCH_DATE, "\\b" ORDINAL_EN "\\s+(?:" MONTH_EN "\\b" YEAR_BEHIND "?|" VERB_EN YEAR_BEHIND ")",
    BZG_STORY_BLOCK, "date" },
  { MATCH_DATE,
    "\\b(?:" MONTH_EN ",?\\s+(?:the\\s+)?|" VERB_EN ",?\\s+the\\s+)" ORDINAL_EN "\\b" YEAR_BEHIND
    "?",
    BZG_STORY_BLOCK, "date" },
  { MATCH_DATE, "\\b" VERB_EN ",?\\s+" ORDINAL_EN "\\b" YEAR_BEHIND, BZG_STORY_BLOCK, "date" },
  { MATCH_DATE, "\\b" ORDINAL_RU "\\s+" MONTH_RU "\\b" YEAR_BEHIND "?", BZG_STORY_BLOCK, "date" },
  { MATCH_DATE, "\\b" ORDINAL_TG "\\s+(?:мо[ҳх]и\\s+)?" MONTH_TG "\\b" YEAR_BEHIND "?",
    BZG_STORY_BLOCK, "date" },
  { MATCH_MONTH, "\\b" MONTHS "[,\\s]+\\d{4}\\b", BZG_STORY_REVIEW, "date" },
  { MATCH_AGE, "\\b\\d{1,3}\\s?-?\\s?" AGE_WORD "\\b", BZG_STORY_BLOCK, "age" },
  { MATCH_AGE,
    "\\b(?:aged?|at the age of|в возрасте|ба синни|дар синни)\\s+\\d{1,3}\\b(?:\\s*" YEARS_WORD
    "\\b)?",
    BZG_STORY_BLOCK, "age" },
  { MATCH_YEARS, "\\b\\d{1,3}\\s+" YEARS_WORD "\\b", BZG_STORY_REVIEW, "age" },
  { MATCH_MONEY, "[$€₽]\\s?\\d[\\d\\s\302\240.,]*\\d|[$€₽]\\s?\\d", BZG_STORY_REVIEW,
    "money" },
  { MATCH_MONEY,
    "\\b\\d(?:[\\d\\s\302\240.,]*\\d)?\\s*(?:thousand|million|тыс\\w*|тысяч\\w*|млн|ҳазор)?"
    "\\s*" CURRENCY "(?!\\w)",
    BZG_STORY_REVIEW, "money" },
  { MATCH_OTHER, "(?<!\\w)\\+?\\d(?:[\\s().-]{0,2}\\d){8,14}(?!\\w)", BZG_STORY_BLOCK, "phone" },
  { MATCH_OTHER,
    "(?:тел\\w*|tel\\w*|phone|whatsapp|viber|рақам\\w*)[\\s.:№-]{0,4}\\+?\\d(?:[\\s().-]{0,2}\\d){"
    "4,14}",
    BZG_STORY_BLOCK, "phone" },
  { MATCH_OTHER, "\\b[A-ZА-Я]{1,2}\\s?№?\\s?\\d{6,9}\\b", BZG_STORY_BLOCK, "document" },
  { MATCH_OTHER, "\\b\\d{4}\\s?[A-ZА-Я]{2}\\s?\\d{2}\\b", BZG_STORY_BLOCK, "document" },
};

static GRegex *
compiled (guint i)
{
  static GRegex *regexes[G_N_ELEMENTS (patterns)];
  static GMutex lock;

  g_mutex_lock (&lock);
  if (regexes[i] == NULL)
    {
      gboolean shape = strcmp (patterns[i].category, "document") == 0;
      g_autoptr (GError) error = NULL;

      regexes[i] = g_regex_new (patterns[i].pattern,
                                (shape ? 0 : G_REGEX_CASELESS) | G_REGEX_OPTIMIZE, 0, &error);
      if (regexes[i] == NULL)
        g_error ("pattern %u: %s", i, error->message);
    }
  g_mutex_unlock (&lock);
  return regexes[i];
}

/* The year that stands in a date, or what replaces a date without one. */
static char *
year_of (const BzgStoryCase *c, const char *match)
{
  for (const char *p = match; *p != '\0'; p++)
    if (strspn (p, "0123456789") == 4)
      return g_strndup (p, 4);
    else
      while (g_ascii_isdigit (*p) && g_ascii_isdigit (p[1]))
        p++;
  return _bzg_story_phrase (c->lang, "day");
}

static gint64
first_number (const char *match)
{
  while (*match != '\0' && !g_ascii_isdigit (*match))
    match++;
  return g_ascii_strtoll (match, NULL, 10);
}

static char *
age_words (const BzgStoryCase *c, gint64 age)
{
  return _bzg_story_phrase (c->lang, age < 30   ? "age_young"
                                     : age < 55 ? "age_middle"
                                                : "age_older");
}

/* TRUE if the digits of @match are an amount of the case. */
static gboolean
is_own_amount (const BzgStoryCase *c, const char *match)
{
  g_autoptr (GString) number = g_string_new (NULL);

  for (const char *p = match; *p != '\0'; p++)
    if (g_ascii_isdigit (*p) || ((*p == '.' || *p == ',') && g_ascii_isdigit (p[1])))
      g_string_append_c (number, *p == ',' ? '.' : *p);
  for (guint i = 0; i < c->amounts->len; i++)
    {
      gint64 minor = g_array_index (c->amounts, gint64, i);
      double whole = g_ascii_strtod (number->str, NULL);
      g_autofree char *plain = g_strdup_printf ("%" G_GINT64_FORMAT, minor / 100);
      g_autoptr (GString) digits = g_string_new (NULL);

      for (const char *p = number->str; *p != '\0'; p++)
        if (g_ascii_isdigit (*p))
          g_string_append_c (digits, *p);
      if ((gint64) (whole * 100 + 0.5) == minor || strcmp (digits->str, plain) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
add_match (const BzgStoryCase *c,
           const Pattern *pattern,
           const char *match,
           gsize start,
           gsize end,
           GPtrArray *out)
{
  BzgStorySeverity severity = pattern->severity;
  g_autofree char *suggestion = NULL;
  gint64 n;

  switch (pattern->kind)
    {
    case MATCH_DATE:
    case MATCH_MONTH:
      suggestion = year_of (c, match);
      break;
    case MATCH_AGE:
      suggestion = age_words (c, first_number (match));
      break;
    case MATCH_YEARS:
      /* "Five years in Russia" is a time; the number of the person's own years is an age. */
      n = first_number (match);
      if (n < 14 || n > 110 || (c->age_max >= 0 && (n < c->age_min - 5 || n > c->age_max)))
        return;
      severity = c->age_max >= 0 ? BZG_STORY_BLOCK : BZG_STORY_REVIEW;
      suggestion = age_words (c, n);
      break;
    case MATCH_MONEY:
      if (is_own_amount (c, match))
        severity = BZG_STORY_BLOCK;
      suggestion = _bzg_story_phrase (c->lang, "money");
      break;
    case MATCH_OTHER:
    default:
      suggestion = g_strdup ("");
      break;
    }
  g_ptr_array_add (out,
                   _bzg_story_finding_new (start, end, severity, pattern->category, suggestion));
}

/* ABCD-EFGH with a right check character. */
static void
find_case_numbers (const char *text, GPtrArray *out)
{
  g_autoptr (GRegex) regex = g_regex_new ("\\b[0-9A-Za-z]{4}[- ]?[0-9A-Za-z]{4}\\b", 0, 0, NULL);
  g_autoptr (GMatchInfo) info = NULL;

  g_regex_match (regex, text, 0, &info);
  while (g_match_info_matches (info))
    {
      char number[BZG_CASE_NUMBER_SIZE];
      g_autofree char *match = g_match_info_fetch (info, 0);
      int start, end;

      g_match_info_fetch_pos (info, 0, &start, &end);
      /* A word of eight letters may pass by chance: a case number has a digit. */
      if (strpbrk (match, "0123456789") != NULL && bzg_case_number_parse (match, number))
        g_ptr_array_add (out, _bzg_story_finding_new ((gsize) start, (gsize) end, BZG_STORY_BLOCK,
                                                      "case_no", ""));
      g_match_info_next (info, NULL);
    }
}

void
_bzg_story_find_patterns (const BzgStoryCase *c, const char *text, GPtrArray *out)
{
  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      g_autoptr (GMatchInfo) info = NULL;

      g_regex_match (compiled (i), text, 0, &info);
      while (g_match_info_matches (info))
        {
          g_autofree char *match = g_match_info_fetch (info, 0);
          int start, end;

          g_match_info_fetch_pos (info, 0, &start, &end);
          add_match (c, &patterns[i], match, (gsize) start, (gsize) end, out);
          g_match_info_next (info, NULL);
        }
    }
  find_case_numbers (text, out);
}
