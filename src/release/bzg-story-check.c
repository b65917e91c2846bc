/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-story-check.h"

#include "base/bzg-error.h"
#include "base/bzg-text.h"
#include "casebook/bzg-sealed.h"
#include "release/bzg-story-private.h"

#include <string.h>

#define MAX_TEXT (1024 * 1024)

/* Control characters are neither seen nor space: no story has them. */
static gboolean
has_controls (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (g_unichar_iscntrl (g_utf8_get_char (text)) && strchr ("\t\n\r", *text) == NULL)
      return TRUE;
  return FALSE;
}

const char *
bzg_story_severity_name (BzgStorySeverity severity)
{
  static const char *const names[] = { "block", "review", "warn" };

  g_return_val_if_fail (severity <= BZG_STORY_WARN, "");
  return names[severity];
}

void
bzg_story_check_free (BzgStoryCheck *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->findings, g_ptr_array_unref);
  g_clear_pointer (&self->steps, g_ptr_array_unref);
  g_free (self);
}

/* By place; at one place the graver, then the longer first. */
static int
by_place (gconstpointer a, gconstpointer b)
{
  const BzgStoryFinding *x = *(BzgStoryFinding *const *) a, *y = *(BzgStoryFinding *const *) b;

  if (x->start != y->start)
    return x->start < y->start ? -1 : 1;
  if (x->end != y->end)
    return x->end > y->end ? -1 : 1;
  return (int) x->severity - (int) y->severity;
}

/* One finding a place: where two overlap, their union, the graver severity and its reason. Parts of
 * one name (given and family name) become one finding with one replacement. */
static GPtrArray *
settle (const char *text, GPtrArray *all)
{
  GPtrArray *out = g_ptr_array_new_with_free_func ((GDestroyNotify) _bzg_story_finding_free);

  g_ptr_array_sort (all, by_place);
  for (guint i = 0; i < all->len; i++)
    {
      const BzgStoryFinding *next = g_ptr_array_index (all, i);
      BzgStoryFinding *last = out->len > 0 ? g_ptr_array_index (out, out->len - 1) : NULL;
      gboolean overlap = last != NULL && next->start < last->end;
      gboolean joined = !overlap && last != NULL && strcmp (last->category, next->category) == 0
                        && strcmp (last->suggestion, next->suggestion) == 0
                        && next->start - last->end == 1 && strchr (" _", text[last->end]) != NULL
                        && last->severity == next->severity;

      if (!overlap && !joined)
        {
          g_ptr_array_add (out, _bzg_story_finding_new (next->start, next->end, next->severity,
                                                        next->category, next->suggestion));
          continue;
        }
      if (next->severity < last->severity)
        {
          last->severity = next->severity;
          last->category = next->category;
          g_free (last->suggestion);
          last->suggestion = g_strdup (next->suggestion);
        }
      last->end = MAX (last->end, next->end);
    }
  return out;
}

/* Looks in the text without what nobody sees and says where it is in the whole text. */
static GPtrArray *
find_all (const BzgStoryCase *c, const char *original)
{
  g_autoptr (BzgFoldMap) bare = _bzg_story_bare (original);
  const char *text = bare->text;
  GPtrArray *found = NULL;
  g_autoptr (GPtrArray) words = _bzg_story_words (text);
  g_autoptr (GPtrArray) all
    = g_ptr_array_new_with_free_func ((GDestroyNotify) _bzg_story_finding_free);

  _bzg_story_find_patterns (c, text, all);
  _bzg_story_find_terms (c, text, words, all);
  _bzg_story_find_gazetteer (c, text, words, all);
  _bzg_story_find_words (c, words, all);
  _bzg_story_find_others (c, text, words, all);
  found = settle (text, all);
  for (guint i = 0; i < found->len; i++)
    {
      BzgStoryFinding *finding = g_ptr_array_index (found, i);

      bzg_fold_map_span (bare, finding->start, finding->end, &finding->start, &finding->end);
    }
  return found;
}

static char *
replace_all (const char *text, const GPtrArray *findings)
{
  GString *out = g_string_new (NULL);
  gsize at = 0;

  for (guint i = 0; i < findings->len; i++)
    {
      const BzgStoryFinding *finding = g_ptr_array_index (findings, i);

      g_string_append_len (out, text + at, (gssize) (finding->start - at));
      /* What is left out takes the space before it along. */
      if (*finding->suggestion == '\0' && out->len > 0 && out->str[out->len - 1] == ' ')
        g_string_truncate (out, out->len - 1);
      g_string_append (out, finding->suggestion);
      at = finding->end;
    }
  g_string_append (out, text + at);
  return g_string_free (out, FALSE);
}

char *
bzg_story_apply (const char *text, const BzgStoryCheck *check)
{
  return replace_all (text, check->findings);
}

BzgStoryCheck *
bzg_story_check (
  BzgSession *session, const BzgId *person, const char *text, BzgLanguage lang, GError **error)
{
  g_autoptr (BzgStoryCase) c = NULL;
  g_autoptr (BzgStoryCheck) self = g_new0 (BzgStoryCheck, 1);
  g_autofree char *after = NULL;
  g_autoptr (BzgFoldMap) bare = NULL;

  if (strlen (text) > MAX_TEXT || !g_utf8_validate (text, -1, NULL) || has_controls (text))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_ENCODING,
                   "a story must be UTF-8 without control characters and short");
      return NULL;
    }
  c = _bzg_story_case_new (session, person, lang, error);
  if (c == NULL)
    return NULL;
  self->findings = find_all (c, text);
  after = replace_all (text, self->findings);
  bare = _bzg_story_bare (after);
  if (!_bzg_story_score (c, bare->text, self, error))
    return NULL;
  self->sealed_unread = bzg_sealed_unread (session, person) + c->unopened;
  self->publishable = self->k >= self->needed;
  for (guint i = 0; self->publishable && i < self->findings->len; i++)
    self->publishable = ((BzgStoryFinding *) self->findings->pdata[i])->severity != BZG_STORY_BLOCK;
  return g_steal_pointer (&self);
}
