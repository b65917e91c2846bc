/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-merge-private.h"

#include "base/bzg-error.h"
#include "casebook/bzg-person-index-private.h"
#include "casebook/bzg-session-core-private.h"

/*
 * Following merges: from whoever was merged to whom it leads, and from a keeper to all that it is
 * made of. Only merges that stand count. No row that holds names somebody who was merged, so that
 * nothing has to be looked for twice; only drafts and rows of imported files stay where they were.
 */

/* Below a keeper, through others too; :id itself first. */
#define GROUP                                                                                      \
  "WITH RECURSIVE merged (id, depth) AS (SELECT :id, 0 UNION ALL"                                  \
  " SELECT m.other, merged.depth + 1 FROM merge AS m JOIN merged ON m.keeper = merged.id"          \
  " WHERE m.undo IS NULL) "

static const char *const UP = "SELECT keeper FROM merge WHERE other = ? AND undo IS NULL";

static void
bind_named (sqlite3_stmt *stmt, const char *name, const BzgId *id)
{
  int param = sqlite3_bind_parameter_index (stmt, name);

  if (param > 0)
    _bzg_sql_bind_id (stmt, param, id);
}

gboolean
_bzg_merge_follow (GHashTable *cache, sqlite3 *db, BzgId *id)
{
  g_autoptr (GHashTable) own = cache == NULL ? _bzg_statement_cache_new () : NULL;
  gboolean led = FALSE;

  for (;;)
    {
      sqlite3_stmt *stmt = _bzg_statement (cache != NULL ? cache : own, db, UP, NULL);
      BzgId keeper;
      gboolean found;

      if (stmt == NULL)
        return led;
      _bzg_sql_bind_id (stmt, 1, id);
      found = _bzg_sql_step (stmt, NULL) && _bzg_sql_id (stmt, 0, &keeper);
      sqlite3_reset (stmt);
      if (!found)
        return led;
      *id = keeper;
      led = TRUE;
    }
}

