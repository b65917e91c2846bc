/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-truth.h"

#include "release/bzg-model-private.h"

#include <string.h>

struct _BzgTruth
{
  guint n_dims;
  GPtrArray *entries;   /* BzgTruthEntry */
  GHashTable *measures; /* interned name -> GPtrArray of its entries */
  GHashTable *sums;     /* the entries that add up, as a set, or NULL */
};

BzgTruth *
bzg_truth_new (const BzgTables *tables)
{
  BzgTruth *self = g_new0 (BzgTruth, 1);

  self->n_dims = bzg_tables_n_dimensions (tables);
  self->entries = g_ptr_array_new_with_free_func (g_free);
  self->measures = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  return self;
}

void
bzg_truth_free (BzgTruth *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->sums, g_hash_table_unref);
  g_hash_table_unref (self->measures);
  g_ptr_array_unref (self->entries);
  g_free (self);
}

static BzgTruthEntry *
entry_new (
  const BzgTruth *self, const char *measure, const guint *atoms, gint64 n, guint contributor)
{
  BzgTruthEntry *entry = g_malloc0 (sizeof *entry + self->n_dims * sizeof *atoms);

  entry->measure = g_intern_string (measure);
  entry->n = n;
  entry->contributor = contributor;
  entry->n_dims = self->n_dims;
  memcpy (entry->atoms, atoms, self->n_dims * sizeof *atoms);
  return entry;
}

static void
add_entry (BzgTruth *self, BzgTruthEntry *entry)
{
  GPtrArray *same = g_hash_table_lookup (self->measures, entry->measure);

  if (same == NULL)
    {
      same = g_ptr_array_new ();
      g_hash_table_insert (self->measures, (gpointer) entry->measure, same);
    }
  g_ptr_array_add (same, entry);
  g_ptr_array_add (self->entries, entry);
}

void
bzg_truth_add (BzgTruth *self, const char *measure, const guint *atoms, gint64 n, guint contributor)
{
  add_entry (self, entry_new (self, measure, atoms, n, contributor));
}

static guint
hash_entry (gconstpointer data)
{
  const BzgTruthEntry *entry = data;
  guint hash = g_direct_hash (entry->measure) ^ entry->contributor;

  for (guint d = 0; d < entry->n_dims; d++)
    hash = (hash ^ entry->atoms[d]) * 16777619u;
  return hash;
}

static gboolean
equal_entries (gconstpointer a, gconstpointer b)
{
  const BzgTruthEntry *x = a, *y = b;

  return x->measure == y->measure && x->contributor == y->contributor
         && memcmp (x->atoms, y->atoms, x->n_dims * sizeof *x->atoms) == 0;
}

void
bzg_truth_add_up (
  BzgTruth *self, const char *measure, const guint *atoms, gint64 n, guint contributor)
{
  BzgTruthEntry *entry = entry_new (self, measure, atoms, n, contributor);
  BzgTruthEntry *old;

  if (self->sums == NULL)
    self->sums = g_hash_table_new (hash_entry, equal_entries);
  old = g_hash_table_lookup (self->sums, entry);
  if (old != NULL)
    {
      old->n += n;
      g_free (entry);
      return;
    }
  g_hash_table_add (self->sums, entry);
  add_entry (self, entry);
}

guint
bzg_truth_n_entries (const BzgTruth *self)
{
  return self->entries->len;
}

const BzgTruthEntry *
bzg_truth_entry (const BzgTruth *self, guint entry)
{
  g_return_val_if_fail (entry < self->entries->len, NULL);
  return g_ptr_array_index (self->entries, entry);
}

const GPtrArray *
bzg_truth_of_measure (const BzgTruth *self, const char *measure)
{
  static const GPtrArray none = { NULL, 0 };
  const GPtrArray *entries = g_hash_table_lookup (self->measures, g_intern_string (measure));

  return entries != NULL ? entries : &none;
}

/* --- adding up ------------------------------------------------------------------------------- */

void
bzg_truth_adder_begin (BzgTruthAdder *self, gboolean money)
{
  *self = (BzgTruthAdder){ .money = money };
}

static void
add_contribution (BzgTruthSum *sum, gint64 n)
{
  if (n > sum->largest)
    {
      sum->second = sum->largest;
      sum->largest = n;
    }
  else if (n > sum->second)
    sum->second = n;
}

void
bzg_truth_adder_add (BzgTruthAdder *self, const BzgTruthEntry *entry)
{
  gint64 *own;

  if (entry->n <= 0)
    return;
  self->sum.value += entry->n;
  /* Without a number every unit is somebody else; an amount is one person's. */
  if (entry->contributor == 0)
    {
      self->sum.contributors += self->money ? 1 : (guint) entry->n;
      if (self->money)
        add_contribution (&self->sum, entry->n);
      return;
    }
  if (self->people == NULL)
    self->people = g_hash_table_new_full (NULL, NULL, NULL, self->money ? g_free : NULL);
  if (!self->money)
    {
      if (g_hash_table_size (self->people) < BZG_SUM_ENOUGH)
        g_hash_table_add (self->people, GUINT_TO_POINTER (entry->contributor));
      return;
    }
  own = g_hash_table_lookup (self->people, GUINT_TO_POINTER (entry->contributor));
  if (own == NULL)
    {
      own = g_new0 (gint64, 1);
      g_hash_table_insert (self->people, GUINT_TO_POINTER (entry->contributor), own);
    }
  *own += entry->n;
}

BzgTruthSum
bzg_truth_adder_end (BzgTruthAdder *self)
{
  BzgTruthSum sum = self->sum;
  GHashTableIter iter;
  gpointer own;

  if (self->people == NULL)
    return sum;
  sum.contributors += g_hash_table_size (self->people);
  if (self->money)
    {
      g_hash_table_iter_init (&iter, self->people);
      while (g_hash_table_iter_next (&iter, NULL, &own))
        add_contribution (&sum, *(gint64 *) own);
    }
  g_clear_pointer (&self->people, g_hash_table_unref);
  return sum;
}

BzgTruthSum
bzg_truth_cell (const BzgTruth *self,
                const BzgTables *tables,
                const BzgTable *table,
                const guint *key)
{
  const GPtrArray *entries = bzg_truth_of_measure (self, table->measure);
  BzgTruthAdder adder;

  bzg_truth_adder_begin (&adder, _bzg_measure_is_money (tables, table->measure));
  for (guint e = 0; e < entries->len; e++)
    {
      const BzgTruthEntry *entry = g_ptr_array_index (entries, e);
      gboolean in = TRUE;

      for (guint d = 0; in && d < table->n_dims; d++)
        in = bzg_tables_code_has (tables, table->dims[d], key[d], entry->atoms[table->dims[d]]);
      for (guint f = 0; in && f < table->n_fixed; f++)
        in = bzg_tables_code_has (tables, table->fixed[f].dimension, table->fixed[f].code,
                                  entry->atoms[table->fixed[f].dimension]);
      if (in)
        bzg_truth_adder_add (&adder, entry);
    }
  return bzg_truth_adder_end (&adder);
}
