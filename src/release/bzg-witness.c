/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-witness-private.h"

#include "base/bzg-error.h"
#include "release/bzg-movers-private.h"

#include <math.h>
#include <string.h>

/*
 * Group by group a table is looked for near one that is whole already: near the true one, which
 * leads to tables that do for many groups at once; then near some others, from the one on in which
 * the group is nearest to its end (with patience: many). For what is left a corner of all tables is
 * looked for, in which the solver puts as many groups at their ends as it can, and made whole by
 * branching.
 */

#define NONE G_MAXUINT
#define OTHERS 24 /* tables near which one is looked for */
#define PATIENT_OTHERS 64
/* A table is mostly found within a hundred branches or not in thousands. */
#define SHORT_BRANCHES 120
#define FREE_BRANCHES 400

/* The cheapest first. What is not found one way waits until all others had their turn: a table that
 * is found for one of them may do. */
typedef enum
{
  WAY_NEAR_TRUTH,
  WAY_NEAR_OTHERS, /* each time another one */
  WAY_CORNER = WAY_NEAR_OTHERS + OTHERS,
  WAY_FREE,
  N_WAYS, /* who can withhold one more number instead does not wait for more */
  WAY_PATIENT_NEAR = N_WAYS,
  WAY_PATIENT_CORNER = WAY_PATIENT_NEAR + PATIENT_OTHERS,
  WAY_PATIENT_FREE,
  N_PATIENT_WAYS
} Way;

typedef struct
{
  guint target;
  gint64 low_at, high_at;  /* to be reached */
  guint low, high;         /* numbers of witnesses, NONE */
  gint64 least, most;      /* met so far ... */
  guint least_in, most_in; /* ... in these tables */
} Proof;

struct _BzgWitnesses
{
  GPtrArray *tables; /* gint64[n_vars]; 0 is the truth */
  GArray *proofs;    /* Proof */
  guint n_vars;
};

/* What is being looked for, and with what. */
typedef struct
{
  const BzgModel *model;
  BzgLp *lp;
  BzgMovers *movers;
  GRand *rand;
  GHashTable *tried; /* key_of() */
  GCancellable *cancellable;
  guint index; /* of the proof at hand */
  gboolean up; /* its end */
} Search;

void
_bzg_witnesses_free (BzgWitnesses *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->tables);
  g_array_unref (self->proofs);
  g_free (self);
}

guint
_bzg_witnesses_n (const BzgWitnesses *self)
{
  return self->tables->len;
}

static gint64
low_end (const BzgRule *rule)
{
  return rule->strict ? 0 : 1;
}

static gint64
high_end (const BzgModel *model, const BzgRule *rule, guint target)
{
  gboolean between = g_array_index (model->targets, BzgModelTarget, target).between;

  return between ? (gint64) rule->threshold - 1 : (gint64) rule->reach;
}

/* TRUE if all numbers are given by @values: the check of a witness, additions only. */
static gboolean
is_consistent (const BzgModel *model, const gint64 *values)
{
  for (guint i = 0; i < model->n_vars; i++)
    if (values[i] < 0)
      return FALSE;
  for (guint i = 0; i < model->cells->len; i++)
    {
      const BzgModelCell *cell = &g_array_index (model->cells, BzgModelCell, i);
      double sum = (double) _bzg_vector_sum (&cell->vector, values);

      if (sum < cell->lo || sum > cell->hi)
        return FALSE;
    }
  for (guint i = 0; i < model->rows->len; i++)
    {
      const BzgModelRow *row = &g_array_index (model->rows, BzgModelRow, i);
      double sum = 0;

      for (guint k = 0; k < row->n; k++)
        sum += row->coefs[k] * (double) values[row->vars[k]];
      if (sum < row->lo - 1e-6 || sum > row->hi + 1e-6)
        return FALSE;
    }
  return TRUE;
}

/* Both note it if table @number, in which the group is @value, proves that end. */
static void
meet_low (Proof *proof, gint64 value, guint number)
{
  if (value < proof->least)
    {
      proof->least = value;
      proof->least_in = number;
    }
  if (proof->low == NONE && value <= proof->low_at)
    proof->low = number;
}

static void
meet_high (Proof *proof, gint64 value, guint number)
{
  if (value > proof->most)
    {
      proof->most = value;
      proof->most_in = number;
    }
  if (proof->high == NONE && value >= proof->high_at)
    proof->high = number;
}

/* Of what lies between releases any two tables do that are as far apart. */
static void
meet_between (Proof *proof)
{
  if (proof->most - proof->least >= proof->high_at - proof->low_at)
    {
      proof->low = proof->least_in;
      proof->high = proof->most_in;
    }
}

