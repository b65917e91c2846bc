/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-attack.h"

G_BEGIN_DECLS

/*
 * Protection of the last release of a set of tables, with all releases before it standing as they
 * were printed:
 *
 *   1. primary: 0 to threshold - 1 are withheld together, so that "withheld" says nothing about
 *      zero; money and other amounts by the number of contributors and by dominance; of a release
 *      that supersedes another, what would change a printed number by 0 to threshold - 1;
 *   2. for the sake of others: while a small cell is known too well, by adding and subtracting over
 *      all tables at once (modulo 2^31 - 1) or to a reader with a solver, one of the printed cells
 *      that this rests on is withheld;
 *   3. choosing: which, so that as few as possible are (bzg-cover.c), as far as a budget of work
 *      goes;
 *   4. giving back: what turns out not to be needed is printed again;
 *   5. bands: a number that is withheld for the sake of others and that readers can work out
 *      narrowly anyway is told as that range (lo, hi of the cell).
 *
 * The same cell in two tables has one fate. It fails closed: without a proof for every protected
 * cell there are no tables.
 */

typedef enum
{
  BZG_PROTECT_PRIMARY_ONLY = 1 << 0, /* stop after step 1: for tests of the attack */
  BZG_PROTECT_NO_GIVE_BACK = 1 << 1,
  BZG_PROTECT_BANDS = 1 << 2, /* step 5 */
} BzgProtectFlags;

typedef struct
{
  guint cells; /* of the new release, identical ones counted once */
  guint printed, primary, secondary;
  guint bands;                   /* secondary cells of which a narrow range is told */
  guint standing;                /* of a correction: stand as they were printed */
  guint protected_cells, proved; /* equal at success */
  guint given_back;              /* secondary cells printed after all */
  guint must_withheld;           /* cells wished for that could not be printed */
  guint witnesses;               /* tables of whole numbers in the certificate */
  guint solves;
} BzgProtectSummary;

/* A cell of the new release that is wished for above all others (the national total of a period).
 * It is printed unless it is small itself or nothing else could keep a small group safe. */
typedef struct
{
  guint table; /* index within the release */
  guint cell;
} BzgMustPrint;

/* @tables: the last release holds the true values; at success its cells are exact or withheld (with
 * value 0). @truth: the contributors of all releases in @tables. On error the last release is
 * unusable and must be thrown away.
 *
 * @certificate (may be NULL; transfer full): the proof in whole numbers, confidential; its hash is
 * what is published. The true table stands in it by reference only.
 *
 * Errors: BZG_ERROR_REFUSED_DISCLOSURE (an earlier release gives a small group away; the message
 * names table and key of the cell), BZG_ERROR_REFUSED_LEDGER (an earlier release contradicts the
 * figures), BZG_ERROR_CANCELLED, BZG_ERROR_BUG. */
gboolean bzg_protect_run (BzgTables *tables,
                          const BzgTruth *truth,
                          const BzgMustPrint *must_print,
                          guint n_must_print,
                          BzgProtectFlags flags,
                          BzgProofProgress progress,
                          gpointer progress_data,
                          GCancellable *cancellable,
                          BzgProtectSummary *summary,
                          char **certificate,
                          GError **error);

G_END_DECLS
