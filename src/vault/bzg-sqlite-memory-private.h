/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Makes this SQLite's memory; before sqlite3_initialize(). */
gboolean bzg_sqlite_memory_init (void);

/* For tests: the locked block, NULL if the system locks nothing, and how many pages lie in it. */
const guint8 *bzg_sqlite_memory_block (gsize *len, guint *in_use);

G_END_DECLS
