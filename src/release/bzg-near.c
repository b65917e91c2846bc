/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-near-private.h"

#include "release/bzg-eliminate-private.h"
#include "release/bzg-solver-private.h"

#include <math.h>
#include <string.h>

#define SPREADS 3   /* how often what is near is looked for around what was near before */
#define MOST 4.0    /* more in one unknown, if not more is asked: a box makes the solver quicker */
#define NEARLY 1e-6 /* this near to a whole number is whole */
#define MAX_FAILURES 6  /* of a dive */
#define STEPS 300       /* between two looks whether to go on */
#define MAX_STEPS 12000 /* of one move: what is found is found before */

/* What holds of every table: lo <= sum of coef * unknown <= hi. */
typedef struct
{
  guint n;
  const guint *vars;
  const double *coefs; /* NULL: all one */
  double lo, hi;
} Row;

/* A column that is not whole. */
typedef struct
{
  int column;
  double distance; /* to the nearest whole number ... */
  double whole;    /* ... which is this ... */
  gboolean up;     /* ... and lies above */
  double lo, hi;   /* its bounds so far */
} Fraction;

struct _BzgNear
{
  const BzgModel *model;
  GArray *rows;   /* Row */
  guint *first;   /* n_vars + 1: where the rows of an unknown begin in @rows_of */
  guint *rows_of; /* row numbers */
  double *near;   /* per unknown: how near it is to the group at hand */
  double *next;   /* the same, one step further */
  double *of_row; /* per row: the same */
  guint *order;   /* unknowns, the nearest first */
  int *column;    /* per unknown: its column (and the next one) in the solver, or 0 */
  int *line;      /* per row: its row in the solver, or 0 */
};

void
_bzg_near_free (BzgNear *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->rows);
  g_free (self->first);
  g_free (self->rows_of);
  g_free (self->near);
  g_free (self->next);
  g_free (self->of_row);
  g_free (self->order);
  g_free (self->column);
  g_free (self->line);
  g_free (self);
}

static const Row *
row_at (const BzgNear *self, guint row)
{
  return &g_array_index (self->rows, Row, row);
}

/* Printed cells that others imply are kept by themselves. */
static void
collect_rows (BzgNear *self)
{
  const BzgModel *model = self->model;
  g_autofree gboolean *implied = _bzg_elimination_implied (model);

  for (guint i = 0; i < model->cells->len; i++)
    {
      const BzgModelCell *cell = &g_array_index (model->cells, BzgModelCell, i);
      Row row = { cell->vector.n, cell->vector.vars, NULL, cell->lo, cell->hi };

      if (!implied[i] && (cell->lo > 0 || isfinite (cell->hi)))
        g_array_append_val (self->rows, row);
    }
  for (guint i = 0; i < model->rows->len; i++)
    {
      const BzgModelRow *own = &g_array_index (model->rows, BzgModelRow, i);
      Row row = { own->n, own->vars, own->coefs, own->lo, own->hi };

      g_array_append_val (self->rows, row);
    }
}

static void
index_rows (BzgNear *self)
{
  guint n = self->model->n_vars;
  g_autofree guint *at = NULL;

  self->first = g_new0 (guint, n + 2);
  for (guint i = 0; i < self->rows->len; i++)
    for (guint k = 0; k < row_at (self, i)->n; k++)
      self->first[row_at (self, i)->vars[k] + 1]++;
  for (guint i = 0; i < n; i++)
    self->first[i + 1] += self->first[i];
  at = g_memdup2 (self->first, (n + 1) * sizeof (guint));
  self->rows_of = g_new (guint, self->first[n] + 1);
  for (guint i = 0; i < self->rows->len; i++)
    for (guint k = 0; k < row_at (self, i)->n; k++)
      self->rows_of[at[row_at (self, i)->vars[k]]++] = i;
}

BzgNear *
_bzg_near_new (const BzgModel *model)
{
  BzgNear *self = g_new0 (BzgNear, 1);

  self->model = model;
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  collect_rows (self);
  index_rows (self);
  self->near = g_new0 (double, model->n_vars + 1);
  self->next = g_new0 (double, model->n_vars + 1);
  self->of_row = g_new0 (double, self->rows->len + 1);
  self->order = g_new0 (guint, model->n_vars + 1);
  self->column = g_new0 (int, model->n_vars + 1);
  self->line = g_new0 (int, self->rows->len + 1);
  return self;
}

