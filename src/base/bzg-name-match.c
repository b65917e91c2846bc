/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How alike two names are. Words are compared by an edit distance in which the mistakes that people
 * make (a for o, z for s, g for ҳ) cost little and others the full price; then the words of the
 * shorter name are paired with those of the longer one so that the sum is greatest. No allocation:
 * this runs over long lists.
 */
#include "base/bzg-name.h"

#include "base/bzg-name-private.h"

#include <string.h>

#define MAX_WORDS 6
#define MAX_LEN 40
#define FULL 100

/* The price of one letter for another, of 100. */
static const struct
{
  char a, b;
  guint8 price;
} near_letters[] = {
  { 'a', 'o', 20 }, { 'e', 'i', 20 }, { 'o', 'u', 30 }, { 'a', 'e', 50 }, { 'a', 'u', 70 },
  { 's', 'z', 30 }, { 'g', 'h', 30 }, { 'h', 'k', 50 }, { 'g', 'k', 60 }, { 'c', 'j', 30 },
  { 'j', 'y', 20 }, { 'y', 'z', 50 }, { 'f', 'v', 50 }, { 'f', 'p', 30 }, { 'b', 'p', 50 },
  { 'd', 't', 50 }, { 'b', 'v', 60 }, { 's', 'x', 50 }, { 'i', 'u', 80 }, { 'c', 'h', 60 },
  { 'c', 'x', 50 }, { 'x', 'y', 60 }, { 'c', 'y', 50 },
};

typedef struct
{
  const char *text;
  guint len;
} Word;

typedef struct
{
  guint8 price[128][128];
} Prices;

static const Prices *
get_prices (void)
{
  static Prices prices;
  static gsize once;

  if (g_once_init_enter (&once))
    {
      memset (prices.price, FULL, sizeof prices.price);
      for (guint i = 0; i < 128; i++)
        prices.price[i][i] = 0;
      for (gsize i = 0; i < G_N_ELEMENTS (near_letters); i++)
        {
          guint a = (guint) near_letters[i].a, b = (guint) near_letters[i].b;

          prices.price[a][b] = prices.price[b][a] = near_letters[i].price;
        }
      g_once_init_leave (&once, 1);
    }
  return &prices;
}

/* A letter too many or too few: i and h slip in and out (Исмоил, Исмоийл; шоҳ, шо). */
static guint
insert_price (char c)
{
  return c == 'h' || c == 'i' ? 60 : FULL;
}

/* Gives up as soon as the distance is more than @limit, and says so much. */
static guint
word_distance (const Word *a, const Word *b, guint limit)
{
  const Prices *prices = get_prices ();
  guint rows[3][MAX_LEN + 1];
  guint *before = rows[0], *last = rows[1], *now = rows[2];
  guint least_before = 0;

  last[0] = 0;
  for (guint j = 1; j <= b->len; j++)
    last[j] = last[j - 1] + insert_price (b->text[j - 1]);
  for (guint i = 1; i <= a->len; i++)
    {
      guint *spare = before;
      char ca = a->text[i - 1];
      guint least = now[0] = last[0] + insert_price (ca);

      for (guint j = 1; j <= b->len; j++)
        {
          char cb = b->text[j - 1];
          guint best = last[j - 1] + prices->price[ca & 127][cb & 127];

          best = MIN (best, last[j] + insert_price (ca));
          best = MIN (best, now[j - 1] + insert_price (cb));
          if (i > 1 && j > 1 && ca == b->text[j - 2] && a->text[i - 2] == cb)
            best = MIN (best, before[j - 2] + FULL * 8 / 10);
          now[j] = best;
          least = MIN (least, best);
        }
      /* An exchange looks two rows back. */
      if (least > limit && least_before > limit)
        return limit + 1;
      least_before = least;
      before = last;
      last = now;
      now = spare;
    }
  return last[b->len];
}

/* Of key letters. */
static gboolean
is_vowel (char c)
{
  const guint32 vowels
    = 1u << ('a' & 31) | 1u << ('e' & 31) | 1u << ('i' & 31) | 1u << ('o' & 31) | 1u << ('u' & 31);

  return (vowels >> (c & 31) & 1) != 0;
}

