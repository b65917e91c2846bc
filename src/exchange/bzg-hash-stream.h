/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "vault/bzg-crypto.h"

G_BEGIN_DECLS

/* Reads another stream and keeps the hashes of what passed, so that what was checked is what was
 * used. */
#define BZG_TYPE_HASH_STREAM (bzg_hash_stream_get_type ())
G_DECLARE_FINAL_TYPE (BzgHashStream, bzg_hash_stream, BZG, HASH_STREAM, GFilterInputStream)

BzgHashStream *bzg_hash_stream_new (GInputStream *base);
/* Of all that was read; once. */
void bzg_hash_stream_finish (BzgHashStream *self, guint8 sha256[BZG_HASH_SIZE], guint8 blake2b[64]);

G_END_DECLS
