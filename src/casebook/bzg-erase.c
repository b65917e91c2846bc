/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-session-core-private.h"

#include "base/bzg-error.h"
#include "casebook/bzg-dictionary-private.h"
#include "casebook/bzg-merge-private.h"

/*
 * Erasure: the one way in which something leaves the record. In one transaction go the person, all
 * that were merged into that person, what merges told of them, all rows that belong to the person,
 * the bodies of their history, drafts, attachments, import rows, the links from frozen figures to
 * the person, and a household that nobody is left in. What stays is entries of ids and commitments
 * (the chain still verifies), lines of the read log, and figures that were published.
 *
 * Afterwards the search index is optimised, because FTS5 keeps words of deleted rows until then,
 * and the log is emptied into the main file, whose freed bytes are zeroes. Old copies of pages on
 * the disk can still be read by whoever has the key of today: so a new key is due. Texts about
 * somebody else in which the person is mentioned cannot be found by a program.
 */

typedef struct
{
  const BzgId *person;
  const char *ground;
  guint erased;
} Erasure;

static gboolean
run_with (BzgWriter *writer, const char *sql, const BzgId *id, GError **error)
{
  sqlite3_stmt *stmt = _bzg_writer_statement (writer, sql, error);

  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_id (stmt, 1, id);
  return _bzg_sql_run (stmt, error);
}

