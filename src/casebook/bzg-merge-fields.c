/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-merge-private.h"

#include "casebook/bzg-person-index-private.h"
#include "casebook/bzg-record-private.h"

#include <string.h>

/*
 * Field by field: what the keeper of two records holds afterwards. The rules are those of somebody
 * who joins two index cards: nothing that only one card knows is lost, a village is not copied next
 * to the district of the other card, and every way in which the name was ever written is kept among
 * the other names, so that the person is found under it.
 */

#define SEPARATORS ";\n"

/* A field that means nothing without another. */
static const struct
{
  const char *field, *anchor;
} ANCHORS[] = {
  { "age_as_of", "age" },
  { "district", "region" },
  { "jamoat", "district" },
  { "settlement", "jamoat" },
  { "settlement_kind", "settlement" },
  { "near_border_with", "district" },
};

void
bzg_merge_field_free (BzgMergeField *self)
{
  if (self == NULL)
    return;
  g_free (self->keeper);
  g_free (self->other);
  g_free (self->result);
  g_free (self);
}

/* ---- Other names */

static gboolean
has_name (const char *text, const char *name)
{
  g_auto (GStrv) parts = g_strsplit_set (text != NULL ? text : "", SEPARATORS, -1);

  for (guint i = 0; parts[i] != NULL; i++)
    if (g_str_equal (g_strstrip (parts[i]), name))
      return TRUE;
  return FALSE;
}

/* The same name, or less of it. */
static gboolean
is_part_of (const char *name, const char *known)
{
  g_auto (GStrv) words = g_strsplit (name, " ", -1);
  g_auto (GStrv) of_known = g_strsplit (known != NULL ? known : "", " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) of_known, words[i]))
      return FALSE;
  return TRUE;
}

static void
add_name (GString *text, const char *name, const char *known)
{
  if (*name == '\0' || is_part_of (name, known) || has_name (text->str, name))
    return;
  if (text->len > 0)
    g_string_append (text, "; ");
  g_string_append (text, name);
}

static char *
full_name (const BzgRecord *person)
{
  return _bzg_person_index_name (bzg_record_get (person, "family_name"),
                                 bzg_record_get (person, "given_name"),
                                 bzg_record_get (person, "patronymic"));
}

static const char *
result_of (const GPtrArray *fields, const char *name)
{
  for (guint i = 0; i < fields->len; i++)
    {
      const BzgMergeField *field = g_ptr_array_index (fields, i);

      if (g_str_equal (field->field->name, name))
        return field->result;
    }
  return NULL;
}

static char *
join_names (const GPtrArray *fields, const BzgRecord *keeper, const BzgRecord *other)
{
  const char *own = bzg_record_get (keeper, "other_names");
  const char *others = bzg_record_get (other, "other_names");
  g_autofree char *known
    = _bzg_person_index_name (result_of (fields, "family_name"), result_of (fields, "given_name"),
                              result_of (fields, "patronymic"));
  g_auto (GStrv) parts = g_strsplit_set (others != NULL ? others : "", SEPARATORS, -1);
  g_autofree char *of_keeper = full_name (keeper);
  g_autofree char *of_other = full_name (other);
  GString *text = g_string_new (own);

  add_name (text, of_keeper, known);
  add_name (text, of_other, known);
  for (guint i = 0; parts[i] != NULL; i++)
    add_name (text, g_strstrip (parts[i]), known);
  return g_string_free (text, text->len == 0);
}

char *
_bzg_merge_names_without (const char *text, const char *before, const char *after)
{
  g_auto (GStrv) added = g_strsplit_set (after != NULL ? after : "", SEPARATORS, -1);
  g_auto (GStrv) parts = g_strsplit_set (text != NULL ? text : "", SEPARATORS, -1);
  g_autoptr (GString) rest = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      gboolean goes = FALSE;

      g_strstrip (parts[i]);
      for (guint j = 0; added[j] != NULL && !goes; j++)
        goes = g_str_equal (parts[i], g_strstrip (added[j])) && !has_name (before, parts[i]);
      if (!goes)
        add_name (rest, parts[i], NULL);
    }
  return rest->len > 0 ? g_strdup (rest->str) : NULL;
}

/* ---- Which of the two */

static const char *
anchor_of (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (ANCHORS); i++)
    if (g_str_equal (ANCHORS[i].field, name))
      return ANCHORS[i].anchor;
  return NULL;
}

/* Whether what a field of the other hangs on is what will stand in the keeper. */
static gboolean
fits (const GPtrArray *fields, const BzgRecord *other, const char *name)
{
  const char *anchor = anchor_of (name);

  if (anchor == NULL)
    return TRUE;
  if (bzg_record_get (other, anchor) == NULL)
    return fits (fields, other, anchor);
  return g_strcmp0 (result_of (fields, anchor), bzg_record_get (other, anchor)) == 0;
}

/* The anchor was taken from the other, against the keeper's own. */
static gboolean
follows (const GPtrArray *fields, const BzgRecord *keeper, const char *name)
{
  const char *anchor = anchor_of (name);

  return anchor != NULL && bzg_record_get (keeper, anchor) != NULL
         && g_strcmp0 (result_of (fields, anchor), bzg_record_get (keeper, anchor)) != 0;
}

static gboolean
takes_other (const GPtrArray *fields,
             const BzgRecord *keeper,
             const BzgRecord *other,
             const char *name,
             const BzgMergeChoice *choices,
             guint n_choices)
{
  for (guint i = 0; i < n_choices; i++)
    if (g_str_equal (choices[i].field, name))
      return choices[i].from_other;
  if (follows (fields, keeper, name))
    return TRUE;
  return bzg_record_get (keeper, name) == NULL && bzg_record_get (other, name) != NULL
         && fits (fields, other, name);
}

GPtrArray *
_bzg_merge_choose (const BzgRecord *keeper,
                   const BzgRecord *other,
                   const BzgMergeChoice *choices,
                   guint n_choices)
{
  const BzgAggregate *aggregate = bzg_record_aggregate (keeper);
  GPtrArray *fields = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_merge_field_free);

  /* In the order of the form, in which an anchor stands before what hangs on it. */
  for (guint i = 0; i < aggregate->n_fields; i++)
    {
      BzgMergeField *field = g_new0 (BzgMergeField, 1);

      field->field = aggregate->fields[i];
      field->keeper = g_strdup (_bzg_record_get_at (keeper, i));
      field->other = g_strdup (_bzg_record_get_at (other, i));
      field->from_other
        = takes_other (fields, keeper, other, field->field->name, choices, n_choices);
      field->result = g_strdup (field->from_other ? field->other : field->keeper);
      field->both = g_str_equal (field->field->id, "person.other_names");
      g_ptr_array_add (fields, field);
    }
  for (guint i = 0; i < fields->len; i++)
    {
      BzgMergeField *field = g_ptr_array_index (fields, i);

      if (!field->both)
        continue;
      g_free (field->result);
      field->result = join_names (fields, keeper, other);
      field->from_other = FALSE;
    }
  return fields;
}
