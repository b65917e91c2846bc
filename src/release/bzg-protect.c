/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-protect.h"

#include "base/bzg-error.h"
#include "release/bzg-cover-private.h"
#include "release/bzg-eliminate-private.h"
#include "release/bzg-lp-private.h"
#include "release/bzg-pool-private.h"
#include "release/bzg-tables-private.h"
#include "release/bzg-target-private.h"
#include "release/bzg-witness-private.h"

#include <math.h>
#include <string.h>

/*
 * The order of things: what must be withheld, what gives that away by arithmetic, what gives it
 * away to a solver, what can be printed again, and then the whole attack once more on the very
 * tables that will be printed. Every decision is about a sum of unknowns, not about a place in a
 * table, so the same number in two tables has one fate.
 */

/* A budget of work, not of time, so that the same figures give the same tables: so many solves, but
 * no more than this many rows times unknowns in all. */
#define GIVE_BACK_SOLVES 6000
#define GIVE_BACK_WORK 1.5e9
#define GIVE_BACK_MISSES 40 /* this many in a row that do not work: the rest will not either */
/* The same for choosing what to withhold: so many solves for each small group. Where seven in ten
 * of the numbers that are not small are printed at once, it rests: what one report prints beyond
 * what giving back finds, half-year and year lose, and their proof takes twice as long. */
#define CHOICE_SOLVES 3
#define CHOICE_WORK 2e9
#define CHOICE_ENOUGH 0.7
#define PLACE_PRICE 5 /* of a number, in each place where it stands; and 1 for each total */
#define MUST_COST 1000000
#define ROUNDS 50
#define BAND_WIDTH 2 /* a band is told if its end is at most so many times its beginning */

typedef struct
{
  gboolean fresh; /* stands in the new release and is not public already */
  gboolean must;
  gboolean withheld;
  gboolean stands; /* of a correction: not printed again, withheld or public already */
  BzgWithheld why;
  BzgTruthSum sum;
  double old_lo, old_hi; /* public before */
  BzgRange band;         /* withheld: what others tell of it; hi is HUGE_VAL if that is nothing */
  guint totals;          /* dimensions in which it stands for everything */
  guint bound;           /* the others */
  gboolean money;
  int partner; /* count: the amount of the same people; -1 */
  int owner;   /* amount: the count of the same people; -1 */
} Fate;

typedef struct
{
  BzgTables *tables;
  const BzgTruth *truth;
  BzgModel *model;
  BzgLp *lp;
  BzgRule rule;
  guint release;                /* the new one */
  GArray *fates;                /* Fate, per cell of the model */
  GArray *wanted;               /* guint: protected targets, by value */
  gboolean *count_was_withheld; /* per target: of an amount, before anything was chosen */
  GHashTable *repaired;    /* targets that the solver found safe: what prints more asks about all */
  BzgCover *cover;         /* what must be withheld for what the solver found */
  BzgPool *pool;           /* solutions with what is printed now */
  BzgWitnesses *witnesses; /* found so far: what is withheld afterwards takes none of them away */
  BzgProtectSummary summary;
  BzgProofProgress progress;
  gpointer progress_data;
  guint shown; /* proved, by @progress */
  GCancellable *cancellable;
} Protection;

static Fate *
fate_at (Protection *p, guint cell)
{
  return &g_array_index (p->fates, Fate, cell);
}

static BzgModelCell *
cell_at (Protection *p, guint cell)
{
  return &g_array_index (p->model->cells, BzgModelCell, cell);
}

static const BzgTable *
new_table (Protection *p, guint table)
{
  return bzg_tables_release (p->tables, p->release)->tables[table];
}

