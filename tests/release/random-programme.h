/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-protect.h"

/* An invented programme of a given size in memory: districts in regions, two sexes, age bands and
 * services, four linked tables. The same seed gives the same people. */

typedef struct
{
  BzgTables *tables;
  BzgTruth *truth;
} RandomProgramme;

static inline guint
random_add_dimension (BzgTables *tables, const char *id, guint n)
{
  guint dim = bzg_tables_add_dimension (tables, id);
  g_autofree guint *all = g_new (guint, n);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *atom = g_strdup_printf ("%s%u", id, i + 1);

      all[i] = bzg_tables_add_atom (tables, dim, atom);
    }
  bzg_tables_add_code (tables, dim, "T", all, n);
  return dim;
}

/* A table over @dims with the codes of each: all combinations, with their true values. */
static inline void
random_add_table (RandomProgramme *p,
                  const char *id,
                  const guint *dims,
                  GArray *const *codes,
                  guint n_dims,
                  const BzgFixed *fixed)
{
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (guint));
  guint n = 1;
  BzgTable *table;

  for (guint d = 0; d < n_dims; d++)
    n *= codes[d]->len;
  for (guint i = 0; i < n; i++)
    for (guint d = 0, rest = i; d < n_dims; d++)
      {
        g_array_append_val (keys, g_array_index (codes[d], guint, rest % codes[d]->len));
        rest /= codes[d]->len;
      }
  table = bzg_tables_add_table (p->tables, bzg_tables_n_releases (p->tables) - 1, id, "count",
                                "person", dims, n_dims, fixed, fixed != NULL ? 1 : 0,
                                (const guint *) (gpointer) keys->data, n);
  for (guint c = 0; c < n; c++)
    table->cells[c].value = bzg_truth_cell (p->truth, p->tables, table, table->cells[c].key).value;
}

static inline GArray *
random_codes (const BzgTables *tables, guint dim, guint from, guint to)
{
  GArray *codes = g_array_new (FALSE, FALSE, sizeof (guint));
  guint total = (guint) bzg_tables_find_code (tables, dim, "T");

  for (guint code = from; code < to; code++)
    g_array_append_val (codes, code);
  g_array_append_val (codes, total);
  return codes;
}

static inline RandomProgramme
random_programme (guint32 seed, guint people, guint n_districts)
{
  RandomProgramme p = { .tables = bzg_tables_new ("invented") };
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  guint geo = bzg_tables_add_dimension (p.tables, "geo");
  guint first_region, period, sex, age, service;
  g_autofree guint *all = g_new (guint, n_districts);
  g_autoptr (GArray) districts = NULL;
  g_autoptr (GArray) regions = NULL;
  g_autoptr (GArray) sexes = NULL;
  g_autoptr (GArray) ages = NULL;
  g_autoptr (GArray) services = NULL;

  for (guint i = 0; i < n_districts; i++)
    {
      g_autofree char *id = g_strdup_printf ("d%u", i + 1);

      all[i] = bzg_tables_add_atom (p.tables, geo, id);
    }
  first_region = bzg_tables_n_codes (p.tables, geo);
  for (guint r = 0; r < 5; r++)
    {
      g_autofree char *id = g_strdup_printf ("r%u", r + 1);
      g_autoptr (GArray) set = g_array_new (FALSE, FALSE, sizeof (guint));

      for (guint i = r; i < n_districts; i += 5)
        g_array_append_val (set, i);
      bzg_tables_add_code (p.tables, geo, id, (const guint *) (gpointer) set->data, set->len);
    }
  bzg_tables_add_code (p.tables, geo, "T", all, n_districts);
  sex = random_add_dimension (p.tables, "sex", 2);
  age = random_add_dimension (p.tables, "age", 6);
  service = random_add_dimension (p.tables, "service", 12);
  period = random_add_dimension (p.tables, "period", 1);
  p.truth = bzg_truth_new (p.tables);
  for (guint i = 0; i < people; i++)
    {
      /* Skewed, as programmes are: a few large districts, four men in five, adults. */
      double u = g_rand_double (rand), v = g_rand_double (rand);
      guint atoms[5];

      atoms[geo] = (guint) (u * u * n_districts);
      atoms[sex] = g_rand_double (rand) < 0.8 ? 1 : 0;
      atoms[age] = (guint) ((g_rand_double (rand) + g_rand_double (rand)) * 3);
      atoms[service] = (guint) (v * v * 12);
      atoms[period] = 0;
      bzg_truth_add (p.truth, "count", atoms, 1, 0);
    }
  bzg_tables_add_release (p.tables, "period1", NULL);
  districts = random_codes (p.tables, geo, 0, n_districts);
  regions = random_codes (p.tables, geo, first_region, first_region + 5);
  sexes = random_codes (p.tables, sex, 0, 2);
  ages = random_codes (p.tables, age, 0, 6);
  services = random_codes (p.tables, service, 0, 12);
  {
    BzgFixed fixed = { period, 0 };
    guint a[] = { geo, sex, age }, b[] = { geo, sex }, c[] = { geo, sex, service },
          d[] = { sex, age, service };
    GArray *ca[] = { regions, sexes, ages }, *cb[] = { districts, sexes },
           *cc[] = { regions, sexes, services }, *cd[] = { sexes, ages, services };

    random_add_table (&p, "region_sex_age", a, ca, 3, &fixed);
    random_add_table (&p, "district_sex", b, cb, 2, &fixed);
    random_add_table (&p, "region_sex_service", c, cc, 3, &fixed);
    random_add_table (&p, "sex_age_service", d, cd, 3, &fixed);
  }
  return p;
}

static inline void
random_programme_clear (RandomProgramme *p)
{
  bzg_tables_free (p->tables);
  bzg_truth_free (p->truth);
}
