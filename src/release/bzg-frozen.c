/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-frozen-private.h"

#include "base/bzg-digits.h"
#include "base/bzg-error.h"
#include "vault/bzg-crypto.h"

#include <stddef.h>
#include <string.h>

/*
 * Lines of words with tabs between them; the first word says what a line is. A word is escaped as
 * in C, so that it holds neither tab nor newline. What is missing has no word (facts) or an empty
 * one. The rows come last, then an empty line and the certificate.
 *
 * A year of a large programme has a million rows: nothing here holds them all as text, and what was
 * published is read row by row, by whom it concerns.
 */

#define MAGIC "bozgasht-frozen 2"
#define OLD_MAGIC "bozgasht-frozen 1"
#define MAX_FROZEN (512 * 1024 * 1024)
#define MAX_WORDS 64 /* a fact has the most: 5, and its fields */

static const char *const TIMES[] = { "period", "presence", "standing" };
static const char *const KINDS[] = { "support", "planned", "visit", "activity", "head_count" };

/* What is kept of a fact beside kind, record, person and day. */
static const struct
{
  const char *name;
  enum
  {
    TEXT,
    WIDE,
    NUMBER
  } type;
  gsize offset;
} FIELDS[] = {
  { "sex", TEXT, offsetof (BzgFact, sex) },
  { "region", TEXT, offsetof (BzgFact, region) },
  { "district", TEXT, offsetof (BzgFact, district) },
  { "service", TEXT, offsetof (BzgFact, service) },
  { "family", TEXT, offsetof (BzgFact, family) },
  { "fund", TEXT, offsetof (BzgFact, fund) },
  { "livelihood", TEXT, offsetof (BzgFact, livelihood_kind) },
  { "status", TEXT, offsetof (BzgFact, business_status) },
  { "activity", TEXT, offsetof (BzgFact, activity_kind) },
  { "age_band", TEXT, offsetof (BzgFact, age_band) },
  { "currency", TEXT, offsetof (BzgFact, currency) },
  { "cost", WIDE, offsetof (BzgFact, cost) },
  { "sales", WIDE, offsetof (BzgFact, sales) },
  { "costs", WIDE, offsetof (BzgFact, costs) },
  { "jobs_f", NUMBER, offsetof (BzgFact, jobs_f) },
  { "jobs_m", NUMBER, offsetof (BzgFact, jobs_m) },
  { "n", NUMBER, offsetof (BzgFact, n) },
};

BzgFrozen *
_bzg_frozen_new (void)
{
  BzgFrozen *self = g_new0 (BzgFrozen, 1);

  self->measures = g_array_new (FALSE, FALSE, sizeof (BzgFrozenMeasure));
  self->facts = bzg_fact_store_new ();
  self->classes = g_array_new (FALSE, FALSE, sizeof (BzgFrozenClass));
  return self;
}

void
_bzg_frozen_free (BzgFrozen *self)
{
  if (self == NULL)
    return;
  g_free (self->release);
  g_free (self->fund);
  bzg_wipe (self->salt, sizeof self->salt);
  g_strfreev (self->dims);
  g_array_unref (self->measures);
  g_clear_pointer (&self->facts, bzg_fact_store_free);
  g_clear_pointer (&self->classes, g_array_unref);
  g_clear_pointer (&self->rows, g_array_unref);
  g_clear_pointer (&self->blob, g_bytes_unref);
  g_free (self->certificate);
  bzg_tables_free (self->tables);
  g_free (self);
}

const char *
_bzg_frozen_supersedes (const BzgFrozen *self)
{
  return bzg_tables_release (self->tables, 0)->supersedes;
}

/* --- writing --------------------------------------------------------------------------------- */

static void
add_word (GString *line, const char *name, const char *value)
{
  g_autofree char *escaped = g_strescape (value != NULL ? value : "", NULL);

  g_string_append_printf (line, "\t%s%s%s", name, *name != '\0' ? "=" : "", escaped);
}

static void
add_id (GString *line, const BzgId *id)
{
  char text[BZG_ID_TEXT_SIZE];

  add_word (line, "", bzg_id_is_zero (id) ? "" : bzg_id_to_text (id, text));
}

