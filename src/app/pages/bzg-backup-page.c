/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-backup-page.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/bzg-ui.h"
#include "app/bzg-window.h"
#include "base/bzg-error.h"
#include "base/bzg-format.h"
#include "casebook/bzg-signer.h"
#include "exchange/bzg-backup.h"
#include "exchange/bzg-minisign.h"

/*
 * Month's end. A backup is called good only after it was read back and opened; the page says when
 * the last good one was made and turns amber when the next is due.
 */

struct _BzgBackupPage
{
  BzgPage parent_instance;

  GtkImage *status_icon;
  GtkLabel *status_title, *status_text;
  GtkStack *stack;
  AdwEntryRow *recipient_row;
  GtkWidget *passphrase_row, *again_row, *result_group, *signer_group;
  AdwActionRow *signer_row;
  GtkProgressBar *progress_bar;
  AdwActionRow *people_row, *supports_row, *size_row, *hash_row;

  GCancellable *cancellable;
  GtkFileChooserNative *chooser;
  BzgSecret *passphrase; /* of the backup, between the button and the chosen file */
};

G_DEFINE_FINAL_TYPE (BzgBackupPage, bzg_backup_page, BZG_TYPE_PAGE)

static gboolean
own_signer (BzgBackupPage *self, BzgBackupSigner *signer)
{
  signer->required = FALSE;
  if (!bzg_signer_public (bzg_page_session (BZG_PAGE (self)), signer->key))
    return FALSE;
  bzg_minisign_number (signer->key, signer->number);
  return TRUE;
}

static void
show_signer (BzgBackupPage *self)
{
  g_autofree char *text = NULL;
  guint8 key[32];
  gboolean there = bzg_signer_public (bzg_page_session (BZG_PAGE (self)), key);

  gtk_widget_set_visible (self->signer_group, there);
  if (!there)
    return;
  text = bzg_minisign_public_text (key);
  adw_action_row_set_subtitle (self->signer_row, text);
}

static void
show_status (BzgBackupPage *self)
{
  BzgSession *session = bzg_page_session (BZG_PAGE (self));
  BzgBackupStatus status;

  show_signer (self);
  bzg_backup_status (session, bzg_session_today (session), &status);
  if (status.ever)
    {
      g_autofree char *when = bzg_ui_moment (status.last_at);
      g_autofree char *text = g_strdup_printf (
        g_dngettext (NULL, "%d day ago, %s. It was read back and opened before it was called good.",
                     "%d days ago, %s. It was read back and opened before it was called good.",
                     (gulong) status.days),
        status.days, when);

      gtk_label_set_text (self->status_title, status.due ? _ ("The monthly backup is due")
                                                         : _ ("The backup is up to date"));
      gtk_label_set_text (self->status_text, text);
    }
  else
    {
      gtk_label_set_text (self->status_title, _ ("There is no backup yet"));
      gtk_label_set_text (self->status_text, _ ("If this computer is lost, the record is lost with "
                                                "it. Make a backup to a stick "
                                                "that is kept elsewhere."));
    }
  if (status.due)
    gtk_widget_add_css_class (GTK_WIDGET (self->status_icon), "bzg-amber");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->status_icon), "bzg-amber");
}

static void
show_result (BzgBackupPage *self, const BzgBackupReport *report)
{
  BzgLanguage lang = bzg_language_current ();
  g_autofree char *people = bzg_format_integer (lang, report->people);
  g_autofree char *supports = bzg_format_integer (lang, report->supports);
  g_autofree char *size = g_format_size (report->size);

  adw_action_row_set_subtitle (self->people_row, people);
  adw_action_row_set_subtitle (self->supports_row, supports);
  adw_action_row_set_subtitle (self->size_row, size);
  adw_action_row_set_subtitle (self->hash_row, report->sha256);
  gtk_widget_set_visible (self->result_group, TRUE);
}

static void
set_busy (BzgBackupPage *self, gboolean busy)
{
  gtk_stack_set_visible_child_name (self->stack, busy ? "busy" : "form");
  gtk_progress_bar_set_fraction (self->progress_bar, 0);
  if (busy)
    gtk_widget_set_visible (self->result_group, FALSE);
  else
    g_clear_object (&self->cancellable);
}

/* Called from the worker. */
static void
progress_cb (double fraction, gpointer data)
{
  BzgBackupPage *self = data;

  bzg_ui_progress (self->progress_bar, fraction);
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BzgBackupPage) self = user_data;
  g_autoptr (GError) error = NULL;
  BzgBackupReport report;
  BzgWindow *window = bzg_window_of (GTK_WIDGET (self));
  gboolean ok = bzg_backup_make_finish (BZG_SESSION (source), result, &report, &error);

  if (window == NULL)
    return; /* locked meanwhile */
  set_busy (self, FALSE);
  if (ok)
    {
      show_status (self);
      show_result (self, &report);
      bzg_window_refresh_sidebar (window);
      bzg_window_toast (window, _ ("The backup is good: it was read back and opened."));
    }
  else if (!g_error_matches (error, BZG_ERROR, BZG_ERROR_CANCELLED))
    bzg_window_fail (window, error);
}

