/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/bzg-id.h"

G_BEGIN_DECLS

/*
 * Ids numbered 0, 1, 2, ... in the order in which they came, so that what is known of them lies in
 * plain arrays and sets of them are bitmaps. 16 bytes an id and 4 to 11 for finding it.
 */

typedef struct
{
  BzgId *ids; /* by number; read only */
  guint32 n;
  guint32 room;    /* for ids */
  guint32 *slots;  /* number + 1; 0: free */
  guint32 n_slots; /* a power of two, or 0 */
} BzgIdTable;

#define BZG_ID_TABLE_NONE G_MAXUINT32

/* A zeroed table is an empty one. */
void bzg_id_table_clear (BzgIdTable *self);
/* The number of @id, a new one if it has none. */
guint32 bzg_id_table_add (BzgIdTable *self, const BzgId *id);
/* BZG_ID_TABLE_NONE: it is not in the table. */
guint32 bzg_id_table_find (const BzgIdTable *self, const BzgId *id);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BzgIdTable, bzg_id_table_clear)

G_END_DECLS
