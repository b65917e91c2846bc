/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-joint-private.h"

#include "base/bzg-error.h"
#include "release/bzg-tables-private.h"

#include <string.h>

#define MAX_DIMS (BZG_COUNT_DIMS + 6) /* and those of time */

/* A dimension of time, one for each nature of measures. */
typedef struct
{
  BzgTime time;
  gboolean any_fund;
  const char *id;
  GArray *sets;     /* BzgJointSet, an atom each */
  GPtrArray *names; /* of the atoms */
} TimeDim;

/* Somebody or something counted, in all releases of a group. Who or what it is, is said by person,
 * record, all classes and the number: a person stands once in every class of "people by service",
 * workers of a business once for each sex, an amount that was put right as two. */
typedef struct
{
  const char *measure; /* interned */
  BzgId person, record;
  gint64 n;
  guint64 mask;
  const TimeDim *time;
  guint group;
  gboolean is_wrong;       /* an amount that was put right */
  guint16 atoms[MAX_DIMS]; /* one for each dimension of the joint tables; of time and behind the
                              last: 0 */
} Unit;

/* A row of a release on its way among the units. */
typedef struct
{
  struct _Builder *builder;
  guint release;
  guint dims[BZG_COUNT_DIMS];        /* of the joint tables, for those of the release */
  GHashTable *atoms[BZG_COUNT_DIMS]; /* interned name -> atom + 1 */
  Unit empty;                        /* what a unit is of which nothing is said */
} Entrance;

typedef struct _Builder
{
  GPtrArray *releases;  /* const BzgFrozen *, the fresh one last */
  gboolean for_proof;   /* only what the others do not tell */
  GHashTable *measures; /* name -> const BzgFrozenMeasure */
  BzgJointLayout *layout;
  GPtrArray *times; /* TimeDim */
  BzgJoint *out;
  GHashTable *units;  /* Unit, by what it is */
  GHashTable *people; /* pseudonym -> contributor number */
  GPtrArray *order;   /* Unit, owned, as they came */
} Builder;

static void
time_dim_free (gpointer data)
{
  TimeDim *self = data;

  g_clear_pointer (&self->sets, g_array_unref);
  g_ptr_array_unref (self->names);
  g_free (self);
}

void
_bzg_joint_free (BzgJoint *self)
{
  if (self == NULL)
    return;
  bzg_tables_free (self->tables);
  bzg_truth_free (self->truth);
  g_free (self);
}

static const BzgFrozen *
release_at (const Builder *b, guint release)
{
  return g_ptr_array_index (b->releases, release);
}

static const BzgFrozenMeasure *
find_measure (const Builder *b, const char *name)
{
  return g_hash_table_lookup (b->measures, name);
}

static gboolean
has_measure (const BzgFrozen *release, const char *name)
{
  for (guint m = 0; m < release->measures->len; m++)
    if (g_array_index (release->measures, BzgFrozenMeasure, m).name == name)
      return TRUE;
  return FALSE;
}

static gboolean
contradiction (GError **error)
{
  g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_LEDGER,
               "the figures of two releases contradict each other");
  return FALSE;
}

/* A measure is of one nature in all releases. */
static gboolean
collect_measures (Builder *b, GError **error)
{
  for (guint r = 0; r < b->releases->len; r++)
    for (guint m = 0; m < release_at (b, r)->measures->len; m++)
      {
        const BzgFrozenMeasure *measure
          = &g_array_index (release_at (b, r)->measures, BzgFrozenMeasure, m);
        const BzgFrozenMeasure *known = find_measure (b, measure->name);

        if (known == NULL)
          g_hash_table_insert (b->measures, (gpointer) measure->name, (gpointer) measure);
        else if (known->time != measure->time || known->any_fund != measure->any_fund)
          return contradiction (error);
      }
  return TRUE;
}

/* Editions of one report, and others that look equally far. */
static gboolean
same_scope (const BzgFrozen *a, const BzgFrozen *b)
{
  return bzg_date_compare (a->period.first, b->period.first) == 0
         && bzg_date_compare (a->period.last, b->period.last) == 0
         && g_strcmp0 (a->fund, b->fund) == 0;
}

/* What a person has first or last, in the classes of a table of people, is not the same in a
 * quarter and in the year, and how the two hang together is more than this model says. */
