/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Keys. Where no Latin layout is configured (only `tj` or `ru`), GTK 4.8 finds no accelerator for
 * Ctrl+N; so each letter is registered again as the letters that stand on the same key in the
 * Russian and in the Tajik layout.
 */

#define BZG_KEYS_TWINS 2
/* The names of the Cyrillic keyvals on the key of a Latin letter or comma: BZG_KEYS_TWINS static
 * strings, unused ones NULL. */
const char *const *bzg_keys_twins (guint latin);

/* Sets accelerators as gtk_application_set_accels_for_action() does, with their twins. @accels:
 * separated by spaces. */
void bzg_keys_set (GtkApplication *app, const char *detailed_action, const char *accels);

/* Ctrl+Enter anywhere inside @widget activates @action. Before the widget with the focus sees it:
 * a text view would take it as a new line. */
void bzg_keys_add_enter (GtkWidget *widget, const char *action);

/* The letters that the keyboard types now, as a person calls them: "English (US)", "ТҶ", … or NULL
 * if the system does not say. (transfer full) */
char *bzg_keys_layout_name (GdkDisplay *display);

G_END_DECLS
