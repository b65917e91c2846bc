/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-movers-private.h"

#include <glpk.h>

#define THREADS 2

struct _BzgMovers
{
  const BzgModel *model;
  GCancellable *cancellable;
  GThread *threads[THREADS];
  GMutex lock;          /* of: */
  const BzgNear *first; /* whose basis the others share */
  GAsyncQueue *asked;   /* BzgMove; @end: no more */
  GAsyncQueue *done;    /* BzgMove */
  BzgMove end;
};

/* Borrowed by whoever comes later, which is before any thread ends: no move is under way then. */
static BzgNear *
new_near (BzgMovers *self)
{
  BzgNear *near;

  g_mutex_lock (&self->lock);
  near = _bzg_near_new (self->model, self->first, self->cancellable);
  if (self->first == NULL)
    self->first = near;
  g_mutex_unlock (&self->lock);
  return near;
}

static gpointer
work (gpointer data)
{
  BzgMovers *self = data;
  BzgNear *near = NULL;
  BzgMove *move;

  while ((move = g_async_queue_pop (self->asked)) != &self->end)
    {
      if (near == NULL && !g_cancellable_is_cancelled (self->cancellable))
        near = new_near (self);
      move->found = near != NULL
                    && _bzg_near_move (near, move->table, move->vector, move->goal, move->up,
                                       self->cancellable);
      g_async_queue_push (self->done, move);
    }
  _bzg_near_free (near);
  glp_free_env (); /* the thread's own */
  return NULL;
}

BzgMovers *
_bzg_movers_new (const BzgModel *model, GCancellable *cancellable)
{
  BzgMovers *self = g_new0 (BzgMovers, 1);

  self->model = model;
  self->cancellable = cancellable;
  g_mutex_init (&self->lock);
  self->asked = g_async_queue_new ();
  self->done = g_async_queue_new ();
  /* A solver that does not tell threads apart would spoil memory without a word. */
  g_assert (glp_config ("TLS") != NULL);
  for (guint i = 0; i < THREADS; i++)
    self->threads[i] = g_thread_new ("mover", work, self);
  return self;
}

void
_bzg_movers_free (BzgMovers *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < THREADS; i++)
    g_async_queue_push (self->asked, &self->end);
  for (guint i = 0; i < THREADS; i++)
    g_thread_join (self->threads[i]);
  g_async_queue_unref (self->asked);
  g_async_queue_unref (self->done);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
_bzg_movers_run (BzgMovers *self, BzgMove *moves, guint n)
{
  for (guint i = 0; i < n; i++)
    g_async_queue_push (self->asked, &moves[i]);
  for (guint i = 0; i < n; i++)
    g_async_queue_pop (self->done);
}
