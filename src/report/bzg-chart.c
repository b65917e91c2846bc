/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-chart-private.h"

#include "report/bzg-render.h"
#include "report/bzg-type-private.h"

#include <math.h>

/*
 * Four plain charts, drawn the same way on the screen, on paper and as a picture. Every mark
 * carries its own value, so there is no grid and no scale to read off; nothing is shown by colour
 * alone. A withheld value is an open stub with … : it must not look like a small number, and its
 * stub has always the same length.
 */

#define LABEL_SIZE 8.0
#define VALUE_SIZE 7.5
#define BAR 11.0
#define BAR_GAP 7.0
#define STUB 9.0
#define LEGEND_BOX 7.0
#define LINE_HEIGHT 130.0

typedef struct
{
  const BzgChart *chart;
  BzgLanguage lang;
  PangoContext *context;
  cairo_t *cr; /* NULL: only measure */
  double width;
  double max; /* of what is drawn from zero */
} Plot;

static double
number_of (const BzgValue *cell)
{
  return bzg_value_is_number (cell) ? MAX ((double) cell->value, 0) : 0;
}

static double
largest (const BzgChart *chart, gboolean stacked)
{
  double max = 0;

  for (guint k = 0; k < chart->categories->len; k++)
    {
      double sum = 0;

      for (guint i = 0; i < chart->series->len; i++)
        {
          BzgValue cell = bzg_chart_get_value (chart, i, k);

          sum = stacked ? sum + number_of (&cell) : MAX (sum, number_of (&cell));
        }
      max = MAX (max, sum);
    }

  return max;
}

static const char *
category_of (const BzgChart *chart, guint k)
{
  return g_ptr_array_index (chart->categories, k);
}

static const char *
series_of (const BzgChart *chart, guint i)
{
  const BzgChartSeries *series = g_ptr_array_index (chart->series, i);

  return series->name != NULL ? series->name : "";
}

/* Draws @text at @x; @align 0 starts there, 0.5 is centred on it, 1 ends there. Returns its width.
 */
static double
put (Plot *plot, const char *text, double size, double x, double middle, double align, BzgColor c)
{
  g_autoptr (PangoLayout) layout = _bzg_type_layout (plot->context, text, size, FALSE, -1);
  double width = _bzg_type_width (layout);

  if (plot->cr != NULL)
    _bzg_type_show (plot->cr, layout, x - align * width, middle - _bzg_type_height (layout) / 2, c);

  return width;
}

static void
box (Plot *plot, double x, double y, double width, double height, BzgColor color)
{
  if (plot->cr == NULL || width <= 0)
    return;
  _bzg_color_set (plot->cr, color);
  cairo_rectangle (plot->cr, x, y, width, height);
  cairo_fill (plot->cr);
}

static void
stub (Plot *plot, double x, double y, double width, double height)
{
  static const double dashes[] = { 1.5, 1.5 };

  if (plot->cr == NULL)
    return;
  cairo_save (plot->cr);
  _bzg_color_set (plot->cr, _bzg_color_grey);
  cairo_set_line_width (plot->cr, 0.6);
  cairo_set_dash (plot->cr, dashes, 2, 0);
  cairo_rectangle (plot->cr, x + 0.3, y + 0.3, width - 0.6, height - 0.6);
  cairo_stroke (plot->cr);
  cairo_restore (plot->cr);
}

static void
rule (Plot *plot, double x1, double y1, double x2, double y2, BzgColor color)
{
  if (plot->cr == NULL)
    return;
  _bzg_color_set (plot->cr, color);
  cairo_set_line_width (plot->cr, 0.6);
  cairo_move_to (plot->cr, x1, y1);
  cairo_line_to (plot->cr, x2, y2);
  cairo_stroke (plot->cr);
}

