/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-pool-private.h"

#include <math.h>
#include <string.h>

#define MEETS 1e-7 /* a solution of the solver is as exact as this */

typedef struct
{
  double *values; /* per variable */
  double *ends;   /* per target: least, greatest */
} Point;

struct _BzgPool
{
  const BzgModel *model;
  const BzgRule *rule;
  const GArray *targets;
  GArray *points; /* Point */
  GArray *ranges; /* BzgRange per target */
};

static void
point_clear (gpointer data)
{
  g_free (((Point *) data)->values);
  g_free (((Point *) data)->ends);
}

static const BzgModelTarget *
target_at (const BzgPool *self, guint target)
{
  return &g_array_index (self->model->targets, BzgModelTarget,
                         g_array_index (self->targets, guint, target));
}

static const Point *
point_at (const BzgPool *self, guint point)
{
  return &g_array_index (self->points, Point, point);
}

static void
forget_ranges (BzgPool *self)
{
  static const BzgRange none = { HUGE_VAL, -HUGE_VAL };

  for (guint t = 0; t < self->targets->len; t++)
    g_array_index (self->ranges, BzgRange, t) = none;
}

/* Takes @values. */
static void
take_point (BzgPool *self, double *values)
{
  Point point = { values, g_new (double, 2 * (gsize) self->targets->len + 1) };

  for (guint t = 0; t < self->targets->len; t++)
    {
      BzgRange *range = &g_array_index (self->ranges, BzgRange, t);

      point.ends[2 * t] = _bzg_vector_sum_real (&target_at (self, t)->inner, values);
      point.ends[2 * t + 1] = _bzg_vector_sum_real (&target_at (self, t)->vector, values);
      range->lo = MIN (range->lo, point.ends[2 * t]);
      range->hi = MAX (range->hi, point.ends[2 * t + 1]);
    }
  g_array_append_val (self->points, point);
}

BzgPool *
_bzg_pool_new (const BzgModel *model, const BzgRule *rule, const GArray *targets)
{
  BzgPool *self = g_new0 (BzgPool, 1);
  double *truth = g_new0 (double, model->n_vars + 1);

  self->model = model;
  self->rule = rule;
  self->targets = targets;
  self->points = g_array_new (FALSE, FALSE, sizeof (Point));
  g_array_set_clear_func (self->points, point_clear);
  self->ranges = g_array_new (FALSE, FALSE, sizeof (BzgRange));
  g_array_set_size (self->ranges, targets->len);
  forget_ranges (self);
  for (guint i = 0; i < model->n_vars; i++)
    truth[i] = (double) model->truth[i];
  take_point (self, truth);
  return self;
}

void
_bzg_pool_free (BzgPool *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->points);
  g_array_unref (self->ranges);
  g_free (self);
}

void
_bzg_pool_add (BzgPool *self, const double *values)
{
  take_point (self, g_memdup2 (values, (self->model->n_vars + 1) * sizeof *values));
}

BzgRange
_bzg_pool_range_of (const BzgPool *self, const BzgVector *vector)
{
  BzgRange range = { HUGE_VAL, -HUGE_VAL };

  for (guint i = 0; i < self->points->len; i++)
    _bzg_range_add (&range, _bzg_vector_sum_real (vector, point_at (self, i)->values));
  return range;
}

BzgRange
_bzg_pool_range (const BzgPool *self, guint target)
{
  return g_array_index (self->ranges, BzgRange, target);
}

/* --- supposing ------------------------------------------------------------------------------- */

/* Two points, drawn together until they meet a number. */
typedef struct
{
  guint low, high; /* points at or below, and at or above it; equal: one point meets it */
  double share;    /* of the high one */
  double end;
} Meeting;

static double
end_of (const BzgPool *self, guint point, guint target, gboolean up)
{
  double end = point_at (self, point)->ends[2 * target + (up ? 1 : 0)];

  return up ? end : -end;
}

/* The greatest (least) end of a target over all that lies between points, where the sum is @value:
 * from the best point on either side, the line through them is raised as long as a point lies above
 * it. FALSE if all points lie on one side. */
