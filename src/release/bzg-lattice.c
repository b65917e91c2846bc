/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-lattice.h"

#include "base/bzg-error.h"

#include <string.h>

typedef enum
{
  UNKNOWN,
  POSSIBLE,   /* k and l hold with few enough rows dropped */
  IMPOSSIBLE, /* they do not */
} Mark;

/* Rows in classes: of one node at a time. */
typedef struct
{
  const BzgLatticeProblem *problem;
  guint n_counts;  /* values of all sensitive columns together */
  guint *first;    /* of each sensitive column in the counts of a class */
  guint64 *keys;   /* of each slot ... */
  guint *slots;    /* ... the class + 1; 0: free */
  guint n_slots;   /* a power of two */
  guint *class_of; /* of each row */
  guint n_classes;
  GArray *sizes;  /* guint of each class */
  GArray *counts; /* guint of each class and value */
  GByteArray *bad;
  guint64 *all; /* counts of all rows that are kept */
  guint64 n_kept;
} Classes;

typedef struct
{
  guint node;
  double bound; /* its loss if nothing is dropped */
  guint height; /* sum of the levels */
} Candidate;

typedef struct
{
  const BzgLatticeProblem *problem;
  guint n_nodes;
  guint *of_sum;   /* nodes by the sum of their levels */
  guint8 *marks;   /* Mark */
  guint8 *dropped; /* of the node looked at last */
  Classes *classes;
  guint n_tested, n_marked;
  BzgLatticeProgress progress;
  gpointer progress_data;
  GCancellable *cancellable;
} Search;

/* --- nodes ----------------------------------------------------------------------------------- */

static void
node_levels (const BzgLatticeProblem *problem, guint node, guint *levels)
{
  for (guint c = 0; c < problem->n_columns; c++)
    {
      levels[c] = node % problem->columns[c].n_levels;
      node /= problem->columns[c].n_levels;
    }
}

static guint
node_sum (const BzgLatticeProblem *problem, guint node)
{
  guint levels[BZG_LATTICE_MAX_COLUMNS], sum = 0;

  node_levels (problem, node, levels);
  for (guint c = 0; c < problem->n_columns; c++)
    sum += levels[c];
  return sum;
}

/* TRUE if @a is as coarse as @b or coarser in every column. */
static gboolean
is_above (const BzgLatticeProblem *problem, guint a, guint b)
{
  for (guint c = 0; c < problem->n_columns; c++)
    {
      guint n = problem->columns[c].n_levels;

      if (a % n < b % n)
        return FALSE;
      a /= n;
      b /= n;
    }
  return TRUE;
}

/* What a row loses at these levels, and what it loses when it is dropped. */
static double
row_loss (const BzgLatticeProblem *problem, const guint *levels)
{
  double loss = 0;

  for (guint c = 0; c < problem->n_columns; c++)
    if (problem->columns[c].n_levels > 1)
      loss += problem->columns[c].weight * levels[c] / (problem->columns[c].n_levels - 1);
  return loss;
}

static double
whole_loss (const BzgLatticeProblem *problem)
{
  double loss = 0;

  for (guint c = 0; c < problem->n_columns; c++)
    if (problem->columns[c].n_levels > 1)
      loss += problem->columns[c].weight;
  return loss;
}

/* --- classes --------------------------------------------------------------------------------- */

static Classes *
classes_new (const BzgLatticeProblem *problem)
{
  Classes *self = g_new0 (Classes, 1);

  self->problem = problem;
  self->first = g_new0 (guint, problem->n_sensitive + 1);
  for (guint s = 0; s < problem->n_sensitive; s++)
    {
      self->first[s] = self->n_counts;
      self->n_counts += problem->sensitive[s].n_values;
    }
  self->n_slots = 16;
  while (self->n_slots < 2 * problem->n_rows)
    self->n_slots *= 2;
  self->keys = g_new (guint64, self->n_slots);
  self->slots = g_new (guint, self->n_slots);
  self->class_of = g_new (guint, problem->n_rows + 1);
  self->sizes = g_array_new (FALSE, TRUE, sizeof (guint));
  self->counts = g_array_new (FALSE, TRUE, sizeof (guint));
  self->bad = g_byte_array_new ();
  self->all = g_new0 (guint64, self->n_counts + 1);
  return self;
}

static void
classes_free (Classes *self)
{
  g_free (self->first);
  g_free (self->keys);
  g_free (self->slots);
  g_free (self->class_of);
  g_array_unref (self->sizes);
  g_array_unref (self->counts);
  g_byte_array_unref (self->bad);
  g_free (self->all);
  g_free (self);
}

static guint *
counts_of (Classes *self, guint class)
{
  return &g_array_index (self->counts, guint, (gsize) class * self->n_counts);
}

