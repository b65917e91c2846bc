/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/bzg-cli.h"

G_BEGIN_DECLS

/* One file a verb: verb-<name>.c. */
int bzg_verb_backup (BzgCli *cli, int argc, char **argv);
int bzg_verb_create (BzgCli *cli, int argc, char **argv);
int bzg_verb_demo (BzgCli *cli, int argc, char **argv);
int bzg_verb_doctor (BzgCli *cli, int argc, char **argv);
int bzg_verb_duplicates (BzgCli *cli, int argc, char **argv);
int bzg_verb_erase (BzgCli *cli, int argc, char **argv);
int bzg_verb_export (BzgCli *cli, int argc, char **argv);
int bzg_verb_import (BzgCli *cli, int argc, char **argv);
int bzg_verb_inbox (BzgCli *cli, int argc, char **argv);
int bzg_verb_merge (BzgCli *cli, int argc, char **argv);
int bzg_verb_names (BzgCli *cli, int argc, char **argv);
int bzg_verb_office (BzgCli *cli, int argc, char **argv);
int bzg_verb_paper (BzgCli *cli, int argc, char **argv);
int bzg_verb_passphrase (BzgCli *cli, int argc, char **argv);
int bzg_verb_recover (BzgCli *cli, int argc, char **argv);
int bzg_verb_rekey (BzgCli *cli, int argc, char **argv);
int bzg_verb_report (BzgCli *cli, int argc, char **argv);
int bzg_verb_run (BzgCli *cli, int argc, char **argv);
int bzg_verb_search (BzgCli *cli, int argc, char **argv);
int bzg_verb_section (BzgCli *cli, int argc, char **argv);
int bzg_verb_slot (BzgCli *cli, int argc, char **argv);
int bzg_verb_story (BzgCli *cli, int argc, char **argv);
int bzg_verb_user (BzgCli *cli, int argc, char **argv);
int bzg_verb_verify (BzgCli *cli, int argc, char **argv);

/* Finds and runs the verb argv[0]. */
int bzg_verb_dispatch (BzgCli *cli, int argc, char **argv);

G_END_DECLS
