/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * How coarse rows have to be told so that nobody stands out: full-domain recoding. Every column
 * that could point at somebody has levels, from as it is (0) to not at all (the last, one class for
 * everything); a node is one level for each column, and all nodes together are the lattice. Rows
 * that are alike at a node are a class. Pure: knows numbers, no people.
 *
 * A class is good if
 *   k: it has at least k rows,
 *   l: of every sensitive column at least l different values, and of every flag (a yes or nothing)
 *      not everybody in it has it,
 *   t: the values of every sensitive column and flag are spread in it as among all rows that are
 *      kept, to within t hundredths of total variation.
 * Rows of other classes are dropped, and again those that are no longer good because of what was
 * dropped, until all are good. A node is good if that takes at most max_dropped rows.
 *
 * Found is the good node with the least loss, sum over rows and columns of weight * level / levels
 * above 0, where a row that is dropped has lost everything. k and l alone are monotone: where they
 * hold, they hold in everything coarser. They are decided first, on chains through the lattice by
 * binary search, and each answer marks what lies above or below. t is not monotone once rows may be
 * dropped (a good class and a bad one make a bad one), and neither is what @accept says; so what is
 * left is tried in the order of the least loss it can have, until nothing better can come. The
 * result is the optimum, not nearly.
 */

typedef struct
{
  guint n_levels;           /* 1 or more; at the last everything is one class */
  guint n_values;           /* at level 0 */
  const guint16 *const *up; /* of every level: the class of a value, below n_values */
  double weight;            /* what a loss of it costs; 0 or more */
} BzgLatticeColumn;

typedef struct
{
  guint n_values;
  gboolean flag;         /* 2 values; only 1 tells something */
  const guint16 *values; /* of each row */
} BzgLatticeSensitive;

typedef struct
{
  guint n_rows;
  guint n_columns;
  const BzgLatticeColumn *columns;
  const guint16 *rows; /* value at level 0 of each column of each row */
  guint n_sensitive;
  const BzgLatticeSensitive *sensitive;
  guint k, l;
  guint t; /* hundredths */
  guint max_dropped;
} BzgLatticeProblem;

#define BZG_LATTICE_MAX_NODES 100000
#define BZG_LATTICE_MAX_COLUMNS 16

/* Whether a good node will do. @dropped: of each row. */
typedef gboolean (*BzgLatticeAccept) (const guint *levels, const guint8 *dropped, gpointer data);
/* @done of at most @of nodes were looked at. */
typedef void (*BzgLatticeProgress) (guint done, guint of, gpointer data);

typedef struct
{
  guint levels[BZG_LATTICE_MAX_COLUMNS];
  guint8 *dropped; /* of each row */
  guint n_dropped;
  double loss;
  guint n_nodes, n_tested; /* nodes there are; how often rows were put into classes */
} BzgLatticeResult;

void bzg_lattice_result_clear (BzgLatticeResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BzgLatticeResult, bzg_lattice_result_clear)

/* Any thread. @accept, @progress may be NULL. FALSE: no node is good and accepted
 * (BZG_ERROR_REFUSED_DISCLOSURE), there are too many nodes (BZG_ERROR_USAGE), or
 * BZG_ERROR_CANCELLED. */
gboolean bzg_lattice_search (const BzgLatticeProblem *problem,
                             BzgLatticeAccept accept,
                             gpointer accept_data,
                             BzgLatticeProgress progress,
                             gpointer progress_data,
                             GCancellable *cancellable,
                             BzgLatticeResult *result,
                             GError **error);

/* The same question about one node: what is dropped, and whether that is little enough. @dropped
 * (n_rows) and @n_dropped are filled either way. */
gboolean bzg_lattice_node_is_good (const BzgLatticeProblem *problem,
                                   const guint *levels,
                                   guint8 *dropped,
                                   guint *n_dropped);

G_END_DECLS
