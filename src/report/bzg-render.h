/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "report/bzg-document.h"

#include <cairo.h>
#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * A document as bytes, in memory: nothing here opens a file but the spreadsheet library, which gets
 * a folder of its own on a memory file system and is refused otherwise. The same document gives the
 * same bytes. Any thread; one call at a time for one document is not required.
 *
 * Errors: BZG_ERROR_CANCELLED, BZG_ERROR_MISSING_PART (no font with the Tajik letters),
 * BZG_ERROR_REFUSED_PLACE (XLSX: no memory file system), BZG_ERROR_IO, BZG_ERROR_BUG.
 */

typedef enum
{
  BZG_DOCUMENT_PDF,
  BZG_DOCUMENT_XLSX,
  BZG_DOCUMENT_ODT,
  BZG_DOCUMENT_CSV, /* the tables alone */
  BZG_DOCUMENT_TEXT,
  BZG_DOCUMENT_JSON, /* reports only: bozgasht-tables v1 */
} BzgDocumentFormat;
#define BZG_N_DOCUMENT_FORMATS (BZG_DOCUMENT_JSON + 1)

/* "pdf"; also the suffix of files. */
const char *bzg_document_format_code (BzgDocumentFormat format);
gboolean bzg_document_format_from_code (const char *code, BzgDocumentFormat *out);

/* @format is not BZG_DOCUMENT_JSON. @cancellable may be NULL. (transfer full) */
GBytes *bzg_document_render (const BzgDocument *document,
                             BzgDocumentFormat format,
                             GCancellable *cancellable,
                             GError **error);

/* Plain text of at most about @width columns (0: 80). (transfer full) */
char *bzg_document_to_text (const BzgDocument *document, guint width);
/* One table as CSV with the guard against formulas; columns and values as in the document, numbers
 * as bare digits. (transfer full) */
char *bzg_doc_table_to_csv (const BzgDocTable *table);

/*
 * Pages: the layout that the PDF writes is what the screen shows and the printer prints.
 */
#define BZG_PAGE_WIDTH 595.276 /* A4 in points */
#define BZG_PAGE_HEIGHT 841.890

typedef struct _BzgPages BzgPages;

/* Lays the document out; the result does not refer to @document any more. Lay out and draw in one
 * thread (any). Errors: BZG_ERROR_MISSING_PART, BZG_ERROR_CANCELLED. */
BzgPages *
bzg_document_paginate (const BzgDocument *document, GCancellable *cancellable, GError **error);
void bzg_pages_free (BzgPages *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgPages, bzg_pages_free)

guint bzg_pages_get_n (const BzgPages *self);

/* Draws page @index (from 0) into the square 0,0 to BZG_PAGE_WIDTH,BZG_PAGE_HEIGHT of @cr; the
 * caller scales and paints the paper white. */
void bzg_page_draw (const BzgPages *self, guint index, cairo_t *cr);

/* The text of page @index, line by line, for assistive technology. (transfer full) */
char *bzg_page_to_text (const BzgPages *self, guint index);

/* Draws @chart into a box at 0,0, @width points wide; returns the height it takes. With a NULL @cr
 * it only measures. The dashboard of the window draws with it too. */
double bzg_chart_draw (const BzgChart *chart, BzgLanguage lang, double width, cairo_t *cr);

G_END_DECLS
