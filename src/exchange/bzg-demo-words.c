/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers and words of the demonstration: a small generator of our own (SplitMix64), because the
 * same seed must give the same content with every future GLib, and the word lists of data/.
 */
#include "exchange/bzg-demo-private.h"

#include <stdlib.h>
#include <string.h>

#include "base/bzg-csv.h"
#include "base/bzg-error.h"
#include "base/bzg-text.h"
#include "bzg-demo-words-resource.h"

#define PREFIX "/org/bozgasht/demo/"

static guint64
next (BzgDemoRandom *self)
{
  guint64 z = self->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ z >> 30) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ z >> 31;
}

void
bzg_demo_random_init (BzgDemoRandom *self, guint64 seed)
{
  self->state = seed;
}

guint
bzg_demo_below (BzgDemoRandom *self, guint n)
{
  return (guint) ((next (self) >> 32) * n >> 32);
}

int
bzg_demo_range (BzgDemoRandom *self, int min, int max)
{
  return min + (int) bzg_demo_below (self, (guint) (max - min + 1));
}

gboolean
bzg_demo_chance (BzgDemoRandom *self, guint percent)
{
  return bzg_demo_below (self, 100) < percent;
}

int
bzg_demo_peak (BzgDemoRandom *self, int min, int max)
{
  return (bzg_demo_range (self, min, max) + bzg_demo_range (self, min, max)) / 2;
}

guint
bzg_demo_pick (BzgDemoRandom *self, const guint *weights, guint n)
{
  guint sum = 0, at, i;

  for (i = 0; i < n; i++)
    sum += weights[i];
  at = bzg_demo_below (self, MAX (sum, 1));
  for (i = 0; i + 1 < n; i++)
    {
      if (at < weights[i])
        break;
      at -= weights[i];
    }
  return i;
}

static GBytes *
load (const char *name, GError **error)
{
  g_autofree char *path = g_strconcat (PREFIX, name, NULL);

  return g_resource_lookup_data (bzg_demo_words_get_resource (), path, 0, error);
}

static gboolean
load_lines (const char *name, char ***lines, guint *n, GError **error)
{
  g_autoptr (GBytes) bytes = load (name, error);
  g_autofree char *text = NULL;
  gsize len;
  gconstpointer data;

  if (!bytes)
    return FALSE;
  data = g_bytes_get_data (bytes, &len);
  text = g_strndup (data, len);
  *lines = g_strsplit (g_strchomp (text), "\n", -1);
  *n = g_strv_length (*lines);
  return TRUE;
}

static gboolean
load_table (const char *name, BzgDemoTable *table, GError **error)
{
  g_autoptr (GBytes) bytes = load (name, error);
  g_autoptr (BzgCsvReader) reader = bytes ? bzg_csv_reader_new (bytes, error) : NULL;
  GError *local = NULL;
  guint n;

  table->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  if (!reader)
    return FALSE;
  n = bzg_csv_reader_get_n_columns (reader);
  table->columns = g_strdupv ((char **) bzg_csv_reader_get_header (reader));
  while (bzg_csv_reader_next (reader, &local))
    {
      char **cells = g_new0 (char *, n + 1);

      for (guint i = 0; i < n; i++)
        cells[i] = g_strdup (bzg_csv_reader_get_cell (reader, (int) i));
      g_ptr_array_add (table->rows, cells);
    }
  if (local)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  return TRUE;
}

static guint *
weights_of (const BzgDemoTable *table, const char *column)
{
  guint *weights = g_new (guint, table->rows->len + 1);

  for (guint i = 0; i < table->rows->len; i++)
    weights[i] = (guint) bzg_demo_cell_int (table, i, column);
  return weights;
}

static void
table_clear (BzgDemoTable *table)
{
  g_clear_pointer (&table->rows, g_ptr_array_unref);
  g_clear_pointer (&table->columns, g_strfreev);
}

