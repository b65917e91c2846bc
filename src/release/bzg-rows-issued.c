/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-rows-private.h"

#include "base/bzg-digits.h"
#include "base/bzg-error.h"
#include "casebook/bzg-ledger.h"
#include "release/bzg-posting-private.h"
#include "vault/bzg-crypto.h"

#include <gio/gio.h>
#include <string.h>

/*
 * Lines of words with tabs between them, then an empty line and the file as it left; packed. The
 * hash of the whole stands in the history (bzg-ledger.c).
 */

#define MAGIC "bozgasht-rows 1"
#define MAX_ISSUED (256 * 1024 * 1024)

BzgIssuedRows *
_bzg_issued_rows_new (void)
{
  BzgIssuedRows *self = g_new0 (BzgIssuedRows, 1);

  self->people = g_array_new (FALSE, FALSE, sizeof (BzgId));
  return self;
}

void
_bzg_issued_rows_free (BzgIssuedRows *self)
{
  if (self == NULL)
    return;
  g_free (self->release);
  bzg_wipe (self->salt, sizeof self->salt);
  g_array_unref (self->people);
  g_clear_pointer (&self->csv, g_bytes_unref);
  _bzg_rows_free (self->rows);
  g_free (self->sha256);
  g_free (self->published);
  g_free (self);
}

gboolean
_bzg_issued_rows_is (const char *report)
{
  return g_strcmp0 (report, BZG_ROWS_REPORT) == 0;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return bzg_id_compare (a, b);
}

gboolean
_bzg_issued_rows_has (const BzgIssuedRows *self, const BzgId *person)
{
  BzgId pseudonym;
  guint at;

  _bzg_pseudonym (self->salt, person, &pseudonym);
  return g_array_binary_search (self->people, &pseudonym, compare_ids, &at);
}

/* --- packing --------------------------------------------------------------------------------- */

static GBytes *
convert (GConverter *converter, gconstpointer data, gsize len, gsize max, GError **error)
{
  g_autoptr (GInputStream) memory = g_memory_input_stream_new_from_data (data, (gssize) len, NULL);
  g_autoptr (GInputStream) in = g_converter_input_stream_new (memory, converter);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autofree guint8 *piece = g_malloc (65536);
  gssize n;

  while ((n = g_input_stream_read (in, piece, 65536, NULL, error)) > 0)
    {
      g_byte_array_append (out, piece, (guint) n);
      if (out->len > max)
        n = -1;
      if (n < 0)
        break;
    }
  if (n < 0)
    {
      g_clear_error (error);
      g_set_error (error, BZG_ERROR, BZG_ERROR_DAMAGED, "rows that cannot be unpacked");
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

GBytes *
_bzg_issued_rows_write (const BzgIssuedRows *self, GError **error)
{
  g_autoptr (GString) out = g_string_new (MAGIC "\n");
  g_autoptr (GZlibCompressor) zip = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 6);
  char salt[BZG_HEX_SIZE (sizeof self->salt)], id[BZG_ID_TEXT_SIZE];

  g_string_append_printf (out, "release\t%s\nyears\t%s\nfor\t%s\nrule\t%u\t%u\t%u\nsalt\t%s",
                          self->release, self->years.id, self->open_to_all ? "public" : "partner",
                          self->rule.k, self->rule.l, self->rule.t,
                          bzg_hex_write (self->salt, sizeof self->salt, salt));
  for (guint i = 0; i < self->people->len; i++)
    g_string_append_printf (out, "\nperson\t%s",
                            bzg_id_to_text (&g_array_index (self->people, BzgId, i), id));
  g_string_append (out, "\n\n");
  g_string_append_len (out, g_bytes_get_data (self->csv, NULL),
                       (gssize) g_bytes_get_size (self->csv));
  return convert (G_CONVERTER (zip), out->str, out->len, MAX_ISSUED, error);
}

static gboolean
read_line (BzgIssuedRows *self, char **words, guint n)
{
  if (strcmp (words[0], "person") == 0 && n == 2)
    {
      BzgId id;

      if (!bzg_id_from_text (words[1], &id))
        return FALSE;
      g_array_append_val (self->people, id);
      return TRUE;
    }
  if (strcmp (words[0], "release") == 0 && n == 2)
    self->release = self->release == NULL ? g_strdup (words[1]) : self->release;
  else if (strcmp (words[0], "years") == 0 && n == 2)
    return bzg_period_parse (words[1], &self->years, NULL);
  else if (strcmp (words[0], "for") == 0 && n == 2)
    self->open_to_all = strcmp (words[1], "public") == 0;
  else if (strcmp (words[0], "salt") == 0 && n == 2)
    return bzg_hex_read (words[1], self->salt, sizeof self->salt);
  else if (strcmp (words[0], "rule") == 0 && n == 4)
    {
      self->rule.k = (guint) g_ascii_strtoull (words[1], NULL, 10);
      self->rule.l = (guint) g_ascii_strtoull (words[2], NULL, 10);
      self->rule.t = (guint) g_ascii_strtoull (words[3], NULL, 10);
    }
  else
    return FALSE;
  return TRUE;
}

static gboolean
read_head (BzgIssuedRows *self, const char *text, gsize len)
{
  g_autofree char *head = g_strndup (text, len);
  g_auto (GStrv) lines = g_strsplit (head, "\n", -1);

  if (lines[0] == NULL || strcmp (lines[0], MAGIC) != 0)
    return FALSE;
  for (guint i = 1; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], "\t", -1);

      if (words[0] == NULL || !read_line (self, words, g_strv_length (words)))
        return FALSE;
    }
  return self->release != NULL && self->years.id[0] != '\0';
}

