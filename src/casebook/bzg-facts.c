/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-facts.h"

#include "casebook/bzg-session-private.h"

#include <string.h>

/*
 * What every fact about a person carries (sex, birth, place, category, consents, business) is read
 * first, in four walks over whole tables, and kept in one small row per person; then one query for
 * each kind of fact, in the order of the record's ids, is joined with it here. Subqueries per fact
 * cost ten times as much in a sealed file, where every page that is met again is opened again.
 *
 * Strings are interned for the life of the program: they are codes, fund names and units, a few
 * hundred at most, never names of people.
 *
 * A figure counts the whole programme, not what one user may open: the scope of the session does
 * not hold here. What leaves is protected by the release room.
 */

typedef struct
{
  BzgId id;
  const char *sex, *region, *district, *category, *livelihood_kind, *country;
  BzgDate birth, age_as_of;
  gint16 age;
  guint8 closed_case; /* the category is of a closed case */
  guint8 has_case;
  gboolean statistics_refused;
  gboolean service_consent;
} Person;

static const char *const PERSONS = "SELECT id, sex, birth_date, age, age_as_of, region, district"
                                   " FROM person WHERE voided_at IS NULL";
/* Later rows overwrite earlier ones: in the order of entry, the newest counts. */
static const char *const CASES
  = "SELECT person, category, coalesce (status = 'closed' OR closed_on IS NOT NULL, 0)"
    " FROM case_file WHERE voided_at IS NULL ORDER BY id";
static const char *const CONSENTS
  = "SELECT person, purpose, status FROM consent WHERE voided_at IS NULL"
    " AND purpose IN ('donor_statistics', 'service') ORDER BY id";
static const char *const LIVELIHOODS
  = "SELECT person, kind FROM livelihood WHERE voided_at IS NULL ORDER BY id";
static const char *const MIGRATIONS
  = "SELECT person, country_of_return FROM migration WHERE voided_at IS NULL ORDER BY id";

static const char *const SUPPORTS
  = "SELECT t.person, t.id, t.delivered, t.service, f.name, t.currency, t.cost, t.quantity, t.unit,"
    " t.planned FROM support t LEFT JOIN fund f ON f.id = t.fund WHERE t.voided_at IS NULL"
    " ORDER BY t.id";

static const char *const VISITS
  = "SELECT t.person, t.id, t.\"date\", t.status, t.sales, t.costs, t.jobs_f, t.jobs_m, t.output,"
    " t.output_unit, m.kind FROM visit t LEFT JOIN livelihood m ON m.id = t.livelihood"
    " WHERE t.voided_at IS NULL ORDER BY t.id";

static const char *const ACTIVITIES
  = "SELECT t.id, t.\"start\", t.kind, t.region, f.name, t.participants FROM activity t"
    " LEFT JOIN fund f ON f.id = t.fund WHERE t.voided_at IS NULL ORDER BY t.id";

static const char *const HEAD_COUNTS
  = "SELECT h.id, t.\"start\", t.kind, t.region, f.name, h.people, h.sex, h.age_band"
    " FROM head_count h JOIN activity t ON t.id = h.activity LEFT JOIN fund f ON f.id = t.fund"
    " WHERE h.voided_at IS NULL AND t.voided_at IS NULL ORDER BY h.id";

static const char *
intern (const char *text)
{
  return text != NULL ? g_intern_string (text) : NULL;
}

static gint64
number (sqlite3_stmt *stmt, int column, gint64 missing)
{
  return _bzg_sql_is_null (stmt, column) ? missing : _bzg_sql_int (stmt, column);
}

static BzgDate
date (sqlite3_stmt *stmt, int column)
{
  BzgDate out = BZG_DATE_MISSING;

  bzg_date_from_iso (_bzg_sql_text (stmt, column), &out);
  return out;
}

static void
clear_fact (BzgFact *fact, BzgFactKind kind)
{
  memset (fact, 0, sizeof *fact);
  fact->kind = kind;
  fact->age_stated = -1;
  fact->cost = fact->quantity = fact->sales = fact->costs = G_MININT64;
  fact->jobs_f = fact->jobs_m = fact->n = -1;
}

static void
set_place (BzgFact *fact, const char *region, const char *district)
{
  fact->district = intern (district);
  if (region == NULL && district != NULL)
    {
      const BzgCode *code = bzg_dictionary_code ("district", district);

      region = code != NULL ? code->parent : NULL;
    }
  fact->region = intern (region);
}

static gboolean
set_person (BzgFact *fact, sqlite3_stmt *stmt, GHashTable *people)
{
  const Person *person;
  BzgId id;

  if (!_bzg_sql_id (stmt, 0, &id) || (person = g_hash_table_lookup (people, &id)) == NULL)
    return FALSE;
  fact->person = id;
  fact->sex = person->sex;
  fact->birth = person->birth;
  fact->age_stated = person->age;
  fact->age_as_of = person->age_as_of;
  fact->region = person->region;
  fact->district = person->district;
  fact->category = person->category;
  fact->livelihood_kind = person->livelihood_kind;
  fact->country = person->country;
  fact->statistics_refused = person->statistics_refused;
  fact->service_consent = person->service_consent;
  return TRUE;
}

