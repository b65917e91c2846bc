/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-people-page.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-ui.h"
#include "app/bzg-window.h"
#include "app/widgets/bzg-column-sort.h"
#include "app/widgets/bzg-filter-chip.h"

/*
 * Everyone, in one dense table over the paging list: sorting, filtering and counting are the
 * casebook's; the cells are GtkInscriptions, because GTK keeps some two hundred rows of them alive.
 */

struct _BzgPeoplePage
{
  BzgPage parent_instance;

  BzgPeopleList *list;
  GtkSingleSelection *selection;
  char *text;
  BzgId selected;  /* put back after the list was reset */
  int sort_column; /* -1: none */
  gboolean descending;
  guint restore_id;

  GtkLabel *count;
  GtkBox *chips;
  GtkToggleButton *mine;
  GtkToggleButton *overdue;
  GtkWidget *category;
  GtkWidget *district;
  GtkWidget *status;
  GtkWidget *fund;
  GtkWidget *clear;
  GtkStack *stack;
  AdwStatusPage *nobody;
  GtkColumnView *view;
};

G_DEFINE_FINAL_TYPE (BzgPeoplePage, bzg_people_page, BZG_TYPE_PAGE)

typedef enum
{
  COLUMN_NAME,
  COLUMN_CASE,
  COLUMN_CATEGORY,
  COLUMN_DISTRICT,
  COLUMN_STATUS,
  COLUMN_DUE,
} Column;

static const struct
{
  const char *title;
  BzgPeopleOrder order;
  int width; /* 0: takes the rest */
} columns[] = {
  [COLUMN_NAME] = { N_ ("Name"), BZG_PEOPLE_BY_NAME, 0 },
  [COLUMN_CASE] = { N_ ("Case"), BZG_PEOPLE_BY_CASE, 120 },
  [COLUMN_CATEGORY] = { N_ ("Category"), BZG_PEOPLE_BY_CATEGORY, 210 },
  [COLUMN_DISTRICT] = { N_ ("District"), BZG_PEOPLE_BY_DISTRICT, 170 },
  [COLUMN_STATUS] = { N_ ("Status"), BZG_PEOPLE_BY_STATUS, 140 },
  [COLUMN_DUE] = { N_ ("Next due"), BZG_PEOPLE_BY_DUE, 120 },
};

static gboolean
is_filtered (BzgPeoplePage *self)
{
  return (self->text != NULL && *self->text != '\0') || gtk_toggle_button_get_active (self->mine)
         || gtk_toggle_button_get_active (self->overdue)
         || bzg_filter_chip_get (BZG_FILTER_CHIP (self->category)) != NULL
         || bzg_filter_chip_get (BZG_FILTER_CHIP (self->district)) != NULL
         || bzg_filter_chip_get (BZG_FILTER_CHIP (self->status)) != NULL
         || bzg_filter_chip_get (BZG_FILTER_CHIP (self->fund)) != NULL;
}

static void
update_count (BzgPeoplePage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->list));
  g_autofree char *text = g_strdup_printf (ngettext ("%u person", "%u people", n), n);

  gtk_label_set_label (self->count, text);
  gtk_widget_set_visible (self->clear, is_filtered (self));
  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "table" : "nobody");
  if (n == 0 && is_filtered (self))
    {
      adw_status_page_set_title (self->nobody, _ ("Nobody found"));
      adw_status_page_set_description (
        self->nobody, _ ("Another spelling or fewer filters may help. If the person is new, "
                         "register them: look-alikes are shown while you type."));
    }
  else if (n == 0)
    {
      adw_status_page_set_title (self->nobody, _ ("Nobody yet"));
      adw_status_page_set_description (self->nobody,
                                       _ ("Everyone whom the programme supports stands here."));
    }
}

