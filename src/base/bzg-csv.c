/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reader walks once over the text, which stays where it is; the cells of the current row are
 * copied into one buffer that is used again for the next row, so that a file of any length needs
 * the memory of its longest row.
 *
 * Encoding, NUL and size are looked at before the first row: whatever is refused as a whole is
 * refused before anything was imported. The messages are for the person who has to mend the file:
 * they are translated, and name row and column but never what stands there.
 */
#include "base/bzg-csv.h"

#include "base/bzg-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _BzgCsvReader
{
  GBytes *bytes;
  const char *at;
  const char *end;
  char delimiter;
  guint row;      /* of the current row, or of the error */
  guint next_row; /* of the row that begins at @at */
  gboolean broken;

  char **header;
  guint n_columns;

  GString *text;   /* the cells of the row, each with a final NUL */
  GArray *offsets; /* gsize: where in @text each cell starts */
};

static gboolean
fail (BzgCsvReader *self, guint column, const char *format, GError **error)
{
  g_autofree char *reason = NULL;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  reason = g_strdup_printf (format, self->row, column);
#pragma GCC diagnostic pop
  self->broken = TRUE;
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_MALFORMED, reason);
  return FALSE;
}

/* Which row and column a byte stands in, counted by line ends and delimiters alone: good enough to
 * find a wrong byte in a spreadsheet. */
static void
locate (const char *data, const char *at, guint *row, guint *column)
{
  *row = *column = 1;
  for (; data < at; data++)
    {
      if (*data == '\n')
        {
          (*row)++;
          *column = 1;
        }
      else if (*data == ',' || *data == ';')
        (*column)++;
    }
}

/* The delimiter that occurs more often in the header row outside quotes. */
static char
detect_delimiter (const char *at, const char *end)
{
  guint commas = 0, semicolons = 0;
  gboolean quoted = FALSE;

  for (; at < end && (quoted || (*at != '\n' && *at != '\r')); at++)
    {
      if (*at == '"')
        quoted = !quoted;
      else if (!quoted && *at == ',')
        commas++;
      else if (!quoted && *at == ';')
        semicolons++;
    }
  return semicolons > commas ? ';' : ',';
}

static gboolean
at_line_end (BzgCsvReader *self)
{
  return self->at == self->end || *self->at == '\n' || *self->at == '\r';
}

static void
skip_line_end (BzgCsvReader *self)
{
  if (self->at < self->end && *self->at == '\r')
    self->at++;
  if (self->at < self->end && *self->at == '\n')
    self->at++;
  self->next_row++;
}

static gboolean
read_quoted (BzgCsvReader *self, guint column, GError **error)
{
  for (self->at++;; self->at++)
    {
      const char *quote = memchr (self->at, '"', (gsize) (self->end - self->at));

      if (quote == NULL)
        return fail (self, column, _ ("row %u, column %u: the quotation mark is never closed"),
                     error);
      g_string_append_len (self->text, self->at, quote - self->at);
      self->at = quote + 1;
      if (self->at < self->end && *self->at == '"')
        {
          g_string_append_c (self->text, '"');
          continue;
        }
      if (!at_line_end (self) && *self->at != self->delimiter)
        return fail (self, column, _ ("row %u, column %u: text follows a closed quotation mark"),
                     error);
      return TRUE;
    }
}

static gboolean
read_plain (BzgCsvReader *self, guint column, GError **error)
{
  const char *start = self->at;

  while (!at_line_end (self) && *self->at != self->delimiter)
    {
      if (*self->at == '"')
        return fail (self, column, _ ("row %u, column %u: a quotation mark inside a cell"), error);
      self->at++;
    }
  g_string_append_len (self->text, start, self->at - start);
  return TRUE;
}

/* Reads the cells up to and with the line end. */
static gboolean
read_row (BzgCsvReader *self, GError **error)
{
  self->row = self->next_row;
  g_string_truncate (self->text, 0);
  g_array_set_size (self->offsets, 0);
  for (;;)
    {
      gsize offset = self->text->len;
      guint column;

      g_array_append_val (self->offsets, offset);
      column = self->offsets->len;
      if (column > BZG_CSV_MAX_COLUMNS)
        return fail (self, BZG_CSV_MAX_COLUMNS, _ ("row %u: more than %u cells"), error);
      if (self->at < self->end && *self->at == '"' ? !read_quoted (self, column, error)
                                                   : !read_plain (self, column, error))
        return FALSE;
      if (self->text->len - offset > BZG_CSV_MAX_CELL)
        return fail (self, column, _ ("row %u, column %u: the cell is too long"), error);
      g_string_append_c (self->text, '\0');
      if (at_line_end (self))
        break;
      self->at++;
    }
  skip_line_end (self);
  return TRUE;
}

