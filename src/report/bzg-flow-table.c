/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-pages-private.h"

#include "base/bzg-error.h"

/*
 * Tables over pages. Columns get the width that their words need, then share what is left; if even
 * that is too much the type gets smaller once, and at last words are broken: a table is never cut.
 * Header rows come again on each page; a row stays whole unless it is higher than a page; the last
 * two rows stay together, so that a total is never alone.
 */

#define PAD_X 4.0
#define PAD_Y 2.6
#define INDENT 10.0

typedef struct
{
  BzgFlow *flow;
  const BzgDocTable *table;
  double size;
  double *widths; /* of the columns, with padding */
  double width;   /* of the table */
  BzgAlign *aligns;
} Grid;

static const BzgDocRow *
row_at (const BzgDocTable *table, guint index)
{
  return g_ptr_array_index (table->rows, index);
}

static gboolean
is_bold (const BzgDocRow *row)
{
  return row->kind != BZG_ROW_BODY;
}

/* The width of the text on one line, and of its longest word. One layout serves all cells. */
static void
measure (PangoLayout *layout, const char *text, double *natural, double *word)
{
  const char *start = text;

  pango_layout_set_text (layout, text, -1);
  *natural = _bzg_type_width (layout);
  *word = 0;
  for (const char *p = text;; p = g_utf8_next_char (p))
    {
      if (*p != '\0' && *p != ' ' && *p != '\n')
        continue;
      if (start == text && *p == '\0')
        {
          *word = *natural;
          return;
        }
      if (p > start)
        {
          pango_layout_set_text (layout, start, p - start);
          *word = MAX (*word, _bzg_type_width (layout));
        }
      if (*p == '\0')
        return;
      start = p + 1;
    }
}

/* What every column would like and what it must have. */
static void
measure_columns (Grid *grid, double *natural, double *least)
{
  BzgFlow *flow = grid->flow;
  g_autoptr (PangoLayout) regular = _bzg_flow_layout (flow, "", grid->size, FALSE, -1);
  g_autoptr (PangoLayout) bold = _bzg_flow_layout (flow, "", grid->size, TRUE, -1);

  for (guint c = 0; c < grid->table->n_columns; c++)
    natural[c] = least[c] = 8;
  for (guint r = 0; r < grid->table->rows->len; r++)
    {
      const BzgDocRow *row = row_at (grid->table, r);

      for (guint c = 0; c < row->n_cells; c++)
        {
          g_autofree char *text = bzg_value_format (&row->cells[c], flow->document->lang);
          double whole, word, indent = c == 0 ? row->indent * INDENT : 0;

          if (text[0] == '\0' || (row->kind == BZG_ROW_GROUP && c == 0))
            continue;
          measure (is_bold (row) ? bold : regular, text, &whole, &word);
          /* Headers may wrap: they ask only for their words. */
          if (row->kind == BZG_ROW_HEADER)
            whole = MAX (word, MIN (whole, 74));
          natural[c] = MAX (natural[c], whole + indent);
          least[c] = MAX (least[c], word + indent);
        }
    }
  for (guint c = 0; c < grid->table->n_columns; c++)
    {
      natural[c] += 2 * PAD_X + 0.5;
      least[c] += 2 * PAD_X + 0.5;
    }
}

static double
sum (const double *values, guint n)
{
  double total = 0;

  for (guint i = 0; i < n; i++)
    total += values[i];

  return total;
}

/* Some word is too long for the page: narrow columns keep what they need, wide ones share the rest.
 */
static void
squeeze (Grid *grid, const double *least)
{
  guint n = grid->table->n_columns;
  double limit = grid->width / n;
  double room = grid->width, wide = 0;

  for (guint c = 0; c < n; c++)
    if (least[c] <= limit)
      room -= least[c];
    else
      wide += 1;
  for (guint c = 0; c < n; c++)
    grid->widths[c] = least[c] <= limit ? least[c] : room / wide;
}

