/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-import-page.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"
#include "app/bzg-window.h"
#include "base/bzg-csv.h"
#include "base/bzg-error.h"
#include "base/bzg-file.h"
#include "base/bzg-format.h"
#include "exchange/bzg-import.h"

/*
 * A partner's spreadsheet: choose, dry run, decide, import. The dry run and the import both go in
 * steps from idle, so that the window stays alive and Cancel works; a cancelled import keeps the
 * rows that were saved and says how many.
 */

#define ROWS_A_STEP 200
#define MAX_FILE (256u << 20)

static const char *const profiles[] = { "people", "support", "activities", "visits" };

/* One line of the table. */
#define BZG_TYPE_IMPORT_LINE (bzg_import_line_get_type ())
G_DECLARE_FINAL_TYPE (BzgImportLine, bzg_import_line, BZG, IMPORT_LINE, GObject)

struct _BzgImportLine
{
  GObject parent_instance;

  char *row, *ref, *reasons;
  BzgImportVerdict verdict;
};

G_DEFINE_FINAL_TYPE (BzgImportLine, bzg_import_line, G_TYPE_OBJECT)

struct _BzgImportPage
{
  BzgPage parent_instance;

  GtkStack *stack;
  GtkDropDown *profile_drop;
  GtkLabel *headline, *explanation;
  GtkBox *filter_box;
  GtkColumnView *view;
  GtkProgressBar *progress_bar;
  GtkWidget *choose_button, *back_button, *cancel_button, *run_button;
  GtkWidget *waiting_button, *decide_button;

  GtkFileChooserNative *chooser;
  GBytes *bytes;
  char *encoding; /* NULL: UTF-8 */
  BzgImportPlan *plan;
  GListStore *lines;
  int shown; /* a verdict, or -1: all */
  guint source;
};

G_DEFINE_FINAL_TYPE (BzgImportPage, bzg_import_page, BZG_TYPE_PAGE)

static void start_plan (BzgImportPage *self);

static void
bzg_import_line_finalize (GObject *object)
{
  BzgImportLine *self = BZG_IMPORT_LINE (object);

  g_free (self->row);
  g_free (self->ref);
  g_free (self->reasons);
  G_OBJECT_CLASS (bzg_import_line_parent_class)->finalize (object);
}

static void
bzg_import_line_class_init (BzgImportLineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bzg_import_line_finalize;
}

static void
bzg_import_line_init (BzgImportLine *self)
{
}

static BzgWindow *
window_of (BzgImportPage *self)
{
  return bzg_window_of (GTK_WIDGET (self));
}

static const char *
verdict_text (BzgImportVerdict verdict)
{
  switch (verdict)
    {
    case BZG_IMPORT_NEW:
      return _ ("New");
    case BZG_IMPORT_SAME:
      return _ ("Already there");
    case BZG_IMPORT_UPDATE:
      return _ ("Changes a record");
    case BZG_IMPORT_DUPLICATE:
      return _ ("Perhaps there already");
    case BZG_IMPORT_ERROR:
      return _ ("Error");
    case BZG_N_IMPORT_VERDICTS:
    default:
      return "";
    }
}

static const char *
verdict_css (BzgImportVerdict verdict)
{
  return verdict == BZG_IMPORT_ERROR       ? "bzg-late"
         : verdict == BZG_IMPORT_DUPLICATE ? "bzg-amber"
         : verdict == BZG_IMPORT_SAME      ? "dim-label"
                                           : "bzg-link";
}

static BzgImportLine *
line_of (const BzgImportRow *row)
{
  BzgImportLine *line = g_object_new (BZG_TYPE_IMPORT_LINE, NULL);
  g_autoptr (GString) reasons = g_string_new (NULL);

  for (guint i = 0; i < row->reasons->len; i++)
    {
      g_autofree char *text
        = bzg_import_reason_text (row, row->reasons->pdata[i], bzg_language_current ());

      g_string_append_printf (reasons, "%s%s", i > 0 ? "  ·  " : "", text);
    }
  line->row = bzg_format_integer (bzg_language_current (), row->row);
  line->ref = g_strdup (row->ref != NULL ? row->ref : "–");
  line->reasons = g_strdup (reasons->str);
  line->verdict = row->verdict;

  return line;
}

