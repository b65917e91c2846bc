/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "small-year.h"

#include "base/bzg-error.h"
#include "vault/bzg-crypto.h"

#include <math.h>

/*
 * Several releases of one programme: what is posted where, what is proved together.
 */

/* --- sets of releases ------------------------------------------------------------------------ */

static BzgJointLayout *
layout (const char *const *periods, const char *const *funds)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (BzgJointSpan));
  g_autoptr (GError) error = NULL;
  BzgJointLayout *out;

  for (guint i = 0; periods[i] != NULL; i++)
    {
      BzgJointSpan span = { .fund = funds != NULL ? funds[i] : NULL };

      g_assert_true (bzg_period_parse (periods[i], &span.period, NULL));
      g_array_append_val (spans, span);
    }
  out = _bzg_joint_layout_new ((const BzgJointSpan *) (gpointer) spans->data, spans->len, &error);
  g_assert_no_error (error);
  return out;
}

static guint
n_sets (const BzgJointLayout *layout, BzgTime time, gboolean any_fund)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) sets = _bzg_joint_sets (layout, time, any_fund, &error);

  g_assert_no_error (error);
  return sets->len;
}

static void
test_sets (void)
{
  static const char *const year[] = { "FY2020-Q1", "FY2020-Q2", "FY2020-H1", NULL };
  static const char *const apart[] = { "FY2020-Q1", "FY2020-Q2", NULL };
  static const char *const twice[] = { "FY2020-Q1", "FY2020-Q1", NULL };
  static const char *const funds[] = { "A", NULL };
  static const char *const calendar[] = { "2019-Q1", "2019", NULL };
  g_autoptr (BzgJointLayout) half = layout (year, NULL);
  g_autoptr (BzgJointLayout) two = layout (apart, NULL);
  g_autoptr (BzgJointLayout) fund = layout (twice, funds);
  g_autoptr (BzgJointLayout) whole = layout (calendar, NULL);

  /* An event lies in Q1 and H1, or in Q2 and H1; somebody also in all three. The jobs of a business
   * visited in both quarters stand in Q1 alone. */
  g_assert_cmpuint (half->n_groups, ==, 1);
  g_assert_cmpuint (n_sets (half, BZG_TIME_PERIOD, FALSE), ==, 2);
  g_assert_cmpuint (n_sets (half, BZG_TIME_PRESENCE, FALSE), ==, 3);
  g_assert_cmpuint (n_sets (half, BZG_TIME_STANDING, TRUE), ==, 3);
  /* Nothing ties what does not overlap. */
  g_assert_cmpuint (two->n_groups, ==, 2);
  g_assert_cmpuint (n_sets (two, BZG_TIME_PRESENCE, FALSE), ==, 2);
  /* An event paid by A is in both; one paid by others in the second; to a visit funds are one. */
  g_assert_cmpuint (n_sets (fund, BZG_TIME_PERIOD, FALSE), ==, 2);
  g_assert_cmpuint (n_sets (fund, BZG_TIME_PERIOD, TRUE), ==, 1);
  /* A bare "2019" lies in the year alone, as an event of another quarter does. */
  g_assert_cmpuint (n_sets (whole, BZG_TIME_PERIOD, FALSE), ==, 2);
}

/* --- posting --------------------------------------------------------------------------------- */

/* Seven in the first quarter are printed; eight in the half-year would say that one came. */
static void
test_difference (void)
{
  g_auto (Year) year = year_begin ();

  add_people (year.facts, 1, 7, "F", 10);
  add_people (year.facts, 8, 1, "F", 2);
  add_people (year.facts, 9, 6, "F", 5);
  assert_printed (publish (&year, "FY2020-Q1", NULL), 7);
  assert_withheld (publish (&year, "FY2020-H1", NULL));
  assert_printed (publish (&year, "2019-10..2020-06", NULL), 14);
}

/* A report in between, of which nothing is printed, does not disarm the difference of the other
 * two. */
static void
test_difference_of_two (void)
{
  g_auto (Year) year = year_begin ();

  add_people (year.facts, 1, 10, "M", 10);
  add_people (year.facts, 11, 2, "M", 2);
  add_people (year.facts, 13, 2, "M", 5);
  assert_printed (publish (&year, "FY2020-Q1", NULL), 10);
  assert_withheld (publish (&year, "FY2020-H1", NULL));
  assert_withheld (publish (&year, "2019-10..2020-06", NULL));
}

