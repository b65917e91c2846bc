/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Several of a list: a box to tick for each code of the dictionary's list.
 *
 * Signals:
 *   "changed" (): something was ticked or not any more.
 */
#define BZG_TYPE_CODES_ENTRY (bzg_codes_entry_get_type ())
G_DECLARE_FINAL_TYPE (BzgCodesEntry, bzg_codes_entry, BZG, CODES_ENTRY, GtkBox)

GtkWidget *bzg_codes_entry_new (const char *list);
/* The codes that are ticked, as the field stores them; "" if none is. (transfer full) */
char *bzg_codes_entry_get_value (BzgCodesEntry *self);
/* NULL and "" tick nothing; codes that are none of the list are passed over. */
void bzg_codes_entry_set_value (BzgCodesEntry *self, const char *value);

G_END_DECLS
