/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-model-builder-private.h"

#include "base/bzg-error.h"

#include <math.h>
#include <string.h>

int
_bzg_by_number (gconstpointer a, gconstpointer b)
{
  guint x = *(const guint *) a, y = *(const guint *) b;

  return x < y ? -1 : x > y;
}

/* --- small parts ----------------------------------------------------------------------------- */

guint
_bzg_vector_hash (gconstpointer key)
{
  const BzgVector *vector = key;
  guint hash = vector->n;

  for (guint i = 0; i < vector->n; i++)
    hash = (hash ^ vector->vars[i]) * 16777619u;
  return hash;
}

gboolean
_bzg_vector_equal (gconstpointer a, gconstpointer b)
{
  const BzgVector *x = a, *y = b;

  return x->n == y->n && (x->n == 0 || memcmp (x->vars, y->vars, x->n * sizeof (guint)) == 0);
}

gint64
_bzg_vector_sum (const BzgVector *vector, const gint64 *values)
{
  gint64 sum = 0;

  for (guint i = 0; i < vector->n; i++)
    sum += values[vector->vars[i]];
  return sum;
}

double
_bzg_vector_sum_real (const BzgVector *vector, const double *values)
{
  double sum = 0;

  for (guint i = 0; i < vector->n; i++)
    sum += values[vector->vars[i]];
  return sum;
}

/* --- rows ------------------------------------------------------------------------------------ */

static void
add_row (
  Builder *b, const BzgVector *plus, const BzgVector *minus, double factor, double lo, double hi)
{
  BzgModelRow row = { .lo = lo, .hi = hi };
  g_autoptr (GHashTable) all = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_autoptr (GList) keys = NULL;
  guint n;

  for (guint side = 0; side < 2; side++)
    {
      const BzgVector *vector = side == 0 ? plus : minus;

      for (guint i = 0; vector != NULL && i < vector->n; i++)
        {
          gpointer key = GUINT_TO_POINTER (vector->vars[i] + 1);
          double *coef = g_hash_table_lookup (all, key);

          if (coef == NULL)
            g_hash_table_insert (all, key, coef = g_new0 (double, 1));
          *coef += side == 0 ? 1 : -factor;
        }
    }
  n = g_hash_table_size (all);
  row.vars = g_new0 (guint, n + 1);
  row.coefs = g_new0 (double, n + 1);
  keys = g_hash_table_get_keys (all);
  for (GList *l = keys; l != NULL; l = l->next)
    row.vars[row.n++] = GPOINTER_TO_UINT (l->data) - 1;
  qsort (row.vars, row.n, sizeof (guint), _bzg_by_number);
  n = 0;
  for (guint i = 0; i < row.n; i++)
    {
      double coef = *(double *) g_hash_table_lookup (all, GUINT_TO_POINTER (row.vars[i] + 1));

      if (coef != 0)
        {
          row.vars[n] = row.vars[i];
          row.coefs[n++] = coef;
        }
    }
  row.n = n;
  if (n == 0)
    {
      g_free (row.vars);
      g_free (row.coefs);
      return;
    }
  g_array_append_val (b->model->rows, row);
}

typedef struct
{
  const Clique *a, *b;
} Pair;

static void
tie_pair_func (Builder *b, const Want *wants, guint n, gpointer data)
{
  const Pair *pair = data;
  BzgVector x = _bzg_clique_vector (b, pair->a, wants, n);
  BzgVector y = _bzg_clique_vector (b, pair->b, wants, n);

  add_row (b, &x, &y, 1, 0, 0);
  g_free (x.vars);
  g_free (y.vars);
}

