/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bech32 (BIP-173) without its limit of 90 characters, for 32 bytes only: how age writes keys. */
#define BZG_BECH32_BYTES 32

/* `hrp1…` in lower case. (transfer full) */
char *bzg_bech32_encode (const char *hrp, const guint8 data[BZG_BECH32_BYTES]);

/* Reads @len characters whose part before the last "1" is exactly @hrp (lower case) and that are
 * wholly in lower case, or wholly in upper case if @upper. FALSE for everything else. */
gboolean bzg_bech32_decode (
  const char *text, gsize len, const char *hrp, gboolean upper, guint8 data[BZG_BECH32_BYTES]);

G_END_DECLS
