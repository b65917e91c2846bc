/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-people-match-private.h"
#include "casebook/bzg-people-search-private.h"

#include "base/bzg-date.h"
#include "base/bzg-error.h"
#include "base/bzg-name.h"
#include "casebook/bzg-person-index-private.h"
#include "casebook/bzg-session-private.h"

#include <stdlib.h>
#include <string.h>

/*
 * Two registrations, one person? Candidates come from the table of keys (a phone, a document, two
 * words of the name, a word and the date of birth), so that nobody is compared with everybody. The
 * score starts from the likeness of the names and moves with what else is known of both: what is
 * known of one only says nothing. A date of birth on the first of January is usually an estimate
 * and weighs less. The same phone or document asks by itself; that two people share a household
 * speaks against, for it is how brothers and fathers with one name are told apart.
 *
 * Nothing is merged: the score only decides whether somebody is asked.
 */

#define ASK 600
#define SAME 900
#define MAX_BLOCK 300       /* a key shared by more people says nothing */
#define MAX_CANDIDATES 2000 /* for one draft */
#define MAX_SEARCHED 100

typedef struct
{
  gint64 n;
  BzgId id;
  char *strict;
  char *sex;
  char *region;
  char *district;
  char *phone;
  char *document;
  BzgDate birth;
  BzgId household;
} Side;

static void
side_clear (gpointer data)
{
  Side *side = data;

  g_free (side->strict);
  g_free (side->sex);
  g_free (side->region);
  g_free (side->district);
  g_free (side->phone);
  g_free (side->document);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Side, side_clear)

#define SIDE_COLUMNS                                                                               \
  "r.n, r.id, r.strict, r.sex, r.region, r.district, r.phone, r.document, r.birth, r.household"

static Side
side_from_row (sqlite3_stmt *stmt)
{
  Side side = { .n = _bzg_sql_int (stmt, 0) };

  _bzg_sql_id (stmt, 1, &side.id);
  side.strict = g_strdup (_bzg_sql_text (stmt, 2));
  side.sex = g_strdup (_bzg_sql_text (stmt, 3));
  side.region = g_strdup (_bzg_sql_text (stmt, 4));
  side.district = g_strdup (_bzg_sql_text (stmt, 5));
  side.phone = g_strdup (_bzg_sql_text (stmt, 6));
  side.document = g_strdup (_bzg_sql_text (stmt, 7));
  bzg_date_from_iso (_bzg_sql_text (stmt, 8), &side.birth);
  _bzg_sql_id (stmt, 9, &side.household);
  return side;
}

static Side
side_from_record (const BzgRecord *person)
{
  g_autofree char *name = _bzg_person_index_name (bzg_record_get (person, "family_name"),
                                                  bzg_record_get (person, "given_name"),
                                                  bzg_record_get (person, "patronymic"));
  Side side = { .id = *bzg_record_id (person) };

  side.strict = _bzg_person_index_strict (name, bzg_record_get (person, "other_names"));
  side.sex = g_strdup (bzg_record_get (person, "sex"));
  side.region = g_strdup (bzg_record_get (person, "region"));
  side.district = g_strdup (bzg_record_get (person, "district"));
  side.phone = _bzg_person_index_digits (bzg_record_get (person, "phone"));
  side.document = _bzg_person_index_document (bzg_record_get (person, "document_no"));
  bzg_date_from_iso (bzg_record_get (person, "birth_date"), &side.birth);
  return side;
}

/* The best likeness of any name of one with any name of the other. */
static int
names_alike (const char *a, const char *b)
{
  g_auto (GStrv) lines_a = NULL;
  g_auto (GStrv) lines_b = NULL;
  int best = 0;

  if (strchr (a, '\n') == NULL && strchr (b, '\n') == NULL)
    return (int) bzg_name_key_similarity (a, b);
  lines_a = g_strsplit (a, "\n", -1);
  lines_b = g_strsplit (b, "\n", -1);
  for (guint i = 0; lines_a[i] != NULL; i++)
    for (guint j = 0; lines_b[j] != NULL; j++)
      best = MAX (best, (int) bzg_name_key_similarity (lines_a[i], lines_b[j]));
  return best;
}

static gboolean
same_phone (const char *a, const char *b)
{
  gsize len_a = a != NULL ? strlen (a) : 0;
  gsize len_b = b != NULL ? strlen (b) : 0;

  if (len_a < 7 || len_b < 7)
    return FALSE;
  return strcmp (len_a > 9 ? a + len_a - 9 : a, len_b > 9 ? b + len_b - 9 : b) == 0;
}

