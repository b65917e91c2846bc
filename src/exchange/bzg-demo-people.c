/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * People, households and migration of the demonstration. One in fifty
 * registrations is a human being who stands in the casebook already, written down by another
 * caseworker in another script: that is what the search for duplicates has to find.
 */
#include "exchange/bzg-demo-private.h"

#include <string.h>

static const char *const categories[] = {
  "returned_migrant", "trafficking_survivor", "at_risk", "family_member", "child", "stranded",
};

static BzgDemoScript
pick_script (BzgDemo *demo, guint worker)
{
  static const guint weights[2][3] = { { 55, 30, 15 }, { 25, 55, 20 } };

  return bzg_demo_pick (&demo->random, weights[worker], 3);
}

static const char *
pick_category (BzgDemo *demo)
{
  static const guint weights[] = { 82, 6, 6, 4, 1, 1 };

  return categories[bzg_demo_pick (&demo->random, weights, G_N_ELEMENTS (weights))];
}

static gboolean
is (const char *a, const char *b)
{
  return g_strcmp0 (a, b) == 0;
}

static int
pick_age (BzgDemo *demo, const char *category)
{
  BzgDemoRandom *random = &demo->random;

  if (is (category, "child"))
    return bzg_demo_range (random, 15, 17);
  if (is (category, "trafficking_survivor"))
    return bzg_demo_peak (random, 16, 46);
  if (is (category, "at_risk"))
    return bzg_demo_peak (random, 15, 36);
  if (is (category, "family_member"))
    return bzg_demo_peak (random, 20, 70);
  return bzg_demo_chance (random, 70) ? bzg_demo_peak (random, 19, 50)
                                      : bzg_demo_peak (random, 18, 70);
}

static guint
percent_of_women (const char *category)
{
  if (is (category, "trafficking_survivor"))
    return 80;
  if (is (category, "family_member"))
    return 85;
  if (is (category, "at_risk") || is (category, "child"))
    return 50;
  return 19;
}

static void
set_age (BzgDemo *demo, BzgDemoHuman *human, int age)
{
  BzgDate birthday = bzg_date_add_months (human->registered, -12 * age);

  human->birth = bzg_date_add_days (birthday, -bzg_demo_range (&demo->random, 1, 360));
}

static BzgDate
next_registration (BzgDemo *demo)
{
  int days = bzg_date_days_between (demo->start, demo->end, NULL);
  int day = (int) ((gint64) days * demo->done / MAX (demo->people, 1));

  day += bzg_demo_range (&demo->random, -8, 8);
  return bzg_date_add_days (demo->start, CLAMP (day, 0, days));
}

static void
set_migration (BzgDemo *demo, BzgDemoHuman *human)
{
  BzgDemoRandom *random = &demo->random;
  guint percent = is (human->category, "family_member") ? 0
                  : is (human->category, "child")       ? 15
                  : is (human->category, "at_risk")     ? 25
                                                        : 100;
  guint row;

  if (!bzg_demo_chance (random, percent))
    return;
  row = bzg_demo_pick (random, demo->words->country_weights, demo->words->countries.rows->len);
  human->country = bzg_demo_cell (&demo->words->countries, row, "country");
  human->returned = bzg_date_add_days (human->registered, -bzg_demo_peak (random, 2, 400));
  human->banned
    = (is (human->country, "RU") || is (human->country, "KZ")) && bzg_demo_chance (random, 37);
  human->deported = human->banned && bzg_demo_chance (random, 55);
}

/* A human being who belongs to @household (the first one, or NULL if this is the first). */
static void
make_human (BzgDemo *demo,
            BzgDemoHuman *human,
            const BzgDemoHuman *first,
            const char *category,
            gboolean woman,
            int age)
{
  BzgDemoRandom *random = &demo->random;
  BzgDemoWords *words = demo->words;
  static const guint styles[] = { 58, 20, 22 };
  static const guint patronymics[] = { 55, 20, 25 };
  static const guint langs[] = { 22, 36, 42 };

  memset (human, 0, sizeof *human);
  human->number = ++demo->number;
  human->category = category;
  human->woman = woman;
  human->registered = first ? first->registered : next_registration (demo);
  set_age (demo, human, age);
  human->family = first ? first->family : words->family[bzg_demo_below (random, words->n_family)];
  human->family_style
    = first ? first->family_style : bzg_demo_pick (random, styles, G_N_ELEMENTS (styles));
  human->given = woman ? words->given_f[bzg_demo_below (random, words->n_given_f)]
                       : words->given_m[bzg_demo_below (random, words->n_given_m)];
  human->father = words->given_m[bzg_demo_below (random, words->n_given_m)];
  human->patronymic_style = bzg_demo_pick (random, patronymics, G_N_ELEMENTS (patronymics));
  human->district = first
                      ? first->district
                      : bzg_demo_pick (random, words->district_weights, words->districts.rows->len);
  human->village
    = first ? first->village : words->villages[bzg_demo_below (random, words->n_villages)];
  human->worker = first ? first->worker : bzg_demo_below (random, 2);
  human->lang = bzg_demo_pick (random, langs, G_N_ELEMENTS (langs));
  human->ill = bzg_demo_chance (random, 22);
  human->story_consent = FALSE;
  if (bzg_demo_chance (random, 82))
    g_snprintf (human->phone, sizeof human->phone, "+99266%07u", bzg_demo_below (random, 10000000));
  if (bzg_demo_chance (random, 60))
    g_snprintf (human->document, sizeof human->document, "A%09u",
                660000000 + bzg_demo_below (random, 10000000));
  set_migration (demo, human);
}

