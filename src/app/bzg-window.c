/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/bzg-window.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-pages.h"
#include "app/bzg-search-popover.h"
#include "app/bzg-ui.h"
#include "app/bzg-window-actions.h"
#include "base/bzg-error.h"
#include "app/pages/bzg-lock-page.h"
#include "app/pages/bzg-start-page.h"
#include "app/pages/bzg-trouble-page.h"
#include "casebook/bzg-access.h"
#include "exchange/bzg-backup.h"
#include "exchange/bzg-office.h"

typedef struct
{
  const BzgPageInfo *info;
  char *argument;
} Place;

struct _BzgWindow
{
  AdwApplicationWindow parent_instance;

  BzgSession *session;
  gulong changed_id;
  guint sidebar_id;

  GtkStack *stack;
  AdwBin *gate;
  AdwToastOverlay *toasts;
  AdwFlap *flap;
  GtkListBox *places;
  GtkLabel *backup_label;
  GtkWidget *backup_button;
  AdwAvatar *avatar;
  GtkLabel *user_label;
  GtkWidget *user_button;
  GtkSearchEntry *search;
  GtkWidget *ribbon;
  GtkStack *pages;
  GtkLabel *task_count;   /* in the sidebar; owned by its row */
  GtkWidget *access_mark; /* likewise: a new key is due */

  BzgSearchPopover *hits;
  GtkWidget *in_view; /* a BzgPage of `pages` */
  Place here;
  GQueue *back; /* Place* */
};

G_DEFINE_FINAL_TYPE (BzgWindow, bzg_window, ADW_TYPE_APPLICATION_WINDOW)

#define BACK_MAX 32

static void
place_free (Place *place)
{
  g_free (place->argument);
  g_free (place);
}

static void
clear_places (BzgWindow *self)
{
  g_queue_clear_full (self->back, (GDestroyNotify) place_free);
  g_clear_pointer (&self->here.argument, g_free);
  self->here.info = NULL;
}

/* At the end of a row of the sidebar; shown when there is something to say. */
static GtkWidget *
add_badge (GtkWidget *box, const char *text)
{
  GtkWidget *badge = gtk_label_new (text);

  bzg_ui_add_css (badge, "bzg-count numeric");
  gtk_widget_set_valign (badge, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (badge, FALSE);
  gtk_box_append (GTK_BOX (box), badge);
  return badge;
}

static GtkWidget *
place_row (BzgWindow *self, const BzgPageInfo *info, guint number)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *icon = gtk_image_new_from_icon_name (info->icon);
  GtkWidget *label = bzg_ui_label (_ (info->label), NULL);
  g_autofree char *tip = g_strdup_printf ("%s (Alt+%u)", _ (info->label), number);

  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), label);
  if (g_str_equal (info->name, "tasks"))
    self->task_count = GTK_LABEL (add_badge (box, NULL));
  else if (g_str_equal (info->name, "access"))
    self->access_mark = add_badge (box, "!");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_widget_set_tooltip_text (row, tip);
  bzg_ui_name (row, _ (info->label));
  g_object_set_data (G_OBJECT (row), "page", (gpointer) info->name);
  return row;
}

static gboolean
may_see (BzgWindow *self, const BzgPageInfo *info)
{
  return info->section == NULL || bzg_session_allows (self->session, info->section, BZG_ACT_READ);
}

static void
fill_sidebar (BzgWindow *self)
{
  g_autoptr (BzgRecord) user = NULL;
  const char *name = bzg_session_user_name (self->session);
  guint number = 0;

  self->task_count = NULL;
  self->access_mark = NULL;
  bzg_ui_clear (GTK_WIDGET (self->places));
  for (guint i = 0; i < bzg_n_pages; i++)
    if (bzg_pages[i].icon != NULL)
      {
        number++;
        if (may_see (self, &bzg_pages[i]))
          gtk_list_box_append (self->places, place_row (self, &bzg_pages[i], number));
      }

  user = bzg_session_get (self->session, "user", bzg_session_user (self->session), NULL);
  if (user != NULL && bzg_record_get (user, "full_name") != NULL)
    name = bzg_record_get (user, "full_name");
  gtk_label_set_label (self->user_label, name);
  adw_avatar_set_text (self->avatar, name);
  bzg_ui_name (self->user_button, name);
  gtk_widget_set_visible (self->ribbon, bzg_session_is_training (self->session));
}

