/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/*
 * The invented programme: a training casebook full of people who do not exist, in the proportions
 * of the real work. Same people, quarters, seed and day give the same content (record ids differ,
 * what is exported does not). Names are combined from word lists of common names; villages are
 * invented.
 *
 * Ground truth for tests stands in person.ref: "D-000017" is the 17th person; "D-000017B" is the
 * same human being registered a second time.
 */

#define BZG_DEMO_MAX_PEOPLE 1000000
#define BZG_DEMO_FIRST_YEAR 2024 /* the first quarter is 2024-Q1 */
#define BZG_DEMO_MAX_QUARTERS 40

typedef struct
{
  guint people;                /* registrations, second ones included; 0: 1000 */
  guint quarters;              /* of work, from 2024-Q1; 0: 8 */
  guint64 seed;                /* any */
  BzgDate today;               /* missing: twenty days after the last quarter */
  const BzgSecret *passphrase; /* for the users that are added; NULL: no users are added */
} BzgDemoOptions;

/* The day the demonstration plays on, for @quarters and @today as above. */
BzgDate bzg_demo_today (const BzgDemoOptions *options);

/* Fills an empty training casebook opened by its administrator; on the session's thread. Adds the
 * users case1, case2, protection, manager and me beside the administrator. Sets the session's
 * today, and keeps it as the setting "demo.today".
 * Errors: BZG_ERROR_REFUSED_TRAINING (not a training casebook, or not empty), BZG_ERROR_USAGE,
 * BZG_ERROR_CANCELLED and those of commit. An interrupted demonstration is incomplete: delete it.
 */
gboolean bzg_demo_fill (BzgSession *session,
                        const BzgDemoOptions *options,
                        BzgProgress progress,
                        gpointer progress_data,
                        GCancellable *cancellable,
                        GError **error);

/* The same without blocking the window: batches are committed asynchronously. */
void bzg_demo_fill_async (BzgSession *session,
                          const BzgDemoOptions *options,
                          BzgProgress progress,
                          gpointer progress_data,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
gboolean bzg_demo_fill_finish (BzgSession *session, GAsyncResult *result, GError **error);

G_END_DECLS
