/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-tables-private.h"

#include "base/bzg-error.h"
#include "release/bzg-model-private.h"

#include <math.h>
#include <string.h>

/*
 * The tables in memory: plain arrays, indexes instead of pointers, so that a copy is a copy and a
 * hostile file can at most give a wrong index, which the reader checks once.
 */

BzgTablesDimension *
_bzg_tables_get_dimension (const BzgTables *self, guint dim)
{
  g_return_val_if_fail (dim < self->dimensions->len, NULL);
  return g_ptr_array_index (self->dimensions, dim);
}

static void
labels_free (gpointer data)
{
  char **labels = data;

  if (labels == NULL)
    return;
  for (guint i = 0; i < BZG_N_LANGUAGES; i++)
    g_free (labels[i]);
  g_free (labels);
}

static void
dimension_free (gpointer data)
{
  BzgTablesDimension *self = data;

  g_free (self->id);
  g_hash_table_unref (self->index);
  g_ptr_array_unref (self->codes);
  g_ptr_array_unref (self->sets);
  g_ptr_array_unref (self->labels);
  g_free (self);
}

void
_bzg_table_free (BzgTable *table)
{
  g_free (table->id);
  g_free (table->measure);
  g_free (table->unit);
  g_free (table->dims);
  g_free (table->fixed);
  if (table->n_cells > 0)
    g_free ((gpointer) table->cells[0].key);
  g_free (table->cells);
  g_free (table);
}

static void
release_free (gpointer data)
{
  BzgTablesRelease *self = data;

  g_free (self->id);
  g_free (self->published);
  g_free (self->supersedes);
  g_free (self->certificate_sha256);
  g_free (self);
}

static void
link_clear (gpointer data)
{
  BzgTablesLink *link = data;

  g_free (link->count);
  g_free (link->money);
  g_free (link->where);
}

static void
nesting_clear (gpointer data)
{
  BzgTablesNesting *nesting = data;

  g_free (nesting->whole);
  g_free (nesting->parts);
}

static void
renew_release (BzgTables *self, guint release)
{
  BzgTablesRelease *r = g_ptr_array_index (self->releases, release);
  GPtrArray *tables = g_ptr_array_index (self->tables, release);

  r->n_tables = tables->len;
  r->tables = (const BzgTable *const *) tables->pdata;
}

static gboolean
may_stand_in_id (gunichar c)
{
  return g_unichar_isprint (c) && c != ',' && c != '@' && c != '"';
}

char *
bzg_tables_make_id (const char *name)
{
  GString *id = g_string_new (NULL);

  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      const char *next = g_utf8_next_char (p);

      if (may_stand_in_id (g_utf8_get_char (p)))
        g_string_append_len (id, p, next - p);
      else
        for (const char *byte = p; byte < next; byte++)
          g_string_append_printf (id, "%%%02X", (guint8) *byte);
    }
  return g_string_free (id, FALSE);
}

gboolean
_bzg_tables_id_is_good (const char *id)
{
  gsize n = 0;

  if (id == NULL || *id == '\0')
    return FALSE;
  for (const char *p = id; *p != '\0'; p = g_utf8_next_char (p), n++)
    if (!may_stand_in_id (g_utf8_get_char (p)))
      return FALSE;
  return n <= 200;
}

static void
change_clear (gpointer data)
{
  g_free (((BzgTablesChange *) data)->atoms);
}

BzgTables *
bzg_tables_new (const char *programme)
{
  BzgTables *self = g_new0 (BzgTables, 1);

  self->programme = g_strdup (programme != NULL ? programme : "");
  self->threshold = 5;
  self->dimensions = g_ptr_array_new_with_free_func (dimension_free);
  self->releases = g_ptr_array_new_with_free_func (release_free);
  self->tables = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  self->links = g_array_new (FALSE, FALSE, sizeof (BzgTablesLink));
  g_array_set_clear_func (self->links, link_clear);
  self->nestings = g_array_new (FALSE, FALSE, sizeof (BzgTablesNesting));
  g_array_set_clear_func (self->nestings, nesting_clear);
  self->aliases = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->changes = g_array_new (FALSE, FALSE, sizeof (BzgTablesChange));
  g_array_set_clear_func (self->changes, change_clear);
  self->revised = g_array_new (FALSE, FALSE, sizeof (BzgTablesChange));
  g_array_set_clear_func (self->revised, change_clear);
  return self;
}

