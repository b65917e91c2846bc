/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/* The sealed sections on the page Access: who holds which, what the user may do about it, what was
 * opened by the paper, and the user's own key for the comparison by voice. */
#define BZG_TYPE_SECTIONS_GROUP (bzg_sections_group_get_type ())
G_DECLARE_FINAL_TYPE (BzgSectionsGroup, bzg_sections_group, BZG, SECTIONS_GROUP, AdwBin)

/* Anew; hides itself from roles that have nothing to do with it. */
void bzg_sections_group_show (BzgSectionsGroup *self, BzgSession *session);

G_END_DECLS
