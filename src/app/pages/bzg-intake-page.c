/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-intake-page.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-draft.h"
#include "app/bzg-keys.h"
#include "app/bzg-ui.h"
#include "app/bzg-window.h"
#include "app/widgets/bzg-choice-entry.h"
#include "app/widgets/bzg-facts.h"
#include "app/widgets/bzg-form.h"
#include "app/widgets/bzg-waterfall.h"
#include "base/bzg-error.h"

/*
 * Registering a person: purpose and consent, person, household, migration, case, review. Everything
 * is one draft until the last step commits it as one unit of work; people who may be the same
 * appear at the right while the name is typed.
 */

#define SIMILAR_AFTER_MS 250
#define SIMILAR_SCORE 600
#define MAX_SIMILAR 6
#define MAX_PURPOSES 16

typedef enum
{
  STEP_CONSENT,
  STEP_PERSON,
  STEP_HOUSEHOLD,
  STEP_MIGRATION,
  STEP_CASE,
  STEP_REVIEW,
  N_STEPS
} Step;

static const struct
{
  const char *name, *label, *lead;
} steps[] = {
  { "consent", N_ ("Consent"),
    N_ ("Say what the record is for and who sees it. Then ask for each purpose by itself; a no to "
        "one of them does not end the support.") },
  { "person", N_ ("Person"),
    N_ ("As much as is known. A year alone or “about 34” is better than a guess.") },
  { "household", N_ ("Household"),
    N_ ("With whom the person lives. Leave it empty if nothing is known.") },
  { "migration", N_ ("Migration"),
    N_ ("The last journey and the way back, with any re-entry ban.") },
  { "case", N_ ("Case"), N_ ("What kind of case it is, and how great the risk is.") },
  { "review", N_ ("Review"), N_ ("Read it once. It can be changed at any time.") },
};

struct _BzgIntakePage
{
  BzgPage parent_instance;

  Step step;
  BzgDraft *draft;
  BzgRecord *saved; /* the person of the unit of work under way */
  guint similar_id;
  GHashTable *not_same; /* BzgId set: said while typing */

  BzgChoiceEntry *answers[MAX_PURPOSES];
  guint n_purposes;
  BzgForm *consent;
  BzgForm *person;
  BzgForm *household;
  BzgForm *member;
  BzgForm *migration;
  BzgForm *file;
  GtkWidget *review;

  GtkListBox *steps;
  GtkLabel *lead;
  GtkStack *stack;
  GtkLabel *failure;
  GtkLabel *note;
  GtkWidget *previous_button;
  GtkButton *next_button;
  GtkRevealer *similar_revealer;
  GtkWidget *similar;
};

G_DEFINE_FINAL_TYPE (BzgIntakePage, bzg_intake_page, BZG_TYPE_PAGE)

static const BzgCodeList *
purposes (void)
{
  return bzg_dictionary_code_list ("consent_purpose");
}

static gboolean
dump_cb (GKeyFile *file, gpointer data)
{
  BzgIntakePage *self = data;
  gboolean any = FALSE;

  for (guint i = 0; i < self->n_purposes; i++)
    {
      const char *value = bzg_choice_entry_get_value (self->answers[i], NULL);

      if (value == NULL)
        continue;
      g_key_file_set_string (file, "answers", purposes ()->codes[i].code, value);
      any = TRUE;
    }
  bzg_form_store (self->consent, file, "consent");
  bzg_form_store (self->person, file, "person");
  bzg_form_store (self->household, file, "household");
  bzg_form_store (self->member, file, "member");
  bzg_form_store (self->migration, file, "migration");
  bzg_form_store (self->file, file, "case");
  any = any || bzg_form_is_dirty (self->person) || bzg_form_is_dirty (self->migration)
        || bzg_form_is_dirty (self->household) || bzg_form_is_dirty (self->file)
        || bzg_form_is_dirty (self->consent) || bzg_form_is_dirty (self->member);
  g_key_file_set_string (file, "intake", "step", steps[self->step].name);
  return any;
}

