/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-papers.h"

#include "report/bzg-render.h"
#include "sample.h"

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
    = bzg_slip_document ("Barnoma", codes, 1, bzg_date_make (2019, 10, 30), TRUE, BZG_LANGUAGE_EN);
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
    = bzg_slip_document ("Barnoma", codes, 2, bzg_date_make (2019, 10, 30), FALSE, BZG_LANGUAGE_EN);
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
      g_assert_nonnull (strstr (page, "Any 2 parts together open the casebook."));
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  bzg_language_init (BZG_LANGUAGE_EN);
  g_test_add_func ("/report/papers/slip", test_slip);
  g_test_add_func ("/report/papers/shares", test_shares);
  g_test_add_func ("/report/papers/backup", test_backup);

  return g_test_run ();
}
