/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/bzg-date.h"
#include "base/bzg-language.h"

#include <glib.h>

G_BEGIN_DECLS

/*
 * A document is a short list of blocks: headings, paragraphs, key figures, tables, charts, notes. A
 * donor report, a story, a case file, a certificate and a recovery slip are all documents; the
 * renderers (bzg-render.h) turn one into pages, a spreadsheet, an editable text or plain text and
 * never look anything up. All words in it are already in the document's language.
 *
 * Plain values: whoever builds a document owns it, nothing in it refers to a casebook. The builder
 * functions copy every string. Once built, a document may be read from any thread.
 */

/* A value in a table, a chart or a key figure, kept typed to the last moment: a number stays a
 * number in a spreadsheet, a withheld one can never be printed because it is not there. */
typedef enum
{
  BZG_VALUE_EMPTY,
  BZG_VALUE_TEXT,
  BZG_VALUE_INTEGER,  /* value */
  BZG_VALUE_QUANTITY, /* value in thousandths */
  BZG_VALUE_MONEY,    /* value in minor units of currency */
  BZG_VALUE_PERCENT,  /* value in per mille */
  BZG_VALUE_DATE,     /* date */
  BZG_VALUE_RANGE,    /* value to end: withheld, but known as narrowly */
  BZG_VALUE_WITHHELD, /* printed as … */
  BZG_VALUE_MISSING,  /* printed as – */
} BzgValueKind;

typedef struct
{
  BzgValueKind kind;
  char *text; /* TEXT only; in arguments borrowed, in a document owned */
  gint64 value, end;
  char currency[4]; /* ISO 4217 or empty */
  BzgDate date;
  gboolean marked; /* a number with an asterisk behind it, of which a note tells */
} BzgValue;

#define BZG_VALUE_WITHHELD_TEXT "…"

/* Cells as arguments: BZG_VALUE_OF_TEXT ("Women"), BZG_VALUE_OF_INTEGER (12). */
#define BZG_VALUE_OF_TEXT(t) ((BzgValue){ .kind = BZG_VALUE_TEXT, .text = (char *) (t) })
#define BZG_VALUE_OF_INTEGER(n) ((BzgValue){ .kind = BZG_VALUE_INTEGER, .value = (n) })
#define BZG_VALUE_OF_QUANTITY(n) ((BzgValue){ .kind = BZG_VALUE_QUANTITY, .value = (n) })
#define BZG_VALUE_OF_PERCENT(n) ((BzgValue){ .kind = BZG_VALUE_PERCENT, .value = (n) })
#define BZG_VALUE_OF_DATE(d) ((BzgValue){ .kind = BZG_VALUE_DATE, .date = (d) })
#define BZG_VALUE_OF_RANGE(a, b) ((BzgValue){ .kind = BZG_VALUE_RANGE, .value = (a), .end = (b) })
#define BZG_VALUE_IS_WITHHELD ((BzgValue){ .kind = BZG_VALUE_WITHHELD })
#define BZG_VALUE_IS_MISSING ((BzgValue){ .kind = BZG_VALUE_MISSING })
BzgValue bzg_value_of_money (gint64 minor, const char *currency);

/* TRUE for the kinds with a value: what a chart can draw and a spreadsheet can add. */
gboolean bzg_value_is_number (const BzgValue *cell);
/* The cell as people read it, in @lang; an empty cell is "". (transfer full) */
char *bzg_value_format (const BzgValue *cell, BzgLanguage lang);

typedef enum
{
  BZG_ALIGN_AUTO, /* numbers right, text left, decided by the column's cells */
  BZG_ALIGN_START,
  BZG_ALIGN_END,
  BZG_ALIGN_CENTER,
} BzgAlign;

typedef enum
{
  BZG_ROW_BODY,
  BZG_ROW_HEADER, /* repeated on each page */
  BZG_ROW_GROUP,  /* a heading inside the table; its first cell spans the row */
  BZG_ROW_SUM,    /* sums up the indented rows below it */
  BZG_ROW_TOTAL,
} BzgRowKind;