static gboolean
meet (
  const BzgPool *self, const double *sums, double value, guint target, gboolean up, Meeting *out)
{
  guint n = self->points->len, low = n, high = n;

  for (guint s = 0; s < n; s++)
    {
      double end = end_of (self, s, target, up);

      if (sums[s] <= value + MEETS && (low == n || end > end_of (self, low, target, up)))
        low = s;
      if (sums[s] >= value - MEETS && (high == n || end > end_of (self, high, target, up)))
        high = s;
    }
  if (low == n || high == n)
    return FALSE;
  for (guint round = 0; round < n; round++)
    {
      double width = sums[high] - sums[low];
      double left = end_of (self, low, target, up), right = end_of (self, high, target, up);
      double slope = width > MEETS ? (right - left) / width : 0;
      guint above = n;
      double most = 1e-9;

      out->share = width > MEETS ? (value - sums[low]) / width : 0;
      out->end = left + out->share * (right - left);
      for (guint s = 0; width > MEETS && s < n; s++)
        {
          double over = end_of (self, s, target, up) - left - slope * (sums[s] - sums[low]);

          if (over > most)
            {
              most = over;
              above = s;
            }
        }
      if (above == n)
        break;
      if (sums[above] <= value)
        low = above;
      else
        high = above;
    }
  out->low = low;
  out->high = out->share > 0 ? high : low;
  if (!up)
    out->end = -out->end;
  return TRUE;
}

static double *
sums_of (const BzgPool *self, const BzgVector *cell)
{
  double *sums = g_new (double, self->points->len + 1);

  for (guint s = 0; s < self->points->len; s++)
    sums[s] = _bzg_vector_sum_real (cell, point_at (self, s)->values);
  return sums;
}

void
_bzg_pool_suppose (BzgPool *self, const BzgVector *cell, double value, GArray *open)
{
  g_autofree double *sums = sums_of (self, cell);

  for (guint t = 0; t < self->targets->len; t++)
    {
      Meeting least, greatest;
      BzgRange range = { HUGE_VAL, -HUGE_VAL };

      if (meet (self, sums, value, t, FALSE, &least)
          && meet (self, sums, value, t, TRUE, &greatest))
        {
          range.lo = least.end;
          range.hi = greatest.end;
        }
      if (!_bzg_rule_side_settled (self->rule, target_at (self, t), &range, FALSE)
          || !_bzg_rule_side_settled (self->rule, target_at (self, t), &range, TRUE))
        g_array_append_val (open, t);
    }
}

static double *
draw_together (const BzgPool *self, const Meeting *meeting)
{
  const double *low = point_at (self, meeting->low)->values;
  const double *high = point_at (self, meeting->high)->values;
  double *values = g_new (double, self->model->n_vars + 1);

  for (guint v = 0; v < self->model->n_vars; v++)
    values[v] = low[v] + meeting->share * (high[v] - low[v]);
  return values;
}

void
_bzg_pool_restrict (BzgPool *self, const BzgVector *cell, double value, const GPtrArray *solutions)
{
  BzgPool old = *self;
  g_autofree double *sums = sums_of (self, cell);

  self->points = g_array_new (FALSE, FALSE, sizeof (Point));
  g_array_set_clear_func (self->points, point_clear);
  forget_ranges (self);
  for (guint s = 0; s < old.points->len; s++)
    if (fabs (sums[s] - value) <= MEETS)
      _bzg_pool_add (self, point_at (&old, s)->values);
  for (guint s = 0; s < solutions->len; s++)
    _bzg_pool_add (self, g_ptr_array_index (solutions, s));
  for (guint t = 0; t < self->targets->len; t++)
    for (guint side = 0; side < 2; side++)
      {
        BzgRange range = _bzg_pool_range (self, t);
        Meeting meeting;

        if (!_bzg_rule_side_settled (self->rule, target_at (self, t), &range, side == 1)
            && meet (&old, sums, value, t, side == 1, &meeting))
          take_point (self, draw_together (&old, &meeting));
      }
  g_array_unref (old.points);
}
