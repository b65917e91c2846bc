/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "report/bzg-render.h"
#include "report/bzg-type-private.h"

G_BEGIN_DECLS

/*
 * The grid: A4, one column. Everything on a page is an item with its place; the flow
 * (bzg-flow.c, bzg-flow-table.c) decides the places, bzg-pages.c only draws.
 */
#define PAGE_LEFT 64.0
#define PAGE_RIGHT (BZG_PAGE_WIDTH - 64.0)
#define PAGE_TOP 74.0
#define PAGE_BOTTOM (BZG_PAGE_HEIGHT - 66.0)
#define PAGE_TEXT (PAGE_RIGHT - PAGE_LEFT)

typedef enum
{
  BZG_ITEM_TEXT,
  BZG_ITEM_BOX,
  BZG_ITEM_RULE,
  BZG_ITEM_CHART,
  BZG_ITEM_PICTURE,
  BZG_ITEM_TAG,
  BZG_ITEM_END_TAG,
} BzgItemKind;

typedef struct
{
  BzgItemKind kind;
  double x, y, width, height;
  BzgColor color;
  PangoLayout *layout; /* TEXT: the lines first_line to last_line - 1, the first one at y */
  int first_line, last_line;
  BzgChart *chart;
  double scale; /* CHART */
  cairo_surface_t *picture;
  const char *tag; /* static */
} BzgItem;

typedef struct
{
  char *title;
  guint level; /* 1 to 3 */
  guint page;  /* from 0 */
  double y;
} BzgOutlineEntry;

struct _BzgPages
{
  PangoFontMap *map;
  PangoContext *context;
  BzgLanguage lang;
  char *title, *subtitle, *programme;
  BzgDate date;
  GPtrArray *pages;   /* GPtrArray of BzgItem */
  GPtrArray *outline; /* BzgOutlineEntry */
};

/* @tagged: with the structure for readers of the PDF. */
void _bzg_page_draw (const BzgPages *self, guint index, cairo_t *cr, gboolean tagged);

/* What the flow is doing: the page it fills and how far. */
typedef struct
{
  BzgPages *pages;
  const BzgDocument *document;
  GPtrArray *items; /* of the current page */
  double y;
  GCancellable *cancellable;
} BzgFlow;

void _bzg_flow_new_page (BzgFlow *flow);
/* Takes @layout. */
void _bzg_flow_add_text (BzgFlow *flow, PangoLayout *layout, double x, double y, BzgColor color);
void _bzg_flow_add_lines (BzgFlow *flow,
                          PangoLayout *layout,
                          int first_line,
                          int last_line,
                          double x,
                          double y,
                          BzgColor color);
void
_bzg_flow_add_box (BzgFlow *flow, double x, double y, double width, double height, BzgColor color);
void
_bzg_flow_add_rule (BzgFlow *flow, double x, double y, double width, double thick, BzgColor color);
void _bzg_flow_tag (BzgFlow *flow, const char *tag);
void _bzg_flow_end_tag (BzgFlow *flow, const char *tag);
PangoLayout *
_bzg_flow_layout (BzgFlow *flow, const char *text, double size, gboolean bold, double width);
gboolean _bzg_flow_at_top (const BzgFlow *flow);
/* Begins a new page if less than @height is left, unless the page is empty. */
void _bzg_flow_need (BzgFlow *flow, double height);

/* How many lines from @first on fit into @room, and their height. */
int _bzg_lines_that_fit (PangoLayout *layout, int first, double room, double *height);

gboolean _bzg_flow_table (BzgFlow *flow, const BzgDocTable *table, GError **error);
gboolean _bzg_flow_fields (BzgFlow *flow, GPtrArray *fields, GError **error);
/* What must stand together at the head of the table. */
double _bzg_flow_table_head (BzgFlow *flow, const BzgDocTable *table);

G_END_DECLS
