/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-pages-private.h"

#include "base/bzg-error.h"
#include "base/bzg-format.h"
#include "report/bzg-chart-private.h"
#include "vault/bzg-crypto.h"

#include <qrencode.h>
#include <string.h>

/*
 * From blocks to places on pages. Two promises: nothing is ever cut (what does not fit is
 * continued on the next page, to the last line), and what belongs together stays together where a
 * page has room for it (a heading with what follows, a chart with its caption, two lines of a
 * paragraph).
 */

#define BODY 9.5
#define SMALL 8.0

static const double heading_sizes[] = { 0, 17, 12.5, 10 };
static const double heading_above[] = { 0, 26, 18, 12 };
static const double heading_below[] = { 0, 8, 5, 3 };

static void
item_free (BzgItem *item)
{
  g_clear_object (&item->layout);
  g_clear_pointer (&item->chart, bzg_chart_free);
  g_clear_pointer (&item->picture, cairo_surface_destroy);
  g_free (item);
}

static void
outline_free (BzgOutlineEntry *entry)
{
  g_free (entry->title);
  g_free (entry);
}

static BzgItem *
add_item (BzgFlow *flow, BzgItemKind kind, double x, double y)
{
  BzgItem *item = g_new0 (BzgItem, 1);

  item->kind = kind;
  item->x = x;
  item->y = y;
  g_ptr_array_add (flow->items, item);

  return item;
}

void
_bzg_flow_new_page (BzgFlow *flow)
{
  flow->items = g_ptr_array_new_with_free_func ((GDestroyNotify) item_free);
  g_ptr_array_add (flow->pages->pages, flow->items);
  flow->y = PAGE_TOP;
}

void
_bzg_flow_add_lines (BzgFlow *flow,
                     PangoLayout *layout,
                     int first_line,
                     int last_line,
                     double x,
                     double y,
                     BzgColor color)
{
  BzgItem *item = add_item (flow, BZG_ITEM_TEXT, x, y);

  item->layout = g_object_ref (layout);
  item->first_line = first_line;
  item->last_line = last_line;
  item->color = color;
}

void
_bzg_flow_add_text (BzgFlow *flow, PangoLayout *layout, double x, double y, BzgColor color)
{
  _bzg_flow_add_lines (flow, layout, 0, pango_layout_get_line_count (layout), x, y, color);
  g_object_unref (layout);
}

void
_bzg_flow_add_box (BzgFlow *flow, double x, double y, double width, double height, BzgColor color)
{
  BzgItem *item = add_item (flow, BZG_ITEM_BOX, x, y);

  item->width = width;
  item->height = height;
  item->color = color;
}

void
_bzg_flow_add_rule (BzgFlow *flow, double x, double y, double width, double thick, BzgColor color)
{
  BzgItem *item = add_item (flow, BZG_ITEM_RULE, x, y);

  item->width = width;
  item->height = thick;
  item->color = color;
}

void
_bzg_flow_tag (BzgFlow *flow, const char *tag)
{
  add_item (flow, BZG_ITEM_TAG, 0, 0)->tag = tag;
}

void
_bzg_flow_end_tag (BzgFlow *flow, const char *tag)
{
  add_item (flow, BZG_ITEM_END_TAG, 0, 0)->tag = tag;
}

PangoLayout *
_bzg_flow_layout (BzgFlow *flow, const char *text, double size, gboolean bold, double width)
{
  return _bzg_type_layout (flow->pages->context, text, size, bold, width);
}

gboolean
_bzg_flow_at_top (const BzgFlow *flow)
{
  return flow->y <= PAGE_TOP + 0.5;
}

void
_bzg_flow_need (BzgFlow *flow, double height)
{
  if (flow->y + height > PAGE_BOTTOM && !_bzg_flow_at_top (flow))
    _bzg_flow_new_page (flow);
}

int
_bzg_lines_that_fit (PangoLayout *layout, int first, double room, double *height)
{
  PangoLayoutIter *iter = pango_layout_get_iter (layout);
  int line = 0, top = 0, fit = 0;

  *height = 0;
  do
    {
      int y0, y1;

      if (line++ < first)
        continue;
      pango_layout_iter_get_line_yrange (iter, &y0, &y1);
      if (line - 1 == first)
        top = y0;
      if ((double) (y1 - top) / PANGO_SCALE > room)
        break;
      *height = (double) (y1 - top) / PANGO_SCALE;
      fit++;
    }
  while (pango_layout_iter_next_line (iter));
  pango_layout_iter_free (iter);

  return fit;
}

