/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-protection-private.h"

#include "release/bzg-tables-private.h"

#include <math.h>
#include <string.h>

/* What is printed after all: numbers that turn out not to need withholding, and ranges that readers
 * can work out anyway. */

/* A budget of work, not of time, so that the same figures give the same tables: so many solves, but
 * no more than this many rows times unknowns in all. */
#define GIVE_BACK_SOLVES 6000
#define GIVE_BACK_WORK 1.5e9
#define GIVE_BACK_MISSES 40 /* this many in a row that do not work: the rest will not either */
#define BAND_WIDTH 2        /* a band is told if its end is at most so many times its beginning */

/* What the pool leaves open if this cell were printed is asked of the solver; who failed lately
 * first, for there most tries end. */
static gboolean
all_safe (BzgProtection *p,
          GArray *open,
          guint *failed,
          GPtrArray *solutions,
          gboolean *safe,
          GError **error)
{
  *safe = TRUE;
  for (guint i = 0; i < open->len; i++)
    if (g_array_index (open, guint, i) == *failed)
      {
        g_array_index (open, guint, i) = g_array_index (open, guint, 0);
        g_array_index (open, guint, 0) = *failed;
      }
  for (guint i = 0; *safe && i < open->len; i++)
    for (guint side = 0; *safe && side < 2; side++)
      {
        guint wanted = g_array_index (open, guint, i);

        if (_bzg_protection_cancelled (p, error)
            || !_bzg_protection_ask (p, wanted, side == 0, safe, solutions, NULL, error))
          return FALSE;
        if (!*safe)
          *failed = wanted;
      }
  return TRUE;
}

/* Tries to print a cell after all. */
static gboolean
give_back_cell (BzgProtection *p, guint cell, guint *failed, gboolean *given, GError **error)
{
  BzgFate *fate = _bzg_protection_fate (p, cell);
  const BzgVector *vector = &_bzg_protection_cell (p, cell)->vector;
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GPtrArray) solutions = g_ptr_array_new_with_free_func (g_free);

  _bzg_pool_suppose (p->pool, vector, (double) fate->sum.value, open);
  _bzg_lp_set_cell (p->lp, cell, (double) fate->sum.value, (double) fate->sum.value);
  if (!all_safe (p, open, failed, solutions, given, error))
    return FALSE;
  if (!*given)
    {
      _bzg_lp_set_cell (p->lp, cell, fate->old_lo, fate->old_hi);
      return TRUE;
    }
  _bzg_pool_restrict (p->pool, vector, (double) fate->sum.value, solutions);
  fate->withheld = FALSE;
  fate->why = BZG_WITHHELD_NOT;
  _bzg_protection_cell (p, cell)->lo = _bzg_protection_cell (p, cell)->hi
    = (double) fate->sum.value;
  p->summary.given_back++;
  if (fate->must)
    p->summary.must_withheld--;
  return TRUE;
}

/* Step 4: from the largest to the smallest, what can be printed after all? */
gboolean
_bzg_protection_give_back (BzgProtection *p, GError **error)
{
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (guint));
  double size = (double) (p->model->rows->len + p->fates->len) * p->model->n_vars;
  guint budget = (guint) MIN (GIVE_BACK_SOLVES, GIVE_BACK_WORK / MAX (size, 1));
  guint misses = 0, failed = G_MAXUINT;
  gint64 price;
  g_autofree gboolean *now = _bzg_protection_chosen (p, &price);
  g_autofree gboolean *needed = _bzg_cover_needed (p->cover, now);

  budget += _bzg_lp_solves (p->lp);
  for (guint i = 0; i < p->fates->len; i++)
    if (now[i] && !needed[i] && !_bzg_protection_fate (p, i)->money)
      g_array_append_val (cells, i);
  g_array_sort_with_data (cells, _bzg_protection_by_priority, p);
  for (guint i = 0; i < cells->len && misses < GIVE_BACK_MISSES; i++)
    {
      gboolean given;

      if (_bzg_lp_solves (p->lp) > budget)
        break;
      if (_bzg_protection_cancelled (p, error))
        return FALSE;
      if (!give_back_cell (p, g_array_index (cells, guint, i), &failed, &given, error))
        return FALSE;
      misses = given ? 0 : misses + 1;
    }
  return TRUE;
}

/* What readers can work out of a number that is withheld for the sake of others is told, where it
 * is narrow: it takes nothing from anybody's safety, and spares an honest reader the solver. Never
 * of a number that could be small. */
static gboolean
find_band (BzgProtection *p, guint cell, GError **error)
{
  BzgFate *fate = _bzg_protection_fate (p, cell);
  const BzgVector *vector = &_bzg_protection_cell (p, cell)->vector;
  BzgRange range = _bzg_pool_range_of (p->pool, vector);

  for (guint end = 0; end < 2; end++)
    {
      double value;

      if (range.lo < p->rule.threshold || range.hi > BAND_WIDTH * range.lo)
        return TRUE;
      if (_bzg_protection_cancelled (p, error)
          || !_bzg_lp_solve (p->lp, vector, end == 1, &value, error))
        return FALSE;
      _bzg_range_add (&range, value);
    }
  _bzg_range_round (&range);
  if (range.lo >= p->rule.threshold && range.hi <= BAND_WIDTH * range.lo)
    fate->band = range;
  return TRUE;
}

/* Beside corrections the proof takes readers to know more than was printed, and what follows from
 * that would be news to them. */
gboolean
_bzg_protection_find_bands (BzgProtection *p, GError **error)
{
  for (guint r = 0; r <= p->release; r++)
    if (bzg_tables_superseded (p->tables, r) >= 0)
      return TRUE;
  for (guint i = 0; i < p->fates->len; i++)
    if (_bzg_protection_fate (p, i)->why == BZG_WITHHELD_SECONDARY
        && !_bzg_protection_fate (p, i)->money && !find_band (p, i, error))
      return FALSE;
  return TRUE;
}
