/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "release/bzg-story-check.h"
#include "report/bzg-story-release.h"

typedef struct
{
  char *person, *text, *lang, *out, *title, *reason;
} StoryOptions;

static void
story_options_clear (StoryOptions *options)
{
  g_free (options->person);
  g_free (options->text);
  g_free (options->lang);
  g_free (options->out);
  g_free (options->title);
  g_free (options->reason);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (StoryOptions, story_options_clear)

static gboolean
parse (StoryOptions *options, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "person", 0, 0, G_OPTION_ARG_STRING, &options->person, NULL, NULL },
    { "text", 0, 0, G_OPTION_ARG_FILENAME, &options->text, NULL, NULL },
    { "story-lang", 0, 0, G_OPTION_ARG_STRING, &options->lang, NULL, NULL },
    { "title", 0, 0, G_OPTION_ARG_STRING, &options->title, NULL, NULL },
    { "reason", 0, 0, G_OPTION_ARG_STRING, &options->reason, NULL, NULL },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &options->out, NULL, NULL },
    { NULL },
  };

  return bzg_cli_parse (argc, argv, entries, error);
}

static gboolean
story_language (const StoryOptions *options, BzgLanguage *lang, GError **error)
{
  if (options->lang == NULL || !bzg_language_from_code (options->lang, lang))
    return bzg_cli_usage (error, "--story-lang takes en, ru or tg");

  return TRUE;
}

static char *
read_text (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = bzg_cli_read_file (path, error);
  gsize size;
  const char *data;

  if (bytes == NULL)
    return NULL;
  data = g_bytes_get_data (bytes, &size);
  if (!g_utf8_validate (data, (gssize) size, NULL))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_ENCODING, "story text");
      return NULL;
    }

  return g_strndup (data, size);
}

/* The draft becomes a record at once; its text goes to stdout with the id that the other acts take.
 */
static gboolean
draft (BzgCli *cli, const StoryOptions *options, GError **error)
{
  g_autoptr (BzgRecord) story = NULL;
  g_autoptr (BzgWork) work = bzg_work_new ();
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autofree char *body = NULL;
  char id[BZG_ID_TEXT_SIZE];
  BzgSession *session;
  BzgLanguage lang;
  BzgId person;

  if (options->person == NULL)
    return bzg_cli_usage (error,
                          "story draft --person REF --story-lang L [--title T] [--text FILE]");
  if (!story_language (options, &lang, error))
    return FALSE;
  session = bzg_cli_session (cli, error);
  if (session == NULL || !bzg_session_resolve_person (session, options->person, &person, error))
    return FALSE;
  body = options->text != NULL ? read_text (options->text, error)
                               : bzg_story_draft (session, &person, lang, NULL, error);
  if (body == NULL)
    return FALSE;

  story = bzg_record_new ("story", NULL);
  bzg_record_set_id (story, "person", &person);
  bzg_record_set (story, "language", bzg_language_code (lang));
  bzg_record_set (story, "title",
                  options->title != NULL ? options->title
                                         : bzg_tr (lang, N_ ("A new start at home")));
  bzg_record_set (story, "body", body);
  bzg_record_set (story, "status", "draft");
  bzg_work_put (work, story);
  if (!bzg_session_commit (session, work, error))
    return FALSE;

  bzg_id_to_text (bzg_record_id (story), id);
  json_builder_begin_object (json);
  bzg_json_member (json, "story", id);
  bzg_json_member (json, "text", body);
  json_builder_end_object (json);
  bzg_cli_print_json (json);

  return TRUE;
}