/* The names of the series with their colours, in as many rows as needed. Returns the height. */
static double
legend (Plot *plot, double y)
{
  double x = 0;
  const double row = 13;

  if (plot->chart->series->len < 2)
    return 0;

  for (guint i = 0; i < plot->chart->series->len; i++)
    {
      g_autoptr (PangoLayout) layout
        = _bzg_type_layout (plot->context, series_of (plot->chart, i), LABEL_SIZE, FALSE, -1);
      double width = LEGEND_BOX + 4 + MIN (_bzg_type_width (layout), plot->width - 16);

      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
      pango_layout_set_width (layout, (int) ((width - LEGEND_BOX - 3.5) * PANGO_SCALE));
      if (x > 0 && x + width > plot->width)
        {
          x = 0;
          y += row;
        }
      box (plot, x, y + 2, LEGEND_BOX, LEGEND_BOX, _bzg_color_of_series (i));
      if (plot->cr != NULL)
        _bzg_type_show (plot->cr, layout, x + LEGEND_BOX + 4,
                        y + 2 + LEGEND_BOX / 2 - _bzg_type_height (layout) / 2, _bzg_color_ink);
      x += width + 14;
    }

  return y + row + 5;
}

/* The width that the labels of the categories get, at most @share of the whole. */
static double
label_column (Plot *plot, double share)
{
  double width = 0;

  for (guint k = 0; k < plot->chart->categories->len; k++)
    {
      g_autoptr (PangoLayout) layout
        = _bzg_type_layout (plot->context, category_of (plot->chart, k), LABEL_SIZE, FALSE, -1);

      width = MAX (width, _bzg_type_width (layout));
    }

  return MIN (ceil (width) + 1, plot->width * share);
}

static double
value_column (Plot *plot)
{
  double width = 12;

  for (guint i = 0; i < plot->chart->series->len; i++)
    for (guint k = 0; k < plot->chart->categories->len; k++)
      {
        BzgValue cell = bzg_chart_get_value (plot->chart, i, k);
        g_autofree char *text = bzg_value_format (&cell, plot->lang);
        g_autoptr (PangoLayout) layout
          = _bzg_type_layout (plot->context, text, VALUE_SIZE, FALSE, -1);

        width = MAX (width, _bzg_type_width (layout));
      }

  return ceil (width) + 4;
}

/* A label to the left of bars whose middle is at @middle; returns its height. */
static double
category_label (Plot *plot, guint k, double width, double middle)
{
  g_autoptr (PangoLayout) layout
    = _bzg_type_layout (plot->context, category_of (plot->chart, k), LABEL_SIZE, FALSE, width);

  pango_layout_set_alignment (layout, PANGO_ALIGN_RIGHT);
  if (plot->cr != NULL)
    _bzg_type_show (plot->cr, layout, 0, middle - _bzg_type_height (layout) / 2, _bzg_color_ink);

  return _bzg_type_height (layout);
}

static double
category_height (Plot *plot, guint k, double width)
{
  g_autoptr (PangoLayout) layout
    = _bzg_type_layout (plot->context, category_of (plot->chart, k), LABEL_SIZE, FALSE, width);

  return _bzg_type_height (layout);
}

static void
bar_value (Plot *plot, const BzgValue *cell, double x, double middle, double align)
{
  g_autofree char *text = bzg_value_format (cell, plot->lang);

  put (plot, text, VALUE_SIZE, x, middle, align,
       bzg_value_is_number (cell) ? _bzg_color_ink : _bzg_color_grey);
}

static double
draw_bars (Plot *plot)
{
  const guint n = plot->chart->series->len;
  const double thick = n > 1 ? 9 : BAR;
  double label = label_column (plot, 0.38);
  double x0 = label + 8;
  double room = plot->width - x0 - value_column (plot);
  double y = legend (plot, 0);
  double top = y;

  for (guint k = 0; k < plot->chart->categories->len; k++)
    {
      double bars = n * thick + (n - 1);
      double height = MAX (bars, category_height (plot, k, label));
      double at = y + (height - bars) / 2;

      category_label (plot, k, label, y + height / 2);
      for (guint i = 0; i < n; i++)
        {
          BzgValue cell = bzg_chart_get_value (plot->chart, i, k);
          double length = plot->max > 0 ? room * number_of (&cell) / plot->max : 0;

          if (cell.kind == BZG_VALUE_WITHHELD)
            {
              length = STUB;
              stub (plot, x0, at, STUB, thick);
            }
          else
            box (plot, x0, at, length, thick, _bzg_color_of_series (i));
          bar_value (plot, &cell, x0 + length + 4, at + thick / 2, 0);
          at += thick + 1;
        }
      y += height + BAR_GAP;
    }
  rule (plot, x0, top - 2, x0, y - BAR_GAP + 2, _bzg_color_grey);

  return y - BAR_GAP + 2;
}

