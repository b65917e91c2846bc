/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <string.h>

#include "base/bzg-name.h"
#include "base/bzg-text.h"

/* Needs no casebook: the name keys and the matcher by themselves, for tests and for the curious. */

#define BEST 5

typedef struct
{
  guint line;
  guint score;
  guint order; /* which of two with one score stands first */
} NameHit;

/* A name with all that is compared. */
typedef struct
{
  char *strict, *full, *lower;
} Form;

static Form
form_of (const char *name)
{
  g_autofree char *repaired = bzg_text_repair (name);

  return (Form){ bzg_name_strict_key (name), bzg_name_full_key (name),
                 g_utf8_strdown (repaired, -1) };
}

static void
form_clear (Form *form)
{
  g_free (form->strict);
  g_free (form->full);
  g_free (form->lower);
}

static char **
read_lines (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = bzg_cli_read_file (path, error);
  g_autofree char *text = NULL;

  if (bytes == NULL)
    return NULL;
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (!g_utf8_validate (text, -1, NULL))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_ENCODING, "names");
      return NULL;
    }
  g_strdelimit (text, "\r", ' ');
  if (g_str_has_suffix (text, "\n"))
    text[strlen (text) - 1] = '\0';

  return g_strsplit (text, "\n", -1);
}

static void
print_keys (char **lines, gboolean explain)
{
  for (char **line = lines; *line != NULL; line++)
    {
      g_autofree char *strict = bzg_name_strict_key (*line);
      g_autofree char *loose = bzg_name_loose_key (*line);

      g_autofree char *why = explain ? bzg_name_explain (*line) : NULL;

      if (explain)
        bzg_cli_print ("%s\t%s\t%s", strict, loose, why);
      else
        bzg_cli_print ("%s\t%s", strict, loose);
    }
}

static void
print_matches (char **queries, char **names)
{
  guint n = g_strv_length (names);
  g_autofree Form *forms = g_new (Form, n);

  for (guint i = 0; i < n; i++)
    forms[i] = form_of (names[i]);

  for (char **query = queries; *query != NULL; query++)
    {
      Form form = form_of (*query);
      g_autoptr (JsonBuilder) json = json_builder_new ();
      NameHit best[BEST] = { 0 };

      for (guint i = 0; i < n; i++)
        {
          NameHit hit = { i + 1, bzg_name_key_similarity (form.strict, forms[i].strict), 0 };

          if (hit.score < best[BEST - 1].score)
            continue;
          hit.order
            = 2 * bzg_name_closeness (form.strict, form.full, forms[i].strict, forms[i].full)
              + (strcmp (form.lower, forms[i].lower) == 0);
          for (int k = 0; k < BEST; k++)
            if (hit.score > best[k].score
                || (hit.score == best[k].score && hit.order > best[k].order))
              {
                NameHit moved = best[k];

                best[k] = hit;
                hit = moved;
              }
        }
      form_clear (&form);
      json_builder_begin_object (json);
      bzg_json_member (json, "query", *query);
      json_builder_set_member_name (json, "hits");
      json_builder_begin_array (json);
      for (int k = 0; k < BEST && best[k].score > 0; k++)
        {
          json_builder_begin_object (json);
          json_builder_set_member_name (json, "line");
          json_builder_add_int_value (json, best[k].line);
          bzg_json_member (json, "name", names[best[k].line - 1]);
          json_builder_set_member_name (json, "score");
          json_builder_add_int_value (json, best[k].score);
          json_builder_end_object (json);
        }
      json_builder_end_array (json);
      json_builder_end_object (json);
      bzg_cli_print_json (json);
    }
  for (guint i = 0; i < n; i++)
    form_clear (&forms[i]);
}

int
bzg_verb_names (BzgCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;
  g_auto (GStrv) list = NULL;
  gboolean explain = FALSE;
  gboolean key, match;
  const GOptionEntry entries[] = {
    { "explain", 0, 0, G_OPTION_ARG_NONE, &explain, NULL, NULL },
    { NULL },
  };

  if (!bzg_cli_parse (&argc, &argv, entries, &error))
    return bzg_cli_fail (cli, error);
  key = argc == 2 && strcmp (argv[1], "key") == 0;
  match = argc == 3 && strcmp (argv[1], "match") == 0;
  if (!key && (!match || explain))
    {
      bzg_cli_usage (&error, "names key [--explain], names match LIST");
      return bzg_cli_fail (cli, error);
    }
  if (match && (list = read_lines (argv[2], &error)) == NULL)
    return bzg_cli_fail (cli, error);
  lines = read_lines ("-", &error);
  if (lines == NULL)
    return bzg_cli_fail (cli, error);
  if (key)
    print_keys (lines, explain);
  else
    print_matches (lines, list);

  return 0;
}
