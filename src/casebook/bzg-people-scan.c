/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-people-scan-private.h"

#include "base/bzg-error.h"
#include "casebook/bzg-people-blocks-private.h"
#include "casebook/bzg-session-private.h"

#include <string.h>

/*
 * Every pair of people who may be one. Two passes over the same candidates: in the first they are
 * compared and the weights are learnt, in the second, when these are known, scored. Between the
 * passes a pair is four bytes: which pattern it had.
 */

#define N_RANDOM 50000 /* pairs of strangers */

#define WEIGHTS_KEY "bzg-match-weights"

void
_bzg_people_learn (BzgSession *session, const BzgWeights *weights)
{
  g_object_set_data_full (G_OBJECT (session), WEIGHTS_KEY, g_memdup2 (weights, sizeof *weights),
                          g_free);
}

const BzgWeights *
_bzg_people_weights (BzgSession *session)
{
  const BzgWeights *weights = g_object_get_data (G_OBJECT (session), WEIGHTS_KEY);

  return weights != NULL ? weights : _bzg_weights_default ();
}

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
  GCancellable *cancellable;
  GArray *sides;     /* BzgSide */
  GArray *positions; /* guint: n -> position in sides + 1 */
  BzgBlocks *blocks; /* of positions */
  GArray *compared;  /* guint: the pattern of each candidate */
  Patterns patterns;
  BzgNameLevels *known; /* of the names of the sides */
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
  g_clear_pointer (&self->blocks, _bzg_blocks_free);
  g_clear_pointer (&self->compared, g_array_unref);
  patterns_clear (&self->patterns);
  g_clear_pointer (&self->known, _bzg_name_levels_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scan, scan_clear)

static void
tell (Scan *self, double fraction)
{
  if (self->progress != NULL)
    self->progress (fraction, self->progress_data);
}

static gboolean
is_cancelled (Scan *self, GError **error)
{
  if (!g_cancellable_is_cancelled (self->cancellable))
    return FALSE;
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "cancelled");
  return TRUE;
}

static const BzgSide *
side_at (const Scan *self, guint position)
{
  return &g_array_index (self->sides, BzgSide, position);
}

