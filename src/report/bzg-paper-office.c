/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-papers.h"

#include "base/bzg-format.h"

/* Papers of the office: the recovery slip and the statement about a backup. */

static void
add_share (
  BzgDocument *document, gboolean sections, const char *code, guint index, guint n, guint needed)
{
  BzgLanguage lang = document->lang;

  if (n > 1)
    {
      g_autofree char *which = g_strdup_printf (bzg_tr (lang, "Share %u of %u"), index + 1, n);
      g_autofree char *rule
        = g_strdup_printf (sections
                             ? bzg_tr_plural (lang,
                                              "Any %u share together opens the sealed "
                                              "sections.",
                                              "Any %u shares together open the sealed "
                                              "sections.",
                                              needed)
                             : bzg_tr_plural (lang, "Any %u share together opens the casebook.",
                                              "Any %u shares together open the casebook.", needed),
                           needed);

      bzg_document_heading (document, 1, which);
      bzg_document_paragraph (document, rule);
    }
  bzg_document_code (document, code);
}

static const char *
purpose_of (BzgLanguage lang, gboolean sections, gboolean shares)
{
  if (sections)
    return bzg_tr (lang, "If nobody is there who holds the keys of trafficking, perpetrators and "
                         "health, whoever may open the casebook can read them with this. That it "
                         "was used is shown to everybody who holds the keys.");
  if (shares)
    return bzg_tr (lang, "If all passphrases are forgotten, shares of this code open the casebook "
                         "together. One share alone says nothing.");
  return bzg_tr (lang, "If all passphrases are forgotten, this code opens the casebook. Without it "
                       "and without a passphrase nobody can, also not those who made the program.");
}

BzgDocument *
bzg_slip_document (BzgPaperKind kind,
                   const char *programme,
                   const char *const *codes,
                   guint needed,
                   BzgDate date,
                   gboolean training,
                   BzgLanguage lang)
{
  gboolean sections = kind == BZG_PAPER_SECTIONS;
  BzgDocument *document
    = bzg_document_new (lang, sections ? bzg_tr (lang, "Slip of the sealed sections")
                                       : bzg_tr (lang, "Recovery slip"));
  guint n = g_strv_length ((char **) codes);

  bzg_document_set_programme (document, programme);
  bzg_document_set_subtitle (document, programme);
  bzg_document_set_date (document, date);
  if (training)
    bzg_document_set_ribbon (document, bzg_tr (lang, "Training: invented data"));

  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        bzg_document_page_break (document);
      add_share (document, sections, codes[i], i, n, needed);
      bzg_document_heading (document, 2, bzg_tr (lang, "What this is for"));
      bzg_document_paragraph (document, purpose_of (lang, sections, n > 1));
      bzg_document_heading (document, 2, bzg_tr (lang, "Where to keep it"));
      bzg_document_list_item (document,
                              bzg_tr (lang, "In a safe or a sealed envelope at the office, "
                                            "never with the laptop."));
      bzg_document_list_item (document,
                              bzg_tr (lang, "Not as a photo, not as a file, not in a mail."));
      bzg_document_list_item (
        document,
        n > 1      ? bzg_tr (lang, "Each share with another person, in another place. If one is "
                                        "lost or its keeper leaves, make new shares: the old ones "
                                        "then stop working.")
        : sections ? bzg_tr (lang, "Whoever holds it and may open the casebook can read what is "
                                   "sealed. If it is lost, make a new one: the old one then stops "
                                   "working.")
                   : bzg_tr (lang, "Whoever holds it and the laptop can read everything. If it is "
                                   "lost, make a new one: the old one then stops working."));
      bzg_document_signature (document, bzg_tr (lang, "Kept by: name, signature, date"));
      bzg_document_signature (document, bzg_tr (lang, "Place"));
    }

  return document;
}

BzgDocument *
bzg_backup_document (const BzgBackupFacts *facts, BzgLanguage lang)
{
  BzgDocument *document = bzg_document_new (lang, bzg_tr (lang, "Backup statement"));
  g_autofree char *megabytes = bzg_format_thousandths (lang, (facts->bytes + 99999) / 100000 * 100);
  /* Translators: the size of a file in megabytes. */
  g_autofree char *bytes = g_strdup_printf (bzg_tr (lang, "%s MB"), megabytes);

  bzg_document_set_programme (document, facts->programme);
  bzg_document_set_date (document, facts->date);
  if (facts->training)
    bzg_document_set_ribbon (document, bzg_tr (lang, "Training: invented data"));
  bzg_document_paragraph (document,
                          bzg_tr (lang, "This backup was written, read back from the medium, "
                                        "decrypted, compared with the casebook and checked."));
  bzg_document_key_figure (document, bzg_tr (lang, "People"), BZG_VALUE_OF_INTEGER (facts->people),
                           NULL);
  bzg_document_key_figure (document, bzg_tr (lang, "Supports"),
                           BZG_VALUE_OF_INTEGER (facts->supports), NULL);
  bzg_document_key_figure (document, bzg_tr (lang, "Visits"), BZG_VALUE_OF_INTEGER (facts->visits),
                           NULL);
  bzg_document_field (document, bzg_tr (lang, "Made on"), BZG_VALUE_OF_DATE (facts->date));
  bzg_document_field (document, bzg_tr (lang, "Size"), BZG_VALUE_OF_TEXT (bytes));
  bzg_document_field (document, bzg_tr (lang, "SHA-256 of the file"),
                      BZG_VALUE_OF_TEXT (facts->sha256));
  if (facts->fingerprint != NULL)
    bzg_document_field (document, bzg_tr (lang, "Opens with the key"),
                        BZG_VALUE_OF_TEXT (facts->fingerprint));
  else
    bzg_document_field (document, bzg_tr (lang, "Opens with"),
                        BZG_VALUE_OF_TEXT (bzg_tr (lang, "the backup passphrase")));
  bzg_document_signature (document, bzg_tr (lang, "Received and stored by: name, signature, date"));
  bzg_document_signature (document, bzg_tr (lang, "Place"));

  return document;
}
