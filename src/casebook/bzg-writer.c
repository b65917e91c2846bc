/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-session-core-private.h"

#include "base/bzg-error.h"

/*
 * The one writer: a thread with a queue. Every job that writes is one transaction; SQLite flushes
 * it before COMMIT returns (synchronous=FULL), so a job that succeeded is durable, and only then
 * does anybody hear of it. A job that fails leaves nothing, and the chain in memory goes back to
 * where the chain in the file is.
 */

#define READ_LOG_DELAY (1500 * G_TIME_SPAN_MILLISECOND)
#define MANY_CHANGES 64

typedef enum
{
  JOB_WRITE,
  JOB_PLAIN, /* without a transaction */
  JOB_WAKE,
  JOB_STOP,
} JobKind;

typedef struct
{
  JobKind kind;
  BzgWriteFunc func;
  gpointer data;
  GTask *task; /* NULL: somebody waits */
  GMutex lock;
  GCond done_cond;
  gboolean done, ok;
  GError *error;
} Job;

typedef struct
{
  const char *aggregate;
  BzgId record;
  gboolean has_record;
} Changed;

typedef struct
{
  BzgSession *session;
  GArray *changed; /* NULL: many */
} Emission;

BzgWriter *
_bzg_writer_new (sqlite3 *db)
{
  BzgWriter *self = g_new0 (BzgWriter, 1);

  self->db = db;
  self->statements = _bzg_statement_cache_new ();
  self->changed = g_array_new (FALSE, FALSE, sizeof (Changed));
  return self;
}

void
_bzg_writer_free (BzgWriter *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->statements);
  g_clear_pointer (&self->indexer, _bzg_person_indexer_free);
  sqlite3_close_v2 (self->db);
  g_array_unref (self->changed);
  g_clear_pointer (&self->chain.seed, bzg_secret_unref);
  g_clear_pointer (&self->state, _bzg_machine_state_free);
  g_free (self);
}

sqlite3 *
_bzg_writer_db (BzgWriter *writer)
{
  return writer->db;
}

BzgSession *
_bzg_writer_session (BzgWriter *writer)
{
  return writer->session;
}

const BzgId *
_bzg_writer_user (BzgWriter *writer)
{
  return &writer->session->user;
}

gint64
_bzg_writer_now (BzgWriter *writer)
{
  return writer->now;
}

sqlite3_stmt *
_bzg_writer_statement (BzgWriter *writer, const char *sql, GError **error)
{
  return _bzg_statement (writer->statements, writer->db, sql, error);
}

void
_bzg_writer_changed (BzgWriter *writer, const char *aggregate, const BzgId *record)
{
  Changed changed = { .aggregate = aggregate, .has_record = record != NULL };

  if (aggregate == NULL || writer->changed->len >= MANY_CHANGES)
    writer->changed_all = TRUE;
  if (writer->changed_all)
    return;
  if (record != NULL)
    changed.record = *record;
  g_array_append_val (writer->changed, changed);
}

static gboolean
emit_cb (gpointer data)
{
  Emission *emission = data;

  if (emission->changed == NULL)
    _bzg_session_emit_changed (emission->session, NULL, NULL);
  for (guint i = 0; emission->changed != NULL && i < emission->changed->len; i++)
    {
      Changed *changed = &g_array_index (emission->changed, Changed, i);

      _bzg_session_emit_changed (emission->session, changed->aggregate,
                                 changed->has_record ? &changed->record : NULL);
    }
  return G_SOURCE_REMOVE;
}

static void
emission_free (gpointer data)
{
  Emission *emission = data;

  g_clear_pointer (&emission->changed, g_array_unref);
  g_object_unref (emission->session);
  g_free (emission);
}

/* What is kept in memory hears of it at once, and not when somebody iterates the context. */
static void
touch_facts (BzgWriter *self)
{
  if (self->changed_all)
    _bzg_fact_keeper_touch (self->session->facts, NULL, NULL);
  for (guint i = 0; !self->changed_all && i < self->changed->len; i++)
    {
      Changed *changed = &g_array_index (self->changed, Changed, i);

      _bzg_fact_keeper_touch (self->session->facts, changed->aggregate,
                              changed->has_record ? &changed->record : NULL);
    }
}

/* Never g_main_context_invoke(): with nobody iterating the context it would run here. */
static void
announce (BzgWriter *self)
{
  GSource *source;
  Emission *emission;

  if (self->session == NULL || (self->changed->len == 0 && !self->changed_all))
    return;
  g_atomic_int_inc (&self->session->changes);
  emission = g_new0 (Emission, 1);
  emission->session = g_object_ref (self->session);
  if (!self->changed_all)
    {
      emission->changed = self->changed;
      self->changed = g_array_new (FALSE, FALSE, sizeof (Changed));
    }
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, emit_cb, emission, emission_free);
  g_source_attach (source, self->session->context);
  g_source_unref (source);
}

