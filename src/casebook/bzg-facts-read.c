/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-facts-private.h"

#include "casebook/bzg-consent-private.h"
#include "casebook/bzg-dictionary.h"

#include <string.h>

/*
 * From tables to columns. Whom the facts are about (sex, birth, place, category, consents,
 * business) is read first, in five walks over whole tables; then the facts, kind by kind, in the
 * order of the record's ids. Subqueries per fact cost ten times as much in a sealed file, where
 * every page that is met again is opened again.
 *
 * The same statements, with the person as a condition, read one person anew.
 *
 * Strings are interned for the life of the program: they are codes and fund names, a few hundred at
 * most, never what somebody typed about a person.
 */

typedef enum
{
  NO_CASE,
  OPEN_CASE,
  CLOSED_CASE,
} Case;

typedef struct
{
  BzgFactStore *store;
  GByteArray *cases; /* Case whose category a person has, by place in whos */
  GArray *families;  /* guint16 by number of the service; NOT_ASKED: not yet asked for */
} Reader;

#define NOT_ASKED G_MAXUINT16

/* --- values ---------------------------------------------------------------------------------- */

static gint64
number (sqlite3_stmt *stmt, int column, gint64 missing)
{
  return _bzg_sql_is_null (stmt, column) ? missing : _bzg_sql_int (stmt, column);
}

static guint32
date (sqlite3_stmt *stmt, int column)
{
  BzgDate out = BZG_DATE_MISSING;

  bzg_date_from_iso (_bzg_sql_text (stmt, column), &out);
  return bzg_date_pack (out);
}

static guint16
text (Reader *self, sqlite3_stmt *stmt, int column)
{
  return bzg_fact_store_number (self->store, _bzg_sql_text (stmt, column));
}

/* --- people ---------------------------------------------------------------------------------- */

/* That of the district if only that one is known. */
static guint16
region_of (Reader *self, const char *region, const char *district)
{
  if (region == NULL && district != NULL)
    {
      const BzgCode *code = bzg_dictionary_code ("district", district);

      region = code != NULL ? code->parent : NULL;
    }
  return bzg_fact_store_number (self->store, region);
}

static void
read_person (Reader *self, sqlite3_stmt *stmt)
{
  BzgFactWho *who;
  BzgId id;
  guint32 place;

  if (!_bzg_sql_id (stmt, 0, &id))
    return;
  place = bzg_fact_store_put_who (self->store, &id);
  who = &self->store->whos[place];
  who->sex = text (self, stmt, 1);
  who->birth = date (stmt, 2);
  who->age = (gint32) number (stmt, 3, -1);
  who->age_as_of = date (stmt, 4);
  who->region = region_of (self, _bzg_sql_text (stmt, 5), _bzg_sql_text (stmt, 6));
  who->district = text (self, stmt, 6);
}

/* Whom the row is about, by its first column; G_MAXUINT32: somebody whose record is void. */
static guint32
place_of (Reader *self, sqlite3_stmt *stmt)
{
  BzgId id;

  return _bzg_sql_id (stmt, 0, &id) ? bzg_fact_store_find_who (self->store, &id) : G_MAXUINT32;
}

static BzgFactWho *
who_of (Reader *self, sqlite3_stmt *stmt)
{
  guint32 place = place_of (self, stmt);

  return place != G_MAXUINT32 ? &self->store->whos[place] : NULL;
}

/* The newest open case, else the newest. */
static void
read_case (Reader *self, sqlite3_stmt *stmt)
{
  guint32 place = place_of (self, stmt);
  Case is = _bzg_sql_int (stmt, 2) != 0 ? CLOSED_CASE : OPEN_CASE;

  if (place == G_MAXUINT32)
    return;
  if (self->cases->len <= place)
    {
      guint len = self->cases->len;

      g_byte_array_set_size (self->cases, self->store->n_whos);
      memset (self->cases->data + len, NO_CASE, self->cases->len - len);
    }
  if (self->cases->data[place] == OPEN_CASE && is == CLOSED_CASE)
    return;
  self->cases->data[place] = (guint8) is;
  self->store->whos[place].category = text (self, stmt, 1);
}

