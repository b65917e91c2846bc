/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-stories-page.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-search-popover.h"
#include "app/bzg-ui.h"
#include "app/bzg-window.h"
#include "base/bzg-error.h"
#include "base/bzg-format.h"
#include "release/bzg-permit.h"
#include "release/bzg-story-check.h"
#include "report/bzg-story-release.h"

/*
 * Success stories. The text is checked against the case's own facts while it is written, half a
 * second after the last key; what points at the person is marked and offered a replacement. Typing
 * is kept as a draft; saving, sending and deciding are acts of the record.
 */

#define CHECK_AFTER_MS 600
#define KEEP_AFTER_MS 1000

struct _BzgStoriesPage
{
  BzgPage parent_instance;

  GtkListBox *list, *findings;
  GtkStack *stack;
  GtkWidget *person_entry;
  GtkDropDown *language_drop;
  GtkBox *stage_box;
  GtkWidget *title_entry;
  GtkTextView *text_view;
  GtkLabel *words_label, *draft_label, *fits_label, *consent_label;
  GtkWidget *replace_button, *save_button, *submit_button, *approve_button, *return_button,
    *release_button;

  BzgSearchPopover *popover;
  BzgRecord *story;
  BzgStoryCheck *check;
  gboolean title_points; /* something in the headline points at the person */
  gboolean filling;      /* the fields change because a story is shown, not because of a key */
  gboolean dirty;
  guint check_source, keep_source;
  GtkFileChooserNative *chooser;
};

G_DEFINE_FINAL_TYPE (BzgStoriesPage, bzg_stories_page, BZG_TYPE_PAGE)

static void show_story (BzgStoriesPage *self, const BzgId *id);

static BzgSession *
session_of (BzgStoriesPage *self)
{
  return bzg_page_session (BZG_PAGE (self));
}

static BzgWindow *
window_of (BzgStoriesPage *self)
{
  return bzg_window_of (GTK_WIDGET (self));
}

static const char *
value (const BzgRecord *record, const char *name)
{
  const char *text = bzg_record_get (record, name);

  return text != NULL ? text : "";
}

static BzgLanguage
story_language (BzgStoriesPage *self)
{
  BzgLanguage lang = bzg_language_current ();

  bzg_language_from_code (value (self->story, "language"), &lang);

  return lang;
}

static char *
body_text (BzgStoriesPage *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text_view);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static gboolean
is_open (BzgStoriesPage *self)
{
  const char *status = value (self->story, "status");

  return g_strv_contains ((const char *const[]){ "", "draft", "review", NULL }, status);
}

/* What was typed and not saved, as the form's own key file. */
static char *
draft_text (BzgStoriesPage *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *body = body_text (self);

  g_key_file_set_string (file, "story", "title",
                         gtk_editable_get_text (GTK_EDITABLE (self->title_entry)));
  g_key_file_set_string (file, "story", "body", body);

  return g_key_file_to_data (file, NULL, NULL);
}

static void
draft_kept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BzgStoriesPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!bzg_session_keep_draft_finish (BZG_SESSION (source), result, &error))
    {
      if (window_of (self) != NULL)
        bzg_window_fail (window_of (self), error);
      return;
    }
  if (self->dirty)
    {
      g_autofree char *when = bzg_ui_moment (g_get_real_time () / G_USEC_PER_SEC);
      g_autofree char *text = g_strdup_printf (_ ("Draft kept %s"), when);

      gtk_label_set_text (self->draft_label, text);
    }
}

static gboolean
keep_timeout_cb (gpointer user_data)
{
  BzgStoriesPage *self = user_data;
  g_autofree char *text = draft_text (self);

  self->keep_source = 0;
  bzg_session_keep_draft_async (session_of (self), "story", bzg_record_id (self->story), text,
                                draft_kept_cb, g_object_ref (self));

  return G_SOURCE_REMOVE;
}

