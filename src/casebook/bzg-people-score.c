/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-people-score-private.h"

#include "base/bzg-name.h"
#include "casebook/bzg-dictionary.h"
#include "casebook/bzg-person-index-private.h"
#include "casebook/bzg-sql-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * What always holds: a person of the same house or family with another given name is never called
 * the same (brothers, sisters, twins), nobody is for one shared name, and a household in common is
 * no evidence. A number that belongs to one person (a document) can overrule the first two only so
 * far that somebody is asked.
 *
 * The default weights come from thinking, not from a sample: how often an office writes a field
 * down differently the second time (m), and how often strangers share it (u). They are tenths of
 * bits only by appearance; an error of one bit moves a score by 30.
 */

enum
{
  FAMILY,
  GIVEN,
  FATHER,
  BIRTH,
  SEX,
  PLACE,
  PHONE,
  DOCUMENT,
  HOUSEHOLD,
};

/* Levels; 0 is "not known of both" in every field. */
enum
{
  UNKNOWN,
  SAME,
  NEAR,    /* another spelling, a slip */
  LIKE,    /* perhaps */
  INITIAL, /* only the first letter is known, and it fits */
  OTHER,
  /* dates */
  ROUND,     /* the same first of January: most likely both an estimate */
  EXCHANGED, /* day and month */
  SLIP,      /* the year and one of day and month */
  YEAR_SLIP, /* day and month, and a year that is a slip away */
  YEAR,      /* the year; one of them says no more */
  ABOUT,     /* at most two years apart, one of them vague */
  SAME_YEAR, /* the year, but day and month differ */
  /* places */
  REGION,
};

static const char *const field_names[BZG_N_COMPARED] = {
  "family_name", "given_name", "patronymic", "birth_date", "sex",
  "district",    "phone",      "document",   "household",
};

static const char *const level_names[] = {
  "unknown",   "same",      "near",      "like", "initial", "other",     "round",
  "exchanged", "one_digit", "year_slip", "year", "about",   "same_year", "region",
};

/* How often a level comes about: of one person in thousandths, of two people in
 * hundred-thousandths. For a name that is the same, u is how many bear it: see _bzg_name_bits(). */
static const struct
{
  guint8 field, level;
  guint16 m;
  guint32 u;
} chances[] = {
  { FAMILY, SAME, 780, 500 },
  { FAMILY, NEAR, 130, 500 },
  { FAMILY, LIKE, 35, 1800 },
  { FAMILY, INITIAL, 20, 5000 },
  { FAMILY, OTHER, 45, 93000 },
  { GIVEN, SAME, 780, 600 },
  { GIVEN, NEAR, 150, 600 },
  { GIVEN, LIKE, 35, 1800 },
  { GIVEN, INITIAL, 25, 5000 },
  { GIVEN, OTHER, 15, 93000 },
  { FATHER, SAME, 800, 600 },
  { FATHER, NEAR, 100, 700 },
  { FATHER, LIKE, 20, 1800 },
  { FATHER, INITIAL, 60, 5000 },
  { FATHER, OTHER, 25, 93000 },
  { BIRTH, SAME, 640, 7 },
  { BIRTH, ROUND, 60, 300 },
  { BIRTH, EXCHANGED, 15, 7 },
  { BIRTH, SLIP, 50, 90 },
  { BIRTH, YEAR_SLIP, 40, 60 },
  { BIRTH, YEAR, 120, 700 },
  { BIRTH, ABOUT, 20, 2500 },
  { BIRTH, SAME_YEAR, 8, 2300 },
  { BIRTH, OTHER, 15, 93000 },
  { SEX, SAME, 994, 51000 },
  { SEX, OTHER, 6, 49000 },
  { PLACE, SAME, 820, 3000 },
  { PLACE, REGION, 110, 25000 },
  { PLACE, OTHER, 70, 72000 },
  { PHONE, SAME, 550, 20 },
  { PHONE, OTHER, 450, 99980 },
  { DOCUMENT, SAME, 880, 1 },
  { DOCUMENT, NEAR, 30, 10 },
  { DOCUMENT, OTHER, 90, 99989 },
  /* Brothers share it as often as one person registered twice does. */
  { HOUSEHOLD, SAME, 500, 50000 },
  { HOUSEHOLD, OTHER, 500, 50000 },
};

