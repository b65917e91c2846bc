/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bzg-config.h"

#include "base/bzg-error.h"
#include "base/bzg-file.h"
#include "base/bzg-language.h"
#include "release/bzg-attack.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdio.h>

/*
 * bozgasht-audit: checks a public ledger. Needs no casebook, no key and no trust in us: it reads
 * what everybody may read and says what could be worked out from it.
 */

#define EXIT_SAFE 0
#define EXIT_BREACH 1

static int
report (const GError *error)
{
  g_printerr ("bozgasht-audit: %s\n", error->message);
  return bzg_error_exit_status (error);
}

static void
print_end (double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (isfinite (value))
    g_print (" %s", g_ascii_formatd (buffer, sizeof buffer, "%.15g", value));
  else
    g_print (" inf");
}

static GBytes *
read_whole (const char *path, GError **error)
{
  return bzg_file_read (path, BZG_TABLES_MAX_BYTES, error);
}

static int
audit (const char *ledger, const char *truth_path, gboolean integer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = read_whole (ledger, &error);
  g_autoptr (BzgTables) tables = NULL;
  g_autoptr (BzgTruth) truth = NULL;
  g_autoptr (GPtrArray) breaches = NULL;
  BzgAttackSummary summary = { 0 };
  gsize len;
  const char *text;

  if (bytes == NULL)
    return report (error);
  text = g_bytes_get_data (bytes, &len);
  tables = bzg_tables_read_json (text != NULL ? text : "", (gssize) len, &error);
  if (tables == NULL)
    return report (error);
  if (truth_path != NULL)
    {
      g_autoptr (GBytes) more = read_whole (truth_path, &error);

      if (more == NULL)
        return report (error);
      text = g_bytes_get_data (more, &len);
      truth = bzg_truth_read_json (tables, text != NULL ? text : "", (gssize) len, &error);
      if (truth == NULL)
        return report (error);
    }
  breaches = bzg_attack_run (tables, truth, integer, NULL, NULL, NULL, &summary, &error);
  if (breaches == NULL)
    return report (error);
  for (guint i = 0; i < breaches->len; i++)
    {
      const BzgBreach *breach = g_ptr_array_index (breaches, i);
      g_autofree char *release = g_uri_escape_string (breach->release, "-._~:/+()", TRUE);
      g_autofree char *table = g_uri_escape_string (breach->table, "-._~:/+()", TRUE);

      g_print ("%s %s %s %s", bzg_verdict_name (breach->verdict), release, table, breach->key);
      print_end (breach->lo);
      print_end (breach->hi);
      g_print ("\n");
    }
  g_printerr (_ ("%u published cells, %u cells examined, %u breaches\n"), summary.cells,
              summary.candidates, summary.breaches);
  return breaches->len > 0 ? EXIT_BREACH : EXIT_SAFE;
}

int
main (int argc, char **argv)
{
  g_autofree char *truth = NULL;
  g_auto (GStrv) ledgers = NULL;
  gboolean integer = FALSE, version = FALSE;
  GOptionEntry entries[] = {
    { "truth", 0, 0, G_OPTION_ARG_FILENAME, &truth, N_ ("The numbers behind the ledger"), "FILE" },
    { "integer", 0, 0, G_OPTION_ARG_NONE, &integer, N_ ("Prove it in whole numbers too"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, N_ ("Show the version"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &ledgers, NULL, "LEDGER.json" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  bzg_language_init (bzg_language_from_environment ());
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_summary (context,
                                _ ("Checks whether published tables give small groups away."));
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("bozgasht-audit: %s\n", error->message);
      return 2;
    }
  if (version)
    {
      g_print ("bozgasht-audit %s\n", BZG_VERSION);
      return 0;
    }
  if (ledgers == NULL || g_strv_length (ledgers) != 1)
    {
      g_printerr ("%s\n", _ ("Usage: bozgasht-audit LEDGER.json [--truth TRUTH.json] [--integer]"));
      return 2;
    }
  return audit (ledgers[0], truth, integer);
}
