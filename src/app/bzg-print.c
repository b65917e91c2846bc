/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/bzg-print.h"

typedef struct
{
  BzgSession *session;
  BzgExit kind;
  const BzgId *subject;
  const BzgPages *pages;
  GBytes *pdf;
  int first;
  GError *error;
} Print;

static void
draw_page_cb (GtkPrintOperation *operation, GtkPrintContext *context, int page, Print *self)
{
  cairo_t *cr = gtk_print_context_get_cairo_context (context);
  double scale = gtk_print_context_get_width (context) / BZG_PAGE_WIDTH;

  cairo_scale (cr, scale, scale);
  bzg_page_draw (self->pages, (guint) (self->first + page), cr);
}

static void
begin_print_cb (GtkPrintOperation *operation, GtkPrintContext *context, Print *self)
{
  g_autoptr (BzgPermit) permit
    = bzg_permit_ask (self->session, self->kind, self->subject, "print", &self->error);

  if (permit == NULL
      || !bzg_permit_enter (permit, g_bytes_get_data (self->pdf, NULL),
                            g_bytes_get_size (self->pdf), &self->error))
    gtk_print_operation_cancel (operation);
}

gboolean
bzg_print_pages (GtkWindow *parent,
                 BzgSession *session,
                 const BzgPages *pages,
                 GBytes *pdf,
                 int page,
                 BzgExit kind,
                 const BzgId *subject,
                 GError **error)
{
  g_autoptr (GtkPrintOperation) operation = gtk_print_operation_new ();
  Print self = { .session = g_object_ref (session), /* the dialog may outlive the unlock */
                 .kind = kind,
                 .subject = subject,
                 .pages = pages,
                 .pdf = pdf,
                 .first = MAX (page, 0) };

  gtk_print_operation_set_n_pages (operation, page >= 0 ? 1 : (int) bzg_pages_get_n (pages));
  gtk_print_operation_set_use_full_page (operation, TRUE);
  gtk_print_operation_set_job_name (operation, "Bozgasht");
  g_signal_connect (operation, "begin-print", G_CALLBACK (begin_print_cb), &self);
  g_signal_connect (operation, "draw-page", G_CALLBACK (draw_page_cb), &self);
  gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG, parent, NULL);
  g_object_unref (self.session);
  if (self.error == NULL)
    return TRUE;
  g_propagate_error (error, self.error);
  return FALSE;
}