static void
fill_lines (BzgImportPage *self)
{
  GPtrArray *rows = bzg_import_plan_rows (self->plan);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < rows->len; i++)
    {
      const BzgImportRow *row = rows->pdata[i];

      if (self->shown < 0 || row->verdict == (BzgImportVerdict) self->shown)
        g_ptr_array_add (lines, line_of (row));
    }
  /* In two steps: one signal for both would ask for every new row. */
  g_list_store_remove_all (self->lines);
  g_list_store_splice (self->lines, 0, 0, lines->pdata, lines->len);
}

static void
filter_toggled_cb (GtkToggleButton *button, gpointer user_data)
{
  BzgImportPage *self = user_data;

  if (!gtk_toggle_button_get_active (button) || self->plan == NULL)
    return;
  self->shown = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "verdict"));
  fill_lines (self);
}

static void
add_filter (
  BzgImportPage *self, GtkToggleButton **group, const char *name, guint count, int verdict)
{
  g_autofree char *number = bzg_format_integer (bzg_language_current (), count);
  g_autofree char *label = g_strdup_printf ("%s  %s", name, number);
  GtkWidget *button = gtk_toggle_button_new_with_label (label);

  gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), *group);
  if (*group == NULL)
    {
      *group = GTK_TOGGLE_BUTTON (button);
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
    }
  g_object_set_data (G_OBJECT (button), "verdict", GINT_TO_POINTER (verdict));
  g_signal_connect (button, "toggled", G_CALLBACK (filter_toggled_cb), self);
  gtk_box_append (self->filter_box, button);
}

static void
fill_filters (BzgImportPage *self)
{
  GtkToggleButton *group = NULL;

  bzg_ui_clear (GTK_WIDGET (self->filter_box));
  self->shown = -1;
  add_filter (self, &group, _ ("All"), bzg_import_plan_total (self->plan), -1);
  for (BzgImportVerdict verdict = 0; verdict < BZG_N_IMPORT_VERDICTS; verdict++)
    {
      guint count = bzg_import_plan_count (self->plan, verdict);

      if (count > 0)
        add_filter (self, &group, verdict_text (verdict), count, (int) verdict);
    }
}

/* Rows of earlier imports that wait for a decision. */
static void
show_waiting (BzgImportPage *self)
{
  guint n = (guint) MAX (bzg_import_count_waiting (bzg_page_session (BZG_PAGE (self)), NULL), 0);
  g_autofree char *label = g_strdup_printf (g_dngettext (NULL, "%u row waits for your decision",
                                                         "%u rows wait for your decision", n),
                                            n);

  gtk_button_set_label (GTK_BUTTON (self->waiting_button), label);
  gtk_widget_set_visible (self->waiting_button, n > 0);
}

static void
set_busy (BzgImportPage *self, gboolean busy)
{
  gtk_widget_set_visible (self->decide_button, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), busy);
  gtk_widget_set_visible (self->cancel_button, busy);
  gtk_widget_set_sensitive (self->back_button, !busy);
  gtk_widget_set_visible (self->run_button, !busy);
  gtk_progress_bar_set_fraction (self->progress_bar, 0);
}

static void
forget_plan (BzgImportPage *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_pointer (&self->plan, bzg_import_plan_free);
}

static guint
to_write (BzgImportPage *self)
{
  return bzg_import_plan_count (self->plan, BZG_IMPORT_NEW)
         + bzg_import_plan_count (self->plan, BZG_IMPORT_UPDATE)
         + bzg_import_plan_count (self->plan, BZG_IMPORT_DUPLICATE);
}

