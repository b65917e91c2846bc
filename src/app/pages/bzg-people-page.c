/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-people-page.h"

struct _BzgPeoplePage
{
  BzgPage parent_instance;
};

G_DEFINE_FINAL_TYPE (BzgPeoplePage, bzg_people_page, BZG_TYPE_PAGE)

static void
bzg_people_page_class_init (BzgPeoplePageClass *klass)
{
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass),
                                               "/org/bozgasht/ui/people-page.ui");
}

static void
bzg_people_page_init (BzgPeoplePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
