/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/bzg-seal-private.h"

#include <errno.h>
#include <string.h>

#include "vault/bzg-platform-private.h"

/*
 * The seal: why an old page, an old log or a cut log is found.
 *
 * A page that is authenticated by itself can still be an old one put back. So the tags of all pages
 * of the main file are kept (T), and a keyed root over them (R) stands in the state record. In WAL
 * mode the main file changes only in checkpoints, which copy pages out of the log, and therefore
 * this holds at every instant, also after a power cut:
 *
 *     R covers every page of the main file that is not in frames 0..F-1 of log generation g.
 *
 * Before a checkpoint writes its first page, F grows to the frames known durable and a state record
 * (g, F, R) is flushed; what the checkpoint then writes lies outside R. Before the log is begun
 * anew or emptied, (g + 1, 0, R over everything) goes to both copies of the record. There is no
 * "open" state that an attacker could feign: an unclean stop needs no excuse.
 *
 * The record also carries a mark: so many frames of the log were durable. A log with fewer has been
 * cut. What remains possible is putting back all of main file, log and records together; only
 * memory outside the file sees that.
 *
 * Anything unforeseen refuses to write: a page that no durable frame holds, a frame below the mark,
 * anything after a failed flush.
 */

#define MARK_EVERY (30 * G_USEC_PER_SEC)

void
bzg_seal_init (BzgSeal *self, int fd, const guint8 database_id[16], const BzgKeys *keys)
{
  memset (self, 0, sizeof *self);
  g_mutex_init (&self->lock);
  g_mutex_init (&self->table);
  self->fd = fd;
  memcpy (self->database_id, database_id, 16);
  self->keys = keys;
  self->frames = g_array_new (FALSE, FALSE, sizeof (BzgFrame));
  self->marked_at = g_get_monotonic_time ();
}

void
bzg_seal_clear (BzgSeal *self)
{
  g_clear_pointer (&self->tags, g_free);
  g_clear_pointer (&self->in_log, g_free);
  g_clear_pointer (&self->stale, g_free);
  if (self->frames)
    {
      g_array_unref (self->frames);
      self->frames = NULL;
      g_mutex_clear (&self->lock);
      g_mutex_clear (&self->table);
    }
}

void
bzg_seal_resize (BzgSeal *self, guint32 n_pages)
{
  if (n_pages > self->room)
    {
      guint32 room = MAX (n_pages + n_pages / 4, 256);

      self->tags = g_realloc (self->tags, (gsize) room * BZG_TAG);
      self->in_log = g_realloc (self->in_log, room);
      self->stale = g_realloc (self->stale, room);
      memset (self->tags + (gsize) self->room * BZG_TAG, 0, (gsize) (room - self->room) * BZG_TAG);
      memset (self->in_log + self->room, 0, room - self->room);
      memset (self->stale + self->room, 0, room - self->room);
      self->room = room;
    }
  if (n_pages < self->n_pages)
    {
      memset (self->tags + (gsize) n_pages * BZG_TAG, 0,
              (gsize) (self->n_pages - n_pages) * BZG_TAG);
      memset (self->stale + n_pages, 0, self->n_pages - n_pages);
    }
  self->n_pages = n_pages;
}

void
bzg_seal_root (BzgSeal *self, guint32 n_pages, guint8 root[32])
{
  static const guint8 zeros[BZG_TAG];
  BzgHmac *mac = bzg_hmac_new (self->keys->seal, 32);
  guint8 count[4];
  guint32 run = 0;

  bzg_put32 (count, n_pages);
  bzg_hmac_update (mac, self->database_id, 16);
  bzg_hmac_update (mac, count, 4);
  for (guint32 i = 0; i < n_pages; i++)
    {
      gboolean skip = i >= self->n_pages || self->in_log[i];
      if (skip || i + 1 == n_pages)
        {
          guint32 end = skip ? i : i + 1;
          bzg_hmac_update (mac, self->tags + (gsize) run * BZG_TAG, (gsize) (end - run) * BZG_TAG);
          if (skip)
            bzg_hmac_update (mac, zeros, BZG_TAG);
          run = i + 1;
        }
    }
  bzg_hmac_finish (mac, root);
}

