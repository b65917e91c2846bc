/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "casebook/bzg-people.h"
#include "casebook/bzg-sections.h"

G_BEGIN_DECLS

/* Small things that every page needs. */

/* Removes all children of a GtkBox, GtkListBox or GtkFlowBox. */
void bzg_ui_clear (GtkWidget *box);

/* A label that starts at the left; @css: space-separated style classes or NULL. */
GtkWidget *bzg_ui_label (const char *text, const char *css);
/* The same, breaking its lines. */
GtkWidget *bzg_ui_text (const char *text, const char *css);
/* A flat button of one icon; @name is its accessible name and its tooltip. */
GtkWidget *bzg_ui_icon_button (const char *icon, const char *name);
/* Gives a widget its accessible name. */
void bzg_ui_name (GtkWidget *widget, const char *name);
void bzg_ui_add_css (GtkWidget *widget, const char *css);

/* "Family Given Patronymic" as recorded, "–" if there is no name. */
char *bzg_ui_person_name (const BzgRecord *person);
/* "34 years", "about 34 years", NULL if nothing is known. */
char *bzg_ui_age (const BzgRecord *person, BzgDate today);
/* "K7P2-M4QX". */
char *bzg_ui_case_number (const char *number);
/* "today", "tomorrow", "yesterday", else the short date; NULL gives "–". */
char *bzg_ui_day (const char *canonical, BzgDate today);
/* "in 3 days", "today", "3 days late". */
char *bzg_ui_days (int days);
/* "12:04" today, else the short date and the time. */
char *bzg_ui_moment (gint64 utc_seconds);
/* Label of a code in the window's language. */
const char *bzg_ui_code (const char *list, const char *code);
/* Label and value of a field in the window's language. */
const char *bzg_ui_field_label (const BzgField *field);
char *bzg_ui_field_text (BzgSession *session, const BzgField *field, const char *canonical);
/* The icon of an aggregate in timelines and lists. */
const char *bzg_ui_icon_of (const char *aggregate);
/* One line that says what a record is about ("Bee colonies, 4 colonies, 6 000,00 TJS"). */
char *bzg_ui_summary (BzgSession *session, const BzgRecord *record);
/* Why somebody may be the same person, in words: the reasons of a BzgHit. */
char *bzg_ui_reasons (const char *why);
/* The day by which a record stands in the timeline; canonical or NULL. */
const char *bzg_ui_record_date (const BzgRecord *record);

/* Who can open a sealed section: "guard, office, the paper". */
char *bzg_ui_holders (const BzgSectionInfo *info);

/* A row of a preferences group, plain text; @rows remembers it (not a reference). */
GtkWidget *
bzg_ui_add_row (GPtrArray *rows, AdwPreferencesGroup *group, const char *title, const char *text);
/* Takes all of them out of their groups again. */
void bzg_ui_clear_rows (GPtrArray *rows);

/* For a window above the window: Escape closes it, and to work in it is work: the casebook is not
 * locked for idleness. */
void bzg_ui_prepare_dialog (GtkWindow *dialog);

/* A question over @parent, for which the person is wanted back: one button that leaves everything
 * as it is (also Escape), one that does it. @body may be NULL. */
/* A button at the end of such a row; @callback is a handler of "clicked" as long as @owner, an
 * object, lives. */
GtkWidget *
bzg_ui_add_button (GtkWidget *row, const char *label, GCallback callback, gpointer owner);

typedef enum
{
  BZG_ASK_SAFE,    /* Enter does it */
  BZG_ASK_CAREFUL, /* it is meant to be done, but not by Enter */
  BZG_ASK_DANGER,  /* it cannot be taken back */
} BzgAskKind;
GtkWidget *bzg_ui_question (GtkWindow *parent,
                            const char *heading,
                            const char *body,
                            const char *no,
                            const char *yes,
                            BzgAskKind kind);
#define BZG_ASK_YES                                                                                \
  "yes" /* the response that does it, for adw_message_dialog_set_response_enabled() */
/* TRUE if the "response" of such a question is to do it. */
gboolean bzg_ui_is_yes (const char *response);
/* Shows a question; @answered is a handler of "response" for as long as @owner lives. */
void bzg_ui_ask (GtkWidget *question, GCallback answered, gpointer owner);
/* From a worker: @bar shows @fraction (0 to 1) when the window has time. Whoever waits for the
 * worker keeps the widget that the bar belongs to. */
void bzg_ui_progress (GtkProgressBar *bar, double fraction);
/* Something to be read and closed. */
void bzg_ui_tell (GtkWindow *parent, const char *heading, const char *body);

G_END_DECLS
