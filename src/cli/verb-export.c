/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "exchange/bzg-export.h"
#include "exchange/bzg-import.h"
#include "release/bzg-microdata.h"

static gboolean
parse_audience (const char *text, BzgMicrodataAudience *audience)
{
  *audience = g_strcmp0 (text, "partner") == 0 ? BZG_MICRODATA_PARTNER : BZG_MICRODATA_PUBLIC;
  return text == NULL || *audience == BZG_MICRODATA_PARTNER || strcmp (text, "public") == 0;
}

/* "2019", or "2019..2021". */
static gboolean
parse_years (const char *text, BzgMicrodataOptions *options)
{
  BzgPeriod years;

  if (text == NULL)
    return TRUE;
  if (!bzg_period_parse (text, &years, NULL) || years.first.month != 1 || years.first.day != 1
      || years.last.month != 12 || years.last.day != 31)
    return FALSE;
  options->first_year = years.first.year;
  options->last_year = years.last.year;
  return TRUE;
}

static gboolean
write_microdata (
  BzgCli *cli, const BzgMicrodataOptions *options, const char *out, gboolean dry, GError **error)
{
  BzgSession *session = bzg_cli_session (cli, error);
  g_autoptr (BzgMicrodata) microdata
    = session != NULL ? bzg_microdata_new (session, options, error) : NULL;
  g_autofree char *json = NULL;

  if (microdata == NULL
      || !bzg_microdata_make (microdata, bzg_cli_progress, cli, cli->cancellable, error)
      || (!dry && !bzg_microdata_export (microdata, session, out, BZG_FILE_NEW, error)))
    return FALSE;
  json = bzg_microdata_to_json (microdata);
  if (dry || cli->json)
    bzg_cli_print ("%s", json);
  if (!dry)
    {
      guint rows = bzg_microdata_summary (microdata)->rows;

      bzg_cli_say (cli, g_dngettext (NULL, "%u row written", "%u rows written", rows), rows);
    }
  return TRUE;
}

static int
export_microdata (BzgCli *cli, int argc, char **argv)
{
  g_autofree char *out = NULL;
  g_autofree char *audience = NULL;
  g_autofree char *years = NULL;
  g_auto (GStrv) keep = NULL;
  gboolean dry = FALSE;
  g_autoptr (GError) error = NULL;
  BzgMicrodataOptions options = { 0 };
  const GOptionEntry entries[] = {
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, NULL, NULL },
    { "for", 0, 0, G_OPTION_ARG_STRING, &audience, NULL, NULL },
    { "years", 0, 0, G_OPTION_ARG_STRING, &years, NULL, NULL },
    { "keep", 0, 0, G_OPTION_ARG_STRING_ARRAY, &keep, NULL, NULL },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &dry, NULL, NULL },
    { NULL },
  };

  if (!bzg_cli_parse (&argc, &argv, entries, &error))
    return bzg_cli_fail (cli, error);
  if (argc != 2 || (out == NULL && !dry) || !parse_audience (audience, &options.audience)
      || !parse_years (years, &options))
    {
      bzg_cli_usage (&error, "export microdata --out FILE.csv|--dry-run [--for public|partner]"
                             " [--years YEAR[..YEAR]] [--keep COLUMN=WEIGHT]...");
      return bzg_cli_fail (cli, error);
    }
  options.priorities = (const char *const *) keep;
  return write_microdata (cli, &options, out, dry, &error) ? 0 : bzg_cli_fail (cli, error);
}

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

  if (argc > 1 && strcmp (argv[1], "microdata") == 0)
    return export_microdata (cli, argc, argv);
  if (!bzg_cli_parse (&argc, &argv, entries, &error))
    return bzg_cli_fail (cli, error);
  if (argc != 2 || out == NULL || bzg_import_columns (argv[1]) == NULL)
    {
      bzg_cli_usage (&error, "export people|support|activities|visits --out FILE.csv [--plain], "
                             "export microdata --out FILE.csv");
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
