/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-report-private.h"

#include "base/bzg-error.h"
#include "base/bzg-format.h"
#include "sample.h"

#include <string.h>

/* Two hundred invented people, the same in every run. */
static GArray *
make_facts (void)
{
  static const char *const regions[] = { "TJ-SU", "TJ-KT", "TJ-RA", "TJ-DU" };
  static const char *const services[] = { "ECO01", "ECO02", "LEG01", "HEA01", "PSY01" };
  static const char *const families[]
    = { "in_kind_livelihood", "in_kind_livelihood", "legal", "health", "psychosocial" };
  GArray *facts = g_array_new (FALSE, TRUE, sizeof (BzgFact));
  GRand *dice = g_rand_new_with_seed (4);

  for (guint i = 0; i < 200; i++)
    {
      BzgFact fact = { .kind = BZG_FACT_SUPPORT,
                       .sex = g_rand_int_range (dice, 0, 5) == 0 ? "F" : "M",
                       .birth = bzg_date_make (1950 + g_rand_int_range (dice, 0, 60), 5, 1),
                       .age_stated = -1,
                       .category = "returned_migrant",
                       .cost = G_MININT64,
                       .sales = G_MININT64,
                       .costs = G_MININT64,
                       .jobs_f = -1,
                       .jobs_m = -1,
                       .n = -1,
                       .service_consent = TRUE };
      guint n = g_rand_int_range (dice, 1, 4);

      bzg_id_new (&fact.person);
      fact.region = regions[g_rand_int_range (dice, 0, 4)];
      for (guint k = 0; k < n; k++)
        {
          guint service = g_rand_int_range (dice, 0, 5);

          bzg_id_new (&fact.record);
          fact.service = services[service];
          fact.family = families[service];
          fact.date = bzg_date_make (2019, 10 + g_rand_int_range (dice, 0, 3),
                                     g_rand_int_range (dice, 1, 29));
          g_array_append_val (facts, fact);
        }
    }
  g_rand_free (dice);

  return facts;
}

static BzgRelease *
make_release (const BzgReportDefinition *definition)
{
  g_autoptr (GArray) facts = make_facts ();
  BzgCountOptions options = { .programme = "Barnoma", .release = "2019-Q4", .threshold = 5 };
  GError *error = NULL;
  BzgRelease *release;

  g_assert_true (bzg_period_parse ("2019-Q4", &options.period, &error));
  release = bzg_release_new_from_facts (definition->id, definition->figures, facts, &options, FALSE,
                                        &error);
  g_assert_no_error (error);
  bzg_release_protect (release, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  return release;
}

static BzgDocument *
build (const BzgReportDefinition *definition, const BzgRelease *release, BzgLanguage lang)
{
  BzgReportContext context = { .programme = "Барнома *1*",
                               .period = bzg_release_period (release),
                               .date = bzg_date_make (2020, 1, 30),
                               .imprecise = bzg_release_imprecise (release),
                               .certificate = bzg_release_certificate (release) };

  return _bzg_report_build (definition, bzg_release_tables (release), &context, lang);
}

static void
test_donor (void)
{
  GError *error = NULL;
  const BzgReportDefinition *definition = bzg_report_definition ("donor", &error);
  g_autoptr (BzgRelease) release = NULL;
  const BzgTable *table;
  const BzgCell *cell;

  g_assert_no_error (error);
  g_assert_true (bzg_report_definition_takes_fund (definition));
  release = make_release (definition);
  table = bzg_release_table (release, "people-sex-age");
  cell
    = bzg_tables_find_cell (bzg_release_tables (release), table, (const char *const[]){ "T", "T" });
  g_assert_nonnull (cell);
  g_assert_cmpint (cell->value, ==, 200);

  for (guint lang = 0; lang < BZG_N_LANGUAGES; lang++)
    {
      g_autoptr (BzgDocument) document = build (definition, release, lang);
      g_autofree char *text = bzg_document_to_text (document, 0);
      GHashTableIter iter;
      gpointer table_definition;

      g_assert_nonnull (strstr (text, "200"));
      g_assert_nonnull (strstr (text, "Барнома *1*"));
      g_assert_null (strstr (text, "{{"));
      g_assert_null (strstr (text, "**"));
      g_assert_nonnull (strstr (text, bzg_code_label ("region", "TJ-SU", lang)));
      /* every table is there, or a sentence that nothing of it can be shown */
      g_hash_table_iter_init (&iter, definition->tables);
      while (g_hash_table_iter_next (&iter, NULL, &table_definition))
        g_assert_nonnull (
          strstr (text, bzg_tr (lang, ((BzgReportTable *) table_definition)->caption)));
      for (guint format = 0; format < BZG_DOCUMENT_JSON; format++)
        {
          g_autofree char *name = g_strdup_printf ("donor-%s.%s", bzg_language_code (lang),
                                                   bzg_document_format_code (format));
          g_autoptr (GBytes) bytes = bzg_document_render (document, format, NULL, &error);

          if (g_error_matches (error, BZG_ERROR, BZG_ERROR_REFUSED_PLACE))
            g_clear_error (&error);
          g_assert_no_error (error);
          if (bytes != NULL)
            g_free (sample_write (bytes, name));
        }
    }
}

/* What is withheld in the tables is nowhere in the document: every number of a table of the
 * document is the number of a printed cell. */
static void
test_only_printed (void)
{
  const BzgReportDefinition *definition = bzg_report_definition ("donor", NULL);
  g_autoptr (BzgRelease) release = make_release (definition);
  g_autoptr (BzgDocument) document = build (definition, release, BZG_LANGUAGE_EN);
  const BzgTable *source = bzg_release_table (release, "people-region-sex");
  g_autoptr (GHashTable) printed = g_hash_table_new (g_direct_hash, g_direct_equal);
  guint withheld = 0;

  for (guint i = 0; i < source->n_cells; i++)
    if (source->cells[i].state == BZG_CELL_EXACT)
      g_hash_table_add (printed, GINT_TO_POINTER ((int) source->cells[i].value));
    else
      g_assert_cmpint (source->cells[i].value, ==, 0);
  for (guint i = 0; i < document->blocks->len; i++)
    {
      const BzgBlock *block = g_ptr_array_index (document->blocks, i);

      if (block->kind != BZG_BLOCK_TABLE
          || g_strcmp0 (block->table->caption, "People assisted by region and sex") != 0)
        continue;
      for (guint r = 0; r < block->table->rows->len; r++)
        {
          const BzgDocRow *row = g_ptr_array_index (block->table->rows, r);

          for (guint c = 0; c < row->n_cells; c++)
            {
              const BzgValue *value = &row->cells[c];

              withheld += value->kind == BZG_VALUE_WITHHELD;
              if (value->kind == BZG_VALUE_INTEGER)
                g_assert_true (
                  g_hash_table_contains (printed, GINT_TO_POINTER ((int) value->value)));
            }
        }
    }
  g_test_message ("%u withheld", withheld);
}

#define FIGURES "[people]\ntitle=People\nmeasure=persons\nfacts=support\ndimensions=region;sex\n"
#define REPORT "[report]\ntitle=T\ndescription=D\n"
#define TABLE "[table t]\ncaption=C\nfigure=people\nrows=region\ncolumns=sex\n"

static void
check_bad (const char *ini, const char *en, const char *ru, const char *expected)
{
  const char *const texts[BZG_N_LANGUAGES] = { en, ru, ru };
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgReportDefinition) definition
    = _bzg_report_definition_new ("x", ini, FIGURES, texts, &error);

  g_assert_null (definition);
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
  g_assert_nonnull (strstr (error->message, expected));
}

