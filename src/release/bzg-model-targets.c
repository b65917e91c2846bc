/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-model-builder-private.h"

#include "base/bzg-error.h"

#include <math.h>
#include <string.h>

#define MAX_TARGETS 400000

/*
 * The protected family: every cell, printed or not, of the shape of a published table, for every
 * elementary period and every class that is left over between published ones.
 */

/* One candidate in one dimension: a code, or a leftover class of atoms. */
typedef struct
{
  int code;          /* -1: leftover */
  gboolean revision; /* whom a correction put in or took out */
  guint8 *atoms;
  char *name;
} Choice;

static void
choice_clear (gpointer data)
{
  Choice *choice = data;

  g_free (choice->atoms);
  g_free (choice->name);
}

/* White space and other separators in ids would break the lines of the report. */
static char *
key_name (const char *id)
{
  return g_uri_escape_string (id, "-._~:/+()", TRUE);
}

static void
add_choice (GArray *choices, const BzgTables *tables, guint dim, int code, const guint8 *atoms)
{
  guint n = bzg_tables_n_atoms (tables, dim);
  Choice choice = { .code = code };

  for (guint i = 0; i < choices->len; i++)
    if (memcmp (g_array_index (choices, Choice, i).atoms, atoms, n) == 0)
      return;
  choice.atoms = g_memdup2 (atoms, n + 1);
  if (code >= 0)
    choice.name = key_name (bzg_tables_code (tables, dim, (guint) code));
  else
    {
      GString *name = g_string_new (NULL);

      for (guint atom = 0; atom < n; atom++)
        if (atoms[atom])
          {
            g_autofree char *one = key_name (bzg_tables_code (tables, dim, atom));

            if (name->len > 0)
              g_string_append_c (name, '+');
            g_string_append (name, one);
          }
      choice.name = g_string_free (name, FALSE);
    }
  g_array_append_val (choices, choice);
}

static void
add_code_choice (GArray *choices, const BzgTables *tables, guint dim, guint code)
{
  guint n = bzg_tables_n_atoms (tables, dim);
  g_autofree guint8 *atoms = g_malloc0 (n + 1);

  for (guint atom = 0; atom < n; atom++)
    atoms[atom] = bzg_tables_code_has (tables, dim, code, atom);
  add_choice (choices, tables, dim, (int) code, atoms);
}

/* A class that has a name of its own is called by it. */
static void
add_class_choice (GArray *choices, const BzgTables *tables, const Partition *partition, guint class)
{
  guint dim = partition->dim, n = bzg_tables_n_atoms (tables, dim);
  g_autofree guint8 *atoms = g_malloc0 (n + 1);
  int code = -1;

  for (guint atom = 0; atom < n; atom++)
    atoms[atom] = partition->class_of[atom] == class;
  for (guint c = 0; code < 0 && c < bzg_tables_n_codes (tables, dim); c++)
    {
      gboolean same = TRUE;

      for (guint atom = 0; same && atom < n; atom++)
        same = bzg_tables_code_has (tables, dim, c, atom) == (atoms[atom] != 0);
      if (same)
        code = (int) c;
    }
  add_choice (choices, tables, dim, code, atoms);
}

static void
add_class_choices (GArray *choices, const BzgTables *tables, const Partition *partition)
{
  for (guint class = 0; class < partition->n_classes; class ++)
    add_class_choice (choices, tables, partition, class);
}

static gboolean
same_dimensions (const BzgTable *a, const BzgTable *b)
{
  if (a->n_dims != b->n_dims || strcmp (a->measure, b->measure) != 0)
    return FALSE;
  for (guint i = 0; i < a->n_dims; i++)
    {
      gboolean found = FALSE;

      for (guint j = 0; !found && j < b->n_dims; j++)
        found = a->dims[i] == b->dims[j];
      if (!found)
        return FALSE;
    }
  return TRUE;
}

/* All that a reader may be able to work out in dimension @dim of @table: the codes of the table,
 * the classes left over between them, and those left over between this table and others of the same
 * dimensions whose classes lie across. */
