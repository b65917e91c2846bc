/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-microdata-private.h"

/* People and their texts as the lattice wants them: numbers. */

#define MOST_DROPPED 10 /* in a hundred */

void
_bzg_microdata_numbers_clear (BzgMicrodataNumbers *self)
{
  g_clear_pointer (&self->columns, g_array_unref);
  g_clear_pointer (&self->sensitive, g_array_unref);
  g_clear_pointer (&self->quasi, g_array_unref);
  g_clear_pointer (&self->owned, g_ptr_array_unref);
  g_free (self->rows);
}

/* The number of @text among @texts, a new one if it has none. NULL is a text too. */
static guint16
number_of (GPtrArray *texts, const char *text)
{
  for (guint i = 0; i < texts->len; i++)
    if (g_ptr_array_index (texts, i) == text)
      return (guint16) i;
  g_ptr_array_add (texts, (gpointer) text);
  return (guint16) (texts->len - 1);
}

static guint16 *
number_column (const BzgMicrodataPeople *people, guint c, GPtrArray *texts)
{
  guint16 *values = g_new (guint16, people->n + 1);

  for (guint i = 0; i < people->n; i++)
    values[i] = number_of (texts, _bzg_rows_recode (_bzg_rows_column (c), 0,
                                                    _bzg_microdata_code (people, i, c)));
  return values;
}

static const guint16 *
number_level (BzgMicrodataNumbers *self,
              const BzgRowsColumn *column,
              guint level,
              const GPtrArray *texts)
{
  g_autoptr (GPtrArray) told = g_ptr_array_new ();
  guint16 *up = g_new (guint16, texts->len + 1);

  for (guint v = 0; v < texts->len; v++)
    up[v] = number_of (told, _bzg_rows_recode (column, level, g_ptr_array_index (texts, v)));
  g_ptr_array_add (self->owned, up);
  return up;
}

static void
add_quasi (BzgMicrodataNumbers *self, guint c, double weight, const GPtrArray *texts)
{
  const BzgRowsColumn *column = _bzg_rows_column (c);
  const guint16 **up = g_new0 (const guint16 *, column->n_levels);
  BzgLatticeColumn numbers = { column->n_levels, texts->len, (const guint16 *const *) up, weight };

  for (guint level = 0; level < column->n_levels; level++)
    up[level] = number_level (self, column, level, texts);
  g_ptr_array_add (self->owned, up);
  g_array_append_val (self->columns, numbers);
  g_array_append_val (self->quasi, c);
}

/* What the people have in a column, each text once; NULL is nothing. */
static GPtrArray *
texts_of (const BzgMicrodataPeople *people, guint c)
{
  GPtrArray *texts = g_ptr_array_new ();

  g_free (number_column (people, c, texts));
  return texts;
}

/* A flag's values are those that it tells: 1 is 1. */
static void
add_sensitive (BzgMicrodataNumbers *self,
               const BzgMicrodataPeople *people,
               guint c,
               GPtrArray *texts)
{
  gboolean flag = _bzg_rows_column (c)->role == BZG_ROWS_FLAG;
  guint16 *values;
  BzgLatticeSensitive numbers = { .flag = flag };

  if (flag)
    {
      g_ptr_array_set_size (texts, 0);
      number_of (texts, g_intern_static_string ("0"));
      number_of (texts, g_intern_static_string ("1"));
    }
  values = number_column (people, c, texts);
  numbers.n_values = texts->len;
  numbers.values = values;
  g_ptr_array_add (self->owned, values);
  g_array_append_val (self->sensitive, numbers);
}

void
_bzg_microdata_numbers_make (BzgMicrodata *self, BzgMicrodataNumbers *out)
{
  const BzgMicrodataPeople *people = self->people;

  g_array_set_size (self->columns, 0);
  out->columns = g_array_new (FALSE, FALSE, sizeof (BzgLatticeColumn));
  out->sensitive = g_array_new (FALSE, FALSE, sizeof (BzgLatticeSensitive));
  out->quasi = g_array_new (FALSE, FALSE, sizeof (guint));
  out->owned = g_ptr_array_new_with_free_func (g_free);
  for (guint c = 0; c < people->width; c++)
    {
      const BzgRowsColumn *column = _bzg_rows_column (c);
      g_autoptr (GPtrArray) texts = texts_of (people, c);
      gboolean empty = texts->len == 1 && g_ptr_array_index (texts, 0) == NULL;
      BzgMicrodataColumn told = { .name = column->name,
                                  .sensitive = column->role != BZG_ROWS_QUASI,
                                  .n_levels = column->n_levels };

      if (!self->readable[c])
        told.fate = BZG_COLUMN_NOT_YOURS;
      else if (told.sensitive ? texts->len < self->rule.l : empty)
        told.fate = BZG_COLUMN_SAYS_NOTHING;
      else if (told.sensitive)
        add_sensitive (out, people, c, texts);
      else
        add_quasi (out, c, self->weights[c], texts);
      g_array_append_val (self->columns, told);
    }
  out->rows = g_new (guint16, (gsize) people->n * out->columns->len + 1);
  for (guint d = 0; d < out->quasi->len; d++)
    {
      g_autoptr (GPtrArray) texts = g_ptr_array_new ();
      g_autofree guint16 *values
        = number_column (people, g_array_index (out->quasi, guint, d), texts);

      for (guint i = 0; i < people->n; i++)
        out->rows[(gsize) i * out->columns->len + d] = values[i];
    }
  out->problem = (BzgLatticeProblem){ .n_rows = people->n,
                                      .n_columns = out->columns->len,
                                      .columns = (gpointer) out->columns->data,
                                      .rows = out->rows,
                                      .n_sensitive = out->sensitive->len,
                                      .sensitive = (gpointer) out->sensitive->data,
                                      .k = self->rule.k,
                                      .l = self->rule.l,
                                      .t = self->rule.t,
                                      .max_dropped = people->n * MOST_DROPPED / 100 };
}
