/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-due-private.h"

#include "casebook/bzg-people.h"
#include "casebook/bzg-session-private.h"

#include <string.h>

/*
 * A business is visited 1, 3, 6, 12 and 24 months after it began: after its start if that is known,
 * else after the first livelihood support that was delivered. A visit answers every milestone up to
 * two weeks after it, so that a late or an early visit does not leave a trail of old ones; what is
 * due is the first milestone that no visit answers. Dates known to the month or year count from
 * their last day: nobody is reminded too early. A business that has stopped, and a closed case, are
 * visited no more.
 */

static const int MILESTONES[] = { 1, 3, 6, 12, 24 };
#define EARLY_DAYS 14
#define AHEAD_DAYS 31 /* what the home page shows of the future */

enum
{
  S_TASKS,
  S_PLANNED,
  S_CASE,
  S_LIVELIHOODS,
  S_FIRST_SUPPORT,
  S_VISITS,
  N_STATEMENTS
};

static const char *const STATEMENTS[N_STATEMENTS] = {
  [S_TASKS] = "SELECT id, due, title, owner FROM task"
              " WHERE person = ? AND done_on IS NULL AND voided_at IS NULL",
  [S_PLANNED] = "SELECT id, planned, service FROM support"
                " WHERE person = ? AND planned IS NOT NULL AND delivered IS NULL"
                " AND voided_at IS NULL",
  [S_CASE] = "SELECT id, coalesce (status = 'closed' OR closed_on IS NOT NULL, 0), reassess_on,"
             " priority FROM case_file WHERE person = ? AND voided_at IS NULL"
             " ORDER BY 2, id DESC LIMIT 1",
  [S_LIVELIHOODS] = "SELECT id, started_on, kind FROM livelihood"
                    " WHERE person = ? AND voided_at IS NULL",
  [S_FIRST_SUPPORT] = "SELECT id, delivered, service FROM support"
                      " WHERE person = ? AND delivered IS NOT NULL AND voided_at IS NULL"
                      " ORDER BY delivered, id",
  [S_VISITS] = "SELECT \"date\", livelihood, status FROM visit"
               " WHERE person = ? AND voided_at IS NULL",
};

struct _BzgDueReader
{
  sqlite3_stmt *stmt[N_STATEMENTS];
};

typedef struct
{
  BzgDate date; /* last day it can mean */
  BzgId livelihood;
  gboolean stopped;
} Visit;

BzgDueReader *
_bzg_due_reader_new (sqlite3 *db, GError **error)
{
  g_autoptr (BzgDueReader) self = g_new0 (BzgDueReader, 1);

  for (guint i = 0; i < N_STATEMENTS; i++)
    {
      self->stmt[i] = _bzg_sql_prepare (db, STATEMENTS[i], error);
      if (self->stmt[i] == NULL)
        return NULL;
    }
  return g_steal_pointer (&self);
}

void
_bzg_due_reader_free (BzgDueReader *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < N_STATEMENTS; i++)
    sqlite3_finalize (self->stmt[i]);
  g_free (self);
}

gboolean
_bzg_service_is_livelihood (const char *service)
{
  const BzgCode *code = service != NULL ? bzg_dictionary_code ("service", service) : NULL;
  const char *family = code == NULL || code->group ? service : code->parent;

  return g_strcmp0 (family, "in_kind_livelihood") == 0 || g_strcmp0 (family, "business_plan") == 0;
}

static BzgDate
date_column (sqlite3_stmt *stmt, int column)
{
  BzgDate date = BZG_DATE_MISSING;

  bzg_date_from_iso (_bzg_sql_text (stmt, column), &date);
  return bzg_date_last_day (date);
}

static sqlite3_stmt *
start (BzgDueReader *self, guint which, const BzgId *person)
{
  sqlite3_reset (self->stmt[which]);
  _bzg_sql_bind_id (self->stmt[which], 1, person);
  return self->stmt[which];
}

/* Hands on the error of a loop over rows, if there was one. */
static gboolean
finish (GError **error, GError **local_error)
{
  if (*local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (local_error));
  return FALSE;
}

