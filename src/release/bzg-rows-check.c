/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-rows-private.h"

#include "base/bzg-error.h"

/*
 * The last look at rows before they leave. It reads what stands in the file, text by text, shares
 * nothing with the search that chose the recoding, and is slow and plain on purpose.
 */

/* How often each text stands in column @c, in @rows (places of rows), or in all if NULL. */
static GHashTable *
count_texts (const BzgRows *self, guint c, const GArray *rows)
{
  GHashTable *counts = g_hash_table_new (g_str_hash, g_str_equal);
  guint n = rows != NULL ? rows->len : self->n;

  for (guint i = 0; i < n; i++)
    {
      guint row = rows != NULL ? g_array_index (rows, guint, i) : i;
      const char *text = _bzg_rows_get (self, row, c);
      gpointer key = (gpointer) (text != NULL ? text : "");

      g_hash_table_insert (counts, key,
                           GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, key))
                                             + 1));
    }
  return counts;
}

static double
distance (GHashTable *some, guint n_some, GHashTable *all, guint n_all)
{
  GHashTableIter iter;
  gpointer text, count;
  double sum = 0;

  g_hash_table_iter_init (&iter, all);
  while (g_hash_table_iter_next (&iter, &text, &count))
    {
      double share = (double) GPOINTER_TO_UINT (count) / n_all;
      double here = (double) GPOINTER_TO_UINT (g_hash_table_lookup (some, text)) / n_some;

      sum += ABS (here - share);
    }
  return sum / 2;
}

static gboolean
refuse (GError **error, const char *rule, const char *column)
{
  g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_DISCLOSURE,
               "rows without names: %s does not hold for %s", rule, column);
  return FALSE;
}

static gboolean
check_class (const BzgRows *self,
             const BzgRowsRule *rule,
             GHashTable **all,
             const GArray *rows,
             GError **error)
{
  if (rows->len < rule->k)
    return refuse (error, "k", "a class");
  for (guint c = 0; c < self->columns->len; c++)
    {
      const BzgRowsColumn *column = g_ptr_array_index (self->columns, c);
      g_autoptr (GHashTable) counts = NULL;

      if (column->role == BZG_ROWS_QUASI)
        continue;
      counts = count_texts (self, c, rows);
      if (column->role == BZG_ROWS_FLAG
            ? GPOINTER_TO_UINT (g_hash_table_lookup (counts, "1")) == rows->len
            : g_hash_table_size (counts) < rule->l)
        return refuse (error, "l", column->name);
      if (distance (counts, rows->len, all[c], self->n) > rule->t / 100.0 + 1e-9)
        return refuse (error, "t", column->name);
    }
  return TRUE;
}

gboolean
_bzg_rows_check (const BzgRows *self, const BzgRowsRule *rule, GError **error)
{
  g_autoptr (GHashTable) classes
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) g_hash_table_unref);
  GHashTableIter iter;
  gpointer rows;

  for (guint row = 0; row < self->n; row++)
    {
      g_autofree char *class = _bzg_rows_class (self, row);
      GArray *members = g_hash_table_lookup (classes, class);

      if (members == NULL)
        {
          members = g_array_new (FALSE, FALSE, sizeof (guint));
          g_hash_table_insert (classes, g_steal_pointer (&class), members);
        }
      g_array_append_val (members, row);
    }
  for (guint c = 0; c < self->columns->len; c++)
    g_ptr_array_add (all, count_texts (self, c, NULL));
  g_hash_table_iter_init (&iter, classes);
  while (g_hash_table_iter_next (&iter, NULL, &rows))
    if (!check_class (self, rule, (GHashTable **) (gpointer) all->pdata, rows, error))
      return FALSE;
  return TRUE;
}
