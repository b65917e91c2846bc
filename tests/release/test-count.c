/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-joint-private.h"
#include "release/bzg-release-private.h"

#include "base/bzg-error.h"
#include "vault/bzg-crypto.h"

#include <string.h>

/*
 * Counting on invented facts held in memory.
 */

static const char figures_ini[] = "[sex-age]\n"
                                  "title=People\nmeasure=persons\nfacts=support\n"
                                  "dimensions=sex;age_band\nmust_print=total\n"
                                  "[region-sex]\n"
                                  "title=People\nmeasure=persons\nfacts=support\n"
                                  "dimensions=region;sex\n"
                                  "[families]\n"
                                  "title=Services\nmeasure=facts\nfacts=support\n"
                                  "dimensions=family\n"
                                  "[people-family]\n"
                                  "title=People\nmeasure=persons_by\nfacts=support\n"
                                  "dimensions=family\n"
                                  "[people-service]\n"
                                  "title=People\nmeasure=persons_by\nfacts=support\n"
                                  "dimensions=service\n"
                                  "[status]\n"
                                  "title=Businesses\nmeasure=persons\nfacts=visit\n"
                                  "dimensions=business_status\n"
                                  "[jobs]\n"
                                  "title=Jobs\nmeasure=jobs\nfacts=visit\ndimensions=sex\n"
                                  "[sales]\n"
                                  "title=Sales\nmeasure=sales\nfacts=visit\n"
                                  "dimensions=business_status\n"
                                  "[activities]\n"
                                  "title=Activities\nmeasure=facts\nfacts=activity\n"
                                  "dimensions=activity_kind\n"
                                  "[heads]\n"
                                  "title=Participants\nmeasure=heads\nfacts=head_count\n"
                                  "dimensions=activity_kind;sex\n";

static BzgFigures *
figures_new (void)
{
  g_autoptr (GError) error = NULL;
  BzgFigures *figures = bzg_figures_new (figures_ini, -1, &error);

  g_assert_no_error (error);
  return figures;
}

static BzgFact
fact_new (BzgFactKind kind, guint person)
{
  BzgFact fact = { .kind = kind };

  fact.person.bytes[0] = 1;
  memcpy (fact.person.bytes + 4, &person, sizeof person);
  bzg_id_new (&fact.record);
  fact.age_stated = -1;
  fact.cost = fact.quantity = fact.sales = fact.costs = G_MININT64;
  fact.jobs_f = fact.jobs_m = fact.n = -1;
  fact.date = bzg_date_make (2019, 11, 5);
  fact.sex = "F";
  fact.region = "TJ-SU";
  fact.birth = bzg_date_make (1985, 3, 1);
  fact.service = "IMM07";
  fact.family = "immediate";
  fact.service_consent = TRUE;
  return fact;
}

static BzgCounted *
count (const GArray *facts, const char *period, const char *fund)
{
  g_autoptr (BzgFigures) figures = figures_new ();
  g_autoptr (BzgFactStore) store = bzg_fact_store_new ();
  g_autoptr (GError) error = NULL;
  BzgCountOptions options = { .programme = "p", .release = "r", .fund = fund, .threshold = 5 };

  bzg_period_parse (period, &options.period, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < facts->len; i++)
    bzg_fact_store_add (store, &g_array_index (facts, BzgFact, i));
  return bzg_count (figures, store, &options);
}

static gint64
value (const BzgCounted *counted, const char *table, const char *a, const char *b)
{
  const char *key[] = { a, b, NULL };
  const BzgCell *cell
    = bzg_tables_find_cell (counted->tables, bzg_tables_find_table (counted->tables, table), key);

  g_assert_nonnull (cell);
  return cell->value;
}

