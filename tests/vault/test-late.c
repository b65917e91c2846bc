/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <sqlite3.h>

#include "base/bzg-error.h"
#include "vault/bzg-crypto.h"

/* Somebody in the process used SQLite before the vault could set it up: nothing is opened then, for
 * its settings (no "file:" names, wiped memory, a silent log) would not hold. */
static void
test_late (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (sqlite3_initialize (), ==, SQLITE_OK);
  for (int i = 0; i < 2; i++)
    {
      g_assert_false (bzg_vault_init (&error));
      g_assert_error (error, BZG_ERROR, BZG_ERROR_MISSING_PART);
      g_clear_error (&error);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vault/late", test_late);
  return g_test_run ();
}
