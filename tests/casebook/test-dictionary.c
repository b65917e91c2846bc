/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-dictionary.h"

#include <string.h>

#include "base/bzg-error.h"

static void
test_complete (void)
{
  const BzgAggregate *const *aggregates = bzg_dictionary_aggregates ();
  guint n = 0;

  for (; aggregates[n] != NULL; n++)
    {
      const BzgAggregate *aggregate = aggregates[n];

      g_assert_true (bzg_dictionary_aggregate (aggregate->name) == aggregate);
      g_assert_cmpuint (aggregate->n_fields, >, 0);
      g_assert_null (aggregate->fields[aggregate->n_fields]);
      if (aggregate->parent != NULL)
        g_assert_nonnull (bzg_dictionary_field_of (aggregate->name, aggregate->parent));
      for (guint i = 0; i < aggregate->n_fields; i++)
        {
          const BzgField *field = aggregate->fields[i];

          g_assert_true (bzg_dictionary_field (field->id) == field);
          g_assert_true (bzg_dictionary_field_of (aggregate->name, field->name) == field);
          g_assert_cmpint (field->order, ==, (int) i);
          g_assert_cmpint (field->privacy, <=, BZG_PRIVACY_OPERATIONAL);
          g_assert_cmpstr (field->section, !=, NULL);
          g_assert_cmpstr (bzg_field_label (field, BZG_LANGUAGE_EN), !=, "");
          if (field->codes != NULL)
            g_assert_nonnull (bzg_dictionary_code_list (field->codes));
          if (field->target != NULL)
            g_assert_nonnull (bzg_dictionary_aggregate (field->target));
        }
    }
  g_assert_cmpuint (n, >=, 20);
  g_assert_null (bzg_dictionary_field ("person.nothing"));
  g_assert_null (bzg_dictionary_aggregate ("nothing"));
  g_assert_null (bzg_dictionary_code_list (NULL));
}

static void
test_names_are_direct (void)
{
  static const char *const direct[]
    = { "person.family_name", "person.given_name", "person.phone",   "person.document_no",
        "person.settlement",  "household.name",    "consent.witness" };

  for (guint i = 0; i < G_N_ELEMENTS (direct); i++)
    g_assert_cmpint (bzg_dictionary_field (direct[i])->privacy, ==, BZG_PRIVACY_DIRECT);
}

