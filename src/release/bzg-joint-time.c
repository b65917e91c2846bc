/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-joint-private.h"

#include "base/bzg-error.h"

#include <string.h>

/*
 * The sets of releases that a unit can be in.
 *
 * An event lies in one stretch of time between two borders of periods and belongs to one fund: its
 * set are the releases over that stretch and fund. A date known to the year or the month only lies
 * in the periods that hold all of it. Somebody is in the union of the sets of any events. A state
 * (the jobs of a business at its last visit) is in the set of its visit without the releases in
 * which a later visit takes its place.
 */

#define MAX_BITS 60
#define MAX_SETS 4096

/* A place in time where an event can be, for one fund. */
typedef struct
{
  guint64 mask;
  BzgDate last;
} Event;

static gboolean
overlap (const BzgPeriod *a, const BzgPeriod *b)
{
  return bzg_date_compare (a->first, b->last) <= 0 && bzg_date_compare (b->first, a->last) <= 0;
}

BzgJointLayout *
_bzg_joint_layout_new (const BzgJointSpan *spans, guint n, GError **error)
{
  g_autoptr (BzgJointLayout) self = g_new0 (BzgJointLayout, 1);
  gboolean changed = TRUE;

  self->n = n;
  self->spans = g_memdup2 (spans, n * sizeof *spans);
  self->group = g_new0 (guint, n + 1);
  self->bit = g_new0 (guint, n + 1);
  for (guint i = 0; i < n; i++)
    self->group[i] = i;
  while (changed)
    {
      changed = FALSE;
      for (guint i = 0; i < n; i++)
        for (guint k = 0; k < i; k++)
          if (self->group[i] != self->group[k] && overlap (&spans[i].period, &spans[k].period))
            {
              self->group[i] = self->group[k] = MIN (self->group[i], self->group[k]);
              changed = TRUE;
            }
    }
  /* Groups are numbered anew, releases within each too. */
  for (guint i = 0; i < n; i++)
    {
      guint first = self->group[i], bit = 0;

      if (first == i)
        self->group[i] = self->n_groups++;
      else
        self->group[i] = self->group[first];
      for (guint k = 0; k < i; k++)
        bit += self->group[k] == self->group[i];
      self->bit[i] = bit;
      if (bit >= MAX_BITS)
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_LEDGER,
                       "more than %d releases overlap: they cannot be proved together", MAX_BITS);
          return NULL;
        }
    }
  return g_steal_pointer (&self);
}

void
_bzg_joint_layout_free (BzgJointLayout *self)
{
  if (self == NULL)
    return;
  g_free (self->spans);
  g_free (self->group);
  g_free (self->bit);
  g_free (self);
}

/* --- events ---------------------------------------------------------------------------------- */

static void
add_event (GArray *events, guint64 mask, BzgDate last)
{
  Event event = { mask, last };

  for (guint i = 0; i < events->len; i++)
    {
      const Event *old = &g_array_index (events, Event, i);

      if (old->mask == mask && bzg_date_compare (old->last, last) == 0)
        return;
    }
  if (mask != 0)
    g_array_append_val (events, event);
}

/* The events of all funds (or of none in particular) on @date, which may be partial. */
static void
add_events_on (const BzgJointLayout *layout,
               guint group,
               BzgDate date,
               const GPtrArray *funds,
               gboolean any_fund,
               GArray *events)
{
  for (guint f = 0; f <= (any_fund ? 0 : funds->len); f++)
    {
      const char *fund = f < funds->len ? g_ptr_array_index (funds, f) : NULL;
      guint64 mask = 0;

      for (guint r = 0; r < layout->n; r++)
        if (layout->group[r] == group && bzg_period_contains (&layout->spans[r].period, date)
            && (any_fund || layout->spans[r].fund == NULL
                || g_strcmp0 (layout->spans[r].fund, fund) == 0))
          mask |= (guint64) 1 << layout->bit[r];
      add_event (events, mask, bzg_date_last_day (date));
    }
}

