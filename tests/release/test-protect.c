/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "random-programme.h"

#include "base/bzg-error.h"
#include "release/bzg-eliminate-private.h"
#include "release/bzg-lp-private.h"
#include "release/bzg-tables-private.h"
#include "release/bzg-target-private.h"

#include <math.h>
#include <string.h>

static char *
read_data (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "audit", "data", name, NULL);
  g_autoptr (GError) error = NULL;
  char *text;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

/* The specification's example (4.7): what is left of the table, byte for byte. */
static void
test_worked_example (void)
{
  g_autofree char *json = read_data ("worked-printed.json");
  g_autofree char *truth_json = read_data ("worked-truth.json");
  g_autofree char *expected = read_data ("worked-protected.csv");
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgTables) tables = bzg_tables_read_json (json, -1, &error);
  g_autoptr (BzgTruth) truth = NULL;
  g_autofree char *csv = NULL;
  g_autofree char *certificate = NULL;
  BzgProtectSummary summary = { 0 };

  g_assert_no_error (error);
  truth = bzg_truth_read_json (tables, truth_json, -1, &error);
  g_assert_no_error (error);
  bzg_protect_run (tables, truth, NULL, 0, 0, NULL, NULL, NULL, &summary, &certificate, &error);
  g_assert_no_error (error);
  csv = bzg_tables_write_csv (tables);
  g_assert_cmpstr (csv, ==, expected);
  g_assert_cmpuint (summary.primary, ==, 2);
  g_assert_cmpuint (summary.secondary, ==, 4);
  g_assert_cmpuint (summary.printed, ==, 6);
  g_assert_cmpuint (summary.proved, ==, 2);
  g_assert_nonnull (certificate);
}

/* What a line withholds altogether is its total less what it prints: how many lines of a table give
 * a small group away so? Only lines whose parts make up their total. */
static guint
count_small_rests (const RandomProgramme *p, const BzgTable *table, guint along, guint *asked)
{
  guint small = 0;

  for (guint c = 0; c < table->n_cells; c++)
    {
      const BzgCell *total = &table->cells[c];
      gint64 parts = 0, rest = total->value;

      if (total->state != BZG_CELL_EXACT
          || (int) total->key[along] != bzg_tables_total_code (p->tables, table->dims[along]))
        continue;
      for (guint k = 0; k < table->n_cells; k++)
        {
          const BzgCell *part = &table->cells[k];
          gboolean same = k != c;

          for (guint d = 0; same && d < table->n_dims; d++)
            same = d == along || part->key[d] == total->key[d];
          if (!same)
            continue;
          parts += bzg_truth_cell (p->truth, p->tables, table, part->key).value;
          rest -= part->state == BZG_CELL_EXACT ? part->value : 0;
        }
      if (parts != total->value)
        continue;
      ++*asked;
      small += rest > 0 && rest < 5;
    }
  return small;
}

static guint
count_breaches (const RandomProgramme *p, gboolean integer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) breaches
    = bzg_attack_run (p->tables, p->truth, integer, NULL, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  return breaches->len;
}

/* Whatever the programme: after the protection nobody finds anything, and nothing withheld keeps
 * its number. */
