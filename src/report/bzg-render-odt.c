/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-render-private.h"

#include "base/bzg-error.h"
#include "base/bzg-format.h"
#include "report/bzg-chart-private.h"
#include "report/bzg-zip-private.h"

#include <string.h>

/*
 * OpenDocument text 1.2, for those who edit a report further: real headings, real tables with
 * repeated headers and typed cells, charts as pictures with their content in words. Every text goes
 * through one escaping function; nothing refers to anything outside the file.
 */

#define CHART_WIDTH 467.0
#define MIMETYPE "application/vnd.oasis.opendocument.text"

#define NAMESPACES                                                                                 \
  " xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\""                             \
  " xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\""                               \
  " xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\""                                 \
  " xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\""                               \
  " xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\""                              \
  " xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\""                      \
  " xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\""                        \
  " xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\""                                 \
  " xmlns:dc=\"http://purl.org/dc/elements/1.1/\""                                                 \
  " xmlns:xlink=\"http://www.w3.org/1999/xlink\" office:version=\"1.2\""

#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

typedef struct
{
  const BzgDocument *document;
  GString *body;
  GString *styles;  /* automatic styles of the content: columns of tables */
  GString *entries; /* of the manifest */
  BzgZip *zip;
  guint tables, pictures;
  gboolean page_break; /* before the next paragraph */
} Odt;

/* Text into XML: escaped, control characters that XML cannot hold left out, line ends as such. */
static void
escape (GString *out, const char *text, gboolean attribute)
{
  for (const char *p = text != NULL ? text : ""; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '&')
        g_string_append (out, "&amp;");
      else if (c == '<')
        g_string_append (out, "&lt;");
      else if (c == '>')
        g_string_append (out, "&gt;");
      else if (c == '"')
        g_string_append (out, "&quot;");
      else if (c == '\n' && !attribute)
        g_string_append (out, "<text:line-break/>");
      else if (c == '\t' && !attribute)
        g_string_append (out, "<text:tab/>");
      else if (c < 0x20 || c == 0xfffe || c == 0xffff)
        g_string_append_c (out, ' ');
      else
        g_string_append_unichar (out, c);
    }
}

/* The element that @style names is a paragraph; a pending page break goes into it. */
static void
open_paragraph (Odt *odt, const char *style)
{
  g_string_append_printf (odt->body, "<text:p text:style-name=\"%s%s\">", style,
                          odt->page_break && strcmp (style, "Body") == 0 ? "Break" : "");
  if (strcmp (style, "Body") == 0)
    odt->page_break = FALSE;
}

static void
paragraph (Odt *odt, const char *style, const char *text)
{
  open_paragraph (odt, style);
  escape (odt->body, text, FALSE);
  g_string_append (odt->body, "</text:p>\n");
}

static void
append_runs (Odt *odt, const BzgBlock *block)
{
  static const char *const names[] = { NULL, "Strong", "Emphasis", "StrongEmphasis" };

  for (guint i = 0; i < block->runs->len; i++)
    {
      const BzgRun *run = g_ptr_array_index (block->runs, i);
      const char *name = names[run->style & 3];

      if (name != NULL)
        g_string_append_printf (odt->body, "<text:span text:style-name=\"%s\">", name);
      escape (odt->body, run->text, FALSE);
      if (name != NULL)
        g_string_append (odt->body, "</text:span>");
    }
}

static void
add_runs (Odt *odt, const char *style, const BzgBlock *block)
{
  open_paragraph (odt, style);
  append_runs (odt, block);
  g_string_append (odt->body, "</text:p>\n");
}

static void
add_heading (Odt *odt, const BzgBlock *block)
{
  g_string_append_printf (odt->body,
                          "<text:h text:style-name=\"Heading%u%s\" text:outline-level=\"%u\">",
                          block->level, odt->page_break ? "Break" : "", block->level);
  odt->page_break = FALSE;
  append_runs (odt, block);
  g_string_append (odt->body, "</text:h>\n");
}