static gboolean
cancelled (Protection *p, GError **error)
{
  if (!g_cancellable_is_cancelled (p->cancellable))
    return FALSE;
  g_set_error (error, BZG_ERROR, BZG_ERROR_CANCELLED, "protection cancelled");
  return TRUE;
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
collect_fates (Protection *p, const BzgMustPrint *must, guint n_must)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < p->model->cells->len; i++)
    {
      Fate fate
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
            Fate *fate = fate_at (p, _bzg_model_cell_index (p->model, r, t, c));

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
      Fate *fate
        = fate_at (p, _bzg_model_cell_index (p->model, p->release, must[i].table, must[i].cell));

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

              fate_at (p, GPOINTER_TO_UINT (count) - 1)->partner = (int) amount;
              fate_at (p, amount)->owner = GPOINTER_TO_INT (count) - 1;
            }
        }
    }
}

/* Takes a cell out of print, for the solver too. */
static void
withhold_alone (Protection *p, guint cell, BzgWithheld why)
{
  Fate *fate = fate_at (p, cell);

  if (fate->withheld || !fate->fresh)
    return;
  fate->withheld = TRUE;
  fate->why = why;
  cell_at (p, cell)->lo = fate->old_lo;
  cell_at (p, cell)->hi = fate->old_hi;
  if (p->lp != NULL)
    _bzg_lp_set_cell (p->lp, cell, fate->old_lo, fate->old_hi);
  if (fate->must)
    p->summary.must_withheld++;
}

/* And with it the amount that belongs to it. */
static void
withhold (Protection *p, guint cell, BzgWithheld why)
{
  const Fate *fate = fate_at (p, cell);

  if (fate->withheld || !fate->fresh)
    return;
  withhold_alone (p, cell, why);
  if (fate->partner >= 0)
    withhold (p, (guint) fate->partner, why);
}

/* What a correction would change by less than the threshold, from any number that was printed in
 * its place, is not printed again; with what did not change at all, so that withholding says
 * nothing of that either. (Of amounts that is what did not change, to a coin or two.) The amount of
 * people who did not change may be printed: it was put right. */
static void
let_stand (Protection *p, guint t, guint c)
{
  const BzgTable *table = new_table (p, t);
  guint index = _bzg_model_cell_index (p->model, p->release, t, c), edition = p->release;
  Fate *fate = fate_at (p, index);
  gint64 least = G_MAXINT64;
  const BzgCell *before;

  while (
    (before = bzg_tables_printed_before (p->tables, edition, table, table->cells[c].key, &edition))
    != NULL)
    least = MIN (least, ABS (fate->sum.value - before->value));
  fate->stands |= least < (gint64) p->rule.threshold;
  if (least == 0)
    withhold_alone (p, index, BZG_WITHHELD_STANDS);
  else if (least < (gint64) p->rule.threshold)
    withhold (p, index, BZG_WITHHELD_STANDS);
}

/* Step 1. Zero is withheld with the small numbers, so that withholding says nothing about zero. */
static void
primary (Protection *p)
{
  for (guint t = 0; t < bzg_tables_release (p->tables, p->release)->n_tables; t++)
    for (guint c = 0; c < new_table (p, t)->n_cells; c++)
      {
        guint index = _bzg_model_cell_index (p->model, p->release, t, c);
        Fate *fate = fate_at (p, index);
        gboolean small = fate->sum.contributors < p->rule.threshold;

        small |= fate->money ? _bzg_amount_is_sensitive (p->rule.threshold, &fate->sum)
                             : fate->sum.value < (gint64) p->rule.threshold;
        if (small)
          withhold (p, index, BZG_WITHHELD_PRIMARY);
      }
  for (guint t = 0; t < bzg_tables_release (p->tables, p->release)->n_tables; t++)
    for (guint c = 0; c < new_table (p, t)->n_cells; c++)
      let_stand (p, t, c);
  p->summary.must_withheld = 0; /* small itself: not what that number speaks of */
}

