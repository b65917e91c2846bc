/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>

#include "casebook/bzg-access.h"

static void
list (BzgSession *session)
{
  static const char *kinds[] = { "", "passphrase", "recovery", "office" };
  g_autoptr (GPtrArray) ways = bzg_access_list (session);

  for (guint i = 0; i < ways->len; i++)
    {
      const BzgWayIn *way = g_ptr_array_index (ways, i);
      g_autoptr (JsonBuilder) json = json_builder_new ();

      json_builder_begin_object (json);
      json_builder_set_member_name (json, "slot");
      json_builder_add_int_value (json, way->slot);
      bzg_json_member (json, "kind", way->shares ? "recovery-shares" : kinds[way->kind]);
      if (way->kind == BZG_SLOT_PASSPHRASE)
        bzg_json_member (json, "user", way->user);
      else
        bzg_json_member (json, "since", way->since);
      json_builder_end_object (json);
      bzg_cli_print_json (json);
    }
}

/* The old paper goes when the new one has been printed: whatever ends the program in between leaves
 * one too many, never one that nobody has. */
static gboolean
renew_recovery (BzgCli *cli, BzgSession *session, gboolean shares, GError **error)
{
  int slot = -1;
  char **codes = bzg_access_make_paper (session, shares, &slot, error);
  gboolean ok;

  if (codes == NULL)
    return FALSE;
  bzg_cli_say (cli, "%s",
               shares ? _ ("Three shares, each for another person. Any two of them open the "
                           "casebook. Keep them apart and away from the computer:")
                      : _ ("Write down this recovery code and keep it away from the computer:"));
  for (char **code = codes; *code != NULL; code++)
    bzg_cli_print ("%s", *code);
  bzg_paper_free (codes);
  ok = fflush (stdout) == 0 && !ferror (stdout);
  if (!ok)
    {
      bzg_error_set_errno (error, errno, "standard output");
      bzg_access_withdraw_paper (session, slot);
    }
  return ok && bzg_access_confirm_paper (session, slot, error);
}

/* Needs no passphrase: it opens nothing. */
static gboolean
mend (BzgCli *cli, GError **error)
{
  if (cli->file == NULL || cli->session != NULL)
    return bzg_cli_usage (error, "--file CASEBOOK slot mend");
  if (!bzg_access_mend (cli->file, error))
    return FALSE;
  bzg_cli_say (cli, "%s", _ ("The keys are back in the file. Sign in, and make a backup."));
  return TRUE;
}

int
bzg_verb_slot (BzgCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  gboolean shares = FALSE;
  const GOptionEntry entries[]
    = { { "shares", 0, 0, G_OPTION_ARG_NONE, &shares, NULL, NULL }, { NULL } };
  const char *act = NULL;
  BzgSession *session;

  if (!bzg_cli_parse (&argc, &argv, entries, &error))
    return bzg_cli_fail (cli, error);
  act = argc == 2 ? argv[1] : "";
  if (g_strcmp0 (act, "mend") == 0 && !shares)
    return mend (cli, &error) ? 0 : bzg_cli_fail (cli, error);
  if (g_strcmp0 (act, "renew-recovery") != 0 && (g_strcmp0 (act, "list") != 0 || shares))
    {
      bzg_cli_usage (&error, "slot list | slot renew-recovery [--shares] | slot mend");
      return bzg_cli_fail (cli, error);
    }
  session = bzg_cli_session (cli, &error);
  if (session == NULL)
    return bzg_cli_fail (cli, error);
  if (g_strcmp0 (act, "list") == 0)
    list (session);
  else if (!renew_recovery (cli, session, shares, &error))
    return bzg_cli_fail (cli, error);

  return 0;
}
