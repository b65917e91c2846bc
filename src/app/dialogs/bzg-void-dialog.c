/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dialogs/bzg-void-dialog.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"

typedef struct
{
  BzgWindow *window; /* weak */
  BzgSession *session;
  const BzgAggregate *aggregate;
  BzgId id;
  GtkEditable *reason;
} Void;

static Void *
void_copy (const Void *self)
{
  Void *copy = g_new0 (Void, 1);

  *copy = *self;
  copy->reason = NULL;
  g_object_ref (copy->session);
  g_set_weak_pointer (&copy->window, self->window);
  return copy;
}

static void
void_free (Void *self)
{
  g_clear_weak_pointer (&self->window);
  g_object_unref (self->session);
  g_free (self);
}

static void
unvoided_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Void *self = data;
  g_autoptr (GError) error = NULL;

  if (!bzg_session_commit_finish (BZG_SESSION (source), result, &error) && self->window != NULL)
    bzg_window_fail (self->window, error);
  void_free (self);
}

static void
undo_cb (gpointer data)
{
  Void *self = data;
  BzgWork *work = NULL;

  if (bzg_application_session (bzg_application_get ()) != self->session)
    return; /* locked since */
  work = bzg_work_new ();
  bzg_work_unvoid (work, self->aggregate->name, &self->id);
  bzg_session_commit_async (self->session, work, NULL, unvoided_cb, void_copy (self));
}

static void
voided_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Void *self = data;
  g_autoptr (GError) error = NULL;

  if (bzg_session_commit_finish (BZG_SESSION (source), result, &error))
    {
      if (self->window != NULL)
        bzg_window_toast_action (self->window, _ ("The entry was voided"), _ ("_Undo"), undo_cb,
                                 void_copy (self), (GDestroyNotify) void_free);
    }
  else if (self->window != NULL)
    bzg_window_fail (self->window, error);
  void_free (self);
}

static void
changed_cb (GtkEditable *entry, AdwMessageDialog *dialog)
{
  adw_message_dialog_set_response_enabled (dialog, "void", *gtk_editable_get_text (entry) != '\0');
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, Void *self)
{
  BzgWork *work = NULL;

  if (!g_str_equal (response, "void"))
    return;
  work = bzg_work_new ();
  bzg_work_void (work, self->aggregate->name, &self->id, gtk_editable_get_text (self->reason));
  bzg_session_commit_async (self->session, work, NULL, voided_cb, void_copy (self));
}

void
bzg_void_dialog_present (BzgWindow *window, BzgSession *session, const BzgRecord *record)
{
  Void *self = g_new0 (Void, 1);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (window), _ ("Void this entry?"),
                                              _ ("It no longer counts and leaves the timeline. It "
                                                 "stays in the history and can be brought "
                                                 "back."));
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *row = adw_entry_row_new ();

  g_set_weak_pointer (&self->window, window);
  self->session = g_object_ref (session);
  self->aggregate = bzg_record_aggregate (record);
  self->id = *bzg_record_id (record);
  self->reason = GTK_EDITABLE (row);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Reason"));
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (row), TRUE);
  g_signal_connect (row, "changed", G_CALLBACK (changed_cb), dialog);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), list);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "void",
                                    _ ("_Void"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "void",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (dialog), "void", FALSE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "void");
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), self,
                         (GClosureNotify) (void *) void_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (row);
}
