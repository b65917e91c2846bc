/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-reports-page.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"
#include "app/bzg-window.h"
#include "app/dialogs/bzg-rows-dialog.h"
#include "app/widgets/bzg-preview.h"
#include "base/bzg-error.h"
#include "base/bzg-format.h"
#include "release/bzg-release.h"
#include "report/bzg-report.h"

/*
 * Making a report: choose, make, look, publish, save. Making counts on the window's thread (a few
 * milliseconds) and protects in a worker; nothing is shown before every small group is proved safe.
 */

struct _BzgReportsPage
{
  BzgPage parent_instance;

  AdwComboRow *report_row, *period_row, *fund_row, *language_row;
  AdwEntryRow *other_row;
  GtkWidget *make_button, *progress_box, *leave_box, *protection_group, *publish_button;
  GtkWidget *correct_button;
  GtkWidget *save_button, *leave_hint, *rows_group;
  GtkLabel *progress_label;
  GtkProgressBar *progress_bar;
  AdwActionRow *proved_row, *withheld_row, *secondary_row, *printed_row, *standing_row, *late_row;
  GtkStack *stack;
  BzgPreview *preview;

  GPtrArray *periods; /* ids as of bzg_period_parse(), in the order of period_row */
  GPtrArray *funds;   /* names; the first is NULL: all */
  GCancellable *cancellable;
  BzgReport *report;
  GtkFileChooserNative *chooser;
  BzgDocumentFormat format; /* of the chooser */
};

G_DEFINE_FINAL_TYPE (BzgReportsPage, bzg_reports_page, BZG_TYPE_PAGE)

static BzgWindow *
window_of (BzgReportsPage *self)
{
  return bzg_window_of (GTK_WIDGET (self));
}

static void
show_count (AdwActionRow *row, guint count)
{
  g_autofree char *text = bzg_format_integer (bzg_language_current (), count);

  adw_action_row_set_subtitle (row, text);
}

static void
forget_report (BzgReportsPage *self)
{
  g_clear_pointer (&self->report, bzg_report_free);
  gtk_widget_set_visible (self->protection_group, FALSE);
  gtk_widget_set_visible (self->leave_box, FALSE);
  gtk_stack_set_visible_child_name (self->stack, "empty");
  bzg_preview_set_document (self->preview, NULL, NULL);
}

static void
show_report (BzgReportsPage *self)
{
  g_autoptr (GError) error = NULL;
  const BzgProtectSummary *summary = bzg_release_summary (bzg_report_get_release (self->report));
  BzgLanguage lang = bzg_language_current ();
  g_autofree char *proved = bzg_format_integer (lang, summary->proved);
  g_autofree char *all = bzg_format_integer (lang, summary->protected_cells);
  g_autofree char *text = g_strdup_printf (_ ("%s of %s"), proved, all);
  const BzgRelease *release = bzg_report_get_release (self->report);
  gboolean published = bzg_report_is_published (self->report);
  gboolean leaves = bzg_release_may_leave (release, bzg_page_session (BZG_PAGE (self)), NULL);

  if (!bzg_preview_set_document (self->preview, bzg_report_get_document (self->report), &error))
    {
      bzg_window_fail (window_of (self), error);
      return;
    }
  adw_action_row_set_subtitle (self->proved_row, text);
  show_count (self->withheld_row, summary->primary);
  show_count (self->secondary_row, summary->secondary);
  show_count (self->printed_row, summary->printed);
  show_count (self->standing_row, summary->standing);
  gtk_widget_set_visible (GTK_WIDGET (self->standing_row), bzg_release_edition (release) > 1);
  show_count (self->late_row, bzg_release_late (release));
  gtk_widget_set_visible (GTK_WIDGET (self->late_row), bzg_release_late (release) > 0);
  gtk_widget_set_visible (self->leave_hint, !leaves);
  gtk_widget_set_sensitive (self->save_button, leaves);
  /* What was published earlier was proved then. */
  gtk_widget_set_visible (self->protection_group, summary->cells > 0);
  gtk_widget_set_visible (self->leave_box, TRUE);
  gtk_button_set_label (GTK_BUTTON (self->publish_button),
                        published ? _ ("Published") : _ ("_Publish …"));
  gtk_widget_set_sensitive (self->publish_button, !published);
  gtk_widget_set_visible (self->correct_button, published);
  gtk_stack_set_visible_child_name (self->stack, "preview");
}

