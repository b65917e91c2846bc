/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/bzg-import-private.h"

#include "base/bzg-csv.h"
#include "base/bzg-error.h"
#include "casebook/bzg-consent.h"
#include "casebook/bzg-people.h"

#include <string.h>

/*
 * The dry run. The file is read whole before the first verdict: a broken quote anywhere means that
 * no row can be trusted. A verdict compares the row with three things: the import records (was this
 * row imported, and did the file change since), the record itself (did somebody change it here
 * since), and for rows never seen, what is recorded already (may it be the same).
 */

#define CERTAIN 900 /* a person this much alike waits for a decision */

const char *
bzg_import_verdict_name (BzgImportVerdict verdict)
{
  static const char *const NAMES[] = { "new", "same", "update", "duplicate", "error" };

  return verdict < G_N_ELEMENTS (NAMES) ? NAMES[verdict] : "";
}

const char *const *
bzg_import_columns (const char *profile)
{
  const BzgProfile *found = _bzg_profile (profile);

  return found != NULL ? (const char *const *) found->names : NULL;
}

static void
reason_free (gpointer data)
{
  BzgImportReason *reason = data;

  g_free (reason->column);
  g_free (reason->detail);
  g_free (reason);
}

void
_bzg_import_row_free (BzgImportRow *row)
{
  if (row == NULL)
    return;
  g_free (row->ref);
  g_ptr_array_unref (row->reasons);
  g_free (row);
}

static void
cell_clear (gpointer data)
{
  g_free (((BzgImportCell *) data)->canonical);
}

void
_bzg_import_item_free (BzgImportItem *item)
{
  if (item == NULL)
    return;
  _bzg_import_row_free (item->row);
  g_free (item->key);
  g_free (item->digest);
  g_strfreev (item->cells);
  g_array_unref (item->values);
  g_free (item);
}

static BzgImportItem *
item_new (guint row)
{
  BzgImportItem *item = g_new0 (BzgImportItem, 1);

  item->row = g_new0 (BzgImportRow, 1);
  item->row->row = row;
  item->row->reasons = g_ptr_array_new_with_free_func (reason_free);
  item->values = g_array_new (FALSE, TRUE, sizeof (BzgImportCell));
  g_array_set_clear_func (item->values, cell_clear);
  return item;
}

static BzgCsvReader *
open_file (GBytes *bytes, const char *encoding, GError **error)
{
  g_autoptr (GBytes) utf8 = NULL;
  g_autoptr (GError) local_error = NULL;
  BzgCsvReader *reader;

  if (encoding != NULL && g_ascii_strcasecmp (encoding, "UTF-8") != 0)
    utf8 = bzg_csv_convert (bytes, encoding, error);
  else
    utf8 = g_bytes_ref (bytes);
  if (utf8 == NULL)
    return NULL;
  reader = bzg_csv_reader_new (utf8, &local_error);
  if (reader != NULL)
    return reader;
  if (g_error_matches (local_error, BZG_ERROR, BZG_ERROR_ENCODING))
    {
      const char *guess = bzg_csv_guess_encoding (bytes);

      g_set_error (error, BZG_ERROR, BZG_ERROR_ENCODING,
                   "the file is not UTF-8; it is probably %s and can be read as that",
                   guess != NULL ? guess : "CP1251");
      return NULL;
    }
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

GHashTable *
bzg_import_propose_map (
  const char *profile, GBytes *bytes, const char *encoding, char ***header, GError **error)
{
  const BzgProfile *found = _bzg_profile (profile);
  g_autoptr (BzgCsvReader) reader = NULL;
  const char *const *names;

  if (found == NULL)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_USAGE, "no such import profile");
      return NULL;
    }
  reader = open_file (bytes, encoding, error);
  if (reader == NULL)
    return NULL;
  names = bzg_csv_reader_get_header (reader);
  if (header != NULL)
    *header = g_strdupv ((char **) names);
  return _bzg_import_guess_map (found, names);
}