static void
apply (BzgPeoplePage *self)
{
  BzgPeopleQuery query = { 0 };
  const char *district = bzg_filter_chip_get (BZG_FILTER_CHIP (self->district));
  const char *fund = bzg_filter_chip_get (BZG_FILTER_CHIP (self->fund));

  if (self->list == NULL)
    return;
  query.text = self->text;
  query.mine = gtk_toggle_button_get_active (self->mine);
  query.overdue = gtk_toggle_button_get_active (self->overdue);
  query.category = bzg_filter_chip_get (BZG_FILTER_CHIP (self->category));
  query.district = district;
  query.status = bzg_filter_chip_get (BZG_FILTER_CHIP (self->status));
  if (fund != NULL)
    bzg_id_from_text (fund, &query.fund);
  if (self->sort_column >= 0)
    query.order = columns[self->sort_column].order;
  else
    query.order
      = self->text != NULL && *self->text != '\0' ? BZG_PEOPLE_BY_RELEVANCE : BZG_PEOPLE_BY_NAME;
  query.descending = self->sort_column >= 0 && self->descending;
  bzg_people_list_set_query (self->list, &query);
  update_count (self);
}

static void
filter_changed_cb (GtkWidget *widget, BzgPeoplePage *self)
{
  apply (self);
}

static void
clear_cb (GtkButton *button, BzgPeoplePage *self)
{
  g_clear_pointer (&self->text, g_free);
  gtk_toggle_button_set_active (self->mine, FALSE);
  gtk_toggle_button_set_active (self->overdue, FALSE);
  bzg_filter_chip_set (BZG_FILTER_CHIP (self->category), NULL);
  bzg_filter_chip_set (BZG_FILTER_CHIP (self->district), NULL);
  bzg_filter_chip_set (BZG_FILTER_CHIP (self->status), NULL);
  bzg_filter_chip_set (BZG_FILTER_CHIP (self->fund), NULL);
  bzg_window_set_search_text (bzg_window_of (GTK_WIDGET (self)), "");
  apply (self);
}

static void
sort_changed (int column, gboolean descending, gpointer data)
{
  BzgPeoplePage *self = data;

  self->sort_column = column;
  self->descending = descending;
  apply (self);
}

static void
selected_cb (GtkSingleSelection *selection, GParamSpec *pspec, BzgPeoplePage *self)
{
  BzgPersonRow *row = gtk_single_selection_get_selected_item (selection);

  if (row != NULL)
    self->selected = *bzg_person_row_id (row);
}

static gboolean
restore_cb (gpointer data)
{
  BzgPeoplePage *self = data;
  int position = -1;

  self->restore_id = 0;
  if (!bzg_id_is_zero (&self->selected))
    position = bzg_people_list_find (self->list, &self->selected);
  if (position >= 0)
    gtk_single_selection_set_selected (self->selection, (guint) position);
  return G_SOURCE_REMOVE;
}

static void
items_changed_cb (
  GListModel *model, guint position, guint removed, guint added, BzgPeoplePage *self)
{
  if (added == 0)
    return;
  update_count (self);
  if (self->restore_id == 0)
    self->restore_id = g_idle_add (restore_cb, self);
}

