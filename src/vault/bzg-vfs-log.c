/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "vault/bzg-platform-private.h"
#include "vault/bzg-vault-private.h"

/*
 * The write-ahead log as SQLite sees it: 32 bytes of header, then frames of 24 + 4096 bytes. The
 * geometry is SQLite's; on disk the frame headers are encrypted too, because the running checksum
 * in them is over the plain page and would be a fingerprint of it.
 *
 * A frame header that extends the log is held back until its page follows, and both are written at
 * once.
 */

typedef struct
{
  sqlite3_file base;
  BzgVault *vault;
  BzgXaes *xaes;
  BzgXts *xts;
  guint8 *frame;    /* BZG_FRAME_SIZE: scratch */
  gboolean pending; /* @frame starts with the encrypted header of @pending_frame */
  guint64 pending_frame;
} LogFile;

static guint32
big32 (const guint8 *p)
{
  return (guint32) p[0] << 24 | (guint32) p[1] << 16 | (guint32) p[2] << 8 | p[3];
}

static int
write_result (gssize n)
{
  return n >= 0 ? SQLITE_OK : (n == -ENOSPC || n == -EDQUOT ? SQLITE_FULL : SQLITE_IOERR_WRITE);
}

static int
put (LogFile *self, gconstpointer data, gsize len, goffset offset)
{
  return write_result (bzg_io->write (self->vault->log_fd, data, len, offset));
}

static int
flush_pending (LogFile *self)
{
  if (!self->pending)
    return SQLITE_OK;
  self->pending = FALSE;
  return put (self, self->frame, BZG_FRAME_HEADER,
              BZG_LOG_HEADER + (goffset) self->pending_frame * BZG_FRAME_SIZE);
}

static int
log_close (sqlite3_file *file)
{
  LogFile *self = (LogFile *) file;
  int rc = flush_pending (self);

  bzg_xaes_free (self->xaes);
  bzg_xts_free (self->xts);
  bzg_wipe (self->frame, BZG_FRAME_SIZE);
  g_free (self->frame);
  g_atomic_int_add (&self->vault->open_files, -1);
  return rc;
}

static gboolean
open_page (LogFile *self, guint64 frame, const BzgFrame *what, guint8 *page)
{
  guint8 aad[BZG_FRAME_AAD];
  guint8 *end = page + BZG_BODY_SIZE;

  bzg_seal_frame_aad (&self->vault->seal, frame, what, aad);
  if (!bzg_xaes_decrypt (self->xaes, end, aad, sizeof aad, page, page, BZG_BODY_SIZE, end + 24))
    return FALSE;
  memset (end, 0, BZG_RESERVE);
  return TRUE;
}

static gboolean
open_header (LogFile *self, guint64 frame, guint8 header[BZG_FRAME_HEADER], BzgFrame *what)
{
  guint8 tweak[16];

  bzg_seal_frame_tweak (&self->vault->seal, frame, tweak);
  bzg_xts_crypt (self->xts, FALSE, tweak, header, BZG_FRAME_HEADER);
  what->page = big32 (header);
  what->commit = big32 (header + 4);
  return what->page != 0;
}

static int
get (LogFile *self, guint8 *out, gsize len, goffset offset)
{
  gssize n = bzg_io->read (self->vault->log_fd, out, len, offset);

  if (n < 0)
    return SQLITE_IOERR_READ;
  if ((gsize) n < len)
    {
      memset (out + n, 0, len - (gsize) n);
      return SQLITE_IOERR_SHORT_READ;
    }
  return SQLITE_OK;
}