/* A layout of the runs of a block with their emphasis. */
static PangoLayout *
layout_runs (BzgFlow *flow, const BzgBlock *block, double size, double width)
{
  g_autofree char *text = bzg_block_text (block);
  PangoLayout *layout = _bzg_flow_layout (flow, text, size, FALSE, width);
  PangoAttrList *attributes = pango_layout_get_attributes (layout);
  guint at = 0;

  for (guint i = 0; i < block->runs->len; i++)
    {
      const BzgRun *run = g_ptr_array_index (block->runs, i);
      guint end = at + strlen (run->text);
      PangoAttribute *attribute;

      if (run->style & BZG_RUN_BOLD)
        {
          attribute = pango_attr_weight_new (PANGO_WEIGHT_BOLD);
          attribute->start_index = at;
          attribute->end_index = end;
          pango_attr_list_insert (attributes, attribute);
        }
      if (run->style & BZG_RUN_ITALIC)
        {
          attribute = pango_attr_style_new (PANGO_STYLE_ITALIC);
          attribute->start_index = at;
          attribute->end_index = end;
          pango_attr_list_insert (attributes, attribute);
        }
      at = end;
    }
  pango_layout_set_attributes (layout, attributes);

  return layout;
}

/* Text that may go on over any number of pages; never one line alone at the foot or the head. */
static void
flow_text (BzgFlow *flow, PangoLayout *layout, double x, BzgColor color, const char *tag, int bar)
{
  int count = pango_layout_get_line_count (layout);
  int line = 0;

  while (line < count)
    {
      double height;
      int fit = _bzg_lines_that_fit (layout, line, PAGE_BOTTOM - flow->y, &height);

      if (!_bzg_flow_at_top (flow))
        {
          if (fit < count - line && fit > 1 && count - line - fit == 1)
            fit = _bzg_lines_that_fit (layout, line, height - 1, &height);
          if (fit == 0 || (fit == 1 && count - line > 1))
            {
              _bzg_flow_new_page (flow);
              continue;
            }
        }
      if (fit == 0) /* one line higher than a page cannot be; still, never loop */
        {
          fit = 1;
          height = PAGE_BOTTOM - flow->y;
        }
      _bzg_flow_tag (flow, tag);
      _bzg_flow_add_lines (flow, layout, line, line + fit, x, flow->y, color);
      _bzg_flow_end_tag (flow, tag);
      if (bar)
        _bzg_flow_add_box (flow, PAGE_LEFT, flow->y + 1, 2.5, height - 2, _bzg_color_amber);
      flow->y += height;
      line += fit;
      if (line < count)
        _bzg_flow_new_page (flow);
    }
}

/* What of the block must stand below a heading on the same page. */
static double
head_of_block (BzgFlow *flow, guint index)
{
  const BzgBlock *block;

  if (index >= flow->document->blocks->len)
    return 0;

  block = g_ptr_array_index (flow->document->blocks, index);
  switch (block->kind)
    {
    case BZG_BLOCK_HEADING:
      return heading_sizes[block->level] * 1.5 + heading_above[block->level]
             + head_of_block (flow, index + 1);
    case BZG_BLOCK_TABLE:
      return _bzg_flow_table_head (flow, block->table);
    case BZG_BLOCK_CHART:
      return 30
             + _bzg_chart_draw_in (block->chart, flow->document->lang, flow->pages->context,
                                   PAGE_TEXT, NULL);
    case BZG_BLOCK_KEY_FIGURES:
      return 80;
    case BZG_BLOCK_PAGE_BREAK:
      return 0;
    default:
      return 34;
    }
}

