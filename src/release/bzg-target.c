/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-target-private.h"

#include <math.h>

#define SLACK 1e-6
#define AMOUNT_MARGIN 0.15 /* an amount must be uncertain by 15 % on both sides */
#define DOMINANCE_PERCENT 15

gboolean
_bzg_amount_is_sensitive (guint threshold, const BzgTruthSum *sum)
{
  if (sum->contributors == 0)
    return FALSE;
  if (sum->contributors < threshold)
    return TRUE;
  return (sum->value - sum->largest - sum->second) * 100
         < (gint64) DOMINANCE_PERCENT * sum->largest;
}

gboolean
_bzg_rule_concerns (const BzgRule *rule, const BzgModelTarget *target)
{
  if (!rule->truth)
    return !target->money || target->withheld || target->count_withheld;
  if (target->money)
    return target->sum.value > 0
           && (target->count_withheld || _bzg_amount_is_sensitive (rule->threshold, &target->sum));
  return target->sum.value >= 1
         && (target->sum.value < rule->threshold || target->sum.contributors < rule->threshold);
}

gboolean
_bzg_rule_is_amount (const BzgRule *rule, const BzgModelTarget *target)
{
  return target->money || (rule->truth && target->sum.value >= rule->threshold);
}

/* TRUE if nobody can place what lies between releases more narrowly than a small group may be
 * placed at all. */
static gboolean
is_wide (const BzgRule *rule, const BzgModelTarget *target, const BzgRange *range)
{
  double wide = rule->threshold - 1;

  if (_bzg_rule_is_amount (rule, target))
    wide = rule->truth ? (double) target->sum.value * 2 * AMOUNT_MARGIN : HUGE_VAL;
  return target->between && range->hi - range->lo >= wide - SLACK;
}

gboolean
_bzg_rule_side_settled (const BzgRule *rule,
                        const BzgModelTarget *target,
                        const BzgRange *range,
                        gboolean up)
{
  double value = (double) target->sum.value;

  if (is_wide (rule, target, range))
    return TRUE;
  if (!_bzg_rule_is_amount (rule, target))
    return up ? range->hi >= (target->between ? rule->threshold - 1 : rule->reach) - SLACK
              : range->lo <= (rule->strict ? 0 : 1) + SLACK;
  if (!rule->truth)
    return FALSE;
  return up ? range->hi >= value * (1 + AMOUNT_MARGIN) - SLACK
            : range->lo <= value * (1 - AMOUNT_MARGIN) + SLACK;
}

gboolean
_bzg_rule_settled (const BzgRule *rule, const BzgModelTarget *target, const BzgRange *range)
{
  if (rule->truth)
    return _bzg_rule_side_settled (rule, target, range, TRUE)
           && _bzg_rule_side_settled (rule, target, range, FALSE);
  if (target->money)
    /* Some value v with lo <= 0.85 v and 1.15 v <= hi is left: nothing is certain. */
    return range->lo / (1 - AMOUNT_MARGIN) <= range->hi / (1 + AMOUNT_MARGIN) + SLACK;
  /* It may be 0, or large enough to be printed: not certainly a small group. */
  return is_wide (rule, target, range) || range->lo <= SLACK
         || range->hi >= rule->threshold - SLACK;
}

gboolean
_bzg_rule_judge (const BzgRule *rule,
                 const BzgModelTarget *target,
                 BzgRange *range,
                 BzgVerdict *verdict)
{
  double width;

  if (_bzg_rule_settled (rule, target, range))
    return FALSE;
  _bzg_range_round (range);
  if (!rule->truth && !target->money && !rule->strict && range->lo <= 1
      && range->hi >= rule->threshold - 1)
    return FALSE;
  width = range->hi - range->lo;
  if (width <= 0)
    *verdict = BZG_VERDICT_EXACT;
  else if (!_bzg_rule_is_amount (rule, target) && width < rule->threshold - 2)
    *verdict = BZG_VERDICT_NARROW;
  else
    *verdict = BZG_VERDICT_PARTIAL;
  return TRUE;
}

GArray *
_bzg_ranges_new (const BzgModel *model)
{
  GArray *ranges = g_array_new (FALSE, FALSE, sizeof (BzgRange));
  BzgRange none = { HUGE_VAL, -HUGE_VAL };

  for (guint i = 0; i < model->targets->len; i++)
    g_array_append_val (ranges, none);
  return ranges;
}

void
_bzg_ranges_update (GArray *ranges, const BzgModel *model, const double *values)
{
  for (guint i = 0; i < ranges->len; i++)
    {
      const BzgModelTarget *target = &g_array_index (model->targets, BzgModelTarget, i);
      BzgRange *range = &g_array_index (ranges, BzgRange, i);

      range->lo = MIN (range->lo, _bzg_vector_sum_real (&target->inner, values));
      range->hi = MAX (range->hi, _bzg_vector_sum_real (&target->vector, values));
    }
}

void
_bzg_range_add (BzgRange *range, double value)
{
  range->lo = MIN (range->lo, value);
  range->hi = MAX (range->hi, value);
}

void
_bzg_range_round (BzgRange *range)
{
  range->lo = ceil (MAX (range->lo, 0) - SLACK) + 0.0; /* no minus zero */
  range->hi = isfinite (range->hi) ? floor (range->hi + SLACK) + 0.0 : HUGE_VAL;
}
