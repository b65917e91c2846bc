/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-fixture.h"

#include <stdio.h>
#include <string.h>

#include "app/bzg-window.h"
#include "app/pages/bzg-lock-page.h"
#include "app/pages/bzg-recover-page.h"
#include "app/pages/bzg-start-page.h"
#include "vault/bzg-crypto.h"

static BzgApplication *app;

static gpointer
part (GtkWidget *page, const char *name)
{
  gpointer child = gtk_widget_get_template_child (page, G_OBJECT_TYPE (page), name);

  g_assert_nonnull (child);
  return child;
}

static void
type (GtkWidget *page, const char *name, const char *text)
{
  gtk_editable_set_text (part (page, name), text);
}

static void
press_next (GtkWidget *page)
{
  g_signal_emit_by_name (part (page, "next_button"), "clicked");
}

static const char *
step (GtkWidget *page)
{
  return gtk_stack_get_visible_child_name (part (page, "steps"));
}

static gboolean
is_at_recovery (gpointer page)
{
  return g_str_equal (step (page), "recovery");
}

static gboolean
is_open (gpointer data)
{
  return bzg_application_session (app) != NULL;
}

/* From nothing to an open casebook; returns the page at its last step. */
static GtkWidget *
walk_to_begin (BzgWindow *window)
{
  GtkWidget *page = bzg_start_page_new ();
  g_auto (GStrv) groups = NULL;
  g_autofree char *typed = NULL;
  const char *ask = NULL;
  guint first = 0, second = 0;

  bzg_window_set_gate (window, page);
  g_assert_cmpstr (step (page), ==, "language");
  press_next (page);
  g_assert_cmpstr (step (page), ==, "where");
  press_next (page); /* no programme yet */
  g_assert_cmpstr (step (page), ==, "where");
  type (page, "programme_row", "Example");
  press_next (page);
  g_assert_cmpstr (step (page), ==, "me");

  type (page, "name_row", "admin");
  type (page, "passphrase_row", "short");
  type (page, "again_row", "short");
  press_next (page);
  g_assert_cmpstr (step (page), ==, "me");
  type (page, "passphrase_row", "apricot window seven bread");
  type (page, "again_row", "apricot window seven break");
  press_next (page);
  g_assert_cmpstr (step (page), ==, "me");
  type (page, "again_row", "apricot window seven bread");
  press_next (page);
  g_assert_true (app_fixture_wait (is_at_recovery, page));
  /* The fields do not keep what was typed. */
  g_assert_cmpstr (gtk_editable_get_text (part (page, "passphrase_row")), ==, "");
  g_assert_cmpstr (gtk_editable_get_text (part (page, "again_row")), ==, "");

  /* Two groups are read back; anything else does not go on. */
  typed = g_strdup (gtk_label_get_text (part (part (page, "card"), "code_label")));
  g_strdelimit (typed, "\n", ' ');
  groups = g_regex_split_simple ("\\s+", typed, 0, 0);
  ask = strpbrk (gtk_label_get_text (part (part (page, "card"), "ask_label")), "0123456789");
  g_assert_cmpint (sscanf (ask, "%u%*[^0-9]%u", &first, &second), ==, 2);
  type (part (page, "card"), "read_row", "XXXX XXXX");
  press_next (page);
  g_assert_cmpstr (step (page), ==, "recovery");
  g_free (typed);
  typed = g_strdup_printf ("%s %s", groups[first - 1], groups[second - 1]);
  type (part (page, "card"), "read_row", typed);
  press_next (page);
  g_assert_cmpstr (step (page), ==, "begin");
  g_assert_cmpstr (gtk_label_get_text (part (part (page, "card"), "code_label")), ==, "");
  return page;
}

static void
choose (GtkWidget *page, const char *row)
{
  g_signal_emit_by_name (part (page, row), "clicked");
}

static void
test_empty (void)
{
  BzgWindow *window = bzg_window_new (app);
  GtkWidget *page = NULL;

  gtk_window_present (GTK_WINDOW (window));
  page = walk_to_begin (window);
  choose (page, "empty_choice");
  g_assert_true (app_fixture_wait (is_open, NULL));
  g_assert_cmpstr (bzg_window_page (window), ==, "people");
  g_assert_false (bzg_session_is_training (bzg_application_session (app)));
  bzg_application_lock (app);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* The same name and passphrase open it again; a wrong one is told calmly and changes nothing. */
static GtkWidget *
find (GtkWidget *widget, GType wanted)
{
  GtkWidget *found = G_TYPE_CHECK_INSTANCE_TYPE (widget, wanted) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, wanted);
  return found;
}

static gboolean
has_message (gpointer page)
{
  return gtk_widget_get_visible (part (page, "message"));
}

