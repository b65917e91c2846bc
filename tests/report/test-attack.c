/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Published reports of invented programmes under the attack that everybody can run. */
#include <json-glib/json-glib.h>

#include "base/bzg-error.h"
#include "exchange/bzg-demo.h"
#include "release/bzg-release.h"
#include "report/bzg-report.h"
#include "../casebook/casebook-fixture.h"

typedef struct
{
  char *folder, *ledger, *truth;
  BzgSession *session;
} Programme;

static void
programme_open (Programme *self, guint people, guint64 seed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgSecret) secret = bzg_secret_new_text (PASSPHRASE);
  g_autofree char *path = NULL;
  BzgCreateOptions create = { .programme = "Training", .admin = "admin", .training = TRUE };
  BzgDemoOptions demo
    = { .people = people, .quarters = 4, .seed = seed, .today = bzg_date_make (2025, 1, 20) };

  self->folder = g_dir_make_tmp ("bozgasht-attack-XXXXXX", NULL);
  self->ledger = g_build_filename (self->folder, "ledger.json", NULL);
  self->truth = g_build_filename (self->folder, "truth.json", NULL);
  path = g_build_filename (self->folder, "demo.bozgasht", NULL);
  create.path = path;
  create.passphrase = secret;
  self->session = bzg_session_create (&create, &error);
  g_assert_no_error (error);
  bzg_demo_fill (self->session, &demo, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
programme_clear (Programme *self)
{
  g_autoptr (GError) error = NULL;

  bzg_session_close (self->session, &error);
  g_assert_no_error (error);
  g_object_unref (self->session);
  casebook_remove_tree (self->folder);
  g_free (self->folder);
  g_free (self->ledger);
  g_free (self->truth);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Programme, programme_clear)

static void
publish (Programme *self, const char *period)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgReport) report = bzg_report_make (self->session, "donor", period, NULL, FALSE,
                                                  BZG_LANGUAGE_EN, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  bzg_report_publish (self->session, report, NULL, &error);
  g_assert_no_error (error);
  g_unlink (self->ledger);
  g_unlink (self->truth);
  bzg_release_write_ledger (self->session, self->ledger, &error);
  g_assert_no_error (error);
  bzg_release_write_truth (self->session, self->truth, &error);
  g_assert_no_error (error);
}

/* Exit status of the attack: 0 nothing found, 1 something found, 2 the files contradict. */
static int
attack (const Programme *self, gboolean truth, gboolean integer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = NULL;
  const char *argv[6] = { g_getenv ("BOZGASHT_AUDIT"), self->ledger };
  guint n = 2;

  if (truth)
    {
      argv[n++] = "--truth";
      argv[n++] = self->truth;
    }
  if (integer)
    argv[n++] = "--integer";
  process
    = g_subprocess_newv (argv,
                         G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                         &error);
  g_assert_no_error (error);
  g_subprocess_wait (process, NULL, &error);
  g_assert_no_error (error);
  return g_subprocess_get_exit_status (process);
}

static void
test_twenty_reports (void)
{
  for (guint64 seed = 1; seed <= 20; seed++)
    {
      g_auto (Programme) programme = { 0 };

      programme_open (&programme, 120, seed);
      publish (&programme, "2024-Q3");
      g_test_message ("seed %" G_GUINT64_FORMAT, seed);
      g_assert_cmpint (attack (&programme, FALSE, FALSE), ==, 0);
      g_assert_cmpint (attack (&programme, TRUE, FALSE), ==, 0);
      g_assert_cmpint (attack (&programme, TRUE, TRUE), ==, 0);
    }
}

/* The first @n withheld cells of the first release printed as 2. */
static void
spoil (const char *path, guint n)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonObject *root = NULL;
  JsonArray *tables;

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  root = json_node_get_object (json_parser_get_root (parser));
  tables = json_object_get_array_member (
    json_array_get_object_element (json_object_get_array_member (root, "releases"), 0), "tables");
  for (guint i = 0; i < json_array_get_length (tables); i++)
    {
      JsonArray *cells
        = json_object_get_array_member (json_array_get_object_element (tables, i), "cells");

      for (guint k = 0; n > 0 && k < json_array_get_length (cells); k++)
        {
          JsonObject *cell = json_array_get_object_element (cells, k);

          if (json_object_has_member (cell, "v"))
            continue;
          json_object_remove_member (cell, "lo");
          json_object_remove_member (cell, "hi");
          json_object_set_int_member (cell, "v", 2);
          n--;
        }
    }
  g_assert_cmpuint (n, ==, 0);
  {
    g_autofree char *text = json_to_string (json_parser_get_root (parser), FALSE);

    g_assert_true (g_file_set_contents (path, text, -1, NULL));
  }
}

/* The attack must be able to find something. */
static void
test_spoilt (void)
{
  for (guint64 seed = 1; seed <= 3; seed++)
    {
      g_auto (Programme) programme = { 0 };

      programme_open (&programme, 300, seed);
      publish (&programme, "2024-Q3");
      spoil (programme.ledger, 3);
      g_assert_cmpint (attack (&programme, TRUE, FALSE), !=, 0);
    }
}

static void
test_half_year_beside_its_quarter (void)
{
  g_auto (Programme) programme = { 0 };

  programme_open (&programme, 300, 4);
  publish (&programme, "2024-Q3");
  publish (&programme, "2024-04..2024-09");
  g_assert_cmpint (attack (&programme, TRUE, TRUE), ==, 0);
}

int
main (int argc, char **argv)
{
  casebook_test_init (&argc, &argv);
  g_test_add_func ("/attack/twenty_reports", test_twenty_reports);
  g_test_add_func ("/attack/spoilt", test_spoilt);
  g_test_add_func ("/attack/half_year_beside_its_quarter", test_half_year_beside_its_quarter);

  return g_test_run ();
}