static GArray *
choices_in (Builder *b, const BzgTable *table, guint dim, guint position)
{
  GArray *choices = g_array_new (FALSE, FALSE, sizeof (Choice));
  Partition *own = _bzg_partition_of_table (b->tables, table, dim);

  g_array_set_clear_func (choices, choice_clear);
  for (guint c = 0; c < table->n_cells; c++)
    {
      guint code = table->cells[c].key[position];
      gboolean known = FALSE;

      for (guint i = 0; !known && i < choices->len; i++)
        known = g_array_index (choices, Choice, i).code == (int) code;
      if (!known)
        add_code_choice (choices, b->tables, dim, code);
    }
  add_class_choices (choices, b->tables, own);
  FOR_EACH_TABLE (b->tables, r, t)
  {
    const BzgTable *other = _bzg_table_at (b->tables, r, t);
    Partition *theirs, *both;

    if (other == table || !same_dimensions (table, other))
      continue;
    theirs = _bzg_partition_of_table (b->tables, other, dim);
    if (!_bzg_partition_refines (b->tables, own, theirs)
        && !_bzg_partition_refines (b->tables, theirs, own))
      {
        both = _bzg_partition_join (b->tables, own, theirs);
        add_class_choices (choices, b->tables, both);
        _bzg_partition_free (both);
      }
    _bzg_partition_free (theirs);
  }
  _bzg_partition_free (own);
  return choices;
}

/* The codes to which tables of a measure are held in a dimension. */
static GArray *
held_codes (const Builder *b, const char *measure, guint dim)
{
  GArray *codes = g_array_new (FALSE, FALSE, sizeof (guint));

  FOR_EACH_TABLE (b->tables, r, t)
  {
    const BzgTable *other = _bzg_table_at (b->tables, r, t);
    gboolean known = strcmp (other->measure, measure) != 0;
    guint code = 0;

    for (guint f = 0; !known && f < other->n_fixed; f++)
      if (other->fixed[f].dimension == dim)
        code = other->fixed[f].code;
    for (guint i = 0; !known && i < codes->len; i++)
      known = g_array_index (codes, guint, i) == code;
    if (!known)
      g_array_append_val (codes, code);
  }
  return codes;
}

/* Two editions of a release, by the codes to which they hold a measure. */
typedef struct
{
  guint old, new;
  gboolean next; /* nothing lies between the two */
} Editions;

static GArray *
find_editions (const Builder *b, const Measure *measure, guint dim)
{
  GArray *all = g_array_new (FALSE, FALSE, sizeof (Editions));

  for (guint r = 0; r < bzg_tables_n_releases (b->tables); r++)
    for (int old = bzg_tables_superseded (b->tables, r); old >= 0;
         old = bzg_tables_superseded (b->tables, (guint) old))
      {
        Editions pair = { .next = old == bzg_tables_superseded (b->tables, r) };
        guint of[2];

        if (_bzg_time_in_release (b, (guint) old, measure, &of[0], &pair.old)
            && _bzg_time_in_release (b, r, measure, &of[1], &pair.new) && of[0] == dim
            && of[1] == dim)
          g_array_append_val (all, pair);
      }
  return all;
}

static gboolean
keep_revised (const guint8 *revised, guint n, guint8 *atoms)
{
  gboolean some = FALSE;

  for (guint atom = 0; atom < n; atom++)
    {
      atoms[atom] &= revised[atom];
      some |= atoms[atom];
    }
  return some;
}

/* What two releases have in common, and what the one has that the other has not: a reader gets
 * these by adding and subtracting, whatever other releases lie across them. And of the difference
 * what is there by corrections only. */
static void
add_pairs (GArray *choices, Builder *b, const char *measure, guint dim)
{
  guint n = bzg_tables_n_atoms (b->tables, dim);
  g_autoptr (GArray) codes = held_codes (b, measure, dim);
  const guint8 *revised = _bzg_tables_revised (b->tables, dim);
  g_autofree guint8 *atoms = g_malloc0 (n + 1);

  for (guint i = 0; i < codes->len; i++)
    for (guint k = 0; k < codes->len; k++)
      {
        guint x = g_array_index (codes, guint, i), y = g_array_index (codes, guint, k);

        for (guint common = i < k ? 0 : 1; i != k && common < 2; common++)
          {
            gboolean some = FALSE;

            for (guint atom = 0; atom < n; atom++)
              {
                gboolean in = bzg_tables_code_has (b->tables, dim, y, atom);

                /* In both once a pair; in the one and not in the other each way. */
                atoms[atom]
                  = bzg_tables_code_has (b->tables, dim, x, atom) && (common == 0 ? in : !in);
                some |= atoms[atom];
              }
            if (some)
              add_choice (choices, b->tables, dim, -1, atoms);
            if (some && common == 1 && revised != NULL && keep_revised (revised, n, atoms))
              add_choice (choices, b->tables, dim, -1, atoms);
          }
      }
}

/* What a correction did to a class of time. */
typedef enum
{
  NOTHING,
  REVISED,   /* all of them were put in, or taken out */
  UNTOUCHED, /* none of them */
} Revision;

