/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bzg-csv.h"
#include "base/bzg-error.h"

#include <string.h>

static BzgCsvReader *
open_text (const char *text, gssize len, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, len < 0 ? strlen (text) : (gsize) len);

  return bzg_csv_reader_new (bytes, error);
}

/* The rows after the header, cells joined by `|`, rows by `/`. */
static char *
read_all (BzgCsvReader *reader, GError **error)
{
  GString *out = g_string_new (NULL);

  while (bzg_csv_reader_next (reader, error))
    {
      for (guint i = 0; i < bzg_csv_reader_get_n_columns (reader); i++)
        g_string_append_printf (out, "%s%s", i > 0 ? "|" : "",
                                bzg_csv_reader_get_cell (reader, (int) i));
      g_string_append_c (out, '/');
    }
  return g_string_free (out, FALSE);
}

static void
test_good (void)
{
  static const char *const cases[][2] = {
    { "a,b\n1,2\n", "1|2/" },
    { "a,b\r\n1,2\r\n", "1|2/" },
    { "a,b\r1,2\r", "1|2/" },
    { "a,b\n1,2", "1|2/" },
    { "\xef\xbb\xbf"
      "a,b\n1,2\n",
      "1|2/" },
    { "a;b\n1,5;2\n", "1,5|2/" },
    { "\"a;x\",b\n1,2\n", "1|2/" },
    { " a , b \n 1 , 2 \n", " 1 | 2 /" },
    { "a,b\n\"1,\n2\",\"say \"\"so\"\"\"\n", "1,\n2|say \"so\"/" },
    { "a,b\n\"1\r\n2\",3\r\n4,5", "1\r\n2|3/4|5/" },
    { "a,b\n\"\",\"\"\"\"\n", "|\"/" },
    { "a,b\n\n\n1,2\n,\n\r\n3,4\n", "1|2/3|4/" },
    { "a,b\n1\n", "1|/" },
    { "a,b\n1,2,,\n", "1|2/" },
    { "a,b,,\n1,2,,\n", "1|2/" },
    { "a\n", "" },
    { "a", "" },
    { "a,b\n1,\"2\"", "1|2/" },
    { "ном,сол\nФирӯза,2019\n", "Фирӯза|2019/" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BzgCsvReader) reader = open_text (cases[i][0], -1, &error);
      g_autofree char *all = NULL;

      g_assert_no_error (error);
      all = read_all (reader, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (all, ==, cases[i][1]);
      g_assert_true (bzg_csv_reader_at_end (reader));
    }
}

static void
test_header (void)
{
  g_autoptr (BzgCsvReader) reader = open_text (" Ref ;family_name;note;\n1;2;3\n", -1, NULL);

  g_assert_cmpint (bzg_csv_reader_get_delimiter (reader), ==, ';');
  g_assert_cmpuint (bzg_csv_reader_get_n_columns (reader), ==, 3);
  g_assert_cmpstr (bzg_csv_reader_get_header (reader)[0], ==, "Ref");
  g_assert_null (bzg_csv_reader_get_header (reader)[3]);
  g_assert_cmpint (bzg_csv_reader_find_column (reader, "ref"), ==, 0);
  g_assert_cmpint (bzg_csv_reader_find_column (reader, "NOTE"), ==, 2);
  g_assert_cmpint (bzg_csv_reader_find_column (reader, "sex"), ==, -1);
  g_assert_true (bzg_csv_reader_next (reader, NULL));
  g_assert_cmpstr (bzg_csv_reader_get_cell (reader, 1), ==, "2");
  g_assert_cmpstr (bzg_csv_reader_get_cell (reader, -1), ==, "");
  g_assert_cmpstr (bzg_csv_reader_get_cell (reader, 99), ==, "");
}

static void
test_refused (void)
{
  static const struct
  {
    const char *text;
    gssize len;
    int code;
    const char *says;
  } cases[] = {
    { "", -1, BZG_ERROR_MALFORMED, "row 1" },
    { "\n\n", -1, BZG_ERROR_MALFORMED, "row 1" },
    { ",,\n1,2,3\n", -1, BZG_ERROR_MALFORMED, "row 1" },
    { "a,b,A\n", -1, BZG_ERROR_MALFORMED, "row 1, column 3" },
    { "a,b\n1,2\0\n", 9, BZG_ERROR_MALFORMED, "row 2, column 2" },
    { "a,b\n1,\xc0\xaf\n", -1, BZG_ERROR_ENCODING, "row 2, column 2" },
    { "a,b\n1,2\n\xcf\xf0\xe8,2\n", -1, BZG_ERROR_ENCODING, "row 3, column 1" },
    { "\xff\xfe"
      "a\0,\0",
      6, BZG_ERROR_ENCODING, "" },
    { "a,\"b\n1,2\n", -1, BZG_ERROR_MALFORMED, "row 1, column 2" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (open_text (cases[i].text, cases[i].len, &error));
      g_assert_error (error, BZG_ERROR, cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].says));
    }
}

