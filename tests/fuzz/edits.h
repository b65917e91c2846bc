/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

/*
 * Input that changes something whole: three bytes each, where (two, little-endian) and what is
 * written there. So a fuzzer gets behind the first comparison without having to invent a file.
 */
static inline void
apply_edits (guint8 *data, gsize len, const uint8_t *edits, size_t size)
{
  for (; size >= 3 && len > 0; edits += 3, size -= 3)
    data[(edits[0] | (gsize) edits[1] << 8) % len] = edits[2];
}
