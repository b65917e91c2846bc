/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/*
 * Everything the vault asks of the operating system. Reads, writes, flushes and truncations of the
 * casebook and its log go through one table, so that the tests can stand in for a failing disk.
 * The functions of the table return -errno on failure.
 */
typedef struct
{
  gssize (*read) (int fd, gpointer data, gsize len, goffset offset); /* short only at the end */
  gssize (*write) (int fd, gconstpointer data, gsize len, goffset offset); /* all or an error */
  int (*sync) (int fd);
  int (*truncate) (int fd, goffset size);
} BzgIo;

extern const BzgIo *bzg_io;
extern const BzgIo bzg_io_posix;

/* No core dumps, not traceable by other processes of the user. */
void bzg_platform_harden (void);

/* Opens @path for exclusive use: read-write, regular file, local file system, locked against other
 * processes for as long as the descriptor lives. -1 with @error set. */
int bzg_platform_open_guard (const char *path, GError **error);
/* A new empty file beside the casebook, mode 0600; fails if it exists when @exclusive. */
int bzg_platform_open_beside (const char *path, gboolean exclusive, GError **error);
/* A file that may help and is not relied on, for reading; -1 if there is none. Never waits, never
 * follows a link. */
int bzg_platform_open_hint (const char *path);
/* Gives @from the name @to, never replacing a file. */
gboolean bzg_platform_rename_new (const char *from, const char *to, GError **error);
/* Makes names created, renamed or removed in the folder of @path durable. */
gboolean bzg_platform_sync_folder (const char *path, GError **error);
gint64 bzg_platform_file_size (int fd); /* -errno on failure */

guint64 bzg_platform_memory (void); /* bytes of RAM */
guint64 bzg_platform_clock_ns (void);
/* One page of zeros that a child of fork() finds zeroed again. */
gpointer bzg_platform_fork_wiped_page (gsize len);
/* Memory that is neither swapped nor dumped: as much of @want as the system lets the program lock,
 * @spare bytes of which are left to others. NULL and 0 if that is nothing. For ever. */
gpointer bzg_platform_locked (gsize want, gsize spare, gsize *len);
void bzg_platform_entropy (gpointer out, gsize len);

G_END_DECLS
