/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook-fixture.h"

#include "casebook/bzg-access.h"

/* Signs in as another user, with the casebook as it stands. */
static void
sign_in (Casebook *c, const char *name)
{
  casebook_close (c);
  casebook_open (c, name);
}

static void
assert_hidden (Casebook *c, const char *aggregate, const BzgId *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgRecord) record = bzg_session_get (c->session, aggregate, id, &error);

  g_assert_null (record);
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NOT_FOUND);
}

static guint
count (Casebook *c, const char *aggregate)
{
  g_autoptr (GPtrArray) all = bzg_session_list (c->session, aggregate, NULL, NULL, NULL);

  return all->len;
}

static void
test_own_cases (Casebook *c, gconstpointer data)
{
  BzgId mine, other, found;
  g_autoptr (GPtrArray) cases = NULL;
  g_autoptr (BzgRecord) file = NULL;
  g_autoptr (BzgRecord) note = NULL;
  g_autoptr (BzgRecord) one = NULL;
  g_autoptr (GError) error = NULL;

  casebook_add_user (c, "case1", "caseworker");
  other = casebook_add_person (c, "Каримова", "Самира", "TJ-KT");
  note = bzg_record_new ("note", NULL);
  bzg_record_set_id (note, "person", &other);
  bzg_record_set (note, "date", "2020-05");
  bzg_record_set (note, "text", "x");
  casebook_put (c, note);

  sign_in (c, "case1");
  mine = casebook_add_person (c, "Салимов", "Ёкуб", "TJ-SU");
  g_assert_cmpuint (count (c, "person"), ==, 1);
  g_assert_cmpuint (count (c, "note"), ==, 0);
  one = casebook_get (c, "person", &mine);
  g_assert_cmpstr (bzg_record_get (one, "family_name"), ==, "Салимов");
  assert_hidden (c, "person", &other);
  assert_hidden (c, "note", bzg_record_id (note));
  g_assert_false (bzg_session_resolve_person (c->session, "0123", &found, NULL));
  g_assert_null (bzg_session_find (c->session, "person", "family_name", "Каримова", NULL));
  g_assert_null (bzg_session_history (c->session, "person", &other, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NOT_FOUND);
  {
    g_autoptr (BzgRecord) intruder = bzg_record_new ("note", NULL);
    g_autoptr (BzgWork) work = bzg_work_new ();
    g_autoptr (GError) refused = NULL;

    bzg_record_set_id (intruder, "person", &other);
    bzg_record_set (intruder, "date", "2020");
    bzg_record_set (intruder, "text", "x");
    casebook_put_fails (c, intruder, BZG_ERROR_REFUSED_ROLE);
    bzg_work_void (work, "person", &other, "not mine");
    g_assert_false (bzg_session_commit (c->session, work, &refused));
    g_assert_error (refused, BZG_ERROR, BZG_ERROR_REFUSED_ROLE);
  }

  /* The case is handed over: now it is seen. */
  sign_in (c, "office");
  cases = bzg_session_list (c->session, "case_file", "person", &other, NULL);
  file = bzg_record_copy (g_ptr_array_index (cases, 0));
  {
    g_autoptr (BzgRecord) user = bzg_session_find (c->session, "user", "name", "case1", NULL);

    bzg_record_set_id (file, "owner", bzg_record_id (user));
  }
  casebook_put (c, file);
  sign_in (c, "case1");
  g_assert_cmpuint (count (c, "person"), ==, 2);
  g_assert_cmpuint (count (c, "note"), ==, 1);
}

static void
hand_over (Casebook *c, const BzgId *person, const char *name)
{
  g_autoptr (BzgRecord) colleague = bzg_session_find (c->session, "user", "name", name, NULL);
  g_autoptr (GPtrArray) cases = bzg_session_list (c->session, "case_file", "person", person, NULL);

  g_assert_nonnull (colleague);
  bzg_record_set_id (cases->pdata[0], "owner", bzg_record_id (colleague));
  casebook_put (c, cases->pdata[0]);
}

/* A case goes with its owner: whom it is handed to sees the person from then on, and who had it
 * before no more, even who registered the person. */
static void
test_hand_over (Casebook *c, gconstpointer data)
{
  BzgId person;

  casebook_add_user (c, "case1", "caseworker");
  casebook_add_user (c, "case2", "caseworker");
  sign_in (c, "case1");
  person = casebook_add_person (c, "Салимов", "Ёкуб", "TJ-SU");
  g_assert_cmpuint (count (c, "person"), ==, 1);
  hand_over (c, &person, "case2");
  assert_hidden (c, "person", &person);

  sign_in (c, "case2");
  g_assert_cmpuint (count (c, "person"), ==, 1);
  g_assert_cmpuint (count (c, "case_file"), ==, 1);
}

static void
test_area (Casebook *c, gconstpointer data)
{
  BzgId near, far;
  g_autoptr (BzgRecord) user = NULL;

  casebook_add_user (c, "chief", "supervisor");
  user = bzg_session_find (c->session, "user", "name", "chief", NULL);
  bzg_record_set (user, "area", "TJ-SU");
  casebook_put (c, user);
  near = casebook_add_person (c, "Салимов", "Ёкуб", "TJ-SU");
  far = casebook_add_person (c, "Каримова", "Самира", "TJ-KT");
  sign_in (c, "chief");
  bzg_record_free (casebook_get (c, "person", &near));
  assert_hidden (c, "person", &far);
  g_assert_cmpuint (count (c, "case_file"), ==, 1);
}

static void
test_monitoring_sees_no_names (Casebook *c, gconstpointer data)
{
  BzgId id;
  g_autoptr (BzgRecord) support = bzg_record_new ("support", NULL);
  g_autoptr (BzgRecord) seen = NULL;

  casebook_add_user (c, "me", "me");
  id = casebook_add_person (c, "Салимов", "Ёкуб", "TJ-SU");
  bzg_record_set_id (support, "person", &id);
  bzg_record_set (support, "service", "ECO02");
  bzg_record_set (support, "note", "for the brother");
  casebook_put (c, support);
  sign_in (c, "me");
  assert_hidden (c, "person", &id);
  g_assert_null (bzg_session_find (c->session, "person", "family_name", "Салимов", NULL));
  g_assert_cmpuint (count (c, "person"), ==, 0);
  seen = casebook_get (c, "support", bzg_record_id (support));
  g_assert_cmpstr (bzg_record_get (seen, "service"), ==, "ECO02");
  g_assert_null (bzg_record_get (seen, "note"));
  bzg_record_set (seen, "service", "ECO01");
  casebook_put_fails (c, seen, BZG_ERROR_REFUSED_ROLE);
}

static void
test_administrator_reads_no_case (Casebook *c, gconstpointer data)
{
  BzgId id;
  g_autoptr (BzgRecord) person = bzg_record_new ("person", NULL);

  casebook_add_user (c, "admin", "administrator");
  id = casebook_add_person (c, "Салимов", "Ёкуб", "TJ-SU");
  sign_in (c, "admin");
  assert_hidden (c, "person", &id);
  g_assert_cmpuint (count (c, "person"), ==, 0);
  g_assert_cmpuint (count (c, "case_file"), ==, 0);
  g_assert_cmpuint (count (c, "user"), ==, 2);
  bzg_record_set (person, "family_name", "Назарова");
  casebook_put_fails (c, person, BZG_ERROR_REFUSED_ROLE);
}

/* A manager does not see the health section: saving the record must not clear it. */
static void
test_unread_fields_stay (Casebook *c, gconstpointer data)
{
  BzgId id = casebook_add_person (c, "Салимов", "Ёкуб", "TJ-SU");
  g_autoptr (BzgRecord) person = casebook_get (c, "person", &id);
  g_autoptr (BzgRecord) seen = NULL;
  g_autoptr (BzgRecord) forged = NULL;
  g_autoptr (BzgRecord) after = NULL;

  bzg_record_set (person, "able_heavy_work", "no");
  casebook_put (c, person);
  casebook_add_user (c, "boss", "manager");
  sign_in (c, "boss");
  seen = casebook_get (c, "person", &id);
  g_assert_null (bzg_record_get (seen, "able_heavy_work"));
  forged = bzg_record_copy (seen);
  bzg_record_set (seen, "note", "seen by the manager");
  casebook_put (c, seen);
  bzg_record_free (g_steal_pointer (&seen));
  seen = casebook_get (c, "person", &id);
  bzg_record_set (seen, "able_heavy_work", "yes");
  casebook_put_fails (c, seen, BZG_ERROR_REFUSED_ROLE);
  sign_in (c, "office");
  after = casebook_get (c, "person", &id);
  g_assert_cmpstr (bzg_record_get (after, "able_heavy_work"), ==, "no");
  g_assert_cmpstr (bzg_record_get (after, "note"), ==, "seen by the manager");
}

static void
test_nobody_approves_their_own_story (Casebook *c, gconstpointer data)
{
  BzgId id = casebook_add_person (c, "Салимов", "Ёкуб", "TJ-SU");
  g_autoptr (BzgRecord) story = bzg_record_new ("story", NULL);
  g_autoptr (BzgRecord) own = bzg_record_new ("story_review", NULL);
  g_autoptr (BzgRecord) other = bzg_record_new ("story_review", NULL);
  g_autoptr (BzgRecord) stored = NULL;
  BzgId reviewer;

  bzg_record_set_id (story, "person", &id);
  bzg_record_set (story, "language", "tg");
  casebook_put (c, story);
  bzg_record_set_id (own, "story", bzg_record_id (story));
  bzg_record_set (own, "act", "approve");
  casebook_put_fails (c, own, BZG_ERROR_REFUSED_APPROVAL);

  casebook_add_user (c, "protection", "protection");
  sign_in (c, "protection");
  bzg_record_set_id (other, "story", bzg_record_id (story));
  bzg_record_set (other, "act", "approve");
  casebook_put (c, other);
  stored = casebook_get (c, "story_review", bzg_record_id (other));
  g_assert_true (bzg_record_get_id (stored, "reviewer", &reviewer));
  g_assert_true (bzg_id_equal (&reviewer, bzg_session_user (c->session)));
  /* What was said stands: no act turns into another. */
  bzg_record_set (stored, "act", "submit");
  casebook_put_fails (c, stored, BZG_ERROR_REFUSED_APPROVAL);
}

/* A case of one's own for a stranger whose id is known would open the stranger's file. */
static void
test_no_way_in_by_a_case (Casebook *c, gconstpointer data)
{
  BzgId stranger = casebook_add_person (c, "Салимов", "Ёкуб", "TJ-SU");
  g_autoptr (BzgRecord) file = bzg_record_new ("case_file", NULL);

  casebook_add_user (c, "case1", "caseworker");
  sign_in (c, "case1");
  bzg_record_set_id (file, "person", &stranger);
  bzg_record_set (file, "status", "new");
  casebook_put_fails (c, file, BZG_ERROR_REFUSED_ROLE);
  assert_hidden (c, "person", &stranger);
}

/* Nobody is in charge who cannot sign in. */
static void
test_no_case_for_nobody (Casebook *c, gconstpointer data)
{
  BzgId person = casebook_add_person (c, "Салимов", "Ёкуб", "TJ-SU");
  g_autoptr (GPtrArray) cases = bzg_session_list (c->session, "case_file", "person", &person, NULL);
  g_autoptr (BzgRecord) gone = NULL;

  casebook_add_user (c, "case1", "caseworker");
  g_assert_true (bzg_session_remove_user (c->session, "case1", NULL));
  gone = bzg_session_find (c->session, "user", "name", "case1", NULL);
  bzg_record_set_id (cases->pdata[0], "owner", bzg_record_id (gone));
  casebook_put_fails (c, cases->pdata[0], BZG_ERROR_NOT_FOUND);
}

static void
test_users (Casebook *c, gconstpointer data)
{
  g_autoptr (BzgSecret) old_secret = bzg_secret_new_text (PASSPHRASE);
  g_autoptr (BzgSecret) new_secret = bzg_secret_new_text ("eleven copper kettles");
  g_autoptr (GError) error = NULL;

  casebook_add_user (c, "case1", "caseworker");
  g_assert_false (
    bzg_session_add_user (c->session, "case1", NULL, old_secret, "caseworker", &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_EXISTS);
  g_clear_error (&error);
  /* Names that the lock screen takes for one are one. */
  g_assert_false (
    bzg_session_add_user (c->session, "CASE1", NULL, old_secret, "caseworker", &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_false (bzg_session_add_user (c->session, "case2", NULL, old_secret, "king", &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
  g_clear_error (&error);
  /* The last administrator stays. */
  g_assert_false (bzg_session_set_user_roles (c->session, "office", "caseworker", &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_LAST_KEY);
  g_clear_error (&error);
  g_assert_false (bzg_session_remove_user (c->session, "office", &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_LAST_KEY);
  g_clear_error (&error);

  sign_in (c, "case1");
  {
    g_autoptr (BzgRecord) user = casebook_get (c, "user", bzg_session_user (c->session));

    g_assert_cmpuint (strlen (bzg_record_get (user, "box_key")), ==, 64);
    g_assert_cmpuint (strlen (bzg_record_get (user, "sign_key")), ==, 64);
  }
  g_assert_cmpstr (bzg_session_roles (c->session), ==, "caseworker");
  g_assert_false (bzg_session_add_user (c->session, "friend", NULL, old_secret, "manager", &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE);
  g_clear_error (&error);
  g_assert_false (bzg_session_set_user_roles (c->session, "case1", "manager", &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE);
  g_clear_error (&error);
  g_assert_true (bzg_session_change_passphrase (c->session, old_secret, new_secret, &error));
  g_assert_no_error (error);
  casebook_close (c);
  g_assert_null (casebook_try_open (c, "case1", PASSPHRASE, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_PASSPHRASE);
  g_clear_error (&error);
  c->session = casebook_try_open (c, "case1", "eleven copper kettles", &error);
  g_assert_no_error (error);

  sign_in (c, "office");
  g_assert_true (bzg_session_set_user_roles (c->session, "case1", "caseworker me", &error));
  g_assert_true (bzg_session_remove_user (c->session, "case1", &error));
  g_assert_no_error (error);
  g_assert_true (bzg_access_rekey_is_due (c->session));
  casebook_close (c);
  g_assert_null (casebook_try_open (c, "case1", "eleven copper kettles", &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_PASSPHRASE);
  casebook_open (c, "office");
}

static void
test_drafts (Casebook *c, gconstpointer data)
{
  BzgId id = casebook_add_person (c, "Салимов", "Ёкуб", "TJ-SU");
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *new_text = NULL;
  g_autoptr (GPtrArray) drafts = NULL;
  g_autoptr (BzgWork) work = bzg_work_new ();
  gint64 kept_at = 0;

  casebook_add_user (c, "case1", "caseworker");
  g_assert_true (bzg_session_keep_draft (c->session, "visit", &id, "half a sen", &error));
  g_assert_true (bzg_session_keep_draft (c->session, "visit", &id, "half a sentence", &error));
  g_assert_true (bzg_session_keep_draft (c->session, "intake", NULL, "Ном", &error));
  sign_in (c, "office");
  text = bzg_session_draft (c->session, "visit", &id, &kept_at);
  g_assert_cmpstr (text, ==, "half a sentence");
  g_assert_cmpint (kept_at, >, 1500000000);
  new_text = bzg_session_draft (c->session, "intake", NULL, NULL);
  g_assert_cmpstr (new_text, ==, "Ном");
  drafts = bzg_session_drafts (c->session);
  g_assert_cmpuint (drafts->len, ==, 2);

  /* Nobody else sees them. */
  sign_in (c, "case1");
  g_assert_null (bzg_session_draft (c->session, "visit", &id, NULL));
  g_clear_pointer (&drafts, g_ptr_array_unref);
  drafts = bzg_session_drafts (c->session);
  g_assert_cmpuint (drafts->len, ==, 0);

  sign_in (c, "office");
  bzg_work_drop_draft (work, "visit", &id);
  casebook_commit (c, work);
  g_assert_null (bzg_session_draft (c->session, "visit", &id, NULL));
  g_assert_true (bzg_session_keep_draft (c->session, "intake", NULL, NULL, &error));
  g_clear_pointer (&drafts, g_ptr_array_unref);
  drafts = bzg_session_drafts (c->session);
  g_assert_cmpuint (drafts->len, ==, 0);
  g_assert_true (bzg_session_verify (c->session, NULL, NULL, NULL, &error));
}

static void
test_settings (Casebook *c, gconstpointer data)
{
  g_autofree char *value = NULL;

  g_assert_null (bzg_session_setting (c->session, "backup"));
  g_assert_true (bzg_session_set_setting (c->session, "backup", "late", NULL));
  g_assert_true (bzg_session_set_setting (c->session, "backup", "proved", NULL));
  sign_in (c, "office");
  value = bzg_session_setting (c->session, "backup");
  g_assert_cmpstr (value, ==, "proved");
  g_assert_true (bzg_session_set_setting (c->session, "backup", NULL, NULL));
  g_assert_null (bzg_session_setting (c->session, "backup"));
}

int
main (int argc, char *argv[])
{
  casebook_test_init (&argc, &argv);
#define ADD(name, func)                                                                            \
  g_test_add ("/casebook/rights/" name, Casebook, NULL, casebook_set_up, func, casebook_tear_down)
  ADD ("own-cases", test_own_cases);
  ADD ("hand-over", test_hand_over);
  ADD ("area", test_area);
  ADD ("monitoring-sees-no-names", test_monitoring_sees_no_names);
  ADD ("administrator-reads-no-case", test_administrator_reads_no_case);
  ADD ("unread-fields-stay", test_unread_fields_stay);
  ADD ("nobody-approves-their-own-story", test_nobody_approves_their_own_story);
  ADD ("no-way-in-by-a-case", test_no_way_in_by_a_case);
  ADD ("no-case-for-nobody", test_no_case_for_nobody);
  ADD ("users", test_users);
  ADD ("drafts", test_drafts);
  ADD ("settings", test_settings);
  return g_test_run ();
}