/* Ш., and Ю. and Ё., which are two key letters. */
static gboolean
is_initial (const Word *word)
{
  return word->len == 1 || (word->len == 2 && word->text[0] == 'i' && is_vowel (word->text[1]));
}

/* Of a word in Arabic letters only the long vowels are written. */
static gboolean
is_thin (const Word *word)
{
  guint vowels = 0;

  for (guint i = 0; i < word->len; i++)
    vowels += is_vowel (word->text[i]);
  return word->len >= 3 && vowels * 3 <= word->len - vowels;
}

static Word
skeleton (const Word *word, char out[MAX_LEN])
{
  guint n = 0;

  for (guint i = 0; i < word->len; i++)
    if (i == 0 || !is_vowel (word->text[i]))
      out[n++] = word->text[i];
  return (Word){ out, n };
}

static guint
likeness (const Word *a, const Word *b)
{
  guint full = MAX (a->len, b->len) * FULL;
  guint distance = word_distance (a, b, full / 2);

  /* Words that have less than half in common have nothing in common. */
  return distance > full / 2 ? 0 : 1000 - distance * 1000 / full;
}

static guint
word_similarity (const Word *a, const Word *b)
{
  guint score;

  if (a->len == b->len && memcmp (a->text, b->text, a->len) == 0)
    return 1000;
  /* An initial fits every word that begins with it, and proves little. */
  if (is_initial (a) || is_initial (b))
    return memcmp (a->text, b->text, MIN (a->len, b->len)) == 0
             ? 900
             : 500 - MIN (get_prices ()->price[a->text[0] & 127][b->text[0] & 127], 50) * 10;
  score = likeness (a, b);
  if (score < 950 && a->len != b->len)
    {
      Word bare_a = { a->text, (guint) _bzg_name_without_courtesy (a->text, a->len) };
      Word bare_b = { b->text, (guint) _bzg_name_without_courtesy (b->text, b->len) };

      if (bare_a.len < a->len || bare_b.len < b->len)
        score = MAX (score, likeness (&bare_a, &bare_b) * 96 / 100);
    }
  if (score < 950 && (is_thin (a) || is_thin (b)))
    {
      char text_a[MAX_LEN], text_b[MAX_LEN];
      Word bones_a = skeleton (a, text_a), bones_b = skeleton (b, text_b);

      score = MAX (score, likeness (&bones_a, &bones_b) * 95 / 100);
    }
  return score;
}

/* What a word counts for: its length, an initial little. */
static guint
word_weight (const Word *word)
{
  return is_initial (word) ? 1 : word->len;
}

static guint
split (const char *key, Word *out)
{
  guint n = 0;

  while (*key != '\0' && n < MAX_WORDS)
    {
      gsize len = strcspn (key, " ");

      if (len > 0)
        out[n++] = (Word){ key, (guint) MIN (len, MAX_LEN) };
      key += len;
      key += strspn (key, " ");
    }
  return n;
}

/* All words written as one: Абдул Карим, Абдулкарим. */
static Word
glue (const Word *words, guint n, char out[MAX_LEN])
{
  guint len = 0;

  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < words[i].len && len < MAX_LEN; j++)
      out[len++] = words[i].text[j];
  return (Word){ out, len };
}

/* Two names, @a with at most as many words as @b, and the likeness of every pair of words times its
 * weight: the length of both; of the word of @a alone if there are fewer of those, as words of @b
 * are then left over. So all pairings weigh the same. */
typedef struct
{
  Word a[MAX_WORDS], b[MAX_WORDS];
  guint n, m;
  guint score[MAX_WORDS][MAX_WORDS];
} Names;

static guint
fill_scores (Names *self)
{
  guint weight = 0;

  for (guint i = 0; i < self->n; i++)
    {
      weight += word_weight (&self->a[i]) + (self->n == self->m ? word_weight (&self->b[i]) : 0);
      for (guint j = 0; j < self->m; j++)
        self->score[i][j]
          = word_similarity (&self->a[i], &self->b[j])
            * (word_weight (&self->a[i]) + (self->n == self->m ? word_weight (&self->b[j]) : 0));
    }
  return weight;
}

