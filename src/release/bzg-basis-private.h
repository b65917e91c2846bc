/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

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

typedef struct _BzgBasis BzgBasis;

/* Chooses among @n_vars unknowns, those first that hold many people (@people: of each, none below
 * zero); what stands in eight equations more has to hold twice as many. */
BzgBasis *
_bzg_basis_new (guint n_vars, const BzgEquation *equations, guint n, const gint64 *people);
void _bzg_basis_free (BzgBasis *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgBasis, _bzg_basis_free)

/* The number of an equation + 1 for an unknown of the basis, and 0 for all others. Which of the
 * equations it is says nothing: all of them keep all of the basis. An equation has no unknown if
 * others imply it, if only another determinant could keep it, or if its numbers became too large
 * on the way. */
guint _bzg_basis_equation (const BzgBasis *self, guint var);

/* Exchanges unknowns until whatever changes outside the basis drags little along inside it; who
 * holds many people stays rather. The same equations have the same outcome, unless it is cancelled
 * (@cancellable may be NULL): then it is a basis all the same. A second time nothing happens. */
void _bzg_basis_relieve (BzgBasis *self, GCancellable *cancellable);

G_END_DECLS
