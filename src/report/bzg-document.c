/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-document.h"

#include "base/bzg-format.h"

#include <string.h>

/*
 * The builder. It only stores; all judgement about looks is in the renderers, all judgement about
 * what may be said is in whoever builds. Texts of documents can be secret (a recovery slip), so
 * what the builder copied is wiped when the document goes.
 */

/* Ordinary memory, but not left lying about: slips and case files pass through here. */
static void
free_text (char *text)
{
  if (text == NULL)
    return;
  explicit_bzero (text, strlen (text));
  g_free (text);
}

static void
run_free (BzgRun *run)
{
  free_text (run->text);
  g_free (run);
}

static void
cell_clear (BzgValue *cell)
{
  g_clear_pointer (&cell->text, free_text);
}

static BzgValue
cell_copy (BzgValue cell)
{
  if (cell.kind == BZG_VALUE_TEXT && (cell.text == NULL || cell.text[0] == '\0'))
    cell.kind = cell.text == NULL ? BZG_VALUE_MISSING : BZG_VALUE_EMPTY;
  cell.text = cell.kind == BZG_VALUE_TEXT ? g_utf8_make_valid (cell.text, -1) : NULL;

  return cell;
}

static void
figure_free (BzgKeyFigure *figure)
{
  free_text (figure->label);
  free_text (figure->note);
  cell_clear (&figure->value);
  g_free (figure);
}

static void
pair_free (BzgFieldPair *pair)
{
  free_text (pair->label);
  cell_clear (&pair->value);
  g_free (pair);
}

static void
row_free (BzgDocRow *row)
{
  for (guint i = 0; i < row->n_cells; i++)
    cell_clear (&row->cells[i]);
  g_free (row->cells);
  g_free (row);
}

static void
table_free (BzgDocTable *table)
{
  g_free (table->caption);
  g_free (table->aligns);
  g_ptr_array_unref (table->rows);
  g_ptr_array_unref (table->notes);
  g_free (table);
}

static void
series_free (BzgChartSeries *series)
{
  g_free (series->name);
  g_array_unref (series->values);
  g_free (series);
}

static void
chart_free (BzgChart *chart)
{
  g_free (chart->caption);
  g_ptr_array_unref (chart->categories);
  g_ptr_array_unref (chart->series);
  g_free (chart);
}

static void
block_free (BzgBlock *block)
{
  g_clear_pointer (&block->runs, g_ptr_array_unref);
  g_clear_pointer (&block->figures, g_ptr_array_unref);
  g_clear_pointer (&block->fields, g_ptr_array_unref);
  g_clear_pointer (&block->lines, g_ptr_array_unref);
  g_clear_pointer (&block->table, table_free);
  g_clear_pointer (&block->chart, chart_free);
  g_clear_pointer (&block->picture, g_bytes_unref);
  g_free (block->alternative);
  g_free (block);
}

static BzgBlock *
add_block (BzgDocument *self, BzgBlockKind kind)
{
  BzgBlock *block = g_new0 (BzgBlock, 1);

  block->kind = kind;
  g_ptr_array_add (self->blocks, block);

  return block;
}

/* The last block if it is of this kind, so that neighbours of one kind stand together. */
static BzgBlock *
join_block (BzgDocument *self, BzgBlockKind kind)
{
  if (self->blocks->len > 0)
    {
      BzgBlock *last = g_ptr_array_index (self->blocks, self->blocks->len - 1);

      if (last->kind == kind)
        return last;
    }

  return add_block (self, kind);
}

static BzgBlock *
add_text (BzgDocument *self, BzgBlockKind kind, const char *text)
{
  BzgBlock *block;

  if (text == NULL || text[0] == '\0')
    return NULL;

  block = add_block (self, kind);
  block->runs = g_ptr_array_new_with_free_func ((GDestroyNotify) run_free);
  bzg_block_run (block, text, BZG_RUN_PLAIN);

  return block;
}

BzgValue
bzg_value_of_money (gint64 minor, const char *currency)
{
  BzgValue cell = { .kind = BZG_VALUE_MONEY, .value = minor };

  if (currency != NULL)
    g_strlcpy (cell.currency, currency, sizeof cell.currency);

  return cell;
}

