/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-trouble-page.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-application.h"
#include "app/bzg-window.h"
#include "app/pages/bzg-start-page.h"
#include "base/bzg-error.h"

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
  gtk_box_append (GTK_BOX (buttons),
                  pill (_ ("_Try again"), "suggested-action", G_CALLBACK (again_cb)));
  gtk_box_append (GTK_BOX (buttons),
                  pill (_ ("_Open another casebook…"), NULL, G_CALLBACK (other_cb)));
  adw_status_page_set_child (ADW_STATUS_PAGE (status), buttons);
  gtk_widget_set_vexpand (status, TRUE);
  gtk_box_append (GTK_BOX (box), status);
  return box;
}
