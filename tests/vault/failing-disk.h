/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <errno.h>

#include "vault/bzg-platform-private.h"

/* A disk on which one operation fails: `bzg_io = &failing_disk` after setting how many there are up
 * to it. Flushes are taken for granted. */
static int failing_countdown;

static gssize
failing_read (int fd, gpointer data, gsize len, goffset offset)
{
  return --failing_countdown == 0 ? -EIO : bzg_io_posix.read (fd, data, len, offset);
}

static gssize
failing_write (int fd, gconstpointer data, gsize len, goffset offset)
{
  return --failing_countdown == 0 ? -ENOSPC : bzg_io_posix.write (fd, data, len, offset);
}

static int
failing_sync (int fd)
{
  return --failing_countdown == 0 ? -EIO : 0;
}

static int
failing_truncate (int fd, goffset size)
{
  return --failing_countdown == 0 ? -EIO : bzg_io_posix.truncate (fd, size);
}

static const BzgIo failing_disk = { failing_read, failing_write, failing_sync, failing_truncate };
