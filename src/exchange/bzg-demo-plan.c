/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans, referrals and places in group events of the people of the demonstration. */
#include "exchange/bzg-demo-private.h"

#include <string.h>

static gboolean
is (const char *a, const char *b)
{
  return g_strcmp0 (a, b) == 0;
}

static void
add_goal (BzgDemo *demo, BzgWork *work, const BzgDemoHuman *human, const char *area)
{
  BzgDemoRandom *random = &demo->random;
  BzgDate agreed = bzg_date_add_days (human->registered, bzg_demo_range (random, 20, 45));
  BzgDate due = bzg_date_add_months (agreed, bzg_demo_range (random, 4, 14));
  gboolean over = bzg_demo_past (demo, due);
  gboolean reached = bzg_demo_chance (random, human->running ? 75 : 45);
  BzgDate reached_on = bzg_date_add_days (due, bzg_demo_range (random, -60, 0));
  g_autofree char *use = g_strconcat ("goal_", area, NULL);
  BzgRecord *record;

  if (!bzg_demo_past (demo, agreed))
    return;
  record = bzg_demo_record (demo, "goal");
  bzg_record_set_id (record, "person", &human->id);
  bzg_record_set (record, "area", area);
  bzg_record_set (record, "title", bzg_demo_text (random, demo->words, use, human->lang));
  bzg_demo_set_date (record, "due", due);
  bzg_demo_set_date (record, "agreed_on", agreed);
  if (demo->has_workers)
    bzg_record_set_id (record, "owner", &demo->workers[human->worker]);
  if (!over)
    bzg_record_set (record, "status", "running");
  else if (reached)
    {
      bzg_record_set (record, "status", "reached");
      bzg_demo_set_date (record, "reached_on", reached_on);
    }
  else
    bzg_record_set (record, "status", bzg_demo_chance (random, 40) ? "dropped" : "running");
  bzg_demo_put (work, record);
}

static void
add_referral (BzgDemo *demo, BzgWork *work, const BzgDemoHuman *human)
{
  static const char *const statuses[] = { "done", "accepted", "in_progress", "rejected" };
  static const guint weights[] = { 55, 18, 17, 10 };
  BzgDemoRandom *random = &demo->random;
  const BzgDemoTable *table = &demo->words->organisations;
  guint row = bzg_demo_below (random, table->rows->len);
  g_auto (GStrv) services = g_strsplit (bzg_demo_cell (table, row, "services"), " ", -1);
  const char *service = services[bzg_demo_below (random, g_strv_length (services))];
  BzgDate date = bzg_date_add_days (human->registered, bzg_demo_range (random, 5, 120));
  BzgDate answered = bzg_date_add_days (date, bzg_demo_range (random, 2, 25));
  BzgDate done = bzg_date_add_days (answered, bzg_demo_range (random, 3, 60));
  const char *status = statuses[bzg_demo_pick (random, weights, G_N_ELEMENTS (weights))];
  BzgRecord *record;

  if (!bzg_demo_past (demo, date))
    return;
  if (!bzg_demo_past (demo, done))
    status = "in_progress";
  record = bzg_demo_record (demo, "referral");
  bzg_record_set_id (record, "person", &human->id);
  bzg_record_set (record, "direction", "to");
  bzg_record_set (record, "organisation", bzg_demo_cell (table, row, "name"));
  bzg_record_set (record, "organisation_kind", bzg_demo_cell (table, row, "kind"));
  bzg_record_set (record, "service", service);
  bzg_demo_set_date (record, "date", date);
  bzg_record_set (record, "status", status);
  if (!is (status, "in_progress"))
    bzg_demo_set_date (record, "answered_on", answered);
  if (is (status, "done"))
    bzg_demo_set_date (record, "done_on", done);
  bzg_demo_put (work, record);
}

/* A place in an event that came after the registration, nearest first. */
static void
add_participation (BzgDemo *demo, BzgWork *work, const BzgDemoHuman *human)
{
  BzgDemoRandom *random = &demo->random;

  for (guint i = 0; i < demo->events->len; i++)
    {
      const BzgDemoEvent *event = &g_array_index (demo->events, BzgDemoEvent, i);
      gboolean attended = bzg_demo_chance (random, 90);
      int before = bzg_demo_range (random, 2, 6);
      int after = bzg_demo_range (random, before, 10);
      BzgRecord *record;

      if (bzg_date_compare (event->start, human->registered) < 0)
        continue;
      record = bzg_demo_record (demo, "participant");
      bzg_record_set_id (record, "activity", &event->id);
      bzg_record_set_id (record, "person", &human->id);
      bzg_record_set (record, "attended", attended ? "yes" : "no");
      if (attended && event->tested)
        {
          g_autofree char *number = g_strdup_printf ("TC-%06u", ++demo->certificate_number);

          bzg_demo_set_int (record, "test_before", before);
          bzg_demo_set_int (record, "test_after", after);
          bzg_record_set (record, "certificate_no", number);
        }
      bzg_demo_put (work, record);
      return;
    }
}

void
bzg_demo_add_plan (BzgDemo *demo, BzgWork *work, const BzgDemoHuman *human)
{
  BzgDemoRandom *random = &demo->random;

  if (human->again)
    return;
  if (human->business)
    add_goal (demo, work, human, "economic");
  if (human->banned && bzg_demo_chance (random, 40))
    add_goal (demo, work, human, "legal");
  if (human->ill && bzg_demo_chance (random, 40))
    add_goal (demo, work, human, "health");
  if (is (human->category, "trafficking_survivor"))
    add_goal (demo, work, human, "psychosocial");
  if (bzg_demo_chance (random, 14))
    add_referral (demo, work, human);
  if (bzg_demo_chance (random, 9))
    add_participation (demo, work, human);
}
