/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-report-private.h"

#include "base/bzg-error.h"
#include "bzg-reports-resources.h"

#include <string.h>

/*
 * Reading reports/. Everything that a text or a table names is looked up here, once, so that a
 * mistake in a definition is found when the program starts (and by the tests) and never in a report
 * that a manager is about to send.
 */

#define RESOURCES "/org/bozgasht/reports/"

const char *const _bzg_report_words[]
  = { "programme", "period",    "first_day", "last_day",    "fund",
      "date",      "threshold", "imprecise", "certificate", NULL };

static void
value_free (BzgReportValue *value)
{
  g_free (value->name);
  g_free (value->figure);
  g_free (value->label);
  g_strfreev (value->key);
  g_free (value);
}

static void
key_free (BzgReportKey *key)
{
  g_free (key->name);
  g_strfreev (key->values);
  g_free (key);
}

static void
table_free (BzgReportTable *table)
{
  g_free (table->name);
  g_free (table->caption);
  g_strfreev (table->figures);
  g_free (table->rows);
  g_free (table->columns);
  g_strfreev (table->totals);
  g_free (table);
}

static void
chart_free (BzgReportChart *chart)
{
  g_free (chart->name);
  g_free (chart->caption);
  g_free (chart->figure);
  g_free (chart->categories);
  g_free (chart->series);
  g_free (chart);
}

static void
part_free (BzgReportPart *part)
{
  g_free (part->text);
  g_free (part);
}

void
_bzg_report_definition_free (BzgReportDefinition *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->title);
  g_free (self->description);
  g_clear_pointer (&self->figures, bzg_figures_unref);
  g_hash_table_unref (self->values);
  g_hash_table_unref (self->keys);
  g_hash_table_unref (self->tables);
  g_hash_table_unref (self->charts);
  for (guint i = 0; i < BZG_N_LANGUAGES; i++)
    g_clear_pointer (&self->parts[i], g_ptr_array_unref);
  g_free (self);
}

G_GNUC_PRINTF (3, 4)
static gboolean
bad (GError **error, const char *where, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED, "definition.ini: [%s]: %s", where, what);

  return FALSE;
}

/* A misspelled key must not pass in silence. */
static gboolean
check_keys (GKeyFile *file, const char *group, const char *const *allowed, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    if (!g_strv_contains (allowed, keys[i]))
      return bad (error, group, "unknown key %s", keys[i]);

  return TRUE;
}

static char *
need (GKeyFile *file, const char *group, const char *key, GError **error)
{
  char *text = g_key_file_get_string (file, group, key, NULL);

  if (text == NULL || text[0] == '\0')
    {
      bad (error, group, "no %s", key);
      g_clear_pointer (&text, g_free);
    }

  return text;
}

static gboolean
is_yes (GKeyFile *file, const char *group, const char *key)
{
  g_autofree char *text = g_key_file_get_string (file, group, key, NULL);

  return g_strcmp0 (text, "yes") == 0;
}

static const BzgFigure *
find_figure (BzgReportDefinition *self, const char *group, const char *id, GError **error)
{
  const BzgFigure *figure = bzg_figures_find (self->figures, id);

  if (figure == NULL)
    bad (error, group, "no figure %s", id);

  return figure;
}

static gboolean
has_dimension (const BzgFigure *figure, const char *dimension, const char *group, GError **error)
{
  if (!g_strv_contains (bzg_figure_dimensions (figure), dimension))
    return bad (error, group, "figure %s has no dimension %s", bzg_figure_id (figure), dimension);

  return TRUE;
}

