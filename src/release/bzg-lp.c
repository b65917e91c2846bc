/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-lp-private.h"

#include "base/bzg-error.h"
#include "release/bzg-eliminate-private.h"
#include "release/bzg-solver-private.h"

#include <math.h>
#include <string.h>

#define SOLVE_MS 120000
#define MAX_STEPS 1000000
#define QUICK_STEPS 6000
#define STEPS 300 /* between two looks whether to go on */
#define WHOLE_MS 10000
#define WHOLE_FREE_MS 20000

struct _BzgLp
{
  glp_prob *lp;
  guint n_vars;
  guint n_cells;
  int *row_of_cell; /* 0: no row yet */
  BzgImplied *implied;
  const BzgModel *model;
  GArray *objective; /* guint: variables with a coefficient */
  double *values;
  guint solves;
  gboolean feasible; /* a solution was seen */
  gboolean pushed;   /* a row more, with which there may be none */
  GCancellable *cancellable;
};

static int
add_row (BzgLp *self, const guint *vars, const double *coefs, guint n)
{
  g_autofree int *index = g_new0 (int, n + 1);
  g_autofree double *value = g_new0 (double, n + 1);
  int row = glp_add_rows (self->lp, 1);

  for (guint i = 0; i < n; i++)
    {
      index[i + 1] = (int) vars[i] + 1;
      value[i + 1] = coefs != NULL ? coefs[i] : 1;
    }
  glp_set_mat_row (self->lp, row, (int) n, index, value);
  return row;
}

static gboolean
fail (GError **error, const char *what)
{
  g_set_error (error, BZG_ERROR, BZG_ERROR_BUG, "solver: %s", what);
  return FALSE;
}

static gboolean
cancelled (BzgLp *self, GError **error)
{
  if (!g_cancellable_is_cancelled (self->cancellable))
    return FALSE;
  g_set_error (error, BZG_ERROR, BZG_ERROR_CANCELLED, "solver cancelled");
  return TRUE;
}

/* Solves from the present basis; if that basis is bad, once more from a fresh one. */
static gboolean
simplex (BzgLp *self, GError **error)
{
  glp_smcp parameters;
  int status, end = 0;

  self->solves++;
  for (guint attempt = 0; attempt < 3; attempt++)
    {
      glp_init_smcp (&parameters);
      parameters.msg_lev = GLP_MSG_OFF;
      /* Without a price every basis is good enough for the dual method to find a solution by. */
      parameters.meth = (attempt == 2) == self->feasible ? GLP_DUALP : GLP_PRIMAL;
      parameters.tm_lim = SOLVE_MS;
      /* Quicker by a quarter; where it does not end soon the careful one follows. */
      parameters.r_test = attempt == 0 ? GLP_RT_STD : GLP_RT_HAR;
      if (attempt == 1)
        glp_adv_basis (self->lp, 0);
      if (attempt == 2)
        glp_std_basis (self->lp);
      parameters.it_lim = STEPS;
      for (guint64 steps = 0; steps < (attempt == 0 ? QUICK_STEPS : MAX_STEPS); steps += STEPS)
        {
          if (cancelled (self, error))
            return FALSE;
          end = glp_simplex (self->lp, &parameters);
          if (end != GLP_EITLIM)
            break;
        }
      if (end != 0)
        continue;
      status = glp_get_status (self->lp);
      /* Published numbers have a solution: that basis was bad too. */
      if (status == GLP_NOFEAS && !self->pushed && attempt < 2)
        continue;
      if (status == GLP_OPT || status == GLP_UNBND || status == GLP_NOFEAS)
        {
          for (guint i = 0; i < self->n_vars; i++)
            self->values[i] = glp_get_col_prim (self->lp, (int) i + 1);
          return TRUE;
        }
    }
  return fail (error, "no clean end");
}

static void
clear_objective (BzgLp *self)
{
  for (guint i = 0; i < self->objective->len; i++)
    glp_set_obj_coef (self->lp, (int) g_array_index (self->objective, guint, i) + 1, 0);
  g_array_set_size (self->objective, 0);
}