/* Joins the blocks of a measure along a tree of greatest overlap. */
static void
tie_cliques (Builder *b, Measure *measure)
{
  const Component *component = g_ptr_array_index (b->components, measure->component);
  guint n = measure->cliques->len;
  g_autofree gboolean *in = g_new0 (gboolean, n + 1);

  if (n == 0)
    return;
  in[0] = TRUE;
  for (guint step = 1; step < n; step++)
    {
      guint from = 0, to = 0;
      int best = -1;

      for (guint i = 0; i < n; i++)
        for (guint j = 0; j < n; j++)
          {
            int overlap;

            if (!in[i] || in[j])
              continue;
            overlap = __builtin_popcountll (g_array_index (measure->cliques, Clique, i).vertices
                                            & g_array_index (measure->cliques, Clique, j).vertices);
            if (overlap > best)
              {
                best = overlap;
                from = i;
                to = j;
              }
          }
      in[to] = TRUE;
      {
        Pair pair = { &g_array_index (measure->cliques, Clique, from),
                      &g_array_index (measure->cliques, Clique, to) };
        Clique shape = { 0 };

        _bzg_clique_fill (component, pair.a->vertices & pair.b->vertices, &shape);
        _bzg_for_each_class (b, &shape, tie_pair_func, &pair);
        _bzg_clique_clear (&shape);
      }
    }
}

/* The classes into which a measure itself divides @dim: its published tables say. */
static Partition *
partition_of_measure (Builder *b, const Measure *measure, guint dim)
{
  Partition *all = _bzg_partition_new (b->tables, dim);

  FOR_EACH_TABLE (b->tables, r, t)
  {
    const BzgTable *table = _bzg_table_at (b->tables, r, t);

    if (strcmp (table->measure, measure->name) == 0)
      {
        Partition *own = _bzg_partition_of_table (b->tables, table, dim);
        Partition *next = _bzg_partition_join (b->tables, all, own);

        _bzg_partition_free (own);
        _bzg_partition_free (all);
        all = next;
      }
  }
  return all;
}

typedef struct
{
  Measure *x, *y; /* count and money, or whole and parts */
  const BzgTablesLink *link;
  const BzgTablesNesting *nesting;
  guint64 set;   /* vertices of the common block */
  Want times[2]; /* of one release, if they hang together by releases */
  guint n_times;
} Tie;

/* What was asked for in the common cell, and in time. */
static Want *
wants_in_time (const Tie *tie, const Want *wants, guint *n)
{
  Want *all = g_new0 (Want, *n + tie->n_times + 2);

  memcpy (all, wants, *n * sizeof (Want));
  memcpy (all + *n, tie->times, tie->n_times * sizeof (Want));
  *n += tie->n_times;
  return all;
}

static void
link_func (Builder *b, const Want *wants, guint n, gpointer data)
{
  const Tie *tie = data;
  const Component *component = g_ptr_array_index (b->components, tie->x->component);
  const Clique *cx
    = _bzg_find_clique (tie->x, _bzg_vertices_of_measure (component, tie->x, tie->set));
  const Clique *cy
    = _bzg_find_clique (tie->y, _bzg_vertices_of_measure (component, tie->y, tie->set));
  g_autofree Want *all = wants_in_time (tie, wants, &n);
  BzgVector x, y;

  for (guint w = 0; w < tie->link->n_where; w++)
    for (guint i = 0; i < n; i++)
      if (wants[i].dim == tie->link->where[w].dimension)
        for (guint atom = 0; atom < bzg_tables_n_atoms (b->tables, wants[i].dim); atom++)
          if (wants[i].atoms[atom]
              && !bzg_tables_code_has (b->tables, wants[i].dim, tie->link->where[w].code, atom))
            return;
  if (cx == NULL || cy == NULL)
    return;
  x = _bzg_clique_vector (b, cx, all, n);
  y = _bzg_clique_vector (b, cy, all, n);
  if (tie->link->min > 0)
    add_row (b, &y, &x, tie->link->min, 0, HUGE_VAL);
  if (isfinite (tie->link->max))
    add_row (b, &y, &x, tie->link->max, -HUGE_VAL, 0);
  g_free (x.vars);
  g_free (y.vars);
}