static void
offer (BzgDueItem *item, BzgDueFunc func, gpointer data)
{
  if (!bzg_date_is_missing (item->date))
    func (item, data);
}

/* The first milestone after @start that no visit answers; missing if there is none. */
static BzgDate
next_visit (BzgDate began, const BzgId *livelihood, GArray *visits)
{
  BzgDate latest = BZG_DATE_MISSING;
  gboolean stopped = FALSE;

  for (guint i = 0; i < visits->len; i++)
    {
      const Visit *visit = &g_array_index (visits, Visit, i);

      if (livelihood != NULL && !bzg_id_is_zero (&visit->livelihood)
          && !bzg_id_equal (&visit->livelihood, livelihood))
        continue;
      if (bzg_date_is_missing (latest) || bzg_date_compare (visit->date, latest) >= 0)
        {
          latest = visit->date;
          stopped = visit->stopped;
        }
    }
  if (stopped || bzg_date_is_missing (began))
    return BZG_DATE_MISSING;
  for (guint i = 0; i < G_N_ELEMENTS (MILESTONES); i++)
    {
      BzgDate due = bzg_date_add_months (began, MILESTONES[i]);

      if (bzg_date_is_missing (latest)
          || bzg_date_compare (latest, bzg_date_add_days (due, -EARLY_DAYS)) < 0)
        return due;
    }
  return BZG_DATE_MISSING;
}

static gboolean
read_visits (
  BzgDueReader *self, const BzgId *person, BzgDueFunc func, gpointer data, GError **error)
{
  g_autoptr (GArray) visits = g_array_new (FALSE, TRUE, sizeof (Visit));
  g_autoptr (GError) local_error = NULL;
  gboolean has_livelihood = FALSE;
  sqlite3_stmt *stmt = start (self, S_VISITS, person);
  BzgDueItem item = { .kind = BZG_DUE_VISIT };

  while (_bzg_sql_step (stmt, &local_error))
    {
      const char *status = _bzg_sql_text (stmt, 2);
      Visit visit = { .date = date_column (stmt, 0) };

      _bzg_sql_id (stmt, 1, &visit.livelihood);
      visit.stopped = g_strcmp0 (status, "closed") == 0 || g_strcmp0 (status, "sold") == 0;
      if (!bzg_date_is_missing (visit.date))
        g_array_append_val (visits, visit);
    }
  sqlite3_reset (stmt);

  if (local_error == NULL)
    stmt = start (self, S_LIVELIHOODS, person);
  while (local_error == NULL && _bzg_sql_step (stmt, &local_error))
    {
      BzgDate began = date_column (stmt, 1);

      if (bzg_date_is_missing (began))
        continue;
      has_livelihood = TRUE;
      _bzg_sql_id (stmt, 0, &item.record);
      item.table = "livelihood";
      item.what = _bzg_sql_text (stmt, 2);
      item.date = next_visit (began, &item.record, visits);
      offer (&item, func, data);
    }
  sqlite3_reset (stmt);

  if (local_error == NULL && !has_livelihood)
    {
      stmt = start (self, S_FIRST_SUPPORT, person);
      while (_bzg_sql_step (stmt, &local_error))
        {
          const char *service = _bzg_sql_text (stmt, 2);

          if (!_bzg_service_is_livelihood (service))
            continue;
          _bzg_sql_id (stmt, 0, &item.record);
          item.table = "support";
          item.what = service;
          item.date = next_visit (date_column (stmt, 1), NULL, visits);
          offer (&item, func, data);
          break;
        }
      sqlite3_reset (stmt);
    }
  return finish (error, &local_error);
}

