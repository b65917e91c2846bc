/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-release-private.h"

#include "base/bzg-error.h"
#include "casebook/bzg-ledger.h"
#include "release/bzg-joint-private.h"
#include "release/bzg-permit.h"
#include "release/bzg-rows-private.h"
#include "release/bzg-tables-private.h"

#include <string.h>

/*
 * A release goes one way: counted, protected, published. It is protected together with every
 * release before it. What is published is what was protected: at publication the record is counted
 * again, and if a single row differs, or another release was published meanwhile, nothing happens.
 *
 * A release that was published already is made again from what was frozen, and shows what was
 * printed.
 */

struct _BzgRelease
{
  char *report, *fund;
  BzgFigures *figures;
  BzgPeriod period;
  BzgCountOptions options;
  char *programme, *release_id;
  BzgPosting *posting;
  const BzgFrozen *issued;    /* of @posting: published already */
  const BzgFrozen *corrected; /* of @posting: to be superseded; else NULL */
  GPtrArray *rows;            /* BzgIssuedRows: rows without names that left; NULL: none */
  guint edition;              /* 1: the first; higher: a correction */
  BzgCounted *counted;
  BzgFrozen *frozen;
  BzgTables *shown; /* of a correction: with what stands as it was printed; else NULL */
  char *corrects_day;
  guint late;
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
  g_free (self->certificate);
  g_free (self->certificate_sha256);
  g_clear_pointer (&self->counted, bzg_counted_free);
  g_clear_pointer (&self->figures, bzg_figures_unref);
  _bzg_frozen_free (self->frozen);
  bzg_tables_free (self->shown);
  g_free (self->corrects_day);
  _bzg_posting_unref (self->posting);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_free (self);
}

#define FISCAL_MONTH 10 /* the United States fiscal year begins in October */

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

/* In coarse steps, because it stands outside the proof: from one report to the next, one fact more
 * is seldom seen. */
static int
imprecise_band (guint n, guint threshold)
{
  static const guint steps[] = { 1000, 500, 200, 100, 50, 20, 10 };

  if (n == 0)
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (n >= steps[i] && steps[i] > threshold)
      return (int) steps[i];
  return n < threshold ? -1 : (int) threshold;
}

/* Counts what is posted of the record, and freezes what was counted. @void_records: as
 * _bzg_posting_open(). */
static BzgCounted *
count (BzgRelease *self,
       const BzgFactStore *live,
       const BzgIdTable *void_records,
       BzgFrozen **frozen,
       GError **error)
{
  g_autoptr (BzgPosting) posting
    = self->corrected != NULL
        ? _bzg_posting_open (self->posting, self->corrected, live, void_records)
        : _bzg_posting_ref (self->posting);
  BzgCountOptions options = self->options;
  g_autoptr (BzgPosted) posted = _bzg_posted_new (posting, &options.period, options.year_month);
  BzgCounted *counted;

  _bzg_posted_add (posted, live);
  if (!bzg_fact_store_check (posted->facts, error))
    return NULL;
  options.posting = posting;
  counted = bzg_count (self->figures, posted->facts, &options);
  if (self->corrected != NULL)
    bzg_tables_set_supersedes (counted->tables, 0, self->corrected->release);
  self->late = posted->late;
  *frozen = _bzg_freeze (self->figures, counted, g_steal_pointer (&posted->facts), &options);
  /* Stands outside the proof, so it is not told again how it changed. */
  (*frozen)->imprecise = self->corrected != NULL
                           ? self->corrected->imprecise
                           : imprecise_band (counted->imprecise, MAX (options.threshold, 5));
  return counted;
}

/* A class stays for a year: releases that overlap then lie in one, and nobody is one person in the
 * one and another in the other. */
static gboolean
check_year (const BzgCountOptions *options, GError **error)
{
  const BzgPeriod *period = &options->period;

  if (_bzg_counting_year (period->first, options->year_month)
      == _bzg_counting_year (period->last, options->year_month))
    return TRUE;
  g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_PERIOD,
               "the period %s reaches over two years that begin in month %u, in which people may "
               "be classed differently: choose periods inside one year",
               period->id, options->year_month);
  return FALSE;
}

