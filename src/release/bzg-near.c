/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-near-private.h"

#include "release/bzg-basis-private.h"
#include "release/bzg-eliminate-private.h"
#include "release/bzg-solver-private.h"

#include <math.h>

/*
 * A basis of all equations is chosen, once, of unknowns that hold many people, and exchanged until
 * little is dragged along: these make up for whatever the others change. Each of the others has a
 * price, by how many people it drags along in the basis; the basis itself costs nothing. So no
 * change at all is the cheapest of all, from every table, and a few hundred steps of the dual
 * method lead from there to the cheapest change that answers a question. What drags half a table
 * along by fractions is so dear that it is hardly ever taken: most changes are whole at once. (The
 * least change, all prices alike, has no such place to begin, takes ten times as many steps and is
 * whole half as often.)
 */

#define MOST_MORE 4.0   /* in one unknown, if not more is asked: a box makes the solver quicker */
#define MOST_IN_BASIS 3 /* times as much */
#define NEARLY 1e-6     /* this near to a whole number is whole */
#define MAX_FAILURES 6  /* of a dive ... */
#define MAX_PASSES 60   /* ... which has a few */
#define STEPS 300       /* between two looks whether to go on */
#define MAX_STEPS 4000  /* to the cheapest change: what is found is found before ... */
#define DIVE_STEPS 1500 /* ... and from there to a whole one */

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
  GArray *rows; /* Row */
  glp_prob *lp; /* of changes: a line for each row, and one for the group at hand */
  int *line;    /* per unknown: a line that is kept, if it is in the basis, or 0 */
  /* Per unknown: more of it; and unless it is in the basis, the next one: less of it. */
  int *column;
  gboolean usable; /* the solver can begin from the basis */
};

void
_bzg_near_free (BzgNear *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->rows);
  glp_delete_prob (self->lp);
  g_free (self->line);
  g_free (self->column);
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
  g_autoptr (BzgImplied) implied = _bzg_implied_new (model);

  for (guint i = 0; i < model->cells->len; i++)
    {
      const BzgModelCell *cell = &g_array_index (model->cells, BzgModelCell, i);
      Row row = { cell->vector.n, cell->vector.vars, NULL, cell->lo, cell->hi };

      if (!_bzg_implied_is (implied, i) && (cell->lo > 0 || isfinite (cell->hi)))
        g_array_append_val (self->rows, row);
    }
  for (guint i = 0; i < model->rows->len; i++)
    {
      const BzgModelRow *own = &g_array_index (model->rows, BzgModelRow, i);
      Row row = { own->n, own->vars, own->coefs, own->lo, own->hi };

      g_array_append_val (self->rows, row);
    }
}

static gboolean
is_equation (const Row *row)
{
  return row->lo == row->hi;
}

/* --- the basis ------------------------------------------------------------------------------- */

static int *
choose_basis (const BzgNear *self, GCancellable *cancellable)
{
  g_autofree BzgEquation *equations = g_new (BzgEquation, self->rows->len + 1);
  g_autofree int *line_of = g_new (int, self->rows->len + 1);
  g_autoptr (BzgBasis) basis = NULL;
  int *line = g_new0 (int, self->model->n_vars + 1);
  guint n = 0;

  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = row_at (self, i);

      if (!is_equation (row))
        continue;
      equations[n] = (BzgEquation){ row->n, row->vars, row->coefs };
      line_of[n++] = (int) i + 1;
    }
  basis = _bzg_basis_new (self->model->n_vars, equations, n, self->model->truth);
  _bzg_basis_relieve (basis, cancellable);
  for (guint v = 0; v < self->model->n_vars; v++)
    {
      guint equation = _bzg_basis_equation (basis, v);

      line[v] = equation > 0 ? line_of[equation - 1] : 0;
    }
  return line;
}

static gboolean
in_basis (const BzgNear *self, guint v)
{
  return self->line[v] != 0;
}

/* --- the programme of changes ---------------------------------------------------------------- */

static double
coef (const Row *row, guint at)
{
  return row->coefs != NULL ? row->coefs[at] : 1;
}

/* @line becomes the change of the sum over @row. */
static void
set_line (BzgNear *self, int line, const Row *row)
{
  g_autofree int *index = g_new (int, 2 * row->n + 1);
  g_autofree double *value = g_new (double, 2 * row->n + 1);
  int n = 0;

  for (guint k = 0; k < row->n; k++)
    {
      guint v = row->vars[k];

      index[++n] = self->column[v];
      value[n] = coef (row, k);
      if (in_basis (self, v))
        continue;
      index[++n] = self->column[v] + 1;
      value[n] = -coef (row, k);
    }
  glp_set_mat_row (self->lp, line, n, index, value);
}

/* Nothing changes, and the basis makes up for whatever will. */
static void
begin (BzgNear *self)
{
  glp_std_basis (self->lp);
  for (guint v = 0; v < self->model->n_vars; v++)
    if (in_basis (self, v))
      {
        glp_set_row_stat (self->lp, self->line[v], GLP_NS);
        glp_set_col_stat (self->lp, self->column[v], GLP_BS);
      }
}

/* By the 2.5th power of how much is dragged along: one for itself, one for each person of the
 * basis, and by how much anything else changes that is kept between two numbers. */
static void
set_price (BzgNear *self, int column, double dragged)
{
  double price = dragged * dragged * sqrt (dragged);

  glp_set_obj_coef (self->lp, column, price);
  glp_set_obj_coef (self->lp, column + 1, price);
}