static gboolean
check_varying (const Builder *b, GError **error)
{
  for (guint r = 0; r < b->releases->len; r++)
    for (guint k = 0; k < b->releases->len; k++)
      for (guint m = 0; m < release_at (b, r)->measures->len; m++)
        {
          const BzgFrozenMeasure *measure
            = &g_array_index (release_at (b, r)->measures, BzgFrozenMeasure, m);

          if (k == r || b->layout->group[k] != b->layout->group[r] || measure->varies == NULL
              || same_scope (release_at (b, k), release_at (b, r))
              || !has_measure (release_at (b, k), measure->name))
            continue;
          g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_LEDGER,
                       "people by %s: cannot be proved over periods that overlap", measure->varies);
          return FALSE;
        }
  return TRUE;
}

/* --- time ------------------------------------------------------------------------------------ */

static const char *
time_name (BzgTime time, gboolean any_fund)
{
  static const char *const names[3][2] = { { "period", "period.all-funds" },
                                           { "presence", "presence.all-funds" },
                                           { "standing", "standing.all-funds" } };

  return names[time][any_fund ? 1 : 0];
}

/* "1+3": counted in the first and the third release. */
static char *
set_name (const Builder *b, const BzgJointSet *set)
{
  GString *name = g_string_new (NULL);

  for (guint r = 0; r < b->layout->n; r++)
    if (b->layout->group[r] == set->group && (set->mask >> b->layout->bit[r] & 1) != 0)
      g_string_append_printf (name, "%s%u", name->len > 0 ? "+" : "", r + 1);
  return g_string_free (name, FALSE);
}

/* Whatever the order in which the measures came: the same ledger gives the same bytes. */
static int
by_id (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(TimeDim *const *) a)->id, (*(TimeDim *const *) b)->id);
}

static TimeDim *
time_of (const Builder *b, const BzgFrozenMeasure *measure)
{
  for (guint i = 0; i < b->times->len; i++)
    {
      TimeDim *time = g_ptr_array_index (b->times, i);

      if (time->time == measure->time && time->any_fund == measure->any_fund)
        return time;
    }
  return NULL;
}

static gboolean
build_times (Builder *b, GError **error)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, b->measures);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const BzgFrozenMeasure *measure = value;
      TimeDim *time;

      if (time_of (b, measure) != NULL)
        continue;
      time = g_new0 (TimeDim, 1);
      time->time = measure->time;
      time->any_fund = measure->any_fund;
      time->id = time_name (measure->time, measure->any_fund);
      time->names = g_ptr_array_new_with_free_func (g_free);
      time->sets = _bzg_joint_sets (b->layout, measure->time, measure->any_fund, error);
      g_ptr_array_add (b->times, time);
      if (time->sets == NULL)
        return FALSE;
      for (guint i = 0; i < time->sets->len; i++)
        g_ptr_array_add (time->names, set_name (b, &g_array_index (time->sets, BzgJointSet, i)));
    }
  g_ptr_array_sort (b->times, by_id);
  return TRUE;
}

/* The dimensions of time are the same in every release: all sets, and a code for each release. */
static void
add_times (const Builder *b, BzgTables *tables)
{
  for (guint i = 0; i < b->times->len; i++)
    {
      const TimeDim *time = g_ptr_array_index (b->times, i);
      guint dim = bzg_tables_add_dimension (tables, time->id);
      g_autofree guint *atoms = g_new0 (guint, time->sets->len + 1);

      for (guint a = 0; a < time->sets->len; a++)
        bzg_tables_add_atom (tables, dim, g_ptr_array_index (time->names, a));
      for (guint r = 0; r < b->layout->n; r++)
        {
          guint n = 0;

          for (guint a = 0; a < time->sets->len; a++)
            {
              const BzgJointSet *set = &g_array_index (time->sets, BzgJointSet, a);

              if (set->group == b->layout->group[r] && (set->mask >> b->layout->bit[r] & 1) != 0)
                atoms[n++] = a;
            }
          bzg_tables_add_code (tables, dim, release_at (b, r)->release, atoms, n);
        }
    }
}

/* --- tables ---------------------------------------------------------------------------------- */

