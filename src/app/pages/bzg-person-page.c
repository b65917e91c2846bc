/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-person-page.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/bzg-ui.h"
#include "app/dialogs/bzg-erase-dialog.h"
#include "app/dialogs/bzg-merge-dialog.h"
#include "app/dialogs/bzg-paper-dialog.h"
#include "app/dialogs/bzg-void-dialog.h"
#include "app/widgets/bzg-facts.h"
#include "app/widgets/bzg-record-panel.h"
#include "app/widgets/bzg-sales-chart.h"
#include "app/widgets/bzg-sealed-view.h"
#include "app/widgets/bzg-timeline.h"
#include "base/bzg-text.h"
#include "casebook/bzg-consent.h"
#include "casebook/bzg-merge.h"
#include "report/bzg-papers.h"

/*
 * The file of one person: a strip that says who it is, the facts at the left (a form in place when
 * they are changed), what happened at the right, and a panel that slides in for a new entry while
 * the timeline stays in view. Its argument is the person's id, with "/" and the id of a record to
 * be shown if there is one.
 */

struct _BzgPersonPage
{
  BzgPage parent_instance;

  BzgId id;
  BzgRecord *person;
  guint tab;

  GtkLabel *name;
  GtkLabel *subtitle;
  GtkBox *badges, *consents;
  GtkBox *tabs;
  GtkStack *left;
  GtkBox *facts;
  BzgRecordPanel *facts_panel;
  GtkStack *right;
  BzgSalesChart *chart;
  BzgTimeline *timeline;
  GtkBox *history;
  BzgSealedView *sealed;
  GtkRevealer *revealer;
  BzgRecordPanel *panel;
};

G_DEFINE_FINAL_TYPE (BzgPersonPage, bzg_person_page, BZG_TYPE_PAGE)

static const char *const plan_kinds[]
  = { "support", "goal", "referral", "task", "case_file", NULL };
static const char *const business_kinds[] = { "livelihood", "visit", NULL };
static const char *const note_kinds[] = { "note", "consent", "migration", NULL };

static const struct
{
  const char *label;
  const char *view; /* page of the stack at the right */
  const char *const *kinds;
  gboolean chart;
} tabs[] = {
  { N_ ("Overview"), "timeline", NULL, FALSE },
  { N_ ("Plan and support"), "timeline", plan_kinds, FALSE },
  { N_ ("Livelihood"), "timeline", business_kinds, TRUE },
  { N_ ("Notes and consent"), "timeline", note_kinds, FALSE },
  { N_ ("Sealed"), "sealed", NULL, FALSE },
  { N_ ("History"), "history", NULL, FALSE },
};

static void
add_badge (GtkBox *badges, const char *text, const char *css)
{
  GtkWidget *label = bzg_ui_label (text, "bzg-badge");

  bzg_ui_add_css (label, css);
  gtk_widget_set_tooltip_text (label, text);
  gtk_box_append (badges, label);
}

/* The answer that holds for each purpose. */
static void
add_consents (BzgPersonPage *self)
{
  const BzgCodeList *purposes = bzg_dictionary_code_list ("consent_purpose");
  g_autoptr (GPtrArray) consents
    = bzg_session_list (bzg_page_session (BZG_PAGE (self)), "consent", "person", &self->id, NULL);
  gboolean any = FALSE;

  for (guint i = 0; purposes != NULL && i < purposes->n_codes; i++)
    {
      const BzgRecord *latest = bzg_consent_latest (consents, purposes->codes[i].code);
      const char *status = latest != NULL ? bzg_record_get (latest, "status") : NULL;
      g_autofree char *text = NULL;
      gboolean given = FALSE;

      if (status == NULL)
        continue;
      any = TRUE;
      given = g_str_equal (status, "given");
      text = g_strdup_printf ("%s %s", given ? "✓" : "✗",
                              bzg_ui_code ("consent_purpose", purposes->codes[i].code));
      add_badge (self->consents, text, given ? "given" : "refused");
    }
  if (!any)
    add_badge (self->consents, _ ("No consent recorded"), "attention");
}

