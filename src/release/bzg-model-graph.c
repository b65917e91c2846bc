/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-model-builder-private.h"

#include "base/bzg-error.h"

#include <math.h>
#include <string.h>

/*
 * Which levels of which dimensions meet in the tables, and the blocks of variables that follow.
 */

#define MAX_VARIABLES 300000
#define MAX_VERTICES 64

void
_bzg_partition_free (gpointer data)
{
  Partition *self = data;

  g_free (self->class_of);
  g_free (self);
}

/* Splits every class of @self by membership in @code. */
void
_bzg_partition_split (Partition *self, const BzgTables *tables, guint code)
{
  guint n = bzg_tables_n_atoms (tables, self->dim);
  g_autofree guint *map = g_new (guint, 2 * (gsize) self->n_classes);
  guint next = 0;

  for (guint i = 0; i < 2 * self->n_classes; i++)
    map[i] = UNUSED;
  for (guint atom = 0; atom < n; atom++)
    {
      guint slot
        = 2 * self->class_of[atom] + (bzg_tables_code_has (tables, self->dim, code, atom) ? 1 : 0);

      if (map[slot] == UNUSED)
        map[slot] = next++;
      self->class_of[atom] = map[slot];
    }
  self->n_classes = next;
}

Partition *
_bzg_partition_new (const BzgTables *tables, guint dim)
{
  Partition *self = g_new0 (Partition, 1);

  self->dim = dim;
  self->n_classes = 1;
  self->class_of = g_new0 (guint, bzg_tables_n_atoms (tables, dim) + 1);
  return self;
}

/* The partition that tells apart all that @a or @b tells apart. */
Partition *
_bzg_partition_join (const BzgTables *tables, const Partition *a, const Partition *b)
{
  Partition *self = _bzg_partition_new (tables, a->dim);
  guint n = bzg_tables_n_atoms (tables, a->dim);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  guint next = 0;

  for (guint atom = 0; atom < n; atom++)
    {
      gint64 pair = ((gint64) a->class_of[atom] << 32) | b->class_of[atom];
      gpointer found = g_hash_table_lookup (seen, &pair);

      if (found == NULL)
        {
          gint64 *own = g_new (gint64, 1);

          *own = pair;
          found = GUINT_TO_POINTER (++next);
          g_hash_table_insert (seen, own, found);
        }
      self->class_of[atom] = GPOINTER_TO_UINT (found) - 1;
    }
  self->n_classes = MAX (next, 1);
  return self;
}

/* TRUE if every class of @fine lies within one class of @coarse. */
gboolean
_bzg_partition_refines (const BzgTables *tables, const Partition *fine, const Partition *coarse)
{
  g_autofree guint *to = g_new (guint, fine->n_classes);

  for (guint i = 0; i < fine->n_classes; i++)
    to[i] = UNUSED;
  for (guint atom = 0; atom < bzg_tables_n_atoms (tables, fine->dim); atom++)
    {
      guint *slot = &to[fine->class_of[atom]];

      if (*slot == UNUSED)
        *slot = coarse->class_of[atom];
      else if (*slot != coarse->class_of[atom])
        return FALSE;
    }
  return TRUE;
}

/* What @table tells apart in @dim; one class if it does not mention it. */
Partition *
_bzg_partition_of_table (const BzgTables *tables, const BzgTable *table, guint dim)
{
  Partition *self = _bzg_partition_new (tables, dim);

  for (guint d = 0; d < table->n_dims; d++)
    if (table->dims[d] == dim)
      {
        g_autofree gboolean *done = g_new0 (gboolean, bzg_tables_n_codes (tables, dim) + 1);

        for (guint c = 0; c < table->n_cells; c++)
          if (!done[table->cells[c].key[d]])
            {
              done[table->cells[c].key[d]] = TRUE;
              _bzg_partition_split (self, tables, table->cells[c].key[d]);
            }
      }
  for (guint f = 0; f < table->n_fixed; f++)
    if (table->fixed[f].dimension == dim)
      _bzg_partition_split (self, tables, table->fixed[f].code);
  return self;
}

void
_bzg_clique_clear (gpointer data)
{
  Clique *self = data;

  g_free (self->dims);
  g_free (self->parts);
}

void
_bzg_measure_free (gpointer data)
{
  Measure *self = data;

  g_array_unref (self->cliques);
  g_free (self->uses);
  g_free (self);
}

