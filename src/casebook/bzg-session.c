/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-people-places-private.h"
#include "casebook/bzg-session-core-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "base/bzg-digits.h"
#include "base/bzg-error.h"
#include "casebook/bzg-dictionary-private.h"
#include "casebook/bzg-sealed-private.h"
#include "vault/bzg-crypto.h"

/*
 * Opening and closing. The order of opening matters: the vault (who may), the schema (can we read
 * it), the clock (may we write), the device (which chain do we write), the user (what may he do),
 * and only then the writer's thread. Whatever fails closes again what was opened and leaves the
 * file as it was.
 */

#define CLOCK_TOLERANCE_MS (10 * 60 * G_GINT64_CONSTANT (1000))
#define CLOCK_LEAP_MS (40 * 24 * 3600 * G_GINT64_CONSTANT (1000))

#define ALL_ROLES "caseworker supervisor manager protection me administrator"

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BzgSession, bzg_session, G_TYPE_OBJECT)

/* Takes everything down but the vault; safe at every stage of opening. */
static void
disconnect (BzgSession *self)
{
  g_cancellable_cancel (self->worker_running);
  g_rw_lock_writer_lock (&self->workers);
  self->closed = TRUE;
  g_rw_lock_writer_unlock (&self->workers);
  _bzg_writer_stop (self);
  if (self->writer != NULL && self->writer->state != NULL)
    _bzg_machine_state_update (self->writer->state, &self->writer->chain, TRUE);
  g_clear_pointer (&self->writer, _bzg_writer_free);
  g_clear_pointer (&self->statements, g_hash_table_unref);
  g_clear_pointer (&self->reader, sqlite3_close_v2);
  g_clear_pointer (&self->section_keys, g_hash_table_unref);
  _bzg_fact_keeper_drop (self->facts);
}

static gboolean
tear_down (BzgSession *self, GError **error)
{
  disconnect (self);
  return self->vault == NULL || bzg_vault_close (g_steal_pointer (&self->vault), error);
}

static void
bzg_session_finalize (GObject *object)
{
  BzgSession *self = BZG_SESSION (object);

  if (self->vault != NULL)
    {
      g_warning ("session: freed without being closed");
      tear_down (self, NULL);
    }
  g_clear_pointer (&self->queue, g_async_queue_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->places, g_array_unref);
  _bzg_fact_keeper_free (self->facts);
  g_array_unref (self->reads);
  g_mutex_clear (&self->reads_lock);
  g_rw_lock_clear (&self->workers);
  g_clear_object (&self->worker_running);
  g_free (self->user_name);
  g_free (self->roles);
  g_free (self->language);
  g_free (self->area);
  g_clear_pointer (&self->rights, g_hash_table_unref);
  G_OBJECT_CLASS (bzg_session_parent_class)->finalize (object);
}

static void
bzg_session_class_init (BzgSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = bzg_session_finalize;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_POINTER);
}

static void
bzg_session_init (BzgSession *self)
{
  self->statements = _bzg_statement_cache_new ();
  self->facts = _bzg_fact_keeper_new ();
  self->reads = g_array_new (FALSE, FALSE, sizeof (BzgPendingRead));
  g_mutex_init (&self->reads_lock);
  g_rw_lock_init (&self->workers);
}

void
_bzg_session_emit_changed (BzgSession *self, const char *aggregate, const BzgId *record)
{
  if (!self->closed)
    g_signal_emit (self, signals[CHANGED], 0, aggregate, record);
}

/* ---- Opening */

static gboolean
check_clock (BzgSession *self, gboolean confirmed, GError **error)
{
  gint64 last = _bzg_sql_scalar (self->writer->db, "SELECT max(hlc) FROM history", error);
  gint64 now = _bzg_clock_now ();

  if (last < 0)
    return FALSE;
  if (last == 0 || confirmed)
    return TRUE;
  last >>= 16;
  if (now < last - CLOCK_TOLERANCE_MS)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_CLOCK,
                           "the clock is before the last entry");
      return FALSE;
    }
  if (now > last + CLOCK_LEAP_MS)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_CLOCK,
                           "the clock is more than 40 days after the last entry");
      return FALSE;
    }
  return TRUE;
}

static int
scope_width (const char *scope)
{
  if (scope == NULL)
    return 0;
  return g_str_equal (scope, "all") ? 3 : g_str_equal (scope, "area") ? 2 : 1;
}

