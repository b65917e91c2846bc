/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "casebook/bzg-people.h"

G_BEGIN_DECLS

/* Sales and costs of a business at each visit, oldest first: how it goes at a glance. */
#define BZG_TYPE_SALES_CHART (bzg_sales_chart_get_type ())
G_DECLARE_FINAL_TYPE (BzgSalesChart, bzg_sales_chart, BZG, SALES_CHART, GtkBox)

/* Takes the visits out of @events (newest first). FALSE if there is nothing to draw. */
gboolean bzg_sales_chart_set_events (BzgSalesChart *self, GPtrArray *events);

G_END_DECLS
