/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-release.h"

#include "base/bzg-error.h"
#include "casebook/bzg-ledger.h"
#include "release/bzg-figure-private.h"
#include "release/bzg-frozen-private.h"
#include "release/bzg-permit.h"
#include "vault/bzg-crypto.h"

#include <string.h>

/*
 * A release goes one way: counted, protected, published. What is published is what was protected:
 * at publication the record is counted again, and if a single row differs, nothing happens.
 */

struct _BzgRelease
{
  char *report, *fund;
  BzgFigures *figures;
  BzgPeriod period;
  BzgCountOptions options;
  char *programme, *release_id;
  BzgCounted *counted;
  guint8 salt[32];
  char *rows; /* the frozen rows, as they were counted */
  gboolean is_protected;
  BzgProtectSummary summary;
  char *certificate; /* confidential */
  char *certificate_sha256;
};

typedef struct
{
  BzgProofProgress progress;
  gpointer data;
} Task;

void
bzg_release_free (BzgRelease *self)
{
  if (self == NULL)
    return;
  g_free (self->report);
  g_free (self->fund);
  g_free (self->programme);
  g_free (self->release_id);
  g_free (self->rows);
  g_free (self->certificate);
  g_free (self->certificate_sha256);
  g_clear_pointer (&self->counted, bzg_counted_free);
  g_clear_pointer (&self->figures, bzg_figures_unref);
  bzg_wipe (self->salt, sizeof self->salt);
  g_free (self);
}

/* Districts and trafficking are counted strictly: a reader must not even learn that there is one.
 */
static gboolean
needs_strict (const BzgFigures *figures)
{
  for (guint i = 0; i < bzg_figures_n (figures); i++)
    {
      const char *const *dims = bzg_figure_dimensions (bzg_figures_get (figures, i));

      if (g_strv_contains (dims, "district") || g_strv_contains (dims, "category"))
        return TRUE;
    }
  return FALSE;
}

BzgRelease *
bzg_release_new_from_facts (const char *report,
                            BzgFigures *figures,
                            const GArray *facts,
                            const BzgCountOptions *options,
                            GError **error)
{
  g_autoptr (BzgRelease) self = g_new0 (BzgRelease, 1);

  self->report = g_strdup (report);
  self->fund = g_strdup (options->fund);
  self->programme = g_strdup (options->programme);
  self->release_id = g_strdup (options->release);
  self->figures = bzg_figures_ref (figures);
  self->period = options->period;
  self->options = *options;
  self->options.programme = self->programme;
  self->options.release = self->release_id;
  self->options.fund = self->fund;
  self->options.strict |= needs_strict (figures);
  bzg_random (self->salt, sizeof self->salt);
  self->counted = bzg_count (figures, facts, &self->options, error);
  if (self->counted == NULL)
    return NULL;
  self->rows = _bzg_frozen_rows (self->counted, self->salt);
  return g_steal_pointer (&self);
}

static gboolean
collect_fact (const BzgFact *fact, gpointer data)
{
  g_array_append_val ((GArray *) data, *fact);
  return TRUE;
}

static GArray *
collect_facts (BzgSession *session, GError **error)
{
  g_autoptr (GArray) facts = g_array_new (FALSE, FALSE, sizeof (BzgFact));

  return bzg_facts_foreach (session, collect_fact, facts, error) ? g_steal_pointer (&facts) : NULL;
}

