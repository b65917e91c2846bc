/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-row-list.h"

/*
 * Pages of 128 rows, 48 of them: more than the some 200 rows that a GtkColumnView keeps alive, and
 * enough that going back and forth reads nothing anew. Everything is synchronous (a page is read in
 * well under a millisecond), so no page can ever belong to an older state of the list.
 *
 * Invariant: between two emissions of items-changed, `keys` is what the listeners know.
 */

#define PAGE_ROWS 128
#define MAX_PAGES 48
#define MAX_SINGLE_ROWS 32 /* more changed rows than this are a reset */
#define SETTLE_MS 40

typedef struct
{
  guint number;
  GPtrArray *rows;
  GList link;
} Page;

typedef struct
{
  BzgSession *session;
  gulong changed_id;
  guint settle_id;
  GArray *keys;        /* gint64 */
  GHashTable *pages;   /* guint number -> Page */
  GQueue recent;       /* Page, the most recent first */
  GHashTable *touched; /* gint64 keys whose rows changed, since the last answer */
  gboolean all_touched;
  gboolean dirty;
  GError *error;
} BzgRowListPrivate;

static void bzg_row_list_list_model_init (GListModelInterface *iface);

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (BzgRowList,
                                  bzg_row_list,
                                  G_TYPE_OBJECT,
                                  G_ADD_PRIVATE (BzgRowList)
                                    G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                           bzg_row_list_list_model_init))

enum
{
  PROP_0,
  PROP_SESSION,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static BzgRowListPrivate *
priv_of (BzgRowList *self)
{
  return bzg_row_list_get_instance_private (self);
}

static void
page_free (gpointer data)
{
  Page *page = data;

  g_ptr_array_unref (page->rows);
  g_free (page);
}

static void
drop_page (BzgRowListPrivate *priv, guint number)
{
  Page *page = g_hash_table_lookup (priv->pages, GUINT_TO_POINTER (number));

  if (page == NULL)
    return;
  g_queue_unlink (&priv->recent, &page->link);
  g_hash_table_remove (priv->pages, GUINT_TO_POINTER (number));
}

/* Drops every page from the one of @position on. */
static void
drop_pages_from (BzgRowListPrivate *priv, guint position)
{
  GList *l = priv->recent.head;

  while (l != NULL)
    {
      Page *page = l->data;

      l = l->next;
      if (page->number >= position / PAGE_ROWS)
        drop_page (priv, page->number);
    }
}

static Page *
get_page (BzgRowList *self, guint number)
{
  BzgRowListPrivate *priv = priv_of (self);
  Page *page = g_hash_table_lookup (priv->pages, GUINT_TO_POINTER (number));
  guint first = number * PAGE_ROWS;
  guint n;

  if (page != NULL)
    {
      g_queue_unlink (&priv->recent, &page->link);
      g_queue_push_head_link (&priv->recent, &page->link);
      return page;
    }

  while (priv->recent.length >= MAX_PAGES)
    drop_page (priv, ((Page *) priv->recent.tail->data)->number);

  n = MIN (PAGE_ROWS, priv->keys->len - first);
  page = g_new0 (Page, 1);
  page->number = number;
  page->link.data = page;
  page->rows = g_ptr_array_new_full (n, g_object_unref);
  BZG_ROW_LIST_GET_CLASS (self)->load_rows (self, &g_array_index (priv->keys, gint64, first), n,
                                            page->rows);
  g_assert (page->rows->len == n);
  g_hash_table_insert (priv->pages, GUINT_TO_POINTER (number), page);
  g_queue_push_head_link (&priv->recent, &page->link);
  return page;
}

/* Goes from the known keys to @fresh: what differs is taken out and put in with one signal each. */
static void
replace_keys (BzgRowList *self, GArray *fresh, guint *span_start, guint *span_end)
{
  BzgRowListPrivate *priv = priv_of (self);
  const gint64 *a = (const gint64 *) (gpointer) priv->keys->data;
  const gint64 *b = (const gint64 *) (gpointer) fresh->data;
  guint n_a = priv->keys->len;
  guint n_b = fresh->len;
  guint head = 0;
  guint tail = 0;

  if (!priv->all_touched)
    {
      while (head < n_a && head < n_b && a[head] == b[head])
        head++;
      while (tail < n_a - head && tail < n_b - head && a[n_a - 1 - tail] == b[n_b - 1 - tail])
        tail++;
    }

  *span_start = head;
  *span_end = n_b - tail;
  if (n_a - tail > head)
    {
      g_array_remove_range (priv->keys, head, n_a - tail - head);
      drop_pages_from (priv, head);
      g_list_model_items_changed (G_LIST_MODEL (self), head, n_a - tail - head, 0);
    }
  if (n_b - tail > head)
    {
      g_array_insert_vals (priv->keys, head, &g_array_index (fresh, gint64, head),
                           n_b - tail - head);
      drop_pages_from (priv, head);
      g_list_model_items_changed (G_LIST_MODEL (self), head, 0, n_b - tail - head);
    }
}

/* The rows outside [@span_start, @span_end) that stand where they stood but show something else. */
static void
replace_touched (BzgRowList *self, GHashTable *touched, guint span_start, guint span_end)
{
  BzgRowListPrivate *priv = priv_of (self);

  for (guint i = 0; i < priv->keys->len && g_hash_table_size (touched) > 0; i++)
    {
      gint64 key = g_array_index (priv->keys, gint64, i);

      if (!g_hash_table_remove (touched, &key) || (i >= span_start && i < span_end))
        continue;
      drop_page (priv, i / PAGE_ROWS);
      g_list_model_items_changed (G_LIST_MODEL (self), i, 1, 1);
    }
}

static void
answer (BzgRowList *self)
{
  BzgRowListPrivate *priv = priv_of (self);
  g_autoptr (GArray) fresh = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GHashTable) touched = g_steal_pointer (&priv->touched);
  guint start = 0;
  guint end = 0;