/* "donor-2019-Q4.2-FUND": a number behind the period, which no name of a fund can be taken for. */
static char *
edition_id (const char *id, const char *fund, guint edition)
{
  g_autofree char *fund_id = fund != NULL ? bzg_tables_make_id (fund) : NULL;
  gsize stem = strlen (id);

  if (edition < 2)
    return g_strdup (id);
  if (fund_id != NULL && g_str_has_suffix (id, fund_id) && stem > strlen (fund_id))
    stem -= strlen (fund_id) + 1;
  return g_strdup_printf ("%.*s.%u%s", (int) stem, id, edition, id + stem);
}

/* Which edition it is of what was published, and whether that makes sense. */
static gboolean
choose_edition (BzgRelease *self, const char *id, gboolean correct, GError **error)
{
  const BzgFrozen *newest = _bzg_posting_find (self->posting, id, &self->edition);

  if (!correct)
    {
      self->issued = newest;
      self->edition = MAX (self->edition, 1);
    }
  else if (newest != NULL)
    {
      self->corrected = newest;
      self->edition++;
    }
  else
    g_set_error (error, BZG_ERROR, BZG_ERROR_NOT_FOUND,
                 "this report is not published: there is nothing to correct");
  self->release_id = edition_id (id, self->fund, self->edition);
  return !correct || newest != NULL;
}

/* Not counted yet. @correct: of what was published under this id. */
static BzgRelease *
release_new (const char *report,
             BzgFigures *figures,
             const BzgCountOptions *options,
             gboolean correct,
             GError **error)
{
  g_autoptr (BzgRelease) self = g_new0 (BzgRelease, 1);

  self->report = g_strdup (report);
  self->fund = g_strdup (options->fund);
  self->programme = g_strdup (options->programme);
  self->figures = bzg_figures_ref (figures);
  self->period = options->period;
  self->posting
    = options->posting != NULL ? _bzg_posting_ref (options->posting) : _bzg_posting_new ();
  if (!choose_edition (self, options->release, correct, error))
    return NULL;
  self->options = *options;
  self->options.programme = self->programme;
  self->options.release = self->release_id;
  self->options.fund = self->fund;
  self->options.posting = self->posting;
  self->options.with_rows = TRUE;
  self->options.strict |= needs_strict (figures);
  if (_bzg_posting_year_month (self->posting) != 0)
    self->options.year_month = _bzg_posting_year_month (self->posting);
  else if (self->options.year_month == 0)
    self->options.year_month = FISCAL_MONTH;
  return check_year (&self->options, error) ? g_steal_pointer (&self) : NULL;
}

BzgRelease *
bzg_release_new_from_facts (const char *report,
                            BzgFigures *figures,
                            const GArray *facts,
                            const BzgCountOptions *options,
                            gboolean correct,
                            GError **error)
{
  g_autoptr (BzgRelease) self = release_new (report, figures, options, correct, error);
  g_autoptr (BzgFactStore) store = bzg_fact_store_new ();
  g_auto (BzgIdTable) void_records = { 0 };

  if (self == NULL)
    return NULL;
  for (guint i = 0; i < facts->len; i++)
    bzg_fact_store_add (store, &g_array_index (facts, BzgFact, i));
  self->counted = count (self, store, &void_records, &self->frozen, error);
  return self->counted != NULL ? g_steal_pointer (&self) : NULL;
}

/* Counts the record as it is now. */
static BzgCounted *
count_record (BzgRelease *self, BzgSession *session, BzgFrozen **frozen, GError **error)
{
  const BzgFactStore *facts = bzg_facts_store (session, error);
  g_auto (BzgIdTable) void_records = { 0 };

  if (facts == NULL
      || (self->corrected != NULL && !bzg_facts_void_records (session, &void_records, error)))
    return NULL;
  return count (self, facts, &void_records, frozen, error);
}