static void
add_fact (GString *line, const BzgFact *fact)
{
  char day[BZG_DATE_TEXT_SIZE];

  g_string_append (line, "fact");
  add_word (line, "", KINDS[fact->kind]);
  add_id (line, &fact->record);
  add_id (line, &fact->person);
  add_word (line, "", bzg_date_to_iso (fact->date, day));
  for (guint i = 0; i < G_N_ELEMENTS (FIELDS); i++)
    {
      gconstpointer at = (const char *) fact + FIELDS[i].offset;

      if (FIELDS[i].type == TEXT)
        {
          if (*(const char *const *) at != NULL)
            add_word (line, FIELDS[i].name, *(const char *const *) at);
        }
      else
        {
          gboolean wide = FIELDS[i].type == WIDE;
          gint64 value = wide ? *(const gint64 *) at : *(const int *) at;

          if (value != (wide ? G_MININT64 : -1))
            g_string_append_printf (line, "\t%s=%" G_GINT64_FORMAT, FIELDS[i].name, value);
        }
    }
  g_string_append_c (line, '\n');
}

static void
add_class (GString *line, const BzgFrozenClass *class)
{
  g_string_append (line, "class");
  add_id (line, &class->person);
  g_string_append_printf (line, "\t%d", class->year);
  for (guint i = 0; i < BZG_N_CLASSES; i++)
    add_word (line, "", class->atoms[i]);
  g_string_append_c (line, '\n');
}

static void
add_measure (GString *line, const BzgFrozenMeasure *measure)
{
  g_string_append (line, "measure");
  add_word (line, "", measure->name);
  add_word (line, "", TIMES[measure->time]);
  add_word (line, "", measure->any_fund ? "any" : "");
  if (measure->varies != NULL)
    add_word (line, "", measure->varies);
  g_string_append_c (line, '\n');
}

static void
add_head (GString *out, const BzgFrozen *self)
{
  char salt[BZG_HEX_SIZE (sizeof self->salt)];

  g_string_append (out, MAGIC "\nrelease");
  add_word (out, "", self->release);
  add_word (out, "", self->period.id);
  add_word (out, "", self->fund);
  g_string_append_printf (out, "\t%u\t%d\nsalt\t%s", self->year_month, self->imprecise,
                          bzg_hex_write (self->salt, sizeof self->salt, salt));
  g_string_append (out, "\ndims");
  for (guint d = 0; self->dims[d] != NULL; d++)
    add_word (out, "", self->dims[d]);
  g_string_append_c (out, '\n');
}

/* Where text goes, in pieces. */
typedef struct
{
  GString *piece;
  void (*take) (const GString *piece, gpointer data);
  gpointer data;
} Sink;

#define PIECE (64 * 1024)

static void
flush (Sink *sink, gsize from)
{
  if (sink->piece->len < from)
    return;
  sink->take (sink->piece, sink->data);
  g_string_truncate (sink->piece, 0);
}

static gboolean
write_row (const BzgCountedRow *row, const char *const *names, gpointer data, GError **error)
{
  Sink *sink = data;
  GString *line = sink->piece;

  g_string_append (line, "row");
  add_word (line, "", row->measure);
  add_id (line, &row->person);
  add_id (line, &row->record);
  g_string_append_printf (line, "\t%" G_GINT64_FORMAT, row->n);
  for (guint d = 0; names[d] != NULL; d++)
    add_word (line, "", names[d]);
  g_string_append_c (line, '\n');
  flush (sink, PIECE);
  return TRUE;
}

static gboolean
write_text (const BzgFrozen *self,
            void (*take) (const GString *piece, gpointer data),
            gpointer data,
            GError **error)
{
  g_autoptr (GString) piece = g_string_new (NULL);
  Sink sink = { piece, take, data };
  BzgFact fact;

  add_head (piece, self);
  for (guint i = 0; i < self->classes->len; i++, flush (&sink, PIECE))
    add_class (piece, &g_array_index (self->classes, BzgFrozenClass, i));
  for (guint32 row = 0; row < self->facts->n; row++, flush (&sink, PIECE))
    {
      bzg_fact_store_get (self->facts, row, &fact);
      add_fact (piece, &fact);
    }
  for (guint i = 0; i < self->measures->len; i++)
    add_measure (piece, &g_array_index (self->measures, BzgFrozenMeasure, i));
  if (!_bzg_frozen_foreach_row (self, write_row, &sink, error))
    return FALSE;
  flush (&sink, 0);
  return TRUE;
}

