/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/bzg-month.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"
#include "base/bzg-format.h"

#define CELLS 42

struct _BzgMonth
{
  GtkBox parent_instance;

  BzgDate today;
  BzgDate first; /* of the month in view */
  BzgDate selected;
  GtkWidget *title;
  GtkWidget *days[CELLS];
  guint8 marks[32]; /* 0 none, 1 something, 2 urgent */
};

G_DEFINE_FINAL_TYPE (BzgMonth, bzg_month, GTK_TYPE_BOX)

enum
{
  CHOSEN,
  MONTH_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static BzgDate
day_of_cell (BzgMonth *self, guint cell)
{
  int day = (int) cell + 2 - bzg_date_weekday (self->first);

  if (day < 1 || day > bzg_date_days_in_month (self->first.year, self->first.month))
    return BZG_DATE_MISSING;
  return bzg_date_make (self->first.year, self->first.month, day);
}

static void
toggle_class (GtkWidget *widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
update (BzgMonth *self)
{
  BzgLanguage language = bzg_language_current ();
  g_autofree char *title
    = g_strdup_printf ("%s %d", bzg_language_month (language, self->first.month), self->first.year);

  gtk_label_set_label (GTK_LABEL (self->title), title);
  for (guint i = 0; i < CELLS; i++)
    {
      BzgDate day = day_of_cell (self, i);
      g_autofree char *number = NULL;
      g_autofree char *name = NULL;
      guint mark = 0;

      gtk_widget_set_sensitive (self->days[i], day.year != 0);
      if (day.year == 0)
        {
          gtk_button_set_label (GTK_BUTTON (self->days[i]), "");
          bzg_ui_name (self->days[i], " ");
        }
      else
        {
          number = g_strdup_printf ("%d", day.day);
          name = bzg_format_date (language, day);
          gtk_button_set_label (GTK_BUTTON (self->days[i]), number);
          bzg_ui_name (self->days[i], name);
          mark = self->marks[day.day];
        }
      toggle_class (self->days[i], "today", bzg_date_compare (day, self->today) == 0);
      toggle_class (self->days[i], "selected",
                    day.year != 0 && bzg_date_compare (day, self->selected) == 0);
      toggle_class (self->days[i], "marked", mark == 1);
      toggle_class (self->days[i], "urgent", mark == 2);
      gtk_widget_set_visible (self->days[i],
                              day.year != 0 || i < 35 || day_of_cell (self, 35).year != 0);
    }
}

static void
turn (BzgMonth *self, int months)
{
  BzgDate first = bzg_date_add_months (self->first, months);

  if (first.year == 0)
    return;
  self->first = first;
  bzg_month_clear_marks (self);
  g_signal_emit (self, signals[MONTH_CHANGED], 0);
}

static void
previous_cb (GtkButton *button, BzgMonth *self)
{
  turn (self, -1);
}

static void
next_cb (GtkButton *button, BzgMonth *self)
{
  turn (self, 1);
}

static void
day_cb (GtkButton *button, BzgMonth *self)
{
  for (guint i = 0; i < CELLS; i++)
    if (self->days[i] == GTK_WIDGET (button))
      {
        BzgDate day = day_of_cell (self, i);

        if (day.year == 0)
          return;
        self->selected = day;
        update (self);
        g_signal_emit (self, signals[CHOSEN], 0, &day);
        return;
      }
}

static void
bzg_month_class_init (BzgMonthClass *klass)
{
  signals[CHOSEN] = g_signal_new ("chosen", BZG_TYPE_MONTH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[MONTH_CHANGED] = g_signal_new ("month-changed", BZG_TYPE_MONTH, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bzg_month_init (BzgMonth *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *grid = gtk_grid_new ();
  GtkWidget *previous = bzg_ui_icon_button ("go-previous-symbolic", _ ("Month before"));
  GtkWidget *next = bzg_ui_icon_button ("go-next-symbolic", _ ("Next month"));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 4);
  gtk_widget_add_css_class (GTK_WIDGET (self), "bzg-month");

  self->title = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->title, "heading");
  gtk_widget_set_hexpand (self->title, TRUE);
  gtk_box_append (GTK_BOX (head), previous);
  gtk_box_append (GTK_BOX (head), self->title);
  gtk_box_append (GTK_BOX (head), next);
  g_signal_connect_object (previous, "clicked", G_CALLBACK (previous_cb), self, 0);
  g_signal_connect_object (next, "clicked", G_CALLBACK (next_cb), self, 0);
  gtk_box_append (GTK_BOX (self), head);

  gtk_grid_set_column_homogeneous (GTK_GRID (grid), TRUE);
  for (int i = 0; i < 7; i++)
    {
      GtkWidget *label
        = gtk_label_new (bzg_language_weekday_short (bzg_language_current (), i + 1));

      bzg_ui_add_css (label, "caption dim-label");
      gtk_grid_attach (GTK_GRID (grid), label, i, 0, 1, 1);
    }
  for (int i = 0; i < CELLS; i++)
    {
      self->days[i] = gtk_button_new_with_label ("");
      bzg_ui_add_css (self->days[i], "flat numeric bzg-day");
      g_signal_connect_object (self->days[i], "clicked", G_CALLBACK (day_cb), self, 0);
      gtk_grid_attach (GTK_GRID (grid), self->days[i], i % 7, 1 + i / 7, 1, 1);
    }
  gtk_box_append (GTK_BOX (self), grid);
}

GtkWidget *
bzg_month_new (BzgDate today)
{
  BzgMonth *self = g_object_new (BZG_TYPE_MONTH, NULL);

  self->today = today;
  self->first = bzg_date_make (today.year, today.month, 1);
  update (self);
  return GTK_WIDGET (self);
}

void
bzg_month_select (BzgMonth *self, BzgDate day)
{
  self->selected = day;
  if (day.year != 0)
    self->first = bzg_date_make (day.year, day.month != 0 ? day.month : 1, 1);
  update (self);
}

BzgDate
bzg_month_in_view (BzgMonth *self)
{
  return self->first;
}

void
bzg_month_clear_marks (BzgMonth *self)
{
  memset (self->marks, 0, sizeof self->marks);
  update (self);
}

void
bzg_month_mark (BzgMonth *self, BzgDate day, gboolean urgent)
{
  if (day.year != self->first.year || day.month != self->first.month || day.day == 0)
    return;
  self->marks[day.day] = MAX (self->marks[day.day], urgent ? 2 : 1);
  update (self);
}
