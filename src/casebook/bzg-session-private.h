/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session.h"
#include "casebook/bzg-sql-private.h"

G_BEGIN_DECLS

/*
 * What the files of the casebook room share. Reading: bzg_session_reader() on the opener's thread,
 * with the scope below in every query that touches people. Writing: a function run by the one
 * writer thread inside one transaction, which enters in the history what it did.
 */

/* What a write function gets; valid only while it runs, on the writer's thread. */
typedef struct _BzgWriter BzgWriter;

sqlite3 *_bzg_writer_db (BzgWriter *writer);
BzgSession *_bzg_writer_session (BzgWriter *writer);
const BzgId *_bzg_writer_user (BzgWriter *writer); /* who does it */
gint64 _bzg_writer_now (BzgWriter *writer); /* UTC seconds, of the logical clock: for changed_at */
/* A prepared statement kept for the life of the session; reset and without parameters. Do not
 * finalize it; do not use the same one recursively. */
sqlite3_stmt *_bzg_writer_statement (BzgWriter *writer, const char *sql, GError **error);

/* What changed, field by field; the erasable body of a history entry. */
typedef struct _BzgHistoryBody BzgHistoryBody;
BzgHistoryBody *_bzg_history_body_new (void);
void _bzg_history_body_free (BzgHistoryBody *self);
/* @field: a permanent field id, or a reserved name such as "release.tables_sha256". Values NULL =
 * missing. */
void _bzg_history_body_add (BzgHistoryBody *self,
                            const char *field,
                            const char *before,
                            const char *after);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgHistoryBody, _bzg_history_body_free)

/* Appends one entry to this device's chain, inside the transaction. @act is a word of the program
 * ("insert", "update", "void", "publish", "exit", "import", ...), @aggregate a table of the record
 * or of the program; neither is free text. @record may be NULL (a zero id), @body too. */
gboolean _bzg_history_append (BzgWriter *writer,
                              const char *act,
                              const char *aggregate,
                              const BzgId *record,
                              const BzgHistoryBody *body,
                              GError **error);

/* "changed" will be emitted for it once the transaction is durable. NULL aggregate: many. */
void _bzg_writer_changed (BzgWriter *writer, const char *aggregate, const BzgId *record);

/* Runs @func on the writer thread inside one transaction (BEGIN IMMEDIATE ... COMMIT) and waits for
 * it. TRUE: it is durable. FALSE: nothing of it was written. Any thread but the writer's. */
typedef gboolean (*BzgWriteFunc) (BzgWriter *writer, gpointer data, GError **error);
gboolean _bzg_session_write (BzgSession *self, BzgWriteFunc func, gpointer data, GError **error);
/* The same without a transaction: for checkpoints, page-by-page copies, index rebuilds. */
gboolean
_bzg_session_on_writer (BzgSession *self, BzgWriteFunc func, gpointer data, GError **error);
/* The same without waiting; @task returns a boolean when it is durable. Takes @task; @func's data
 * is the task's data. */
void _bzg_session_write_async (BzgSession *self, BzgWriteFunc func, GTask *task);

/* The user's scope as a condition on a person's id: "0", "1" or a question. @person is a column
 * such as "person.id" or "s.person", or a parameter, written in the program, never input. (transfer
 * full)
 *
 * The first asks about each person by itself, a few microseconds each: for statements that meet few
 * people, however often they run. The second makes the set of all whom the user may see, once in
 * each run of the statement, and lets it lead the way: for statements that go through everybody. */
char *_bzg_session_scope_sql (BzgSession *self, const char *person);
char *_bzg_session_scope_set_sql (BzgSession *self, const char *person);
/* Binds the named parameters of the condition wherever the statement has them. */
void _bzg_session_bind_scope (BzgSession *self, sqlite3_stmt *stmt);
/* TRUE if this person lies within the user's scope. */
gboolean _bzg_session_in_scope (BzgSession *self, sqlite3 *db, const BzgId *person);

/* Enters in the read log that this person's file was read; @what: "open", "timeline", "print".
 * Coalesced: one line per person, word and two seconds; durable within two seconds and before the
 * session closes. */
void _bzg_session_note_read (BzgSession *self, const char *what, const BzgId *person);

/* Reads the columns of one row as a record. The statement's columns are those of
 * _bzg_record_columns(), starting at @column; @readable_by NULL: all sections. */
BzgRecord *_bzg_record_from_row (const BzgAggregate *aggregate,
                                 sqlite3_stmt *stmt,
                                 int column,
                                 BzgSession *readable_by);
/* "t.id, t.revision, t.changed_at, t.voided_at, t.family_name, ..." for a table alias. */
char *_bzg_record_columns (const BzgAggregate *aggregate, const char *alias);

G_END_DECLS
