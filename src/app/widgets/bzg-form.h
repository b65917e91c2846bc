/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/*
 * A form made from the dictionary: one BzgFieldRow a field, under its groups, in the dictionary's
 * order; sections the user may not write are left out. It edits a copy of a record and never writes
 * by itself.
 *
 * Signals: "changed" (const char *field name): something was typed.
 */
#define BZG_TYPE_FORM (bzg_form_get_type ())
G_DECLARE_FINAL_TYPE (BzgForm, bzg_form, BZG, FORM, GtkBox)

/* @fields: names, NULL-terminated, in the order wanted; NULL: all that belong into forms.
 * @person: whose things id fields offer, or NULL. */
GtkWidget *bzg_form_new (BzgSession *session,
                         const char *aggregate,
                         const char *const *fields,
                         const BzgId *person);

/* Shows the values of @record, which is copied; what is collected later starts from that copy. */
void bzg_form_set_record (BzgForm *self, const BzgRecord *record);
/* A value as if it were typed, without "changed": for defaults. */
void bzg_form_set_canonical (BzgForm *self, const char *name, const char *canonical);
void bzg_form_set_text (BzgForm *self, const char *name, const char *text);
char *bzg_form_get_text (BzgForm *self, const char *name); /* NULL: no such field in the form */

/* The record with what is typed. NULL if something is not understood or missing: it is said at the
 * fields and the first of them has the focus. (transfer full) */
BzgRecord *bzg_form_collect (BzgForm *self);
/* The same, leaving out silently what is not (yet) understood: for looking up duplicates. */
BzgRecord *bzg_form_glance (BzgForm *self);

/* Something is typed that differs from the record. */
gboolean bzg_form_is_dirty (BzgForm *self);

/* What is typed, as a group of a draft's key file, and back. */
void bzg_form_store (BzgForm *self, GKeyFile *draft, const char *group);
gboolean bzg_form_load (BzgForm *self, GKeyFile *draft, const char *group);

/* The first empty field, else the first. */
void bzg_form_focus (BzgForm *self);

G_END_DECLS
