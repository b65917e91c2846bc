/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include "casebook/bzg-people.h"

int
bzg_verb_search (BzgCli *cli, int argc, char **argv)
{
  int limit = 20;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) hits = NULL;
  g_autofree char *text = NULL;
  BzgSession *session;
  const GOptionEntry entries[] = {
    { "limit", 0, 0, G_OPTION_ARG_INT, &limit, NULL, NULL },
    { NULL },
  };

  if (!bzg_cli_parse (&argc, &argv, entries, &error))
    return bzg_cli_fail (cli, error);
  if (argc < 2 || limit < 1 || limit > 100000)
    {
      bzg_cli_usage (&error, "search TEXT [--limit N]");
      return bzg_cli_fail (cli, error);
    }
  session = bzg_cli_session (cli, &error);
  if (session == NULL)
    return bzg_cli_fail (cli, error);
  text = g_strjoinv (" ", argv + 1);
  hits = bzg_people_search (session, text, (guint) limit, &error);
  if (hits == NULL)
    return bzg_cli_fail (cli, error);

  for (guint i = 0; i < hits->len; i++)
    {
      const BzgHit *hit = hits->pdata[i];
      g_autoptr (JsonBuilder) json = json_builder_new ();

      json_builder_begin_object (json);
      bzg_json_member (json, "ref", hit->ref);
      bzg_json_member (json, "case_no", hit->case_no);
      json_builder_set_member_name (json, "names");
      json_builder_begin_array (json);
      for (char **name = hit->names; name != NULL && *name != NULL; name++)
        json_builder_add_string_value (json, *name);
      json_builder_end_array (json);
      json_builder_set_member_name (json, "score");
      json_builder_add_int_value (json, hit->score);
      bzg_json_member (json, "why", hit->why);
      if (hit->ask != NULL)
        bzg_json_member (json, "ask", hit->ask);
      json_builder_end_object (json);
      bzg_cli_print_json (json);
    }

  return 0;
}
