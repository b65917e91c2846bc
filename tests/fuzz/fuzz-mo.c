/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A catalogue of hostile bytes is refused, or every look-up in it stays inside. */
#include "base/bzg-language.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const char *const ids[] = { "", "Back", "%d person", "zzz", "\001" };
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (BzgCatalogue) catalogue = bzg_catalogue_new (bytes, NULL);

  if (catalogue == NULL)
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    for (guint form = 0; form < 4; form++)
      {
        const char *plain = bzg_catalogue_lookup (catalogue, NULL, ids[i], form);
        const char *other = bzg_catalogue_lookup (catalogue, "button", ids[i], form);

        g_assert_true (plain == NULL || g_utf8_validate (plain, -1, NULL));
        g_assert_true (other == NULL || g_utf8_validate (other, -1, NULL));
      }
  return 0;
}
