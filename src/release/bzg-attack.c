/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-attack.h"

#include "base/bzg-error.h"
#include "release/bzg-lp-private.h"
#include "release/bzg-target-private.h"
#include "release/bzg-witness-private.h"

#include <math.h>

/*
 * Every solution that the solver passes is a table that could be true. Most small cells are cleared
 * by tables found while asking about others; only what stays open is asked about itself.
 */

const char *
bzg_verdict_name (BzgVerdict verdict)
{
  static const char *const names[] = { "exact", "narrow", "partial", "integer" };

  g_return_val_if_fail (verdict <= BZG_VERDICT_INTEGER, "");
  return names[verdict];
}

void
bzg_breach_free (BzgBreach *self)
{
  if (self == NULL)
    return;
  g_free (self->release);
  g_free (self->table);
  g_free (self->key);
  g_free (self);
}

static BzgBreach *
breach_new (const BzgTables *tables,
            const BzgModelTarget *target,
            BzgVerdict verdict,
            const BzgRange *range)
{
  const BzgTablesRelease *release = bzg_tables_release (tables, target->release);
  BzgBreach *breach = g_new0 (BzgBreach, 1);

  breach->verdict = verdict;
  breach->release = g_strdup (release->id);
  breach->table = g_strdup (release->tables[target->table]->id);
  breach->key = g_strdup (target->key);
  breach->lo = range->lo;
  breach->hi = range->hi;
  return breach;
}

/* Narrows the question about one target until it is answered. */
static gboolean
ask (BzgLp *lp,
     const BzgRule *rule,
     const BzgModelTarget *target,
     GArray *ranges,
     guint index,
     const BzgModel *model,
     GError **error)
{
  for (guint side = 0; side < 2; side++)
    {
      gboolean greatest = side == 0;
      double value;

      if (_bzg_rule_settled (rule, target, &g_array_index (ranges, BzgRange, index)))
        return TRUE;
      if (!_bzg_lp_solve (lp, greatest ? &target->vector : &target->inner, greatest, &value, error))
        return FALSE;
      _bzg_ranges_update (ranges, model, _bzg_lp_values (lp));
      _bzg_range_add (&g_array_index (ranges, BzgRange, index), value);
    }
  return TRUE;
}

/* The model of what is public; a cell of which nothing is said tells nothing apart. */
static BzgModel *
public_model (const BzgTables *tables, const BzgTruth *truth, GError **error)
{
  g_autoptr (BzgModel) model = _bzg_model_new (tables, truth, error);
  g_autofree gboolean *keep = NULL;

  if (model == NULL)
    return NULL;
  keep = g_new0 (gboolean, model->cells->len + 1);
  for (guint i = 0; i < model->cells->len; i++)
    {
      const BzgModelCell *cell = &g_array_index (model->cells, BzgModelCell, i);

      keep[i] = cell->lo > 0 || isfinite (cell->hi);
    }
  return _bzg_model_fold (model, keep, error);
}

GPtrArray *
bzg_attack_run (const BzgTables *tables,
                const BzgTruth *truth,
                gboolean integer,
                BzgProofProgress progress,
                gpointer progress_data,
                GCancellable *cancellable,
                BzgAttackSummary *summary,
                GError **error)
{
  g_autoptr (GPtrArray) breaches
    = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_breach_free);
  g_autoptr (BzgModel) model = public_model (tables, truth, error);
  g_autoptr (BzgLp) lp = NULL;
  g_autoptr (GArray) ranges = NULL;
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (guint));
  BzgRule rule = { .threshold = bzg_tables_threshold (tables),
                   .reach = bzg_tables_threshold (tables) - 1,
                   .strict = bzg_tables_strict (tables),
                   .truth = truth != NULL };
  guint witnesses = 0;

  if (model == NULL)
    return NULL;
  lp = _bzg_lp_new (model, cancellable, error);
  if (lp == NULL)
    return NULL;
  ranges = _bzg_ranges_new (model);
  _bzg_ranges_update (ranges, model, _bzg_lp_values (lp));
  for (guint i = 0; i < model->targets->len; i++)
    {
      const BzgModelTarget *target = &g_array_index (model->targets, BzgModelTarget, i);

      if (!_bzg_rule_concerns (&rule, target))
        continue;
      if (g_cancellable_is_cancelled (cancellable))
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_CANCELLED, "attack cancelled");
          return NULL;
        }
      if (!ask (lp, &rule, target, ranges, i, model, error))
        return NULL;
      if (progress != NULL)
        progress (i, model->targets->len, progress_data);
    }
  for (guint i = 0; i < model->targets->len; i++)
    {
      const BzgModelTarget *target = &g_array_index (model->targets, BzgModelTarget, i);
      BzgVerdict verdict;
      BzgRange range = g_array_index (ranges, BzgRange, i);

      if (!_bzg_rule_concerns (&rule, target))
        continue;
      if (_bzg_rule_judge (&rule, target, &range, &verdict))
        g_ptr_array_add (breaches, breach_new (tables, target, verdict, &range));
      else if (integer && truth != NULL && !_bzg_rule_is_amount (&rule, target))
        g_array_append_val (open, i);
    }
  if (integer && truth != NULL)
    {
      g_autoptr (GArray) missing = NULL;
      g_autoptr (BzgWitnesses) found
        = _bzg_witnesses_find (model, lp, &rule, open, NULL, TRUE, cancellable, error);

      if (found == NULL)
        return NULL;
      witnesses = _bzg_witnesses_n (found);
      missing = _bzg_witnesses_missing (found);
      for (guint i = 0; i < missing->len; i++)
        {
          guint index = g_array_index (missing, guint, i);
          BzgRange range = g_array_index (ranges, BzgRange, index);

          _bzg_range_round (&range);
          g_ptr_array_add (breaches,
                           breach_new (tables,
                                       &g_array_index (model->targets, BzgModelTarget, index),
                                       BZG_VERDICT_INTEGER, &range));
        }
    }
  if (progress != NULL)
    progress (model->targets->len, model->targets->len, progress_data);
  if (summary != NULL)
    {
      summary->cells = model->cells->len;
      summary->candidates = model->targets->len;
      summary->breaches = breaches->len;
      summary->solves = _bzg_lp_solves (lp);
      summary->variables = model->n_vars;
      summary->rows = model->rows->len + model->cells->len;
      summary->witnesses = witnesses;
    }
  return g_steal_pointer (&breaches);
}
