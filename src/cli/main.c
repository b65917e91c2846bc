/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/bzg-cli.h"

#include <glib/gi18n-lib.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/bzg-language.h"
#include "bzg-config.h"
#include "cli/verbs.h"

/*
 * bozgasht-cli: the promise to scripts (see the man page). main() reads the global options, finds
 * the verb, runs it and closes the casebook; each verb lives in a file of its own.
 */

const BzgVerb bzg_verbs[] = {
  { "create", bzg_verb_create, "FILE --programme NAME --admin NAME [--recovery-slip SLIP.pdf]",
    N_ ("make a new casebook") },
  { "demo", bzg_verb_demo, "FILE [--people N] [--quarters Q] [--seed S] [--today DATE]",
    N_ ("make a training casebook with an invented programme") },
  { "user", bzg_verb_user, "add NAME --roles ROLES | remove NAME | role NAME ROLES | list",
    N_ ("people who may sign in") },
  { "passphrase", bzg_verb_passphrase, "", N_ ("change the own passphrase") },
  { "recover", bzg_verb_recover, "",
    N_ ("set a new passphrase with the recovery code or the office's; the code is the first "
        "secret") },
  { "slot", bzg_verb_slot, "list | renew-recovery [--shares] | mend",
    N_ ("the ways into the casebook") },
  { "section", bzg_verb_section,
    "list | set-up [--shares] NAME ... | grant SECTION NAME | withdraw SECTION NAME | new-paper "
    "[--shares] | read REF [--paper --reason TEXT] | add SECTION REF FIELD=VALUE ...",
    N_ ("sealed sections: who holds their keys, and what is in them") },
  { "office", bzg_verb_office,
    "root [--shares] | key [--shares] | check | sign --name N --serial N --until DATE [--from "
    "DATE] --key "
    "AGE --out FILE | show FILE | adopt FILE [--letters L] | status | withdraw | identity",
    N_ ("the key of the office: made there, let in here") },
  { "rekey", bzg_verb_rekey, "", N_ ("write the casebook anew under a new key") },
  { "import", bzg_verb_import,
    "people|support|activities|visits FILE.csv [--dry-run] [--all-or-nothing] [--cp1251] [--map "
    "MAP]",
    N_ ("read a partner's spreadsheet") },
  { "inbox", bzg_verb_inbox,
    "list [--offset N] [--limit N] | new PROFILE KEY | same PROFILE KEY [REF] | reject PROFILE KEY",
    N_ ("imported rows that are perhaps there already") },
  { "export", bzg_verb_export,
    "people|support|activities|visits --out FILE.csv [--plain] | microdata --out "
    "FILE.csv|--dry-run "
    "[--for public|partner] [--years YEAR[..YEAR]] [--keep COLUMN=WEIGHT]...",
    N_ ("write the record as a spreadsheet") },
  { "search", bzg_verb_search, "TEXT [--limit N]", N_ ("find people in any script") },
  { "names", bzg_verb_names, "key [--explain] | match LIST", N_ ("name keys and name matching") },
  { "duplicates", bzg_verb_duplicates, "[--min-score X] | --households | --not-same REF REF",
    N_ ("pairs of records that may be one person") },
  { "merge", bzg_verb_merge,
    "people|households KEEPER OTHER [--from-other FIELD,...] [--dry-run] | list | undo MERGE",
    N_ ("make two registrations one, and two again") },
  { "report", bzg_verb_report,
    "list | make ID --period P [--fund F] --format F,... --out DIR [--correct] [--publish] | "
    "ledger --out FILE | truth --out FILE",
    N_ ("donor reports and the ledger of releases") },
  { "erase", bzg_verb_erase, "REF --ground own_wish|retention|mistake|danger",
    N_ ("erase a person for ever") },
  { "story", bzg_verb_story,
    "draft --person REF --story-lang L | check --person REF --text FILE --story-lang L | "
    "submit STORY | approve STORY | release STORY --out DIR | list",
    N_ ("success stories") },
  { "paper", bzg_verb_paper, "case REF --out FILE.pdf | certificate SUPPORT --out FILE.pdf",
    N_ ("a case file or a hand-over certificate") },
  { "backup", bzg_verb_backup,
    "make --to FILE (--recipient AGE | --backup-passphrase-fd N) | verify FILE ... | "
    "restore FILE --to NEW ... | key | status | due",
    N_ ("the monthly encrypted backup") },
  { "verify", bzg_verb_verify, "", N_ ("check pages, seal, history and dictionary") },
  { "doctor", bzg_verb_doctor, "", N_ ("what this computer lacks and how fast it is") },
  { "run", bzg_verb_run, "", N_ ("read several verbs from standard input under one unlock") },
  { NULL },
};

