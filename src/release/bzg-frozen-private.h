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
  char *release; /* id */
  BzgPeriod period;
  char *fund; /* or NULL */
  guint8 salt[32];
  int imprecise;       /* as bzg_release_imprecise() */
  guint year_month;    /* in which a year begins in which classes stay: 1 or 10 */
  char **dims;         /* of the rows */
  GArray *measures;    /* BzgFrozenMeasure */
  BzgFactStore *facts; /* with pseudonyms, dated by the day to which they were posted ... */
  GArray *classes;     /* ... and BzgFrozenClass; both NULL once _bzg_posting_add() took them */
  GArray *rows;      /* BzgCountedRow with pseudonyms, atoms of @tables; NULL: still in the blob */
  GBytes *blob;      /* from which it was read, or NULL */
  char *certificate; /* or NULL: still in the blob */
  BzgTables *tables; /* with @rows as counted, else as printed; not in the blob */
} BzgFrozen;

BzgFrozen *_bzg_frozen_new (void);
void _bzg_frozen_free (BzgFrozen *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgFrozen, _bzg_frozen_free)

/* The release that this one corrects, or NULL; stands in its tables. */
const char *_bzg_frozen_supersedes (const BzgFrozen *self);

/* SHA-256 of everything but the certificate: the same facts give the same for the same salt.
 * Errors: as _bzg_frozen_foreach_row(). (transfer full) */
char *_bzg_frozen_digest (const BzgFrozen *self, GError **error);
/* The whole, with its certificate, as compressed bytes. (transfer full) */
GBytes *_bzg_frozen_write (const BzgFrozen *self, GError **error);
/* All but rows and certificate, which are many, and which few have use for; the checksum of the
 * whole stands behind them, and is looked at with the rows. Errors: BZG_ERROR_DAMAGED;
 * BZG_ERROR_REFUSED_LEDGER (of an earlier version of this program, which kept too little to prove
 * anything over several releases). */
BzgFrozen *_bzg_frozen_read (GBytes *blob, GError **error);

/* @names: of the row's atoms, interned, in the order of dims; @row has none itself. FALSE stops,
 * with an error. */
typedef gboolean (*BzgFrozenRowFunc) (const BzgCountedRow *row,
                                      const char *const *names,
                                      gpointer data,
                                      GError **error);
/* Any thread. Errors: BZG_ERROR_DAMAGED; those of @func. */
gboolean _bzg_frozen_foreach_row (const BzgFrozen *self,
                                  BzgFrozenRowFunc func,
                                  gpointer data,
                                  GError **error);

G_END_DECLS
