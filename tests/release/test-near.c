/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "random-programme.h"

#include "release/bzg-movers-private.h"
#include "vault/bzg-crypto.h"

#include <string.h>

/* Whole tables near another one: they give every printed number, reach what was asked, and are
 * found wherever, in a small space, there is one. */

static gboolean
is_whole_table (const BzgModel *model, const gint64 *table)
{
  for (guint i = 0; i < model->n_vars; i++)
    if (table[i] < 0)
      return FALSE;
  for (guint i = 0; i < model->cells->len; i++)
    {
      const BzgModelCell *cell = &g_array_index (model->cells, BzgModelCell, i);
      double sum = (double) _bzg_vector_sum (&cell->vector, table);

      if (sum < cell->lo || sum > cell->hi)
        return FALSE;
    }
  for (guint i = 0; i < model->rows->len; i++)
    {
      const BzgModelRow *row = &g_array_index (model->rows, BzgModelRow, i);
      double sum = 0;

      for (guint k = 0; k < row->n; k++)
        sum += row->coefs[k] * (double) table[row->vars[k]];
      if (sum < row->lo - 1e-6 || sum > row->hi + 1e-6)
        return FALSE;
    }
  return TRUE;
}

/* A square of @side by @side unknowns with printed margins. */
static BzgModel *
square (guint side, const gint64 *values)
{
  BzgModel *model = _bzg_model_alloc ();

  model->n_vars = side * side;
  model->truth = g_memdup2 (values, sizeof (gint64) * (side * side));
  for (guint line = 0; line < 2 * side; line++)
    {
      BzgModelCell cell = { .vector = { side, g_new (guint, side) } };

      for (guint k = 0; k < side; k++)
        cell.vector.vars[k] = line < side ? line * side + k : k * side + line - side;
      cell.lo = cell.hi = (double) _bzg_vector_sum (&cell.vector, values);
      g_array_append_val (model->cells, cell);
    }
  return model;
}

/* Every table of three by three with small numbers: a place can be as large as the least of its two
 * margins, and no larger; as small as what the others cannot take. */
static void
test_square (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint trial = 0; trial < 200; trial++)
    {
      gint64 values[9], table[9], row = 0, column = 0, all = 0, most, least;
      guint at = (guint) g_rand_int_range (rand, 0, 9);
      BzgVector one = { 1, &at };
      BzgModel *model;
      g_autoptr (BzgNear) near = NULL;

      for (guint i = 0; i < 9; i++)
        {
          values[i] = g_rand_int_range (rand, 0, 9);
          row += i / 3 == at / 3 ? values[i] : 0;
          column += i % 3 == at % 3 ? values[i] : 0;
          all += values[i];
        }
      most = MIN (row, column);
      least = MAX (row + column - all, 0);
      model = square (3, values);
      near = _bzg_near_new (model, NULL, NULL);
      memcpy (table, values, sizeof values);
      g_assert_true (_bzg_near_move (near, table, &one, most, TRUE, NULL));
      g_assert_true (is_whole_table (model, table));
      g_assert_cmpint (table[at], ==, most);
      g_assert_false (_bzg_near_move (near, table, &one, most + 1, TRUE, NULL));
      memcpy (table, values, sizeof values);
      g_assert_true (_bzg_near_move (near, table, &one, least, FALSE, NULL));
      g_assert_true (is_whole_table (model, table));
      g_assert_cmpint (table[at], ==, least);
      if (least > 0)
        g_assert_false (_bzg_near_move (near, table, &one, least - 1, FALSE, NULL));
      g_assert_cmpint (table[at], ==, least);
      _bzg_model_free (model);
    }
}

/* The least change: one square of four places, and nobody else moves. */
static void
test_least (void)
{
  gint64 values[25] = { 0 }, table[25];
  guint at = 0, changed = 0;
  BzgVector one = { 1, &at };
  BzgModel *model;
  g_autoptr (BzgNear) near = NULL;

  for (guint i = 0; i < 25; i++)
    values[i] = table[i] = i % 3;
  model = square (5, values);
  near = _bzg_near_new (model, NULL, NULL);
  g_assert_true (_bzg_near_move (near, table, &one, 1, TRUE, NULL));
  for (guint i = 0; i < 25; i++)
    changed += table[i] != values[i];
  g_assert_cmpuint (changed, ==, 4);
  _bzg_model_free (model);
}

