/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "release/bzg-microdata.h"
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
/* The first year in which somebody was registered; 0: nobody was; -1 on error. */
int _bzg_microdata_first_year (BzgSession *session, GError **error);
/* TRUE if everybody in the file consents today. Errors: those of reading. */
gboolean _bzg_microdata_still_consented (BzgSession *session,
                                         const BzgIssuedRows *issued,
                                         gboolean *consented,
                                         GError **error);

G_END_DECLS