static void
show_words (BzgStoriesPage *self, const char *body)
{
  g_auto (GStrv) words = g_strsplit_set (body, " \n\t", -1);
  g_autofree char *text = NULL;
  guint n = 0;

  for (char **word = words; *word != NULL; word++)
    n += **word != '\0';
  text = g_strdup_printf (g_dngettext (NULL, "%u word; donors ask for 300 to 500",
                                       "%u words; donors ask for 300 to 500", n),
                          n);
  gtk_label_set_text (self->words_label, text);
}

static const char *
category_text (const char *category)
{
  static const struct
  {
    const char *category, *text;
  } names[] = {
    { "name", N_ ("Name of the person") },
    { "relative", N_ ("Name of a relative") },
    { "person_other", N_ ("Name of another person") },
    { "place", N_ ("Place") },
    { "place_abroad", N_ ("Place abroad") },
    { "date", N_ ("Date") },
    { "age", N_ ("Age") },
    { "phone", N_ ("Phone number") },
    { "email", N_ ("E-mail address") },
    { "document", N_ ("Document number") },
    { "money", N_ ("Amount of money") },
    { "item", N_ ("What was given") },
    { "occupation", N_ ("Occupation") },
    { "case_no", N_ ("Case number") },
    { "health", N_ ("Health") },
    { "unique", N_ ("The only one, the first") },
    { "link", N_ ("Internet address") },
    { "number", N_ ("Number") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (names[i].category, category) == 0)
      return _ (names[i].text);

  return _ ("Detail");
}

static void
replace_one_cb (GtkButton *button, gpointer user_data)
{
  BzgStoriesPage *self = user_data;
  const BzgStoryFinding *finding = g_object_get_data (G_OBJECT (button), "finding");
  g_autofree char *body = body_text (self);
  g_autofree char *new_body = g_strdup_printf ("%.*s%s%s", (int) finding->start, body,
                                               finding->suggestion, body + finding->end);

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text_view), new_body, -1);
}

static GtkWidget *
finding_row (BzgStoriesPage *self, const char *body, const BzgStoryFinding *finding)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *found = g_strndup (body + finding->start, finding->end - finding->start);
  g_autofree char *escaped = g_markup_escape_text (found, -1);
  GtkWidget *button = gtk_button_new_with_label (*finding->suggestion != '\0' ? finding->suggestion
                                                                              : _ ("Leave out"));
  g_autofree char *name = g_strdup_printf (_ ("Replace “%s”"), found);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), escaped);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), category_text (finding->category));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "bzg-link");
  gtk_widget_set_sensitive (button, is_open (self));
  gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))),
                           PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), 16);
  bzg_ui_name (button, name);
  g_object_set_data (G_OBJECT (button), "finding", (gpointer) finding);
  g_signal_connect (button, "clicked", G_CALLBACK (replace_one_cb), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);

  return row;
}

static void
mark_findings (BzgStoriesPage *self, const char *body)
{
  static const char *const tags[] = { "block", "review", "warn" };
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text_view);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_remove_all_tags (buffer, &start, &end);
  bzg_ui_clear (GTK_WIDGET (self->findings));
  for (guint i = 0; i < self->check->findings->len; i++)
    {
      const BzgStoryFinding *finding = self->check->findings->pdata[i];
      glong from = g_utf8_pointer_to_offset (body, body + finding->start);
      glong to = g_utf8_pointer_to_offset (body, body + finding->end);

      gtk_text_buffer_get_iter_at_offset (buffer, &start, (int) from);
      gtk_text_buffer_get_iter_at_offset (buffer, &end, (int) to);
      gtk_text_buffer_apply_tag_by_name (buffer, tags[finding->severity], &start, &end);
      gtk_list_box_append (self->findings, finding_row (self, body, finding));
    }
  if (self->check->findings->len == 0)
    {
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Nothing found in the text"));
      gtk_list_box_append (self->findings, row);
    }
}

