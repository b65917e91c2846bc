/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-session-core-private.h"

#include "base/bzg-error.h"
#include "casebook/bzg-dictionary-private.h"
#include "casebook/bzg-merge-private.h"
#include "casebook/bzg-record-private.h"
#include "casebook/bzg-sealed-private.h"
#include "casebook/bzg-work-private.h"

/*
 * The unit of work on the writer thread. Every rule is held here, whoever built the work: canonical
 * values, required and unique fields, targets that exist, the role's sections, the user's scope,
 * the revision that was read. A field that the role may not read is not compared: a record that was
 * read without it does not clear it.
 *
 * Messages name fields, never values.
 */

typedef struct
{
  BzgWriter *writer;
  BzgSession *session; /* NULL: the program itself writes, no roles and no scope */
  GHashTable *people;  /* BzgId set: whose rows in the people index are made anew */
  BzgDate latest;      /* of a date in the past; missing: not asked yet */
} Commit;

static gboolean
refuse (GError **error, int code, const char *where, const char *why)
{
  g_set_error (error, BZG_ERROR, code, "%s: %s", where, why);
  return FALSE;
}

static gboolean
may (Commit *commit, const char *section, BzgAct act)
{
  return commit->session == NULL || bzg_session_allows (commit->session, section, act);
}

/* ---- What surrounds a record */

/* Remembers the person of @record for the index; with a user, the person must be in scope. */
static gboolean
check_person (Commit *commit, const BzgRecord *record, GError **error)
{
  sqlite3 *db = commit->writer->db;
  const BzgAggregate *aggregate = bzg_record_aggregate (record);
  BzgId person;

  if (commit->session != NULL
      && !_bzg_session_may_see (commit->session, commit->writer->statements, db, record))
    return refuse (error, BZG_ERROR_REFUSED_ROLE, aggregate->name, "outside of this user's cases");
  if (_bzg_record_person (db, record, &person) && !g_hash_table_contains (commit->people, &person))
    g_hash_table_add (commit->people, g_memdup2 (&person, sizeof person));
  return TRUE;
}

static gboolean
same_person (Commit *commit, const BzgRecord *a, const BzgRecord *b)
{
  sqlite3 *db = commit->writer->db;
  BzgId of_a, of_b;

  return _bzg_record_person (db, a, &of_a) && _bzg_record_person (db, b, &of_b)
         && bzg_id_equal (&of_a, &of_b);
}

static gboolean
exists (Commit *commit,
        const char *sql,
        const BzgId *id,
        const char *text,
        const BzgId *other,
        gboolean *found,
        GError **error)
{
  sqlite3_stmt *stmt = _bzg_writer_statement (commit->writer, sql, error);
  g_autoptr (GError) local_error = NULL;

  if (stmt == NULL)
    return FALSE;
  if (id != NULL)
    _bzg_sql_bind_id (stmt, 1, id);
  else
    _bzg_sql_bind_text (stmt, 1, text);
  if (other != NULL)
    _bzg_sql_bind_id (stmt, 2, other);
  *found = _bzg_sql_step (stmt, &local_error);
  sqlite3_reset (stmt);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
check_target (Commit *commit, const BzgField *field, const char *value, GError **error)
{
  const BzgAggregate *target = bzg_dictionary_aggregate (field->target);
  /* Nobody is given work who cannot sign in to do it. */
  gboolean user = g_str_equal (target->name, "user");
  g_autofree char *sql = g_strdup_printf ("SELECT 1 FROM \"%s\" WHERE id = ?%s", target->table,
                                          user ? " AND active = 'yes'" : "");
  gboolean found;
  BzgId id;

  if (!bzg_id_from_text (value, &id) || !exists (commit, sql, &id, NULL, NULL, &found, error))
    return FALSE;
  return found
         || refuse (error, BZG_ERROR_NOT_FOUND, field->id, "what it points at does not exist");
}

static gboolean
check_unique (
  Commit *commit, const BzgField *field, const char *value, const BzgId *own, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT 1 FROM \"%s\" WHERE \"%s\" = ? AND id <> ?",
                                          field->aggregate->table, field->name);
  gboolean found;

  if (!exists (commit, sql, NULL, value, own, &found, error))
    return FALSE;
  return !found || refuse (error, BZG_ERROR_EXISTS, field->id, "is in use");
}

