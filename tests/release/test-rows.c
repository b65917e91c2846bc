/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-rows-private.h"

#include "base/bzg-error.h"
#include "casebook/bzg-dictionary.h"
#include "vault/bzg-crypto.h"

#include <string.h>

/* Rows as texts: what columns tell, what must hold, what printed figures say beside them. */

static BzgRows *
rows_of (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError) error = NULL;
  BzgRows *rows = _bzg_rows_from_csv (bytes, &error);

  g_assert_no_error (error);
  return rows;
}

/* --- columns --------------------------------------------------------------------------------- */

/* What is one class stays one at every level above, and every text that is told is known. */
static void
test_levels (void)
{
  for (guint c = 0; c < _bzg_rows_n_columns (); c++)
    {
      const BzgRowsColumn *column = _bzg_rows_column (c);
      const BzgCodeList *list
        = column->codes != NULL ? bzg_dictionary_code_list (column->codes) : NULL;

      g_assert_true (column->codes == NULL || list != NULL);
      if (column->role != BZG_ROWS_QUASI || list == NULL)
        continue;
      for (guint level = 0; level + 1 < column->n_levels; level++)
        for (guint i = 0; i < list->n_codes; i++)
          for (guint k = 0; k < i; k++)
            {
              const char *a = list->codes[i].code, *b = list->codes[k].code;
              const char *text = _bzg_rows_recode (column, level, a);

              if (text != NULL)
                g_assert_true (_bzg_rows_known (column, text) == text);
              if (text != NULL && text == _bzg_rows_recode (column, level, b))
                g_assert_true (_bzg_rows_recode (column, level + 1, a)
                               == _bzg_rows_recode (column, level + 1, b));
            }
    }
}

static void
test_texts (void)
{
  const BzgRowsColumn *age = _bzg_rows_column ((guint) _bzg_rows_find_column ("age_band"));
  const BzgRowsColumn *year
    = _bzg_rows_column ((guint) _bzg_rows_find_column ("year_of_registration"));
  const BzgRowsColumn *country
    = _bzg_rows_column ((guint) _bzg_rows_find_column ("country_of_return"));
  const BzgRowsColumn *sex = _bzg_rows_column ((guint) _bzg_rows_find_column ("sex"));

  g_assert_cmpstr (_bzg_rows_recode (age, 1, "25-34"), ==, "18-34");
  g_assert_cmpstr (_bzg_rows_recode (age, 2, "25-34"), ==, "18+");
  g_assert_null (_bzg_rows_recode (age, 3, "25-34"));
  g_assert_cmpstr (_bzg_rows_recode (year, 1, "2023"), ==, "2022-2023");
  g_assert_cmpstr (_bzg_rows_recode (year, 1, "2024"), ==, "2024-2025");
  g_assert_cmpstr (_bzg_rows_recode (country, 1, "RU"), ==, "RU");
  g_assert_cmpstr (_bzg_rows_recode (country, 1, "TR"), ==, "other");
  /* No answer is missing, and stays so. */
  g_assert_null (_bzg_rows_recode (sex, 0, "refused"));
  g_assert_null (_bzg_rows_recode (age, 1, NULL));
  g_assert_null (_bzg_rows_known (age, "25-30"));
  g_assert_null (_bzg_rows_known (year, "2023-05"));
  g_assert_null (_bzg_rows_known (year, "about 2023"));
}

static void
test_nothing_else (void)
{
  static const char *const wrong[]
    = { "sex,name\r\nF,Nigora\r\n", "sex\r\nNigora\r\n", "region\r\nTJ-SU-01\r\n",
        "service_legal\r\n2\r\n", "year_of_registration\r\n2023-05-17\r\n" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (wrong[i], strlen (wrong[i]));
      g_autoptr (GError) error = NULL;

      g_assert_null (_bzg_rows_from_csv (bytes, &error));
      g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
    }
}

/* --- what must hold -------------------------------------------------------------------------- */

static void
assert_rule (const char *text, guint k, guint l, guint t, const char *broken)
{
  g_autoptr (BzgRows) rows = rows_of (text);
  const BzgRowsRule rule = { k, l, t };
  g_autoptr (GError) error = NULL;
  gboolean ok = _bzg_rows_check (rows, &rule, &error);

  if (broken == NULL)
    g_assert_no_error (error);
  else
    {
      g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_DISCLOSURE);
      g_assert_nonnull (strstr (error->message, broken));
    }
  g_assert_true (ok == (broken == NULL));
}

#define FOUR                                                                                       \
  "sex,category,service_legal\r\nF,child,1\r\nF,at_risk,0\r\nM,child,0\r\nM,at_risk,0\r\n"

