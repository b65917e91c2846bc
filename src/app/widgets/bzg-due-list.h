/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "casebook/bzg-people.h"

G_BEGIN_DECLS

/* A card of what is due: one line each, Enter opens the person at that line. @items: BzgDue,
 * borrowed. At most @limit lines; the rest is said in a last one. */
GtkWidget *bzg_due_list_new (
  BzgSession *session, const char *title, GPtrArray *items, guint limit, const char *css);

/* "Visit: greenhouse", "Support: bee colonies", the title of a task: what the line says. */
char *bzg_due_text (const BzgDue *due);

G_END_DECLS
