/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Making backups. Three steps: (1) the image goes through age into a file without a name and is
 * flushed; (2) it is read back from the medium, decrypted with the file's own key (kept in memory
 * only, for the office's secret key is not on this computer), compared and opened; (3) the exit is
 * entered in the history and the file gets its name. Steps 1 and 2 may run in a worker, step 3
 * belongs to the thread of the session.
 *
 * Threats: a medium that pretends to have written (hence the reading back past the cache), a disk
 * that fills up or a stick that is pulled (no name before all is proved), a forged recipient
 * (recipients are checked keys, chosen by somebody who may write the programme's settings), and a
 * forged backup: anybody can make one for a key that is public, so each is signed beside it.
 */
#include "exchange/bzg-backup.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/bzg-digits.h"
#include "base/bzg-error.h"
#include "base/bzg-file.h"
#include "casebook/bzg-image.h"
#include "casebook/bzg-people.h"
#include "casebook/bzg-signer.h"
#include "exchange/bzg-backup-private.h"
#include "exchange/bzg-minisign.h"
#include "release/bzg-permit.h"
#include "vault/bzg-crypto.h"

#define LAST_AT "backup.last_at"
#define LAST_KIND "backup.last_kind"
#define LAST_SIZE "backup.last_size"

typedef struct
{
  BzgSession *session;
  BzgPermit *permit;
  char *path;
  char **recipients;
  BzgSecret *passphrase;
  guint work_factor;
  BzgProgress progress;
  gpointer progress_data;

  BzgFileWriter *writer;
  BzgHash *plain_hash, *file_hash, *signed_hash;
  char *signature_path;
  BzgSecret *signer;
  BzgAgeWriter *age;
  guint64 image_size, file_size, done;
  BzgBackupReport report;
} Job;

static const char *
kind_of (gboolean passphrase)
{
  return passphrase ? "passphrase" : "recipients";
}

static gboolean
may_choose (BzgSession *session, GError **error)
{
  if (bzg_session_allows (session, "programme", BZG_ACT_WRITE))
    return TRUE;
  g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE, "backup");
  return FALSE;
}

/* Everybody may make the month's backup for the keys that the programme chose: it opens nowhere but
 * in the office. Other keys or a passphrase take the whole record elsewhere; that is for those who
 * may choose the keys. */
static gboolean
check (BzgSession *session, const BzgBackupOptions *options, GError **error)
{
  g_auto (GStrv) chosen = bzg_backup_recipients (session);

  if (options->passphrase || !options->recipients)
    return may_choose (session, error);
  for (guint i = 0; options->recipients[i]; i++)
    if (!g_strv_contains ((const char *const *) chosen, options->recipients[i]))
      return may_choose (session, error);
  return TRUE;
}

/* What it needs of the session is asked before anything is read: the signing key must be in what is
 * backed up, or it would be another after a restore. */
static Job *
job_new (BzgSession *session,
         const BzgBackupOptions *options,
         BzgProgress progress,
         gpointer progress_data,
         GError **error)
{
  g_autoptr (BzgPermit) permit = NULL;
  g_autoptr (BzgSecret) signer = NULL;
  Job *job;

  if (!check (session, options, error))
    return NULL;
  signer = bzg_signer_key (session, error);
  permit = signer ? bzg_permit_ask (session, BZG_EXIT_BACKUP, NULL,
                                    kind_of (options->passphrase != NULL), error)
                  : NULL;
  if (!permit)
    return NULL;
  job = g_new0 (Job, 1);
  job->session = g_object_ref (session);
  job->permit = g_steal_pointer (&permit);
  job->signer = g_steal_pointer (&signer);
  job->path = g_strdup (options->path);
  job->signature_path = bzg_backup_signature_path (options->path);
  job->recipients = g_strdupv ((char **) options->recipients);
  job->passphrase = options->passphrase ? bzg_secret_ref ((BzgSecret *) options->passphrase) : NULL;
  job->work_factor = options->work_factor;
  job->progress = progress;
  job->progress_data = progress_data;
  return job;
}

static void
job_free (Job *job)
{
  guint8 unused[64];

  if (job->plain_hash)
    bzg_hash_finish (job->plain_hash, unused);
  if (job->file_hash)
    bzg_hash_finish (job->file_hash, unused);
  if (job->signed_hash)
    bzg_hash_finish (job->signed_hash, unused);
  g_clear_pointer (&job->age, bzg_age_writer_free);
  g_clear_pointer (&job->permit, bzg_permit_free);
  g_clear_pointer (&job->writer, bzg_file_writer_free);
  g_clear_pointer (&job->passphrase, bzg_secret_unref);
  g_clear_pointer (&job->signer, bzg_secret_unref);
  g_strfreev (job->recipients);
  g_free (job->path);
  g_free (job->signature_path);
  g_object_unref (job->session);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_free)

static void
report_progress (Job *job, double fraction)
{
  if (job->progress)
    job->progress (fraction, job->progress_data);
}

