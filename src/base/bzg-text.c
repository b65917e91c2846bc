/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Repair and fold share one walk: the text becomes an array of characters that know their bytes in
 * the original, everything else works on that array. So the fold with offsets and the fold without
 * cannot differ.
 */
#include "base/bzg-text.h"

#include "base/bzg-text-private.h"

#include <string.h>

typedef struct
{
  gunichar from;
  gunichar to;
} CharPair;

/* Old Tajik fonts drew Tajik letters in the places of Serbian, Macedonian, Ukrainian ones. */
static const CharPair legacy_letters[] = {
  { 0x040A, 0x04B2 }, { 0x045A, 0x04B3 }, /* Њ Ҳ */
  { 0x0409, 0x04B6 }, { 0x0459, 0x04B7 }, /* Љ Ҷ */
  { 0x0403, 0x0492 }, { 0x0453, 0x0493 }, /* Ѓ Ғ */
  { 0x040C, 0x049A }, { 0x045C, 0x049B }, /* Ќ Қ */
  { 0x0407, 0x04E2 }, { 0x0457, 0x04E3 }, /* Ї Ӣ */
  { 0x040E, 0x04EE }, { 0x045E, 0x04EF }, /* Ў Ӯ */
  { 0x0400, 0x0401 }, { 0x0450, 0x0451 }, /* Ѐ Ё */
};

/* Latin letters that nobody can tell from a Cyrillic one. */
static const CharPair lookalikes[] = {
  { 'A', 0x0410 },    { 'B', 0x0412 },    { 'C', 0x0421 }, { 'E', 0x0415 }, { 'H', 0x041D },
  { 'K', 0x041A },    { 'M', 0x041C },    { 'O', 0x041E }, { 'P', 0x0420 }, { 'T', 0x0422 },
  { 'X', 0x0425 },    { 'Y', 0x0423 },    { 'a', 0x0430 }, { 'c', 0x0441 }, { 'e', 0x0435 },
  { 'k', 0x043A },    { 'o', 0x043E },    { 'p', 0x0440 }, { 'x', 0x0445 }, { 'y', 0x0443 },
  { 0x00CB, 0x0401 }, { 0x00EB, 0x0451 },
};

/* What decomposition does not bring down to a plain letter. All in lower case. */
static const CharPair plain_letters[] = {
  { 0x0493, 0x0433 }, /* ғ г */
  { 0x0495, 0x0433 }, /* ҕ г */
  { 0x049B, 0x043A }, /* қ к */
  { 0x04A1, 0x043A }, /* ҡ к */
  { 0x04B3, 0x0445 }, /* ҳ х */
  { 0x04BB, 0x0445 }, /* һ х */
  { 0x04B7, 0x0447 }, /* ҷ ч */
  { 0x04B9, 0x0447 }, /* ҹ ч */
  { 0x0131, 'i' },    { 0x0142, 'l' }, { 0x00F8, 'o' }, { 0x0111, 'd' }, { 0x00DF, 's' },
};

#define SHORT_I 0x0439 /* й: a letter of its own, though Unicode takes it for и with a mark */
#define HARD_SIGN 0x044A
#define SOFT_SIGN 0x044C

static gunichar
map_char (const CharPair *pairs, gsize n, gunichar ch)
{
  for (gsize i = 0; i < n; i++)
    if (pairs[i].from == ch)
      return pairs[i].to;
  return ch;
}

gboolean
bzg_text_is_mark (gunichar ch)
{
  return ch >= 0x300 && g_unichar_ismark (ch);
}

gboolean
bzg_text_is_apostrophe (gunichar ch)
{
  return ch == '\'' || ch == '`' || ch == 0x00B4 || (ch >= 0x02B9 && ch <= 0x02BF)
         || (ch >= 0x2018 && ch <= 0x201B) || ch == 0x2032 || ch == 0xA78C;
}

