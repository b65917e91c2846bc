/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-render-private.h"

#include "base/bzg-csv.h"
#include "base/bzg-error.h"
#include "base/bzg-format.h"

#include <string.h>

static const char *const format_codes[BZG_N_DOCUMENT_FORMATS] = {
  [BZG_DOCUMENT_PDF] = "pdf", [BZG_DOCUMENT_XLSX] = "xlsx", [BZG_DOCUMENT_ODT] = "odt",
  [BZG_DOCUMENT_CSV] = "csv", [BZG_DOCUMENT_TEXT] = "txt",  [BZG_DOCUMENT_JSON] = "json",
};

const char *
bzg_document_format_code (BzgDocumentFormat format)
{
  g_return_val_if_fail ((guint) format < BZG_N_DOCUMENT_FORMATS, NULL);

  return format_codes[format];
}

gboolean
bzg_document_format_from_code (const char *code, BzgDocumentFormat *out)
{
  for (guint i = 0; code != NULL && i < BZG_N_DOCUMENT_FORMATS; i++)
    if (g_ascii_strcasecmp (code, format_codes[i]) == 0)
      {
        *out = i;
        return TRUE;
      }

  return FALSE;
}

/* @value divided by 10^@decimals, without a detour through binary fractions. */
static char *
plain_decimal (gint64 value, guint decimals, gboolean all)
{
  g_autofree char *digits = g_strdup_printf ("%0*" G_GUINT64_FORMAT, (int) decimals + 1,
                                             value < 0 ? -(guint64) value : (guint64) value);
  GString *text = g_string_new (value < 0 ? "-" : "");
  gsize whole = strlen (digits) - decimals;

  g_string_append_len (text, digits, whole);
  if (decimals > 0)
    g_string_append_printf (text, ".%s", digits + whole);
  if (!all && decimals > 0)
    {
      while (text->str[text->len - 1] == '0')
        g_string_truncate (text, text->len - 1);
      if (text->str[text->len - 1] == '.')
        g_string_truncate (text, text->len - 1);
    }

  return g_string_free (text, FALSE);
}

char *
_bzg_value_to_plain (const BzgValue *value)
{
  switch (value->kind)
    {
    case BZG_VALUE_INTEGER:
      return plain_decimal (value->value, 0, TRUE);
    case BZG_VALUE_QUANTITY:
      return plain_decimal (value->value, 3, FALSE);
    case BZG_VALUE_MONEY:
      return plain_decimal (value->value, bzg_currency_exponent (value->currency), TRUE);
    case BZG_VALUE_PERCENT: /* as a share of 1, as spreadsheets have it */
      return plain_decimal (value->value, 3, FALSE);
    default:
      return NULL;
    }
}

static char *
csv_cell (const BzgValue *value)
{
  char iso[BZG_DATE_TEXT_SIZE];

  switch (value->kind)
    {
    case BZG_VALUE_TEXT:
      return g_strdup (value->text);
    case BZG_VALUE_DATE:
      return g_strdup (bzg_date_to_iso (value->date, iso));
    case BZG_VALUE_RANGE:
      return g_strdup_printf ("%" G_GINT64_FORMAT "–%" G_GINT64_FORMAT, value->value, value->end);
    case BZG_VALUE_WITHHELD:
      return g_strdup (BZG_VALUE_WITHHELD_TEXT);
    case BZG_VALUE_MISSING:
    case BZG_VALUE_EMPTY:
      return g_strdup ("");
    default:
      return _bzg_value_to_plain (value);
    }
}

char *
bzg_doc_table_to_csv (const BzgDocTable *table)
{
  GString *out = g_string_new (NULL);

  for (guint r = 0; r < table->rows->len; r++)
    {
      const BzgDocRow *row = g_ptr_array_index (table->rows, r);
      g_auto (GStrv) cells = g_new0 (char *, table->n_columns + 1);

      for (guint c = 0; c < table->n_columns; c++)
        cells[c] = csv_cell (&row->cells[c]);
      bzg_csv_append_row (out, (const char *const *) cells, table->n_columns, BZG_CSV_GUARD);
    }

  return g_string_free (out, FALSE);
}

/* Several tables in one file: each under its caption, with an empty line between. */
GBytes *
_bzg_render_csv (const BzgDocument *document, GCancellable *cancellable, GError **error)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < document->blocks->len; i++)
    {
      const BzgBlock *block = g_ptr_array_index (document->blocks, i);
      g_autofree char *table = NULL;

      if (block->kind != BZG_BLOCK_TABLE)
        continue;
      if (out->len > 0)
        g_string_append (out, "\r\n");
      if (block->table->caption != NULL)
        bzg_csv_append_row (out, (const char *const[]){ block->table->caption, NULL }, 1,
                            BZG_CSV_GUARD);
      table = bzg_doc_table_to_csv (block->table);
      g_string_append (out, table);
    }

  return g_string_free_to_bytes (out);
}

GBytes *
bzg_document_render (const BzgDocument *document,
                     BzgDocumentFormat format,
                     GCancellable *cancellable,
                     GError **error)
{
  g_return_val_if_fail (document != NULL, NULL);

  switch (format)
    {
    case BZG_DOCUMENT_PDF:
      return _bzg_render_pdf (document, cancellable, error);
    case BZG_DOCUMENT_XLSX:
      return _bzg_render_xlsx (document, cancellable, error);
    case BZG_DOCUMENT_ODT:
      return _bzg_render_odt (document, cancellable, error);
    case BZG_DOCUMENT_CSV:
      return _bzg_render_csv (document, cancellable, error);
    case BZG_DOCUMENT_TEXT:
      return _bzg_render_text (document, cancellable, error);
    case BZG_DOCUMENT_JSON:
    default:
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_USAGE, "only reports have a JSON form");
      return NULL;
    }
}
