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
 * Candidates come from the table of keys (a phone, a document, two words of the name, a word and
 * the date of birth), so that nobody is compared with everybody; bzg-people-score.c says how alike
 * two people are. What somebody has decided (these are not the same) is not asked again.
 *
 * Nothing is merged: the score only decides whether somebody is asked.
 */

#define MAX_BLOCK 300       /* a key shared by more people says nothing */
#define MAX_CANDIDATES 2000 /* for one draft */
#define MAX_SEARCHED 100
#define MAX_COUNTED 5000 /* bearers of a name: it is common, no matter how much */
#define N_RANDOM 50000   /* pairs of strangers */

#define WEIGHTS_KEY "bzg-match-weights"

/* What the last scan of this session learnt, else the defaults. */
static const BzgWeights *
weights_of (BzgSession *session)
{
  const BzgWeights *weights = g_object_get_data (G_OBJECT (session), WEIGHTS_KEY);

  return weights != NULL ? weights : _bzg_weights_default ();
}

/* The words that older callers know: what speaks for the two being one. */
static void
say_why (const BzgReasons *reasons, GString *why)
{
  gboolean same = FALSE, like = FALSE;

  g_string_truncate (why, 0);
  for (guint i = 0; i < reasons->n; i++)
    {
      const BzgReason *reason = &reasons->reason[i];
      gboolean name
        = g_str_equal (reason->field, "family_name") || g_str_equal (reason->field, "given_name");

      if (name && g_str_equal (reason->level, "same"))
        same = TRUE;
      else if (name)
        like = TRUE;
    }
  if (same && !like)
    g_string_append (why, "name ");
  else if (same || like)
    g_string_append (why, "similar_name ");
  for (guint i = 0; i < reasons->n; i++)
    {
      const BzgReason *reason = &reasons->reason[i];

      if (reason->bits <= 0)
        continue;
      if (g_str_equal (reason->field, "district"))
        g_string_append (why, "place ");
      else if (g_str_equal (reason->field, "birth_date") || g_str_equal (reason->field, "phone")
               || g_str_equal (reason->field, "document"))
        g_string_append_printf (why, "%s ", reason->field);
    }
  if (why->len > 0)
    g_string_truncate (why, why->len - 1);
}

/* ---- What was decided */

/* A pair of people by their small keys, the smaller first. */
static guint64
pair_key (gint64 a, gint64 b)
{
  return (guint64) MIN (a, b) << 32 | (guint64) MAX (a, b);
}

static guint
hash_pair (gconstpointer key)
{
  guint64 pair = *(const guint64 *) key * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  return (guint) (pair >> 32);
}

