/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-story-check.h"

#include "base/bzg-error.h"
#include "casebook/bzg-work.h"
#include "release/bzg-permit.h"

#include <string.h>

/*
 * A story leaves when the person agreed to it, nothing in it points at anybody, and somebody who
 * did not write it approved exactly this text. The approval carries the hash of the text, so any
 * later change voids it.
 */

char *
bzg_story_text_hash (const char *title, const char *body, BzgLanguage lang)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  const char *parts[] = { bzg_language_code (lang), title, body };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      /* With its length, so that no letter can wander from the title into the body. */
      const char *part = parts[i] != NULL ? parts[i] : "";
      g_autofree char *head = g_strdup_printf ("%" G_GSIZE_FORMAT ":", strlen (part));

      g_checksum_update (sum, (const guchar *) head, -1);
      g_checksum_update (sum, (const guchar *) part, (gssize) strlen (part));
    }
  return g_strdup (g_checksum_get_string (sum));
}

static BzgLanguage
language_of (const BzgRecord *story)
{
  BzgLanguage lang = BZG_LANGUAGE_EN;
  const char *code = bzg_record_get (story, "language");

  if (code != NULL)
    bzg_language_from_code (code, &lang);
  return lang;
}

static char *
hash_of (const BzgRecord *story)
{
  return bzg_story_text_hash (bzg_record_get (story, "title"), bzg_record_get (story, "body"),
                              language_of (story));
}

/* TRUE if @name ever wrote on the story's words. */
static gboolean
is_author (BzgSession *session, const BzgId *story, const char *name)
{
  g_autoptr (GPtrArray) history = bzg_session_history (session, "story", story, NULL);

  /* A history that cannot be read protects nobody: then everybody counts as an author. */
  if (history == NULL || history->len == 0)
    return TRUE;
  for (guint i = 0; i < history->len; i++)
    {
      const BzgHistoryLine *line = g_ptr_array_index (history, i);

      if (g_strcmp0 (line->user, name) != 0)
        continue;
      if (line->field == NULL || strcmp (line->field, "story.body") == 0
          || strcmp (line->field, "story.title") == 0)
        return TRUE;
    }
  return FALSE;
}

static char *
user_name (BzgSession *session, const BzgId *id)
{
  g_autoptr (BzgRecord) user = bzg_session_get (session, "user", id, NULL);

  return user != NULL ? g_strdup (bzg_record_get (user, "name")) : NULL;
}

static gboolean
is_approved (BzgSession *session, const BzgId *id, const char *hash)
{
  g_autoptr (GPtrArray) reviews = bzg_session_list (session, "story_review", "story", id, NULL);
  gboolean approved = FALSE;

  for (guint i = 0; reviews != NULL && i < reviews->len; i++)
    {
      const BzgRecord *review = g_ptr_array_index (reviews, i);
      const char *act = bzg_record_get (review, "act");
      g_autofree char *name = NULL;
      BzgId reviewer;

      if (g_strcmp0 (act, "return") == 0 || g_strcmp0 (act, "withdraw") == 0)
        approved = FALSE;
      if (g_strcmp0 (act, "approve") != 0
          || g_strcmp0 (bzg_record_get (review, "text_hash"), hash) != 0
          || !bzg_record_get_id (review, "reviewer", &reviewer))
        continue;
      name = user_name (session, &reviewer);
      if (name != NULL && !is_author (session, id, name))
        approved = TRUE;
    }
  return approved;
}

static BzgStoryCheck *
check_whole (BzgSession *session, const BzgRecord *story, GError **error)
{
  const char *title = bzg_record_get (story, "title"), *body = bzg_record_get (story, "body");
  g_autofree char *whole
    = g_strconcat (title != NULL ? title : "", "\n\n", body != NULL ? body : "", NULL);
  BzgId person;

  if (bzg_record_get_id (story, "person", &person))
    return bzg_story_check (session, &person, whole, language_of (story), error);
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_FOUND, "a story about nobody");
  return NULL;
}

static gboolean
fail_disclosure (const BzgStoryCheck *check, GError **error)
{
  g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_DISCLOSURE,
               "the story fits %u people, it needs %u, or something in it must not leave", check->k,
               check->needed);
  return FALSE;
}

