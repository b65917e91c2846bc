/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-render-private.h"

#include "report/bzg-chart-private.h"

#include <string.h>

/*
 * Plain text for terminals, mail and golden files. Columns are counted in characters; all letters
 * of the three languages are one column wide.
 */

#define GAP 2

static guint
columns_of (const char *text)
{
  return (guint) g_utf8_strlen (text, -1);
}

/* @text in lines of at most @width characters, broken at spaces, long words where they must. */
static GPtrArray *
wrap (const char *text, guint width)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) paragraphs = g_strsplit (text, "\n", -1);

  width = MAX (width, 1);
  for (guint i = 0; paragraphs[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (paragraphs[i], " ", -1);
      GString *line = g_string_new (NULL);
      guint used = 0;

      for (guint w = 0; words[w] != NULL; w++)
        {
          const char *word = words[w];
          guint length = columns_of (word);

          if (used > 0 && used + 1 + length > width)
            {
              g_ptr_array_add (lines, g_strdup (line->str));
              g_string_truncate (line, 0);
              used = 0;
            }
          else if (w > 0 && line->len > 0)
            {
              g_string_append_c (line, ' ');
              used++;
            }
          while (length > width)
            {
              const char *cut = g_utf8_offset_to_pointer (word, width);

              g_ptr_array_add (lines, g_strndup (word, cut - word));
              word = cut;
              length -= width;
            }
          g_string_append (line, word);
          used += length;
        }
      g_ptr_array_add (lines, g_string_free (line, FALSE));
    }

  return lines;
}

static void
fill (GString *out, const char *character, guint n)
{
  while (n-- > 0)
    g_string_append (out, character);
}

/* No line ends in spaces. */
static void
end_line (GString *out)
{
  while (out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
  g_string_append_c (out, '\n');
}

static void
append_wrapped (GString *out, const char *text, guint width, const char *first, const char *rest)
{
  guint indent = columns_of (first);
  g_autoptr (GPtrArray) lines = wrap (text, width > indent + 10 ? width - indent : 10);

  for (guint i = 0; i < lines->len; i++)
    {
      g_string_append (out, i == 0 ? first : rest);
      g_string_append (out, g_ptr_array_index (lines, i));
      end_line (out);
    }
}

static char *
cell_text (const BzgDocRow *row, guint column, BzgLanguage lang)
{
  g_autofree char *text = bzg_value_format (&row->cells[column], lang);
  g_autofree char *indent = g_strnfill (column == 0 ? row->indent * 2 : 0, ' ');

  return g_strconcat (indent, text, NULL);
}

static void
table_widths (const BzgDocTable *table, BzgLanguage lang, guint width, guint *widths)
{
  guint total = (table->n_columns - 1) * GAP;

  for (guint c = 0; c < table->n_columns; c++)
    {
      widths[c] = 1;
      for (guint r = 0; r < table->rows->len; r++)
        {
          const BzgDocRow *row = g_ptr_array_index (table->rows, r);
          g_autofree char *text = cell_text (row, c, lang);

          if (row->kind != BZG_ROW_GROUP)
            widths[c] = MAX (widths[c], columns_of (text));
        }
      total += widths[c];
    }
  /* Too wide: the widest column gives, until it fits or nothing is left to give. */
  while (total > width)
    {
      guint widest = 0;

      for (guint c = 1; c < table->n_columns; c++)
        if (widths[c] > widths[widest])
          widest = c;
      if (widths[widest] <= 8)
        return;
      widths[widest]--;
      total--;
    }
}

static void
append_row (GString *out,
            const BzgDocTable *table,
            const BzgDocRow *row,
            BzgLanguage lang,
            const guint *widths)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  guint height = 1;

  for (guint c = 0; c < table->n_columns; c++)
    {
      g_autofree char *text = cell_text (row, c, lang);
      GPtrArray *lines = wrap (text, widths[c]);

      g_ptr_array_add (cells, lines);
      height = MAX (height, lines->len);
    }
  for (guint line = 0; line < height; line++)
    {
      for (guint c = 0; c < table->n_columns; c++)
        {
          GPtrArray *lines = g_ptr_array_index (cells, c);
          const char *text = line < lines->len ? g_ptr_array_index (lines, line) : "";
          guint pad = widths[c] - MIN (columns_of (text), widths[c]);
          gboolean right = bzg_doc_table_get_align (table, c) == BZG_ALIGN_END;

          if (right)
            fill (out, " ", pad);
          g_string_append (out, text);
          if (!right)
            fill (out, " ", pad);
          if (c + 1 < table->n_columns)
            fill (out, " ", GAP);
        }
      end_line (out);
    }
}

static void
append_table (GString *out, const BzgDocTable *table, BzgLanguage lang, guint width)
{
  g_autofree guint *widths = g_new0 (guint, table->n_columns);
  guint total = (table->n_columns - 1) * GAP;
  gboolean in_header = FALSE;

  if (table->caption != NULL)
    append_wrapped (out, table->caption, width, "", "");
  table_widths (table, lang, width, widths);
  for (guint c = 0; c < table->n_columns; c++)
    total += widths[c];
  for (guint r = 0; r < table->rows->len; r++)
    {
      const BzgDocRow *row = g_ptr_array_index (table->rows, r);

      if ((in_header && row->kind != BZG_ROW_HEADER) || row->kind == BZG_ROW_TOTAL)
        {
          fill (out, "─", total);
          g_string_append_c (out, '\n');
        }
      in_header = row->kind == BZG_ROW_HEADER;
      if (row->kind == BZG_ROW_GROUP)
        {
          g_autofree char *text = cell_text (row, 0, lang);

          append_wrapped (out, text, width, "", "");
        }
      else
        append_row (out, table, row, lang, widths);
    }
  for (guint i = 0; i < table->notes->len; i++)
    append_wrapped (out, g_ptr_array_index (table->notes, i), width, "  ", "  ");
}