/* A reader has a release before and after its correction. Those who are in both are no number that
 * anybody can ask for; those whom it put in or took out are a group like any other, whatever other
 * releases lie across them. */
static Revision
revision_of (const Builder *b, const GArray *editions, guint dim, const guint8 *atoms)
{
  const guint8 *revised = _bzg_tables_revised (b->tables, dim);
  Revision found = revised != NULL ? REVISED : NOTHING;

  for (guint atom = 0; revised != NULL && atom < bzg_tables_n_atoms (b->tables, dim); atom++)
    if (atoms[atom] && !revised[atom])
      found = NOTHING;
  for (guint i = 0; i < editions->len; i++)
    {
      const Editions *pair = &g_array_index (editions, Editions, i);
      gboolean put_in = TRUE, taken_out = TRUE, both = FALSE, one = FALSE;

      for (guint atom = 0; atom < bzg_tables_n_atoms (b->tables, dim); atom++)
        {
          gboolean in_old, in_new;

          if (!atoms[atom])
            continue;
          in_old = bzg_tables_code_has (b->tables, dim, pair->old, atom);
          in_new = bzg_tables_code_has (b->tables, dim, pair->new, atom);
          put_in &= in_new && !in_old;
          taken_out &= in_old && !in_new;
          both |= in_old && in_new;
          one |= in_old != in_new;
        }
      if (pair->next && both && !one)
        return UNTOUCHED;
      if (put_in || taken_out)
        found = REVISED;
    }
  return found;
}

#define ALL_EDITIONS G_MAXUINT

/* TRUE if @release was the newest edition of its report when @last was the last release. */
static gboolean
stood_at (const Builder *b, guint release, guint last)
{
  if (last == ALL_EDITIONS)
    return TRUE;
  for (guint r = release + 1; r <= last; r++)
    if (bzg_tables_superseded (b->tables, r) == (int) release)
      return FALSE;
  return release <= last;
}

/* The elementary classes of time that tables of a measure cover, as they stood at @last. */
static void
add_elementary (GArray *choices, Builder *b, const char *measure, guint dim, guint last)
{
  guint n = bzg_tables_n_atoms (b->tables, dim);
  Partition *classes = _bzg_partition_new (b->tables, dim);
  g_autofree guint8 *covered = g_malloc0 (n + 1);
  g_autofree gboolean *some = NULL;

  FOR_EACH_TABLE (b->tables, r, t)
  {
    const BzgTable *table = _bzg_table_at (b->tables, r, t);

    if (strcmp (table->measure, measure) != 0 || !stood_at (b, r, last))
      continue;
    for (guint f = 0; f < table->n_fixed; f++)
      if (table->fixed[f].dimension == dim)
        {
          _bzg_partition_split (classes, b->tables, table->fixed[f].code);
          for (guint atom = 0; atom < n; atom++)
            covered[atom] |= bzg_tables_code_has (b->tables, dim, table->fixed[f].code, atom);
        }
  }
  some = g_new0 (gboolean, classes->n_classes + 1);
  for (guint atom = 0; atom < n; atom++)
    some[classes->class_of[atom]] |= covered[atom];
  for (guint class = 0; class < classes->n_classes; class ++)
    if (some[class])
      add_class_choice (choices, b->tables, classes, class);
  _bzg_partition_free (classes);
}

/* Between the reports as they stood at each moment from before the first correction on: with those
 * whom it put in or took out. */
static void
add_standing (GArray *choices, Builder *b, const char *measure, guint dim)
{
  guint n = bzg_tables_n_releases (b->tables), first = 0;

  while (first < n && bzg_tables_superseded (b->tables, first) < 0)
    first++;
  for (guint last = MAX (first, 1) - 1; first < n && last < n; last++)
    add_elementary (choices, b, measure, dim, last);
}

/* A dimension to which tables are held (the period): the table's own code, every elementary class
 * that some table of this measure covers, and what pairs of releases have and have not in common.
 */
static GArray *
choices_fixed (Builder *b, const BzgTable *table, const BzgFixed *fixed)
{
  GArray *choices = g_array_new (FALSE, FALSE, sizeof (Choice));
  g_autoptr (GArray) editions = NULL;

  g_array_set_clear_func (choices, choice_clear);
  add_code_choice (choices, b->tables, fixed->dimension, fixed->code);
  if (!_bzg_is_time (b->tables, fixed->dimension))
    return choices;
  add_pairs (choices, b, table->measure, fixed->dimension);
  add_standing (choices, b, table->measure, fixed->dimension);
  add_elementary (choices, b, table->measure, fixed->dimension, ALL_EDITIONS);
  editions = find_editions (b, _bzg_find_measure (b, table->measure), fixed->dimension);
  for (guint i = choices->len; editions->len > 0 && i > 0; i--)
    {
      Choice *choice = &g_array_index (choices, Choice, i - 1);
      Revision revision = revision_of (b, editions, fixed->dimension, choice->atoms);

      choice->revision = revision == REVISED;
      if (revision == UNTOUCHED && i > 1) /* the first is the table's own */
        g_array_remove_index (choices, i - 1);
    }
  return choices;
}

