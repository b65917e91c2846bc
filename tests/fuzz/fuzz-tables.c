/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ledger from hostile bytes: what is read, written and read again, is written the same. Small
 * ones are attacked too. */
#include "release/bzg-attack.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static gsize
size_of (const BzgTables *tables)
{
  gsize n = 1;

  for (guint d = 0; d < bzg_tables_n_dimensions (tables); d++)
    n *= bzg_tables_n_codes (tables, d);
  return n;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (BzgTables) tables
    = bzg_tables_read_json (size > 0 ? (const char *) data : "", (gssize) size, NULL);
  g_autoptr (BzgTruth) truth = NULL;

  if (tables != NULL)
    {
      g_autofree char *once = bzg_tables_write_json (tables);
      g_autoptr (BzgTables) again = bzg_tables_read_json (once, -1, NULL);
      g_autoptr (BzgTables) copy = bzg_tables_copy (tables);
      g_autofree char *twice = NULL;
      g_autofree char *copied = bzg_tables_write_json (copy);
      G_GNUC_UNUSED g_autofree char *csv = bzg_tables_write_csv (tables);

      g_assert_nonnull (again);
      twice = bzg_tables_write_json (again);
      g_assert_cmpstr (once, ==, twice);
      g_assert_cmpstr (once, ==, copied);
      truth = bzg_truth_read_json (tables, (const char *) data, (gssize) size, NULL);
      if (size_of (tables) < 1000)
        {
          G_GNUC_UNUSED g_autoptr (GPtrArray) breaches
            = bzg_attack_run (tables, NULL, FALSE, NULL, NULL, NULL, NULL, NULL);
        }
    }
  return 0;
}
