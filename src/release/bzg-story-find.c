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
#define LONG_NAME 6
#define SHORTEST_RUN 7 /* bytes: a name of four letters and one of three */

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

/* Is @word the adjective of the place (самарская, самарӣ of Самара)? @bases: full keys of the place
 * without its endings, the whole word first; of a short one nothing is taken off. */
static gboolean
is_adjective_of (BzgStoryWord *word, char *const *bases)
{
  const char *const *places = _bzg_story_word_places (word);

  for (guint i = 0; places[i] != NULL; i++)
    for (guint b = 0; bases[b] != NULL; b++)
      if ((b == 0 || strlen (bases[b]) > 3) && keys_meet (bases[b], places[i], !word->tajik))
        return TRUE;
  return FALSE;
}

static void
find_name (const BzgStoryTerm *term, GPtrArray *words, gboolean again, GPtrArray *out)
{
  for (guint i = 0; term->keys[0] != NULL && i < words->len; i++)
    {
      BzgStoryWord *word = g_ptr_array_index (words, i);
      BzgStorySeverity severity = term->severity;

      /* What is not written like this has been looked at; of a piece only a whole name counts. */
      if (again && (!word->made || (word->piece && g_utf8_strlen (word->folded, -1) < 3)))
        continue;

      /* In lower case only the name itself, and if it is a word too, most likely the word. */
      if (!word_is (word, term->keys[0], word->capital && !word->piece)
          && !(word->capital && strcmp (word->folded, term->text) == 0))
        continue;
      if (!word->capital && !word->spaced
          && (term->common || strcmp (word->folded, term->text) != 0))
        severity = MAX (severity, term->common ? BZG_STORY_WARN : severity);
      g_ptr_array_add (out, _bzg_story_finding_new (word->start, word->end, severity,
                                                    term->category, term->suggestion));
    }
}

/* Cuts @key out of @full and returns both sides; NULL if it is not in it. */
static char **
sides_of (const char *full, const char *key)
{
  const char *at = *key != '\0' ? strstr (full, key) : NULL;
  char **sides = NULL;

  if (at == NULL)
    return NULL;
  sides = g_new0 (char *, 3);
  sides[0] = g_strndup (full, (gsize) (at - full));
  sides[1] = g_strdup (at + strlen (key));
  return sides;
}

/* Is another name of the one whose name @term is in what is left of a word? The initial of one is
 * enough where nothing else is left of a long name (fozilovk). */
static gboolean
has_other_name (const BzgStoryCase *c, const BzgStoryTerm *term, char *const *sides)
{
  for (guint i = 0; i < c->terms->len; i++)
    {
      const BzgStoryTerm *other = g_ptr_array_index (c->terms, i);

      if (other->owner != term->owner || strcmp (other->text, term->text) == 0)
        continue;
      for (guint s = 0; s < 2; s++)
        {
          const char *side = sides[s];

          if (strlen (other->keys[0]) >= 3 && strstr (side, other->keys[0]) != NULL)
            return TRUE;
          if (strlen (term->full) >= LONG_NAME && strlen (sides[0]) + strlen (sides[1]) == 1
              && *side != '\0' && *side == other->full[0] && g_strcmp0 (side, "a") != 0)
            return TRUE;
        }
    }
  return FALSE;
}

/* Names run together (fozilovkamol): a name of four letters or more inside a longer word, and
 * beside it another one of the same person. Letters with gaps between them need no second name if
 * the first stands at one of the ends. */
