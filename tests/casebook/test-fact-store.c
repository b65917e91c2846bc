/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook-fixture.h"
#include "../release/random-facts.h"

#include "casebook/bzg-facts-private.h"
#include "casebook/bzg-merge.h"

#include <string.h>

/* --- comparing ------------------------------------------------------------------------------- */

static void
assert_same_fact (const BzgFact *a, const BzgFact *b)
{
  g_assert_cmpint (a->kind, ==, b->kind);
  g_assert_true (bzg_id_equal (&a->record, &b->record));
  g_assert_true (bzg_id_equal (&a->person, &b->person));
  g_assert_cmpint (bzg_date_compare (a->date, b->date), ==, 0);
  g_assert_cmpstr (a->sex, ==, b->sex);
  g_assert_cmpint (bzg_date_compare (a->birth, b->birth), ==, 0);
  g_assert_cmpint (a->age_stated, ==, b->age_stated);
  g_assert_cmpint (bzg_date_compare (a->age_as_of, b->age_as_of), ==, 0);
  g_assert_cmpstr (a->region, ==, b->region);
  g_assert_cmpstr (a->district, ==, b->district);
  g_assert_cmpstr (a->category, ==, b->category);
  g_assert_cmpstr (a->country, ==, b->country);
  g_assert_cmpstr (a->service, ==, b->service);
  g_assert_cmpstr (a->family, ==, b->family);
  g_assert_cmpstr (a->fund, ==, b->fund);
  g_assert_cmpstr (a->livelihood_kind, ==, b->livelihood_kind);
  g_assert_cmpstr (a->business_status, ==, b->business_status);
  g_assert_cmpstr (a->activity_kind, ==, b->activity_kind);
  g_assert_cmpstr (a->age_band, ==, b->age_band);
  g_assert_cmpstr (a->currency, ==, b->currency);
  g_assert_cmpint (a->cost, ==, b->cost);
  g_assert_cmpint (a->sales, ==, b->sales);
  g_assert_cmpint (a->costs, ==, b->costs);
  g_assert_cmpint (a->jobs_f, ==, b->jobs_f);
  g_assert_cmpint (a->jobs_m, ==, b->jobs_m);
  g_assert_cmpint (a->n, ==, b->n);
  g_assert_cmpint (a->statistics_refused, ==, b->statistics_refused);
  g_assert_cmpint (a->service_consent, ==, b->service_consent);
}

static int
by_record (gconstpointer a, gconstpointer b)
{
  const BzgFact *x = a, *y = b;

  return x->kind != y->kind ? (int) x->kind - (int) y->kind
                            : bzg_id_compare (&x->record, &y->record);
}

static GArray *
facts_of (const BzgFactStore *store)
{
  GArray *facts = g_array_new (FALSE, FALSE, sizeof (BzgFact));
  BzgFact fact;

  for (guint32 row = 0; row < store->n; row++)
    {
      bzg_fact_store_get (store, row, &fact);
      g_array_append_val (facts, fact);
    }
  g_array_sort (facts, by_record);
  return facts;
}

/* The store that is kept holds what the tables hold. */
static void
assert_current (Casebook *c)
{
  g_autoptr (BzgFactStore) fresh = bzg_fact_store_new ();
  g_autoptr (GArray) wanted = NULL;
  g_autoptr (GArray) got = NULL;
  g_autoptr (GError) error = NULL;
  const BzgFactStore *kept = bzg_facts_store (c->session, &error);

  g_assert_no_error (error);
  _bzg_facts_read (fresh, bzg_session_reader (c->session), &error);
  g_assert_no_error (error);
  wanted = facts_of (fresh);
  got = facts_of (kept);
  g_assert_cmpuint (got->len, ==, wanted->len);
  for (guint i = 0; i < got->len; i++)
    assert_same_fact (&g_array_index (got, BzgFact, i), &g_array_index (wanted, BzgFact, i));
}

/* --- columns --------------------------------------------------------------------------------- */