static gboolean
file_sink (gconstpointer data, gsize len, gpointer user_data, GError **error)
{
  Job *job = user_data;

  bzg_hash_update (job->file_hash, data, len);
  bzg_hash_update (job->signed_hash, data, len);
  job->file_size += len;
  return bzg_file_writer_write (job->writer, data, len, error);
}

static gboolean
image_sink (gconstpointer data, gsize len, gpointer user_data, GError **error)
{
  Job *job = user_data;

  bzg_hash_update (job->plain_hash, data, len);
  job->done += len;
  report_progress (job, 0.5 * job->done / MAX (job->image_size, job->done));
  return bzg_age_writer_write (job->age, data, len, error);
}

/* Step 1. */
static gboolean
write_file (Job *job, GCancellable *cancellable, GError **error)
{
  job->plain_hash = bzg_hash_new_sha256 ();
  job->file_hash = bzg_hash_new_sha256 ();
  job->signed_hash = bzg_hash_new_blake2b_512 ();
  job->writer = bzg_file_writer_begin (job->path, BZG_FILE_NEW, error);
  if (!job->writer)
    return FALSE;
  job->age = bzg_age_writer_new (file_sink, job, (const char *const *) job->recipients,
                                 job->passphrase, job->work_factor, error);
  return job->age
         && bzg_session_read_image (job->session, image_sink, job, &job->image_size, cancellable,
                                    error)
         && bzg_age_writer_finish (job->age, error) && bzg_file_writer_flush (job->writer, error);
}

/* Step 2. Opened anew, so that what is read is the file and not what was written. */
static gboolean
prove_file (Job *job, GCancellable *cancellable, GError **error)
{
  g_autofree char *path
    = g_strdup_printf ("/proc/self/fd/%d", bzg_file_writer_get_fd (job->writer));
  g_auto (BzgBackupImage) image = { 0 };
  g_autoptr (GInputStream) in = NULL;
  BzgAgeKeys keys = { .file_key = bzg_age_writer_file_key (job->age) };
  BzgImageCounts counts = { 0 };
  guint8 written[BZG_HASH_SIZE], read[BZG_HASH_SIZE], file[BZG_HASH_SIZE];
  guint64 size;

  in = bzg_backup_open (path, &size, error);
  if (!in
      || !bzg_backup_decrypt (in, size, &keys, &image, job->progress, job->progress_data, 0.5, 0.9,
                              cancellable, error))
    return FALSE;
  bzg_hash_finish (g_steal_pointer (&job->plain_hash), written);
  bzg_sha256 (image.data, image.len, read);
  if (size != job->file_size || image.len != job->image_size
      || memcmp (written, read, sizeof read) != 0)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_DAMAGED,
                   "what was read back is not what was written");
      return FALSE;
    }
  if (!bzg_image_check (image.data, image.len, &counts, error))
    return FALSE;

  job->report.size = size;
  job->report.image_size = image.len;
  job->report.made_at = g_get_real_time () / G_USEC_PER_SEC;
  job->report.people = counts.people;
  job->report.supports = counts.supports;
  job->report.visits = counts.visits;
  bzg_hash_finish (g_steal_pointer (&job->file_hash), file);
  bzg_hex_write (file, sizeof file, job->report.sha256);
  report_progress (job, 0.95);
  return TRUE;
}

/* Before the backup has its name: one that has it is signed. What lies there without a backup is of
 * none. */
static gboolean
sign_file (Job *job, GError **error)
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_utc (job->report.made_at);
  g_autofree char *when = g_date_time_format_iso8601 (at);
  g_autofree char *comment = g_strdup_printf ("bozgasht backup of %s, %" G_GUINT64_FORMAT " bytes",
                                              when, job->report.size);
  g_autofree char *text = NULL;
  guint8 hash[BZG_MINISIGN_HASH_SIZE];

  bzg_hash_finish (g_steal_pointer (&job->signed_hash), hash);
  text = bzg_minisign_sign (job->signer, hash, comment);
  if (text == NULL)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_BUG, "a backup could not be signed");
      return FALSE;
    }
  /* Meanwhile; its signature is not ours to replace. */
  if (g_file_test (job->path, G_FILE_TEST_EXISTS))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_EXISTS, "backup");
      return FALSE;
    }
  return bzg_file_write (job->signature_path, text, strlen (text), BZG_FILE_REPLACE, error);
}

/* Step 3. */
static gboolean
name_file (Job *job, GError **error)
{
  g_autofree char *at = g_strdup_printf ("%" G_GINT64_FORMAT, job->report.made_at);
  g_autofree char *size = g_strdup_printf ("%" G_GUINT64_FORMAT, job->report.size);

  if (!sign_file (job, error))
    return FALSE;
  if (!bzg_permit_seal (job->permit, job->writer, error))
    {
      if (!g_file_test (job->path, G_FILE_TEST_EXISTS))
        g_unlink (job->signature_path);
      return FALSE;
    }
  if (!bzg_session_set_setting (job->session, LAST_AT, at, error)
      || !bzg_session_set_setting (job->session, LAST_KIND, kind_of (job->passphrase != NULL),
                                   error)
      || !bzg_session_set_setting (job->session, LAST_SIZE, size, error))
    return FALSE;
  report_progress (job, 1);
  return TRUE;
}

