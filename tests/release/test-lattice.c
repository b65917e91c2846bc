/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-lattice.h"

#include "base/bzg-error.h"

#include <string.h>

/*
 * The search against looking at everything: over thousands of small cases the loss is that of the
 * best of all recodings, and what it drops is what has to be dropped, by a count that shares no
 * code with it.
 */

#define MAX_COLUMNS 4
#define MAX_LEVELS 4
#define MAX_ROWS 40
#define MAX_SENSITIVE 3

typedef struct
{
  BzgLatticeProblem problem;
  BzgLatticeColumn columns[MAX_COLUMNS];
  BzgLatticeSensitive sensitive[MAX_SENSITIVE];
  guint16 up[MAX_COLUMNS][MAX_LEVELS][16];
  const guint16 *ups[MAX_COLUMNS][MAX_LEVELS];
  guint16 rows[MAX_ROWS * MAX_COLUMNS];
  guint16 values[MAX_SENSITIVE][MAX_ROWS];
} Case;

/* Each level joins some classes of the one below. */
static void
random_column (GRand *rand, Case *c, guint column)
{
  BzgLatticeColumn *out = &c->columns[column];

  out->n_levels = (guint) g_rand_int_range (rand, 1, MAX_LEVELS + 1);
  out->n_values = (guint) g_rand_int_range (rand, 1, 7);
  out->weight = g_rand_int_range (rand, 0, 4);
  out->up = c->ups[column];
  for (guint level = 0; level < out->n_levels; level++)
    {
      guint16 to[16];

      for (guint v = 0; v < 16; v++)
        to[v] = (guint16) (g_rand_boolean (rand) ? v : v / 2);
      for (guint v = 0; v < out->n_values; v++)
        c->up[column][level][v] = level == 0 ? (guint16) v : to[c->up[column][level - 1][v]];
      c->ups[column][level] = c->up[column][level];
    }
}

static void
random_case (GRand *rand, Case *c)
{
  BzgLatticeProblem *p = &c->problem;

  memset (c, 0, sizeof *c);
  p->n_rows = (guint) g_rand_int_range (rand, 1, MAX_ROWS + 1);
  p->n_columns = (guint) g_rand_int_range (rand, 1, MAX_COLUMNS + 1);
  p->n_sensitive = (guint) g_rand_int_range (rand, 0, MAX_SENSITIVE + 1);
  p->columns = c->columns;
  p->sensitive = c->sensitive;
  p->rows = c->rows;
  p->k = (guint) g_rand_int_range (rand, 1, 6);
  p->l = (guint) g_rand_int_range (rand, 1, 4);
  p->t = (guint) g_rand_int_range (rand, 0, 101);
  p->max_dropped = (guint) g_rand_int_range (rand, 0, (gint32) (p->n_rows / 3 + 1));
  for (guint i = 0; i < p->n_columns; i++)
    random_column (rand, c, i);
  for (guint i = 0; i < p->n_rows * p->n_columns; i++)
    c->rows[i]
      = (guint16) g_rand_int_range (rand, 0, (gint32) c->columns[i % p->n_columns].n_values);
  for (guint s = 0; s < p->n_sensitive; s++)
    {
      c->sensitive[s].flag = g_rand_boolean (rand);
      c->sensitive[s].n_values = c->sensitive[s].flag ? 2 : (guint) g_rand_int_range (rand, 1, 5);
      c->sensitive[s].values = c->values[s];
      for (guint i = 0; i < p->n_rows; i++)
        c->values[s][i] = (guint16) g_rand_int_range (rand, 0, (gint32) c->sensitive[s].n_values);
    }
}

/* --- the plain count ------------------------------------------------------------------------- */

static gboolean
alike (const BzgLatticeProblem *p, const guint *levels, guint a, guint b)
{
  for (guint c = 0; c < p->n_columns; c++)
    {
      const BzgLatticeColumn *column = &p->columns[c];

      if (levels[c] + 1 < column->n_levels
          && column->up[levels[c]][p->rows[a * p->n_columns + c]]
               != column->up[levels[c]][p->rows[b * p->n_columns + c]])
        return FALSE;
    }
  return TRUE;
}