static const char *
cell (BzgCsvReader *self, guint column)
{
  return self->text->str + g_array_index (self->offsets, gsize, column);
}

/* Spreadsheets leave lines such as `,,,` behind where rows were cleared. Cells and their final NULs
 * only: then every byte is NUL. */
static gboolean
is_empty_row (BzgCsvReader *self)
{
  return self->text->len == self->offsets->len;
}

static gboolean
read_header (BzgCsvReader *self, GError **error)
{
  guint n;

  if (!read_row (self, error))
    return FALSE;
  for (n = self->offsets->len; n > 0; n--)
    {
      g_autofree char *name = g_strstrip (g_strdup (cell (self, n - 1)));

      if (*name != '\0')
        break;
    }
  if (n == 0)
    return fail (self, 1, _ ("row %u: the names of the columns are missing"), error);

  self->n_columns = n;
  self->header = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    {
      self->header[i] = g_strstrip (g_strdup (cell (self, i)));
      for (guint j = 0; j < i; j++)
        if (*self->header[i] != '\0' && g_ascii_strcasecmp (self->header[i], self->header[j]) == 0)
          return fail (self, i + 1, _ ("row %u, column %u: this column name occurs twice"), error);
    }
  return TRUE;
}

/* Refuses what no row of it could be trusted for. */
static gboolean
check_whole (const char *data, gsize len, GError **error)
{
  const char *bad, *nul;
  guint row, column;

  if (len > BZG_CSV_MAX_BYTES)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_MALFORMED, _ ("the file is too large"));
      return FALSE;
    }
  if (len >= 2 && (memcmp (data, "\xff\xfe", 2) == 0 || memcmp (data, "\xfe\xff", 2) == 0))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_ENCODING, _ ("the file is not UTF-8"));
      return FALSE;
    }
  nul = memchr (data, '\0', len);
  if (nul != NULL)
    {
      locate (data, nul, &row, &column);
      g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED,
                   _ ("row %u, column %u: a character that no text has"), row, column);
      return FALSE;
    }
  if (!g_utf8_validate_len (data, len, &bad))
    {
      locate (data, bad, &row, &column);
      g_set_error (error, BZG_ERROR, BZG_ERROR_ENCODING, _ ("row %u, column %u: not UTF-8"), row,
                   column);
      return FALSE;
    }
  return TRUE;
}

