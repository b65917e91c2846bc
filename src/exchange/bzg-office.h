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
 * for it.
 *
 * Against: somebody who sends a key of their own as the office's (signature, letters); a key that
 * is past its year (dates), or replaced (serial numbers only grow); somebody who writes another way
 * in into an open file (compared at every sign-in, casebook/bzg-access.h). Not against: whoever has
 * the key of the office opens every copy of the file that it was ever a way into.
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

/* Reads a profile and checks its signature, not the day. docs/file-format.md has the format.
 * BZG_ERROR_MALFORMED: none; BZG_ERROR_DAMAGED: the signature is not of this text. */
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

typedef enum
{
  BZG_OFFICE_NONE,
  BZG_OFFICE_GOOD,
  BZG_OFFICE_ENDING,  /* good, but ends within BZG_OFFICE_WARN_DAYS */
  BZG_OFFICE_OVER,    /* its last day has passed: the way in is still there */
  BZG_OFFICE_STRANGE, /* the way in is not that of the profile, or the profile is not whole */
} BzgOfficeState;

/* The profile of the casebook, *@profile (may be NULL) NULL without one that is whole. */
BzgOfficeState bzg_office_state (BzgSession *session, BzgOfficeProfile **profile);
/* TRUE: @profile is of another root than the casebook knows, or it knows none: bzg_office_adopt()
 * needs letters. */
gboolean bzg_office_is_new (BzgSession *session, const BzgOfficeProfile *profile);
/* TRUE: @typed are the letters of the root; signs, spaces and case do not matter. */
gboolean bzg_office_letters_match (const BzgOfficeProfile *profile, const char *typed);
/* Gives the office a way in and makes its key the one for backups; durable at return. @letters:
 * what a person typed, needed of a new root. The same profile again mends what was left half done.
 * Administrators only. BZG_ERROR_REFUSED_OFFICE says in words for people why not (not of this day,
 * older than the one that is there, wrong letters). */
gboolean bzg_office_adopt (BzgSession *session,
                           const BzgOfficeProfile *profile,
                           const char *letters,
                           GError **error);
/* The office has no way in any more, and backups are not for its key. Makes a new key due. */
gboolean bzg_office_withdraw (BzgSession *session, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgOfficeProfile, bzg_office_profile_free)

G_END_DECLS
