/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-report-private.h"

#include "base/bzg-format.h"

#include <string.h>

/*
 * From protected tables to a document. No arithmetic happens here, not even a sum: a number is
 * either a cell of the tables or not in the document, so that what was proved is what is printed.
 */

typedef struct
{
  const BzgReportDefinition *definition;
  const BzgTables *tables;
  const BzgReportContext *context;
  BzgLanguage lang;
  BzgDocument *document;
} Build;

/* Classes of one dimension as they are shown. */
typedef struct
{
  guint code;
  guint indent;
  gboolean group; /* the indented ones below belong to it */
  gboolean total;
} Class;

static BzgValue
unmarked_value (const BzgTable *table, const BzgCell *cell)
{
  if (cell == NULL || cell->state == BZG_CELL_STRUCTURAL)
    return BZG_VALUE_IS_MISSING;
  if (cell->state == BZG_CELL_WITHHELD)
    return cell->lo > 0 && cell->hi != BZG_CELL_NO_BOUND ? BZG_VALUE_OF_RANGE (cell->lo, cell->hi)
                                                         : BZG_VALUE_IS_WITHHELD;
  /* Amounts of money are counted in minor units, under the code of their currency. */
  if (table->unit != NULL && strlen (table->unit) == 3 && g_ascii_isupper (table->unit[0])
      && g_ascii_isupper (table->unit[1]))
    return bzg_value_of_money (cell->value, table->unit);

  return BZG_VALUE_OF_INTEGER (cell->value);
}

/* Of a correction the numbers that it gives are marked. */
static BzgValue
value_of_cell (const Build *build, const BzgTable *table, const BzgCell *cell)
{
  BzgValue value = unmarked_value (table, cell);

  value.marked = build->context->corrects != NULL && bzg_value_is_number (&value)
                 && cell->why != BZG_WITHHELD_STANDS && !table->open;
  return value;
}

/* Where @dimension stands in the keys of @table, or -1. */
static int
position_of (const Build *build, const BzgTable *table, const char *dimension)
{
  int dim = bzg_tables_find_dimension (build->tables, dimension);

  for (guint i = 0; dim >= 0 && i < table->n_dims; i++)
    if (table->dims[i] == (guint) dim)
      return i;

  return -1;
}

/* The cell at @row (of the dimension at @row_position) and @column; everything else is total. */
static BzgValue
look_up (const Build *build,
         const BzgTable *table,
         int row_position,
         guint row,
         int column_position,
         guint column)
{
  g_autofree guint *key = g_new0 (guint, MAX (table->n_dims, 1));

  for (guint i = 0; i < table->n_dims; i++)
    {
      int total = bzg_tables_total_code (build->tables, table->dims[i]);

      key[i] = total >= 0 ? (guint) total : 0;
      if ((int) i == row_position)
        key[i] = row;
      else if ((int) i == column_position)
        key[i] = column;
      else if (total < 0)
        return BZG_VALUE_IS_MISSING;
    }

  return value_of_cell (build, table, bzg_table_get_cell (table, key));
}

static gboolean
belongs (const Build *build, guint dim, guint code, guint atom)
{
  return code != atom && bzg_tables_code_has (build->tables, dim, code, atom);
}

static BzgRowKind
row_kind_of (const Class *class)
{
  if (class->total)
    return BZG_ROW_TOTAL;

  return class->group ? BZG_ROW_SUM : BZG_ROW_BODY;
}

static void
add_class (GArray *classes, guint code, guint indent, gboolean total)
{
  Class class = { .code = code, .indent = indent, .total = total };

  g_array_append_val (classes, class);
}

/* The classes that occur in @table: atoms in their order, below the group to which they belong if
 * there are groups, the total at the end. */
static GArray *
classes_of (const Build *build, const BzgTable *table, int position)
{
  GArray *classes = g_array_new (FALSE, TRUE, sizeof (Class));
  guint dim = table->dims[position];
  guint n_atoms = bzg_tables_n_atoms (build->tables, dim);
  guint n_codes = bzg_tables_n_codes (build->tables, dim);
  int total = bzg_tables_total_code (build->tables, dim);
  g_autofree gboolean *seen = g_new0 (gboolean, MAX (n_codes, 1));

  for (guint i = 0; i < table->n_cells; i++)
    seen[table->cells[i].key[position]] = TRUE;
  for (guint code = n_atoms; code < n_codes; code++)
    {
      guint group = classes->len;

      if (!seen[code] || (int) code == total)
        continue;
      add_class (classes, code, 0, FALSE);
      for (guint atom = 0; atom < n_atoms; atom++)
        if (seen[atom] && belongs (build, dim, code, atom))
          {
            g_array_index (classes, Class, group).group = TRUE;
            add_class (classes, atom, 1, FALSE);
            seen[atom] = FALSE;
          }
    }
  for (guint atom = 0; atom < n_atoms; atom++)
    if (seen[atom] && (int) atom != total)
      add_class (classes, atom, 0, FALSE);
  if (total >= 0 && seen[total])
    add_class (classes, total, 0, TRUE);

  return classes;
}

