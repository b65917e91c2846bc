/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-protection-private.h"

#include "base/bzg-error.h"
#include "release/bzg-tables-private.h"

#include <math.h>
#include <string.h>

/*
 * The order of things: what must be withheld, what gives that away by arithmetic or to a solver,
 * what can be printed again, and then the whole attack once more on the very tables that will be
 * printed.
 */

#define MUST_COST 1000000
#define ROUNDS 50

static const BzgTable *
new_table (BzgProtection *p, guint table)
{
  return bzg_tables_release (p->tables, p->release)->tables[table];
}

/* The codes of a cell without the totals and the time, behind whom it speaks of: within a release
 * the same for the count and the amount of one group. */
static char *
signature (const BzgTables *tables, const BzgTable *table, const BzgCell *cell)
{
  GString *out = g_string_new (NULL);

  for (guint f = 0; f < table->n_fixed; f++)
    if (_bzg_is_time (tables, table->fixed[f].dimension))
      g_string_append_printf (out, "%s ", _bzg_time_scope (tables, table->fixed[f].dimension));
  for (guint dim = 0; dim < bzg_tables_n_dimensions (tables); dim++)
    {
      int code = -1;

      for (guint d = 0; d < table->n_dims; d++)
        if (table->dims[d] == dim)
          code = (int) cell->key[d];
      for (guint f = 0; f < table->n_fixed; f++)
        if (table->fixed[f].dimension == dim && !_bzg_is_time (tables, dim))
          code = (int) table->fixed[f].code;
      if (code >= 0 && code != bzg_tables_total_code (tables, dim))
        g_string_append_printf (out, "%u=%d ", dim, code);
    }
  return g_string_free (out, FALSE);
}

static void
collect_fates (BzgProtection *p, const BzgMustPrint *must, guint n_must)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < p->model->cells->len; i++)
    {
      BzgFate fate
        = { .old_lo = 0, .old_hi = HUGE_VAL, .band = { 0, HUGE_VAL }, .partner = -1, .owner = -1 };

      g_array_append_val (p->fates, fate);
    }
  for (guint r = 0; r <= p->release; r++)
    {
      const BzgTablesRelease *release = bzg_tables_release (p->tables, r);

      for (guint t = 0; t < release->n_tables; t++)
        for (guint c = 0; c < release->tables[t]->n_cells; c++)
          {
            const BzgTable *table = release->tables[t];
            const BzgCell *cell = &table->cells[c];
            BzgFate *fate = _bzg_protection_fate (p, _bzg_model_cell_index (p->model, r, t, c));

            if (r < p->release || cell->state == BZG_CELL_STRUCTURAL)
              {
                gboolean known = cell->state != BZG_CELL_WITHHELD;

                fate->old_lo = MAX (fate->old_lo, known ? (double) (cell->value - cell->round)
                                                        : (double) cell->lo);
                fate->old_hi
                  = MIN (fate->old_hi, known ? (double) (cell->value + cell->round)
                                       : cell->hi == BZG_CELL_NO_BOUND ? HUGE_VAL
                                                                       : (double) cell->hi);
                continue;
              }
            fate->money = _bzg_measure_is_money (p->tables, table->measure);
            if (!fate->fresh)
              {
                fate->fresh = fate->old_lo < fate->old_hi;
                fate->sum = bzg_truth_cell (p->truth, p->tables, table, cell->key);
                for (guint d = 0; d < table->n_dims; d++)
                  if ((int) cell->key[d] == bzg_tables_total_code (p->tables, table->dims[d]))
                    fate->totals++;
                  else
                    fate->bound++;
              }
            if (strcmp (table->measure, "count") == 0)
              g_hash_table_insert (counts, signature (p->tables, table, cell),
                                   GUINT_TO_POINTER (_bzg_model_cell_index (p->model, r, t, c)
                                                     + 1));
          }
    }
  for (guint i = 0; i < n_must; i++)
    {
      BzgFate *fate = _bzg_protection_fate (p, _bzg_model_cell_index (p->model, p->release,
                                                                      must[i].table, must[i].cell));

      fate->must = TRUE;
    }
  for (guint t = 0; t < bzg_tables_release (p->tables, p->release)->n_tables; t++)
    {
      const BzgTable *table = new_table (p, t);

      if (!_bzg_measure_is_money (p->tables, table->measure))
        continue;
      for (guint c = 0; c < table->n_cells; c++)
        {
          g_autofree char *name = signature (p->tables, table, &table->cells[c]);
          gpointer count = g_hash_table_lookup (counts, name);

          if (count != NULL)
            {
              guint amount = _bzg_model_cell_index (p->model, p->release, t, c);

              _bzg_protection_fate (p, GPOINTER_TO_UINT (count) - 1)->partner = (int) amount;
              _bzg_protection_fate (p, amount)->owner = GPOINTER_TO_INT (count) - 1;
            }
        }
    }
}

