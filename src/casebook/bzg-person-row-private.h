/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>

#include "casebook/bzg-people.h"

G_BEGIN_DECLS

/* The columns that _bzg_person_row_from_statement() reads, of person_row as r. */
#define BZG_PERSON_ROW_COLUMNS                                                                     \
  "r.id, r.name, r.case_no, r.category, r.region, r.district, r.status, r.next_due"

/* The row at @column and after of a statement; what the user's role may not read is left out. With
 * a NULL statement an empty row. */
BzgPersonRow *_bzg_person_row_from_statement (BzgSession *session, sqlite3_stmt *stmt, int column);

G_END_DECLS
