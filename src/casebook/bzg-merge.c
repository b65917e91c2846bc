/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-merge-private.h"

#include "base/bzg-error.h"
#include "casebook/bzg-record-private.h"
#include "casebook/bzg-session-core-private.h"

/*
 * Making two records one, and two of one again. Which rows name a person or a household is what the
 * dictionary says (fields of type id with that target); nothing is listed here by hand.
 *
 * The history is the only memory of what was done: a merge is the list of its entries, an undo goes
 * through them backwards and puts back what still is as the entry left it. So there is no second
 * copy of anybody's data that an erasure could forget, and no state that could disagree with what
 * the history tells.
 *
 * Merges of one keeper can be undone in any order. The older one may then find its value covered by
 * the newer one and leave it; the newer one, when it is undone in turn, must not bring the value of
 * somebody back who is no longer part of the keeper: see before_undone().
 *
 * What an attacker would try: to see somebody's file by merging it into an own case (both must be
 * within the scope, and every field and row must be the user's to write), or to make a registration
 * vanish (it leads to the keeper, and the undo is in everybody's reach).
 */

/* Reserved names in the history: with whom, and which row stands for a voided one. */
#define LINE_OTHER "merge.other"
#define LINE_KEEPER "merge.keeper"
#define LINE_TWIN "merge.twin"

/* Links of which one person has one for each place: the second is voided, not doubled. */
static const struct
{
  const char *aggregate, *one, *two;
} ONCE[] = {
  { "household_member", "household", "person" },
  { "participant", "activity", "person" },
};

typedef struct
{
  BzgWriter *writer;
  BzgSession *session;
  const BzgAggregate *aggregate;
  BzgId merge, keeper, other;
  gint64 number;      /* of the next entry of the merge */
  GHashTable *people; /* BzgId set: whose rows in the index are made anew */
} Merging;