/* The first release of a programme decides by which years its people are classed: those of the fund
 * that asks; else the fiscal year, unless that would cut the period and the calendar does not. */
static guint
choose_year_month (const BzgRecord *fund, const BzgPeriod *period)
{
  const char *calendar = fund != NULL ? bzg_record_get (fund, "calendar") : NULL;
  gboolean cut = _bzg_counting_year (period->first, FISCAL_MONTH)
                 != _bzg_counting_year (period->last, FISCAL_MONTH);

  if (calendar != NULL)
    return strcmp (calendar, "calendar") == 0 ? 1 : FISCAL_MONTH;
  return cut && period->first.year == period->last.year ? 1 : FISCAL_MONTH;
}

BzgRelease *
bzg_release_new (BzgSession *session,
                 const char *report,
                 BzgFigures *figures,
                 const char *period,
                 const char *fund,
                 gboolean correct,
                 GError **error)
{
  BzgCountOptions options = { 0 };
  g_autoptr (BzgRecord) programme = NULL;
  g_autoptr (BzgRecord) record = NULL;
  g_autoptr (BzgPosting) posting = NULL;
  g_autoptr (BzgRelease) self = NULL;
  g_autofree char *fund_id = NULL;
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

      record = bzg_session_find (session, "fund", "name", fund, &local);
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
  posting = _bzg_posting_load (session, error);
  if (posting == NULL)
    return NULL;
  options.posting = posting;
  options.year_month = choose_year_month (record, &options.period);
  threshold = programme != NULL ? bzg_record_get (programme, "threshold") : NULL;
  options.programme = programme != NULL ? bzg_record_get (programme, "name") : NULL;
  options.threshold
    = threshold != NULL ? (guint) MAX (g_ascii_strtoll (threshold, NULL, 10), 5) : 5;
  options.strict
    = programme != NULL && g_strcmp0 (bzg_record_get (programme, "strict"), "yes") == 0;
  options.fund = fund;
  fund_id = fund != NULL ? bzg_tables_make_id (fund) : NULL;
  id = g_strjoin ("-", report, options.period.id, fund_id, NULL);
  options.release = id;
  self = release_new (report, figures, &options, correct, error);
  if (self != NULL)
    self->rows = _bzg_issued_rows_load (session, error);
  if (self != NULL && self->rows != NULL)
    self->counted = count_record (self, session, &self->frozen, error);
  return self != NULL && self->counted != NULL ? g_steal_pointer (&self) : NULL;
}

/* TRUE if the cells of two tables have the same names in the same order. */
static gboolean
same_cells (const BzgTables *a, const BzgTable *x, const BzgTables *b, const BzgTable *y)
{
  if (strcmp (x->id, y->id) != 0 || x->n_dims != y->n_dims || x->n_cells != y->n_cells)
    return FALSE;
  for (guint c = 0; c < x->n_cells; c++)
    for (guint d = 0; d < x->n_dims; d++)
      if (strcmp (bzg_tables_code (a, x->dims[d], x->cells[c].key[d]),
                  bzg_tables_code (b, y->dims[d], y->cells[c].key[d]))
          != 0)
        return FALSE;
  return TRUE;
}

/* What was printed, in the last release of @tables, into our own. */
static gboolean
take_cells (BzgRelease *self, const BzgTables *tables, GError **error)
{
  const BzgTablesRelease *own = bzg_tables_release (self->counted->tables, 0);
  const BzgTablesRelease *from = bzg_tables_release (tables, bzg_tables_n_releases (tables) - 1);
  gboolean same = own->n_tables == from->n_tables;

  for (guint t = 0; same && t < own->n_tables; t++)
    same = same_cells (self->counted->tables, own->tables[t], tables, from->tables[t]);
  if (!same)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_PUBLISHED,
                   "it was published with other tables than this version of the program makes");
      return FALSE;
    }
  for (guint t = 0; t < own->n_tables; t++)
    _bzg_table_take_cells ((BzgTable *) own->tables[t], from->tables[t]);
  return TRUE;
}

