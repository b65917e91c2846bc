/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-people-match-private.h"

#include "base/bzg-name.h"
#include "base/bzg-text.h"
#include "casebook/bzg-people-places-private.h"
#include "casebook/bzg-person-index-private.h"
#include "casebook/bzg-session-private.h"

#include <string.h>

/*
 * From what was typed to the people it means.
 *
 * The text is cut into words and numbers; every one of them must be met. Words are looked up in
 * rounds, from sure to unsure: whole keys and their beginnings; then loose keys, places and notes;
 * then, only if little was found, the keys that differ by a letter or two. A word that is still
 * being typed has an ending that the stored key does not have ("Karimo" on the way to "Karimov"):
 * its shortened forms are looked up as whole keys too.
 *
 * The order comes from comparing the typed words with the keys of each person found, not from the
 * full-text engine: what is nearest to what was typed stands first, equal ones by name.
 *
 * What a role may not read it cannot find by: no column of the index and no number is asked for
 * that the role does not read.
 */

#define MAX_WORDS 8
#define MAX_NUMBERS 4
#define FEW_WANTED 500
#define FEW 12 /* below this many people typing errors are looked for */
#define MAX_NEIGHBOURS 12
#define MIN_LETTERS_ELSEWHERE 3 /* two of a place or a note would list half the casebook */
#define MAX_SHORTENED 3
#define GOOD 900 /* below this best score too, whatever was found */
#define POOR 720 /* below, a word may be spoilt altogether */
#define LIKE_WHOLE 760
#define MAX_PARTIAL 3000
#define MAX_REFINED 40  /* of the first so many the order is decided by the whole name */
#define REFINED_SPAN 80 /* if they score as nearly as this */

typedef struct
{
  char *strict;
  char *loose;
  char *folded;
  char *half; /* without a last letter that may become another sound with the next; or NULL */
  gboolean in_place;     /* some place begins so; known from the second round on */
  GPtrArray *neighbours; /* strict keys near this one; NULL before the last round */
} Word;

typedef struct
{
  char *digits;   /* NULL if it has letters */
  char *document; /* capital letters and digits */
} Number;

typedef struct
{
  BzgSession *session;
  sqlite3 *db;
  gboolean names, places, contacts, notes, cases;
  char *scope; /* "0", "1" or a condition on t.rowid: strangers are not even read */
  gboolean outside;
  gboolean in_place; /* one of the words is */
  guint enough, cap;
  char *whole; /* the text, trimmed */
  GPtrArray *words;
  gsize longest; /* letters of the longest word */
  GPtrArray *numbers;
  GArray *matches;   /* BzgMatch */
  GHashTable *known; /* n -> index in matches + 1 */
} Search;

static void
word_free (gpointer data)
{
  Word *word = data;

  g_free (word->strict);
  g_free (word->loose);
  g_free (word->folded);
  g_free (word->half);
  g_clear_pointer (&word->neighbours, g_ptr_array_unref);
  g_free (word);
}

static void
number_free (gpointer data)
{
  Number *number = data;

  g_free (number->digits);
  g_free (number->document);
  g_free (number);
}

static gboolean
has_digit (const char *text)
{
  for (; *text != '\0'; text++)
    if (g_ascii_isdigit (*text))
      return TRUE;
  return FALSE;
}

static gboolean
has_letter (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (g_unichar_isalpha (g_utf8_get_char (text)))
      return TRUE;
  return FALSE;
}

static void
add_number (Search *self, const char *text)
{
  Number *number;

  if (self->numbers->len == MAX_NUMBERS)
    return;
  number = g_new0 (Number, 1);
  number->digits = has_letter (text) ? NULL : _bzg_person_index_digits (text);
  number->document = _bzg_person_index_document (text);
  g_ptr_array_add (self->numbers, number);
}

/* Who types "Jamshed" passes by "Jams", which sounds different: the last letter of Latin text may
 * be the first half of sh, kh, gh, zh, ch, dzh, ts, yo. */
static void
cut_half (Search *self, const char *folded)
{
  gsize len = strlen (folded);
  Word *word;

  if (self->words->len == 0 || len == 0 || strchr ("cdgkstyz", folded[len - 1]) == NULL)
    return;
  word = g_ptr_array_index (self->words, self->words->len - 1);
  if (strlen (word->strict) >= 3)
    word->half = g_strndup (word->strict, strlen (word->strict) - 1);
}