static void
set_busy (BzgReportsPage *self, gboolean busy)
{
  gtk_widget_set_sensitive (self->make_button, !busy);
  gtk_widget_set_sensitive (self->correct_button, !busy);
  gtk_widget_set_visible (self->progress_box, busy);
  if (busy)
    {
      gtk_label_set_text (self->progress_label,
                          _ ("Counting and proving that no small group shows …"));
      gtk_progress_bar_set_fraction (self->progress_bar, 0);
    }
  else
    g_clear_object (&self->cancellable);
}

typedef struct
{
  BzgReportsPage *page;
  guint proved, all;
} Progress;

static gboolean
progress_idle_cb (gpointer data)
{
  Progress *progress = data;

  BzgReportsPage *self = progress->page;
  g_autofree char *text
    = g_strdup_printf (_ ("Proved safe: %u of %u small groups"), progress->proved, progress->all);

  gtk_label_set_text (self->progress_label, text);
  gtk_progress_bar_set_fraction (self->progress_bar,
                                 progress->all > 0 ? (double) progress->proved / progress->all : 0);
  g_object_unref (progress->page);
  g_free (progress);

  return G_SOURCE_REMOVE;
}

/* Called from the worker. */
static void
progress_cb (guint proved, guint all, gpointer data)
{
  Progress *progress = g_new (Progress, 1);

  progress->page = g_object_ref (data);
  progress->proved = proved;
  progress->all = all;
  g_idle_add (progress_idle_cb, progress);
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BzgReportsPage) self = user_data;
  g_autoptr (GError) error = NULL;
  BzgReport *report = bzg_report_make_finish (result, &error);

  set_busy (self, FALSE);
  if (report == NULL)
    {
      if (!g_error_matches (error, BZG_ERROR, BZG_ERROR_CANCELLED) && window_of (self) != NULL)
        bzg_window_fail (window_of (self), error);
      return;
    }
  forget_report (self);
  self->report = report;
  show_report (self);
}

static void
make (BzgReportsPage *self, const char *id, const char *period, const char *fund, gboolean correct)
{
  self->cancellable = g_cancellable_new ();
  set_busy (self, TRUE);
  bzg_report_make_async (bzg_page_session (BZG_PAGE (self)), id, period, fund, correct,
                         (BzgLanguage) adw_combo_row_get_selected (self->language_row), progress_cb,
                         self, self->cancellable, made_cb, g_object_ref (self));
}

static void
make_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgReportsPage *self = user_data;
  g_autoptr (GError) error = NULL;
  const GPtrArray *definitions = bzg_report_definitions (&error);
  g_autofree char *other = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->other_row)));
  guint kind = adw_combo_row_get_selected (self->report_row);
  guint period = adw_combo_row_get_selected (self->period_row);
  guint fund = adw_combo_row_get_selected (self->fund_row);
  const char *period_text;
  BzgPeriod parsed;

  if (definitions == NULL || kind >= definitions->len || period >= self->periods->len)
    return;
  g_strstrip (other);
  period_text = *other != '\0' ? other : self->periods->pdata[period];
  if (!bzg_period_parse (period_text, &parsed, &error))
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->other_row), "error");
      bzg_window_fail (window_of (self), error);
      gtk_widget_grab_focus (GTK_WIDGET (self->other_row));
      return;
    }
  gtk_widget_remove_css_class (GTK_WIDGET (self->other_row), "error");

  make (self, bzg_report_definition_id (definitions->pdata[kind]), period_text,
        fund < self->funds->len ? self->funds->pdata[fund] : NULL, FALSE);
}

/* Of the report that is shown, whatever is chosen beside it meanwhile. */
static void
correct_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgReportsPage *self = user_data;

  make (self, bzg_report_get_id (self->report), bzg_report_get_period (self->report)->id,
        bzg_report_get_fund (self->report), TRUE);
}

static void
rows_activated_cb (AdwActionRow *row, gpointer user_data)
{
  BzgReportsPage *self = user_data;

  bzg_rows_dialog_present (window_of (self), bzg_page_session (BZG_PAGE (self)));
}

static void
cancel_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgReportsPage *self = user_data;

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

