/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "random-facts.h"

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
  fact.cost = fact.sales = fact.costs = G_MININT64;
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

/* What is planned for earlier and never came fixes no class, and is no event. */
static void
test_planned (void)
{
  g_autoptr (GArray) facts = g_array_new (FALSE, FALSE, sizeof (BzgFact));
  g_autoptr (BzgCounted) counted = NULL;
  BzgFact fact = fact_new (BZG_FACT_SUPPORT, 1);

  fact.birth = bzg_date_make (2001, 11, 1);
  fact.date = bzg_date_make (2019, 12, 1);
  g_array_append_val (facts, fact);
  fact.kind = BZG_FACT_PLANNED;
  fact.date = bzg_date_make (2019, 10, 5);
  g_array_append_val (facts, fact);
  fact = fact_new (BZG_FACT_PLANNED, 2);
  g_array_append_val (facts, fact);
  counted = count (facts, "2019-Q4", NULL);
  g_assert_cmpint (value (counted, "sex-age", "F", "18-24"), ==, 1);
  g_assert_cmpint (value (counted, "sex-age", "T", "T"), ==, 1);
}

/* Of two visits on one day the one that found more counts, whatever ids their records have: those
 * are drawn anew for each ledger. */
static void
test_one_day (void)
{
  for (guint run = 0; run < 12; run++)
    {
      g_autoptr (GArray) facts = g_array_new (FALSE, FALSE, sizeof (BzgFact));
      g_autoptr (BzgCounted) counted = NULL;
      BzgFact fact = fact_new (BZG_FACT_VISIT, 1);

      fact.livelihood_kind = "bees";
      fact.jobs_f = run % 2 == 0 ? 7 : 1;
      fact.jobs_m = 0;
      fact.sales = run % 2 == 0 ? 900 : 100;
      bzg_random (&fact.record, sizeof fact.record);
      g_array_append_val (facts, fact);
      fact.jobs_f = 8 - fact.jobs_f;
      fact.sales = 1000 - fact.sales;
      bzg_random (&fact.record, sizeof fact.record);
      g_array_append_val (facts, fact);
      counted = count (facts, "2019-Q4", NULL);
      g_assert_cmpint (value (counted, "jobs", "T", NULL), ==, 7);
      g_assert_cmpint (value (counted, "sales", "T", NULL), ==, 900);
    }
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

/* A report in which no figure tells funds apart does not name them: that there is one would say
 * that it paid for somebody. */
static void
test_fund_names (void)
{
  g_autoptr (GArray) facts = g_array_new (FALSE, FALSE, sizeof (BzgFact));
  g_autoptr (BzgCounted) before = NULL;
  g_autoptr (BzgCounted) after = NULL;
  g_autofree char *json = NULL;
  g_autofree char *again = NULL;
  BzgFact fact = fact_new (BZG_FACT_SUPPORT, 1);

  fact.fund = "A";
  g_array_append_val (facts, fact);
  before = count (facts, "2019-Q4", "A");
  fact = fact_new (BZG_FACT_SUPPORT, 2);
  fact.fund = "Nur Fund";
  g_array_append_val (facts, fact);
  after = count (facts, "2019-Q4", "A");
  json = bzg_tables_write_json (before->tables);
  again = bzg_tables_write_json (after->tables);
  g_assert_true (g_str_equal (json, again));
  g_assert_null (strstr (again, "Nur Fund"));
}

/* Whatever funds are called: none is taken for all, or for not known, and all can be written. */
static void
test_fund_ids (void)
{
  static const char *const names[] = { "T", "unknown", "One, \"two\"" };
  static const char *const ids[] = { "%T", "%unknown", "One%2C %22two%22" };
  g_autoptr (BzgFigures) figures
    = bzg_figures_new ("[by-fund]\ntitle=x\nmeasure=facts\nfacts=support\ndimensions=fund\n", -1,
                       NULL);
  g_autoptr (BzgFactStore) store = bzg_fact_store_new ();
  g_autoptr (BzgCounted) counted = NULL;
  g_autoptr (BzgTables) again = NULL;
  g_autofree char *json = NULL;
  g_autoptr (GError) error = NULL;
  BzgCountOptions options = { .programme = "p", .release = "r", .threshold = 5 };

  bzg_period_parse ("2019-Q4", &options.period, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (names) * (G_N_ELEMENTS (names) + 1) / 2; i++)
    {
      BzgFact fact = fact_new (BZG_FACT_SUPPORT, i + 1);

      fact.fund = g_intern_string (names[i == 0 ? 0 : i < 3 ? 1 : 2]);
      bzg_fact_store_add (store, &fact);
    }
  counted = bzg_count (figures, store, &options);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      guint dim = (guint) bzg_tables_find_dimension (counted->tables, "fund");
      int code = bzg_tables_find_code (counted->tables, dim, ids[i]);

      g_assert_cmpint (code, >=, 0);
      g_assert_cmpstr (bzg_tables_label (counted->tables, dim, (guint) code, BZG_LANGUAGE_EN), ==,
                       names[i]);
      g_assert_cmpint (value (counted, "by-fund", ids[i], NULL), ==, (gint64) i + 1);
    }
  g_assert_cmpint (value (counted, "by-fund", "T", NULL), ==, 6);
  json = bzg_tables_write_json (counted->tables);
  again = bzg_tables_read_json (json, -1, &error);
  g_assert_no_error (error);
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

/* --- invented facts of all kinds ------------------------------------------------------------- */

/* Whatever may depend on which fact of a person comes first; and one figure of so many classes that
 * not every sum has its place. */
static const char all_kinds_ini[] = "[livelihood]\n"
                                    "title=x\nmeasure=persons\nfacts=support\n"
                                    "dimensions=livelihood_kind;sex\n"
                                    "[by-fund]\n"
                                    "title=x\nmeasure=persons_by\nfacts=support\n"
                                    "dimensions=fund\n"
                                    "[by-service]\n"
                                    "title=x\nmeasure=persons_by\nfacts=support\n"
                                    "dimensions=service;livelihood_kind\n"
                                    "[visited]\n"
                                    "title=x\nmeasure=persons\nfacts=visit\n"
                                    "dimensions=business_status;age_band\n"
                                    "[jobs]\n"
                                    "title=x\nmeasure=jobs\nfacts=visit\ndimensions=sex\n"
                                    "[cost]\n"
                                    "title=x\nmeasure=cost\nfacts=support\n"
                                    "dimensions=category\n"
                                    "[heads]\n"
                                    "title=x\nmeasure=heads\nfacts=head_count\n"
                                    "dimensions=age_band;region\n"
                                    "[wide]\n"
                                    "title=x\nmeasure=facts\nfacts=support\n"
                                    "dimensions=region;service;age_band;livelihood_kind\n";

static int
by_unit (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (BzgCountedRow));
}

