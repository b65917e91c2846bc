/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-witness-private.h"

#include "base/bzg-error.h"

#include <math.h>
#include <string.h>

#define NONE G_MAXUINT
/* A table is mostly found within a hundred branches or not in thousands; other weights help more
 * than patience. */
#define SHORT_TRIES 4
#define SHORT_BRANCHES 120
#define FREE_BRANCHES 400
#define TRIES (SHORT_TRIES + 1) /* the last one free */
#define PATIENT_TRIES (TRIES + 2)

typedef struct
{
  guint target;
  gint64 low_at, high_at; /* to be reached */
  guint low, high;        /* numbers of witnesses, NONE */
} Proof;

struct _BzgWitnesses
{
  GPtrArray *tables; /* gint64[n_vars]; 0 is the truth */
  GArray *proofs;    /* Proof */
  guint n_vars;
};

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

static void
add_table (BzgWitnesses *self, const BzgModel *model, gint64 *values)
{
  guint number = self->tables->len;

  g_ptr_array_add (self->tables, values);
  for (guint i = 0; i < self->proofs->len; i++)
    {
      Proof *proof = &g_array_index (self->proofs, Proof, i);
      const BzgModelTarget *target = &g_array_index (model->targets, BzgModelTarget, proof->target);

      if (proof->low == NONE && _bzg_vector_sum (&target->inner, values) <= proof->low_at)
        proof->low = number;
      if (proof->high == NONE && _bzg_vector_sum (&target->vector, values) >= proof->high_at)
        proof->high = number;
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

/* One try for one side of a target. */
static gboolean
search (BzgWitnesses *self,
        const BzgModel *model,
        BzgLp *lp,
        guint index,
        gboolean up,
        guint attempt,
        GRand *rand,
        GError **error)
{
  const Proof *proof = &g_array_index (self->proofs, Proof, index);
  const BzgModelTarget *target = &g_array_index (model->targets, BzgModelTarget, proof->target);
  const BzgVector *vector = up ? &target->vector : &target->inner;
  g_autofree double *weights = g_new0 (double, model->n_vars + 1);
  gint64 *values = g_new0 (gint64, model->n_vars + 1);
  gboolean confined = attempt < SHORT_TRIES || attempt == TRIES, found = FALSE, ok;
  guint branches = attempt >= TRIES ? 0 : confined ? SHORT_BRANCHES : FREE_BRANCHES;

  _bzg_lp_push (lp, vector, up ? (double) proof->high_at : -HUGE_VAL,
                up ? HUGE_VAL : (double) proof->low_at);
  fill_weights (self, model, index, up, rand, weights);
  ok = _bzg_lp_solve_weighted (lp, weights, up, error)
       && _bzg_lp_whole (lp, confined ? weights : NULL, up, model->truth, confined, branches,
                         values, &found, error);
  /* The solver's word is not taken for it. */
  if (ok && found && is_consistent (model, values))
    add_table (self, model, g_steal_pointer (&values));
  g_free (values);
  _bzg_lp_pop (lp);
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
    }
  return TRUE;
}

BzgWitnesses *
_bzg_witnesses_find (const BzgModel *model,
                     BzgLp *lp,
                     const BzgRule *rule,
                     const GArray *targets,
                     gboolean patient,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (BzgWitnesses) self = g_new0 (BzgWitnesses, 1);
  g_autoptr (GRand) rand = g_rand_new_with_seed (20190730);

  self->tables = g_ptr_array_new_with_free_func (g_free);
  self->proofs = g_array_new (FALSE, FALSE, sizeof (Proof));
  self->n_vars = model->n_vars;
  for (guint i = 0; i < targets->len; i++)
    {
      Proof proof = { g_array_index (targets, guint, i), low_end (rule),
                      (gint64) rule->threshold - 1, NONE, NONE };

      g_array_append_val (self->proofs, proof);
    }
  add_table (self, model, g_memdup2 (model->truth, sizeof (gint64) * (model->n_vars + 1)));
  /* What is not found at once waits until all others had their turn: a table found for one of them
   * may do. */
  for (guint attempt = 0; attempt < (patient ? PATIENT_TRIES : TRIES); attempt++)
    for (guint i = 0; i < self->proofs->len; i++)
      for (guint side = 0; side < 2; side++)
        {
          const Proof *proof = &g_array_index (self->proofs, Proof, i);

          if (g_cancellable_is_cancelled (cancellable))
            {
              g_set_error (error, BZG_ERROR, BZG_ERROR_CANCELLED, "proof cancelled");
              return NULL;
            }
          if (attempt == 0 && side == 0 && proof->low == NONE
              && !choose_ends (self, model, lp, i, error))
            return NULL;
          if ((side == 0 ? proof->low : proof->high) == NONE
              && !search (self, model, lp, i, side == 1, attempt, rand, error))
            return NULL;
        }
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
          gint64 wide = (gint64) rule->threshold - 1;

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