gboolean
_bzg_due_reader_read (
  BzgDueReader *self, const BzgId *person, BzgDueFunc func, gpointer data, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean closed = FALSE;
  BzgDueItem item = { 0 };
  sqlite3_stmt *stmt = start (self, S_TASKS, person);

  while (_bzg_sql_step (stmt, &local_error))
    {
      item = (BzgDueItem){ .kind = BZG_DUE_TASK, .table = "task" };
      _bzg_sql_id (stmt, 0, &item.record);
      item.date = date_column (stmt, 1);
      item.what = _bzg_sql_text (stmt, 2);
      _bzg_sql_id (stmt, 3, &item.owner);
      offer (&item, func, data);
    }
  sqlite3_reset (stmt);
  if (local_error != NULL)
    goto fail;

  stmt = start (self, S_CASE, person);
  if (_bzg_sql_step (stmt, &local_error))
    {
      closed = _bzg_sql_int (stmt, 1) != 0;
      item = (BzgDueItem){ .kind = BZG_DUE_REASSESSMENT, .table = "case_file" };
      _bzg_sql_id (stmt, 0, &item.record);
      item.date = date_column (stmt, 2);
      item.what = _bzg_sql_text (stmt, 3);
      if (!closed)
        offer (&item, func, data);
    }
  sqlite3_reset (stmt);
  if (local_error != NULL)
    goto fail;
  if (closed)
    return TRUE;

  stmt = start (self, S_PLANNED, person);
  while (_bzg_sql_step (stmt, &local_error))
    {
      item = (BzgDueItem){ .kind = BZG_DUE_PLANNED_SUPPORT, .table = "support" };
      _bzg_sql_id (stmt, 0, &item.record);
      item.date = date_column (stmt, 1);
      item.what = _bzg_sql_text (stmt, 2);
      offer (&item, func, data);
    }
  sqlite3_reset (stmt);
  if (local_error == NULL && read_visits (self, person, func, data, &local_error))
    return TRUE;

fail:
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* The home page. */

typedef struct
{
  GPtrArray *out;
  BzgId person;
  const char *name;
  const BzgId *me;
  BzgDate today;
  BzgDate until;
  gboolean mine; /* the person's case is mine; else only tasks given to me count */
  BzgSession *session;
} Collector;

void
bzg_due_free (BzgDue *due)
{
  if (due == NULL)
    return;
  g_free (due->kind);
  g_free (due->name);
  g_free (due->what);
  g_free (due->due);
  g_free (due->aggregate);
  g_free (due);
}

static BzgDue *
due_new (const char *kind,
         const BzgId *person,
         const char *name,
         const char *what,
         BzgDate date,
         BzgDate today)
{
  BzgDue *due = g_new0 (BzgDue, 1);
  char text[BZG_DATE_TEXT_SIZE];

  due->kind = g_strdup (kind);
  if (person != NULL)
    due->person = *person;
  due->name = g_strdup (name);
  due->what = g_strdup (what);
  if (!bzg_date_is_missing (date))
    {
      due->due = g_strdup (bzg_date_to_iso (date, text));
      due->days = bzg_date_days_between (today, date, NULL);
    }
  return due;
}

static void
collect_cb (const BzgDueItem *item, gpointer data)
{
  static const struct
  {
    const char *kind;
    const char *section;
  } KINDS[] = {
    [BZG_DUE_TASK] = { "task", "tasks" },
    [BZG_DUE_PLANNED_SUPPORT] = { "planned_support", "support" },
    [BZG_DUE_VISIT] = { "visit_due", "livelihood" },
    [BZG_DUE_REASSESSMENT] = { "reassessment", "case" },
  };
  Collector *self = data;
  gboolean for_me = item->kind == BZG_DUE_TASK && !bzg_id_is_zero (&item->owner)
                      ? bzg_id_equal (&item->owner, self->me)
                      : self->mine;
  BzgDue *due;

  if (!for_me || bzg_date_compare (item->date, self->until) > 0
      || !bzg_session_allows (self->session, KINDS[item->kind].section, BZG_ACT_READ))
    return;
  due = due_new (KINDS[item->kind].kind, &self->person, self->name, item->what, item->date,
                 self->today);
  due->record = item->record;
  due->aggregate = g_strdup (item->table);
  g_ptr_array_add (self->out, due);
}

/* People whose case is mine or who have a task for me, the most urgent first. */
static gboolean
collect_people (Collector *self, guint limit, GError **error)
{
  sqlite3 *db = bzg_session_reader (self->session);
  g_autofree char *scope = _bzg_session_scope_sql (self->session, "r.id");
  g_autofree char *sql
    = g_strdup_printf ("SELECT r.id, r.name, coalesce (r.owner = :me, 0) FROM person_row r"
                       " WHERE r.next_due <= :until AND (r.owner = :me OR r.id IN"
                       "  (SELECT person FROM task WHERE owner = :me AND done_on IS NULL AND "
                       "voided_at IS NULL))"
                       " AND %s ORDER BY r.next_due, r.name_key LIMIT :limit",
                       scope);
  g_autoptr (BzgDueReader) reader = _bzg_due_reader_new (db, error);
  g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (db, sql, reader != NULL ? error : NULL);
  g_autoptr (GError) local_error = NULL;
  char until[BZG_DATE_TEXT_SIZE];

  if (reader == NULL || stmt == NULL)
    return FALSE;
  _bzg_session_bind_scope (self->session, stmt);
  _bzg_sql_bind_id (stmt, sqlite3_bind_parameter_index (stmt, ":me"), self->me);
  _bzg_sql_bind_text (stmt, sqlite3_bind_parameter_index (stmt, ":until"),
                      bzg_date_to_iso (self->until, until));
  _bzg_sql_bind_int (stmt, sqlite3_bind_parameter_index (stmt, ":limit"), limit);
  while (_bzg_sql_step (stmt, &local_error))
    {
      _bzg_sql_id (stmt, 0, &self->person);
      self->name = _bzg_sql_text (stmt, 1);
      self->mine = _bzg_sql_int (stmt, 2) != 0;
      if (!_bzg_due_reader_read (reader, &self->person, collect_cb, self, &local_error))
        break;
    }
  return finish (error, &local_error);
}

/* Stories that wait for an approval which I may give: another wrote them, and I have not decided on
 * this text yet. */
static gboolean
collect_approvals (Collector *self, guint limit, GError **error)
{
  g_autofree char *scope = _bzg_session_scope_sql (self->session, "s.person");
  g_autofree char *sql = g_strdup_printf (
    "SELECT s.id, s.person, s.title, r.name FROM story s LEFT JOIN person_row r ON r.id = s.person"
    " WHERE s.status = 'review' AND s.voided_at IS NULL AND s.created_by IS NOT :me"
    " AND NOT EXISTS (SELECT 1 FROM story_review v WHERE v.story = s.id AND v.reviewer = :me"
    "  AND v.created_at >= s.changed_at AND v.voided_at IS NULL)"
    " AND %s ORDER BY s.changed_at LIMIT :limit",
    scope);
  g_autoptr (sqlite3_stmt) stmt = NULL;
  g_autoptr (GError) local_error = NULL;

  if (!bzg_session_allows (self->session, "stories", BZG_ACT_APPROVE))
    return TRUE;
  stmt = _bzg_sql_prepare (bzg_session_reader (self->session), sql, error);
  if (stmt == NULL)
    return FALSE;
  _bzg_session_bind_scope (self->session, stmt);
  _bzg_sql_bind_id (stmt, sqlite3_bind_parameter_index (stmt, ":me"), self->me);
  _bzg_sql_bind_int (stmt, sqlite3_bind_parameter_index (stmt, ":limit"), limit);
  while (_bzg_sql_step (stmt, &local_error))
    {
      BzgId person;
      BzgDue *due;

      _bzg_sql_id (stmt, 1, &person);
      due = due_new ("approval", &person, _bzg_sql_text (stmt, 3), _bzg_sql_text (stmt, 2),
                     BZG_DATE_MISSING, self->today);
      _bzg_sql_id (stmt, 0, &due->record);
      due->aggregate = g_strdup ("story");
      g_ptr_array_add (self->out, due);
    }
  return finish (error, &local_error);
}

static void
collect_drafts (Collector *self)
{
  g_autoptr (GPtrArray) drafts = bzg_session_drafts (self->session);
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (bzg_session_reader (self->session),
                        "SELECT name FROM person_row WHERE id = ?", NULL);

  for (guint i = 0; drafts != NULL && i < drafts->len; i++)
    {
      const BzgDraftInfo *info = g_ptr_array_index (drafts, i);
      const char *name = NULL;
      BzgDue *due;

      if (info->has_subject && stmt != NULL)
        {
          sqlite3_reset (stmt);
          _bzg_sql_bind_id (stmt, 1, &info->subject);
          if (_bzg_sql_step (stmt, NULL))
            name = _bzg_sql_text (stmt, 0);
        }
      due = due_new ("draft", name != NULL ? &info->subject : NULL, name, info->form,
                     BZG_DATE_MISSING, self->today);
      if (info->has_subject)
        due->record = info->subject;
      g_ptr_array_add (self->out, due);
    }
}

/* Overdue and today first, then what waits without a date, then what comes. */
static int
compare_dues (gconstpointer a, gconstpointer b)
{
  const BzgDue *x = *(const BzgDue *const *) a;
  const BzgDue *y = *(const BzgDue *const *) b;
  int rank_x = x->due == NULL ? 1 : x->days <= 0 ? 0 : 2;
  int rank_y = y->due == NULL ? 1 : y->days <= 0 ? 0 : 2;

  if (rank_x != rank_y)
    return rank_x - rank_y;
  if (x->days != y->days)
    return x->days - y->days;
  return bzg_id_compare (&x->record, &y->record);
}

GPtrArray *
bzg_people_due (BzgSession *session, guint limit, GError **error)
{
  g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_due_free);
  Collector self = { .out = out, .me = bzg_session_user (session), .session = session };

  self.today = bzg_session_today (session);
  self.until = bzg_date_add_days (self.today, AHEAD_DAYS);
  if (!collect_people (&self, limit, error) || !collect_approvals (&self, limit, error))
    return NULL;
  collect_drafts (&self);
  g_ptr_array_sort (out, compare_dues);
  if (out->len > limit)
    g_ptr_array_set_size (out, (int) limit);
  return g_steal_pointer (&out);
}