/* The user whose slot opened the file. Somebody who is not in the table, or may not sign in any
 * more, gets the answer of a wrong passphrase. */
static gboolean
load_user (BzgSession *self, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (self->reader,
                                                    "SELECT name, roles, language, area FROM user "
                                                    "WHERE id = ? AND active = 'yes'"
                                                    " AND voided_at IS NULL",
                                                    error);
  g_autoptr (GError) local_error = NULL;

  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_id (stmt, 1, &self->user);
  if (!_bzg_sql_step (stmt, &local_error))
    {
      if (local_error != NULL)
        g_propagate_error (error, g_steal_pointer (&local_error));
      else
        g_set_error_literal (error, BZG_ERROR, BZG_ERROR_PASSPHRASE, "wrong passphrase or user");
      return FALSE;
    }
  self->user_name = g_strdup (_bzg_sql_text (stmt, 0));
  self->roles = g_strdup (_bzg_sql_text (stmt, 1));
  self->language = g_strdup (_bzg_sql_text (stmt, 2));
  self->area = g_strdup (_bzg_sql_text (stmt, 3));
  self->rights = _bzg_roles_rights (self->roles);
  self->scope = scope_width (bzg_roles_scope (self->roles));
  return TRUE;
}

static void
load_training (BzgSession *self)
{
  self->training
    = _bzg_sql_scalar (self->reader, "SELECT count(*) FROM programme WHERE training = 'yes'", NULL)
      > 0;
  if (self->training)
    {
      g_autofree char *today = bzg_session_setting (self, "demo.today");

      bzg_date_from_iso (today, &self->today);
    }
}

/* The connections: the writer's first, for the schema. */
static gboolean
connect_writer (BzgSession *self, GError **error)
{
  sqlite3 *db = bzg_vault_connect (self->vault, FALSE, error);

  if (db == NULL)
    return FALSE;
  self->writer = _bzg_writer_new (db);
  self->writer->session = self;
  memcpy (self->user.bytes, bzg_vault_user_id (self->vault), BZG_ID_SIZE);
  return TRUE;
}

static gboolean
connect_reader (BzgSession *self, GError **error)
{
  self->reader = bzg_vault_connect (self->vault, TRUE, error);
  return self->reader != NULL && _bzg_people_places_register (self, error);
}

/* An older casebook: pages checked, closed, copied, opened again. */
static gboolean
copy_before_migration (BzgSession *self,
                       const BzgOpenOptions *options,
                       int version,
                       GCancellable *cancellable,
                       GError **error)
{
  if (!bzg_vault_verify (self->vault, NULL, NULL, cancellable, error))
    return FALSE;
  g_clear_pointer (&self->writer, _bzg_writer_free);
  if (!bzg_vault_close (g_steal_pointer (&self->vault), error)
      || !_bzg_migrate_copy (options->path, version, cancellable, error))
    return FALSE;
  self->vault
    = bzg_vault_open (options->path, options->name, options->passphrase, cancellable, error);
  return self->vault != NULL && connect_writer (self, error);
}

static gboolean
put_user (BzgWriter *writer, gpointer data, GError **error)
{
  return _bzg_commit_put (writer, data, error);
}

/* The slot that opened the file; only of that one the user is known. */
static char *
own_slot (BzgSession *self)
{
  g_autoptr (GArray) slots = bzg_vault_list_slots (self->vault);

  for (guint i = 0; i < slots->len; i++)
    {
      const BzgSlotInfo *slot = &g_array_index (slots, BzgSlotInfo, i);

      if (memcmp (slot->user_id, self->user.bytes, BZG_ID_SIZE) == 0)
        return g_strdup_printf ("%d", slot->number);
    }
  return NULL;
}

/* Nobody but the user has the seed from which the user's keys come: what of them is public is
 * entered when the user first signs in, and again when a recovery gave another seed. */
static gboolean
complete_user (BzgSession *self, GError **error)
{
  guint8 box[BZG_KEY_SIZE], sign[BZG_KEY_SIZE];
  char hex[2 * BZG_KEY_SIZE + 1], box_hex[2 * BZG_KEY_SIZE + 1];
  g_autofree char *slot = own_slot (self);
  g_autoptr (BzgRecord) user
    = _bzg_record_load (self->writer->statements, self->writer->db,
                        bzg_dictionary_aggregate ("user"), &self->user, error);

  if (user == NULL)
    return FALSE;
  if (bzg_vault_user_seed (self->vault) == NULL)
    return TRUE;
  bzg_vault_seed_keys (bzg_vault_user_seed (self->vault), box, sign);
  bzg_hex_write (sign, sizeof sign, hex);
  bzg_hex_write (box, sizeof box, box_hex);
  if (g_strcmp0 (bzg_record_get (user, "sign_key"), hex) == 0
      && g_strcmp0 (bzg_record_get (user, "box_key"), box_hex) == 0)
    return TRUE;
  bzg_record_set (user, "sign_key", hex);
  bzg_record_set (user, "box_key", box_hex);
  if (slot != NULL)
    bzg_record_set (user, "slot", slot);
  return _bzg_writer_run (self->writer, put_user, user, error);
}

