/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/bzg-import-private.h"

#include "base/bzg-error.h"

#include <string.h>

/*
 * The deed. A row of people fans out: the person, the case, the journey, the household, a consent
 * for each purpose that was answered. Whatever a row makes and the record of its import are one
 * transaction, so that an import that was interrupted goes on where it stopped when the same file
 * is imported again.
 */

#define BATCH 100

/* The fund or household of this name: known, made by an earlier row, or made now. */
static void
find_or_make (BzgImportPlan *self,
              BzgWork *work,
              const char *aggregate,
              const char *field,
              const char *name,
              BzgId *out)
{
  g_autofree char *key = g_strdup_printf ("%s:%s", aggregate, name);
  BzgId *known = g_hash_table_lookup (self->made, key);
  g_autoptr (BzgRecord) record = NULL;

  if (known != NULL && !bzg_id_is_zero (known))
    {
      *out = *known;
      return;
    }
  record = bzg_session_find (self->session, aggregate, field, name, NULL);
  if (record == NULL)
    {
      record = bzg_record_new (aggregate, NULL);
      bzg_record_set (record, field, name);
      bzg_work_put (work, record);
    }
  *out = *bzg_record_id (record);
  g_hash_table_insert (self->made, g_steal_pointer (&key), g_memdup2 (out, sizeof *out));
}

/* The record of @aggregate that this row fills: the one it filled before, or a new one. @found:
 * those opened for this row, by aggregate. */
static BzgRecord *
open_record (BzgImportPlan *self,
             BzgImportItem *item,
             GHashTable *found,
             const char *aggregate,
             GError **error)
{
  BzgRecord *record = g_hash_table_lookup (found, aggregate);
  gboolean main = strcmp (aggregate, self->profile->aggregate) == 0;

  if (record != NULL)
    return record;
  if (!bzg_id_is_zero (&item->record))
    {
      if (main)
        {
          record = bzg_session_get (self->session, aggregate, &item->record, error);
          if (record == NULL)
            return NULL;
        }
      else
        {
          g_autoptr (GPtrArray) list
            = bzg_session_list (self->session, aggregate, "person", &item->record, error);

          if (list == NULL)
            return NULL;
          if (list->len > 0)
            record = bzg_record_copy (g_ptr_array_index (list, list->len - 1));
        }
    }
  if (record == NULL)
    {
      record = bzg_record_new (aggregate, NULL);
      if (!main)
        bzg_record_set_id (record, "person",
                           bzg_record_id (g_hash_table_lookup (found, self->profile->aggregate)));
    }
  g_hash_table_insert (found, g_strdup (aggregate), record);
  return record;
}

/* The answer to one purpose; it is put after the person whom it belongs to. Another answer is a row
 * of its own: what was said before, a refusal above all, is not written over. */
static gboolean
apply_consent (BzgImportPlan *self,
               BzgImportItem *item,
               const BzgImportCell *cell,
               GHashTable *found,
               GError **error)
{
  const BzgRecord *person = g_hash_table_lookup (found, "person");
  BzgRecord *consent = bzg_record_new ("consent", NULL);

  bzg_record_set_id (consent, "person", bzg_record_id (person));
  bzg_record_set (consent, "purpose", cell->column->purpose);
  bzg_record_set (consent, "status", cell->canonical);
  g_hash_table_insert (found, g_strdup (cell->column->name), consent);
  return TRUE;
}

static void
apply_heads (BzgImportItem *item, const BzgRecord *activity, BzgWork *work)
{
  static const struct
  {
    BzgColumnKind kind;
    const char *sex;
  } SEXES[] = { { BZG_COLUMN_HEADS_F, "F" }, { BZG_COLUMN_HEADS_M, "M" } };
  const BzgImportCell *band = _bzg_import_value (item, BZG_COLUMN_AGE_BAND, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (SEXES); i++)
    {
      const BzgImportCell *cell = _bzg_import_value (item, SEXES[i].kind, NULL);
      g_autoptr (BzgRecord) count = NULL;

      if (cell == NULL || !cell->apply)
        continue;
      count = bzg_record_new ("head_count", NULL);
      bzg_record_set_id (count, "activity", bzg_record_id (activity));
      bzg_record_set (count, "sex", SEXES[i].sex);
      if (band != NULL)
        bzg_record_set (count, "age_band", band->canonical);
      bzg_record_set (count, "people", cell->canonical);
      bzg_work_put (work, count);
    }
}