static void
show_acts (BzgStoriesPage *self)
{
  BzgSession *session = session_of (self);
  const char *status = value (self->story, "status");
  gboolean draft = *status == '\0' || g_str_equal (status, "draft");
  gboolean review = g_str_equal (status, "review");
  gboolean may_write = bzg_session_allows (session, "stories", BZG_ACT_WRITE);
  gboolean may_approve = bzg_session_allows (session, "stories", BZG_ACT_APPROVE);
  gboolean points = self->check != NULL && (self->check->findings->len > 0 || self->title_points);

  gtk_widget_set_visible (self->replace_button, is_open (self) && may_write && points);
  gtk_widget_set_visible (self->save_button, is_open (self) && may_write);
  gtk_widget_set_sensitive (self->save_button, self->dirty);
  gtk_widget_set_visible (self->submit_button, draft && may_write);
  gtk_widget_set_visible (self->approve_button, review && may_approve);
  gtk_widget_set_sensitive (self->approve_button,
                            !self->dirty && self->check != NULL && self->check->publishable);
  gtk_widget_set_visible (self->return_button, review && may_approve);
  gtk_widget_set_visible (self->release_button,
                          g_str_equal (status, "approved")
                            && bzg_session_allows (session, "stories", BZG_ACT_EXPORT));
  gtk_text_view_set_editable (self->text_view, is_open (self) && may_write);
  gtk_editable_set_editable (GTK_EDITABLE (self->title_entry), is_open (self) && may_write);
}

static void
run_check (BzgStoriesPage *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgStoryCheck) title = NULL;
  g_autofree char *body = body_text (self);
  g_autofree char *fits = NULL;
  BzgId person;

  bzg_record_get_id (self->story, "person", &person);
  g_clear_pointer (&self->check, bzg_story_check_free);
  self->check = bzg_story_check (session_of (self), &person, body, story_language (self), &error);
  if (self->check != NULL)
    title = bzg_story_check (session_of (self), &person,
                             gtk_editable_get_text (GTK_EDITABLE (self->title_entry)),
                             story_language (self), &error);
  if (title == NULL)
    {
      bzg_window_fail (window_of (self), error);
      return;
    }
  self->title_points = title->findings->len > 0;
  if (self->title_points)
    gtk_widget_add_css_class (self->title_entry, "error");
  else
    gtk_widget_remove_css_class (self->title_entry, "error");
  mark_findings (self, body);
  show_words (self, body);
  fits = g_strdup_printf (g_dngettext (NULL, "Fits %u person; %u are needed",
                                       "Fits %u people; %u are needed", self->check->k),
                          self->check->k, self->check->needed);
  gtk_label_set_text (self->fits_label, fits);
  if (self->check->k >= self->check->needed)
    gtk_widget_remove_css_class (GTK_WIDGET (self->fits_label), "bzg-amber");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->fits_label), "bzg-amber");
  show_acts (self);
}

static gboolean
check_timeout_cb (gpointer user_data)
{
  BzgStoriesPage *self = user_data;

  self->check_source = 0;
  run_check (self);

  return G_SOURCE_REMOVE;
}

static void
typed_cb (BzgStoriesPage *self)
{
  if (self->filling || self->story == NULL)
    return;
  self->dirty = TRUE;
  g_clear_handle_id (&self->check_source, g_source_remove);
  g_clear_handle_id (&self->keep_source, g_source_remove);
  self->check_source = g_timeout_add (CHECK_AFTER_MS, check_timeout_cb, self);
  self->keep_source = g_timeout_add (KEEP_AFTER_MS, keep_timeout_cb, self);
  show_acts (self);
}

static void
show_stages (BzgStoriesPage *self)
{
  static const char *const stages[] = { "draft", "review", "approved", "released" };
  const char *status = value (self->story, "status");

  bzg_ui_clear (GTK_WIDGET (self->stage_box));
  for (guint i = 0; i < G_N_ELEMENTS (stages); i++)
    {
      gboolean here = g_str_equal (status, stages[i]) || (i == 0 && *status == '\0');

      if (i > 0)
        gtk_box_append (self->stage_box, bzg_ui_label ("›", "dim-label"));
      gtk_box_append (self->stage_box, bzg_ui_label (bzg_ui_code ("story_status", stages[i]),
                                                     here ? "bzg-link heading" : "dim-label"));
    }
}

