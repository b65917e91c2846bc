/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tamper.h"

#include "casebook/bzg-ledger.h"

/* What left is kept as it was, and a ledger that was changed is not read. */

static void
test_kept (Casebook *c, gconstpointer data)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("\0rows", 5);
  BzgReleaseEntry entry = { .report = (char *) "donor",
                            .period = (char *) "2019-Q4",
                            .tables_json = (char *) "{}",
                            .facts = bytes,
                            .certificate_sha256 = (char *) "ab" };
  g_autoptr (BzgRecord) fund = bzg_record_new ("fund", NULL);
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GPtrArray) exits = NULL;
  g_autoptr (BzgReleaseEntry) full = NULL;
  g_autoptr (GError) error = NULL;
  const BzgExitLine *line;

  entry.published_at = g_get_real_time () / G_USEC_PER_SEC - 60;
  g_assert_true (bzg_ledger_add (c->session, &entry, &error));
  /* Not reported yet. */
  bzg_record_set (fund, "name", "Fund one");
  casebook_put (c, fund);
  g_clear_pointer (&fund, bzg_record_free);
  fund = bzg_session_find (c->session, "fund", "name", "Fund one", &error);
  bzg_record_set (fund, "name", "Fund I");
  casebook_put (c, fund);
  g_clear_pointer (&fund, bzg_record_free);
  fund = bzg_session_find (c->session, "fund", "name", "Fund I", &error);
  entry.period = (char *) "2020-Q1";
  entry.facts = NULL;
  entry.published_at = 0;
  g_assert_true (bzg_ledger_add (c->session, &entry, &error));
  /* It was reported under this name. */
  bzg_record_set (fund, "award_no", "7");
  casebook_put (c, fund);
  g_clear_pointer (&fund, bzg_record_free);
  fund = bzg_session_find (c->session, "fund", "name", "Fund I", &error);
  bzg_record_set (fund, "name", "Fund 1");
  casebook_put_fails (c, fund, BZG_ERROR_REFUSED_REPORTED);
  g_assert_true (bzg_ledger_log_exit (c->session, "story", NULL, "en pdf", "00ff", &error));
  g_assert_true (bzg_ledger_log_exit (c->session, "backup", NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  casebook_close (c);
  casebook_open (c, "office");

  list = bzg_ledger_list (c->session, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpstr (((BzgReleaseEntry *) list->pdata[0])->period, ==, "2019-Q4");
  g_assert_null (((BzgReleaseEntry *) list->pdata[0])->fund);
  g_assert_null (((BzgReleaseEntry *) list->pdata[0])->facts);
  full = bzg_ledger_get (c->session, &((BzgReleaseEntry *) list->pdata[0])->id, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (full->facts, bytes));
  exits = bzg_ledger_exits (c->session, &error);
  g_assert_cmpuint (exits->len, ==, 2);
  line = exits->pdata[1];
  g_assert_cmpstr (line->kind, ==, "story");
  g_assert_cmpstr (line->user, ==, "office");
  g_assert_cmpstr (line->sha256, ==, "00ff");
  bzg_session_verify (c->session, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
publish (Casebook *c, const char *period)
{
  g_autoptr (GBytes) facts = g_bytes_new_static ("\0rows", 5);
  BzgReleaseEntry entry = { .report = (char *) "donor",
                            .period = (char *) period,
                            .fund = (char *) "Fund one",
                            .tables_json = (char *) "{}",
                            .facts = facts,
                            .certificate_sha256 = (char *) "ab" };
  g_autoptr (GError) error = NULL;

  bzg_ledger_add (c->session, &entry, &error);
  g_assert_no_error (error);
}

/* Whatever is changed in a release past the session, it is not read any more: listed, or, what a
 * list does not hold, fetched. */
static void
test_changed (Casebook *c, gconstpointer data)
{
  static const struct
  {
    const char *sql;
    gboolean listed;
  } CHANGES[] = {
    { "UPDATE release SET tables_json = '{ }'", FALSE },
    { "UPDATE release SET period = '2020-Q2'", FALSE },
    { "UPDATE release SET fund = NULL", FALSE },
    { "UPDATE release SET certificate_sha256 = 'ac'", FALSE },
    { "UPDATE release SET facts = x'00726f7774'", TRUE },
    { "UPDATE release SET facts = NULL", TRUE },
    { "DELETE FROM history_body WHERE entry IN (SELECT id FROM history WHERE act = 'publish')",
      FALSE },
    { "UPDATE history SET act = 'update' WHERE act = 'publish'", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CHANGES); i++)
    {
      g_autoptr (GPtrArray) before = NULL;
      g_autoptr (GPtrArray) after = NULL;
      g_autoptr (BzgReleaseEntry) entry = NULL;
      g_autoptr (GError) error = NULL;

      if (i > 0)
        {
          casebook_tear_down (c, NULL);
          casebook_set_up (c, NULL);
        }
      publish (c, "2020-Q1");
      before = bzg_ledger_list (c->session, &error);
      g_assert_no_error (error);
      casebook_tamper (c, CHANGES[i].sql);
      after = bzg_ledger_list (c->session, CHANGES[i].listed ? NULL : &error);
      g_assert_true ((after != NULL) == CHANGES[i].listed);
      if (!CHANGES[i].listed)
        g_assert_error (error, BZG_ERROR, BZG_ERROR_DAMAGED);
      g_clear_error (&error);
      entry = bzg_ledger_get (c->session, &((BzgReleaseEntry *) before->pdata[0])->id, &error);
      g_assert_null (entry);
      g_assert_error (error, BZG_ERROR, BZG_ERROR_DAMAGED);
    }
}

/* The last release, whose number leaves no gap, is missed as well. */
static void
test_missing (Casebook *c, gconstpointer data)
{
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GError) error = NULL;

  publish (c, "2020-Q1");
  publish (c, "2020-Q2");
  casebook_tamper (c, "DELETE FROM release WHERE number = 2");
  list = bzg_ledger_list (c->session, &error);
  g_assert_null (list);
  g_assert_error (error, BZG_ERROR, BZG_ERROR_DAMAGED);
}

int
main (int argc, char **argv)
{
  casebook_test_init (&argc, &argv);
#define ADD(path, function)                                                                        \
  g_test_add ("/ledger/" path, Casebook, NULL, casebook_set_up, function, casebook_tear_down)
  ADD ("kept", test_kept);
  ADD ("changed", test_changed);
  ADD ("missing", test_missing);
  return g_test_run ();
}
