/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/bzg-date.h"
#include "casebook/bzg-record.h"
#include "casebook/bzg-work.h"
#include "vault/bzg-vault.h"

G_BEGIN_DECLS

/*
 * An unlocked casebook: who is at work, what they may do, the one writer (on its own thread) and
 * the reader of the thread that opened it. Every write and every read of a person's file goes
 * through here.
 *
 * Signals:
 *   "changed" (const char *aggregate, BzgId *record): on the main context of the opener, after the
 *   change is durable. A NULL aggregate: many changed (import); refresh everything.
 */
#define BZG_TYPE_SESSION (bzg_session_get_type ())
G_DECLARE_FINAL_TYPE (BzgSession, bzg_session, BZG, SESSION, GObject)

typedef struct
{
  const char *path;
  const char *programme;
  const char *admin; /* name at sign-in of the first user, who has all roles */
  const BzgSecret *passphrase;
  gboolean training;      /* a training casebook */
  const BzgVaultKdf *kdf; /* NULL: default */
} BzgCreateOptions;

/* A new casebook, with its first user signed in. Refuses to overwrite and to lie in a bad place. */
BzgSession *bzg_session_create (const BzgCreateOptions *options, GError **error);
/* Opens with name and passphrase; migrates forward after a verified copy was made. */
BzgSession *bzg_session_open (const char *path,
                              const char *name,
                              const BzgSecret *passphrase,
                              GCancellable *cancellable,
                              GError **error);
typedef struct
{
  const char *path;
  const char *name;
  const BzgSecret *passphrase;
  /* The person looked at the clock and it is right. Without it a clock that stands before the last
   * entry or more than 40 days after it gives BZG_ERROR_REFUSED_CLOCK. */
  gboolean clock_confirmed;
} BzgOpenOptions;
/* A new passphrase, @options->passphrase, for the user @options->name, by the recovery code or the
 * code of the office: for somebody who forgot the old one, which stops working. The file is closed
 * again at return. The user gets new keys with it, which the next sign-in enters in the history.
 * Errors: BZG_ERROR_PASSPHRASE: the code is not of this file; BZG_ERROR_NOT_FOUND: no such user;
 * those of bzg_secret_check_new(). */
gboolean bzg_session_recover (const BzgOpenOptions *options,
                              const BzgSecret *code,
                              GCancellable *cancellable,
                              GError **error);
