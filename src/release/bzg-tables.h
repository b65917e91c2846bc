/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/bzg-language.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Tables as the public sees them: the open format "bozgasht-tables", version 1. One object holds
 * the dimensions and any number of releases; a release as issued holds one, the ledger all.
 *
 * A dimension is a list of atoms (the finest classes ever used) and of codes, each a set of atoms.
 * Both are addressed by one index: atoms first, 0 to n_atoms - 1, then codes. A table names the
 * dimensions of its cells and the code to which every other dimension is held; a dimension that it
 * does not mention is summed over.
 *
 * Strings and arrays belong to the object. What a figure must never do is carry the number of a
 * withheld cell: in a BzgCell that is withheld, @value is 0 once the tables were protected.
 */

typedef struct _BzgTables BzgTables;

typedef enum
{
  BZG_CELL_EXACT,    /* @value is printed; the truth is within @value - @round .. @value + @round */
  BZG_CELL_WITHHELD, /* "…": only @lo and @hi are public */
  BZG_CELL_STRUCTURAL, /* impossible by definition: printed "–", and 0 */
} BzgCellState;

/* Why a cell is withheld: for the reviewer, never written into a file. */
typedef enum
{
  BZG_WITHHELD_NOT,
  BZG_WITHHELD_PRIMARY,   /* fewer than the threshold */
  BZG_WITHHELD_SECONDARY, /* it would give another one away */
  BZG_WITHHELD_STANDS,    /* of a correction: as it was printed, or changed by less than the
                             threshold */
} BzgWithheld;

#define BZG_CELL_NO_BOUND G_MAXINT64

typedef struct
{
  BzgCellState state;
  BzgWithheld why;
  gint64 value;     /* in the unit of the table */
  gint64 round;     /* 0: exact */
  gint64 lo, hi;    /* of a withheld cell; @hi may be BZG_CELL_NO_BOUND */
  const guint *key; /* one atom or code for each dimension of the table */
} BzgCell;

typedef struct
{
  guint dimension;
  guint code; /* atom or code */
} BzgFixed;

typedef struct
{
  char *id;
  char *measure; /* "count": persons; any other name is another block of numbers */
  char *unit;    /* "person", "service", "TJS", ... */
  guint n_dims;
  guint *dims; /* indexes of dimensions, in the order of the keys */
  guint n_fixed;
  BzgFixed *fixed;
  guint n_cells;
  BzgCell *cells;
  guint scale;   /* decimals: an amount of 1480.00 TJS has value 148000 and scale 2 */
  gboolean open; /* not about people (the number of conferences): joins the release after its
                    protection, is printed as it is and stays out of the published file */
} BzgTable;

typedef struct
{
  char *id;
  char *published;          /* ISO date, or NULL */
  char *supersedes;         /* id of the release that it corrects, or NULL */
  int before;               /* number of that release; -1 */
  char *certificate_sha256; /* or NULL */
  guint n_tables;
  const BzgTable *const *tables;
} BzgTablesRelease;

/* For every base cell: min * count <= money <= max * count. */
typedef struct
{
  char *count, *money;
  double min, max; /* @max is HUGE_VAL when there is none */
  guint n_where;
  BzgFixed *where;
} BzgTablesLink;

/* A measure that counts the same people once in each class of the dimension @over, so that it does
 * not add up: in every base cell of the other dimensions each part <= whole <= sum of the parts
 * (where @whole is itself broken down by @over into coarser classes: within each of them). */
typedef struct
{
  char *whole, *parts;
  guint over;
} BzgTablesNesting;

BzgTables *bzg_tables_new (const char *programme);
BzgTables *bzg_tables_copy (const BzgTables *self);
void bzg_tables_free (BzgTables *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgTables, bzg_tables_free)

const char *bzg_tables_programme (const BzgTables *self);
guint bzg_tables_threshold (const BzgTables *self); /* 5 or more */
gboolean bzg_tables_strict (const BzgTables *self); /* zero must stay possible */
void bzg_tables_set_policy (BzgTables *self, guint threshold, gboolean strict);

/* Dimensions. The result of find is -1 if there is none. */
guint bzg_tables_n_dimensions (const BzgTables *self);
const char *bzg_tables_dimension (const BzgTables *self, guint dim);
int bzg_tables_find_dimension (const BzgTables *self, const char *id);
/* Another name under which find knows the dimension (region for place); not written into files. */
void bzg_tables_add_alias (BzgTables *self, guint dim, const char *alias);
guint bzg_tables_n_atoms (const BzgTables *self, guint dim);
guint bzg_tables_n_codes (const BzgTables *self, guint dim); /* atoms and codes together */
const char *bzg_tables_code (const BzgTables *self, guint dim, guint code);
int bzg_tables_find_code (const BzgTables *self, guint dim, const char *id);
/* TRUE if @atom belongs to @code (an atom is its own code). */
gboolean bzg_tables_code_has (const BzgTables *self, guint dim, guint code, guint atom);
/* The code that stands for all atoms ("T"), or -1. */
int bzg_tables_total_code (const BzgTables *self, guint dim);
/* What a reader calls it; falls back to English and then to the id. Never NULL. */
const char *bzg_tables_label (const BzgTables *self, guint dim, guint code, BzgLanguage lang);

