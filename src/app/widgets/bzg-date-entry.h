/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "base/bzg-date.h"

G_BEGIN_DECLS

/*
 * A date is typed (12.08.2019, 2019, August 2019, +7, yesterday …); the calendar is a help. Up and
 * Down move by a day once there is a whole date. It is a box around a GtkEntry, which is what the
 * form reads.
 */
#define BZG_TYPE_DATE_ENTRY (bzg_date_entry_get_type ())
G_DECLARE_FINAL_TYPE (BzgDateEntry, bzg_date_entry, BZG, DATE_ENTRY, GtkBox)

GtkWidget *bzg_date_entry_new (BzgDate today);
GtkEntry *bzg_date_entry_get_entry (BzgDateEntry *self);

G_END_DECLS
