/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-near-private.h"

G_BEGIN_DECLS

/*
 * Searches for tables near others in two threads, each with a solver of its own, because a solver
 * keeps to the thread in which it began. Moves are made some at a time, whoever is free takes the
 * next: what is asked never depends on who was quicker, so that the same figures give the same
 * tables however many processors there are.
 */

#define BZG_MOVES_AT_ONCE                                                                          \
  6 /* more share the work better, but a table found for one often does for the next */

typedef struct
{
  gint64 *table; /* from here; to here if @found */
  const BzgVector *vector;
  gint64 goal;
  gboolean up;
  gboolean found;
} BzgMove;

typedef struct _BzgMovers BzgMovers;

/* @model as for _bzg_near_new(). */
BzgMovers *_bzg_movers_new (const BzgModel *model, GCancellable *cancellable);
void _bzg_movers_free (BzgMovers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgMovers, _bzg_movers_free)

/* Makes all of @moves as _bzg_near_move() does, and waits for them. */
void _bzg_movers_run (BzgMovers *self, BzgMove *moves, guint n);

G_END_DECLS