gboolean
bzg_backup_make (BzgSession *session,
                 const BzgBackupOptions *options,
                 BzgBackupReport *report,
                 BzgProgress progress,
                 gpointer progress_data,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (Job) job = job_new (session, options, progress, progress_data, error);

  if (!job || !write_file (job, cancellable, error) || !prove_file (job, cancellable, error)
      || !name_file (job, error))
    return FALSE;
  if (report)
    *report = job->report;
  return TRUE;
}

static void
make_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;

  if (write_file (job, cancellable, &error) && prove_file (job, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
proved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error) && name_file (job, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
bzg_backup_make_async (BzgSession *session,
                       const BzgBackupOptions *options,
                       BzgProgress progress,
                       gpointer progress_data,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);
  g_autoptr (GTask) worker = NULL;
  GError *error = NULL;
  Job *job = job_new (session, options, progress, progress_data, &error);

  g_task_set_source_tag (task, bzg_backup_make_async);
  if (!job)
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  /* A file that was proved gets its name even if the cancel comes late. */
  g_task_set_check_cancellable (task, FALSE);
  worker = g_task_new (session, cancellable, proved_cb, g_object_ref (task));
  g_task_set_task_data (worker, job, NULL);
  g_task_run_in_thread (worker, make_thread);
}

gboolean
bzg_backup_make_finish (BzgSession *session,
                        GAsyncResult *result,
                        BzgBackupReport *report,
                        GError **error)
{
  Job *job;

  g_return_val_if_fail (g_task_is_valid (result, session), FALSE);
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  job = g_task_get_task_data (G_TASK (result));
  if (report)
    *report = job->report;
  return TRUE;
}

static BzgDate
date_of (gint64 seconds)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (seconds);
  g_autoptr (GDateTime) local = utc ? g_date_time_to_local (utc) : NULL;

  if (!local)
    return BZG_DATE_MISSING;
  return bzg_date_make (g_date_time_get_year (local), g_date_time_get_month (local),
                        g_date_time_get_day_of_month (local));
}

void
bzg_backup_status (BzgSession *session, BzgDate today, BzgBackupStatus *status)
{
  g_autofree char *at = bzg_session_setting (session, LAST_AT);
  g_autofree char *kind = bzg_session_setting (session, LAST_KIND);
  g_autofree char *size = bzg_session_setting (session, LAST_SIZE);
  g_autoptr (BzgRecord) programme = NULL;
  BzgOverview overview = { 0 };
  gint64 since;

  memset (status, 0, sizeof *status);
  if (at)
    {
      status->ever = TRUE;
      status->last_at = since = g_ascii_strtoll (at, NULL, 10);
      g_strlcpy (status->kind, kind ? kind : "", sizeof status->kind);
      status->size = size ? g_ascii_strtoull (size, NULL, 10) : 0;
    }
  else
    {
      programme = bzg_session_programme (session);
      since = programme ? bzg_record_changed_at (programme) : 0;
    }

  /* A clock that was put back does not make a backup younger than new. */
  status->days = MAX (0, bzg_date_days_between (date_of (since), today, NULL));
  if (status->ever)
    status->due = status->days >= BZG_BACKUP_EVERY_DAYS;
  else
    status->due = bzg_people_overview (session, &overview, NULL) && overview.people > 0;
}

gboolean
bzg_backup_due (BzgSession *session, BzgDate today)
{
  BzgBackupStatus status;

  bzg_backup_status (session, today, &status);
  return status.due;
}

char *
bzg_backup_signature_path (const char *path)
{
  return g_strconcat (path, ".minisig", NULL);
}

char **
bzg_backup_recipients (BzgSession *session)
{
  g_autofree char *text = bzg_session_setting (session, BZG_BACKUP_RECIPIENTS);

  return g_strsplit (text ? text : "", " ", -1);
}

gboolean
bzg_backup_set_recipients (BzgSession *session, const char *const *recipients, GError **error)
{
  g_autofree char *text = NULL;
  guint8 key[32];

  if (!may_choose (session, error))
    return FALSE;
  for (guint i = 0; recipients[i]; i++)
    if (!bzg_age_parse_recipient (recipients[i], key, error))
      return FALSE;
  text = g_strjoinv (" ", (char **) recipients);
  return bzg_session_set_setting (session, BZG_BACKUP_RECIPIENTS, *text ? text : NULL, error);
}

char *
bzg_backup_suggest_name (BzgDate today)
{
  return g_strdup_printf ("bozgasht-%04d-%02d.age", today.year, today.month);
}
