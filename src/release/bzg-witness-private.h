/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-lp-private.h"
#include "release/bzg-target-private.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The proof in whole numbers: tables of people, not of fractions, that give every published number
 * and in which each protected cell is small enough here and large enough there. The true table is
 * the first of them. Verifying needs additions only.
 */

typedef struct _BzgWitnesses BzgWitnesses;

/* Searches for @targets (guint, indexes of count targets of @model, which has its truth). @patient:
 * where a short search finds nothing, a long one follows; who can withhold one more number instead
 * does not wait. @known (may be NULL): witnesses for the same model while more was printed; their
 * tables still hold.
 * Errors: BZG_ERROR_CANCELLED, BZG_ERROR_BUG. */
BzgWitnesses *_bzg_witnesses_find (const BzgModel *model,
                                   BzgLp *lp,
                                   const BzgRule *rule,
                                   const GArray *targets,
                                   const BzgWitnesses *known,
                                   gboolean patient,
                                   GCancellable *cancellable,
                                   GError **error);
void _bzg_witnesses_free (BzgWitnesses *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgWitnesses, _bzg_witnesses_free)

guint _bzg_witnesses_n (const BzgWitnesses *self);
/* Targets for which one end was not reached. (transfer full) */
GArray *_bzg_witnesses_missing (const BzgWitnesses *self);

/* Adds up everything anew, without a solver: each witness is whole, >= 0, gives every published
 * number and keeps every row, and each target has its two ends. */
gboolean _bzg_witnesses_verify (const BzgWitnesses *self,
                                const BzgModel *model,
                                const BzgRule *rule,
                                GError **error);

/* The certificate as text: witnesses (sparse; the true one by reference only) and, for each target,
 * the numbers of its low and its high witness. Confidential. (transfer full) */
char *_bzg_witnesses_write (const BzgWitnesses *self, const BzgModel *model);

G_END_DECLS