static void
load_draft (BzgIntakePage *self)
{
  g_autoptr (GKeyFile) file = bzg_draft_load (self->draft);
  g_autofree char *step = NULL;

  self->step = STEP_CONSENT;
  if (file == NULL)
    return;
  for (guint i = 0; i < self->n_purposes; i++)
    {
      g_autofree char *value
        = g_key_file_get_string (file, "answers", purposes ()->codes[i].code, NULL);

      if (value != NULL)
        bzg_choice_entry_set_value (self->answers[i], value);
    }
  bzg_form_load (self->consent, file, "consent");
  bzg_form_load (self->person, file, "person");
  bzg_form_load (self->household, file, "household");
  bzg_form_load (self->member, file, "member");
  bzg_form_load (self->migration, file, "migration");
  bzg_form_load (self->file, file, "case");
  step = g_key_file_get_string (file, "intake", "step", NULL);
  for (guint i = 0; i < N_STEPS; i++)
    if (g_strcmp0 (steps[i].name, step) == 0)
      self->step = i;
}

static void similar_again (BzgIntakePage *self);

/* Remembered with the registration; until then only here. */
static void
not_same_cb (GtkButton *button, BzgIntakePage *self)
{
  const BzgId *id = g_object_get_data (G_OBJECT (button), "person");

  g_hash_table_add (self->not_same, g_memdup2 (id, sizeof *id));
  similar_again (self);
}

static void
open_similar_cb (GtkButton *button, BzgIntakePage *self)
{
  const BzgId *id = g_object_get_data (G_OBJECT (button), "person");

  bzg_window_open_person (bzg_window_of (GTK_WIDGET (self)), id);
}

static GtkWidget *
similar_button (BzgIntakePage *self, const char *label, const BzgHit *hit, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_label (label);
  g_autofree char *name
    = g_strdup_printf ("%s: %s", label, hit->names[0] != NULL ? hit->names[0] : "–");

  bzg_ui_add_css (button, "bzg-small");
  bzg_ui_name (button, name);
  g_object_set_data_full (G_OBJECT (button), "person", g_memdup2 (&hit->id, sizeof (BzgId)),
                          g_free);
  g_signal_connect_object (button, "clicked", callback, self, 0);
  return button;
}

/* One who may be the same: who it is, what speaks for it and against, what to do. */
static GtkWidget *
similar_card (BzgIntakePage *self, const BzgHit *hit)
{
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *open;
  g_autofree char *number = hit->case_no != NULL ? bzg_ui_case_number (hit->case_no) : NULL;

  bzg_ui_add_css (card, "card bzg-tile");
  if (hit->ask != NULL)
    {
      g_autofree char *ask
        = g_strdup_printf (_ ("Somebody like this is in the care of %s: ask there."), hit->ask);

      gtk_box_append (GTK_BOX (card), bzg_ui_text (ask, NULL));
      return card;
    }
  gtk_box_append (GTK_BOX (card),
                  bzg_ui_text (hit->names[0] != NULL ? hit->names[0] : "–", "heading"));
  if (number != NULL)
    gtk_box_append (GTK_BOX (card), bzg_ui_label (number, "caption numeric dim-label"));
  gtk_box_append (GTK_BOX (card), bzg_waterfall_new (&hit->reasons));
  open = similar_button (self, _ ("Open"), hit, G_CALLBACK (open_similar_cb));
  gtk_widget_set_tooltip_text (open, _ ("Open this person; what was typed is kept"));
  gtk_box_append (GTK_BOX (buttons), open);
  gtk_box_append (GTK_BOX (buttons),
                  similar_button (self, _ ("Not the same"), hit, G_CALLBACK (not_same_cb)));
  gtk_box_append (GTK_BOX (card), buttons);
  return card;
}

static gboolean
similar_cb (gpointer data)
{
  BzgIntakePage *self = data;
  g_autoptr (BzgRecord) draft = bzg_form_glance (self->person);
  g_autoptr (GPtrArray) hits = NULL;
  guint shown = 0;

  self->similar_id = 0;
  hits = bzg_people_similar (bzg_page_session (BZG_PAGE (self)), draft,
                             MAX_SIMILAR + g_hash_table_size (self->not_same), NULL);
  bzg_ui_clear (self->similar);
  gtk_box_append (GTK_BOX (self->similar), bzg_ui_label (_ ("Perhaps the same person"), "heading"));
  for (guint i = 0; hits != NULL && i < hits->len && shown < MAX_SIMILAR; i++)
    {
      const BzgHit *hit = g_ptr_array_index (hits, i);

      if (hit->score < SIMILAR_SCORE || g_hash_table_contains (self->not_same, &hit->id))
        continue;
      gtk_box_append (GTK_BOX (self->similar), similar_card (self, hit));
      shown++;
    }
  gtk_revealer_set_reveal_child (self->similar_revealer, shown > 0);
  return G_SOURCE_REMOVE;
}

