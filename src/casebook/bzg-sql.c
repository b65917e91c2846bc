/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-sql-private.h"

#include "base/bzg-error.h"

gboolean
_bzg_sql_error (GError **error, sqlite3 *db, int rc)
{
  int extended = db != NULL && rc != SQLITE_MISUSE ? sqlite3_extended_errcode (db) : rc;
  int code;

  switch (rc & 0xff)
    {
    case SQLITE_FULL:
      code = BZG_ERROR_DISK_FULL;
      break;
    case SQLITE_IOERR:
      /* So the vault calls a page whose tag does not fit. */
      code = extended == SQLITE_IOERR_DATA ? BZG_ERROR_DAMAGED : BZG_ERROR_IO;
      break;
    case SQLITE_CANTOPEN:
      code = BZG_ERROR_IO;
      break;
    case SQLITE_READONLY:
    case SQLITE_PERM:
      code = BZG_ERROR_READ_ONLY;
      break;
    case SQLITE_NOMEM:
      code = BZG_ERROR_NO_MEMORY;
      break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      code = BZG_ERROR_DAMAGED;
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      code = BZG_ERROR_IN_USE;
      break;
    case SQLITE_INTERRUPT:
    case SQLITE_ABORT:
      code = BZG_ERROR_CANCELLED;
      break;
    default:
      code = BZG_ERROR_BUG;
      break;
    }
  /* sqlite3_errstr() is a fixed text; sqlite3_errmsg() may repeat a value. */
  g_set_error (error, BZG_ERROR, code, "database: %s (%d)", sqlite3_errstr (rc), extended);
  return FALSE;
}

gboolean
_bzg_sql_exec (sqlite3 *db, const char *sql, GError **error)
{
  int rc = sqlite3_exec (db, sql, NULL, NULL, NULL);

  return rc == SQLITE_OK || _bzg_sql_error (error, db, rc);
}

sqlite3_stmt *
_bzg_sql_prepare (sqlite3 *db, const char *sql, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  int rc = sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL);

  if (rc != SQLITE_OK)
    _bzg_sql_error (error, db, rc);
  return stmt;
}

void
_bzg_sql_bind_text (sqlite3_stmt *stmt, int param, const char *text)
{
  if (text == NULL)
    sqlite3_bind_null (stmt, param);
  else
    sqlite3_bind_text (stmt, param, text, -1, SQLITE_TRANSIENT);
}

void
_bzg_sql_bind_named (sqlite3_stmt *stmt, const char *name, const char *text)
{
  int param = sqlite3_bind_parameter_index (stmt, name);

  if (param > 0)
    _bzg_sql_bind_text (stmt, param, text);
}

void
_bzg_sql_bind_int (sqlite3_stmt *stmt, int param, gint64 value)
{
  sqlite3_bind_int64 (stmt, param, value);
}

void
_bzg_sql_bind_id (sqlite3_stmt *stmt, int param, const BzgId *id)
{
  if (id == NULL)
    sqlite3_bind_null (stmt, param);
  else
    sqlite3_bind_blob (stmt, param, id->bytes, BZG_ID_SIZE, SQLITE_TRANSIENT);
}

void
_bzg_sql_bind_blob (sqlite3_stmt *stmt, int param, gconstpointer data, gsize len)
{
  if (data == NULL)
    sqlite3_bind_null (stmt, param);
  else
    sqlite3_bind_blob64 (stmt, param, data, len, SQLITE_TRANSIENT);
}

gboolean
_bzg_sql_step (sqlite3_stmt *stmt, GError **error)
{
  int rc = sqlite3_step (stmt);

  if (rc == SQLITE_ROW)
    return TRUE;
  if (rc != SQLITE_DONE)
    _bzg_sql_error (error, sqlite3_db_handle (stmt), rc);
  return FALSE;
}

gboolean
_bzg_sql_run (sqlite3_stmt *stmt, GError **error)
{
  gboolean done;
  int rc;

  do
    rc = sqlite3_step (stmt);
  while (rc == SQLITE_ROW);
  done = rc == SQLITE_DONE || _bzg_sql_error (error, sqlite3_db_handle (stmt), rc);
  sqlite3_reset (stmt);
  sqlite3_clear_bindings (stmt);
  return done;
}

gboolean
_bzg_sql_ints (sqlite3_stmt *stmt, GArray *out, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  while (_bzg_sql_step (stmt, &local_error))
    {
      gint64 value = _bzg_sql_int (stmt, 0);

      g_array_append_val (out, value);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

const char *
_bzg_sql_text (sqlite3_stmt *stmt, int column)
{
  return (const char *) sqlite3_column_text (stmt, column);
}

gint64
_bzg_sql_int (sqlite3_stmt *stmt, int column)
{
  return sqlite3_column_int64 (stmt, column);
}

gboolean
_bzg_sql_is_null (sqlite3_stmt *stmt, int column)
{
  return sqlite3_column_type (stmt, column) == SQLITE_NULL;
}

gboolean
_bzg_sql_id (sqlite3_stmt *stmt, int column, BzgId *out)
{
  gsize len;
  gconstpointer data = _bzg_sql_blob (stmt, column, &len);

  memset (out, 0, sizeof *out);
  if (data == NULL || len != BZG_ID_SIZE)
    return FALSE;
  memcpy (out->bytes, data, BZG_ID_SIZE);
  return TRUE;
}

gconstpointer
_bzg_sql_blob (sqlite3_stmt *stmt, int column, gsize *len)
{
  gconstpointer data = sqlite3_column_blob (stmt, column);

  *len = sqlite3_column_bytes (stmt, column);
  return data;
}

gint64
_bzg_sql_scalar (sqlite3 *db, const char *sql, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (db, sql, error);

  if (stmt == NULL || !_bzg_sql_step (stmt, error))
    return -1;
  return _bzg_sql_int (stmt, 0);
}
