/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From spelling to key in four steps, each a table: letters (both scripts, longest spelling first),
 * glides, endings, and for the loose key the consonants that are confused. Who wants another rule
 * adds a line to a table and raises BZG_NAME_VERSION.
 *
 * Key letters: c is ч, j is ҷ, x is ш, y is ж. All else sounds as written.
 */
#include "base/bzg-name.h"

#include "base/bzg-text-private.h"
#include "base/bzg-text.h"

#include <string.h>

#define HARD_SIGN 0x044A
#define SOFT_SIGN 0x044C

typedef struct
{
  const char *from;
  const char *to;
} Rule;

static const Rule cyrillic_rules[] = {
  { "дж", "j" }, { "а", "a" },  { "б", "b" },  { "в", "v" }, { "г", "g" }, { "ғ", "g" },
  { "д", "d" },  { "е", "e" },  { "ё", "io" }, { "ж", "y" }, { "з", "z" }, { "и", "i" },
  { "ӣ", "i" },  { "й", "i" },  { "к", "k" },  { "қ", "k" }, { "л", "l" }, { "м", "m" },
  { "н", "n" },  { "о", "o" },  { "п", "p" },  { "р", "r" }, { "с", "s" }, { "т", "t" },
  { "у", "u" },  { "ӯ", "u" },  { "ф", "f" },  { "х", "h" }, { "ҳ", "h" }, { "ц", "ts" },
  { "ч", "c" },  { "ҷ", "j" },  { "ш", "x" },  { "щ", "x" }, { "ы", "i" }, { "э", "e" },
  { "ю", "iu" }, { "я", "ia" }, { "і", "i" },  { "һ", "h" }, { "ә", "a" }, { "ө", "u" },
  { "ү", "u" },
};

/* English, French, German, Turkish, scholarly; longer spellings before those they begin with. */
static const Rule latin_rules[] = {
  { "shch", "x" }, { "dsch", "j" },   { "tsch", "c" }, { "alex", "aleks" }, { "dzh", "j" },
  { "sch", "x" },  { "max", "maks" }, { "kh", "h" },   { "gh", "g" },       { "zh", "y" },
  { "ch", "c" },   { "sh", "x" },     { "ph", "f" },   { "th", "t" },       { "dj", "j" },
  { "tz", "ts" },  { "ck", "k" },     { "oo", "u" },   { "ee", "i" },       { "ou", "u" },
  { "a", "a" },    { "b", "b" },      { "c", "k" },    { "d", "d" },        { "e", "e" },
  { "f", "f" },    { "g", "g" },      { "h", "h" },    { "i", "i" },        { "j", "j" },
  { "k", "k" },    { "l", "l" },      { "m", "m" },    { "n", "n" },        { "o", "o" },
  { "p", "p" },    { "q", "k" },      { "r", "r" },    { "s", "s" },        { "t", "t" },
  { "u", "u" },    { "v", "v" },      { "w", "v" },    { "x", "h" },        { "y", "i" },
  { "z", "z" },    { "ā", "o" },      { "â", "o" },    { "č", "c" },        { "ç", "c" },
  { "ë", "io" },   { "ğ", "g" },      { "ġ", "g" },    { "ī", "i" },        { "ı", "i" },
  { "ö", "u" },    { "š", "x" },      { "ş", "x" },    { "ū", "u" },        { "ü", "u" },
  { "ž", "y" },    { "ə", "a" },
};

/* Endings of German and Polish (Rachmonow), letter groups of German. */
static const char *const german_endings[] = { "ow", "owa", "ew", "ewa" };
static const char *const german_groups[] = { "dsch", "tsch", "sch" };

typedef struct
{
  const char *text;
  guint8 keep; /* letters of the key that must be left */
} Ending;

/* Child of: taken off before doubled letters become one, or Парвиззода would leave Парви. */
static const Ending child_endings[] = {
  { "zoda", 2 }, { "soda", 3 }, { "zade", 2 }, { "zada", 2 }, { "zod", 2 }, { "zad", 3 },
};

static const Ending family_endings[] = {
  { "ovic", 2 }, { "evic", 2 }, { "ovna", 2 }, { "evna", 2 }, { "ova", 2 },  { "eva", 2 },
  { "ov", 2 },   { "ev", 2 },   { "of", 4 },   { "ef", 4 },   { "ijon", 4 }, { "ioni", 3 },
  { "ion", 3 },  { "ien", 3 },  { "far", 3 },  { "pur", 3 },  { "i", 4 },
};

/* Said out of politeness, written or not: only the loose key drops them. */
static const Ending courtesy_endings[] = {
  { "jon", 3 },
  { "jan", 3 },
  { "hon", 3 },
  { "han", 3 },
};

/* In keys: son of, daughter of. */
static const char *const particles[] = { "ugli", "ogli", "oglu", "kizi", "gizi", "ibn", "bint" };

