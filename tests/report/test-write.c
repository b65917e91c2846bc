/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-report.h"

#include "casebook/bzg-ledger.h"

#include "../casebook/casebook-fixture.h"

#include <string.h>

/* From a casebook to files: made, written through the one door, published once. */

static void
add_people (Casebook *c, guint n)
{
  static const char *const regions[] = { "TJ-SU", "TJ-KT", "TJ-RA" };
  static const char *const services[] = { "ECO01", "ECO02", "LEG01" };
  g_autoptr (BzgWork) work = bzg_work_new ();

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (BzgRecord) person = bzg_record_new ("person", NULL);
      g_autoptr (BzgRecord) support = bzg_record_new ("support", NULL);
      g_autofree char *name = g_strdup_printf ("SECRETNAME%u", i);

      bzg_record_set (person, "family_name", name);
      bzg_record_set (person, "sex", i % 3 == 0 ? "F" : "M");
      bzg_record_set (person, "birth_date", "1990-05-01");
      bzg_record_set (person, "region", regions[i % 3]);
      bzg_record_set_id (support, "person", bzg_record_id (person));
      bzg_record_set (support, "service", services[(i / 2) % 3]);
      bzg_record_set (support, "delivered", "2019-11-12");
      bzg_work_put (work, person);
      bzg_work_put (work, support);
    }
  casebook_commit (c, work);
}

static BzgReport *
make (Casebook *c)
{
  g_autoptr (GError) error = NULL;
  BzgReport *report = bzg_report_make (c->session, "donor", "2019-Q4", NULL, FALSE, BZG_LANGUAGE_EN,
                                       NULL, NULL, NULL, &error);

  g_assert_no_error (error);

  return report;
}

static void
test_write (Casebook *c, gconstpointer data)
{
  g_autoptr (BzgReport) report = NULL;
  g_autoptr (GPtrArray) exits = NULL;
  guint written = 0;

  add_people (c, 60);
  report = make (c);
  {
    g_autoptr (GError) error = NULL;

    /* Only what is published may leave. */
    g_assert_false (
      bzg_report_write (c->session, report, BZG_DOCUMENT_JSON, c->folder, NULL, NULL, &error));
    g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_UNPUBLISHED);
    g_clear_error (&error);
    g_assert_true (bzg_report_publish (c->session, report, NULL, &error));
    g_assert_no_error (error);
  }
  g_assert_cmpstr (bzg_report_get_id (report), ==, "donor");
  g_assert_cmpstr (bzg_report_get_period (report)->id, ==, "2019-Q4");
  for (guint format = 0; format < BZG_N_DOCUMENT_FORMATS; format++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = NULL, *again = NULL, *content = NULL;
      gsize len;

      if (!bzg_report_write (c->session, report, format, c->folder, &path, NULL, &error))
        {
          g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_PLACE);
          continue;
        }
      written++;
      g_assert_true (g_file_get_contents (path, &content, &len, NULL));
      g_assert_null (g_strstr_len (content, len, "SECRETNAME"));
      if (format == BZG_DOCUMENT_TEXT || format == BZG_DOCUMENT_JSON)
        g_assert_nonnull (g_strstr_len (content, len, "60"));
      /* a second one stands beside the first, which stays as it is */
      g_assert_true (
        bzg_report_write (c->session, report, format, c->folder, &again, NULL, &error));
      g_assert_cmpstr (path, !=, again);
      written++;
    }
  exits = bzg_ledger_exits (c->session, NULL);
  g_assert_nonnull (exits);
  g_assert_cmpuint (exits->len, ==, written);
}

