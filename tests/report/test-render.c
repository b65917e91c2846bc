/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-render.h"

#include "base/bzg-error.h"
#include "sample.h"

#include <string.h>

static GBytes *
render (const BzgDocument *document, BzgDocumentFormat format)
{
  GError *error = NULL;
  GBytes *bytes = bzg_document_render (document, format, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (bytes);
  g_assert_cmpuint (g_bytes_get_size (bytes), >, 0);

  return bytes;
}

static void
test_pdf (gconstpointer data)
{
  BzgLanguage lang = GPOINTER_TO_INT (data);
  g_autoptr (BzgDocument) document = sample_document (lang);
  g_autoptr (GBytes) bytes = render (document, BZG_DOCUMENT_PDF);
  g_autoptr (GBytes) again = render (document, BZG_DOCUMENT_PDF);
  g_autofree char *name = g_strdup_printf ("sample-%s.pdf", bzg_language_code (lang));
  g_autofree char *path = sample_write (bytes, name);
  const char *info_argv[] = { "pdfinfo", path, NULL };
  const char *text_argv[] = { "pdftotext", "-layout", path, "-", NULL };
  const char *fonts_argv[] = { "pdffonts", path, NULL };
  g_autofree char *info = NULL, *text = NULL, *fonts = NULL;

  g_assert_true (g_bytes_equal (bytes, again));
  info = sample_run (info_argv);
  text = sample_run (text_argv);
  fonts = sample_run (fonts_argv);
  if (info == NULL || text == NULL || fonts == NULL)
    return;
  g_assert_nonnull (strstr (info, document->title));
  g_assert_nonnull (strstr (info, "A4"));
  g_assert_nonnull (strstr (info, "Tagged:          yes"));
  g_assert_nonnull (strstr (text, "…"));
  g_assert_nonnull (strstr (text, "1"));
  if (lang == BZG_LANGUAGE_TG)
    g_assert_nonnull (strstr (text, "Ғ ғ Ӣ ӣ Қ қ Ӯ ӯ Ҳ ҳ Ҷ ҷ"));
  g_assert_nonnull (strstr (fonts, "NotoSans"));
  g_assert_null (strstr (fonts, "DejaVu"));
}

static void
test_text (void)
{
  g_autoptr (BzgDocument) document = sample_document (BZG_LANGUAGE_EN);
  g_autofree char *text = bzg_document_to_text (document, 72);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "report", "sample.txt", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autofree char *golden = NULL;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GError *error = NULL;

  for (guint i = 0; lines[i] != NULL; i++)
    g_assert_cmpint (g_utf8_strlen (lines[i], -1), <=, 72);
  g_free (sample_write (bytes, "sample.txt"));
  g_file_get_contents (path, &golden, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, golden);
}

static void
test_csv (void)
{
  g_autoptr (BzgDocument) document = sample_document (BZG_LANGUAGE_EN);
  g_autoptr (GBytes) bytes = render (document, BZG_DOCUMENT_CSV);
  gsize len;
  const char *data = g_bytes_get_data (bytes, &len);
  g_autofree char *csv = g_strndup (data, len);

  g_assert_cmpstr (csv, ==,
                   "People assisted\r\n"
                   "Region,Women,Men,All\r\n"
                   "Sughd,41,122,163\r\n"
                   "Khatlon,38,97,135\r\n"
                   "ВМКБ,…,…,31\r\n"
                   "All,82,1247,1329\r\n"
                   "\r\n"
                   "Support by kind\r\n"
                   "Support by kind,People assisted,TJS\r\n"
                   "\"'=SUM(1;2)\",,\r\n"
                   "Гармхона,57,1480000.50\r\n"
                   "Оилаи занбӯр,,0.125\r\n");
}

/* The parts of an office file, each a well-formed XML text. */
static void
check_package (const char *path, const char *const *parts, const char *const *expected)
{
  for (guint i = 0; parts[i] != NULL; i++)
    {
      const char *unzip_argv[] = { "unzip", "-p", path, parts[i], NULL };
      const char *test_argv[] = { "unzip", "-tq", path, NULL };
      g_autofree char *text = sample_run (unzip_argv);
      G_GNUC_UNUSED g_autofree char *tested = sample_run (test_argv);
      g_autoptr (GMarkupParseContext) context = NULL;
      static const GMarkupParser parser = { NULL };
      GError *error = NULL;

      if (text == NULL)
        return;
      context = g_markup_parse_context_new (&parser, 0, NULL, NULL);
      g_markup_parse_context_parse (context, text, -1, &error);
      g_assert_no_error (error);
      g_markup_parse_context_end_parse (context, &error);
      g_assert_no_error (error);
      if (expected[i] != NULL)
        g_assert_nonnull (strstr (text, expected[i]));
    }
}

static void
test_odt (void)
{
  static const char *const parts[]
    = { "content.xml", "styles.xml", "meta.xml", "META-INF/manifest.xml", NULL };
  static const char *const expected[]
    = { "office:value=\"1480000.50\"", "#e3a138", "2019-10-30", "Pictures/1.png", NULL };
  g_autoptr (BzgDocument) document = sample_document (BZG_LANGUAGE_TG);
  g_autoptr (GBytes) bytes = render (document, BZG_DOCUMENT_ODT);
  g_autoptr (GBytes) again = render (document, BZG_DOCUMENT_ODT);
  g_autofree char *path = sample_write (bytes, "sample.odt");
  const char *data = g_bytes_get_data (bytes, NULL);

  g_assert_true (g_bytes_equal (bytes, again));
  /* What "file" and mail programs look for, at its fixed place. */
  g_assert_cmpint (memcmp (data + 30, "mimetypeapplication/vnd.oasis.opendocument.text", 47), ==,
                   0);
  check_package (path, parts, expected);
}

static guint
count_folders (const char *place)
{
  g_autoptr (GDir) dir = g_dir_open (place, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    n += g_str_has_prefix (name, "bozgasht-");

  return n;
}

static void
test_xlsx (void)
{
  static const char *const parts[] = { "xl/workbook.xml", "xl/sharedStrings.xml",
                                       "xl/worksheets/sheet2.xml", "xl/charts/chart1.xml", NULL };
  static const char *const expected[]
    = { "1 People assisted", "=SUM(1;2)", "<v>1247</v>", "barChart", NULL };
  g_autoptr (BzgDocument) document = sample_document (BZG_LANGUAGE_EN);
  g_autoptr (GBytes) bytes = NULL, again = NULL;
  g_autofree char *path = NULL;
  guint before = count_folders ("/dev/shm");
  GError *error = NULL;

  bytes = bzg_document_render (document, BZG_DOCUMENT_XLSX, NULL, &error);
  if (g_error_matches (error, BZG_ERROR, BZG_ERROR_REFUSED_PLACE))
    {
      g_error_free (error);
      g_test_skip ("no memory file system here");
      return;
    }
  g_assert_no_error (error);
  again = render (document, BZG_DOCUMENT_XLSX);
  g_assert_true (g_bytes_equal (bytes, again));
  g_assert_cmpuint (count_folders ("/dev/shm"), ==, before);
  path = sample_write (bytes, "sample.xlsx");
  check_package (path, parts, expected);
}

static void
test_empty (gconstpointer data)
{
  BzgDocumentFormat format = GPOINTER_TO_INT (data);

  for (guint lang = 0; lang < BZG_N_LANGUAGES; lang++)
    {
      g_autoptr (BzgDocument) document = bzg_document_new (lang, "");
      GError *error = NULL;
      g_autoptr (GBytes) bytes = bzg_document_render (document, format, NULL, &error);

      if (g_error_matches (error, BZG_ERROR, BZG_ERROR_REFUSED_PLACE))
        {
          g_error_free (error);
          return;
        }
      g_assert_no_error (error);
      g_assert_nonnull (bytes);
    }
}

/* Nothing is ever cut: every cell of a long table and every letter of a long word is on a page. */
static void
test_long (void)
{
  g_autoptr (BzgDocument) document = bzg_document_new (BZG_LANGUAGE_TG, "Рӯйхат");
  BzgDocTable *table = bzg_document_table (document, "Рӯйхат", 4);
  g_autofree char *word = g_strnfill (400, 'w');
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (BzgPages) pages = NULL;
  GString *story = g_string_new (NULL);
  GError *error = NULL;
  guint headers = 0, letters = 0;

  bzg_doc_table_texts (table, BZG_ROW_HEADER, "Сарлавҳа", "Б", "В", "Г", NULL);
  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *key = g_strdup_printf ("row-%04u", i);

      bzg_doc_table_row (table, BZG_ROW_BODY);
      bzg_doc_table_text (table, key);
      bzg_doc_table_cell (table, BZG_VALUE_OF_INTEGER (i));
      bzg_doc_table_text (table, i % 500 == 7 ? word : "матн");
      bzg_doc_table_cell (table, BZG_VALUE_IS_WITHHELD);
    }
  for (guint i = 0; i < 3000; i++)
    g_string_append_printf (story, "калима-%04u ", i);
  bzg_doc_table_texts (table, BZG_ROW_TOTAL, story->str, "1", story->str, "2", NULL);
  bzg_document_paragraph (document, story->str);
  bzg_document_field (document, word, BZG_VALUE_OF_TEXT (story->str));

  pages = bzg_document_paginate (document, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < bzg_pages_get_n (pages); i++)
    {
      g_autofree char *page = bzg_page_to_text (pages, i);

      g_string_append (text, page);
      headers += strstr (page, "Сарлавҳа") != NULL;
    }
  g_assert_cmpuint (headers, >, 40);
  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *key = g_strdup_printf ("row-%04u\n", i);

      g_assert_nonnull (strstr (text->str, key));
    }
  for (const char *p = text->str; *p != '\0'; p++)
    letters += *p == 'w';
  g_assert_cmpuint (letters, ==, 400 * 4 + 400 + 2000);
  {
    g_autoptr (GString) joined = g_string_new (NULL);
    guint found = 0;

    /* each word of the long text stands three or four times, wherever its lines were divided */
    for (const char *p = text->str; *p != '\0'; p++)
      if (*p != '\n')
        g_string_append_c (joined, *p);
    for (const char *p = joined->str; (p = strstr (p, "калима-")) != NULL; p++)
      found++;
    g_assert_cmpuint (found, ==, 3000 * 4);
  }
  g_string_free (story, TRUE);
}

