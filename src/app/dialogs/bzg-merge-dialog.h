/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-window.h"

G_BEGIN_DECLS

/* Takes a merge back and says in a toast what went back and what was left; a failure is shown.
 * TRUE: it is undone. */
gboolean bzg_merge_undo_in (BzgWindow *window, BzgSession *session, const BzgId *merge);

/* The same as the button of a toast: @func and @data as for bzg_window_toast_action(), called after
 * an undo that went well. Does nothing if the casebook was locked since. */
void bzg_merge_toast (BzgWindow *window,
                      BzgSession *session,
                      const BzgId *merge,
                      BzgToastFunc func,
                      gpointer data,
                      GDestroyNotify destroy);

G_END_DECLS
