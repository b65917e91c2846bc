/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-protection-private.h"

#include "base/bzg-error.h"

#include <math.h>
#include <string.h>

BzgFate *
_bzg_protection_fate (BzgProtection *p, guint cell)
{
  return &g_array_index (p->fates, BzgFate, cell);
}

BzgModelCell *
_bzg_protection_cell (BzgProtection *p, guint cell)
{
  return &g_array_index (p->model->cells, BzgModelCell, cell);
}

gboolean
_bzg_protection_cancelled (BzgProtection *p, GError **error)
{
  if (!g_cancellable_is_cancelled (p->cancellable))
    return FALSE;
  g_set_error (error, BZG_ERROR, BZG_ERROR_CANCELLED, "protection cancelled");
  return TRUE;
}

void
_bzg_protection_withhold_alone (BzgProtection *p, guint cell, BzgWithheld why)
{
  BzgFate *fate = _bzg_protection_fate (p, cell);

  if (fate->withheld || !fate->fresh)
    return;
  fate->withheld = TRUE;
  fate->why = why;
  _bzg_protection_cell (p, cell)->lo = fate->old_lo;
  _bzg_protection_cell (p, cell)->hi = fate->old_hi;
  if (p->lp != NULL)
    _bzg_lp_set_cell (p->lp, cell, fate->old_lo, fate->old_hi);
  if (fate->must)
    p->summary.must_withheld++;
}

void
_bzg_protection_withhold (BzgProtection *p, guint cell, BzgWithheld why)
{
  const BzgFate *fate = _bzg_protection_fate (p, cell);

  if (fate->withheld || !fate->fresh)
    return;
  _bzg_protection_withhold_alone (p, cell, why);
  if (fate->partner >= 0)
    _bzg_protection_withhold (p, (guint) fate->partner, why);
}

static gboolean
target_is_wanted (BzgProtection *p, BzgModelTarget *target)
{
  /* The attack reads the same from the tables: is the count of these people withheld? */
  for (guint i = 0; target->money && !target->count_withheld && i < p->fates->len; i++)
    {
      const BzgFate *count = _bzg_protection_fate (p, i);

      target->count_withheld
        = count->partner >= 0 && count->withheld && count->why != BZG_WITHHELD_STANDS
          && _bzg_vector_equal (&_bzg_protection_cell (p, (guint) count->partner)->vector,
                                &target->vector)
          && target->inner.n == target->vector.n;
    }
  return _bzg_rule_concerns (&p->rule, target);
}

static int
by_value (gconstpointer a, gconstpointer b, gpointer data)
{
  const BzgProtection *p = data;
  guint i = *(const guint *) a, j = *(const guint *) b;
  gint64 x = g_array_index (p->model->targets, BzgModelTarget, i).sum.value;
  gint64 y = g_array_index (p->model->targets, BzgModelTarget, j).sum.value;

  return x != y ? (x < y ? -1 : 1) : (i < j ? -1 : i > j);
}

void
_bzg_protection_collect_wanted (BzgProtection *p)
{
  g_array_set_size (p->wanted, 0);
  for (guint i = 0; i < p->model->targets->len; i++)
    if (target_is_wanted (p, &g_array_index (p->model->targets, BzgModelTarget, i)))
      g_array_append_val (p->wanted, i);
  g_array_sort_with_data (p->wanted, by_value, p);
  p->summary.protected_cells = p->wanted->len;
}

int
_bzg_protection_by_priority (gconstpointer a, gconstpointer b, gpointer data)
{
  BzgProtection *p = data;
  guint i = *(const guint *) a, j = *(const guint *) b;
  const BzgFate *x = _bzg_protection_fate (p, i), *y = _bzg_protection_fate (p, j);

  if (x->must != y->must)
    return x->must ? -1 : 1;
  if (x->money != y->money)
    return x->money ? 1 : -1;
  if (x->bound != y->bound)
    return x->bound < y->bound ? -1 : 1;
  if (x->sum.value != y->sum.value)
    return x->sum.value > y->sum.value ? -1 : 1;
  return i < j ? -1 : i > j;
}

/* --- questions to the solver ----------------------------------------------------------------- */

/* What of the new release the solver leant on. */
static void
add_support (BzgProtection *p, GArray *demand)
{
  for (guint i = 0; i < p->fates->len; i++)
    {
      const BzgFate *fate = _bzg_protection_fate (p, i);

      if (fate->fresh && !fate->withheld && _bzg_lp_leans_on (p->lp, i))
        g_array_append_val (demand, i);
    }
}

/* The range of a wanted target over what the solver came by: in @solutions, or without it the pool.
 */
static BzgRange
range_so_far (BzgProtection *p, guint wanted, const GPtrArray *solutions)
{
  const BzgModelTarget *target
    = &g_array_index (p->model->targets, BzgModelTarget, g_array_index (p->wanted, guint, wanted));
  BzgRange range = { HUGE_VAL, -HUGE_VAL };

  if (solutions == NULL)
    return _bzg_pool_range (p->pool, wanted);
  for (guint i = 0; i < solutions->len; i++)
    {
      range.lo
        = MIN (range.lo, _bzg_vector_sum_real (&target->inner, g_ptr_array_index (solutions, i)));
      range.hi
        = MAX (range.hi, _bzg_vector_sum_real (&target->vector, g_ptr_array_index (solutions, i)));
    }
  return range;
}

/* Solves one side of a wanted target; the solution is kept. */
static gboolean
solve_side (
  BzgProtection *p, guint wanted, gboolean up, GPtrArray *solutions, double *value, GError **error)
{
  const BzgModelTarget *target
    = &g_array_index (p->model->targets, BzgModelTarget, g_array_index (p->wanted, guint, wanted));

  if (!_bzg_lp_solve (p->lp, up ? &target->vector : &target->inner, up, value, error))
    return FALSE;
  if (solutions == NULL)
    _bzg_pool_add (p->pool, _bzg_lp_values (p->lp));
  else
    g_ptr_array_add (solutions,
                     g_memdup2 (_bzg_lp_values (p->lp), (p->model->n_vars + 1) * sizeof (double)));
  return TRUE;
}

/* Asks about one side of a wanted target. *safe is FALSE if it falls short; then @demand (may be
 * NULL) gets what the solver leant on. */
gboolean
_bzg_protection_ask (BzgProtection *p,
                     guint wanted,
                     gboolean up,
                     gboolean *safe,
                     GPtrArray *solutions,
                     GArray *demand,
                     GError **error)
{
  const BzgModelTarget *target
    = &g_array_index (p->model->targets, BzgModelTarget, g_array_index (p->wanted, guint, wanted));
  BzgRange range = range_so_far (p, wanted, solutions);
  double value;

  /* Of what lies between releases both ends make the width. */
  *safe = _bzg_rule_side_settled (&p->rule, target, &range, up);
  for (guint end = 0; !*safe && end < (target->between ? 2u : 1u); end++)
    {
      if (!solve_side (p, wanted, end == 0 ? up : !up, solutions, &value, error))
        return FALSE;
      _bzg_range_add (&range, value);
      *safe = _bzg_rule_side_settled (&p->rule, target, &range, up);
      if (!*safe && demand != NULL)
        add_support (p, demand);
    }
  return TRUE;
}

void
_bzg_protection_end_lp (BzgProtection *p)
{
  if (p->lp != NULL)
    p->summary.solves += _bzg_lp_solves (p->lp);
  g_clear_pointer (&p->lp, _bzg_lp_free);
}
