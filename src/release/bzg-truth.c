/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-truth.h"

#include "release/bzg-tables-private.h"

#include <string.h>

struct _BzgTruth
{
  guint n_dims;
  GPtrArray *entries;   /* BzgTruthEntry */
  GHashTable *kinds;    /* first BzgTruthEntry of a kind -> BzgTruthKind */
  GHashTable *measures; /* interned name -> GPtrArray of its kinds */
  GHashTable *sums;     /* the entries that add up, as a set, or NULL */
};

/* --- entries --------------------------------------------------------------------------------- */

static guint
hash_kind (gconstpointer data)
{
  const BzgTruthEntry *entry = data;
  guint hash = g_direct_hash (entry->measure);

  for (guint d = 0; d < entry->n_dims; d++)
    hash = (hash ^ entry->atoms[d]) * 16777619u;
  return hash;
}

static gboolean
equal_kinds (gconstpointer a, gconstpointer b)
{
  const BzgTruthEntry *x = a, *y = b;

  return x->measure == y->measure && memcmp (x->atoms, y->atoms, x->n_dims * sizeof *x->atoms) == 0;
}

static guint
hash_entry (gconstpointer data)
{
  return hash_kind (data) ^ ((const BzgTruthEntry *) data)->contributor;
}

static gboolean
equal_entries (gconstpointer a, gconstpointer b)
{
  return ((const BzgTruthEntry *) a)->contributor == ((const BzgTruthEntry *) b)->contributor
         && equal_kinds (a, b);
}

static void
kind_free (gpointer data)
{
  g_ptr_array_unref (((BzgTruthKind *) data)->entries);
  g_free (data);
}

BzgTruth *
bzg_truth_new (const BzgTables *tables)
{
  BzgTruth *self = g_new0 (BzgTruth, 1);

  self->n_dims = bzg_tables_n_dimensions (tables);
  self->entries = g_ptr_array_new_with_free_func (g_free);
  self->kinds = g_hash_table_new_full (hash_kind, equal_kinds, NULL, kind_free);
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
  g_hash_table_unref (self->kinds);
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

static BzgTruthKind *
kind_of (BzgTruth *self, const BzgTruthEntry *entry)
{
  BzgTruthKind *kind = g_hash_table_lookup (self->kinds, entry);
  GPtrArray *same;

  if (kind != NULL)
    return kind;
  kind = g_new0 (BzgTruthKind, 1);
  kind->atoms = entry->atoms;
  kind->entries = g_ptr_array_new ();
  g_hash_table_insert (self->kinds, (gpointer) entry, kind);
  same = g_hash_table_lookup (self->measures, entry->measure);
  if (same == NULL)
    {
      same = g_ptr_array_new ();
      g_hash_table_insert (self->measures, (gpointer) entry->measure, same);
    }
  g_ptr_array_add (same, kind);
  return kind;
}

static void
add_units (BzgTruth *self, const BzgTruthEntry *entry, gint64 n)
{
  BzgTruthKind *kind = kind_of (self, entry);

  kind->n += n;
  if (entry->contributor == 0)
    kind->alone += (guint) n;
}

static void
add_entry (BzgTruth *self, BzgTruthEntry *entry)
{
  add_units (self, entry, entry->n);
  g_ptr_array_add (kind_of (self, entry)->entries, entry);
  g_ptr_array_add (self->entries, entry);
}

void
bzg_truth_add (BzgTruth *self, const char *measure, const guint *atoms, gint64 n, guint contributor)
{
  add_entry (self, entry_new (self, measure, atoms, n, contributor));
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
      add_units (self, old, n);
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
bzg_truth_kinds (const BzgTruth *self, const char *measure)
{
  static const GPtrArray none = { NULL, 0 };
  const GPtrArray *kinds = g_hash_table_lookup (self->measures, g_intern_string (measure));

  return kinds != NULL ? kinds : &none;
}

/* --- adding up ------------------------------------------------------------------------------- */

void
bzg_truth_adder_begin (BzgTruthAdder *self, gboolean money)
{
  *self = (BzgTruthAdder){ .money = money };
  self->people = g_hash_table_new_full (NULL, NULL, NULL, money ? g_free : NULL);
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

/* The number of a kind is known; only who they are must be asked, and of an amount how much each
 * has. */
static void
add_contributor (BzgTruthAdder *self, const BzgTruthEntry *entry)
{
  gpointer who = GUINT_TO_POINTER (entry->contributor);
  gint64 *own;

  if (!self->money)
    {
      g_hash_table_add (self->people, who);
      return;
    }
  own = g_hash_table_lookup (self->people, who);
  if (own == NULL)
    g_hash_table_insert (self->people, who, own = g_new0 (gint64, 1));
  *own += entry->n;
}

void
bzg_truth_adder_add (BzgTruthAdder *self, const BzgTruthKind *kind)
{
  self->sum.value += kind->n;
  if (!self->money)
    self->sum.contributors += kind->alone;
  for (guint i = 0; i < kind->entries->len; i++)
    {
      const BzgTruthEntry *entry = g_ptr_array_index (kind->entries, i);

      if (!self->money && g_hash_table_size (self->people) >= BZG_SUM_ENOUGH)
        return;
      if (entry->n <= 0 || (self->forgets_wrong && entry->contributor == BZG_TRUTH_WRONG))
        continue;
      if (entry->contributor != 0 && entry->contributor != BZG_TRUTH_WRONG)
        add_contributor (self, entry);
      else if (self->money)
        {
          /* An amount without a number is one person's. */
          self->sum.contributors++;
          add_contribution (&self->sum, entry->n);
        }
    }
}

BzgTruthSum
bzg_truth_adder_end (BzgTruthAdder *self)
{
  BzgTruthSum sum = self->sum;
  GHashTableIter iter;
  gpointer own;

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
  const GPtrArray *kinds = bzg_truth_kinds (self, table->measure);
  BzgTruthAdder adder;

  bzg_truth_adder_begin (&adder, _bzg_measure_is_money (tables, table->measure));
  for (guint i = 0; i < kinds->len; i++)
    {
      const BzgTruthKind *kind = g_ptr_array_index (kinds, i);
      gboolean in = TRUE;

      for (guint d = 0; in && d < table->n_dims; d++)
        in = bzg_tables_code_has (tables, table->dims[d], key[d], kind->atoms[table->dims[d]]);
      for (guint f = 0; in && f < table->n_fixed; f++)
        in = bzg_tables_code_has (tables, table->fixed[f].dimension, table->fixed[f].code,
                                  kind->atoms[table->fixed[f].dimension]);
      if (in)
        bzg_truth_adder_add (&adder, kind);
    }
  return bzg_truth_adder_end (&adder);
}