static void
show_plan (BzgImportPage *self)
{
  guint rows = to_write (self);
  guint errors = bzg_import_plan_count (self->plan, BZG_IMPORT_ERROR);
  const char *const *unmapped = bzg_import_plan_unmapped (self->plan);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *label = NULL;

  set_busy (self, FALSE);
  fill_filters (self);
  fill_lines (self);
  gtk_label_set_text (self->headline, _ ("Nothing has been changed yet"));
  g_string_append (text,
                   errors > 0 ? _ (
                     "Rows with an error are left out; mend them in the file and import it again: "
                     "what is already there stays as it is.")
                              : _ ("Every row was understood."));
  if (bzg_import_plan_count (self->plan, BZG_IMPORT_DUPLICATE) > 0)
    g_string_append_printf (text, " %s",
                            _ ("Rows that are perhaps there already wait for your decision."));
  if (unmapped != NULL && unmapped[0] != NULL)
    {
      g_autofree char *columns = g_strjoinv (", ", (char **) unmapped);
      g_autofree char *line
        = g_strdup_printf (_ ("Columns that no field takes are kept with the row: %s."), columns);

      g_string_append_printf (text, " %s", line);
    }
  gtk_label_set_text (self->explanation, text->str);
  label = g_strdup_printf (g_dngettext (NULL, "_Import %u row", "_Import %u rows", rows), rows);
  gtk_button_set_label (GTK_BUTTON (self->run_button), label);
  gtk_widget_set_sensitive (self->run_button, rows > 0);
  if (rows > 0)
    gtk_widget_grab_focus (self->run_button);
}

static void
show_outcome (BzgImportPage *self, gboolean whole)
{
  guint settled = bzg_import_plan_settled (self->plan);
  guint total = bzg_import_plan_total (self->plan);
  BzgLanguage lang = bzg_language_current ();
  g_autofree char *done = bzg_format_integer (lang, settled);
  g_autofree char *all = bzg_format_integer (lang, total);
  g_autofree char *text = g_strdup_printf (_ ("%s of %s rows are done. What was saved stays saved; "
                                              "importing the file again goes on "
                                              "from there."),
                                           done, all);

  set_busy (self, FALSE);
  gtk_label_set_text (self->headline,
                      whole ? _ ("Imported and saved") : _ ("The import was stopped"));
  gtk_label_set_text (self->explanation, text);
  gtk_widget_set_visible (self->run_button, FALSE);
  gtk_widget_set_visible (self->decide_button,
                          bzg_import_plan_count (self->plan, BZG_IMPORT_DUPLICATE) > 0);
}

static gboolean
run_idle_cb (gpointer user_data)
{
  BzgImportPage *self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = FALSE;
  double fraction = 0;

  if (!bzg_import_run_step (self->plan, &done, &fraction, &error))
    {
      self->source = 0;
      show_outcome (self, FALSE);
      bzg_window_fail (window_of (self), error);
      return G_SOURCE_REMOVE;
    }
  gtk_progress_bar_set_fraction (self->progress_bar, fraction);
  if (!done)
    return G_SOURCE_CONTINUE;
  self->source = 0;
  show_outcome (self, TRUE);

  return G_SOURCE_REMOVE;
}

static void
run_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgImportPage *self = user_data;

  set_busy (self, TRUE);
  gtk_label_set_text (self->headline, _ ("Importing …"));
  self->source = g_idle_add (run_idle_cb, self);
}

static gboolean
plan_idle_cb (gpointer user_data)
{
  BzgImportPage *self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = FALSE;
  guint total = bzg_import_plan_total (self->plan);

  if (!bzg_import_plan_step (self->plan, ROWS_A_STEP, &done, &error))
    {
      self->source = 0;
      forget_plan (self);
      gtk_stack_set_visible_child_name (self->stack, "choose");
      bzg_window_fail (window_of (self), error);
      return G_SOURCE_REMOVE;
    }
  gtk_progress_bar_set_fraction (self->progress_bar,
                                 total > 0 ? (double) bzg_import_plan_rows (self->plan)->len / total
                                           : 1);
  if (!done)
    return G_SOURCE_CONTINUE;
  self->source = 0;
  show_plan (self);

  return G_SOURCE_REMOVE;
}