static gboolean
read_sides (Scan *self, GError **error)
{
  g_autofree char *scope = _bzg_session_scope_set_sql (self->session, "r.id");
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

      if (side.n >= self->positions->len)
        g_array_set_size (self->positions, (guint) side.n * 3 / 2 + 1);
      g_array_append_val (self->sides, side);
      g_array_index (self->positions, guint, side.n) = self->sides->len;
      if (self->sides->len % 1024 == 0 && is_cancelled (self, &local_error))
        break;
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
      g_autoptr (GHashTable) counts = g_hash_table_new (NULL, NULL);

      for (guint i = 0; i < self->sides->len; i++)
        {
          char *key = side_at (self, i)->role[role];
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

/* Where somebody stands among the sides; FALSE for who is outside the scope. */
static gboolean
find_position (const Scan *self, gint64 n, guint *position)
{
  guint found = n < self->positions->len ? g_array_index (self->positions, guint, n) : 0;

  *position = found - 1;
  return found > 0;
}

/* What was decided is not asked again. */
static gboolean
read_decided (Scan *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (self->db,
                        "SELECT a.n, b.n FROM not_same d JOIN person_row a ON a.id = d.person"
                        " JOIN person_row b ON b.id = d.other WHERE d.voided_at IS NULL",
                        error);

  if (stmt == NULL)
    return FALSE;
  while (_bzg_sql_step (stmt, &local_error))
    {
      guint a, b;

      if (find_position (self, _bzg_sql_int (stmt, 0), &a)
          && find_position (self, _bzg_sql_int (stmt, 1), &b))
        _bzg_blocks_part (self->blocks, a, b);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* Everybody who shares a key with somebody. */
static gboolean
read_blocks (Scan *self, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (self->db, "SELECT kind, key, n FROM person_key ORDER BY kind, key, n",
                        error);
  g_autoptr (GString) key = g_string_new (NULL);
  g_autoptr (GError) local_error = NULL;
  gint64 kind = 0;

  if (stmt == NULL)
    return FALSE;
  while (_bzg_sql_step (stmt, &local_error))
    {
      guint position;

      if (_bzg_sql_int (stmt, 0) != kind || strcmp (_bzg_sql_text (stmt, 1), key->str) != 0)
        {
          _bzg_blocks_next (self->blocks);
          kind = _bzg_sql_int (stmt, 0);
          g_string_assign (key, _bzg_sql_text (stmt, 1));
          if (is_cancelled (self, &local_error))
            break;
        }
      if (find_position (self, _bzg_sql_int (stmt, 2), &position))
        _bzg_blocks_add (self->blocks, position);
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  _bzg_blocks_close (self->blocks);
  return TRUE;
}

static BzgPattern
compare_at (Scan *self, guint a, guint b)
{
  return _bzg_people_compare (side_at (self, a), side_at (self, b), self->known);
}

/* What strangers share: pairs drawn by chance. The same dice for the same casebook: a scan can be
 * repeated. */
static void
compare_strangers (Scan *self, Patterns *strangers)
{
  guint n = self->sides->len;
  guint64 dice = 1;

  for (guint i = 0; n > 1 && i < N_RANDOM; i++)
    {
      guint a, b;

      dice = dice * G_GUINT64_CONSTANT (6364136223846793005) + 1442695040888963407;
      a = (guint) (dice >> 33) % n;
      dice = dice * G_GUINT64_CONSTANT (6364136223846793005) + 1442695040888963407;
      b = (guint) (dice >> 33) % n;
      if (a != b)
        patterns_add (strangers, compare_at (self, a, b));
    }
}

/* Compares the candidates and learns the weights from them. */
static gboolean
compare_all (Scan *self, GError **error)
{
  g_auto (Patterns) strangers = { 0 };
  g_autoptr (GArray) partners = g_array_new (FALSE, FALSE, sizeof (guint));

  patterns_init (&strangers);
  for (guint a = 0; a < self->sides->len; a++)
    {
      if (a % 1024 == 0)
        {
          if (is_cancelled (self, error))
            return FALSE;
          tell (self, 0.3 + 0.6 * a / self->sides->len);
        }
      _bzg_blocks_partners (self->blocks, a, partners);
      for (guint i = 0; i < partners->len; i++)
        {
          guint pattern = patterns_add (&self->patterns,
                                        compare_at (self, a, g_array_index (partners, guint, i)));

          g_array_append_val (self->compared, pattern);
        }
    }
  compare_strangers (self, &strangers);
  _bzg_weights_estimate (&self->weights, self->patterns.counts, strangers.counts, self->sides->len);
  return TRUE;
}

/* The pairs that are worth showing, best first. */
static GArray *
score_all (Scan *self, int min_score)
{
  GArray *pairs = g_array_new (FALSE, FALSE, sizeof (Pair));
  g_autoptr (GArray) partners = g_array_new (FALSE, FALSE, sizeof (guint));
  guint next = 0;

  for (guint a = 0; a < self->sides->len; a++)
    {
      _bzg_blocks_partners (self->blocks, a, partners);
      for (guint i = 0; i < partners->len; i++)
        {
          guint number = g_array_index (self->compared, guint, next++);
          Pair pair = { a, g_array_index (partners, guint, i), 0,
                        g_array_index (self->patterns.counts, BzgPatternCount, number).pattern };

          pair.score = _bzg_people_score (side_at (self, pair.a), side_at (self, pair.b),
                                          pair.pattern, &self->weights, self->sides->len, NULL);
          if (pair.score >= min_score)
            g_array_append_val (pairs, pair);
        }
    }
  g_array_sort (pairs, compare_pairs);
  return pairs;
}

static void
tell_pairs (Scan *self, const GArray *pairs, BzgPairFunc func, gpointer data)
{
  g_autoptr (GString) why = g_string_new (NULL);

  for (guint i = 0; i < pairs->len; i++)
    {
      const Pair *found = &g_array_index (pairs, Pair, i);
      const BzgSide *a = side_at (self, found->a), *b = side_at (self, found->b);
      BzgReasons reasons;
      BzgPair pair = { .a = a->id, .b = b->id, .score = found->score };

      _bzg_people_score (a, b, found->pattern, &self->weights, self->sides->len, &reasons);
      _bzg_reasons_say (&reasons, why);
      pair.same = pair.score >= BZG_SCORE_SAME;
      pair.why = why->str;
      pair.reasons = &reasons;
      if (!func (&pair, data))
        break;
    }
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
    .cancellable = cancellable,
    .sides = g_array_new (FALSE, FALSE, sizeof (BzgSide)),
    .positions = g_array_new (FALSE, TRUE, sizeof (guint)),
    .compared = g_array_new (FALSE, FALSE, sizeof (guint)),
    .known = _bzg_name_levels_new (),
  };
  g_autoptr (GArray) pairs = NULL;

  g_array_set_clear_func (self.sides, side_clear_cb);
  patterns_init (&self.patterns);
  if (!read_sides (&self, error))
    return FALSE;
  tell (&self, 0.15);
  self.blocks = _bzg_blocks_new (self.sides->len);
  if (!read_decided (&self, error) || !read_blocks (&self, error))
    return FALSE;
  tell (&self, 0.3);
  weigh_all_names (&self);
  if (!compare_all (&self, error))
    return FALSE;
  *learnt = self.weights;
  pairs = score_all (&self, min_score);
  tell_pairs (&self, pairs, func, data);
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