/* What a correction would change by less than the threshold, from any number that was printed in
 * its place, is not printed again; with what did not change at all, so that withholding says
 * nothing of that either. (Of amounts that is what did not change, to a coin or two.) The amount of
 * people who did not change may be printed: it was put right. */
static void
let_stand (BzgProtection *p, guint t, guint c)
{
  const BzgTable *table = new_table (p, t);
  guint index = _bzg_model_cell_index (p->model, p->release, t, c), edition = p->release;
  BzgFate *fate = _bzg_protection_fate (p, index);
  gint64 least = G_MAXINT64;
  const BzgCell *before;

  while (
    (before = bzg_tables_printed_before (p->tables, edition, table, table->cells[c].key, &edition))
    != NULL)
    least = MIN (least, ABS (fate->sum.value - before->value));
  fate->stands |= least < (gint64) p->rule.threshold;
  if (least == 0)
    _bzg_protection_withhold_alone (p, index, BZG_WITHHELD_STANDS);
  else if (least < (gint64) p->rule.threshold)
    _bzg_protection_withhold (p, index, BZG_WITHHELD_STANDS);
}

/* Step 1. Zero is withheld with the small numbers, so that withholding says nothing about zero. */
static void
primary (BzgProtection *p)
{
  for (guint t = 0; t < bzg_tables_release (p->tables, p->release)->n_tables; t++)
    for (guint c = 0; c < new_table (p, t)->n_cells; c++)
      {
        guint index = _bzg_model_cell_index (p->model, p->release, t, c);
        BzgFate *fate = _bzg_protection_fate (p, index);
        gboolean small = fate->sum.contributors < p->rule.threshold;

        small |= fate->money ? _bzg_amount_is_sensitive (p->rule.threshold, &fate->sum)
                             : fate->sum.value < (gint64) p->rule.threshold;
        if (small)
          _bzg_protection_withhold (p, index, BZG_WITHHELD_PRIMARY);
      }
  for (guint t = 0; t < bzg_tables_release (p->tables, p->release)->n_tables; t++)
    for (guint c = 0; c < new_table (p, t)->n_cells; c++)
      let_stand (p, t, c);
  p->summary.must_withheld = 0; /* small itself: not what that number speaks of */
}

/* What is withheld for good stands in no equation: what only it told apart becomes one unknown. */
static gboolean
fold (BzgProtection *p, GError **error)
{
  g_autofree gboolean *keep = g_new0 (gboolean, p->fates->len + 1);
  BzgModel *folded;

  for (guint i = 0; i < p->fates->len; i++)
    {
      const BzgFate *fate = _bzg_protection_fate (p, i);

      keep[i] = (fate->fresh && !fate->withheld) || fate->old_lo > 0 || isfinite (fate->old_hi);
    }
  folded = _bzg_model_fold (p->model, keep, error);
  if (folded == NULL)
    return FALSE;
  _bzg_model_free (p->model);
  p->model = folded;
  return TRUE;
}

/* What is printed is put into the tables; what is not leaves no number behind. */
static void
write_back (BzgProtection *p)
{
  const BzgTablesRelease *release = bzg_tables_release (p->tables, p->release);
  g_autofree gboolean *seen = g_new0 (gboolean, p->fates->len + 1);

  p->summary.cells = p->summary.printed = p->summary.primary = p->summary.secondary
    = p->summary.standing = p->summary.bands = 0;
  for (guint t = 0; t < release->n_tables; t++)
    for (guint c = 0; c < release->tables[t]->n_cells; c++)
      {
        guint index = _bzg_model_cell_index (p->model, p->release, t, c);
        const BzgFate *fate = _bzg_protection_fate (p, index);
        BzgCell *cell = &((BzgTable *) release->tables[t])->cells[c];

        if (!seen[index])
          {
            seen[index] = TRUE;
            p->summary.cells++;
            p->summary.printed += !fate->withheld && !fate->stands;
            p->summary.primary += fate->why == BZG_WITHHELD_PRIMARY;
            p->summary.standing += fate->stands;
            p->summary.secondary += fate->why == BZG_WITHHELD_SECONDARY;
            p->summary.bands += isfinite (fate->band.hi);
          }
        if ((!fate->withheld && !fate->stands) || cell->state == BZG_CELL_STRUCTURAL)
          continue;
        cell->state = BZG_CELL_WITHHELD;
        cell->why = fate->stands ? BZG_WITHHELD_STANDS : fate->why;
        cell->value = 0;
        cell->round = 0;
        cell->lo = isfinite (fate->band.hi) ? (gint64) fate->band.lo : 0;
        cell->hi = isfinite (fate->band.hi) ? (gint64) fate->band.hi : BZG_CELL_NO_BOUND;
      }
}

