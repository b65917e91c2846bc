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

/* --- one order ------------------------------------------------------------------------------- */

/* Whatever the order in which the record gives its facts: the same figures are frozen the same.
 * There are many of them, and what is compared lies far apart: so its beginning is put beside, and
 * only where that is the same the whole is looked at. */
typedef struct
{
  guint64 begin;
  guint32 at;
} Place;

typedef struct
{
  GCompareDataFunc compare; /* of two gconstpointer to guint32: what is at */
  gpointer data;
} Order;

static guint64
begin_of_id (const BzgId *id)
{
  guint64 begin;

  memcpy (&begin, id->bytes, sizeof begin);
  return GUINT64_FROM_BE (begin);
}

static int
by_begin (gconstpointer a, gconstpointer b, gpointer data)
{
  const Place *x = a, *y = b;
  const Order *order = data;

  if (x->begin != y->begin)
    return x->begin < y->begin ? -1 : 1;
  return order->compare (&x->at, &y->at, order->data);
}

static void
sort_places (GArray *places, GCompareDataFunc compare, gpointer data)
{
  g_array_sort_with_data (places, by_begin, &(Order){ compare, data });
}

static int
by_record (gconstpointer a, gconstpointer b, gpointer data)
{
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;
  const BzgFactStore *facts = data;
  int order = bzg_id_compare (&facts->record[x], &facts->record[y]);

  return order != 0 ? order : (int) facts->kind[x] - (int) facts->kind[y];
}

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

/* Within a measure. */
static int
by_unit (gconstpointer a, gconstpointer b, gpointer data)
{
  const BzgCountedRow *rows = data;
  const BzgCountedRow *x = &rows[*(const guint32 *) a], *y = &rows[*(const guint32 *) b];
  int order = bzg_id_compare (&x->person, &y->person);

  if (order == 0)
    order = bzg_id_compare (&x->record, &y->record);
  if (order == 0)
    order = memcmp (x->atoms, y->atoms, sizeof x->atoms);
  return order != 0 ? order : (x->n > y->n) - (x->n < y->n);
}

/* The rows of one measure, which lie together: they were counted measure by measure. */
typedef struct
{
  const char *measure;
  guint first, n;
} Stretch;

static int
by_measure (gconstpointer a, gconstpointer b)
{
  return strcmp (((const Stretch *) a)->measure, ((const Stretch *) b)->measure);
}

static GArray *
find_stretches (const GArray *rows)
{
  GArray *stretches = g_array_new (FALSE, FALSE, sizeof (Stretch));
  Stretch one = { 0 };

  for (guint at = 0; at < rows->len; at += one.n)
    {
      one = (Stretch){ g_array_index (rows, BzgCountedRow, at).measure, at, 1 };
      while (at + one.n < rows->len
             && g_array_index (rows, BzgCountedRow, at + one.n).measure == one.measure)
        one.n++;
      g_array_append_val (stretches, one);
    }
  g_array_sort (stretches, by_measure);
  return stretches;
}

static void
sort_rows (GArray *rows)
{
  const BzgCountedRow *from = (const BzgCountedRow *) (gpointer) rows->data;
  g_autofree BzgCountedRow *sorted = g_new (BzgCountedRow, MAX (rows->len, 1));
  g_autoptr (GArray) stretches = find_stretches (rows);
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (Place));
  guint n = 0;

  for (guint s = 0; s < stretches->len; s++)
    {
      const Stretch *one = &g_array_index (stretches, Stretch, s);

      g_array_set_size (places, 0);
      for (guint32 at = one->first; at < one->first + one->n; at++)
        {
          Place place = { begin_of_id (&from[at].person), at };

          g_array_append_val (places, place);
        }
      sort_places (places, by_unit, (gpointer) from);
      for (guint i = 0; i < places->len; i++)
        sorted[n++] = from[g_array_index (places, Place, i).at];
    }
  if (n > 0)
    memcpy (rows->data, sorted, n * sizeof *sorted);
}

/* --- facts and rows -------------------------------------------------------------------------- */

/* Those that counted, in one order; of a correction all that is public in its period. */
static GArray *
counted_facts (BzgFactStore *facts, const BzgPosting *posting, const BzgFrozen *out)
{
  g_autofree guint8 *recounted = _bzg_posting_recounted (posting, facts);
  BzgFundFilter fund = _bzg_fund_filter (facts, out->fund);
  BzgSpan period = bzg_period_span (&out->period);
  GArray *places = g_array_new (FALSE, FALSE, sizeof (Place));

  for (guint32 row = 0; row < facts->n; row++)
    if (bzg_span_contains (period, facts->date[row])
        && (_bzg_fund_filter_has (fund, facts, row) || (recounted != NULL && recounted[row]))
        && !(_bzg_fact_is_of_person (facts->kind[row])
             && bzg_fact_store_who (facts, row)->statistics_refused))
      {
        Place place = { begin_of_id (&facts->record[row]), row };

        g_array_append_val (places, place);
      }
  sort_places (places, by_record, facts);
  return places;
}

/* Of a person's fact only what was done is kept: who it was stands in the class. */
static void
freeze_facts (BzgFactStore *facts, const BzgPosting *posting, BzgFrozen *out)
{
  g_autoptr (GArray) places = counted_facts (facts, posting, out);
  g_autofree guint32 *rows = g_new (guint32, MAX (places->len, 1));
  g_autofree guint8 *is_group = g_new0 (guint8, MAX (facts->n_whos, 1));

  for (guint i = 0; i < places->len; i++)
    rows[i] = g_array_index (places, Place, i).at;
  bzg_fact_store_pick (facts, rows, places->len);
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
  sort_rows (out->rows);
  out->tables = bzg_tables_copy (counted->tables);
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
  g_array_sort (out->measures, by_name);
  freeze_facts (facts, options->posting, out);
  g_array_append_vals (out->classes, counted->classes->data, counted->classes->len);
  g_array_sort (out->classes, by_person);
  freeze_rows (counted, out);
  return out;
}