static void
cell_type (GString *out, const BzgValue *value)
{
  g_autofree char *plain = _bzg_value_to_plain (value);
  char iso[BZG_DATE_TEXT_SIZE];

  if (value->kind == BZG_VALUE_MONEY)
    {
      g_string_append_printf (out, " office:value-type=\"currency\" office:value=\"%s\"", plain);
      if (value->currency[0] != '\0')
        {
          g_string_append (out, " office:currency=\"");
          escape (out, value->currency, TRUE);
          g_string_append_c (out, '"');
        }
    }
  else if (plain != NULL)
    g_string_append_printf (out, " office:value-type=\"%s\" office:value=\"%s\"",
                            value->kind == BZG_VALUE_PERCENT ? "percentage" : "float", plain);
  else if (value->kind == BZG_VALUE_DATE
           && bzg_date_precision (value->date) == BZG_DATE_PRECISION_DAY)
    g_string_append_printf (out, " office:value-type=\"date\" office:date-value=\"%s\"",
                            bzg_date_to_iso (value->date, iso));
  else
    g_string_append (out, " office:value-type=\"string\"");
}

static const char *
row_style (BzgRowKind kind)
{
  switch (kind)
    {
    case BZG_ROW_HEADER:
      return "Header";
    case BZG_ROW_GROUP:
      return "Group";
    case BZG_ROW_SUM:
      return "Sum";
    case BZG_ROW_TOTAL:
      return "Total";
    case BZG_ROW_BODY:
    default:
      return "Cell";
    }
}

static void
add_cell (Odt *odt, const BzgDocTable *table, const BzgDocRow *row, guint c)
{
  g_autofree char *text = bzg_value_format (&row->cells[c], odt->document->lang);
  const char *style = row_style (row->kind);
  gboolean right = bzg_doc_table_get_align (table, c) == BZG_ALIGN_END;

  g_string_append_printf (odt->body, "<table:table-cell table:style-name=\"Cell%s\"", style);
  if (row->kind == BZG_ROW_GROUP && table->n_columns > 1)
    g_string_append_printf (odt->body, " table:number-columns-spanned=\"%u\"", table->n_columns);
  cell_type (odt->body, &row->cells[c]);
  g_string_append_printf (odt->body, "><text:p text:style-name=\"Table%s%s\">", style,
                          right ? "Right" : "");
  for (guint i = 0; c == 0 && i < row->indent; i++)
    g_string_append (odt->body, "<text:s text:c=\"4\"/>");
  escape (odt->body, text, FALSE);
  g_string_append (odt->body, "</text:p></table:table-cell>");
}

static void
add_row (Odt *odt, const BzgDocTable *table, const BzgDocRow *row)
{
  g_string_append (odt->body, "<table:table-row>");
  for (guint c = 0; c < table->n_columns; c++)
    {
      add_cell (odt, table, row, c);
      if (row->kind == BZG_ROW_GROUP)
        {
          for (guint i = 1; i < table->n_columns; i++)
            g_string_append (odt->body, "<table:covered-table-cell/>");
          break;
        }
    }
  g_string_append (odt->body, "</table:table-row>\n");
}

/* Shares of the width by the length of the texts: office programs do not do that by themselves. */
static void
add_columns (Odt *odt, const BzgDocTable *table)
{
  for (guint c = 0; c < table->n_columns; c++)
    {
      glong longest = 6;

      for (guint r = 0; r < table->rows->len; r++)
        {
          const BzgDocRow *row = g_ptr_array_index (table->rows, r);
          g_autofree char *text = bzg_value_format (&row->cells[c], odt->document->lang);

          if (row->kind != BZG_ROW_GROUP)
            longest = MAX (longest, MIN (g_utf8_strlen (text, -1), 40));
        }
      g_string_append_printf (odt->styles,
                              "<style:style style:name=\"T%uC%u\" style:family=\"table-column\">"
                              "<style:table-column-properties style:rel-column-width=\"%ld*\"/>"
                              "</style:style>\n",
                              odt->tables, c, longest * 100);
      g_string_append_printf (odt->body, "<table:table-column table:style-name=\"T%uC%u\"/>",
                              odt->tables, c);
    }
}