static void
cut (Search *self, const char *text)
{
  g_autofree char *folded = bzg_text_fold (text);
  g_auto (GStrv) pieces = g_strsplit_set (text, " \t\r\n,;", -1);
  g_autoptr (GString) name = g_string_new (NULL);
  g_autoptr (GPtrArray) parts = NULL;

  /* A phone number is written with spaces. */
  if (!has_letter (text))
    {
      if (has_digit (text))
        add_number (self, text);
      return;
    }
  /* Words are cut together: how one is read may depend on the others. */
  for (guint i = 0; pieces[i] != NULL; i++)
    {
      if (has_digit (pieces[i]))
        add_number (self, pieces[i]);
      else
        g_string_append_printf (name, "%s ", pieces[i]);
    }
  parts = bzg_name_parts (name->str);
  for (guint i = 0; i < MIN (parts->len, MAX_WORDS); i++)
    {
      BzgNamePart *part = g_ptr_array_index (parts, i);
      Word *word = g_new0 (Word, 1);

      word->strict = g_steal_pointer (&part->strict);
      word->loose = g_steal_pointer (&part->loose);
      word->folded = bzg_text_fold (part->text);
      self->longest = MAX (self->longest, strlen (word->strict));
      g_ptr_array_add (self->words, word);
    }
  cut_half (self, folded);
}

/* The places of thousands of people are not to be read for a word that is no place. */
static gboolean
find_places (Search *self, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = NULL;
  g_autoptr (GError) local_error = NULL;

  if (!self->places || self->in_place)
    return TRUE;
  stmt = _bzg_sql_prepare (self->db, "SELECT 1 FROM person_text WHERE person_text MATCH ? LIMIT 1",
                           error);
  if (stmt == NULL)
    return FALSE;
  for (guint i = 0; i < self->words->len && local_error == NULL; i++)
    {
      Word *word = g_ptr_array_index (self->words, i);
      g_autofree char *match = g_strdup_printf ("{place} : \"%s\" *", word->strict);

      _bzg_sql_bind_text (stmt, 1, match);
      word->in_place = _bzg_sql_step (stmt, &local_error);
      self->in_place = self->in_place || word->in_place;
      sqlite3_reset (stmt);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

typedef enum
{
  ROUND_WHOLE, /* whole keys alone: with few wanted, they are not to drown in longer names */
  ROUND_BEGUN, /* and what begins so */
  ROUND_SURE,
  ROUND_LIKELY,
  ROUND_NEAR,
} Round;

/* A word of the notes, cut where the index cuts: "Салим-зода" is two words there, and an index that
 * keeps columns but no positions refuses phrases. FALSE if no letter is left. */
static gboolean
append_note (GString *out, const char *sep, const char *folded)
{
  gboolean any = FALSE;

  while (*folded != '\0')
    {
      const char *end = folded;

      while (*end != '\0' && g_unichar_isalnum (g_utf8_get_char (end)))
        end = g_utf8_next_char (end);
      if (end == folded)
        {
          folded = g_utf8_next_char (folded);
          continue;
        }
      g_string_append (out, any ? " AND " : sep);
      g_string_append_printf (out, "%s{note} : \"%.*s\" *", any ? "" : "(", (int) (end - folded),
                              folded);
      any = TRUE;
      folded = end;
    }
  if (any)
    g_string_append (out, ")");
  return any;
}

/* The keys that a word may stand for beside its own. */
static void
append_other_keys (GString *out, const Word *word)
{
  gsize len = strlen (word->strict);
  const char *sep = " OR {strict} : (";

  for (guint cutoff = 1; cutoff <= MAX_SHORTENED && len >= cutoff + 3; cutoff++)
    {
      g_string_append_printf (out, "%s\"%.*s\"", sep, (int) (len - cutoff), word->strict);
      sep = " OR ";
    }
  if (word->half != NULL)
    {
      g_string_append_printf (out, "%s\"%s\" *", sep, word->half);
      sep = " OR ";
    }
  for (guint i = 0; word->neighbours != NULL && i < word->neighbours->len; i++)
    {
      g_string_append_printf (out, "%s\"%s\"", sep,
                              (const char *) g_ptr_array_index (word->neighbours, i));
      sep = " OR ";
    }
  if (g_str_equal (sep, " OR "))
    g_string_append_c (out, ')');
}

/* The full-text expression of one word; FALSE if the round or the role has nothing to ask. */
static gboolean
append_word (Search *self, GString *out, const Word *word, Round round)
{
  gboolean elsewhere = round >= ROUND_LIKELY && self->matches->len < self->enough
                       && g_utf8_strlen (word->folded, -1) >= MIN_LETTERS_ELSEWHERE;
  gsize before = out->len;
  const char *sep = "";

  g_string_append (out, "(");
  /* Two columns together are one list to be read. */
  if (elsewhere && word->in_place)
    {
      g_string_append_printf (out, "{%splace} : \"%s\" *", self->names ? "strict " : "",
                              word->strict);
      sep = " OR ";
    }
  else if (self->names)
    {
      g_string_append_printf (out, "{strict} : \"%s\"%s", word->strict,
                              round == ROUND_WHOLE ? "" : " *");
      sep = " OR ";
    }
  if (self->names && round >= ROUND_SURE)
    append_other_keys (out, word);
  if (self->names && round >= ROUND_LIKELY && strlen (word->loose) >= 3)
    g_string_append_printf (out, " OR {loose} : \"%s\"", word->loose);
  if (elsewhere && self->notes && append_note (out, sep, word->folded))
    sep = " OR ";
  g_string_append (out, ")");
  if (*sep != '\0')
    return TRUE;
  g_string_truncate (out, before);
  return FALSE;
}

static char *
expression (Search *self, Round round)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < self->words->len; i++)
    {
      const Word *word = g_ptr_array_index (self->words, i);

      /* An initial beside a name only puts in order: to look for it would list half the casebook.
       */
      if (strlen (word->strict) == 1 && self->longest > 1)
        continue;
      if (out->len > 0)
        g_string_append (out, " AND ");
      if (!append_word (self, out, word, round))
        {
          g_string_free (out, TRUE);
          return NULL;
        }
    }
  return g_string_free (out, FALSE);
}

