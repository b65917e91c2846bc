/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-rekey-page.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-window.h"
#include "app/pages/bzg-lock-page.h"
#include "base/bzg-error.h"
#include "casebook/bzg-access.h"

#define PROGRESS_MS 200

struct _BzgRekeyPage
{
  AdwBin parent_instance;

  char *path;
  GCancellable *cancellable;
  gint per_mille; /* atomic: the worker writes it */
  guint progress_id;

  GtkProgressBar *progress;
  GtkWidget *cancel_button;
};

G_DEFINE_FINAL_TYPE (BzgRekeyPage, bzg_rekey_page, ADW_TYPE_BIN)

static void
progress_cb (double fraction, gpointer data)
{
  BzgRekeyPage *self = data;

  g_atomic_int_set (&self->per_mille, (gint) (fraction * 1000));
}

static gboolean
tick_cb (gpointer data)
{
  BzgRekeyPage *self = data;

  gtk_progress_bar_set_fraction (self->progress, g_atomic_int_get (&self->per_mille) / 1000.0);
  return G_SOURCE_CONTINUE;
}

static void
rekeyed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BzgRekeyPage) self = data;
  g_autoptr (GError) error = NULL;
  gboolean ok = bzg_access_rekey_finish (result, &error);
  g_autofree char *text = NULL;
  GtkWidget *lock = NULL;

  g_clear_handle_id (&self->progress_id, g_source_remove);
  bzg_application_rekey_ended (bzg_application_get ());
  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  if (ok)
    text = g_strdup (_ ("The casebook has a new key. Sign in as before, and make a backup."));
  else if (g_error_matches (error, BZG_ERROR, BZG_ERROR_CANCELLED))
    text = g_strdup (_ ("Cancelled. The casebook is as it was."));
  else
    text = g_strdup_printf ("%s %s", bzg_error_headline (error), bzg_error_advice (error));
  lock = bzg_lock_page_new (self->path);
  bzg_lock_page_say (lock, text);
  bzg_window_set_gate (bzg_window_of (GTK_WIDGET (self)), lock);
}

static void
cancel_cb (GtkButton *button, BzgRekeyPage *self)
{
  gtk_widget_set_sensitive (self->cancel_button, FALSE);
  g_cancellable_cancel (self->cancellable);
}

static void
bzg_rekey_page_finalize (GObject *object)
{
  BzgRekeyPage *self = BZG_REKEY_PAGE (object);

  g_clear_handle_id (&self->progress_id, g_source_remove);
  g_clear_object (&self->cancellable);
  g_free (self->path);
  G_OBJECT_CLASS (bzg_rekey_page_parent_class)->finalize (object);
}

static void
bzg_rekey_page_class_init (BzgRekeyPageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bzg_rekey_page_finalize;
}

static void
bzg_rekey_page_init (BzgRekeyPage *self)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar = adw_header_bar_new ();
  GtkWidget *status = adw_status_page_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);

  self->progress = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  self->cancel_button = gtk_button_new_with_mnemonic (_ ("_Cancel"));
  gtk_widget_set_halign (self->cancel_button, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (GTK_WIDGET (self->progress), 360, -1);
  gtk_widget_set_halign (GTK_WIDGET (self->progress), GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->progress));
  gtk_box_append (GTK_BOX (box), self->cancel_button);
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (status), "bzg-access-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (status), _ ("The casebook is getting a new key"));
  adw_status_page_set_description (ADW_STATUS_PAGE (status),
                                   _ ("It is written anew beside the old file, which stays until "
                                      "the new one has been read back. "
                                      "If the power goes, nothing is lost."));
  adw_status_page_set_child (ADW_STATUS_PAGE (status), box);
  gtk_widget_add_css_class (page, "bzg-gate");
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (bar), adw_bin_new ());
  gtk_widget_add_css_class (bar, "flat");
  gtk_widget_set_vexpand (status, TRUE);
  gtk_box_append (GTK_BOX (page), bar);
  gtk_box_append (GTK_BOX (page), status);
  adw_bin_set_child (ADW_BIN (self), page);
  g_signal_connect (self->cancel_button, "clicked", G_CALLBACK (cancel_cb), self);
}

GtkWidget *
bzg_rekey_page_new (const char *path, BzgSession *session, GCancellable *cancellable)
{
  BzgRekeyPage *self = g_object_new (BZG_TYPE_REKEY_PAGE, NULL);

  self->path = g_strdup (path);
  self->cancellable = g_object_ref (cancellable);
  self->progress_id = g_timeout_add (PROGRESS_MS, tick_cb, self);
  bzg_access_rekey_async (session, progress_cb, self, self->cancellable, rekeyed_cb,
                          g_object_ref (self));
  return GTK_WIDGET (self);
}
