/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-fixture.h"

#include "app/widgets/bzg-choice-entry.h"
#include "app/widgets/bzg-form.h"
#include "app/widgets/bzg-record-panel.h"
#include "vault/bzg-crypto.h"

/* What a record holds comes out of its form unchanged, for every aggregate with a form. */
static void
test_round_trip (void)
{
  AppFixture fixture = { 0 };
  const BzgAggregate *const *aggregates = bzg_dictionary_aggregates ();
  guint checked = 0;

  app_fixture_set_up (&fixture);
  for (guint i = 0; aggregates[i] != NULL; i++)
    {
      g_autoptr (BzgRecord) record = bzg_record_new (aggregates[i]->name, NULL);
      g_autoptr (BzgRecord) back = NULL;
      GtkWidget *form
        = g_object_ref_sink (bzg_form_new (fixture.session, aggregates[i]->name, NULL, NULL));

      for (guint j = 0; j < aggregates[i]->n_fields; j++)
        {
          const BzgField *field = aggregates[i]->fields[j];

          if (!field->in_form)
            continue;
          if (field->type == BZG_FIELD_TEXT || field->type == BZG_FIELD_MULTILINE)
            bzg_record_set (record, field->name, "Ҷӯраев, 12");
          else if (field->type == BZG_FIELD_CODE)
            {
              const BzgCodeList *list = bzg_dictionary_code_list (field->codes);

              bzg_record_set (record, field->name, list->codes[list->n_codes - 1].code);
            }
          else if (field->type == BZG_FIELD_DATE)
            bzg_record_set (record, field->name,
                            j % 3 == 0   ? "2019"
                            : j % 3 == 1 ? "2019-08"
                                         : "2019-08-12");
          else if (field->type == BZG_FIELD_INTEGER)
            bzg_record_set (record, field->name, field->has_min && field->min > 3 ? "12" : "3");
          else if (field->type == BZG_FIELD_NUMBER)
            bzg_record_set (record, field->name, "2.5");
          else if (field->type == BZG_FIELD_MONEY)
            bzg_record_set (record, field->name, "1480.50");
          else if (field->type == BZG_FIELD_ID && field->required)
            bzg_record_set_id (record, field->name, bzg_session_user (fixture.session));
        }
      bzg_form_set_record (BZG_FORM (form), record);
      g_assert_false (bzg_form_is_dirty (BZG_FORM (form)));
      back = bzg_form_collect (BZG_FORM (form));
      if (back == NULL)
        g_test_message ("%s", aggregates[i]->name);
      g_assert_nonnull (back);
      for (guint j = 0; j < aggregates[i]->n_fields; j++)
        {
          const BzgField *field = aggregates[i]->fields[j];

          if (!field->in_form || field->type == BZG_FIELD_ID)
            continue;
          g_test_message ("%s", field->id);
          g_assert_cmpstr (bzg_record_get (back, field->name), ==,
                           bzg_record_get (record, field->name));
          checked++;
        }
      g_object_unref (form);
    }
  g_assert_cmpuint (checked, >, 60);
  app_fixture_tear_down (&fixture);
}

/* What cannot be understood is refused at the field; what is needed is asked for. */
static void
test_refuses (void)
{
  AppFixture fixture = { 0 };
  GtkWidget *form = NULL;

  app_fixture_set_up (&fixture);
  form = g_object_ref_sink (bzg_form_new (fixture.session, "visit", NULL, NULL));
  g_assert_null (bzg_form_collect (BZG_FORM (form))); /* no date */
  bzg_form_set_text (BZG_FORM (form), "date", "31.02.2019");
  g_assert_null (bzg_form_collect (BZG_FORM (form)));
  bzg_form_set_text (BZG_FORM (form), "date", "+7"); /* in the future */
  g_assert_null (bzg_form_collect (BZG_FORM (form)));
  bzg_form_set_text (BZG_FORM (form), "date", "yesterday");
  bzg_form_set_text (BZG_FORM (form), "jobs_f", "two");
  g_assert_null (bzg_form_collect (BZG_FORM (form)));
  bzg_form_set_text (BZG_FORM (form), "jobs_f", "2");
  {
    g_autoptr (BzgRecord) record = bzg_form_collect (BZG_FORM (form));

    g_assert_nonnull (record);
    g_assert_cmpstr (bzg_record_get (record, "date"), ==, "2026-03-11");
    g_assert_cmpstr (bzg_record_get (record, "jobs_f"), ==, "2");
    g_assert_null (bzg_record_get (record, "jobs_m"));
  }
  g_object_unref (form);
  app_fixture_tear_down (&fixture);
}

static void
test_choice (void)
{
  GtkWidget *entry = g_object_ref_sink (bzg_choice_entry_new ());
  BzgChoiceEntry *choice = BZG_CHOICE_ENTRY (entry);
  GtkEditable *text = GTK_EDITABLE (bzg_choice_entry_get_entry (choice));
  gboolean unknown = FALSE;

  bzg_choice_entry_add (choice, "a", "Ҷӯраев", NULL, NULL);
  bzg_choice_entry_add (choice, "b", "Other", NULL, NULL);
  g_assert_null (bzg_choice_entry_get_value (choice, &unknown));
  g_assert_false (unknown);
  gtk_editable_set_text (text, "чураев"); /* typed without the Tajik letters */
  g_assert_cmpstr (bzg_choice_entry_get_value (choice, &unknown), ==, "a");
  gtk_editable_set_text (text, "x");
  g_assert_null (bzg_choice_entry_get_value (choice, &unknown));
  g_assert_true (unknown);
  bzg_choice_entry_set_value (choice, "b");
  g_assert_cmpstr (gtk_editable_get_text (text), ==, "Other");
  g_object_unref (entry);
}

