/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/bzg-language.h"
#include "casebook/bzg-import-log.h"
#include "casebook/bzg-session.h"

G_BEGIN_DECLS

/*
 * Rows of a partner's spreadsheet become records. First a dry run: every row gets a verdict and its
 * reasons, nothing is written. Then the same plan is carried out, in transactions of some hundred
 * rows, or of all.
 *
 * A row is known again by the `ref` column, else by the digest of its cells and how often it stood
 * in the file before: importing a file twice says "same" everywhere. A cell that is empty says
 * nothing and never takes a value away. What was changed in the casebook since is not overwritten.
 * Every cell, of columns that nobody knows too, stays in the row's import record.
 *
 * Profiles: "people", "support", "activities", "visits"; their columns are those of docs: cli.
 * Everything runs on the thread of the session's opener, in steps, so that a window stays alive.
 */

typedef enum
{
  BZG_IMPORT_NEW,
  BZG_IMPORT_SAME,
  BZG_IMPORT_UPDATE,
  BZG_IMPORT_DUPLICATE, /* probably there already: waits in the inbox until somebody decides */
  BZG_IMPORT_ERROR,
  BZG_N_IMPORT_VERDICTS
} BzgImportVerdict;

/* "new", "same", "update", "duplicate", "error"; static. */
const char *bzg_import_verdict_name (BzgImportVerdict verdict);

typedef enum
{
  BZG_REASON_NOT_UNDERSTOOD, /* error: @field says what was expected */
  BZG_REASON_NO_SUCH_DAY,    /* error: 31.02.2019 */
  BZG_REASON_MISSING,        /* error: a value that is needed is not there */
  BZG_REASON_NO_PERSON,      /* error: nobody is registered under this reference */
  BZG_REASON_NO_FUND,        /* error: no such fund, and the role may not enter one */
  BZG_REASON_REPEATED,    /* error: the same reference stands in an earlier row; @detail: its row */
  BZG_REASON_BROKEN_ROW,  /* error: more cells than columns */
  BZG_REASON_CONTRADICTS, /* error: two columns say different things */
  BZG_REASON_LIKE_PERSON, /* duplicate: @detail is the reference or case number of that person */
  BZG_REASON_LIKE_RECORD, /* duplicate: the same is recorded already */
  BZG_REASON_NOT_YOURS,   /* error: it became a record that this user does not see */
  BZG_REASON_READ_AS,     /* a cell was read as @detail: a code, a date, repaired letters */
  BZG_REASON_REPAIRED,    /* letters of an old Tajik font were repaired; @detail: the result */
  BZG_REASON_SERVICE_GROUP, /* a group of services stands; @detail: the service proposed */
  BZG_REASON_CHANGES,       /* update: this column changes the record */
  BZG_REASON_KEPT,          /* update: changed in the casebook since, stays as it is there */
  BZG_REASON_CREATES,       /* a fund or household of this name is made; @detail: the name */
} BzgImportReasonKind;

typedef struct
{
  BzgImportReasonKind kind;
  char *column;          /* as it stands in the file; NULL: the row */
  const BzgField *field; /* what the column means, or NULL */
  char *detail;
} BzgImportReason;

typedef struct
{
  guint row; /* as a spreadsheet shows it: the first after the header is 2 */
  char *ref; /* of the row, or of the person it speaks of; NULL if it has none */
  BzgImportVerdict verdict;
  GPtrArray *reasons; /* BzgImportReason */
} BzgImportRow;

/* "not_understood", "no_person", ...: for scripts; static. */
const char *bzg_import_reason_name (BzgImportReasonKind kind);
/* One sentence for people in @lang, with the row and the column. It may hold what the cell was read
 * as; it belongs on the screen and in a file the user asked for, nowhere else. (transfer full) */
char *
bzg_import_reason_text (const BzgImportRow *row, const BzgImportReason *reason, BzgLanguage lang);

typedef struct
{
  const char *profile;
  GBytes *bytes;        /* the file */
  const char *encoding; /* NULL: UTF-8; else what the user chose: "CP1251", "UTF-16" */
  GHashTable *map;      /* column of the file -> column of ours, "" to leave it out; NULL: as
                           bzg_import_propose_map() says */
  gboolean all_or_nothing;
} BzgImportOptions;

/* The columns of a profile, as they stand in files, in order; NULL for an unknown profile. */
const char *const *bzg_import_columns (const char *profile);