#define BITS_OF_SAME_NAME 7.3f /* of a name that one in two hundred bears */
#define PRIOR_PEOPLE 2000      /* a smaller casebook is asked as strictly as one of this size */
#define POINTS_A_BIT 30

static void
side_names (BzgSide *side, const char *strict, const char *parts)
{
  g_auto (GStrv) lines = g_strsplit (strict, "\n", -1);
  g_auto (GStrv) roles = g_strsplit (parts != NULL ? parts : "", "|", 3);
  guint n = g_strv_length (roles);

  for (guint i = 0; i < 3; i++)
    {
      side->role[i] = g_ref_string_new_intern (i < n ? roles[i] : "");
      side->bits[i] = BITS_OF_SAME_NAME;
    }
  side->n_lines = g_strv_length (lines);
  side->lines = g_new0 (BzgNameLine, side->n_lines);
  for (guint i = 0; i < side->n_lines; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", G_N_ELEMENTS (side->lines->word));

      for (guint j = 0; words[j] != NULL; j++)
        side->lines[i].word[j] = g_ref_string_new_intern (words[j]);
    }
}

static char *
shared (const char *text)
{
  return text != NULL ? g_ref_string_new_intern (text) : NULL;
}

/* The last nine of at least seven digits (the country code may be there or not) after a 1, which
 * keeps their zeros; else 0. */
static guint32
phone_of (const char *digits)
{
  gsize len = digits != NULL ? strlen (digits) : 0;
  guint32 phone = 1;

  if (len < 7)
    return 0;
  for (digits += len > 9 ? len - 9 : 0; *digits != '\0'; digits++)
    phone = phone * 10 + (guint32) g_ascii_digit_value (*digits);
  return phone;
}

static char *
document_of (const char *document)
{
  return document != NULL && strlen (document) >= 5 ? g_strdup (document) : NULL;
}

/* A district lies in a region, said or not. */
static char *
region_of (const char *region, const char *district)
{
  const BzgCode *code
    = region == NULL && district != NULL ? bzg_dictionary_code ("district", district) : NULL;

  return shared (code != NULL ? code->parent : region);
}

BzgSide
_bzg_side_from_row (sqlite3_stmt *stmt)
{
  BzgSide side = { .n = _bzg_sql_int (stmt, 0) };

  _bzg_sql_id (stmt, 1, &side.id);
  side.sex = shared (_bzg_sql_text (stmt, 3));
  side.region = region_of (_bzg_sql_text (stmt, 4), _bzg_sql_text (stmt, 5));
  side.district = shared (_bzg_sql_text (stmt, 5));
  side.phone = phone_of (_bzg_sql_text (stmt, 6));
  side.document = document_of (_bzg_sql_text (stmt, 7));
  bzg_date_from_iso (_bzg_sql_text (stmt, 8), &side.birth);
  _bzg_sql_id (stmt, 9, &side.household);
  side_names (&side, _bzg_sql_text (stmt, 2), _bzg_sql_text (stmt, 10));
  return side;
}

BzgSide
_bzg_side_from_record (const BzgRecord *person)
{
  const char *family = bzg_record_get (person, "family_name");
  const char *given = bzg_record_get (person, "given_name");
  const char *father = bzg_record_get (person, "patronymic");
  g_autofree char *name = _bzg_person_index_name (family, given, father);
  g_autofree char *parts = _bzg_person_index_parts (family, given, father);
  g_autofree char *strict = _bzg_person_index_strict (name, bzg_record_get (person, "other_names"));
  g_autofree char *phone = _bzg_person_index_digits (bzg_record_get (person, "phone"));
  g_autofree char *document = _bzg_person_index_document (bzg_record_get (person, "document_no"));
  BzgSide side = { .id = *bzg_record_id (person) };

  side.sex = shared (bzg_record_get (person, "sex"));
  side.region = region_of (bzg_record_get (person, "region"), bzg_record_get (person, "district"));
  side.district = shared (bzg_record_get (person, "district"));
  side.phone = phone_of (phone);
  side.document = document_of (document);
  bzg_date_from_iso (bzg_record_get (person, "birth_date"), &side.birth);
  side_names (&side, strict, parts);
  return side;
}

