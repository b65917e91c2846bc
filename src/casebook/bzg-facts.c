/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-facts.h"

#include "casebook/bzg-session-private.h"

#include <string.h>

/*
 * One query for each kind of fact, each in the order of the record's ids. What is known of the
 * person, the category of the newest open case and the consents come in the same row, so that
 * nothing is looked up per fact. Strings are interned in a chunk that lives as long as the program:
 * they are codes, fund names and units, a few hundred at most, never names of people.
 *
 * A figure counts the whole programme, not what one user may open: the scope of the session does
 * not hold here. What leaves is protected by the release room.
 */

/* What every fact about a person carries; joined as p and c. */
#define PERSON_COLUMNS                                                                             \
  "p.id, p.sex, p.birth_date, p.age, p.age_as_of, p.region, p.district,"                           \
  " (SELECT c.category FROM case_file c WHERE c.person = p.id AND c.voided_at IS NULL"             \
  "   ORDER BY coalesce (c.status = 'closed' OR c.closed_on IS NOT NULL, 0), c.id DESC LIMIT 1),"  \
  " (SELECT s.status FROM consent s WHERE s.person = p.id AND s.purpose = 'donor_statistics'"      \
  "   AND s.voided_at IS NULL ORDER BY s.id DESC LIMIT 1),"                                        \
  " (SELECT s.status FROM consent s WHERE s.person = p.id AND s.purpose = 'service'"               \
  "   AND s.voided_at IS NULL ORDER BY s.id DESC LIMIT 1)"
#define N_PERSON_COLUMNS 10

static const char *const SUPPORTS
  = "SELECT " PERSON_COLUMNS
    ", t.id, t.delivered, t.service, f.name, t.currency, t.cost, t.quantity,"
    " t.unit, t.planned,"
    " (SELECT l.kind FROM livelihood l WHERE l.person = p.id AND l.voided_at IS NULL"
    "   ORDER BY l.id LIMIT 1)"
    " FROM support t JOIN person p ON p.id = t.person LEFT JOIN fund f ON f.id = t.fund"
    " WHERE t.voided_at IS NULL AND p.voided_at IS NULL ORDER BY t.id";

static const char *const VISITS
  = "SELECT " PERSON_COLUMNS ", t.id, t.\"date\", t.status, t.sales, t.costs, t.jobs_f, t.jobs_m,"
    " t.output, t.output_unit,"
    " coalesce (m.kind, (SELECT l.kind FROM livelihood l WHERE l.person = p.id"
    "   AND l.voided_at IS NULL ORDER BY l.id LIMIT 1))"
    " FROM visit t JOIN person p ON p.id = t.person"
    " LEFT JOIN livelihood m ON m.id = t.livelihood"
    " WHERE t.voided_at IS NULL AND p.voided_at IS NULL ORDER BY t.id";

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

static void
set_person (BzgFact *fact, sqlite3_stmt *stmt)
{
  const char *statistics = _bzg_sql_text (stmt, 8);

  _bzg_sql_id (stmt, 0, &fact->person);
  fact->sex = intern (_bzg_sql_text (stmt, 1));
  fact->birth = date (stmt, 2);
  fact->age_stated = (int) number (stmt, 3, -1);
  fact->age_as_of = date (stmt, 4);
  set_place (fact, _bzg_sql_text (stmt, 5), _bzg_sql_text (stmt, 6));
  fact->category = intern (_bzg_sql_text (stmt, 7));
  fact->statistics_refused
    = g_strcmp0 (statistics, "refused") == 0 || g_strcmp0 (statistics, "withdrawn") == 0;
  fact->service_consent = g_strcmp0 (_bzg_sql_text (stmt, 9), "given") == 0;
}

