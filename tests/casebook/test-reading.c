/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook-fixture.h"

#include "casebook/bzg-consent.h"
#include "casebook/bzg-facts.h"
#include "casebook/bzg-people.h"

#include <string.h>

/* Dues, timeline, overview and facts of invented people. */

static BzgRecord *
child (const char *aggregate, const BzgId *person, const char *const *values)
{
  BzgRecord *record = bzg_record_new (aggregate, NULL);

  bzg_record_set_id (record, "person", person);
  for (; *values != NULL; values += 2)
    bzg_record_set (record, values[0], values[1]);
  return record;
}

static BzgId
put_child (Casebook *c, const char *aggregate, const BzgId *person, const char *const *values)
{
  g_autoptr (BzgRecord) record = child (aggregate, person, values);

  casebook_put (c, record);
  return *bzg_record_id (record);
}

#define PUT(c, aggregate, person, ...)                                                             \
  put_child (c, aggregate, person, (const char *const[]){ __VA_ARGS__, NULL })

static void
set_up (Casebook *c, gconstpointer data)
{
  casebook_set_up (c, data);
  bzg_session_set_today (c->session, bzg_date_make (2020, 3, 10));
}

/* "kind what due days; ..." of what is due. */
static char *
dues (Casebook *c)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = bzg_people_due (c->session, 50, &error);
  GString *out = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < list->len; i++)
    {
      const BzgDue *due = list->pdata[i];

      g_string_append_printf (out, "%s %s %s %d;", due->kind, due->what,
                              due->due != NULL ? due->due : "-", due->days);
    }
  return g_string_free (out, FALSE);
}

static void
assert_dues (Casebook *c, const char *expected)
{
  g_autofree char *got = dues (c);

  g_assert_cmpstr (got, ==, expected);
}

static void
test_visit_due (Casebook *c, gconstpointer data)
{
  BzgId person = casebook_add_person (c, "Назаров", "Сомон", NULL);
  BzgId livelihood;

  /* A course is no business. */
  PUT (c, "support", &person, "service", "ECO12", "delivered", "2019-12-01");
  assert_dues (c, "");
  PUT (c, "support", &person, "service", "ECO01", "delivered", "2020-01-20");
  assert_dues (c, "visit_due ECO01 2020-02-20 -19;");
  /* One visit answers every milestone up to two weeks after it. */
  PUT (c, "visit", &person, "date", "2020-03-01", "status", "operating");
  assert_dues (c, "");
  bzg_session_set_today (c->session, bzg_date_make (2020, 4, 10));
  assert_dues (c, "visit_due ECO01 2020-04-20 10;");
  PUT (c, "visit", &person, "date", "2020-04-07", "status", "operating");
  assert_dues (c, "");
  bzg_session_set_today (c->session, bzg_date_make (2020, 7, 10));
  assert_dues (c, "visit_due ECO01 2020-07-20 10;");

  /* The business itself says when it began. */
  livelihood = PUT (c, "livelihood", &person, "kind", "greenhouse", "started_on", "2020-03");
  assert_dues (c, "visit_due greenhouse 2020-04-30 -71;");
  {
    g_autoptr (BzgRecord) visit
      = child ("visit", &person,
               (const char *const[]){ "date", "2020-07-09", "status", "closed", NULL });

    bzg_record_set_id (visit, "livelihood", &livelihood);
    casebook_put (c, visit);
  }
  /* Closed for ever. */
  assert_dues (c, "");
  bzg_session_set_today (c->session, bzg_date_make (2022, 7, 10));
  assert_dues (c, "");
}