/* Whether the class of @row is good among the rows that are kept; @far: t as well. */
static gboolean
class_is_good (
  const BzgLatticeProblem *p, const guint *levels, const guint8 *dropped, guint row, gboolean far)
{
  guint size = 0, kept = 0;

  for (guint i = 0; i < p->n_rows; i++)
    {
      size += alike (p, levels, row, i);
      kept += !dropped[i];
    }
  if (size < p->k)
    return FALSE;
  for (guint s = 0; s < p->n_sensitive; s++)
    {
      guint different = 0, with_flag = 0;
      double sum = 0;

      for (guint v = 0; v < p->sensitive[s].n_values; v++)
        {
          guint here = 0, all = 0;

          for (guint i = 0; i < p->n_rows; i++)
            if (p->sensitive[s].values[i] == v)
              {
                here += alike (p, levels, row, i);
                all += !dropped[i];
              }
          different += here > 0;
          if (v == 1)
            with_flag = here;
          sum += ABS ((double) here / size - (double) all / kept);
        }
      if (p->sensitive[s].flag ? p->l >= 2 && with_flag == size : different < p->l)
        return FALSE;
      if (far && sum / 2 > p->t / 100.0 + 1e-9)
        return FALSE;
    }
  return TRUE;
}

static guint
plain_dropped (const BzgLatticeProblem *p, const guint *levels, guint8 *dropped)
{
  guint n = 0;
  gboolean more = TRUE;

  memset (dropped, FALSE, p->n_rows);
  for (guint i = 0; i < p->n_rows; i++)
    dropped[i] = !class_is_good (p, levels, dropped, i, FALSE);
  while (more)
    {
      guint8 next[MAX_ROWS];

      more = FALSE;
      memcpy (next, dropped, p->n_rows);
      for (guint i = 0; i < p->n_rows; i++)
        if (!dropped[i] && !class_is_good (p, levels, dropped, i, TRUE))
          more = next[i] = TRUE;
      memcpy (dropped, next, p->n_rows);
    }
  for (guint i = 0; i < p->n_rows; i++)
    n += dropped[i];
  return n;
}

static double
plain_loss (const BzgLatticeProblem *p, const guint *levels, guint dropped)
{
  double loss = 0;

  for (guint c = 0; c < p->n_columns; c++)
    if (p->columns[c].n_levels > 1)
      loss
        += p->columns[c].weight
           * ((double) (p->n_rows - dropped) * levels[c] / (p->columns[c].n_levels - 1) + dropped);
  return loss;
}

/* One of three recodings is not wanted, whatever its place. */
static gboolean
accept_cb (const guint *levels, const guint8 *dropped, gpointer data)
{
  guint sum = 0;

  for (guint c = 0; c < MAX_COLUMNS; c++)
    sum = sum * 7 + levels[c];
  return sum % 3 != 1;
}

/* The least loss of all recodings, or -1. */
static double
best_of_all (const BzgLatticeProblem *p, gboolean choosy)
{
  guint n = 1;
  double best = -1;

  for (guint c = 0; c < p->n_columns; c++)
    n *= p->columns[c].n_levels;
  for (guint node = 0; node < n; node++)
    {
      guint levels[BZG_LATTICE_MAX_COLUMNS] = { 0 }, rest = node, dropped;
      guint8 which[MAX_ROWS];
      double loss;

      for (guint c = 0; c < p->n_columns; c++)
        {
          levels[c] = rest % p->columns[c].n_levels;
          rest /= p->columns[c].n_levels;
        }
      dropped = plain_dropped (p, levels, which);
      loss = plain_loss (p, levels, dropped);
      if (dropped <= p->max_dropped && (best < 0 || loss < best)
          && (!choosy || accept_cb (levels, which, NULL)))
        best = loss;
    }
  return best;
}

static void
test_against_all (gconstpointer data)
{
  gboolean choosy = GPOINTER_TO_INT (data);
  g_autoptr (GRand) rand = g_rand_new_with_seed (choosy ? 20261129 : 11);
  guint found = 0;

  for (guint i = 0; i < 4000; i++)
    {
      Case c;
      g_auto (BzgLatticeResult) result = { 0 };
      g_autoptr (GError) error = NULL;
      guint8 dropped[MAX_ROWS];
      double best;

      random_case (rand, &c);
      best = best_of_all (&c.problem, choosy);
      if (!bzg_lattice_search (&c.problem, choosy ? accept_cb : NULL, NULL, NULL, NULL, NULL,
                               &result, &error))
        {
          g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_DISCLOSURE);
          g_assert_cmpfloat (best, ==, -1);
          continue;
        }
      g_assert_cmpfloat_with_epsilon (result.loss, best, 1e-6);
      g_assert_cmpuint (plain_dropped (&c.problem, result.levels, dropped), ==, result.n_dropped);
      g_assert_cmpmem (dropped, c.problem.n_rows, result.dropped, c.problem.n_rows);
      found++;
    }
  /* Both answers occur, or nothing was tried. */
  g_assert_cmpuint (found, >, 1000);
  g_assert_cmpuint (found, <, 4000);
}

