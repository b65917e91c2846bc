/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/bzg-search-popover.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"

#define MAX_HITS 8

struct _BzgSearchPopover
{
  GtkPopover parent_instance;

  GtkWidget *list;
};

G_DEFINE_FINAL_TYPE (BzgSearchPopover, bzg_search_popover, GTK_TYPE_POPOVER)

enum
{
  CHOSEN,
  ALL,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static const char *
reason (const char *why)
{
  static const struct
  {
    const char *why, *text;
  } reasons[] = {
    { "name", N_ ("by name") },   { "case_no", N_ ("by case number") },
    { "phone", N_ ("by phone") }, { "document", N_ ("by document") },
    { "place", N_ ("by place") }, { "note", N_ ("in a note") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (g_strcmp0 (reasons[i].why, why) == 0)
      return _ (reasons[i].text);
  return "";
}

static GtkWidget *
hit_row (const BzgHit *hit)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  g_autofree char *number = hit->case_no != NULL ? bzg_ui_case_number (hit->case_no) : NULL;
  const char *name = hit->names != NULL && hit->names[0] != NULL ? hit->names[0] : "–";
  GtkWidget *label = bzg_ui_label (name, NULL);
  BzgId *id = g_memdup2 (&hit->id, sizeof (BzgId));

  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), bzg_ui_label (reason (hit->why), "dim-label caption"));
  if (number != NULL)
    gtk_box_append (GTK_BOX (box), bzg_ui_label (number, "numeric dim-label"));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  bzg_ui_name (row, name);
  g_object_set_data_full (G_OBJECT (row), "person", id, g_free);
  return row;
}

static GtkWidget *
text_row (const char *text, const char *css)
{
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), bzg_ui_label (text, css));
  bzg_ui_name (row, text);
  return row;
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, BzgSearchPopover *self)
{
  const BzgId *person = g_object_get_data (G_OBJECT (row), "person");
  BzgId copy;

  gtk_popover_popdown (GTK_POPOVER (self));
  if (person == NULL)
    {
      g_signal_emit (self, signals[ALL], 0);
      return;
    }
  copy = *person;
  g_signal_emit (self, signals[CHOSEN], 0, &copy);
}

static gboolean
key_cb (GtkEventControllerKey *keys,
        guint keyval,
        guint keycode,
        GdkModifierType state,
        BzgSearchPopover *self)
{
  GtkListBox *list = GTK_LIST_BOX (self->list);
  GtkListBoxRow *row = gtk_list_box_get_selected_row (list);
  int index = row != NULL ? gtk_list_box_row_get_index (row) : -1;

  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    return GDK_EVENT_PROPAGATE;
  if (keyval == GDK_KEY_Down || keyval == GDK_KEY_KP_Down)
    index++;
  else if (keyval == GDK_KEY_Up || keyval == GDK_KEY_KP_Up)
    index = MAX (index - 1, 0);
  else
    return GDK_EVENT_PROPAGATE;

  row = gtk_list_box_get_row_at_index (list, index);
  if (row != NULL)
    gtk_list_box_select_row (list, row);
  return GDK_EVENT_STOP;
}

static void
focus_left_cb (GtkEventControllerFocus *focus, BzgSearchPopover *self)
{
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
bzg_search_popover_class_init (BzgSearchPopoverClass *klass)
{
  signals[CHOSEN] = g_signal_new ("chosen", BZG_TYPE_SEARCH_POPOVER, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[ALL] = g_signal_new ("all", BZG_TYPE_SEARCH_POPOVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 0);
}

static void
bzg_search_popover_init (BzgSearchPopover *self)
{
  self->list = gtk_list_box_new ();
  gtk_widget_set_size_request (self->list, 440, -1);
  gtk_widget_add_css_class (self->list, "bzg-hits");
  bzg_ui_name (self->list, _ ("People found"));
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (row_activated_cb), self, 0);
  gtk_popover_set_child (GTK_POPOVER (self), self->list);
  gtk_popover_set_autohide (GTK_POPOVER (self), FALSE);
  gtk_popover_set_has_arrow (GTK_POPOVER (self), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self), GTK_POS_BOTTOM);
  gtk_widget_add_css_class (GTK_WIDGET (self), "menu");
}

BzgSearchPopover *
bzg_search_popover_new (GtkWidget *entry)
{
  BzgSearchPopover *self = g_object_new (BZG_TYPE_SEARCH_POPOVER, NULL);
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_widget_set_parent (GTK_WIDGET (self), entry);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, 0);
  gtk_widget_add_controller (entry, keys);
  g_signal_connect_object (focus, "leave", G_CALLBACK (focus_left_cb), self, 0);
  gtk_widget_add_controller (entry, focus);
  return self;
}

void
bzg_search_popover_set_text (BzgSearchPopover *self, BzgSession *session, const char *text)
{
  g_autoptr (GPtrArray) hits = NULL;

  bzg_ui_clear (self->list);
  if (session == NULL || text == NULL || *text == '\0')
    {
      gtk_popover_popdown (GTK_POPOVER (self));
      return;
    }

  hits = bzg_people_search (session, text, MAX_HITS, NULL);
  for (guint i = 0; hits != NULL && i < hits->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (self->list), hit_row (g_ptr_array_index (hits, i)));
  if (hits == NULL || hits->len == 0)
    {
      GtkWidget *row = text_row (_ ("Nobody found. Ctrl+N registers a new person."), "dim-label");

      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
      gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (row), FALSE);
      gtk_list_box_append (GTK_LIST_BOX (self->list), row);
    }
  else
    {
      gtk_list_box_append (GTK_LIST_BOX (self->list),
                           text_row (_ ("Show all in the table"), "bzg-link"));
      gtk_list_box_select_row (GTK_LIST_BOX (self->list),
                               gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), 0));
    }
  gtk_popover_popup (GTK_POPOVER (self));
}

void
bzg_search_popover_activate (BzgSearchPopover *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));

  if (row != NULL)
    row_activated_cb (GTK_LIST_BOX (self->list), row, self);
}
