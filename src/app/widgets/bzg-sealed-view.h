/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/*
 * The sealed sections of one person: open for whoever has the key, else a closed card that says how
 * much there is and who can open it.
 *
 * Signals:
 *   "add" (const char *aggregate)
 *   "edit", "void" (BzgRecord *record): the stored row, still sealed.
 */
#define BZG_TYPE_SEALED_VIEW (bzg_sealed_view_get_type ())
G_DECLARE_FINAL_TYPE (BzgSealedView, bzg_sealed_view, BZG, SEALED_VIEW, GtkBox)

/* Whether the user's role has to do with any sealed section. */
gboolean bzg_sealed_view_is_for (BzgSession *session);
/* Opens what can be opened: a reading that is entered in the read log. */
void bzg_sealed_view_show (BzgSealedView *self, BzgSession *session, const BzgId *person);

G_END_DECLS
