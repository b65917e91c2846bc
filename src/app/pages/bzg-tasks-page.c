/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-tasks-page.h"

struct _BzgTasksPage
{
  BzgPage parent_instance;
};

G_DEFINE_FINAL_TYPE (BzgTasksPage, bzg_tasks_page, BZG_TYPE_PAGE)

static void
bzg_tasks_page_class_init (BzgTasksPageClass *klass)
{
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass),
                                               "/org/bozgasht/ui/tasks-page.ui");
}

static void
bzg_tasks_page_init (BzgTasksPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
