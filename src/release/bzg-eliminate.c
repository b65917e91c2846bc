/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-eliminate-private.h"

#include <string.h>

#define PRIME 2147483647u /* 2^31 - 1 */
#define NO_PIVOT G_MAXUINT

typedef struct
{
  guint32 var, coef;
} Term;

typedef struct
{
  guint n;
  Term *terms; /* ascending variables, coefficients 1 .. PRIME - 1 */
} Sparse;

struct _BzgElimination
{
  guint n_vars;
  GArray *pivots;   /* Sparse; the coefficient at the pivot is 1 */
  GArray *pivot_at; /* guint: variable of pivot i */
  GArray *targets;  /* Sparse, free of all pivots, first coefficient 1 */
  guint32 *work;    /* n_vars */
};

static guint32
mul (guint32 a, guint32 b)
{
  return (guint32) (((guint64) a * b) % PRIME);
}

static guint32
sub (guint32 a, guint32 b)
{
  return a >= b ? a - b : a + PRIME - b;
}

static guint32
inverse (guint32 a)
{
  guint32 result = 1, power = a;

  for (guint32 e = PRIME - 2; e > 0; e >>= 1)
    {
      if (e & 1)
        result = mul (result, power);
      power = mul (power, power);
    }
  return result;
}

static void
sparse_clear (gpointer data)
{
  g_free (((Sparse *) data)->terms);
}

BzgElimination *
_bzg_elimination_new (guint n_vars)
{
  BzgElimination *self = g_new0 (BzgElimination, 1);

  self->n_vars = n_vars;
  self->pivots = g_array_new (FALSE, FALSE, sizeof (Sparse));
  g_array_set_clear_func (self->pivots, sparse_clear);
  self->pivot_at = g_array_new (FALSE, FALSE, sizeof (guint));
  self->targets = g_array_new (FALSE, FALSE, sizeof (Sparse));
  g_array_set_clear_func (self->targets, sparse_clear);
  self->work = g_new0 (guint32, n_vars + 1);
  return self;
}

void
_bzg_elimination_free (BzgElimination *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->pivots);
  g_array_unref (self->pivot_at);
  g_array_unref (self->targets);
  g_free (self->work);
  g_free (self);
}

/* Takes the row in the work space, scaled so that its first coefficient is 1, and empties it. */
static Sparse
harvest (BzgElimination *self)
{
  Sparse row = { 0 };
  guint32 scale = 0;

  for (guint v = 0; v < self->n_vars; v++)
    row.n += self->work[v] != 0;
  row.terms = g_new (Term, row.n + 1);
  row.n = 0;
  for (guint v = 0; v < self->n_vars; v++)
    if (self->work[v] != 0)
      {
        if (row.n == 0)
          scale = inverse (self->work[v]);
        row.terms[row.n].var = v;
        row.terms[row.n++].coef = mul (self->work[v], scale);
        self->work[v] = 0;
      }
  return row;
}

static void
subtract (BzgElimination *self, const Sparse *row, guint32 factor)
{
  for (guint i = 0; i < row->n; i++)
    {
      guint32 *slot = &self->work[row->terms[i].var];

      *slot = sub (*slot, mul (factor, row->terms[i].coef));
    }
}

/* An older pivot row is free of pivots older than itself, so one pass in order is enough. */
static void
reduce_work (BzgElimination *self)
{
  for (guint i = 0; i < self->pivots->len; i++)
    {
      guint32 factor = self->work[g_array_index (self->pivot_at, guint, i)];

      if (factor != 0)
        subtract (self, &g_array_index (self->pivots, Sparse, i), factor);
    }
}

static guint32
coef_at (const Sparse *row, guint var)
{
  guint lo = 0, hi = row->n;

  while (lo < hi)
    {
      guint mid = (lo + hi) / 2;

      if (row->terms[mid].var < var)
        lo = mid + 1;
      else
        hi = mid;
    }
  return lo < row->n && row->terms[lo].var == var ? row->terms[lo].coef : 0;
}

