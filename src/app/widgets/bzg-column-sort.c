/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/bzg-column-sort.h"

typedef struct
{
  BzgColumnSortFunc func;
  gpointer data;
} Listener;

/* Which column's sorter was asked last. The toolkit runs on one thread. */
static int asked;

static int
note_column (gconstpointer a, gconstpointer b, gpointer id)
{
  asked = GPOINTER_TO_INT (id);
  return -1;
}

static void
changed_cb (GtkSorter *sorter, GtkSorterChange change, Listener *listener)
{
  g_autoptr (GObject) a = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (GObject) b = g_object_new (G_TYPE_OBJECT, NULL);
  GtkOrdering order = GTK_ORDERING_EQUAL;

  asked = -1;
  order = gtk_sorter_compare (sorter, a, b);
  listener->func (asked, order == GTK_ORDERING_LARGER, listener->data);
}

void
bzg_column_sort_add (GtkColumnViewColumn *column, int id)
{
  GtkCustomSorter *sorter = gtk_custom_sorter_new (note_column, GINT_TO_POINTER (id), NULL);

  gtk_column_view_column_set_sorter (column, GTK_SORTER (sorter));
  g_object_unref (sorter);
}

void
bzg_column_sort_connect (GtkColumnView *view, BzgColumnSortFunc func, gpointer data)
{
  Listener *listener = g_new (Listener, 1);

  listener->func = func;
  listener->data = data;
  g_signal_connect_data (gtk_column_view_get_sorter (view), "changed", G_CALLBACK (changed_cb),
                         listener, (GClosureNotify) (void *) g_free, 0);
}
