/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-model-private.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * From one whole table to another one: a few people change their places so that every published
 * number is given and one group becomes as large or as small as is asked. The solver is asked for
 * changes and not for tables, because a change of few is mostly whole by itself, where a corner of
 * all tables hardly ever is.
 */

typedef struct _BzgNear BzgNear;

/* @model, which has its truth, is borrowed, and its cells keep their bounds as long as this lives.
 * Which unknowns make up for changes takes a while to choose: @like (NULL: nobody) has chosen for
 * the same model. If it is cancelled (@cancellable may be NULL), what is returned finds less. */
BzgNear *_bzg_near_new (const BzgModel *model, const BzgNear *like, GCancellable *cancellable);
void _bzg_near_free (BzgNear *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgNear, _bzg_near_free)

/* Looks for a whole table near @table (n_vars whole numbers, none below zero, which give every
 * published number) in which the sum of @vector is @goal or, as @up says, more or less. If one is
 * found, @table becomes it; else it stays as it was, which does not say that there is none. No
 * unknown grows by more than a few, or by a few times what is asked. The same question has the same
 * answer, but for @cancellable (may be NULL). */
gboolean _bzg_near_move (BzgNear *self,
                         gint64 *table,
                         const BzgVector *vector,
                         gint64 goal,
                         gboolean up,
                         GCancellable *cancellable);

G_END_DECLS
