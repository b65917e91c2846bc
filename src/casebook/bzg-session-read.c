/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-session-core-private.h"

#include "base/bzg-error.h"
#include "casebook/bzg-dictionary-private.h"
#include "casebook/bzg-merge-private.h"
#include "casebook/bzg-record-private.h"

/*
 * Reading records: one place where a row becomes a record, where the scope of a user is a condition
 * in SQL, and where fields of sections that a role may not read are taken out. Column and table
 * names come from the dictionary, never from outside.
 */

/* ---- Statements that are kept */

GHashTable *
_bzg_statement_cache_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                (GDestroyNotify) (void (*) (void)) sqlite3_finalize);
}

sqlite3_stmt *
_bzg_statement (GHashTable *cache, sqlite3 *db, const char *sql, GError **error)
{
  sqlite3_stmt *stmt = g_hash_table_lookup (cache, sql);

  if (stmt != NULL)
    {
      sqlite3_reset (stmt);
      sqlite3_clear_bindings (stmt);
      return stmt;
    }
  stmt = _bzg_sql_prepare (db, sql, error);
  if (stmt != NULL)
    g_hash_table_insert (cache, g_strdup (sql), stmt);
  return stmt;
}

/* ---- Rows */

char *
_bzg_record_columns (const BzgAggregate *aggregate, const char *alias)
{
  GString *sql = g_string_new (NULL);

  g_string_append_printf (sql, "%s.id, %s.revision, %s.changed_at, %s.voided_at", alias, alias,
                          alias, alias);
  for (guint i = 0; i < aggregate->n_fields; i++)
    g_string_append_printf (sql, ", %s.\"%s\"", alias, aggregate->fields[i]->name);
  return g_string_free (sql, FALSE);
}

static char *
column_as_canonical (const BzgField *field, sqlite3_stmt *stmt, int column)
{
  BzgId id;
  char text[BZG_ID_TEXT_SIZE];

  if (_bzg_sql_is_null (stmt, column))
    return NULL;
  switch (field->type)
    {
    case BZG_FIELD_INTEGER:
    case BZG_FIELD_NUMBER:
    case BZG_FIELD_MONEY:
      return _bzg_field_from_stored (field, _bzg_sql_int (stmt, column));
    case BZG_FIELD_ID:
      return _bzg_sql_id (stmt, column, &id) ? g_strdup (bzg_id_to_text (&id, text)) : NULL;
    default:
      return g_strdup (_bzg_sql_text (stmt, column));
    }
}

BzgRecord *
_bzg_record_from_row (const BzgAggregate *aggregate,
                      sqlite3_stmt *stmt,
                      int column,
                      BzgSession *readable_by)
{
  BzgId id;
  BzgRecord *record;

  _bzg_sql_id (stmt, column, &id);
  record = bzg_record_new (aggregate->name, &id);
  _bzg_record_set_state (record, _bzg_sql_int (stmt, column + 1), _bzg_sql_int (stmt, column + 2),
                         !_bzg_sql_is_null (stmt, column + 3));
  for (guint i = 0; i < aggregate->n_fields; i++)
    {
      g_autofree char *value
        = column_as_canonical (aggregate->fields[i], stmt, column + 4 + (int) i);

      _bzg_record_set_at (record, i, value);
    }
  if (readable_by != NULL)
    _bzg_record_strip (record, readable_by);
  return record;
}

/* Fields of sections that may not be read are absent; links between records always stay, or nothing
 * could be counted. */
void
_bzg_record_strip (BzgRecord *record, BzgSession *session)
{
  const BzgAggregate *aggregate = bzg_record_aggregate (record);

  for (guint i = 0; i < aggregate->n_fields; i++)
    if (aggregate->fields[i]->type != BZG_FIELD_ID
        && !bzg_session_allows (session, aggregate->fields[i]->section, BZG_ACT_READ))
      _bzg_record_set_at (record, i, NULL);
}

BzgRecord *
_bzg_record_load (
  GHashTable *cache, sqlite3 *db, const BzgAggregate *aggregate, const BzgId *id, GError **error)
{
  g_autofree char *columns = _bzg_record_columns (aggregate, "t");
  g_autofree char *sql
    = g_strdup_printf ("SELECT %s FROM \"%s\" AS t WHERE t.id = ?", columns, aggregate->table);
  sqlite3_stmt *stmt = _bzg_statement (cache, db, sql, error);
  BzgRecord *record = NULL;

  if (stmt == NULL)
    return NULL;
  _bzg_sql_bind_id (stmt, 1, id);
  if (_bzg_sql_step (stmt, error))
    record = _bzg_record_from_row (aggregate, stmt, 0, NULL);
  sqlite3_reset (stmt);
  return record;
}

