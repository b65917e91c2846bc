/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-people-match-private.h"
#include "casebook/bzg-people-search-private.h"
#include "casebook/bzg-session-private.h"

#include "base/bzg-error.h"
#include "base/bzg-text.h"

#define ENOUGH 20 /* a page of sure hits needs no guesses */
#define COMPARED 150

void
bzg_hit_free (BzgHit *hit)
{
  if (hit == NULL)
    return;
  g_free (hit->ref);
  g_free (hit->case_no);
  g_strfreev (hit->names);
  g_free (hit->why);
  g_free (hit->ask);
  g_free (hit);
}

static void
fill_names (BzgHit *hit, const char *name, const char *other_names)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_auto (GStrv) others = g_strsplit_set (other_names != NULL ? other_names : "", ";\n", -1);

  if (name != NULL && *name != '\0')
    g_strv_builder_add (names, name);
  for (guint i = 0; others[i] != NULL; i++)
    {
      g_autofree char *other = bzg_text_trim_to_null (others[i]);

      if (other != NULL)
        g_strv_builder_add (names, other);
    }
  hit->names = g_strv_builder_end (names);
}

sqlite3_stmt *
_bzg_people_hit_statement (BzgSession *session, GError **error)
{
  return _bzg_sql_prepare (bzg_session_reader (session),
                           "SELECT r.id, r.name, p.other_names, r.ref, r.case_no,"
                           " coalesce (nullif (u.full_name, ''), u.name) FROM person_row r"
                           " JOIN person p ON p.id = r.id LEFT JOIN user u ON u.id = r.owner"
                           " WHERE r.n = ?",
                           error);
}

BzgHit *
_bzg_people_hit_new (
  BzgSession *session, sqlite3_stmt *stmt, gint64 n, int score, const char *why, gboolean outside)
{
  BzgHit *hit = NULL;

  _bzg_sql_bind_int (stmt, 1, n);
  if (_bzg_sql_step (stmt, NULL))
    {
      hit = g_new0 (BzgHit, 1);
      hit->score = score;
      hit->why = g_strdup (why);
      if (outside)
        {
          const char *owner = _bzg_sql_text (stmt, 5);

          hit->names = g_new0 (char *, 1);
          hit->ask = g_strdup (owner != NULL ? owner : "");
        }
      else
        {
          gboolean names = bzg_session_allows (session, "identity", BZG_ACT_READ);

          _bzg_sql_id (stmt, 0, &hit->id);
          fill_names (hit, names ? _bzg_sql_text (stmt, 1) : NULL,
                      names ? _bzg_sql_text (stmt, 2) : NULL);
          hit->ref = g_strdup (_bzg_sql_text (stmt, 3));
          hit->case_no = g_strdup (_bzg_sql_text (stmt, 4));
        }
    }
  sqlite3_reset (stmt);
  return hit;
}

/* One letter, or two digits, would list half the casebook. */
static gboolean
is_enough (const char *text)
{
  guint letters = 0;
  guint digits = 0;

  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      letters += g_unichar_isalpha (c);
      digits += g_unichar_isdigit (c);
    }
  return letters >= 2 || letters + digits >= 3;
}

GPtrArray *
bzg_people_search (BzgSession *session, const char *text, guint limit, GError **error)
{
  g_autoptr (GPtrArray) hits = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_hit_free);
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  g_autoptr (GArray) matches = NULL;
  g_autoptr (sqlite3_stmt) stmt = NULL;

  if (!bzg_session_allows (session, "identity", BZG_ACT_READ))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE, "search");
      return NULL;
    }
  if (!is_enough (valid))
    return g_steal_pointer (&hits);
  /* More than asked for is compared: which are the best is known only afterwards. */
  matches
    = _bzg_people_match (session, valid, MAX (ENOUGH, limit), MAX (COMPARED, limit), TRUE, error);
  if (matches == NULL)
    return NULL;
  stmt = _bzg_people_hit_statement (session, error);
  if (stmt == NULL)
    return NULL;
  for (guint i = 0; i < matches->len && hits->len < limit; i++)
    {
      const BzgMatch *match = &g_array_index (matches, BzgMatch, i);
      BzgHit *hit
        = _bzg_people_hit_new (session, stmt, match->n, match->score, match->why, match->outside);

      if (hit != NULL)
        g_ptr_array_add (hits, hit);
    }
  return g_steal_pointer (&hits);
}
