/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dialogs/bzg-recovery-print.h"

#include "app/bzg-print.h"
#include "report/bzg-papers.h"

void
bzg_recovery_print (BzgWindow *window,
                    GtkWindow *parent,
                    BzgSession *session,
                    BzgPaperKind kind,
                    char **codes,
                    guint index)
{
  g_autoptr (BzgRecord) programme = bzg_session_programme (session);
  g_autoptr (BzgDocument) document
    = bzg_slip_document (kind, bzg_record_get (programme, "name"), (const char *const *) codes,
                         codes[1] != NULL ? 2 : 1, bzg_session_today (session),
                         bzg_session_is_training (session), bzg_language_current ());
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgPages) pages = bzg_document_paginate (document, NULL, &error);
  g_autoptr (GBytes) pdf
    = pages != NULL ? bzg_document_render (document, BZG_DOCUMENT_PDF, NULL, &error) : NULL;

  /* Each share is a page of its own. */
  if (pdf == NULL
      || !bzg_print_pages (parent != NULL ? parent : GTK_WINDOW (window), session, pages, pdf,
                           (int) index, BZG_EXIT_SLIP, NULL, &error))
    bzg_window_fail (window, error);
}
