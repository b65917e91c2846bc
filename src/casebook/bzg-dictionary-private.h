/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/bzg-date.h"
#include "casebook/bzg-dictionary.h"

G_BEGIN_DECLS

/* Goes into every history entry, so that a later reader knows by which meaning it was written.
 * Raised when a field, section or code changes its meaning; ids are never reused. */
#define BZG_DICTIONARY_VERSION 1

#define BZG_SCHEMA_PREFIX "/org/bozgasht/Bozgasht/schema/"

/* The embedded migrations, dictionary and code lists. */
GResource *_bzg_schema (void);
/* One embedded file, e.g. "0001-record.sql"; it cannot be missing. */
GBytes *_bzg_schema_read (const char *name);

/* All rights of a set of roles: section -> bits, 1 << BzgAct. For a session, which asks for every
 * field of every row. (transfer full) */
GHashTable *_bzg_roles_rights (const char *roles);

gboolean _bzg_field_is_unique (const BzgField *field);

/* The code that @text (a code or a label in any language, any case, with or without marks) means,
 * or NULL. Owned by the dictionary. */
const char *_bzg_code_resolve (const char *list, const char *text);

/* Between canonical text and what the database stores for numbers and money (integers). FALSE if
 * the text is not canonical. */
gboolean _bzg_field_to_stored (const BzgField *field, const char *canonical, gint64 *stored);
char *_bzg_field_from_stored (const BzgField *field, gint64 stored);
/* TRUE if @canonical is exactly what bzg_field_parse() would give for this field: the last check
 * before a value is written. @today is the last day that a past date may have. */
gboolean _bzg_field_is_canonical (const BzgField *field, const char *canonical, BzgDate today);

G_END_DECLS
