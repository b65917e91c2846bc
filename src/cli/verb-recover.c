/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A share says nothing alone: the next line is another one. */
static BzgSecret *
ask_code (BzgCli *cli, GError **error)
{
  g_autoptr (BzgSecret) first = bzg_cli_secret (cli, _ ("Recovery code:"), FALSE, error);
  g_autoptr (BzgSecret) second = NULL;
  g_autofree char *both = NULL;
  BzgSecret *code = NULL;

  if (first == NULL
      || bzg_paper_state (BZG_PAPER_CASEBOOK, bzg_secret_text (first)) != BZG_PAPER_MORE)
    return g_steal_pointer (&first);
  second = bzg_cli_secret (cli, _ ("Another share:"), FALSE, error);
  if (second == NULL)
    return NULL;
  both = g_strjoin ("\n", bzg_secret_text (first), bzg_secret_text (second), NULL);
  code = bzg_secret_new_text (both);
  bzg_wipe (both, strlen (both));
  return code;
}

/* The recovery code comes first, as the own secret of this verb, or two shares; the new passphrase
 * is the next. */
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
  code = ask_code (cli, &error);
  if (code == NULL)
    return bzg_cli_fail (cli, error);
  passphrase = bzg_cli_secret (cli, _ ("New passphrase:"), TRUE, &error);
  if (passphrase == NULL)
    return bzg_cli_fail (cli, error);
  options.passphrase = passphrase;
  if (!bzg_session_recover (&options, code, cli->cancellable, &error))
    return bzg_cli_fail (cli, error);
  bzg_cli_say (cli, "%s", _ ("The new passphrase is in force; the old one no longer opens."));

  return 0;
}