/* A release that is public is shown as it was printed. How it was proved is not kept: its summary
 * stays empty. */
static gboolean
take_issued (BzgRelease *self, GError **error)
{
  const BzgTablesRelease *issued = bzg_tables_release (self->issued->tables, 0);
  BzgTables *tables = self->counted->tables;

  if (!take_cells (self, self->issued->tables, error))
    return FALSE;
  self->certificate_sha256 = g_strdup (issued->certificate_sha256);
  bzg_tables_set_certificate (tables, 0, self->certificate_sha256);
  bzg_tables_set_published (tables, 0, issued->published);
  bzg_tables_set_supersedes (tables, 0, issued->supersedes);
  return TRUE;
}

/* A correction that prints nothing would say only that there was one. @tables: with the editions
 * before it. */
static gboolean
says_something (const BzgRelease *self, const BzgTables *tables, GError **error)
{
  guint last = bzg_tables_n_releases (tables) - 1;
  const BzgTablesRelease *own = bzg_tables_release (tables, last);
  gboolean large = FALSE;

  if (self->corrected == NULL)
    return TRUE;
  for (guint t = 0; t < own->n_tables; t++)
    for (guint c = 0; c < own->tables[t]->n_cells; c++)
      {
        const BzgCell *cell = &own->tables[t]->cells[c];

        if (cell->state == BZG_CELL_EXACT)
          return TRUE;
        large
          |= cell->why != BZG_WITHHELD_STANDS
             && bzg_tables_printed_before (tables, last, own->tables[t], cell->key, NULL) != NULL;
      }
  if (large)
    g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_DISCLOSURE,
                 "beside what was published no figure may be printed again");
  else
    g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_SMALL,
                 "no figure changed so much that it may be printed again");
  return FALSE;
}

/* The editions that were printed before, oldest first, and behind them @own. */
static BzgTables *
read_editions (const BzgRelease *self, const BzgTables *own, GError **error)
{
  g_autoptr (BzgTables) out = NULL;
  g_autoptr (GPtrArray) chain = g_ptr_array_new ();
  const char *of = bzg_tables_release (own, 0)->supersedes;

  g_ptr_array_add (chain, (gpointer) own);
  for (guint i = _bzg_posting_n (self->posting); of != NULL && i > 0; i--)
    {
      const BzgFrozen *one = _bzg_posting_get (self->posting, i - 1);

      if (strcmp (one->release, of) != 0)
        continue;
      g_ptr_array_insert (chain, 0, one->tables);
      of = _bzg_frozen_supersedes (one);
    }
  out = bzg_tables_copy (chain->pdata[0]);
  for (guint i = 1; i < chain->len; i++)
    if (!bzg_tables_append (out, chain->pdata[i], error))
      return NULL;
  return g_steal_pointer (&out);
}

/* A correction as it is read: what it does not give again stands as it was printed. */
static gboolean
show_editions (BzgRelease *self, GError **error)
{
  g_autoptr (BzgTables) editions = read_editions (self, self->counted->tables, error);
  const BzgTablesRelease *last, *before;

  if (editions == NULL)
    return FALSE;
  last = bzg_tables_release (editions, bzg_tables_n_releases (editions) - 1);
  before
    = bzg_tables_release (editions,
                          (guint) bzg_tables_superseded (editions,
                                                         bzg_tables_n_releases (editions) - 1));
  self->corrects_day = g_strdup (before->published);
  self->shown = bzg_tables_copy (self->counted->tables);
  for (guint t = 0; t < last->n_tables; t++)
    for (guint c = 0; c < last->tables[t]->n_cells; c++)
      {
        /* The same cells in the same order, though numbered otherwise. */
        BzgCell *cell = &((BzgTable *) bzg_tables_release (self->shown, 0)->tables[t])->cells[c];
        const BzgCell *old
          = cell->state == BZG_CELL_WITHHELD
              ? bzg_tables_printed_before (editions, bzg_tables_n_releases (editions) - 1,
                                           last->tables[t], last->tables[t]->cells[c].key, NULL)
              : NULL;

        if (old == NULL)
          continue;
        cell->state = BZG_CELL_EXACT;
        cell->value = old->value;
        cell->why = BZG_WITHHELD_STANDS;
      }
  return TRUE;
}

