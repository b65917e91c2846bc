/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook-fixture.h"

#include <string.h>

#include "base/bzg-name.h"
#include "base/bzg-text.h"
#include "casebook/bzg-image.h"
#include "casebook/bzg-import-log.h"
#include "casebook/bzg-ledger.h"

/* A word that occurs nowhere else, put wherever a person can be spoken of. */
#define MARK "Зухалмаркова"

static gboolean
sink (gconstpointer data, gsize len, gpointer user_data, GError **error)
{
  g_byte_array_append (user_data, data, (guint) len);
  return TRUE;
}

static guint
count_in (const GByteArray *haystack, const char *needle)
{
  const guint8 *p = haystack->data, *end = p + haystack->len;
  gsize len = strlen (needle);
  guint n = 0;

  while ((p = memmem (p, (gsize) (end - p), needle, len)) != NULL)
    {
      n++;
      p += len;
    }
  return n;
}

/* How often the word, in any form the program gives it, stands in the pages of the file. */
static guint
count_marks (Casebook *c)
{
  g_autoptr (GByteArray) image = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *fold = bzg_text_fold (MARK);
  g_autofree char *strict = bzg_name_strict_key (MARK);
  g_autofree char *loose = bzg_name_loose_key (MARK);
  guint n;

  bzg_session_read_image (c->session, sink, image, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (image->len, >, 4096);
  n = count_in (image, MARK) + count_in (image, fold);
  if (strlen (strict) > 4)
    n += count_in (image, strict);
  if (strlen (loose) > 4)
    n += count_in (image, loose);
  return n;
}

static void
put_text (Casebook *c, const BzgId *person, const char *aggregate, ...)
{
  g_autoptr (BzgRecord) record = bzg_record_new (aggregate, NULL);
  const char *field;
  va_list args;

  bzg_record_set_id (record, "person", person);
  va_start (args, aggregate);
  while ((field = va_arg (args, const char *)) != NULL)
    bzg_record_set (record, field, va_arg (args, const char *));
  va_end (args);
  casebook_put (c, record);
}

static BzgId
write_everywhere (Casebook *c)
{
  BzgId id = casebook_add_person (c, MARK, "Самира", "TJ-SU");
  g_autoptr (BzgRecord) household = bzg_record_new ("household", NULL);
  g_autoptr (BzgRecord) member = bzg_record_new ("household_member", NULL);
  g_autoptr (BzgRecord) story = bzg_record_new ("story", NULL);
  g_autoptr (BzgRecord) review = bzg_record_new ("story_review", NULL);
  g_autoptr (BzgRecord) livelihood = bzg_record_new ("livelihood", NULL);
  g_autoptr (BzgRecord) visit = bzg_record_new ("visit", NULL);
  g_autoptr (BzgRecord) activity = bzg_record_new ("activity", NULL);
  g_autoptr (BzgRecord) participant = bzg_record_new ("participant", NULL);
  g_autoptr (BzgWork) work = bzg_work_new ();
  BzgImportEntry entry = { .profile = (char *) "people",
                           .key = (char *) "ref:Z-1",
                           .digest = (char *) "00",
                           .cells = (char *) "{\"family_name\":\"" MARK "\"}",
                           .verdict = (char *) "new",
                           .aggregate = (char *) "person",
                           .record = id };

  bzg_record_set (household, "name", MARK);
  bzg_record_set_id (member, "household", bzg_record_id (household));
  bzg_record_set_id (member, "person", &id);
  bzg_record_set_id (story, "person", &id);
  bzg_record_set (story, "language", "tg");
  bzg_record_set (story, "body", "One day " MARK " came home.");
  bzg_record_set_id (review, "story", bzg_record_id (story));
  bzg_record_set (review, "act", "submit");
  bzg_record_set (review, "reason", "for " MARK);
  bzg_record_set_id (livelihood, "person", &id);
  bzg_record_set (livelihood, "kind", "sewing");
  bzg_record_set (livelihood, "title", MARK);
  bzg_record_set_id (visit, "person", &id);
  bzg_record_set_id (visit, "livelihood", bzg_record_id (livelihood));
  bzg_record_set (visit, "date", "2020-05");
  bzg_record_set (visit, "note", MARK);
  bzg_record_set (activity, "kind", "training");
  bzg_record_set (activity, "title", "Sewing course");
  bzg_record_set_id (participant, "activity", bzg_record_id (activity));
  bzg_record_set_id (participant, "person", &id);
  bzg_record_set (participant, "certificate_no", MARK);
  bzg_work_put (work, household);
  bzg_work_put (work, member);
  bzg_work_put (work, story);
  bzg_work_put (work, review);
  bzg_work_put (work, livelihood);
  bzg_work_put (work, visit);
  bzg_work_put (work, activity);
  bzg_work_put (work, participant);
  bzg_work_log_import (work, &entry);
  casebook_commit (c, work);
  put_text (c, &id, "note", "date", "2020", "text", "Met " MARK " at home.", NULL);
  put_text (c, &id, "support", "service", "ECO06", "item", "machine for " MARK, NULL);
  put_text (c, &id, "task", "due", "2020-06-01", "title", "Call " MARK, NULL);
  g_assert_true (bzg_session_keep_draft (c->session, "visit", &id, MARK, NULL));
  g_assert_true (bzg_ledger_log_exit (c->session, "letter", &id, "referral", "00", NULL));
  {
    g_autoptr (BzgRecord) person = casebook_get (c, "person", &id);

    bzg_record_set (person, "family_name", "Каримова");
    bzg_record_set (person, "other_names", MARK);
    casebook_put (c, person);
  }
  return id;
}

static void
test_nothing_is_left (Casebook *c, gconstpointer data)
{
  BzgId other = casebook_add_person (c, "Назарова", "Гулнора", "TJ-SU");
  BzgId id = write_everywhere (c);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) activities = NULL;
  g_autoptr (GPtrArray) households = NULL;
  g_autoptr (GPtrArray) exits = NULL;
  guint n = 0;

  g_assert_cmpuint (count_marks (c), >=, 15);
  g_assert_true (bzg_session_erase_person (c->session, &id, "own_wish", &n, &error));
  g_assert_no_error (error);
  /* person, case, member, story, review, livelihood, visit, participant, note, support, task */
  g_assert_cmpuint (n, ==, 11);
  g_assert_cmpuint (count_marks (c), ==, 0);
  g_assert_true (bzg_session_verify (c->session, NULL, NULL, NULL, &error));
  g_assert_no_error (error);

  bzg_record_free (casebook_get (c, "person", &other));
  activities = bzg_session_list (c->session, "activity", NULL, NULL, NULL);
  g_assert_cmpuint (activities->len, ==, 1);
  households = bzg_session_list (c->session, "household", NULL, NULL, NULL);
  g_assert_cmpuint (households->len, ==, 0);
  exits = bzg_ledger_exits (c->session, NULL);
  g_assert_cmpuint (exits->len, ==, 1);
  g_assert_null (bzg_session_get (c->session, "person", &id, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NOT_FOUND);
  g_clear_error (&error);

  casebook_close (c);
  casebook_open (c, "office");
  g_assert_cmpuint (count_marks (c), ==, 0);
  g_assert_true (bzg_session_verify (c->session, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
}

static void
test_household_stays_for_others (Casebook *c, gconstpointer data)
{
  BzgId one = casebook_add_person (c, "Салимов", "Ёкуб", NULL);
  BzgId two = casebook_add_person (c, "Салимова", "Зарина", NULL);
  g_autoptr (BzgRecord) household = bzg_record_new ("household", NULL);
  g_autoptr (BzgWork) work = bzg_work_new ();
  const BzgId *people[] = { &one, &two };
  g_autoptr (GPtrArray) members = NULL;

  bzg_work_put (work, household);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (BzgRecord) member = bzg_record_new ("household_member", NULL);

      bzg_record_set_id (member, "household", bzg_record_id (household));
      bzg_record_set_id (member, "person", people[i]);
      bzg_work_put (work, member);
    }
  casebook_commit (c, work);
  g_assert_true (bzg_session_erase_person (c->session, &one, "retention", NULL, NULL));
  members = bzg_session_list (c->session, "household_member", NULL, NULL, NULL);
  g_assert_cmpuint (members->len, ==, 1);
  bzg_record_free (casebook_get (c, "household", bzg_record_id (household)));
}

static void
test_rights (Casebook *c, gconstpointer data)
{
  BzgId id = casebook_add_person (c, "Салимов", "Ёкуб", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (bzg_session_erase_person (c->session, &id, "because", NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
  g_clear_error (&error);
  casebook_add_user (c, "case1", "caseworker");
  casebook_add_user (c, "boss", "manager");
  casebook_close (c);
  casebook_open (c, "case1");
  g_assert_false (bzg_session_erase_person (c->session, &id, "own_wish", NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE);
  g_clear_error (&error);
  casebook_close (c);
  casebook_open (c, "boss");
  g_assert_false (bzg_session_erase_person (c->session, &id, "own_wish", NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE);
}

int
main (int argc, char *argv[])
{
  casebook_test_init (&argc, &argv);
#define ADD(name, func)                                                                            \
  g_test_add ("/casebook/erase/" name, Casebook, NULL, casebook_set_up, func, casebook_tear_down)
  ADD ("nothing-is-left", test_nothing_is_left);
  ADD ("household-stays-for-others", test_household_stays_for_others);
  ADD ("rights", test_rights);
  return g_test_run ();
}