int
bzg_seal_write_state (BzgSeal *self, gboolean both)
{
  g_autofree guint8 *block = g_malloc (BZG_STATE_SIZE);

  self->state.header_sequence = self->header_sequence;
  for (int i = 0; i < (both ? 2 : 1); i++)
    {
      goffset at = BZG_STATE_OFFSET + (goffset) ((self->state.sequence + 1) % 2) * BZG_STATE_SIZE;
      gssize n;
      int rc;

      self->state.sequence++;
      bzg_state_encode (&self->state, self->keys, block);
      n = bzg_io->write (self->fd, block, BZG_STATE_SIZE, at);
      rc = n < 0 ? (int) n : bzg_io->sync (self->fd);
      if (rc)
        {
          self->refuse_writes = TRUE;
          return rc;
        }
    }
  self->main_dirty = FALSE; /* the flush was of the whole file */
  self->marked_at = g_get_monotonic_time ();
  return 0;
}

gboolean
bzg_seal_check_tag (BzgSeal *self, guint32 page, const guint8 tag[BZG_TAG])
{
  gboolean ok;

  g_mutex_lock (&self->table);
  ok = page >= 1 && page <= self->n_pages && !self->stale[page - 1]
       && memcmp (self->tags + (gsize) (page - 1) * BZG_TAG, tag, BZG_TAG) == 0;
  g_mutex_unlock (&self->table);
  return ok;
}

/* Commits between two points of the log, for the change number. */
static guint64
count_commits (BzgSeal *self, guint64 from, guint64 to)
{
  guint64 n = 0;

  for (guint64 i = from; i < to && i < self->frames->len; i++)
    n += g_array_index (self->frames, BzgFrame, i).commit != 0;
  return n;
}

static void
move_mark (BzgSeal *self)
{
  self->state.change += count_commits (self, self->state.mark, self->synced);
  self->state.mark = self->synced;
}

/* Extends the covered part of the log to all frames known durable. */
static int
cover (BzgSeal *self)
{
  guint32 pages;

  for (guint64 i = self->state.covered; i < self->synced; i++)
    {
      guint32 page = g_array_index (self->frames, BzgFrame, i).page;
      guint32 keep = self->n_pages;

      if (page > self->room)
        {
          g_mutex_lock (&self->table);
          bzg_seal_resize (self, page); /* makes room; the file itself has not grown */
          self->n_pages = keep;
          g_mutex_unlock (&self->table);
        }
      self->in_log[page - 1] = 1;
    }
  pages = g_array_index (self->frames, BzgFrame, self->synced - 1).commit;
  self->state.covered = self->synced;
  self->state.n_pages = MIN (self->n_pages, pages);
  bzg_seal_root (self, self->state.n_pages, self->state.root);
  move_mark (self);
  return bzg_seal_write_state (self, FALSE);
}

BzgSealResult
bzg_seal_before_write (BzgSeal *self, guint32 page)
{
  BzgSealResult result = BZG_SEAL_OK;

  g_mutex_lock (&self->lock);
  if (self->refuse_writes)
    result = BZG_SEAL_REFUSED;
  else if (self->pins)
    result = BZG_SEAL_BUSY;
  else
    {
      int rc = 0;
      if (self->synced > self->state.covered)
        rc = cover (self);
      if (rc || page < 1 || page > self->room || !self->in_log[page - 1])
        result = BZG_SEAL_REFUSED;
    }
  if (result != BZG_SEAL_OK)
    g_mutex_unlock (&self->lock);
  return result; /* with the lock held when OK: bzg_seal_after_write() lets go */
}

void
bzg_seal_after_write (BzgSeal *self, guint32 page, const guint8 tag[BZG_TAG], gboolean ok)
{
  g_mutex_lock (&self->table);
  if (page > self->n_pages)
    bzg_seal_resize (self, page);
  memcpy (self->tags + (gsize) (page - 1) * BZG_TAG, tag, BZG_TAG);
  self->stale[page - 1] = !ok;
  g_mutex_unlock (&self->table);
  self->main_dirty = TRUE;
  g_mutex_unlock (&self->lock);
}

