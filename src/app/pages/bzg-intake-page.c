/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-intake-page.h"

struct _BzgIntakePage
{
  BzgPage parent_instance;
};

G_DEFINE_FINAL_TYPE (BzgIntakePage, bzg_intake_page, BZG_TYPE_PAGE)

static void
bzg_intake_page_class_init (BzgIntakePageClass *klass)
{
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass),
                                               "/org/bozgasht/ui/intake-page.ui");
}

static void
bzg_intake_page_init (BzgIntakePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
