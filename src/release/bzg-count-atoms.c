/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-count-private.h"

#include "casebook/bzg-dictionary.h"

#include <string.h>

/* --- dimensions ------------------------------------------------------------------------------ */

static void
set_labels (BzgTables *tables, guint dim, guint code, const char *list, const char *id)
{
  for (BzgLanguage lang = 0; lang < BZG_N_LANGUAGES; lang++)
    bzg_tables_set_label (tables, dim, code, lang, bzg_code_label (list, id, lang));
}

static void
set_unknown_label (BzgTables *tables, guint dim, guint code)
{
  for (BzgLanguage lang = 0; lang < BZG_N_LANGUAGES; lang++)
    bzg_tables_set_label (tables, dim, code, lang, bzg_tr (lang, "Not known"));
}

static void
add_total (BzgTables *tables, guint dim)
{
  guint n = bzg_tables_n_atoms (tables, dim);
  g_autofree guint *all = g_new (guint, n + 1);

  for (guint i = 0; i < n; i++)
    all[i] = i;
  bzg_tables_add_code (tables, dim, "T", all, n);
}

/* A dimension whose classes are a flat code list, with a class for what is not known. */
static guint
add_list (BzgTables *tables, const char *id, const char *list_name)
{
  guint dim = bzg_tables_add_dimension (tables, id);
  const BzgCodeList *list = bzg_dictionary_code_list (list_name);

  for (guint i = 0; list != NULL && i < list->n_codes; i++)
    set_labels (tables, dim, bzg_tables_add_atom (tables, dim, list->codes[i].code), list_name,
                list->codes[i].code);
  if (bzg_tables_find_code (tables, dim, BZG_UNKNOWN) < 0)
    set_unknown_label (tables, dim, bzg_tables_add_atom (tables, dim, BZG_UNKNOWN));
  add_total (tables, dim);
  return dim;
}

/* A dimension of groups and leaves: districts in regions, services in families. A group is an
 * answer too (the region is known, the district is not): an atom of its own, "GROUP.". */
static guint
add_tree (BzgTables *tables, const char *id, const char *groups_name, const char *leaves_name)
{
  guint dim = bzg_tables_add_dimension (tables, id);
  const BzgCodeList *groups = bzg_dictionary_code_list (groups_name);
  const BzgCodeList *leaves = bzg_dictionary_code_list (leaves_name);
  gboolean one_list = strcmp (groups_name, leaves_name) == 0;

  for (guint i = 0; leaves != NULL && i < leaves->n_codes; i++)
    if (!leaves->codes[i].group)
      set_labels (tables, dim, bzg_tables_add_atom (tables, dim, leaves->codes[i].code),
                  leaves_name, leaves->codes[i].code);
  for (guint i = 0; groups != NULL && i < groups->n_codes; i++)
    if (!one_list || groups->codes[i].group)
      {
        g_autofree char *own = g_strconcat (groups->codes[i].code, ".", NULL);

        set_labels (tables, dim, bzg_tables_add_atom (tables, dim, own), groups_name,
                    groups->codes[i].code);
      }
  set_unknown_label (tables, dim, bzg_tables_add_atom (tables, dim, BZG_UNKNOWN));
  for (guint i = 0; groups != NULL && i < groups->n_codes; i++)
    if (!one_list || groups->codes[i].group)
      {
        const char *code = groups->codes[i].code;
        g_autofree char *own = g_strconcat (code, ".", NULL);
        g_autoptr (GArray) atoms = g_array_new (FALSE, FALSE, sizeof (guint));
        guint atom = (guint) bzg_tables_find_code (tables, dim, own);

        for (guint k = 0; leaves != NULL && k < leaves->n_codes; k++)
          if (!leaves->codes[k].group && g_strcmp0 (leaves->codes[k].parent, code) == 0)
            {
              guint leaf = (guint) bzg_tables_find_code (tables, dim, leaves->codes[k].code);

              g_array_append_val (atoms, leaf);
            }
        g_array_append_val (atoms, atom);
        set_labels (tables, dim,
                    bzg_tables_add_code (tables, dim, code, (const guint *) (gpointer) atoms->data,
                                         atoms->len),
                    groups_name, code);
      }
  add_total (tables, dim);
  return dim;
}

