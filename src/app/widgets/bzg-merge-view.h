/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "casebook/bzg-doubles.h"
#include "casebook/bzg-merge.h"

G_BEGIN_DECLS

/*
 * Two registrations side by side, field by field: what stays is chosen with the arrow keys, the
 * space bar or the mouse. It decides nothing by itself.
 */
#define BZG_TYPE_MERGE_VIEW (bzg_merge_view_get_type ())
G_DECLARE_FINAL_TYPE (BzgMergeView, bzg_merge_view, BZG, MERGE_VIEW, AdwBin)

/* FALSE: one of the two cannot be read (any more); the view is empty then. */
gboolean bzg_merge_view_show (BzgMergeView *self, BzgSession *session, BzgDouble *pair);
void bzg_merge_view_clear (BzgMergeView *self);
/* The other one stays. */
void bzg_merge_view_swap (BzgMergeView *self);
void bzg_merge_view_focus (BzgMergeView *self);

const BzgId *bzg_merge_view_keeper (BzgMergeView *self);
const BzgId *bzg_merge_view_other (BzgMergeView *self);
/* As people call the two. */
const char *bzg_merge_view_keeper_name (BzgMergeView *self);
const char *bzg_merge_view_other_name (BzgMergeView *self);
/* What was chosen by hand; valid until the view changes. */
const BzgMergeChoice *bzg_merge_view_choices (BzgMergeView *self, guint *n);

G_END_DECLS
