/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-story-check.h"

#include "base/bzg-error.h"
#include "release/bzg-story-private.h"

#include <string.h>

/*
 * A first text from the record, already general: a changed name, the region, years. One paragraph
 * for each thing that the record knows; the caseworker writes on from there.
 */

typedef struct
{
  BzgStoryCase *c;
  char *year, *services, *business;
} Draft;

static char *
fill (const Draft *draft, const char *key)
{
  g_autofree char *with_sex
    = g_strconcat (key, "_", draft->c->sex != NULL ? draft->c->sex : "M", NULL);
  g_autofree char *phrase = _bzg_story_phrase (draft->c->lang, with_sex);
  GString *out;

  if (*phrase == '\0')
    {
      g_free (phrase);
      phrase = _bzg_story_phrase (draft->c->lang, key);
    }
  out = g_string_new (phrase);
  g_string_replace (out, "{name}", draft->c->pseudonym, 0);
  g_string_replace (out, "{region}",
                    draft->c->region != NULL
                      ? bzg_code_label ("region", draft->c->region, draft->c->lang)
                      : "",
                    0);
  g_string_replace (out, "{country}",
                    draft->c->country != NULL
                      ? bzg_code_label ("country", draft->c->country, draft->c->lang)
                      : "",
                    0);
  g_string_replace (out, "{year}", draft->year != NULL ? draft->year : "", 0);
  g_string_replace (out, "{service}", draft->services != NULL ? draft->services : "", 0);
  g_string_replace (out, "{business}", draft->business != NULL ? draft->business : "", 0);
  return g_string_free (out, FALSE);
}

static void
add_paragraph (GString *text, const Draft *draft, const char *key)
{
  g_autofree char *paragraph = fill (draft, key);

  if (*paragraph == '\0')
    return;
  if (text->len > 0)
    g_string_append (text, "\n\n");
  g_string_append (text, paragraph);
}

/* The kinds of support that were delivered, once each. */
static char *
list_services (BzgSession *session, const BzgId *person, BzgLanguage lang)
{
  g_autoptr (GPtrArray) records = bzg_session_list (session, "support", "person", person, NULL);
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();
  const char *last = NULL;

  for (guint i = 0; records != NULL && i < records->len; i++)
    {
      const BzgRecord *record = g_ptr_array_index (records, i);
      const char *service = bzg_record_get (record, "service");
      const char *label;

      if (service == NULL || bzg_record_get (record, "delivered") == NULL)
        continue;
      label = bzg_code_label ("service", service, lang);
      if (!g_ptr_array_find_with_equal_func (labels, label, g_str_equal, NULL))
        g_ptr_array_add (labels, (gpointer) label);
      last = label;
    }
  if (last == NULL)
    return NULL;
  g_ptr_array_add (labels, NULL);
  return g_strjoinv (", ", (char **) labels->pdata);
}

char *
bzg_story_draft (
  BzgSession *session, const BzgId *person, BzgLanguage lang, const char *format, GError **error)
{
  Draft draft = { 0 };
  g_autoptr (BzgStoryCase) c = _bzg_story_case_new (session, person, lang, error);
  g_autoptr (GPtrArray) migrations = NULL;
  g_autoptr (GPtrArray) livelihoods = NULL;
  g_autoptr (GPtrArray) visits = NULL;
  GString *text;
  const char *status = NULL;
  gint64 jobs = 0;

  if (c == NULL)
    return NULL;
  draft.c = c;
  migrations = bzg_session_list (session, "migration", "person", person, NULL);
  for (guint i = 0; migrations != NULL && i < migrations->len; i++)
    {
      BzgDate date;

      if (bzg_date_from_iso (bzg_record_get (g_ptr_array_index (migrations, i), "return_date"),
                             &date))
        {
          g_free (draft.year);
          draft.year = g_strdup_printf ("%d", date.year);
        }
    }
  draft.services = list_services (session, person, lang);
  livelihoods = bzg_session_list (session, "livelihood", "person", person, NULL);
  if (livelihoods != NULL && livelihoods->len > 0)
    {
      const char *kind = bzg_record_get (g_ptr_array_index (livelihoods, 0), "kind");

      if (kind != NULL)
        draft.business = g_strdup (bzg_code_label ("livelihood_kind", kind, lang));
    }
  visits = bzg_session_list (session, "visit", "person", person, NULL);
  for (guint i = 0; visits != NULL && i < visits->len; i++)
    {
      const BzgRecord *visit = g_ptr_array_index (visits, i);
      const char *f = bzg_record_get (visit, "jobs_f"), *m = bzg_record_get (visit, "jobs_m");

      status = bzg_record_get (visit, "status");
      jobs = (f != NULL ? g_ascii_strtoll (f, NULL, 10) : 0)
             + (m != NULL ? g_ascii_strtoll (m, NULL, 10) : 0);
    }
  text = g_string_new (NULL);
  add_paragraph (text, &draft,
                 draft.year != NULL && c->country != NULL ? "return" : "return_plain");
  if (c->region != NULL)
    add_paragraph (text, &draft, "region");
  if (draft.services != NULL)
    add_paragraph (text, &draft, "support");
  if (draft.business != NULL)
    add_paragraph (text, &draft, "started");
  if (g_strcmp0 (status, "operating") == 0)
    {
      add_paragraph (text, &draft, "running");
      if (jobs > 1)
        add_paragraph (text, &draft, "jobs");
    }
  add_paragraph (text, &draft, "close");
  add_paragraph (text, &draft, "name");
  g_string_append_c (text, '\n');
  g_free (draft.year);
  g_free (draft.services);
  g_free (draft.business);
  return g_string_free (text, FALSE);
}
