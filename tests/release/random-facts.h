/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-facts.h"

#include <string.h>

/* Invented facts of every kind around 2019-Q4, in an order that means nothing: dates that are not
 * known to the day, people who refused, several funds and businesses, codes that no list has. The
 * same seed gives the same facts. */

static inline const char *
random_text (GRand *rand, const char *const *texts, guint n)
{
  return texts[g_rand_int_range (rand, 0, (int) n)];
}

#define RANDOM_TEXT(rand, ...)                                                                     \
  random_text (rand, (const char *const[]){ __VA_ARGS__ },                                         \
               sizeof ((const char *const[]){ __VA_ARGS__ }) / sizeof (const char *))

static inline BzgDate
random_date (GRand *rand)
{
  BzgDate date = bzg_date_add_days (bzg_date_make (2019, 8, 1), g_rand_int_range (rand, 0, 200));

  switch (g_rand_int_range (rand, 0, 12))
    {
    case 0:
      return bzg_date_make (date.year, 0, 0);
    case 1:
      return bzg_date_make (date.year, date.month, 0);
    case 2:
      return BZG_DATE_MISSING;
    default:
      return date;
    }
}

static inline void
random_fill_person (GRand *rand, guint person, BzgFact *fact)
{
  g_autoptr (GRand) own = g_rand_new_with_seed (person); /* the same whichever fact it is */

  memcpy (fact->person.bytes, &person, sizeof person);
  fact->sex = RANDOM_TEXT (own, "F", "M", "M", "other", NULL);
  fact->region = RANDOM_TEXT (own, "TJ-SU", "TJ-KT", "TJ-DU", "nowhere", NULL);
  fact->district = RANDOM_TEXT (own, "TJ-SU-01", NULL, NULL);
  fact->category = RANDOM_TEXT (own, "returned_migrant", "at_risk", NULL);
  fact->birth
    = bzg_date_make (1950 + g_rand_int_range (own, 0, 60), g_rand_int_range (own, 0, 2), 0);
  fact->age_stated = g_rand_int_range (own, -1, 40);
  fact->age_as_of = fact->age_stated >= 0 ? bzg_date_make (2019, 0, 0) : BZG_DATE_MISSING;
  fact->statistics_refused = g_rand_int_range (own, 0, 8) == 0;
  /* A person of businesses: mostly one of them. */
  fact->livelihood_kind = RANDOM_TEXT (own, "bees", "bakery", NULL);
  if (fact->kind == BZG_FACT_VISIT && g_rand_int_range (rand, 0, 3) == 0)
    fact->livelihood_kind = "tailoring";
}

static inline void
random_fill_support (GRand *rand, BzgFact *fact)
{
  guint service = (guint) g_rand_int_range (rand, 0, 5);

  fact->service = ((const char *const[]){ "IMM07", "IMM01", "ECO02", "new_code", NULL })[service];
  fact->family = ((const char *const[]){ "immediate", "immediate", "in_kind_livelihood", NULL,
                                         "immediate" })[service];
  fact->fund = RANDOM_TEXT (rand, "A", "B", NULL);
  fact->currency = RANDOM_TEXT (rand, "TJS", "TJS", "USD", NULL);
  fact->cost = g_rand_int_range (rand, 0, 3) == 0 ? G_MININT64 : g_rand_int_range (rand, 0, 9000);
}

static inline GArray *
random_facts (guint32 seed, guint n_facts, guint n_people)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  GArray *facts = g_array_new (FALSE, FALSE, sizeof (BzgFact));

  for (guint i = 0; i < n_facts; i++)
    {
      static const BzgFactKind kinds[]
        = { BZG_FACT_SUPPORT, BZG_FACT_SUPPORT, BZG_FACT_SUPPORT,  BZG_FACT_PLANNED,
            BZG_FACT_VISIT,   BZG_FACT_VISIT,   BZG_FACT_ACTIVITY, BZG_FACT_HEAD_COUNT };
      BzgFact fact = { .kind = kinds[g_rand_int_range (rand, 0, G_N_ELEMENTS (kinds))] };
      guint32 record[2] = { g_rand_int (rand), i };

      memcpy (fact.record.bytes, record, sizeof record);
      fact.date = random_date (rand);
      fact.age_stated = fact.jobs_f = fact.jobs_m = fact.n = -1;
      fact.cost = fact.sales = fact.costs = G_MININT64;
      if (fact.kind == BZG_FACT_ACTIVITY || fact.kind == BZG_FACT_HEAD_COUNT)
        {
          fact.activity_kind = RANDOM_TEXT (rand, "debate", "film", NULL);
          fact.region = RANDOM_TEXT (rand, "TJ-SU", NULL);
          fact.sex = fact.kind == BZG_FACT_HEAD_COUNT ? RANDOM_TEXT (rand, "F", "M", NULL) : NULL;
          fact.age_band = RANDOM_TEXT (rand, "15-17", "60+", NULL);
          fact.fund = RANDOM_TEXT (rand, "A", "C", NULL);
          fact.n = g_rand_int_range (rand, -1, 50);
        }
      else
        random_fill_person (rand, 1 + (guint) g_rand_int_range (rand, 0, (int) n_people), &fact);
      if (fact.kind == BZG_FACT_SUPPORT || fact.kind == BZG_FACT_PLANNED)
        random_fill_support (rand, &fact);
      if (fact.kind == BZG_FACT_VISIT)
        {
          fact.business_status = RANDOM_TEXT (rand, "operating", "closed", NULL);
          fact.jobs_f = g_rand_int_range (rand, -1, 4);
          fact.jobs_m = g_rand_int_range (rand, -1, 4);
          fact.sales = g_rand_boolean (rand) ? g_rand_int_range (rand, 0, 99999) : G_MININT64;
        }
      g_array_append_val (facts, fact);
    }
  return facts;
}
