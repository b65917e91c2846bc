/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/bzg-error.h"
#include "vault/bzg-platform-private.h"
#include "vault/bzg-vault-private.h"

/*
 * The layer between SQLite and the disk. One VFS is registered for each open casebook, never as the
 * default, and knows exactly two files: the casebook and its log. Everything else SQLite may ask
 * for (rollback journals, attached files) is refused, or kept in memory (temporary files).
 *
 * Locks and shared memory are those of SQLite's own "unix-excl": several connections of this
 * process, no other process, no -shm file. Reads and writes go through the descriptors of the vault
 * itself, so that the header, the pages and the log share one table of I/O functions.
 *
 * What SQLite asks for that is not a whole page or frame is refused on writing (fail closed). The
 * one odd read that matters is the first 100 bytes: a checkpoint cut short can leave page 1 torn
 * while its good copy stands in the log, so that read must not depend on page 1 and is answered
 * from a constant.
 */

#define AHEAD 16 /* pages */

typedef struct
{
  sqlite3_file base;
  BzgVault *vault;
  BzgXaes *xaes;
  guint8 *scratch;
  guint8 *ahead; /* cipher text of pages read ahead */
  guint32 ahead_first;
  guint32 ahead_pages;
  guint32 last_page;
  gboolean configured;
  sqlite3_file *real; /* behind this struct; only locks and shared memory */
} MainFile;

/* What page 1 says of every casebook: 4096-byte pages, write-ahead log, 40 bytes reserved. */
static const guint8 first_bytes[100] = {
  'S',  'Q', 'L', 'i', 't',         'e', ' ', 'f', 'o', 'r', 'm', 'a', 't', ' ', '3', 0, /* 0 */
  0x10, 0,   2,   2,   BZG_RESERVE, 64,  32,  32,  0,   0,   0,   1,   0,   0,   0,   1, /* 16 */
  0,    0,   0,   0,   0,           0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   4,
  0,    0,   0,   0,   0,           0,   0,   0,   0,   0,   0,   1,
};

/* ---- the casebook file ---- */

static int
main_close (sqlite3_file *file)
{
  MainFile *self = (MainFile *) file;
  int rc = self->real->pMethods->xClose (self->real);

  bzg_xaes_free (self->xaes);
  bzg_wipe (self->scratch, BZG_PAGE_SIZE);
  g_free (self->scratch);
  g_free (self->ahead);
  g_atomic_int_add (&self->vault->open_files, -1);
  return rc;
}

/* Finds the cipher text of @page: among those read ahead, if it still is the page that must be
 * there (a checkpoint may have written it since), else on the disk. Two pages in a row start
 * reading ahead, so that a scan asks the system once for many pages. */
static const guint8 *
fetch_page (MainFile *self, guint32 page, guint8 *buffer, int *rc)
{
  BzgSeal *seal = &self->vault->seal;
  const guint8 *found = buffer;
  guint32 want = 1;
  gssize n;

  if (page - self->ahead_first < self->ahead_pages)
    {
      found = self->ahead + (gsize) (page - self->ahead_first) * BZG_PAGE_SIZE;
      if (bzg_seal_check_tag (seal, page, found + BZG_BODY_SIZE + 24))
        {
          self->last_page = page;
          return found;
        }
    }
  else if (page == self->last_page + 1)
    want = AHEAD;
  self->last_page = page;

  n = bzg_io->read (self->vault->fd, want == 1 ? buffer : self->ahead, (gsize) want * BZG_PAGE_SIZE,
                    BZG_HEADER_SIZE + (goffset) (page - 1) * BZG_PAGE_SIZE);
  found = want == 1 ? buffer : self->ahead;
  if (want > 1)
    {
      self->ahead_first = page;
      self->ahead_pages = n > 0 ? (guint32) (n / BZG_PAGE_SIZE) : 0;
    }
  if (n < 0)
    *rc = SQLITE_IOERR_READ;
  else if (n < BZG_PAGE_SIZE)
    *rc = SQLITE_IOERR_SHORT_READ;
  else if (!bzg_seal_check_tag (seal, page, found + BZG_BODY_SIZE + 24))
    *rc = SQLITE_IOERR_DATA;
  return found;
}

