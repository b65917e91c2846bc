/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-model-private.h"

G_BEGIN_DECLS

/*
 * Which printed numbers, added and subtracted, give a withheld one? Exact linear algebra modulo the
 * prime 2^31 - 1: no tolerance, no overflow. An accidental zero could only suppress too much, or be
 * missed with a chance below 10^-9; the solver looks at everything again afterwards.
 */

typedef struct _BzgElimination BzgElimination;

BzgElimination *_bzg_elimination_new (guint n_vars);
void _bzg_elimination_free (BzgElimination *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgElimination, _bzg_elimination_free)

/* What must not become known; before the first insertion. */
void _bzg_elimination_protect (BzgElimination *self, const BzgVector *vector);

/* Enters what is known anyway. FALSE if it gives a protected vector away. */
gboolean _bzg_elimination_insert (BzgElimination *self, const BzgVector *vector);
/* An equality between variables: @coefs are small whole numbers. */
gboolean _bzg_elimination_insert_row (BzgElimination *self, const BzgModelRow *row);

/* TRUE, and entered, if printing @vector gives nothing away; FALSE, and not entered, if it does. */
gboolean _bzg_elimination_offer (BzgElimination *self, const BzgVector *vector);

/* Enters a printed cell if it says anything new. TRUE if what was entered before implies it. */
gboolean _bzg_elimination_implies (BzgElimination *self, const BzgVector *vector);

/* Of the cells of @model whose numbers are known, those that its rows and the other ones imply: one
 * gboolean a cell. Whoever leaves them out asks the solver the same question. (transfer full) */
gboolean *_bzg_elimination_implied (const BzgModel *model);

G_END_DECLS