static void
similar_again (BzgIntakePage *self)
{
  g_clear_handle_id (&self->similar_id, g_source_remove);
  similar_cb (self);
}

static void
changed_cb (GObject *object, BzgIntakePage *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->failure), FALSE);
  if (self->draft != NULL)
    bzg_draft_touch (self->draft);
}

static void
form_changed_cb (BzgForm *form, const char *field, BzgIntakePage *self)
{
  changed_cb (G_OBJECT (form), self);
  if (form == self->person)
    {
      g_clear_handle_id (&self->similar_id, g_source_remove);
      self->similar_id = g_timeout_add (SIMILAR_AFTER_MS, similar_cb, self);
    }
}

static BzgForm *
add_form (BzgIntakePage *self, GtkWidget *box, const char *aggregate, const char *const *fields)
{
  BzgForm *form
    = BZG_FORM (bzg_form_new (bzg_page_session (BZG_PAGE (self)), aggregate, fields, NULL));

  g_signal_connect_object (form, "changed", G_CALLBACK (form_changed_cb), self, 0);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (form));
  return form;
}

static void
add_answers (BzgIntakePage *self, GtkWidget *box)
{
  g_autoptr (GtkSizeGroup) labels = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);

  self->n_purposes = MIN (purposes ()->n_codes, MAX_PURPOSES);
  for (guint i = 0; i < self->n_purposes; i++)
    {
      const char *name = bzg_ui_code ("consent_purpose", purposes ()->codes[i].code);
      GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
      GtkWidget *label = bzg_ui_text (name, NULL);
      GtkWidget *entry = bzg_choice_entry_new ();
      GtkWidget *input = GTK_WIDGET (bzg_choice_entry_get_entry (BZG_CHOICE_ENTRY (entry)));

      bzg_choice_entry_add_codes (BZG_CHOICE_ENTRY (entry), "consent_status");
      bzg_ui_name (input, name);
      gtk_entry_set_placeholder_text (GTK_ENTRY (input), _ ("not asked"));
      gtk_label_set_width_chars (GTK_LABEL (label), 24);
      gtk_size_group_add_widget (labels, label);
      gtk_widget_set_hexpand (entry, TRUE);
      gtk_box_append (GTK_BOX (line), label);
      gtk_box_append (GTK_BOX (line), entry);
      gtk_box_append (GTK_BOX (box), line);
      self->answers[i] = BZG_CHOICE_ENTRY (entry);
      g_signal_connect_object (input, "changed", G_CALLBACK (changed_cb), self, 0);
    }
}

/* Fresh forms: at the first opening and after each registration. */
static void
build (BzgIntakePage *self)
{
  static const char *const consent_fields[]
    = { "given_on", "language", "how", "witness", "note", NULL };
  static const char *const household_fields[] = { "name", NULL };
  static const char *const member_fields[] = { "relation", "dependant", NULL };
  static const char *const case_fields[]
    = { "category", "priority", "reassess_on", "registered", "caseworker", NULL };
  BzgSession *session = bzg_page_session (BZG_PAGE (self));
  GtkWidget *child = NULL, *boxes[N_STEPS];
  char today[BZG_DATE_TEXT_SIZE];

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->stack))) != NULL)
    gtk_stack_remove (self->stack, child);
  for (guint i = 0; i < N_STEPS; i++)
    {
      boxes[i] = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
      gtk_stack_add_named (self->stack, boxes[i], steps[i].name);
    }
  add_answers (self, boxes[STEP_CONSENT]);
  gtk_box_append (GTK_BOX (boxes[STEP_CONSENT]),
                  bzg_ui_label (_ ("How it was asked"), "bzg-group"));
  self->consent = add_form (self, boxes[STEP_CONSENT], "consent", consent_fields);
  self->person = add_form (self, boxes[STEP_PERSON], "person", NULL);
  self->household = add_form (self, boxes[STEP_HOUSEHOLD], "household", household_fields);
  self->member = add_form (self, boxes[STEP_HOUSEHOLD], "household_member", member_fields);
  self->migration = add_form (self, boxes[STEP_MIGRATION], "migration", NULL);
  self->file = add_form (self, boxes[STEP_CASE], "case_file", case_fields);
  self->review = boxes[STEP_REVIEW];

  bzg_date_to_iso (bzg_session_today (session), today);
  bzg_form_set_canonical (self->consent, "given_on", today);
  bzg_form_set_canonical (self->file, "registered", today);
  g_hash_table_remove_all (self->not_same);
  g_clear_pointer (&self->draft, bzg_draft_free);
  self->draft = bzg_draft_new (session, "intake", NULL, self->note, dump_cb, self);
  load_draft (self);
  gtk_revealer_set_reveal_child (self->similar_revealer, FALSE);
  if (bzg_form_is_dirty (self->person))
    similar_cb (self);
}