BzgCsvReader *
bzg_csv_reader_new (GBytes *bytes, GError **error)
{
  g_autoptr (BzgCsvReader) self = NULL;
  gsize len;
  const char *data = g_bytes_get_data (bytes, &len);

  if (data == NULL)
    data = "";
  if (!check_whole (data, len, error))
    return NULL;

  self = g_new0 (BzgCsvReader, 1);
  self->bytes = g_bytes_ref (bytes);
  self->at = data;
  self->end = data + len;
  if (len >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0)
    self->at += 3;
  self->delimiter = detect_delimiter (self->at, self->end);
  self->next_row = 1;
  self->text = g_string_new (NULL);
  self->offsets = g_array_new (FALSE, FALSE, sizeof (gsize));
  if (!read_header (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
bzg_csv_reader_free (BzgCsvReader *self)
{
  if (self == NULL)
    return;
  g_strfreev (self->header);
  g_string_free (self->text, TRUE);
  g_array_unref (self->offsets);
  g_bytes_unref (self->bytes);
  g_free (self);
}

const char *const *
bzg_csv_reader_get_header (BzgCsvReader *self)
{
  return (const char *const *) self->header;
}

guint
bzg_csv_reader_get_n_columns (BzgCsvReader *self)
{
  return self->n_columns;
}

int
bzg_csv_reader_find_column (BzgCsvReader *self, const char *name)
{
  for (guint i = 0; i < self->n_columns; i++)
    if (g_ascii_strcasecmp (self->header[i], name) == 0)
      return (int) i;
  return -1;
}

gboolean
bzg_csv_reader_next (BzgCsvReader *self, GError **error)
{
  do
    {
      if (bzg_csv_reader_at_end (self) || !read_row (self, error))
        return FALSE;
    }
  while (is_empty_row (self));

  for (guint i = self->n_columns; i < self->offsets->len; i++)
    if (*cell (self, i) != '\0')
      {
        g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED,
                     _ ("row %u, column %u: there is no name of a column above this cell"),
                     self->row, i + 1);
        return FALSE;
      }
  return TRUE;
}

gboolean
bzg_csv_reader_is_broken (BzgCsvReader *self)
{
  return self->broken;
}

gboolean
bzg_csv_reader_at_end (BzgCsvReader *self)
{
  return self->broken || self->at == self->end;
}

const char *
bzg_csv_reader_get_cell (BzgCsvReader *self, int column)
{
  if (column < 0 || (guint) column >= self->n_columns || (guint) column >= self->offsets->len)
    return "";
  return cell (self, (guint) column);
}

guint
bzg_csv_reader_get_row (BzgCsvReader *self)
{
  return self->row;
}

char
bzg_csv_reader_get_delimiter (BzgCsvReader *self)
{
  return self->delimiter;
}

const char *
bzg_csv_guess_encoding (GBytes *bytes)
{
  gsize len;
  const char *data = g_bytes_get_data (bytes, &len);

  if (len >= 2 && (memcmp (data, "\xff\xfe", 2) == 0 || memcmp (data, "\xfe\xff", 2) == 0))
    return "UTF-16";
  return len == 0 || g_utf8_validate_len (data, len, NULL) ? NULL : "CP1251";
}

GBytes *
bzg_csv_convert (GBytes *bytes, const char *encoding, GError **error)
{
  gsize len, out_len;
  const char *data = g_bytes_get_data (bytes, &len);
  char *out;

  if (len > BZG_CSV_MAX_BYTES)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_MALFORMED, _ ("the file is too large"));
      return NULL;
    }
  out = g_convert (data != NULL ? data : "", (gssize) len, "UTF-8", encoding, NULL, &out_len, NULL);
  if (out == NULL)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_ENCODING, _ ("the file cannot be read as %s"),
                   encoding);
      return NULL;
    }
  return g_bytes_new_take (out, out_len);
}

/* The length of the character that makes a spreadsheet run a cell, or 0. */
static gsize
dangerous_start (const char *text)
{
  static const char *const wide[] = { "＝", "＋", "－", "＠" };

  if (*text == '\0')
    return 0;
  if (strchr ("=+-@'\t\r\n", *text) != NULL)
    return 1;
  for (gsize i = 0; i < G_N_ELEMENTS (wide); i++)
    if (g_str_has_prefix (text, wide[i]))
      return strlen (wide[i]);
  return 0;
}

static gboolean
is_negative_number (const char *text)
{
  gsize whole, decimals = 0;

  if (*text++ != '-')
    return FALSE;
  whole = strspn (text, "0123456789");
  text += whole;
  if (*text == '.' || *text == ',')
    {
      decimals = strspn (++text, "0123456789");
      text += decimals;
      if (decimals == 0)
        return FALSE;
    }
  return whole > 0 && *text == '\0';
}

char *
bzg_csv_guard (const char *text)
{
  if (dangerous_start (text) == 0 || is_negative_number (text))
    return g_strdup (text);
  return g_strconcat ("'", text, NULL);
}

char *
bzg_csv_unguard (const char *text)
{
  return g_strdup (*text == '\'' && dangerous_start (text + 1) > 0 ? text + 1 : text);
}

static void
append_cell (GString *out, const char *text, gboolean alone)
{
  gsize len = strlen (text);
  gboolean quote = len == 0 ? alone : *text == ' ' || text[len - 1] == ' ';

  if (!quote && strpbrk (text, ",;\"\r\n") == NULL)
    {
      g_string_append (out, text);
      return;
    }
  g_string_append_c (out, '"');
  for (; *text != '\0'; text++)
    {
      if (*text == '"')
        g_string_append_c (out, '"');
      g_string_append_c (out, *text);
    }
  g_string_append_c (out, '"');
}

void
bzg_csv_append_row (GString *out, const char *const *cells, gssize n, BzgCsvFlags flags)
{
  if (n < 0)
    n = (gssize) g_strv_length ((GStrv) cells);
  for (gssize i = 0; i < n; i++)
    {
      const char *text = cells[i] != NULL ? cells[i] : "";
      g_autofree char *guarded = flags & BZG_CSV_GUARD ? bzg_csv_guard (text) : NULL;

      if (i > 0)
        g_string_append_c (out, flags & BZG_CSV_SEMICOLON ? ';' : ',');
      append_cell (out, guarded != NULL ? guarded : text, n == 1);
    }
  g_string_append (out, "\r\n");
}