BzgDemoWords *
bzg_demo_words_load (GError **error)
{
  BzgDemoWords *self = g_new0 (BzgDemoWords, 1);

  if (load_lines ("given-names-m.txt", &self->given_m, &self->n_given_m, error)
      && load_lines ("given-names-f.txt", &self->given_f, &self->n_given_f, error)
      && load_lines ("family-names.txt", &self->family, &self->n_family, error)
      && load_lines ("villages.txt", &self->villages, &self->n_villages, error)
      && load_table ("districts.csv", &self->districts, error)
      && load_table ("support.csv", &self->support, error)
      && load_table ("livelihoods.csv", &self->livelihoods, error)
      && load_table ("failures.csv", &self->failures, error)
      && load_table ("countries.csv", &self->countries, error)
      && load_table ("occupations.csv", &self->occupations, error)
      && load_table ("texts.csv", &self->texts, error)
      && load_table ("activities.csv", &self->activities, error)
      && load_table ("organisations.csv", &self->organisations, error))
    {
      self->district_weights = weights_of (&self->districts, "thousands");
      self->country_weights = weights_of (&self->countries, "permille");
      return self;
    }

  bzg_demo_words_free (self);
  return NULL;
}

void
bzg_demo_words_free (BzgDemoWords *self)
{
  if (!self)
    return;
  g_strfreev (self->given_m);
  g_strfreev (self->given_f);
  g_strfreev (self->family);
  g_strfreev (self->villages);
  table_clear (&self->districts);
  table_clear (&self->support);
  table_clear (&self->livelihoods);
  table_clear (&self->failures);
  table_clear (&self->countries);
  table_clear (&self->occupations);
  table_clear (&self->texts);
  table_clear (&self->activities);
  table_clear (&self->organisations);
  g_free (self->district_weights);
  g_free (self->country_weights);
  g_free (self);
}

const char *
bzg_demo_cell (const BzgDemoTable *table, guint row, const char *column)
{
  char **cells = g_ptr_array_index (table->rows, row);

  for (guint i = 0; table->columns[i]; i++)
    if (strcmp (table->columns[i], column) == 0)
      return cells[i];
  g_return_val_if_reached ("");
}

int
bzg_demo_cell_int (const BzgDemoTable *table, guint row, const char *column)
{
  return atoi (bzg_demo_cell (table, row, column));
}

const char *
bzg_demo_text (BzgDemoRandom *random, const BzgDemoWords *words, const char *use, guint lang)
{
  static const char *const langs[] = { "en", "ru", "tg" };
  const BzgDemoTable *texts = &words->texts;
  guint n = 0, skip;

  for (guint i = 0; i < texts->rows->len; i++)
    n += strcmp (bzg_demo_cell (texts, i, "use"), use) == 0
         && strcmp (bzg_demo_cell (texts, i, "lang"), langs[lang]) == 0;
  skip = bzg_demo_below (random, MAX (n, 1));
  for (guint i = 0; i < texts->rows->len; i++)
    if (strcmp (bzg_demo_cell (texts, i, "use"), use) == 0
        && strcmp (bzg_demo_cell (texts, i, "lang"), langs[lang]) == 0 && skip-- == 0)
      return bzg_demo_cell (texts, i, "text");
  g_return_val_if_reached (use);
}

/* Replaces every @from of the pairs by its @to. */
static char *
replace_all (const char *text, const char *const pairs[][2], guint n)
{
  GString *out = g_string_new (NULL);

  while (*text)
    {
      guint i;

      for (i = 0; i < n; i++)
        if (g_str_has_prefix (text, pairs[i][0]))
          break;
      if (i < n)
        {
          g_string_append (out, pairs[i][1]);
          text += strlen (pairs[i][0]);
        }
      else
        {
          const char *end = g_utf8_next_char (text);

          g_string_append_len (out, text, end - text);
          text = end;
        }
    }
  return g_string_free (out, FALSE);
}

