/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-cover-private.h"

#include "base/bzg-error.h"
#include "release/bzg-solver-private.h"

#define GAP 0.02  /* of the price: further demands will change more than what is left */
#define STAY 0.02 /* what a cell costs less that is withheld already */
#define BRANCHES 400

struct _BzgCover
{
  guint n_cells;
  gint64 *prices;
  GPtrArray *demands; /* GBytes: guint cells, ascending */
  GHashTable *known;  /* the same */
};

BzgCover *
_bzg_cover_new (guint n_cells)
{
  BzgCover *self = g_new0 (BzgCover, 1);

  self->n_cells = n_cells;
  self->prices = g_new (gint64, n_cells + 1);
  for (guint i = 0; i < n_cells; i++)
    self->prices[i] = 1;
  self->demands = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->known = g_hash_table_new (g_bytes_hash, g_bytes_equal);
  return self;
}

void
_bzg_cover_free (BzgCover *self)
{
  if (self == NULL)
    return;
  g_free (self->prices);
  g_hash_table_unref (self->known);
  g_ptr_array_unref (self->demands);
  g_free (self);
}

void
_bzg_cover_set_price (BzgCover *self, guint cell, gint64 price)
{
  self->prices[cell] = price;
}

gint64
_bzg_cover_price (const BzgCover *self, guint cell)
{
  return self->prices[cell];
}

static int
by_number (gconstpointer a, gconstpointer b)
{
  guint i = *(const guint *) a, j = *(const guint *) b;

  return i < j ? -1 : i > j;
}

void
_bzg_cover_demand (BzgCover *self, const GArray *cells)
{
  g_autoptr (GArray) sorted = g_array_copy ((GArray *) cells);
  g_autoptr (GBytes) demand = NULL;
  guint n = 0;

  g_return_if_fail (cells->len > 0);
  g_array_sort (sorted, by_number);
  for (guint i = 0; i < sorted->len; i++)
    if (n == 0 || g_array_index (sorted, guint, i) != g_array_index (sorted, guint, n - 1))
      g_array_index (sorted, guint, n++) = g_array_index (sorted, guint, i);
  demand = g_bytes_new (sorted->data, n * sizeof (guint));
  if (g_hash_table_contains (self->known, demand))
    return;
  g_hash_table_add (self->known, demand);
  g_ptr_array_add (self->demands, g_steal_pointer (&demand));
}

guint
_bzg_cover_n_demands (const BzgCover *self)
{
  return self->demands->len;
}

static const guint *
demand_at (const BzgCover *self, guint i, guint *n)
{
  gsize size;
  const guint *cells = g_bytes_get_data (g_ptr_array_index (self->demands, i), &size);

  *n = (guint) (size / sizeof (guint));
  return cells;
}

/* One whole unknown, 0 or 1, for each cell that a demand names: cell @cells[k] is column k + 1. */
static glp_prob *
covering_problem (const BzgCover *self, const gboolean *present, GArray *cells)
{
  glp_prob *lp = glp_create_prob ();
  g_autofree int *column = g_new0 (int, self->n_cells + 1);
  g_autofree int *index = g_new0 (int, self->n_cells + 1);
  g_autofree double *ones = g_new (double, self->n_cells + 1);

  for (guint i = 0; i <= self->n_cells; i++)
    ones[i] = 1;
  for (guint d = 0; d < self->demands->len; d++)
    {
      guint n;
      const guint *demand = demand_at (self, d, &n);
      int row = glp_add_rows (lp, 1);

      for (guint k = 0; k < n; k++)
        {
          if (column[demand[k]] == 0)
            {
              column[demand[k]] = glp_add_cols (lp, 1);
              glp_set_col_kind (lp, column[demand[k]], GLP_BV);
              glp_set_obj_coef (lp, column[demand[k]],
                                (double) self->prices[demand[k]]
                                  * (present[demand[k]] ? 1 - STAY : 1));
              g_array_append_val (cells, demand[k]);
            }
          index[k + 1] = column[demand[k]];
        }
      glp_set_row_bnds (lp, row, GLP_LO, 1, 0);
      glp_set_mat_row (lp, row, (int) n, index, ones);
    }
  return lp;
}

gboolean
_bzg_cover_find (BzgCover *self,
                 const gboolean *present,
                 gint64 below,
                 GCancellable *cancellable,
                 gboolean **withheld,
                 GError **error)
{
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (guint));
  glp_prob *lp = covering_problem (self, present, cells);
  gboolean found = _bzg_solver_find_best (lp, BRANCHES, GAP, cancellable);
  gint64 price = 0;

  *withheld = g_new0 (gboolean, self->n_cells + 1);
  for (guint k = 0; found && k < cells->len; k++)
    {
      guint cell = g_array_index (cells, guint, k);

      (*withheld)[cell] = glp_mip_col_val (lp, (int) k + 1) > 0.5;
      price += (*withheld)[cell] ? self->prices[cell] : 0;
    }
  glp_delete_prob (lp);
  if (!found || price >= below)
    g_clear_pointer (withheld, g_free);
  if (!g_cancellable_is_cancelled (cancellable))
    return TRUE;
  g_clear_pointer (withheld, g_free);
  g_set_error (error, BZG_ERROR, BZG_ERROR_CANCELLED, "choice cancelled");
  return FALSE;
}

gboolean *
_bzg_cover_needed (const BzgCover *self, const gboolean *withheld)
{
  gboolean *needed = g_new0 (gboolean, self->n_cells + 1);

  for (guint d = 0; d < self->demands->len; d++)
    {
      guint n, met = 0, last = 0;
      const guint *demand = demand_at (self, d, &n);

      for (guint k = 0; k < n; k++)
        if (withheld[demand[k]])
          {
            met++;
            last = demand[k];
          }
      needed[last] |= met == 1;
    }
  return needed;
}