static void
fill_strip (BzgPersonPage *self)
{
  BzgSession *session = bzg_page_session (BZG_PAGE (self));
  g_autoptr (GPtrArray) cases = bzg_session_list (session, "case_file", "person", &self->id, NULL);
  const BzgRecord *file
    = cases != NULL && cases->len > 0 ? g_ptr_array_index (cases, cases->len - 1) : NULL;
  g_autofree char *name = bzg_ui_person_name (self->person);
  g_autofree char *latin = bzg_text_to_latin (name);
  g_autofree char *age = bzg_ui_age (self->person, bzg_session_today (session));
  g_autoptr (GString) line = g_string_new (NULL);
  const char *district = bzg_record_get (self->person, "district");
  const char *region = bzg_record_get (self->person, "region");

  gtk_label_set_label (self->name, name);
  if (g_strcmp0 (latin, name) != 0)
    g_string_append (line, latin);
  if (file != NULL && bzg_record_get (file, "case_no") != NULL)
    {
      g_autofree char *number = bzg_ui_case_number (bzg_record_get (file, "case_no"));

      g_string_append_printf (line, "%s%s", line->len > 0 ? "  ·  " : "", number);
    }
  if (age != NULL)
    g_string_append_printf (line, "%s%s", line->len > 0 ? "  ·  " : "", age);
  if (bzg_record_get (self->person, "sex") != NULL)
    g_string_append_printf (line, "%s%s", line->len > 0 ? "  ·  " : "",
                            bzg_ui_code ("sex", bzg_record_get (self->person, "sex")));
  if (district != NULL || region != NULL)
    g_string_append_printf (line, "%s%s", line->len > 0 ? "  ·  " : "",
                            district != NULL ? bzg_ui_code ("district", district)
                                             : bzg_ui_code ("region", region));
  gtk_label_set_label (self->subtitle, line->str);

  bzg_ui_clear (GTK_WIDGET (self->badges));
  bzg_ui_clear (GTK_WIDGET (self->consents));
  if (file != NULL)
    {
      const char *risk = bzg_record_get (file, "priority");

      if (bzg_record_get (file, "category") != NULL)
        add_badge (self->badges, bzg_ui_code ("case_category", bzg_record_get (file, "category")),
                   NULL);
      if (bzg_record_get (file, "status") != NULL)
        add_badge (self->badges, bzg_ui_code ("case_status", bzg_record_get (file, "status")),
                   NULL);
      if (risk != NULL)
        {
          g_autofree char *text = g_strdup_printf (_ ("Risk: %s"), bzg_ui_code ("risk", risk));

          add_badge (self->badges, text, g_str_equal (risk, "high") ? "danger" : NULL);
        }
    }
  add_consents (self);
}

static void edit_facts (BzgPersonPage *self, const BzgRecord *record);

static void
edit_block_cb (GtkButton *button, BzgPersonPage *self)
{
  edit_facts (self, g_object_get_data (G_OBJECT (button), "record"));
}

static void
add_block (BzgPersonPage *self, const BzgRecord *record, const char *title)
{
  BzgSession *session = bzg_page_session (BZG_PAGE (self));
  const BzgAggregate *aggregate = bzg_record_aggregate (record);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = bzg_ui_label (title, "heading");
  g_autofree char *name = g_strdup_printf (_ ("Change: %s"), title);
  GtkWidget *button = bzg_ui_icon_button ("document-edit-symbolic", name);

  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (head), label);
  g_object_set_data_full (G_OBJECT (button), "record", bzg_record_copy (record),
                          (GDestroyNotify) bzg_record_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (edit_block_cb), self, 0);
  gtk_widget_set_sensitive (button, bzg_session_allows (session, aggregate->fields[0]->section,
                                                        BZG_ACT_WRITE));
  gtk_box_append (GTK_BOX (head), button);
  gtk_widget_add_css_class (head, "bzg-block");
  gtk_box_append (self->facts, head);
  gtk_box_append (self->facts, bzg_facts_new (session, record));
}

static void
undo_merge_cb (GtkButton *button, BzgPersonPage *self)
{
  const BzgId *merge = g_object_get_data (G_OBJECT (button), "merge");

  bzg_merge_undo_in (bzg_window_of (GTK_WIDGET (self)), bzg_page_session (BZG_PAGE (self)), merge);
}

/* Of which registrations a person or a household is made. A merge below another one is undone after
 * it. */