static void
add_table (Odt *odt, const BzgDocTable *table)
{
  guint r = 0;

  if (table->rows->len == 0)
    return;
  odt->tables++;
  if (table->caption != NULL)
    paragraph (odt, "Caption", table->caption);
  g_string_append_printf (odt->body,
                          "<table:table table:name=\"Table%u\" table:style-name=\"Table\">",
                          odt->tables);
  add_columns (odt, table);
  if (((BzgDocRow *) g_ptr_array_index (table->rows, 0))->kind == BZG_ROW_HEADER)
    {
      g_string_append (odt->body, "<table:table-header-rows>");
      for (; r < table->rows->len; r++)
        {
          const BzgDocRow *row = g_ptr_array_index (table->rows, r);

          if (row->kind != BZG_ROW_HEADER)
            break;
          add_row (odt, table, row);
        }
      g_string_append (odt->body, "</table:table-header-rows>\n");
    }
  for (; r < table->rows->len; r++)
    add_row (odt, table, g_ptr_array_index (table->rows, r));
  g_string_append (odt->body, "</table:table>\n");
  for (guint i = 0; i < table->notes->len; i++)
    paragraph (odt, "Small", g_ptr_array_index (table->notes, i));
  paragraph (odt, "Gap", "");
}

/* Two or more columns without rules: key figures, fields, lines to sign on. */
static void
add_figures (Odt *odt, const BzgBlock *block)
{
  guint n = block->figures->len;
  guint columns = n <= 4 ? n : 3;

  odt->tables++;
  g_string_append_printf (odt->body,
                          "<table:table table:name=\"Table%u\" table:style-name=\"Table\">"
                          "<table:table-column table:number-columns-repeated=\"%u\"/>",
                          odt->tables, columns);
  for (guint first = 0; first < n; first += columns)
    {
      g_string_append (odt->body, "<table:table-row>");
      for (guint i = first; i < first + columns; i++)
        {
          const BzgKeyFigure *figure = i < n ? g_ptr_array_index (block->figures, i) : NULL;
          g_autofree char *value = figure != NULL
                                     ? bzg_value_format (&figure->value, odt->document->lang)
                                     : g_strdup ("");

          g_string_append (odt->body, "<table:table-cell table:style-name=\"CellFigure\"");
          if (figure != NULL)
            cell_type (odt->body, &figure->value);
          g_string_append_c (odt->body, '>');
          paragraph (odt, "Figure", value);
          paragraph (odt, "FigureLabel", figure != NULL ? figure->label : "");
          if (figure != NULL && figure->note != NULL)
            paragraph (odt, "Small", figure->note);
          g_string_append (odt->body, "</table:table-cell>");
        }
      g_string_append (odt->body, "</table:table-row>\n");
    }
  g_string_append (odt->body, "</table:table>\n");
  paragraph (odt, "Gap", "");
}

