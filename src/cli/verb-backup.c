/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "casebook/bzg-signer.h"
#include "exchange/bzg-backup.h"
#include "exchange/bzg-minisign.h"

typedef struct
{
  char *to;
  char *recipient;
  char *identity;  /* file with an age key, "-" not allowed: standard input may carry verbs */
  char *signer;    /* key of the casebook that must have signed it */
  gboolean office; /* the key is on a paper of the office */
  int passphrase_fd;
} BackupOptions;

static void
backup_options_clear (BackupOptions *options)
{
  g_free (options->to);
  g_free (options->recipient);
  g_free (options->identity);
  g_free (options->signer);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BackupOptions, backup_options_clear)

static gboolean
parse (BackupOptions *options, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "to", 0, 0, G_OPTION_ARG_FILENAME, &options->to, NULL, NULL },
    { "recipient", 0, 0, G_OPTION_ARG_STRING, &options->recipient, NULL, NULL },
    { "identity", 0, 0, G_OPTION_ARG_FILENAME, &options->identity, NULL, NULL },
    { "signer", 0, 0, G_OPTION_ARG_STRING, &options->signer, NULL, NULL },
    { "office", 0, 0, G_OPTION_ARG_NONE, &options->office, NULL, NULL },
    { "backup-passphrase-fd", 0, 0, G_OPTION_ARG_INT, &options->passphrase_fd, NULL, NULL },
    { NULL },
  };

  return bzg_cli_parse (argc, argv, entries, error);
}

/* The secret that a backup is locked with comes from its own descriptor. */
static BzgSecret *
backup_passphrase (BzgCli *cli, const BackupOptions *options, gboolean confirm, GError **error)
{
  BzgCli other = *cli;

  other.secret_fd = options->passphrase_fd;

  return bzg_cli_secret (&other, _ ("Passphrase of the backup:"), confirm, error);
}

static void
print_report (const char *verdict, const BzgBackupReport *report)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  bzg_json_member (json, "verdict", verdict);
  json_builder_set_member_name (json, "size");
  json_builder_add_int_value (json, (gint64) report->size);
  json_builder_set_member_name (json, "people");
  json_builder_add_int_value (json, report->people);
  json_builder_set_member_name (json, "supports");
  json_builder_add_int_value (json, report->supports);
  json_builder_set_member_name (json, "visits");
  json_builder_add_int_value (json, report->visits);
  bzg_json_member (json, "sha256", report->sha256);
  if (report->is_signed)
    bzg_json_member (json, "signed", report->signed_line);
  json_builder_end_object (json);
  bzg_cli_print_json (json);
}

static gboolean
make (BzgCli *cli, const BackupOptions *options, int argc, GError **error)
{
  const char *recipients[] = { options->recipient, NULL };
  g_auto (GStrv) kept = NULL;
  g_autoptr (BzgSecret) passphrase = NULL;
  BzgBackupOptions backup = { .path = options->to };
  BzgBackupReport report;
  BzgSession *session;

  if (argc != 1 || options->to == NULL || options->office || options->signer != NULL
      || options->identity != NULL || (options->recipient != NULL && options->passphrase_fd >= 0))
    return bzg_cli_usage (error, "backup make --to FILE (--recipient AGE | "
                                 "--backup-passphrase-fd N)");
  session = bzg_cli_session (cli, error);
  if (session == NULL)
    return FALSE;
  kept = bzg_backup_recipients (session);
  if (options->recipient != NULL)
    backup.recipients = recipients;
  else if (options->passphrase_fd < 0 && g_strv_length (kept) > 0)
    backup.recipients = (const char *const *) kept;
  else
    {
      passphrase = backup_passphrase (cli, options, TRUE, error);
      if (passphrase == NULL)
        return FALSE;
      backup.passphrase = passphrase;
    }
  if (!bzg_backup_make (session, &backup, &report, bzg_cli_progress, cli, cli->cancellable, error))
    return FALSE;
  print_report ("good", &report);

  return TRUE;
}

/* What a backup can be opened with: the key file that was named, the office's paper, else a
 * passphrase. */
static gboolean
backup_keys (BzgCli *cli,
             const BackupOptions *options,
             const char *path,
             BzgAgeKeys *keys,
             const BzgSecret *identities[2],
             BzgSecret **owned,
             GError **error)
{
  if (options->office + (options->identity != NULL) + (options->passphrase_fd >= 0) > 1)
    return bzg_cli_usage (error, "one of --office, --identity, --backup-passphrase-fd");
  if (options->office)
    {
      *owned = bzg_cli_paper_key (cli, BZG_PAPER_OFFICE, _ ("Code of the office:"), error);
      identities[0] = *owned;
      keys->identities = identities;
    }
  else if (options->identity != NULL)
    {
      g_autoptr (GBytes) file = bzg_cli_read_file (options->identity, error);
      g_autofree char *text = NULL;

      if (file == NULL)
        return FALSE;
      text = g_strndup (g_bytes_get_data (file, NULL), g_bytes_get_size (file));
      *owned = bzg_age_parse_identity (text, error);
      bzg_wipe (text, strlen (text));
      identities[0] = *owned;
      keys->identities = identities;
    }
  else
    {
      *owned = backup_passphrase (cli, options, FALSE, error);
      keys->passphrase = *owned;
    }

  return *owned != NULL;
}

/* *@wanted is NULL if nobody's signature is asked for. */
static gboolean
read_signer (const BackupOptions *options,
             BzgBackupSigner *signer,
             const BzgBackupSigner **wanted,
             GError **error)
{
  *wanted = options->signer != NULL ? signer : NULL;
  signer->required = TRUE;
  return options->signer == NULL
         || bzg_minisign_parse_public (options->signer, signer->key, signer->number)
         || bzg_cli_usage (error, "--signer takes a key of the form RWQ…");
}

