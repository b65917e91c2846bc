/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/*
 * The paging list: one mechanism behind every long table. It holds the keys of all rows in order (8
 * bytes each) and makes row objects on demand, a page at a time, of which it keeps the last few.
 * Sorting, filtering and counting are the query's; never put a GtkSortListModel, GtkFilterListModel
 * or anything else that asks for every item on top.
 *
 * It follows the session's "changed": what arrives together is answered once, shortly after. Rows
 * that only changed are replaced one by one; rows that came, went or moved are taken out first and
 * put in with a second signal, because GTK 4.8 asks for every new row when one signal does both.
 * The position of a selected row is therefore lost at a reset: find it again by its id.
 *
 * Lives on the thread of the session's opener.
 */
#define BZG_TYPE_ROW_LIST (bzg_row_list_get_type ())
G_DECLARE_DERIVABLE_TYPE (BzgRowList, bzg_row_list, BZG, ROW_LIST, GObject)

struct _BzgRowListClass
{
  GObjectClass parent_class;

  GType item_type;

  /* Appends the keys of all rows, in order: gint64, positive, each at most once. */
  gboolean (*load_keys) (BzgRowList *self, GArray *keys, GError **error);
  /* Appends exactly one object for each of the @n keys, in their order; a row that vanished
   * meanwhile or cannot be read is an empty one. */
  void (*load_rows) (BzgRowList *self, const gint64 *keys, guint n, GPtrArray *rows);
  /* The key of the row that shows something of this record; 0 if none does. */
  gint64 (*key_of) (BzgRowList *self, const char *aggregate, const BzgId *record);
};

BzgSession *bzg_row_list_get_session (BzgRowList *self);

/* Asks again at once, as after a "changed" of everything. */
void bzg_row_list_reload (BzgRowList *self);

/* Answers the changes that wait to be answered, at once; nothing happens if there are none. */
void bzg_row_list_flush (BzgRowList *self);

/* The position of the row with @key, or -1. */
int bzg_row_list_find_key (BzgRowList *self, gint64 key);

/* Why the list is empty although it should not be: the error of the last query, or NULL. */
const GError *bzg_row_list_get_error (BzgRowList *self);

G_END_DECLS
