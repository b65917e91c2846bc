/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-microdata-private.h"

#include "base/bzg-format.h"
#include "casebook/bzg-dictionary.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* How columns and classes of a file are called before people, in three languages. */

/* What a reader calls a text of a column. */
static char *
text_label (const BzgRowsColumn *column, const char *text, BzgLanguage lang)
{
  g_auto (GStrv) parts = NULL;

  if (column->role == BZG_ROWS_FLAG)
    return g_strdup (bzg_code_label ("yes_no", strcmp (text, "1") == 0 ? "yes" : "no", lang));
  if (column->codes != NULL && bzg_dictionary_code (column->codes, text) != NULL)
    return g_strdup (bzg_code_label (column->codes, text, lang));
  if (strcmp (text, "other") == 0)
    return g_strdup (bzg_tr (lang, N_ ("another country")));
  parts = g_strsplit (text, "-", -1);
  return g_strjoinv ("–", parts);
}

char *
bzg_microdata_class_text (const BzgMicrodata *self, guint class, BzgLanguage lang)
{
  g_auto (GStrv) texts
    = g_strsplit (g_array_index (self->classes, BzgMicrodataClass, class).key, "\t", -1);
  GString *out = g_string_new (NULL);
  guint at = 0;

  for (guint c = 0; c < self->file->rows->columns->len; c++)
    {
      const BzgRowsColumn *column = g_ptr_array_index (self->file->rows->columns, c);
      g_autofree char *label = NULL;

      if (column->role != BZG_ROWS_QUASI)
        continue;
      label = *texts[at] != '\0' ? text_label (column, texts[at], lang) : g_strdup ("–");
      g_string_append_printf (out, "%s%s", at > 0 ? " · " : "", label);
      at++;
    }
  return g_string_free (out, FALSE);
}

char *
bzg_microdata_column_title (const char *name, BzgLanguage lang)
{
  static const struct
  {
    const char *name, *field;
  } FIELDS[] = {
    { "sex", "person.sex" },
    { "region", "person.region" },
    { "country_of_return", "migration.country_of_return" },
    { "occupation", "person.occupation" },
    { "category", "case_file.category" },
    { "closure_reason", "case_file.closure_reason" },
    { "business_status", "visit.status" },
    { "health_problem", "person.health_problem" },
  };
  int column = _bzg_rows_find_column (name);

  for (guint i = 0; i < G_N_ELEMENTS (FIELDS); i++)
    if (strcmp (FIELDS[i].name, name) == 0)
      return g_strdup (bzg_field_label (bzg_dictionary_field (FIELDS[i].field), lang));
  if (strcmp (name, "age_band") == 0)
    return g_strdup (bzg_tr (lang, N_ ("Age at registration")));
  if (strcmp (name, "year_of_registration") == 0)
    return g_strdup (bzg_tr (lang, N_ ("Year of registration")));
  return g_strdup (column >= 0 && _bzg_rows_column ((guint) column)->role == BZG_ROWS_FLAG
                     ? bzg_code_label ("service", _bzg_rows_column ((guint) column)->code, lang)
                     : name);
}

static int
by_text (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

#define MOST_TEXTS 8

char *
bzg_microdata_column_text (const BzgMicrodata *self, guint column, BzgLanguage lang)
{
  const BzgMicrodataColumn *told = &g_array_index (self->columns, BzgMicrodataColumn, column);
  const BzgRows *rows = self->file->rows;
  int c = _bzg_rows_column_at (rows, told->name);
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();
  GString *out = g_string_new (NULL);

  for (guint row = 0; c >= 0 && row < rows->n; row++)
    {
      const char *text = _bzg_rows_get (rows, row, (guint) c);

      if (text != NULL && !g_ptr_array_find (texts, text, NULL))
        g_ptr_array_add (texts, (gpointer) text);
    }
  g_ptr_array_sort (texts, by_text);
  for (guint i = 0; i < MIN (texts->len, MOST_TEXTS); i++)
    {
      g_autofree char *label = text_label (g_ptr_array_index (rows->columns, (guint) c),
                                           g_ptr_array_index (texts, i), lang);

      g_string_append_printf (out, "%s%s", i > 0 ? ", " : "", label);
    }
  if (texts->len > MOST_TEXTS)
    g_string_append (out, " …");
  return g_string_free (out, FALSE);
}

const char *const *
bzg_microdata_sealed_fields (void)
{
  static const char *const fields[] = { "trafficking_sheet.exploitation",
                                        "trafficking_sheet.industry",
                                        "trafficking_sheet.sexual",
                                        "trafficking_sheet.control",
                                        "trafficking_sheet.country",
                                        "medical_sheet.matter",
                                        NULL };

  return fields;
}
