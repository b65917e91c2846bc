/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Files that are there whole or not at all. The content is written to a file in the target's folder
 * that only the user can read (mode 0600): one without a name where the system offers it
 * (O_TMPFILE), so that a program killed half-way leaves nothing, else one called
 * .bozgasht-RANDOM.tmp. It is flushed to the disk, given its name in one step, and the folder is
 * flushed too.
 *
 * Not for the casebook itself: nothing here may touch a file that SQLite has open.
 *
 * Errors come from bzg_error_set_errno(); BZG_ERROR_EXISTS if the target is there and
 * BZG_FILE_REPLACE was not given.
 */

typedef enum
{
  BZG_FILE_NEW = 0,          /* the target must not exist */
  BZG_FILE_REPLACE = 1 << 0, /* an existing file is replaced, in one step */
} BzgFileFlags;

/* Writes @len bytes as the file @path. */
gboolean bzg_file_write (
  const char *path, gconstpointer data, gsize len, BzgFileFlags flags, GError **error);

/* Reads a whole regular file of at most @max bytes. BZG_ERROR_NO_FILE, BZG_ERROR_IO,
 * BZG_ERROR_MALFORMED if it is larger. (transfer full) */
GBytes *bzg_file_read (const char *path, gsize max, GError **error);

typedef struct _BzgFileWriter BzgFileWriter;

/* Starts a file. NULL on error. An existing target is refused here already. */
BzgFileWriter *bzg_file_writer_begin (const char *path, BzgFileFlags flags, GError **error);

/* Appends. After an error every further call fails the same way. */
gboolean bzg_file_writer_write (BzgFileWriter *self, gconstpointer data, gsize len, GError **error);

/* The descriptor, for libraries that want one; it stays the writer's. */
int bzg_file_writer_get_fd (BzgFileWriter *self);

/* Everything is on the disk, but the file has no name yet: the moment to enter an export into the
 * history. */
gboolean bzg_file_writer_flush (BzgFileWriter *self, GError **error);

/* Flushes if needed and gives the file its name. After success only bzg_file_writer_free() is
 * left to do. */
gboolean bzg_file_writer_commit (BzgFileWriter *self, GError **error);

/* Frees the writer; if it was not committed, nothing remains. */
void bzg_file_writer_free (BzgFileWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgFileWriter, bzg_file_writer_free)

/* A producer of bytes: writes with bzg_file_writer_write(), FALSE with @error to give up. */
typedef gboolean (*BzgFileProducer) (BzgFileWriter *writer, gpointer user_data, GError **error);
gboolean bzg_file_write_with (const char *path,
                              BzgFileFlags flags,
                              BzgFileProducer producer,
                              gpointer user_data,
                              GError **error);

/* Flushes the folder in which @path lies, after a rename or removal in it. */
gboolean bzg_file_sync_folder_of (const char *path, GError **error);

G_END_DECLS
