/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-fact-store.h"
#include "casebook/bzg-facts-private.h"
#include "casebook/bzg-session-core-private.h"

/*
 * The facts of the casebook, kept in memory from the first report on. The writer tells what each
 * transaction changed as soon as it is durable, in a list of its own because nobody may be
 * listening to "changed" (a command has no main loop); at the next use the people on it are read
 * anew. Whatever is not simple (a merge, an import, a fund under another name) makes the whole
 * stale: at the next use it is wiped and read again. An erasure and the end of the session wipe it
 * at once.
 *
 * A figure counts the whole programme, not what one user may open: the scope of the session does
 * not hold here. What leaves is protected by the release room.
 */

#define MANY_TOUCHED 512 /* from here on everything is read */

typedef enum
{
  TOUCHES_PERSON,
  TOUCHES_GROUPS,
  TOUCHES_ALL,
} Touches;

/* All tables that bzg-facts-read.c reads; the others hold nothing that is counted. */
static const struct
{
  const char *aggregate;
  Touches touches;
  /* To whom a record belongs; NULL: it is the person. */
  const char *people_sql;
} AGGREGATES[] = {
  { "person", TOUCHES_PERSON, NULL },
  { "case_file", TOUCHES_PERSON, "SELECT person FROM case_file WHERE id = ?1" },
  { "consent", TOUCHES_PERSON, "SELECT person FROM consent WHERE id = ?1" },
  { "migration", TOUCHES_PERSON, "SELECT person FROM migration WHERE id = ?1" },
  { "livelihood", TOUCHES_PERSON,
    "SELECT person FROM livelihood WHERE id = ?1 UNION SELECT person FROM visit"
    " WHERE livelihood = ?1" },
  { "support", TOUCHES_PERSON, "SELECT person FROM support WHERE id = ?1" },
  { "visit", TOUCHES_PERSON, "SELECT person FROM visit WHERE id = ?1" },
  { "activity", TOUCHES_GROUPS, NULL },
  { "head_count", TOUCHES_GROUPS, NULL },
  { "fund", TOUCHES_ALL, NULL },
};

typedef struct
{
  guint aggregate; /* in AGGREGATES */
  BzgId record;
} Touched;

struct _BzgFactKeeper
{
  BzgFactStore *store; /* opener's thread; NULL: not built */
  GMutex commit;       /* from before a COMMIT until all that it touched is told */
  GMutex lock;         /* for what follows */
  gboolean watching;   /* since before the store was read */
  gboolean stale;
  GArray *touched; /* Touched */
};

BzgFactKeeper *
_bzg_fact_keeper_new (void)
{
  BzgFactKeeper *self = g_new0 (BzgFactKeeper, 1);

  g_mutex_init (&self->lock);
  g_mutex_init (&self->commit);
  self->touched = g_array_new (FALSE, FALSE, sizeof (Touched));
  return self;
}

void
_bzg_fact_keeper_free (BzgFactKeeper *self)
{
  _bzg_fact_keeper_drop (self);
  g_array_unref (self->touched);
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->commit);
  g_free (self);
}

void
_bzg_fact_keeper_drop (BzgFactKeeper *self)
{
  g_mutex_lock (&self->lock);
  self->watching = FALSE;
  g_array_set_size (self->touched, 0);
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&self->store, bzg_fact_store_free);
}

void
_bzg_fact_keeper_commit_begin (BzgFactKeeper *self)
{
  g_mutex_lock (&self->commit);
}

void
_bzg_fact_keeper_commit_end (BzgFactKeeper *self)
{
  g_mutex_unlock (&self->commit);
}

void
_bzg_fact_keeper_touch (BzgFactKeeper *self, const char *aggregate, const BzgId *record)
{
  guint at = 0;

  while (aggregate != NULL && at < G_N_ELEMENTS (AGGREGATES)
         && !g_str_equal (AGGREGATES[at].aggregate, aggregate))
    at++;
  if (at == G_N_ELEMENTS (AGGREGATES))
    return;
  g_mutex_lock (&self->lock);
  if (self->watching && !self->stale)
    {
      if (aggregate == NULL || record == NULL || AGGREGATES[at].touches == TOUCHES_ALL
          || self->touched->len >= MANY_TOUCHED)
        self->stale = TRUE;
      else
        {
          Touched touched = { at, *record };

          g_array_append_val (self->touched, touched);
        }
    }
  g_mutex_unlock (&self->lock);
}