/* @name as an id: what an id must not hold as %, two digits. (transfer full) */
char *bzg_tables_make_id (const char *name);
/* Building. Ids are one word (no white space); adding one that exists returns the old index. */
guint bzg_tables_add_dimension (BzgTables *self, const char *id);
guint bzg_tables_add_atom (BzgTables *self, guint dim, const char *id);
/* @atoms must all exist; all atoms of a dimension must be added before its first code. */
guint
bzg_tables_add_code (BzgTables *self, guint dim, const char *id, const guint *atoms, guint n_atoms);
void
bzg_tables_set_label (BzgTables *self, guint dim, guint code, BzgLanguage lang, const char *label);
guint bzg_tables_add_release (BzgTables *self, const char *id, const char *published);
void bzg_tables_set_published (BzgTables *self, guint release, const char *date);
void bzg_tables_set_certificate (BzgTables *self, guint release, const char *sha256);
void bzg_tables_set_supersedes (BzgTables *self, guint release, const char *id); /* NULL: none */
/* The new table has one cell for each row of @keys (@n_cells rows of @n_dims); all are exact 0. */
BzgTable *bzg_tables_add_table (BzgTables *self,
                                guint release,
                                const char *id,
                                const char *measure,
                                const char *unit,
                                const guint *dims,
                                guint n_dims,
                                const BzgFixed *fixed,
                                guint n_fixed,
                                const guint *keys,
                                guint n_cells);
void bzg_tables_add_link (BzgTables *self,
                          const char *count,
                          const char *money,
                          double min,
                          double max,
                          const BzgFixed *where,
                          guint n_where);
void bzg_tables_add_nesting (BzgTables *self, const char *whole, const char *parts, guint over);

/* Releases, tables, cells. */
guint bzg_tables_n_releases (const BzgTables *self);
const BzgTablesRelease *bzg_tables_release (const BzgTables *self, guint release);
guint bzg_tables_n_links (const BzgTables *self);
const BzgTablesLink *bzg_tables_link (const BzgTables *self, guint link);
guint bzg_tables_n_nestings (const BzgTables *self);
const BzgTablesNesting *bzg_tables_nesting (const BzgTables *self, guint nesting);
/* The release that @release corrects, if it is among these, which come before it; else -1. */
int bzg_tables_superseded (const BzgTables *self, guint release);
/* What the newest edition that @release supersedes, and that printed a number there, printed in the
 * place of a cell of @table, which is one of @release. *edition (may be NULL): which one; ask with
 * that for still earlier ones. NULL: none. */
const BzgCell *bzg_tables_printed_before (
  const BzgTables *self, guint release, const BzgTable *table, const guint *key, guint *edition);
/* The table called @id of the last release that has one, or NULL. */
const BzgTable *bzg_tables_find_table (const BzgTables *self, const char *id);
/* The cell of these ids (one for each dimension of the table, in its order), or NULL. */
const BzgCell *
bzg_tables_find_cell (const BzgTables *self, const BzgTable *table, const char *const *ids);
const BzgCell *bzg_table_get_cell (const BzgTable *self, const guint *key);

/* Appends all releases of @other, matching dimensions and codes by their ids (the same id must mean
 * the same atoms; atoms that are new are added). Errors: BZG_ERROR_REFUSED_LEDGER. */
gboolean bzg_tables_append (BzgTables *self, const BzgTables *other, GError **error);

/* Reads the JSON of a release or a ledger. The input may be hostile: sizes are bounded and every
 * index is checked. Errors: BZG_ERROR_MALFORMED, BZG_ERROR_ENCODING, BZG_ERROR_NEWER_FORMAT. */
BzgTables *bzg_tables_read_json (const char *text, gssize len, GError **error);
/* Deterministic: the same tables give the same bytes. (transfer full) */
char *bzg_tables_write_json (const BzgTables *self);
/* The twin for spreadsheets: release, table, measure, one column a dimension, value, lo, hi. */
char *bzg_tables_write_csv (const BzgTables *self);

#define BZG_TABLES_MAX_BYTES (64 * 1024 * 1024)

G_END_DECLS
