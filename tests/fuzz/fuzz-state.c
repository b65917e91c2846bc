/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "edits.h"
#include "vault/bzg-crypto-private.h"
#include "vault/bzg-header-private.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/*
 * A state record, changed: it is refused unless nothing changed. With numbers taken from the input
 * it comes back as it was written.
 */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const BzgKeys keys = { .state = "a key" };
  guint8 good[BZG_STATE_SIZE], record[BZG_STATE_SIZE];
  BzgState state, back;
  gsize n;

  bzg_crypto_init ();
  memset (&state, 0, sizeof state);
  if (size && data[0] & 1)
    {
      n = MIN (size - 1, sizeof state);
      memcpy (&state, data + 1, n);
      data += n;
      size -= n;
    }
  bzg_state_encode (&state, &keys, good);
  memcpy (record, good, sizeof record);
  if (size)
    apply_edits (record, sizeof record, data + 1, size - 1);
  if (bzg_state_decode (record, &keys, &back))
    {
      g_assert_cmpmem (record, sizeof record, good, sizeof good);
      bzg_state_encode (&back, &keys, record);
    }
  g_assert_true (memcmp (record, good, sizeof good) == 0
                 || !bzg_state_decode (record, &keys, &back));
  return 0;
}
