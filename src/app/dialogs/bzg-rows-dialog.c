/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dialogs/bzg-rows-dialog.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"
#include "base/bzg-error.h"
#include "base/bzg-format.h"
#include "casebook/bzg-sections.h"
#include "release/bzg-microdata.h"

/*
 * Choose, prepare, look, save. The record is read on the window's thread, the recoding is looked
 * for in a worker; what is shown is what leaves.
 */

#define MOST_YEARS 25
#define MOST_CLASSES 12
#define MATTERS "=10" /* ten times what another column weighs */

struct _BzgRowsDialog
{
  AdwWindow parent_instance;

  AdwComboRow *audience_row, *first_row, *last_row, *priority_row;
  GtkWidget *make_button, *progress_box, *leave_box, *save_button;
  GtkLabel *leave_hint;
  GtkProgressBar *progress_bar;
  GtkStack *stack;
  AdwStatusPage *refused_page;
  GtkScrolledWindow *preview;
  AdwPreferencesGroup *people_group, *columns_group, *classes_group, *out_group;

  BzgWindow *window; /* weak */
  BzgSession *session;
  GPtrArray *rows; /* of the groups */
  int last_year;   /* that is over */
  GCancellable *cancellable;
  BzgMicrodata *microdata;
  GtkFileChooserNative *chooser;
};

G_DEFINE_FINAL_TYPE (BzgRowsDialog, bzg_rows_dialog, ADW_TYPE_WINDOW)

/* Whose loss can weigh more; the first is none in particular. */
static const char *const PRIORITIES[] = { NULL,     "year_of_registration", "sex",       "age_band",
                                          "region", "country_of_return",    "occupation" };

/* --- what is shown --------------------------------------------------------------------------- */

/* What is below k is not told in numbers, here neither: people photograph screens. */
static void
add_people (BzgRowsDialog *self, const char *title, guint people)
{
  g_autofree char *number = bzg_format_integer (bzg_language_current (), people);
  g_autofree char *few
    = g_strdup_printf (_ ("none, or fewer than %u"), bzg_microdata_summary (self->microdata)->k);

  bzg_ui_add_row (self->rows, self->people_group, title,
                  bzg_microdata_printable (self->microdata, people) ? number : few);
}

static void
show_people (BzgRowsDialog *self)
{
  const BzgMicrodataSummary *summary = bzg_microdata_summary (self->microdata);

  add_people (self, _ ("People in the file"), summary->rows);
  if (bzg_microdata_published (self->microdata) != NULL)
    return;
  add_people (self, _ ("Left out because they would stand out"), summary->dropped);
  add_people (self, _ ("Not asked about research, or refused"), summary->not_consented);
  add_people (self, _ ("Do not want to be counted"), summary->not_counted);
  if (summary->earlier > 0)
    add_people (self, _ ("In an earlier file"), summary->earlier);
}

static void
show_columns (BzgRowsDialog *self)
{
  const GArray *columns = bzg_microdata_columns (self->microdata);
  BzgLanguage lang = bzg_language_current ();

  for (guint c = 0; c < columns->len; c++)
    {
      const BzgMicrodataColumn *column = &g_array_index (columns, BzgMicrodataColumn, c);
      g_autofree char *title = bzg_microdata_column_title (column->name, lang);
      g_autofree char *values = NULL;
      g_autofree char *text = NULL;

      if (column->fate != BZG_COLUMN_STAYS)
        continue;
      values = bzg_microdata_column_text (self->microdata, c, lang);
      text = column->level > 0 ? g_strdup_printf (_ ("Coarser: %s"), values)
                               : g_steal_pointer (&values);
      bzg_ui_add_row (self->rows, self->columns_group, title, text);
    }
}

static void
show_classes (BzgRowsDialog *self)
{
  guint n = bzg_microdata_n_classes (self->microdata);
  BzgLanguage lang = bzg_language_current ();

  for (guint i = 0; i < MIN (n, MOST_CLASSES); i++)
    {
      guint people = bzg_microdata_class_rows (self->microdata, i);
      g_autofree char *title = bzg_microdata_class_text (self->microdata, i, lang);
      g_autofree char *text = g_strdup_printf (ngettext ("%u person", "%u people", people), people);

      bzg_ui_add_row (self->rows, self->classes_group,
                      *title != '\0' ? title : _ ("Everybody in the file"), text);
    }
  if (n > MOST_CLASSES)
    {
      g_autofree char *text = g_strdup_printf (_ ("The smallest has %u people."),
                                               bzg_microdata_summary (self->microdata)->smallest);
      g_autofree char *more
        = g_strdup_printf (ngettext ("%u more line", "%u more lines", n - MOST_CLASSES),
                           n - MOST_CLASSES);

      bzg_ui_add_row (self->rows, self->classes_group, more, text);
    }
}

