/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include <glib/gi18n-lib.h>

#include "casebook/bzg-access.h"
#include "release/bzg-permit.h"
#include "report/bzg-papers.h"
#include "report/bzg-render.h"

/* The slip is a file only because it was asked for, and never beside the casebook. */
static gboolean
write_slip (BzgCli *cli, const char *path, const char *code, GError **error)
{
  g_autofree char *slip_folder = g_path_get_dirname (path);
  g_autofree char *book_folder
    = g_path_get_dirname (bzg_vault_path (bzg_session_vault (cli->session)));
  g_autofree char *slip_real = g_canonicalize_filename (slip_folder, NULL);
  g_autofree char *book_real = g_canonicalize_filename (book_folder, NULL);
  g_autoptr (BzgRecord) programme = bzg_session_programme (cli->session);
  g_autoptr (BzgDocument) document = NULL;
  g_autoptr (GBytes) pdf = NULL;
  g_autoptr (BzgPermit) permit = NULL;

  if (g_str_equal (slip_real, book_real))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_PLACE,
                           "the recovery slip would lie beside the casebook");
      return FALSE;
    }
  document
    = bzg_slip_document (BZG_PAPER_CASEBOOK, bzg_record_get (programme, "name"),
                         (const char *const[]){ code, NULL }, 1, bzg_session_today (cli->session),
                         bzg_session_is_training (cli->session), cli->language);
  pdf = bzg_document_render (document, BZG_DOCUMENT_PDF, cli->cancellable, error);

  permit = pdf != NULL ? bzg_permit_ask (cli->session, BZG_EXIT_SLIP, NULL, "pdf", error) : NULL;

  return permit != NULL
         && bzg_permit_write (permit, path, g_bytes_get_data (pdf, NULL), g_bytes_get_size (pdf),
                              BZG_FILE_NEW, error);
}

int
bzg_verb_create (BzgCli *cli, int argc, char **argv)
{
  g_autofree char *programme = NULL;
  g_autofree char *admin = NULL;
  g_autofree char *slip = NULL;
  char **codes = NULL;
  g_autoptr (BzgSecret) passphrase = NULL;
  g_autoptr (GError) error = NULL;
  gboolean ok;
  int slot = -1;
  const GOptionEntry entries[] = {
    { "programme", 0, 0, G_OPTION_ARG_STRING, &programme, NULL, NULL },
    { "admin", 0, 0, G_OPTION_ARG_STRING, &admin, NULL, NULL },
    { "recovery-slip", 0, 0, G_OPTION_ARG_FILENAME, &slip, NULL, NULL },
    { NULL },
  };

  if (!bzg_cli_parse (&argc, &argv, entries, &error))
    return bzg_cli_fail (cli, error);
  if (argc != 2 || programme == NULL || admin == NULL)
    {
      bzg_cli_usage (&error, "create FILE --programme NAME --admin NAME");
      return bzg_cli_fail (cli, error);
    }
  if (g_file_test (argv[1], G_FILE_TEST_EXISTS))
    {
      g_set_error_literal (&error, BZG_ERROR, BZG_ERROR_EXISTS, "casebook");
      return bzg_cli_fail (cli, error);
    }
  passphrase = bzg_cli_secret (cli, _ ("New passphrase:"), TRUE, &error);
  if (passphrase == NULL)
    return bzg_cli_fail (cli, error);

  cli->session = bzg_session_create (&(BzgCreateOptions){ .path = argv[1],
                                                          .programme = programme,
                                                          .admin = admin,
                                                          .passphrase = passphrase },
                                     &error);
  if (cli->session == NULL)
    return bzg_cli_fail (cli, error);

  codes = bzg_access_make_paper (cli->session, FALSE, &slot, &error);
  if (codes == NULL)
    return bzg_cli_fail (cli, error);
  ok = slip == NULL || write_slip (cli, slip, codes[0], &error);
  if (slip == NULL)
    {
      bzg_cli_say (cli, "%s",
                   _ ("Write down this recovery code and keep it away from the computer:"));
      bzg_cli_print ("%s", codes[0]);
    }
  bzg_paper_free (codes);
  ok = ok && bzg_access_confirm_paper (cli->session, slot, &error);

  return ok ? 0 : bzg_cli_fail (cli, error);
}