/* Head counts of an activity that is imported again: the old ones are void, the new ones stand. */
static gboolean
void_heads (BzgImportPlan *self, BzgImportItem *item, BzgWork *work, GError **error)
{
  g_autoptr (GPtrArray) list = NULL;
  const BzgImportCell *f = _bzg_import_value (item, BZG_COLUMN_HEADS_F, NULL);
  const BzgImportCell *m = _bzg_import_value (item, BZG_COLUMN_HEADS_M, NULL);

  if (bzg_id_is_zero (&item->record) || !((f != NULL && f->apply) || (m != NULL && m->apply)))
    return TRUE;
  list = bzg_session_list (self->session, "head_count", "activity", &item->record, error);
  if (list == NULL)
    return FALSE;
  for (guint i = 0; i < list->len; i++)
    {
      BzgRecord *record = g_ptr_array_index (list, i);
      const char *sex = bzg_record_get (record, "sex");

      if ((g_strcmp0 (sex, "F") == 0 && f != NULL && f->apply)
          || (g_strcmp0 (sex, "M") == 0 && m != NULL && m->apply))
        bzg_work_void (work, "head_count", bzg_record_id (record), "imported again");
    }
  return TRUE;
}

static gboolean
apply_cell (BzgImportPlan *self,
            BzgImportItem *item,
            const BzgImportCell *cell,
            GHashTable *found,
            BzgWork *work,
            GError **error)
{
  BzgRecord *main = g_hash_table_lookup (found, self->profile->aggregate);
  BzgRecord *record;
  BzgId id;

  switch (cell->column->kind)
    {
    case BZG_COLUMN_FIELD:
      record = open_record (self, item, found, cell->column->field->aggregate->name, error);
      if (record == NULL)
        return FALSE;
      bzg_record_set (record, cell->column->field->name, cell->canonical);
      return TRUE;
    case BZG_COLUMN_PERSON:
      bzg_record_set_id (main, "person", &item->person);
      return TRUE;
    case BZG_COLUMN_FUND:
      find_or_make (self, work, "fund", "name", cell->canonical, &id);
      bzg_record_set_id (main, "fund", &id);
      return TRUE;
    case BZG_COLUMN_HOUSEHOLD:
      record = open_record (self, item, found, "household_member", error);
      if (record == NULL)
        return FALSE;
      find_or_make (self, work, "household", "ref", cell->canonical, &id);
      bzg_record_set_id (record, "household", &id);
      return TRUE;
    case BZG_COLUMN_CONSENT:
      return apply_consent (self, item, cell, found, error);
    case BZG_COLUMN_COST_TJS:
      bzg_record_set (main, "cost", cell->canonical);
      bzg_record_set (main, "currency", "TJS");
      return TRUE;
    case BZG_COLUMN_REF:
    case BZG_COLUMN_HEADS_F:
    case BZG_COLUMN_HEADS_M:
    case BZG_COLUMN_AGE_BAND:
    default:
      return TRUE;
    }
}

/* A file that says only "wife" means some household, whose name nobody wrote down. */
static void
put_household (GHashTable *found, BzgWork *work)
{
  BzgRecord *member = g_hash_table_lookup (found, "household_member");
  g_autoptr (BzgRecord) household = NULL;

  if (member == NULL || bzg_record_get (member, "household") != NULL)
    return;
  household = bzg_record_new ("household", NULL);
  bzg_record_set_id (member, "household", bzg_record_id (household));
  bzg_work_put (work, household);
}

