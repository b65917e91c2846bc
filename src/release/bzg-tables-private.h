/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-tables.h"

G_BEGIN_DECLS

/* What the files of the audit part share about tables. */

typedef struct
{
  char *id;
  guint n_atoms;
  GPtrArray *codes;  /* char *: atoms, then codes */
  GPtrArray *sets;   /* guint8[n_atoms] of code n_atoms + i */
  GPtrArray *labels; /* char *[BZG_N_LANGUAGES] per code, or NULL */
  GHashTable *index; /* id -> code + 1 */
} BzgTablesDimension;

struct _BzgTables
{
  char *programme;
  guint threshold;
  gboolean strict;
  GPtrArray *dimensions; /* BzgTablesDimension */
  GPtrArray *releases;   /* BzgTablesRelease, whose tables are in ... */
  GPtrArray *tables;     /* ... this array of arrays of BzgTable */
  GArray *links;         /* BzgTablesLink */
  GArray *nestings;      /* BzgTablesNesting */
  GHashTable *aliases;   /* name -> dimension + 1 */
  GArray *changes;       /* BzgTablesChange */
  GArray *revised;       /* BzgTablesChange, at most one a dimension */
};

/* Atoms of a dimension of time: of those whom a correction counts otherwise than the releases
 * before it, or they than it. Who has the truth knows in which cells there is nobody of them, and
 * takes readers to know it too. Of this object only: neither copied nor written. */
typedef struct
{
  guint dim;
  guint8 *atoms; /* one byte each */
} BzgTablesChange;

void _bzg_tables_add_change (BzgTables *self, guint dim, const guint8 *atoms);
/* All atoms that are there because of corrections only: whoever is in them is a group of its own,
 * whatever releases lie across. NULL: nothing was said of the dimension. */
void _bzg_tables_set_revised (BzgTables *self, guint dim, const guint8 *atoms);
const guint8 *_bzg_tables_revised (const BzgTables *self, guint dim);

BzgTablesDimension *_bzg_tables_get_dimension (const BzgTables *self, guint dim);
/* A code's members as n_atoms bytes, NULL for an atom. */
const guint8 *_bzg_tables_code_set (const BzgTables *self, guint dim, guint code);
/* What a code is called, in all languages. */
void _bzg_tables_copy_label (
  BzgTables *into, guint dim, guint code, const BzgTables *from, guint from_dim, guint from_code);
/* What the cells of @from say, into those of @into, which are of the same keys in the same order.
 */
void _bzg_table_take_cells (BzgTable *into, const BzgTable *from);
/* Forgets what was told of withheld cells (BZG_PROTECT_BANDS): it follows from printed numbers, and
 * is so much less for a solver to carry. */
void _bzg_tables_drop_ranges (BzgTables *self);
/* TRUE if @id can stand in a line of output and in a CSV header: one word, printable, short. */
gboolean _bzg_tables_id_is_good (const char *id);
/* TRUE for the name or unit of an amount of money. */
gboolean _bzg_measure_is_money (const BzgTables *tables, const char *measure);
/* A whole dimension anew: used where dimensions of two objects are joined. */
void _bzg_table_free (BzgTable *table);

G_END_DECLS
