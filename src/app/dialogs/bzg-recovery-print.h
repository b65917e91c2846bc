/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Prints the slip with the recovery code: the one secret that has to be on paper. The print system
 * may spool it (docs: threat model); it is never offered as a file. */
void bzg_recovery_print (GtkWindow *parent, const char *programme, const char *code);

G_END_DECLS
