/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BzgErrorCode:
 *
 * What can go wrong, for every room. The number divided by 100 is the exit status of the command
 * line (docs: cli): 1 refused, 2 malformed, 3 passphrase, 4 damaged, 5 cannot read or write,
 * 6 cancelled, 7 in use, 70 a bug. Numbers never change meaning and are never reused.
 *
 * A GError in this domain carries no personal data: neither names nor values nor paths below the
 * user's home. Its message is a short English detail (a row, a column, an offset) for the record of
 * the developer; what a person reads comes from bzg_error_headline() and bzg_error_advice(). One
 * kind of message is for people and translated: what the readers of dates, numbers, periods and CSV
 * say about the place that has to be corrected (BZG_ERROR_MALFORMED, BZG_ERROR_ENCODING), why
 * rows without names cannot leave (BZG_ERROR_REFUSED_ROWS), and why a profile of an office is not
 * taken up (BZG_ERROR_REFUSED_OFFICE).
 */
typedef enum
{
  BZG_ERROR_REFUSED_ROLE = 100,    /* the role of this user does not allow it */
  BZG_ERROR_REFUSED_CONSENT = 101, /* the consent for this purpose is missing, refused, withdrawn */
  BZG_ERROR_REFUSED_DISCLOSURE = 102,  /* what would leave could identify a person */
  BZG_ERROR_REFUSED_APPROVAL = 103,    /* another person has to approve it first */
  BZG_ERROR_REFUSED_LEDGER = 104,      /* an earlier release stands against it */
  BZG_ERROR_REFUSED_PLACE = 105,       /* a place where a casebook must not lie (network, cloud) */
  BZG_ERROR_REFUSED_TRAINING = 106,    /* a training casebook takes no real data and the reverse */
  BZG_ERROR_REFUSED_CLOCK = 107,       /* the clock of the computer cannot be right */
  BZG_ERROR_REFUSED_LAST_KEY = 108,    /* the last way into the casebook would be removed */
  BZG_ERROR_REFUSED_NOT_SAME = 109,    /* somebody decided that the two are not one */
  BZG_ERROR_REFUSED_MERGED = 110,      /* another merge stands in the way */
  BZG_ERROR_REFUSED_UNPUBLISHED = 111, /* figures that are not published may not leave */
  BZG_ERROR_REFUSED_PUBLISHED = 112,   /* what is published stays as it is */
  BZG_ERROR_REFUSED_STALE = 113,       /* record or ledger changed since the report was made */
  BZG_ERROR_REFUSED_PERIOD = 114,   /* a period over two of the years in which people are classed */
  BZG_ERROR_REFUSED_REPORTED = 115, /* what figures were published under keeps its name */
  BZG_ERROR_REFUSED_SEALED = 116,   /* a sealed section whose key was not given to this user */
  BZG_ERROR_REFUSED_ROWS = 117,     /* rows without names; the message says why, for people */
  BZG_ERROR_REFUSED_BESIDE_ROWS = 118, /* figures that rows without names that left give away */
  BZG_ERROR_REFUSED_OFFICE = 119, /* a profile of an office; the message says why, for people */
  BZG_ERROR_REFUSED_SMALL = 120,  /* a correction that would change nothing that may be printed */

  BZG_ERROR_USAGE = 200,           /* wrong use of a command or a function's public input */
  BZG_ERROR_MALFORMED = 201,       /* input that cannot be understood (CSV, JSON, date, ...) */
  BZG_ERROR_NOT_CASEBOOK = 202,    /* a file, but not a casebook */
  BZG_ERROR_EXISTS = 203,          /* the target exists already and is not overwritten */
  BZG_ERROR_NOT_FOUND = 204,       /* no such record, report, verb */
  BZG_ERROR_NEWER_SCHEMA = 205,    /* made by a newer program; detail names the version needed */
  BZG_ERROR_ENCODING = 206,        /* text that is not UTF-8 */
  BZG_ERROR_CONFLICT = 207,        /* the record was changed by someone else meanwhile */
  BZG_ERROR_WEAK_PASSPHRASE = 208, /* the new passphrase is too short or too common */

  BZG_ERROR_PASSPHRASE = 300, /* wrong passphrase or unknown user: indistinguishable */

  BZG_ERROR_DAMAGED = 400,      /* authentication or structure failed: damaged or tampered with */
  BZG_ERROR_TRUNCATED = 401,    /* the file ends too early */
  BZG_ERROR_NEWER_FORMAT = 402, /* unknown format, cipher or flag: made by a newer version */
  BZG_ERROR_ROLLBACK = 403,     /* an older state was put back, or the log was cut */
  BZG_ERROR_HISTORY = 404,      /* the history chain does not verify */
  BZG_ERROR_UNSIGNED = 405,     /* a file without the signature that was asked for */

  BZG_ERROR_IO = 500,           /* cannot read or write */
  BZG_ERROR_NO_FILE = 501,      /* no such file or folder */
  BZG_ERROR_READ_ONLY = 502,    /* no permission to write */
  BZG_ERROR_DISK_FULL = 503,    /* no space left */
  BZG_ERROR_NO_MEMORY = 504,    /* memory or secure memory exhausted */
  BZG_ERROR_MISSING_PART = 505, /* something of the system is missing (font, library feature) */

  BZG_ERROR_CANCELLED = 600, /* cancelled by the person */
  BZG_ERROR_IN_USE = 700,    /* the casebook is open in another process */
  BZG_ERROR_BUG = 7000,      /* cannot happen */
} BzgErrorCode;

#define BZG_ERROR (bzg_error_quark ())
GQuark bzg_error_quark (void);

/* The exit status of the command line for @error (any domain; G_IO_ERROR is mapped too). */
int bzg_error_exit_status (const GError *error);

/* What happened, and what is safe and what to do: translated into the current UI language, free of
 * personal data. The strings belong to the library. */
const char *bzg_error_headline (const GError *error);
const char *bzg_error_advice (const GError *error);

/* Sets @error from errno of a failed call on a file (ENOSPC, EROFS, EACCES, ENOENT ... told apart).
 * @what is a short English word for the thing, never a path. Always returns FALSE. */
gboolean bzg_error_set_errno (GError **error, int errnum, const char *what);

G_END_DECLS
