/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-render-private.h"

#include "base/bzg-error.h"
#include "base/bzg-file.h"
#include "base/bzg-format.h"
#include "report/bzg-type-private.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <xlsxwriter.h>

/*
 * One sheet with the words and one for each table, charts as native ones, numbers as numbers.
 *
 * The library spools sheets in clear to files. They may only lie on a memory file system, in a
 * folder of our own that nobody else can read and that is emptied here whatever happens; without
 * such a place there is no spreadsheet.
 */

#define TMPFS_MAGIC_NUMBER 0x01021994
#define RAMFS_MAGIC_NUMBER 0x858458f6
#define MAX_XLSX (512 * 1024 * 1024)
#define SHEET_NAME_MAX 31

typedef struct
{
  const BzgDocument *document;
  lxw_workbook *book;
  GHashTable *formats; /* text key -> lxw_format */
  lxw_worksheet *words;
  lxw_row_t words_row;
  lxw_worksheet *sheet; /* of the last table */
  char *sheet_name;
  lxw_row_t sheet_row; /* first free one */
  lxw_row_t chart_row;
  lxw_col_t chart_column;
  guint n_sheets;
} Book;

/* A new folder on a memory file system, mode 0700. */
static char *
make_folder (GError **error)
{
  const char *places[] = { g_getenv ("XDG_RUNTIME_DIR"), "/dev/shm" };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      struct statfs info;
      g_autofree char *folder = NULL;

      if (places[i] == NULL || !g_path_is_absolute (places[i]) || statfs (places[i], &info) != 0)
        continue;
      if (info.f_type != TMPFS_MAGIC_NUMBER && (guint32) info.f_type != RAMFS_MAGIC_NUMBER)
        continue;
      folder = g_build_filename (places[i], "bozgasht-XXXXXX", NULL);
      if (g_mkdtemp_full (folder, 0700) != NULL)
        return g_steal_pointer (&folder);
    }
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_PLACE,
                       "no memory file system for the spreadsheet's parts");

  return NULL;
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

static lxw_color_t
color_of (BzgColor color)
{
  return ((lxw_color_t) (color.red * 255) << 16) | ((lxw_color_t) (color.green * 255) << 8)
         | (lxw_color_t) (color.blue * 255);
}

static char *
number_format (const BzgValue *value)
{
  guint decimals;
  GString *format;

  switch (value->kind)
    {
    case BZG_VALUE_INTEGER:
      return g_strdup ("#,##0");
    case BZG_VALUE_PERCENT:
      return g_strdup (value->value % 10 == 0 ? "0%" : "0.0%");
    case BZG_VALUE_DATE:
      return g_strdup ("dd.mm.yyyy");
    case BZG_VALUE_MONEY:
      format = g_string_new ("#,##0");
      decimals = bzg_currency_exponent (value->currency);
      if (decimals > 0)
        g_string_append_c (format, '.');
      for (guint i = 0; i < decimals; i++)
        g_string_append_c (format, '0');
      if (value->currency[0] != '\0')
        g_string_append_printf (format, "\" %s\"", value->currency);
      return g_string_free (format, FALSE);
    default:
      return g_strdup ("");
    }
}

/* Formats are made once for each look; @look: 'b' body, 'h' header, 't' total, 'g' group, 'T'
 * title, 'H' heading, 'n' note, 'k' key figure. */
static lxw_format *
format_of (Book *book, char look, const char *number, guint indent, BzgAlign align)
{
  g_autofree char *key = g_strdup_printf ("%c%u%d%s", look, indent, align, number);
  lxw_format *format = g_hash_table_lookup (book->formats, key);

  if (format != NULL)
    return format;

  format = workbook_add_format (book->book);
  format_set_font_name (format, "Noto Sans");
  format_set_font_size (format, look == 'T' ? 16 : look == 'H' ? 12 : look == 'k' ? 14 : 10);
  format_set_align (format, LXW_ALIGN_VERTICAL_TOP);
  if (number[0] != '\0')
    format_set_num_format (format, number);
  if (align == BZG_ALIGN_END)
    format_set_align (format, LXW_ALIGN_RIGHT);
  if (indent > 0)
    format_set_indent (format, indent);
  if (strchr ("htsgTHk", look) != NULL)
    format_set_bold (format);
  if (strchr ("THk", look) != NULL)
    format_set_font_color (format, color_of (_bzg_color_teal));
  if (look == 'n')
    format_set_font_color (format, color_of (_bzg_color_grey));
  if (strchr ("bhgstn", look) != NULL || look == 'p')
    format_set_text_wrap (format);
  if (look == 'h')
    {
      format_set_bottom (format, LXW_BORDER_MEDIUM);
      format_set_border_color (format, color_of (_bzg_color_teal));
      format_set_align (format, LXW_ALIGN_VERTICAL_BOTTOM);
    }
  if (look == 't')
    format_set_top (format, LXW_BORDER_THIN);
  if (look == 'g')
    format_set_bg_color (format, color_of (_bzg_color_pale));
  g_hash_table_insert (book->formats, g_steal_pointer (&key), format);

  return format;
}