static gboolean
target_is_wanted (Protection *p, BzgModelTarget *target)
{
  if (target->money)
    {
      /* The attack reads the same from the tables: is the count of these people withheld? */
      for (guint i = 0; !target->count_withheld && i < p->fates->len; i++)
        if (fate_at (p, i)->partner >= 0 && fate_at (p, i)->withheld
            && fate_at (p, i)->why != BZG_WITHHELD_STANDS
            && _bzg_vector_equal (&cell_at (p, (guint) fate_at (p, i)->partner)->vector,
                                  &target->vector)
            && target->inner.n == target->vector.n)
          target->count_withheld = TRUE;
    }
  return _bzg_rule_concerns (&p->rule, target);
}

static int
by_value (gconstpointer a, gconstpointer b, gpointer data)
{
  const Protection *p = data;
  guint i = *(const guint *) a, j = *(const guint *) b;
  gint64 x = g_array_index (p->model->targets, BzgModelTarget, i).sum.value;
  gint64 y = g_array_index (p->model->targets, BzgModelTarget, j).sum.value;

  return x != y ? (x < y ? -1 : 1) : (i < j ? -1 : i > j);
}

static void
collect_wanted (Protection *p)
{
  g_array_set_size (p->wanted, 0);
  for (guint i = 0; i < p->model->targets->len; i++)
    if (target_is_wanted (p, &g_array_index (p->model->targets, BzgModelTarget, i)))
      g_array_append_val (p->wanted, i);
  g_array_sort_with_data (p->wanted, by_value, p);
  p->summary.protected_cells = p->wanted->len;
}

/* What is withheld for good stands in no equation: what only it told apart becomes one unknown. */
static gboolean
fold (Protection *p, GError **error)
{
  g_autofree gboolean *keep = g_new0 (gboolean, p->fates->len + 1);
  BzgModel *folded;

  for (guint i = 0; i < p->fates->len; i++)
    {
      const Fate *fate = fate_at (p, i);

      keep[i] = (fate->fresh && !fate->withheld) || fate->old_lo > 0 || isfinite (fate->old_hi);
    }
  folded = _bzg_model_fold (p->model, keep, error);
  if (folded == NULL)
    return FALSE;
  _bzg_model_free (p->model);
  p->model = folded;
  return TRUE;
}

static int
by_priority (gconstpointer a, gconstpointer b, gpointer data)
{
  Protection *p = data;
  guint i = *(const guint *) a, j = *(const guint *) b;
  const Fate *x = fate_at (p, i), *y = fate_at (p, j);

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

/* Of some numbers one has to go: or the count whose amount it is, which takes it along. What is
 * wished for above all goes only where nothing else can. */
static void
complete_demand (Protection *p, GArray *demand)
{
  guint n = 0;

  for (guint i = demand->len; i-- > 0;)
    {
      guint cell = g_array_index (demand, guint, i);
      int owner = fate_at (p, cell)->owner;

      if (owner >= 0 && fate_at (p, (guint) owner)->fresh
          && fate_at (p, (guint) owner)->partner == (int) cell
          && fate_at (p, (guint) owner)->why != BZG_WITHHELD_PRIMARY
          && fate_at (p, (guint) owner)->why != BZG_WITHHELD_STANDS)
        g_array_append_val (demand, owner);
    }
  for (guint i = 0; i < demand->len; i++)
    if (!fate_at (p, g_array_index (demand, guint, i))->must)
      g_array_index (demand, guint, n++) = g_array_index (demand, guint, i);
  if (n > 0)
    g_array_set_size (demand, n);
}

/* Step 2. */
static gboolean
eliminate (Protection *p, GError **error)
{
  g_autoptr (BzgElimination) elimination = _bzg_elimination_new (p->model->n_vars, p->fates->len);
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (guint));
  gboolean safe = TRUE;

  for (guint i = 0; i < p->wanted->len; i++)
    {
      const BzgModelTarget *target
        = &g_array_index (p->model->targets, BzgModelTarget, g_array_index (p->wanted, guint, i));

      /* What shares an unknown with others is no combination of printed cells. */
      if (target->inner.n == target->vector.n)
        _bzg_elimination_protect (elimination, &target->vector);
    }
  for (guint i = 0; safe && i < p->model->rows->len; i++)
    {
      const BzgModelRow *row = &g_array_index (p->model->rows, BzgModelRow, i);

      if (row->lo == row->hi)
        safe = _bzg_elimination_insert_row (elimination, row);
    }
  for (guint i = 0; safe && i < p->fates->len; i++)
    if (!fate_at (p, i)->fresh && fate_at (p, i)->old_lo == fate_at (p, i)->old_hi)
      safe = _bzg_elimination_insert (elimination, &cell_at (p, i)->vector);
  if (!safe)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_LEDGER,
                   "what was published before gives a small group away");
      return FALSE;
    }
  for (guint i = 0; i < p->fates->len; i++)
    if (fate_at (p, i)->fresh && !fate_at (p, i)->withheld)
      g_array_append_val (order, i);
  g_array_sort_with_data (order, by_priority, p);
  for (guint i = 0; i < order->len; i++)
    {
      guint cell = g_array_index (order, guint, i);
      g_autoptr (GArray) demand = g_array_new (FALSE, FALSE, sizeof (guint));

      if (cancelled (p, error))
        return FALSE;
      if (fate_at (p, cell)->withheld
          || _bzg_elimination_offer (elimination, &cell_at (p, cell)->vector, cell, demand))
        continue;
      complete_demand (p, demand);
      _bzg_cover_demand (p->cover, demand);
      withhold (p, cell, BZG_WITHHELD_SECONDARY);
    }
  return TRUE;
}