static void
test_unlock (void)
{
  BzgWindow *window = bzg_window_new (app);
  GtkWidget *page = NULL;

  gtk_window_present (GTK_WINDOW (window));
  bzg_window_show_gate (window);
  page = find (GTK_WIDGET (window), BZG_TYPE_LOCK_PAGE);
  g_assert_nonnull (page);
  type (page, "name_row", "admin");
  type (page, "passphrase_row", "not this one at all");
  g_signal_emit_by_name (part (page, "unlock_button"), "clicked");
  g_assert_cmpstr (gtk_editable_get_text (part (page, "passphrase_row")), ==, "");
  g_assert_true (app_fixture_wait (has_message, page));
  g_assert_false (is_open (NULL));

  type (page, "passphrase_row", "apricot window seven bread");
  g_signal_emit_by_name (part (page, "unlock_button"), "clicked");
  g_assert_true (app_fixture_wait (is_open, NULL));
  g_assert_cmpstr (bzg_window_page (window), ==, "people"); /* where it was left */

  /* Another language at once, at the same place. */
  bzg_application_set_language (app, BZG_LANGUAGE_TG);
  app_fixture_settle ();
  window = BZG_WINDOW (gtk_application_get_windows (GTK_APPLICATION (app))->data);
  g_assert_cmpstr (bzg_window_page (window), ==, "people");
  bzg_application_set_language (app, BZG_LANGUAGE_EN);
  app_fixture_settle ();
  bzg_application_lock (app);
  window = BZG_WINDOW (gtk_application_get_windows (GTK_APPLICATION (app))->data);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* The code was on the screen and is gone: the test keeps one of its own. */
static char *
add_code (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path
    = g_build_filename (g_get_user_data_dir (), "bozgasht", "casebook.bozgasht", NULL);
  g_autoptr (BzgSecret) passphrase = bzg_secret_new_text ("apricot window seven bread");
  BzgVault *vault = bzg_vault_open (path, "admin", passphrase, NULL, &error);
  char *code = NULL;

  g_assert_no_error (error);
  code = bzg_vault_add_recovery (vault, &error);
  g_assert_no_error (error);
  g_assert_true (bzg_vault_close (vault, NULL));
  return code;
}

static void
test_recover (void)
{
  BzgWindow *window = bzg_window_new (app);
  g_autofree char *code = add_code ();
  g_autofree char *wrong = g_strdup (code);
  GtkWidget *page = NULL;
  GtkWidget *button = NULL;

  gtk_window_present (GTK_WINDOW (window));
  bzg_window_show_gate (window);
  page = find (GTK_WIDGET (window), BZG_TYPE_LOCK_PAGE);
  type (page, "name_row", "nobody");
  gtk_widget_activate_action (page, "lock.recover", NULL);
  page = find (GTK_WIDGET (window), BZG_TYPE_RECOVER_PAGE);
  g_assert_nonnull (page);
  button = part (page, "set_button");

  /* A wrong letter is seen while typing; what is typed stays after a wrong name. */
  wrong[10] = wrong[10] == 'q' ? 'p' : 'q';
  type (page, "code_row", wrong);
  type (page, "passphrase_row", "plum ladder nine rivers");
  type (page, "again_row", "plum ladder nine rivers");
  g_assert_false (gtk_widget_get_sensitive (button));
  type (page, "code_row", code);
  g_assert_true (gtk_widget_get_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
  g_assert_true (app_fixture_wait (has_message, page));
  g_assert_cmpstr (gtk_editable_get_text (part (page, "code_row")), ==, code);
  type (page, "name_row", "admin");
  g_signal_emit_by_name (button, "clicked");
  for (guint i = 0; i < 100 && find (GTK_WIDGET (window), BZG_TYPE_LOCK_PAGE) == NULL; i++)
    {
      g_usleep (50000);
      app_fixture_settle ();
    }
  page = find (GTK_WIDGET (window), BZG_TYPE_LOCK_PAGE);
  g_assert_nonnull (page);
  g_assert_true (has_message (page));

  type (page, "name_row", "admin");
  type (page, "passphrase_row", "plum ladder nine rivers");
  g_signal_emit_by_name (part (page, "unlock_button"), "clicked");
  g_assert_true (app_fixture_wait (is_open, NULL));
  bzg_application_lock (app);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_training (void)
{
  BzgWindow *window = bzg_window_new (app);
  GtkWidget *page = NULL;
  g_autofree char *real
    = g_build_filename (g_get_user_data_dir (), "bozgasht", "casebook.bozgasht", NULL);

  remove (real);
  gtk_window_present (GTK_WINDOW (window));
  page = walk_to_begin (window);
  choose (page, "training_choice");
  for (guint i = 0; i < 6 && !app_fixture_wait (is_open, NULL); i++)
    ;
  g_assert_true (is_open (NULL));
  g_assert_true (bzg_session_is_training (bzg_application_session (app)));
  g_assert_true (g_file_test (real, G_FILE_TEST_EXISTS));
  bzg_application_lock (app);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char *argv[])
{
  g_autofree char *folder = g_dir_make_tmp ("bozgasht-start-XXXXXX", NULL);
  int status = 0;

  g_setenv ("XDG_DATA_HOME", folder, TRUE);
  bzg_vault_init (NULL);
  bzg_language_init (BZG_LANGUAGE_EN);
  gtk_test_init (&argc, &argv, NULL);
  app = bzg_application_new ();
  g_application_set_flags (G_APPLICATION (app),
                           G_APPLICATION_NON_UNIQUE | G_APPLICATION_HANDLES_COMMAND_LINE);
  g_application_register (G_APPLICATION (app), NULL, NULL);
  g_test_add_func ("/app/start/empty", test_empty);
  g_test_add_func ("/app/start/unlock", test_unlock);
  g_test_add_func ("/app/start/recover", test_recover);
  g_test_add_func ("/app/start/training", test_training);
  status = g_test_run ();
  {
    g_autofree char *command = g_strdup_printf ("rm -rf '%s'", folder);

    if (system (command) != 0)
      g_printerr ("left behind: %s\n", folder);
  }
  return status;
}