static void
print_check (const BzgStoryCheck *check)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  json_builder_set_member_name (json, "findings");
  json_builder_begin_array (json);
  for (guint i = 0; i < check->findings->len; i++)
    {
      const BzgStoryFinding *finding = check->findings->pdata[i];

      json_builder_begin_object (json);
      json_builder_set_member_name (json, "start_byte");
      json_builder_add_int_value (json, (gint64) finding->start);
      json_builder_set_member_name (json, "end_byte");
      json_builder_add_int_value (json, (gint64) finding->end);
      bzg_json_member (json, "severity", bzg_story_severity_name (finding->severity));
      bzg_json_member (json, "category", finding->category);
      bzg_json_member (json, "suggestion", finding->suggestion);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
  json_builder_set_member_name (json, "k");
  json_builder_add_int_value (json, check->k);
  json_builder_set_member_name (json, "publishable");
  json_builder_add_boolean_value (json, check->publishable);
  json_builder_set_member_name (json, "steps");
  json_builder_begin_array (json);
  for (guint i = 0; i < check->steps->len; i++)
    {
      const BzgStoryStep *step = check->steps->pdata[i];

      json_builder_begin_object (json);
      bzg_json_member (json, "step", step->step);
      json_builder_set_member_name (json, "k");
      json_builder_add_int_value (json, step->k);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
  json_builder_end_object (json);
  bzg_cli_print_json (json);
}

static gboolean
check (BzgCli *cli, const StoryOptions *options, gboolean *publishable, GError **error)
{
  g_autoptr (BzgStoryCheck) result = NULL;
  g_autofree char *text = NULL;
  BzgSession *session;
  BzgLanguage lang;
  BzgId person;

  if (options->person == NULL || options->text == NULL)
    return bzg_cli_usage (error, "story check --person REF --text FILE --story-lang L");
  if (!story_language (options, &lang, error))
    return FALSE;
  text = read_text (options->text, error);
  if (text == NULL)
    return FALSE;
  session = bzg_cli_session (cli, error);
  if (session == NULL || !bzg_session_resolve_person (session, options->person, &person, error))
    return FALSE;
  result = bzg_story_check (session, &person, text, lang, error);
  if (result == NULL)
    return FALSE;
  print_check (result);
  *publishable = result->publishable;

  return TRUE;
}

static gboolean
parse_story_id (const char *text, BzgId *id, GError **error)
{
  if (!bzg_id_from_text (text, id))
    return bzg_cli_usage (error, "STORY is the 32 digits that story draft or story list gave");

  return TRUE;
}

static gboolean
list (BzgCli *cli, GError **error)
{
  BzgSession *session = bzg_cli_session (cli, error);
  g_autoptr (GPtrArray) stories = NULL;

  if (session == NULL)
    return FALSE;
  stories = bzg_session_list (session, "story", NULL, NULL, error);
  if (stories == NULL)
    return FALSE;
  for (guint i = 0; i < stories->len; i++)
    {
      const BzgRecord *story = stories->pdata[i];
      char id[BZG_ID_TEXT_SIZE];
      g_autoptr (JsonBuilder) json = json_builder_new ();

      bzg_id_to_text (bzg_record_id (story), id);
      json_builder_begin_object (json);
      bzg_json_member (json, "story", id);
      bzg_json_member (json, "language", bzg_record_get (story, "language"));
      bzg_json_member (json, "status", bzg_record_get (story, "status"));
      json_builder_end_object (json);
      bzg_cli_print_json (json);
    }

  return TRUE;
}

/* Replaces what points at the person and hands the story to its reviewer. */
static gboolean
submit (BzgCli *cli, const BzgId *id, GError **error)
{
  BzgSession *session = bzg_cli_session (cli, error);
  g_autoptr (BzgRecord) story = NULL;
  g_autoptr (BzgStoryCheck) body_check = NULL;
  g_autoptr (BzgStoryCheck) title_check = NULL;
  g_autoptr (BzgWork) work = bzg_work_new ();
  g_autofree char *body = NULL;
  g_autofree char *title = NULL;
  const char *raw_title, *raw_body;
  BzgLanguage lang;
  BzgId person;

  if (session == NULL)
    return FALSE;
  story = bzg_session_get (session, "story", id, error);
  if (story == NULL)
    return FALSE;
  bzg_record_get_id (story, "person", &person);
  bzg_language_from_code (bzg_record_get (story, "language"), &lang);
  raw_title = bzg_record_get (story, "title");
  raw_body = bzg_record_get (story, "body");
  raw_title = raw_title != NULL ? raw_title : "";
  raw_body = raw_body != NULL ? raw_body : "";
  title_check = bzg_story_check (session, &person, raw_title, lang, error);
  body_check
    = title_check != NULL ? bzg_story_check (session, &person, raw_body, lang, error) : NULL;
  if (body_check == NULL)
    return FALSE;
  title = bzg_story_apply (raw_title, title_check);
  body = bzg_story_apply (raw_body, body_check);
  bzg_record_set (story, "title", title);
  bzg_record_set (story, "body", body);
  bzg_record_set (story, "status", "review");
  bzg_work_put (work, story);

  return bzg_session_commit (session, work, error);
}

static gboolean
release (BzgCli *cli, const BzgId *id, const char *folder, GError **error)
{
  BzgSession *session = bzg_cli_session (cli, error);
  g_auto (GStrv) paths = NULL;

  if (session == NULL)
    return FALSE;
  paths = bzg_story_release (session, id, folder, cli->cancellable, error);
  for (char **path = paths; path != NULL && *path != NULL; path++)
    bzg_cli_print ("%s", *path);

  return paths != NULL;
}

int
bzg_verb_story (BzgCli *cli, int argc, char **argv)
{
  g_auto (StoryOptions) options = { 0 };
  g_autoptr (GError) error = NULL;
  const char *act = argc > 1 ? argv[1] : "";
  gboolean publishable = TRUE;
  gboolean ok;
  BzgId id;

  argc--;
  argv++;
  if (argc > 0 && !parse (&options, &argc, &argv, &error))
    return bzg_cli_fail (cli, error);
  if (strcmp (act, "draft") == 0 && argc == 1)
    ok = draft (cli, &options, &error);
  else if (strcmp (act, "check") == 0 && argc == 1)
    ok = check (cli, &options, &publishable, &error);
  else if (strcmp (act, "list") == 0 && argc == 1)
    ok = list (cli, &error);
  else if (strcmp (act, "submit") == 0 && argc == 2)
    ok = parse_story_id (argv[1], &id, &error) && submit (cli, &id, &error);
  else if (strcmp (act, "approve") == 0 && argc == 2)
    ok = parse_story_id (argv[1], &id, &error) && bzg_cli_session (cli, &error) != NULL
         && bzg_story_decide (cli->session, &id, "approve", options.reason, &error);
  else if (strcmp (act, "release") == 0 && argc == 2 && options.out != NULL)
    ok = parse_story_id (argv[1], &id, &error) && release (cli, &id, options.out, &error);
  else
    ok = bzg_cli_usage (&error, "story draft|check|submit|approve|release|list");
  if (!ok)
    return bzg_cli_fail (cli, error);

  return publishable ? 0 : 1;
}