static int
by_person (gconstpointer a, gconstpointer b)
{
  return bzg_id_compare (&((const BzgFrozenClass *) a)->person,
                         &((const BzgFrozenClass *) b)->person);
}

/* With rows and classes, in one order. */
static BzgCounted *
count_all_kinds (const GArray *facts, const char *period, const char *fund)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgFigures) figures = bzg_figures_new (all_kinds_ini, -1, &error);
  g_autoptr (BzgFactStore) store = bzg_fact_store_new ();
  BzgCountOptions options = { .programme = "p",
                              .release = "r",
                              .fund = fund,
                              .threshold = 5,
                              .year_month = 10,
                              .with_rows = TRUE };
  BzgCounted *counted;

  g_assert_no_error (error);
  bzg_period_parse (period, &options.period, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < facts->len; i++)
    bzg_fact_store_add (store, &g_array_index (facts, BzgFact, i));
  counted = bzg_count (figures, store, &options);
  g_array_sort (counted->rows, by_unit);
  g_array_sort (counted->classes, by_person);
  return counted;
}

static void
shuffle (GRand *rand, GArray *facts)
{
  for (guint i = facts->len - 1; i > 0; i--)
    {
      guint k = (guint) g_rand_int_range (rand, 0, (int) i + 1);
      BzgFact fact = g_array_index (facts, BzgFact, i);

      g_array_index (facts, BzgFact, i) = g_array_index (facts, BzgFact, k);
      g_array_index (facts, BzgFact, k) = fact;
    }
}

