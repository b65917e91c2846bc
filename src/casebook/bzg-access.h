/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/* One way into the casebook, as the page "Access" and `slot list` show it. */
typedef struct
{
  int slot; /* 0..31 */
  BzgSlotKind kind;
  char *user;      /* name at sign-in of a passphrase; NULL: of nobody who may sign in */
  gboolean shares; /* a recovery code that was handed out in shares */
  gboolean unread; /* a recovery code that nobody has read back from its paper */
  char *since;     /* ISO date on which it was made, if the casebook knows */
} BzgWayIn;

void bzg_way_in_free (BzgWayIn *way);
GPtrArray *bzg_access_list (BzgSession *session); /* BzgWayIn, by slot */

/* A new recovery code (one string), or three shares of one of which any two open the file; nothing
 * stops working yet. The strings are for paper: bzg_paper_free().
 * *@slot (may be NULL) is where it opens. Administrators only. */
char **bzg_access_make_paper (BzgSession *session, gboolean shares, int *slot, GError **error);
/* A new paper that was never read back: as if it had not been made. */
void bzg_access_withdraw_paper (BzgSession *session, int slot);
/* The new paper @slot has been read back: earlier ones of its kind (a code, or shares) open nothing
 * any more, and a new key is due, because a copy of the file may still know them. */
gboolean bzg_access_confirm_paper (BzgSession *session, int slot, GError **error);

/* A way in for the office, whose X25519 key is @key (32 bytes), in place of every earlier one;
 * NULL: the office has none any more. What this is to be is kept in the record too, with @settings
 * in the same transaction (a key of NULL ends them), so that every sign-in can compare. An earlier
 * key makes a new key of the casebook due. Administrators only. Where the key comes from is not
 * judged here: see exchange/bzg-office.h. Errors: BZG_ERROR_REFUSED_ROLE, BZG_ERROR_USAGE (no slot
 * is free), BZG_ERROR_MALFORMED (bzg_x25519_is_usable()) and those of writing; after the last, the
 * same again mends it. */
gboolean bzg_access_set_office (BzgSession *session,
                                const guint8 *key,
                                const BzgSetting *settings,
                                GError **error);
/* FALSE: the way in of the office is not the one, alone, that the record knows of. @key (may be
 * NULL) gets what the record knows, zeros if nothing. */
gboolean bzg_access_office_agrees (BzgSession *session, guint8 *key);

/* TRUE from the moment at which somebody lost a way in, or somebody was erased, until the file has
 * a new key: older copies of the file still open for them, or hold what was erased. */
gboolean bzg_access_rekey_is_due (BzgSession *session);

/* Writes the whole file anew under a new key and closes @session. Everybody who may sign in, and
 * every recovery paper, opens it as before; a slot of nobody, one of the office that the record
 * does not know, and every older copy of the key block, does not. Needs as much space again as the
 * file takes while it runs. Administrators only. On failure the file is as it was; @session is
 * closed but for BZG_ERROR_REFUSED_ROLE (and when not even a note could be written).
 * @progress is called in the thread that does the work. */
gboolean bzg_access_rekey (BzgSession *session,
                           BzgProgress progress,
                           gpointer data,
                           GCancellable *cancellable,
                           GError **error);
/* The same in a worker thread. Whoever holds the session must not use it from now on. */
void bzg_access_rekey_async (BzgSession *session,
                             BzgProgress progress,
                             gpointer data,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean bzg_access_rekey_finish (GAsyncResult *result, GError **error);

/* TRUE: both key blocks of the closed file at @path are spoilt, and this computer kept a third when
 * the casebook was last open here. */
gboolean bzg_access_can_mend (const char *path);
/* Puts it back; nothing else in the file changes. Refuses while one of the two is whole
 * (BZG_ERROR_EXISTS); BZG_ERROR_NO_FILE: none was kept. */
gboolean bzg_access_mend (const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgWayIn, bzg_way_in_free)

G_END_DECLS