/* How well one typed word meets one key of a name: 0..1000. */
static int
score_key (const char *typed, const char *key, gsize key_len)
{
  gsize len = strlen (typed);
  gsize common = 0;
  char copy[64];
  guint distance, limit;

  while (common < len && common < key_len && typed[common] == key[common])
    common++;
  if (common == len && common == key_len)
    return 1000;
  if (common == len)
    return 860 + (int) (130 * len / key_len);
  if (common == key_len && key_len >= 3 && len - key_len <= MAX_SHORTENED)
    return 850;
  if (key_len >= sizeof copy)
    return 0;
  memcpy (copy, key, key_len);
  copy[key_len] = '\0';
  limit = len >= 8 ? 4 : len >= 4 ? 3 : 2;
  distance = bzg_name_distance (typed, copy, limit);
  if (distance > limit)
    return 0;
  switch (distance)
    {
    case 1:
      return 800;
    case 2:
      return len >= 5 ? 700 : 500;
    case 3:
      return len >= 6 ? 600 : 400;
    case 4:
      return len >= 8 ? 550 : 300;
    default:
      return 0;
    }
}

/* The best of the words in @keys; *n_first counts those of its first line. */
static int
score_keys (const char *typed, const char *keys, guint *n_first)
{
  int best = 0;
  gboolean first = TRUE;

  *n_first = 0;
  while (keys != NULL && *keys != '\0')
    {
      gsize len = strcspn (keys, " \n");

      if (len > 0)
        {
          best = MAX (best, score_key (typed, keys, len));
          *n_first += first;
        }
      keys += len;
      if (*keys == '\n')
        first = FALSE;
      if (*keys != '\0')
        keys++;
    }
  return best;
}

static int
score_words (Search *self, const char *strict, const char *place, const char **why)
{
  int sum = 0;
  guint n_first = 0;
  gboolean by_name = FALSE;
  gboolean by_place = FALSE;

  for (guint i = 0; i < self->words->len; i++)
    {
      const Word *word = g_ptr_array_index (self->words, i);
      int score = self->names ? score_keys (word->strict, strict, &n_first) : 0;
      int half = self->names && word->half != NULL
                   ? MIN (score_keys (word->half, strict, &n_first), 820)
                   : 0;
      guint n_place;
      int in_place = place != NULL && self->places ? score_keys (word->strict, place, &n_place) : 0;

      if (half == 820)
        score = MAX (score, half);
      if (in_place >= 860 && score < 820)
        {
          score = in_place * 6 / 10;
          by_place = TRUE;
        }
      else if (score >= 300)
        by_name = TRUE;
      else
        score = 250;
      sum += score;
    }
  *why = by_name ? "name" : by_place ? "place" : "note";
  sum /= (int) self->words->len;
  if (self->names && n_first > self->words->len)
    sum -= (int) MIN (5 * (n_first - self->words->len), 20);
  return MAX (sum, 1);
}