static guint
class_of_key (Classes *self, guint64 key)
{
  guint64 hash = key * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  guint at = (guint) (hash >> 32) & (self->n_slots - 1);

  while (self->slots[at] != 0 && self->keys[at] != key)
    at = (at + 1) & (self->n_slots - 1);
  if (self->slots[at] == 0)
    {
      self->keys[at] = key;
      self->slots[at] = ++self->n_classes;
    }
  return self->slots[at] - 1;
}

/* Puts all rows into classes. A key is a number in which each column has its own digit; columns of
 * 65 535 values and 16 columns would not fit, so keys are numbered column by column. */
static void
classify (Classes *self, const guint *levels)
{
  const BzgLatticeProblem *problem = self->problem;

  memset (self->class_of, 0, problem->n_rows * sizeof *self->class_of);
  self->n_classes = MIN (problem->n_rows, 1);
  for (guint c = 0; c < problem->n_columns; c++)
    {
      const BzgLatticeColumn *column = &problem->columns[c];
      const guint16 *up = column->up[levels[c]];

      if (levels[c] + 1 == column->n_levels)
        continue;
      memset (self->slots, 0, self->n_slots * sizeof *self->slots);
      self->n_classes = 0;
      for (guint row = 0; row < problem->n_rows; row++)
        self->class_of[row]
          = class_of_key (self, (guint64) self->class_of[row] << 16
                                  | up[problem->rows[(gsize) row * problem->n_columns + c]]);
    }
  g_array_set_size (self->sizes, 0);
  g_array_set_size (self->sizes, self->n_classes);
  g_array_set_size (self->counts, 0);
  g_array_set_size (self->counts, self->n_classes * self->n_counts);
  g_byte_array_set_size (self->bad, self->n_classes);
  if (self->n_classes > 0)
    memset (self->bad->data, FALSE, self->n_classes);
  for (guint row = 0; row < problem->n_rows; row++)
    {
      guint *counts = self->n_counts > 0 ? counts_of (self, self->class_of[row]) : NULL;

      g_array_index (self->sizes, guint, self->class_of[row])++;
      for (guint s = 0; s < problem->n_sensitive; s++)
        counts[self->first[s] + problem->sensitive[s].values[row]]++;
    }
}

/* l of one column. */
static gboolean
is_diverse (const BzgLatticeSensitive *column, const guint *counts, guint size, guint l)
{
  guint different = 0;

  if (column->flag)
    return l < 2 || counts[1] < size;
  for (guint v = 0; v < column->n_values; v++)
    different += counts[v] > 0;
  return different >= l;
}

/* t of one column: half the sum of |share in the class - share in all|, in whole numbers. */
static gboolean
is_close (const Classes *self, guint s, const guint *counts, guint64 size)
{
  const guint64 *all = self->all + self->first[s];
  guint64 sum = 0;

  for (guint v = 0; v < self->problem->sensitive[s].n_values; v++)
    {
      guint64 here = counts[v] * self->n_kept, there = all[v] * size;

      sum += here > there ? here - there : there - here;
    }
  return sum * 100 <= 2 * (guint64) self->problem->t * self->n_kept * size;
}

/* Marks the classes in which k or l does not hold. How many rows they have. */
static guint
mark_small_and_uniform (Classes *self)
{
  const BzgLatticeProblem *problem = self->problem;
  guint rows = 0;

  for (guint class = 0; class < self->n_classes; class ++)
    {
      guint size = g_array_index (self->sizes, guint, class);
      gboolean good = size >= problem->k;

      for (guint s = 0; good && s < problem->n_sensitive; s++)
        good = is_diverse (&problem->sensitive[s], counts_of (self, class) + self->first[s], size,
                           problem->l);
      self->bad->data[class] = !good;
      rows += good ? 0 : size;
    }
  return rows;
}

static void
add_up_kept (Classes *self)
{
  self->n_kept = 0;
  memset (self->all, 0, (self->n_counts + 1) * sizeof *self->all);
  for (guint class = 0; class < self->n_classes; class ++)
    {
      const guint *counts = self->n_counts > 0 ? counts_of (self, class) : NULL;

      if (self->bad->data[class])
        continue;
      self->n_kept += g_array_index (self->sizes, guint, class);
      for (guint v = 0; v < self->n_counts; v++)
        self->all[v] += counts[v];
    }
}

/* Marks the classes that are far from what is kept, once. How many rows they have. */
static guint
mark_far (Classes *self)
{
  guint rows = 0;

  for (guint class = 0; class < self->n_classes; class ++)
    {
      guint size = g_array_index (self->sizes, guint, class);
      gboolean close = TRUE;

      if (self->bad->data[class])
        continue;
      for (guint s = 0; close && s < self->problem->n_sensitive; s++)
        close = is_close (self, s, counts_of (self, class) + self->first[s], size);
      self->bad->data[class] = !close;
      rows += close ? 0 : size;
    }
  return rows;
}

