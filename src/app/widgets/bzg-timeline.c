/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/bzg-timeline.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"
#include "app/widgets/bzg-facts.h"

struct _BzgTimeline
{
  GtkBox parent_instance;

  BzgSession *session;
  const char *const *kinds;
  char *chip;       /* the aggregate whose chip is pressed */
  GHashTable *open; /* BzgId of unfolded lines */
  GHashTable *seen; /* aggregates that occur */

  GtkWidget *chips;
  GtkWidget *list;
  GtkWidget *empty;
};

G_DEFINE_FINAL_TYPE (BzgTimeline, bzg_timeline, GTK_TYPE_BOX)

enum
{
  EDIT,
  VOID,
  DONE,
  PAPER,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static BzgRecord *
row_record (GtkWidget *widget)
{
  GtkWidget *row = gtk_widget_get_ancestor (widget, GTK_TYPE_LIST_BOX_ROW);

  return row != NULL ? g_object_get_data (G_OBJECT (row), "record") : NULL;
}

static void
emit (GtkWidget *button, guint signal, BzgTimeline *self)
{
  BzgRecord *record = row_record (button);
  g_autoptr (BzgRecord) copy = record != NULL ? bzg_record_copy (record) : NULL;

  if (copy != NULL)
    g_signal_emit (self, signals[signal], 0, copy);
}

static void
edit_cb (GtkWidget *button, BzgTimeline *self)
{
  emit (button, EDIT, self);
}

static void
void_cb (GtkWidget *button, BzgTimeline *self)
{
  emit (button, VOID, self);
}

static void
done_cb (GtkWidget *button, BzgTimeline *self)
{
  emit (button, DONE, self);
}

static void
paper_cb (GtkWidget *button, BzgTimeline *self)
{
  emit (button, PAPER, self);
}

static void
history_cb (GtkWidget *button, BzgTimeline *self)
{
  BzgRecord *record = row_record (button);
  GtkWidget *box = gtk_widget_get_parent (gtk_widget_get_parent (button));

  gtk_widget_set_visible (button, FALSE);
  if (record != NULL)
    gtk_box_append (GTK_BOX (box),
                    bzg_facts_history_new (self->session, bzg_record_aggregate (record)->name,
                                           bzg_record_id (record)));
}

static GtkWidget *
small_button (const char *label, GCallback callback, BzgTimeline *self)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_widget_add_css_class (button, "bzg-small");
  g_signal_connect_object (button, "clicked", callback, self, 0);
  return button;
}

/* Made when the line is unfolded for the first time. */
static GtkWidget *
details (BzgTimeline *self, const BzgRecord *record)
{
  const BzgAggregate *aggregate = bzg_record_aggregate (record);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gboolean may_write
    = aggregate->n_fields > 0
      && bzg_session_allows (self->session, aggregate->fields[aggregate->n_fields - 1]->section,
                             BZG_ACT_WRITE);

  gtk_widget_add_css_class (box, "bzg-details");
  gtk_box_append (GTK_BOX (box), bzg_facts_new (self->session, record));
  if (may_write)
    {
      gtk_box_append (GTK_BOX (buttons), small_button (_ ("_Edit"), G_CALLBACK (edit_cb), self));
      if (g_str_equal (aggregate->name, "task") && bzg_record_get (record, "done_on") == NULL)
        gtk_box_append (GTK_BOX (buttons),
                        small_button (_ ("_Done today"), G_CALLBACK (done_cb), self));
      gtk_box_append (GTK_BOX (buttons), small_button (_ ("_Void…"), G_CALLBACK (void_cb), self));
    }
  if (g_str_equal (aggregate->name, "support") && bzg_record_get (record, "delivered") != NULL)
    gtk_box_append (GTK_BOX (buttons),
                    small_button (_ ("_Certificate…"), G_CALLBACK (paper_cb), self));
  gtk_box_append (GTK_BOX (buttons), small_button (_ ("_History"), G_CALLBACK (history_cb), self));
  gtk_box_append (GTK_BOX (box), buttons);
  return box;
}

static void
unfold (BzgTimeline *self, GtkWidget *row, gboolean open)
{
  GtkWidget *box = gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (row));
  GtkWidget *revealer = gtk_widget_get_last_child (box);
  BzgRecord *record = g_object_get_data (G_OBJECT (row), "record");

  if (open && gtk_revealer_get_child (GTK_REVEALER (revealer)) == NULL)
    gtk_revealer_set_child (GTK_REVEALER (revealer), details (self, record));
  gtk_revealer_set_reveal_child (GTK_REVEALER (revealer), open);
  gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_EXPANDED, open, -1);
  if (open)
    g_hash_table_add (self->open, g_memdup2 (bzg_record_id (record), sizeof (BzgId)));
  else
    g_hash_table_remove (self->open, bzg_record_id (record));
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, BzgTimeline *self)
{
  BzgRecord *record = g_object_get_data (G_OBJECT (row), "record");

  unfold (self, GTK_WIDGET (row), !g_hash_table_contains (self->open, bzg_record_id (record)));
}