static void
fill_merges (BzgPersonPage *self, const char *aggregate, const BzgId *id)
{
  BzgSession *session = bzg_page_session (BZG_PAGE (self));
  g_autoptr (GPtrArray) merges = bzg_merge_list (session, aggregate, id, NULL);

  for (guint i = 0; merges != NULL && i < merges->len; i++)
    {
      const BzgMerge *merge = g_ptr_array_index (merges, i);
      const char *name = merge->name != NULL ? merge->name : "–";
      g_autofree char *when = bzg_ui_moment (merge->at);
      g_autofree char *how = g_strdup_printf ("%s · %s", when, merge->by != NULL ? merge->by : "–");
      g_autofree char *what = g_strdup_printf (_ ("Undo the merge with %s"), name);
      GtkWidget *button = gtk_button_new_with_label (_ ("Undo merge"));

      if (i == 0)
        gtk_box_append (self->facts, bzg_ui_label (_ ("Merged from"), "heading bzg-block"));
      gtk_box_append (self->facts, bzg_ui_text (name, NULL));
      gtk_box_append (self->facts, bzg_ui_text (how, "caption numeric dim-label"));
      bzg_ui_add_css (button, "bzg-small");
      bzg_ui_name (button, what);
      gtk_widget_set_halign (button, GTK_ALIGN_START);
      gtk_widget_set_sensitive (button,
                                merge->top
                                  && bzg_session_allows (session, "identity", BZG_ACT_WRITE));
      g_object_set_data_full (G_OBJECT (button), "merge", g_memdup2 (&merge->id, sizeof merge->id),
                              g_free);
      g_signal_connect_object (button, "clicked", G_CALLBACK (undo_merge_cb), self, 0);
      gtk_box_append (self->facts, button);
    }
}

static void
fill_facts (BzgPersonPage *self)
{
  static const char *const blocks[] = { "case_file", "migration", "household_member" };
  BzgSession *session = bzg_page_session (BZG_PAGE (self));

  bzg_ui_clear (GTK_WIDGET (self->facts));
  add_block (self, self->person, _ ("Facts"));
  fill_merges (self, "person", &self->id);
  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    {
      g_autoptr (GPtrArray) records
        = bzg_session_list (session, blocks[i], "person", &self->id, NULL);

      for (guint j = records != NULL ? records->len : 0; j > 0; j--)
        {
          const BzgRecord *record = g_ptr_array_index (records, j - 1);
          BzgId household;

          add_block (self, record,
                     bzg_aggregate_label (bzg_record_aggregate (record), bzg_language_current ()));
          if (g_str_equal (blocks[i], "household_member")
              && bzg_record_get_id (record, "household", &household))
            fill_merges (self, "household", &household);
        }
    }
}

static void
fill_timeline (BzgPersonPage *self)
{
  g_autoptr (GPtrArray) events
    = bzg_people_timeline (bzg_page_session (BZG_PAGE (self)), &self->id, NULL);
  gboolean drawable = bzg_sales_chart_set_events (self->chart, events);

  bzg_timeline_set_events (self->timeline, bzg_page_session (BZG_PAGE (self)), events);
  gtk_widget_set_visible (GTK_WIDGET (self->chart), tabs[self->tab].chart && drawable);
}

static void
fill_history (BzgPersonPage *self)
{
  bzg_ui_clear (GTK_WIDGET (self->history));
  gtk_box_append (self->history,
                  bzg_facts_history_new (bzg_page_session (BZG_PAGE (self)), "person", &self->id));
}

static void
show_tab (BzgPersonPage *self, guint tab)
{
  self->tab = tab;
  gtk_stack_set_visible_child_name (self->right, tabs[tab].view);
  if (g_str_equal (tabs[tab].view, "history"))
    fill_history (self);
  else if (g_str_equal (tabs[tab].view, "sealed"))
    bzg_sealed_view_show (self->sealed, bzg_page_session (BZG_PAGE (self)), &self->id);
  else
    {
      bzg_timeline_set_kinds (self->timeline, tabs[tab].kinds);
      fill_timeline (self);
    }
}

static void
tab_cb (GtkToggleButton *button, BzgPersonPage *self)
{
  if (gtk_toggle_button_get_active (button))
    show_tab (self, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "tab")));
}

static gboolean
may_erase (BzgSession *session)
{
  return bzg_session_allows (session, "case", BZG_ACT_APPROVE)
         && bzg_session_allows (session, "identity", BZG_ACT_WRITE);
}

