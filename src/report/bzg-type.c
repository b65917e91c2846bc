/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-type-private.h"

#include "base/bzg-error.h"

const BzgColor _bzg_color_ink = { 0.11, 0.15, 0.17 };
const BzgColor _bzg_color_grey = { 0.37, 0.43, 0.45 };
const BzgColor _bzg_color_rule = { 0.80, 0.84, 0.85 };
const BzgColor _bzg_color_pale = { 0.935, 0.955, 0.955 };
const BzgColor _bzg_color_teal = { 0.06, 0.36, 0.40 };
const BzgColor _bzg_color_amber = { 0.89, 0.63, 0.22 };
const BzgColor _bzg_color_paper = { 1, 1, 1 };

/* From dark to light and back, so that neighbours differ by lightness and not by hue alone. */
static const struct
{
  BzgColor fill;
  gboolean dark;
} series_colors[] = {
  { { 0.06, 0.36, 0.40 }, TRUE }, { { 0.89, 0.63, 0.22 }, FALSE }, { { 0.55, 0.74, 0.75 }, FALSE },
  { { 0.33, 0.39, 0.45 }, TRUE }, { { 0.96, 0.84, 0.62 }, FALSE }, { { 0.20, 0.55, 0.55 }, TRUE },
};

/* Fonts that have every Tajik letter, best first. */
static const char *const families[] = { "Noto Sans", "DejaVu Sans", NULL };

void
_bzg_color_set (cairo_t *cr, BzgColor color)
{
  cairo_set_source_rgb (cr, color.red, color.green, color.blue);
}

BzgColor
_bzg_color_of_series (guint index)
{
  return series_colors[index % G_N_ELEMENTS (series_colors)].fill;
}

BzgColor
_bzg_color_on_series (guint index)
{
  return series_colors[index % G_N_ELEMENTS (series_colors)].dark ? _bzg_color_paper
                                                                  : _bzg_color_ink;
}

const char *
_bzg_type_family (PangoFontMap *map)
{
  for (guint i = 0; families[i] != NULL; i++)
    if (pango_font_map_get_family (map, families[i]) != NULL)
      return families[i];

  return NULL;
}

PangoContext *
_bzg_type_context (PangoFontMap *map, BzgLanguage lang, GError **error)
{
  PangoContext *context;
  PangoFontDescription *description;
  cairo_font_options_t *options;
  const char *family;

  if (map == NULL)
    map = pango_cairo_font_map_get_default ();
  family = _bzg_type_family (map);
  if (family == NULL)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_MISSING_PART, "no font with Tajik letters");
      return NULL;
    }

  context = pango_font_map_create_context (map);
  pango_cairo_context_set_resolution (context, 72);
  options = cairo_font_options_create ();
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options (context, options);
  cairo_font_options_destroy (options);
  pango_context_set_round_glyph_positions (context, FALSE);
  pango_context_set_base_dir (context, PANGO_DIRECTION_LTR);
  pango_context_set_language (context, pango_language_from_string (bzg_language_code (lang)));
  description = pango_font_description_new ();
  pango_font_description_set_family_static (description, family);
  pango_context_set_font_description (context, description);
  pango_font_description_free (description);

  return context;
}

PangoLayout *
_bzg_type_layout (PangoContext *context, const char *text, double size, gboolean bold, double width)
{
  PangoLayout *layout = pango_layout_new (context);
  PangoFontDescription *description
    = pango_font_description_copy (pango_context_get_font_description (context));
  PangoAttrList *attributes;

  pango_font_description_set_size (description, (int) (size * PANGO_SCALE + 0.5));
  if (bold)
    pango_font_description_set_weight (description, PANGO_WEIGHT_BOLD);
  pango_layout_set_font_description (layout, description);
  pango_font_description_free (description);
  attributes = pango_attr_list_new ();
  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_set_auto_dir (layout, FALSE);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  if (width >= 0)
    pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  pango_layout_set_text (layout, text != NULL ? text : "", -1);

  return layout;
}

double
_bzg_type_width (PangoLayout *layout)
{
  PangoRectangle logical;

  pango_layout_get_extents (layout, NULL, &logical);

  return (double) logical.width / PANGO_SCALE;
}

double
_bzg_type_height (PangoLayout *layout)
{
  PangoRectangle logical;

  pango_layout_get_extents (layout, NULL, &logical);

  return (double) logical.height / PANGO_SCALE;
}

void
_bzg_type_show (cairo_t *cr, PangoLayout *layout, double x, double y, BzgColor color)
{
  _bzg_color_set (cr, color);
  cairo_move_to (cr, x, y);
  pango_cairo_show_layout (cr, layout);
}
