/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A sort key is text of two parts with a space, the lowest byte in it, between them. The first
 * holds one byte a letter (its place in the alphabets of the language), the second what separates
 * texts of the same letters: variants and capitals. Numbers are put in by their length and digits,
 * so that "Group 2" comes before "Group 10". All bytes are printable ASCII but those of foreign
 * scripts, which come last in the order of Unicode.
 */
#include "base/bzg-text.h"

#include "base/bzg-text-private.h"

#include <string.h>

#define LEVEL ' '
#define WORD '!'
#define NUMBER '"'  /* and its length, 1 to 9, added */
#define LETTER 0x2C /* and its place added */
#define FOREIGN '~'
#define TABLE_SIZE 0x500 /* all letters of the alphabets lie below */

static const char cyrillic[] = "абвгғдеёжзиӣйкқлмнопрстуӯфхҳцчҷшщъыьэюя";
static const char latin[] = "abcdefghijklmnopqrstuvwxyz";

typedef struct
{
  guint8 weight[TABLE_SIZE]; /* 0: not in the alphabets */
} Order;

static void
add_letters (Order *order, const char *letters, guint8 *next)
{
  for (; *letters != '\0'; letters = g_utf8_next_char (letters))
    order->weight[g_utf8_get_char (letters)] = (*next)++;
}

static const Order *
get_orders (void)
{
  static Order orders[BZG_N_LANGUAGES];
  static gsize once;

  if (g_once_init_enter (&once))
    {
      for (int lang = 0; lang < BZG_N_LANGUAGES; lang++)
        {
          guint8 next = LETTER;

          add_letters (&orders[lang], lang == BZG_LANGUAGE_EN ? latin : cyrillic, &next);
          add_letters (&orders[lang], lang == BZG_LANGUAGE_EN ? cyrillic : latin, &next);
        }
      g_once_init_leave (&once, 1);
    }
  return orders;
}

/* Appends the number that starts at @i; returns the index behind it. */
static guint
append_number (GString *key, const BzgTextUnit *all, guint n, guint i)
{
  guint start, end;

  while (i + 1 < n && all[i].ch == '0' && g_ascii_isdigit ((char) MIN (all[i + 1].ch, 127)))
    i++;
  start = i;
  for (end = i; end < n && all[end].ch < 128 && g_ascii_isdigit ((char) all[end].ch); end++)
    ;
  g_string_append_c (key, (char) (NUMBER + MIN (end - start, 9)));
  for (; i < end; i++)
    g_string_append_c (key, (char) all[i].ch);
  return end;
}

char *
bzg_text_sort_key (const char *text, BzgLanguage lang)
{
  const Order *order = &get_orders ()[lang < BZG_N_LANGUAGES ? lang : BZG_LANGUAGE_EN];
  g_autoptr (GArray) units = bzg_text_units_new (text, -1);
  const BzgTextUnit *all = (const BzgTextUnit *) (gconstpointer) units->data;
  GString *key = g_string_sized_new (units->len * 2 + 8);
  g_autoptr (GString) details = g_string_new (NULL);
  gboolean pending_word = FALSE;

  for (guint i = 0; i < units->len;)
    {
      gunichar ch = all[i].ch;
      gunichar lower = g_unichar_tolower (ch);
      gunichar plain = lower;
      guint detail;

      if (g_unichar_isspace (ch) || bzg_text_is_dash (ch))
        pending_word = key->len > 0;
      if (!g_unichar_isalnum (ch))
        {
          i++;
          continue;
        }
      if (pending_word)
        g_string_append_c (key, WORD);
      pending_word = FALSE;
      if (ch < 128 && g_ascii_isdigit ((char) ch))
        {
          i = append_number (key, all, units->len, i);
          continue;
        }

      if (lower == 0x0451 && lang != BZG_LANGUAGE_TG) /* ё */
        plain = 0x0435;
      else if (lower >= TABLE_SIZE || order->weight[lower] == 0)
        {
          gunichar pieces[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];

          g_unichar_fully_decompose (lower, TRUE, pieces, G_N_ELEMENTS (pieces));
          plain = pieces[0];
        }
      if (plain < TABLE_SIZE && order->weight[plain] != 0)
        g_string_append_c (key, (char) order->weight[plain]);
      else
        {
          g_string_append_c (key, FOREIGN);
          g_string_append_unichar (key, lower);
        }
      detail = (plain != lower ? 2 : 0) + (ch != lower ? 1 : 0);
      g_string_append_c (details, (char) ('0' + detail));
      i++;
    }

  while (details->len > 0 && details->str[details->len - 1] == '0')
    g_string_truncate (details, details->len - 1);
  if (details->len > 0)
    {
      g_string_append_c (key, LEVEL);
      g_string_append (key, details->str);
    }
  return g_string_free (key, FALSE);
}

int
bzg_text_compare (const char *a, const char *b, BzgLanguage lang)
{
  g_autofree char *key_a = bzg_text_sort_key (a, lang);
  g_autofree char *key_b = bzg_text_sort_key (b, lang);

  return strcmp (key_a, key_b);
}
