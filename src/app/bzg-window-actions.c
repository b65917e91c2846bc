/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/bzg-window-actions.h"

#include "app/bzg-keys.h"
#include "app/pages/bzg-person-page.h"

static void
go_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  bzg_window_open_page (BZG_WINDOW (widget), g_variant_get_string (parameter, NULL), NULL);
}

static void
back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  bzg_window_go_back (BZG_WINDOW (widget));
}

static void
search_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  bzg_window_focus_search (BZG_WINDOW (widget));
}

static void
new_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  static const struct
  {
    const char *what, *page, *argument;
  } targets[] = {
    { "person", "intake", NULL },
    { "activity", "activities", "new" },
    { "story", "stories", "new" },
  };
  const char *what = g_variant_get_string (parameter, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    if (g_str_equal (targets[i].what, what))
      bzg_window_open_page (BZG_WINDOW (widget), targets[i].page, targets[i].argument);
}

/* "win.new-support" opens the panel for a support beside the person in view. */
static void
new_record_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  bzg_person_page_new_record_in (BZG_WINDOW (widget), name + strlen ("win.new-"));
}

static void
edit_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  bzg_person_page_edit_in (BZG_WINDOW (widget));
}

/* Made when it is asked for, not kept hidden as GtkApplication would: GTK 4.8 ends the program when
 * a screen reader asks for a window that has just closed and a hidden one is the last in its list.
 */
static void
keys_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GtkBuilder) builder
    = gtk_builder_new_from_resource ("/org/bozgasht/ui/keys-window.ui");
  GtkWindow *keys = GTK_WINDOW (gtk_builder_get_object (builder, "keys_window"));

  gtk_window_set_transient_for (keys, GTK_WINDOW (widget));
  gtk_window_set_destroy_with_parent (keys, TRUE);
  gtk_window_present (keys);
}

static const char *const person_actions[]
  = { "win.new-support", "win.new-visit", "win.new-note", "win.new-task", "win.edit" };

void
bzg_window_actions_install (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.go", "s", go_action);
  gtk_widget_class_install_action (widget_class, "win.back", NULL, back_action);
  gtk_widget_class_install_action (widget_class, "win.keys", NULL, keys_action);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "win.new", "s", new_action);
  gtk_widget_class_install_action (widget_class, "win.new-support", NULL, new_record_action);
  gtk_widget_class_install_action (widget_class, "win.new-visit", NULL, new_record_action);
  gtk_widget_class_install_action (widget_class, "win.new-note", NULL, new_record_action);
  gtk_widget_class_install_action (widget_class, "win.new-task", NULL, new_record_action);
  gtk_widget_class_install_action (widget_class, "win.edit", NULL, edit_action);
}

void
bzg_window_actions_update (BzgWindow *self, const char *page, gboolean can_go_back)
{
  GtkWidget *widget = GTK_WIDGET (self);

  gtk_widget_action_set_enabled (widget, "win.go", page != NULL);
  gtk_widget_action_set_enabled (widget, "win.search", page != NULL);
  gtk_widget_action_set_enabled (widget, "win.new", page != NULL);
  gtk_widget_action_set_enabled (widget, "win.back", can_go_back);
  for (guint i = 0; i < G_N_ELEMENTS (person_actions); i++)
    gtk_widget_action_set_enabled (widget, person_actions[i], g_strcmp0 (page, "person") == 0);
}

static gboolean
clipboard_key_cb (GtkWidget *window, GVariant *arguments, gpointer data)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (window));

  return focus != NULL && gtk_widget_activate_action (focus, data, NULL);
}

void
bzg_window_actions_add_clipboard_keys (GtkWidget *window)
{
  static const struct
  {
    guint latin;
    const char *action;
  } keys[] = {
    { GDK_KEY_c, "clipboard.copy" },  { GDK_KEY_x, "clipboard.cut" },
    { GDK_KEY_v, "clipboard.paste" }, { GDK_KEY_a, "selection.select-all" },
    { GDK_KEY_z, "text.undo" },
  };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    for (guint j = 0; j < BZG_KEYS_TWINS && bzg_keys_twins (keys[i].latin)[j] != NULL; j++)
      gtk_shortcut_controller_add_shortcut (
        GTK_SHORTCUT_CONTROLLER (controller),
        gtk_shortcut_new (gtk_keyval_trigger_new (gdk_keyval_from_name (
                                                    bzg_keys_twins (keys[i].latin)[j]),
                                                  GDK_CONTROL_MASK),
                          gtk_callback_action_new (clipboard_key_cb, (gpointer) keys[i].action,
                                                   NULL)));
  gtk_widget_add_controller (window, controller);
}
