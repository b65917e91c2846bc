/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-home-page.h"

struct _BzgHomePage
{
  BzgPage parent_instance;
};

G_DEFINE_FINAL_TYPE (BzgHomePage, bzg_home_page, BZG_TYPE_PAGE)

static void
bzg_home_page_class_init (BzgHomePageClass *klass)
{
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass),
                                               "/org/bozgasht/ui/home-page.ui");
}

static void
bzg_home_page_init (BzgHomePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