/* FALSE if the words do not fit at this size. */
static gboolean
share_width (Grid *grid, const double *natural, const double *least)
{
  guint n = grid->table->n_columns;
  double wanted = sum (natural, n), needed = sum (least, n);
  double slack;

  grid->width = PAGE_TEXT;
  if (n == 2 && wanted < PAGE_TEXT * 0.6)
    grid->width = PAGE_TEXT * 0.6;
  if (n == 3 && wanted < PAGE_TEXT * 0.8)
    grid->width = PAGE_TEXT * 0.8;

  if (wanted <= grid->width)
    {
      /* Figures that belong together get columns of one width, if there is room for that. */
      double widest = 0;

      for (guint c = 1; c < n; c++)
        widest = MAX (widest, natural[c]);
      if (n > 1 && natural[0] + widest * (n - 1) <= grid->width)
        {
          double even = (grid->width - natural[0]) / (n - 1);

          even = MIN (even, MAX (widest, grid->width / (n + 1.0)));
          for (guint c = 1; c < n; c++)
            grid->widths[c] = even;
          grid->widths[0] = grid->width - even * (n - 1);
          return TRUE;
        }
      slack = (grid->width - wanted) / n;
      for (guint c = 0; c < n; c++)
        grid->widths[c] = natural[c] + slack;
      return TRUE;
    }
  if (needed <= grid->width)
    {
      double wish = wanted - needed;

      for (guint c = 0; c < n; c++)
        grid->widths[c]
          = least[c] + (wish > 0 ? (grid->width - needed) * (natural[c] - least[c]) / wish : 0);
      return TRUE;
    }
  squeeze (grid, least);

  return FALSE;
}

static void
grid_init (Grid *grid, BzgFlow *flow, const BzgDocTable *table)
{
  g_autofree double *natural = g_new0 (double, table->n_columns);
  g_autofree double *least = g_new0 (double, table->n_columns);
  static const double sizes[] = { 8.5, 7.5, 6.5 };

  grid->flow = flow;
  grid->table = table;
  grid->widths = g_new0 (double, table->n_columns);
  grid->aligns = g_new0 (BzgAlign, table->n_columns);
  for (guint c = 0; c < table->n_columns; c++)
    grid->aligns[c] = bzg_doc_table_get_align (table, c);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      grid->size = sizes[i];
      measure_columns (grid, natural, least);
      if (share_width (grid, natural, least))
        return;
    }
}

static void
grid_clear (Grid *grid)
{
  g_free (grid->widths);
  g_free (grid->aligns);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Grid, grid_clear)

static PangoLayout *
layout_cell (const Grid *grid, const BzgDocRow *row, guint column, double *x, double *width)
{
  g_autofree char *text = bzg_value_format (&row->cells[column], grid->flow->document->lang);
  double left = 0;
  PangoLayout *layout;

  for (guint c = 0; c < column; c++)
    left += grid->widths[c];
  *width = grid->widths[column];
  if (row->kind == BZG_ROW_GROUP && column == 0)
    *width = grid->width;
  if (column == 0)
    {
      left += row->indent * INDENT;
      *width -= row->indent * INDENT;
    }
  *x = PAGE_LEFT + left + PAD_X;
  *width -= 2 * PAD_X;
  layout = _bzg_flow_layout (grid->flow, text, grid->size, is_bold (row), MAX (*width, 4));
  if (grid->aligns[column] == BZG_ALIGN_END)
    pango_layout_set_alignment (layout, PANGO_ALIGN_RIGHT);
  else if (grid->aligns[column] == BZG_ALIGN_CENTER)
    pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);

  return layout;
}

static double
row_height (const Grid *grid, const BzgDocRow *row)
{
  double height = grid->size * 1.362;

  for (guint c = 0; c < row->n_cells; c++)
    {
      double x, width;
      PangoLayout *layout = layout_cell (grid, row, c, &x, &width);

      height = MAX (height, _bzg_type_height (layout));
      g_object_unref (layout);
      if (row->kind == BZG_ROW_GROUP)
        break;
    }

  return height + 2 * PAD_Y;
}