/* --- what is special ------------------------------------------------------------------------- */

/* Two columns of two levels, four rows of one class and four of another, of which one has one thing
 * in common; together they are further from everybody than the first alone. */
static void
test_t_is_not_monotone (void)
{
  static const guint16 same[] = { 0, 1, 2 }, join[] = { 0, 0, 2 }, all[] = { 0, 0, 0 };
  static const guint16 *const up[] = { same, join, all };
  static const guint16 rows[] = { 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2 };
  static const guint16 values[] = { 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1 };
  const BzgLatticeColumn column = { 3, 3, up, 1 };
  const BzgLatticeSensitive sensitive = { 2, FALSE, values };
  BzgLatticeProblem problem = { .n_rows = 12,
                                .n_columns = 1,
                                .columns = &column,
                                .rows = rows,
                                .n_sensitive = 1,
                                .sensitive = &sensitive,
                                .k = 2,
                                .l = 1,
                                .t = 13,
                                .max_dropped = 11 };
  guint8 dropped[12];
  guint below, above, level = 0;

  bzg_lattice_node_is_good (&problem, &level, dropped, &below);
  level = 1;
  bzg_lattice_node_is_good (&problem, &level, dropped, &above);
  g_assert_cmpuint (below, <, above);
}

/* Six columns like those of a file: the answer comes without looking at everything. */
static void
test_looks_at_few (void)
{
  static const guint n_levels[] = { 3, 2, 4, 2, 3, 2 };
  guint16 same[8], half[8], quarter[8], all[8] = { 0 };
  const guint16 *up[6][4];
  BzgLatticeColumn columns[6];
  g_autofree guint16 *rows = g_new (guint16, 600 * 6);
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  BzgLatticeProblem problem = { .n_rows = 600,
                                .n_columns = 6,
                                .columns = columns,
                                .rows = rows,
                                .k = 11,
                                .l = 2,
                                .t = 40,
                                .max_dropped = 60 };
  g_auto (BzgLatticeResult) result = { 0 };
  g_autoptr (GError) error = NULL;

  for (guint16 v = 0; v < 8; v++)
    {
      same[v] = v;
      half[v] = v / 2;
      quarter[v] = v / 4;
    }
  for (guint c = 0; c < 6; c++)
    {
      const guint16 *const levels[] = { same, half, quarter };

      for (guint level = 0; level + 1 < n_levels[c]; level++)
        up[c][level] = levels[level];
      up[c][n_levels[c] - 1] = all;
      columns[c] = (BzgLatticeColumn){ n_levels[c], 8, up[c], 1 };
    }
  for (guint i = 0; i < 600 * 6; i++)
    rows[i] = (guint16) (g_rand_double (rand) * g_rand_double (rand) * 8);
  bzg_lattice_search (&problem, NULL, NULL, NULL, NULL, NULL, &result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result.n_nodes, ==, 288);
  g_assert_cmpuint (result.n_tested, <, 288 / 2);
}

static void
test_cancelled (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (BzgLatticeResult) result = { 0 };
  g_autoptr (GError) error = NULL;
  Case c;

  random_case (rand, &c);
  g_cancellable_cancel (cancellable);
  g_assert_false (
    bzg_lattice_search (&c.problem, NULL, NULL, NULL, NULL, cancellable, &result, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_CANCELLED);
}

static void
test_too_many (void)
{
  BzgLatticeColumn columns[BZG_LATTICE_MAX_COLUMNS];
  BzgLatticeProblem problem = { .n_columns = BZG_LATTICE_MAX_COLUMNS, .columns = columns };
  g_auto (BzgLatticeResult) result = { 0 };
  g_autoptr (GError) error = NULL;

  for (guint c = 0; c < BZG_LATTICE_MAX_COLUMNS; c++)
    columns[c] = (BzgLatticeColumn){ .n_levels = 4 };
  g_assert_false (bzg_lattice_search (&problem, NULL, NULL, NULL, NULL, NULL, &result, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_USAGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/lattice/against-all", GINT_TO_POINTER (FALSE), test_against_all);
  g_test_add_data_func ("/lattice/against-all-choosy", GINT_TO_POINTER (TRUE), test_against_all);
  g_test_add_func ("/lattice/t-is-not-monotone", test_t_is_not_monotone);
  g_test_add_func ("/lattice/looks-at-few", test_looks_at_few);
  g_test_add_func ("/lattice/cancelled", test_cancelled);
  g_test_add_func ("/lattice/too-many", test_too_many);
  return g_test_run ();
}
