/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-fixture.h"

#include <string.h>

#include "app/bzg-pages.h"
#include "app/bzg-window.h"
#include "app/pages/bzg-start-page.h"
#include "app/pages/bzg-trouble-page.h"
#include "base/bzg-error.h"
#include "vault/bzg-crypto.h"

static BzgApplication *app;

/* A button takes its name from the words in it. */
static gboolean
has_words (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget) && *gtk_label_get_text (GTK_LABEL (widget)) != '\0')
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (has_words (child))
      return TRUE;
  return FALSE;
}

/* A person at the keyboard reaches it and a screen reader has nothing to say: not allowed. */
static void
lint (GtkWidget *widget, const char *where)
{
  if (gtk_widget_get_focusable (widget) && gtk_widget_get_visible (widget))
    {
      gboolean named
        = gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL)
          || gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget),
                                               GTK_ACCESSIBLE_RELATION_LABELLED_BY)
          || GTK_IS_LABEL (widget) || GTK_IS_SCROLLED_WINDOW (widget) || GTK_IS_TEXT (widget)
          || (GTK_IS_BUTTON (widget) && has_words (widget));
      GtkWidget *parent = gtk_widget_get_parent (widget);

      /* Inner parts of a named whole: the text of an entry row, the button of a menu button, rows
       * of the column view. */
      for (GtkWidget *p = parent; !named && p != NULL && !GTK_IS_WINDOW (p);
           p = gtk_widget_get_parent (p))
        named = ADW_IS_PREFERENCES_ROW (p) || GTK_IS_MENU_BUTTON (p) || GTK_IS_COLUMN_VIEW (p)
                || GTK_IS_POPOVER (p) || GTK_IS_SPIN_BUTTON (p) || GTK_IS_DROP_DOWN (p)
                || GTK_IS_WINDOW_CONTROLS (p);
      if (!named && ADW_IS_PREFERENCES_ROW (widget))
        named = *adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)) != '\0';
      if (!named)
        {
          g_test_fail ();
          g_test_message ("%s: %s (%s) has no accessible name", where, G_OBJECT_TYPE_NAME (widget),
                          parent != NULL ? G_OBJECT_TYPE_NAME (parent) : "-");
        }
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_visible (child) && gtk_widget_get_child_visible (child))
      lint (child, where);
}

static void
check_size (GtkWidget *window, const char *where)
{
  int width = 0, height = 0;

  gtk_widget_measure (window, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
  gtk_widget_measure (window, GTK_ORIENTATION_VERTICAL, 1366, &height, NULL, NULL, NULL);
  g_test_message ("%s: at least %d x %d", where, width, height);
  g_assert_cmpint (width, <=, 1366);
  g_assert_cmpint (height, <=, 700);
}

static void
check_gate (BzgWindow *window, const char *where)
{
  app_fixture_settle ();
  lint (GTK_WIDGET (window), where);
  check_size (GTK_WIDGET (window), where);
}

static void
test_gates (void)
{
  BzgWindow *window = bzg_window_new (app);
  g_autoptr (GError) error = g_error_new_literal (BZG_ERROR, BZG_ERROR_DAMAGED, "page 3");

  gtk_window_present (GTK_WINDOW (window));
  bzg_application_set_casebook (app, NULL);
  bzg_window_show_gate (window);
  check_gate (window, "first run");
  bzg_window_show_trouble (window, error);
  check_gate (window, "trouble");
  bzg_application_set_casebook (app, "/nowhere/x.bozgasht");
  bzg_window_show_gate (window);
  check_gate (window, "lock");
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Every page opens on an empty casebook and on one with a person, in each language, fits the
 * smallest screen, and can be read aloud. */
static void
test_pages (void)
{
  for (BzgLanguage language = 0; language < BZG_N_LANGUAGES; language++)
    {
      AppFixture fixture = { 0 };
      BzgWindow *window = NULL;
      BzgId person;
      char id[BZG_ID_TEXT_SIZE];

      bzg_language_init (language);
      app_fixture_set_up (&fixture);
      window = bzg_window_new (app);
      gtk_window_present (GTK_WINDOW (window));
      bzg_window_set_session (window, fixture.session);
      for (int pass = 0; pass < 2; pass++)
        {
          for (guint i = 0; i < bzg_n_pages; i++)
            {
              const char *argument = NULL;

              if (g_str_equal (bzg_pages[i].name, "person"))
                {
                  if (pass == 0)
                    continue;
                  argument = bzg_id_to_text (&person, id);
                }
              bzg_window_open_page (window, bzg_pages[i].name, argument);
              app_fixture_settle ();
              g_assert_cmpstr (bzg_window_page (window), ==, bzg_pages[i].name);
              lint (GTK_WIDGET (window), bzg_pages[i].name);
              check_size (GTK_WIDGET (window), bzg_pages[i].name);
            }
          if (pass == 0)
            app_fixture_add_person (&fixture, &person);
        }
      g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (window)), ==, "Bozgasht");

      /* Quick records open beside the timeline. */
      bzg_window_open_person (window, &person);
      for (guint i = 0; i < 4; i++)
        {
          static const char *const actions[]
            = { "win.new-support", "win.new-visit", "win.new-note", "win.new-task" };

          g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), actions[i], NULL));
          app_fixture_settle ();
          lint (GTK_WIDGET (window), actions[i]);
          check_size (GTK_WIDGET (window), actions[i]);
        }
      bzg_window_set_session (window, NULL);
      gtk_window_destroy (GTK_WINDOW (window));
      app_fixture_settle ();
      app_fixture_tear_down (&fixture);
    }
  bzg_language_init (BZG_LANGUAGE_EN);
}

static gboolean
mentions (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return TRUE;
  if (GTK_IS_EDITABLE (widget) && strstr (gtk_editable_get_text (GTK_EDITABLE (widget)), text))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (mentions (child, text))
      return TRUE;
  return FALSE;
}

/* Locking leaves no widget behind that shows what is inside. */
static void
test_lock (void)
{
  AppFixture fixture = { 0 };
  BzgWindow *window = NULL;
  BzgId person;

  app_fixture_set_up (&fixture);
  app_fixture_add_person (&fixture, &person);
  bzg_application_set_casebook (app, fixture.path);
  window = bzg_window_new (app);
  gtk_window_present (GTK_WINDOW (window));
  bzg_application_take_session (app, fixture.session);
  bzg_window_open_person (window, &person);
  app_fixture_settle ();
  g_assert_true (mentions (GTK_WIDGET (window), "Example"));

  bzg_application_lock (app);
  app_fixture_settle ();
  g_assert_null (bzg_application_session (app));
  g_assert_null (bzg_window_page (window));
  g_assert_false (mentions (GTK_WIDGET (window), "Example"));
  g_assert_false (mentions (GTK_WIDGET (window), "admin"));
  gtk_window_destroy (GTK_WINDOW (window));
  g_clear_object (&fixture.session); /* closed by the lock */
  app_fixture_tear_down (&fixture);
}

int
main (int argc, char *argv[])
{
  bzg_vault_init (NULL);
  bzg_language_init (BZG_LANGUAGE_EN);
  gtk_test_init (&argc, &argv, NULL);
  app = bzg_application_new ();
  g_application_set_flags (G_APPLICATION (app),
                           G_APPLICATION_NON_UNIQUE | G_APPLICATION_HANDLES_COMMAND_LINE);
  g_application_register (G_APPLICATION (app), NULL, NULL);
  g_test_add_func ("/app/window/gates", test_gates);
  g_test_add_func ("/app/window/pages", test_pages);
  g_test_add_func ("/app/window/lock", test_lock);
  return g_test_run ();
}