/* What was touched since the last time. FALSE: too much, or nothing is known yet. */
static gboolean
take_touched (BzgFactKeeper *self, GArray **touched)
{
  gboolean known;

  g_mutex_lock (&self->lock);
  known = self->watching && !self->stale;
  *touched = self->touched;
  self->touched = g_array_new (FALSE, FALSE, sizeof (Touched));
  /* What is written from here on is told, whether the reading that follows sees it or not. */
  self->watching = TRUE;
  self->stale = FALSE;
  g_mutex_unlock (&self->lock);
  return known;
}

/* The first columns of all rows. */
static gboolean
add_ids (sqlite3_stmt *stmt, BzgIdTable *ids, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  BzgId id;

  while (_bzg_sql_step (stmt, &local_error))
    if (_bzg_sql_id (stmt, 0, &id))
      bzg_id_table_add (ids, &id);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
find_people (sqlite3 *db, const Touched *touched, BzgIdTable *people, GError **error)
{
  const char *sql = AGGREGATES[touched->aggregate].people_sql;
  g_autoptr (sqlite3_stmt) stmt = NULL;

  if (sql == NULL)
    {
      bzg_id_table_add (people, &touched->record);
      return TRUE;
    }
  stmt = _bzg_sql_prepare (db, sql, error);
  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_id (stmt, 1, &touched->record);
  return add_ids (stmt, people, error);
}

static gboolean
refresh (BzgFactStore *store, sqlite3 *db, const GArray *touched, GError **error)
{
  g_auto (BzgIdTable) people = { 0 };
  gboolean groups = FALSE;

  for (guint i = 0; i < touched->len; i++)
    {
      const Touched *one = &g_array_index (touched, Touched, i);

      if (AGGREGATES[one->aggregate].touches == TOUCHES_GROUPS)
        groups = TRUE;
      else if (!find_people (db, one, &people, error))
        return FALSE;
    }
  return _bzg_facts_reread (store, db, &people, groups, error);
}

static gboolean
bring_up_to_date (BzgFactKeeper *self, sqlite3 *db, GError **error)
{
  g_autoptr (GArray) touched = NULL;
  gboolean known;

  /* The snapshot begins with the first read: then nothing is durable that was not told. */
  g_mutex_lock (&self->commit);
  _bzg_sql_scalar (db, "SELECT count(*) FROM sqlite_schema", NULL);
  known = take_touched (self, &touched);
  g_mutex_unlock (&self->commit);

  if (!known || self->store == NULL)
    {
      g_clear_pointer (&self->store, bzg_fact_store_free);
      self->store = bzg_fact_store_new ();
      return _bzg_facts_read (self->store, db, error);
    }
  return touched->len == 0 || refresh (self->store, db, touched, error);
}

const BzgFactStore *
bzg_facts_store (BzgSession *session, GError **error)
{
  BzgFactKeeper *self = session->facts;
  sqlite3 *db = session->reader;
  /* One moment for everything: what is written meanwhile is not half counted. */
  gboolean begun = sqlite3_get_autocommit (db) != 0 && _bzg_sql_exec (db, "BEGIN", NULL);
  gboolean ok = bring_up_to_date (self, db, error);

  if (begun)
    _bzg_sql_exec (db, "COMMIT", NULL);
  if (!ok || !bzg_fact_store_check (self->store, error))
    _bzg_fact_keeper_drop (self);
  return self->store;
}

gboolean
bzg_facts_void_records (BzgSession *session, BzgIdTable *records, GError **error)
{
  static const char SQL[]
    = "SELECT id FROM support WHERE voided_at IS NOT NULL"
      " OR person IN (SELECT id FROM person WHERE voided_at IS NOT NULL)"
      " UNION ALL SELECT id FROM visit WHERE voided_at IS NOT NULL"
      " OR person IN (SELECT id FROM person WHERE voided_at IS NOT NULL)"
      " UNION ALL SELECT id FROM activity WHERE voided_at IS NOT NULL"
      " UNION ALL SELECT h.id FROM head_count h JOIN activity t ON t.id = h.activity"
      " WHERE h.voided_at IS NOT NULL OR t.voided_at IS NOT NULL";
  g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (session->reader, SQL, error);

  return stmt != NULL && add_ids (stmt, records, error);
}

gboolean
bzg_facts_foreach (BzgSession *session, BzgFactFunc func, gpointer data, GError **error)
{
  const BzgFactStore *store = bzg_facts_store (session, error);
  BzgFact fact;

  if (store == NULL)
    return FALSE;
  for (guint32 row = 0; row < store->n; row++)
    {
      bzg_fact_store_get (store, row, &fact);
      if (!func (&fact, data))
        break;
    }
  return TRUE;
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