static BzgColor
cell_color (const BzgDocRow *row, const BzgValue *value)
{
  if (row->kind == BZG_ROW_HEADER)
    return _bzg_color_grey;
  if (value->kind == BZG_VALUE_WITHHELD || value->kind == BZG_VALUE_MISSING)
    return _bzg_color_grey;

  return row->kind == BZG_ROW_GROUP ? _bzg_color_teal : _bzg_color_ink;
}

/* Places a row of @height at the present place. */
static void
place_row (const Grid *grid, const BzgDocRow *row, double height)
{
  BzgFlow *flow = grid->flow;
  const char *tag = row->kind == BZG_ROW_HEADER ? "TH" : "TD";

  if (row->kind == BZG_ROW_GROUP)
    _bzg_flow_add_box (flow, PAGE_LEFT, flow->y, grid->width, height, _bzg_color_pale);
  if (row->kind == BZG_ROW_TOTAL)
    _bzg_flow_add_rule (flow, PAGE_LEFT, flow->y - 0.4, grid->width, 0.8, _bzg_color_ink);
  _bzg_flow_tag (flow, "TR");
  for (guint c = 0; c < row->n_cells; c++)
    {
      double x, width;
      PangoLayout *layout = layout_cell (grid, row, c, &x, &width);
      double y = flow->y + PAD_Y;

      /* Headers stand on their rule. */
      if (row->kind == BZG_ROW_HEADER)
        y = flow->y + height - PAD_Y - _bzg_type_height (layout);
      _bzg_flow_tag (flow, tag);
      _bzg_flow_add_text (flow, layout, x, y, cell_color (row, &row->cells[c]));
      _bzg_flow_end_tag (flow, tag);
      if (row->kind == BZG_ROW_GROUP)
        break;
    }
  _bzg_flow_end_tag (flow, "TR");
  flow->y += height;
  if (row->kind != BZG_ROW_HEADER)
    _bzg_flow_add_rule (flow, PAGE_LEFT, flow->y - 0.2, grid->width, 0.4, _bzg_color_rule);
}

static guint
n_headers (const BzgDocTable *table)
{
  guint n = 0;

  while (n < table->rows->len && row_at (table, n)->kind == BZG_ROW_HEADER)
    n++;

  return n;
}

static double
headers_height (const Grid *grid)
{
  double height = 0;

  for (guint r = 0; r < n_headers (grid->table); r++)
    height += row_height (grid, row_at (grid->table, r));

  return height;
}

static void
place_headers (const Grid *grid)
{
  BzgFlow *flow = grid->flow;

  _bzg_flow_tag (flow, "Table");
  for (guint r = 0; r < n_headers (grid->table); r++)
    {
      const BzgDocRow *row = row_at (grid->table, r);

      place_row (grid, row, row_height (grid, row));
    }
  if (n_headers (grid->table) > 0)
    _bzg_flow_add_rule (flow, PAGE_LEFT, flow->y - 0.5, grid->width, 1, _bzg_color_teal);
}

static void
next_page (const Grid *grid)
{
  _bzg_flow_end_tag (grid->flow, "Table");
  _bzg_flow_new_page (grid->flow);
  place_headers (grid);
}