/* TRUE if @clique has variables for each class of @partition. */
static gboolean
clique_tells (Builder *b, const Clique *clique, const Partition *partition)
{
  if (clique == NULL)
    return FALSE;
  if (partition->n_classes == 1)
    return TRUE;
  for (guint d = 0; d < clique->n_dims; d++)
    if (clique->dims[d] == partition->dim)
      return _bzg_partition_refines (b->tables, clique->parts[d], partition);
  return FALSE;
}

static void
nesting_func (Builder *b, const Want *wants, guint n, gpointer data)
{
  const Tie *tie = data;
  const Component *component = g_ptr_array_index (b->components, tie->x->component);
  guint over = tie->nesting->over;
  guint n_atoms = bzg_tables_n_atoms (b->tables, over);
  Partition *wholes = partition_of_measure (b, tie->x, over);
  Partition *parts = partition_of_measure (b, tie->y, over);
  const Clique *cx
    = _bzg_find_clique (tie->x, _bzg_vertices_of_measure (component, tie->x, tie->set));
  const Clique *cy
    = _bzg_find_clique (tie->y, _bzg_vertices_of_measure (component, tie->y, tie->set));
  g_autofree Want *more = wants_in_time (tie, wants, &n);
  g_autofree guint8 *atoms = g_malloc0 (n_atoms + 1);
  gboolean whole_told, parts_told;

  more[n].dim = over;
  more[n].atoms = atoms;
  /* A block that does not tell the parts apart can only speak of their sum. */
  whole_told = clique_tells (b, cx, wholes);
  parts_told = clique_tells (b, cy, parts);
  for (guint w = 0; whole_told && (parts_told || wholes->n_classes == 1) && w < wholes->n_classes;
       w++)
    {
      BzgVector whole, sum;

      for (guint atom = 0; atom < n_atoms; atom++)
        atoms[atom] = wholes->class_of[atom] == w;
      whole = _bzg_clique_vector (b, cx, more, n + (tie->x->uses[over] ? 1 : 0));
      sum = _bzg_clique_vector (b, cy, more, n + 1);
      add_row (b, &sum, &whole, 1, 0, HUGE_VAL);
      for (guint p = 0; parts_told && p < parts->n_classes; p++)
        {
          BzgVector part;
          gboolean inside = TRUE, some = FALSE;

          for (guint atom = 0; atom < n_atoms; atom++)
            {
              atoms[atom] = parts->class_of[atom] == p;
              some |= atoms[atom] && wholes->class_of[atom] == w;
              inside &= !atoms[atom] || wholes->class_of[atom] == w;
            }
          if (!some || !inside)
            continue;
          part = _bzg_clique_vector (b, cy, more, n + 1);
          add_row (b, &whole, &part, 1, 0, HUGE_VAL);
          g_free (part.vars);
        }
      g_free (whole.vars);
      g_free (sum.vars);
    }
  _bzg_partition_free (wholes);
  _bzg_partition_free (parts);
}

/* Enters a tie for every class of a block of the common graph. */
static void
tie_in_shape (Builder *b, Tie *tie, guint64 set)
{
  const Component *component = g_ptr_array_index (b->components, tie->x->component);
  Clique shape = { 0 };

  _bzg_clique_fill (component, set, &shape);
  _bzg_for_each_class (b, &shape, tie->link != NULL ? link_func : nesting_func, tie);
  _bzg_clique_clear (&shape);
}

gboolean
_bzg_time_in_release (
  const Builder *b, guint release, const Measure *measure, guint *dim, guint *code)
{
  const BzgTablesRelease *tables = bzg_tables_release (b->tables, release);

  for (guint t = 0; t < tables->n_tables; t++)
    if (strcmp (tables->tables[t]->measure, measure->name) == 0)
      for (guint f = 0; f < tables->tables[t]->n_fixed; f++)
        if (_bzg_is_time (b->tables, tables->tables[t]->fixed[f].dimension))
          {
            *dim = tables->tables[t]->fixed[f].dimension;
            *code = tables->tables[t]->fixed[f].code;
            return TRUE;
          }
  return FALSE;
}

