/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-render-private.h"

#include "base/bzg-error.h"
#include "report/bzg-pages-private.h"

#include <cairo-pdf.h>

/*
 * The pages as PDF: tagged, with an outline, fonts embedded as subsets. All that varies from run to
 * run is fixed: the same document gives the same bytes, so that a frozen report can be compared.
 */

static cairo_status_t
append_cb (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);

  return CAIRO_STATUS_SUCCESS;
}

static void
set_metadata (cairo_surface_t *surface, const BzgPages *pages)
{
  char iso[BZG_DATE_TEXT_SIZE];
  g_autofree char *moment = NULL;

  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, pages->title);
  if (pages->subtitle != NULL)
    cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_SUBJECT, pages->subtitle);
  if (pages->programme != NULL)
    cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_AUTHOR, pages->programme);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR, "Bozgasht");
  /* Never the clock: the day that the document is about, else a fixed one. */
  bzg_date_to_iso (bzg_date_is_missing (pages->date) ? bzg_date_make (2000, 1, 1)
                                                     : bzg_date_first_day (pages->date),
                   iso);
  moment = g_strdup_printf ("%sT00:00:00Z", iso);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATE_DATE, moment);
}

static void
add_outline (cairo_surface_t *surface, const BzgPages *pages)
{
  int parents[4] = { CAIRO_PDF_OUTLINE_ROOT, CAIRO_PDF_OUTLINE_ROOT, CAIRO_PDF_OUTLINE_ROOT,
                     CAIRO_PDF_OUTLINE_ROOT };

  for (guint i = 0; i < pages->outline->len; i++)
    {
      const BzgOutlineEntry *entry = g_ptr_array_index (pages->outline, i);
      char y[G_ASCII_DTOSTR_BUF_SIZE];
      g_autofree char *place
        = g_strdup_printf ("page=%u pos=[%d %s]", entry->page + 1, (int) PAGE_LEFT,
                           g_ascii_formatd (y, sizeof y, "%.1f", MAX (entry->y - 12, 0)));
      int id
        = cairo_pdf_surface_add_outline (surface, parents[entry->level - 1], entry->title, place,
                                         entry->level == 1 ? CAIRO_PDF_OUTLINE_FLAG_OPEN : 0);

      for (guint level = entry->level; level < G_N_ELEMENTS (parents); level++)
        parents[level] = id;
    }
}

GBytes *
_bzg_render_pdf (const BzgDocument *document, GCancellable *cancellable, GError **error)
{
  g_autoptr (BzgPages) pages = bzg_document_paginate (document, cancellable, error);
  GByteArray *bytes;
  cairo_surface_t *surface;
  cairo_status_t status;
  cairo_t *cr;

  if (pages == NULL)
    return NULL;

  bytes = g_byte_array_new ();
  surface = cairo_pdf_surface_create_for_stream (append_cb, bytes, BZG_PAGE_WIDTH, BZG_PAGE_HEIGHT);
  cairo_pdf_surface_restrict_to_version (surface, CAIRO_PDF_VERSION_1_5);
  set_metadata (surface, pages);
  cr = cairo_create (surface);
  /* All structure lies below one Document: only then does cairo mark the file as tagged. */
  cairo_tag_begin (cr, "Document", NULL);
  for (guint i = 0; i < bzg_pages_get_n (pages); i++)
    {
      if (g_cancellable_is_cancelled (cancellable))
        break;
      if (i > 0)
        cairo_show_page (cr);
      _bzg_page_draw (pages, i, cr, TRUE);
    }
  cairo_tag_end (cr, "Document");
  cairo_show_page (cr);
  add_outline (surface, pages);
  status = cairo_status (cr);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);

  if (g_cancellable_is_cancelled (cancellable))
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "PDF");
  else if (status != CAIRO_STATUS_SUCCESS)
    g_set_error (error, BZG_ERROR, BZG_ERROR_BUG, "PDF: %s", cairo_status_to_string (status));
  else
    return g_byte_array_free_to_bytes (bytes);
  g_byte_array_unref (bytes);

  return NULL;
}