static void
test_random (void)
{
  for (guint seed = 1; seed <= 20; seed++)
    {
      RandomProgramme p = random_programme (seed, 30 + seed * 12, 15);
      BzgProtectSummary summary = { 0 };
      g_autoptr (GError) error = NULL;
      g_autofree char *before = bzg_tables_write_json (p.tables);
      g_autofree char *after = NULL;
      g_autofree char *certificate = NULL;

      bzg_protect_run (p.tables, p.truth, NULL, 0, BZG_PROTECT_NO_GIVE_BACK, NULL, NULL, NULL,
                       &summary, &certificate, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (count_breaches (&p, FALSE), ==, 0);
      g_assert_cmpuint (summary.proved, ==, summary.protected_cells);
      g_assert_nonnull (certificate);
      after = bzg_tables_write_json (p.tables);
      g_assert_cmpstr (before, !=, after);
      g_test_message ("seed %u: printed %u primary %u secondary %u solves %u witnesses %u", seed,
                      summary.printed, summary.primary, summary.secondary, summary.solves,
                      summary.witnesses);
      for (guint t = 0; t < bzg_tables_release (p.tables, 0)->n_tables; t++)
        {
          const BzgTable *table = bzg_tables_release (p.tables, 0)->tables[t];

          for (guint c = 0; c < table->n_cells; c++)
            if (table->cells[c].state == BZG_CELL_WITHHELD)
              g_assert_cmpint (table->cells[c].value, ==, 0);
            else
              g_assert_cmpint (table->cells[c].value, >=, 5);
        }
      random_programme_clear (&p);
    }
}

/* Hiding the small numbers alone is not enough: the attack must say so. */
static void
test_primary_only (void)
{
  guint breached = 0;

  for (guint seed = 1; seed <= 5; seed++)
    {
      RandomProgramme p = random_programme (seed, 600, 20);
      g_autoptr (GError) error = NULL;

      bzg_protect_run (p.tables, p.truth, NULL, 0, BZG_PROTECT_PRIMARY_ONLY, NULL, NULL, NULL, NULL,
                       NULL, &error);
      g_assert_no_error (error);
      breached += count_breaches (&p, FALSE) > 0;
      random_programme_clear (&p);
    }
  g_assert_cmpuint (breached, ==, 5);
}

/* The same cell in two tables has one fate. */
static void
test_one_fate (void)
{
  RandomProgramme p = random_programme (7, 300, 20);
  g_autoptr (GError) error = NULL;
  const char *in_age[] = { "r1", "sex1", "T" }, *in_service[] = { "r1", "sex1", "T" };
  const BzgCell *a, *b;

  bzg_protect_run (p.tables, p.truth, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  a = bzg_tables_find_cell (p.tables, bzg_tables_find_table (p.tables, "region_sex_age"), in_age);
  b = bzg_tables_find_cell (p.tables, bzg_tables_find_table (p.tables, "region_sex_service"),
                            in_service);
  g_assert_nonnull (a);
  g_assert_nonnull (b);
  g_assert_cmpint (a->state, ==, b->state);
  g_assert_cmpint (a->value, ==, b->value);
  random_programme_clear (&p);
}

/* Nobody, one person, and people in one cell only: always a table, never a number below five. */
static void
test_tiny (void)
{
  for (guint people = 0; people <= 6; people++)
    {
      RandomProgramme p = random_programme (people + 100, people, 10);
      g_autoptr (GError) error = NULL;

      bzg_protect_run (p.tables, p.truth, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (count_breaches (&p, TRUE), ==, 0);
      random_programme_clear (&p);
    }
}

static void
progress_cb (guint proved, guint of, gpointer data)
{
  if (proved > 0)
    g_cancellable_cancel (data);
}

/* A proof that was stopped is no proof. */
static void
test_cancel (void)
{
  RandomProgramme p = random_programme (3, 400, 20);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gboolean ok = bzg_protect_run (p.tables, p.truth, NULL, 0, 0, progress_cb, cancellable,
                                 cancellable, NULL, NULL, &error);

  g_assert_false (ok);
  g_assert_error (error, BZG_ERROR, BZG_ERROR_CANCELLED);
  random_programme_clear (&p);
}

/* 15-24 and 18-24: nobody may learn that one person is between. */
static void
test_overlap (void)
{
  g_autofree char *json = read_data ("overlap.json");
  g_autofree char *truth_json = read_data ("overlap-truth.json");
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgTables) tables = bzg_tables_read_json (json, -1, &error);
  g_autoptr (BzgTruth) truth = bzg_truth_read_json (tables, truth_json, -1, &error);
  RandomProgramme p = { tables, truth };

  g_assert_no_error (error);
  g_assert_cmpuint (count_breaches (&p, FALSE), ==, 1);
  bzg_protect_run (tables, truth, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_breaches (&p, TRUE), ==, 0);
}

/* A half year one person larger than the quarter before it (4.8): the quarter stands, the half year
 * is withheld. */
static void
test_time (void)
{
  g_autofree char *json = read_data ("time-leak.json");
  g_autofree char *truth_json = read_data ("time-truth.json");
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgTables) tables = bzg_tables_read_json (json, -1, &error);
  g_autoptr (BzgTruth) truth = bzg_truth_read_json (tables, truth_json, -1, &error);

  g_assert_no_error (error);
  bzg_protect_run (tables, truth, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (bzg_tables_release (tables, 0)->tables[0]->cells[0].state, ==, BZG_CELL_EXACT);
  g_assert_cmpint (bzg_tables_release (tables, 1)->tables[0]->cells[0].state, ==,
                   BZG_CELL_WITHHELD);
}

/* Amounts go with their counts. */
static void
test_money (void)
{
  g_autofree char *json = read_data ("money-printed.json");
  g_autofree char *truth_json = read_data ("money-truth.json");
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgTables) tables = bzg_tables_read_json (json, -1, &error);
  g_autoptr (BzgTruth) truth = bzg_truth_read_json (tables, truth_json, -1, &error);
  RandomProgramme p = { tables, truth };
  const char *a[] = { "A" };

  g_assert_no_error (error);
  bzg_protect_run (tables, truth, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (bzg_tables_find_cell (tables, bzg_tables_find_table (tables, "cost"), a)->state,
                   ==, BZG_CELL_WITHHELD);
  g_assert_cmpuint (count_breaches (&p, TRUE), ==, 0);
}

/* One printed number changed afterwards: no truth gives it any more. */
static void
test_changed (void)
{
  RandomProgramme p = random_programme (5, 300, 15);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) breaches = NULL;
  BzgTable *table;
  guint cell = 0;

  bzg_protect_run (p.tables, p.truth, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  table = (BzgTable *) bzg_tables_release (p.tables, 0)->tables[0];
  while (table->cells[cell].state != BZG_CELL_EXACT)
    cell++;
  table->cells[cell].value++;
  breaches = bzg_attack_run (p.tables, p.truth, FALSE, NULL, NULL, NULL, NULL, &error);
  g_assert_null (breaches);
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
  random_programme_clear (&p);
}

/* The solver leaves out what others imply: the very same ends as with all of them, whatever is
 * withheld from it bit by bit. */
static void
assert_same_ends (BzgLp *lp, BzgLp *other, const BzgModel *model)
{
  g_autoptr (GError) error = NULL;

  /* Printed ones too: there a number too few would show at once. */
  for (guint i = 0; i < model->cells->len; i += 3)
    for (guint up = 0; up < 2; up++)
      {
        const BzgVector *vector = &g_array_index (model->cells, BzgModelCell, i).vector;
        double x, y;

        g_assert_true (_bzg_lp_solve (lp, vector, up != 0, &x, &error));
        g_assert_true (_bzg_lp_solve (other, vector, up != 0, &y, &error));
        g_assert_true (x == y || fabs (x - y) < 1e-6);
      }
}

/* Equations are never left out, so this solver knows every number by itself. */
static BzgLp *
new_complete_lp (const BzgModel *model, BzgModel **complete)
{
  g_autoptr (GError) error = NULL;
  g_autofree gboolean *keep = g_new (gboolean, model->cells->len + 1);
  BzgLp *lp;

  for (guint i = 0; i <= model->cells->len; i++)
    keep[i] = TRUE;
  *complete = _bzg_model_fold (model, keep, &error);
  g_assert_no_error (error);
  g_assert_cmpuint ((*complete)->n_vars, ==, model->n_vars);
  for (guint i = 0; i < model->cells->len; i++)
    {
      BzgModelCell *cell = &g_array_index ((*complete)->cells, BzgModelCell, i);
      BzgModelRow row = { .n = cell->vector.n, .lo = cell->lo, .hi = cell->hi };

      if (cell->lo != cell->hi)
        continue;
      row.vars = g_memdup2 (cell->vector.vars, row.n * sizeof (guint));
      row.coefs = g_new (double, row.n + 1);
      for (guint k = 0; k < row.n; k++)
        row.coefs[k] = 1;
      g_array_append_val ((*complete)->rows, row);
      cell->lo = 0;
      cell->hi = HUGE_VAL;
    }
  lp = _bzg_lp_new (*complete, NULL, &error);
  g_assert_no_error (error);
  return lp;
}

static void
test_implied (void)
{
  RandomProgramme p = random_programme (5, 300, 15);
  g_autoptr (GError) error = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  g_autoptr (BzgModel) unfolded = NULL;
  g_autoptr (BzgModel) model = NULL;
  g_autoptr (BzgImplied) implied = NULL;
  g_autoptr (BzgLp) lp = NULL;
  g_autofree gboolean *keep = NULL;
  guint left_out = 0;

  bzg_protect_run (p.tables, p.truth, NULL, 0, BZG_PROTECT_NO_GIVE_BACK, NULL, NULL, NULL, NULL,
                   NULL, &error);
  g_assert_no_error (error);
  unfolded = _bzg_model_new (p.tables, p.truth, &error);
  g_assert_no_error (error);
  keep = g_new (gboolean, unfolded->cells->len + 1);
  for (guint i = 0; i <= unfolded->cells->len; i++)
    keep[i] = TRUE;
  model = _bzg_model_fold (unfolded, keep, &error);
  g_assert_no_error (error);
  implied = _bzg_implied_new (model);
  for (guint i = 0; i < model->cells->len; i++)
    left_out += _bzg_implied_is (implied, i);
  g_assert_cmpuint (left_out, >, 10);
  lp = _bzg_lp_new (model, NULL, &error);
  g_assert_no_error (error);
  for (guint round = 0; round < 12; round++)
    {
      g_autoptr (BzgModel) complete = NULL;
      g_autoptr (BzgLp) other = new_complete_lp (model, &complete);

      assert_same_ends (lp, other, model);
      for (guint n = 0; n < 6; n++)
        {
          guint cell = (guint) g_rand_int_range (rand, 0, (gint32) model->cells->len);

          g_array_index (model->cells, BzgModelCell, cell).lo = 0;
          g_array_index (model->cells, BzgModelCell, cell).hi = HUGE_VAL;
          _bzg_lp_set_cell (lp, cell, 0, HUGE_VAL);
        }
    }
  random_programme_clear (&p);
}

/* What adding and subtracting gives away, and of what it is made: all of it together gives it away,
 * with any one of it missing it does not. */
static void
test_elimination_says_why (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (6);
  guint refused = 0;

  for (guint round = 0; round < 300; round++)
    {
      enum
      {
        VARS = 8,
        CELLS = 20
      };
      guint vars[CELLS][VARS], secret_var = (guint) g_rand_int_range (rand, 0, VARS);
      BzgVector cells[CELLS], secret = { 1, &secret_var };
      g_autoptr (BzgElimination) all = _bzg_elimination_new (VARS, CELLS);

      _bzg_elimination_protect (all, &secret);
      for (guint c = 0; c < CELLS; c++)
        {
          g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint));

          cells[c] = (BzgVector){ 0, vars[c] };
          for (guint v = 0; v < VARS; v++)
            if (g_rand_boolean (rand))
              vars[c][cells[c].n++] = v;
          if (_bzg_elimination_offer (all, &cells[c], c, numbers))
            {
              g_assert_cmpuint (numbers->len, ==, 0);
              continue;
            }
          refused++;
          for (guint missing = 0; missing <= numbers->len; missing++)
            {
              g_autoptr (BzgElimination) some = _bzg_elimination_new (VARS, 0);
              gboolean safe = TRUE;

              _bzg_elimination_protect (some, &secret);
              for (guint k = 0; k < numbers->len; k++)
                if (k != missing)
                  safe &= _bzg_elimination_insert (some, &cells[g_array_index (numbers, guint, k)]);
              g_assert_cmpint (safe, ==, missing < numbers->len);
            }
        }
    }
  g_assert_cmpuint (refused, >, 300);
}

