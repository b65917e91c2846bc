/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-activities-page.h"

struct _BzgActivitiesPage
{
  BzgPage parent_instance;
};

G_DEFINE_FINAL_TYPE (BzgActivitiesPage, bzg_activities_page, BZG_TYPE_PAGE)

static void
bzg_activities_page_class_init (BzgActivitiesPageClass *klass)
{
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass),
                                               "/org/bozgasht/ui/activities-page.ui");
}

static void
bzg_activities_page_init (BzgActivitiesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
