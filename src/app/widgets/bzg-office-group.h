/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/* The office on the page Access: whose key opens this casebook and its backups, until when, and the
 * taking up of a profile that the office has sent. "changed" when something was done here that the
 * page tells of too: whoever is connected shows this anew. */
#define BZG_TYPE_OFFICE_GROUP (bzg_office_group_get_type ())
G_DECLARE_FINAL_TYPE (BzgOfficeGroup, bzg_office_group, BZG, OFFICE_GROUP, AdwBin)

/* Anew; for roles that may give keys. */
void bzg_office_group_show (BzgOfficeGroup *self, BzgSession *session);

G_END_DECLS