static int
nearest_first (gconstpointer a, gconstpointer b, gpointer data)
{
  const double *near = data;
  guint i = *(const guint *) a, j = *(const guint *) b;

  return near[i] != near[j] ? (near[i] > near[j] ? -1 : 1) : (i < j ? -1 : i > j);
}

/* Nearness runs along the rows like heat: who shares many short rows with the group, or with those
 * who do, can make up for a change of it. Returns how many of the order have any. */
static guint
spread (BzgNear *self, const BzgVector *vector)
{
  guint n = self->model->n_vars, reached = 0;

  memset (self->near, 0, sizeof (double) * n);
  for (guint i = 0; i < vector->n; i++)
    self->near[vector->vars[i]] = 1;
  for (guint step = 0; step < SPREADS; step++)
    {
      memset (self->of_row, 0, sizeof (double) * self->rows->len);
      for (guint v = 0; v < n; v++)
        if (self->near[v] > 0)
          for (guint k = self->first[v]; k < self->first[v + 1]; k++)
            self->of_row[self->rows_of[k]] += self->near[v] / (self->first[v + 1] - self->first[v]);
      memset (self->next, 0, sizeof (double) * n);
      for (guint i = 0; i < self->rows->len; i++)
        if (self->of_row[i] > 0)
          for (guint k = 0; k < row_at (self, i)->n; k++)
            self->next[row_at (self, i)->vars[k]] += self->of_row[i] / row_at (self, i)->n;
      for (guint v = 0; v < n; v++)
        self->near[v] += self->next[v];
    }
  for (guint i = 0; i < vector->n; i++)
    self->near[vector->vars[i]] = HUGE_VAL;
  for (guint v = 0; v < n; v++)
    if (self->near[v] > 0)
      self->order[reached++] = v;
  g_qsort_with_data (self->order, (int) reached, sizeof (guint), nearest_first, self->near);
  return reached;
}

static double
coef (const Row *row, guint at)
{
  return row->coefs != NULL ? row->coefs[at] : 1;
}

/* A column for each person more, and one for each person less where there is somebody. */
static void
add_columns (BzgNear *self, glp_prob *lp, const gint64 *table, guint width, double most)
{
  for (guint i = 0; i < width; i++)
    {
      guint v = self->order[i];
      int column = glp_add_cols (lp, table[v] > 0 ? 2 : 1);

      self->column[v] = column;
      for (int k = column; k <= glp_get_num_cols (lp); k++)
        {
          glp_set_obj_coef (lp, k, 1);
          glp_set_col_bnds (lp, k, GLP_DB, 0, k == column ? most : (double) table[v]);
        }
    }
}

/* One row of the solver: how the sum may change. */
static void
add_line (BzgNear *self, glp_prob *lp, const Row *row, const gint64 *table, double lo, double hi)
{
  g_autofree int *index = g_new (int, 2 * row->n + 1);
  g_autofree double *value = g_new (double, 2 * row->n + 1);
  int n = 0;

  for (guint k = 0; k < row->n; k++)
    {
      guint v = row->vars[k];

      if (self->column[v] == 0)
        continue;
      index[++n] = self->column[v];
      value[n] = coef (row, k);
      if (table[v] == 0)
        continue;
      index[++n] = self->column[v] + 1;
      value[n] = -coef (row, k);
    }
  _bzg_solver_set_row (lp, glp_add_rows (lp, 1), lo, hi);
  glp_set_mat_row (lp, glp_get_num_rows (lp), n, index, value);
}

static double
sum_of (const Row *row, const gint64 *table)
{
  double sum = 0;

  for (guint k = 0; k < row->n; k++)
    sum += coef (row, k) * (double) table[row->vars[k]];
  return sum;
}

static void
add_lines (BzgNear *self, glp_prob *lp, const gint64 *table, guint width)
{
  for (guint i = 0; i < width; i++)
    for (guint k = self->first[self->order[i]]; k < self->first[self->order[i] + 1]; k++)
      {
        guint number = self->rows_of[k];
        const Row *row = row_at (self, number);
        double sum;

        if (self->line[number] != 0)
          continue;
        self->line[number] = 1;
        sum = sum_of (row, table);
        add_line (self, lp, row, table, row->lo - sum, row->hi - sum);
      }
  for (guint i = 0; i < width; i++)
    for (guint k = self->first[self->order[i]]; k < self->first[self->order[i] + 1]; k++)
      self->line[self->rows_of[k]] = 0;
}

/* No change at all is the least change, and only a few rows are not kept by it: from there the dual
 * method has a short way. FALSE if there is no optimum, or nobody waits for it. */