static void
write_text (lxw_worksheet *sheet, lxw_row_t row, lxw_col_t col, const char *text, lxw_format *f)
{
  /* A cell of a spreadsheet holds 32767 characters; longer text goes on below in its own rows. */
  g_autofree char *head
    = g_utf8_strlen (text, -1) > 32767 ? g_utf8_substring (text, 0, 32767) : NULL;

  worksheet_write_string (sheet, row, col, head != NULL ? head : text, f);
}

static void
write_value (Book *book,
             lxw_worksheet *sheet,
             lxw_row_t row,
             lxw_col_t col,
             const BzgValue *value,
             char look,
             guint indent,
             BzgAlign align)
{
  g_autofree char *unmarked = number_format (value);
  g_autofree char *number = g_strconcat (unmarked, value->marked ? "\"*\"" : NULL, NULL);
  g_autofree char *plain = _bzg_value_to_plain (value);
  g_autofree char *text = NULL;

  if (plain != NULL)
    {
      worksheet_write_number (sheet, row, col, g_ascii_strtod (plain, NULL),
                              format_of (book, look, number, indent, BZG_ALIGN_END));
      return;
    }
  if (value->kind == BZG_VALUE_DATE && bzg_date_precision (value->date) == BZG_DATE_PRECISION_DAY
      && value->date.year >= 1900)
    {
      lxw_datetime day
        = { .year = value->date.year, .month = value->date.month, .day = value->date.day };

      worksheet_write_datetime (sheet, row, col, &day,
                                format_of (book, look, number, indent, BZG_ALIGN_START));
      return;
    }
  if (value->kind == BZG_VALUE_EMPTY)
    {
      worksheet_write_blank (sheet, row, col, format_of (book, look, "", indent, align));
      return;
    }
  text = bzg_value_format (value, book->document->lang);
  write_text (sheet, row, col, text, format_of (book, look, "", indent, align));
}

/* "1 Women and men by region": numbered, so always unique; without what a sheet's name cannot have.
 */
static char *
make_sheet_name (Book *book, const char *caption)
{
  g_autofree char *name
    = g_strdup_printf ("%u %s", ++book->n_sheets, caption != NULL ? caption : "");
  char *result;

  g_strdelimit (name, "[]:*?/\\'\n\t", ' ');
  g_strstrip (name);
  result = g_utf8_substring (name, 0, MIN (g_utf8_strlen (name, -1), SHEET_NAME_MAX));
  g_strchomp (result);

  return result;
}

static lxw_worksheet *
new_sheet (Book *book, const char *caption)
{
  g_free (book->sheet_name);
  book->sheet_name = make_sheet_name (book, caption);
  book->sheet = workbook_add_worksheet (book->book, book->sheet_name);
  if (book->sheet == NULL)
    return NULL;
  worksheet_set_paper (book->sheet, 9);
  worksheet_fit_to_pages (book->sheet, 1, 0);
  book->sheet_row = 0;
  book->chart_row = 1;
  book->chart_column = 3;

  return book->sheet;
}

static double
column_width (const BzgDocTable *table, guint column, BzgLanguage lang)
{
  double width = 8;

  for (guint r = 0; r < table->rows->len; r++)
    {
      const BzgDocRow *row = g_ptr_array_index (table->rows, r);
      g_autofree char *text = NULL;

      if (row->kind == BZG_ROW_GROUP)
        continue;
      text = bzg_value_format (&row->cells[column], lang);
      width = MAX (width, MIN (g_utf8_strlen (text, -1) + 2.0 + 2 * row->indent,
                               row->kind == BZG_ROW_HEADER ? 18 : 60));
    }

  return width;
}

static char
look_of (BzgRowKind kind)
{
  switch (kind)
    {
    case BZG_ROW_HEADER:
      return 'h';
    case BZG_ROW_GROUP:
      return 'g';
    case BZG_ROW_SUM:
      return 's';
    case BZG_ROW_TOTAL:
      return 't';
    case BZG_ROW_BODY:
    default:
      return 'b';
    }
}

