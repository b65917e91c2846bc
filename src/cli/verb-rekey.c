/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <glib/gi18n-lib.h>

#include "casebook/bzg-access.h"

int
bzg_verb_rekey (BzgCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  BzgSession *session;

  if (argc != 1)
    {
      bzg_cli_usage (&error, "rekey");
      return bzg_cli_fail (cli, error);
    }
  session = bzg_cli_session (cli, &error);
  if (session == NULL)
    return bzg_cli_fail (cli, error);
  if (!bzg_access_rekey (session, bzg_cli_progress, cli, cli->cancellable, &error))
    return bzg_cli_fail (cli, error);
  g_clear_object (&cli->session); /* it is closed */
  bzg_cli_say (cli, "%s",
               _ ("The casebook has a new key. Passphrases and recovery papers are the same; older "
                  "copies of the file are not: destroy them, and make a backup."));

  return 0;
}