static gboolean
open_all (BzgSession *self,
          const BzgOpenOptions *options,
          GCancellable *cancellable,
          GError **error)
{
  int version;

  if (!bzg_vault_init (error))
    return FALSE;
  self->vault
    = bzg_vault_open (options->path, options->name, options->passphrase, cancellable, error);
  if (self->vault == NULL || !connect_writer (self, error))
    return FALSE;
  version = _bzg_migrate_version (self->writer->db, error);
  if (version < 0)
    return FALSE;
  if (version == 0)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_CASEBOOK, "the casebook is empty");
      return FALSE;
    }
  if (version < _bzg_schema_version ()
      && !copy_before_migration (self, options, version, cancellable, error))
    return FALSE;
  if (!_bzg_migrate (self->writer->db, error) || !connect_reader (self, error)
      || !load_user (self, error) || !check_clock (self, options->clock_confirmed, error)
      || !_bzg_device_load (self->writer, self->vault, error)
      || !_bzg_person_index_ensure (self->writer->db, error) || !complete_user (self, error))
    return FALSE;
  load_training (self);
  _bzg_key_copy_keep (self->vault);
  _bzg_writer_start (self);
  _bzg_sections_begin (self);
  return TRUE;
}

static BzgSession *
session_new (GMainContext *context)
{
  BzgSession *self = g_object_new (BZG_TYPE_SESSION, NULL);

  self->context = g_main_context_ref (context);
  return self;
}

static BzgSession *
open_in (GMainContext *context,
         const BzgOpenOptions *options,
         GCancellable *cancellable,
         GError **error)
{
  g_autoptr (BzgSession) self = session_new (context);

  if (open_all (self, options, cancellable, error))
    return g_steal_pointer (&self);
  tear_down (self, NULL);
  return NULL;
}

BzgSession *
bzg_session_open_with (const BzgOpenOptions *options, GCancellable *cancellable, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  return open_in (context, options, cancellable, error);
}

BzgSession *
bzg_session_open (const char *path,
                  const char *name,
                  const BzgSecret *passphrase,
                  GCancellable *cancellable,
                  GError **error)
{
  BzgOpenOptions options = { .path = path, .name = name, .passphrase = passphrase };

  return bzg_session_open_with (&options, cancellable, error);
}

/* ---- Creating */

static gboolean
write_beginning (BzgWriter *writer, gpointer data, GError **error)
{
  const BzgCreateOptions *options = data;
  BzgSession *self = writer->session;
  g_autoptr (BzgRecord) user = bzg_record_new ("user", &self->user);
  g_autoptr (BzgRecord) programme = bzg_record_new ("programme", NULL);
  g_autofree char *slot = g_strdup_printf ("%d", bzg_vault_last_slot (self->vault));
  guint8 box[BZG_KEY_SIZE], sign[BZG_KEY_SIZE];
  char hex[2 * BZG_KEY_SIZE + 1];

  bzg_vault_seed_keys (bzg_vault_user_seed (self->vault), box, sign);
  bzg_record_set (user, "name", options->admin);
  bzg_record_set (user, "roles", ALL_ROLES);
  bzg_record_set (user, "active", "yes");
  bzg_record_set (user, "slot", slot);
  bzg_record_set (user, "box_key", bzg_hex_write (box, sizeof box, hex));
  bzg_record_set (user, "sign_key", bzg_hex_write (sign, sizeof sign, hex));
  bzg_record_set (programme, "name", options->programme);
  bzg_record_set (programme, "training", options->training ? "yes" : "no");
  return _bzg_commit_put (writer, user, error) && _bzg_commit_put (writer, programme, error);
}