/* The last day of a past date. A training casebook may play on a day to come. Asked once for a unit
 * of work: the time zone is a file. */
static BzgDate
latest_day (Commit *commit)
{
  BzgSession *session = commit->writer->session;

  if (bzg_date_is_missing (commit->latest))
    {
      commit->latest = bzg_date_today ();
      if (session != NULL && session->training
          && bzg_date_compare (session->today, commit->latest) > 0)
        commit->latest = session->today;
    }
  return commit->latest;
}

static gboolean
check_value (
  Commit *commit, const BzgField *field, const char *value, const BzgId *own, GError **error)
{
  if (value == NULL)
    return !field->required || refuse (error, BZG_ERROR_MALFORMED, field->id, "a value is needed");
  if (!_bzg_field_is_canonical (field, value, latest_day (commit)))
    return refuse (error, BZG_ERROR_MALFORMED, field->id, "the value is not one of this field");
  if (field->type == BZG_FIELD_ID && !check_target (commit, field, value, error))
    return FALSE;
  return !_bzg_field_is_unique (field) || check_unique (commit, field, value, own, error);
}

/* ---- What the program fills in */

static gboolean
fill_in_case (Commit *commit, BzgRecord *record, GError **error)
{
  const BzgField *field = bzg_dictionary_field ("case_file.case_no");
  char number[BZG_CASE_NUMBER_SIZE];

  if (bzg_record_get (record, "owner") == NULL)
    bzg_record_set_id (record, "owner", _bzg_writer_user (commit->writer));
  while (bzg_record_get (record, "case_no") == NULL)
    {
      g_autoptr (GError) taken = NULL;

      bzg_case_number_new (number);
      if (check_unique (commit, field, number, bzg_record_id (record), &taken))
        bzg_record_set (record, "case_no", number);
      else if (!g_error_matches (taken, BZG_ERROR, BZG_ERROR_EXISTS))
        {
          g_propagate_error (error, g_steal_pointer (&taken));
          return FALSE;
        }
    }
  return TRUE;
}

/* A decision on a story is signed by who takes it, and nobody approves a story of their own. */
static gboolean
fill_in_review (Commit *commit, BzgRecord *record, GError **error)
{
  const BzgAggregate *stories = bzg_dictionary_aggregate ("story");
  g_autofree char *sql
    = g_strdup_printf ("SELECT 1 FROM \"%s\" WHERE id = ? AND created_by = ?", stories->table);
  BzgId story;
  gboolean own;

  if (commit->session == NULL)
    return TRUE;
  bzg_record_set_id (record, "reviewer", _bzg_writer_user (commit->writer));
  if (g_strcmp0 (bzg_record_get (record, "act"), "approve") != 0)
    return TRUE;
  if (!may (commit, "stories", BZG_ACT_APPROVE))
    return refuse (error, BZG_ERROR_REFUSED_ROLE, "story_review.act", "may not approve");
  if (!bzg_record_get_id (record, "story", &story)
      || !exists (commit, sql, &story, NULL, _bzg_writer_user (commit->writer), &own, error))
    return FALSE;
  return !own
         || refuse (error, BZG_ERROR_REFUSED_APPROVAL, "story_review.act",
                    "another person has to approve it");
}

