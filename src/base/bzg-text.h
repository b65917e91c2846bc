/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/bzg-language.h"

#include <glib.h>

G_BEGIN_DECLS

/*
 * Tajik, Russian and Latin text: repaired when it comes in, folded for search, ordered for lists,
 * carried from one script to the other, and stripped of endings for the story check.
 *
 * Every function takes valid UTF-8; broken bytes are read as U+FFFD and never crash. Results are
 * valid UTF-8 and, unless said otherwise, (transfer full).
 *
 * The stored text stays as the person wrote it (after bzg_text_repair()); folded text, sort keys
 * and name keys are derived and can be rebuilt at any time.
 */

/* Unicode normalisation form C. */
char *bzg_text_nfc (const char *text);

/* What every text goes through when pasted or imported: form C; the letters that old Tajik fonts
 * used in place of Tajik ones (Њ Љ Ѓ Ќ Ї Ў for Ҳ Ҷ Ғ Қ Ӣ Ӯ, both cases); U+0450 for ё; Latin
 * letters that look Cyrillic inside a Cyrillic word, and the reverse; without the format characters
 * nobody sees (soft hyphen, zero width space, byte order mark, bidi controls), but for the joiners
 * U+200C and U+200D behind an Arabic letter, which spelling needs. Idempotent. */
char *bzg_text_repair (const char *text);

/* TRUE if bzg_text_repair() would change more than the normalisation form: worth telling the user.
 */
gboolean bzg_text_needs_repair (const char *text);

/* The search fold, for both sides of a comparison: repaired, lower case, ғ→г ӣ→и қ→к ӯ→у ҳ→х ҷ→ч
 * ё→е, Latin letters without their marks, ь ъ and apostrophes dropped, an English possessive 's
 * dropped, characters that nobody sees (bzg_text_is_ignorable()) dropped, every white space a plain
 * space, dashes a plain hyphen. Words stay in their script: for names across scripts see
 * bzg-name.h. Idempotent. */
char *bzg_text_fold (const char *text);

/* The same fold with the way back: @start[i] and @end[i] are the byte offsets in the original of
 * the character from which byte i of @text came. @end reaches over what the fold dropped behind a
 * letter (ъ, ь, combining marks, soft hyphens). */
typedef struct
{
  char *text;
  gsize len; /* bytes of @text, without the NUL */
  guint32 *start;
  guint32 *end;
} BzgFoldMap;

BzgFoldMap *bzg_text_fold_map (const char *text, gssize len);
void bzg_fold_map_free (BzgFoldMap *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgFoldMap, bzg_fold_map_free)

/* The bytes [@start, @end) of the original for the bytes [@from, @to) of the folded text;
 * @from < @to <= len. */
void bzg_fold_map_span (const BzgFoldMap *self, gsize from, gsize to, gsize *start, gsize *end);

/* A key for which plain byte comparison (memcmp, BINARY in SQLite) gives the order of @lang: Tajik
 * has 35 letters (А Б В Г Ғ ... Ч Ҷ Ш Ъ Э Ю Я), Russian Ц Щ Ы Ь stand where Russian has them, ё is
 * a letter in Tajik and a variant of е in Russian. Cyrillic before Latin for tg and ru, after it
 * for en. Lower before upper case only where nothing else differs; punctuation does not count. */
char *bzg_text_sort_key (const char *text, BzgLanguage lang);

/* Compares two texts in the order of @lang (through their keys). */
int bzg_text_compare (const char *a, const char *b, BzgLanguage lang);

/* Tajik and Russian Cyrillic in the Latin letters that passports and the mission use (ғ gh, қ q,
 * х kh, ҳ h, ҷ j, ӣ i, ӯ u, ч ch, ш sh, ж zh, ё yo, ъ and ь dropped). Other text stays. */
char *bzg_text_to_latin (const char *text);

/* Latin text in Tajik Cyrillic, by the same table read backwards with the other romanisations (x
 * for х, dzh and dj for ҷ, w for в). A guess: several spellings exist. Other text stays. */
char *bzg_text_to_cyrillic (const char *text);

/* The length in bytes of the stem of @word, one word already folded, @len bytes long: the endings
 * of Tajik (-ро -и -ҳо -ам -атон -зода -ҷон), Russian (-ом -ами -овой -ович) and English (-s) are
 * taken off one after the other until none is left or the rest would be too short. Stem of a stem
 * is itself. All steps, longest first: bzg_text_stem_steps(). */
gsize bzg_text_stem_len (const char *word, gsize len);

/* The same as text, of a word in any form; it is folded first. */
char *bzg_text_stem (const char *word);

/* Writes into @lens the lengths of all forms from the whole word to the stem (at most @max, at
 * least 1) and returns how many. For a check that must neither miss a name nor strip it into
 * another. */
guint bzg_text_stem_steps (const char *word, gsize len, gsize *lens, guint max);

/* The same for the adjective of a place in Russian (-ский -ская -инский -овский, Latin -skiy):
 * writes the lengths of what may be the name of the place, or its stem, and returns how many; 0 if
 * @word is no such adjective. Tajik -ӣ is a letter that the fold does not keep: see the caller. */
guint bzg_text_place_steps (const char *word, gsize len, gsize *lens, guint max);

/* The longest beginning of @text that has at most @max_bytes bytes and ends after a whole character
 * (and not between a letter and its combining mark). */
char *bzg_text_truncate (const char *text, gsize max_bytes);

/* At most @max_chars characters; if something was cut, the last one is an ellipsis. */
char *bzg_text_ellipsize (const char *text, gsize max_chars);

/* @text without white space at both ends, NULL if nothing is left (a missing value). */
char *bzg_text_trim_to_null (const char *text);

/* TRUE if @text is valid UTF-8 without NUL or control characters except tab and line end, and
 * without the controls that turn the direction of writing (U+202A to U+202E, U+2066 to U+2069):
 * what is read would not be what is stored. */
gboolean bzg_text_is_clean (const char *text, gssize len);

/* TRUE if nobody sees @ch: a format character (but the few of them that are drawn) or another one
 * that Unicode calls default ignorable. It cuts no word. */
gboolean bzg_text_is_ignorable (gunichar ch);

/* TRUE for combining marks. */
gboolean bzg_text_is_mark (gunichar ch);

/* TRUE for hyphens, dashes and the minus sign. */
gboolean bzg_text_is_dash (gunichar ch);

G_END_DECLS
