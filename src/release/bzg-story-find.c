/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-story-private.h"

#include "base/bzg-id.h"
#include "base/bzg-name.h"
#include "base/bzg-text.h"
#include "casebook/bzg-people.h"

#include <string.h>

/*
 * The finders by words. A word of the text and a word of the case file meet if any form of the one
 * (with its endings taken off step by step) has the same name key as the other, or nearly.
 */

#define MAX_PAIRS 60 /* pairs of capitalised words that are looked up among all people */
#define SAME_NAME 900

BzgStoryFinding *
_bzg_story_finding_new (
  gsize start, gsize end, BzgStorySeverity severity, const char *category, const char *suggestion)
{
  BzgStoryFinding *finding = g_new0 (BzgStoryFinding, 1);

  finding->start = start;
  finding->end = end;
  finding->severity = severity;
  finding->category = category;
  finding->suggestion = g_strdup (suggestion);
  return finding;
}

void
_bzg_story_finding_free (BzgStoryFinding *self)
{
  g_free (self->suggestion);
  g_free (self);
}

/* How many letters may differ: short names must be the same. */
static guint
slack (gsize letters)
{
  return letters <= 4 ? 0 : letters <= 7 ? 1 : 2;
}

static gboolean
keys_meet (const char *key, const char *of_word, gboolean fuzzy)
{
  gsize n = strlen (key), m = strlen (of_word);

  if (n == 0 || m == 0)
    return FALSE;
  if (strcmp (key, of_word) == 0)
    return TRUE;
  if (!fuzzy || key[0] != of_word[0] || MIN (n, m) < 4)
    return FALSE;
  return bzg_name_distance (key, of_word, slack (MIN (n, m))) <= slack (MIN (n, m));
}

static gboolean
word_is (BzgStoryWord *word, const char *key, gboolean fuzzy)
{
  const char *const *keys = _bzg_story_word_keys (word);

  for (guint i = 0; keys[i] != NULL; i++)
    if (keys_meet (key, keys[i], fuzzy))
      return TRUE;
  return FALSE;
}

static void
find_name (const BzgStoryTerm *term, GPtrArray *words, GPtrArray *out)
{
  for (guint i = 0; term->keys[0] != NULL && i < words->len; i++)
    {
      BzgStoryWord *word = g_ptr_array_index (words, i);
      BzgStorySeverity severity = term->severity;

      /* In lower case only the name itself, and if it is a word too, most likely the word. */
      if (!word_is (word, term->keys[0], word->capital)
          && !(word->capital && strcmp (word->folded, term->text) == 0))
        continue;
      if (!word->capital && (term->common || strcmp (word->folded, term->text) != 0))
        severity = MAX (severity, term->common ? BZG_STORY_WARN : severity);
      g_ptr_array_add (out, _bzg_story_finding_new (word->start, word->end, severity,
                                                    term->category, term->suggestion));
    }
}

/* All words of the term in a row, generic ones ("village", "район") between or around them. */
static void
find_place (const BzgStoryTerm *term, GPtrArray *words, GPtrArray *out)
{
  guint n = g_strv_length (term->keys);
  g_auto (GStrv) generic = _bzg_story_list ("generic", "places");

  for (guint i = 0; n > 0 && i < words->len; i++)
    {
      guint at = i, met = 0;
      gsize end = 0;

      while (at < words->len && met < n)
        {
          BzgStoryWord *word = g_ptr_array_index (words, at);

          if (word_is (word, term->keys[met], word->capital))
            {
              met++;
              end = word->end;
            }
          else if (met == 0 || !_bzg_story_listed (generic, word->folded))
            break;
          at++;
        }
      if (met == n)
        g_ptr_array_add (out,
                         _bzg_story_finding_new (((BzgStoryWord *) words->pdata[i])->start, end,
                                                 term->severity, term->category, term->suggestion));
    }
}