static void
flow_heading (BzgFlow *flow, const BzgBlock *block, guint index)
{
  double size = heading_sizes[block->level];
  g_autoptr (PangoLayout) layout = layout_runs (flow, block, size, PAGE_TEXT);
  static const char *const tags[] = { "H1", "H1", "H2", "H3" };
  PangoAttrList *attributes = pango_layout_get_attributes (layout);
  BzgOutlineEntry *entry;

  pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_layout_set_attributes (layout, attributes);
  if (!_bzg_flow_at_top (flow))
    flow->y += heading_above[block->level];
  _bzg_flow_need (flow, _bzg_type_height (layout) + heading_below[block->level]
                          + MIN (head_of_block (flow, index + 1), PAGE_BOTTOM - PAGE_TOP - 80));

  entry = g_new0 (BzgOutlineEntry, 1);
  entry->title = bzg_block_text (block);
  entry->level = block->level;
  entry->page = flow->pages->pages->len - 1;
  entry->y = flow->y;
  g_ptr_array_add (flow->pages->outline, entry);

  flow_text (flow, layout, PAGE_LEFT, block->level < 3 ? _bzg_color_teal : _bzg_color_ink,
             tags[block->level], FALSE);
  flow->y += heading_below[block->level];
}

static void
flow_paragraph (BzgFlow *flow, const BzgBlock *block)
{
  g_autoptr (PangoLayout) layout = NULL;

  switch (block->kind)
    {
    case BZG_BLOCK_LEAD:
      layout = layout_runs (flow, block, 12, PAGE_TEXT);
      flow_text (flow, layout, PAGE_LEFT, _bzg_color_teal, "P", FALSE);
      flow->y += 10;
      break;
    case BZG_BLOCK_QUOTE:
      flow->y += 4;
      layout = layout_runs (flow, block, 11, PAGE_TEXT - 40);
      flow_text (flow, layout, PAGE_LEFT + 16, _bzg_color_ink, "BlockQuote", TRUE);
      flow->y += 11;
      break;
    case BZG_BLOCK_NOTE:
      layout = layout_runs (flow, block, SMALL, PAGE_TEXT);
      flow_text (flow, layout, PAGE_LEFT, _bzg_color_grey, "Note", FALSE);
      flow->y += 4;
      break;
    case BZG_BLOCK_PARAGRAPH:
    default:
      layout = layout_runs (flow, block, BODY, PAGE_TEXT);
      pango_layout_set_line_spacing (layout, 1.04f);
      flow_text (flow, layout, PAGE_LEFT, _bzg_color_ink, "P", FALSE);
      flow->y += 7;
      break;
    }
}

static void
flow_list_item (BzgFlow *flow, const BzgBlock *block)
{
  g_autoptr (PangoLayout) layout = layout_runs (flow, block, BODY, PAGE_TEXT - 16);
  g_autofree char *mark
    = block->number > 0 ? g_strdup_printf ("%u.", block->number) : g_strdup ("•");

  _bzg_flow_need (flow, MIN (_bzg_type_height (layout), 28));
  _bzg_flow_add_text (flow, _bzg_flow_layout (flow, mark, BODY, FALSE, -1), PAGE_LEFT + 2, flow->y,
                      _bzg_color_teal);
  flow_text (flow, layout, PAGE_LEFT + 16, _bzg_color_ink, "P", FALSE);
  flow->y += 4;
}

static double
figure_height (BzgFlow *flow, const BzgKeyFigure *figure, double width, gboolean draw, double x)
{
  g_autofree char *value = bzg_value_format (&figure->value, flow->document->lang);
  PangoLayout *number = _bzg_flow_layout (flow, value, 22, TRUE, -1);
  PangoLayout *label = _bzg_flow_layout (flow, figure->label, 8.5, FALSE, width);
  PangoLayout *note = _bzg_flow_layout (flow, figure->note, 7.5, FALSE, width);
  double size = 22, y = flow->y + 4;

  while (_bzg_type_width (number) > width && size > 8)
    {
      size -= 1;
      g_object_unref (number);
      number = _bzg_flow_layout (flow, value, size, TRUE, size > 9 ? -1 : width);
    }
  if (draw)
    {
      _bzg_flow_add_rule (flow, x, flow->y, width, 1.5, _bzg_color_teal);
      _bzg_flow_tag (flow, "P");
    }
  if (draw)
    _bzg_flow_add_text (flow, g_object_ref (number), x, y + (22 - size) * 1.1,
                        figure->value.kind == BZG_VALUE_WITHHELD ? _bzg_color_grey
                                                                 : _bzg_color_teal);
  y += 22 * 1.36;
  if (draw)
    _bzg_flow_add_text (flow, g_object_ref (label), x, y, _bzg_color_ink);
  y += _bzg_type_height (label);
  if (figure->note != NULL)
    {
      if (draw)
        _bzg_flow_add_text (flow, g_object_ref (note), x, y + 1, _bzg_color_grey);
      y += _bzg_type_height (note) + 1;
    }
  if (draw)
    _bzg_flow_end_tag (flow, "P");
  g_object_unref (number);
  g_object_unref (label);
  g_object_unref (note);

  return y - flow->y;
}

