/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/*
 * Who the office is, for a laptop that never meets it. The office has two secrets, both on paper
 * (vault/bzg-paper.h): the root, which only signs, and the key, an X25519 pair renewed every year.
 * A profile is a small text that names the key and how long it holds, signed by the root; it
 * travels by mail or stick and holds nothing secret. A casebook takes up a profile of a root that
 * it knows; the letters of a root that it does not know are typed by a person who has them from a
 * paper of the office or by voice. From then on the key opens the casebook, and backups are made
 * for it. What is to be typed is never shown, nor the name that a profile of an unknown root gives
 * itself: it could be those letters.
 *
 * Against: somebody who sends a key of their own as the office's (signature, letters); a key that
 * is past its year (dates), or replaced (numbers of one root only grow, also after it was shut
 * out); an accident or a clumsy hand that puts another way in into the file (slot, record and
 * profile are compared at every sign-in; a new key of the casebook leaves out a slot that the
 * record does not know). Not against: somebody with the master key and the skill to write all
 * three; whoever has the key of the office opens every copy of the file that it was ever a way
 * into; a casebook made by somebody else for the office's public key, which is known only by its
 * own signing key (casebook/bzg-signer.h).
 */
typedef struct
{
  char *name;      /* of the office, as its people call it */
  guint serial;    /* 1 to 999999, grows with every profile of one root */
  BzgDate from;    /* the first and the last day on which it is taken up, and the last on which */
  BzgDate until;   /* it counts as the office's */
  char *key;       /* `age1…`, of the X25519 pair */
  guint8 root[32]; /* Ed25519 */
  char *text;      /* as signed, with the signature: what is kept and given on */
} BzgOfficeProfile;

#define BZG_OFFICE_PROFILE_MAX 4096 /* bytes of a text that is read */
#define BZG_OFFICE_WARN_DAYS 30     /* a profile that ends within so many days is said to end */
#define BZG_OFFICE_MAX_DAYS 400     /* from its first day to its last: a year, and time to renew */

/* Reads a profile and checks its signature, not the day. docs/file-format.md has the format.
 * BZG_ERROR_REFUSED_OFFICE says in words for people what is wrong. */
BzgOfficeProfile *bzg_office_profile_parse (const char *text, gsize len, GError **error);
/* Signs one: @root is the key of a BZG_PAPER_ROOT. BZG_ERROR_MALFORMED: a member cannot stand in a
 * profile. */
BzgOfficeProfile *bzg_office_profile_sign (const char *name,
                                           guint serial,
                                           BzgDate from,
                                           BzgDate until,
                                           const char *key,
                                           const BzgSecret *root,
                                           GError **error);
void bzg_office_profile_free (BzgOfficeProfile *self);
/* Six groups of four letters for its root, as its paper shows them and a person compares them. */
char *bzg_office_letters (const guint8 root[32]);

/* What was typed of the letters of the root. Signs, spaces and case do not matter; letters of a
 * Cyrillic layout count by their key, or as the Latin ones that they look like. */
typedef enum
{
  BZG_OFFICE_LETTERS_MORE, /* not all of them yet */
  BZG_OFFICE_LETTERS_WRONG,
  BZG_OFFICE_LETTERS_RIGHT,
} BzgOfficeLetters;
BzgOfficeLetters bzg_office_letters_match (const BzgOfficeProfile *profile, const char *typed);

typedef enum
{
  BZG_OFFICE_NONE,
  BZG_OFFICE_GOOD,
  BZG_OFFICE_ENDING,  /* good, but ends within BZG_OFFICE_WARN_DAYS */
  BZG_OFFICE_OVER,    /* its last day has passed: the way in is still there */
  BZG_OFFICE_STRANGE, /* slot, record and profile do not name one key, or the profile is spoilt */
} BzgOfficeState;

/* The profile of the casebook, *@profile (may be NULL) NULL without one that is whole. */
BzgOfficeState bzg_office_state (BzgSession *session, BzgOfficeProfile **profile);
/* What everybody is told after signing in, keyed for translation, or NULL. */
const char *bzg_office_notice (BzgSession *session);
/* TRUE: backups are made for the key of the office, perhaps beside others. */
gboolean bzg_office_gets_backups (BzgSession *session);
/* TRUE: @profile is of another root than the casebook knows, or it knows none: bzg_office_adopt()
 * needs letters. */
gboolean bzg_office_is_new (BzgSession *session, const BzgOfficeProfile *profile);
/* Gives the office a way in and makes its key one for backups, in place of the one before it;
 * durable at return. @letters: what a person typed, needed of a new root. The same profile again
 * writes the way in anew and mends what was left half done. The casebook has a signing key
 * afterwards. Errors: BZG_ERROR_REFUSED_OFFICE says in words for people why not (not of this day,
 * older than one that was there, wrong letters), and those of bzg_access_set_office(); after
 * others, the state is STRANGE. */
gboolean bzg_office_adopt (BzgSession *session,
                           const BzgOfficeProfile *profile,
                           const char *letters,
                           GError **error);
/* The office has no way in any more, and backups are not for its key; others stay. Makes a new key
 * due. Errors: BZG_ERROR_REFUSED_ROLE, those of writing. */
gboolean bzg_office_withdraw (BzgSession *session, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgOfficeProfile, bzg_office_profile_free)

G_END_DECLS
