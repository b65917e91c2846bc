/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "small-year.h"

#include "base/bzg-error.h"
#include "vault/bzg-crypto.h"

/*
 * Corrections: what they count, what they print, what comes after them, and whether all editions
 * together give anybody away.
 */

static BzgCell
cell_of (const BzgRelease *release, const char *table, const char *class)
{
  const char *const key[] = { class };

  return *bzg_tables_find_cell (bzg_release_tables (release), bzg_release_table (release, table),
                                key);
}

static BzgRelease *
year_make (Year *self,
           BzgFigures *figures,
           const char *id,
           const char *period,
           const char *fund,
           gboolean again,
           GError **error)
{
  BzgCountOptions options = year_options (self->posting, period);

  options.release = id;
  options.fund = fund;
  return year_enter (self->posting,
                     bzg_release_new_from_facts ("year", figures, self->facts, &options, again,
                                                 error),
                     error);
}

/* The report on one fund, or on all. */
static BzgRelease *
year_of_fund (Year *self,
              BzgFigures *figures,
              const char *period,
              const char *fund,
              gboolean again,
              GError **error)
{
  g_autofree char *id = g_strjoin ("-", period, fund, NULL);

  return year_make (self, figures, id, period, fund, again, error);
}

static BzgRelease *
publish_of (Year *self, BzgFigures *figures, const char *period, const char *fund, gboolean again)
{
  g_autoptr (GError) error = NULL;
  BzgRelease *release = year_of_fund (self, figures, period, fund, again, &error);

  g_assert_no_error (error);
  return release;
}

static BzgRelease *
correct (Year *self, const char *period)
{
  return publish_of (self, self->figures, period, NULL, TRUE);
}

static void
assert_refused (Year *self, const char *period, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgRelease) release
    = year_correct (self->posting, self->figures, self->facts, period, &error);

  g_assert_null (release);
  g_assert_error (error, BZG_ERROR, code);
}

/* What it prints of all together; frees it. */
static void
assert_total (BzgRelease *release, gint64 value)
{
  assert_printed (cell_of (release, "sex", "T"), value);
  bzg_release_free (release);
}

static void
drop (GArray *facts, guint from, guint n)
{
  g_array_remove_range (facts, from, n);
}

/* Puts facts on another day: of a record that exists, so they were not erased. */
static void
move (GArray *facts, guint from, guint n, int year, int month)
{
  for (guint i = from; i < from + n; i++)
    g_array_index (facts, BzgFact, i).date = bzg_date_make (year, month, 3);
}

/* --- what is counted, and what is printed ---------------------------------------------------- */

/* Nine came late: they are in the correction, and in what comes after it once. */
static void
test_late (void)
{
  g_auto (Year) year = year_begin ();
  g_autoptr (BzgRelease) again = NULL;

  add_people (year.facts, 1, 20, "F", 10);
  assert_printed (publish (&year, "FY2020-Q1", NULL), 20);
  add_people (year.facts, 21, 9, "F", 11);
  again = correct (&year, "FY2020-Q1");
  assert_printed (cell_of (again, "sex", "T"), 29);
  g_assert_cmpuint (bzg_release_edition (again), ==, 2);
  g_assert_cmpuint (bzg_release_late (again), ==, 9);
  g_assert_cmpstr (bzg_tables_release (bzg_release_tables (again), 0)->supersedes, ==, "FY2020-Q1");
  /* Made once more, it is the newest edition that is shown. */
  assert_printed (publish (&year, "FY2020-Q1", NULL), 29);
  add_people (year.facts, 40, 10, "M", 2);
  assert_printed (publish (&year, "FY2020-Q2", NULL), 10);
  assert_printed (publish (&year, "FY2020-H1", NULL), 39);
}