/* "planned", "3 days late", "done": what the date alone does not say. */
static char *
state_of (BzgTimeline *self, const BzgRecord *record, const char **css)
{
  const char *aggregate = bzg_record_aggregate (record)->name;
  BzgDate today = bzg_session_today (self->session);
  const char *when = NULL;
  BzgDate due = BZG_DATE_MISSING;
  gboolean known = FALSE;
  int days = 0;

  *css = "dim-label";
  if (g_str_equal (aggregate, "support"))
    {
      if (bzg_record_get (record, "delivered") != NULL)
        return NULL;
      when = bzg_record_get (record, "planned");
      if (when == NULL)
        return g_strdup (_ ("planned"));
    }
  else if (g_str_equal (aggregate, "task"))
    {
      if (bzg_record_get (record, "done_on") != NULL)
        return g_strdup (_ ("done"));
      when = bzg_record_get (record, "due");
    }
  else
    return NULL;

  if (bzg_date_from_iso (when, &due))
    days = bzg_date_days_between (today, due, &known);
  if (!known)
    return g_strdup (_ ("planned"));
  *css = days < 0 ? "bzg-late" : days <= 7 ? "bzg-amber" : "dim-label";
  return bzg_ui_days (days);
}

static GtkWidget *
event_row (BzgTimeline *self, const BzgEvent *event)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *revealer = gtk_revealer_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name (bzg_ui_icon_of (event->aggregate));
  const BzgAggregate *aggregate = bzg_record_aggregate (event->record);
  const char *kind = bzg_aggregate_label (aggregate, bzg_language_current ());
  const char *css = NULL;
  g_autofree char *summary = bzg_ui_summary (self->session, event->record);
  g_autofree char *date = bzg_ui_day (event->date, bzg_session_today (self->session));
  g_autofree char *state = state_of (self, event->record, &css);
  g_autofree char *name = g_strdup_printf ("%s, %s, %s", date, kind, summary);
  GtkWidget *day = bzg_ui_label (date, "numeric dim-label");
  GtkWidget *text = bzg_ui_label (summary, NULL);

  gtk_widget_set_tooltip_text (icon, kind);
  gtk_label_set_width_chars (GTK_LABEL (day), 11);
  gtk_label_set_max_width_chars (GTK_LABEL (day), 11);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_box_append (GTK_BOX (line), day);
  gtk_box_append (GTK_BOX (line), icon);
  gtk_box_append (GTK_BOX (line), text);
  if (state != NULL)
    {
      GtkWidget *label = bzg_ui_label (state, css);

      gtk_widget_add_css_class (label, "caption");
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_NONE);
      gtk_box_append (GTK_BOX (line), label);
    }
  gtk_widget_add_css_class (line, "bzg-event");
  gtk_box_append (GTK_BOX (box), line);
  gtk_revealer_set_transition_duration (GTK_REVEALER (revealer), 120);
  gtk_box_append (GTK_BOX (box), revealer);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (row), FALSE);
  bzg_ui_name (row, name);
  g_object_set_data_full (G_OBJECT (row), "record", bzg_record_copy (event->record),
                          (GDestroyNotify) bzg_record_free);
  return row;
}

static gboolean
is_wanted (BzgTimeline *self, const char *aggregate)
{
  if (self->chip != NULL)
    return g_str_equal (self->chip, aggregate);
  return self->kinds == NULL || g_strv_contains (self->kinds, aggregate);
}

static void
apply (BzgTimeline *self)
{
  gboolean any = FALSE;

  for (GtkWidget *row = gtk_widget_get_first_child (self->list); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      BzgRecord *record = g_object_get_data (G_OBJECT (row), "record");
      gboolean wanted = is_wanted (self, bzg_record_aggregate (record)->name);

      gtk_widget_set_visible (row, wanted);
      any = any || wanted;
    }
  gtk_widget_set_visible (self->list, any);
  gtk_widget_set_visible (self->empty, !any);
}

static void
chip_cb (GtkToggleButton *button, BzgTimeline *self)
{
  const char *aggregate = g_object_get_data (G_OBJECT (button), "aggregate");

  if (!gtk_toggle_button_get_active (button))
    return;
  g_free (self->chip);
  self->chip = g_strdup (aggregate);
  apply (self);
}

