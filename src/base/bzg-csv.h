/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * CSV after RFC 4180, as partners' spreadsheets write it: UTF-8 with or without a byte order mark,
 * comma or semicolon (found by looking at the header row), CRLF or LF, quoted cells with line ends
 * and doubled quotes, a header row. The input is hostile: NUL is refused, every size is limited, a
 * broken quote is an error with its row and column and never swallows the rest of the file.
 *
 * The writer quotes only where needed. What goes to a spreadsheet program is guarded against cells
 * that it would run as a formula; bzg_csv_unguard() takes exactly that back.
 */

#define BZG_CSV_MAX_BYTES (256 * 1024 * 1024)
#define BZG_CSV_MAX_COLUMNS 1000
#define BZG_CSV_MAX_CELL (4 * 1024 * 1024)

typedef struct _BzgCsvReader BzgCsvReader;

/* Starts reading @bytes (a reference is kept) and reads the header row.
 *
 * Errors: BZG_ERROR_ENCODING if the text is not UTF-8 (also UTF-16); then bzg_csv_guess_encoding()
 * and bzg_csv_convert() offer another reading. BZG_ERROR_MALFORMED for NUL, no header, a column
 * name that occurs twice, a broken quote, or a limit exceeded. */
BzgCsvReader *bzg_csv_reader_new (GBytes *bytes, GError **error);
void bzg_csv_reader_free (BzgCsvReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgCsvReader, bzg_csv_reader_free)

/* The column names, trimmed, NULL-terminated, owned by the reader. */
const char *const *bzg_csv_reader_get_header (BzgCsvReader *self);
guint bzg_csv_reader_get_n_columns (BzgCsvReader *self);

/* The column called @name (ASCII case ignored), or -1. */
int bzg_csv_reader_find_column (BzgCsvReader *self, const char *name);

/* Goes to the next row; rows without any content (an empty line, `,,,`) are passed over. A row with
 * fewer cells than the header is filled with empty ones; empty cells beyond the header are dropped.
 * FALSE without an error at the end. FALSE with BZG_ERROR_MALFORMED for a row that has too many
 * cells (the reader stands behind it and may go on) or for a broken quote (bzg_csv_reader_at_end()
 * is then TRUE). */
gboolean bzg_csv_reader_next (BzgCsvReader *self, GError **error);
gboolean bzg_csv_reader_at_end (BzgCsvReader *self);

/* TRUE after a broken quote: nothing of the file can be trusted, not even what was read. */
gboolean bzg_csv_reader_is_broken (BzgCsvReader *self);

/* The cells of the current row, never NULL, as written (not trimmed), owned by the reader until the
 * next call of next(). @column < n_columns, else an empty string (so that the -1 of find_column()
 * reads as missing). */
const char *bzg_csv_reader_get_cell (BzgCsvReader *self, int column);

/* The row number as a spreadsheet shows it: the header is 1, the first record 2; empty lines count,
 * a line end inside quotes does not. After an error: the row of the error. */
guint bzg_csv_reader_get_row (BzgCsvReader *self);

/* ',' or ';'. */
char bzg_csv_reader_get_delimiter (BzgCsvReader *self);

/* What a file that is not UTF-8 probably is: "UTF-16" (it starts with that byte order mark) or
 * "CP1251" (Cyrillic Windows). NULL if it is UTF-8 already. */
const char *bzg_csv_guess_encoding (GBytes *bytes);

/* Reads @bytes as @encoding ("CP1251", "UTF-16" or "UTF-8") and returns it as UTF-8.
 * Errors: BZG_ERROR_ENCODING. (transfer full) */
GBytes *bzg_csv_convert (GBytes *bytes, const char *encoding, GError **error);

typedef enum
{
  BZG_CSV_PLAIN = 0,
  BZG_CSV_GUARD = 1 << 0,     /* for spreadsheets: no cell can be a formula */
  BZG_CSV_SEMICOLON = 1 << 1, /* ';' instead of ',' */
} BzgCsvFlags;

/* Appends the cells of one row and CRLF. NULL cells are empty. @n may be -1 for a NULL-terminated
 * array. A cell is quoted if it holds a delimiter (either), a quote, CR or LF, or starts or ends
 * with a space; a row of a single empty cell is written "" so that it is not an empty line. */
void bzg_csv_append_row (GString *out, const char *const *cells, gssize n, BzgCsvFlags flags);

/* The guard: text that starts with = + - @ ' TAB CR or LF, or with the full-width forms of = + - @,
 * gets one ' in front; a plain negative number (-12.5) stays as it is. (transfer full) */
char *bzg_csv_guard (const char *text);

/* Takes the guard back: one ' in front is removed if a character from the list above follows it.
 * bzg_csv_unguard (bzg_csv_guard (x)) is x for every x. (transfer full) */
char *bzg_csv_unguard (const char *text);

G_END_DECLS
