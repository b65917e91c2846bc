/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <string.h>

int
bzg_verb_slot (BzgCli *cli, int argc, char **argv)
{
  static const char *kinds[] = { "", "passphrase", "recovery", "office" };
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) slots = NULL;
  BzgSession *session;

  if (argc != 2 || strcmp (argv[1], "list") != 0)
    {
      bzg_cli_usage (&error, "slot list");
      return bzg_cli_fail (cli, error);
    }
  session = bzg_cli_session (cli, &error);
  if (session == NULL)
    return bzg_cli_fail (cli, error);
  slots = bzg_vault_list_slots (bzg_session_vault (session));
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

  return 0;
}
