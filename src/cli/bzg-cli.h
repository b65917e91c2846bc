/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "base/bzg-error.h"
#include "base/bzg-language.h"
#include "casebook/bzg-session.h"
#include "vault/bzg-crypto.h"

G_BEGIN_DECLS

/*
 * What every verb of bozgasht-cli shares: the global options, the one unlocked casebook, secrets
 * from a descriptor or the terminal, output and progress. Text goes to stdout, explanations and
 * progress to stderr; nothing personal to stderr.
 */
typedef struct
{
  char *file;
  char *user;
  BzgLanguage language; /* of documents and of what is printed */
  int secret_fd;        /* -1: ask on the terminal */
  gboolean json;
  gboolean quiet;
  gboolean date_is_right; /* somebody looked at the clock: see BzgOpenOptions */

  BzgSession *session;       /* opened on first need, closed by main */
  GCancellable *cancellable; /* Ctrl+C */
} BzgCli;

/* One verb. @argv[0] is the verb's own name. Returns the exit status; 0 done. */
typedef int (*BzgVerbFunc) (BzgCli *cli, int argc, char **argv);

typedef struct
{
  const char *name;
  BzgVerbFunc run;
  const char *usage;   /* what follows the verb, as in the man page */
  const char *summary; /* msgid */
} BzgVerb;

extern const BzgVerb bzg_verbs[]; /* ends with a NULL name */

/* The casebook of --file, unlocked; asks for name and passphrase as needed. NULL on error. */
BzgSession *bzg_cli_session (BzgCli *self, GError **error);
/* The same with a passphrase at hand, never asked twice; the caller keeps the session. */
BzgSession *bzg_cli_open (BzgCli *self, const BzgSecret *passphrase, GError **error);
/* Next secret: a line of --passphrase-fd, else asked with @prompt (translated) without echo; asked
 * twice when @confirm. */
BzgSecret *bzg_cli_secret (BzgCli *self, const char *prompt, gboolean confirm, GError **error);

/* What stands on a slip: a code, or two shares joined, the second one asked for when the first is a
 * share. @prompt as above. */
BzgSecret *bzg_cli_paper (BzgCli *self, const char *prompt, GError **error);
/* The key (bzg_paper_key()) of a paper of that kind; another paper is wrong use. */
BzgSecret *bzg_cli_paper_key (BzgCli *self, BzgPaperKind kind, const char *prompt, GError **error);

/* Parses the options of a verb in place (GOptionEntry style); what is left stays in argv. FALSE
 * (with BZG_ERROR_USAGE) for anything unknown. */
gboolean bzg_cli_parse (int *argc, char ***argv, const GOptionEntry *entries, GError **error);
gboolean bzg_cli_usage (GError **error, const char *detail); /* always FALSE */

/* Says what went wrong (headline, advice, detail) on stderr and gives the exit status. */
int bzg_cli_fail (BzgCli *self, const GError *error);

void bzg_cli_print (const char *format, ...) G_GNUC_PRINTF (1, 2); /* a line on stdout */
void bzg_cli_say (BzgCli *self, const char *format, ...)
  G_GNUC_PRINTF (2, 3); /* a line on stderr */
/* One JSON object on one line; takes @builder's root. */
void bzg_cli_print_json (JsonBuilder *builder);
void bzg_json_member (JsonBuilder *builder, const char *name, const char *value); /* NULL: null */

/* A progress bar on a terminal, silence elsewhere: a BzgProgress whose data is the BzgCli. */
void bzg_cli_progress (double fraction, gpointer cli);

/* A whole file as text or bytes, bounded to 1 GiB. "-" is standard input. */
GBytes *bzg_cli_read_file (const char *path, GError **error);

G_END_DECLS
