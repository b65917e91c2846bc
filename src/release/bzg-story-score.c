/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-story-private.h"

#include "base/bzg-name.h"

#include <string.h>

/*
 * How many people could it be? The traits that the text still tells are compared with everybody who
 * was ever helped; what is not known of somebody fits. Persons without any support are not counted,
 * so the number is rather too small than too large.
 */

enum
{
  TRAIT_COUNTRY,
  TRAIT_YEAR,
  TRAIT_AGE,
  TRAIT_LIVELIHOOD,
  TRAIT_REGION,
  TRAIT_SEX,
  N_TRAITS
};

static const char *const step_names[N_TRAITS]
  = { "country_to_abroad", "drop_year",         "drop_age",
      "drop_occupation",   "region_to_country", "drop_sex" };

typedef struct
{
  const char *sex, *region, *country;
  int age_min, age_max; /* -1: not known */
  GHashTable *kinds;    /* livelihood kinds; NULL: none known */
  GHashTable *years;
} Profile;

typedef struct
{
  guint told; /* bits of what the text tells */
  const char *sex, *region, *country, *kind;
  int band; /* 0 young, 1 middle, 2 older */
  GArray *years;
} Traits;

static void
profile_free (gpointer data)
{
  Profile *profile = data;

  g_hash_table_unref (profile->kinds);
  g_hash_table_unref (profile->years);
  g_free (profile);
}

static int
band_of (int age)
{
  return age < 30 ? 0 : age < 55 ? 1 : 2;
}

typedef struct
{
  GHashTable *people;
  BzgDate today;
} Collect;

static gboolean
collect_cb (const BzgFact *fact, gpointer data)
{
  Collect *collect = data;
  Profile *profile;
  int min, max;

  if (bzg_id_is_zero (&fact->person))
    return TRUE;
  profile = g_hash_table_lookup (collect->people, &fact->person);
  if (profile == NULL)
    {
      profile = g_new0 (Profile, 1);
      profile->sex = fact->sex;
      profile->region = fact->region;
      profile->country = fact->country;
      profile->age_min = profile->age_max = -1;
      if (bzg_fact_age (fact, collect->today, &min, &max))
        {
          profile->age_min = min;
          profile->age_max = max;
        }
      profile->kinds = g_hash_table_new (g_str_hash, g_str_equal);
      profile->years = g_hash_table_new (NULL, NULL);
      g_hash_table_insert (collect->people, g_memdup2 (&fact->person, sizeof (BzgId)), profile);
    }
  if (fact->livelihood_kind != NULL)
    g_hash_table_add (profile->kinds, (gpointer) fact->livelihood_kind);
  if (!bzg_date_is_missing (fact->date))
    g_hash_table_add (profile->years, GINT_TO_POINTER ((int) fact->date.year));
  return TRUE;
}

static gboolean
fits (const Profile *p, const Traits *t, guint told)
{
  if ((told & (1u << TRAIT_SEX)) && p->sex != NULL && strcmp (p->sex, t->sex) != 0
      && strcmp (p->sex, "unknown") != 0)
    return FALSE;
  if ((told & (1u << TRAIT_REGION)) && p->region != NULL && strcmp (p->region, t->region) != 0)
    return FALSE;
  if ((told & (1u << TRAIT_COUNTRY)) && p->country != NULL && strcmp (p->country, t->country) != 0)
    return FALSE;
  if ((told & (1u << TRAIT_LIVELIHOOD)) && g_hash_table_size (p->kinds) > 0
      && !g_hash_table_contains (p->kinds, t->kind))
    return FALSE;
  if ((told & (1u << TRAIT_AGE)) && p->age_min >= 0
      && (t->band < band_of (p->age_min) || t->band > band_of (p->age_max)))
    return FALSE;
  if (told & (1u << TRAIT_YEAR))
    {
      gboolean some = g_hash_table_size (p->years) == 0;

      for (guint i = 0; !some && i < t->years->len; i++)
        some = g_hash_table_contains (p->years, GINT_TO_POINTER (g_array_index (t->years, int, i)));
      if (!some)
        return FALSE;
    }
  return TRUE;
}

static guint
count_fitting (GHashTable *people, const Traits *traits, guint told)
{
  GHashTableIter iter;
  gpointer profile;
  guint k = 0;

  g_hash_table_iter_init (&iter, people);
  while (g_hash_table_iter_next (&iter, NULL, &profile))
    k += fits (profile, traits, told);
  return k;
}

/* TRUE if a label of the code, in any language and form, stands in the text. */
static gboolean
is_told (GPtrArray *words, const char *list, const char *code)
{
  g_auto (GStrv) generic = _bzg_story_list ("generic", "places");

  for (BzgLanguage lang = 0; lang < BZG_N_LANGUAGES; lang++)
    {
      g_autoptr (GPtrArray) label = _bzg_story_words (bzg_code_label (list, code, lang));

      for (guint i = 0; i < label->len; i++)
        {
          const BzgStoryWord *part = g_ptr_array_index (label, i);
          g_autofree char *key = NULL;

          if (_bzg_story_listed (generic, part->folded))
            continue;
          key = bzg_name_strict_key (part->folded);
          for (guint w = 0; w < words->len; w++)
            {
              const char *const *keys = _bzg_story_word_keys (g_ptr_array_index (words, w));

              if (*key != '\0' && g_strv_contains (keys, key))
                return TRUE;
            }
          break; /* the first telling word names the place */
        }
    }
  return FALSE;
}