static void
set_birth (BzgDemo *demo, BzgRecord *record, const BzgDemoHuman *human)
{
  gboolean again = human->again;
  static const guint weights[] = { 80, 7, 9, 4 };
  static const guint weights_again[] = { 55, 10, 25, 10 };
  BzgDate birth = human->birth;
  int age, most;

  switch (bzg_demo_pick (&demo->random, again ? weights_again : weights, 4))
    {
    case 0:
      /* Those who do not know their day have 1 January in the passport. */
      if (bzg_demo_chance (&demo->random, 4))
        birth = bzg_date_make (birth.year, 1, 1);
      break;
    case 1:
      birth = bzg_date_make (birth.year, birth.month, 0);
      break;
    case 2:
      birth = bzg_date_make (birth.year, 0, 0);
      break;
    default:
      bzg_date_age (human->birth, human->registered, &age, &most);
      bzg_demo_set_int (record, "age", age);
      bzg_demo_set_date (record, "age_as_of", human->registered);
      return;
    }
  bzg_demo_set_date (record, "birth_date", birth);
}

static void
set_names (BzgDemo *demo, BzgRecord *record, const BzgDemoHuman *human)
{
  gboolean again = human->again;
  BzgDemoRandom *random = &demo->random;
  BzgDemoScript script = pick_script (demo, human->worker);
  guint mistakes = again ? 35 : 7;
  guint style = human->family_style;
  g_autofree char *family = NULL, *patronymic = NULL, *spelled = NULL, *given = NULL,
                  *spelled_patronymic = NULL;

  if (again && bzg_demo_chance (random, 30))
    style = bzg_demo_below (random, 3); /* the other document has the other form */
  family = bzg_demo_family_name (human->family, style, human->woman);
  spelled = bzg_demo_spell (random, family, script, mistakes);
  given = bzg_demo_spell (random, human->given, script, mistakes);
  bzg_record_set (record, "family_name", spelled);
  bzg_record_set (record, "given_name", given);
  if (bzg_demo_chance (random, again ? 45 : 75))
    {
      patronymic = bzg_demo_patronymic (human->father, human->patronymic_style, human->woman);
      spelled_patronymic = bzg_demo_spell (random, patronymic, script, mistakes);
      bzg_record_set (record, "patronymic", spelled_patronymic);
    }
  if (!again && bzg_demo_chance (random, 5))
    {
      g_autofree char *other = g_strdup_printf ("%s %s", family, human->given);
      g_autofree char *latin = bzg_demo_spell (random, other, BZG_DEMO_LATIN, 0);

      bzg_record_set (record, "other_names", latin);
    }
}

static void
set_address (BzgDemo *demo, BzgRecord *record, const BzgDemoHuman *human)
{
  const BzgDemoTable *districts = &demo->words->districts;
  const char *district = bzg_demo_cell (districts, human->district, "district");
  const char *border = bzg_demo_cell (districts, human->district, "border");
  g_autofree char *region = g_strndup (district, strlen ("TJ-XX"));
  gboolean capital = is (district, "TJ-DU-01");

  bzg_record_set (record, "region", region);
  if (!bzg_demo_chance (&demo->random, 3))
    bzg_record_set (record, "district", district);
  if (capital || bzg_demo_chance (&demo->random, 15))
    bzg_record_set (record, "settlement_kind", capital ? "city" : "town");
  else
    {
      bzg_record_set (record, "settlement_kind", "village");
      bzg_record_set (record, "settlement", human->village);
      if (bzg_demo_chance (&demo->random, 35))
        {
          g_autofree char *jamoat = g_strdup_printf ("Ҷамоати %s", human->village);

          bzg_record_set (record, "jamoat", jamoat);
        }
    }
  if (*border && bzg_demo_chance (&demo->random, 30))
    bzg_record_set (record, "near_border_with", border);
}

