/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <string.h>

#include "release/bzg-permit.h"
#include "report/bzg-papers.h"
#include "report/bzg-render.h"

static gboolean
write_paper (
  BzgCli *cli, BzgPermit *permit, const BzgDocument *document, const char *path, GError **error)
{
  g_autoptr (GBytes) pdf
    = bzg_document_render (document, BZG_DOCUMENT_PDF, cli->cancellable, error);

  return pdf != NULL
         && bzg_permit_write (permit, path, g_bytes_get_data (pdf, NULL), g_bytes_get_size (pdf),
                              BZG_FILE_NEW, error);
}

static gboolean
case_file (BzgCli *cli, BzgSession *session, const char *ref, const char *out, GError **error)
{
  g_autoptr (BzgPermit) permit = NULL;
  g_autoptr (BzgDocument) document = NULL;
  BzgId person;

  if (!bzg_session_resolve_person (session, ref, &person, error))
    return FALSE;
  permit = bzg_permit_ask (session, BZG_EXIT_CASE_FILE, &person, "pdf", error);
  document = permit != NULL ? bzg_case_document (session, &person, cli->language, error) : NULL;

  return document != NULL && write_paper (cli, permit, document, out, error);
}

static gboolean
certificate (BzgCli *cli, BzgSession *session, const char *ref, const char *out, GError **error)
{
  g_autoptr (BzgPermit) permit = NULL;
  g_autoptr (BzgDocument) document = NULL;
  g_autoptr (BzgRecord) support = NULL;
  BzgId id, person;

  if (!bzg_id_from_text (ref, &id))
    return bzg_cli_usage (error, "the support is named by its internal id");
  support = bzg_session_get (session, "support", &id, error);
  if (support == NULL)
    return FALSE;
  bzg_record_get_id (support, "person", &person);
  permit = bzg_permit_ask (session, BZG_EXIT_CERTIFICATE, &person, "pdf", error);
  document = permit != NULL ? bzg_certificate_document (session, &id, cli->language, error) : NULL;

  return document != NULL && write_paper (cli, permit, document, out, error);
}

int
bzg_verb_paper (BzgCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *out = NULL;
  const GOptionEntry entries[]
    = { { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, NULL, NULL }, { NULL } };
  BzgSession *session;
  gboolean ok;

  if (!bzg_cli_parse (&argc, &argv, entries, &error))
    return bzg_cli_fail (cli, error);
  if (argc != 3 || out == NULL
      || !g_strv_contains ((const char *const[]){ "case", "certificate", NULL }, argv[1]))
    {
      bzg_cli_usage (&error,
                     "paper case REF --out FILE.pdf, paper certificate SUPPORT --out FILE.pdf");
      return bzg_cli_fail (cli, error);
    }
  session = bzg_cli_session (cli, &error);
  if (session == NULL)
    return bzg_cli_fail (cli, error);
  ok = strcmp (argv[1], "case") == 0 ? case_file (cli, session, argv[2], out, &error)
                                     : certificate (cli, session, argv[2], out, &error);

  return ok ? 0 : bzg_cli_fail (cli, error);
}