/* Three words of a note in a row (an item of two words: both) are copied, not told. */
static void
find_phrase (const BzgStoryTerm *term, GPtrArray *words, GPtrArray *out)
{
  guint n = g_strv_length (term->keys), need = MIN (n, 4);

  if (n < 2)
    return;
  for (guint i = 0; i < words->len; i++)
    {
      guint best = 0;

      for (guint k = 0; k < n; k++)
        {
          guint run = 0;

          while (i + run < words->len && k + run < n
                 && word_is (g_ptr_array_index (words, i + run), term->keys[k + run], FALSE))
            run++;
          best = MAX (best, run);
        }
      if (best >= need)
        {
          g_ptr_array_add (out,
                           _bzg_story_finding_new (((BzgStoryWord *) words->pdata[i])->start,
                                                   ((BzgStoryWord *) words->pdata[i + best - 1])
                                                     ->end,
                                                   term->severity, term->category,
                                                   term->suggestion));
          i += best - 1;
        }
    }
}

/* The digits of the text in one row; letters and long gaps break it. */
static void
find_digits (const BzgStoryTerm *term, const char *text, GPtrArray *out)
{
  gsize n = strlen (term->text);

  for (const char *p = text; *p != '\0'; p++)
    {
      const char *q = p;
      gsize met = 0;
      guint gap = 0;

      if (*p != term->text[0])
        continue;
      while (*q != '\0' && met < n && gap <= 3)
        {
          if (g_ascii_isdigit (*q))
            {
              if (*q != term->text[met])
                break;
              met++;
              gap = 0;
            }
          else if (g_ascii_isalpha (*q))
            break;
          else
            gap++;
          q++;
        }
      if (met == n)
        {
          const char *start = p;

          /* The country's code goes with it. */
          while (start > text && (g_ascii_isdigit (start[-1]) || strchr ("+-() ", start[-1])))
            start--;
          while (start < p && *start == ' ')
            start++;
          g_ptr_array_add (out, _bzg_story_finding_new ((gsize) (start - text), (gsize) (q - text),
                                                        term->severity, term->category,
                                                        term->suggestion));
        }
    }
}

static void
find_exact (const BzgStoryTerm *term, const char *text, GPtrArray *out)
{
  g_autoptr (BzgFoldMap) map = bzg_text_fold_map (text, -1);
  g_autofree char *folded = bzg_text_fold (term->text);
  gsize n = strlen (folded);

  for (const char *p = map->text; n > 3 && (p = strstr (p, folded)) != NULL; p += n)
    {
      gsize start, end, from = (gsize) (p - map->text);

      bzg_fold_map_span (map, from, from + n, &start, &end);
      g_ptr_array_add (out, _bzg_story_finding_new (start, end, term->severity, term->category,
                                                    term->suggestion));
    }
}

void
_bzg_story_find_terms (const BzgStoryCase *c, const char *text, GPtrArray *words, GPtrArray *out)
{
  for (guint i = 0; i < c->terms->len; i++)
    {
      const BzgStoryTerm *term = g_ptr_array_index (c->terms, i);

      switch (term->kind)
        {
        case BZG_TERM_NAME:
          find_name (term, words, out);
          break;
        case BZG_TERM_PLACE:
          find_place (term, words, out);
          break;
        case BZG_TERM_PHRASE:
          find_phrase (term, words, out);
          break;
        case BZG_TERM_DIGITS:
          find_digits (term, text, out);
          break;
        case BZG_TERM_EXACT:
        default:
          find_exact (term, text, out);
          break;
        }
    }
}

