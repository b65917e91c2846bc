/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/* One row of the people table; also what search returns. Strings are canonical codes or names. */
#define BZG_TYPE_PERSON_ROW (bzg_person_row_get_type ())
G_DECLARE_FINAL_TYPE (BzgPersonRow, bzg_person_row, BZG, PERSON_ROW, GObject)

const BzgId *bzg_person_row_id (BzgPersonRow *self);
const char *bzg_person_row_name (BzgPersonRow *self);     /* "Family Given Patronymic" */
const char *bzg_person_row_case_no (BzgPersonRow *self);
const char *bzg_person_row_category (BzgPersonRow *self);
const char *bzg_person_row_district (BzgPersonRow *self); /* district, else region code, or NULL */
const char *bzg_person_row_status (BzgPersonRow *self);
const char *bzg_person_row_next_due (BzgPersonRow *self); /* ISO date of what is due next, or NULL */

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
  const char *text;      /* search in any script; NULL or "" = all */
  gboolean mine;
  gboolean overdue;
  const char *category, *region, *district, *status; /* codes, NULL = any */
  BzgId fund;            /* zero = any */
  BzgPeopleOrder order;
  gboolean descending;
} BzgPeopleQuery;

/* The paging list: a GListModel of BzgPersonRow, ids first, pages on demand. It follows the
 * session's "changed" (coalesced) and emits its resets in two steps. */
#define BZG_TYPE_PEOPLE_LIST (bzg_people_list_get_type ())
G_DECLARE_FINAL_TYPE (BzgPeopleList, bzg_people_list, BZG, PEOPLE_LIST, GObject)

BzgPeopleList *bzg_people_list_new (BzgSession *session);
void bzg_people_list_set_query (BzgPeopleList *self, const BzgPeopleQuery *query);
/* Position of a person in the list as it stands, or -1. */
int bzg_people_list_find (BzgPeopleList *self, const BzgId *id);

typedef struct
{
  BzgId id;
  char *ref, *case_no;
  char **names;   /* as recorded */
  int score;      /* 0..1000 */
  char *why;      /* "name", "case_no", "phone", "document", "place", "note" */
} BzgHit;
void bzg_hit_free (BzgHit *hit);
/* Best first, at most @limit; within the user's scope. */
GPtrArray *bzg_people_search (BzgSession *session, const char *text, guint limit, GError **error);

/* People who may be the one being registered (names, birth, phone, document, district as typed in
 * @draft, a person record): BzgHit with a reason each; score >= 600 is worth showing. */
GPtrArray *bzg_people_similar (BzgSession *session, const BzgRecord *draft, guint limit,
                               GError **error);

/* One line of a person's timeline: supports, visits, notes, consents, returns, tasks, ... */
typedef struct
{
  char *aggregate;   /* "support" */
  BzgId id;
  char *date;        /* canonical partial date, NULL: undated */
  BzgRecord *record; /* the whole record, for the unfolded line */
} BzgEvent;
void bzg_event_free (BzgEvent *event);
GPtrArray *bzg_people_timeline (BzgSession *session, const BzgId *person, GError **error); /* newest first */

/* Home page: what needs me. kind: "task", "visit_due", "planned_support", "approval", "draft". */
typedef struct
{
  char *kind;
  BzgId person;      /* zero if none */
  char *name;        /* the person's name, or NULL */
  char *what;        /* task title, service code, livelihood kind, story title */
  char *due;         /* canonical date or NULL */
  int days;          /* negative: overdue by so many days; relative to today */
  BzgId record;
  char *aggregate;
} BzgDue;
void bzg_due_free (BzgDue *due);
GPtrArray *bzg_people_due (BzgSession *session, guint limit, GError **error); /* most urgent first */

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