/* All rows that have to go. Ends, because each turn drops a class. */
static guint
drop_all_bad (Classes *self)
{
  guint dropped = mark_small_and_uniform (self), more;

  do
    {
      add_up_kept (self);
      more = mark_far (self);
      dropped += more;
    }
  while (more > 0);
  return dropped;
}

static void
list_dropped (const Classes *self, guint8 *dropped)
{
  for (guint row = 0; row < self->problem->n_rows; row++)
    dropped[row] = self->bad->data[self->class_of[row]];
}

/* --- the search ------------------------------------------------------------------------------ */

static gboolean
cancelled (Search *self, GError **error)
{
  if (self->progress != NULL)
    self->progress (self->n_marked, self->n_nodes, self->progress_data);
  if (!g_cancellable_is_cancelled (self->cancellable))
    return FALSE;
  g_set_error (error, BZG_ERROR, BZG_ERROR_CANCELLED, "recoding cancelled");
  return TRUE;
}

static void
mark (Search *self, guint node, Mark mark)
{
  for (guint other = 0; other < self->n_nodes; other++)
    if (self->marks[other] == UNKNOWN
        && (mark == POSSIBLE ? is_above (self->problem, other, node)
                             : is_above (self->problem, node, other)))
      {
        self->marks[other] = (guint8) mark;
        self->n_marked++;
      }
}

static Mark
test (Search *self, guint node)
{
  guint levels[BZG_LATTICE_MAX_COLUMNS];

  node_levels (self->problem, node, levels);
  classify (self->classes, levels);
  self->n_tested++;
  return mark_small_and_uniform (self->classes) <= self->problem->max_dropped ? POSSIBLE
                                                                              : IMPOSSIBLE;
}

/* From @node upwards, one level more in one column at a time, as far as nothing is known. */
static GArray *
chain_from (Search *self, guint node)
{
  GArray *chain = g_array_new (FALSE, FALSE, sizeof (guint));
  gboolean found = TRUE;

  g_array_append_val (chain, node);
  while (found)
    {
      guint step = 1;

      found = FALSE;
      for (guint c = 0; !found && c < self->problem->n_columns; c++)
        {
          guint n = self->problem->columns[c].n_levels;

          found = node / step % n + 1 < n && self->marks[node + step] == UNKNOWN;
          if (found)
            node += step;
          step *= n;
        }
      if (found)
        g_array_append_val (chain, node);
    }
  return chain;
}

/* The lowest of the chain where k and l hold: all above hold too, all below do not. */
static void
decide_chain (Search *self, const GArray *chain)
{
  guint low = 0, high = chain->len;

  while (low < high)
    {
      guint middle = (low + high) / 2, node = g_array_index (chain, guint, middle);
      Mark found = test (self, node);

      mark (self, node, found);
      if (found == POSSIBLE)
        high = middle;
      else
        low = middle + 1;
    }
}

static gboolean
decide_all (Search *self, GError **error)
{
  for (guint i = 0; i < self->n_nodes; i++)
    {
      g_autoptr (GArray) chain = NULL;

      if (self->marks[self->of_sum[i]] != UNKNOWN)
        continue;
      if (cancelled (self, error))
        return FALSE;
      chain = chain_from (self, self->of_sum[i]);
      decide_chain (self, chain);
    }
  return TRUE;
}

static int
by_bound (gconstpointer a, gconstpointer b)
{
  const Candidate *x = a, *y = b;

  if (x->bound != y->bound)
    return x->bound < y->bound ? -1 : 1;
  if (x->height != y->height)
    return x->height < y->height ? -1 : 1;
  return x->node < y->node ? -1 : x->node > y->node;
}

static GArray *
list_candidates (const Search *self)
{
  GArray *candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
  guint levels[BZG_LATTICE_MAX_COLUMNS];

  for (guint node = 0; node < self->n_nodes; node++)
    if (self->marks[node] == POSSIBLE)
      {
        Candidate candidate = { .node = node, .height = node_sum (self->problem, node) };

        node_levels (self->problem, node, levels);
        candidate.bound = self->problem->n_rows * row_loss (self->problem, levels);
        g_array_append_val (candidates, candidate);
      }
  g_array_sort (candidates, by_bound);
  return candidates;
}

