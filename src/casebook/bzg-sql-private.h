/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

#include "base/bzg-id.h"

G_BEGIN_DECLS

/*
 * Statements without ceremony. Everything is bound, nothing is pasted into SQL; an error carries
 * SQLite's number and never a value, a name or a statement.
 *
 *   g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (db, "SELECT ... WHERE id = ?", error);
 *   if (stmt == NULL)
 *     return FALSE;
 *   _bzg_sql_bind_id (stmt, 1, id);
 *   while (_bzg_sql_step (stmt, &local_error))
 *     ... _bzg_sql_text (stmt, 0) ...
 *   if (local_error != NULL) ...
 */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)

/* Sets @error from a SQLite result (full disk, damage, memory, interruption told apart). Always
 * returns FALSE. @db may be NULL; with it the extended code is used. */
gboolean _bzg_sql_error (GError **error, sqlite3 *db, int rc);

/* Runs one or several statements that take no parameters. */
gboolean _bzg_sql_exec (sqlite3 *db, const char *sql, GError **error);

sqlite3_stmt *_bzg_sql_prepare (sqlite3 *db, const char *sql, GError **error);

/* Parameters count from 1. NULL binds NULL. Text and blobs are copied. */
void _bzg_sql_bind_text (sqlite3_stmt *stmt, int param, const char *text);
/* Of a statement that may do without the parameter @name. */
void _bzg_sql_bind_named (sqlite3_stmt *stmt, const char *name, const char *text);
void _bzg_sql_bind_int (sqlite3_stmt *stmt, int param, gint64 value);
void _bzg_sql_bind_id (sqlite3_stmt *stmt, int param, const BzgId *id);
void _bzg_sql_bind_blob (sqlite3_stmt *stmt, int param, gconstpointer data, gsize len);

/* TRUE: a row stands ready. FALSE with @error unset: there are no more. */
gboolean _bzg_sql_step (sqlite3_stmt *stmt, GError **error);
/* Runs a statement to its end, passes over rows, resets it and clears its parameters. */
gboolean _bzg_sql_run (sqlite3_stmt *stmt, GError **error);

/* Appends the first column of every row (gint64). */
gboolean _bzg_sql_ints (sqlite3_stmt *stmt, GArray *out, GError **error);

/* Columns count from 0. Text belongs to the statement until the next step; NULL is NULL. */
const char *_bzg_sql_text (sqlite3_stmt *stmt, int column);
gint64 _bzg_sql_int (sqlite3_stmt *stmt, int column); /* NULL gives 0 */
gboolean _bzg_sql_is_null (sqlite3_stmt *stmt, int column);
/* FALSE, and @out zeroed, for NULL or a blob that is no id. */
gboolean _bzg_sql_id (sqlite3_stmt *stmt, int column, BzgId *out);
gconstpointer _bzg_sql_blob (sqlite3_stmt *stmt, int column, gsize *len);

/* One integer of a statement without parameters: counts, pragmas. -1 on error. */
gint64 _bzg_sql_scalar (sqlite3 *db, const char *sql, GError **error);

G_END_DECLS