/* What of the new release the solver leant on. */
static void
add_support (Protection *p, GArray *demand)
{
  for (guint i = 0; i < p->fates->len; i++)
    {
      const Fate *fate = fate_at (p, i);

      if (fate->fresh && !fate->withheld && _bzg_lp_leans_on (p->lp, i))
        g_array_append_val (demand, i);
    }
}

/* The range of a wanted target over what the solver came by: in @solutions, or without it the pool.
 */
static BzgRange
range_so_far (Protection *p, guint wanted, const GPtrArray *solutions)
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
  Protection *p, guint wanted, gboolean up, GPtrArray *solutions, double *value, GError **error)
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
static gboolean
ask_side (Protection *p,
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

static guint
cheapest (const BzgCover *cover, const GArray *cells)
{
  guint best = g_array_index (cells, guint, 0);

  for (guint i = 1; i < cells->len; i++)
    {
      guint cell = g_array_index (cells, guint, i);

      if (_bzg_cover_price (cover, cell) < _bzg_cover_price (cover, best))
        best = cell;
    }
  return best;
}

/* An amount may be protected only as long as its count is withheld: of such nothing follows for
 * other choices. */
static gboolean
is_always_wanted (Protection *p, guint index)
{
  const BzgModelTarget *target = &g_array_index (p->model->targets, BzgModelTarget, index);

  return !target->money || p->count_was_withheld[index]
         || _bzg_amount_is_sensitive (p->rule.threshold, &target->sum);
}

/* Withholds until the solver finds a wanted target safe: ends because each step withholds a cell.
 */
static gboolean
make_safe (Protection *p, guint wanted, GError **error)
{
  const BzgModelTarget *target
    = &g_array_index (p->model->targets, BzgModelTarget, g_array_index (p->wanted, guint, wanted));
  g_autoptr (GArray) demand = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint side = 0; side < 2; side++)
    for (gboolean safe = FALSE; !safe;)
      {
        g_array_set_size (demand, 0);
        if (cancelled (p, error) || !ask_side (p, wanted, side == 0, &safe, NULL, demand, error))
          return FALSE;
        if (safe)
          break;
        if (demand->len == 0)
          {
            g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_DISCLOSURE,
                         "table %s, cell %s: known too well from what was published before",
                         bzg_tables_release (p->tables, target->release)->tables[target->table]->id,
                         target->key);
            return FALSE;
          }
        complete_demand (p, demand);
        if (is_always_wanted (p, g_array_index (p->wanted, guint, wanted)))
          _bzg_cover_demand (p->cover, demand);
        withhold (p, cheapest (p->cover, demand), BZG_WITHHELD_SECONDARY);
      }
  return TRUE;
}