static gboolean
read_value (
  BzgReportDefinition *self, GKeyFile *file, const char *group, const char *name, GError **error)
{
  static const char *const keys[] = { "figure", "key", "label", NULL };
  BzgReportValue *value = g_new0 (BzgReportValue, 1);
  const BzgFigure *figure;

  g_hash_table_insert (self->values, value->name = g_strdup (name), value);
  value->figure = need (file, group, "figure", error);
  if (value->figure == NULL || !check_keys (file, group, keys, error))
    return FALSE;
  figure = find_figure (self, group, value->figure, error);
  if (figure == NULL)
    return FALSE;
  value->label = g_key_file_get_string (file, group, "label", NULL);
  value->key = g_key_file_get_string_list (file, group, "key", NULL, NULL);
  if (value->key == NULL
      || g_strv_length (value->key) != g_strv_length ((char **) bzg_figure_dimensions (figure)))
    return bad (error, group, "key must have a code for each dimension");

  return TRUE;
}

static gboolean
read_key (
  BzgReportDefinition *self, GKeyFile *file, const char *group, const char *name, GError **error)
{
  static const char *const keys[] = { "values", NULL };
  BzgReportKey *key = g_new0 (BzgReportKey, 1);

  g_hash_table_insert (self->keys, key->name = g_strdup (name), key);
  key->values = g_key_file_get_string_list (file, group, "values", NULL, NULL);
  if (key->values == NULL || key->values[0] == NULL)
    return bad (error, group, "no values");

  return check_keys (file, group, keys, error);
}

