/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>

/*
 * The program as an outsider runs it: verdicts byte for byte, exit status.
 */

typedef struct
{
  const char *name;
  const char *ledger, *truth;
  gboolean integer;
  int status;
  const char *out;
} Case;

static const Case cases[] = {
  { "naive", "worked-naive", "worked-truth", FALSE, 1,
    "exact 2025-Q1 T1 A,F 2 2\nexact 2025-Q1 T1 C,F 1 1\n" },
  { "naive-without-truth", "worked-naive", NULL, FALSE, 1,
    "exact 2025-Q1 T1 A,F 2 2\nexact 2025-Q1 T1 C,F 1 1\n" },
  { "elimination-alone", "worked-elimination", "worked-truth", FALSE, 1,
    "partial 2025-Q1 T1 A,F 0 3\npartial 2025-Q1 T1 C,F 0 3\n" },
  { "elimination-without-truth", "worked-elimination", NULL, FALSE, 0, "" },
  { "safe", "worked-safe", "worked-truth", TRUE, 0, "" },
  { "printed", "worked-printed", NULL, FALSE, 1,
    "exact 2025-Q1 T1 A,F 2 2\nexact 2025-Q1 T1 C,F 1 1\n" },
  { "inconsistent", "inconsistent", NULL, FALSE, 2, "" },
  { "time-leak", "time-leak", "time-truth", FALSE, 1, "exact 2025-Q1 T1 D@2025-Q2 1 1\n" },
  { "time-leak-without-truth", "time-leak", NULL, FALSE, 1, "exact 2025-Q1 T1 D@2025-Q2 1 1\n" },
  { "time-safe", "time-safe", "time-truth", TRUE, 0, "" },
  { "money", "money-leak", "money-truth", FALSE, 1,
    "exact 2025-Q1 cost A 1480 1480\nexact 2025-Q1 cost B 5000 5000\n" },
  { "overlap", "overlap", "overlap-truth", FALSE, 1, "exact R ages 15-17 1 1\n" },
  { "correction", "correction-leak", "correction-truth", FALSE, 1, "partial Q1 T1 D@2 2 22\n" },
  { "correction-chain", "correction-chain", NULL, FALSE, 2, "" },
  { "wrong-truth", "worked-naive", "time-truth", FALSE, 2, "" },
  { "truth-of-another", "overlap", "worked-truth", FALSE, 2, "" },
  { "no-such-file", "no-such-file", NULL, FALSE, 5, "" },
};

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "audit", "data", NULL);
  g_autofree char *ledger = g_strdup_printf ("%s/%s.json", folder, c->ledger);
  g_autofree char *truth = g_strdup_printf ("%s/%s.json", folder, c->truth != NULL ? c->truth : "");
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *out = NULL;
  const char *argv[6] = { g_getenv ("BOZGASHT_AUDIT"), ledger };
  guint n = 2;

  if (c->integer)
    argv[n++] = "--integer";
  if (c->truth != NULL)
    {
      argv[n++] = "--truth";
      argv[n++] = truth;
    }
  process
    = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                         &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &out, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (out, ==, c->out);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, c->status);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/audit/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  return g_test_run ();
}
