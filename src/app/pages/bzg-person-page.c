/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-person-page.h"

struct _BzgPersonPage
{
  BzgPage parent_instance;
};

G_DEFINE_FINAL_TYPE (BzgPersonPage, bzg_person_page, BZG_TYPE_PAGE)

static void
bzg_person_page_class_init (BzgPersonPageClass *klass)
{
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass),
                                               "/org/bozgasht/ui/person-page.ui");
}

static void
bzg_person_page_init (BzgPersonPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
bzg_person_page_new_record_in (BzgWindow *window, const char *aggregate)
{
}

void
bzg_person_page_edit_in (BzgWindow *window)
{
}