void
_bzg_component_free (Component *self)
{
  for (guint d = 0; d < self->n_dims; d++)
    g_ptr_array_unref (self->levels[d]);
  g_free (self->levels);
  g_ptr_array_unref (self->vertices);
  g_free (self->adjacent);
  g_array_unref (self->cliques);
  g_free (self);
}

Measure *
_bzg_find_measure (Builder *b, const char *name)
{
  for (guint i = 0; i < b->measures->len; i++)
    {
      Measure *measure = g_ptr_array_index (b->measures, i);

      if (strcmp (measure->name, name) == 0)
        return measure;
    }
  return NULL;
}

const BzgTable *
_bzg_table_at (const BzgTables *tables, guint release, guint table)
{
  return bzg_tables_release (tables, release)->tables[table];
}

gboolean
_bzg_is_time (const BzgTables *tables, guint dim)
{
  const char *id = bzg_tables_dimension (tables, dim);
  gsize len = strcspn (id, ".");

  return (len == 6 && strncmp (id, "period", len) == 0)
         || (len == 8
             && (strncmp (id, "presence", len) == 0 || strncmp (id, "standing", len) == 0));
}

const char *
_bzg_time_scope (const BzgTables *tables, guint dim)
{
  const char *id = bzg_tables_dimension (tables, dim);
  const char *dot = strchr (id, '.');

  return dot != NULL ? dot + 1 : "";
}

guint
_bzg_time_of (const BzgTables *tables, const Measure *measure)
{
  for (guint dim = 0; dim < bzg_tables_n_dimensions (tables); dim++)
    if (measure->uses[dim] && _bzg_is_time (tables, dim))
      return dim;
  return NO_TIME;
}

gboolean
_bzg_ties_by_release (const BzgTables *tables, const Measure *x, const Measure *y)
{
  guint own = _bzg_time_of (tables, x), other = _bzg_time_of (tables, y);

  return own != other
         || (own != NO_TIME && g_str_has_prefix (bzg_tables_dimension (tables, own), "presence"));
}

/* --- measures and components ----------------------------------------------------------------- */

void
_bzg_collect_measures (Builder *b)
{
  guint n_dims = bzg_tables_n_dimensions (b->tables);
  gboolean changed = TRUE;

  FOR_EACH_TABLE (b->tables, r, t)
  {
    const BzgTable *table = _bzg_table_at (b->tables, r, t);
    Measure *measure = _bzg_find_measure (b, table->measure);

    if (measure == NULL)
      {
        measure = g_new0 (Measure, 1);
        measure->name = table->measure;
        measure->component = b->measures->len;
        measure->money = _bzg_measure_is_money (b->tables, table->measure);
        measure->uses = g_new0 (gboolean, n_dims + 1);
        measure->cliques = g_array_new (FALSE, FALSE, sizeof (Clique));
        g_array_set_clear_func (measure->cliques, _bzg_clique_clear);
        g_ptr_array_add (b->measures, measure);
      }
    for (guint d = 0; d < table->n_dims; d++)
      measure->uses[table->dims[d]] = TRUE;
    for (guint f = 0; f < table->n_fixed; f++)
      measure->uses[table->fixed[f].dimension] = TRUE;
  }

  /* What hangs together shares its graph. It hangs together in the dimensions that both have: the
   * one that has more can always be divided to suit, in whole numbers too (a flow with bounds). */
  while (changed)
    {
      changed = FALSE;
      for (guint i = 0; i < bzg_tables_n_links (b->tables) + bzg_tables_n_nestings (b->tables); i++)
        {
          guint n_links = bzg_tables_n_links (b->tables);
          const BzgTablesLink *link = i < n_links ? bzg_tables_link (b->tables, i) : NULL;
          const BzgTablesNesting *nesting
            = link == NULL ? bzg_tables_nesting (b->tables, i - n_links) : NULL;
          Measure *x = _bzg_find_measure (b, link != NULL ? link->count : nesting->whole);
          Measure *y = _bzg_find_measure (b, link != NULL ? link->money : nesting->parts);
          guint low, high;

          if (x == NULL || y == NULL)
            continue;
          low = MIN (x->component, y->component);
          high = MAX (x->component, y->component);
          if (low == high)
            continue;
          changed = TRUE;
          for (guint m = 0; m < b->measures->len; m++)
            {
              Measure *measure = g_ptr_array_index (b->measures, m);

              if (measure->component == high)
                measure->component = low;
            }
        }
    }
}

static int
by_fineness (gconstpointer a, gconstpointer b)
{
  const Partition *x = *(Partition *const *) a, *y = *(Partition *const *) b;

  return x->n_classes > y->n_classes ? -1 : x->n_classes < y->n_classes;
}

