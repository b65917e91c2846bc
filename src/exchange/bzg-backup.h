/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session.h"
#include "exchange/bzg-age.h"

G_BEGIN_DECLS

/*
 * The monthly backup: one age file whose content is a plain SQLite database, so that in twenty
 * years `age -d` and `sqlite3` are enough to read it. Plain text is never on the disk: pages go
 * straight from the casebook into the age writer.
 *
 * A backup is called good only after it was read back from the medium, decrypted, compared with
 * what went in, opened as a database and found whole by SQLite's own check. Before the file gets
 * its name the exit is in the history; a file that has its name is therefore whole, proved, signed
 * and accounted for.
 */

#define BZG_BACKUP_EVERY_DAYS 31
#define BZG_BACKUP_RECIPIENTS "backup.recipients" /* the setting: keys, parted by spaces */

/* What a backup is made for: either keys of the office or a passphrase. Strings are borrowed. */
typedef struct
{
  const char *path;              /* the new file; an existing one is never overwritten */
  const char *const *recipients; /* NULL-terminated `age1…`, or NULL */
  const BzgSecret *passphrase;   /* or NULL */
  guint work_factor;             /* 0: default; tests use less */
} BzgBackupOptions;

/* What is known about a finished or verified backup. */
typedef struct
{
  guint64 size;       /* bytes of the age file */
  guint64 image_size; /* bytes of the database inside */
  gint64 made_at;     /* UTC seconds; 0 if not known */
  guint people;       /* records found when it was opened again */
  guint supports;
  guint visits;
  char sha256[65];       /* of the age file, hex */
  gboolean is_signed;    /* beside it, by the signer that was asked for */
  char signed_line[160]; /* what was signed with it: when it was made, how large it is */
} BzgBackupReport;

/* Whose signature beside a backup is asked for: a casebook's key, as bzg_minisign_parse_public()
 * gives it. */
typedef struct
{
  guint8 key[32], number[8];
  gboolean required; /* without it BZG_ERROR_UNSIGNED, and nothing is opened as a database */
} BzgBackupSigner;

/* Makes and proves a backup; on the thread that opened the session. @report may be NULL. Everybody
 * may make one for the keys of bzg_backup_recipients(); other keys and passphrases need the right
 * to write the programme's settings. Errors: BZG_ERROR_EXISTS, BZG_ERROR_USAGE, BZG_ERROR_MALFORMED
 * (a recipient), BZG_ERROR_REFUSED_* (role), BZG_ERROR_READ_ONLY, BZG_ERROR_DISK_FULL,
 * BZG_ERROR_DAMAGED (what was read back is not what was written: the medium is bad),
 * BZG_ERROR_CANCELLED. On error there is no file. */
gboolean bzg_backup_make (BzgSession *session,
                          const BzgBackupOptions *options,
                          BzgBackupReport *report,
                          BzgProgress progress,
                          gpointer progress_data,
                          GCancellable *cancellable,
                          GError **error);
/* The same for the window: the work runs in a worker, entry and status on the opener's thread.
 * @options is copied; @progress is called in the worker. */
void bzg_backup_make_async (BzgSession *session,
                            const BzgBackupOptions *options,
                            BzgProgress progress,
                            gpointer progress_data,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
gboolean bzg_backup_make_finish (BzgSession *session,
                                 GAsyncResult *result,
                                 BzgBackupReport *report,
                                 GError **error);

/* Decrypts the whole file, opens the database and checks it; @signer may be NULL. Any thread.
 * Errors: those of bzg_age_reader_new() and read(), BZG_ERROR_UNSIGNED, BZG_ERROR_NOT_CASEBOOK,
 * BZG_ERROR_DAMAGED. */
gboolean bzg_backup_verify (const char *path,
                            const BzgAgeKeys *keys,
                            const BzgBackupSigner *signer,
                            BzgBackupReport *report,
                            BzgProgress progress,
                            gpointer progress_data,
                            GCancellable *cancellable,
                            GError **error);

/*
 * Restoring makes a new casebook file under a new device. A backup holds the record but no key slot
 * of anybody, so nobody's old passphrase opens the new file: whoever restores (and could decrypt
 * the backup) names one active user of the record, who gets a new passphrase and a new pair of keys
 * and is the only one who can open it, and a new recovery code. The administrator then invites the
 * others again. The history shows the restore and the reset. Publishing stays shut until the ledger
 * is confirmed.
 */
typedef struct
{
  const char *path;              /* the age file */
  const char *to;                /* the new casebook; an existing file is never overwritten */
  const char *user_name;         /* of an active user in the record */
  const BzgSecret *passphrase;   /* the new one for this user */
  const BzgVaultKdf *kdf;        /* NULL: default */
  const BzgBackupSigner *signer; /* NULL: whoever made it */
} BzgRestoreOptions;

/* Any thread; the new casebook is closed again at return. *recovery_code gets the new code (wipe
 * with bzg_wipe() and free; NULL: none is made). On error there is no file at options->to.
 * Errors: those of bzg_backup_verify(), BZG_ERROR_EXISTS, BZG_ERROR_NOT_FOUND (no such user),
 * BZG_ERROR_WEAK_PASSPHRASE, BZG_ERROR_REFUSED_PLACE, BZG_ERROR_DISK_FULL, ... */
gboolean bzg_backup_restore (const BzgRestoreOptions *options,
                             const BzgAgeKeys *keys,
                             char **recovery_code,
                             BzgProgress progress,
                             gpointer progress_data,
                             GCancellable *cancellable,
                             GError **error);

typedef struct
{
  gboolean ever;  /* a backup was made from this casebook */
  gint64 last_at; /* UTC seconds */
  char kind[16];  /* "recipients" or "passphrase" */
  guint64 size;   /* bytes of the age file */
  int days;       /* since the last one, or since the casebook's first day if there is none */
  gboolean due;   /* BZG_BACKUP_EVERY_DAYS have passed, or there was none and there are people */
} BzgBackupStatus;

/* FILE.minisig: where the signature of the backup FILE lies. (transfer full) */
char *bzg_backup_signature_path (const char *path);
/* The status as of @today; on the session's thread. */
void bzg_backup_status (BzgSession *session, BzgDate today, BzgBackupStatus *status);
gboolean bzg_backup_due (BzgSession *session, BzgDate today);

/* The keys that backups are made for, kept as a setting of the casebook; NULL-terminated, empty if
 * none is set. (transfer full, g_strfreev) */
char **bzg_backup_recipients (BzgSession *session);
/* Checks every key first. BZG_ERROR_MALFORMED, BZG_ERROR_REFUSED_ROLE. */
gboolean
bzg_backup_set_recipients (BzgSession *session, const char *const *recipients, GError **error);

/* "bozgasht-2026-01.age": says nothing about the programme. (transfer full) */
char *bzg_backup_suggest_name (BzgDate today);

G_END_DECLS