static int
by_name (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* What a fund is called in the tables: nobody's fund is everybody's ("T") or not known. */
static char *
fund_id (const char *name)
{
  g_autofree char *id = bzg_tables_make_id (name);

  return strcmp (id, "T") == 0 || strcmp (id, BZG_UNKNOWN) == 0 ? g_strconcat ("%", id, NULL)
                                                                : g_steal_pointer (&id);
}

/* The funds that facts have, by name; none if no figure tells them apart: their names would say
 * that there is somebody whom they paid for. */
static void
add_funds (BzgTables *tables, const BzgFactStore *facts, gboolean told)
{
  guint dim = bzg_tables_add_dimension (tables, "fund");
  g_autofree guint8 *has = g_new0 (guint8, facts->texts->len);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint32 row = 0; told && row < facts->n; row++)
    has[facts->fund[row]] = TRUE;
  for (guint text = 1; text < facts->texts->len; text++)
    if (has[text])
      g_ptr_array_add (names, g_ptr_array_index (facts->texts, text));
  g_ptr_array_sort (names, by_name);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *id = fund_id (names->pdata[i]);
      guint atom = bzg_tables_add_atom (tables, dim, id);

      for (BzgLanguage lang = 0; lang < BZG_N_LANGUAGES; lang++)
        bzg_tables_set_label (tables, dim, atom, lang, names->pdata[i]);
    }
  set_unknown_label (tables, dim, bzg_tables_add_atom (tables, dim, BZG_UNKNOWN));
  add_total (tables, dim);
}

static gboolean
tell_funds_apart (const BzgFigures *figures)
{
  for (guint i = 0; i < bzg_figures_n (figures); i++)
    if (g_strv_contains (bzg_figure_dimensions (bzg_figures_get (figures, i)), "fund"))
      return TRUE;
  return FALSE;
}

void
_bzg_count_add_dimensions (BzgTables *tables,
                           const BzgFigures *figures,
                           const BzgFactStore *facts,
                           const char *period)
{
  guint dim = add_tree (tables, "place", "region", "district");

  bzg_tables_add_alias (tables, dim, "region");
  bzg_tables_add_alias (tables, dim, "district");
  add_list (tables, "sex", "sex");
  add_list (tables, "age_band", "age_band");
  add_list (tables, "category", "case_category");
  dim = add_tree (tables, "service", "service", "service");
  bzg_tables_add_alias (tables, dim, "family");
  add_funds (tables, facts, tell_funds_apart (figures));
  add_list (tables, "livelihood_kind", "livelihood_kind");
  add_list (tables, "business_status", "business_status");
  add_list (tables, "activity_kind", "activity_kind");
  dim = bzg_tables_add_dimension (tables, "period");
  bzg_tables_add_atom (tables, dim, period);
  g_assert (dim == BZG_DIM_PERIOD);
}

/* --- atoms ----------------------------------------------------------------------------------- */

typedef struct
{
  gint64 from, to;
  guint16 atom;
} Band;

/* The atom called @id; @otherwise if there is none. */
static guint16
atom_of (const BzgTables *tables, guint dim, const char *id, guint16 otherwise)
{
  int atom = id != NULL ? bzg_tables_find_code (tables, dim, id) : -1;

  return atom >= 0 && (guint) atom < bzg_tables_n_atoms (tables, dim) ? (guint16) atom : otherwise;
}

