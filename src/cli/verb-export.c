/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <glib/gi18n-lib.h>

#include "exchange/bzg-export.h"
#include "exchange/bzg-import.h"

int
bzg_verb_export (BzgCli *cli, int argc, char **argv)
{
  gboolean plain = FALSE;
  g_autofree char *out = NULL;
  g_autoptr (GError) error = NULL;
  BzgSession *session;
  guint rows = 0;
  const GOptionEntry entries[] = {
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, NULL, NULL },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &plain, NULL, NULL },
    { NULL },
  };

  if (!bzg_cli_parse (&argc, &argv, entries, &error))
    return bzg_cli_fail (cli, error);
  if (argc != 2 || out == NULL || bzg_import_columns (argv[1]) == NULL)
    {
      bzg_cli_usage (&error, "export people|support|activities|visits --out FILE.csv [--plain]");
      return bzg_cli_fail (cli, error);
    }
  session = bzg_cli_session (cli, &error);
  if (session == NULL
      || !bzg_export_csv (session, argv[1], out, !plain, &rows, bzg_cli_progress, cli,
                          cli->cancellable, &error))
    return bzg_cli_fail (cli, error);
  bzg_cli_say (cli, g_dngettext (NULL, "%u row written", "%u rows written", rows), rows);

  return 0;
}