static void
folder_chosen_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  BzgReportsPage *self = user_data;
  g_autoptr (GFile) folder = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *folder_path = NULL;

  if (response == GTK_RESPONSE_ACCEPT && self->report != NULL)
    {
      folder = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      folder_path = folder != NULL ? g_file_get_path (folder) : NULL;
      if (folder_path != NULL)
        {
          if (bzg_report_write (bzg_page_session (BZG_PAGE (self)), self->report, self->format,
                                folder_path, &path, NULL, &error))
            {
              g_autofree char *name = g_path_get_basename (path);
              g_autofree char *text = g_strdup_printf (_ ("Saved as %s"), name);

              bzg_window_toast (window_of (self), text);
            }
          else
            bzg_window_fail (window_of (self), error);
        }
    }
  g_clear_object (&self->chooser);
}

static void
save_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  BzgReportsPage *self = user_data;

  if (self->report == NULL || self->chooser != NULL
      || !bzg_document_format_from_code (g_variant_get_string (parameter, NULL), &self->format))
    return;
  self->chooser
    = gtk_file_chooser_native_new (_ ("The folder for the report"), GTK_WINDOW (window_of (self)),
                                   GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("Save here"), NULL);
  g_signal_connect (self->chooser, "response", G_CALLBACK (folder_chosen_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
publish_response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  BzgReportsPage *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!bzg_ui_is_yes (response) || self->report == NULL)
    return;
  if (!bzg_report_publish (bzg_page_session (BZG_PAGE (self)), self->report, NULL, &error))
    {
      bzg_window_fail (window_of (self), error);
      return;
    }
  show_report (self);
  bzg_window_toast (window_of (self), _ ("Published. The figures are frozen in the ledger."));
}

static void
publish_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgReportsPage *self = user_data;
  BzgLanguage lang = bzg_language_current ();
  const BzgProtectSummary *summary = bzg_release_summary (bzg_report_get_release (self->report));
  g_autofree char *period = bzg_format_period (lang, bzg_report_get_period (self->report));
  g_autofree char *printed = bzg_format_integer (lang, summary->printed);
  g_autofree char *withheld = bzg_format_integer (lang, summary->primary + summary->secondary);
  gboolean corrects = bzg_release_edition (bzg_report_get_release (self->report)) > 1;
  g_autofree char *body
    = corrects
        ? g_strdup_printf (
          /* Translators: %s are a period and a number. */
          _ ("%s: %s corrected figures will leave; all others stand as they were published. "
             "Readers have both, and whoever was given the earlier report should be told. Later "
             "reports are made of the corrected figures. This cannot be undone."),
          period, printed)
        : g_strdup_printf (
          _ ("%s: %s figures will leave, %s are withheld. The figures are frozen and entered in "
             "the ledger; this cannot be undone, and later reports are checked against them."),
          period, printed, withheld);

  bzg_ui_ask (bzg_ui_question (GTK_WINDOW (window_of (self)),
                               corrects ? _ ("Publish this correction?")
                                        : _ ("Publish this report?"),
                               body, _ ("_Cancel"), _ ("_Publish"), BZG_ASK_CAREFUL),
              G_CALLBACK (publish_response_cb), self);
}

static void
add_period (BzgReportsPage *self, GtkStringList *list, const char *id)
{
  BzgPeriod period;
  g_autofree char *label = NULL;

  if (!bzg_period_parse (id, &period, NULL))
    return;
  label = bzg_format_period (bzg_language_current (), &period);
  gtk_string_list_append (list, label);
  g_ptr_array_add (self->periods, g_strdup (id));
}

/* The last two years by calendar quarter, then by US fiscal quarter, then whole years: what donors
 * ask for. Anything else can be typed. */
static void
fill_periods (BzgReportsPage *self)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  BzgDate today = bzg_session_today (bzg_page_session (BZG_PAGE (self)));
  BzgDate day = today;

  g_ptr_array_set_size (self->periods, 0);
  for (int i = 0; i < 8; i++, day = bzg_date_add_months (day, -3))
    {
      BzgPeriod quarter = bzg_period_calendar_quarter (day);

      add_period (self, list, quarter.id);
    }
  day = today;
  for (int i = 0; i < 8; i++, day = bzg_date_add_months (day, -3))
    {
      BzgPeriod quarter = bzg_period_fiscal_quarter (day);

      add_period (self, list, quarter.id);
    }
  for (int i = 0; i < 3; i++)
    {
      g_autofree char *year = g_strdup_printf ("%d", today.year - i);

      add_period (self, list, year);
    }
  for (int i = 0; i < 3; i++)
    {
      g_autofree char *year = g_strdup_printf ("FY%d", bzg_date_fiscal_year (today) - i);

      add_period (self, list, year);
    }
  adw_combo_row_set_model (self->period_row, G_LIST_MODEL (list));
  /* The quarter that is over is the one that is reported. */
  adw_combo_row_set_selected (self->period_row, 1);
}

