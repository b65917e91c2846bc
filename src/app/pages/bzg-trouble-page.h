/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What is wrong with the casebook at hand, what is safe, what to do: a page, not a dialog, because
 * there is nothing behind it. */
GtkWidget *bzg_trouble_page_new (const GError *error);

G_END_DECLS