BzgRelease *
bzg_release_new (BzgSession *session,
                 const char *report,
                 BzgFigures *figures,
                 const char *period,
                 const char *fund,
                 GError **error)
{
  BzgCountOptions options = { 0 };
  g_autoptr (BzgRecord) programme = NULL;
  g_autoptr (GArray) facts = NULL;
  g_autofree char *id = NULL;
  const char *threshold;

  if (!bzg_session_allows (session, "programme", BZG_ACT_READ))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE, "reports need the section programme");
      return NULL;
    }
  if (!bzg_period_parse (period, &options.period, error))
    return NULL;
  if (fund != NULL)
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (BzgRecord) record = bzg_session_find (session, "fund", "name", fund, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      if (record == NULL)
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_NOT_FOUND, "no such fund");
          return NULL;
        }
    }
  programme = bzg_session_programme (session);
  facts = collect_facts (session, error);
  if (facts == NULL)
    return NULL;
  threshold = programme != NULL ? bzg_record_get (programme, "threshold") : NULL;
  options.programme = programme != NULL ? bzg_record_get (programme, "name") : NULL;
  options.threshold
    = threshold != NULL ? (guint) MAX (g_ascii_strtoll (threshold, NULL, 10), 5) : 5;
  options.strict
    = programme != NULL && g_strcmp0 (bzg_record_get (programme, "strict"), "yes") == 0;
  options.fund = fund;
  id = g_strconcat (report, "-", options.period.id, fund != NULL ? "-" : "",
                    fund != NULL ? fund : "", NULL);
  options.release = id;
  return bzg_release_new_from_facts (report, figures, facts, &options, error);
}

gboolean
bzg_release_protect (BzgRelease *self,
                     BzgProofProgress progress,
                     gpointer progress_data,
                     GCancellable *cancellable,
                     GError **error)
{
  if (self->is_protected)
    return TRUE;
  if (!bzg_protect_run (self->counted->tables, self->counted->truth,
                        (const BzgMustPrint *) (gpointer) self->counted->must_print->data,
                        self->counted->must_print->len, 0, progress, progress_data, cancellable,
                        &self->summary, &self->certificate, error))
    return FALSE;
  self->certificate_sha256
    = g_compute_checksum_for_string (G_CHECKSUM_SHA256, self->certificate, -1);
  bzg_tables_set_certificate (self->counted->tables, 0, self->certificate_sha256);
  bzg_counted_add_open (self->counted, self->figures, self->counted->tables);
  self->is_protected = TRUE;
  return TRUE;
}

static void
protect_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  BzgRelease *self = g_object_get_data (G_OBJECT (task), "release");
  const Task *work = task_data;
  GError *error = NULL;

  if (bzg_release_protect (self, work->progress, work->data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
bzg_release_protect_async (BzgRelease *self,
                           BzgProofProgress progress,
                           gpointer progress_data,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Task *work = g_new0 (Task, 1);

  work->progress = progress;
  work->data = progress_data;
  g_task_set_source_tag (task, bzg_release_protect_async);
  g_task_set_task_data (task, work, g_free);
  g_object_set_data (G_OBJECT (task), "release", self);
  g_task_run_in_thread (task, protect_thread);
}

gboolean
bzg_release_protect_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
bzg_release_is_protected (const BzgRelease *self)
{
  return self->is_protected;
}

const char *
bzg_release_report (const BzgRelease *self)
{
  return self->report;
}

const BzgPeriod *
bzg_release_period (const BzgRelease *self)
{
  return &self->period;
}

const char *
bzg_release_fund (const BzgRelease *self)
{
  return self->fund;
}

const BzgFigures *
bzg_release_figures (const BzgRelease *self)
{
  return self->figures;
}

const BzgTables *
bzg_release_tables (const BzgRelease *self)
{
  return self->is_protected ? self->counted->tables : NULL;
}

const BzgTable *
bzg_release_table (const BzgRelease *self, const char *figure)
{
  return self->is_protected ? bzg_tables_find_table (self->counted->tables, figure) : NULL;
}

const BzgProtectSummary *
bzg_release_summary (const BzgRelease *self)
{
  return &self->summary;
}

const char *
bzg_release_certificate (const BzgRelease *self)
{
  return self->certificate_sha256;
}

int
bzg_release_imprecise (const BzgRelease *self)
{
  guint n = self->counted->imprecise;

  return n > 0 && n < self->options.threshold ? -1 : (int) n;
}

GArray *
bzg_release_people (const BzgRelease *self,
                    BzgSession *session,
                    const BzgTable *table,
                    const guint *key,
                    GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (bzg_id_hash, bzg_id_equal);
  GArray *people;
  const char *measure = g_intern_string (table->measure);

  if (!bzg_session_allows (session, "identity", BZG_ACT_READ))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE, "needs the section identity");
      return NULL;
    }
  people = g_array_new (FALSE, FALSE, sizeof (BzgId));
  for (guint i = 0; i < self->counted->rows->len; i++)
    {
      const BzgCountedRow *row = &g_array_index (self->counted->rows, BzgCountedRow, i);
      gboolean in = row->measure == measure && !bzg_id_is_zero (&row->person);

      for (guint d = 0; in && d < table->n_dims; d++)
        in = bzg_tables_code_has (self->counted->tables, table->dims[d], key[d],
                                  row->atoms[table->dims[d]]);
      if (in && g_hash_table_add (seen, (gpointer) &row->person))
        g_array_append_val (people, row->person);
    }
  return people;
}

