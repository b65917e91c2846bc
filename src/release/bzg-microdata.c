/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-microdata-private.h"

#include "base/bzg-error.h"
#include "casebook/bzg-dictionary.h"
#include "casebook/bzg-ledger.h"
#include "release/bzg-lattice.h"
#include "release/bzg-posting-private.h"
#include "vault/bzg-crypto.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/*
 * A file goes the way of a release: read, made, published. What leaves is the very bytes that were
 * made; before they do, record and ledger must still be the ones they were made of, and the bytes
 * are read and counted anew.
 *
 * The searching knows the file only as numbers, the check only as texts: a mistake in one does not
 * hide in the other.
 */

#define K_PUBLIC 11
#define K_PARTNER 5
#define L 2
#define T 40      /* hundredths */
#define FEWEST 10 /* times k */

static void
class_clear (gpointer data)
{
  g_free (((BzgMicrodataClass *) data)->key);
}

void
bzg_microdata_free (BzgMicrodata *self)
{
  if (self == NULL)
    return;
  g_free (self->programme);
  g_free (self->weights);
  g_free (self->readable);
  g_clear_pointer (&self->issued, g_ptr_array_unref);
  _bzg_posting_unref (self->posting);
  g_clear_pointer (&self->ledger, g_ptr_array_unref);
  _bzg_microdata_people_free (self->people);
  g_free (self->digest);
  g_array_unref (self->columns);
  _bzg_issued_rows_free (self->file);
  g_array_unref (self->classes);
  g_free (self);
}

G_GNUC_PRINTF (2, 3)
static gboolean
refuse (GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_ROWS, text);
  return FALSE;
}

/* "2024", "2023–2024". */
static char *
years_text (const BzgPeriod *years)
{
  return years->first.year == years->last.year
           ? g_strdup_printf ("%d", years->first.year)
           : g_strdup_printf ("%d–%d", years->first.year, years->last.year);
}

/* --- reading --------------------------------------------------------------------------------- */

static gboolean
read_priorities (BzgMicrodata *self, const char *const *priorities, GError **error)
{
  for (guint i = 0; priorities != NULL && priorities[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (priorities[i], "=", 2);
      int column = parts[0] != NULL ? _bzg_rows_find_column (parts[0]) : -1;
      gint64 weight = 0;

      if (column < 0 || _bzg_rows_column ((guint) column)->role != BZG_ROWS_QUASI
          || parts[1] == NULL || !g_ascii_string_to_signed (parts[1], 10, 0, 100, &weight, NULL))
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_USAGE,
                       "a priority is COLUMN=WEIGHT, a column with levels and 0 to 100");
          return FALSE;
        }
      self->weights[column] = (double) weight;
    }
  return TRUE;
}

static gboolean
choose_years (BzgMicrodata *self, BzgSession *session, int first, int last, GError **error)
{
  int over = bzg_session_today (session).year - 1, after = 0;
  g_autofree char *text = NULL;

  for (guint i = 0; i < self->issued->len; i++)
    after = MAX (after, ((BzgIssuedRows *) g_ptr_array_index (self->issued, i))->years.last.year);
  if (first == 0)
    {
      int begin = _bzg_microdata_first_year (session, error);

      if (begin < 0)
        return FALSE;
      first = MAX (after + 1, begin);
      if (after >= over)
        return refuse (error, _ ("Every year that is over (up to %d) has left already."), over);
    }
  if (last == 0)
    last = MAX (over, first);
  if (last > over || first < BZG_DATE_MIN_YEAR)
    return refuse (error, _ ("Only years that are over can leave: up to %d."), over);
  if (first > last)
    return refuse (error, _ ("The first year is after the last one."));
  text = first < last ? g_strdup_printf ("%d..%d", first, last) : g_strdup_printf ("%d", first);
  return bzg_period_parse (text, &self->years, error);
}

