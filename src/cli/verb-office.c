/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "base/bzg-file.h"
#include "exchange/bzg-age.h"
#include "exchange/bzg-office.h"
#include "vault/bzg-crypto.h"

/* Two halves: what the office does, without any casebook (root, key, sign, identity), and what a
 * casebook does with a profile (adopt, status, withdraw). */

typedef struct
{
  gboolean shares;
  int serial;
  char *name, *from, *until, *key, *out, *letters;
} OfficeOptions;

static void
office_options_clear (OfficeOptions *options)
{
  g_free (options->name);
  g_free (options->from);
  g_free (options->until);
  g_free (options->key);
  g_free (options->out);
  g_free (options->letters);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OfficeOptions, office_options_clear)

/* ---- In the office */

/* What of a paper is public: the letters of a root, the age1… of a key. */
static char *
public_of (BzgPaperKind kind, const BzgSecret *key)
{
  guint8 public_key[32];

  if (kind != BZG_PAPER_ROOT)
    return bzg_age_recipient_of (key);
  bzg_ed25519_public (bzg_secret_data (key, NULL), public_key);
  return bzg_office_letters (public_key);
}

/* A new secret on paper, and what of it is public: printed last, so that whoever sees that line has
 * the whole paper. */
static gboolean
make_paper (BzgCli *cli, BzgPaperKind kind, gboolean shares, GError **error)
{
  char **codes = bzg_paper_new (kind, shares);
  char *all = g_strjoinv ("\n", codes);
  g_autoptr (BzgSecret) key = bzg_paper_key (kind, all);
  g_autofree char *shown = NULL;
  gboolean root = kind == BZG_PAPER_ROOT;

  bzg_wipe_free (all);
  if (key != NULL)
    shown = public_of (kind, key);
  if (shown == NULL)
    {
      bzg_paper_free (codes);
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory");
      return FALSE;
    }
  bzg_cli_say (cli, "%s",
               root ? _ ("The root of the office: it signs profiles and opens nothing. Write it on "
                         "paper and keep it in a safe:")
                    : _ ("The key of the office: it opens every casebook that let it in, and its "
                         "backups. Write it on paper and keep it in a safe:"));
  for (char **code = codes; *code != NULL; code++)
    bzg_cli_print ("%s", *code);
  bzg_paper_free (codes);
  bzg_cli_say (cli, "%s",
               root ? _ ("Its letters, to be read aloud to whoever takes up a first profile:")
                    : _ ("Its public half, for the profile:"));
  bzg_cli_print ("%s", shown);
  if (fflush (stdout) == 0 && !ferror (stdout))
    return TRUE;
  return bzg_error_set_errno (error, errno, "standard output");
}

/* Reads a paper back, so that a slip of the pen is not found on the day when it is needed. */
static gboolean
check_paper (BzgCli *cli, GError **error)
{
  g_autoptr (BzgSecret) code = bzg_cli_paper (cli, _ ("Code of the office or its root:"), error);
  g_autoptr (BzgSecret) key = NULL;
  g_autofree char *shown = NULL;
  BzgPaperKind kind = BZG_PAPER_CASEBOOK;

  if (code == NULL)
    return FALSE;
  if (bzg_paper_state_any (bzg_secret_text (code), &kind) != BZG_PAPER_WHOLE
      || (kind != BZG_PAPER_OFFICE && kind != BZG_PAPER_ROOT))
    return bzg_cli_usage (error, "not a whole code of an office (BO1) or a root (BR1)");
  key = bzg_paper_key (kind, bzg_secret_text (code));
  shown = key != NULL ? public_of (kind, key) : NULL;
  if (shown == NULL)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory");
      return FALSE;
    }
  bzg_cli_print ("%s", shown);
  return TRUE;
}

static gboolean
sign (BzgCli *cli, const OfficeOptions *options, GError **error)
{
  g_autoptr (BzgSecret) root = NULL;
  g_autoptr (BzgOfficeProfile) profile = NULL;
  BzgDate from = bzg_date_today (), until;

  if (options->name == NULL || options->serial < 1 || options->until == NULL || options->key == NULL
      || options->out == NULL || !bzg_date_from_iso (options->until, &until)
      || (options->from != NULL && !bzg_date_from_iso (options->from, &from))
      || bzg_date_compare (until, bzg_date_today ()) < 0)
    return bzg_cli_usage (error, "office sign --name N --serial N --until YYYY-MM-DD [--from "
                                 "YYYY-MM-DD] --key age1… --out FILE");
  root = bzg_cli_paper_key (cli, BZG_PAPER_ROOT, _ ("Code of the root:"), error);
  if (root == NULL)
    return FALSE;
  profile = bzg_office_profile_sign (options->name, (guint) options->serial, from, until,
                                     options->key, root, error);
  return profile != NULL
         && bzg_file_write (options->out, profile->text, strlen (profile->text), BZG_FILE_NEW,
                            error);
}

/* For `age -d`, when only the old tools are at hand. */
static gboolean
print_identity (BzgCli *cli, GError **error)
{
  g_autoptr (BzgSecret) key
    = bzg_cli_paper_key (cli, BZG_PAPER_OFFICE, _ ("Code of the office:"), error);
  g_autoptr (BzgSecret) text = key != NULL ? bzg_age_identity_of (key) : NULL;

  if (text == NULL)
    return FALSE;
  bzg_cli_print ("%s", bzg_secret_text (text));
  return TRUE;
}