static void
add_person (BzgDemo *demo, BzgWork *work, BzgDemoHuman *human)
{
  BzgDemoRandom *random = &demo->random;
  const BzgDemoTable *occupations = &demo->words->occupations;
  BzgRecord *record = bzg_demo_record (demo, "person");
  gboolean again = human->again;
  g_autofree char *ref = g_strdup_printf ("D-%06u%s", human->number, again ? "B" : "");

  human->id = *bzg_record_id (record);
  bzg_record_set (record, "ref", ref);
  bzg_record_set (record, "source", "demo");
  set_names (demo, record, human);
  bzg_record_set (record, "sex", human->woman ? "F" : "M");
  set_birth (demo, record, human);
  if (*human->phone && bzg_demo_chance (random, again ? 55 : 100))
    bzg_record_set (record, "phone", human->phone);
  if (*human->document && bzg_demo_chance (random, again ? 40 : 100))
    bzg_record_set (record, "document_no", human->document);
  bzg_record_set (record, "nationality", "TJ");
  if (bzg_demo_chance (random, 60))
    bzg_record_set (record, "languages", human->country ? "тоҷикӣ, русӣ" : "тоҷикӣ");
  set_address (demo, record, human);
  if (!is (human->category, "child") && bzg_demo_chance (random, 70))
    bzg_record_set (record, "occupation",
                    bzg_demo_cell (occupations, bzg_demo_below (random, occupations->rows->len),
                                   human->woman ? "f" : "m"));
  if (bzg_demo_chance (random, 75))
    {
      bzg_record_set (record, "health_problem", human->ill ? "yes" : "no");
      bzg_record_set (record, "able_heavy_work",
                      human->ill && bzg_demo_chance (random, 65) ? "no" : "yes");
    }
  bzg_demo_put (work, record);
}

static const char *
pick_return_reason (BzgDemo *demo, const BzgDemoHuman *human)
{
  static const char *const reasons[] = {
    "no_work", "end_of_contract", "family",   "unpaid_wages", "no_documents",
    "illness", "injury",          "own_wish", "unknown",
  };
  static const guint weights[] = { 26, 18, 20, 10, 8, 7, 4, 5, 2 };

  if (is (human->category, "trafficking_survivor"))
    return "exploitation";
  if (human->deported)
    return bzg_demo_chance (&demo->random, 70) ? "deportation" : "re_entry_ban";
  if (human->banned)
    return "re_entry_ban";
  return reasons[bzg_demo_pick (&demo->random, weights, G_N_ELEMENTS (weights))];
}

static void
set_ban (BzgDemo *demo, BzgRecord *record, const BzgDemoHuman *human)
{
  BzgDemoRandom *random = &demo->random;
  static const char *const bodies[] = { "interior_ministry", "court", "border_service", "unknown" };
  static const guint body_weights[] = { 72, 16, 6, 6 };
  static const char *const reasons[]
    = { "превышен срок пребывания", "нет патента", "нарушение регистрации" };
  static const char *const appeals[] = { "none", "planned", "filed", "rejected", "granted" };
  static const guint appeal_weights[] = { 62, 14, 12, 9, 3 };
  BzgDate from = bzg_date_add_days (human->returned, -bzg_demo_range (random, 5, 150));
  BzgDate checked = bzg_date_add_days (human->registered, bzg_demo_range (random, 3, 60));

  bzg_record_set (record, "ban_body",
                  bodies[bzg_demo_pick (random, body_weights, G_N_ELEMENTS (bodies))]);
  if (bzg_demo_chance (random, 60))
    bzg_record_set (record, "ban_reason", reasons[bzg_demo_below (random, 3)]);
  bzg_demo_set_date (record, "ban_from", from);
  if (bzg_demo_chance (random, 85))
    bzg_demo_set_date (record, "ban_until",
                       bzg_date_add_months (from, bzg_demo_chance (random, 55) ? 60 : 36));
  if (bzg_demo_past (demo, checked))
    bzg_demo_set_date (record, "ban_checked_on", checked);
  bzg_record_set (record, "ban_appeal",
                  appeals[bzg_demo_pick (random, appeal_weights, G_N_ELEMENTS (appeals))]);
}

