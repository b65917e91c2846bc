/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <glib/gi18n-lib.h>

int
bzg_verb_verify (BzgCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  BzgSession *session;

  if (argc != 1)
    {
      bzg_cli_usage (&error, "verify");
      return bzg_cli_fail (cli, error);
    }
  session = bzg_cli_session (cli, &error);
  if (session == NULL)
    return bzg_cli_fail (cli, error);
  if (!bzg_session_verify (session, bzg_cli_progress, cli, cli->cancellable, &error))
    return bzg_cli_fail (cli, error);
  bzg_cli_print ("%s", _ ("The casebook is whole: pages, seal, history and dictionary agree."));

  return 0;
}