typedef struct
{
  BzgRowKind kind;
  guint indent;    /* of the first cell: 0, 1, 2 */
  BzgValue *cells; /* n_columns of them */
  guint n_cells;
} BzgDocRow;

typedef struct
{
  char *caption; /* or NULL */
  guint n_columns;
  BzgAlign *aligns; /* n_columns */
  GPtrArray *rows;  /* BzgDocRow */
  GPtrArray *notes; /* char *, printed small under the table */
} BzgDocTable;

typedef enum
{
  BZG_CHART_BAR,     /* horizontal bars, one or more series side by side */
  BZG_CHART_STACKED, /* horizontal bars, the series end to end */
  BZG_CHART_LINE,    /* the categories are a course of time */
  BZG_CHART_PYRAMID, /* two series: left and right (women, men) over age bands, youngest first */
} BzgChartKind;

typedef struct
{
  char *name;
  GArray *values; /* BzgValue, one a category; a withheld one is drawn as an open stub with … */
} BzgChartSeries;

typedef struct
{
  BzgChartKind kind;
  char *caption;         /* or NULL */
  GPtrArray *categories; /* char * */
  GPtrArray *series;     /* BzgChartSeries */
} BzgChart;

typedef struct
{
  char *label;
  BzgValue value;
  char *note; /* a line under it ("of these 12 women"), or NULL */
} BzgKeyFigure;

/* Text with emphasis: runs of one style each. */
typedef enum
{
  BZG_RUN_PLAIN = 0,
  BZG_RUN_BOLD = 1 << 0,
  BZG_RUN_ITALIC = 1 << 1,
} BzgRunStyle;

typedef struct
{
  char *text;
  BzgRunStyle style;
} BzgRun;

typedef enum
{
  BZG_BLOCK_HEADING,     /* runs; level 1 to 3 */
  BZG_BLOCK_PARAGRAPH,   /* runs */
  BZG_BLOCK_LEAD,        /* runs: the opening sentence or two, larger */
  BZG_BLOCK_QUOTE,       /* runs */
  BZG_BLOCK_LIST_ITEM,   /* runs; number 0: a bullet */
  BZG_BLOCK_NOTE,        /* runs, small */
  BZG_BLOCK_KEY_FIGURES, /* figures */
  BZG_BLOCK_FIELDS,      /* pairs label and value, in two columns (case file, certificate) */
  BZG_BLOCK_TABLE,
  BZG_BLOCK_CHART,
  BZG_BLOCK_CODE,       /* a code to be typed by hand, in groups, large; runs[0] */
  BZG_BLOCK_PICTURE,    /* PNG */
  BZG_BLOCK_SIGNATURES, /* names of the lines to sign on */
  BZG_BLOCK_PAGE_BREAK,
} BzgBlockKind;

typedef struct
{
  char *label;
  BzgValue value;
} BzgFieldPair;

typedef struct
{
  BzgBlockKind kind;
  guint level;        /* HEADING */
  guint number;       /* LIST_ITEM */
  GPtrArray *runs;    /* BzgRun: all kinds of text and CODE */
  GPtrArray *figures; /* BzgKeyFigure */
  GPtrArray *fields;  /* BzgFieldPair */
  GPtrArray *lines;   /* char *: SIGNATURES */
  BzgDocTable *table;
  BzgChart *chart;
  GBytes *picture;   /* PNG */
  char *alternative; /* PICTURE: what it shows, in words */
} BzgBlock;

typedef struct
{
  BzgLanguage lang;
  char *title;
  char *subtitle;    /* or NULL: period, fund */
  char *programme;   /* or NULL: the line in the head of every page */
  char *ribbon;      /* or NULL: "training", "provisional"; on every page */
  BzgDate date;      /* as of; also the creation date in the file's metadata */
  gboolean cover;    /* the title fills a page of its own */
  GPtrArray *blocks; /* BzgBlock */
} BzgDocument;

BzgDocument *bzg_document_new (BzgLanguage lang, const char *title);
void bzg_document_free (BzgDocument *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgDocument, bzg_document_free)

