/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "vault/bzg-crypto.h"

/* What this computer lacks and how fast it is. Looks at the machine only; opens no casebook. */

static gboolean
file_has (const char *path, const char *word)
{
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && strstr (text, word) != NULL;
}

/* Swap in clear keeps plain text on the disk. A line below the header of /proc/swaps is one area;
 * device-mapper areas may be encrypted, which cannot be seen from here. */
static gboolean
clear_swap (void)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents ("/proc/swaps", &text, NULL, NULL))
    return FALSE;
  for (char *line = strchr (text, '\n'); line != NULL && line[1] != '\0';
       line = strchr (line + 1, '\n'))
    if (!g_str_has_prefix (line + 1, "/dev/dm-") && !g_str_has_prefix (line + 1, "/dev/zram"))
      return TRUE;

  return FALSE;
}

static void
tell (BzgCli *cli, const char *key, gboolean good, const char *text)
{
  if (cli->json)
    {
      g_autoptr (JsonBuilder) json = json_builder_new ();

      json_builder_begin_object (json);
      bzg_json_member (json, "check", key);
      json_builder_set_member_name (json, "good");
      json_builder_add_boolean_value (json, good);
      bzg_json_member (json, "text", text);
      json_builder_end_object (json);
      bzg_cli_print_json (json);
    }
  else
    bzg_cli_print ("%s %s", good ? "✓" : "✗", text);
}

int
bzg_verb_doctor (BzgCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *speed = NULL;
  gboolean aes, swap;
  gint64 start;
  guint8 key[32];

  if (argc != 1)
    {
      bzg_cli_usage (&error, "doctor");
      return bzg_cli_fail (cli, error);
    }
  aes = file_has ("/proc/cpuinfo", " aes") || file_has ("/proc/cpuinfo", "\taes");
  tell (cli, "aes", aes,
        aes ? _ ("The processor encrypts in hardware.")
            : _ ("The processor has no AES instructions: large casebooks will be slow."));
  swap = clear_swap ();
  tell (cli, "swap", !swap,
        swap
          ? _ ("There is swap space that may not be encrypted: parts of the record could reach the "
               "disk in clear. Turn swap off or encrypt it.")
          : _ ("No unencrypted swap space."));
  for (BzgLanguage lang = BZG_LANGUAGE_RU; lang < BZG_N_LANGUAGES; lang++)
    {
      gboolean found = strcmp (bzg_tr (lang, "Household"), "Household") != 0;
      g_autofree char *text
        = g_strdup_printf (found ? _ ("Translation found: %s") : _ ("Translation missing: %s"),
                           bzg_language_name (lang));

      tell (cli, bzg_language_code (lang), found, text);
    }
  start = g_get_monotonic_time ();
  if (bzg_scrypt ("speed", 5, "speed", 5, 15, key, sizeof key))
    {
      speed = g_strdup_printf (_ ("Key stretching, 32 MiB: %d ms"),
                               (int) ((g_get_monotonic_time () - start) / 1000));
      tell (cli, "speed", TRUE, speed);
    }

  return 0;
}
