/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bzg-language.h"

#include "base/bzg-file.h"
#include "bzg-config.h"

#include <glib/gi18n-lib.h>
#include <langinfo.h>
#include <locale.h>
#include <string.h>

#define MAX_CATALOGUE (16 * 1024 * 1024)

static const struct
{
  const char *code;
  const char *name;
} languages[BZG_N_LANGUAGES] = {
  [BZG_LANGUAGE_EN] = { "en", "English" },
  [BZG_LANGUAGE_RU] = { "ru", "Русский" },
  [BZG_LANGUAGE_TG] = { "tg", "Тоҷикӣ" },
};

static const char *const months[] = {
  NC_ ("month", "January"), NC_ ("month", "February"), NC_ ("month", "March"),
  NC_ ("month", "April"),   NC_ ("month", "May"),      NC_ ("month", "June"),
  NC_ ("month", "July"),    NC_ ("month", "August"),   NC_ ("month", "September"),
  NC_ ("month", "October"), NC_ ("month", "November"), NC_ ("month", "December"),
};

static const char *const months_in_date[] = {
  NC_ ("month in a date", "January"),   NC_ ("month in a date", "February"),
  NC_ ("month in a date", "March"),     NC_ ("month in a date", "April"),
  NC_ ("month in a date", "May"),       NC_ ("month in a date", "June"),
  NC_ ("month in a date", "July"),      NC_ ("month in a date", "August"),
  NC_ ("month in a date", "September"), NC_ ("month in a date", "October"),
  NC_ ("month in a date", "November"),  NC_ ("month in a date", "December"),
};

static const char *const months_short[] = {
  NC_ ("short month", "Jan"), NC_ ("short month", "Feb"), NC_ ("short month", "Mar"),
  NC_ ("short month", "Apr"), NC_ ("short month", "May"), NC_ ("short month", "Jun"),
  NC_ ("short month", "Jul"), NC_ ("short month", "Aug"), NC_ ("short month", "Sep"),
  NC_ ("short month", "Oct"), NC_ ("short month", "Nov"), NC_ ("short month", "Dec"),
};

static const char *const weekdays[] = {
  NC_ ("weekday", "Monday"),   NC_ ("weekday", "Tuesday"), NC_ ("weekday", "Wednesday"),
  NC_ ("weekday", "Thursday"), NC_ ("weekday", "Friday"),  NC_ ("weekday", "Saturday"),
  NC_ ("weekday", "Sunday"),
};

static const char *const weekdays_short[] = {
  NC_ ("short weekday", "Mon"), NC_ ("short weekday", "Tue"), NC_ ("short weekday", "Wed"),
  NC_ ("short weekday", "Thu"), NC_ ("short weekday", "Fri"), NC_ ("short weekday", "Sat"),
  NC_ ("short weekday", "Sun"),
};

static const char *const alphabet_en[]
  = { "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N",
      "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z", NULL };
static const char *const alphabet_ru[]
  = { "А", "Б", "В", "Г", "Д", "Е", "Ё", "Ж", "З", "И", "Й", "К", "Л", "М", "Н", "О", "П",
      "Р", "С", "Т", "У", "Ф", "Х", "Ц", "Ч", "Ш", "Щ", "Ъ", "Ы", "Ь", "Э", "Ю", "Я", NULL };
static const char *const alphabet_tg[]
  = { "А", "Б", "В", "Г", "Ғ", "Д", "Е", "Ё", "Ж", "З", "И", "Ӣ", "Й", "К", "Қ", "Л", "М", "Н",
      "О", "П", "Р", "С", "Т", "У", "Ӯ", "Ф", "Х", "Ҳ", "Ч", "Ҷ", "Ш", "Ъ", "Э", "Ю", "Я", NULL };

static int current_language = BZG_LANGUAGE_EN; /* atomic */

const char *
bzg_language_code (BzgLanguage lang)
{
  return languages[lang < BZG_N_LANGUAGES ? lang : BZG_LANGUAGE_EN].code;
}

const char *
bzg_language_name (BzgLanguage lang)
{
  return languages[lang < BZG_N_LANGUAGES ? lang : BZG_LANGUAGE_EN].name;
}

gboolean
bzg_language_from_code (const char *code, BzgLanguage *out)
{
  if (code == NULL)
    return FALSE;
  for (int i = 0; i < BZG_N_LANGUAGES; i++)
    if (g_ascii_strncasecmp (code, languages[i].code, 2) == 0 && !g_ascii_isalnum (code[2]))
      {
        *out = (BzgLanguage) i;
        return TRUE;
      }
  return FALSE;
}

BzgLanguage
bzg_language_from_environment (void)
{
  static const char *const variables[] = { "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG" };

  for (gsize i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      const char *value = g_getenv (variables[i]);
      g_auto (GStrv) codes = NULL;

      if (value == NULL || *value == '\0')
        continue;
      codes = g_strsplit (value, ":", -1);
      for (char **code = codes; *code != NULL; code++)
        {
          BzgLanguage lang;

          if (bzg_language_from_code (*code, &lang))
            return lang;
        }
      /* LANGUAGE is a wish among others; a set locale decides. */
      if (i > 0)
        break;
    }
  return BZG_LANGUAGE_EN;
}