/* FALSE if the solver cannot begin from the basis. */
static gboolean
set_prices (BzgNear *self)
{
  int rows = glp_get_num_rows (self->lp);
  g_autofree int *index = g_new (int, rows + 1);
  g_autofree double *value = g_new (double, rows + 1);

  begin (self);
  if (glp_factorize (self->lp) != 0)
    return FALSE;
  for (guint v = 0; v < self->model->n_vars; v++)
    if (!in_basis (self, v))
      {
        int n = glp_eval_tab_col (self->lp, rows + self->column[v], index, value);
        double dragged = 1;

        for (int i = 1; i <= n; i++)
          dragged += fabs (value[i]);
        set_price (self, self->column[v], floor (dragged + 0.5));
      }
  return TRUE;
}

BzgNear *
_bzg_near_new (const BzgModel *model, const BzgNear *like, GCancellable *cancellable)
{
  BzgNear *self = g_new0 (BzgNear, 1);

  glp_term_out (GLP_OFF);
  self->model = model;
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  self->lp = glp_create_prob ();
  self->column = g_new0 (int, model->n_vars + 1);
  collect_rows (self);
  self->line = like != NULL ? g_memdup2 (like->line, sizeof (int) * (model->n_vars + 1))
                            : choose_basis (self, cancellable);
  for (guint v = 0; v < model->n_vars; v++)
    self->column[v] = glp_add_cols (self->lp, in_basis (self, v) ? 1 : 2);
  glp_add_rows (self->lp, (int) self->rows->len + 1);
  for (guint i = 0; i < self->rows->len; i++)
    set_line (self, (int) i + 1, row_at (self, i));
  self->usable = set_prices (self);
  return self;
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
set_bounds (glp_prob *lp, int column, double lo, double hi)
{
  glp_set_col_bnds (lp, column, lo < hi ? GLP_DB : GLP_FX, lo, hi);
}

/* From @table nobody can go who is not there, and no row may be broken. */
static void
set_table (BzgNear *self, const gint64 *table, double most)
{
  for (guint v = 0; v < self->model->n_vars; v++)
    if (in_basis (self, v))
      set_bounds (self->lp, self->column[v], -(double) table[v], MOST_IN_BASIS * most);
    else
      {
        set_bounds (self->lp, self->column[v], 0, most);
        set_bounds (self->lp, self->column[v] + 1, 0, (double) table[v]);
      }
  for (guint i = 0; i < self->rows->len; i++)
    {
      double sum = sum_of (row_at (self, i), table);

      _bzg_solver_set_row (self->lp, (int) i + 1, row_at (self, i)->lo - sum,
                           row_at (self, i)->hi - sum);
    }
}

/* --- the search ------------------------------------------------------------------------------ */

/* At most @max_steps steps from where the solver stands. FALSE if that leads to no optimum, or
 * nobody waits for it. */
static gboolean
solve (glp_prob *lp, int max_steps, GCancellable *cancellable)
{
  glp_smcp parameters;
  int until = glp_get_it_cnt (lp) + max_steps, end = GLP_EITLIM;

  glp_init_smcp (&parameters);
  parameters.msg_lev = GLP_MSG_OFF;
  parameters.meth = GLP_DUALP;
  parameters.r_test = GLP_RT_STD;
  parameters.it_lim = STEPS;
  while (end == GLP_EITLIM && glp_get_it_cnt (lp) < until)
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
bind (glp_prob *lp, const Fraction *one, gboolean up, double whole)
{
  set_bounds (lp, one->column, up ? whole : one->lo, up ? one->hi : whole);
}

/* From the cheapest change to a whole one: half of what is not whole goes to its nearest whole
 * number and beyond at once, which mostly makes the rest whole too. If that was too much, half as
 * many; and of a single one the other side. */
static gboolean
dive (glp_prob *lp, GCancellable *cancellable)
{
  g_autoptr (GArray) fractions = g_array_new (FALSE, FALSE, sizeof (Fraction));
  guint part = 2, failures = 0;
  int until = glp_get_it_cnt (lp) + DIVE_STEPS;

  collect_fractions (lp, fractions);
  /* A large number can stay as far beside a whole one as the solver allows: passes are counted. */
  for (guint pass = 0; fractions->len > 0; pass++)
    {
      const Fraction *all = &g_array_index (fractions, Fraction, 0);
      guint n = MAX (fractions->len / part, 1);

      if (pass == MAX_PASSES)
        return FALSE;
      for (guint i = 0; i < n; i++)
        bind (lp, &all[i], all[i].up, all[i].whole);
      if (!solve (lp, until - glp_get_it_cnt (lp), cancellable))
        {
          if (++failures > MAX_FAILURES)
            return FALSE;
          for (guint i = 0; i < n; i++)
            set_bounds (lp, all[i].column, all[i].lo, all[i].hi);
          if (n > 1)
            part *= 2;
          else
            bind (lp, all, !all->up, all->whole + (all->up ? -1 : 1));
          if (!solve (lp, until - glp_get_it_cnt (lp), cancellable))
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
                GCancellable *cancellable)
{
  const Row row = { vector->n, vector->vars, NULL, 0, 0 };
  double change = (double) (goal - _bzg_vector_sum (vector, table));
  int line = (int) self->rows->len + 1;

  set_table (self, table, MAX (MOST_MORE, fabs (change)));
  set_line (self, line, &row);
  _bzg_solver_set_row (self->lp, line, up ? change : -HUGE_VAL, up ? HUGE_VAL : change);
  begin (self);
  if (!self->usable || !solve (self->lp, MAX_STEPS, cancellable) || !dive (self->lp, cancellable))
    return FALSE;
  for (guint v = 0; v < self->model->n_vars; v++)
    {
      table[v] += (gint64) round (glp_get_col_prim (self->lp, self->column[v]));
      if (!in_basis (self, v))
        table[v] -= (gint64) round (glp_get_col_prim (self->lp, self->column[v] + 1));
    }
  return TRUE;
}
