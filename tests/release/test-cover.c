/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-cover-private.h"

#include "base/bzg-error.h"

#include <string.h>

/* The cheapest set that meets all demands, held against all sets there are. */

#define MOST 10

typedef struct
{
  guint n, n_demands;
  gint64 prices[MOST];
  guint demands[3 * MOST]; /* bits */
} Problem;

static void
random_problem (Problem *self, GRand *rand)
{
  memset (self, 0, sizeof *self);
  self->n = (guint) g_rand_int_range (rand, 1, MOST + 1);
  self->n_demands = (guint) g_rand_int_range (rand, 1, 3 * MOST + 1);
  for (guint i = 0; i < self->n; i++)
    self->prices[i] = g_rand_int_range (rand, 1, 30);
  for (guint d = 0; d < self->n_demands; d++)
    self->demands[d] = (guint) g_rand_int_range (rand, 1, 1 << self->n);
}

static BzgCover *
build (const Problem *problem)
{
  BzgCover *cover = _bzg_cover_new (problem->n);

  for (guint i = 0; i < problem->n; i++)
    _bzg_cover_set_price (cover, i, problem->prices[i]);
  for (guint d = 0; d < problem->n_demands; d++)
    {
      g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (guint));
      guint again;

      /* Backwards and the first one twice: the order does not matter. */
      for (guint i = problem->n; i-- > 0;)
        if (problem->demands[d] & (1u << i))
          g_array_append_val (cells, i);
      again = g_array_index (cells, guint, 0);
      g_array_append_val (cells, again);
      _bzg_cover_demand (cover, cells);
    }
  return cover;
}

static gboolean
meets (const Problem *problem, guint set)
{
  for (guint d = 0; d < problem->n_demands; d++)
    if ((problem->demands[d] & set) == 0)
      return FALSE;
  return TRUE;
}

static gint64
price_of (const Problem *problem, guint set)
{
  gint64 price = 0;

  for (guint i = 0; i < problem->n; i++)
    price += set & (1u << i) ? problem->prices[i] : 0;
  return price;
}

static gint64
cheapest (const Problem *problem)
{
  gint64 best = G_MAXINT64;

  for (guint set = 0; set < 1u << problem->n; set++)
    if (meets (problem, set))
      best = MIN (best, price_of (problem, set));
  return best;
}

static void
test_cheapest (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint round = 0; round < 300; round++)
    {
      Problem problem;
      g_autoptr (BzgCover) cover = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree gboolean *withheld = NULL;
      g_autofree gboolean *none = NULL;
      gboolean present[MOST] = { FALSE };
      gint64 best;
      guint set = 0;

      random_problem (&problem, rand);
      cover = build (&problem);
      best = cheapest (&problem);
      g_assert_true (_bzg_cover_find (cover, present, G_MAXINT64, NULL, &withheld, &error));
      g_assert_no_error (error);
      for (guint i = 0; i < problem.n; i++)
        set |= withheld[i] ? 1u << i : 0;
      g_assert_true (meets (&problem, set));
      /* To one in fifty, and these prices are small. */
      g_assert_cmpint (price_of (&problem, set), <=, best + best / 50);
      g_assert_true (_bzg_cover_find (cover, present, best, NULL, &none, &error));
      g_assert_null (none);
    }
}

/* Where two are equally cheap, nothing changes. */
static void
test_stays (void)
{
  for (guint kept = 0; kept < 5; kept++)
    {
      g_autoptr (BzgCover) cover = _bzg_cover_new (5);
      g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (guint));
      g_autofree gboolean *withheld = NULL;
      gboolean present[5] = { FALSE };

      for (guint i = 0; i < 5; i++)
        g_array_append_val (all, i);
      _bzg_cover_demand (cover, all);
      present[kept] = TRUE;
      g_assert_true (_bzg_cover_find (cover, present, G_MAXINT64, NULL, &withheld, NULL));
      for (guint i = 0; i < 5; i++)
        g_assert_cmpint (withheld[i], ==, i == kept);
    }
}

static void
test_needed (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);

  for (guint round = 0; round < 300; round++)
    {
      Problem problem;
      g_autoptr (BzgCover) cover = NULL;
      g_autofree gboolean *needed = NULL;
      gboolean withheld[MOST];
      guint set = 0;

      random_problem (&problem, rand);
      cover = build (&problem);
      for (guint i = 0; i < problem.n; i++)
        {
          withheld[i] = g_rand_int_range (rand, 0, 3) > 0;
          set |= withheld[i] ? 1u << i : 0;
        }
      needed = _bzg_cover_needed (cover, withheld);
      if (!meets (&problem, set))
        continue;
      for (guint i = 0; i < problem.n; i++)
        g_assert_cmpint (needed[i], ==, withheld[i] && !meets (&problem, set & ~(1u << i)));
    }
}

static void
test_once (void)
{
  g_autoptr (BzgCover) cover = _bzg_cover_new (3);
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (guint));
  guint one = 1, two = 2;

  g_array_append_val (cells, two);
  g_array_append_val (cells, one);
  _bzg_cover_demand (cover, cells);
  g_array_index (cells, guint, 0) = one;
  g_array_index (cells, guint, 1) = two;
  _bzg_cover_demand (cover, cells);
  g_assert_cmpuint (_bzg_cover_n_demands (cover), ==, 1);
  g_array_set_size (cells, 1);
  _bzg_cover_demand (cover, cells);
  g_assert_cmpuint (_bzg_cover_n_demands (cover), ==, 2);
}

static void
test_cancelled (void)
{
  g_autoptr (BzgCover) cover = _bzg_cover_new (1);
  g_autoptr (GArray) cells = g_array_new (FALSE, TRUE, sizeof (guint));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autofree gboolean *withheld = NULL;
  gboolean present[1] = { FALSE };

  g_array_set_size (cells, 1);
  _bzg_cover_demand (cover, cells);
  g_cancellable_cancel (cancellable);
  g_assert_false (_bzg_cover_find (cover, present, G_MAXINT64, cancellable, &withheld, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_CANCELLED);
  g_assert_null (withheld);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cover/cheapest", test_cheapest);
  g_test_add_func ("/cover/stays", test_stays);
  g_test_add_func ("/cover/needed", test_needed);
  g_test_add_func ("/cover/once", test_once);
  g_test_add_func ("/cover/cancelled", test_cancelled);
  return g_test_run ();
}
