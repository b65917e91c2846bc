/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/*
 * One field of the dictionary as a line of a form: label, editor, and below it what is wrong. Every
 * kind of field is typed as text and read by bzg_field_parse(); when the focus leaves, the text is
 * shown again as the program understood it, or the error stands at the field.
 *
 * Signals: "changed": typed or chosen.
 */
#define BZG_TYPE_FIELD_ROW (bzg_field_row_get_type ())
G_DECLARE_FINAL_TYPE (BzgFieldRow, bzg_field_row, BZG, FIELD_ROW, GtkBox)

/* @person: whose livelihoods an id field offers, or NULL. @labels: size group of the labels. */
GtkWidget *bzg_field_row_new (BzgSession *session,
                              const BzgField *field,
                              const BzgId *person,
                              GtkSizeGroup *labels);
const BzgField *bzg_field_row_field (BzgFieldRow *self);

/* What is typed. */
char *bzg_field_row_get_text (BzgFieldRow *self);
void bzg_field_row_set_text (BzgFieldRow *self, const char *text);
/* Shows a stored value in the form in which it is typed. NULL empties. */
void bzg_field_row_set_canonical (BzgFieldRow *self, const char *canonical);

/* Reads what is typed; *canonical is NULL if there is nothing. FALSE: the error is shown. */
gboolean bzg_field_row_parse (BzgFieldRow *self, char **canonical);
/* Shows @text as what is wrong; NULL: nothing is. */
void bzg_field_row_set_error (BzgFieldRow *self, const char *text);
void bzg_field_row_focus (BzgFieldRow *self);

G_END_DECLS
