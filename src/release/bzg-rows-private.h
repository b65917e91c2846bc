/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session.h"
#include "release/bzg-tables.h"

G_BEGIN_DECLS

/*
 * Rows without names, as they leave: one for each person, codes and nothing else. What a column is
 * and how coarse it can be told stands in one table (bzg-rows-columns.c), by which rows are made,
 * read and checked; a text that no column knows cannot be in them.
 */

/* --- columns --------------------------------------------------------------------------------- */

typedef enum
{
  BZG_ROWS_QUASI,     /* together with others it could point at somebody: has levels */
  BZG_ROWS_SENSITIVE, /* may harm when known: one of several values */
  BZG_ROWS_FLAG,      /* the same, "1" or "0" */
} BzgRowsRole;

typedef struct
{
  const char *name; /* in the file, for ever */
  BzgRowsRole role;
  const char *codes;     /* the code list of its values; NULL: years */
  const char *code;      /* of a flag: the code that it tells of */
  const char *section;   /* of what is sensitive: left out for who may not read that */
  const char *dimension; /* of the tables of people, that tells the same; or NULL */
  guint n_levels;        /* at the last the column is left out; 1 if it has none */
} BzgRowsColumn;

guint _bzg_rows_n_columns (void);
const BzgRowsColumn *_bzg_rows_column (guint index);
int _bzg_rows_find_column (const char *name); /* index or -1 */

/* What the file tells of @code at @level, interned; NULL: nothing. @code NULL: missing. */
const char *_bzg_rows_recode (const BzgRowsColumn *column, guint level, const char *code);
/* TRUE if @text (interned or not) is what the file tells of @code at some level. */
gboolean _bzg_rows_stands_for (const BzgRowsColumn *column, const char *text, const char *code);
/* The same text, interned; NULL if no code of the column is ever told so. */
const char *_bzg_rows_known (const BzgRowsColumn *column, const char *text);
/* The first and last day of a year or of years. */
gboolean _bzg_rows_years (const char *text, BzgPeriod *out);

/* --- rows ------------------------------------------------------------------------------------ */

typedef struct
{
  GPtrArray *columns; /* const BzgRowsColumn */
  GPtrArray *cells;   /* interned texts, NULL: missing; row by row */
  guint n;            /* rows */
} BzgRows;

BzgRows *_bzg_rows_new (void);
void _bzg_rows_free (BzgRows *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgRows, _bzg_rows_free)

static inline const char *
_bzg_rows_get (const BzgRows *self, guint row, guint column)
{
  return g_ptr_array_index (self->cells, row * self->columns->len + column);
}

/* The index of the column in @self, or -1. */
int _bzg_rows_column_at (const BzgRows *self, const char *name);
/* Rows in an order that nobody can foresee; and among rows that look alike every column that may
 * harm in an order of its own, so that whoever knows one answer of somebody does not find the
 * others beside it. */
void _bzg_rows_shuffle (BzgRows *self);
/* Two rows of one class, which is what the quasi-identifiers say, have the same one. (transfer
 * full) */
char *_bzg_rows_class (const BzgRows *self, guint row);

GBytes *_bzg_rows_to_csv (const BzgRows *self);
/* Errors: BZG_ERROR_MALFORMED: a column or a text that no column knows. */
BzgRows *_bzg_rows_from_csv (GBytes *csv, GError **error);

/* --- what must hold (bzg-rows-check.c) ------------------------------------------------------- */

typedef struct
{
  guint k, l, t; /* @t: hundredths */
} BzgRowsRule;

/* Counts the finished rows anew: knows nothing of how they were made. Errors:
 * BZG_ERROR_REFUSED_DISCLOSURE, which names the column. */
gboolean _bzg_rows_check (const BzgRows *self, const BzgRowsRule *rule, GError **error);

/* --- beside printed figures (bzg-rows-beside.c) ---------------------------------------------- */

/* TRUE if no printed number of people in @tables, less the rows that surely are among them, is one
 * to the threshold - 1, to either side. @years: of the rows; @period: of the tables. @where (may be
 * NULL): the table and the cell where it is not so. */
gboolean _bzg_rows_stand_beside (const BzgRows *self,
                                 const BzgPeriod *years,
                                 const BzgTables *tables,
                                 const BzgPeriod *period,
                                 char **where);

/* --- in the ledger (bzg-rows-issued.c) ------------------------------------------------------- */

/* What the ledger keeps of a file: the file itself, and the pseudonyms of all who are in it, in
 * their own order, so that nothing says which row is whose. */
typedef struct
{
  char *release; /* id */
  BzgPeriod years;
  gboolean open_to_all; /* else for a partner under agreement */
  BzgRowsRule rule;
  guint8 salt[32];
  GArray *people; /* BzgId: pseudonyms, sorted */
  GBytes *csv;
  BzgRows *rows;
  char *sha256;    /* of @csv */
  char *published; /* ISO date */
} BzgIssuedRows;

BzgIssuedRows *_bzg_issued_rows_new (void);
void _bzg_issued_rows_free (BzgIssuedRows *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgIssuedRows, _bzg_issued_rows_free)

/* TRUE if an entry of the ledger, by its report, is rows and not figures. */
gboolean _bzg_issued_rows_is (const char *report);
#define BZG_ROWS_REPORT "microdata"

GBytes *_bzg_issued_rows_write (const BzgIssuedRows *self, GError **error);
/* All that is in the blob. Errors: BZG_ERROR_DAMAGED. */
BzgIssuedRows *_bzg_issued_rows_read (GBytes *blob, GError **error);
/* Every file that left, oldest first. Errors: as bzg_ledger_list(), BZG_ERROR_DAMAGED. */
GPtrArray *_bzg_issued_rows_load (BzgSession *session, GError **error);
/* What the public ledger tells: how many rows there are in each class. */
BzgTables *_bzg_issued_rows_tables (const BzgIssuedRows *self, const char *programme);
gboolean _bzg_issued_rows_has (const BzgIssuedRows *self, const BzgId *person);

G_END_DECLS