/* --- the ledger ------------------------------------------------------------------------------ */

/* "donor 2019-Q4 a1b2c3d4": the fund by a digest, a log of exits names none. */
static char *
key_of (const char *report, const char *period, const char *fund)
{
  g_autofree char *digest
    = fund != NULL ? g_compute_checksum_for_string (G_CHECKSUM_SHA256, fund, -1) : g_strdup ("all");

  return g_strdup_printf ("%s %s %.8s", report, period, digest);
}

gboolean
bzg_release_may_leave (BzgSession *session,
                       const char *report,
                       const char *period,
                       const char *fund,
                       char **key,
                       GError **error)
{
  g_autofree char *own = key_of (report, period, fund);
  g_autofree char *prefix = g_strconcat (own, " ", NULL);
  g_autoptr (GPtrArray) exits = bzg_ledger_exits (session, error);

  if (exits == NULL)
    return FALSE;
  for (guint i = 0; i < exits->len && !bzg_session_is_training (session); i++)
    {
      const BzgExitLine *line = g_ptr_array_index (exits, i);

      if (g_strcmp0 (line->kind, bzg_exit_name (BZG_EXIT_REPORT)) == 0 && line->purpose != NULL
          && !g_str_has_prefix (line->purpose, prefix))
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_LEDGER,
                       "another report of this programme was written already (%s)", line->purpose);
          return FALSE;
        }
    }
  *key = g_steal_pointer (&own);
  return TRUE;
}

gboolean
bzg_release_publish (BzgRelease *self, BzgSession *session, GError **error)
{
  g_autoptr (GPtrArray) ledger = NULL;
  g_autoptr (GArray) facts = NULL;
  g_autoptr (BzgCounted) again = NULL;
  g_autoptr (BzgTables) issued = NULL;
  g_autofree char *rows = NULL;
  g_autofree char *json = NULL;
  g_autoptr (GBytes) frozen = NULL;
  BzgReleaseEntry entry = { 0 };

  g_return_val_if_fail (self->is_protected, FALSE);
  if (!bzg_session_allows (session, "programme", BZG_ACT_APPROVE))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE,
                   "publishing needs the programme's approval");
      return FALSE;
    }
  ledger = bzg_ledger_list (session, error);
  if (ledger == NULL)
    return FALSE;
  if (ledger->len > 0)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_LEDGER,
                   "the ledger holds a release already; this version proves one release a "
                   "programme and publishes no second one without a proof that covers both");
      return FALSE;
    }
  facts = collect_facts (session, error);
  if (facts == NULL)
    return FALSE;
  again = bzg_count (self->figures, facts, &self->options, error);
  if (again == NULL)
    return FALSE;
  rows = _bzg_frozen_rows (again, self->salt);
  if (strcmp (rows, self->rows) != 0)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_CONFLICT,
                   "the record changed since the report was made");
      return FALSE;
    }
  {
    BzgTables *tables = self->counted->tables;
    char today[BZG_DATE_TEXT_SIZE];

    bzg_tables_set_published (tables, 0, bzg_date_to_iso (bzg_session_today (session), today));
    json = bzg_tables_write_json (tables);
  }
  /* What stands in the ledger must be readable by everybody: read it once as they will. */
  issued = bzg_tables_read_json (json, -1, error);
  if (issued == NULL)
    return FALSE;
  frozen = _bzg_frozen_write (self->rows, self->salt, self->release_id, self->certificate);
  if (frozen == NULL)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "the figures could not be packed");
      return FALSE;
    }
  bzg_id_new (&entry.id);
  entry.report = self->report;
  entry.period = self->period.id;
  entry.fund = self->fund;
  entry.published_at = g_get_real_time () / G_USEC_PER_SEC;
  entry.tables_json = json;
  entry.facts = frozen;
  entry.certificate_sha256 = self->certificate_sha256;
  return bzg_ledger_add (session, &entry, error);
}

