/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "casebook/bzg-people.h"

G_BEGIN_DECLS

/*
 * The people found, below the search field of the window, each with the reason why.
 *
 * Signals: "chosen" (BzgId *person), "all" (show everyone found in the table).
 */
#define BZG_TYPE_SEARCH_POPOVER (bzg_search_popover_get_type ())
G_DECLARE_FINAL_TYPE (BzgSearchPopover, bzg_search_popover, BZG, SEARCH_POPOVER, GtkPopover)

/* @entry: the field below which it stands and whose arrow keys it answers; unparent it before the
 * field goes. */
BzgSearchPopover *bzg_search_popover_new (GtkWidget *entry);
/* Empty or NULL text, or no session, closes it. */
void bzg_search_popover_set_text (BzgSearchPopover *self, BzgSession *session, const char *text);
/* Enter: the selected line, else the first. */
void bzg_search_popover_activate (BzgSearchPopover *self);

G_END_DECLS
