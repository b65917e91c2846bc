/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/bzg-office-group.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"
#include "app/bzg-window.h"
#include "base/bzg-error.h"
#include "base/bzg-file.h"
#include "base/bzg-format.h"
#include "exchange/bzg-office.h"

struct _BzgOfficeGroup
{
  AdwBin parent_instance;

  BzgSession *session;
  AdwPreferencesGroup *group;
  GPtrArray *rows;
  GtkFileChooserNative *chooser;
  /* While somebody is asked about it. */
  BzgOfficeProfile *profile;
  GtkWidget *question;  /* not owned */
  GtkEditable *letters; /* in the question; NULL: the root is known */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BzgOfficeGroup, bzg_office_group, ADW_TYPE_BIN)

static BzgWindow *
window_of (BzgOfficeGroup *self)
{
  return bzg_window_of (GTK_WIDGET (self));
}

/* Why a profile is not taken up stands in the error, for people. */
static void
fail (BzgOfficeGroup *self, const GError *error)
{
  if (g_error_matches (error, BZG_ERROR, BZG_ERROR_REFUSED_OFFICE))
    bzg_ui_tell (GTK_WINDOW (window_of (self)), bzg_error_headline (error), error->message);
  else
    bzg_window_fail (window_of (self), error);
}

/* ---- Taking up */

static void
adopt_response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  BzgOfficeGroup *self = user_data;
  g_autoptr (BzgOfficeProfile) profile = g_steal_pointer (&self->profile);
  g_autoptr (GError) error = NULL;
  const char *letters = self->letters != NULL ? gtk_editable_get_text (self->letters) : NULL;

  if (bzg_ui_is_yes (response) && profile != NULL && self->session != NULL)
    {
      if (bzg_office_adopt (self->session, profile, letters, &error))
        bzg_window_toast (window_of (self), _ ("The office can open this casebook now."));
      else
        fail (self, error);
      g_signal_emit (self, signals[CHANGED], 0);
    }
  self->letters = NULL;
  self->question = NULL;
}

static void
letters_changed_cb (GtkEditable *entry, gpointer user_data)
{
  BzgOfficeGroup *self = user_data;

  BzgOfficeLetters letters;

  if (self->profile == NULL)
    return;
  letters = bzg_office_letters_match (self->profile, gtk_editable_get_text (entry));
  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (self->question), BZG_ASK_YES,
                                           letters == BZG_OFFICE_LETTERS_RIGHT);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry),
                                 letters == BZG_OFFICE_LETTERS_WRONG
                                   ? _ ("A letter is wrong, or it is another office")
                                   : _ ("The letters of the office: 24"));
}

/* The letters are typed and never shown: who only sees them says yes without having called. Nor is
 * the name that an unknown profile gives itself, which could be its letters. */
static void
ask_for_letters (BzgOfficeGroup *self)
{
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *row = adw_entry_row_new ();

  self->letters = GTK_EDITABLE (row);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("The letters of the office: 24"));
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (row), TRUE);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_widget_set_size_request (list, 460, -1);
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (self->question), list);
  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (self->question), BZG_ASK_YES, FALSE);
  g_signal_connect (row, "changed", G_CALLBACK (letters_changed_cb), self);
}

static void
ask (BzgOfficeGroup *self)
{
  g_autofree char *heading = NULL;
  g_autofree char *until = bzg_format_date (bzg_language_current (), self->profile->until);
  g_autofree char *body = NULL;
  gboolean is_new = bzg_office_is_new (self->session, self->profile);

  heading = is_new ? g_strdup (_ ("Let an office in?"))
                   : g_strdup_printf (_ ("Let %s in?"), self->profile->name);
  if (is_new)
    body = g_strdup_printf (
      _ ("Its key will open this casebook and its backups; the profile, number %u, holds until %s. "
         "Call the office, or take its paper, and type the six groups of letters. Never take them "
         "from the mail that brought the profile."),
      self->profile->serial, until);
  else
    body = g_strdup_printf (_ ("Its new key will open this casebook and its backups until %s. The "
                               "key before it will open it no more."),
                            until);
  self->question = bzg_ui_question (GTK_WINDOW (window_of (self)), heading, body, _ ("_Cancel"),
                                    _ ("_Let in"), BZG_ASK_SAFE);
  self->letters = NULL;
  if (is_new)
    ask_for_letters (self);
  bzg_ui_ask (self->question, G_CALLBACK (adopt_response_cb), self);
  if (is_new)
    gtk_widget_grab_focus (GTK_WIDGET (self->letters));
}