/* Bands are written 15-17 and 60+. */
static gboolean
band_limits (const char *code, gint64 *from, gint64 *to)
{
  char *end;

  *from = g_ascii_strtoll (code, &end, 10);
  *to = *end == '-' ? g_ascii_strtoll (end + 1, NULL, 10) : G_MAXINT64;
  return *end == '-' || *end == '+';
}

static GArray *
read_bands (const BzgTables *tables)
{
  const BzgCodeList *list = bzg_dictionary_code_list ("age_band");
  GArray *bands = g_array_new (FALSE, FALSE, sizeof (Band));

  for (guint i = 0; list != NULL && i < list->n_codes; i++)
    {
      Band band;

      if (!band_limits (list->codes[i].code, &band.from, &band.to))
        continue;
      band.atom = atom_of (tables, BZG_DIM_AGE, list->codes[i].code, 0);
      g_array_append_val (bands, band);
    }
  return bands;
}

static void
look_up (BzgCountAtoms *self, const BzgTables *tables, guint dim, const BzgFactStore *facts)
{
  gboolean tree = dim == BZG_DIM_PLACE || dim == BZG_DIM_SERVICE;
  guint16 unknown = atom_of (tables, dim, BZG_UNKNOWN, 0);

  self->unknown[dim] = unknown;
  self->atoms[dim] = g_new (guint16, facts->texts->len);
  self->groups[dim] = tree ? g_new (guint16, facts->texts->len) : NULL;
  for (guint text = 0; text < facts->texts->len; text++)
    {
      const char *name = g_ptr_array_index (facts->texts, text);
      g_autofree char *fund = dim == BZG_DIM_FUND && name != NULL ? fund_id (name) : NULL;
      const char *id = fund != NULL ? fund : name;

      self->atoms[dim][text] = atom_of (tables, dim, id, tree ? BZG_NO_ATOM : unknown);
      if (tree)
        {
          g_autofree char *own = id != NULL ? g_strconcat (id, ".", NULL) : NULL;

          self->groups[dim][text] = atom_of (tables, dim, own, unknown);
        }
    }
}

BzgCountAtoms *
_bzg_count_atoms_new (const BzgTables *tables, const BzgFactStore *facts)
{
  BzgCountAtoms *self = g_new0 (BzgCountAtoms, 1);

  for (guint dim = 0; dim < BZG_DIM_PERIOD; dim++)
    look_up (self, tables, dim, facts);
  self->female = atom_of (tables, BZG_DIM_SEX, "F", self->unknown[BZG_DIM_SEX]);
  self->male = atom_of (tables, BZG_DIM_SEX, "M", self->unknown[BZG_DIM_SEX]);
  self->bands = read_bands (tables);
  return self;
}

void
_bzg_count_atoms_free (BzgCountAtoms *self)
{
  for (guint dim = 0; dim < BZG_COUNT_DIMS; dim++)
    {
      g_free (self->atoms[dim]);
      g_free (self->groups[dim]);
    }
  g_array_unref (self->bands);
  g_free (self);
}

guint16
_bzg_count_age_atom (const BzgCountAtoms *self, const BzgFactWho *who, guint32 on)
{
  int min, max;

  if (!bzg_fact_who_age (who, on, &min, &max))
    return self->unknown[BZG_DIM_AGE];
  for (guint i = 0; i < self->bands->len; i++)
    {
      const Band *band = &g_array_index (self->bands, Band, i);

      if (min >= band->from && max <= band->to)
        return band->atom;
    }
  return self->unknown[BZG_DIM_AGE];
}

const char *
_bzg_count_age_band (const BzgFactWho *who, guint32 on)
{
  const BzgCodeList *list = bzg_dictionary_code_list ("age_band");
  gint64 from, to;
  int min, max;

  if (!bzg_fact_who_age (who, on, &min, &max))
    return NULL;
  for (guint i = 0; list != NULL && i < list->n_codes; i++)
    if (band_limits (list->codes[i].code, &from, &to) && min >= from && max <= to)
      return list->codes[i].code;
  return NULL;
}