static void
test_due (Casebook *c, gconstpointer data)
{
  BzgId person = casebook_add_person (c, "Назаров", "Сомон", NULL);
  g_autoptr (GPtrArray) cases = bzg_session_list (c->session, "case_file", "person", &person, NULL);
  g_autoptr (BzgRecord) file = bzg_record_copy (cases->pdata[0]);
  g_autoptr (BzgPeopleList) list = bzg_people_list_new (c->session);
  g_autoptr (BzgPersonRow) row = NULL;
  g_autoptr (GError) error = NULL;
  BzgPeopleQuery overdue = { .overdue = TRUE };
  BzgId task;

  task = PUT (c, "task", &person, "due", "2020-03-08", "title", "Call the school");
  PUT (c, "task", &person, "due", "2021-01-01", "title", "Far away");
  PUT (c, "support", &person, "service", "SOC05", "planned", "2020-03");
  bzg_record_set (file, "reassess_on", "2020-03-10");
  bzg_record_set (file, "priority", "high");
  casebook_put (c, file);
  assert_dues (c, "task Call the school 2020-03-08 -2;reassessment high 2020-03-10 0;"
                  "planned_support SOC05 2020-03-31 21;");
  row = g_list_model_get_item (G_LIST_MODEL (list), 0);
  bzg_people_list_set_query (list, &overdue);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1);
  g_clear_object (&row);
  row = g_list_model_get_item (G_LIST_MODEL (list), 0);
  g_assert_cmpstr (bzg_person_row_next_due (row), ==, "2020-03-08");
  {
    g_autoptr (BzgRecord) done = casebook_get (c, "task", &task);

    bzg_record_set (done, "done_on", "2020-03-09");
    casebook_put (c, done);
  }
  bzg_row_list_flush (BZG_ROW_LIST (list));
  bzg_row_list_reload (BZG_ROW_LIST (list));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);

  bzg_session_keep_draft (c->session, "note", &person, "half a sentence", &error);
  g_assert_no_error (error);
  assert_dues (c, "reassessment high 2020-03-10 0;draft note - 0;"
                  "planned_support SOC05 2020-03-31 21;");
}

static void
test_due_others (Casebook *c, gconstpointer data)
{
  BzgId person = casebook_add_person (c, "Назаров", "Сомон", NULL);
  g_autoptr (BzgRecord) task = NULL;
  g_autoptr (BzgRecord) story = NULL;
  g_autoptr (BzgRecord) case1 = NULL;

  casebook_add_user (c, "case1", "protection");
  case1 = bzg_session_find (c->session, "user", "name", "case1", NULL);
  PUT (c, "task", &person, "due", "2020-03-08", "title", "For office");
  task = child ("task", &person,
                (const char *const[]){ "due", "2020-03-09", "title", "For case1", NULL });
  bzg_record_set_id (task, "owner", bzg_record_id (case1));
  casebook_put (c, task);
  story = child ("story", &person,
                 (const char *const[]){ "language", "en", "title", "A story", "body", "Text",
                                        "status", "review", NULL });
  casebook_put (c, story);
  assert_dues (c, "task For office 2020-03-08 -2;");
  casebook_close (c);

  casebook_open (c, "case1");
  bzg_session_set_today (c->session, bzg_date_make (2020, 3, 10));
  assert_dues (c, "task For case1 2020-03-09 -1;approval A story - 0;");
}

static void
test_timeline (Casebook *c, gconstpointer data)
{
  BzgId person = casebook_add_person (c, "Назаров", "Сомон", NULL);
  BzgId other = casebook_add_person (c, "Азизова", "Лола", NULL);
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GString) got = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  PUT (c, "support", &person, "service", "ECO01", "delivered", "2019");
  PUT (c, "support", &person, "service", "ECO04", "planned", "2019-06-01");
  PUT (c, "visit", &person, "date", "2019-12-31");
  PUT (c, "note", &person, "date", "2019-12-30", "text", "A note");
  PUT (c, "migration", &person, "return_date", "2018-04");
  PUT (c, "consent", &person, "purpose", "service", "status", "given");
  PUT (c, "note", &other, "date", "2020-01-01", "text", "Not hers");
  events = bzg_people_timeline (c->session, &person, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < events->len; i++)
    {
      const BzgEvent *event = events->pdata[i];

      g_assert_nonnull (event->record);
      g_string_append_printf (got, "%s %s;", event->aggregate,
                              event->date != NULL ? event->date : "-");
    }
  g_assert_cmpstr (got->str, ==,
                   "visit 2019-12-31;support 2019;note 2019-12-30;support 2019-06-01;"
                   "migration 2018-04;consent -;case_file -;");
  casebook_add_user (c, "case1", "caseworker");
  casebook_close (c);
  casebook_open (c, "case1");
  g_assert_null (bzg_people_timeline (c->session, &person, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NOT_FOUND);
}

