/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/bzg-page.h"

#define COALESCE_MS 120

typedef struct
{
  BzgSession *session;
  char *pending; /* aggregate that changed; "" for many */
  guint refresh_id;
  gboolean in_view;
} BzgPagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (BzgPage, bzg_page, ADW_TYPE_BIN)

static void
flush (BzgPage *self)
{
  BzgPagePrivate *priv = bzg_page_get_instance_private (self);
  g_autofree char *pending = g_steal_pointer (&priv->pending);

  g_clear_handle_id (&priv->refresh_id, g_source_remove);
  if (pending != NULL && BZG_PAGE_GET_CLASS (self)->refresh != NULL)
    BZG_PAGE_GET_CLASS (self)->refresh (self, *pending != '\0' ? pending : NULL);
}

static gboolean
refresh_cb (gpointer data)
{
  BzgPage *self = data;
  BzgPagePrivate *priv = bzg_page_get_instance_private (self);

  priv->refresh_id = 0;
  flush (self);
  return G_SOURCE_REMOVE;
}

static void
bzg_page_dispose (GObject *object)
{
  BzgPage *self = BZG_PAGE (object);
  BzgPagePrivate *priv = bzg_page_get_instance_private (self);

  g_clear_handle_id (&priv->refresh_id, g_source_remove);
  g_clear_pointer (&priv->pending, g_free);
  G_OBJECT_CLASS (bzg_page_parent_class)->dispose (object);
}

/* After the children, which may still use it, are gone. */
static void
bzg_page_finalize (GObject *object)
{
  BzgPagePrivate *priv = bzg_page_get_instance_private (BZG_PAGE (object));

  g_clear_object (&priv->session);
  G_OBJECT_CLASS (bzg_page_parent_class)->finalize (object);
}

static void
bzg_page_class_init (BzgPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bzg_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = bzg_page_finalize;
}

static void
bzg_page_init (BzgPage *self)
{
}

BzgSession *
bzg_page_session (BzgPage *self)
{
  BzgPagePrivate *priv = bzg_page_get_instance_private (self);

  return priv->session;
}

void
bzg_page_attach (BzgPage *self, BzgSession *session)
{
  BzgPagePrivate *priv = bzg_page_get_instance_private (self);

  g_return_if_fail (priv->session == NULL);

  priv->session = g_object_ref (session);
  if (BZG_PAGE_GET_CLASS (self)->attached != NULL)
    BZG_PAGE_GET_CLASS (self)->attached (self);
}

void
bzg_page_open (BzgPage *self, const char *argument)
{
  bzg_page_set_in_view (self, TRUE);
  if (BZG_PAGE_GET_CLASS (self)->opened != NULL)
    BZG_PAGE_GET_CLASS (self)->opened (self, argument);
}

void
bzg_page_changed (BzgPage *self, const char *aggregate)
{
  BzgPagePrivate *priv = bzg_page_get_instance_private (self);
  gboolean many
    = aggregate == NULL || (priv->pending != NULL && g_strcmp0 (priv->pending, aggregate) != 0);

  g_free (priv->pending);
  priv->pending = g_strdup (many ? "" : aggregate);
  if (priv->in_view && priv->refresh_id == 0)
    priv->refresh_id = g_timeout_add (COALESCE_MS, refresh_cb, self);
}

void
bzg_page_set_in_view (BzgPage *self, gboolean in_view)
{
  BzgPagePrivate *priv = bzg_page_get_instance_private (self);

  priv->in_view = in_view;
  if (in_view)
    flush (self);
}

void
bzg_page_keep (BzgPage *self)
{
  if (BZG_PAGE_GET_CLASS (self)->keep != NULL)
    BZG_PAGE_GET_CLASS (self)->keep (self);
}

gboolean
bzg_page_search (BzgPage *self, const char *text)
{
  return BZG_PAGE_GET_CLASS (self)->search != NULL
         && BZG_PAGE_GET_CLASS (self)->search (self, text);
}

void
bzg_page_search_activated (BzgPage *self)
{
  if (BZG_PAGE_GET_CLASS (self)->search_activated != NULL)
    BZG_PAGE_GET_CLASS (self)->search_activated (self);
}