static void
add_fields (Odt *odt, const BzgBlock *block)
{
  odt->tables++;
  g_string_append_printf (odt->styles,
                          "<style:style style:name=\"T%uC0\" style:family=\"table-column\">"
                          "<style:table-column-properties style:rel-column-width=\"100*\"/>"
                          "</style:style><style:style style:name=\"T%uC1\" "
                          "style:family=\"table-column\"><style:table-column-properties "
                          "style:rel-column-width=\"220*\"/></style:style>\n",
                          odt->tables, odt->tables);
  g_string_append_printf (odt->body,
                          "<table:table table:name=\"Table%u\" table:style-name=\"Table\">"
                          "<table:table-column table:style-name=\"T%uC0\"/>"
                          "<table:table-column table:style-name=\"T%uC1\"/>",
                          odt->tables, odt->tables, odt->tables);
  for (guint i = 0; i < block->fields->len; i++)
    {
      const BzgFieldPair *pair = g_ptr_array_index (block->fields, i);
      g_autofree char *value = bzg_value_format (&pair->value, odt->document->lang);

      g_string_append (odt->body, "<table:table-row><table:table-cell>");
      paragraph (odt, "FieldLabel", pair->label);
      g_string_append (odt->body, "</table:table-cell><table:table-cell");
      cell_type (odt->body, &pair->value);
      g_string_append_c (odt->body, '>');
      paragraph (odt, "TableCell", value);
      g_string_append (odt->body, "</table:table-cell></table:table-row>\n");
    }
  g_string_append (odt->body, "</table:table>\n");
  paragraph (odt, "Gap", "");
}

static void
add_picture (Odt *odt, GBytes *png, double width, double height, const char *words)
{
  g_autofree char *name = g_strdup_printf ("Pictures/%u.png", ++odt->pictures);
  char w[G_ASCII_DTOSTR_BUF_SIZE], h[G_ASCII_DTOSTR_BUF_SIZE];
  gsize len;
  gconstpointer data = g_bytes_get_data (png, &len);

  _bzg_zip_add (odt->zip, name, data, len, TRUE);
  g_string_append_printf (odt->entries,
                          "<manifest:file-entry manifest:full-path=\"%s\" "
                          "manifest:media-type=\"image/png\"/>\n",
                          name);
  open_paragraph (odt, "Body");
  g_string_append_printf (odt->body,
                          "<draw:frame draw:name=\"Picture%u\" text:anchor-type=\"as-char\" "
                          "svg:width=\"%spt\" svg:height=\"%spt\"><draw:image xlink:href=\"%s\" "
                          "xlink:type=\"simple\" xlink:show=\"embed\" xlink:actuate=\"onLoad\"/>"
                          "<svg:desc>",
                          odt->pictures, g_ascii_formatd (w, sizeof w, "%.1f", width),
                          g_ascii_formatd (h, sizeof h, "%.1f", height), name);
  escape (odt->body, words, TRUE);
  g_string_append (odt->body, "</svg:desc></draw:frame></text:p>\n");
}

static void
add_chart (Odt *odt, const BzgChart *chart)
{
  g_autofree char *words = NULL;
  g_autoptr (GBytes) png = NULL;
  double height;

  if (bzg_chart_is_empty (chart))
    return;
  words = _bzg_chart_to_words (chart, odt->document->lang);
  png = _bzg_chart_to_png (chart, odt->document->lang, CHART_WIDTH, 3, &height);
  if (chart->caption != NULL)
    paragraph (odt, "Caption", chart->caption);
  if (png != NULL)
    add_picture (odt, png, CHART_WIDTH, height, words);
  else
    paragraph (odt, "Body", words);
}

/* Width and height stand in the header of a PNG. */
static void
add_photo (Odt *odt, const BzgBlock *block)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (block->picture, &len);
  double width, height, scale;

  if (len < 24)
    return;
  width = ((guint) data[16] << 24) | (data[17] << 16) | (data[18] << 8) | data[19];
  height = ((guint) data[20] << 24) | (data[21] << 16) | (data[22] << 8) | data[23];
  if (width < 1 || height < 1)
    return;
  scale = MIN (MIN (CHART_WIDTH / width, 300 / height), 1);
  add_picture (odt, block->picture, width * scale, height * scale, block->alternative);
}

