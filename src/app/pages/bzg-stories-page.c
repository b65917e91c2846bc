/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-stories-page.h"

struct _BzgStoriesPage
{
  BzgPage parent_instance;
};

G_DEFINE_FINAL_TYPE (BzgStoriesPage, bzg_stories_page, BZG_TYPE_PAGE)

static void
bzg_stories_page_class_init (BzgStoriesPageClass *klass)
{
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass),
                                               "/org/bozgasht/ui/stories-page.ui");
}

static void
bzg_stories_page_init (BzgStoriesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
