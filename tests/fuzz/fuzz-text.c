/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folding, keys, names: sound UTF-8 out of any bytes, offsets inside the input, no second change.
 */
#include "base/bzg-name.h"
#include "base/bzg-text.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, MIN (size, 2000));
  g_autoptr (BzgFoldMap) map = bzg_text_fold_map ((const char *) data, (gssize) size);
  g_autofree char *fold = bzg_text_fold (text);
  g_autofree char *twice = bzg_text_fold (fold);
  g_autofree char *repaired = bzg_text_repair (text);
  g_autofree char *again = bzg_text_repair (repaired);
  g_autofree char *latin = bzg_text_to_latin (text);
  g_autofree char *cyrillic = bzg_text_to_cyrillic (latin);
  g_autofree char *sort_key = bzg_text_sort_key (text, BZG_LANGUAGE_TG);
  g_autofree char *strict = bzg_name_strict_key (text);
  g_autofree char *loose = bzg_name_loose_key (text);
  g_autofree char *full = bzg_name_full_key (text);
  g_autofree char *why = bzg_name_explain (text);
  g_autoptr (GPtrArray) parts = bzg_name_parts (text);
  g_autofree char *stem = bzg_text_stem (text);
  g_autofree char *cut = bzg_text_truncate (text, size / 2);

  g_assert_cmpstr (fold, ==, twice);
  g_assert_cmpstr (repaired, ==, again);
  g_assert_true (g_utf8_validate (map->text, -1, NULL));
  for (gsize i = 0; i < map->len; i++)
    g_assert_true (map->start[i] < map->end[i] && map->end[i] <= size);
  g_assert_true (g_utf8_validate (cyrillic, -1, NULL));
  g_assert_true (g_utf8_validate (sort_key, -1, NULL));
  g_assert_true (g_utf8_validate (cut, -1, NULL));
  g_assert_true (g_str_is_ascii (strict));
  g_assert_true (g_str_is_ascii (loose));
  g_assert_true (g_str_is_ascii (full));
  g_assert_true (g_utf8_validate (why, -1, NULL));
  for (guint i = 0; i < parts->len; i++)
    {
      const BzgNamePart *part = g_ptr_array_index (parts, i);

      g_assert_true (g_utf8_validate (part->text, -1, NULL));
      g_assert_true (*part->strict != '\0' && g_str_is_ascii (part->loose));
      g_assert_cmpuint (strlen (part->loose), <=, strlen (part->strict));
    }
  g_assert_cmpuint (bzg_text_stem_len (stem, strlen (stem)), ==, strlen (stem));
  g_assert_cmpuint (bzg_name_similarity (text, latin), <=, 1000);
  return 0;
}
