/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/bzg-choice-entry.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/bzg-ui.h"
#include "base/bzg-text.h"

#define MAX_SHOWN 80

typedef struct
{
  char *value;
  char *label;
  char *hint;
  char *fold;   /* of the label */
  char *search; /* fold of everything it is found by */
} Choice;

struct _BzgChoiceEntry
{
  GtkBox parent_instance;

  GPtrArray *choices;
  GtkWidget *entry;
  GtkWidget *popover;
  GtkWidget *scroller;
  GtkWidget *list;
  gboolean setting; /* the text is set by us, not typed */
};

G_DEFINE_FINAL_TYPE (BzgChoiceEntry, bzg_choice_entry, GTK_TYPE_BOX)

static void
choice_free (Choice *choice)
{
  g_free (choice->value);
  g_free (choice->label);
  g_free (choice->hint);
  g_free (choice->fold);
  g_free (choice->search);
  g_free (choice);
}

static const char *
get_text (BzgChoiceEntry *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->entry));
}

static void
set_text (BzgChoiceEntry *self, const char *text)
{
  self->setting = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
  self->setting = FALSE;
}

static void
fill_list (BzgChoiceEntry *self, const char *text)
{
  g_autofree char *fold = bzg_text_fold (text);
  guint shown = 0;

  bzg_ui_clear (self->list);
  for (int pass = 0; pass < 2; pass++)
    for (guint i = 0; i < self->choices->len && shown < MAX_SHOWN; i++)
      {
        const Choice *choice = g_ptr_array_index (self->choices, i);
        gboolean begins = g_str_has_prefix (choice->fold, fold);
        GtkWidget *row = NULL, *box = NULL, *label = NULL;

        /* What begins with it first, then what contains it. */
        if (pass == 0 ? !begins : begins || strstr (choice->search, fold) == NULL)
          continue;
        row = gtk_list_box_row_new ();
        box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
        label = bzg_ui_label (choice->label, NULL);
        gtk_widget_set_hexpand (label, TRUE);
        gtk_box_append (GTK_BOX (box), label);
        if (choice->hint != NULL)
          gtk_box_append (GTK_BOX (box), bzg_ui_label (choice->hint, "dim-label caption"));
        gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
        gtk_widget_set_can_focus (row, FALSE);
        bzg_ui_name (row, choice->label);
        g_object_set_data (G_OBJECT (row), "choice", (gpointer) choice);
        gtk_list_box_append (GTK_LIST_BOX (self->list), row);
        shown++;
      }
}

static void
mark_row (BzgChoiceEntry *self, int index)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), index);
  GtkAdjustment *adjustment
    = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  double y = 0;

  if (row == NULL)
    return;
  gtk_list_box_select_row (GTK_LIST_BOX (self->list), row);
  if (gtk_widget_translate_coordinates (GTK_WIDGET (row), self->list, 0, 0, NULL, &y))
    gtk_adjustment_clamp_page (adjustment, y, y + gtk_widget_get_height (GTK_WIDGET (row)));
}

static void
open_list (BzgChoiceEntry *self, const char *text)
{
  fill_list (self, text);
  if (gtk_widget_get_first_child (self->list) == NULL)
    {
      gtk_popover_popdown (GTK_POPOVER (self->popover));
      return;
    }
  gtk_widget_set_size_request (self->list, MAX (gtk_widget_get_width (GTK_WIDGET (self)) - 12, 180),
                               -1);
  gtk_popover_popup (GTK_POPOVER (self->popover));
  mark_row (self, 0);
}

static void
take (BzgChoiceEntry *self, const Choice *choice)
{
  gtk_popover_popdown (GTK_POPOVER (self->popover));
  set_text (self, choice->label);
}

