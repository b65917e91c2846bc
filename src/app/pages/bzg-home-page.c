/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-home-page.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"
#include "app/bzg-window.h"
#include "app/widgets/bzg-due-list.h"
#include "app/widgets/bzg-month.h"
#include "base/bzg-format.h"
#include "casebook/bzg-sections.h"

#define MAX_DUE 500

struct _BzgHomePage
{
  BzgPage parent_instance;

  GPtrArray *due;
  BzgMonth *month;
  GtkWidget *on_day;

  GtkLabel *greeting;
  GtkLabel *day;
  GtkWidget *tiles;
  GtkWidget *groups;
  GtkWidget *calm;
  GtkBox *side;
};

G_DEFINE_FINAL_TYPE (BzgHomePage, bzg_home_page, BZG_TYPE_PAGE)

static void
add_tile (BzgHomePage *self, const char *label, guint value, const char *page)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autofree char *number = bzg_format_integer (bzg_language_current (), value);
  g_autofree char *name = g_strdup_printf ("%s: %s", label, number);

  gtk_box_append (GTK_BOX (box), bzg_ui_label (number, "bzg-figure numeric"));
  gtk_box_append (GTK_BOX (box), bzg_ui_label (label, "dim-label caption"));
  gtk_button_set_child (GTK_BUTTON (button), box);
  bzg_ui_add_css (button, "card bzg-tile");
  bzg_ui_name (button, name);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.go");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", page);
  gtk_box_append (GTK_BOX (self->tiles), button);
}

static void
fill_tiles (BzgHomePage *self)
{
  BzgOverview overview = { 0 };

  bzg_ui_clear (self->tiles);
  if (!bzg_people_overview (bzg_page_session (BZG_PAGE (self)), &overview, NULL))
    return;
  add_tile (self, _ ("People"), overview.people, "people");
  add_tile (self, _ ("Open cases"), overview.open_cases, "people");
  add_tile (self, _ ("Supports delivered"), overview.supports_delivered, "reports");
  add_tile (self, _ ("Businesses running"), overview.businesses_running, "reports");
  add_tile (self, _ ("New this month"), overview.registered_this_month, "people");
}

typedef gboolean (*Wanted) (const BzgDue *due);

static gboolean
is_late (const BzgDue *due)
{
  return due->due != NULL && due->days < 0 && !g_str_equal (due->kind, "planned_support");
}

static gboolean
is_today (const BzgDue *due)
{
  return due->due != NULL && due->days == 0 && !g_str_equal (due->kind, "planned_support");
}

static gboolean
is_this_week (const BzgDue *due)
{
  return due->due != NULL && due->days > 0 && due->days <= 7
         && !g_str_equal (due->kind, "planned_support");
}

static gboolean
is_planned (const BzgDue *due)
{
  return g_str_equal (due->kind, "planned_support");
}

static gboolean
is_approval (const BzgDue *due)
{
  return g_str_equal (due->kind, "approval");
}

static gboolean
is_draft (const BzgDue *due)
{
  return g_str_equal (due->kind, "draft");
}

static void fill_groups (BzgHomePage *self);

static void
seen_cb (GtkButton *button, BzgHomePage *self)
{
  g_autoptr (GError) error = NULL;

  if (bzg_section_openings_seen (bzg_page_session (BZG_PAGE (self)), &error))
    fill_groups (self);
  else
    bzg_window_fail (bzg_window_of (GTK_WIDGET (self)), error);
}

/* Who opened sealed sections by the paper, for everybody who holds their keys. */
static gboolean
fill_openings (BzgHomePage *self)
{
  g_autoptr (GPtrArray) openings = bzg_section_openings (bzg_page_session (BZG_PAGE (self)), TRUE);
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *button = gtk_button_new_with_label (_ ("Seen"));

  g_object_ref_sink (card);
  bzg_ui_add_css (card, "card bzg-notice");
  gtk_box_append (GTK_BOX (card),
                  bzg_ui_text (_ ("Sealed sections were opened by the paper"), "heading"));
  for (guint i = 0; i < openings->len; i++)
    {
      const BzgSectionOpening *opening = g_ptr_array_index (openings, i);
      g_autofree char *when = bzg_ui_moment (opening->at);
      g_autofree char *text
        = g_strdup_printf ("%s · %s: %s", when, opening->by != NULL ? opening->by : "–",
                           opening->reason);

      gtk_box_append (GTK_BOX (card), bzg_ui_text (text, NULL));
    }
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  g_signal_connect_object (button, "clicked", G_CALLBACK (seen_cb), self, 0);
  gtk_box_append (GTK_BOX (card), button);
  if (openings->len > 0)
    gtk_box_append (GTK_BOX (self->groups), card);
  g_object_unref (card);
  return openings->len > 0;
}

static void
fill_groups (BzgHomePage *self)
{
  static const struct
  {
    const char *title;
    Wanted wanted;
    guint limit;
    const char *css;
  } groups[] = {
    { N_ ("Drafts to finish"), is_draft, 3, NULL },
    { N_ ("Overdue"), is_late, 6, "urgent" },
    { N_ ("Today"), is_today, 6, NULL },
    { N_ ("This week"), is_this_week, 5, NULL },
    { N_ ("Waiting for my approval"), is_approval, 4, NULL },
    { N_ ("Planned, not delivered"), is_planned, 5, NULL },
  };
  gboolean any = FALSE;

  bzg_ui_clear (self->groups);
  any = fill_openings (self);
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      g_autoptr (GPtrArray) items = g_ptr_array_new ();

      for (guint j = 0; self->due != NULL && j < self->due->len; j++)
        if (groups[i].wanted (g_ptr_array_index (self->due, j)))
          g_ptr_array_add (items, g_ptr_array_index (self->due, j));
      if (items->len == 0)
        continue;
      any = TRUE;
      gtk_box_append (GTK_BOX (self->groups),
                      bzg_due_list_new (bzg_page_session (BZG_PAGE (self)), _ (groups[i].title),
                                        items, groups[i].limit, groups[i].css));
    }
  gtk_widget_set_visible (self->calm, !any);
}