static void
add_review (BzgIntakePage *self, BzgForm *form, const char *title)
{
  g_autoptr (BzgRecord) record = bzg_form_glance (form);

  gtk_box_append (GTK_BOX (self->review), bzg_ui_label (title, "heading bzg-block"));
  gtk_box_append (GTK_BOX (self->review),
                  bzg_facts_new (bzg_page_session (BZG_PAGE (self)), record));
}

static void
fill_review (BzgIntakePage *self)
{
  guint given = 0;
  g_autofree char *text = NULL;

  bzg_ui_clear (self->review);
  for (guint i = 0; i < self->n_purposes; i++)
    if (g_strcmp0 (bzg_choice_entry_get_value (self->answers[i], NULL), "given") == 0)
      given++;
  text = g_strdup_printf (ngettext ("Consent given for %u purpose", "Consent given for %u purposes",
                                    given),
                          given);
  gtk_box_append (GTK_BOX (self->review), bzg_ui_label (text, "heading"));
  add_review (self, self->person, _ ("Person"));
  if (bzg_form_is_dirty (self->migration))
    add_review (self, self->migration, _ ("Migration"));
  add_review (self, self->file, _ ("Case"));
}

static void
show_step (BzgIntakePage *self, Step step)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->steps, (int) step);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  self->step = step;
  /* Else the stack passes the focus on by itself, and it moves twice. */
  if (root != NULL)
    gtk_root_set_focus (root, NULL);
  if (gtk_list_box_get_selected_row (self->steps) != row)
    gtk_list_box_select_row (self->steps, row);
  gtk_label_set_label (self->lead, _ (steps[step].lead));
  gtk_stack_set_visible_child_name (self->stack, steps[step].name);
  gtk_widget_set_sensitive (self->previous_button, step > 0);
  gtk_button_set_label (self->next_button, step == STEP_REVIEW ? _ ("_Register") : _ ("_Next"));
  if (step == STEP_REVIEW)
    fill_review (self);
  else
    gtk_widget_child_focus (gtk_stack_get_visible_child (self->stack), GTK_DIR_TAB_FORWARD);
}

static void
step_selected_cb (GtkListBox *list, GtkListBoxRow *row, BzgIntakePage *self)
{
  if (row != NULL && self->person != NULL && (Step) gtk_list_box_row_get_index (row) != self->step)
    show_step (self, (Step) gtk_list_box_row_get_index (row));
}

static void
fail (BzgIntakePage *self, const char *text)
{
  gtk_label_set_label (self->failure, text);
  gtk_widget_set_visible (GTK_WIDGET (self->failure), TRUE);
}

static void
registered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BzgIntakePage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgRecord) person = g_steal_pointer (&self->saved);
  BzgWindow *window = bzg_window_of (GTK_WIDGET (self));

  gtk_widget_set_sensitive (GTK_WIDGET (self->next_button), TRUE);
  if (!bzg_session_commit_finish (BZG_SESSION (source), result, &error))
    {
      g_autofree char *text
        = g_strdup_printf ("%s\n%s", bzg_error_headline (error), bzg_error_advice (error));

      fail (self, text);
      bzg_draft_touch (self->draft);
      return;
    }
  bzg_draft_saved (self->draft);
  build (self);
  show_step (self, STEP_CONSENT);
  if (window != NULL && bzg_window_page_in_view (window) == BZG_PAGE (self))
    {
      bzg_window_open_person (window, bzg_record_id (person));
      bzg_window_toast (window, _ ("Registered"));
    }
}

/* One record of each form; NULL and the step in view if something is not right. */
static BzgRecord *
collect (BzgIntakePage *self, BzgForm *form, Step step)
{
  BzgRecord *record = bzg_form_collect (form);

  if (record == NULL)
    {
      show_step (self, step);
      bzg_form_collect (form); /* the focus goes to the field */
    }
  return record;
}