/* A search that was called off is no proof: nothing comes out, however far it was. */
static void
count_progress (guint proved, guint of, gpointer cancellable)
{
  if (proved > of / 2)
    g_cancellable_cancel (cancellable);
}

static void
test_cancel_midway (void)
{
  RandomProgramme p = random_programme (5, 300, 15);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *certificate = NULL;

  g_assert_false (bzg_protect_run (p.tables, p.truth, NULL, 0, 0, count_progress, cancellable,
                                   cancellable, NULL, &certificate, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_CANCELLED);
  g_assert_null (certificate);
  random_programme_clear (&p);
}

/* However many are withheld in a line: together they are no small group, or nobody. */
static void
test_rests (void)
{
  guint asked = 0;

  for (guint seed = 1; seed <= 8; seed++)
    {
      RandomProgramme p = random_programme (seed, 40 + seed * 30, 15);
      const BzgTablesRelease *release;
      g_autoptr (GError) error = NULL;

      bzg_protect_run (p.tables, p.truth, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      release = bzg_tables_release (p.tables, bzg_tables_n_releases (p.tables) - 1);
      for (guint t = 0; t < release->n_tables; t++)
        for (guint d = 0; d < release->tables[t]->n_dims; d++)
          g_assert_cmpuint (count_small_rests (&p, release->tables[t], d, &asked), ==, 0);
      random_programme_clear (&p);
    }
  g_assert_cmpuint (asked, >, 100);
}

/* A range that is told is what a reader with a solver has without it: to the number, never of a
 * small one, and around the truth. */
static void
test_bands (void)
{
  guint bands = 0;

  for (guint seed = 1; seed <= 12; seed++)
    {
      RandomProgramme p = random_programme (seed, 200 + seed * 40, 15);
      BzgProtectSummary summary = { 0 };
      g_autoptr (BzgTables) silent = NULL;
      g_autoptr (BzgModel) model = NULL;
      g_autoptr (BzgLp) lp = NULL;
      g_autoptr (GError) error = NULL;
      guint last;

      bzg_protect_run (p.tables, p.truth, NULL, 0, BZG_PROTECT_BANDS, NULL, NULL, NULL, &summary,
                       NULL, &error);
      g_assert_no_error (error);
      bands += summary.bands;
      silent = bzg_tables_copy (p.tables);
      _bzg_tables_drop_ranges (silent);
      model = _bzg_model_new (silent, NULL, &error);
      lp = _bzg_lp_new (model, NULL, &error);
      g_assert_no_error (error);
      last = bzg_tables_n_releases (p.tables) - 1;
      for (guint t = 0; t < bzg_tables_release (p.tables, last)->n_tables; t++)
        for (guint c = 0; c < bzg_tables_release (p.tables, last)->tables[t]->n_cells; c++)
          {
            const BzgTable *table = bzg_tables_release (p.tables, last)->tables[t];
            const BzgCell *cell = &table->cells[c];
            gint64 truth = bzg_truth_cell (p.truth, p.tables, table, cell->key).value;
            const BzgVector *vector = &g_array_index (model->cells, BzgModelCell,
                                                      _bzg_model_cell_index (model, last, t, c))
                                         .vector;
            double lo, hi;

            if (cell->state != BZG_CELL_WITHHELD || cell->lo == 0)
              continue;
            g_assert_cmpint (cell->lo, >=, 5);
            g_assert_cmpint (cell->lo, <=, truth);
            g_assert_cmpint (cell->hi, >=, truth);
            g_assert_true (_bzg_lp_solve (lp, vector, FALSE, &lo, &error));
            g_assert_true (_bzg_lp_solve (lp, vector, TRUE, &hi, &error));
            g_assert_cmpint (cell->lo, ==, (gint64) ceil (lo - 1e-6));
            g_assert_cmpint (cell->hi, ==, (gint64) floor (hi + 1e-6));
          }
      random_programme_clear (&p);
    }
  g_assert_cmpuint (bands, >, 10);
}

/* --- the choice of what is withheld for the sake of others ----------------------------------- */

/* Safe in fractions, by the rule for whoever publishes. */
static gboolean
is_safe (const BzgTables *tables, const BzgTruth *truth)
{
  const BzgRule rule = { 5, 5, FALSE, TRUE };
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgModel) model = _bzg_model_new (tables, truth, &error);
  g_autoptr (BzgLp) lp = NULL;

  g_assert_no_error (error);
  lp = _bzg_lp_new (model, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < model->targets->len; i++)
    {
      const BzgModelTarget *target = &g_array_index (model->targets, BzgModelTarget, i);
      BzgRange range;

      if (!_bzg_rule_concerns (&rule, target))
        continue;
      g_assert_true (_bzg_lp_solve (lp, &target->vector, FALSE, &range.lo, &error));
      g_assert_true (_bzg_lp_solve (lp, &target->vector, TRUE, &range.hi, &error));
      if (!_bzg_rule_side_settled (&rule, target, &range, FALSE)
          || !_bzg_rule_side_settled (&rule, target, &range, TRUE))
        return FALSE;
    }
  return TRUE;
}

static guint
price_of (const BzgTables *tables, const BzgTable *table, const BzgCell *cell)
{
  guint price = 5;

  for (guint d = 0; d < table->n_dims; d++)
    price += (int) cell->key[d] == bzg_tables_total_code (tables, table->dims[d]);
  return price;
}

/* Of all that could be withheld beside the small numbers of a table, the cheapest is found, or
 * something that prints seven in ten of the others. */
static void
test_cheapest_choice (void)
{
  guint harder = 0;

  for (guint32 seed = 1; seed <= 40; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      RandomProgramme p = { .tables = bzg_tables_new ("invented") };
      guint a = random_add_dimension (p.tables, "a", 3),
            b = random_add_dimension (p.tables, "b", 2);
      g_autoptr (GArray) of_a = random_codes (p.tables, a, 0, 3);
      g_autoptr (GArray) of_b = random_codes (p.tables, b, 0, 2);
      guint dims[] = { a, b };
      GArray *codes[] = { of_a, of_b };
      g_autoptr (BzgTables) tried = NULL;
      g_autoptr (GError) error = NULL;
      BzgTable *table;
      guint large[12], n = 0, best = G_MAXUINT, found = 0, printed = 0;

      p.truth = bzg_truth_new (p.tables);
      for (guint i = 0; i < 6; i++)
        for (gint people = g_rand_int_range (rand, 0, 12); people > 0; people--)
          {
            guint atoms[] = { i % 3, i / 3 };

            bzg_truth_add (p.truth, "count", atoms, 1, 0);
          }
      bzg_tables_add_release (p.tables, "only", NULL);
      random_add_table (&p, "t", dims, codes, 2, NULL);
      tried = bzg_tables_copy (p.tables);
      table = (BzgTable *) bzg_tables_release (tried, 0)->tables[0];
      for (guint c = 0; c < table->n_cells; c++)
        {
          table->cells[c].hi = BZG_CELL_NO_BOUND;
          if (table->cells[c].value >= 5)
            large[n++] = c;
          else
            table->cells[c].state = BZG_CELL_WITHHELD;
        }
      for (guint set = 0; set < 1u << n; set++)
        {
          guint price = 0;

          for (guint k = 0; k < n; k++)
            {
              BzgCell *cell = &table->cells[large[k]];

              cell->state = set & (1u << k) ? BZG_CELL_WITHHELD : BZG_CELL_EXACT;
              price += set & (1u << k) ? price_of (tried, table, cell) : 0;
            }
          if (price < best && is_safe (tried, p.truth))
            best = price;
        }
      bzg_protect_run (p.tables, p.truth, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      table = (BzgTable *) bzg_tables_release (p.tables, 0)->tables[0];
      for (guint k = 0; k < n; k++)
        if (table->cells[large[k]].state == BZG_CELL_WITHHELD)
          found += price_of (p.tables, table, &table->cells[large[k]]);
        else
          printed++;
      random_programme_clear (&p);
      g_assert_cmpuint (found, >=, best);
      if (10 * printed >= 7 * n)
        continue;
      harder++;
      g_assert_cmpuint (found, <=, best + best / 50);
    }
  g_assert_cmpuint (harder, >, 10);
}

/* The same figures give the same tables, to the letter. */
static void
test_same_again (void)
{
  g_autofree char *first = NULL;

  for (guint run = 0; run < 2; run++)
    {
      RandomProgramme p = random_programme (11, 400, 15);
      BzgProtectSummary summary = { 0 };
      g_autoptr (GError) error = NULL;
      g_autofree char *json = NULL;

      bzg_protect_run (p.tables, p.truth, NULL, 0, BZG_PROTECT_BANDS, NULL, NULL, NULL, &summary,
                       NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (summary.proved, ==, summary.protected_cells);
      json = bzg_tables_write_json (p.tables);
      if (run == 0)
        first = g_steal_pointer (&json);
      else
        g_assert_cmpstr (json, ==, first);
      random_programme_clear (&p);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protect/worked-example", test_worked_example);
  g_test_add_func ("/protect/tiny", test_tiny);
  g_test_add_func ("/protect/overlap", test_overlap);
  g_test_add_func ("/protect/time", test_time);
  g_test_add_func ("/protect/money", test_money);
  g_test_add_func ("/protect/cancel", test_cancel);
  g_test_add_func ("/protect/primary-only", test_primary_only);
  g_test_add_func ("/protect/one-fate", test_one_fate);
  g_test_add_func ("/protect/changed", test_changed);
  g_test_add_func ("/protect/random", test_random);
  g_test_add_func ("/protect/rests", test_rests);
  g_test_add_func ("/protect/bands", test_bands);
  g_test_add_func ("/protect/implied", test_implied);
  g_test_add_func ("/protect/cheapest-choice", test_cheapest_choice);
  g_test_add_func ("/protect/same-again", test_same_again);
  g_test_add_func ("/protect/elimination-says-why", test_elimination_says_why);
  g_test_add_func ("/protect/cancel-midway", test_cancel_midway);
  return g_test_run ();
}