static void
test_once (void)
{
  g_autoptr (GArray) facts = g_array_new (FALSE, FALSE, sizeof (BzgFact));
  g_autoptr (BzgCounted) counted = NULL;
  BzgFact fact;

  /* One woman with three services of two families, one man with one. */
  fact = fact_new (BZG_FACT_SUPPORT, 1);
  g_array_append_val (facts, fact);
  fact.service = "IMM01";
  g_array_append_val (facts, fact);
  fact.service = fact.family = "in_kind_livelihood";
  g_array_append_val (facts, fact);
  fact = fact_new (BZG_FACT_SUPPORT, 2);
  fact.sex = "M";
  g_array_append_val (facts, fact);
  counted = count (facts, "2019-Q4", NULL);
  g_assert_cmpint (value (counted, "sex-age", "T", "T"), ==, 2);
  g_assert_cmpint (value (counted, "sex-age", "F", "25-34"), ==, 1);
  g_assert_cmpint (value (counted, "region-sex", "TJ-SU", "T"), ==, 2);
  g_assert_cmpint (value (counted, "families", "T", NULL), ==, 4);
  g_assert_cmpint (value (counted, "families", "immediate", NULL), ==, 3);
  g_assert_cmpint (value (counted, "people-family", "immediate", NULL), ==, 2);
  g_assert_cmpint (value (counted, "people-family", "in_kind_livelihood", NULL), ==, 1);
  g_assert_cmpint (value (counted, "people-service", "IMM07", NULL), ==, 2);
}

static void
test_time (void)
{
  g_autoptr (GArray) facts = g_array_new (FALSE, FALSE, sizeof (BzgFact));
  g_autoptr (BzgCounted) quarter = NULL;
  g_autoptr (BzgCounted) year = NULL;
  BzgFact fact = fact_new (BZG_FACT_SUPPORT, 1);

  fact.date = bzg_date_make (2019, 0, 0);
  g_array_append_val (facts, fact);
  fact = fact_new (BZG_FACT_SUPPORT, 2);
  fact.date = bzg_date_make (2019, 10, 1);
  g_array_append_val (facts, fact);
  fact = fact_new (BZG_FACT_SUPPORT, 3);
  fact.date = bzg_date_make (2019, 9, 30);
  g_array_append_val (facts, fact);
  fact = fact_new (BZG_FACT_SUPPORT, 4);
  fact.date = BZG_DATE_MISSING;
  g_array_append_val (facts, fact);
  quarter = count (facts, "2019-Q4", NULL);
  g_assert_cmpint (value (quarter, "sex-age", "T", "T"), ==, 1);
  g_assert_cmpuint (quarter->imprecise, ==, 1);
  year = count (facts, "2019", NULL);
  g_assert_cmpint (value (year, "sex-age", "T", "T"), ==, 3);
  g_assert_cmpuint (year->imprecise, ==, 0);
}

/* The class is that of the first event in the fiscal year, though the period is the second quarter
 * and the person has had a birthday between. */
static void
test_class (void)
{
  g_autoptr (GArray) facts = g_array_new (FALSE, FALSE, sizeof (BzgFact));
  g_autoptr (BzgCounted) counted = NULL;
  BzgFact fact = fact_new (BZG_FACT_SUPPORT, 1);

  fact.birth = bzg_date_make (1994, 12, 1);
  fact.date = bzg_date_make (2019, 10, 10);
  g_array_append_val (facts, fact);
  fact.date = bzg_date_make (2020, 2, 10);
  g_array_append_val (facts, fact);
  /* An age that may lie in two bands is not known. */
  fact = fact_new (BZG_FACT_SUPPORT, 2);
  fact.birth = bzg_date_make (1985, 0, 0);
  fact.date = bzg_date_make (2020, 2, 10);
  g_array_append_val (facts, fact);
  counted = count (facts, "FY2020-Q2", NULL);
  g_assert_cmpint (value (counted, "sex-age", "F", "18-24"), ==, 1);
  g_assert_cmpint (value (counted, "sex-age", "F", "25-34"), ==, 0);
  g_assert_cmpint (value (counted, "sex-age", "F", "unknown"), ==, 1);
}

static void
test_refused (void)
{
  g_autoptr (GArray) facts = g_array_new (FALSE, FALSE, sizeof (BzgFact));
  g_autoptr (BzgCounted) counted = NULL;
  BzgFact fact = fact_new (BZG_FACT_SUPPORT, 1);

  g_array_append_val (facts, fact);
  fact = fact_new (BZG_FACT_SUPPORT, 2);
  fact.statistics_refused = TRUE;
  g_array_append_val (facts, fact);
  counted = count (facts, "2019-Q4", NULL);
  g_assert_cmpint (value (counted, "sex-age", "T", "T"), ==, 1);
  g_assert_cmpuint (counted->not_consented, ==, 1);
}