static void
activate_cb (GtkColumnView *view, guint position, BzgPeoplePage *self)
{
  g_autoptr (BzgPersonRow) row = g_list_model_get_item (G_LIST_MODEL (self->list), position);
  BzgId id;

  if (row == NULL)
    return;
  id = *bzg_person_row_id (row);
  bzg_window_open_person (bzg_window_of (GTK_WIDGET (self)), &id);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *cell = gtk_inscription_new (NULL);

  gtk_inscription_set_nat_chars (GTK_INSCRIPTION (cell), 8);
  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (cell),
                                     GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  if (GPOINTER_TO_INT (data) == COLUMN_CASE || GPOINTER_TO_INT (data) == COLUMN_DUE)
    gtk_widget_add_css_class (cell, "numeric");
  gtk_list_item_set_child (item, cell);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkInscription *cell = GTK_INSCRIPTION (gtk_list_item_get_child (item));
  BzgPersonRow *row = gtk_list_item_get_item (item);
  BzgPage *page = g_object_get_data (G_OBJECT (factory), "page");
  BzgDate today = bzg_session_today (bzg_page_session (page));
  g_autofree char *made = NULL;
  const char *text = NULL;
  BzgDate due = BZG_DATE_MISSING;

  switch ((Column) GPOINTER_TO_INT (data))
    {
    case COLUMN_NAME:
      text = bzg_person_row_name (row);
      break;
    case COLUMN_CASE:
      text = made = bzg_ui_case_number (bzg_person_row_case_no (row));
      break;
    case COLUMN_CATEGORY:
      text = bzg_ui_code ("case_category", bzg_person_row_category (row));
      break;
    case COLUMN_DISTRICT:
      text = bzg_person_row_district (row);
      text = bzg_dictionary_code ("district", text != NULL ? text : "") != NULL
               ? bzg_ui_code ("district", text)
               : bzg_ui_code ("region", text);
      break;
    case COLUMN_STATUS:
      text = bzg_ui_code ("case_status", bzg_person_row_status (row));
      break;
    case COLUMN_DUE:
    default:
      text = made = bzg_ui_day (bzg_person_row_next_due (row), today);
      if (bzg_date_from_iso (bzg_person_row_next_due (row), &due)
          && bzg_date_is_before (due, today))
        gtk_widget_add_css_class (GTK_WIDGET (cell), "bzg-late");
      else
        gtk_widget_remove_css_class (GTK_WIDGET (cell), "bzg-late");
      break;
    }
  gtk_inscription_set_text (cell, text);
}

static void
add_columns (BzgPeoplePage *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr (GtkColumnViewColumn) column = NULL;

      g_object_set_data (G_OBJECT (factory), "page", self); /* it lives in the page's view */
      g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GINT_TO_POINTER (i));
      g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), GINT_TO_POINTER (i));
      column = gtk_column_view_column_new (_ (columns[i].title), factory);
      gtk_column_view_column_set_resizable (column, TRUE);
      if (columns[i].width > 0)
        gtk_column_view_column_set_fixed_width (column, columns[i].width);
      else
        gtk_column_view_column_set_expand (column, TRUE);
      bzg_column_sort_add (column, (int) i);
      gtk_column_view_append_column (self->view, column);
    }
  bzg_column_sort_connect (self->view, sort_changed, self);
}

static GtkWidget *
add_chip (BzgPeoplePage *self, const char *label, const char *list)
{
  GtkWidget *chip = bzg_filter_chip_new (label);

  if (list != NULL)
    bzg_filter_chip_add_codes (BZG_FILTER_CHIP (chip), list);
  g_signal_connect_object (chip, "changed", G_CALLBACK (filter_changed_cb), self, 0);
  gtk_box_append (self->chips, chip);
  return chip;
}

static void
bzg_people_page_attached (BzgPage *page)
{
  BzgPeoplePage *self = BZG_PEOPLE_PAGE (page);
  BzgSession *session = bzg_page_session (page);
  g_autoptr (GPtrArray) funds = bzg_session_list (session, "fund", NULL, NULL, NULL);

  self->category = add_chip (self, _ ("Category"), "case_category");
  self->district = add_chip (self, _ ("District"), "district");
  self->status = add_chip (self, _ ("Status"), "case_status");
  self->fund = add_chip (self, _ ("Fund"), NULL);
  for (guint i = 0; funds != NULL && i < funds->len; i++)
    {
      const BzgRecord *fund = g_ptr_array_index (funds, i);
      const char *name = bzg_record_get (fund, "name");
      char id[BZG_ID_TEXT_SIZE];

      bzg_filter_chip_add (BZG_FILTER_CHIP (self->fund), bzg_id_to_text (bzg_record_id (fund), id),
                           name != NULL ? name : "–");
    }
  gtk_widget_set_visible (self->fund, funds != NULL && funds->len > 0);

  self->clear = gtk_button_new_with_label (_ ("Clear"));
  bzg_ui_add_css (self->clear, "flat bzg-chip");
  g_signal_connect_object (self->clear, "clicked", G_CALLBACK (clear_cb), self, 0);
  gtk_box_append (self->chips, self->clear);

  self->list = bzg_people_list_new (session);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->list)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self,
                           0);
  g_signal_connect_object (self->list, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_AFTER);
  add_columns (self);
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
}

