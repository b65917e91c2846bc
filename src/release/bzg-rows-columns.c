/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-rows-private.h"

#include "casebook/bzg-dictionary.h"

#include <string.h>

/*
 * The columns of a file of rows without names. Between a code as it is recorded and nothing at all
 * lie levels that everybody knows beforehand: a recoding that depended on who is in the record
 * would tell something about them.
 */

static const BzgRowsColumn COLUMNS[] = {
  { "year_of_registration", BZG_ROWS_QUASI, NULL, NULL, NULL, NULL, 3 },
  { "sex", BZG_ROWS_QUASI, "sex", NULL, NULL, "sex", 2 },
  { "age_band", BZG_ROWS_QUASI, "age_band", NULL, NULL, "age_band", 4 },
  { "region", BZG_ROWS_QUASI, "region", NULL, NULL, "place", 2 },
  { "country_of_return", BZG_ROWS_QUASI, "country", NULL, NULL, NULL, 3 },
  { "occupation", BZG_ROWS_QUASI, "occupation_family", NULL, NULL, NULL, 2 },
  { "category", BZG_ROWS_SENSITIVE, "case_category", NULL, "case", "category", 1 },
  { "closure_reason", BZG_ROWS_SENSITIVE, "closure_reason", NULL, "case", NULL, 1 },
  { "business_status", BZG_ROWS_SENSITIVE, "business_status", NULL, "livelihood", NULL, 1 },
  { "health_problem", BZG_ROWS_SENSITIVE, "yes_no", NULL, "health", NULL, 1 },
};

/* Ages of the levels 1 and 2. */
static const struct
{
  const char *band, *wide, *widest;
} AGES[] = {
  { "0-14", "0-17", "0-17" },  { "15-17", "0-17", "0-17" }, { "18-24", "18-34", "18+" },
  { "25-34", "18-34", "18+" }, { "35-44", "35-59", "18+" }, { "45-59", "35-59", "18+" },
  { "60+", "60+", "18+" },
};

/* From where most come back; all others are one at level 1. */
static const char *const MAIN_COUNTRIES[] = { "RU", "KZ", NULL };
#define OTHER_COUNTRY "other"

static GArray *
make_columns (void)
{
  GArray *all = g_array_new (FALSE, FALSE, sizeof (BzgRowsColumn));
  const BzgCodeList *services = bzg_dictionary_code_list ("service");

  g_array_append_vals (all, COLUMNS, G_N_ELEMENTS (COLUMNS));
  for (guint i = 0; services != NULL && i < services->n_codes; i++)
    if (services->codes[i].group)
      {
        g_autofree char *name = g_strconcat ("service_", services->codes[i].code, NULL);
        BzgRowsColumn flag = { .name = g_intern_string (name),
                               .role = BZG_ROWS_FLAG,
                               .codes = "service",
                               .code = services->codes[i].code,
                               .section = "support",
                               .n_levels = 1 };

        g_array_append_val (all, flag);
      }
  return all;
}

static const GArray *
columns (void)
{
  static gsize made = 0;

  if (g_once_init_enter (&made))
    g_once_init_leave (&made, (gsize) make_columns ());
  return (const GArray *) made;
}

guint
_bzg_rows_n_columns (void)
{
  return columns ()->len;
}

const BzgRowsColumn *
_bzg_rows_column (guint index)
{
  return &g_array_index (columns (), BzgRowsColumn, index);
}

int
_bzg_rows_find_column (const char *name)
{
  for (guint i = 0; i < _bzg_rows_n_columns (); i++)
    if (strcmp (_bzg_rows_column (i)->name, name) == 0)
      return (int) i;
  return -1;
}

static const char *
recode_age (guint level, const char *band)
{
  for (guint i = 0; i < G_N_ELEMENTS (AGES); i++)
    if (strcmp (AGES[i].band, band) == 0)
      return level == 1 ? AGES[i].wide : AGES[i].widest;
  return NULL;
}

/* Two years, from an even one. */
static const char *
recode_year (const char *year)
{
  gint64 first = g_ascii_strtoll (year, NULL, 10) / 2 * 2;
  g_autofree char *both
    = g_strdup_printf ("%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT, first, first + 1);

  return g_intern_string (both);
}

const char *
_bzg_rows_recode (const BzgRowsColumn *column, guint level, const char *code)
{
  if (code == NULL || (level > 0 && level + 1 == column->n_levels))
    return NULL;
  /* Nothing was answered: for the reader of the file that is missing too. */
  if (column->codes != NULL && (strcmp (code, "unknown") == 0 || strcmp (code, "refused") == 0))
    return NULL;
  if (level == 0)
    return g_intern_string (code);
  if (column->codes == NULL)
    return recode_year (code);
  if (strcmp (column->codes, "age_band") == 0)
    return g_intern_string (recode_age (level, code));
  return g_strv_contains (MAIN_COUNTRIES, code) ? g_intern_string (code)
                                                : g_intern_static_string (OTHER_COUNTRY);
}

gboolean
_bzg_rows_stands_for (const BzgRowsColumn *column, const char *text, const char *code)
{
  for (guint level = 0; level < MAX (column->n_levels - 1, 1); level++)
    if (g_strcmp0 (_bzg_rows_recode (column, level, code), text) == 0)
      return TRUE;
  return FALSE;
}

gboolean
_bzg_rows_years (const char *text, BzgPeriod *out)
{
  g_auto (GStrv) parts = g_strsplit (text, "-", 2);
  g_autofree char *range
    = g_strconcat (parts[0], parts[0] != NULL && parts[1] != NULL ? ".." : NULL, parts[1], NULL);

  return parts[0] != NULL && strlen (parts[0]) == 4 && bzg_period_parse (range, out, NULL)
         && out->first.month == 1 && out->first.day == 1 && out->last.month == 12
         && out->last.day == 31;
}

const char *
_bzg_rows_known (const BzgRowsColumn *column, const char *text)
{
  const BzgCodeList *list;
  BzgPeriod years;

  if (column->role == BZG_ROWS_FLAG)
    return strcmp (text, "0") == 0 || strcmp (text, "1") == 0 ? g_intern_string (text) : NULL;
  if (column->codes == NULL)
    return _bzg_rows_years (text, &years) ? g_intern_string (text) : NULL;
  list = bzg_dictionary_code_list (column->codes);
  for (guint i = 0; list != NULL && i < list->n_codes; i++)
    if (_bzg_rows_stands_for (column, text, list->codes[i].code))
      return g_intern_string (text);
  return NULL;
}
