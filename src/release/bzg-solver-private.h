/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <glpk.h>

G_BEGIN_DECLS

/* How the library for linear programmes is asked, in one place for the attack (bzg-lp.c) and for
 * the search for whole tables (bzg-near.c). */

/* HUGE_VAL: open on that side. */
void _bzg_solver_set_row (glp_prob *lp, int row, double lo, double hi);

/* Looks for whole numbers in a programme whose variables are all whole; any will do. TRUE if it has
 * some now. @branches: the search is given up after so many, 0: not. @milliseconds is against a
 * solver that hangs. No basis is needed. @cancellable may be NULL. */
gboolean
_bzg_solver_find_whole (glp_prob *lp, guint branches, int milliseconds, GCancellable *cancellable);

/* Looks for the cheapest whole numbers, to @gap (0.01: one in a hundred) of the price. TRUE if it
 * has any now, perhaps not the cheapest. @branches, @cancellable: as above. */
gboolean
_bzg_solver_find_best (glp_prob *lp, guint branches, double gap, GCancellable *cancellable);

G_END_DECLS
