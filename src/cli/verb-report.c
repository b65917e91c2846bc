/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "release/bzg-release.h"
#include "report/bzg-report.h"

static gboolean
list (BzgCli *cli, GError **error)
{
  const GPtrArray *definitions = bzg_report_definitions (error);

  if (definitions == NULL)
    return FALSE;
  for (guint i = 0; i < definitions->len; i++)
    {
      const BzgReportDefinition *definition = definitions->pdata[i];
      g_autoptr (JsonBuilder) json = json_builder_new ();

      json_builder_begin_object (json);
      bzg_json_member (json, "id", bzg_report_definition_id (definition));
      bzg_json_member (json, "title", bzg_report_definition_title (definition, cli->language));
      bzg_json_member (json, "summary", bzg_report_definition_summary (definition, cli->language));
      json_builder_end_object (json);
      bzg_cli_print_json (json);
    }

  return TRUE;
}

/* All formats are read before anything is made, so that a typing error costs nothing. */
static GArray *
parse_formats (const char *text, GError **error)
{
  g_autoptr (GArray) formats = g_array_new (FALSE, FALSE, sizeof (BzgDocumentFormat));
  g_auto (GStrv) words = g_strsplit (text, ",", -1);

  for (char **word = words; *word != NULL; word++)
    {
      BzgDocumentFormat format;

      if (!bzg_document_format_from_code (*word, &format))
        {
          bzg_cli_usage (error, "--format takes pdf,xlsx,odt,csv,txt,json");
          return NULL;
        }
      g_array_append_val (formats, format);
    }

  return g_steal_pointer (&formats);
}

static void
proof_progress_cb (guint proved, guint of, gpointer cli)
{
  bzg_cli_progress (of > 0 ? (double) proved / of : 1, cli);
}

static gboolean
make (BzgCli *cli, int argc, char **argv, GError **error)
{
  g_autofree char *period = NULL;
  g_autofree char *fund = NULL;
  g_autofree char *format = NULL;
  g_autofree char *out = NULL;
  gboolean publish = FALSE, correct = FALSE;
  g_autoptr (GArray) formats = NULL;
  g_autoptr (BzgReport) report = NULL;
  BzgSession *session;
  const GOptionEntry entries[] = {
    { "period", 0, 0, G_OPTION_ARG_STRING, &period, NULL, NULL },
    { "fund", 0, 0, G_OPTION_ARG_STRING, &fund, NULL, NULL },
    { "format", 0, 0, G_OPTION_ARG_STRING, &format, NULL, NULL },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, NULL, NULL },
    { "correct", 0, 0, G_OPTION_ARG_NONE, &correct, NULL, NULL },
    { "publish", 0, 0, G_OPTION_ARG_NONE, &publish, NULL, NULL },
    { NULL },
  };

  if (!bzg_cli_parse (&argc, &argv, entries, error))
    return FALSE;
  if (argc != 2 || period == NULL || format == NULL || out == NULL)
    return bzg_cli_usage (error, "report make ID --period P --format F,... --out DIR [--correct]");
  formats = parse_formats (format, error);
  if (formats == NULL)
    return FALSE;
  session = bzg_cli_session (cli, error);
  if (session == NULL)
    return FALSE;
  report = bzg_report_make (session, argv[1], period, fund, correct, cli->language,
                            proof_progress_cb, cli, cli->cancellable, error);
  if (report == NULL || (publish && !bzg_report_publish (session, report, cli->cancellable, error)))
    return FALSE;
  for (guint i = 0; i < formats->len; i++)
    {
      g_autofree char *path = NULL;

      if (!bzg_report_write (session, report, g_array_index (formats, BzgDocumentFormat, i), out,
                             &path, cli->cancellable, error))
        return FALSE;
      bzg_cli_print ("%s", path);
    }

  return TRUE;
}

/* The two files about all releases: the public ledger, and the truth for training casebooks. */
static gboolean
write_file (BzgCli *cli, const char *which, int argc, char **argv, GError **error)
{
  g_autofree char *out = NULL;
  BzgSession *session;
  const GOptionEntry entries[] = {
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, NULL, NULL },
    { NULL },
  };

  if (!bzg_cli_parse (&argc, &argv, entries, error))
    return FALSE;
  if (argc != 1 || out == NULL)
    return bzg_cli_usage (error, "report ledger --out FILE, report truth --out FILE");
  session = bzg_cli_session (cli, error);
  if (session == NULL)
    return FALSE;

  return strcmp (which, "ledger") == 0 ? bzg_release_write_ledger (session, out, error)
                                       : bzg_release_write_truth (session, out, error);
}

int
bzg_verb_report (BzgCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  const char *act = argc > 1 ? argv[1] : "";
  gboolean ok;

  if (strcmp (act, "list") == 0 && argc == 2)
    ok = list (cli, &error);
  else if (strcmp (act, "make") == 0)
    ok = make (cli, argc - 1, argv + 1, &error);
  else if (strcmp (act, "ledger") == 0 || strcmp (act, "truth") == 0)
    ok = write_file (cli, act, argc - 1, argv + 1, &error);
  else
    ok = bzg_cli_usage (&error, "report list|make|ledger|truth");

  return ok ? 0 : bzg_cli_fail (cli, error);
}
