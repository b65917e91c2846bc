/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bzg-file.h"

#include "base/bzg-error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct _BzgFileWriter
{
  char *folder;
  char *name; /* of the target inside the folder */
  char *temp; /* name of the temporary file inside the folder; NULL while it has none */
  int folder_fd;
  int fd;
  BzgFileFlags flags;
  int failed; /* errno of the first failure, 0 if none */
  gboolean flushed;
};

static char *
make_temp_name (void)
{
  return g_strdup_printf (".bozgasht-%08x%08x.tmp", g_random_int (), g_random_int ());
}

/* A file that dies with the descriptor where the file system can do it. */
static gboolean
open_temp (BzgFileWriter *self, GError **error)
{
  self->fd = openat (self->folder_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (self->fd >= 0)
    return TRUE;
  if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL && errno != ENOENT)
    return bzg_error_set_errno (error, errno, "new file");

  for (int i = 0; i < 16; i++)
    {
      g_autofree char *temp = make_temp_name ();

      self->fd
        = openat (self->folder_fd, temp, O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR | O_CLOEXEC, 0600);
      if (self->fd >= 0)
        {
          self->temp = g_steal_pointer (&temp);
          return TRUE;
        }
      if (errno != EEXIST)
        break;
    }
  return bzg_error_set_errno (error, errno, "new file");
}

/* Gives a nameless file the name @name; EEXIST if it is taken. */
static gboolean
link_nameless (BzgFileWriter *self, const char *name)
{
  char proc[64];

  g_snprintf (proc, sizeof proc, "/proc/self/fd/%d", self->fd);
  return linkat (AT_FDCWD, proc, self->folder_fd, name, AT_SYMLINK_FOLLOW) == 0;
}

/* One step that never replaces; for file systems without RENAME_NOREPLACE a link and an unlink. */
static gboolean
rename_new (BzgFileWriter *self)
{
  if (renameat2 (self->folder_fd, self->temp, self->folder_fd, self->name, RENAME_NOREPLACE) == 0)
    return TRUE;
  if (errno != EINVAL && errno != ENOSYS)
    return FALSE;
  if (linkat (self->folder_fd, self->temp, self->folder_fd, self->name, 0) != 0)
    return FALSE;
  unlinkat (self->folder_fd, self->temp, 0);
  return TRUE;
}

static gboolean
give_name (BzgFileWriter *self)
{
  if (self->temp == NULL && !(self->flags & BZG_FILE_REPLACE))
    return link_nameless (self, self->name);

  if (self->temp == NULL)
    {
      g_autofree char *temp = make_temp_name ();

      if (!link_nameless (self, temp))
        return FALSE;
      self->temp = g_steal_pointer (&temp);
    }
  if (self->flags & BZG_FILE_REPLACE)
    {
      if (renameat (self->folder_fd, self->temp, self->folder_fd, self->name) != 0)
        return FALSE;
    }
  else if (!rename_new (self))
    return FALSE;
  g_clear_pointer (&self->temp, g_free);
  return TRUE;
}

static gboolean
sync_folder_fd (int fd)
{
  /* Some file systems cannot flush a folder and say so; there is nothing more to be done. */
  return fsync (fd) == 0 || errno == EINVAL || errno == ENOTSUP;
}