/* Rows without names that left are known to whoever reads the report. */
static gboolean
stands_beside_rows (const BzgRelease *self, GError **error)
{
  for (guint i = 0; self->rows != NULL && i < self->rows->len; i++)
    {
      const BzgIssuedRows *issued = g_ptr_array_index (self->rows, i);
      g_autofree char *where = NULL;

      if (_bzg_rows_stand_beside (issued->rows, &issued->years, self->counted->tables,
                                  &self->period, &where))
        continue;
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_BESIDE_ROWS,
                   "%s, less the rows without names of %s, is a small group", where,
                   issued->years.id);
      return FALSE;
    }
  return TRUE;
}

static gboolean
prove (BzgRelease *self,
       BzgProofProgress progress,
       gpointer progress_data,
       GCancellable *cancellable,
       GError **error)
{
  g_autoptr (BzgJoint) joint = NULL;

  joint = _bzg_joint_new (self->posting, self->frozen, error);
  if (joint == NULL)
    return FALSE;
  if (!bzg_protect_run (joint->tables, joint->truth,
                        (const BzgMustPrint *) (gpointer) self->counted->must_print->data,
                        self->counted->must_print->len, BZG_PROTECT_BANDS, progress, progress_data,
                        cancellable, &self->summary, &self->certificate, error)
      || !take_cells (self, joint->tables, error) || !says_something (self, joint->tables, error)
      || !stands_beside_rows (self, error))
    return FALSE;
  self->certificate_sha256
    = g_compute_checksum_for_string (G_CHECKSUM_SHA256, self->certificate, -1);
  bzg_tables_set_certificate (self->counted->tables, 0, self->certificate_sha256);
  self->frozen->certificate = g_strdup (self->certificate);
  return TRUE;
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
  if (self->issued != NULL ? !take_issued (self, error)
                           : !prove (self, progress, progress_data, cancellable, error))
    return FALSE;
  bzg_counted_add_open (self->counted);
  if (bzg_tables_release (self->counted->tables, 0)->supersedes != NULL
      && !show_editions (self, error))
    return FALSE;
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

const BzgTables *
bzg_release_shown (const BzgRelease *self)
{
  return self->shown != NULL ? self->shown : bzg_release_tables (self);
}

const char *
bzg_release_corrects (const BzgRelease *self)
{
  return self->corrects_day;
}

guint
bzg_release_edition (const BzgRelease *self)
{
  return self->edition;
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
  return (self->issued != NULL ? self->issued : self->frozen)->imprecise;
}

const char *
bzg_release_published (const BzgRelease *self)
{
  return self->is_protected ? bzg_tables_release (self->counted->tables, 0)->published : NULL;
}

guint
bzg_release_late (const BzgRelease *self)
{
  return self->late;
}

/* --- the ledger ------------------------------------------------------------------------------ */

gboolean
bzg_release_may_leave (const BzgRelease *self, BzgSession *session, GError **error)
{
  if (bzg_release_published (self) != NULL || bzg_session_is_training (session))
    return TRUE;
  g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_UNPUBLISHED, "these figures are not published");
  return FALSE;
}

/* What the release was proved with: reports, then rows, as they were numbered in the ledger. */
static const char *
proved_with (const BzgRelease *self, guint report, guint rows, gboolean is_rows)
{
  if (is_rows)
    return self->rows != NULL && rows < self->rows->len
             ? ((const BzgIssuedRows *) g_ptr_array_index (self->rows, rows))->sha256
             : NULL;
  return report < _bzg_posting_n (self->posting)
           ? bzg_tables_release (_bzg_posting_get (self->posting, report)->tables, 0)
               ->certificate_sha256
           : NULL;
}

