/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-facts-private.h"
#include "casebook/bzg-person-index-private.h"
#include "casebook/bzg-session-private.h"
#include "vault/bzg-crypto.h"

G_BEGIN_DECLS

/*
 * The inside of a session, for the few files that are the session. Others use
 * bzg-session-private.h.
 *
 * Threads: the fields from `vault` to `training` are set before the session is given out and do not
 * change, except `today` (opener's thread only). The reader belongs to the opener's thread. All of
 * BzgWriter belongs to the writer thread; the queue is the only way in.
 */

/* Which chain this machine writes, and where it stands. */
typedef struct
{
  BzgId id;
  BzgSecret *seed;      /* Ed25519 */
  gint64 seq, read_seq; /* of the last entries; 0: none yet */
  guint8 head[BZG_HASH_SIZE], read_head[BZG_HASH_SIZE];
  gint64 hlc; /* of the last entry of any device: milliseconds << 16 | counter */
} BzgChain;

typedef struct _BzgMachineState BzgMachineState;

struct _BzgWriter
{
  BzgSession *session; /* not a reference: the session joins the thread before it goes */
  sqlite3 *db;
  GHashTable *statements;    /* SQL -> sqlite3_stmt */
  BzgPersonIndexer *indexer; /* made when first needed */
  BzgChain chain;
  BzgMachineState *state;
  gint64 now;      /* UTC seconds, of the running transaction */
  GArray *changed; /* Changed, of the running transaction */
  gboolean changed_all;
  gboolean in_transaction;
  gboolean older; /* the file goes less far than this computer has seen it go */
};

struct _BzgSession
{
  GObject parent_instance;

  BzgVault *vault;
  sqlite3 *reader;
  GHashTable *statements; /* of the reader: SQL -> sqlite3_stmt */
  gint changes;           /* atomic: transactions of the writer that changed something */
  GArray *places;         /* bzg-people-places.c; opener's thread */
  gint places_changes;    /* `changes` when they were made */
  BzgFactKeeper *facts;   /* bzg-facts.c */
  GMainContext *context;
  BzgId user;
  char *user_name, *roles, *language, *area;
  GHashTable *rights;       /* section -> bits of BzgAct */
  GHashTable *section_keys; /* bzg-sealed-private.h; opener's thread */
  int scope;                /* 0 none, 1 own, 2 area, 3 all */
  gboolean training;
  BzgDate today;
  gboolean closed;

  BzgWriter *writer;
  GThread *thread;
  GAsyncQueue *queue;

  GRWLock workers;              /* held for reading by each worker with a connection of its own */
  GCancellable *worker_running; /* the latest; opener's thread */

  GMutex reads_lock;
  GArray *reads; /* BzgPendingRead */
};

typedef struct
{
  gint64 at; /* UTC seconds */
  const char *what;
  BzgId person;
} BzgPendingRead;

/* bzg-writer.c */
BzgWriter *_bzg_writer_new (sqlite3 *db); /* takes @db; without a session: create and open */
void _bzg_writer_free (BzgWriter *self);
gboolean _bzg_writer_run (BzgWriter *self, BzgWriteFunc func, gpointer data, GError **error);
void _bzg_writer_start (BzgSession *session);
void _bzg_writer_stop (BzgSession *session);
void _bzg_writer_wake (BzgSession *session); /* reads wait to be entered */

/* bzg-history.c */
/* UTC milliseconds as the computer says, with the test offset. */
gint64 _bzg_clock_now (void);
void _bzg_clock_set_offset (gint64 milliseconds); /* tests */
/* The logical time of the next entry. */
gint64 _bzg_chain_tick (BzgChain *chain);
void _bzg_history_body_encode (const BzgHistoryBody *self, GByteArray *out);
/* NULL if the bytes are not a canonical body. */
BzgHistoryBody *_bzg_history_body_decode (gconstpointer data, gsize len);
guint _bzg_history_body_size (const BzgHistoryBody *self);
void _bzg_history_body_line (const BzgHistoryBody *self,
                             guint line,
                             const char **field,
                             const char **before,
                             const char **after);
/* Signs the last entry of the transaction. */
gboolean _bzg_history_sign (BzgWriter *writer, gint64 first_seq, GError **error);
/* Walks all chains of @db: hashes, links, signatures, commitments where a body is left, gaps; and
 * whether every row of the record has as many entries as revisions. BZG_ERROR_HISTORY. */
gboolean _bzg_history_verify (sqlite3 *db,
                              const guint8 casebook[16],
                              GCancellable *cancellable,
                              GError **error);
