/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-protection-private.h"

#include "base/bzg-error.h"
#include "release/bzg-eliminate-private.h"
#include "release/bzg-tables-private.h"

/*
 * Which numbers are withheld for the sake of others (bzg-cover.c has the idea). A first choice by
 * elimination and by the cheapest of each demand; then further ones that meet all demands for less,
 * each made safe in its turn, which makes more demands. The cheapest that was safe stands.
 */

/* A budget of work, not of time, so that the same figures give the same tables: so many solves for
 * each small group, but no more than this many rows times unknowns in all; of both a few times as
 * much beside earlier releases, where less is printed. Where seven in ten of the numbers that are
 * not small are printed at once, the first choice stands: what one report prints beyond what giving
 * back finds, half-year and year lose, and their proof takes twice as long. */
#define CHOICE_SOLVES 3
#define CHOICE_SOLVES_LEAST 100
#define CHOICE_WORK 2e9
#define CHOICE_BESIDE 3
#define CHOICE_ENOUGH 0.7
#define PLACE_PRICE 5 /* of a number, in each place where it stands; and 1 for each total */

/* Of some numbers one has to go: or the count whose amount it is, which takes it along. What is
 * wished for above all goes only where nothing else can. */
static void
complete_demand (BzgProtection *p, GArray *demand)
{
  guint n = 0;

  for (guint i = demand->len; i-- > 0;)
    {
      guint cell = g_array_index (demand, guint, i);
      int owner = _bzg_protection_fate (p, cell)->owner;
      const BzgFate *count = owner >= 0 ? _bzg_protection_fate (p, (guint) owner) : NULL;

      if (count != NULL && count->fresh && count->partner == (int) cell
          && count->why != BZG_WITHHELD_PRIMARY && count->why != BZG_WITHHELD_STANDS)
        g_array_append_val (demand, owner);
    }
  for (guint i = 0; i < demand->len; i++)
    if (!_bzg_protection_fate (p, g_array_index (demand, guint, i))->must)
      g_array_index (demand, guint, n++) = g_array_index (demand, guint, i);
  if (n > 0)
    g_array_set_size (demand, n);
}

/* Step 2. */
static gboolean
eliminate (BzgProtection *p, GError **error)
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
    {
      const BzgFate *fate = _bzg_protection_fate (p, i);

      if (fate->fresh)
        g_array_append_val (order, i);
      else if (fate->old_lo == fate->old_hi)
        safe = _bzg_elimination_insert (elimination, &_bzg_protection_cell (p, i)->vector);
    }
  if (!safe)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_LEDGER,
                   "what was published before gives a small group away");
      return FALSE;
    }
  g_array_sort_with_data (order, _bzg_protection_by_priority, p);
  for (guint i = 0; i < order->len; i++)
    {
      guint cell = g_array_index (order, guint, i);
      g_autoptr (GArray) demand = g_array_new (FALSE, FALSE, sizeof (guint));

      if (_bzg_protection_cancelled (p, error))
        return FALSE;
      if (_bzg_protection_fate (p, cell)->withheld
          || _bzg_elimination_offer (elimination, &_bzg_protection_cell (p, cell)->vector, cell,
                                     demand))
        continue;
      complete_demand (p, demand);
      _bzg_cover_demand (p->cover, demand);
      _bzg_protection_withhold (p, cell, BZG_WITHHELD_SECONDARY);
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
is_always_wanted (BzgProtection *p, guint index)
{
  const BzgModelTarget *target = &g_array_index (p->model->targets, BzgModelTarget, index);

  return !target->money || p->count_was_withheld[index]
         || _bzg_amount_is_sensitive (p->rule.threshold, &target->sum);
}

/* Withholds until the solver finds a wanted target safe: ends because each step withholds a cell.
 */
static gboolean
make_safe (BzgProtection *p, guint wanted, GError **error)
{
  const BzgModelTarget *target
    = &g_array_index (p->model->targets, BzgModelTarget, g_array_index (p->wanted, guint, wanted));
  g_autoptr (GArray) demand = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint side = 0; side < 2; side++)
    for (gboolean safe = FALSE; !safe;)
      {
        g_array_set_size (demand, 0);
        if (_bzg_protection_cancelled (p, error)
            || !_bzg_protection_ask (p, wanted, side == 0, &safe, NULL, demand, error))
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
        _bzg_protection_withhold (p, cheapest (p->cover, demand), BZG_WITHHELD_SECONDARY);
      }
  return TRUE;
}

static gboolean
make_all_safe (BzgProtection *p, GError **error)
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

static gboolean
start_lp (BzgProtection *p, GError **error)
{
  p->lp = _bzg_lp_new (p->model, p->cancellable, error);
  if (p->lp == NULL && error != NULL && (*error)->code == BZG_ERROR_MALFORMED)
    (*error)->code = BZG_ERROR_REFUSED_LEDGER;
  return p->lp != NULL;
}

