/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/bzg-language.h"

#include <pango/pangocairo.h>

G_BEGIN_DECLS

/*
 * Type and colour, once for pages, charts and pictures. One family with all Tajik letters; a few
 * sizes; a deep teal that carries, an amber that marks, greys. All stay apart in a grey print.
 */

typedef struct
{
  double red, green, blue;
} BzgColor;

extern const BzgColor _bzg_color_ink;
extern const BzgColor _bzg_color_grey;
extern const BzgColor _bzg_color_rule;
extern const BzgColor _bzg_color_pale;
extern const BzgColor _bzg_color_teal;
extern const BzgColor _bzg_color_amber;
extern const BzgColor _bzg_color_paper;

void _bzg_color_set (cairo_t *cr, BzgColor color);
/* The colour of series @index of a chart, and the colour of text on it. */
BzgColor _bzg_color_of_series (guint index);
BzgColor _bzg_color_on_series (guint index);

/* The font family in use: Noto Sans, else another that has the Tajik letters; NULL if none has. */
const char *_bzg_type_family (PangoFontMap *map);

/* A context in points without hinting, so that a layout is the same on screen and paper. @map NULL:
 * the thread's own. Errors: BZG_ERROR_MISSING_PART. (transfer full) */
PangoContext *_bzg_type_context (PangoFontMap *map, BzgLanguage lang, GError **error);

/* @width in points, negative: one line. A word that must be broken gets no hyphen: it could be a
 * code or a hash. (transfer full) */
PangoLayout *_bzg_type_layout (
  PangoContext *context, const char *text, double size, gboolean bold, double width);

double _bzg_type_width (PangoLayout *layout);
double _bzg_type_height (PangoLayout *layout);

/* Puts the top left corner of @layout at @x, @y. */
void _bzg_type_show (cairo_t *cr, PangoLayout *layout, double x, double y, BzgColor color);

G_END_DECLS
