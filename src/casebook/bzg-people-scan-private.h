/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-people-score-private.h"

G_BEGIN_DECLS

/* bzg_people_duplicates() on any thread, with the connection of that thread. @learnt: the weights
 * that were estimated on the way; _bzg_people_learn() gives them to the session, on the opener's
 * thread. @progress may be NULL. */
gboolean _bzg_people_scan (BzgSession *session,
                           sqlite3 *db,
                           int min_score,
                           BzgPairFunc func,
                           gpointer data,
                           BzgProgress progress,
                           gpointer progress_data,
                           BzgWeights *learnt,
                           GCancellable *cancellable,
                           GError **error);
void _bzg_people_learn (BzgSession *session, const BzgWeights *weights);
/* What the last scan of this session learnt, else the defaults. */
const BzgWeights *_bzg_people_weights (BzgSession *session);

G_END_DECLS
