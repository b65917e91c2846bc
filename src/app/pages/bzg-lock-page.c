/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pages/bzg-lock-page.h"

#include <glib/gi18n-lib.h>

#include "app/bzg-application.h"
#include "app/bzg-keys.h"
#include "app/bzg-ui.h"
#include "app/bzg-window.h"
#include "app/pages/bzg-recover-page.h"
#include "app/pages/bzg-start-page.h"
#include "app/widgets/bzg-language-buttons.h"
#include "base/bzg-error.h"
#include "base/bzg-format.h"

#define RETRY_SECONDS 3

struct _BzgLockPage
{
  AdwBin parent_instance;

  char *path;
  GCancellable *cancellable;
  GdkDevice *keyboard;
  guint retry_id;
  guint layout_id;

  GtkWidget *name_row;
  GtkWidget *passphrase_row;
  GtkLabel *layout_label;
  GtkWidget *caps_label;
  GtkLabel *message;
  GtkWidget *unlock_button;
  GtkStack *unlock_stack;
  GtkBox *languages;

  /* While the date is asked for: wiped with the answer. */
  char *name;
  BzgSecret *passphrase;
};

G_DEFINE_FINAL_TYPE (BzgLockPage, bzg_lock_page, ADW_TYPE_BIN)

static void
show_message (BzgLockPage *self, const char *text)
{
  gtk_label_set_label (self->message, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->message), text != NULL);
}

static void
set_busy (BzgLockPage *self, gboolean busy)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  /* A text field that turns insensitive must not keep the focus. */
  if (busy && root != NULL)
    gtk_root_set_focus (root, NULL);
  gtk_stack_set_visible_child_name (self->unlock_stack, busy ? "busy" : "label");
  gtk_widget_set_sensitive (self->unlock_button, !busy);
  gtk_widget_set_sensitive (self->name_row, !busy);
  gtk_widget_set_sensitive (self->passphrase_row, !busy);
}

static void
update_keyboard (BzgLockPage *self)
{
  g_autofree char *name = bzg_keys_layout_name (gtk_widget_get_display (GTK_WIDGET (self)));
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->caps_label, self->keyboard != NULL
                                              && gdk_device_get_caps_lock_state (self->keyboard));
  if (name != NULL)
    text = g_strdup_printf (_ ("Keyboard: %s"), name);
  gtk_label_set_label (self->layout_label, text != NULL ? text : "");
}

static gboolean
layout_cb (gpointer data)
{
  update_keyboard (data);
  return G_SOURCE_CONTINUE;
}

static void
caps_cb (GdkDevice *device, GParamSpec *pspec, BzgLockPage *self)
{
  update_keyboard (self);
}

/* The file was another process's; the passphrase is wiped, so the next try is the person's. The
 * word about it does not stay longer than it is likely to be true. */
static gboolean
retry_cb (gpointer data)
{
  BzgLockPage *self = data;

  self->retry_id = 0;
  show_message (self, NULL);
  return G_SOURCE_REMOVE;
}

static void opened_cb (GObject *source, GAsyncResult *result, gpointer data);

static void
forget_entry (BzgLockPage *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->passphrase, bzg_secret_unref);
}

static void
open_casebook (BzgLockPage *self, gboolean clock_confirmed)
{
  BzgOpenOptions options = { .path = self->path,
                             .name = self->name,
                             .passphrase = self->passphrase,
                             .clock_confirmed = clock_confirmed };

  show_message (self, NULL);
  set_busy (self, TRUE);
  bzg_session_open_with_async (&options, self->cancellable, opened_cb, g_object_ref (self));
}

static void
date_response_cb (AdwMessageDialog *dialog, const char *response, BzgLockPage *self)
{
  if (bzg_ui_is_yes (response) && self->passphrase != NULL)
    open_casebook (self, TRUE);
  else
    forget_entry (self);
}

/* Wrong dates in a record cannot be told from right ones later. */
static void
ask_date (BzgLockPage *self)
{
  BzgLanguage lang = bzg_language_current ();
  g_autofree char *today = bzg_format_date (lang, bzg_date_today ());
  g_autofree char *heading = g_strdup_printf (_ ("Is it %s today?"), today);

  bzg_ui_ask (bzg_ui_question (GTK_WINDOW (bzg_window_of (GTK_WIDGET (self))), heading,
                               _ ("The last entry in the casebook is later than this date, or more "
                                  "than 40 days older. If "
                                  "the date is wrong, set it in the settings of the computer "
                                  "first: every entry is kept "
                                  "with its date."),
                               _ ("_Cancel"), _ ("_The date is right"), BZG_ASK_CAREFUL),
              G_CALLBACK (date_response_cb), self);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BzgLockPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgSession) session = bzg_session_open_finish (result, &error);

  set_busy (self, FALSE);
  if (gtk_widget_get_root (GTK_WIDGET (self)) != NULL
      && g_error_matches (error, BZG_ERROR, BZG_ERROR_REFUSED_CLOCK))
    {
      ask_date (self);
      return;
    }
  forget_entry (self);
  if (session != NULL)
    {
      BzgApplication *app = bzg_application_get ();

      /* The page was taken down, or another casebook chosen, while the key was made. */
      if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL || bzg_application_session (app) != NULL)
        bzg_session_close (session, NULL);
      else
        bzg_application_take_session (app, session);
      return;
    }

  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  if (g_error_matches (error, BZG_ERROR, BZG_ERROR_PASSPHRASE))
    {
      show_message (self, _ ("Name and passphrase do not fit. Look at the keyboard layout above "
                             "and try again, in peace: nothing is counted."));
      gtk_widget_grab_focus (self->passphrase_row);
    }
  else if (g_error_matches (error, BZG_ERROR, BZG_ERROR_IN_USE))
    {
      show_message (self, _ ("Another program has the casebook open, perhaps the backup. Try again "
                             "in a moment."));
      if (self->retry_id == 0)
        self->retry_id = g_timeout_add_seconds (RETRY_SECONDS, retry_cb, self);
      gtk_widget_grab_focus (self->passphrase_row);
    }
  else
    bzg_window_show_trouble (bzg_window_of (GTK_WIDGET (self)), error);
}