void _bzg_history_genesis (const guint8 casebook[16],
                           const BzgId *device,
                           const char *tag,
                           guint8 out[BZG_HASH_SIZE]);

/* bzg-device.c */
/* Finds the device of this machine for the open file, or begins a new one, and loads its chain. */
gboolean _bzg_device_load (BzgWriter *writer, BzgVault *vault, GError **error);
/* Remembers outside of the file how far this machine has written; @flush: also through the cache.
 */
void _bzg_machine_state_update (BzgMachineState *self, const BzgChain *chain, gboolean flush);
void _bzg_machine_state_free (BzgMachineState *self);

/* bzg-migrate.c */
#define BZG_APPLICATION_ID 0x425a4247 /* "BZBG" */
int _bzg_schema_version (void);
/* 0: an empty database. -1 on error. */
int _bzg_migrate_version (sqlite3 *db, GError **error);
/* Brings @db to the newest schema; each step is one transaction. BZG_ERROR_NEWER_SCHEMA. */
gboolean _bzg_migrate (sqlite3 *db, GError **error);
/* Tests: as if these were the migrations; NULL for the real ones. */
void _bzg_migrate_override (const char *const *steps);
/* A byte-wise copy beside the casebook, compared; the vault must be closed. */
gboolean
_bzg_migrate_copy (const char *path, int version, GCancellable *cancellable, GError **error);

/* bzg-read-log.c */
gboolean _bzg_read_log_flush (BzgWriter *writer, gpointer unused, GError **error);
gboolean _bzg_read_log_verify (sqlite3 *db, const guint8 casebook[16], GError **error);

/* bzg-session-read.c */
sqlite3_stmt *_bzg_statement (GHashTable *cache, sqlite3 *db, const char *sql, GError **error);
GHashTable *_bzg_statement_cache_new (void);
/* The person to whom a record belongs: itself, its parent, its parent's parent. FALSE: to nobody.
 */
gboolean _bzg_record_person (sqlite3 *db, const BzgRecord *record, BzgId *person);
/* A whole row, all sections, void or not. NULL without error: there is none. */
BzgRecord *_bzg_record_load (
  GHashTable *cache, sqlite3 *db, const BzgAggregate *aggregate, const BzgId *id, GError **error);
/* Role and scope together. */
gboolean
_bzg_session_may_see (BzgSession *self, GHashTable *cache, sqlite3 *db, const BzgRecord *record);
void _bzg_record_strip (BzgRecord *record, BzgSession *session);

/* bzg-session-commit.c */
/* One PUT as the program itself does it: no roles, no scope. For users, the programme, restore. */
gboolean _bzg_commit_put (BzgWriter *writer, const BzgRecord *record, GError **error);
/* The bare writes of a row, each one more revision: the caller has checked everything and appends
 * the entry. @changed: one for each field. */
gboolean _bzg_commit_update_row (BzgWriter *writer,
                                 const BzgRecord *record,
                                 const gboolean *changed,
                                 GError **error);
/* @reason NULL: it holds again. */
gboolean _bzg_commit_void_row (BzgWriter *writer,
                               const BzgAggregate *aggregate,
                               const BzgId *id,
                               const char *reason,
                               GError **error);

/* bzg-access.c */
gboolean _bzg_access_set_rekey_due (BzgSession *self, GError **error);

/* bzg-key-copy.c */
/* Keeps the key block as it is now, outside the file. */
void _bzg_key_copy_keep (BzgVault *vault);
void _bzg_key_copy_forget (const char *casebook);

/* bzg-session.c */
/* Closes the session; when all connections are closed and before the vault is, runs @last on it. */
typedef gboolean (*BzgVaultFunc) (BzgVault *vault, gpointer data, GError **error);
gboolean
_bzg_session_close_after (BzgSession *self, BzgVaultFunc last, gpointer data, GError **error);
/* A worker that reads with a connection of its own: closing the session cancels @cancellable, then
 * waits for the end. One at a time. `started` on the opener's thread, the others on the worker's.
 */
void _bzg_session_worker_started (BzgSession *self, GCancellable *cancellable);
sqlite3 *_bzg_session_worker_begin (BzgSession *self, GError **error);
void _bzg_session_worker_end (BzgSession *self, sqlite3 *db);
/* Reads the user again after a change of users. */
void _bzg_session_emit_changed (BzgSession *self, const char *aggregate, const BzgId *record);

G_END_DECLS