static void
tie_by_release (Builder *b, Tie *tie, guint64 set)
{
  for (guint r = 0; r < bzg_tables_n_releases (b->tables); r++)
    {
      guint code[2];
      guint8 *atoms[2];

      if (!_bzg_time_in_release (b, r, tie->x, &tie->times[0].dim, &code[0])
          || !_bzg_time_in_release (b, r, tie->y, &tie->times[1].dim, &code[1]))
        continue;
      for (guint i = 0; i < 2; i++)
        {
          guint n = bzg_tables_n_atoms (b->tables, tie->times[i].dim);

          atoms[i] = g_malloc0 (n + 1);
          for (guint atom = 0; atom < n; atom++)
            atoms[i][atom] = bzg_tables_code_has (b->tables, tie->times[i].dim, code[i], atom);
          tie->times[i].atoms = atoms[i];
        }
      tie->n_times = tie->times[0].dim == tie->times[1].dim ? 1 : 2;
      tie_in_shape (b, tie, set);
      g_free (atoms[0]);
      g_free (atoms[1]);
    }
  tie->n_times = 0;
}

/* TRUE if the tables of a measure speak of the dimension, in coarser classes: people by family of
 * services have no one service. */
static gboolean
is_too_fine (Builder *b, const Measure *measure, const Partition *level)
{
  Partition *own = partition_of_measure (b, measure, level->dim);
  gboolean fine = own->n_classes > 1 && !_bzg_partition_refines (b->tables, own, level);

  _bzg_partition_free (own);
  return fine;
}

/* Links and nestings speak of base cells. They are entered for every block of the common graph; of
 * measures that hang together by releases, for every release. */
static void
tie_measures (Builder *b)
{
  guint n_links = bzg_tables_n_links (b->tables);

  for (guint i = 0; i < n_links + bzg_tables_n_nestings (b->tables); i++)
    {
      Tie tie = { 0 };
      const Component *component;
      gboolean by_release;
      g_autoptr (GArray) done = g_array_new (FALSE, FALSE, sizeof (guint64));

      if (i < n_links)
        tie.link = bzg_tables_link (b->tables, i);
      else
        tie.nesting = bzg_tables_nesting (b->tables, i - n_links);
      tie.x = _bzg_find_measure (b, tie.link != NULL ? tie.link->count : tie.nesting->whole);
      tie.y = _bzg_find_measure (b, tie.link != NULL ? tie.link->money : tie.nesting->parts);
      if (tie.x == NULL || tie.y == NULL)
        continue;
      by_release = _bzg_ties_by_release (b->tables, tie.x, tie.y);
      component = g_ptr_array_index (b->components, tie.x->component);
      for (guint c = 0; c < component->cliques->len; c++)
        {
          guint64 set;
          gboolean known = FALSE;

          tie.set = g_array_index (component->cliques, guint64, c);
          set = _bzg_vertices_of_measure (component, tie.x,
                                          _bzg_vertices_of_measure (component, tie.y, tie.set));
          for (guint v = 0; v < component->vertices->len; v++)
            {
              const Partition *level = g_ptr_array_index (component->vertices, v);

              if ((tie.nesting != NULL && level->dim == tie.nesting->over)
                  || (by_release && _bzg_is_time (b->tables, level->dim))
                  || (tie.link != NULL
                      && (is_too_fine (b, tie.x, level) || is_too_fine (b, tie.y, level))))
                set &= ~((guint64) 1 << v);
            }
          for (guint k = 0; k < done->len; k++)
            known |= g_array_index (done, guint64, k) == set;
          g_array_append_val (done, set);
          if (by_release && !known)
            tie_by_release (b, &tie, set);
          else if (!by_release)
            tie_in_shape (b, &tie, set);
        }
    }
}

/* --- published cells ------------------------------------------------------------------------- */

