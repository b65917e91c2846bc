/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-pages-private.h"

#include "report/bzg-chart-private.h"

#include <string.h>

static void
show_lines (const BzgItem *item, cairo_t *cr)
{
  PangoLayoutIter *iter = pango_layout_get_iter (item->layout);
  int line = 0, top = 0;

  _bzg_color_set (cr, item->color);
  do
    {
      if (line >= item->first_line && line < item->last_line)
        {
          PangoRectangle logical;
          int y0, y1;

          pango_layout_iter_get_line_yrange (iter, &y0, &y1);
          if (line == item->first_line)
            top = y0;
          pango_layout_iter_get_line_extents (iter, NULL, &logical);
          cairo_move_to (cr, item->x + (double) logical.x / PANGO_SCALE,
                         item->y
                           + (double) (pango_layout_iter_get_baseline (iter) - top) / PANGO_SCALE);
          pango_cairo_show_layout_line (cr, pango_layout_iter_get_line_readonly (iter));
        }
      line++;
    }
  while (pango_layout_iter_next_line (iter));
  pango_layout_iter_free (iter);
}

static void
show_picture (const BzgItem *item, cairo_t *cr)
{
  cairo_save (cr);
  cairo_translate (cr, item->x, item->y);
  cairo_scale (cr, item->width / cairo_image_surface_get_width (item->picture),
               item->height / cairo_image_surface_get_height (item->picture));
  cairo_set_source_surface (cr, item->picture, 0, 0);
  cairo_paint (cr);
  cairo_restore (cr);
}

static void
show_chart (const BzgPages *self, const BzgItem *item, cairo_t *cr)
{
  cairo_save (cr);
  cairo_translate (cr, item->x, item->y);
  cairo_scale (cr, item->scale, item->scale);
  _bzg_chart_draw_in (item->chart, self->lang, self->context, item->width, cr);
  cairo_restore (cr);
}

void
_bzg_page_draw (const BzgPages *self, guint index, cairo_t *cr, gboolean tagged)
{
  const GPtrArray *items;

  g_return_if_fail (index < self->pages->len);

  items = g_ptr_array_index (self->pages, index);
  cairo_save (cr);
  for (guint i = 0; i < items->len; i++)
    {
      const BzgItem *item = g_ptr_array_index (items, i);

      switch (item->kind)
        {
        case BZG_ITEM_TEXT:
          show_lines (item, cr);
          break;
        case BZG_ITEM_BOX:
        case BZG_ITEM_RULE:
          _bzg_color_set (cr, item->color);
          cairo_rectangle (cr, item->x, item->y, item->width, item->height);
          cairo_fill (cr);
          break;
        case BZG_ITEM_CHART:
          show_chart (self, item, cr);
          break;
        case BZG_ITEM_PICTURE:
          show_picture (item, cr);
          break;
        case BZG_ITEM_TAG:
          if (tagged)
            cairo_tag_begin (cr, item->tag, NULL);
          break;
        case BZG_ITEM_END_TAG:
          if (tagged)
            cairo_tag_end (cr, item->tag);
          break;
        default:
          break;
        }
    }
  cairo_restore (cr);
}

void
bzg_page_draw (const BzgPages *self, guint index, cairo_t *cr)
{
  _bzg_page_draw (self, index, cr, FALSE);
}

guint
bzg_pages_get_n (const BzgPages *self)
{
  return self->pages->len;
}

char *
bzg_page_to_text (const BzgPages *self, guint index)
{
  GString *text = g_string_new (NULL);
  const GPtrArray *items;

  g_return_val_if_fail (index < self->pages->len, NULL);

  items = g_ptr_array_index (self->pages, index);
  for (guint i = 0; i < items->len; i++)
    {
      const BzgItem *item = g_ptr_array_index (items, i);

      if (item->kind == BZG_ITEM_CHART)
        {
          g_autofree char *words = _bzg_chart_to_words (item->chart, self->lang);

          g_string_append_printf (text, "%s\n", words);
        }
      if (item->kind != BZG_ITEM_TEXT)
        continue;
      for (int line = item->first_line; line < item->last_line; line++)
        {
          PangoLayoutLine *l = pango_layout_get_line_readonly (item->layout, line);

          if (l != NULL)
            g_string_append_len (text, pango_layout_get_text (item->layout) + l->start_index,
                                 l->length);
          g_string_append_c (text, '\n');
        }
    }

  return g_string_free (text, FALSE);
}

void
bzg_pages_free (BzgPages *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->pages);
  g_ptr_array_unref (self->outline);
  g_clear_object (&self->context);
  g_clear_object (&self->map);
  g_free (self->title);
  g_free (self->subtitle);
  g_free (self->programme);
  g_free (self);
}
