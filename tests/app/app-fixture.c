/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-fixture.h"

#include <glib/gstdio.h>

void
app_fixture_set_up (AppFixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgSecret) passphrase = bzg_secret_new_text ("apricot window seven bread");
  BzgCreateOptions options
    = { .programme = "Example", .admin = "admin", .passphrase = passphrase, .training = TRUE };

  self->folder = g_dir_make_tmp ("bozgasht-app-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->folder, "t.bozgasht", NULL);
  options.path = self->path;
  self->session = bzg_session_create (&options, &error);
  g_assert_no_error (error);
  bzg_session_set_today (self->session, bzg_date_make (2026, 3, 12));
}

void
app_fixture_tear_down (AppFixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name = NULL;

  if (self->session != NULL)
    {
      bzg_session_close (self->session, &error);
      g_assert_no_error (error);
      g_clear_object (&self->session);
    }
  dir = g_dir_open (self->folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self->path);
}

void
app_fixture_put (AppFixture *self, BzgRecord *record)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgWork) work = bzg_work_new ();

  bzg_work_put (work, record);
  bzg_session_commit (self->session, work, &error);
  g_assert_no_error (error);
}

void
app_fixture_add_person (AppFixture *self, BzgId *id)
{
  static const struct
  {
    const char *aggregate, *field, *value;
  } facts[] = {
    { "case_file", "status", "services" }, { "case_file", "category", "returned_migrant" },
    { "support", "service", NULL },        { "support", "planned", "2026-03-01" },
    { "livelihood", "kind", NULL },        { "note", "date", "2026-02-11" },
    { "note", "text", "a line" },          { "task", "due", "2026-03-10" },
    { "task", "title", "Call" },           { "consent", "given_on", "2026-01-05" },
  };
  g_autoptr (BzgRecord) person = bzg_record_new ("person", NULL);
  g_autoptr (BzgRecord) record = NULL;

  *id = *bzg_record_id (person);
  bzg_record_set (person, "family_name", "Example");
  bzg_record_set (person, "given_name", "First");
  bzg_record_set (person, "birth_date", "1985");
  app_fixture_put (self, person);

  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    {
      const BzgField *field = bzg_dictionary_field_of (facts[i].aggregate, facts[i].field);
      const char *value = facts[i].value;

      if (record == NULL)
        {
          record = bzg_record_new (facts[i].aggregate, NULL);
          bzg_record_set_id (record, "person", id);
        }
      /* Any code of the list will do. */
      if (field->type == BZG_FIELD_CODE
          && (value == NULL || bzg_dictionary_code (field->codes, value) == NULL))
        value = bzg_dictionary_code_list (field->codes)->codes[0].code;
      bzg_record_set (record, field->name, value);
      if (i + 1 == G_N_ELEMENTS (facts)
          || !g_str_equal (facts[i + 1].aggregate, facts[i].aggregate))
        {
          app_fixture_put (self, record);
          g_clear_pointer (&record, bzg_record_free);
        }
    }
}

static gboolean
timeout_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

gboolean
app_fixture_wait (gboolean (*done) (gpointer data), gpointer data)
{
  gboolean late = FALSE;
  guint id = g_timeout_add_seconds (10, timeout_cb, &late);

  while (!done (data) && !late)
    g_main_context_iteration (NULL, TRUE);
  if (!late)
    g_source_remove (id);
  return !late;
}

void
app_fixture_settle (void)
{
  for (guint i = 0; i < 200 && g_main_context_iteration (NULL, FALSE); i++)
    ;
}