static void
add_migration (BzgDemo *demo, BzgWork *work, const BzgDemoHuman *human)
{
  BzgDemoRandom *random = &demo->random;
  const BzgDemoTable *countries = &demo->words->countries;
  static const guint precision[] = { 55, 30, 15 };
  BzgDate departed, back = human->returned;
  BzgRecord *record;
  g_autofree char *years = NULL;
  guint row;

  if (!human->country)
    return;
  do
    row = bzg_demo_pick (random, demo->words->country_weights, countries->rows->len);
  while (!is (bzg_demo_cell (countries, row, "country"), human->country));

  record = bzg_demo_record (demo, "migration");
  bzg_record_set_id (record, "person", &human->id);
  bzg_record_set (record, "country_of_return", human->country);
  if (bzg_demo_chance (random, 80))
    bzg_record_set (record, "place_of_return", bzg_demo_cell (countries, row, "place"));
  if (bzg_demo_chance (random, 75))
    bzg_record_set (record, "work_abroad", bzg_demo_cell (countries, row, "work"));

  departed = bzg_date_add_days (human->returned, -bzg_demo_peak (random, 150, 4000));
  if (departed.year < human->birth.year + 14)
    departed = bzg_date_make (human->birth.year + 14, 9, 1);
  years = g_strdup_printf ("%d-%d", departed.year, back.year);
  bzg_record_set (record, "migration_years", years);
  bzg_demo_set_date (record, "departed_on", bzg_date_make (departed.year, departed.month, 0));
  switch (bzg_demo_pick (random, precision, G_N_ELEMENTS (precision)))
    {
    case 1:
      back.day = 0;
      break;
    case 2:
      back = bzg_date_make (back.year, 0, 0);
      break;
    default:
      break;
    }
  bzg_demo_set_date (record, "return_date", back);

  bzg_record_set (record, "return_reason", pick_return_reason (demo, human));
  bzg_record_set (record, "return_kind",
                  human->deported                                ? "deported"
                  : is (human->category, "stranded")             ? "stranded"
                  : is (human->category, "trafficking_survivor") ? "assisted"
                  : human->banned                                ? "forced"
                                                                 : "voluntary");
  if (bzg_demo_chance (random, 70))
    bzg_record_set (record, "debt", bzg_demo_chance (random, 38) ? "yes" : "no");
  bzg_record_set (record, "re_entry_ban",
                  human->banned                  ? "yes"
                  : bzg_demo_chance (random, 12) ? "unknown"
                                                 : "no");
  if (human->banned)
    set_ban (demo, record, human);
  bzg_demo_put (work, record);
}

static void
remember (BzgDemo *demo, const BzgDemoHuman *human)
{
  if (demo->n_remembered < BZG_DEMO_REMEMBERED)
    demo->remembered[demo->n_remembered++] = *human;
  else
    demo->remembered[bzg_demo_below (&demo->random, BZG_DEMO_REMEMBERED)] = *human;
}

static void
add_journey (BzgDemo *demo, BzgWork *work, BzgDemoHuman *human)
{
  add_migration (demo, work, human);
  bzg_demo_add_consents (demo, work, human);
  if (human->served)
    {
      bzg_demo_add_supports (demo, work, human);
      bzg_demo_add_plan (demo, work, human);
    }
  bzg_demo_add_notes (demo, work, human);
  bzg_demo_add_case (demo, work, human);
  bzg_demo_add_sealed (demo, work, human);
  bzg_demo_add_story (demo, work, human);
  demo->done++;
}

/* Somebody registered before, by the other caseworker, who got only advice since. */
static void
add_again (BzgDemo *demo, BzgWork *work)
{
  guint i = bzg_demo_below (&demo->random, demo->n_remembered);
  BzgDemoHuman human = demo->remembered[i];

  demo->remembered[i] = demo->remembered[--demo->n_remembered];
  human.registered = next_registration (demo);
  human.worker = 1 - human.worker;
  human.last_support = BZG_DATE_MISSING;
  human.open_supports = human.running = FALSE;
  human.business = NULL;
  human.again = TRUE;
  add_person (demo, work, &human);
  add_journey (demo, work, &human);
}