static gboolean
read_support (BzgFact *fact, sqlite3_stmt *stmt, GHashTable *people)
{
  const BzgCode *service;

  clear_fact (fact, BZG_FACT_SUPPORT);
  if (!set_person (fact, stmt, people))
    return FALSE;
  _bzg_sql_id (stmt, 1, &fact->record);
  fact->date = date (stmt, 2);
  if (_bzg_sql_is_null (stmt, 2))
    {
      fact->kind = BZG_FACT_PLANNED;
      fact->date = date (stmt, 9);
    }
  fact->service = intern (_bzg_sql_text (stmt, 3));
  service = fact->service != NULL ? bzg_dictionary_code ("service", fact->service) : NULL;
  if (service != NULL)
    fact->family
      = intern (service->group || service->parent == NULL ? service->code : service->parent);
  fact->fund = intern (_bzg_sql_text (stmt, 4));
  fact->currency = intern (_bzg_sql_text (stmt, 5));
  fact->cost = number (stmt, 6, G_MININT64);
  fact->quantity = number (stmt, 7, G_MININT64);
  fact->unit = intern (_bzg_sql_text (stmt, 8));
  return TRUE;
}

static gboolean
read_visit (BzgFact *fact, sqlite3_stmt *stmt, GHashTable *people)
{
  clear_fact (fact, BZG_FACT_VISIT);
  if (!set_person (fact, stmt, people))
    return FALSE;
  _bzg_sql_id (stmt, 1, &fact->record);
  fact->date = date (stmt, 2);
  fact->business_status = intern (_bzg_sql_text (stmt, 3));
  fact->sales = number (stmt, 4, G_MININT64);
  fact->costs = number (stmt, 5, G_MININT64);
  if (fact->sales != G_MININT64 || fact->costs != G_MININT64)
    fact->currency = g_intern_static_string ("TJS");
  fact->jobs_f = (int) number (stmt, 6, -1);
  fact->jobs_m = (int) number (stmt, 7, -1);
  fact->quantity = number (stmt, 8, G_MININT64);
  fact->unit = intern (_bzg_sql_text (stmt, 9));
  if (!_bzg_sql_is_null (stmt, 10))
    fact->livelihood_kind = intern (_bzg_sql_text (stmt, 10));
  return TRUE;
}

static gboolean
read_activity (BzgFact *fact, sqlite3_stmt *stmt, GHashTable *people)
{
  clear_fact (fact, BZG_FACT_ACTIVITY);
  _bzg_sql_id (stmt, 0, &fact->record);
  fact->date = date (stmt, 1);
  fact->activity_kind = intern (_bzg_sql_text (stmt, 2));
  set_place (fact, _bzg_sql_text (stmt, 3), NULL);
  fact->fund = intern (_bzg_sql_text (stmt, 4));
  fact->n = (int) number (stmt, 5, -1);
  return TRUE;
}

static gboolean
read_head_count (BzgFact *fact, sqlite3_stmt *stmt, GHashTable *people)
{
  read_activity (fact, stmt, people);
  fact->kind = BZG_FACT_HEAD_COUNT;
  fact->sex = intern (_bzg_sql_text (stmt, 6));
  fact->age_band = intern (_bzg_sql_text (stmt, 7));
  return TRUE;
}

static void
add_person (sqlite3_stmt *stmt, GHashTable *people)
{
  Person *person = g_new0 (Person, 1);
  BzgFact place = { 0 };

  _bzg_sql_id (stmt, 0, &person->id);
  person->sex = intern (_bzg_sql_text (stmt, 1));
  person->birth = date (stmt, 2);
  person->age = (gint16) number (stmt, 3, -1);
  person->age_as_of = date (stmt, 4);
  set_place (&place, _bzg_sql_text (stmt, 5), _bzg_sql_text (stmt, 6));
  person->region = place.region;
  person->district = place.district;
  g_hash_table_insert (people, &person->id, person);
}

static Person *
person_of (sqlite3_stmt *stmt, GHashTable *people)
{
  BzgId id;

  return _bzg_sql_id (stmt, 0, &id) ? g_hash_table_lookup (people, &id) : NULL;
}

/* The newest open case, else the newest. */
static void
add_case (sqlite3_stmt *stmt, GHashTable *people)
{
  Person *person = person_of (stmt, people);
  guint8 closed = _bzg_sql_int (stmt, 2) != 0;

  if (person == NULL || (person->has_case && !person->closed_case && closed))
    return;
  person->category = intern (_bzg_sql_text (stmt, 1));
  person->closed_case = closed;
  person->has_case = TRUE;
}