/* A row higher than a page: its cells go on side by side, line by line. */
static void
place_long_row (const Grid *grid, const BzgDocRow *row)
{
  BzgFlow *flow = grid->flow;
  guint n = row->n_cells;
  g_autofree PangoLayout **layouts = g_new0 (PangoLayout *, n);
  g_autofree double *xs = g_new0 (double, n);
  g_autofree int *lines = g_new0 (int, n);
  gboolean more = TRUE;
  double width;

  for (guint c = 0; c < n; c++)
    layouts[c] = layout_cell (grid, row, c, &xs[c], &width);
  while (more)
    {
      double room = PAGE_BOTTOM - flow->y - 2 * PAD_Y, deepest = 0;

      more = FALSE;
      _bzg_flow_tag (flow, "TR");
      for (guint c = 0; c < n; c++)
        {
          int count = pango_layout_get_line_count (layouts[c]);
          double height;
          int fit;

          if (lines[c] >= count)
            continue;
          fit = _bzg_lines_that_fit (layouts[c], lines[c], room, &height);
          if (fit == 0) /* the headers fill the page: better over the edge of the rule than lost */
            {
              fit = 1;
              height = grid->size * 1.362;
            }
          _bzg_flow_tag (flow, "TD");
          _bzg_flow_add_lines (flow, layouts[c], lines[c], lines[c] + fit, xs[c], flow->y + PAD_Y,
                               cell_color (row, &row->cells[c]));
          _bzg_flow_end_tag (flow, "TD");
          deepest = MAX (deepest, height);
          lines[c] += fit;
          more = more || lines[c] < count;
        }
      _bzg_flow_end_tag (flow, "TR");
      flow->y += deepest + 2 * PAD_Y;
      if (more)
        next_page (grid);
    }
  _bzg_flow_add_rule (flow, PAGE_LEFT, flow->y - 0.2, grid->width, 0.4, _bzg_color_rule);
  for (guint c = 0; c < n; c++)
    g_object_unref (layouts[c]);
}

static double
caption_height (BzgFlow *flow, const char *caption)
{
  g_autoptr (PangoLayout) layout = NULL;

  if (caption == NULL)
    return 0;
  layout = _bzg_flow_layout (flow, caption, 8.5, TRUE, PAGE_TEXT);

  return _bzg_type_height (layout) + 4;
}

static double
notes_height (const Grid *grid)
{
  double height = 0;

  for (guint i = 0; i < grid->table->notes->len; i++)
    {
      g_autoptr (PangoLayout) note
        = _bzg_flow_layout (grid->flow, g_ptr_array_index (grid->table->notes, i), 7.5, FALSE,
                            PAGE_TEXT);

      height += _bzg_type_height (note) + 1;
    }

  return height > 0 ? height + 4 : 0;
}

static double
table_head (const Grid *grid)
{
  double height = caption_height (grid->flow, grid->table->caption) + headers_height (grid);
  guint first = n_headers (grid->table);

  for (guint r = first; r < MIN (first + 3, grid->table->rows->len); r++)
    height += row_height (grid, row_at (grid->table, r));

  return MIN (height + 8, PAGE_BOTTOM - PAGE_TOP);
}

double
_bzg_flow_table_head (BzgFlow *flow, const BzgDocTable *table)
{
  g_auto (Grid) grid = { 0 };

  grid_init (&grid, flow, table);

  return table_head (&grid);
}

static void
place_rows (Grid *grid)
{
  BzgFlow *flow = grid->flow;
  const BzgDocTable *table = grid->table;
  guint first = n_headers (table);
  guint n = table->rows->len;
  double most = PAGE_BOTTOM - PAGE_TOP - headers_height (grid);

  for (guint r = first; r < n; r++)
    {
      const BzgDocRow *row = row_at (table, r);
      double height = row_height (grid, row);
      double need = height;
      gboolean top = flow->y <= PAGE_TOP + headers_height (grid) + 1;

      /* A heading inside the table goes with its first row, the last but one with the last. */
      if (r + 1 < n && (row->kind == BZG_ROW_GROUP || r + 2 == n))
        need += row_height (grid, row_at (table, r + 1));
      if (r + 2 >= n)
        need += notes_height (grid);
      if (need > most)
        need = height;
      if (flow->y + need > PAGE_BOTTOM && !top && need <= most)
        next_page (grid);
      if (height > most || flow->y + height > PAGE_BOTTOM)
        place_long_row (grid, row);
      else
        place_row (grid, row, height);
    }
}

