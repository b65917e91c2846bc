/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "vault/bzg-vault-private.h"

/*
 * Temporary files never reach the disk: sorts, savepoints and VACUUM would write the whole record
 * in plain text. temp_store=MEMORY keeps SQLite from asking for most of them; what it still asks
 * for lives here, up to a budget, beyond which the statement fails as on a full disk.
 */

#define BUDGET ((gint64) 512 * 1024 * 1024)

typedef struct
{
  sqlite3_file base;
  GByteArray *bytes;
} MemoryFile;

static int
memory_close (sqlite3_file *file)
{
  MemoryFile *self = (MemoryFile *) file;

  bzg_wipe (self->bytes->data, self->bytes->len);
  g_byte_array_unref (self->bytes);
  return SQLITE_OK;
}

static int
memory_read (sqlite3_file *file, void *out, int len, sqlite3_int64 offset)
{
  MemoryFile *self = (MemoryFile *) file;
  gint64 have = CLAMP ((gint64) self->bytes->len - offset, 0, len);

  if (have)
    memcpy (out, self->bytes->data + offset, (gsize) have);
  if (have == len)
    return SQLITE_OK;
  memset ((guint8 *) out + have, 0, (gsize) (len - have));
  return SQLITE_IOERR_SHORT_READ;
}

static int
memory_write (sqlite3_file *file, const void *data, int len, sqlite3_int64 offset)
{
  MemoryFile *self = (MemoryFile *) file;
  gint64 end = offset + len;

  if (offset < 0 || end > BUDGET)
    return SQLITE_FULL;
  if (end > self->bytes->len)
    {
      guint old = self->bytes->len;
      g_byte_array_set_size (self->bytes, (guint) end);
      memset (self->bytes->data + old, 0, (gsize) end - old);
    }
  memcpy (self->bytes->data + offset, data, (gsize) len);
  return SQLITE_OK;
}

static int
memory_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  MemoryFile *self = (MemoryFile *) file;

  if (size >= 0 && size < self->bytes->len)
    {
      bzg_wipe (self->bytes->data + size, self->bytes->len - (gsize) size);
      g_byte_array_set_size (self->bytes, (guint) size);
    }
  return SQLITE_OK;
}

static int
memory_sync (sqlite3_file *file, int flags)
{
  return SQLITE_OK;
}

static int
memory_file_size (sqlite3_file *file, sqlite3_int64 *size)
{
  *size = ((MemoryFile *) file)->bytes->len;
  return SQLITE_OK;
}

static int
memory_lock (sqlite3_file *file, int level)
{
  return SQLITE_OK;
}

static int
memory_check_reserved (sqlite3_file *file, int *out)
{
  *out = 0;
  return SQLITE_OK;
}

static int
memory_control (sqlite3_file *file, int op, void *arg)
{
  return SQLITE_NOTFOUND;
}

static int
memory_sector_size (sqlite3_file *file)
{
  return BZG_PAGE_SIZE;
}

static int
memory_characteristics (sqlite3_file *file)
{
  return 0;
}

static const sqlite3_io_methods memory_methods = {
  1,
  memory_close,
  memory_read,
  memory_write,
  memory_truncate,
  memory_sync,
  memory_file_size,
  memory_lock,
  memory_lock,
  memory_check_reserved,
  memory_control,
  memory_sector_size,
  memory_characteristics,
};

int
bzg_vfs_memory_size (void)
{
  return sizeof (MemoryFile);
}

int
bzg_vfs_open_memory (sqlite3_file *file)
{
  MemoryFile *self = (MemoryFile *) file;

  self->bytes = g_byte_array_new ();
  self->base.pMethods = &memory_methods;
  return SQLITE_OK;
}