void
_bzg_side_clear (BzgSide *side)
{
  for (guint i = 0; i < side->n_lines; i++)
    for (guint j = 0; j < G_N_ELEMENTS (side->lines[i].word); j++)
      g_clear_pointer (&side->lines[i].word[j], g_ref_string_release);
  g_clear_pointer (&side->lines, g_free);
  for (guint i = 0; i < 3; i++)
    g_clear_pointer (&side->role[i], g_ref_string_release);
  g_clear_pointer (&side->sex, g_ref_string_release);
  g_clear_pointer (&side->region, g_ref_string_release);
  g_clear_pointer (&side->district, g_ref_string_release);
  g_free (side->document);
}

/* The stock of names is narrow, so one of two hundred is what is thought before anybody is counted;
 * the thought weighs as much as two thousand people. */
float
_bzg_name_bits (guint count, guint people)
{
  double share = (count + 0.005 * PRIOR_PEOPLE) / ((double) people + PRIOR_PEOPLE);

  return (float) log2 (0.78 / share);
}

/* A bounded memory: names are few and pairs of them are met again and again, so what was displaced
 * is worked out once more. */
#define N_REMEMBERED (1u << 17)
struct _BzgNameLevels
{
  struct
  {
    const char *a, *b;
    guint level;
  } known[N_REMEMBERED];
};

BzgNameLevels *
_bzg_name_levels_new (void)
{
  return g_new0 (BzgNameLevels, 1);
}

void
_bzg_name_levels_free (BzgNameLevels *self)
{
  g_free (self);
}

static guint
work_out_level (const char *a, const char *b)
{
  guint score = bzg_name_key_similarity (a, b);

  if (a[1] == '\0' || b[1] == '\0' || (a[0] == 'i' && a[2] == '\0')
      || (b[0] == 'i' && b[2] == '\0'))
    return score >= 800 ? INITIAL : OTHER;
  return score >= 860 ? NEAR : score >= 740 ? LIKE : OTHER;
}

/* Of two interned names. */
static guint
name_level (BzgNameLevels *self, const char *a, const char *b)
{
  guint64 hash;
  guint at;

  if (*a == '\0' || *b == '\0')
    return UNKNOWN;
  if (a == b)
    return SAME;
  if (self == NULL)
    return work_out_level (a, b);
  hash = ((guint64) (guintptr) a * 31 + (guint64) (guintptr) b)
         * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  at = (guint) (hash >> 32) % N_REMEMBERED;
  if (self->known[at].a != a || self->known[at].b != b)
    {
      self->known[at].a = a;
      self->known[at].b = b;
      self->known[at].level = work_out_level (a, b);
    }
  return self->known[at].level;
}

static guint
birth_level (BzgDate a, BzgDate b)
{
  gboolean vague;
  int years = abs (a.year - b.year);

  if (bzg_date_is_missing (a) || bzg_date_is_missing (b))
    return UNKNOWN;
  vague = a.day == 0 || b.day == 0 || (a.day == 1 && a.month == 1) || (b.day == 1 && b.month == 1);
  if (a.day != 0 && bzg_date_compare (a, b) == 0 && b.day != 0)
    return vague ? ROUND : SAME;
  if (vague)
    return years == 0 ? YEAR : years <= 2 ? ABOUT : OTHER;
  if (years == 0)
    return a.day == b.month && a.month == b.day   ? EXCHANGED
           : a.month == b.month || a.day == b.day ? SLIP
                                                  : SAME_YEAR;
  if (a.month == b.month && a.day == b.day && (years <= 2 || years == 10))
    return YEAR_SLIP;
  return OTHER;
}