/* A role that has nothing to do with sealed sections sees no tab of them. */
static void
show_tab_if_meant (BzgPersonPage *self)
{
  GtkWidget *button = gtk_widget_get_first_child (GTK_WIDGET (self->tabs));

  for (guint i = 0; button != NULL; i++, button = gtk_widget_get_next_sibling (button))
    if (g_str_equal (tabs[i].view, "sealed"))
      gtk_widget_set_visible (button, bzg_sealed_view_is_for (bzg_page_session (BZG_PAGE (self))));
}

static void
load (BzgPersonPage *self)
{
  g_autoptr (GError) error = NULL;
  BzgId asked = self->id;
  gboolean led = bzg_merge_keeper (bzg_page_session (BZG_PAGE (self)), &asked, &self->id);
  BzgRecord *person
    = bzg_session_get (bzg_page_session (BZG_PAGE (self)), "person", &self->id, &error);

  g_clear_pointer (&self->person, bzg_record_free);
  if (person == NULL || bzg_record_is_void (person))
    {
      if (person != NULL)
        bzg_record_free (person);
      bzg_window_open_page (bzg_window_of (GTK_WIDGET (self)), "people", NULL);
      return;
    }
  self->person = person;
  show_tab_if_meant (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "person.erase",
                                 may_erase (bzg_page_session (BZG_PAGE (self))));
  fill_strip (self);
  fill_facts (self);
  show_tab (self, self->tab);
  if (led)
    bzg_window_toast (bzg_window_of (GTK_WIDGET (self)),
                      _ ("The two registrations are one person now"));
}

static void
edit_facts (BzgPersonPage *self, const BzgRecord *record)
{
  bzg_record_panel_edit (self->facts_panel, bzg_page_session (BZG_PAGE (self)), record, NULL, NULL);
  if (bzg_record_panel_is_open (self->panel))
    bzg_record_panel_close (self->panel);
  gtk_stack_set_visible_child_name (self->left, "form");
  bzg_record_panel_focus (self->facts_panel);
}

/* Room for facts, timeline and panel at once. */
#define WIDE 1240

static void
reveal_panel (BzgPersonPage *self, gboolean open)
{
  gboolean editing = g_strcmp0 (gtk_stack_get_visible_child_name (self->left), "form") == 0;

  gtk_widget_set_visible (GTK_WIDGET (self->left),
                          !open || editing || gtk_widget_get_width (GTK_WIDGET (self)) >= WIDE);
  gtk_revealer_set_reveal_child (self->revealer, open);
}

static void
open_panel (BzgPersonPage *self, const BzgRecord *record, const char *title)
{
  bzg_record_panel_edit (self->panel, bzg_page_session (BZG_PAGE (self)), record, NULL, title);
  reveal_panel (self, TRUE);
  bzg_record_panel_focus (self->panel);
}

/* What stood in the last entry of this kind, and today, are the best guesses. */
static void
set_defaults (BzgPersonPage *self, BzgRecord *record)
{
  static const struct
  {
    const char *aggregate;
    const char *fields[5];
  } repeated[] = {
    { "support", { "fund", "provider", "currency" } },
    { "visit", { "livelihood", "method" } },
    { "note", { "kind" } },
  };
  BzgSession *session = bzg_page_session (BZG_PAGE (self));
  const BzgAggregate *aggregate = bzg_record_aggregate (record);
  g_autoptr (GPtrArray) before
    = bzg_session_list (session, aggregate->name, "person", &self->id, NULL);
  const BzgRecord *last
    = before != NULL && before->len > 0 ? g_ptr_array_index (before, before->len - 1) : NULL;
  char today[BZG_DATE_TEXT_SIZE], text[BZG_ID_TEXT_SIZE];

  bzg_date_to_iso (bzg_session_today (session), today);
  for (guint i = 0; last != NULL && i < G_N_ELEMENTS (repeated); i++)
    if (g_str_equal (repeated[i].aggregate, aggregate->name))
      for (guint j = 0; repeated[i].fields[j] != NULL; j++)
        bzg_record_set (record, repeated[i].fields[j],
                        bzg_record_get (last, repeated[i].fields[j]));

  if (g_str_equal (aggregate->name, "visit") || g_str_equal (aggregate->name, "note"))
    bzg_record_set (record, "date", today);
  if (g_str_equal (aggregate->name, "support") && bzg_record_get (record, "currency") == NULL)
    bzg_record_set (record, "currency", "TJS");
  if (g_str_equal (aggregate->name, "visit") && bzg_record_get (record, "livelihood") == NULL)
    {
      g_autoptr (GPtrArray) businesses
        = bzg_session_list (session, "livelihood", "person", &self->id, NULL);

      if (businesses != NULL && businesses->len > 0)
        bzg_record_set_id (record, "livelihood",
                           bzg_record_id (g_ptr_array_index (businesses, businesses->len - 1)));
    }
  if (g_str_equal (aggregate->name, "task"))
    {
      bzg_record_set (record, "owner", bzg_id_to_text (bzg_session_user (session), text));
      bzg_record_set (record, "due",
                      bzg_date_to_iso (bzg_date_add_days (bzg_session_today (session), 7), today));
    }
  if (g_str_equal (aggregate->name, "consent"))
    bzg_record_set (record, "given_on", today);
}

