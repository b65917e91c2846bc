/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
user_add (BzgCli *cli, BzgSession *session, int argc, char **argv, GError **error)
{
  g_autofree char *roles = NULL;
  g_autofree char *full_name = NULL;
  g_autoptr (BzgSecret) passphrase = NULL;
  const GOptionEntry entries[] = {
    { "roles", 0, 0, G_OPTION_ARG_STRING, &roles, NULL, NULL },
    { "full-name", 0, 0, G_OPTION_ARG_STRING, &full_name, NULL, NULL },
    { NULL },
  };

  if (!bzg_cli_parse (&argc, &argv, entries, error))
    return FALSE;
  if (argc != 2 || roles == NULL)
    return bzg_cli_usage (error, "user add NAME --roles ROLES [--full-name NAME]");
  passphrase = bzg_cli_secret (cli, _ ("Passphrase of the new user:"), TRUE, error);

  return passphrase != NULL
         && bzg_session_add_user (session, argv[1], full_name, passphrase, roles, error);
}

static gboolean
user_list (BzgSession *session, GError **error)
{
  g_autoptr (GPtrArray) users = bzg_session_list (session, "user", NULL, NULL, error);

  if (users == NULL)
    return FALSE;
  for (guint i = 0; i < users->len; i++)
    {
      const BzgRecord *user = users->pdata[i];
      g_autoptr (JsonBuilder) json = json_builder_new ();

      json_builder_begin_object (json);
      bzg_json_member (json, "name", bzg_record_get (user, "name"));
      bzg_json_member (json, "full_name", bzg_record_get (user, "full_name"));
      bzg_json_member (json, "roles", bzg_record_get (user, "roles"));
      bzg_json_member (json, "active", bzg_record_get (user, "active"));
      json_builder_end_object (json);
      bzg_cli_print_json (json);
    }

  return TRUE;
}

int
bzg_verb_user (BzgCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  BzgSession *session;
  const char *act = argc > 1 ? argv[1] : "";
  gboolean ok;

  if (!g_strv_contains ((const char *const[]){ "add", "remove", "role", "list", NULL }, act))
    {
      bzg_cli_usage (&error, "user add|remove|role|list");
      return bzg_cli_fail (cli, error);
    }
  session = bzg_cli_session (cli, &error);
  if (session == NULL)
    return bzg_cli_fail (cli, error);

  if (strcmp (act, "add") == 0)
    ok = user_add (cli, session, argc - 1, argv + 1, &error);
  else if (strcmp (act, "remove") == 0 && argc == 3)
    ok = bzg_session_remove_user (session, argv[2], &error);
  else if (strcmp (act, "role") == 0 && argc == 4)
    ok = bzg_session_set_user_roles (session, argv[2], argv[3], &error);
  else if (strcmp (act, "list") == 0 && argc == 2)
    ok = user_list (session, &error);
  else
    ok = bzg_cli_usage (&error, "user remove NAME, user role NAME ROLES, user list");

  return ok ? 0 : bzg_cli_fail (cli, error);
}
