/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/*
 * A form with its head and foot: title, fields, "Draft kept 12:04", Save. For quick records at the
 * right of a page and for any record that is edited alone. Ctrl+Enter saves, Escape closes and
 * keeps the draft.
 *
 * Signals: "saved" (BzgRecord *record), after the change is durable; "closed".
 */
#define BZG_TYPE_RECORD_PANEL (bzg_record_panel_get_type ())
G_DECLARE_FINAL_TYPE (BzgRecordPanel, bzg_record_panel, BZG, RECORD_PANEL, GtkBox)

GtkWidget *bzg_record_panel_new (void);

/* @record: a stored one to change, or a new one with its parent set and defaults filled in. A draft
 * kept before is put into the fields. Only @fields (NULL: all). @title NULL: the aggregate's label.
 */
void bzg_record_panel_edit (BzgRecordPanel *self,
                            BzgSession *session,
                            const BzgRecord *record,
                            const char *const *fields,
                            const char *title);
/* Keeps the draft and empties the panel. */
void bzg_record_panel_close (BzgRecordPanel *self);
/* Keeps the draft now (lock). */
void bzg_record_panel_keep (BzgRecordPanel *self);
gboolean bzg_record_panel_is_open (BzgRecordPanel *self);
GtkWidget *bzg_record_panel_form (BzgRecordPanel *self); /* NULL while closed */
void bzg_record_panel_save (BzgRecordPanel *self);
void bzg_record_panel_focus (BzgRecordPanel *self);

G_END_DECLS
