/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-activities-page.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"
#include "app/bzg-window.h"
#include "app/widgets/bzg-record-panel.h"

/* Group activities: a table, and at the right the facts of one with its head counts, or the form.
 */

#define BZG_TYPE_ACTIVITY_LINE (bzg_activity_line_get_type ())
G_DECLARE_FINAL_TYPE (BzgActivityLine, bzg_activity_line, BZG, ACTIVITY_LINE, GObject)

struct _BzgActivityLine
{
  GObject parent_instance;

  BzgId id;
  char *cells[5];
};

G_DEFINE_FINAL_TYPE (BzgActivityLine, bzg_activity_line, G_TYPE_OBJECT)

struct _BzgActivitiesPage
{
  BzgPage parent_instance;

  GtkStack *stack, *side_stack;
  GtkColumnView *view;
  GtkLabel *count_label;
  GtkRevealer *side;
  AdwPreferencesGroup *facts_group, *heads_group;
  BzgRecordPanel *panel;

  GListStore *lines;
  GPtrArray *rows; /* of the two groups: GtkWidget, to take them out again */
  BzgRecord *activity;
};

G_DEFINE_FINAL_TYPE (BzgActivitiesPage, bzg_activities_page, BZG_TYPE_PAGE)

static const char *const columns[] = { "start", "kind", "title", "place", "participants" };

static void
bzg_activity_line_finalize (GObject *object)
{
  BzgActivityLine *self = BZG_ACTIVITY_LINE (object);

  for (guint i = 0; i < G_N_ELEMENTS (self->cells); i++)
    g_free (self->cells[i]);
  G_OBJECT_CLASS (bzg_activity_line_parent_class)->finalize (object);
}

static void
bzg_activity_line_class_init (BzgActivityLineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bzg_activity_line_finalize;
}

static void
bzg_activity_line_init (BzgActivityLine *self)
{
}

static BzgSession *
session_of (BzgActivitiesPage *self)
{
  return bzg_page_session (BZG_PAGE (self));
}

/* Newest first; what has no day comes last. */
static int
compare_start (gconstpointer a, gconstpointer b)
{
  const char *day_a = bzg_record_get (*(BzgRecord *const *) a, "start");
  const char *day_b = bzg_record_get (*(BzgRecord *const *) b, "start");

  return -g_strcmp0 (day_a, day_b);
}

static void
fill_table (BzgActivitiesPage *self)
{
  g_autoptr (GPtrArray) activities
    = bzg_session_list (session_of (self), "activity", NULL, NULL, NULL);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *count = NULL;

  if (activities == NULL)
    return;
  g_ptr_array_sort (activities, compare_start);
  for (guint i = 0; i < activities->len; i++)
    {
      const BzgRecord *activity = activities->pdata[i];
      BzgActivityLine *line = g_object_new (BZG_TYPE_ACTIVITY_LINE, NULL);

      line->id = *bzg_record_id (activity);
      for (guint k = 0; k < G_N_ELEMENTS (columns); k++)
        line->cells[k]
          = bzg_ui_field_text (session_of (self), bzg_dictionary_field_of ("activity", columns[k]),
                               bzg_record_get (activity, columns[k]));
      g_ptr_array_add (lines, line);
    }
  g_list_store_remove_all (self->lines);
  g_list_store_splice (self->lines, 0, 0, lines->pdata, lines->len);
  count
    = g_strdup_printf (g_dngettext (NULL, "%u activity", "%u activities", lines->len), lines->len);
  gtk_label_set_text (self->count_label, count);
  gtk_stack_set_visible_child_name (self->stack,
                                    lines->len > 0 || bzg_record_panel_is_open (self->panel)
                                      ? "table"
                                      : "empty");
}

static void
add_row (BzgActivitiesPage *self, AdwPreferencesGroup *group, const char *title, const char *text)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), escaped);
  adw_preferences_group_add (group, row);
  g_ptr_array_add (self->rows, row);
}