/* A year leaves once, so that the same people are never told in two ways. */
static gboolean
hold_against_issued (BzgMicrodata *self, BzgSession *session, GError **error)
{
  for (guint i = 0; i < self->issued->len; i++)
    {
      const BzgIssuedRows *other = g_ptr_array_index (self->issued, i);
      g_autofree char *text = years_text (&other->years);
      gboolean consented;

      if (other->years.last.year < self->years.first.year
          || other->years.first.year > self->years.last.year)
        continue;
      if (!bzg_period_equal (&other->years, &self->years))
        return refuse (error,
                       _ ("Some of these years have left already, in the file for %s. A year "
                          "leaves once: two files about the same people could be laid over each "
                          "other. Choose other years."),
                       text);
      if (self->audience == BZG_MICRODATA_PUBLIC && !other->open_to_all)
        return refuse (error, _ ("These years left for a partner under an agreement. They cannot "
                                 "be made public afterwards."));
      if (!_bzg_microdata_still_consented (session, other, &consented, error))
        return FALSE;
      if (!consented)
        return refuse (error, _ ("These years have left already, and somebody in the file has "
                                 "taken the consent back since. The file is not made again."));
      self->same = other;
    }
  return TRUE;
}

static gboolean
read_programme (BzgMicrodata *self, BzgSession *session, GError **error)
{
  g_autoptr (BzgRecord) programme = bzg_session_programme (session);
  const char *threshold = programme != NULL ? bzg_record_get (programme, "threshold") : NULL;
  g_autoptr (GPtrArray) ledger = bzg_ledger_list (session, error);

  if (ledger == NULL)
    return FALSE;
  for (guint i = 0; i < ledger->len; i++)
    g_ptr_array_add (self->ledger,
                     g_strdup (
                       ((BzgReleaseEntry *) g_ptr_array_index (ledger, i))->certificate_sha256));
  self->programme = g_strdup (programme != NULL ? bzg_record_get (programme, "name") : NULL);
  self->rule.k = self->audience == BZG_MICRODATA_PUBLIC ? K_PUBLIC : K_PARTNER;
  /* What stands in the public ledger is no smaller than what stands in a report. */
  if (threshold != NULL)
    self->rule.k = MAX (self->rule.k, (guint) g_ascii_strtoull (threshold, NULL, 10));
  self->rule.l = L;
  self->rule.t = T;
  self->issued = _bzg_issued_rows_load (session, error);
  self->posting = self->issued != NULL ? _bzg_posting_load (session, error) : NULL;
  return self->posting != NULL;
}

static BzgMicrodataPeople *
read_people (const BzgMicrodata *self, BzgSession *session, GError **error)
{
  return _bzg_microdata_people_read (session, self->years.first.year, self->years.last.year,
                                     self->issued, error);
}

BzgMicrodata *
bzg_microdata_new (BzgSession *session, const BzgMicrodataOptions *options, GError **error)
{
  g_autoptr (BzgMicrodata) self = g_new0 (BzgMicrodata, 1);
  guint n = _bzg_rows_n_columns ();

  self->audience = options->audience;
  self->weights = g_new (double, n);
  self->readable = g_new (gboolean, n);
  self->ledger = g_ptr_array_new_with_free_func (g_free);
  self->columns = g_array_new (FALSE, TRUE, sizeof (BzgMicrodataColumn));
  self->classes = g_array_new (FALSE, FALSE, sizeof (BzgMicrodataClass));
  g_array_set_clear_func (self->classes, class_clear);
  if (!bzg_session_allows (session, "programme", BZG_ACT_EXPORT))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE,
                   "rows without names need the section programme");
      return NULL;
    }
  for (guint c = 0; c < n; c++)
    {
      const char *section = _bzg_rows_column (c)->section;

      self->weights[c] = 1;
      self->readable[c] = section == NULL || bzg_session_allows (session, section, BZG_ACT_READ);
    }
  if (!read_priorities (self, options->priorities, error) || !read_programme (self, session, error)
      || !choose_years (self, session, options->first_year, options->last_year, error)
      || !hold_against_issued (self, session, error))
    return NULL;
  if (self->same == NULL)
    {
      self->people = read_people (self, session, error);
      if (self->people == NULL)
        return NULL;
      self->digest = _bzg_microdata_people_digest (self->people);
      _bzg_microdata_people_hide_rare (self->people, self->rule.k);
    }
  return g_steal_pointer (&self);
}

/* --- rows ------------------------------------------------------------------------------------ */

/* The level of a column at a node, by its place in the rows; as recorded if it has none. */
static guint
level_of (const BzgMicrodataNumbers *numbers, const guint *levels, guint c)
{
  for (guint d = 0; d < numbers->quasi->len; d++)
    if (g_array_index (numbers->quasi, guint, d) == c)
      return levels[d];
  return 0;
}

