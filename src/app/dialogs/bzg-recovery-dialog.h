/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-window.h"

G_BEGIN_DECLS

typedef void (*BzgRecoveryDone) (GtkWidget *owner);

/* A new recovery code, or three shares one after the other, each put on paper and read back before
 * the next. Only at the end do the old papers stop working; a dialog that is given up before leaves
 * everything as it was, one that is locked away leaves the new paper, marked as not read back.
 * @done runs when either has happened, if @owner is still there. */
void bzg_recovery_dialog_present (
  BzgWindow *window, BzgSession *session, gboolean shares, BzgRecoveryDone done, GtkWidget *owner);

G_END_DECLS