void
bzg_tables_free (BzgTables *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->tables);
  g_ptr_array_unref (self->releases);
  g_ptr_array_unref (self->dimensions);
  g_array_unref (self->links);
  g_array_unref (self->nestings);
  g_array_unref (self->changes);
  g_array_unref (self->revised);
  g_hash_table_unref (self->aliases);
  g_free (self->programme);
  g_free (self);
}

const char *
bzg_tables_programme (const BzgTables *self)
{
  return self->programme;
}

guint
bzg_tables_threshold (const BzgTables *self)
{
  return self->threshold;
}

gboolean
bzg_tables_strict (const BzgTables *self)
{
  return self->strict;
}

void
bzg_tables_set_policy (BzgTables *self, guint threshold, gboolean strict)
{
  self->threshold = MAX (threshold, 2);
  self->strict = strict;
}

/* --- dimensions ------------------------------------------------------------------------------ */

guint
bzg_tables_n_dimensions (const BzgTables *self)
{
  return self->dimensions->len;
}

const char *
bzg_tables_dimension (const BzgTables *self, guint dim)
{
  return _bzg_tables_get_dimension (self, dim)->id;
}

int
bzg_tables_find_dimension (const BzgTables *self, const char *id)
{
  for (guint i = 0; i < self->dimensions->len; i++)
    if (strcmp (bzg_tables_dimension (self, i), id) == 0)
      return (int) i;
  return GPOINTER_TO_INT (g_hash_table_lookup (self->aliases, id)) - 1;
}

void
bzg_tables_add_alias (BzgTables *self, guint dim, const char *alias)
{
  g_hash_table_insert (self->aliases, g_strdup (alias), GUINT_TO_POINTER (dim + 1));
}

guint
bzg_tables_n_atoms (const BzgTables *self, guint dim)
{
  return _bzg_tables_get_dimension (self, dim)->n_atoms;
}

guint
bzg_tables_n_codes (const BzgTables *self, guint dim)
{
  return _bzg_tables_get_dimension (self, dim)->codes->len;
}

const char *
bzg_tables_code (const BzgTables *self, guint dim, guint code)
{
  BzgTablesDimension *d = _bzg_tables_get_dimension (self, dim);

  g_return_val_if_fail (code < d->codes->len, "");
  return g_ptr_array_index (d->codes, code);
}

int
bzg_tables_find_code (const BzgTables *self, guint dim, const char *id)
{
  BzgTablesDimension *d = _bzg_tables_get_dimension (self, dim);

  return GPOINTER_TO_INT (g_hash_table_lookup (d->index, id)) - 1;
}

const guint8 *
_bzg_tables_code_set (const BzgTables *self, guint dim, guint code)
{
  BzgTablesDimension *d = _bzg_tables_get_dimension (self, dim);

  return code < d->n_atoms ? NULL : g_ptr_array_index (d->sets, code - d->n_atoms);
}

gboolean
bzg_tables_code_has (const BzgTables *self, guint dim, guint code, guint atom)
{
  const guint8 *set = _bzg_tables_code_set (self, dim, code);

  return set == NULL ? code == atom : set[atom] != 0;
}

int
bzg_tables_total_code (const BzgTables *self, guint dim)
{
  BzgTablesDimension *d = _bzg_tables_get_dimension (self, dim);

  for (guint code = d->n_atoms; code < d->codes->len; code++)
    if (memchr (_bzg_tables_code_set (self, dim, code), 0, d->n_atoms) == NULL)
      return (int) code;
  return d->n_atoms == 1 ? 0 : -1;
}

const char *
bzg_tables_label (const BzgTables *self, guint dim, guint code, BzgLanguage lang)
{
  BzgTablesDimension *d = _bzg_tables_get_dimension (self, dim);
  char **labels;

  g_return_val_if_fail (code < d->codes->len, "");
  labels = g_ptr_array_index (d->labels, code);
  if (labels != NULL && labels[lang] != NULL)
    return labels[lang];
  if (labels != NULL && labels[BZG_LANGUAGE_EN] != NULL)
    return labels[BZG_LANGUAGE_EN];
  return g_ptr_array_index (d->codes, code);
}

