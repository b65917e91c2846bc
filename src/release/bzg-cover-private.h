/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Which numbers to withhold, so that as few as possible are lost to readers. Whenever the solver
 * shows that a small group is known too well it leans on some printed numbers: as long as all of
 * them are printed, that group is known. So one of them at least must be withheld, and that is a
 * demand, whatever else is printed. The cheapest set of numbers that meets all demands is asked of
 * the solver in whole numbers (a covering problem); what is still known then makes further demands.
 * When there are none, nothing exists that is cheaper by more than the gap of that search.
 *
 * Source of the idea: Fischetti and Salazar-González, "Models and algorithms for optimizing cell
 * suppression in tabular data with linear constraints", JASA 95 (2000).
 */

typedef struct _BzgCover BzgCover;

/* Every price is 1 at first. */
BzgCover *_bzg_cover_new (guint n_cells);
void _bzg_cover_free (BzgCover *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgCover, _bzg_cover_free)

/* What readers lose with @cell, at least 1. */
void _bzg_cover_set_price (BzgCover *self, guint cell, gint64 price);
gint64 _bzg_cover_price (const BzgCover *self, guint cell);

/* Of @cells (guint, at least one; repeats do not matter) one must be withheld. */
void _bzg_cover_demand (BzgCover *self, const GArray *cells);
guint _bzg_cover_n_demands (const BzgCover *self);

/* Looks for the cheapest set that meets all demands, to two in a hundred, within a budget of
 * branches (so that the same demands give the same set); of sets that are about as good, for the
 * one nearest to @present, so that little has to be found out anew. *withheld: one gboolean a cell
 * (transfer full); NULL if none cheaper than @below was found. Errors: BZG_ERROR_CANCELLED. */
gboolean _bzg_cover_find (BzgCover *self,
                          const gboolean *present,
                          gint64 below,
                          GCancellable *cancellable,
                          gboolean **withheld,
                          GError **error);

/* One gboolean a cell: of all that is @withheld it alone meets some demand. (transfer full) */
gboolean *_bzg_cover_needed (const BzgCover *self, const gboolean *withheld);

G_END_DECLS