static void
show_heads (BzgActivitiesPage *self)
{
  g_autoptr (GPtrArray) heads = bzg_session_list (session_of (self), "head_count", "activity",
                                                  bzg_record_id (self->activity), NULL);

  for (guint i = 0; heads != NULL && i < heads->len; i++)
    {
      const BzgRecord *head = heads->pdata[i];
      g_autofree char *sex
        = bzg_ui_field_text (session_of (self), bzg_dictionary_field ("head_count.sex"),
                             bzg_record_get (head, "sex"));
      g_autofree char *band
        = bzg_ui_field_text (session_of (self), bzg_dictionary_field ("head_count.age_band"),
                             bzg_record_get (head, "age_band"));
      g_autofree char *people
        = bzg_ui_field_text (session_of (self), bzg_dictionary_field ("head_count.people"),
                             bzg_record_get (head, "people"));
      g_autofree char *title = g_strdup_printf ("%s · %s", sex, band);

      add_row (self, self->heads_group, title, people);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->heads_group), heads != NULL && heads->len > 0);
}

static void
show_activity (BzgActivitiesPage *self, const BzgId *id)
{
  g_autoptr (GError) error = NULL;
  BzgRecord *activity = bzg_session_get (session_of (self), "activity", id, &error);
  const BzgAggregate *aggregate = bzg_dictionary_aggregate ("activity");

  if (activity == NULL)
    {
      bzg_window_fail (bzg_window_of (GTK_WIDGET (self)), error);
      return;
    }
  g_clear_pointer (&self->activity, bzg_record_free);
  self->activity = activity;
  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = self->rows->pdata[i];
      GtkWidget *group = gtk_widget_get_ancestor (row, ADW_TYPE_PREFERENCES_GROUP);

      adw_preferences_group_remove (ADW_PREFERENCES_GROUP (group), row);
    }
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < aggregate->n_fields; i++)
    {
      const BzgField *field = aggregate->fields[i];
      const char *canonical = bzg_record_get (activity, field->name);
      g_autofree char *text = NULL;

      if (canonical == NULL || !field->in_form)
        continue;
      text = bzg_ui_field_text (session_of (self), field, canonical);
      add_row (self, self->facts_group, bzg_ui_field_label (field), text);
    }
  show_heads (self);
  gtk_stack_set_visible_child_name (self->side_stack, "facts");
  gtk_revealer_set_reveal_child (self->side, TRUE);
}

static void
edit (BzgActivitiesPage *self, const BzgRecord *record)
{
  gtk_stack_set_visible_child_name (self->stack, "table");
  gtk_stack_set_visible_child_name (self->side_stack, "form");
  gtk_revealer_set_reveal_child (self->side, TRUE);
  bzg_record_panel_edit (self->panel, session_of (self), record, NULL, NULL);
  bzg_record_panel_focus (self->panel);
}

static void
new_clicked_cb (GtkButton *button, gpointer user_data)
{
  g_autoptr (BzgRecord) record = bzg_record_new ("activity", NULL);

  edit (user_data, record);
}

static void
edit_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgActivitiesPage *self = user_data;

  edit (self, self->activity);
}

static void
add_head_clicked_cb (GtkButton *button, gpointer user_data)
{
  BzgActivitiesPage *self = user_data;
  g_autoptr (BzgRecord) record = bzg_record_new ("head_count", NULL);

  bzg_record_set_id (record, "activity", bzg_record_id (self->activity));
  edit (self, record);
}

static void
row_activated_cb (GtkColumnView *view, guint position, gpointer user_data)
{
  BzgActivitiesPage *self = user_data;
  g_autoptr (BzgActivityLine) line = g_list_model_get_item (G_LIST_MODEL (self->lines), position);

  if (line != NULL)
    show_activity (self, &line->id);
}

static void
saved_cb (BzgRecordPanel *panel, BzgRecord *record, BzgActivitiesPage *self)
{
  BzgId id = *bzg_record_id (record);

  if (g_str_equal (bzg_record_aggregate (record)->name, "head_count"))
    bzg_record_get_id (record, "activity", &id);
  fill_table (self);
  show_activity (self, &id);
  bzg_window_toast (bzg_window_of (GTK_WIDGET (self)), _ ("Saved"));
}

static void
closed_cb (BzgRecordPanel *panel, BzgActivitiesPage *self)
{
  if (self->activity != NULL)
    gtk_stack_set_visible_child_name (self->side_stack, "facts");
  else
    gtk_revealer_set_reveal_child (self->side, FALSE);
  fill_table (self);
}

static void
setup_cell_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *cell = gtk_inscription_new (NULL);

  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (cell),
                                     GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  if (GPOINTER_TO_INT (user_data) == G_N_ELEMENTS (columns) - 1)
    gtk_inscription_set_xalign (GTK_INSCRIPTION (cell), 1);
  gtk_list_item_set_child (item, cell);
}