/* The levels at which the tables of a component speak of a dimension. If they do not nest (15-24
 * beside 18-30), one level that tells everything apart takes their place. */
static void
collect_levels (Builder *b, Component *component, guint index)
{
  component->n_dims = bzg_tables_n_dimensions (b->tables);
  component->levels = g_new0 (GPtrArray *, component->n_dims + 1);
  for (guint d = 0; d < component->n_dims; d++)
    {
      GPtrArray *levels = g_ptr_array_new_with_free_func (_bzg_partition_free);
      gboolean nested = TRUE;

      component->levels[d] = levels;
      FOR_EACH_TABLE (b->tables, r, t)
      {
        const BzgTable *table = _bzg_table_at (b->tables, r, t);
        Partition *partition;
        gboolean known = FALSE;

        if (_bzg_find_measure (b, table->measure)->component != index)
          continue;
        partition = _bzg_partition_of_table (b->tables, table, d);
        for (guint i = 0; !known && i < levels->len; i++)
          {
            const Partition *old = g_ptr_array_index (levels, i);

            known = old->n_classes == partition->n_classes
                    && _bzg_partition_refines (b->tables, old, partition);
          }
        if (known || partition->n_classes < 2)
          _bzg_partition_free (partition);
        else
          g_ptr_array_add (levels, partition);
      }
      /* A link that holds for one class tells that class apart too. */
      for (guint i = 0; i < bzg_tables_n_links (b->tables); i++)
        {
          const BzgTablesLink *link = bzg_tables_link (b->tables, i);
          Measure *count = _bzg_find_measure (b, link->count);

          for (guint w = 0; count != NULL && count->component == index && w < link->n_where; w++)
            if (link->where[w].dimension == d && count->uses[d])
              {
                Partition *partition = _bzg_partition_new (b->tables, d);

                _bzg_partition_split (partition, b->tables, link->where[w].code);
                if (partition->n_classes < 2)
                  _bzg_partition_free (partition);
                else
                  g_ptr_array_add (levels, partition);
              }
        }
      g_ptr_array_sort (levels, by_fineness);
      for (guint i = 0; nested && i + 1 < levels->len; i++)
        nested = _bzg_partition_refines (b->tables, g_ptr_array_index (levels, i),
                                         g_ptr_array_index (levels, i + 1));
      if (!nested)
        {
          Partition *all = _bzg_partition_new (b->tables, d);

          for (guint i = 0; i < levels->len; i++)
            {
              Partition *next = _bzg_partition_join (b->tables, all, g_ptr_array_index (levels, i));

              _bzg_partition_free (all);
              all = next;
            }
          g_ptr_array_set_size (levels, 0);
          g_ptr_array_add (levels, all);
        }
    }
}

static guint
vertex_of (const Component *component, const Partition *level)
{
  guint index = 0;

  g_ptr_array_find (component->vertices, level, &index);
  return index;
}

/* The vertices that a table needs: in each dimension the coarsest level fine enough for it, and the
 * still coarser ones, which follow from it. */
guint64
_bzg_vertices_of_table (Builder *b, const Component *component, const BzgTable *table)
{
  guint64 set = 0;

  for (guint d = 0; d < component->n_dims; d++)
    {
      Partition *own = _bzg_partition_of_table (b->tables, table, d);
      const GPtrArray *levels = component->levels[d];
      guint first = UNUSED;

      if (own->n_classes > 1)
        for (guint i = 0; i < levels->len; i++)
          if (_bzg_partition_refines (b->tables, g_ptr_array_index (levels, i), own))
            first = i;
      for (guint i = first; first != UNUSED && i < levels->len; i++)
        set |= (guint64) 1 << vertex_of (component, g_ptr_array_index (levels, i));
      _bzg_partition_free (own);
    }
  return set;
}

static void
join_vertices (Component *component, guint64 set)
{
  for (guint v = 0; v < component->vertices->len; v++)
    if (set & ((guint64) 1 << v))
      component->adjacent[v] |= set & ~((guint64) 1 << v);
}

static guint
missing_edges (const Component *component, guint64 neighbours)
{
  guint missing = 0;

  for (guint v = 0; v < component->vertices->len; v++)
    if (neighbours & ((guint64) 1 << v))
      missing += (guint) __builtin_popcountll (neighbours & ~component->adjacent[v]
                                               & ~((guint64) 1 << v));
  return missing;
}