/* The greatest sum that the words of @a from @i on reach with the words of @b not in the set @used.
 * Names of six words have 720 pairings, the usual ones of two or three have 2 or 6. */
static guint
best_pairing (const Names *self, guint i, guint used)
{
  guint best = 0;

  if (i == self->n)
    return 0;
  for (guint j = 0; j < self->m; j++)
    if (!(used & 1u << j))
      best = MAX (best, self->score[i][j] + best_pairing (self, i + 1, used | 1u << j));
  return best;
}

guint
bzg_name_key_similarity (const char *strict_a, const char *strict_b)
{
  char text_a[MAX_LEN], text_b[MAX_LEN];
  Word whole_a, whole_b;
  Names names;
  guint weight, score, whole;

  if (strict_a == NULL || strict_b == NULL)
    return 0;
  names.n = split (strict_a, names.a);
  names.m = split (strict_b, names.b);
  if (names.n > names.m)
    {
      names.n = split (strict_b, names.a);
      names.m = split (strict_a, names.b);
    }
  if (names.n == 0)
    return 0;
  if (strcmp (strict_a, strict_b) == 0)
    return 1000;

  weight = fill_scores (&names);
  score = best_pairing (&names, 0, 0) / weight;
  if (names.n == names.m)
    return score;

  /* A word that is missing costs a little; one word alone says less than two of three. */
  score = score * (1000 - 50 * (names.m - names.n) - (names.n == 1 ? 50 : 0)) / 1000;
  whole_a = glue (names.a, names.n, text_a);
  whole_b = glue (names.b, names.m, text_b);
  whole = word_similarity (&whole_a, &whole_b);
  return MAX (score, whole > 20 ? whole - 20 : 0);
}

guint
bzg_name_closeness (const char *strict_a,
                    const char *full_a,
                    const char *strict_b,
                    const char *full_b)
{
  guint score = bzg_name_key_similarity (strict_a, strict_b);

  /* Endings do not make up for another name. */
  return score * 10
         + bzg_name_key_similarity (full_a, full_b) * (strcmp (full_a, full_b) == 0 ? 10 : 9) / 10;
}

guint
bzg_name_similarity (const char *a, const char *b)
{
  g_autofree char *key_a = NULL;
  g_autofree char *key_b = NULL;

  if (a == NULL || b == NULL)
    return 0;
  key_a = bzg_name_strict_key (a);
  key_b = bzg_name_strict_key (b);
  return bzg_name_key_similarity (key_a, key_b);
}

guint
bzg_name_distance (const char *a, const char *b, guint limit)
{
  gsize n = strlen (a), m = strlen (b);
  guint few[3 * (MAX_LEN + 2)];
  g_autofree guint *many = NULL;
  guint *rows = few;
  guint *before, *last, *now;
  guint least_before = 0;

  if ((n > m ? n - m : m - n) > limit)
    return limit + 1;
  if (m > MAX_LEN)
    rows = many = g_new (guint, 3 * (m + 2));
  before = rows;
  last = before + m + 2;
  now = last + m + 2;
  for (gsize j = 0; j <= m; j++)
    last[j] = (guint) j;
  for (gsize i = 1; i <= n; i++)
    {
      /* Farther from the diagonal than the limit no way leads to the end. */
      gsize from = i > limit ? i - limit : 1, to = MIN (m, i + limit);
      guint *spare = before;
      guint least = now[from - 1] = from == 1 ? (guint) i : limit + 1;

      for (gsize j = from; j <= to; j++)
        {
          guint best = last[j - 1] + (a[i - 1] != b[j - 1]);

          best = MIN (best, MIN (last[j], now[j - 1]) + 1);
          if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
            best = MIN (best, before[j - 2] + 1);
          now[j] = best;
          least = MIN (least, best);
        }
      now[to + 1] = limit + 1;
      /* An exchange looks two rows back, so both rows must be beyond the limit. */
      if (least > limit && least_before > limit)
        return limit + 1;
      least_before = least;
      before = last;
      last = now;
      now = spare;
    }
  return MIN (last[m], limit + 1);
}
