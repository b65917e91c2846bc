/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-rows-private.h"

#include "base/bzg-csv.h"
#include "base/bzg-error.h"
#include "vault/bzg-crypto.h"

#include <string.h>

BzgRows *
_bzg_rows_new (void)
{
  BzgRows *self = g_new0 (BzgRows, 1);

  self->columns = g_ptr_array_new ();
  self->cells = g_ptr_array_new ();
  return self;
}

void
_bzg_rows_free (BzgRows *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->columns);
  g_ptr_array_unref (self->cells);
  g_free (self);
}

int
_bzg_rows_column_at (const BzgRows *self, const char *name)
{
  for (guint c = 0; c < self->columns->len; c++)
    if (strcmp (((const BzgRowsColumn *) g_ptr_array_index (self->columns, c))->name, name) == 0)
      return (int) c;
  return -1;
}

/* Below @n, all alike: what would favour some numbers is thrown away. */
static guint
random_below (guint n)
{
  guint32 most = G_MAXUINT32 - G_MAXUINT32 % n, value;

  do
    bzg_random (&value, sizeof value);
  while (value >= most);
  return value % n;
}

void
_bzg_rows_shuffle (BzgRows *self)
{
  guint width = self->columns->len;
  gpointer *cells = self->cells->pdata;

  for (guint row = self->n; row > 1; row--)
    {
      guint other = random_below (row);

      for (guint c = 0; c < width; c++)
        {
          gpointer cell = cells[(row - 1) * width + c];

          cells[(row - 1) * width + c] = cells[other * width + c];
          cells[other * width + c] = cell;
        }
    }
}

char *
_bzg_rows_class (const BzgRows *self, guint row)
{
  GString *out = g_string_new (NULL);

  for (guint c = 0; c < self->columns->len; c++)
    {
      const BzgRowsColumn *column = g_ptr_array_index (self->columns, c);
      const char *cell = _bzg_rows_get (self, row, c);

      if (column->role == BZG_ROWS_QUASI)
        g_string_append_printf (out, "%s\t", cell != NULL ? cell : "");
    }
  return g_string_free (out, FALSE);
}

GBytes *
_bzg_rows_to_csv (const BzgRows *self)
{
  GString *out = g_string_new (NULL);
  g_autofree const char **line = g_new0 (const char *, self->columns->len + 1);

  for (guint c = 0; c < self->columns->len; c++)
    line[c] = ((const BzgRowsColumn *) g_ptr_array_index (self->columns, c))->name;
  bzg_csv_append_row (out, line, self->columns->len, BZG_CSV_GUARD);
  for (guint row = 0; row < self->n; row++)
    {
      for (guint c = 0; c < self->columns->len; c++)
        line[c] = _bzg_rows_get (self, row, c);
      bzg_csv_append_row (out, line, self->columns->len, BZG_CSV_GUARD);
    }
  return g_string_free_to_bytes (out);
}

static gboolean
malformed (GError **error, const char *what)
{
  g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED, "rows without names: %s", what);
  return FALSE;
}

static gboolean
read_row (BzgRows *self, BzgCsvReader *reader, GError **error)
{
  for (guint c = 0; c < self->columns->len; c++)
    {
      const char *text = bzg_csv_reader_get_cell (reader, (int) c);
      const char *known
        = *text != '\0' ? _bzg_rows_known (g_ptr_array_index (self->columns, c), text) : NULL;

      if (*text != '\0' && known == NULL)
        return malformed (error, "a cell that is no code of its column");
      g_ptr_array_add (self->cells, (gpointer) known);
    }
  self->n++;
  return TRUE;
}

BzgRows *
_bzg_rows_from_csv (GBytes *csv, GError **error)
{
  g_autoptr (BzgCsvReader) reader = bzg_csv_reader_new (csv, error);
  g_autoptr (BzgRows) self = _bzg_rows_new ();
  g_autoptr (GError) local_error = NULL;

  if (reader == NULL)
    return NULL;
  for (guint c = 0; c < bzg_csv_reader_get_n_columns (reader); c++)
    {
      int column = _bzg_rows_find_column (bzg_csv_reader_get_header (reader)[c]);

      if (column < 0)
        {
          malformed (error, "a column that is none of theirs");
          return NULL;
        }
      g_ptr_array_add (self->columns, (gpointer) _bzg_rows_column ((guint) column));
    }
  while (bzg_csv_reader_next (reader, &local_error))
    if (!read_row (self, reader, error))
      return NULL;
  if (local_error == NULL)
    return g_steal_pointer (&self);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}