static void
fill_truth_of_target (const BzgTruth *truth,
                      const char *measure,
                      const Want *wants,
                      guint n_wants,
                      gboolean revision,
                      BzgModelTarget *target)
{
  const GPtrArray *kinds = bzg_truth_kinds (truth, measure);
  BzgTruthAdder adder;

  bzg_truth_adder_begin (&adder, target->money);
  adder.forgets_wrong = revision;
  for (guint k = 0; k < kinds->len; k++)
    {
      const BzgTruthKind *kind = g_ptr_array_index (kinds, k);
      gboolean in = TRUE;

      for (guint w = 0; in && w < n_wants; w++)
        in = wants[w].atoms[kind->atoms[wants[w].dim]];
      if (in)
        bzg_truth_adder_add (&adder, kind);
    }
  target->sum = bzg_truth_adder_end (&adder);
}

/* TRUE if @want is the very time to which @table is held. */
static gboolean
is_own_time (const Builder *b, const BzgTable *table, const Want *want)
{
  for (guint f = 0; f < table->n_fixed; f++)
    if (table->fixed[f].dimension == want->dim)
      {
        for (guint atom = 0; atom < bzg_tables_n_atoms (b->tables, want->dim); atom++)
          if (bzg_tables_code_has (b->tables, want->dim, table->fixed[f].code, atom)
              != (want->atoms[atom] != 0))
            return FALSE;
        return TRUE;
      }
  return FALSE;
}

/* TRUE if the number of the people of an amount is published, as withheld: not so in a correction
 * where that number stands as it was printed. Where people have a time
 * of their own, only the number of the same release is compared; and of the same funds: those who
 * were visited, whoever paid, are not those whom one fund helped. */
static gboolean
count_is_withheld (
  Builder *b, guint release, const BzgTable *table, const Want *wants, guint n_wants)
{
  Measure *money = _bzg_find_measure (b, table->measure);
  Measure *count = _bzg_find_measure (b, "count");
  const Component *component = g_ptr_array_index (b->components, money->component);
  g_autofree Want *same = g_memdup2 (wants, n_wants * sizeof *wants);
  g_autofree guint8 *atoms = NULL;
  const BzgModelCell *cell;
  const BzgTable *own;
  const Clique *clique;
  BzgVector vector;
  gpointer found;

  if (count == NULL || count->component != money->component)
    return FALSE;
  for (guint w = 0; w < n_wants; w++)
    if (_bzg_is_time (b->tables, wants[w].dim) && !count->uses[wants[w].dim])
      {
        guint code, n;

        if (!is_own_time (b, table, &wants[w])
            || !_bzg_time_in_release (b, release, count, &same[w].dim, &code)
            || strcmp (_bzg_time_scope (b->tables, wants[w].dim),
                       _bzg_time_scope (b->tables, same[w].dim))
                 != 0)
          return FALSE;
        n = bzg_tables_n_atoms (b->tables, same[w].dim);
        g_free (atoms);
        atoms = g_malloc0 (n + 1);
        for (guint atom = 0; atom < n; atom++)
          atoms[atom] = bzg_tables_code_has (b->tables, same[w].dim, code, atom);
        same[w].atoms = atoms;
      }
  clique
    = _bzg_find_clique (count,
                        _bzg_vertices_of_measure (component, count,
                                                  _bzg_vertices_of_table (b, component, table)));
  if (clique == NULL)
    return FALSE;
  vector = _bzg_clique_vector (b, clique, same, n_wants);
  found = g_hash_table_lookup (b->cell_index, &vector);
  g_free (vector.vars);
  if (found == NULL)
    return FALSE;
  cell = &g_array_index (b->model->cells, BzgModelCell, GPOINTER_TO_UINT (found) - 1);
  own = _bzg_table_at (b->tables, cell->release, cell->table);
  return cell->lo < cell->hi
         && bzg_tables_printed_before (b->tables, cell->release, own, own->cells[cell->cell].key,
                                       NULL)
              == NULL;
}