static void
show_consent (BzgStoriesPage *self)
{
  BzgId person;
  gboolean given;

  bzg_record_get_id (self->story, "person", &person);
  given = bzg_permit_consented (session_of (self), &person, "story_anonymised");
  gtk_label_set_text (self->consent_label,
                      given
                        ? _ ("The person agreed to an anonymised story.")
                        : _ ("There is no consent to a story: it can be written but not leave."));
  if (given)
    gtk_widget_remove_css_class (GTK_WIDGET (self->consent_label), "bzg-late");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->consent_label), "bzg-late");
}

static void
fill (BzgStoriesPage *self, const char *title, const char *body)
{
  self->filling = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->title_entry), title);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text_view), body, -1);
  self->filling = FALSE;
}

static void
show_story (BzgStoriesPage *self, const BzgId *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *draft = NULL;
  gint64 kept_at = 0;
  BzgRecord *story = bzg_session_get (session_of (self), "story", id, &error);

  if (story == NULL)
    {
      bzg_window_fail (window_of (self), error);
      return;
    }
  g_clear_pointer (&self->story, bzg_record_free);
  self->story = story;
  self->dirty = FALSE;
  gtk_label_set_text (self->draft_label, "");
  draft = bzg_session_draft (session_of (self), "story", id, &kept_at);
  if (draft != NULL && is_open (self) && g_key_file_load_from_data (file, draft, -1, 0, NULL))
    {
      g_autofree char *title = g_key_file_get_string (file, "story", "title", NULL);
      g_autofree char *body = g_key_file_get_string (file, "story", "body", NULL);
      g_autofree char *when = bzg_ui_moment (kept_at);
      g_autofree char *text = g_strdup_printf (_ ("Draft kept %s"), when);

      fill (self, title != NULL ? title : "", body != NULL ? body : "");
      self->dirty = TRUE;
      gtk_label_set_text (self->draft_label, text);
    }
  else
    fill (self, value (story, "title"), value (story, "body"));
  show_stages (self);
  show_consent (self);
  gtk_stack_set_visible_child_name (self->stack, "story");
  run_check (self);
}

static void
fill_list (BzgStoriesPage *self, const BzgId *select)
{
  g_autoptr (GPtrArray) stories = bzg_session_list (session_of (self), "story", NULL, NULL, NULL);

  self->filling = TRUE;
  bzg_ui_clear (GTK_WIDGET (self->list));
  for (guint i = stories != NULL ? stories->len : 0; i > 0; i--)
    {
      const BzgRecord *story = stories->pdata[i - 1];
      GtkWidget *row = gtk_list_box_row_new ();
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
      const char *title = value (story, "title");
      const char *status = value (story, "status");
      GtkWidget *label = bzg_ui_label (*title != '\0' ? title : _ ("Without a headline"), NULL);
      g_autofree char *line
        = g_strdup_printf ("%s · %s",
                           bzg_ui_code ("story_status", *status != '\0' ? status : "draft"),
                           bzg_ui_code ("language", value (story, "language")));

      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_box_append (GTK_BOX (box), label);
      gtk_box_append (GTK_BOX (box), bzg_ui_label (line, "dim-label caption"));
      gtk_widget_set_margin_top (box, 6);
      gtk_widget_set_margin_bottom (box, 6);
      gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
      bzg_ui_name (row, *title != '\0' ? title : _ ("Without a headline"));
      g_object_set_data_full (G_OBJECT (row), "story",
                              g_memdup2 (bzg_record_id (story), sizeof (BzgId)), g_free);
      gtk_list_box_append (self->list, row);
      if (select != NULL && bzg_id_equal (select, bzg_record_id (story)))
        gtk_list_box_select_row (self->list, GTK_LIST_BOX_ROW (row));
    }
  self->filling = FALSE;
}

