/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <glib/gi18n-lib.h>

/* The old passphrase opens the casebook; it is asked for once more only on a terminal, because a
 * descriptor gives it as its first line and the new one as its second. */
int
bzg_verb_passphrase (BzgCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgSecret) old_one = NULL;
  g_autoptr (BzgSecret) new_one = NULL;

  if (argc != 1 || cli->file == NULL || cli->user == NULL || cli->session != NULL)
    {
      bzg_cli_usage (&error, "--file CASEBOOK --user NAME passphrase");
      return bzg_cli_fail (cli, error);
    }
  old_one = bzg_cli_secret (cli, _ ("Passphrase:"), FALSE, &error);
  if (old_one == NULL)
    return bzg_cli_fail (cli, error);
  cli->session = bzg_cli_open (cli, old_one, &error);
  if (cli->session == NULL)
    return bzg_cli_fail (cli, error);
  new_one = bzg_cli_secret (cli, _ ("New passphrase:"), TRUE, &error);
  if (new_one == NULL || !bzg_session_change_passphrase (cli->session, old_one, new_one, &error))
    return bzg_cli_fail (cli, error);

  return 0;
}