static void
new_record (BzgPersonPage *self, const char *aggregate)
{
  g_autoptr (BzgRecord) record = NULL;
  g_autofree char *title = NULL;

  if (self->person == NULL)
    return;
  record = bzg_record_new (aggregate, NULL);
  bzg_record_set_id (record, "person", &self->id);
  set_defaults (self, record);
  title = g_strdup_printf (_ ("New: %s"), bzg_aggregate_label (bzg_record_aggregate (record),
                                                               bzg_language_current ()));
  open_panel (self, record, title);
}

static void
record_saved_cb (BzgRecordPanel *panel, BzgRecord *record, BzgPersonPage *self)
{
  reveal_panel (self, FALSE);
  bzg_window_toast (bzg_window_of (GTK_WIDGET (self)), _ ("Saved"));
  gtk_widget_child_focus (GTK_WIDGET (self->timeline), GTK_DIR_TAB_FORWARD);
}

static void
panel_closed_cb (BzgRecordPanel *panel, BzgPersonPage *self)
{
  reveal_panel (self, FALSE);
  gtk_widget_child_focus (GTK_WIDGET (self->timeline), GTK_DIR_TAB_FORWARD);
}

static void
facts_saved_cb (BzgRecordPanel *panel, BzgRecord *record, BzgPersonPage *self)
{
  gtk_stack_set_visible_child_name (self->left, "facts");
  bzg_window_toast (bzg_window_of (GTK_WIDGET (self)), _ ("Saved"));
}

static void
facts_closed_cb (BzgRecordPanel *panel, BzgPersonPage *self)
{
  gtk_stack_set_visible_child_name (self->left, "facts");
}

static void
edit_event_cb (BzgTimeline *timeline, BzgRecord *record, BzgPersonPage *self)
{
  open_panel (self, record, NULL);
}

static void
void_event_cb (BzgTimeline *timeline, BzgRecord *record, BzgPersonPage *self)
{
  bzg_void_dialog_present (bzg_window_of (GTK_WIDGET (self)), bzg_page_session (BZG_PAGE (self)),
                           record);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BzgPersonPage) self = data;
  g_autoptr (GError) error = NULL;

  if (!bzg_session_commit_finish (BZG_SESSION (source), result, &error)
      && bzg_window_of (GTK_WIDGET (self)) != NULL)
    bzg_window_fail (bzg_window_of (GTK_WIDGET (self)), error);
}

static void
done_event_cb (BzgTimeline *timeline, BzgRecord *task, BzgPersonPage *self)
{
  BzgSession *session = bzg_page_session (BZG_PAGE (self));
  BzgWork *work = bzg_work_new ();
  char today[BZG_DATE_TEXT_SIZE];

  bzg_record_set (task, "done_on", bzg_date_to_iso (bzg_session_today (session), today));
  bzg_work_put (work, task);
  bzg_session_commit_async (session, work, NULL, done_cb, g_object_ref (self));
}

static void
add_sealed_cb (BzgSealedView *view, const char *aggregate, BzgPersonPage *self)
{
  new_record (self, aggregate);
}

static void
edit_sealed_cb (BzgSealedView *view, BzgRecord *record, BzgPersonPage *self)
{
  open_panel (self, record, NULL);
}

static void
void_sealed_cb (BzgSealedView *view, BzgRecord *record, BzgPersonPage *self)
{
  bzg_void_dialog_present (bzg_window_of (GTK_WIDGET (self)), bzg_page_session (BZG_PAGE (self)),
                           record);
}

static void
add_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  new_record (BZG_PERSON_PAGE (widget), g_variant_get_string (parameter, NULL));
}

static void
void_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BzgPersonPage *self = BZG_PERSON_PAGE (widget);

  if (self->person != NULL)
    bzg_void_dialog_present (bzg_window_of (widget), bzg_page_session (BZG_PAGE (self)),
                             self->person);
}

