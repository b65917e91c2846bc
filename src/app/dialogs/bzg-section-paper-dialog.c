/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dialogs/bzg-section-paper-dialog.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"
#include "casebook/bzg-sections.h"
#include "vault/bzg-crypto.h"

typedef struct
{
  BzgWindow *window; /* weak */
  BzgSession *session;
  GtkWidget *question;
  GtkEditable *first, *second, *reason;
} Opening;

static void
opening_free (Opening *self)
{
  g_clear_weak_pointer (&self->window);
  g_object_unref (self->session);
  g_free (self);
}

/* The code, or both shares. Wipe it. */
static char *
typed (Opening *self)
{
  const char *first = gtk_editable_get_text (self->first);

  return bzg_paper_state (BZG_PAPER_SECTIONS, first) == BZG_PAPER_WHOLE
           ? g_strdup (first)
           : g_strconcat (first, "\n", gtk_editable_get_text (self->second), NULL);
}

static void
changed_cb (GtkEditable *entry, Opening *self)
{
  const char *first = gtk_editable_get_text (self->first);
  g_autofree char *reason = g_strstrip (g_strdup (gtk_editable_get_text (self->reason)));
  char *code = typed (self);

  gtk_widget_set_visible (GTK_WIDGET (self->second),
                          bzg_paper_state (BZG_PAPER_SECTIONS, first) == BZG_PAPER_MORE);
  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (self->question), BZG_ASK_YES,
                                           *reason != '\0'
                                             && bzg_paper_state (BZG_PAPER_SECTIONS, code)
                                                  == BZG_PAPER_WHOLE);
  bzg_wipe_free (code);
}

static void
answered_cb (AdwMessageDialog *dialog, const char *response, Opening *self)
{
  g_autoptr (GError) error = NULL;
  char *code = NULL;

  if (!bzg_ui_is_yes (response) || self->window == NULL)
    return;
  code = typed (self);
  if (bzg_sections_open_by_paper (self->session, code, gtk_editable_get_text (self->reason),
                                  &error))
    bzg_window_toast (self->window,
                      _ ("Open until you lock. Everybody who holds the keys is told."));
  else
    bzg_window_fail (self->window, error);
  bzg_wipe_free (code);
}

static gboolean
empty_cb (gpointer entry)
{
  g_signal_handlers_disconnect_matched (entry, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, changed_cb, NULL);
  gtk_editable_set_text (entry, "");
  return G_SOURCE_REMOVE;
}

/* However it goes, also when the casebook is locked under it. The answer comes after this. */
static void
unmap_cb (GtkWidget *dialog, Opening *self)
{
  g_idle_add_full (G_PRIORITY_HIGH_IDLE, empty_cb, g_object_ref (self->first), g_object_unref);
  g_idle_add_full (G_PRIORITY_HIGH_IDLE, empty_cb, g_object_ref (self->second), g_object_unref);
}

static GtkEditable *
add_entry (Opening *self, GtkWidget *list, const char *title)
{
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (row), TRUE);
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  return GTK_EDITABLE (row);
}

void
bzg_section_paper_dialog_present (BzgWindow *window, BzgSession *session)
{
  Opening *self = g_new0 (Opening, 1);
  GtkWidget *list = gtk_list_box_new ();

  g_set_weak_pointer (&self->window, window);
  self->session = g_object_ref (session);
  self->question = bzg_ui_question (
    GTK_WINDOW (window), _ ("Open the sealed sections by the paper?"),
    _ (
      "For an emergency in which nobody is there who holds the keys. They are open until you lock. "
      "It is written down with your name and the reason, and everybody who holds the keys is "
      "told."),
    _ ("_Cancel"), _ ("_Open"), BZG_ASK_SAFE);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_widget_set_size_request (list, 460, -1);
  self->first = add_entry (self, list, _ ("Code, or the first share: BS1…"));
  self->second = add_entry (self, list, _ ("Another share"));
  self->reason = add_entry (self, list, _ ("Reason"));
  gtk_widget_set_visible (GTK_WIDGET (self->second), FALSE);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (self->question), list);
  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (self->question), BZG_ASK_YES, FALSE);
  g_signal_connect (self->first, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect (self->second, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect (self->reason, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect (self->question, "response", G_CALLBACK (answered_cb), self);
  g_signal_connect (self->question, "unmap", G_CALLBACK (unmap_cb), self);
  g_object_set_data_full (G_OBJECT (self->question), "opening", self,
                          (GDestroyNotify) opening_free);
  gtk_window_present (GTK_WINDOW (self->question));
  gtk_widget_grab_focus (GTK_WIDGET (self->first));
}