static void
take_checksum (const GString *piece, gpointer checksum)
{
  g_checksum_update (checksum, (const guint8 *) piece->str, (gssize) piece->len);
}

char *
_bzg_frozen_digest (const BzgFrozen *self, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  return write_text (self, take_checksum, checksum, error)
           ? g_strdup (g_checksum_get_string (checksum))
           : NULL;
}

/* Into memory, which cannot fail but by ending the program. */
static void
take_bytes (const GString *piece, gpointer stream)
{
  g_output_stream_write_all (stream, piece->str, piece->len, NULL, NULL, NULL);
}

GBytes *
_bzg_frozen_write (const BzgFrozen *self, GError **error)
{
  g_autoptr (GZlibCompressor) zip = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 6);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) out = g_converter_output_stream_new (memory, G_CONVERTER (zip));

  g_return_val_if_fail (self->certificate != NULL, NULL);
  if (!write_text (self, take_bytes, out, error)
      || !g_output_stream_printf (out, NULL, NULL, error, "\n%s", self->certificate)
      || !g_output_stream_close (out, NULL, error))
    return NULL;
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

/* --- reading --------------------------------------------------------------------------------- */

static int
index_of (const char *const *names, guint n, const char *name)
{
  for (guint i = 0; i < n; i++)
    if (strcmp (names[i], name) == 0)
      return (int) i;
  return -1;
}

static const char *
intern_word (const char *word)
{
  g_autofree char *plain = NULL;

  if (*word == '\0')
    return NULL;
  if (strchr (word, '\\') == NULL)
    return g_intern_string (word);
  plain = g_strcompress (word);
  return g_intern_string (plain);
}

static gboolean
read_id (const char *word, BzgId *out)
{
  return *word == '\0' || bzg_id_from_text (word, out);
}

static gboolean
read_head (BzgFrozen *self, char **words, guint n)
{
  if (n != 6)
    return FALSE;
  self->imprecise = (int) g_ascii_strtoll (words[5], NULL, 10);
  self->release = g_strcompress (words[1]);
  self->fund = *words[3] != '\0' ? g_strcompress (words[3]) : NULL;
  self->year_month = (guint) g_ascii_strtoull (words[4], NULL, 10);
  return bzg_period_parse (words[2], &self->period, NULL) && self->year_month >= 1
         && self->year_month <= 12;
}

static gboolean
read_salt (BzgFrozen *self, char **words, guint n)
{
  return n == 2 && bzg_hex_read (words[1], self->salt, sizeof self->salt);
}

static gboolean
read_dims (BzgFrozen *self, char **words, guint n)
{
  if (self->dims != NULL)
    return FALSE;
  self->dims = g_new0 (char *, n);
  for (guint i = 1; i < n; i++)
    self->dims[i - 1] = g_strcompress (words[i]);
  return TRUE;
}

static gboolean
read_measure (BzgFrozen *self, char **words, guint n)
{
  BzgFrozenMeasure measure = { 0 };
  int time = n == 4 || n == 5 ? index_of (TIMES, G_N_ELEMENTS (TIMES), words[2]) : -1;

  if (time < 0)
    return FALSE;
  measure.name = intern_word (words[1]);
  measure.time = (BzgTime) time;
  measure.any_fund = *words[3] != '\0';
  measure.varies = n == 5 ? intern_word (words[4]) : NULL;
  g_array_append_val (self->measures, measure);
  return measure.name != NULL;
}