static void
add_household_record (
  BzgDemo *demo, BzgWork *work, const BzgDemoHuman *first, guint registered, BzgId *id)
{
  BzgDemoRandom *random = &demo->random;
  int people = bzg_demo_peak (random, 3, 8);
  int size = MAX (people, (int) registered + 1);
  int children = bzg_demo_range (random, 0, size - (int) registered);
  BzgRecord *record = bzg_demo_record (demo, "household");
  g_autofree char *ref = g_strdup_printf ("H-%06u", ++demo->household_number);
  g_autofree char *family = bzg_demo_family_name (first->family, first->family_style, FALSE);
  g_autofree char *note = NULL;

  if (first->lang == 0)
    note = g_strdup_printf ("Household of %d, children under 15: %d", size, children);
  else if (first->lang == 1)
    note = g_strdup_printf ("В семье %d чел., детей до 15 лет: %d", size, children);
  else
    note = g_strdup_printf ("Дар оила %d нафар, кӯдакони то 15-сола: %d", size, children);
  *id = *bzg_record_id (record);
  bzg_record_set (record, "ref", ref);
  bzg_record_set (record, "name", family);
  bzg_record_set (record, "note", note);
  bzg_demo_put (work, record);
}

static void
add_member (BzgDemo *demo,
            BzgWork *work,
            const BzgId *household,
            const BzgDemoHuman *human,
            const char *relation)
{
  BzgRecord *record = bzg_demo_record (demo, "household_member");

  bzg_record_set_id (record, "household", household);
  bzg_record_set_id (record, "person", &human->id);
  bzg_record_set (record, "relation", relation);
  bzg_record_set (record, "dependant",
                  is (relation, "head") || is (relation, "husband") ? "no"
                  : bzg_demo_chance (&demo->random, 40)             ? "yes"
                                                                    : "no");
  bzg_demo_put (work, record);
}

/* A second or third registered member: wife, brother or grown child of the first. (Each draw stands
 * in a statement of its own here and below: C does not say in which order arguments are evaluated.)
 */
static const char *
make_relative (BzgDemo *demo, BzgDemoHuman *human, const BzgDemoHuman *first, guint place)
{
  BzgDemoRandom *random = &demo->random;
  const char *category;
  gboolean woman;
  int age, most, own;

  bzg_date_age (first->birth, first->registered, &age, &most);
  if (place == 1 && !first->woman && age >= 20 && bzg_demo_chance (random, 50))
    {
      category = bzg_demo_chance (random, 80) ? "family_member" : "returned_migrant";
      own = age - bzg_demo_range (random, -2, 6);
      make_human (demo, human, first, category, TRUE, CLAMP (own, 18, 70));
      return "wife";
    }
  if (age >= 40 && bzg_demo_chance (random, 65))
    {
      woman = bzg_demo_chance (random, 30);
      own = bzg_demo_range (random, 15, age - 20);
      category = bzg_demo_chance (random, 70) ? "returned_migrant" : "at_risk";
      make_human (demo, human, first, own < 18 ? "child" : category, woman, own);
      return woman ? "daughter" : "son";
    }
  woman = bzg_demo_chance (random, 15);
  own = age + bzg_demo_range (random, -9, 9);
  make_human (demo, human, first, "returned_migrant", woman, CLAMP (own, 18, 70));
  return human->woman ? "sister" : "brother";
}

void
bzg_demo_add_household (BzgDemo *demo, BzgWork *work)
{
  static const guint sizes[] = { 76, 18, 6 };
  BzgDemoRandom *random = &demo->random;
  BzgDemoHuman humans[3];
  const char *relations[3];
  const char *category;
  gboolean woman;
  int age;
  BzgId household;
  guint n;

  /* Two in a hundred registrations. */
  if (demo->done % 50 == 49 && demo->n_remembered > 8)
    {
      add_again (demo, work);
      return;
    }

  n = 1 + bzg_demo_pick (random, sizes, G_N_ELEMENTS (sizes));
  n = MIN (n, demo->people - demo->done);
  if (demo->done % 50 < 49) /* the fiftieth stays free for a second registration */
    n = MIN (n, 49 - demo->done % 50);
  category = pick_category (demo);
  woman = bzg_demo_chance (random, percent_of_women (category));
  age = pick_age (demo, category);
  make_human (demo, &humans[0], NULL, category, woman, age);
  relations[0] = is (category, "child") ? humans[0].woman ? "daughter" : "son"
                 : humans[0].woman      ? bzg_demo_chance (random, 40) ? "head" : "wife"
                 : n > 1 || bzg_demo_chance (random, 70) ? "head"
                                                         : "son";
  for (guint i = 1; i < n; i++)
    relations[i] = make_relative (demo, &humans[i], &humans[0], i);

  add_household_record (demo, work, &humans[0], n, &household);
  for (guint i = 0; i < n; i++)
    {
      add_person (demo, work, &humans[i]);
      add_member (demo, work, &household, &humans[i], relations[i]);
      add_journey (demo, work, &humans[i]);
      remember (demo, &humans[i]);
    }
}
