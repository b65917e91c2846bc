/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-session.h"
#include "report/bzg-document.h"

G_BEGIN_DECLS

/*
 * The papers that are not reports. Each is built from a record that the caller was allowed to read
 * and says nothing more than that; whether it may leave is asked of release by whoever writes or
 * prints it. (transfer full)
 */

/* A success story as it is released: headline, first paragraph as lead, quotes set apart. @story is
 * a record of the aggregate "story"; its body is CommonMark. @programme may be NULL. */
BzgDocument *bzg_story_document (const BzgRecord *story, const char *programme, BzgLanguage lang);

/* The whole file of one person, for the person's own copy or the archive: facts by group, then the
 * timeline. Fields of sections that the role may not read are not in it. The reading is entered. */
BzgDocument *
bzg_case_document (BzgSession *session, const BzgId *person, BzgLanguage lang, GError **error);

/* The certificate of a hand-over that both sides sign: what, how much, when, from whom to whom. */
BzgDocument *bzg_certificate_document (BzgSession *session,
                                       const BzgId *support,
                                       BzgLanguage lang,
                                       GError **error);

/* The recovery slip. @codes: the code, or its shares one each page ("2 of 3"), NULL-terminated,
 * each in groups joined by hyphens. @needed: how many shares open the casebook (1 with a single
 * code). The text stays in ordinary memory until the document is freed, which wipes it. */
BzgDocument *bzg_slip_document (BzgPaperKind kind,
                                const char *programme,
                                const char *const *codes,
                                guint needed,
                                BzgDate date,
                                gboolean training,
                                BzgLanguage lang);

typedef struct
{
  const char *programme;
  BzgDate date;
  guint people, supports, visits;
  guint64 bytes;
  const char *sha256;      /* of the backup file */
  const char *fingerprint; /* of the office's key, or NULL with a passphrase */
  gboolean training;
} BzgBackupFacts;

/* What a backup holds and that it was read back, for the office's binder. */
BzgDocument *bzg_backup_document (const BzgBackupFacts *facts, BzgLanguage lang);

G_END_DECLS
