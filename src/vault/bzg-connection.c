/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/bzg-error.h"
#include "vault/bzg-vault-private.h"

/*
 * Connections that can do their work and nothing else: no second file, no loaded code, no schema
 * that runs functions behind our back.
 */

gboolean
bzg_sqlite_set_error (GError **error, sqlite3 *db, int rc, const char *what)
{
  BzgErrorCode code = BZG_ERROR_IO;

  switch (rc & 0xff)
    {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      code = BZG_ERROR_DAMAGED;
      break;
    case SQLITE_FULL:
      code = BZG_ERROR_DISK_FULL;
      break;
    case SQLITE_NOMEM:
      code = BZG_ERROR_NO_MEMORY;
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      code = BZG_ERROR_IN_USE;
      break;
    case SQLITE_INTERRUPT:
      code = BZG_ERROR_CANCELLED;
      break;
    case SQLITE_READONLY:
    case SQLITE_PERM:
      code = BZG_ERROR_READ_ONLY;
      break;
    default:
      if (rc == SQLITE_IOERR_DATA)
        code = BZG_ERROR_DAMAGED;
    }
  g_set_error (error, BZG_ERROR, code, "%s: SQLite result %d", what, rc);
  return FALSE;
}

sqlite3_int64
bzg_sqlite_get_int (sqlite3 *db, const char *pragma, int column, int *rc)
{
  sqlite3_stmt *stmt = NULL;
  sqlite3_int64 value = -1;

  *rc = sqlite3_prepare_v2 (db, pragma, -1, &stmt, NULL);
  if (*rc == SQLITE_OK)
    {
      *rc = sqlite3_step (stmt);
      if (*rc == SQLITE_ROW)
        {
          value = sqlite3_column_int64 (stmt, column);
          *rc = SQLITE_OK;
        }
    }
  sqlite3_finalize (stmt);
  return value;
}

static int
authorize_cb (
  void *data, int action, const char *a, const char *b, const char *database, const char *trigger)
{
  /* VACUUM attaches a database without a name; one with a name is a second file. */
  if (action == SQLITE_ATTACH && a && *a)
    return SQLITE_DENY;
  /* SQLite calls this for its own writes below VACUUM as well, hence no finer rules here. */
  return SQLITE_OK;
}

sqlite3 *
bzg_vault_connect (BzgVault *self, gboolean read_only, GError **error)
{
  static const char *const pragmas[] = {
    "PRAGMA synchronous=FULL",   "PRAGMA secure_delete=ON", "PRAGMA temp_store=MEMORY",
    "PRAGMA foreign_keys=ON",    "PRAGMA mmap_size=0",      "PRAGMA cell_size_check=ON",
    "PRAGMA trusted_schema=OFF", "PRAGMA cache_size=-8000",
  };
  sqlite3 *db = NULL;
  int rc = sqlite3_open_v2 (self->path, &db,
                            SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                            self->vfs->zName);

  if (rc == SQLITE_OK)
    {
      sqlite3_busy_timeout (db, 10000);
      sqlite3_db_config (db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
      sqlite3_db_config (db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
      sqlite3_db_config (db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
      sqlite3_db_config (db, SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0, NULL);
      sqlite3_db_config (db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
      sqlite3_db_config (db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
      sqlite3_limit (db, SQLITE_LIMIT_ATTACHED, 1);
      sqlite3_set_authorizer (db, authorize_cb, NULL);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (pragmas) && rc == SQLITE_OK; i++)
    rc = sqlite3_exec (db, pragmas[i], NULL, NULL, NULL);
  if (rc == SQLITE_OK && read_only)
    rc = sqlite3_exec (db, "PRAGMA query_only=ON", NULL, NULL, NULL);
  if (rc == SQLITE_OK)
    {
      gboolean fine = bzg_sqlite_get_int (db, "PRAGMA synchronous", 0, &rc) == 2;
      /* The first read: recovers the log, shows a page 1 that cannot be decrypted. */
      if (rc == SQLITE_OK)
        bzg_sqlite_get_int (db, "PRAGMA schema_version", 0, &rc);
      if (rc == SQLITE_OK && !fine)
        rc = SQLITE_MISUSE;
    }
  if (rc == SQLITE_OK)
    rc = sqlite3_file_control (db, "main", BZG_FCNTL_CONFIGURED, NULL);
  if (rc != SQLITE_OK)
    {
      bzg_sqlite_set_error (error, db, rc, "connect");
      sqlite3_close_v2 (db);
      return NULL;
    }
  return db;
}