static void
copy_dimension (BzgTables *into, const BzgTables *from, guint dim)
{
  guint own = bzg_tables_add_dimension (into, bzg_tables_dimension (from, dim));
  guint n = bzg_tables_n_atoms (from, dim);
  g_autofree guint *atoms = g_new0 (guint, n + 1);

  for (guint atom = 0; atom < n; atom++)
    bzg_tables_add_atom (into, own, bzg_tables_code (from, dim, atom));
  for (guint code = n; code < bzg_tables_n_codes (from, dim); code++)
    {
      guint members = 0;

      for (guint atom = 0; atom < n; atom++)
        if (bzg_tables_code_has (from, dim, code, atom))
          atoms[members++] = atom;
      bzg_tables_add_code (into, own, bzg_tables_code (from, dim, code), atoms, members);
    }
  for (guint code = 0; code < bzg_tables_n_codes (from, dim); code++)
    _bzg_tables_copy_label (into, own, code, from, dim, code);
}

static gboolean
copy_table (const Builder *b, BzgTables *into, guint release, const BzgTable *table, GError **error)
{
  const BzgTables *from = release_at (b, release)->tables;
  const BzgFrozenMeasure *measure = find_measure (b, table->measure);
  g_autofree guint *dims = g_new0 (guint, table->n_dims + 1);
  g_autofree guint *keys = g_new0 (guint, (gsize) table->n_dims * table->n_cells + 1);
  BzgFixed fixed = { 0 };
  BzgTable *copy;

  if (measure == NULL)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_DAMAGED, "a release without its measures");
      return FALSE;
    }
  for (guint d = 0; d < table->n_dims; d++)
    {
      dims[d]
        = (guint) bzg_tables_find_dimension (into, bzg_tables_dimension (from, table->dims[d]));
      /* A copied dimension has the codes of its original, in its order. */
      for (guint c = 0; c < table->n_cells; c++)
        keys[c * table->n_dims + d] = table->cells[c].key[d];
    }
  fixed.dimension = (guint) bzg_tables_find_dimension (into, time_of (b, measure)->id);
  fixed.code
    = (guint) bzg_tables_find_code (into, fixed.dimension, release_at (b, release)->release);
  copy = bzg_tables_add_table (into, 0, table->id, table->measure, table->unit, dims, table->n_dims,
                               &fixed, 1, keys, table->n_cells);
  copy->scale = table->scale;
  _bzg_table_take_cells (copy, table);
  return TRUE;
}

/* One release as it looks among all. */
static BzgTables *
retime (const Builder *b, guint release, GError **error)
{
  const BzgTables *from = release_at (b, release)->tables;
  const BzgTablesRelease *old = bzg_tables_release (from, 0);
  g_autoptr (BzgTables) into = bzg_tables_new (bzg_tables_programme (from));

  bzg_tables_set_policy (into, bzg_tables_threshold (from), bzg_tables_strict (from));
  for (guint d = 0; d < bzg_tables_n_dimensions (from); d++)
    if (strcmp (bzg_tables_dimension (from, d), "period") != 0)
      copy_dimension (into, from, d);
  add_times (b, into);
  bzg_tables_add_release (into, release_at (b, release)->release, old->published);
  bzg_tables_set_supersedes (into, 0, old->supersedes);
  if (old->certificate_sha256 != NULL)
    bzg_tables_set_certificate (into, 0, old->certificate_sha256);
  for (guint t = 0; t < old->n_tables; t++)
    if (!old->tables[t]->open && !copy_table (b, into, release, old->tables[t], error))
      return NULL;
  for (guint i = 0; i < bzg_tables_n_links (from); i++)
    {
      const BzgTablesLink *link = bzg_tables_link (from, i);

      bzg_tables_add_link (into, link->count, link->money, link->min, link->max, NULL, 0);
    }
  for (guint i = 0; i < bzg_tables_n_nestings (from); i++)
    {
      const BzgTablesNesting *nesting = bzg_tables_nesting (from, i);
      int over = bzg_tables_find_dimension (into, bzg_tables_dimension (from, nesting->over));

      bzg_tables_add_nesting (into, nesting->whole, nesting->parts, (guint) over);
    }
  return g_steal_pointer (&into);
}

static gboolean
has_corrections (const Builder *b)
{
  for (guint r = 0; r < b->layout->n; r++)
    if (b->layout->spans[r].corrects)
      return TRUE;
  return FALSE;
}

