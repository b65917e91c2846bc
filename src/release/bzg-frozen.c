/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-frozen-private.h"

#include "base/bzg-error.h"
#include "vault/bzg-crypto.h"

#include <stddef.h>
#include <string.h>

/*
 * Lines of words with tabs between them; the first word says what a line is. A word is escaped as
 * in C, so that it holds neither tab nor newline. What is missing has no word (facts) or an empty
 * one.
 */

#define MAGIC "bozgasht-frozen 2"
#define OLD_MAGIC "bozgasht-frozen 1"
#define MAX_FROZEN (512 * 1024 * 1024)

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

static void
row_clear (gpointer data)
{
  g_free (((BzgFrozenRow *) data)->atoms);
}

BzgFrozen *
_bzg_frozen_new (void)
{
  BzgFrozen *self = g_new0 (BzgFrozen, 1);

  self->measures = g_array_new (FALSE, FALSE, sizeof (BzgFrozenMeasure));
  self->facts = g_array_new (FALSE, FALSE, sizeof (BzgFact));
  self->classes = g_array_new (FALSE, FALSE, sizeof (BzgFrozenClass));
  self->rows = g_array_new (FALSE, FALSE, sizeof (BzgFrozenRow));
  g_array_set_clear_func (self->rows, row_clear);
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
  g_array_unref (self->facts);
  g_array_unref (self->classes);
  g_array_unref (self->rows);
  g_free (self->certificate);
  bzg_tables_free (self->tables);
  g_free (self);
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

static char *
fact_line (const BzgFact *fact)
{
  GString *line = g_string_new ("fact");
  char day[BZG_DATE_TEXT_SIZE];

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
  return g_string_free (line, FALSE);
}

static char *
class_line (const BzgFrozenClass *class)
{
  GString *line = g_string_new ("class");

  add_id (line, &class->person);
  g_string_append_printf (line, "\t%d", class->year);
  for (guint i = 0; i < BZG_N_CLASSES; i++)
    add_word (line, "", class->atoms[i]);
  return g_string_free (line, FALSE);
}

static char *
row_line (const BzgFrozenRow *row, guint n_dims)
{
  GString *line = g_string_new ("row");

  add_word (line, "", row->measure);
  add_id (line, &row->person);
  add_id (line, &row->record);
  g_string_append_printf (line, "\t%" G_GINT64_FORMAT, row->n);
  for (guint d = 0; d < n_dims; d++)
    add_word (line, "", row->atoms[d]);
  return g_string_free (line, FALSE);
}

static int
by_text (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static GString *
write_text (const BzgFrozen *self)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  GString *out = g_string_new (MAGIC "\nrelease");
  guint n_dims = g_strv_length (self->dims);

  add_word (out, "", self->release);
  add_word (out, "", self->period.id);
  add_word (out, "", self->fund);
  g_string_append_printf (out, "\t%u\t%d\nsalt\t", self->year_month, self->imprecise);
  for (gsize i = 0; i < sizeof self->salt; i++)
    g_string_append_printf (out, "%02x", self->salt[i]);
  g_string_append (out, "\ndims");
  for (guint d = 0; d < n_dims; d++)
    add_word (out, "", self->dims[d]);
  g_string_append_c (out, '\n');
  for (guint i = 0; i < self->measures->len; i++)
    {
      const BzgFrozenMeasure *measure = &g_array_index (self->measures, BzgFrozenMeasure, i);
      GString *line = g_string_new ("measure");

      add_word (line, "", measure->name);
      add_word (line, "", TIMES[measure->time]);
      add_word (line, "", measure->any_fund ? "any" : "");
      if (measure->varies != NULL)
        add_word (line, "", measure->varies);
      g_ptr_array_add (lines, g_string_free (line, FALSE));
    }
  for (guint i = 0; i < self->facts->len; i++)
    g_ptr_array_add (lines, fact_line (&g_array_index (self->facts, BzgFact, i)));
  for (guint i = 0; i < self->classes->len; i++)
    g_ptr_array_add (lines, class_line (&g_array_index (self->classes, BzgFrozenClass, i)));
  for (guint i = 0; i < self->rows->len; i++)
    g_ptr_array_add (lines, row_line (&g_array_index (self->rows, BzgFrozenRow, i), n_dims));
  g_ptr_array_sort (lines, by_text);
  for (guint i = 0; i < lines->len; i++)
    {
      g_string_append (out, g_ptr_array_index (lines, i));
      g_string_append_c (out, '\n');
    }
  return out;
}

char *
_bzg_frozen_text (const BzgFrozen *self)
{
  return g_string_free (write_text (self), FALSE);
}

char *
_bzg_frozen_digest (const BzgFrozen *self)
{
  g_autoptr (GString) text = write_text (self);

  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, (gssize) text->len);
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
_bzg_frozen_write (const BzgFrozen *self)
{
  g_autoptr (GString) text = write_text (self);
  g_autoptr (GZlibCompressor) zip = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 6);
  GByteArray *out;

  g_string_append_printf (text, "\n%s", self->certificate);
  out = convert (G_CONVERTER (zip), (const guint8 *) text->str, text->len, MAX_FROZEN);
  return out != NULL ? g_byte_array_free_to_bytes (out) : NULL;
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
  g_autofree char *plain = g_strcompress (word);

  return *plain != '\0' ? g_intern_string (plain) : NULL;
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
  if (n != 2 || strlen (words[1]) != 2 * sizeof self->salt)
    return FALSE;
  for (gsize i = 0; i < sizeof self->salt; i++)
    {
      int high = g_ascii_xdigit_value (words[1][2 * i]);
      int low = g_ascii_xdigit_value (words[1][2 * i + 1]);

      if (high < 0 || low < 0)
        return FALSE;
      self->salt[i] = (guint8) (high << 4 | low);
    }
  return TRUE;
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
                   .quantity = G_MININT64,
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
  g_array_append_val (self->facts, fact);
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

static gboolean
read_row (BzgFrozen *self, char **words, guint n)
{
  BzgFrozenRow row = { 0 };
  guint n_dims = self->dims != NULL ? g_strv_length (self->dims) : 0;

  if (n != 5 + n_dims || !read_id (words[2], &row.person) || !read_id (words[3], &row.record))
    return FALSE;
  row.measure = intern_word (words[1]);
  row.n = g_ascii_strtoll (words[4], NULL, 10);
  row.atoms = g_new0 (const char *, n_dims + 1);
  for (guint d = 0; d < n_dims; d++)
    row.atoms[d] = intern_word (words[5 + d]);
  g_array_append_val (self->rows, row);
  return row.measure != NULL;
}

static const struct
{
  const char *word;
  gboolean (*read) (BzgFrozen *self, char **words, guint n);
} LINES[] = {
  { "release", read_head },    { "salt", read_salt }, { "dims", read_dims },
  { "measure", read_measure }, { "fact", read_fact }, { "class", read_class },
  { "row", read_row },
};

static gboolean
read_line (BzgFrozen *self, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, "\t", -1);

  for (guint i = 0; i < G_N_ELEMENTS (LINES); i++)
    if (strcmp (words[0], LINES[i].word) == 0)
      return LINES[i].read (self, words, g_strv_length (words));
  return FALSE;
}

