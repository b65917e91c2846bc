/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../casebook/casebook-fixture.h"

#include "casebook/bzg-dictionary.h"
#include "casebook/bzg-fact-store.h"
#include "release/bzg-figure-private.h"
#include "release/bzg-release-private.h"

#include <sqlite3.h>
#include <string.h>

/*
 * The tables of the donor report out of a million services in memory, for one quarter and for all
 * years with everybody counted once, beside SQLite over one wide indexed table of the same facts in
 * the same run; every number is compared. Then what it takes to read the facts out of a sealed
 * casebook, to read one person anew, and to make a report there. Medians of RUNS; memory is that of
 * the process, before SQLite gets anything.
 * BENCH_SERVICES: how many in memory (0: the casebook only); BENCH_PEOPLE: of how many people (a
 * fifth as many); BENCH_SEALED: how many in the casebook.
 */

#define RUNS 5
#define FIRST_YEAR 2015
#define DAYS (5 * 365)
#define QUARTER "FY2019-Q1" /* a year begins with it: classes are those of its first event */
#define EVER "2014-10-01..2020-12-31"

static double
now_ms (void)
{
  return (double) g_get_monotonic_time () / 1000;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static double
median (double *values)
{
  qsort (values, RUNS, sizeof *values, compare_doubles);
  return values[RUNS / 2];
}

/* "VmRSS:" or "VmHWM:", in MB. */
static double
memory_mb (const char *what)
{
  g_autofree char *status = NULL;
  const char *found;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  found = strstr (status, what);
  return found != NULL ? (double) g_ascii_strtoll (found + strlen (what), NULL, 10) / 1024 : 0;
}

static guint
size_from (const char *variable, guint otherwise)
{
  const char *text = g_getenv (variable);

  return text != NULL ? (guint) g_ascii_strtoull (text, NULL, 10) : otherwise;
}

/* --- invented facts -------------------------------------------------------------------------- */

/* Skewed, as programmes are. */
static const BzgCode *
pick (GRand *rand, const char *name, gboolean leaf)
{
  const BzgCodeList *list = bzg_dictionary_code_list (name);
  double u = g_rand_double (rand);
  guint at = (guint) (u * u * list->n_codes);

  while (leaf && list->codes[at].group)
    at = (at + 1) % list->n_codes;
  return &list->codes[at];
}

static void
invent_person (guint person, BzgFact *fact)
{
  g_autoptr (GRand) own = g_rand_new_with_seed (person);
  const BzgCode *district = pick (own, "district", TRUE);

  fact->person.bytes[0] = 1;
  memcpy (fact->person.bytes + 4, &person, sizeof person);
  fact->sex = g_rand_double (own) < 0.8 ? "M" : "F";
  fact->birth = bzg_date_make (2000 - (int) (g_rand_double (own) * 45), 1 + (int) (person % 12), 5);
  fact->district = district->code;
  fact->region = district->parent;
  fact->category = pick (own, "case_category", FALSE)->code;
}

static void
invent_fact (GRand *rand, BzgFactKind kind, guint32 number, guint n_people, BzgFact *fact)
{
  *fact = (BzgFact){ .kind = kind, .age_stated = -1, .jobs_f = -1, .jobs_m = -1, .n = -1 };
  fact->cost = fact->sales = fact->costs = G_MININT64;
  for (guint i = 0; i < sizeof number; i++)
    fact->record.bytes[i] = (guint8) (number >> (24 - 8 * i));
  fact->date
    = bzg_date_add_days (bzg_date_make (FIRST_YEAR, 1, 1), g_rand_int_range (rand, 0, DAYS));
  fact->service_consent = TRUE;
  if (kind == BZG_FACT_SUPPORT || kind == BZG_FACT_VISIT)
    invent_person ((guint) g_rand_int_range (rand, 0, (int) n_people), fact);
  if (kind == BZG_FACT_SUPPORT)
    {
      const BzgCode *service = pick (rand, "service", TRUE);

      fact->service = service->code;
      fact->family = service->parent;
      fact->currency = "TJS";
      fact->cost = g_rand_int_range (rand, 1, 500000);
    }
  else if (kind == BZG_FACT_VISIT)
    {
      fact->livelihood_kind = pick (rand, "livelihood_kind", FALSE)->code;
      fact->business_status = pick (rand, "business_status", FALSE)->code;
      fact->sales = g_rand_int_range (rand, 1, 900000);
      fact->jobs_f = g_rand_int_range (rand, 0, 3);
      fact->jobs_m = g_rand_int_range (rand, 0, 5);
    }
  else
    {
      fact->activity_kind = pick (rand, "activity_kind", FALSE)->code;
      fact->sex = g_rand_boolean (rand) ? "F" : "M";
      fact->n = g_rand_int_range (rand, 1, 60);
    }
}

/* Services, a tenth as many visits, a hundredth as many activities with a part for each. */
static BzgFactStore *
invent (guint services)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  BzgFactStore *store = bzg_fact_store_new ();
  guint n = services + services / 10 + services / 50;
  guint n_people = size_from ("BENCH_PEOPLE", MAX (services / 5, 1));

  for (guint32 i = 0; i < n; i++)
    {
      BzgFactKind kind = i < services                   ? BZG_FACT_SUPPORT
                         : i < services + services / 10 ? BZG_FACT_VISIT
                         : i % 2 == 0                   ? BZG_FACT_ACTIVITY
                                                        : BZG_FACT_HEAD_COUNT;
      BzgFact fact;

      invent_fact (rand, kind, i, n_people, &fact);
      bzg_fact_store_add (store, &fact);
    }
  return store;
}