static void
file_chosen_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  BzgOfficeGroup *self = user_data;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  path = file != NULL ? g_file_get_path (file) : NULL;
  g_clear_object (&self->chooser);
  if (path == NULL || self->session == NULL || window_of (self) == NULL)
    return;
  bytes = bzg_file_read (path, BZG_OFFICE_PROFILE_MAX, &error);
  g_clear_pointer (&self->profile, bzg_office_profile_free);
  if (bytes != NULL)
    self->profile
      = bzg_office_profile_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  if (self->profile != NULL)
    ask (self);
  else
    fail (self, error);
}

static void
choose_cb (GtkButton *button, BzgOfficeGroup *self)
{
  if (self->chooser != NULL)
    return;
  self->chooser
    = gtk_file_chooser_native_new (_ ("The profile of the office"), GTK_WINDOW (window_of (self)),
                                   GTK_FILE_CHOOSER_ACTION_OPEN, _ ("Choose"), NULL);
  g_signal_connect (self->chooser, "response", G_CALLBACK (file_chosen_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* ---- Withdrawing */

static void
withdraw_response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  BzgOfficeGroup *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!bzg_ui_is_yes (response) || self->session == NULL)
    return;
  if (bzg_office_withdraw (self->session, &error))
    bzg_window_toast (window_of (self), _ ("The office can open this casebook no more."));
  else
    bzg_window_fail (window_of (self), error);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
withdraw_cb (GtkButton *button, BzgOfficeGroup *self)
{
  bzg_ui_ask (bzg_ui_question (
                GTK_WINDOW (window_of (self)), _ ("Shut the office out?"),
                _ ("Its key will open this casebook no more, and backups are no longer made for "
                   "it. Copies of the file and backups that it has already stay open to it; a new "
                   "key of the casebook is due afterwards."),
                _ ("_Cancel"), _ ("_Shut out"), BZG_ASK_DANGER),
              G_CALLBACK (withdraw_response_cb), self);
}

/* ---- The rows */

static char *
describe (BzgOfficeState state, const BzgOfficeProfile *profile, gboolean gets_backups)
{
  g_autofree char *until
    = profile != NULL ? bzg_format_date (bzg_language_current (), profile->until) : NULL;

  switch (state)
    {
    case BZG_OFFICE_GOOD:
      if (!gets_backups)
        return g_strdup_printf (
          _ ("Its key opens this casebook until %s, but backups are made for another key"), until);
      return g_strdup_printf (_ ("Its key opens this casebook and its backups. Until %s"), until);
    case BZG_OFFICE_ENDING:
      return g_strdup_printf (
        _ ("Its key opens this casebook and its backups. Ask for a new profile before %s"), until);
    case BZG_OFFICE_OVER:
      return g_strdup_printf (
        _ ("The profile ended on %s. Take up a new one, or shut the office out"), until);
    case BZG_OFFICE_STRANGE:
      return g_strdup (_ ("The key in this file is not the one that was let in. Ask the person in "
                          "charge; take up the profile once more, and make a new key"));
    case BZG_OFFICE_NONE:
    default:
      return g_strdup (_ ("With the profile that an office has sent, its key opens this casebook "
                          "when every passphrase is lost, and its backups"));
    }
}

void
bzg_office_group_show (BzgOfficeGroup *self, BzgSession *session)
{
  g_autoptr (BzgOfficeProfile) profile = NULL;
  BzgOfficeState state = bzg_office_state (session, &profile);
  g_autofree char *text = describe (state, profile, bzg_office_gets_backups (session));
  GtkWidget *row = NULL;

  g_set_object (&self->session, session);
  bzg_ui_clear_rows (self->rows);
  row = bzg_ui_add_row (self->rows, self->group,
                        profile != NULL ? profile->name : _ ("No office is let in"), text);
  if (state >= BZG_OFFICE_ENDING)
    adw_action_row_set_icon_name (ADW_ACTION_ROW (row), "dialog-warning-symbolic");
  bzg_ui_add_button (row, state == BZG_OFFICE_NONE ? _ ("_Profile…") : _ ("New _profile…"),
                     G_CALLBACK (choose_cb), self);
  if (state != BZG_OFFICE_NONE)
    bzg_ui_add_button (row, _ ("Sh_ut out…"), G_CALLBACK (withdraw_cb), self);
}

static void
bzg_office_group_dispose (GObject *object)
{
  BzgOfficeGroup *self = BZG_OFFICE_GROUP (object);

  if (self->chooser != NULL)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (self->chooser));
  g_clear_object (&self->chooser);
  g_clear_object (&self->session);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->profile, bzg_office_profile_free);
  G_OBJECT_CLASS (bzg_office_group_parent_class)->dispose (object);
}

static void
bzg_office_group_class_init (BzgOfficeGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bzg_office_group_dispose;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
bzg_office_group_init (BzgOfficeGroup *self)
{
  self->rows = g_ptr_array_new ();
  self->group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_title (self->group, _ ("The office"));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->group));
}
