/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From spelling to key, each step a table of bzg-name-rules-private.h: who romanised the name;
 * letters of three scripts, longest spelling first; glides and doubled letters; endings; compounds;
 * and for the loose key the consonants that are confused. One pass over the letters for each step:
 * the work is linear in the length of the name.
 *
 * Key letters: c is ч, j is ҷ, x is ш, y is ж. All else sounds as written.
 */
#include "base/bzg-name.h"

#include "base/bzg-name-private.h"
#include "base/bzg-name-rules-private.h"
#include "base/bzg-text-private.h"
#include "base/bzg-text.h"

#include <string.h>

#define HARD_SIGN 0x044A
#define SOFT_SIGN 0x044C

/* A word and the bytes of the text it was cut from. */
typedef struct
{
  char *text;
  gsize start, end;
} Cut;

/* One word on its way. */
typedef struct
{
  const Cut *cut;
  char *strict;
  gboolean father; /* has an ending that only a father's name has */
} Key;

/* Rules found by the first byte of their spelling; next[] leads on in the order of the table. */
typedef struct
{
  const BzgNameRule *rules;
  guint8 head[256];
  guint8 next[255];
} RuleSet;

static const char *
spelling (const BzgNameRule *rule)
{
  return rule->from + (rule->from[0] == '^');
}

static void
rule_set_init (RuleSet *self, const BzgNameRule *rules, guint n)
{
  g_assert (n < 255);
  self->rules = rules;
  memset (self->head, 255, sizeof self->head);
  for (guint i = n; i-- > 0;)
    {
      guint8 first = (guint8) spelling (&rules[i])[0];

      self->next[i] = self->head[first];
      self->head[first] = (guint8) i;
    }
}

enum
{
  CYRILLIC,
  LATIN,
  ARABIC,
  LOOSE,
  N_SETS
};

static const RuleSet *
get_rule_set (guint which)
{
  static RuleSet sets[N_SETS];
  static gsize once;

  if (g_once_init_enter (&once))
    {
      rule_set_init (&sets[CYRILLIC], cyrillic_rules, G_N_ELEMENTS (cyrillic_rules));
      rule_set_init (&sets[LATIN], latin_rules, G_N_ELEMENTS (latin_rules));
      rule_set_init (&sets[ARABIC], arabic_rules, G_N_ELEMENTS (arabic_rules));
      rule_set_init (&sets[LOOSE], loose_rules, G_N_ELEMENTS (loose_rules));
      g_once_init_leave (&once, 1);
    }
  return &sets[which];
}

