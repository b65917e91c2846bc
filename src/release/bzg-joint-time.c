/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-joint-private.h"

#include "base/bzg-error.h"

#include <string.h>

/*
 * The sets of releases that a unit can be in.
 *
 * An event lies in one stretch of time between two borders of periods and belongs to one fund: its
 * place. A correction makes a new version of the places that it covers, and every release from then
 * on is made of that: an event is in the releases that use the versions in which it is counted. A
 * date known to the year or the month only lies in the periods that hold all of it. Somebody is in
 * the union of the sets of any events. A state (the jobs of a business at its last visit) is in the
 * set of its visit without the releases in which a later visit takes its place.
 */

#define MAX_BITS 60
#define MAX_SETS 4096

#define MAX_VERSIONS 8

/* Where an event can be, and for each version of it the releases that are made of it. */
typedef struct
{
  guint n;
  guint64 masks[MAX_VERSIONS];
  BzgDate last;
} Place;

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

/* --- places ---------------------------------------------------------------------------------- */

static gboolean
same_place (const Place *a, const Place *b)
{
  return a->n == b->n && memcmp (a->masks, b->masks, a->n * sizeof *a->masks) == 0
         && bzg_date_compare (a->last, b->last) == 0;
}

static void
add_place (GArray *places, const Place *place)
{
  for (guint i = 0; i < places->len; i++)
    if (same_place (&g_array_index (places, Place, i), place))
      return;
  if (place->n > 0)
    g_array_append_vals (places, place, 1);
}

static gboolean
covers (const BzgJointSpan *span, const char *fund, gboolean any_fund)
{
  return any_fund || span->fund == NULL || g_strcmp0 (span->fund, fund) == 0;
}

/* The place on @date, which may be partial, of a fund. A release is made of the newest version
 * there was; a correction, of whichever fund, makes a new one. FALSE: too many. */
static gboolean
fill_place (const BzgJointLayout *layout,
            guint group,
            BzgDate date,
            const char *fund,
            gboolean any_fund,
            Place *place)
{
  gboolean fresh = TRUE;

  *place = (Place){ .last = bzg_date_last_day (date) };
  for (guint r = 0; r < layout->n; r++)
    {
      const BzgJointSpan *span = &layout->spans[r];

      if (layout->group[r] != group || !bzg_period_contains (&span->period, date))
        continue;
      fresh |= span->corrects;
      if (!covers (span, fund, any_fund))
        continue;
      if (fresh && place->n == MAX_VERSIONS)
        return FALSE;
      if (fresh)
        place->masks[place->n++] = 0;
      fresh = FALSE;
      place->masks[place->n - 1] |= (guint64) 1 << layout->bit[r];
    }
  return TRUE;
}

/* The places of all funds (or of none in particular) on @date. */
static gboolean
add_places_on (const BzgJointLayout *layout,
               guint group,
               BzgDate date,
               const GPtrArray *funds,
               gboolean any_fund,
               GArray *places)
{
  for (guint f = 0; f <= (any_fund ? 0 : funds->len); f++)
    {
      const char *fund = f < funds->len ? g_ptr_array_index (funds, f) : NULL;
      Place place;

      if (!fill_place (layout, group, date, fund, any_fund, &place))
        return FALSE;
      add_place (places, &place);
    }
  return TRUE;
}

/* Between two borders of periods one day is like another: the last one stands for them. NULL: there
 * are too many corrections. */
static GArray *
places_of (const BzgJointLayout *layout, guint group, gboolean any_fund, GError **error)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (Place));
  g_autoptr (GPtrArray) funds = g_ptr_array_new ();
  int from = G_MAXINT, to = 0;
  gboolean ok = TRUE;

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
  for (guint r = 0; ok && r < layout->n; r++)
    if (layout->group[r] == group)
      ok = add_places_on (layout, group, layout->spans[r].period.last, funds, any_fund, places)
           && add_places_on (layout, group, bzg_date_add_days (layout->spans[r].period.first, -1),
                             funds, any_fund, places);
  for (int year = from; ok && year <= to; year++)
    for (int month = 0; ok && month <= 12; month++)
      ok = add_places_on (layout, group, bzg_date_make (year, month, 0), funds, any_fund, places);
  if (ok)
    return g_steal_pointer (&places);
  g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_LEDGER,
               "one period was corrected more than %d times: it cannot be proved any more",
               MAX_VERSIONS - 1);
  return NULL;
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

/* Unions of any of their versions. */
static gboolean
add_unions (GArray *sets, guint group, const GArray *places, GError **error)
{
  guint first = sets->len;

  for (guint i = 0; i < places->len; i++)
    for (guint v = 0; v < g_array_index (places, Place, i).n; v++)
      {
        guint64 mask = g_array_index (places, Place, i).masks[v];
        guint n = sets->len;

        for (guint k = first; k < n; k++)
          add_set (sets, group, g_array_index (sets, BzgJointSet, k).mask | mask);
        add_set (sets, group, mask);
        if (too_many (sets, error))
          return FALSE;
      }
  return TRUE;
}