static void
typed_cb (GtkEditable *entry, BzgChoiceEntry *self)
{
  if (self->setting || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (*get_text (self) == '\0')
    gtk_popover_popdown (GTK_POPOVER (self->popover));
  else if ((gtk_widget_get_state_flags (self->entry) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0)
    open_list (self, get_text (self));
}

static void
icon_cb (GtkEntry *entry, GtkEntryIconPosition position, BzgChoiceEntry *self)
{
  gtk_widget_grab_focus (self->entry);
  if (gtk_widget_get_visible (self->popover))
    gtk_popover_popdown (GTK_POPOVER (self->popover));
  else
    open_list (self, "");
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, BzgChoiceEntry *self)
{
  take (self, g_object_get_data (G_OBJECT (row), "choice"));
}

static gboolean
key_cb (GtkEventControllerKey *keys,
        guint keyval,
        guint keycode,
        GdkModifierType state,
        BzgChoiceEntry *self)
{
  gboolean open = gtk_widget_get_visible (self->popover);
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));
  int index = row != NULL ? gtk_list_box_row_get_index (row) : -1;

  if ((state & GDK_CONTROL_MASK) != 0)
    return GDK_EVENT_PROPAGATE;
  switch (keyval)
    {
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      if (!open)
        open_list (self, "");
      else
        mark_row (self, index + 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      if (!open)
        return GDK_EVENT_PROPAGATE;
      mark_row (self, MAX (index - 1, 0));
      return GDK_EVENT_STOP;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      if (!open || row == NULL)
        return GDK_EVENT_PROPAGATE;
      row_activated_cb (GTK_LIST_BOX (self->list), row, self);
      return GDK_EVENT_STOP;
    case GDK_KEY_Escape:
      if (!open)
        return GDK_EVENT_PROPAGATE;
      gtk_popover_popdown (GTK_POPOVER (self->popover));
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

/* On leaving, three letters are enough if they fit only one of the list. */
static void
left_cb (GtkEventControllerFocus *focus, BzgChoiceEntry *self)
{
  gboolean unknown = FALSE;
  const Choice *only = NULL;
  g_autofree char *fold = bzg_text_fold (get_text (self));

  gtk_popover_popdown (GTK_POPOVER (self->popover));
  bzg_choice_entry_get_value (self, &unknown);
  if (!unknown)
    return;
  for (guint i = 0; i < self->choices->len; i++)
    {
      const Choice *choice = g_ptr_array_index (self->choices, i);

      if (strstr (choice->search, fold) == NULL)
        continue;
      if (only != NULL)
        return;
      only = choice;
    }
  if (only != NULL)
    set_text (self, only->label);
}

static void
bzg_choice_entry_dispose (GObject *object)
{
  BzgChoiceEntry *self = BZG_CHOICE_ENTRY (object);

  g_clear_pointer (&self->popover, gtk_widget_unparent);
  G_OBJECT_CLASS (bzg_choice_entry_parent_class)->dispose (object);
}

static void
bzg_choice_entry_finalize (GObject *object)
{
  g_ptr_array_unref (BZG_CHOICE_ENTRY (object)->choices);
  G_OBJECT_CLASS (bzg_choice_entry_parent_class)->finalize (object);
}

static void
bzg_choice_entry_class_init (BzgChoiceEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bzg_choice_entry_dispose;
  G_OBJECT_CLASS (klass)->finalize = bzg_choice_entry_finalize;
}

static void
bzg_choice_entry_init (BzgChoiceEntry *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->choices = g_ptr_array_new_with_free_func ((GDestroyNotify) choice_free);
  self->entry = gtk_entry_new ();
  gtk_widget_set_hexpand (self->entry, TRUE);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->entry), 12);
  gtk_entry_set_icon_from_icon_name (GTK_ENTRY (self->entry), GTK_ENTRY_ICON_SECONDARY,
                                     "pan-down-symbolic");
  gtk_entry_set_icon_tooltip_text (GTK_ENTRY (self->entry), GTK_ENTRY_ICON_SECONDARY,
                                   _ ("Show the list (Down)"));
  g_signal_connect_object (self->entry, "changed", G_CALLBACK (typed_cb), self, 0);
  g_signal_connect_object (self->entry, "icon-press", G_CALLBACK (icon_cb), self, 0);
  gtk_box_append (GTK_BOX (self), self->entry);

  self->list = gtk_list_box_new ();
  gtk_widget_add_css_class (self->list, "bzg-hits");
  bzg_ui_name (self->list, _ ("Choices"));
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (row_activated_cb), self, 0);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroller), 280);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->list);
  self->popover = gtk_popover_new ();
  gtk_popover_set_child (GTK_POPOVER (self->popover), self->scroller);
  gtk_popover_set_autohide (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self->popover), GTK_POS_BOTTOM);
  gtk_widget_add_css_class (self->popover, "menu");
  gtk_widget_set_parent (self->popover, GTK_WIDGET (self));

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, 0);
  gtk_widget_add_controller (self->entry, keys);
  g_signal_connect_object (focus, "leave", G_CALLBACK (left_cb), self, 0);
  gtk_widget_add_controller (self->entry, focus);
}

