/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-record.h"

G_BEGIN_DECLS

/* By position in the aggregate's fields, for code that goes through all of them. */
const char *_bzg_record_get_at (const BzgRecord *self, guint position);
void _bzg_record_set_at (BzgRecord *self, guint position, const char *canonical);
void _bzg_record_set_state (BzgRecord *self, gint64 revision, gint64 changed_at, gboolean is_void);

G_END_DECLS
