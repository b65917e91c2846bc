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

static void
swap (gpointer *a, gpointer *b)
{
  gpointer kept = *a;

  *a = *b;
  *b = kept;
}

static void
shuffle_rows (BzgRows *self)
{
  guint width = self->columns->len;
  gpointer *cells = self->cells->pdata;

  for (guint row = self->n; row > 1; row--)
    {
      guint other = random_below (row);

      for (guint c = 0; c < width; c++)
        swap (&cells[(row - 1) * width + c], &cells[other * width + c]);
    }
}

static void
shuffle_column (BzgRows *self, guint c, const GArray *rows)
{
  guint width = self->columns->len;
  gpointer *cells = self->cells->pdata;

  for (guint i = rows->len; i > 1; i--)
    swap (&cells[g_array_index (rows, guint, i - 1) * width + c],
          &cells[g_array_index (rows, guint, random_below (i)) * width + c]);
}

void
_bzg_rows_shuffle (BzgRows *self)
{
  g_autoptr (GHashTable) classes
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  GHashTableIter iter;
  gpointer rows;

  shuffle_rows (self);
  for (guint row = 0; row < self->n; row++)
    {
      char *class = _bzg_rows_class (self, row);
      GArray *own = g_hash_table_lookup (classes, class);

      if (own == NULL)
        {
          own = g_array_new (FALSE, FALSE, sizeof (guint));
          g_hash_table_insert (classes, class, own);
        }
      else
        g_free (class);
      g_array_append_val (own, row);
    }
  g_hash_table_iter_init (&iter, classes);
  while (g_hash_table_iter_next (&iter, NULL, &rows))
    for (guint c = 0; c < self->columns->len; c++)
      if (((const BzgRowsColumn *) g_ptr_array_index (self->columns, c))->role != BZG_ROWS_QUASI)
        shuffle_column (self, c, rows);
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