static gboolean
add_changes (const Builder *b, const TimeDim *time, GError **error)
{
  guint dim = (guint) bzg_tables_find_dimension (b->out->tables, time->id);
  g_autofree guint8 *revised = NULL;
  g_autoptr (GPtrArray) changes
    = _bzg_joint_changes (b->layout, time->time, time->any_fund, time->sets, &revised, error);

  if (changes != NULL)
    _bzg_tables_set_revised (b->out->tables, dim, revised);
  for (guint i = 0; changes != NULL && i < changes->len; i++)
    _bzg_tables_add_change (b->out->tables, dim, g_ptr_array_index (changes, i));
  return changes != NULL;
}

static gboolean
build_tables (Builder *b, GError **error)
{
  for (guint r = 0; r < b->releases->len; r++)
    {
      g_autoptr (BzgTables) one = retime (b, r, error);

      if (one == NULL)
        return FALSE;
      if (b->out->tables == NULL)
        b->out->tables = g_steal_pointer (&one);
      else if (!bzg_tables_append (b->out->tables, one, error))
        return FALSE;
    }
  if (b->for_proof)
    _bzg_tables_drop_ranges (b->out->tables);
  for (guint i = 0; has_corrections (b) && i < b->times->len; i++)
    if (!add_changes (b, g_ptr_array_index (b->times, i), error))
      return FALSE;
  return TRUE;
}

/* --- the truth ------------------------------------------------------------------------------- */

static guint
contributor_of (Builder *b, const BzgId *person)
{
  gpointer number;

  if (bzg_id_is_zero (person))
    return 0;
  number = g_hash_table_lookup (b->people, person);
  if (number == NULL)
    {
      number = GUINT_TO_POINTER (g_hash_table_size (b->people) + 1);
      g_hash_table_insert (b->people, g_memdup2 (person, sizeof *person), number);
    }
  return GPOINTER_TO_UINT (number);
}

static guint
hash_unit (gconstpointer data)
{
  const Unit *unit = data;
  guint hash
    = g_direct_hash (unit->measure) ^ bzg_id_hash (&unit->person) ^ bzg_id_hash (&unit->record);

  for (guint d = 0; d < MAX_DIMS; d++)
    hash = (hash ^ unit->atoms[d]) * 16777619u;
  return hash;
}

static gboolean
equal_but_for_number (gconstpointer a, gconstpointer b)
{
  const Unit *x = a, *y = b;

  return x->measure == y->measure && x->group == y->group && bzg_id_equal (&x->person, &y->person)
         && bzg_id_equal (&x->record, &y->record)
         && memcmp (x->atoms, y->atoms, sizeof x->atoms) == 0;
}

static gboolean
equal_units (gconstpointer a, gconstpointer b)
{
  return ((const Unit *) a)->n == ((const Unit *) b)->n && equal_but_for_number (a, b);
}

/* Where nothing is said of a unit, it is not known. */
static guint
unknown_atom (const BzgTables *tables, guint dim)
{
  int atom = bzg_tables_find_code (tables, dim, "unknown");

  return atom >= 0 ? (guint) atom : 0;
}

static gboolean
entrance_open (Entrance *e, Builder *b, guint release)
{
  const BzgTables *tables = b->out->tables;
  char **dims = release_at (b, release)->dims;

  *e = (Entrance){ .builder = b, .release = release };
  if (g_strv_length (dims) > BZG_COUNT_DIMS || bzg_tables_n_dimensions (tables) > MAX_DIMS)
    return FALSE;
  e->empty.group = b->layout->group[release];
  for (guint dim = 0; dim < bzg_tables_n_dimensions (tables); dim++)
    e->empty.atoms[dim] = (guint16) unknown_atom (tables, dim);
  for (guint d = 0; dims[d] != NULL; d++)
    {
      int dim = bzg_tables_find_dimension (tables, dims[d]);

      if (strcmp (dims[d], "period") == 0)
        continue;
      if (dim < 0)
        return FALSE;
      e->dims[d] = (guint) dim;
      e->atoms[d] = g_hash_table_new (NULL, NULL);
      for (guint atom = 0; atom < bzg_tables_n_atoms (tables, e->dims[d]); atom++)
        g_hash_table_insert (e->atoms[d],
                             (gpointer) g_intern_string (
                               bzg_tables_code (tables, e->dims[d], atom)),
                             GUINT_TO_POINTER (atom + 1));
    }
  return TRUE;
}