static BzgRows *
make_rows (const BzgMicrodata *self,
           const BzgMicrodataNumbers *numbers,
           const guint *levels,
           const guint8 *dropped)
{
  const BzgMicrodataPeople *people = self->people;
  BzgRows *rows = _bzg_rows_new ();
  g_autoptr (GArray) at = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint c = 0; c < self->columns->len; c++)
    {
      const BzgMicrodataColumn *column = &g_array_index (self->columns, BzgMicrodataColumn, c);

      if ((column->fate != BZG_COLUMN_STAYS && column->fate != BZG_COLUMN_TOO_TELLING)
          || (!column->sensitive && level_of (numbers, levels, c) + 1 == column->n_levels))
        continue;
      g_ptr_array_add (rows->columns, (gpointer) _bzg_rows_column (c));
      g_array_append_val (at, c);
    }
  for (guint i = 0; i < people->n; i++)
    {
      if (dropped[i])
        continue;
      for (guint c = 0; c < at->len; c++)
        {
          guint column = g_array_index (at, guint, c);

          g_ptr_array_add (rows->cells,
                           (gpointer) _bzg_rows_recode (_bzg_rows_column (column),
                                                        level_of (numbers, levels, column),
                                                        _bzg_microdata_code (people, i, column)));
        }
      rows->n++;
    }
  return rows;
}

static gboolean
stands_beside_reports (const BzgMicrodata *self, const BzgRows *rows, char **where)
{
  for (guint r = 0; r < _bzg_posting_n (self->posting); r++)
    {
      const BzgFrozen *release = _bzg_posting_get (self->posting, r);

      if (!_bzg_rows_stand_beside (rows, &self->years, release->tables, &release->period, where))
        return FALSE;
    }
  return TRUE;
}

typedef struct
{
  const BzgMicrodata *self;
  const BzgMicrodataNumbers *numbers;
  char *where; /* the first printed cell beside which rows could not stand */
  BzgProgress progress;
  gpointer progress_data;
} Work;

static gboolean
accept_cb (const guint *levels, const guint8 *dropped, gpointer data)
{
  Work *work = data;
  g_autoptr (BzgRows) rows = make_rows (work->self, work->numbers, levels, dropped);

  return stands_beside_reports (work->self, rows, work->where == NULL ? &work->where : NULL);
}

static void
progress_cb (guint done, guint of, gpointer data)
{
  Work *work = data;

  if (work->progress != NULL && of > 0)
    work->progress ((double) done / of, work->progress_data);
}

/* --- what is told about the file ------------------------------------------------------------- */

static int
by_size (gconstpointer a, gconstpointer b)
{
  const BzgMicrodataClass *x = a, *y = b;

  return x->rows != y->rows ? (x->rows > y->rows ? -1 : 1) : strcmp (x->key, y->key);
}

static void
list_classes (BzgMicrodata *self)
{
  const BzgRows *rows = self->file->rows;
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer key, count;

  for (guint row = 0; row < rows->n; row++)
    {
      char *class = _bzg_rows_class (rows, row);
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, class));

      g_hash_table_replace (counts, class, GUINT_TO_POINTER (n + 1));
    }
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &key, &count))
    {
      BzgMicrodataClass class = { g_strdup (key), GPOINTER_TO_UINT (count) };

      g_array_append_val (self->classes, class);
    }
  g_array_sort (self->classes, by_size);
  self->summary.rows = rows->n;
  self->summary.classes = self->classes->len;
  self->summary.smallest
    = self->classes->len > 0
        ? g_array_index (self->classes, BzgMicrodataClass, self->classes->len - 1).rows
        : 0;
  self->summary.k = self->file->rule.k;
  self->summary.l = self->file->rule.l;
  self->summary.t = self->file->rule.t;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return bzg_id_compare (a, b);
}

static void
list_people (BzgMicrodata *self, const guint8 *dropped)
{
  for (guint i = 0; i < self->people->n; i++)
    {
      const BzgId *person = &g_array_index (self->people->people, BzgId, i);
      BzgId pseudonym;

      if (dropped[i])
        continue;
      _bzg_pseudonym (self->file->salt, person, &pseudonym);
      g_array_append_val (self->file->people, pseudonym);
    }
  g_array_sort (self->file->people, compare_ids);
}

/* What stands in the finished bytes, counted by who did not make them. */
static gboolean
check_file (const BzgMicrodata *self, GError **error)
{
  g_autoptr (BzgRows) rows = _bzg_rows_from_csv (self->file->csv, error);

  if (rows == NULL || !_bzg_rows_check (rows, &self->file->rule, error))
    return FALSE;
  if (rows->n == self->file->people->len)
    return TRUE;
  g_set_error (error, BZG_ERROR, BZG_ERROR_BUG, "rows without names: not as many as people");
  return FALSE;
}

