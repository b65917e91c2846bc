/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-rows-private.h"

#include <string.h>

/*
 * Rows beside printed figures. Whoever has both takes from a printed number of people the rows that
 * are surely among them, and knows how many are in the one and not in the other: who did not
 * consent, or was dropped. A row is surely among the people of a cell if all that its texts can
 * stand for lies in the codes of the cell, and its years in the period of the table. Rows that tell
 * several printed cells as one are held against their sum.
 */

typedef struct
{
  const BzgRows *rows;
  const BzgPeriod *years;
  const BzgTables *tables;
  const BzgPeriod *period;
} Beside;

/* TRUE if all that @code means, an atom or a code of the dimension, lies in @in. FALSE too for what
 * the dimension does not know. */
static gboolean
code_lies_in (const BzgTables *tables, guint dim, const char *code, guint in)
{
  int at = bzg_tables_find_code (tables, dim, code);

  if (at < 0)
    return FALSE;
  for (guint atom = 0; atom < bzg_tables_n_atoms (tables, dim); atom++)
    if (bzg_tables_code_has (tables, dim, (guint) at, atom)
        && !bzg_tables_code_has (tables, dim, in, atom))
      return FALSE;
  return TRUE;
}

/* TRUE if everybody of whom the column says @text belongs to @code. */
static gboolean
text_lies_in (
  const BzgTables *tables, guint dim, guint code, const BzgRowsColumn *column, const char *text)
{
  guint n = bzg_tables_n_codes (tables, dim), stands_for = 0;

  if ((int) code == bzg_tables_total_code (tables, dim))
    return TRUE;
  if (text == NULL)
    return code_lies_in (tables, dim, "unknown", code)
           && (bzg_tables_find_code (tables, dim, "refused") < 0
               || code_lies_in (tables, dim, "refused", code));
  for (guint i = 0; i < n; i++)
    {
      const char *id = bzg_tables_code (tables, dim, i);

      if (!_bzg_rows_stands_for (column, text, id))
        continue;
      stands_for++;
      if (!code_lies_in (tables, dim, id, code))
        return FALSE;
    }
  return stands_for > 0;
}

/* The column that tells what @dim does; -1 in *at: it is not in the file. */
static const BzgRowsColumn *
column_of_dimension (const Beside *self, guint dim, int *at)
{
  const char *name = bzg_tables_dimension (self->tables, dim);

  for (guint i = 0; i < _bzg_rows_n_columns (); i++)
    {
      const BzgRowsColumn *column = _bzg_rows_column (i);

      if (g_strcmp0 (column->dimension, name) != 0)
        continue;
      *at = _bzg_rows_column_at (self->rows, column->name);
      return column;
    }
  return NULL;
}

/* The same, asked once about each text: they are interned, and few. */
static gboolean
lies_in (GHashTable *answers,
         const BzgTables *tables,
         guint dim,
         guint code,
         const BzgRowsColumn *column,
         const char *text)
{
  gpointer answer = g_hash_table_lookup (answers, text);

  if (answer == NULL)
    {
      answer = GINT_TO_POINTER (text_lies_in (tables, dim, code, column, text) ? 1 : -1);
      g_hash_table_insert (answers, (gpointer) text, answer);
    }
  return GPOINTER_TO_INT (answer) > 0;
}

/* What is surely among the people of @code of @dim: a flag for each row, taken from @among. */
static void
leave_those_in (const Beside *self, guint dim, guint code, guint8 *among)
{
  int at = -1;
  const BzgRowsColumn *column = column_of_dimension (self, dim, &at);
  g_autoptr (GHashTable) answers = g_hash_table_new (NULL, NULL);
  gboolean all = (int) code == bzg_tables_total_code (self->tables, dim)
                 || strcmp (bzg_tables_dimension (self->tables, dim), "period") == 0;

  for (guint row = 0; !all && row < self->rows->n; row++)
    among[row] = among[row] && at >= 0
                 && lies_in (answers, self->tables, dim, code, column,
                             _bzg_rows_get (self->rows, row, (guint) at));
}

/* Of the rows whose years lie in the period. */
static void
leave_those_in_period (const Beside *self, guint8 *among)
{
  int at = _bzg_rows_column_at (self->rows, "year_of_registration");

  for (guint row = 0; row < self->rows->n; row++)
    {
      const char *text = at >= 0 ? _bzg_rows_get (self->rows, row, (guint) at) : NULL;
      BzgPeriod years = *self->years;

      if (text != NULL)
        _bzg_rows_years (text, &years);
      if (bzg_date_compare (years.first, self->years->first) < 0)
        years.first = self->years->first;
      if (bzg_date_compare (years.last, self->years->last) > 0)
        years.last = self->years->last;
      among[row] = bzg_date_compare (self->period->first, years.first) <= 0
                   && bzg_date_compare (years.last, self->period->last) <= 0;
    }
}

#define NO_DIMENSION G_MAXUINT

/* Of those @among the table's people who are like @cell, but for dimension @d. */
static void
leave_those_like (
  const Beside *self, const BzgTable *table, const BzgCell *cell, guint d, guint8 *among)
{
  for (guint k = 0; k < table->n_dims; k++)
    if (k != d)
      leave_those_in (self, table->dims[k], cell->key[k], among);
  for (guint f = 0; f < table->n_fixed; f++)
    leave_those_in (self, table->fixed[f].dimension, table->fixed[f].code, among);
}

static guint
count_among (const Beside *self, const BzgTable *table, const BzgCell *cell, guint8 *among)
{
  guint n = 0;

  leave_those_like (self, table, cell, NO_DIMENSION, among);
  for (guint row = 0; row < self->rows->n; row++)
    n += among[row];
  return n;
}

