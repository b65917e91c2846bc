/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-application.h"
#include "app/bzg-page.h"

G_BEGIN_DECLS

/*
 * The window: a gate (first run, lock screen, what is wrong) while there is no session, the sidebar
 * and the pages while there is one. Its title is the name of the program and nothing else.
 */
#define BZG_TYPE_WINDOW (bzg_window_get_type ())
G_DECLARE_FINAL_TYPE (BzgWindow, bzg_window, BZG, WINDOW, AdwApplicationWindow)

BzgWindow *bzg_window_new (BzgApplication *app);

/* The window of a widget; NULL while it is in none. */
BzgWindow *bzg_window_of (GtkWidget *widget);

/* NULL takes every page down. */
void bzg_window_set_session (BzgWindow *self, BzgSession *session);

/* The lock screen of the application's casebook, or the first run if there is none. */
void bzg_window_show_gate (BzgWindow *self);
/* Another page of the gate (takes a floating reference). */
void bzg_window_set_gate (BzgWindow *self, GtkWidget *page);
/* The gate that another window shows: for the change of language. */
void bzg_window_show_gate_of (BzgWindow *self, BzgWindow *other);
/* What is wrong with the casebook at hand, and what to do. */
void bzg_window_show_trouble (BzgWindow *self, const GError *error);

/* Names are those of bzg-pages.c; @argument belongs to the page. */
void bzg_window_open_page (BzgWindow *self, const char *name, const char *argument);
void bzg_window_open_person (BzgWindow *self, const BzgId *person);
void bzg_window_go_back (BzgWindow *self);
const char *bzg_window_page (BzgWindow *self);      /* NULL while locked */
const char *bzg_window_argument (BzgWindow *self);  /* may be NULL */
BzgPage *bzg_window_page_in_view (BzgWindow *self); /* NULL while locked */
void bzg_window_focus_search (BzgWindow *self);
/* For a page that uses the search field itself. */
void bzg_window_set_search_text (BzgWindow *self, const char *text);

/* Drafts of all pages, durably. */
void bzg_window_keep (BzgWindow *self);

void bzg_window_toast (BzgWindow *self, const char *text);
/* With a button; @callback runs if it is pressed, @destroy in any case. */
typedef void (*BzgToastFunc) (gpointer data);
void bzg_window_toast_action (BzgWindow *self,
                              const char *text,
                              const char *button,
                              BzgToastFunc callback,
                              gpointer data,
                              GDestroyNotify destroy);
/* What went wrong, what is safe, what to do. */
void bzg_window_fail (BzgWindow *self, const GError *error);

/* After a backup, or when tasks change: what the sidebar counts. */
void bzg_window_refresh_sidebar (BzgWindow *self);

G_END_DECLS
