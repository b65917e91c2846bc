/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-attack.h"
#include "release/bzg-model-private.h"

G_BEGIN_DECLS

/*
 * What counts as safe, in one place for the attack and for the protection.
 *
 * Counts of people: the range must reach down to 1 (strict: 0) and up to threshold - 1 for whoever
 * attacks, to the threshold for whoever publishes: what a row withholds altogether is known as its
 * total less what it prints, and must not be a small group itself. Amounts:
 * it must reach 15 % of the true value on both sides. Of what lies between releases, and which no
 * report ever speaks of, the numbers of two quarters alone may say that some are in the one and not
 * in the other; there the range must be as wide, wherever it lies (docs/decisions.md). Without a
 * truth only what is certain is judged: a range in which no value would be safe or unprotected.
 */

typedef struct
{
  guint threshold;
  guint reach; /* how far up a count that a report speaks of must be able to go */
  gboolean strict;
  gboolean truth;
} BzgRule;

typedef struct
{
  double lo, hi;
} BzgRange;

/* TRUE if @target could be a breach at all (with a truth: it is protected). */
gboolean _bzg_rule_concerns (const BzgRule *rule, const BzgModelTarget *target);
/* TRUE for numbers that are protected like amounts: many units of few people. */
gboolean _bzg_rule_is_amount (const BzgRule *rule, const BzgModelTarget *target);
/* TRUE if nothing more needs to be asked: the range seen so far is wide enough, or proves that the
 * target is none. */
gboolean
_bzg_rule_settled (const BzgRule *rule, const BzgModelTarget *target, const BzgRange *range);
/* One side of it: does @range reach far enough down (or up)? */
gboolean _bzg_rule_side_settled (const BzgRule *rule,
                                 const BzgModelTarget *target,
                                 const BzgRange *range,
                                 gboolean up);
/* TRUE if it is a breach; rounds @range to what a reader can tell. */
gboolean _bzg_rule_judge (const BzgRule *rule,
                          const BzgModelTarget *target,
                          BzgRange *range,
                          BzgVerdict *verdict);

/* Fewer contributors than the threshold, or one that the others cannot hide. */
gboolean _bzg_amount_is_sensitive (guint threshold, const BzgTruthSum *sum);

GArray *_bzg_ranges_new (const BzgModel *model); /* BzgRange per target, empty */
void _bzg_ranges_update (GArray *ranges, const BzgModel *model, const double *values);
void _bzg_range_add (BzgRange *range, double value);
void _bzg_range_round (BzgRange *range);

G_END_DECLS
