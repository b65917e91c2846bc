/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dialogs/bzg-preferences.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"
#include "app/widgets/bzg-language-buttons.h"

void
bzg_preferences_present (BzgApplication *app, GtkWindow *parent)
{
  GSettings *settings = bzg_application_settings (app);
  GtkWidget *window = adw_preferences_window_new ();
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *row = NULL;
  GtkWidget *widget = NULL;

  row = adw_action_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Language"));
  widget = bzg_language_buttons_new ();
  gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), widget);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);

  if (settings != NULL)
    {
      row = adw_action_row_new ();
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Lock after"));
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                                   _ ("Minutes without a key or a movement of the mouse"));
      widget = gtk_spin_button_new_with_range (1, 60, 1);
      gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);
      bzg_ui_name (widget, _ ("Lock after"));
      g_settings_bind (settings, "idle-minutes", widget, "value", G_SETTINGS_BIND_DEFAULT);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), widget);
      adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), widget);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
    }

  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), ADW_PREFERENCES_PAGE (page));
  adw_preferences_window_set_search_enabled (ADW_PREFERENCES_WINDOW (window), FALSE);
  gtk_window_set_title (GTK_WINDOW (window), _ ("Preferences"));
  gtk_window_set_default_size (GTK_WINDOW (window), 560, 320);
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  gtk_window_present (GTK_WINDOW (window));
}
