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

static int
by_record (gconstpointer a, gconstpointer b, gpointer data)
{
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;
  const BzgFactStore *facts = data;
  int order = bzg_id_compare (&facts->record[x], &facts->record[y]);

  return order != 0 ? order : (int) facts->kind[x] - (int) facts->kind[y];
}

/* Those that counted, in one order. */
static GArray *
counted_rows (BzgFactStore *facts, const BzgFrozen *out)
{
  BzgFundFilter fund = _bzg_fund_filter (facts, out->fund);
  BzgSpan period = bzg_period_span (&out->period);
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint32 row = 0; row < facts->n; row++)
    if (bzg_span_contains (period, facts->date[row]) && _bzg_fund_filter_has (fund, facts, row)
        && !(_bzg_fact_is_of_person (facts->kind[row])
             && bzg_fact_store_who (facts, row)->statistics_refused))
      g_array_append_val (rows, row);
  g_array_sort_with_data (rows, by_record, facts);
  return rows;
}

/* Of a person's fact only what was done is kept: who it was stands in the class. */
static void
freeze_facts (BzgFactStore *facts, BzgFrozen *out)
{
  g_autoptr (GArray) rows = counted_rows (facts, out);
  g_autofree guint8 *is_group = g_new0 (guint8, MAX (facts->n_whos, 1));

  bzg_fact_store_pick (facts, (const guint32 *) (gpointer) rows->data, rows->len);
  for (guint32 row = 0; row < facts->n; row++)
    is_group[facts->who[row]] = !_bzg_fact_is_of_person (facts->kind[row]);
  for (guint32 who = 0; who < facts->n_whos; who++)
    if (!is_group[who])
      facts->whos[who] = (BzgFactWho){ .person = facts->whos[who].person, .age = -1 };
  bzg_fact_store_free (out->facts);
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
  g_array_sort (out->classes, by_person);
  g_array_sort (out->rows, by_unit);
}

BzgFrozen *
_bzg_freeze (const BzgFigures *figures,
             const BzgCounted *counted,
             BzgFactStore *facts,
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
