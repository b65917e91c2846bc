/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/bzg-text.h"
#include "casebook/bzg-facts.h"
#include "release/bzg-story-check.h"

G_BEGIN_DECLS

/* What the files of the story check share. */

/* A word of the text: its bytes in the original, its folded form, the keys under which it may be a
 * name (one for each ending taken off). */
typedef struct
{
  gsize start, end;
  char *folded;
  gboolean capital;  /* begins with a capital letter */
  gboolean sentence; /* first word of a sentence */
  gboolean tajik;    /* ends in ӣ, which the fold does not keep: may be the adjective of a place */
  gboolean made;     /* not written like this: joined or cut by _bzg_story_words_again() */
  gboolean piece;    /* cut out of a longer word */
  gboolean spaced;   /* written letter by letter */
  char **keys;       /* strict keys, NULL-terminated; made when first asked for */
  char *full;        /* full key, the same */
  char **places;     /* full keys of what the adjective of a place may come from, the same */
} BzgStoryWord;

GPtrArray *_bzg_story_words (const char *text); /* BzgStoryWord */
const char *const *_bzg_story_word_keys (BzgStoryWord *word);
const char *_bzg_story_word_full (BzgStoryWord *word);
const char *const *_bzg_story_word_places (BzgStoryWord *word);

/* The same text read in the way of somebody who wants to read a name in it: letters with gaps
 * between them are a word; with @cut a hyphen at the end of a line falls away, and words are cut
 * where a small letter meets a capital or a letter a digit; without it every hyphen falls away and
 * nothing is cut. NULL if that reads as @words do. (transfer full) */
GPtrArray *_bzg_story_words_again (const char *text, GPtrArray *words, gboolean cut);

/* A text without the characters that nobody sees, with ASCII digits, and the way back. A soft
 * hyphen at the end of a line stays, as a hyphen. */
BzgFoldMap *_bzg_story_bare (const char *text);

#define BZG_STORY_TAIL 5 /* digits at the end of a number that tell whose it is */

typedef enum
{
  BZG_TERM_NAME,   /* one word, any script and form, small slips too */
  BZG_TERM_PLACE,  /* all significant words in a row */
  BZG_TERM_PHRASE, /* the same, of a note or an item: three words in a row are enough */
  BZG_TERM_DIGITS, /* a row of digits with any separators */
  BZG_TERM_EXACT,  /* these characters, folded */
} BzgTermKind;

typedef struct
{
  BzgTermKind kind;
  char *text;
  BzgStorySeverity severity;
  const char *category;
  char *suggestion;
  char **keys;      /* strict keys of its words */
  GPtrArray *bases; /* GStrv for each key: full keys of the word, whole and without endings */
  char *full;       /* full key, of a name */
  guint owner;      /* names of one person have one number; 0: of nobody */
  gboolean common;  /* a name that is a word too */
} BzgStoryTerm;

typedef struct
{
  BzgSession *session;
  BzgId person;
  BzgLanguage lang;
  GPtrArray *terms;                  /* BzgStoryTerm */
  guint owners;                      /* persons whose names are terms */
  GArray *amounts;                   /* gint64, minor units */
  int age_min, age_max;              /* now; -1: not known */
  const char *sex;                   /* "F", "M", else NULL */
  char *region, *country, *category; /* codes or NULL */
  char *pseudonym;
  guint unopened; /* sealed entries whose key is there and that do not open */
} BzgStoryCase;

BzgStoryCase *
_bzg_story_case_new (BzgSession *session, const BzgId *person, BzgLanguage lang, GError **error);
void _bzg_story_case_free (BzgStoryCase *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgStoryCase, _bzg_story_case_free)

/* The words of a text that say something: strict keys, and for each its bases. (transfer full) */
char **_bzg_story_term_keys (const char *text, gboolean place, GPtrArray **bases);

/* Finders: each appends BzgStoryFinding. */
void
_bzg_story_find_terms (const BzgStoryCase *c, const char *text, GPtrArray *words, GPtrArray *out);
void _bzg_story_find_patterns (const BzgStoryCase *c, const char *text, GPtrArray *out);
void _bzg_story_find_gazetteer (const BzgStoryCase *c,
                                const char *text,
                                GPtrArray *words,
                                GPtrArray *out);
void _bzg_story_find_words (const BzgStoryCase *c, GPtrArray *words, GPtrArray *out);
void
_bzg_story_find_others (const BzgStoryCase *c, const char *text, GPtrArray *words, GPtrArray *out);

BzgStoryFinding *_bzg_story_finding_new (
  gsize start, gsize end, BzgStorySeverity severity, const char *category, const char *suggestion);
void _bzg_story_finding_free (BzgStoryFinding *self);

/* Fills k and steps of @check for @text as it would leave. */
gboolean
_bzg_story_score (const BzgStoryCase *c, const char *text, BzgStoryCheck *check, GError **error);

/* Word lists and phrases (reports/story/). (transfer full) */
char **_bzg_story_list (const char *group, const char *key);
char **_bzg_story_keys (const char *group);
char *_bzg_story_phrase (BzgLanguage lang, const char *key);
/* TRUE if @folded is a word of the list: entries are beginnings of words, with = whole words. */
gboolean _bzg_story_listed (char *const *list, const char *folded);

G_END_DECLS