static BzgVector
cell_vector (Builder *b, const BzgTable *table, const Clique *clique, const guint *key)
{
  guint n_wants = table->n_dims + table->n_fixed;
  g_autofree Want *wants = g_new0 (Want, n_wants + 1);
  BzgVector vector;

  for (guint w = 0; w < n_wants; w++)
    {
      gboolean bound = w >= table->n_dims;
      guint dim = bound ? table->fixed[w - table->n_dims].dimension : table->dims[w];
      guint code = bound ? table->fixed[w - table->n_dims].code : key[w];
      guint n = bzg_tables_n_atoms (b->tables, dim);
      guint8 *atoms = g_malloc0 (n + 1);

      for (guint atom = 0; atom < n; atom++)
        atoms[atom] = bzg_tables_code_has (b->tables, dim, code, atom);
      wants[w].dim = dim;
      wants[w].atoms = atoms;
    }
  vector = _bzg_clique_vector (b, clique, wants, n_wants);
  for (guint w = 0; w < n_wants; w++)
    g_free ((gpointer) wants[w].atoms);
  return vector;
}

static gboolean
add_cells (Builder *b, GError **error)
{
  guint n_releases = bzg_tables_n_releases (b->tables);

  for (guint r = 0; r < n_releases; r++)
    {
      const BzgTablesRelease *release = bzg_tables_release (b->tables, r);
      GPtrArray *tables = g_ptr_array_new_with_free_func (g_free);

      g_ptr_array_add (b->model->cell_of, tables);
      for (guint t = 0; t < release->n_tables; t++)
        {
          const BzgTable *table = release->tables[t];
          Measure *measure = _bzg_find_measure (b, table->measure);
          const Component *component = g_ptr_array_index (b->components, measure->component);
          const Clique *clique
            = _bzg_find_clique (measure, _bzg_vertices_of_table (b, component, table));
          guint *index = g_new0 (guint, table->n_cells + 1);

          g_ptr_array_add (tables, index);
          if (clique == NULL)
            {
              g_set_error (error, BZG_ERROR, BZG_ERROR_BUG, "a table fits into no block");
              return FALSE;
            }
          for (guint c = 0; c < table->n_cells; c++)
            {
              const BzgCell *cell = &table->cells[c];
              BzgModelCell own = { .release = r, .table = t, .cell = c, .lo = 0, .hi = HUGE_VAL };
              BzgModelCell *stored;
              gpointer found;
              double lo = 0, hi = HUGE_VAL;

              own.vector = cell_vector (b, table, clique, cell->key);
              own.fresh = r + 1 == n_releases;
              found = g_hash_table_lookup (b->cell_index, &own.vector);
              if (found == NULL)
                {
                  BzgVector *copy = g_new0 (BzgVector, 1);

                  g_array_append_val (b->model->cells, own);
                  found = GUINT_TO_POINTER (b->model->cells->len);
                  copy->n = own.vector.n;
                  copy->vars = own.vector.vars;
                  g_hash_table_insert (b->cell_index, copy, found);
                }
              else
                g_free (own.vector.vars);
              index[c] = GPOINTER_TO_UINT (found) - 1;
              stored = &g_array_index (b->model->cells, BzgModelCell, index[c]);
              stored->twins++;
              if (cell->state == BZG_CELL_WITHHELD)
                {
                  lo = (double) cell->lo;
                  hi = cell->hi == BZG_CELL_NO_BOUND ? HUGE_VAL : (double) cell->hi;
                }
              else
                {
                  lo = (double) cell->value - (double) cell->round;
                  hi = (double) cell->value + (double) cell->round;
                }
              stored->lo = MAX (stored->lo, lo);
              stored->hi = MIN (stored->hi, hi);
              if (stored->lo > stored->hi)
                {
                  g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED,
                               "tables: two numbers contradict each other (table %s)", table->id);
                  return FALSE;
                }
            }
        }
    }
  return TRUE;
}

