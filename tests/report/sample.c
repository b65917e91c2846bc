/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample.h"

static const char *const words[BZG_N_LANGUAGES][16] = {
  { "Report on return and reintegration", "July to September 2019 · Fund “Return home”",
    "Programme for return (invented)", "Training", "Headline figures", "People assisted", "Women",
    "Men", "Sughd", "Khatlon", "All", "Age", "Support by kind",
    "Everything in this document is **invented**. People are counted *once*, however many kinds of "
    "support they received, and small numbers are withheld.",
    "“I came home with nothing, and now the greenhouse feeds us.”", "Region" },
  { "Отчёт о возвращении и реинтеграции", "Июль–сентябрь 2019 г. · Фонд «Возвращение домой»",
    "Программа возвращения (вымышленная)", "Учебная база", "Главные цифры", "Получили поддержку",
    "Женщины", "Мужчины", "Согдийская область", "Хатлонская область", "Всего", "Возраст",
    "Поддержка по видам",
    "Всё в этом документе **вымышлено**. Каждый человек учтён *один раз*, сколько бы видов "
    "поддержки он ни получил; малые числа не показаны.",
    "«Я вернулась ни с чем, а теперь теплица кормит семью».", "Область" },
  { "Ҳисобот дар бораи бозгашт ва ҳамгироӣ", "Июл–сентябри 2019 · Фонди «Бозгашт ба хона»",
    "Барномаи бозгашт (бофта)", "Махзани омӯзишӣ", "Рақамҳои асосӣ", "Одамоне, ки кӯмак гирифтанд",
    "Занон", "Мардон", "вилояти Суғд", "вилояти Хатлон", "Ҳамагӣ", "Синну сол",
    "Кӯмак аз рӯи намуд",
    "Ҳама чиз дар ин ҳуҷҷат **бофта** аст. Ҳар як одам *як бор* ҳисоб мешавад, новобаста аз он ки "
    "чанд навъи кӯмак гирифтааст; рақамҳои хурд нишон дода намешаванд. Ғ ғ Ӣ ӣ Қ қ Ӯ ӯ Ҳ ҳ Ҷ ҷ.",
    "«Бо дасти холӣ баргаштам, ҳоло гармхона моро мехӯронад».", "Вилоят" },
};

static void
add_tables (BzgDocument *d, const char *const *w)
{
  static const gint64 figures[][2] = { { 41, 122 }, { 38, 97 }, { 0, 31 } };
  BzgDocTable *t = bzg_document_table (d, w[5], 4);

  bzg_doc_table_texts (t, BZG_ROW_HEADER, w[15], w[6], w[7], w[10], NULL);
  for (guint i = 0; i < 3; i++)
    {
      bzg_doc_table_row (t, BZG_ROW_BODY);
      bzg_doc_table_text (t, i == 0 ? w[8] : i == 1 ? w[9] : "ВМКБ");
      if (i == 2)
        {
          bzg_doc_table_cell (t, BZG_VALUE_IS_WITHHELD);
          bzg_doc_table_cell (t, BZG_VALUE_IS_WITHHELD);
        }
      else
        {
          bzg_doc_table_cell (t, BZG_VALUE_OF_INTEGER (figures[i][0]));
          bzg_doc_table_cell (t, BZG_VALUE_OF_INTEGER (figures[i][1]));
        }
      bzg_doc_table_cell (t, BZG_VALUE_OF_INTEGER (figures[i][0] + figures[i][1]));
    }
  bzg_doc_table_row (t, BZG_ROW_TOTAL);
  bzg_doc_table_text (t, w[10]);
  bzg_doc_table_cell (t, BZG_VALUE_OF_INTEGER (82));
  bzg_doc_table_cell (t, BZG_VALUE_OF_INTEGER (1247));
  bzg_doc_table_cell (t, BZG_VALUE_OF_INTEGER (1329));
  bzg_doc_table_note (t, "…: fewer than 5, or it would give such a number away.");

  t = bzg_document_table (d, w[12], 3);
  bzg_doc_table_texts (t, BZG_ROW_HEADER, w[12], w[5], "TJS", NULL);
  bzg_doc_table_texts (t, BZG_ROW_GROUP, "=SUM(1;2)", NULL);
  bzg_doc_table_row (t, BZG_ROW_BODY);
  bzg_doc_table_indent (t, 1);
  bzg_doc_table_text (t, "Гармхона");
  bzg_doc_table_cell (t, BZG_VALUE_OF_INTEGER (57));
  bzg_doc_table_cell (t, bzg_value_of_money (148000050, "TJS"));
  bzg_doc_table_row (t, BZG_ROW_BODY);
  bzg_doc_table_indent (t, 1);
  bzg_doc_table_text (t, "Оилаи занбӯр");
  bzg_doc_table_cell (t, BZG_VALUE_IS_MISSING);
  bzg_doc_table_cell (t, BZG_VALUE_OF_PERCENT (125));
}

