/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-truth.h"

G_BEGIN_DECLS

/*
 * Published tables as linear algebra over unknown base cells.
 *
 * Not every combination of atoms gets a variable. Atoms that no table tells apart are one class;
 * dimensions that never meet in a table need no common cell. So each measure becomes a few blocks
 * (the cliques of the graph "these levels meet in a table"), joined by equalities on what
 * neighbouring blocks share. Blocks of a triangulated graph that agree on what they share always
 * extend to one full table, in whole numbers too, so nothing is lost by this.
 */

typedef struct
{
  guint n;
  guint *vars; /* ascending, no repeats: the cell is the sum of these variables */
} BzgVector;

/* A published number, or several that are the same sum. */
typedef struct
{
  BzgVector vector;
  double lo, hi;              /* HUGE_VAL: open */
  guint release, table, cell; /* the first cell that has it */
  gboolean fresh;             /* of the last release, and of no earlier one */
  guint twins;                /* cells that share it */
} BzgModelCell;

/* lo <= sum of coef * var <= hi: equalities of neighbours, links, nestings. */
typedef struct
{
  guint n;
  guint *vars;
  double *coefs;
  double lo, hi;
} BzgModelRow;

/* A cell that could be protected. */
typedef struct
{
  BzgVector vector;
  BzgVector inner;      /* of a folded model: what surely belongs to it, where @vector may */
  guint release, table; /* the first table with this shape */
  char *key;
  gboolean money;
  gboolean between;        /* lies between releases: no report speaks of it (who came in one quarter
                              and not in another) */
  gboolean published;      /* this very cell stands in a table ... */
  gboolean withheld;       /* ... as withheld */
  gboolean count_withheld; /* money: the count of the same people is withheld */
  BzgTruthSum sum;         /* with a truth; else its value is -1 */
} BzgModelTarget;

typedef struct
{
  guint n_vars;
  GArray *cells;      /* BzgModelCell */
  GArray *rows;       /* BzgModelRow */
  GArray *targets;    /* BzgModelTarget */
  GPtrArray *cell_of; /* per release: GPtrArray per table of guint[n_cells]: index into @cells */
  gint64 *truth;      /* n_vars true values, or NULL */
} BzgModel;

/* Errors: BZG_ERROR_MALFORMED (too large; or @truth does not give the published numbers, unless
 * @unprotected says that the last release still holds true values only). */
BzgModel *_bzg_model_new (const BzgTables *tables, const BzgTruth *truth, GError **error);
void _bzg_model_free (BzgModel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgModel, _bzg_model_free)

/* The same model with one variable for all that nothing tells apart: no row and
 * none of the cells that @keep says (one a cell; the others must have no bounds but >= 0, for
 * ever). Cells and targets keep their numbers. All that asks a solver works on folded models: at
 * most a target is the sum of @vector, at least that of @inner. */
BzgModel *_bzg_model_fold (const BzgModel *self, const gboolean *keep, GError **error);
/* Without anything in it. */
BzgModel *_bzg_model_alloc (void);
int _bzg_by_number (gconstpointer a, gconstpointer b); /* of guint */

guint _bzg_model_cell_index (const BzgModel *self, guint release, guint table, guint cell);
gint64 _bzg_vector_sum (const BzgVector *vector, const gint64 *values);
double _bzg_vector_sum_real (const BzgVector *vector, const double *values);
guint _bzg_vector_hash (gconstpointer vector);
gboolean _bzg_vector_equal (gconstpointer a, gconstpointer b);
/* TRUE for a dimension of time: "period" (what is counted adds up over it), "presence", "standing"
 * (bzg-joint-private.h), each perhaps with a suffix behind a dot. */
gboolean _bzg_is_time (const BzgTables *tables, guint dim);
/* Whom such a dimension speaks of: "all-funds", or "" for those of the fund that was asked for. */
const char *_bzg_time_scope (const BzgTables *tables, guint dim);

G_END_DECLS