/* Writes what stands in the fields, with a new stage if @status is not NULL. */
static gboolean
save (BzgStoriesPage *self, const char *status)
{
  g_autoptr (BzgWork) work = bzg_work_new ();
  g_autoptr (BzgRecord) story = bzg_record_copy (self->story);
  g_autoptr (GError) error = NULL;
  g_autofree char *body = body_text (self);
  const char *title = gtk_editable_get_text (GTK_EDITABLE (self->title_entry));
  BzgId id = *bzg_record_id (self->story);

  g_clear_handle_id (&self->keep_source, g_source_remove);
  bzg_record_set (story, "title", *title != '\0' ? title : NULL);
  bzg_record_set (story, "body", *body != '\0' ? body : NULL);
  if (status != NULL)
    bzg_record_set (story, "status", status);
  bzg_work_put (work, story);
  bzg_work_drop_draft (work, "story", &id);
  if (!bzg_session_commit (session_of (self), work, &error))
    {
      bzg_window_fail (window_of (self), error);
      return FALSE;
    }
  show_story (self, &id);
  fill_list (self, &id);

  return TRUE;
}

static void
save_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgStoriesPage *self = user_data;

  if (save (self, NULL))
    bzg_window_toast (window_of (self), _ ("Story saved"));
}

static void
submit_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgStoriesPage *self = user_data;

  if (save (self, "review"))
    bzg_window_toast (window_of (self), _ ("Sent for review. Somebody else approves it."));
}

static void
decide (BzgStoriesPage *self, const char *act, const char *toast)
{
  g_autoptr (GError) error = NULL;
  BzgId id = *bzg_record_id (self->story);

  if (!bzg_story_decide (session_of (self), &id, act, NULL, &error))
    {
      bzg_window_fail (window_of (self), error);
      return;
    }
  show_story (self, &id);
  fill_list (self, &id);
  bzg_window_toast (window_of (self), toast);
}

static void
approve_clicked_cb (GtkButton *button, gpointer user_data)
{
  decide (user_data, "approve", _ ("Approved. It can be released now."));
}

static void
return_clicked_cb (GtkButton *button, gpointer user_data)
{
  decide (user_data, "return", _ ("Sent back to the author"));
}

static void
replace_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgStoriesPage *self = user_data;
  g_autoptr (BzgStoryCheck) title_check = NULL;
  g_autofree char *body = body_text (self);
  g_autofree char *new_body = bzg_story_apply (body, self->check);
  const char *title = gtk_editable_get_text (GTK_EDITABLE (self->title_entry));
  BzgId person;

  bzg_record_get_id (self->story, "person", &person);
  title_check = bzg_story_check (session_of (self), &person, title, story_language (self), NULL);
  if (title_check != NULL)
    {
      g_autofree char *new_title = bzg_story_apply (title, title_check);

      gtk_editable_set_text (GTK_EDITABLE (self->title_entry), new_title);
    }
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text_view), new_body, -1);
  run_check (self);
}

static void
folder_chosen_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  BzgStoriesPage *self = user_data;
  g_autoptr (GFile) folder = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT && self->story != NULL
      && (folder = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog))) != NULL
      && (path = g_file_get_path (folder)) != NULL)
    {
      BzgId id = *bzg_record_id (self->story);
      g_auto (GStrv) paths = bzg_story_release (session_of (self), &id, path, NULL, &error);

      if (paths == NULL)
        bzg_window_fail (window_of (self), error);
      else
        bzg_window_toast (window_of (self), _ ("Released as PDF, ODT and text"));
      show_story (self, &id);
      fill_list (self, &id);
    }
  g_clear_object (&self->chooser);
}

