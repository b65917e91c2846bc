/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/bzg-sales-chart.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/bzg-ui.h"
#include "base/bzg-format.h"

typedef struct
{
  double sales, costs; /* TJS; negative: not recorded */
  char *label;
} Bar;

struct _BzgSalesChart
{
  GtkBox parent_instance;

  GArray *bars;
  GtkWidget *area;
};

G_DEFINE_FINAL_TYPE (BzgSalesChart, bzg_sales_chart, GTK_TYPE_BOX)

#define LABEL_HEIGHT 18

static void
bar_clear (gpointer bar)
{
  g_free (((Bar *) bar)->label);
}

static void
draw_text (cairo_t *cr, GtkWidget *widget, double x, double y, const char *text, gboolean centre)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, text);
  PangoFontDescription *font = pango_font_description_new ();
  int width = 0;

  pango_font_description_set_size (font, 8 * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  pango_layout_get_pixel_size (layout, &width, NULL);
  cairo_move_to (cr, centre ? x - width / 2.0 : x, y);
  pango_cairo_show_layout (cr, layout);
}

static void
draw_cb (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  BzgSalesChart *self = data;
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (area));
  GdkRGBA text, accent;
  double top = 1, base = height - LABEL_HEIGHT, slot = 0;

  gtk_style_context_get_color (style, &text);
  if (!gtk_style_context_lookup_color (style, "accent_bg_color", &accent))
    accent = text;
  for (guint i = 0; i < self->bars->len; i++)
    {
      const Bar *bar = &g_array_index (self->bars, Bar, i);

      top = MAX (top, MAX (bar->sales, bar->costs));
    }
  slot = (double) width / MAX (self->bars->len, 4);
  for (guint i = 0; i < self->bars->len; i++)
    {
      const Bar *bar = &g_array_index (self->bars, Bar, i);
      double wide = MIN (slot * 0.32, 26), x = slot * i + slot / 2;
      double high = (base - 14) / top;

      gdk_cairo_set_source_rgba (cr, &accent);
      if (bar->sales > 0)
        cairo_rectangle (cr, x - wide, base - bar->sales * high, wide, bar->sales * high);
      cairo_fill (cr);
      text.alpha = 0.35F;
      gdk_cairo_set_source_rgba (cr, &text);
      if (bar->costs > 0)
        cairo_rectangle (cr, x + 1, base - bar->costs * high, wide, bar->costs * high);
      cairo_fill (cr);
      text.alpha = 0.8F;
      gdk_cairo_set_source_rgba (cr, &text);
      draw_text (cr, GTK_WIDGET (area), x, base + 3, bar->label, TRUE);
    }
  text.alpha = 0.3F;
  gdk_cairo_set_source_rgba (cr, &text);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, 0, floor (base) + 0.5);
  cairo_line_to (cr, width, floor (base) + 0.5);
  cairo_stroke (cr);
}

static void
bzg_sales_chart_finalize (GObject *object)
{
  g_array_unref (BZG_SALES_CHART (object)->bars);
  G_OBJECT_CLASS (bzg_sales_chart_parent_class)->finalize (object);
}

static void
bzg_sales_chart_class_init (BzgSalesChartClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bzg_sales_chart_finalize;
}

static void
bzg_sales_chart_init (BzgSalesChart *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_widget_add_css_class (GTK_WIDGET (self), "bzg-chart");
  self->bars = g_array_new (FALSE, TRUE, sizeof (Bar));
  g_array_set_clear_func (self->bars, bar_clear);
  gtk_box_append (GTK_BOX (self),
                  bzg_ui_label (_ ("Sales (left) and costs (right) in the month before each visit"),
                                "caption dim-label"));
  self->area = gtk_drawing_area_new ();
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (self->area), 110);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->area), draw_cb, self, NULL);
  gtk_box_append (GTK_BOX (self), self->area);
}

static double
amount (const BzgRecord *visit, const char *name)
{
  const char *text = bzg_record_get (visit, name);

  return text != NULL ? g_ascii_strtod (text, NULL) : -1;
}

gboolean
bzg_sales_chart_set_events (BzgSalesChart *self, GPtrArray *events)
{
  g_autoptr (GString) spoken = g_string_new (NULL);

  g_array_set_size (self->bars, 0);
  for (guint i = events != NULL ? events->len : 0; i > 0; i--)
    {
      const BzgEvent *event = g_ptr_array_index (events, i - 1);
      Bar bar = { 0 };
      BzgDate date = BZG_DATE_MISSING;

      if (!g_str_equal (event->aggregate, "visit"))
        continue;
      bar.sales = amount (event->record, "sales");
      bar.costs = amount (event->record, "costs");
      if (bar.sales < 0 && bar.costs < 0)
        continue;
      bzg_date_from_iso (event->date, &date);
      bar.label = bzg_format_date_short (bzg_language_current (), date);
      g_string_append_printf (spoken, "%s: %.0f / %.0f. ", bar.label, MAX (bar.sales, 0),
                              MAX (bar.costs, 0));
      g_array_append_val (self->bars, bar);
    }
  bzg_ui_name (self->area, spoken->str);
  gtk_widget_queue_draw (self->area);
  return self->bars->len > 1;
}