static double
whole_height (const Grid *grid, double limit)
{
  double height = caption_height (grid->flow, grid->table->caption) + notes_height (grid);

  for (guint r = 0; r < grid->table->rows->len && height < limit; r++)
    height += row_height (grid, row_at (grid->table, r));

  return height;
}

gboolean
_bzg_flow_table (BzgFlow *flow, const BzgDocTable *table, GError **error)
{
  g_auto (Grid) grid = { 0 };
  double whole;

  if (table->rows->len == 0)
    return TRUE;
  if (g_cancellable_is_cancelled (flow->cancellable))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "layout of a table");
      return FALSE;
    }

  grid_init (&grid, flow, table);
  flow->y += 4;
  /* Small tables are not divided. */
  whole = whole_height (&grid, 260);
  _bzg_flow_need (flow, whole < 250 ? whole + 4 : table_head (&grid));
  if (table->caption != NULL)
    {
      PangoLayout *caption = _bzg_flow_layout (flow, table->caption, 8.5, TRUE, PAGE_TEXT);
      double height = _bzg_type_height (caption);

      _bzg_flow_tag (flow, "Caption");
      _bzg_flow_add_text (flow, caption, PAGE_LEFT, flow->y, _bzg_color_ink);
      _bzg_flow_end_tag (flow, "Caption");
      flow->y += height + 4;
    }
  place_headers (&grid);
  place_rows (&grid);
  _bzg_flow_end_tag (flow, "Table");
  flow->y += 4;
  for (guint i = 0; i < table->notes->len; i++)
    {
      PangoLayout *note
        = _bzg_flow_layout (flow, g_ptr_array_index (table->notes, i), 7.5, FALSE, PAGE_TEXT);
      double height = _bzg_type_height (note);

      _bzg_flow_need (flow, height);
      _bzg_flow_tag (flow, "Note");
      _bzg_flow_add_text (flow, note, PAGE_LEFT, flow->y, _bzg_color_grey);
      _bzg_flow_end_tag (flow, "Note");
      flow->y += height + 1;
    }
  flow->y += 10;

  return TRUE;
}

/* Label and value are a table without rules of its own: two columns, the labels grey. */
gboolean
_bzg_flow_fields (BzgFlow *flow, GPtrArray *fields, GError **error)
{
  const double label_width = 150;

  for (guint i = 0; i < fields->len; i++)
    {
      const BzgFieldPair *pair = g_ptr_array_index (fields, i);
      g_autofree char *text = bzg_value_format (&pair->value, flow->document->lang);
      g_autoptr (PangoLayout) label
        = _bzg_flow_layout (flow, pair->label, 8.5, FALSE, label_width - 8);
      g_autoptr (PangoLayout) value
        = _bzg_flow_layout (flow, text, 9, FALSE, PAGE_TEXT - label_width);
      int line = 0, count = pango_layout_get_line_count (value);
      double height = _bzg_type_height (label);

      _bzg_flow_need (flow, MIN (MAX (height, _bzg_type_height (value)), 60));
      _bzg_flow_tag (flow, "P");
      _bzg_flow_add_text (flow, g_object_ref (label), PAGE_LEFT, flow->y + 0.6, _bzg_color_grey);
      _bzg_flow_end_tag (flow, "P");
      while (line < count)
        {
          double taken;
          int fit = _bzg_lines_that_fit (value, line, PAGE_BOTTOM - flow->y, &taken);

          if (fit == 0)
            {
              _bzg_flow_new_page (flow);
              height = 0;
              continue;
            }
          _bzg_flow_tag (flow, "P");
          _bzg_flow_add_lines (flow, value, line, line + fit, PAGE_LEFT + label_width, flow->y,
                               _bzg_color_ink);
          _bzg_flow_end_tag (flow, "P");
          line += fit;
          if (line < count)
            {
              _bzg_flow_new_page (flow);
              height = 0;
            }
          else
            height = MAX (height, taken);
        }
      flow->y += height + 3;
    }
  flow->y += 8;

  return TRUE;
}
