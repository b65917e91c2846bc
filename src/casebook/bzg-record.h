/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/bzg-id.h"
#include "casebook/bzg-dictionary.h"

G_BEGIN_DECLS

/* One row of an aggregate as a plain value: field name -> canonical text. A missing value is absent
 * (NULL), never "" and never a default. */
typedef struct _BzgRecord BzgRecord;

BzgRecord *bzg_record_new (const char *aggregate, const BzgId *id); /* NULL id: makes a new one */
BzgRecord *bzg_record_copy (const BzgRecord *self);
void bzg_record_free (BzgRecord *self);
const BzgId *bzg_record_id (const BzgRecord *self);
const BzgAggregate *bzg_record_aggregate (const BzgRecord *self);
gint64 bzg_record_revision (const BzgRecord *self);   /* 0: not stored yet */
gint64 bzg_record_changed_at (const BzgRecord *self); /* UTC seconds */
gboolean bzg_record_is_void (const BzgRecord *self);
const char *bzg_record_get (const BzgRecord *self, const char *name); /* canonical or NULL */
gboolean bzg_record_get_id (const BzgRecord *self, const char *name, BzgId *out);
/* Sets a canonical value (already parsed); NULL clears. Unknown names are programmer errors. */
void bzg_record_set (BzgRecord *self, const char *name, const char *canonical);
void bzg_record_set_id (BzgRecord *self, const char *name, const BzgId *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgRecord, bzg_record_free)

G_END_DECLS
