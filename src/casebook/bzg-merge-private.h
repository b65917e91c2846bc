/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-merge.h"
#include "casebook/bzg-session-private.h"

G_BEGIN_DECLS

/* The reason with which the other of two is voided. */
#define BZG_MERGE_REASON "merged"

/* bzg-merge-fields.c: pure */

/* What stands in the keeper afterwards; element type BzgMergeField. */
GPtrArray *_bzg_merge_choose (const BzgRecord *keeper,
                              const BzgRecord *other,
                              const BzgMergeChoice *choices,
                              guint n_choices);
/* Other names less those that a merge added: what of @after is not in @before is taken out of
 * @text. (transfer full), NULL if nothing is left. */
char *_bzg_merge_names_without (const char *text, const char *before, const char *after);

/* bzg-merge-read.c: any thread, with the connection of that thread */

/* Follows the merges that stand: @id becomes whom it leads to. TRUE if it led anywhere. @cache may
 * be NULL. */
gboolean _bzg_merge_follow (GHashTable *cache, sqlite3 *db, BzgId *id);
/* Every merge that stands, other -> keeper, for a walk over many rows. */
GHashTable *_bzg_merge_map (sqlite3 *db, GError **error);
/* The same as _bzg_merge_follow(), through the map. */
void _bzg_merge_map_follow (GHashTable *map, BzgId *id);
/* @id and all that were merged into it, through others too, itself first. Element type BzgId. */
GArray *_bzg_merge_group (sqlite3 *db, const BzgId *id, GError **error);
/* The draft that is meant by a form of @subject: its own, else the latest one of those merged into
 * it; else @subject stays. */
void _bzg_merge_draft_subject (
  GHashTable *cache, sqlite3 *db, const BzgId *user, const char *form, BzgId *subject);

/* bzg-merge.c: on the writer */

/* Part of an erasure: no merge knows @id any more, and what its entries told of the two is gone. */
gboolean _bzg_merge_forget (BzgWriter *writer, const BzgId *id, GError **error);

G_END_DECLS