static void
read_consent (Reader *self, sqlite3_stmt *stmt)
{
  BzgFactWho *who = who_of (self, stmt);
  const char *status = _bzg_sql_text (stmt, 2);

  if (who == NULL)
    return;
  if (g_strcmp0 (_bzg_sql_text (stmt, 1), "service") == 0)
    who->service_consent = g_strcmp0 (status, "given") == 0;
  else
    who->statistics_refused
      = g_strcmp0 (status, "refused") == 0 || g_strcmp0 (status, "withdrawn") == 0;
}

static void
read_livelihood (Reader *self, sqlite3_stmt *stmt)
{
  BzgFactWho *who = who_of (self, stmt);

  if (who != NULL && who->livelihood == 0)
    who->livelihood = text (self, stmt, 1);
}

static void
read_migration (Reader *self, sqlite3_stmt *stmt)
{
  BzgFactWho *who = who_of (self, stmt);

  if (who != NULL && !_bzg_sql_is_null (stmt, 1))
    who->country = text (self, stmt, 1);
}

/* --- facts ----------------------------------------------------------------------------------- */

/* The group of codes to which a service belongs, or itself. */
static guint16
family_of (Reader *self, guint16 service)
{
  guint16 *known;
  guint len = self->families->len;

  if (len <= service)
    {
      g_array_set_size (self->families, service + 1u);
      memset (self->families->data + len * sizeof *known, 0xff,
              (service + 1u - len) * sizeof *known);
    }
  known = &g_array_index (self->families, guint16, service);
  if (*known == NOT_ASKED)
    {
      const char *id = bzg_fact_store_text (self->store, service);
      const BzgCode *code = id != NULL ? bzg_dictionary_code ("service", id) : NULL;

      *known = code == NULL
                 ? 0
                 : bzg_fact_store_number (self->store, code->group || code->parent == NULL
                                                         ? code->code
                                                         : code->parent);
    }
  return *known;
}

/* A row for a fact of whom the first column says, with the id of the second. FALSE: the person is
 * void, the fact does not count. */
static gboolean
append (Reader *self, BzgFactKind kind, sqlite3_stmt *stmt, guint32 *row)
{
  guint32 place = place_of (self, stmt);
  BzgId record;

  if (place == G_MAXUINT32)
    return FALSE;
  _bzg_sql_id (stmt, 1, &record);
  *row = bzg_fact_store_append (self->store, kind, &record);
  self->store->who[*row] = place;
  self->store->livelihood[*row] = self->store->whos[place].livelihood;
  return TRUE;
}

static void
read_support (Reader *self, sqlite3_stmt *stmt)
{
  BzgFactStore *store = self->store;
  gboolean planned = _bzg_sql_is_null (stmt, 2);
  guint32 row;

  if (!append (self, planned ? BZG_FACT_PLANNED : BZG_FACT_SUPPORT, stmt, &row))
    return;
  store->date[row] = date (stmt, planned ? 7 : 2);
  store->service[row] = text (self, stmt, 3);
  store->family[row] = family_of (self, store->service[row]);
  store->fund[row] = text (self, stmt, 4);
  store->currency[row] = text (self, stmt, 5);
  store->cost[row] = number (stmt, 6, G_MININT64);
}

static void
read_visit (Reader *self, sqlite3_stmt *stmt)
{
  BzgFactStore *store = self->store;
  BzgFactMore *more;
  guint32 row;

  if (!append (self, BZG_FACT_VISIT, stmt, &row))
    return;
  store->date[row] = date (stmt, 2);
  store->status[row] = text (self, stmt, 3);
  more = bzg_fact_store_add_more (store, row);
  more->sales = number (stmt, 4, G_MININT64);
  more->costs = number (stmt, 5, G_MININT64);
  if (more->sales != G_MININT64 || more->costs != G_MININT64)
    store->currency[row] = bzg_fact_store_number (store, "TJS");
  more->jobs_f = (gint32) number (stmt, 6, -1);
  more->jobs_m = (gint32) number (stmt, 7, -1);
  if (!_bzg_sql_is_null (stmt, 8))
    store->livelihood[row] = text (self, stmt, 8);
}