BzgSealResult
bzg_seal_truncate (BzgSeal *self, guint32 n_pages)
{
  BzgSealResult result = BZG_SEAL_REFUSED;

  g_mutex_lock (&self->lock);
  if (self->pins)
    result = BZG_SEAL_BUSY;
  else if (!self->refuse_writes && n_pages == self->n_pages)
    result = BZG_SEAL_OK;
  else if (!self->refuse_writes && n_pages < self->n_pages && self->state.covered > 0
           && n_pages >= self->state.n_pages
           && bzg_io->truncate (self->fd, BZG_HEADER_SIZE + (goffset) n_pages * BZG_PAGE_SIZE) == 0)
    {
      g_mutex_lock (&self->table);
      bzg_seal_resize (self, n_pages);
      g_mutex_unlock (&self->table);
      self->main_dirty = TRUE;
      result = BZG_SEAL_OK;
    }
  g_mutex_unlock (&self->lock);
  return result;
}

int
bzg_seal_sync_main (BzgSeal *self)
{
  int rc;

  g_mutex_lock (&self->lock);
  rc = self->refuse_writes ? -EIO : bzg_io->sync (self->fd);
  if (rc)
    self->refuse_writes = TRUE;
  else
    self->main_dirty = FALSE;
  g_mutex_unlock (&self->lock);
  return rc;
}

/* The whole log has been copied to the main file: say so, in both records, before it is touched. */
BzgSealResult
bzg_seal_new_log (BzgSeal *self, const guint8 salts[8])
{
  BzgSealResult result = BZG_SEAL_REFUSED;

  g_mutex_lock (&self->lock);
  if (!self->refuse_writes && !salts && !self->log_started && self->frames->len == 0)
    result = BZG_SEAL_OK; /* was gone already */
  else if (!self->refuse_writes)
    {
      gboolean whole = TRUE;

      for (guint32 i = 0; i < self->n_pages && whole; i++)
        whole = !self->stale[i];
      if (whole && (!self->main_dirty || bzg_io->sync (self->fd) == 0))
        {
          self->state.change += count_commits (self, self->state.mark, self->last_commit);
          self->state.generation++;
          if (salts)
            memcpy (self->state.salts, salts, 8);
          else
            bzg_random (self->state.salts, 8);
          self->state.covered = self->state.mark = 0;
          if (self->room)
            memset (self->in_log, 0, self->room);
          self->state.n_pages = self->n_pages;
          bzg_seal_root (self, self->n_pages, self->state.root);
          g_mutex_lock (&self->table);
          g_array_set_size (self->frames, 0);
          g_mutex_unlock (&self->table);
          self->last_commit = self->synced = 0;
          self->log_started = salts != NULL;
          if (bzg_seal_write_state (self, TRUE) == 0)
            result = BZG_SEAL_OK;
        }
      if (result != BZG_SEAL_OK)
        self->refuse_writes = TRUE;
    }
  g_mutex_unlock (&self->lock);
  return result;
}

/* Called with both locks: frames from @frame on are about to be replaced. */
static gboolean
forget_from (BzgSeal *self, guint64 frame)
{
  if (frame >= self->last_commit)
    return TRUE;
  if (frame < self->state.mark || frame < self->state.covered)
    {
      self->refuse_writes = TRUE;
      return FALSE;
    }
  while (self->last_commit > frame
         || (self->last_commit > 0
             && !g_array_index (self->frames, BzgFrame, self->last_commit - 1).commit))
    self->last_commit--;
  self->synced = MIN (self->synced, self->last_commit);
  return TRUE;
}

