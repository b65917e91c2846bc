/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <glib/gi18n-lib.h>

int
bzg_verb_recover (BzgCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgSecret) code = NULL;
  g_autoptr (BzgSecret) passphrase = NULL;
  BzgOpenOptions options = { .path = cli->file, .name = cli->user };

  if (argc != 1 || cli->file == NULL || cli->user == NULL || cli->session != NULL)
    {
      bzg_cli_usage (&error, "--file CASEBOOK --user NAME recover");
      return bzg_cli_fail (cli, error);
    }
  code = bzg_cli_paper (cli, _ ("Recovery code, or the code of the office:"), &error);
  if (code == NULL)
    return bzg_cli_fail (cli, error);
  passphrase = bzg_cli_secret (cli, _ ("New passphrase:"), TRUE, &error);
  if (passphrase == NULL)
    return bzg_cli_fail (cli, error);
  options.passphrase = passphrase;
  if (!bzg_session_recover (&options, code, cli->cancellable, &error))
    return bzg_cli_fail (cli, error);
  bzg_cli_say (cli, "%s", _ ("The new passphrase is in force; the old one no longer opens."));
  if (bzg_paper_state (BZG_PAPER_OFFICE, bzg_secret_text (code)) == BZG_PAPER_WHOLE)
    bzg_cli_say (cli, "%s",
                 _ ("Anybody can make a casebook that the office's code opens. Compare its key "
                    "(backup key) with the one that the office was told."));

  return 0;
}
