/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-papers.h"

#include "report/bzg-render.h"
#include "sample.h"

#include "../casebook/casebook-fixture.h"

#include <string.h>

static char *
text_of (const BzgDocument *document)
{
  return bzg_document_to_text (document, 0);
}

static void
keep_pdf (const BzgDocument *document, const char *name)
{
  GError *error = NULL;
  g_autoptr (GBytes) bytes = bzg_document_render (document, BZG_DOCUMENT_PDF, NULL, &error);

  g_assert_no_error (error);
  g_free (sample_write (bytes, name));
}

static void
test_slip (void)
{
  static const char *const codes[]
    = { "BZ1AB CDEFG HJKLM NPQRS TUVWX YZ234 56789 ABCDE FGHJK LMNPQ", NULL };
  g_autoptr (BzgDocument) document
    = bzg_slip_document (BZG_PAPER_CASEBOOK, "Barnoma", codes, 1, bzg_date_make (2019, 10, 30),
                         TRUE, BZG_LANGUAGE_EN);
  g_autofree char *text = text_of (document);

  g_assert_nonnull (strstr (text, "[Training"));
  g_assert_nonnull (strstr (text, codes[0]));
  g_assert_nonnull (strstr (text, "never with the laptop"));
  keep_pdf (document, "slip.pdf");
}

static void
test_shares (void)
{
  static const char *const codes[] = { "AAAA-BBBB", "CCCC-DDDD", "EEEE-FFFF", NULL };
  g_autoptr (BzgDocument) document
    = bzg_slip_document (BZG_PAPER_CASEBOOK, "Barnoma", codes, 2, bzg_date_make (2019, 10, 30),
                         FALSE, BZG_LANGUAGE_EN);
  g_autoptr (BzgPages) pages = bzg_document_paginate (document, NULL, NULL);

  g_assert_cmpuint (bzg_pages_get_n (pages), ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *page = bzg_page_to_text (pages, i);

      for (guint k = 0; k < 3; k++)
        {
          g_auto (GStrv) halves = g_strsplit (codes[k], "-", 2);

          /* each share is on a page of its own, so that nobody photographs two */
          g_assert_true ((strstr (page, halves[0]) != NULL) == (i == k));
        }
      g_assert_nonnull (strstr (page, "Any 2 shares together open the casebook."));
    }
}

static void
test_backup (void)
{
  BzgBackupFacts facts = { .programme = "Barnoma",
                           .date = bzg_date_make (2019, 10, 30),
                           .people = 1234,
                           .supports = 5678,
                           .visits = 90,
                           .bytes = 12345678,
                           .sha256 = "0123456789abcdef" };
  g_autoptr (BzgDocument) document = bzg_backup_document (&facts, BZG_LANGUAGE_EN);
  g_autofree char *text = text_of (document);

  g_assert_nonnull (strstr (text, "1,234"));
  g_assert_nonnull (strstr (text, "0123456789abcdef"));
  g_assert_nonnull (strstr (text, "the backup passphrase"));
  keep_pdf (document, "backup.pdf");
}

static BzgRecord *
of_person (const char *aggregate, const BzgId *person)
{
  BzgRecord *record = bzg_record_new (aggregate, NULL);

  bzg_record_set_id (record, "person", person);

  return record;
}

static void
test_case (Casebook *c, gconstpointer data)
{
  BzgId person = casebook_add_person (c, "Раҳимова", "Малика", "TJ-SU");
  g_autoptr (BzgRecord) note = of_person ("note", &person);
  g_autoptr (BzgRecord) support = of_person ("support", &person);
  g_autoptr (BzgRecord) story = of_person ("story", &person);
  g_autoptr (BzgDocument) document = NULL;
  g_autofree char *text = NULL;
  g_autofree char *long_text = g_strnfill (20000, 'n');
  const char *first, *second;
  GError *error = NULL;

  bzg_record_set (note, "date", "2019-09-02");
  bzg_record_set (note, "text", long_text);
  casebook_put (c, note);
  bzg_record_set (support, "service", "ECO01");
  bzg_record_set (support, "delivered", "2019-08-12");
  bzg_record_set (support, "quantity", "1");
  casebook_put (c, support);
  bzg_record_set (story, "language", "en");
  bzg_record_set (story, "title", "NOT-IN-THE-FILE");
  casebook_put (c, story);

  document = bzg_case_document (c->session, &person, BZG_LANGUAGE_EN, &error);
  g_assert_no_error (error);
  text = text_of (document);
  g_assert_nonnull (strstr (text, "Раҳимова Малика"));
  g_assert_nonnull (strstr (text, "Sughd"));
  first = strstr (text, "August 2019 · Support");
  second = strstr (text, "September 2019 · Note");
  g_assert_nonnull (first);
  g_assert_nonnull (second);
  g_assert_true (first < second);
  g_assert_nonnull (strstr (text, "Greenhouse"));
  g_assert_null (strstr (text, "NOT-IN-THE-FILE"));
  keep_pdf (document, "case.pdf");
}