static void
find_run_together (
  const BzgStoryCase *c, const BzgStoryTerm *term, GPtrArray *words, gboolean again, GPtrArray *out)
{
  if (term->owner == 0 || strlen (term->full) < 4 || term->keys[0] == NULL)
    return;
  for (guint i = 0; i < words->len; i++)
    {
      BzgStoryWord *word = g_ptr_array_index (words, i);
      /* With its ending off, but not off to nothing (Каримов: karim). */
      const char *const keys[] = { term->full, term->keys[0] };

      if ((again && !word->made) || strlen (word->folded) < SHORTEST_RUN)
        continue;
      for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
        {
          g_auto (GStrv) sides
            = strlen (keys[k]) >= 4 ? sides_of (_bzg_story_word_full (word), keys[k]) : NULL;

          if (sides == NULL || (*sides[0] == '\0' && *sides[1] == '\0'))
            continue;
          if ((word->spaced && (*sides[0] == '\0' || *sides[1] == '\0'))
              || has_other_name (c, term, sides))
            {
              g_ptr_array_add (out, _bzg_story_finding_new (word->start, word->end, term->severity,
                                                            term->category, term->suggestion));
              break;
            }
        }
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

          if (word_is (word, term->keys[met], word->capital)
              || is_adjective_of (word, g_ptr_array_index (term->bases, met)))
            {
              met++;
              end = word->end;
            }
          else if (met == 0 || !_bzg_story_listed (generic, word->folded))
            break;
          at++;
        }
      /* The "область" of an adjective goes with it. */
      if (met == n && at < words->len)
        {
          const BzgStoryWord *next = g_ptr_array_index (words, at);

          if (*_bzg_story_word_places (g_ptr_array_index (words, at - 1)) != NULL
              && next->start == end + 1 && _bzg_story_listed (generic, next->folded))
            end = next->end;
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

/* The last digits of the number, in groups of their own ("it ends in 683 392"). */
static void
find_tail (const BzgStoryTerm *term, const char *text, GPtrArray *out)
{
  gsize n = strlen (term->text);

  for (const char *end = text; *end != '\0'; end++)
    {
      const char *p = end, *start = NULL;
      gsize met = 0;
      guint gap = 0;

      /* @end is the last digit of a group. */
      if (!g_ascii_isdigit (*end) || g_ascii_isdigit (end[1]))
        continue;
      for (; p >= text && met < n && gap <= 2; p--)
        {
          if (g_ascii_isdigit (*p))
            {
              if (*p != term->text[n - 1 - met])
                break;
              met++;
              gap = 0;
              if (met >= BZG_STORY_TAIL && (p == text || !g_ascii_isdigit (p[-1])))
                start = p;
            }
          else if (strchr (" -().", *p) != NULL)
            gap++;
          else
            break;
        }
      if (start != NULL)
        g_ptr_array_add (out,
                         _bzg_story_finding_new ((gsize) (start - text), (gsize) (end + 1 - text),
                                                 term->severity, term->category, term->suggestion));
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
  g_autoptr (GPtrArray) cut = _bzg_story_words_again (text, words, TRUE);
  g_autoptr (GPtrArray) joined = _bzg_story_words_again (text, words, FALSE);
  GPtrArray *const readings[] = { words, cut, joined };

  for (guint i = 0; i < c->terms->len; i++)
    {
      const BzgStoryTerm *term = g_ptr_array_index (c->terms, i);

      for (guint r = 0; r < G_N_ELEMENTS (readings); r++)
        if (readings[r] != NULL && term->kind == BZG_TERM_NAME)
          {
            find_name (term, readings[r], r > 0, out);
            find_run_together (c, term, readings[r], r > 0, out);
          }
        else if (readings[r] != NULL && term->kind == BZG_TERM_PLACE)
          find_place (term, readings[r], out);
      switch (term->kind)
        {
        case BZG_TERM_NAME:
        case BZG_TERM_PLACE:
          break;
        case BZG_TERM_PHRASE:
          find_phrase (term, words, out);
          break;
        case BZG_TERM_DIGITS:
          find_digits (term, text, out);
          find_tail (term, text, out);
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

  for (guint i = 0; districts != NULL && i < districts->n_codes; i++)
    for (BzgLanguage lang = 0; lang < BZG_N_LANGUAGES; lang++)
      {
        const BzgCode *code = &districts->codes[i];
        g_autoptr (GPtrArray) bases = NULL;
        g_auto (GStrv) keys
          = _bzg_story_term_keys (bzg_code_label ("district", code->code, lang), TRUE, &bases);
        BzgStoryTerm term
          = { .kind = BZG_TERM_PLACE, .severity = BZG_STORY_REVIEW, .category = "place" };
        g_autoptr (GPtrArray) found
          = g_ptr_array_new_with_free_func ((GDestroyNotify) _bzg_story_finding_free);

        term.keys = keys;
        term.bases = bases;
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
