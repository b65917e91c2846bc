/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "base/bzg-date.h"

G_BEGIN_DECLS

/*
 * One month as a grid of days, Monday first, with the names of our own catalogue (the C library
 * writes Russian ones into a Tajik window). Days can be marked.
 *
 * Signals: "chosen" (BzgDate *day); "month-changed".
 */
#define BZG_TYPE_MONTH (bzg_month_get_type ())
G_DECLARE_FINAL_TYPE (BzgMonth, bzg_month, BZG, MONTH, GtkBox)

GtkWidget *bzg_month_new (BzgDate today);
/* Shows the month of @day and selects it if it is known to the day. */
void bzg_month_select (BzgMonth *self, BzgDate day);
/* The first day of the month in view. */
BzgDate bzg_month_in_view (BzgMonth *self);
/* @n things on @day: a dot below it, and the number for screen readers. */
void bzg_month_clear_marks (BzgMonth *self);
void bzg_month_mark (BzgMonth *self, BzgDate day, gboolean urgent);

G_END_DECLS
