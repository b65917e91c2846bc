/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/bzg-date-entry.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"
#include "app/widgets/bzg-month.h"
#include "base/bzg-format.h"

struct _BzgDateEntry
{
  GtkBox parent_instance;

  BzgDate today;
  GtkWidget *entry;
  GtkWidget *button;
};

G_DEFINE_FINAL_TYPE (BzgDateEntry, bzg_date_entry, GTK_TYPE_BOX)

static BzgDate
get_date (BzgDateEntry *self)
{
  BzgDate date = BZG_DATE_MISSING;

  bzg_date_parse (gtk_editable_get_text (GTK_EDITABLE (self->entry)), self->today, &date, NULL);
  return date;
}

static void
set_date (BzgDateEntry *self, BzgDate date)
{
  g_autofree char *text = bzg_format_date_short (bzg_language_current (), date);

  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
}

static void
chosen_cb (BzgMonth *month, BzgDate *day, BzgDateEntry *self)
{
  set_date (self, *day);
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->button));
  gtk_widget_grab_focus (self->entry);
}

/* The calendar is made when it is wanted: a form has many dates. */
static void
create_popup (GtkMenuButton *button, gpointer data)
{
  BzgDateEntry *self = data;
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *month = bzg_month_new (self->today);
  BzgDate date = get_date (self);

  if (date.year != 0)
    bzg_month_select (BZG_MONTH (month), date);
  g_signal_connect_object (month, "chosen", G_CALLBACK (chosen_cb), self, 0);
  gtk_popover_set_child (GTK_POPOVER (popover), month);
  gtk_menu_button_set_popover (button, popover);
}

static gboolean
key_cb (GtkEventControllerKey *keys,
        guint keyval,
        guint keycode,
        GdkModifierType state,
        BzgDateEntry *self)
{
  BzgDate date = get_date (self);
  int step = keyval == GDK_KEY_Up ? 1 : keyval == GDK_KEY_Down ? -1 : 0;

  if (step == 0 || (state & gtk_accelerator_get_default_mod_mask ()) != 0)
    return GDK_EVENT_PROPAGATE;
  if (date.year == 0)
    date = self->today;
  else
    date = bzg_date_add_days (date, step);
  if (date.year != 0)
    set_date (self, date);
  return GDK_EVENT_STOP;
}

static void
bzg_date_entry_class_init (BzgDateEntryClass *klass)
{
}

static void
bzg_date_entry_init (BzgDateEntry *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->entry = gtk_entry_new ();
  gtk_widget_set_hexpand (self->entry, TRUE);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->entry), 10);
  gtk_box_append (GTK_BOX (self), self->entry);

  self->button = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->button), "bzg-date-symbolic");
  gtk_widget_set_tooltip_text (self->button, _ ("Calendar"));
  bzg_ui_name (self->button, _ ("Calendar"));
  gtk_widget_set_focus_on_click (self->button, FALSE);
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->button), create_popup, self, NULL);
  gtk_box_append (GTK_BOX (self), self->button);
  gtk_widget_add_css_class (GTK_WIDGET (self), "linked");

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, 0);
  gtk_widget_add_controller (self->entry, keys);
}

GtkWidget *
bzg_date_entry_new (BzgDate today)
{
  BzgDateEntry *self = g_object_new (BZG_TYPE_DATE_ENTRY, NULL);

  self->today = today;
  return GTK_WIDGET (self);
}

GtkEntry *
bzg_date_entry_get_entry (BzgDateEntry *self)
{
  return GTK_ENTRY (self->entry);
}