/* What was still being entered for somebody who was merged meanwhile is the keeper's. */
static void
follow_merges (Commit *commit, BzgRecord *record)
{
  const BzgAggregate *aggregate = bzg_record_aggregate (record);

  for (guint i = 0; i < aggregate->n_fields; i++)
    {
      const BzgField *field = aggregate->fields[i];
      BzgId id;

      if (field->type == BZG_FIELD_ID && bzg_record_get_id (record, field->name, &id)
          && _bzg_merge_follow (commit->writer->statements, commit->writer->db, &id))
        bzg_record_set_id (record, field->name, &id);
    }
}

static gboolean
fill_in (Commit *commit, BzgRecord *record, GError **error)
{
  const char *name = bzg_record_aggregate (record)->name;

  if (g_str_equal (name, "case_file"))
    return fill_in_case (commit, record, error);
  if (g_str_equal (name, "story_review"))
    return fill_in_review (commit, record, error);
  return TRUE;
}

/* What the program fills in by itself needs no right of the user's. */
static gboolean
by_program (const BzgField *field)
{
  return !field->in_form && field->type == BZG_FIELD_ID;
}

/* ---- Writing a record */

static void
bind_value (sqlite3_stmt *stmt, int param, const BzgField *field, const char *value)
{
  gint64 stored;
  BzgId id;

  if (value == NULL)
    sqlite3_bind_null (stmt, param);
  else if (_bzg_field_to_stored (field, value, &stored))
    _bzg_sql_bind_int (stmt, param, stored);
  else if (field->type == BZG_FIELD_ID && bzg_id_from_text (value, &id))
    _bzg_sql_bind_id (stmt, param, &id);
  else
    _bzg_sql_bind_text (stmt, param, value);
}

static gboolean
insert_row (Commit *commit, const BzgRecord *record, GError **error)
{
  const BzgAggregate *aggregate = bzg_record_aggregate (record);
  BzgWriter *writer = commit->writer;
  g_autoptr (GString) sql = g_string_new (NULL);
  sqlite3_stmt *stmt;

  g_string_append_printf (sql, "INSERT INTO \"%s\" (id, created_at, changed_at, created_by",
                          aggregate->table);
  for (guint i = 0; i < aggregate->n_fields; i++)
    g_string_append_printf (sql, ", \"%s\"", aggregate->fields[i]->name);
  g_string_append (sql, ") VALUES (?1, ?2, ?2, ?3");
  for (guint i = 0; i < aggregate->n_fields; i++)
    g_string_append_printf (sql, ", ?%u", i + 4);
  g_string_append_c (sql, ')');
  stmt = _bzg_writer_statement (writer, sql->str, error);
  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_id (stmt, 1, bzg_record_id (record));
  _bzg_sql_bind_int (stmt, 2, writer->now);
  _bzg_sql_bind_id (stmt, 3, _bzg_writer_user (writer));
  for (guint i = 0; i < aggregate->n_fields; i++)
    bind_value (stmt, (int) i + 4, aggregate->fields[i], _bzg_record_get_at (record, i));
  return _bzg_sql_run (stmt, error);
}

gboolean
_bzg_commit_update_row (BzgWriter *writer,
                        const BzgRecord *record,
                        const gboolean *changed,
                        GError **error)
{
  const BzgAggregate *aggregate = bzg_record_aggregate (record);
  g_autoptr (GString) sql = g_string_new (NULL);
  sqlite3_stmt *stmt;
  int param = 3;

  g_string_append_printf (sql, "UPDATE \"%s\" SET changed_at = ?1, revision = revision + 1",
                          aggregate->table);
  for (guint i = 0; i < aggregate->n_fields; i++)
    if (changed[i])
      g_string_append_printf (sql, ", \"%s\" = ?%d", aggregate->fields[i]->name, param++);
  g_string_append (sql, " WHERE id = ?2");
  stmt = _bzg_writer_statement (writer, sql->str, error);
  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_int (stmt, 1, writer->now);
  _bzg_sql_bind_id (stmt, 2, bzg_record_id (record));
  param = 3;
  for (guint i = 0; i < aggregate->n_fields; i++)
    if (changed[i])
      bind_value (stmt, param++, aggregate->fields[i], _bzg_record_get_at (record, i));
  return _bzg_sql_run (stmt, error);
}