static guint
phone_level (guint32 a, guint32 b)
{
  if (a == 0 || b == 0)
    return UNKNOWN;
  return a == b ? SAME : OTHER;
}

static guint
document_level (const char *a, const char *b)
{
  if (a == NULL || b == NULL)
    return UNKNOWN;
  if (strcmp (a, b) == 0)
    return SAME;
  return bzg_name_distance (a, b, 1) <= 1 ? NEAR : OTHER;
}

static guint
place_level (const BzgSide *a, const BzgSide *b)
{
  if (a->district != NULL && a->district == b->district)
    return SAME;
  if (a->region == NULL || b->region == NULL)
    return UNKNOWN;
  if (a->region != b->region)
    return OTHER;
  return a->district != NULL && b->district != NULL ? REGION : UNKNOWN;
}

static guint
sex_level (const char *a, const char *b)
{
  if (a == NULL || b == NULL || a[1] != '\0' || b[1] != '\0')
    return UNKNOWN;
  return a == b ? SAME : OTHER;
}

static gboolean
is_good (guint level)
{
  return level == SAME || level == NEAR;
}

/* SAME is better than NEAR is better than LIKE ...; what is not known stands between. */
static int
rank_of (guint level)
{
  static const int ranks[] = { [UNKNOWN] = 1, [SAME] = 5, [NEAR] = 4, [LIKE] = 3, [INITIAL] = 2 };

  return level <= INITIAL ? ranks[level] : 0;
}

/* The two best of the pairs of words. */
static void
compare_words (BzgNameLevels *known, const BzgNameLine *a, const BzgNameLine *b, guint met[2])
{
  guint used = 0;

  for (guint round = 0; round < 2; round++)
    {
      int most = -1;
      guint mark = 0;

      met[round] = UNKNOWN;
      for (guint k = 0; k < G_N_ELEMENTS (a->word) && a->word[k] != NULL; k++)
        for (guint l = 0; l < G_N_ELEMENTS (b->word) && b->word[l] != NULL; l++)
          if (!(used & (1u << k)) && !(used & (16u << l)))
            {
              guint level = name_level (known, a->word[k], b->word[l]);

              if (rank_of (level) > most)
                {
                  most = rank_of (level);
                  met[round] = level;
                  mark = 1u << k | 16u << l;
                }
            }
      used |= mark;
    }
}

/* A name in one box, or one of the other names: the words that meet stand for family and given. */
static void
compare_lines (BzgNameLevels *known, const BzgSide *a, const BzgSide *b, guint levels[3])
{
  int best = rank_of (levels[FAMILY]) + rank_of (levels[GIVEN]);

  for (guint i = 0; i < a->n_lines; i++)
    for (guint j = 0; j < b->n_lines && best < 2 * rank_of (SAME); j++)
      {
        guint met[2];
        int sum;

        compare_words (known, &a->lines[i], &b->lines[j], met);
        sum = rank_of (met[0]) + rank_of (met[1]);
        if (sum > best)
          {
            best = sum;
            levels[FAMILY] = met[1];
            levels[GIVEN] = met[0];
          }
      }
}

BzgPattern
_bzg_people_compare (const BzgSide *a, const BzgSide *b, BzgNameLevels *known)
{
  guint levels[BZG_N_COMPARED] = { 0 };
  BzgPattern pattern = 0;
  gboolean whole
    = *a->role[0] != '\0' && *a->role[1] != '\0' && *b->role[0] != '\0' && *b->role[1] != '\0';

  for (guint i = 0; i < 3; i++)
    levels[i] = name_level (known, a->role[i], b->role[i]);
  if (whole && (!is_good (levels[FAMILY]) || !is_good (levels[GIVEN])))
    {
      /* Filled in the wrong boxes. */
      guint family = name_level (known, a->role[FAMILY], b->role[GIVEN]);
      guint given = name_level (known, a->role[GIVEN], b->role[FAMILY]);

      if (is_good (family) && is_good (given))
        {
          levels[FAMILY] = NEAR;
          levels[GIVEN] = MAX (family, given);
        }
    }
  if (!whole || a->n_lines > 1 || b->n_lines > 1)
    compare_lines (known, a, b, levels);
  levels[BIRTH] = birth_level (a->birth, b->birth);
  levels[SEX] = sex_level (a->sex, b->sex);
  levels[PLACE] = place_level (a, b);
  levels[PHONE] = phone_level (a->phone, b->phone);
  levels[DOCUMENT] = document_level (a->document, b->document);
  if (!bzg_id_is_zero (&a->household) && !bzg_id_is_zero (&b->household))
    levels[HOUSEHOLD] = bzg_id_equal (&a->household, &b->household) ? SAME : OTHER;
  for (guint i = 0; i < BZG_N_COMPARED; i++)
    pattern |= (BzgPattern) levels[i] << (4 * i);
  return pattern;
}