static void
test_broken_quotes (void)
{
  static const char *const cases[][2] = {
    { "a,b\n1,2\n3,\"4\n5,6\n", "row 3, column 2" },
    { "a,b\n1,2\n3,4\"4\n5,6\n", "row 3, column 2" },
    { "a,b\n1,2\n\"3\"x,4\n5,6\n", "row 3, column 1" },
    { "a,b\n1,2\n\"3\" ,4\n", "row 3, column 1" },
    { "a,b\n\"1\n1\",2\n3,\"", "row 3, column 2" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BzgCsvReader) reader = open_text (cases[i][0], -1, NULL);

      g_assert_true (bzg_csv_reader_next (reader, NULL));
      g_assert_false (bzg_csv_reader_next (reader, &error));
      g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
      g_assert_nonnull (strstr (error->message, cases[i][1]));
      g_assert_true (bzg_csv_reader_at_end (reader));
      g_assert_false (bzg_csv_reader_next (reader, NULL));
    }
}

/* A row with too many cells is that row's error, the next ones are read. */
static void
test_too_many_cells (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgCsvReader) reader = open_text ("a,b\n1,2,3\n4,5\n", -1, NULL);

  g_assert_false (bzg_csv_reader_next (reader, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
  g_assert_nonnull (strstr (error->message, "row 2, column 3"));
  g_assert_cmpuint (bzg_csv_reader_get_row (reader), ==, 2);
  g_assert_false (bzg_csv_reader_at_end (reader));
  g_assert_true (bzg_csv_reader_next (reader, NULL));
  g_assert_cmpstr (bzg_csv_reader_get_cell (reader, 0), ==, "4");
  g_assert_cmpuint (bzg_csv_reader_get_row (reader), ==, 3);
}

static void
test_limits (void)
{
  g_autofree char *big = g_strnfill (1024 * 1024, 'x');
  g_autofree char *row = g_strdup_printf ("a,b\n\"%s\",2\n", big);
  g_autofree char *over = g_strnfill (BZG_CSV_MAX_CELL + 1, 'x');
  g_autofree char *over_row = g_strdup_printf ("a,b\n%s,2\n", over);
  g_autofree char *wide = g_strnfill (BZG_CSV_MAX_COLUMNS + 5, ',');
  g_autofree char *wide_row = g_strdup_printf ("a,b\n1%s\n", wide);
  g_autoptr (BzgCsvReader) reader = open_text (row, -1, NULL);
  g_autoptr (BzgCsvReader) over_reader = open_text (over_row, -1, NULL);
  g_autoptr (BzgCsvReader) wide_reader = open_text (wide_row, -1, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (bzg_csv_reader_next (reader, NULL));
  g_assert_cmpuint (strlen (bzg_csv_reader_get_cell (reader, 0)), ==, 1024 * 1024);
  g_assert_cmpstr (bzg_csv_reader_get_cell (reader, 1), ==, "2");
  g_assert_false (bzg_csv_reader_next (over_reader, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_false (bzg_csv_reader_next (wide_reader, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
  g_assert_true (bzg_csv_reader_at_end (wide_reader));
}

static void
test_cp1251 (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("a;b\n\xcf\xf0\xe8\xe2\xe5\xf2;2\n", 13);
  g_autoptr (GBytes) utf16 = g_bytes_new_static ("\xff\xfe"
                                                 "a\0\n\0\x2f\x04",
                                                 8);
  g_autoptr (GBytes) fine = g_bytes_new_static ("a\n", 2);
  g_autoptr (GBytes) hole = g_bytes_new_static ("a\x98", 2);
  g_autoptr (GBytes) converted = NULL;
  g_autoptr (GBytes) converted16 = NULL;
  g_autoptr (BzgCsvReader) reader = NULL;
  g_autoptr (BzgCsvReader) reader16 = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (bzg_csv_guess_encoding (fine));
  g_assert_cmpstr (bzg_csv_guess_encoding (bytes), ==, "CP1251");
  g_assert_cmpstr (bzg_csv_guess_encoding (utf16), ==, "UTF-16");

  converted = bzg_csv_convert (bytes, "CP1251", &error);
  g_assert_no_error (error);
  reader = bzg_csv_reader_new (converted, &error);
  g_assert_no_error (error);
  g_assert_true (bzg_csv_reader_next (reader, NULL));
  g_assert_cmpstr (bzg_csv_reader_get_cell (reader, 0), ==, "Привет");

  converted16 = bzg_csv_convert (utf16, "UTF-16", &error);
  g_assert_no_error (error);
  reader16 = bzg_csv_reader_new (converted16, &error);
  g_assert_no_error (error);
  g_assert_true (bzg_csv_reader_next (reader16, NULL));
  g_assert_cmpstr (bzg_csv_reader_get_cell (reader16, 0), ==, "Я");

  g_assert_null (bzg_csv_convert (hole, "CP1251", &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_ENCODING);
}

static char *
random_cell (void)
{
  static const char *const pieces[] = { "",  "a", "Ҷ", ",", ";",  "\"", "\n", "\r\n", " ",  "=",
                                        "+", "-", "@", "'", "\t", "1",  ".",  "＝",   "\r", "–" };
  GString *cell = g_string_new (NULL);

  for (int n = g_test_rand_int_range (0, 6); n > 0; n--)
    g_string_append (cell, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
  return g_string_free (cell, FALSE);
}

/* What the writer writes the reader reads, and the guard is taken back exactly. */
static void
test_round_trip (void)
{
  for (int i = 0; i < 5000; i++)
    {
      BzgCsvFlags flags = (BzgCsvFlags) g_test_rand_int_range (0, 4);
      const char *header[] = { "x", "y", "z" };
      g_autofree char *a = random_cell ();
      g_autofree char *b = random_cell ();
      const char *cells[] = { a, b, "end" };
      g_autoptr (GString) out = g_string_new (NULL);
      g_autoptr (BzgCsvReader) reader = NULL;
      g_autoptr (GError) error = NULL;

      bzg_csv_append_row (out, header, 3, flags & BZG_CSV_SEMICOLON);
      bzg_csv_append_row (out, cells, 3, flags);
      reader = open_text (out->str, (gssize) out->len, &error);
      g_assert_no_error (error);
      g_assert_true (bzg_csv_reader_next (reader, &error));
      for (int j = 0; j < 2; j++)
        {
          const char *got = bzg_csv_reader_get_cell (reader, j);
          g_autofree char *back = flags & BZG_CSV_GUARD ? bzg_csv_unguard (got) : g_strdup (got);

          g_assert_cmpstr (back, ==, cells[j]);
          if (flags & BZG_CSV_GUARD)
            g_assert_true (*got == '\0' || strchr ("=+@\t\r\n", *got) == NULL);
        }
      g_assert_false (bzg_csv_reader_next (reader, NULL));
    }
}

static void
test_writer (void)
{
  static const char *const cells[]
    = { "a", NULL, "b,c", "say \"so\"", " x", "1;2", "-5", "=1+1", "-x", "+992", NULL };
  static const char *const alone[] = { "" };
  g_autoptr (GString) out = g_string_new (NULL);

  bzg_csv_append_row (out, cells, 10, BZG_CSV_GUARD);
  bzg_csv_append_row (out, alone, 1, BZG_CSV_PLAIN);
  bzg_csv_append_row (out, cells, -1, BZG_CSV_SEMICOLON);
  g_assert_cmpstr (out->str, ==,
                   "a,,\"b,c\",\"say \"\"so\"\"\",\" "
                   "x\",\"1;2\",-5,'=1+1,'-x,'+992\r\n\"\"\r\na\r\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv/good", test_good);
  g_test_add_func ("/csv/header", test_header);
  g_test_add_func ("/csv/refused", test_refused);
  g_test_add_func ("/csv/broken-quotes", test_broken_quotes);
  g_test_add_func ("/csv/too-many-cells", test_too_many_cells);
  g_test_add_func ("/csv/limits", test_limits);
  g_test_add_func ("/csv/cp1251", test_cp1251);
  g_test_add_func ("/csv/round-trip", test_round_trip);
  g_test_add_func ("/csv/writer", test_writer);
  return g_test_run ();
}