/* Who is known to have come late is one to four people. */
static void
test_small (void)
{
  g_auto (Year) year = year_begin ();

  assert_refused (&year, "FY2020-Q1", BZG_ERROR_NOT_FOUND);
  add_people (year.facts, 1, 20, "F", 10);
  assert_printed (publish (&year, "FY2020-Q1", NULL), 20);
  assert_refused (&year, "FY2020-Q1", BZG_ERROR_REFUSED_SMALL);
  add_people (year.facts, 21, 4, "F", 11);
  assert_refused (&year, "FY2020-Q1", BZG_ERROR_REFUSED_SMALL);
  add_people (year.facts, 25, 1, "F", 11);
  assert_total (correct (&year, "FY2020-Q1"), 25);
}

/* Eight women came late and two men: neither the men nor, beside the women, the total is printed.
 */
static void
test_beside (void)
{
  g_auto (Year) year = year_begin ();
  g_autoptr (BzgRelease) again = NULL;

  add_people (year.facts, 1, 20, "F", 10);
  add_people (year.facts, 41, 20, "M", 10);
  assert_printed (publish (&year, "FY2020-Q1", NULL), 40);
  add_people (year.facts, 21, 8, "F", 11);
  add_people (year.facts, 61, 2, "M", 11);
  again = correct (&year, "FY2020-Q1");
  assert_withheld (cell_of (again, "sex", "M"));
  g_assert_cmpint (cell_of (again, "sex", "M").why, ==, BZG_WITHHELD_STANDS);
  g_assert_true (cell_of (again, "sex", "T").state != cell_of (again, "sex", "F").state);
}

/* Small against the last edition is not all: against the first it must not be small either. */
static void
test_third_edition (void)
{
  g_auto (Year) year = year_begin ();

  add_people (year.facts, 1, 20, "F", 10);
  assert_printed (publish (&year, "FY2020-Q1", NULL), 20);
  add_people (year.facts, 21, 8, "F", 11);
  assert_total (correct (&year, "FY2020-Q1"), 28);
  move (year.facts, 22, 6, 2019, 8);
  assert_refused (&year, "FY2020-Q1", BZG_ERROR_REFUSED_SMALL);
  move (year.facts, 12, 10, 2019, 8);
  assert_total (correct (&year, "FY2020-Q1"), 12);
}

/* Erased and refused stay as they were counted; what is on another day now goes there. */
static void
test_who_stays (void)
{
  g_auto (Year) year = year_begin ();
  g_autoptr (BzgRelease) again = NULL;

  add_people (year.facts, 1, 30, "F", 10);
  assert_printed (publish (&year, "FY2020-Q1", NULL), 30);
  move (year.facts, 20, 10, 2020, 2);
  for (guint i = 10; i < 15; i++)
    g_array_index (year.facts, BzgFact, i).statistics_refused = TRUE;
  drop (year.facts, 0, 5);
  again = correct (&year, "FY2020-Q1");
  assert_printed (cell_of (again, "sex", "T"), 20);
  assert_printed (cell_of (again, "sex", "F"), 20);
  assert_printed (publish (&year, "FY2020-Q2", NULL), 10);
  assert_printed (publish (&year, "FY2020-H1", NULL), 30);
}

/* What came late for a quarter and was counted in the next stays there when that one is corrected,
 * and is not counted again where it belongs. */
static void
test_where_it_stood (void)
{
  g_auto (Year) year = year_begin ();

  add_people (year.facts, 1, 20, "F", 10);
  assert_printed (publish (&year, "FY2020-Q1", NULL), 20);
  add_people (year.facts, 21, 10, "F", 11);
  add_people (year.facts, 31, 10, "F", 2);
  assert_printed (publish (&year, "FY2020-Q2", NULL), 20);
  add_people (year.facts, 41, 6, "F", 3);
  assert_total (correct (&year, "FY2020-Q2"), 26);
  add_people (year.facts, 51, 7, "F", 12);
  assert_total (correct (&year, "FY2020-Q1"), 27);
  assert_printed (publish (&year, "FY2020-H1", NULL), 53);
}

