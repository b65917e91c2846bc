/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-model-private.h"
#include "release/bzg-tables-private.h"

G_BEGIN_DECLS

/* What the three files share that build a model: bzg-model-graph.c (which levels meet, which blocks
 * of variables that gives), bzg-model.c (rows and published cells), bzg-model-targets.c (what has
 * to be protected). */

#define UNUSED G_MAXUINT

/* How a table, a level or a clique divides the atoms of one dimension. */
typedef struct
{
  guint dim;
  guint n_classes;
  guint *class_of; /* per atom */
} Partition;

/* One block of variables of a measure: a set of vertices, at most one (the finest) per dimension
 * counting. */
typedef struct
{
  guint64 vertices;
  guint n_dims;
  guint *dims; /* ascending */
  const Partition **parts;
  guint base; /* first variable */
  guint n_vars;
} Clique;

typedef struct
{
  const char *name;
  guint component;
  gboolean money;
  gboolean *uses;  /* per dimension */
  GArray *cliques; /* Clique */
} Measure;

/* Measures that are tied by links or nestings share their graph. */
typedef struct
{
  guint n_dims;
  GPtrArray **levels;  /* per dimension: Partition, finest first */
  GPtrArray *vertices; /* Partition *, borrowed from levels */
  guint64 *adjacent;
  GArray *cliques; /* guint64 */
} Component;

typedef struct
{
  const BzgTables *tables;
  GPtrArray *measures;   /* Measure */
  GPtrArray *components; /* Component */
  BzgModel *model;
  guint8 *absent;           /* per variable: TRUE if it stands in no sum; NULL: none is */
  GHashTable *cell_index;   /* BzgVector -> index + 1 into model->cells */
  GHashTable *target_index; /* BzgVector -> index + 1 into model->targets */
} Builder;

/* What is asked of a cell in one dimension: the classes of some partition, as a set of atoms. */
typedef struct
{
  guint dim;
  const guint8 *atoms; /* one byte each */
} Want;

typedef void (*ClassFunc) (Builder *b, const Want *wants, guint n, gpointer data);

/* Every table, oldest release first. */
#define FOR_EACH_TABLE(tables_, r_, t_)                                                            \
  for (guint r_ = 0; r_ < bzg_tables_n_releases (tables_); r_++)                                   \
    for (guint t_ = 0; t_ < bzg_tables_release (tables_, r_)->n_tables; t_++)

void _bzg_partition_free (gpointer data);
/* Splits every class by membership in @code. */
void _bzg_partition_split (Partition *self, const BzgTables *tables, guint code);
Partition *_bzg_partition_new (const BzgTables *tables, guint dim); /* one class */
/* The partition that tells apart all that @a or @b tells apart. */
Partition *_bzg_partition_join (const BzgTables *tables, const Partition *a, const Partition *b);
/* TRUE if every class of @fine lies within one class of @coarse. */
gboolean
_bzg_partition_refines (const BzgTables *tables, const Partition *fine, const Partition *coarse);
/* What @table tells apart in @dim; one class if it does not mention it. */
Partition *_bzg_partition_of_table (const BzgTables *tables, const BzgTable *table, guint dim);

void _bzg_clique_clear (gpointer data);
/* The block for a set of vertices: in each dimension its finest level counts. */
void _bzg_clique_fill (const Component *component, guint64 set, Clique *clique);
/* The sum of the variables of @clique that lie in all of @wants, but for absent ones. */
BzgVector
_bzg_clique_vector (const Builder *b, const Clique *clique, const Want *wants, guint n_wants);
/* The smallest block that holds all of @set. */
const Clique *_bzg_find_clique (const Measure *measure, guint64 set);

/* The dimension of time of a measure, NO_TIME if it has none. */
#define NO_TIME G_MAXUINT
guint _bzg_time_of (const BzgTables *tables, const Measure *measure);
/* TRUE if two measures that hang together do so only within each release: what counts people by
 * service in a quarter and people in the quarter says nothing of those who came in this quarter
 * alone, because one person may have come for another service in another. */
gboolean _bzg_ties_by_release (const BzgTables *tables, const Measure *x, const Measure *y);

/* The time to which a release holds the tables of a measure. FALSE if it has none. */
gboolean _bzg_time_in_release (
  const Builder *b, guint release, const Measure *measure, guint *dim, guint *code);

Measure *_bzg_find_measure (Builder *b, const char *name);
const BzgTable *_bzg_table_at (const BzgTables *tables, guint release, guint table);
/* The vertices that a table needs: in each dimension the coarsest level fine enough for it, and the
 * still coarser ones, which follow from it. */
guint64 _bzg_vertices_of_table (Builder *b, const Component *component, const BzgTable *table);
/* The vertices of @set that belong to dimensions @measure uses. */
guint64 _bzg_vertices_of_measure (const Component *component, const Measure *measure, guint64 set);
/* Calls @func for every class of the cells of @shape: one Want a dimension. */
void _bzg_for_each_class (Builder *b, const Clique *shape, ClassFunc func, gpointer data);

void _bzg_collect_measures (Builder *b);
gboolean _bzg_build_component (Builder *b, guint index, GError **error);
gboolean _bzg_build_variables (Builder *b, GError **error);
void _bzg_measure_free (gpointer data);
void _bzg_component_free (Component *self);
gboolean
_bzg_add_targets_of (Builder *b, const BzgTruth *truth, guint release, guint index, GError **error);

G_END_DECLS