static void
test_wide (void)
{
  g_autoptr (BzgDocument) document = bzg_document_new (BZG_LANGUAGE_RU, "Wide");
  BzgDocTable *table = bzg_document_table (document, NULL, 24);
  g_autoptr (BzgPages) pages = NULL;
  g_autofree char *text = NULL;
  guint letters = 0;

  bzg_doc_table_row (table, BZG_ROW_BODY);
  for (guint i = 0; i < 24; i++)
    bzg_doc_table_text (table, "достопримечательность");
  pages = bzg_document_paginate (document, NULL, NULL);
  text = bzg_page_to_text (pages, 0);
  for (const char *p = text; (p = strstr (p, "ч")) != NULL; p++)
    letters++;
  g_assert_cmpuint (letters, ==, 24);
}

static void
test_cancel (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (BzgDocument) document = sample_document (BZG_LANGUAGE_EN);

  g_cancellable_cancel (cancellable);
  for (guint format = BZG_DOCUMENT_PDF; format <= BZG_DOCUMENT_ODT; format++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (bzg_document_render (document, format, cancellable, &error));
      g_assert_true (g_error_matches (error, BZG_ERROR, BZG_ERROR_CANCELLED)
                     || g_error_matches (error, BZG_ERROR, BZG_ERROR_REFUSED_PLACE));
    }
}

