/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-frozen-private.h"

G_BEGIN_DECLS

/*
 * What earlier releases fixed for all that come after.
 *
 * A fact counts in the period of its date as long as no release covers it; one that comes late, for
 * a period that is public, counts on the first day after it that is open. A fact that was counted
 * once is counted the same for ever, whatever becomes of its record: changed, void, erased. So a
 * half-year is made of the very facts of its quarters, and the difference of two releases tells
 * nothing but what happened between them.
 *
 * Only a correction counts again what was counted: a release that supersedes another. All that
 * comes after it is made of its facts; what came before stays as it is. In its period it takes the
 * record as it is now: changed, void, merged, and what came late for it; of all funds that were
 * published, whichever fund it speaks of, so that what another fund pays now is not lost. Who was
 * erased, or refused to be counted since, stays as counted. What another release counted elsewhere
 * stays there, be it because it came late or because it was dated wrongly: it comes home only when
 * a release is corrected that covers both. A person's class changes only if all that was published
 * of them in that year lies in the period, so that nobody is in two classes of one year.
 *
 * Everything here knows people and records by pseudonyms only; they fit in a BzgId.
 */

typedef struct _BzgPosting BzgPosting;

/* Of a programme that has published nothing: with a salt of its own. */
BzgPosting *_bzg_posting_new (void);
/* The reports in the ledger of the casebook; rows without names post nothing. Errors: as
 * _bzg_frozen_read(). */
BzgPosting *_bzg_posting_load (BzgSession *session, GError **error);
BzgPosting *_bzg_posting_ref (BzgPosting *self);
void _bzg_posting_unref (BzgPosting *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgPosting, _bzg_posting_unref)

/* Adds the next release, with its tables. Takes @frozen, and facts and classes out of it: what
 * is posted is kept once. */
void _bzg_posting_add (BzgPosting *self, BzgFrozen *frozen);
guint _bzg_posting_n (const BzgPosting *self);
const BzgFrozen *_bzg_posting_get (const BzgPosting *self, guint release);
/* The newest edition of a release, which may be a correction of it, or NULL. *edition (may be
 * NULL): 1 for the first; 0. */
const BzgFrozen *_bzg_posting_find (const BzgPosting *self, const char *release, guint *edition);
const guint8 *_bzg_posting_salt (const BzgPosting *self); /* 32 bytes */
/* The month in which the years of this ledger begin; 0: nothing is published yet. */
guint _bzg_posting_year_month (const BzgPosting *self);

/* As if what lies in the period of @corrected had not been counted, to count it again: facts and
 * classes. @live: the record; @void_records of it: those that exist, but do not count. Shares the
 * releases of
 * @self, which must get no others meanwhile; counts for _bzg_posted_new() and bzg_count(), and is
 * not added to. (transfer full) */
BzgPosting *_bzg_posting_open (BzgPosting *self,
                               const BzgFrozen *corrected,
                               const BzgFactStore *live,
                               const BzgIdTable *void_records);

/* Of an opened one, for each of @facts whether some release covers it, by its day and its fund: it
 * is counted again whichever fund the correction speaks of. NULL of others. (transfer full) */
guint8 *_bzg_posting_recounted (const BzgPosting *self, const BzgFactStore *facts);

/* Everything that has a say in a report on one period: what was posted to it, and of the record
 * what is not posted yet, from the beginning of the year in which people are classed to the end of
 * the period. */
typedef struct
{
  const BzgPosting *posting;
  BzgSpan period, year;
  BzgFactStore *facts; /* with pseudonyms, dated by the day to which they are posted */
  guint late;          /* how many of them came late to the period */
} BzgPosted;

/* With what was posted to @period. @posting must stay. (transfer full) */
BzgPosted *_bzg_posted_new (const BzgPosting *posting, const BzgPeriod *period, guint year_month);
void _bzg_posted_free (BzgPosted *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgPosted, _bzg_posted_free)
/* All facts of the record, with ids of the casebook. */
void _bzg_posted_add (BzgPosted *self, const BzgFactStore *live);

/* How the person is classed in that year, or NULL: not yet. */
const BzgFrozenClass *_bzg_posting_class (const BzgPosting *self, const BzgId *person, int year);

/* What is frozen of a count when it is published (bzg-freeze.c): takes @facts, which were counted;
 * @options has a posting and a year month. Without certificate. */
BzgFrozen *_bzg_freeze (const BzgFigures *figures,
                        const BzgCounted *counted,
                        BzgFactStore *facts,
                        const BzgCountOptions *options);

/* Somebody got or has what the fact tells; else it is about a group. */
static inline gboolean
_bzg_fact_is_of_person (BzgFactKind kind)
{
  return kind == BZG_FACT_SUPPORT || kind == BZG_FACT_PLANNED || kind == BZG_FACT_VISIT;
}

/* A fund that is asked for, in a store: all facts count, or those of one number, or of funds none.
 */
typedef guint32 BzgFundFilter;
BzgFundFilter _bzg_fund_filter (const BzgFactStore *facts, const char *fund); /* NULL: all */
#define BZG_FUND_ALL (G_MAXUINT16 + 1u)

/* A business is visited, whoever paid for it. */
static inline gboolean
_bzg_fund_filter_has (BzgFundFilter self, const BzgFactStore *facts, guint32 row)
{
  return self == BZG_FUND_ALL || facts->kind[row] == BZG_FACT_VISIT || facts->fund[row] == self;
}

void _bzg_pseudonym (const guint8 salt[32], const BzgId *id, BzgId *out);
/* The year in which @day lies, called by the calendar year in which it ends. */
int _bzg_counting_year (BzgDate day, guint year_month);
BzgDate _bzg_counting_year_begin (int year, guint year_month);

G_END_DECLS
