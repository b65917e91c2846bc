/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-witness-private.h"

#include "base/bzg-error.h"
#include "release/bzg-near-private.h"

#include <math.h>
#include <string.h>

/*
 * A corner of all tables, in which the solver puts as many protected groups at their ends as it
 * can, is seldom whole. The whole table nearest to it mostly has half of them still there, and one
 * such table does for hundreds of groups. What is left is found group by group, near a table that
 * is whole already.
 */

#define NONE G_MAXUINT
/* A table is mostly found within a hundred branches or not in thousands. */
#define SHORT_BRANCHES 120
#define FREE_BRANCHES 400
#define NARROW 800 /* unknowns that may change near a whole table, at first ... */
#define WIDER 1500 /* ... and then: each takes ten times as long as the one before */
#define MANY 12    /* ends that a corner must prove to be worth its time */
#define TRUST 2    /* failures in a row until a way is left ... */
#define DOUBT 24   /* ... for so many groups, and twice as many each time */

/* The cheapest first. What is not found one way waits until all others had their turn: a table that
 * is found for one of them may do. */
typedef enum
{
  WAY_CORNER_OR_NEAR,
  WAY_NEAR_WIDER,
  WAY_NEAR_WIDE,
  WAY_CORNER,
  WAY_FREE,
  N_WAYS, /* who can withhold one more number instead does not wait for more */
  WAY_PATIENT_CORNER = N_WAYS,
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

/* Whether something is tried that failed before: by counts, so that the same figures give the same
 * tables. */
typedef struct
{
  guint left;  /* failures */
  guint doubt; /* groups until it is tried again */
  guint next;  /* doubt after the next failure */
} Trust;

/* What is being looked for, and with what. */
typedef struct
{
  const BzgModel *model;
  BzgLp *lp;
  BzgNear *near;
  GRand *rand;
  GCancellable *cancellable;
  Trust rounding[2], diving[2]; /* down, up */
  guint index;                  /* of the proof at hand */
  gboolean up;                  /* its end */
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

/* Both return 1 if table @number, in which the group is @value, proves that end. */
static guint
meet_low (Proof *proof, gint64 value, guint number)
{
  if (value < proof->least)
    {
      proof->least = value;
      proof->least_in = number;
    }
  if (value > proof->low_at)
    return 0;
  proof->low = number;
  return 1;
}

static guint
meet_high (Proof *proof, gint64 value, guint number)
{
  if (value > proof->most)
    {
      proof->most = value;
      proof->most_in = number;
    }
  if (value < proof->high_at)
    return 0;
  proof->high = number;
  return 1;
}

/* Returns how many ends it proves that were open. */
static guint
add_table (BzgWitnesses *self, const BzgModel *model, gint64 *values)
{
  guint number = self->tables->len, proved = 0;

  g_ptr_array_add (self->tables, values);
  for (guint i = 0; i < self->proofs->len; i++)
    {
      Proof *proof = &g_array_index (self->proofs, Proof, i);
      const BzgModelTarget *target = &g_array_index (model->targets, BzgModelTarget, proof->target);

      if (proof->low == NONE)
        proved += meet_low (proof, _bzg_vector_sum (&target->inner, values), number);
      if (proof->high == NONE)
        proved += meet_high (proof, _bzg_vector_sum (&target->vector, values), number);
    }
  return proved;
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

static gboolean
is_trusted (const Trust *trust)
{
  return trust->left > 0;
}

static void
learn (Trust *trust, gboolean worth)
{
  trust->left = worth ? TRUST : trust->left - 1;
  trust->doubt = trust->left == 0 ? trust->next : 0;
  if (worth)
    trust->next = MAX (trust->next / 2, DOUBT);
  else if (trust->left == 0)
    trust->next *= 2;
}

static void
wait (Trust *trust)
{
  if (trust->doubt > 0 && --trust->doubt == 0)
    trust->left = 1;
}

/* The solver's word is not taken for a table. Returns how many ends it proves: 0 if it is none. */
static guint
take_table (BzgWitnesses *self, const Search *at, const gint64 *values)
{
  if (!is_consistent (at->model, values))
    return 0;
  return add_table (self, at->model, g_memdup2 (values, sizeof (gint64) * (at->model->n_vars + 1)));
}

/* From @table to a whole one near it. Returns as take_table(). */
static guint
move (BzgWitnesses *self, const Search *at, gint64 *table, guint width)
{
  return _bzg_near_move (at->near, table, vector_of (self, at), goal_of (self, at), at->up, width,
                         at->cancellable)
           ? take_table (self, at, table)
           : 0;
}

/* Near the table that is nearest to what is asked. */
static void
search_near (BzgWitnesses *self, const Search *at, guint width)
{
  const Proof *proof = proof_of (self, at);
  guint nearest = at->up ? proof->most_in : proof->least_in;
  g_autofree gint64 *table = g_memdup2 (g_ptr_array_index (self->tables, nearest),
                                        sizeof (gint64) * (at->model->n_vars + 1));

  move (self, at, table, width);
}

static gboolean
search_corner (BzgWitnesses *self, Search *at, gboolean confined, guint branches, GError **error)
{
  g_autofree double *weights = g_new0 (double, at->model->n_vars + 1);
  g_autofree gint64 *table = g_new0 (gint64, at->model->n_vars + 1);
  double goal = (double) goal_of (self, at);
  guint proved = 0;
  gboolean ok;

  _bzg_lp_push (at->lp, vector_of (self, at), at->up ? goal : -HUGE_VAL, at->up ? HUGE_VAL : goal);
  fill_weights (self, at->model, at->index, at->up, at->rand, weights);
  ok = _bzg_lp_solve_weighted (at->lp, weights, at->up, error);
  if (ok && is_trusted (&at->rounding[at->up]))
    {
      for (guint i = 0; i < at->model->n_vars; i++)
        table[i] = (gint64) floor (MAX (_bzg_lp_values (at->lp)[i], 0) + 0.5);
      proved = move (self, at, table, at->model->n_vars);
      learn (&at->rounding[at->up], proved >= MANY);
    }
  if (ok && proved == 0 && is_trusted (&at->diving[at->up]))
    {
      gboolean found = FALSE;

      ok = _bzg_lp_whole (at->lp, confined ? weights : NULL, at->up, at->model->truth, confined,
                          branches, table, &found, error);
      proved = ok && found ? take_table (self, at, table) : 0;
      learn (&at->diving[at->up], proved >= MANY);
    }
  _bzg_lp_pop (at->lp);
  return ok;
}

/* One try for one side of a target. */
static gboolean
search (BzgWitnesses *self, Search *at, Way way, GError **error)
{
  Trust *rounding = &at->rounding[at->up], *diving = &at->diving[at->up];

  if (way == WAY_NEAR_WIDER)
    search_near (self, at, WIDER);
  else if (way == WAY_NEAR_WIDE)
    search_near (self, at, at->model->n_vars);
  else if (way == WAY_CORNER_OR_NEAR)
    {
      if ((is_trusted (rounding) || is_trusted (diving))
          && !search_corner (self, at, TRUE, SHORT_BRANCHES, error))
        return FALSE;
      if (is_open (self, at))
        search_near (self, at, NARROW);
      wait (rounding);
      wait (diving);
    }
  else
    {
      gboolean free = way == WAY_FREE || way == WAY_PATIENT_FREE;
      guint branches = way >= N_WAYS ? 0 : free ? FREE_BRANCHES : SHORT_BRANCHES;

      *rounding = *diving = (Trust){ TRUST, 0, DOUBT };
      return search_corner (self, at, !free, branches, error);
    }
  return TRUE;
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
    }
  return TRUE;
}

static gboolean
search_all (BzgWitnesses *self, Search *at, Way way, GError **error)
{
  for (at->index = 0; at->index < self->proofs->len; at->index++)
    for (guint side = 0; side < 2; side++)
      {
        if (g_cancellable_is_cancelled (at->cancellable))
          {
            g_set_error (error, BZG_ERROR, BZG_ERROR_CANCELLED, "proof cancelled");
            return FALSE;
          }
        at->up = side == 1;
        if (way == 0 && !at->up && is_open (self, at)
            && !choose_ends (self, at->model, at->lp, at->index, error))
          return FALSE;
        if (is_open (self, at) && !search (self, at, way, error))
          return FALSE;
      }
  return TRUE;
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
  g_autoptr (BzgNear) near = _bzg_near_new (model);
  const Trust trust = { TRUST, 0, DOUBT };
  Search at = { .model = model,
                .lp = lp,
                .near = near,
                .rand = rand,
                .cancellable = cancellable,
                .rounding = { trust, trust },
                .diving = { trust, trust } };

  self->tables = g_ptr_array_new_with_free_func (g_free);
  self->proofs = g_array_new (FALSE, FALSE, sizeof (Proof));
  self->n_vars = model->n_vars;
  for (guint i = 0; i < targets->len; i++)
    {
      guint target = g_array_index (targets, guint, i);
      Proof proof = {
        target, low_end (rule), high_end (model, rule, target), NONE, NONE, G_MAXINT64, -1, 0, 0
      };

      g_array_append_val (self->proofs, proof);
    }
  add_table (self, model, g_memdup2 (model->truth, size));
  for (guint i = 1; known != NULL && i < known->tables->len; i++)
    take_table (self, &at, g_ptr_array_index (known->tables, i));
  for (Way way = 0; way < (patient ? N_PATIENT_WAYS : N_WAYS); way++)
    if (!search_all (self, &at, way, error))
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

      if (proof->low == NONE || proof->high == NONE)
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