/* Consonants that one writer in ten exchanges. */
static const Rule loose_rules[] = {
  { "sh", "x" }, { "kh", "h" }, { "gh", "h" }, { "ts", "s" }, { "tc", "j" },
  { "c", "j" },  { "y", "j" },  { "z", "s" },  { "g", "h" },  { "p", "f" },
};

static gboolean
is_vowel (char c)
{
  return c != '\0' && strchr ("aeiou", c) != NULL;
}

/* The rule of @rules that fits at @at; the first, which is the longest. */
static const Rule *
find_rule (const Rule *rules, gsize n, const char *at)
{
  /* A look at two bytes spares nearly all comparisons: this runs for every letter of every name. */
  for (gsize i = 0; i < n; i++)
    if (rules[i].from[0] == at[0] && (rules[i].from[1] == at[1] || rules[i].from[1] == '\0')
        && strncmp (at, rules[i].from, strlen (rules[i].from)) == 0)
      return &rules[i];
  return NULL;
}

/* What the words of a name tell about who romanised it. */
typedef struct
{
  gboolean ch_is_h; /* a German or Polish ending or letter group */
  gboolean j_is_i;  /* a letter group: who writes dsch for ҷ has j left for й */
} Habit;

static void
note_habit (Habit *habit, const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (german_endings); i++)
    if (g_str_has_suffix (word, german_endings[i]))
      habit->ch_is_h = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (german_groups); i++)
    if (strstr (word, german_groups[i]) != NULL)
      habit->ch_is_h = habit->j_is_i = TRUE;
}

/* ch is х in German, and where a consonant follows inside a word (Achmad): ч hardly stands there.
 */
static gboolean
is_ch_for_h (const char *word, const char *at, Habit habit)
{
  char next = at[0] == 'c' && at[1] == 'h' ? at[2] : 'h';

  if (next == 'h')
    return FALSE;
  return habit.ch_is_h || (at > word && g_ascii_isalpha (next) && !is_vowel (next) && next != 'y');
}

static gboolean
is_separator (gunichar ch)
{
  return ch == ',' || ch == '.' || ch == ';' || ch == '/' || ch == '(' || ch == ')' || ch == '"'
         || ch == 0x00AB || ch == 0x00BB || g_unichar_isspace (ch) || g_unichar_iscntrl (ch);
}

/* Cuts a name into its words: repaired, in lower case, without apostrophes, signs and marks that
 * make no letter of their own. */
static GPtrArray *
prepare_words (const char *name)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *repaired = bzg_text_repair (name);
  g_autoptr (GString) word = g_string_new (NULL);

  for (const char *at = repaired;; at = g_utf8_next_char (at))
    {
      gunichar ch = g_utf8_get_char (at);

      if (*at == '\0' || is_separator (ch))
        {
          if (word->len > 0)
            g_ptr_array_add (words, g_strndup (word->str, word->len));
          g_string_truncate (word, 0);
          if (*at == '\0')
            return words;
          continue;
        }
      ch = g_unichar_tolower (ch);
      if (g_unichar_isalpha (ch) && !bzg_text_is_apostrophe (ch) && ch != HARD_SIGN
          && ch != SOFT_SIGN)
        g_string_append_unichar (word, ch);
    }
}

static void
append_letters (GString *key, const char *word, Habit habit)
{
  for (const char *at = word; *at != '\0';)
    {
      const Rule *rule;

      if (is_ch_for_h (word, at, habit))
        {
          g_string_append_c (key, 'h');
          at += 2;
          continue;
        }
      if (habit.j_is_i && *at == 'j')
        {
          g_string_append_c (key, 'i');
          at++;
          continue;
        }
      rule = find_rule (cyrillic_rules, G_N_ELEMENTS (cyrillic_rules), at);
      if (rule == NULL)
        rule = find_rule (latin_rules, G_N_ELEMENTS (latin_rules), at);
      if (rule != NULL)
        {
          g_string_append (key, rule->to);
          at += strlen (rule->from);
          continue;
        }
      /* Another letter: its base if that is Latin, else it is left out. */
      {
        gunichar pieces[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];

        g_unichar_fully_decompose (g_utf8_get_char (at), TRUE, pieces, G_N_ELEMENTS (pieces));
        if (pieces[0] >= 'a' && pieces[0] <= 'z')
          {
            char letter[2] = { (char) pieces[0], '\0' };

            rule = find_rule (latin_rules, G_N_ELEMENTS (latin_rules), letter);
            g_string_append (key, rule->to);
          }
      }
      at = g_utf8_next_char (at);
    }
}

/* Doubled letters become one; an i that only leads from a vowel to an e (Алиев, Aliyev; Ел-, Yel-)
 * falls away. In place. */