static gboolean
finish_file (BzgMicrodata *self,
             const BzgMicrodataNumbers *numbers,
             const BzgLatticeResult *result,
             GError **error)
{
  BzgIssuedRows *file = self->file = _bzg_issued_rows_new ();
  double weights = 0;

  file->release = g_strconcat (BZG_ROWS_REPORT "-", self->years.id, NULL);
  file->years = self->years;
  file->open_to_all = self->audience == BZG_MICRODATA_PUBLIC;
  file->rule = self->rule;
  bzg_random (file->salt, sizeof file->salt);
  list_people (self, result->dropped);
  file->rows = make_rows (self, numbers, result->levels, result->dropped);
  _bzg_rows_shuffle (file->rows);
  file->csv = _bzg_rows_to_csv (file->rows);
  file->sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, file->csv);
  for (guint d = 0; d < numbers->quasi->len; d++)
    {
      BzgMicrodataColumn *column = &g_array_index (self->columns, BzgMicrodataColumn,
                                                   g_array_index (numbers->quasi, guint, d));

      column->level = result->levels[d];
      if (column->level + 1 == column->n_levels)
        column->fate = BZG_COLUMN_TOO_TELLING;
      weights += g_array_index (numbers->columns, BzgLatticeColumn, d).weight;
    }
  self->summary = (BzgMicrodataSummary){
    .people = self->people->n,
    .dropped = result->n_dropped,
    .not_consented = self->people->not_consented,
    .not_counted = self->people->not_counted,
    .earlier = self->people->earlier,
    .loss = weights > 0 ? result->loss / weights / self->people->n : 0,
    .nodes = result->n_nodes,
    .tested = result->n_tested,
  };
  list_classes (self);
  return check_file (self, error);
}

/* At which level the texts of a column that left are. */
static guint
level_told (const BzgRows *rows, guint c)
{
  const BzgRowsColumn *column = g_ptr_array_index (rows->columns, c);
  const BzgCodeList *list = column->codes != NULL ? bzg_dictionary_code_list (column->codes) : NULL;

  for (guint row = 0; column->role == BZG_ROWS_QUASI && row < rows->n; row++)
    {
      const char *text = _bzg_rows_get (rows, row, c);
      gboolean is_code = text == NULL || (list == NULL && strlen (text) == 4);

      for (guint i = 0; !is_code && list != NULL && i < list->n_codes; i++)
        is_code = strcmp (list->codes[i].code, text) == 0;
      if (!is_code)
        return strcmp (text, "18+") == 0 ? 2 : 1;
    }
  return 0;
}

/* The file as it left. How it was chosen is not kept. */
static gboolean
take_same (BzgMicrodata *self, GError **error)
{
  const BzgIssuedRows *same = self->same;
  BzgIssuedRows *file = self->file = _bzg_issued_rows_new ();

  file->release = g_strdup (same->release);
  file->years = same->years;
  file->open_to_all = same->open_to_all;
  file->rule = same->rule;
  g_array_append_vals (file->people, same->people->data, same->people->len);
  file->csv = g_bytes_ref (same->csv);
  file->sha256 = g_strdup (same->sha256);
  file->published = g_strdup (same->published);
  file->rows = _bzg_rows_from_csv (file->csv, error);
  if (file->rows == NULL)
    return FALSE;
  for (guint c = 0; c < file->rows->columns->len; c++)
    {
      const BzgRowsColumn *column = g_ptr_array_index (file->rows->columns, c);
      BzgMicrodataColumn told = { .name = column->name,
                                  .sensitive = column->role != BZG_ROWS_QUASI,
                                  .level = level_told (file->rows, c),
                                  .n_levels = column->n_levels };

      g_array_append_val (self->columns, told);
    }
  self->summary.people = file->rows->n;
  list_classes (self);
  return check_file (self, error);
}

/* --- making ---------------------------------------------------------------------------------- */

static gboolean
enough_people (const BzgMicrodata *self, GError **error)
{
  guint needed = FEWEST * self->rule.k;

  if (self->people->n >= needed)
    return TRUE;
  return refuse (error,
                 _ ("Too few people of these years consented to research: a file needs at least "
                    "%u. Choose more years, or wait until more people have been asked."),
                 needed);
}

