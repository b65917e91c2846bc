/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-fact-store.h"
#include "release/bzg-figure-private.h"

G_BEGIN_DECLS

/* The dimensions of the tables, in their order. */
typedef enum
{
  BZG_DIM_PLACE,
  BZG_DIM_SEX,
  BZG_DIM_AGE,
  BZG_DIM_CATEGORY,
  BZG_DIM_SERVICE,
  BZG_DIM_FUND,
  BZG_DIM_LIVELIHOOD,
  BZG_DIM_STATUS,
  BZG_DIM_ACTIVITY,
  BZG_DIM_PERIOD,
} BzgDim;

G_STATIC_ASSERT (BZG_DIM_PERIOD + 1 == BZG_COUNT_DIMS);

#define BZG_UNKNOWN "unknown" /* the class of what is not known */

/* --- bzg-count-atoms.c: in which class something is ------------------------------------------ */

/* What every text of a store is in every dimension, looked up once for each text. */
typedef struct
{
  guint16 unknown[BZG_COUNT_DIMS];
  guint16 female, male;            /* in BZG_DIM_SEX */
  guint16 *atoms[BZG_COUNT_DIMS];  /* by number of the text; in a tree: NO_ATOM if it is no leaf */
  guint16 *groups[BZG_COUNT_DIMS]; /* in a tree: the group's own atom, else unknown */
  GArray *bands;                   /* of ages */
} BzgCountAtoms;

#define BZG_NO_ATOM G_MAXUINT16

/* Adds all dimensions to @tables: the whole code lists, whether anybody is in a class or not;
 * which classes are empty is itself something to protect. Of funds those that @facts have. */
void _bzg_count_add_dimensions (BzgTables *tables,
                                const BzgFigures *figures,
                                const BzgFactStore *facts,
                                const char *period);
BzgCountAtoms *_bzg_count_atoms_new (const BzgTables *tables, const BzgFactStore *facts);
void _bzg_count_atoms_free (BzgCountAtoms *self);
/* The atom of the band in which all possible ages lie. */
guint16 _bzg_count_age_atom (const BzgCountAtoms *self, const BzgFactWho *who, guint32 on);
/* The code of that band, for who has no tables; NULL: not known. */
const char *_bzg_count_age_band (const BzgFactWho *who, guint32 on);

static inline guint16
_bzg_count_atom (const BzgCountAtoms *self, BzgDim dim, guint16 text)
{
  return self->atoms[dim][text];
}

/* A leaf, else the group's own atom. */
static inline guint16
_bzg_count_tree_atom (const BzgCountAtoms *self, BzgDim dim, guint16 leaf, guint16 group)
{
  guint16 atom = self->atoms[dim][leaf];

  return atom != BZG_NO_ATOM ? atom : self->groups[dim][group];
}

/* --- bzg-count-tally.c: what a figure comes to ------------------------------------------------ */

/* The sums of a figure by the atoms of its dimensions, from which its table is filled. */
typedef struct
{
  const BzgFigure *figure;
  guint dims[BZG_FIGURE_MAX_DIMS];
  guint n_atoms[BZG_FIGURE_MAX_DIMS];
  GArray *codes[BZG_FIGURE_MAX_DIMS]; /* guint: those that stand in the table, in its order */
  gint64 *sums;                       /* of all combinations, the last dimension fastest ... */
  gsize n_sums;
  GHashTable *few; /* ... or, where that would be large, of those that occur */
} BzgTally;

BzgTally *_bzg_tally_new (const BzgFigure *figure, const BzgTables *tables);
void _bzg_tally_free (BzgTally *self);
void _bzg_tally_add_sparse (BzgTally *self, guint64 place, gint64 n);
/* Adds the table to the release, filled. Of @tables. */
BzgTable *_bzg_tally_add_table (const BzgTally *self, BzgTables *tables, guint release);

/* @atoms: one for each dimension of the tables. */
static inline void
_bzg_tally_add (BzgTally *self, const guint16 *atoms, gint64 n)
{
  guint64 place = 0;

  for (guint d = 0; d < self->figure->n_dims; d++)
    place = place * self->n_atoms[d] + atoms[self->dims[d]];
  if (self->sums != NULL)
    self->sums[place] += n;
  else
    _bzg_tally_add_sparse (self, place, n);
}

G_END_DECLS