guint
bzg_tables_add_dimension (BzgTables *self, const char *id)
{
  int old = bzg_tables_find_dimension (self, id);
  BzgTablesDimension *d;

  if (old >= 0)
    return (guint) old;
  d = g_new0 (BzgTablesDimension, 1);
  d->id = g_strdup (id);
  d->codes = g_ptr_array_new_with_free_func (g_free);
  d->sets = g_ptr_array_new_with_free_func (g_free);
  d->labels = g_ptr_array_new_with_free_func (labels_free);
  d->index = g_hash_table_new (g_str_hash, g_str_equal);
  g_ptr_array_add (self->dimensions, d);
  return self->dimensions->len - 1;
}

static guint
append_code (BzgTablesDimension *d, const char *id)
{
  char *own = g_strdup (id);

  g_ptr_array_add (d->codes, own);
  g_ptr_array_add (d->labels, NULL);
  g_hash_table_insert (d->index, own, GUINT_TO_POINTER (d->codes->len));
  return d->codes->len - 1;
}

guint
bzg_tables_add_atom (BzgTables *self, guint dim, const char *id)
{
  BzgTablesDimension *d = _bzg_tables_get_dimension (self, dim);
  int old = bzg_tables_find_code (self, dim, id);

  if (old >= 0)
    return (guint) old;
  g_return_val_if_fail (d->sets->len == 0, 0);
  d->n_atoms++;
  return append_code (d, id);
}

guint
bzg_tables_add_code (BzgTables *self, guint dim, const char *id, const guint *atoms, guint n_atoms)
{
  BzgTablesDimension *d = _bzg_tables_get_dimension (self, dim);
  int old = bzg_tables_find_code (self, dim, id);
  guint8 *set;

  if (old >= 0)
    return (guint) old;
  set = g_new0 (guint8, MAX (d->n_atoms, 1));
  for (guint i = 0; i < n_atoms; i++)
    if (atoms[i] < d->n_atoms)
      set[atoms[i]] = 1;
  g_ptr_array_add (d->sets, set);
  return append_code (d, id);
}

void
bzg_tables_set_label (BzgTables *self, guint dim, guint code, BzgLanguage lang, const char *label)
{
  BzgTablesDimension *d = _bzg_tables_get_dimension (self, dim);
  char **labels;

  g_return_if_fail (code < d->codes->len);
  labels = g_ptr_array_index (d->labels, code);
  if (labels == NULL)
    g_ptr_array_index (d->labels, code) = labels = g_new0 (char *, BZG_N_LANGUAGES);
  g_free (labels[lang]);
  labels[lang] = g_strdup (label);
}

/* --- releases and tables --------------------------------------------------------------------- */

guint
bzg_tables_add_release (BzgTables *self, const char *id, const char *published)
{
  BzgTablesRelease *release = g_new0 (BzgTablesRelease, 1);

  release->id = g_strdup (id);
  release->published = g_strdup (published);
  release->before = -1;
  g_ptr_array_add (self->releases, release);
  g_ptr_array_add (self->tables, g_ptr_array_new_with_free_func ((GDestroyNotify) _bzg_table_free));
  renew_release (self, self->releases->len - 1);
  return self->releases->len - 1;
}

void
bzg_tables_set_published (BzgTables *self, guint release, const char *date)
{
  BzgTablesRelease *r;

  g_return_if_fail (release < self->releases->len);
  r = g_ptr_array_index (self->releases, release);
  g_free (r->published);
  r->published = g_strdup (date);
}

void
bzg_tables_set_supersedes (BzgTables *self, guint release, const char *id)
{
  BzgTablesRelease *r;

  g_return_if_fail (release < self->releases->len);
  r = g_ptr_array_index (self->releases, release);
  g_free (r->supersedes);
  r->supersedes = g_strdup (id);
  r->before = -1;
  for (guint i = 0; id != NULL && i < release; i++)
    if (strcmp (bzg_tables_release (self, i)->id, id) == 0)
      r->before = (int) i;
}

void
bzg_tables_set_certificate (BzgTables *self, guint release, const char *sha256)
{
  BzgTablesRelease *r;

  g_return_if_fail (release < self->releases->len);
  r = g_ptr_array_index (self->releases, release);
  g_free (r->certificate_sha256);
  r->certificate_sha256 = g_strdup (sha256);
}

