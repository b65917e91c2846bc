/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/*
 * A story leaves only if nobody can be found in it. The case file is ours, so names need not be
 * guessed: every field of the person, the household, the case, the supports and visits, and of the
 * sealed sections whose keys the user has, is looked for, in every script and every grammatical
 * form, then patterns (phones, dates, ages, money), then the gazetteer. What is left is counted:
 * how many persons of the casebook fit the traits that the text still tells?
 *
 * Nothing here writes; findings are about a text and die with it.
 */

typedef enum
{
  BZG_STORY_BLOCK,  /* cannot leave while it is there */
  BZG_STORY_REVIEW, /* the reviewer must give a reason */
  BZG_STORY_WARN,
} BzgStorySeverity;

const char *bzg_story_severity_name (BzgStorySeverity severity); /* "block", "review", "warn" */

typedef struct
{
  gsize start, end; /* bytes [start, end) of the text */
  BzgStorySeverity severity;
  const char *category; /* stable: "name", "relative", "place", "place_abroad", "date", "age",
                           "phone", "email", "document", "money", "item", "occupation", "case_no",
                           "health", "unique", "link", "person_other", "number" */
  char *suggestion;     /* text to put in its place, in the language of the story; "" : leave out */
} BzgStoryFinding;

/* What can still be made more general, and how many people fit then. */
typedef struct
{
  char
    *step; /* stable: "place_to_region", "country_to_abroad", "drop_age", "drop_occupation", ... */
  guint k;
} BzgStoryStep;

typedef struct
{
  GPtrArray *findings; /* BzgStoryFinding, by position, not overlapping */
  guint k;             /* people who fit what the text tells after its findings are replaced */
  guint needed;        /* 5; 10 for survivors of trafficking */
  guint sealed_unread; /* sealed rows about the person that could not be looked into: whoever
                          approves must be able to */
  GPtrArray *steps;    /* BzgStoryStep: cumulative, smallest number of steps that reaches @needed */
  gboolean publishable; /* no blocking finding, and k >= needed */
} BzgStoryCheck;

void bzg_story_check_free (BzgStoryCheck *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgStoryCheck, bzg_story_check_free)

/* Checks @text (CommonMark, UTF-8) in @lang about @person. Errors: BZG_ERROR_NOT_FOUND,
 * BZG_ERROR_REFUSED_ROLE, BZG_ERROR_ENCODING. */
BzgStoryCheck *bzg_story_check (
  BzgSession *session, const BzgId *person, const char *text, BzgLanguage lang, GError **error);

/* @text with every finding replaced by its suggestion. (transfer full) */
char *bzg_story_apply (const char *text, const BzgStoryCheck *check);

/* A first text from the record, in @lang, already general: pseudonym, region, years. Templates lie
 * in reports/story/. @format is a code of story_format or NULL. (transfer full) */
char *bzg_story_draft (
  BzgSession *session, const BzgId *person, BzgLanguage lang, const char *format, GError **error);

/* The hash that an approval is bound to: language, title and body. 64 hex digits. */
char *bzg_story_text_hash (const char *title, const char *body, BzgLanguage lang);

/* May the stored @story leave as it stands? Consent (story_anonymised, in force), the check above,
 * and the approval of somebody other than its author for exactly this text.
 * Errors: BZG_ERROR_REFUSED_CONSENT, _DISCLOSURE, _APPROVAL, _ROLE. */
gboolean bzg_story_may_leave (BzgSession *session, const BzgId *story, GError **error);

/* Enters a decision on the story's present text by the signed-in user; @act is a code of story_act.
 * The author cannot approve; nor can anybody who has not the keys of everything that is sealed
 * about the person (BZG_ERROR_REFUSED_SEALED), or a text that then shows who it is (_DISCLOSURE).
 */
gboolean bzg_story_decide (
  BzgSession *session, const BzgId *story, const char *act, const char *reason, GError **error);

G_END_DECLS
