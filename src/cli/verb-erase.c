/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <glib/gi18n-lib.h>

/* For ever, and so never by one word: the ground is asked for each time. */
int
bzg_verb_erase (BzgCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *ground = NULL;
  const GOptionEntry entries[]
    = { { "ground", 0, 0, G_OPTION_ARG_STRING, &ground, NULL, NULL }, { NULL } };
  BzgSession *session;
  BzgId person;
  guint n = 0;

  if (!bzg_cli_parse (&argc, &argv, entries, &error))
    return bzg_cli_fail (cli, error);
  if (argc != 2 || ground == NULL)
    {
      bzg_cli_usage (&error, "erase REF --ground own_wish|retention|mistake|danger");
      return bzg_cli_fail (cli, error);
    }
  session = bzg_cli_session (cli, &error);
  if (session == NULL || !bzg_session_resolve_person (session, argv[1], &person, &error)
      || !bzg_session_erase_person (session, &person, ground, &n, &error))
    return bzg_cli_fail (cli, error);
  bzg_cli_say (cli, g_dngettext (NULL, "%u row erased", "%u rows erased", n), n);

  return 0;
}
