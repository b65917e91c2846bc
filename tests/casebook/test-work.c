/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook-fixture.h"

static void
test_create (Casebook *c, gconstpointer data)
{
  g_autoptr (BzgRecord) programme = NULL;
  g_autoptr (BzgSecret) secret = bzg_secret_new_text (PASSPHRASE);
  BzgCreateOptions again
    = { .path = c->path, .programme = "Other", .admin = "office", .passphrase = secret };
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (bzg_session_user_name (c->session), ==, "office");
  g_assert_true (bzg_session_allows (c->session, "identity", BZG_ACT_READ));
  g_assert_true (bzg_session_allows (c->session, "users", BZG_ACT_WRITE));
  g_assert_false (bzg_session_is_training (c->session));
  programme = bzg_session_programme (c->session);
  g_assert_cmpstr (bzg_record_get (programme, "name"), ==, "Return");
  casebook_close (c);
  g_assert_null (bzg_session_create (&again, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_EXISTS);
  casebook_open (c, "office");
  g_clear_error (&error);
  bzg_session_verify (c->session, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
test_put_and_get (Casebook *c, gconstpointer data)
{
  BzgId id = casebook_add_person (c, "Салимов", "Ёкуб", "TJ-SU");
  g_autoptr (BzgRecord) support = bzg_record_new ("support", NULL);
  g_autoptr (BzgRecord) again = NULL;
  g_autoptr (BzgRecord) person = NULL;

  bzg_record_set_id (support, "person", &id);
  bzg_record_set (support, "service", "ECO02");
  bzg_record_set (support, "quantity", "2.5");
  bzg_record_set (support, "cost", "1480.00");
  bzg_record_set (support, "currency", "TJS");
  bzg_record_set (support, "delivered", "2019-08");
  casebook_put (c, support);
  casebook_close (c);
  casebook_open (c, "office");

  person = casebook_get (c, "person", &id);
  g_assert_cmpstr (bzg_record_get (person, "family_name"), ==, "Салимов");
  g_assert_null (bzg_record_get (person, "patronymic"));
  g_assert_cmpint (bzg_record_revision (person), ==, 1);
  again = casebook_get (c, "support", bzg_record_id (support));
  g_assert_cmpstr (bzg_record_get (again, "quantity"), ==, "2.5");
  g_assert_cmpstr (bzg_record_get (again, "cost"), ==, "1480.00");
  g_assert_cmpstr (bzg_record_get (again, "delivered"), ==, "2019-08");
  g_assert_null (bzg_record_get (again, "planned"));
}

static void
test_case_number (Casebook *c, gconstpointer data)
{
  BzgId id = casebook_add_person (c, "Салимов", "Ёкуб", NULL), found;
  g_autoptr (GPtrArray) cases = bzg_session_list (c->session, "case_file", "person", &id, NULL);
  g_autoptr (BzgRecord) copy = bzg_record_new ("case_file", NULL);
  const char *number;
  char clean[BZG_CASE_NUMBER_SIZE];
  BzgId owner;

  g_assert_cmpuint (cases->len, ==, 1);
  number = bzg_record_get (g_ptr_array_index (cases, 0), "case_no");
  g_assert_true (bzg_case_number_parse (number, clean));
  g_assert_true (bzg_record_get_id (g_ptr_array_index (cases, 0), "owner", &owner));
  g_assert_true (bzg_id_equal (&owner, bzg_session_user (c->session)));
  g_assert_true (bzg_session_resolve_person (c->session, number, &found, NULL));
  g_assert_true (bzg_id_equal (&found, &id));

  bzg_record_set_id (copy, "person", &id);
  bzg_record_set (copy, "case_no", number);
  casebook_put_fails (c, copy, BZG_ERROR_EXISTS);
}

static void
test_conflict (Casebook *c, gconstpointer data)
{
  BzgId id = casebook_add_person (c, "Салимов", "Ёкуб", NULL);
  g_autoptr (BzgRecord) one = casebook_get (c, "person", &id);
  g_autoptr (BzgRecord) two = casebook_get (c, "person", &id);
  g_autoptr (BzgRecord) stored = NULL;

  bzg_record_set (one, "occupation", "barber");
  casebook_put (c, one);
  bzg_record_set (two, "occupation", "tailor");
  casebook_put_fails (c, two, BZG_ERROR_CONFLICT);
  stored = casebook_get (c, "person", &id);
  g_assert_cmpstr (bzg_record_get (stored, "occupation"), ==, "barber");
  g_assert_cmpint (bzg_record_revision (stored), ==, 2);
  /* Nothing different: nothing written. */
  casebook_put (c, stored);
  g_clear_pointer (&stored, bzg_record_free);
  stored = casebook_get (c, "person", &id);
  g_assert_cmpint (bzg_record_revision (stored), ==, 2);
}

static void
test_all_or_nothing (Casebook *c, gconstpointer data)
{
  g_autoptr (BzgRecord) good = bzg_record_new ("person", NULL);
  g_autoptr (BzgRecord) bad = bzg_record_new ("support", NULL);
  g_autoptr (BzgWork) work = bzg_work_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgRecord) found = NULL;

  bzg_record_set (good, "family_name", "Каримова");
  bzg_record_set_id (bad, "person", bzg_record_id (good));
  bzg_work_put (work, good);
  bzg_work_put (work, bad); /* has no service */
  g_assert_false (bzg_session_commit (c->session, work, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
  found = bzg_session_find (c->session, "person", "family_name", "Каримова", NULL);
  g_assert_null (found);
}

static void
test_rules (Casebook *c, gconstpointer data)
{
  static const struct
  {
    const char *field, *value;
  } bad[] = { { "sex", "female" },
              { "birth_date", "12.08.2019" },
              { "birth_date", "2150" },
              { "age", "130" },
              { "age", "seven" },
              { "region", "Nowhere" },
              { "family_name", "a\nb" },
              { "phone", "12" },
              { "birth_date", "2019-02-30" } };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (BzgRecord) person = bzg_record_new ("person", NULL);

      bzg_record_set (person, bad[i].field, bad[i].value);
      casebook_put_fails (c, person, BZG_ERROR_MALFORMED);
    }
  {
    g_autoptr (BzgRecord) note = bzg_record_new ("note", NULL);
    BzgId nobody;

    bzg_id_new (&nobody);
    bzg_record_set_id (note, "person", &nobody);
    bzg_record_set (note, "date", "2020");
    bzg_record_set (note, "text", "x");
    casebook_put_fails (c, note, BZG_ERROR_NOT_FOUND);
  }
}

static void
test_void (Casebook *c, gconstpointer data)
{
  BzgId id = casebook_add_person (c, "Салимов", "Ёкуб", NULL);
  g_autoptr (BzgWork) no_reason = bzg_work_new ();
  g_autoptr (BzgWork) work = bzg_work_new ();
  g_autoptr (BzgWork) back = bzg_work_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) people = NULL;
  g_autoptr (BzgRecord) person = NULL;
  g_autoptr (GPtrArray) history = NULL;
  BzgHistoryLine *line;

  bzg_work_void (no_reason, "person", &id, "");
  g_assert_false (bzg_session_commit (c->session, no_reason, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
  bzg_work_void (work, "person", &id, "entered twice");
  casebook_commit (c, work);
  people = bzg_session_list (c->session, "person", NULL, NULL, NULL);
  g_assert_cmpuint (people->len, ==, 0);
  person = casebook_get (c, "person", &id);
  g_assert_true (bzg_record_is_void (person));
  bzg_record_set (person, "occupation", "barber");
  casebook_put_fails (c, person, BZG_ERROR_CONFLICT);

  bzg_work_unvoid (back, "person", &id);
  casebook_commit (c, back);
  g_clear_pointer (&people, g_ptr_array_unref);
  people = bzg_session_list (c->session, "person", NULL, NULL, NULL);
  g_assert_cmpuint (people->len, ==, 1);

  history = bzg_session_history (c->session, "person", &id, NULL);
  g_assert_cmpuint (history->len, >=, 4);
  line = g_ptr_array_index (history, 0);
  g_assert_cmpstr (line->act, ==, "unvoid");
  g_assert_cmpstr (line->before, ==, "entered twice");
  g_assert_null (line->after);
  line = g_ptr_array_index (history, 1);
  g_assert_cmpstr (line->act, ==, "void");
  g_assert_cmpstr (line->user, ==, "office");
}

static void
count_cb (BzgSession *session, const char *aggregate, BzgId *record, gpointer data)
{
  guint *counts = data;

  counts[aggregate == NULL ? 1 : 0]++;
}

static void
committed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  bzg_session_commit_finish (BZG_SESSION (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static void
test_changed (Casebook *c, gconstpointer data)
{
  guint counts[2] = { 0 };
  gboolean done = FALSE;
  BzgWork *work = bzg_work_new ();
  BzgWork *many = bzg_work_new ();

  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_signal_connect (c->session, "changed", G_CALLBACK (count_cb), counts);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (BzgRecord) person = bzg_record_new ("person", NULL);

      bzg_record_set (person, "family_name", "Назарова");
      bzg_work_put (work, person);
    }
  bzg_session_commit_async (c->session, work, NULL, committed_cb, &done);
  g_assert_cmpuint (counts[0], ==, 0);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (counts[0], ==, 2);

  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (BzgRecord) person = bzg_record_new ("person", NULL);

      bzg_record_set (person, "family_name", "Назарова");
      bzg_work_put (many, person);
    }
  done = FALSE;
  bzg_session_commit_async (c->session, many, NULL, committed_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (counts[0], ==, 2);
  g_assert_cmpuint (counts[1], ==, 1);
}

int
main (int argc, char *argv[])
{
  casebook_test_init (&argc, &argv);
#define ADD(name, func)                                                                            \
  g_test_add ("/casebook/work/" name, Casebook, NULL, casebook_set_up, func, casebook_tear_down)
  ADD ("create", test_create);
  ADD ("put-and-get", test_put_and_get);
  ADD ("case-number", test_case_number);
  ADD ("conflict", test_conflict);
  ADD ("all-or-nothing", test_all_or_nothing);
  ADD ("rules", test_rules);
  ADD ("void", test_void);
  ADD ("changed", test_changed);
  return g_test_run ();
}