  g_clear_handle_id (&priv->settle_id, g_source_remove);
  priv->touched = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  priv->dirty = FALSE;
  if (g_hash_table_size (touched) > MAX_SINGLE_ROWS)
    priv->all_touched = TRUE;

  g_clear_error (&priv->error);
  if (!BZG_ROW_LIST_GET_CLASS (self)->load_keys (self, fresh, &priv->error))
    g_array_set_size (fresh, 0);

  replace_keys (self, fresh, &start, &end);
  if (!priv->all_touched)
    replace_touched (self, touched, start, end);
  priv->all_touched = FALSE;
}

static gboolean
settled_cb (gpointer data)
{
  BzgRowList *self = data;

  priv_of (self)->settle_id = 0;
  answer (self);
  return G_SOURCE_REMOVE;
}

static void
session_changed_cb (BzgSession *session, const char *aggregate, const BzgId *record, gpointer data)
{
  BzgRowList *self = data;
  BzgRowListPrivate *priv = priv_of (self);

  if (aggregate == NULL || record == NULL)
    priv->all_touched = TRUE;
  else
    {
      gint64 key = BZG_ROW_LIST_GET_CLASS (self)->key_of (self, aggregate, record);

      /* A record that no row shows cannot change the list. A new row has a key already: the index
       * was written in the same transaction. */
      if (key == 0)
        return;
      g_hash_table_add (priv->touched, g_memdup2 (&key, sizeof key));
    }
  priv->dirty = TRUE;
  if (priv->settle_id == 0)
    priv->settle_id = g_timeout_add (SETTLE_MS, settled_cb, self);
}

static GType
bzg_row_list_get_item_type (GListModel *model)
{
  return BZG_ROW_LIST_GET_CLASS (model)->item_type;
}

static guint
bzg_row_list_get_n_items (GListModel *model)
{
  return priv_of (BZG_ROW_LIST (model))->keys->len;
}

static gpointer
bzg_row_list_get_item (GListModel *model, guint position)
{
  BzgRowList *self = BZG_ROW_LIST (model);
  Page *page;

  if (position >= priv_of (self)->keys->len)
    return NULL;
  page = get_page (self, position / PAGE_ROWS);
  return g_object_ref (g_ptr_array_index (page->rows, position % PAGE_ROWS));
}

static void
bzg_row_list_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = bzg_row_list_get_item_type;
  iface->get_n_items = bzg_row_list_get_n_items;
  iface->get_item = bzg_row_list_get_item;
}

static void
bzg_row_list_constructed (GObject *object)
{
  BzgRowListPrivate *priv = priv_of (BZG_ROW_LIST (object));

  G_OBJECT_CLASS (bzg_row_list_parent_class)->constructed (object);
  priv->changed_id
    = g_signal_connect (priv->session, "changed", G_CALLBACK (session_changed_cb), object);
}

static void
bzg_row_list_dispose (GObject *object)
{
  BzgRowListPrivate *priv = priv_of (BZG_ROW_LIST (object));

  g_clear_handle_id (&priv->settle_id, g_source_remove);
  if (priv->session != NULL)
    g_clear_signal_handler (&priv->changed_id, priv->session);
  g_clear_object (&priv->session);
  G_OBJECT_CLASS (bzg_row_list_parent_class)->dispose (object);
}

static void
bzg_row_list_finalize (GObject *object)
{
  BzgRowListPrivate *priv = priv_of (BZG_ROW_LIST (object));

  g_queue_init (&priv->recent);
  g_hash_table_unref (priv->pages);
  g_hash_table_unref (priv->touched);
  g_array_unref (priv->keys);
  g_clear_error (&priv->error);
  G_OBJECT_CLASS (bzg_row_list_parent_class)->finalize (object);
}

static void
bzg_row_list_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_SESSION)
    g_value_set_object (value, priv_of (BZG_ROW_LIST (object))->session);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
bzg_row_list_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_SESSION)
    priv_of (BZG_ROW_LIST (object))->session = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
bzg_row_list_class_init (BzgRowListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = bzg_row_list_constructed;
  object_class->dispose = bzg_row_list_dispose;
  object_class->finalize = bzg_row_list_finalize;
  object_class->get_property = bzg_row_list_get_property;
  object_class->set_property = bzg_row_list_set_property;
  klass->item_type = G_TYPE_OBJECT;

  props[PROP_SESSION]
    = g_param_spec_object ("session", NULL, NULL, BZG_TYPE_SESSION,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
bzg_row_list_init (BzgRowList *self)
{
  BzgRowListPrivate *priv = priv_of (self);

  priv->keys = g_array_new (FALSE, FALSE, sizeof (gint64));
  priv->pages = g_hash_table_new_full (NULL, NULL, NULL, page_free);
  priv->touched = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_queue_init (&priv->recent);
}

BzgSession *
bzg_row_list_get_session (BzgRowList *self)
{
  return priv_of (self)->session;
}

void
bzg_row_list_reload (BzgRowList *self)
{
  priv_of (self)->all_touched = TRUE;
  answer (self);
}

void
bzg_row_list_flush (BzgRowList *self)
{
  if (priv_of (self)->dirty)
    answer (self);
}

int
bzg_row_list_find_key (BzgRowList *self, gint64 key)
{
  BzgRowListPrivate *priv = priv_of (self);

  for (guint i = 0; i < priv->keys->len; i++)
    if (g_array_index (priv->keys, gint64, i) == key)
      return (int) i;
  return -1;
}

const GError *
bzg_row_list_get_error (BzgRowList *self)
{
  return priv_of (self)->error;
}