/* Two bakeries were visited in the first quarter alone: the half-year without the second quarter.
 */
static void
test_last_visit (void)
{
  g_autoptr (BzgFigures) figures
    = figures_new ("[kind]\ntitle=Businesses\nmeasure=persons\nfacts=visit\n"
                   "dimensions=livelihood_kind\n");
  g_autoptr (BzgPosting) posting = _bzg_posting_new ();
  g_autoptr (GArray) facts = g_array_new (FALSE, FALSE, sizeof (BzgFact));
  g_autoptr (GError) error = NULL;
  static const char *const kinds[] = { "bakery", "livestock" };
  static const char *const key[] = { "bakery" };
  guint printed = 0;

  /* By kind: seen in both quarters, in the first, in the second. */
  for (guint k = 0; k < 2; k++)
    for (guint i = 0; i < 30; i++)
      for (guint quarter = 0; quarter < 2; quarter++)
        {
          BzgFact fact = { .kind = BZG_FACT_VISIT, .age_stated = -1, .sex = "F" };
          guint person = 1 + k * 30 + i, record = person * 2 + quarter;

          if ((i < 2 && quarter == 1) || (i >= 12 && quarter == 0))
            continue;
          memcpy (fact.person.bytes, &person, sizeof person);
          memcpy (fact.record.bytes, &record, sizeof record);
          fact.cost = fact.sales = fact.costs = G_MININT64;
          fact.jobs_f = fact.jobs_m = fact.n = -1;
          fact.livelihood_kind = kinds[k];
          fact.date = bzg_date_make (quarter == 0 ? 2019 : 2020, quarter == 0 ? 11 : 2, 5);
          g_array_append_val (facts, fact);
        }
  for (guint r = 1; r < 3; r++)
    {
      g_autoptr (BzgRelease) release
        = year_release (posting, figures, facts, year_periods[r], &error);
      const BzgCell *cell;

      g_assert_no_error (error);
      cell = bzg_tables_find_cell (bzg_release_tables (release),
                                   bzg_release_table (release, "kind"), key);
      printed += cell->state == BZG_CELL_EXACT;
    }
  g_assert_cmpuint (printed, ==, 1);
}

/* What businesses sold is known from the report on all funds. That a small fund helped few people
 * does not make it a secret: who is visited is not whom the fund helped. */