/* Ten women were men. Whoever was published in another quarter too stays what they were. */
static void
test_classes (void)
{
  g_auto (Year) year = year_begin ();
  g_autoptr (BzgRelease) again = NULL;

  add_people (year.facts, 1, 40, "F", 10);
  add_people (year.facts, 41, 20, "M", 10);
  add_people (year.facts, 1, 6, "F", 2);
  publish (&year, "FY2020-Q1", NULL);
  publish (&year, "FY2020-Q2", NULL);
  for (guint i = 0; i < 16; i++)
    g_array_index (year.facts, BzgFact, i).sex = "M";
  for (guint i = 60; i < 66; i++)
    g_array_index (year.facts, BzgFact, i).sex = "M";
  again = correct (&year, "FY2020-Q1");
  assert_printed (cell_of (again, "sex", "F"), 30);
  assert_printed (cell_of (again, "sex", "M"), 30);
  assert_printed (publish (&year, "FY2020-H1", NULL), 60);
}

/* An amount with two noughts too many is put right, though it is one person's: it was nobody's. One
 * that was forgotten is not told. */
static void
test_amounts (void)
{
  g_auto (Year) year = year_begin ();
  g_autoptr (BzgRelease) again = NULL;

  bzg_figures_unref (year.figures);
  year.figures = figures_new ("[sex]\ntitle=People\nmeasure=persons\nfacts=support\n"
                              "dimensions=sex\n"
                              "[cost]\ntitle=Cost\nmeasure=cost\nfacts=support\n"
                              "dimensions=sex\n");
  add_people (year.facts, 1, 20, "F", 10);
  add_people (year.facts, 21, 20, "M", 10);
  for (guint i = 0; i < 40; i++)
    {
      g_array_index (year.facts, BzgFact, i).cost = 50000 + 100 * (gint64) i;
      g_array_index (year.facts, BzgFact, i).currency = "TJS";
    }
  g_array_index (year.facts, BzgFact, 3).cost *= 100;
  g_array_index (year.facts, BzgFact, 30).cost = G_MININT64;
  publish (&year, "FY2020-Q1", NULL);
  g_array_index (year.facts, BzgFact, 3).cost /= 100;
  again = correct (&year, "FY2020-Q1");
  assert_withheld (cell_of (again, "sex", "F"));
  assert_printed (cell_of (again, "cost", "F"), 20 * 50000 + 100 * 190);
  g_array_index (year.facts, BzgFact, 30).cost = 90000;
  assert_refused (&year, "FY2020-Q1", BZG_ERROR_REFUSED_DISCLOSURE);
}

/* One man's amount, put right by next to nothing: it is his as before, and beside twelve who came
 * late nothing tells it. */
static void
test_nearly_right (void)
{
  g_auto (Year) year = year_begin ();
  g_autoptr (BzgRelease) again = NULL;

  bzg_figures_unref (year.figures);
  year.figures = figures_new ("[cost]\ntitle=Cost\nmeasure=cost\nfacts=support\n"
                              "dimensions=sex\n");
  add_people (year.facts, 1, 20, "F", 10);
  add_people (year.facts, 41, 1, "M", 10);
  add_people (year.facts, 61, 12, "M", 11);
  for (guint i = 0; i < year.facts->len; i++)
    {
      g_array_index (year.facts, BzgFact, i).cost = 50000 + 100 * (gint64) i;
      g_array_index (year.facts, BzgFact, i).currency = "TJS";
    }
  g_array_set_size (year.facts, 21);
  bzg_release_free (publish_of (&year, year.figures, "FY2020-Q1", NULL, FALSE));
  year.facts->len = 33;
  g_array_index (year.facts, BzgFact, 20).cost += 100;
  again = publish_of (&year, year.figures, "FY2020-Q1", NULL, TRUE);
  g_assert_cmpint (cell_of (again, "cost", "M").state, ==, BZG_CELL_WITHHELD);
}

/* --- several reports over one stretch -------------------------------------------------------- */