static void
flow_figures (BzgFlow *flow, const BzgBlock *block)
{
  guint n = block->figures->len;
  /* 1 to 4 in one row; five or six go in rows of three */
  guint columns = n <= 4 ? n : (n % 3 == 0 || n == 5 ? 3 : 4);
  const double gap = 18;
  double width;

  columns = MAX (columns, 2);
  width = (PAGE_TEXT - (columns - 1) * gap) / columns;
  flow->y += 4;
  for (guint first = 0; first < n; first += columns)
    {
      double height = 0;

      for (guint i = first; i < MIN (first + columns, n); i++)
        height = MAX (height,
                      figure_height (flow, g_ptr_array_index (block->figures, i), width, FALSE, 0));
      _bzg_flow_need (flow, height);
      for (guint i = first; i < MIN (first + columns, n); i++)
        figure_height (flow, g_ptr_array_index (block->figures, i), width, TRUE,
                       PAGE_LEFT + (i - first) * (width + gap));
      flow->y += height + 14;
    }
}

static void
flow_chart (BzgFlow *flow, const BzgChart *chart)
{
  PangoLayout *caption;
  double height, room, head = 0;
  BzgItem *item;

  if (bzg_chart_is_empty (chart))
    return;

  height = _bzg_chart_draw_in (chart, flow->document->lang, flow->pages->context, PAGE_TEXT, NULL);
  caption = _bzg_flow_layout (flow, chart->caption, 8.5, TRUE, PAGE_TEXT);
  if (chart->caption != NULL)
    head = _bzg_type_height (caption) + 6;
  flow->y += 6;
  _bzg_flow_need (flow, head + height);
  _bzg_flow_tag (flow, "Figure");
  if (chart->caption != NULL)
    _bzg_flow_add_text (flow, g_object_ref (caption), PAGE_LEFT, flow->y, _bzg_color_ink);
  /* More categories than a page is long: smaller, but whole. */
  room = PAGE_BOTTOM - flow->y - head;
  item = add_item (flow, BZG_ITEM_CHART, PAGE_LEFT, flow->y + head);
  item->width = PAGE_TEXT;
  item->scale = MIN (1, room / height);
  item->height = height * item->scale;
  item->chart = _bzg_chart_copy (chart);
  _bzg_flow_end_tag (flow, "Figure");
  flow->y += head + item->height + 12;
  g_object_unref (caption);
}

/* What the groups say without their gaps, for a scanner that types: dark modules as boxes, a run of
 * them as one. */
static void
flow_qr (BzgFlow *flow, char **groups, double x, double y, double side)
{
  g_autofree char *text = g_strjoinv ("", groups);
  QRcode *code = QRcode_encodeString8bit (text, 0, QR_ECLEVEL_M);
  double module;

  if (code == NULL)
    return;
  module = side / code->width;
  for (int row = 0; row < code->width; row++)
    for (int from = 0; from < code->width;)
      {
        const unsigned char *line = code->data + (gsize) row * (gsize) code->width;
        int to = from;

        while (to < code->width && (line[to] & 1))
          to++;
        if (to > from)
          _bzg_flow_add_box (flow, x + from * module, y + row * module, (to - from) * module,
                             module, _bzg_color_ink);
        from = MAX (to, from + 1);
      }
  memset (code->data, 0, (gsize) code->width * (gsize) code->width);
  QRcode_free (code);
  bzg_wipe (text, strlen (text));
}