static gboolean
make_all_safe (Protection *p, GError **error)
{
  p->summary.proved = 0;
  for (guint i = 0; i < p->wanted->len; i++)
    {
      gpointer target = GUINT_TO_POINTER (g_array_index (p->wanted, guint, i));

      if (!g_hash_table_contains (p->repaired, target) && !make_safe (p, i, error))
        return FALSE;
      g_hash_table_add (p->repaired, target);
      p->summary.proved++;
      /* A further choice begins anew, which is of no interest to anybody who waits. */
      if (p->progress != NULL && p->summary.proved > p->shown)
        p->progress (p->shown = p->summary.proved, p->wanted->len, p->progress_data);
    }
  return TRUE;
}

static void
end_lp (Protection *p)
{
  if (p->lp != NULL)
    p->summary.solves += _bzg_lp_solves (p->lp);
  g_clear_pointer (&p->lp, _bzg_lp_free);
}

static gboolean
start_lp (Protection *p, GError **error)
{
  p->lp = _bzg_lp_new (p->model, p->cancellable, error);
  if (p->lp == NULL && error != NULL && (*error)->code == BZG_ERROR_MALFORMED)
    (*error)->code = BZG_ERROR_REFUSED_LEDGER;
  return p->lp != NULL;
}

/* Withholds beside what is withheld already, until all is safe. */
static gboolean
settle (Protection *p, GError **error)
{
  guint before;

  if (p->lp == NULL && !start_lp (p, error))
    return FALSE;
  do
    {
      /* Amounts may have become protected because their count was withheld. */
      collect_wanted (p);
      before = p->wanted->len;
      g_clear_pointer (&p->pool, _bzg_pool_free);
      p->pool = _bzg_pool_new (p->model, &p->rule, p->wanted);
      if (!make_all_safe (p, error))
        return FALSE;
      collect_wanted (p);
    }
  while (p->wanted->len != before);
  return TRUE;
}

/* --- what is cheapest to withhold ------------------------------------------------------------ */

/* What readers lose with a number: the places where it stands, more of a total. Not its size: a
 * small number is as much to its reader as a large one. */
static void
set_prices (Protection *p)
{
  for (guint i = 0; i < p->fates->len; i++)
    {
      const Fate *fate = fate_at (p, i);
      gint64 price = (PLACE_PRICE + fate->totals) * MAX (cell_at (p, i)->twins, 1);

      /* A count takes its amount along. */
      if (fate->partner >= 0 && fate_at (p, (guint) fate->partner)->fresh)
        price *= 2;
      _bzg_cover_set_price (p->cover, i, price);
    }
}

/* Of the numbers that are not small, in each place where they stand. */
static double
printed_share (Protection *p)
{
  double all = 0, printed = 0;

  for (guint i = 0; i < p->fates->len; i++)
    {
      const Fate *fate = fate_at (p, i);

      if (!fate->fresh || fate->why == BZG_WITHHELD_PRIMARY || fate->stands)
        continue;
      all += cell_at (p, i)->twins;
      printed += fate->withheld ? 0 : cell_at (p, i)->twins;
    }
  return all > 0 ? printed / all : 1;
}

/* What is withheld for the sake of others, one gboolean a cell, and its price. */
static gboolean *
chosen (Protection *p, gint64 *price)
{
  gboolean *cells = g_new0 (gboolean, p->fates->len + 1);

  *price = 0;
  for (guint i = 0; i < p->fates->len; i++)
    {
      int owner = fate_at (p, i)->owner;

      cells[i] = fate_at (p, i)->why == BZG_WITHHELD_SECONDARY;
      /* Of an amount that its count took along the count bears the price. */
      if (cells[i] && (owner < 0 || fate_at (p, (guint) owner)->why != BZG_WITHHELD_SECONDARY))
        *price += _bzg_cover_price (p->cover, i);
    }
  return cells;
}

