/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "exchange/bzg-columns-private.h"
#include "exchange/bzg-import.h"

G_BEGIN_DECLS

/* The verdict in the import record of a row about which somebody decided that it becomes nothing.
 */
#define BZG_IMPORT_REJECTED "rejected"

/* One cell that a column of ours takes. */
typedef struct
{
  const BzgColumn *column;
  guint position;  /* of the cell in the row */
  char *canonical; /* NULL: the cell is empty */
  gboolean apply;  /* of an update: the file changed it and it is not kept */
} BzgImportCell;

/* A row between verdict and deed. */
typedef struct
{
  BzgImportRow *row; /* owned by the plan's rows */
  char *key;         /* of the import record */
  char *digest;
  char **cells;   /* as read, all columns of the file; NULL-terminated */
  GArray *values; /* BzgImportCell, in the order of the profile */
  BzgId person;   /* of support and visits */
  BzgId record;   /* update: what the row became before */
} BzgImportItem;

struct _BzgImportPlan
{
  BzgSession *session;
  const BzgProfile *profile;
  gboolean all_or_nothing;
  char **header;             /* of the file */
  const BzgColumn **columns; /* for each column of the file: ours or NULL */
  char **unmapped;
  GPtrArray *items; /* BzgImportItem: the whole file */
  GPtrArray *rows;  /* BzgImportRow: those judged */
  guint counts[BZG_N_IMPORT_VERDICTS];
  guint n_done;                /* carried out */
  GHashTable *log;             /* key -> BzgImportEntry: what was imported before */
  GHashTable *in_file;         /* key -> BzgImportItem */
  GHashTable *records_of_file; /* BzgId of people that rows of this file became before */
  char *map_setting;           /* under which the map is kept for the inbox and for the next file */
  char *map_text;              /* NULL: the guess was right */
  GHashTable *made;            /* "fund:NAME", "household:REF" -> BzgId, during the run */
  BzgDate today;
};

void _bzg_import_add_reason (BzgImportRow *row,
                             BzgImportReasonKind kind,
                             const char *column,
                             const BzgField *field,
                             const char *detail);
void _bzg_import_row_free (BzgImportRow *row);
void _bzg_import_item_free (BzgImportItem *item);
const BzgImportCell *_bzg_import_value (const BzgImportItem *item,
                                        BzgColumnKind kind,
                                        const char *name); /* name NULL: any of the kind */

/* The cells of a row as they are kept: a JSON object, column -> cell, empty ones left out. */
char *_bzg_import_cells_to_json (char *const *header, char *const *cells);
GHashTable *_bzg_import_cells_from_json (const char *json); /* char * -> char *; never NULL */
/* SHA-256 of the cells that are not empty, by column name: independent of order and empty columns.
 */
char *_bzg_import_digest (char *const *header, char *const *cells);

/* Reads the cells of one row into values and reasons; FALSE if one of them is an error. */
gboolean _bzg_import_read (BzgImportPlan *self, BzgImportItem *item);

/* See bzg_import_propose_map(). (transfer full) */
GHashTable *_bzg_import_guess_map (const BzgProfile *profile, const char *const *header);

/* The people who may be the one of the row (BzgHit, best first), and the record of the profile that
 * says the same as the row (zero: none). */
GPtrArray *_bzg_import_like_people (BzgImportPlan *self, BzgImportItem *item, GError **error);
gboolean
_bzg_import_like_record (BzgImportPlan *self, BzgImportItem *item, BzgId *like, GError **error);

/* Whom a row of support or visits speaks of; FALSE, with a reason, if nobody. */
gboolean _bzg_import_find_person (BzgImportPlan *self, BzgImportItem *item);

/* What one row does to the record. The caller commits @work. */
gboolean
_bzg_import_apply (BzgImportPlan *self, BzgImportItem *item, BzgWork *work, GError **error);

G_END_DECLS