static void
add_block (Odt *odt, const BzgBlock *block)
{
  g_autofree char *mark = NULL;

  switch (block->kind)
    {
    case BZG_BLOCK_HEADING:
      add_heading (odt, block);
      break;
    case BZG_BLOCK_LEAD:
      add_runs (odt, "Lead", block);
      break;
    case BZG_BLOCK_QUOTE:
      add_runs (odt, "Quote", block);
      break;
    case BZG_BLOCK_NOTE:
      add_runs (odt, "Small", block);
      break;
    case BZG_BLOCK_LIST_ITEM:
      open_paragraph (odt, "Item");
      mark = block->number > 0 ? g_strdup_printf ("%u.\t", block->number) : g_strdup ("•\t");
      escape (odt->body, mark, FALSE);
      append_runs (odt, block);
      g_string_append (odt->body, "</text:p>\n");
      break;
    case BZG_BLOCK_CODE:
      add_runs (odt, "Code", block);
      break;
    case BZG_BLOCK_KEY_FIGURES:
      add_figures (odt, block);
      break;
    case BZG_BLOCK_FIELDS:
      add_fields (odt, block);
      break;
    case BZG_BLOCK_TABLE:
      add_table (odt, block->table);
      break;
    case BZG_BLOCK_CHART:
      add_chart (odt, block->chart);
      break;
    case BZG_BLOCK_PICTURE:
      add_photo (odt, block);
      break;
    case BZG_BLOCK_SIGNATURES:
      for (guint i = 0; i < block->lines->len; i++)
        paragraph (odt, "Signature", g_ptr_array_index (block->lines, i));
      break;
    case BZG_BLOCK_PAGE_BREAK:
      odt->page_break = TRUE;
      break;
    case BZG_BLOCK_PARAGRAPH:
    default:
      add_runs (odt, "Body", block);
      break;
    }
}

/* name, parent, paragraph properties, text properties */
static const struct
{
  const char *name;
  const char *paragraph;
  const char *text;
} paragraph_styles[] = {
  { "Body", "fo:margin-bottom=\"7pt\" fo:line-height=\"118%\"", "fo:font-size=\"10pt\"" },
  { "BodyBreak", "fo:break-before=\"page\" fo:margin-bottom=\"7pt\" fo:line-height=\"118%\"",
    "fo:font-size=\"10pt\"" },
  { "Title", "fo:margin-bottom=\"4pt\"",
    "fo:font-size=\"22pt\" fo:font-weight=\"bold\" fo:color=\"#0f5c66\"" },
  { "Subtitle", "fo:margin-bottom=\"14pt\"", "fo:font-size=\"11pt\" fo:color=\"#5e6e73\"" },
  { "Ribbon", "fo:background-color=\"#e3a138\" fo:text-align=\"center\" fo:padding=\"2pt\"",
    "fo:font-size=\"8pt\" fo:font-weight=\"bold\"" },
  { "Lead", "fo:margin-bottom=\"10pt\"", "fo:font-size=\"12.5pt\" fo:color=\"#0f5c66\"" },
  { "Quote",
    "fo:margin-left=\"16pt\" fo:margin-right=\"24pt\" fo:margin-top=\"4pt\" "
    "fo:margin-bottom=\"10pt\" fo:padding-left=\"8pt\" fo:border-left=\"2.5pt solid #e3a138\"",
    "fo:font-size=\"11pt\"" },
  { "Item", "fo:margin-left=\"16pt\" fo:text-indent=\"-14pt\" fo:margin-bottom=\"4pt\"",
    "fo:font-size=\"10pt\"" },
  { "Small", "fo:margin-bottom=\"3pt\"", "fo:font-size=\"8pt\" fo:color=\"#5e6e73\"" },
  { "Caption", "fo:margin-top=\"6pt\" fo:margin-bottom=\"4pt\" fo:keep-with-next=\"always\"",
    "fo:font-size=\"9pt\" fo:font-weight=\"bold\"" },
  { "Code", "fo:margin-top=\"6pt\" fo:margin-bottom=\"12pt\" fo:background-color=\"#eef4f4\"",
    "fo:font-size=\"16pt\" fo:font-weight=\"bold\" fo:letter-spacing=\"2pt\"" },
  { "Gap", "", "fo:font-size=\"6pt\"" },
  { "Figure", "", "fo:font-size=\"22pt\" fo:font-weight=\"bold\" fo:color=\"#0f5c66\"" },
  { "FigureLabel", "", "fo:font-size=\"9pt\"" },
  { "FieldLabel", "fo:margin-bottom=\"2pt\"", "fo:font-size=\"9pt\" fo:color=\"#5e6e73\"" },
  { "Signature",
    "fo:margin-top=\"44pt\" fo:margin-right=\"220pt\" fo:border-top=\"0.7pt solid #1c262b\"",
    "fo:font-size=\"8pt\" fo:color=\"#5e6e73\"" },
  { "TableCell", "", "fo:font-size=\"9pt\"" },
  { "TableCellRight", "fo:text-align=\"end\"", "fo:font-size=\"9pt\"" },
  { "TableHeader", "", "fo:font-size=\"9pt\" fo:font-weight=\"bold\" fo:color=\"#5e6e73\"" },
  { "TableHeaderRight", "fo:text-align=\"end\"",
    "fo:font-size=\"9pt\" fo:font-weight=\"bold\" fo:color=\"#5e6e73\"" },
  { "TableGroup", "", "fo:font-size=\"9pt\" fo:font-weight=\"bold\" fo:color=\"#0f5c66\"" },
  { "TableGroupRight", "", "fo:font-size=\"9pt\" fo:font-weight=\"bold\" fo:color=\"#0f5c66\"" },
  { "TableTotal", "", "fo:font-size=\"9pt\" fo:font-weight=\"bold\"" },
  { "TableTotalRight", "fo:text-align=\"end\"", "fo:font-size=\"9pt\" fo:font-weight=\"bold\"" },
  { "TableSum", "", "fo:font-size=\"9pt\" fo:font-weight=\"bold\"" },
  { "TableSumRight", "fo:text-align=\"end\"", "fo:font-size=\"9pt\" fo:font-weight=\"bold\"" },
  { "PageHead", "fo:border-bottom=\"0.5pt solid #ccd6d9\"",
    "fo:font-size=\"7.5pt\" fo:color=\"#5e6e73\"" },
  { "PageFoot", "fo:text-align=\"end\"", "fo:font-size=\"7.5pt\" fo:color=\"#5e6e73\"" },
};