/* Events add up: what lies between two releases is the number of a period that was not printed. */
static gboolean
adds_up_over_time (const Builder *b, const BzgTable *table)
{
  for (guint f = 0; f < table->n_fixed; f++)
    if (_bzg_is_time (b->tables, table->fixed[f].dimension))
      return g_str_has_prefix (bzg_tables_dimension (b->tables, table->fixed[f].dimension),
                               "period");
  return TRUE;
}

gboolean
_bzg_add_targets_of (Builder *b, const BzgTruth *truth, guint release, guint index, GError **error)
{
  const BzgTable *table = _bzg_table_at (b->tables, release, index);
  Measure *measure = _bzg_find_measure (b, table->measure);
  const Component *component = g_ptr_array_index (b->components, measure->component);
  const Clique *clique = _bzg_find_clique (measure, _bzg_vertices_of_table (b, component, table));
  guint n = table->n_dims + table->n_fixed;
  g_autoptr (GPtrArray) choices = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  g_autofree guint *at = g_new0 (guint, n + 1);
  g_autofree Want *wants = g_new0 (Want, n + 1);
  guint64 total = 1;

  for (guint i = 0; i < n; i++)
    {
      GArray *list = i < table->n_dims ? choices_in (b, table, table->dims[i], i)
                                       : choices_fixed (b, table, &table->fixed[i - table->n_dims]);

      g_ptr_array_add (choices, list);
      total = MIN (total * list->len, (guint64) MAX_TARGETS * 2);
      wants[i].dim = i < table->n_dims ? table->dims[i] : table->fixed[i - table->n_dims].dimension;
    }
  if (total + b->model->targets->len > MAX_TARGETS)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED, "tables: too many cells to check");
      return FALSE;
    }
  for (guint64 k = 0; k < total; k++)
    {
      BzgModelTarget target = { .release = release, .table = index, .sum.value = -1 };
      gboolean other_period = FALSE, revision = FALSE;
      gpointer found;

      for (guint i = 0; i < n; i++)
        {
          const Choice *choice
            = &g_array_index ((GArray *) g_ptr_array_index (choices, i), Choice, at[i]);

          wants[i].atoms = choice->atoms;
          revision |= choice->revision;
          if (i >= table->n_dims && choice->code != (int) table->fixed[i - table->n_dims].code)
            other_period = TRUE;
        }
      target.vector = _bzg_clique_vector (b, clique, wants, n);
      /* What a correction adds or takes is a group like any other. */
      target.between = other_period && !revision && !adds_up_over_time (b, table);
      found = g_hash_table_lookup (b->target_index, &target.vector);
      if (found != NULL)
        {
          /* To one report it lies between others, to one of those it is a group of its own. */
          g_array_index (b->model->targets, BzgModelTarget, GPOINTER_TO_UINT (found) - 1).between
            &= target.between;
          g_free (target.vector.vars);
        }
      else
        {
          GString *key = g_string_new (NULL);
          BzgVector *copy = g_new0 (BzgVector, 1);

          for (guint i = 0; i < n; i++)
            {
              const Choice *choice
                = &g_array_index ((GArray *) g_ptr_array_index (choices, i), Choice, at[i]);

              if (i < table->n_dims)
                g_string_append_printf (key, "%s%s", i > 0 ? "," : "", choice->name);
              else if (other_period && choice->code != (int) table->fixed[i - table->n_dims].code)
                g_string_append_printf (key, "@%s", choice->name);
            }
          target.key = g_string_free (key, key->len == 0);
          if (target.key == NULL)
            target.key = g_strdup ("-");
          target.money = measure->money;
          found = g_hash_table_lookup (b->cell_index, &target.vector);
          if (found != NULL)
            {
              const BzgModelCell *cell
                = &g_array_index (b->model->cells, BzgModelCell, GPOINTER_TO_UINT (found) - 1);

              target.published = TRUE;
              target.between = FALSE;
              target.withheld = cell->lo < cell->hi;
            }
          if (measure->money)
            target.count_withheld = count_is_withheld (b, release, table, wants, n);
          if (truth != NULL)
            fill_truth_of_target (truth, table->measure, wants, n, revision, &target);
          g_array_append_val (b->model->targets, target);
          copy->n = target.vector.n;
          copy->vars = target.vector.vars;
          g_hash_table_insert (b->target_index, copy, GUINT_TO_POINTER (b->model->targets->len));
        }
      for (guint i = n; i > 0; i--)
        {
          if (++at[i - 1] < ((GArray *) g_ptr_array_index (choices, i - 1))->len)
            break;
          at[i - 1] = 0;
        }
    }
  return TRUE;
}
