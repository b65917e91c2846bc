/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What people of the demonstration were given, in the order and the season in which it is given
 * really (a beekeeper has the course before the colonies, and colonies in spring), and what became
 * of their businesses: one in four is gone after two years, and says why.
 */
#include "exchange/bzg-demo-private.h"

#include <string.h>

static gboolean
is (const char *a, const char *b)
{
  return g_strcmp0 (a, b) == 0;
}

/* The first day from @date on that lies in the months @from..@to. */
static BzgDate
into_season (BzgDemo *demo, BzgDate date, int from, int to)
{
  if (date.month >= from && date.month <= to)
    return date;
  if (date.month > to)
    date.year++;
  return bzg_date_make (date.year, from, bzg_demo_range (&demo->random, 1, 28));
}

/* In minor units; prices rise by six in a hundred a year and are whole somoni. */
static gint64
price (BzgDemo *demo, guint row, BzgDate date, int quantity)
{
  const BzgDemoTable *support = &demo->words->support;
  int unit = bzg_demo_range (&demo->random, bzg_demo_cell_int (support, row, "cost_min"),
                             bzg_demo_cell_int (support, row, "cost_max"));
  gboolean money = is (bzg_demo_cell (support, row, "unit"), "TJS");
  int percent = money ? 100 : 100 + 6 * (date.year - BZG_DEMO_FIRST_YEAR);

  return (gint64) unit * quantity * percent / 100 * 100;
}

static const BzgId *
pick_fund (BzgDemo *demo, const BzgDemoHuman *human, const char *kind)
{
  guint other = bzg_demo_below (&demo->random, 100);

  if (is (kind, "cash"))
    return &demo->funds[2];
  if (other < 3)
    return NULL;
  if (is (human->category, "trafficking_survivor") || (human->woman && other < 45))
    return &demo->funds[1];
  return &demo->funds[0];
}

static const char *
provider_of (const char *service)
{
  if (g_str_has_prefix (service, "PSY"))
    return "Partner NGO for counselling";
  if (g_str_has_prefix (service, "HEA"))
    return "District hospital";
  if (g_str_has_prefix (service, "LEG"))
    return "Legal aid centre";
  if (is (service, "ECO04"))
    return "Beekeepers' association";
  if (is (service, "ECO12"))
    return "Vocational lyceum";
  return "Programme";
}

static void
round_quantity (int *quantity)
{
  if (*quantity > 99)
    *quantity -= *quantity % 10;
}

/* One support of the row: planned not before @earliest, and delivered if its day has come. Returns
 * the day of delivery, or the missing date; *pieces gets the quantity. */
static BzgDate
add_support (
  BzgDemo *demo, BzgWork *work, BzgDemoHuman *human, guint row, BzgDate earliest, int *pieces)
{
  static const char *const items[] = { "item_en", "item_ru", "item_tg" };
  static const char *const units[] = { "unit", "unit_ru", "unit_tg" };
  BzgDemoRandom *random = &demo->random;
  const BzgDemoTable *support = &demo->words->support;
  const char *kind = bzg_demo_cell (support, row, "kind");
  const char *service = bzg_demo_cell (support, row, "service");
  BzgDate planned = into_season (demo, earliest, bzg_demo_cell_int (support, row, "month_from"),
                                 bzg_demo_cell_int (support, row, "month_to"));
  BzgDate delivered = bzg_date_add_days (planned, bzg_demo_peak (random, -4, 32));
  gboolean never = bzg_demo_chance (random, 5);
  int quantity = bzg_demo_range (random, bzg_demo_cell_int (support, row, "quantity_min"),
                                 bzg_demo_cell_int (support, row, "quantity_max"));
  const BzgId *fund = pick_fund (demo, human, kind);
  BzgRecord *record;
  gint64 cost;

  if (bzg_date_compare (delivered, human->registered) < 0)
    delivered = human->registered;
  /* Nobody plans further ahead than eight months. */
  if (bzg_date_days_between (demo->today, planned, NULL) > 240)
    return BZG_DATE_MISSING;
  round_quantity (&quantity);
  cost = price (demo, row, planned, quantity);
  if (pieces)
    *pieces = quantity;

  record = bzg_demo_record (demo, "support");
  bzg_record_set_id (record, "person", &human->id);
  bzg_record_set (record, "service", service);
  bzg_record_set (record, "item", bzg_demo_cell (support, row, items[human->lang]));
  bzg_demo_set_int (record, "quantity", quantity);
  bzg_record_set (record, "unit", bzg_demo_cell (support, row, units[human->lang]));
  bzg_demo_set_date (record, "planned", planned);
  if (cost > 0 && !bzg_demo_chance (random, 4))
    {
      g_autofree char *money = g_strdup_printf ("%" G_GINT64_FORMAT ".00", cost / 100);

      bzg_record_set (record, "cost", money);
      bzg_record_set (record, "currency", "TJS");
    }
  if (fund)
    bzg_record_set_id (record, "fund", fund);
  if (bzg_demo_chance (random, 70))
    bzg_record_set (record, "provider", provider_of (service));
  bzg_record_set (record, "source", "demo");

  if (never || !bzg_demo_past (demo, delivered))
    {
      human->open_supports = TRUE;
      delivered = BZG_DATE_MISSING;
    }
  else
    {
      BzgDate verified = bzg_date_add_days (delivered, bzg_demo_range (random, 4, 40));

      bzg_demo_set_date (record, "delivered", delivered);
      if (g_str_has_prefix (service, "ECO") && cost >= 50000)
        {
          g_autofree char *number = g_strdup_printf ("HC-%06u", ++demo->certificate_number);

          bzg_record_set (record, "certificate_no", number);
          if (bzg_demo_chance (random, 65) && bzg_demo_past (demo, verified))
            bzg_demo_set_date (record, "verified_on", verified);
        }
      if (bzg_date_compare (delivered, human->last_support) > 0)
        human->last_support = delivered;
    }
  bzg_demo_put (work, record);
  return delivered;
}