/* Without groups when there are atoms only; with groups the groups alone: what a chart can show. */
static GArray *
classes_for_chart (const Build *build, const BzgTable *table, int position)
{
  g_autoptr (GArray) all = classes_of (build, table, position);
  GArray *classes = g_array_new (FALSE, TRUE, sizeof (Class));

  for (guint i = 0; i < all->len; i++)
    {
      const Class *class = &g_array_index (all, Class, i);

      if (!class->total && class->indent == 0)
        g_array_append_val (classes, *class);
    }

  return classes;
}

static const char *
label_of (const Build *build, const BzgTable *table, int position, const Class *class)
{
  if (class->total)
    /* Translators: the last line or column of a table: everybody, everything together. */
    return bzg_tr_context (build->lang, "table", "All");

  /* "GROUP.": those of a group of whom no more is known. */
  if (class->indent > 0
      && g_str_has_suffix (bzg_tables_code (build->tables, table->dims[position], class->code),
                           "."))
    /* Translators: a line in a table, below the lines of the kinds of support or the districts. */
    return bzg_tr (build->lang, "Not further specified");

  return bzg_tables_label (build->tables, table->dims[position], class->code, build->lang);
}

/* TRUE if some cell of this class in the direction @position shows a number. */
static gboolean
is_known (const Build *build, const BzgTable *table, int position, const Class *class)
{
  for (guint i = 0; i < table->n_cells; i++)
    if (table->cells[i].key[position] == class->code && table->cells[i].state == BZG_CELL_EXACT
        && table->cells[i].value != 0)
      return TRUE;

  return FALSE;
}

/* TRUE if this class shows a number in any table of the release: women stay a column where all
 * their numbers are hidden, classes that nobody is in do not. */
static gboolean
is_known_anywhere (const Build *build, guint dim, const Class *class)
{
  const BzgTablesRelease *release
    = bzg_tables_release (build->tables, bzg_tables_n_releases (build->tables) - 1);

  for (guint i = 0; i < release->n_tables; i++)
    for (guint position = 0; position < release->tables[i]->n_dims; position++)
      if (release->tables[i]->dims[position] == dim
          && is_known (build, release->tables[i], position, class))
        return TRUE;

  return FALSE;
}

/* Takes away the classes without a number, in this table or (@anywhere) in the whole release. */
static void
leave_known (
  const Build *build, const BzgTable *table, int position, gboolean anywhere, GArray *classes)
{
  for (guint i = classes->len; i > 0; i--)
    {
      const Class *class = &g_array_index (classes, Class, i - 1);

      if (class->total
          || (anywhere ? is_known_anywhere (build, table->dims[position], class)
                       : is_known (build, table, position, class)))
        continue;
      g_array_remove_index (classes, i - 1);
    }
}

/* A table of dots alone says nothing; a sentence says that. TRUE if it was said. */
static gboolean
say_if_nothing (Build *build, const BzgReportTable *wanted)
{
  g_autofree char *text = NULL;

  for (guint i = 0; wanted->figures[i] != NULL; i++)
    {
      const BzgTable *table = bzg_tables_find_table (build->tables, wanted->figures[i]);

      for (guint k = 0; table != NULL && k < table->n_cells; k++)
        if (table->cells[k].state == BZG_CELL_EXACT && table->cells[k].value != 0)
          return FALSE;
    }
  text = g_strdup_printf (bzg_tr (build->lang, "%s: no number can be shown for this period."),
                          bzg_tr (build->lang, wanted->caption));
  bzg_document_note (build->document, text);

  return TRUE;
}

/* What the signs in a table mean; @withheld: kinds that are in it, as bits. */
static void
add_note (const Build *build, BzgDocTable *table, guint withheld)
{
  gboolean dots = (withheld >> BZG_VALUE_WITHHELD & 1) != 0;
  gboolean ranges = (withheld >> BZG_VALUE_RANGE & 1) != 0;

  if (dots && ranges)
    bzg_doc_table_note (table, bzg_tr (build->lang, "…: not shown, to protect people. Two numbers "
                                                    "with a dash: not shown more exactly"));
  else if (dots)
    bzg_doc_table_note (table, bzg_tr (build->lang, "…: not shown, to protect people"));
  else if (ranges)
    bzg_doc_table_note (table, bzg_tr (build->lang, "Two numbers with a dash: not shown more "
                                                    "exactly, to protect people"));
}