BzgTable *
bzg_tables_add_table (BzgTables *self,
                      guint release,
                      const char *id,
                      const char *measure,
                      const char *unit,
                      const guint *dims,
                      guint n_dims,
                      const BzgFixed *fixed,
                      guint n_fixed,
                      const guint *keys,
                      guint n_cells)
{
  BzgTable *table;
  guint *own;

  g_return_val_if_fail (release < self->releases->len, NULL);
  table = g_new0 (BzgTable, 1);
  table->id = g_strdup (id);
  table->measure = g_strdup (measure != NULL ? measure : "count");
  table->unit = g_strdup (unit);
  table->n_dims = n_dims;
  table->dims = g_memdup2 (dims, n_dims * sizeof (guint));
  table->n_fixed = n_fixed;
  table->fixed = g_memdup2 (fixed, n_fixed * sizeof (BzgFixed));
  table->n_cells = n_cells;
  table->cells = g_new0 (BzgCell, n_cells);
  /* One byte more, so that a table without dimensions has an address for its only key too. */
  own = g_malloc (MAX ((gsize) n_cells * n_dims * sizeof (guint), 1));
  if (n_dims > 0 && n_cells > 0)
    memcpy (own, keys, (gsize) n_cells * n_dims * sizeof (guint));
  for (guint i = 0; i < n_cells; i++)
    table->cells[i].key = own + (gsize) i * n_dims;
  if (n_cells == 0)
    g_free (own);
  g_ptr_array_add (g_ptr_array_index (self->tables, release), table);
  renew_release (self, release);
  return table;
}

void
bzg_tables_add_link (BzgTables *self,
                     const char *count,
                     const char *money,
                     double min,
                     double max,
                     const BzgFixed *where,
                     guint n_where)
{
  BzgTablesLink link = {
    .count = g_strdup (count),
    .money = g_strdup (money),
    .min = min,
    .max = max,
    .n_where = n_where,
    .where = g_memdup2 (where, n_where * sizeof (BzgFixed)),
  };

  for (guint i = 0; i < self->links->len; i++)
    {
      const BzgTablesLink *old = &g_array_index (self->links, BzgTablesLink, i);

      if (strcmp (old->count, count) == 0 && strcmp (old->money, money) == 0 && old->min == min
          && old->max == max && old->n_where == n_where
          && (n_where == 0 || memcmp (old->where, where, n_where * sizeof *where) == 0))
        {
          link_clear (&link);
          return;
        }
    }
  g_array_append_val (self->links, link);
}

void
bzg_tables_add_nesting (BzgTables *self, const char *whole, const char *parts, guint over)
{
  BzgTablesNesting nesting;

  for (guint i = 0; i < self->nestings->len; i++)
    {
      const BzgTablesNesting *n = &g_array_index (self->nestings, BzgTablesNesting, i);

      if (strcmp (n->whole, whole) == 0 && strcmp (n->parts, parts) == 0 && n->over == over)
        return;
    }
  nesting.whole = g_strdup (whole);
  nesting.parts = g_strdup (parts);
  nesting.over = over;
  g_array_append_val (self->nestings, nesting);
}

guint
bzg_tables_n_releases (const BzgTables *self)
{
  return self->releases->len;
}

const BzgTablesRelease *
bzg_tables_release (const BzgTables *self, guint release)
{
  g_return_val_if_fail (release < self->releases->len, NULL);
  return g_ptr_array_index (self->releases, release);
}

guint
bzg_tables_n_links (const BzgTables *self)
{
  return self->links->len;
}

const BzgTablesLink *
bzg_tables_link (const BzgTables *self, guint link)
{
  g_return_val_if_fail (link < self->links->len, NULL);
  return &g_array_index (self->links, BzgTablesLink, link);
}

guint
bzg_tables_n_nestings (const BzgTables *self)
{
  return self->nestings->len;
}

const BzgTablesNesting *
bzg_tables_nesting (const BzgTables *self, guint nesting)
{
  g_return_val_if_fail (nesting < self->nestings->len, NULL);
  return &g_array_index (self->nestings, BzgTablesNesting, nesting);
}

const BzgTable *
bzg_tables_find_table (const BzgTables *self, const char *id)
{
  for (guint r = self->releases->len; r > 0; r--)
    {
      const BzgTablesRelease *release = bzg_tables_release (self, r - 1);

      for (guint t = 0; t < release->n_tables; t++)
        if (strcmp (release->tables[t]->id, id) == 0)
          return release->tables[t];
    }
  return NULL;
}