static guint
level_of (BzgPattern pattern, guint field)
{
  return (guint) (pattern >> (4 * field)) & 15;
}

const BzgWeights *
_bzg_weights_default (void)
{
  static BzgWeights weights;
  static gsize once;

  if (g_once_init_enter (&once))
    {
      for (guint i = 0; i < G_N_ELEMENTS (chances); i++)
        weights.bits[chances[i].field][chances[i].level]
          = log2f ((float) chances[i].m / 1000.f / ((float) chances[i].u / 100000.f));
      g_once_init_leave (&once, 1);
    }
  return &weights;
}

/* Before anything is known: one in ten people is registered twice, so of all pairs so many are one.
 */
static float
prior_bits (guint people)
{
  return log2f (0.1f / (float) MAX (people, PRIOR_PEOPLE));
}

/* ---- Estimating */

#define MIN_PEOPLE 2000 /* below, the casebook cannot teach */
#define MIN_MATCHES 200
#define THOUGHT 100.0 /* how many pairs the default weights count for */
#define ROUNDS 20

static gboolean
is_relative (BzgPattern pattern)
{
  return level_of (pattern, GIVEN) == OTHER
         && (is_good (level_of (pattern, FAMILY)) || level_of (pattern, HOUSEHOLD) == SAME);
}

static float
sum_bits (const BzgWeights *weights, BzgPattern pattern, float prior)
{
  for (guint field = 0; field < BZG_N_COMPARED; field++)
    prior += weights->bits[field][level_of (pattern, field)];
  return prior;
}

void
_bzg_weights_estimate (BzgWeights *out, const GArray *pairs, const GArray *random, guint people)
{
  double m0[BZG_N_COMPARED][BZG_N_LEVELS] = { { 0 } };
  double u[BZG_N_COMPARED][BZG_N_LEVELS] = { { 0 } };
  double seen[BZG_N_COMPARED] = { 0 };
  float prior = prior_bits (people);

  *out = *_bzg_weights_default ();
  if (people < MIN_PEOPLE)
    return;

  /* u: what strangers share, seen on pairs drawn by chance and smoothed by the default. */
  for (guint i = 0; i < random->len; i++)
    for (guint field = 0; field < BZG_N_COMPARED; field++)
      {
        const BzgPatternCount *count = &g_array_index (random, BzgPatternCount, i);
        guint level = level_of (count->pattern, field);

        u[field][level] += count->n;
        seen[field] += level != UNKNOWN ? count->n : 0;
      }
  for (guint i = 0; i < G_N_ELEMENTS (chances); i++)
    {
      guint f = chances[i].field, l = chances[i].level;

      m0[f][l] = chances[i].m / 1000.0;
      u[f][l] = (u[f][l] + 10 * THOUGHT * chances[i].u / 100000.0) / (seen[f] + 10 * THOUGHT);
    }

  /* m: what registrations of one person share, weighed by how surely they are one. Relatives are
   * left out, or a family would teach that brothers are one man. */
  for (guint round = 0; round < ROUNDS; round++)
    {
      double m[BZG_N_COMPARED][BZG_N_LEVELS] = { { 0 } };
      double known[BZG_N_COMPARED] = { 0 };
      double matches = 0;

      for (guint i = 0; i < pairs->len; i++)
        {
          const BzgPatternCount *count = &g_array_index (pairs, BzgPatternCount, i);
          BzgPattern pattern = count->pattern;
          float bits = sum_bits (out, pattern, prior);
          double chance = 1 / (1 + exp2 ((double) -bits));

          if (chance < 0.001 || is_relative (pattern))
            continue;
          chance *= count->n;
          matches += chance;
          for (guint field = 0; field < BZG_N_COMPARED; field++)
            {
              guint level = level_of (pattern, field);

              m[field][level] += chance;
              if (level != UNKNOWN)
                known[field] += chance;
            }
        }
      if (matches < MIN_MATCHES)
        {
          *out = *_bzg_weights_default ();
          return;
        }
      for (guint i = 0; i < G_N_ELEMENTS (chances); i++)
        {
          guint f = chances[i].field, l = chances[i].level;

          if (f == HOUSEHOLD)
            continue;
          /* How rare a name is was counted name by name. */
          if (f <= FATHER && l == SAME)
            out->bits[f][l]
              = BITS_OF_SAME_NAME
                + (float) log2 ((m[f][l] + THOUGHT * m0[f][l]) / (known[f] + THOUGHT) / m0[f][l]);
          else
            out->bits[f][l]
              = (float) log2 ((m[f][l] + THOUGHT * m0[f][l]) / (known[f] + THOUGHT) / u[f][l]);
        }
    }
}

