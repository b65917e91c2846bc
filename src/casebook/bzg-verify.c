/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-session-core-private.h"

#include "base/bzg-error.h"
#include "casebook/bzg-dictionary-private.h"

/*
 * Is everything as it was left? From the bytes upwards: pages and seal (vault), SQLite's own
 * structure, references, the dictionary against the columns, the two chains. On a connection of its
 * own, so that it may run in a worker while people go on reading.
 */

static gboolean
check_pragma (sqlite3 *db, const char *pragma, const char *good, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (db, pragma, error);
  g_autoptr (GError) local_error = NULL;
  gboolean row;

  if (stmt == NULL)
    return FALSE;
  row = _bzg_sql_step (stmt, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (good == NULL ? !row : (row && g_strcmp0 (_bzg_sql_text (stmt, 0), good) == 0))
    return TRUE;
  g_set_error (error, BZG_ERROR, BZG_ERROR_DAMAGED, "%s found a fault", pragma);
  return FALSE;
}

/* Every field has its column in the file at hand. */
static gboolean
check_columns (sqlite3 *db, GError **error)
{
  const BzgAggregate *const *aggregates = bzg_dictionary_aggregates ();

  for (guint i = 0; aggregates[i] != NULL; i++)
    {
      g_autofree char *columns = _bzg_record_columns (aggregates[i], "t");
      g_autofree char *sql
        = g_strdup_printf ("SELECT %s FROM \"%s\" AS t", columns, aggregates[i]->table);
      g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (db, sql, NULL);

      if (stmt == NULL)
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_DAMAGED,
                       "the table of %s is not what the dictionary says", aggregates[i]->name);
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
bzg_session_verify (
  BzgSession *self, BzgProgress progress, gpointer data, GCancellable *cancellable, GError **error)
{
  const guint8 *casebook = bzg_vault_casebook_id (self->vault);
  sqlite3 *db;
  gboolean ok;

  if (!bzg_vault_verify (self->vault, progress, data, cancellable, error))
    return FALSE;
  db = bzg_vault_connect (self->vault, TRUE, error);
  if (db == NULL)
    return FALSE;
  ok = _bzg_sql_exec (db, "BEGIN", error)
       && check_pragma (db, "PRAGMA integrity_check", "ok", error)
       && check_pragma (db, "PRAGMA foreign_key_check", NULL, error) && check_columns (db, error)
       && _bzg_history_verify (db, casebook, cancellable, error)
       && _bzg_read_log_verify (db, casebook, error);
  sqlite3_close_v2 (db);
  return ok;
}