/* ---- Scope */

/* Whom a user may see who does not see all. */
static const struct
{
  const char *person; /* of the query; %s in it: one more condition, with AND behind */
  const char *query;
  gboolean area;
} scope_arms[] = {
  /* Of whose cases the user is in charge, */
  { "scope_case.person",
    "SELECT scope_case.person FROM case_file AS scope_case WHERE %s"
    " scope_case.owner = :scope_user AND scope_case.voided_at IS NULL",
    FALSE },
  /* whom the user registered and nobody else is in charge of, */
  { "scope_person.id",
    "SELECT scope_person.id FROM person AS scope_person WHERE %s"
    " scope_person.created_by = :scope_user AND NOT EXISTS"
    " (SELECT 1 FROM case_file AS scope_other WHERE scope_other.person = scope_person.id"
    "  AND scope_other.owner <> :scope_user AND scope_other.voided_at IS NULL)",
    FALSE },
  /* those of the area. */
  { "scope_near.id",
    "SELECT scope_near.id FROM person AS scope_near WHERE %s scope_near.region = :scope_area",
    TRUE },
};

/* All of them; with @person only that one. NULL: everybody or nobody, no question of a query. */
static char *
scope_query (BzgSession *self, const char *person)
{
  g_autoptr (GString) out = g_string_new (NULL);

  if (self->scope == 0 || self->scope == 3)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (scope_arms); i++)
    {
      g_autofree char *only = person != NULL
                                ? g_strdup_printf ("%s = %s AND", scope_arms[i].person, person)
                                : g_strdup ("");
      g_auto (GStrv) halves = g_strsplit (scope_arms[i].query, "%s", 2);

      if (scope_arms[i].area && self->scope != 2)
        continue;
      g_string_append_printf (out, "%s%s%s%s", out->len > 0 ? " UNION ALL " : "", halves[0], only,
                              halves[1]);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

char *
_bzg_session_scope_sql (BzgSession *self, const char *person)
{
  g_autofree char *query = scope_query (self, person);

  /* An unqualified name would be looked up inside the subqueries and match every row. */
  g_assert (strchr (person, '.') != NULL || *person == ':');
  if (query == NULL)
    return g_strdup (self->scope == 0 ? "0" : "1");
  return g_strdup_printf ("EXISTS (%s)", query);
}

char *
_bzg_session_scope_set_sql (BzgSession *self, const char *person)
{
  g_autofree char *query = scope_query (self, NULL);

  g_assert (strchr (person, '.') != NULL);
  if (query == NULL)
    return g_strdup (self->scope == 0 ? "0" : "1");
  return g_strdup_printf ("%s IN (%s)", person, query);
}

void
_bzg_session_bind_scope (BzgSession *self, sqlite3_stmt *stmt)
{
  int param;

  if ((param = sqlite3_bind_parameter_index (stmt, ":scope_user")) > 0)
    _bzg_sql_bind_id (stmt, param, &self->user);
  if ((param = sqlite3_bind_parameter_index (stmt, ":scope_area")) > 0)
    _bzg_sql_bind_text (stmt, param, self->area);
}

/* Whoever was merged is seen by those who may see the keeper: the cases are there now. */
static gboolean
person_in_scope (BzgSession *self, GHashTable *cache, sqlite3 *db, const BzgId *person)
{
  g_autofree char *condition = NULL;
  g_autofree char *sql = NULL;
  sqlite3_stmt *stmt;
  BzgId keeper = *person;
  gboolean found;

  if (self->scope == 0 || self->scope == 3)
    return self->scope == 3;
  _bzg_merge_follow (cache, db, &keeper);
  condition = _bzg_session_scope_sql (self, ":person");
  sql = g_strconcat ("SELECT 1 WHERE ", condition, NULL);
  stmt = _bzg_statement (cache, db, sql, NULL);
  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_id (stmt, sqlite3_bind_parameter_index (stmt, ":person"), &keeper);
  _bzg_session_bind_scope (self, stmt);
  found = _bzg_sql_step (stmt, NULL);
  sqlite3_reset (stmt);
  return found;
}

gboolean
_bzg_session_in_scope (BzgSession *self, sqlite3 *db, const BzgId *person)
{
  g_autoptr (GHashTable) cache = _bzg_statement_cache_new ();

  return person_in_scope (self, cache, db, person);
}

gboolean
_bzg_record_person (sqlite3 *db, const BzgRecord *record, BzgId *person)
{
  g_autoptr (GHashTable) cache = _bzg_statement_cache_new ();
  g_autoptr (BzgRecord) owner = NULL;

  for (;;)
    {
      const BzgAggregate *aggregate = bzg_record_aggregate (record);
      BzgId parent;

      if (g_str_equal (aggregate->name, "person"))
        {
          *person = *bzg_record_id (record);
          return TRUE;
        }
      if (aggregate->parent == NULL || !bzg_record_get_id (record, aggregate->parent, &parent))
        return FALSE;
      if (g_str_equal (aggregate->parent, "person"))
        {
          *person = parent;
          return TRUE;
        }
      g_clear_pointer (&owner, bzg_record_free);
      owner
        = _bzg_record_load (cache, db, bzg_dictionary_aggregate (aggregate->parent), &parent, NULL);
      if (owner == NULL)
        return FALSE;
      record = owner;
    }
}

/* A household has no one person: it is seen by whoever may see one of its people, or entered it. */
static gboolean
household_in_scope (BzgSession *self, GHashTable *cache, sqlite3 *db, const BzgId *household)
{
  g_autofree char *condition = _bzg_session_scope_sql (self, "member.person");
  g_autofree char *sql = g_strdup_printf (
    "SELECT 1 FROM household AS h WHERE h.id = :household AND (h.created_by = :scope_user"
    " OR EXISTS (SELECT 1 FROM household_member AS member WHERE member.household = h.id AND %s))",
    condition);
  sqlite3_stmt *stmt;
  BzgId keeper = *household;
  gboolean found;

  if (self->scope == 0 || self->scope == 3)
    return self->scope == 3;
  _bzg_merge_follow (cache, db, &keeper);
  stmt = _bzg_statement (cache, db, sql, NULL);
  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_id (stmt, sqlite3_bind_parameter_index (stmt, ":household"), &keeper);
  _bzg_session_bind_scope (self, stmt);
  found = _bzg_sql_step (stmt, NULL);
  sqlite3_reset (stmt);
  return found;
}

/* TRUE if some field of it may be read at all. */
static gboolean
readable (BzgSession *self, const BzgAggregate *aggregate)
{
  for (guint i = 0; i < aggregate->n_fields; i++)
    if (bzg_session_allows (self, aggregate->fields[i]->section, BZG_ACT_READ))
      return TRUE;
  return FALSE;
}

static gboolean
may_see (BzgSession *self, GHashTable *cache, sqlite3 *db, const BzgRecord *record)
{
  const BzgAggregate *aggregate = bzg_record_aggregate (record);
  BzgId person;

  if (!readable (self, aggregate))
    return FALSE;
  if (g_str_equal (aggregate->name, "household"))
    return household_in_scope (self, cache, db, bzg_record_id (record));
  if (_bzg_record_person (db, record, &person))
    return person_in_scope (self, cache, db, &person);
  return TRUE;
}

gboolean
_bzg_session_may_see (BzgSession *self, GHashTable *cache, sqlite3 *db, const BzgRecord *record)
{
  return may_see (self, cache, db, record);
}

/* ---- Public reading */

static BzgRecord *
not_found (GError **error)
{
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_FOUND, "there is no such record");
  return NULL;
}