/* Arguments: NULL leaves the table as it was, "overdue" and "mine" press the chip. */
static void
bzg_people_page_opened (BzgPage *page, const char *argument)
{
  BzgPeoplePage *self = BZG_PEOPLE_PAGE (page);

  if (g_strcmp0 (argument, "overdue") == 0)
    gtk_toggle_button_set_active (self->overdue, TRUE);
  else if (g_strcmp0 (argument, "mine") == 0)
    gtk_toggle_button_set_active (self->mine, TRUE);
  bzg_window_set_search_text (bzg_window_of (GTK_WIDGET (self)),
                              self->text != NULL ? self->text : "");
  apply (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/* The list follows the casebook by itself. */
static void
bzg_people_page_refresh (BzgPage *page, const char *aggregate)
{
  update_count (BZG_PEOPLE_PAGE (page));
}

static gboolean
bzg_people_page_search (BzgPage *page, const char *text)
{
  BzgPeoplePage *self = BZG_PEOPLE_PAGE (page);

  if (g_strcmp0 (self->text, text) != 0)
    {
      char *copy = g_strdup (text);

      g_free (self->text);
      self->text = copy;
      apply (self);
    }
  return TRUE;
}

static void
bzg_people_page_search_activated (BzgPage *page)
{
  BzgPeoplePage *self = BZG_PEOPLE_PAGE (page);

  if (self->text != NULL && *self->text != '\0'
      && g_list_model_get_n_items (G_LIST_MODEL (self->list)) > 0)
    activate_cb (self->view, 0, self);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
bzg_people_page_dispose (GObject *object)
{
  BzgPeoplePage *self = BZG_PEOPLE_PAGE (object);

  g_clear_handle_id (&self->restore_id, g_source_remove);
  if (self->view != NULL)
    gtk_column_view_set_model (self->view, NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->list);
  g_clear_pointer (&self->text, g_free);
  G_OBJECT_CLASS (bzg_people_page_parent_class)->dispose (object);
}

static void
bzg_people_page_class_init (BzgPeoplePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bzg_people_page_dispose;
  BZG_PAGE_CLASS (klass)->attached = bzg_people_page_attached;
  BZG_PAGE_CLASS (klass)->opened = bzg_people_page_opened;
  BZG_PAGE_CLASS (klass)->refresh = bzg_people_page_refresh;
  BZG_PAGE_CLASS (klass)->search = bzg_people_page_search;
  BZG_PAGE_CLASS (klass)->search_activated = bzg_people_page_search_activated;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bozgasht/ui/people-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BzgPeoplePage, count);
  gtk_widget_class_bind_template_child (widget_class, BzgPeoplePage, chips);
  gtk_widget_class_bind_template_child (widget_class, BzgPeoplePage, mine);
  gtk_widget_class_bind_template_child (widget_class, BzgPeoplePage, overdue);
  gtk_widget_class_bind_template_child (widget_class, BzgPeoplePage, stack);
  gtk_widget_class_bind_template_child (widget_class, BzgPeoplePage, nobody);
  gtk_widget_class_bind_template_child (widget_class, BzgPeoplePage, view);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
}

static void
bzg_people_page_init (BzgPeoplePage *self)
{
  self->sort_column = -1;
  gtk_widget_init_template (GTK_WIDGET (self));
}
