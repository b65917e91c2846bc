/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <stdio.h>
#include <string.h>

/* One verb a line, quoted as in a shell; empty lines and lines that begin with # are passed over.
 * Stops at the first verb that fails, so that nothing is built on what did not happen. */
int
bzg_verb_run (BzgCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  char *line = NULL;
  size_t size = 0;
  int status = 0;

  if (argc != 1)
    {
      bzg_cli_usage (&error, "run reads its verbs from standard input");
      return bzg_cli_fail (cli, error);
    }
  if (bzg_cli_session (cli, &error) == NULL)
    return bzg_cli_fail (cli, error);

  while (status == 0 && getline (&line, &size, stdin) > 0)
    {
      g_auto (GStrv) words = NULL;
      g_autofree char **arguments = NULL;
      int n;

      g_strstrip (line);
      if (*line == '\0' || *line == '#')
        continue;
      if (!g_shell_parse_argv (line, &n, &words, NULL))
        {
          bzg_cli_usage (&error, "a line with an open quote");
          status = bzg_cli_fail (cli, error);
        }
      else if (strcmp (words[0], "run") == 0 || strcmp (words[0], "create") == 0
               || strcmp (words[0], "demo") == 0 || strcmp (words[0], "passphrase") == 0)
        {
          bzg_cli_usage (&error, "this verb cannot be used inside run");
          status = bzg_cli_fail (cli, error);
        }
      else
        {
          /* Parsing options moves the pointers of the vector about, so it gets a copy of them. */
          arguments = g_memdup2 (words, sizeof (char *) * ((gsize) n + 1));
          status = bzg_verb_dispatch (cli, n, arguments);
          fflush (stdout);
        }
    }
  free (line);

  return status;
}
