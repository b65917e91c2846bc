/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dialogs/bzg-erase-dialog.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"

/*
 * The one act that cannot be undone. Somebody who voids by habit must not get here by habit: the
 * ground has no default, and the number of the case is typed.
 */
typedef struct
{
  BzgWindow *window; /* the dialog is transient for it and goes before it */
  BzgSession *session;
  BzgId person;
  char *case_no;
  AdwMessageDialog *dialog;
  AdwComboRow *ground;
  GtkEditable *number;
} Erase;

static void
erase_free (Erase *self)
{
  g_object_unref (self->session);
  g_free (self->case_no);
  g_free (self);
}

/* The chosen code; the first line of the list says that none is chosen. */
static const char *
chosen_ground (Erase *self)
{
  const BzgCodeList *grounds = bzg_dictionary_code_list ("erasure_ground");
  guint chosen = adw_combo_row_get_selected (self->ground);

  return chosen == 0 || chosen > grounds->n_codes ? NULL : grounds->codes[chosen - 1].code;
}

static void
update (Erase *self)
{
  char number[BZG_CASE_NUMBER_SIZE];
  gboolean same = bzg_case_number_parse (gtk_editable_get_text (self->number), number)
                  && g_strcmp0 (number, self->case_no) == 0;

  adw_message_dialog_set_response_enabled (self->dialog, "erase",
                                           chosen_ground (self) != NULL && same);
}

static void
typed_cb (GtkEditable *entry, Erase *self)
{
  update (self);
}

static void
chosen_cb (AdwComboRow *row, GParamSpec *pspec, Erase *self)
{
  update (self);
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, Erase *self)
{
  g_autoptr (GError) error = NULL;

  if (!g_str_equal (response, "erase"))
    return;
  if (bzg_session_erase_person (self->session, &self->person, chosen_ground (self), NULL, &error))
    {
      bzg_window_open_page (self->window, "people", NULL);
      bzg_window_toast (self->window, _ ("Erased for ever"));
    }
  else
    bzg_window_fail (self->window, error);
}

static GListModel *
grounds_model (void)
{
  const BzgCodeList *grounds = bzg_dictionary_code_list ("erasure_ground");
  GtkStringList *names = gtk_string_list_new (NULL);

  gtk_string_list_append (names, "–");
  for (guint i = 0; i < grounds->n_codes; i++)
    gtk_string_list_append (names, bzg_ui_code ("erasure_ground", grounds->codes[i].code));
  return G_LIST_MODEL (names);
}

void
bzg_erase_dialog_present (BzgWindow *window,
                          BzgSession *session,
                          const BzgId *person,
                          const char *case_no)
{
  Erase *self = g_new0 (Erase, 1);
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *ground = adw_combo_row_new ();
  GtkWidget *number = adw_entry_row_new ();
  g_autoptr (GListModel) model = grounds_model ();

  self->window = window;
  self->session = g_object_ref (session);
  self->person = *person;
  self->case_no = g_strdup (case_no);
  self->dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (
    GTK_WINDOW (window), _ ("Erase this person for ever?"),
    _ ("Everything about the person goes: facts, support, notes, history. Only numbers that were "
       "published stay. This cannot be undone; backups made before still hold the person until "
       "they are destroyed.")));
  self->ground = ADW_COMBO_ROW (ground);
  self->number = GTK_EDITABLE (number);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (ground), _ ("Ground"));
  adw_combo_row_set_model (self->ground, model);
  g_signal_connect (ground, "notify::selected", G_CALLBACK (chosen_cb), self);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (number), _ ("Type the case number"));
  g_signal_connect (number, "changed", G_CALLBACK (typed_cb), self);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_widget_set_size_request (list, 420, -1);
  gtk_list_box_append (GTK_LIST_BOX (list), ground);
  gtk_list_box_append (GTK_LIST_BOX (list), number);
  adw_message_dialog_set_extra_child (self->dialog, list);
  adw_message_dialog_add_responses (self->dialog, "cancel", _ ("_Cancel"), "erase",
                                    _ ("_Erase for ever"), NULL);
  adw_message_dialog_set_response_appearance (self->dialog, "erase", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_enabled (self->dialog, "erase", FALSE);
  adw_message_dialog_set_close_response (self->dialog, "cancel");
  g_signal_connect_data (self->dialog, "response", G_CALLBACK (response_cb), self,
                         (GClosureNotify) (void *) erase_free, 0);
  gtk_window_present (GTK_WINDOW (self->dialog));
  gtk_widget_grab_focus (ground);
}