/* Applies the map to the header: which of our columns each column of the file is. */
static gboolean
map_columns (BzgImportPlan *self, GHashTable *map, GError **error)
{
  g_autoptr (GHashTable) guessed = NULL;
  g_autoptr (GHashTable) taken = g_hash_table_new (NULL, NULL);
  g_autoptr (GStrvBuilder) unmapped = g_strv_builder_new ();
  gboolean given = map != NULL;
  guint n = g_strv_length (self->header);
  guint n_known = 0;

  if (map == NULL)
    map = guessed = _bzg_import_guess_map (self->profile, (const char *const *) self->header);
  self->columns = g_new0 (const BzgColumn *, n + 1);
  for (guint i = 0; i < n; i++)
    {
      const char *name = g_hash_table_lookup (map, self->header[i]);

      if (name == NULL || *name == '\0')
        {
          g_strv_builder_add (unmapped, self->header[i]);
          continue;
        }
      self->columns[i] = _bzg_profile_column (self->profile, name);
      if (self->columns[i] == NULL || !g_hash_table_add (taken, (gpointer) self->columns[i]))
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_USAGE,
                       "column %u of the file is mapped to an unknown column, or to one that"
                       " another has",
                       i + 1);
          return FALSE;
        }
      n_known++;
    }
  self->unmapped = g_strv_builder_end (unmapped);
  self->map_setting = g_strconcat ("import.map.", self->profile->name, NULL);
  if (given)
    {
      GString *text = g_string_new ("[columns]\n");

      for (guint i = 0; i < n; i++)
        g_string_append_printf (text, "%s=%s\n", self->header[i],
                                self->columns[i] != NULL ? self->columns[i]->name : "");
      self->map_text = g_string_free (text, FALSE);
    }
  if (n_known > 0)
    return TRUE;
  g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED,
               "no column of the file is one of the profile %s", self->profile->name);
  return FALSE;
}

static char **
copy_cells (BzgCsvReader *reader, guint n)
{
  char **cells = g_new0 (char *, n + 1);

  for (guint i = 0; i < n; i++)
    cells[i] = g_strdup (bzg_csv_reader_get_cell (reader, (int) i));
  return cells;
}

/* Reads all rows; only what makes the whole file doubtful is an error. */
static gboolean
read_rows (BzgImportPlan *self, BzgCsvReader *reader, GError **error)
{
  guint n = bzg_csv_reader_get_n_columns (reader);

  for (;;)
    {
      g_autoptr (GError) local_error = NULL;
      gboolean more = bzg_csv_reader_next (reader, &local_error);
      BzgImportItem *item;

      if (!more && local_error == NULL)
        return TRUE;
      if (!more && bzg_csv_reader_is_broken (reader))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      item = item_new (bzg_csv_reader_get_row (reader));
      if (more)
        item->cells = copy_cells (reader, n);
      else
        {
          item->row->verdict = BZG_IMPORT_ERROR;
          _bzg_import_add_reason (item->row, BZG_REASON_BROKEN_ROW, NULL, NULL, NULL);
        }
      g_ptr_array_add (self->items, item);
    }
}

static int
position_of (BzgImportPlan *self, const char *column)
{
  for (guint i = 0; self->header[i] != NULL; i++)
    if (self->columns[i] != NULL && strcmp (self->columns[i]->name, column) == 0)
      return (int) i;
  return -1;
}

/* Key and digest of every row, before any verdict: a row must know its neighbours. */
static void
key_rows (BzgImportPlan *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  int ref = position_of (self, "ref");

  for (guint i = 0; i < self->items->len; i++)
    {
      BzgImportItem *item = g_ptr_array_index (self->items, i);
      BzgImportItem *other;

      if (item->cells == NULL)
        continue;
      item->digest = _bzg_import_digest (self->header, item->cells);
      if (ref >= 0 && *g_strstrip (item->cells[ref]) != '\0')
        {
          item->key = g_strconcat ("ref:", item->cells[ref], NULL);
          item->row->ref = g_strdup (item->cells[ref]);
        }
      else
        {
          guint n = GPOINTER_TO_UINT (g_hash_table_lookup (seen, item->digest)) + 1;

          g_hash_table_insert (seen, g_strdup (item->digest), GUINT_TO_POINTER (n));
          item->key = g_strdup_printf ("row:%s:%u", item->digest, n);
        }
      other = g_hash_table_lookup (self->in_file, item->key);
      if (other != NULL)
        {
          g_autofree char *row = g_strdup_printf ("%u", other->row->row);

          item->row->verdict = BZG_IMPORT_ERROR;
          _bzg_import_add_reason (item->row, BZG_REASON_REPEATED, self->header[ref], NULL, row);
        }
      else
        g_hash_table_insert (self->in_file, item->key, item);
    }
}