const BzgCell *
bzg_table_get_cell (const BzgTable *self, const guint *key)
{
  for (guint i = 0; i < self->n_cells; i++)
    if (self->n_dims == 0 || memcmp (self->cells[i].key, key, self->n_dims * sizeof (guint)) == 0)
      return &self->cells[i];
  return NULL;
}

void
_bzg_tables_add_change (BzgTables *self, guint dim, const guint8 *atoms)
{
  BzgTablesChange change = { dim, g_memdup2 (atoms, bzg_tables_n_atoms (self, dim)) };

  g_array_append_val (self->changes, change);
}

void
_bzg_tables_set_revised (BzgTables *self, guint dim, const guint8 *atoms)
{
  BzgTablesChange revised = { dim, g_memdup2 (atoms, bzg_tables_n_atoms (self, dim)) };

  g_array_append_val (self->revised, revised);
}

const guint8 *
_bzg_tables_revised (const BzgTables *self, guint dim)
{
  for (guint i = 0; i < self->revised->len; i++)
    if (g_array_index (self->revised, BzgTablesChange, i).dim == dim)
      return g_array_index (self->revised, BzgTablesChange, i).atoms;
  return NULL;
}

int
bzg_tables_superseded (const BzgTables *self, guint release)
{
  return bzg_tables_release (self, release)->before;
}

/* What @release printed in the place that a cell of @table, of another release, has in it; NULL:
 * nothing, or no exact number. */
static const BzgCell *
printed_in (const BzgTables *self, guint release, const BzgTable *table, const guint *key)
{
  const BzgTablesRelease *one = bzg_tables_release (self, release);

  for (guint t = 0; t < one->n_tables; t++)
    {
      const BzgTable *other = one->tables[t];
      const BzgCell *cell;

      if (strcmp (other->id, table->id) != 0 || other->n_dims != table->n_dims
          || (table->n_dims > 0
              && memcmp (other->dims, table->dims, table->n_dims * sizeof *table->dims) != 0))
        continue;
      cell = bzg_table_get_cell (other, key);
      return cell != NULL && cell->state == BZG_CELL_EXACT && cell->round == 0 ? cell : NULL;
    }
  return NULL;
}

const BzgCell *
bzg_tables_printed_before (
  const BzgTables *self, guint release, const BzgTable *table, const guint *key, guint *edition)
{
  const BzgCell *found = NULL;

  for (int r = bzg_tables_superseded (self, release); r >= 0 && found == NULL;
       r = bzg_tables_superseded (self, (guint) r))
    {
      found = printed_in (self, (guint) r, table, key);
      if (edition != NULL)
        *edition = (guint) r;
    }
  return found;
}

const BzgCell *
bzg_tables_find_cell (const BzgTables *self, const BzgTable *table, const char *const *ids)
{
  g_autofree guint *key = g_new0 (guint, table->n_dims + 1);

  for (guint i = 0; i < table->n_dims; i++)
    {
      int code = bzg_tables_find_code (self, table->dims[i], ids[i]);

      if (code < 0)
        return NULL;
      key[i] = (guint) code;
    }
  return bzg_table_get_cell (table, key);
}

void
_bzg_table_take_cells (BzgTable *into, const BzgTable *from)
{
  for (guint c = 0; c < from->n_cells; c++)
    {
      const guint *key = into->cells[c].key;

      into->cells[c] = from->cells[c];
      into->cells[c].key = key;
    }
}

void
_bzg_tables_drop_ranges (BzgTables *self)
{
  for (guint r = 0; r < self->releases->len; r++)
    {
      const BzgTablesRelease *release = bzg_tables_release (self, r);

      for (guint t = 0; t < release->n_tables; t++)
        for (guint c = 0; c < release->tables[t]->n_cells; c++)
          {
            BzgCell *cell = &((BzgTable *) release->tables[t])->cells[c];

            if (cell->state != BZG_CELL_WITHHELD)
              continue;
            cell->lo = 0;
            cell->hi = BZG_CELL_NO_BOUND;
          }
    }
}

void
_bzg_tables_copy_label (
  BzgTables *into, guint dim, guint code, const BzgTables *from, guint from_dim, guint from_code)
{
  char **labels = g_ptr_array_index (_bzg_tables_get_dimension (from, from_dim)->labels, from_code);

  for (guint lang = 0; labels != NULL && lang < BZG_N_LANGUAGES; lang++)
    if (labels[lang] != NULL)
      bzg_tables_set_label (into, dim, code, lang, labels[lang]);
}