static int
log_read (sqlite3_file *file, void *out, int len, sqlite3_int64 offset)
{
  LogFile *self = (LogFile *) file;
  guint64 frame;
  gint64 at;
  BzgFrame what;
  int rc = flush_pending (self);

  if (rc)
    return rc;
  if (len < 0 || offset < 0)
    return SQLITE_IOERR_READ;
  if (offset + len <= BZG_LOG_HEADER)
    return get (self, out, (gsize) len, offset);
  if (offset < BZG_LOG_HEADER)
    return SQLITE_IOERR_READ;
  frame = (guint64) (offset - BZG_LOG_HEADER) / BZG_FRAME_SIZE;
  at = (offset - BZG_LOG_HEADER) % BZG_FRAME_SIZE;

  if (at == BZG_FRAME_HEADER && len == BZG_PAGE_SIZE)
    {
      rc = get (self, out, BZG_PAGE_SIZE, offset);
      if (rc == SQLITE_OK
          && !(bzg_seal_get_frame (&self->vault->seal, frame, &what)
               && open_page (self, frame, &what, out)))
        {
          memset (out, 0, BZG_PAGE_SIZE);
          rc = SQLITE_IOERR_DATA;
        }
      return rc;
    }
  if (at == 0 && len == BZG_FRAME_SIZE)
    {
      guint8 *p = out;
      rc = get (self, p, BZG_FRAME_SIZE, offset);
      if (rc == SQLITE_OK
          && !(open_header (self, frame, p, &what)
               && open_page (self, frame, &what, p + BZG_FRAME_HEADER)))
        memset (p, 0, BZG_FRAME_SIZE); /* SQLite ends the log here, as at a torn tail */
      return rc;
    }
  if (at + len <= BZG_FRAME_HEADER)
    {
      guint8 header[BZG_FRAME_HEADER];
      rc = get (self, header, sizeof header, BZG_LOG_HEADER + (goffset) frame * BZG_FRAME_SIZE);
      if (rc == SQLITE_OK && !open_header (self, frame, header, &what))
        rc = SQLITE_IOERR_DATA;
      if (rc == SQLITE_OK)
        memcpy (out, header + at, (gsize) len);
      else
        memset (out, 0, (gsize) len);
      return rc;
    }
  return SQLITE_IOERR_READ;
}

static int
write_header (LogFile *self, const guint8 *data, guint64 frame)
{
  const BzgFrame what = { big32 (data), big32 (data + 4) };
  guint8 tweak[16];
  BzgFrame old;
  gboolean extends = !bzg_seal_get_frame (&self->vault->seal, frame, &old);

  if (bzg_seal_frame_header (&self->vault->seal, frame, &what) != BZG_SEAL_OK)
    return SQLITE_IOERR_WRITE;
  memcpy (self->frame, data, BZG_FRAME_HEADER);
  bzg_seal_frame_tweak (&self->vault->seal, frame, tweak);
  bzg_xts_crypt (self->xts, TRUE, tweak, self->frame, BZG_FRAME_HEADER);
  self->pending = TRUE;
  self->pending_frame = frame;
  return extends ? SQLITE_OK : flush_pending (self);
}

static int
write_page (LogFile *self, const guint8 *data, guint64 frame)
{
  guint8 aad[BZG_FRAME_AAD];
  guint8 *page = self->frame + BZG_FRAME_HEADER, *end = page + BZG_BODY_SIZE;
  gboolean together = self->pending && self->pending_frame == frame;
  BzgFrame what;
  guint8 any = 0;
  int rc = together ? SQLITE_OK : flush_pending (self);

  for (int i = BZG_BODY_SIZE; i < BZG_PAGE_SIZE; i++)
    any |= data[i];
  if (rc || any || bzg_seal_frame_page (&self->vault->seal, frame, &what) != BZG_SEAL_OK
      || (what.page == 1 && data[20] != BZG_RESERVE) || what.page == BZG_LOCK_PAGE)
    return rc ? rc : SQLITE_IOERR_WRITE;

  bzg_nonce (end);
  bzg_seal_frame_aad (&self->vault->seal, frame, &what, aad);
  if (!bzg_xaes_encrypt (self->xaes, end, aad, sizeof aad, data, page, BZG_BODY_SIZE, end + 24))
    return SQLITE_IOERR_WRITE;
  self->pending = FALSE;
  if (together)
    rc = put (self, self->frame, BZG_FRAME_SIZE, BZG_LOG_HEADER + (goffset) frame * BZG_FRAME_SIZE);
  else
    rc = put (self, page, BZG_PAGE_SIZE,
              BZG_LOG_HEADER + (goffset) frame * BZG_FRAME_SIZE + BZG_FRAME_HEADER);
  if (rc == SQLITE_OK)
    bzg_seal_frame_written (&self->vault->seal, frame);
  return rc;
}