static void
select_place (BzgWindow *self)
{
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->places));
  const char *name = self->here.info != NULL ? self->here.info->name : NULL;

  if (g_strcmp0 (name, "person") == 0 || g_strcmp0 (name, "intake") == 0
      || g_strcmp0 (name, "doubles") == 0)
    name = "people";
  for (; row != NULL; row = gtk_widget_get_next_sibling (row))
    if (g_strcmp0 (g_object_get_data (G_OBJECT (row), "page"), name) == 0)
      {
        gtk_list_box_select_row (self->places, GTK_LIST_BOX_ROW (row));
        return;
      }
  gtk_list_box_unselect_all (self->places);
}

/* Whoever walks through the list with Tab or arrows selects its rows, and goes nowhere by that. */
static void
places_left_cb (GtkEventControllerFocus *focus, gpointer user_data)
{
  select_place (user_data);
}

static GtkWidget *
ensure_page (BzgWindow *self, const BzgPageInfo *info)
{
  GtkWidget *page = gtk_stack_get_child_by_name (self->pages, info->name);

  if (page == NULL)
    {
      page = g_object_new (info->type (), NULL);
      gtk_stack_add_named (self->pages, page, info->name);
      bzg_page_attach (BZG_PAGE (page), self->session);
    }
  return page;
}

static void
show_place (BzgWindow *self, const BzgPageInfo *info, const char *argument)
{
  GtkWidget *page = ensure_page (self, info);
  g_autofree char *copy = g_strdup (argument);

  if (self->in_view != NULL && self->in_view != page)
    {
      bzg_page_keep (BZG_PAGE (self->in_view));
      bzg_page_set_in_view (BZG_PAGE (self->in_view), FALSE);
    }
  self->in_view = page;
  self->here.info = info;
  g_free (self->here.argument);
  self->here.argument = g_steal_pointer (&copy);
  gtk_stack_set_visible_child (self->pages, page);
  if (adw_flap_get_folded (self->flap))
    adw_flap_set_reveal_flap (self->flap, FALSE);
  select_place (self);
  bzg_window_actions_update (self, info->name, !g_queue_is_empty (self->back));
  /* Typing anywhere on the people page searches; elsewhere letters are for the page. */
  gtk_search_entry_set_key_capture_widget (self->search,
                                           g_str_equal (info->name, "people") ? page : NULL);
  bzg_window_set_search_text (self, "");
  bzg_page_open (BZG_PAGE (page), self->here.argument);
}

static gboolean
sidebar_cb (gpointer data)
{
  BzgWindow *self = data;

  self->sidebar_id = 0;
  bzg_window_refresh_sidebar (self);
  return G_SOURCE_REMOVE;
}

static void
changed_cb (BzgSession *session, const char *aggregate, const BzgId *record, BzgWindow *self)
{
  for (GtkWidget *page = gtk_widget_get_first_child (GTK_WIDGET (self->pages)); page != NULL;
       page = gtk_widget_get_next_sibling (page))
    bzg_page_changed (BZG_PAGE (page), aggregate);
  if (self->sidebar_id == 0)
    self->sidebar_id = g_timeout_add (300, sidebar_cb, self);
}

static void
place_activated_cb (GtkListBox *box, GtkListBoxRow *row, BzgWindow *self)
{
  bzg_window_open_page (self, g_object_get_data (G_OBJECT (row), "page"), NULL);
}

static void
search_changed_cb (GtkSearchEntry *entry, BzgWindow *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (entry));

  if (self->session == NULL)
    return;
  if (self->in_view != NULL && bzg_page_search (BZG_PAGE (self->in_view), text))
    bzg_search_popover_set_text (self->hits, NULL, NULL);
  else
    bzg_search_popover_set_text (self->hits, self->session, text);
}

static void
search_activate_cb (GtkSearchEntry *entry, BzgWindow *self)
{
  if (self->session == NULL)
    return;
  if (self->in_view != NULL
      && bzg_page_search (BZG_PAGE (self->in_view), gtk_editable_get_text (GTK_EDITABLE (entry))))
    bzg_page_search_activated (BZG_PAGE (self->in_view));
  else
    bzg_search_popover_activate (self->hits);
}

static void
search_stop_cb (GtkSearchEntry *entry, BzgWindow *self)
{
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  bzg_search_popover_set_text (self->hits, NULL, NULL);
  if (self->in_view != NULL)
    gtk_widget_child_focus (self->in_view, GTK_DIR_TAB_FORWARD);
}