static const char *
fate_text (const BzgMicrodataColumn *column)
{
  switch (column->fate)
    {
    case BZG_COLUMN_TOO_TELLING:
      return _ ("However coarse, somebody would stand out");
    case BZG_COLUMN_SAYS_NOTHING:
      return _ ("The same for nearly everybody, or not recorded");
    case BZG_COLUMN_NOT_YOURS:
      return _ ("Your role does not read it");
    default:
      return NULL;
    }
}

static void
show_left_out (BzgRowsDialog *self)
{
  const GArray *columns = bzg_microdata_columns (self->microdata);
  const char *const *sealed = bzg_sections ();
  BzgLanguage lang = bzg_language_current ();
  GString *labels = g_string_new (NULL);

  for (guint c = 0; c < columns->len; c++)
    {
      const BzgMicrodataColumn *column = &g_array_index (columns, BzgMicrodataColumn, c);
      g_autofree char *title = bzg_microdata_column_title (column->name, lang);

      if (column->fate != BZG_COLUMN_STAYS)
        bzg_ui_add_row (self->rows, self->out_group, title, fate_text (column));
    }
  for (guint i = 0; sealed[i] != NULL; i++)
    g_string_append_printf (labels, "%s%s", i > 0 ? ", " : "", bzg_section_label (sealed[i], lang));
  bzg_ui_add_row (self->rows, self->out_group, _ ("What is sealed, always"), labels->str);
  g_string_free (labels, TRUE);
}

static void
forget (BzgRowsDialog *self)
{
  g_clear_pointer (&self->microdata, bzg_microdata_free);
  bzg_ui_clear_rows (self->rows);
  gtk_widget_set_visible (self->leave_box, FALSE);
  gtk_stack_set_visible_child_name (self->stack, "empty");
}

static void
show (BzgRowsDialog *self)
{
  const char *published = bzg_microdata_published (self->microdata);
  gboolean may = bzg_session_allows (self->session, "programme", BZG_ACT_APPROVE);

  bzg_ui_clear_rows (self->rows);
  show_people (self);
  show_columns (self);
  show_classes (self);
  show_left_out (self);
  if (!may)
    gtk_label_set_label (self->leave_hint,
                         _ ("Your role may look. Who approves reports can save the file."));
  else if (published != NULL)
    gtk_label_set_label (self->leave_hint,
                         _ ("These years have left. A copy is the same file, to the letter."));
  else
    gtk_label_set_label (self->leave_hint, _ ("Saving enters the file in the ledger for good. A "
                                              "year and a person leave once; later "
                                              "reports are held against the file."));
  gtk_widget_set_sensitive (self->save_button, may);
  gtk_widget_set_visible (self->leave_box, TRUE);
  gtk_stack_set_visible_child_name (self->stack, "preview");
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->preview), 0);
}

static void
fail (BzgRowsDialog *self, const GError *error)
{
  if (g_error_matches (error, BZG_ERROR, BZG_ERROR_CANCELLED))
    return;
  if (!g_error_matches (error, BZG_ERROR, BZG_ERROR_REFUSED_ROWS))
    {
      bzg_ui_tell (GTK_WINDOW (self), bzg_error_headline (error), bzg_error_advice (error));
      return;
    }
  adw_status_page_set_description (self->refused_page, error->message);
  gtk_stack_set_visible_child_name (self->stack, "refused");
}

/* --- preparing ------------------------------------------------------------------------------- */

static void
set_busy (BzgRowsDialog *self, gboolean busy)
{
  gtk_widget_set_sensitive (self->make_button, !busy);
  gtk_widget_set_visible (self->progress_box, busy);
  gtk_progress_bar_set_fraction (self->progress_bar, 0);
  if (!busy)
    g_clear_object (&self->cancellable);
}

/* Called from the worker. */
static void
progress_cb (double fraction, gpointer data)
{
  BzgRowsDialog *self = data;

  bzg_ui_progress (self->progress_bar, fraction);
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BzgRowsDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgMicrodata) microdata = bzg_microdata_make_finish (result, &error);

  if (self->window == NULL) /* closed meanwhile */
    return;
  set_busy (self, FALSE);
  if (microdata == NULL)
    {
      fail (self, error);
      return;
    }
  self->microdata = g_steal_pointer (&microdata);
  show (self);
  gtk_widget_grab_focus (self->save_button);
}