/* The proof in whole numbers. Targets without one come back in *missing. */
static gboolean
certify (BzgProtection *p, gboolean patient, char **certificate, GArray **missing, GError **error)
{
  g_autoptr (GArray) counts = g_array_new (FALSE, FALSE, sizeof (guint));
  BzgWitnesses *witnesses;

  for (guint i = 0; i < p->wanted->len; i++)
    {
      guint index = g_array_index (p->wanted, guint, i);
      const BzgModelTarget *target = &g_array_index (p->model->targets, BzgModelTarget, index);

      if (!target->money && target->sum.value < (gint64) p->rule.threshold)
        g_array_append_val (counts, index);
    }
  witnesses = _bzg_witnesses_find (p->model, p->lp, &p->rule, counts, p->witnesses, patient,
                                   p->cancellable, error);
  if (witnesses == NULL)
    return FALSE;
  _bzg_witnesses_free (p->witnesses);
  p->witnesses = witnesses;
  *missing = _bzg_witnesses_missing (witnesses);
  if ((*missing)->len > 0)
    return TRUE;
  if (!_bzg_witnesses_verify (witnesses, p->model, &p->rule, error))
    return FALSE;
  p->summary.witnesses = _bzg_witnesses_n (witnesses);
  if (certificate != NULL)
    *certificate = _bzg_witnesses_write (witnesses, p->model);
  return TRUE;
}

/* A target without a whole-number proof: withhold the cheapest printed cell that shares people with
 * it. FALSE if there is none. */
static gboolean
loosen (BzgProtection *p, guint index)
{
  const BzgVector *vector = &g_array_index (p->model->targets, BzgModelTarget, index).vector;
  g_autofree guint8 *in = g_malloc0 (p->model->n_vars + 1);
  int best = -1;
  gint64 best_cost = G_MAXINT64;

  for (guint i = 0; i < vector->n; i++)
    in[vector->vars[i]] = 1;
  for (guint i = 0; i < p->fates->len; i++)
    {
      const BzgFate *fate = _bzg_protection_fate (p, i);
      const BzgVector *own = &_bzg_protection_cell (p, i)->vector;
      gboolean shares = FALSE;
      gint64 cost = _bzg_cover_price (p->cover, i) + (fate->must ? MUST_COST : 0);

      if (!fate->fresh || fate->withheld || cost >= best_cost)
        continue;
      for (guint k = 0; !shares && k < own->n; k++)
        shares = in[own->vars[k]];
      if (shares)
        {
          best = (int) i;
          best_cost = cost;
        }
    }
  if (best >= 0)
    _bzg_protection_withhold (p, (guint) best, BZG_WITHHELD_SECONDARY);
  return best >= 0;
}

static gboolean
prove (BzgProtection *p, BzgProtectFlags flags, char **certificate, GError **error)
{
  gboolean patient = FALSE;

  for (guint round = 0; round < ROUNDS; round++)
    {
      g_autoptr (GArray) missing = NULL;
      gboolean loosened = TRUE;

      if (round == 0 ? !_bzg_protection_choose (p, error) : !_bzg_protection_settle (p, error))
        return FALSE;
      if (round == 0 && !(flags & BZG_PROTECT_NO_GIVE_BACK)
          && !_bzg_protection_give_back (p, error))
        return FALSE;
      if (!certify (p, patient, certificate, &missing, error))
        return FALSE;
      if (missing->len == 0)
        return TRUE;
      _bzg_protection_end_lp (p); /* rows of the search lie about in it */
      for (guint i = 0; i < missing->len; i++)
        loosened &= loosen (p, g_array_index (missing, guint, i));
      /* Nothing that this release prints has to do with it: then it was proved before, and can be
       * again. */
      if (!loosened && patient)
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_DISCLOSURE,
                       "no proof in whole numbers was found");
          return FALSE;
        }
      patient |= !loosened;
    }
  g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_DISCLOSURE, "the protection did not end");
  return FALSE;
}

