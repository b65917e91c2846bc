/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Backups: made, proved, opened by foreign programs, tampered with, refused where they must be, and
 * restored into a casebook that says the same.
 */
#include "exchange/bzg-backup.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "base/bzg-error.h"
#include "casebook/bzg-ledger.h"
#include "casebook/bzg-people.h"
#include "casebook/bzg-signer.h"
#include "exchange/bzg-demo.h"
#include "exchange/bzg-minisign.h"
#include "vault/bzg-crypto.h"
#include "../casebook/casebook-fixture.h"

#define NEW_PASSPHRASE "eight white houses"
#define PEOPLE 120

static const char *const dumped[] = {
  "programme",  "fund",    "person",    "household",   "household_member",
  "case_file",  "consent", "migration", "support",     "livelihood",
  "visit",      "note",    "task",      "story",       "activity",
  "head_count", "goal",    "referral",  "participant",
};

typedef struct
{
  char *dir, *path, *backup;
  BzgSession *session;
  BzgSecret *identity, *key; /* text, bytes */
  char *recipient;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgSecret) secret = bzg_secret_new_text (PASSPHRASE);
  BzgCreateOptions options = { .programme = "Training", .admin = "admin", .training = TRUE };
  BzgDemoOptions demo = { .people = PEOPLE, .quarters = 6, .passphrase = secret };

  fixture->dir = g_dir_make_tmp ("bozgasht-test-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->dir, "demo.bozgasht", NULL);
  fixture->backup = g_build_filename (fixture->dir, "backup.age", NULL);
  options.path = fixture->path;
  options.passphrase = secret;
  fixture->session = bzg_session_create (&options, &error);
  g_assert_no_error (error);
  bzg_demo_fill (fixture->session, &demo, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  fixture->recipient = bzg_age_generate (&fixture->identity, &error);
  fixture->key = bzg_age_parse_identity (bzg_secret_text (fixture->identity), &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->dir, 0, NULL);
  g_autoptr (GError) error = NULL;
  const char *name;

  if (fixture->session)
    bzg_session_close (fixture->session, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->session);
  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (fixture->dir, name, NULL);

      g_unlink (path);
    }
  g_rmdir (fixture->dir);
  bzg_secret_unref (fixture->identity);
  bzg_secret_unref (fixture->key);
  g_free (fixture->recipient);
  g_free (fixture->backup);
  g_free (fixture->path);
  g_free (fixture->dir);
}

static gboolean
make (Fixture *fixture, const char *path, BzgBackupReport *report, GError **error)
{
  const char *recipients[] = { fixture->recipient, NULL };
  BzgBackupOptions options = { .path = path, .recipients = recipients };

  return bzg_backup_make (fixture->session, &options, report, NULL, NULL, NULL, error);
}

static gboolean
verify (Fixture *fixture, const char *path, BzgBackupReport *report, GError **error)
{
  const BzgSecret *identities[] = { fixture->key, NULL };
  BzgAgeKeys keys = { .identities = identities };

  return bzg_backup_verify (path, &keys, NULL, report, NULL, NULL, NULL, error);
}

static char *
dump (BzgSession *session)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (dumped); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) all = bzg_session_list (session, dumped[i], NULL, NULL, &error);

      g_assert_no_error (error);
      for (guint j = 0; j < all->len; j++)
        {
          const BzgRecord *record = g_ptr_array_index (all, j);
          const BzgAggregate *aggregate = bzg_record_aggregate (record);
          char id[BZG_ID_TEXT_SIZE];

          g_string_append_printf (out, "%s %" G_GINT64_FORMAT,
                                  bzg_id_to_text (bzg_record_id (record), id),
                                  bzg_record_revision (record));
          for (guint k = 0; k < aggregate->n_fields; k++)
            g_string_append_printf (out, "|%s",
                                    bzg_record_get (record, aggregate->fields[k]->name));
          g_string_append_c (out, '\n');
        }
    }
  return g_string_free (out, FALSE);
}

static guint
files_in (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;
  return n;
}