/* What belongs to the main record comes after it. A person has a case from the first day. */
static gboolean
put_all (BzgImportPlan *self, BzgImportItem *item, GHashTable *found, BzgWork *work, GError **error)
{
  BzgRecord *main = g_hash_table_lookup (found, self->profile->aggregate);
  GHashTableIter iter;
  gpointer record;

  if (strcmp (self->profile->aggregate, "person") == 0 && bzg_id_is_zero (&item->record))
    {
      BzgRecord *case_file = open_record (self, item, found, "case_file", error);

      if (case_file == NULL)
        return FALSE;
      if (bzg_record_get (case_file, "status") == NULL)
        bzg_record_set (case_file, "status", "new");
    }
  bzg_work_put (work, main);
  put_household (found, work);
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, NULL, &record))
    if (record != main)
      bzg_work_put (work, record);
  if (strcmp (self->profile->aggregate, "activity") == 0)
    apply_heads (item, main, work);
  return TRUE;
}

gboolean
_bzg_import_apply (BzgImportPlan *self, BzgImportItem *item, BzgWork *work, GError **error)
{
  g_autoptr (GHashTable) found
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) bzg_record_free);
  g_autofree char *cells = _bzg_import_cells_to_json (self->header, item->cells);
  BzgImportEntry entry = { .profile = (char *) self->profile->name,
                           .key = item->key,
                           .digest = item->digest,
                           .cells = cells,
                           .verdict = (char *) bzg_import_verdict_name (item->row->verdict) };
  BzgRecord *main;

  if (item->row->verdict == BZG_IMPORT_DUPLICATE)
    {
      /* Waits; what waits already is not entered twice. */
      if (!g_hash_table_contains (self->log, item->key))
        bzg_work_log_import (work, &entry);
      return TRUE;
    }
  main = open_record (self, item, found, self->profile->aggregate, error);
  if (main == NULL || !void_heads (self, item, work, error))
    return FALSE;
  for (guint i = 0; i < item->values->len; i++)
    {
      const BzgImportCell *cell = &g_array_index (item->values, BzgImportCell, i);

      if (cell->canonical != NULL && cell->apply
          && !apply_cell (self, item, cell, found, work, error))
        return FALSE;
    }
  if (!put_all (self, item, found, work, error))
    return FALSE;
  entry.aggregate = (char *) self->profile->aggregate;
  entry.record = *bzg_record_id (main);
  bzg_work_log_import (work, &entry);
  return TRUE;
}

gboolean
bzg_import_run_step (BzgImportPlan *self, gboolean *done, double *fraction, GError **error)
{
  g_autoptr (BzgWork) work = bzg_work_new ();
  guint last = self->items->len;

  g_return_val_if_fail (self->rows->len == self->items->len, FALSE);
  *done = FALSE;
  if (self->all_or_nothing && self->counts[BZG_IMPORT_ERROR] > 0)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED,
                   "%u rows are in error; nothing was imported", self->counts[BZG_IMPORT_ERROR]);
      return FALSE;
    }
  if (!self->all_or_nothing)
    last = MIN (last, self->n_done + BATCH);
  for (guint i = self->n_done; i < last; i++)
    {
      BzgImportItem *item = g_ptr_array_index (self->items, i);

      if (item->row->verdict != BZG_IMPORT_ERROR && item->row->verdict != BZG_IMPORT_SAME
          && !_bzg_import_apply (self, item, work, error))
        return FALSE;
    }
  if (self->n_done == 0 && self->map_text != NULL)
    bzg_session_set_setting (self->session, self->map_setting, self->map_text, NULL);
  if (bzg_work_size (work) > 0 && !bzg_session_commit (self->session, work, error))
    return FALSE;
  self->n_done = last;
  *done = self->n_done == self->items->len;
  if (fraction != NULL)
    *fraction = self->items->len > 0 ? (double) self->n_done / self->items->len : 1.0;
  return TRUE;
}

gboolean
bzg_import_run (BzgImportPlan *self,
                BzgProgress progress,
                gpointer data,
                GCancellable *cancellable,
                GError **error)
{
  gboolean done = FALSE;
  double fraction = 0;

  while (!done)
    {
      if (g_cancellable_is_cancelled (cancellable))
        {
          g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "cancelled");
          return FALSE;
        }
      if (!bzg_import_run_step (self, &done, &fraction, error))
        return FALSE;
      if (progress != NULL)
        progress (fraction, data);
    }
  return TRUE;
}

guint
bzg_import_plan_settled (const BzgImportPlan *self)
{
  return self->n_done;
}
