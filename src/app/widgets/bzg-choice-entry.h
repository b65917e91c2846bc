/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * One of a list, chosen by typing: the entry shows the label, typing narrows the list below it (in
 * any of the languages and by code, folded), Down opens it, Enter takes the marked line.
 * GtkDropDown is not used: its search in GTK 4.8 knows only the beginning of a label.
 */
#define BZG_TYPE_CHOICE_ENTRY (bzg_choice_entry_get_type ())
G_DECLARE_FINAL_TYPE (BzgChoiceEntry, bzg_choice_entry, BZG, CHOICE_ENTRY, GtkBox)

GtkWidget *bzg_choice_entry_new (void);
GtkEntry *bzg_choice_entry_get_entry (BzgChoiceEntry *self);

void bzg_choice_entry_clear (BzgChoiceEntry *self);
/* @value: what is stored; @search: further words by which it is found, or NULL; @hint: shown dim at
 * the right, or NULL. */
void bzg_choice_entry_add (
  BzgChoiceEntry *self, const char *value, const char *label, const char *search, const char *hint);
/* All codes of a dictionary's list. */
void bzg_choice_entry_add_codes (BzgChoiceEntry *self, const char *list);

/* The value whose label (or code) the text is; NULL if the text is empty or none of the list.
 * *unknown tells the two apart; may be NULL. */
const char *bzg_choice_entry_get_value (BzgChoiceEntry *self, gboolean *unknown);
/* Shows the label of @value; NULL empties. */
void bzg_choice_entry_set_value (BzgChoiceEntry *self, const char *value);

G_END_DECLS
