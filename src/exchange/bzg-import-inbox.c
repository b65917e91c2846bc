/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/bzg-import-private.h"

#include "base/bzg-csv.h"
#include "base/bzg-error.h"
#include "casebook/bzg-people.h"

#include <string.h>

/*
 * The inbox: rows that were probably there already. They lie in the import records with all their
 * cells and become something only when a person decides. The decision reads the row once more, as
 * a file of one row under the map that the file had.
 */

static const char *const PROFILES[] = { "people", "support", "activities", "visits" };

/* Whoever sees every person decides about every row, others about what they imported. */
static gboolean
own_only (BzgSession *session)
{
  return g_strcmp0 (bzg_roles_scope (bzg_session_roles (session)), "all") != 0;
}

static gboolean
waits_for (BzgSession *session, const BzgImportEntry *entry)
{
  return entry->aggregate == NULL
         && (!own_only (session) || bzg_id_equal (&entry->imported_by, bzg_session_user (session)));
}

gint64
bzg_import_count_waiting (BzgSession *session, GError **error)
{
  gint64 sum = 0;

  for (guint i = 0; i < G_N_ELEMENTS (PROFILES); i++)
    {
      gint64 n = bzg_import_log_count_waiting (session, PROFILES[i], own_only (session), error);

      if (n < 0)
        return -1;
      sum += n;
    }
  return sum;
}

GPtrArray *
bzg_import_waiting (BzgSession *session, guint offset, guint limit, GError **error)
{
  g_autoptr (GPtrArray) waiting
    = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_import_entry_free);
  gboolean own = own_only (session);

  for (guint i = 0; i < G_N_ELEMENTS (PROFILES) && waiting->len < limit; i++)
    {
      GPtrArray *entries = NULL;
      gint64 n = 0;

      /* Those of this profile that are passed over count for the next one too. */
      if (offset > 0)
        n = bzg_import_log_count_waiting (session, PROFILES[i], own, error);
      if (n < 0)
        return NULL;
      if (offset > 0 && (guint64) n <= offset)
        {
          offset -= (guint) n;
          continue;
        }
      entries
        = bzg_import_log_waiting (session, PROFILES[i], own, offset, limit - waiting->len, error);
      if (entries == NULL)
        return NULL;
      offset = 0;
      g_ptr_array_extend_and_steal (waiting, entries);
    }
  return g_steal_pointer (&waiting);
}

/* The row as a file of its own. */
static GBytes *
file_of (const BzgImportEntry *entry)
{
  g_autoptr (GHashTable) cells = _bzg_import_cells_from_json (entry->cells);
  g_autoptr (GPtrArray) header = g_ptr_array_new ();
  g_autoptr (GPtrArray) row = g_ptr_array_new ();
  GString *text = g_string_new (NULL);
  GHashTableIter iter;
  gpointer name;
  gpointer cell;

  g_hash_table_iter_init (&iter, cells);
  while (g_hash_table_iter_next (&iter, &name, &cell))
    {
      g_ptr_array_add (header, name);
      g_ptr_array_add (row, cell);
    }
  bzg_csv_append_row (text, (const char *const *) header->pdata, header->len, BZG_CSV_PLAIN);
  bzg_csv_append_row (text, (const char *const *) row->pdata, row->len, BZG_CSV_PLAIN);
  return g_string_free_to_bytes (text);
}

/* The map of the last file of this profile, if it knows every column of the row. */
static GHashTable *
map_of (BzgSession *session, const BzgImportEntry *entry)
{
  g_autofree char *setting = g_strconcat ("import.map.", entry->profile, NULL);
  g_autofree char *text = bzg_session_setting (session, setting);
  g_autoptr (GHashTable) map
    = text != NULL ? bzg_import_map_from_text (text, strlen (text), NULL) : NULL;
  g_autoptr (GHashTable) cells = _bzg_import_cells_from_json (entry->cells);
  GHashTableIter iter;
  gpointer name;

  if (map == NULL)
    return NULL;
  g_hash_table_iter_init (&iter, cells);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!g_hash_table_contains (map, name))
      return NULL;
  return g_steal_pointer (&map);
}

/* Of a person who was there already only the empty fields are filled. */
static gboolean
fill_only (BzgSession *session, BzgImportItem *item, const BzgId *person, GError **error)
{
  g_autoptr (BzgRecord) record = bzg_session_get (session, "person", person, error);

  if (record == NULL)
    return FALSE;
  item->record = *person;
  item->row->verdict = BZG_IMPORT_UPDATE;
  for (guint i = 0; i < item->values->len; i++)
    {
      BzgImportCell *cell = &g_array_index (item->values, BzgImportCell, i);
      const char *aggregate
        = cell->column->field != NULL ? cell->column->field->aggregate->name : "";
      g_autoptr (GPtrArray) list = NULL;

      if (cell->column->kind == BZG_COLUMN_FIELD && strcmp (aggregate, "person") == 0)
        cell->apply = bzg_record_get (record, cell->column->field->name) == NULL;
      else if (cell->column->kind == BZG_COLUMN_FIELD)
        {
          list = bzg_session_list (session, aggregate, "person", person, error);
          if (list == NULL)
            return FALSE;
          cell->apply
            = list->len == 0
              || bzg_record_get (g_ptr_array_index (list, list->len - 1), cell->column->field->name)
                   == NULL;
        }
      else if (cell->column->kind == BZG_COLUMN_CONSENT)
        {
          list = bzg_session_list (session, "consent", "person", person, error);
          if (list == NULL)
            return FALSE;
          for (guint j = 0; j < list->len; j++)
            if (g_strcmp0 (bzg_record_get (g_ptr_array_index (list, j), "purpose"),
                           cell->column->purpose)
                == 0)
              cell->apply = FALSE;
        }
      else if (cell->column->kind == BZG_COLUMN_HOUSEHOLD)
        {
          list = bzg_session_list (session, "household_member", "person", person, error);
          if (list == NULL)
            return FALSE;
          cell->apply = list->len == 0;
        }
    }
  return TRUE;
}