static gboolean
create_all (BzgSession *self, const BzgCreateOptions *options, gboolean *made, GError **error)
{
  BzgId user;

  if (!bzg_vault_init (error) || !bzg_secret_check_new (options->passphrase, error))
    return FALSE;
  bzg_id_new (&user);
  self->vault = bzg_vault_create (options->path, options->admin, options->passphrase, user.bytes,
                                  options->kdf, error);
  if (self->vault == NULL)
    return FALSE;
  *made = TRUE;
  if (!connect_writer (self, error) || !_bzg_migrate (self->writer->db, error)
      || !_bzg_person_index_ensure (self->writer->db, error)
      || !_bzg_device_load (self->writer, self->vault, error)
      || !_bzg_writer_run (self->writer, write_beginning, (gpointer) options, error)
      || !connect_reader (self, error) || !load_user (self, error))
    return FALSE;
  load_training (self);
  _bzg_key_copy_keep (self->vault);
  _bzg_writer_start (self);
  return TRUE;
}

static BzgSession *
create_in (GMainContext *context, const BzgCreateOptions *options, GError **error)
{
  g_autoptr (BzgSession) self = session_new (context);
  gboolean made = FALSE;

  if (options->admin == NULL || *options->admin == '\0' || options->programme == NULL
      || *options->programme == '\0')
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_USAGE, "a programme and a user are needed");
      return NULL;
    }
  if (create_all (self, options, &made, error))
    return g_steal_pointer (&self);
  tear_down (self, NULL);
  /* What was begun here and cannot be used is nobody's data. */
  if (made)
    g_unlink (options->path);
  return NULL;
}

BzgSession *
bzg_session_create (const BzgCreateOptions *options, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  return create_in (context, options, error);
}

/* ---- In a worker thread: the key derivation takes half a second */

typedef struct
{
  char *path, *name, *programme;
  BzgSecret *passphrase, *code;
  gboolean clock_confirmed, training;
  BzgVaultKdf kdf;
  gboolean has_kdf;
  GMainContext *context;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->path);
  g_free (request->name);
  g_free (request->programme);
  bzg_secret_unref (request->passphrase);
  g_clear_pointer (&request->code, bzg_secret_unref);
  g_main_context_unref (request->context);
  g_free (request);
}

/* A session nobody took is closed, not leaked. */
static void
abandoned_session_free (gpointer data)
{
  BzgSession *session = data;

  if (!session->closed)
    bzg_session_close (session, NULL);
  g_object_unref (session);
}

static void
open_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Request *request = data;
  BzgOpenOptions options = { .path = request->path,
                             .name = request->name,
                             .passphrase = request->passphrase,
                             .clock_confirmed = request->clock_confirmed };
  GError *error = NULL;
  BzgSession *session = open_in (request->context, &options, cancellable, &error);

  if (session != NULL)
    g_task_return_pointer (task, session, abandoned_session_free);
  else
    g_task_return_error (task, error);
}

static void
create_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Request *request = data;
  BzgCreateOptions options = { .path = request->path,
                               .programme = request->programme,
                               .admin = request->name,
                               .passphrase = request->passphrase,
                               .training = request->training,
                               .kdf = request->has_kdf ? &request->kdf : NULL };
  GError *error = NULL;
  BzgSession *session = create_in (request->context, &options, &error);

  if (session != NULL)
    g_task_return_pointer (task, session, abandoned_session_free);
  else
    g_task_return_error (task, error);
}

static Request *
request_new (const BzgOpenOptions *options)
{
  Request *request = g_new0 (Request, 1);

  request->path = g_strdup (options->path);
  request->name = g_strdup (options->name);
  request->passphrase = bzg_secret_ref ((BzgSecret *) options->passphrase);
  request->clock_confirmed = options->clock_confirmed;
  request->context = g_main_context_ref_thread_default ();
  return request;
}

void
bzg_session_open_with_async (const BzgOpenOptions *options,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, bzg_session_open_with_async);
  g_task_set_task_data (task, request_new (options), request_free);
  g_task_run_in_thread (task, open_thread);
}