/* One figure, one dimension down, one across. */
static void
build_cross (Build *build, const BzgReportTable *wanted)
{
  const BzgTable *table = bzg_tables_find_table (build->tables, wanted->figures[0]);
  int rp = table != NULL ? position_of (build, table, wanted->rows) : -1;
  int cp = table != NULL ? position_of (build, table, wanted->columns) : -1;
  g_autoptr (GArray) rows = NULL, columns = NULL;
  guint withheld = 0;
  BzgDocTable *out;

  if (rp < 0 || cp < 0 || say_if_nothing (build, wanted))
    return;
  rows = classes_of (build, table, rp);
  columns = classes_of (build, table, cp);
  if (wanted->known_only)
    {
      leave_known (build, table, rp, FALSE, rows);
      leave_known (build, table, cp, TRUE, columns);
    }
  out
    = bzg_document_table (build->document, bzg_tr (build->lang, wanted->caption), columns->len + 1);
  bzg_doc_table_row (out, BZG_ROW_HEADER);
  bzg_doc_table_text (out, bzg_dimension_title (wanted->rows, build->lang));
  for (guint c = 0; c < columns->len; c++)
    bzg_doc_table_text (out, label_of (build, table, cp, &g_array_index (columns, Class, c)));
  for (guint r = 0; r < rows->len; r++)
    {
      const Class *row = &g_array_index (rows, Class, r);

      bzg_doc_table_row (out, row_kind_of (row));
      bzg_doc_table_indent (out, row->indent);
      bzg_doc_table_text (out, label_of (build, table, rp, row));
      for (guint c = 0; c < columns->len; c++)
        {
          BzgValue value
            = look_up (build, table, rp, row->code, cp, g_array_index (columns, Class, c).code);

          withheld |= 1u << value.kind;
          bzg_doc_table_cell (out, value);
        }
    }
  for (guint c = 1; c <= columns->len; c++)
    bzg_doc_table_align (out, c, BZG_ALIGN_END);
  add_note (build, out, withheld);
}

/* The same code in the table of another figure: dimensions are shared, so the index is the same. */
static gboolean
known_in_any (Build *build, const BzgReportTable *wanted, const Class *class)
{
  for (guint i = 0; wanted->figures[i] != NULL; i++)
    {
      const BzgTable *table = bzg_tables_find_table (build->tables, wanted->figures[i]);
      int position = table != NULL ? position_of (build, table, wanted->rows) : -1;

      if (position >= 0 && is_known (build, table, position, class))
        return TRUE;
    }

  return FALSE;
}

static BzgValue
find_value (const Build *build, const char *name)
{
  const BzgReportValue *value = g_hash_table_lookup (build->definition->values, name);
  const BzgTable *table = bzg_tables_find_table (build->tables, value->figure);

  if (table == NULL)
    return BZG_VALUE_IS_MISSING;

  return value_of_cell (build, table,
                        bzg_tables_find_cell (build->tables, table,
                                              (const char *const *) value->key));
}

/* One dimension down, a column for each figure. */
static void
build_columns (Build *build, const BzgReportTable *wanted)
{
  const BzgTable *first = bzg_tables_find_table (build->tables, wanted->figures[0]);
  int position = first != NULL ? position_of (build, first, wanted->rows) : -1;
  guint n = g_strv_length (wanted->figures);
  g_autoptr (GArray) rows = NULL;
  guint withheld = 0;
  BzgDocTable *out;

  if (position < 0 || say_if_nothing (build, wanted))
    return;
  rows = classes_of (build, first, position);
  out = bzg_document_table (build->document, bzg_tr (build->lang, wanted->caption), n + 1);
  bzg_doc_table_row (out, BZG_ROW_HEADER);
  bzg_doc_table_text (out, bzg_dimension_title (wanted->rows, build->lang));
  for (guint i = 0; i < n; i++)
    {
      const BzgFigure *figure = bzg_figures_find (build->definition->figures, wanted->figures[i]);

      bzg_doc_table_text (out, bzg_figure_title (figure, build->lang));
      bzg_doc_table_align (out, i + 1, BZG_ALIGN_END);
    }
  for (guint r = 0; r < rows->len; r++)
    {
      const Class *row = &g_array_index (rows, Class, r);

      if (wanted->known_only && !row->total && !known_in_any (build, wanted, row))
        continue;
      bzg_doc_table_row (out, row_kind_of (row));
      bzg_doc_table_indent (out, row->indent);
      bzg_doc_table_text (out, label_of (build, first, position, row));
      for (guint i = 0; i < n; i++)
        {
          const BzgTable *table = bzg_tables_find_table (build->tables, wanted->figures[i]);
          int p = table != NULL ? position_of (build, table, wanted->rows) : -1;
          BzgValue value
            = p >= 0 ? look_up (build, table, p, row->code, -1, 0) : BZG_VALUE_IS_MISSING;

          if (row->total && wanted->totals != NULL)
            value = find_value (build, wanted->totals[i]);

          withheld |= 1u << value.kind;
          bzg_doc_table_cell (out, value);
        }
    }
  add_note (build, out, withheld);
}