/* Withholds these for the sake of others, and prints again what was withheld for that. */
static void
withhold_just (Protection *p, const gboolean *cells)
{
  for (guint i = 0; i < p->fates->len; i++)
    {
      Fate *fate = fate_at (p, i);

      if (fate->why != BZG_WITHHELD_SECONDARY)
        continue;
      fate->withheld = FALSE;
      fate->why = BZG_WITHHELD_NOT;
      p->summary.must_withheld -= fate->must;
      cell_at (p, i)->lo = cell_at (p, i)->hi = (double) fate->sum.value;
    }
  for (guint i = 0; i < p->model->targets->len; i++)
    g_array_index (p->model->targets, BzgModelTarget, i).count_withheld = p->count_was_withheld[i];
  end_lp (p);
  g_hash_table_remove_all (p->repaired);
  for (guint i = 0; i < p->fates->len; i++)
    if (cells[i])
      withhold (p, i, BZG_WITHHELD_SECONDARY);
}

/* A choice that is safe, with all that was found out for it. */
typedef struct
{
  gboolean *cells;
  gint64 price;
  BzgLp *lp; /* these three: while another choice is tried */
  BzgPool *pool;
  GArray *wanted;
} Choice;

static void
choice_clear (Choice *self)
{
  g_clear_pointer (&self->cells, g_free);
  g_clear_pointer (&self->lp, _bzg_lp_free);
  g_clear_pointer (&self->pool, _bzg_pool_free);
  g_clear_pointer (&self->wanted, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Choice, choice_clear)

static void
put_aside (Protection *p, Choice *choice)
{
  p->summary.solves += _bzg_lp_solves (p->lp);
  choice->lp = g_steal_pointer (&p->lp);
  choice->pool = g_steal_pointer (&p->pool);
  choice->wanted = g_steal_pointer (&p->wanted);
  p->wanted = g_array_new (FALSE, FALSE, sizeof (guint));
}

static void
take_up (Protection *p, Choice *choice)
{
  withhold_just (p, choice->cells);
  g_clear_pointer (&p->pool, _bzg_pool_free);
  g_clear_pointer (&p->wanted, g_array_unref);
  p->lp = g_steal_pointer (&choice->lp);
  p->summary.solves -= _bzg_lp_solves (p->lp); /* counted when it ends */
  p->pool = g_steal_pointer (&choice->pool);
  p->wanted = g_steal_pointer (&choice->wanted);
  for (guint i = 0; i < p->wanted->len; i++)
    g_hash_table_add (p->repaired, GUINT_TO_POINTER (g_array_index (p->wanted, guint, i)));
  p->summary.proved = p->summary.protected_cells = p->wanted->len;
}

/* Another choice, which meets all demands for less than the best so far. FALSE in *found: there is
 * none, or the budget is spent. */
static gboolean
choose_again (Protection *p, Choice *best, gboolean best_is_now, gboolean *found, GError **error)
{
  gint64 price;
  g_autofree gboolean *now = chosen (p, &price);
  g_autofree gboolean *next = NULL;

  if (!_bzg_cover_find (p->cover, now, best->price, p->cancellable, &next, error))
    return FALSE;
  *found = next != NULL;
  if (!*found)
    return TRUE;
  if (best_is_now)
    put_aside (p, best);
  withhold_just (p, next);
  return TRUE;
}

/* Steps 2 and 3. Each round ends with something safe and with more demands, which say what could be
 * cheaper. */
static gboolean
choose (Protection *p, GError **error)
{
  double size = (double) (p->model->rows->len + p->fates->len) * p->model->n_vars;
  guint left = (guint) MIN (CHOICE_SOLVES * p->wanted->len, CHOICE_WORK / MAX (size, 1));
  g_auto (Choice) best = { .price = G_MAXINT64 };
  gboolean best_is_now = FALSE, more = TRUE;

  set_prices (p);
  if (!eliminate (p, error))
    return FALSE;
  for (guint spent = 0, demands = G_MAXUINT; more;)
    {
      g_autoptr (GError) trouble = NULL;
      g_autofree gboolean *now = NULL;
      gint64 price;

      if (!settle (p, best.cells == NULL ? error : &trouble))
        {
          /* A further choice that fails takes nothing from the one that is safe. */
          if (best.cells == NULL)
            return FALSE;
          if (g_error_matches (trouble, BZG_ERROR, BZG_ERROR_CANCELLED))
            {
              g_propagate_error (error, g_steal_pointer (&trouble));
              return FALSE;
            }
          best_is_now = FALSE;
          break;
        }
      spent += _bzg_lp_solves (p->lp);
      now = chosen (p, &price);
      best_is_now = price < best.price;
      if (best_is_now)
        {
          choice_clear (&best);
          best = (Choice){ .cells = g_steal_pointer (&now), .price = price };
        }
      more = demands != _bzg_cover_n_demands (p->cover) && spent < left
             && printed_share (p) < CHOICE_ENOUGH;
      demands = _bzg_cover_n_demands (p->cover);
      if (more && !choose_again (p, &best, best_is_now, &more, error))
        return FALSE;
    }
  if (!best_is_now)
    take_up (p, &best);
  return TRUE;
}

/* What the pool leaves open if this cell were printed is asked of the solver; who failed lately
 * first, for there most tries end. */
static gboolean
all_safe (
  Protection *p, GArray *open, guint *failed, GPtrArray *solutions, gboolean *safe, GError **error)
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

        if (cancelled (p, error) || !ask_side (p, wanted, side == 0, safe, solutions, NULL, error))
          return FALSE;
        if (!*safe)
          *failed = wanted;
      }
  return TRUE;
}

