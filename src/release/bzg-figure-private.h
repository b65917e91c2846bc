/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-count.h"

G_BEGIN_DECLS

typedef enum
{
  BZG_MEASURE_PERSONS,    /* each once */
  BZG_MEASURE_PERSONS_BY, /* each once in every class of the first dimension */
  BZG_MEASURE_FACTS,
  BZG_MEASURE_JOBS,  /* at the last visit of each business */
  BZG_MEASURE_SALES, /* the same */
  BZG_MEASURE_COST,  /* of supports, in TJS */
  BZG_MEASURE_HEADS,
} BzgMeasureKind;

#define BZG_FIGURE_MAX_DIMS 4

/* What is a dimension of a figure. */
typedef struct
{
  const char *name;   /* in figures.ini */
  const char *tables; /* dimension of the tables */
  const char *list;   /* code list, NULL: from the facts */
  const char *title;  /* msgid */
  gboolean upper;     /* the groups of the list, not its leaves */
} BzgFigureDimension;

struct _BzgFigure
{
  char *id, *title;
  BzgMeasureKind kind;
  BzgFactKind facts;
  char **dimensions;
  guint n_dims;
  const BzgFigureDimension **dims;
  gboolean must_print_total;
  gboolean open;       /* counts no people */
  const char *measure; /* interned name of its block in the tables */
  const char *unit;
  guint scale;
};

const BzgFigureDimension *_bzg_figure_dimension (const char *name); /* or NULL */

G_END_DECLS