/* One transaction. */
gboolean
_bzg_writer_run (BzgWriter *self, BzgWriteFunc func, gpointer data, GError **error)
{
  BzgChain before = self->chain;
  gboolean ok;

  g_array_set_size (self->changed, 0);
  self->changed_all = FALSE;
  self->now = MAX (_bzg_clock_now (), self->chain.hlc >> 16) / 1000;

  if (!_bzg_sql_exec (self->db, "BEGIN IMMEDIATE", error))
    return FALSE;
  self->in_transaction = TRUE;
  ok = func (self, data, error) && _bzg_history_sign (self, before.seq + 1, error);
  if (ok)
    {
      if (self->session != NULL)
        _bzg_fact_keeper_commit_begin (self->session->facts);
      ok = _bzg_sql_exec (self->db, "COMMIT", error);
      if (ok && self->session != NULL)
        touch_facts (self);
      if (self->session != NULL)
        _bzg_fact_keeper_commit_end (self->session->facts);
    }
  self->in_transaction = FALSE;
  if (!ok)
    {
      /* After some errors (a full disk) SQLite has rolled back already. */
      if (!sqlite3_get_autocommit (self->db))
        _bzg_sql_exec (self->db, "ROLLBACK", NULL);
      /* A function that set up the chain itself (a new device) owns what it put there. */
      if (before.seed == self->chain.seed)
        self->chain = before;
      return FALSE;
    }
  if (self->state != NULL)
    _bzg_machine_state_update (self->state, &self->chain, FALSE);
  announce (self);
  return TRUE;
}

static gboolean
run_job (BzgWriter *self, Job *job, GError **error)
{
  GError *local_error = NULL;
  gboolean ok = job->kind == JOB_PLAIN ? job->func (self, job->data, &local_error)
                                       : _bzg_writer_run (self, job->func, job->data, &local_error);

  if (ok)
    {
      g_clear_error (&local_error);
      return TRUE;
    }
  if (local_error == NULL)
    g_set_error_literal (&local_error, BZG_ERROR, BZG_ERROR_BUG, "writer: no reason given");
  g_propagate_error (error, local_error);
  return FALSE;
}

static void
finish_job (Job *job, gboolean ok, GError *error)
{
  if (job->task != NULL)
    {
      if (ok)
        g_task_return_boolean (job->task, TRUE);
      else
        g_task_return_error (job->task, error);
      g_object_unref (job->task);
      g_free (job);
      return;
    }
  g_mutex_lock (&job->lock);
  job->ok = ok;
  job->error = error;
  job->done = TRUE;
  g_cond_signal (&job->done_cond);
  g_mutex_unlock (&job->lock);
}

static gpointer
thread_main (gpointer data)
{
  BzgSession *session = data;
  BzgWriter *self = session->writer;
  gint64 deadline = 0; /* when waiting reads are entered; 0: none wait */

  for (;;)
    {
      Job *job;

      if (deadline != 0)
        job = g_async_queue_timeout_pop (session->queue,
                                         (guint64) MAX (deadline - g_get_monotonic_time (), 1));
      else
        job = g_async_queue_pop (session->queue);

      if (deadline != 0 && g_get_monotonic_time () >= deadline)
        {
          /* What could not be entered stays waiting and is tried again. */
          deadline = _bzg_writer_run (self, _bzg_read_log_flush, NULL, NULL)
                       ? 0
                       : g_get_monotonic_time () + READ_LOG_DELAY;
        }
      if (job == NULL)
        continue;
      if (job->kind == JOB_WAKE)
        {
          if (deadline == 0)
            deadline = g_get_monotonic_time () + READ_LOG_DELAY;
          g_free (job);
        }
      else if (job->kind == JOB_STOP)
        {
          g_free (job);
          return NULL;
        }
      else
        {
          GError *error = NULL;
          gboolean ok = run_job (self, job, &error);

          finish_job (job, ok, error);
        }
    }
}

void
_bzg_writer_start (BzgSession *session)
{
  session->writer->session = session;
  session->queue = g_async_queue_new ();
  session->thread = g_thread_new ("casebook-writer", thread_main, session);
}

static void
push_simple (BzgSession *session, JobKind kind)
{
  Job *job = g_new0 (Job, 1);

  job->kind = kind;
  g_async_queue_push (session->queue, job);
}

void
_bzg_writer_wake (BzgSession *session)
{
  push_simple (session, JOB_WAKE);
}

void
_bzg_writer_stop (BzgSession *session)
{
  if (session->thread == NULL)
    return;
  push_simple (session, JOB_STOP);
  g_thread_join (g_steal_pointer (&session->thread));
}

static gboolean
run_and_wait (BzgSession *self, JobKind kind, BzgWriteFunc func, gpointer data, GError **error)
{
  Job job = { .kind = kind, .func = func, .data = data };

  g_return_val_if_fail (g_thread_self () != self->thread, FALSE);
  if (self->closed)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_USAGE, "the casebook is closed");
      return FALSE;
    }
  g_mutex_init (&job.lock);
  g_cond_init (&job.done_cond);
  g_async_queue_push (self->queue, &job);
  g_mutex_lock (&job.lock);
  while (!job.done)
    g_cond_wait (&job.done_cond, &job.lock);
  g_mutex_unlock (&job.lock);
  g_mutex_clear (&job.lock);
  g_cond_clear (&job.done_cond);
  if (!job.ok)
    g_propagate_error (error, job.error);
  return job.ok;
}

gboolean
_bzg_session_write (BzgSession *self, BzgWriteFunc func, gpointer data, GError **error)
{
  return run_and_wait (self, JOB_WRITE, func, data, error);
}

gboolean
_bzg_session_on_writer (BzgSession *self, BzgWriteFunc func, gpointer data, GError **error)
{
  return run_and_wait (self, JOB_PLAIN, func, data, error);
}

void
_bzg_session_write_async (BzgSession *self, BzgWriteFunc func, GTask *task)
{
  Job *job;

  if (self->closed)
    {
      g_task_return_new_error (task, BZG_ERROR, BZG_ERROR_USAGE, "the casebook is closed");
      g_object_unref (task);
      return;
    }
  job = g_new0 (Job, 1);
  job->kind = JOB_WRITE;
  job->func = func;
  job->data = g_task_get_task_data (task);
  job->task = task;
  g_async_queue_push (self->queue, job);
}