static void
release_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgStoriesPage *self = user_data;

  self->chooser
    = gtk_file_chooser_native_new (_ ("The folder for the story"), GTK_WINDOW (window_of (self)),
                                   GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("Release here"), NULL);
  g_signal_connect (self->chooser, "response", G_CALLBACK (folder_chosen_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
begin_story (BzgStoriesPage *self, const BzgId *person)
{
  BzgSession *session = session_of (self);
  BzgLanguage lang = (BzgLanguage) gtk_drop_down_get_selected (self->language_drop);
  g_autoptr (BzgRecord) story = bzg_record_new ("story", NULL);
  g_autoptr (BzgWork) work = bzg_work_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *body = bzg_story_draft (session, person, lang, NULL, &error);

  if (body != NULL)
    {
      bzg_record_set_id (story, "person", person);
      bzg_record_set (story, "language", bzg_language_code (lang));
      bzg_record_set (story, "title", bzg_tr (lang, N_ ("A new start at home")));
      bzg_record_set (story, "body", body);
      bzg_record_set (story, "status", "draft");
      bzg_work_put (work, story);
    }
  if (body == NULL || !bzg_session_commit (session, work, &error))
    {
      bzg_window_fail (window_of (self), error);
      return;
    }
  fill_list (self, bzg_record_id (story));
  show_story (self, bzg_record_id (story));
}

static void
new_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgStoriesPage *self = user_data;

  gtk_list_box_unselect_all (self->list);
  gtk_stack_set_visible_child_name (self->stack, "empty");
  gtk_editable_set_text (GTK_EDITABLE (self->person_entry), "");
  gtk_widget_grab_focus (self->person_entry);
}

static void
row_selected_cb (GtkListBox *list, GtkListBoxRow *row, gpointer user_data)
{
  BzgStoriesPage *self = user_data;

  if (row != NULL && !self->filling)
    show_story (self, g_object_get_data (G_OBJECT (row), "story"));
}

static void
person_changed_cb (GtkSearchEntry *entry, gpointer user_data)
{
  BzgStoriesPage *self = user_data;

  bzg_search_popover_set_text (self->popover, session_of (self),
                               gtk_editable_get_text (GTK_EDITABLE (entry)));
}

static void
person_activate_cb (GtkSearchEntry *entry, gpointer user_data)
{
  BzgStoriesPage *self = user_data;

  bzg_search_popover_activate (self->popover);
}

static void
person_chosen_cb (BzgSearchPopover *popover, BzgId *person, BzgStoriesPage *self)
{
  begin_story (self, person);
}

static void
bzg_stories_page_attached (BzgPage *page)
{
  BzgStoriesPage *self = BZG_STORIES_PAGE (page);
  g_autoptr (GtkStringList) languages = gtk_string_list_new (NULL);

  for (BzgLanguage lang = 0; lang < BZG_N_LANGUAGES; lang++)
    gtk_string_list_append (languages, bzg_language_name (lang));
  gtk_drop_down_set_model (self->language_drop, G_LIST_MODEL (languages));
  gtk_drop_down_set_selected (self->language_drop, bzg_language_current ());
}

/* @argument: "new", "person:<id>" to begin one about somebody, or the id of a story. */
static void
bzg_stories_page_opened (BzgPage *page, const char *argument)
{
  BzgStoriesPage *self = BZG_STORIES_PAGE (page);
  BzgId id;

  if (argument != NULL && g_str_has_prefix (argument, "person:")
      && bzg_id_from_text (argument + strlen ("person:"), &id))
    begin_story (self, &id);
  else if (argument != NULL && bzg_id_from_text (argument, &id))
    {
      fill_list (self, &id);
      show_story (self, &id);
    }
  else
    {
      fill_list (self, self->story != NULL ? bzg_record_id (self->story) : NULL);
      if (argument != NULL || self->story == NULL)
        new_clicked_cb (NULL, self);
    }
}

static void
bzg_stories_page_refresh (BzgPage *page, const char *aggregate)
{
  BzgStoriesPage *self = BZG_STORIES_PAGE (page);

  if (aggregate == NULL || g_str_equal (aggregate, "story"))
    fill_list (self, self->story != NULL ? bzg_record_id (self->story) : NULL);
}

static void
bzg_stories_page_keep (BzgPage *page)
{
  BzgStoriesPage *self = BZG_STORIES_PAGE (page);
  g_autofree char *text = NULL;

  if (!self->dirty || self->story == NULL)
    return;
  g_clear_handle_id (&self->keep_source, g_source_remove);
  text = draft_text (self);
  bzg_session_keep_draft (session_of (self), "story", bzg_record_id (self->story), text, NULL);
}

static void
bzg_stories_page_dispose (GObject *object)
{
  BzgStoriesPage *self = BZG_STORIES_PAGE (object);

  g_clear_handle_id (&self->check_source, g_source_remove);
  g_clear_handle_id (&self->keep_source, g_source_remove);
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->story, bzg_record_free);
  g_clear_pointer (&self->check, bzg_story_check_free);
  if (self->popover != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->popover));
  self->popover = NULL;
  G_OBJECT_CLASS (bzg_stories_page_parent_class)->dispose (object);
}