static gboolean
draft_is_there (gpointer data)
{
  AppFixture *fixture = data;
  gint64 at = 0;
  g_autofree char *text = bzg_session_draft (fixture->session, "new.activity", NULL, &at);

  return text != NULL;
}

static gboolean
draft_is_gone (gpointer data)
{
  return !draft_is_there (data);
}

/* What is typed is in the casebook a second later, comes back in a new panel, and is gone once it
 * was saved as a record. */
static void
test_draft (void)
{
  AppFixture fixture = { 0 };
  g_autoptr (BzgRecord) record = bzg_record_new ("activity", NULL);
  GtkWidget *panel = g_object_ref_sink (bzg_record_panel_new ());
  GtkWidget *form = NULL;
  const BzgAggregate *activity = bzg_dictionary_aggregate ("activity");
  const char *field = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) stored = NULL;

  for (guint i = 0; field == NULL; i++)
    if (activity->fields[i]->in_form && activity->fields[i]->type == BZG_FIELD_TEXT)
      field = activity->fields[i]->name;

  app_fixture_set_up (&fixture);
  bzg_record_panel_edit (BZG_RECORD_PANEL (panel), fixture.session, record, NULL, NULL);
  form = bzg_record_panel_form (BZG_RECORD_PANEL (panel));
  bzg_form_set_text (BZG_FORM (form), field, "half a wor");
  g_signal_emit_by_name (form, "changed", field);
  g_assert_true (app_fixture_wait (draft_is_there, &fixture));

  bzg_record_panel_close (BZG_RECORD_PANEL (panel));
  g_object_unref (panel);
  panel = g_object_ref_sink (bzg_record_panel_new ());
  bzg_record_panel_edit (BZG_RECORD_PANEL (panel), fixture.session, record, NULL, NULL);
  form = bzg_record_panel_form (BZG_RECORD_PANEL (panel));
  text = bzg_form_get_text (BZG_FORM (form), field);
  g_assert_cmpstr (text, ==, "half a wor");

  /* Fill what is needed, save. */
  for (guint i = 0; i < activity->n_fields; i++)
    if (activity->fields[i]->required && activity->fields[i]->in_form)
      {
        if (activity->fields[i]->type == BZG_FIELD_DATE)
          bzg_form_set_text (BZG_FORM (form), activity->fields[i]->name, "2026-03-01");
        else if (activity->fields[i]->type == BZG_FIELD_CODE)
          bzg_form_set_canonical (BZG_FORM (form), activity->fields[i]->name,
                                  bzg_dictionary_code_list (activity->fields[i]->codes)
                                    ->codes[0]
                                    .code);
      }
  bzg_record_panel_save (BZG_RECORD_PANEL (panel));
  g_assert_true (app_fixture_wait (draft_is_gone, &fixture));
  app_fixture_settle ();
  stored = bzg_session_list (fixture.session, "activity", NULL, NULL, NULL);
  g_assert_cmpuint (stored->len, ==, 1);
  g_assert_cmpstr (bzg_record_get (g_ptr_array_index (stored, 0), field), ==, "half a wor");
  g_object_unref (panel);
  app_fixture_tear_down (&fixture);
}

/* A lock right after a key: the draft is durable before the casebook is closed. */
static void
test_keep_now (void)
{
  AppFixture fixture = { 0 };
  g_autoptr (BzgRecord) record = bzg_record_new ("activity", NULL);
  GtkWidget *panel = g_object_ref_sink (bzg_record_panel_new ());
  GtkWidget *form = NULL;

  app_fixture_set_up (&fixture);
  bzg_record_panel_edit (BZG_RECORD_PANEL (panel), fixture.session, record, NULL, NULL);
  form = bzg_record_panel_form (BZG_RECORD_PANEL (panel));
  for (guint i = 0; i < bzg_dictionary_aggregate ("activity")->n_fields; i++)
    if (bzg_dictionary_aggregate ("activity")->fields[i]->type == BZG_FIELD_TEXT)
      bzg_form_set_text (BZG_FORM (form), bzg_dictionary_aggregate ("activity")->fields[i]->name,
                         "x");
  g_assert_false (draft_is_there (&fixture));
  g_signal_emit_by_name (form, "changed", "");
  bzg_record_panel_keep (BZG_RECORD_PANEL (panel));
  g_assert_true (draft_is_there (&fixture));
  g_object_unref (panel);
  app_fixture_tear_down (&fixture);
}

int
main (int argc, char *argv[])
{
  bzg_vault_init (NULL);
  bzg_language_init (BZG_LANGUAGE_EN);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/app/form/round-trip", test_round_trip);
  g_test_add_func ("/app/form/refuses", test_refuses);
  g_test_add_func ("/app/form/choice", test_choice);
  g_test_add_func ("/app/form/draft", test_draft);
  g_test_add_func ("/app/form/keep-now", test_keep_now);
  return g_test_run ();
}
