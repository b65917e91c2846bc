/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/*
 * The one typed stream of countable facts that figures are made from; reports hold no SQL. Void
 * records do not appear. Strings are interned (compare by pointer or strcmp; never free), NULL =
 * missing.
 */
typedef enum
{
  BZG_FACT_SUPPORT,    /* a support with a delivery date: counts as assistance of the person */
  BZG_FACT_PLANNED,    /* a support without a delivery date */
  BZG_FACT_VISIT,      /* a livelihood visit */
  BZG_FACT_ACTIVITY,   /* a group activity; n = participants or -1 if not recorded */
  BZG_FACT_HEAD_COUNT, /* part of an activity: n people of a sex and age band */
} BzgFactKind;

typedef struct
{
  BzgFactKind kind;
  BzgId record;
  BzgId person;    /* zero for activities */
  BzgDate date;    /* delivery, visit, first day; may be partial or missing (year 0) */
  const char *sex; /* "F", "M", ... */
  BzgDate birth;   /* may be partial or missing */
  int age_stated;  /* with age_as_of, when there is no birth date; -1 missing */
  BzgDate age_as_of;
  const char *region,
    *district;          /* codes; region filled from the district when only that is known */
  const char *category; /* category of the person's case */
  const char *country;  /* from which the person came back last */
  const char *service;  /* code of services */
  const char *family;   /* service family (group code) */
  const char *fund;     /* fund name */
  const char *livelihood_kind, *business_status;
  const char *activity_kind, *age_band;
  const char *currency;
  gint64 cost;                 /* minor units; G_MININT64 = missing */
  gint64 sales, costs;         /* visits: minor units of TJS; G_MININT64 = missing */
  int jobs_f, jobs_m;          /* -1 missing */
  int n;                       /* head counts, -1 missing */
  gboolean statistics_refused; /* consent for donor statistics refused or withdrawn */
  gboolean service_consent;    /* consent for service given */
} BzgFact;

/* Calls @func for every fact, in no promised order; FALSE from @func stops. They lie in memory
 * after the first time (bzg-fact-store.h). @func does not write to the casebook. @session's reader
 * thread. */
typedef gboolean (*BzgFactFunc) (const BzgFact *fact, gpointer data);
gboolean bzg_facts_foreach (BzgSession *session, BzgFactFunc func, gpointer data, GError **error);
/* Age in whole years on @on: *min..*max (equal when certain); FALSE when nothing is known. */
gboolean bzg_fact_age (const BzgFact *fact, BzgDate on, int *min, int *max);

G_END_DECLS