/* The true values of the variables, from the contributors. */
static void
fill_truth (Builder *b, const BzgTruth *truth)
{
  b->model->truth = g_new0 (gint64, b->model->n_vars + 1);
  for (guint e = 0; e < bzg_truth_n_entries (truth); e++)
    {
      const BzgTruthEntry *entry = bzg_truth_entry (truth, e);
      const Measure *measure = _bzg_find_measure (b, entry->measure);

      for (guint i = 0; measure != NULL && i < measure->cliques->len; i++)
        {
          const Clique *clique = &g_array_index (measure->cliques, Clique, i);
          guint var = 0;

          for (guint d = 0; d < clique->n_dims; d++)
            var = var * clique->parts[d]->n_classes
                  + clique->parts[d]->class_of[entry->atoms[clique->dims[d]]];
          b->model->truth[clique->base + var] += entry->n;
        }
    }
}

/* Of a block, the variables of such classes where nobody is: @step of them lie between one class
 * and the next. */
static void
mark_absent (Builder *b, const Clique *clique, guint n_classes, guint step, const gboolean *changed)
{
  const gint64 *truth = b->model->truth + clique->base;

  for (guint first = 0; first < clique->n_vars; first++)
    {
      gboolean some = first / step % n_classes != 0; /* looked at with the first class */

      for (guint class = 0; !some && class < n_classes; class ++)
        some = changed[class] && truth[first + class * step] != 0;
      for (guint class = 0; !some && class < n_classes; class ++)
        b->absent[clique->base + first + class * step] |= changed[class];
    }
}

static void
mark_unchanged_in (Builder *b, const Clique *clique, const BzgTablesChange *change)
{
  guint step = 1;

  for (guint d = clique->n_dims; d > 0; d--)
    {
      const Partition *part = clique->parts[d - 1];
      g_autofree gboolean *changed = g_new (gboolean, part->n_classes + 1);

      for (guint class = 0; class < part->n_classes; class ++)
        changed[class] = part->dim == change->dim;
      for (guint atom = 0; atom < bzg_tables_n_atoms (b->tables, part->dim); atom++)
        changed[part->class_of[atom]] &= part->dim == change->dim && change->atoms[atom] != 0;
      if (part->dim == change->dim)
        mark_absent (b, clique, part->n_classes, step, changed);
      step *= part->n_classes;
    }
}

/* A correction changes little, and readers know that. So that nobody is safe only because
 * everything could have become otherwise, they are taken to know in which cells it put somebody in
 * and in which it took somebody out, though not how many: everywhere else the versions are one. */
static void
mark_unchanged (Builder *b)
{
  if (b->tables->changes->len == 0)
    return;
  b->absent = g_malloc0 (b->model->n_vars + 1);
  for (guint m = 0; m < b->measures->len; m++)
    {
      const Measure *measure = g_ptr_array_index (b->measures, m);

      for (guint c = 0; c < measure->cliques->len; c++)
        for (guint i = 0; i < b->tables->changes->len; i++)
          mark_unchanged_in (b, &g_array_index (measure->cliques, Clique, c),
                             &g_array_index (b->tables->changes, BzgTablesChange, i));
    }
}

static gboolean
check_truth (Builder *b, GError **error)
{
  for (guint i = 0; i < b->model->cells->len; i++)
    {
      const BzgModelCell *cell = &g_array_index (b->model->cells, BzgModelCell, i);
      double value = (double) _bzg_vector_sum (&cell->vector, b->model->truth);

      if (value < cell->lo || value > cell->hi)
        {
          const BzgTable *table = _bzg_table_at (b->tables, cell->release, cell->table);

          g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED,
                       "tables: the truth does not give the numbers of table %s", table->id);
          return FALSE;
        }
    }
  for (guint i = 0; i < b->model->rows->len; i++)
    {
      const BzgModelRow *row = &g_array_index (b->model->rows, BzgModelRow, i);
      double sum = 0;

      for (guint k = 0; k < row->n; k++)
        sum += row->coefs[k] * (double) b->model->truth[row->vars[k]];
      if (sum < row->lo - 1e-6 || sum > row->hi + 1e-6)
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED,
                       "tables: the truth contradicts a link or a nesting");
          return FALSE;
        }
    }
  return TRUE;
}

