/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>

#include "casebook/bzg-people.h"

G_BEGIN_DECLS

/* What a hit says of a person: prepared once, then one hit for each key of person_row; NULL if the
 * person is gone. */
sqlite3_stmt *_bzg_people_hit_statement (BzgSession *session, GError **error);
BzgHit *_bzg_people_hit_new (
  BzgSession *session, sqlite3_stmt *stmt, gint64 n, int score, const char *why, gboolean outside);

G_END_DECLS
