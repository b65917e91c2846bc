/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "counts.h"
#include "vault/bzg-header-private.h"
#include "vault/bzg-platform-private.h"

/*
 * What the operating system may answer and hardly ever does: interruptions, short transfers, odd
 * file systems, errors of every call. The linker puts the functions below in front of those of the
 * C library (see meson.build).
 */

typedef enum
{
  NOTHING,
  OPEN,
  STAT,
  STATFS,
  LOCK,
  RENAME_NEW,
  LINK,
  RENAME,
  FSYNC,
  FDATASYNC,
  TRUNCATE,
  READ,
  WRITE,
  ENTROPY,
  MAP,
  LOCK_MEMORY,
  GET_LIMIT,
  PAGES,
} Call;

#define NOTHING_WRITTEN (-1)

static struct
{
  Call call;
  int errnum; /* 0: a short transfer; for STATFS the type is @type, else see below */
  int times;
  int later; /* calls that are let through first */
  guint32 type;
  rlim_t limit;
  long pages;
} answer;

static gboolean
answers (Call call)
{
  if (answer.call != call || answer.times == 0 || answer.later-- > 0)
    return FALSE;
  answer.times--;
  errno = answer.errnum;
  return TRUE;
}

#define WRAP(type, name, ...)                                                                      \
  type __real_##name (__VA_ARGS__);                                                                \
  type __wrap_##name (__VA_ARGS__);                                                                \
  type __wrap_##name (__VA_ARGS__)

int __real_open64 (const char *path, int flags, ...);
int __wrap_open64 (const char *path, int flags, ...);
int
__wrap_open64 (const char *path, int flags, ...)
{
  va_list args;
  int mode;

  va_start (args, flags);
  mode = va_arg (args, int);
  va_end (args);
  return answers (OPEN) ? -1 : __real_open64 (path, flags, mode);
}

int __real_fcntl64 (int fd, int command, ...);
int __wrap_fcntl64 (int fd, int command, ...);
int
__wrap_fcntl64 (int fd, int command, ...)
{
  va_list args;
  void *arg;

  va_start (args, command);
  arg = va_arg (args, void *);
  va_end (args);
  return command == F_OFD_SETLK && answers (LOCK) ? -1 : __real_fcntl64 (fd, command, arg);
}

WRAP (int, fstat64, int fd, struct stat *out)
{
  return answers (STAT) ? -1 : __real_fstat64 (fd, out);
}

WRAP (int, fstatfs64, int fd, struct statfs *out)
{
  int rc = __real_fstatfs64 (fd, out);

  if (answers (STATFS))
    {
      if (answer.errnum)
        return -1;
      out->f_type = (typeof (out->f_type)) answer.type;
    }
  return rc;
}

WRAP (int, renameat2, int from_fd, const char *from, int to_fd, const char *to, unsigned flags)
{
  return answers (RENAME_NEW) ? -1 : __real_renameat2 (from_fd, from, to_fd, to, flags);
}

WRAP (int, link, const char *from, const char *to)
{
  return answers (LINK) ? -1 : __real_link (from, to);
}

WRAP (int, rename, const char *from, const char *to)
{
  return answers (RENAME) ? -1 : __real_rename (from, to);
}

WRAP (int, fsync, int fd)
{
  return answers (FSYNC) ? -1 : __real_fsync (fd);
}

WRAP (int, fdatasync, int fd)
{
  return answers (FDATASYNC) ? -1 : __real_fdatasync (fd);
}

WRAP (int, ftruncate64, int fd, off_t size)
{
  return answers (TRUNCATE) ? -1 : __real_ftruncate64 (fd, size);
}

WRAP (ssize_t, pread64, int fd, void *data, size_t len, off_t at)
{
  if (answers (READ))
    return answer.errnum ? -1 : __real_pread64 (fd, data, MIN (len, 3), at);
  return __real_pread64 (fd, data, len, at);
}

WRAP (ssize_t, pwrite64, int fd, const void *data, size_t len, off_t at)
{
  if (answers (WRITE))
    return answer.errnum == NOTHING_WRITTEN ? 0
           : answer.errnum                  ? -1
                                            : __real_pwrite64 (fd, data, MIN (len, 3), at);
  return __real_pwrite64 (fd, data, len, at);
}

