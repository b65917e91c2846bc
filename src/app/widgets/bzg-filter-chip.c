/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/bzg-filter-chip.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"

struct _BzgFilterChip
{
  GtkBox parent_instance;

  char *label;
  char *value;
  GtkWidget *button;
  GtkWidget *text;
  GtkWidget *list;
};

G_DEFINE_FINAL_TYPE (BzgFilterChip, bzg_filter_chip, GTK_TYPE_BOX)

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
update (BzgFilterChip *self)
{
  g_autofree char *text = g_strdup (self->label);

  for (GtkWidget *row = gtk_widget_get_first_child (self->list); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    if (self->value != NULL
        && g_strcmp0 (g_object_get_data (G_OBJECT (row), "value"), self->value) == 0)
      {
        g_free (text);
        text = g_strdup_printf ("%s: %s", self->label,
                                (const char *) g_object_get_data (G_OBJECT (row), "label"));
        gtk_list_box_select_row (GTK_LIST_BOX (self->list), GTK_LIST_BOX_ROW (row));
      }
  gtk_label_set_label (GTK_LABEL (self->text), text);
  bzg_ui_name (self->button, text);
  if (self->value != NULL)
    gtk_widget_add_css_class (self->button, "active");
  else
    gtk_widget_remove_css_class (self->button, "active");
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, BzgFilterChip *self)
{
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->button));
  bzg_filter_chip_set (self, g_object_get_data (G_OBJECT (row), "value"));
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
bzg_filter_chip_finalize (GObject *object)
{
  BzgFilterChip *self = BZG_FILTER_CHIP (object);

  g_free (self->label);
  g_free (self->value);
  G_OBJECT_CLASS (bzg_filter_chip_parent_class)->finalize (object);
}

static void
bzg_filter_chip_class_init (BzgFilterChipClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bzg_filter_chip_finalize;
  signals[CHANGED] = g_signal_new ("changed", BZG_TYPE_FILTER_CHIP, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
bzg_filter_chip_init (BzgFilterChip *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);

  self->list = gtk_list_box_new ();
  gtk_widget_add_css_class (self->list, "bzg-hits");
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (row_activated_cb), self, 0);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 360);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  gtk_popover_set_child (GTK_POPOVER (popover), scroller);
  gtk_widget_add_css_class (popover, "menu");

  self->text = bzg_ui_label (NULL, NULL);
  gtk_label_set_max_width_chars (GTK_LABEL (self->text), 26);
  gtk_box_append (GTK_BOX (box), self->text);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("pan-down-symbolic"));
  self->button = gtk_menu_button_new ();
  gtk_menu_button_set_child (GTK_MENU_BUTTON (self->button), box);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), popover);
  gtk_widget_add_css_class (self->button, "bzg-chip");
  gtk_box_append (GTK_BOX (self), self->button);
}

GtkWidget *
bzg_filter_chip_new (const char *label)
{
  BzgFilterChip *self = g_object_new (BZG_TYPE_FILTER_CHIP, NULL);

  self->label = g_strdup (label);
  bzg_ui_name (self->list, label);
  bzg_filter_chip_add (self, NULL, _ ("Any"));
  update (self);
  return GTK_WIDGET (self);
}

void
bzg_filter_chip_add (BzgFilterChip *self, const char *value, const char *label)
{
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), bzg_ui_label (label, NULL));
  bzg_ui_name (row, label);
  g_object_set_data_full (G_OBJECT (row), "value", g_strdup (value), g_free);
  g_object_set_data_full (G_OBJECT (row), "label", g_strdup (label), g_free);
  gtk_list_box_append (GTK_LIST_BOX (self->list), row);
}

void
bzg_filter_chip_add_codes (BzgFilterChip *self, const char *list)
{
  const BzgCodeList *codes = bzg_dictionary_code_list (list);

  for (guint i = 0; codes != NULL && i < codes->n_codes; i++)
    bzg_filter_chip_add (self, codes->codes[i].code, bzg_ui_code (list, codes->codes[i].code));
}

const char *
bzg_filter_chip_get (BzgFilterChip *self)
{
  return self->value;
}

void
bzg_filter_chip_set (BzgFilterChip *self, const char *value)
{
  char *copy = g_strdup (value);

  g_free (self->value);
  self->value = copy;
  update (self);
}