gboolean
bzg_text_is_dash (gunichar ch)
{
  return ch == '-' || (ch >= 0x2010 && ch <= 0x2015) || ch == 0x2212 || ch == 0xFE58 || ch == 0xFE63
         || ch == 0xFF0D;
}

gboolean
bzg_text_is_cyrillic (gunichar ch)
{
  return ch >= 0x0400 && ch <= 0x052F;
}

/* Format characters that are drawn: signs that stand before a number, notes between the lines. */
static gboolean
is_drawn_format (gunichar ch)
{
  return (ch >= 0x0600 && ch <= 0x0605) || ch == 0x06DD || ch == 0x070F || ch == 0x0890
         || ch == 0x0891 || ch == 0x08E2 || (ch >= 0xFFF9 && ch <= 0xFFFB) || ch == 0x110BD
         || ch == 0x110CD || (ch >= 0x13430 && ch <= 0x1345F);
}

gboolean
bzg_text_is_ignorable (gunichar ch)
{
  if (ch < 0xAD)
    return FALSE;
  if (g_unichar_type (ch) == G_UNICODE_FORMAT)
    return !is_drawn_format (ch);
  /* The rest of Default_Ignorable_Code_Point in DerivedCoreProperties.txt of Unicode 15. */
  return ch == 0x034F || ch == 0x115F || ch == 0x1160 || ch == 0x17B4 || ch == 0x17B5
         || (ch >= 0x180B && ch <= 0x180F) || ch == 0x2065 || ch == 0x3164
         || (ch >= 0xFE00 && ch <= 0xFE0F) || ch == 0xFFA0 || (ch >= 0xFFF0 && ch <= 0xFFF8)
         || (ch >= 0xE0000 && ch <= 0xE0FFF);
}

/* What repair takes out: no marks (they say how an emoji is drawn) and no letters (of Hangul). */
static gboolean
is_hidden (gunichar ch)
{
  return bzg_text_is_ignorable (ch) && !g_unichar_ismark (ch) && !g_unichar_isalpha (ch);
}

static gboolean
is_arabic (gunichar ch)
{
  return (ch >= 0x0600 && ch <= 0x06FF) || (ch >= 0x0750 && ch <= 0x077F)
         || (ch >= 0x08A0 && ch <= 0x08FF) || (ch >= 0xFB50 && ch <= 0xFDFF)
         || (ch >= 0xFE70 && ch <= 0xFEFC);
}

GArray *
bzg_text_units_new (const char *text, gssize len)
{
  gsize size = len < 0 ? strlen (text) : (gsize) len;
  GArray *units = g_array_sized_new (FALSE, FALSE, sizeof (BzgTextUnit), (guint) MIN (size, 4096));

  for (gsize at = 0; at < size;)
    {
      gunichar ch = g_utf8_get_char_validated (text + at, (gssize) (size - at));
      gboolean broken = ch == 0 || ch == (gunichar) -1 || ch == (gunichar) -2;
      gsize bytes = broken ? 1 : (gsize) g_unichar_to_utf8 (ch, NULL);
      BzgTextUnit unit = { broken ? 0xFFFD : ch, (guint32) at, (guint32) (at + bytes) };
      guint before = units->len;
      BzgTextUnit *last;
      gunichar both;

      /* A mark belongs to its letter over what nobody sees. */
      while (before > 0 && bzg_text_is_mark (unit.ch)
             && is_hidden (g_array_index (units, BzgTextUnit, before - 1).ch))
        before--;
      last = before > 0 ? &g_array_index (units, BzgTextUnit, before - 1) : NULL;
      if (last != NULL && bzg_text_is_mark (unit.ch)
          && g_unichar_compose (last->ch, unit.ch, &both))
        {
          last->ch = both;
          last->end = unit.end;
        }
      else
        g_array_append_val (units, unit);
      at += bytes;
    }
  return units;
}