static gboolean
read_fact (BzgFrozen *self, char **words, guint n)
{
  BzgFact fact = { .age_stated = -1,
                   .cost = G_MININT64,
                   .sales = G_MININT64,
                   .costs = G_MININT64,
                   .jobs_f = -1,
                   .jobs_m = -1,
                   .n = -1 };
  int kind = n >= 5 ? index_of (KINDS, G_N_ELEMENTS (KINDS), words[1]) : -1;

  if (kind < 0 || !read_id (words[2], &fact.record) || !read_id (words[3], &fact.person)
      || !bzg_date_from_iso (words[4], &fact.date))
    return FALSE;
  fact.kind = (BzgFactKind) kind;
  for (guint i = 5; i < n; i++)
    {
      char *value = strchr (words[i], '=');
      guint f = 0;
      gpointer at;

      if (value == NULL)
        return FALSE;
      *value++ = '\0';
      while (f < G_N_ELEMENTS (FIELDS) && strcmp (FIELDS[f].name, words[i]) != 0)
        f++;
      if (f == G_N_ELEMENTS (FIELDS))
        return FALSE;
      at = (char *) &fact + FIELDS[f].offset;
      if (FIELDS[f].type == TEXT)
        *(const char **) at = intern_word (value);
      else if (FIELDS[f].type == WIDE)
        *(gint64 *) at = g_ascii_strtoll (value, NULL, 10);
      else
        *(int *) at = (int) g_ascii_strtoll (value, NULL, 10);
    }
  bzg_fact_store_add (self->facts, &fact);
  return TRUE;
}

static gboolean
read_class (BzgFrozen *self, char **words, guint n)
{
  BzgFrozenClass class = { 0 };

  if (n != 3 + BZG_N_CLASSES || !bzg_id_from_text (words[1], &class.person))
    return FALSE;
  class.year = (int) g_ascii_strtoll (words[2], NULL, 10);
  for (guint i = 0; i < BZG_N_CLASSES; i++)
    class.atoms[i] = intern_word (words[3 + i]);
  g_array_append_val (self->classes, class);
  return TRUE;
}

static const struct
{
  const char *word;
  gboolean (*read) (BzgFrozen *self, char **words, guint n);
} LINES[] = {
  { "release", read_head },    { "salt", read_salt }, { "dims", read_dims },
  { "measure", read_measure }, { "fact", read_fact }, { "class", read_class },
};

static gboolean
read_words (BzgFrozen *self, char **words, guint n)
{
  for (guint i = 0; i < G_N_ELEMENTS (LINES); i++)
    if (strcmp (words[0], LINES[i].word) == 0)
      return LINES[i].read (self, words, n);
  return FALSE;
}

static gboolean
damaged (GError **error)
{
  g_set_error (error, BZG_ERROR, BZG_ERROR_DAMAGED, "frozen figures that cannot be read");
  return FALSE;
}

static GDataInputStream *
open_blob (GBytes *blob)
{
  g_autoptr (GZlibDecompressor) unzip = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  g_autoptr (GInputStream) memory = g_memory_input_stream_new_from_bytes (blob);
  g_autoptr (GInputStream) text = g_converter_input_stream_new (memory, G_CONVERTER (unzip));
  GDataInputStream *lines = g_data_input_stream_new (text);

  g_buffered_input_stream_set_buffer_size (G_BUFFERED_INPUT_STREAM (lines), PIECE);
  return lines;
}

/* The words of the next line, which is not the last: 0 if there is none. They lie in @line. */
static guint
next_words (GDataInputStream *lines, char **line, gsize *left, char *words[MAX_WORDS])
{
  gsize len;
  guint n = 0;

  g_free (*line);
  *line = g_data_input_stream_read_line (lines, &len, NULL, NULL);
  if (*line == NULL || len >= *left)
    return 0;
  *left -= len + 1;
  for (char *at = *line; at != NULL && n < MAX_WORDS; n++)
    {
      words[n] = at;
      at = strchr (at, '\t');
      if (at != NULL)
        *at++ = '\0';
      if (at != NULL && n + 1 == MAX_WORDS)
        return 0;
    }
  return n;
}

