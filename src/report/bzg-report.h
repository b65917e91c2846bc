/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-release.h"
#include "report/bzg-document.h"
#include "report/bzg-render.h"

G_BEGIN_DECLS

/*
 * Reports by definition: reports/<id>/definition.ini says which protected tables a report needs and
 * how they are shown, text.<lang>.md says the words. No figure is computed here: release counts,
 * protects and proves; a report only arranges. A definition that names an unknown table, parameter
 * or word is an error when the definitions are loaded, not when a manager prints.
 */

typedef struct _BzgReportDefinition BzgReportDefinition;

/* All definitions, in the order of the list; read once, immutable, any thread. Element type
 * BzgReportDefinition. NULL with BZG_ERROR_MALFORMED if one is bad; the message names the file, the
 * group and the key. */
const GPtrArray *bzg_report_definitions (GError **error);
/* BZG_ERROR_NOT_FOUND if there is none called @id. */
const BzgReportDefinition *bzg_report_definition (const char *id, GError **error);

const char *bzg_report_definition_id (const BzgReportDefinition *self);
const char *bzg_report_definition_title (const BzgReportDefinition *self, BzgLanguage lang);
const char *bzg_report_definition_summary (const BzgReportDefinition *self, BzgLanguage lang);
gboolean bzg_report_definition_takes_fund (const BzgReportDefinition *self);

/* A made report: the protected tables and the document drawn from them. It stays valid when the
 * casebook changes; publishing checks that the figures are still those. */
typedef struct _BzgReport BzgReport;

/* Counts, protects and proves, then builds the document. On the session's own thread; the window
 * uses the twin below. @progress (may be NULL) is called from this thread. @fund: a fund's name, or
 * NULL for all. @correct: a correction of what is published (bzg_release_new()).
 *
 * Errors: BZG_ERROR_NOT_FOUND (report, fund, nothing to correct), BZG_ERROR_REFUSED_SMALL (nothing
 * that may be printed again), BZG_ERROR_MALFORMED (@period), BZG_ERROR_REFUSED_ROLE,
 * BZG_ERROR_REFUSED_LEDGER, BZG_ERROR_REFUSED_DISCLOSURE, BZG_ERROR_CANCELLED. */
BzgReport *bzg_report_make (BzgSession *session,
                            const char *id,
                            const char *period,
                            const char *fund,
                            gboolean correct,
                            BzgLanguage lang,
                            BzgProofProgress progress,
                            gpointer progress_data,
                            GCancellable *cancellable,
                            GError **error);
/* Counts at once, protects and proves in a worker; @progress is called from the worker. */
void bzg_report_make_async (BzgSession *session,
                            const char *id,
                            const char *period,
                            const char *fund,
                            gboolean correct,
                            BzgLanguage lang,
                            BzgProofProgress progress,
                            gpointer progress_data,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
BzgReport *bzg_report_make_finish (GAsyncResult *result, GError **error);
void bzg_report_free (BzgReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgReport, bzg_report_free)

const char *bzg_report_get_id (const BzgReport *self);
const BzgPeriod *bzg_report_get_period (const BzgReport *self);
const char *bzg_report_get_fund (const BzgReport *self); /* or NULL */
const BzgDocument *bzg_report_get_document (const BzgReport *self);
/* What release counted and proved: tables as printed, summary of the proof, people behind a cell.
 */
const BzgRelease *bzg_report_get_release (const BzgReport *self);

/* The same figures in another language: nothing is counted again. */
gboolean bzg_report_set_language (BzgReport *self, BzgLanguage lang, GError **error);

/* Writes the report into the folder @folder as
 * <id>_<period>[_edition-<n>][_<fund>][_<n>]_<lang>.<format> (JSON and CSV have no language); the
 * name says nothing personal, a second one gets a number. The exit is permitted and entered by
 * release before the file gets its name. @path (may be NULL) is the file written. (out, transfer
 * full) */
gboolean bzg_report_write (BzgSession *session,
                           const BzgReport *self,
                           BzgDocumentFormat format,
                           const char *folder,
                           char **path,
                           GCancellable *cancellable,
                           GError **error);

/* Freezes the figures: into the ledger, with their certificate. Not to be undone. The document then
 * says so and loses its "provisional" ribbon. Errors: BZG_ERROR_REFUSED_ROLE,
 * BZG_ERROR_REFUSED_LEDGER, BZG_ERROR_CONFLICT (the record changed since it was made). */
gboolean bzg_report_publish (BzgSession *session,
                             BzgReport *self,
                             GCancellable *cancellable,
                             GError **error);
gboolean bzg_report_is_published (const BzgReport *self);

G_END_DECLS