static void
bind_cell_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  BzgActivityLine *line = gtk_list_item_get_item (item);

  gtk_inscription_set_text (GTK_INSCRIPTION (gtk_list_item_get_child (item)),
                            line->cells[GPOINTER_TO_INT (user_data)]);
}

static void
add_columns (BzgActivitiesPage *self)
{
  static const int widths[] = { 150, 200, 0, 160, 110 };

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      const char *title = bzg_ui_field_label (bzg_dictionary_field_of ("activity", columns[i]));
      g_autoptr (GtkColumnViewColumn) column = NULL;

      g_signal_connect (factory, "setup", G_CALLBACK (setup_cell_cb), GINT_TO_POINTER (i));
      g_signal_connect (factory, "bind", G_CALLBACK (bind_cell_cb), GINT_TO_POINTER (i));
      column = gtk_column_view_column_new (title, factory);
      if (widths[i] > 0)
        gtk_column_view_column_set_fixed_width (column, widths[i]);
      else
        gtk_column_view_column_set_expand (column, TRUE);
      gtk_column_view_column_set_resizable (column, TRUE);
      gtk_column_view_append_column (self->view, column);
    }
}

static void
bzg_activities_page_opened (BzgPage *page, const char *argument)
{
  BzgActivitiesPage *self = BZG_ACTIVITIES_PAGE (page);

  fill_table (self);
  if (g_strcmp0 (argument, "new") == 0)
    new_clicked_cb (NULL, self);
}

static void
bzg_activities_page_refresh (BzgPage *page, const char *aggregate)
{
  if (aggregate == NULL || g_str_equal (aggregate, "activity")
      || g_str_equal (aggregate, "head_count"))
    fill_table (BZG_ACTIVITIES_PAGE (page));
}

static void
bzg_activities_page_keep (BzgPage *page)
{
  bzg_record_panel_keep (BZG_ACTIVITIES_PAGE (page)->panel);
}

static void
bzg_activities_page_dispose (GObject *object)
{
  BzgActivitiesPage *self = BZG_ACTIVITIES_PAGE (object);

  g_clear_object (&self->lines);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->activity, bzg_record_free);
  G_OBJECT_CLASS (bzg_activities_page_parent_class)->dispose (object);
}

static void
bzg_activities_page_class_init (BzgActivitiesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  BzgPageClass *page_class = BZG_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bzg_activities_page_dispose;
  page_class->opened = bzg_activities_page_opened;
  page_class->refresh = bzg_activities_page_refresh;
  page_class->keep = bzg_activities_page_keep;

  g_type_ensure (BZG_TYPE_RECORD_PANEL);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bozgasht/ui/activities-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BzgActivitiesPage, stack);
  gtk_widget_class_bind_template_child (widget_class, BzgActivitiesPage, side_stack);
  gtk_widget_class_bind_template_child (widget_class, BzgActivitiesPage, view);
  gtk_widget_class_bind_template_child (widget_class, BzgActivitiesPage, count_label);
  gtk_widget_class_bind_template_child (widget_class, BzgActivitiesPage, side);
  gtk_widget_class_bind_template_child (widget_class, BzgActivitiesPage, facts_group);
  gtk_widget_class_bind_template_child (widget_class, BzgActivitiesPage, heads_group);
  gtk_widget_class_bind_template_child (widget_class, BzgActivitiesPage, panel);
  gtk_widget_class_bind_template_callback (widget_class, new_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, edit_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_head_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
bzg_activities_page_init (BzgActivitiesPage *self)
{
  GtkSelectionModel *selection;

  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  self->lines = g_list_store_new (BZG_TYPE_ACTIVITY_LINE);
  selection
    = GTK_SELECTION_MODEL (gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->lines))));
  gtk_single_selection_set_autoselect (GTK_SINGLE_SELECTION (selection), FALSE);
  gtk_single_selection_set_can_unselect (GTK_SINGLE_SELECTION (selection), TRUE);
  gtk_column_view_set_model (self->view, selection);
  g_object_unref (selection);
  add_columns (self);
  g_signal_connect_object (self->panel, "saved", G_CALLBACK (saved_cb), self, 0);
  g_signal_connect_object (self->panel, "closed", G_CALLBACK (closed_cb), self, 0);
}