/* TRUE if the ledger of the casebook is still the one that the release was proved with. */
static gboolean
ledger_stands (const BzgRelease *self, BzgSession *session, GError **error)
{
  g_autoptr (GPtrArray) ledger = bzg_ledger_list (session, error);
  guint n = _bzg_posting_n (self->posting) + (self->rows != NULL ? self->rows->len : 0);
  guint reports = 0, rows = 0;
  gboolean same;

  if (ledger == NULL)
    return FALSE;
  same = ledger->len == n;
  for (guint i = 0; same && i < ledger->len; i++)
    {
      const BzgReleaseEntry *entry = g_ptr_array_index (ledger, i);
      gboolean is_rows = _bzg_issued_rows_is (entry->report);
      const char *certificate = proved_with (self, reports, rows, is_rows);

      same = certificate != NULL && g_strcmp0 (entry->certificate_sha256, certificate) == 0;
      rows += is_rows;
      reports += !is_rows;
    }
  if (!same)
    g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_STALE, "another report was published since");
  return same;
}

/* TRUE if the record still gives the very rows that were proved. */
static gboolean
record_stands (BzgRelease *self, BzgSession *session, GError **error)
{
  g_autoptr (BzgFrozen) frozen = NULL;
  g_autoptr (BzgCounted) again = count_record (self, session, &frozen, error);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  if (again == NULL)
    return FALSE;
  before = _bzg_frozen_digest (self->frozen, error);
  after = before != NULL ? _bzg_frozen_digest (frozen, error) : NULL;
  if (after == NULL)
    return FALSE;
  if (strcmp (before, after) == 0)
    return TRUE;
  g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_STALE, "the record changed since");
  return FALSE;
}

BzgFrozen *
_bzg_release_issue (const BzgRelease *self, GError **error)
{
  g_autoptr (GBytes) blob = _bzg_frozen_write (self->frozen, error);
  g_autofree char *json = bzg_tables_write_json (self->counted->tables);
  g_autoptr (BzgFrozen) issued = blob != NULL ? _bzg_frozen_read (blob, error) : NULL;

  if (issued == NULL)
    return NULL;
  issued->tables = bzg_tables_read_json (json, -1, error);
  return issued->tables != NULL ? g_steal_pointer (&issued) : NULL;
}

static gboolean
pass (const BzgCountedRow *row, const char *const *names, gpointer data, GError **error)
{
  return TRUE;
}

static gboolean
can_be_read (GBytes *blob, GError **error)
{
  g_autoptr (BzgFrozen) frozen = _bzg_frozen_read (blob, error);

  return frozen != NULL && _bzg_frozen_foreach_row (frozen, pass, NULL, error);
}

gboolean
bzg_release_publish (BzgRelease *self, BzgSession *session, GError **error)
{
  BzgTables *tables = self->counted->tables;
  char today[BZG_DATE_TEXT_SIZE];
  g_autoptr (BzgTables) issued = NULL;
  g_autofree char *json = NULL;
  g_autoptr (GBytes) blob = NULL;
  BzgReleaseEntry entry = { 0 };

  g_return_val_if_fail (self->is_protected, FALSE);
  if (!bzg_session_allows (session, "programme", BZG_ACT_APPROVE))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE,
                   "publishing needs the programme's approval");
      return FALSE;
    }
  if (bzg_release_published (self) != NULL)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_PUBLISHED, "it is published already");
      return FALSE;
    }
  if (!ledger_stands (self, session, error) || !record_stands (self, session, error))
    return FALSE;
  bzg_tables_set_published (tables, 0, bzg_date_to_iso (bzg_session_today (session), today));
  json = bzg_tables_write_json (tables);
  blob = _bzg_frozen_write (self->frozen, error);
  /* What stands in the ledger must be readable by everybody: read it once as they will. */
  if (blob != NULL && can_be_read (blob, error))
    issued = bzg_tables_read_json (json, -1, error);
  bzg_id_new (&entry.id);
  entry.report = self->report;
  entry.period = self->period.id;
  entry.fund = self->fund;
  entry.tables_json = json;
  entry.facts = blob;
  entry.certificate_sha256 = self->certificate_sha256;
  if (issued != NULL && bzg_ledger_add (session, &entry, error))
    return TRUE;
  bzg_tables_set_published (tables, 0, NULL);
  return FALSE;
}