static BzgFigures *
donor_figures (void)
{
  g_autofree char *path
    = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "reports", "donor", "figures.ini", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  BzgFigures *figures;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  figures = bzg_figures_new (text, -1, &error);
  g_assert_no_error (error);
  return figures;
}

/* --- the same by SQLite ---------------------------------------------------------------------- */

static const char *const SCHEMA
  = "CREATE TABLE fact (kind INT, day INT, person INT, sex TEXT, birth INT, region "
    "TEXT,"
    " category TEXT, service TEXT, family TEXT, cost INT, livelihood TEXT, status TEXT, sales INT,"
    " jobs_f INT, jobs_m INT, activity TEXT, n INT)";

#define IN_PERIOD " day BETWEEN ?1 AND ?2 "
/* Of one day, the one that found more sold, then more at work. */
#define LAST_VISITS(what)                                                                          \
  "(SELECT *, max (((day * 1000000 + sales) * 10 + jobs_f) * 10 + jobs_m) FROM fact"               \
  " WHERE kind = 2 AND" IN_PERIOD "GROUP BY " what ")"

/* Each gives the classes of its table and the number. */
static const struct
{
  const char *figure;
  int keys;
  const char *sql;
} QUERIES[] = {
  { "people-sex-age", 2,
    "SELECT sex, CASE WHEN age < 15 THEN '0-14' WHEN age < 18 THEN '15-17' WHEN age < 25 THEN"
    " '18-24' WHEN age < 35 THEN '25-34' WHEN age < 45 THEN '35-44' WHEN age < 60 THEN '45-59' "
    "ELSE '60+' END, count (*) FROM"
    " (SELECT sex, (min (day) - birth) / 10000 AS age FROM fact WHERE kind IN (0, 2) AND" IN_PERIOD
    "  GROUP BY person HAVING sum (kind = 0) > 0) GROUP BY 1, 2" },
  { "people-region-sex", 2,
    "SELECT region, sex, count (DISTINCT person) FROM fact WHERE kind = 0 AND" IN_PERIOD
    "GROUP BY 1, 2" },
  { "people-category-sex", 2,
    "SELECT category, sex, count (DISTINCT person) FROM fact WHERE kind = 0 AND" IN_PERIOD
    "GROUP BY 1, 2" },
  { "services-family", 1,
    "SELECT family, count (*) FROM fact WHERE kind = 0 AND" IN_PERIOD "GROUP BY 1" },
  { "people-family", 1,
    "SELECT family, count (DISTINCT person) FROM fact WHERE kind = 0 AND" IN_PERIOD "GROUP BY 1" },
  { "cost-family", 1,
    "SELECT family, sum (cost) FROM fact WHERE kind = 0 AND" IN_PERIOD "GROUP BY 1" },
  { "services-service", 1,
    "SELECT service, count (*) FROM fact WHERE kind = 0 AND" IN_PERIOD "GROUP BY 1" },
  { "people-service", 1,
    "SELECT service, count (DISTINCT person) FROM fact WHERE kind = 0 AND" IN_PERIOD "GROUP BY 1" },
  { "businesses-status", 1, "SELECT status, count (*) FROM " LAST_VISITS ("person") " GROUP BY 1" },
  { "jobs-sex", 1,
    "SELECT 'F', sum (jobs_f) FROM " LAST_VISITS (
      "person, livelihood") " UNION ALL SELECT 'M',"
                            " sum (jobs_m) FROM " LAST_VISITS ("person, livelihood") },
  { "sales", 1,
    "SELECT livelihood, sum (sales) FROM " LAST_VISITS ("person, livelihood") " GROUP BY 1" },
  { "businesses-kind", 1,
    "SELECT livelihood, count (*) FROM " LAST_VISITS ("person") " GROUP BY 1" },
  { "activities-kind", 1,
    "SELECT activity, count (*) FROM fact WHERE kind = 3 AND" IN_PERIOD "GROUP BY 1" },
  { "heads-kind-sex", 2,
    "SELECT activity, sex, sum (n) FROM fact WHERE kind = 4 AND" IN_PERIOD "GROUP BY 1, 2" },
};