static BzgFactStore *
store_of (const GArray *facts)
{
  BzgFactStore *store = bzg_fact_store_new ();

  for (guint i = 0; i < facts->len; i++)
    bzg_fact_store_add (store, &g_array_index (facts, BzgFact, i));
  return store;
}

static void
test_round_trip (void)
{
  g_autoptr (GArray) facts = random_facts (3, 4000, 300);
  g_autoptr (BzgFactStore) store = store_of (facts);

  g_assert_cmpuint (store->n, ==, facts->len);
  for (guint i = 0; i < facts->len; i++)
    {
      BzgFact fact;

      bzg_fact_store_get (store, i, &fact);
      assert_same_fact (&fact, &g_array_index (facts, BzgFact, i));
    }
  /* 300 people and nobody. */
  g_assert_cmpuint (store->people.n, ==, 301);
  g_assert_cmpuint (store->n_whos, <, 400);
}

static void
test_pick (void)
{
  g_autoptr (GArray) facts = random_facts (4, 1000, 50);
  g_autoptr (BzgFactStore) store = store_of (facts);
  guint32 rows[500];
  BzgFact fact;

  /* Every second one, from the end. */
  for (guint i = 0; i < 500; i++)
    rows[i] = 999 - 2 * i;
  bzg_fact_store_pick (store, rows, 500);
  g_assert_cmpuint (store->n, ==, 500);
  bzg_fact_store_add (store, &g_array_index (facts, BzgFact, 0));
  for (guint i = 0; i < 501; i++)
    {
      bzg_fact_store_get (store, i, &fact);
      assert_same_fact (&fact, &g_array_index (facts, BzgFact, i < 500 ? rows[i] : 0));
    }
  bzg_fact_store_pick (store, NULL, 0);
  g_assert_cmpuint (store->n, ==, 0);
  bzg_fact_store_add (store, &g_array_index (facts, BzgFact, 7));
  bzg_fact_store_get (store, 0, &fact);
  assert_same_fact (&fact, &g_array_index (facts, BzgFact, 7));
}

static void
turn_round (const BzgId *id, BzgId *out, gpointer data)
{
  for (guint i = 0; i < BZG_ID_SIZE; i++)
    out->bytes[i] = id->bytes[BZG_ID_SIZE - 1 - i];
}

/* Into a store that numbers texts and people otherwise. */
static void
test_copy (void)
{
  g_autoptr (GArray) facts = random_facts (5, 1000, 50);
  g_autoptr (GArray) before = random_facts (6, 100, 20);
  g_autoptr (BzgFactStore) from = store_of (facts);
  g_autoptr (BzgFactStore) to = store_of (before);
  g_autoptr (BzgFactCopier) copier = bzg_fact_copier_new (to, from, turn_round, NULL);

  for (guint i = 0; i < facts->len; i++)
    {
      BzgFact wanted = g_array_index (facts, BzgFact, i), fact;

      if (!bzg_id_is_zero (&wanted.person))
        turn_round (&g_array_index (facts, BzgFact, i).person, &wanted.person, NULL);
      bzg_fact_store_get (to, bzg_fact_copier_copy (copier, i), &fact);
      assert_same_fact (&fact, &wanted);
    }
}