static void
test_small_fund (void)
{
  g_autoptr (BzgFigures) figures
    = figures_new ("[sex]\ntitle=People\nmeasure=persons\nfacts=support\ndimensions=sex\n"
                   "[sales]\ntitle=Sales\nmeasure=sales\nfacts=visit\n"
                   "dimensions=livelihood_kind\n");
  g_autoptr (BzgPosting) posting = _bzg_posting_new ();
  g_autoptr (GArray) facts = g_array_new (FALSE, FALSE, sizeof (BzgFact));
  g_autoptr (BzgRelease) all = NULL;
  g_autoptr (BzgRelease) one = NULL;
  g_autoptr (GError) error = NULL;
  BzgCountOptions options
    = { .programme = "p", .release = "small", .fund = "Small", .threshold = 5, .posting = posting };
  static const char *const key[] = { "T" };

  add_people (facts, 1, 40, "F", 10);
  for (guint i = 0; i < 3; i++)
    g_array_index (facts, BzgFact, i).fund = "Small";
  for (guint i = 0; i < 30; i++)
    {
      BzgFact visit = g_array_index (facts, BzgFact, i);

      visit.kind = BZG_FACT_VISIT;
      visit.service = visit.family = visit.fund = NULL;
      visit.livelihood_kind = "bees";
      visit.sales = 10000 + 100 * (gint64) i;
      memset (visit.record.bytes + 8, 1, 1);
      g_array_append_val (facts, visit);
    }
  all = year_release (posting, figures, facts, "FY2020-Q1", &error);
  g_assert_no_error (error);
  g_assert_cmpint (bzg_tables_find_cell (bzg_release_tables (all), bzg_release_table (all, "sales"),
                                         key)
                     ->state,
                   ==, BZG_CELL_EXACT);
  bzg_period_parse ("FY2020-Q1", &options.period, NULL);
  one = bzg_release_new_from_facts ("year", figures, facts, &options, FALSE, &error);
  g_assert_no_error (error);
  bzg_release_protect (one, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_withheld (
    *bzg_tables_find_cell (bzg_release_tables (one), bzg_release_table (one, "sex"), key));
}

/* The same people come again: nobody is new, and the half-year says so. */
static void
test_presence (void)
{
  g_auto (Year) year = year_begin ();

  add_people (year.facts, 1, 20, "F", 10);
  add_people (year.facts, 1, 20, "F", 2);
  assert_printed (publish (&year, "FY2020-Q1", NULL), 20);
  assert_printed (publish (&year, "FY2020-Q2", NULL), 20);
  assert_printed (publish (&year, "FY2020-H1", NULL), 20);
}

/* What is entered for a public period counts in the next; what was counted stays as it was. */
static void
test_late (void)
{
  g_auto (Year) year = year_begin ();
  guint late;

  add_people (year.facts, 1, 20, "F", 10);
  assert_printed (publish (&year, "FY2020-Q1", NULL), 20);
  /* Ten of them are gone from the record, five are men now, nine were entered late. */
  g_array_set_size (year.facts, 0);
  add_people (year.facts, 1, 5, "M", 10);
  add_people (year.facts, 6, 5, "F", 10);
  add_people (year.facts, 30, 9, "F", 11);
  assert_printed (publish (&year, "FY2020-Q2", &late), 9);
  g_assert_cmpuint (late, ==, 9);
  assert_printed (publish (&year, "FY2020-H1", NULL), 29);
  assert_printed (publish (&year, "FY2020-Q1", NULL), 20);
}

/* A period over two years of classes cannot be proved together with one in it. */
static void
test_years (void)
{
  g_auto (Year) year = year_begin ();
  g_autoptr (BzgRelease) calendar = NULL;
  g_autoptr (GError) error = NULL;

  add_people (year.facts, 1, 20, "F", 10);
  publish (&year, "FY2020-Q1", NULL);
  calendar = year_release (year.posting, year.figures, year.facts, "2019", &error);
  g_assert_null (calendar);
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_PERIOD);
}

/* --- the proof over a year ------------------------------------------------------------------- */

static void
count_kept (const BzgPosting *posting, BzgJoint *joint, guint *kept, guint *large)
{
  for (guint r = 0; r < _bzg_posting_n (posting); r++)
    {
      const BzgTablesRelease *release = bzg_tables_release (joint->tables, r);

      for (guint t = 0; t < release->n_tables; t++)
        for (guint c = 0; c < release->tables[t]->n_cells; c++)
          {
            const BzgTable *table = release->tables[t];
            gint64 value
              = bzg_truth_cell (joint->truth, joint->tables, table, table->cells[c].key).value;

            *large += value >= 5;
            *kept += value >= 5 && table->cells[c].state == BZG_CELL_EXACT;
          }
    }
}

static void
test_year (void)
{
  g_autoptr (BzgFigures) figures = figures_new (year_figures);
  g_autoptr (BzgPosting) posting = _bzg_posting_new ();
  g_autoptr (GArray) facts = random_year (7, g_test_thorough () ? 400 : 120);
  g_autoptr (BzgJoint) joint = NULL;
  g_autoptr (GPtrArray) breaches = NULL;
  g_autoptr (GError) error = NULL;
  guint kept = 0, large = 0;

  for (guint i = 0; i < (g_test_thorough () ? G_N_ELEMENTS (year_periods) : 3); i++)
    {
      g_autoptr (BzgRelease) release
        = year_release (posting, figures, facts, year_periods[i], &error);

      g_assert_no_error (error);
      g_test_message ("%s printed %u of %u, %u proved", year_periods[i],
                      bzg_release_summary (release)->printed, bzg_release_summary (release)->cells,
                      bzg_release_summary (release)->proved);
    }
  joint = _bzg_joint_new (posting, NULL, &error);
  g_assert_no_error (error);
  /* As an outsider does, with the truth at hand to see where it hurts. */
  breaches = bzg_attack_run (joint->tables, joint->truth, TRUE, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (breaches->len, ==, 0);
  count_kept (posting, joint, &kept, &large);
  g_test_message ("kept %u of %u cells of five and more", kept, large);
  g_assert_cmpuint (kept * 4, >, large);
}

static char *
unzip (GBytes *blob)
{
  g_autoptr (GConverter) zip
    = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB));
  g_autoptr (GInputStream) memory = g_memory_input_stream_new_from_bytes (blob);
  g_autoptr (GInputStream) in = g_converter_input_stream_new (memory, zip);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();

  g_output_stream_splice (out, in, G_OUTPUT_STREAM_SPLICE_NONE, NULL, NULL);
  g_output_stream_write_all (out, "", 1, NULL, NULL, NULL);
  g_output_stream_close (out, NULL, NULL);
  return g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (out));
}

