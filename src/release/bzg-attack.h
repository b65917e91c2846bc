/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-truth.h"

G_BEGIN_DECLS

/*
 * The reader with a solver. Takes everything that was published and asks, for each small group,
 * between which numbers its size must lie. What a reader could find out, this finds first.
 *
 * Unknown are the base cells (people of one atom in every dimension); known are the published cells
 * with their bounds, the links and the nestings. The protected family holds every cell, printed or
 * not, of the shape of a published table, for every elementary period and every leftover class
 * (docs: disclosure). With a truth file a cell belongs to it when 1 <= true value < threshold.
 * Without one, a breach is reported only where it is certain: every value that is left for the cell
 * lies between 1 and threshold - 1, and the range is too narrow.
 */

typedef enum
{
  BZG_VERDICT_EXACT,   /* one value is left */
  BZG_VERDICT_NARROW,  /* fewer than threshold - 1 values are left */
  BZG_VERDICT_PARTIAL, /* the range does not reach down to 1 (strict: 0) or up to threshold - 1 */
  BZG_VERDICT_INTEGER, /* safe in fractions, but no table of whole numbers reaches the ends */
} BzgVerdict;

const char *bzg_verdict_name (BzgVerdict verdict); /* "exact", "narrow", "partial", "integer" */

typedef struct
{
  BzgVerdict verdict;
  char *release, *table; /* the first published table with this shape */
  char *key;             /* codes joined by commas; leftover classes as atom+atom; "@period" last
                            where the period is not the table's own */
  double lo, hi;         /* what a reader can tell; @hi is HUGE_VAL when open */
} BzgBreach;
void bzg_breach_free (BzgBreach *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgBreach, bzg_breach_free)

/* Called from the working thread: @proved of @of protected cells are done. */
typedef void (*BzgProofProgress) (guint proved, guint of, gpointer data);

typedef struct
{
  guint cells;      /* published cells */
  guint candidates; /* cells examined */
  guint breaches;
  guint solves; /* linear programmes solved */
  guint variables, rows;
  guint witnesses; /* tables of whole numbers found; 0 without @integer */
} BzgAttackSummary;

/* Attacks @tables. @truth may be NULL. @integer: also look for whole-number witnesses.
 * Returns the breaches (element type BzgBreach, empty: safe) in the order of the releases.
 * Errors: BZG_ERROR_MALFORMED if no table can exist with these numbers or if the truth does not
 * give them; BZG_ERROR_CANCELLED; BZG_ERROR_BUG if the solver failed (never take that for safe).
 * Any thread; one call uses one thread. */
GPtrArray *bzg_attack_run (const BzgTables *tables,
                           const BzgTruth *truth,
                           gboolean integer,
                           BzgProofProgress progress,
                           gpointer progress_data,
                           GCancellable *cancellable,
                           BzgAttackSummary *summary,
                           GError **error);

G_END_DECLS