static char *
to_russian (const char *tajik)
{
  static const char *const pairs[][2] = {
    { "ғ", "г" }, { "Ғ", "Г" }, { "ӣ", "и" },  { "қ", "к" },  { "Қ", "К" }, { "ӯ", "у" },
    { "ҳ", "х" }, { "Ҳ", "Х" }, { "ҷ", "дж" }, { "Ҷ", "Дж" }, { "ъ", "" },
  };

  return replace_all (tajik, pairs, G_N_ELEMENTS (pairs));
}

/* One of the usual slips: a Tajik letter typed as its Russian neighbour, о for а, a letter doubled,
 * lost or exchanged with its neighbour. */
static char *
misspell (BzgDemoRandom *random, const char *text)
{
  static const char *const plain[][2] = {
    { "ҳ", "х" }, { "қ", "к" },  { "ӯ", "у" }, { "ғ", "г" },   { "ӣ", "и" },
    { "ҷ", "ч" }, { "kh", "h" }, { "q", "k" }, { "dzh", "j" },
  };
  static const char *const vowels[][2] = {
    { "о", "а" },
    { "и", "е" },
    { "o", "a" },
    { "i", "y" },
  };
  glong len = g_utf8_strlen (text, -1);
  glong at;
  g_autofree char *head = NULL;
  const char *p, *q;

  switch (bzg_demo_below (random, 4))
    {
    case 0:
      return replace_all (text, plain, G_N_ELEMENTS (plain));
    case 1:
      return replace_all (text, vowels, G_N_ELEMENTS (vowels));
    default:
      break;
    }

  if (len < 4)
    return g_strdup (text);
  at = bzg_demo_range (random, 1, (int) len - 3);
  p = g_utf8_offset_to_pointer (text, at);
  q = g_utf8_next_char (p);
  head = g_strndup (text, (gsize) (p - text));
  if (bzg_demo_chance (random, 50))
    return g_strconcat (head, q, NULL);                           /* lost */
  return g_strdup_printf ("%s%.*s%s", head, (int) (q - p), p, p); /* doubled */
}

char *
bzg_demo_spell (BzgDemoRandom *random,
                const char *tajik,
                BzgDemoScript script,
                guint mistakes_percent)
{
  char *text = script == BZG_DEMO_TAJIK     ? g_strdup (tajik)
               : script == BZG_DEMO_RUSSIAN ? to_russian (tajik)
                                            : bzg_text_to_latin (tajik);

  if (bzg_demo_chance (random, mistakes_percent))
    {
      char *wrong = misspell (random, text);

      g_free (text);
      text = wrong;
    }
  return text;
}

/* The stem for a Russian ending: Ғанӣ → Ғани; *soft if it ends in a vowel. */
static char *
stem_of (const char *name, gboolean *soft)
{
  static const char *const vowels[] = { "а", "о", "ё", "у", "ӯ", "и", "е", "я" };

  if (g_str_has_suffix (name, "ӣ"))
    {
      *soft = TRUE;
      return g_strdup_printf ("%.*sи", (int) (strlen (name) - strlen ("ӣ")), name);
    }
  *soft = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (vowels); i++)
    *soft |= g_str_has_suffix (name, vowels[i]);
  return g_strdup (name);
}

char *
bzg_demo_family_name (const char *stem, guint style, gboolean woman)
{
  gboolean soft;
  g_autofree char *base = stem_of (stem, &soft);

  if (style == 0)
    return g_strconcat (base, soft ? "ев" : "ов", woman ? "а" : "", NULL);
  if (style == 1)
    return g_strconcat (base, "зода", NULL);
  return g_strdup (stem);
}

char *
bzg_demo_patronymic (const char *father, guint style, gboolean woman)
{
  gboolean soft;
  g_autofree char *base = stem_of (father, &soft);

  if (style == 0)
    return g_strconcat (base, soft ? "ев" : "ов", woman ? "на" : "ич", NULL);
  if (style == 1)
    return g_strconcat (base, "зода", NULL);
  return g_strdup (father);
}
