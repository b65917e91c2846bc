/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include "casebook/bzg-doubles.h"

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
  json_builder_set_member_name (json, "waterfall");
  json_builder_begin_array (json);
  for (guint i = 0; i < pair->reasons->n; i++)
    {
      const BzgReason *reason = &pair->reasons->reason[i];

      json_builder_begin_object (json);
      bzg_json_member (json, "field", reason->field);
      if (*reason->level != '\0')
        bzg_json_member (json, "level", reason->level);
      json_builder_set_member_name (json, "bits");
      json_builder_add_double_value (json, reason->bits);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
  json_builder_end_object (json);
  bzg_cli_print_json (json);

  return TRUE;
}

/* duplicates --not-same A B: never again. */
static int
set_not_same (BzgCli *cli, BzgSession *session, char **refs)
{
  g_autoptr (GError) error = NULL;
  BzgId id[2];

  for (guint i = 0; i < 2; i++)
    if (!bzg_session_resolve_person (session, refs[i], &id[i], &error))
      return bzg_cli_fail (cli, error);
  if (!bzg_people_set_not_same (session, &id[0], &id[1], &error))
    return bzg_cli_fail (cli, error);
  return 0;
}

/* duplicates --households: by id, because few have a reference. */
static gboolean
print_households (BzgSession *session, GError **error)
{
  g_autoptr (GPtrArray) found = bzg_doubles_households (session, G_MAXUINT, error);

  for (guint i = 0; found != NULL && i < found->len; i++)
    {
      BzgDouble *pair = g_ptr_array_index (found, i);
      g_autoptr (JsonBuilder) json = json_builder_new ();
      char text[BZG_ID_TEXT_SIZE];

      json_builder_begin_object (json);
      bzg_json_member (json, "a", bzg_id_to_text (bzg_double_id (pair, 0), text));
      bzg_json_member (json, "b", bzg_id_to_text (bzg_double_id (pair, 1), text));
      bzg_json_member (json, "name_a", bzg_double_name (pair, 0));
      bzg_json_member (json, "name_b", bzg_double_name (pair, 1));
      json_builder_set_member_name (json, "score");
      json_builder_add_int_value (json, bzg_double_score (pair));
      bzg_json_member (json, "verdict", bzg_double_same (pair) ? "same" : "ask");
      json_builder_set_member_name (json, "shared");
      json_builder_add_int_value (json, bzg_double_n_shared (pair));
      json_builder_end_object (json);
      bzg_cli_print_json (json);
    }
  return found != NULL;
}

int
bzg_verb_duplicates (BzgCli *cli, int argc, char **argv)
{
  int least = 600;
  gboolean not_same = FALSE, households = FALSE;
  g_autoptr (GError) error = NULL;
  BzgSession *session;
  const GOptionEntry entries[] = {
    { "min-score", 0, 0, G_OPTION_ARG_INT, &least, NULL, NULL },
    { "households", 0, 0, G_OPTION_ARG_NONE, &households, NULL, NULL },
    { "not-same", 0, 0, G_OPTION_ARG_NONE, &not_same, NULL, NULL },
    { NULL },
  };

  if (!bzg_cli_parse (&argc, &argv, entries, &error))
    return bzg_cli_fail (cli, error);
  if (argc != (not_same ? 3 : 1))
    {
      bzg_cli_usage (&error, "duplicates [--min-score X], duplicates --households,"
                             " duplicates --not-same REF REF");
      return bzg_cli_fail (cli, error);
    }
  session = bzg_cli_session (cli, &error);
  if (session != NULL && not_same)
    return set_not_same (cli, session, argv + 1);
  if (session != NULL && households)
    return print_households (session, &error) ? 0 : bzg_cli_fail (cli, error);
  if (session == NULL
      || !bzg_people_duplicates (session, least, print_pair, cli, cli->cancellable, &error))
    return bzg_cli_fail (cli, error);

  return 0;
}
