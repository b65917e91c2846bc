/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session.h"
#include "exchange/bzg-demo.h"

G_BEGIN_DECLS

/* The parts of the demonstration's generator. Everything is drawn from one stream of numbers in one
 * order, so that the same seed gives the same content whatever the size of a commit. */

typedef struct
{
  guint64 state;
} BzgDemoRandom;

void bzg_demo_random_init (BzgDemoRandom *self, guint64 seed);
guint bzg_demo_below (BzgDemoRandom *self, guint n);        /* 0..n-1; n > 0 */
int bzg_demo_range (BzgDemoRandom *self, int min, int max); /* both included */
gboolean bzg_demo_chance (BzgDemoRandom *self, guint percent);
int bzg_demo_peak (BzgDemoRandom *self, int min, int max); /* mostly near the middle */
guint bzg_demo_pick (BzgDemoRandom *self, const guint *weights, guint n);

/* A table of the word lists: rows of cells as in the CSV file. */
typedef struct
{
  GPtrArray *rows; /* char **, NULL-terminated */
  char **columns;
} BzgDemoTable;

typedef struct
{
  char **given_m, **given_f, **family, **villages;
  guint n_given_m, n_given_f, n_family, n_villages;
  BzgDemoTable districts, support, livelihoods, failures, countries, occupations, texts, activities,
    organisations;
  guint *district_weights, *country_weights;
} BzgDemoWords;

BzgDemoWords *bzg_demo_words_load (GError **error);
void bzg_demo_words_free (BzgDemoWords *self);
const char *bzg_demo_cell (const BzgDemoTable *table, guint row, const char *column);
int bzg_demo_cell_int (const BzgDemoTable *table, guint row, const char *column);

typedef enum
{
  BZG_DEMO_TAJIK,
  BZG_DEMO_RUSSIAN,
  BZG_DEMO_LATIN,
} BzgDemoScript;

/* @tajik in another script, sometimes with the mistakes people make. (transfer full) */
char *bzg_demo_spell (BzgDemoRandom *random,
                      const char *tajik,
                      BzgDemoScript script,
                      guint mistakes_percent);
/* A family name in its form for a man or a woman: style 0 -ов, 1 -зода, 2 bare. (transfer full) */
char *bzg_demo_family_name (const char *stem, guint style, gboolean woman);
/* Style 0 -ович, 1 -зода, 2 the father's name. (transfer full) */
char *bzg_demo_patronymic (const char *father, guint style, gboolean woman);
/* A free text of the lists for @use, in one of the three languages. Never NULL. */
const char *
bzg_demo_text (BzgDemoRandom *random, const BzgDemoWords *words, const char *use, guint lang);

/* A human being, as far as the later parts need to know. Names in Tajik spelling. */
typedef struct
{
  BzgId id;
  guint number; /* of the ref */
  gboolean woman;
  BzgDate birth;      /* exact, whatever is recorded */
  const char *family; /* stem */
  guint family_style;
  const char *given;
  const char *father; /* of the patronymic */
  guint patronymic_style;
  guint district; /* row of the list */
  const char *village;
  char phone[16];
  char document[16];
  const char *category;
  const char *country; /* of return, NULL for those who stayed */
  BzgDate registered, returned;
  gboolean banned, deported, ill;
  guint lang;      /* of the notes: 0 en, 1 ru, 2 tg */
  guint worker;    /* 0 or 1 */
  gboolean again;  /* registered a second time */
  gboolean served; /* consent to the service stands */
  gboolean story_consent;
  BzgDate last_support;   /* delivered last */
  gboolean open_supports; /* something is planned and not delivered */
  gboolean running;       /* a business that runs */
  const char *business;   /* kind, or NULL */
} BzgDemoHuman;

/* A group event that has places for registered people. */
typedef struct
{
  BzgId id;
  BzgDate start;
  gboolean tested; /* with a test before and after */
} BzgDemoEvent;

#define BZG_DEMO_REMEMBERED 64
#define BZG_DEMO_N_FUNDS 3

typedef struct
{
  BzgDemoRandom random;
  BzgDemoWords *words;
  BzgSession *session;
  guint people, done;
  BzgDate start, end, today;
  guint64 id_counter;
  BzgId workers[2];
  const char *worker_names[2];
  gboolean has_workers, has_sections;
  BzgId funds[BZG_DEMO_N_FUNDS];
  GArray *events;                               /* of BzgDemoEvent, by date */
  BzgDemoHuman remembered[BZG_DEMO_REMEMBERED]; /* candidates for a second registration */
  guint n_remembered;
  guint number, household_number, certificate_number, story_number;
} BzgDemo;

/* A record with the next id of the demonstration: ids are part of the same content and keep the
 * order in which things were made. */
BzgRecord *bzg_demo_record (BzgDemo *demo, const char *aggregate);
void bzg_demo_set_date (BzgRecord *record, const char *name, BzgDate date);
void bzg_demo_set_int (BzgRecord *record, const char *name, gint64 value);
/* Puts the record into @work and frees it. */
void bzg_demo_put (BzgWork *work, BzgRecord *record);
gboolean bzg_demo_past (const BzgDemo *demo, BzgDate date); /* on or before today */

/* A household with its registered people and all that happened to them. */
void bzg_demo_add_household (BzgDemo *demo, BzgWork *work);
void bzg_demo_add_supports (BzgDemo *demo, BzgWork *work, BzgDemoHuman *human);
void bzg_demo_add_livelihood (
  BzgDemo *demo, BzgWork *work, BzgDemoHuman *human, guint row, BzgDate started, int pieces);
void bzg_demo_add_consents (BzgDemo *demo, BzgWork *work, BzgDemoHuman *human);
void bzg_demo_add_case (BzgDemo *demo, BzgWork *work, const BzgDemoHuman *human);
/* Goals, referrals, places in group events; only for people who are served. */
void bzg_demo_add_plan (BzgDemo *demo, BzgWork *work, const BzgDemoHuman *human);
void bzg_demo_add_notes (BzgDemo *demo, BzgWork *work, BzgDemoHuman *human);
void bzg_demo_add_story (BzgDemo *demo, BzgWork *work, const BzgDemoHuman *human);
/* Only where the sections are set up: somebody else must hold their keys too. */
gboolean bzg_demo_set_up_sections (BzgDemo *demo, GError **error);
void bzg_demo_add_sealed (BzgDemo *demo, BzgWork *work, const BzgDemoHuman *human);
void bzg_demo_add_funds (BzgDemo *demo, BzgWork *work);
/* The group events of the month that starts at @month. */
void bzg_demo_add_activities (BzgDemo *demo, BzgWork *work, BzgDate month);

G_END_DECLS
