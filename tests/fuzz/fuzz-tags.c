/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "edits.h"
#include "vault/bzg-tags-private.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/*
 * The tags kept beside a casebook, changed, longer or shorter. Either the head is whole and what is
 * taken is what stands behind it, or the pages are read instead and give their own tags.
 */

enum
{
  PAGES = 6,
  HEAD = 48,
};

static const guint8 id[16] = "a database";
static guint8 own[PAGES * BZG_TAG];
static char *path;
static int casebook, kept;

static void
set_up (void)
{
  static guint8 file[BZG_HEADER_SIZE + PAGES * BZG_PAGE_SIZE];
  g_autofree char *folder = g_dir_make_tmp ("bozgasht-XXXXXX", NULL);

  for (int i = 0; i < PAGES; i++)
    {
      memset (own + i * BZG_TAG, i + 1, BZG_TAG);
      memcpy (file + BZG_HEADER_SIZE + (i + 1) * BZG_PAGE_SIZE - BZG_TAG, own + i * BZG_TAG,
              BZG_TAG);
    }
  bzg_put64 (file + BZG_STATE_OFFSET + 16, 4);
  bzg_put64 (file + BZG_STATE_OFFSET + BZG_STATE_SIZE + 16, 5);
  casebook = memfd_create ("casebook", 0);
  g_assert_cmpint (write (casebook, file, sizeof file), ==, (gssize) sizeof file);
  path = g_build_filename (folder, "tags", NULL);
  kept = g_open (path, O_RDWR | O_CREAT, 0600);
  g_assert_cmpint (kept, >=, 0);
  bzg_tags_from = 1;
}

static void
tear_down (void)
{
  g_autofree char *folder = g_path_get_dirname (path);

  g_unlink (path);
  g_rmdir (folder);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static gsize once;
  guint8 file[HEAD + PAGES * BZG_TAG + 256] = "BOZGASHT-TAGS";
  gsize len = HEAD + sizeof own;
  BzgTags tags = { 0 };

  if (g_once_init_enter (&once))
    {
      set_up ();
      atexit (tear_down);
      g_once_init_leave (&once, 1);
    }
  memcpy (file + 16, id, 16);
  bzg_put64 (file + 32, 5);
  bzg_put32 (file + 40, PAGES);
  memset (file + HEAD, 0xee, sizeof own);
  if (size)
    {
      apply_edits (file, len, data + 1, size - 1);
      len = data[0] & 1 ? (gsize) data[0] : len;
    }
  g_assert_cmpint (ftruncate (kept, (off_t) len), ==, 0);
  g_assert_cmpint (pwrite (kept, file, len, 0), ==, (gssize) len);

  bzg_tags_begin (&tags, casebook, path, id, PAGES);
  g_assert_true (bzg_tags_wait (&tags, NULL));
  if (tags.kept)
    {
      g_assert_cmpuint (len, ==, HEAD + sizeof own);
      g_assert_cmpmem (file + 16, 16, id, 16);
      g_assert_cmpmem (tags.tags, sizeof own, file + HEAD, sizeof own);
    }
  else
    g_assert_cmpmem (tags.tags, sizeof own, own, sizeof own);
  bzg_tags_clear (&tags);
  return 0;
}