/* Groups on a grid, in a pale box, each readable aloud, and the whole beside them for a scanner. */
static void
flow_code (BzgFlow *flow, const BzgBlock *block)
{
  g_autofree char *text = bzg_block_text (block);
  g_auto (GStrv) groups = g_strsplit_set (text, "- ", -1);
  guint n = g_strv_length (groups);
  guint longest = 1, columns, rows;
  const double line = 30, qr = 92;
  double cell, height;

  for (guint i = 0; i < n; i++)
    longest = MAX (longest, (guint) g_utf8_strlen (groups[i], -1));
  columns = CLAMP ((guint) ((PAGE_TEXT - qr - 44) / (longest * 13.0 + 18)), 1, MIN (n, 5));
  rows = (n + columns - 1) / columns;
  cell = (PAGE_TEXT - qr - 44) / columns;
  height = MAX (rows * line, qr) + 24;

  flow->y += 6;
  _bzg_flow_need (flow, MIN (height, PAGE_BOTTOM - PAGE_TOP));
  _bzg_flow_add_box (flow, PAGE_LEFT, flow->y, PAGE_TEXT, height, _bzg_color_pale);
  _bzg_flow_add_box (flow, PAGE_LEFT, flow->y, 3, height, _bzg_color_teal);
  flow_qr (flow, groups, PAGE_LEFT + PAGE_TEXT - qr - 14, flow->y + (height - qr) / 2, qr);
  _bzg_flow_tag (flow, "P");
  for (guint i = 0; i < n; i++)
    {
      PangoLayout *layout = _bzg_flow_layout (flow, groups[i], 16, TRUE, -1);
      PangoAttrList *attributes = pango_layout_get_attributes (layout);
      double x;

      pango_attr_list_insert (attributes, pango_attr_letter_spacing_new (2 * PANGO_SCALE));
      pango_layout_set_attributes (layout, attributes);
      x = PAGE_LEFT + 20 + (i % columns) * cell;
      _bzg_flow_add_text (flow, layout, x,
                          flow->y + (height - rows * line) / 2 + (i / columns) * line + 4,
                          _bzg_color_ink);
    }
  _bzg_flow_end_tag (flow, "P");
  flow->y += height + 14;
}

typedef struct
{
  const guint8 *data;
  gsize left;
} PngReader;

static cairo_status_t
read_png_cb (void *closure, unsigned char *data, unsigned int length)
{
  PngReader *reader = closure;

  if (length > reader->left)
    return CAIRO_STATUS_READ_ERROR;
  memcpy (data, reader->data, length);
  reader->data += length;
  reader->left -= length;

  return CAIRO_STATUS_SUCCESS;
}

static void
flow_picture (BzgFlow *flow, const BzgBlock *block)
{
  PngReader reader;
  cairo_surface_t *surface;
  double scale, width, height;
  BzgItem *item;

  reader.data = g_bytes_get_data (block->picture, &reader.left);
  surface = cairo_image_surface_create_from_png_stream (read_png_cb, &reader);
  if (cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS)
    {
      cairo_surface_destroy (surface);
      return;
    }
  width = cairo_image_surface_get_width (surface);
  height = cairo_image_surface_get_height (surface);
  scale = MIN (PAGE_TEXT / width, 300 / height);
  scale = MIN (scale, 1);
  _bzg_flow_need (flow, height * scale);
  _bzg_flow_tag (flow, "Figure");
  item = add_item (flow, BZG_ITEM_PICTURE, PAGE_LEFT, flow->y);
  item->width = width * scale;
  item->height = height * scale;
  item->picture = surface;
  _bzg_flow_end_tag (flow, "Figure");
  flow->y += height * scale + 10;
}

static void
flow_signatures (BzgFlow *flow, const BzgBlock *block)
{
  const double gap = 28;
  double width = (PAGE_TEXT - gap) / 2;

  for (guint first = 0; first < block->lines->len; first += 2)
    {
      double deepest = 0;

      for (guint i = first; i < MIN (first + 2, block->lines->len); i++)
        {
          PangoLayout *label
            = _bzg_flow_layout (flow, g_ptr_array_index (block->lines, i), SMALL, FALSE, width);

          deepest = MAX (deepest, _bzg_type_height (label));
          g_object_unref (label);
        }
      _bzg_flow_need (flow, 50 + deepest);
      for (guint i = first; i < MIN (first + 2, block->lines->len); i++)
        {
          double x = PAGE_LEFT + (i - first) * (width + gap);

          _bzg_flow_add_rule (flow, x, flow->y + 44, width, 0.7, _bzg_color_ink);
          _bzg_flow_tag (flow, "P");
          _bzg_flow_add_text (flow,
                              _bzg_flow_layout (flow, g_ptr_array_index (block->lines, i), SMALL,
                                                FALSE, width),
                              x, flow->y + 47, _bzg_color_grey);
          _bzg_flow_end_tag (flow, "P");
        }
      flow->y += 54 + deepest;
    }
}