BzgFrozen *
_bzg_frozen_read (GBytes *blob, GError **error)
{
  g_autoptr (GZlibDecompressor) unzip = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  g_autoptr (GByteArray) text = NULL;
  g_autoptr (BzgFrozen) self = _bzg_frozen_new ();
  gsize len;
  const guint8 *data = g_bytes_get_data (blob, &len);
  char *at, *end;

  text = convert (G_CONVERTER (unzip), data, len, MAX_FROZEN);
  if (text != NULL)
    g_byte_array_append (text, (const guint8 *) "", 1);
  if (text != NULL && g_str_has_prefix ((const char *) text->data, OLD_MAGIC "\n"))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_LEDGER,
                   "a release was published by an earlier version of this program, which kept too "
                   "little to prove it together with another");
      return NULL;
    }
  if (text == NULL || !g_str_has_prefix ((const char *) text->data, MAGIC "\n"))
    goto damaged;
  for (at = (char *) text->data + strlen (MAGIC "\n"); *at != '\n'; at = end + 1)
    {
      end = strchr (at, '\n');
      if (end == NULL)
        goto damaged;
      *end = '\0';
      if (!read_line (self, at))
        goto damaged;
    }
  if (self->release == NULL || self->dims == NULL)
    goto damaged;
  self->certificate = g_strdup (at + 1);
  return g_steal_pointer (&self);
damaged:
  g_set_error (error, BZG_ERROR, BZG_ERROR_DAMAGED, "frozen figures that cannot be read");
  return NULL;
}
