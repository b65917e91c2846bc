/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/bzg-crypto.h"
#include "vault/bzg-vault.h"

#include <sqlite3.h>
#include <stdlib.h>

/*
 * Makes a casebook of many people out of one of fewer, in what a search reads: each person stands
 * there again and again under new ids, with the same names. To enter them one by one would take
 * hours. For measuring only: the copies have no history.
 *   BENCH_FILE=CASEBOOK BENCH_TIMES=10 grow-people
 * The casebook is one that bench-people filled.
 */

#define PASSPHRASE "seven green boats"

static void
run (sqlite3 *db, const char *sql)
{
  if (sqlite3_exec (db, sql, NULL, NULL, NULL) != SQLITE_OK)
    g_error ("%s", sqlite3_errmsg (db));
}

/* The columns of @table but the first @skip, with a comma before each. */
static char *
columns_of (sqlite3 *db, const char *table, guint skip)
{
  g_autofree char *sql = g_strdup_printf ("SELECT * FROM %s LIMIT 0", table);
  GString *out = g_string_new (NULL);
  sqlite3_stmt *stmt;

  if (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL) != SQLITE_OK)
    g_error ("%s", sqlite3_errmsg (db));
  for (int i = (int) skip; i < sqlite3_column_count (stmt); i++)
    g_string_append_printf (out, ", %s", sqlite3_column_name (stmt, i));
  sqlite3_finalize (stmt);
  return g_string_free (out, FALSE);
}

static void
copy (sqlite3 *db, const char *table, const char *first, const char *values, guint skip)
{
  g_autofree char *rest = columns_of (db, table, skip);
  g_autofree char *sql
    = g_strdup_printf ("INSERT INTO %s (%s%s) SELECT %s%s FROM twin JOIN %s t ON t.%s", table,
                       first, rest, values, rest, table,
                       g_str_equal (table, "person") ? "id = twin.id" : "n = twin.n");

  run (db, sql);
}

int
main (void)
{
  const char *path = g_getenv ("BENCH_FILE"), *times = g_getenv ("BENCH_TIMES");
  g_autoptr (BzgSecret) secret = NULL;
  g_autoptr (GError) error = NULL;
  BzgVault *vault;
  sqlite3 *db;

  if (path == NULL || times == NULL)
    return EXIT_FAILURE;
  bzg_vault_init (NULL);
  secret = bzg_secret_new_text (PASSPHRASE);
  vault = bzg_vault_open (path, "office", secret, NULL, &error);
  if (vault == NULL || (db = bzg_vault_connect (vault, FALSE, &error)) == NULL)
    g_error ("%s", error->message);
  run (db, "CREATE TEMP TABLE base AS SELECT n, id, (SELECT max (n) FROM person_row) AS most"
           " FROM person_row");
  for (int i = 1; i < atoi (times); i++)
    {
      g_autofree char *twins = g_strdup_printf ("CREATE TEMP TABLE twin AS SELECT n, id, n + most "
                                                "* %d AS m, randomblob (16) AS new"
                                                " FROM base",
                                                i);

      run (db, "BEGIN");
      run (db, twins);
      copy (db, "person", "id", "twin.new", 1);
      copy (db, "person_row", "n, id", "twin.m, twin.new", 2);
      run (db, "INSERT INTO person_text (rowid, strict, loose, place, note)"
               " SELECT twin.m, strict, loose, place, note FROM twin JOIN person_text t"
               " ON t.rowid = twin.n");
      run (db, "INSERT INTO person_key (kind, key, n) SELECT kind, key, twin.m FROM twin"
               " JOIN person_key k ON k.n = twin.n");
      run (db, "DROP TABLE twin");
      run (db, "COMMIT");
      g_print ("%d of %s\n", i + 1, times);
    }
  run (db, "INSERT INTO person_text (person_text) VALUES ('optimize')");
  sqlite3_close_v2 (db);
  if (!bzg_vault_close (vault, &error))
    g_error ("%s", error->message);
  return EXIT_SUCCESS;
}
