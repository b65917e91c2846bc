/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-basis-private.h"

#include <string.h>

/* A basis has an unknown for each equation that says anything new, the liked ones first, and a
 * determinant of 1 or -1. */

#define MOST 12

typedef struct
{
  guint n_vars, n;
  guint vars[MOST][MOST];
  BzgEquation equations[MOST];
  guint order[MOST];
} System;

/* Sums of some of the unknowns, as printed numbers are. */
static void
random_system (System *self, GRand *rand)
{
  memset (self, 0, sizeof *self);
  self->n_vars = (guint) g_rand_int_range (rand, 2, MOST + 1);
  self->n = (guint) g_rand_int_range (rand, 1, (gint32) MIN (self->n_vars, 7) + 1);
  for (guint i = 0; i < self->n; i++)
    {
      guint n = 0;

      for (guint v = 0; v < self->n_vars; v++)
        if (g_rand_int_range (rand, 0, 3) == 0)
          self->vars[i][n++] = v;
      self->equations[i] = (BzgEquation){ n, self->vars[i], NULL };
    }
  for (guint v = 0; v < self->n_vars; v++)
    self->order[v] = v;
  for (guint v = self->n_vars - 1; v > 0; v--)
    {
      guint other = (guint) g_rand_int_range (rand, 0, (gint32) v + 1), kept = self->order[v];

      self->order[v] = self->order[other];
      self->order[other] = kept;
    }
}

static gint64
coef_in (const System *self, guint equation, guint var)
{
  for (guint k = 0; k < self->equations[equation].n; k++)
    if (self->equations[equation].vars[k] == var)
      return 1;
  return 0;
}

/* Of the first @n rows and columns, by elimination without fractions. */
static gint64
determinant (gint64 matrix[MOST][MOST], guint n)
{
  gint64 before = 1, sign = 1;

  for (guint k = 0; k + 1 < n; k++)
    {
      guint pivot = k;

      while (pivot < n && matrix[pivot][k] == 0)
        pivot++;
      if (pivot == n)
        return 0;
      for (guint j = 0; pivot != k && j < n; j++)
        {
          gint64 kept = matrix[k][j];

          matrix[k][j] = matrix[pivot][j];
          matrix[pivot][j] = kept;
        }
      sign = pivot != k ? -sign : sign;
      for (guint i = k + 1; i < n; i++)
        for (guint j = k + 1; j < n; j++)
          matrix[i][j] = (matrix[i][j] * matrix[k][k] - matrix[i][k] * matrix[k][j]) / before;
      before = matrix[k][k];
    }
  return n == 0 ? 1 : sign * matrix[n - 1][n - 1];
}

static gboolean
is_one_or_minus_one (gint64 value)
{
  return value == 1 || value == -1;
}

static void
test_determinant (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  guint full = 0;

  for (guint trial = 0; trial < 3000; trial++)
    {
      System s;
      gint64 matrix[MOST][MOST];
      gboolean used[MOST] = { FALSE };
      guint columns[MOST], rows[MOST], n = 0;
      g_autofree guint *basis = NULL;

      random_system (&s, rand);
      basis = _bzg_basis_choose (s.n_vars, s.equations, s.n, s.order);
      for (guint v = 0; v < s.n_vars; v++)
        if (basis[v] > 0)
          {
            g_assert_cmpuint (basis[v], <=, s.n);
            g_assert_false (used[basis[v] - 1]);
            used[basis[v] - 1] = TRUE;
            rows[n] = basis[v] - 1;
            columns[n++] = v;
          }
      for (guint i = 0; i < n; i++)
        for (guint j = 0; j < n; j++)
          matrix[i][j] = coef_in (&s, rows[i], columns[j]);
      g_assert_true (is_one_or_minus_one (determinant (matrix, n)));
      full += n == s.n;
      /* Who is liked best is in it if any equation speaks of them. */
      for (guint i = 0; i < s.n; i++)
        if (coef_in (&s, i, s.order[0]) != 0)
          g_assert_cmpuint (basis[s.order[0]], >, 0);
    }
  g_assert_cmpuint (full, >, 1000);
}

/* What others imply has no unknown, and what has only large coefficients has none either. */
static void
test_implied (void)
{
  const guint one[] = { 0, 1 }, two[] = { 1, 2 }, all[] = { 0, 2 }, far[] = { 3 };
  const double difference[] = { 1, -1 }, three[] = { 3 };
  const BzgEquation equations[] = {
    { 2, one, NULL }, { 2, two, NULL }, { 2, all, difference }, { 1, far, three }, { 2, one, NULL }
  };
  const guint order[] = { 3, 2, 1, 0 };
  g_autofree guint *basis = _bzg_basis_choose (4, equations, G_N_ELEMENTS (equations), order);

  g_assert_cmpuint (basis[3], ==, 0);
  g_assert_cmpuint (basis[2], >, 0);
  g_assert_cmpuint (basis[1], >, 0);
  g_assert_cmpuint (basis[0], ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/basis/determinant", test_determinant);
  g_test_add_func ("/basis/implied", test_implied);
  return g_test_run ();
}