static gboolean
is_latin (gunichar ch)
{
  return ch < 0x250 && g_unichar_isalpha (ch);
}

static gunichar
to_cyrillic (gunichar ch)
{
  return map_char (lookalikes, G_N_ELEMENTS (lookalikes), ch);
}

static gunichar
to_latin (gunichar ch)
{
  for (gsize i = 0; i < G_N_ELEMENTS (lookalikes); i++)
    if (lookalikes[i].to == ch)
      return lookalikes[i].from;
  return ch;
}

/* One word with letters of both scripts goes over to the one in which all of it can be written; the
 * script with more letters if either is possible; neither if neither is. */
static gboolean
unmix_word (BzgTextUnit *word, gsize n)
{
  gsize latin = 0, cyrillic = 0, stuck_latin = 0, stuck_cyrillic = 0;
  gboolean cyrillic_wins;

  for (gsize i = 0; i < n; i++)
    {
      gunichar ch = word[i].ch;

      if (is_latin (ch))
        {
          latin++;
          stuck_latin += to_cyrillic (ch) == ch;
        }
      else if (bzg_text_is_cyrillic (ch))
        {
          cyrillic++;
          stuck_cyrillic += to_latin (ch) == ch;
        }
    }
  if (latin == 0 || cyrillic == 0 || (stuck_latin > 0 && stuck_cyrillic > 0))
    return FALSE;

  cyrillic_wins = stuck_latin == 0 && (stuck_cyrillic > 0 || cyrillic >= latin);
  for (gsize i = 0; i < n; i++)
    word[i].ch = cyrillic_wins ? to_cyrillic (word[i].ch) : to_latin (word[i].ch);
  return TRUE;
}

static gboolean
unmix (GArray *units)
{
  BzgTextUnit *all = (BzgTextUnit *) (gpointer) units->data;
  gboolean changed = FALSE;

  for (guint i = 0; i < units->len;)
    {
      guint end = i;

      while (end < units->len && g_unichar_isalpha (all[end].ch))
        end++;
      if (end > i)
        changed |= unmix_word (all + i, end - i);
      i = end + (end == i);
    }
  return changed;
}

/* The character before it takes over the bytes, so that a span covers them. */
static gboolean
drop_hidden (GArray *units)
{
  BzgTextUnit *all = (BzgTextUnit *) (gpointer) units->data;
  guint n = 0;
  gboolean changed;

  for (guint i = 0; i < units->len; i++)
    {
      BzgTextUnit *before = n > 0 ? &all[n - 1] : NULL;
      gboolean joiner = all[i].ch == 0x200C || all[i].ch == 0x200D;

      if (!is_hidden (all[i].ch) || (joiner && before != NULL && is_arabic (before->ch)))
        all[n++] = all[i];
      else if (before != NULL)
        before->end = MAX (before->end, all[i].end);
    }
  changed = n < units->len;
  g_array_set_size (units, n);
  return changed;
}

gboolean
bzg_text_units_repair (GArray *units)
{
  gboolean changed = drop_hidden (units);

  for (guint i = 0; i < units->len; i++)
    {
      BzgTextUnit *unit = &g_array_index (units, BzgTextUnit, i);
      gunichar ch = map_char (legacy_letters, G_N_ELEMENTS (legacy_letters), unit->ch);

      changed |= ch != unit->ch;
      unit->ch = ch;
    }
  return unmix (units) || changed;
}

char *
bzg_text_units_to_string (const GArray *units)
{
  GString *out = g_string_sized_new (units->len * 2);

  for (guint i = 0; i < units->len; i++)
    g_string_append_unichar (out, g_array_index (units, BzgTextUnit, i).ch);
  return g_string_free (out, FALSE);
}

/* TRUE for sound text of Latin and Cyrillic letters without combining marks: nearly every text. It
 * is in form C as it stands, and normalising it would cost more than all the rest. */