static gboolean
refuse_beside (const BzgMicrodata *self, const char *where, GError **error)
{
  GString *titles = g_string_new (NULL);
  g_autofree char *text = NULL;

  for (guint c = 0; c < self->columns->len; c++)
    {
      const BzgMicrodataColumn *column = &g_array_index (self->columns, BzgMicrodataColumn, c);
      g_autofree char *title = bzg_microdata_column_title (column->name, bzg_language_current ());

      if (!column->sensitive && column->fate == BZG_COLUMN_STAYS)
        g_string_append_printf (titles, "%s%s", titles->len > 0 ? ", " : "", title);
    }
  text = g_string_free (titles, FALSE);
  return refuse (error,
                 _ ("A published figure less the rows of this file would show a small group (%s), "
                    "however coarse these columns are: %s. Choose other years."),
                 where, text);
}

gboolean
bzg_microdata_make (BzgMicrodata *self,
                    BzgProgress progress,
                    gpointer progress_data,
                    GCancellable *cancellable,
                    GError **error)
{
  g_auto (BzgMicrodataNumbers) numbers = { 0 };
  g_auto (BzgLatticeResult) result = { 0 };
  g_autoptr (GError) local_error = NULL;
  Work work = { self, &numbers, NULL, progress, progress_data };
  g_autofree char *where = NULL;

  g_return_val_if_fail (self->file == NULL, FALSE);
  if (self->same != NULL)
    return take_same (self, error);
  if (!enough_people (self, error))
    return FALSE;
  _bzg_microdata_numbers_make (self, &numbers);
  if (bzg_lattice_search (&numbers.problem, accept_cb, &work, progress_cb, &work, cancellable,
                          &result, &local_error))
    {
      g_free (work.where);
      return finish_file (self, &numbers, &result, error);
    }
  where = work.where;
  if (where != NULL && g_error_matches (local_error, BZG_ERROR, BZG_ERROR_REFUSED_DISCLOSURE))
    return refuse_beside (self, where, error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

typedef struct
{
  BzgMicrodata *microdata;
  BzgProgress progress;
  gpointer progress_data;
} Task;

static void
task_free (gpointer data)
{
  Task *self = data;

  bzg_microdata_free (self->microdata);
  g_free (self);
}

static void
make_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Task *work = task_data;
  GError *error = NULL;

  if (bzg_microdata_make (work->microdata, work->progress, work->progress_data, cancellable,
                          &error))
    g_task_return_pointer (task, g_steal_pointer (&work->microdata),
                           (GDestroyNotify) bzg_microdata_free);
  else
    g_task_return_error (task, error);
}

void
bzg_microdata_make_async (BzgMicrodata *self,
                          BzgProgress progress,
                          gpointer progress_data,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Task *work = g_new0 (Task, 1);

  work->microdata = self;
  work->progress = progress;
  work->progress_data = progress_data;
  g_task_set_source_tag (task, bzg_microdata_make_async);
  g_task_set_task_data (task, work, task_free);
  g_task_run_in_thread (task, make_thread);
}

BzgMicrodata *
bzg_microdata_make_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- what a reader sees ---------------------------------------------------------------------- */

const BzgMicrodataSummary *
bzg_microdata_summary (const BzgMicrodata *self)
{
  return &self->summary;
}

gboolean
bzg_microdata_printable (const BzgMicrodata *self, guint people)
{
  return people >= self->rule.k;
}

const GArray *
bzg_microdata_columns (const BzgMicrodata *self)
{
  return self->columns;
}

const BzgPeriod *
bzg_microdata_years (const BzgMicrodata *self)
{
  return &self->years;
}

char *
bzg_microdata_years_text (const BzgMicrodata *self)
{
  return years_text (&self->years);
}

BzgMicrodataAudience
bzg_microdata_audience (const BzgMicrodata *self)
{
  return self->audience;
}

const char *
bzg_microdata_published (const BzgMicrodata *self)
{
  return self->file != NULL ? self->file->published : NULL;
}

GBytes *
bzg_microdata_csv (const BzgMicrodata *self)
{
  g_return_val_if_fail (self->file != NULL, NULL);
  return self->file->csv;
}

guint
bzg_microdata_n_classes (const BzgMicrodata *self)
{
  return self->classes->len;
}

guint
bzg_microdata_class_rows (const BzgMicrodata *self, guint class)
{
  return g_array_index (self->classes, BzgMicrodataClass, class).rows;
}

/* --- leaving --------------------------------------------------------------------------------- */

static gboolean
ledger_stands (const BzgMicrodata *self, BzgSession *session, GError **error)
{
  g_autoptr (GPtrArray) now = bzg_ledger_list (session, error);
  gboolean same;

  if (now == NULL)
    return FALSE;
  same = now->len == self->ledger->len;
  for (guint i = 0; same && i < now->len; i++)
    same = g_strcmp0 (((BzgReleaseEntry *) g_ptr_array_index (now, i))->certificate_sha256,
                      g_ptr_array_index (self->ledger, i))
           == 0;
  if (!same)
    g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_STALE, "something was published since");
  return same;
}

