/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-dictionary.h"
#include "release/bzg-joint-private.h"
#include "release/bzg-release-private.h"

/* An invented fiscal year of a programme as facts: skewed as programmes are, with a few large
 * districts, four men in five, and some who come in more than one quarter. The same seed gives the
 * same people. And its reports: four linked tables every quarter, and the cumulative ones. */

static const char year_figures[]
  = "[region-sex-age]\ntitle=People\nmeasure=persons\nfacts=support\n"
    "dimensions=region;sex;age_band\nmust_print=total\n"
    "[district-sex]\ntitle=People\nmeasure=persons\nfacts=support\n"
    "dimensions=district;sex\n"
    "[region-sex-family]\ntitle=Services\nmeasure=facts\n"
    "facts=support\ndimensions=region;sex;family\n"
    "[sex-age-family]\ntitle=Services\nmeasure=facts\n"
    "facts=support\ndimensions=sex;age_band;family\n";

static const char *const year_periods[] = { "FY2020-Q1", "FY2020-Q2",        "FY2020-H1",
                                            "FY2020-Q3", "2019-10..2020-06", "FY2020-Q4",
                                            "FY2020" };

static inline const BzgCode *
year_pick (GRand *rand, const BzgCodeList *list, guint n)
{
  double u = g_rand_double (rand);
  guint at = (guint) (u * u * MIN (n, list->n_codes));

  while (list->codes[at].group)
    at = (at + 1) % list->n_codes;
  return &list->codes[at];
}

static inline GArray *
random_year (guint32 seed, guint people)
{
  GArray *facts = g_array_new (FALSE, FALSE, sizeof (BzgFact));
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  const BzgCodeList *districts = bzg_dictionary_code_list ("district");
  const BzgCodeList *services = bzg_dictionary_code_list ("service");

  for (guint i = 1; i <= people; i++)
    {
      BzgFact fact = { .kind = BZG_FACT_SUPPORT, .age_stated = -1, .service_consent = TRUE };
      const BzgCode *district = year_pick (rand, districts, 58);
      guint n = g_rand_int_range (rand, 0, 10) < 7 ? 1 : (guint) g_rand_int_range (rand, 2, 4);
      int age = 10 + (int) ((g_rand_double (rand) + g_rand_double (rand)) * 28);

      memcpy (fact.person.bytes, &i, sizeof i);
      fact.cost = fact.sales = fact.costs = G_MININT64;
      fact.jobs_f = fact.jobs_m = fact.n = -1;
      fact.sex = g_rand_double (rand) < 0.8 ? "M" : "F";
      fact.birth = bzg_date_make (2019 - age, 5, 5);
      fact.district = g_intern_string (district->code);
      fact.region = g_intern_string (district->parent);
      for (guint k = 0; k < n; k++)
        {
          const BzgCode *service = year_pick (rand, services, 24);
          guint record = i * 8 + k;

          memcpy (fact.record.bytes, &record, sizeof record);
          fact.service = g_intern_string (service->code);
          fact.family = g_intern_string (service->parent);
          fact.date
            = bzg_date_add_days (bzg_date_make (2019, 10, 1), g_rand_int_range (rand, 0, 366));
          g_array_append_val (facts, fact);
        }
    }
  return facts;
}

/* Proves and enters a release; it is freed on error. */
static inline BzgRelease *
year_enter (BzgPosting *posting, BzgRelease *made, GError **error)
{
  g_autoptr (BzgRelease) release = made;
  BzgFrozen *issued;

  if (release == NULL || !bzg_release_protect (release, NULL, NULL, NULL, error))
    return NULL;
  issued = _bzg_release_issue (release, error);
  if (issued == NULL)
    return NULL;
  _bzg_posting_add (posting, issued);
  return g_steal_pointer (&release);
}

static inline BzgCountOptions
year_options (BzgPosting *posting, const char *period)
{
  BzgCountOptions options
    = { .programme = "p", .release = period, .threshold = 5, .posting = posting };

  bzg_period_parse (period, &options.period, NULL);
  return options;
}

/* Makes, proves and enters the report of a period; what is entered already is only made. NULL on
 * error. */
static inline BzgRelease *
year_release (
  BzgPosting *posting, BzgFigures *figures, const GArray *facts, const char *period, GError **error)
{
  BzgCountOptions options = year_options (posting, period);
  g_autoptr (BzgRelease) release
    = bzg_release_new_from_facts ("year", figures, facts, &options, FALSE, error);

  if (_bzg_posting_find (posting, period, NULL) == NULL)
    return year_enter (posting, g_steal_pointer (&release), error);
  return release != NULL && bzg_release_protect (release, NULL, NULL, NULL, error)
           ? g_steal_pointer (&release)
           : NULL;
}

/* Counts a published period again, proves and enters it. NULL on error. */
static inline BzgRelease *
year_correct (
  BzgPosting *posting, BzgFigures *figures, const GArray *facts, const char *period, GError **error)
{
  BzgCountOptions options = year_options (posting, period);

  return year_enter (posting,
                     bzg_release_new_from_facts ("year", figures, facts, &options, TRUE, error),
                     error);
}