static void
run (sqlite3 *db, const char *sql)
{
  if (sqlite3_exec (db, sql, NULL, NULL, NULL) != SQLITE_OK)
    g_error ("%s", sqlite3_errmsg (db));
}

static sqlite3_stmt *
prepare (sqlite3 *db, const char *sql)
{
  sqlite3_stmt *stmt;

  if (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL) != SQLITE_OK)
    g_error ("%s", sqlite3_errmsg (db));
  return stmt;
}

static int
day_number (BzgDate date)
{
  return date.year * 10000 + date.month * 100 + date.day;
}

static sqlite3 *
copy_to_sqlite (const BzgFactStore *store)
{
  sqlite3 *db;
  sqlite3_stmt *stmt;

  if (sqlite3_open (":memory:", &db) != SQLITE_OK)
    g_error ("no database");
  run (db, SCHEMA);
  run (db, "BEGIN");
  stmt = prepare (db, "INSERT INTO fact VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  for (guint32 row = 0; row < store->n; row++)
    {
      BzgFact fact;
      int at = 1;

      bzg_fact_store_get (store, row, &fact);
      sqlite3_bind_int (stmt, at++, fact.kind);
      sqlite3_bind_int (stmt, at++, day_number (fact.date));
      sqlite3_bind_int (stmt, at++, (int) bzg_fact_store_who (store, row)->person);
      sqlite3_bind_text (stmt, at++, fact.sex, -1, SQLITE_STATIC);
      sqlite3_bind_int (stmt, at++, day_number (fact.birth));
      sqlite3_bind_text (stmt, at++, fact.region, -1, SQLITE_STATIC);
      sqlite3_bind_text (stmt, at++, fact.category, -1, SQLITE_STATIC);
      sqlite3_bind_text (stmt, at++, fact.service, -1, SQLITE_STATIC);
      sqlite3_bind_text (stmt, at++, fact.family, -1, SQLITE_STATIC);
      sqlite3_bind_int64 (stmt, at++, fact.cost);
      sqlite3_bind_text (stmt, at++, fact.livelihood_kind, -1, SQLITE_STATIC);
      sqlite3_bind_text (stmt, at++, fact.business_status, -1, SQLITE_STATIC);
      sqlite3_bind_int64 (stmt, at++, fact.sales);
      sqlite3_bind_int (stmt, at++, fact.jobs_f);
      sqlite3_bind_int (stmt, at++, fact.jobs_m);
      sqlite3_bind_text (stmt, at++, fact.activity_kind, -1, SQLITE_STATIC);
      sqlite3_bind_int (stmt, at++, fact.n);
      sqlite3_step (stmt);
      sqlite3_reset (stmt);
    }
  sqlite3_finalize (stmt);
  run (db, "COMMIT");
  run (db, "CREATE INDEX fact_day ON fact (kind, day)");
  run (db, "ANALYZE");
  return db;
}

/* The table must hold what the query gives, and nothing else. */
static void
compare (const BzgCounted *counted, const char *figure, int keys, sqlite3_stmt *stmt)
{
  const BzgTable *table = bzg_tables_find_table (counted->tables, figure);
  gint64 sum = 0;

  while (sqlite3_step (stmt) == SQLITE_ROW)
    {
      const char *key[] = { (const char *) sqlite3_column_text (stmt, 0),
                            (const char *) sqlite3_column_text (stmt, 1) };
      gint64 n = sqlite3_column_int64 (stmt, keys);
      const BzgCell *cell = bzg_tables_find_cell (counted->tables, table, key);

      g_assert_nonnull (cell);
      g_assert_cmpint (cell->value, ==, n);
      sum += n;
    }
  for (guint i = 0; i < table->n_cells; i++)
    {
      gboolean total = FALSE;

      for (guint d = 0; d < table->n_dims; d++)
        total |= (int) table->cells[i].key[d]
                 == bzg_tables_find_code (counted->tables, table->dims[d], "T");
      if (!total)
        sum -= table->cells[i].value;
    }
  g_assert_cmpint (sum, ==, 0);
}

/* All tables by SQLite; with @counted, compared. Milliseconds. */
static double
count_by_sqlite (sqlite3 *db, const BzgPeriod *period, const BzgCounted *counted)
{
  double begin = now_ms ();

  for (guint q = 0; q < G_N_ELEMENTS (QUERIES); q++)
    {
      sqlite3_stmt *stmt = prepare (db, QUERIES[q].sql);

      sqlite3_bind_int (stmt, 1, day_number (period->first));
      sqlite3_bind_int (stmt, 2, day_number (period->last));
      if (counted != NULL)
        compare (counted, QUERIES[q].figure, QUERIES[q].keys, stmt);
      else
        while (sqlite3_step (stmt) == SQLITE_ROW)
          ;
      sqlite3_finalize (stmt);
    }
  return now_ms () - begin;
}

/* --- counting -------------------------------------------------------------------------------- */

static BzgCountOptions
options_for (const char *period)
{
  BzgCountOptions options = { .programme = "p", .release = "r", .threshold = 5 };

  if (!bzg_period_parse (period, &options.period, NULL))
    g_error ("%s", period);
  return options;
}

static double
time_count (BzgFigures *figures, const BzgFactStore *store, const char *period)
{
  BzgCountOptions options = options_for (period);
  double times[RUNS], middle;

  for (guint i = 0; i < RUNS; i++)
    {
      double begin = now_ms ();
      g_autoptr (BzgCounted) counted = bzg_count (figures, store, &options);

      g_assert_cmpuint (counted->facts, >, 0);
      times[i] = now_ms () - begin;
    }
  middle = median (times);
  g_print ("%-24s counted %8.1f ms (worst %.1f)\n", period, middle, times[RUNS - 1]);
  return middle;
}

/* From the record to what would be frozen: posted under pseudonyms, counted with its rows. */
static void
time_posted (BzgFigures *figures, const BzgFactStore *store, const char *period)
{
  double times[RUNS], posted_ms[RUNS];
  g_autoptr (BzgPosting) posting = _bzg_posting_new ();
  guint n = 0;

  for (guint i = 0; i < RUNS; i++)
    {
      BzgCountOptions options = options_for (period);
      double begin = now_ms ();
      g_autoptr (BzgPosted) posted = _bzg_posted_new (posting, &options.period, 10);
      g_autoptr (BzgCounted) counted = NULL;
      BzgFrozen *frozen;

      _bzg_posted_add (posted, store);
      posted_ms[i] = now_ms () - begin;
      n = posted->facts->n;
      options.posting = posting;
      options.year_month = 10;
      options.with_rows = TRUE;
      counted = bzg_count (figures, posted->facts, &options);
      frozen = _bzg_freeze (figures, counted, g_steal_pointer (&posted->facts), &options);
      times[i] = now_ms () - begin;
      _bzg_frozen_free (frozen);
    }
  g_print ("%-24s posted  %8.1f ms (%u facts); posted, counted with rows, frozen %.1f ms\n", period,
           median (posted_ms), n, median (times));
}

static void
time_beside_sqlite (
  BzgFigures *figures, const BzgFactStore *store, sqlite3 *db, const char *period, double ours)
{
  BzgCountOptions options = options_for (period);
  g_autoptr (BzgCounted) counted = bzg_count (figures, store, &options);
  double times[RUNS], theirs;

  bzg_counted_add_open (counted);
  count_by_sqlite (db, &options.period, counted);
  for (guint i = 0; i < RUNS; i++)
    times[i] = count_by_sqlite (db, &options.period, NULL);
  theirs = median (times);
  g_print ("%-24s sqlite3 %8.1f ms (worst %.1f), %.1f times as long; all numbers agree\n", period,
           theirs, times[RUNS - 1], theirs / ours);
}

/* --- a casebook ------------------------------------------------------------------------------ */

static void
insert_row (sqlite3_stmt *stmt, const BzgId *id, const BzgId *person, const char *const *values)
{
  int at = 1;

  sqlite3_bind_blob (stmt, at++, id, sizeof *id, SQLITE_STATIC);
  if (person != NULL)
    sqlite3_bind_blob (stmt, at++, person, sizeof *person, SQLITE_STATIC);
  for (guint i = 0; values[i] != NULL; i++)
    sqlite3_bind_text (stmt, at++, values[i], -1, SQLITE_STATIC);
  if (sqlite3_step (stmt) != SQLITE_DONE)
    g_error ("%s", sqlite3_errmsg (sqlite3_db_handle (stmt)));
  sqlite3_reset (stmt);
}

/* Past the session, which would take hours: the rows have no history. */
static void
fill_casebook (sqlite3 *db, guint services)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);
  sqlite3_stmt *person = prepare (db, "INSERT INTO person (id, sex, birth_date, district,"
                                      " created_at, changed_at) VALUES (?, ?, ?, ?, 1, 1)");
  sqlite3_stmt *file = prepare (db, "INSERT INTO case_file (id, person, category, status,"
                                    " created_at, changed_at) VALUES (?, ?, ?, ?, 1, 1)");
  sqlite3_stmt *consent = prepare (db, "INSERT INTO consent (id, person, purpose, status,"
                                       " created_at, changed_at) VALUES (?, ?, ?, ?, 1, 1)");
  sqlite3_stmt *support = prepare (db, "INSERT INTO support (id, person, service, delivered, cost,"
                                       " currency, created_at, changed_at)"
                                       " VALUES (?, ?, ?, ?, 12000, 'TJS', 1, 1)");
  guint n_people = services / 5;
  g_autofree BzgId *people = g_new (BzgId, MAX (n_people, 1));
  char day[BZG_DATE_TEXT_SIZE];
  BzgFact fact;
  BzgId id;

  run (db, "BEGIN");
  for (guint i = 0; i < n_people; i++)
    {
      bzg_id_new (&people[i]);
      invent_person (i, &fact);
      bzg_date_to_iso (fact.birth, day);
      insert_row (person, &people[i], NULL,
                  (const char *const[]){ fact.sex, day, fact.district, NULL });
      bzg_id_new (&id);
      insert_row (file, &id, &people[i], (const char *const[]){ fact.category, "plan", NULL });
      bzg_id_new (&id);
      insert_row (consent, &id, &people[i],
                  (const char *const[]){ "donor_statistics", "given", NULL });
    }
  for (guint i = 0; i < services; i++)
    {
      invent_fact (rand, BZG_FACT_SUPPORT, i, 1, &fact);
      bzg_date_to_iso (fact.date, day);
      bzg_id_new (&id);
      insert_row (support, &id, &people[g_rand_int_range (rand, 0, (int) n_people)],
                  (const char *const[]){ fact.service, day, NULL });
    }
  run (db, "COMMIT");
  sqlite3_finalize (person);
  sqlite3_finalize (file);
  sqlite3_finalize (consent);
  sqlite3_finalize (support);
}