/* Nothing is given a number that is another's; the store says that it lost something. */
static void
test_many_texts (void)
{
  g_autoptr (BzgFactStore) store = bzg_fact_store_new ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (bzg_fact_store_number (store, "the first"), ==, 1);
  /* As if there were all that can be but one: texts stay for the life of the program. */
  g_ptr_array_set_size (store->texts, G_MAXUINT16);
  g_assert_cmpuint (bzg_fact_store_number (store, "the last"), ==, G_MAXUINT16);
  g_assert_true (bzg_fact_store_check (store, NULL));
  g_assert_cmpuint (bzg_fact_store_number (store, "the first"), ==, 1);
  g_assert_cmpuint (bzg_fact_store_number (store, "one more"), ==, 0);
  g_assert_false (bzg_fact_store_check (store, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NO_MEMORY);
}

/* --- kept current ---------------------------------------------------------------------------- */

static const char *
one_of (GRand *rand, const char *const *texts)
{
  return texts[g_rand_int_range (rand, 0, (int) g_strv_length ((char **) texts))];
}

#define ONE_OF(rand, ...) one_of (rand, (const char *const[]){ __VA_ARGS__, NULL })

/* Everything that was entered, people among it. */
typedef struct
{
  const char *aggregate;
  BzgId id;
} Entered;

typedef struct
{
  Casebook *c;
  GRand *rand;
  GArray *entered;                                            /* Entered */
  GArray *people, *funds, *livelihoods, *activities, *merges; /* BzgId */
} Year;

static const BzgId *
any_of (Year *y, const GArray *ids)
{
  return &g_array_index (ids, BzgId, g_rand_int_range (y->rand, 0, (int) ids->len));
}

static void
set_values (Year *y, BzgRecord *record)
{
  const char *aggregate = bzg_record_aggregate (record)->name;

  if (g_str_equal (aggregate, "person"))
    {
      bzg_record_set (record, "sex", ONE_OF (y->rand, "F", "M"));
      bzg_record_set (record, "district", ONE_OF (y->rand, "TJ-SU-01", "TJ-SU-02"));
      bzg_record_set (record, "birth_date", ONE_OF (y->rand, "1980", "1991-05-04"));
    }
  else if (g_str_equal (aggregate, "case_file"))
    {
      bzg_record_set (record, "category", ONE_OF (y->rand, "at_risk", "returned_migrant"));
      bzg_record_set (record, "status", ONE_OF (y->rand, "plan", "closed"));
    }
  else if (g_str_equal (aggregate, "consent"))
    {
      bzg_record_set (record, "purpose", ONE_OF (y->rand, "donor_statistics", "service"));
      bzg_record_set (record, "status", ONE_OF (y->rand, "given", "withdrawn", "refused"));
    }
  else if (g_str_equal (aggregate, "livelihood"))
    bzg_record_set (record, "kind", ONE_OF (y->rand, "bees", "sewing", "poultry"));
  else if (g_str_equal (aggregate, "migration"))
    bzg_record_set (record, "country_of_return", ONE_OF (y->rand, "RU", "KZ"));
  else if (g_str_equal (aggregate, "support"))
    {
      bzg_record_set (record, "service", ONE_OF (y->rand, "ECO02", "IMM01", "training"));
      bzg_record_set (record, "delivered", ONE_OF (y->rand, "2019-10-03", "2019-11", ""));
      bzg_record_set (record, "planned", "2019-12-01");
      bzg_record_set_id (record, "fund", any_of (y, y->funds));
    }
  else if (g_str_equal (aggregate, "visit"))
    {
      bzg_record_set (record, "date", ONE_OF (y->rand, "2019-10-09", "2019-12-30"));
      bzg_record_set (record, "status", ONE_OF (y->rand, "operating", "closed"));
      bzg_record_set (record, "jobs_f", ONE_OF (y->rand, "0", "2"));
      if (y->livelihoods->len > 0)
        bzg_record_set_id (record, "livelihood", any_of (y, y->livelihoods));
    }
  else if (g_str_equal (aggregate, "activity"))
    {
      bzg_record_set (record, "kind", ONE_OF (y->rand, "film", "debate"));
      bzg_record_set (record, "title", "A film");
      bzg_record_set (record, "start", ONE_OF (y->rand, "2019-10-05", "2019-12"));
      bzg_record_set (record, "participants", ONE_OF (y->rand, "30", "40"));
    }
  else if (g_str_equal (aggregate, "head_count"))
    {
      bzg_record_set (record, "sex", ONE_OF (y->rand, "F", "M"));
      bzg_record_set (record, "people", ONE_OF (y->rand, "3", "12"));
    }
  else if (g_str_equal (aggregate, "fund"))
    bzg_record_set (record, "name", ONE_OF (y->rand, "Fund One", "Fund Two", "Fund Three"));
  if (bzg_record_aggregate (record)->parent != NULL
      && g_str_equal (bzg_record_aggregate (record)->parent, "person"))
    bzg_record_set_id (record, "person", any_of (y, y->people));
}

/* What is refused (a void person, a merge that stands in the way) changes nothing. */
static gboolean
try_commit (Year *y, const BzgWork *work)
{
  return bzg_session_commit (y->c->session, work, NULL);
}

static void
enter (Year *y, const char *aggregate, GArray *ids)
{
  g_autoptr (BzgRecord) record = bzg_record_new (aggregate, NULL);
  g_autoptr (BzgWork) work = bzg_work_new ();
  Entered entered = { aggregate, *bzg_record_id (record) };

  set_values (y, record);
  if (g_str_equal (aggregate, "head_count"))
    bzg_record_set_id (record, "activity", any_of (y, y->activities));
  bzg_work_put (work, record);
  if (!try_commit (y, work))
    return;
  g_array_append_val (y->entered, entered);
  if (ids != NULL)
    g_array_append_val (ids, entered.id);
}

static void
change (Year *y, const Entered *one)
{
  g_autoptr (BzgRecord) record = bzg_session_get (y->c->session, one->aggregate, &one->id, NULL);
  g_autoptr (BzgWork) work = bzg_work_new ();

  if (record == NULL)
    return;
  switch (g_rand_int_range (y->rand, 0, 3))
    {
    case 0:
      bzg_work_void (work, one->aggregate, &one->id, "a mistake");
      break;
    case 1:
      bzg_work_unvoid (work, one->aggregate, &one->id);
      break;
    default:
      set_values (y, record);
      bzg_work_put (work, record);
      break;
    }
  try_commit (y, work);
}

static void
change_something (Year *y)
{
  change (y, &g_array_index (y->entered, Entered,
                             g_rand_int_range (y->rand, 0, (int) y->entered->len)));
}

/* Of what many rows point to. */
static void
change_one_of (Year *y, const char *aggregate, const GArray *ids)
{
  if (ids->len > 0)
    change (y, &(Entered){ aggregate, *any_of (y, ids) });
}

static void
merge_or_part (Year *y)
{
  BzgId merge;

  if (y->merges->len > 0 && g_rand_boolean (y->rand))
    bzg_merge_undo (y->c->session, any_of (y, y->merges), NULL, NULL);
  else if (bzg_merge (y->c->session, "person", any_of (y, y->people), any_of (y, y->people), NULL,
                      0, &merge, NULL))
    g_array_append_val (y->merges, merge);
}

static void
do_something (Year *y)
{
  switch (g_rand_int_range (y->rand, 0, 22))
    {
    case 0:
      enter (y, "person", y->people);
      break;
    case 1:
      enter (y, "case_file", NULL);
      break;
    case 2:
      enter (y, "consent", NULL);
      break;
    case 3:
      enter (y, "livelihood", y->livelihoods);
      break;
    case 4:
      enter (y, "migration", NULL);
      break;
    case 5:
    case 6:
    case 7:
      enter (y, "support", NULL);
      break;
    case 8:
    case 9:
      enter (y, "visit", NULL);
      break;
    case 10:
      enter (y, "activity", y->activities);
      break;
    case 11:
      enter (y, "head_count", NULL);
      break;
    case 12:
      merge_or_part (y);
      break;
    case 13:
      if (g_rand_int_range (y->rand, 0, 4) == 0)
        bzg_session_erase_person (y->c->session, any_of (y, y->people), "own_wish", NULL, NULL);
      break;
    case 14:
      change_one_of (y, "fund", y->funds);
      break;
    case 15:
      change_one_of (y, "livelihood", y->livelihoods);
      break;
    default:
      change_something (y);
      break;
    }
}

static void
test_random_commits (Casebook *c, gconstpointer data)
{
  Year y = { .c = c, .rand = g_rand_new_with_seed (11) };

  y.entered = g_array_new (FALSE, FALSE, sizeof (Entered));
  y.people = g_array_new (FALSE, FALSE, sizeof (BzgId));
  y.funds = g_array_new (FALSE, FALSE, sizeof (BzgId));
  y.livelihoods = g_array_new (FALSE, FALSE, sizeof (BzgId));
  y.activities = g_array_new (FALSE, FALSE, sizeof (BzgId));
  y.merges = g_array_new (FALSE, FALSE, sizeof (BzgId));
  enter (&y, "fund", y.funds);
  enter (&y, "activity", y.activities);
  for (guint i = 0; i < 8; i++)
    enter (&y, "person", y.people);
  assert_current (c);
  for (guint i = 0; i < 700; i++)
    {
      do_something (&y);
      /* Sometimes several changes at once. */
      if (g_rand_int_range (y.rand, 0, 3) != 0)
        assert_current (c);
    }
  g_assert_cmpuint (bzg_facts_store (c->session, NULL)->n, >, 50);
  g_assert_cmpuint (y.merges->len, >, 2);
  g_array_unref (y.entered);
  g_array_unref (y.people);
  g_array_unref (y.funds);
  g_array_unref (y.livelihoods);
  g_array_unref (y.activities);
  g_array_unref (y.merges);
  g_rand_free (y.rand);
}

static BzgId
add_support (Casebook *c, const BzgId *person)
{
  g_autoptr (BzgRecord) support = bzg_record_new ("support", NULL);

  bzg_record_set_id (support, "person", person);
  bzg_record_set (support, "service", "ECO02");
  bzg_record_set (support, "delivered", "2019-11-05");
  casebook_put (c, support);
  return *bzg_record_id (support);
}

static gboolean
knows (Casebook *c, const BzgId *person)
{
  return bzg_id_table_find (&bzg_facts_store (c->session, NULL)->people, person)
         != BZG_ID_TABLE_NONE;
}

/* A change of one person is not the occasion to read everything: somebody who is void keeps the
 * number. Whoever is erased is gone from memory at once. */
static void
test_one_person (Casebook *c, gconstpointer data)
{
  BzgId a = casebook_add_person (c, "Азизова", "Зарина", "TJ-SU");
  BzgId b = casebook_add_person (c, "Каримов", "Фаррух", "TJ-KT");
  g_autoptr (BzgWork) work = bzg_work_new ();
  g_autoptr (GError) error = NULL;
  BzgId wrong;

  add_support (c, &a);
  add_support (c, &b);
  g_assert_cmpuint (bzg_facts_store (c->session, NULL)->n, ==, 2);
  wrong = add_support (c, &a);
  g_assert_cmpuint (bzg_facts_store (c->session, NULL)->n, ==, 3);
  bzg_work_void (work, "support", &wrong, "a mistake");
  bzg_work_void (work, "person", &b, "registered twice");
  casebook_commit (c, work);
  g_assert_cmpuint (bzg_facts_store (c->session, NULL)->n, ==, 1);
  g_assert_true (knows (c, &b));
  bzg_session_erase_person (c->session, &a, "own_wish", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (bzg_facts_store (c->session, NULL)->n, ==, 0);
  g_assert_false (knows (c, &a));
}

int
main (int argc, char **argv)
{
  casebook_test_init (&argc, &argv);
  g_test_add_func ("/fact-store/round-trip", test_round_trip);
  g_test_add_func ("/fact-store/pick", test_pick);
  g_test_add_func ("/fact-store/copy", test_copy);
  g_test_add_func ("/fact-store/many-texts", test_many_texts);
  g_test_add ("/fact-store/random-commits", Casebook, NULL, casebook_set_up, test_random_commits,
              casebook_tear_down);
  g_test_add ("/fact-store/one-person", Casebook, NULL, casebook_set_up, test_one_person,
              casebook_tear_down);
  return g_test_run ();
}
