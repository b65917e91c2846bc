/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include "casebook/bzg-people.h"

/* How a person is called on the command line: the import reference, else the internal id. */
static char *
name_of (BzgSession *session, const BzgId *id)
{
  g_autoptr (BzgRecord) person = bzg_session_get (session, "person", id, NULL);
  const char *ref = person != NULL ? bzg_record_get (person, "ref") : NULL;

  char text[BZG_ID_TEXT_SIZE];

  return g_strdup (ref != NULL ? ref : bzg_id_to_text (id, text));
}

static gboolean
print_pair (const BzgPair *pair, gpointer data)
{
  BzgCli *cli = data;
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autofree char *a = name_of (cli->session, &pair->a);
  g_autofree char *b = name_of (cli->session, &pair->b);
  g_auto (GStrv) reasons = g_strsplit (pair->why, " ", -1);

  json_builder_begin_object (json);
  bzg_json_member (json, "a", a);
  bzg_json_member (json, "b", b);
  json_builder_set_member_name (json, "score");
  json_builder_add_int_value (json, pair->score);
  bzg_json_member (json, "verdict", pair->same ? "same" : "ask");
  json_builder_set_member_name (json, "why");
  json_builder_begin_array (json);
  for (char **reason = reasons; *reason != NULL; reason++)
    json_builder_add_string_value (json, *reason);
  json_builder_end_array (json);
  json_builder_end_object (json);
  bzg_cli_print_json (json);

  return TRUE;
}

int
bzg_verb_duplicates (BzgCli *cli, int argc, char **argv)
{
  int least = 600;
  g_autoptr (GError) error = NULL;
  BzgSession *session;
  const GOptionEntry entries[] = {
    { "min-score", 0, 0, G_OPTION_ARG_INT, &least, NULL, NULL },
    { NULL },
  };

  if (!bzg_cli_parse (&argc, &argv, entries, &error))
    return bzg_cli_fail (cli, error);
  if (argc != 1)
    {
      bzg_cli_usage (&error, "duplicates [--min-score X]");
      return bzg_cli_fail (cli, error);
    }
  session = bzg_cli_session (cli, &error);
  if (session == NULL
      || !bzg_people_duplicates (session, least, print_pair, cli, cli->cancellable, &error))
    return bzg_cli_fail (cli, error);

  return 0;
}
