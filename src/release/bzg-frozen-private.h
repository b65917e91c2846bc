/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-count.h"

G_BEGIN_DECLS

/*
 * What is kept of a published release beside its tables: the facts that were posted to it, for the
 * reports that come after; every row that was counted, for the proof over all releases; how people
 * were classed; and the certificate. In place of people and records stand pseudonyms, a MAC of the
 * id under the salt of the ledger, so that one person is one in all releases; whoever erases the
 * person's record erases the way back. Dates of birth, names of places below the class that was
 * counted, and texts are not kept.
 */

/* How the units of a measure hang together over releases. */
typedef enum
{
  BZG_TIME_PERIOD,   /* an event: in every release whose period holds it; adds up over time */
  BZG_TIME_PRESENCE, /* somebody: in every release with one event at least */
  BZG_TIME_STANDING, /* a state: in every release in which no later one takes its place */
} BzgTime;

typedef struct
{
  const char *name; /* interned */
  BzgTime time;
  gboolean any_fund;  /* a fund asked for makes no difference */
  const char *varies; /* a dimension in which a unit may stand elsewhere in another release;
                         interned, or NULL */
} BzgFrozenMeasure;

#define BZG_N_CLASSES 4 /* place, sex, age_band, category */

/* How a person is classed in all releases of a year. */
typedef struct
{
  BzgId person; /* pseudonym */
  int year;     /* as bzg_counting_year() */
  const char *atoms[BZG_N_CLASSES];
} BzgFrozenClass;

typedef struct
{
  const char *measure;
  BzgId person, record; /* pseudonyms; zero: none */
  gint64 n;
  const char **atoms; /* interned, in the order of dims */
} BzgFrozenRow;

typedef struct
{
  char *release; /* id */
  BzgPeriod period;
  char *fund; /* or NULL */
  guint8 salt[32];
  int imprecise;    /* as bzg_release_imprecise() */
  guint year_month; /* in which a year begins in which classes stay: 1 or 10 */
  char **dims;      /* of the rows */
  GArray *measures; /* BzgFrozenMeasure */
  GArray *facts;    /* BzgFact with pseudonyms, dated by the day to which they were posted */
  GArray *classes;  /* BzgFrozenClass */
  GArray *rows;     /* BzgFrozenRow */
  char *certificate;
  BzgTables *tables; /* as printed; not in the blob */
} BzgFrozen;

BzgFrozen *_bzg_frozen_new (void);
void _bzg_frozen_free (BzgFrozen *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgFrozen, _bzg_frozen_free)

/* Everything but the certificate as sorted text: the same facts give the same text for the same
 * salt. (transfer full) */
char *_bzg_frozen_text (const BzgFrozen *self);
/* SHA-256 of that text. (transfer full) */
char *_bzg_frozen_digest (const BzgFrozen *self);
/* The whole as compressed bytes. NULL if memory does not suffice. (transfer full) */
GBytes *_bzg_frozen_write (const BzgFrozen *self);
/* Errors: BZG_ERROR_DAMAGED; BZG_ERROR_REFUSED_LEDGER (of an earlier version of this program, which
 * kept too little to prove anything over several releases). */
BzgFrozen *_bzg_frozen_read (GBytes *blob, GError **error);

G_END_DECLS