static void
erase_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BzgPersonPage *self = BZG_PERSON_PAGE (widget);
  BzgSession *session = bzg_page_session (BZG_PAGE (self));
  g_autoptr (GPtrArray) cases = bzg_session_list (session, "case_file", "person", &self->id, NULL);

  if (self->person != NULL && cases != NULL && cases->len > 0)
    bzg_erase_dialog_present (bzg_window_of (widget), session, &self->id,
                              bzg_record_get (cases->pdata[cases->len - 1], "case_no"));
}

static void
story_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BzgPersonPage *self = BZG_PERSON_PAGE (widget);
  char id[BZG_ID_TEXT_SIZE];
  g_autofree char *argument = g_strconcat ("new:", bzg_id_to_text (&self->id, id), NULL);

  bzg_window_open_page (bzg_window_of (widget), "stories", argument);
}

static void
paper_event_cb (BzgTimeline *timeline, BzgRecord *support, BzgPersonPage *self)
{
  BzgSession *session = bzg_page_session (BZG_PAGE (self));
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgDocument) document
    = bzg_certificate_document (session, bzg_record_id (support), bzg_language_current (), &error);

  if (document == NULL)
    bzg_window_fail (bzg_window_of (GTK_WIDGET (self)), error);
  else
    bzg_paper_dialog_present (bzg_window_of (GTK_WIDGET (self)), session, BZG_EXIT_CERTIFICATE,
                              &self->id, document);
}

static void
print_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BzgPersonPage *self = BZG_PERSON_PAGE (widget);
  BzgSession *session = bzg_page_session (BZG_PAGE (self));
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgDocument) document
    = bzg_case_document (session, &self->id, bzg_language_current (), &error);

  if (document == NULL)
    bzg_window_fail (bzg_window_of (widget), error);
  else
    bzg_paper_dialog_present (bzg_window_of (widget), session, BZG_EXIT_CASE_FILE, &self->id,
                              document);
}

static void
bzg_person_page_opened (BzgPage *page, const char *argument)
{
  BzgPersonPage *self = BZG_PERSON_PAGE (page);
  g_auto (GStrv) parts = g_strsplit (argument != NULL ? argument : "", "/", 2);
  BzgId id, shown;

  if (parts[0] == NULL || !bzg_id_from_text (parts[0], &id))
    return;
  if (!bzg_id_equal (&id, &self->id))
    {
      GtkWidget *first = gtk_widget_get_first_child (GTK_WIDGET (self->tabs));

      bzg_record_panel_close (self->panel);
      bzg_record_panel_close (self->facts_panel);
      reveal_panel (self, FALSE);
      self->id = id;
      self->tab = 0;
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (first), TRUE);
    }
  load (self);
  if (parts[1] != NULL && bzg_id_from_text (parts[1], &shown))
    bzg_timeline_show (self->timeline, &shown);
  else if (parts[1] != NULL && self->person != NULL && g_str_equal (parts[1], "edit.person"))
    edit_facts (self, self->person);
  else if (parts[1] != NULL && g_str_has_prefix (parts[1], "new.")
           && bzg_dictionary_aggregate (parts[1] + strlen ("new.")) != NULL)
    new_record (self, parts[1] + strlen ("new."));
  else if (!bzg_record_panel_is_open (self->panel))
    gtk_widget_child_focus (GTK_WIDGET (self->timeline), GTK_DIR_TAB_FORWARD);
}

static void
bzg_person_page_refresh (BzgPage *page, const char *aggregate)
{
  BzgPersonPage *self = BZG_PERSON_PAGE (page);

  if (self->person != NULL)
    load (self);
}

static void
bzg_person_page_keep (BzgPage *page)
{
  BzgPersonPage *self = BZG_PERSON_PAGE (page);

  bzg_record_panel_keep (self->panel);
  bzg_record_panel_keep (self->facts_panel);
}

static void
bzg_person_page_finalize (GObject *object)
{
  g_clear_pointer (&BZG_PERSON_PAGE (object)->person, bzg_record_free);
  G_OBJECT_CLASS (bzg_person_page_parent_class)->finalize (object);
}

