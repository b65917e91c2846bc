/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/bzg-preview.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"

#define GAP 16.0       /* between pages and around them */
#define MAX_SCALE 1.15 /* wider than this a page is only larger, not easier to read */

struct _BzgPreview
{
  AdwBin parent_instance;

  GtkDrawingArea *area;
  BzgPages *pages;
  double scale;
};

G_DEFINE_FINAL_TYPE (BzgPreview, bzg_preview, ADW_TYPE_BIN)

static double
page_height (BzgPreview *self)
{
  return BZG_PAGE_HEIGHT * self->scale + GAP;
}

static void
draw_cb (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer user_data)
{
  BzgPreview *self = user_data;
  double left, top, right, bottom;

  if (self->pages == NULL)
    return;
  cairo_clip_extents (cr, &left, &top, &right, &bottom);
  for (guint i = 0; i < bzg_pages_get_n (self->pages); i++)
    {
      double y = GAP + i * page_height (self);
      double x = MAX (GAP, (width - BZG_PAGE_WIDTH * self->scale) / 2);

      if (y > bottom || y + page_height (self) < top)
        continue;
      cairo_save (cr);
      cairo_translate (cr, x, y);
      cairo_scale (cr, self->scale, self->scale);
      /* A soft edge, then paper: white in the dark scheme too, as it will be printed. */
      cairo_set_source_rgba (cr, 0, 0, 0, 0.12);
      cairo_rectangle (cr, -1, -1, BZG_PAGE_WIDTH + 3, BZG_PAGE_HEIGHT + 4);
      cairo_fill (cr);
      cairo_set_source_rgb (cr, 1, 1, 1);
      cairo_rectangle (cr, 0, 0, BZG_PAGE_WIDTH, BZG_PAGE_HEIGHT);
      cairo_fill (cr);
      cairo_rectangle (cr, 0, 0, BZG_PAGE_WIDTH, BZG_PAGE_HEIGHT);
      cairo_clip (cr);
      bzg_page_draw (self->pages, i, cr);
      cairo_restore (cr);
    }
}

static void
resize_cb (GtkDrawingArea *area, int width, int height, gpointer user_data)
{
  BzgPreview *self = user_data;

  self->scale = CLAMP ((width - 2 * GAP) / BZG_PAGE_WIDTH, 0.3, MAX_SCALE);
  if (self->pages != NULL)
    gtk_drawing_area_set_content_height (area, (int) (GAP
                                                      + bzg_pages_get_n (self->pages)
                                                          * page_height (self)));
}

static void
bzg_preview_finalize (GObject *object)
{
  BzgPreview *self = BZG_PREVIEW (object);

  g_clear_pointer (&self->pages, bzg_pages_free);
  G_OBJECT_CLASS (bzg_preview_parent_class)->finalize (object);
}

static void
bzg_preview_class_init (BzgPreviewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bzg_preview_finalize;
}

static void
bzg_preview_init (BzgPreview *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->scale = 0.8;
  self->area = GTK_DRAWING_AREA (gtk_drawing_area_new ());
  gtk_drawing_area_set_draw_func (self->area, draw_cb, self, NULL);
  g_signal_connect (self->area, "resize", G_CALLBACK (resize_cb), self);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->area));
  gtk_widget_add_css_class (scroller, "preview");
  bzg_ui_name (scroller, _ ("Pages"));
  adw_bin_set_child (ADW_BIN (self), scroller);
}

GtkWidget *
bzg_preview_new (void)
{
  return g_object_new (BZG_TYPE_PREVIEW, NULL);
}

gboolean
bzg_preview_set_document (BzgPreview *self, const BzgDocument *document, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  BzgPages *pages = NULL;

  if (document != NULL && (pages = bzg_document_paginate (document, NULL, error)) == NULL)
    return FALSE;
  g_clear_pointer (&self->pages, bzg_pages_free);
  self->pages = pages;
  for (guint i = 0; pages != NULL && i < bzg_pages_get_n (pages); i++)
    {
      g_autofree char *page = bzg_page_to_text (pages, i);

      g_string_append (text, page);
    }
  /* What is drawn can be heard too. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->area), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  pages != NULL ? text->str : _ ("No preview"), -1);
  resize_cb (self->area, gtk_widget_get_width (GTK_WIDGET (self->area)), 0, self);
  gtk_widget_queue_draw (GTK_WIDGET (self->area));

  return TRUE;
}