/* What both kinds of facts about a group have. */
static guint32
append_group (Reader *self, BzgFactKind kind, const BzgFactWho *group, sqlite3_stmt *stmt)
{
  BzgFactStore *store = self->store;
  guint32 row;
  BzgId record;

  _bzg_sql_id (stmt, 0, &record);
  row = bzg_fact_store_append (store, kind, &record);
  store->who[row] = bzg_fact_store_add_group (store, group);
  store->date[row] = date (stmt, 1);
  store->activity[row] = text (self, stmt, 2);
  store->fund[row] = text (self, stmt, 4);
  if (!_bzg_sql_is_null (stmt, 5))
    bzg_fact_store_add_more (store, row)->n = (gint32) _bzg_sql_int (stmt, 5);
  return row;
}

static void
read_activity (Reader *self, sqlite3_stmt *stmt)
{
  BzgFactWho group = { .age = -1, .region = text (self, stmt, 3) };

  append_group (self, BZG_FACT_ACTIVITY, &group, stmt);
}

static void
read_head_count (Reader *self, sqlite3_stmt *stmt)
{
  BzgFactWho group = { .age = -1,
                       .region = text (self, stmt, 3),
                       .sex = text (self, stmt, 6),
                       .age_band = text (self, stmt, 7) };

  append_group (self, BZG_FACT_HEAD_COUNT, &group, stmt);
}

/* --- walks ----------------------------------------------------------------------------------- */

typedef struct
{
  const char *sql;
  const char *of_person; /* a further condition, with one parameter */
  const char *order;
  void (*read) (Reader *self, sqlite3_stmt *stmt);
} Walk;

static const Walk PERSON = { "SELECT id, sex, birth_date, age, age_as_of, region, district"
                             " FROM person WHERE voided_at IS NULL",
                             " AND id = ?1", "", read_person };

/* Later rows overwrite earlier ones: in the order of entry, the newest counts. Of answers the
 * latest dated one holds (bzg-consent.h). */
static const Walk OF_PERSON[] = {
  { "SELECT person, category, coalesce (status = 'closed' OR closed_on IS NOT NULL, 0)"
    " FROM case_file WHERE voided_at IS NULL",
    " AND person = ?1", " ORDER BY id", read_case },
  { "SELECT person, purpose, status FROM consent WHERE voided_at IS NULL"
    " AND purpose IN ('donor_statistics', 'service')",
    " AND person = ?1", " ORDER BY " BZG_CONSENT_DAY ", id", read_consent },
  { "SELECT person, kind FROM livelihood WHERE voided_at IS NULL", " AND person = ?1",
    " ORDER BY id", read_livelihood },
  { "SELECT person, country_of_return FROM migration WHERE voided_at IS NULL", " AND person = ?1",
    " ORDER BY id", read_migration },
  { "SELECT t.person, t.id, t.delivered, t.service, f.name, t.currency, t.cost, t.planned"
    " FROM support t LEFT JOIN fund f ON f.id = t.fund WHERE t.voided_at IS NULL",
    " AND t.person = ?1", " ORDER BY t.id", read_support },
  { "SELECT t.person, t.id, t.\"date\", t.status, t.sales, t.costs, t.jobs_f, t.jobs_m, m.kind"
    " FROM visit t LEFT JOIN livelihood m ON m.id = t.livelihood"
    " WHERE t.voided_at IS NULL",
    " AND t.person = ?1", " ORDER BY t.id", read_visit },
};