static gboolean
read_table (
  BzgReportDefinition *self, GKeyFile *file, const char *group, const char *name, GError **error)
{
  static const char *const keys[]
    = { "caption", "figure", "figures", "rows", "columns", "known_only", "totals", NULL };
  BzgReportTable *table = g_new0 (BzgReportTable, 1);
  g_autofree char *figure_id = g_key_file_get_string (file, group, "figure", NULL);

  g_hash_table_insert (self->tables, table->name = g_strdup (name), table);
  table->caption = need (file, group, "caption", error);
  if (table->caption == NULL)
    return FALSE;
  table->rows = need (file, group, "rows", error);
  if (table->rows == NULL || !check_keys (file, group, keys, error))
    return FALSE;
  table->columns = g_key_file_get_string (file, group, "columns", NULL);
  table->known_only = is_yes (file, group, "known_only");
  table->figures = figure_id != NULL
                     ? g_strdupv ((char *[]){ figure_id, NULL })
                     : g_key_file_get_string_list (file, group, "figures", NULL, NULL);
  if (table->figures == NULL || table->figures[0] == NULL)
    return bad (error, group, "no figure");
  table->totals = g_key_file_get_string_list (file, group, "totals", NULL, NULL);
  if (table->totals != NULL && g_strv_length (table->totals) != g_strv_length (table->figures))
    return bad (error, group, "totals need a value for each figure");
  for (guint i = 0; table->totals != NULL && table->totals[i] != NULL; i++)
    if (!g_hash_table_contains (self->values, table->totals[i]))
      return bad (error, group, "no value %s above", table->totals[i]);
  if (table->columns != NULL && figure_id == NULL)
    return bad (error, group, "columns belong to one figure");
  for (guint i = 0; table->figures[i] != NULL; i++)
    {
      const BzgFigure *figure = find_figure (self, group, table->figures[i], error);

      if (figure == NULL || !has_dimension (figure, table->rows, group, error)
          || (table->columns != NULL && !has_dimension (figure, table->columns, group, error)))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_chart (
  BzgReportDefinition *self, GKeyFile *file, const char *group, const char *name, GError **error)
{
  static const char *const keys[]
    = { "caption", "kind", "figure", "categories", "series", "known_only", NULL };
  static const char *const kinds[] = { "bar", "stacked", "line", "pyramid", NULL };
  BzgReportChart *chart = g_new0 (BzgReportChart, 1);
  g_autofree char *kind = g_key_file_get_string (file, group, "kind", NULL);
  const BzgFigure *figure;

  g_hash_table_insert (self->charts, chart->name = g_strdup (name), chart);
  if (!check_keys (file, group, keys, error))
    return FALSE;
  if (kind == NULL || !g_strv_contains (kinds, kind))
    return bad (error, group, "kind must be bar, stacked, line or pyramid");
  while (!g_str_equal (kinds[chart->kind], kind))
    chart->kind++;
  chart->caption = need (file, group, "caption", error);
  if (chart->caption == NULL)
    return FALSE;
  chart->figure = need (file, group, "figure", error);
  if (chart->figure == NULL)
    return FALSE;
  chart->categories = need (file, group, "categories", error);
  if (chart->categories == NULL)
    return FALSE;
  chart->series = g_key_file_get_string (file, group, "series", NULL);
  chart->known_only = is_yes (file, group, "known_only");
  figure = find_figure (self, group, chart->figure, error);

  return figure != NULL && has_dimension (figure, chart->categories, group, error)
         && (chart->series == NULL || has_dimension (figure, chart->series, group, error));
}

static gboolean
read_report (BzgReportDefinition *self, GKeyFile *file, GError **error)
{
  static const char *const keys[] = { "title", "description", "fund", "cover", NULL };

  if (!check_keys (file, "report", keys, error))
    return FALSE;
  self->title = need (file, "report", "title", error);
  if (self->title == NULL)
    return FALSE;
  self->description = need (file, "report", "description", error);
  self->takes_fund = is_yes (file, "report", "fund");
  self->cover = is_yes (file, "report", "cover");

  return self->description != NULL;
}

typedef gboolean (*ReadGroup) (
  BzgReportDefinition *, GKeyFile *, const char *, const char *, GError **);

static gboolean
read_ini (BzgReportDefinition *self, const char *ini, GError **error)
{
  static const struct
  {
    const char *prefix;
    ReadGroup read;
  } kinds[] = { { "value ", read_value },
                { "key ", read_key },
                { "table ", read_table },
                { "chart ", read_chart } };
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) local = NULL;
  g_auto (GStrv) groups = NULL;

  if (!g_key_file_load_from_data (file, ini, strlen (ini), G_KEY_FILE_NONE, &local))
    return bad (error, "report", "%s", local->message);
  if (!read_report (self, file, error))
    return FALSE;
  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    {
      gboolean known = g_str_equal (groups[i], "report");

      for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
        if (g_str_has_prefix (groups[i], kinds[k].prefix))
          {
            known = TRUE;
            if (!kinds[k].read (self, file, groups[i], groups[i] + strlen (kinds[k].prefix), error))
              return FALSE;
          }
      if (!known)
        return bad (error, groups[i], "unknown group");
    }

  return TRUE;
}

static gboolean
check_key_values (BzgReportDefinition *self, GError **error)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->keys);
  while (g_hash_table_iter_next (&iter, NULL, &key))
    for (guint i = 0; ((BzgReportKey *) key)->values[i] != NULL; i++)
      {
        const char *name = ((BzgReportKey *) key)->values[i];
        const BzgReportValue *value = g_hash_table_lookup (self->values, name);

        if (value == NULL || value->label == NULL)
          return bad (error, ((BzgReportKey *) key)->name, "no value %s with a label", name);
      }

  return TRUE;
}

/* Every {{name}} of a text must be known. */
static gboolean
check_names (BzgReportDefinition *self, BzgLanguage lang, const char *text, GError **error)
{
  const char *end;

  for (const char *p = text; (p = strstr (p, "{{")) != NULL; p = end)
    {
      g_autofree char *name = NULL;

      end = strstr (p, "}}");
      name = end != NULL ? g_strndup (p + 2, end - p - 2) : g_strdup ("{{");
      if (end == NULL
          || (!g_strv_contains (_bzg_report_words, name)
              && !g_hash_table_contains (self->values, name)))
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED, "text.%s.md: unknown name %s",
                       bzg_language_code (lang), name);
          return FALSE;
        }
    }

  return TRUE;
}

