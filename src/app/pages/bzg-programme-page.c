/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-programme-page.h"

struct _BzgProgrammePage
{
  BzgPage parent_instance;
};

G_DEFINE_FINAL_TYPE (BzgProgrammePage, bzg_programme_page, BZG_TYPE_PAGE)

static void
bzg_programme_page_class_init (BzgProgrammePageClass *klass)
{
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass),
                                               "/org/bozgasht/ui/programme-page.ui");
}

static void
bzg_programme_page_init (BzgProgrammePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
