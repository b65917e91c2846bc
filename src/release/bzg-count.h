/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/bzg-date.h"
#include "casebook/bzg-fact-store.h"
#include "release/bzg-protect.h"
#include "release/bzg-tables.h"

G_BEGIN_DECLS

/*
 * Figures as data. A figure says what is counted (measure), by what (dimensions), of what (filter);
 * it is read from a key file (reports/README.md) and counted from the casebook's facts in memory.
 *
 * A person is counted once, however many supports, services or funds. Sex, region, age band and
 * category are those at the person's first qualifying event of the year (the United States fiscal
 * year, unless the ledger goes by the calendar), or as an earlier release had them, so that nobody
 * is in two classes; "not known" is a class of its own. A fact whose date is less precise than the
 * period counts only if all of it lies inside; the others are counted beside the table, in a line
 * of their own. People who refused donor statistics are not counted.
 *
 * "Persons by service" (and by service family, by fund) is a measure of its own: nobody may add it
 * up, and the tables say so by a nesting.
 */

typedef struct _BzgFigures BzgFigures; /* the figures of one report, immutable */
typedef struct _BzgFigure BzgFigure;

/* Reads figures.ini. Errors: BZG_ERROR_MALFORMED; the message names group and key. */
BzgFigures *bzg_figures_new (const char *text, gssize len, GError **error);
BzgFigures *bzg_figures_ref (BzgFigures *self);
void bzg_figures_unref (BzgFigures *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgFigures, bzg_figures_unref)

guint bzg_figures_n (const BzgFigures *self);
const BzgFigure *bzg_figures_get (const BzgFigures *self, guint index);
const BzgFigure *bzg_figures_find (const BzgFigures *self, const char *id); /* or NULL */

const char *bzg_figure_id (const BzgFigure *self); /* also the id of its table */
const char *bzg_figure_title (const BzgFigure *self, BzgLanguage lang);
const char *bzg_figure_measure (const BzgFigure *self);
/* "region", "district", "sex", "age_band", ...; NULL-terminated, in the order of the keys. In the
 * tables region and district are codes of the one dimension "place", family and service of
 * "service" (bzg_tables_find_dimension() knows all four names). */
const char *const *bzg_figure_dimensions (const BzgFigure *self);

/* What a reader calls a dimension and the line "not known". Never NULL. */
const char *bzg_dimension_title (const char *dimension, BzgLanguage lang);

#define BZG_COUNT_DIMS 10

/* One thing counted: a person (once for each measure), a service, the jobs of a business. Also what
 * is frozen at publication. There are as many of them as the programme has people, times the
 * figures of the report: hence packed. */
typedef struct
{
  const char *measure; /* interned */
  BzgId person;        /* zero: nobody's in particular */
  BzgId record;        /* of the fact; zero where people are counted */
  gint64 n;
  guint16 atoms[BZG_COUNT_DIMS]; /* one for each dimension of the tables */
} BzgCountedRow;

typedef struct
{
  BzgTables *tables;   /* one release with the true values, not yet protected */
  GArray *must_print;  /* BzgMustPrint */
  GArray *rows;        /* BzgCountedRow, and ... */
  GArray *classes;     /* ... BzgFrozenClass: of everybody who has an event in the period; both only
                          if they were asked for */
  guint facts;         /* counted */
  guint imprecise;     /* facts that touch the period but are not dated precisely enough */
  guint not_consented; /* people left out because they refused donor statistics; never print */
  BzgFigures *figures; /* what was counted, and ... */
  GPtrArray *tallies;  /* ... to what it came: bzg-count-private.h */
} BzgCounted;
void bzg_counted_free (BzgCounted *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgCounted, bzg_counted_free)

/* After the protection: adds the tables that are not about people to the release. */
void bzg_counted_add_open (const BzgCounted *self);

typedef struct
{
  const char *programme;
  const char *release; /* id of the release, e.g. "2019-Q4" */
  BzgPeriod period;
  const char *fund; /* name, or NULL for all */
  guint threshold;
  gboolean strict;
  struct _BzgPosting *posting; /* what earlier releases fixed, or NULL */
  guint year_month;            /* in which the years begin in which classes stay; 0: 10 */
  gboolean with_rows;          /* also what is frozen at publication: rows and classes */
} BzgCountOptions;

/* What counts does not depend on the order of @facts. Any thread that has @facts for itself. */
BzgCounted *
bzg_count (BzgFigures *figures, const BzgFactStore *facts, const BzgCountOptions *options);

G_END_DECLS