/* A line of its own: {{table:NAME}}. NULL thing: not known. */
static gboolean
read_directive (BzgReportDefinition *self, const char *line, BzgReportPart *part)
{
  static const struct
  {
    const char *prefix;
    BzgReportPartKind kind;
  } kinds[] = { { "{{key:", BZG_PART_KEY },
                { "{{table:", BZG_PART_TABLE },
                { "{{chart:", BZG_PART_CHART } };

  if (g_str_equal (line, "{{page}}"))
    {
      part->kind = BZG_PART_PAGE;
      part->thing = self;
      part->text = g_strdup ("page");
      return TRUE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      GHashTable *table = kinds[i].kind == BZG_PART_KEY     ? self->keys
                          : kinds[i].kind == BZG_PART_TABLE ? self->tables
                                                            : self->charts;

      if (!g_str_has_prefix (line, kinds[i].prefix) || !g_str_has_suffix (line, "}}"))
        continue;
      part->kind = kinds[i].kind;
      part->text = g_strdup (line + strlen (kinds[i].prefix));
      part->text[strlen (part->text) - 2] = '\0';
      part->thing = g_hash_table_lookup (table, part->text);
      return TRUE;
    }

  return FALSE;
}

static void
end_text (GPtrArray *parts, GString *text)
{
  BzgReportPart *part;

  if (text->len == 0)
    return;
  part = g_new0 (BzgReportPart, 1);
  part->kind = BZG_PART_TEXT;
  part->text = g_strdup (text->str);
  g_ptr_array_add (parts, part);
  g_string_truncate (text, 0);
}

static gboolean
read_text (BzgReportDefinition *self, BzgLanguage lang, const char *text, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GString) block = g_string_new (NULL);
  GPtrArray *parts = g_ptr_array_new_with_free_func ((GDestroyNotify) part_free);

  self->parts[lang] = parts;
  for (guint i = 0; lines[i] != NULL; i++)
    {
      BzgReportPart read = { 0 };
      BzgReportPart *part;

      g_strchomp (lines[i]);
      if (g_str_has_prefix (lines[i], "<!--"))
        continue;
      if (!read_directive (self, lines[i], &read))
        {
          g_string_append_printf (block, "%s\n", lines[i]);
          continue;
        }
      end_text (parts, block);
      part = g_memdup2 (&read, sizeof read);
      g_ptr_array_add (parts, part);
      if (part->thing == NULL)
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED, "text.%s.md, line %u: no such thing",
                       bzg_language_code (lang), i + 1);
          return FALSE;
        }
    }
  end_text (parts, block);
  for (guint i = 0; i < parts->len; i++)
    {
      const BzgReportPart *part = g_ptr_array_index (parts, i);

      if (part->kind == BZG_PART_TEXT && !check_names (self, lang, part->text, error))
        return FALSE;
    }

  return TRUE;
}

static char *
structure_of (const GPtrArray *parts)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < parts->len; i++)
    {
      const BzgReportPart *part = g_ptr_array_index (parts, i);

      if (part->kind != BZG_PART_TEXT)
        g_string_append_printf (text, "%d:%s ", part->kind, part->text);
    }

  return g_string_free (text, FALSE);
}

BzgReportDefinition *
_bzg_report_definition_new (const char *id,
                            const char *ini,
                            const char *figures,
                            const char *const texts[BZG_N_LANGUAGES],
                            GError **error)
{
  g_autoptr (BzgReportDefinition) self = g_new0 (BzgReportDefinition, 1);
  g_autofree char *first = NULL;

  self->id = g_strdup (id);
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) value_free);
  self->keys = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) key_free);
  self->tables = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) table_free);
  self->charts = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) chart_free);
  self->figures = bzg_figures_new (figures, strlen (figures), error);
  if (self->figures == NULL || !read_ini (self, ini, error) || !check_key_values (self, error))
    return NULL;
  for (guint lang = 0; lang < BZG_N_LANGUAGES; lang++)
    {
      g_autofree char *structure = NULL;

      if (!read_text (self, lang, texts[lang], error))
        return NULL;
      structure = structure_of (self->parts[lang]);
      if (first == NULL)
        first = g_steal_pointer (&structure);
      else if (!g_str_equal (first, structure))
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED,
                       "text.%s.md: not the same tables and charts in the same order as English",
                       bzg_language_code (lang));
          return NULL;
        }
    }

  return g_steal_pointer (&self);
}

