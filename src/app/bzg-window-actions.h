/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bzg-window.h"

G_BEGIN_DECLS

/* What the window can be told to do (win.*), by menu, key or test:
 *   win.go "people"            a page of the sidebar
 *   win.back, win.search
 *   win.new "person|activity|story"
 *   win.new-support, win.new-visit, win.new-note, win.new-task   for the person in view
 *   win.edit                   turns the facts of the person in view into a form
 */
void bzg_window_actions_install (GtkWidgetClass *widget_class);
/* Enables what makes sense on @page (NULL: locked). */
void bzg_window_actions_update (BzgWindow *self, const char *page, gboolean can_go_back);
/* Copy, cut, paste, select all and undo when no Latin layout is configured. */
void bzg_window_actions_add_clipboard_keys (GtkWidget *window);

G_END_DECLS
