/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-count-private.h"

#include <string.h>

/*
 * A table is filled from sums by atoms, so that figures that show the same cannot differ: whatever
 * is counted is added once to the sum of its atoms, and each sum goes to the few cells in whose
 * codes these atoms lie.
 */

#define MANY_SUMS (1u << 18) /* 2 MB */

/* --- the cells ------------------------------------------------------------------------------- */

/* The codes that stand in a table for one of its dimensions, the total last. */
static GArray *
codes_of (const BzgTables *tables, guint dim, gboolean upper)
{
  GArray *codes = g_array_new (FALSE, FALSE, sizeof (guint));
  int total = bzg_tables_find_code (tables, dim, "T");
  guint n = bzg_tables_n_atoms (tables, dim);
  guint last;

  if (upper)
    {
      for (guint code = n; code < bzg_tables_n_codes (tables, dim); code++)
        if ((int) code != total)
          g_array_append_val (codes, code);
      last = (guint) bzg_tables_find_code (tables, dim, BZG_UNKNOWN);
      g_array_append_val (codes, last);
    }
  else
    for (guint atom = 0; atom < n; atom++)
      g_array_append_val (codes, atom);
  last = (guint) total;
  g_array_append_val (codes, last);
  return codes;
}

BzgTally *
_bzg_tally_new (const BzgFigure *figure, const BzgTables *tables)
{
  BzgTally *self = g_new0 (BzgTally, 1);
  guint64 n = 1;

  self->figure = figure;
  for (guint d = 0; d < figure->n_dims; d++)
    {
      self->dims[d] = (guint) bzg_tables_find_dimension (tables, figure->dims[d]->tables);
      self->n_atoms[d] = bzg_tables_n_atoms (tables, self->dims[d]);
      self->codes[d] = codes_of (tables, self->dims[d], figure->dims[d]->upper);
      /* Persons by service are not added up: the total is that of persons. */
      if (figure->kind == BZG_MEASURE_PERSONS_BY && d == 0)
        g_array_set_size (self->codes[d], self->codes[d]->len - 1);
      n *= self->n_atoms[d];
    }
  if (n <= MANY_SUMS)
    {
      self->n_sums = (gsize) n;
      self->sums = g_new0 (gint64, self->n_sums);
    }
  else
    self->few = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  return self;
}

void
_bzg_tally_free (BzgTally *self)
{
  for (guint d = 0; d < self->figure->n_dims; d++)
    g_array_unref (self->codes[d]);
  g_clear_pointer (&self->few, g_hash_table_unref);
  g_free (self->sums);
  g_free (self);
}

void
_bzg_tally_add_sparse (BzgTally *self, guint64 place, gint64 n)
{
  gint64 *sum = g_hash_table_lookup (self->few, &place);

  if (sum != NULL)
    *sum += n;
  else
    g_hash_table_insert (self->few, g_memdup2 (&place, sizeof place), g_memdup2 (&n, sizeof n));
}

/* --- the table ------------------------------------------------------------------------------- */

/* For each atom of a dimension, the places in its codes at which it is a part. */
static GArray **
places_of_atoms (const BzgTally *self, const BzgTables *tables, guint d)
{
  GArray **places = g_new (GArray *, self->n_atoms[d]);

  for (guint atom = 0; atom < self->n_atoms[d]; atom++)
    {
      places[atom] = g_array_new (FALSE, FALSE, sizeof (guint));
      for (guint i = 0; i < self->codes[d]->len; i++)
        if (bzg_tables_code_has (tables, self->dims[d], g_array_index (self->codes[d], guint, i),
                                 atom))
          g_array_append_val (places[atom], i);
    }
  return places;
}

typedef struct
{
  const BzgTally *tally;
  BzgTable *table;
  GArray **places[BZG_FIGURE_MAX_DIMS];
} Fill;

/* Adds @n to the cells that begin at @cell and hold the atoms from dimension @d on. */
static void
add_to_cells (const Fill *fill, const guint *atoms, guint d, guint cell, gint64 n)
{
  const GArray *places;

  if (d == fill->tally->figure->n_dims)
    {
      fill->table->cells[cell].value += n;
      return;
    }
  places = fill->places[d][atoms[d]];
  for (guint i = 0; i < places->len; i++)
    add_to_cells (fill, atoms, d + 1,
                  cell * fill->tally->codes[d]->len + g_array_index (places, guint, i), n);
}

static void
add_sum (const Fill *fill, guint64 place, gint64 n)
{
  guint atoms[BZG_FIGURE_MAX_DIMS];

  if (n == 0)
    return;
  for (guint d = fill->tally->figure->n_dims; d > 0; d--)
    {
      atoms[d - 1] = (guint) (place % fill->tally->n_atoms[d - 1]);
      place /= fill->tally->n_atoms[d - 1];
    }
  add_to_cells (fill, atoms, 0, 0, n);
}

static void
fill_table (const BzgTally *self, const BzgTables *tables, BzgTable *table)
{
  Fill fill = { .tally = self, .table = table };
  GHashTableIter iter;
  gpointer place, n;

  for (guint d = 0; d < self->figure->n_dims; d++)
    fill.places[d] = places_of_atoms (self, tables, d);
  for (gsize i = 0; i < self->n_sums; i++)
    add_sum (&fill, i, self->sums[i]);
  if (self->few != NULL)
    {
      g_hash_table_iter_init (&iter, self->few);
      while (g_hash_table_iter_next (&iter, &place, &n))
        add_sum (&fill, *(const guint64 *) place, *(const gint64 *) n);
    }
  for (guint d = 0; d < self->figure->n_dims; d++)
    {
      for (guint atom = 0; atom < self->n_atoms[d]; atom++)
        g_array_unref (fill.places[d][atom]);
      g_free (fill.places[d]);
    }
}

/* All combinations of codes, the last dimension fastest. */
static GArray *
keys_of (const BzgTally *self, guint *n)
{
  GArray *keys = g_array_new (FALSE, FALSE, sizeof (guint));
  guint at[BZG_FIGURE_MAX_DIMS] = { 0 };

  *n = 1;
  for (guint d = 0; d < self->figure->n_dims; d++)
    *n *= self->codes[d]->len;
  for (guint i = 0; i < *n; i++)
    {
      for (guint d = 0; d < self->figure->n_dims; d++)
        g_array_append_val (keys, g_array_index (self->codes[d], guint, at[d]));
      for (guint d = self->figure->n_dims; d > 0; d--)
        {
          if (++at[d - 1] < self->codes[d - 1]->len)
            break;
          at[d - 1] = 0;
        }
    }
  return keys;
}

BzgTable *
_bzg_tally_add_table (const BzgTally *self, BzgTables *tables, guint release)
{
  const BzgFigure *figure = self->figure;
  BzgFixed fixed = { BZG_DIM_PERIOD, 0 };
  guint n;
  g_autoptr (GArray) keys = keys_of (self, &n);
  BzgTable *table
    = bzg_tables_add_table (tables, release, figure->id, figure->measure, figure->unit, self->dims,
                            figure->n_dims, &fixed, 1, (const guint *) (gpointer) keys->data, n);

  table->scale = figure->scale;
  table->open = figure->open;
  fill_table (self, tables, table);
  return table;
}