/* Nobody waits for it: the table stays as it was. */
static void
test_cancelled (void)
{
  gint64 values[16], table[16];
  guint at = 5;
  BzgVector one = { 1, &at };
  BzgModel *model;
  g_autoptr (BzgNear) near = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  for (guint i = 0; i < 16; i++)
    values[i] = table[i] = i % 4;
  model = square (4, values);
  near = _bzg_near_new (model, NULL, NULL);
  g_cancellable_cancel (cancellable);
  g_assert_false (_bzg_near_move (near, table, &one, 2, TRUE, cancellable));
  g_assert_cmpmem (table, sizeof table, values, sizeof values);
  _bzg_model_free (model);
}

/* What is public of a programme, after it was protected. */
static BzgModel *
public_model (RandomProgramme *p)
{
  g_autoptr (GError) error = NULL;
  BzgModel *model;

  bzg_protect_run (p->tables, p->truth, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  model = _bzg_model_new (p->tables, p->truth, &error);
  g_assert_no_error (error);
  return model;
}

/* A small group of people. */
static gboolean
is_small (const BzgModelTarget *target)
{
  return target->sum.value >= 1 && target->sum.value <= 4 && !target->money;
}

/* Protected programmes with all their linked tables: what is found is whole and gives all numbers.
 */
static void
test_programmes (void)
{
  guint found = 0, asked = 0;

  for (guint seed = 1; seed <= 4; seed++)
    {
      RandomProgramme p = random_programme (seed, 60 + seed * 20, 15);
      BzgModel *model = public_model (&p);
      g_autoptr (BzgNear) near = _bzg_near_new (model, NULL, NULL);
      g_autofree gint64 *table = g_memdup2 (model->truth, sizeof (gint64) * (model->n_vars + 1));

      for (guint i = 0; i < model->targets->len; i++)
        {
          const BzgModelTarget *target = &g_array_index (model->targets, BzgModelTarget, i);

          if (!is_small (target))
            continue;
          asked++;
          found += _bzg_near_move (near, table, &target->vector, 4, TRUE, NULL);
          g_assert_true (is_whole_table (model, table));
        }
      _bzg_model_free (model);
      random_programme_clear (&p);
    }
  g_assert_cmpuint (asked, >, 100);
  g_assert_cmpuint (found * 10, >, asked * 9);
}

/* Two threads find what one finds, whoever is quicker. */
static void
test_movers (void)
{
  RandomProgramme p = random_programme (5, 150, 15);
  BzgModel *model = public_model (&p);
  g_autoptr (BzgNear) near = _bzg_near_new (model, NULL, NULL);
  g_autoptr (BzgMovers) movers = _bzg_movers_new (model, NULL);
  gsize size = sizeof (gint64) * (model->n_vars + 1);
  BzgMove moves[40];
  guint n = 0, found = 0;

  for (guint i = 0; i < model->targets->len && n < G_N_ELEMENTS (moves); i++)
    {
      const BzgModelTarget *target = &g_array_index (model->targets, BzgModelTarget, i);

      if (!is_small (target))
        continue;
      moves[n++] = (BzgMove){ g_memdup2 (model->truth, size), &target->vector, 5, TRUE, FALSE };
    }
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (moves));
  _bzg_movers_run (movers, moves, n);
  _bzg_movers_run (movers, moves, 0);
  for (guint i = 0; i < n; i++)
    {
      g_autofree gint64 *table = g_memdup2 (model->truth, size);

      g_assert_cmpint (_bzg_near_move (near, table, moves[i].vector, 5, TRUE, NULL), ==,
                       moves[i].found);
      g_assert_cmpmem (table, size, moves[i].table, size);
      found += moves[i].found;
      g_free (moves[i].table);
    }
  g_assert_cmpuint (found * 10, >, n * 8);
  g_clear_pointer (&movers, _bzg_movers_free);
  _bzg_model_free (model);
  random_programme_clear (&p);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  bzg_vault_init (NULL);
  g_test_add_func ("/near/square", test_square);
  g_test_add_func ("/near/least", test_least);
  g_test_add_func ("/near/cancelled", test_cancelled);
  g_test_add_func ("/near/programmes", test_programmes);
  g_test_add_func ("/near/movers", test_movers);
  return g_test_run ();
}