BzgFrozen *
_bzg_frozen_read (GBytes *blob, GError **error)
{
  g_autoptr (GDataInputStream) lines = open_blob (blob);
  g_autoptr (BzgFrozen) self = _bzg_frozen_new ();
  g_autofree char *line = NULL;
  char *words[MAX_WORDS];
  gsize left = MAX_FROZEN;
  guint n = next_words (lines, &line, &left, words);

  if (n == 1 && strcmp (words[0], OLD_MAGIC) == 0)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_LEDGER,
                   "a release was published by an earlier version of this program, which kept too "
                   "little to prove it together with another");
      return NULL;
    }
  if (n != 1 || strcmp (words[0], MAGIC) != 0)
    return damaged (error), NULL;
  while ((n = next_words (lines, &line, &left, words)) > 0 && strcmp (words[0], "row") != 0
         && *words[0] != '\0')
    if (!read_words (self, words, n))
      return damaged (error), NULL;
  if (n == 0 || self->release == NULL || self->dims == NULL)
    return damaged (error), NULL;
  self->blob = g_bytes_ref (blob);
  return g_steal_pointer (&self);
}

/* --- rows ------------------------------------------------------------------------------------ */

/* Mostly a row says what the row before it said. */
static const char *
intern_again (const char *word, const char *before)
{
  gboolean plain = strchr (word, '\\') == NULL;

  return plain && before != NULL && strcmp (word, before) == 0 ? before : intern_word (word);
}

/* What follows the rows; at its end stands the checksum of everything. */
static gboolean
ends_well (GDataInputStream *lines)
{
  gssize got;

  do
    got = g_input_stream_skip (G_INPUT_STREAM (lines), PIECE, NULL, NULL);
  while (got > 0);
  return got == 0;
}

static gboolean
read_rows (const BzgFrozen *self, BzgFrozenRowFunc func, gpointer data, GError **error)
{
  g_autoptr (GDataInputStream) lines = open_blob (self->blob);
  guint n_dims = g_strv_length (self->dims);
  g_autofree const char **names = g_new0 (const char *, n_dims + 1);
  g_autofree char *line = NULL;
  char *words[MAX_WORDS];
  gsize left = MAX_FROZEN;
  BzgCountedRow row = { 0 };
  guint n;

  while ((n = next_words (lines, &line, &left, words)) > 0 && *words[0] != '\0')
    {
      if (strcmp (words[0], "row") != 0)
        continue;
      row.person = row.record = (BzgId){ 0 };
      if (n != 5 + n_dims || !read_id (words[2], &row.person) || !read_id (words[3], &row.record)
          || *words[1] == '\0')
        return damaged (error);
      row.measure = intern_again (words[1], row.measure);
      row.n = g_ascii_strtoll (words[4], NULL, 10);
      for (guint d = 0; d < n_dims; d++)
        if ((names[d] = intern_again (words[5 + d], names[d])) == NULL)
          return damaged (error);
      if (!func (&row, names, data, error))
        return FALSE;
    }
  return n > 0 && ends_well (lines) ? TRUE : damaged (error);
}

/* Every name that an atom of a dimension has, interned. */
static const char **
names_of (const BzgTables *tables, guint dim)
{
  guint n = bzg_tables_n_atoms (tables, dim);
  const char **names = g_new0 (const char *, n + 1);

  for (guint atom = 0; atom < n; atom++)
    names[atom] = g_intern_string (bzg_tables_code (tables, dim, atom));
  return names;
}

gboolean
_bzg_frozen_foreach_row (const BzgFrozen *self,
                         BzgFrozenRowFunc func,
                         gpointer data,
                         GError **error)
{
  const char **codes[BZG_COUNT_DIMS];
  const char *names[BZG_COUNT_DIMS + 1] = { NULL };
  gboolean ok = TRUE;

  if (self->rows == NULL)
    return read_rows (self, func, data, error);
  for (guint d = 0; d < BZG_COUNT_DIMS; d++)
    codes[d] = names_of (self->tables, d);
  for (guint i = 0; ok && i < self->rows->len; i++)
    {
      const BzgCountedRow *row = &g_array_index (self->rows, BzgCountedRow, i);

      for (guint d = 0; d < BZG_COUNT_DIMS; d++)
        names[d] = codes[d][row->atoms[d]];
      ok = func (row, names, data, error);
    }
  for (guint d = 0; d < BZG_COUNT_DIMS; d++)
    g_free (codes[d]);
  return ok;
}
