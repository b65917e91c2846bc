/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-start-page.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/bzg-ui.h"
#include "app/dialogs/bzg-passphrase-dialog.h"
#include "app/dialogs/bzg-recovery-print.h"
#include "app/widgets/bzg-code-card.h"
#include "app/widgets/bzg-language-buttons.h"
#include "base/bzg-error.h"
#include "casebook/bzg-access.h"
#include "exchange/bzg-demo.h"

static const char *const step_names[] = { "language", "where", "me", "recovery", "begin" };

#define TRAINING_PEOPLE 300

struct _BzgStartPage
{
  AdwBin parent_instance;

  guint step;
  char *path;
  BzgSecret *passphrase; /* until the casebook (or its training twin) is open */
  BzgSession *session;   /* made after the third step, ours until it is handed over */
  char **codes;          /* the recovery code; wiped when read back */
  int slot;              /* that it opens */
  GCancellable *cancellable;
  double fraction; /* of the demonstration, written by any thread */
  guint progress_id;

  GtkLabel *step_label;
  GtkStack *steps;
  GtkBox *languages;
  GtkEditable *programme_row;
  AdwActionRow *path_row;
  GtkEditable *name_row;
  GtkEditable *passphrase_row;
  GtkEditable *again_row;
  GtkLabel *strength;
  BzgCodeCard *card;
  GtkWidget *choices;
  GtkWidget *empty_choice;
  GtkWidget *import_choice;
  GtkWidget *training_choice;
  GtkProgressBar *progress;
  GtkLabel *message;
  GtkWidget *existing_button;
  GtkWidget *previous_button;
  GtkWidget *next_button;
  GtkStack *next_stack;
};

G_DEFINE_FINAL_TYPE (BzgStartPage, bzg_start_page, ADW_TYPE_BIN)

static void
show_error (BzgStartPage *self, const GError *error)
{
  g_autofree char *text = NULL;

  if (error != NULL)
    text = g_strdup_printf ("%s\n%s", bzg_error_headline (error), bzg_error_advice (error));
  gtk_label_set_label (self->message, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->message), text != NULL);
}

static void
set_busy (BzgStartPage *self, gboolean busy)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  /* A text field that turns insensitive must not keep the focus. */
  if (busy && root != NULL)
    gtk_root_set_focus (root, NULL);
  gtk_stack_set_visible_child_name (self->next_stack, busy ? "busy" : "label");
  gtk_widget_set_sensitive (GTK_WIDGET (self->steps), !busy);
  gtk_widget_set_sensitive (self->next_button, !busy);
  gtk_widget_set_sensitive (self->previous_button, !busy);
}

static gboolean
step_is_complete (BzgStartPage *self)
{
  int level = 0;

  switch (self->step)
    {
    case 1:
      return *gtk_editable_get_text (self->programme_row) != '\0' && self->path != NULL;
    case 2:
      bzg_passphrase_strength (gtk_editable_get_text (self->passphrase_row), &level);
      return *gtk_editable_get_text (self->name_row) != '\0' && level > 0
             && g_str_equal (gtk_editable_get_text (self->passphrase_row),
                             gtk_editable_get_text (self->again_row));
    case 3:
      return bzg_code_card_fits (self->card);
    default:
      return TRUE;
    }
}

static void
update (BzgStartPage *self)
{
  g_autofree char *text
    = g_strdup_printf (_ ("Step %u of %u"), self->step + 1, (guint) G_N_ELEMENTS (step_names));

  gtk_label_set_label (self->step_label, text);
  gtk_widget_set_visible (self->existing_button, self->step == 0);
  /* From the recovery code on the casebook exists: nothing to go back to. */
  gtk_widget_set_visible (self->previous_button, self->step == 1 || self->step == 2);
  gtk_widget_set_visible (self->next_button, self->step < 4);
  gtk_widget_set_sensitive (self->next_button, step_is_complete (self));
  if (self->step == 2)
    {
      const char *first = gtk_editable_get_text (self->passphrase_row);
      const char *second = gtk_editable_get_text (self->again_row);
      int level = 0;
      const char *word = bzg_passphrase_strength (first, &level);

      if (level > 0 && *second != '\0' && !g_str_equal (first, second))
        word = _ ("The two are not the same yet.");
      gtk_label_set_label (self->strength, *first != '\0' ? word : "");
    }
}