static void
test_visits (void)
{
  g_autoptr (GArray) facts = g_array_new (FALSE, FALSE, sizeof (BzgFact));
  g_autoptr (BzgCounted) counted = NULL;
  BzgFact fact = fact_new (BZG_FACT_VISIT, 1);

  /* Two visits: the later one counts, whatever the order in the record. */
  fact.date = bzg_date_make (2019, 12, 20);
  fact.business_status = "closed";
  fact.livelihood_kind = "bees";
  fact.jobs_f = 1;
  fact.jobs_m = 2;
  fact.sales = 50000;
  g_array_append_val (facts, fact);
  fact.date = bzg_date_make (2019, 10, 20);
  fact.business_status = "operating";
  fact.jobs_f = 7;
  fact.sales = 90000;
  g_array_append_val (facts, fact);
  fact = fact_new (BZG_FACT_ACTIVITY, 0);
  memset (&fact.person, 0, sizeof fact.person);
  fact.activity_kind = "debate";
  fact.n = 40;
  g_array_append_val (facts, fact);
  fact.kind = BZG_FACT_HEAD_COUNT;
  fact.sex = "M";
  fact.n = 25;
  g_array_append_val (facts, fact);
  counted = count (facts, "2019-Q4", NULL);
  g_assert_cmpint (value (counted, "status", "closed", NULL), ==, 1);
  g_assert_cmpint (value (counted, "status", "T", NULL), ==, 1);
  g_assert_cmpint (value (counted, "jobs", "F", NULL), ==, 1);
  g_assert_cmpint (value (counted, "jobs", "T", NULL), ==, 3);
  g_assert_cmpint (value (counted, "sales", "closed", NULL), ==, 50000);
  g_assert_cmpint (value (counted, "sales", "T", NULL), ==, 50000);
  g_assert_cmpint (value (counted, "heads", "debate", "M"), ==, 25);
  /* The number of debates is about nobody: it is no protected table. */
  g_assert_null (bzg_tables_find_table (counted->tables, "activities"));
}

static void
test_fund (void)
{
  g_autoptr (GArray) facts = g_array_new (FALSE, FALSE, sizeof (BzgFact));
  g_autoptr (BzgCounted) counted = NULL;
  BzgFact fact = fact_new (BZG_FACT_SUPPORT, 1);

  fact.fund = "A";
  g_array_append_val (facts, fact);
  fact = fact_new (BZG_FACT_SUPPORT, 2);
  fact.fund = "B";
  g_array_append_val (facts, fact);
  counted = count (facts, "2019-Q4", "A");
  g_assert_cmpint (value (counted, "sex-age", "T", "T"), ==, 1);
}

static void
test_bad_figures (void)
{
  static const char *const bad[] = {
    "[a]\ntitle=x\nmeasure=persons\nfacts=support\ndimensions=service\n",
    "[a]\ntitle=x\nmeasure=persons\nfacts=support\ndimensions=colour\n",
    "[a]\ntitle=x\nmeasure=jobs\nfacts=support\n",
    "[a]\ntitle=x\nmeasure=persons\nfacts=support\ndimensions=region;district\n",
    "[a]\nmeasure=persons\nfacts=support\n",
    "[a]\ntitle=x\nmeasure=persons\nfacts=support\nmust_print=all\n",
    "a=1\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (bzg_figures_new (bad[i], -1, &error));
      g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
    }
}