static void
merging_clear (Merging *self)
{
  g_clear_pointer (&self->people, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Merging, merging_clear)

void
bzg_unmerge_clear (BzgUnmerge *self)
{
  g_clear_pointer (&self->changed, g_ptr_array_unref);
}

static gboolean
refuse (GError **error, int code, const char *where, const char *why)
{
  g_set_error (error, BZG_ERROR, code, "%s: %s", where, why);
  return FALSE;
}

static gboolean
end_of (GError **error, GError *local_error)
{
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}

static BzgRecord *
load (Merging *self, const BzgAggregate *aggregate, const BzgId *id, GError **error)
{
  return _bzg_record_load (self->writer->statements, self->writer->db, aggregate, id, error);
}

static void
touch_person (Merging *self, const BzgRecord *record)
{
  BzgId person;

  if (_bzg_record_person (self->writer->db, record, &person)
      && !g_hash_table_contains (self->people, &person))
    g_hash_table_add (self->people, g_memdup2 (&person, sizeof person));
}

/* ---- Rights */

static gboolean
may_write (Merging *self, const BzgField *field, GError **error)
{
  return bzg_session_allows (self->session, field->section, BZG_ACT_WRITE)
         || refuse (error, BZG_ERROR_REFUSED_ROLE, field->id, "this role may not write it");
}

static gboolean
may_see (Merging *self, const BzgRecord *record, GError **error)
{
  return _bzg_session_may_see (self->session, self->writer->statements, self->writer->db, record)
         || refuse (error, BZG_ERROR_REFUSED_ROLE, bzg_record_aggregate (record)->name,
                    "outside of this user's cases");
}

/* Whoever makes two one, or parts them, writes all that either says. */
static gboolean
may_write_all (Merging *self, const BzgRecord *record, GError **error)
{
  const BzgAggregate *aggregate = bzg_record_aggregate (record);

  if (!may_see (self, record, error))
    return FALSE;
  for (guint i = 0; i < aggregate->n_fields; i++)
    if ((i == 0 || _bzg_record_get_at (record, i) != NULL)
        && !may_write (self, aggregate->fields[i], error))
      return FALSE;
  return TRUE;
}

/* ---- Writing, with an entry that the merge remembers */

static gboolean
tell (Merging *self,
      const char *act,
      const BzgAggregate *aggregate,
      const BzgId *id,
      const BzgHistoryBody *body,
      GError **error)
{
  BzgWriter *writer = self->writer;
  sqlite3_stmt *stmt;

  if (!_bzg_history_append (writer, act, aggregate->name, id, body, error))
    return FALSE;
  stmt = _bzg_writer_statement (writer,
                                "INSERT INTO merge_entry (merge, number, entry) SELECT ?, ?, id"
                                " FROM history WHERE device = ? AND seq = ?",
                                error);
  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_id (stmt, 1, &self->merge);
  _bzg_sql_bind_int (stmt, 2, self->number++);
  _bzg_sql_bind_id (stmt, 3, &writer->chain.id);
  _bzg_sql_bind_int (stmt, 4, writer->chain.seq);
  return _bzg_sql_run (stmt, error);
}

static void
add_id (BzgHistoryBody *body, const char *line, const BzgId *before, const BzgId *after)
{
  char a[BZG_ID_TEXT_SIZE], b[BZG_ID_TEXT_SIZE];

  _bzg_history_body_add (body, line, before != NULL ? bzg_id_to_text (before, a) : NULL,
                         after != NULL ? bzg_id_to_text (after, b) : NULL);
}

/* Writes what differs. @body: lines that go into the entry beside; then there is an entry even if
 * nothing differs. */
static gboolean
write_row (Merging *self,
           const char *act,
           const BzgRecord *stored,
           const BzgRecord *record,
           BzgHistoryBody *body,
           GError **error)
{
  const BzgAggregate *aggregate = bzg_record_aggregate (record);
  g_autofree gboolean *changed = g_new0 (gboolean, aggregate->n_fields);
  g_autoptr (BzgHistoryBody) own = body == NULL ? _bzg_history_body_new () : NULL;
  guint n = 0;

  for (guint i = 0; i < aggregate->n_fields; i++)
    {
      const char *before = _bzg_record_get_at (stored, i);
      const char *after = _bzg_record_get_at (record, i);

      changed[i] = g_strcmp0 (before, after) != 0;
      if (!changed[i])
        continue;
      if (!may_write (self, aggregate->fields[i], error))
        return FALSE;
      _bzg_history_body_add (body != NULL ? body : own, aggregate->fields[i]->id, before, after);
      n++;
    }
  if (n == 0 && body == NULL)
    return TRUE;
  touch_person (self, stored);
  touch_person (self, record);
  return _bzg_commit_update_row (self->writer, record, changed, error)
         && tell (self, act, aggregate, bzg_record_id (record), body != NULL ? body : own, error);
}

/* @line names @with whom beside the reason. */
static gboolean
set_void (Merging *self,
          const BzgRecord *record,
          gboolean voiding,
          const char *line,
          const BzgId *with,
          GError **error)
{
  const BzgAggregate *aggregate = bzg_record_aggregate (record);
  g_autoptr (BzgHistoryBody) body = _bzg_history_body_new ();
  g_autofree char *field = g_strconcat (aggregate->name, ".void_reason", NULL);

  _bzg_history_body_add (body, field, voiding ? NULL : BZG_MERGE_REASON,
                         voiding ? BZG_MERGE_REASON : NULL);
  add_id (body, line, voiding ? NULL : with, voiding ? with : NULL);
  touch_person (self, record);
  return _bzg_commit_void_row (self->writer, aggregate, bzg_record_id (record),
                               voiding ? BZG_MERGE_REASON : NULL, error)
         && tell (self, voiding ? "void" : "unvoid", aggregate, bzg_record_id (record), body,
                  error);
}

static gboolean
update_index (Merging *self, GError **error)
{
  GHashTableIter iter;
  gpointer person;

  g_hash_table_iter_init (&iter, self->people);
  while (g_hash_table_iter_next (&iter, &person, NULL))
    if (!_bzg_person_index_update (self->writer->db, person, error))
      return FALSE;
  _bzg_writer_changed (self->writer, NULL, NULL);
  return TRUE;
}

/* ---- Moving what names somebody */

/* A pair of two that are not one has the smaller id first. FALSE: it would be a pair of one. */
static gboolean
repoint_pair (BzgRecord *record, const BzgId *from, const BzgId *to)
{
  const char *first = bzg_record_aggregate (record)->parent;
  BzgId a, b;

  if (!bzg_record_get_id (record, first, &a) || !bzg_record_get_id (record, "other", &b))
    return FALSE;
  if (bzg_id_equal (&a, from))
    a = *to;
  if (bzg_id_equal (&b, from))
    b = *to;
  bzg_record_set_id (record, first, bzg_id_compare (&a, &b) < 0 ? &a : &b);
  bzg_record_set_id (record, "other", bzg_id_compare (&a, &b) < 0 ? &b : &a);
  return !bzg_id_equal (&a, &b);
}

static gboolean
is_pair (const BzgAggregate *aggregate)
{
  return g_str_equal (aggregate->name, "not_same")
         || g_str_equal (aggregate->name, "household_not_same");
}

/* The row of @to that says what @row says of whoever is merged into it; NULL without error: none.
 */
static BzgRecord *
find_twin (
  Merging *self, const BzgRecord *row, const BzgField *field, const BzgId *to, GError **error)
{
  const BzgAggregate *aggregate = bzg_record_aggregate (row);
  const char *counterpart = NULL;
  g_autofree char *sql = NULL;
  g_autoptr (GError) local_error = NULL;
  sqlite3_stmt *stmt;
  BzgId at, twin;
  gboolean found;

  for (guint i = 0; i < G_N_ELEMENTS (ONCE); i++)
    if (g_str_equal (ONCE[i].aggregate, aggregate->name))
      counterpart = g_str_equal (ONCE[i].one, field->name) ? ONCE[i].two : ONCE[i].one;
  if (counterpart == NULL || bzg_record_is_void (row) || !bzg_record_get_id (row, counterpart, &at))
    return NULL;
  sql = g_strdup_printf ("SELECT id FROM \"%s\" WHERE \"%s\" = ? AND \"%s\" = ?"
                         " AND voided_at IS NULL ORDER BY id LIMIT 1",
                         aggregate->table, field->name, counterpart);
  stmt = _bzg_writer_statement (self->writer, sql, error);
  if (stmt == NULL)
    return NULL;
  _bzg_sql_bind_id (stmt, 1, to);
  _bzg_sql_bind_id (stmt, 2, &at);
  found = _bzg_sql_step (stmt, &local_error) && _bzg_sql_id (stmt, 0, &twin);
  sqlite3_reset (stmt);
  if (!end_of (error, g_steal_pointer (&local_error)))
    return NULL;
  return found ? load (self, aggregate, &twin, error) : NULL;
}

/* What only the row that goes knows is not lost with it. */
static gboolean
fill_twin (Merging *self, const BzgRecord *twin, const BzgRecord *row, GError **error)
{
  g_autoptr (BzgRecord) filled = bzg_record_copy (twin);

  for (guint i = 0; i < bzg_record_aggregate (twin)->n_fields; i++)
    if (_bzg_record_get_at (twin, i) == NULL)
      _bzg_record_set_at (filled, i, _bzg_record_get_at (row, i));
  return write_row (self, "merge", twin, filled, NULL, error);
}

static gboolean
move_row (Merging *self, const BzgField *field, const BzgId *id, GError **error)
{
  const BzgAggregate *aggregate = field->aggregate;
  g_autoptr (BzgRecord) stored = load (self, aggregate, id, error);
  g_autoptr (BzgRecord) moved = stored != NULL ? bzg_record_copy (stored) : NULL;
  g_autoptr (BzgRecord) twin = NULL;
  g_autoptr (GError) local_error = NULL;

  /* A household is seen by whoever knows one of its people; all of them are moved. */
  if (moved == NULL || !may_see (self, stored, error))
    return FALSE;
  twin = find_twin (self, stored, field, &self->keeper, &local_error);
  if (local_error != NULL)
    return end_of (error, g_steal_pointer (&local_error));
  if (twin != NULL)
    return may_write (self, field, error) && fill_twin (self, twin, stored, error)
           && set_void (self, stored, TRUE, LINE_TWIN, bzg_record_id (twin), error);
  if (!is_pair (aggregate))
    bzg_record_set_id (moved, field->name, &self->keeper);
  else if (!repoint_pair (moved, &self->other, &self->keeper))
    return TRUE; /* that the two are not one was taken back before */
  return write_row (self, "merge", stored, moved, NULL, error);
}

static gboolean
move_rows_of (Merging *self, const BzgField *field, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT id FROM \"%s\" WHERE \"%s\" = ? ORDER BY id",
                                          field->aggregate->table, field->name);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (BzgId));
  g_autoptr (GError) local_error = NULL;
  sqlite3_stmt *stmt = _bzg_writer_statement (self->writer, sql, error);

  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_id (stmt, 1, &self->other);
  while (_bzg_sql_step (stmt, &local_error))
    {
      BzgId id;

      if (_bzg_sql_id (stmt, 0, &id))
        g_array_append_val (rows, id);
    }
  sqlite3_reset (stmt);
  if (!end_of (error, g_steal_pointer (&local_error)))
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    if (!move_row (self, field, &g_array_index (rows, BzgId, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
move_rows (Merging *self, GError **error)
{
  const BzgAggregate *const *aggregates = bzg_dictionary_aggregates ();

  for (guint a = 0; aggregates[a] != NULL; a++)
    for (guint i = 0; i < aggregates[a]->n_fields; i++)
      {
        const BzgField *field = aggregates[a]->fields[i];

        if (field->type == BZG_FIELD_ID && g_str_equal (field->target, self->aggregate->name)
            && !move_rows_of (self, field, error))
          return FALSE;
      }
  return TRUE;
}

/* ---- Merging */

typedef struct
{
  const BzgAggregate *aggregate;
  const BzgId *keeper, *other;
  const BzgMergeChoice *choices;
  guint n_choices;
  BzgId merge;
} Request;

static gboolean
said_not_same (Merging *self, gboolean *said, GError **error)
{
  gboolean in_order = bzg_id_compare (&self->keeper, &self->other) < 0;
  g_autoptr (GError) local_error = NULL;
  sqlite3_stmt *stmt
    = _bzg_writer_statement (self->writer,
                             g_str_equal (self->aggregate->name, "person")
                               ? "SELECT 1 FROM not_same WHERE person = ? AND other = ?"
                                 " AND voided_at IS NULL"
                               : "SELECT 1 FROM household_not_same WHERE household = ?"
                                 " AND other = ? AND voided_at IS NULL",
                             error);

  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_id (stmt, 1, in_order ? &self->keeper : &self->other);
  _bzg_sql_bind_id (stmt, 2, in_order ? &self->other : &self->keeper);
  *said = _bzg_sql_step (stmt, &local_error);
  sqlite3_reset (stmt);
  return end_of (error, g_steal_pointer (&local_error));
}

static gboolean
insert_merge (Merging *self, GError **error)
{
  sqlite3_stmt *stmt
    = _bzg_writer_statement (self->writer,
                             "INSERT INTO merge (id, aggregate, keeper, other, merged_at,"
                             " merged_by) VALUES (?, ?, ?, ?, ?, ?)",
                             error);

  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_id (stmt, 1, &self->merge);
  _bzg_sql_bind_text (stmt, 2, self->aggregate->name);
  _bzg_sql_bind_id (stmt, 3, &self->keeper);
  _bzg_sql_bind_id (stmt, 4, &self->other);
  _bzg_sql_bind_int (stmt, 5, _bzg_writer_now (self->writer));
  _bzg_sql_bind_id (stmt, 6, _bzg_writer_user (self->writer));
  return _bzg_sql_run (stmt, error);
}

static gboolean
write_keeper (Merging *self,
              const BzgRecord *keeper,
              const BzgRecord *other,
              const Request *request,
              GError **error)
{
  g_autoptr (GPtrArray) fields
    = _bzg_merge_choose (keeper, other, request->choices, request->n_choices);
  g_autoptr (BzgRecord) record = bzg_record_copy (keeper);
  g_autoptr (BzgHistoryBody) body = _bzg_history_body_new ();

  for (guint i = 0; i < fields->len; i++)
    _bzg_record_set_at (record, i, ((BzgMergeField *) fields->pdata[i])->result);
  add_id (body, LINE_OTHER, NULL, &self->other);
  return write_row (self, "merge", keeper, record, body, error);
}

static gboolean
merge (BzgWriter *writer, gpointer data, GError **error)
{
  Request *request = data;
  g_auto (Merging) self
    = { .writer = writer,
        .session = _bzg_writer_session (writer),
        .aggregate = request->aggregate,
        .keeper = *request->keeper,
        .other = *request->other,
        .people = g_hash_table_new_full (bzg_id_hash, bzg_id_equal, g_free, NULL) };
  g_autoptr (BzgRecord) keeper = load (&self, self.aggregate, &self.keeper, error);
  g_autoptr (BzgRecord) other = NULL;
  gboolean not_same = FALSE;

  other = keeper != NULL ? load (&self, self.aggregate, &self.other, error) : NULL;
  if (error != NULL && *error != NULL)
    return FALSE;
  if (other == NULL || bzg_record_is_void (keeper) || bzg_record_is_void (other))
    return refuse (error, BZG_ERROR_NOT_FOUND, self.aggregate->name, "there is no such record");
  if (!may_write_all (&self, keeper, error) || !may_write_all (&self, other, error)
      || !said_not_same (&self, &not_same, error))
    return FALSE;
  if (not_same)
    return refuse (error, BZG_ERROR_REFUSED_NOT_SAME, self.aggregate->name,
                   "said not to be the same");
  bzg_id_new (&self.merge);
  request->merge = self.merge;
  return insert_merge (&self, error) && write_keeper (&self, keeper, other, request, error)
         && move_rows (&self, error)
         && set_void (&self, other, TRUE, LINE_KEEPER, &self.keeper, error)
         && update_index (&self, error);
}

gboolean
bzg_merge (BzgSession *session,
           const char *aggregate,
           const BzgId *keeper,
           const BzgId *other,
           const BzgMergeChoice *choices,
           guint n_choices,
           BzgId *merge_id,
           GError **error)
{
  Request request = { .aggregate = bzg_dictionary_aggregate (aggregate),
                      .keeper = keeper,
                      .other = other,
                      .choices = choices,
                      .n_choices = n_choices };

  g_return_val_if_fail (g_str_equal (aggregate, "person") || g_str_equal (aggregate, "household"),
                        FALSE);
  if (bzg_id_equal (keeper, other))
    return refuse (error, BZG_ERROR_MALFORMED, aggregate, "one record");
  for (guint i = 0; i < n_choices; i++)
    if (bzg_dictionary_field_of (aggregate, choices[i].field) == NULL)
      return refuse (error, BZG_ERROR_MALFORMED, aggregate, "no such field");
  if (!_bzg_session_write (session, merge, &request, error))
    return FALSE;
  if (merge_id != NULL)
    *merge_id = request.merge;
  return TRUE;
}

/* ---- Undoing */

typedef struct
{
  const BzgId *merge;
  BzgUnmerge *out;
} Undoing;

/* An entry of the merge, as it was written. */
typedef struct
{
  const BzgAggregate *aggregate;
  BzgId record;
  gboolean voided;
  BzgHistoryBody *body;
} Entry;

static void
entry_clear_cb (gpointer data)
{
  g_clear_pointer (&((Entry *) data)->body, _bzg_history_body_free);
}

static BzgHistoryBody *
body_at (sqlite3_stmt *stmt, int column)
{
  gsize len;
  gconstpointer bytes = _bzg_sql_blob (stmt, column, &len);

  return bytes != NULL ? _bzg_history_body_decode (bytes, len) : NULL;
}

static gboolean
find_line (const BzgHistoryBody *body, const char *name, const char **before, const char **after)
{
  for (guint i = 0; body != NULL && i < _bzg_history_body_size (body); i++)
    {
      const char *field;

      _bzg_history_body_line (body, i, &field, before, after);
      if (g_str_equal (field, name))
        return TRUE;
    }
  return FALSE;
}

static gboolean
load_merge (Merging *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  sqlite3_stmt *stmt
    = _bzg_writer_statement (self->writer,
                             "SELECT aggregate, keeper, other, (SELECT max (number) + 1"
                             " FROM merge_entry WHERE merge = id) FROM merge WHERE id = ?"
                             " AND undo IS NULL",
                             error);

  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_id (stmt, 1, &self->merge);
  if (_bzg_sql_step (stmt, &local_error))
    {
      self->aggregate = bzg_dictionary_aggregate (_bzg_sql_text (stmt, 0));
      _bzg_sql_id (stmt, 1, &self->keeper);
      _bzg_sql_id (stmt, 2, &self->other);
      self->number = _bzg_sql_int (stmt, 3);
    }
  sqlite3_reset (stmt);
  if (!end_of (error, g_steal_pointer (&local_error)))
    return FALSE;
  return self->aggregate != NULL
         || refuse (error, BZG_ERROR_NOT_FOUND, "merge", "there is no such merge");
}

static gboolean
load_entries (Merging *self, GArray *entries, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  sqlite3_stmt *stmt
    = _bzg_writer_statement (self->writer,
                             "SELECT h.aggregate, h.record, h.act, b.body FROM merge_entry AS e"
                             " JOIN history AS h ON h.id = e.entry"
                             " LEFT JOIN history_body AS b ON b.entry = h.id"
                             " WHERE e.merge = ? ORDER BY e.number",
                             error);

  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_id (stmt, 1, &self->merge);
  while (_bzg_sql_step (stmt, &local_error))
    {
      Entry entry = { .aggregate = bzg_dictionary_aggregate (_bzg_sql_text (stmt, 0)),
                      .voided = g_str_equal (_bzg_sql_text (stmt, 2), "void"),
                      .body = body_at (stmt, 3) };

      _bzg_sql_id (stmt, 1, &entry.record);
      g_array_append_val (entries, entry);
    }
  sqlite3_reset (stmt);
  return end_of (error, g_steal_pointer (&local_error));
}

/* A later merge that voided a row because a row of this one says the same: it would say it no
 * longer, and nobody would. */
static gboolean
check_twins (Merging *self, const GArray *entries, GError **error)
{
  g_autoptr (GHashTable) moved = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GStringChunk) texts = g_string_chunk_new (1024);
  g_autoptr (GError) local_error = NULL;
  gboolean counted_on = FALSE;
  sqlite3_stmt *stmt;

  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = &g_array_index (entries, Entry, i);
      char text[BZG_ID_TEXT_SIZE];

      if (!entry->voided)
        g_hash_table_add (moved,
                          g_string_chunk_insert (texts, bzg_id_to_text (&entry->record, text)));
    }
  stmt = _bzg_writer_statement (self->writer,
                                "SELECT b.body FROM merge AS m JOIN merge_entry AS e"
                                " ON e.merge = m.id JOIN history AS h ON h.id = e.entry"
                                " JOIN history_body AS b ON b.entry = h.id"
                                " WHERE m.id > ? AND m.undo IS NULL AND h.act = 'void'"
                                " AND h.aggregate <> m.aggregate",
                                error);
  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_id (stmt, 1, &self->merge);
  while (!counted_on && _bzg_sql_step (stmt, &local_error))
    {
      g_autoptr (BzgHistoryBody) body = body_at (stmt, 0);
      const char *before, *twin;

      counted_on = find_line (body, LINE_TWIN, &before, &twin) && twin != NULL
                   && g_hash_table_contains (moved, twin);
    }
  sqlite3_reset (stmt);
  if (!end_of (error, g_steal_pointer (&local_error)))
    return FALSE;
  return !counted_on
         || refuse (error, BZG_ERROR_REFUSED_MERGED, "merge", "a later merge counts on it");
}

/* What @value, found before this merge, was before merges that were undone since this one. */
static gboolean
before_undone (Merging *self, const char *field, char **value, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  sqlite3_stmt *stmt
    = _bzg_writer_statement (self->writer,
                             "SELECT b.body FROM merge AS m JOIN merge_entry AS e"
                             " ON e.merge = m.id JOIN history AS h ON h.id = e.entry"
                             " JOIN history_body AS b ON b.entry = h.id"
                             " WHERE m.keeper = ?1 AND m.id < ?2 AND m.undo > ?2"
                             " AND h.record = ?1 AND h.act = 'merge' ORDER BY m.id DESC",
                             error);

  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_id (stmt, 1, &self->keeper);
  _bzg_sql_bind_id (stmt, 2, &self->merge);
  while (_bzg_sql_step (stmt, &local_error))
    {
      g_autoptr (BzgHistoryBody) body = body_at (stmt, 0);
      const char *before, *after;

      if (!find_line (body, field, &before, &after) || g_strcmp0 (after, *value) != 0)
        continue;
      g_free (*value);
      *value = g_strdup (before);
    }
  sqlite3_reset (stmt);
  return end_of (error, g_steal_pointer (&local_error));
}

/* One field of the keeper or of a row that was moved or filled. */
static gboolean
put_back (Merging *self,
          BzgRecord *record,
          const BzgField *field,
          const char *before,
          const char *after,
          BzgUnmerge *out,
          GError **error)
{
  gboolean is_keeper = bzg_id_equal (bzg_record_id (record), &self->keeper);
  const char *current = bzg_record_get (record, field->name);
  g_autofree char *value = NULL;

  if (g_strcmp0 (current, after) == 0)
    {
      value = g_strdup (before);
      if (is_keeper && !before_undone (self, field->id, &value, error))
        return FALSE;
    }
  else if (is_keeper && g_str_equal (field->id, "person.other_names"))
    value = _bzg_merge_names_without (current, before, after);
  else
    {
      if (g_strcmp0 (current, before) != 0 && !g_ptr_array_find (out->changed, field, NULL))
        g_ptr_array_add (out->changed, (gpointer) field);
      return TRUE;
    }
  bzg_record_set (record, field->name, value);
  return TRUE;
}

static gboolean
bring_back (Merging *self, const BzgRecord *stored, const Entry *entry, GError **error)
{
  const char *before, *after;
  BzgId twin;

  if (find_line (entry->body, LINE_TWIN, &before, &after) && bzg_id_from_text (after, &twin))
    return set_void (self, stored, FALSE, LINE_TWIN, &twin, error);
  return set_void (self, stored, FALSE, LINE_KEEPER, &self->keeper, error);
}

/* The row names the other one again, whom it did not name. */
static gboolean
went_back (Merging *self, const BzgRecord *stored, const BzgRecord *record)
{
  const BzgAggregate *aggregate = bzg_record_aggregate (record);
  char other[BZG_ID_TEXT_SIZE];

  bzg_id_to_text (&self->other, other);
  for (guint i = 0; i < aggregate->n_fields; i++)
    if (aggregate->fields[i]->type == BZG_FIELD_ID
        && g_strcmp0 (_bzg_record_get_at (record, i), other) == 0
        && g_strcmp0 (_bzg_record_get_at (stored, i), other) != 0)
      return TRUE;
  return FALSE;
}

static gboolean
undo_entry (Merging *self, const Entry *entry, BzgUnmerge *out, GError **error)
{
  gboolean is_keeper = bzg_id_equal (&entry->record, &self->keeper);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BzgRecord) stored = load (self, entry->aggregate, &entry->record, &local_error);
  g_autoptr (BzgRecord) record = NULL;
  g_autoptr (BzgHistoryBody) body = NULL;

  if (stored == NULL || entry->body == NULL)
    return end_of (error, g_steal_pointer (&local_error)); /* erased meanwhile */
  if (entry->voided)
    return !bzg_record_is_void (stored) || bring_back (self, stored, entry, error);
  record = bzg_record_copy (stored);
  if (is_pair (entry->aggregate))
    {
      if (!repoint_pair (record, &self->keeper, &self->other))
        return TRUE;
    }
  else
    for (guint i = 0; i < _bzg_history_body_size (entry->body); i++)
      {
        const char *name, *before, *after;
        const BzgField *field;

        _bzg_history_body_line (entry->body, i, &name, &before, &after);
        field = bzg_dictionary_field (name);
        if (field != NULL && field->aggregate == entry->aggregate
            && !put_back (self, record, field, before, after, out, error))
          return FALSE;
      }
  if (is_keeper)
    {
      body = _bzg_history_body_new ();
      add_id (body, LINE_OTHER, &self->other, NULL);
    }
  else if (went_back (self, stored, record))
    out->n_rows++;
  return write_row (self, "unmerge", stored, record, body, error);
}

