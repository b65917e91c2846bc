/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-figure-private.h"

#include "base/bzg-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/*
 * Figures as a report writes them down. What cannot be counted truly is refused here, when the
 * definitions are loaded: jobs by caseload, persons by status at a hand-over, a dimension twice.
 */

struct _BzgFigures
{
  grefcount refs;
  GPtrArray *figures;
};

static const BzgFigureDimension dimensions[] = {
  { "region", "place", "region", N_ ("Region"), TRUE },
  { "district", "place", "district", N_ ("District"), FALSE },
  { "sex", "sex", "sex", N_ ("Sex"), FALSE },
  { "age_band", "age_band", "age_band", N_ ("Age band"), FALSE },
  { "category", "category", "case_category", N_ ("Category"), FALSE },
  { "family", "service", "service", N_ ("Kind of support"), TRUE },
  { "service", "service", "service", N_ ("Service"), FALSE },
  { "fund", "fund", NULL, N_ ("Fund"), FALSE },
  { "livelihood_kind", "livelihood_kind", "livelihood_kind", N_ ("Kind of business"), FALSE },
  { "business_status", "business_status", "business_status", N_ ("State of the business"), FALSE },
  { "activity_kind", "activity_kind", "activity_kind", N_ ("Kind"), FALSE },
};

static const char *const measure_names[]
  = { "persons", "persons_by", "facts", "jobs", "sales", "cost", "heads", NULL };
static const char *const fact_names[]
  = { "support", "planned", "visit", "activity", "head_count", NULL };

const BzgFigureDimension *
_bzg_figure_dimension (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (dimensions); i++)
    if (strcmp (dimensions[i].name, name) == 0)
      return &dimensions[i];
  return NULL;
}

const char *
bzg_dimension_title (const char *dimension, BzgLanguage lang)
{
  const BzgFigureDimension *found = _bzg_figure_dimension (dimension);

  return found != NULL ? bzg_tr (lang, found->title) : dimension;
}

static void
figure_free (gpointer data)
{
  BzgFigure *self = data;

  g_free (self->id);
  g_free (self->title);
  g_strfreev (self->dimensions);
  g_free (self->dims);
  g_free (self);
}

static gboolean
bad (GError **error, const char *group, const char *key)
{
  g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED, "figures.ini: [%s] %s cannot be understood",
               group, key);
  return FALSE;
}

static int
find_word (const char *const *words, const char *word)
{
  for (int i = 0; word != NULL && words[i] != NULL; i++)
    if (strcmp (words[i], word) == 0)
      return i;
  return -1;
}

/* Which measures can be counted from which facts, and by what. */
static gboolean
makes_sense (const BzgFigure *f)
{
  gboolean of_people
    = f->facts == BZG_FACT_SUPPORT || f->facts == BZG_FACT_PLANNED || f->facts == BZG_FACT_VISIT;

  switch (f->kind)
    {
    case BZG_MEASURE_PERSONS:
      /* A person has several services and funds: those need persons_by. */
      for (guint i = 0; i < f->n_dims; i++)
        if (strcmp (f->dims[i]->tables, "service") == 0 || strcmp (f->dims[i]->tables, "fund") == 0)
          return FALSE;
      return of_people;
    case BZG_MEASURE_PERSONS_BY:
      for (guint i = 1; i < f->n_dims; i++)
        if (strcmp (f->dims[i]->tables, "service") == 0 || strcmp (f->dims[i]->tables, "fund") == 0)
          return FALSE;
      return of_people && f->n_dims > 0
             && (strcmp (f->dims[0]->tables, "service") == 0
                 || strcmp (f->dims[0]->tables, "fund") == 0);
    case BZG_MEASURE_JOBS:
    case BZG_MEASURE_SALES:
      return f->facts == BZG_FACT_VISIT;
    case BZG_MEASURE_COST:
      return f->facts == BZG_FACT_SUPPORT;
    case BZG_MEASURE_HEADS:
      return f->facts == BZG_FACT_HEAD_COUNT || f->facts == BZG_FACT_ACTIVITY;
    case BZG_MEASURE_FACTS:
    default:
      return f->facts != BZG_FACT_HEAD_COUNT;
    }
}

/* The name of the block of numbers: figures of the same block are attacked together. */
static void
name_block (BzgFigure *f)
{
  static const char *const person_blocks[] = { "count", "planned_for", "visited", "", "" };
  static const char *const fact_blocks[] = { "services", "planned", "visits", "activities", "" };

  f->unit = "person";
  switch (f->kind)
    {
    case BZG_MEASURE_PERSONS:
      f->measure = g_intern_string (person_blocks[f->facts]);
      break;
    case BZG_MEASURE_PERSONS_BY:
      {
        g_autofree char *name
          = g_strdup_printf ("%s_by_%s", person_blocks[f->facts], f->dims[0]->name);

        f->measure = g_intern_string (name);
        break;
      }
    case BZG_MEASURE_FACTS:
      f->measure = g_intern_string (fact_blocks[f->facts]);
      f->unit = f->facts == BZG_FACT_ACTIVITY ? "activity"
                : f->facts == BZG_FACT_VISIT  ? "visit"
                                              : "service";
      f->open = f->facts == BZG_FACT_ACTIVITY;
      break;
    case BZG_MEASURE_JOBS:
      f->measure = g_intern_string ("jobs");
      f->unit = "job";
      break;
    case BZG_MEASURE_SALES:
      f->measure = g_intern_string ("sales");
      f->unit = "TJS";
      f->scale = 2;
      break;
    case BZG_MEASURE_COST:
      f->measure = g_intern_string ("cost");
      f->unit = "TJS";
      f->scale = 2;
      break;
    case BZG_MEASURE_HEADS:
    default:
      f->measure = g_intern_string (f->facts == BZG_FACT_HEAD_COUNT ? "heads" : "participants");
      break;
    }
}