static void
go_to (BzgStartPage *self, guint step)
{
  self->step = step;
  if (gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    gtk_root_set_focus (gtk_widget_get_root (GTK_WIDGET (self)), NULL);
  show_error (self, NULL);
  gtk_stack_set_visible_child_name (self->steps, step_names[step]);
  update (self);
  if (step == 3)
    gtk_widget_grab_focus (GTK_WIDGET (self->card));
  else
    gtk_widget_child_focus (gtk_stack_get_visible_child (self->steps), GTK_DIR_TAB_FORWARD);
}

static void
created_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BzgStartPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgSession) session = bzg_session_create_finish (result, &error);

  set_busy (self, FALSE);
  if (session == NULL)
    {
      show_error (self, error);
      return;
    }
  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    {
      bzg_session_close (session, NULL);
      return;
    }
  self->session = g_steal_pointer (&session);
  /* If the power goes now, the next start finds the casebook and not an empty assistant. */
  if (bzg_application_settings (bzg_application_get ()) != NULL)
    g_settings_set_string (bzg_application_settings (bzg_application_get ()), "casebook",
                           self->path);
  self->codes = bzg_access_make_paper (self->session, FALSE, &self->slot, &error);
  gtk_editable_set_text (self->passphrase_row, "");
  gtk_editable_set_text (self->again_row, "");
  if (self->codes == NULL)
    {
      go_to (self, 4);
      show_error (self, error);
      return;
    }
  bzg_code_card_set_code (self->card, self->codes[0]);
  go_to (self, 3);
}

static void
create_casebook (BzgStartPage *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name_row)));
  g_autofree char *programme = g_strstrip (g_strdup (gtk_editable_get_text (self->programme_row)));
  g_autofree char *folder = g_path_get_dirname (self->path);
  BzgCreateOptions options = { 0 };

  g_clear_pointer (&self->passphrase, bzg_secret_unref);
  self->passphrase = bzg_secret_new_text (gtk_editable_get_text (self->passphrase_row));
  if (self->passphrase == NULL)
    return;
  g_mkdir_with_parents (folder, 0700);
  options.path = self->path;
  options.programme = programme;
  options.admin = name;
  options.passphrase = self->passphrase;
  set_busy (self, TRUE);
  show_error (self, NULL);
  bzg_session_create_async (&options, self->cancellable, created_cb, g_object_ref (self));
}

static void
wipe_codes (BzgStartPage *self)
{
  bzg_code_card_set_code (self->card, NULL);
  g_clear_pointer (&self->codes, bzg_paper_free);
}

static void
next_cb (GtkWidget *widget, BzgStartPage *self)
{
  g_autoptr (GError) error = NULL;

  if (!step_is_complete (self))
    {
      gtk_widget_child_focus (gtk_stack_get_visible_child (self->steps), GTK_DIR_TAB_FORWARD);
      return;
    }
  if (self->step == 2)
    create_casebook (self);
  else if (self->step == 3)
    {
      if (!bzg_access_confirm_paper (self->session, self->slot, &error))
        {
          show_error (self, error);
          return;
        }
      wipe_codes (self);
      go_to (self, 4);
    }
  else if (self->step < 4)
    go_to (self, self->step + 1);
}

static void
previous_cb (GtkWidget *widget, BzgStartPage *self)
{
  go_to (self, self->step - 1);
}

static void
changed_cb (GtkWidget *widget, BzgStartPage *self)
{
  update (self);
}

static void
set_path (BzgStartPage *self, char *path)
{
  g_free (self->path);
  self->path = path;
  adw_action_row_set_subtitle (self->path_row, path);
}

static void
path_chosen_cb (GtkNativeDialog *dialog, int response, BzgStartPage *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      g_autofree char *path = g_file_get_path (file);

      if (path != NULL)
        set_path (self, g_str_has_suffix (path, ".bozgasht")
                          ? g_steal_pointer (&path)
                          : g_strconcat (path, ".bozgasht", NULL));
    }
  update (self);
  g_object_unref (dialog);
}

