/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From one script to the other, letter by letter from two tables. Case follows the first letter; in
 * a word of capitals every letter of a pair is a capital (ШАҲР is SHAHR, Шаҳр is Shahr).
 */
#include "base/bzg-text.h"

#include "base/bzg-text-private.h"

#include <string.h>

typedef struct
{
  const char *from;
  const char *to;
} Spelling;

static const Spelling to_latin[] = {
  { "а", "a" }, { "б", "b" },  { "в", "v" },    { "г", "g" }, { "ғ", "gh" }, { "д", "d" },
  { "е", "e" }, { "ё", "yo" }, { "ж", "zh" },   { "з", "z" }, { "и", "i" },  { "ӣ", "i" },
  { "й", "y" }, { "к", "k" },  { "қ", "q" },    { "л", "l" }, { "м", "m" },  { "н", "n" },
  { "о", "o" }, { "п", "p" },  { "р", "r" },    { "с", "s" }, { "т", "t" },  { "у", "u" },
  { "ӯ", "u" }, { "ф", "f" },  { "х", "kh" },   { "ҳ", "h" }, { "ц", "ts" }, { "ч", "ch" },
  { "ҷ", "j" }, { "ш", "sh" }, { "щ", "shch" }, { "ъ", "" },  { "ы", "y" },  { "ь", "" },
  { "э", "e" }, { "ю", "yu" }, { "я", "ya" },
};

/* Longest first where one spelling begins another. */
static const Spelling to_cyrillic[] = {
  { "shch", "щ" }, { "dzh", "ҷ" }, { "kh", "х" }, { "gh", "ғ" }, { "zh", "ж" }, { "ch", "ч" },
  { "sh", "ш" },   { "ts", "ц" },  { "ph", "ф" }, { "dj", "ҷ" }, { "yo", "ё" }, { "yu", "ю" },
  { "ya", "я" },   { "ye", "е" },  { "a", "а" },  { "b", "б" },  { "c", "к" },  { "d", "д" },
  { "e", "е" },    { "f", "ф" },   { "g", "г" },  { "h", "ҳ" },  { "i", "и" },  { "j", "ҷ" },
  { "k", "к" },    { "l", "л" },   { "m", "м" },  { "n", "н" },  { "o", "о" },  { "p", "п" },
  { "q", "қ" },    { "r", "р" },   { "s", "с" },  { "t", "т" },  { "u", "у" },  { "v", "в" },
  { "w", "в" },    { "x", "х" },   { "y", "й" },  { "z", "з" },  { "ī", "ӣ" },  { "ū", "ӯ" },
  { "ö", "ӯ" },    { "ā", "о" },   { "č", "ч" },  { "š", "ш" },  { "ž", "ж" },  { "ğ", "ғ" },
};

static gboolean
is_upper_at (const GArray *units, guint i)
{
  return i < units->len && g_unichar_isupper (g_array_index (units, BzgTextUnit, i).ch);
}

static void
append_cased (GString *out, const char *text, const GArray *units, guint from, guint to)
{
  gboolean first = is_upper_at (units, from);
  gboolean rest = first && (is_upper_at (units, to) || (from > 0 && is_upper_at (units, from - 1)));
  gboolean upper = first;

  for (; *text != '\0'; text = g_utf8_next_char (text), upper = rest)
    {
      gunichar ch = g_utf8_get_char (text);

      g_string_append_unichar (out, upper ? g_unichar_toupper (ch) : ch);
    }
}

/* How many characters from @i on are @from; 0 if they are not. */
static guint
match (const GArray *units, guint i, const char *from)
{
  guint n = 0;

  for (; *from != '\0'; from = g_utf8_next_char (from), n++)
    if (i + n >= units->len
        || g_unichar_tolower (g_array_index (units, BzgTextUnit, i + n).ch)
             != g_utf8_get_char (from))
      return 0;
  return n;
}

static char *
spell (const char *text, const Spelling *table, gsize size)
{
  g_autofree char *repaired = bzg_text_repair (text);
  g_autoptr (GArray) units = bzg_text_units_new (repaired, -1);
  GString *out = g_string_sized_new (units->len * 2);

  for (guint i = 0; i < units->len;)
    {
      guint n = 0;

      for (gsize j = 0; j < size && n == 0; j++)
        {
          n = match (units, i, table[j].from);
          if (n > 0)
            append_cased (out, table[j].to, units, i, i + n);
        }
      if (n == 0)
        g_string_append_unichar (out, g_array_index (units, BzgTextUnit, i).ch);
      i += MAX (n, 1);
    }
  return g_string_free (out, FALSE);
}

char *
bzg_text_to_latin (const char *text)
{
  return spell (text, to_latin, G_N_ELEMENTS (to_latin));
}

char *
bzg_text_to_cyrillic (const char *text)
{
  return spell (text, to_cyrillic, G_N_ELEMENTS (to_cyrillic));
}
