/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/bzg-error.h"
#include "base/bzg-file.h"
#include "casebook/bzg-access.h"
#include "casebook/bzg-session-core-private.h"

/*
 * Both key blocks of a casebook lie in its first 32 KiB: one bad spot on a disk can take both, and
 * every page with them. So this computer keeps a third one beside the state of its device, 16 KiB
 * as they stand in the file and then the path of the file, which is all by which a file without
 * keys can be known again. It is as secret as the file and says no more. A copy from before
 * somebody was removed, or from before a new key, opens nothing: the state record knows better
 * (BZG_ERROR_ROLLBACK, BZG_ERROR_DAMAGED).
 */

#define BLOCK 16384
#define MAX_COPY (BLOCK + 65536)

static char *
state_folder (void)
{
  return g_build_filename (g_get_user_state_dir (), "bozgasht", NULL);
}

void
_bzg_key_copy_keep (BzgVault *vault)
{
  g_autoptr (GBytes) block = bzg_vault_key_block (vault, NULL);
  g_autoptr (GByteArray) content = g_byte_array_new ();
  g_autoptr (GBytes) kept = NULL;
  g_autoptr (GBytes) fresh = NULL;
  g_autofree char *folder = state_folder ();
  g_autofree char *path = NULL;
  char text[BZG_ID_TEXT_SIZE];
  BzgId id;

  memcpy (id.bytes, bzg_vault_casebook_id (vault), BZG_ID_SIZE);
  path = g_strdup_printf ("%s/%s.keys", folder, bzg_id_to_text (&id, text));
  g_byte_array_append (content, g_bytes_get_data (block, NULL), (guint) g_bytes_get_size (block));
  g_byte_array_append (content, (const guint8 *) bzg_vault_path (vault),
                       (guint) strlen (bzg_vault_path (vault)));
  fresh = g_byte_array_free_to_bytes (g_steal_pointer (&content));
  kept = bzg_file_read (path, MAX_COPY, NULL);
  if (kept != NULL && g_bytes_equal (kept, fresh))
    return;
  /* A computer that cannot keep it is no reason not to work. */
  if (g_mkdir_with_parents (folder, 0700) == 0)
    bzg_file_write (path, g_bytes_get_data (fresh, NULL), g_bytes_get_size (fresh),
                    BZG_FILE_REPLACE, NULL);
}

/* The block kept for the file at @path. */
static GBytes *
find_copy (const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *folder = state_folder ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = NULL;
  gsize len = strlen (absolute);

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (folder, name, NULL);
      g_autoptr (GBytes) kept = NULL;
      const char *data = NULL;
      gsize size = 0;

      if (!g_str_has_suffix (name, ".keys"))
        continue;
      kept = bzg_file_read (file, MAX_COPY, NULL);
      if (kept == NULL)
        continue;
      data = g_bytes_get_data (kept, &size);
      if (size == BLOCK + len && memcmp (data + BLOCK, absolute, len) == 0)
        return g_bytes_new_from_bytes (kept, 0, BLOCK);
    }
  return NULL;
}

gboolean
bzg_access_can_mend (const char *path)
{
  g_autoptr (GBytes) block = bzg_vault_key_blocks_are_lost (path) ? find_copy (path) : NULL;

  return block != NULL;
}

gboolean
bzg_access_mend (const char *path, GError **error)
{
  g_autoptr (GBytes) block = find_copy (path);

  if (block == NULL)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_FILE, "no copy of the keys was kept");
      return FALSE;
    }
  return bzg_vault_restore_key_block (path, block, error);
}
