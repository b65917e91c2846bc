/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session-core-private.h"

G_BEGIN_DECLS

/* What writing and checking of the history share: which bytes are hashed and signed. */

typedef struct
{
  BzgId device, id, actor, record;
  gint64 seq, hlc, dictionary;
  const char *act, *aggregate;
  guint8 commitment[BZG_HASH_SIZE], previous[BZG_HASH_SIZE];
} BzgHistoryHeader;

void _bzg_history_hash (const BzgHistoryHeader *header, guint8 out[BZG_HASH_SIZE]);
void _bzg_history_signed_bytes (const guint8 hash[BZG_HASH_SIZE], guint8 out[4 + BZG_HASH_SIZE]);

G_END_DECLS