static void
cell_clear (gpointer data)
{
  g_free (((BzgModelCell *) data)->vector.vars);
}

static void
row_clear (gpointer data)
{
  g_free (((BzgModelRow *) data)->vars);
  g_free (((BzgModelRow *) data)->coefs);
}

static void
target_clear (gpointer data)
{
  g_free (((BzgModelTarget *) data)->vector.vars);
  g_free (((BzgModelTarget *) data)->inner.vars);
  g_free (((BzgModelTarget *) data)->key);
}

guint
_bzg_model_cell_index (const BzgModel *self, guint release, guint table, guint cell)
{
  GPtrArray *tables = g_ptr_array_index (self->cell_of, release);

  return ((guint *) g_ptr_array_index (tables, table))[cell];
}

void
_bzg_model_free (BzgModel *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->cells);
  g_array_unref (self->rows);
  g_array_unref (self->targets);
  g_ptr_array_unref (self->cell_of);
  g_free (self->truth);
  g_free (self);
}

static gboolean
build (Builder *b, const BzgTruth *truth, GError **error)
{
  _bzg_collect_measures (b);
  g_ptr_array_set_size (b->components, (int) b->measures->len);
  for (guint m = 0; m < b->measures->len; m++)
    {
      Measure *measure = g_ptr_array_index (b->measures, m);

      if (measure->component == m && !_bzg_build_component (b, m, error))
        return FALSE;
    }
  if (!_bzg_build_variables (b, error))
    return FALSE;
  if (truth != NULL)
    {
      fill_truth (b, truth);
      mark_unchanged (b);
    }
  for (guint m = 0; m < b->measures->len; m++)
    tie_cliques (b, g_ptr_array_index (b->measures, m));
  tie_measures (b);
  if (!add_cells (b, error))
    return FALSE;
  FOR_EACH_TABLE (b->tables, r, t)
  {
    if (!_bzg_add_targets_of (b, truth, r, t, error))
      return FALSE;
  }
  return truth == NULL || check_truth (b, error);
}

BzgModel *
_bzg_model_alloc (void)
{
  BzgModel *model = g_new0 (BzgModel, 1);

  model->cells = g_array_new (FALSE, FALSE, sizeof (BzgModelCell));
  g_array_set_clear_func (model->cells, cell_clear);
  model->rows = g_array_new (FALSE, FALSE, sizeof (BzgModelRow));
  g_array_set_clear_func (model->rows, row_clear);
  model->targets = g_array_new (FALSE, FALSE, sizeof (BzgModelTarget));
  g_array_set_clear_func (model->targets, target_clear);
  model->cell_of = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  return model;
}

BzgModel *
_bzg_model_new (const BzgTables *tables, const BzgTruth *truth, GError **error)
{
  g_autoptr (BzgModel) model = _bzg_model_alloc ();
  Builder b = { .tables = tables, .model = model };
  gboolean ok;

  b.measures = g_ptr_array_new_with_free_func (_bzg_measure_free);
  b.components = g_ptr_array_new ();
  b.cell_index = g_hash_table_new_full (_bzg_vector_hash, _bzg_vector_equal, g_free, NULL);
  b.target_index = g_hash_table_new_full (_bzg_vector_hash, _bzg_vector_equal, g_free, NULL);
  ok = build (&b, truth, error);
  g_free (b.absent);
  g_hash_table_unref (b.cell_index);
  g_hash_table_unref (b.target_index);
  g_ptr_array_unref (b.measures);
  for (guint i = 0; i < b.components->len; i++)
    if (g_ptr_array_index (b.components, i) != NULL)
      _bzg_component_free (g_ptr_array_index (b.components, i));
  g_ptr_array_unref (b.components);
  return ok ? g_steal_pointer (&model) : NULL;
}
