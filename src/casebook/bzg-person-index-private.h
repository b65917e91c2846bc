/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

#include "base/bzg-id.h"
#include "vault/bzg-vault.h"

G_BEGIN_DECLS

/*
 * The derived tables behind the people page and the search: what a person's row shows, how it
 * sorts, the keys by which it is found. They are made from the record alone, hold nothing of their
 * own, and stand outside history, bundles and backups' promises: dropping and rebuilding them loses
 * nothing. Called on the writer's thread with the writer's connection.
 */

/* At create and open, outside a transaction: makes the tables, and rebuilds them when they were
 * made by another version of this code. */
gboolean _bzg_person_index_ensure (sqlite3 *writer, GError **error);

/* Inside the unit of work's transaction, once (a later call does little) for every person whose own
 * row or whose case, note, task, support, visit or livelihood was written, voided or unvoided. A
 * person who is void or gone leaves the index. */
gboolean _bzg_person_index_update (sqlite3 *writer, const BzgId *person, GError **error);

/* The same with statements that stay prepared, for as long as the connection lives. */
typedef struct _BzgPersonIndexer BzgPersonIndexer;
BzgPersonIndexer *_bzg_person_indexer_new (sqlite3 *writer, GError **error);
gboolean _bzg_person_indexer_update (BzgPersonIndexer *self, const BzgId *person, GError **error);
void _bzg_person_indexer_free (BzgPersonIndexer *self); /* before the connection is closed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgPersonIndexer, _bzg_person_indexer_free)

/* Everything anew, outside a transaction (one of its own). Progress and cancellation may be NULL.
 */
gboolean _bzg_person_index_rebuild (
  sqlite3 *writer, BzgProgress progress, gpointer data, GCancellable *cancellable, GError **error);

/* After an erasure, outside a transaction: words of people who left do not linger in the index. */
gboolean _bzg_person_index_optimize (sqlite3 *writer, GError **error);

G_END_DECLS