gboolean
bzg_value_is_number (const BzgValue *cell)
{
  return cell->kind == BZG_VALUE_INTEGER || cell->kind == BZG_VALUE_QUANTITY
         || cell->kind == BZG_VALUE_MONEY || cell->kind == BZG_VALUE_PERCENT;
}

static char *
format_range (const BzgValue *cell, BzgLanguage lang)
{
  g_autofree char *from = bzg_format_integer (lang, cell->value);
  g_autofree char *to = bzg_format_integer (lang, cell->end);

  return g_strconcat (from, "–", to, NULL);
}

static char *
format_unmarked (const BzgValue *cell, BzgLanguage lang)
{
  switch (cell->kind)
    {
    case BZG_VALUE_TEXT:
      return g_strdup (cell->text);
    case BZG_VALUE_INTEGER:
      return bzg_format_integer (lang, cell->value);
    case BZG_VALUE_QUANTITY:
      return bzg_format_thousandths (lang, cell->value);
    case BZG_VALUE_MONEY:
      return bzg_format_money (lang, cell->value, cell->currency);
    case BZG_VALUE_PERCENT:
      return bzg_format_percent (lang, (int) cell->value);
    case BZG_VALUE_DATE:
      return bzg_format_date_short (lang, cell->date);
    case BZG_VALUE_RANGE:
      return format_range (cell, lang);
    case BZG_VALUE_WITHHELD:
      return g_strdup (BZG_VALUE_WITHHELD_TEXT);
    case BZG_VALUE_MISSING:
      return g_strdup (BZG_FORMAT_MISSING);
    case BZG_VALUE_EMPTY:
    default:
      return g_strdup ("");
    }
}

char *
bzg_value_format (const BzgValue *cell, BzgLanguage lang)
{
  g_autofree char *text = format_unmarked (cell, lang);

  return cell->marked ? g_strconcat (text, "*", NULL) : g_steal_pointer (&text);
}

BzgDocument *
bzg_document_new (BzgLanguage lang, const char *title)
{
  BzgDocument *self = g_new0 (BzgDocument, 1);

  self->lang = lang;
  self->title = g_strdup (title != NULL ? title : "");
  self->blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) block_free);

  return self;
}

void
bzg_document_free (BzgDocument *self)
{
  if (self == NULL)
    return;
  free_text (self->title);
  free_text (self->subtitle);
  g_free (self->programme);
  g_free (self->ribbon);
  g_ptr_array_unref (self->blocks);
  g_free (self);
}

void
bzg_document_set_subtitle (BzgDocument *self, const char *subtitle)
{
  free_text (self->subtitle);
  self->subtitle = g_strdup (subtitle);
}

void
bzg_document_set_programme (BzgDocument *self, const char *programme)
{
  g_free (self->programme);
  self->programme = g_strdup (programme);
}

void
bzg_document_set_ribbon (BzgDocument *self, const char *ribbon)
{
  g_free (self->ribbon);
  self->ribbon = g_strdup (ribbon);
}

void
bzg_document_set_date (BzgDocument *self, BzgDate date)
{
  self->date = date;
}

void
bzg_document_set_cover (BzgDocument *self, gboolean cover)
{
  self->cover = cover;
}

void
bzg_document_heading (BzgDocument *self, guint level, const char *text)
{
  BzgBlock *block = add_text (self, BZG_BLOCK_HEADING, text);

  if (block != NULL)
    block->level = CLAMP (level, 1, 3);
}

void
bzg_document_paragraph (BzgDocument *self, const char *text)
{
  add_text (self, BZG_BLOCK_PARAGRAPH, text);
}

void
bzg_document_lead (BzgDocument *self, const char *text)
{
  add_text (self, BZG_BLOCK_LEAD, text);
}

void
bzg_document_quote (BzgDocument *self, const char *text)
{
  add_text (self, BZG_BLOCK_QUOTE, text);
}

void
bzg_document_list_item (BzgDocument *self, const char *text)
{
  add_text (self, BZG_BLOCK_LIST_ITEM, text);
}

void
bzg_document_note (BzgDocument *self, const char *text)
{
  add_text (self, BZG_BLOCK_NOTE, text);
}

void
bzg_document_code (BzgDocument *self, const char *text)
{
  add_text (self, BZG_BLOCK_CODE, text);
}