static gboolean
is_vowel (char c)
{
  return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

/* Does @from, with its ^ and $, stand at @at of @word? *len: how much it covers. */
static gboolean
fits (const char *from, const char *word, const char *at, gsize *len)
{
  const char *p = at;

  if (*from == '^' && (at != word || *++from == '\0'))
    return FALSE;
  for (; *from != '\0' && *from != '$'; from++, p++)
    if (*p != *from)
      return FALSE;
  if (*from == '$' && *p != '\0')
    return FALSE;
  *len = (gsize) (p - at);
  return TRUE;
}

static const BzgNameRule *
find_rule (const RuleSet *set, const char *word, const char *at, gsize *len)
{
  for (guint8 i = set->head[(guint8) *at]; i != 255; i = set->next[i])
    if (fits (set->rules[i].from, word, at, len))
      return &set->rules[i];
  return NULL;
}

/* Notes a rule that fired, for bzg_name_explain(); @why is NULL for everybody else. */
static void
note (GString *why, const char *from, const char *to)
{
  if (why != NULL && strcmp (from, to) != 0)
    g_string_append_printf (why, " %s→%s", from, to);
}

static guint
find_habits (GArray *cuts)
{
  guint found = HABIT_NONE;

  for (guint i = 0; i < cuts->len; i++)
    for (gsize j = 0; j < G_N_ELEMENTS (habits); j++)
      {
        const char *word = g_array_index (cuts, Cut, i).text;
        const char *text = habits[j].text;

        /* Only Latin letters have habits; their lead bytes are lower than the others'. */
        if ((guint8) word[0] >= 0xD0)
          break;
        if (habits[j].at_end ? g_str_has_suffix (word, text) : strstr (word, text) != NULL)
          found |= habits[j].habit;
      }
  if (found & (HABIT_NOT_FRENCH | HABIT_CH_IS_H))
    found &= ~(guint) HABIT_CH_IS_SH;
  return found;
}

/* ch is х in German, and where a consonant follows inside a word (Achmad): ч hardly stands there.
 */
static gboolean
is_ch_for_h (const char *word, const char *at, guint habit)
{
  char next = at[0] == 'c' && at[1] == 'h' ? at[2] : 'h';

  if (next == 'h')
    return FALSE;
  return (habit & HABIT_CH_IS_H) != 0
         || (at > word && g_ascii_isalpha (next) && !is_vowel (next) && next != 'y'
             && (habit & HABIT_CH_IS_SH) == 0);
}

static gboolean
is_j_for_i (const char *word, const char *at, guint habit)
{
  if (*at != 'j')
    return FALSE;
  if (habit & HABIT_J_IS_I)
    return TRUE;
  return (habit & HABIT_J_MAY_I) != 0 && at > word && strncmp (at, "jon", 3) != 0
         && strncmp (at, "jan", 3) != 0;
}

/* What a habit makes of the letters at @at: the key letter, or 0; *len: how much it covers. */
static char
read_habit (const char *word, const char *at, guint habit, gsize *len)
{
  gboolean ch = at[0] == 'c' && at[1] == 'h';

  *len = ch ? 2 : 1;
  if (is_ch_for_h (word, at, habit))
    return 'h';
  if (ch && (habit & HABIT_CH_IS_SH) != 0)
    return 'x';
  if (is_j_for_i (word, at, habit))
    return 'i';
  if (*at == 'c' && !ch && (habit & HABIT_C_IS_J) != 0)
    return 'j';
  return 0;
}

static gboolean
is_separator (gunichar ch)
{
  return ch == ',' || ch == '.' || ch == ';' || ch == '/' || ch == '(' || ch == ')' || ch == '"'
         || ch == 0x00AB || ch == 0x00BB || g_unichar_isspace (ch) || g_unichar_iscntrl (ch);
}

static gboolean
is_listed (const char *const *list, gsize n, const char *word)
{
  for (gsize i = 0; i < n; i++)
    if (list[i][0] == word[0] && strcmp (list[i], word) == 0)
      return TRUE;
  return FALSE;
}

#define IS_LISTED(list, word) is_listed (list, G_N_ELEMENTS (list), word)

static void
cut_clear (gpointer data)
{
  g_free (((Cut *) data)->text);
}

static gboolean
is_kept (gunichar ch)
{
  return g_unichar_isalpha (ch) && !bzg_text_is_apostrophe (ch) && ch != HARD_SIGN
         && ch != SOFT_SIGN;
}

/* Words that are one: Абдул Карим, Shams ud-Din, شمس الدین. */
static void
join_words (GArray *cuts)
{
  for (guint i = 0; i + 1 < cuts->len;)
    {
      Cut *here = &g_array_index (cuts, Cut, i);
      Cut *next = &g_array_index (cuts, Cut, i + 1);
      gboolean both = IS_LISTED (joined_to_both, next->text) && i + 2 < cuts->len;

      if (IS_LISTED (joined_to_next, here->text) || IS_LISTED (joined_to_last, next->text) || both)
        {
          Cut *last = both ? &g_array_index (cuts, Cut, i + 2) : next;
          char *joined = g_strconcat (here->text, next->text, both ? last->text : NULL, NULL);

          g_free (here->text);
          here->text = joined;
          here->end = last->end;
          g_array_remove_range (cuts, i + 1, both ? 2 : 1);
        }
      else
        i++;
    }
}

/* Cuts a repaired name into its words: in lower case, without apostrophes, signs and marks that
 * make no letter of their own. */
static GArray *
cut_words (const char *repaired)
{
  GArray *cuts = g_array_new (FALSE, FALSE, sizeof (Cut));
  g_autoptr (GString) word = g_string_new (NULL);
  gsize start = 0;

  g_array_set_clear_func (cuts, cut_clear);
  for (const char *at = repaired;; at = g_utf8_next_char (at))
    {
      gunichar ch = g_utf8_get_char (at);

      if (*at == '\0' || is_separator (ch))
        {
          if (word->len > 0)
            {
              Cut cut = { g_strndup (word->str, word->len), start, (gsize) (at - repaired) };

              g_array_append_val (cuts, cut);
            }
          g_string_truncate (word, 0);
          if (*at == '\0')
            break;
          start = (gsize) (g_utf8_next_char (at) - repaired);
          continue;
        }
      ch = g_unichar_tolower (ch);
      if (is_kept (ch))
        g_string_append_unichar (word, ch);
    }
  join_words (cuts);
  return cuts;
}

static const RuleSet *
rules_for (const char *at)
{
  guint8 first = (guint8) *at;

  if (first >= 0xD0 && first <= 0xD4)
    return get_rule_set (CYRILLIC);
  if (first >= 0xD8 && first <= 0xDB)
    return get_rule_set (ARABIC);
  return get_rule_set (LATIN);
}

static void
append_letters (GString *key, const char *word, guint habit, GString *why)
{
  for (const char *at = word; *at != '\0';)
    {
      gsize len;
      char letter = read_habit (word, at, habit, &len);
      const BzgNameRule *rule;

      if (letter != 0)
        {
          char to[2] = { letter, '\0' };
          char from[3] = { at[0], len == 2 ? at[1] : '\0', '\0' };

          note (why, from, to);
          g_string_append_c (key, letter);
          at += len;
          continue;
        }
      rule = find_rule (rules_for (at), word, at, &len);
      if (rule != NULL)
        {
          note (why, rule->from, rule->to);
          g_string_append (key, rule->to);
          at += len;
          continue;
        }
      /* Another letter: its base if that is Latin, else it is left out. */
      {
        gunichar pieces[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];

        g_unichar_fully_decompose (g_utf8_get_char (at), TRUE, pieces, G_N_ELEMENTS (pieces));
        if (pieces[0] >= 'a' && pieces[0] <= 'z')
          {
            char base[2] = { (char) pieces[0], '\0' };

            rule = find_rule (get_rule_set (LATIN), "", base, &len);
            g_string_append (key, rule->to);
          }
      }
      at = g_utf8_next_char (at);
    }
}

/* Doubled letters become one (but Пайшанбе-ев keeps its own е); an i that only leads from a vowel
 * to an e (Алиев, Aliyev; Ел-, Yel-) falls away. In place. */
static void
smooth (GString *key)
{
  gsize n = 0;

  for (gsize i = 0; i < key->len; i++)
    {
      char c = key->str[i];

      gboolean apart = c == 'e' && key->str[i + 1] == 'v';

      if (n > 0 && key->str[n - 1] == c && !apart)
        continue;
      if (c == 'e' && n > 0 && key->str[n - 1] == 'i' && (n == 1 || is_vowel (key->str[n - 2])))
        n--;
      if (n > 0 && key->str[n - 1] == c && !apart)
        continue;
      key->str[n++] = c;
    }
  g_string_truncate (key, n);
}

/* Is the word of @len bytes at @word one of the space-separated @list? */
static gboolean
is_exception (const char *list, const char *word, gsize len)
{
  while (list != NULL && *list != '\0')
    {
      gsize n = strcspn (list, " ");

      if (n == len && memcmp (list, word, len) == 0)
        return TRUE;
      list += n;
      list += strspn (list, " ");
    }
  return FALSE;
}

/* Takes the first ending that may come off; returns it or NULL. */
static const char *
strip_one (GString *key, const BzgNameEnding *table, gsize n, GString *why)
{
  for (gsize i = 0; i < n; i++)
    {
      gsize len = table[i].len;

      if (key->len >= len + table[i].keep
          && memcmp (key->str + key->len - len, table[i].text, len) == 0
          && !is_exception (table[i].except, key->str, key->len - len))
        {
          g_string_truncate (key, key->len - len);
          if (why != NULL)
            g_string_append_printf (why, " -%s", table[i].text);
          return table[i].text;
        }
    }
  return NULL;
}

#define STRIP_ONE(key, table, why) strip_one (key, table, G_N_ELEMENTS (table), why)

/* The l of Абдул- before another consonant, and before the vowels of the listed names. */
static void
drop_servant (GString *key)
{
  const char *rest = key->str + strlen ("abdul");

  if (!g_str_has_prefix (key->str, "abdul") || *rest == '\0')
    return;
  if (!is_vowel (*rest))
    {
      g_string_erase (key, 4, 1);
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (after_servant); i++)
    if (g_str_has_prefix (rest, after_servant[i]))
      {
        g_string_erase (key, 4, 1);
        return;
      }
}

static void
make_compounds (GString *key, GString *why)
{
  for (gsize i = 0; i < G_N_ELEMENTS (compound_rules); i++)
    {
      const BzgNameRule *rule = &compound_rules[i];
      gsize size = strlen (rule->from) - 1, len;
      gboolean at_start = rule->from[0] == '^';

      if (key->len > size
          && fits (rule->from, key->str, key->str + (at_start ? 0 : key->len - size), &len))
        {
          note (why, rule->from, rule->to);
          g_string_erase (key, at_start ? 0 : (gssize) (key->len - size), (gssize) size);
          g_string_insert (key, at_start ? 0 : (gssize) key->len, rule->to);
        }
    }
  drop_servant (key);
}

/* The strict key of one prepared word. */
static Key
make_key (const char *word, guint habit, GString *why)
{
  g_autoptr (GString) key = g_string_new (NULL);
  Key out = { NULL };
  const char *ending;

  append_letters (key, word, habit, why);
  STRIP_ONE (key, child_endings, why);
  smooth (key);
  while ((ending = STRIP_ONE (key, family_endings, why)) != NULL)
    out.father |= IS_LISTED (father_endings, ending);
  make_compounds (key, why);
  out.strict = g_strdup (key->str);
  return out;
}

/* Changes letter groups by loose_rules, none of which makes the word longer. In place. */
static void
confuse (GString *key)
{
  gsize n = 0;

  for (gsize i = 0; i < key->len;)
    {
      gsize len = 1;
      const BzgNameRule *rule = find_rule (get_rule_set (LOOSE), key->str, key->str + i, &len);

      key->str[n++] = rule != NULL ? rule->to[0] : key->str[i];
      i += rule != NULL ? len : 1;
    }
  g_string_truncate (key, n);
}

/* What is heard of the consonants: the last ҳ of шоҳ hardly, в of Равшан as у (Рауфшон, Raushan), н
 * before б as м, д and б at the end as т and ф. In place. */
static void
soften (GString *key)
{
  gsize n = 0;

  if (key->len > 2 && key->str[key->len - 1] == 'h'
      && strchr ("ao", key->str[key->len - 2]) != NULL)
    g_string_truncate (key, key->len - 1);
  for (gsize i = 0; i < key->len; i++)
    {
      char c = key->str[i];
      char next = key->str[i + 1];

      if (c == 'v' && i > 0 && is_vowel (key->str[i - 1]) && next != '\0'
          && (!is_vowel (next) || next == 'u'))
        continue;
      if (c == 'n' && (next == 'b' || next == 'f'))
        c = 'm';
      key->str[n++] = c;
    }
  g_string_truncate (key, n);
  if (n > 1 && key->str[n - 1] == 'd')
    key->str[n - 1] = 't';
  else if (n > 1 && key->str[n - 1] == 'b')
    key->str[n - 1] = 'f';
}

/* From the strict key of one word to its loose key. */
static char *
loosen (const char *strict, GString *why)
{
  g_autoptr (GString) key = g_string_new (strict);
  GString *out = g_string_new (NULL);
  gboolean stripped;

  if (g_str_has_prefix (key->str, "bibi") && key->len >= 8)
    g_string_erase (key, 0, 4);
  /* Before, as the s of Муқаддасхон is no ш with its х; and after, as -жон becomes -ҷон. */
  stripped = STRIP_ONE (key, courtesy_endings, why) != NULL;
  confuse (key);
  if (!stripped)
    STRIP_ONE (key, courtesy_endings, why);
  soften (key);
  smooth (key);
  for (gsize i = 0; i < key->len; i++)
    {
      char c = key->str[i];

      if (i == 0 && is_vowel (c))
        g_string_append_c (out, c == 'e' || c == 'i' ? 'i' : 'a');
      else if (!is_vowel (c) && (out->len == 0 || out->str[out->len - 1] != c))
        g_string_append_c (out, c);
    }
  return g_string_free (out, FALSE);
}

gsize
_bzg_name_without_courtesy (const char *strict, gsize len)
{
  gsize best = len;

  for (gsize i = 0; i < G_N_ELEMENTS (courtesy_endings); i++)
    {
      gsize n = courtesy_endings[i].len;

      if (len >= n + courtesy_endings[i].keep && len - n < best
          && memcmp (strict + len - n, courtesy_endings[i].text, n) == 0
          && !is_exception (courtesy_endings[i].except, strict, len - n))
        best = len - n;
    }
  return best;
}

static void
key_clear (gpointer data)
{
  g_free (((Key *) data)->strict);
}

static int
compare_keys_cb (gconstpointer a, gconstpointer b)
{
  return strcmp (((const Key *) a)->strict, ((const Key *) b)->strict);
}

/* Takes out what is no part of a name, if enough is left; a father before ўғли is marked. */
static void
drop_idle (GArray *keys)
{
  for (guint i = 0; i < keys->len;)
    {
      const char *key = g_array_index (keys, Key, i).strict;
      gboolean idle = *key == '\0';

      for (gsize j = 0; !idle && j < G_N_ELEMENTS (idle_words); j++)
        idle = idle_words[j].key[0] == key[0] && keys->len > idle_words[j].others
               && strcmp (key, idle_words[j].key) == 0;
      if (idle && i > 0 && IS_LISTED (father_words, key))
        g_array_index (keys, Key, i - 1).father = TRUE;
      if (idle)
        g_array_remove_index (keys, i);
      else
        i++;
    }
}

/* A name read: cut, and the strict keys of its words in their order, without idle ones. */
typedef struct
{
  char *repaired;
  GArray *cuts;
  GArray *keys;
} Reading;

static void
reading_clear (Reading *self)
{
  g_array_unref (self->keys);
  g_array_unref (self->cuts);
  g_free (self->repaired);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, reading_clear)

static Reading
read_name (const char *name, GString *why)
{
  Reading self = { .repaired = bzg_text_repair (name != NULL ? name : "") };
  guint habit;

  self.cuts = cut_words (self.repaired);
  self.keys = g_array_sized_new (FALSE, FALSE, sizeof (Key), self.cuts->len);
  g_array_set_clear_func (self.keys, key_clear);
  habit = find_habits (self.cuts);
  for (guint i = 0; i < self.cuts->len; i++)
    {
      const Cut *cut = &g_array_index (self.cuts, Cut, i);
      Key key;

      if (why != NULL)
        g_string_append_printf (why, "%s%s:", i > 0 ? "; " : "", cut->text);
      key = make_key (cut->text, habit, why);
      key.cut = cut;
      if (why != NULL)
        {
          g_autofree char *loose = loosen (key.strict, why);

          g_string_append_printf (why, " = %s, %s", key.strict, loose);
        }
      g_array_append_val (self.keys, key);
    }
  drop_idle (self.keys);
  return self;
}

static char *
join (char **keys)
{
  GString *out = g_string_new (NULL);

  for (char **key = keys; *key != NULL; key++)
    if (**key != '\0')
      g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", *key);
  return g_string_free (out, FALSE);
}

void
bzg_name_part_free (BzgNamePart *part)
{
  if (part == NULL)
    return;
  g_free (part->text);
  g_free (part->strict);
  g_free (part->loose);
  g_free (part);
}

GPtrArray *
bzg_name_parts (const char *name)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_name_part_free);
  g_auto (Reading) reading = read_name (name, NULL);

  for (guint i = 0; i < reading.keys->len; i++)
    {
      Key *key = &g_array_index (reading.keys, Key, i);
      BzgNamePart *part = g_new0 (BzgNamePart, 1);

      part->text = g_strndup (reading.repaired + key->cut->start, key->cut->end - key->cut->start);
      part->start = key->cut->start;
      part->loose = loosen (key->strict, NULL);
      part->strict = g_steal_pointer (&key->strict);
      part->father = key->father;
      g_ptr_array_add (parts, part);
    }
  return parts;
}

