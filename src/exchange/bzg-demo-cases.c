/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was asked of people of the demonstration, and how far their cases have come. */
#include "exchange/bzg-demo-private.h"

#include <string.h>

static gboolean
is (const char *a, const char *b)
{
  return g_strcmp0 (a, b) == 0;
}

static void
add_consent (BzgDemo *demo,
             BzgWork *work,
             const BzgDemoHuman *human,
             const char *purpose,
             const char *status,
             BzgDate on)
{
  BzgDemoRandom *random = &demo->random;
  static const char *const langs[] = { "tg", "tg", "tg", "ru" };
  static const char *const hows[]
    = { "signature", "signature", "signature", "thumbprint", "verbal" };
  const char *how = hows[bzg_demo_below (random, G_N_ELEMENTS (hows))];
  BzgRecord *record;

  if (!bzg_demo_past (demo, on))
    return;
  record = bzg_demo_record (demo, "consent");
  bzg_record_set_id (record, "person", &human->id);
  bzg_record_set (record, "purpose", purpose);
  bzg_record_set (record, "status", status);
  bzg_demo_set_date (record, "given_on", on);
  bzg_record_set (record, "language", langs[bzg_demo_below (random, G_N_ELEMENTS (langs))]);
  if (is (human->category, "child"))
    how = "guardian";
  bzg_record_set (record, "how", how);
  if (is (how, "verbal"))
    {
      const char *given = demo->words->given_m[bzg_demo_below (random, demo->words->n_given_m)];
      const char *stem = demo->words->family[bzg_demo_below (random, demo->words->n_family)];
      g_autofree char *family = bzg_demo_family_name (stem, 0, FALSE);
      g_autofree char *witness = g_strdup_printf ("%s %s", family, given);

      bzg_record_set (record, "witness", witness);
    }
  if (g_str_has_prefix (purpose, "story") && is (status, "given"))
    bzg_demo_set_date (record, "expires_on", bzg_date_add_months (on, 36));
  bzg_demo_put (work, record);
}

/* TRUE if the answer stands today. In hundredths: given, refused, withdrawn after it was given; the
 * rest was not asked. */
static gboolean
ask_consent (BzgDemo *demo,
             BzgWork *work,
             const BzgDemoHuman *human,
             const char *purpose,
             guint given,
             guint refused,
             guint withdrawn)
{
  BzgDemoRandom *random = &demo->random;
  guint at = bzg_demo_below (random, 100);
  BzgDate later;

  if (at < given)
    {
      add_consent (demo, work, human, purpose, "given", human->registered);
      return TRUE;
    }
  if (at < given + refused)
    {
      add_consent (demo, work, human, purpose, "refused", human->registered);
      return FALSE;
    }
  if (at < given + refused + withdrawn)
    {
      later = bzg_date_add_days (human->registered, bzg_demo_range (random, 20, 300));
      add_consent (demo, work, human, purpose, "given", human->registered);
      add_consent (demo, work, human, purpose, "withdrawn", later);
      return !bzg_demo_past (demo, later);
    }
  return FALSE;
}

void
bzg_demo_add_consents (BzgDemo *demo, BzgWork *work, BzgDemoHuman *human)
{
  gboolean survivor = is (human->category, "trafficking_survivor");

  human->served = ask_consent (demo, work, human, "service", 96, 2, 1);
  ask_consent (demo, work, human, "donor_statistics", 88, 6, 4);
  ask_consent (demo, work, human, "referral", 55, 10, 2);
  ask_consent (demo, work, human, "research", 24, 20, 1);
  human->story_consent
    = ask_consent (demo, work, human, "story_anonymised", survivor ? 22 : 42, 25, 3);
  ask_consent (demo, work, human, "story_named", survivor ? 0 : 9, 25, 1);
  ask_consent (demo, work, human, "photo", survivor ? 4 : 26, 20, 1);
  ask_consent (demo, work, human, "contact", 40, 8, 1);
}