static void
read_support (BzgFact *fact, sqlite3_stmt *stmt)
{
  const int c = N_PERSON_COLUMNS;
  const BzgCode *service;

  clear_fact (fact, BZG_FACT_SUPPORT);
  set_person (fact, stmt);
  _bzg_sql_id (stmt, c, &fact->record);
  fact->date = date (stmt, c + 1);
  if (_bzg_sql_is_null (stmt, c + 1))
    {
      fact->kind = BZG_FACT_PLANNED;
      fact->date = date (stmt, c + 8);
    }
  fact->service = intern (_bzg_sql_text (stmt, c + 2));
  service = fact->service != NULL ? bzg_dictionary_code ("service", fact->service) : NULL;
  if (service != NULL)
    fact->family
      = intern (service->group || service->parent == NULL ? service->code : service->parent);
  fact->fund = intern (_bzg_sql_text (stmt, c + 3));
  fact->currency = intern (_bzg_sql_text (stmt, c + 4));
  fact->cost = number (stmt, c + 5, G_MININT64);
  fact->quantity = number (stmt, c + 6, G_MININT64);
  fact->unit = intern (_bzg_sql_text (stmt, c + 7));
  fact->livelihood_kind = intern (_bzg_sql_text (stmt, c + 9));
}

static void
read_visit (BzgFact *fact, sqlite3_stmt *stmt)
{
  const int c = N_PERSON_COLUMNS;

  clear_fact (fact, BZG_FACT_VISIT);
  set_person (fact, stmt);
  _bzg_sql_id (stmt, c, &fact->record);
  fact->date = date (stmt, c + 1);
  fact->business_status = intern (_bzg_sql_text (stmt, c + 2));
  fact->sales = number (stmt, c + 3, G_MININT64);
  fact->costs = number (stmt, c + 4, G_MININT64);
  if (fact->sales != G_MININT64 || fact->costs != G_MININT64)
    fact->currency = g_intern_static_string ("TJS");
  fact->jobs_f = (int) number (stmt, c + 5, -1);
  fact->jobs_m = (int) number (stmt, c + 6, -1);
  fact->quantity = number (stmt, c + 7, G_MININT64);
  fact->unit = intern (_bzg_sql_text (stmt, c + 8));
  fact->livelihood_kind = intern (_bzg_sql_text (stmt, c + 9));
}

static void
read_activity (BzgFact *fact, sqlite3_stmt *stmt)
{
  clear_fact (fact, BZG_FACT_ACTIVITY);
  _bzg_sql_id (stmt, 0, &fact->record);
  fact->date = date (stmt, 1);
  fact->activity_kind = intern (_bzg_sql_text (stmt, 2));
  set_place (fact, _bzg_sql_text (stmt, 3), NULL);
  fact->fund = intern (_bzg_sql_text (stmt, 4));
  fact->n = (int) number (stmt, 5, -1);
}

static void
read_head_count (BzgFact *fact, sqlite3_stmt *stmt)
{
  read_activity (fact, stmt);
  fact->kind = BZG_FACT_HEAD_COUNT;
  fact->sex = intern (_bzg_sql_text (stmt, 6));
  fact->age_band = intern (_bzg_sql_text (stmt, 7));
}

gboolean
bzg_facts_foreach (BzgSession *session, BzgFactFunc func, gpointer data, GError **error)
{
  static const struct
  {
    const char *const *sql;
    void (*read) (BzgFact *fact, sqlite3_stmt *stmt);
  } STREAMS[] = {
    { &SUPPORTS, read_support },
    { &VISITS, read_visit },
    { &ACTIVITIES, read_activity },
    { &HEAD_COUNTS, read_head_count },
  };
  sqlite3 *db = bzg_session_reader (session);
  /* One moment for all four: what is written meanwhile is not half counted. */
  gboolean begun = sqlite3_get_autocommit (db) != 0 && _bzg_sql_exec (db, "BEGIN", NULL);
  g_autoptr (GError) local_error = NULL;
  gboolean more = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (STREAMS) && more && local_error == NULL; i++)
    {
      g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (db, *STREAMS[i].sql, &local_error);
      BzgFact fact;

      while (stmt != NULL && more && _bzg_sql_step (stmt, &local_error))
        {
          STREAMS[i].read (&fact, stmt);
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