BzgFileWriter *
bzg_file_writer_begin (const char *path, BzgFileFlags flags, GError **error)
{
  g_autoptr (BzgFileWriter) self = g_new0 (BzgFileWriter, 1);
  struct stat st;

  self->fd = -1;
  self->flags = flags;
  self->folder = g_path_get_dirname (path);
  self->name = g_path_get_basename (path);
  self->folder_fd = open (self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->folder_fd < 0)
    {
      bzg_error_set_errno (error, errno, "folder");
      return NULL;
    }
  if (fstatat (self->folder_fd, self->name, &st, AT_SYMLINK_NOFOLLOW) == 0)
    {
      if (!(flags & BZG_FILE_REPLACE))
        {
          bzg_error_set_errno (error, EEXIST, "target");
          return NULL;
        }
      if (S_ISDIR (st.st_mode))
        {
          bzg_error_set_errno (error, EISDIR, "target");
          return NULL;
        }
    }
  if (!open_temp (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

gboolean
bzg_file_writer_write (BzgFileWriter *self, gconstpointer data, gsize len, GError **error)
{
  const guint8 *at = data;

  while (self->failed == 0 && len > 0)
    {
      ssize_t done = write (self->fd, at, len);

      if (done < 0 && errno == EINTR)
        continue;
      if (done <= 0)
        {
          self->failed = done < 0 ? errno : EIO;
          break;
        }
      at += done;
      len -= (gsize) done;
    }
  self->flushed = FALSE;
  if (self->failed != 0)
    return bzg_error_set_errno (error, self->failed, "write");
  return TRUE;
}

int
bzg_file_writer_get_fd (BzgFileWriter *self)
{
  self->flushed = FALSE;
  return self->fd;
}

gboolean
bzg_file_writer_flush (BzgFileWriter *self, GError **error)
{
  /* After a failed fsync a second one may lie: the failure stays. */
  if (self->failed == 0 && !self->flushed && fsync (self->fd) != 0)
    self->failed = errno;
  if (self->failed != 0)
    return bzg_error_set_errno (error, self->failed, "flush");
  self->flushed = TRUE;
  return TRUE;
}

gboolean
bzg_file_writer_commit (BzgFileWriter *self, GError **error)
{
  if (!bzg_file_writer_flush (self, error))
    return FALSE;
  if (!give_name (self))
    {
      self->failed = errno;
      return bzg_error_set_errno (error, self->failed, "rename");
    }
  if (!sync_folder_fd (self->folder_fd))
    {
      int failed = errno;

      /* What is not known to last is not there; what it replaced cannot come back. */
      if (!(self->flags & BZG_FILE_REPLACE))
        unlinkat (self->folder_fd, self->name, 0);
      return bzg_error_set_errno (error, failed, "folder");
    }
  return TRUE;
}

void
bzg_file_writer_free (BzgFileWriter *self)
{
  if (self == NULL)
    return;
  if (self->temp != NULL)
    unlinkat (self->folder_fd, self->temp, 0);
  if (self->fd >= 0)
    close (self->fd);
  if (self->folder_fd >= 0)
    close (self->folder_fd);
  g_free (self->temp);
  g_free (self->name);
  g_free (self->folder);
  g_free (self);
}

gboolean
bzg_file_write_with (const char *path,
                     BzgFileFlags flags,
                     BzgFileProducer producer,
                     gpointer user_data,
                     GError **error)
{
  g_autoptr (BzgFileWriter) writer = bzg_file_writer_begin (path, flags, error);

  return writer != NULL && producer (writer, user_data, error)
         && bzg_file_writer_commit (writer, error);
}

gboolean
bzg_file_write (const char *path, gconstpointer data, gsize len, BzgFileFlags flags, GError **error)
{
  g_autoptr (BzgFileWriter) writer = bzg_file_writer_begin (path, flags, error);

  return writer != NULL && bzg_file_writer_write (writer, data, len, error)
         && bzg_file_writer_commit (writer, error);
}

/* The size is that of the moment of opening; a file that grows meanwhile is read up to @max. */
static GByteArray *
read_all (int fd, gsize max, GError **error)
{
  g_autoptr (GByteArray) content = g_byte_array_new ();
  gsize used = 0;

  for (;;)
    {
      gsize room = MIN (max - used + 1, (gsize) 1 << 20);
      ssize_t got;

      g_byte_array_set_size (content, (guint) (used + room));
      got = read (fd, content->data + used, room);
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        {
          bzg_error_set_errno (error, errno, "read");
          return NULL;
        }
      used += (gsize) got;
      g_byte_array_set_size (content, (guint) used);
      if (got == 0)
        return g_steal_pointer (&content);
      if (used > max)
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED, "the file has more than %zu bytes",
                       max);
          return NULL;
        }
    }
}

GBytes *
bzg_file_read (const char *path, gsize max, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat st;
  GByteArray *content = NULL;

  max = MIN (max, (gsize) 1 << 30);
  if (fd < 0)
    {
      bzg_error_set_errno (error, errno, "open");
      return NULL;
    }
  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode))
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_IO, "not a regular file");
  else
    content = read_all (fd, max, error);
  close (fd);
  return content != NULL ? g_byte_array_free_to_bytes (content) : NULL;
}

gboolean
bzg_file_sync_folder_of (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean ok;

  if (fd < 0)
    return bzg_error_set_errno (error, errno, "folder");
  ok = sync_folder_fd (fd);
  if (!ok)
    bzg_error_set_errno (error, errno, "folder");
  close (fd);
  return ok;
}