static gboolean
flow_block (BzgFlow *flow, guint index, GError **error)
{
  const BzgBlock *block = g_ptr_array_index (flow->document->blocks, index);
  const BzgBlock *before = index > 0 ? g_ptr_array_index (flow->document->blocks, index - 1) : NULL;

  if (before != NULL && before->kind == BZG_BLOCK_LIST_ITEM && block->kind != before->kind)
    flow->y += 5;

  switch (block->kind)
    {
    case BZG_BLOCK_HEADING:
      flow_heading (flow, block, index);
      break;
    case BZG_BLOCK_PARAGRAPH:
    case BZG_BLOCK_LEAD:
    case BZG_BLOCK_QUOTE:
    case BZG_BLOCK_NOTE:
      flow_paragraph (flow, block);
      break;
    case BZG_BLOCK_LIST_ITEM:
      flow_list_item (flow, block);
      break;
    case BZG_BLOCK_KEY_FIGURES:
      flow_figures (flow, block);
      break;
    case BZG_BLOCK_FIELDS:
      return _bzg_flow_fields (flow, block->fields, error);
    case BZG_BLOCK_TABLE:
      return _bzg_flow_table (flow, block->table, error);
    case BZG_BLOCK_CHART:
      flow_chart (flow, block->chart);
      break;
    case BZG_BLOCK_CODE:
      flow_code (flow, block);
      break;
    case BZG_BLOCK_PICTURE:
      flow_picture (flow, block);
      break;
    case BZG_BLOCK_SIGNATURES:
      flow_signatures (flow, block);
      break;
    case BZG_BLOCK_PAGE_BREAK:
      if (!_bzg_flow_at_top (flow))
        _bzg_flow_new_page (flow);
      break;
    default:
      break;
    }

  return TRUE;
}

/* A page that only says what this is. */
static void
flow_cover (BzgFlow *flow)
{
  const BzgDocument *document = flow->document;
  g_autofree char *date = bzg_format_date (document->lang, document->date);

  flow->y = 240;
  _bzg_flow_add_box (flow, PAGE_LEFT, flow->y - 26, 54, 4, _bzg_color_amber);
  if (document->programme != NULL)
    {
      g_autoptr (PangoLayout) layout
        = _bzg_flow_layout (flow, document->programme, 11, FALSE, PAGE_TEXT);

      flow_text (flow, layout, PAGE_LEFT, _bzg_color_grey, "P", FALSE);
      flow->y += 8;
    }
  {
    g_autoptr (PangoLayout) layout
      = _bzg_flow_layout (flow, document->title, 30, TRUE, PAGE_TEXT - 30);

    pango_layout_set_line_spacing (layout, 0.88f);
    flow_text (flow, layout, PAGE_LEFT, _bzg_color_teal, "H1", FALSE);
    flow->y += 12;
  }
  if (document->subtitle != NULL)
    {
      g_autoptr (PangoLayout) layout
        = _bzg_flow_layout (flow, document->subtitle, 13.5, FALSE, PAGE_TEXT - 30);

      flow_text (flow, layout, PAGE_LEFT, _bzg_color_ink, "P", FALSE);
    }
  if (!bzg_date_is_missing (document->date))
    {
      flow->y = MAX (flow->y + 20, PAGE_BOTTOM - 14);
      _bzg_flow_tag (flow, "P");
      _bzg_flow_add_text (flow, _bzg_flow_layout (flow, date, BODY, FALSE, PAGE_TEXT), PAGE_LEFT,
                          flow->y, _bzg_color_grey);
      _bzg_flow_end_tag (flow, "P");
    }
  _bzg_flow_new_page (flow);
}

static void
flow_title (BzgFlow *flow)
{
  const BzgDocument *document = flow->document;

  if (document->title[0] != '\0')
    {
      g_autoptr (PangoLayout) layout
        = _bzg_flow_layout (flow, document->title, 21, TRUE, PAGE_TEXT);

      pango_layout_set_line_spacing (layout, 0.9f);
      flow_text (flow, layout, PAGE_LEFT, _bzg_color_teal, "H1", FALSE);
    }
  if (document->subtitle != NULL)
    {
      g_autoptr (PangoLayout) layout
        = _bzg_flow_layout (flow, document->subtitle, 10.5, FALSE, PAGE_TEXT);

      flow->y += 2;
      flow_text (flow, layout, PAGE_LEFT, _bzg_color_grey, "P", FALSE);
    }
  if (document->title[0] != '\0' || document->subtitle != NULL)
    {
      flow->y += 8;
      _bzg_flow_add_rule (flow, PAGE_LEFT, flow->y, PAGE_TEXT, 0.7, _bzg_color_rule);
      flow->y += 14;
    }
}