/* All supports of @kind, each by its chance. Returns the day of the last delivery. */
static BzgDate
add_kind (BzgDemo *demo, BzgWork *work, BzgDemoHuman *human, const char *kind, BzgDate earliest)
{
  const BzgDemoTable *support = &demo->words->support;
  BzgDate last = BZG_DATE_MISSING;

  for (guint row = 0; row < support->rows->len; row++)
    if (is (bzg_demo_cell (support, row, "kind"), kind)
        && bzg_demo_chance (&demo->random, (guint) bzg_demo_cell_int (support, row, "chance")))
      {
        BzgDate on = add_support (demo, work, human, row, earliest, NULL);

        if (bzg_date_compare (on, last) > 0)
          last = on;
      }
  return last;
}

/* A livelihood: the course first, then the thing itself, then what belongs to it. */
static void
add_track (BzgDemo *demo, BzgWork *work, BzgDemoHuman *human, guint livelihood)
{
  BzgDemoRandom *random = &demo->random;
  const BzgDemoTable *support = &demo->words->support;
  const char *kind = bzg_demo_cell (&demo->words->livelihoods, livelihood, "kind");
  BzgDate earliest = bzg_date_add_days (human->registered, bzg_demo_peak (random, 25, 80));
  BzgDate started = BZG_DATE_MISSING, main_day = BZG_DATE_MISSING;
  int pieces = 1;
  gboolean main_seen = FALSE;

  add_kind (demo, work, human, "business", bzg_date_add_days (earliest, -12));
  for (guint row = 0; row < support->rows->len; row++)
    {
      const char *service = bzg_demo_cell (support, row, "service");
      gboolean course = is (service, "ECO04") || is (service, "ECO12");
      gboolean first;
      BzgDate on;

      if (!is (bzg_demo_cell (support, row, "kind"), kind))
        continue;
      if (!bzg_demo_chance (random, (guint) bzg_demo_cell_int (support, row, "chance")))
        continue;
      first = !course && !main_seen;
      on = add_support (demo, work, human, row, earliest, first ? &pieces : NULL);
      if (first)
        {
          main_seen = TRUE;
          main_day = on;
        }
      /* What follows waits for what came before. */
      if (!bzg_date_is_missing (on) && bzg_date_compare (on, earliest) > 0)
        earliest = course || first ? bzg_date_add_days (on, 2) : earliest;
    }

  if (bzg_date_is_missing (main_day))
    return;
  started = bzg_date_add_days (main_day, bzg_demo_range (random, 3, 30));
  if (bzg_demo_past (demo, started))
    bzg_demo_add_livelihood (demo, work, human, livelihood, started, pieces);
}

static guint
livelihood_percent (const BzgDemoHuman *human)
{
  if (is (human->category, "returned_migrant"))
    return 68;
  if (is (human->category, "family_member"))
    return 55;
  if (is (human->category, "trafficking_survivor"))
    return 45;
  if (is (human->category, "at_risk"))
    return 30;
  return is (human->category, "stranded") ? 35 : 0;
}

void
bzg_demo_add_supports (BzgDemo *demo, BzgWork *work, BzgDemoHuman *human)
{
  BzgDemoRandom *random = &demo->random;
  const BzgDemoTable *livelihoods = &demo->words->livelihoods;
  BzgDate day = human->registered;
  gboolean survivor = is (human->category, "trafficking_survivor");

  add_kind (demo, work, human, "info", bzg_date_add_days (day, bzg_demo_range (random, 0, 6)));
  if (human->again)
    return;
  if (human->deported || survivor || is (human->category, "stranded"))
    add_kind (demo, work, human, "arrival", day);
  if (survivor)
    {
      if (bzg_demo_chance (random, 40))
        add_kind (demo, work, human, "shelter", day);
      add_kind (demo, work, human, "survivor", bzg_date_add_days (day, 9));
    }
  if (human->banned)
    add_kind (demo, work, human, "ban", bzg_date_add_days (day, bzg_demo_range (random, 3, 25)));
  if (human->country && bzg_demo_chance (random, 12))
    add_kind (demo, work, human, "legal", bzg_date_add_days (day, bzg_demo_range (random, 5, 40)));
  if (human->ill && bzg_demo_chance (random, 60))
    add_kind (demo, work, human, "health", bzg_date_add_days (day, bzg_demo_range (random, 4, 35)));
  if (bzg_demo_chance (random, 9))
    add_kind (demo, work, human, "family", bzg_date_add_days (day, bzg_demo_range (random, 8, 60)));
  if (!survivor && bzg_demo_chance (random, 6))
    add_kind (demo, work, human, "psychosocial",
              bzg_date_add_days (day, bzg_demo_range (random, 8, 60)));
  if (bzg_demo_chance (random, 8))
    add_kind (demo, work, human, "cash", bzg_date_add_days (day, bzg_demo_range (random, 1, 15)));

  if (bzg_demo_chance (random, livelihood_percent (human)))
    {
      const char *column = human->woman ? "weight_f" : "weight_m";
      guint weights[64] = { 0 };
      guint n = MIN (livelihoods->rows->len, G_N_ELEMENTS (weights));

      for (guint i = 0; i < n; i++)
        weights[i] = (guint) bzg_demo_cell_int (livelihoods, i, column);
      add_track (demo, work, human, bzg_demo_pick (random, weights, n));
    }
}
