/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-sealed-private.h"
#include "vault/bzg-crypto.h"
#include "vault/bzg-paper.h"

G_BEGIN_DECLS

/* Who is to get a key. */
typedef struct
{
  BzgId id;
  gboolean paper;
  guint8 public_key[BZG_KEY_SIZE];
} BzgSectionRecipient;

/* The recipients of the newest key of @section whose right to it still holds, without @except (may
 * be NULL); @n_people counts the users among them. With the key in @keys, only those to whom it was
 * truly given. Element type BzgSectionRecipient. */
GArray *_bzg_section_recipients (sqlite3 *db,
                                 GHashTable *keys,
                                 const guint8 casebook[16],
                                 const char *section,
                                 const BzgId *except,
                                 guint *n_people,
                                 GError **error);
/* A user as recipient: BZG_ERROR_NOT_FOUND, or BZG_ERROR_REFUSED_ROLE when the role may not read
 * @section. */
gboolean _bzg_section_user (
  sqlite3 *db, const char *section, const BzgId *user, BzgSectionRecipient *out, GError **error);
/* The highest number of a key in the table, whoever put it there; 0: the section is not set up. */
guint _bzg_section_epoch (sqlite3 *db, const char *section);
/* The number of the key that holds: for who has keys, as far as each vouches for the next; for
 * others the highest. */
guint _bzg_section_current (GHashTable *keys,
                            sqlite3 *db,
                            const guint8 casebook[16],
                            const char *section);

/* Opens into @keys every grant to @id that @secret opens and that is genuine; returns how many. The
 * keys of a section that open none of its rows are left out. */
guint _bzg_section_open_grants (GHashTable *keys,
                                sqlite3 *db,
                                const guint8 casebook[16],
                                const BzgId *id,
                                const guint8 secret[BZG_KEY_SIZE]);

/* Within a transaction: the next key of @section for @recipients, and all rows sealed anew that the
 * keys before open. The key is added to @keys, which has those before. */
gboolean _bzg_section_turn (BzgWriter *writer,
                            GHashTable *keys,
                            const char *section,
                            const GArray *recipients,
                            GError **error);
/* Within a transaction: all keys of @section that @keys has, to one more. */
gboolean _bzg_section_give (BzgWriter *writer,
                            GHashTable *keys,
                            const char *section,
                            const BzgSectionRecipient *to,
                            GError **error);

G_END_DECLS