WRAP (ssize_t, getrandom, void *data, size_t len, unsigned flags)
{
  if (answers (ENTROPY))
    return answer.errnum ? -1 : __real_getrandom (data, MIN (len, 3), flags);
  return __real_getrandom (data, len, flags);
}

WRAP (void *, mmap64, void *at, size_t len, int prot, int flags, int fd, off_t offset)
{
  return answers (MAP) ? MAP_FAILED : __real_mmap64 (at, len, prot, flags, fd, offset);
}

WRAP (int, mlock, const void *data, size_t len)
{
  return answers (LOCK_MEMORY) ? -1 : __real_mlock (data, len);
}

WRAP (int, getrlimit64, int resource, struct rlimit *out)
{
  if (!answers (GET_LIMIT))
    return __real_getrlimit64 (resource, out);
  out->rlim_cur = out->rlim_max = answer.limit;
  return answer.errnum ? -1 : 0;
}

WRAP (int, setrlimit64, int resource, const struct rlimit *limit)
{
  return answer.call == GET_LIMIT ? 0 : __real_setrlimit64 (resource, limit);
}

WRAP (long, sysconf, int name)
{
  return name == _SC_PHYS_PAGES && answers (PAGES) ? answer.pages : __real_sysconf (name);
}

WRAP (int, g_rename, const char *from, const char *to)
{
  return answers (RENAME) ? -1 : __real_g_rename (from, to);
}

static void
let (Call call, int errnum, int times)
{
  answer.call = call;
  answer.errnum = errnum;
  answer.times = times;
  answer.later = 0;
}

/* ---- tests ---- */

static void
test_transfers (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "x", NULL);
  int fd = bzg_platform_open_beside (path, TRUE, NULL);
  char text[] = "0123456789", back[16];
  guint8 random[16] = { 0 }, zeros[16] = { 0 };
  const Call calls[] = { READ, WRITE, FDATASYNC, TRUNCATE };

  /* Short pieces and interruptions are gone on with. */
  for (int errnum = 0; errnum <= EINTR; errnum += EINTR)
    {
      memset (back, 0, sizeof back);
      let (WRITE, errnum, 2);
      g_assert_cmpint (bzg_io->write (fd, text, 10, 5), ==, 10);
      g_assert_cmpint (answer.times, ==, 0);
      let (READ, errnum, 2);
      g_assert_cmpint (bzg_io->read (fd, back, 10, 5), ==, 10);
      g_assert_cmpint (answer.times, ==, 0);
      g_assert_cmpstr (back, ==, text);
      let (ENTROPY, errnum, 2);
      bzg_platform_entropy (random, sizeof random);
      g_assert_cmpint (answer.times, ==, 0);
      g_assert_true (memcmp (random + 8, zeros, 8) != 0);
    }
  g_assert_cmpint (bzg_io->read (fd, back, 10, 12), ==, 3); /* the end */
  let (FDATASYNC, EINTR, 2);
  g_assert_cmpint (bzg_io->sync (fd), ==, 0);
  let (TRUNCATE, EINTR, 2);
  g_assert_cmpint (bzg_io->truncate (fd, 4), ==, 0);
  g_assert_cmpint (bzg_platform_file_size (fd), ==, 4);

  /* Errors come out with their number. */
  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      let (calls[i], EIO, 1);
      g_assert_cmpint (calls[i] == READ        ? bzg_io->read (fd, back, 1, 0)
                       : calls[i] == WRITE     ? bzg_io->write (fd, back, 1, 0)
                       : calls[i] == FDATASYNC ? bzg_io->sync (fd)
                                               : bzg_io->truncate (fd, 0),
                       ==, -EIO);
    }
  let (STAT, EIO, 1);
  g_assert_cmpint (bzg_platform_file_size (fd), ==, -EIO);
  let (WRITE, NOTHING_WRITTEN, 1); /* no error and nothing done: no room, not for ever again */
  g_assert_cmpint (bzg_io->write (fd, back, 1, 0), ==, -ENOSPC);
  let (NOTHING, 0, 0);
  close (fd);
}

