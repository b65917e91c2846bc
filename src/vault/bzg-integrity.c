/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/bzg-error.h"
#include "vault/bzg-platform-private.h"
#include "vault/bzg-vault-private.h"

/*
 * What is checked between the passphrase and the first query: the state records, the log, the root.
 */

static gboolean
read_state (BzgVault *self, GError **error)
{
  g_autofree guint8 *area = g_malloc (BZG_HEADER_SIZE - BZG_STATE_OFFSET);
  gboolean found = FALSE;
  gssize n = bzg_io->read (self->fd, area, BZG_HEADER_SIZE - BZG_STATE_OFFSET, BZG_STATE_OFFSET);

  if (n != BZG_HEADER_SIZE - BZG_STATE_OFFSET)
    return bzg_error_set_errno (error, n < 0 ? (int) -n : 5, "state record");
  for (int i = 0; i < 2; i++)
    {
      BzgState state;
      /* A record in the other's place has the wrong parity: put there by someone. */
      if (bzg_state_decode (area + i * BZG_STATE_SIZE, self->keys, &state)
          && state.sequence % 2 == (guint64) i
          && (!found || state.sequence > self->seal.state.sequence))
        {
          self->seal.state = state;
          found = TRUE;
        }
    }
  for (gsize i = 2 * BZG_STATE_SIZE; i < BZG_HEADER_SIZE - BZG_STATE_OFFSET && found; i++)
    found = area[i] == 0;
  if (!found)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_DAMAGED, "state records");
      return FALSE;
    }
  if (self->seal.state.header_sequence > bzg_header_sequence (self->header))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_ROLLBACK, "an older key block was put back");
      return FALSE;
    }
  return TRUE;
}

/* Keeps what is about to be cut off beside the casebook; it is still encrypted. */
static gboolean
keep_tail (BzgVault *self, goffset from, goffset to, GError **error)
{
  g_autofree char *path = g_strconcat (self->log_path, ".cut", NULL);
  g_autofree guint8 *block = g_malloc (BZG_FRAME_SIZE);
  int fd = bzg_platform_open_beside (path, FALSE, error);
  int rc;

  if (fd < 0)
    return FALSE;
  rc = bzg_io->truncate (fd, 0);
  for (goffset at = from; at < to && rc == 0;)
    {
      gssize n = bzg_io->read (self->log_fd, block, (gsize) MIN (to - at, BZG_FRAME_SIZE), at);
      if (n <= 0)
        rc = n < 0 ? (int) n : -5;
      else
        {
          gssize written = bzg_io->write (fd, block, (gsize) n, at - from);
          rc = written < 0 ? (int) written : 0;
          at += n;
        }
    }
  if (rc == 0)
    rc = bzg_io->sync (fd);
  g_close (fd, NULL);
  return rc ? bzg_error_set_errno (error, -rc, "cut log") : TRUE;
}

static gboolean
check_log (BzgVault *self, GError **error)
{
  BzgSeal *seal = &self->seal;
  BzgLogScan scan;
  goffset good;
  int rc = 0;

  if (!bzg_log_scan (seal, self->log_fd, &scan, error))
    return FALSE;
  if (scan.committed < seal->state.covered || scan.committed < seal->state.mark)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_ROLLBACK,
                   "the log has %" G_GUINT64_FORMAT " durable frames, %" G_GUINT64_FORMAT
                   " expected",
                   scan.committed, MAX (seal->state.covered, seal->state.mark));
      return FALSE;
    }
  if (scan.tail)
    bzg_vault_add_notice (
      self, scan.lost_commit
              ? N_ ("Some of the last changes could not be read and were set aside. Check the last "
                    "entries.")
              : N_ ("The program stopped while it was saving. The last change may be missing."));
  good = scan.committed ? BZG_LOG_HEADER + (goffset) scan.committed * BZG_FRAME_SIZE : 0;
  if (scan.size > good)
    {
      if (scan.tail && !keep_tail (self, good, scan.size, error))
        return FALSE;
      rc = bzg_io->truncate (self->log_fd, good);
    }
  if (rc == 0)
    rc = bzg_io->sync (self->log_fd);
  if (rc)
    return bzg_error_set_errno (error, -rc, "log");
  seal->last_commit = seal->synced = scan.committed;
  seal->log_started = scan.committed > 0;
  return TRUE;
}

/* TRUE if the tags are those that the root was made of. */
static gboolean
root_fits (BzgVault *self, const BzgTags *tags)
{
  BzgSeal *seal = &self->seal;
  guint8 root[32];

  memcpy (seal->tags, tags->tags, (gsize) tags->n_pages * BZG_TAG);
  bzg_seal_root (seal, seal->state.n_pages, root);
  return bzg_equal_secret (root, seal->state.root, 32);
}

gboolean
bzg_integrity_check (BzgVault *self, BzgTags *tags, GError **error)
{
  BzgSeal *seal = &self->seal;
  guint32 n_pages = tags->n_pages, known;
  gboolean fits;

  if (!read_state (self, error) || !check_log (self, error))
    return FALSE;

  bzg_seal_resize (seal, n_pages);
  for (guint64 i = 0; i < seal->state.covered; i++)
    {
      guint32 page = g_array_index (seal->frames, BzgFrame, i).page;
      if (page > seal->room)
        {
          bzg_seal_resize (seal, page);
          seal->n_pages = n_pages;
        }
      seal->in_log[page - 1] = 1;
    }

  known = seal->state.n_pages;
  if (seal->state.covered == 0
      && (n_pages != known
          || bzg_platform_file_size (self->fd)
               != BZG_HEADER_SIZE + (gint64) n_pages * BZG_PAGE_SIZE))
    {
      g_set_error (error, BZG_ERROR, n_pages < known ? BZG_ERROR_TRUNCATED : BZG_ERROR_ROLLBACK,
                   "%u pages, %u expected", n_pages, known);
      return FALSE;
    }
  fits = root_fits (self, tags);
  if (!fits && tags->kept)
    {
      g_unlink (self->tags_path); /* worth nothing; the pages themselves may be in order */
      if (!bzg_tags_read_again (tags, error))
        return FALSE;
      fits = root_fits (self, tags);
    }
  if (!fits)
    {
      gboolean shorter = FALSE;
      for (guint32 i = n_pages; i < known && !shorter; i++)
        shorter = i >= seal->room || !seal->in_log[i];
      g_set_error_literal (error, BZG_ERROR, shorter ? BZG_ERROR_TRUNCATED : BZG_ERROR_ROLLBACK,
                           "the pages are not those that were sealed");
      return FALSE;
    }
  /* What a checkpoint was writing when it was cut short may be anything until it is written again.
   */
  for (guint32 i = 0; i < n_pages; i++)
    seal->stale[i] = seal->in_log[i] || i >= known;
  return TRUE;
}