/* ---- The score */

static void
add_reason (BzgReasons *reasons, const char *field, const char *level, float bits)
{
  if (reasons == NULL || reasons->n == BZG_MAX_REASONS)
    return;
  reasons->reason[reasons->n++] = (BzgReason){ field, level, bits };
}

/* A rare name in common says more; of one that is only near, the same less what nearness costs. */
static float
name_bits (const BzgWeights *weights, guint field, guint level, const BzgSide *a, const BzgSide *b)
{
  float bits = weights->bits[field][level];
  float rare = MIN (a->bits[field], b->bits[field]) - BITS_OF_SAME_NAME;

  switch (level)
    {
    case SAME:
      return bits + rare;
    case NEAR:
      return bits + rare * 0.7f;
    case LIKE:
      return bits + rare * 0.3f;
    default:
      return bits;
    }
}

/* What no sum of weights may overrule. */
static int
limit_score (BzgPattern pattern, int score)
{
  guint family = level_of (pattern, FAMILY), given = level_of (pattern, GIVEN);
  gboolean document = level_of (pattern, DOCUMENT) == SAME;
  guint names = (family >= SAME && family <= LIKE) + (given >= SAME && given <= LIKE);

  if (document)
    score = MAX (score, 700);
  if (is_relative (pattern) && !document)
    return MIN (score, BZG_SCORE_ASK - 100);
  /* Гулнора and Гулсара may be a slip or may be sisters; and twins share more than that. */
  if (names < 2 || given == LIKE || level_of (pattern, HOUSEHOLD) == SAME
      || level_of (pattern, SEX) == OTHER || level_of (pattern, BIRTH) == OTHER)
    return MIN (score, BZG_SCORE_SAME - 10);
  return score;
}

int
_bzg_people_score (const BzgSide *a,
                   const BzgSide *b,
                   BzgPattern pattern,
                   const BzgWeights *weights,
                   guint people,
                   BzgReasons *reasons)
{
  float sum = prior_bits (people);

  if (reasons != NULL)
    reasons->n = 0;
  add_reason (reasons, "prior", "", sum);
  for (guint field = 0; field < BZG_N_COMPARED; field++)
    {
      guint level = level_of (pattern, field);
      float bits
        = field <= FATHER ? name_bits (weights, field, level, a, b) : weights->bits[field][level];

      if (level == UNKNOWN)
        continue;
      sum += bits;
      add_reason (reasons, field_names[field], level_names[level], bits);
    }
  return limit_score (pattern, CLAMP (BZG_SCORE_ASK + (int) lrintf (sum * POINTS_A_BIT), 0, 1000));
}

void
_bzg_reasons_say (const BzgReasons *reasons, GString *why)
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
