/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dialogs/bzg-merge-dialog.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"
#include "casebook/bzg-merge.h"

typedef struct
{
  BzgWindow *window; /* weak */
  BzgSession *session;
  BzgId merge;
  BzgToastFunc func;
  gpointer data;
  GDestroyNotify destroy;
} Undo;

static void
undo_free (gpointer data)
{
  Undo *self = data;

  g_clear_weak_pointer (&self->window);
  g_object_unref (self->session);
  if (self->destroy != NULL)
    self->destroy (self->data);
  g_free (self);
}

gboolean
bzg_merge_undo_in (BzgWindow *window, BzgSession *session, const BzgId *merge)
{
  g_auto (BzgUnmerge) told = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = NULL;

  if (!bzg_merge_undo (session, merge, &told, &error))
    {
      bzg_window_fail (window, error);
      return FALSE;
    }
  text = g_string_new (_ ("They are two again"));
  for (guint i = 0; i < told.changed->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : _ (". Changed since and left: "),
                            bzg_ui_field_label (g_ptr_array_index (told.changed, i)));
  bzg_window_toast (window, text->str);
  return TRUE;
}

static void
undo_cb (gpointer data)
{
  Undo *self = data;

  if (self->window != NULL && bzg_application_session (bzg_application_get ()) == self->session
      && bzg_merge_undo_in (self->window, self->session, &self->merge) && self->func != NULL)
    self->func (self->data);
}

void
bzg_merge_toast (BzgWindow *window,
                 BzgSession *session,
                 const BzgId *merge,
                 BzgToastFunc func,
                 gpointer data,
                 GDestroyNotify destroy)
{
  Undo *self = g_new0 (Undo, 1);

  g_set_weak_pointer (&self->window, window);
  self->session = g_object_ref (session);
  self->merge = *merge;
  self->func = func;
  self->data = data;
  self->destroy = destroy;
  bzg_window_toast_action (window, _ ("The two are one now"), _ ("_Undo"), undo_cb, self,
                           undo_free);
}