static int
score_birth (BzgDate a, BzgDate b)
{
  if (bzg_date_is_missing (a) || bzg_date_is_missing (b))
    return 0;
  if (a.day != 0 && b.day != 0)
    {
      if (bzg_date_compare (a, b) == 0)
        return a.month == 1 && a.day == 1 ? 150 : 260;
      if (a.year == b.year && a.day == b.month && a.month == b.day)
        return 180; /* day and month exchanged */
      if (a.year == b.year && (a.month == b.month || a.day == b.day))
        return 90; /* one slip of the pen */
    }
  else if (bzg_date_overlaps (a, b))
    return 90;
  if (abs (a.year - b.year) <= 2)
    return a.day == 0 || b.day == 0 || (a.day == 1 && a.month == 1) || (b.day == 1 && b.month == 1)
             ? 20
             : -60;
  return -250;
}

static int
score_pair (const Side *a, const Side *b, GString *why)
{
  int name = names_alike (a->strict, b->strict);
  int birth = score_birth (a->birth, b->birth);
  gboolean phone = same_phone (a->phone, b->phone);
  gboolean document
    = a->document != NULL && strlen (a->document) >= 5 && g_strcmp0 (a->document, b->document) == 0;
  int score = name * 62 / 100;

  g_string_truncate (why, 0);
  if (name >= 990)
    g_string_append (why, "name ");
  else if (name >= 750)
    g_string_append (why, "similar_name ");
  if (birth > 0)
    g_string_append (why, "birth_date ");
  score += birth;
  if (a->sex != NULL && b->sex != NULL && a->sex[1] == '\0' && b->sex[1] == '\0'
      && strcmp (a->sex, b->sex) != 0)
    score -= 350;
  if (a->district != NULL && b->district != NULL)
    {
      gboolean equal = strcmp (a->district, b->district) == 0;

      score += equal ? 60 : -30;
      if (equal)
        g_string_append (why, "place ");
    }
  else if (a->region != NULL && b->region != NULL && strcmp (a->region, b->region) != 0)
    score -= 40;
  if (!bzg_id_is_zero (&a->household) && bzg_id_equal (&a->household, &b->household))
    score -= 250;
  if (phone)
    {
      g_string_append (why, "phone ");
      score = MAX (score + 300, ASK + 20);
    }
  if (document)
    {
      g_string_append (why, "document ");
      score = MAX (score + 450, 700);
    }
  if (why->len > 0)
    g_string_truncate (why, why->len - 1);
  return CLAMP (score, 0, 1000);
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
  matches = _bzg_people_match (session, text, MAX_SEARCHED, TRUE, error);
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
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autofree char *scope = _bzg_session_scope_sql (session, "r.id");
  g_autofree char *sql
    = g_strdup_printf ("SELECT " SIDE_COLUMNS ", %s FROM person_row r WHERE r.n = :n", scope);
  g_autoptr (sqlite3_stmt) keys
    = _bzg_sql_prepare (db, "SELECT n FROM person_key WHERE kind = ? AND key = ? LIMIT ?", error);
  g_autoptr (sqlite3_stmt) stmt = NULL;
  g_autoptr (sqlite3_stmt) hit_stmt = NULL;
  g_autoptr (GString) why = g_string_new (NULL);
  g_auto (Side) self = side_from_record (draft);
  Candidates candidates = { keys, found, NULL };
  GHashTableIter iter;
  gint64 *n;
  int n_param;

  if (keys == NULL || !find_by_search (session, draft, found, error))
    return NULL;
  stmt = _bzg_sql_prepare (db, sql, error);
  hit_stmt = stmt != NULL ? _bzg_people_hit_statement (session, error) : NULL;
  if (hit_stmt == NULL)
    return NULL;
  _bzg_person_keys (words, bzg_record_get (draft, "birth_date"), self.phone, self.document, TRUE,
                    find_key_cb, &candidates);
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
      _bzg_sql_bind_int (stmt, n_param, *n);
      if (_bzg_sql_step (stmt, NULL))
        {
          g_auto (Side) other = side_from_row (stmt);
          gboolean inside = _bzg_sql_int (stmt, 10) != 0;
          int score = score_pair (&self, &other, why);

          if (score >= ASK / 2 && !bzg_id_equal (&self.id, &other.id) && (inside || score >= ASK))
            {
              BzgHit *hit = _bzg_people_hit_new (session, hit_stmt, *n, score, why->str, !inside);

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

/* All pairs. */

typedef struct
{
  guint a, b; /* positions in the array of sides, a < b */
  int score;
} Pair;

static int
compare_pairs (gconstpointer a, gconstpointer b)
{
  const Pair *x = a;
  const Pair *y = b;

  if (x->score != y->score)
    return y->score - x->score;
  return x->a != y->a ? (x->a < y->a ? -1 : 1) : x->b < y->b ? -1 : x->b > y->b;
}

static GArray *
read_sides (BzgSession *session, GHashTable *positions, GError **error)
{
  g_autoptr (GArray) sides = g_array_new (FALSE, FALSE, sizeof (Side));
  g_autofree char *scope = _bzg_session_scope_sql (session, "r.id");
  g_autofree char *sql
    = g_strdup_printf ("SELECT " SIDE_COLUMNS " FROM person_row r WHERE %s ORDER BY r.id", scope);
  g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (bzg_session_reader (session), sql, error);
  g_autoptr (GError) local_error = NULL;

  g_array_set_clear_func (sides, side_clear);
  if (stmt == NULL)
    return NULL;
  _bzg_session_bind_scope (session, stmt);
  while (_bzg_sql_step (stmt, &local_error))
    {
      Side side = side_from_row (stmt);

      g_hash_table_insert (positions, g_memdup2 (&side.n, sizeof side.n),
                           GUINT_TO_POINTER (sides->len + 1));
      g_array_append_val (sides, side);
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  return g_steal_pointer (&sides);
}

static void
compare_block (
  GArray *block, GArray *sides, GHashTable *seen, int min_score, GArray *out, GString *why)
{
  if (block->len > MAX_BLOCK)
    return;
  for (guint i = 0; i < block->len; i++)
    for (guint j = i + 1; j < block->len; j++)
      {
        guint x = g_array_index (block, guint, i);
        guint y = g_array_index (block, guint, j);
        Pair pair = { MIN (x, y), MAX (x, y), 0 };
        gint64 key = ((gint64) pair.a << 32) | pair.b;

        if (pair.a == pair.b || !g_hash_table_add (seen, g_memdup2 (&key, sizeof key)))
          continue;
        pair.score = score_pair (&g_array_index (sides, Side, pair.a),
                                 &g_array_index (sides, Side, pair.b), why);
        if (pair.score >= min_score)
          g_array_append_val (out, pair);
      }
}

gboolean
bzg_people_duplicates (BzgSession *session,
                       int min_score,
                       BzgPairFunc func,
                       gpointer data,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (GHashTable) positions
    = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GArray) sides = read_sides (session, positions, error);
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (Pair));
  g_autoptr (GArray) block = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (sqlite3_stmt) stmt = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GString) why = g_string_new (NULL);
  g_autofree char *key = g_strdup ("");
  gint64 kind = 0;

  if (sides == NULL)
    return FALSE;
  if (!bzg_session_allows (session, "identity", BZG_ACT_READ))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE, "names may not be read");
      return FALSE;
    }
  stmt = _bzg_sql_prepare (bzg_session_reader (session),
                           "SELECT kind, key, n FROM person_key ORDER BY kind, key, n", error);
  if (stmt == NULL)
    return FALSE;
  while (_bzg_sql_step (stmt, &local_error))
    {
      gint64 n = _bzg_sql_int (stmt, 2);
      guint position = GPOINTER_TO_UINT (g_hash_table_lookup (positions, &n));

      if (_bzg_sql_int (stmt, 0) != kind || strcmp (_bzg_sql_text (stmt, 1), key) != 0)
        {
          compare_block (block, sides, seen, min_score, pairs, why);
          g_array_set_size (block, 0);
          kind = _bzg_sql_int (stmt, 0);
          g_free (key);
          key = g_strdup (_bzg_sql_text (stmt, 1));
          if (g_cancellable_set_error_if_cancelled (cancellable, &local_error))
            break;
        }
      if (position == 0)
        continue;
      position--;
      g_array_append_val (block, position);
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  compare_block (block, sides, seen, min_score, pairs, why);

  g_array_sort (pairs, compare_pairs);
  for (guint i = 0; i < pairs->len; i++)
    {
      const Pair *found = &g_array_index (pairs, Pair, i);
      const Side *a = &g_array_index (sides, Side, found->a);
      const Side *b = &g_array_index (sides, Side, found->b);
      BzgPair pair = { .a = a->id, .b = b->id };

      pair.score = score_pair (a, b, why);
      pair.same = pair.score >= SAME;
      pair.why = why->str;
      if (!func (&pair, data))
        break;
    }
  return TRUE;
}