/* Tries to print a cell after all. */
static gboolean
give_back_cell (Protection *p, guint cell, guint *failed, gboolean *given, GError **error)
{
  Fate *fate = fate_at (p, cell);
  const BzgVector *vector = &cell_at (p, cell)->vector;
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
  cell_at (p, cell)->lo = cell_at (p, cell)->hi = (double) fate->sum.value;
  p->summary.given_back++;
  if (fate->must)
    p->summary.must_withheld--;
  return TRUE;
}

/* Step 4: from the largest to the smallest, what can be printed after all? */
static gboolean
give_back (Protection *p, GError **error)
{
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (guint));
  double size = (double) (p->model->rows->len + p->fates->len) * p->model->n_vars;
  guint budget = (guint) MIN (GIVE_BACK_SOLVES, GIVE_BACK_WORK / MAX (size, 1));
  g_autofree gboolean *now = NULL;
  g_autofree gboolean *needed = NULL;
  guint misses = 0, failed = G_MAXUINT;
  gint64 price;

  now = chosen (p, &price);
  needed = _bzg_cover_needed (p->cover, now);

  budget += _bzg_lp_solves (p->lp);
  for (guint i = 0; i < p->fates->len; i++)
    if (fate_at (p, i)->withheld && fate_at (p, i)->why == BZG_WITHHELD_SECONDARY
        && !fate_at (p, i)->money && !needed[i])
      g_array_append_val (cells, i);
  g_array_sort_with_data (cells, by_priority, p);
  for (guint i = 0; i < cells->len && misses < GIVE_BACK_MISSES; i++)
    {
      gboolean given;

      if (_bzg_lp_solves (p->lp) > budget)
        break;
      if (cancelled (p, error))
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
find_band (Protection *p, guint cell, GError **error)
{
  Fate *fate = fate_at (p, cell);
  const BzgVector *vector = &cell_at (p, cell)->vector;
  BzgRange range = _bzg_pool_range_of (p->pool, vector);

  for (guint end = 0; end < 2; end++)
    {
      double value;

      if (range.lo < p->rule.threshold || range.hi > BAND_WIDTH * range.lo)
        return TRUE;
      if (cancelled (p, error) || !_bzg_lp_solve (p->lp, vector, end == 1, &value, error))
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
static gboolean
find_bands (Protection *p, GError **error)
{
  for (guint r = 0; r <= p->release; r++)
    if (bzg_tables_superseded (p->tables, r) >= 0)
      return TRUE;
  for (guint i = 0; i < p->fates->len; i++)
    if (fate_at (p, i)->why == BZG_WITHHELD_SECONDARY && !fate_at (p, i)->money
        && !find_band (p, i, error))
      return FALSE;
  return TRUE;
}

/* What is printed is put into the tables; what is not leaves no number behind. */
static void
write_back (Protection *p)
{
  const BzgTablesRelease *release = bzg_tables_release (p->tables, p->release);
  g_autofree gboolean *seen = g_new0 (gboolean, p->fates->len + 1);

  p->summary.cells = p->summary.printed = p->summary.primary = p->summary.secondary
    = p->summary.standing = p->summary.bands = 0;
  for (guint t = 0; t < release->n_tables; t++)
    for (guint c = 0; c < release->tables[t]->n_cells; c++)
      {
        guint index = _bzg_model_cell_index (p->model, p->release, t, c);
        const Fate *fate = fate_at (p, index);
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
certify (Protection *p, gboolean patient, char **certificate, GArray **missing, GError **error)
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
loosen (Protection *p, guint index)
{
  const BzgVector *vector = &g_array_index (p->model->targets, BzgModelTarget, index).vector;
  g_autofree guint8 *in = g_malloc0 (p->model->n_vars + 1);
  int best = -1;
  gint64 best_cost = G_MAXINT64;

  for (guint i = 0; i < vector->n; i++)
    in[vector->vars[i]] = 1;
  for (guint i = 0; i < p->fates->len; i++)
    {
      const Fate *fate = fate_at (p, i);
      const BzgVector *own = &cell_at (p, i)->vector;
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
    withhold (p, (guint) best, BZG_WITHHELD_SECONDARY);
  return best >= 0;
}

static gboolean
prove (Protection *p, BzgProtectFlags flags, char **certificate, GError **error)
{
  gboolean patient = FALSE;

  for (guint round = 0; round < ROUNDS; round++)
    {
      g_autoptr (GArray) missing = NULL;
      gboolean loosened = TRUE;

      if (round == 0 ? !choose (p, error) : !settle (p, error))
        return FALSE;
      if (round == 0 && !(flags & BZG_PROTECT_NO_GIVE_BACK) && !give_back (p, error))
        return FALSE;
      if (!certify (p, patient, certificate, &missing, error))
        return FALSE;
      if (missing->len == 0)
        return TRUE;
      end_lp (p); /* rows of the search lie about in it */
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
protection_clear (Protection *p)
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
stand_attack (Protection *p, GError **error)
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
  Protection p = { .tables = tables,
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
  p.fates = g_array_new (FALSE, FALSE, sizeof (Fate));
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
      collect_wanted (&p);
      if (!(flags & BZG_PROTECT_PRIMARY_ONLY))
        ok = prove (&p, flags, certificate, error)
             && ((flags & BZG_PROTECT_BANDS) == 0 || find_bands (&p, error));
    }
  if (ok)
    write_back (&p);
  if (ok && !(flags & BZG_PROTECT_PRIMARY_ONLY))
    ok = stand_attack (&p, error);
  end_lp (&p);
  if (ok && summary != NULL)
    *summary = p.summary;
  if (!ok && certificate != NULL)
    g_clear_pointer (certificate, g_free);
  protection_clear (&p);
  return ok;
}
