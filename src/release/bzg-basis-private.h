/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Which unknowns can be made to follow from the rest? Of a set of equations a basis is chosen: one
 * unknown for each equation, so that whatever the others are, these make up for it; in whole
 * numbers where the others are whole, because the determinant is 1 or -1.
 */

typedef struct
{
  guint n;
  const guint *vars;   /* each once */
  const double *coefs; /* whole numbers; NULL: all 1 */
} BzgEquation;

/* Chooses among @n_vars unknowns, those first that stand early in @order (all of them, each once).
 * Returns the number of its equation + 1 for each unknown of the basis, and 0 for all others. An
 * equation has no unknown if others imply it, if only another determinant could keep it, or if its
 * numbers became too large on the way. (transfer full) */
guint *_bzg_basis_choose (guint n_vars, const BzgEquation *equations, guint n, const guint *order);

G_END_DECLS