static const struct
{
  const char *name;
  const char *properties;
} cell_styles[] = {
  { "CellCell", "fo:border-bottom=\"0.4pt solid #ccd6d9\"" },
  { "CellHeader", "fo:border-bottom=\"1pt solid #0f5c66\" style:vertical-align=\"bottom\"" },
  { "CellGroup", "fo:background-color=\"#eef4f4\"" },
  { "CellSum", "fo:border-bottom=\"0.4pt solid #ccd6d9\"" },
  { "CellTotal", "fo:border-top=\"0.8pt solid #1c262b\"" },
  { "CellFigure", "fo:border-top=\"1.5pt solid #0f5c66\"" },
};

static void
append_heading_styles (GString *out)
{
  static const char *const sizes[] = { "17pt", "12.5pt", "10.5pt" };
  static const char *const above[] = { "24pt", "16pt", "10pt" };

  for (guint i = 0; i < 3; i++)
    for (guint page_break = 0; page_break < 2; page_break++)
      g_string_append_printf (out,
                              "<style:style style:name=\"Heading%u%s\" style:family=\"paragraph\" "
                              "style:default-outline-level=\"%u\"><style:paragraph-properties "
                              "fo:margin-top=\"%s\" fo:margin-bottom=\"5pt\" "
                              "fo:keep-with-next=\"always\"%s/>"
                              "<style:text-properties fo:font-size=\"%s\" fo:font-weight=\"bold\" "
                              "fo:color=\"#0f5c66\"/></style:style>\n",
                              i + 1, page_break ? "Break" : "", i + 1, above[i],
                              page_break ? " fo:break-before=\"page\"" : "", sizes[i]);
}