static gboolean
is_plainly_composed (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar ch = g_utf8_get_char (text);

      if (ch >= 0x300 && (!bzg_text_is_cyrillic (ch) || (ch >= 0x483 && ch <= 0x489)))
        return FALSE;
    }
  return TRUE;
}

char *
bzg_text_nfc (const char *text)
{
  g_autofree char *valid = NULL;

  if (is_plainly_composed (text))
    return g_strdup (text);
  valid = g_utf8_make_valid (text, -1);
  return g_utf8_normalize (valid, -1, G_NORMALIZE_NFC);
}

char *
bzg_text_repair (const char *text)
{
  g_autofree char *repaired = bzg_text_nfc (text);

  /* A letter that went over to the other script may join the mark behind it and so become one to be
   * repaired (y and a breve): again until nothing changes. Every round leaves fewer such letters.
   */
  for (;;)
    {
      g_autoptr (GArray) units = bzg_text_units_new (repaired, -1);
      g_autofree char *changed = NULL;

      if (!bzg_text_units_repair (units))
        return g_steal_pointer (&repaired);
      changed = bzg_text_units_to_string (units);
      g_free (repaired);
      repaired = bzg_text_nfc (changed);
    }
}

gboolean
bzg_text_needs_repair (const char *text)
{
  g_autofree char *composed = bzg_text_nfc (text);
  g_autoptr (GArray) units = bzg_text_units_new (composed, -1);

  return bzg_text_units_repair (units);
}

/* What a character of the fold becomes: 0 if it falls away. */
static gunichar
fold_piece (gunichar ch)
{
  if (g_unichar_isspace (ch) || g_unichar_iscntrl (ch))
    return ' ';
  if (bzg_text_is_dash (ch))
    return '-';
  if (bzg_text_is_mark (ch) || bzg_text_is_apostrophe (ch) || bzg_text_is_ignorable (ch)
      || g_unichar_type (ch) == G_UNICODE_FORMAT)
    return 0;
  ch = map_char (plain_letters, G_N_ELEMENTS (plain_letters), g_unichar_tolower (ch));
  return ch == HARD_SIGN || ch == SOFT_SIGN ? 0 : ch;
}

/* Is the apostrophe at @i the one of an English possessive (the mill-owner's)? */
static gboolean
is_possessive (const GArray *units, guint i)
{
  const BzgTextUnit *all = (const BzgTextUnit *) (gconstpointer) units->data;

  return i > 0 && i + 1 < units->len && g_unichar_isalpha (all[i - 1].ch)
         && (all[i + 1].ch == 's' || all[i + 1].ch == 'S')
         && (i + 2 == units->len || !g_unichar_isalnum (all[i + 2].ch));
}

static GArray *
fold_units (const char *text, gssize len)
{
  g_autoptr (GArray) units = bzg_text_units_new (text, len);
  GArray *out = g_array_sized_new (FALSE, FALSE, sizeof (BzgTextUnit), units->len);

  bzg_text_units_repair (units);
  for (guint i = 0; i < units->len; i++)
    {
      BzgTextUnit unit = g_array_index (units, BzgTextUnit, i);
      gunichar lower = g_unichar_tolower (unit.ch);
      gunichar pieces[G_UNICHAR_MAX_DECOMPOSITION_LENGTH] = { lower };
      gsize n = 1;
      gboolean kept = FALSE;

      if (bzg_text_is_apostrophe (unit.ch))
        {
          i += is_possessive (units, i);
          continue;
        }
      if (lower != SHORT_I)
        n = g_unichar_fully_decompose (lower, TRUE, pieces, G_N_ELEMENTS (pieces));
      for (gsize j = 0; j < n; j++)
        {
          BzgTextUnit folded = { fold_piece (pieces[j]), unit.start, unit.end };

          if (folded.ch != 0)
            {
              g_array_append_val (out, folded);
              kept = TRUE;
            }
        }
      if (!kept && out->len > 0)
        {
          BzgTextUnit *before = &g_array_index (out, BzgTextUnit, out->len - 1);

          if (before->end == unit.start)
            before->end = unit.end;
        }
    }
  /* Once more: қ could not go over to Latin, the к it became can. */
  unmix (out);
  return out;
}

