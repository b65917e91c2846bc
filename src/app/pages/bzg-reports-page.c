/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-reports-page.h"

struct _BzgReportsPage
{
  BzgPage parent_instance;
};

G_DEFINE_FINAL_TYPE (BzgReportsPage, bzg_reports_page, BZG_TYPE_PAGE)

static void
bzg_reports_page_class_init (BzgReportsPageClass *klass)
{
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass),
                                               "/org/bozgasht/ui/reports-page.ui");
}

static void
bzg_reports_page_init (BzgReportsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
