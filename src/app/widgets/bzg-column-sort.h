/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Clicks on the headers of a GtkColumnView as "sort by this column", for lists that are sorted by a
 * query. GTK 4.8 does not say which column its sorter stands for; so each column's own sorter only
 * notes that it was asked, and the view's sorter is asked once.
 */
typedef void (*BzgColumnSortFunc) (int column, gboolean descending, gpointer data);

/* @column answers to the number @id (0 or more). */
void bzg_column_sort_add (GtkColumnViewColumn *column, int id);
/* @func is called at each change; with -1 when no column is sorted by. */
void bzg_column_sort_connect (GtkColumnView *view, BzgColumnSortFunc func, gpointer data);

G_END_DECLS