gboolean
_bzg_protection_settle (BzgProtection *p, GError **error)
{
  guint before;

  if (p->lp == NULL && !start_lp (p, error))
    return FALSE;
  do
    {
      /* Amounts may have become protected because their count was withheld. */
      _bzg_protection_collect_wanted (p);
      before = p->wanted->len;
      g_clear_pointer (&p->pool, _bzg_pool_free);
      p->pool = _bzg_pool_new (p->model, &p->rule, p->wanted);
      if (!make_all_safe (p, error))
        return FALSE;
      _bzg_protection_collect_wanted (p);
    }
  while (p->wanted->len != before);
  return TRUE;
}

/* --- what is cheapest to withhold ------------------------------------------------------------ */

/* What readers lose with a number: the places where it stands, more of a total. Not its size: a
 * small number is as much to its reader as a large one. */
static void
set_prices (BzgProtection *p)
{
  for (guint i = 0; i < p->fates->len; i++)
    {
      const BzgFate *fate = _bzg_protection_fate (p, i);
      gint64 price = (PLACE_PRICE + fate->totals) * MAX (_bzg_protection_cell (p, i)->twins, 1);

      /* A count takes its amount along. */
      if (fate->partner >= 0 && _bzg_protection_fate (p, (guint) fate->partner)->fresh)
        price *= 2;
      _bzg_cover_set_price (p->cover, i, price);
    }
}

/* Of the numbers that are not small, in each place where they stand. */
static double
printed_share (BzgProtection *p)
{
  double all = 0, printed = 0;

  for (guint i = 0; i < p->fates->len; i++)
    {
      const BzgFate *fate = _bzg_protection_fate (p, i);

      if (!fate->fresh || fate->why == BZG_WITHHELD_PRIMARY || fate->stands)
        continue;
      all += _bzg_protection_cell (p, i)->twins;
      printed += fate->withheld ? 0 : _bzg_protection_cell (p, i)->twins;
    }
  return all > 0 ? printed / all : 1;
}

gboolean *
_bzg_protection_chosen (BzgProtection *p, gint64 *price)
{
  gboolean *cells = g_new0 (gboolean, p->fates->len + 1);

  *price = 0;
  for (guint i = 0; i < p->fates->len; i++)
    {
      const BzgFate *fate = _bzg_protection_fate (p, i);

      cells[i] = fate->why == BZG_WITHHELD_SECONDARY;
      /* Of an amount that its count took along the count bears the price. */
      if (cells[i]
          && (fate->owner < 0
              || _bzg_protection_fate (p, (guint) fate->owner)->why != BZG_WITHHELD_SECONDARY))
        *price += _bzg_cover_price (p->cover, i);
    }
  return cells;
}

/* Withholds these for the sake of others, and prints again what was withheld for that. */
static void
withhold_just (BzgProtection *p, const gboolean *cells)
{
  for (guint i = 0; i < p->fates->len; i++)
    {
      BzgFate *fate = _bzg_protection_fate (p, i);

      if (fate->why != BZG_WITHHELD_SECONDARY)
        continue;
      fate->withheld = FALSE;
      fate->why = BZG_WITHHELD_NOT;
      p->summary.must_withheld -= fate->must;
      _bzg_protection_cell (p, i)->lo = _bzg_protection_cell (p, i)->hi = (double) fate->sum.value;
    }
  for (guint i = 0; i < p->model->targets->len; i++)
    g_array_index (p->model->targets, BzgModelTarget, i).count_withheld = p->count_was_withheld[i];
  _bzg_protection_end_lp (p);
  g_hash_table_remove_all (p->repaired);
  for (guint i = 0; i < p->fates->len; i++)
    if (cells[i])
      _bzg_protection_withhold (p, i, BZG_WITHHELD_SECONDARY);
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
put_aside (BzgProtection *p, Choice *choice)
{
  p->summary.solves += _bzg_lp_solves (p->lp);
  choice->lp = g_steal_pointer (&p->lp);
  choice->pool = g_steal_pointer (&p->pool);
  choice->wanted = g_steal_pointer (&p->wanted);
  p->wanted = g_array_new (FALSE, FALSE, sizeof (guint));
}

static void
take_up (BzgProtection *p, Choice *choice)
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
 * none. */
static gboolean
choose_again (BzgProtection *p, Choice *best, gboolean best_is_now, gboolean *found, GError **error)
{
  gint64 price;
  g_autofree gboolean *now = _bzg_protection_chosen (p, &price);
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
gboolean
_bzg_protection_choose (BzgProtection *p, GError **error)
{
  double size = (double) (p->model->rows->len + p->fates->len) * p->model->n_vars;
  guint solves = MAX (CHOICE_SOLVES * p->wanted->len, CHOICE_SOLVES_LEAST);
  guint left
    = (guint) MIN (solves, CHOICE_WORK / MAX (size, 1)) * (p->release > 0 ? CHOICE_BESIDE : 1);
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

      if (!_bzg_protection_settle (p, best.cells == NULL ? error : &trouble))
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
      now = _bzg_protection_chosen (p, &price);
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