/* Decrypts page @page into @out (4096 bytes); the reserved end reads as zeros. */
static int
read_page (MainFile *self, guint32 page, guint8 *out)
{
  guint8 aad[BZG_PAGE_AAD], tail[BZG_RESERVE];
  int rc = SQLITE_OK;
  const guint8 *cipher = fetch_page (self, page, out, &rc);

  if (rc == SQLITE_OK)
    {
      memcpy (tail, cipher + BZG_BODY_SIZE, sizeof tail);
      bzg_seal_page_aad (self->vault->seal.database_id, page, aad);
      if (!bzg_xaes_decrypt (self->xaes, tail, aad, sizeof aad, cipher, out, BZG_BODY_SIZE,
                             tail + 24))
        rc = SQLITE_IOERR_DATA;
    }
  if (rc == SQLITE_OK)
    memset (out + BZG_BODY_SIZE, 0, BZG_RESERVE);
  else
    memset (out, 0, BZG_PAGE_SIZE);
  return rc;
}

static int
main_read (sqlite3_file *file, void *out, int len, sqlite3_int64 offset)
{
  MainFile *self = (MainFile *) file;
  gint64 page = offset / BZG_PAGE_SIZE + 1, at = offset % BZG_PAGE_SIZE;
  int rc;

  if (len == (int) sizeof first_bytes && offset == 0)
    {
      memcpy (out, first_bytes, sizeof first_bytes);
      return SQLITE_OK;
    }
  if (len < 0 || at + len > BZG_PAGE_SIZE || page > G_MAXUINT32)
    return SQLITE_IOERR_READ;
  if (len == BZG_PAGE_SIZE)
    return read_page (self, (guint32) page, out);
  rc = read_page (self, (guint32) page, self->scratch);
  memcpy (out, self->scratch + at, (gsize) len);
  return rc;
}

static gboolean
reserve_is_zero (const guint8 *page)
{
  guint8 any = 0;

  for (int i = BZG_BODY_SIZE; i < BZG_PAGE_SIZE; i++)
    any |= page[i];
  return any == 0;
}

static int
main_write (sqlite3_file *file, const void *data, int len, sqlite3_int64 offset)
{
  MainFile *self = (MainFile *) file;
  gint64 page = offset / BZG_PAGE_SIZE + 1;
  guint8 aad[BZG_PAGE_AAD];
  guint8 *p = self->scratch, *end = p + BZG_BODY_SIZE;
  gssize n;

  if (len != BZG_PAGE_SIZE || offset % BZG_PAGE_SIZE || page > G_MAXUINT32 || page == BZG_LOCK_PAGE
      || !reserve_is_zero (data) || (page == 1 && ((const guint8 *) data)[20] != BZG_RESERVE))
    return SQLITE_IOERR_WRITE;

  bzg_nonce (end);
  bzg_seal_page_aad (self->vault->seal.database_id, (guint32) page, aad);
  if (!bzg_xaes_encrypt (self->xaes, end, aad, sizeof aad, data, p, BZG_BODY_SIZE, end + 24))
    return SQLITE_IOERR_WRITE;

  switch (bzg_seal_before_write (&self->vault->seal, (guint32) page))
    {
    case BZG_SEAL_BUSY:
      return SQLITE_BUSY;
    case BZG_SEAL_REFUSED:
      return SQLITE_IOERR_WRITE;
    case BZG_SEAL_OK:
      break;
    }
  n = bzg_io->write (self->vault->fd, p, BZG_PAGE_SIZE, BZG_HEADER_SIZE + offset);
  bzg_seal_after_write (&self->vault->seal, (guint32) page, end + 24, n == BZG_PAGE_SIZE);
  return n == -ENOSPC || n == -EDQUOT ? SQLITE_FULL : n < 0 ? SQLITE_IOERR_WRITE : SQLITE_OK;
}

