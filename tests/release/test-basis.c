/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-basis-private.h"

#include <math.h>
#include <string.h>

/* A basis has an unknown for each equation that says anything new, those first that hold many
 * people, and a determinant of 1 or -1; also after unknowns were exchanged so that the rest drags
 * less along. */

#define MOST 12

typedef struct
{
  guint n_vars, n;
  guint vars[MOST][MOST];
  BzgEquation equations[MOST];
  gint64 people[MOST];
  guint most; /* where by far the most are */
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
    self->people[v] = g_rand_int_range (rand, 0, 1000);
  self->most = (guint) g_rand_int_range (rand, 0, (gint32) self->n_vars);
  self->people[self->most] = 1000000;
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

static void
check_determinant (const System *self, const BzgBasis *basis)
{
  gint64 matrix[MOST][MOST], det;
  gboolean used[MOST] = { FALSE };
  guint columns[MOST], rows[MOST], n = 0;

  for (guint v = 0; v < self->n_vars; v++)
    {
      guint equation = _bzg_basis_equation (basis, v);

      if (equation == 0)
        continue;
      g_assert_cmpuint (equation, <=, self->n);
      g_assert_false (used[equation - 1]);
      used[equation - 1] = TRUE;
      rows[n] = equation - 1;
      columns[n++] = v;
    }
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      matrix[i][j] = coef_in (self, rows[i], columns[j]);
  det = determinant (matrix, n);
  g_assert_true (det == 1 || det == -1);
}

static guint
size_of (const System *self, const BzgBasis *basis)
{
  guint n = 0;

  for (guint v = 0; v < self->n_vars; v++)
    n += _bzg_basis_equation (basis, v) > 0;
  return n;
}

static void
test_determinant (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  guint full = 0;

  for (guint trial = 0; trial < 3000; trial++)
    {
      System s;
      g_autoptr (BzgBasis) basis = NULL;
      guint n;

      random_system (&s, rand);
      basis = _bzg_basis_new (s.n_vars, s.equations, s.n, s.people);
      check_determinant (&s, basis);
      n = size_of (&s, basis);
      full += n == s.n;
      /* Where most people are is in it if any equation speaks of them. */
      for (guint i = 0; i < s.n; i++)
        if (coef_in (&s, i, s.most) != 0)
          g_assert_cmpuint (_bzg_basis_equation (basis, s.most), >, 0);
      _bzg_basis_relieve (basis, NULL);
      check_determinant (&s, basis);
      g_assert_cmpuint (size_of (&s, basis), ==, n);
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
  const gint64 people[] = { 0, 1, 4000, 8000 };
  g_autoptr (BzgBasis) basis = _bzg_basis_new (4, equations, G_N_ELEMENTS (equations), people);

  g_assert_cmpuint (_bzg_basis_equation (basis, 3), ==, 0);
  g_assert_cmpuint (_bzg_basis_equation (basis, 2), >, 0);
  g_assert_cmpuint (_bzg_basis_equation (basis, 1), >, 0);
  g_assert_cmpuint (_bzg_basis_equation (basis, 0), ==, 0);
}

/* A system with coefficients, too large for the determinant above. */
#define WIDE 40
#define DEEP 14

typedef struct
{
  guint vars[DEEP][WIDE];
  double coefs[DEEP][WIDE];
  BzgEquation equations[DEEP];
  double matrix[DEEP][WIDE];
  gint64 people[WIDE];
} Large;

static void
random_large (Large *self, GRand *rand)
{
  const double coefs[] = { 1, 1, 1, -1, -1, 2 };

  memset (self, 0, sizeof *self);
  for (guint i = 0; i < DEEP; i++)
    {
      guint n = 0;

      for (guint v = 0; v < WIDE; v++)
        if (g_rand_int_range (rand, 0, 3) == 0)
          {
            double coef = coefs[g_rand_int_range (rand, 0, G_N_ELEMENTS (coefs))];

            self->matrix[i][v] = self->coefs[i][n] = coef;
            self->vars[i][n++] = v;
          }
      self->equations[i] = (BzgEquation){ n, self->vars[i], self->coefs[i] };
    }
}

/* Solves the system for the unknowns of @basis: *determinant, and how much one more of each other
 * unknown drags along, in the mean of its logarithm. */
static double
solve (const Large *self, const BzgBasis *basis, double *determinant_out)
{
  double m[DEEP][WIDE], sum = 0, n = 0;
  gboolean used[DEEP] = { FALSE }, solved[DEEP] = { FALSE };

  memcpy (m, self->matrix, sizeof m);
  for (guint v = 0; v < WIDE; v++)
    if (_bzg_basis_equation (basis, v) > 0)
      used[_bzg_basis_equation (basis, v) - 1] = TRUE;
  *determinant_out = 1;
  for (guint v = 0; v < WIDE; v++)
    {
      guint pivot = DEEP;

      if (_bzg_basis_equation (basis, v) == 0)
        continue;
      for (guint i = 0; i < DEEP; i++)
        if (used[i] && !solved[i] && (pivot == DEEP || fabs (m[i][v]) > fabs (m[pivot][v])))
          pivot = i;
      solved[pivot] = TRUE;
      *determinant_out *= m[pivot][v];
      if (fabs (m[pivot][v]) < 1e-9)
        return 0;
      for (guint i = 0; i < DEEP; i++)
        if (i != pivot && used[i])
          for (guint u = WIDE; u-- > 0;)
            m[i][u] -= m[pivot][u] * m[i][v] / m[pivot][v] * (u != v);
      for (guint i = 0; i < DEEP; i++)
        if (i != pivot)
          m[i][v] = 0;
      for (guint u = WIDE; u-- > 0;)
        m[pivot][u] /= u == v ? 1 : m[pivot][v];
      m[pivot][v] = 1;
    }
  for (guint u = 0; u < WIDE; u++)
    if (_bzg_basis_equation (basis, u) == 0)
      {
        double drag = 1;

        for (guint i = 0; i < DEEP; i++)
          drag += used[i] ? fabs (m[i][u]) : 0;
        sum += log2 (drag);
        n++;
      }
  return sum / n;
}

/* Of systems of any kind: the determinant stays, and where all unknowns hold as many people each
 * exchange is a relief. */
static void
test_exchanges (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (9);
  double relief = 0;
  guint better = 0;

  for (guint trial = 0; trial < 300; trial++)
    {
      Large s;
      g_autoptr (BzgBasis) basis = NULL;
      double before, after, determinant_before, determinant_after;

      random_large (&s, rand);
      basis = _bzg_basis_new (WIDE, s.equations, DEEP, s.people);
      before = solve (&s, basis, &determinant_before);
      _bzg_basis_relieve (basis, NULL);
      after = solve (&s, basis, &determinant_after);
      g_assert_cmpfloat_with_epsilon (fabs (determinant_before), 1, 1e-6);
      g_assert_cmpfloat_with_epsilon (fabs (determinant_after), 1, 1e-6);
      g_assert_cmpfloat (after, <, before + 1e-6);
      relief += before - after;
      better += after < before - 1e-6;
    }
  g_test_message ("relief %.3f in the mean, %u of 300", relief / 300, better);
  g_assert_cmpuint (better, >, 280);
  g_assert_cmpfloat (relief / 300, >, 1.4);
}

/* Nothing outside, and nothing inside. */
static void
test_edges (void)
{
  const guint one[] = { 0 };
  const BzgEquation equation = { 1, one, NULL };
  const gint64 people[] = { 5 };
  g_autoptr (BzgBasis) full = _bzg_basis_new (1, &equation, 1, people);
  g_autoptr (BzgBasis) empty = _bzg_basis_new (1, NULL, 0, people);

  _bzg_basis_relieve (full, NULL);
  _bzg_basis_relieve (empty, NULL);
  g_assert_cmpuint (_bzg_basis_equation (full, 0), ==, 1);
  g_assert_cmpuint (_bzg_basis_equation (empty, 0), ==, 0);
}

/* A square of places with its margins: a basis is a tree between lines and columns, and what is
 * outside drags along as many as there are on the way from its line to its column. */
#define SIDE 16

/* How far it is in the tree from node @at (lines first) to all others: @steps. */
static void
walk (const BzgBasis *basis, guint at, guint *steps)
{
  for (guint way = 0; way < SIDE; way++)
    {
      guint line = at < SIDE ? at : way, column = at < SIDE ? way : at - SIDE;
      guint other = at < SIDE ? SIDE + way : way;

      if (_bzg_basis_equation (basis, line * SIDE + column) == 0 || steps[other] != G_MAXUINT)
        continue;
      steps[other] = steps[at] + 1;
      walk (basis, other, steps);
    }
}

static guint
dragged_along (const BzgBasis *basis)
{
  guint sum = 0;

  for (guint i = 0; i < SIDE; i++)
    {
      guint steps[2 * SIDE];

      memset (steps, 0xff, sizeof steps);
      steps[i] = 0;
      walk (basis, i, steps);
      for (guint j = 0; j < SIDE; j++)
        {
          g_assert_cmpuint (steps[SIDE + j], <, 2 * SIDE);
          sum += steps[SIDE + j];
        }
    }
  return sum;
}

/* Most people stand on a staircase, which is the worst of all trees. */
static BzgBasis *
staircase (gint64 people_on_it)
{
  static guint vars[2 * SIDE][SIDE];
  static BzgEquation equations[2 * SIDE];
  gint64 people[SIDE * SIDE];

  for (guint i = 0; i < SIDE; i++)
    {
      for (guint j = 0; j < SIDE; j++)
        {
          vars[i][j] = i * SIDE + j;
          vars[SIDE + i][j] = j * SIDE + i;
          people[i * SIDE + j] = i == j || i + 1 == j ? people_on_it : 2;
        }
      equations[i] = (BzgEquation){ SIDE, vars[i], NULL };
      equations[SIDE + i] = (BzgEquation){ SIDE, vars[SIDE + i], NULL };
    }
  return _bzg_basis_new (SIDE * SIDE, equations, 2 * SIDE, people);
}

/* Less is dragged along after unknowns were exchanged; who holds very many more people stays. */
static void
test_relief (void)
{
  g_autoptr (BzgBasis) few = staircase (3), many = staircase (G_GINT64_CONSTANT (1) << 60);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  guint before = dragged_along (few);

  g_assert_cmpuint (dragged_along (many), ==, before);
  g_cancellable_cancel (cancellable);
  _bzg_basis_relieve (few, cancellable);
  g_assert_cmpuint (dragged_along (few), ==, before);
  _bzg_basis_relieve (few, NULL);
  g_assert_cmpuint (dragged_along (few) * 2, <, before);
  _bzg_basis_relieve (many, NULL);
  g_assert_cmpuint (dragged_along (many), ==, before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/basis/determinant", test_determinant);
  g_test_add_func ("/basis/implied", test_implied);
  g_test_add_func ("/basis/exchanges", test_exchanges);
  g_test_add_func ("/basis/edges", test_edges);
  g_test_add_func ("/basis/relief", test_relief);
  return g_test_run ();
}
