/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/bzg-tags-private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/bzg-error.h"
#include "vault/bzg-platform-private.h"

/*
 * Where the tags of all pages (T) come from when a casebook is opened. They stand in the pages, so
 * it takes reading the whole file; no key is needed for that, and it is done while the passphrase
 * is being worked on. A file of many gigabytes would take longer than that. So when such a file is
 * closed, T is also written into a file beside it.
 *
 * That file is a hint and no more. It is not authenticated, for it needs not be: T is believed only
 * if the root over it is the one in the state record, whoever wrote T. A file that is missing, cut,
 * old or forged costs the reading of the whole and can neither let anything in nor keep anybody
 * out. A page that does not fit its tag is then found when it is first read instead of at once.
 */

enum
{
  AT_DATABASE_ID = 16,
  AT_SEQUENCE = 32,
  AT_PAGES = 40,
  HEAD = 48,

  BATCH = 256, /* pages read at once */
};

static const guint8 magic[16] = "BOZGASHT-TAGS\0\0";

guint32 bzg_tags_from = 262144; /* 1 GiB */

/* The sequence number that the state records claim, without a key: only to tell an old file of tags
 * before the passphrase is known. */
static guint64
claimed_sequence (int fd)
{
  guint64 newest = 0;

  for (int i = 0; i < 2; i++)
    {
      guint8 start[24];
      if (bzg_io->read (fd, start, sizeof start, BZG_STATE_OFFSET + (goffset) i * BZG_STATE_SIZE)
          == sizeof start)
        newest = MAX (newest, bzg_get64 (start + 16));
    }
  return newest;
}

static void
write_head (const guint8 database_id[16], guint64 sequence, guint32 n_pages, guint8 head[HEAD])
{
  memset (head, 0, HEAD);
  memcpy (head, magic, sizeof magic);
  memcpy (head + AT_DATABASE_ID, database_id, 16);
  bzg_put64 (head + AT_SEQUENCE, sequence);
  bzg_put32 (head + AT_PAGES, n_pages);
}

/* Opens the kept tags if they say that they are of the moment that @head names; else -1. */
static int
open_kept (const char *path, const guint8 head[HEAD], gsize len)
{
  int fd = bzg_platform_open_hint (path);
  guint8 there[HEAD];

  if (fd >= 0
      && (bzg_platform_file_size (fd) != (gint64) (HEAD + len)
          || bzg_io->read (fd, there, HEAD, 0) != HEAD || memcmp (there, head, HEAD)))
    {
      g_close (fd, NULL);
      fd = -1;
    }
  return fd;
}

static gboolean
read_kept (BzgTags *self)
{
  gsize len = (gsize) self->n_pages * BZG_TAG;
  guint8 head[HEAD];
  gboolean ok;
  int fd;

  write_head (self->database_id, claimed_sequence (self->fd), self->n_pages, head);
  fd = open_kept (self->path, head, len);
  if (fd < 0)
    return FALSE;
  ok = bzg_io->read (fd, self->tags, len, HEAD) == (gssize) len;
  g_close (fd, NULL);
  return ok;
}

static void
read_whole (BzgTags *self)
{
  g_autofree guint8 *block = g_malloc ((gsize) MIN (BATCH, self->n_pages) * BZG_PAGE_SIZE);

  self->kept = FALSE;
  for (guint32 page = 0; page < self->n_pages && !g_atomic_int_get (&self->stop); page += BATCH)
    {
      gsize n = MIN (BATCH, self->n_pages - page);
      gssize got = bzg_io->read (self->fd, block, n * BZG_PAGE_SIZE,
                                 BZG_HEADER_SIZE + (goffset) page * BZG_PAGE_SIZE);
      if (got != (gssize) (n * BZG_PAGE_SIZE))
        {
          self->failed = got < 0 ? (int) -got : EIO;
          break;
        }
      for (gsize i = 0; i < n; i++)
        memcpy (self->tags + (page + i) * BZG_TAG, block + i * BZG_PAGE_SIZE + BZG_BODY_SIZE + 24,
                BZG_TAG);
    }
}

static gpointer
tags_thread (gpointer data)
{
  BzgTags *self = data;

  self->kept = self->n_pages >= bzg_tags_from && read_kept (self);
  if (!self->kept)
    read_whole (self);
  return NULL;
}

void
bzg_tags_begin (
  BzgTags *self, int fd, const char *path, const guint8 database_id[16], guint32 n_pages)
{
  self->fd = fd;
  self->path = path;
  memcpy (self->database_id, database_id, 16);
  self->n_pages = n_pages;
  self->tags = g_malloc0 ((gsize) n_pages * BZG_TAG);
  self->thread = g_thread_new ("seal", tags_thread, self);
}

gboolean
bzg_tags_wait (BzgTags *self, GError **error)
{
  g_thread_join (g_steal_pointer (&self->thread));
  return self->failed ? bzg_error_set_errno (error, self->failed, "casebook") : TRUE;
}

gboolean
bzg_tags_read_again (BzgTags *self, GError **error)
{
  read_whole (self);
  return self->failed ? bzg_error_set_errno (error, self->failed, "casebook") : TRUE;
}

void
bzg_tags_clear (BzgTags *self)
{
  if (self->thread)
    {
      g_atomic_int_set (&self->stop, 1);
      g_thread_join (self->thread);
    }
  g_free (self->tags);
}

void
bzg_tags_keep (const BzgSeal *seal, const char *path)
{
  g_autofree char *temporary = g_strconcat (path, ".new", NULL);
  gsize len = (gsize) seal->n_pages * BZG_TAG;
  guint8 head[HEAD];
  gboolean ok;
  int fd;

  if (seal->n_pages < bzg_tags_from || seal->refuse_writes || seal->frames->len > 0)
    {
      g_unlink (path);
      return;
    }
  write_head (seal->database_id, seal->state.sequence, seal->n_pages, head);
  fd = open_kept (path, head, len);
  if (fd >= 0)
    {
      g_close (fd, NULL); /* nothing was written since */
      return;
    }
  g_unlink (temporary);
  fd = bzg_platform_open_beside (temporary, TRUE, NULL);
  ok = fd >= 0 && bzg_io->write (fd, head, HEAD, 0) == HEAD
       && bzg_io->write (fd, seal->tags, len, HEAD) == (gssize) len && bzg_io->sync (fd) == 0;
  if (fd >= 0)
    g_close (fd, NULL);
  if (!ok || g_rename (temporary, path))
    {
      g_unlink (temporary);
      g_unlink (path);
    }
}
