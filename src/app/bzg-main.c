/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/bzg-application.h"

#include <glib/gi18n-lib.h>

#include "base/bzg-language.h"
#include "vault/bzg-crypto.h"
#include "vault/bzg-vault.h"

/*
 * The order matters: secure memory, the ban on core dumps and SQLite's settings come before
 * anything else allocates; the language before the first translated word.
 */
int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgApplication) app = NULL;

  g_unsetenv (BZG_CHEAP_KDF);
  if (!bzg_vault_init (&error))
    {
      g_printerr ("bozgasht: %s\n", error->message);
      return 5;
    }

  bzg_language_init (bzg_language_from_environment ());
  g_set_prgname ("org.bozgasht.Bozgasht");
  app = bzg_application_new ();
  return g_application_run (G_APPLICATION (app), argc, argv);
}
