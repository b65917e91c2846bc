/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static void
list (BzgSession *session)
{
  static const char *kinds[] = { "", "passphrase", "recovery", "office" };
  g_autoptr (GArray) slots = bzg_vault_list_slots (bzg_session_vault (session));

  for (guint i = 0; i < slots->len; i++)
    {
      const BzgSlotInfo *slot = &g_array_index (slots, BzgSlotInfo, i);
      g_autoptr (JsonBuilder) json = json_builder_new ();

      json_builder_begin_object (json);
      json_builder_set_member_name (json, "slot");
      json_builder_add_int_value (json, slot->number);
      bzg_json_member (json, "kind", kinds[slot->kind]);
      json_builder_end_object (json);
      bzg_cli_print_json (json);
    }
}

/* The new code is there before the old ones go: a power cut leaves one too many, never none. */
static gboolean
renew_recovery (BzgCli *cli, BzgSession *session, GError **error)
{
  BzgVault *vault = bzg_session_vault (session);
  g_autoptr (GArray) before = bzg_vault_list_slots (vault);
  g_autofree char *code = NULL;
  gboolean ok = TRUE;

  if (!bzg_session_allows (session, "users", BZG_ACT_WRITE))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE, "slots: administrator only");
      return FALSE;
    }
  code = bzg_vault_add_recovery (vault, error);
  if (code == NULL)
    return FALSE;
  for (guint i = 0; i < before->len && ok; i++)
    {
      const BzgSlotInfo *slot = &g_array_index (before, BzgSlotInfo, i);

      if (slot->kind == BZG_SLOT_RECOVERY)
        ok = bzg_vault_remove_slot (vault, slot->number, error);
    }
  bzg_cli_say (cli, "%s", _ ("Write down this recovery code and keep it away from the computer:"));
  bzg_cli_print ("%s", code);
  bzg_wipe (code, strlen (code));

  return ok && bzg_session_set_setting (session, "rekey-due", "yes", error);
}

int
bzg_verb_slot (BzgCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  const char *act = argc == 2 ? argv[1] : "";
  BzgSession *session;

  if (strcmp (act, "list") != 0 && strcmp (act, "renew-recovery") != 0)
    {
      bzg_cli_usage (&error, "slot list|renew-recovery");
      return bzg_cli_fail (cli, error);
    }
  session = bzg_cli_session (cli, &error);
  if (session == NULL)
    return bzg_cli_fail (cli, error);
  if (strcmp (act, "list") == 0)
    list (session);
  else if (!renew_recovery (cli, session, &error))
    return bzg_cli_fail (cli, error);

  return 0;
}
