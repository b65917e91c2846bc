/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-cover-private.h"
#include "release/bzg-lp-private.h"
#include "release/bzg-pool-private.h"
#include "release/bzg-protect.h"
#include "release/bzg-target-private.h"
#include "release/bzg-witness-private.h"

G_BEGIN_DECLS

/*
 * A protection under way, for the rooms that share the work: what happens to each number
 * (bzg-protection.c, with the questions to the solver), which numbers are withheld for the sake of
 * others (bzg-choice.c), what is printed after all (bzg-give-back.c), and the order of it all
 * (bzg-protect.c). Every decision is about a sum of unknowns, not about a place in a table, so the
 * same number in two tables has one fate. The bounds of the model's cells, those of the solver and
 * the fates say the same at any time.
 */

typedef struct
{
  gboolean fresh; /* stands in the new release and is not public already */
  gboolean must;
  gboolean withheld;
  gboolean stands; /* of a correction: not printed again, withheld or public already */
  BzgWithheld why;
  BzgTruthSum sum;
  double old_lo, old_hi; /* public before */
  BzgRange band;         /* withheld: what others tell of it; hi is HUGE_VAL if that is nothing */
  guint totals;          /* dimensions in which it stands for everything */
  guint bound;           /* the others */
  gboolean money;
  int partner; /* count: the amount of the same people; -1 */
  int owner;   /* amount: the count of the same people; -1 */
} BzgFate;

typedef struct
{
  BzgTables *tables;
  const BzgTruth *truth;
  BzgModel *model;
  BzgLp *lp;
  BzgRule rule;
  guint release;                /* the new one */
  GArray *fates;                /* BzgFate, per cell of the model */
  GArray *wanted;               /* guint: protected targets, by value */
  gboolean *count_was_withheld; /* per target: of an amount, before anything was chosen */
  GHashTable *repaired;    /* targets that the solver found safe: what prints more asks about all */
  BzgCover *cover;         /* what must be withheld for what the solver found */
  BzgPool *pool;           /* solutions with what is printed now */
  BzgWitnesses *witnesses; /* found so far: what is withheld afterwards takes none of them away */
  BzgProtectSummary summary;
  BzgProofProgress progress;
  gpointer progress_data;
  guint shown; /* proved, by @progress */
  GCancellable *cancellable;
} BzgProtection;

BzgFate *_bzg_protection_fate (BzgProtection *p, guint cell);
BzgModelCell *_bzg_protection_cell (BzgProtection *p, guint cell);
gboolean _bzg_protection_cancelled (BzgProtection *p, GError **error);

/* Takes a cell out of print, for the solver too; does nothing if it is not in print. The second
 * takes its amount along. */
void _bzg_protection_withhold_alone (BzgProtection *p, guint cell, BzgWithheld why);
void _bzg_protection_withhold (BzgProtection *p, guint cell, BzgWithheld why);

/* Which targets are protected, as things are withheld now. */
void _bzg_protection_collect_wanted (BzgProtection *p);
/* For sorting cells, with the protection: what is to be printed before all others first. */
int _bzg_protection_by_priority (gconstpointer a, gconstpointer b, gpointer data);

/* Asks about one side of a wanted target (position in the array). *safe is FALSE if it falls short;
 * then @demand (may be NULL; guint) gets the cells of the new release that the solver leant on.
 * What is found goes to the pool, or to @solutions (may be NULL; double arrays), and then only what
 * is there counts. */
gboolean _bzg_protection_ask (BzgProtection *p,
                              guint wanted,
                              gboolean up,
                              gboolean *safe,
                              GPtrArray *solutions,
                              GArray *demand,
                              GError **error);
void _bzg_protection_end_lp (BzgProtection *p);

/* Withholds for the sake of others, at the least price that the budget finds; then all is safe, in
 * fractions. */
gboolean _bzg_protection_choose (BzgProtection *p, GError **error);
/* Withholds beside what is withheld already, until all is safe, in fractions. */
gboolean _bzg_protection_settle (BzgProtection *p, GError **error);
/* What is withheld for the sake of others, one gboolean a cell, and its price. (transfer full) */
gboolean *_bzg_protection_chosen (BzgProtection *p, gint64 *price);

/* From the largest to the smallest: prints what can be printed after all. */
gboolean _bzg_protection_give_back (BzgProtection *p, GError **error);
/* Finds the ranges that readers can work out. */
gboolean _bzg_protection_find_bands (BzgProtection *p, GError **error);

G_END_DECLS