static void
build_chart (Build *build, const BzgReportChart *wanted)
{
  const BzgTable *table = bzg_tables_find_table (build->tables, wanted->figure);
  int cp = table != NULL ? position_of (build, table, wanted->categories) : -1;
  int sp
    = table != NULL && wanted->series != NULL ? position_of (build, table, wanted->series) : -1;
  g_autoptr (GArray) categories = NULL, series = NULL;
  BzgChart *chart;

  if (cp < 0)
    return;
  categories = classes_for_chart (build, table, cp);
  if (sp >= 0)
    series = classes_for_chart (build, table, sp);
  if (wanted->known_only)
    {
      leave_known (build, table, cp, FALSE, categories);
      if (sp >= 0)
        leave_known (build, table, sp, TRUE, series);
    }
  chart = bzg_document_chart (build->document, wanted->kind, bzg_tr (build->lang, wanted->caption));
  for (guint k = 0; k < categories->len; k++)
    bzg_chart_category (chart, label_of (build, table, cp, &g_array_index (categories, Class, k)));
  for (guint i = 0; i < (series != NULL ? series->len : 1); i++)
    {
      const Class *class = series != NULL ? &g_array_index (series, Class, i) : NULL;

      bzg_chart_series (chart, class != NULL ? label_of (build, table, sp, class) : NULL);
      for (guint k = 0; k < categories->len; k++)
        {
          BzgValue value = look_up (build, table, cp, g_array_index (categories, Class, k).code, sp,
                                    class != NULL ? class->code : 0);

          value.marked = FALSE;
          bzg_chart_value (chart, value.kind == BZG_VALUE_RANGE ? BZG_VALUE_IS_WITHHELD : value);
        }
    }
}

static void
build_key (Build *build, const BzgReportKey *key)
{
  for (guint i = 0; key->values[i] != NULL; i++)
    {
      const BzgReportValue *value = g_hash_table_lookup (build->definition->values, key->values[i]);

      bzg_document_key_figure (build->document, bzg_tr (build->lang, value->label),
                               find_value (build, key->values[i]), NULL);
    }
}

static char *
word (const Build *build, const char *name)
{
  const BzgReportContext *context = build->context;
  guint threshold = bzg_tables_threshold (build->tables);

  if (g_str_equal (name, "programme"))
    return g_strdup (context->programme != NULL ? context->programme : BZG_FORMAT_MISSING);
  if (g_str_equal (name, "period"))
    return bzg_format_period (build->lang, context->period);
  if (g_str_equal (name, "first_day"))
    return bzg_format_date (build->lang, context->period->first);
  if (g_str_equal (name, "last_day"))
    return bzg_format_date (build->lang, context->period->last);
  if (g_str_equal (name, "fund"))
    return g_strdup (context->fund != NULL ? context->fund : bzg_tr (build->lang, "all funds"));
  if (g_str_equal (name, "date"))
    return bzg_format_date (build->lang, context->date);
  if (g_str_equal (name, "threshold"))
    return bzg_format_integer (build->lang, threshold);
  if (g_str_equal (name, "certificate"))
    return g_strdup (context->certificate != NULL ? context->certificate : BZG_FORMAT_MISSING);
  if (g_str_equal (name, "imprecise"))
    {
      if (context->imprecise == 0)
        return bzg_format_integer (build->lang, 0);
      if (context->imprecise < 0)
        return g_strdup_printf (bzg_tr (build->lang, "fewer than %u"), threshold);
      return g_strdup_printf (bzg_tr (build->lang, "%d or more"), context->imprecise);
    }

  {
    BzgValue value = find_value (build, name);

    /* "…" in the middle of a sentence reads like a slip of the pen. */
    if (value.kind == BZG_VALUE_WITHHELD)
      return g_strdup (bzg_tr (build->lang, "(not shown)"));

    return bzg_value_format (&value, build->lang);
  }
}