BzgSealResult
bzg_seal_frame_header (BzgSeal *self, guint64 frame, const BzgFrame *what)
{
  BzgSealResult result = BZG_SEAL_REFUSED;

  g_mutex_lock (&self->lock);
  g_mutex_lock (&self->table);
  if (!self->refuse_writes && self->log_started && frame <= self->frames->len && what->page)
    {
      if (frame == self->frames->len)
        {
          g_array_append_val (self->frames, *what);
          result = BZG_SEAL_OK;
        }
      else
        {
          BzgFrame *old = &g_array_index (self->frames, BzgFrame, frame);
          /* SQLite rewrites the checksums of a transaction that replaced its own frames. */
          gboolean same = old->page == what->page && old->commit == what->commit
                          && frame >= self->state.mark && frame >= self->state.covered;
          if (same || forget_from (self, frame))
            {
              *old = *what;
              result = BZG_SEAL_OK;
            }
        }
    }
  g_mutex_unlock (&self->table);
  g_mutex_unlock (&self->lock);
  return result;
}

BzgSealResult
bzg_seal_frame_page (BzgSeal *self, guint64 frame, BzgFrame *what)
{
  BzgSealResult result = BZG_SEAL_REFUSED;

  g_mutex_lock (&self->lock);
  g_mutex_lock (&self->table);
  if (!self->refuse_writes && frame < self->frames->len && forget_from (self, frame))
    {
      *what = g_array_index (self->frames, BzgFrame, frame);
      result = BZG_SEAL_OK;
    }
  g_mutex_unlock (&self->table);
  g_mutex_unlock (&self->lock);
  return result;
}

void
bzg_seal_frame_written (BzgSeal *self, guint64 frame)
{
  g_mutex_lock (&self->lock);
  g_mutex_lock (&self->table);
  if (frame < self->frames->len && g_array_index (self->frames, BzgFrame, frame).commit)
    self->last_commit = MAX (self->last_commit, frame + 1);
  g_mutex_unlock (&self->table);
  g_mutex_unlock (&self->lock);
}

gboolean
bzg_seal_get_frame (BzgSeal *self, guint64 frame, BzgFrame *out)
{
  gboolean ok;

  g_mutex_lock (&self->table);
  ok = frame < self->frames->len;
  if (ok)
    *out = g_array_index (self->frames, BzgFrame, frame);
  g_mutex_unlock (&self->table);
  return ok;
}

BzgSealResult
bzg_seal_sync_log (BzgSeal *self, int log_fd)
{
  BzgSealResult result = BZG_SEAL_REFUSED;
  guint64 commit, generation;
  gboolean refuse;
  int rc;

  g_mutex_lock (&self->lock);
  commit = self->last_commit;
  generation = self->state.generation;
  refuse = self->refuse_writes;
  g_mutex_unlock (&self->lock);
  if (refuse)
    return BZG_SEAL_REFUSED;

  rc = bzg_io->sync (log_fd);

  g_mutex_lock (&self->lock);
  if (rc)
    self->refuse_writes = TRUE; /* what the flush lost is unknown */
  else
    {
      result = BZG_SEAL_OK;
      if (generation == self->state.generation)
        self->synced = MAX (self->synced, MIN (commit, self->last_commit));
      if (self->synced > self->state.mark
          && g_get_monotonic_time () - self->marked_at >= MARK_EVERY)
        {
          move_mark (self);
          if (bzg_seal_write_state (self, FALSE))
            result = BZG_SEAL_REFUSED;
        }
    }
  g_mutex_unlock (&self->lock);
  return result;
}

void
bzg_seal_page_aad (const guint8 database_id[16], guint32 page, guint8 out[BZG_PAGE_AAD])
{
  memcpy (out, "BZP1", 4);
  memcpy (out + 4, database_id, 16);
  bzg_put32 (out + 20, page);
}

void
bzg_seal_frame_aad (BzgSeal *self, guint64 frame, const BzgFrame *what, guint8 out[BZG_FRAME_AAD])
{
  memcpy (out, "BZL1", 4);
  memcpy (out + 4, self->database_id, 16);
  bzg_put64 (out + 20, self->state.generation);
  memcpy (out + 28, self->state.salts, 8);
  bzg_put64 (out + 36, frame);
  bzg_put32 (out + 44, what->page);
  bzg_put32 (out + 48, what->commit);
}

void
bzg_seal_frame_tweak (BzgSeal *self, guint64 frame, guint8 out[16])
{
  bzg_put64 (out, self->state.generation);
  bzg_put64 (out + 8, frame);
}