static void
put_consents (BzgIntakePage *self, BzgWork *work, const BzgRecord *common, const BzgId *person)
{
  for (guint i = 0; i < self->n_purposes; i++)
    {
      const char *status = bzg_choice_entry_get_value (self->answers[i], NULL);
      g_autoptr (BzgRecord) consent = NULL;
      static const char *const shared[] = { "given_on", "language", "how", "witness", "note" };

      if (status == NULL)
        continue;
      consent = bzg_record_new ("consent", NULL);
      bzg_record_set_id (consent, "person", person);
      bzg_record_set (consent, "purpose", purposes ()->codes[i].code);
      bzg_record_set (consent, "status", status);
      for (guint j = 0; j < G_N_ELEMENTS (shared); j++)
        bzg_record_set (consent, shared[j], bzg_record_get (common, shared[j]));
      bzg_work_put (work, consent);
    }
}

/* Whoever was said not to be the same while typing, in the one transaction. */
static void
put_not_same (BzgIntakePage *self, BzgWork *work, const BzgId *person)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->not_same);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      g_autoptr (BzgRecord) record = bzg_record_new ("not_same", NULL);
      g_autoptr (BzgRecord) known = NULL;
      const BzgId *other = key;
      gboolean in_order = bzg_id_compare (person, other) < 0;

      /* Gone or merged since: nothing that the registration should fail for. */
      known = bzg_session_get (bzg_page_session (BZG_PAGE (self)), "person", other, NULL);
      if (known == NULL || bzg_record_is_void (known))
        continue;

      bzg_record_set_id (record, "person", in_order ? person : other);
      bzg_record_set_id (record, "other", in_order ? other : person);
      bzg_work_put (work, record);
    }
}

static void
finish (BzgIntakePage *self)
{
  BzgSession *session = bzg_page_session (BZG_PAGE (self));
  g_autoptr (BzgWork) work = NULL;
  g_autoptr (BzgRecord) consent = collect (self, self->consent, STEP_CONSENT);
  g_autoptr (BzgRecord) person = NULL;
  g_autoptr (BzgRecord) household = NULL;
  g_autoptr (BzgRecord) member = NULL;
  g_autoptr (BzgRecord) migration = NULL;
  g_autoptr (BzgRecord) file = NULL;
  char number[BZG_CASE_NUMBER_SIZE];

  if (consent == NULL || (person = collect (self, self->person, STEP_PERSON)) == NULL
      || (household = collect (self, self->household, STEP_HOUSEHOLD)) == NULL
      || (member = collect (self, self->member, STEP_HOUSEHOLD)) == NULL
      || (migration = collect (self, self->migration, STEP_MIGRATION)) == NULL
      || (file = collect (self, self->file, STEP_CASE)) == NULL)
    return;
  if (bzg_record_get (person, "family_name") == NULL
      && bzg_record_get (person, "given_name") == NULL
      && bzg_record_get (person, "other_names") == NULL)
    {
      show_step (self, STEP_PERSON);
      fail (self, _ ("A name is needed, even if it is only one."));
      return;
    }

  work = bzg_work_new ();
  bzg_work_put (work, person);
  bzg_case_number_new (number);
  bzg_record_set (file, "case_no", number);
  bzg_record_set (file, "status", "new");
  bzg_record_set_id (file, "person", bzg_record_id (person));
  bzg_record_set_id (file, "owner", bzg_session_user (session));
  bzg_work_put (work, file);
  put_consents (self, work, consent, bzg_record_id (person));
  put_not_same (self, work, bzg_record_id (person));
  if (bzg_form_is_dirty (self->migration))
    {
      bzg_record_set_id (migration, "person", bzg_record_id (person));
      bzg_work_put (work, migration);
    }
  if (bzg_form_is_dirty (self->household) || bzg_form_is_dirty (self->member))
    {
      if (bzg_record_get (household, "name") == NULL)
        bzg_record_set (household, "name", bzg_record_get (person, "family_name"));
      bzg_record_set_id (member, "household", bzg_record_id (household));
      bzg_record_set_id (member, "person", bzg_record_id (person));
      bzg_work_put (work, household);
      bzg_work_put (work, member);
    }
  bzg_draft_drop_in (self->draft, work);
  g_clear_pointer (&self->saved, bzg_record_free);
  self->saved = g_steal_pointer (&person);
  gtk_widget_set_sensitive (GTK_WIDGET (self->next_button), FALSE);
  bzg_session_commit_async (session, g_steal_pointer (&work), NULL, registered_cb,
                            g_object_ref (self));
}

