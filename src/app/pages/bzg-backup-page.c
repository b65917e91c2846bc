/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-backup-page.h"

struct _BzgBackupPage
{
  BzgPage parent_instance;
};

G_DEFINE_FINAL_TYPE (BzgBackupPage, bzg_backup_page, BZG_TYPE_PAGE)

static void
bzg_backup_page_class_init (BzgBackupPageClass *klass)
{
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass),
                                               "/org/bozgasht/ui/backup-page.ui");
}

static void
bzg_backup_page_init (BzgBackupPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