static gboolean
is_proved (const Proof *proof)
{
  return proof->low != NONE && proof->high != NONE;
}

static void
add_table (BzgWitnesses *self, const BzgModel *model, gint64 *values)
{
  guint number = self->tables->len;

  g_ptr_array_add (self->tables, values);
  for (guint i = 0; i < self->proofs->len; i++)
    {
      Proof *proof = &g_array_index (self->proofs, Proof, i);
      const BzgModelTarget *target = &g_array_index (model->targets, BzgModelTarget, proof->target);

      if (is_proved (proof))
        continue;
      meet_low (proof, _bzg_vector_sum (&target->inner, values), number);
      meet_high (proof, _bzg_vector_sum (&target->vector, values), number);
      if (target->between)
        meet_between (proof);
    }
}

/* Random weights: small on what is still open on this side, for many birds with one stone. */
static void
fill_weights (const BzgWitnesses *self,
              const BzgModel *model,
              guint index,
              gboolean up,
              GRand *rand,
              double *weights)
{
  memset (weights, 0, sizeof (double) * model->n_vars);
  for (guint i = 0; i < self->proofs->len; i++)
    {
      const Proof *proof = &g_array_index (self->proofs, Proof, i);
      const BzgModelTarget *target = &g_array_index (model->targets, BzgModelTarget, proof->target);
      const BzgVector *vector = up ? &target->vector : &target->inner;
      double weight;

      if ((up ? proof->high : proof->low) != NONE)
        continue;
      if (up && i != index && g_rand_int_range (rand, 0, 4) != 0)
        continue;
      weight = i == index ? 1 : g_rand_double_range (rand, 0.01, 0.5);
      for (guint k = 0; k < vector->n; k++)
        weights[vector->vars[k]] += weight;
    }
}

static const Proof *
proof_of (const BzgWitnesses *self, const Search *at)
{
  return &g_array_index (self->proofs, Proof, at->index);
}

static gboolean
is_open (const BzgWitnesses *self, const Search *at)
{
  return (at->up ? proof_of (self, at)->high : proof_of (self, at)->low) == NONE;
}

static const BzgVector *
vector_of (const BzgWitnesses *self, const Search *at)
{
  const BzgModelTarget *target
    = &g_array_index (at->model->targets, BzgModelTarget, proof_of (self, at)->target);

  return at->up ? &target->vector : &target->inner;
}

static gint64
goal_of (const BzgWitnesses *self, const Search *at)
{
  return at->up ? proof_of (self, at)->high_at : proof_of (self, at)->low_at;
}

/* The solver's word is not taken for a table. */
static void
take_table (BzgWitnesses *self, const Search *at, const gint64 *values)
{
  if (is_consistent (at->model, values))
    add_table (self, at->model, g_memdup2 (values, sizeof (gint64) * (at->model->n_vars + 1)));
}

static gboolean
is_cancelled (const Search *at, GError **error)
{
  if (!g_cancellable_is_cancelled (at->cancellable))
    return FALSE;
  g_set_error (error, BZG_ERROR, BZG_ERROR_CANCELLED, "proof cancelled");
  return TRUE;
}

static gboolean
search_corner (BzgWitnesses *self, Search *at, gboolean confined, guint branches, GError **error)
{
  g_autofree double *weights = g_new0 (double, at->model->n_vars + 1);
  g_autofree gint64 *table = g_new0 (gint64, at->model->n_vars + 1);
  double goal = (double) goal_of (self, at);
  gboolean found = FALSE, ok;

  _bzg_lp_push (at->lp, vector_of (self, at), at->up ? goal : -HUGE_VAL, at->up ? HUGE_VAL : goal);
  fill_weights (self, at->model, at->index, at->up, at->rand, weights);
  ok = _bzg_lp_solve_weighted (at->lp, weights, at->up, error)
       && _bzg_lp_whole (at->lp, confined ? weights : NULL, at->up, at->model->truth, confined,
                         branches, table, &found, error);
  if (found)
    take_table (self, at, table);
  _bzg_lp_pop (at->lp);
  return ok;
}

/* What lies between releases need not come near zero: it is to be as wide from where it begins. */
static gboolean
choose_ends (BzgWitnesses *self, const BzgModel *model, BzgLp *lp, guint index, GError **error)
{
  Proof *proof = &g_array_index (self->proofs, Proof, index);
  const BzgModelTarget *target = &g_array_index (model->targets, BzgModelTarget, proof->target);
  gint64 width = proof->high_at - proof->low_at;
  double least;

  if (!target->between)
    return TRUE;
  if (!_bzg_lp_solve (lp, &target->inner, FALSE, &least, error))
    return FALSE;
  if (least > (double) proof->low_at + 1e-6)
    {
      proof->low_at = (gint64) ceil (least - 1e-6);
      proof->high_at = proof->low_at + width;
      proof->high = NONE;
      meet_low (proof, proof->least, proof->least_in);
      meet_high (proof, proof->most, proof->most_in);
    }
  return TRUE;
}

