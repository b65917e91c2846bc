/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-story-private.h"

#include "base/bzg-name.h"
#include "base/bzg-text.h"
#include "bzg-story-words-resources.h"

#include <string.h>

#define SOFT_HYPHEN 0x00AD
#define MAX_GAP 3 /* characters between letters that are read as one word */
#define MAX_STEPS 16

static GKeyFile *
load (const char *name)
{
  g_autofree char *path = g_strconcat ("/org/bozgasht/Bozgasht/story/", name, NULL);
  g_autoptr (GBytes) bytes = g_resource_lookup_data (bzg_story_words_get_resource (), path,
                                                     G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  GKeyFile *file = g_key_file_new ();

  if (bytes == NULL || !g_key_file_load_from_bytes (file, bytes, G_KEY_FILE_NONE, NULL))
    g_error ("the file %s of the program cannot be read", name);
  return file;
}

/* Read once, never changed. */
static GKeyFile *
words_file (void)
{
  static gsize file = 0;

  if (g_once_init_enter (&file))
    g_once_init_leave (&file, (gsize) load ("words.ini"));
  return (GKeyFile *) file;
}

static GKeyFile *
phrases_file (void)
{
  static gsize file = 0;

  if (g_once_init_enter (&file))
    g_once_init_leave (&file, (gsize) load ("phrases.ini"));
  return (GKeyFile *) file;
}

char **
_bzg_story_list (const char *group, const char *key)
{
  char **list = g_key_file_get_string_list (words_file (), group, key, NULL, NULL);

  return list != NULL ? list : g_new0 (char *, 1);
}

char **
_bzg_story_keys (const char *group)
{
  char **keys = g_key_file_get_keys (words_file (), group, NULL, NULL);

  return keys != NULL ? keys : g_new0 (char *, 1);
}

char *
_bzg_story_phrase (BzgLanguage lang, const char *key)
{
  char *phrase = g_key_file_get_string (phrases_file (), bzg_language_code (lang), key, NULL);

  return phrase != NULL ? phrase : g_strdup ("");
}

gboolean
_bzg_story_listed (char *const *list, const char *folded)
{
  for (guint i = 0; list[i] != NULL; i++)
    {
      gsize n = strlen (list[i]);

      if (n > 0 && list[i][n - 1] == '=')
        {
          if (strlen (folded) == n - 1 && memcmp (folded, list[i], n - 1) == 0)
            return TRUE;
        }
      else if (strncmp (folded, list[i], n) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
word_free (gpointer data)
{
  BzgStoryWord *word = data;

  g_free (word->folded);
  g_strfreev (word->keys);
  g_strfreev (word->places);
  g_free (word->full);
  g_free (word);
}

static gboolean
is_letter (gunichar c)
{
  return g_unichar_isalnum (c) || g_unichar_ismark (c);
}

/* ӣ, in its own letter, in the one of old fonts, or with the macron apart. */
static gboolean
ends_in_long_i (const char *raw)
{
  static const gunichar ends[] = { 0x04E2, 0x04E3, 0x0407, 0x0457, 0x0304 };
  gunichar last = *raw != '\0' ? g_utf8_get_char (g_utf8_prev_char (raw + strlen (raw))) : 0;

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (last == ends[i])
      return TRUE;
  return FALSE;
}

static BzgStoryWord *
word_new (const char *raw, gsize start, gsize end, gboolean sentence)
{
  BzgStoryWord *word = g_new0 (BzgStoryWord, 1);

  word->start = start;
  word->end = end;
  word->folded = bzg_text_fold (raw);
  word->capital = g_unichar_isupper (g_utf8_get_char (raw));
  word->sentence = sentence;
  word->tajik = ends_in_long_i (raw);
  return word;
}

GPtrArray *
_bzg_story_words (const char *text)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (word_free);
  gboolean sentence = TRUE;
  const char *p = text;

  while (*p != '\0')
    {
      gunichar c = g_utf8_get_char (p);
      const char *from = p;
      g_autofree char *own = NULL;

      if (!is_letter (c))
        {
          if (c == '.' || c == '!' || c == '?' || c == '\n' || c == 0x2026)
            sentence = TRUE;
          p = g_utf8_next_char (p);
          continue;
        }
      while (*p != '\0' && is_letter (g_utf8_get_char (p)))
        p = g_utf8_next_char (p);
      /* An apostrophe inside a word belongs to it (Roshtqal'a). */
      while ((*p == '\'' || g_str_has_prefix (p, "\342\200\231"))
             && is_letter (g_utf8_get_char (g_utf8_next_char (p))))
        {
          p = g_utf8_next_char (p);
          while (*p != '\0' && is_letter (g_utf8_get_char (p)))
            p = g_utf8_next_char (p);
        }
      own = g_strndup (from, (gsize) (p - from));
      g_ptr_array_add (words, word_new (own, (gsize) (from - text), (gsize) (p - text), sentence));
      sentence = FALSE;
    }
  return words;
}

BzgFoldMap *
_bzg_story_bare (const char *text)
{
  gsize len = strlen (text);
  BzgFoldMap *self = g_new0 (BzgFoldMap, 1);
  GString *bare = g_string_sized_new (len);

  /* Nothing gets longer. */
  self->start = g_new (guint32, len + 1);
  self->end = g_new (guint32, len + 1);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      const char *next = g_utf8_next_char (p);
      gsize from = bare->len;

      if (bzg_text_is_ignorable (c))
        {
          const char *line = next + strspn (next, " \t");

          if (c != SOFT_HYPHEN || (*line != '\n' && *line != '\r'))
            continue;
          c = '-';
        }
      if (c > 127 && g_unichar_isdigit (c))
        c = (gunichar) ('0' + g_unichar_digit_value (c));
      g_string_append_unichar (bare, c);
      for (gsize i = from; i < bare->len; i++)
        {
          self->start[i] = (guint32) (p - text);
          self->end[i] = (guint32) (next - text);
        }
    }
  self->start[bare->len] = self->end[bare->len] = (guint32) len;
  self->len = bare->len;
  self->text = g_string_free (bare, FALSE);
  return self;
}

static gboolean
is_one_letter (const char *text, const BzgStoryWord *word)
{
  const char *p = text + word->start;

  if (!g_unichar_isalpha (g_utf8_get_char (p)))
    return FALSE;
  for (p = g_utf8_next_char (p); p < text + word->end; p = g_utf8_next_char (p))
    if (!bzg_text_is_mark (g_utf8_get_char (p)))
      return FALSE;
  return TRUE;
}

/* The characters between two words and the first of them; white space is all one. */
static guint
gap_between (const char *text, const BzgStoryWord *a, const BzgStoryWord *b, gunichar *first)
{
  *first = g_utf8_get_char (text + a->end);
  if (g_unichar_isspace (*first))
    *first = ' ';
  return (guint) g_utf8_strlen (text + a->end, (gssize) (b->start - a->end));
}

/* How many words from @i on are single letters with the same gap between them; fewer than three are
 * no word. A wider gap ends it. */
static guint
count_spaced (const char *text, GPtrArray *words, guint i)
{
  guint n = 1, wide = 0;
  gunichar sign = 0;

  if (!is_one_letter (text, g_ptr_array_index (words, i)))
    return 1;
  for (; i + n < words->len; n++)
    {
      gunichar first;
      guint gap = gap_between (text, g_ptr_array_index (words, i + n - 1),
                               g_ptr_array_index (words, i + n), &first);

      if (n == 1)
        {
          wide = gap;
          sign = first;
        }
      if (gap == 0 || gap > MAX_GAP || gap != wide || first != sign
          || !is_one_letter (text, g_ptr_array_index (words, i + n)))
        break;
    }
  return n >= 3 ? n : 1;
}

/* How many words from @i on hang together by hyphens; with @at_line only by those with white space
 * behind them. */
static guint
count_hyphened (const char *text, GPtrArray *words, guint i, gboolean at_line)
{
  guint n = 1;

  for (; i + n < words->len; n++)
    {
      const BzgStoryWord *a = g_ptr_array_index (words, i + n - 1);
      const BzgStoryWord *b = g_ptr_array_index (words, i + n);
      const char *p = text + a->end;

      if (!bzg_text_is_dash (g_utf8_get_char (p)))
        break;
      p = g_utf8_next_char (p);
      if (at_line && p == text + b->start)
        break;
      /* What quotes a line in CommonMark stands there too. */
      while (p < text + b->start && (g_unichar_isspace (g_utf8_get_char (p)) || *p == '>'))
        p = g_utf8_next_char (p);
      if (p != text + b->start)
        break;
    }
  return n;
}

/* Does a new word begin with @next? */
static gboolean
is_border (gunichar before, gunichar next)
{
  return (g_unichar_islower (before) && g_unichar_isupper (next))
         || (g_unichar_isdigit (before) && g_unichar_isalpha (next))
         || (g_unichar_isalpha (before) && g_unichar_isdigit (next));
}

static void
add_again (GPtrArray *out, const char *raw, const guint32 *at, gboolean cut, gboolean spaced)
{
  const char *from = raw;
  gboolean pieces = FALSE;

  for (const char *p = raw; *p != '\0';)
    {
      const char *next = g_utf8_next_char (p);

      if (*next == '\0' || (cut && is_border (g_utf8_get_char (p), g_utf8_get_char (next))))
        {
          g_autofree char *own = g_strndup (from, (gsize) (next - from));
          BzgStoryWord *word = word_new (own, at[from - raw], at[next - raw - 1] + 1, FALSE);

          pieces |= *next != '\0';
          word->made = TRUE;
          word->piece = pieces;
          word->spaced = spaced;
          g_ptr_array_add (out, word);
          from = next;
        }
      p = next;
    }
}

GPtrArray *
_bzg_story_words_again (const char *text, GPtrArray *words, gboolean cut)
{
  g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func (word_free);
  gboolean other = FALSE;

  for (guint i = 0; i < words->len;)
    {
      g_autoptr (GString) raw = g_string_new (NULL);
      g_autoptr (GArray) at = g_array_new (FALSE, FALSE, sizeof (guint32));
      guint before = out->len, n = count_spaced (text, words, i);
      gboolean spaced = n > 1;

      if (!spaced)
        n = count_hyphened (text, words, i, cut);
      for (guint k = i; k < i + n; k++)
        {
          const BzgStoryWord *word = g_ptr_array_index (words, k);

          g_string_append_len (raw, text + word->start, (gssize) (word->end - word->start));
          for (guint32 byte = (guint32) word->start; byte < word->end; byte++)
            g_array_append_val (at, byte);
        }
      add_again (out, raw->str, (const guint32 *) (gconstpointer) at->data, cut, spaced);
      if (n == 1 && out->len == before + 1)
        ((BzgStoryWord *) g_ptr_array_index (out, before))->made = FALSE;
      else
        other = TRUE;
      i += n;
    }
  return other ? g_steal_pointer (&out) : NULL;
}

const char *
_bzg_story_word_full (BzgStoryWord *word)
{
  if (word->full == NULL)
    word->full = bzg_name_full_key (word->folded);
  return word->full;
}

const char *const *
_bzg_story_word_places (BzgStoryWord *word)
{
  if (word->places == NULL)
    {
      gsize len = strlen (word->folded), lens[MAX_STEPS + 1];
      guint n = bzg_text_place_steps (word->folded, len, lens, MAX_STEPS);

      if (word->tajik && len > strlen ("и") && g_str_has_suffix (word->folded, "и"))
        lens[n++] = len - strlen ("и");
      word->places = g_new0 (char *, n + 1);
      for (guint i = 0; i < n; i++)
        {
          g_autofree char *part = g_strndup (word->folded, lens[i]);

          word->places[i] = bzg_name_full_key (part);
        }
    }
  return (const char *const *) word->places;
}

const char *const *
_bzg_story_word_keys (BzgStoryWord *word)
{
  if (word->keys == NULL)
    {
      gsize lens[MAX_STEPS];
      guint n
        = bzg_text_stem_steps (word->folded, strlen (word->folded), lens, G_N_ELEMENTS (lens));

      word->keys = g_new0 (char *, n + 1);
      for (guint i = 0; i < n; i++)
        {
          g_autofree char *part = g_strndup (word->folded, lens[i]);

          word->keys[i] = bzg_name_strict_key (part);
        }
    }
  return (const char *const *) word->keys;
}