/* A figure of people who get several things must not depend on which one is met first. */
static void
test_order (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  g_autoptr (GArray) facts = random_facts (9, 3000, 150);

  /* People whose supports tell different things of what they live by, and of whom two events of one
   * day tell different things. */
  for (guint i = 0; i < facts->len; i += 7)
    g_array_index (facts, BzgFact, i).livelihood_kind = "greenhouse";
  for (guint i = 0; i < facts->len; i += 5)
    g_array_index (facts, BzgFact, i).category = "trafficking_survivor";
  for (guint run = 0; run < 8; run++)
    {
      const char *fund = run % 2 == 0 ? NULL : "A";
      g_autoptr (BzgCounted) before = count_all_kinds (facts, "2019-Q4", fund);
      g_autoptr (BzgCounted) after = NULL;
      g_autofree char *tables = bzg_tables_write_csv (before->tables);
      g_autofree char *again = NULL;

      shuffle (rand, facts);
      after = count_all_kinds (facts, "2019-Q4", fund);
      again = bzg_tables_write_csv (after->tables);
      g_assert_cmpstr (tables, ==, again);
      g_assert_cmpmem (before->rows->data, before->rows->len * sizeof (BzgCountedRow),
                       after->rows->data, after->rows->len * sizeof (BzgCountedRow));
      g_assert_cmpmem (before->classes->data, before->classes->len * sizeof (BzgFrozenClass),
                       after->classes->data, after->classes->len * sizeof (BzgFrozenClass));
      g_assert_cmpuint (before->facts, ==, after->facts);
      g_assert_cmpuint (before->imprecise, ==, after->imprecise);
      g_assert_cmpuint (before->not_consented, ==, after->not_consented);
    }
}

/* What a fact must be to be counted by the slow way; NULL: anything. */
typedef struct
{
  BzgFactKind kind;
  const char *service, *fund, *region, *sex;
} Wanted;

static gboolean
is_wanted (const BzgFact *fact, const Wanted *wanted, const BzgPeriod *period)
{
  return fact->kind == wanted->kind && bzg_period_contains (period, fact->date)
         && !fact->statistics_refused
         && (wanted->service == NULL || g_strcmp0 (fact->service, wanted->service) == 0)
         && (wanted->fund == NULL || g_strcmp0 (fact->fund, wanted->fund) == 0)
         && (wanted->region == NULL || g_strcmp0 (fact->region, wanted->region) == 0)
         && (wanted->sex == NULL || g_strcmp0 (fact->sex, wanted->sex) == 0);
}

/* How many facts, or with @people how many people in them. */
static guint
count_slowly (const GArray *facts, Wanted wanted, gboolean people)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (bzg_id_hash, bzg_id_equal);
  BzgPeriod period;
  guint n = 0;

  bzg_period_parse ("2019-Q4", &period, NULL);
  for (guint i = 0; i < facts->len; i++)
    {
      const BzgFact *fact = &g_array_index (facts, BzgFact, i);

      if (!is_wanted (fact, &wanted, &period))
        continue;
      n++;
      g_hash_table_add (seen, (gpointer) &fact->person);
    }
  return people ? g_hash_table_size (seen) : n;
}

static int
compare_numbers (gint64 a, gint64 b)
{
  return a != b ? (a < b ? -1 : 1) : 0;
}

/* By day, then by what was found; what is the same in all that may be in any order. */
static int
compare_visits (const BzgFact *a, const BzgFact *b)
{
  int orders[] = {
    bzg_date_compare (bzg_date_last_day (a->date), bzg_date_last_day (b->date)),
    compare_numbers (a->sales, b->sales),
    compare_numbers (a->jobs_f, b->jobs_f),
    compare_numbers (a->jobs_m, b->jobs_m),
    g_strcmp0 (a->business_status, b->business_status),
    bzg_id_compare (&a->record, &b->record),
  };

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    if (orders[i] != 0)
      return orders[i];
  return 0;
}

/* TRUE if no visit to the same business came later. */
static gboolean
is_last_visit (const GArray *facts, const BzgFact *visit, const BzgPeriod *period)
{
  for (guint i = 0; i < facts->len; i++)
    {
      const BzgFact *other = &g_array_index (facts, BzgFact, i);

      if (other->kind == BZG_FACT_VISIT && bzg_period_contains (period, other->date)
          && bzg_id_equal (&other->person, &visit->person)
          && g_strcmp0 (other->livelihood_kind, visit->livelihood_kind) == 0
          && compare_visits (other, visit) > 0)
        return FALSE;
    }
  return TRUE;
}

static gint64
count_jobs_slowly (const GArray *facts)
{
  BzgPeriod period;
  gint64 n = 0;

  bzg_period_parse ("2019-Q4", &period, NULL);
  for (guint i = 0; i < facts->len; i++)
    {
      const BzgFact *fact = &g_array_index (facts, BzgFact, i);

      if (is_wanted (fact, &(Wanted){ .kind = BZG_FACT_VISIT }, &period)
          && is_last_visit (facts, fact, &period))
        n += MAX (fact->jobs_f, 0) + MAX (fact->jobs_m, 0);
    }
  return n;
}