/* Without numbers nobody can guess there is no casebook: the program ends. */
static void
test_no_entropy (Fixture *f, gconstpointer data)
{
  for (int which = 0; which < 2; which++)
    {
      int status;
      pid_t child = fork ();

      if (child == 0)
        {
          guint8 random[16];

          write_counts_at_the_end ();
          close (STDOUT_FILENO);
          close (STDERR_FILENO);
          let (which ? MAP : ENTROPY, EIO, 1);
          if (which)
            bzg_platform_fork_wiped_page (4096);
          else
            bzg_platform_entropy (random, sizeof random);
          _exit (0);
        }
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_true (WIFSIGNALED (status));
      g_assert_cmpint (WTERMSIG (status), ==, SIGTRAP);
    }
}

/* As much as may be locked, a page at a time, less what is left to others; else nothing. */
static void
test_locked_memory (Fixture *f, gconstpointer data)
{
  static const struct
  {
    Call call;
    int errnum;
    rlim_t limit;
    gsize len;
  } cases[] = {
    { GET_LIMIT, 0, RLIM_INFINITY, 16384 }, /* no limit */
    { GET_LIMIT, 0, 12000, 8192 },          /* 12,000 less 3,000, in whole pages */
    { GET_LIMIT, 0, 7000, 0 },              /* less than a page */
    { GET_LIMIT, 0, 3000, 0 },
    { GET_LIMIT, 0, 0, 0 },
    { GET_LIMIT, EINVAL, RLIM_INFINITY, 0 },
    { MAP, ENOMEM, 0, 0 },
    { LOCK_MEMORY, ENOMEM, 0, 0 },
  };

  g_assert_cmpint (sysconf (_SC_PAGESIZE), >=, 4096);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize len = 1;
      guint8 *block;

      let (cases[i].call, cases[i].errnum, 1);
      answer.limit = cases[i].limit;
      block = bzg_platform_locked (16384 + 100, 3000, &len);
      g_assert_cmpint (answer.times, ==, 0);
      g_assert_cmpuint (len, ==, cases[i].len);
      g_assert_true ((block != NULL) == (len > 0));
      if (block)
        {
          memset (block, 1, len);
          munmap (block, len);
        }
    }
  let (NOTHING, 0, 0);
}

/* A machine that does not say how much memory it has, or has little, or much. */
static void
test_memory (Fixture *f, gconstpointer data)
{
  static const struct
  {
    long pages;
    guint32 kib;
  } cases[] = {
    { -1, 64 * 1024 },         { 32768, 64 * 1024 }, /* 128 MiB */
    { 524288, 256 * 1024 },                          /* 2 GiB */
    { 262144, 128 * 1024 },                          /* 1 GiB */
    { 64L << 18, 256 * 1024 },                       /* 64 GiB */
  };
  static const BzgVaultKdf weak[] = { { .passes = 3, .memory_kib = 32 * 1024, .lanes = 1 },
                                      { .passes = 2, .memory_kib = 64 * 1024, .lanes = 1 },
                                      { .passes = 3, .memory_kib = 64 * 1024, .lanes = 9 },
                                      { .passes = 17, .memory_kib = 64 * 1024, .lanes = 1 },
                                      { .passes = 16, .memory_kib = 1024 * 1024, .lanes = 1 } };
  static const BzgVaultKdf unsaid = { .passes = 1, .memory_kib = 0, .lanes = 1 };
  static const BzgVaultKdf strong = { .passes = 4, .memory_kib = 128 * 1024, .lanes = 2 };
  BzgKdfSet set;

  g_unsetenv (BZG_CHEAP_KDF);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      let (PAGES, 0, 1);
      answer.pages = cases[i].pages;
      g_assert_true (bzg_kdf_choose (i % 2 ? &unsaid : NULL, &set, NULL));
      g_assert_cmpuint (set.memory_kib, ==, cases[i].kib);
      g_assert_cmpuint (set.passes, ==, 3);
      g_assert_true (bzg_kdf_acceptable (&set));
    }
  let (NOTHING, 0, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (weak); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (bzg_kdf_choose (&weak[i], &set, &error));
      g_assert_error (error, BZG_ERROR, BZG_ERROR_USAGE);
    }
  g_assert_true (bzg_kdf_choose (&strong, &set, NULL));
  g_assert_cmpuint (set.memory_kib, ==, 128 * 1024);
  g_setenv (BZG_CHEAP_KDF, "1", TRUE);
}

