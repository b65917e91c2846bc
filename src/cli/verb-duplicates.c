/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <string.h>

#include "casebook/bzg-people.h"

#define SAME 900 /* from this score on two records are called the same, below it a person is asked */

static void
print_pair (const BzgRecord *a, const BzgHit *b)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  const char *ref = bzg_record_get (a, "ref");
  g_autofree char *id_a = bzg_id_to_text (bzg_record_id (a));
  g_autofree char *id_b = bzg_id_to_text (&b->id);

  json_builder_begin_object (json);
  bzg_json_member (json, "a", ref != NULL ? ref : id_a);
  bzg_json_member (json, "b", b->ref != NULL ? b->ref : id_b);
  json_builder_set_member_name (json, "score");
  json_builder_add_int_value (json, b->score);
  bzg_json_member (json, "verdict", b->score >= SAME ? "same" : "ask");
  json_builder_set_member_name (json, "why");
  json_builder_begin_array (json);
  json_builder_add_string_value (json, b->why);
  json_builder_end_array (json);
  json_builder_end_object (json);
  bzg_cli_print_json (json);
}

int
bzg_verb_duplicates (BzgCli *cli, int argc, char **argv)
{
  int least = 600;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) people = NULL;
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
  if (session == NULL)
    return bzg_cli_fail (cli, error);
  people = bzg_session_list (session, "person", NULL, NULL, &error);
  if (people == NULL)
    return bzg_cli_fail (cli, error);

  for (guint i = 0; i < people->len; i++)
    {
      const BzgRecord *person = people->pdata[i];
      g_autoptr (GPtrArray) similar = bzg_people_similar (session, person, 10, &error);

      if (similar == NULL || g_cancellable_set_error_if_cancelled (cli->cancellable, &error))
        return bzg_cli_fail (cli, error);
      bzg_cli_progress ((double) i / people->len, cli);
      for (guint k = 0; k < similar->len; k++)
        {
          const BzgHit *hit = similar->pdata[k];

          /* Each pair once: told by the one whose id comes first. */
          if (hit->score >= least && memcmp (bzg_record_id (person), &hit->id, sizeof (BzgId)) < 0)
            print_pair (person, hit);
        }
    }

  return 0;
}
