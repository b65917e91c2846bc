/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-figure-private.h"
#include "release/bzg-posting-private.h"

#include <string.h>

/* What of a count is frozen when it is published. */

static gboolean
is_class (const char *dimension)
{
  return g_strv_contains ((const char *const[]){ "place", "sex", "age_band", "category", NULL },
                          dimension);
}

/* TRUE if a unit may stand in another class of this dimension in another release: what a person has
 * last, or first, depends on how far one looks. */
static gboolean
may_vary (const BzgFigure *figure, guint d)
{
  const char *name = figure->dims[d]->tables;

  switch (figure->kind)
    {
    case BZG_MEASURE_PERSONS:
      return figure->facts != BZG_FACT_VISIT && !is_class (name);
    case BZG_MEASURE_PERSONS_BY:
      return d > 0 && !is_class (name);
    case BZG_MEASURE_JOBS:
    case BZG_MEASURE_SALES:
      return FALSE;
    default:
      return strcmp (name, "business_status") == 0
             || (figure->facts == BZG_FACT_VISIT && strcmp (name, "livelihood_kind") == 0);
    }
}

static BzgTime
time_of (const BzgFigure *figure)
{
  switch (figure->kind)
    {
    case BZG_MEASURE_PERSONS:
      /* One unit for each visit that is somebody's last in some period. */
      return figure->facts == BZG_FACT_VISIT ? BZG_TIME_STANDING : BZG_TIME_PRESENCE;
    case BZG_MEASURE_PERSONS_BY:
      return BZG_TIME_PRESENCE;
    case BZG_MEASURE_JOBS:
    case BZG_MEASURE_SALES:
      return BZG_TIME_STANDING;
    default:
      return BZG_TIME_PERIOD;
    }
}

static void
freeze_measures (const BzgFigures *figures, BzgFrozen *out)
{
  for (guint f = 0; f < bzg_figures_n (figures); f++)
    {
      const BzgFigure *figure = bzg_figures_get (figures, f);
      BzgFrozenMeasure measure = { .name = figure->measure,
                                   .time = time_of (figure),
                                   .any_fund = figure->facts == BZG_FACT_VISIT };
      gboolean known = figure->open;

      for (guint i = 0; !known && i < out->measures->len; i++)
        known = g_array_index (out->measures, BzgFrozenMeasure, i).name == figure->measure;
      if (known)
        continue;
      for (guint k = f; k < bzg_figures_n (figures); k++)
        {
          const BzgFigure *other = bzg_figures_get (figures, k);

          for (guint d = 0; other->measure == figure->measure && d < other->n_dims; d++)
            if (may_vary (other, d))
              measure.varies = g_intern_string (other->dims[d]->tables);
        }
      g_array_append_val (out->measures, measure);
    }
}

static gboolean
is_counted (const BzgFrozen *out, const BzgFact *fact)
{
  return bzg_period_contains (&out->period, fact->date) && _bzg_fact_is_of_fund (fact, out->fund)
         && !(_bzg_fact_is_of_person (fact) && fact->statistics_refused);
}

/* Of a person's fact only what was done is kept: who it was stands in the class. In place: there
 * may be many. */
static void
freeze_facts (GArray *facts, BzgFrozen *out)
{
  guint n = 0;

  for (guint i = 0; i < facts->len; i++)
    {
      BzgFact *fact = &g_array_index (facts, BzgFact, i);

      if (!is_counted (out, fact))
        continue;
      if (_bzg_fact_is_of_person (fact))
        fact->sex = fact->region = fact->district = NULL;
      g_array_index (facts, BzgFact, n++) = *fact;
    }
  g_array_set_size (facts, n);
  g_array_unref (out->facts);
  out->facts = facts;
}

static void
freeze_rows (const BzgCounted *counted, BzgFrozen *out)
{
  guint n_dims = bzg_tables_n_dimensions (counted->tables);

  out->dims = g_new0 (char *, n_dims + 1);
  for (guint d = 0; d < n_dims; d++)
    out->dims[d] = g_strdup (bzg_tables_dimension (counted->tables, d));
  out->rows = g_array_ref (counted->rows);
  out->tables = bzg_tables_copy (counted->tables);
}

/* --- one order ------------------------------------------------------------------------------- */

static int
by_name (gconstpointer a, gconstpointer b)
{
  return strcmp (((const BzgFrozenMeasure *) a)->name, ((const BzgFrozenMeasure *) b)->name);
}

static int
by_record (gconstpointer a, gconstpointer b)
{
  const BzgFact *x = a, *y = b;
  int order = bzg_id_compare (&x->record, &y->record);

  return order != 0 ? order : (int) x->kind - (int) y->kind;
}

static int
by_person (gconstpointer a, gconstpointer b)
{
  return bzg_id_compare (&((const BzgFrozenClass *) a)->person,
                         &((const BzgFrozenClass *) b)->person);
}

static int
by_unit (gconstpointer a, gconstpointer b)
{
  const BzgCountedRow *x = a, *y = b;
  int order = x->measure != y->measure ? strcmp (x->measure, y->measure) : 0;

  if (order == 0)
    order = bzg_id_compare (&x->person, &y->person);
  if (order == 0)
    order = bzg_id_compare (&x->record, &y->record);
  if (order == 0)
    order = memcmp (x->atoms, y->atoms, sizeof x->atoms);
  return order != 0 ? order : (x->n > y->n) - (x->n < y->n);
}

/* Whatever the order in which the record gives its facts: the same figures are frozen the same. */
static void
sort (BzgFrozen *out)
{
  g_array_sort (out->measures, by_name);
  g_array_sort (out->facts, by_record);
  g_array_sort (out->classes, by_person);
  g_array_sort (out->rows, by_unit);
}

BzgFrozen *
_bzg_freeze (const BzgFigures *figures,
             const BzgCounted *counted,
             GArray *facts,
             const BzgCountOptions *options)
{
  BzgFrozen *out = _bzg_frozen_new ();

  out->release = g_strdup (options->release);
  out->period = options->period;
  out->fund = g_strdup (options->fund);
  out->year_month = options->year_month;
  memcpy (out->salt, _bzg_posting_salt (options->posting), sizeof out->salt);
  freeze_measures (figures, out);
  freeze_facts (facts, out);
  g_array_append_vals (out->classes, counted->classes->data, counted->classes->len);
  freeze_rows (counted, out);
  sort (out);
  return out;
}