static gboolean
collect (BzgWriter *writer, const char *sql, const BzgId *id, GArray *out, GError **error)
{
  sqlite3_stmt *stmt = _bzg_writer_statement (writer, sql, error);
  g_autoptr (GError) local_error = NULL;

  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_id (stmt, 1, id);
  while (_bzg_sql_step (stmt, &local_error))
    {
      BzgId found;

      if (_bzg_sql_id (stmt, 0, &found))
        g_array_append_val (out, found);
    }
  sqlite3_reset (stmt);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* Everything that hangs on the id of a record, then the row. */
static gboolean
erase_row (BzgWriter *writer, const BzgAggregate *aggregate, const BzgId *id, GError **error)
{
  static const char *const surroundings[] = {
    "DELETE FROM history_body WHERE entry IN (SELECT id FROM history WHERE record = ?)",
    "DELETE FROM draft WHERE subject = ?",
    "UPDATE attachment SET body_key = NULL WHERE owner = ?",
    "DELETE FROM attachment_chunk WHERE attachment IN (SELECT id FROM attachment WHERE owner = ?)",
    "DELETE FROM attachment WHERE owner = ?",
    "DELETE FROM import_row WHERE record = ?",
    ("DELETE FROM import_row WHERE profile = 'people'"
     " AND key = 'ref:' || (SELECT ref FROM person WHERE id = ?)"),
    "UPDATE exit_log SET subject = NULL WHERE subject = ?",
  };
  g_autofree char *sql = g_strdup_printf ("DELETE FROM \"%s\" WHERE id = ?", aggregate->table);

  for (guint i = 0; i < G_N_ELEMENTS (surroundings); i++)
    if (!run_with (writer, surroundings[i], id, error))
      return FALSE;
  return run_with (writer, sql, id, error);
}

static gboolean erase_with_children (
  BzgWriter *writer, const BzgAggregate *aggregate, const BzgId *id, guint *n, GError **error);

/* The rows of @child that point at @id through @field. */
static gboolean
erase_pointing (BzgWriter *writer,
                const BzgAggregate *child,
                const char *field,
                const BzgId *id,
                guint *n,
                GError **error)
{
  g_autofree char *sql
    = g_strdup_printf ("SELECT id FROM \"%s\" WHERE \"%s\" = ?", child->table, field);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (BzgId));

  if (!collect (writer, sql, id, rows, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    if (!erase_with_children (writer, child, &g_array_index (rows, BzgId, i), n, error))
      return FALSE;
  return TRUE;
}

/* Who owns rows is in the dictionary; a link to a person is always about that person, whatever else
 * owns the row (a participant of an activity). */
static gboolean
erase_with_children (
  BzgWriter *writer, const BzgAggregate *aggregate, const BzgId *id, guint *n, GError **error)
{
  const BzgAggregate *const *aggregates = bzg_dictionary_aggregates ();

  for (guint a = 0; aggregates[a] != NULL; a++)
    for (guint i = 0; i < aggregates[a]->n_fields; i++)
      {
        const BzgField *field = aggregates[a]->fields[i];

        if (field->type != BZG_FIELD_ID || !g_str_equal (field->target, aggregate->name)
            || (!g_str_equal (aggregate->name, "person")
                && g_strcmp0 (aggregates[a]->parent, aggregate->name) != 0))
          continue;
        if (!erase_pointing (writer, aggregates[a], field->name, id, n, error))
          return FALSE;
      }
  (*n)++;
  return erase_row (writer, aggregate, id, error);
}

/* One registration of the person. */
static gboolean
erase_person (BzgWriter *writer, const BzgId *person, GArray *households, guint *n, GError **error)
{
  return collect (writer, "SELECT household FROM household_member WHERE person = ?", person,
                  households, error)
         && run_with (writer, "DELETE FROM release_person WHERE person = ?", person, error)
         && run_with (writer,
                      "DELETE FROM attachment_chunk WHERE attachment IN"
                      " (SELECT id FROM attachment WHERE person = ?)",
                      person, error)
         && run_with (writer, "DELETE FROM attachment WHERE person = ?", person, error)
         && _bzg_merge_forget (writer, person, error)
         && erase_with_children (writer, bzg_dictionary_aggregate ("person"), person, n, error)
         && _bzg_person_index_update (writer->db, person, error);
}

/* A household that nobody is left in, with those that were merged into it. */
static gboolean
erase_empty (BzgWriter *writer, const BzgId *household, GError **error)
{
  const BzgAggregate *aggregate = bzg_dictionary_aggregate ("household");
  g_autoptr (GArray) group = NULL;
  g_autoptr (GArray) left = g_array_new (FALSE, FALSE, sizeof (BzgId));
  BzgId keeper = *household;
  guint pairs = 0; /* with which it is not one; not counted, as the household is not */

  _bzg_merge_follow (writer->statements, writer->db, &keeper);
  group = _bzg_merge_group (writer->db, &keeper, error);
  if (group == NULL)
    return FALSE;
  for (guint i = 0; i < group->len; i++)
    if (!collect (writer, "SELECT person FROM household_member WHERE household = ?",
                  &g_array_index (group, BzgId, i), left, error))
      return FALSE;
  for (guint i = 0; left->len == 0 && i < group->len; i++)
    if (!_bzg_merge_forget (writer, &g_array_index (group, BzgId, i), error)
        || !erase_with_children (writer, aggregate, &g_array_index (group, BzgId, i), &pairs,
                                 error))
      return FALSE;
  return TRUE;
}

static gboolean
erase (BzgWriter *writer, gpointer data, GError **error)
{
  Erasure *erasure = data;
  g_autoptr (GArray) households = g_array_new (FALSE, FALSE, sizeof (BzgId));
  g_autoptr (GArray) group = _bzg_merge_group (writer->db, erasure->person, error);
  g_autoptr (BzgHistoryBody) body = _bzg_history_body_new ();

  /* Rows of one person point at each other in more ways than one. */
  if (group == NULL || !_bzg_sql_exec (writer->db, "PRAGMA defer_foreign_keys = ON", error))
    return FALSE;
  for (guint i = 0; i < group->len; i++)
    if (!erase_person (writer, &g_array_index (group, BzgId, i), households, &erasure->erased,
                       error))
      return FALSE;
  for (guint i = 0; i < households->len; i++)
    if (!erase_empty (writer, &g_array_index (households, BzgId, i), error))
      return FALSE;
  _bzg_history_body_add (body, "erasure.ground", NULL, erasure->ground);
  _bzg_writer_changed (writer, NULL, NULL);
  return _bzg_history_append (writer, "erase", "person", erasure->person, body, error);
}

static gboolean
wipe_remains (BzgWriter *writer, gpointer unused, GError **error)
{
  return _bzg_person_index_optimize (writer->db, error)
         && _bzg_sql_exec (writer->db, "PRAGMA wal_checkpoint (TRUNCATE)", error);
}

gboolean
bzg_session_erase_person (
  BzgSession *self, const BzgId *person, const char *ground, guint *n_erased, GError **error)
{
  BzgId keeper = *person;
  Erasure erasure = { .person = &keeper, .ground = ground };
  g_autoptr (BzgRecord) record = NULL;

  if (!bzg_session_allows (self, "case", BZG_ACT_APPROVE)
      || !bzg_session_allows (self, "identity", BZG_ACT_WRITE))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE,
                           "person: this role may not erase");
      return FALSE;
    }
  if (ground == NULL || bzg_dictionary_code ("erasure_ground", ground) == NULL)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_MALFORMED,
                           "erasure.ground: expected an entry of the list erasure_ground");
      return FALSE;
    }
  _bzg_merge_follow (self->statements, self->reader, &keeper);
  record = bzg_session_get (self, "person", &keeper, error);
  if (record == NULL || !_bzg_session_write (self, erase, &erasure, error))
    return FALSE;
  _bzg_fact_keeper_drop (self->facts);
  if (!_bzg_session_on_writer (self, wipe_remains, NULL, error))
    return FALSE;
  if (n_erased != NULL)
    *n_erased = erasure.erased;
  return _bzg_access_set_rekey_due (self, error);
}