/* Which fund it is for is told by the name of the file. */
static void
test_fund (Casebook *c, gconstpointer data)
{
  g_autoptr (BzgRecord) fund = bzg_record_new ("fund", NULL);
  g_autoptr (BzgReport) report = NULL;
  g_autofree char *path = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;

  add_people (c, 60);
  bzg_record_set (fund, "name", "Фонди \"1\"/a, b");
  casebook_put (c, fund);
  report = bzg_report_make (c->session, "donor", "2019-Q4", "Фонди \"1\"/a, b", FALSE,
                            BZG_LANGUAGE_EN, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (bzg_report_publish (c->session, report, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (
    bzg_report_write (c->session, report, BZG_DOCUMENT_JSON, c->folder, &path, NULL, &error));
  g_assert_no_error (error);
  name = g_path_get_basename (path);
  g_assert_cmpstr (name, ==, "donor_2019-Q4_Фонди--1--a--b.json");
}

static void
test_publish (Casebook *c, gconstpointer data)
{
  g_autoptr (BzgReport) report = NULL;
  g_autoptr (GError) error = NULL;

  add_people (c, 60);
  report = make (c);
  g_assert_nonnull (bzg_report_get_document (report)->ribbon);
  g_assert_true (bzg_report_publish (c->session, report, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (bzg_report_is_published (report));
  g_assert_null (bzg_report_get_document (report)->ribbon);
  g_assert_true (bzg_report_set_language (report, BZG_LANGUAGE_TG, &error));
  g_assert_cmpint (bzg_report_get_document (report)->lang, ==, BZG_LANGUAGE_TG);
  g_assert_false (bzg_report_publish (c->session, report, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_PUBLISHED);
}

static char *
json_of (const BzgReport *report)
{
  return bzg_tables_write_json (bzg_release_tables (bzg_report_get_release (report)));
}

/* What was printed stays, whatever the record becomes; what comes late counts later. */
static void
test_again (Casebook *c, gconstpointer data)
{
  g_autoptr (BzgReport) report = NULL;
  g_autoptr (BzgReport) other = NULL;
  g_autoptr (BzgReport) again = NULL;
  g_autoptr (BzgReport) half = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *printed = NULL;
  g_autofree char *reprinted = NULL;

  add_people (c, 60);
  report = make (c);
  other = make (c);
  g_assert_true (bzg_report_publish (c->session, report, NULL, &error));
  g_assert_no_error (error);
  printed = json_of (report);
  /* Two were made, one was published. */
  g_assert_false (bzg_report_publish (c->session, other, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_STALE);
  g_clear_error (&error);

  add_people (c, 7);
  again = make (c);
  g_assert_true (bzg_report_is_published (again));
  reprinted = json_of (again);
  g_assert_cmpstr (printed, ==, reprinted);

  half = bzg_report_make (c->session, "donor", "2019-10..2020-03", NULL, FALSE, BZG_LANGUAGE_EN,
                          NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (bzg_release_late (bzg_report_get_release (half)), ==, 7);
  g_assert_true (bzg_report_publish (c->session, half, NULL, &error));
  g_assert_no_error (error);
}

/* Twenty supports that never were are void, five people are erased: the correction counts without
 * the former and as before with the latter, and what comes after it does the same. */
static void
test_corrected (Casebook *c, gconstpointer data)
{
  static const char *const key[] = { "T", "T" };
  g_autoptr (BzgReport) report = NULL;
  g_autoptr (BzgReport) again = NULL;
  g_autoptr (BzgReport) half = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (BzgWork) work = bzg_work_new ();
  g_autoptr (GError) error = NULL;
  const BzgTables *tables;

  add_people (c, 60);
  report = make (c);
  g_assert_true (bzg_report_publish (c->session, report, NULL, &error));
  all = bzg_session_list (c->session, "support", NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 20; i++)
    bzg_work_void (work, "support", bzg_record_id (all->pdata[i]), "typed twice");
  casebook_commit (c, work);
  for (guint i = 20; i < 25; i++)
    {
      BzgId person;

      g_assert_true (bzg_record_get_id (all->pdata[i], "person", &person));
      g_assert_true (bzg_session_erase_person (c->session, &person, "own_wish", NULL, &error));
    }
  again = bzg_report_make (c->session, "donor", "2019-Q4", NULL, TRUE, BZG_LANGUAGE_EN, NULL, NULL,
                           NULL, &error);
  g_assert_no_error (error);
  tables = bzg_release_tables (bzg_report_get_release (again));
  g_assert_cmpint (bzg_tables_find_cell (tables,
                                         bzg_tables_find_table (tables, "people-region-sex"), key)
                     ->value,
                   ==, 40);
  g_assert_true (bzg_report_publish (c->session, again, NULL, &error));
  g_assert_no_error (error);
  half = bzg_report_make (c->session, "donor", "2019-10..2020-03", NULL, FALSE, BZG_LANGUAGE_EN,
                          NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  tables = bzg_release_tables (bzg_report_get_release (half));
  g_assert_cmpint (bzg_tables_find_cell (tables,
                                         bzg_tables_find_table (tables, "people-region-sex"), key)
                     ->value,
                   ==, 40);
}

static void
test_refused (Casebook *c, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (bzg_report_make (c->session, "nothing", "2019-Q4", NULL, FALSE, BZG_LANGUAGE_EN,
                                  NULL, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (bzg_report_make (c->session, "donor", "soon", NULL, FALSE, BZG_LANGUAGE_EN, NULL,
                                  NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_null (bzg_report_make (c->session, "donor", "2019-Q4", "no such fund", FALSE,
                                  BZG_LANGUAGE_EN, NULL, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NOT_FOUND);
}

typedef struct
{
  GMainLoop *loop;
  BzgReport *report;
  GError *error;
} Waiting;

static void
made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Waiting *waiting = user_data;

  waiting->report = bzg_report_make_finish (result, &waiting->error);
  g_main_loop_quit (waiting->loop);
}

static void
test_async (Casebook *c, gconstpointer data)
{
  Waiting waiting = { .loop = g_main_loop_new (NULL, FALSE) };

  add_people (c, 60);
  bzg_report_make_async (c->session, "donor", "2019-Q4", NULL, FALSE, BZG_LANGUAGE_RU, NULL, NULL,
                         NULL, made_cb, &waiting);
  g_main_loop_run (waiting.loop);
  g_assert_no_error (waiting.error);
  g_assert_nonnull (waiting.report);
  g_clear_pointer (&waiting.report, bzg_report_free);

  bzg_report_make_async (c->session, "nothing", "2019-Q4", NULL, FALSE, BZG_LANGUAGE_RU, NULL, NULL,
                         NULL, made_cb, &waiting);
  g_main_loop_run (waiting.loop);
  g_assert_error (waiting.error, BZG_ERROR, BZG_ERROR_NOT_FOUND);
  g_clear_error (&waiting.error);
  g_main_loop_unref (waiting.loop);
}

int
main (int argc, char **argv)
{
  casebook_test_init (&argc, &argv);
  bzg_language_init (BZG_LANGUAGE_EN);
  g_test_add ("/report/write/files", Casebook, NULL, casebook_set_up, test_write,
              casebook_tear_down);
  g_test_add ("/report/write/fund", Casebook, NULL, casebook_set_up, test_fund, casebook_tear_down);
  g_test_add ("/report/write/publish", Casebook, NULL, casebook_set_up, test_publish,
              casebook_tear_down);
  g_test_add ("/report/write/again", Casebook, NULL, casebook_set_up, test_again,
              casebook_tear_down);
  g_test_add ("/report/write/corrected", Casebook, NULL, casebook_set_up, test_corrected,
              casebook_tear_down);
  g_test_add ("/report/write/refused", Casebook, NULL, casebook_set_up, test_refused,
              casebook_tear_down);
  g_test_add ("/report/write/async", Casebook, NULL, casebook_set_up, test_async,
              casebook_tear_down);

  return g_test_run ();
}