static void
note_read_of (BzgSession *self, const BzgRecord *record)
{
  BzgId person;

  if (_bzg_record_person (self->reader, record, &person))
    _bzg_session_note_read (self, "open", &person);
}

BzgRecord *
bzg_session_get (BzgSession *self, const char *aggregate, const BzgId *id, GError **error)
{
  const BzgAggregate *known = bzg_dictionary_aggregate (aggregate);
  g_autoptr (BzgRecord) record = NULL;
  g_autoptr (GError) local_error = NULL;

  if (known == NULL)
    return not_found (error);
  record = _bzg_record_load (self->statements, self->reader, known, id, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (record == NULL || !may_see (self, self->statements, self->reader, record))
    return not_found (error);
  note_read_of (self, record);
  _bzg_record_strip (record, self);
  return g_steal_pointer (&record);
}

/* How to come from a row to its person in SQL: the column, or NULL if it belongs to nobody. */
static const char *
person_path (const BzgAggregate *aggregate)
{
  const BzgAggregate *parent = bzg_dictionary_aggregate (aggregate->parent);

  if (g_str_equal (aggregate->name, "person"))
    return "t.id";
  if (g_strcmp0 (aggregate->parent, "person") == 0)
    return "t.person";
  if (parent != NULL && g_strcmp0 (parent->parent, "person") == 0)
    return "owner.person";
  return NULL;
}

/* @all: @where leaves most of the rows. */
static char *
select_sql (BzgSession *self, const BzgAggregate *aggregate, const char *where, gboolean all)
{
  g_autofree char *columns = _bzg_record_columns (aggregate, "t");
  const char *path = person_path (aggregate);
  g_autofree char *scope = path == NULL ? g_strdup ("1")
                           : all        ? _bzg_session_scope_set_sql (self, path)
                                        : _bzg_session_scope_sql (self, path);
  GString *sql = g_string_new ("SELECT ");

  g_string_append_printf (sql, "%s FROM \"%s\" AS t", columns, aggregate->table);
  if (g_strcmp0 (path, "owner.person") == 0)
    g_string_append_printf (sql, " JOIN \"%s\" AS owner ON owner.id = t.\"%s\"",
                            bzg_dictionary_aggregate (aggregate->parent)->table, aggregate->parent);
  g_string_append_printf (sql, " WHERE t.voided_at IS NULL AND %s AND %s", where, scope);
  return g_string_free (sql, FALSE);
}

GPtrArray *
bzg_session_list (BzgSession *self,
                  const char *aggregate,
                  const char *parent,
                  const BzgId *parent_id,
                  GError **error)
{
  const BzgAggregate *known = bzg_dictionary_aggregate (aggregate);
  const BzgField *field = parent != NULL ? bzg_dictionary_field_of (aggregate, parent) : NULL;
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_record_free);
  g_autofree char *where = NULL;
  g_autofree char *select = NULL;
  g_autofree char *sql = NULL;
  g_autoptr (GError) local_error = NULL;
  sqlite3_stmt *stmt;

  if (known == NULL || (parent != NULL && (field == NULL || field->type != BZG_FIELD_ID)))
    return (GPtrArray *) (gpointer) not_found (error);
  if (!readable (self, known))
    return g_steal_pointer (&records);
  where = field != NULL ? g_strdup_printf ("t.\"%s\" = :parent", field->name) : g_strdup ("1");
  select = select_sql (self, known, where, field == NULL);
  sql = g_strconcat (select, " ORDER BY t.id", NULL);
  stmt = _bzg_statement (self->statements, self->reader, sql, error);
  if (stmt == NULL)
    return NULL;
  if (field != NULL)
    _bzg_sql_bind_id (stmt, sqlite3_bind_parameter_index (stmt, ":parent"), parent_id);
  _bzg_session_bind_scope (self, stmt);
  while (_bzg_sql_step (stmt, &local_error))
    {
      BzgRecord *record = _bzg_record_from_row (known, stmt, 0, self);

      if (g_str_equal (known->name, "household")
          && !household_in_scope (self, self->statements, self->reader, bzg_record_id (record)))
        bzg_record_free (record);
      else
        g_ptr_array_add (records, record);
    }
  sqlite3_reset (stmt);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (person_path (known) != NULL)
    {
      /* What was listed for one person is a read of that person; a list of all is one line. */
      if (g_strcmp0 (parent, "person") == 0)
        _bzg_session_note_read (self, "open", parent_id);
      else if (records->len > 0)
        _bzg_session_note_read (self, "list", NULL);
    }
  return g_steal_pointer (&records);
}