static const char SERVICES[]
  = "[sex]\ntitle=Services\nmeasure=facts\nfacts=support\ndimensions=sex\n";

static void
add_twenty_each (GArray *facts, guint from, int month)
{
  add_people (facts, from, 20, "F", month);
  add_people (facts, from + 40, 20, "M", month);
}

/* Eight women came late, and then two: told in the quarter, and two more in the half-year, they are
 * two.
 */
static void
test_two_more (gconstpointer ini)
{
  g_auto (Year) year = year_begin ();

  bzg_figures_unref (year.figures);
  year.figures = figures_new (ini);
  add_twenty_each (year.facts, 1, 10);
  add_twenty_each (year.facts, 101, 2);
  publish (&year, "FY2020-Q1", NULL);
  publish (&year, "FY2020-Q2", NULL);
  assert_printed (publish (&year, "FY2020-H1", NULL), 80);
  add_people (year.facts, 21, 8, "F", 11);
  assert_total (correct (&year, "FY2020-Q1"), 48);
  add_people (year.facts, 61, 2, "F", 11);
  assert_refused (&year, "FY2020-H1", BZG_ERROR_REFUSED_DISCLOSURE);
}

/* Three women came in the second quarter, which has no report: the year less the first and the
 * third withheld them, and withholds them when six more are entered. */
static void
test_rest_of_the_year (void)
{
  g_auto (Year) year = year_begin ();
  g_autoptr (BzgFigures) figures = figures_new (SERVICES);
  g_autoptr (BzgRelease) whole = NULL;
  g_autoptr (BzgRelease) again = NULL;

  add_twenty_each (year.facts, 1, 10);
  add_twenty_each (year.facts, 101, 5);
  add_people (year.facts, 201, 3, "F", 2);
  add_people (year.facts, 241, 20, "M", 2);
  bzg_release_free (publish_of (&year, figures, "FY2020-Q1", NULL, FALSE));
  bzg_release_free (publish_of (&year, figures, "FY2020-Q3", NULL, FALSE));
  whole = publish_of (&year, figures, "FY2020", NULL, FALSE);
  assert_withheld (cell_of (whole, "sex", "F"));
  add_people (year.facts, 301, 6, "F", 3);
  again = publish_of (&year, figures, "FY2020", NULL, TRUE);
  assert_withheld (cell_of (again, "sex", "F"));
  assert_printed (cell_of (again, "sex", "T"), 109);
}

