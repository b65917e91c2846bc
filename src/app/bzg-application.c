/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/bzg-application.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>

#include "app/bzg-guard.h"
#include "app/bzg-ui.h"
#include "app/bzg-window.h"
#include "app/pages/bzg-rekey-page.h"
#include "base/bzg-language.h"
#include "exchange/bzg-office.h"
#include "bzg-config.h"

struct _BzgApplication
{
  AdwApplication parent_instance;

  GSettings *settings;
  BzgSession *session;
  BzgGuard *guard;
  char *casebook;
  GCancellable *rekey; /* while the casebook gets a new key */

  /* Where the user was when the casebook was locked: an internal id, no name. */
  char *last_page;
  char *last_argument;
  BzgId last_user;
  gboolean rebuilding;
};

G_DEFINE_FINAL_TYPE (BzgApplication, bzg_application, ADW_TYPE_APPLICATION)

static BzgWindow *
get_window (BzgApplication *self)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (BZG_IS_WINDOW (l->data))
      return l->data;
  return NULL;
}

static BzgWindow *
ensure_window (BzgApplication *self)
{
  BzgWindow *window = get_window (self);

  if (window == NULL)
    {
      window = bzg_window_new (self);
      if (self->session != NULL)
        bzg_window_set_session (window, self->session);
      else
        bzg_window_show_gate (window);
    }
  return window;
}

/* Dialogs may show what belongs to the casebook. */
static void
close_dialogs (void)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = g_list_model_get_n_items (toplevels); i > 0; i--)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (toplevels, i - 1);

      if (window != NULL && !BZG_IS_WINDOW (window))
        gtk_window_destroy (window);
    }
}

/* Settings of the machine are read from the installed schema; a run from the build folder finds it
 * through GSETTINGS_SCHEMA_DIR. */
static GSettings *
open_settings (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, "org.bozgasht.Bozgasht", TRUE);
  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
}

static void
lock_cb (gpointer data)
{
  bzg_application_lock (data);
}

/* Logout and shutdown: what was typed is kept and the casebook sealed first. */
static gboolean
terminate_cb (gpointer data)
{
  bzg_application_lock (data);
  g_application_quit (data);
  return G_SOURCE_REMOVE;
}

static void
bzg_application_startup (GApplication *app)
{
  BzgApplication *self = BZG_APPLICATION (app);

  self->settings = open_settings ();
  if (self->settings != NULL)
    {
      g_autofree char *code = g_settings_get_string (self->settings, "language");
      BzgLanguage language;

      if (bzg_language_from_code (code, &language))
        bzg_language_init (language);
      if (self->casebook == NULL)
        {
          self->casebook = g_settings_get_string (self->settings, "casebook");
          if (*self->casebook == '\0')
            g_clear_pointer (&self->casebook, g_free);
        }
    }

  G_APPLICATION_CLASS (bzg_application_parent_class)->startup (app);

  gtk_window_set_default_icon_name ("org.bozgasht.Bozgasht");
  bzg_application_add_actions (self);
  self->guard = bzg_guard_new (lock_cb, self);
  g_unix_signal_add (SIGTERM, terminate_cb, self);
  g_unix_signal_add (SIGHUP, terminate_cb, self);
}

static void
bzg_application_activate (GApplication *app)
{
  gtk_window_present (GTK_WINDOW (ensure_window (BZG_APPLICATION (app))));
}

static int
bzg_application_command_line (GApplication *app, GApplicationCommandLine *line)
{
  BzgApplication *self = BZG_APPLICATION (app);
  GVariantDict *options = g_application_command_line_get_options_dict (line);
  const char *path = NULL;

  if (g_variant_dict_lookup (options, "casebook", "^&ay", &path))
    {
      g_autoptr (GFile) file = g_application_command_line_create_file_for_arg (line, path);
      g_autofree char *full = g_file_get_path (file);

      if (full != NULL && g_strcmp0 (full, self->casebook) != 0)
        {
          bzg_application_lock (self);
          bzg_application_set_casebook (self, full);
        }
    }

  g_application_activate (app);
  return 0;
}

static int
bzg_application_handle_local_options (GApplication *app, GVariantDict *options)
{
  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("bozgasht %s\n", BZG_VERSION);
      return 0;
    }
  return -1;
}

