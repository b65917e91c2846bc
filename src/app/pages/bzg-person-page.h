/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-page.h"
#include "app/bzg-window.h"

G_BEGIN_DECLS

#define BZG_TYPE_PERSON_PAGE (bzg_person_page_get_type ())
G_DECLARE_FINAL_TYPE (BzgPersonPage, bzg_person_page, BZG, PERSON_PAGE, BzgPage)

/* Opens the panel for a new "support", "visit", "note" or "task" of the person in view; nothing if
 * the window shows another page. */
void bzg_person_page_new_record_in (BzgWindow *window, const char *aggregate);
/* Turns the facts into a form. */
void bzg_person_page_edit_in (BzgWindow *window);

G_END_DECLS