static double
draw_stacked (Plot *plot)
{
  const guint n = plot->chart->series->len;
  double label = label_column (plot, 0.38);
  double x0 = label + 8;
  double room;
  double y = legend (plot, 0);
  double top = y;
  guint most_withheld = 0;

  for (guint k = 0; k < plot->chart->categories->len; k++)
    {
      guint withheld = 0;

      for (guint i = 0; i < n; i++)
        withheld += bzg_chart_get_value (plot->chart, i, k).kind == BZG_VALUE_WITHHELD;
      most_withheld = MAX (most_withheld, withheld);
    }
  room = MAX (plot->width - x0 - most_withheld * (STUB + 3), 40);

  for (guint k = 0; k < plot->chart->categories->len; k++)
    {
      const double thick = BAR + 3;
      double height = MAX (thick, category_height (plot, k, label));
      double at = y + (height - thick) / 2;
      double x = x0;

      category_label (plot, k, label, y + height / 2);
      for (guint i = 0; i < n; i++)
        {
          BzgValue cell = bzg_chart_get_value (plot->chart, i, k);
          g_autofree char *text = bzg_value_format (&cell, plot->lang);
          g_autoptr (PangoLayout) layout
            = _bzg_type_layout (plot->context, text, VALUE_SIZE, FALSE, -1);
          double length = plot->max > 0 ? room * number_of (&cell) / plot->max : 0;

          if (cell.kind == BZG_VALUE_WITHHELD)
            {
              stub (plot, x + 1, at, STUB + 2, thick);
              put (plot, text, VALUE_SIZE, x + 2 + STUB / 2, at + thick / 2, 0.5, _bzg_color_grey);
              length = STUB + 3;
            }
          else
            {
              box (plot, x, at, MAX (length - 0.8, 0), thick, _bzg_color_of_series (i));
              if (length > _bzg_type_width (layout) + 4)
                put (plot, text, VALUE_SIZE, x + length / 2, at + thick / 2, 0.5,
                     _bzg_color_on_series (i));
            }
          x += length;
        }
      y += height + BAR_GAP;
    }
  rule (plot, x0, top - 2, x0, y - BAR_GAP + 2, _bzg_color_grey);

  return y - BAR_GAP + 2;
}

/* Left and right of the bands, the youngest below: as everybody draws a population. */
static double
draw_pyramid (Plot *plot)
{
  double label = label_column (plot, 0.25);
  double value = value_column (plot);
  double half = (plot->width - label - 16) / 2;
  double room = MAX (half - value, 10);
  double left = half, right = half + label + 16;
  guint n = plot->chart->categories->len;
  double y = 0;

  for (guint i = 0; i < 2 && i < plot->chart->series->len; i++)
    {
      g_autoptr (PangoLayout) layout
        = _bzg_type_layout (plot->context, series_of (plot->chart, i), LABEL_SIZE, TRUE, -1);
      double width = _bzg_type_width (layout);

      if (plot->cr != NULL)
        _bzg_type_show (plot->cr, layout, i == 0 ? left - width : right, y, _bzg_color_ink);
    }
  y += 16;

  for (guint row = 0; row < n; row++)
    {
      guint k = n - 1 - row;
      double middle = y + (BAR + 2) / 2;

      put (plot, category_of (plot->chart, k), LABEL_SIZE, half + 8 + label / 2, middle, 0.5,
           _bzg_color_ink);
      for (guint i = 0; i < 2 && i < plot->chart->series->len; i++)
        {
          BzgValue cell = bzg_chart_get_value (plot->chart, i, k);
          double length = plot->max > 0 ? room * number_of (&cell) / plot->max : 0;
          double x;

          if (cell.kind == BZG_VALUE_WITHHELD)
            length = STUB;
          x = i == 0 ? left - length : right;
          if (cell.kind == BZG_VALUE_WITHHELD)
            stub (plot, x, y, STUB, BAR + 2);
          else
            box (plot, x, y, length, BAR + 2, _bzg_color_of_series (i));
          bar_value (plot, &cell, i == 0 ? x - 4 : x + length + 4, middle, i == 0 ? 1 : 0);
        }
      y += BAR + 2 + 4;
    }

  return y - 2;
}