static void
test_parse (void)
{
  static const struct
  {
    const char *field, *input, *canonical; /* canonical NULL: refused */
  } cases[] = {
    { "person.family_name", "  Салимов ", "Салимов" },
    { "person.family_name", "two\nlines", "two lines" },
    { "person.sex", "жен", "F" },
    { "person.sex", "Male", "M" },
    { "person.sex", "maybe", NULL },
    { "person.region", "Sughd", "TJ-SU" },
    { "person.region", "суғд", "TJ-SU" },
    { "person.region", "Согдийская область", "TJ-SU" },
    { "person.region", "ГБАО", "TJ-GB" },
    { "person.district", "Курган-Тюбе", "TJ-KT-01" },
    { "person.district", "Кӯлоб", "TJ-KT-02" },
    { "person.nationality", "Россия", "RU" },
    { "person.nationality", "rus", "RU" },
    { "person.nationality", "Turkey", "TR" },
    { "person.nationality", "Atlantis", NULL },
    { "person.birth_date", "12.08.1985", "1985-08-12" },
    { "person.birth_date", "1985-08", "1985-08" },
    { "person.birth_date", "1985", "1985" },
    { "person.birth_date", "2150", NULL },
    { "person.birth_date", "31.02.1985", NULL },
    { "person.age", "34", "34" },
    { "person.age", "340", NULL },
    { "person.age", "-1", NULL },
    { "person.given_name", "Ка\xc2\xadмол\xe2\x80\x8b", "Камол" },
    { "person.given_name", "Ка\xe2\x80\xaeмол", NULL },
    { "person.phone", "93 555 01 23", "+992935550123" },
    { "person.phone", "+992 (93) 555-01-23", "+992935550123" },
    { "person.phone", "8 912 555 01 23", "+79125550123" },
    { "person.phone", "935550123, 935550124", "+992935550123; +992935550124" },
    { "person.phone", "call the neighbour", NULL },
    { "support.quantity", "2,5", "2.5" },
    { "support.quantity", "10", "10" },
    { "support.quantity", "-3", NULL },
    { "support.cost", "1480", "1480.00" },
    { "support.cost", "1 480,50", "1480.50" },
    { "support.cost", "1,480", NULL },
    { "support.service", "in_kind_livelihood", "in_kind_livelihood" },
    { "support.service", "Bee colonies", "ECO02" },
    { "person.able_heavy_work", "бале", "yes" },
    { "person.able_heavy_work", "Номаълум", "unknown" },
    { "migration.return_reason", "re_entry_ban", "re_entry_ban" },
    { "head_count.age_band", "60+", "60+" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const BzgField *field = bzg_dictionary_field (cases[i].field);
      g_autofree char *canonical = NULL;
      g_autoptr (GError) error = NULL;
      gboolean ok = bzg_field_parse (field, cases[i].input, &canonical, &error);

      if (cases[i].canonical != NULL)
        {
          g_assert_no_error (error);
          g_assert_cmpstr (canonical, ==, cases[i].canonical);
          g_clear_pointer (&canonical, g_free);
          /* What is canonical stays what it is. */
          g_assert_true (bzg_field_parse (field, cases[i].canonical, &canonical, NULL));
          g_assert_cmpstr (canonical, ==, cases[i].canonical);
        }
      else
        {
          g_assert_false (ok);
          g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
          g_assert_nonnull (strstr (error->message, field->id));
          g_assert_null (strstr (error->message, cases[i].input));
          g_assert_null (canonical);
        }
    }
}

static void
test_missing (void)
{
  const BzgAggregate *const *aggregates = bzg_dictionary_aggregates ();
  static const char *const nothing[] = { NULL, "", "   ", "\t" };

  for (guint a = 0; aggregates[a] != NULL; a++)
    for (guint i = 0; i < aggregates[a]->n_fields; i++)
      for (guint k = 0; k < G_N_ELEMENTS (nothing); k++)
        {
          char *canonical = (char *) "untouched";

          g_assert_true (bzg_field_parse (aggregates[a]->fields[i], nothing[k], &canonical, NULL));
          g_assert_null (canonical);
        }
}

static void
test_format (void)
{
  const BzgField *cost = bzg_dictionary_field ("support.cost");
  const BzgField *sex = bzg_dictionary_field ("person.sex");
  g_autofree char *money = bzg_field_format (cost, "1480.50", BZG_LANGUAGE_EN);
  g_autofree char *code = bzg_field_format (sex, "F", BZG_LANGUAGE_RU);
  g_autofree char *missing = bzg_field_format (sex, NULL, BZG_LANGUAGE_TG);

  g_assert_cmpstr (money, ==, "1,480.50");
  g_assert_cmpstr (code, ==, "Женский");
  g_assert_cmpstr (missing, ==, "–");
  g_assert_cmpstr (bzg_code_label ("sex", "no such", BZG_LANGUAGE_EN), ==, "no such");
}

/* Every label of every list leads back to a code, in each language: what is printed can be
 * imported.
 */
static void
test_labels_resolve (void)
{
  const BzgAggregate *const *aggregates = bzg_dictionary_aggregates ();
  guint n = 0;

  for (guint a = 0; aggregates[a] != NULL; a++)
    for (guint i = 0; i < aggregates[a]->n_fields; i++)
      {
        const BzgField *field = aggregates[a]->fields[i];
        const BzgCodeList *list
          = field->codes != NULL ? bzg_dictionary_code_list (field->codes) : NULL;

        for (guint k = 0; list != NULL && k < list->n_codes; k++)
          for (BzgLanguage lang = 0; lang < BZG_N_LANGUAGES; lang++)
            {
              const BzgCode *code = &list->codes[k];
              const char *label = bzg_code_label (list->name, code->code, lang);
              g_autofree char *canonical = NULL;

              g_assert_true (bzg_field_parse (field, label, &canonical, NULL));
              if (g_strcmp0 (canonical, code->code) != 0)
                g_error ("list %s: the label of %s leads to %s", list->name, code->code, canonical);
              n++;
            }
      }
  g_assert_cmpuint (n, >, 1000);
}

static void
test_hierarchy (void)
{
  const BzgCodeList *districts = bzg_dictionary_code_list ("district");
  const BzgCodeList *services = bzg_dictionary_code_list ("service");
  guint groups = 0;

  g_assert_cmpuint (districts->n_codes, >=, 65);
  for (guint i = 0; i < districts->n_codes; i++)
    g_assert_nonnull (bzg_dictionary_code ("region", districts->codes[i].parent));
  for (guint i = 0; i < services->n_codes; i++)
    {
      const BzgCode *code = &services->codes[i];

      groups += code->group;
      if (!code->group)
        g_assert_true (bzg_dictionary_code ("service", code->parent)->group);
    }
  g_assert_cmpuint (groups, ==, 12);
}

static void
test_roles (void)
{
  g_assert_true (bzg_roles_allow ("caseworker", "identity", BZG_ACT_WRITE));
  g_assert_false (bzg_roles_allow ("caseworker", "users", BZG_ACT_WRITE));
  g_assert_false (bzg_roles_allow ("caseworker", "stories", BZG_ACT_APPROVE));
  g_assert_true (bzg_roles_allow ("protection", "stories", BZG_ACT_APPROVE));
  /* Monitoring never sees a name. */
  g_assert_false (bzg_roles_allow ("me", "identity", BZG_ACT_READ));
  g_assert_false (bzg_roles_allow ("me", "contact", BZG_ACT_READ));
  g_assert_false (bzg_roles_allow ("me", "address", BZG_ACT_READ));
  g_assert_true (bzg_roles_allow ("me", "support", BZG_ACT_READ));
  /* Running the system is not reading cases. */
  g_assert_false (bzg_roles_allow ("administrator", "identity", BZG_ACT_READ));
  g_assert_false (bzg_roles_allow ("administrator", "case", BZG_ACT_READ));
  g_assert_true (bzg_roles_allow ("administrator", "users", BZG_ACT_WRITE));
  g_assert_null (bzg_roles_scope ("administrator"));
  g_assert_cmpstr (bzg_roles_scope ("caseworker"), ==, "own");
  g_assert_cmpstr (bzg_roles_scope ("supervisor caseworker"), ==, "area");
  g_assert_cmpstr (bzg_roles_scope ("caseworker me"), ==, "all");
  g_assert_null (bzg_roles_scope (""));
  g_assert_null (bzg_roles_scope ("king"));
  g_assert_false (bzg_roles_allow ("king", "identity", BZG_ACT_READ));
  g_assert_false (bzg_roles_allow (NULL, "identity", BZG_ACT_READ));
  g_assert_true (bzg_roles_allow ("administrator caseworker", "identity", BZG_ACT_READ));
}

/* The columns that scripts were promised have a field to go to. */
static void
test_promised_columns (void)
{
  static const char *const people[] = { "ref",
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
                                        "relation_in_household",
                                        "migration_years",
                                        "refugee_as_child_in",
                                        "settlement_kind",
                                        "near_border_with",
                                        "registered",
                                        "caseworker",
                                        "note",
                                        "source" };
  static const char *const homes[]
    = { "person", "case_file", "migration", "household_member", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    {
      gboolean found = FALSE;

      for (guint h = 0; homes[h] != NULL; h++)
        {
          const BzgAggregate *aggregate = bzg_dictionary_aggregate (homes[h]);

          for (guint f = 0; f < aggregate->n_fields; f++)
            found |= g_str_equal (aggregate->fields[f]->csv, people[i]);
        }
      if (!found)
        g_error ("no field for the column %s", people[i]);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/casebook/dictionary/complete", test_complete);
  g_test_add_func ("/casebook/dictionary/names-are-direct", test_names_are_direct);
  g_test_add_func ("/casebook/dictionary/parse", test_parse);
  g_test_add_func ("/casebook/dictionary/missing", test_missing);
  g_test_add_func ("/casebook/dictionary/format", test_format);
  g_test_add_func ("/casebook/dictionary/labels-resolve", test_labels_resolve);
  g_test_add_func ("/casebook/dictionary/hierarchy", test_hierarchy);
  g_test_add_func ("/casebook/dictionary/roles", test_roles);
  g_test_add_func ("/casebook/dictionary/promised-columns", test_promised_columns);
  return g_test_run ();
}