/* The end at which @at looks becomes the next open one. FALSE if there is none. */
static gboolean
next_open (const BzgWitnesses *self, Search *at)
{
  do
    {
      at->index += at->up;
      at->up = !at->up;
    }
  while (at->index < self->proofs->len && !is_open (self, at));
  return at->index < self->proofs->len;
}

/* Before the first one: the next one of up is down of the next. */
static void
rewind_search (Search *at)
{
  at->index = G_MAXUINT;
  at->up = TRUE;
}

/* Of a table from which this end was looked for. */
static gint64
key_of (const Search *at, guint table)
{
  return ((gint64) at->index * 2 + at->up) * G_MAXUINT32 + table;
}

/* The table near which another one is looked for: of those that were not tried for this end that in
 * which the group is nearest to it, and of equals the last one. 0, the true one, if there are no
 * more. */
static guint
start_of (const BzgWitnesses *self, const Search *at, Way way)
{
  guint best = 0;
  gint64 nearest = G_MAXINT64;

  if (way == WAY_NEAR_TRUTH)
    return 0;
  for (guint i = self->tables->len; --i > 0;)
    {
      gint64 value = _bzg_vector_sum (vector_of (self, at), g_ptr_array_index (self->tables, i));
      gint64 distance = ABS (goal_of (self, at) - value);
      gint64 key = key_of (at, i);

      if (distance < nearest && !g_hash_table_contains (at->tried, &key))
        {
          nearest = distance;
          best = i;
        }
    }
  if (best > 0)
    {
      gint64 *key = g_new (gint64, 1);

      *key = key_of (at, best);
      g_hash_table_add (at->tried, key);
    }
  return best;
}

/* What was found is taken in the order in which it was asked for, if it still says anything new. */
static void
make_moves (BzgWitnesses *self, const Search *at, BzgMove *moves, const Search *asked, guint n)
{
  _bzg_movers_run (at->movers, moves, n);
  for (guint i = 0; i < n; i++)
    {
      if (moves[i].found && is_open (self, &asked[i]))
        take_table (self, at, moves[i].table);
      g_free (moves[i].table);
    }
}

static gboolean
search_near (BzgWitnesses *self, Search *at, Way way, GError **error)
{
  gsize size = sizeof (gint64) * (at->model->n_vars + 1);
  BzgMove moves[BZG_MOVES_AT_ONCE];
  Search asked[BZG_MOVES_AT_ONCE];
  gboolean ok = TRUE;
  guint n = 0, start;

  for (rewind_search (at); ok && next_open (self, at);)
    {
      if (way == WAY_NEAR_TRUTH && !at->up)
        ok = choose_ends (self, at->model, at->lp, at->index, error);
      ok = ok && !is_cancelled (at, error);
      start = start_of (self, at, way);
      if (!ok || !is_open (self, at) || (start == 0 && way != WAY_NEAR_TRUTH))
        continue;
      moves[n] = (BzgMove){ .table = g_memdup2 (g_ptr_array_index (self->tables, start), size),
                            .vector = vector_of (self, at),
                            .goal = goal_of (self, at),
                            .up = at->up };
      asked[n++] = *at;
      if (n == BZG_MOVES_AT_ONCE)
        {
          make_moves (self, at, moves, asked, n);
          n = 0;
        }
    }
  make_moves (self, at, moves, asked, n);
  return ok;
}

static gboolean
search_corners (BzgWitnesses *self, Search *at, gboolean confined, guint branches, GError **error)
{
  for (rewind_search (at); next_open (self, at);)
    if (is_cancelled (at, error) || !search_corner (self, at, confined, branches, error))
      return FALSE;
  return TRUE;
}

static gboolean
search (BzgWitnesses *self, Search *at, Way way, GError **error)
{
  switch (way)
    {
    case WAY_CORNER:
      return search_corners (self, at, TRUE, SHORT_BRANCHES, error);
    case WAY_FREE:
      return search_corners (self, at, FALSE, FREE_BRANCHES, error);
    case WAY_PATIENT_CORNER:
      return search_corners (self, at, TRUE, 0, error);
    case WAY_PATIENT_FREE:
      return search_corners (self, at, FALSE, 0, error);
    default:
      return search_near (self, at, way, error);
    }
}

/* What lies between releases comes last: it takes a question to know its ends, unless tables that
 * were found for others do. */