static void
add_charts (BzgDocument *d, const char *const *w)
{
  static const char *const bands[] = { "0–17", "18–24", "25–34", "35–44", "45–59", "60+" };
  static const int women[] = { 6, 19, 24, 17, 9, -1 }, men[] = { 8, 71, 96, 64, 21, 5 };
  BzgChart *c = bzg_document_chart (d, BZG_CHART_PYRAMID, w[11]);

  for (guint i = 0; i < 6; i++)
    bzg_chart_category (c, bands[i]);
  bzg_chart_series (c, w[6]);
  for (guint i = 0; i < 6; i++)
    bzg_chart_value (c, women[i] < 0 ? BZG_VALUE_IS_WITHHELD : BZG_VALUE_OF_INTEGER (women[i]));
  bzg_chart_series (c, w[7]);
  for (guint i = 0; i < 6; i++)
    bzg_chart_value (c, BZG_VALUE_OF_INTEGER (men[i]));

  for (guint kind = BZG_CHART_BAR; kind <= BZG_CHART_LINE; kind++)
    {
      c = bzg_document_chart (d, kind, w[12]);
      bzg_chart_category (c, w[8]);
      bzg_chart_category (c, w[9]);
      bzg_chart_category (c, "ВМКБ");
      for (guint i = 0; i < 2; i++)
        {
          bzg_chart_series (c, w[6 + i]);
          bzg_chart_value (c, BZG_VALUE_OF_INTEGER (41 + 81 * i));
          bzg_chart_value (c, BZG_VALUE_OF_INTEGER (38 + 59 * i));
          bzg_chart_value (c, i == 0 ? BZG_VALUE_IS_WITHHELD : BZG_VALUE_OF_INTEGER (31));
        }
    }
}

BzgDocument *
sample_document (BzgLanguage lang)
{
  const char *const *w = words[lang];
  BzgDocument *d = bzg_document_new (lang, w[0]);

  bzg_document_set_subtitle (d, w[1]);
  bzg_document_set_programme (d, w[2]);
  bzg_document_set_ribbon (d, w[3]);
  bzg_document_set_date (d, bzg_date_make (2019, 10, 30));
  bzg_document_set_cover (d, TRUE);
  bzg_document_heading (d, 1, w[4]);
  bzg_document_markdown (d, w[13], 2);
  bzg_document_key_figure (d, w[5], BZG_VALUE_OF_INTEGER (1329), w[6]);
  bzg_document_key_figure (d, w[6], BZG_VALUE_OF_INTEGER (82), NULL);
  bzg_document_key_figure (d, w[7], BZG_VALUE_OF_INTEGER (1247), NULL);
  bzg_document_key_figure (d, w[12], BZG_VALUE_IS_WITHHELD, NULL);
  bzg_document_heading (d, 1, w[5]);
  bzg_document_paragraph (d, w[2]);
  add_tables (d, w);
  bzg_document_heading (d, 2, w[11]);
  add_charts (d, w);
  bzg_document_lead (d, w[2]);
  bzg_document_quote (d, w[14]);
  bzg_document_markdown (d, "- один\n- ду\n\n1. _се_\n2. чор <b>raw</b> & <script>x</script>", 2);
  bzg_document_field (d, w[15], BZG_VALUE_OF_TEXT (w[8]));
  bzg_document_field (d, w[11], BZG_VALUE_OF_DATE (bzg_date_make (2019, 8, 0)));
  bzg_document_code (d, "7KQ2M-X9D4R-PB3VT-0HWNC-8ZJ5F-G6SAE-1YKQ2-MX9D4");
  bzg_document_signature (d, w[6]);
  bzg_document_signature (d, w[7]);
  bzg_document_note (d, w[13]);

  return d;
}

char *
sample_write (GBytes *bytes, const char *name)
{
  char *path = g_test_build_filename (G_TEST_BUILT, "report", name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  gsize len;
  const char *data = g_bytes_get_data (bytes, &len);
  GError *error = NULL;

  g_mkdir_with_parents (folder, 0700);
  g_file_set_contents (path, data, len, &error);
  g_assert_no_error (error);

  return path;
}

char *
sample_run (const char *const *argv)
{
  g_autofree char *tool = g_find_program_in_path (argv[0]);
  char *out = NULL;
  int status;
  GError *error = NULL;

  if (tool == NULL)
    {
      g_autofree char *message = g_strdup_printf ("%s is not installed", argv[0]);

      g_test_skip (message);
      return NULL;
    }
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, &error));
  g_assert_no_error (error);

  return out;
}
