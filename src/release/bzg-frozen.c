/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-frozen-private.h"

#include "base/bzg-error.h"
#include "vault/bzg-crypto.h"

#include <string.h>

#define MAGIC "bozgasht-frozen 1"
#define PSEUDONYM 16
#define MAX_FROZEN (512 * 1024 * 1024)

static int
by_text (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static void
append_hex (GString *out, const guint8 *bytes, gsize n)
{
  for (gsize i = 0; i < n; i++)
    g_string_append_printf (out, "%02x", bytes[i]);
}

/* One line a row: measure, pseudonym, number, then dimension=atom for each dimension. */
char *
_bzg_frozen_rows (const BzgCounted *counted, const guint8 salt[32])
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < counted->rows->len; i++)
    {
      const BzgCountedRow *row = &g_array_index (counted->rows, BzgCountedRow, i);
      GString *line = g_string_new (row->measure);
      guint8 mac[BZG_HASH_SIZE];

      g_string_append_c (line, '\t');
      if (!bzg_id_is_zero (&row->person))
        {
          bzg_hmac_sha256 (salt, 32, row->person.bytes, sizeof row->person.bytes, mac);
          append_hex (line, mac, PSEUDONYM);
        }
      g_string_append_printf (line, "\t%" G_GINT64_FORMAT, row->n);
      for (guint d = 0; d < bzg_tables_n_dimensions (counted->tables); d++)
        g_string_append_printf (line, "\t%s=%s", bzg_tables_dimension (counted->tables, d),
                                bzg_tables_code (counted->tables, d, row->atoms[d]));
      g_ptr_array_add (lines, g_string_free (line, FALSE));
    }
  g_ptr_array_sort (lines, by_text);
  for (guint i = 0; i < lines->len; i++)
    {
      g_string_append (out, g_ptr_array_index (lines, i));
      g_string_append_c (out, '\n');
    }
  return g_string_free (out, FALSE);
}

/* Runs bytes through a converter that cannot fail but for want of input. */
static GByteArray *
convert (GConverter *converter, const guint8 *data, gsize len, gsize max)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autofree guint8 *buffer = g_malloc (1 << 16);
  GConverterResult result = G_CONVERTER_CONVERTED;

  while (result != G_CONVERTER_FINISHED)
    {
      gsize read = 0, written = 0;

      result = g_converter_convert (converter, data, len, buffer, 1 << 16, G_CONVERTER_INPUT_AT_END,
                                    &read, &written, NULL);
      if (result == G_CONVERTER_ERROR || out->len + written > max)
        return NULL;
      data += read;
      len -= read;
      g_byte_array_append (out, buffer, (guint) written);
    }
  return g_steal_pointer (&out);
}

GBytes *
_bzg_frozen_write (const char *rows,
                   const guint8 salt[32],
                   const char *definition,
                   const char *certificate)
{
  g_autoptr (GString) text = g_string_new (MAGIC "\n");
  g_autoptr (GZlibCompressor) zip = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 6);
  GByteArray *out;

  g_string_append (text, "definition ");
  g_string_append (text, definition);
  g_string_append (text, "\nsalt ");
  append_hex (text, salt, 32);
  g_string_append (text, "\n\n");
  g_string_append (text, rows);
  g_string_append_c (text, '\n');
  g_string_append (text, certificate);
  out = convert (G_CONVERTER (zip), (const guint8 *) text->str, text->len, MAX_FROZEN);
  return out != NULL ? g_byte_array_free_to_bytes (out) : NULL;
}

static gboolean
damaged (GError **error)
{
  g_set_error (error, BZG_ERROR, BZG_ERROR_DAMAGED, "frozen figures that cannot be read");
  return FALSE;
}

static gboolean
read_row (const char *line,
          const BzgTables *tables,
          BzgTruth *truth,
          GHashTable *contributors,
          guint *atoms)
{
  g_auto (GStrv) parts = g_strsplit (line, "\t", -1);
  guint n = g_strv_length (parts), who = 0;
  gint64 value;

  if (n < 3)
    return FALSE;
  value = g_ascii_strtoll (parts[2], NULL, 10);
  for (guint d = 0; d < bzg_tables_n_dimensions (tables); d++)
    atoms[d] = 0;
  for (guint i = 3; i < n; i++)
    {
      char *equals = strchr (parts[i], '=');
      int dim, atom;

      if (equals == NULL)
        return FALSE;
      *equals = '\0';
      dim = bzg_tables_find_dimension (tables, parts[i]);
      atom = dim >= 0 ? bzg_tables_find_code (tables, (guint) dim, equals + 1) : -1;
      if (atom < 0 || (guint) atom >= bzg_tables_n_atoms (tables, (guint) dim))
        return FALSE;
      atoms[dim] = (guint) atom;
    }
  if (*parts[1] != '\0')
    {
      who = GPOINTER_TO_UINT (g_hash_table_lookup (contributors, parts[1]));
      if (who == 0)
        {
          who = g_hash_table_size (contributors) + 1;
          g_hash_table_insert (contributors, g_strdup (parts[1]), GUINT_TO_POINTER (who));
        }
    }
  bzg_truth_add (truth, parts[0], atoms, value, who);
  return TRUE;
}

gboolean
_bzg_frozen_read_truth (
  GBytes *blob, const BzgTables *tables, BzgTruth *truth, GHashTable *contributors, GError **error)
{
  g_autoptr (GZlibDecompressor) unzip = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  g_autoptr (GByteArray) text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autofree guint *atoms = g_new0 (guint, bzg_tables_n_dimensions (tables) + 1);
  gsize len;
  const guint8 *data = g_bytes_get_data (blob, &len);
  guint i = 0;

  text = convert (G_CONVERTER (unzip), data, len, MAX_FROZEN);
  if (text == NULL)
    return damaged (error);
  g_byte_array_append (text, (const guint8 *) "", 1);
  lines = g_strsplit ((const char *) text->data, "\n", -1);
  if (lines[0] == NULL || strcmp (lines[0], MAGIC) != 0)
    return damaged (error);
  while (lines[i] != NULL && *lines[i] != '\0')
    i++;
  if (lines[i] == NULL)
    return damaged (error);
  for (i++; lines[i] != NULL && *lines[i] != '\0'; i++)
    if (!read_row (lines[i], tables, truth, contributors, atoms))
      return damaged (error);
  return TRUE;
}