static void
print_usage (FILE *out)
{
  fprintf (out,
           "%s\n  bozgasht-cli [--file CASEBOOK] [--user NAME] [--passphrase-fd N] "
           "[--lang en|ru|tg] [--date-is-right] [--json] [--quiet] VERB ...\n\n",
           _ ("Usage:"));
  for (const BzgVerb *verb = bzg_verbs; verb->name != NULL; verb++)
    fprintf (out, "  %-11s %s\n              %s\n", verb->name, _ (verb->summary), verb->usage);
}

static const BzgVerb *
find_verb (const char *name)
{
  for (const BzgVerb *verb = bzg_verbs; verb->name != NULL; verb++)
    if (strcmp (verb->name, name) == 0)
      return verb;

  return NULL;
}

int
bzg_verb_dispatch (BzgCli *cli, int argc, char **argv)
{
  const BzgVerb *verb = find_verb (argv[0]);

  if (verb == NULL)
    {
      g_printerr (_ ("There is no verb “%s”. The verbs are:\n"), argv[0]);
      print_usage (stderr);
      return 2;
    }

  return verb->run (cli, argc, argv);
}

/* Ctrl+C and a polite kill cancel what runs; the verb then undoes its half and ends with 6. */
static gpointer
signal_thread (gpointer data)
{
  sigset_t set;
  int number;

  sigemptyset (&set);
  sigaddset (&set, SIGINT);
  sigaddset (&set, SIGTERM);
  for (;;)
    if (sigwait (&set, &number) == 0)
      g_cancellable_cancel (data);

  return NULL;
}

static void
catch_signals (GCancellable *cancellable)
{
  sigset_t set;

  sigemptyset (&set);
  sigaddset (&set, SIGINT);
  sigaddset (&set, SIGTERM);
  pthread_sigmask (SIG_BLOCK, &set, NULL);
  g_thread_unref (g_thread_new ("signals", signal_thread, cancellable));
}

int
main (int argc, char **argv)
{
  BzgCli cli = { .secret_fd = -1 };
  g_autofree char *language = NULL;
  gboolean version = FALSE, help = FALSE;
  g_autoptr (GError) error = NULL;
  g_autoptr (GOptionContext) context = NULL;
  int status;
  const GOptionEntry entries[] = {
    { "file", 'f', 0, G_OPTION_ARG_FILENAME, &cli.file, NULL, NULL },
    { "user", 'u', 0, G_OPTION_ARG_STRING, &cli.user, NULL, NULL },
    { "passphrase-fd", 0, 0, G_OPTION_ARG_INT, &cli.secret_fd, NULL, NULL },
    { "lang", 'l', 0, G_OPTION_ARG_STRING, &language, NULL, NULL },
    { "date-is-right", 0, 0, G_OPTION_ARG_NONE, &cli.date_is_right, NULL, NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &cli.json, NULL, NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &cli.quiet, NULL, NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, NULL, NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &help, NULL, NULL },
    { NULL },
  };

  g_unsetenv (BZG_CHEAP_KDF);
  setlocale (LC_ALL, "");
  bzg_language_init (bzg_language_from_environment ());
  if (!bzg_vault_init (&error))
    return bzg_cli_fail (&cli, error);

  cli.cancellable = g_cancellable_new ();
  catch_signals (cli.cancellable);

  context = g_option_context_new (NULL);
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_strict_posix (context, TRUE);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  if (language != NULL)
    {
      BzgLanguage chosen;

      if (!bzg_language_from_code (language, &chosen))
        {
          g_printerr ("%s\n", _ ("The languages are en, ru and tg."));
          return 2;
        }
      bzg_language_init (chosen);
    }
  cli.language = bzg_language_current ();
  if (version)
    {
      bzg_cli_print ("bozgasht %s", BZG_VERSION);
      return 0;
    }
  if (help || argc < 2)
    {
      print_usage (help ? stdout : stderr);
      return help ? 0 : 2;
    }

  status = bzg_verb_dispatch (&cli, argc - 1, argv + 1);

  if (cli.session != NULL && !bzg_session_close (cli.session, &error) && status == 0)
    status = bzg_cli_fail (&cli, error);
  g_clear_object (&cli.session);
  g_free (cli.file);
  g_free (cli.user);
  if (fflush (stdout) != 0 && status == 0)
    status = 5;

  return status;
}
