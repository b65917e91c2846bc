/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/bzg-draft.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"
#include "base/bzg-error.h"

#define KEEP_AFTER_MS 1000

struct _BzgDraft
{
  BzgSession *session;
  char *form;
  BzgId subject;
  gboolean has_subject;
  GtkLabel *note;
  BzgDraftFunc func;
  gpointer data;
  guint timer;
  gboolean stored; /* there is a row in the casebook */
};

static const BzgId *
subject (BzgDraft *self)
{
  return self->has_subject ? &self->subject : NULL;
}

static void
say (BzgDraft *self, const char *text)
{
  if (self->note != NULL)
    gtk_label_set_label (self->note, text);
}

static void
say_kept (GtkLabel *note, gint64 at)
{
  g_autofree char *time = bzg_ui_moment (at);
  g_autofree char *text = g_strdup_printf (_ ("Draft kept %s"), time);

  gtk_label_set_label (note, text);
}

static char *
dump (BzgDraft *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  return self->func (file, self->data) ? g_key_file_to_data (file, NULL, NULL) : NULL;
}

/* The draft may be gone when its last keeping ends: only the label is asked. */
static void
kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkLabel) note = data;
  g_autoptr (GError) error = NULL;

  if (bzg_session_keep_draft_finish (BZG_SESSION (source), result, &error))
    {
      if (note != NULL)
        say_kept (note, g_get_real_time () / G_USEC_PER_SEC);
    }
  else if (note != NULL)
    gtk_label_set_label (note, bzg_error_headline (error));
}

static gboolean
timer_cb (gpointer data)
{
  BzgDraft *self = data;
  g_autofree char *text = dump (self);

  self->timer = 0;
  if (text == NULL && !self->stored)
    return G_SOURCE_REMOVE;
  self->stored = text != NULL;
  bzg_session_keep_draft_async (self->session, self->form, subject (self), text, kept_cb,
                                text != NULL && self->note != NULL ? g_object_ref (self->note)
                                                                   : NULL);
  if (text == NULL)
    say (self, "");
  return G_SOURCE_REMOVE;
}

BzgDraft *
bzg_draft_new (BzgSession *session,
               const char *form,
               const BzgId *of,
               GtkLabel *note,
               BzgDraftFunc func,
               gpointer data)
{
  BzgDraft *self = g_new0 (BzgDraft, 1);

  self->session = g_object_ref (session);
  self->form = g_strdup (form);
  self->has_subject = of != NULL;
  if (of != NULL)
    self->subject = *of;
  if (note != NULL)
    self->note = g_object_ref (note);
  self->func = func;
  self->data = data;
  say (self, "");
  return self;
}

void
bzg_draft_free (BzgDraft *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->note);
  g_object_unref (self->session);
  g_free (self->form);
  g_free (self);
}

GKeyFile *
bzg_draft_load (BzgDraft *self)
{
  gint64 at = 0;
  g_autofree char *text = bzg_session_draft (self->session, self->form, subject (self), &at);
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (text == NULL || !g_key_file_load_from_data (file, text, (gsize) -1, G_KEY_FILE_NONE, NULL))
    return NULL;
  self->stored = TRUE;
  if (self->note != NULL)
    say_kept (self->note, at);
  return g_steal_pointer (&file);
}

void
bzg_draft_touch (BzgDraft *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add (KEEP_AFTER_MS, timer_cb, self);
}

void
bzg_draft_keep (BzgDraft *self)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (self->timer == 0)
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  text = dump (self);
  if (text == NULL && !self->stored)
    return;
  if (!bzg_session_keep_draft (self->session, self->form, subject (self), text, &error))
    g_warning ("keeping a draft: %s", error->message);
  self->stored = text != NULL;
}

void
bzg_draft_discard (BzgDraft *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->stored)
    bzg_session_keep_draft_async (self->session, self->form, subject (self), NULL, kept_cb, NULL);
  self->stored = FALSE;
  say (self, "");
}

void
bzg_draft_saved (BzgDraft *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->stored = FALSE;
  say (self, "");
}

void
bzg_draft_drop_in (BzgDraft *self, BzgWork *work)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  bzg_work_drop_draft (work, self->form, subject (self));
}
