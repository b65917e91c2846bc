/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-window.h"

G_BEGIN_DECLS

/* Prints the slip with the recovery code, or with share @index of several: the one secret that has
 * to be on paper. The print system may spool it (docs: threat model); it is never offered as a
 * file. @parent NULL: above the window. */
void bzg_recovery_print (BzgWindow *window,
                         GtkWindow *parent,
                         BzgSession *session,
                         BzgPaperKind kind,
                         char **codes,
                         guint index);

G_END_DECLS
