/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-row-list.h"

G_BEGIN_DECLS

/* One row of the people table; also what search returns. Strings are canonical codes or names. */
#define BZG_TYPE_PERSON_ROW (bzg_person_row_get_type ())
G_DECLARE_FINAL_TYPE (BzgPersonRow, bzg_person_row, BZG, PERSON_ROW, GObject)

const BzgId *bzg_person_row_id (BzgPersonRow *self);
const char *bzg_person_row_name (BzgPersonRow *self); /* "Family Given Patronymic" */
const char *bzg_person_row_case_no (BzgPersonRow *self);
const char *bzg_person_row_category (BzgPersonRow *self);
const char *bzg_person_row_district (BzgPersonRow *self); /* district, else region code, or NULL */
const char *bzg_person_row_status (BzgPersonRow *self);
const char *
bzg_person_row_next_due (BzgPersonRow *self); /* ISO date of what is due next, or NULL */

typedef enum
{
  BZG_PEOPLE_BY_NAME,
  BZG_PEOPLE_BY_CASE,
  BZG_PEOPLE_BY_CATEGORY,
  BZG_PEOPLE_BY_DISTRICT,
  BZG_PEOPLE_BY_STATUS,
  BZG_PEOPLE_BY_DUE,
  BZG_PEOPLE_BY_RELEVANCE, /* with text */
} BzgPeopleOrder;

/* What the people page asks for. Zero-initialised = everyone by name. Strings are borrowed. */
typedef struct
{
  const char *text; /* search in any script; NULL or "" = all */
  gboolean mine;
  gboolean overdue;
  const char *category, *region, *district, *status; /* codes, NULL = any */
  BzgId fund;                                        /* zero = any */
  BzgPeopleOrder order;
  gboolean descending;
} BzgPeopleQuery;

/* The paging list of BzgPersonRow, within the user's scope: see bzg-row-list.h. */
#define BZG_TYPE_PEOPLE_LIST (bzg_people_list_get_type ())
G_DECLARE_FINAL_TYPE (BzgPeopleList, bzg_people_list, BZG, PEOPLE_LIST, BzgRowList)

/* Everyone by name, until a query is set. */
BzgPeopleList *bzg_people_list_new (BzgSession *session);
/* Copies @query (NULL: everyone by name) and answers it at once. */
void bzg_people_list_set_query (BzgPeopleList *self, const BzgPeopleQuery *query);
/* Position of a person in the list as it stands, or -1. */
int bzg_people_list_find (BzgPeopleList *self, const BzgId *id);

/* One step of a score: how a field of two people compares, and what that is worth. */
typedef struct
{
  const char *field; /* "prior", "family_name", "given_name", "patronymic", "birth_date", "sex",
                        "district", "phone", "document", "household" */
  const char *level; /* "same", "near", "like", "initial", "other"; of dates also "round" (1 January
                        twice), "exchanged", "one_digit", "year_slip", "year", "about", "same_year";
                        of places "region"; of the prior "" */
  double bits;       /* for (above 0) or against; their sum makes the score: 600 is even odds, and
                        each bit more doubles them and adds 30 */
} BzgReason;
#define BZG_MAX_REASONS 12
typedef struct
{
  BzgReason reason[BZG_MAX_REASONS];
  guint n;
} BzgReasons;

typedef struct
{
  BzgId id;
  char *ref, *case_no;
  char **names; /* as recorded: the name, then other names; never NULL */
  int score;    /* 0..1000 */
  char *why;    /* "name", "case_no", "ref", "phone", "document", "place", "note", "birth_date",
                   "similar_name"; several of bzg_people_similar() with spaces between */
  char *ask;    /* not NULL: a person outside the user's scope, whose colleague of this name can
                   be asked; id is zero, ref and case_no NULL, names empty */
  BzgReasons reasons; /* of bzg_people_similar() within the scope; else none */
} BzgHit;
void bzg_hit_free (BzgHit *hit);
/* Best first, equal ones by name, at most @limit (of more than some hundreds who are met equally
 * badly, as by two letters, the latest registered); at least two letters or three digits, else
 * nothing is found. Names in any script and with typing errors, case number, import reference,
 * phone digits, document, and from three letters on place, and words of notes if the role may read
 * them. All words must be met; where a page of people meets them surely, nobody is guessed at.
 * People outside the scope appear only for a whole name, a number or a document, and without
 * anything about them. */
GPtrArray *bzg_people_search (BzgSession *session, const char *text, guint limit, GError **error);

/* People who may be the one being registered (names, birth, phone, document, district as typed in
 * @draft, a person record, which itself is never among them): BzgHit with its reasons, best first;
 * score >= 600 is worth showing, from 900 it is as good as certain. Whoever was said not to be the
 * same is left out. */
GPtrArray *
bzg_people_similar (BzgSession *session, const BzgRecord *draft, guint limit, GError **error);

/* Every pair of people who may be one, @a before @b in the order of registration. */
typedef struct
{
  BzgId a, b;
  int score;                 /* 0..1000 */
  gboolean same;             /* TRUE: as good as certain; FALSE: ask */
  const char *why;           /* reasons as in BzgHit, valid during the call */
  const BzgReasons *reasons; /* the way to the score, valid during the call */
} BzgPair;
/* Weights are estimated from the casebook itself when it is large enough (see
 * bzg-people-score-private.h) and kept for the session. Pairs that were said not to be the same are
 * left out. Calls @func for each pair within the user's scope whose score is at least @min_score,
 * best first; FALSE from it stops. Nothing is ever merged by the program. */
typedef gboolean (*BzgPairFunc) (const BzgPair *pair, gpointer data);
gboolean bzg_people_duplicates (BzgSession *session,
                                int min_score,
                                BzgPairFunc func,
                                gpointer data,
                                GCancellable *cancellable,
                                GError **error);

/* Remembers for ever, with an entry in the history, that two people are not one; once is enough, in
 * either order. Refused to who may not write names. */
gboolean
bzg_people_set_not_same (BzgSession *session, const BzgId *a, const BzgId *b, GError **error);

/* One line of a person's timeline: supports, visits, notes, consents, returns, tasks, ... */
typedef struct
{
  char *aggregate; /* "support" */
  BzgId id;
  char *date;        /* canonical partial date, NULL: undated */
  BzgRecord *record; /* the whole record, for the unfolded line */
} BzgEvent;
void bzg_event_free (BzgEvent *event);
GPtrArray *
bzg_people_timeline (BzgSession *session, const BzgId *person, GError **error); /* newest first */

/* Home page: what needs me. kind: "task", "visit_due", "planned_support", "reassessment" (risk to
 * be assessed again), "approval" (a story of a colleague that I may approve), "draft". */
typedef struct
{
  char *kind;
  BzgId person; /* zero if none */
  char *name;   /* the person's name, or NULL */
  char *what;   /* task title, service code, livelihood kind, risk, story title, form of a draft */
  char *due;    /* canonical date or NULL */
  int days;     /* negative: overdue by so many days; relative to today */
  BzgId record;
  char *aggregate;
} BzgDue;
void bzg_due_free (BzgDue *due);
GPtrArray *
bzg_people_due (BzgSession *session, guint limit, GError **error); /* most urgent first */

typedef struct
{
  guint people, open_cases, supports_delivered, supports_planned, visits, businesses_running,
    activities, registered_this_month;
} BzgOverview;
gboolean bzg_people_overview (BzgSession *session, BzgOverview *out, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgHit, bzg_hit_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgEvent, bzg_event_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgDue, bzg_due_free)

G_END_DECLS
