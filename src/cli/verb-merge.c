/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/bzg-error.h"
#include "casebook/bzg-merge.h"

/*
 * Two registrations become one, and two again. The first that is named stays. --dry-run shows field
 * by field what would stand there.
 */

static const char USAGE[] = "merge people|households KEEPER OTHER [--from-other FIELD,...]"
                            " [--dry-run] | merge list | merge undo MERGE";

/* An internal id or a reference. */
static gboolean
resolve (BzgSession *session, const char *aggregate, const char *ref, BzgId *id, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BzgRecord) household = NULL;

  if (g_str_equal (aggregate, "person"))
    return bzg_session_resolve_person (session, ref, id, error);
  if (bzg_id_from_text (ref, id))
    return TRUE;
  household = bzg_session_find (session, aggregate, "ref", ref, &local_error);
  if (household != NULL)
    *id = *bzg_record_id (household);
  else if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_FOUND, "no such household");
  return household != NULL;
}

static void
print_field (const BzgMergeField *field)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  bzg_json_member (json, "field", field->field->name);
  bzg_json_member (json, "keeper", field->keeper);
  bzg_json_member (json, "other", field->other);
  bzg_json_member (json, "result", field->result);
  json_builder_end_object (json);
  bzg_cli_print_json (json);
}

static gboolean
show (BzgSession *session,
      const char *aggregate,
      const BzgId ids[2],
      const GArray *choices,
      GError **error)
{
  g_autoptr (GPtrArray) fields
    = bzg_merge_fields (session, aggregate, &ids[0], &ids[1],
                        (const BzgMergeChoice *) (gpointer) choices->data, choices->len, error);

  for (guint i = 0; fields != NULL && i < fields->len; i++)
    {
      const BzgMergeField *field = g_ptr_array_index (fields, i);

      if (field->keeper != NULL || field->other != NULL)
        print_field (field);
    }
  return fields != NULL;
}

static gboolean
make (BzgCli *cli, BzgSession *session, int argc, char **argv, GError **error)
{
  g_autofree char *from_other = NULL;
  gboolean dry_run = FALSE;
  const GOptionEntry entries[] = {
    { "from-other", 0, 0, G_OPTION_ARG_STRING, &from_other, NULL, NULL },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &dry_run, NULL, NULL },
    { NULL },
  };
  g_autoptr (GArray) choices = g_array_new (FALSE, FALSE, sizeof (BzgMergeChoice));
  g_auto (GStrv) names = NULL;
  const char *aggregate = g_str_equal (argv[0], "people") ? "person" : "household";
  char text[BZG_ID_TEXT_SIZE];
  BzgId ids[2], merge;

  if (!bzg_cli_parse (&argc, &argv, entries, error))
    return FALSE;
  if (argc != 3)
    return bzg_cli_usage (error, USAGE);
  names = g_strsplit (from_other != NULL ? from_other : "", ",", -1);
  for (guint i = 0; names[i] != NULL; i++)
    {
      const BzgMergeChoice choice = { names[i], TRUE };

      g_array_append_val (choices, choice);
    }
  for (guint i = 0; i < 2; i++)
    if (!resolve (session, aggregate, argv[i + 1], &ids[i], error))
      return FALSE;
  if (dry_run)
    return show (session, aggregate, ids, choices, error);
  if (!bzg_merge (session, aggregate, &ids[0], &ids[1],
                  (const BzgMergeChoice *) (gpointer) choices->data, choices->len, &merge, error))
    return FALSE;
  bzg_cli_print ("%s", bzg_id_to_text (&merge, text));
  return TRUE;
}

static gboolean
list (BzgSession *session, GError **error)
{
  static const char *const AGGREGATES[] = { "person", "household" };

  for (guint i = 0; i < G_N_ELEMENTS (AGGREGATES); i++)
    {
      g_autoptr (GPtrArray) merges = bzg_merge_list (session, AGGREGATES[i], NULL, error);

      if (merges == NULL)
        return FALSE;
      for (guint j = 0; j < merges->len; j++)
        {
          const BzgMerge *merge = g_ptr_array_index (merges, j);
          g_autoptr (JsonBuilder) json = json_builder_new ();
          g_autoptr (GDateTime) at = g_date_time_new_from_unix_utc (merge->at);
          g_autofree char *when = g_date_time_format (at, "%Y-%m-%d");
          char text[BZG_ID_TEXT_SIZE];

          json_builder_begin_object (json);
          bzg_json_member (json, "merge", bzg_id_to_text (&merge->id, text));
          bzg_json_member (json, "of", AGGREGATES[i]);
          bzg_json_member (json, "keeper", bzg_id_to_text (&merge->keeper, text));
          bzg_json_member (json, "other", bzg_id_to_text (&merge->other, text));
          bzg_json_member (json, "name", merge->name);
          bzg_json_member (json, "ref", merge->ref);
          bzg_json_member (json, "on", when);
          bzg_json_member (json, "by", merge->by);
          json_builder_end_object (json);
          bzg_cli_print_json (json);
        }
    }
  return TRUE;
}

static gboolean
undo (BzgCli *cli, BzgSession *session, const char *text, GError **error)
{
  g_auto (BzgUnmerge) told = { 0 };
  BzgId merge;

  if (!bzg_id_from_text (text, &merge))
    return bzg_cli_usage (error, USAGE);
  if (!bzg_merge_undo (session, &merge, &told, error))
    return FALSE;
  bzg_cli_say (cli, g_dngettext (NULL, "%u row went back", "%u rows went back", told.n_rows),
               told.n_rows);
  for (guint i = 0; i < told.changed->len; i++)
    bzg_cli_say (cli, _ ("Changed since and left as it is: %s"),
                 bzg_field_label (g_ptr_array_index (told.changed, i), cli->language));
  return TRUE;
}

int
bzg_verb_merge (BzgCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  const char *act = argc > 1 ? argv[1] : "";
  BzgSession *session;
  gboolean ok;

  if (!g_strv_contains ((const char *const[]){ "people", "households", NULL }, act)
      && !(strcmp (act, "list") == 0 && argc == 2) && !(strcmp (act, "undo") == 0 && argc == 3))
    {
      bzg_cli_usage (&error, USAGE);
      return bzg_cli_fail (cli, error);
    }
  session = bzg_cli_session (cli, &error);
  if (session == NULL)
    return bzg_cli_fail (cli, error);

  if (strcmp (act, "list") == 0)
    ok = list (session, &error);
  else if (strcmp (act, "undo") == 0)
    ok = undo (cli, session, argv[2], &error);
  else
    ok = make (cli, session, argc - 1, argv + 1, &error);

  return ok ? 0 : bzg_cli_fail (cli, error);
}
