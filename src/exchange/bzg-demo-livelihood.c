/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Businesses of the demonstration and the visits to them after 1, 3, 6, 12 and 24 months. */
#include "exchange/bzg-demo-private.h"

#include <string.h>

static gboolean
is (const char *a, const char *b)
{
  return g_strcmp0 (a, b) == 0;
}

/* One in four is gone within two years, more of them early: the month, or 1000. */
static int
pick_end (BzgDemo *demo)
{
  int a, b;

  if (!bzg_demo_chance (&demo->random, 26))
    return 1000;
  a = bzg_demo_range (&demo->random, 2, 23);
  b = bzg_demo_range (&demo->random, 2, 23);
  return MIN (a, b) + 1;
}

static const char *
pick_failure (BzgDemo *demo, const char *kind, guint lang)
{
  static const char *const columns[] = { "reason_en", "reason_ru", "reason_tg" };
  const BzgDemoTable *failures = &demo->words->failures;
  guint weights[64] = { 0 };
  guint n = MIN (failures->rows->len, G_N_ELEMENTS (weights));

  for (guint i = 0; i < n; i++)
    {
      const char *of = bzg_demo_cell (failures, i, "kind");

      weights[i] = is (of, kind) ? 6 : is (of, "any") ? 2 : 0;
    }
  return bzg_demo_cell (failures, bzg_demo_pick (&demo->random, weights, n), columns[lang]);
}

static void
set_money (BzgRecord *record, const char *name, int somoni)
{
  g_autofree char *text = g_strdup_printf ("%d.00", somoni);

  bzg_record_set (record, name, text);
}

static gboolean
in_season (const BzgDemoTable *table, guint row, BzgDate date)
{
  return date.month >= bzg_demo_cell_int (table, row, "season_from")
         && date.month <= bzg_demo_cell_int (table, row, "season_to");
}

/* Winter takes some colonies, a good spring gives new ones. */
static int
next_colonies (BzgDemo *demo, int alive, BzgDate before, BzgDate now)
{
  for (BzgDate day = before; bzg_date_compare (day, now) < 0; day = bzg_date_add_months (day, 1))
    {
      if (day.month == 2)
        for (int i = alive; i > 0; i--)
          alive -= bzg_demo_chance (&demo->random, 14);
      if (day.month == 5)
        for (int i = alive; i > 0; i--)
          alive += bzg_demo_chance (&demo->random, 28);
    }
  return alive;
}

static void
set_results (
  BzgDemo *demo, BzgRecord *record, guint row, BzgDate date, int month, int pieces, gboolean paused)
{
  BzgDemoRandom *random = &demo->random;
  const BzgDemoTable *table = &demo->words->livelihoods;
  gboolean season = in_season (table, row, date);
  gboolean bees = is (bzg_demo_cell (table, row, "kind"), "bees");
  int sales = bzg_demo_peak (random, bzg_demo_cell_int (table, row, "sales_min"),
                             bzg_demo_cell_int (table, row, "sales_max"));
  int output = bzg_demo_peak (random, bzg_demo_cell_int (table, row, "output_min"),
                              bzg_demo_cell_int (table, row, "output_max"));
  int share = bzg_demo_cell_int (table, row, "cost_share") + bzg_demo_range (random, -8, 8);

  /* The first months are slow; later there is some growth. */
  sales = sales * (month <= 1 ? 35 : month <= 3 ? 65 : 90 + month) / 100;
  if (bees)
    {
      sales = sales * MAX (pieces, 1) / 4;
      output = output * MAX (pieces, 1) / 2;
    }
  if (!season)
    sales /= bees ? 6 : 4;
  if (paused)
    sales = 0;
  sales -= sales % 10;
  set_money (record, "sales", sales);
  if (!bzg_demo_chance (random, 6))
    set_money (record, "costs", paused ? 40 : sales * share / 100 + 30);
  if (season && !paused)
    {
      bzg_demo_set_int (record, "output", output * (month <= 1 ? 40 : 100) / 100);
      bzg_record_set (record, "output_unit", bzg_demo_cell (table, row, "output_unit"));
    }
}

