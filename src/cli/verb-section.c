/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "casebook/bzg-sealed.h"
#include "casebook/bzg-sections.h"
#include "vault/bzg-paper.h"

typedef struct
{
  BzgCli *cli;
  BzgSession *session;
  gboolean shares, paper;
  const char *reason;
} Section;

static const char *
find_section (const char *name, GError **error)
{
  for (const char *const *section = bzg_sections (); *section != NULL; section++)
    if (g_str_equal (*section, name))
      return *section;
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_FOUND, "there is no such section");
  return NULL;
}

static gboolean
find_user (BzgSession *session, const char *name, BzgId *id, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BzgRecord) user = bzg_session_find (session, "user", "name", name, &local_error);

  if (user != NULL)
    {
      *id = *bzg_record_id (user);
      return TRUE;
    }
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_FOUND, "there is no such user");
  return FALSE;
}

static gboolean
list (Section *self, char **arguments, GError **error)
{
  for (const char *const *section = bzg_sections (); *section != NULL; section++)
    {
      g_autoptr (BzgSectionInfo) info = bzg_section_info (self->session, *section);
      g_autoptr (JsonBuilder) json = json_builder_new ();

      json_builder_begin_object (json);
      bzg_json_member (json, "section", *section);
      json_builder_set_member_name (json, "keys");
      json_builder_add_int_value (json, info->epoch);
      json_builder_set_member_name (json, "mine");
      json_builder_add_boolean_value (json, info->mine);
      json_builder_set_member_name (json, "holders");
      json_builder_begin_array (json);
      for (guint i = 0; i < info->holders->len; i++)
        {
          const BzgSectionHolder *holder = g_ptr_array_index (info->holders, i);

          if (holder->in_force && holder->name != NULL)
            json_builder_add_string_value (json, holder->name);
        }
      json_builder_end_array (json);
      json_builder_end_object (json);
      bzg_cli_print_json (json);
    }
  return TRUE;
}

/* On paper before it opens anything. NULL: it could not be printed. */
static char *
print_paper (Section *self, GError **error)
{
  char **codes = NULL;
  char *all = NULL;

  for (const char *const *section = bzg_sections (); *section != NULL; section++)
    if (!bzg_session_allows (self->session, *section, BZG_ACT_APPROVE))
      {
        g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE, "sections");
        return NULL;
      }
  codes = bzg_paper_new (BZG_PAPER_SECTIONS, self->shares);
  all = g_strjoinv ("\n", codes);
  bzg_cli_say (self->cli, "%s",
               self->shares
                 ? _ ("Three shares, each for another person. Any two of them open the sealed "
                      "sections. Keep them apart and away from the computer:")
                 : _ ("Write down this code of the sealed sections and keep it away from the "
                      "computer:"));
  for (char **code = codes; *code != NULL; code++)
    bzg_cli_print ("%s", *code);
  bzg_paper_free (codes);
  if (fflush (stdout) == 0 && !ferror (stdout))
    return all;
  bzg_error_set_errno (error, errno, "standard output");
  bzg_wipe_free (all);
  return NULL;
}

static gboolean
set_up (Section *self, char **arguments, GError **error)
{
  g_autoptr (GArray) users = g_array_new (FALSE, FALSE, sizeof (BzgId));
  char *code = NULL;
  gboolean ok;

  for (char **name = arguments; *name != NULL; name++)
    {
      BzgId id;

      if (!find_user (self->session, *name, &id, error))
        return FALSE;
      g_array_append_val (users, id);
    }
  code = print_paper (self, error);
  if (code == NULL)
    return FALSE;
  ok = bzg_sections_set_up (self->session, users, code, error);
  bzg_wipe_free (code);
  return ok;
}

static gboolean
new_paper (Section *self, char **arguments, GError **error)
{
  char *code = print_paper (self, error);
  gboolean ok = code != NULL && bzg_sections_replace_paper (self->session, code, error);

  if (code != NULL)
    bzg_wipe_free (code);
  return ok;
}

static gboolean
give (Section *self, char **arguments, GError **error)
{
  const char *section = find_section (arguments[0], error);
  BzgId id;

  return section != NULL && find_user (self->session, arguments[1], &id, error)
         && bzg_section_grant (self->session, section, &id, error);
}

static gboolean
take (Section *self, char **arguments, GError **error)
{
  const char *section = find_section (arguments[0], error);
  BzgId id;

  return section != NULL && find_user (self->session, arguments[1], &id, error)
         && bzg_section_withdraw (self->session, section, &id, error);
}

/* ---- What is sealed */

static gboolean
open_by_paper (Section *self, GError **error)
{
  g_autoptr (BzgSecret) code = bzg_cli_paper (self->cli, _ ("Code of the sealed sections:"), error);

  return code != NULL
         && bzg_sections_open_by_paper (self->session, bzg_secret_text (code), self->reason, error);
}

static gboolean
print_sheet (Section *self, const BzgRecord *record, GError **error)
{
  g_autoptr (BzgRecord) sheet = bzg_sealed_open (self->session, record, error);
  g_autoptr (JsonBuilder) json = json_builder_new ();
  const BzgAggregate *aggregate = bzg_record_aggregate (record)->sheet;
  char id[BZG_ID_TEXT_SIZE];

  if (sheet == NULL)
    return FALSE;
  json_builder_begin_object (json);
  bzg_json_member (json, "section", bzg_sealed_section (bzg_record_aggregate (record)));
  bzg_json_member (json, "id", bzg_id_to_text (bzg_record_id (record), id));
  for (guint i = 0; i < aggregate->n_fields; i++)
    if (bzg_record_get (sheet, aggregate->fields[i]->name) != NULL)
      bzg_json_member (json, aggregate->fields[i]->name,
                       bzg_record_get (sheet, aggregate->fields[i]->name));
  json_builder_end_object (json);
  bzg_cli_print_json (json);
  return TRUE;
}

