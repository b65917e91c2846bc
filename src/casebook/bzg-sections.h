/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/*
 * Sealed sections and who holds their keys. A role alone reads nothing of a sealed section: its key
 * must have been given, by somebody who holds it, to the person or to a code on paper. Whoever may
 * open the casebook sees that there is something sealed, and who can read it. What is sealed:
 * bzg-sealed.h.
 *
 * All on the thread of the opener.
 */

/* Names of the sections, in the order of the dictionary; NULL-terminated, static. */
const char *const *bzg_sections (void);
const char *bzg_section_label (const char *section, BzgLanguage lang);

typedef struct
{
  BzgId id;          /* of the user; of a paper: the beginning of its public key */
  char *name;        /* at sign-in; NULL: the paper */
  gint64 since;      /* UTC seconds */
  gboolean in_force; /* FALSE: may not read it any more, or has other keys since a recovery */
} BzgSectionHolder;
void bzg_section_holder_free (BzgSectionHolder *self);

typedef struct
{
  const char *section;
  guint epoch;        /* how many keys there have been; 0: not set up */
  gboolean mine;      /* this session has the key that holds now */
  GPtrArray *holders; /* BzgSectionHolder: people by name, then the paper */
} BzgSectionInfo;
void bzg_section_info_free (BzgSectionInfo *self);
BzgSectionInfo *bzg_section_info (BzgSession *session, const char *section);
/* Whether any section has been set up. */
gboolean bzg_sections_are_set_up (BzgSession *session);

/* Users whose role may read @section and who do not hold its key (or an outdated one): BzgRecord of
 * users, by name. */
GPtrArray *bzg_section_candidates (BzgSession *session, const char *section);

/* The beginning: makes the keys of all sections and gives them to the user of the session, to
 * @users (BzgId) as far as their roles may read them, and to the paper with @code. Each section
 * needs two people (BZG_ERROR_REFUSED_LAST_KEY) and the right to approve in it. */
gboolean
bzg_sections_set_up (BzgSession *session, const GArray *users, const char *code, GError **error);

/* Gives the key of @section, and those before it, to one more user. Needs the key and the right to
 * approve; BZG_ERROR_REFUSED_ROLE also when the other's role may not read it. */
gboolean
bzg_section_grant (BzgSession *session, const char *section, const BzgId *user, GError **error);
/* Takes it away: a new key for everybody else, and everything sealed anew with it, in one
 * transaction. What the person has seen, or copied with an old file, stays known to them. Two
 * people must be left (BZG_ERROR_REFUSED_LAST_KEY). */
gboolean
bzg_section_withdraw (BzgSession *session, const char *section, const BzgId *user, GError **error);
/* A new paper in place of the old one, which opens nothing any more that is written from now on;
 * new keys, as above, for all sections. Needs the keys of all of them: BZG_ERROR_REFUSED_SEALED. */
gboolean bzg_sections_replace_paper (BzgSession *session, const char *code, GError **error);

/* Opens the sections that the user's role may read by the code or two shares, for this session. It
 * is entered in the history with @reason, which must not be empty, and shown to every holder.
 * BZG_ERROR_PASSPHRASE: the code is not of this casebook. */
gboolean bzg_sections_open_by_paper (BzgSession *session,
                                     const char *code,
                                     const char *reason,
                                     GError **error);

typedef struct
{
  BzgId id;
  gint64 at; /* UTC seconds */
  char *by;  /* name at sign-in */
  char *reason;
} BzgSectionOpening;
void bzg_section_opening_free (BzgSectionOpening *self);
/* Openings by paper, newest first, for holders; @unseen: only those this user has not yet
 * acknowledged. Nothing for anybody else. */
GPtrArray *bzg_section_openings (BzgSession *session, gboolean unseen);
gboolean bzg_section_openings_seen (BzgSession *session, GError **error);

/* Six groups of four letters by which two people can compare by voice that the key to which a
 * section would be given, as it stands in the casebook, is the one that the other one has. NULL: no
 * key. */
char *bzg_section_key_letters (BzgSession *session, const BzgId *user);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgSectionInfo, bzg_section_info_free)

G_END_DECLS