static void
entrance_close (Entrance *e)
{
  for (guint d = 0; d < BZG_COUNT_DIMS; d++)
    g_clear_pointer (&e->atoms[d], g_hash_table_unref);
}

static gboolean
add_row (const BzgCountedRow *row, const char *const *names, gpointer data, GError **error)
{
  Entrance *e = data;
  Builder *b = e->builder;
  const BzgFrozenMeasure *measure = find_measure (b, row->measure);
  guint64 bit = (guint64) 1 << b->layout->bit[e->release];
  Unit key = e->empty;
  Unit *unit;

  if (measure == NULL) /* of figures that are about nobody */
    return TRUE;
  key.measure = row->measure;
  key.person = row->person;
  key.record = row->record;
  key.n = row->n;
  for (guint d = 0; names[d] != NULL; d++)
    if (e->atoms[d] != NULL)
      {
        guint atom = GPOINTER_TO_UINT (g_hash_table_lookup (e->atoms[d], names[d]));

        if (atom == 0)
          return contradiction (error);
        key.atoms[e->dims[d]] = (guint16) (atom - 1);
      }
  unit = g_hash_table_lookup (b->units, &key);
  if (unit == NULL)
    {
      key.time = time_of (b, measure);
      unit = g_memdup2 (&key, sizeof key);
      g_hash_table_add (b->units, unit);
      g_ptr_array_add (b->order, unit);
    }
  if ((unit->mask & bit) != 0)
    return contradiction (error);
  unit->mask |= bit;
  return TRUE;
}

static gboolean
add_rows (Builder *b, guint release, GError **error)
{
  Entrance entrance;
  gboolean ok = entrance_open (&entrance, b, release)
                  ? _bzg_frozen_foreach_row (release_at (b, release), add_row, &entrance, error)
                  : contradiction (error);

  entrance_close (&entrance);
  return ok;
}

static void
enter_set (Builder *b, const Unit *unit, guint set, guint contributor)
{
  guint own = (guint) bzg_tables_find_dimension (b->out->tables, unit->time->id);
  guint atoms[MAX_DIMS];

  for (guint d = 0; d < MAX_DIMS; d++)
    atoms[d] = unit->atoms[d];
  atoms[own] = set;
  bzg_truth_add_up (b->out->truth, unit->measure, atoms, unit->n, contributor);
}

/* The releases of @mask as one set that can occur, or where a correction put another day to it, as
 * several: what it was before and what it is now. */
static gboolean
enter_mask (Builder *b, const Unit *unit, guint64 mask, guint contributor)
{
  const GArray *sets = unit->time->sets;
  guint64 first = mask & -mask;

  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < sets->len; i++)
      {
        const BzgJointSet *set = &g_array_index (sets, BzgJointSet, i);

        if (set->group != unit->group || (set->mask & first) == 0 || (set->mask & ~mask) != 0
            || (pass == 0
                  ? set->mask != mask
                  : set->mask == mask || !enter_mask (b, unit, mask & ~set->mask, contributor)))
          continue;
        enter_set (b, unit, i, contributor);
        return TRUE;
      }
  return FALSE;
}

static gboolean
enter_unit (Builder *b, const Unit *unit, GError **error)
{
  guint contributor = 0;

  if (unit->is_wrong)
    contributor = BZG_TRUTH_WRONG;
  else if (unit->time->time != BZG_TIME_PRESENCE)
    contributor = contributor_of (b, &unit->person);
  return enter_mask (b, unit, unit->mask, contributor) ? TRUE : contradiction (error);
}

#define FAR_OFF 2 /* times too much, or too little */

static gboolean
is_far_off (gint64 wrong, gint64 right)
{
  return wrong >= FAR_OFF * right || right >= FAR_OFF * wrong;
}

/* An amount in whose place a later release has quite another was wrong. One that was nearly right
 * stays somebody's. */