static void
mark_month (BzgHomePage *self)
{
  for (guint i = 0; self->due != NULL && i < self->due->len; i++)
    {
      const BzgDue *due = g_ptr_array_index (self->due, i);
      BzgDate date = BZG_DATE_MISSING;

      if (bzg_date_from_iso (due->due, &date))
        bzg_month_mark (self->month, date, due->days < 0);
    }
}

static void
month_changed_cb (BzgMonth *month, BzgHomePage *self)
{
  mark_month (self);
}

static void
day_chosen_cb (BzgMonth *month, BzgDate *day, BzgHomePage *self)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  g_autofree char *title = bzg_format_date (bzg_language_current (), *day);

  for (guint i = 0; self->due != NULL && i < self->due->len; i++)
    {
      BzgDue *due = g_ptr_array_index (self->due, i);
      BzgDate date = BZG_DATE_MISSING;

      if (bzg_date_from_iso (due->due, &date) && bzg_date_compare (date, *day) == 0)
        g_ptr_array_add (items, due);
    }
  bzg_ui_clear (self->on_day);
  if (items->len == 0)
    {
      g_autofree char *text = g_strdup_printf (_ ("%s: nothing is due"), title);

      gtk_box_append (GTK_BOX (self->on_day), bzg_ui_text (text, "dim-label"));
      return;
    }
  gtk_box_append (GTK_BOX (self->on_day), bzg_ui_label (title, "heading"));
  for (guint i = 0; i < items->len && i < 6; i++)
    {
      const BzgDue *due = g_ptr_array_index (items, i);
      g_autofree char *what = bzg_due_text (due);
      g_autofree char *text
        = due->name != NULL ? g_strdup_printf ("%s · %s", what, due->name) : g_strdup (what);

      gtk_box_append (GTK_BOX (self->on_day), bzg_ui_text (text, NULL));
    }
}

static void
fill (BzgHomePage *self)
{
  BzgSession *session = bzg_page_session (BZG_PAGE (self));
  BzgDate today = bzg_session_today (session);
  BzgLanguage language = bzg_language_current ();
  g_autoptr (BzgRecord) programme = bzg_session_programme (session);
  g_autofree char *date = bzg_format_date (language, today);
  g_autofree char *day
    = g_strdup_printf ("%s, %s", bzg_language_weekday (language, bzg_date_weekday (today)), date);
  const char *name = programme != NULL ? bzg_record_get (programme, "name") : NULL;

  gtk_label_set_label (self->greeting, name != NULL ? name : "Bozgasht");
  gtk_label_set_label (self->day, day);
  g_clear_pointer (&self->due, g_ptr_array_unref);
  self->due = bzg_people_due (session, MAX_DUE, NULL);
  fill_tiles (self);
  fill_groups (self);
  bzg_month_clear_marks (self->month);
  mark_month (self);
  day_chosen_cb (self->month, &today, self);
}

static void
bzg_home_page_attached (BzgPage *page)
{
  BzgHomePage *self = BZG_HOME_PAGE (page);
  GtkWidget *month = bzg_month_new (bzg_session_today (bzg_page_session (page)));

  gtk_widget_add_css_class (month, "card");
  gtk_box_append (self->side, month);
  self->month = BZG_MONTH (month);
  g_signal_connect_object (month, "month-changed", G_CALLBACK (month_changed_cb), self, 0);
  g_signal_connect_object (month, "chosen", G_CALLBACK (day_chosen_cb), self, 0);
  self->on_day = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_add_css_class (self->on_day, "bzg-on-day");
  gtk_box_append (self->side, self->on_day);
}

static void
bzg_home_page_opened (BzgPage *page, const char *argument)
{
  fill (BZG_HOME_PAGE (page));
}

static void
bzg_home_page_refresh (BzgPage *page, const char *aggregate)
{
  fill (BZG_HOME_PAGE (page));
}

static void
bzg_home_page_finalize (GObject *object)
{
  g_clear_pointer (&BZG_HOME_PAGE (object)->due, g_ptr_array_unref);
  G_OBJECT_CLASS (bzg_home_page_parent_class)->finalize (object);
}

static void
bzg_home_page_class_init (BzgHomePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = bzg_home_page_finalize;
  BZG_PAGE_CLASS (klass)->attached = bzg_home_page_attached;
  BZG_PAGE_CLASS (klass)->opened = bzg_home_page_opened;
  BZG_PAGE_CLASS (klass)->refresh = bzg_home_page_refresh;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bozgasht/ui/home-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BzgHomePage, greeting);
  gtk_widget_class_bind_template_child (widget_class, BzgHomePage, day);
  gtk_widget_class_bind_template_child (widget_class, BzgHomePage, tiles);
  gtk_widget_class_bind_template_child (widget_class, BzgHomePage, groups);
  gtk_widget_class_bind_template_child (widget_class, BzgHomePage, calm);
  gtk_widget_class_bind_template_child (widget_class, BzgHomePage, side);
}

static void
bzg_home_page_init (BzgHomePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
