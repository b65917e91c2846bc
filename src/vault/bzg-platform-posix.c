/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/bzg-platform-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "base/bzg-error.h"

/* File systems that lie about locks or flushes, or lie on another machine. */
static const guint32 refused_file_systems[] = {
  0x6969,     /* NFS */
  0x517B,     /* SMB */
  0xFF534D42, /* CIFS */
  0xFE534D42, /* SMB2 */
  0x65735546, /* FUSE: sshfs, cloud clients */
  0x01021997, /* 9P */
  0x73757245, /* Coda */
  0x5346414F, /* AFS */
  0x6B414653, /* kAFS */
  0x00C36400, /* Ceph */
};

static gssize
posix_read (int fd, gpointer data, gsize len, goffset offset)
{
  gsize done = 0;

  while (done < len)
    {
      gssize n = pread (fd, (char *) data + done, len - done, offset + (goffset) done);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -errno;
      if (n == 0)
        break;
      done += (gsize) n;
    }
  return (gssize) done;
}

static gssize
posix_write (int fd, gconstpointer data, gsize len, goffset offset)
{
  gsize done = 0;

  while (done < len)
    {
      gssize n = pwrite (fd, (const char *) data + done, len - done, offset + (goffset) done);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -errno;
      if (n == 0)
        return -ENOSPC;
      done += (gsize) n;
    }
  return (gssize) done;
}

static int
posix_sync (int fd)
{
  int rc;

  do
    rc = fdatasync (fd);
  while (rc && errno == EINTR);
  return rc ? -errno : 0;
}

static int
posix_truncate (int fd, goffset size)
{
  int rc;

  do
    rc = ftruncate (fd, size);
  while (rc && errno == EINTR);
  return rc ? -errno : 0;
}

const BzgIo bzg_io_posix = { posix_read, posix_write, posix_sync, posix_truncate };
const BzgIo *bzg_io = &bzg_io_posix;

void
bzg_platform_harden (void)
{
  const struct rlimit none = { 0, 0 };

  prctl (PR_SET_DUMPABLE, 0);
  setrlimit (RLIMIT_CORE, &none);
}

/* A program started without standard streams would get their numbers for its files, and whatever
 * anybody prints would go into the casebook. */
static int
not_a_standard_stream (int fd)
{
  int moved = fd;

  if (fd >= 0 && fd <= STDERR_FILENO)
    {
      moved = fcntl (fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
      close (fd);
    }
  return moved;
}

int
bzg_platform_open_guard (const char *path, GError **error)
{
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1 };
  struct stat st;
  struct statfs fs;
  int fd = not_a_standard_stream (open (path, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));

  if (fd < 0)
    {
      int errnum = errno;
      if (errnum == EISDIR)
        g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_CASEBOOK, "a folder");
      else
        bzg_error_set_errno (error, errnum, "casebook");
      return -1;
    }
  if (fstat (fd, &st) || fstatfs (fd, &fs))
    {
      bzg_error_set_errno (error, errno, "casebook");
      goto fail;
    }
  if (!S_ISREG (st.st_mode))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_CASEBOOK, "not a regular file");
      goto fail;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (refused_file_systems); i++)
    if ((guint32) fs.f_type == refused_file_systems[i])
      {
        g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_PLACE, "network file system");
        goto fail;
      }
  /* A lock of the open file description: unlike a classic POSIX lock it is not lost when some other
   * code of this process opens and closes the same file. */
  if (fcntl (fd, F_OFD_SETLK, &lock))
    {
      if (errno == EAGAIN || errno == EACCES)
        g_set_error_literal (error, BZG_ERROR, BZG_ERROR_IN_USE, "locked by another process");
      else
        bzg_error_set_errno (error, errno, "casebook");
      goto fail;
    }
  return fd;

fail:
  close (fd);
  return -1;
}

int
bzg_platform_open_beside (const char *path, gboolean exclusive, GError **error)
{
  int fd = not_a_standard_stream (
    open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (exclusive ? O_EXCL : 0), 0600));

  if (fd < 0 && errno == EEXIST)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_EXISTS, "file");
  else if (fd < 0)
    bzg_error_set_errno (error, errno, "file beside the casebook");
  return fd;
}

int
bzg_platform_open_hint (const char *path)
{
  return open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
}

gboolean
bzg_platform_rename_new (const char *from, const char *to, GError **error)
{
  if (renameat2 (AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
    return TRUE;
  /* vfat and some others do not know the flag; link() never replaces either. */
  if ((errno == EINVAL || errno == ENOSYS) && link (from, to) == 0)
    {
      unlink (from);
      return TRUE;
    }
  if (errno == EPERM && access (to, F_OK) != 0 && rename (from, to) == 0)
    return TRUE;
  if (errno == EEXIST)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_EXISTS, "file");
      return FALSE;
    }
  return bzg_error_set_errno (error, errno, "casebook");
}

gboolean
bzg_platform_sync_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int errnum = 0;

  if (fd < 0)
    return bzg_error_set_errno (error, errno, "folder");
  if (fsync (fd) && errno != EINVAL)
    errnum = errno;
  close (fd);
  return errnum ? bzg_error_set_errno (error, errnum, "folder") : TRUE;
}

gint64
bzg_platform_file_size (int fd)
{
  struct stat st;

  return fstat (fd, &st) ? -errno : (gint64) st.st_size;
}

guint64
bzg_platform_memory (void)
{
  long pages = sysconf (_SC_PHYS_PAGES), size = sysconf (_SC_PAGESIZE);

  return pages > 0 && size > 0 ? (guint64) pages * (guint64) size : 0;
}

guint64
bzg_platform_clock_ns (void)
{
  struct timespec ts;

  clock_gettime (CLOCK_REALTIME, &ts);
  return (guint64) ts.tv_sec * 1000000000u + (guint64) ts.tv_nsec;
}

gpointer
bzg_platform_fork_wiped_page (gsize len)
{
  gpointer page = mmap (NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (page == MAP_FAILED)
    g_error ("out of memory");
  madvise (page, len, MADV_WIPEONFORK);
  madvise (page, len, MADV_DONTDUMP);
  return page;
}

gpointer
bzg_platform_locked (gsize want, gsize spare, gsize *len)
{
  gsize page = (gsize) sysconf (_SC_PAGESIZE);
  struct rlimit limit;
  gpointer data;

  *len = 0;
  if (getrlimit (RLIMIT_MEMLOCK, &limit))
    return NULL;
  if (limit.rlim_cur != RLIM_INFINITY)
    {
      limit.rlim_cur = limit.rlim_max; /* what the program may allow itself */
      setrlimit (RLIMIT_MEMLOCK, &limit);
    }
  if (limit.rlim_cur != RLIM_INFINITY)
    want = MIN (want, limit.rlim_cur > spare ? (gsize) limit.rlim_cur - spare : 0);
  want = want / page * page;
  data = want > 0 ? mmap (NULL, want, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                  : MAP_FAILED;
  if (data == MAP_FAILED)
    return NULL;
  if (mlock (data, want))
    {
      munmap (data, want);
      return NULL;
    }
  madvise (data, want, MADV_DONTDUMP);
  *len = want;
  return data;
}

void
bzg_platform_entropy (gpointer out, gsize len)
{
  gsize done = 0;

  while (done < len)
    {
      gssize n = getrandom ((char *) out + done, len - done, 0);
      if (n < 0 && errno != EINTR)
        g_error ("the system gives no random numbers");
      if (n > 0)
        done += (gsize) n;
    }
}
