/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

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
  char **keys;       /* strict keys, NULL-terminated; made when first asked for */
} BzgStoryWord;

GPtrArray *_bzg_story_words (const char *text); /* BzgStoryWord */
const char *const *_bzg_story_word_keys (BzgStoryWord *word);

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
  char **keys;     /* strict keys of its words */
  gboolean common; /* a name that is a word too */
} BzgStoryTerm;

typedef struct
{
  BzgSession *session;
  BzgId person;
  BzgLanguage lang;
  GPtrArray *terms;                  /* BzgStoryTerm */
  GArray *amounts;                   /* gint64, minor units */
  int age_min, age_max;              /* now; -1: not known */
  const char *sex;                   /* "F", "M", else NULL */
  char *region, *country, *category; /* codes or NULL */
  char *pseudonym;
} BzgStoryCase;

BzgStoryCase *
_bzg_story_case_new (BzgSession *session, const BzgId *person, BzgLanguage lang, GError **error);
void _bzg_story_case_free (BzgStoryCase *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgStoryCase, _bzg_story_case_free)

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