static int
chosen_year (BzgRowsDialog *self, AdwComboRow *row)
{
  return self->last_year - (int) adw_combo_row_get_selected (row);
}

static void
make_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgRowsDialog *self = user_data;
  guint priority = adw_combo_row_get_selected (self->priority_row);
  g_autofree char *weight = priority > 0 && priority < G_N_ELEMENTS (PRIORITIES)
                              ? g_strconcat (PRIORITIES[priority], MATTERS, NULL)
                              : NULL;
  const char *const priorities[] = { weight, NULL };
  BzgMicrodataOptions options
    = { .audience = (BzgMicrodataAudience) adw_combo_row_get_selected (self->audience_row),
        .first_year = chosen_year (self, self->first_row),
        .last_year = chosen_year (self, self->last_row),
        .priorities = priorities };
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgMicrodata) microdata = NULL;

  forget (self);
  microdata = bzg_microdata_new (self->session, &options, &error);
  if (microdata == NULL)
    {
      fail (self, error);
      return;
    }
  self->cancellable = g_cancellable_new ();
  set_busy (self, TRUE);
  bzg_microdata_make_async (g_steal_pointer (&microdata), progress_cb, self, self->cancellable,
                            made_cb, g_object_ref (self));
}

static void
cancel_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgRowsDialog *self = user_data;

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

/* What was prepared is not what is chosen now. */
static void
choice_changed_cb (BzgRowsDialog *self)
{
  if (self->cancellable == NULL)
    forget (self);
}

/* --- saving ---------------------------------------------------------------------------------- */

static void
file_chosen_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  BzgRowsDialog *self = user_data;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT && self->microdata != NULL)
    {
      file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      path = file != NULL ? g_file_get_path (file) : NULL;
    }
  g_clear_object (&self->chooser);
  if (path == NULL)
    return;
  if (!bzg_microdata_export (self->microdata, self->session, path, BZG_FILE_REPLACE, &error))
    {
      bzg_ui_tell (GTK_WINDOW (self), bzg_error_headline (error), bzg_error_advice (error));
      return;
    }
  bzg_window_toast (self->window, _ ("Saved. The file is entered in the ledger."));
  gtk_window_close (GTK_WINDOW (self));
}

