/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "casebook/bzg-sealed.h"
#include "casebook/bzg-session-private.h"

G_BEGIN_DECLS

/*
 * Keys of sections in a session: "section/epoch" -> BzgSecret, in secure memory, gone with the
 * session. NULL hash table: none.
 */
GHashTable *_bzg_section_keys_new (void);
/* All keys of a section. */
void _bzg_section_keys_drop (GHashTable *keys, const char *section);
/* NULL: there is none. */
const BzgSecret *_bzg_section_key (GHashTable *keys, const char *section, guint epoch);
void
_bzg_section_keys_add (GHashTable *keys, const char *section, guint epoch, BzgSecret *key); /* takes
                                                                                              it */
/* The newest epoch of which there is a key, 0: none. */
guint _bzg_section_keys_newest (GHashTable *keys, const char *section);

/* Opens the user's grants into the session and makes new keys where a holder may not read a section
 * any more. At the end of opening a casebook. */
void _bzg_sections_begin (BzgSession *session);

/* Texts sealed for one place: @id a row, @version which state of it. The result is base64. */
char *_bzg_sealed_encode (GHashTable *keys,
                          const guint8 casebook[16],
                          const char *section,
                          const BzgId *id,
                          gint64 version,
                          const char *text,
                          gsize len,
                          GError **error);
/* *@len without the NUL behind it. Wipe and free. BZG_ERROR_REFUSED_SEALED, BZG_ERROR_DAMAGED. */
char *_bzg_sealed_decode (GHashTable *keys,
                          const guint8 casebook[16],
                          const char *section,
                          const BzgId *id,
                          const char *sealed,
                          gsize *len,
                          GError **error);
/* BZG_ERROR_REFUSED_SEALED unless the session has the key of @section that holds now: nothing is
 * sealed, given or taken with another, which somebody who was left out of the next one has too. */
gboolean _bzg_section_is_mine (BzgSession *session, const char *section, GError **error);
/* The epoch that a sealed text needs; 0 for what is no sealed text. */
guint _bzg_sealed_epoch (const char *sealed);

/* What @sealed, a text of now or of the history, says of @record; not entered in the read log. */
BzgRecord *_bzg_sealed_sheet (BzgSession *session,
                              const BzgRecord *record,
                              const char *sealed,
                              GError **error);

/* For drafts of forms of sheets: the text as it is kept, and back. Both give back a copy of @text
 * for any other form. */
char *_bzg_draft_seal (BzgSession *session, const char *form, const char *text, GError **error);
char *_bzg_draft_open (BzgSession *session, const char *form, const char *text);

G_END_DECLS