/* The names at the right end of the lines, pushed apart where they would overlap. */
static void
line_names (Plot *plot, const double *ends, const double *lasts, double x)
{
  guint n = plot->chart->series->len;
  g_autofree guint *order = g_new (guint, n);
  double last = -100;

  for (guint i = 0; i < n; i++)
    {
      guint at = i;

      while (at > 0 && ends[order[at - 1]] > ends[i])
        {
          order[at] = order[at - 1];
          at--;
        }
      order[at] = i;
    }
  for (guint i = 0; i < n; i++)
    {
      double y = MAX (ends[order[i]], last + 10);

      put (plot, series_of (plot->chart, order[i]), LABEL_SIZE, MIN (x, lasts[order[i]] + 8), y, 0,
           _bzg_color_on_series (order[i]).red > 0.5 ? _bzg_color_of_series (order[i])
                                                     : _bzg_color_ink);
      last = y;
    }
}

static double
name_column (Plot *plot)
{
  double width = 0;

  if (plot->chart->series->len < 2)
    return 14;
  for (guint i = 0; i < plot->chart->series->len; i++)
    {
      g_autoptr (PangoLayout) layout
        = _bzg_type_layout (plot->context, series_of (plot->chart, i), LABEL_SIZE, FALSE, -1);

      width = MAX (width, _bzg_type_width (layout));
    }

  return MIN (width + 8, plot->width * 0.3);
}

/* One line with its points; gaps where a value is withheld or missing. */
static void
draw_line (Plot *plot,
           guint i,
           double x0,
           double step,
           double y0,
           double height,
           double *end,
           double *last_x)
{
  guint n = plot->chart->categories->len;
  guint first = n, last = 0;
  gboolean pen = FALSE;
  g_autofree double *ys = g_new0 (double, n);

  *end = y0 + height;
  if (plot->cr != NULL)
    cairo_new_path (plot->cr);
  for (guint k = 0; k < n; k++)
    {
      BzgValue value = bzg_chart_get_value (plot->chart, i, k);

      ys[k] = y0 + height - (plot->max > 0 ? height * number_of (&value) / plot->max : 0);
      if (!bzg_value_is_number (&value))
        {
          pen = FALSE;
          continue;
        }
      first = MIN (first, k);
      last = k;
      *end = ys[k];
      if (plot->cr != NULL && pen)
        cairo_line_to (plot->cr, x0 + k * step, ys[k]);
      else if (plot->cr != NULL)
        cairo_move_to (plot->cr, x0 + k * step, ys[k]);
      pen = TRUE;
    }
  *last_x = x0 + last * step;
  if (plot->cr == NULL)
    return;
  _bzg_color_set (plot->cr, _bzg_color_of_series (i));
  cairo_set_line_width (plot->cr, 1.8);
  cairo_set_line_join (plot->cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke (plot->cr);
  for (guint k = 0; k < n; k++)
    {
      BzgValue value = bzg_chart_get_value (plot->chart, i, k);
      gboolean number = bzg_value_is_number (&value);

      if (number)
        {
          _bzg_color_set (plot->cr, _bzg_color_of_series (i));
          cairo_new_path (plot->cr);
          cairo_arc (plot->cr, x0 + k * step, ys[k], 2.4, 0, 2 * G_PI);
          cairo_fill (plot->cr);
        }
      if (value.kind == BZG_VALUE_WITHHELD
          || (number && (plot->chart->series->len == 1 || k == first || k == last)))
        bar_value (plot, &value, x0 + k * step, ys[k] - 8, 0.5);
    }
}

static double
draw_lines (Plot *plot)
{
  guint n = plot->chart->categories->len;
  g_autofree double *ends = g_new0 (double, MAX (plot->chart->series->len, 1));
  g_autofree double *lasts = g_new0 (double, MAX (plot->chart->series->len, 1));
  double x0 = 24;
  double room = plot->width - x0 - name_column (plot) - 10;
  double step = n > 1 ? room / (n - 1) : 0;
  double bottom = 14 + LINE_HEIGHT;
  double deepest = 0;
  guint every = 1;

  for (guint k = 0; k < n; k++)
    {
      g_autoptr (PangoLayout) layout
        = _bzg_type_layout (plot->context, category_of (plot->chart, k), LABEL_SIZE, FALSE, -1);

      while (n > 1 && every * step < _bzg_type_width (layout) + 6 && every < n)
        every++;
    }
  rule (plot, x0 - 10, bottom, x0 + room + 10, bottom, _bzg_color_grey);
  for (guint k = 0; k < n; k += every)
    put (plot, category_of (plot->chart, k), LABEL_SIZE, x0 + k * step, bottom + 9, 0.5,
         _bzg_color_ink);
  for (guint i = 0; i < plot->chart->series->len; i++)
    {
      draw_line (plot, i, x0, step, 14, LINE_HEIGHT, &ends[i], &lasts[i]);
      deepest = MAX (deepest, ends[i]);
    }
  if (plot->chart->series->len > 1)
    line_names (plot, ends, lasts, x0 + room + 8);

  return bottom + 18;
}

double
_bzg_chart_draw_in (
  const BzgChart *chart, BzgLanguage lang, PangoContext *context, double width, cairo_t *cr)
{
  Plot plot = { .chart = chart, .lang = lang, .context = context, .cr = cr, .width = width };
  double height;

  if (chart->series->len == 0 || chart->categories->len == 0)
    return 0;

  plot.max = largest (chart, chart->kind == BZG_CHART_STACKED);
  if (cr != NULL)
    cairo_save (cr);
  switch (chart->kind)
    {
    case BZG_CHART_STACKED:
      height = draw_stacked (&plot);
      break;
    case BZG_CHART_LINE:
      height = draw_lines (&plot);
      break;
    case BZG_CHART_PYRAMID:
      height = draw_pyramid (&plot);
      break;
    case BZG_CHART_BAR:
    default:
      height = draw_bars (&plot);
      break;
    }
  if (cr != NULL)
    cairo_restore (cr);

  return height;
}

double
bzg_chart_draw (const BzgChart *chart, BzgLanguage lang, double width, cairo_t *cr)
{
  PangoContext *context = _bzg_type_context (NULL, lang, NULL);
  double height;

  if (context == NULL)
    return 0;
  height = _bzg_chart_draw_in (chart, lang, context, width, cr);
  g_object_unref (context);

  return height;
}

static cairo_status_t
append_cb (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);

  return CAIRO_STATUS_SUCCESS;
}