/* All that this user can open, and an error if there is something that cannot be. */
static gboolean
read_sealed (Section *self, char **arguments, GError **error)
{
  const BzgAggregate *const *aggregates = bzg_dictionary_aggregates ();
  BzgId person;
  guint unread;

  if ((self->paper && !open_by_paper (self, error))
      || !bzg_session_resolve_person (self->session, arguments[0], &person, error))
    return FALSE;
  for (guint i = 0; aggregates[i] != NULL; i++)
    {
      g_autoptr (GPtrArray) records = NULL;
      g_autoptr (BzgSectionInfo) info = NULL;

      if (aggregates[i]->sheet == NULL
          || !bzg_session_allows (self->session, bzg_sealed_section (aggregates[i]), BZG_ACT_READ))
        continue;
      info = bzg_section_info (self->session, bzg_sealed_section (aggregates[i]));
      records = bzg_session_list (self->session, aggregates[i]->name, "person", &person, error);
      if (records == NULL)
        return FALSE;
      for (guint k = 0; info->mine && k < records->len; k++)
        if (!print_sheet (self, g_ptr_array_index (records, k), error))
          return FALSE;
    }
  unread = bzg_sealed_unread (self->session, &person);
  if (unread == 0)
    return TRUE;
  g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_SEALED, "%u entries stay sealed", unread);
  return FALSE;
}

static gboolean
add_sealed (Section *self, char **arguments, GError **error)
{
  const BzgAggregate *aggregate = bzg_dictionary_aggregate (arguments[0]);
  g_autoptr (BzgRecord) record = NULL;
  g_autoptr (BzgRecord) sheet = NULL;
  g_autoptr (BzgWork) work = bzg_work_new ();
  BzgId person;

  if (find_section (arguments[0], error) == NULL || aggregate == NULL
      || !bzg_session_resolve_person (self->session, arguments[1], &person, error))
    return FALSE;
  record = bzg_record_new (aggregate->name, NULL);
  bzg_record_set_id (record, "person", &person);
  sheet = bzg_sealed_open (self->session, record, error);
  if (sheet == NULL)
    return FALSE;
  for (char **argument = arguments + 2; *argument != NULL; argument++)
    {
      const char *value = strchr (*argument, '=');
      g_autofree char *name
        = value != NULL ? g_strndup (*argument, (gsize) (value - *argument)) : NULL;
      const BzgField *field
        = name != NULL ? bzg_dictionary_field_of (aggregate->sheet->name, name) : NULL;
      g_autofree char *canonical = NULL;

      if (field == NULL)
        return bzg_cli_usage (error, "FIELD=VALUE with a field of the section");
      if (!bzg_field_parse (field, value + 1, &canonical, error))
        return FALSE;
      bzg_record_set (sheet, name, canonical);
    }
  if (!bzg_sealed_close (self->session, record, sheet, error))
    return FALSE;
  bzg_work_put (work, record);
  return bzg_session_commit (self->session, work, error);
}

typedef gboolean (*Act) (Section *self, char **arguments, GError **error);

static const struct
{
  const char *name;
  Act act;
  int least, most; /* arguments */
} acts[] = {
  { "list", list, 0, 0 },
  { "set-up", set_up, 1, G_MAXINT },
  { "grant", give, 2, 2 },
  { "withdraw", take, 2, 2 },
  { "new-paper", new_paper, 0, 0 },
  { "read", read_sealed, 1, 1 },
  { "add", add_sealed, 3, G_MAXINT },
};

int
bzg_verb_section (BzgCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *reason = NULL;
  Section self = { .cli = cli };
  const GOptionEntry entries[] = {
    { "shares", 0, 0, G_OPTION_ARG_NONE, &self.shares, NULL, NULL },
    { "paper", 0, 0, G_OPTION_ARG_NONE, &self.paper, NULL, NULL },
    { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, NULL, NULL },
    { NULL },
  };
  guint i = 0;

  if (!bzg_cli_parse (&argc, &argv, entries, &error))
    return bzg_cli_fail (cli, error);
  while (i < G_N_ELEMENTS (acts) && (argc < 2 || !g_str_equal (acts[i].name, argv[1])))
    i++;
  if (i == G_N_ELEMENTS (acts) || argc - 2 < acts[i].least || argc - 2 > acts[i].most
      || self.paper != (reason != NULL) || (self.paper && acts[i].act != read_sealed)
      || (self.shares && acts[i].act != set_up && acts[i].act != new_paper))
    {
      bzg_cli_usage (&error,
                     "section list | set-up [--shares] NAME ... | grant SECTION NAME | withdraw "
                     "SECTION NAME | new-paper [--shares] | read REF [--paper --reason TEXT] | add "
                     "SECTION REF FIELD=VALUE ...");
      return bzg_cli_fail (cli, error);
    }
  self.reason = reason;
  self.session = bzg_cli_session (cli, &error);
  if (self.session == NULL || !acts[i].act (&self, argv + 2, &error))
    return bzg_cli_fail (cli, error);
  return 0;
}