static void
encoding_response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  BzgImportPage *self = user_data;

  if (bzg_ui_is_yes (response) && self->bytes != NULL)
    start_plan (self);
  else
    g_clear_pointer (&self->encoding, g_free);
}

/* Not UTF-8: offers the reading that is probably meant, with nothing done yet. */
static void
offer_encoding (BzgImportPage *self)
{
  const char *guess = bzg_csv_guess_encoding (self->bytes);
  g_autofree char *body = NULL;

  g_free (self->encoding);
  self->encoding = g_strdup (guess != NULL ? guess : "CP1251");
  body = g_strdup_printf (_ ("This file is not in UTF-8; it is probably in %s. Read it so? You see "
                             "every row before anything is changed."),
                          self->encoding);
  bzg_ui_ask (bzg_ui_question (GTK_WINDOW (window_of (self)), _ ("Older letters"), body,
                               _ ("_Cancel"), _ ("_Read it so"), BZG_ASK_SAFE),
              G_CALLBACK (encoding_response_cb), self);
}

static void
start_plan (BzgImportPage *self)
{
  g_autoptr (GError) error = NULL;
  BzgImportOptions options = {
    .profile = profiles[gtk_drop_down_get_selected (self->profile_drop)],
    .bytes = self->bytes,
    .encoding = self->encoding,
  };

  forget_plan (self);
  self->plan = bzg_import_plan_new (bzg_page_session (BZG_PAGE (self)), &options, &error);
  if (self->plan == NULL)
    {
      if (self->encoding == NULL && g_error_matches (error, BZG_ERROR, BZG_ERROR_ENCODING))
        offer_encoding (self);
      else
        bzg_window_fail (window_of (self), error);
      return;
    }
  g_list_store_remove_all (self->lines);
  bzg_ui_clear (GTK_WIDGET (self->filter_box));
  gtk_label_set_text (self->headline, _ ("Checking the rows …"));
  gtk_label_set_text (self->explanation, "");
  gtk_stack_set_visible_child_name (self->stack, "rows");
  set_busy (self, TRUE);
  self->source = g_idle_add (plan_idle_cb, self);
}

static void
file_chosen_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  BzgImportPage *self = user_data;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT
      && (file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog))) != NULL
      && (path = g_file_get_path (file)) != NULL)
    {
      g_clear_pointer (&self->bytes, g_bytes_unref);
      g_clear_pointer (&self->encoding, g_free);
      self->bytes = bzg_file_read (path, MAX_FILE, &error);
      if (self->bytes != NULL)
        start_plan (self);
      else
        bzg_window_fail (window_of (self), error);
    }
  g_clear_object (&self->chooser);
}

static void
choose_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgImportPage *self = user_data;
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _ ("Spreadsheets as CSV"));
  gtk_file_filter_add_suffix (filter, "csv");
  gtk_file_filter_add_suffix (filter, "txt");
  self->chooser
    = gtk_file_chooser_native_new (_ ("The file to import"), GTK_WINDOW (window_of (self)),
                                   GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
  g_signal_connect (self->chooser, "response", G_CALLBACK (file_chosen_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
back_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgImportPage *self = user_data;

  forget_plan (self);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  show_waiting (self);
  gtk_stack_set_visible_child_name (self->stack, "choose");
}

static void
cancel_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgImportPage *self = user_data;
  gboolean judged = bzg_import_plan_rows (self->plan)->len == bzg_import_plan_total (self->plan);

  g_clear_handle_id (&self->source, g_source_remove);
  if (judged)
    show_outcome (self, FALSE);
  else
    back_clicked_cb (NULL, self);
}

static void
setup_cell_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *cell = gtk_inscription_new (NULL);

  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (cell),
                                     GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_list_item_set_child (item, cell);
}