static void
take (BzgLatticeResult *result, Search *self, const guint *levels, guint n_dropped, double loss)
{
  memcpy (result->levels, levels, sizeof result->levels);
  result->n_dropped = n_dropped;
  result->loss = loss;
  if (result->dropped == NULL)
    result->dropped = g_new (guint8, self->problem->n_rows + 1);
  memcpy (result->dropped, self->dropped, self->problem->n_rows);
}

static gboolean
try_candidates (Search *self,
                const GArray *candidates,
                BzgLatticeAccept accept,
                gpointer accept_data,
                BzgLatticeResult *result,
                GError **error)
{
  const BzgLatticeProblem *problem = self->problem;
  double whole = whole_loss (problem);

  for (guint i = 0; i < candidates->len; i++)
    {
      const Candidate *candidate = &g_array_index (candidates, Candidate, i);
      guint levels[BZG_LATTICE_MAX_COLUMNS] = { 0 }, n_dropped;
      double loss;

      if (result->dropped != NULL && candidate->bound >= result->loss)
        break;
      if (cancelled (self, error))
        return FALSE;
      node_levels (problem, candidate->node, levels);
      classify (self->classes, levels);
      self->n_tested++;
      n_dropped = drop_all_bad (self->classes);
      if (n_dropped > problem->max_dropped)
        continue;
      loss = (problem->n_rows - n_dropped) * row_loss (problem, levels) + n_dropped * whole;
      if (result->dropped != NULL && loss >= result->loss)
        continue;
      list_dropped (self->classes, self->dropped);
      if (accept == NULL || accept (levels, self->dropped, accept_data))
        take (result, self, levels, n_dropped, loss);
    }
  if (result->dropped != NULL)
    return TRUE;
  g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_DISCLOSURE,
               "no recoding of the columns keeps everybody safe");
  return FALSE;
}

static guint *
nodes_by_sum (const BzgLatticeProblem *problem, guint n)
{
  guint *nodes = g_new (guint, n), at = 0, most = 0;

  for (guint c = 0; c < problem->n_columns; c++)
    most += problem->columns[c].n_levels - 1;
  for (guint sum = 0; sum <= most; sum++)
    for (guint node = 0; node < n; node++)
      if (node_sum (problem, node) == sum)
        nodes[at++] = node;
  return nodes;
}

static gboolean
count_nodes (const BzgLatticeProblem *problem, guint *n, GError **error)
{
  gboolean fits = problem->n_columns <= BZG_LATTICE_MAX_COLUMNS;

  *n = 1;
  for (guint c = 0; fits && c < problem->n_columns; c++)
    {
      g_return_val_if_fail (problem->columns[c].n_levels > 0, FALSE);
      *n *= problem->columns[c].n_levels;
      fits = *n <= BZG_LATTICE_MAX_NODES;
    }
  if (!fits)
    g_set_error (error, BZG_ERROR, BZG_ERROR_USAGE, "too many columns or levels");
  return fits;
}

void
bzg_lattice_result_clear (BzgLatticeResult *result)
{
  g_clear_pointer (&result->dropped, g_free);
}

gboolean
bzg_lattice_search (const BzgLatticeProblem *problem,
                    BzgLatticeAccept accept,
                    gpointer accept_data,
                    BzgLatticeProgress progress,
                    gpointer progress_data,
                    GCancellable *cancellable,
                    BzgLatticeResult *result,
                    GError **error)
{
  Search self = { .problem = problem,
                  .progress = progress,
                  .progress_data = progress_data,
                  .cancellable = cancellable };
  g_autoptr (GArray) candidates = NULL;
  gboolean ok;

  memset (result, 0, sizeof *result);
  if (!count_nodes (problem, &self.n_nodes, error))
    return FALSE;
  self.of_sum = nodes_by_sum (problem, self.n_nodes);
  self.marks = g_new0 (guint8, self.n_nodes);
  self.dropped = g_new0 (guint8, problem->n_rows + 1);
  self.classes = classes_new (problem);
  ok = decide_all (&self, error);
  if (ok)
    {
      candidates = list_candidates (&self);
      ok = try_candidates (&self, candidates, accept, accept_data, result, error);
    }
  result->n_nodes = self.n_nodes;
  result->n_tested = self.n_tested;
  classes_free (self.classes);
  g_free (self.dropped);
  g_free (self.marks);
  g_free (self.of_sum);
  if (!ok)
    bzg_lattice_result_clear (result);
  return ok;
}

gboolean
bzg_lattice_node_is_good (const BzgLatticeProblem *problem,
                          const guint *levels,
                          guint8 *dropped,
                          guint *n_dropped)
{
  Classes *classes = classes_new (problem);

  classify (classes, levels);
  *n_dropped = drop_all_bad (classes);
  list_dropped (classes, dropped);
  classes_free (classes);
  return *n_dropped <= problem->max_dropped;
}