static void
mark_wrong_amounts (Builder *b)
{
  g_autoptr (GHashTable) right = g_hash_table_new (hash_unit, equal_but_for_number);

  for (guint i = 0; i < b->order->len; i++)
    {
      Unit *unit = g_ptr_array_index (b->order, i);
      Unit *other = g_hash_table_lookup (right, unit);

      /* The last release that one is in is the later one. */
      if (_bzg_measure_is_money (b->out->tables, unit->measure)
          && (other == NULL || unit->mask > other->mask))
        g_hash_table_replace (right, unit, unit);
    }
  for (guint i = 0; i < b->order->len; i++)
    {
      Unit *unit = g_ptr_array_index (b->order, i);
      const Unit *other = g_hash_table_lookup (right, unit);

      unit->is_wrong = other != NULL && is_far_off (unit->n, other->n);
    }
}

static gboolean
build_truth (Builder *b, GError **error)
{
  b->out->truth = bzg_truth_new (b->out->tables);
  for (guint r = 0; r < b->releases->len; r++)
    if (!add_rows (b, r, error))
      return FALSE;
  if (has_corrections (b))
    mark_wrong_amounts (b);
  g_hash_table_remove_all (b->units);
  for (guint i = 0; i < b->order->len; i++)
    {
      /* One goes as the other comes: there are many. */
      g_autofree Unit *unit = g_steal_pointer (&b->order->pdata[i]);

      if (!enter_unit (b, unit, error))
        return FALSE;
    }
  return TRUE;
}

/* --- all together ---------------------------------------------------------------------------- */

static BzgJointLayout *
layout_of (const Builder *b, GError **error)
{
  g_autofree BzgJointSpan *spans = g_new0 (BzgJointSpan, b->releases->len + 1);

  for (guint r = 0; r < b->releases->len; r++)
    {
      spans[r].period = release_at (b, r)->period;
      spans[r].fund = release_at (b, r)->fund;
      spans[r].corrects = _bzg_frozen_supersedes (release_at (b, r)) != NULL;
    }
  return _bzg_joint_layout_new (spans, b->releases->len, error);
}

/* What does not overlap with the last release, directly or over others, has no unknown in common
 * with it: the proof of the one says nothing of the other. */
static gboolean
keep_group_of_last (Builder *b, GError **error)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();
  guint n = b->releases->len;

  for (guint r = 0; r < n; r++)
    if (b->layout->group[r] == b->layout->group[n - 1])
      g_ptr_array_add (kept, g_ptr_array_index (b->releases, r));
  g_ptr_array_unref (b->releases);
  b->releases = g_steal_pointer (&kept);
  _bzg_joint_layout_free (b->layout);
  b->layout = layout_of (b, error);
  return b->layout != NULL;
}

static gboolean
build (Builder *b, gboolean last_group, GError **error)
{
  b->layout = layout_of (b, error);
  return b->layout != NULL && (!last_group || keep_group_of_last (b, error))
         && collect_measures (b, error) && check_varying (b, error) && build_times (b, error)
         && build_tables (b, error) && build_truth (b, error);
}

BzgJoint *
_bzg_joint_new (const BzgPosting *posting, const BzgFrozen *fresh, GError **error)
{
  Builder b = { 0 };
  gboolean ok;

  b.releases = g_ptr_array_new ();
  b.for_proof = fresh != NULL;
  b.measures = g_hash_table_new (g_str_hash, g_str_equal);
  b.times = g_ptr_array_new_with_free_func (time_dim_free);
  b.units = g_hash_table_new (hash_unit, equal_units);
  b.people = g_hash_table_new_full (bzg_id_hash, bzg_id_equal, g_free, NULL);
  b.order = g_ptr_array_new_with_free_func (g_free);
  b.out = g_new0 (BzgJoint, 1);
  for (guint r = 0; r < _bzg_posting_n (posting); r++)
    g_ptr_array_add (b.releases, (gpointer) _bzg_posting_get (posting, r));
  if (fresh != NULL)
    g_ptr_array_add (b.releases, (gpointer) fresh);
  ok = build (&b, fresh != NULL, error);
  g_hash_table_unref (b.units);
  g_ptr_array_unref (b.order);
  g_hash_table_unref (b.people);
  g_ptr_array_unref (b.times);
  g_hash_table_unref (b.measures);
  g_ptr_array_unref (b.releases);
  _bzg_joint_layout_free (b.layout);
  if (!ok)
    g_clear_pointer (&b.out, _bzg_joint_free);
  return b.out;
}