static void
test_bad_definitions (void)
{
  const char *const texts[BZG_N_LANGUAGES]
    = { "a\n\n{{table:t}}", "b\n\n{{table:t}}", "c\n\n{{table:t}}" };
  GError *error = NULL;
  G_GNUC_UNUSED g_autoptr (BzgReportDefinition) good
    = _bzg_report_definition_new ("x", REPORT TABLE, FIGURES, texts, &error);

  g_assert_no_error (error);
  check_bad ("[report]\ntitle=T\n", "", "", "no description");
  check_bad (REPORT "titel=T\n", "", "", "unknown key titel");
  check_bad (REPORT "[tabel t]\n", "", "", "unknown group");
  check_bad (REPORT "[table t]\ncaption=C\nfigure=nobody\nrows=region\n", "", "",
             "no figure nobody");
  check_bad (REPORT "[table t]\ncaption=C\nfigure=people\nrows=age_band\n", "", "",
             "no dimension age_band");
  check_bad (REPORT "[value v]\nfigure=people\nkey=T\n", "", "", "each dimension");
  check_bad (REPORT "[key k]\nvalues=nothing\n", "", "", "no value nothing");
  check_bad (REPORT "[chart c]\ncaption=C\nkind=pie\nfigure=people\ncategories=sex\n", "", "",
             "kind");
  check_bad (REPORT, "Hello {{nobody}}", "", "unknown name nobody");
  check_bad (REPORT, "Hello {{programme", "", "unknown name");
  check_bad (REPORT, "{{table:t}}", "", "line 1");
  check_bad (REPORT TABLE, "{{table:t}}", "no table", "text.ru.md: not the same");
}

static void
test_list (void)
{
  GError *error = NULL;
  const GPtrArray *all = bzg_report_definitions (&error);

  g_assert_no_error (error);
  g_assert_cmpuint (all->len, >=, 1);
  g_assert_null (bzg_report_definition ("nothing", &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NOT_FOUND);
  g_clear_error (&error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  bzg_language_init (BZG_LANGUAGE_EN);
  g_test_add_func ("/report/report/list", test_list);
  g_test_add_func ("/report/report/bad-definitions", test_bad_definitions);
  g_test_add_func ("/report/report/donor", test_donor);
  g_test_add_func ("/report/report/only-printed", test_only_printed);

  return g_test_run ();
}