static void
add_visit_note (BzgDemo *demo, BzgWork *work, const BzgDemoHuman *human, BzgDate date)
{
  BzgRecord *record;

  if (!bzg_demo_chance (&demo->random, 20))
    return;
  record = bzg_demo_record (demo, "note");
  bzg_record_set_id (record, "person", &human->id);
  bzg_demo_set_date (record, "date", date);
  bzg_record_set (record, "kind", "quote");
  bzg_record_set (record, "text", bzg_demo_text (&demo->random, demo->words, "quote", human->lang));
  bzg_demo_put (work, record);
}

void
bzg_demo_add_livelihood (
  BzgDemo *demo, BzgWork *work, BzgDemoHuman *human, guint row, BzgDate started, int pieces)
{
  static const int months[] = { 1, 3, 6, 12, 24 };
  BzgDemoRandom *random = &demo->random;
  const BzgDemoTable *table = &demo->words->livelihoods;
  const char *kind = bzg_demo_cell (table, row, "kind");
  BzgRecord *record = bzg_demo_record (demo, "livelihood");
  BzgId livelihood = *bzg_record_id (record);
  BzgDate before = started;
  gboolean bees = is (kind, "bees");
  int end = pick_end (demo);
  int workers = bzg_demo_chance (random, 30) ? 1 : 0;

  bzg_record_set_id (record, "person", &human->id);
  bzg_record_set (record, "kind", kind);
  if (bzg_demo_chance (random, 55))
    bzg_record_set (record, "title", bzg_demo_cell (table, row, "title_tg"));
  bzg_demo_set_date (record, "started_on", started);
  bzg_demo_put (work, record);
  human->business = kind;
  human->running = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (months); i++)
    {
      BzgDate date = bzg_date_add_days (bzg_date_add_months (started, months[i]),
                                        bzg_demo_peak (random, -8, 20));
      gboolean missed = bzg_demo_chance (random, 7);
      gboolean over = months[i] >= end;
      gboolean paused = bzg_demo_chance (random, 6);

      if (!bzg_demo_past (demo, date))
        break;
      if (missed && !over)
        continue;
      if (bees && !over)
        {
          pieces = next_colonies (demo, pieces, before, date);
          over = pieces == 0;
          before = date;
        }

      record = bzg_demo_record (demo, "visit");
      bzg_record_set_id (record, "person", &human->id);
      bzg_record_set_id (record, "livelihood", &livelihood);
      bzg_demo_set_date (record, "date", date);
      bzg_record_set (record, "method", bzg_demo_chance (random, 78) ? "visit" : "phone");
      if (over)
        {
          bzg_record_set (record, "status", bzg_demo_chance (random, 80) ? "closed" : "sold");
          bzg_record_set (record, "reason", pick_failure (demo, kind, human->lang));
          if (bees)
            bzg_demo_set_int (record, "colonies_alive", 0);
          human->running = FALSE;
        }
      else
        {
          bzg_record_set (record, "status", paused ? "paused" : "operating");
          set_results (demo, record, row, date, months[i], pieces, paused);
          bzg_demo_set_int (record, "jobs_f", (human->woman ? 1 : 0) + (workers && human->woman));
          bzg_demo_set_int (record, "jobs_m", (human->woman ? 0 : 1) + (workers && !human->woman));
          if (bees)
            bzg_demo_set_int (record, "colonies_alive", pieces);
          if (bzg_demo_chance (random, 30))
            bzg_record_set (record, "note",
                            bzg_demo_text (random, demo->words, "visit", human->lang));
        }
      bzg_demo_put (work, record);
      if (over)
        break;
      add_visit_note (demo, work, human, date);
    }
}
