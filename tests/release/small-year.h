/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "random-year.h"

/* A programme with one table that can be counted on the fingers. */

static inline BzgFigures *
figures_new (const char *text)
{
  g_autoptr (GError) error = NULL;
  BzgFigures *figures = bzg_figures_new (text, -1, &error);

  g_assert_no_error (error);
  return figures;
}

static inline void
add_people (GArray *facts, guint from, guint n, const char *sex, int month)
{
  for (guint i = from; i < from + n; i++)
    {
      BzgFact fact = { .kind = BZG_FACT_SUPPORT, .age_stated = -1, .sex = sex };

      fact.cost = fact.sales = fact.costs = G_MININT64;
      fact.jobs_f = fact.jobs_m = fact.n = -1;
      memcpy (fact.person.bytes, &i, sizeof i);
      memcpy (fact.record.bytes, &i, sizeof i);
      memcpy (fact.record.bytes + 4, &month, sizeof month);
      fact.region = "TJ-SU";
      fact.service = "LEG01";
      fact.family = "legal";
      fact.date = bzg_date_make (month >= 10 ? 2019 : 2020, month, 3);
      g_array_append_val (facts, fact);
    }
}

static const char SEX[] = "[sex]\ntitle=People\nmeasure=persons\nfacts=support\ndimensions=sex\n";

/* A programme that publishes the report of SEX. */
typedef struct
{
  BzgFigures *figures;
  BzgPosting *posting;
  GArray *facts; /* the record as it is now */
} Year;

static inline Year
year_begin (void)
{
  return (Year){ figures_new (SEX), _bzg_posting_new (),
                 g_array_new (FALSE, FALSE, sizeof (BzgFact)) };
}

static inline void
year_end (Year *self)
{
  bzg_figures_unref (self->figures);
  _bzg_posting_unref (self->posting);
  g_array_unref (self->facts);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Year, year_end)

/* Publishes @period: what it says of all people together, and how many facts came late. */
static inline BzgCell
publish (Year *self, const char *period, guint *late)
{
  static const char *const key[] = { "T" };
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgRelease) release
    = year_release (self->posting, self->figures, self->facts, period, &error);

  g_assert_no_error (error);
  if (late != NULL)
    *late = bzg_release_late (release);
  return *bzg_tables_find_cell (bzg_release_tables (release), bzg_release_table (release, "sex"),
                                key);
}

static inline void
assert_printed (BzgCell cell, gint64 value)
{
  g_assert_cmpint (cell.state, ==, BZG_CELL_EXACT);
  g_assert_cmpint (cell.value, ==, value);
}

static inline void
assert_withheld (BzgCell cell)
{
  g_assert_cmpint (cell.state, ==, BZG_CELL_WITHHELD);
}