/* The keeper of one that was merged and had the value: an import names people and households by
 * the reference that they had. */
static BzgRecord *
find_merged (BzgSession *self, const BzgField *field, const char *canonical)
{
  g_autofree char *sql = g_strdup_printf ("SELECT t.id FROM \"%s\" AS t JOIN merge AS m ON m.other "
                                          "= t.id AND m.undo IS NULL"
                                          " WHERE t.\"%s\" = ? ORDER BY t.id LIMIT 1",
                                          field->aggregate->table, field->name);
  sqlite3_stmt *stmt = _bzg_statement (self->statements, self->reader, sql, NULL);
  gboolean found;
  BzgId id;

  if (stmt == NULL)
    return NULL;
  _bzg_sql_bind_text (stmt, 1, canonical);
  found = _bzg_sql_step (stmt, NULL) && _bzg_sql_id (stmt, 0, &id);
  sqlite3_reset (stmt);
  if (!found || !_bzg_merge_follow (self->statements, self->reader, &id))
    return NULL;
  return bzg_session_get (self, field->aggregate->name, &id, NULL);
}

BzgRecord *
bzg_session_find (
  BzgSession *self, const char *aggregate, const char *field, const char *canonical, GError **error)
{
  const BzgField *known = bzg_dictionary_field_of (aggregate, field);
  g_autoptr (BzgRecord) record = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *where = NULL;
  g_autofree char *select = NULL;
  g_autofree char *sql = NULL;
  sqlite3_stmt *stmt;
  gint64 stored;
  BzgId id;

  if (known == NULL)
    return not_found (error);
  if (canonical == NULL || !bzg_session_allows (self, known->section, BZG_ACT_READ))
    return NULL;
  where = g_strdup_printf ("t.\"%s\" = :value", known->name);
  select = select_sql (self, known->aggregate, where, FALSE);
  sql = g_strconcat (select, " ORDER BY t.id LIMIT 1", NULL);
  stmt = _bzg_statement (self->statements, self->reader, sql, error);
  if (stmt == NULL)
    return NULL;
  _bzg_session_bind_scope (self, stmt);
  if (_bzg_field_to_stored (known, canonical, &stored))
    _bzg_sql_bind_int (stmt, sqlite3_bind_parameter_index (stmt, ":value"), stored);
  else if (known->type == BZG_FIELD_ID && bzg_id_from_text (canonical, &id))
    _bzg_sql_bind_id (stmt, sqlite3_bind_parameter_index (stmt, ":value"), &id);
  else
    _bzg_sql_bind_text (stmt, sqlite3_bind_parameter_index (stmt, ":value"), canonical);
  if (_bzg_sql_step (stmt, &local_error))
    record = _bzg_record_from_row (known->aggregate, stmt, 0, self);
  sqlite3_reset (stmt);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (record == NULL && g_str_equal (field, "ref"))
    return find_merged (self, known, canonical);
  if (record != NULL && g_str_equal (aggregate, "household")
      && !household_in_scope (self, self->statements, self->reader, bzg_record_id (record)))
    return NULL;
  if (record != NULL)
    note_read_of (self, record);
  return g_steal_pointer (&record);
}