/* What @truth tells, of tables that have got dimensions behind those they had: whoever is in the
 * old ones is in none of the new ones. */
static BzgTruth *
widen_truth (const BzgTruth *truth, const BzgTables *tables)
{
  BzgTruth *wide = bzg_truth_new (tables);
  g_autofree guint *atoms = g_new0 (guint, bzg_tables_n_dimensions (tables) + 1);

  for (guint i = 0; i < bzg_truth_n_entries (truth); i++)
    {
      const BzgTruthEntry *entry = bzg_truth_entry (truth, i);

      memcpy (atoms, entry->atoms, entry->n_dims * sizeof *atoms);
      bzg_truth_add (wide, entry->measure, atoms, entry->n, entry->contributor);
    }
  return wide;
}

/* Rows that left are what they are: the truth of each class is what is printed. */
static void
add_rows_to_truth (BzgTruth *truth, const BzgTables *tables)
{
  const BzgTablesRelease *last = bzg_tables_release (tables, bzg_tables_n_releases (tables) - 1);
  const BzgTable *table = last->tables[0];
  g_autofree guint *atoms = g_new0 (guint, bzg_tables_n_dimensions (tables) + 1);

  /* The first cell is all of them. */
  for (guint c = table->n_dims > 0 ? 1 : 0; c < table->n_cells; c++)
    {
      for (guint d = 0; d < table->n_dims; d++)
        atoms[table->dims[d]] = table->cells[c].key[d];
      bzg_truth_add (truth, table->measure, atoms, table->cells[c].value, 0);
    }
}

/* Rows stand in the ledger by their classes, all of which are exact. Each file has dimensions of
 * its own, so nothing of the reports changes. */
static gboolean
append_rows (BzgSession *session, BzgTables *tables, BzgTruth **truth, GError **error)
{
  g_autoptr (GPtrArray) rows = _bzg_issued_rows_load (session, error);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      g_autoptr (BzgTables) one
        = _bzg_issued_rows_tables (g_ptr_array_index (rows, i), bzg_tables_programme (tables));
      BzgTruth *wide;

      if (!bzg_tables_append (tables, one, error))
        return FALSE;
      if (truth == NULL)
        continue;
      wide = widen_truth (*truth, tables);
      bzg_truth_free (*truth);
      *truth = wide;
      add_rows_to_truth (wide, tables);
    }
  return rows != NULL;
}

/* The reports in one object, and with @truth the numbers behind them. */
static BzgTables *
read_reports (BzgSession *session, BzgTruth **truth, GError **error)
{
  g_autoptr (BzgPosting) posting = _bzg_posting_load (session, error);
  g_autoptr (BzgRecord) programme = NULL;
  g_autoptr (BzgJoint) joint = NULL;

  if (posting == NULL)
    return NULL;
  if (_bzg_posting_n (posting) == 0)
    {
      BzgTables *none;

      programme = bzg_session_programme (session);
      none = bzg_tables_new (programme != NULL ? bzg_record_get (programme, "name") : NULL);
      if (truth != NULL)
        *truth = bzg_truth_new (none);
      return none;
    }
  joint = _bzg_joint_new (posting, NULL, error);
  if (joint == NULL)
    return NULL;
  if (truth != NULL)
    *truth = g_steal_pointer (&joint->truth);
  return g_steal_pointer (&joint->tables);
}

/* Everything that left, in one object. */
static BzgTables *
read_ledger (BzgSession *session, BzgTruth **truth, GError **error)
{
  g_autoptr (BzgTables) tables = read_reports (session, truth, error);

  return tables != NULL && append_rows (session, tables, truth, error) ? g_steal_pointer (&tables)
                                                                       : NULL;
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