/* Enters a reduced row and takes its pivot out of all targets. FALSE if a target vanishes. */
static gboolean
enter (BzgElimination *self, Sparse row)
{
  guint pivot = row.terms[0].var;
  gboolean safe = TRUE;

  g_array_append_val (self->pivots, row);
  g_array_append_val (self->pivot_at, pivot);
  for (guint i = 0; i < self->targets->len; i++)
    {
      Sparse *target = &g_array_index (self->targets, Sparse, i);
      guint32 factor = coef_at (target, pivot);

      if (factor == 0)
        continue;
      for (guint k = 0; k < target->n; k++)
        self->work[target->terms[k].var] = target->terms[k].coef;
      subtract (self, &row, factor);
      g_free (target->terms);
      *target = harvest (self);
      safe &= target->n > 0;
    }
  return safe;
}

static void
load (BzgElimination *self, const BzgVector *vector)
{
  for (guint i = 0; i < vector->n; i++)
    self->work[vector->vars[i]] = 1;
}

void
_bzg_elimination_protect (BzgElimination *self, const BzgVector *vector)
{
  Sparse row;

  load (self, vector);
  reduce_work (self);
  row = harvest (self);
  g_array_append_val (self->targets, row);
}

static gboolean
insert_work (BzgElimination *self)
{
  Sparse row;

  reduce_work (self);
  row = harvest (self);
  if (row.n == 0)
    {
      g_free (row.terms);
      return TRUE;
    }
  return enter (self, row);
}

gboolean
_bzg_elimination_insert (BzgElimination *self, const BzgVector *vector)
{
  load (self, vector);
  return insert_work (self);
}

gboolean
_bzg_elimination_insert_row (BzgElimination *self, const BzgModelRow *row)
{
  for (guint i = 0; i < row->n; i++)
    {
      gint64 coef = (gint64) row->coefs[i] % (gint64) PRIME;

      self->work[row->vars[i]] = (guint32) (coef < 0 ? coef + PRIME : coef);
    }
  return insert_work (self);
}

gboolean
_bzg_elimination_offer (BzgElimination *self, const BzgVector *vector)
{
  Sparse row;

  load (self, vector);
  reduce_work (self);
  row = harvest (self);
  if (row.n == 0)
    {
      /* Implied by what is printed: free. */
      g_free (row.terms);
      return TRUE;
    }
  /* Both are scaled to begin with 1: a multiple is the same row. */
  for (guint i = 0; i < self->targets->len; i++)
    {
      const Sparse *target = &g_array_index (self->targets, Sparse, i);

      if (target->n == row.n && memcmp (target->terms, row.terms, row.n * sizeof (Term)) == 0)
        {
          g_free (row.terms);
          return FALSE;
        }
    }
  enter (self, row);
  return TRUE;
}

gboolean
_bzg_elimination_implies (BzgElimination *self, const BzgVector *vector)
{
  Sparse row;

  load (self, vector);
  reduce_work (self);
  row = harvest (self);
  if (row.n > 0)
    {
      enter (self, row);
      return FALSE;
    }
  g_free (row.terms);
  return TRUE;
}

/* Short sums are kept and long ones left out: the solver works with what is left. */
static int
by_length (gconstpointer a, gconstpointer b, gpointer data)
{
  const BzgModel *model = data;
  guint i = *(const guint *) a, j = *(const guint *) b;
  guint x = g_array_index (model->cells, BzgModelCell, i).vector.n;
  guint y = g_array_index (model->cells, BzgModelCell, j).vector.n;

  return x != y ? (x < y ? -1 : 1) : (i < j ? -1 : i > j);
}

gboolean *
_bzg_elimination_implied (const BzgModel *model)
{
  g_autoptr (BzgElimination) self = _bzg_elimination_new (model->n_vars);
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (guint));
  gboolean *implied = g_new0 (gboolean, model->cells->len + 1);

  for (guint i = 0; i < model->rows->len; i++)
    {
      const BzgModelRow *row = &g_array_index (model->rows, BzgModelRow, i);

      if (row->lo == row->hi)
        _bzg_elimination_insert_row (self, row);
    }
  for (guint i = 0; i < model->cells->len; i++)
    {
      const BzgModelCell *cell = &g_array_index (model->cells, BzgModelCell, i);

      /* A printed nought says of each of its parts that it is nought: no sum of others does. */
      if (cell->lo == cell->hi && cell->lo > 0)
        g_array_append_val (order, i);
    }
  g_array_sort_with_data (order, by_length, (gpointer) model);
  for (guint k = 0; k < order->len; k++)
    {
      guint i = g_array_index (order, guint, k);

      implied[i]
        = _bzg_elimination_implies (self, &g_array_index (model->cells, BzgModelCell, i).vector);
    }
  return implied;
}