/* Between two borders of periods one day is like another: the last one stands for them. */
static GArray *
events_of (const BzgJointLayout *layout, guint group, gboolean any_fund)
{
  GArray *events = g_array_new (FALSE, FALSE, sizeof (Event));
  g_autoptr (GPtrArray) funds = g_ptr_array_new ();
  int from = G_MAXINT, to = 0;

  for (guint r = 0; r < layout->n; r++)
    {
      const BzgJointSpan *span = &layout->spans[r];

      if (layout->group[r] != group)
        continue;
      if (span->fund != NULL
          && !g_ptr_array_find_with_equal_func (funds, span->fund, g_str_equal, NULL))
        g_ptr_array_add (funds, (gpointer) span->fund);
      from = MIN (from, span->period.first.year);
      to = MAX (to, span->period.last.year);
    }
  for (guint r = 0; r < layout->n; r++)
    if (layout->group[r] == group)
      {
        add_events_on (layout, group, layout->spans[r].period.last, funds, any_fund, events);
        add_events_on (layout, group, bzg_date_add_days (layout->spans[r].period.first, -1), funds,
                       any_fund, events);
      }
  for (int year = from; year <= to; year++)
    for (int month = 0; month <= 12; month++)
      add_events_on (layout, group, bzg_date_make (year, month, 0), funds, any_fund, events);
  return events;
}

/* --- sets ------------------------------------------------------------------------------------ */

static gboolean
add_set (GArray *sets, guint group, guint64 mask)
{
  BzgJointSet set = { group, mask };

  if (mask == 0)
    return FALSE;
  for (guint i = sets->len; i > 0; i--)
    {
      const BzgJointSet *old = &g_array_index (sets, BzgJointSet, i - 1);

      if (old->group != group)
        break; /* sets of a group stand together */
      if (old->mask == mask)
        return FALSE;
    }
  g_array_append_val (sets, set);
  return TRUE;
}

static gboolean
too_many (const GArray *sets, GError **error)
{
  if (sets->len <= MAX_SETS)
    return FALSE;
  g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_LEDGER,
               "the periods and funds of the releases overlap in more ways than can be proved");
  return TRUE;
}

/* Unions of any of them. */
static gboolean
add_unions (GArray *sets, guint group, const GArray *events, GError **error)
{
  guint first = sets->len;

  for (guint i = 0; i < events->len; i++)
    {
      guint64 mask = g_array_index (events, Event, i).mask;
      guint n = sets->len;

      for (guint k = first; k < n; k++)
        add_set (sets, group, g_array_index (sets, BzgJointSet, k).mask | mask);
      add_set (sets, group, mask);
      if (too_many (sets, error))
        return FALSE;
    }
  return TRUE;
}

/* Each without any of those that can come later. */
static gboolean
add_remainders (GArray *sets, guint group, const GArray *events, GError **error)
{
  for (guint i = 0; i < events->len; i++)
    {
      const Event *event = &g_array_index (events, Event, i);
      g_autoptr (GArray) own = g_array_new (FALSE, FALSE, sizeof (BzgJointSet));

      add_set (own, group, event->mask);
      for (guint k = 0; k < events->len; k++)
        {
          const Event *later = &g_array_index (events, Event, k);
          guint n = own->len;

          if (k == i || bzg_date_compare (later->last, event->last) < 0)
            continue;
          for (guint s = 0; s < n; s++)
            add_set (own, group, g_array_index (own, BzgJointSet, s).mask & ~later->mask);
          if (too_many (own, error))
            return FALSE;
        }
      for (guint s = 0; s < own->len; s++)
        add_set (sets, group, g_array_index (own, BzgJointSet, s).mask);
      if (too_many (sets, error))
        return FALSE;
    }
  return TRUE;
}

GArray *
_bzg_joint_sets (const BzgJointLayout *layout, BzgTime time, gboolean any_fund, GError **error)
{
  g_autoptr (GArray) sets = g_array_new (FALSE, FALSE, sizeof (BzgJointSet));

  for (guint group = 0; group < layout->n_groups; group++)
    {
      g_autoptr (GArray) events = events_of (layout, group, any_fund);

      if (time == BZG_TIME_PRESENCE)
        {
          if (!add_unions (sets, group, events, error))
            return NULL;
        }
      else if (time == BZG_TIME_STANDING)
        {
          if (!add_remainders (sets, group, events, error))
            return NULL;
        }
      else
        for (guint i = 0; i < events->len; i++)
          add_set (sets, group, g_array_index (events, Event, i).mask);
    }
  return g_steal_pointer (&sets);
}