static void
choose_file (BzgRowsDialog *self)
{
  g_autofree char *name
    = g_strdup_printf ("rows-%s.csv", bzg_microdata_years (self->microdata)->id);

  self->chooser = gtk_file_chooser_native_new (_ ("Save the rows"), GTK_WINDOW (self),
                                               GTK_FILE_CHOOSER_ACTION_SAVE, _ ("Save"), NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  g_signal_connect (self->chooser, "response", G_CALLBACK (file_chosen_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
answered_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  BzgRowsDialog *self = user_data;

  if (bzg_ui_is_yes (response) && self->microdata != NULL && self->chooser == NULL)
    choose_file (self);
}

static void
save_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgRowsDialog *self = user_data;
  BzgLanguage lang = bzg_language_current ();
  g_autofree char *rows = NULL;
  g_autofree char *years = NULL;
  g_autofree char *body = NULL;

  if (self->microdata == NULL || self->chooser != NULL)
    return;
  if (bzg_microdata_published (self->microdata) != NULL)
    {
      choose_file (self);
      return;
    }
  rows = bzg_format_integer (lang, bzg_microdata_summary (self->microdata)->rows);
  years = bzg_microdata_years_text (self->microdata);
  body
    = g_strdup_printf (_ ("%s: the rows of %s people will leave. The file is entered in the "
                          "ledger; this cannot be "
                          "undone, these years leave once, and later reports are held against it."),
                       years, rows);
  bzg_ui_ask (bzg_ui_question (GTK_WINDOW (self), _ ("Let these rows leave?"), body, _ ("_Cancel"),
                               _ ("_Save …"), BZG_ASK_CAREFUL),
              G_CALLBACK (answered_cb), self);
}

/* --- the dialog ------------------------------------------------------------------------------ */

static void
fill_choices (BzgRowsDialog *self)
{
  g_autoptr (GtkStringList) audiences = gtk_string_list_new (NULL);
  g_autoptr (GtkStringList) years = gtk_string_list_new (NULL);
  g_autoptr (GtkStringList) priorities = gtk_string_list_new (NULL);

  gtk_string_list_append (audiences, _ ("The public"));
  gtk_string_list_append (audiences, _ ("A partner, by agreement"));
  for (int i = 0; i < MOST_YEARS; i++)
    {
      g_autofree char *year = g_strdup_printf ("%d", self->last_year - i);

      gtk_string_list_append (years, year);
    }
  gtk_string_list_append (priorities, _ ("All columns alike"));
  for (guint i = 1; i < G_N_ELEMENTS (PRIORITIES); i++)
    {
      g_autofree char *title = bzg_microdata_column_title (PRIORITIES[i], bzg_language_current ());

      gtk_string_list_append (priorities, title);
    }
  adw_combo_row_set_model (self->audience_row, G_LIST_MODEL (audiences));
  adw_combo_row_set_model (self->first_row, G_LIST_MODEL (years));
  adw_combo_row_set_model (self->last_row, G_LIST_MODEL (years));
  adw_combo_row_set_model (self->priority_row, G_LIST_MODEL (priorities));
}

/* The years that a file has when nobody chooses. */
static void
select_years (BzgRowsDialog *self)
{
  BzgMicrodataOptions options = { .audience = BZG_MICRODATA_PUBLIC };
  g_autoptr (BzgMicrodata) microdata = bzg_microdata_new (self->session, &options, NULL);
  int first = microdata != NULL ? bzg_microdata_years (microdata)->first.year : self->last_year;

  adw_combo_row_set_selected (self->first_row,
                              (guint) CLAMP (self->last_year - first, 0, MOST_YEARS - 1));
}

static void
bzg_rows_dialog_dispose (GObject *object)
{
  BzgRowsDialog *self = BZG_ROWS_DIALOG (object);

  g_clear_weak_pointer (&self->window);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->chooser);
  g_clear_object (&self->session);
  g_clear_pointer (&self->microdata, bzg_microdata_free);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  G_OBJECT_CLASS (bzg_rows_dialog_parent_class)->dispose (object);
}

static void
bzg_rows_dialog_class_init (BzgRowsDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bzg_rows_dialog_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/bozgasht/ui/rows-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, BzgRowsDialog, audience_row);
  gtk_widget_class_bind_template_child (widget_class, BzgRowsDialog, first_row);
  gtk_widget_class_bind_template_child (widget_class, BzgRowsDialog, last_row);
  gtk_widget_class_bind_template_child (widget_class, BzgRowsDialog, priority_row);
  gtk_widget_class_bind_template_child (widget_class, BzgRowsDialog, make_button);
  gtk_widget_class_bind_template_child (widget_class, BzgRowsDialog, progress_box);
  gtk_widget_class_bind_template_child (widget_class, BzgRowsDialog, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, BzgRowsDialog, leave_box);
  gtk_widget_class_bind_template_child (widget_class, BzgRowsDialog, leave_hint);
  gtk_widget_class_bind_template_child (widget_class, BzgRowsDialog, save_button);
  gtk_widget_class_bind_template_child (widget_class, BzgRowsDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, BzgRowsDialog, refused_page);
  gtk_widget_class_bind_template_child (widget_class, BzgRowsDialog, preview);
  gtk_widget_class_bind_template_child (widget_class, BzgRowsDialog, people_group);
  gtk_widget_class_bind_template_child (widget_class, BzgRowsDialog, columns_group);
  gtk_widget_class_bind_template_child (widget_class, BzgRowsDialog, classes_group);
  gtk_widget_class_bind_template_child (widget_class, BzgRowsDialog, out_group);
  gtk_widget_class_bind_template_callback (widget_class, make_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_clicked_cb);
}

static void
bzg_rows_dialog_init (BzgRowsDialog *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  bzg_ui_prepare_dialog (GTK_WINDOW (self));
}

void
bzg_rows_dialog_present (BzgWindow *window, BzgSession *session)
{
  BzgRowsDialog *self = g_object_new (BZG_TYPE_ROWS_DIALOG, "transient-for", window, NULL);
  AdwComboRow *choices[]
    = { self->audience_row, self->first_row, self->last_row, self->priority_row };

  g_set_weak_pointer (&self->window, window);
  self->session = g_object_ref (session);
  self->last_year = bzg_session_today (session).year - 1;
  fill_choices (self);
  select_years (self);
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    g_signal_connect_swapped (choices[i], "notify::selected", G_CALLBACK (choice_changed_cb), self);
  gtk_window_present (GTK_WINDOW (self));
}
