/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../casebook/casebook-fixture.h"

#include "base/bzg-csv.h"
#include "base/bzg-text.h"
#include "casebook/bzg-people.h"
#include "exchange/bzg-export.h"
#include "exchange/bzg-import.h"

#include <string.h>

/* The real input, read at run time from beside the project and never copied into it: what goes in
 * comes out, cell by cell, or the import said what it read differently; and each person is found
 * by the name typed in Tajik, in Russian and in Latin letters. */

static const struct
{
  const char *profile, *file;
} FILES[] = {
  { "people", "beneficiaries.csv" },
  { "support", "support.csv" },
  { "activities", "activities.csv" },
};

static GBytes *
read_case_file (const char *name)
{
  const char *shared = g_getenv ("BOZGASHT_SHARED");
  g_autofree char *path
    = g_build_filename (shared != NULL ? shared : "../shared", "cases", name, NULL);
  char *text;
  gsize len;

  return g_file_get_contents (path, &text, &len, NULL) ? g_bytes_new_take (text, len) : NULL;
}

static BzgImportPlan *
plan (Casebook *c, const char *profile, GBytes *bytes)
{
  BzgImportOptions options = { .profile = profile, .bytes = bytes };
  g_autoptr (GError) error = NULL;
  BzgImportPlan *p = bzg_import_plan (c->session, &options, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  return p;
}

static const char *
read_as (BzgImportPlan *p, guint row, const char *column)
{
  BzgImportRow *r = bzg_import_plan_rows (p)->pdata[row];

  for (guint i = 0; i < r->reasons->len; i++)
    {
      const BzgImportReason *reason = r->reasons->pdata[i];

      if ((reason->kind == BZG_REASON_READ_AS || reason->kind == BZG_REASON_REPAIRED)
          && g_strcmp0 (reason->column, column) == 0)
        return reason->detail;
    }
  return NULL;
}

static void
compare (BzgImportPlan *p, GBytes *in, GBytes *out)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgCsvReader) a = bzg_csv_reader_new (in, &error);
  g_autoptr (BzgCsvReader) b = bzg_csv_reader_new (out, &error);
  const char *const *header;
  guint row = 0;

  g_assert_no_error (error);
  header = bzg_csv_reader_get_header (a);
  while (bzg_csv_reader_next (a, &error))
    {
      g_assert_no_error (error);
      g_assert_true (bzg_csv_reader_next (b, &error));
      g_assert_no_error (error);
      for (int i = 0; header[i] != NULL; i++)
        {
          int other = bzg_csv_reader_find_column (b, header[i]);
          const char *was = bzg_csv_reader_get_cell (a, i);
          const char *is = bzg_csv_reader_get_cell (b, other);

          g_assert_cmpint (other, >=, 0);
          if (strcmp (was, is) != 0)
            g_assert_cmpstr (read_as (p, row, header[i]), ==, is);
        }
      /* What the file does not say, the export does not say either. */
      for (guint i = 0; i < bzg_csv_reader_get_n_columns (b); i++)
        {
          const char *name = bzg_csv_reader_get_header (b)[i];

          if (bzg_csv_reader_find_column (a, name) < 0 && strcmp (name, "status") != 0)
            g_assert_cmpstr (bzg_csv_reader_get_cell (b, (int) i), ==, "");
        }
      row++;
    }
  g_assert_false (bzg_csv_reader_next (b, NULL));
}

static gboolean
import_all (Casebook *c)
{
  for (guint i = 0; i < G_N_ELEMENTS (FILES); i++)
    {
      g_autoptr (GBytes) in = read_case_file (FILES[i].file);
      g_autoptr (GBytes) out = NULL;
      g_autoptr (BzgImportPlan) p = NULL;
      g_autoptr (BzgImportPlan) again = NULL;
      g_autoptr (GError) error = NULL;
      guint n;

      if (in == NULL)
        return FALSE;
      p = plan (c, FILES[i].profile, in);
      n = bzg_import_plan_total (p);
      g_assert_cmpuint (n, >, 0);
      g_assert_cmpuint (bzg_import_plan_count (p, BZG_IMPORT_NEW), ==, n);
      g_assert_cmpuint (g_strv_length ((char **) bzg_import_plan_unmapped (p)), ==, 0);
      bzg_import_run (p, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      out
        = bzg_export_csv_bytes (c->session, FILES[i].profile, TRUE, NULL, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      compare (p, in, out);
      again = plan (c, FILES[i].profile, in);
      g_assert_cmpuint (bzg_import_plan_count (again, BZG_IMPORT_SAME), ==, n);
    }
  return TRUE;
}

static void
test_round_trip (Casebook *c, gconstpointer data)
{
  if (!import_all (c))
    g_test_skip ("the folder with the cases is absent");
}

static void
assert_found (Casebook *c, const char *text, const BzgId *person)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) hits = bzg_people_search (c->session, text, 5, &error);
  gboolean found = FALSE;

  g_assert_no_error (error);
  for (guint i = 0; i < hits->len; i++)
    found = found || bzg_id_equal (&((BzgHit *) hits->pdata[i])->id, person);
  g_assert_true (found);
}

static char *
without_tajik_letters (const char *text)
{
  static const char *const PAIRS[][2]
    = { { "ғ", "г" },  { "ӣ", "и" }, { "қ", "к" }, { "ӯ", "у" }, { "ҳ", "х" },
        { "ҷ", "дж" }, { "Ғ", "Г" }, { "Қ", "К" }, { "Ҳ", "Х" }, { "Ҷ", "Дж" } };
  GString *out = g_string_new (text);

  for (guint i = 0; i < G_N_ELEMENTS (PAIRS); i++)
    g_string_replace (out, PAIRS[i][0], PAIRS[i][1], 0);
  return g_string_free (out, FALSE);
}

static void
test_found_in_three_scripts (Casebook *c, gconstpointer data)
{
  g_autoptr (GPtrArray) people = NULL;

  if (!import_all (c))
    {
      g_test_skip ("the folder with the cases is absent");
      return;
    }
  people = bzg_session_list (c->session, "person", NULL, NULL, NULL);
  g_assert_cmpuint (people->len, ==, 5);
  for (guint i = 0; i < people->len; i++)
    {
      const BzgRecord *person = people->pdata[i];
      static const char *const NAMES[] = { "family_name", "given_name" };

      for (guint j = 0; j < G_N_ELEMENTS (NAMES); j++)
        {
          const char *name = bzg_record_get (person, NAMES[j]);
          g_autofree char *latin = NULL;
          g_autofree char *tajik = NULL;
          g_autofree char *russian = NULL;

          if (name == NULL)
            continue;
          latin = bzg_text_to_latin (name);
          tajik = bzg_text_to_cyrillic (name);
          russian = without_tajik_letters (tajik);
          assert_found (c, name, bzg_record_id (person));
          assert_found (c, latin, bzg_record_id (person));
          assert_found (c, tajik, bzg_record_id (person));
          assert_found (c, russian, bzg_record_id (person));
        }
    }
}

int
main (int argc, char **argv)
{
  casebook_test_init (&argc, &argv);
#define ADD(path, function)                                                                        \
  g_test_add ("/cases/" path, Casebook, NULL, casebook_set_up, function, casebook_tear_down)
  ADD ("round-trip", test_round_trip);
  ADD ("found-in-three-scripts", test_found_in_three_scripts);
  return g_test_run ();
}