static int
main_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  MainFile *self = (MainFile *) file;

  if (size < 0 || size % BZG_PAGE_SIZE || size / BZG_PAGE_SIZE > G_MAXUINT32)
    return SQLITE_IOERR_TRUNCATE;
  switch (bzg_seal_truncate (&self->vault->seal, (guint32) (size / BZG_PAGE_SIZE)))
    {
    case BZG_SEAL_OK:
      return SQLITE_OK;
    case BZG_SEAL_BUSY:
      return SQLITE_BUSY;
    default:
      return SQLITE_IOERR_TRUNCATE;
    }
}

static int
main_sync (sqlite3_file *file, int flags)
{
  return bzg_seal_sync_main (&((MainFile *) file)->vault->seal) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int
main_file_size (sqlite3_file *file, sqlite3_int64 *size)
{
  MainFile *self = (MainFile *) file;

  g_mutex_lock (&self->vault->seal.table);
  *size = (sqlite3_int64) self->vault->seal.n_pages * BZG_PAGE_SIZE;
  g_mutex_unlock (&self->vault->seal.table);
  return SQLITE_OK;
}

static int
main_lock (sqlite3_file *file, int level)
{
  MainFile *self = (MainFile *) file;

  return self->real->pMethods->xLock (self->real, level);
}

static int
main_unlock (sqlite3_file *file, int level)
{
  MainFile *self = (MainFile *) file;

  return self->real->pMethods->xUnlock (self->real, level);
}

static int
main_check_reserved (sqlite3_file *file, int *out)
{
  MainFile *self = (MainFile *) file;

  return self->real->pMethods->xCheckReservedLock (self->real, out);
}

/* Pragmas that would change what the format or the seal stands on are answered with what is in
 * force. */
static int
answer_pragma (MainFile *self, char **args)
{
  static const struct
  {
    const char *name, *value;
  } fixed[] = {
    { "page_size", "4096" },        { "secure_delete", "1" },       { "auto_vacuum", "0" },
    { "mmap_size", "0" },           { "journal_mode", "wal" },      { "locking_mode", "normal" },
    { "synchronous", "2" },         { "journal_size_limit", "-1" }, { "temp_store_directory", "" },
    { "data_store_directory", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (fixed) && self->configured; i++)
    if (g_ascii_strcasecmp (args[1], fixed[i].name) == 0)
      {
        args[0] = sqlite3_mprintf ("%s", fixed[i].value);
        return SQLITE_OK;
      }
  return SQLITE_NOTFOUND;
}

static int
main_control (sqlite3_file *file, int op, void *arg)
{
  MainFile *self = (MainFile *) file;

  switch (op)
    {
    case SQLITE_FCNTL_PRAGMA:
      return answer_pragma (self, arg);
    case BZG_FCNTL_CONFIGURED:
      self->configured = TRUE;
      return SQLITE_OK;
    case SQLITE_FCNTL_RESERVE_BYTES:
    case SQLITE_FCNTL_LOCKSTATE:
    case SQLITE_FCNTL_LAST_ERRNO:
    case SQLITE_FCNTL_HAS_MOVED:
    case SQLITE_FCNTL_LOCK_TIMEOUT:
      return op == SQLITE_FCNTL_RESERVE_BYTES
               ? SQLITE_NOTFOUND
               : self->real->pMethods->xFileControl (self->real, op, arg);
    case SQLITE_FCNTL_SIZE_HINT:
    case SQLITE_FCNTL_CHUNK_SIZE:
    case SQLITE_FCNTL_SYNC:
    case SQLITE_FCNTL_COMMIT_PHASETWO:
    case SQLITE_FCNTL_SYNC_OMITTED:
    case SQLITE_FCNTL_BUSYHANDLER:
    case SQLITE_FCNTL_PDB:
    case SQLITE_FCNTL_CKPT_START:
    case SQLITE_FCNTL_CKPT_DONE:
    case SQLITE_FCNTL_WAL_BLOCK:
      return SQLITE_OK;
    default:
      return SQLITE_NOTFOUND;
    }
}

static int
any_sector_size (sqlite3_file *file)
{
  return BZG_PAGE_SIZE;
}

static int
any_characteristics (sqlite3_file *file)
{
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int
main_shm_map (sqlite3_file *file, int region, int size, int extend, void volatile **out)
{
  MainFile *self = (MainFile *) file;

  return self->real->pMethods->xShmMap (self->real, region, size, extend, out);
}

static int
main_shm_lock (sqlite3_file *file, int offset, int n, int flags)
{
  MainFile *self = (MainFile *) file;

  return self->real->pMethods->xShmLock (self->real, offset, n, flags);
}

static void
main_shm_barrier (sqlite3_file *file)
{
  MainFile *self = (MainFile *) file;

  self->real->pMethods->xShmBarrier (self->real);
}

static int
main_shm_unmap (sqlite3_file *file, int delete_it)
{
  MainFile *self = (MainFile *) file;

  return self->real->pMethods->xShmUnmap (self->real, delete_it);
}

static const sqlite3_io_methods main_methods = {
  2,
  main_close,
  main_read,
  main_write,
  main_truncate,
  main_sync,
  main_file_size,
  main_lock,
  main_unlock,
  main_check_reserved,
  main_control,
  any_sector_size,
  any_characteristics,
  main_shm_map,
  main_shm_lock,
  main_shm_barrier,
  main_shm_unmap,
};

/* ---- the VFS ---- */

static sqlite3_vfs *
base_vfs (void)
{
  return sqlite3_vfs_find ("unix-excl");
}

static int
open_main (BzgVault *vault, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
  MainFile *self = (MainFile *) file;
  sqlite3_vfs *base = base_vfs ();
  int rc;

  if (strcmp (name, vault->path) || (flags & SQLITE_OPEN_DELETEONCLOSE))
    return SQLITE_CANTOPEN;
  memset (self, 0, sizeof *self);
  self->vault = vault;
  self->real = (sqlite3_file *) (self + 1);
  self->real->pMethods = NULL;
  rc = base->xOpen (base, name, self->real, flags & ~SQLITE_OPEN_CREATE, out_flags);
  if (rc)
    return rc;
  g_atomic_int_inc (&vault->open_files);
  self->xaes = bzg_xaes_new (vault->keys->page);
  self->scratch = g_malloc (BZG_PAGE_SIZE);
  self->ahead = g_malloc (AHEAD * BZG_PAGE_SIZE);
  file->pMethods = &main_methods;
  if (!self->xaes)
    {
      main_close (file);
      file->pMethods = NULL;
      return SQLITE_NOMEM;
    }
  return SQLITE_OK;
}

static int
vfs_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
  const int temporary = SQLITE_OPEN_TEMP_DB | SQLITE_OPEN_TRANSIENT_DB | SQLITE_OPEN_TEMP_JOURNAL
                        | SQLITE_OPEN_SUBJOURNAL;
  BzgVault *vault = vfs->pAppData;

  file->pMethods = NULL;
  if ((flags & temporary) || !name)
    {
      if (out_flags)
        *out_flags = flags;
      return bzg_vfs_open_memory (file);
    }
  if (flags & SQLITE_OPEN_MAIN_DB)
    return open_main (vault, name, file, flags, out_flags);
  if (flags & SQLITE_OPEN_WAL)
    {
      if (out_flags)
        *out_flags = flags;
      return bzg_vfs_open_log (vault, file, out_flags);
    }
  return SQLITE_CANTOPEN;
}

static gboolean
is_log (BzgVault *vault, const char *name)
{
  gsize n = strlen (vault->path);

  return strncmp (name, vault->path, n) == 0 && strcmp (name + n, "-wal") == 0;
}

static int
vfs_delete (sqlite3_vfs *vfs, const char *name, int sync_dir)
{
  BzgVault *vault = vfs->pAppData;

  if (!is_log (vault, name))
    return SQLITE_OK;
  /* SQLite lets go of the log when the last connection closes: it is emptied here, and its name
   * goes when the vault closes. */
  if (bzg_seal_new_log (&vault->seal, NULL) != BZG_SEAL_OK || bzg_io->truncate (vault->log_fd, 0))
    return SQLITE_IOERR_DELETE;
  return SQLITE_OK;
}

static int
vfs_access (sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
  BzgVault *vault = vfs->pAppData;

  if (is_log (vault, name))
    *out = bzg_platform_file_size (vault->log_fd) > 0;
  else
    *out = strcmp (name, vault->path) == 0;
  return SQLITE_OK;
}

static int
vfs_full_pathname (sqlite3_vfs *vfs, const char *name, int len, char *out)
{
  BzgVault *vault = vfs->pAppData;

  if (strcmp (name, vault->path))
    return SQLITE_CANTOPEN;
  if (g_strlcpy (out, name, (gsize) len) >= (gsize) len)
    return SQLITE_CANTOPEN;
  return SQLITE_OK;
}

static int
vfs_randomness (sqlite3_vfs *vfs, int len, char *out)
{
  bzg_platform_entropy (out, (gsize) len);
  return len;
}

static int
vfs_sleep (sqlite3_vfs *vfs, int microseconds)
{
  g_usleep ((gulong) microseconds);
  return microseconds;
}

static int
vfs_time64 (sqlite3_vfs *vfs, sqlite3_int64 *out)
{
  sqlite3_vfs *base = base_vfs ();

  return base->xCurrentTimeInt64 (base, out);
}

static int
vfs_time (sqlite3_vfs *vfs, double *out)
{
  sqlite3_int64 ms = 0;
  int rc = vfs_time64 (vfs, &ms);

  *out = (double) ms / 86400000.0;
  return rc;
}

static int
vfs_last_error (sqlite3_vfs *vfs, int len, char *out)
{
  return 0;
}

gboolean
bzg_vfs_register (BzgVault *self, GError **error)
{
  static gint counter;
  sqlite3_vfs *base = base_vfs ();
  sqlite3_vfs *vfs = g_new0 (sqlite3_vfs, 1);

  vfs->iVersion = 2;
  vfs->szOsFile = MAX ((int) sizeof (MainFile) + base->szOsFile,
                       MAX (bzg_vfs_log_size (), bzg_vfs_memory_size ()));
  vfs->mxPathname = MAX (base->mxPathname, 4096);
  vfs->zName = g_strdup_printf ("bozgasht-%d", g_atomic_int_add (&counter, 1));
  vfs->pAppData = self;
  vfs->xOpen = vfs_open;
  vfs->xDelete = vfs_delete;
  vfs->xAccess = vfs_access;
  vfs->xFullPathname = vfs_full_pathname;
  vfs->xRandomness = vfs_randomness;
  vfs->xSleep = vfs_sleep;
  vfs->xCurrentTime = vfs_time;
  vfs->xCurrentTimeInt64 = vfs_time64;
  vfs->xGetLastError = vfs_last_error;
  self->vfs = vfs;
  if (sqlite3_vfs_register (vfs, 0) == SQLITE_OK)
    return TRUE;
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "VFS");
  return FALSE;
}

void
bzg_vfs_unregister (BzgVault *self)
{
  if (!self->vfs)
    return;
  sqlite3_vfs_unregister (self->vfs);
  g_free ((char *) self->vfs->zName);
  g_clear_pointer (&self->vfs, g_free);
}
