/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-truth.h"

#include <glib.h>

/* A programme with one table of a measure, by sex. */
static BzgTables *
tables_new (const char *measure)
{
  BzgTables *tables = bzg_tables_new ("p");
  guint sex = bzg_tables_add_dimension (tables, "sex");
  guint both[2]
    = { bzg_tables_add_atom (tables, sex, "F"), bzg_tables_add_atom (tables, sex, "M") };
  guint keys[3] = { both[0], both[1], 0 };

  keys[2] = bzg_tables_add_code (tables, sex, "T", both, 2);
  bzg_tables_add_release (tables, "r", NULL);
  bzg_tables_add_table (tables, 0, "t", measure, NULL, &sex, 1, NULL, 0, keys, 3);
  return tables;
}

static BzgTruthSum
cell (const BzgTruth *truth, const BzgTables *tables, guint key)
{
  const BzgTable *table = bzg_tables_release (tables, 0)->tables[0];

  return bzg_truth_cell (truth, tables, table, table->cells[key].key);
}

/* Of a number every unit without a contributor is somebody else. */
static void
test_people (void)
{
  g_autoptr (BzgTables) tables = tables_new ("count");
  g_autoptr (BzgTruth) truth = bzg_truth_new (tables);
  const guint f = 0, m = 1;

  for (guint i = 0; i < 30; i++)
    bzg_truth_add_up (truth, "count", &f, 1, 0);
  bzg_truth_add (truth, "count", &m, 2, 7);
  bzg_truth_add (truth, "count", &m, 1, 7);
  bzg_truth_add (truth, "other", &m, 9, 8);
  g_assert_cmpuint (bzg_truth_n_entries (truth), ==, 4);
  g_assert_cmpuint (bzg_truth_kinds (truth, "count")->len, ==, 2);
  g_assert_cmpuint (bzg_truth_kinds (truth, "nothing")->len, ==, 0);
  g_assert_cmpint (cell (truth, tables, 0).value, ==, 30);
  g_assert_cmpuint (cell (truth, tables, 0).contributors, ==, 30);
  g_assert_cmpint (cell (truth, tables, 1).value, ==, 3);
  g_assert_cmpuint (cell (truth, tables, 1).contributors, ==, 1);
  g_assert_cmpint (cell (truth, tables, 2).value, ==, 33);
  g_assert_cmpuint (cell (truth, tables, 2).contributors, ==, 31);
}

/* Beyond what any threshold asks, who they are is not counted; how many units there are is. */
static void
test_many (void)
{
  g_autoptr (BzgTables) tables = tables_new ("count");
  g_autoptr (BzgTruth) truth = bzg_truth_new (tables);

  for (guint i = 0; i < 3 * BZG_SUM_ENOUGH; i++)
    {
      guint atom = i % 2;

      bzg_truth_add_up (truth, "count", &atom, 2, i + 1);
    }
  g_assert_cmpint (cell (truth, tables, 2).value, ==, 6 * BZG_SUM_ENOUGH);
  g_assert_cmpuint (cell (truth, tables, 2).contributors, >=, BZG_SUM_ENOUGH);
}

/* Who has most of an amount has it over all kinds. */
static void
test_money (void)
{
  g_autoptr (BzgTables) tables = tables_new ("tjs");
  g_autoptr (BzgTruth) truth = bzg_truth_new (tables);
  const guint f = 0, m = 1;
  BzgTruthSum all;

  bzg_truth_add_up (truth, "tjs", &f, 40, 1);
  bzg_truth_add_up (truth, "tjs", &m, 30, 1);
  bzg_truth_add_up (truth, "tjs", &f, 50, 2);
  bzg_truth_add (truth, "tjs", &m, 60, 0); /* a payment of somebody else */
  all = cell (truth, tables, 2);
  g_assert_cmpint (all.value, ==, 180);
  g_assert_cmpuint (all.contributors, ==, 3);
  g_assert_cmpint (all.largest, ==, 70);
  g_assert_cmpint (all.second, ==, 60);
  g_assert_cmpint (cell (truth, tables, 0).largest, ==, 50);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/truth/people", test_people);
  g_test_add_func ("/truth/many", test_many);
  g_test_add_func ("/truth/money", test_money);

  return g_test_run ();
}