static void
next_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BzgIntakePage *self = BZG_INTAKE_PAGE (widget);

  if (self->saved != NULL)
    return;
  if (self->step == STEP_REVIEW)
    finish (self);
  else
    show_step (self, self->step + 1);
}

static void
previous_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BzgIntakePage *self = BZG_INTAKE_PAGE (widget);

  if (self->step > 0)
    show_step (self, self->step - 1);
}

static void
discard_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BzgIntakePage *self = BZG_INTAKE_PAGE (widget);
  BzgSession *session = bzg_page_session (BZG_PAGE (self));

  bzg_draft_discard (self->draft);
  bzg_session_keep_draft (session, "intake", NULL, NULL, NULL);
  build (self);
  show_step (self, STEP_CONSENT);
  bzg_window_open_page (bzg_window_of (widget), "people", NULL);
}

static void
leave_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  bzg_window_open_page (bzg_window_of (widget), "people", NULL);
}

static void
bzg_intake_page_opened (BzgPage *page, const char *argument)
{
  BzgIntakePage *self = BZG_INTAKE_PAGE (page);

  if (self->person == NULL)
    build (self);
  show_step (self, self->step);
}

static void
bzg_intake_page_keep (BzgPage *page)
{
  BzgIntakePage *self = BZG_INTAKE_PAGE (page);

  if (self->draft != NULL)
    bzg_draft_keep (self->draft);
}

static void
bzg_intake_page_dispose (GObject *object)
{
  BzgIntakePage *self = BZG_INTAKE_PAGE (object);

  g_clear_handle_id (&self->similar_id, g_source_remove);
  g_clear_pointer (&self->draft, bzg_draft_free);
  g_clear_pointer (&self->saved, bzg_record_free);
  g_clear_pointer (&self->not_same, g_hash_table_unref);
  self->person = NULL;
  G_OBJECT_CLASS (bzg_intake_page_parent_class)->dispose (object);
}

static void
bzg_intake_page_class_init (BzgIntakePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bzg_intake_page_dispose;
  BZG_PAGE_CLASS (klass)->opened = bzg_intake_page_opened;
  BZG_PAGE_CLASS (klass)->keep = bzg_intake_page_keep;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bozgasht/ui/intake-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BzgIntakePage, steps);
  gtk_widget_class_bind_template_child (widget_class, BzgIntakePage, lead);
  gtk_widget_class_bind_template_child (widget_class, BzgIntakePage, stack);
  gtk_widget_class_bind_template_child (widget_class, BzgIntakePage, failure);
  gtk_widget_class_bind_template_child (widget_class, BzgIntakePage, note);
  gtk_widget_class_bind_template_child (widget_class, BzgIntakePage, previous_button);
  gtk_widget_class_bind_template_child (widget_class, BzgIntakePage, next_button);
  gtk_widget_class_bind_template_child (widget_class, BzgIntakePage, similar_revealer);
  gtk_widget_class_bind_template_child (widget_class, BzgIntakePage, similar);
  gtk_widget_class_bind_template_callback (widget_class, step_selected_cb);
  gtk_widget_class_install_action (widget_class, "intake.next", NULL, next_action);
  gtk_widget_class_install_action (widget_class, "intake.previous", NULL, previous_action);
  gtk_widget_class_install_action (widget_class, "intake.discard", NULL, discard_action);
  gtk_widget_class_install_action (widget_class, "intake.leave", NULL, leave_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "intake.leave", NULL);
}

static void
bzg_intake_page_init (BzgIntakePage *self)
{
  self->not_same = g_hash_table_new_full (bzg_id_hash, bzg_id_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  bzg_keys_add_enter (GTK_WIDGET (self), "intake.next");
  for (guint i = 0; i < N_STEPS; i++)
    {
      GtkWidget *row = gtk_list_box_row_new ();
      g_autofree char *text = g_strdup_printf ("%u  %s", i + 1, _ (steps[i].label));

      gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), bzg_ui_label (text, NULL));
      bzg_ui_name (row, _ (steps[i].label));
      gtk_list_box_append (self->steps, row);
    }
}
