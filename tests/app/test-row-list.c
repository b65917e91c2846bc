/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../casebook/casebook-fixture.h"

#include "casebook/bzg-row-list.h"

#include <gtk/gtk.h>

/* The trap of GTK 4.8: one signal that replaces all rows makes a selection ask for every new one.
 * A list of a hundred thousand rows under a GtkSingleSelection may not be asked for more than a
 * thousand, whatever happens to it. */

#define MANY 100000

#define FAKE_TYPE_LIST (fake_list_get_type ())
G_DECLARE_FINAL_TYPE (FakeList, fake_list, FAKE, LIST, BzgRowList)

struct _FakeList
{
  BzgRowList parent_instance;
  GArray *keys;
  guint rows_made;
};

G_DEFINE_FINAL_TYPE (FakeList, fake_list, BZG_TYPE_ROW_LIST)

static gboolean
fake_list_load_keys (BzgRowList *list, GArray *keys, GError **error)
{
  GArray *own = FAKE_LIST (list)->keys;

  g_array_append_vals (keys, own->data, own->len);
  return TRUE;
}

static void
fake_list_load_rows (BzgRowList *list, const gint64 *keys, guint n, GPtrArray *rows)
{
  for (guint i = 0; i < n; i++)
    {
      GObject *row = g_object_new (G_TYPE_OBJECT, NULL);

      g_object_set_data (row, "key", GSIZE_TO_POINTER ((gsize) keys[i]));
      g_ptr_array_add (rows, row);
    }
  FAKE_LIST (list)->rows_made += n;
}

static gint64
fake_list_key_of (BzgRowList *list, const char *aggregate, const BzgId *record)
{
  return 0;
}

static void
fake_list_finalize (GObject *object)
{
  g_array_unref (FAKE_LIST (object)->keys);
  G_OBJECT_CLASS (fake_list_parent_class)->finalize (object);
}

static void
fake_list_class_init (FakeListClass *klass)
{
  BzgRowListClass *list_class = BZG_ROW_LIST_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = fake_list_finalize;
  list_class->load_keys = fake_list_load_keys;
  list_class->load_rows = fake_list_load_rows;
  list_class->key_of = fake_list_key_of;
}

static void
fake_list_init (FakeList *self)
{
  self->keys = g_array_new (FALSE, FALSE, sizeof (gint64));
}

static gint64
key_at (GListModel *model, guint position)
{
  g_autoptr (GObject) row = g_list_model_get_item (model, position);

  return (gint64) GPOINTER_TO_SIZE (g_object_get_data (row, "key"));
}

/* The rows of a paged list are made 128 at a time: a thousand calls all over it would make far more
 * rows than eight pages. */
static void
assert_cheap (FakeList *list)
{
  g_assert_cmpuint (list->rows_made, <=, 1024);
  list->rows_made = 0;
}

static void
test_reset (Casebook *c, gconstpointer data)
{
  FakeList *list = g_object_new (FAKE_TYPE_LIST, "session", c->session, NULL);
  g_autoptr (GtkSingleSelection) selection = NULL;
  GListModel *model = G_LIST_MODEL (list);

  for (gint64 key = 1; key <= MANY; key++)
    g_array_append_val (list->keys, key);
  selection = gtk_single_selection_new (G_LIST_MODEL (list));
  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_single_selection_set_can_unselect (selection, TRUE);

  bzg_row_list_reload (BZG_ROW_LIST (list));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (selection)), ==, MANY);
  assert_cheap (list);

  gtk_single_selection_set_selected (selection, 50000);
  bzg_row_list_reload (BZG_ROW_LIST (list));
  assert_cheap (list);
  g_assert_cmpint (bzg_row_list_find_key (BZG_ROW_LIST (list), 50001), ==, 50000);

  /* Another order altogether. */
  for (guint i = 0; i < MANY / 2; i++)
    {
      gint64 *keys = (gint64 *) (gpointer) list->keys->data;
      gint64 swap = keys[i];

      keys[i] = keys[MANY - 1 - i];
      keys[MANY - 1 - i] = swap;
    }
  gtk_single_selection_set_selected (selection, 7);
  bzg_row_list_reload (BZG_ROW_LIST (list));
  assert_cheap (list);
  g_assert_cmpint (key_at (model, 0), ==, MANY);
  g_assert_cmpint (key_at (model, MANY - 1), ==, 1);

  g_array_set_size (list->keys, 0);
  bzg_row_list_reload (BZG_ROW_LIST (list));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (selection)), ==, 0);
}

/* The trap is really there: the same list, its reset told in one signal. */
static void
test_the_trap (Casebook *c, gconstpointer data)
{
  FakeList *list = g_object_new (FAKE_TYPE_LIST, "session", c->session, NULL);
  g_autoptr (GtkSingleSelection) selection = NULL;

  for (gint64 key = 1; key <= MANY; key++)
    g_array_append_val (list->keys, key);
  bzg_row_list_reload (BZG_ROW_LIST (list));
  selection = gtk_single_selection_new (G_LIST_MODEL (list));
  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_single_selection_set_selected (selection, MANY - 1);
  list->rows_made = 0;
  g_list_model_items_changed (G_LIST_MODEL (list), 0, MANY, MANY);
  g_assert_cmpuint (list->rows_made, >, MANY / 2);
}

int
main (int argc, char **argv)
{
  casebook_test_init (&argc, &argv);
  g_test_add ("/row-list/reset", Casebook, NULL, casebook_set_up, test_reset, casebook_tear_down);
  g_test_add ("/row-list/the-trap", Casebook, NULL, casebook_set_up, test_the_trap,
              casebook_tear_down);
  return g_test_run ();
}