static gboolean
solve (glp_prob *lp, GCancellable *cancellable)
{
  glp_smcp parameters;
  int end = GLP_EITLIM;

  glp_init_smcp (&parameters);
  parameters.msg_lev = GLP_MSG_OFF;
  parameters.meth = GLP_DUALP;
  parameters.r_test = GLP_RT_STD;
  parameters.it_lim = STEPS;
  while (end == GLP_EITLIM && glp_get_it_cnt (lp) < MAX_STEPS)
    {
      if (g_cancellable_is_cancelled (cancellable))
        return FALSE;
      end = glp_simplex (lp, &parameters);
    }
  return end == 0 && glp_get_status (lp) == GLP_OPT;
}

static int
nearest_to_whole (gconstpointer a, gconstpointer b)
{
  const Fraction *x = a, *y = b;

  if (x->distance != y->distance)
    return x->distance < y->distance ? -1 : 1;
  return x->column - y->column;
}

/* The columns that are not whole, those first that nearly are. */
static void
collect_fractions (glp_prob *lp, GArray *fractions)
{
  g_array_set_size (fractions, 0);
  for (int k = 1; k <= glp_get_num_cols (lp); k++)
    {
      double value = glp_get_col_prim (lp, k), whole = floor (value + 0.5);
      Fraction one = { .column = k, .distance = fabs (value - whole), .whole = whole };

      if (one.distance < NEARLY)
        continue;
      one.lo = glp_get_col_lb (lp, k);
      one.hi = glp_get_col_ub (lp, k);
      one.up = whole > value;
      g_array_append_val (fractions, one);
    }
  g_array_sort (fractions, nearest_to_whole);
}

static void
set_bounds (glp_prob *lp, int column, double lo, double hi)
{
  glp_set_col_bnds (lp, column, lo < hi ? GLP_DB : GLP_FX, lo, hi);
}

static void
bind (glp_prob *lp, const Fraction *one, gboolean up, double whole)
{
  set_bounds (lp, one->column, up ? whole : one->lo, up ? one->hi : whole);
}

/* From the least change to a whole one: half of what is not whole goes to its nearest whole number
 * and beyond at once, which mostly makes the rest whole too. If that was too much, half as many;
 * and of a single one the other side. */
static gboolean
dive (glp_prob *lp, GCancellable *cancellable)
{
  g_autoptr (GArray) fractions = g_array_new (FALSE, FALSE, sizeof (Fraction));
  guint part = 2, failures = 0;

  collect_fractions (lp, fractions);
  while (fractions->len > 0)
    {
      const Fraction *all = &g_array_index (fractions, Fraction, 0);
      guint n = MAX (fractions->len / part, 1);

      for (guint i = 0; i < n; i++)
        bind (lp, &all[i], all[i].up, all[i].whole);
      if (!solve (lp, cancellable))
        {
          if (++failures > MAX_FAILURES)
            return FALSE;
          for (guint i = 0; i < n; i++)
            set_bounds (lp, all[i].column, all[i].lo, all[i].hi);
          if (n > 1)
            part *= 2;
          else
            bind (lp, all, !all->up, all->whole + (all->up ? -1 : 1));
          if (!solve (lp, cancellable))
            return FALSE;
        }
      collect_fractions (lp, fractions);
    }
  return TRUE;
}

gboolean
_bzg_near_move (BzgNear *self,
                gint64 *table,
                const BzgVector *vector,
                gint64 goal,
                gboolean up,
                guint width,
                GCancellable *cancellable)
{
  Row row = { vector->n, vector->vars, NULL, 0, 0 };
  double change = (double) (goal - _bzg_vector_sum (vector, table));
  glp_prob *lp = glp_create_prob ();
  gboolean found;

  glp_term_out (GLP_OFF);
  glp_set_obj_dir (lp, GLP_MIN);
  width = MIN (width, spread (self, vector));
  add_columns (self, lp, table, width, MAX (MOST, fabs (change)));
  add_lines (self, lp, table, width);
  add_line (self, lp, &row, table, up ? change : -HUGE_VAL, up ? HUGE_VAL : change);
  glp_std_basis (lp);
  found = solve (lp, cancellable) && dive (lp, cancellable);
  for (guint i = 0; i < width; i++)
    {
      guint v = self->order[i];
      int column = self->column[v];

      if (found)
        table[v] += (gint64) round (glp_get_col_prim (lp, column))
                    - (table[v] > 0 ? (gint64) round (glp_get_col_prim (lp, column + 1)) : 0);
      self->column[v] = 0;
    }
  glp_delete_prob (lp);
  return found;
}
