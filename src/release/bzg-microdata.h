/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-permit.h"

G_BEGIN_DECLS

/*
 * Rows without names: one row for each person whose consent for research is given today, who did
 * not refuse to be counted, and who was registered in years that are over. The columns are told as
 * coarsely as it takes (bzg-lattice.h) for k, l and t to hold; the rows are counted anew before
 * they leave, and held against every figure that is printed. Sealed sections are not in it.
 *
 * A file is published like a report: it enters the ledger with everybody who is in it, for good. So
 * that two files cannot be laid over each other, a year leaves once and a person leaves once. The
 * same years asked for again give the same file, to the letter, as long as everybody in it still
 * consents.
 *
 * What a person reads of a refusal is the message of BZG_ERROR_REFUSED_ROWS: translated, and
 * without any number that is withheld.
 */

typedef struct _BzgMicrodata BzgMicrodata;

typedef enum
{
  BZG_MICRODATA_PUBLIC,  /* k = 11 */
  BZG_MICRODATA_PARTNER, /* under an agreement: k = 5 */
} BzgMicrodataAudience;

typedef struct
{
  BzgMicrodataAudience audience;
  int first_year, last_year; /* of registration; 0: the first that has not left, the last over */
  const char *const *priorities; /* "region=3": what the loss of a column weighs (else 1), or NULL;
                                    NULL-terminated */
} BzgMicrodataOptions;

/* Reads the record. On the session's own thread. Errors: BZG_ERROR_REFUSED_ROLE,
 * BZG_ERROR_REFUSED_ROWS (a year that is not over or has left; too few people; consent to a file
 * that left was withdrawn), BZG_ERROR_USAGE (priorities), those of reading. */
BzgMicrodata *
bzg_microdata_new (BzgSession *session, const BzgMicrodataOptions *options, GError **error);
void bzg_microdata_free (BzgMicrodata *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgMicrodata, bzg_microdata_free)

/* Chooses the recoding and makes the rows. May be long: any thread, it belongs to that thread
 * meanwhile. Errors: BZG_ERROR_REFUSED_ROWS, BZG_ERROR_CANCELLED, BZG_ERROR_BUG (what was made does
 * not hold what was promised). */
gboolean bzg_microdata_make (BzgMicrodata *self,
                             BzgProgress progress,
                             gpointer progress_data,
                             GCancellable *cancellable,
                             GError **error);
/* The same in a worker thread; @progress is called from the worker. Takes @self, which finish gives
 * back. */
void bzg_microdata_make_async (BzgMicrodata *self,
                               BzgProgress progress,
                               gpointer progress_data,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
BzgMicrodata *bzg_microdata_make_finish (GAsyncResult *result,
                                         GError **error); /* (transfer full) */

/* Why a column is not in the file. */
typedef enum
{
  BZG_COLUMN_STAYS,
  BZG_COLUMN_TOO_TELLING,  /* even its coarsest level would let somebody stand out */
  BZG_COLUMN_SAYS_NOTHING, /* the same for all but fewer than k, or nothing */
  BZG_COLUMN_NOT_YOURS,    /* the user may not read the section in which it lies */
} BzgColumnFate;

typedef struct
{
  const char *name; /* as in the file */
  BzgColumnFate fate;
  gboolean sensitive;
  guint level, n_levels; /* 0: as recorded; n_levels - 1: left out */
} BzgMicrodataColumn;

typedef struct
{
  guint rows, classes, smallest; /* in the file */
  guint people;                  /* who could be in it: they consented */
  guint dropped;                 /* of these: to keep others safe */
  guint not_consented;           /* registered in the years, without consent for research */
  guint not_counted;             /* consented, but refused to be counted */
  guint earlier;                 /* consented, and left in an earlier file */
  guint k, l, t;                 /* @t: hundredths */
  double loss;         /* 0: everything as recorded; 1: nothing but the sensitive columns */
  guint nodes, tested; /* recodings there are, and how many were tried */
} BzgMicrodataSummary;

/* After it was made. Numbers of people are for who makes it: what is below k is not to be printed
 * (bzg_microdata_printable()). */
const BzgMicrodataSummary *bzg_microdata_summary (const BzgMicrodata *self);
gboolean bzg_microdata_printable (const BzgMicrodata *self, guint people);
/* BzgMicrodataColumn, in the order of the file. */
const GArray *bzg_microdata_columns (const BzgMicrodata *self);
const BzgPeriod *bzg_microdata_years (const BzgMicrodata *self);
char *bzg_microdata_years_text (const BzgMicrodata *self); /* "2023–2024" (transfer full) */
BzgMicrodataAudience bzg_microdata_audience (const BzgMicrodata *self);
/* The day on which these years left (ISO), or NULL. */
const char *bzg_microdata_published (const BzgMicrodata *self);
/* The file, as it leaves. */
GBytes *bzg_microdata_csv (const BzgMicrodata *self);

/* The classes of the file, largest first: what their rows have in common and how many they are. */
guint bzg_microdata_n_classes (const BzgMicrodata *self);
guint bzg_microdata_class_rows (const BzgMicrodata *self, guint class);
/* "Female · 18–34 · Khatlon". (transfer full) */
char *bzg_microdata_class_text (const BzgMicrodata *self, guint class, BzgLanguage lang);

/* What a reader calls a column, and how it is told: "0–17, 18–34, 35–59, 60+". (transfer full) */
char *bzg_microdata_column_title (const char *name, BzgLanguage lang);
char *bzg_microdata_column_text (const BzgMicrodata *self, guint column, BzgLanguage lang);

/* Fields that are sealed and would belong into such a file: never in it. NULL-terminated. */
const char *const *bzg_microdata_sealed_fields (void);

/* {"rows":…,"columns":[…],…}: the whole summary, without any number below k. (transfer full) */
char *bzg_microdata_to_json (const BzgMicrodata *self);

/* Enters it into the ledger, then gives the file its name. On the session's own thread. On error
 * there is no file; years that are in the ledger without one can be asked for again. Errors:
 * BZG_ERROR_REFUSED_ROLE (publishing needs the programme's approval), BZG_ERROR_REFUSED_STALE (the
 * record or the ledger changed since), those of writing files. */
gboolean bzg_microdata_export (
  BzgMicrodata *self, BzgSession *session, const char *path, BzgFileFlags flags, GError **error);

G_END_DECLS
