/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/bzg-waterfall.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/bzg-ui.h"

/*
 * The bars hang together: each begins where the one before ended, so that the last one ends where
 * the odds stand. The thin line is even odds. Words stand beside every bar, for whoever does not
 * see it.
 */

#define BAR_WIDTH 72
#define BAR_HEIGHT 14

typedef struct
{
  double from, to;    /* bits */
  double least, most; /* of all steps and of zero */
} Bar;

static void
draw_cb (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  const Bar *bar = data;
  double scale = width / MAX (bar->most - bar->least, 1);
  double left = (MIN (bar->from, bar->to) - bar->least) * scale;
  double right = (MAX (bar->from, bar->to) - bar->least) * scale;
  double even = (0 - bar->least) * scale;
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (area));
  GdkRGBA text, accent;

  gtk_style_context_get_color (style, &text);
  if (!gtk_style_context_lookup_color (style, "accent_color", &accent))
    accent = text;
  cairo_set_source_rgba (cr, text.red, text.green, text.blue, 0.35);
  cairo_rectangle (cr, (int) CLAMP (even, 0, width - 1), 0, 1, height);
  cairo_fill (cr);
  if (bar->to >= bar->from)
    gdk_cairo_set_source_rgba (cr, &accent);
  else
    cairo_set_source_rgba (cr, text.red, text.green, text.blue, 0.5);
  cairo_rectangle (cr, left, 3, MAX (right - left, 1.5), height - 6);
  cairo_fill (cr);
}

static const char *
field_text (const char *field)
{
  static const struct
  {
    const char *field, *id;
  } named[] = {
    { "family_name", "person.family_name" },
    { "given_name", "person.given_name" },
    { "patronymic", "person.patronymic" },
    { "birth_date", "person.birth_date" },
    { "sex", "person.sex" },
    { "district", "person.district" },
    { "phone", "person.phone" },
    { "document", "person.document_no" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (named); i++)
    if (g_str_equal (named[i].field, field))
      return bzg_ui_field_label (bzg_dictionary_field (named[i].id));
  if (g_str_equal (field, "household"))
    return bzg_aggregate_label (bzg_dictionary_aggregate ("household"), bzg_language_current ());
  return _ ("Any two people");
}

static const char *
level_text (const char *level)
{
  static const struct
  {
    const char *level, *text;
  } known[] = {
    { "same", N_ ("the same") },
    { "near", N_ ("another spelling") },
    { "like", N_ ("alike") },
    { "initial", N_ ("the first letter fits") },
    { "other", N_ ("another") },
    { "round", N_ ("1 January twice") },
    { "exchanged", N_ ("day and month exchanged") },
    { "one_digit", N_ ("one figure differs") },
    { "year_slip", N_ ("a slip in the year") },
    { "year", N_ ("the same year") },
    { "about", N_ ("about the same age") },
    { "same_year", N_ ("another day of the year") },
    { "region", N_ ("the same region") },
    { "", N_ ("are rarely one") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (known[i].level, level))
      return _ (known[i].text);
  return level;
}

static GtkWidget *
bar_new (double from, double to, double least, double most)
{
  GtkWidget *area = gtk_drawing_area_new ();
  Bar *bar = g_new (Bar, 1);

  *bar = (Bar){ from, to, least, most };
  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (area), BAR_WIDTH);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (area), BAR_HEIGHT);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (area), draw_cb, bar, g_free);
  gtk_widget_set_valign (area, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (area, GTK_ALIGN_END);
  return area;
}

GtkWidget *
bzg_waterfall_new (const BzgReasons *reasons)
{
  GtkWidget *grid = gtk_grid_new ();
  double sum = 0, least = 0, most = 0;

  for (guint i = 0; i < reasons->n; i++)
    {
      sum += reasons->reason[i].bits;
      least = MIN (least, sum);
      most = MAX (most, sum);
    }
  sum = 0;
  gtk_grid_set_column_spacing (GTK_GRID (grid), 8);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 3);
  for (guint i = 0; i < reasons->n; i++)
    {
      const BzgReason *reason = &reasons->reason[i];
      g_autofree char *text
        = g_strdup_printf ("%s: %s", field_text (reason->field), level_text (reason->level));
      GtkWidget *label = bzg_ui_text (text, "caption");

      gtk_widget_set_hexpand (label, TRUE);
      gtk_grid_attach (GTK_GRID (grid), label, 0, (int) i, 1, 1);
      gtk_grid_attach (GTK_GRID (grid), bar_new (sum, sum + reason->bits, least, most), 1, (int) i,
                       1, 1);
      sum += reason->bits;
    }
  return grid;
}