static gboolean
mark_undone (Merging *self, GError **error)
{
  sqlite3_stmt *stmt
    = _bzg_writer_statement (self->writer,
                             "UPDATE merge SET undo = ?2, undone_at = ?3, undone_by = ?4"
                             " WHERE id = ?1",
                             error);
  BzgId undo;

  if (stmt == NULL)
    return FALSE;
  bzg_id_new (&undo);
  _bzg_sql_bind_id (stmt, 1, &self->merge);
  _bzg_sql_bind_id (stmt, 2, &undo);
  _bzg_sql_bind_int (stmt, 3, _bzg_writer_now (self->writer));
  _bzg_sql_bind_id (stmt, 4, _bzg_writer_user (self->writer));
  return _bzg_sql_run (stmt, error);
}

static gboolean
undo (BzgWriter *writer, gpointer data, GError **error)
{
  Undoing *undoing = data;
  g_auto (Merging) self
    = { .writer = writer,
        .session = _bzg_writer_session (writer),
        .merge = *undoing->merge,
        .people = g_hash_table_new_full (bzg_id_hash, bzg_id_equal, g_free, NULL) };
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_autoptr (BzgRecord) keeper = NULL;
  g_autoptr (BzgRecord) other = NULL;
  BzgId top;

  g_array_set_clear_func (entries, entry_clear_cb);
  if (!load_merge (&self, error))
    return FALSE;
  keeper = load (&self, self.aggregate, &self.keeper, error);
  other = keeper != NULL ? load (&self, self.aggregate, &self.other, error) : NULL;
  if (other == NULL)
    return (error != NULL && *error != NULL) ? FALSE
                                             : refuse (error, BZG_ERROR_NOT_FOUND, "merge", "gone");
  if (!may_write_all (&self, keeper, error) || !may_write_all (&self, other, error))
    return FALSE;
  top = self.keeper;
  if (_bzg_merge_follow (writer->statements, writer->db, &top))
    return refuse (error, BZG_ERROR_REFUSED_MERGED, "merge", "the keeper was merged since");
  if (!load_entries (&self, entries, error) || !check_twins (&self, entries, error))
    return FALSE;
  for (guint i = entries->len; i > 0; i--)
    if (!undo_entry (&self, &g_array_index (entries, Entry, i - 1), undoing->out, error))
      return FALSE;
  return mark_undone (&self, error) && update_index (&self, error);
}