static void
bzg_person_page_class_init (BzgPersonPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (BZG_TYPE_RECORD_PANEL);
  g_type_ensure (BZG_TYPE_SALES_CHART);
  g_type_ensure (BZG_TYPE_SEALED_VIEW);
  g_type_ensure (BZG_TYPE_TIMELINE);
  G_OBJECT_CLASS (klass)->finalize = bzg_person_page_finalize;
  BZG_PAGE_CLASS (klass)->opened = bzg_person_page_opened;
  BZG_PAGE_CLASS (klass)->refresh = bzg_person_page_refresh;
  BZG_PAGE_CLASS (klass)->keep = bzg_person_page_keep;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bozgasht/ui/person-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BzgPersonPage, name);
  gtk_widget_class_bind_template_child (widget_class, BzgPersonPage, subtitle);
  gtk_widget_class_bind_template_child (widget_class, BzgPersonPage, badges);
  gtk_widget_class_bind_template_child (widget_class, BzgPersonPage, consents);
  gtk_widget_class_bind_template_child (widget_class, BzgPersonPage, tabs);
  gtk_widget_class_bind_template_child (widget_class, BzgPersonPage, left);
  gtk_widget_class_bind_template_child (widget_class, BzgPersonPage, facts);
  gtk_widget_class_bind_template_child (widget_class, BzgPersonPage, facts_panel);
  gtk_widget_class_bind_template_child (widget_class, BzgPersonPage, right);
  gtk_widget_class_bind_template_child (widget_class, BzgPersonPage, chart);
  gtk_widget_class_bind_template_child (widget_class, BzgPersonPage, timeline);
  gtk_widget_class_bind_template_child (widget_class, BzgPersonPage, history);
  gtk_widget_class_bind_template_child (widget_class, BzgPersonPage, sealed);
  gtk_widget_class_bind_template_child (widget_class, BzgPersonPage, revealer);
  gtk_widget_class_bind_template_child (widget_class, BzgPersonPage, panel);
  gtk_widget_class_bind_template_callback (widget_class, record_saved_cb);
  gtk_widget_class_bind_template_callback (widget_class, panel_closed_cb);
  gtk_widget_class_bind_template_callback (widget_class, facts_saved_cb);
  gtk_widget_class_bind_template_callback (widget_class, facts_closed_cb);
  gtk_widget_class_bind_template_callback (widget_class, edit_event_cb);
  gtk_widget_class_bind_template_callback (widget_class, void_event_cb);
  gtk_widget_class_bind_template_callback (widget_class, done_event_cb);
  gtk_widget_class_bind_template_callback (widget_class, paper_event_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_sealed_cb);
  gtk_widget_class_bind_template_callback (widget_class, edit_sealed_cb);
  gtk_widget_class_bind_template_callback (widget_class, void_sealed_cb);
  gtk_widget_class_install_action (widget_class, "person.add", "s", add_action);
  gtk_widget_class_install_action (widget_class, "person.void", NULL, void_action);
  gtk_widget_class_install_action (widget_class, "person.erase", NULL, erase_action);
  gtk_widget_class_install_action (widget_class, "person.story", NULL, story_action);
  gtk_widget_class_install_action (widget_class, "person.print", NULL, print_action);
}

static void
bzg_person_page_init (BzgPersonPage *self)
{
  GtkToggleButton *group = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (tabs); i++)
    {
      GtkWidget *button = gtk_toggle_button_new_with_label (_ (tabs[i].label));

      gtk_widget_add_css_class (button, "bzg-tab");
      g_object_set_data (G_OBJECT (button), "tab", GUINT_TO_POINTER (i));
      if (group == NULL)
        group = GTK_TOGGLE_BUTTON (button);
      else
        gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), group);
      if (i == 0)
        gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
      g_signal_connect_object (button, "toggled", G_CALLBACK (tab_cb), self, 0);
      gtk_box_append (self->tabs, button);
    }
}

static BzgPersonPage *
page_in (BzgWindow *window)
{
  BzgPage *page = bzg_window_page_in_view (window);

  return page != NULL && BZG_IS_PERSON_PAGE (page) ? BZG_PERSON_PAGE (page) : NULL;
}

void
bzg_person_page_new_record_in (BzgWindow *window, const char *aggregate)
{
  BzgPersonPage *self = page_in (window);

  if (self != NULL)
    new_record (self, aggregate);
}

void
bzg_person_page_edit_in (BzgWindow *window)
{
  BzgPersonPage *self = page_in (window);

  if (self != NULL && self->person != NULL)
    edit_facts (self, self->person);
}