static void
choose_path_cb (GtkWidget *button, BzgStartPage *self)
{
  GtkFileChooserNative *dialog
    = gtk_file_chooser_native_new (_ ("Where the casebook lives"),
                                   GTK_WINDOW (bzg_window_of (GTK_WIDGET (self))),
                                   GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Choose"), NULL);

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), "casebook.bozgasht");
  g_signal_connect_object (dialog, "response", G_CALLBACK (path_chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
print_cb (GtkWidget *button, BzgStartPage *self)
{
  if (self->codes != NULL)
    bzg_recovery_print (bzg_window_of (GTK_WIDGET (self)), NULL, self->session, BZG_PAPER_CASEBOOK,
                        self->codes, 0);
}

static void
existing_cb (GtkWidget *button, BzgStartPage *self)
{
  bzg_start_page_choose_casebook (bzg_window_of (GTK_WIDGET (self)));
}

/* Hands the open casebook over; the page is gone afterwards. */
static void
finish (BzgStartPage *self, const char *page)
{
  BzgApplication *app = bzg_application_get ();
  BzgWindow *window = bzg_window_of (GTK_WIDGET (self));
  g_autoptr (BzgSession) session = g_steal_pointer (&self->session);
  g_autofree char *path = g_strdup (self->path);

  g_clear_pointer (&self->passphrase, bzg_secret_unref);
  bzg_application_set_casebook (app, path);
  bzg_application_take_session (app, session);
  if (page != NULL)
    bzg_window_open_page (window, page, NULL);
}

static gboolean
progress_cb (gpointer data)
{
  BzgStartPage *self = data;

  gtk_progress_bar_set_fraction (self->progress, CLAMP (self->fraction, 0, 1));
  return G_SOURCE_CONTINUE;
}

static void
demo_progress_cb (double fraction, gpointer data)
{
  BzgStartPage *self = data;

  self->fraction = fraction;
}

static void
training_failed (BzgStartPage *self, const GError *error)
{
  g_clear_handle_id (&self->progress_id, g_source_remove);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), FALSE);
  gtk_widget_set_sensitive (self->choices, TRUE);
  show_error (self, error);
}

static void
demo_filled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BzgStartPage) self = data;
  g_autoptr (BzgSession) training = g_object_ref (BZG_SESSION (source));
  g_autoptr (GError) error = NULL;

  g_clear_handle_id (&self->progress_id, g_source_remove);
  if (!bzg_demo_fill_finish (training, result, &error)
      || gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    {
      bzg_session_close (training, NULL);
      if (error != NULL)
        training_failed (self, error);
      return;
    }
  /* The real casebook waits, closed and sealed, beside the training one. */
  bzg_session_close (self->session, NULL);
  g_set_object (&self->session, training);
  set_path (self, g_strdup (bzg_vault_path (bzg_session_vault (training))));
  finish (self, NULL);
}

static void
training_created_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BzgStartPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgSession) training = bzg_session_create_finish (result, &error);
  BzgDemoOptions options = { .people = TRAINING_PEOPLE, .seed = 1 };

  if (training == NULL)
    {
      training_failed (self, error);
      return;
    }
  self->progress_id = g_timeout_add (100, progress_cb, self);
  bzg_demo_fill_async (training, &options, demo_progress_cb, self, self->cancellable,
                       demo_filled_cb, g_object_ref (self));
}

static void
begin_training (BzgStartPage *self)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *path = g_build_filename (folder, "training.bozgasht", NULL);
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name_row)));
  BzgCreateOptions options = { .path = path,
                               .programme = _ ("Training programme"),
                               .admin = name,
                               .passphrase = self->passphrase,
                               .training = TRUE };

  gtk_widget_set_sensitive (self->choices, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), TRUE);
  show_error (self, NULL);
  bzg_session_create_async (&options, self->cancellable, training_created_cb, g_object_ref (self));
}

static void
choice_cb (GtkWidget *row, BzgStartPage *self)
{
  if (row == self->training_choice)
    begin_training (self);
  else
    finish (self, row == self->import_choice ? "import" : "people");
}