/* In a worker thread; bzg_session_recover_finish() takes the result. */
void bzg_session_recover_async (const BzgOpenOptions *options,
                                const BzgSecret *code,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean bzg_session_recover_finish (GAsyncResult *result, GError **error);
BzgSession *
bzg_session_open_with (const BzgOpenOptions *options, GCancellable *cancellable, GError **error);
/* In a worker thread; bzg_session_open_finish() takes the result. */
void bzg_session_open_with_async (const BzgOpenOptions *options,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
BzgSession *bzg_session_open_finish (GAsyncResult *result, GError **error);
void bzg_session_create_async (const BzgCreateOptions *options,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
BzgSession *bzg_session_create_finish (GAsyncResult *result, GError **error);
/* Finishes the running work, commits the read log, checkpoints, seals, wipes. The object is dead
 * afterwards. Must be called before the last unref. */
gboolean bzg_session_close (BzgSession *self, GError **error);

/* What the person should be told after signing in: an older file was put back, the keys were
 * mended, the end of the log was set aside. NULL-terminated sentences, keyed for translation;
 * static. The array is (transfer container). */
const char **bzg_session_notices (BzgSession *self);

BzgVault *bzg_session_vault (BzgSession *self);
const BzgId *bzg_session_user (BzgSession *self);
const char *bzg_session_user_name (BzgSession *self);
const char *bzg_session_roles (BzgSession *self);
const char *bzg_session_language (BzgSession *self); /* the user's own, or NULL */
gboolean bzg_session_allows (BzgSession *self, const char *section, BzgAct act);
gboolean bzg_session_is_training (BzgSession *self);
BzgDate bzg_session_today (BzgSession *self); /* the clock, or the fixed day of a demonstration */
void bzg_session_set_today (BzgSession *self, BzgDate today);
BzgRecord *bzg_session_programme (BzgSession *self); /* the one programme record */
/* The connection of the calling (opener's) thread: for other files of the casebook room. */
sqlite3 *bzg_session_reader (BzgSession *self);

/* A record by id; BZG_ERROR_NOT_FOUND also outside the user's scope. Fields of sections the role
 * may not read are absent. Reading a person (or what belongs to one) is entered in the read log. */
BzgRecord *
bzg_session_get (BzgSession *self, const char *aggregate, const BzgId *id, GError **error);
/* All non-void records of @aggregate whose @parent field is @parent_id (NULL: all), oldest first.
 * Element type BzgRecord. */
GPtrArray *bzg_session_list (BzgSession *self,
                             const char *aggregate,
                             const char *parent,
                             const BzgId *parent_id,
                             GError **error);
/* First record with @field = @canonical (e.g. a fund by name, a person by ref: the keeper, if that
 * one was merged); NULL without error if there is none. */
BzgRecord *bzg_session_find (BzgSession *self,
                             const char *aggregate,
                             const char *field,
                             const char *canonical,
                             GError **error);
/* REF of the command line: internal id, case number or import reference -> person id; of somebody
 * who was merged, the keeper's. */
gboolean bzg_session_resolve_person (BzgSession *self, const char *ref, BzgId *id, GError **error);

/* Commit. Roles, scope and the dictionary's rules are checked first; nothing is written on error.
 */
gboolean bzg_session_commit (BzgSession *self, const BzgWork *work, GError **error);
void bzg_session_commit_async (BzgSession *self,
                               BzgWork *work,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data); /* takes @work */
gboolean bzg_session_commit_finish (BzgSession *self, GAsyncResult *result, GError **error);

/* Erases a person and all that belongs to the person, for ever: rows, history bodies, drafts,
 * attachments, import rows, words of the search, all registrations that were merged into one.
 * Entries without content and published figures stay.
 * @ground: a code of the list erasure_ground. Needs the right to approve cases and to write
 * identities. *n_erased (may be NULL): how many rows went. Makes a new key due
 * (bzg_access_rekey_is_due()). */
gboolean bzg_session_erase_person (
  BzgSession *self, const BzgId *person, const char *ground, guint *n_erased, GError **error);

/* Drafts: what was typed and not yet saved; private to the user. @subject NULL: a new thing. The
 * text is opaque (the form's own key file). Durable at return; _async for the window. */
gboolean bzg_session_keep_draft (BzgSession *self,
                                 const char *form,
                                 const BzgId *subject,
                                 const char *text,
                                 GError **error); /* NULL text drops it */
void bzg_session_keep_draft_async (BzgSession *self,
                                   const char *form,
                                   const BzgId *subject,
                                   const char *text,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean bzg_session_keep_draft_finish (BzgSession *self, GAsyncResult *result, GError **error);
char *bzg_session_draft (BzgSession *self, const char *form, const BzgId *subject, gint64 *kept_at);
typedef struct
{
  char *form;
  BzgId subject;
  gboolean has_subject;
  gint64 kept_at;
} BzgDraftInfo;
GPtrArray *bzg_session_drafts (BzgSession *self); /* BzgDraftInfo, newest first */
void bzg_draft_info_free (BzgDraftInfo *info);

/* Settings of the casebook (not of the machine): small texts such as the last backup's status. */
char *bzg_session_setting (BzgSession *self, const char *key);
typedef struct
{
  const char *key, *value; /* value NULL: there is to be none */
} BzgSetting;
/* Several in one transaction; a key of NULL ends them. */
gboolean bzg_session_set_settings (BzgSession *self, const BzgSetting *settings, GError **error);
gboolean
bzg_session_set_setting (BzgSession *self, const char *key, const char *value, GError **error);

/* People and keys (administrator only). */
gboolean bzg_session_add_user (BzgSession *self,
                               const char *name,
                               const char *full_name,
                               const BzgSecret *passphrase,
                               const char *roles,
                               GError **error);
gboolean
bzg_session_set_user_roles (BzgSession *self, const char *name, const char *roles, GError **error);
gboolean bzg_session_remove_user (BzgSession *self, const char *name, GError **error);
gboolean bzg_session_change_passphrase (BzgSession *self,
                                        const BzgSecret *old_passphrase,
                                        const BzgSecret *new_passphrase,
                                        GError **error);

/* History of a record, newest first. */
typedef struct
{
  gint64 at;            /* UTC seconds */
  char *user;           /* name at sign-in */
  char *act;            /* "insert", "update", "void", "unvoid", ... */
  char *field;          /* field id, or NULL */
  char *before, *after; /* canonical, or NULL */
} BzgHistoryLine;
GPtrArray *
bzg_session_history (BzgSession *self, const char *aggregate, const BzgId *id, GError **error);
void bzg_history_line_free (BzgHistoryLine *line);

/* Pages, seal, chains, dictionary against schema, foreign keys. */
gboolean bzg_session_verify (
  BzgSession *self, BzgProgress progress, gpointer data, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgHistoryLine, bzg_history_line_free)

G_END_DECLS