static char *
name_of_cell (const BzgTables *tables, const BzgTable *table, const BzgCell *cell)
{
  GString *out = g_string_new (table->id);

  for (guint d = 0; d < table->n_dims; d++)
    g_string_append_printf (out, " %s", bzg_tables_code (tables, table->dims[d], cell->key[d]));
  return g_string_free (out, FALSE);
}

/* The printed number of those who differ from @cell in dimension @d only, where they are @code; -1:
 * there is none. */
static gint64
printed_beside (const BzgTable *table, const BzgCell *cell, guint d, guint code)
{
  for (guint c = 0; c < table->n_cells; c++)
    {
      const BzgCell *other = &table->cells[c];
      gboolean same = other->key[d] == code;

      for (guint k = 0; same && k < table->n_dims; k++)
        same = k == d || other->key[k] == cell->key[k];
      if (same)
        return other->state == BZG_CELL_EXACT ? other->value : -1;
    }
  return -1;
}

/* The printed number of those of whom @column says @text and who are like @cell in all else: a sum,
 * counted at the first of its cells; -1: there is none. */
static gint64
printed_as_one (const Beside *self,
                const BzgTable *table,
                const BzgCell *cell,
                guint d,
                const BzgRowsColumn *column,
                const char *text)
{
  guint dim = table->dims[d], n = 0;
  gint64 sum = 0;

  for (guint code = 0; code < bzg_tables_n_codes (self->tables, dim); code++)
    {
      gint64 value;

      if (!_bzg_rows_stands_for (column, text, bzg_tables_code (self->tables, dim, code)))
        continue;
      if (n == 0 && cell->key[d] != code)
        return -1;
      value = printed_beside (table, cell, d, code);
      if (value < 0)
        return -1;
      sum += value;
      n++;
    }
  return n > 1 ? sum : -1;
}

/* What is surely among the people like @cell, but for dimension @d, of whom the file says @text in
 * column @at. */
static guint
count_told (const Beside *self,
            const BzgTable *table,
            const BzgCell *cell,
            guint d,
            guint at,
            const char *text,
            guint8 *among)
{
  guint n = 0;

  leave_those_like (self, table, cell, d, among);
  for (guint row = 0; row < self->rows->n; row++)
    n += among[row] && _bzg_rows_get (self->rows, row, at) == text;
  return n;
}

static GPtrArray *
texts_of_column (const BzgRows *rows, guint column)
{
  GPtrArray *texts = g_ptr_array_new ();

  for (guint row = 0; row < rows->n; row++)
    {
      gpointer text = (gpointer) _bzg_rows_get (rows, row, column);

      if (text != NULL && !g_ptr_array_find (texts, text, NULL))
        g_ptr_array_add (texts, text);
    }
  return texts;
}

/* Rows that tell several cells as one, beside the sum of these. */
static gboolean
sums_stand (
  const Beside *self, const BzgTable *table, const guint8 *in_period, guint8 *among, char **where)
{
  gint64 threshold = bzg_tables_threshold (self->tables);

  for (guint d = 0; d < table->n_dims; d++)
    {
      int at = -1;
      const BzgRowsColumn *column = column_of_dimension (self, table->dims[d], &at);
      g_autoptr (GPtrArray) texts = NULL;

      if (column == NULL || at < 0)
        continue;
      texts = texts_of_column (self->rows, (guint) at);
      for (guint i = 0; i < texts->len; i++)
        for (guint c = 0; c < table->n_cells; c++)
          {
            const BzgCell *cell = &table->cells[c];
            const char *text = g_ptr_array_index (texts, i);
            gint64 rest = printed_as_one (self, table, cell, d, column, text);

            if (rest < 0)
              continue;
            memcpy (among, in_period, self->rows->n);
            rest -= count_told (self, table, cell, d, (guint) at, text, among);
            if (rest == 0 || ABS (rest) >= threshold)
              continue;
            if (where != NULL)
              *where = name_of_cell (self->tables, table, cell);
            return FALSE;
          }
    }
  return TRUE;
}

gboolean
_bzg_rows_stand_beside (const BzgRows *self,
                        const BzgPeriod *years,
                        const BzgTables *tables,
                        const BzgPeriod *period,
                        char **where)
{
  const Beside beside = { self, years, tables, period };
  gint64 threshold = bzg_tables_threshold (tables);
  g_autofree guint8 *in_period = g_new0 (guint8, self->n + 1);
  g_autofree guint8 *among = g_new0 (guint8, self->n + 1);

  leave_those_in_period (&beside, in_period);
  for (guint r = 0; r < bzg_tables_n_releases (tables); r++)
    for (guint t = 0; t < bzg_tables_release (tables, r)->n_tables; t++)
      {
        const BzgTable *table = bzg_tables_release (tables, r)->tables[t];

        if (strcmp (table->measure, "count") != 0)
          continue;
        for (guint c = 0; c < table->n_cells; c++)
          {
            const BzgCell *cell = &table->cells[c];
            gint64 rest;

            if (cell->state != BZG_CELL_EXACT)
              continue;
            memcpy (among, in_period, self->n);
            rest = cell->value - count_among (&beside, table, cell, among);
            if (rest == 0 || ABS (rest) >= threshold)
              continue;
            if (where != NULL)
              *where = name_of_cell (tables, table, cell);
            return FALSE;
          }
        if (!sums_stand (&beside, table, in_period, among, where))
          return FALSE;
      }
  return TRUE;
}
