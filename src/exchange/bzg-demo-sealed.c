/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/bzg-demo-private.h"

#include "casebook/bzg-sealed.h"
#include "casebook/bzg-sections.h"

/*
 * What is sealed about invented survivors. It is drawn from numbers of its own, so that everything
 * else is the same with and without it.
 */

gboolean
bzg_demo_set_up_sections (BzgDemo *demo, GError **error)
{
  static const char *const holders[] = { "protection", "case1" };
  g_autoptr (GArray) users = g_array_new (FALSE, FALSE, sizeof (BzgId));
  char **codes = NULL;
  gboolean ok = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (holders); i++)
    {
      g_autoptr (BzgRecord) user
        = bzg_session_find (demo->session, "user", "name", holders[i], error);

      if (user == NULL)
        return FALSE;
      g_array_append_val (users, *bzg_record_id (user));
    }
  /* Nobody keeps this paper: the first thing to try is to make another one. */
  codes = bzg_paper_new (BZG_PAPER_SECTIONS, FALSE);
  ok = bzg_sections_set_up (demo->session, users, codes[0], error);
  bzg_paper_free (codes);
  demo->has_sections = ok;
  return ok;
}

static const char *
pick (BzgDemoRandom *random, const char *const *words, guint n)
{
  return words[bzg_demo_below (random, n)];
}
#define PICK(random, words) pick (random, words, G_N_ELEMENTS (words))

static void
put (
  BzgDemo *demo, BzgWork *work, const BzgDemoHuman *human, const char *aggregate, BzgRecord *sheet)
{
  BzgRecord *record = bzg_record_new (aggregate, bzg_record_id (sheet));

  bzg_record_set_id (record, "person", &human->id);
  if (bzg_sealed_close (demo->session, record, sheet, NULL))
    bzg_demo_put (work, record);
  else
    bzg_record_free (record);
  bzg_record_free (sheet);
}

static void
add_trafficking (BzgDemo *demo, BzgWork *work, const BzgDemoHuman *human, BzgDemoRandom *random)
{
  static const char *const recruited[]
    = { "friends", "social_networks", "online_advert", "family", "work" };
  static const char *const control[]
    = { "debt; takes_earnings; documents", "false_promises; hours; documents",
        "threats_police; takes_earnings; documents", "threats_family; debt; false_promises" };
  static const char *const industry[]
    = { "construction", "agriculture", "hospitality", "trade", "households", "manufacturing" };
  static const char *const accounts[][3] = {
    { "Went to work with an acquaintance. On arrival the passport was taken and no wage was paid "
      "for "
      "five months.",
      "Поехал(а) на работу через знакомого. По приезде забрали паспорт, пять месяцев не платили.",
      "Тавассути шинос ба кор рафт. Пас аз расидан шиносномаро гирифтанд, панҷ моҳ музд "
      "надоданд." },
    { "Lived locked in at the place of work and was told the police would be called. Got away with "
      "the help of a neighbour.",
      "Жил(а) взаперти на месте работы, угрожали милицией. Удалось уйти с помощью соседки.",
      "Дар ҷойи кор зери қулф зиндагӣ мекард, бо милитсия таҳдид мекарданд. Бо ёрии ҳамсоя "
      "халос шуд." },
  };
  gboolean forced = !human->woman || bzg_demo_chance (random, 60);
  BzgRecord *sheet = bzg_record_new ("trafficking_sheet", NULL);

  bzg_record_set (sheet, "status", bzg_demo_chance (random, 70) ? "actual" : "possible");
  bzg_record_set (sheet, "decided_by", bzg_demo_chance (random, 60) ? "ngo" : "police");
  bzg_demo_set_date (sheet, "decided_on", human->registered);
  bzg_record_set (sheet, "act", "recruitment; transport");
  bzg_record_set (sheet, "recruitment", PICK (random, recruited));
  bzg_record_set (sheet, "relation", bzg_demo_chance (random, 65) ? "acquainted" : "unacquainted");
  bzg_record_set (sheet, "control", PICK (random, control));
  bzg_record_set (sheet, "exploitation", forced ? "forced_labour" : "sexual");
  if (forced)
    bzg_record_set (sheet, "industry", PICK (random, industry));
  if (human->country != NULL)
    bzg_record_set (sheet, "country", human->country);
  bzg_record_set (sheet, "account",
                  accounts[bzg_demo_below (random, G_N_ELEMENTS (accounts))][human->lang]);
  put (demo, work, human, "trafficking", sheet);
}

static void
add_perpetrator (BzgDemo *demo, BzgWork *work, const BzgDemoHuman *human, BzgDemoRandom *random)
{
  static const char *const names[] = { "Бригадир", "Шеф", "Хоҷаин", "Boss", "Посредник" };
  static const char *const roles[]
    = { "recruiter", "transporter; controlled", "exploiter", "recruiter; received" };
  BzgRecord *sheet = bzg_record_new ("perpetrator_sheet", NULL);

  bzg_record_set (sheet, "name", PICK (random, names));
  bzg_record_set (sheet, "role", PICK (random, roles));
  put (demo, work, human, "perpetrator", sheet);
}

static void
add_medical (BzgDemo *demo, BzgWork *work, const BzgDemoHuman *human, BzgDemoRandom *random)
{
  static const char *const matters[] = { "mental", "tuberculosis", "injury", "chronic", "hiv" };
  static const char *const outcomes[] = { "referred", "treated", "completed", "declined" };
  BzgRecord *sheet = bzg_record_new ("medical_sheet", NULL);

  bzg_demo_set_date (sheet, "date", human->registered);
  bzg_record_set (sheet, "matter", PICK (random, matters));
  bzg_record_set (sheet, "outcome", PICK (random, outcomes));
  put (demo, work, human, "medical", sheet);
}

void
bzg_demo_add_sealed (BzgDemo *demo, BzgWork *work, const BzgDemoHuman *human)
{
  BzgDemoRandom random;

  if (!demo->has_sections || g_strcmp0 (human->category, "trafficking_survivor") != 0)
    return;
  bzg_demo_random_init (&random, human->number);
  add_trafficking (demo, work, human, &random);
  if (bzg_demo_chance (&random, 50))
    add_perpetrator (demo, work, human, &random);
  if (bzg_demo_chance (&random, 40))
    add_medical (demo, work, human, &random);
}
