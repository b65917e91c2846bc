/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>

#include "exchange/bzg-import.h"

static void
print_row (BzgCli *cli, const BzgImportRow *row)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  json_builder_set_member_name (json, "row");
  json_builder_add_int_value (json, row->row);
  bzg_json_member (json, "verdict", bzg_import_verdict_name (row->verdict));
  bzg_json_member (json, "ref", row->ref);
  json_builder_set_member_name (json, "reasons");
  json_builder_begin_array (json);
  for (guint i = 0; i < row->reasons->len; i++)
    {
      const BzgImportReason *reason = row->reasons->pdata[i];
      g_autofree char *text = bzg_import_reason_text (row, reason, cli->language);

      json_builder_begin_object (json);
      bzg_json_member (json, "reason", bzg_import_reason_name (reason->kind));
      bzg_json_member (json, "column", reason->column);
      bzg_json_member (json, "text", text);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
  json_builder_end_object (json);
  bzg_cli_print_json (json);
}

static void
print_summary (const BzgImportPlan *plan)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  const char *const *unmapped = bzg_import_plan_unmapped (plan);

  json_builder_begin_object (json);
  json_builder_set_member_name (json, "summary");
  json_builder_begin_object (json);
  for (BzgImportVerdict verdict = 0; verdict < BZG_N_IMPORT_VERDICTS; verdict++)
    {
      json_builder_set_member_name (json, bzg_import_verdict_name (verdict));
      json_builder_add_int_value (json, bzg_import_plan_count (plan, verdict));
    }
  json_builder_set_member_name (json, "unknown_columns");
  json_builder_begin_array (json);
  for (; unmapped != NULL && *unmapped != NULL; unmapped++)
    json_builder_add_string_value (json, *unmapped);
  json_builder_end_array (json);
  json_builder_end_object (json);
  json_builder_end_object (json);
  bzg_cli_print_json (json);
}

static GHashTable *
read_map (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = bzg_cli_read_file (path, error);

  return bytes != NULL ? bzg_import_map_from_text (g_bytes_get_data (bytes, NULL),
                                                   g_bytes_get_size (bytes), error)
                       : NULL;
}

/* A row is printed as soon as what became of it is durable, never before. */
static gboolean
carry_out (BzgCli *cli, BzgImportPlan *plan, GError **error)
{
  GPtrArray *rows = bzg_import_plan_rows (plan);
  gboolean done = FALSE;
  guint printed = 0;

  while (!done)
    {
      double fraction = 0;

      if (g_cancellable_is_cancelled (cli->cancellable))
        {
          g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "import");
          return FALSE;
        }
      if (!bzg_import_run_step (plan, &done, &fraction, error))
        return FALSE;
      bzg_cli_progress (fraction, cli);
      for (; printed < bzg_import_plan_settled (plan); printed++)
        print_row (cli, rows->pdata[printed]);
      fflush (stdout);
    }

  return TRUE;
}

int
bzg_verb_import (BzgCli *cli, int argc, char **argv)
{
  gboolean dry_run = FALSE, all_or_nothing = FALSE, cp1251 = FALSE;
  g_autofree char *map_path = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GHashTable) map = NULL;
  g_autoptr (BzgImportPlan) plan = NULL;
  BzgImportOptions options = { 0 };
  BzgSession *session;
  guint errors;
  const GOptionEntry entries[] = {
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &dry_run, NULL, NULL },
    { "all-or-nothing", 0, 0, G_OPTION_ARG_NONE, &all_or_nothing, NULL, NULL },
    { "cp1251", 0, 0, G_OPTION_ARG_NONE, &cp1251, NULL, NULL },
    { "map", 0, 0, G_OPTION_ARG_FILENAME, &map_path, NULL, NULL },
    { NULL },
  };

  if (!bzg_cli_parse (&argc, &argv, entries, &error))
    return bzg_cli_fail (cli, error);
  if (argc != 3 || bzg_import_columns (argv[1]) == NULL)
    {
      bzg_cli_usage (&error, "import people|support|activities|visits FILE.csv");
      return bzg_cli_fail (cli, error);
    }
  bytes = bzg_cli_read_file (argv[2], &error);
  if (bytes == NULL || (map_path != NULL && (map = read_map (map_path, &error)) == NULL))
    return bzg_cli_fail (cli, error);
  session = bzg_cli_session (cli, &error);
  if (session == NULL)
    return bzg_cli_fail (cli, error);

  options.profile = argv[1];
  options.bytes = bytes;
  options.encoding = cp1251 ? "CP1251" : NULL;
  options.map = map;
  options.all_or_nothing = all_or_nothing;
  plan = bzg_import_plan (session, &options, bzg_cli_progress, cli, cli->cancellable, &error);
  if (plan == NULL)
    return bzg_cli_fail (cli, error);
  errors = bzg_import_plan_count (plan, BZG_IMPORT_ERROR);

  if (dry_run || (all_or_nothing && errors > 0))
    {
      GPtrArray *rows = bzg_import_plan_rows (plan);

      for (guint i = 0; i < rows->len; i++)
        print_row (cli, rows->pdata[i]);
      if (!dry_run)
        bzg_cli_say (cli, "%s", _ ("Nothing was imported, because some rows have errors."));
    }
  else if (!carry_out (cli, plan, &error))
    return bzg_cli_fail (cli, error);
  print_summary (plan);

  return errors > 0 ? 2 : 0;
}