/* @text as CommonMark that means just this text. */
static void
append_escaped (GString *out, const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    {
      if (g_ascii_ispunct (*p))
        g_string_append_c (out, '\\');
      g_string_append_c (out, *p == '\n' ? ' ' : *p);
    }
}

static void
build_text (Build *build, const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);
  const char *rest = text;
  const char *start;

  while ((start = strstr (rest, "{{")) != NULL)
    {
      const char *end = strstr (start, "}}");
      g_autofree char *name = g_strndup (start + 2, end - start - 2);
      g_autofree char *value = word (build, name);

      g_string_append_len (out, rest, start - rest);
      append_escaped (out, value);
      rest = end + 2;
    }
  g_string_append (out, rest);
  bzg_document_markdown (build->document, out->str, 1);
}

static void
set_head (Build *build)
{
  const BzgReportContext *context = build->context;
  g_autofree char *period = bzg_format_period (build->lang, context->period);
  g_autofree char *fund = word (build, "fund");
  g_autofree char *first = g_utf8_substring (period, 0, 1);
  g_autofree char *capital = g_utf8_strup (first, -1);
  g_autofree char *subtitle
    = build->definition->takes_fund
        ? g_strdup_printf ("%s%s · %s", capital, g_utf8_next_char (period), fund)
        : g_strconcat (capital, g_utf8_next_char (period), NULL);

  if (context->corrects != NULL)
    {
      g_autofree char *corrected
        /* Translators: behind the period of a report: its figures were corrected. */
        = g_strdup_printf ("%s · %s", subtitle, bzg_tr (build->lang, "corrected"));

      bzg_document_set_subtitle (build->document, corrected);
    }
  else
    bzg_document_set_subtitle (build->document, subtitle);
  bzg_document_set_programme (build->document, context->programme);
  bzg_document_set_date (build->document, context->date);
  bzg_document_set_cover (build->document, build->definition->cover);
  if (context->training)
    bzg_document_set_ribbon (build->document, bzg_tr (build->lang, "Training: invented data"));
  else if (!context->published)
    bzg_document_set_ribbon (build->document,
                             bzg_tr (build->lang, "Provisional: not yet published"));
}

/* What a reader who has the earlier report must know first. */
static void
say_that_it_corrects (Build *build)
{
  BzgDate day;
  g_autofree char *date = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GString) paragraph = g_string_new (NULL);

  if (build->context->corrects == NULL || !bzg_date_from_iso (build->context->corrects, &day))
    return;
  date = bzg_format_date (build->lang, day);
  /* Translators: %s is a day, %u the number below which groups are not shown. */
  text = g_strdup_printf (
    bzg_tr (build->lang,
            "Corrected figures, in place of those published on %s. Numbers with * are new. All "
            "others stand as they were published: they may have changed by fewer than %u, or are "
            "not given again, to protect people."),
    date, bzg_tables_threshold (build->tables));
  append_escaped (paragraph, text);
  bzg_document_markdown (build->document, paragraph->str, 1);
}

BzgDocument *
_bzg_report_build (const BzgReportDefinition *definition,
                   const BzgTables *tables,
                   const BzgReportContext *context,
                   BzgLanguage lang)
{
  Build build = { .definition = definition, .tables = tables, .context = context, .lang = lang };
  const GPtrArray *parts = definition->parts[lang];

  build.document = bzg_document_new (lang, bzg_tr (lang, definition->title));
  set_head (&build);
  say_that_it_corrects (&build);
  for (guint i = 0; i < parts->len; i++)
    {
      const BzgReportPart *part = g_ptr_array_index (parts, i);
      const BzgReportTable *table = part->thing;

      switch (part->kind)
        {
        case BZG_PART_TEXT:
          build_text (&build, part->text);
          break;
        case BZG_PART_KEY:
          build_key (&build, part->thing);
          break;
        case BZG_PART_TABLE:
          if (table->columns != NULL)
            build_cross (&build, table);
          else
            build_columns (&build, table);
          break;
        case BZG_PART_CHART:
          build_chart (&build, part->thing);
          break;
        case BZG_PART_PAGE:
        default:
          bzg_document_page_break (build.document);
          break;
        }
    }

  return build.document;
}