/* Fills in the edges that make the graph triangulated (least fill first) and lists its cliques. */
static void
triangulate (Component *component)
{
  guint n = component->vertices->len;
  guint64 left = n == 64 ? G_MAXUINT64 : ((guint64) 1 << n) - 1;

  component->cliques = g_array_new (FALSE, FALSE, sizeof (guint64));
  if (n == 0)
    {
      g_array_append_val (component->cliques, left);
      return;
    }
  while (left != 0)
    {
      guint best = 0, best_fill = G_MAXUINT;
      guint64 clique;
      gboolean inside = FALSE;

      for (guint v = 0; v < n; v++)
        if (left & ((guint64) 1 << v))
          {
            guint fill = missing_edges (component, component->adjacent[v] & left);

            if (fill < best_fill)
              {
                best_fill = fill;
                best = v;
              }
          }
      clique = (component->adjacent[best] & left) | ((guint64) 1 << best);
      join_vertices (component, clique);
      for (guint i = 0; !inside && i < component->cliques->len; i++)
        inside = (clique & ~g_array_index (component->cliques, guint64, i)) == 0;
      if (!inside)
        g_array_append_val (component->cliques, clique);
      left &= ~((guint64) 1 << best);
    }
}

gboolean
_bzg_build_component (Builder *b, guint index, GError **error)
{
  Component *component = g_new0 (Component, 1);

  component->vertices = g_ptr_array_new ();
  component->cliques = NULL;
  collect_levels (b, component, index);
  for (guint d = 0; d < component->n_dims; d++)
    for (guint i = 0; i < component->levels[d]->len; i++)
      g_ptr_array_add (component->vertices, g_ptr_array_index (component->levels[d], i));
  component->adjacent = g_new0 (guint64, component->vertices->len + 1);
  if (component->vertices->len >= MAX_VERTICES)
    {
      component->cliques = g_array_new (FALSE, FALSE, sizeof (guint64));
      _bzg_component_free (component);
      g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED, "tables: too many kinds of breakdown");
      return FALSE;
    }
  FOR_EACH_TABLE (b->tables, r, t)
  {
    const BzgTable *table = _bzg_table_at (b->tables, r, t);

    if (_bzg_find_measure (b, table->measure)->component == index)
      join_vertices (component, _bzg_vertices_of_table (b, component, table));
  }
  triangulate (component);
  g_ptr_array_index (b->components, index) = component;
  return TRUE;
}

/* --- variables ------------------------------------------------------------------------------- */

/* The block of a measure for a set of vertices: in each dimension its finest level counts. */
void
_bzg_clique_fill (const Component *component, guint64 set, Clique *clique)
{
  clique->vertices = set;
  clique->dims = g_new0 (guint, component->n_dims + 1);
  clique->parts = g_new0 (const Partition *, component->n_dims + 1);
  clique->n_vars = 1;
  for (guint v = 0; v < component->vertices->len; v++)
    {
      const Partition *level = g_ptr_array_index (component->vertices, v);

      if (!(set & ((guint64) 1 << v)))
        continue;
      /* Levels of a dimension stand together, finest first. */
      if (clique->n_dims > 0 && clique->dims[clique->n_dims - 1] == level->dim)
        continue;
      clique->dims[clique->n_dims] = level->dim;
      clique->parts[clique->n_dims++] = level;
    }
}

gboolean
_bzg_build_variables (Builder *b, GError **error)
{
  guint64 n = 0;

  for (guint m = 0; m < b->measures->len; m++)
    {
      Measure *measure = g_ptr_array_index (b->measures, m);
      Component *component = g_ptr_array_index (b->components, measure->component);
      g_autoptr (GArray) sets = g_array_new (FALSE, FALSE, sizeof (guint64));
      guint64 mine = 0;

      for (guint v = 0; v < component->vertices->len; v++)
        {
          const Partition *level = g_ptr_array_index (component->vertices, v);

          if (measure->uses[level->dim])
            mine |= (guint64) 1 << v;
        }
      for (guint i = 0; i < component->cliques->len; i++)
        {
          guint64 set = g_array_index (component->cliques, guint64, i) & mine;
          gboolean inside = FALSE;

          for (guint j = 0; !inside && j < component->cliques->len; j++)
            {
              guint64 other = g_array_index (component->cliques, guint64, j) & mine;

              inside = (set & ~other) == 0 && (set != other || j < i);
            }
          if (!inside)
            g_array_append_val (sets, set);
        }
      for (guint i = 0; i < sets->len; i++)
        {
          Clique clique = { 0 };
          guint64 size = 1;

          _bzg_clique_fill (component, g_array_index (sets, guint64, i), &clique);
          for (guint d = 0; d < clique.n_dims; d++)
            size = MIN (size * clique.parts[d]->n_classes, (guint64) MAX_VARIABLES * 2);
          clique.base = (guint) n;
          clique.n_vars = (guint) size;
          g_array_append_val (measure->cliques, clique);
          n += size;
          if (n > MAX_VARIABLES)
            {
              g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED,
                           "tables: the breakdowns together are too fine to be checked");
              return FALSE;
            }
        }
    }
  b->model->n_vars = (guint) n;
  return TRUE;
}