/* What the office is told once, to know the backups of this casebook by. */
static gboolean
print_key (BzgCli *cli, int argc, GError **error)
{
  g_autoptr (BzgSecret) made = NULL;
  g_autofree char *text = NULL;
  BzgSession *session;
  guint8 key[32];

  if (argc != 1)
    return bzg_cli_usage (error, "backup key");
  session = bzg_cli_session (cli, error);
  made = session != NULL ? bzg_signer_key (session, error) : NULL;
  if (made == NULL || !bzg_signer_public (session, key))
    return FALSE;
  text = bzg_minisign_public_text (key);
  bzg_cli_print ("%s", text);
  return TRUE;
}

static gboolean
verify (BzgCli *cli, const BackupOptions *options, int argc, char **argv, GError **error)
{
  const BzgSecret *identities[2] = { NULL };
  g_autoptr (BzgSecret) owned = NULL;
  BzgAgeKeys keys = { 0 };
  BzgBackupSigner signer;
  const BzgBackupSigner *wanted;
  BzgBackupReport report;

  if (argc != 2)
    return bzg_cli_usage (error, "backup verify FILE [--signer KEY] [--office | --identity KEYFILE "
                                 "| --backup-passphrase-fd N]");
  if (!read_signer (options, &signer, &wanted, error)
      || !backup_keys (cli, options, argv[1], &keys, identities, &owned, error)
      || !bzg_backup_verify (argv[1], &keys, wanted, &report, bzg_cli_progress, cli,
                             cli->cancellable, error))
    return FALSE;
  print_report ("good", &report);

  return TRUE;
}

static gboolean
restore (BzgCli *cli, const BackupOptions *options, int argc, char **argv, GError **error)
{
  const BzgSecret *identities[2] = { NULL };
  g_autoptr (BzgSecret) owned = NULL;
  g_autoptr (BzgSecret) passphrase = NULL;
  char *code = NULL;
  BzgAgeKeys keys = { 0 };
  BzgBackupSigner signer;
  BzgRestoreOptions to = { .to = options->to, .user_name = cli->user };

  if (argc != 2 || options->to == NULL || cli->user == NULL)
    return bzg_cli_usage (error, "--user NAME backup restore FILE --to NEW "
                                 "[--signer KEY] [--office | --identity KEYFILE | "
                                 "--backup-passphrase-fd N]");
  if (!read_signer (options, &signer, &to.signer, error)
      || !backup_keys (cli, options, argv[1], &keys, identities, &owned, error))
    return FALSE;
  passphrase = bzg_cli_secret (cli, _ ("New passphrase of the restored casebook:"), TRUE, error);
  if (passphrase == NULL)
    return FALSE;
  to.path = argv[1];
  to.passphrase = passphrase;
  if (!bzg_backup_restore (&to, &keys, &code, bzg_cli_progress, cli, cli->cancellable, error))
    return FALSE;
  bzg_cli_say (cli, "%s", _ ("Write down this recovery code and keep it away from the computer:"));
  bzg_cli_print ("%s", code);
  bzg_wipe_free (code);

  return TRUE;
}

static gboolean
status (BzgCli *cli, int argc, gboolean only_due, gboolean *due, GError **error)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  BzgBackupStatus now;
  BzgSession *session;

  if (argc != 1)
    return bzg_cli_usage (error, "backup status, backup due");
  session = bzg_cli_session (cli, error);
  if (session == NULL)
    return FALSE;
  bzg_backup_status (session, bzg_session_today (session), &now);
  *due = now.due;
  json_builder_begin_object (json);
  json_builder_set_member_name (json, "due");
  json_builder_add_boolean_value (json, now.due);
  json_builder_set_member_name (json, "days");
  json_builder_add_int_value (json, now.days);
  if (!only_due)
    {
      g_autoptr (GDateTime) at = g_date_time_new_from_unix_utc (now.last_at);
      g_autofree char *text = now.ever ? g_date_time_format_iso8601 (at) : NULL;

      bzg_json_member (json, "last", text);
      bzg_json_member (json, "kind", now.ever ? now.kind : NULL);
    }
  json_builder_end_object (json);
  bzg_cli_print_json (json);

  return TRUE;
}

int
bzg_verb_backup (BzgCli *cli, int argc, char **argv)
{
  g_auto (BackupOptions) options = { .passphrase_fd = -1 };
  g_autoptr (GError) error = NULL;
  const char *act = argc > 1 ? argv[1] : "";
  gboolean due = FALSE;
  gboolean ok;

  argc--;
  argv++;
  if (argc > 0 && !parse (&options, &argc, &argv, &error))
    return bzg_cli_fail (cli, error);
  if (strcmp (act, "make") == 0)
    ok = make (cli, &options, argc, &error);
  else if (strcmp (act, "verify") == 0)
    ok = verify (cli, &options, argc, argv, &error);
  else if (strcmp (act, "restore") == 0)
    ok = restore (cli, &options, argc, argv, &error);
  else if (strcmp (act, "key") == 0)
    ok = print_key (cli, argc, &error);
  else if (strcmp (act, "status") == 0)
    ok = status (cli, argc, FALSE, &due, &error);
  else if (strcmp (act, "due") == 0)
    ok = status (cli, argc, TRUE, &due, &error);
  else
    ok = bzg_cli_usage (&error, "backup make|verify|restore|key|status|due");

  return ok ? 0 : bzg_cli_fail (cli, error);
}