static BzgFigure *
read_figure (GKeyFile *file, const char *group, GError **error)
{
  BzgFigure *f = g_new0 (BzgFigure, 1);
  g_autofree char *measure = g_key_file_get_string (file, group, "measure", NULL);
  g_autofree char *facts = g_key_file_get_string (file, group, "facts", NULL);
  g_autofree char *must = g_key_file_get_string (file, group, "must_print", NULL);
  int kind = find_word (measure_names, measure), of = find_word (fact_names, facts);

  f->id = g_strdup (group);
  f->title = g_key_file_get_string (file, group, "title", NULL);
  f->dimensions = g_key_file_get_string_list (file, group, "dimensions", NULL, NULL);
  if (f->dimensions == NULL)
    f->dimensions = g_new0 (char *, 1);
  f->n_dims = g_strv_length (f->dimensions);
  f->dims = g_new0 (const BzgFigureDimension *, f->n_dims + 1);
  if (f->title == NULL || *f->title == '\0')
    bad (error, group, "title");
  else if (kind < 0)
    bad (error, group, "measure");
  else if (of < 0)
    bad (error, group, "facts");
  else if (must != NULL && strcmp (must, "total") != 0)
    bad (error, group, "must_print");
  else
    {
      gboolean ok = f->n_dims <= BZG_FIGURE_MAX_DIMS;

      f->kind = (BzgMeasureKind) kind;
      f->facts = (BzgFactKind) of;
      f->must_print_total = must != NULL;
      for (guint i = 0; ok && i < f->n_dims; i++)
        {
          f->dims[i] = _bzg_figure_dimension (f->dimensions[i]);
          ok = f->dims[i] != NULL;
          for (guint j = 0; ok && j < i; j++)
            ok = strcmp (f->dims[i]->tables, f->dims[j]->tables) != 0;
        }
      if (!ok || !makes_sense (f))
        bad (error, group, ok ? "measure" : "dimensions");
      else
        {
          name_block (f);
          return f;
        }
    }
  figure_free (f);
  return NULL;
}

BzgFigures *
bzg_figures_new (const char *text, gssize len, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (GStrv) groups = NULL;
  g_autoptr (BzgFigures) self = NULL;

  if (!g_key_file_load_from_data (file, text, len < 0 ? strlen (text) : (gsize) len,
                                  G_KEY_FILE_NONE, NULL))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED, "figures.ini: not a key file");
      return NULL;
    }
  self = g_new0 (BzgFigures, 1);
  g_ref_count_init (&self->refs);
  self->figures = g_ptr_array_new_with_free_func (figure_free);
  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    {
      BzgFigure *figure = read_figure (file, groups[i], error);

      if (figure == NULL)
        return NULL;
      g_ptr_array_add (self->figures, figure);
    }
  return g_steal_pointer (&self);
}

BzgFigures *
bzg_figures_ref (BzgFigures *self)
{
  g_ref_count_inc (&self->refs);
  return self;
}

void
bzg_figures_unref (BzgFigures *self)
{
  if (self == NULL || !g_ref_count_dec (&self->refs))
    return;
  g_ptr_array_unref (self->figures);
  g_free (self);
}

guint
bzg_figures_n (const BzgFigures *self)
{
  return self->figures->len;
}

const BzgFigure *
bzg_figures_get (const BzgFigures *self, guint index)
{
  g_return_val_if_fail (index < self->figures->len, NULL);
  return g_ptr_array_index (self->figures, index);
}

const BzgFigure *
bzg_figures_find (const BzgFigures *self, const char *id)
{
  for (guint i = 0; i < self->figures->len; i++)
    if (strcmp (bzg_figures_get (self, i)->id, id) == 0)
      return bzg_figures_get (self, i);
  return NULL;
}

const char *
bzg_figure_id (const BzgFigure *self)
{
  return self->id;
}

const char *
bzg_figure_title (const BzgFigure *self, BzgLanguage lang)
{
  return bzg_tr (lang, self->title);
}

const char *
bzg_figure_measure (const BzgFigure *self)
{
  return measure_names[self->kind];
}

const char *const *
bzg_figure_dimensions (const BzgFigure *self)
{
  return (const char *const *) self->dimensions;
}
