/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader on hostile bytes; what it reads, written and read again, is the same. */
#include "base/bzg-csv.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (BzgCsvReader) reader = bzg_csv_reader_new (bytes, NULL);
  const char *encoding = bzg_csv_guess_encoding (bytes);

  if (encoding != NULL)
    {
      g_autoptr (GBytes) converted = bzg_csv_convert (bytes, encoding, NULL);

      if (converted != NULL)
        bzg_csv_reader_free (bzg_csv_reader_new (converted, NULL));
    }
  while (reader != NULL && !bzg_csv_reader_at_end (reader))
    {
      guint n = bzg_csv_reader_get_n_columns (reader);
      g_autoptr (GString) again = g_string_new (NULL);
      g_autoptr (GPtrArray) cells = g_ptr_array_new ();
      g_autoptr (GBytes) written = NULL;
      g_autoptr (BzgCsvReader) second = NULL;

      if (!bzg_csv_reader_next (reader, NULL))
        continue;
      for (guint i = 0; i < n; i++)
        g_ptr_array_add (cells, (gpointer) bzg_csv_reader_get_cell (reader, (int) i));
      bzg_csv_append_row (again, bzg_csv_reader_get_header (reader), (gssize) n, BZG_CSV_PLAIN);
      bzg_csv_append_row (again, (const char *const *) cells->pdata, (gssize) n, BZG_CSV_GUARD);
      written = g_bytes_new (again->str, again->len);
      second = bzg_csv_reader_new (written, NULL);
      g_assert_nonnull (second);
      g_assert_true (bzg_csv_reader_next (second, NULL));
      for (guint i = 0; i < n; i++)
        {
          g_autofree char *back = bzg_csv_unguard (bzg_csv_reader_get_cell (second, (int) i));

          g_assert_cmpstr (back, ==, cells->pdata[i]);
        }
    }
  return 0;
}