static void
hit_chosen_cb (BzgSearchPopover *popover, const BzgId *person, BzgWindow *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  bzg_window_open_person (self, person);
}

static void
all_chosen_cb (BzgSearchPopover *popover, BzgWindow *self)
{
  g_autofree char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->search)));

  bzg_window_open_page (self, "people", NULL);
  bzg_page_search (BZG_PAGE (self->in_view), text);
}

static gboolean
event_cb (GtkEventControllerLegacy *controller, GdkEvent *event, BzgWindow *self)
{
  bzg_application_touch (bzg_application_get ());
  return GDK_EVENT_PROPAGATE;
}

static gboolean
bzg_window_close_request (GtkWindow *window)
{
  BzgWindow *self = BZG_WINDOW (window);
  GSettings *settings = bzg_application_settings (bzg_application_get ());

  if (settings != NULL)
    {
      int width = 0, height = 0;

      gtk_window_get_default_size (window, &width, &height);
      if (!gtk_window_is_maximized (window))
        {
          g_settings_set_int (settings, "window-width", MAX (width, 360));
          g_settings_set_int (settings, "window-height", MAX (height, 294));
        }
      g_settings_set_boolean (settings, "window-maximized", gtk_window_is_maximized (window));
    }
  if (self->session != NULL)
    bzg_application_lock (bzg_application_get ());
  return GTK_WINDOW_CLASS (bzg_window_parent_class)->close_request (window);
}

static void
bzg_window_dispose (GObject *object)
{
  BzgWindow *self = BZG_WINDOW (object);

  g_clear_handle_id (&self->sidebar_id, g_source_remove);
  if (self->session != NULL)
    g_clear_signal_handler (&self->changed_id, self->session);
  g_clear_object (&self->session);
  self->in_view = NULL;
  if (self->hits != NULL)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->hits)));
  G_OBJECT_CLASS (bzg_window_parent_class)->dispose (object);
}

static void
bzg_window_finalize (GObject *object)
{
  BzgWindow *self = BZG_WINDOW (object);

  clear_places (self);
  g_queue_free (self->back);
  G_OBJECT_CLASS (bzg_window_parent_class)->finalize (object);
}

static void
bzg_window_class_init (BzgWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bzg_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = bzg_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = bzg_window_close_request;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/bozgasht/ui/window.ui");
  gtk_widget_class_bind_template_child (widget_class, BzgWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, BzgWindow, gate);
  gtk_widget_class_bind_template_child (widget_class, BzgWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, BzgWindow, flap);
  gtk_widget_class_bind_template_child (widget_class, BzgWindow, places);
  gtk_widget_class_bind_template_child (widget_class, BzgWindow, backup_label);
  gtk_widget_class_bind_template_child (widget_class, BzgWindow, backup_button);
  gtk_widget_class_bind_template_child (widget_class, BzgWindow, avatar);
  gtk_widget_class_bind_template_child (widget_class, BzgWindow, user_label);
  gtk_widget_class_bind_template_child (widget_class, BzgWindow, user_button);
  gtk_widget_class_bind_template_child (widget_class, BzgWindow, search);
  gtk_widget_class_bind_template_child (widget_class, BzgWindow, ribbon);
  gtk_widget_class_bind_template_child (widget_class, BzgWindow, pages);
  gtk_widget_class_bind_template_callback (widget_class, place_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, places_left_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_stop_cb);

  bzg_window_actions_install (widget_class);
}

static void
bzg_window_init (BzgWindow *self)
{
  GtkEventController *events = gtk_event_controller_legacy_new ();

  self->back = g_queue_new ();
  gtk_widget_init_template (GTK_WIDGET (self));

  /* A menu button sets its child in the middle; the others of the sidebar begin at the left. */
  gtk_widget_set_halign (gtk_widget_get_parent (
                           gtk_menu_button_get_child (GTK_MENU_BUTTON (self->user_button))),
                         GTK_ALIGN_FILL);

  self->hits = bzg_search_popover_new (GTK_WIDGET (self->search));
  g_signal_connect_object (self->hits, "chosen", G_CALLBACK (hit_chosen_cb), self, 0);
  g_signal_connect_object (self->hits, "all", G_CALLBACK (all_chosen_cb), self, 0);

  gtk_event_controller_set_propagation_phase (events, GTK_PHASE_CAPTURE);
  g_signal_connect_object (events, "event", G_CALLBACK (event_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), events);
  bzg_window_actions_add_clipboard_keys (GTK_WIDGET (self));
}