/* Whoever releases it need not have the keys: what is sealed is looked for by whoever approves. */
static gboolean
check_sealed (BzgSession *session, const BzgRecord *story, GError **error)
{
  g_autoptr (BzgStoryCheck) check = check_whole (session, story, error);

  if (check == NULL)
    return FALSE;
  if (check->sealed_unread > 0)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_SEALED,
                   "%u sealed entries about the person could not be looked into",
                   check->sealed_unread);
      return FALSE;
    }
  return check->publishable || fail_disclosure (check, error);
}

gboolean
bzg_story_may_leave (BzgSession *session, const BzgId *story, GError **error)
{
  g_autoptr (BzgRecord) record = bzg_session_get (session, "story", story, error);
  g_autoptr (BzgStoryCheck) check = NULL;
  g_autofree char *hash = NULL;
  BzgId person;

  if (record == NULL)
    return FALSE;
  if (!bzg_session_allows (session, "stories", BZG_ACT_EXPORT))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE, "releasing needs the section stories");
      return FALSE;
    }
  if (!bzg_record_get_id (record, "person", &person)
      || !bzg_permit_consented (session, &person, "story_anonymised"))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_CONSENT,
                   "the consent story_anonymised is missing, refused, withdrawn or expired");
      return FALSE;
    }
  check = check_whole (session, record, error);
  if (check == NULL)
    return FALSE;
  if (!check->publishable)
    return fail_disclosure (check, error);
  hash = hash_of (record);
  if (!is_approved (session, story, hash))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_APPROVAL,
                   "nobody but its author approved this text");
      return FALSE;
    }
  return TRUE;
}

gboolean
bzg_story_decide (
  BzgSession *session, const BzgId *story, const char *act, const char *reason, GError **error)
{
  static const struct
  {
    const char *act, *status;
    gboolean another; /* must be done by somebody other than the author */
  } acts[] = {
    { "submit", "review", FALSE },      { "read_back", NULL, FALSE },
    { "review", NULL, TRUE },           { "approve", "approved", TRUE },
    { "return", "draft", TRUE },        { "release", "released", FALSE },
    { "withdraw", "withdrawn", FALSE },
  };
  g_autoptr (BzgRecord) record = bzg_session_get (session, "story", story, error);
  g_autoptr (BzgRecord) review = NULL;
  g_autoptr (BzgWork) work = NULL;
  g_autoptr (GDateTime) now = NULL;
  g_autofree char *at = NULL;
  g_autofree char *hash = NULL;
  guint i = 0;

  if (record == NULL)
    return FALSE;
  while (i < G_N_ELEMENTS (acts) && g_strcmp0 (acts[i].act, act) != 0)
    i++;
  if (i == G_N_ELEMENTS (acts))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_USAGE, "no such decision on a story");
      return FALSE;
    }
  if (!bzg_session_allows (session, "stories", acts[i].another ? BZG_ACT_APPROVE : BZG_ACT_WRITE))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE, "decision %s on a story", act);
      return FALSE;
    }
  if (acts[i].another && is_author (session, story, bzg_session_user_name (session)))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_APPROVAL,
                   "the author of a story cannot decide on it");
      return FALSE;
    }
  now = g_date_time_new_now_utc ();
  at = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
  hash = hash_of (record);
  review = bzg_record_new ("story_review", NULL);
  bzg_record_set_id (review, "story", story);
  bzg_record_set (review, "act", act);
  bzg_record_set_id (review, "reviewer", bzg_session_user (session));
  bzg_record_set (review, "text_hash", hash);
  bzg_record_set (review, "at", at);
  bzg_record_set (review, "reason", reason != NULL && *reason != '\0' ? reason : NULL);
  if (g_str_equal (act, "approve") && !check_sealed (session, record, error))
    return FALSE;
  work = bzg_work_new ();
  bzg_work_put (work, review);
  if (acts[i].status != NULL)
    {
      bzg_record_set (record, "status", acts[i].status);
      bzg_work_put (work, record);
    }
  return bzg_session_commit (session, work, error);
}