static void
append_master_page (GString *out, const BzgDocument *document)
{
  g_string_append (out, "<office:master-styles><style:master-page style:name=\"Standard\" "
                        "style:page-layout-name=\"Page\"><style:header>");
  if (document->ribbon != NULL)
    {
      g_string_append (out, "<text:p text:style-name=\"Ribbon\">");
      escape (out, document->ribbon, FALSE);
      g_string_append (out, "</text:p>");
    }
  g_string_append (out, "<text:p text:style-name=\"PageHead\">");
  escape (out, document->programme, FALSE);
  g_string_append (out, "</text:p></style:header><style:footer>"
                        "<text:p text:style-name=\"PageFoot\"><text:page-number "
                        "text:select-page=\"current\">1</text:page-number> / "
                        "<text:page-count>1</text:page-count></text:p></style:footer>"
                        "</style:master-page></office:master-styles>");
}

static char *
make_styles (const BzgDocument *document)
{
  GString *out = g_string_new (XML_HEAD "<office:document-styles" NAMESPACES ">");

  g_string_append_printf (out,
                          "<office:font-face-decls><style:font-face style:name=\"Noto Sans\" "
                          "svg:font-family=\"'Noto Sans'\" style:font-family-generic=\"swiss\"/>"
                          "</office:font-face-decls><office:styles>"
                          "<style:default-style style:family=\"paragraph\"><style:text-properties "
                          "style:font-name=\"Noto Sans\" fo:font-size=\"10pt\" fo:language=\"%s\" "
                          "fo:color=\"#1c262b\"/>"
                          "</style:default-style>\n",
                          bzg_language_code (document->lang));
  for (guint i = 0; i < G_N_ELEMENTS (paragraph_styles); i++)
    g_string_append_printf (out,
                            "<style:style style:name=\"%s\" style:family=\"paragraph\">"
                            "<style:paragraph-properties %s/><style:text-properties %s/>"
                            "</style:style>\n",
                            paragraph_styles[i].name, paragraph_styles[i].paragraph,
                            paragraph_styles[i].text);
  append_heading_styles (out);
  g_string_append (
    out, "<style:style style:name=\"Strong\" style:family=\"text\"><style:text-properties "
         "fo:font-weight=\"bold\"/></style:style>"
         "<style:style style:name=\"Emphasis\" style:family=\"text\"><style:text-properties "
         "fo:font-style=\"italic\"/></style:style>"
         "<style:style style:name=\"StrongEmphasis\" style:family=\"text\"><style:text-properties "
         "fo:font-weight=\"bold\" fo:font-style=\"italic\"/></style:style></office:styles>\n"
         "<office:automatic-styles><style:page-layout style:name=\"Page\">"
         "<style:page-layout-properties fo:page-width=\"595.3pt\" fo:page-height=\"841.9pt\" "
         "fo:margin-top=\"40pt\" fo:margin-bottom=\"40pt\" fo:margin-left=\"64pt\" "
         "fo:margin-right=\"64pt\"/><style:header-style><style:header-footer-properties "
         "fo:margin-bottom=\"16pt\"/></style:header-style><style:footer-style>"
         "<style:header-footer-properties fo:margin-top=\"12pt\"/></style:footer-style>"
         "</style:page-layout></office:automatic-styles>\n");
  append_master_page (out, document);
  g_string_append (out, "</office:document-styles>\n");

  return g_string_free (out, FALSE);
}