static void
test_rule (void)
{
  assert_rule (FOUR, 2, 2, 40, NULL);
  assert_rule (FOUR, 3, 2, 40, "k does not hold");
  assert_rule (FOUR, 2, 3, 40, "l does not hold for category");
  assert_rule (FOUR, 2, 2, 24, "t does not hold for service_legal");
  assert_rule ("sex,service_legal\r\nF,1\r\nF,1\r\nM,1\r\nM,0\r\n", 2, 2, 100,
               "l does not hold for service_legal");
  /* What is missing is a class of its own. */
  assert_rule ("sex,category\r\nF,child\r\nF,at_risk\r\n,child\r\n", 2, 1, 100, "k does not hold");
}

/* --- beside printed figures ------------------------------------------------------------------ */

/* A report of people by region and sex: all exact but what is 0. */
static BzgTables *
report_of (const gint64 *values)
{
  static const guint keys[] = { 4, 3, 3, 3, 4, 0, 4, 1, 3, 0, 3, 1 };
  BzgTables *tables = bzg_tables_new ("Test");
  guint place = bzg_tables_add_dimension (tables, "place");
  guint sex = bzg_tables_add_dimension (tables, "sex");
  guint dims[2] = { place, sex };
  BzgTable *table;

  bzg_tables_set_policy (tables, 5, FALSE);
  bzg_tables_add_atom (tables, place, "TJ-SU-01");
  bzg_tables_add_atom (tables, place, "TJ-SU.");
  bzg_tables_add_atom (tables, place, "unknown");
  bzg_tables_add_code (tables, place, "T", (guint[]){ 0, 1, 2 }, 3);
  bzg_tables_add_code (tables, place, "TJ-SU", (guint[]){ 0, 1 }, 2);
  bzg_tables_add_atom (tables, sex, "F");
  bzg_tables_add_atom (tables, sex, "M");
  bzg_tables_add_atom (tables, sex, "unknown");
  bzg_tables_add_code (tables, sex, "T", (guint[]){ 0, 1, 2 }, 3);
  bzg_tables_add_release (tables, "r", NULL);
  table = bzg_tables_add_table (tables, 0, "people", "count", "person", dims, 2, NULL, 0, keys, 6);
  for (guint c = 0; c < 6; c++)
    {
      table->cells[c].value = values[c];
      if (values[c] == 0)
        table->cells[c].state = BZG_CELL_WITHHELD;
    }
  return tables;
}

/* 10 women and 8 men of Sughd, 5 women of whom the region is not told; all of 2023. */
static char *
many_rows (const char *year)
{
  GString *text = g_string_new ("year_of_registration,sex,region\r\n");

  for (guint i = 0; i < 23; i++)
    g_string_append_printf (text, "%s,%s,%s\r\n", year, i < 10 || i >= 18 ? "F" : "M",
                            i < 18 ? "TJ-SU" : "");
  return g_string_free (text, FALSE);
}

static void
assert_beside (const char *year, const char *period_id, const gint64 *values, const char *where)
{
  g_autofree char *text = many_rows (year);
  g_autoptr (BzgRows) rows = rows_of (text);
  g_autoptr (BzgTables) tables = report_of (values);
  g_autofree char *found = NULL;
  BzgPeriod years, period;

  g_assert_true (bzg_period_parse ("2023..2024", &years, NULL));
  g_assert_true (bzg_period_parse (period_id, &period, NULL));
  g_assert_true (_bzg_rows_stand_beside (rows, &years, tables, &period, &found) == (where == NULL));
  g_assert_cmpstr (found, ==, where);
}

static void
test_beside (void)
{
  /* Sughd; all; Sughd women; Sughd men; all women; all men. */
  static const gint64 far[] = { 30, 60, 20, 15, 40, 20 };
  static const gint64 same[] = { 18, 23, 10, 8, 15, 8 };
  static const gint64 near[] = { 30, 60, 20, 12, 40, 20 };
  static const gint64 fewer[] = { 30, 60, 20, 15, 40, 7 };
  static const gint64 withheld[] = { 30, 60, 20, 0, 40, 20 };
  static const gint64 total[] = { 30, 27, 20, 15, 40, 20 };

  assert_beside ("2023", "2023", far, NULL);
  assert_beside ("2023", "2023", same, NULL);
  assert_beside ("2023", "2023", near, "people TJ-SU M");
  assert_beside ("2023", "2023", fewer, "people T M");
  assert_beside ("2023", "2023", withheld, NULL);
  assert_beside ("2023", "2023", total, "people T T");
  /* Nobody can say who of the year came in a quarter. */
  assert_beside ("2023", "2023-Q2", near, NULL);
  assert_beside ("2023", "2022..2024", near, "people TJ-SU M");
  /* 2022-2023 in a file that begins in 2023 is 2023. */
  assert_beside ("2022-2023", "2023", near, "people TJ-SU M");
  assert_beside ("2024-2025", "2023", near, NULL);
  assert_beside ("2024-2025", "2023..2024", near, "people TJ-SU M");
}

