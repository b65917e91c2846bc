/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/bzg-keys.h"

/* Every letter has a twin on the same key, by a name that GTK can parse in an accelerator. */
static void
test_twins (void)
{
  for (guint latin = GDK_KEY_a; latin <= GDK_KEY_z; latin++)
    {
      const char *const *twins = bzg_keys_twins (latin);

      g_assert_nonnull (twins[0]);
      for (guint i = 0; i < BZG_KEYS_TWINS && twins[i] != NULL; i++)
        {
          g_autofree char *accel = g_strdup_printf ("<Control>%s", twins[i]);
          guint key = 0;
          GdkModifierType modifiers = 0;

          g_assert_true (gtk_accelerator_parse (accel, &key, &modifiers));
          g_assert_cmpuint (key, ==, gdk_keyval_from_name (twins[i]));
          g_assert_cmpuint (modifiers, ==, GDK_CONTROL_MASK);
        }
    }
  g_assert_null (bzg_keys_twins (GDK_KEY_1)[0]);
}

static void
test_set (void)
{
  g_autoptr (GtkApplication) app
    = gtk_application_new ("org.bozgasht.Test", G_APPLICATION_NON_UNIQUE);
  g_auto (GStrv) accels = NULL;

  g_application_register (G_APPLICATION (app), NULL, NULL);
  bzg_keys_set (app, "app.quit", "<Control><Shift>s F6");
  accels = gtk_application_get_accels_for_action (app, "app.quit");
  g_assert_cmpuint (g_strv_length (accels), ==, 4);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/keys/twins", test_twins);
  g_test_add_func ("/app/keys/set", test_set);
  return g_test_run ();
}
