/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-tasks-page.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"
#include "app/widgets/bzg-due-list.h"

#define MAX_DUE 1000
#define MAX_ROWS 100 /* of one group */

struct _BzgTasksPage
{
  BzgPage parent_instance;

  const char *kind; /* NULL: all */

  GtkLabel *count;
  GtkWidget *chips;
  GtkWidget *groups;
  GtkWidget *calm;
};

G_DEFINE_FINAL_TYPE (BzgTasksPage, bzg_tasks_page, BZG_TYPE_PAGE)

static const struct
{
  const char *kind, *label;
} kinds[] = {
  { NULL, N_ ("All") },
  { "task", N_ ("Tasks") },
  { "visit_due", N_ ("Visits") },
  { "planned_support", N_ ("Planned support") },
  { "reassessment", N_ ("Risk") },
  { "approval", N_ ("Approvals") },
  { "draft", N_ ("Drafts") },
};

/* A group holds what is due up to this day; the first that fits takes it. */
static const struct
{
  const char *title;
  int until;
  const char *css;
} groups[] = {
  { N_ ("Overdue"), -1, "urgent" },
  { N_ ("Today"), 0, NULL },
  { N_ ("This week"), 7, NULL },
  { N_ ("Later"), G_MAXINT, NULL },
};

static void
fill (BzgTasksPage *self)
{
  BzgSession *session = bzg_page_session (BZG_PAGE (self));
  g_autoptr (GPtrArray) due = bzg_people_due (session, MAX_DUE, NULL);
  g_autoptr (GPtrArray) undated = g_ptr_array_new ();
  g_autofree char *text = NULL;
  guint total = 0;

  bzg_ui_clear (self->groups);
  for (guint g = 0; g < G_N_ELEMENTS (groups); g++)
    {
      g_autoptr (GPtrArray) items = g_ptr_array_new ();

      for (guint i = 0; due != NULL && i < due->len; i++)
        {
          BzgDue *item = g_ptr_array_index (due, i);

          if (self->kind != NULL && !g_str_equal (item->kind, self->kind))
            continue;
          if (item->due == NULL)
            {
              if (g == 0)
                g_ptr_array_add (undated, item);
            }
          else if (item->days <= groups[g].until && (g == 0 || item->days > groups[g - 1].until))
            g_ptr_array_add (items, item);
        }
      total += items->len;
      if (items->len > 0)
        gtk_box_append (GTK_BOX (self->groups), bzg_due_list_new (session, _ (groups[g].title),
                                                                  items, MAX_ROWS, groups[g].css));
    }
  total += undated->len;
  if (undated->len > 0)
    gtk_box_append (GTK_BOX (self->groups),
                    bzg_due_list_new (session, _ ("Without a date"), undated, MAX_ROWS, NULL));
  text = g_strdup_printf (ngettext ("%u thing to do", "%u things to do", total), total);
  gtk_label_set_label (self->count, text);
  gtk_widget_set_visible (self->calm, total == 0);
}

static void
chip_cb (GtkToggleButton *button, BzgTasksPage *self)
{
  if (!gtk_toggle_button_get_active (button))
    return;
  self->kind = g_object_get_data (G_OBJECT (button), "kind");
  fill (self);
}

static void
bzg_tasks_page_opened (BzgPage *page, const char *argument)
{
  fill (BZG_TASKS_PAGE (page));
}

static void
bzg_tasks_page_refresh (BzgPage *page, const char *aggregate)
{
  fill (BZG_TASKS_PAGE (page));
}

static void
bzg_tasks_page_class_init (BzgTasksPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  BZG_PAGE_CLASS (klass)->opened = bzg_tasks_page_opened;
  BZG_PAGE_CLASS (klass)->refresh = bzg_tasks_page_refresh;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bozgasht/ui/tasks-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BzgTasksPage, count);
  gtk_widget_class_bind_template_child (widget_class, BzgTasksPage, chips);
  gtk_widget_class_bind_template_child (widget_class, BzgTasksPage, groups);
  gtk_widget_class_bind_template_child (widget_class, BzgTasksPage, calm);
}

static void
bzg_tasks_page_init (BzgTasksPage *self)
{
  GtkToggleButton *first = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      GtkWidget *button = gtk_toggle_button_new_with_label (_ (kinds[i].label));

      gtk_widget_add_css_class (button, "bzg-chip");
      g_object_set_data (G_OBJECT (button), "kind", (gpointer) kinds[i].kind);
      if (first == NULL)
        first = GTK_TOGGLE_BUTTON (button);
      else
        gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), first);
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), i == 0);
      g_signal_connect_object (button, "toggled", G_CALLBACK (chip_cb), self, 0);
      gtk_box_append (GTK_BOX (self->chips), button);
    }
}