/* Takes the passphrase out of its field at once; NULL if the two fields differ or are empty. */
static BzgSecret *
take_passphrase (BzgBackupPage *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->passphrase_row));
  BzgSecret *secret = *text != '\0' ? bzg_secret_new_text (text) : NULL;

  gtk_editable_set_text (GTK_EDITABLE (self->passphrase_row), "");
  gtk_editable_set_text (GTK_EDITABLE (self->again_row), "");

  return secret;
}

static void
place_chosen_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  BzgBackupPage *self = user_data;
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;
  g_auto (GStrv) recipients = bzg_backup_recipients (bzg_page_session (BZG_PAGE (self)));
  BzgBackupOptions options = { .passphrase = self->passphrase };

  if (response == GTK_RESPONSE_ACCEPT
      && (file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog))) != NULL
      && (path = g_file_get_path (file)) != NULL)
    {
      if (self->passphrase == NULL)
        options.recipients = (const char *const *) recipients;
      options.path = path;
      self->cancellable = g_cancellable_new ();
      set_busy (self, TRUE);
      bzg_backup_make_async (bzg_page_session (BZG_PAGE (self)), &options, progress_cb, self,
                             self->cancellable, made_cb, g_object_ref (self));
    }
  g_clear_pointer (&self->passphrase, bzg_secret_unref);
  g_clear_object (&self->chooser);
}

/* What stands in the field in place of what stood there; others for whom backups are made stay. */
static gboolean
put_recipient (BzgSession *session, const char *typed, GError **error)
{
  g_auto (GStrv) now = bzg_backup_recipients (session);
  g_autoptr (GPtrArray) then = g_ptr_array_new ();

  if (g_strcmp0 (now[0], typed) == 0)
    return TRUE;
  g_ptr_array_add (then, (gpointer) typed);
  for (guint i = 1; now[0] != NULL && now[i] != NULL; i++)
    if (!g_str_equal (now[i], typed))
      g_ptr_array_add (then, now[i]);
  g_ptr_array_add (then, NULL);
  return bzg_backup_set_recipients (session, (const char *const *) then->pdata, error);
}

static void
make_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgBackupPage *self = user_data;
  BzgSession *session = bzg_page_session (BZG_PAGE (self));
  BzgWindow *window = bzg_window_of (GTK_WIDGET (self));
  const char *recipient = gtk_editable_get_text (GTK_EDITABLE (self->recipient_row));
  g_autofree char *name = bzg_backup_suggest_name (bzg_session_today (session));
  g_autoptr (GError) error = NULL;
  guint8 key[32];

  if (strcmp (gtk_editable_get_text (GTK_EDITABLE (self->passphrase_row)),
              gtk_editable_get_text (GTK_EDITABLE (self->again_row)))
      != 0)
    {
      gtk_widget_add_css_class (self->again_row, "error");
      bzg_window_toast (window, _ ("The two passphrases differ."));
      gtk_widget_grab_focus (self->again_row);
      return;
    }
  gtk_widget_remove_css_class (self->again_row, "error");
  g_clear_pointer (&self->passphrase, bzg_secret_unref);
  self->passphrase = take_passphrase (self);
  if (self->passphrase == NULL)
    {
      if (!bzg_age_parse_recipient (recipient, key, &error))
        {
          gtk_widget_add_css_class (GTK_WIDGET (self->recipient_row), "error");
          bzg_window_toast (window, *recipient == '\0'
                                      ? _ ("Enter the key of the office or a passphrase.")
                                      : _ ("This is not a key of the form age1 …"));
          gtk_widget_grab_focus (GTK_WIDGET (self->recipient_row));
          return;
        }
      if (!put_recipient (session, recipient, &error))
        {
          bzg_window_fail (window, error);
          return;
        }
    }
  gtk_widget_remove_css_class (GTK_WIDGET (self->recipient_row), "error");

  self->chooser
    = gtk_file_chooser_native_new (_ ("Where the backup is written"), GTK_WINDOW (window),
                                   GTK_FILE_CHOOSER_ACTION_SAVE, _ ("Write here"), NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  g_signal_connect (self->chooser, "response", G_CALLBACK (place_chosen_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
copy_signer_cb (GtkButton *button, gpointer user_data)
{
  BzgBackupPage *self = user_data;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          adw_action_row_get_subtitle (self->signer_row));
  bzg_window_toast (bzg_window_of (GTK_WIDGET (self)), _ ("Copied"));
}

static void
cancel_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgBackupPage *self = user_data;

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

typedef struct
{
  char *path;
  BzgSecret *passphrase;  /* or the code of an office */
  BzgBackupSigner signer; /* of this casebook */
  gboolean has_signer;
  BzgBackupReport report;
} Verification;

static void
verification_free (gpointer data)
{
  Verification *verification = data;

  g_free (verification->path);
  g_clear_pointer (&verification->passphrase, bzg_secret_unref);
  g_free (verification);
}

static void
verify_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Verification *verification = data;
  g_autoptr (BzgSecret) office
    = bzg_paper_key (BZG_PAPER_OFFICE, bzg_secret_text (verification->passphrase));
  const BzgSecret *identities[] = { office, NULL };
  BzgAgeKeys keys = { .identities = office != NULL ? identities : NULL,
                      .passphrase = office != NULL ? NULL : verification->passphrase };
  GError *error = NULL;

  if (bzg_backup_verify (verification->path, &keys,
                         verification->has_signer ? &verification->signer : NULL,
                         &verification->report, progress_cb, source, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
verified_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  BzgBackupPage *self = BZG_BACKUP_PAGE (source);
  g_autoptr (GError) error = NULL;
  Verification *verification = g_task_get_task_data (G_TASK (result));
  BzgWindow *window = bzg_window_of (GTK_WIDGET (self));
  gboolean ok = g_task_propagate_boolean (G_TASK (result), &error);

  if (window == NULL)
    return;
  set_busy (self, FALSE);
  if (ok)
    {
      show_result (self, &verification->report);
      bzg_window_toast (window, verification->report.is_signed
                                  ? _ ("The backup is whole, and signed by this casebook.")
                                  : _ ("The backup is whole. It is not signed by this casebook."));
    }
  else if (!g_error_matches (error, BZG_ERROR, BZG_ERROR_CANCELLED))
    bzg_window_fail (window, error);
}

static void
backup_chosen_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  BzgBackupPage *self = user_data;
  g_autoptr (GFile) file = NULL;
  char *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT
      && (file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog))) != NULL
      && (path = g_file_get_path (file)) != NULL)
    {
      Verification *verification = g_new0 (Verification, 1);
      g_autoptr (GTask) task = NULL;

      self->cancellable = g_cancellable_new ();
      verification->path = path;
      verification->passphrase = g_steal_pointer (&self->passphrase);
      verification->has_signer = own_signer (self, &verification->signer);
      task = g_task_new (self, self->cancellable, verified_cb, NULL);
      g_task_set_task_data (task, verification, verification_free);
      set_busy (self, TRUE);
      g_task_run_in_thread (task, verify_thread);
    }
  g_clear_pointer (&self->passphrase, bzg_secret_unref);
  g_clear_object (&self->chooser);
}