static gboolean
count_row (const BzgCountedRow *row, const char *const *names, gpointer data, GError **error)
{
  ++*(guint *) data;
  return TRUE;
}

/* Frozen figures, more than are read at a time, come back as they were. A changed byte is the
 * ledger's to find, by its hash; here it must do no harm, and its check sum finds nearly all. */
static void
test_frozen (void)
{
  g_autoptr (BzgFigures) figures = figures_new (SEX);
  g_autoptr (BzgPosting) posting = _bzg_posting_new ();
  g_autoptr (GArray) facts = random_year (3, 60);
  g_autoptr (BzgRelease) release = NULL;
  g_autoptr (BzgFrozen) issued = NULL;
  g_autoptr (BzgFrozen) again = NULL;
  g_autoptr (GBytes) blob = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  guint n = 0, tried = 0, passed = 0;

  add_people (facts, 100, 3000, "F", 10);
  release = year_release (posting, figures, facts, "FY2020-Q1", &error);
  g_assert_no_error (error);
  issued = _bzg_release_issue (release, &error);
  g_assert_no_error (error);
  again = _bzg_frozen_read (issued->blob, &error);
  g_assert_no_error (error);
  again->certificate = g_strdup ("of the same");
  blob = _bzg_frozen_write (again, &error);
  g_assert_no_error (error);
  before = unzip (issued->blob);
  after = unzip (blob);
  g_assert_true (g_str_has_suffix (after, "\n\nof the same"));
  g_assert_cmpmem (before, strlen (after) - strlen ("of the same"), after,
                   strlen (after) - strlen ("of the same"));
  g_assert_null (strstr (before, "1999-05-05"));
  g_assert_true (_bzg_frozen_foreach_row (again, count_row, &n, &error));
  g_assert_cmpuint (n, >, 3000);
  for (gsize i = 0; i < g_bytes_get_size (issued->blob); i += g_bytes_get_size (issued->blob) / 50)
    {
      gsize len;
      gconstpointer whole = g_bytes_get_data (issued->blob, &len);
      guint8 *bytes = g_memdup2 (whole, len);
      g_autoptr (GBytes) broken = NULL;
      g_autoptr (BzgFrozen) bad = NULL;

      bytes[i] ^= 0x40;
      broken = g_bytes_new_take (bytes, len);
      bad = _bzg_frozen_read (broken, NULL);
      tried++;
      passed += bad != NULL && _bzg_frozen_foreach_row (bad, count_row, &n, NULL);
    }
  g_assert_cmpuint (passed * 10, <, tried);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  bzg_vault_init (NULL);
  g_test_add_func ("/ledger/sets", test_sets);
  g_test_add_func ("/ledger/difference", test_difference);
  g_test_add_func ("/ledger/difference-of-two", test_difference_of_two);
  g_test_add_func ("/ledger/last-visit", test_last_visit);
  g_test_add_func ("/ledger/small-fund", test_small_fund);
  g_test_add_func ("/ledger/presence", test_presence);
  g_test_add_func ("/ledger/late", test_late);
  g_test_add_func ("/ledger/years", test_years);
  g_test_add_func ("/ledger/frozen", test_frozen);
  g_test_add_func ("/ledger/year", test_year);
  return g_test_run ();
}