/* The record as it will be: what the user may not read stays as it is stored. Marks the differences
 * and enters them in @body. */
static gboolean
compare (Commit *commit,
         BzgRecord *record,
         const BzgRecord *stored,
         gboolean *changed,
         guint *n_changed,
         BzgHistoryBody *body,
         GError **error)
{
  const BzgAggregate *aggregate = bzg_record_aggregate (record);

  *n_changed = 0;
  for (guint i = 0; i < aggregate->n_fields; i++)
    {
      const BzgField *field = aggregate->fields[i];
      const char *before = stored != NULL ? _bzg_record_get_at (stored, i) : NULL;
      const char *after = _bzg_record_get_at (record, i);

      if (after == NULL && before != NULL && field->type != BZG_FIELD_ID
          && !may (commit, field->section, BZG_ACT_READ))
        _bzg_record_set_at (record, i, before);
      after = _bzg_record_get_at (record, i);
      changed[i] = g_strcmp0 (before, after) != 0;
      if (changed[i] && aggregate->sheet != NULL && g_str_equal (field->name, "content")
          && _bzg_sealed_epoch (after) == 0)
        return refuse (error, BZG_ERROR_REFUSED_SEALED, field->id, "is not sealed");
      if (stored == NULL || changed[i])
        if (!check_value (commit, field, after, bzg_record_id (record), error))
          return FALSE;
      if (!changed[i])
        continue;
      if (!by_program (field) && !may (commit, field->section, BZG_ACT_WRITE))
        return refuse (error, BZG_ERROR_REFUSED_ROLE, field->id, "this role may not write it");
      _bzg_history_body_add (body, field->id, before, after);
      (*n_changed)++;
    }
  return TRUE;
}

/* Whether the user may add such rows at all: a row of links alone has no field to be asked about.
 */
static gboolean
may_write_some (Commit *commit, const BzgAggregate *aggregate)
{
  for (guint i = 0; i < aggregate->n_fields; i++)
    if (may (commit, aggregate->fields[i]->section, BZG_ACT_WRITE))
      return TRUE;
  return FALSE;
}

/* Somebody must be left who may invite others. */
static gboolean
check_administrators (Commit *commit, GError **error)
{
  gint64 n = _bzg_sql_scalar (commit->writer->db,
                              "SELECT count(*) FROM user WHERE active = 'yes' AND voided_at IS NULL"
                              " AND ' ' || roles || ' ' LIKE '% administrator %'",
                              error);

  if (n < 0)
    return FALSE;
  return n > 0
         || refuse (error, BZG_ERROR_REFUSED_LAST_KEY, "user.roles",
                    "the last administrator would be gone");
}

/* Published figures know a fund by its name: under another, the reports to come would not find what
 * they hold of it. A fund that was entered after the last of them stands in none. */
static gboolean
check_fund_name (Commit *commit, const BzgRecord *fund, const gboolean *changed, GError **error)
{
  static const char *const sql = "SELECT EXISTS (SELECT 1 FROM release WHERE published_at"
                                 " >= (SELECT created_at FROM fund WHERE id = ?))";
  const BzgAggregate *aggregate = bzg_record_aggregate (fund);

  for (guint i = 0; i < aggregate->n_fields; i++)
    if (changed[i] && g_str_equal (aggregate->fields[i]->id, "fund.name"))
      {
        sqlite3_stmt *stmt = _bzg_writer_statement (commit->writer, sql, error);
        gboolean reported;

        if (stmt == NULL)
          return FALSE;
        _bzg_sql_bind_id (stmt, 1, bzg_record_id (fund));
        reported = !_bzg_sql_step (stmt, NULL) || _bzg_sql_int (stmt, 0) != 0;
        sqlite3_reset (stmt);
        return !reported
               || refuse (error, BZG_ERROR_REFUSED_REPORTED, "fund.name",
                          "reports were published under this name");
      }
  return TRUE;
}