/* What is implied has one value in every solution: if that is not the printed one, none exists. */
static gboolean
check_implied (BzgLp *self, GError **error)
{
  for (guint i = 0; i < self->model->cells->len; i++)
    {
      const BzgModelCell *cell = &g_array_index (self->model->cells, BzgModelCell, i);

      if (!_bzg_implied_is (self->implied, i)
          || fabs (_bzg_vector_sum_real (&cell->vector, self->values) - cell->lo) <= 1e-4)
        continue;
      g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED,
                   "tables: the numbers contradict each other");
      return FALSE;
    }
  return TRUE;
}

BzgLp *
_bzg_lp_new (const BzgModel *model, GCancellable *cancellable, GError **error)
{
  g_autoptr (BzgLp) self = g_new0 (BzgLp, 1);

  glp_term_out (GLP_OFF);
  self->model = model;
  self->cancellable = cancellable;
  self->n_vars = model->n_vars;
  self->n_cells = model->cells->len;
  self->row_of_cell = g_new0 (int, self->n_cells + 1);
  self->values = g_new0 (double, self->n_vars + 1);
  self->objective = g_array_new (FALSE, FALSE, sizeof (guint));
  self->implied = _bzg_implied_new (model);
  self->lp = glp_create_prob ();
  if (self->n_vars > 0)
    glp_add_cols (self->lp, (int) self->n_vars);
  for (guint i = 0; i < self->n_vars; i++)
    glp_set_col_bnds (self->lp, (int) i + 1, GLP_LO, 0, 0);
  for (guint i = 0; i < model->rows->len; i++)
    {
      const BzgModelRow *row = &g_array_index (model->rows, BzgModelRow, i);

      _bzg_solver_set_row (self->lp, add_row (self, row->vars, row->coefs, row->n), row->lo,
                           row->hi);
    }
  for (guint i = 0; i < model->cells->len; i++)
    {
      const BzgModelCell *cell = &g_array_index (model->cells, BzgModelCell, i);

      if (!_bzg_implied_is (self->implied, i))
        _bzg_lp_set_cell (self, i, cell->lo, cell->hi);
    }
  if (self->n_vars == 0)
    return g_steal_pointer (&self);
  glp_adv_basis (self->lp, 0);
  if (!simplex (self, error))
    return NULL;
  if (glp_get_status (self->lp) == GLP_NOFEAS)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED,
                   "tables: the numbers contradict each other");
      return NULL;
    }
  self->feasible = TRUE;
  return check_implied (self, error) ? g_steal_pointer (&self) : NULL;
}

void
_bzg_lp_free (BzgLp *self)
{
  if (self == NULL)
    return;
  if (self->lp != NULL)
    glp_delete_prob (self->lp);
  _bzg_implied_free (self->implied);
  g_free (self->row_of_cell);
  g_free (self->values);
  g_array_unref (self->objective);
  g_free (self);
}

static void
set_row_of_cell (BzgLp *self, guint cell, double lo, double hi)
{
  const BzgVector *vector = &g_array_index (self->model->cells, BzgModelCell, cell).vector;

  if (lo <= 0)
    lo = -HUGE_VAL; /* every variable is >= 0 already */
  if (self->row_of_cell[cell] == 0)
    {
      if (!isfinite (lo) && !isfinite (hi))
        return;
      self->row_of_cell[cell] = add_row (self, vector->vars, NULL, vector->n);
    }
  _bzg_solver_set_row (self->lp, self->row_of_cell[cell], hi == 0 ? 0 : lo, hi);
}

/* A cell that was implied by one that nobody knows any longer takes its place: in the basis too, so
 * that the solver stays where it is. */
static void
replace (BzgLp *self, guint cell, guint successor)
{
  const BzgModelCell *own = &g_array_index (self->model->cells, BzgModelCell, successor);
  int row = self->row_of_cell[cell];

  set_row_of_cell (self, successor, own->lo, own->hi);
  if (row == 0 || glp_get_row_stat (self->lp, row) == GLP_BS)
    return;
  glp_set_row_stat (self->lp, self->row_of_cell[successor], GLP_NS);
  glp_set_row_stat (self->lp, row, GLP_BS);
}

void
_bzg_lp_set_cell (BzgLp *self, guint cell, double lo, double hi)
{
  int successor = lo < hi ? _bzg_implied_forget (self->implied, cell) : -1;

  if (successor >= 0)
    replace (self, cell, (guint) successor);
  set_row_of_cell (self, cell, lo, hi);
}