static gboolean
add_table (Book *book, const BzgDocTable *table)
{
  lxw_worksheet *sheet = new_sheet (book, table->caption);
  lxw_row_t row = 0;
  guint headers = 0;

  if (sheet == NULL)
    return FALSE;
  if (table->caption != NULL)
    {
      write_text (sheet, row, 0, table->caption, format_of (book, 'H', "", 0, BZG_ALIGN_START));
      row += 2;
    }
  for (guint c = 0; c < table->n_columns; c++)
    worksheet_set_column (sheet, c, c, column_width (table, c, book->document->lang), NULL);
  for (guint r = 0; r < table->rows->len; r++, row++)
    {
      const BzgDocRow *line = g_ptr_array_index (table->rows, r);

      for (guint c = 0; c < table->n_columns; c++)
        write_value (book, sheet, row, c, &line->cells[c], look_of (line->kind),
                     c == 0 ? line->indent : 0, bzg_doc_table_get_align (table, c));
      if (line->kind == BZG_ROW_HEADER && headers == r)
        headers++;
    }
  if (headers > 0)
    {
      lxw_row_t first = table->caption != NULL ? 2 : 0;

      worksheet_freeze_panes (sheet, first + headers, 1);
      worksheet_repeat_rows (sheet, first, first + headers - 1);
    }
  row++;
  for (guint i = 0; i < table->notes->len; i++)
    worksheet_write_string (sheet, row++, 0, g_ptr_array_index (table->notes, i),
                            format_of (book, 'N', "", 0, BZG_ALIGN_START));
  book->sheet_row = row + 1;
  book->chart_column = table->n_columns + 1;

  return TRUE;
}

static uint8_t
native_kind (BzgChartKind kind)
{
  switch (kind)
    {
    case BZG_CHART_STACKED:
      return LXW_CHART_BAR_STACKED;
    case BZG_CHART_LINE:
      return LXW_CHART_LINE;
    case BZG_CHART_BAR:
    case BZG_CHART_PYRAMID:
    default:
      return LXW_CHART_BAR;
    }
}

/* The chart's figures below the table, the chart beside it. */
static gboolean
add_chart (Book *book, const BzgChart *data)
{
  lxw_row_t top;
  lxw_chart *chart;
  lxw_chart_options options = { .x_scale = 1.2, .y_scale = 1.2 };
  guint n = data->categories->len;

  if (bzg_chart_is_empty (data))
    return TRUE;
  if (book->sheet == NULL && new_sheet (book, data->caption) == NULL)
    return FALSE;

  top = book->sheet_row + 1;
  chart = workbook_add_chart (book->book, native_kind (data->kind));
  for (guint k = 0; k < n; k++)
    worksheet_write_string (book->sheet, top + 1 + k, 0, g_ptr_array_index (data->categories, k),
                            format_of (book, 'b', "", 0, BZG_ALIGN_START));
  for (guint i = 0; i < data->series->len; i++)
    {
      const BzgChartSeries *series = g_ptr_array_index (data->series, i);
      lxw_chart_series *native;
      lxw_chart_fill fill = { .color = color_of (_bzg_color_of_series (i)) };
      lxw_chart_line line = { .color = color_of (_bzg_color_of_series (i)), .width = 2 };

      worksheet_write_string (book->sheet, top, i + 1, series->name != NULL ? series->name : "",
                              format_of (book, 'h', "", 0, BZG_ALIGN_END));
      for (guint k = 0; k < n; k++)
        {
          BzgValue value = bzg_chart_get_value (data, i, k);

          write_value (book, book->sheet, top + 1 + k, i + 1, &value, 'b', 0, BZG_ALIGN_END);
        }
      native = chart_add_series (chart, NULL, NULL);
      chart_series_set_categories (native, book->sheet_name, top + 1, 0, top + n, 0);
      chart_series_set_values (native, book->sheet_name, top + 1, i + 1, top + n, i + 1);
      chart_series_set_name_range (native, book->sheet_name, top, i + 1);
      if (data->kind == BZG_CHART_LINE)
        chart_series_set_line (native, &line);
      else
        chart_series_set_fill (native, &fill);
      chart_series_set_labels (native);
    }
  if (data->caption != NULL)
    chart_title_set_name (chart, data->caption);
  else
    chart_title_off (chart);
  if (data->kind == BZG_CHART_BAR || data->kind == BZG_CHART_STACKED)
    chart_axis_set_reverse (chart->y_axis);
  if (data->series->len < 2)
    chart_legend_set_position (chart, LXW_CHART_LEGEND_NONE);
  chart_axis_major_gridlines_set_visible (data->kind == BZG_CHART_LINE ? chart->y_axis
                                                                       : chart->x_axis,
                                          LXW_FALSE);
  worksheet_insert_chart_opt (book->sheet, book->chart_row, book->chart_column, chart, &options);
  book->chart_row += 20;
  book->sheet_row = top + n + 2;

  return TRUE;
}

static void
add_words (Book *book, const char *text, char look)
{
  if (text != NULL && text[0] != '\0')
    write_text (book->words, book->words_row, 0, text,
                format_of (book, look, "", 0, BZG_ALIGN_START));
  book->words_row++;
}

