/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-posting-private.h"

G_BEGIN_DECLS

/*
 * All releases of a programme as one set of tables, which can be protected and attacked as such.
 *
 * What ties releases together is time. Nothing in the figures themselves says how a quarter and a
 * half-year hang together: an event in the quarter is one in the half-year; a person may have come
 * in both quarters and is one in the half-year. So the unknowns are not "people in a quarter" but
 * people by the set of releases in which they are counted, and these sets are the atoms of a
 * dimension of time. Which sets can occur is public: it follows from the periods, the funds asked
 * for and the nature of the measure (bzg-joint-time.c). Releases whose periods do not overlap,
 * directly or over others, have no figure in common and are not tied.
 *
 * Invariant: the frozen rows of all releases give every published number, exactly; the model
 * refuses otherwise.
 */

/* --- time ------------------------------------------------------------------------------------ */

typedef struct
{
  BzgPeriod period;
  const char *fund;  /* NULL: all */
  gboolean corrects; /* counts its period anew, for itself and all after it */
} BzgJointSpan;

/* Releases by groups that overlap, in the order in which they were published. */
typedef struct
{
  guint n;
  BzgJointSpan *spans;
  guint *group;
  guint *bit; /* of a release within the masks of its group */
  guint n_groups;
} BzgJointLayout;

/* Errors: BZG_ERROR_REFUSED_LEDGER (more than 60 releases overlap). */
BzgJointLayout *_bzg_joint_layout_new (const BzgJointSpan *spans, guint n, GError **error);
void _bzg_joint_layout_free (BzgJointLayout *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgJointLayout, _bzg_joint_layout_free)

/* A set of releases of one group. */
typedef struct
{
  guint group;
  guint64 mask;
} BzgJointSet;

/* Every set in which a unit of this nature may be counted: an array of BzgJointSet, each once.
 * Errors: BZG_ERROR_REFUSED_LEDGER (too many for a proof). */
GArray *
_bzg_joint_sets (const BzgJointLayout *layout, BzgTime time, gboolean any_fund, GError **error);

/* *revised (guint8 for each of @sets; transfer full): those in which nobody could be without
 * corrections. Of them, for each two versions of a stretch of time, both ways, those in which a
 * unit is counted in the one and not in the other: element type guint8[]. Errors: as
 * _bzg_joint_sets().
 */
GPtrArray *_bzg_joint_changes (const BzgJointLayout *layout,
                               BzgTime time,
                               gboolean any_fund,
                               const GArray *sets,
                               guint8 **revised,
                               GError **error);

/* --- tables ---------------------------------------------------------------------------------- */

typedef struct
{
  BzgTables *tables; /* all releases, the new one last */
  BzgTruth *truth;
} BzgJoint;

/* @fresh: the release to come with its tables, not yet protected: then only what overlaps with it
 * is there. NULL: the whole ledger. Errors: BZG_ERROR_REFUSED_LEDGER, BZG_ERROR_DAMAGED. */
BzgJoint *_bzg_joint_new (const BzgPosting *posting, const BzgFrozen *fresh, GError **error);
void _bzg_joint_free (BzgJoint *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgJoint, _bzg_joint_free)

G_END_DECLS
