/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-fact-store.h"
#include "casebook/bzg-session-private.h"

G_BEGIN_DECLS

/* What keeps the facts of a session in memory (bzg-facts.c). */
typedef struct _BzgFactKeeper BzgFactKeeper;

BzgFactKeeper *_bzg_fact_keeper_new (void);
void _bzg_fact_keeper_free (BzgFactKeeper *self);
/* Wipes the facts; they are read again when they are needed. Opener's thread. */
void _bzg_fact_keeper_drop (BzgFactKeeper *self);
/* A record was written, durably; NULL @aggregate: many. Any thread. */
void _bzg_fact_keeper_touch (BzgFactKeeper *self, const char *aggregate, const BzgId *record);

/* Around COMMIT and the touches that tell of it: no reading begins between the two. Writer's
 * thread. */
void _bzg_fact_keeper_commit_begin (BzgFactKeeper *self);
void _bzg_fact_keeper_commit_end (BzgFactKeeper *self);

/* From the tables into a store (bzg-facts-read.c), inside one transaction of the caller. On error
 * the store is half read: throw it away. */
gboolean _bzg_facts_read (BzgFactStore *store, sqlite3 *db, GError **error);
/* Reads these people and all their facts anew, and with @groups all facts about groups. */
gboolean _bzg_facts_reread (
  BzgFactStore *store, sqlite3 *db, const BzgIdTable *people, gboolean groups, GError **error);

G_END_DECLS
