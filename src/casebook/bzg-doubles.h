/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-people.h"

G_BEGIN_DECLS

/*
 * The queue of pairs that may be one: people and households of the whole casebook, found in a
 * worker while the window goes on. A list of values: nothing of it follows the casebook.
 */
#define BZG_TYPE_DOUBLE (bzg_double_get_type ())
G_DECLARE_FINAL_TYPE (BzgDouble, bzg_double, BZG, DOUBLE, GObject)

const char *bzg_double_aggregate (BzgDouble *self); /* "person" or "household" */
/* @side 0 was registered before @side 1. */
const BzgId *bzg_double_id (BzgDouble *self, guint side);
const char *bzg_double_name (BzgDouble *self, guint side); /* NULL: without a name */
int bzg_double_score (BzgDouble *self);                    /* 0..1000 */
gboolean bzg_double_same (BzgDouble *self);                /* as good as certain; else ask */
gboolean bzg_double_one_household (BzgDouble *self);       /* relatives? never "same" */
const BzgReasons *bzg_double_reasons (BzgDouble *self);    /* of people; none of households */
/* Of households: how many people are in both; 0: the names and the district are alike. */
guint bzg_double_n_shared (BzgDouble *self);

typedef struct
{
  int min_score; /* 600 is worth asking */
  guint limit;   /* of each kind, the best */
} BzgDoublesOptions;

/* In a worker thread, with a connection of its own; closing the session cancels it and waits.
 * @progress is called on any thread. Weights are learnt from the casebook on the way. */
void bzg_doubles_find_async (BzgSession *session,
                             const BzgDoublesOptions *options,
                             BzgProgress progress,
                             gpointer progress_data,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
/* People, then households, best first. Element type BzgDouble. BZG_ERROR_REFUSED_ROLE,
 * BZG_ERROR_CANCELLED. */
GPtrArray *bzg_doubles_find_finish (BzgSession *session, GAsyncResult *result, GError **error);

/* Pairs of households of which some people are the same, or whose names fold alike in one district;
 * best first, within the scope, without those that were said not to be one. Element type
 * BzgDouble. */
GPtrArray *bzg_doubles_households (BzgSession *session, guint limit, GError **error);

/* bzg_people_set_not_same() for either kind. */
gboolean bzg_doubles_set_not_same (
  BzgSession *session, const char *aggregate, const BzgId *a, const BzgId *b, GError **error);

G_END_DECLS