/* Of a file of few rows (one that waits, say) only what is known of them: the log may be long. */
#define FEW 32

static GPtrArray *
read_entries (BzgImportPlan *self, GError **error)
{
  g_autoptr (GPtrArray) entries
    = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_import_entry_free);

  if (self->items->len > FEW)
    return bzg_import_log_list (self->session, self->profile->name, error);
  for (guint i = 0; i < self->items->len; i++)
    {
      const BzgImportItem *item = g_ptr_array_index (self->items, i);
      g_autoptr (GError) local_error = NULL;
      BzgImportEntry *entry = NULL;

      if (item->key != NULL && g_hash_table_lookup (self->in_file, item->key) == item)
        entry = bzg_import_log_find (self->session, self->profile->name, item->key, &local_error);
      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
      if (entry != NULL)
        g_ptr_array_add (entries, entry);
    }
  return g_steal_pointer (&entries);
}

static gboolean
read_log (BzgImportPlan *self, GError **error)
{
  g_autoptr (GPtrArray) entries = read_entries (self, error);

  if (entries == NULL)
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    {
      BzgImportEntry *entry = g_ptr_array_index (entries, i);

      if (entry->aggregate != NULL && !bzg_id_is_zero (&entry->record)
          && g_hash_table_contains (self->in_file, entry->key))
        g_hash_table_add (self->records_of_file, g_memdup2 (&entry->record, sizeof (BzgId)));
      g_ptr_array_index (entries, i) = NULL;
      g_hash_table_insert (self->log, entry->key, entry);
    }
  return TRUE;
}