/* An event that is counted in some versions of its place. */
static void
add_versions (GArray *sets, guint group, const Place *place)
{
  for (guint versions = 1; versions < 1u << place->n; versions++)
    {
      guint64 mask = 0;

      for (guint v = 0; v < place->n; v++)
        if ((versions >> v & 1) != 0)
          mask |= place->masks[v];
      add_set (sets, group, mask);
    }
}

/* Each without any of those that can come later. */
static gboolean
add_remainders (GArray *sets, guint group, const GArray *places, GError **error)
{
  for (guint i = 0; i < places->len; i++)
    {
      const Place *place = &g_array_index (places, Place, i);
      g_autoptr (GArray) own = g_array_new (FALSE, FALSE, sizeof (BzgJointSet));

      add_versions (own, group, place);
      for (guint k = 0; k < places->len; k++)
        {
          const Place *later = &g_array_index (places, Place, k);

          if (k == i || bzg_date_compare (later->last, place->last) < 0)
            continue;
          for (guint v = 0; v < later->n; v++)
            {
              guint n = own->len;

              for (guint s = 0; s < n; s++)
                add_set (own, group, g_array_index (own, BzgJointSet, s).mask & ~later->masks[v]);
            }
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
      g_autoptr (GArray) places = places_of (layout, group, any_fund, error);

      if (places == NULL)
        return NULL;
      if (time == BZG_TIME_PRESENCE)
        {
          if (!add_unions (sets, group, places, error))
            return NULL;
        }
      else if (time == BZG_TIME_STANDING)
        {
          if (!add_remainders (sets, group, places, error))
            return NULL;
        }
      else
        for (guint i = 0; i < places->len; i++)
          add_versions (sets, group, &g_array_index (places, Place, i));
      if (too_many (sets, error))
        return NULL;
    }
  return g_steal_pointer (&sets);
}

/* --- changes --------------------------------------------------------------------------------- */

/* All that comes later than @place can take away from a state in it. */
static guint64
later_than (const GArray *places, const Place *place)
{
  guint64 later = 0;

  for (guint i = 0; i < places->len; i++)
    {
      const Place *other = &g_array_index (places, Place, i);

      for (guint v = 0; other != place && v < other->n; v++)
        if (bzg_date_compare (other->last, place->last) >= 0)
          later |= other->masks[v];
    }
  return later;
}

/* The sets in which nobody could be if nothing had been corrected. */
static guint8 *
find_revised (
  const BzgJointLayout *layout, BzgTime time, gboolean any_fund, const GArray *sets, GError **error)
{
  g_autofree BzgJointSpan *spans = g_memdup2 (layout->spans, layout->n * sizeof *spans);
  BzgJointLayout plain = *layout;
  g_autoptr (GArray) natural = NULL;
  guint8 *revised;

  for (guint r = 0; r < layout->n; r++)
    spans[r].corrects = FALSE;
  plain.spans = spans;
  natural = _bzg_joint_sets (&plain, time, any_fund, error);
  if (natural == NULL)
    return NULL;
  revised = g_malloc (sets->len + 1);
  for (guint i = 0; i < sets->len; i++)
    {
      const BzgJointSet *set = &g_array_index (sets, BzgJointSet, i);

      revised[i] = TRUE;
      for (guint k = 0; revised[i] && k < natural->len; k++)
        revised[i] = g_array_index (natural, BzgJointSet, k).group != set->group
                     || g_array_index (natural, BzgJointSet, k).mask != set->mask;
    }
  return revised;
}

/* Of these the sets of those who are in one version of a place and not in another; none if that is
 * nobody. */
static void
add_change (const GArray *sets,
            const guint8 *revised,
            guint group,
            guint64 in,
            guint64 not_in,
            GPtrArray *changes)
{
  g_autofree guint8 *change = g_malloc0 (sets->len + 1);
  gboolean some = FALSE;

  for (guint i = 0; i < sets->len; i++)
    {
      const BzgJointSet *set = &g_array_index (sets, BzgJointSet, i);

      change[i] = revised[i] && set->group == group && (set->mask & in) == in
                  && (set->mask & not_in) != not_in;
      some |= change[i];
    }
  if (some)
    g_ptr_array_add (changes, g_steal_pointer (&change));
}

GPtrArray *
_bzg_joint_changes (const BzgJointLayout *layout,
                    BzgTime time,
                    gboolean any_fund,
                    const GArray *sets,
                    guint8 **revised,
                    GError **error)
{
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func (g_free);

  *revised = find_revised (layout, time, any_fund, sets, error);
  if (*revised == NULL)
    return NULL;
  for (guint group = 0; group < layout->n_groups; group++)
    {
      g_autoptr (GArray) places = places_of (layout, group, any_fund, error);

      if (places == NULL)
        return NULL;
      for (guint p = 0; p < places->len; p++)
        {
          const Place *place = &g_array_index (places, Place, p);
          guint64 later
            = time == BZG_TIME_STANDING && place->n > 1 ? later_than (places, place) : 0;

          for (guint v = 0; v < place->n; v++)
            for (guint w = 0; w < place->n; w++)
              if (v != w && (place->masks[v] & ~later) != 0 && (place->masks[w] & ~later) != 0)
                add_change (sets, *revised, group, place->masks[v] & ~later,
                            place->masks[w] & ~later, changes);
        }
    }
  return g_steal_pointer (&changes);
}