/* All releases in one object, and with @truth the numbers behind them. */
static BzgTables *
read_ledger (BzgSession *session, BzgTruth **truth, GError **error)
{
  g_autoptr (GPtrArray) entries = bzg_ledger_list (session, error);
  g_autoptr (BzgRecord) programme = NULL;
  g_autoptr (BzgTables) all = NULL;

  if (entries == NULL)
    return NULL;
  for (guint i = 0; i < entries->len; i++)
    {
      const BzgReleaseEntry *entry = g_ptr_array_index (entries, i);
      g_autoptr (BzgTables) one = bzg_tables_read_json (entry->tables_json, -1, error);

      if (one == NULL)
        return NULL;
      if (all == NULL)
        all = g_steal_pointer (&one);
      else if (!bzg_tables_append (all, one, error))
        return NULL;
    }
  if (all == NULL)
    {
      programme = bzg_session_programme (session);
      all = bzg_tables_new (programme != NULL ? bzg_record_get (programme, "name") : NULL);
    }
  if (truth != NULL)
    {
      g_autoptr (GHashTable) contributors
        = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_autoptr (BzgTruth) found = bzg_truth_new (all);

      for (guint i = 0; i < entries->len; i++)
        {
          const BzgReleaseEntry *listed = g_ptr_array_index (entries, i);
          BzgReleaseEntry *entry = bzg_ledger_get (session, &listed->id, error);
          gboolean ok;

          if (entry == NULL)
            return NULL;
          ok = entry->facts != NULL
               && _bzg_frozen_read_truth (entry->facts, all, found, contributors, error);
          if (entry->facts == NULL)
            g_set_error (error, BZG_ERROR, BZG_ERROR_DAMAGED, "a release without its figures");
          bzg_release_entry_free (entry);
          if (!ok)
            return NULL;
        }
      *truth = g_steal_pointer (&found);
    }
  return g_steal_pointer (&all);
}

BzgTables *
bzg_release_ledger (BzgSession *session, GError **error)
{
  return read_ledger (session, NULL, error);
}

gboolean
bzg_release_write_ledger (BzgSession *session, const char *path, GError **error)
{
  g_autoptr (BzgPermit) permit = bzg_permit_ask (session, BZG_EXIT_LEDGER, NULL, "ledger", error);
  g_autoptr (BzgTables) tables = NULL;
  g_autofree char *json = NULL;

  if (permit == NULL)
    return FALSE;
  tables = read_ledger (session, NULL, error);
  if (tables == NULL)
    return FALSE;
  json = bzg_tables_write_json (tables);
  return bzg_permit_write (permit, path, json, strlen (json), BZG_FILE_REPLACE, error);
}

gboolean
bzg_release_write_truth (BzgSession *session, const char *path, GError **error)
{
  g_autoptr (BzgPermit) permit = bzg_permit_ask (session, BZG_EXIT_TRUTH, NULL, "truth", error);
  g_autoptr (BzgTables) tables = NULL;
  g_autoptr (BzgTruth) truth = NULL;
  g_autofree char *json = NULL;

  if (permit == NULL)
    return FALSE;
  tables = read_ledger (session, &truth, error);
  if (tables == NULL)
    return FALSE;
  json = bzg_truth_write_json (truth, tables);
  return bzg_permit_write (permit, path, json, strlen (json), BZG_FILE_REPLACE, error);
}