static void
collect_proofs (BzgWitnesses *self,
                const BzgModel *model,
                const BzgRule *rule,
                const GArray *targets,
                gboolean between)
{
  for (guint i = 0; i < targets->len; i++)
    {
      guint target = g_array_index (targets, guint, i);
      Proof proof = {
        target, low_end (rule), high_end (model, rule, target), NONE, NONE, G_MAXINT64, -1, 0, 0
      };

      if (!g_array_index (model->targets, BzgModelTarget, target).between == !between)
        g_array_append_val (self->proofs, proof);
    }
}

BzgWitnesses *
_bzg_witnesses_find (const BzgModel *model,
                     BzgLp *lp,
                     const BzgRule *rule,
                     const GArray *targets,
                     const BzgWitnesses *known,
                     gboolean patient,
                     GCancellable *cancellable,
                     GError **error)
{
  gsize size = sizeof (gint64) * (model->n_vars + 1);
  g_autoptr (BzgWitnesses) self = g_new0 (BzgWitnesses, 1);
  g_autoptr (GRand) rand = g_rand_new_with_seed (20190730);
  g_autoptr (BzgMovers) movers = _bzg_movers_new (model, cancellable);
  g_autoptr (GHashTable) tried = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  Search at = { .model = model,
                .lp = lp,
                .movers = movers,
                .rand = rand,
                .tried = tried,
                .cancellable = cancellable };

  self->tables = g_ptr_array_new_with_free_func (g_free);
  self->proofs = g_array_new (FALSE, FALSE, sizeof (Proof));
  self->n_vars = model->n_vars;
  collect_proofs (self, model, rule, targets, FALSE);
  collect_proofs (self, model, rule, targets, TRUE);
  add_table (self, model, g_memdup2 (model->truth, size));
  for (guint i = 1; known != NULL && i < known->tables->len; i++)
    take_table (self, &at, g_ptr_array_index (known->tables, i));
  for (Way way = 0; way < (patient ? N_PATIENT_WAYS : N_WAYS); way++)
    if (!search (self, &at, way, error))
      return NULL;
  return g_steal_pointer (&self);
}

GArray *
_bzg_witnesses_missing (const BzgWitnesses *self)
{
  GArray *missing = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < self->proofs->len; i++)
    {
      const Proof *proof = &g_array_index (self->proofs, Proof, i);

      if (!is_proved (proof))
        g_array_append_val (missing, proof->target);
    }
  return missing;
}

gboolean
_bzg_witnesses_verify (const BzgWitnesses *self,
                       const BzgModel *model,
                       const BzgRule *rule,
                       GError **error)
{
  gboolean ok = self->n_vars == model->n_vars;

  for (guint i = 0; ok && i < self->tables->len; i++)
    ok = is_consistent (model, g_ptr_array_index (self->tables, i));
  for (guint i = 0; ok && i < self->proofs->len; i++)
    {
      const Proof *proof = &g_array_index (self->proofs, Proof, i);

      ok = proof->low < self->tables->len && proof->high < self->tables->len;
      if (ok)
        {
          const BzgModelTarget *target
            = &g_array_index (model->targets, BzgModelTarget, proof->target);

          gint64 low
            = _bzg_vector_sum (&target->inner, g_ptr_array_index (self->tables, proof->low));
          gint64 high
            = _bzg_vector_sum (&target->vector, g_ptr_array_index (self->tables, proof->high));
          gint64 wide = high_end (model, rule, proof->target);

          ok = (low <= low_end (rule) && high >= wide)
               || (target->between && high - low >= wide - low_end (rule));
        }
    }
  if (!ok)
    g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_DISCLOSURE, "the certificate does not hold");
  return ok;
}

char *
_bzg_witnesses_write (const BzgWitnesses *self, const BzgModel *model)
{
  GString *out = g_string_new ("bozgasht-certificate 1\n");

  g_string_append_printf (out, "variables %u\nwitness 0 truth\n", self->n_vars);
  for (guint i = 1; i < self->tables->len; i++)
    {
      const gint64 *values = g_ptr_array_index (self->tables, i);

      g_string_append_printf (out, "witness %u", i);
      for (guint v = 0; v < self->n_vars; v++)
        if (values[v] != 0)
          g_string_append_printf (out, " %u:%" G_GINT64_FORMAT, v, values[v]);
      g_string_append_c (out, '\n');
    }
  for (guint i = 0; i < self->proofs->len; i++)
    {
      const Proof *proof = &g_array_index (self->proofs, Proof, i);
      const BzgModelTarget *target = &g_array_index (model->targets, BzgModelTarget, proof->target);

      g_string_append_printf (out, "cell %u %u %s %d %d\n", target->release, target->table,
                              target->key, proof->low == NONE ? -1 : (int) proof->low,
                              proof->high == NONE ? -1 : (int) proof->high);
    }
  return g_string_free (out, FALSE);
}
