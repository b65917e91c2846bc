/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <string.h>

#include "base/bzg-error.h"
#include "casebook/bzg-people.h"
#include "exchange/bzg-import.h"

static void
print_entry (BzgCli *cli, BzgSession *session, const BzgImportEntry *entry)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (BzgImportQuestion) question
    = bzg_import_question (session, entry, cli->language, NULL);

  json_builder_begin_object (json);
  bzg_json_member (json, "profile", entry->profile);
  bzg_json_member (json, "key", entry->key);
  json_builder_set_member_name (json, "row");
  json_builder_begin_object (json);
  for (guint i = 0; question != NULL && question->labels[i] != NULL; i++)
    bzg_json_member (json, question->labels[i], question->texts[i]);
  json_builder_end_object (json);
  json_builder_set_member_name (json, "like");
  json_builder_begin_array (json);
  for (guint i = 0; question != NULL && i < question->hits->len; i++)
    {
      const BzgHit *hit = question->hits->pdata[i];

      if (hit->ask == NULL)
        json_builder_add_string_value (json, hit->ref != NULL ? hit->ref : hit->case_no);
    }
  json_builder_end_array (json);
  json_builder_end_object (json);
  bzg_cli_print_json (json);
}

#define AT_ONCE 256

/* A hundred thousand rows may wait: some at a time. */
static gboolean
list (BzgCli *cli, BzgSession *session, guint offset, guint limit, GError **error)
{
  for (;;)
    {
      g_autoptr (GPtrArray) waiting
        = bzg_import_waiting (session, offset, MIN (limit, AT_ONCE), error);

      if (waiting == NULL)
        return FALSE;
      for (guint i = 0; i < waiting->len; i++)
        {
          if (g_cancellable_is_cancelled (cli->cancellable))
            {
              g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "cancelled");
              return FALSE;
            }
          print_entry (cli, session, waiting->pdata[i]);
        }
      offset += waiting->len;
      limit -= waiting->len;
      if (waiting->len == 0 || limit == 0)
        return TRUE;
    }
}

/* Who it is, of people; of everything else what the row is like already. */
static gboolean
same (BzgCli *cli, BzgSession *session, int argc, char **argv, GError **error)
{
  g_autoptr (BzgImportEntry) entry = NULL;
  g_autoptr (BzgImportQuestion) question = NULL;
  gboolean people = strcmp (argv[2], "people") == 0;
  BzgId id;

  if (argc != (people ? 5 : 4))
    return bzg_cli_usage (error, "inbox same people KEY REF, inbox same PROFILE KEY");
  if (people)
    return bzg_session_resolve_person (session, argv[4], &id, error)
           && bzg_import_decide (session, argv[2], argv[3], &id, error);
  entry = bzg_import_log_find (session, argv[2], argv[3], error);
  question = entry != NULL ? bzg_import_question (session, entry, cli->language, error) : NULL;
  if (question != NULL && !bzg_id_is_zero (&question->record))
    return bzg_import_decide (session, argv[2], argv[3], &question->record, error);
  if (error != NULL && *error == NULL)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_FOUND,
                         "nothing like this row is recorded");

  return FALSE;
}

int
bzg_verb_inbox (BzgCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  const char *act;
  BzgSession *session;
  int offset = 0, limit = G_MAXINT;
  gboolean ok;
  const GOptionEntry entries[] = {
    { "offset", 0, 0, G_OPTION_ARG_INT, &offset, NULL, NULL },
    { "limit", 0, 0, G_OPTION_ARG_INT, &limit, NULL, NULL },
    { NULL },
  };

  if (!bzg_cli_parse (&argc, &argv, entries, &error))
    return bzg_cli_fail (cli, error);
  act = argc > 1 ? argv[1] : "";
  if (offset < 0 || limit < 0
      || (!(strcmp (act, "list") == 0 && argc == 2)
          && !(g_strv_contains ((const char *const[]){ "new", "reject", NULL }, act) && argc == 4)
          && !(strcmp (act, "same") == 0 && argc >= 4)))
    {
      bzg_cli_usage (&error, "inbox list [--offset N] [--limit N] | new PROFILE KEY | same PROFILE "
                             "KEY [REF] |"
                             " reject PROFILE KEY");
      return bzg_cli_fail (cli, error);
    }
  session = bzg_cli_session (cli, &error);
  if (session == NULL)
    return bzg_cli_fail (cli, error);

  if (strcmp (act, "list") == 0)
    ok = list (cli, session, (guint) offset, (guint) limit, &error);
  else if (strcmp (act, "new") == 0)
    ok = bzg_import_decide (session, argv[2], argv[3], NULL, &error);
  else if (strcmp (act, "reject") == 0)
    ok = bzg_import_reject (session, argv[2], argv[3], &error);
  else
    ok = same (cli, session, argc, argv, &error);

  return ok ? 0 : bzg_cli_fail (cli, error);
}