static void
add_match (Search *self, gint64 n, int score, const char *why, gboolean inside)
{
  guint known = GPOINTER_TO_UINT (g_hash_table_lookup (self->known, &n));
  BzgMatch match = { .n = n, .score = score, .why = why, .outside = !inside };

  if (known > 0)
    {
      BzgMatch *old = &g_array_index (self->matches, BzgMatch, known - 1);

      if (score > old->score)
        {
          old->score = score;
          old->why = why;
        }
      return;
    }
  g_array_append_val (self->matches, match);
  g_hash_table_insert (self->known, g_memdup2 (&n, sizeof n),
                       GUINT_TO_POINTER (self->matches->len));
}

/* The numbers of a text that has words too: each must occur in one of the person's numbers. */
static void
append_numbers (Search *self, GString *sql)
{
  for (guint i = 0; i < self->numbers->len; i++)
    {
      g_string_append (sql, " AND (0");
      if (self->contacts)
        g_string_append_printf (sql,
                                " OR instr (r.phone, :d%u) > 0 OR instr (r.document, :t%u) > 0", i,
                                i);
      if (self->cases)
        g_string_append_printf (sql, " OR instr (r.case_no, :t%u) > 0", i);
      g_string_append (sql, ")");
    }
}

static void
bind_numbers (Search *self, sqlite3_stmt *stmt)
{
  for (guint i = 0; i < self->numbers->len; i++)
    {
      const Number *number = g_ptr_array_index (self->numbers, i);
      char name[8];

      g_snprintf (name, sizeof name, ":d%u", i);
      _bzg_sql_bind_named (stmt, name, number->digits);
      g_snprintf (name, sizeof name, ":t%u", i);
      _bzg_sql_bind_named (stmt, name, number->document);
    }
}

/* Adds to @rows (BzgMatch) whom @match means, in the order of names. Where few are wanted, at most
 * as many as are compared: the latest or the earliest registered. */