/* Which column of ours each column of the file probably is: by name, or by the field's label in any
 * of the three languages; "" for those that are not known. Keys are the columns as they stand in
 * the file; *header (may be NULL) gets them in order. (transfer full)
 * Errors: as bzg_import_plan_new(). */
GHashTable *bzg_import_propose_map (
  const char *profile, GBytes *bytes, const char *encoding, char ***header, GError **error);

/* Reads a --map file: a key file, group [columns], `Column of the file=column of ours`. */
GHashTable *bzg_import_map_from_text (const char *text, gsize len, GError **error);

typedef struct _BzgImportPlan BzgImportPlan;

/* Reads and checks the whole file. Errors: BZG_ERROR_USAGE: no such profile or column in the map;
 * BZG_ERROR_ENCODING: not UTF-8, the message names what it probably is (bzg_csv_guess_encoding());
 * BZG_ERROR_MALFORMED: a broken quote, with row and column, no header, no column that is known;
 * BZG_ERROR_REFUSED_ROLE; BZG_ERROR_REFUSED_TRAINING. Nothing was changed then. */
BzgImportPlan *
bzg_import_plan_new (BzgSession *session, const BzgImportOptions *options, GError **error);
/* Judges up to @n more rows; *done is set when all have their verdict. */
gboolean bzg_import_plan_step (BzgImportPlan *self, guint n, gboolean *done, GError **error);
/* Both in one, for the command line. */
BzgImportPlan *bzg_import_plan (BzgSession *session,
                                const BzgImportOptions *options,
                                BzgProgress progress,
                                gpointer data,
                                GCancellable *cancellable,
                                GError **error);
void bzg_import_plan_free (BzgImportPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgImportPlan, bzg_import_plan_free)

guint bzg_import_plan_total (const BzgImportPlan *self);     /* rows of the file */
GPtrArray *bzg_import_plan_rows (const BzgImportPlan *self); /* BzgImportRow, those judged */
guint bzg_import_plan_count (const BzgImportPlan *self, BzgImportVerdict verdict);
/* Columns that no field takes: they stay in the import record. NULL-terminated. */
const char *const *bzg_import_plan_unmapped (const BzgImportPlan *self);

/* Carries out the next rows of a plan that is wholly judged, as one transaction. With
 * all_or_nothing all rows are one transaction, and a single error refuses the import
 * (BZG_ERROR_MALFORMED); else rows in error are passed over. */
gboolean
bzg_import_run_step (BzgImportPlan *self, gboolean *done, double *fraction, GError **error);
/* How many rows, counted from the first of the file, have found their end: what they became is
 * durable, or they change nothing. What is told to a person or a script is told of these only. */
guint bzg_import_plan_settled (const BzgImportPlan *self);
gboolean bzg_import_run (BzgImportPlan *self,
                         BzgProgress progress,
                         gpointer data,
                         GCancellable *cancellable,
                         GError **error);

/* The inbox: rows that wait; of somebody who does not see every person only the own ones, because a
 * row tells as much as a record. Element BzgImportEntry (casebook/bzg-import-log.h), profile by
 * profile, oldest first, from @offset on and at most @limit: there may be a hundred thousand. */
GPtrArray *bzg_import_waiting (BzgSession *session, guint offset, guint limit, GError **error);
/* How many there are; -1 on error. */
gint64 bzg_import_count_waiting (BzgSession *session, GError **error);

/* What a waiting row says and what it may be the same as, for the person who decides. */
typedef struct
{
  char **labels;   /* of the cells that are filled, in the language; NULL-terminated */
  char **texts;    /* what stands in them, one for each label */
  GPtrArray *hits; /* profile "people": BzgHit, best first; empty if nobody is like it any more */
  BzgId record;    /* other profiles: what is recorded already; zero if nothing is any more */
} BzgImportQuestion;
BzgImportQuestion *bzg_import_question (BzgSession *session,
                                        const BzgImportEntry *entry,
                                        BzgLanguage lang,
                                        GError **error);
void bzg_import_question_free (BzgImportQuestion *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgImportQuestion, bzg_import_question_free)

/* Decides about one of them: @same_as NULL: it is somebody or something new; else it is that person
 * (profile "people"; empty fields are filled, nothing is overwritten) or was recorded already.
 * BZG_ERROR_NOT_FOUND: no such row waits. */
gboolean bzg_import_decide (
  BzgSession *session, const char *profile, const char *key, const BzgId *same_as, GError **error);
/* It becomes nothing. Its cells stay in the import record; the same row imported again is "same".
 */
gboolean
bzg_import_reject (BzgSession *session, const char *profile, const char *key, GError **error);

G_END_DECLS