static void
unlock_cb (GtkWidget *widget, BzgLockPage *self)
{
  g_autofree char *name
    = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name_row))));

  if (*name == '\0')
    {
      gtk_widget_grab_focus (self->name_row);
      return;
    }
  if (*gtk_editable_get_text (GTK_EDITABLE (self->passphrase_row)) == '\0')
    {
      gtk_widget_grab_focus (self->passphrase_row);
      return;
    }

  forget_entry (self);
  self->name = g_steal_pointer (&name);
  self->passphrase
    = bzg_secret_new_text (gtk_editable_get_text (GTK_EDITABLE (self->passphrase_row)));
  gtk_editable_set_text (GTK_EDITABLE (self->passphrase_row), "");
  if (self->passphrase != NULL)
    open_casebook (self, FALSE);
}

static void
name_activated_cb (GtkWidget *row, BzgLockPage *self)
{
  gtk_widget_grab_focus (self->passphrase_row);
}

static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  bzg_start_page_choose_casebook (bzg_window_of (widget));
}

static void
recover_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  BzgLockPage *self = BZG_LOCK_PAGE (widget);
  const char *user = gtk_editable_get_text (GTK_EDITABLE (self->name_row));

  bzg_window_set_gate (bzg_window_of (widget), bzg_recover_page_new (self->path, user));
}

static void
create_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  bzg_window_set_gate (bzg_window_of (widget), bzg_start_page_new ());
}

static void
bzg_lock_page_root (GtkWidget *widget)
{
  BzgLockPage *self = BZG_LOCK_PAGE (widget);
  GdkSeat *seat = NULL;

  GTK_WIDGET_CLASS (bzg_lock_page_parent_class)->root (widget);
  seat = gdk_display_get_default_seat (gtk_widget_get_display (widget));
  self->keyboard = seat != NULL ? gdk_seat_get_keyboard (seat) : NULL;
  if (self->keyboard != NULL)
    g_signal_connect_object (self->keyboard, "notify::caps-lock-state", G_CALLBACK (caps_cb), self,
                             0);
  self->layout_id = g_timeout_add (700, layout_cb, self);
  update_keyboard (self);
}

static void
bzg_lock_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (bzg_lock_page_parent_class)->map (widget);
  gtk_widget_grab_focus (BZG_LOCK_PAGE (widget)->name_row);
}

static void
bzg_lock_page_unroot (GtkWidget *widget)
{
  BzgLockPage *self = BZG_LOCK_PAGE (widget);

  g_clear_handle_id (&self->layout_id, g_source_remove);
  g_clear_handle_id (&self->retry_id, g_source_remove);
  self->keyboard = NULL;
  gtk_editable_set_text (GTK_EDITABLE (self->passphrase_row), "");
  forget_entry (self);
  GTK_WIDGET_CLASS (bzg_lock_page_parent_class)->unroot (widget);
}

static void
bzg_lock_page_finalize (GObject *object)
{
  BzgLockPage *self = BZG_LOCK_PAGE (object);

  forget_entry (self);
  g_clear_pointer (&self->path, g_free);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (bzg_lock_page_parent_class)->finalize (object);
}

static void
bzg_lock_page_class_init (BzgLockPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = bzg_lock_page_finalize;
  widget_class->root = bzg_lock_page_root;
  widget_class->unroot = bzg_lock_page_unroot;
  widget_class->map = bzg_lock_page_map;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bozgasht/ui/lock-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BzgLockPage, name_row);
  gtk_widget_class_bind_template_child (widget_class, BzgLockPage, passphrase_row);
  gtk_widget_class_bind_template_child (widget_class, BzgLockPage, layout_label);
  gtk_widget_class_bind_template_child (widget_class, BzgLockPage, caps_label);
  gtk_widget_class_bind_template_child (widget_class, BzgLockPage, message);
  gtk_widget_class_bind_template_child (widget_class, BzgLockPage, unlock_button);
  gtk_widget_class_bind_template_child (widget_class, BzgLockPage, unlock_stack);
  gtk_widget_class_bind_template_child (widget_class, BzgLockPage, languages);
  gtk_widget_class_bind_template_callback (widget_class, unlock_cb);
  gtk_widget_class_bind_template_callback (widget_class, name_activated_cb);
  gtk_widget_class_install_action (widget_class, "lock.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "lock.recover", NULL, recover_action);
  gtk_widget_class_install_action (widget_class, "lock.create", NULL, create_action);
}

static void
bzg_lock_page_init (BzgLockPage *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_box_append (self->languages, bzg_language_buttons_new ());
}

GtkWidget *
bzg_lock_page_new (const char *path)
{
  BzgLockPage *self = g_object_new (BZG_TYPE_LOCK_PAGE, NULL);

  self->path = g_strdup (path);
  return GTK_WIDGET (self);
}

void
bzg_lock_page_say (GtkWidget *page, const char *text)
{
  show_message (BZG_LOCK_PAGE (page), text);
}
