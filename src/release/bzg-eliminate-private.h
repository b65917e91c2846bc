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

/* @n_tags: how many numbers may be offered. */
BzgElimination *_bzg_elimination_new (guint n_vars, guint n_tags);
void _bzg_elimination_free (BzgElimination *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgElimination, _bzg_elimination_free)

/* What must not become known; before the first insertion. */
void _bzg_elimination_protect (BzgElimination *self, const BzgVector *vector);

/* Enters what is known anyway. FALSE if it gives a protected vector away. */
gboolean _bzg_elimination_insert (BzgElimination *self, const BzgVector *vector);
/* An equality between variables: @coefs are small whole numbers. */
gboolean _bzg_elimination_insert_row (BzgElimination *self, const BzgModelRow *row);

/* TRUE, and entered as number @tag, if printing @vector gives nothing away; FALSE, and not entered,
 * if it does: then @numbers (guint) gets the numbers that give something away together, @tag among
 * them. */
gboolean
_bzg_elimination_offer (BzgElimination *self, const BzgVector *vector, guint tag, GArray *numbers);

/* Which cells of a model, of those whose numbers are known, the other ones and the equations imply:
 * whoever leaves them out asks the solver the same question. */
typedef struct _BzgImplied BzgImplied;

BzgImplied *_bzg_implied_new (const BzgModel *model); /* borrowed */
void _bzg_implied_free (BzgImplied *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgImplied, _bzg_implied_free)

gboolean _bzg_implied_is (const BzgImplied *self, guint cell);
/* The number of @cell is not known any longer. Returns a cell that was implied until now and no
 * longer is: whoever left it out has to take it in; or -1. */
int _bzg_implied_forget (BzgImplied *self, guint cell);

G_END_DECLS