static void
add_consent (sqlite3_stmt *stmt, GHashTable *people)
{
  Person *person = person_of (stmt, people);
  const char *status = _bzg_sql_text (stmt, 2);

  if (person == NULL)
    return;
  if (g_strcmp0 (_bzg_sql_text (stmt, 1), "service") == 0)
    person->service_consent = g_strcmp0 (status, "given") == 0;
  else
    person->statistics_refused
      = g_strcmp0 (status, "refused") == 0 || g_strcmp0 (status, "withdrawn") == 0;
}

static void
add_livelihood (sqlite3_stmt *stmt, GHashTable *people)
{
  Person *person = person_of (stmt, people);

  if (person != NULL && person->livelihood_kind == NULL)
    person->livelihood_kind = intern (_bzg_sql_text (stmt, 1));
}

static void
add_migration (sqlite3_stmt *stmt, GHashTable *people)
{
  Person *person = person_of (stmt, people);

  if (person != NULL && !_bzg_sql_is_null (stmt, 1))
    person->country = intern (_bzg_sql_text (stmt, 1));
}

static gboolean
read_people (sqlite3 *db, GHashTable *people, GError **error)
{
  static const struct
  {
    const char *const *sql;
    void (*add) (sqlite3_stmt *stmt, GHashTable *people);
  } WALKS[] = {
    { &PERSONS, add_person },         { &CASES, add_case },           { &CONSENTS, add_consent },
    { &LIVELIHOODS, add_livelihood }, { &MIGRATIONS, add_migration },
  };
  g_autoptr (GError) local_error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (WALKS); i++)
    {
      g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (db, *WALKS[i].sql, error);

      if (stmt == NULL)
        return FALSE;
      while (_bzg_sql_step (stmt, &local_error))
        WALKS[i].add (stmt, people);
      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
bzg_facts_foreach (BzgSession *session, BzgFactFunc func, gpointer data, GError **error)
{
  static const struct
  {
    const char *const *sql;
    /* FALSE: the person is void, the fact does not count. */
    gboolean (*read) (BzgFact *fact, sqlite3_stmt *stmt, GHashTable *people);
  } STREAMS[] = {
    { &SUPPORTS, read_support },
    { &VISITS, read_visit },
    { &ACTIVITIES, read_activity },
    { &HEAD_COUNTS, read_head_count },
  };
  sqlite3 *db = bzg_session_reader (session);
  /* One moment for all of them: what is written meanwhile is not half counted. */
  gboolean begun = sqlite3_get_autocommit (db) != 0 && _bzg_sql_exec (db, "BEGIN", NULL);
  g_autoptr (GHashTable) people = g_hash_table_new_full (bzg_id_hash, bzg_id_equal, NULL, g_free);
  g_autoptr (GError) local_error = NULL;
  gboolean more = TRUE;

  read_people (db, people, &local_error);
  for (guint i = 0; i < G_N_ELEMENTS (STREAMS) && more && local_error == NULL; i++)
    {
      g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (db, *STREAMS[i].sql, &local_error);
      BzgFact fact;

      while (stmt != NULL && more && _bzg_sql_step (stmt, &local_error))
        {
          if (STREAMS[i].read (&fact, stmt, people))
            more = func (&fact, data);
        }
    }
  if (begun)
    _bzg_sql_exec (db, "COMMIT", NULL);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* Whole years from @from to @to, both known to the day, @from not after @to. */
static int
years_between (BzgDate from, BzgDate to)
{
  int min = 0;
  int max = 0;

  bzg_date_age (from, to, &min, &max);
  return min;
}

gboolean
bzg_fact_age (const BzgFact *fact, BzgDate on, int *min, int *max)
{
  BzgDate said_first = bzg_date_first_day (fact->age_as_of);
  BzgDate said_last = bzg_date_last_day (fact->age_as_of);
  BzgDate on_first = bzg_date_first_day (on);
  BzgDate on_last = bzg_date_last_day (on);
  int lower;
  int upper;

  if (bzg_date_age (fact->birth, on, min, max))
    return TRUE;
  *min = *max = 0;
  if (fact->age_stated < 0 || bzg_date_is_missing (said_first) || bzg_date_is_missing (on))
    return FALSE;

  /* Where the birthday lies is not known: it may or may not have come between the two days, and
   * each of them may be any day of its span. */
  if (bzg_date_compare (on_first, said_last) >= 0)
    lower = years_between (said_last, on_first);
  else
    lower = -years_between (on_first, said_last) - 1;
  if (bzg_date_compare (on_last, said_first) > 0)
    upper = years_between (said_first, on_last) + 1;
  else
    upper = -years_between (on_last, said_first);
  *min = MAX (fact->age_stated + lower, 0);
  *max = MAX (fact->age_stated + upper, 0);
  return TRUE;
}