/* --- joining --------------------------------------------------------------------------------- */

/* Copies the dimensions of @from into @into, which has none of its own of that name yet or has all
 * its atoms already; codes that stand for everything keep standing for everything. */
static gboolean
join_dimensions (BzgTables *into, const BzgTables *a, const BzgTables *b, GError **error)
{
  const BzgTables *both[2] = { a, b };

  for (guint i = 0; i < 2; i++)
    for (guint d = 0; both[i] != NULL && d < both[i]->dimensions->len; d++)
      {
        guint dim = bzg_tables_add_dimension (into, bzg_tables_dimension (both[i], d));

        for (guint atom = 0; atom < bzg_tables_n_atoms (both[i], d); atom++)
          bzg_tables_add_atom (into, dim, bzg_tables_code (both[i], d, atom));
      }
  for (guint i = 0; i < 2; i++)
    for (guint d = 0; both[i] != NULL && d < both[i]->dimensions->len; d++)
      {
        guint dim = (guint) bzg_tables_find_dimension (into, bzg_tables_dimension (both[i], d));
        guint n = bzg_tables_n_atoms (both[i], d);
        guint all = bzg_tables_n_atoms (into, dim);
        g_autofree guint *atoms = g_new0 (guint, all + 1);

        for (guint code = 0; code < bzg_tables_n_codes (both[i], d); code++)
          {
            const char *id = bzg_tables_code (both[i], d, code);
            guint n_atoms = 0;
            int old;

            if (code >= n)
              {
                const guint8 *set = _bzg_tables_code_set (both[i], d, code);

                if (memchr (set, 0, n) == NULL)
                  for (n_atoms = 0; n_atoms < all; n_atoms++)
                    atoms[n_atoms] = n_atoms;
                else
                  for (guint atom = 0; atom < n; atom++)
                    if (set[atom])
                      atoms[n_atoms++]
                        = (guint) bzg_tables_find_code (into, dim,
                                                        bzg_tables_code (both[i], d, atom));
                old = bzg_tables_find_code (into, dim, id);
                if (old < 0)
                  old = (int) bzg_tables_add_code (into, dim, id, atoms, n_atoms);
                else
                  {
                    guint same = 0, size = 0;

                    for (guint atom = 0; atom < all; atom++)
                      size += bzg_tables_code_has (into, dim, (guint) old, atom);
                    for (guint k = 0; k < n_atoms; k++)
                      same += bzg_tables_code_has (into, dim, (guint) old, atoms[k]);
                    if (same != size || size != n_atoms)
                      {
                        g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_LEDGER,
                                     "dimension %s: a code means something else than before",
                                     bzg_tables_dimension (into, dim));
                        return FALSE;
                      }
                  }
              }
            else
              old = bzg_tables_find_code (into, dim, id);
            _bzg_tables_copy_label (into, dim, (guint) old, both[i], d, code);
          }
      }
  return TRUE;
}

static guint
map_dim (const BzgTables *into, const BzgTables *from, guint dim)
{
  return (guint) bzg_tables_find_dimension (into, bzg_tables_dimension (from, dim));
}

static guint
map_code (const BzgTables *into, const BzgTables *from, guint dim, guint code)
{
  return (guint) bzg_tables_find_code (into, map_dim (into, from, dim),
                                       bzg_tables_code (from, dim, code));
}

static BzgFixed *
map_fixed (const BzgTables *into, const BzgTables *from, const BzgFixed *fixed, guint n)
{
  BzgFixed *out = g_new0 (BzgFixed, n + 1);

  for (guint i = 0; i < n; i++)
    {
      out[i].dimension = map_dim (into, from, fixed[i].dimension);
      out[i].code = map_code (into, from, fixed[i].dimension, fixed[i].code);
    }
  return out;
}