static void
add_chip (BzgTimeline *self, const char *aggregate, const char *label, GtkToggleButton **group)
{
  GtkWidget *button = gtk_toggle_button_new_with_label (label);

  gtk_widget_add_css_class (button, "bzg-chip");
  g_object_set_data_full (G_OBJECT (button), "aggregate", g_strdup (aggregate), g_free);
  if (*group != NULL)
    gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), *group);
  else
    *group = GTK_TOGGLE_BUTTON (button);
  if (g_strcmp0 (aggregate, self->chip) == 0)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
  g_signal_connect_object (button, "toggled", G_CALLBACK (chip_cb), self, 0);
  gtk_box_append (GTK_BOX (self->chips), button);
}

static void
fill_chips (BzgTimeline *self)
{
  const BzgAggregate *const *aggregates = bzg_dictionary_aggregates ();
  GtkToggleButton *group = NULL;
  guint n = 0;

  bzg_ui_clear (self->chips);
  if (self->chip != NULL && !g_hash_table_contains (self->seen, self->chip))
    g_clear_pointer (&self->chip, g_free);
  add_chip (self, NULL, _ ("All"), &group);
  for (guint i = 0; aggregates[i] != NULL; i++)
    if (g_hash_table_contains (self->seen, aggregates[i]->name)
        && (self->kinds == NULL || g_strv_contains (self->kinds, aggregates[i]->name)))
      {
        add_chip (self, aggregates[i]->name,
                  bzg_aggregate_label (aggregates[i], bzg_language_current ()), &group);
        n++;
      }
  gtk_widget_set_visible (self->chips, n > 1);
}

static void
bzg_timeline_finalize (GObject *object)
{
  BzgTimeline *self = BZG_TIMELINE (object);

  g_clear_object (&self->session);
  g_free (self->chip);
  g_hash_table_unref (self->open);
  g_hash_table_unref (self->seen);
  G_OBJECT_CLASS (bzg_timeline_parent_class)->finalize (object);
}

static void
bzg_timeline_class_init (BzgTimelineClass *klass)
{
  static const char *const names[N_SIGNALS] = { "edit", "void", "done", "paper" };

  G_OBJECT_CLASS (klass)->finalize = bzg_timeline_finalize;
  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (names[i], BZG_TYPE_TIMELINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
bzg_timeline_init (BzgTimeline *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *chips_scroller = gtk_scrolled_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  self->open = g_hash_table_new_full (bzg_id_hash, bzg_id_equal, g_free, NULL);
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  self->chips = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_add_css_class (self->chips, "bzg-chips");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (chips_scroller), GTK_POLICY_EXTERNAL,
                                  GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (chips_scroller), self->chips);
  gtk_box_append (GTK_BOX (self), chips_scroller);

  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "bzg-timeline");
  bzg_ui_name (self->list, _ ("Timeline"));
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (row_activated_cb), self, 0);
  self->empty = bzg_ui_text (_ ("Nothing here yet. Support, visits, notes and tasks are recorded "
                                "with the buttons above."),
                             "dim-label bzg-empty");
  gtk_box_append (GTK_BOX (box), self->list);
  gtk_box_append (GTK_BOX (box), self->empty);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (self), scroller);
}

GtkWidget *
bzg_timeline_new (void)
{
  return g_object_new (BZG_TYPE_TIMELINE, NULL);
}

void
bzg_timeline_set_kinds (BzgTimeline *self, const char *const *kinds)
{
  self->kinds = kinds;
  g_clear_pointer (&self->chip, g_free);
  fill_chips (self);
  apply (self);
}

void
bzg_timeline_set_events (BzgTimeline *self, BzgSession *session, GPtrArray *events)
{
  g_set_object (&self->session, session);
  bzg_ui_clear (self->list);
  g_hash_table_remove_all (self->seen);
  for (guint i = 0; events != NULL && i < events->len; i++)
    {
      const BzgEvent *event = g_ptr_array_index (events, i);
      GtkWidget *row = event_row (self, event);

      g_hash_table_add (self->seen, g_strdup (event->aggregate));
      gtk_list_box_append (GTK_LIST_BOX (self->list), row);
      if (g_hash_table_contains (self->open, &event->id))
        unfold (self, row, TRUE);
    }
  fill_chips (self);
  apply (self);
}

void
bzg_timeline_show (BzgTimeline *self, const BzgId *id)
{
  for (GtkWidget *row = gtk_widget_get_first_child (self->list); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      BzgRecord *record = g_object_get_data (G_OBJECT (row), "record");

      if (bzg_id_equal (bzg_record_id (record), id))
        {
          unfold (self, row, TRUE);
          gtk_widget_grab_focus (row);
        }
    }
}