static void
bzg_stories_page_class_init (BzgStoriesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  BzgPageClass *page_class = BZG_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bzg_stories_page_dispose;
  page_class->attached = bzg_stories_page_attached;
  page_class->opened = bzg_stories_page_opened;
  page_class->refresh = bzg_stories_page_refresh;
  page_class->keep = bzg_stories_page_keep;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/bozgasht/ui/stories-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BzgStoriesPage, list);
  gtk_widget_class_bind_template_child (widget_class, BzgStoriesPage, findings);
  gtk_widget_class_bind_template_child (widget_class, BzgStoriesPage, stack);
  gtk_widget_class_bind_template_child (widget_class, BzgStoriesPage, person_entry);
  gtk_widget_class_bind_template_child (widget_class, BzgStoriesPage, language_drop);
  gtk_widget_class_bind_template_child (widget_class, BzgStoriesPage, stage_box);
  gtk_widget_class_bind_template_child (widget_class, BzgStoriesPage, title_entry);
  gtk_widget_class_bind_template_child (widget_class, BzgStoriesPage, text_view);
  gtk_widget_class_bind_template_child (widget_class, BzgStoriesPage, words_label);
  gtk_widget_class_bind_template_child (widget_class, BzgStoriesPage, draft_label);
  gtk_widget_class_bind_template_child (widget_class, BzgStoriesPage, fits_label);
  gtk_widget_class_bind_template_child (widget_class, BzgStoriesPage, consent_label);
  gtk_widget_class_bind_template_child (widget_class, BzgStoriesPage, replace_button);
  gtk_widget_class_bind_template_child (widget_class, BzgStoriesPage, save_button);
  gtk_widget_class_bind_template_child (widget_class, BzgStoriesPage, submit_button);
  gtk_widget_class_bind_template_child (widget_class, BzgStoriesPage, approve_button);
  gtk_widget_class_bind_template_child (widget_class, BzgStoriesPage, return_button);
  gtk_widget_class_bind_template_child (widget_class, BzgStoriesPage, release_button);
  gtk_widget_class_bind_template_callback (widget_class, new_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, person_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, person_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, replace_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, submit_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, approve_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, return_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, release_clicked_cb);
}

static void
bzg_stories_page_init (BzgStoriesPage *self)
{
  GtkTextBuffer *buffer;

  gtk_widget_init_template (GTK_WIDGET (self));
  buffer = gtk_text_view_get_buffer (self->text_view);
  gtk_text_buffer_create_tag (buffer, "block", "background", "#f6c7c0", "foreground", "#5c1008",
                              NULL);
  gtk_text_buffer_create_tag (buffer, "review", "background", "#f8e3b0", "foreground", "#4d3500",
                              NULL);
  gtk_text_buffer_create_tag (buffer, "warn", "underline", PANGO_UNDERLINE_SINGLE, NULL);
  g_signal_connect_swapped (buffer, "changed", G_CALLBACK (typed_cb), self);
  g_signal_connect_swapped (self->title_entry, "changed", G_CALLBACK (typed_cb), self);
  self->popover = bzg_search_popover_new (self->person_entry);
  g_signal_connect_object (self->popover, "chosen", G_CALLBACK (person_chosen_cb), self, 0);
}