static int
log_write (sqlite3_file *file, const void *data, int len, sqlite3_int64 offset)
{
  LogFile *self = (LogFile *) file;
  guint64 frame;
  gint64 at;

  if (offset == 0 && len == BZG_LOG_HEADER)
    {
      if (flush_pending (self)
          || bzg_seal_new_log (&self->vault->seal, (const guint8 *) data + 16) != BZG_SEAL_OK)
        return SQLITE_IOERR_WRITE;
      return put (self, data, BZG_LOG_HEADER, 0);
    }
  if (offset < BZG_LOG_HEADER)
    return SQLITE_IOERR_WRITE;
  frame = (guint64) (offset - BZG_LOG_HEADER) / BZG_FRAME_SIZE;
  at = (offset - BZG_LOG_HEADER) % BZG_FRAME_SIZE;
  if (at == 0 && len == BZG_FRAME_HEADER)
    {
      int rc = flush_pending (self);
      return rc ? rc : write_header (self, data, frame);
    }
  if (at == BZG_FRAME_HEADER && len == BZG_PAGE_SIZE)
    return write_page (self, data, frame);
  return SQLITE_IOERR_WRITE; /* never a part of a frame */
}

static int
log_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  LogFile *self = (LogFile *) file;

  self->pending = FALSE;
  if (size != 0 || bzg_seal_new_log (&self->vault->seal, NULL) != BZG_SEAL_OK
      || bzg_io->truncate (self->vault->log_fd, 0))
    return SQLITE_IOERR_TRUNCATE;
  return SQLITE_OK;
}

static int
log_sync (sqlite3_file *file, int flags)
{
  LogFile *self = (LogFile *) file;

  if (flush_pending (self)
      || bzg_seal_sync_log (&self->vault->seal, self->vault->log_fd) != BZG_SEAL_OK)
    return SQLITE_IOERR_FSYNC;
  return SQLITE_OK;
}

static int
log_file_size (sqlite3_file *file, sqlite3_int64 *size)
{
  LogFile *self = (LogFile *) file;
  gint64 n;
  int rc = flush_pending (self);

  if (rc)
    return rc;
  n = bzg_platform_file_size (self->vault->log_fd);
  *size = MAX (n, 0);
  return n < 0 ? SQLITE_IOERR_FSTAT : SQLITE_OK;
}

static int
log_lock (sqlite3_file *file, int level)
{
  return SQLITE_OK;
}

static int
log_check_reserved (sqlite3_file *file, int *out)
{
  *out = 0;
  return SQLITE_OK;
}

static int
log_control (sqlite3_file *file, int op, void *arg)
{
  return SQLITE_NOTFOUND;
}

static int
log_sector_size (sqlite3_file *file)
{
  return BZG_PAGE_SIZE;
}

static int
log_characteristics (sqlite3_file *file)
{
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static const sqlite3_io_methods log_methods = {
  1,
  log_close,
  log_read,
  log_write,
  log_truncate,
  log_sync,
  log_file_size,
  log_lock,
  log_lock,
  log_check_reserved,
  log_control,
  log_sector_size,
  log_characteristics,
};

int
bzg_vfs_log_size (void)
{
  return sizeof (LogFile);
}

int
bzg_vfs_open_log (BzgVault *vault, sqlite3_file *file, int *out_flags)
{
  LogFile *self = (LogFile *) file;

  memset (self, 0, sizeof *self);
  self->vault = vault;
  g_atomic_int_inc (&vault->open_files);
  self->xaes = bzg_xaes_new (vault->keys->log);
  self->xts = bzg_xts_new (vault->keys->log_header);
  self->frame = g_malloc (BZG_FRAME_SIZE);
  if (!self->xaes || !self->xts)
    {
      log_close (file);
      return SQLITE_NOMEM;
    }
  file->pMethods = &log_methods;
  return SQLITE_OK;
}