static void
bzg_start_page_dispose (GObject *object)
{
  BzgStartPage *self = BZG_START_PAGE (object);

  g_clear_handle_id (&self->progress_id, g_source_remove);
  g_clear_pointer (&self->codes, bzg_paper_free);
  g_clear_pointer (&self->passphrase, bzg_secret_unref);
  if (self->session != NULL)
    bzg_session_close (self->session, NULL);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (bzg_start_page_parent_class)->dispose (object);
}

static void
bzg_start_page_finalize (GObject *object)
{
  BzgStartPage *self = BZG_START_PAGE (object);

  g_clear_pointer (&self->path, g_free);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (bzg_start_page_parent_class)->finalize (object);
}

static void
bzg_start_page_class_init (BzgStartPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bzg_start_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = bzg_start_page_finalize;
  g_type_ensure (BZG_TYPE_CODE_CARD);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bozgasht/ui/start-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BzgStartPage, step_label);
  gtk_widget_class_bind_template_child (widget_class, BzgStartPage, steps);
  gtk_widget_class_bind_template_child (widget_class, BzgStartPage, languages);
  gtk_widget_class_bind_template_child (widget_class, BzgStartPage, programme_row);
  gtk_widget_class_bind_template_child (widget_class, BzgStartPage, path_row);
  gtk_widget_class_bind_template_child (widget_class, BzgStartPage, name_row);
  gtk_widget_class_bind_template_child (widget_class, BzgStartPage, passphrase_row);
  gtk_widget_class_bind_template_child (widget_class, BzgStartPage, again_row);
  gtk_widget_class_bind_template_child (widget_class, BzgStartPage, strength);
  gtk_widget_class_bind_template_child (widget_class, BzgStartPage, card);
  gtk_widget_class_bind_template_child (widget_class, BzgStartPage, choices);
  gtk_widget_class_bind_template_child (widget_class, BzgStartPage, empty_choice);
  gtk_widget_class_bind_template_child (widget_class, BzgStartPage, import_choice);
  gtk_widget_class_bind_template_child (widget_class, BzgStartPage, training_choice);
  gtk_widget_class_bind_template_child (widget_class, BzgStartPage, progress);
  gtk_widget_class_bind_template_child (widget_class, BzgStartPage, message);
  gtk_widget_class_bind_template_child (widget_class, BzgStartPage, existing_button);
  gtk_widget_class_bind_template_child (widget_class, BzgStartPage, previous_button);
  gtk_widget_class_bind_template_child (widget_class, BzgStartPage, next_button);
  gtk_widget_class_bind_template_child (widget_class, BzgStartPage, next_stack);
  gtk_widget_class_bind_template_callback (widget_class, next_cb);
  gtk_widget_class_bind_template_callback (widget_class, previous_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_path_cb);
  gtk_widget_class_bind_template_callback (widget_class, print_cb);
  gtk_widget_class_bind_template_callback (widget_class, existing_cb);
  gtk_widget_class_bind_template_callback (widget_class, choice_cb);
}

static void
bzg_start_page_init (BzgStartPage *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_box_append (self->languages, bzg_language_buttons_new ());
  set_path (self, g_build_filename (g_get_user_data_dir (), "bozgasht", "casebook.bozgasht", NULL));
  go_to (self, 0);
}

GtkWidget *
bzg_start_page_new (void)
{
  return g_object_new (BZG_TYPE_START_PAGE, NULL);
}

static void
casebook_chosen_cb (GtkNativeDialog *dialog, int response, gpointer data)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      g_autofree char *path = g_file_get_path (file);

      if (path != NULL)
        bzg_application_set_casebook (bzg_application_get (), path);
    }
  g_object_unref (dialog);
}

void
bzg_start_page_choose_casebook (BzgWindow *window)
{
  GtkFileChooserNative *dialog
    = gtk_file_chooser_native_new (_ ("Open a casebook"), GTK_WINDOW (window),
                                   GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"), NULL);
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _ ("Casebooks"));
  gtk_file_filter_add_suffix (filter, "bozgasht");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
  g_signal_connect (dialog, "response", G_CALLBACK (casebook_chosen_cb), NULL);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