GtkWidget *
bzg_choice_entry_new (void)
{
  return g_object_new (BZG_TYPE_CHOICE_ENTRY, NULL);
}

GtkEntry *
bzg_choice_entry_get_entry (BzgChoiceEntry *self)
{
  return GTK_ENTRY (self->entry);
}

void
bzg_choice_entry_clear (BzgChoiceEntry *self)
{
  bzg_ui_clear (self->list);
  g_ptr_array_set_size (self->choices, 0);
}

void
bzg_choice_entry_add (
  BzgChoiceEntry *self, const char *value, const char *label, const char *search, const char *hint)
{
  Choice *choice = g_new0 (Choice, 1);
  g_autofree char *all
    = g_strjoin (" ", label, value, search != NULL ? search : "", hint != NULL ? hint : "", NULL);

  choice->value = g_strdup (value);
  choice->label = g_strdup (label);
  choice->hint = g_strdup (hint);
  choice->fold = bzg_text_fold (label);
  choice->search = bzg_text_fold (all);
  g_ptr_array_add (self->choices, choice);
}

void
bzg_choice_entry_add_codes (BzgChoiceEntry *self, const char *list)
{
  const BzgCodeList *codes = bzg_dictionary_code_list (list);

  for (guint i = 0; codes != NULL && i < codes->n_codes; i++)
    {
      const BzgCode *code = &codes->codes[i];
      g_autofree char *search
        = g_strjoin (" ", code->en != NULL ? code->en : "", code->ru != NULL ? code->ru : "",
                     code->tg != NULL ? code->tg : "", NULL);
      const char *hint = NULL;

      if (g_str_equal (list, "service") && code->parent != NULL)
        hint = bzg_ui_code (list, code->parent);
      else if (g_str_equal (list, "district") && code->parent != NULL)
        hint = bzg_ui_code ("region", code->parent);
      bzg_choice_entry_add (self, code->code, bzg_ui_code (list, code->code), search, hint);
    }
}

const char *
bzg_choice_entry_get_value (BzgChoiceEntry *self, gboolean *unknown)
{
  g_autofree char *text = g_strstrip (g_strdup (get_text (self)));
  g_autofree char *fold = bzg_text_fold (text);

  if (unknown != NULL)
    *unknown = FALSE;
  if (*text == '\0')
    return NULL;
  for (guint i = 0; i < self->choices->len; i++)
    {
      const Choice *choice = g_ptr_array_index (self->choices, i);

      if (g_str_equal (choice->fold, fold) || g_ascii_strcasecmp (choice->value, text) == 0)
        return choice->value;
    }
  if (unknown != NULL)
    *unknown = TRUE;
  return NULL;
}

void
bzg_choice_entry_set_value (BzgChoiceEntry *self, const char *value)
{
  for (guint i = 0; value != NULL && i < self->choices->len; i++)
    {
      const Choice *choice = g_ptr_array_index (self->choices, i);

      if (g_str_equal (choice->value, value))
        {
          set_text (self, choice->label);
          return;
        }
    }
  set_text (self, value != NULL ? value : "");
}
