/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * A chip above a list: "Category", or "Category: returned migrant" once one is chosen.
 *
 * Signals: "changed".
 */
#define BZG_TYPE_FILTER_CHIP (bzg_filter_chip_get_type ())
G_DECLARE_FINAL_TYPE (BzgFilterChip, bzg_filter_chip, BZG, FILTER_CHIP, GtkBox)

GtkWidget *bzg_filter_chip_new (const char *label);
void bzg_filter_chip_add (BzgFilterChip *self, const char *value, const char *label);
void bzg_filter_chip_add_codes (BzgFilterChip *self, const char *list);
const char *bzg_filter_chip_get (BzgFilterChip *self); /* NULL: any */
void bzg_filter_chip_set (BzgFilterChip *self, const char *value);

G_END_DECLS