/* TRUE if the record still gives the very people and codes that the file was made of. */
static gboolean
record_stands (const BzgMicrodata *self, BzgSession *session, GError **error)
{
  g_autoptr (BzgMicrodataPeople) people = NULL;
  g_autofree char *digest = NULL;
  gboolean consented;

  if (self->same != NULL)
    {
      if (!_bzg_microdata_still_consented (session, self->same, &consented, error))
        return FALSE;
      if (consented)
        return TRUE;
    }
  else
    {
      people = read_people (self, session, error);
      if (people == NULL)
        return FALSE;
      digest = _bzg_microdata_people_digest (people);
      if (strcmp (digest, self->digest) == 0)
        return TRUE;
    }
  g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_STALE, "the record changed since");
  return FALSE;
}

/* For good. */
static gboolean
enter_in_ledger (BzgMicrodata *self, BzgSession *session, GError **error)
{
  char today[BZG_DATE_TEXT_SIZE];
  g_autoptr (BzgTables) tables = NULL;
  g_autoptr (BzgIssuedRows) again = NULL;
  g_autoptr (GBytes) blob = NULL;
  g_autofree char *json = NULL;
  BzgReleaseEntry entry = { 0 };

  bzg_date_to_iso (bzg_session_today (session), today);
  self->file->published = g_strdup (today);
  tables = _bzg_issued_rows_tables (self->file, self->programme);
  json = bzg_tables_write_json (tables);
  blob = _bzg_issued_rows_write (self->file, error);
  /* What stands in the ledger must be readable by everybody: read it once as they will. */
  again = blob != NULL ? _bzg_issued_rows_read (blob, error) : NULL;
  bzg_id_new (&entry.id);
  entry.report = (char *) BZG_ROWS_REPORT;
  entry.period = self->years.id;
  entry.tables_json = json;
  entry.facts = blob;
  entry.certificate_sha256 = self->file->sha256;
  if (again != NULL && bzg_ledger_add (session, &entry, error))
    {
      g_ptr_array_add (self->ledger, g_strdup (self->file->sha256));
      self->same = self->file;
      return TRUE;
    }
  g_clear_pointer (&self->file->published, g_free);
  return FALSE;
}

gboolean
bzg_microdata_export (
  BzgMicrodata *self, BzgSession *session, const char *path, BzgFileFlags flags, GError **error)
{
  g_autofree char *purpose
    = g_strdup_printf ("%s %s", self->years.id,
                       self->audience == BZG_MICRODATA_PUBLIC ? "public" : "partner");
  g_autoptr (BzgPermit) permit = bzg_permit_ask (session, BZG_EXIT_MICRODATA, NULL, purpose, error);
  g_autoptr (BzgFileWriter) writer = NULL;
  gconstpointer data;
  gsize len;

  g_return_val_if_fail (self->file != NULL, FALSE);
  if (permit == NULL)
    return FALSE;
  if (!bzg_session_allows (session, "programme", BZG_ACT_APPROVE))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE,
                   "publishing needs the programme's approval");
      return FALSE;
    }
  if (!ledger_stands (self, session, error) || !record_stands (self, session, error)
      || !check_file (self, error))
    return FALSE;
  /* All that can fail of the file itself comes before the ledger; only the name comes after it. */
  writer = bzg_file_writer_begin (path, flags, error);
  data = g_bytes_get_data (self->file->csv, &len);
  return writer != NULL && bzg_file_writer_write (writer, data, len, error)
         && bzg_file_writer_flush (writer, error)
         && (self->same != NULL || enter_in_ledger (self, session, error))
         && bzg_permit_seal (permit, writer, error);
}
