/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-trouble-page.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-application.h"
#include "app/bzg-ui.h"
#include "app/bzg-window.h"
#include "app/pages/bzg-lock-page.h"
#include "app/pages/bzg-start-page.h"
#include "base/bzg-error.h"
#include "casebook/bzg-access.h"

static void
again_cb (GtkWidget *button)
{
  bzg_window_show_gate (bzg_window_of (button));
}

static void
other_cb (GtkWidget *button)
{
  bzg_start_page_choose_casebook (bzg_window_of (button));
}

static void
mend_response_cb (AdwMessageDialog *dialog, const char *response, gpointer data)
{
  BzgWindow *window = BZG_WINDOW (gtk_window_get_transient_for (GTK_WINDOW (dialog)));
  const char *path = bzg_application_casebook (bzg_application_get ());
  g_autoptr (GError) error = NULL;
  GtkWidget *lock = NULL;

  if (!bzg_ui_is_yes (response) || path == NULL)
    return;
  if (!bzg_access_mend (path, &error))
    {
      bzg_window_fail (window, error);
      return;
    }
  lock = bzg_lock_page_new (path);
  bzg_lock_page_say (lock, _ ("The keys are back in the file. Sign in, and make a backup."));
  bzg_window_set_gate (window, lock);
}

static void
mend_cb (GtkWidget *button)
{
  BzgWindow *window = bzg_window_of (button);

  bzg_ui_ask (bzg_ui_question (GTK_WINDOW (window), _ ("Put the keys back?"),
                               _ ("Both places of the file that hold its keys are damaged. This "
                                  "computer kept a copy when "
                                  "the casebook was last open here. Nothing else in the file "
                                  "changes. Keep a copy of the "
                                  "damaged file first if you can."),
                               _ ("_Cancel"), _ ("_Put back"), BZG_ASK_CAREFUL),
              G_CALLBACK (mend_response_cb), window);
}

static GtkWidget *
pill (const char *label, const char *css, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_widget_add_css_class (button, "pill");
  if (css != NULL)
    gtk_widget_add_css_class (button, css);
  g_signal_connect (button, "clicked", callback, NULL);
  return button;
}

GtkWidget *
bzg_trouble_page_new (const GError *error)
{
  const char *path = bzg_application_casebook (bzg_application_get ());
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar = adw_header_bar_new ();
  GtkWidget *status = adw_status_page_new ();
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  gtk_widget_add_css_class (box, "bzg-gate");
  gtk_widget_add_css_class (bar, "flat");
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (bar), adw_bin_new ());
  gtk_box_append (GTK_BOX (box), bar);

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (status), "bzg-attention-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (status), bzg_error_headline (error));
  adw_status_page_set_description (ADW_STATUS_PAGE (status), bzg_error_advice (error));
  gtk_widget_set_halign (buttons, GTK_ALIGN_CENTER);
  if (path != NULL && g_error_matches (error, BZG_ERROR, BZG_ERROR_DAMAGED)
      && bzg_access_can_mend (path))
    gtk_box_append (GTK_BOX (buttons),
                    pill (_ ("_Put the keys back…"), "suggested-action", G_CALLBACK (mend_cb)));
  gtk_box_append (GTK_BOX (buttons), pill (_ ("_Try again"), NULL, G_CALLBACK (again_cb)));
  gtk_box_append (GTK_BOX (buttons),
                  pill (_ ("_Open another casebook…"), NULL, G_CALLBACK (other_cb)));
  adw_status_page_set_child (ADW_STATUS_PAGE (status), buttons);
  gtk_widget_set_vexpand (status, TRUE);
  gtk_box_append (GTK_BOX (box), status);
  return box;
}
