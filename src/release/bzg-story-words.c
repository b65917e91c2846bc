/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-story-private.h"

#include "base/bzg-name.h"
#include "base/bzg-text.h"
#include "bzg-story-words-resources.h"

#include <string.h>

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
  g_free (word);
}

static gboolean
is_letter (gunichar c)
{
  return g_unichar_isalnum (c) || g_unichar_ismark (c);
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
      BzgStoryWord *word;
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
      word = g_new0 (BzgStoryWord, 1);
      word->start = (gsize) (from - text);
      word->end = (gsize) (p - text);
      word->folded = bzg_text_fold (own);
      word->capital = g_unichar_isupper (c);
      word->sentence = sentence;
      sentence = FALSE;
      g_ptr_array_add (words, word);
    }
  return words;
}

const char *const *
_bzg_story_word_keys (BzgStoryWord *word)
{
  if (word->keys == NULL)
    {
      gsize lens[16];
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