BzgIssuedRows *
_bzg_issued_rows_read (GBytes *blob, GError **error)
{
  g_autoptr (BzgIssuedRows) self = _bzg_issued_rows_new ();
  g_autoptr (GZlibDecompressor) zip = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  g_autoptr (GBytes) bytes = convert (G_CONVERTER (zip), g_bytes_get_data (blob, NULL),
                                      g_bytes_get_size (blob), MAX_ISSUED, error);
  const char *text, *end;
  gsize len;

  if (bytes == NULL)
    return NULL;
  text = g_bytes_get_data (bytes, &len);
  end = text != NULL ? g_strstr_len (text, (gssize) len, "\n\n") : NULL;
  if (end == NULL || !read_head (self, text, (gsize) (end - text)))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_DAMAGED, "rows that cannot be read");
      return NULL;
    }
  self->csv
    = g_bytes_new_from_bytes (bytes, (gsize) (end + 2 - text), len - (gsize) (end + 2 - text));
  self->rows = _bzg_rows_from_csv (self->csv, error);
  self->sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, self->csv);
  return self->rows != NULL ? g_steal_pointer (&self) : NULL;
}

static BzgIssuedRows *
load_one (BzgSession *session, const BzgId *id, GError **error)
{
  g_autoptr (BzgReleaseEntry) entry = bzg_ledger_get (session, id, error);
  g_autoptr (BzgIssuedRows) issued = NULL;
  g_autoptr (BzgTables) tables = NULL;

  if (entry == NULL)
    return NULL;
  if (entry->facts == NULL)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_DAMAGED, "rows in the ledger without their file");
      return NULL;
    }
  issued = _bzg_issued_rows_read (entry->facts, error);
  tables = issued != NULL ? bzg_tables_read_json (entry->tables_json, -1, error) : NULL;
  if (tables == NULL)
    return NULL;
  if (strcmp (issued->sha256, entry->certificate_sha256) != 0)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_DAMAGED, "rows in the ledger are not what left");
      return NULL;
    }
  issued->published = g_strdup (bzg_tables_release (tables, 0)->published);
  return g_steal_pointer (&issued);
}

GPtrArray *
_bzg_issued_rows_load (BzgSession *session, GError **error)
{
  g_autoptr (GPtrArray) ledger = bzg_ledger_list (session, error);
  g_autoptr (GPtrArray) out
    = g_ptr_array_new_with_free_func ((GDestroyNotify) _bzg_issued_rows_free);

  for (guint i = 0; ledger != NULL && i < ledger->len; i++)
    {
      const BzgReleaseEntry *entry = g_ptr_array_index (ledger, i);
      BzgIssuedRows *issued;

      if (!_bzg_issued_rows_is (entry->report))
        continue;
      issued = load_one (session, &entry->id, error);
      if (issued == NULL)
        return NULL;
      g_ptr_array_add (out, issued);
    }
  return ledger != NULL ? g_steal_pointer (&out) : NULL;
}