static const char *
get_locale_dir (void)
{
  const char *dir = g_getenv ("BOZGASHT_LOCALEDIR");

  return dir != NULL && *dir != '\0' ? dir : BZG_LOCALEDIR;
}

void
bzg_language_init (BzgLanguage lang)
{
  g_setenv ("LANGUAGE", bzg_language_code (lang), TRUE);

  /* gettext looks nothing up in the C locale and converts to whatever the locale is encoded in. The
   * successful call also makes it forget what it found in the language before. */
  if (setlocale (LC_ALL, "") == NULL || strcmp (nl_langinfo (CODESET), "UTF-8") != 0
      || strcmp (setlocale (LC_MESSAGES, NULL), "C") == 0
      || strcmp (setlocale (LC_MESSAGES, NULL), "POSIX") == 0)
    setlocale (LC_ALL, "C.UTF-8");
  /* Numbers for people come from bzg-format.h; all others are for machines. */
  setlocale (LC_NUMERIC, "C");

  bindtextdomain (GETTEXT_PACKAGE, get_locale_dir ());
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_atomic_int_set (&current_language, lang);
}

BzgLanguage
bzg_language_current (void)
{
  return (BzgLanguage) g_atomic_int_get (&current_language);
}

/* NULL for English and for a catalogue that is missing or unsound. */
static BzgCatalogue *
get_catalogue (BzgLanguage lang)
{
  static BzgCatalogue *catalogues[BZG_N_LANGUAGES];
  static gsize once[BZG_N_LANGUAGES];

  if (lang >= BZG_N_LANGUAGES || lang == BZG_LANGUAGE_EN)
    return NULL;
  if (g_once_init_enter (&once[lang]))
    {
      g_autofree char *path = g_build_filename (get_locale_dir (), bzg_language_code (lang),
                                                "LC_MESSAGES", GETTEXT_PACKAGE ".mo", NULL);
      g_autoptr (GBytes) bytes = bzg_file_read (path, MAX_CATALOGUE, NULL);

      if (bytes != NULL)
        catalogues[lang] = bzg_catalogue_new (bytes, NULL);
      g_once_init_leave (&once[lang], 1);
    }
  return catalogues[lang];
}

const char *
bzg_tr_context (BzgLanguage lang, const char *context, const char *msgid)
{
  BzgCatalogue *catalogue = get_catalogue (lang);
  const char *found
    = catalogue != NULL ? bzg_catalogue_lookup (catalogue, context, msgid, 0) : NULL;

  return found != NULL ? found : msgid;
}

const char *
bzg_tr (BzgLanguage lang, const char *msgid)
{
  return bzg_tr_context (lang, NULL, msgid);
}

/* The rules that the headers of the catalogues state too. */
static guint
plural_form (BzgLanguage lang, guint64 n)
{
  guint last = (guint) (n % 10), last_two = (guint) (n % 100);

  if (lang != BZG_LANGUAGE_RU)
    return n != 1;
  if (last == 1 && last_two != 11)
    return 0;
  return last >= 2 && last <= 4 && (last_two < 12 || last_two > 14) ? 1 : 2;
}

const char *
bzg_tr_plural (BzgLanguage lang, const char *singular, const char *plural, guint64 n)
{
  BzgCatalogue *catalogue = get_catalogue (lang);
  const char *found = catalogue != NULL
                        ? bzg_catalogue_lookup (catalogue, NULL, singular, plural_form (lang, n))
                        : NULL;

  if (found != NULL)
    return found;
  return n == 1 ? singular : plural;
}

static const char *
get_name (BzgLanguage lang, const char *context, const char *const *names, int n, int i)
{
  return i >= 1 && i <= n ? bzg_tr_context (lang, context, names[i - 1]) : "";
}

const char *
bzg_language_month (BzgLanguage lang, int month)
{
  return get_name (lang, "month", months, 12, month);
}

const char *
bzg_language_month_in_date (BzgLanguage lang, int month)
{
  return get_name (lang, "month in a date", months_in_date, 12, month);
}

const char *
bzg_language_month_short (BzgLanguage lang, int month)
{
  return get_name (lang, "short month", months_short, 12, month);
}

const char *
bzg_language_weekday (BzgLanguage lang, int weekday)
{
  return get_name (lang, "weekday", weekdays, 7, weekday);
}

const char *
bzg_language_weekday_short (BzgLanguage lang, int weekday)
{
  return get_name (lang, "short weekday", weekdays_short, 7, weekday);
}

const char *const *
bzg_language_alphabet (BzgLanguage lang)
{
  switch (lang)
    {
    case BZG_LANGUAGE_RU:
      return alphabet_ru;
    case BZG_LANGUAGE_TG:
      return alphabet_tg;
    case BZG_LANGUAGE_EN:
    case BZG_N_LANGUAGES:
    default:
      return alphabet_en;
    }
}
