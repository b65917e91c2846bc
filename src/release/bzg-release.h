/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-count.h"
#include "release/bzg-permit.h"
#include "release/bzg-protect.h"

G_BEGIN_DECLS

/*
 * A release: the figures of one report, counted, protected together with all earlier releases,
 * shown, and published. Published means: the frozen facts, the tables as printed, the certificate
 * and its hash stand in the ledger, for good.
 *
 * Nothing that was published is ever changed, nor counted again but by a correction. What is
 * entered afterwards for a period that is public counts in the next one that is open; a report over
 * several periods is made of the facts of those that are public and of the rest of the record. The
 * proof of a release is a proof over all of them.
 *
 * A correction is a release of its own, which says which one it supersedes (bzg-posting-private.h).
 * Readers have both: so it prints only figures that change by the threshold or more, and all others
 * stand as they were printed.
 */

typedef struct _BzgRelease BzgRelease;

/* Counts the facts of @session. On the session's own thread. @period as in bzg_period_parse();
 * @fund a fund's name or NULL. @correct: a correction of the newest edition that is public. Errors:
 * BZG_ERROR_MALFORMED (period), BZG_ERROR_NOT_FOUND (fund; nothing is public to be corrected),
 * BZG_ERROR_REFUSED_ROLE. */
BzgRelease *bzg_release_new (BzgSession *session,
                             const char *report,
                             BzgFigures *figures,
                             const char *period,
                             const char *fund,
                             gboolean correct,
                             GError **error);
/* The same from facts at hand (a GArray of BzgFact), without a casebook: tests, demonstrations.
 * What is missing in @facts counts as erased where they are counted again. */
BzgRelease *bzg_release_new_from_facts (const char *report,
                                        BzgFigures *figures,
                                        const GArray *facts,
                                        const BzgCountOptions *options,
                                        gboolean correct,
                                        GError **error);
void bzg_release_free (BzgRelease *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgRelease, bzg_release_free)

/* Protects and proves. Long: any thread, the release belongs to that thread meanwhile.
 * Errors: as bzg_protect_run(), BZG_ERROR_REFUSED_PERIOD, and BZG_ERROR_REFUSED_BESIDE_ROWS: a
 * printed number less the rows without names that left would be a small group; of a correction
 * BZG_ERROR_REFUSED_SMALL: no figure changed so much that it may be printed again. */
gboolean bzg_release_protect (BzgRelease *self,
                              BzgProofProgress progress,
                              gpointer progress_data,
                              GCancellable *cancellable,
                              GError **error);
/* The same in a worker thread; @progress is called from the worker. */
void bzg_release_protect_async (BzgRelease *self,
                                BzgProofProgress progress,
                                gpointer progress_data,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean bzg_release_protect_finish (GAsyncResult *result, GError **error);

gboolean bzg_release_is_protected (const BzgRelease *self);
const char *bzg_release_report (const BzgRelease *self);
const BzgPeriod *bzg_release_period (const BzgRelease *self);
const char *bzg_release_fund (const BzgRelease *self); /* or NULL */
const BzgFigures *bzg_release_figures (const BzgRelease *self);
/* The tables as printed: this release alone. NULL before it is protected. */
const BzgTables *bzg_release_tables (const BzgRelease *self);
/* The tables as a report shows them: of a correction with the numbers that stand as earlier
 * editions printed them (exact, withheld as BZG_WITHHELD_STANDS). NULL before it is protected. */
const BzgTables *bzg_release_shown (const BzgRelease *self);
/* Of a correction the day on which the figures were published that it supersedes (ISO); NULL of
 * others, and before it is protected. */
const char *bzg_release_corrects (const BzgRelease *self);
guint bzg_release_edition (const BzgRelease *self); /* 1: the first; higher: a correction */
const BzgTable *bzg_release_table (const BzgRelease *self, const char *figure); /* or NULL */
/* All zero for what was published before. */
const BzgProtectSummary *bzg_release_summary (const BzgRelease *self);
/* SHA-256 of the certificate, for the footer. NULL before it is protected. */
const char *bzg_release_certificate (const BzgRelease *self);
/* Facts that touch the period but are not dated precisely enough, rounded down to 5, 10, 20, 50,
 * ...; 0: none; -1: fewer than the threshold. */
int bzg_release_imprecise (const BzgRelease *self);

/* The day on which it was published (ISO), or NULL. A release of the same report, period and fund
 * that is public already is made again as it was printed, in its newest edition. */
const char *bzg_release_published (const BzgRelease *self);
/* How many facts of public periods came late and count here. For the reviewer: do not print. */
guint bzg_release_late (const BzgRelease *self);

/* Whether the figures may be written to a file: two reports that were not proved together give away
 * by subtraction what each withholds, and a file that was written is out. So only what is published
 * may leave, and everything of a training casebook. Error: BZG_ERROR_REFUSED_UNPUBLISHED. */
gboolean bzg_release_may_leave (const BzgRelease *self, BzgSession *session, GError **error);

/* Freezes and enters it into the ledger. On the session's own thread. Errors:
 * BZG_ERROR_REFUSED_ROLE, BZG_ERROR_REFUSED_PUBLISHED, BZG_ERROR_REFUSED_STALE (the record changed
 * since, or another release was published). */
gboolean bzg_release_publish (BzgRelease *self, BzgSession *session, GError **error);

/* Every release so far, in one object; no releases if nothing was published. (transfer full) */
BzgTables *bzg_release_ledger (BzgSession *session, GError **error);
/* Files for `report ledger` and `report truth` (the latter: training casebooks only). */
gboolean bzg_release_write_ledger (BzgSession *session, const char *path, GError **error);
gboolean bzg_release_write_truth (BzgSession *session, const char *path, GError **error);

G_END_DECLS