static char *
make_meta (const BzgDocument *document)
{
  GString *out = g_string_new (XML_HEAD "<office:document-meta" NAMESPACES "><office:meta>");
  char iso[BZG_DATE_TEXT_SIZE];

  g_string_append (out, "<meta:generator>Bozgasht</meta:generator><dc:title>");
  escape (out, document->title, TRUE);
  g_string_append (out, "</dc:title><dc:subject>");
  escape (out, document->subtitle, TRUE);
  g_string_append_printf (out, "</dc:subject><dc:language>%s</dc:language>",
                          bzg_language_code (document->lang));
  if (!bzg_date_is_missing (document->date))
    g_string_append_printf (out,
                            "<meta:creation-date>%sT00:00:00</meta:creation-date>"
                            "<dc:date>%sT00:00:00</dc:date>",
                            bzg_date_to_iso (bzg_date_first_day (document->date), iso), iso);
  g_string_append (out, "</office:meta></office:document-meta>\n");

  return g_string_free (out, FALSE);
}

static char *
make_content (const Odt *odt)
{
  GString *out = g_string_new (XML_HEAD "<office:document-content" NAMESPACES ">");

  g_string_append_printf (out,
                          "<office:automatic-styles>"
                          "<style:style style:name=\"Table\" "
                          "style:family=\"table\"><style:table-properties "
                          "style:width=\"467pt\" table:align=\"margins\"/></style:style>\n%s",
                          odt->styles->str);
  for (guint i = 0; i < G_N_ELEMENTS (cell_styles); i++)
    g_string_append_printf (out,
                            "<style:style style:name=\"%s\" style:family=\"table-cell\">"
                            "<style:table-cell-properties fo:padding=\"3pt\" %s/></style:style>\n",
                            cell_styles[i].name, cell_styles[i].properties);
  g_string_append_printf (out,
                          "</office:automatic-styles><office:body><office:text>\n%s"
                          "</office:text></office:body></office:document-content>\n",
                          odt->body->str);

  return g_string_free (out, FALSE);
}

static char *
make_manifest (const Odt *odt)
{
  return g_strdup_printf (
    XML_HEAD "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:"
             "1.0\" manifest:version=\"1.2\">\n<manifest:file-entry manifest:full-path=\"/\" "
             "manifest:version=\"1.2\" manifest:media-type=\"" MIMETYPE "\"/>\n"
             "<manifest:file-entry manifest:full-path=\"content.xml\" "
             "manifest:media-type=\"text/xml\"/>\n<manifest:file-entry "
             "manifest:full-path=\"styles.xml\" manifest:media-type=\"text/xml\"/>\n"
             "<manifest:file-entry manifest:full-path=\"meta.xml\" "
             "manifest:media-type=\"text/xml\"/>\n%s</manifest:manifest>\n",
    odt->entries->str);
}

static void
add_part (BzgZip *zip, const char *name, char *text)
{
  _bzg_zip_add (zip, name, text, strlen (text), FALSE);
  g_free (text);
}

GBytes *
_bzg_render_odt (const BzgDocument *document, GCancellable *cancellable, GError **error)
{
  g_autoptr (BzgZip) zip = _bzg_zip_new ();
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (GString) styles = g_string_new (NULL);
  g_autoptr (GString) entries = g_string_new (NULL);
  Odt odt
    = { .document = document, .body = body, .styles = styles, .entries = entries, .zip = zip };

  _bzg_zip_add (zip, "mimetype", MIMETYPE, strlen (MIMETYPE), TRUE);
  if (document->title[0] != '\0')
    paragraph (&odt, "Title", document->title);
  if (document->subtitle != NULL)
    paragraph (&odt, "Subtitle", document->subtitle);
  odt.page_break = document->cover;
  for (guint i = 0; i < document->blocks->len; i++)
    {
      if (g_cancellable_is_cancelled (cancellable))
        {
          g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "ODT");
          return NULL;
        }
      add_block (&odt, g_ptr_array_index (document->blocks, i));
    }

  add_part (zip, "content.xml", make_content (&odt));
  add_part (zip, "styles.xml", make_styles (document));
  add_part (zip, "meta.xml", make_meta (document));
  add_part (zip, "META-INF/manifest.xml", make_manifest (&odt));

  return _bzg_zip_finish (zip);
}