/* TRUE if the record was somebody else's before. */
static gboolean
names_another (const BzgAggregate *aggregate, const gboolean *changed)
{
  for (guint i = 0; i < aggregate->n_fields; i++)
    if (changed[i] && aggregate->fields[i]->type == BZG_FIELD_ID
        && g_str_equal (aggregate->fields[i]->target, "person"))
      return TRUE;
  return FALSE;
}

static gboolean
put (Commit *commit, const BzgRecord *given, GError **error)
{
  BzgWriter *writer = commit->writer;
  const BzgAggregate *aggregate = bzg_record_aggregate (given);
  const BzgId *id = bzg_record_id (given);
  g_autoptr (BzgRecord) record = bzg_record_copy (given);
  g_autoptr (BzgRecord) stored = NULL;
  g_autoptr (BzgHistoryBody) body = _bzg_history_body_new ();
  g_autofree gboolean *changed = g_new0 (gboolean, aggregate->n_fields);
  g_autoptr (GError) local_error = NULL;
  guint n_changed;

  stored = _bzg_record_load (writer->statements, writer->db, aggregate, id, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (stored == NULL && bzg_record_revision (record) != 0)
    return refuse (error, BZG_ERROR_NOT_FOUND, aggregate->name, "there is no such record");
  if (stored != NULL
      && (bzg_record_revision (stored) != bzg_record_revision (record)
          || bzg_record_is_void (stored)))
    return refuse (error, BZG_ERROR_CONFLICT, aggregate->name, "it was changed meanwhile");
  if (!may_write_some (commit, aggregate))
    return refuse (error, BZG_ERROR_REFUSED_ROLE, aggregate->name, "this role may not write it");
  if (stored != NULL && g_str_equal (aggregate->name, "story_review"))
    return refuse (error, BZG_ERROR_REFUSED_APPROVAL, aggregate->name, "a review stands as it is");
  if (stored != NULL && !check_person (commit, stored, error))
    return FALSE;
  if (stored == NULL)
    follow_merges (commit, record);
  /* Before the write too: a case of one's own would put anybody into one's scope. A new person or
   * household is nobody's yet. */
  if (stored == NULL && !g_str_equal (aggregate->name, "person")
      && !g_str_equal (aggregate->name, "household") && !check_person (commit, record, error))
    return FALSE;
  if (stored == NULL && !fill_in (commit, record, error))
    return FALSE;
  if (!compare (commit, record, stored, changed, &n_changed, body, error))
    return FALSE;
  if (stored != NULL && n_changed == 0)
    return TRUE;
  if (stored != NULL && !check_fund_name (commit, record, changed, error))
    return FALSE;

  if (!(stored == NULL ? insert_row (commit, record, error)
                       : _bzg_commit_update_row (writer, record, changed, error)))
    return FALSE;
  /* After the write: a new person is in the scope of who entered it. A case that was handed over
   * has left it, and so may a person who moved to another region. */
  if (!(stored != NULL && same_person (commit, stored, record))
      && !check_person (commit, record, error))
    return FALSE;
  /* Whoever listens finds the person to whom a record belongs, not the one it belonged to. */
  if (stored != NULL && names_another (aggregate, changed))
    _bzg_writer_changed (writer, NULL, NULL);
  if (g_str_equal (aggregate->name, "user") && !check_administrators (commit, error))
    return FALSE;
  _bzg_writer_changed (writer, aggregate->name, id);
  return _bzg_history_append (writer, stored == NULL ? "insert" : "update", aggregate->name, id,
                              body, error);
}

/* ---- Voiding */

gboolean
_bzg_commit_void_row (BzgWriter *writer,
                      const BzgAggregate *aggregate,
                      const BzgId *id,
                      const char *reason,
                      GError **error)
{
  g_autofree char *sql
    = g_strdup_printf ("UPDATE \"%s\" SET voided_at = ?2, void_reason = ?3, changed_at = ?4,"
                       " revision = revision + 1 WHERE id = ?1",
                       aggregate->table);
  sqlite3_stmt *stmt = _bzg_writer_statement (writer, sql, error);

  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_id (stmt, 1, id);
  if (reason != NULL)
    _bzg_sql_bind_int (stmt, 2, writer->now);
  _bzg_sql_bind_text (stmt, 3, reason);
  _bzg_sql_bind_int (stmt, 4, writer->now);
  return _bzg_sql_run (stmt, error);
}

static gboolean
set_void (Commit *commit, const BzgChange *change, GError **error)
{
  BzgWriter *writer = commit->writer;
  const BzgAggregate *aggregate = change->aggregate;
  gboolean voiding = change->kind == BZG_CHANGE_VOID;
  g_autoptr (BzgRecord) stored = NULL;
  g_autoptr (BzgHistoryBody) body = _bzg_history_body_new ();
  g_autoptr (GError) local_error = NULL;
  g_autofree char *field = g_strconcat (aggregate->name, ".void_reason", NULL);
  g_autofree char *read_sql
    = g_strdup_printf ("SELECT void_reason FROM \"%s\" WHERE id = ?", aggregate->table);
  g_autofree char *before = NULL;
  sqlite3_stmt *stmt;
  BzgId keeper = change->id;

  stored = _bzg_record_load (writer->statements, writer->db, aggregate, &change->id, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (stored == NULL)
    return refuse (error, BZG_ERROR_NOT_FOUND, aggregate->name, "there is no such record");
  if (bzg_record_is_void (stored) == voiding)
    return refuse (error, BZG_ERROR_CONFLICT, aggregate->name, "it was changed meanwhile");
  if (voiding && (change->text == NULL || *change->text == '\0'))
    return refuse (error, BZG_ERROR_MALFORMED, field, "a value is needed");
  if (!voiding && _bzg_merge_follow (writer->statements, writer->db, &keeper))
    return refuse (error, BZG_ERROR_REFUSED_MERGED, aggregate->name, "it was merged");
  if (!check_person (commit, stored, error))
    return FALSE;
  for (guint i = 0; i < aggregate->n_fields; i++)
    if (!by_program (aggregate->fields[i]) && _bzg_record_get_at (stored, i) != NULL
        && !may (commit, aggregate->fields[i]->section, BZG_ACT_WRITE))
      return refuse (error, BZG_ERROR_REFUSED_ROLE, aggregate->fields[i]->id,
                     "this role may not write it");
  if (!may_write_some (commit, aggregate))
    return refuse (error, BZG_ERROR_REFUSED_ROLE, aggregate->name, "this role may not write it");

  stmt = _bzg_writer_statement (writer, read_sql, error);
  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_id (stmt, 1, &change->id);
  if (_bzg_sql_step (stmt, NULL))
    before = g_strdup (_bzg_sql_text (stmt, 0));
  sqlite3_reset (stmt);

  if (!_bzg_commit_void_row (writer, aggregate, &change->id, voiding ? change->text : NULL, error))
    return FALSE;
  if (g_str_equal (aggregate->name, "user") && !check_administrators (commit, error))
    return FALSE;
  _bzg_history_body_add (body, field, before, voiding ? change->text : NULL);
  _bzg_writer_changed (writer, aggregate->name, &change->id);
  return _bzg_history_append (writer, voiding ? "void" : "unvoid", aggregate->name, &change->id,
                              body, error);
}

static gboolean
drop_draft (Commit *commit, const BzgChange *change, GError **error)
{
  BzgId subject = change->id;
  sqlite3_stmt *stmt
    = _bzg_writer_statement (commit->writer,
                             "DELETE FROM draft WHERE user = ? AND form = ? AND subject = ?",
                             error);

  if (stmt == NULL)
    return FALSE;
  _bzg_merge_draft_subject (commit->writer->statements, commit->writer->db,
                            _bzg_writer_user (commit->writer), change->text, &subject);
  _bzg_sql_bind_id (stmt, 1, _bzg_writer_user (commit->writer));
  _bzg_sql_bind_text (stmt, 2, change->text);
  _bzg_sql_bind_id (stmt, 3, &subject);
  return _bzg_sql_run (stmt, error);
}

static gboolean
update_index (Commit *commit, GError **error)
{
  GHashTableIter iter;
  gpointer person;

  if (g_hash_table_size (commit->people) == 0)
    return TRUE;
  if (commit->writer->indexer == NULL)
    commit->writer->indexer = _bzg_person_indexer_new (commit->writer->db, error);
  if (commit->writer->indexer == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, commit->people);
  while (g_hash_table_iter_next (&iter, &person, NULL))
    if (!_bzg_person_indexer_update (commit->writer->indexer, person, error))
      return FALSE;
  return TRUE;
}

static gboolean
commit_work (BzgWriter *writer, gpointer data, GError **error)
{
  const BzgWork *work = data;
  g_autoptr (GHashTable) people = g_hash_table_new_full (bzg_id_hash, bzg_id_equal, g_free, NULL);
  Commit commit = { .writer = writer, .session = writer->session, .people = people };
  gboolean ok = TRUE;

  for (guint i = 0; ok && i < bzg_work_size (work); i++)
    {
      const BzgChange *change = _bzg_work_change (work, i);

      switch (change->kind)
        {
        case BZG_CHANGE_PUT:
          ok = put (&commit, change->record, error);
          break;
        case BZG_CHANGE_VOID:
        case BZG_CHANGE_UNVOID:
          ok = set_void (&commit, change, error);
          break;
        case BZG_CHANGE_DROP_DRAFT:
          ok = drop_draft (&commit, change, error);
          break;
        case BZG_CHANGE_OTHER:
        default:
          ok = change->func (writer, change->data, error);
          break;
        }
    }
  return ok && update_index (&commit, error);
}

gboolean
_bzg_commit_put (BzgWriter *writer, const BzgRecord *record, GError **error)
{
  g_autoptr (GHashTable) people = g_hash_table_new_full (bzg_id_hash, bzg_id_equal, g_free, NULL);
  Commit commit = { .writer = writer, .people = people };

  return put (&commit, record, error) && update_index (&commit, error);
}

/* On the opener's thread, where the keys are: what somebody cannot read they do not take out of
 * sight either. */
static gboolean
check_voids (BzgSession *self, const BzgWork *work, GError **error)
{
  for (guint i = 0; i < bzg_work_size (work); i++)
    {
      const BzgChange *change = _bzg_work_change (work, i);

      if ((change->kind == BZG_CHANGE_VOID || change->kind == BZG_CHANGE_UNVOID)
          && change->aggregate->sheet != NULL
          && !_bzg_section_is_mine (self, bzg_sealed_section (change->aggregate), error))
        return FALSE;
    }
  return TRUE;
}

gboolean
bzg_session_commit (BzgSession *self, const BzgWork *work, GError **error)
{
  return check_voids (self, work, error)
         && _bzg_session_write (self, commit_work, (gpointer) work, error);
}

void
bzg_session_commit_async (BzgSession *self,
                          BzgWork *work,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;

  g_task_set_source_tag (task, bzg_session_commit_async);
  if (!check_voids (self, work, &error))
    {
      bzg_work_free (work);
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  /* What was written is written, whatever was cancelled meanwhile. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, work, (GDestroyNotify) bzg_work_free);
  _bzg_session_write_async (self, commit_work, task);
}

gboolean
bzg_session_commit_finish (BzgSession *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