static void
copy_contents (BzgTables *into, const BzgTables *from)
{
  GHashTableIter iter;
  gpointer alias, dimension;

  g_hash_table_iter_init (&iter, from->aliases);
  while (g_hash_table_iter_next (&iter, &alias, &dimension))
    bzg_tables_add_alias (into, map_dim (into, from, GPOINTER_TO_UINT (dimension) - 1), alias);
  for (guint i = 0; i < from->links->len; i++)
    {
      const BzgTablesLink *link = bzg_tables_link (from, i);
      g_autofree BzgFixed *where = map_fixed (into, from, link->where, link->n_where);

      bzg_tables_add_link (into, link->count, link->money, link->min, link->max, where,
                           link->n_where);
    }
  for (guint i = 0; i < from->nestings->len; i++)
    {
      const BzgTablesNesting *nesting = bzg_tables_nesting (from, i);

      bzg_tables_add_nesting (into, nesting->whole, nesting->parts,
                              map_dim (into, from, nesting->over));
    }
  for (guint r = 0; r < from->releases->len; r++)
    {
      const BzgTablesRelease *old = bzg_tables_release (from, r);
      guint n = bzg_tables_add_release (into, old->id, old->published);
      BzgTablesRelease *release = g_ptr_array_index (into->releases, n);

      bzg_tables_set_supersedes (into, n, old->supersedes);
      release->certificate_sha256 = g_strdup (old->certificate_sha256);
      for (guint t = 0; t < old->n_tables; t++)
        {
          const BzgTable *table = old->tables[t];
          g_autofree BzgFixed *fixed = map_fixed (into, from, table->fixed, table->n_fixed);
          g_autofree guint *dims = g_new0 (guint, table->n_dims + 1);
          g_autofree guint *keys = g_new0 (guint, (gsize) table->n_dims * table->n_cells + 1);
          BzgTable *copy;

          for (guint d = 0; d < table->n_dims; d++)
            {
              dims[d] = map_dim (into, from, table->dims[d]);
              for (guint c = 0; c < table->n_cells; c++)
                keys[c * table->n_dims + d]
                  = map_code (into, from, table->dims[d], table->cells[c].key[d]);
            }
          copy = bzg_tables_add_table (into, n, table->id, table->measure, table->unit, dims,
                                       table->n_dims, fixed, table->n_fixed, keys, table->n_cells);
          copy->scale = table->scale;
          copy->open = table->open;
          _bzg_table_take_cells (copy, table);
        }
    }
}

BzgTables *
bzg_tables_copy (const BzgTables *self)
{
  BzgTables *copy = bzg_tables_new (self->programme);

  bzg_tables_set_policy (copy, self->threshold, self->strict);
  join_dimensions (copy, self, NULL, NULL);
  copy_contents (copy, self);
  return copy;
}

gboolean
bzg_tables_append (BzgTables *self, const BzgTables *other, GError **error)
{
  g_autoptr (BzgTables) both = bzg_tables_new (self->programme);
  BzgTables swap;

  for (guint r = 0; r < other->releases->len; r++)
    for (guint old = 0; old < self->releases->len; old++)
      if (strcmp (bzg_tables_release (self, old)->id, bzg_tables_release (other, r)->id) == 0)
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_LEDGER,
                       "the ledger has a release %s already", bzg_tables_release (other, r)->id);
          return FALSE;
        }
  bzg_tables_set_policy (both, MAX (self->threshold, other->threshold),
                         self->strict || other->strict);
  if (!join_dimensions (both, self, other, error))
    return FALSE;
  copy_contents (both, self);
  copy_contents (both, other);
  swap = *self;
  *self = *both;
  *both = swap;
  return TRUE;
}

gboolean
_bzg_measure_is_money (const BzgTables *tables, const char *measure)
{
  static const char *const currencies[]
    = { "tjs", "usd", "eur", "rub", "gbp", "chf", "jpy", "kzt", "uzs", "kgs", "money", NULL };
  g_autofree char *lower = g_ascii_strdown (measure, -1);

  if (g_strv_contains (currencies, lower))
    return TRUE;
  /* The unit decides, where there is one: a link also ties services to the people who got them. */
  for (guint r = 0; r < bzg_tables_n_releases (tables); r++)
    {
      const BzgTablesRelease *release = bzg_tables_release (tables, r);

      for (guint t = 0; t < release->n_tables; t++)
        if (strcmp (release->tables[t]->measure, measure) == 0 && release->tables[t]->unit != NULL)
          {
            g_autofree char *unit = g_ascii_strdown (release->tables[t]->unit, -1);

            return g_strv_contains (currencies, unit);
          }
    }
  for (guint i = 0; i < bzg_tables_n_links (tables); i++)
    if (strcmp (bzg_tables_link (tables, i)->money, measure) == 0)
      return TRUE;
  return FALSE;
}