static GHashTable *
read_decided (sqlite3 *db, GError **error)
{
  g_autoptr (GHashTable) decided = g_hash_table_new_full (hash_pair, g_int64_equal, g_free, NULL);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (db,
                        "SELECT a.n, b.n FROM not_same d JOIN person_row a ON a.id = d.person"
                        " JOIN person_row b ON b.id = d.other WHERE d.voided_at IS NULL",
                        error);

  if (stmt == NULL)
    return NULL;
  while (_bzg_sql_step (stmt, &local_error))
    {
      guint64 key = pair_key (_bzg_sql_int (stmt, 0), _bzg_sql_int (stmt, 1));

      g_hash_table_add (decided, g_memdup2 (&key, sizeof key));
    }
  if (local_error == NULL)
    return g_steal_pointer (&decided);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

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
          score = _bzg_people_score (&self, &other, _bzg_people_compare (&self, &other),
                                     weights_of (session), people, &reasons);
          say_why (&reasons, why);
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

/* All pairs. */

typedef struct
{
  guint a, b; /* positions in the array of sides, a < b */
  int score;
  BzgPattern pattern;
} Pair;

/* The patterns that occur, each with how often: a few thousand, however many pairs. */
typedef struct
{
  GArray *counts;    /* BzgPatternCount */
  GHashTable *index; /* BzgPattern -> index in counts */
} Patterns;

static void
patterns_init (Patterns *self)
{
  self->counts = g_array_new (FALSE, FALSE, sizeof (BzgPatternCount));
  self->index = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

static void
patterns_clear (Patterns *self)
{
  g_array_unref (self->counts);
  g_hash_table_unref (self->index);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Patterns, patterns_clear)

/* Counts one more; returns the number of the pattern. */
static guint
patterns_add (Patterns *self, BzgPattern pattern)
{
  BzgPatternCount first = { pattern, 1 };
  gpointer index;

  if (g_hash_table_lookup_extended (self->index, &pattern, NULL, &index))
    {
      g_array_index (self->counts, BzgPatternCount, GPOINTER_TO_UINT (index)).n++;
      return GPOINTER_TO_UINT (index);
    }
  g_hash_table_insert (self->index, g_memdup2 (&pattern, sizeof pattern),
                       GUINT_TO_POINTER (self->counts->len));
  g_array_append_val (self->counts, first);
  return self->counts->len - 1;
}

static int
compare_pairs (gconstpointer a, gconstpointer b)
{
  const Pair *x = a;
  const Pair *y = b;

  if (x->score != y->score)
    return y->score - x->score;
  return x->a != y->a ? (x->a < y->a ? -1 : 1) : x->b < y->b ? -1 : x->b > y->b;
}

typedef struct
{
  BzgSession *session;
  sqlite3 *db; /* of the thread that scans */
  BzgProgress progress;
  gpointer progress_data;
  GArray *sides;      /* BzgSide */
  GArray *positions;  /* guint: n -> position in sides + 1 */
  GArray *candidates; /* guint64: positions a << 32 | b, a < b */
  GArray *compared;   /* guint: the pattern of each candidate */
  Patterns patterns;
  GHashTable *decided;
  BzgWeights weights;
} Scan;

static void
side_clear_cb (gpointer data)
{
  _bzg_side_clear (data);
}

static void
scan_clear (Scan *self)
{
  g_clear_pointer (&self->sides, g_array_unref);
  g_clear_pointer (&self->positions, g_array_unref);
  g_clear_pointer (&self->candidates, g_array_unref);
  g_clear_pointer (&self->compared, g_array_unref);
  patterns_clear (&self->patterns);
  g_clear_pointer (&self->decided, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scan, scan_clear)

static void
tell (Scan *self, double fraction)
{
  if (self->progress != NULL)
    self->progress (fraction, self->progress_data);
}

static gboolean
is_cancelled (GCancellable *cancellable, GError **error)
{
  if (!g_cancellable_is_cancelled (cancellable))
    return FALSE;
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "cancelled");
  return TRUE;
}

static gboolean
read_sides (Scan *self, GCancellable *cancellable, GError **error)
{
  g_autofree char *scope = _bzg_session_scope_sql (self->session, "r.id");
  g_autofree char *sql
    = g_strdup_printf ("SELECT " BZG_SIDE_COLUMNS " FROM person_row r WHERE %s ORDER BY r.id",
                       scope);
  g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (self->db, sql, error);
  g_autoptr (GError) local_error = NULL;

  if (stmt == NULL)
    return FALSE;
  _bzg_session_bind_scope (self->session, stmt);
  while (_bzg_sql_step (stmt, &local_error))
    {
      BzgSide side = _bzg_side_from_row (stmt);

      if (self->sides->len % 1024 == 0 && is_cancelled (cancellable, &local_error))
        {
          _bzg_side_clear (&side);
          break;
        }
      g_array_append_val (self->sides, side);
      if (side.n >= self->positions->len)
        g_array_set_size (self->positions, (guint) side.n * 3 / 2 + 1);
      g_array_index (self->positions, guint, side.n) = self->sides->len;
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* How rare each name is among all. */
static void
weigh_all_names (Scan *self)
{
  for (guint role = 0; role < 3; role++)
    {
      g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);

      for (guint i = 0; i < self->sides->len; i++)
        {
          char *key = g_array_index (self->sides, BzgSide, i).role[role];
          guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, key));

          g_hash_table_insert (counts, key, GUINT_TO_POINTER (count + 1));
        }
      for (guint i = 0; i < self->sides->len; i++)
        {
          BzgSide *side = &g_array_index (self->sides, BzgSide, i);

          side->bits[role]
            = _bzg_name_bits (GPOINTER_TO_UINT (g_hash_table_lookup (counts, side->role[role])),
                              self->sides->len);
        }
    }
}

static void
add_block (Scan *self, const GArray *block)
{
  if (block->len > MAX_BLOCK)
    return;
  for (guint i = 0; i < block->len; i++)
    for (guint j = i + 1; j < block->len; j++)
      {
        guint x = g_array_index (block, guint, i);
        guint y = g_array_index (block, guint, j);
        guint64 pair = (guint64) MIN (x, y) << 32 | MAX (x, y);

        g_array_append_val (self->candidates, pair);
      }
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  guint64 x = *(const guint64 *) a, y = *(const guint64 *) b;

  return x < y ? -1 : x > y;
}

/* Everybody who shares a key with somebody. */
static gboolean
read_candidates (Scan *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (self->db, "SELECT kind, key, n FROM person_key ORDER BY kind, key, n",
                        error);
  g_autoptr (GArray) block = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GString) key = g_string_new (NULL);
  g_autoptr (GError) local_error = NULL;
  gint64 kind = 0;
  guint kept = 0;

  if (stmt == NULL)
    return FALSE;
  while (_bzg_sql_step (stmt, &local_error))
    {
      gint64 n = _bzg_sql_int (stmt, 2);
      guint position = n < self->positions->len ? g_array_index (self->positions, guint, n) : 0;

      if (_bzg_sql_int (stmt, 0) != kind || strcmp (_bzg_sql_text (stmt, 1), key->str) != 0)
        {
          add_block (self, block);
          g_array_set_size (block, 0);
          kind = _bzg_sql_int (stmt, 0);
          g_string_assign (key, _bzg_sql_text (stmt, 1));
          if (is_cancelled (cancellable, &local_error))
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
  add_block (self, block);

  g_array_sort (self->candidates, compare_numbers);
  for (guint i = 0; i < self->candidates->len; i++)
    {
      guint64 pair = g_array_index (self->candidates, guint64, i);

      if (kept == 0 || g_array_index (self->candidates, guint64, kept - 1) != pair)
        g_array_index (self->candidates, guint64, kept++) = pair;
    }
  g_array_set_size (self->candidates, kept);
  return TRUE;
}

static BzgPattern
compare_at (Scan *self, guint a, guint b)
{
  return _bzg_people_compare (&g_array_index (self->sides, BzgSide, a),
                              &g_array_index (self->sides, BzgSide, b));
}

/* Compares the candidates, of whom those that were decided about are left out; learns the weights
 * from them on the way. Keeps of each the number of its pattern only: there are a million of them.
 */
static gboolean
compare_all (Scan *self, GCancellable *cancellable, GError **error)
{
  guint n = self->sides->len, n_candidates = self->candidates->len, kept = 0;
  g_auto (Patterns) strangers = { 0 };
  guint64 dice = 1;

  patterns_init (&strangers);
  for (guint i = 0; i < self->candidates->len; i++)
    {
      guint64 pair = g_array_index (self->candidates, guint64, i);
      guint a = (guint) (pair >> 32), b = (guint) pair, pattern;
      guint64 people = pair_key (g_array_index (self->sides, BzgSide, a).n,
                                 g_array_index (self->sides, BzgSide, b).n);

      if (i % 1024 == 0)
        {
          if (is_cancelled (cancellable, error))
            return FALSE;
          tell (self, 0.3 + 0.6 * i / n_candidates);
        }
      if (g_hash_table_contains (self->decided, &people))
        continue;
      pattern = patterns_add (&self->patterns, compare_at (self, a, b));
      g_array_append_val (self->compared, pattern);
      g_array_index (self->candidates, guint64, kept++) = pair;
    }
  g_array_set_size (self->candidates, kept);
  /* The same dice for the same casebook: a scan can be repeated. */
  for (guint i = 0; n > 1 && i < N_RANDOM; i++)
    {
      guint a, b;

      dice = dice * G_GUINT64_CONSTANT (6364136223846793005) + 1442695040888963407;
      a = (guint) (dice >> 33) % n;
      dice = dice * G_GUINT64_CONSTANT (6364136223846793005) + 1442695040888963407;
      b = (guint) (dice >> 33) % n;
      if (a != b)
        patterns_add (&strangers, compare_at (self, a, b));
    }
  _bzg_weights_estimate (&self->weights, self->patterns.counts, strangers.counts, n);
  return TRUE;
}

/* The pairs that are worth showing, best first. */
static GArray *
score_all (Scan *self, int min_score)
{
  GArray *pairs = g_array_new (FALSE, FALSE, sizeof (Pair));

  for (guint i = 0; i < self->candidates->len; i++)
    {
      guint64 key = g_array_index (self->candidates, guint64, i);
      guint number = g_array_index (self->compared, guint, i);
      Pair pair = { (guint) (key >> 32), (guint) key, 0,
                    g_array_index (self->patterns.counts, BzgPatternCount, number).pattern };

      pair.score = _bzg_people_score (&g_array_index (self->sides, BzgSide, pair.a),
                                      &g_array_index (self->sides, BzgSide, pair.b), pair.pattern,
                                      &self->weights, self->sides->len, NULL);
      if (pair.score >= min_score)
        g_array_append_val (pairs, pair);
    }
  g_array_sort (pairs, compare_pairs);
  return pairs;
}

void
_bzg_people_learn (BzgSession *session, const BzgWeights *weights)
{
  g_object_set_data_full (G_OBJECT (session), WEIGHTS_KEY, g_memdup2 (weights, sizeof *weights),
                          g_free);
}

gboolean
_bzg_people_scan (BzgSession *session,
                  sqlite3 *db,
                  int min_score,
                  BzgPairFunc func,
                  gpointer data,
                  BzgProgress progress,
                  gpointer progress_data,
                  BzgWeights *learnt,
                  GCancellable *cancellable,
                  GError **error)
{
  g_auto (Scan) self = {
    .session = session,
    .db = db,
    .progress = progress,
    .progress_data = progress_data,
    .sides = g_array_new (FALSE, FALSE, sizeof (BzgSide)),
    .positions = g_array_new (FALSE, TRUE, sizeof (guint)),
    .candidates = g_array_new (FALSE, FALSE, sizeof (guint64)),
    .compared = g_array_new (FALSE, FALSE, sizeof (guint)),
  };
  g_autoptr (GArray) pairs = NULL;
  g_autoptr (GString) why = g_string_new (NULL);

  g_array_set_clear_func (self.sides, side_clear_cb);
  patterns_init (&self.patterns);
  self.decided = read_decided (db, error);
  if (self.decided == NULL || !read_sides (&self, cancellable, error))
    return FALSE;
  tell (&self, 0.15);
  if (!read_candidates (&self, cancellable, error))
    return FALSE;
  tell (&self, 0.3);
  weigh_all_names (&self);
  if (!compare_all (&self, cancellable, error))
    return FALSE;
  *learnt = self.weights;
  pairs = score_all (&self, min_score);
  for (guint i = 0; i < pairs->len; i++)
    {
      const Pair *found = &g_array_index (pairs, Pair, i);
      const BzgSide *a = &g_array_index (self.sides, BzgSide, found->a);
      const BzgSide *b = &g_array_index (self.sides, BzgSide, found->b);
      BzgReasons reasons;
      BzgPair pair = { .a = a->id, .b = b->id, .score = found->score };

      _bzg_people_score (a, b, found->pattern, &self.weights, self.sides->len, &reasons);
      say_why (&reasons, why);
      pair.same = pair.score >= BZG_SCORE_SAME;
      pair.why = why->str;
      pair.reasons = &reasons;
      if (!func (&pair, data))
        break;
    }
  return TRUE;
}

gboolean
bzg_people_duplicates (BzgSession *session,
                       int min_score,
                       BzgPairFunc func,
                       gpointer data,
                       GCancellable *cancellable,
                       GError **error)
{
  BzgWeights learnt;

  if (!bzg_session_allows (session, "identity", BZG_ACT_READ))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE, "names may not be read");
      return FALSE;
    }
  if (!_bzg_people_scan (session, bzg_session_reader (session), min_score, func, data, NULL, NULL,
                         &learnt, cancellable, error))
    return FALSE;
  _bzg_people_learn (session, &learnt);
  return TRUE;
}