static const Walk OF_GROUPS[] = {
  { "SELECT t.id, t.\"start\", t.kind, t.region, f.name, t.participants FROM activity t"
    " LEFT JOIN fund f ON f.id = t.fund WHERE t.voided_at IS NULL",
    NULL, " ORDER BY t.id", read_activity },
  { "SELECT h.id, t.\"start\", t.kind, t.region, f.name, h.people, h.sex, h.age_band"
    " FROM head_count h JOIN activity t ON t.id = h.activity LEFT JOIN fund f ON f.id = t.fund"
    " WHERE h.voided_at IS NULL AND t.voided_at IS NULL",
    NULL, " ORDER BY h.id", read_head_count },
};

/* Over all rows, or with @person over that person's. *n: how many there were. */
static gboolean
walk (Reader *self, sqlite3 *db, const Walk *walk, const BzgId *person, guint *n, GError **error)
{
  g_autofree char *sql
    = g_strconcat (walk->sql, person != NULL ? walk->of_person : "", walk->order, NULL);
  g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (db, sql, error);
  g_autoptr (GError) local_error = NULL;

  if (stmt == NULL)
    return FALSE;
  if (person != NULL)
    _bzg_sql_bind_id (stmt, 1, person);
  while (_bzg_sql_step (stmt, &local_error))
    {
      walk->read (self, stmt);
      (*n)++;
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
walk_groups (Reader *self, sqlite3 *db, GError **error)
{
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (OF_GROUPS); i++)
    if (!walk (self, db, &OF_GROUPS[i], NULL, &n, error))
      return FALSE;
  return TRUE;
}

/* @person NULL: everybody. */
static gboolean
walk_people (Reader *self, sqlite3 *db, const BzgId *person, GError **error)
{
  guint n = 0;

  if (!walk (self, db, &PERSON, person, &n, error))
    return FALSE;
  for (guint i = 0; n > 0 && i < G_N_ELEMENTS (OF_PERSON); i++)
    if (!walk (self, db, &OF_PERSON[i], person, &n, error))
      return FALSE;
  return TRUE;
}

static void
reader_clear (Reader *self)
{
  g_byte_array_unref (self->cases);
  g_array_unref (self->families);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

static void
reader_init (Reader *self, BzgFactStore *store)
{
  self->store = store;
  self->cases = g_byte_array_new ();
  self->families = g_array_new (FALSE, FALSE, sizeof (guint16));
}

gboolean
_bzg_facts_read (BzgFactStore *store, sqlite3 *db, GError **error)
{
  g_auto (Reader) self = { 0 };

  reader_init (&self, store);
  return walk_people (&self, db, NULL, error) && walk_groups (&self, db, error);
}

/* Drops what is about @people, and with @groups what is about nobody. */
static void
drop (BzgFactStore *store, const BzgIdTable *people, gboolean groups)
{
  g_autofree guint32 *rows = g_new (guint32, MAX (store->n, 1));
  g_autofree guint8 *dropped = g_new0 (guint8, MAX (store->n_whos, 1));
  guint32 n = 0;

  for (guint32 i = 0; i < people->n; i++)
    {
      guint32 place = bzg_fact_store_find_who (store, &people->ids[i]);

      if (place != G_MAXUINT32)
        dropped[place] = TRUE;
    }
  for (guint32 row = 0; row < store->n; row++)
    {
      gboolean group
        = store->kind[row] == BZG_FACT_ACTIVITY || store->kind[row] == BZG_FACT_HEAD_COUNT;

      if (group ? !groups : !dropped[store->who[row]])
        rows[n++] = row;
    }
  if (n < store->n)
    bzg_fact_store_pick (store, rows, n);
}

gboolean
_bzg_facts_reread (
  BzgFactStore *store, sqlite3 *db, const BzgIdTable *people, gboolean groups, GError **error)
{
  g_auto (Reader) self = { 0 };

  reader_init (&self, store);
  drop (store, people, groups);
  for (guint32 i = 0; i < people->n; i++)
    if (!walk_people (&self, db, &people->ids[i], error))
      return FALSE;
  return !groups || walk_groups (&self, db, error);
}
