/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dialogs/bzg-paper-dialog.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-print.h"
#include "app/bzg-ui.h"
#include "app/widgets/bzg-preview.h"
#include "report/bzg-render.h"

/* A paper on its way out. It is laid out once, and preview, printer and file get the same pages. */
typedef struct
{
  BzgWindow *parent; /* the dialog is transient for it and goes before it */
  BzgSession *session;
  BzgExit kind;
  BzgId person;
  GtkWindow *dialog;
  BzgPages *pages;
  GBytes *pdf;
  GtkFileChooserNative *chooser;
} Paper;

static void
paper_free (Paper *self)
{
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->pages, bzg_pages_free);
  g_clear_pointer (&self->pdf, g_bytes_unref);
  g_object_unref (self->session);
  g_free (self);
}

static BzgPermit *
ask (Paper *self, const char *how)
{
  g_autoptr (GError) error = NULL;
  BzgPermit *permit = bzg_permit_ask (self->session, self->kind, &self->person, how, &error);

  if (permit == NULL)
    bzg_window_fail (self->parent, error);
  return permit;
}

static void
print_cb (GtkButton *button, Paper *self)
{
  g_autoptr (GError) error = NULL;

  if (!bzg_print_pages (self->dialog, self->session, self->pages, self->pdf, -1, self->kind,
                        &self->person, &error))
    bzg_window_fail (self->parent, error);
}

static void
file_chosen_cb (GtkNativeDialog *chooser, int response, Paper *self)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;
  g_autoptr (BzgPermit) permit = NULL;
  g_autoptr (GError) error = NULL;

  if (response == GTK_RESPONSE_ACCEPT
      && (file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser))) != NULL
      && (path = g_file_get_path (file)) != NULL && (permit = ask (self, "pdf")) != NULL)
    {
      if (bzg_permit_write (permit, path, g_bytes_get_data (self->pdf, NULL),
                            g_bytes_get_size (self->pdf), 0, &error))
        {
          bzg_window_toast (self->parent, _ ("Saved"));
          gtk_window_close (self->dialog);
          return;
        }
      bzg_window_fail (self->parent, error);
    }
  g_clear_object (&self->chooser);
}

static void
save_cb (GtkButton *button, Paper *self)
{
  g_autofree char *name = g_strdup_printf ("%s.pdf", bzg_exit_name (self->kind));

  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (_ ("Save as PDF"), self->dialog,
                                               GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  g_signal_connect (self->chooser, "response", G_CALLBACK (file_chosen_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static GtkWidget *
button_new (const char *label, const char *css, GCallback callback, Paper *self)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  bzg_ui_add_css (button, css);
  g_signal_connect (button, "clicked", callback, self);
  return button;
}

static void
build (Paper *self, GtkWidget *preview)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar = adw_header_bar_new ();

  self->dialog = GTK_WINDOW (adw_window_new ());
  gtk_window_set_title (self->dialog, "Bozgasht");
  gtk_window_set_transient_for (self->dialog, GTK_WINDOW (self->parent));
  gtk_window_set_modal (self->dialog, TRUE);
  gtk_window_set_default_size (self->dialog, 760, 640);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (bar), adw_bin_new ());
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar), button_new (_ ("_Print…"), "suggested-action",
                                                               G_CALLBACK (print_cb), self));
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar),
                             button_new (_ ("_Save as PDF…"), NULL, G_CALLBACK (save_cb), self));
  gtk_box_append (GTK_BOX (box), bar);
  gtk_widget_set_vexpand (preview, TRUE);
  gtk_box_append (GTK_BOX (box), preview);
  adw_window_set_content (ADW_WINDOW (self->dialog), box);
  bzg_ui_prepare_dialog (self->dialog);
}

void
bzg_paper_dialog_present (BzgWindow *window,
                          BzgSession *session,
                          BzgExit kind,
                          const BzgId *person,
                          const BzgDocument *document)
{
  g_autoptr (GError) error = NULL;
  GtkWidget *preview = bzg_preview_new ();
  Paper *self = g_new0 (Paper, 1);

  self->parent = window;
  self->session = g_object_ref (session);
  self->kind = kind;
  self->person = *person;
  self->pages = bzg_document_paginate (document, NULL, &error);
  if (self->pages != NULL)
    self->pdf = bzg_document_render (document, BZG_DOCUMENT_PDF, NULL, &error);
  if (self->pdf == NULL || !bzg_preview_set_document (BZG_PREVIEW (preview), document, &error))
    {
      g_object_ref_sink (preview);
      g_object_unref (preview);
      bzg_window_fail (window, error);
      paper_free (self);
      return;
    }
  build (self, preview);
  g_object_set_data_full (G_OBJECT (self->dialog), "paper", self, (GDestroyNotify) paper_free);
  gtk_window_present (self->dialog);
}
