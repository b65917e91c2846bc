/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session-private.h"

G_BEGIN_DECLS

/* guint32 by the small key of a person, from 1: the place in the list by name of all whom the user
 * may see; 0: not among them. Belongs to the session and holds until something changes: ask for it
 * each time. NULL on error. Opener's thread. */
const GArray *_bzg_people_places (BzgSession *session, GError **error);
guint32 _bzg_people_place_of (const GArray *places, gint64 n);

/* Makes bzg_place (n) known to the reader, for statements that are run after the places were asked
 * for; without them it is 0 for everybody. */
gboolean _bzg_people_places_register (BzgSession *session, GError **error);

G_END_DECLS