static gboolean
add_block (Book *book, const BzgBlock *block)
{
  g_autofree char *text = bzg_block_text (block);

  switch (block->kind)
    {
    case BZG_BLOCK_HEADING:
      book->words_row++;
      add_words (book, text, 'H');
      if (block->level == 1)
        book->sheet = NULL; /* a chart belongs to a table of its own section */
      break;
    case BZG_BLOCK_TABLE:
      return add_table (book, block->table);
    case BZG_BLOCK_CHART:
      return add_chart (book, block->chart);
    case BZG_BLOCK_KEY_FIGURES:
      for (guint i = 0; i < block->figures->len; i++)
        {
          const BzgKeyFigure *figure = g_ptr_array_index (block->figures, i);

          write_value (book, book->words, book->words_row, 1, &figure->value, 'k', 0,
                       BZG_ALIGN_END);
          add_words (book, figure->label, 'p');
          if (figure->note != NULL)
            add_words (book, figure->note, 'n');
        }
      break;
    case BZG_BLOCK_FIELDS:
      for (guint i = 0; i < block->fields->len; i++)
        {
          const BzgFieldPair *pair = g_ptr_array_index (block->fields, i);

          write_value (book, book->words, book->words_row, 1, &pair->value, 'b', 0,
                       BZG_ALIGN_START);
          add_words (book, pair->label, 'n');
        }
      break;
    case BZG_BLOCK_SIGNATURES:
      for (guint i = 0; i < block->lines->len; i++)
        add_words (book, g_ptr_array_index (block->lines, i), 'n');
      break;
    case BZG_BLOCK_PICTURE:
    case BZG_BLOCK_PAGE_BREAK:
      break;
    case BZG_BLOCK_NOTE:
      add_words (book, text, 'n');
      break;
    default:
      add_words (book, text, 'p');
      break;
    }

  return TRUE;
}

static void
set_properties (Book *book)
{
  const BzgDocument *document = book->document;
  BzgDate date = bzg_date_is_missing (document->date) ? bzg_date_make (2000, 1, 1)
                                                      : bzg_date_first_day (document->date);
  g_autoptr (GDateTime) moment
    = g_date_time_new_utc (date.year, MAX (date.month, 1), MAX (date.day, 1), 0, 0, 0);
  lxw_doc_properties properties = {
    .title = document->title,
    .subject = document->subtitle,
    .author = document->programme,
    .created = g_date_time_to_unix (moment),
  };

  workbook_set_properties (book->book, &properties);
}

static GBytes *
read_book (const char *path, lxw_error status, GError **error)
{
  if (status != LXW_NO_ERROR)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_IO, "spreadsheet: %s", lxw_strerror (status));
      return NULL;
    }

  return bzg_file_read (path, MAX_XLSX, error);
}

static GBytes *
write_book (const BzgDocument *document, char *folder, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "book.xlsx", NULL);
  lxw_workbook_options options = { .tmpdir = folder };
  Book book = { .document = document };
  gboolean whole = TRUE;
  lxw_error status;
  GBytes *bytes;

  book.book = workbook_new_opt (path, &options);
  if (book.book == NULL)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "spreadsheet");
      return NULL;
    }
  book.formats = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  set_properties (&book);
  /* Translators: the name of a spreadsheet's first sheet. */
  book.words = workbook_add_worksheet (book.book, bzg_tr (document->lang, "Report"));
  worksheet_set_column (book.words, 0, 0, 88, NULL);
  worksheet_set_column (book.words, 1, 1, 22, NULL);
  worksheet_gridlines (book.words, LXW_HIDE_ALL_GRIDLINES);
  if (document->ribbon != NULL)
    add_words (&book, document->ribbon, 'n');
  if (document->programme != NULL)
    add_words (&book, document->programme, 'n');
  add_words (&book, document->title, 'T');
  if (document->subtitle != NULL)
    add_words (&book, document->subtitle, 'p');
  for (guint i = 0; whole && i < document->blocks->len; i++)
    whole = !g_cancellable_is_cancelled (cancellable)
            && add_block (&book, g_ptr_array_index (document->blocks, i));

  status = workbook_close (book.book);
  g_hash_table_unref (book.formats);
  g_free (book.sheet_name);
  if (g_cancellable_is_cancelled (cancellable))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "spreadsheet");
      return NULL;
    }
  bytes = read_book (path, whole ? status : LXW_ERROR_MEMORY_MALLOC_FAILED, error);

  return bytes;
}

GBytes *
_bzg_render_xlsx (const BzgDocument *document, GCancellable *cancellable, GError **error)
{
  g_autofree char *folder = make_folder (error);
  GBytes *bytes;

  if (folder == NULL)
    return NULL;
  bytes = write_book (document, folder, cancellable, error);
  remove_folder (folder);

  return bytes;
}