static void
bind_cell_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  BzgImportLine *line = gtk_list_item_get_item (item);
  GtkWidget *cell = gtk_list_item_get_child (item);
  const char *texts[] = { line->row, verdict_text (line->verdict), line->ref, line->reasons };
  int column = GPOINTER_TO_INT (user_data);

  gtk_inscription_set_text (GTK_INSCRIPTION (cell), texts[column]);
  gtk_widget_set_tooltip_text (cell, column == 3 ? line->reasons : NULL);
  if (column == 1)
    gtk_widget_set_css_classes (cell, (const char *[]){ verdict_css (line->verdict), NULL });
}

static void
add_column (BzgImportPage *self, const char *title, int column, int width)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) view_column = NULL;

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cell_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cell_cb), GINT_TO_POINTER (column));
  view_column = gtk_column_view_column_new (title, factory);
  if (width > 0)
    gtk_column_view_column_set_fixed_width (view_column, width);
  else
    gtk_column_view_column_set_expand (view_column, TRUE);
  gtk_column_view_column_set_resizable (view_column, TRUE);
  gtk_column_view_append_column (self->view, view_column);
}

static void
bzg_import_page_opened (BzgPage *page, const char *argument)
{
  BzgImportPage *self = BZG_IMPORT_PAGE (page);

  show_waiting (self);
  if (self->plan == NULL)
    gtk_widget_grab_focus (self->choose_button);
}

static void
bzg_import_page_dispose (GObject *object)
{
  BzgImportPage *self = BZG_IMPORT_PAGE (object);

  forget_plan (self);
  g_clear_object (&self->chooser);
  g_clear_object (&self->lines);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->encoding, g_free);
  G_OBJECT_CLASS (bzg_import_page_parent_class)->dispose (object);
}

static void
bzg_import_page_class_init (BzgImportPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bzg_import_page_dispose;
  BZG_PAGE_CLASS (klass)->opened = bzg_import_page_opened;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/bozgasht/ui/import-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BzgImportPage, stack);
  gtk_widget_class_bind_template_child (widget_class, BzgImportPage, profile_drop);
  gtk_widget_class_bind_template_child (widget_class, BzgImportPage, headline);
  gtk_widget_class_bind_template_child (widget_class, BzgImportPage, explanation);
  gtk_widget_class_bind_template_child (widget_class, BzgImportPage, filter_box);
  gtk_widget_class_bind_template_child (widget_class, BzgImportPage, view);
  gtk_widget_class_bind_template_child (widget_class, BzgImportPage, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, BzgImportPage, choose_button);
  gtk_widget_class_bind_template_child (widget_class, BzgImportPage, back_button);
  gtk_widget_class_bind_template_child (widget_class, BzgImportPage, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, BzgImportPage, run_button);
  gtk_widget_class_bind_template_child (widget_class, BzgImportPage, waiting_button);
  gtk_widget_class_bind_template_child (widget_class, BzgImportPage, decide_button);
  gtk_widget_class_bind_template_callback (widget_class, choose_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, back_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, run_clicked_cb);
}

static void
bzg_import_page_init (BzgImportPage *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  GtkSelectionModel *selection;

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_string_list_append (names, _ ("People"));
  gtk_string_list_append (names, _ ("Support"));
  gtk_string_list_append (names, _ ("Activities"));
  gtk_string_list_append (names, _ ("Livelihood visits"));
  gtk_drop_down_set_model (self->profile_drop, G_LIST_MODEL (names));

  self->shown = -1;
  self->lines = g_list_store_new (BZG_TYPE_IMPORT_LINE);
  selection
    = GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->lines))));
  gtk_column_view_set_model (self->view, selection);
  g_object_unref (selection);
  add_column (self, _ ("Row"), 0, 70);
  add_column (self, _ ("Verdict"), 1, 190);
  add_column (self, _ ("Reference"), 2, 130);
  add_column (self, _ ("Why"), 3, 0);
}