BzgWindow *
bzg_window_new (BzgApplication *app)
{
  BzgWindow *self = g_object_new (BZG_TYPE_WINDOW, "application", app, NULL);
  GSettings *settings = bzg_application_settings (app);

  if (settings != NULL)
    {
      gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (settings, "window-width"),
                                   g_settings_get_int (settings, "window-height"));
      if (g_settings_get_boolean (settings, "window-maximized"))
        gtk_window_maximize (GTK_WINDOW (self));
    }
  else
    gtk_window_set_default_size (GTK_WINDOW (self), 1280, 700);
  return self;
}

BzgWindow *
bzg_window_of (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  return BZG_IS_WINDOW (root) ? BZG_WINDOW (root) : NULL;
}

void
bzg_window_set_session (BzgWindow *self, BzgSession *session)
{
  GtkWidget *child = NULL;

  bzg_search_popover_set_text (self->hits, NULL, NULL);
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  self->in_view = NULL;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->pages))) != NULL)
    gtk_stack_remove (self->pages, child);
  clear_places (self);
  g_clear_handle_id (&self->sidebar_id, g_source_remove);
  if (self->session != NULL)
    g_clear_signal_handler (&self->changed_id, self->session);
  g_set_object (&self->session, session);

  if (session == NULL)
    {
      bzg_ui_clear (GTK_WIDGET (self->places));
      self->task_count = NULL;
      self->access_mark = NULL;
      gtk_label_set_label (self->user_label, "");
      adw_avatar_set_text (self->avatar, "");
      bzg_ui_name (self->user_button, "");
      bzg_window_show_gate (self);
      return;
    }

  self->changed_id = g_signal_connect (session, "changed", G_CALLBACK (changed_cb), self);
  fill_sidebar (self);
  adw_bin_set_child (self->gate, NULL);
  gtk_stack_set_visible_child_name (self->stack, "work");
  bzg_window_open_page (self, "home", NULL);
  bzg_window_refresh_sidebar (self);
}

void
bzg_window_show_gate (BzgWindow *self)
{
  const char *path = bzg_application_casebook (bzg_application_get ());

  bzg_window_set_gate (self, path != NULL ? bzg_lock_page_new (path) : bzg_start_page_new ());
}

void
bzg_window_set_gate (BzgWindow *self, GtkWidget *page)
{
  adw_bin_set_child (self->gate, page);
  gtk_stack_set_visible_child_name (self->stack, "gate");
  bzg_window_actions_update (self, NULL, FALSE);
  gtk_widget_child_focus (page, GTK_DIR_TAB_FORWARD);
}

void
bzg_window_show_gate_of (BzgWindow *self, BzgWindow *other)
{
  GtkWidget *page = adw_bin_get_child (other->gate);

  if (BZG_IS_START_PAGE (page))
    bzg_window_set_gate (self, bzg_start_page_new ());
  else
    bzg_window_show_gate (self);
}

void
bzg_window_show_trouble (BzgWindow *self, const GError *error)
{
  bzg_window_set_gate (self, bzg_trouble_page_new (error));
}

void
bzg_window_open_page (BzgWindow *self, const char *name, const char *argument)
{
  const BzgPageInfo *info = bzg_pages_find (name);

  if (self->session == NULL || info == NULL || !may_see (self, info))
    return;
  if (self->here.info != NULL
      && (self->here.info != info || g_strcmp0 (self->here.argument, argument) != 0))
    {
      Place *place = g_new0 (Place, 1);

      place->info = self->here.info;
      place->argument = g_strdup (self->here.argument);
      g_queue_push_tail (self->back, place);
      if (g_queue_get_length (self->back) > BACK_MAX)
        place_free (g_queue_pop_head (self->back));
    }
  show_place (self, info, argument);
}

void
bzg_window_open_person (BzgWindow *self, const BzgId *person)
{
  char text[BZG_ID_TEXT_SIZE];

  bzg_window_open_page (self, "person", bzg_id_to_text (person, text));
}

void
bzg_window_go_back (BzgWindow *self)
{
  Place *place = g_queue_pop_tail (self->back);

  if (place == NULL)
    return;
  show_place (self, place->info, place->argument);
  place_free (place);
}

