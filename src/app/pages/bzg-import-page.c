/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-import-page.h"

struct _BzgImportPage
{
  BzgPage parent_instance;
};

G_DEFINE_FINAL_TYPE (BzgImportPage, bzg_import_page, BZG_TYPE_PAGE)

static void
bzg_import_page_class_init (BzgImportPageClass *klass)
{
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass),
                                               "/org/bozgasht/ui/import-page.ui");
}

static void
bzg_import_page_init (BzgImportPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
