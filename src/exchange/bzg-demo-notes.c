/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notes, tasks and stories of the demonstration, and its funds and group events. */
#include "exchange/bzg-demo-private.h"

#include <string.h>

static gboolean
is (const char *a, const char *b)
{
  return g_strcmp0 (a, b) == 0;
}

static void
add_note (BzgDemo *demo,
          BzgWork *work,
          const BzgDemoHuman *human,
          const char *kind,
          const char *use,
          BzgDate date)
{
  BzgRecord *record;

  if (!bzg_demo_past (demo, date))
    return;
  record = bzg_demo_record (demo, "note");
  bzg_record_set_id (record, "person", &human->id);
  bzg_demo_set_date (record, "date", date);
  bzg_record_set (record, "kind", kind);
  bzg_record_set (record, "text", bzg_demo_text (&demo->random, demo->words, use, human->lang));
  bzg_demo_put (work, record);
}

static void
add_task (BzgDemo *demo, BzgWork *work, const BzgDemoHuman *human)
{
  BzgDemoRandom *random = &demo->random;
  int days = bzg_date_days_between (human->registered, demo->today, NULL);
  gboolean recent = days < 200;
  gboolean open = bzg_demo_chance (random, recent ? 35 : 8);
  BzgDate due;
  BzgRecord *record;

  if (!open && !bzg_demo_chance (random, 25))
    return;
  due = open ? bzg_date_add_days (demo->today, bzg_demo_range (random, -14, 40))
             : bzg_date_add_days (human->registered, bzg_demo_range (random, 5, 60));
  if (!open && !bzg_demo_past (demo, due))
    return;

  record = bzg_demo_record (demo, "task");
  bzg_record_set_id (record, "person", &human->id);
  bzg_demo_set_date (record, "due", due);
  bzg_record_set (record, "title", bzg_demo_text (random, demo->words, "task", human->lang));
  if (demo->has_workers)
    bzg_record_set_id (record, "owner", &demo->workers[human->worker]);
  if (!open)
    {
      BzgDate done = bzg_date_add_days (due, bzg_demo_range (random, -3, 6));

      bzg_demo_set_date (record, "done_on", bzg_demo_past (demo, done) ? done : due);
    }
  bzg_demo_put (work, record);
}

void
bzg_demo_add_notes (BzgDemo *demo, BzgWork *work, BzgDemoHuman *human)
{
  BzgDemoRandom *random = &demo->random;

  add_note (demo, work, human, "office_visit", "intake", human->registered);
  if (bzg_demo_chance (random, 30))
    add_note (demo, work, human, "phone_call", "call",
              bzg_date_add_days (human->registered, bzg_demo_range (random, 10, 220)));
  if (is (human->category, "trafficking_survivor") && human->served)
    add_note (demo, work, human, "counselling", "counselling",
              bzg_date_add_days (human->registered, bzg_demo_range (random, 10, 60)));
  add_task (demo, work, human);
}

/* A draft as a caseworker writes it at first: with the name, the village and the day in it, so that
 * the story check has something to find. */
static char *
story_body (BzgDemo *demo, const BzgDemoHuman *human, guint tongue)
{
  static const BzgLanguage langs[] = { BZG_LANGUAGE_EN, BZG_LANGUAGE_RU, BZG_LANGUAGE_TG };
  static const BzgDemoScript scripts[] = { BZG_DEMO_LATIN, BZG_DEMO_RUSSIAN, BZG_DEMO_TAJIK };
  BzgDemoRandom *random = &demo->random;
  g_autofree char *family = bzg_demo_family_name (human->family, human->family_style, human->woman);
  g_autofree char *given = bzg_demo_spell (random, human->given, scripts[tongue], 0);
  g_autofree char *name = bzg_demo_spell (random, family, scripts[tongue], 0);
  g_autofree char *village = bzg_demo_spell (random, human->village, scripts[tongue], 0);
  const char *quote = bzg_demo_text (random, demo->words, "quote", tongue);
  const char *business = bzg_code_label ("livelihood_kind", human->business, langs[tongue]);
  int year = human->returned.year ? human->returned.year : human->registered.year;

  if (tongue == 0)
    return g_strdup_printf (
      "%s %s came home to %s in %d without savings. Today the family has a business of its own: "
      "%s.\n\n“%s”\n\nThe programme gave equipment and a course; the rest is the work of the "
      "family.",
      given, name, village, year, business, quote);
  if (tongue == 1)
    return g_strdup_printf (
      "%s %s: возвращение в %s в %d году было трудным, накоплений не было. Сегодня у семьи своё "
      "дело: %s.\n\n«%s»\n\nПрограмма дала оборудование и обучение, остальное сделала сама семья.",
      given, name, village, year, business, quote);
  return g_strdup_printf (
    "%s %s соли %d ба деҳаи %s баргашт ва маблағе надошт. Имрӯз оила кори худро дорад: "
    "%s.\n\n«%s»\n\nБарнома таҷҳизот ва омӯзиш дод, боқӣ меҳнати худи оила аст.",
    given, name, year, village, business, quote);
}

