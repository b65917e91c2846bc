/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/*
 * The record as a plain SQLite image: out of an open casebook for a backup, and back into a new
 * one. What lies between, and whether it may leave, is the exchange room's business.
 */

/* Gives the plain image of one consistent moment to @sink, piece by piece, from the writer's
 * thread; returns when all is read. Any thread. @size may be NULL. */
gboolean bzg_session_read_image (BzgSession *self,
                                 BzgImageSink sink,
                                 gpointer sink_data,
                                 guint64 *size,
                                 GCancellable *cancellable,
                                 GError **error);

typedef struct
{
  guint people, supports, visits;
} BzgImageCounts;

/* Opens an image held in memory, runs SQLite's integrity check and the foreign key check and
 * counts. Errors: BZG_ERROR_NOT_CASEBOOK, BZG_ERROR_DAMAGED, BZG_ERROR_NEWER_SCHEMA. Any thread. */
gboolean bzg_image_check (const guint8 *image, gsize len, BzgImageCounts *counts, GError **error);

typedef struct
{
  const char *path;            /* of the new casebook */
  const char *user_name;       /* an active user of the record */
  const BzgSecret *passphrase; /* new, for that user */
  const BzgVaultKdf *kdf;      /* NULL: default */
} BzgRestoreTarget;

/* Makes a casebook from an image in memory: a new file with new keys and a new device, which
 * @user_name alone can open; slots and keys of all others are void until they are invited again.
 * The record keeps its casebook id, so that its history still verifies. Enters the restore in the
 * history. *recovery_code (may be NULL) gets a new code. The file is closed at return; on error
 * there is none. Any thread. Errors: those of bzg_image_check(), BZG_ERROR_EXISTS,
 * BZG_ERROR_NOT_FOUND (no such active user), BZG_ERROR_WEAK_PASSPHRASE, ... */
gboolean bzg_session_restore_image (const BzgRestoreTarget *target,
                                    const guint8 *image,
                                    gsize len,
                                    char **recovery_code,
                                    GCancellable *cancellable,
                                    GError **error);

G_END_DECLS