static void
test_markdown (void)
{
  g_autoptr (BzgDocument) document = bzg_document_new (BZG_LANGUAGE_EN, "");
  const BzgBlock *block;
  const BzgRun *run;
  g_autofree char *text = NULL;

  bzg_document_markdown (document,
                         "# Head\n\nOne **bold** and *it* [link](javascript:x) "
                         "![pic](http://a/b.png)\n\n> said\n\n3. three\n4. four\n\n<b>raw</b>\n",
                         2);
  g_assert_cmpuint (document->blocks->len, ==, 6);
  block = g_ptr_array_index (document->blocks, 0);
  g_assert_cmpuint (block->level, ==, 2);
  block = g_ptr_array_index (document->blocks, 1);
  text = bzg_block_text (block);
  g_assert_cmpstr (text, ==, "One bold and it link ");
  run = g_ptr_array_index (block->runs, 1);
  g_assert_cmpint (run->style, ==, BZG_RUN_BOLD);
  block = g_ptr_array_index (document->blocks, 2);
  g_assert_cmpint (block->kind, ==, BZG_BLOCK_QUOTE);
  block = g_ptr_array_index (document->blocks, 4);
  g_assert_cmpuint (block->number, ==, 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  bzg_language_init (BZG_LANGUAGE_EN);

  for (guint lang = 0; lang < BZG_N_LANGUAGES; lang++)
    {
      g_autofree char *name = g_strdup_printf ("/report/render/pdf/%s", bzg_language_code (lang));

      g_test_add_data_func (name, GINT_TO_POINTER (lang), test_pdf);
    }
  for (guint format = 0; format < BZG_DOCUMENT_JSON; format++)
    {
      g_autofree char *name
        = g_strdup_printf ("/report/render/empty/%s", bzg_document_format_code (format));

      g_test_add_data_func (name, GINT_TO_POINTER (format), test_empty);
    }
  g_test_add_func ("/report/render/text", test_text);
  g_test_add_func ("/report/render/csv", test_csv);
  g_test_add_func ("/report/render/odt", test_odt);
  g_test_add_func ("/report/render/xlsx", test_xlsx);
  g_test_add_func ("/report/render/long", test_long);
  g_test_add_func ("/report/render/wide", test_wide);
  g_test_add_func ("/report/render/cancel", test_cancel);
  g_test_add_func ("/report/render/markdown", test_markdown);

  return g_test_run ();
}