static gboolean
ask_words (
  Search *self, const char *match, gboolean outside, gboolean latest, GArray *rows, GError **error)
{
  g_autoptr (GString) sql = g_string_new (NULL);
  g_autoptr (sqlite3_stmt) stmt = NULL;
  g_autoptr (GError) local_error = NULL;

  g_string_append_printf (sql,
                          "SELECT n, strict, place FROM (SELECT r.n AS n, r.strict AS strict,"
                          " %s AS place, r.name_key AS name_key FROM person_text t"
                          " JOIN person_row r ON r.n = t.rowid WHERE person_text MATCH :match"
                          " AND %s%s",
                          self->in_place ? "t.place" : "NULL", outside ? "NOT " : "", self->scope);
  append_numbers (self, sql);
  if (self->cap <= FEW_WANTED)
    g_string_append_printf (sql, " ORDER BY t.rowid%s LIMIT :cap) ORDER BY name_key, n",
                            latest ? " DESC" : "");
  else
    g_string_append (sql, ") ORDER BY name_key, n LIMIT :cap");

  stmt = _bzg_sql_prepare (self->db, sql->str, error);
  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_named (stmt, ":match", match);
  bind_numbers (self, stmt);
  _bzg_sql_bind_int (stmt, sqlite3_bind_parameter_index (stmt, ":cap"), self->cap);
  while (_bzg_sql_step (stmt, &local_error))
    {
      BzgMatch row = { .n = _bzg_sql_int (stmt, 0), .outside = outside };

      row.score = score_words (self, _bzg_sql_text (stmt, 1), _bzg_sql_text (stmt, 2), &row.why);
      g_array_append_val (rows, row);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* To put thousands in the order of names takes longer than a key press. Where few are wanted the
 * latest registered stand for all; who types on will see the others. Two lists are joined forwards,
 * which takes half the time, and backwards only if they have so many in common. */
static gboolean
ask_few (Search *self, const char *match, gboolean outside, GArray *rows, GError **error)
{
  gboolean latest = self->words->len == 1;

  if (!ask_words (self, match, outside, latest, rows, error))
    return FALSE;
  if (latest || self->cap > FEW_WANTED || rows->len < self->cap)
    return TRUE;
  g_array_set_size (rows, 0);
  return ask_words (self, match, outside, TRUE, rows, error);
}

static gboolean
find_words (Search *self, Round round, GError **error)
{
  g_autofree char *match = expression (self, round);

  if (match == NULL)
    return TRUE;
  for (int outside = 0; outside <= self->outside; outside++)
    {
      g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (BzgMatch));

      /* Outside the scope only somebody whose whole name was typed. */
      if (outside && (self->words->len < 2 || round > ROUND_SURE || g_str_equal (self->scope, "1")))
        break;
      if (!ask_few (self, match, outside, rows, error))
        return FALSE;
      for (guint i = 0; i < rows->len; i++)
        {
          const BzgMatch *row = &g_array_index (rows, BzgMatch, i);

          if (!outside || row->score >= 990)
            add_match (self, row->n, row->score, row->why, !outside);
        }
    }
  return TRUE;
}

/* A word that is spoilt beyond recognition: all the others, in every choice. NULL if there are too
 * few. */
static char *
partial_expression (Search *self)
{
  GString *out = g_string_new (NULL);

  for (guint left_out = 0; self->words->len > 1 && left_out < self->words->len; left_out++)
    {
      gsize start = out->len;
      gboolean any = FALSE;

      g_string_append (out, start > 0 ? " OR (" : "(");
      for (guint i = 0; i < self->words->len; i++)
        {
          const Word *word = g_ptr_array_index (self->words, i);

          if (i == left_out || strlen (word->strict) < 2)
            continue;
          g_string_append_printf (out, "%s({strict} : \"%s\"", any ? " AND " : "", word->strict);
          if (strlen (word->loose) >= 3)
            g_string_append_printf (out, " OR {loose} : \"%s\"", word->loose);
          g_string_append_c (out, ')');
          any = TRUE;
        }
      if (any)
        g_string_append_c (out, ')');
      else
        g_string_truncate (out, start);
    }
  return out->len > 0 ? g_string_free (out, FALSE) : (g_string_free (out, TRUE), (char *) NULL);
}

/* People whose whole name is like what was typed, though one word meets nothing. */
static gboolean
find_partial (Search *self, GError **error)
{
  g_autofree char *match = partial_expression (self);
  g_autofree char *sql
    = g_strdup_printf ("SELECT r.n, r.strict FROM person_text t JOIN person_row r ON r.n = t.rowid"
                       " WHERE person_text MATCH :match AND %s LIMIT :cap",
                       self->scope);
  g_autofree char *typed = bzg_name_strict_key (self->whole);
  g_autoptr (sqlite3_stmt) stmt = NULL;
  g_autoptr (GError) local_error = NULL;

  if (match == NULL)
    return TRUE;
  stmt = _bzg_sql_prepare (self->db, sql, error);
  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_named (stmt, ":match", match);
  _bzg_sql_bind_int (stmt, sqlite3_bind_parameter_index (stmt, ":cap"), MAX_PARTIAL);
  while (_bzg_sql_step (stmt, &local_error))
    {
      const char *keys = _bzg_sql_text (stmt, 1);
      g_autofree char *own = g_strndup (keys, strcspn (keys, "\n"));
      guint like = bzg_name_key_similarity (typed, own);

      if (like >= LIKE_WHOLE)
        add_match (self, _bzg_sql_int (stmt, 0), (int) like * 8 / 10, "name", TRUE);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

typedef struct
{
  char *term;
  guint distance;
} Neighbour;

static void
neighbour_free (gpointer data)
{
  g_free (((Neighbour *) data)->term);
  g_free (data);
}

static int
compare_neighbours (gconstpointer a, gconstpointer b)
{
  const Neighbour *x = *(const Neighbour *const *) a;
  const Neighbour *y = *(const Neighbour *const *) b;

  return x->distance != y->distance ? (int) x->distance - (int) y->distance
                                    : strcmp (x->term, y->term);
}

static gboolean
find_neighbours (Search *self, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (self->db,
                        "SELECT term FROM person_term WHERE length (term) BETWEEN :low AND :high",
                        error);
  g_autoptr (GError) local_error = NULL;

  if (stmt == NULL)
    return FALSE;
  for (guint i = 0; i < self->words->len && local_error == NULL; i++)
    {
      Word *word = g_ptr_array_index (self->words, i);
      g_autoptr (GPtrArray) near = g_ptr_array_new_with_free_func (neighbour_free);
      guint len = (guint) strlen (word->strict);
      guint limit = len >= 7 ? 2 : len >= 4 ? 1 : 0;

      word->neighbours = g_ptr_array_new_with_free_func (g_free);
      if (limit == 0)
        continue;
      sqlite3_reset (stmt);
      _bzg_sql_bind_int (stmt, 1, len - limit);
      _bzg_sql_bind_int (stmt, 2, len + limit);
      while (_bzg_sql_step (stmt, &local_error))
        {
          const char *term = _bzg_sql_text (stmt, 0);
          guint distance = bzg_name_distance (word->strict, term, limit);

          if (distance <= limit)
            {
              Neighbour *neighbour = g_new0 (Neighbour, 1);

              neighbour->term = g_strdup (term);
              neighbour->distance = distance;
              g_ptr_array_add (near, neighbour);
            }
        }
      g_ptr_array_sort (near, compare_neighbours);
      for (guint j = 0; j < MIN (near->len, MAX_NEIGHBOURS); j++)
        g_ptr_array_add (word->neighbours,
                         g_strdup (((Neighbour *) g_ptr_array_index (near, j))->term));
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* One question about numbers; :a is what is looked for. The score comes with the row. */
static gboolean
find_number (Search *self, const char *question, const char *a, const char *why, GError **error)
{
  const char *scope = strlen (self->scope) == 1 ? self->scope : "bzg_place (r.n) > 0";
  g_autofree char *sql = g_strdup_printf (
    "SELECT n, score, inside FROM (SELECT r.n AS n, r.name_key AS name_key, %s AS inside, %s)"
    " WHERE score > 0 AND (inside OR score >= :outside) ORDER BY score DESC, name_key LIMIT :cap",
    scope, question);
  g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (self->db, sql, error);
  g_autoptr (GError) local_error = NULL;

  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_named (stmt, ":a", a);
  _bzg_sql_bind_int (stmt, sqlite3_bind_parameter_index (stmt, ":outside"),
                     self->outside ? 990 : G_MAXINT32);
  _bzg_sql_bind_int (stmt, sqlite3_bind_parameter_index (stmt, ":cap"), self->cap);
  while (_bzg_sql_step (stmt, &local_error))
    add_match (self, _bzg_sql_int (stmt, 0), (int) _bzg_sql_int (stmt, 1), why,
               _bzg_sql_int (stmt, 2) != 0);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* What the whole text may be: a case number, a reference, a document, a phone. */
static gboolean
find_whole (Search *self, GError **error)
{
  char case_no[BZG_CASE_NUMBER_SIZE];

  if (self->cases && bzg_case_number_parse (self->whole, case_no)
      && !find_number (self,
                       "1000 AS score FROM case_file c JOIN person_row r ON r.id = c.person"
                       " WHERE c.case_no = :a AND c.voided_at IS NULL",
                       case_no, "case_no", error))
    return FALSE;
  if (self->cases
      && !find_number (self, "1000 AS score FROM person_row r WHERE r.ref = :a COLLATE NOCASE",
                       self->whole, "ref", error))
    return FALSE;
  /* The reference of somebody who was merged: from the few merges, not from the many people. */
  if (self->cases
      && !find_number (self,
                       "1000 AS score FROM (WITH RECURSIVE up (id) AS"
                       " (SELECT m.keeper FROM merge m CROSS JOIN person p ON p.id = m.other"
                       " WHERE m.undo IS NULL AND p.ref = :a COLLATE NOCASE UNION"
                       " SELECT m.keeper FROM up CROSS JOIN merge m ON m.other = up.id"
                       " WHERE m.undo IS NULL) SELECT id FROM up) AS u"
                       " CROSS JOIN person_row r ON r.id = u.id",
                       self->whole, "ref", error))
    return FALSE;
  if (self->words->len > 0 || self->numbers->len != 1)
    return TRUE;

  /* One number and nothing else. */
  {
    const Number *number = g_ptr_array_index (self->numbers, 0);
    gsize digits = number->digits != NULL ? strlen (number->digits) : 0;
    const char *local = digits > 0 ? number->digits : "";

    if (self->cases && number->document != NULL && strlen (number->document) >= 3
        && !find_number (self,
                         "880 AS score FROM person_row r WHERE r.case_no >= :a"
                         " AND r.case_no < :a || '~'",
                         number->document, "case_no", error))
      return FALSE;
    if (self->contacts && number->document != NULL && strlen (number->document) >= 4
        && !find_number (self,
                         "CASE WHEN r.document = :a THEN 1000 ELSE 850 END AS score"
                         " FROM person_row r WHERE r.document >= :a AND r.document < :a || '~'",
                         number->document, "document", error))
      return FALSE;
    /* The country code may be there or not, on either side: nine digits are enough, and as many are
     * kept as a key. */
    if (digits > 3 && g_str_has_prefix (number->digits, "992"))
      local += 3;
    else if (digits > 5 && g_str_has_prefix (number->digits, "00992"))
      local += 5;
    if (strlen (local) > 9)
      local += strlen (local) - 9;
    if (self->contacts && digits >= 3
        && !find_number (self,
                         "CASE WHEN length (:a) = 9 THEN 990"
                         "  WHEN substr (k.key, -length (:a)) = :a THEN 900"
                         "  ELSE 700 END AS score FROM person_key k JOIN person_row r ON r.n = k.n"
                         " WHERE k.kind = 1 AND instr (k.key, :a) > 0",
                         local, "phone", error))
      return FALSE;
  }
  return TRUE;
}

static int
compare_matches (gconstpointer a, gconstpointer b)
{
  return ((const BzgMatch *) b)->score - ((const BzgMatch *) a)->score;
}

/* A match and how near its whole name is to all that was typed. */
typedef struct
{
  BzgMatch match;
  guint order;
} Refined;

static int
compare_refined (gconstpointer a, gconstpointer b)
{
  const Refined *x = a, *y = b;

  return x->order != y->order ? (x->order < y->order ? 1 : -1) : y->match.score - x->match.score;
}

/* Каримов Раҳмон and Раҳмонов Карим meet the same words. Who is nearest as the name is written,
 * with its endings, stands first; the scores stay, in falling order. */
static gboolean
refine (Search *self, GError **error)
{
  g_autofree char *strict = bzg_name_strict_key (self->whole);
  g_autofree char *full = bzg_name_full_key (self->whole);
  g_autofree char *repaired = bzg_text_repair (self->whole);
  g_autofree char *lower = g_utf8_strdown (repaired, -1);
  g_autoptr (GArray) first = g_array_new (FALSE, FALSE, sizeof (Refined));
  g_autoptr (sqlite3_stmt) stmt = NULL;
  int best = g_array_index (self->matches, BzgMatch, 0).score;

  stmt = _bzg_sql_prepare (self->db, "SELECT name, strict FROM person_row WHERE n = ?", error);
  if (stmt == NULL)
    return FALSE;
  for (guint i = 0; i < MIN (self->matches->len, MAX_REFINED); i++)
    {
      Refined refined = { g_array_index (self->matches, BzgMatch, i), 0 };

      if (refined.match.score < best - REFINED_SPAN)
        break;
      _bzg_sql_bind_int (stmt, 1, refined.match.n);
      if (_bzg_sql_step (stmt, NULL))
        {
          const char *name = _bzg_sql_text (stmt, 0);
          const char *keys = _bzg_sql_text (stmt, 1);
          g_autofree char *own = g_strndup (keys, strcspn (keys, "\n"));
          g_autofree char *own_full = bzg_name_full_key (name);
          g_autofree char *own_repaired = bzg_text_repair (name);
          g_autofree char *own_lower = g_utf8_strdown (own_repaired, -1);

          refined.order = 2 * bzg_name_closeness (strict, full, own, own_full)
                          + (strcmp (lower, own_lower) == 0);
        }
      sqlite3_reset (stmt);
      g_array_append_val (first, refined);
    }
  g_array_sort (first, compare_refined);
  for (guint i = 0; i < first->len; i++)
    {
      BzgMatch match = g_array_index (first, Refined, i).match;

      if (i == 0)
        match.score = best;
      else
        match.score = MIN (match.score, g_array_index (self->matches, BzgMatch, i - 1).score);
      g_array_index (self->matches, BzgMatch, i) = match;
    }
  return TRUE;
}

static int
best_score (const Search *self)
{
  int best = 0;

  for (guint i = 0; i < self->matches->len; i++)
    best = MAX (best, g_array_index (self->matches, BzgMatch, i).score);
  return best;
}

/* Whether what was typed may hold typing errors: whoever typed a whole name rightly does not mean
 * another. */
static gboolean
has_slipped (const Search *self)
{
  int best = best_score (self);

  return best < GOOD || (self->matches->len < FEW && (best < 990 || self->words->len < 2));
}

static gboolean
search_init (Search *self, BzgSession *session, const char *text, GError **error)
{
  g_autofree char *scope = _bzg_session_scope_sql (session, ":person");

  *self = (Search){
    .session = session,
    .db = bzg_session_reader (session),
    .names = bzg_session_allows (session, "identity", BZG_ACT_READ),
    .places = bzg_session_allows (session, "address", BZG_ACT_READ),
    .contacts = bzg_session_allows (session, "contact", BZG_ACT_READ),
    .notes = bzg_session_allows (session, "notes", BZG_ACT_READ),
    .cases = bzg_session_allows (session, "case", BZG_ACT_READ),
    .whole = g_strstrip (g_utf8_make_valid (text, -1)),
    .words = g_ptr_array_new_with_free_func (word_free),
    .numbers = g_ptr_array_new_with_free_func (number_free),
    .matches = g_array_new (FALSE, FALSE, sizeof (BzgMatch)),
    .known = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL),
  };
  /* Everybody and nobody need no places. */
  self->scope = g_strdup (strlen (scope) == 1 ? scope : "bzg_place (t.rowid) > 0");
  cut (self, self->whole);
  return strlen (scope) == 1 || _bzg_people_places (session, error) != NULL;
}

static void
search_clear (Search *self)
{
  g_free (self->scope);
  g_free (self->whole);
  g_ptr_array_unref (self->words);
  g_ptr_array_unref (self->numbers);
  g_array_unref (self->matches);
  g_hash_table_unref (self->known);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

static gboolean
list_words (Search *self, Round round, GArray *keys, GError **error)
{
  g_autofree char *match = expression (self, round);
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (self->db, "SELECT rowid FROM person_text WHERE person_text MATCH ?", error);

  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_text (stmt, 1, match);
  return _bzg_sql_ints (stmt, keys, error);
}

gboolean
_bzg_people_match_word (BzgSession *session, const char *text, GArray *found[3], GError **error)
{
  static const Round rounds[] = { ROUND_WHOLE, ROUND_BEGUN, ROUND_SURE };
  g_auto (Search) self = { 0 };

  if (!search_init (&self, session, text, error))
    return FALSE;
  if (!self.names || self.words->len != 1 || self.numbers->len != 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (rounds); i++)
    if (!list_words (&self, rounds[i], found[i], error))
      return FALSE;
  return TRUE;
}

GArray *
_bzg_people_match (
  BzgSession *session, const char *text, guint enough, guint cap, gboolean outside, GError **error)
{
  g_auto (Search) self = { 0 };
  GPtrArray *words, *numbers;
  GArray *matches;

  if (!search_init (&self, session, text, error))
    return NULL;
  self.outside = outside;
  self.enough = enough;
  self.cap = cap;
  words = self.words;
  numbers = self.numbers;
  matches = self.matches;
  if (!find_whole (&self, error))
    return NULL;
  if (words->len > 0)
    {
      if ((cap <= FEW_WANTED && self.names && !find_words (&self, ROUND_WHOLE, error))
          || (matches->len < enough && !find_words (&self, ROUND_SURE, error)))
        return NULL;
      if (!find_places (&self, error))
        return NULL;
      /* What is near includes what is likely. */
      if (self.names && has_slipped (&self)
            ? !find_neighbours (&self, error) || !find_words (&self, ROUND_NEAR, error)
            : matches->len < enough && !find_words (&self, ROUND_LIKELY, error))
        return NULL;
      if (words->len > 1 && numbers->len == 0 && self.names && best_score (&self) < POOR
          && !find_partial (&self, error))
        return NULL;
    }
  g_array_sort (matches, compare_matches);
  if (words->len > 1 && numbers->len == 0 && matches->len > 1 && self.names
      && !refine (&self, error))
    return NULL;
  if (matches->len > cap)
    g_array_set_size (matches, cap);
  return g_array_ref (matches);
}