/* Men of 18-24 and of 25-34 are printed, and the rows tell both as 18-34: their sum is what the
 * rows are held against. */
static void
assert_bands (gint64 young, gint64 older, guint n_rows, gboolean stands)
{
  BzgTables *tables = bzg_tables_new ("Test");
  guint age = bzg_tables_add_dimension (tables, "age_band");
  g_autoptr (GString) text = g_string_new ("age_band\r\n");
  g_autoptr (BzgRows) rows = NULL;
  static const guint keys[] = { 0, 1 };
  BzgPeriod year;
  BzgTable *table;

  bzg_tables_set_policy (tables, 5, FALSE);
  bzg_tables_add_atom (tables, age, "18-24");
  bzg_tables_add_atom (tables, age, "25-34");
  bzg_tables_add_code (tables, age, "T", (guint[]){ 0, 1 }, 2);
  bzg_tables_add_release (tables, "r", NULL);
  table = bzg_tables_add_table (tables, 0, "people", "count", "person", &age, 1, NULL, 0, keys, 2);
  table->cells[0].value = young;
  table->cells[1].value = older;
  if (older == 0)
    table->cells[1].state = BZG_CELL_WITHHELD;
  for (guint i = 0; i < n_rows; i++)
    g_string_append (text, "18-34\r\n");
  rows = rows_of (text->str);
  g_assert_true (bzg_period_parse ("2023", &year, NULL));
  g_assert_true (_bzg_rows_stand_beside (rows, &year, tables, &year, NULL) == stands);
  bzg_tables_free (tables);
}

static void
test_beside_sums (void)
{
  assert_bands (37, 35, 70, FALSE);
  assert_bands (37, 35, 76, FALSE);
  assert_bands (37, 35, 72, TRUE);
  assert_bands (37, 35, 67, TRUE);
  assert_bands (37, 0, 36, TRUE); /* nobody knows the sum */
}

/* --- in the ledger --------------------------------------------------------------------------- */

static void
test_issued (void)
{
  g_autofree char *text = many_rows ("2023");
  g_autoptr (BzgIssuedRows) out = _bzg_issued_rows_new ();
  g_autoptr (BzgIssuedRows) in = NULL;
  g_autoptr (GBytes) blob = NULL;
  g_autoptr (GBytes) cut = NULL;
  g_autoptr (BzgTables) tables = NULL;
  g_autoptr (GError) error = NULL;
  BzgId id = { { 7 } }, other = { { 8 } };
  guint8 mac[BZG_HASH_SIZE];
  BzgId pseudonym;

  out->release = g_strdup ("microdata-2023");
  g_assert_true (bzg_period_parse ("2023", &out->years, NULL));
  out->open_to_all = TRUE;
  out->rule = (BzgRowsRule){ 11, 2, 40 };
  memset (out->salt, 3, sizeof out->salt);
  bzg_hmac_sha256_salted (out->salt, sizeof out->salt, id.bytes, sizeof id.bytes, mac);
  memcpy (pseudonym.bytes, mac, sizeof pseudonym.bytes);
  g_array_append_val (out->people, pseudonym);
  out->csv = g_bytes_new (text, strlen (text));
  blob = _bzg_issued_rows_write (out, &error);
  g_assert_no_error (error);
  in = _bzg_issued_rows_read (blob, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (in->csv, out->csv));
  g_assert_cmpstr (in->release, ==, "microdata-2023");
  g_assert_true (in->open_to_all);
  g_assert_cmpuint (in->rule.k, ==, 11);
  g_assert_true (_bzg_issued_rows_has (in, &id));
  g_assert_false (_bzg_issued_rows_has (in, &other));
  tables = _bzg_issued_rows_tables (in, "Test");
  g_assert_cmpuint (bzg_tables_release (tables, 0)->tables[0]->n_cells, ==, 4);
  cut = g_bytes_new_from_bytes (blob, 0, g_bytes_get_size (blob) / 2);
  g_assert_null (_bzg_issued_rows_read (cut, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_DAMAGED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_true (bzg_vault_init (NULL));
  g_test_add_func ("/rows/levels", test_levels);
  g_test_add_func ("/rows/texts", test_texts);
  g_test_add_func ("/rows/nothing-else", test_nothing_else);
  g_test_add_func ("/rows/rule", test_rule);
  g_test_add_func ("/rows/beside", test_beside);
  g_test_add_func ("/rows/beside-sums", test_beside_sums);
  g_test_add_func ("/rows/issued", test_issued);
  return g_test_run ();
}