void
bzg_document_page_break (BzgDocument *self)
{
  add_block (self, BZG_BLOCK_PAGE_BREAK);
}

BzgBlock *
bzg_document_text_block (BzgDocument *self, BzgBlockKind kind)
{
  BzgBlock *block = add_block (self, kind);

  block->runs = g_ptr_array_new_with_free_func ((GDestroyNotify) run_free);

  return block;
}

void
bzg_block_run (BzgBlock *self, const char *text, BzgRunStyle style)
{
  BzgRun *run;

  g_return_if_fail (self->runs != NULL);

  run = g_new0 (BzgRun, 1);
  run->text = g_utf8_make_valid (text, -1);
  run->style = style;
  g_ptr_array_add (self->runs, run);
}

char *
bzg_block_text (const BzgBlock *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; self->runs != NULL && i < self->runs->len; i++)
    {
      const BzgRun *run = g_ptr_array_index (self->runs, i);

      g_string_append (text, run->text);
    }

  return g_string_free (text, FALSE);
}

void
bzg_document_key_figure (BzgDocument *self, const char *label, BzgValue value, const char *note)
{
  BzgBlock *block = join_block (self, BZG_BLOCK_KEY_FIGURES);
  BzgKeyFigure *figure = g_new0 (BzgKeyFigure, 1);

  if (block->figures == NULL)
    block->figures = g_ptr_array_new_with_free_func ((GDestroyNotify) figure_free);
  figure->label = g_strdup (label);
  figure->value = cell_copy (value);
  figure->note = g_strdup (note);
  g_ptr_array_add (block->figures, figure);
}

void
bzg_document_field (BzgDocument *self, const char *label, BzgValue value)
{
  BzgBlock *block = join_block (self, BZG_BLOCK_FIELDS);
  BzgFieldPair *pair = g_new0 (BzgFieldPair, 1);

  if (block->fields == NULL)
    block->fields = g_ptr_array_new_with_free_func ((GDestroyNotify) pair_free);
  pair->label = g_strdup (label);
  pair->value = cell_copy (value);
  g_ptr_array_add (block->fields, pair);
}

void
bzg_document_signature (BzgDocument *self, const char *label)
{
  BzgBlock *block = join_block (self, BZG_BLOCK_SIGNATURES);

  if (block->lines == NULL)
    block->lines = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (block->lines, g_strdup (label));
}

gboolean
bzg_document_picture (BzgDocument *self, GBytes *png, const char *alternative)
{
  static const guint8 magic[] = { 0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a };
  gsize len;
  const guint8 *data = g_bytes_get_data (png, &len);
  BzgBlock *block;

  if (len < sizeof magic || memcmp (data, magic, sizeof magic) != 0)
    return FALSE;

  block = add_block (self, BZG_BLOCK_PICTURE);
  block->picture = g_bytes_ref (png);
  block->alternative = g_strdup (alternative);

  return TRUE;
}

BzgDocTable *
bzg_document_table (BzgDocument *self, const char *caption, guint n_columns)
{
  BzgBlock *block;
  BzgDocTable *table;

  g_return_val_if_fail (n_columns > 0, NULL);

  block = add_block (self, BZG_BLOCK_TABLE);
  table = g_new0 (BzgDocTable, 1);
  table->caption = g_strdup (caption);
  table->n_columns = n_columns;
  table->aligns = g_new0 (BzgAlign, n_columns);
  table->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) row_free);
  table->notes = g_ptr_array_new_with_free_func (g_free);
  block->table = table;

  return table;
}

BzgChart *
bzg_document_chart (BzgDocument *self, BzgChartKind kind, const char *caption)
{
  BzgBlock *block = add_block (self, BZG_BLOCK_CHART);

  block->chart = bzg_chart_new (kind, caption);

  return block->chart;
}

void
bzg_doc_table_row (BzgDocTable *self, BzgRowKind kind)
{
  BzgDocRow *row = g_new0 (BzgDocRow, 1);

  row->kind = kind;
  row->cells = g_new0 (BzgValue, self->n_columns);
  g_ptr_array_add (self->rows, row);
}

static BzgDocRow *
current_row (BzgDocTable *self)
{
  return self->rows->len > 0 ? g_ptr_array_index (self->rows, self->rows->len - 1) : NULL;
}