/* The sum of the variables of @clique that lie in all of @wants. */
BzgVector
_bzg_clique_vector (const Builder *b, const Clique *clique, const Want *wants, guint n_wants)
{
  BzgVector vector = { 0 };
  g_autofree guint8 **in = g_new0 (guint8 *, clique->n_dims + 1);
  GArray *vars = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree guint *at = g_new0 (guint, clique->n_dims + 1);

  for (guint d = 0; d < clique->n_dims; d++)
    {
      const Partition *part = clique->parts[d];

      in[d] = g_malloc (part->n_classes);
      memset (in[d], 1, part->n_classes);
      for (guint w = 0; w < n_wants; w++)
        if (wants[w].dim == part->dim)
          for (guint atom = 0; atom < bzg_tables_n_atoms (b->tables, part->dim); atom++)
            if (!wants[w].atoms[atom])
              in[d][part->class_of[atom]] = 0;
    }
  for (guint v = 0; v < clique->n_vars; v++)
    {
      gboolean yes = TRUE;

      for (guint d = 0; yes && d < clique->n_dims; d++)
        yes = in[d][at[d]];
      if (yes && (b->absent == NULL || !b->absent[clique->base + v]))
        {
          guint var = clique->base + v;

          g_array_append_val (vars, var);
        }
      for (guint d = clique->n_dims; d > 0; d--)
        {
          if (++at[d - 1] < clique->parts[d - 1]->n_classes)
            break;
          at[d - 1] = 0;
        }
    }
  for (guint d = 0; d < clique->n_dims; d++)
    g_free (in[d]);
  vector.n = vars->len;
  vector.vars = (guint *) (gpointer) g_array_free (vars, FALSE);
  return vector;
}

/* The smallest block that holds all of @set. */
const Clique *
_bzg_find_clique (const Measure *measure, guint64 set)
{
  const Clique *best = NULL;

  for (guint i = 0; i < measure->cliques->len; i++)
    {
      const Clique *clique = &g_array_index (measure->cliques, Clique, i);

      if ((set & ~clique->vertices) == 0 && (best == NULL || clique->n_vars < best->n_vars))
        best = clique;
    }
  return best;
}

/* Calls @func for every class of the common cell of @set: Want entries, one a dimension. */
void
_bzg_for_each_class (Builder *b, const Clique *shape, ClassFunc func, gpointer data)
{
  g_autofree Want *wants = g_new0 (Want, shape->n_dims + 1);
  g_autofree guint *at = g_new0 (guint, shape->n_dims + 1);
  guint64 total = 1;

  for (guint d = 0; d < shape->n_dims; d++)
    {
      wants[d].dim = shape->dims[d];
      wants[d].atoms = g_malloc0 (bzg_tables_n_atoms (b->tables, shape->dims[d]) + 1);
      total *= shape->parts[d]->n_classes;
    }
  for (guint64 i = 0; i < total; i++)
    {
      for (guint d = 0; d < shape->n_dims; d++)
        for (guint atom = 0; atom < bzg_tables_n_atoms (b->tables, shape->dims[d]); atom++)
          ((guint8 *) wants[d].atoms)[atom] = shape->parts[d]->class_of[atom] == at[d];
      func (b, wants, shape->n_dims, data);
      for (guint d = shape->n_dims; d > 0; d--)
        {
          if (++at[d - 1] < shape->parts[d - 1]->n_classes)
            break;
          at[d - 1] = 0;
        }
    }
  for (guint d = 0; d < shape->n_dims; d++)
    g_free ((gpointer) wants[d].atoms);
}

/* The vertices of @set that belong to dimensions @measure uses. */
guint64
_bzg_vertices_of_measure (const Component *component, const Measure *measure, guint64 set)
{
  guint64 out = 0;

  for (guint v = 0; v < component->vertices->len; v++)
    {
      const Partition *level = g_ptr_array_index (component->vertices, v);

      if ((set & ((guint64) 1 << v)) && measure->uses[level->dim])
        out |= (guint64) 1 << v;
    }
  return out;
}