BzgImportPlan *
bzg_import_plan_new (BzgSession *session, const BzgImportOptions *options, GError **error)
{
  const BzgProfile *profile = _bzg_profile (options->profile);
  g_autoptr (BzgImportPlan) self = NULL;
  g_autoptr (BzgCsvReader) reader = NULL;

  if (profile == NULL)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_USAGE, "no such import profile");
      return NULL;
    }
  if (!bzg_session_allows (session, "import", BZG_ACT_WRITE))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE, "the role may not import");
      return NULL;
    }
  if (bzg_session_is_training (session))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_TRAINING,
                           "a training casebook takes no files of real people");
      return NULL;
    }
  reader = open_file (options->bytes, options->encoding, error);
  if (reader == NULL)
    return NULL;

  self = g_new0 (BzgImportPlan, 1);
  self->session = g_object_ref (session);
  self->profile = profile;
  self->all_or_nothing = options->all_or_nothing;
  self->today = bzg_session_today (session);
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) _bzg_import_item_free);
  self->rows = g_ptr_array_new ();
  self->log
    = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) bzg_import_entry_free);
  self->in_file = g_hash_table_new (g_str_hash, g_str_equal);
  self->records_of_file = g_hash_table_new_full (bzg_id_hash, bzg_id_equal, g_free, NULL);
  self->made = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->header = g_strdupv ((char **) bzg_csv_reader_get_header (reader));
  if (!map_columns (self, options->map, error) || !read_rows (self, reader, error))
    return NULL;
  key_rows (self);
  if (!read_log (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
bzg_import_plan_free (BzgImportPlan *self)
{
  if (self == NULL)
    return;
  g_object_unref (self->session);
  g_ptr_array_unref (self->rows);
  g_hash_table_unref (self->in_file);
  g_ptr_array_unref (self->items);
  g_hash_table_unref (self->log);
  g_hash_table_unref (self->records_of_file);
  g_hash_table_unref (self->made);
  g_strfreev (self->header);
  g_strfreev (self->unmapped);
  g_free (self->map_setting);
  g_free (self->map_text);
  g_free (self->columns);
  g_free (self);
}

gboolean
_bzg_import_find_person (BzgImportPlan *self, BzgImportItem *item)
{
  const BzgImportCell *person = _bzg_import_value (item, BZG_COLUMN_PERSON, NULL);

  if (person == NULL)
    return TRUE;
  if (item->row->ref == NULL)
    item->row->ref = g_strdup (person->canonical);
  if (bzg_session_resolve_person (self->session, person->canonical, &item->person, NULL))
    return TRUE;
  _bzg_import_add_reason (item->row, BZG_REASON_NO_PERSON, self->header[person->position],
                          person->column->field, NULL);
  return FALSE;
}

GPtrArray *
_bzg_import_like_people (BzgImportPlan *self, BzgImportItem *item, GError **error)
{
  g_autoptr (BzgRecord) draft = bzg_record_new ("person", NULL);

  for (guint i = 0; i < item->values->len; i++)
    {
      const BzgImportCell *cell = &g_array_index (item->values, BzgImportCell, i);

      if (cell->column->kind == BZG_COLUMN_FIELD && cell->canonical != NULL
          && strcmp (cell->column->field->aggregate->name, "person") == 0)
        bzg_record_set (draft, cell->column->field->name, cell->canonical);
    }
  return bzg_people_similar (self->session, draft, 5, error);
}

/* A person never imported who is as good as certainly there already. Rows of this same file do not
 * count: its own references tell a father and a son of one name apart. */
static gboolean
find_like_person (BzgImportPlan *self, BzgImportItem *item, gboolean *found, GError **error)
{
  g_autoptr (GPtrArray) hits = _bzg_import_like_people (self, item, error);

  *found = FALSE;
  if (hits == NULL)
    return FALSE;
  for (guint i = 0; i < hits->len; i++)
    {
      const BzgHit *hit = g_ptr_array_index (hits, i);

      if (hit->score < CERTAIN
          || (hit->ask == NULL && g_hash_table_contains (self->records_of_file, &hit->id)))
        continue;
      _bzg_import_add_reason (item->row, BZG_REASON_LIKE_PERSON, NULL, NULL,
                              hit->ask != NULL ? hit->ask
                                               : (hit->ref != NULL ? hit->ref : hit->case_no));
      *found = TRUE;
      break;
    }
  return TRUE;
}

gboolean
_bzg_import_like_record (BzgImportPlan *self, BzgImportItem *item, BzgId *like, GError **error)
{
  gboolean by_person = !bzg_id_is_zero (&item->person);
  g_autoptr (GPtrArray) records
    = bzg_session_list (self->session, self->profile->aggregate, by_person ? "person" : NULL,
                        by_person ? &item->person : NULL, error);

  *like = (BzgId){ 0 };
  if (records == NULL)
    return FALSE;
  for (guint i = 0; i < records->len && bzg_id_is_zero (like); i++)
    {
      BzgRecord *record = g_ptr_array_index (records, i);
      gboolean equal = !g_hash_table_contains (self->records_of_file, bzg_record_id (record));

      for (guint j = 0; equal && j < item->values->len; j++)
        {
          const BzgImportCell *cell = &g_array_index (item->values, BzgImportCell, j);

          if (cell->canonical == NULL)
            continue;
          if (cell->column->kind == BZG_COLUMN_COST_TJS)
            equal = g_strcmp0 (bzg_record_get (record, "cost"), cell->canonical) == 0
                    && g_strcmp0 (bzg_record_get (record, "currency"), "TJS") == 0;
          else if (cell->column->kind == BZG_COLUMN_FIELD
                   && strcmp (cell->column->name, "source") != 0)
            equal = g_strcmp0 (bzg_record_get (record, cell->column->field->name), cell->canonical)
                    == 0;
        }
      if (equal)
        *like = *bzg_record_id (record);
    }
  return TRUE;
}

static gboolean
find_like_record (BzgImportPlan *self, BzgImportItem *item, gboolean *found, GError **error)
{
  BzgId like;

  if (!_bzg_import_like_record (self, item, &like, error))
    return FALSE;
  *found = !bzg_id_is_zero (&like);
  if (*found)
    _bzg_import_add_reason (item->row, BZG_REASON_LIKE_RECORD, NULL, NULL, NULL);
  return TRUE;
}

/* The answer to a purpose that holds today. */
static char *
stored_consent (BzgImportPlan *self, BzgImportItem *item, const BzgImportCell *cell)
{
  g_autoptr (GPtrArray) answers
    = bzg_session_list (self->session, "consent", "person", &item->record, NULL);
  const BzgRecord *latest = bzg_consent_latest (answers, cell->column->purpose);

  return latest != NULL ? g_strdup (bzg_record_get (latest, "status")) : NULL;
}

/* What the record says now in the field that @cell fills; *known is FALSE for what is not compared
 * (a household: the last answer of the file holds). (transfer full) */
static char *
stored_value (BzgImportPlan *self, BzgImportItem *item, const BzgImportCell *cell, gboolean *known)
{
  const char *aggregate = cell->column->field != NULL ? cell->column->field->aggregate->name : NULL;
  g_autoptr (BzgRecord) own = NULL;
  g_autoptr (GPtrArray) children = NULL;
  BzgRecord *record = NULL;

  *known = cell->column->kind == BZG_COLUMN_CONSENT;
  if (*known)
    return stored_consent (self, item, cell);
  if (cell->column->kind != BZG_COLUMN_FIELD && cell->column->kind != BZG_COLUMN_COST_TJS)
    return NULL;
  if (strcmp (aggregate, self->profile->aggregate) == 0)
    record = own = bzg_session_get (self->session, aggregate, &item->record, NULL);
  else
    {
      children = bzg_session_list (self->session, aggregate, "person", &item->record, NULL);
      if (children != NULL && children->len > 0)
        record = g_ptr_array_index (children, children->len - 1);
    }
  *known = TRUE;
  return record != NULL ? g_strdup (bzg_record_get (record, cell->column->field->name)) : NULL;
}

/* A row that was imported before and differs now: cell by cell, what the file changed, unless it
 * was changed here as well. */
static void
compare (BzgImportPlan *self, BzgImportItem *item, const BzgImportEntry *entry)
{
  g_autoptr (GHashTable) before = _bzg_import_cells_from_json (entry->cells);
  gboolean changes = FALSE;

  item->record = entry->record;
  for (guint i = 0; i < item->values->len; i++)
    {
      BzgImportCell *cell = &g_array_index (item->values, BzgImportCell, i);
      const char *name = self->header[cell->position];
      const char *old_text = g_hash_table_lookup (before, name);
      g_autofree char *old_canonical = NULL;
      g_autofree char *stored = NULL;
      gboolean known;

      cell->apply = FALSE;
      if (cell->canonical == NULL || g_strcmp0 (old_text, item->cells[cell->position]) == 0)
        continue;
      stored = stored_value (self, item, cell, &known);
      if (known && g_strcmp0 (stored, cell->canonical) == 0)
        continue;
      if (cell->column->kind == BZG_COLUMN_CONSENT)
        /* A file takes a consent away; it never gives one back that was refused or withdrawn. */
        old_canonical = g_strdup (strcmp (cell->canonical, "given") == 0 ? "given" : stored);
      else if (cell->column->field != NULL && old_text != NULL)
        {
          g_autofree char *unguarded = bzg_csv_unguard (old_text);

          bzg_field_parse (cell->column->field, unguarded, &old_canonical, NULL);
        }
      if (known && stored != NULL && g_strcmp0 (stored, old_canonical) != 0)
        {
          _bzg_import_add_reason (item->row, BZG_REASON_KEPT, name, cell->column->field, NULL);
          continue;
        }
      cell->apply = changes = TRUE;
      _bzg_import_add_reason (item->row, BZG_REASON_CHANGES, name, cell->column->field, NULL);
    }
  item->row->verdict = changes ? BZG_IMPORT_UPDATE : BZG_IMPORT_SAME;
}

/* A fund that is not there yet is made, if the role may; said once. */
static gboolean
find_fund (BzgImportPlan *self, BzgImportItem *item)
{
  const BzgImportCell *fund = _bzg_import_value (item, BZG_COLUMN_FUND, NULL);
  g_autofree char *key = NULL;
  g_autoptr (BzgRecord) record = NULL;
  BzgImportReasonKind reason = BZG_REASON_CREATES;

  if (fund == NULL)
    return TRUE;
  key = g_strconcat ("fund:", fund->canonical, NULL);
  if (g_hash_table_contains (self->made, key))
    return TRUE;
  record = bzg_session_find (self->session, "fund", "name", fund->canonical, NULL);
  if (record == NULL && !bzg_session_allows (self->session, "programme", BZG_ACT_WRITE))
    reason = BZG_REASON_NO_FUND;
  else
    g_hash_table_insert (self->made, g_steal_pointer (&key),
                         record != NULL ? g_memdup2 (bzg_record_id (record), sizeof (BzgId))
                                        : g_new0 (BzgId, 1));
  if (record == NULL)
    _bzg_import_add_reason (item->row, reason, self->header[fund->position], fund->column->field,
                            fund->canonical);
  return reason != BZG_REASON_NO_FUND;
}

static gboolean
is_within_reach (BzgImportPlan *self, const BzgImportEntry *entry)
{
  g_autoptr (BzgRecord) record
    = bzg_session_get (self->session, self->profile->aggregate, &entry->record, NULL);

  return record != NULL;
}

/* A row that was rejected and has changed since is judged as if it had never been seen. */
static gboolean
judge (BzgImportPlan *self, BzgImportItem *item, GError **error)
{
  const BzgImportEntry *entry;
  gboolean found = FALSE;

  if (item->row->verdict == BZG_IMPORT_ERROR)
    return TRUE;
  item->row->verdict = BZG_IMPORT_ERROR;
  if (!_bzg_import_read (self, item) || !_bzg_import_find_person (self, item))
    return TRUE;

  entry = g_hash_table_lookup (self->log, item->key);
  if (entry != NULL && entry->aggregate == NULL)
    item->row->verdict = BZG_IMPORT_DUPLICATE; /* it waits in the inbox already */
  else if (entry != NULL && strcmp (entry->digest, item->digest) == 0)
    item->row->verdict = BZG_IMPORT_SAME;
  else if (entry != NULL && strcmp (entry->verdict, BZG_IMPORT_REJECTED) != 0)
    {
      /* Of a colleague, or gone: nothing of it can be compared, and nothing is written over it. */
      if (is_within_reach (self, entry))
        compare (self, item, entry);
      else
        _bzg_import_add_reason (item->row, BZG_REASON_NOT_YOURS, NULL, NULL, NULL);
    }
  else
    {
      if (strcmp (self->profile->aggregate, "person") == 0
            ? !find_like_person (self, item, &found, error)
            : !find_like_record (self, item, &found, error))
        return FALSE;
      item->row->verdict = found ? BZG_IMPORT_DUPLICATE : BZG_IMPORT_NEW;
    }
  if ((item->row->verdict == BZG_IMPORT_NEW || item->row->verdict == BZG_IMPORT_UPDATE)
      && !find_fund (self, item))
    item->row->verdict = BZG_IMPORT_ERROR;
  return TRUE;
}

gboolean
bzg_import_plan_step (BzgImportPlan *self, guint n, gboolean *done, GError **error)
{
  guint until = MIN (self->items->len, self->rows->len + n);

  while (self->rows->len < until)
    {
      BzgImportItem *item = g_ptr_array_index (self->items, self->rows->len);

      if (!judge (self, item, error))
        return FALSE;
      g_ptr_array_add (self->rows, item->row);
      self->counts[item->row->verdict]++;
    }
  *done = self->rows->len == self->items->len;
  return TRUE;
}

BzgImportPlan *
bzg_import_plan (BzgSession *session,
                 const BzgImportOptions *options,
                 BzgProgress progress,
                 gpointer data,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (BzgImportPlan) self = bzg_import_plan_new (session, options, error);
  gboolean done = FALSE;

  while (self != NULL && !done)
    {
      if (g_cancellable_is_cancelled (cancellable))
        {
          g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "cancelled");
          return NULL;
        }
      if (!bzg_import_plan_step (self, 64, &done, error))
        return NULL;
      if (progress != NULL && self->items->len > 0)
        progress ((double) self->rows->len / self->items->len, data);
    }
  return g_steal_pointer (&self);
}

guint
bzg_import_plan_total (const BzgImportPlan *self)
{
  return self->items->len;
}

GPtrArray *
bzg_import_plan_rows (const BzgImportPlan *self)
{
  return self->rows;
}

guint
bzg_import_plan_count (const BzgImportPlan *self, BzgImportVerdict verdict)
{
  return self->counts[verdict];
}

const char *const *
bzg_import_plan_unmapped (const BzgImportPlan *self)
{
  return (const char *const *) self->unmapped;
}