void
bzg_demo_add_story (BzgDemo *demo, BzgWork *work, const BzgDemoHuman *human)
{
  static const char *const langs[] = { "en", "ru", "tg" };
  static const char *const titles[] = {
    "A return that became a beginning",
    "Возвращение, ставшее началом",
    "Бозгаште, ки оғоз шуд",
  };
  static const char *const statuses[] = { "draft", "draft", "review" };
  g_autofree char *body = NULL;
  BzgRecord *record;
  guint i;

  /* Two at once, then about one in two hundred people. */
  if (!human->story_consent || !human->running
      || (demo->story_number >= 2 && demo->story_number * 200 > demo->done))
    return;

  i = demo->story_number++ % G_N_ELEMENTS (langs);
  body = story_body (demo, human, i);
  record = bzg_demo_record (demo, "story");
  bzg_record_set_id (record, "person", &human->id);
  bzg_record_set (record, "language", langs[i]);
  bzg_record_set (record, "format", "success_story");
  bzg_record_set (record, "title", titles[i]);
  bzg_record_set (record, "body", body);
  bzg_record_set (record, "status", statuses[i]);
  bzg_demo_put (work, record);
}

void
bzg_demo_add_funds (BzgDemo *demo, BzgWork *work)
{
  static const struct
  {
    const char *name, *donor, *award, *calendar;
  } funds[BZG_DEMO_N_FUNDS] = {
    { "Return and Dignity", "Northern Lakes Agency for Development", "NLA-2023-0117", "us_fiscal" },
    { "Safe at Home", "Alpine Cooperation Fund", "ACF-TJ-44", "calendar" },
    { "Emergency Window", "Friends of Returnees", "FR-0009", "calendar" },
  };

  for (guint i = 0; i < BZG_DEMO_N_FUNDS; i++)
    {
      BzgRecord *record = bzg_demo_record (demo, "fund");

      demo->funds[i] = *bzg_record_id (record);
      bzg_record_set (record, "name", funds[i].name);
      bzg_record_set (record, "donor", funds[i].donor);
      bzg_record_set (record, "award_no", funds[i].award);
      bzg_record_set (record, "calendar", funds[i].calendar);
      bzg_demo_set_date (record, "starts_on", bzg_date_make (BZG_DEMO_FIRST_YEAR - 1, 10, 1));
      bzg_demo_set_date (record, "ends_on", bzg_date_make (demo->end.year + 1, 9, 30));
      bzg_demo_put (work, record);
    }
}

static void
add_head_counts (
  BzgDemo *demo, BzgWork *work, const BzgId *activity, int people, int age_min, int age_max)
{
  static const struct
  {
    const char *code;
    int from, to;
  } bands[] = {
    { "15-17", 15, 17 }, { "18-24", 18, 24 }, { "25-34", 25, 34 },
    { "35-44", 35, 44 }, { "45-59", 45, 59 }, { "60+", 60, 90 },
  };
  BzgDemoRandom *random = &demo->random;
  guint weights[G_N_ELEMENTS (bands)] = { 0 };
  guint counts[G_N_ELEMENTS (bands)][2] = { 0 };
  guint women = (guint) bzg_demo_range (random, 30, 70);

  for (guint i = 0; i < G_N_ELEMENTS (bands); i++)
    weights[i] = (guint) MAX (0, MIN (bands[i].to, age_max) - MAX (bands[i].from, age_min) + 1);
  for (int i = 0; i < people; i++)
    {
      guint band = bzg_demo_pick (random, weights, G_N_ELEMENTS (bands));

      counts[band][!bzg_demo_chance (random, women)]++;
    }
  for (guint i = 0; i < G_N_ELEMENTS (bands); i++)
    for (guint sex = 0; sex < 2; sex++)
      if (counts[i][sex] > 0)
        {
          BzgRecord *record = bzg_demo_record (demo, "head_count");

          bzg_record_set_id (record, "activity", activity);
          bzg_record_set (record, "sex", sex ? "M" : "F");
          bzg_record_set (record, "age_band", bands[i].code);
          bzg_demo_set_int (record, "people", counts[i][sex]);
          bzg_demo_put (work, record);
        }
}

