/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/*
 * Two registrations of one person, or of one household, made one: the keeper goes on with all that
 * belonged to both, the other leads to it. Only a person ever decides this, and it can be taken
 * back at any later time. @aggregate is "person" or "household" everywhere.
 */

/* From which of the two a field is to be taken. What nobody chose is the keeper's, the other's
 * where the keeper has nothing; what belongs together (district and region, age and its date) stays
 * together. */
typedef struct
{
  const char *field; /* "birth_date" */
  gboolean from_other;
} BzgMergeChoice;

/* One field of the two and what will stand in the keeper. Canonical, NULL: missing. */
typedef struct
{
  const BzgField *field;
  char *keeper, *other, *result;
  gboolean from_other; /* the result is the other's */
  gboolean both;       /* other names: those of both, and the spelling that is not kept */
} BzgMergeField;
void bzg_merge_field_free (BzgMergeField *self);

/* All fields in the order of the form, as bzg_merge() with the same choices would leave them.
 * Element type BzgMergeField. Errors: those of bzg_session_get(). */
GPtrArray *bzg_merge_fields (BzgSession *session,
                             const char *aggregate,
                             const BzgId *keeper,
                             const BzgId *other,
                             const BzgMergeChoice *choices,
                             guint n_choices,
                             GError **error);

/* One transaction: every row that names @other names @keeper afterwards, the keeper's fields are as
 * bzg_merge_fields() says, @other is void. Somebody who was in one household or activity under both
 * names is in it once. Figures that were published stay as they are. @merge (may be NULL): what
 * bzg_merge_undo() needs.
 * Errors: BZG_ERROR_REFUSED_ROLE: a field or row that this role may not write, or a person outside
 * the user's scope; BZG_ERROR_REFUSED_NOT_SAME; BZG_ERROR_NOT_FOUND: one of them is void or was
 * merged already; BZG_ERROR_MALFORMED: the two are one record. */
gboolean bzg_merge (BzgSession *session,
                    const char *aggregate,
                    const BzgId *keeper,
                    const BzgId *other,
                    const BzgMergeChoice *choices,
                    guint n_choices,
                    BzgId *merge,
                    GError **error);

/* What an undo did. */
typedef struct
{
  guint n_rows;       /* rows that went back */
  GPtrArray *changed; /* const BzgField: changed since, so that the keeper keeps them */
} BzgUnmerge;
void bzg_unmerge_clear (BzgUnmerge *self);

/* Takes a merge back: what it moved and still stands where it put it goes back, fields that still
 * hold what it wrote hold what stood before; what was entered since stays with the keeper. @out may
 * be NULL. Merges of one keeper may be undone in any order, but for two: BZG_ERROR_REFUSED_MERGED,
 * the keeper was itself merged into somebody since, or a later merge counts on a row of this one.
 * BZG_ERROR_NOT_FOUND: no such merge, or undone already. Rights as of bzg_merge(). */
gboolean bzg_merge_undo (BzgSession *session, const BzgId *merge, BzgUnmerge *out, GError **error);

/* A merge that stands. */
typedef struct
{
  BzgId id, keeper, other;
  gint64 at;    /* UTC seconds */
  char *by;     /* name at sign-in */
  char *name;   /* of the other, as registered; NULL: without a name */
  char *ref;    /* of the other, or NULL */
  gboolean top; /* FALSE: the keeper was merged into somebody since; undo that one first */
} BzgMerge;
void bzg_merge_free (BzgMerge *self);

/* Newest first: those that made @keeper what it is, through others too, or all (NULL). Within the
 * user's scope; empty for who may not read names. Element type BzgMerge. */
GPtrArray *
bzg_merge_list (BzgSession *session, const char *aggregate, const BzgId *keeper, GError **error);

/* Whom @id leads to: the keeper of the keeper ... TRUE if it was merged; else @keeper is @id. */
gboolean bzg_merge_keeper (BzgSession *session, const BzgId *id, BzgId *keeper);

/* Whoever @id is made of by merges that stand, itself first. Element type BzgId. Errors: those of
 * bzg_session_get(). */
GArray *bzg_merge_group (BzgSession *session, const BzgId *id, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgMergeField, bzg_merge_field_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgMerge, bzg_merge_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BzgUnmerge, bzg_unmerge_clear)

G_END_DECLS