/* The same over a fund and all funds, in a programme that has one. */
static void
test_two_more_in_a_fund (void)
{
  g_auto (Year) year = year_begin ();
  g_autoptr (GError) error = NULL;

  add_twenty_each (year.facts, 1, 10);
  add_people (year.facts, 21, 8, "F", 11);
  add_people (year.facts, 81, 2, "F", 11);
  for (guint i = 0; i < year.facts->len; i++)
    g_array_index (year.facts, BzgFact, i).fund = "A";
  year.facts->len = 40;
  bzg_release_free (publish_of (&year, year.figures, "FY2020-Q1", NULL, FALSE));
  bzg_release_free (publish_of (&year, year.figures, "FY2020-Q1", "A", FALSE));
  year.facts->len = 48;
  bzg_release_free (publish_of (&year, year.figures, "FY2020-Q1", NULL, TRUE));
  year.facts->len = 50;
  g_assert_null (year_of_fund (&year, year.figures, "FY2020-Q1", "A", TRUE, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_DISCLOSURE);
}

/* A fund's report is corrected by eight, of whom six were in the report on all funds; the half-year
 * on all funds does not tell of the other two. */
static void
test_two_more_in_the_half_year (void)
{
  g_auto (Year) year = year_begin ();
  g_autoptr (BzgRelease) half = NULL;

  add_twenty_each (year.facts, 1, 10);
  for (guint i = 0; i < 12; i++)
    g_array_index (year.facts, BzgFact, i).fund = "A";
  bzg_release_free (publish_of (&year, year.figures, "FY2020-Q1", NULL, FALSE));
  bzg_release_free (publish_of (&year, year.figures, "FY2020-Q1", "A", FALSE));
  for (guint i = 13; i < 19; i++)
    {
      BzgFact fact = g_array_index (year.facts, BzgFact, i);

      fact.fund = "A";
      fact.record.bytes[8] = 1;
      g_array_append_val (year.facts, fact);
    }
  add_people (year.facts, 81, 2, "F", 11);
  for (guint i = year.facts->len - 2; i < year.facts->len; i++)
    g_array_index (year.facts, BzgFact, i).fund = "A";
  bzg_release_free (publish_of (&year, year.figures, "FY2020-Q1", "A", TRUE));
  add_twenty_each (year.facts, 101, 2);
  bzg_release_free (publish_of (&year, year.figures, "FY2020-Q2", NULL, FALSE));
  half = publish_of (&year, year.figures, "FY2020-H1", NULL, FALSE);
  assert_withheld (cell_of (half, "sex", "F"));
  assert_withheld (cell_of (half, "sex", "T"));
  assert_printed (cell_of (half, "sex", "M"), 40);
}

/* Two reports on one quarter, both corrected from the same record at last: what the one gives and
 * the other does not is no mystery. */
static void
test_two_reports (void)
{
  g_auto (Year) year = year_begin ();
  g_autoptr (BzgFigures) sex = figures_new (SERVICES);
  g_autoptr (BzgFigures) all
    = figures_new ("[all]\ntitle=Services\nmeasure=facts\nfacts=support\ndimensions=region\n");
  g_autoptr (GError) error = NULL;

  add_twenty_each (year.facts, 1, 10);
  bzg_release_free (year_make (&year, all, "a-FY2020-Q1", "FY2020-Q1", NULL, FALSE, &error));
  g_assert_no_error (error);
  bzg_release_free (year_make (&year, sex, "b-FY2020-Q1", "FY2020-Q1", NULL, FALSE, &error));
  g_assert_no_error (error);
  add_people (year.facts, 81, 8, "M", 11);
  bzg_release_free (year_make (&year, sex, "b-FY2020-Q1", "FY2020-Q1", NULL, TRUE, &error));
  g_assert_no_error (error);
  move (year.facts, year.facts->len - 8, 8, 2020, 8);
  add_people (year.facts, 21, 8, "F", 11);
  add_people (year.facts, 91, 2, "M", 11);
  bzg_release_free (year_make (&year, sex, "b-FY2020-Q1", "FY2020-Q1", NULL, TRUE, &error));
  g_assert_no_error (error);
  g_assert_null (year_make (&year, all, "a-FY2020-Q1", "FY2020-Q1", NULL, TRUE, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_DISCLOSURE);
}

/* What another fund pays now stays in its quarter, whichever report was corrected. */
static void
test_another_fund (void)
{
  g_auto (Year) year = year_begin ();
  g_autoptr (BzgFigures) figures = figures_new (SERVICES);

  add_people (year.facts, 1, 40, "F", 10);
  for (guint i = 0; i < 40; i++)
    g_array_index (year.facts, BzgFact, i).fund = "A";
  bzg_release_free (publish_of (&year, figures, "FY2020-Q1", NULL, FALSE));
  bzg_release_free (publish_of (&year, figures, "FY2020-Q1", "A", FALSE));
  for (guint i = 0; i < 10; i++)
    g_array_index (year.facts, BzgFact, i).fund = "B";
  assert_total (publish_of (&year, figures, "FY2020-Q1", "A", TRUE), 30);
  add_people (year.facts, 101, 20, "F", 2);
  assert_total (publish_of (&year, figures, "FY2020-Q2", NULL, FALSE), 20);
  assert_total (publish_of (&year, figures, "FY2020-H1", NULL, FALSE), 60);
}

/* Ten women of fund A and ten men of fund B came late; the report of A is corrected. Who the men
 * are is not lost with it. */
static void
test_classes_of_another_fund (void)
{
  g_auto (Year) year = year_begin ();
  g_autoptr (BzgRelease) half = NULL;

  add_twenty_each (year.facts, 1, 10);
  add_twenty_each (year.facts, 101, 10);
  add_people (year.facts, 201, 10, "F", 11);
  add_people (year.facts, 301, 10, "M", 11);
  for (guint i = 0; i < 100; i++)
    g_array_index (year.facts, BzgFact, i).fund = i < 40 || (i >= 80 && i < 90) ? "A" : "B";
  year.facts->len = 80;
  assert_total (publish_of (&year, year.figures, "FY2020-Q1", NULL, FALSE), 80);
  assert_total (publish_of (&year, year.figures, "FY2020-Q1", "A", FALSE), 40);
  year.facts->len = 100;
  assert_total (publish_of (&year, year.figures, "FY2020-Q1", "A", TRUE), 50);
  half = publish_of (&year, year.figures, "FY2020-H1", NULL, FALSE);
  assert_printed (cell_of (half, "sex", "F"), 50);
  assert_printed (cell_of (half, "sex", "M"), 50);
  assert_printed (cell_of (half, "sex", "T"), 100);
}

/* What was dated into a later quarter by mistake leaves the one and comes into the other. */
static void
test_another_quarter (void)
{
  g_auto (Year) year = year_begin ();
  g_autoptr (BzgFigures) figures = figures_new (SERVICES);

  add_people (year.facts, 1, 40, "F", 10);
  add_people (year.facts, 101, 20, "F", 2);
  bzg_release_free (publish_of (&year, figures, "FY2020-Q1", NULL, FALSE));
  bzg_release_free (publish_of (&year, figures, "FY2020-Q2", NULL, FALSE));
  move (year.facts, 0, 10, 2020, 2);
  assert_total (publish_of (&year, figures, "FY2020-Q1", NULL, TRUE), 30);
  assert_total (publish_of (&year, figures, "FY2020-Q2", NULL, TRUE), 30);
  assert_total (publish_of (&year, figures, "FY2020-H1", NULL, FALSE), 60);
}

/* --- the proof over all editions ------------------------------------------------------------- */

static void
spoil (GArray *facts, GRand *rand, int quarter)
{
  static const int months[] = { 10, 1, 4, 7 };
  const BzgCodeList *districts = bzg_dictionary_code_list ("district");
  guint n = facts->len;

  for (guint i = 0; i < n; i++)
    {
      BzgFact *fact = &g_array_index (facts, BzgFact, i);
      BzgDate day = bzg_date_make (quarter == 0 ? 2019 : 2020, months[quarter], 20);
      const BzgCode *district = year_pick (rand, districts, 58);

      switch (g_rand_int_range (rand, 0, 30))
        {
        case 0:
          fact->date = day;
          break;
        case 1:
          for (guint k = 0; k < n; k++)
            if (bzg_id_equal (&g_array_index (facts, BzgFact, k).person, &fact->person))
              {
                g_array_index (facts, BzgFact, k).district = g_intern_string (district->code);
                g_array_index (facts, BzgFact, k).region = g_intern_string (district->parent);
              }
          break;
        case 2:
          fact->service = "LEG01";
          fact->family = "legal";
          break;
        default:
          break;
        }
    }
  for (guint i = 0; i < n / 6; i++)
    {
      BzgFact fact = g_array_index (facts, BzgFact, g_rand_int_range (rand, 0, (int) n));
      guint record = 1000000 + facts->len;

      memcpy (fact.record.bytes, &record, sizeof record);
      if (i % 2 == 0)
        memcpy (fact.person.bytes, &record, sizeof record);
      fact.date = bzg_date_make (quarter == 0 ? 2019 : 2020, months[quarter], 20);
      g_array_append_val (facts, fact);
    }
}

static void
test_random (gconstpointer data)
{
  guint seed = GPOINTER_TO_UINT (data);
  static const struct
  {
    const char *period;
    gboolean correct;
  } STEPS[] = { { "FY2020-Q1", FALSE }, { "FY2020-Q2", FALSE },       { "FY2020-Q1", TRUE },
                { "FY2020-H1", FALSE }, { "FY2020-Q2", TRUE },        { "FY2020-Q3", FALSE },
                { "FY2020-H1", TRUE },  { "2019-10..2020-06", FALSE } };
  g_autoptr (BzgFigures) figures = figures_new (year_figures);
  g_autoptr (BzgPosting) posting = _bzg_posting_new ();
  g_autoptr (GArray) facts = random_year (seed, g_test_thorough () ? 120 : 60);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (BzgJoint) joint = NULL;
  g_autoptr (GPtrArray) breaches = NULL;
  g_autoptr (GError) error = NULL;
  guint corrections = 0;

  for (guint i = 0; i < (g_test_thorough () ? G_N_ELEMENTS (STEPS) : 5); i++)
    {
      g_autoptr (BzgRelease) release = NULL;

      if (STEPS[i].correct)
        spoil (facts, rand, g_str_has_suffix (STEPS[i].period, "Q2") ? 1 : 0);
      release = STEPS[i].correct ? year_correct (posting, figures, facts, STEPS[i].period, &error)
                                 : year_release (posting, figures, facts, STEPS[i].period, &error);
      if (g_error_matches (error, BZG_ERROR, BZG_ERROR_REFUSED_SMALL))
        {
          g_test_message ("%s: nothing to correct", STEPS[i].period);
          g_clear_error (&error);
          continue;
        }
      g_assert_no_error (error);
      corrections += STEPS[i].correct;
      g_test_message ("%s%s printed %u of %u, %u stand", STEPS[i].period,
                      STEPS[i].correct ? " again" : "", bzg_release_summary (release)->printed,
                      bzg_release_summary (release)->cells,
                      bzg_release_summary (release)->standing);
    }
  joint = _bzg_joint_new (posting, NULL, &error);
  g_assert_no_error (error);
  breaches = bzg_attack_run (joint->tables, joint->truth, TRUE, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (breaches->len, ==, 0);
  g_assert_cmpuint (corrections, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  bzg_vault_init (NULL);
  g_test_add_func ("/correction/late", test_late);
  g_test_add_func ("/correction/small", test_small);
  g_test_add_func ("/correction/beside", test_beside);
  g_test_add_func ("/correction/third-edition", test_third_edition);
  g_test_add_func ("/correction/who-stays", test_who_stays);
  g_test_add_func ("/correction/where-it-stood", test_where_it_stood);
  g_test_add_func ("/correction/classes", test_classes);
  g_test_add_func ("/correction/amounts", test_amounts);
  g_test_add_func ("/correction/nearly-right", test_nearly_right);
  g_test_add_data_func ("/correction/two-more/people", SEX, test_two_more);
  g_test_add_data_func ("/correction/two-more/services", SERVICES, test_two_more);
  g_test_add_func ("/correction/two-more/fund", test_two_more_in_a_fund);
  g_test_add_func ("/correction/two-more/half-year", test_two_more_in_the_half_year);
  g_test_add_func ("/correction/rest-of-the-year", test_rest_of_the_year);
  g_test_add_func ("/correction/two-reports", test_two_reports);
  g_test_add_func ("/correction/another-fund", test_another_fund);
  g_test_add_func ("/correction/another-fund-classes", test_classes_of_another_fund);
  g_test_add_func ("/correction/another-quarter", test_another_quarter);
  g_test_add_data_func ("/correction/random/1", GUINT_TO_POINTER (1), test_random);
  if (g_test_thorough ())
    g_test_add_data_func ("/correction/random/2", GUINT_TO_POINTER (2), test_random);
  return g_test_run ();
}
