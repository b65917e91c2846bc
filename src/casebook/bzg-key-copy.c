/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "base/bzg-error.h"
#include "base/bzg-file.h"
#include "casebook/bzg-access.h"
#include "casebook/bzg-session-core-private.h"

/*
 * Both key blocks of a casebook lie in its first 32 KiB: one bad spot on a disk can take both, and
 * every page with them. So this computer keeps a third one beside the state of its device, named
 * after the path of the file, by which alone a file without keys can be known again. It is as
 * secret as the file and says no more. A copy from before somebody was removed, or from before a
 * new key, opens nothing: the state record knows better (BZG_ERROR_ROLLBACK, BZG_ERROR_DAMAGED).
 */

#define BLOCK 16384

static char *
copy_path (const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, absolute, -1);

  hash[32] = '\0';
  return g_strdup_printf ("%s/bozgasht/%s.keys", g_get_user_state_dir (), hash);
}

void
_bzg_key_copy_keep (BzgVault *vault)
{
  g_autoptr (GBytes) block = bzg_vault_key_block (vault, NULL);
  g_autofree char *path = copy_path (bzg_vault_path (vault));
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GBytes) kept = bzg_file_read (path, BLOCK, NULL);

  if (kept != NULL && g_bytes_equal (kept, block))
    return;
  /* A computer that cannot keep it is no reason not to work. */
  if (g_mkdir_with_parents (folder, 0700) == 0)
    bzg_file_write (path, g_bytes_get_data (block, NULL), g_bytes_get_size (block),
                    BZG_FILE_REPLACE, NULL);
}

void
_bzg_key_copy_forget (const char *casebook)
{
  g_autofree char *path = copy_path (casebook);

  g_unlink (path);
}

gboolean
bzg_access_can_mend (const char *path)
{
  g_autofree char *kept = copy_path (path);

  return g_file_test (kept, G_FILE_TEST_IS_REGULAR) && bzg_vault_key_blocks_are_lost (path);
}

gboolean
bzg_access_mend (const char *path, GError **error)
{
  g_autofree char *kept = copy_path (path);
  g_autoptr (GBytes) block = bzg_file_read (kept, BLOCK, error);

  return block != NULL && bzg_vault_restore_key_block (path, block, error);
}