void
bzg_doc_table_cell (BzgDocTable *self, BzgValue cell)
{
  BzgDocRow *row = current_row (self);

  g_return_if_fail (row != NULL && row->n_cells < self->n_columns);

  row->cells[row->n_cells++] = cell_copy (cell);
}

void
bzg_doc_table_text (BzgDocTable *self, const char *text)
{
  bzg_doc_table_cell (self, BZG_VALUE_OF_TEXT (text));
}

void
bzg_doc_table_texts (BzgDocTable *self, BzgRowKind kind, ...)
{
  const char *text;
  va_list args;

  bzg_doc_table_row (self, kind);
  va_start (args, kind);
  while ((text = va_arg (args, const char *)) != NULL)
    bzg_doc_table_text (self, text);
  va_end (args);
}

void
bzg_doc_table_indent (BzgDocTable *self, guint indent)
{
  BzgDocRow *row = current_row (self);

  g_return_if_fail (row != NULL);

  row->indent = MIN (indent, 4);
}

void
bzg_doc_table_align (BzgDocTable *self, guint column, BzgAlign align)
{
  g_return_if_fail (column < self->n_columns);

  self->aligns[column] = align;
}

BzgAlign
bzg_doc_table_get_align (const BzgDocTable *self, guint column)
{
  guint numbers = 0, texts = 0;

  if (self->aligns[column] != BZG_ALIGN_AUTO)
    return self->aligns[column];

  for (guint i = 0; i < self->rows->len; i++)
    {
      const BzgDocRow *row = g_ptr_array_index (self->rows, i);
      const BzgValue *cell = &row->cells[column];

      if (row->kind == BZG_ROW_HEADER || row->kind == BZG_ROW_GROUP)
        continue;
      if (bzg_value_is_number (cell) || cell->kind == BZG_VALUE_WITHHELD)
        numbers++;
      else if (cell->kind == BZG_VALUE_TEXT || cell->kind == BZG_VALUE_DATE)
        texts++;
    }

  return numbers > texts ? BZG_ALIGN_END : BZG_ALIGN_START;
}

void
bzg_doc_table_note (BzgDocTable *self, const char *text)
{
  if (text != NULL && text[0] != '\0')
    g_ptr_array_add (self->notes, g_strdup (text));
}

BzgChart *
bzg_chart_new (BzgChartKind kind, const char *caption)
{
  BzgChart *self = g_new0 (BzgChart, 1);

  self->kind = kind;
  self->caption = g_strdup (caption);
  self->categories = g_ptr_array_new_with_free_func (g_free);
  self->series = g_ptr_array_new_with_free_func ((GDestroyNotify) series_free);

  return self;
}

void
bzg_chart_free (BzgChart *self)
{
  if (self != NULL)
    chart_free (self);
}

void
bzg_chart_category (BzgChart *self, const char *label)
{
  g_ptr_array_add (self->categories, g_strdup (label));
}

void
bzg_chart_series (BzgChart *self, const char *name)
{
  BzgChartSeries *series = g_new0 (BzgChartSeries, 1);

  series->name = g_strdup (name);
  series->values = g_array_new (FALSE, TRUE, sizeof (BzgValue));
  g_ptr_array_add (self->series, series);
}

void
bzg_chart_value (BzgChart *self, BzgValue value)
{
  BzgChartSeries *series;

  g_return_if_fail (self->series->len > 0);
  g_return_if_fail (value.kind != BZG_VALUE_TEXT);

  series = g_ptr_array_index (self->series, self->series->len - 1);
  value.text = NULL;
  g_array_append_val (series->values, value);
}

BzgValue
bzg_chart_get_value (const BzgChart *self, guint series, guint category)
{
  const BzgChartSeries *s = g_ptr_array_index (self->series, series);

  if (category >= s->values->len)
    return BZG_VALUE_IS_MISSING;

  return g_array_index (s->values, BzgValue, category);
}

gboolean
bzg_chart_is_empty (const BzgChart *self)
{
  for (guint i = 0; i < self->series->len; i++)
    for (guint k = 0; k < self->categories->len; k++)
      {
        BzgValue cell = bzg_chart_get_value (self, i, k);

        if (bzg_value_is_number (&cell))
          return FALSE;
      }

  return TRUE;
}