static double
time_store (Casebook *c, guint *n)
{
  g_autoptr (GError) error = NULL;
  double begin = now_ms ();
  const BzgFactStore *store = bzg_facts_store (c->session, &error);

  g_assert_no_error (error);
  *n = store->n;
  return now_ms () - begin;
}

static void
add_service (Casebook *c, const BzgId *person)
{
  g_autoptr (BzgRecord) support = bzg_record_new ("support", NULL);

  bzg_record_set_id (support, "person", person);
  bzg_record_set (support, "service", "IMM07");
  bzg_record_set (support, "delivered", "2019-11-05");
  casebook_put (c, support);
}

static void
time_casebook (BzgFigures *figures, guint services)
{
  Casebook c = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgSecret) secret = bzg_secret_new_text (PASSPHRASE);
  BzgVault *vault;
  sqlite3 *db;
  double times[RUNS], build;
  guint n;

  casebook_set_up (&c, NULL);
  casebook_close (&c);
  vault = bzg_vault_open (c.path, "office", secret, NULL, &error);
  g_assert_no_error (error);
  db = bzg_vault_connect (vault, FALSE, &error);
  g_assert_no_error (error);
  fill_casebook (db, services);
  sqlite3_close_v2 (db);
  bzg_vault_close (vault, &error);
  g_assert_no_error (error);

  casebook_open (&c, "office");
  build = time_store (&c, &n);
  g_print ("sealed casebook: %u facts read into columns %.0f ms\n", n, build);
  for (guint i = 0; i < RUNS; i++)
    {
      add_service (&c, &bzg_facts_store (c.session, NULL)->people.ids[i]);
      times[i] = time_store (&c, &n);
    }
  g_print ("after one more service of one person %.1f ms; %u facts\n", median (times), n);
  for (guint i = 0; i < RUNS; i++)
    {
      double begin = now_ms ();
      g_autoptr (BzgRelease) release
        = bzg_release_new (c.session, "donor", figures, QUARTER, NULL, FALSE, &error);

      g_assert_no_error (error);
      g_assert_nonnull (release);
      times[i] = now_ms () - begin;
    }
  g_print ("report of %s made, not yet proved %.1f ms; peak of memory %.0f MB\n", QUARTER,
           median (times), memory_mb ("VmHWM:"));
  casebook_tear_down (&c, NULL);
}

