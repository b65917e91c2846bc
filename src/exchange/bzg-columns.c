/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/bzg-columns-private.h"

#include <string.h>

typedef struct
{
  const char *name;
  const char *aggregates[5]; /* the first is what a row is */
  const char *promised[48];
} Promise;

static const Promise PROMISES[] = {
  { "people",
    { "person", "case_file", "migration", "household_member" },
    { "ref",
      "family_name",
      "given_name",
      "patronymic",
      "other_names",
      "sex",
      "birth_date",
      "age",
      "age_as_of",
      "phone",
      "email",
      "document_no",
      "nationality",
      "region",
      "district",
      "jamoat",
      "settlement",
      "occupation",
      "case_category",
      "country_of_return",
      "place_of_return",
      "return_date",
      "return_reason",
      "re_entry_ban",
      "health_problem",
      "able_heavy_work",
      "household_ref",
      "relation_in_household",
      "migration_years",
      "refugee_as_child_in",
      "settlement_kind",
      "near_border_with",
      "consent_service",
      "consent_story_anonymised",
      "consent_story_named",
      "registered",
      "caseworker",
      "note",
      "source" } },
  { "support",
    { "support" },
    { "person", "service", "item", "quantity", "unit", "planned", "delivered", "cost_tjs", "cost",
      "currency", "fund", "provider", "note", "source" } },
  { "activities",
    { "activity" },
    { "kind", "title", "start", "end", "place", "region", "participants", "participants_age_min",
      "participants_age_max", "audience", "partner", "fund", "source", "head_count_f",
      "head_count_m", "age_band" } },
  { "visits",
    { "visit" },
    { "person", "date", "method", "status", "sales_tjs", "costs_tjs", "jobs_f", "jobs_m", "output",
      "output_unit", "note" } },
};

static const struct
{
  const char *name;
  BzgColumnKind kind;
  const char *field;
  const char *purpose;
} SPECIAL[] = {
  { "household_ref", BZG_COLUMN_HOUSEHOLD, "household.ref", NULL },
  { "consent_service", BZG_COLUMN_CONSENT, "consent.status", "service" },
  { "consent_story_anonymised", BZG_COLUMN_CONSENT, "consent.status", "story_anonymised" },
  { "consent_story_named", BZG_COLUMN_CONSENT, "consent.status", "story_named" },
  { "cost_tjs", BZG_COLUMN_COST_TJS, "support.cost", NULL },
  { "head_count_f", BZG_COLUMN_HEADS_F, "head_count.people", NULL },
  { "head_count_m", BZG_COLUMN_HEADS_M, "head_count.people", NULL },
  { "age_band", BZG_COLUMN_AGE_BAND, "head_count.age_band", NULL },
};

static BzgProfile profiles[G_N_ELEMENTS (PROMISES)];

static BzgColumn *
column_new (const char *name, BzgColumnKind kind, const BzgField *field)
{
  BzgColumn *column = g_new0 (BzgColumn, 1);

  column->name = g_strdup (name);
  column->kind = kind;
  column->field = field;
  return column;
}

/* Ids lead somewhere only if the file has a word for the target. */
static BzgColumn *
column_of_field (const BzgField *field)
{
  BzgColumnKind kind = BZG_COLUMN_FIELD;

  if (field->type == BZG_FIELD_ID)
    {
      if (g_strcmp0 (field->target, "person") == 0)
        kind = BZG_COLUMN_PERSON;
      else if (g_strcmp0 (field->target, "fund") == 0)
        kind = BZG_COLUMN_FUND;
      else
        return NULL;
    }
  return column_new (field->csv != NULL ? field->csv : field->name, kind, field);
}

static BzgColumn *
find_promised (const Promise *promise, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (SPECIAL); i++)
    if (strcmp (SPECIAL[i].name, name) == 0)
      {
        BzgColumn *column
          = column_new (name, SPECIAL[i].kind, bzg_dictionary_field (SPECIAL[i].field));

        column->purpose = SPECIAL[i].purpose;
        return column;
      }
  for (guint i = 0; promise->aggregates[i] != NULL; i++)
    {
      const BzgAggregate *aggregate = bzg_dictionary_aggregate (promise->aggregates[i]);

      for (guint j = 0; aggregate != NULL && j < aggregate->n_fields; j++)
        {
          const BzgField *field = aggregate->fields[j];

          if (strcmp (field->csv != NULL ? field->csv : field->name, name) == 0)
            return column_of_field (field);
        }
    }
  return NULL;
}

static void
build (BzgProfile *profile, const Promise *promise)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  profile->name = promise->name;
  profile->aggregate = promise->aggregates[0];
  profile->columns = g_ptr_array_new ();
  for (guint i = 0; promise->promised[i] != NULL; i++)
    {
      BzgColumn *column = find_promised (promise, promise->promised[i]);

      /* A promise that the dictionary does not keep is found by the test of this table. */
      if (column != NULL)
        g_ptr_array_add (profile->columns, column);
      else
        g_critical ("no field for the column %s", promise->promised[i]);
    }
  for (guint i = 0; promise->aggregates[i] != NULL; i++)
    {
      const BzgAggregate *aggregate = bzg_dictionary_aggregate (promise->aggregates[i]);

      for (guint j = 0; aggregate != NULL && j < aggregate->n_fields; j++)
        {
          const BzgField *field = aggregate->fields[j];

          if (field->in_form && field->type != BZG_FIELD_ID
              && _bzg_profile_column (profile, field->csv != NULL ? field->csv : field->name)
                   == NULL)
            g_ptr_array_add (profile->columns, column_of_field (field));
        }
    }
  /* A file of events may number its rows; nothing keeps the number but the import record. */
  if (_bzg_profile_column (profile, "ref") == NULL)
    g_ptr_array_add (profile->columns, column_new ("ref", BZG_COLUMN_REF, NULL));

  for (guint i = 0; i < profile->columns->len; i++)
    g_strv_builder_add (names, ((BzgColumn *) g_ptr_array_index (profile->columns, i))->name);
  profile->names = g_strv_builder_end (names);
}

const BzgProfile *
_bzg_profile (const char *name)
{
  static gsize built = 0;

  if (g_once_init_enter (&built))
    {
      for (guint i = 0; i < G_N_ELEMENTS (PROMISES); i++)
        build (&profiles[i], &PROMISES[i]);
      g_once_init_leave (&built, 1);
    }
  for (guint i = 0; i < G_N_ELEMENTS (PROMISES); i++)
    if (g_strcmp0 (profiles[i].name, name) == 0)
      return &profiles[i];
  return NULL;
}

const BzgColumn *
_bzg_profile_column (const BzgProfile *profile, const char *name)
{
  for (guint i = 0; i < profile->columns->len; i++)
    {
      const BzgColumn *column = g_ptr_array_index (profile->columns, i);

      if (g_ascii_strcasecmp (column->name, name) == 0)
        return column;
    }
  return NULL;
}