static void
add_activity (BzgDemo *demo, BzgWork *work, BzgDate month)
{
  BzgDemoRandom *random = &demo->random;
  const BzgDemoTable *table = &demo->words->activities;
  guint weights[64] = { 0 };
  guint row, district;
  BzgDate start = bzg_date_make (month.year, month.month, bzg_demo_range (random, 1, 28));
  BzgDate end;
  BzgRecord *record;
  BzgId id;
  const char *code;
  const char *kind;
  g_autofree char *region = NULL;
  int people, age_min, age_max;

  for (guint i = 0; i < table->rows->len && i < G_N_ELEMENTS (weights); i++)
    {
      weights[i] = (guint) bzg_demo_cell_int (table, i, "weight");
      /* Camps are in summer, debates in the school year. */
      kind = bzg_demo_cell (table, i, "kind");
      if (is (kind, "youth_camp"))
        weights[i] = month.month >= 6 && month.month <= 8 ? 8 : 0;
      if (is (kind, "debate") && month.month >= 6 && month.month <= 8)
        weights[i] = 0;
    }
  row = bzg_demo_pick (random, weights, table->rows->len);
  kind = bzg_demo_cell (table, row, "kind");
  end = bzg_date_add_days (start, is (kind, "youth_camp") ? 4 : is (kind, "training") ? 2 : 0);
  if (!bzg_demo_past (demo, end))
    return;
  district
    = bzg_demo_pick (random, demo->words->district_weights, demo->words->districts.rows->len);
  code = bzg_demo_cell (&demo->words->districts, district, "district");
  region = g_strndup (code, strlen ("TJ-XX"));
  people = bzg_demo_range (random, bzg_demo_cell_int (table, row, "people_min"),
                           bzg_demo_cell_int (table, row, "people_max"));
  age_min = bzg_demo_cell_int (table, row, "age_min");
  age_max = bzg_demo_cell_int (table, row, "age_max");

  record = bzg_demo_record (demo, "activity");
  id = *bzg_record_id (record);
  bzg_record_set (record, "kind", kind);
  bzg_record_set (record, "title", bzg_demo_cell (table, row, "title"));
  bzg_demo_set_date (record, "start", start);
  bzg_demo_set_date (record, "end", end);
  bzg_record_set (record, "place", bzg_code_label ("district", code, BZG_LANGUAGE_EN));
  bzg_record_set (record, "region", region);
  bzg_record_set (record, "audience", bzg_demo_cell (table, row, "audience"));
  bzg_record_set (record, "partner", bzg_demo_cell (table, row, "partner"));
  bzg_record_set_id (record, "fund", &demo->funds[bzg_demo_below (random, 2)]);
  bzg_record_set (record, "source", "demo");
  bzg_demo_set_int (record, "participants", people);
  bzg_demo_set_int (record, "participants_age_min", age_min);
  bzg_demo_set_int (record, "participants_age_max", age_max);
  bzg_demo_put (work, record);

  if (is (kind, "training") || is (kind, "self_help_group") || is (kind, "theatre"))
    {
      BzgDemoEvent event = { .id = id, .start = start, .tested = is (kind, "training") };

      g_array_append_val (demo->events, event);
    }

  /* Some organisers only know how many came. */
  if (bzg_demo_chance (random, 85))
    add_head_counts (demo, work, &id, people, age_min, age_max);
}

void
bzg_demo_add_activities (BzgDemo *demo, BzgWork *work, BzgDate month)
{
  int n = bzg_demo_range (&demo->random, 1, 3);

  for (int i = 0; i < n; i++)
    add_activity (demo, work, month);
}