const char *
bzg_window_page (BzgWindow *self)
{
  return self->here.info != NULL ? self->here.info->name : NULL;
}

const char *
bzg_window_argument (BzgWindow *self)
{
  return self->here.argument;
}

BzgPage *
bzg_window_page_in_view (BzgWindow *self)
{
  return self->in_view != NULL ? BZG_PAGE (self->in_view) : NULL;
}

void
bzg_window_focus_search (BzgWindow *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

void
bzg_window_set_search_text (BzgWindow *self, const char *text)
{
  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (self->search)), text) != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->search), text);
}

void
bzg_window_keep (BzgWindow *self)
{
  for (GtkWidget *page = gtk_widget_get_first_child (GTK_WIDGET (self->pages)); page != NULL;
       page = gtk_widget_get_next_sibling (page))
    bzg_page_keep (BZG_PAGE (page));
}

void
bzg_window_toast (BzgWindow *self, const char *text)
{
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (text));
}

typedef struct
{
  BzgToastFunc callback;
  gpointer data;
  GDestroyNotify destroy;
} ToastAction;

static void
toast_pressed_cb (AdwToast *toast, ToastAction *action)
{
  action->callback (action->data);
}

static void
toast_action_free (ToastAction *action, GClosure *closure)
{
  if (action->destroy != NULL)
    action->destroy (action->data);
  g_free (action);
}

void
bzg_window_toast_action (BzgWindow *self,
                         const char *text,
                         const char *button,
                         BzgToastFunc callback,
                         gpointer data,
                         GDestroyNotify destroy)
{
  AdwToast *toast = adw_toast_new (text);
  ToastAction *action = g_new (ToastAction, 1);

  *action = (ToastAction){ callback, data, destroy };
  adw_toast_set_button_label (toast, button);
  adw_toast_set_timeout (toast, 8);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (toast_pressed_cb), action,
                         (GClosureNotify) toast_action_free, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

void
bzg_window_fail (BzgWindow *self, const GError *error)
{
  if (g_error_matches (error, BZG_ERROR, BZG_ERROR_CANCELLED)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  bzg_ui_tell (GTK_WINDOW (self), bzg_error_headline (error), bzg_error_advice (error));
}

void
bzg_window_refresh_sidebar (BzgWindow *self)
{
  BzgBackupStatus backup = { 0 };
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) due = NULL;
  guint late = 0;

  if (self->session == NULL)
    return;

  bzg_backup_status (self->session, bzg_session_today (self->session), &backup);
  if (!backup.ever)
    text = g_strdup (_ ("No backup yet"));
  else if (backup.days <= 0)
    text = g_strdup (_ ("Backup today"));
  else
    text
      = g_strdup_printf (ngettext ("Backup %d day ago", "Backup %d days ago", (gulong) backup.days),
                         backup.days);
  gtk_label_set_label (self->backup_label, text);
  bzg_ui_name (self->backup_button, text);
  if (backup.due)
    gtk_widget_add_css_class (self->backup_button, "bzg-attention");
  else
    gtk_widget_remove_css_class (self->backup_button, "bzg-attention");

  if (self->access_mark != NULL)
    {
      gboolean gives = bzg_session_allows (self->session, "users", BZG_ACT_WRITE);
      gboolean key_due = gives && bzg_access_rekey_is_due (self->session);
      BzgOfficeState office = gives ? bzg_office_state (self->session, NULL) : BZG_OFFICE_NONE;

      gtk_widget_set_visible (self->access_mark, key_due || office >= BZG_OFFICE_ENDING);
      gtk_widget_set_tooltip_text (self->access_mark,
                                   office == BZG_OFFICE_STRANGE
                                     ? _ ("The key of the office is not the one that was let in")
                                   : key_due ? _ ("A new key is due")
                                             : _ ("A new profile of the office is due"));
    }
  if (self->task_count == NULL)
    return;
  due = bzg_people_due (self->session, 100, NULL);
  for (guint i = 0; due != NULL && i < due->len; i++)
    {
      BzgDue *item = g_ptr_array_index (due, i);

      if (item->days <= 0 && item->due != NULL)
        late++;
    }
  g_free (text);
  text = late >= 100 ? g_strdup ("99+") : g_strdup_printf ("%u", late);
  gtk_label_set_label (self->task_count, text);
  gtk_widget_set_visible (GTK_WIDGET (self->task_count), late > 0);
}