BzgSession *
bzg_session_open_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
recover_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Request *request = data;
  BzgOpenOptions options
    = { .path = request->path, .name = request->name, .passphrase = request->passphrase };
  GError *error = NULL;

  if (bzg_session_recover (&options, request->code, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
bzg_session_recover_async (const BzgOpenOptions *options,
                           const BzgSecret *code,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Request *request = request_new (options);

  request->code = bzg_secret_ref ((BzgSecret *) code);
  g_task_set_source_tag (task, bzg_session_recover_async);
  g_task_set_task_data (task, request, request_free);
  g_task_run_in_thread (task, recover_thread);
}

gboolean
bzg_session_recover_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
bzg_session_create_async (const BzgCreateOptions *options,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->path = g_strdup (options->path);
  request->name = g_strdup (options->admin);
  request->programme = g_strdup (options->programme);
  request->passphrase = bzg_secret_ref ((BzgSecret *) options->passphrase);
  request->training = options->training;
  request->has_kdf = options->kdf != NULL;
  if (options->kdf != NULL)
    request->kdf = *options->kdf;
  request->context = g_main_context_ref_thread_default ();
  g_task_set_source_tag (task, bzg_session_create_async);
  g_task_set_task_data (task, request, request_free);
  g_task_run_in_thread (task, create_thread);
}

BzgSession *
bzg_session_create_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
_bzg_session_close_after (BzgSession *self, BzgVaultFunc last, gpointer data, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (self->closed)
    return TRUE;
  _bzg_session_write (self, _bzg_read_log_flush, NULL, &local_error);
  disconnect (self);
  if (local_error == NULL && last != NULL)
    last (self->vault, data, &local_error);
  _bzg_key_copy_keep (self->vault);
  if (!bzg_vault_close (g_steal_pointer (&self->vault), local_error == NULL ? error : NULL)
      && local_error == NULL)
    return FALSE;
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

gboolean
bzg_session_close (BzgSession *self, GError **error)
{
  return _bzg_session_close_after (self, NULL, NULL, error);
}

/* ---- Workers */

void
_bzg_session_worker_started (BzgSession *self, GCancellable *cancellable)
{
  if (self->worker_running != cancellable)
    g_cancellable_cancel (self->worker_running);
  g_set_object (&self->worker_running, cancellable);
}

sqlite3 *
_bzg_session_worker_begin (BzgSession *self, GError **error)
{
  sqlite3 *db = NULL;

  g_rw_lock_reader_lock (&self->workers);
  if (self->closed)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "the casebook is closed");
  else
    db = bzg_vault_connect (self->vault, TRUE, error);
  if (db == NULL)
    g_rw_lock_reader_unlock (&self->workers);
  return db;
}

void
_bzg_session_worker_end (BzgSession *self, sqlite3 *db)
{
  sqlite3_close_v2 (db);
  g_rw_lock_reader_unlock (&self->workers);
}

/* ---- What is known of it */

const char **
bzg_session_notices (BzgSession *self)
{
  const char *const *of_vault = bzg_vault_notices (self->vault);
  GPtrArray *notices = g_ptr_array_new ();

  if (self->writer->older)
    g_ptr_array_add (notices, (gpointer) N_ ("This casebook is older than the one last used on "
                                             "this computer: what was recorded since is not in "
                                             "it. If nobody restored it on purpose, do not go on "
                                             "and ask the person in charge."));
  for (guint i = 0; of_vault[i] != NULL; i++)
    g_ptr_array_add (notices, (gpointer) of_vault[i]);
  g_ptr_array_add (notices, NULL);
  return (const char **) g_ptr_array_free (notices, FALSE);
}

BzgVault *
bzg_session_vault (BzgSession *self)
{
  return self->vault;
}

const BzgId *
bzg_session_user (BzgSession *self)
{
  return &self->user;
}

const char *
bzg_session_user_name (BzgSession *self)
{
  return self->user_name;
}

const char *
bzg_session_roles (BzgSession *self)
{
  return self->roles;
}

const char *
bzg_session_language (BzgSession *self)
{
  return self->language;
}

gboolean
bzg_session_allows (BzgSession *self, const char *section, BzgAct act)
{
  return (GPOINTER_TO_UINT (g_hash_table_lookup (self->rights, section)) & (1u << act)) != 0;
}

gboolean
bzg_session_is_training (BzgSession *self)
{
  return self->training;
}

BzgDate
bzg_session_today (BzgSession *self)
{
  return bzg_date_is_missing (self->today) ? bzg_date_today () : self->today;
}

void
bzg_session_set_today (BzgSession *self, BzgDate today)
{
  self->today = today;
}

BzgRecord *
bzg_session_programme (BzgSession *self)
{
  g_autoptr (GPtrArray) all = bzg_session_list (self, "programme", NULL, NULL, NULL);

  return all != NULL && all->len > 0 ? bzg_record_copy (g_ptr_array_index (all, 0)) : NULL;
}

sqlite3 *
bzg_session_reader (BzgSession *self)
{
  return self->reader;
}