static void
smooth (GString *key)
{
  gsize n = 0;

  for (gsize i = 0; i < key->len; i++)
    {
      char c = key->str[i];

      if (n > 0 && key->str[n - 1] == c)
        continue;
      if (c == 'e' && n > 0 && key->str[n - 1] == 'i' && (n == 1 || is_vowel (key->str[n - 2])))
        n--;
      if (n > 0 && key->str[n - 1] == c)
        continue;
      key->str[n++] = c;
    }
  g_string_truncate (key, n);
}

static gboolean
strip_one (GString *key, const Ending *table, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      gsize len = strlen (table[i].text);

      if (key->len >= len + table[i].keep && g_str_has_suffix (key->str, table[i].text))
        {
          g_string_truncate (key, key->len - len);
          return TRUE;
        }
    }
  return FALSE;
}

/* The strict key of one prepared word; empty for a particle. */
static char *
strict_word (const char *word, Habit habit)
{
  g_autoptr (GString) key = g_string_new (NULL);

  append_letters (key, word, habit);
  strip_one (key, child_endings, G_N_ELEMENTS (child_endings));
  smooth (key);
  for (gsize i = 0; i < G_N_ELEMENTS (particles); i++)
    if (strcmp (key->str, particles[i]) == 0)
      return g_strdup ("");
  while (strip_one (key, family_endings, G_N_ELEMENTS (family_endings)))
    ;
  return g_strdup (key->str);
}

/* From the strict key of one word to its loose key. */
static char *
loosen (const char *strict)
{
  g_autoptr (GString) key = g_string_new (strict);
  g_autoptr (GString) sounds = g_string_new (NULL);
  GString *out = g_string_new (NULL);

  strip_one (key, courtesy_endings, G_N_ELEMENTS (courtesy_endings));
  for (const char *at = key->str; *at != '\0';)
    {
      const Rule *rule = find_rule (loose_rules, G_N_ELEMENTS (loose_rules), at);

      if (rule != NULL)
        g_string_append (sounds, rule->to);
      else
        g_string_append_c (sounds, *at);
      at += rule != NULL ? strlen (rule->from) : 1;
    }
  /* The last ҳ is hardly heard: шоҳ, шо. */
  if (sounds->len > 2 && sounds->str[sounds->len - 1] == 'h'
      && is_vowel (sounds->str[sounds->len - 2]))
    g_string_truncate (sounds, sounds->len - 1);
  smooth (sounds);

  for (gsize i = 0; i < sounds->len; i++)
    {
      char c = sounds->str[i];

      if (!is_vowel (c))
        g_string_append_c (out, c);
      else if (i == 0)
        g_string_append_c (out, c == 'e' || c == 'i' ? 'i' : 'a');
    }
  return g_string_free (out, FALSE);
}

static int
compare_strings_cb (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The strict keys of the words of @name, sorted, without empty ones. */
static GPtrArray *
get_keys (const char *name)
{
  g_autoptr (GPtrArray) words = prepare_words (name != NULL ? name : "");
  GPtrArray *keys = g_ptr_array_new_with_free_func (g_free);
  Habit habit = { FALSE, FALSE };

  for (guint i = 0; i < words->len; i++)
    note_habit (&habit, g_ptr_array_index (words, i));
  for (guint i = 0; i < words->len; i++)
    {
      char *key = strict_word (g_ptr_array_index (words, i), habit);

      if (*key != '\0')
        g_ptr_array_add (keys, key);
      else
        g_free (key);
    }
  g_ptr_array_sort (keys, compare_strings_cb);
  return keys;
}

static char *
join (GPtrArray *keys)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < keys->len; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? " " : "", (char *) g_ptr_array_index (keys, i));
  return g_string_free (out, FALSE);
}

char **
bzg_name_tokens (const char *name)
{
  GPtrArray *tokens = g_ptr_array_new ();
  g_autofree char *valid = g_utf8_make_valid (name != NULL ? name : "", -1);
  const char *start = valid;

  for (const char *at = valid;; at = g_utf8_next_char (at))
    {
      if (*at != '\0' && !is_separator (g_utf8_get_char (at)))
        continue;
      if (at > start)
        {
          g_autofree char *token = g_strndup (start, (gsize) (at - start));
          g_autoptr (GPtrArray) keys = get_keys (token);

          if (keys->len > 0)
            g_ptr_array_add (tokens, g_steal_pointer (&token));
        }
      if (*at == '\0')
        break;
      start = g_utf8_next_char (at);
    }
  g_ptr_array_add (tokens, NULL);
  return (char **) g_ptr_array_free (tokens, FALSE);
}

char *
bzg_name_strict_key (const char *name)
{
  g_autoptr (GPtrArray) keys = get_keys (name);

  return join (keys);
}

char *
bzg_name_loose_key (const char *name)
{
  g_autoptr (GPtrArray) keys = get_keys (name);

  for (guint i = 0; i < keys->len; i++)
    {
      char *strict = g_ptr_array_index (keys, i);

      keys->pdata[i] = loosen (strict);
      g_free (strict);
    }
  g_ptr_array_sort (keys, compare_strings_cb);
  return join (keys);
}