/* The session ends before the process does, whatever ends the process: quit, logout, SIGTERM. */
static void
bzg_application_shutdown (GApplication *app)
{
  BzgApplication *self = BZG_APPLICATION (app);

  bzg_application_lock (self);
  /* Half a casebook is not to stay beside the whole one. */
  g_cancellable_cancel (self->rekey);
  while (self->rekey != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_clear_pointer (&self->guard, bzg_guard_free);
  G_APPLICATION_CLASS (bzg_application_parent_class)->shutdown (app);
}

static void
bzg_application_finalize (GObject *object)
{
  BzgApplication *self = BZG_APPLICATION (object);

  g_clear_object (&self->settings);
  g_clear_pointer (&self->casebook, g_free);
  g_clear_pointer (&self->last_page, g_free);
  g_clear_pointer (&self->last_argument, g_free);
  G_OBJECT_CLASS (bzg_application_parent_class)->finalize (object);
}

static void
bzg_application_class_init (BzgApplicationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bzg_application_finalize;
  G_APPLICATION_CLASS (klass)->startup = bzg_application_startup;
  G_APPLICATION_CLASS (klass)->activate = bzg_application_activate;
  G_APPLICATION_CLASS (klass)->command_line = bzg_application_command_line;
  G_APPLICATION_CLASS (klass)->handle_local_options = bzg_application_handle_local_options;
  G_APPLICATION_CLASS (klass)->shutdown = bzg_application_shutdown;
}

static void
bzg_application_init (BzgApplication *self)
{
  static const GOptionEntry entries[] = {
    { "casebook", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_ ("Open this casebook"), N_ ("FILE") },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version"), NULL },
    { NULL },
  };

  g_application_set_option_context_summary (
    G_APPLICATION (self), _ ("Case files of people who come home, encrypted on this computer."));
  g_application_add_main_option_entries (G_APPLICATION (self), entries);
}

BzgApplication *
bzg_application_new (void)
{
  return g_object_new (BZG_TYPE_APPLICATION, "application-id", "org.bozgasht.Bozgasht", "flags",
                       G_APPLICATION_HANDLES_COMMAND_LINE, "resource-base-path", "/org/bozgasht",
                       NULL);
}

BzgApplication *
bzg_application_get (void)
{
  return BZG_APPLICATION (g_application_get_default ());
}

GSettings *
bzg_application_settings (BzgApplication *self)
{
  return self->settings;
}

const char *
bzg_application_casebook (BzgApplication *self)
{
  return self->casebook;
}

void
bzg_application_set_casebook (BzgApplication *self, const char *path)
{
  BzgWindow *window = get_window (self);

  g_free (self->casebook);
  self->casebook = g_strdup (path);
  if (self->settings != NULL)
    g_settings_set_string (self->settings, "casebook", path != NULL ? path : "");
  if (window != NULL && self->session == NULL)
    bzg_window_show_gate (window);
}

BzgSession *
bzg_application_session (BzgApplication *self)
{
  return self->session;
}

/* Nothing of this may pass unread: a dialog, not a toast. */
static void
show_notices (BzgWindow *window, BzgSession *session)
{
  g_autofree const char **notices = bzg_session_notices (session);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; notices[i] != NULL; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n\n" : "", _ (notices[i]));
  if (bzg_office_notice (session) != NULL)
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n\n" : "",
                            _ (bzg_office_notice (session)));
  if (text->len > 0)
    bzg_ui_tell (GTK_WINDOW (window), _ ("Before you go on"), text->str);
}

void
bzg_application_take_session (BzgApplication *self, BzgSession *session)
{
  BzgWindow *window = NULL;
  BzgLanguage language;

  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  if (bzg_language_from_code (bzg_session_language (session), &language)
      && language != bzg_language_current ())
    bzg_application_set_language (self, language);

  window = ensure_window (self);
  bzg_window_set_session (window, session);
  if (self->last_page != NULL && bzg_id_equal (&self->last_user, bzg_session_user (session)))
    bzg_window_open_page (window, self->last_page, self->last_argument);
  bzg_guard_start (self->guard, self->settings != NULL
                                  ? (guint) g_settings_get_int (self->settings, "idle-minutes")
                                  : 5);
  show_notices (window, session);
}

/* Drafts kept, pages and dialogs down, clipboard wiped: what is left of the session is to be
 * closed.
 */
static BzgSession *
take_leave (BzgApplication *self)
{
  BzgWindow *window = get_window (self);
  BzgSession *session = NULL;

  if (self->guard != NULL)
    bzg_guard_stop (self->guard);
  if (window != NULL)
    {
      g_free (self->last_page);
      g_free (self->last_argument);
      self->last_page = g_strdup (bzg_window_page (window));
      self->last_argument = g_strdup (bzg_window_argument (window));
      self->last_user = *bzg_session_user (self->session);
      bzg_window_keep (window);
      close_dialogs ();
      gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (window)), "");
      gdk_clipboard_set_text (gtk_widget_get_primary_clipboard (GTK_WIDGET (window)), "");
    }

  session = g_steal_pointer (&self->session);
  if (window != NULL)
    bzg_window_set_session (window, NULL);
  return session;
}

void
bzg_application_lock (BzgApplication *self)
{
  g_autoptr (BzgSession) session = NULL;
  g_autoptr (GError) error = NULL;

  if (self->session == NULL)
    return;
  session = take_leave (self);
  if (!bzg_session_close (session, &error))
    g_warning ("closing the casebook: %s", error->message);
}

void
bzg_application_rekey (BzgApplication *self)
{
  BzgWindow *window = get_window (self);
  g_autoptr (BzgSession) session = NULL;

  if (self->session == NULL || window == NULL)
    return;
  session = take_leave (self);
  self->rekey = g_cancellable_new ();
  bzg_window_set_gate (window, bzg_rekey_page_new (self->casebook, session, self->rekey));
}

void
bzg_application_rekey_ended (BzgApplication *self)
{
  g_clear_object (&self->rekey);
}

void
bzg_application_set_language (BzgApplication *self, BzgLanguage language)
{
  BzgWindow *old = get_window (self);
  BzgWindow *window = NULL;
  int width = 0, height = 0;

  bzg_language_init (language);
  if (self->settings != NULL)
    g_settings_set_string (self->settings, "language", bzg_language_code (language));
  bzg_application_add_actions (self);
  if (old == NULL)
    return;

  if (self->session != NULL)
    bzg_window_keep (old);
  close_dialogs ();
  gtk_window_get_default_size (GTK_WINDOW (old), &width, &height);
  window = bzg_window_new (self);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  if (self->session != NULL)
    {
      bzg_window_set_session (window, self->session);
      bzg_window_open_page (window, bzg_window_page (old), bzg_window_argument (old));
    }
  else
    bzg_window_show_gate_of (window, old);
  gtk_window_present (GTK_WINDOW (window));
  gtk_window_destroy (GTK_WINDOW (old));
}

void
bzg_application_touch (BzgApplication *self)
{
  if (self->guard != NULL)
    bzg_guard_touch (self->guard);
}
