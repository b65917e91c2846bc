/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Three linked buttons, each in its own language; pressing one changes the window at once. */
GtkWidget *bzg_language_buttons_new (void);

G_END_DECLS