static void
append_heading (GString *out, const char *text, guint level, guint width)
{
  gsize start;

  if (text[0] == '\0')
    return;
  if (out->len > 0 && level < 3)
    g_string_append_c (out, '\n');
  start = out->len;
  append_wrapped (out, text, width, "", "");
  if (level < 3)
    {
      guint longest = 0;
      g_auto (GStrv) lines = g_strsplit (out->str + start, "\n", -1);

      for (guint i = 0; lines[i] != NULL; i++)
        longest = MAX (longest, columns_of (lines[i]));
      fill (out, level <= 1 ? "=" : "-", longest);
      g_string_append_c (out, '\n');
    }
}

static void
append_fields (GString *out, const BzgBlock *block, BzgLanguage lang, guint width)
{
  for (guint i = 0; i < block->fields->len; i++)
    {
      const BzgFieldPair *pair = g_ptr_array_index (block->fields, i);
      g_autofree char *value = bzg_value_format (&pair->value, lang);
      g_autofree char *line = g_strdup_printf ("%s: %s", pair->label, value);

      append_wrapped (out, line, width, "", "    ");
    }
}

static void
append_figures (GString *out, const BzgBlock *block, BzgLanguage lang, guint width)
{
  for (guint i = 0; i < block->figures->len; i++)
    {
      const BzgKeyFigure *figure = g_ptr_array_index (block->figures, i);
      g_autofree char *value = bzg_value_format (&figure->value, lang);
      g_autofree char *mark = g_strdup_printf ("%10s  ", "");
      GString *line = g_string_new (NULL);

      fill (line, " ", columns_of (value) < 10 ? 10 - columns_of (value) : 0);
      g_string_append_printf (line, "%s  ", value);
      append_wrapped (out, figure->label, width, line->str, mark);
      if (figure->note != NULL)
        append_wrapped (out, figure->note, width, mark, mark);
      g_string_free (line, TRUE);
    }
}

static void
append_block (GString *out, const BzgBlock *block, BzgLanguage lang, guint width)
{
  g_autofree char *text = bzg_block_text (block);
  g_autofree char *mark = NULL;

  switch (block->kind)
    {
    case BZG_BLOCK_HEADING:
      append_heading (out, text, block->level, width);
      return;
    case BZG_BLOCK_QUOTE:
      append_wrapped (out, text, width, "  | ", "  | ");
      break;
    case BZG_BLOCK_LIST_ITEM:
      mark = block->number > 0 ? g_strdup_printf ("%2u. ", block->number) : g_strdup ("  - ");
      append_wrapped (out, text, width, mark, "    ");
      return;
    case BZG_BLOCK_KEY_FIGURES:
      append_figures (out, block, lang, width);
      break;
    case BZG_BLOCK_FIELDS:
      append_fields (out, block, lang, width);
      break;
    case BZG_BLOCK_TABLE:
      append_table (out, block->table, lang, width);
      break;
    case BZG_BLOCK_CHART:
      if (bzg_chart_is_empty (block->chart))
        return;
      mark = _bzg_chart_to_words (block->chart, lang);
      append_wrapped (out, mark, width, "", "");
      break;
    case BZG_BLOCK_CODE:
      append_wrapped (out, text, width, "    ", "    ");
      break;
    case BZG_BLOCK_PICTURE:
      mark = g_strdup_printf ("[%s]", block->alternative != NULL ? block->alternative : "");
      append_wrapped (out, mark, width, "", "");
      break;
    case BZG_BLOCK_SIGNATURES:
      for (guint i = 0; i < block->lines->len; i++)
        {
          g_string_append (out, "\n");
          fill (out, "_", 34);
          g_string_append_c (out, '\n');
          append_wrapped (out, g_ptr_array_index (block->lines, i), width, "", "");
        }
      break;
    case BZG_BLOCK_PAGE_BREAK:
      return;
    case BZG_BLOCK_PARAGRAPH:
    case BZG_BLOCK_LEAD:
    case BZG_BLOCK_NOTE:
    default:
      append_wrapped (out, text, width, "", "");
      break;
    }
  g_string_append_c (out, '\n');
}

char *
bzg_document_to_text (const BzgDocument *document, guint width)
{
  GString *out = g_string_new (NULL);

  if (width == 0)
    width = 80;
  if (document->ribbon != NULL)
    g_string_append_printf (out, "[%s]\n", document->ribbon);
  if (document->programme != NULL)
    append_wrapped (out, document->programme, width, "", "");
  append_heading (out, document->title, 1, width);
  if (document->subtitle != NULL)
    append_wrapped (out, document->subtitle, width, "", "");
  if (out->len > 0)
    g_string_append_c (out, '\n');
  for (guint i = 0; i < document->blocks->len; i++)
    {
      const BzgBlock *block = g_ptr_array_index (document->blocks, i);

      /* A list ends with an empty line as other blocks do. */
      if (i > 0 && block->kind != BZG_BLOCK_LIST_ITEM)
        {
          const BzgBlock *before = g_ptr_array_index (document->blocks, i - 1);

          if (before->kind == BZG_BLOCK_LIST_ITEM)
            g_string_append_c (out, '\n');
        }
      append_block (out, block, document->lang, width);
    }

  return g_string_free (out, FALSE);
}

GBytes *
_bzg_render_text (const BzgDocument *document, GCancellable *cancellable, GError **error)
{
  char *text = bzg_document_to_text (document, 0);

  return g_bytes_new_take (text, strlen (text));
}