static void
fill_funds (BzgReportsPage *self)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  g_autoptr (GPtrArray) funds
    = bzg_session_list (bzg_page_session (BZG_PAGE (self)), "fund", NULL, NULL, NULL);
  guint selected = adw_combo_row_get_selected (self->fund_row);

  g_ptr_array_set_size (self->funds, 0);
  g_ptr_array_add (self->funds, NULL);
  gtk_string_list_append (list, _ ("All funds"));
  for (guint i = 0; funds != NULL && i < funds->len; i++)
    {
      const char *name = bzg_record_get (funds->pdata[i], "name");

      if (name == NULL)
        continue;
      g_ptr_array_add (self->funds, g_strdup (name));
      gtk_string_list_append (list, name);
    }
  adw_combo_row_set_model (self->fund_row, G_LIST_MODEL (list));
  adw_combo_row_set_selected (self->fund_row, selected < self->funds->len ? selected : 0);
}

static void
fill_reports (BzgReportsPage *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  const GPtrArray *definitions = bzg_report_definitions (&error);

  for (guint i = 0; definitions != NULL && i < definitions->len; i++)
    gtk_string_list_append (list, bzg_report_definition_title (definitions->pdata[i],
                                                               bzg_language_current ()));
  adw_combo_row_set_model (self->report_row, G_LIST_MODEL (list));
}

static void
fill_languages (BzgReportsPage *self)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);

  for (BzgLanguage lang = 0; lang < BZG_N_LANGUAGES; lang++)
    gtk_string_list_append (list, bzg_language_name (lang));
  adw_combo_row_set_model (self->language_row, G_LIST_MODEL (list));
  adw_combo_row_set_selected (self->language_row, bzg_language_current ());
}

static void
bzg_reports_page_attached (BzgPage *page)
{
  BzgReportsPage *self = BZG_REPORTS_PAGE (page);

  fill_reports (self);
  fill_languages (self);
  fill_periods (self);
  fill_funds (self);
  gtk_widget_set_visible (self->rows_group, bzg_session_allows (bzg_page_session (page),
                                                                "programme", BZG_ACT_EXPORT));
}

static void
bzg_reports_page_refresh (BzgPage *page, const char *aggregate)
{
  if (aggregate == NULL || g_str_equal (aggregate, "fund"))
    fill_funds (BZG_REPORTS_PAGE (page));
}

static void
bzg_reports_page_dispose (GObject *object)
{
  BzgReportsPage *self = BZG_REPORTS_PAGE (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->report, bzg_report_free);
  g_clear_pointer (&self->periods, g_ptr_array_unref);
  g_clear_pointer (&self->funds, g_ptr_array_unref);
  G_OBJECT_CLASS (bzg_reports_page_parent_class)->dispose (object);
}

static void
bzg_reports_page_class_init (BzgReportsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  BzgPageClass *page_class = BZG_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bzg_reports_page_dispose;
  page_class->attached = bzg_reports_page_attached;
  page_class->refresh = bzg_reports_page_refresh;

  g_type_ensure (BZG_TYPE_PREVIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bozgasht/ui/reports-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, report_row);
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, period_row);
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, other_row);
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, fund_row);
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, language_row);
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, make_button);
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, progress_box);
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, progress_label);
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, rows_group);
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, protection_group);
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, proved_row);
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, withheld_row);
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, secondary_row);
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, printed_row);
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, standing_row);
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, late_row);
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, leave_box);
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, leave_hint);
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, save_button);
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, publish_button);
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, correct_button);
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, BzgReportsPage, preview);
  gtk_widget_class_bind_template_callback (widget_class, make_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, correct_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, rows_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, publish_clicked_cb);
}

static void
bzg_reports_page_init (BzgReportsPage *self)
{
  static const GActionEntry entries[] = { { "save", save_cb, "s" } };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();

  self->periods = g_ptr_array_new_with_free_func (g_free);
  self->funds = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "report", G_ACTION_GROUP (actions));
}