/* Every district of the country: below the region a place is too small. */
void
_bzg_story_find_gazetteer (const BzgStoryCase *c,
                           const char *text,
                           GPtrArray *words,
                           GPtrArray *out)
{
  const BzgCodeList *districts = bzg_dictionary_code_list ("district");
  g_auto (GStrv) generic = _bzg_story_list ("generic", "places");

  for (guint i = 0; districts != NULL && i < districts->n_codes; i++)
    for (BzgLanguage lang = 0; lang < BZG_N_LANGUAGES; lang++)
      {
        const BzgCode *code = &districts->codes[i];
        g_autoptr (GPtrArray) label
          = _bzg_story_words (bzg_code_label ("district", code->code, lang));
        g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
        BzgStoryTerm term
          = { .kind = BZG_TERM_PLACE, .severity = BZG_STORY_REVIEW, .category = "place" };
        g_autoptr (GPtrArray) found
          = g_ptr_array_new_with_free_func ((GDestroyNotify) _bzg_story_finding_free);

        for (guint w = 0; w < label->len; w++)
          {
            const BzgStoryWord *word = g_ptr_array_index (label, w);

            if (!_bzg_story_listed (generic, word->folded))
              g_ptr_array_add (keys, bzg_name_strict_key (word->folded));
          }
        g_ptr_array_add (keys, NULL);
        term.keys = (char **) keys->pdata;
        term.suggestion
          = (char *) (code->parent != NULL ? bzg_code_label ("region", code->parent, c->lang) : "");
        find_place (&term, words, found);
        for (guint f = 0; f < found->len; f++)
          {
            const BzgStoryFinding *finding = g_ptr_array_index (found, f);

            /* A gazetteer has common words in it: only with a capital letter. */
            if (g_unichar_isupper (g_utf8_get_char (text + finding->start)))
              g_ptr_array_add (out, _bzg_story_finding_new (finding->start, finding->end,
                                                            finding->severity, finding->category,
                                                            finding->suggestion));
          }
      }
}

void
_bzg_story_find_words (const BzgStoryCase *c, GPtrArray *words, GPtrArray *out)
{
  g_auto (GStrv) unique = _bzg_story_list ("unique", "words");
  g_auto (GStrv) health = _bzg_story_list ("health", "words");
  g_autofree char *illness = _bzg_story_phrase (c->lang, "health");

  for (guint i = 0; i < words->len; i++)
    {
      const BzgStoryWord *word = g_ptr_array_index (words, i);

      if (_bzg_story_listed (unique, word->folded))
        g_ptr_array_add (out, _bzg_story_finding_new (word->start, word->end, BZG_STORY_REVIEW,
                                                      "unique", ""));
      else if (_bzg_story_listed (health, word->folded))
        g_ptr_array_add (out, _bzg_story_finding_new (word->start, word->end, BZG_STORY_REVIEW,
                                                      "health", illness));
    }
}

/* Two capitalised words that are the name of somebody else in the casebook. */
void
_bzg_story_find_others (const BzgStoryCase *c, const char *text, GPtrArray *words, GPtrArray *out)
{
  g_autofree char *other = _bzg_story_phrase (c->lang, "other");
  guint asked = 0;

  for (guint i = 0; i + 1 < words->len && asked < MAX_PAIRS; i++)
    {
      const BzgStoryWord *a = g_ptr_array_index (words, i);
      const BzgStoryWord *b = g_ptr_array_index (words, i + 1);
      g_autofree char *pair = NULL;
      g_autoptr (GPtrArray) hits = NULL;

      if (!a->capital || !b->capital || b->start != a->end + 1)
        continue;
      pair = g_strndup (text + a->start, b->end - a->start);
      asked++;
      hits = bzg_people_search (c->session, pair, 3, NULL);
      for (guint h = 0; hits != NULL && h < hits->len; h++)
        {
          const BzgHit *hit = g_ptr_array_index (hits, h);
          gboolean same = FALSE;

          if (bzg_id_equal (&hit->id, &c->person))
            continue;
          for (guint n = 0; hit->names != NULL && hit->names[n] != NULL; n++)
            same |= bzg_name_similarity (pair, hit->names[n]) >= SAME_NAME;
          if (same)
            {
              g_ptr_array_add (out, _bzg_story_finding_new (a->start, b->end, BZG_STORY_BLOCK,
                                                            "person_other", other));
              break;
            }
        }
    }
}