gboolean
_bzg_lp_solve (
  BzgLp *self, const BzgVector *vector, gboolean greatest, double *value, GError **error)
{
  clear_objective (self);
  for (guint i = 0; i < vector->n; i++)
    {
      glp_set_obj_coef (self->lp, (int) vector->vars[i] + 1, 1);
      g_array_append_val (self->objective, vector->vars[i]);
    }
  glp_set_obj_dir (self->lp, greatest ? GLP_MAX : GLP_MIN);
  if (!simplex (self, error))
    return FALSE;
  if (glp_get_status (self->lp) == GLP_NOFEAS)
    return fail (error, "a programme that had a solution lost it");
  *value = glp_get_status (self->lp) == GLP_UNBND ? (greatest ? HUGE_VAL : -HUGE_VAL)
                                                  : _bzg_vector_sum_real (vector, self->values);
  return TRUE;
}

gboolean
_bzg_lp_solve_weighted (BzgLp *self, const double *weights, gboolean greatest, GError **error)
{
  clear_objective (self);
  for (guint i = 0; i < self->n_vars; i++)
    if (weights[i] != 0)
      {
        glp_set_obj_coef (self->lp, (int) i + 1, weights[i]);
        g_array_append_val (self->objective, i);
      }
  glp_set_obj_dir (self->lp, greatest ? GLP_MAX : GLP_MIN);
  return simplex (self, error);
}

const double *
_bzg_lp_values (const BzgLp *self)
{
  return self->values;
}

gboolean
_bzg_lp_leans_on (const BzgLp *self, guint cell)
{
  int row = self->row_of_cell[cell];

  return row != 0 && glp_get_row_type (self->lp, row) != GLP_FR
         && fabs (glp_get_row_dual (self->lp, row)) > 1e-7;
}

guint
_bzg_lp_solves (const BzgLp *self)
{
  return self->solves;
}

void
_bzg_lp_push (BzgLp *self, const BzgVector *vector, double lo, double hi)
{
  _bzg_solver_set_row (self->lp, add_row (self, vector->vars, NULL, vector->n), lo, hi);
  self->pushed = TRUE;
}

void
_bzg_lp_pop (BzgLp *self)
{
  /* Left in place as a free row: taking it out would spoil the basis. */
  _bzg_solver_set_row (self->lp, glp_get_num_rows (self->lp), -HUGE_VAL, HUGE_VAL);
  self->pushed = FALSE;
}

gboolean
_bzg_lp_whole (BzgLp *self,
               const double *weights,
               gboolean greatest,
               const gint64 *anchor,
               gboolean confined,
               guint branches,
               gint64 *out,
               gboolean *found,
               GError **error)
{
  glp_prob *copy = glp_create_prob ();

  glp_copy_prob (copy, self->lp, GLP_OFF);
  glp_set_obj_dir (copy, greatest ? GLP_MAX : GLP_MIN);
  for (guint i = 0; i < self->n_vars; i++)
    {
      double x = MAX (self->values[i], 0);
      int column = (int) i + 1;

      glp_set_col_kind (copy, column, GLP_IV);
      glp_set_obj_coef (copy, column, weights != NULL ? weights[i] : 0);
      if (!confined)
        continue;
      if (x < 1e-9 && (anchor == NULL || anchor[i] == 0))
        glp_set_col_bnds (copy, column, GLP_FX, 0, 0);
      else
        {
          double low = floor (x + 1e-9), high = ceil (x - 1e-9);

          if (anchor != NULL)
            {
              low = MIN (low, (double) anchor[i]);
              high = MAX (high, (double) anchor[i]);
            }
          glp_set_col_bnds (copy, column, GLP_DB, MAX (low - 1, 0), high + 1);
        }
    }
  *found = _bzg_solver_find_whole (copy, branches, confined ? WHOLE_MS : WHOLE_FREE_MS,
                                   self->cancellable);
  for (guint i = 0; *found && i < self->n_vars; i++)
    out[i] = (gint64) floor (glp_mip_col_val (copy, (int) i + 1) + 0.5);
  glp_delete_prob (copy);
  return !cancelled (self, error);
}