void bzg_document_set_subtitle (BzgDocument *self, const char *subtitle);
void bzg_document_set_programme (BzgDocument *self, const char *programme);
void bzg_document_set_ribbon (BzgDocument *self, const char *ribbon);
void bzg_document_set_date (BzgDocument *self, BzgDate date);
void bzg_document_set_cover (BzgDocument *self, gboolean cover);

/* Text of one style; NULL or empty text adds nothing. */
void bzg_document_heading (BzgDocument *self, guint level, const char *text);
void bzg_document_paragraph (BzgDocument *self, const char *text);
void bzg_document_lead (BzgDocument *self, const char *text);
void bzg_document_quote (BzgDocument *self, const char *text);
void bzg_document_list_item (BzgDocument *self, const char *text);
void bzg_document_note (BzgDocument *self, const char *text);
/* A code in groups ("ABCDE-FGHJK-…"): large, letters of one width, never broken inside a group. */
void bzg_document_code (BzgDocument *self, const char *text);
void bzg_document_page_break (BzgDocument *self);

/* CommonMark: headings (level 1 becomes @base_level), paragraphs, lists, quotes, bold and italic.
 * Raw HTML, links' targets and pictures are dropped; the text of links stays. */
void bzg_document_markdown (BzgDocument *self, const char *text, guint base_level);

/* A block of text of this kind without text yet, and its runs, for mixed emphasis. The block
 * belongs to the document. */
BzgBlock *bzg_document_text_block (BzgDocument *self, BzgBlockKind kind);
void bzg_block_run (BzgBlock *self, const char *text, BzgRunStyle style);
/* All runs of a block as one text. (transfer full) */
char *bzg_block_text (const BzgBlock *self);

/* A row of up to four figures stands together; later calls add to the last block if it is one. */
void
bzg_document_key_figure (BzgDocument *self, const char *label, BzgValue value, const char *note);

/* A line "label: value"; later calls add to the last block if it is one. */
void bzg_document_field (BzgDocument *self, const char *label, BzgValue value);

/* One line to sign on, with what stands below it ("Received by, date"); later calls join. */
void bzg_document_signature (BzgDocument *self, const char *label);

/* FALSE if @png is no PNG. */
gboolean bzg_document_picture (BzgDocument *self, GBytes *png, const char *alternative);

/* The results belong to the document. */
BzgDocTable *bzg_document_table (BzgDocument *self, const char *caption, guint n_columns);
BzgChart *bzg_document_chart (BzgDocument *self, BzgChartKind kind, const char *caption);

/* A new row; its cells are then added from left to right. Cells left out stay empty; more than
 * n_columns are a programming error. */
void bzg_doc_table_row (BzgDocTable *self, BzgRowKind kind);
void bzg_doc_table_cell (BzgDocTable *self, BzgValue cell);
void bzg_doc_table_text (BzgDocTable *self, const char *text); /* NULL: missing */
/* A whole row of texts, NULL-terminated. */
void bzg_doc_table_texts (BzgDocTable *self, BzgRowKind kind, ...) G_GNUC_NULL_TERMINATED;
void bzg_doc_table_indent (BzgDocTable *self, guint indent); /* of the current row */
void bzg_doc_table_align (BzgDocTable *self, guint column, BzgAlign align);
/* What BZG_ALIGN_AUTO comes to for this column; never AUTO. */
BzgAlign bzg_doc_table_get_align (const BzgDocTable *self, guint column);
void bzg_doc_table_note (BzgDocTable *self, const char *text);

/* A chart outside a document, for the window's tiles; bzg_chart_free() it. */
BzgChart *bzg_chart_new (BzgChartKind kind, const char *caption);
void bzg_chart_free (BzgChart *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgChart, bzg_chart_free)

/* Categories first, then the values of each series in the order of the categories. */
void bzg_chart_category (BzgChart *self, const char *label);
void bzg_chart_series (BzgChart *self, const char *name);
void bzg_chart_value (BzgChart *self, BzgValue value);
/* The value as added; missing if there is none. */
BzgValue bzg_chart_get_value (const BzgChart *self, guint series, guint category);
/* TRUE if there is nothing to draw: no number in any series. */
gboolean bzg_chart_is_empty (const BzgChart *self);

G_END_DECLS