GBytes *
_bzg_chart_to_png (
  const BzgChart *chart, BzgLanguage lang, double width, double scale, double *height)
{
  GByteArray *png = g_byte_array_new ();
  cairo_surface_t *surface;
  cairo_status_t status;
  cairo_t *cr;

  *height = ceil (bzg_chart_draw (chart, lang, width, NULL));
  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) ceil (width * scale),
                                        MAX ((int) ceil (*height * scale), 1));
  cr = cairo_create (surface);
  cairo_scale (cr, scale, scale);
  _bzg_color_set (cr, _bzg_color_paper);
  cairo_paint (cr);
  bzg_chart_draw (chart, lang, width, cr);
  cairo_destroy (cr);
  status = cairo_surface_write_to_png_stream (surface, append_cb, png);
  cairo_surface_destroy (surface);
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_byte_array_unref (png);
      return NULL;
    }

  return g_byte_array_free_to_bytes (png);
}

BzgChart *
_bzg_chart_copy (const BzgChart *chart)
{
  BzgChart *copy = bzg_chart_new (chart->kind, chart->caption);

  for (guint k = 0; k < chart->categories->len; k++)
    bzg_chart_category (copy, category_of (chart, k));
  for (guint i = 0; i < chart->series->len; i++)
    {
      bzg_chart_series (copy, series_of (chart, i));
      for (guint k = 0; k < chart->categories->len; k++)
        bzg_chart_value (copy, bzg_chart_get_value (chart, i, k));
    }

  return copy;
}

char *
_bzg_chart_to_words (const BzgChart *chart, BzgLanguage lang)
{
  GString *words = g_string_new (chart->caption);

  for (guint i = 0; i < chart->series->len; i++)
    {
      g_string_append (words, i == 0 ? ". " : "; ");
      if (series_of (chart, i)[0] != '\0')
        g_string_append_printf (words, "%s: ", series_of (chart, i));
      for (guint k = 0; k < chart->categories->len; k++)
        {
          BzgValue cell = bzg_chart_get_value (chart, i, k);
          g_autofree char *value = bzg_value_format (&cell, lang);

          g_string_append_printf (words, "%s%s %s", k == 0 ? "" : ", ", category_of (chart, k),
                                  value);
        }
    }

  return g_string_free (words, FALSE);
}