gboolean
bzg_merge_undo (BzgSession *session, const BzgId *merge_id, BzgUnmerge *out, GError **error)
{
  g_auto (BzgUnmerge) own = { 0 };
  Undoing undoing = { merge_id, out != NULL ? out : &own };

  undoing.out->n_rows = 0;
  undoing.out->changed = g_ptr_array_new ();
  return _bzg_session_write (session, undo, &undoing, error);
}

/* ---- Erasure */

gboolean
_bzg_merge_forget (BzgWriter *writer, const BzgId *id, GError **error)
{
  static const char *const FORGET[] = {
    "DELETE FROM history_body WHERE entry IN (SELECT e.entry FROM merge_entry AS e"
    " JOIN merge AS m ON m.id = e.merge WHERE m.keeper = ?1 OR m.other = ?1)",
    "DELETE FROM merge_entry WHERE merge IN (SELECT id FROM merge WHERE keeper = ?1"
    " OR other = ?1)",
    "DELETE FROM merge WHERE keeper = ?1 OR other = ?1",
  };

  for (guint i = 0; i < G_N_ELEMENTS (FORGET); i++)
    {
      sqlite3_stmt *stmt = _bzg_writer_statement (writer, FORGET[i], error);

      if (stmt == NULL)
        return FALSE;
      _bzg_sql_bind_id (stmt, 1, id);
      if (!_bzg_sql_run (stmt, error))
        return FALSE;
    }
  return TRUE;
}