/* Who may not read a section finds nothing of it on paper. */
static void
test_case_rights (Casebook *c, gconstpointer data)
{
  BzgId person = casebook_add_person (c, "Раҳимова", "Малика", "TJ-SU");
  g_autoptr (BzgDocument) document = NULL;
  GError *error = NULL;

  casebook_add_user (c, "counts", "me");
  casebook_close (c);
  casebook_open (c, "counts");
  document = bzg_case_document (c->session, &person, BZG_LANGUAGE_EN, &error);
  if (document != NULL)
    {
      g_autofree char *text = text_of (document);

      g_assert_null (strstr (text, "Раҳимова"));
    }
  g_clear_error (&error);
}

static void
test_certificate (Casebook *c, gconstpointer data)
{
  BzgId person = casebook_add_person (c, "Раҳимова", "Малика", "TJ-SU");
  g_autoptr (BzgRecord) support = of_person ("support", &person);
  g_autoptr (BzgDocument) document = NULL;
  g_autofree char *text = NULL;
  GError *error = NULL;

  bzg_record_set (support, "service", "ECO02");
  bzg_record_set (support, "delivered", "2019-08-12");
  bzg_record_set (support, "quantity", "4");
  bzg_record_set (support, "cost", "1480.00");
  casebook_put (c, support);
  document
    = bzg_certificate_document (c->session, bzg_record_id (support), BZG_LANGUAGE_EN, &error);
  g_assert_no_error (error);
  text = text_of (document);
  g_assert_nonnull (strstr (text, "Received by: Раҳимова Малика"));
  g_assert_nonnull (strstr (text, "Bee colonies"));
  g_assert_nonnull (strstr (text, "1,480.00\302\240TJS"));
  g_assert_nonnull (strstr (text, "August 2019"));
  g_assert_nonnull (strstr (text, "____"));
  keep_pdf (document, "certificate.pdf");
}

static void
test_story (void)
{
  g_autoptr (BzgRecord) story = bzg_record_new ("story", NULL);
  g_autoptr (BzgDocument) document = NULL;
  const BzgBlock *block;

  bzg_record_set (story, "title", "A greenhouse brings a family together again");
  bzg_record_set (story, "body",
                  "After seven years abroad Gulnora came home.\n\nNow she sells tomatoes.\n\n"
                  "> \"The first harvest paid for school.\"\n");
  document = bzg_story_document (story, "Return", BZG_LANGUAGE_EN);
  block = g_ptr_array_index (document->blocks, 0);
  g_assert_cmpint (block->kind, ==, BZG_BLOCK_LEAD);
  block = g_ptr_array_index (document->blocks, 2);
  g_assert_cmpint (block->kind, ==, BZG_BLOCK_QUOTE);
  keep_pdf (document, "story.pdf");
}

int
main (int argc, char **argv)
{
  casebook_test_init (&argc, &argv);
  bzg_language_init (BZG_LANGUAGE_EN);
  g_test_add_func ("/report/papers/slip", test_slip);
  g_test_add_func ("/report/papers/shares", test_shares);
  g_test_add_func ("/report/papers/backup", test_backup);
  g_test_add_func ("/report/papers/story", test_story);
  g_test_add ("/report/papers/case", Casebook, NULL, casebook_set_up, test_case,
              casebook_tear_down);
  g_test_add ("/report/papers/case-rights", Casebook, NULL, casebook_set_up, test_case_rights,
              casebook_tear_down);
  g_test_add ("/report/papers/certificate", Casebook, NULL, casebook_set_up, test_certificate,
              casebook_tear_down);

  return g_test_run ();
}
