/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <glib/gi18n-lib.h>

#include "base/bzg-date.h"
#include "exchange/bzg-demo.h"

int
bzg_verb_demo (BzgCli *cli, int argc, char **argv)
{
  int people = 1000, quarters = 8;
  gint64 seed = 1;
  g_autofree char *today = NULL;
  g_autoptr (BzgSecret) passphrase = NULL;
  g_autoptr (GError) error = NULL;
  BzgDemoOptions options = { 0 };
  const GOptionEntry entries[] = {
    { "people", 0, 0, G_OPTION_ARG_INT, &people, NULL, NULL },
    { "quarters", 0, 0, G_OPTION_ARG_INT, &quarters, NULL, NULL },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &seed, NULL, NULL },
    { "today", 0, 0, G_OPTION_ARG_STRING, &today, NULL, NULL },
    { NULL },
  };

  if (!bzg_cli_parse (&argc, &argv, entries, &error))
    return bzg_cli_fail (cli, error);
  if (argc != 2 || people < 1 || people > BZG_DEMO_MAX_PEOPLE || quarters < 1
      || quarters > BZG_DEMO_MAX_QUARTERS)
    {
      bzg_cli_usage (&error, "demo FILE with 1 to 1000000 people and 1 to 40 quarters");
      return bzg_cli_fail (cli, error);
    }
  if (today != NULL && !bzg_date_from_iso (today, &options.today))
    {
      bzg_cli_usage (&error, "--today takes a day such as 2026-01-15");
      return bzg_cli_fail (cli, error);
    }
  if (g_file_test (argv[1], G_FILE_TEST_EXISTS))
    {
      g_set_error_literal (&error, BZG_ERROR, BZG_ERROR_EXISTS, "casebook");
      return bzg_cli_fail (cli, error);
    }
  passphrase = bzg_cli_secret (cli, _ ("New passphrase:"), TRUE, &error);
  if (passphrase == NULL)
    return bzg_cli_fail (cli, error);
  options.people = (guint) people;
  options.quarters = (guint) quarters;
  options.seed = (guint64) seed;
  options.passphrase = passphrase;

  cli->session = bzg_session_create (&(BzgCreateOptions){ .path = argv[1],
                                                          .programme = _ ("Training programme"),
                                                          .admin = "admin",
                                                          .passphrase = passphrase,
                                                          .training = TRUE },
                                     &error);
  if (cli->session == NULL)
    return bzg_cli_fail (cli, error);
  if (!bzg_demo_fill (cli->session, &options, bzg_cli_progress, cli, cli->cancellable, &error))
    return bzg_cli_fail (cli, error);
  bzg_cli_say (cli,
               _ ("The users are admin, case1, case2, protection, manager and me, all with the "
                  "passphrase you gave."));

  return 0;
}