int
main (int argc, char **argv)
{
  guint services = size_from ("BENCH_SERVICES", 1000000);
  g_autoptr (BzgFigures) figures = NULL;
  g_autoptr (BzgFactStore) store = NULL;
  double quarter, ever, begin, before;
  sqlite3 *db;

  casebook_test_init (&argc, &argv);
  figures = donor_figures ();
  if (services == 0)
    {
      time_casebook (figures, size_from ("BENCH_SEALED", 100000));
      return 0;
    }
  before = memory_mb ("VmRSS:");
  begin = now_ms ();
  store = invent (services);
  g_print ("%u facts of %u people, %u services, invented in %.0f ms; %.0f MB, %.0f bytes a fact\n",
           store->n, store->people.n, services, now_ms () - begin, memory_mb ("VmRSS:") - before,
           (memory_mb ("VmRSS:") - before) * 1048576 / store->n);
  quarter = time_count (figures, store, QUARTER);
  ever = time_count (figures, store, EVER);
  g_print ("peak of memory so far %.0f MB\n", memory_mb ("VmHWM:"));
  time_posted (figures, store, QUARTER);
  time_posted (figures, store, "FY2019");
  g_print ("peak of memory so far %.0f MB\n", memory_mb ("VmHWM:"));
  db = copy_to_sqlite (store);
  time_beside_sqlite (figures, store, db, QUARTER, quarter);
  time_beside_sqlite (figures, store, db, EVER, ever);
  sqlite3_close_v2 (db);
  g_clear_pointer (&store, bzg_fact_store_free);
  time_casebook (figures, size_from ("BENCH_SEALED", 100000));
  return 0;
}