static void
test_make (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) exits = NULL;
  BzgBackupReport made, verified;
  BzgBackupStatus status;
  BzgDate today = bzg_date_today ();
  const BzgExitLine *line;

  g_assert_true (bzg_backup_due (fixture->session, today));
  make (fixture, fixture->backup, &made, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (made.people, ==, PEOPLE);
  g_assert_cmpuint (made.image_size % 4096, ==, 0);
  g_assert_cmpuint (made.size, >, made.image_size);

  verify (fixture, fixture->backup, &verified, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (verified.people, ==, made.people);
  g_assert_cmpuint (verified.supports, ==, made.supports);
  g_assert_cmpuint (verified.visits, ==, made.visits);
  g_assert_cmpstr (verified.sha256, ==, made.sha256);

  bzg_backup_status (fixture->session, today, &status);
  g_assert_true (status.ever);
  g_assert_cmpint (status.days, ==, 0);
  g_assert_false (status.due);
  g_assert_cmpstr (status.kind, ==, "recipients");
  g_assert_cmpuint (status.size, ==, made.size);
  g_assert_false (bzg_backup_due (fixture->session, bzg_date_add_days (today, 30)));
  g_assert_true (bzg_backup_due (fixture->session, bzg_date_add_days (today, 31)));

  exits = bzg_ledger_exits (fixture->session, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (exits->len, ==, 1);
  line = g_ptr_array_index (exits, 0);
  g_assert_cmpstr (line->kind, ==, "backup");
  g_assert_cmpstr (line->sha256, ==, made.sha256);

  /* Never over a file that is there. */
  g_assert_false (make (fixture, fixture->backup, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_true (verify (fixture, fixture->backup, NULL, NULL));
}

static void restore (Fixture *fixture, const char *to, const char *user, GError **error);

static gboolean
verify_signed (Fixture *fixture, BzgBackupSigner *signer, BzgBackupReport *report, GError **error)
{
  const BzgSecret *identities[] = { fixture->key, NULL };
  BzgAgeKeys keys = { .identities = identities };

  return bzg_backup_verify (fixture->backup, &keys, signer, report, NULL, NULL, NULL, error);
}

/* Signed by this casebook and by no other; the first backup holds the key that signs it. */
static void
test_signature (Fixture *fixture, gconstpointer data)
{
  g_autofree char *signature = bzg_backup_signature_path (fixture->backup);
  g_autofree char *to = g_build_filename (fixture->dir, "restored.bozgasht", NULL);
  g_autofree char *public_text = NULL;
  g_autofree char *text = NULL;
  g_autoptr (BzgSecret) secret = bzg_secret_new_text (NEW_PASSPHRASE);
  g_autoptr (BzgSession) restored = NULL;
  g_autoptr (GError) error = NULL;
  BzgBackupSigner signer = { .required = TRUE }, other = { .required = TRUE };
  BzgBackupReport report;
  guint8 key[32], again[32];

  g_assert_false (bzg_signer_public (fixture->session, key));
  /* What a broken attempt left beside the name is of no backup, and no hindrance. */
  g_assert_true (g_file_set_contents (signature, "left", -1, NULL));
  make (fixture, fixture->backup, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (bzg_signer_public (fixture->session, key));
  public_text = bzg_minisign_public_text (key);
  g_assert_true (bzg_minisign_parse_public (public_text, signer.key, signer.number));
  verify_signed (fixture, &signer, &report, &error);
  g_assert_no_error (error);
  g_assert_true (report.is_signed);
  g_assert_true (g_str_has_prefix (report.signed_line, "bozgasht backup of "));

  g_assert_false (verify_signed (fixture, &other, &report, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_UNSIGNED);
  g_clear_error (&error);
  other.required = FALSE;
  g_assert_true (verify_signed (fixture, &other, &report, &error));
  g_assert_false (report.is_signed);

  restore (fixture, to, "admin", &error);
  g_assert_no_error (error);
  restored = bzg_session_open (to, "admin", secret, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (bzg_signer_public (restored, again));
  g_assert_cmpmem (key, 32, again, 32);
  bzg_session_close (restored, NULL);

  g_assert_true (g_file_get_contents (signature, &text, NULL, NULL));
  text[120] ^= 1;
  g_assert_true (g_file_set_contents (signature, text, -1, NULL));
  g_assert_false (verify_signed (fixture, &signer, &report, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_UNSIGNED);
  g_clear_error (&error);
  g_unlink (signature);
  g_assert_false (verify_signed (fixture, &signer, &report, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_UNSIGNED);
}

/* The name was taken while the backup was written: the other's file and signature stay. */
static void
take_name_cb (double fraction, gpointer data)
{
  const char *path = data;
  g_autofree char *signature = bzg_backup_signature_path (path);

  if (fraction < 0.95 || g_file_test (path, G_FILE_TEST_EXISTS))
    return;
  g_file_set_contents (path, "of another casebook", -1, NULL);
  g_file_set_contents (signature, "its signature", -1, NULL);
}

static void
test_name_taken (Fixture *fixture, gconstpointer data)
{
  const char *recipients[] = { fixture->recipient, NULL };
  BzgBackupOptions options = { .path = fixture->backup, .recipients = recipients };
  g_autofree char *signature = bzg_backup_signature_path (fixture->backup);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (bzg_backup_make (fixture->session, &options, NULL, take_name_cb, fixture->backup,
                                   NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_EXISTS);
  g_assert_true (g_file_get_contents (signature, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "its signature");
}

static gboolean
run_capture (const char *command, char **out)
{
  const char *argv[] = { "sh", "-c", command, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, out, NULL, &status,
                &error);
  g_assert_no_error (error);
  return g_spawn_check_wait_status (status, NULL);
}

/* Twenty years from now: `age -d` and `sqlite3`, and nothing of ours. */
static void
test_foreign (Fixture *fixture, gconstpointer data)
{
  g_autofree char *age = g_find_program_in_path ("age");
  g_autofree char *sqlite = g_find_program_in_path ("sqlite3");
  g_autofree char *keyfile = g_build_filename (fixture->dir, "key.txt", NULL);
  g_autofree char *plain = g_build_filename (fixture->dir, "plain.sqlite", NULL);
  g_autofree char *command = NULL, *out = NULL, *expected = NULL;
  g_autoptr (GError) error = NULL;
  BzgBackupReport made;

  if (!age || !sqlite)
    {
      g_test_skip ("age or sqlite3 is not installed");
      return;
    }
  make (fixture, fixture->backup, &made, &error);
  g_assert_no_error (error);
  g_file_set_contents (keyfile, bzg_secret_text (fixture->identity), -1, &error);
  g_assert_no_error (error);
  command
    = g_strdup_printf ("%s -d -i %s -o %s %s && chmod a-w %s && %s %s 'PRAGMA integrity_check;"
                       " SELECT count(*) FROM person; SELECT count(*) FROM support;"
                       " SELECT count(*) FROM visit;'",
                       age, keyfile, plain, fixture->backup, plain, sqlite, plain);
  g_assert_true (run_capture (command, &out));
  expected = g_strdup_printf ("ok\n%u\n%u\n%u\n", made.people, made.supports, made.visits);
  g_assert_cmpstr (out, ==, expected);
}

static void
restore (Fixture *fixture, const char *to, const char *user, GError **error)
{
  const BzgSecret *identities[] = { fixture->key, NULL };
  BzgAgeKeys keys = { .identities = identities };
  g_autoptr (BzgSecret) secret = bzg_secret_new_text (NEW_PASSPHRASE);
  BzgRestoreOptions options
    = { .path = fixture->backup, .to = to, .user_name = user, .passphrase = secret };
  g_autofree char *code = NULL;
  gboolean ok = bzg_backup_restore (&options, &keys, &code, NULL, NULL, NULL, error);

  g_assert_cmpint (ok, ==, code != NULL);
}

static void
test_restore (Fixture *fixture, gconstpointer data)
{
  g_autofree char *to = g_build_filename (fixture->dir, "restored.bozgasht", NULL);
  g_autofree char *before = NULL, *after = NULL;
  g_autoptr (BzgSecret) old = bzg_secret_new_text (PASSPHRASE);
  g_autoptr (BzgSecret) secret = bzg_secret_new_text (NEW_PASSPHRASE);
  g_autoptr (BzgSession) restored = NULL;
  g_autoptr (GError) error = NULL;
  guint8 casebook[16], database[16];
  guint n;

  make (fixture, fixture->backup, NULL, &error);
  g_assert_no_error (error);
  before = dump (fixture->session);
  memcpy (casebook, bzg_vault_casebook_id (bzg_session_vault (fixture->session)), 16);
  memcpy (database, bzg_vault_database_id (bzg_session_vault (fixture->session)), 16);

  n = files_in (fixture->dir);
  /* Only an administrator of the record can be the one who opens it again. */
  restore (fixture, to, "nobody", &error);
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NOT_FOUND);
  g_clear_error (&error);
  restore (fixture, to, "case1", &error);
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_cmpuint (files_in (fixture->dir), ==, n);

  restore (fixture, to, "admin", &error);
  g_assert_no_error (error);
  g_assert_null (bzg_session_open (to, "admin", old, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_PASSPHRASE);
  g_clear_error (&error);
  g_assert_null (bzg_session_open (to, "case1", old, NULL, NULL));

  restored = bzg_session_open (to, "admin", secret, NULL, &error);
  g_assert_no_error (error);
  after = dump (restored);
  g_assert_true (strcmp (before, after) == 0);
  g_assert_cmpmem (bzg_vault_casebook_id (bzg_session_vault (restored)), 16, casebook, 16);
  g_assert_cmpint (memcmp (bzg_vault_database_id (bzg_session_vault (restored)), database, 16), !=,
                   0);
  bzg_session_verify (restored, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  /* The old users come back by invitation, as the same user. */
  bzg_session_add_user (restored, "case1", NULL, old, "caseworker", &error);
  g_assert_no_error (error);
  bzg_session_close (restored, &error);
  g_assert_no_error (error);
  g_clear_object (&restored);
  restored = bzg_session_open (to, "case1", old, NULL, &error);
  g_assert_no_error (error);
  {
    g_autoptr (GPtrArray) people = bzg_session_list (restored, "person", NULL, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (people->len, >, PEOPLE / 5);
  }
  bzg_session_close (restored, &error);
  g_assert_no_error (error);

  restore (fixture, to, "admin", &error);
  g_assert_error (error, BZG_ERROR, BZG_ERROR_EXISTS);
}

static void
test_passphrase (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BzgSecret) passphrase = bzg_secret_new_text ("чор оилаи занбӯр");
  g_autoptr (BzgSecret) wrong = bzg_secret_new_text ("се оилаи занбӯр");
  BzgBackupOptions options
    = { .path = fixture->backup, .passphrase = passphrase, .work_factor = 8 };
  BzgAgeKeys keys = { .passphrase = passphrase }, wrong_keys = { .passphrase = wrong };
  g_autoptr (GError) error = NULL;
  gboolean ok;

  bzg_backup_make (fixture->session, &options, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (bzg_age_wants_passphrase (fixture->backup, &ok));
  g_assert_true (ok);
  bzg_backup_verify (fixture->backup, &keys, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (
    bzg_backup_verify (fixture->backup, &wrong_keys, NULL, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_PASSPHRASE);
}

static void
test_wrong_key (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BzgSecret) identity = NULL;
  g_autoptr (BzgSecret) key = NULL;
  g_autoptr (GError) error = NULL;
  G_GNUC_UNUSED g_autofree char *other = bzg_age_generate (&identity, &error);

  make (fixture, fixture->backup, NULL, &error);
  g_assert_no_error (error);
  key = bzg_age_parse_identity (bzg_secret_text (identity), &error);
  bzg_secret_unref (fixture->key);
  fixture->key = g_steal_pointer (&key);
  g_assert_false (verify (fixture, fixture->backup, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_PASSPHRASE);
}

static void
test_tampered (Fixture *fixture, gconstpointer data)
{
  g_autofree char *bad = g_build_filename (fixture->dir, "bad.age", NULL);
  g_autofree char *to = g_build_filename (fixture->dir, "restored.bozgasht", NULL);
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  gsize len;
  guint n;

  make (fixture, fixture->backup, NULL, &error);
  g_assert_no_error (error);
  g_file_get_contents (fixture->backup, &content, &len, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < 24; i++)
    {
      gsize at = len * i / 24 + i;

      content[at] ^= 1 << (i % 8);
      g_file_set_contents (bad, content, (gssize) len, &error);
      g_assert_no_error (error);
      content[at] ^= 1 << (i % 8);
      g_assert_false (verify (fixture, bad, NULL, &error));
      g_assert_true (error->domain == BZG_ERROR);
      g_clear_error (&error);
    }
  for (guint i = 0; i < 12; i++)
    {
      g_file_set_contents (bad, content, (gssize) (len * i / 12), &error);
      g_assert_no_error (error);
      g_assert_false (verify (fixture, bad, NULL, &error));
      g_assert_true (error->domain == BZG_ERROR);
      g_clear_error (&error);
    }

  /* Cut exactly after a piece: the mark of the last one is missing. */
  g_file_set_contents (bad, content, (gssize) (len - len % 65552 > 65552 ? 65552 * 2 : len / 2),
                       &error);
  g_assert_no_error (error);
  g_assert_false (verify (fixture, bad, NULL, &error));
  g_clear_error (&error);

  g_unlink (fixture->backup);
  g_file_set_contents (fixture->backup, content, (gssize) len - 1, &error);
  n = files_in (fixture->dir);
  restore (fixture, to, "admin", &error);
  g_assert_error (error, BZG_ERROR, BZG_ERROR_DAMAGED);
  g_assert_cmpuint (files_in (fixture->dir), ==, n);
}

/* An age file that holds something else. */
static gboolean
append_sink (gconstpointer bytes, gsize len, gpointer user_data, GError **error)
{
  g_byte_array_append (user_data, bytes, (guint) len);
  return TRUE;
}

static void
test_not_a_casebook (Fixture *fixture, gconstpointer data)
{
  const char *recipients[] = { fixture->recipient, NULL };
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgAgeWriter) writer
    = bzg_age_writer_new (append_sink, file, recipients, NULL, 0, &error);

  bzg_age_writer_write (writer, "a letter", 8, &error);
  bzg_age_writer_finish (writer, &error);
  g_assert_no_error (error);
  g_file_set_contents (fixture->backup, (char *) file->data, file->len, &error);
  g_assert_no_error (error);
  g_assert_false (verify (fixture, fixture->backup, NULL, &error));
  g_assert_true (error->domain == BZG_ERROR);
  g_test_message ("%d %s", error->code, error->message);
  g_assert_cmpint (error->code, ==, BZG_ERROR_NOT_CASEBOOK);
  g_clear_error (&error);

  g_file_set_contents (fixture->backup, "no age file", -1, &error);
  g_assert_false (verify (fixture, fixture->backup, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
  g_clear_error (&error);
  g_unlink (fixture->backup);
  g_assert_false (verify (fixture, fixture->backup, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NO_FILE);
}

static void
test_bad_places (Fixture *fixture, gconstpointer data)
{
  g_autofree char *nowhere = g_build_filename (fixture->dir, "no", "such", "folder.age", NULL);
  g_autofree char *locked = g_build_filename (fixture->dir, "locked", NULL);
  g_autofree char *inside = g_build_filename (locked, "b.age", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  const char *recipients[] = { fixture->recipient, NULL };
  const char *broken[] = { "age1nonsense", NULL };
  BzgBackupOptions options = { .path = fixture->backup, .recipients = recipients };
  g_autoptr (GError) error = NULL;

  g_assert_false (make (fixture, nowhere, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NO_FILE);
  g_clear_error (&error);

  if (geteuid () != 0) /* root may write everywhere */
    {
      g_assert_cmpint (g_mkdir (locked, 0500), ==, 0);
      g_assert_false (make (fixture, inside, NULL, &error));
      g_assert_error (error, BZG_ERROR, BZG_ERROR_READ_ONLY);
      g_clear_error (&error);
      g_rmdir (locked);
    }

  g_cancellable_cancel (cancellable);
  g_assert_false (
    bzg_backup_make (fixture->session, &options, NULL, NULL, NULL, cancellable, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_CANCELLED);
  g_clear_error (&error);
  options.recipients = broken;
  g_assert_false (bzg_backup_make (fixture->session, &options, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
  g_clear_error (&error);
  options.recipients = NULL;
  g_assert_false (bzg_backup_make (fixture->session, &options, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_USAGE);
  g_assert_false (g_file_test (fixture->backup, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (files_in (fixture->dir), <=, 2);
}

/* A small file system that fills up: needs mounting rights, else it is skipped. */
static void
test_full_disk (Fixture *fixture, gconstpointer data)
{
  g_autofree char *mount = g_build_filename (fixture->dir, "small", NULL);
  g_autofree char *path = g_build_filename (mount, "b.age", NULL);
  g_autofree char *up = g_strdup_printf ("mount -t tmpfs -o size=64k tmpfs %s 2>/dev/null", mount);
  g_autofree char *down = g_strdup_printf ("umount %s", mount);
  g_autoptr (GError) error = NULL;
  g_autofree char *out = NULL, *out2 = NULL;

  g_assert_cmpint (g_mkdir (mount, 0700), ==, 0);
  if (!run_capture (up, &out))
    {
      g_rmdir (mount);
      g_test_skip ("may not mount a small file system");
      return;
    }
  g_assert_false (make (fixture, path, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_DISK_FULL);
  g_assert_cmpuint (files_in (mount), ==, 0);
  g_assert_true (run_capture (down, &out2));
  g_rmdir (mount);
}

static void
test_recipients (Fixture *fixture, gconstpointer data)
{
  const char *recipients[] = { fixture->recipient, NULL };
  const char *broken[] = { fixture->recipient, "age1x", NULL };
  g_auto (GStrv) none = bzg_backup_recipients (fixture->session);
  g_auto (GStrv) kept = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = bzg_backup_suggest_name (bzg_date_make (2026, 1, 20));

  g_assert_cmpuint (g_strv_length (none), ==, 0);
  g_assert_false (bzg_backup_set_recipients (fixture->session, broken, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
  g_clear_error (&error);
  bzg_backup_set_recipients (fixture->session, recipients, &error);
  g_assert_no_error (error);
  kept = bzg_backup_recipients (fixture->session);
  g_assert_cmpuint (g_strv_length (kept), ==, 1);
  g_assert_cmpstr (kept[0], ==, fixture->recipient);
  g_assert_cmpstr (name, ==, "bozgasht-2026-01.age");
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  BzgBackupReport *report = user_data;

  bzg_backup_make_finish (BZG_SESSION (source), result, report, &error);
  g_assert_no_error (error);
}

static void
test_async (Fixture *fixture, gconstpointer data)
{
  const char *recipients[] = { fixture->recipient, NULL };
  BzgBackupOptions options = { .path = fixture->backup, .recipients = recipients };
  BzgBackupReport report = { 0 };
  g_autoptr (BzgRecord) person = bzg_record_new ("person", NULL);
  g_autoptr (BzgWork) work = bzg_work_new ();
  g_autoptr (GError) error = NULL;

  bzg_backup_make_async (fixture->session, &options, NULL, NULL, NULL, made_cb, &report);
  /* Work goes on meanwhile. */
  bzg_record_set (person, "family_name", "Назарзода");
  bzg_work_put (work, person);
  bzg_session_commit (fixture->session, work, &error);
  g_assert_no_error (error);
  while (report.size == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (report.people, >=, PEOPLE);
  g_assert_true (verify (fixture, fixture->backup, NULL, &error));
}

/* A caseworker may make the programme's backup, and no other. */
static void
test_roles (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BzgSecret) secret = bzg_secret_new_text (PASSPHRASE);
  const char *recipients[] = { fixture->recipient, NULL };
  BzgBackupOptions options = { .path = fixture->backup, .passphrase = secret, .work_factor = 4 };
  g_autoptr (GError) error = NULL;

  for (guint chosen = 0; chosen < 2; chosen++)
    {
      bzg_session_close (fixture->session, &error);
      g_assert_no_error (error);
      g_object_unref (fixture->session);
      fixture->session = bzg_session_open (fixture->path, "case1", secret, NULL, &error);
      g_assert_no_error (error);
      if (chosen)
        {
          make (fixture, fixture->backup, NULL, &error);
          g_assert_no_error (error);
          g_assert_true (verify (fixture, fixture->backup, NULL, NULL));
          break;
        }
      g_assert_false (make (fixture, fixture->backup, NULL, &error));
      g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE);
      g_clear_error (&error);
      g_assert_false (bzg_backup_make (fixture->session, &options, NULL, NULL, NULL, NULL, &error));
      g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE);
      g_clear_error (&error);
      g_assert_false (bzg_backup_set_recipients (fixture->session, recipients, &error));
      g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE);
      g_clear_error (&error);
      g_assert_false (g_file_test (fixture->backup, G_FILE_TEST_EXISTS));

      bzg_session_close (fixture->session, &error);
      g_assert_no_error (error);
      g_object_unref (fixture->session);
      fixture->session = bzg_session_open (fixture->path, "admin", secret, NULL, &error);
      g_assert_no_error (error);
      bzg_backup_set_recipients (fixture->session, recipients, &error);
      g_assert_no_error (error);
    }
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  casebook_test_init (&argc, &argv);

  ADD ("/backup/make", test_make);
  ADD ("/backup/signature", test_signature);
  ADD ("/backup/name-taken", test_name_taken);
  ADD ("/backup/foreign", test_foreign);
  ADD ("/backup/restore", test_restore);
  ADD ("/backup/passphrase", test_passphrase);
  ADD ("/backup/wrong-key", test_wrong_key);
  ADD ("/backup/tampered", test_tampered);
  ADD ("/backup/not-a-casebook", test_not_a_casebook);
  ADD ("/backup/bad-places", test_bad_places);
  ADD ("/backup/full-disk", test_full_disk);
  ADD ("/backup/recipients", test_recipients);
  ADD ("/backup/async", test_async);
  ADD ("/backup/roles", test_roles);
  return g_test_run ();
}
