/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "random-programme.h"

/* An invented year of a programme of the specification's size: random-programme.h over four
 * quarters and the cumulative periods, release by release. Of events a number adds up over time; of
 * people, who may come again, it does not: their atoms of time are the sets of quarters in which
 * they came. The same seed gives the same people. */

#define SECTION_DISTRICTS 58
#define SECTION_AGAIN 0.3 /* of people come in more than one quarter */

static const struct
{
  const char *id;
  guint quarters; /* bits */
} random_section_releases[]
  = { { "Q1", 1 }, { "Q2", 2 }, { "H1", 3 }, { "Q3", 4 }, { "9M", 7 }, { "Q4", 8 }, { "Y", 15 } };

typedef struct
{
  BzgTables *tables;
  BzgTruth *truth;
  guint geo, sex, age, service, time;
  guint first_region;
} RandomSection;

static inline void
random_section_times (RandomSection *s, gboolean people)
{
  guint n = people ? 15 : 4;

  s->time = bzg_tables_add_dimension (s->tables, people ? "presence" : "period");
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("t%u", people ? i + 1 : 1u << i);

      bzg_tables_add_atom (s->tables, s->time, id);
    }
  for (guint r = 0; r < G_N_ELEMENTS (random_section_releases); r++)
    {
      guint atoms[15], m = 0;

      for (guint i = 0; i < n; i++)
        if (random_section_releases[r].quarters & (people ? i + 1 : 1u << i))
          atoms[m++] = i;
      bzg_tables_add_code (s->tables, s->time, random_section_releases[r].id, atoms, m);
    }
}

static inline void
random_section_people (RandomSection *s, GRand *rand, guint n, gboolean people)
{
  for (guint i = 0; i < n; i++)
    {
      double u = g_rand_double (rand), v = g_rand_double (rand);
      guint atoms[5], quarters = 1u << g_rand_int_range (rand, 0, 4);

      if (people && g_rand_double (rand) < SECTION_AGAIN)
        quarters |= 1u << g_rand_int_range (rand, 0, 4);
      atoms[s->geo] = (guint) (u * u * SECTION_DISTRICTS);
      atoms[s->sex] = g_rand_double (rand) < 0.8 ? 1 : 0;
      atoms[s->age] = (guint) ((g_rand_double (rand) + g_rand_double (rand)) * 3);
      atoms[s->service] = (guint) (v * v * 12);
      atoms[s->time] = people ? quarters - 1 : (guint) g_bit_nth_lsf (quarters, -1);
      bzg_truth_add (s->truth, "count", atoms, 1, 0);
    }
}

static inline RandomSection
random_section (guint32 seed, guint n, gboolean people)
{
  RandomSection s = { .tables = bzg_tables_new ("invented") };
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  guint all[SECTION_DISTRICTS];

  s.geo = bzg_tables_add_dimension (s.tables, "geo");
  for (guint i = 0; i < SECTION_DISTRICTS; i++)
    {
      g_autofree char *id = g_strdup_printf ("d%u", i + 1);

      all[i] = bzg_tables_add_atom (s.tables, s.geo, id);
    }
  s.first_region = bzg_tables_n_codes (s.tables, s.geo);
  for (guint r = 0; r < 5; r++)
    {
      g_autofree char *id = g_strdup_printf ("r%u", r + 1);
      guint set[SECTION_DISTRICTS], m = 0;

      for (guint i = r; i < SECTION_DISTRICTS; i += 5)
        set[m++] = i;
      bzg_tables_add_code (s.tables, s.geo, id, set, m);
    }
  bzg_tables_add_code (s.tables, s.geo, "T", all, SECTION_DISTRICTS);
  s.sex = random_add_dimension (s.tables, "sex", 2);
  s.age = random_add_dimension (s.tables, "age", 6);
  s.service = random_add_dimension (s.tables, "service", 12);
  random_section_times (&s, people);
  s.truth = bzg_truth_new (s.tables);
  random_section_people (&s, rand, n, people);
  return s;
}

/* Adds release @r with its true values; returns the cell of the first table that is all of it. */
static inline guint
random_section_add (RandomSection *s, guint r)
{
  RandomProgramme p = { s->tables, s->truth };
  g_autoptr (GArray) districts = random_codes (s->tables, s->geo, 0, SECTION_DISTRICTS);
  g_autoptr (GArray) regions
    = random_codes (s->tables, s->geo, s->first_region, s->first_region + 5);
  g_autoptr (GArray) sexes = random_codes (s->tables, s->sex, 0, 2);
  g_autoptr (GArray) ages = random_codes (s->tables, s->age, 0, 6);
  g_autoptr (GArray) services = random_codes (s->tables, s->service, 0, 12);
  guint a[] = { s->geo, s->sex, s->age }, b[] = { s->geo, s->sex },
        c[] = { s->geo, s->sex, s->service }, d[] = { s->sex, s->age, s->service };
  GArray *ca[] = { regions, sexes, ages }, *cb[] = { districts, sexes },
         *cc[] = { regions, sexes, services }, *cd[] = { sexes, ages, services };
  BzgFixed fixed = { s->time, 0 };

  fixed.code = (guint) bzg_tables_find_code (s->tables, s->time, random_section_releases[r].id);
  bzg_tables_add_release (s->tables, random_section_releases[r].id, NULL);
  random_add_table (&p, "region_sex_age", a, ca, 3, &fixed);
  random_add_table (&p, "district_sex", b, cb, 2, &fixed);
  random_add_table (&p, "region_sex_service", c, cc, 3, &fixed);
  random_add_table (&p, "sex_age_service", d, cd, 3, &fixed);
  return regions->len * sexes->len * ages->len - 1;
}

/* Takes over what of release @from is printed in another year of the same people. */
static inline void
random_section_copy (RandomSection *to, guint to_release, const RandomSection *from, guint release)
{
  const BzgTablesRelease *source = bzg_tables_release (from->tables, release);
  const BzgTablesRelease *target = bzg_tables_release (to->tables, to_release);

  for (guint t = 0; t < source->n_tables; t++)
    for (guint c = 0; c < source->tables[t]->n_cells; c++)
      {
        const BzgCell *cell = &source->tables[t]->cells[c];
        BzgCell *own = &((BzgTable *) target->tables[t])->cells[c];

        own->state = cell->state;
        own->value = cell->value;
        own->lo = cell->lo;
        own->hi = cell->hi;
      }
}

/* TRUE if the periods of @release and @other overlap, directly or over releases before @release: as
 * in a casebook, only these have to do with each other. */
static inline gboolean
random_section_beside (guint release, guint other)
{
  guint reached = random_section_releases[release].quarters;

  for (guint round = 0; round < release; round++)
    for (guint r = 0; r < release; r++)
      if (random_section_releases[r].quarters & reached)
        reached |= random_section_releases[r].quarters;
  return (random_section_releases[other].quarters & reached) != 0;
}

static inline void
random_section_clear (RandomSection *s)
{
  bzg_tables_free (s->tables);
  bzg_truth_free (s->truth);
}
