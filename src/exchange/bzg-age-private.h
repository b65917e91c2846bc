/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "exchange/bzg-age.h"

G_BEGIN_DECLS

/* The parts of the age reader and writer. Messages of errors begin with the layer that failed:
 * "armor:", "header:", "payload:"; the tests against the official vectors hold them to it. */

#define BZG_AGE_FILE_KEY 16
#define BZG_AGE_BODY 32 /* a wrapped file key: 16 bytes and the tag */
#define BZG_AGE_NONCE 16

/* Base64 without padding and in its only canonical form. Decoding returns the number of bytes, or
 * -1; @out has room for len * 3 / 4. */
gssize bzg_age_base64_decode (const char *text, gsize len, guint8 *out);
void bzg_age_base64_append (GString *out, gconstpointer data, gsize len);

/* The bytes of the file without their armor, if it has one. Bounded memory, whatever comes. */
typedef struct _BzgAgeSource BzgAgeSource;
BzgAgeSource *bzg_age_source_new (GInputStream *in, GCancellable *cancellable);
void bzg_age_source_free (BzgAgeSource *self);
/* Fills @buffer as far as there is data: less than @len only at the end. -1 on error. */
gssize bzg_age_source_read (BzgAgeSource *self, gpointer buffer, gsize len, GError **error);
/* The next byte, -1 at the end, -2 on error. */
int bzg_age_source_byte (BzgAgeSource *self, GError **error);

/* A recipient stanza as it stands in the header. */
typedef enum
{
  BZG_AGE_STANZA_OTHER,
  BZG_AGE_STANZA_X25519,
  BZG_AGE_STANZA_SCRYPT,
} BzgAgeStanzaKind;

typedef struct
{
  BzgAgeStanzaKind kind;
  guint8 share[32];  /* X25519: the ephemeral key; scrypt: 16 bytes of salt */
  guint work_factor; /* scrypt */
  guint8 body[BZG_AGE_BODY];
} BzgAgeStanza;

typedef struct
{
  GArray *stanzas; /* of BzgAgeStanza, without the unknown kinds */
  guint8 mac[32];
  GString *text; /* up to and with "---": what the MAC covers */
} BzgAgeHeader;

BzgAgeHeader *bzg_age_header_read (BzgAgeSource *source, GError **error);
void bzg_age_header_free (BzgAgeHeader *self);
/* Finds the key of the file with @keys and checks the header's MAC with it. */
BzgSecret *bzg_age_header_open (const BzgAgeHeader *self, const BzgAgeKeys *keys, GError **error);
/* The text of a whole header for @file_key. */
GString *bzg_age_header_make (const guint8 file_key[BZG_AGE_FILE_KEY],
                              const char *const *recipients,
                              const BzgSecret *passphrase,
                              guint work_factor,
                              GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgAgeSource, bzg_age_source_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgAgeHeader, bzg_age_header_free)

G_END_DECLS