static BzgImportEntry *
find_waiting (BzgSession *session, const char *profile, const char *key, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BzgImportEntry) entry = bzg_import_log_find (session, profile, key, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (entry == NULL || !waits_for (session, entry))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_FOUND, "no such row waits");
      return NULL;
    }
  return g_steal_pointer (&entry);
}

/* A plan of the one row, read once more. */
static BzgImportPlan *
plan_of (BzgSession *session, const BzgImportEntry *entry, GError **error)
{
  g_autoptr (GBytes) file = file_of (entry);
  g_autoptr (GHashTable) map = map_of (session, entry);
  BzgImportOptions options = { .profile = entry->profile, .bytes = file, .map = map };
  g_autoptr (BzgImportPlan) plan = bzg_import_plan_new (session, &options, error);
  BzgImportItem *item;

  if (plan == NULL)
    return NULL;
  item = g_ptr_array_index (plan->items, 0);
  item->row->verdict = BZG_IMPORT_NEW;
  g_free (item->key);
  item->key = g_strdup (entry->key);
  if (_bzg_import_read (plan, item) && _bzg_import_find_person (plan, item))
    return g_steal_pointer (&plan);
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_MALFORMED, "the row cannot be read any more");
  return NULL;
}

void
bzg_import_question_free (BzgImportQuestion *self)
{
  if (self == NULL)
    return;
  g_strfreev (self->labels);
  g_strfreev (self->texts);
  g_clear_pointer (&self->hits, g_ptr_array_unref);
  g_free (self);
}

static const BzgImportCell *
cell_of (const BzgImportItem *item, const BzgColumn *column)
{
  for (guint i = 0; i < item->values->len; i++)
    {
      const BzgImportCell *cell = &g_array_index (item->values, BzgImportCell, i);

      if (cell->column == column && cell->canonical != NULL)
        return cell;
    }
  return NULL;
}

/* What a cell says: an answer of a list in words, everything else as it stands in the file. */
static char *
cell_text (const BzgImportItem *item, const BzgImportCell *cell, BzgLanguage lang)
{
  const BzgField *field = cell->column->field;

  return field != NULL && field->type == BZG_FIELD_CODE
           ? bzg_field_format (field, cell->canonical, lang)
           : g_strdup (item->cells[cell->position]);
}

BzgImportQuestion *
bzg_import_question (BzgSession *session,
                     const BzgImportEntry *entry,
                     BzgLanguage lang,
                     GError **error)
{
  g_autoptr (BzgImportPlan) plan = plan_of (session, entry, error);
  g_autoptr (BzgImportQuestion) self = g_new0 (BzgImportQuestion, 1);
  g_autoptr (GStrvBuilder) labels = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();
  BzgImportItem *item;

  if (plan == NULL)
    return NULL;
  item = g_ptr_array_index (plan->items, 0);
  for (guint i = 0; i < plan->profile->columns->len; i++)
    {
      const BzgColumn *column = g_ptr_array_index (plan->profile->columns, i);
      const BzgImportCell *cell = cell_of (item, column);
      g_autofree char *text = NULL;

      if (cell == NULL || strcmp (column->name, "ref") == 0)
        continue;
      text = cell_text (item, cell, lang);
      g_strv_builder_add (labels, column->field != NULL ? bzg_field_label (column->field, lang)
                                                        : plan->header[cell->position]);
      g_strv_builder_add (texts, text);
    }
  self->labels = g_strv_builder_end (labels);
  self->texts = g_strv_builder_end (texts);
  if (strcmp (entry->profile, "people") == 0)
    self->hits = _bzg_import_like_people (plan, item, error);
  else
    self->hits = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_hit_free);
  if (self->hits == NULL
      || (strcmp (entry->profile, "people") != 0
          && !_bzg_import_like_record (plan, item, &self->record, error)))
    return NULL;
  return g_steal_pointer (&self);
}

gboolean
bzg_import_decide (
  BzgSession *session, const char *profile, const char *key, const BzgId *same_as, GError **error)
{
  g_autoptr (BzgImportEntry) entry = find_waiting (session, profile, key, error);
  g_autoptr (BzgImportPlan) plan = entry != NULL ? plan_of (session, entry, error) : NULL;
  g_autoptr (BzgWork) work = bzg_work_new ();
  BzgImportItem *item;

  if (plan == NULL)
    return FALSE;
  item = g_ptr_array_index (plan->items, 0);
  if (same_as != NULL && strcmp (profile, "people") != 0)
    {
      BzgImportEntry same = *entry;

      same.aggregate = (char *) plan->profile->aggregate;
      same.record = *same_as;
      bzg_work_log_import (work, &same);
    }
  else
    {
      if (same_as != NULL && !fill_only (session, item, same_as, error))
        return FALSE;
      if (!_bzg_import_apply (plan, item, work, error))
        return FALSE;
    }
  return bzg_session_commit (session, work, error);
}

gboolean
bzg_import_reject (BzgSession *session, const char *profile, const char *key, GError **error)
{
  g_autoptr (BzgImportEntry) entry = find_waiting (session, profile, key, error);
  g_autoptr (BzgWork) work = bzg_work_new ();
  BzgImportEntry rejected;

  if (entry == NULL)
    return FALSE;
  rejected = *entry;
  rejected.verdict = (char *) BZG_IMPORT_REJECTED;
  rejected.aggregate = (char *) "";
  bzg_work_log_import (work, &rejected);
  return bzg_session_commit (session, work, error);
}
