/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "report/bzg-document.h"

#include <pango/pangocairo.h>

G_BEGIN_DECLS

/* As bzg_chart_draw(), with a context of _bzg_type_context(). */
double _bzg_chart_draw_in (
  const BzgChart *chart, BzgLanguage lang, PangoContext *context, double width, cairo_t *cr);

/* The chart as PNG, @scale pixels a point; NULL if out of memory. (transfer full) */
GBytes *_bzg_chart_to_png (
  const BzgChart *chart, BzgLanguage lang, double width, double scale, double *height);

BzgChart *_bzg_chart_copy (const BzgChart *chart);

/* What the chart says, in words, for those who do not see it: "Women: Sughd 12, Khatlon …". */
char *_bzg_chart_to_words (const BzgChart *chart, BzgLanguage lang);

G_END_DECLS