static gint64
cell (const BzgCounted *counted, const char *table, const char *const *key)
{
  const BzgCell *found
    = bzg_tables_find_cell (counted->tables, bzg_tables_find_table (counted->tables, table), key);

  g_assert_nonnull (found);
  return found->value;
}

#define CELL(counted, table, ...) cell (counted, table, (const char *const[]){ __VA_ARGS__, NULL })

static void
test_slowly (void)
{
  static const char *const services[] = { "IMM07", "IMM01", "ECO02" };
  static const char *const regions[] = { "TJ-SU", "TJ-KT", "TJ-DU" };
  g_autoptr (GArray) facts = random_facts (21, 4000, 200);
  g_autoptr (BzgCounted) counted = NULL;
  Wanted support = { .kind = BZG_FACT_SUPPORT };

  /* A district is in one region; here it may stand beside another. */
  for (guint i = 0; i < facts->len; i++)
    g_array_index (facts, BzgFact, i).district = NULL;
  counted = count_all_kinds (facts, "2019-Q4", NULL);
  g_assert_cmpint (CELL (counted, "livelihood", "T", "T"), ==, count_slowly (facts, support, TRUE));
  support.sex = "F";
  g_assert_cmpint (CELL (counted, "livelihood", "T", "F"), ==, count_slowly (facts, support, TRUE));
  support.sex = NULL;
  support.fund = "B";
  g_assert_cmpint (CELL (counted, "by-fund", "B"), ==, count_slowly (facts, support, TRUE));
  support.fund = NULL;
  g_assert_cmpint (CELL (counted, "visited", "T", "T"), ==,
                   count_slowly (facts, (Wanted){ .kind = BZG_FACT_VISIT }, TRUE));
  g_assert_cmpint (CELL (counted, "jobs", "T"), ==, count_jobs_slowly (facts));
  for (guint s = 0; s < G_N_ELEMENTS (services); s++)
    {
      support = (Wanted){ .kind = BZG_FACT_SUPPORT, .service = services[s] };
      g_assert_cmpint (CELL (counted, "by-service", services[s], "T"), ==,
                       count_slowly (facts, support, TRUE));
      for (guint r = 0; r < G_N_ELEMENTS (regions); r++)
        {
          support.region = regions[r];
          g_assert_cmpint (CELL (counted, "wide", regions[r], services[s], "T", "T"), ==,
                           count_slowly (facts, support, FALSE));
        }
    }
}

/* More classes than bits in one number. */
static void
test_many_funds (void)
{
  g_autoptr (GArray) facts = random_facts (22, 6000, 60);
  g_autoptr (BzgCounted) counted = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < 150; i++)
    {
      g_autofree char *name = g_strdup_printf ("Fund%u", i);

      g_ptr_array_add (names, (gpointer) g_intern_string (name));
    }
  for (guint i = 0; i < facts->len; i++)
    g_array_index (facts, BzgFact, i).fund = g_ptr_array_index (names, i % 150);
  counted = count_all_kinds (facts, "2019-Q4", NULL);
  for (guint i = 0; i < 150; i++)
    {
      Wanted wanted = { .kind = BZG_FACT_SUPPORT, .fund = g_ptr_array_index (names, i) };

      if (count_slowly (facts, wanted, FALSE) > 0)
        g_assert_cmpint (CELL (counted, "by-fund", wanted.fund), ==,
                         count_slowly (facts, wanted, TRUE));
    }
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
  release = bzg_release_new_from_facts ("donor", figures, facts, &options, FALSE, &error);
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
  g_test_add_func ("/count/planned", test_planned);
  g_test_add_func ("/count/one-day", test_one_day);
  g_test_add_func ("/count/refused", test_refused);
  g_test_add_func ("/count/visits", test_visits);
  g_test_add_func ("/count/fund", test_fund);
  g_test_add_func ("/count/fund-names", test_fund_names);
  g_test_add_func ("/count/fund-ids", test_fund_ids);
  g_test_add_func ("/count/order", test_order);
  g_test_add_func ("/count/slowly", test_slowly);
  g_test_add_func ("/count/many-funds", test_many_funds);
  g_test_add_func ("/count/bad-figures", test_bad_figures);
  g_test_add_func ("/count/release", test_release);
  return g_test_run ();
}