static void
assert_no_second (Fixture *f)
{
  GDir *dir = g_dir_open (f->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    g_assert_false (g_str_has_suffix (name, ".new"));
  g_dir_close (dir);
}

/* A new key and the system in the way: nothing is left beside the casebook, which opens as before.
 */
static void
test_rekey (Fixture *f, gconstpointer data)
{
  static const struct
  {
    Call call;
    int errnum, later, code;
  } cases[] = {
    { OPEN, ENOSPC, 0, BZG_ERROR_DISK_FULL },
    { OPEN, EMFILE, 1, BZG_ERROR_IO },
    { STATFS, EIO, 0, BZG_ERROR_IO },
    { LOCK, EAGAIN, 0, BZG_ERROR_IN_USE },
    { RENAME, EIO, 0, BZG_ERROR_IO },
    { FSYNC, EIO, 0, BZG_ERROR_IO }, /* in place, but it may not outlast a power cut */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      let (cases[i].call, cases[i].errnum, 1);
      answer.later = cases[i].later;
      g_assert_false (bzg_vault_rekey (f->vault, 1, NULL, NULL, NULL, &error));
      g_assert_cmpint (answer.times, ==, 0);
      let (NOTHING, 0, 0);
      g_assert_error (error, BZG_ERROR, cases[i].code);
      assert_no_second (f);
      fixture_close (f);
      fixture_open (f);
      g_assert_true (bzg_vault_verify (f->vault, NULL, NULL, NULL, NULL));
    }
}

static void
test_guard (Fixture *f, gconstpointer data)
{
  static const struct
  {
    Call call;
    int errnum;
    guint32 type;
    int code;
  } cases[] = {
    { OPEN, EACCES, 0, BZG_ERROR_READ_ONLY },
    { OPEN, EISDIR, 0, BZG_ERROR_NOT_CASEBOOK },
    { OPEN, ENOENT, 0, BZG_ERROR_NO_FILE },
    { STAT, EIO, 0, BZG_ERROR_IO },
    { STATFS, EIO, 0, BZG_ERROR_IO },
    { STATFS, 0, 0x6969, BZG_ERROR_REFUSED_PLACE },
    { STATFS, 0, 0x65735546, BZG_ERROR_REFUSED_PLACE },
    { STATFS, 0, 0xFF534D42, BZG_ERROR_REFUSED_PLACE },
    { LOCK, EAGAIN, 0, BZG_ERROR_IN_USE },
    { LOCK, EACCES, 0, BZG_ERROR_IN_USE },
    { LOCK, ENOLCK, 0, BZG_ERROR_IO },
  };

  fixture_close (f);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      let (cases[i].call, cases[i].errnum, 1);
      answer.type = cases[i].type;
      g_assert_null (fixture_try_open (f, &error));
      g_assert_error (error, BZG_ERROR, cases[i].code);
      g_assert_cmpint (answer.times, ==, 0);
    }
  {
    g_autoptr (GError) error = NULL;
    g_autofree char *fifo = g_build_filename (f->folder, "fifo", NULL);
    g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
    g_assert_cmpint (bzg_platform_open_guard (fifo, &error), ==, -1);
    g_assert_error (error, BZG_ERROR, BZG_ERROR_NOT_CASEBOOK);
  }
  let (NOTHING, 0, 0);
  fixture_open (f);
}