static char *
read_resource (const char *id, const char *name, GError **error)
{
  g_autofree char *path = g_strconcat (RESOURCES, id, "/", name, NULL);
  g_autoptr (GBytes) bytes = g_resource_lookup_data (bzg_reports_get_resource (), path,
                                                     G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  gsize len;
  const char *data;

  if (bytes == NULL)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED, "reports/%s: no %s", id, name);
      return NULL;
    }
  data = g_bytes_get_data (bytes, &len);

  return g_strndup (data, len);
}

static BzgReportDefinition *
load (const char *id, GError **error)
{
  g_autofree char *ini = read_resource (id, "definition.ini", error);
  g_autofree char *figures = ini != NULL ? read_resource (id, "figures.ini", error) : NULL;
  g_auto (GStrv) texts = g_new0 (char *, BZG_N_LANGUAGES + 1);
  BzgReportDefinition *self;

  if (figures == NULL)
    return NULL;
  for (guint lang = 0; lang < BZG_N_LANGUAGES; lang++)
    {
      g_autofree char *name = g_strdup_printf ("text.%s.md", bzg_language_code (lang));

      texts[lang] = read_resource (id, name, error);
      if (texts[lang] == NULL)
        return NULL;
    }
  self = _bzg_report_definition_new (id, ini, figures, (const char *const *) texts, error);
  if (self == NULL)
    g_prefix_error (error, "reports/%s/", id);

  return self;
}

const GPtrArray *
bzg_report_definitions (GError **error)
{
  static GPtrArray *all;
  static GError *failure;
  static gsize once;

  if (g_once_init_enter (&once))
    {
      g_autoptr (GBytes) list
        = g_resource_lookup_data (bzg_reports_get_resource (), RESOURCES "reports.list",
                                  G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
      g_auto (GStrv) ids = NULL;
      gsize len = 0;
      const char *data = list != NULL ? g_bytes_get_data (list, &len) : "";
      g_autofree char *text = g_strndup (data, len);

      all = g_ptr_array_new ();
      ids = g_strsplit (text, "\n", -1);
      for (guint i = 0; failure == NULL && ids[i] != NULL; i++)
        if (ids[i][0] != '\0' && ids[i][0] != '#')
          {
            BzgReportDefinition *definition = load (ids[i], &failure);

            if (definition != NULL)
              g_ptr_array_add (all, definition);
          }
      g_once_init_leave (&once, 1);
    }
  if (failure != NULL)
    {
      g_propagate_error (error, g_error_copy (failure));
      return NULL;
    }

  return all;
}

const BzgReportDefinition *
bzg_report_definition (const char *id, GError **error)
{
  const GPtrArray *all = bzg_report_definitions (error);

  if (all == NULL)
    return NULL;
  for (guint i = 0; i < all->len; i++)
    {
      const BzgReportDefinition *definition = g_ptr_array_index (all, i);

      if (g_strcmp0 (definition->id, id) == 0)
        return definition;
    }
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_FOUND, "no such report");

  return NULL;
}

const char *
bzg_report_definition_id (const BzgReportDefinition *self)
{
  return self->id;
}

const char *
bzg_report_definition_title (const BzgReportDefinition *self, BzgLanguage lang)
{
  return bzg_tr (lang, self->title);
}

const char *
bzg_report_definition_summary (const BzgReportDefinition *self, BzgLanguage lang)
{
  return bzg_tr (lang, self->description);
}

gboolean
bzg_report_definition_takes_fund (const BzgReportDefinition *self)
{
  return self->takes_fund;
}
