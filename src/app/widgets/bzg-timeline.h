/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "casebook/bzg-people.h"

G_BEGIN_DECLS

/*
 * What happened with a person, newest first: one line an event, which unfolds into its facts, its
 * history and what can be done with it. Chips above it narrow it to one kind.
 *
 * Signals: "edit" (BzgRecord *record), "void" (BzgRecord *record), "done" (BzgRecord *task).
 */
#define BZG_TYPE_TIMELINE (bzg_timeline_get_type ())
G_DECLARE_FINAL_TYPE (BzgTimeline, bzg_timeline, BZG, TIMELINE, GtkBox)

GtkWidget *bzg_timeline_new (void);
/* Only these aggregates (NULL-terminated, static); NULL: all. */
void bzg_timeline_set_kinds (BzgTimeline *self, const char *const *kinds);
/* Reads anew; lines that were unfolded stay unfolded. @events of bzg_people_timeline(), borrowed
 * for the call. */
void bzg_timeline_set_events (BzgTimeline *self, BzgSession *session, GPtrArray *events);
/* Unfolds and shows the line of a record. */
void bzg_timeline_show (BzgTimeline *self, const BzgId *record);

G_END_DECLS
