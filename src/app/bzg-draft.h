/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/*
 * Keeps what is typed: one second after the last key, without blocking the window, and at once when
 * the casebook is locked or the page is left. A draft belongs to (user, form, subject) and stays
 * until the form is saved or what it held is thrown away.
 */
typedef struct _BzgDraft BzgDraft;

/* Writes the forms into @file; FALSE if there is nothing worth keeping (the draft is then
 * dropped). */
typedef gboolean (*BzgDraftFunc) (GKeyFile *file, gpointer data);

/* @subject NULL: a new thing. @note (may be NULL) shows "Draft kept 12:04"; it is referenced. */
BzgDraft *bzg_draft_new (BzgSession *session,
                         const char *form,
                         const BzgId *subject,
                         GtkLabel *note,
                         BzgDraftFunc func,
                         gpointer data);
/* Does not keep: call bzg_draft_keep() before, if something may be pending. */
void bzg_draft_free (BzgDraft *self);

/* What was kept before, NULL if nothing; shows the note. (transfer full) */
GKeyFile *bzg_draft_load (BzgDraft *self);
void bzg_draft_touch (BzgDraft *self);   /* a key was pressed */
void bzg_draft_keep (BzgDraft *self);    /* now, durably; nothing if nothing is pending */
void bzg_draft_discard (BzgDraft *self); /* thrown away by the person */
void bzg_draft_saved (BzgDraft *self);   /* the unit of work dropped it */
void bzg_draft_drop_in (BzgDraft *self, BzgWork *work); /* drop it when @work is committed */

G_END_DECLS