/* ---- In a casebook */

static void
print_profile (const BzgOfficeProfile *profile, const char *state)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  char date[BZG_DATE_TEXT_SIZE];

  json_builder_begin_object (json);
  if (state != NULL)
    bzg_json_member (json, "state", state);
  if (profile != NULL)
    {
      if (state != NULL) /* what a profile of an unknown root calls itself could be its letters */
        bzg_json_member (json, "office", profile->name);
      json_builder_set_member_name (json, "serial");
      json_builder_add_int_value (json, profile->serial);
      bzg_json_member (json, "from", bzg_date_to_iso (profile->from, date));
      bzg_json_member (json, "until", bzg_date_to_iso (profile->until, date));
      bzg_json_member (json, "key", profile->key);
    }
  json_builder_end_object (json);
  bzg_cli_print_json (json);
}

static BzgOfficeProfile *
read_profile (const char *path, GError **error)
{
  g_autoptr (GBytes) file = bzg_file_read (path, BZG_OFFICE_PROFILE_MAX, error);

  return file != NULL ? bzg_office_profile_parse (g_bytes_get_data (file, NULL),
                                                  g_bytes_get_size (file), error)
                      : NULL;
}

static gboolean
adopt (BzgCli *cli, const OfficeOptions *options, const char *path, GError **error)
{
  g_autoptr (BzgOfficeProfile) profile = read_profile (path, error);
  BzgSession *session = profile != NULL ? bzg_cli_session (cli, error) : NULL;

  return session != NULL && bzg_office_adopt (session, profile, options->letters, error);
}

static gboolean
status (BzgCli *cli, GError **error)
{
  static const char *const states[] = {
    [BZG_OFFICE_NONE] = "none", [BZG_OFFICE_GOOD] = "good",       [BZG_OFFICE_ENDING] = "ending",
    [BZG_OFFICE_OVER] = "over", [BZG_OFFICE_STRANGE] = "strange",
  };
  g_autoptr (BzgOfficeProfile) profile = NULL;
  BzgSession *session = bzg_cli_session (cli, error);

  if (session == NULL)
    return FALSE;
  {
    BzgOfficeState state = bzg_office_state (session, &profile);

    print_profile (profile, states[state]);
  }
  return TRUE;
}

static gboolean
withdraw (BzgCli *cli, GError **error)
{
  BzgSession *session = bzg_cli_session (cli, error);

  return session != NULL && bzg_office_withdraw (session, error);
}

int
bzg_verb_office (BzgCli *cli, int argc, char **argv)
{
  g_auto (OfficeOptions) options = { 0 };
  const GOptionEntry entries[] = {
    { "shares", 0, 0, G_OPTION_ARG_NONE, &options.shares, NULL, NULL },
    { "name", 0, 0, G_OPTION_ARG_STRING, &options.name, NULL, NULL },
    { "serial", 0, 0, G_OPTION_ARG_INT, &options.serial, NULL, NULL },
    { "from", 0, 0, G_OPTION_ARG_STRING, &options.from, NULL, NULL },
    { "until", 0, 0, G_OPTION_ARG_STRING, &options.until, NULL, NULL },
    { "key", 0, 0, G_OPTION_ARG_STRING, &options.key, NULL, NULL },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &options.out, NULL, NULL },
    { "letters", 0, 0, G_OPTION_ARG_STRING, &options.letters, NULL, NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  const char *act = NULL;
  gboolean ok;

  if (!bzg_cli_parse (&argc, &argv, entries, &error))
    return bzg_cli_fail (cli, error);
  act = argc > 1 ? argv[1] : "";
  if (argc == 2 && strcmp (act, "check") == 0)
    ok = check_paper (cli, &error);
  else if (argc == 2 && strcmp (act, "root") == 0)
    ok = make_paper (cli, BZG_PAPER_ROOT, options.shares, &error);
  else if (argc == 2 && strcmp (act, "key") == 0)
    ok = make_paper (cli, BZG_PAPER_OFFICE, options.shares, &error);
  else if (argc == 2 && strcmp (act, "sign") == 0)
    ok = sign (cli, &options, &error);
  else if (argc == 2 && strcmp (act, "identity") == 0)
    ok = print_identity (cli, &error);
  else if (argc == 3 && strcmp (act, "show") == 0)
    {
      g_autoptr (BzgOfficeProfile) profile = read_profile (argv[2], &error);

      ok = profile != NULL;
      if (ok)
        print_profile (profile, NULL);
    }
  else if (argc == 3 && strcmp (act, "adopt") == 0)
    ok = adopt (cli, &options, argv[2], &error);
  else if (argc == 2 && strcmp (act, "status") == 0)
    ok = status (cli, &error);
  else if (argc == 2 && strcmp (act, "withdraw") == 0)
    ok = withdraw (cli, &error);
  else
    ok = bzg_cli_usage (&error, "office root|key|check|sign|identity|show|adopt|status|withdraw");

  return ok ? 0 : bzg_cli_fail (cli, error);
}