char *
bzg_name_strict_key (const char *name)
{
  g_auto (Reading) reading = read_name (name, NULL);
  g_autofree char **all = g_new0 (char *, reading.keys->len + 1);

  g_array_sort (reading.keys, compare_keys_cb);
  for (guint i = 0; i < reading.keys->len; i++)
    all[i] = g_array_index (reading.keys, Key, i).strict;
  return join (all);
}

static int
compare_strings_cb (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char *
bzg_name_loose_key (const char *name)
{
  g_auto (Reading) reading = read_name (name, NULL);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < reading.keys->len; i++)
    {
      const Key *key = &g_array_index (reading.keys, Key, i);

      if (!key->father || reading.keys->len < 3)
        g_ptr_array_add (all, loosen (key->strict, NULL));
    }
  g_ptr_array_sort (all, compare_strings_cb);
  g_ptr_array_add (all, NULL);
  return join ((char **) all->pdata);
}

char *
bzg_name_full_key (const char *name)
{
  g_autofree char *repaired = bzg_text_repair (name != NULL ? name : "");
  g_autoptr (GArray) cuts = cut_words (repaired);
  g_autoptr (GString) key = g_string_new (NULL);
  GString *out = g_string_new (NULL);
  guint habit = find_habits (cuts);

  for (guint i = 0; i < cuts->len; i++)
    {
      g_string_truncate (key, 0);
      append_letters (key, g_array_index (cuts, Cut, i).text, habit, NULL);
      smooth (key);
      if (key->len > 0)
        g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", key->str);
    }
  return g_string_free (out, FALSE);
}

char *
bzg_name_explain (const char *name)
{
  GString *why = g_string_new (NULL);
  Reading reading = read_name (name, why);

  reading_clear (&reading);
  return g_string_free (why, FALSE);
}
