/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-target-private.h"

G_BEGIN_DECLS

/*
 * Tables that could be true, fractions allowed, as they come from the solver: points of the space
 * of all that a reader must think possible. Between any two of them lie others, so that the pool
 * also answers what would be left if one more number were printed: the points on both sides of that
 * number, drawn together, meet it. Most questions about a further number are answered so, without
 * the solver.
 */

typedef struct _BzgPool BzgPool;

/* @targets: guint, indexes of the targets of @model (folded, with its truth) that are asked about.
 * Borrows all three. The truth is the first point. */
BzgPool *_bzg_pool_new (const BzgModel *model, const BzgRule *rule, const GArray *targets);
void _bzg_pool_free (BzgPool *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgPool, _bzg_pool_free)

/* Adds a solution, one number a variable. */
void _bzg_pool_add (BzgPool *self, const double *values);
/* The range of a target (position in the array of targets) over all points. */
BzgRange _bzg_pool_range (const BzgPool *self, guint target);
/* The range of any sum over all points. */
BzgRange _bzg_pool_range_of (const BzgPool *self, const BzgVector *vector);

/* If the sum of @cell were known to be @value: *open gets the positions of the targets that the
 * pool leaves open. */
void _bzg_pool_suppose (BzgPool *self, const BzgVector *cell, double value, GArray *open);
/* The sum of @cell is known to be @value now, and every target is settled by what
 * _bzg_pool_suppose() found or by @solutions (of the solver, double arrays). Only points that meet
 * it stay. */
void
_bzg_pool_restrict (BzgPool *self, const BzgVector *cell, double value, const GPtrArray *solutions);

G_END_DECLS