/* Invented people of all kinds; the whole way from facts to tables that hold. */
static void
test_release (void)
{
  static const char *const regions[] = { "TJ-SU", "TJ-KT", "TJ-DU", "TJ-RA", "TJ-GB", NULL };
  static const char *const services[] = { "IMM07", "IMM01", "in_kind_livelihood" };
  static const char *const families[] = { "immediate", "immediate", "in_kind_livelihood" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GArray) facts = g_array_new (FALSE, FALSE, sizeof (BzgFact));
  g_autoptr (BzgFigures) figures = figures_new ();
  g_autoptr (BzgRelease) release = NULL;
  g_autoptr (BzgTables) read = NULL;
  g_autoptr (BzgPosting) posting = _bzg_posting_new ();
  g_autoptr (BzgJoint) joint = NULL;
  BzgFrozen *issued;
  g_autoptr (GPtrArray) breaches = NULL;
  g_autofree char *json = NULL;
  g_autoptr (GError) error = NULL;
  BzgCountOptions options = { .programme = "p", .release = "donor-2019-Q4", .threshold = 5 };

  for (guint person = 1; person <= 300; person++)
    {
      guint n = 1 + (guint) g_rand_int_range (rand, 0, 4);
      const char *sex = g_rand_int_range (rand, 0, 5) == 0 ? "F" : "M";
      double u = g_rand_double (rand);
      BzgDate birth = bzg_date_make (1950 + g_rand_int_range (rand, 0, 55), 5, 5);

      for (guint i = 0; i < n; i++)
        {
          BzgFact fact = fact_new (BZG_FACT_SUPPORT, person);
          guint s = (guint) g_rand_int_range (rand, 0, 3);

          fact.sex = sex;
          fact.region = regions[(guint) (u * u * 6)];
          fact.birth = birth;
          fact.service = services[s];
          fact.family = families[s];
          g_array_append_val (facts, fact);
        }
      if (person % 3 == 0)
        {
          BzgFact fact = fact_new (BZG_FACT_VISIT, person);

          fact.sex = sex;
          fact.business_status = person % 4 == 0 ? "closed" : "operating";
          fact.livelihood_kind = "bees";
          fact.sales = 10000 + 100 * (gint64) person;
          fact.jobs_f = (int) (person % 3);
          fact.jobs_m = 1;
          g_array_append_val (facts, fact);
        }
    }
  bzg_period_parse ("2019-Q4", &options.period, &error);
  g_assert_no_error (error);
  release = bzg_release_new_from_facts ("donor", figures, facts, &options, &error);
  g_assert_no_error (error);
  bzg_release_protect (release, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_test_message ("cells %u printed %u primary %u secondary %u back %u proved %u/%u solves %u "
                  "witnesses %u",
                  bzg_release_summary (release)->cells, bzg_release_summary (release)->printed,
                  bzg_release_summary (release)->primary, bzg_release_summary (release)->secondary,
                  bzg_release_summary (release)->given_back, bzg_release_summary (release)->proved,
                  bzg_release_summary (release)->protected_cells,
                  bzg_release_summary (release)->solves, bzg_release_summary (release)->witnesses);
  g_assert_cmpstr (bzg_release_certificate (release), ==,
                   bzg_tables_release (bzg_release_tables (release), 0)->certificate_sha256);
  g_assert_nonnull (bzg_release_table (release, "activities"));

  /* As an outsider would: the published bytes against the truth. */
  json = bzg_tables_write_json (bzg_release_tables (release));
  g_assert_null (strstr (json, "activities"));
  read = bzg_tables_read_json (json, -1, &error);
  g_assert_no_error (error);
  issued = _bzg_release_issue (release, &error);
  g_assert_no_error (error);
  _bzg_posting_add (posting, issued);
  joint = _bzg_joint_new (posting, NULL, &error);
  g_assert_no_error (error);
  breaches = bzg_attack_run (joint->tables, joint->truth, TRUE, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (breaches->len, ==, 0);
  {
    const char *total[] = { "T", "T" };
    const BzgCell *cell
      = bzg_tables_find_cell (read, bzg_tables_find_table (read, "sex-age"), total);

    g_assert_cmpint (cell->state, ==, BZG_CELL_EXACT);
    g_assert_cmpint (cell->value, ==, 300);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  bzg_vault_init (NULL);
  g_test_add_func ("/count/once", test_once);
  g_test_add_func ("/count/time", test_time);
  g_test_add_func ("/count/class", test_class);
  g_test_add_func ("/count/refused", test_refused);
  g_test_add_func ("/count/visits", test_visits);
  g_test_add_func ("/count/fund", test_fund);
  g_test_add_func ("/count/bad-figures", test_bad_figures);
  g_test_add_func ("/count/release", test_release);
  return g_test_run ();
}