/* A new name never replaces a file, also where the system does not know how to promise it. */
static void
test_new_name (Fixture *f, gconstpointer data)
{
  static const int unknown[] = { 0, EINVAL, ENOSYS };
  g_autofree char *from = g_build_filename (f->folder, "from", NULL);
  g_autofree char *to = g_build_filename (f->folder, "to", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (unknown); i++)
    {
      g_autoptr (GError) error = NULL;

      g_file_set_contents (from, "new", -1, NULL);
      let (RENAME_NEW, unknown[i], unknown[i] ? 1 : 0);
      g_assert_true (bzg_platform_rename_new (from, to, &error));
      g_assert_false (g_file_test (from, G_FILE_TEST_EXISTS));
      g_file_set_contents (from, "newer", -1, NULL);
      let (RENAME_NEW, unknown[i], unknown[i] ? 1 : 0);
      g_assert_false (bzg_platform_rename_new (from, to, &error));
      g_assert_error (error, BZG_ERROR, BZG_ERROR_EXISTS);
      g_unlink (to);
    }
  /* No hard links either (vfat): a plain rename, if nothing is there. */
  for (int there = 0; there < 2; there++)
    {
      g_autoptr (GError) error = NULL;

      g_file_set_contents (from, "new", -1, NULL);
      if (there)
        g_file_set_contents (to, "old", -1, NULL);
      let (RENAME_NEW, EPERM, 1);
      g_assert_true (bzg_platform_rename_new (from, to, &error) == !there);
      g_unlink (to);
    }
  {
    g_autoptr (GError) error = NULL; /* nothing there, and nothing to rename */

    g_unlink (from);
    let (RENAME_NEW, EPERM, 1);
    g_assert_false (bzg_platform_rename_new (from, to, &error));
    g_assert_error (error, BZG_ERROR, BZG_ERROR_NO_FILE);
    g_assert_false (g_file_test (to, G_FILE_TEST_EXISTS));
  }
  for (int k = 0; k < 2; k++)
    {
      g_autoptr (GError) error = NULL;

      g_file_set_contents (from, "new", -1, NULL);
      let (k ? RENAME_NEW : NOTHING, EIO, 1);
      if (!k)
        g_unlink (from);
      g_assert_false (bzg_platform_rename_new (from, to, &error));
      g_assert_cmpint (error->code / 100, ==, 5);
    }
  let (NOTHING, 0, 0);
}

static void
test_folder (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (bzg_platform_sync_folder (f->path, NULL));
  let (FSYNC, EINVAL, 1); /* a file system that has nothing to flush */
  g_assert_true (bzg_platform_sync_folder (f->path, NULL));
  let (FSYNC, EIO, 1);
  g_assert_false (bzg_platform_sync_folder (f->path, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_IO);
  g_clear_error (&error);
  let (OPEN, EACCES, 1);
  g_assert_false (bzg_platform_sync_folder (f->path, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  let (OPEN, ENOSPC, 1);
  g_assert_cmpint (bzg_platform_open_beside (f->path, FALSE, &error), ==, -1);
  g_assert_error (error, BZG_ERROR, BZG_ERROR_DISK_FULL);
  let (NOTHING, 0, 0);
}

/* Opening and creating, with each of these refused once: an error or a casebook, never half of one.
 */
static void
test_whole_or_not (Fixture *f, gconstpointer data)
{
  static const Call calls[] = { OPEN, STAT, STATFS, LOCK, FSYNC, RENAME_NEW };
  g_autofree char *other = g_strconcat (f->path, ".other", NULL);
  g_autoptr (BzgSecret) pass = fixture_passphrase ();

  fixture_close (f);
  for (gsize i = 0; i < 3 * G_N_ELEMENTS (calls); i++)
    {
      const Call call = calls[i / 3];
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) error2 = NULL;
      BzgVault *vault;

      let (call, EIO, 1);
      answer.later = (int) i % 3;
      f->vault = fixture_try_open (f, &error);
      g_assert_true ((f->vault == NULL) == (error != NULL));
      let (NOTHING, 0, 0);
      if (f->vault)
        fixture_close (f);

      let (call, EIO, 1);
      answer.later = (int) i % 3;
      vault = bzg_vault_create (other, "a", pass, fixture_user, NULL, &error2);
      g_assert_true ((vault == NULL) == (error2 != NULL));
      if (vault)
        g_assert_true (bzg_vault_close (vault, NULL));
      let (NOTHING, 0, 0);
      if (g_file_test (other, G_FILE_TEST_EXISTS))
        {
          vault = bzg_vault_open (other, "a", pass, NULL, NULL);
          g_assert_nonnull (vault);
          g_assert_true (bzg_vault_close (vault, NULL));
        }
      g_unlink (other);
    }
  fixture_open (f);
}

int
main (int argc, char **argv)
{
  if (!fixture_init (&argc, &argv))
    return 1;

#define ADD(name)                                                                                  \
  g_test_add ("/platform/" #name, Fixture, NULL, fixture_set_up, test_##name, fixture_tear_down)
  ADD (transfers);
  ADD (no_entropy);
  ADD (locked_memory);
  ADD (memory);
  ADD (guard);
  ADD (new_name);
  ADD (folder);
  ADD (whole_or_not);
  ADD (rekey);
  return g_test_run ();
}