char *
bzg_text_fold (const char *text)
{
  g_autoptr (GArray) units = fold_units (text, -1);

  return bzg_text_units_to_string (units);
}

BzgFoldMap *
bzg_text_fold_map (const char *text, gssize len)
{
  g_autoptr (GArray) units = fold_units (text, len);
  BzgFoldMap *self = g_new0 (BzgFoldMap, 1);
  gsize at = 0;

  self->text = bzg_text_units_to_string (units);
  self->len = strlen (self->text);
  self->start = g_new (guint32, self->len + 1);
  self->end = g_new (guint32, self->len + 1);
  for (guint i = 0; i < units->len; i++)
    {
      const BzgTextUnit *unit = &g_array_index (units, BzgTextUnit, i);

      for (int bytes = g_unichar_to_utf8 (unit->ch, NULL); bytes > 0; bytes--, at++)
        {
          self->start[at] = unit->start;
          self->end[at] = unit->end;
        }
    }
  /* One behind the last byte: the end of the original, so that a caller may ask for it. */
  self->start[at] = self->end[at] = (guint32) (len < 0 ? strlen (text) : (gsize) len);
  return self;
}

void
bzg_fold_map_free (BzgFoldMap *self)
{
  if (self == NULL)
    return;
  g_free (self->text);
  g_free (self->start);
  g_free (self->end);
  g_free (self);
}

void
bzg_fold_map_span (const BzgFoldMap *self, gsize from, gsize to, gsize *start, gsize *end)
{
  g_return_if_fail (from < to && to <= self->len);
  *start = self->start[from];
  *end = self->end[to - 1];
}

char *
bzg_text_truncate (const char *text, gsize max_bytes)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  char *end;

  if (strlen (valid) <= max_bytes)
    return g_steal_pointer (&valid);
  end = valid + max_bytes;
  while (end > valid && ((*end & 0xC0) == 0x80 || bzg_text_is_mark (g_utf8_get_char (end))))
    end--;
  *end = '\0';
  return g_steal_pointer (&valid);
}

char *
bzg_text_ellipsize (const char *text, gsize max_chars)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  if (max_chars == 0 || (gsize) g_utf8_strlen (valid, -1) <= max_chars)
    return max_chars == 0 ? g_strdup ("") : g_steal_pointer (&valid);
  *g_utf8_offset_to_pointer (valid, (glong) max_chars - 1) = '\0';
  return g_strconcat (g_strchomp (valid), "…", NULL);
}

char *
bzg_text_trim_to_null (const char *text)
{
  const char *end;

  if (text == NULL)
    return NULL;
  while (*text != '\0' && g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  end = text + strlen (text);
  while (end > text)
    {
      const char *before = g_utf8_prev_char (end);

      if (!g_unichar_isspace (g_utf8_get_char (before)))
        break;
      end = before;
    }
  return end > text ? g_strndup (text, (gsize) (end - text)) : NULL;
}

gboolean
bzg_text_is_clean (const char *text, gssize len)
{
  gsize size = len < 0 ? strlen (text) : (gsize) len;
  const char *end = text + size;

  if (!g_utf8_validate_len (text, size, NULL))
    return FALSE;
  for (; text < end; text = g_utf8_next_char (text))
    {
      gunichar ch = g_utf8_get_char (text);

      if (g_unichar_iscntrl (ch) && ch != '\t' && ch != '\n' && ch != '\r')
        return FALSE;
      if ((ch >= 0x202A && ch <= 0x202E) || (ch >= 0x2066 && ch <= 0x2069))
        return FALSE;
    }
  return TRUE;
}
