/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-record.h"

G_BEGIN_DECLS

/*
 * A unit of work: a plain list of changes, built on any thread, committed by the session as one
 * transaction with one history entry per record. Nothing is stored before the commit returns; after
 * it returned everything is durable.
 */
typedef struct _BzgWork BzgWork;

BzgWork *bzg_work_new (void);
void bzg_work_free (BzgWork *self);
/* Insert or update: all fields of @record that differ from the stored row are written. If the
 * stored revision is not the record's (changed meanwhile), commit fails with BZG_ERROR_CONFLICT. */
void bzg_work_put (BzgWork *self, const BzgRecord *record);
/* Nothing is deleted: a mistake is voided with a reason, and can be unvoided. */
void bzg_work_void (BzgWork *self, const char *aggregate, const BzgId *id, const char *reason);
void bzg_work_unvoid (BzgWork *self, const char *aggregate, const BzgId *id);
/* Removes a draft in the same transaction that saves what it held. */
void bzg_work_drop_draft (BzgWork *self, const char *form, const BzgId *subject);
guint bzg_work_size (const BzgWork *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgWork, bzg_work_free)

G_END_DECLS