static void
add_short (BzgFlow *flow, const char *text, double x, double width, double y, gboolean right)
{
  PangoLayout *layout = _bzg_flow_layout (flow, text, 7.5, FALSE, width);

  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_alignment (layout, right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
  _bzg_flow_add_text (flow, layout, x, y, _bzg_color_grey);
}

/* Head, foot and ribbon, when the number of pages is known. */
static void
furnish (BzgFlow *flow)
{
  const BzgDocument *document = flow->document;
  BzgPages *pages = flow->pages;
  guint n = pages->pages->len;

  for (guint i = 0; i < n; i++)
    {
      flow->items = g_ptr_array_index (pages->pages, i);
      if (document->ribbon != NULL)
        {
          PangoLayout *layout = _bzg_flow_layout (flow, document->ribbon, 8, TRUE, BZG_PAGE_WIDTH);

          pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
          pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
          _bzg_flow_add_box (flow, 0, 0, BZG_PAGE_WIDTH, 18, _bzg_color_amber);
          _bzg_flow_add_text (flow, layout, 0, 3.5, _bzg_color_ink);
        }
      if (i == 0 && document->cover)
        continue;
      if (i > 0 || document->programme != NULL)
        {
          if (document->programme != NULL)
            add_short (flow, document->programme, PAGE_LEFT, PAGE_TEXT / 2 - 8, 40, FALSE);
          if (i > 0)
            add_short (flow, document->title, PAGE_LEFT + PAGE_TEXT / 2, PAGE_TEXT / 2, 40, TRUE);
          _bzg_flow_add_rule (flow, PAGE_LEFT, 54, PAGE_TEXT, 0.5, _bzg_color_rule);
        }
      if (!bzg_date_is_missing (document->date))
        {
          g_autofree char *date = bzg_format_date (document->lang, document->date);

          add_short (flow, date, PAGE_LEFT, PAGE_TEXT / 2, BZG_PAGE_HEIGHT - 46, FALSE);
        }
      if (n > 1)
        {
          /* Translators: the foot of a printed page: its number and how many there are. */
          g_autofree char *number
            = g_strdup_printf (bzg_tr (document->lang, "Page %u of %u"), i + 1, n);

          add_short (flow, number, PAGE_LEFT + PAGE_TEXT / 2, PAGE_TEXT / 2, BZG_PAGE_HEIGHT - 46,
                     TRUE);
        }
    }
}

BzgPages *
bzg_document_paginate (const BzgDocument *document, GCancellable *cancellable, GError **error)
{
  g_autoptr (BzgPages) pages = g_new0 (BzgPages, 1);
  BzgFlow flow = { .pages = pages, .document = document, .cancellable = cancellable };

  pages->pages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  pages->outline = g_ptr_array_new_with_free_func ((GDestroyNotify) outline_free);
  pages->lang = document->lang;
  pages->title = g_strdup (document->title);
  pages->subtitle = g_strdup (document->subtitle);
  pages->programme = g_strdup (document->programme);
  pages->date = document->date;
  pages->map = pango_cairo_font_map_new ();
  pages->context = _bzg_type_context (pages->map, document->lang, error);
  if (pages->context == NULL)
    return NULL;

  _bzg_flow_new_page (&flow);
  if (document->cover)
    flow_cover (&flow);
  else
    flow_title (&flow);
  for (guint i = 0; i < document->blocks->len; i++)
    {
      if (g_cancellable_is_cancelled (cancellable))
        {
          g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "layout");
          return NULL;
        }
      if (!flow_block (&flow, i, error))
        return NULL;
    }
  /* A page break at the very end, or a cover with nothing behind it, leaves no empty page. */
  if (flow.items->len == 0 && pages->pages->len > 1)
    g_ptr_array_set_size (pages->pages, pages->pages->len - 1);
  furnish (&flow);

  return g_steal_pointer (&pages);
}