/* --- the public table ------------------------------------------------------------------------ */

#define MISSING "missing"

static int
by_text (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* A dimension of the file's own: two files may tell the same thing in other classes. */
static guint
add_dimension (const BzgIssuedRows *self, BzgTables *tables, guint c)
{
  const BzgRowsColumn *column = g_ptr_array_index (self->rows->columns, c);
  g_autofree char *id = g_strconcat (self->release, ".", column->name, NULL);
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();
  guint dim = bzg_tables_add_dimension (tables, id);
  g_autofree guint *all = NULL;

  for (guint row = 0; row < self->rows->n; row++)
    {
      const char *text = _bzg_rows_get (self->rows, row, c);

      if (text == NULL)
        text = MISSING;
      if (!g_ptr_array_find_with_equal_func (texts, text, g_str_equal, NULL))
        g_ptr_array_add (texts, (gpointer) text);
    }
  g_ptr_array_sort (texts, by_text);
  all = g_new0 (guint, texts->len + 1);
  for (guint i = 0; i < texts->len; i++)
    all[i] = bzg_tables_add_atom (tables, dim, g_ptr_array_index (texts, i));
  bzg_tables_add_code (tables, dim, "T", all, texts->len);
  return dim;
}

static void
fill_key (const BzgIssuedRows *self,
          const BzgTables *tables,
          const guint *dims,
          const guint *columns,
          guint n_dims,
          guint row,
          guint *key)
{
  for (guint d = 0; d < n_dims; d++)
    {
      const char *text = _bzg_rows_get (self->rows, row, columns[d]);

      key[d] = (guint) bzg_tables_find_code (tables, dims[d], text != NULL ? text : MISSING);
    }
}

BzgTables *
_bzg_issued_rows_tables (const BzgIssuedRows *self, const char *programme)
{
  BzgTables *tables = bzg_tables_new (programme);
  g_autoptr (GHashTable) cells = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree guint *dims = g_new0 (guint, self->rows->columns->len + 1);
  g_autofree guint *columns = g_new0 (guint, self->rows->columns->len + 1);
  g_autofree gint64 *values = g_new0 (gint64, self->rows->n + 1);
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (guint));
  guint release, n_dims = 0, n_cells = 1;
  g_autofree char *measure = NULL;
  BzgTable *table;

  for (guint c = 0; c < self->rows->columns->len; c++)
    if (((const BzgRowsColumn *) g_ptr_array_index (self->rows->columns, c))->role
        == BZG_ROWS_QUASI)
      {
        columns[n_dims] = c;
        dims[n_dims++] = add_dimension (self, tables, c);
      }
  release = bzg_tables_add_release (tables, self->release, self->published);
  bzg_tables_set_certificate (tables, release, self->sha256);
  /* All rows together; with the classes it says that there are no others. */
  values[0] = self->rows->n;
  g_array_set_size (keys, n_dims);
  for (guint d = 0; d < n_dims; d++)
    g_array_index (keys, guint, d) = (guint) bzg_tables_total_code (tables, dims[d]);
  for (guint row = 0; n_dims > 0 && row < self->rows->n; row++)
    {
      g_autofree char *class = _bzg_rows_class (self->rows, row);
      guint cell = GPOINTER_TO_UINT (g_hash_table_lookup (cells, class));

      if (cell == 0)
        {
          cell = n_cells++;
          g_hash_table_insert (cells, g_steal_pointer (&class), GUINT_TO_POINTER (cell));
          g_array_set_size (keys, n_cells * n_dims);
          fill_key (self, tables, dims, columns, n_dims, row,
                    &g_array_index (keys, guint, cell * n_dims));
        }
      values[cell]++;
    }
  /* A measure of its own: two files are about different people, and no sum of them is printed. */
  measure = g_strconcat ("research.", self->years.id, NULL);
  table = bzg_tables_add_table (tables, release, self->release, measure, "person", dims, n_dims,
                                NULL, 0, (const guint *) (gpointer) keys->data, n_cells);
  for (guint cell = 0; cell < n_cells; cell++)
    table->cells[cell].value = values[cell];
  return tables;
}
