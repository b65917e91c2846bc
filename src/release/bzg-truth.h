/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-tables.h"

G_BEGIN_DECLS

/*
 * The truth behind the tables: the base cells, one entry a contributor (a person, a payment), each
 * with one atom of every dimension. Never leaves the machine; used by counting, by tests and by a
 * training casebook.
 */
typedef struct _BzgTruth BzgTruth;

typedef struct
{
  const char *measure; /* interned */
  gint64 n;
  guint contributor; /* entries of one person share a number; 0: each unit is somebody else */
  guint n_dims;
  guint atoms[]; /* one for each dimension of the tables */
} BzgTruthEntry;

/* The contributor of amounts that were far off and were put right; in files too. Each is
 * somebody's, but in what a correction took out it is nobody's: what was wrong tells of nobody. */
#define BZG_TRUTH_WRONG ((guint) G_MAXINT)

BzgTruth *bzg_truth_new (const BzgTables *tables); /* the dimensions must be complete */
void bzg_truth_free (BzgTruth *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgTruth, bzg_truth_free)
void bzg_truth_add (
  BzgTruth *self, const char *measure, const guint *atoms, gint64 n, guint contributor);
/* The same, but what has the same measure, atoms and contributor becomes one entry. */
void bzg_truth_add_up (
  BzgTruth *self, const char *measure, const guint *atoms, gint64 n, guint contributor);
guint bzg_truth_n_entries (const BzgTruth *self);
const BzgTruthEntry *bzg_truth_entry (const BzgTruth *self, guint entry);

BzgTruth *
bzg_truth_read_json (const BzgTables *tables, const char *text, gssize len, GError **error);
char *bzg_truth_write_json (const BzgTruth *self, const BzgTables *tables);

/* --- adding up ------------------------------------------------------------------------------- */

/* The entries of a measure that have the same atoms: there are many people, but few kinds. */
typedef struct
{
  const guint *atoms;
  gint64 n;           /* all together */
  guint alone;        /* of them without a contributor */
  GPtrArray *entries; /* BzgTruthEntry, borrowed */
} BzgTruthKind;

/* The kinds of one measure (BzgTruthKind). Never NULL. (transfer none) */
const GPtrArray *bzg_truth_kinds (const BzgTruth *self, const char *measure);

#define BZG_SUM_ENOUGH 1000 /* more than any threshold */

/* What several kinds come to. */
typedef struct
{
  gint64 value;
  guint contributors;     /* of a number: counted up to BZG_SUM_ENOUGH at least */
  gint64 largest, second; /* the two largest contributions; of an amount only */
} BzgTruthSum;

typedef struct
{
  BzgTruthSum sum;
  gboolean money;
  gboolean forgets_wrong; /* may be set: of what a correction took out */
  GHashTable *people;     /* contributor -> its sum so far */
} BzgTruthAdder;

void bzg_truth_adder_begin (BzgTruthAdder *self, gboolean money);
void bzg_truth_adder_add (BzgTruthAdder *self, const BzgTruthKind *kind);
/* The result; @self is empty again. */
BzgTruthSum bzg_truth_adder_end (BzgTruthAdder *self);

/* One cell of @table. */
BzgTruthSum bzg_truth_cell (const BzgTruth *self,
                            const BzgTables *tables,
                            const BzgTable *table,
                            const guint *key);

G_END_DECLS
