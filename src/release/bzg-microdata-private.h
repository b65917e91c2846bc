/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-lattice.h"
#include "release/bzg-microdata.h"
#include "release/bzg-posting-private.h"
#include "release/bzg-rows-private.h"

G_BEGIN_DECLS

/* What the record says of those who may be in a file, in codes (bzg-microdata-read.c). */
typedef struct
{
  guint n, width;   /* people; columns: _bzg_rows_n_columns() */
  GArray *people;   /* BzgId, in the order of ids */
  GPtrArray *codes; /* interned, NULL: missing; person by person */
  guint not_consented, not_counted, earlier;
} BzgMicrodataPeople;

void _bzg_microdata_people_free (BzgMicrodataPeople *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgMicrodataPeople, _bzg_microdata_people_free)

static inline const char *
_bzg_microdata_code (const BzgMicrodataPeople *self, guint person, guint column)
{
  return g_ptr_array_index (self->codes, person * self->width + column);
}

/* Registered from the first to the last of @years, consenting, and in none of @issued. The
 * session's own thread. Errors: those of reading. */
BzgMicrodataPeople *_bzg_microdata_people_read (
  BzgSession *session, int first_year, int last_year, const GPtrArray *issued, GError **error);
/* The same people and codes have the same one. (transfer full) */
char *_bzg_microdata_people_digest (const BzgMicrodataPeople *self);
/* What fewer than @k of them have in a column that may harm is missing; a flag that so few have, or
 * have not, altogether. */
void _bzg_microdata_people_hide_rare (BzgMicrodataPeople *self, guint k);
/* The first year in which somebody was registered; 0: nobody was; -1 on error. */
int _bzg_microdata_first_year (BzgSession *session, GError **error);
/* TRUE if everybody in the file consents today. Errors: those of reading. */
gboolean _bzg_microdata_still_consented (BzgSession *session,
                                         const BzgIssuedRows *issued,
                                         gboolean *consented,
                                         GError **error);

/* --- the file on its way --------------------------------------------------------------------- */

/* Rows that look alike. */
typedef struct
{
  char *key; /* their texts in the columns that could point at somebody, tabs between */
  guint rows;
} BzgMicrodataClass;

struct _BzgMicrodata
{
  BzgMicrodataAudience audience;
  BzgPeriod years;
  BzgRowsRule rule;
  char *programme;
  double *weights;           /* of each column */
  gboolean *readable;        /* of each column: by who asks */
  GPtrArray *issued;         /* BzgIssuedRows: every file before this one */
  const BzgIssuedRows *same; /* of @issued: of these very years */
  BzgPosting *posting;
  GPtrArray *ledger; /* char *: certificate of each entry, as it was when this was read */
  BzgMicrodataPeople *people;
  char *digest; /* of @people */

  GArray *columns; /* BzgMicrodataColumn */
  BzgIssuedRows *file;
  GArray *classes; /* BzgMicrodataClass */
  BzgMicrodataSummary summary;
};

/* --- numbers for the search (bzg-microdata-numbers.c) ---------------------------------------- */

/* The problem as the lattice wants it, and which column is which. */
typedef struct
{
  BzgLatticeProblem problem;
  GArray *columns;   /* BzgLatticeColumn */
  GArray *sensitive; /* BzgLatticeSensitive */
  GArray *quasi;     /* guint: column of the rows, for each of @columns */
  guint16 *rows;
  GPtrArray *owned; /* what they point to */
} BzgMicrodataNumbers;

void _bzg_microdata_numbers_clear (BzgMicrodataNumbers *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BzgMicrodataNumbers, _bzg_microdata_numbers_clear)

/* The people of @self as numbers; says of each column whether it can be told (its fate). */
void _bzg_microdata_numbers_make (BzgMicrodata *self, BzgMicrodataNumbers *out);

G_END_DECLS
