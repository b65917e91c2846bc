/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/bzg-file.h"
#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/*
 * The one door. Whatever leaves the casebook (report, story, export, letter, backup) asks for a
 * permit first and leaves through bzg_permit_write(): the exit is entered in the history, with the
 * hash of the content, after the bytes are on the disk and before the file gets its name. A file
 * that exists was entered; an entry without a file is only an attempt.
 *
 * A permit belongs to one exit and is spent by it.
 */

typedef enum
{
  BZG_EXIT_REPORT,      /* protected figures: nobody's own consent is needed */
  BZG_EXIT_LEDGER,      /* the public ledger */
  BZG_EXIT_TRUTH,       /* the truth file; training casebooks only */
  BZG_EXIT_STORY,       /* an anonymised story; the person's consent to that */
  BZG_EXIT_STORY_NAMED, /* a story with the person's name */
  BZG_EXIT_MICRODATA,   /* rows without names; each person's consent */
  BZG_EXIT_RECORDS,     /* named records (people, support, ...) for the programme's own use */
  BZG_EXIT_CASE_FILE,   /* one person's file, for that person or on their behalf */
  BZG_EXIT_LETTER,      /* a referral or transfer; the person's consent to that */
  BZG_EXIT_CERTIFICATE, /* hand-over certificate: for the person */
  BZG_EXIT_CONSENT_FORM,
  BZG_EXIT_BACKUP,
  BZG_EXIT_BUNDLE, /* to another laptop of the programme */
  BZG_EXIT_SLIP,   /* a recovery slip */
  BZG_N_EXITS
} BzgExit;

const char *bzg_exit_name (BzgExit kind); /* stable: "report", "story", ... */

typedef struct _BzgPermit BzgPermit;

/* Asks. @subject: the person whom it is about, NULL if about nobody in particular (then the consent
 * of each is the exporter's to filter with bzg_permit_consented()). @purpose: a few words for the
 * log without personal data ("FY2020-Q1 pdf").
 *
 * Errors: BZG_ERROR_REFUSED_ROLE, BZG_ERROR_REFUSED_CONSENT, BZG_ERROR_REFUSED_TRAINING,
 * BZG_ERROR_NOT_FOUND (no such person). */
BzgPermit *bzg_permit_ask (
  BzgSession *session, BzgExit kind, const BzgId *subject, const char *purpose, GError **error);
void bzg_permit_free (BzgPermit *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgPermit, bzg_permit_free)

/* Writes the file with @producer: content on the disk, exit entered, then the name. The hash is of
 * all that went through bzg_permit_sink_write(). */
typedef struct _BzgPermitSink BzgPermitSink;
gboolean bzg_permit_sink_write (BzgPermitSink *sink, gconstpointer data, gsize len, GError **error);
typedef gboolean (*BzgPermitProducer) (BzgPermitSink *sink, gpointer user_data, GError **error);
gboolean bzg_permit_write_with (BzgPermit *self,
                                const char *path,
                                BzgFileFlags flags,
                                BzgPermitProducer producer,
                                gpointer user_data,
                                GError **error);
/* The same for bytes at hand. */
gboolean bzg_permit_write (BzgPermit *self,
                           const char *path,
                           gconstpointer data,
                           gsize len,
                           BzgFileFlags flags,
                           GError **error);

/* For a writer that the exporter filled itself: flushes, hashes what is on the disk (read back from
 * the descriptor), enters the exit, gives the name. The writer is committed at success. */
gboolean bzg_permit_seal (BzgPermit *self, BzgFileWriter *writer, GError **error);

/* For what leaves without a file of ours (printing, the clipboard): enters the exit only. */
gboolean bzg_permit_enter (BzgPermit *self, gconstpointer data, gsize len, GError **error);

/* The answer that holds today for @person and @purpose (a code of consent_purpose): the latest row
 * decides, missing, refused, withdrawn or expired is FALSE. */
gboolean bzg_permit_consented (BzgSession *session, const BzgId *person, const char *purpose);

G_END_DECLS
