/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "app/bzg-application.h"
#include "app/bzg-keys.h"
#include "app/bzg-window.h"
#include "app/dialogs/bzg-passphrase-dialog.h"
#include "app/dialogs/bzg-preferences.h"
#include "bzg-config.h"

static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  BzgApplication *self = data;

  bzg_application_lock (self);
  g_application_quit (G_APPLICATION (self));
}

static void
lock_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  bzg_application_lock (data);
}

static void
language_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  BzgLanguage language;

  if (bzg_language_from_code (g_variant_get_string (parameter, NULL), &language)
      && language != bzg_language_current ())
    bzg_application_set_language (data, language);
}

static void
preferences_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  bzg_preferences_present (data, gtk_application_get_active_window (data));
}

static void
passphrase_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  if (bzg_application_session (data) != NULL)
    bzg_passphrase_dialog_present (gtk_application_get_active_window (data),
                                   bzg_application_session (data));
}

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  adw_show_about_window (gtk_application_get_active_window (data), "application-name", "Bozgasht",
                         "application-icon", "org.bozgasht.Bozgasht", "version", BZG_VERSION,
                         "developer-name", _ ("The Bozgasht project"), "license-type",
                         GTK_LICENSE_GPL_3_0, "comments",
                         _ ("Case files of people who come home, and of the support they get to "
                            "start again."),
                         NULL);
}

void
bzg_application_add_actions (BzgApplication *self)
{
  static const GActionEntry entries[] = {
    { .name = "quit", .activate = quit_action },
    { .name = "lock", .activate = lock_action },
    { .name = "language", .activate = language_action, .parameter_type = "s", .state = "'en'" },
    { .name = "preferences", .activate = preferences_action },
    { .name = "passphrase", .activate = passphrase_action },
    { .name = "about", .activate = about_action },
  };
  static const struct
  {
    const char *action, *accels;
  } keys[] = {
    { "app.quit", "<Control>q" },
    { "app.lock", "<Control>l F12" },
    { "app.preferences", "<Control>comma" },
    { "win.keys", "<Control>question F1" },
    { "win.search", "<Control>f F3" },
    { "win.back", "<Alt>Left" },
    { "win.new::person", "<Control>n F2" },
    { "win.new-support", "<Control><Shift>s F6" },
    { "win.new-visit", "<Control><Shift>v F7" },
    { "win.new-note", "<Control><Shift>n F8" },
    { "win.new-task", "<Control><Shift>t F9" },
    { "win.edit", "<Control>e F4" },
    { "win.go::home", "<Alt>1" },
    { "win.go::people", "<Alt>2" },
    { "win.go::activities", "<Alt>3" },
    { "win.go::tasks", "<Alt>4" },
    { "win.go::reports", "<Alt>5" },
    { "win.go::stories", "<Alt>6" },
    { "win.go::programme", "<Alt>7" },
    { "win.go::access", "<Alt>8" },
  };

  if (g_action_map_lookup_action (G_ACTION_MAP (self), "quit") == NULL)
    {
      g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
      for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
        bzg_keys_set (GTK_APPLICATION (self), keys[i].action, keys[i].accels);
    }
  g_simple_action_set_state (G_SIMPLE_ACTION (
                               g_action_map_lookup_action (G_ACTION_MAP (self), "language")),
                             g_variant_new_string (bzg_language_code (bzg_language_current ())));
}
