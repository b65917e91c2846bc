/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "exchange/bzg-backup.h"

G_BEGIN_DECLS

/* A plain image in memory that is not dumped, swapped only if the system insists, and wiped. */
typedef struct
{
  guint8 *data;
  gsize len;  /* filled */
  gsize size; /* reserved */
} BzgBackupImage;

gboolean bzg_backup_image_reserve (BzgBackupImage *self, gsize size, GError **error);
void bzg_backup_image_clear (BzgBackupImage *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BzgBackupImage, bzg_backup_image_clear)

/* Opens @path for reading past what the system keeps in memory of it; *size gets its bytes. */
GInputStream *bzg_backup_open (const char *path, guint64 *size, GError **error);

/* Decrypts the whole of @in into @image. @progress is called from @from to @to. */
gboolean bzg_backup_decrypt (GInputStream *in,
                             guint64 size,
                             const BzgAgeKeys *keys,
                             BzgBackupImage *image,
                             BzgProgress progress,
                             gpointer progress_data,
                             double from,
                             double to,
                             GCancellable *cancellable,
                             GError **error);

G_END_DECLS