static void
verify_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgBackupPage *self = user_data;
  BzgWindow *window = bzg_window_of (GTK_WIDGET (self));

  g_clear_pointer (&self->passphrase, bzg_secret_unref);
  self->passphrase = take_passphrase (self);
  if (self->passphrase == NULL)
    {
      bzg_window_toast (window, _ ("Enter the passphrase of the backup first."));
      gtk_widget_grab_focus (self->passphrase_row);
      return;
    }
  self->chooser = gtk_file_chooser_native_new (_ ("The backup to prove"), GTK_WINDOW (window),
                                               GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  g_signal_connect (self->chooser, "response", G_CALLBACK (backup_chosen_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
bzg_backup_page_opened (BzgPage *page, const char *argument)
{
  BzgBackupPage *self = BZG_BACKUP_PAGE (page);
  g_auto (GStrv) recipients = bzg_backup_recipients (bzg_page_session (page));

  if (recipients != NULL && recipients[0] != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->recipient_row), recipients[0]);
  show_status (self);
}

static void
bzg_backup_page_dispose (GObject *object)
{
  BzgBackupPage *self = BZG_BACKUP_PAGE (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->passphrase, bzg_secret_unref);
  G_OBJECT_CLASS (bzg_backup_page_parent_class)->dispose (object);
}

static void
bzg_backup_page_class_init (BzgBackupPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bzg_backup_page_dispose;
  BZG_PAGE_CLASS (klass)->opened = bzg_backup_page_opened;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/bozgasht/ui/backup-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BzgBackupPage, status_icon);
  gtk_widget_class_bind_template_child (widget_class, BzgBackupPage, status_title);
  gtk_widget_class_bind_template_child (widget_class, BzgBackupPage, status_text);
  gtk_widget_class_bind_template_child (widget_class, BzgBackupPage, stack);
  gtk_widget_class_bind_template_child (widget_class, BzgBackupPage, recipient_row);
  gtk_widget_class_bind_template_child (widget_class, BzgBackupPage, passphrase_row);
  gtk_widget_class_bind_template_child (widget_class, BzgBackupPage, again_row);
  gtk_widget_class_bind_template_child (widget_class, BzgBackupPage, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, BzgBackupPage, result_group);
  gtk_widget_class_bind_template_child (widget_class, BzgBackupPage, signer_group);
  gtk_widget_class_bind_template_child (widget_class, BzgBackupPage, signer_row);
  gtk_widget_class_bind_template_callback (widget_class, copy_signer_cb);
  gtk_widget_class_bind_template_child (widget_class, BzgBackupPage, people_row);
  gtk_widget_class_bind_template_child (widget_class, BzgBackupPage, supports_row);
  gtk_widget_class_bind_template_child (widget_class, BzgBackupPage, size_row);
  gtk_widget_class_bind_template_child (widget_class, BzgBackupPage, hash_row);
  gtk_widget_class_bind_template_callback (widget_class, make_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, verify_clicked_cb);
}

static void
bzg_backup_page_init (BzgBackupPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