static void
set_case_number (BzgDemo *demo, BzgRecord *record)
{
  static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  char text[BZG_CASE_NUMBER_SIZE] = { 0 }, number[BZG_CASE_NUMBER_SIZE];

  for (;;)
    {
      for (guint i = 0; i < 7; i++)
        text[i] = letters[bzg_demo_below (&demo->random, 32)];
      for (guint i = 0; i < 32; i++)
        {
          text[7] = letters[i];
          if (bzg_case_number_parse (text, number))
            {
              bzg_record_set (record, "case_no", number);
              return;
            }
        }
    }
}

static const char *
pick_priority (BzgDemo *demo, const BzgDemoHuman *human)
{
  static const char *const codes[] = { "none", "low", "medium", "high", "urgent" };
  static const guint usual[] = { 12, 48, 30, 9, 1 };
  static const guint survivor[] = { 0, 8, 37, 45, 10 };

  return codes[bzg_demo_pick (&demo->random,
                              is (human->category, "trafficking_survivor") ? survivor : usual, 5)];
}

/* The stage follows from how long the case has been open and from what was done. */
static const char *
pick_status (BzgDemo *demo, const BzgDemoHuman *human, int days, const char **closure)
{
  static const char *const ends[] = { "migrated_again", "lost_contact", "moved_away", "own_wish" };
  BzgDemoRandom *random = &demo->random;

  *closure = NULL;
  if (!human->served)
    {
      *closure = "own_wish";
      return days > 20 ? "closed" : "new";
    }
  if (days < 12)
    return "new";
  if (days < 30)
    return bzg_demo_chance (random, 40) ? "new" : "assessment";
  if (days < 55)
    return bzg_demo_chance (random, 25) ? "assessment" : "plan";
  if (days > 120 && bzg_demo_chance (random, 5))
    {
      *closure = ends[bzg_demo_below (random, G_N_ELEMENTS (ends))];
      return "closed";
    }
  if (human->open_supports || bzg_date_is_missing (human->last_support))
    return bzg_demo_chance (random, 88) ? "services" : "plan";
  if (days > 380 && bzg_demo_chance (random, 55))
    {
      if (bzg_demo_chance (random, 4))
        return "reopened";
      *closure = human->running || bzg_demo_chance (random, 70) ? "goals_reached" : "referred";
      return "closed";
    }
  return bzg_demo_chance (random, 80) ? "follow_up" : "services";
}

void
bzg_demo_add_case (BzgDemo *demo, BzgWork *work, const BzgDemoHuman *human)
{
  BzgDemoRandom *random = &demo->random;
  BzgRecord *record = bzg_demo_record (demo, "case_file");
  int days = bzg_date_days_between (human->registered, demo->today, NULL);
  const char *closure;
  const char *status = pick_status (demo, human, days, &closure);

  set_case_number (demo, record);
  bzg_record_set_id (record, "person", &human->id);
  bzg_record_set (record, "category", human->category);
  bzg_record_set (record, "status", status);
  bzg_record_set (record, "priority", pick_priority (demo, human));
  bzg_demo_set_date (record, "registered", human->registered);
  bzg_record_set (record, "caseworker", demo->worker_names[human->worker]);
  if (demo->has_workers)
    bzg_record_set_id (record, "owner", &demo->workers[human->worker]);
  if (closure)
    {
      BzgDate last
        = bzg_date_is_missing (human->last_support) ? human->registered : human->last_support;
      BzgDate closed = bzg_date_add_days (last, bzg_demo_range (random, 10, 60));

      bzg_demo_set_date (record, "closed_on", bzg_demo_past (demo, closed) ? closed : demo->today);
      bzg_record_set (record, "closure_reason", closure);
    }
  else if (bzg_demo_chance (random, 70))
    bzg_demo_set_date (record, "reassess_on",
                       bzg_date_add_days (demo->today, bzg_demo_range (random, -15, 150)));
  bzg_demo_put (work, record);
}
