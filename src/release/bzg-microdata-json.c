/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-microdata.h"

#include <json-glib/json-glib.h>

/* What would leave, for scripts: numbers of people below k are null. */

static const char *const FATES[] = { "kept", "too_telling", "says_nothing", "not_readable" };

static void
add_people (const BzgMicrodata *self, JsonBuilder *json, const char *name, guint people)
{
  json_builder_set_member_name (json, name);
  if (bzg_microdata_printable (self, people))
    json_builder_add_int_value (json, people);
  else
    json_builder_add_null_value (json);
}

static void
add_number (JsonBuilder *json, const char *name, guint number)
{
  json_builder_set_member_name (json, name);
  json_builder_add_int_value (json, number);
}

static void
add_text (JsonBuilder *json, const char *name, const char *text)
{
  json_builder_set_member_name (json, name);
  if (text != NULL)
    json_builder_add_string_value (json, text);
  else
    json_builder_add_null_value (json);
}

static void
add_columns (const BzgMicrodata *self, JsonBuilder *json)
{
  const GArray *columns = bzg_microdata_columns (self);

  json_builder_set_member_name (json, "columns");
  json_builder_begin_array (json);
  for (guint c = 0; c < columns->len; c++)
    {
      const BzgMicrodataColumn *column = &g_array_index (columns, BzgMicrodataColumn, c);

      json_builder_begin_object (json);
      add_text (json, "name", column->name);
      add_text (json, "fate", FATES[column->fate]);
      if (!column->sensitive)
        {
          add_number (json, "level", column->level);
          add_number (json, "of", column->n_levels - 1);
        }
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
}

static void
add_sealed (JsonBuilder *json)
{
  const char *const *fields = bzg_microdata_sealed_fields ();

  json_builder_set_member_name (json, "sealed");
  json_builder_begin_array (json);
  for (guint i = 0; fields[i] != NULL; i++)
    json_builder_add_string_value (json, fields[i]);
  json_builder_end_array (json);
}

char *
bzg_microdata_to_json (const BzgMicrodata *self)
{
  const BzgMicrodataSummary *summary = bzg_microdata_summary (self);
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (json);
  add_text (json, "years", bzg_microdata_years (self)->id);
  add_text (json, "for",
            bzg_microdata_audience (self) == BZG_MICRODATA_PUBLIC ? "public" : "partner");
  add_text (json, "published", bzg_microdata_published (self));
  add_number (json, "rows", summary->rows);
  add_people (self, json, "dropped", summary->dropped);
  add_people (self, json, "not_consented", summary->not_consented);
  add_people (self, json, "not_counted", summary->not_counted);
  add_people (self, json, "earlier", summary->earlier);
  add_number (json, "classes", summary->classes);
  add_number (json, "smallest", summary->smallest);
  add_number (json, "k", summary->k);
  add_number (json, "l", summary->l);
  json_builder_set_member_name (json, "t");
  json_builder_add_double_value (json, summary->t / 100.0);
  json_builder_set_member_name (json, "loss");
  json_builder_add_double_value (json, (double) (gint64) (summary->loss * 100 + 0.5) / 100);
  add_number (json, "recodings", summary->nodes);
  add_number (json, "tried", summary->tested);
  add_columns (self, json);
  add_sealed (json);
  json_builder_end_object (json);
  root = json_builder_get_root (json);
  return json_to_string (root, FALSE);
}