static void
protection_clear (BzgProtection *p)
{
  g_clear_pointer (&p->witnesses, _bzg_witnesses_free);
  g_clear_pointer (&p->cover, _bzg_cover_free);
  g_clear_pointer (&p->count_was_withheld, g_free);
  g_clear_pointer (&p->pool, _bzg_pool_free);
  g_clear_pointer (&p->lp, _bzg_lp_free);
  g_clear_pointer (&p->model, _bzg_model_free);
  g_clear_pointer (&p->fates, g_array_unref);
  g_clear_pointer (&p->wanted, g_array_unref);
  g_clear_pointer (&p->repaired, g_hash_table_unref);
}

/* Attacks the very tables that will be printed. A range is cut to whole numbers, which the proof in
 * fractions knows nothing of: if that tells too much, none is told. */
static gboolean
stand_attack (BzgProtection *p, GError **error)
{
  for (gboolean again = TRUE; again;)
    {
      g_autoptr (GPtrArray) breaches
        = bzg_attack_run (p->tables, p->truth, FALSE, NULL, NULL, p->cancellable, NULL, error);

      if (breaches == NULL)
        return FALSE;
      if (breaches->len == 0)
        return TRUE;
      again = p->summary.bands > 0;
      p->summary.bands = 0;
      _bzg_tables_drop_ranges (p->tables);
      if (!again)
        g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_DISCLOSURE,
                     "the tables were attacked once more and did not hold (%u cells)",
                     breaches->len);
    }
  return FALSE;
}

gboolean
bzg_protect_run (BzgTables *tables,
                 const BzgTruth *truth,
                 const BzgMustPrint *must_print,
                 guint n_must_print,
                 BzgProtectFlags flags,
                 BzgProofProgress progress,
                 gpointer progress_data,
                 GCancellable *cancellable,
                 BzgProtectSummary *summary,
                 char **certificate,
                 GError **error)
{
  BzgProtection p = { .tables = tables,
                      .truth = truth,
                      .progress = progress,
                      .progress_data = progress_data,
                      .cancellable = cancellable };
  gboolean ok;

  g_return_val_if_fail (truth != NULL && bzg_tables_n_releases (tables) > 0, FALSE);
  if (certificate != NULL)
    *certificate = NULL;
  p.rule.threshold = p.rule.reach = bzg_tables_threshold (tables);
  p.rule.strict = bzg_tables_strict (tables);
  p.rule.truth = TRUE;
  p.release = bzg_tables_n_releases (tables) - 1;
  p.fates = g_array_new (FALSE, FALSE, sizeof (BzgFate));
  p.wanted = g_array_new (FALSE, FALSE, sizeof (guint));
  p.repaired = g_hash_table_new (NULL, NULL);
  p.model = _bzg_model_new (tables, truth, error);
  ok = p.model != NULL;
  if (ok)
    {
      collect_fates (&p, must_print, n_must_print);
      primary (&p);
      ok = fold (&p, error);
      p.cover = _bzg_cover_new (p.fates->len);
    }
  if (ok)
    {
      p.count_was_withheld = g_new0 (gboolean, p.model->targets->len + 1);
      for (guint i = 0; i < p.model->targets->len; i++)
        p.count_was_withheld[i]
          = g_array_index (p.model->targets, BzgModelTarget, i).count_withheld;
      _bzg_protection_collect_wanted (&p);
      if (!(flags & BZG_PROTECT_PRIMARY_ONLY))
        ok = prove (&p, flags, certificate, error)
             && ((flags & BZG_PROTECT_BANDS) == 0 || _bzg_protection_find_bands (&p, error));
    }
  if (ok)
    write_back (&p);
  if (ok && !(flags & BZG_PROTECT_PRIMARY_ONLY))
    ok = stand_attack (&p, error);
  _bzg_protection_end_lp (&p);
  if (ok && summary != NULL)
    *summary = p.summary;
  if (!ok && certificate != NULL)
    g_clear_pointer (certificate, g_free);
  protection_clear (&p);
  return ok;
}
