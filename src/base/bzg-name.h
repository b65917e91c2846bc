/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * One person, many spellings: a name in Tajik Cyrillic, Russian Cyrillic and any romanisation comes
 * down to one key of ASCII letters. Inside a key c is ч, j is ҷ, x is ш, y is ж; the other letters
 * sound as written.
 *
 * The strict key keeps the vowels and holds names together that differ in script and romanisation.
 * The loose key drops all vowels but the first of a word and joins consonants that are confused; it
 * finds candidates, it proves nothing. Surname and patronymic endings (-ов -ӣ -зода -ович) are
 * stripped in both, so that one man's old and new documents meet.
 *
 * Keys are stored and indexed: a change of the tables in bzg-name.c must raise BZG_NAME_VERSION, by
 * which the casebook knows that its key columns have to be rebuilt.
 */

#define BZG_NAME_VERSION 3

/* One word of a name with its keys. How a word is read may depend on the others (a name with -ow is
 * German, then ch is х), so names are cut here and never by the caller. */
typedef struct
{
  char *text;      /* as written, repaired */
  gsize start;     /* byte offset of @text in bzg_text_repair() of the name */
  char *strict;    /* never empty */
  char *loose;     /* empty only for a word without consonants that begins with none */
  gboolean father; /* by its ending a father's name: -ович, -овна, ... ўғли */
} BzgNamePart;
void bzg_name_part_free (BzgNamePart *part);

/* Cuts a name into its words: at white space, commas and points; a hyphen stays inside the word,
 * and words that are one name stay together (Абдул Карим, Shams ud-Din). Without particles, titles
 * and courtesies (ўғли, домулло, ака) as long as something else is left. BzgNamePart in the order
 * of the name, (transfer full). */
GPtrArray *bzg_name_parts (const char *name);

/* The key of a word, or of a whole name: then the keys of its words, in the order of the alphabet,
 * joined by single spaces. Empty for text without letters. The loose key of a name of three words
 * or more leaves out the word that is by its ending the father's. (transfer full) */
char *bzg_name_strict_key (const char *name);
char *bzg_name_loose_key (const char *name);

/* The letters of the strict key with all endings, words in the order written: tells Каримов Раҳмон
 * from Раҳмонов Карим, which have one strict key. (transfer full) */
char *bzg_name_full_key (const char *name);

/* Which rules made the keys of @name: for every word "word: rule rule … = strict, loose", separated
 * by semicolons. For people who wonder; the form may change. (transfer full) */
char *bzg_name_explain (const char *name);

/* How alike two names are, 0 to 1000, whatever the script and the order of the words. 1000: the
 * same strict keys; from about 850: the same name spelled differently; a missing patronymic costs
 * little, a missing surname more. Damerau-Levenshtein on strict keys, words paired in the best way.
 * Symmetric. 0 if one is NULL or has no letters. */
guint bzg_name_similarity (const char *a, const char *b);

/* The same for names whose strict keys (of bzg_name_strict_key()) are at hand: for long lists. */
guint bzg_name_key_similarity (const char *strict_a, const char *strict_b);

/* For the order of a list: as bzg_name_key_similarity(), and where that is equal, who is nearer in
 * endings and words as written. @full_a, @full_b: bzg_name_full_key(). 0 to 11000; symmetric. */
guint bzg_name_closeness (const char *strict_a,
                          const char *full_a,
                          const char *strict_b,
                          const char *full_b);

/* Damerau-Levenshtein distance (insert, delete, replace, exchange of neighbours) between two ASCII
 * strings; stops and returns @limit + 1 as soon as it is more than @limit. */
guint bzg_name_distance (const char *a, const char *b, guint limit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgNamePart, bzg_name_part_free)

G_END_DECLS
