/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-solver-private.h"

#include <math.h>

typedef struct
{
  guint left; /* 0: no end */
  GCancellable *cancellable;
} Branches;

void
_bzg_solver_set_row (glp_prob *lp, int row, double lo, double hi)
{
  gboolean low = isfinite (lo), high = isfinite (hi);

  if (low && high && lo == hi)
    glp_set_row_bnds (lp, row, GLP_FX, lo, hi);
  else if (low && high)
    glp_set_row_bnds (lp, row, GLP_DB, lo, hi);
  else if (low)
    glp_set_row_bnds (lp, row, GLP_LO, lo, 0);
  else if (high)
    glp_set_row_bnds (lp, row, GLP_UP, 0, hi);
  else
    glp_set_row_bnds (lp, row, GLP_FR, 0, 0);
}

/* Branches and not seconds, so that the same figures give the same tables. */
static void
count_branch (glp_tree *tree, void *data)
{
  Branches *branches = data;
  gboolean last
    = glp_ios_reason (tree) == GLP_ISELECT && branches->left > 0 && --branches->left == 0;

  if (last || g_cancellable_is_cancelled (branches->cancellable))
    glp_ios_terminate (tree);
}

static void
begin_search (glp_iocp *parameters, Branches *count)
{
  glp_init_iocp (parameters);
  parameters->msg_lev = GLP_MSG_OFF;
  parameters->presolve = GLP_ON;
  parameters->sr_heur = GLP_ON;
  parameters->cb_func = count_branch;
  parameters->cb_info = count;
}

static gboolean
search (glp_prob *lp, const glp_iocp *parameters)
{
  glp_intopt (lp, parameters);
  return glp_mip_status (lp) == GLP_OPT || glp_mip_status (lp) == GLP_FEAS;
}

gboolean
_bzg_solver_find_whole (glp_prob *lp, guint branches, int milliseconds, GCancellable *cancellable)
{
  Branches count = { branches, cancellable };
  glp_iocp parameters;

  begin_search (&parameters, &count);
  parameters.mip_gap = 0.9;
  /* Any whole table will do: dive, and do not spend time on choosing where. */
  parameters.br_tech = GLP_BR_MFV;
  parameters.bt_tech = GLP_BT_DFS;
  parameters.tm_lim = milliseconds;
  return search (lp, &parameters);
}

gboolean
_bzg_solver_find_best (glp_prob *lp, guint branches, double gap, GCancellable *cancellable)
{
  Branches count = { branches, cancellable };
  glp_iocp parameters;

  begin_search (&parameters, &count);
  parameters.mip_gap = gap;
  parameters.gmi_cuts = GLP_ON;
  return search (lp, &parameters);
}