/* Not void, or void because it leads to somebody. */
#define STANDS                                                                                     \
  "(p.voided_at IS NULL OR EXISTS (SELECT 1 FROM merge AS m WHERE m.other = p.id"                  \
  " AND m.undo IS NULL))"

gboolean
bzg_session_resolve_person (BzgSession *self, const char *ref, BzgId *id, GError **error)
{
  static const char *const queries[]
    = { "SELECT p.id FROM person AS p WHERE p.id = :id AND " STANDS,
        "SELECT c.person FROM case_file AS c WHERE c.case_no = :text AND c.voided_at IS NULL",
        "SELECT p.id FROM person AS p WHERE p.ref = :text AND " STANDS
        " ORDER BY p.voided_at IS NOT NULL, p.id" };
  char case_no[BZG_CASE_NUMBER_SIZE];
  const char *text = ref != NULL ? ref : "";
  BzgId parsed;

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      sqlite3_stmt *stmt;
      gboolean found;

      if (i == 0 && !bzg_id_from_text (text, &parsed))
        continue;
      if (i == 1 && !bzg_case_number_parse (text, case_no))
        continue;
      stmt = _bzg_statement (self->statements, self->reader, queries[i], error);
      if (stmt == NULL)
        return FALSE;
      if (i == 0)
        _bzg_sql_bind_id (stmt, 1, &parsed);
      else
        _bzg_sql_bind_text (stmt, 1, i == 1 ? case_no : text);
      found = _bzg_sql_step (stmt, NULL) && _bzg_sql_id (stmt, 0, id);
      sqlite3_reset (stmt);
      if (found)
        _bzg_merge_follow (self->statements, self->reader, id);
      if (found && person_in_scope (self, self->statements, self->reader, id))
        return TRUE;
    }
  memset (id, 0, sizeof *id);
  not_found (error);
  return FALSE;
}