/* The counts of each person stand in the derived row: one walk over the people in scope. */
gboolean
bzg_people_overview (BzgSession *session, BzgOverview *out, GError **error)
{
  BzgDate today = bzg_session_today (session);
  g_autofree char *month = g_strdup_printf ("%04d-%02d", today.year, today.month);
  g_autofree char *scope = _bzg_session_scope_set_sql (session, "r.id");
  g_autofree char *sql = g_strdup_printf (
    "SELECT count(*), sum (open_cases), sum (delivered), sum (planned), sum (visits),"
    " sum (running), sum (substr (registered, 1, 7) = :month),"
    " (SELECT count(*) FROM activity WHERE voided_at IS NULL) FROM person_row r WHERE %s",
    scope);
  g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (bzg_session_reader (session), sql, error);
  g_autoptr (GError) local_error = NULL;

  memset (out, 0, sizeof *out);
  if (stmt == NULL)
    return FALSE;
  _bzg_session_bind_scope (session, stmt);
  _bzg_sql_bind_text (stmt, sqlite3_bind_parameter_index (stmt, ":month"), month);
  if (!_bzg_sql_step (stmt, &local_error))
    return finish (error, &local_error);
  out->people = (guint) _bzg_sql_int (stmt, 0);
  out->open_cases = (guint) _bzg_sql_int (stmt, 1);
  out->supports_delivered = (guint) _bzg_sql_int (stmt, 2);
  out->supports_planned = (guint) _bzg_sql_int (stmt, 3);
  out->visits = (guint) _bzg_sql_int (stmt, 4);
  out->businesses_running = (guint) _bzg_sql_int (stmt, 5);
  out->registered_this_month = (guint) _bzg_sql_int (stmt, 6);
  out->activities = (guint) _bzg_sql_int (stmt, 7);
  return TRUE;
}
