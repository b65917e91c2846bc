/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-people-match-private.h"
#include "casebook/bzg-people-search-private.h"

#include "base/bzg-error.h"
#include "base/bzg-name.h"
#include "casebook/bzg-doubles.h"
#include "casebook/bzg-people-scan-private.h"
#include "casebook/bzg-person-index-private.h"
#include "casebook/bzg-session-private.h"

#include <stdlib.h>
#include <string.h>

/*
 * Whom a draft may be. Candidates come from the table of keys (a phone, a document, two words of
 * the name, a word and the date of birth) and from the search; bzg-people-score.c says how alike
 * two people are. What somebody has decided (these are not the same) is not asked again.
 *
 * Nothing is merged: the score only decides whether somebody is asked.
 */

#define MAX_CANDIDATES 2000 /* for one draft */
#define MAX_SEARCHED 100
#define MAX_COUNTED 5000 /* bearers of a name: it is common, no matter how much */

/* The people who were said not to be @person: n. */
static GHashTable *
read_decided_of (sqlite3 *db, const BzgId *person, GError **error)
{
  g_autoptr (GHashTable) decided
    = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (db,
                        "SELECT r.n FROM not_same d JOIN person_row r ON r.id = d.other"
                        " WHERE d.person = ?1 AND d.voided_at IS NULL UNION ALL"
                        " SELECT r.n FROM not_same d JOIN person_row r ON r.id = d.person"
                        " WHERE d.other = ?1 AND d.voided_at IS NULL",
                        error);

  if (stmt == NULL)
    return NULL;
  _bzg_sql_bind_id (stmt, 1, person);
  while (_bzg_sql_step (stmt, &local_error))
    {
      gint64 n = _bzg_sql_int (stmt, 0);

      g_hash_table_add (decided, g_memdup2 (&n, sizeof n));
    }
  if (local_error == NULL)
    return g_steal_pointer (&decided);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

gboolean
bzg_people_set_not_same (BzgSession *session, const BzgId *a, const BzgId *b, GError **error)
{
  return bzg_doubles_set_not_same (session, "person", a, b, error);
}

/* The people one draft may be. */

typedef struct
{
  sqlite3_stmt *stmt; /* n for a key */
  GHashTable *found;  /* n */
  GError *error;
} Candidates;

static void
find_key_cb (BzgPersonKeyKind kind, const char *key, gpointer data)
{
  Candidates *self = data;

  if (self->error != NULL || g_hash_table_size (self->found) >= MAX_CANDIDATES)
    return;
  sqlite3_reset (self->stmt);
  _bzg_sql_bind_int (self->stmt, 1, kind);
  _bzg_sql_bind_text (self->stmt, 2, key);
  _bzg_sql_bind_int (self->stmt, 3, MAX_CANDIDATES);
  while (_bzg_sql_step (self->stmt, &self->error))
    {
      gint64 n = _bzg_sql_int (self->stmt, 0);

      g_hash_table_add (self->found, g_memdup2 (&n, sizeof n));
    }
  sqlite3_reset (self->stmt);
}

/* A typing error in a consonant changes every key of a word: what the search makes of the name. */
static gboolean
find_by_search (BzgSession *session, const BzgRecord *draft, GHashTable *found, GError **error)
{
  g_autofree char *text = _bzg_person_index_name (bzg_record_get (draft, "family_name"),
                                                  bzg_record_get (draft, "given_name"), NULL);
  g_autoptr (GArray) matches = NULL;

  if (g_utf8_strlen (text, -1) < 3)
    return TRUE;
  matches = _bzg_people_match (session, text, MAX_SEARCHED, MAX_SEARCHED, TRUE, error);
  if (matches == NULL)
    return FALSE;
  for (guint i = 0; i < matches->len; i++)
    {
      const BzgMatch *match = &g_array_index (matches, BzgMatch, i);

      g_hash_table_add (found, g_memdup2 (&match->n, sizeof match->n));
    }
  return TRUE;
}

static int
compare_hits (gconstpointer a, gconstpointer b)
{
  return (*(const BzgHit *const *) b)->score - (*(const BzgHit *const *) a)->score;
}

/* How rare the names of the draft are in this casebook. */
static gboolean
weigh_names (sqlite3 *db, BzgSide *side, guint people, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (db,
                        "SELECT count(*) FROM (SELECT 1 FROM person_text WHERE person_text MATCH ?"
                        " LIMIT ?)",
                        error);

  if (stmt == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (side->role); i++)
    {
      g_autofree char *match = g_strdup_printf ("{strict} : \"%s\"", side->role[i]);

      if (*side->role[i] == '\0')
        continue;
      sqlite3_reset (stmt);
      _bzg_sql_bind_text (stmt, 1, match);
      _bzg_sql_bind_int (stmt, 2, MAX_COUNTED);
      if (!_bzg_sql_step (stmt, error))
        return FALSE;
      /* Stands in one of three roles. */
      side->bits[i] = _bzg_name_bits ((guint) _bzg_sql_int (stmt, 0) / 2, people);
    }
  return TRUE;
}

GPtrArray *
bzg_people_similar (BzgSession *session, const BzgRecord *draft, guint limit, GError **error)
{
  g_autoptr (GPtrArray) hits = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_hit_free);
  sqlite3 *db = bzg_session_reader (session);
  g_autofree char *name = _bzg_person_index_name (bzg_record_get (draft, "family_name"),
                                                  bzg_record_get (draft, "given_name"),
                                                  bzg_record_get (draft, "patronymic"));
  g_autoptr (GPtrArray) words
    = _bzg_person_name_words (name, bzg_record_get (draft, "other_names"));
  g_autofree char *phone = _bzg_person_index_digits (bzg_record_get (draft, "phone"));
  g_autofree char *document = _bzg_person_index_document (bzg_record_get (draft, "document_no"));
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autofree char *scope = _bzg_session_scope_sql (session, "r.id");
  g_autofree char *sql
    = g_strdup_printf ("SELECT " BZG_SIDE_COLUMNS ", %s FROM person_row r WHERE r.n = :n", scope);
  g_autoptr (sqlite3_stmt) keys
    = _bzg_sql_prepare (db, "SELECT n FROM person_key WHERE kind = ? AND key = ? LIMIT ?", error);
  g_autoptr (sqlite3_stmt) stmt = NULL;
  g_autoptr (sqlite3_stmt) hit_stmt = NULL;
  g_autoptr (GHashTable) decided = NULL;
  g_autoptr (GString) why = g_string_new (NULL);
  g_auto (BzgSide) self = _bzg_side_from_record (draft);
  Candidates candidates = { keys, found, NULL };
  GHashTableIter iter;
  guint people;
  gint64 *n;
  int n_param;

  if (keys == NULL || !find_by_search (session, draft, found, error))
    return NULL;
  decided = read_decided_of (db, &self.id, error);
  stmt = decided != NULL ? _bzg_sql_prepare (db, sql, error) : NULL;
  hit_stmt = stmt != NULL ? _bzg_people_hit_statement (session, error) : NULL;
  if (hit_stmt == NULL)
    return NULL;
  people = (guint) MAX (_bzg_sql_scalar (db, "SELECT max(n) FROM person_row", NULL), 0);
  if (!weigh_names (db, &self, people, error))
    return NULL;
  _bzg_person_keys (words, bzg_record_get (draft, "birth_date"), phone, document, TRUE, find_key_cb,
                    &candidates);
  if (candidates.error != NULL)
    {
      g_propagate_error (error, candidates.error);
      return NULL;
    }

  _bzg_session_bind_scope (session, stmt);
  n_param = sqlite3_bind_parameter_index (stmt, ":n");
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, (gpointer *) &n, NULL))
    {
      if (g_hash_table_contains (decided, n))
        continue;
      _bzg_sql_bind_int (stmt, n_param, *n);
      if (_bzg_sql_step (stmt, NULL))
        {
          g_auto (BzgSide) other = _bzg_side_from_row (stmt);
          gboolean inside = _bzg_sql_int (stmt, 11) != 0;
          BzgReasons reasons;
          int score;

          /* Names are weighed by their bearers, who were counted for this side alone. */
          memcpy (other.bits, self.bits, sizeof other.bits);
          score = _bzg_people_score (&self, &other, _bzg_people_compare (&self, &other, NULL),
                                     _bzg_people_weights (session), people, &reasons);
          _bzg_reasons_say (&reasons, why);
          /* Whoever types a phone that is known wants to know whose it is. */
          if (strstr (why->str, "phone") != NULL)
            score = MAX (score, BZG_SCORE_ASK + 20);
          if (score >= BZG_SCORE_ASK / 2 && !bzg_id_equal (&self.id, &other.id)
              && (inside || score >= BZG_SCORE_ASK))
            {
              BzgHit *hit = _bzg_people_hit_new (session, hit_stmt, *n, score, why->str, !inside);

              if (hit != NULL && inside)
                hit->reasons = reasons;
              if (hit != NULL)
                g_ptr_array_add (hits, hit);
            }
        }
      sqlite3_reset (stmt);
    }
  g_ptr_array_sort (hits, compare_hits);
  if (hits->len > limit)
    g_ptr_array_set_size (hits, (int) limit);
  return g_steal_pointer (&hits);
}