static void
test_overview (Casebook *c, gconstpointer data)
{
  BzgId person = casebook_add_person (c, "Назаров", "Сомон", NULL);
  BzgOverview overview;
  g_autoptr (GError) error = NULL;

  casebook_add_person (c, "Азизова", "Лола", NULL);
  PUT (c, "support", &person, "service", "ECO01", "delivered", "2019");
  PUT (c, "support", &person, "service", "ECO04", "planned", "2019-06-01");
  PUT (c, "visit", &person, "date", "2019-12-31", "status", "operating");
  PUT (c, "visit", &person, "date", "2020-02-01", "status", "closed");
  PUT (c, "case_file", &person, "status", "new", "registered", "2020-03-02");
  g_assert_true (bzg_people_overview (c->session, &overview, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (overview.people, ==, 2);
  g_assert_cmpuint (overview.open_cases, ==, 3);
  g_assert_cmpuint (overview.supports_delivered, ==, 1);
  g_assert_cmpuint (overview.supports_planned, ==, 1);
  g_assert_cmpuint (overview.visits, ==, 2);
  g_assert_cmpuint (overview.businesses_running, ==, 0);
  g_assert_cmpuint (overview.activities, ==, 0);
  g_assert_cmpuint (overview.registered_this_month, ==, 1);
}

static gboolean
collect_cb (const BzgFact *fact, gpointer data)
{
  g_array_append_vals (data, fact, 1);
  return TRUE;
}

static gboolean
stop_cb (const BzgFact *fact, gpointer data)
{
  (*(guint *) data)++;
  return FALSE;
}

static void
test_facts (Casebook *c, gconstpointer data)
{
  g_autoptr (GArray) facts = g_array_new (FALSE, FALSE, sizeof (BzgFact));
  g_autoptr (BzgRecord) fund = bzg_record_new ("fund", NULL);
  g_autoptr (BzgRecord) person = bzg_record_new ("person", NULL);
  g_autoptr (BzgRecord) support = NULL;
  g_autoptr (BzgRecord) activity = bzg_record_new ("activity", NULL);
  g_autoptr (BzgRecord) heads = bzg_record_new ("head_count", NULL);
  g_autoptr (BzgWork) work = bzg_work_new ();
  g_autoptr (GError) error = NULL;
  const BzgFact *fact;
  BzgId wrong;
  guint n = 0;

  bzg_record_set (fund, "name", "Fund One");
  casebook_put (c, fund);
  bzg_record_set (person, "family_name", "Азизова");
  bzg_record_set (person, "sex", "F");
  bzg_record_set (person, "age", "30");
  bzg_record_set (person, "age_as_of", "2019");
  bzg_record_set (person, "district", "TJ-SU-01");
  casebook_put (c, person);
  PUT (c, "case_file", bzg_record_id (person), "category", "at_risk", "status", "closed");
  PUT (c, "case_file", bzg_record_id (person), "category", "returned_migrant", "status", "plan");
  PUT (c, "consent", bzg_record_id (person), "purpose", "service", "status", "given");
  /* An older paper that is entered later takes nothing back. */
  PUT (c, "consent", bzg_record_id (person), "purpose", "donor_statistics", "status", "given");
  PUT (c, "consent", bzg_record_id (person), "purpose", "donor_statistics", "status", "withdrawn");
  PUT (c, "consent", bzg_record_id (person), "purpose", "donor_statistics", "status", "given",
       "given_on", "2019-01-01");
  support = child ("support", bzg_record_id (person),
                   (const char *const[]){ "service", "ECO02", "delivered", "2019-08", "cost",
                                          "1480.50", "currency", "TJS", "quantity", "2.5", NULL });
  bzg_record_set_id (support, "fund", bzg_record_id (fund));
  casebook_put (c, support);
  PUT (c, "support", bzg_record_id (person), "service", "training", "planned", "2020");
  wrong = PUT (c, "support", bzg_record_id (person), "service", "LEG01", "delivered", "2019");
  bzg_work_void (work, "support", &wrong, "a mistake");
  casebook_commit (c, work);
  PUT (c, "visit", bzg_record_id (person), "date", "2020-02-01", "status", "operating", "sales",
       "0.00", "jobs_f", "0");
  bzg_record_set (activity, "kind", "film");
  bzg_record_set (activity, "title", "A film");
  bzg_record_set (activity, "start", "2019-05-01");
  casebook_put (c, activity);
  bzg_record_set_id (heads, "activity", bzg_record_id (activity));
  bzg_record_set (heads, "sex", "F");
  bzg_record_set (heads, "age_band", "15-17");
  bzg_record_set (heads, "people", "12");
  casebook_put (c, heads);

  g_assert_true (bzg_facts_foreach (c->session, collect_cb, facts, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (facts->len, ==, 5);
  fact = &g_array_index (facts, BzgFact, 0);
  g_assert_cmpint (fact->kind, ==, BZG_FACT_SUPPORT);
  g_assert_true (bzg_id_equal (&fact->person, bzg_record_id (person)));
  g_assert_cmpstr (fact->service, ==, "ECO02");
  g_assert_cmpstr (fact->family, ==, "in_kind_livelihood");
  g_assert_cmpstr (fact->fund, ==, "Fund One");
  g_assert_cmpstr (fact->sex, ==, "F");
  g_assert_cmpstr (fact->region, ==, "TJ-SU");
  g_assert_cmpstr (fact->category, ==, "returned_migrant");
  g_assert_cmpint (fact->cost, ==, 148050);
  g_assert_cmpint (fact->date.year, ==, 2019);
  g_assert_cmpint (fact->date.day, ==, 0);
  g_assert_true (fact->statistics_refused);
  g_assert_true (fact->service_consent);
  fact = &g_array_index (facts, BzgFact, 1);
  g_assert_cmpint (fact->kind, ==, BZG_FACT_PLANNED);
  g_assert_cmpstr (fact->family, ==, "training");
  g_assert_null (fact->fund);
  g_assert_cmpint (fact->cost, ==, G_MININT64);
  fact = &g_array_index (facts, BzgFact, 2);
  g_assert_cmpint (fact->kind, ==, BZG_FACT_VISIT);
  g_assert_cmpint (fact->sales, ==, 0);
  g_assert_cmpint (fact->costs, ==, G_MININT64);
  g_assert_cmpint (fact->jobs_f, ==, 0);
  g_assert_cmpint (fact->jobs_m, ==, -1);
  fact = &g_array_index (facts, BzgFact, 3);
  g_assert_cmpint (fact->kind, ==, BZG_FACT_ACTIVITY);
  g_assert_true (bzg_id_is_zero (&fact->person));
  g_assert_cmpint (fact->n, ==, -1);
  fact = &g_array_index (facts, BzgFact, 4);
  g_assert_cmpint (fact->kind, ==, BZG_FACT_HEAD_COUNT);
  g_assert_cmpint (fact->n, ==, 12);
  g_assert_cmpstr (fact->age_band, ==, "15-17");

  g_assert_true (bzg_facts_foreach (c->session, stop_cb, &n, &error));
  g_assert_cmpuint (n, ==, 1);
}

static void
test_fact_age (void)
{
  static const struct
  {
    BzgDate as_of, on;
    int min, max;
  } CASES[] = {
    { { 2019, 0, 0 }, { 2019, 12, 31 }, 30, 31 }, { { 2019, 0, 0 }, { 2019, 6, 15 }, 29, 31 },
    { { 2019, 5, 1 }, { 2019, 5, 1 }, 30, 30 },   { { 2019, 5, 1 }, { 2021, 4, 30 }, 31, 32 },
    { { 2019, 5, 1 }, { 2021, 5, 1 }, 32, 33 },   { { 2019, 5, 1 }, { 2018, 5, 1 }, 28, 29 },
    { { 2019, 5, 1 }, { 2019, 4, 30 }, 29, 30 },
  };
  BzgFact fact = { .age_stated = 30 };
  int min, max;

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      fact.age_as_of = CASES[i].as_of;
      g_assert_true (bzg_fact_age (&fact, CASES[i].on, &min, &max));
      g_assert_cmpint (min, ==, CASES[i].min);
      g_assert_cmpint (max, ==, CASES[i].max);
    }
  fact.birth = bzg_date_make (1985, 8, 12);
  g_assert_true (bzg_fact_age (&fact, bzg_date_make (2019, 8, 11), &min, &max));
  g_assert_cmpint (min, ==, 33);
  g_assert_cmpint (max, ==, 33);
  fact = (BzgFact){ .age_stated = -1 };
  g_assert_false (bzg_fact_age (&fact, bzg_date_make (2019, 8, 11), &min, &max));
}

/* The latest dated answer holds: an old paper that turns up undoes no withdrawal, an answer without
 * a date is of the day on which it was entered, a no of some day in a year of its last. */
static void
test_consent (Casebook *c, gconstpointer data)
{
  BzgId person = casebook_add_person (c, "Сафарова", "Нигина", "TJ-SU");
  g_autoptr (GPtrArray) consents = NULL;
  const BzgRecord *latest;

  PUT (c, "consent", &person, "purpose", "research", "status", "withdrawn", "given_on",
       "2019-06-01");
  PUT (c, "consent", &person, "purpose", "research", "status", "given", "given_on", "2018");
  PUT (c, "consent", &person, "purpose", "service", "status", "refused");
  PUT (c, "consent", &person, "purpose", "service", "status", "given", "given_on", "2019-06-01");
  PUT (c, "consent", &person, "purpose", "referral", "status", "given", "given_on", "2019-06-01");
  PUT (c, "consent", &person, "purpose", "referral", "status", "refused", "given_on", "2019-06-01");
  PUT (c, "consent", &person, "purpose", "photo", "status", "withdrawn", "given_on", "2019");
  PUT (c, "consent", &person, "purpose", "photo", "status", "given", "given_on", "2019-06-01");
  consents = bzg_session_list (c->session, "consent", "person", &person, NULL);
  latest = bzg_consent_latest (consents, "photo");
  g_assert_cmpstr (bzg_record_get (latest, "status"), ==, "withdrawn");
  latest = bzg_consent_latest (consents, "research");
  g_assert_cmpstr (bzg_record_get (latest, "status"), ==, "withdrawn");
  latest = bzg_consent_latest (consents, "service");
  g_assert_cmpstr (bzg_record_get (latest, "status"), ==, "refused");
  latest = bzg_consent_latest (consents, "referral");
  g_assert_cmpstr (bzg_record_get (latest, "status"), ==, "refused");
  g_assert_null (bzg_consent_latest (consents, "donor_statistics"));
}

int
main (int argc, char **argv)
{
  casebook_test_init (&argc, &argv);
#define ADD(path, function)                                                                        \
  g_test_add ("/reading/" path, Casebook, NULL, set_up, function, casebook_tear_down)
  ADD ("visit-due", test_visit_due);
  ADD ("due", test_due);
  ADD ("due-others", test_due_others);
  ADD ("timeline", test_timeline);
  ADD ("overview", test_overview);
  ADD ("consent", test_consent);
  ADD ("facts", test_facts);
  g_test_add_func ("/reading/fact-age", test_fact_age);
  return g_test_run ();
}
