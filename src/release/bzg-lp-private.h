/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-model-private.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The solver: one linear programme over the variables of a model, kept from solve to solve so that
 * each one starts where the last one ended, and without the cells that others imply, as long as
 * they do. Everything that is not a clean optimum is an error:
 * who asks must not take silence for safety. One thread.
 */

typedef struct _BzgLp BzgLp;

/* @cancellable (may be NULL; borrowed) ends every question that is asked later too, within some
 * hundred steps of the solver. Errors: BZG_ERROR_MALFORMED if no table can exist with these
 * numbers; BZG_ERROR_CANCELLED; BZG_ERROR_BUG. */
BzgLp *_bzg_lp_new (const BzgModel *model, GCancellable *cancellable, GError **error);
void _bzg_lp_free (BzgLp *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgLp, _bzg_lp_free)

/* Changes what is known of a cell of the model; HUGE_VAL on both sides: nothing but >= 0. */
void _bzg_lp_set_cell (BzgLp *self, guint cell, double lo, double hi);

/* The least or greatest sum of @vector. *value is HUGE_VAL if there is no greatest. */
gboolean _bzg_lp_solve (
  BzgLp *self, const BzgVector *vector, gboolean greatest, double *value, GError **error);
/* The same with weights: @weights has one number for each variable. */
gboolean
_bzg_lp_solve_weighted (BzgLp *self, const double *weights, gboolean greatest, GError **error);

/* After a solve: the variables, and whether the solver leant on the bounds of a cell. */
const double *_bzg_lp_values (const BzgLp *self);
gboolean _bzg_lp_leans_on (const BzgLp *self, guint cell);
guint _bzg_lp_solves (const BzgLp *self);

/* Looks for whole numbers near the last solution (and near @anchor, a whole solution, may be NULL):
 * *found is FALSE if none was met. @confined: each variable stays within one of both. @branches:
 * who finds a table finds it soon, so that after so many branches the search is given up; 0: goes
 * on for long. @out has n_vars numbers. */
gboolean _bzg_lp_whole (BzgLp *self,
                        const double *weights,
                        gboolean greatest,
                        const gint64 *anchor,
                        gboolean confined,
                        guint branches,
                        gint64 *out,
                        gboolean *found,
                        GError **error);

/* An extra row (sum of @vector within lo and hi) until it is taken away again. */
void _bzg_lp_push (BzgLp *self, const BzgVector *vector, double lo, double hi);
void _bzg_lp_pop (BzgLp *self);

G_END_DECLS