static const char *
told_code (GPtrArray *words, const char *list_name, const char *own)
{
  const BzgCodeList *list = bzg_dictionary_code_list (list_name);

  if (own != NULL && is_told (words, list_name, own))
    return own;
  for (guint i = 0; list != NULL && i < list->n_codes; i++)
    if (is_told (words, list_name, list->codes[i].code))
      return list->codes[i].code;
  return NULL;
}

static void
read_traits (const BzgStoryCase *c, const char *text, GPtrArray *words, Traits *t)
{
  g_auto (GStrv) kinds = _bzg_story_keys ("livelihood");
  static const char *const bands[] = { "age_young", "age_middle", "age_older" };

  /* A story tells the sex by its grammar. */
  t->sex = c->sex;
  if (t->sex != NULL)
    t->told |= 1u << TRAIT_SEX;
  t->region = told_code (words, "region", c->region);
  if (t->region != NULL)
    t->told |= 1u << TRAIT_REGION;
  t->country = c->country != NULL && is_told (words, "country", c->country) ? c->country : NULL;
  if (t->country != NULL)
    t->told |= 1u << TRAIT_COUNTRY;
  for (guint i = 0; kinds[i] != NULL && t->kind == NULL; i++)
    {
      g_auto (GStrv) list = _bzg_story_list ("livelihood", kinds[i]);

      for (guint w = 0; w < words->len; w++)
        if (_bzg_story_listed (list, ((BzgStoryWord *) words->pdata[w])->folded))
          {
            t->kind = g_intern_string (kinds[i]);
            t->told |= 1u << TRAIT_LIVELIHOOD;
            break;
          }
    }
  for (guint i = 0; i < G_N_ELEMENTS (bands); i++)
    {
      g_autofree char *phrase = _bzg_story_phrase (c->lang, bands[i]);

      if (*phrase == '\0' || strstr (text, phrase) == NULL)
        continue;
      t->band = (int) i;
      t->told |= 1u << TRAIT_AGE;
    }
  for (guint w = 0; w < words->len; w++)
    {
      const BzgStoryWord *word = g_ptr_array_index (words, w);
      int year = (int) g_ascii_strtoll (word->folded, NULL, 10);

      if (strlen (word->folded) == 4 && year >= 1990 && year <= 2100)
        {
          g_array_append_val (t->years, year);
          t->told |= 1u << TRAIT_YEAR;
        }
    }
}

static void
step_free (gpointer data)
{
  BzgStoryStep *step = data;

  g_free (step->step);
  g_free (step);
}

/* The smallest set of traits to give up; among equals the one that gives up the lesser ones. */
static void
propose (GHashTable *people, const Traits *t, BzgStoryCheck *check)
{
  guint best = 0, best_n = N_TRAITS + 1, left = t->told;

  for (guint set = 1; set < 1u << N_TRAITS; set++)
    {
      guint n = (guint) __builtin_popcount (set);

      if ((set & ~t->told) == 0 && n < best_n
          && count_fitting (people, t, t->told & ~set) >= check->needed)
        {
          best = set;
          best_n = n;
        }
    }
  /* Nothing reaches it: say how far all of them together come. */
  if (best == 0)
    best = t->told;
  for (guint i = 0; i < N_TRAITS; i++)
    if (best & (1u << i))
      {
        BzgStoryStep *step = g_new0 (BzgStoryStep, 1);

        left &= ~(1u << i);
        step->step = g_strdup (step_names[i]);
        step->k = count_fitting (people, t, left);
        g_ptr_array_add (check->steps, step);
      }
}

gboolean
_bzg_story_score (const BzgStoryCase *c, const char *text, BzgStoryCheck *check, GError **error)
{
  g_autoptr (GPtrArray) words = _bzg_story_words (text);
  g_autoptr (GHashTable) people
    = g_hash_table_new_full (bzg_id_hash, bzg_id_equal, g_free, profile_free);
  Collect collect = { people, bzg_session_today (c->session) };
  Traits traits = { .years = g_array_new (FALSE, FALSE, sizeof (int)) };
  gboolean ok = bzg_facts_foreach (c->session, collect_cb, &collect, error);

  check->needed = g_strcmp0 (c->category, "trafficking_survivor") == 0 ? 10 : 5;
  check->steps = g_ptr_array_new_with_free_func (step_free);
  if (ok)
    {
      read_traits (c, text, words, &traits);
      check->k = count_fitting (people, &traits, traits.told);
      if (check->k < check->needed)
        propose (people, &traits, check);
    }
  g_array_unref (traits.years);
  return ok;
}