GHashTable *
_bzg_merge_map (sqlite3 *db, GError **error)
{
  g_autoptr (GHashTable) map = g_hash_table_new_full (bzg_id_hash, bzg_id_equal, g_free, g_free);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (db, "SELECT other, keeper FROM merge WHERE undo IS NULL", error);

  if (stmt == NULL)
    return NULL;
  while (_bzg_sql_step (stmt, &local_error))
    {
      BzgId other, keeper;

      if (_bzg_sql_id (stmt, 0, &other) && _bzg_sql_id (stmt, 1, &keeper))
        g_hash_table_insert (map, g_memdup2 (&other, sizeof other),
                             g_memdup2 (&keeper, sizeof keeper));
    }
  if (local_error == NULL)
    return g_steal_pointer (&map);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

void
_bzg_merge_map_follow (GHashTable *map, BzgId *id)
{
  const BzgId *keeper;

  while ((keeper = g_hash_table_lookup (map, id)) != NULL)
    *id = *keeper;
}

GArray *
_bzg_merge_group (sqlite3 *db, const BzgId *id, GError **error)
{
  g_autoptr (GArray) group = g_array_new (FALSE, FALSE, sizeof (BzgId));
  g_autoptr (GError) local_error = NULL;
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (db, GROUP "SELECT id FROM merged ORDER BY depth", error);

  if (stmt == NULL)
    return NULL;
  bind_named (stmt, ":id", id);
  while (_bzg_sql_step (stmt, &local_error))
    {
      BzgId found;

      if (_bzg_sql_id (stmt, 0, &found))
        g_array_append_val (group, found);
    }
  if (local_error == NULL)
    return g_steal_pointer (&group);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

GArray *
bzg_merge_group (BzgSession *session, const BzgId *id, GError **error)
{
  return _bzg_merge_group (bzg_session_reader (session), id, error);
}

void
_bzg_merge_draft_subject (
  GHashTable *cache, sqlite3 *db, const BzgId *user, const char *form, BzgId *subject)
{
  sqlite3_stmt *stmt;

  if (bzg_id_is_zero (subject))
    return;
  stmt = _bzg_statement (cache, db,
                         GROUP "SELECT d.subject FROM merged JOIN draft AS d"
                               " ON d.user = :user AND d.form = :form AND d.subject = merged.id"
                               " ORDER BY merged.depth > 0, d.kept_at DESC LIMIT 1",
                         NULL);
  if (stmt == NULL)
    return;
  bind_named (stmt, ":id", subject);
  bind_named (stmt, ":user", user);
  _bzg_sql_bind_text (stmt, sqlite3_bind_parameter_index (stmt, ":form"), form);
  if (_bzg_sql_step (stmt, NULL))
    _bzg_sql_id (stmt, 0, subject);
  sqlite3_reset (stmt);
}

/* ---- For people */

void
bzg_merge_free (BzgMerge *self)
{
  if (self == NULL)
    return;
  g_free (self->by);
  g_free (self->name);
  g_free (self->ref);
  g_free (self);
}

gboolean
bzg_merge_keeper (BzgSession *session, const BzgId *id, BzgId *keeper)
{
  *keeper = *id;
  return _bzg_merge_follow (session->statements, session->reader, keeper);
}

static BzgMerge *
merge_from_row (BzgSession *session, gboolean people, sqlite3_stmt *stmt)
{
  BzgMerge *merge = g_new0 (BzgMerge, 1);
  BzgId top;

  _bzg_sql_id (stmt, 0, &merge->id);
  _bzg_sql_id (stmt, 1, &merge->keeper);
  _bzg_sql_id (stmt, 2, &merge->other);
  merge->at = _bzg_sql_int (stmt, 3);
  merge->by = g_strdup (_bzg_sql_text (stmt, 4));
  merge->ref = g_strdup (_bzg_sql_text (stmt, 5));
  if (people)
    {
      merge->name = _bzg_person_index_name (_bzg_sql_text (stmt, 6), _bzg_sql_text (stmt, 7),
                                            _bzg_sql_text (stmt, 8));
      if (*merge->name == '\0')
        g_clear_pointer (&merge->name, g_free);
    }
  else
    merge->name = g_strdup (_bzg_sql_text (stmt, 6));
  top = merge->keeper;
  merge->top = !_bzg_merge_follow (session->statements, session->reader, &top);
  return merge;
}

/* The keeper is whom the user may see; the rows of the other are the keeper's. */
static gboolean
keeper_in_scope (BzgSession *session, const BzgAggregate *aggregate, const BzgMerge *merge)
{
  g_autoptr (BzgRecord) keeper
    = _bzg_record_load (session->statements, session->reader, aggregate, &merge->keeper, NULL);

  return keeper != NULL
         && _bzg_session_may_see (session, session->statements, session->reader, keeper);
}

GPtrArray *
bzg_merge_list (BzgSession *session, const char *aggregate, const BzgId *keeper, GError **error)
{
  g_autoptr (GPtrArray) merges = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_merge_free);
  const BzgAggregate *known = bzg_dictionary_aggregate (aggregate);
  gboolean people = g_str_equal (aggregate, "person");
  g_autofree char *sql = NULL;
  g_autoptr (sqlite3_stmt) stmt = NULL;
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (known != NULL, NULL);
  if (!bzg_session_allows (session, "identity", BZG_ACT_READ))
    return g_steal_pointer (&merges);
  sql = g_strdup_printf (
    "%sSELECT m.id, m.keeper, m.other, m.merged_at, u.name, o.ref, %s FROM merge AS m"
    " JOIN \"%s\" AS o ON o.id = m.other LEFT JOIN user AS u ON u.id = m.merged_by"
    " WHERE m.undo IS NULL AND m.aggregate = :aggregate%s ORDER BY m.id DESC",
    keeper != NULL ? GROUP : "", people ? "o.family_name, o.given_name, o.patronymic" : "o.name",
    known->table, keeper != NULL ? " AND m.keeper IN (SELECT id FROM merged)" : "");
  stmt = _bzg_sql_prepare (session->reader, sql, error);
  if (stmt == NULL)
    return NULL;
  if (keeper != NULL)
    bind_named (stmt, ":id", keeper);
  _bzg_sql_bind_text (stmt, sqlite3_bind_parameter_index (stmt, ":aggregate"), aggregate);
  while (_bzg_sql_step (stmt, &local_error))
    {
      BzgMerge *merge = merge_from_row (session, people, stmt);

      if (keeper_in_scope (session, known, merge))
        g_ptr_array_add (merges, merge);
      else
        bzg_merge_free (merge);
    }
  if (local_error == NULL)
    return g_steal_pointer (&merges);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

GPtrArray *
bzg_merge_fields (BzgSession *session,
                  const char *aggregate,
                  const BzgId *keeper,
                  const BzgId *other,
                  const BzgMergeChoice *choices,
                  guint n_choices,
                  GError **error)
{
  g_autoptr (BzgRecord) a = bzg_session_get (session, aggregate, keeper, error);
  g_autoptr (BzgRecord) b = a != NULL ? bzg_session_get (session, aggregate, other, error) : NULL;

  return b != NULL ? _bzg_merge_choose (a, b, choices, n_choices) : NULL;
}
