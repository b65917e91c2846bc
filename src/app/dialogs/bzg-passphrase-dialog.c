/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dialogs/bzg-passphrase-dialog.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"
#include "app/bzg-window.h"

typedef struct
{
  BzgSession *session;
  GtkWidget *window;
  GtkEditable *old_row, *new_row, *again_row;
  GtkWidget *dialog;
  GtkLabel *word;
} Change;

/* A guess at how many guesses it takes: different characters count, repetition does not. */
const char *
bzg_passphrase_strength (const char *text, int *level)
{
  glong length = g_utf8_strlen (text, -1);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  guint words = 0, distinct = 0, score = 0;
  gboolean in_word = FALSE;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_hash_table_add (seen, GUINT_TO_POINTER (c));
      if (g_unichar_isspace (c))
        in_word = FALSE;
      else if (!in_word)
        {
          in_word = TRUE;
          words++;
        }
    }
  distinct = g_hash_table_size (seen);
  score = (guint) MIN (length, 40) + distinct + 3 * MIN (words, 6);

  if (length < 10 || distinct < 6)
    *level = 0;
  else if (score < 30)
    *level = 1;
  else if (score < 44)
    *level = 2;
  else
    *level = 3;
  switch (*level)
    {
    case 0:
      return _ ("Too short: take four or five words that do not belong together.");
    case 1:
      return _ ("Weak: add one or two more words.");
    case 2:
      return _ ("Good.");
    default:
      return _ ("Strong.");
    }
}

static void
change_free (Change *change)
{
  g_object_unref (change->session);
  g_free (change);
}

static void
typed_cb (GtkEditable *row, Change *change)
{
  const char *text = gtk_editable_get_text (change->new_row);
  const char *again = gtk_editable_get_text (change->again_row);
  int level = 0;
  const char *word = bzg_passphrase_strength (text, &level);

  if (*again != '\0' && level > 0 && !g_str_equal (text, again))
    word = _ ("The two are not the same yet.");
  gtk_label_set_label (change->word, *text != '\0' ? word : "");
  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (change->dialog), "change",
                                           level > 0 && g_str_equal (text, again)
                                             && *gtk_editable_get_text (change->old_row) != '\0');
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, Change *change)
{
  g_autoptr (BzgSecret) old = bzg_secret_new_text (gtk_editable_get_text (change->old_row));
  g_autoptr (BzgSecret) new = bzg_secret_new_text (gtk_editable_get_text (change->new_row));
  g_autoptr (GError) error = NULL;

  gtk_editable_set_text (change->old_row, "");
  gtk_editable_set_text (change->new_row, "");
  gtk_editable_set_text (change->again_row, "");
  if (!g_str_equal (response, "change") || old == NULL || new == NULL)
    return;
  if (bzg_session_change_passphrase (change->session, old, new, &error))
    bzg_window_toast (BZG_WINDOW (change->window), _ ("The passphrase was changed"));
  else
    bzg_window_fail (BZG_WINDOW (change->window), error);
}

static GtkEditable *
add_row (GtkWidget *list, const char *title, Change *change)
{
  GtkWidget *row = adw_password_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  g_signal_connect (row, "changed", G_CALLBACK (typed_cb), change);
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  return GTK_EDITABLE (row);
}

void
bzg_passphrase_dialog_present (GtkWindow *parent, BzgSession *session)
{
  Change *change = g_new0 (Change, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *list = gtk_list_box_new ();

  change->session = g_object_ref (session);
  change->window = GTK_WIDGET (parent);
  change->dialog = adw_message_dialog_new (parent, _ ("Change your passphrase"),
                                           _ ("The old one stops working at once. Backups keep the "
                                              "passphrase or key they were made "
                                              "with."));
  change->word = GTK_LABEL (bzg_ui_text ("", "caption"));
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  change->old_row = add_row (list, _ ("Passphrase now"), change);
  change->new_row = add_row (list, _ ("New passphrase"), change);
  change->again_row = add_row (list, _ ("New passphrase again"), change);
  gtk_widget_set_size_request (box, 380, -1);
  gtk_box_append (GTK_BOX (box), list);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (change->word));
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (change->dialog), box);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (change->dialog), "cancel", _ ("_Cancel"),
                                    "change", _ ("C_hange"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (change->dialog), "change",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (change->dialog), "change", FALSE);
  g_signal_connect_data (change->dialog, "response", G_CALLBACK (response_cb), change,
                         (GClosureNotify) (void *) change_free, 0);
  gtk_window_present (GTK_WINDOW (change->dialog));
}
