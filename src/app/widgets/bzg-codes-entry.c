/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/bzg-codes-entry.h"

#include "app/bzg-ui.h"

struct _BzgCodesEntry
{
  GtkBox parent_instance;

  const BzgCodeList *list;
  GPtrArray *checks; /* GtkCheckButton, borrowed, in the order of the list */
};

G_DEFINE_FINAL_TYPE (BzgCodesEntry, bzg_codes_entry, GTK_TYPE_BOX)

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
toggled_cb (GtkCheckButton *check, BzgCodesEntry *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

/* The first box to tick stands for the whole. */
static gboolean
bzg_codes_entry_grab_focus (GtkWidget *widget)
{
  BzgCodesEntry *self = BZG_CODES_ENTRY (widget);

  return self->checks->len > 0 && gtk_widget_grab_focus (g_ptr_array_index (self->checks, 0));
}

static void
bzg_codes_entry_finalize (GObject *object)
{
  g_ptr_array_unref (BZG_CODES_ENTRY (object)->checks);
  G_OBJECT_CLASS (bzg_codes_entry_parent_class)->finalize (object);
}

static void
bzg_codes_entry_class_init (BzgCodesEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bzg_codes_entry_finalize;
  GTK_WIDGET_CLASS (klass)->grab_focus = bzg_codes_entry_grab_focus;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
  signals[CHANGED] = g_signal_new ("changed", BZG_TYPE_CODES_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
bzg_codes_entry_init (BzgCodesEntry *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_widget_add_css_class (GTK_WIDGET (self), "bzg-codes");
  self->checks = g_ptr_array_new ();
}

GtkWidget *
bzg_codes_entry_new (const char *list)
{
  BzgCodesEntry *self = g_object_new (BZG_TYPE_CODES_ENTRY, NULL);

  self->list = bzg_dictionary_code_list (list);
  for (guint i = 0; i < self->list->n_codes; i++)
    {
      GtkWidget *check = gtk_check_button_new ();
      GtkWidget *label = bzg_ui_text (bzg_ui_code (list, self->list->codes[i].code), NULL);

      gtk_check_button_set_child (GTK_CHECK_BUTTON (check), label);
      bzg_ui_name (check, bzg_ui_code (list, self->list->codes[i].code));
      g_signal_connect_object (check, "toggled", G_CALLBACK (toggled_cb), self, 0);
      g_ptr_array_add (self->checks, check);
      gtk_box_append (GTK_BOX (self), check);
    }
  return GTK_WIDGET (self);
}

char *
bzg_codes_entry_get_value (BzgCodesEntry *self)
{
  GString *value = g_string_new (NULL);

  for (guint i = 0; i < self->checks->len; i++)
    if (gtk_check_button_get_active (g_ptr_array_index (self->checks, i)))
      g_string_append_printf (value, "%s%s", value->len > 0 ? "; " : "", self->list->codes[i].code);
  return g_string_free (value, FALSE);
}

void
bzg_codes_entry_set_value (BzgCodesEntry *self, const char *value)
{
  g_auto (GStrv) codes = g_strsplit (value != NULL ? value : "", "; ", -1);

  for (guint i = 0; i < self->checks->len; i++)
    gtk_check_button_set_active (g_ptr_array_index (self->checks, i),
                                 g_strv_contains ((const char *const *) codes,
                                                  self->list->codes[i].code));
}
