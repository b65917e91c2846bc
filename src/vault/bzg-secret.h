/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A passphrase, key or code in libgcrypt's secure memory (never swapped, wiped on free). */
typedef struct _BzgSecret BzgSecret;

/* Copies @len bytes of @data; the caller wipes its own copy. NULL when secure memory is exhausted.
 */
BzgSecret *bzg_secret_new (gconstpointer data, gsize len);
BzgSecret *bzg_secret_new_text (const char *text);
BzgSecret *bzg_secret_ref (BzgSecret *self);
void bzg_secret_unref (BzgSecret *self);
gconstpointer bzg_secret_data (const BzgSecret *self, gsize *len);
const char *bzg_secret_text (const BzgSecret *self); /* always NUL-terminated */

/* The least a new passphrase must be: ten characters, six of them different. Sets
 * BZG_ERROR_WEAK_PASSPHRASE. Whoever takes a new passphrase asks this; opening never does. */
gboolean bzg_secret_check_new (const BzgSecret *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgSecret, bzg_secret_unref)

G_END_DECLS
