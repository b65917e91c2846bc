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

/* A number that may be withheld is found at an unknown of its own as well, behind the real ones:
 * when all real unknowns of a row are gone, or are those of another row, what is left says of which
 * numbers it is the sum. */
struct _BzgElimination
{
  guint n_vars, n_tags;
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
_bzg_elimination_new (guint n_vars, guint n_tags)
{
  BzgElimination *self = g_new0 (BzgElimination, 1);

  self->n_vars = n_vars;
  self->n_tags = n_tags;
  self->pivots = g_array_new (FALSE, FALSE, sizeof (Sparse));
  g_array_set_clear_func (self->pivots, sparse_clear);
  self->pivot_at = g_array_new (FALSE, FALSE, sizeof (guint));
  self->targets = g_array_new (FALSE, FALSE, sizeof (Sparse));
  g_array_set_clear_func (self->targets, sparse_clear);
  self->work = g_new0 (guint32, (gsize) n_vars + n_tags + 1);
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

  for (guint v = 0; v < self->n_vars + self->n_tags; v++)
    row.n += self->work[v] != 0;
  row.terms = g_new (Term, row.n + 1);
  row.n = 0;
  for (guint v = 0; v < self->n_vars + self->n_tags; v++)
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

/* Without real unknowns: the sum of others. */
static gboolean
is_nothing (const BzgElimination *self, const Sparse *row)
{
  return row->n == 0 || row->terms[0].var >= self->n_vars;
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
      safe &= !is_nothing (self, target);
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
  if (!is_nothing (self, &row))
    return enter (self, row);
  g_free (row.terms);
  return TRUE;
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

/* @row and @target, both scaled to begin with 1, are the same but for what they are the sums of:
 * so these numbers give the target. */
static gboolean
gives (const BzgElimination *self, const Sparse *row, const Sparse *target, GArray *numbers)
{
  guint i = 0, k = 0;

  while (i < row->n && row->terms[i].var < self->n_vars)
    {
      if (i >= target->n || memcmp (&row->terms[i], &target->terms[i], sizeof (Term)) != 0)
        return FALSE;
      i++;
    }
  if (i < target->n && target->terms[i].var < self->n_vars)
    return FALSE;
  for (k = i; i < row->n || k < target->n;)
    {
      guint32 x = i < row->n ? row->terms[i].var : G_MAXUINT32;
      guint32 y = k < target->n ? target->terms[k].var : G_MAXUINT32;
      guint number = MIN (x, y) - self->n_vars;

      if (x != y || row->terms[i].coef != target->terms[k].coef)
        g_array_append_val (numbers, number);
      i += x <= y;
      k += y <= x;
    }
  return TRUE;
}

/* What is left of number @tag when all that was entered is taken out of it. */
static Sparse
reduce_number (BzgElimination *self, const BzgVector *vector, guint tag)
{
  load (self, vector);
  self->work[self->n_vars + tag] = 1;
  reduce_work (self);
  return harvest (self);
}

gboolean
_bzg_elimination_offer (BzgElimination *self, const BzgVector *vector, guint tag, GArray *numbers)
{
  Sparse row = reduce_number (self, vector, tag);

  for (guint i = 0; !is_nothing (self, &row) && i < self->targets->len; i++)
    if (gives (self, &row, &g_array_index (self->targets, Sparse, i), numbers))
      {
        g_free (row.terms);
        return FALSE;
      }
  if (is_nothing (self, &row))
    g_free (row.terms); /* implied by what is printed: free */
  else
    enter (self, row);
  return TRUE;
}

/* --- what others imply ----------------------------------------------------------------------- */

struct _BzgImplied
{
  const BzgModel *model;
  gboolean *known; /* per cell */
  Sparse *sums;    /* per cell: itself and what implies it; empty: nothing does */
};

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

/* If it says nothing new, @sum says of what it is made. */
static void
insert_cell (BzgElimination *elimination, const BzgModel *model, guint cell, Sparse *sum)
{
  Sparse row
    = reduce_number (elimination, &g_array_index (model->cells, BzgModelCell, cell).vector, cell);

  if (!is_nothing (elimination, &row))
    {
      enter (elimination, row);
      return;
    }
  for (guint k = 0; k < row.n; k++)
    row.terms[k].var -= model->n_vars;
  *sum = row;
}

BzgImplied *
_bzg_implied_new (const BzgModel *model)
{
  BzgImplied *self = g_new0 (BzgImplied, 1);
  g_autoptr (BzgElimination) elimination = _bzg_elimination_new (model->n_vars, model->cells->len);
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (guint));

  self->model = model;
  self->known = g_new0 (gboolean, model->cells->len + 1);
  self->sums = g_new0 (Sparse, model->cells->len + 1);
  for (guint i = 0; i < model->rows->len; i++)
    {
      const BzgModelRow *row = &g_array_index (model->rows, BzgModelRow, i);

      if (row->lo == row->hi)
        _bzg_elimination_insert_row (elimination, row);
    }
  for (guint i = 0; i < model->cells->len; i++)
    {
      const BzgModelCell *cell = &g_array_index (model->cells, BzgModelCell, i);

      /* A printed nought says of each of its parts that it is nought: no sum of others does. */
      self->known[i] = cell->lo == cell->hi && cell->lo > 0;
      if (self->known[i])
        g_array_append_val (order, i);
    }
  g_array_sort_with_data (order, by_length, (gpointer) model);
  for (guint k = 0; k < order->len; k++)
    {
      guint i = g_array_index (order, guint, k);

      insert_cell (elimination, model, i, &self->sums[i]);
    }
  return self;
}

void
_bzg_implied_free (BzgImplied *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->model->cells->len; i++)
    sparse_clear (&self->sums[i]);
  g_free (self->known);
  g_free (self->sums);
  g_free (self);
}

gboolean
_bzg_implied_is (const BzgImplied *self, guint cell)
{
  return self->sums[cell].n > 0;
}

/* Subtracts a multiple of @other, so that @cell no longer stands in @sum. */
static void
take_out (Sparse *sum, const Sparse *other, guint cell)
{
  guint32 factor = mul (coef_at (sum, cell), inverse (coef_at (other, cell)));
  Sparse out = { 0, g_new (Term, sum->n + other->n + 1) };

  for (guint i = 0, k = 0; i < sum->n || k < other->n;)
    {
      guint32 x = i < sum->n ? sum->terms[i].var : G_MAXUINT32;
      guint32 y = k < other->n ? other->terms[k].var : G_MAXUINT32;
      Term term = { MIN (x, y), 0 };

      if (x == term.var)
        term.coef = sum->terms[i++].coef;
      if (y == term.var)
        term.coef = sub (term.coef, mul (factor, other->terms[k++].coef));
      if (term.coef != 0)
        out.terms[out.n++] = term;
    }
  g_free (sum->terms);
  *sum = out;
}

int
_bzg_implied_forget (BzgImplied *self, guint cell)
{
  int successor = -1;
  Sparse sum;

  if (!self->known[cell])
    return -1;
  self->known[cell] = FALSE;
  if (_bzg_implied_is (self, cell))
    {
      sparse_clear (&self->sums[cell]);
      self->sums[cell] = (Sparse){ 0 };
      return -1;
    }
  for (guint i = 0; i < self->model->cells->len; i++)
    if (coef_at (&self->sums[i], cell) != 0
        && (successor < 0 || by_length (&i, &successor, (gpointer) self->model) < 0))
      successor = (int) i;
  if (successor < 0)
    return -1;
  sum = self->sums[successor];
  self->sums[successor] = (Sparse){ 0 };
  for (guint i = 0; i < self->model->cells->len; i++)
    if (coef_at (&self->sums[i], cell) != 0)
      take_out (&self->sums[i], &sum, cell);
  g_free (sum.terms);
  return successor;
}
