/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../casebook/casebook-fixture.h"

#include "casebook/bzg-import-log.h"
#include "exchange/bzg-import.h"

/* An inbox of a hundred thousand rows (invented names): what the page asks for when it opens, turns
 * to the middle and after a decision. Prints milliseconds. BENCH_ROWS: how many; BENCH_KEEP: a
 * folder where the casebook is left, to be opened in the window (office, the passphrase of the
 * tests). */

#define PAGE 10

static double
since (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) / 1000.0;
}

static void
fill (Casebook *c, guint n)
{
  static const char *const FAMILY[] = { "Раҳмонов", "Каримова", "Назаров", "Шарипова", "Одинаев" };
  static const char *const GIVEN[] = { "Далер", "Малика", "Илҳом", "Зарина", "Сафар", "Нигина" };
  gint64 start = g_get_monotonic_time ();

  for (guint done = 0; done < n; done += 10000)
    {
      g_autoptr (BzgWork) work = bzg_work_new ();

      for (guint i = done; i < MIN (done + 10000, n); i++)
        {
          g_autofree char *key = g_strdup_printf ("ref:B-%u", i);
          g_autofree char *digest = g_strdup_printf ("%064u", i);
          g_autofree char *cells = g_strdup_printf (
            "{\"ref\":\"B-%u\",\"family_name\":\"%s\",\"given_name\":\"%s\",\"sex\":\"%s\","
            "\"birth_date\":\"%u-03-%02u\",\"region\":\"TJ-SU\"}",
            i, FAMILY[i % 5], GIVEN[i % 6], i % 2 ? "F" : "M", 1960 + i % 40, 1 + i % 28);
          BzgImportEntry entry = { .profile = (char *) "people",
                                   .key = key,
                                   .digest = digest,
                                   .cells = cells,
                                   .verdict = (char *) "duplicate" };

          bzg_work_log_import (work, &entry);
        }
      casebook_commit (c, work);
    }
  g_print ("fill %u rows %32.0f ms\n", n, since (start));
}

static void
time_page (Casebook *c, const char *what, guint offset)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) waiting = NULL;
  double slowest = 0;
  gint64 start = g_get_monotonic_time ();
  gint64 n = bzg_import_count_waiting (c->session, &error);

  waiting = bzg_import_waiting (c->session, offset, PAGE, &error);
  g_assert_no_error (error);
  g_print ("%-20s rows    %14.2f ms  of %" G_GINT64_FORMAT "\n", what, since (start), n);
  for (guint i = 0; i < waiting->len; i++)
    {
      gint64 one = g_get_monotonic_time ();
      g_autoptr (BzgImportQuestion) question
        = bzg_import_question (c->session, waiting->pdata[i], BZG_LANGUAGE_EN, &error);

      g_assert_no_error (error);
      g_assert_nonnull (question);
      slowest = MAX (slowest, since (one));
    }
  g_print ("%-20s slowest card %9.2f ms\n", what, slowest);
}

int
main (int argc, char *argv[])
{
  Casebook c = { 0 };
  const char *rows = g_getenv ("BENCH_ROWS"), *keep = g_getenv ("BENCH_KEEP");
  guint n = rows != NULL ? (guint) g_ascii_strtoull (rows, NULL, 10) : 100000;
  g_autoptr (GError) error = NULL;
  gint64 start;

  casebook_test_init (&argc, &argv);
  casebook_set_up (&c, NULL);
  for (guint i = 0; i < 300; i++)
    casebook_add_person (&c, i % 2 ? "Раҳмонов" : "Каримов", i % 3 ? "Далер" : "Малика", "TJ-SU");
  fill (&c, n);
  time_page (&c, "first page", 0);
  time_page (&c, "page in the middle", n / 2);
  start = g_get_monotonic_time ();
  g_assert_true (bzg_import_reject (c.session, "people", "ref:B-0", &error));
  g_assert_no_error (error);
  g_print ("one decision %31.2f ms\n", since (start));
  time_page (&c, "after a decision", 0);
  casebook_close (&c);
  if (keep != NULL)
    {
      g_autofree char *target = g_build_filename (keep, "inbox.bozgasht", NULL);

      g_rename (c.path, target);
    }
  casebook_tear_down (&c, NULL);
  return 0;
}
