/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "vault/bzg-secret.h"

G_BEGIN_DECLS

/*
 * age v1 (age-encryption.org/v1): the format of every encrypted file that leaves. Any age program
 * opens what is written here, and what any age program wrote for an X25519 key or a passphrase is
 * read here. Written files are binary; reading takes binary and armored files, told apart by their
 * first bytes.
 *
 * age hides and authenticates a file for those who hold a key; it does not say who wrote it.
 */

#define BZG_AGE_CHUNK 65536        /* bytes of plain text in one authenticated piece */
#define BZG_AGE_WORK_FACTOR 18     /* scrypt: log2 N when writing, about one second */
#define BZG_AGE_MAX_WORK_FACTOR 22 /* above this a file is refused: it would only eat memory */
#define BZG_AGE_MAX_RECIPIENTS 64  /* per file, on writing and on reading */

/* A new key pair. Returns the public half, `age1…` (transfer full); *identity gets the private half
 * as text, `AGE-SECRET-KEY-1…`. NULL when secure memory is exhausted. */
char *bzg_age_generate (BzgSecret **identity, GError **error);

/* Reads `age1…` (surrounding white space is ignored). BZG_ERROR_MALFORMED says what is wrong. */
gboolean bzg_age_parse_recipient (const char *text, guint8 key[32], GError **error);

/* Reads `AGE-SECRET-KEY-1…`, or the text of an age key file (comment lines, one key a line; the
 * first key is taken). Returns the 32 bytes of the key, as BzgAgeKeys wants them.
 * Errors: BZG_ERROR_MALFORMED, BZG_ERROR_NO_MEMORY. */
BzgSecret *bzg_age_parse_identity (const char *text, GError **error);

/* `age1…` for a public key of 32 bytes. (transfer full) */
char *bzg_age_recipient_text (const guint8 key[32]);
/* The public half, `age1…`, of a key of 32 bytes. (transfer full) */
char *bzg_age_recipient_of (const BzgSecret *key);
/* The private half as text, `AGE-SECRET-KEY-1…`. NULL when secure memory is exhausted. */
BzgSecret *bzg_age_identity_of (const BzgSecret *key);

/* What a file can be opened with; the first that fits is used. NULL members are not tried. */
typedef struct
{
  const BzgSecret *const *identities; /* NULL-terminated, from bzg_age_parse_identity() */
  const BzgSecret *passphrase;        /* UTF-8 as typed */
  const BzgSecret *file_key;          /* 16 bytes, from bzg_age_writer_file_key() */
} BzgAgeKeys;

/* Writing. The header goes out at once, then a piece for each BZG_AGE_CHUNK bytes. A file is whole
 * only after finish(); one that was not finished is found to be truncated by every reader. */
typedef struct _BzgAgeWriter BzgAgeWriter;

/* Takes the next bytes of the file; FALSE with @error to give up. */
typedef gboolean (*BzgAgeSink) (gconstpointer data, gsize len, gpointer user_data, GError **error);

/* Either @recipients (NULL-terminated `age1…`, at least one) or @passphrase, never both.
 * @work_factor: 0 for BZG_AGE_WORK_FACTOR; tests use less.
 * Errors: BZG_ERROR_MALFORMED, BZG_ERROR_USAGE, BZG_ERROR_NO_MEMORY and those of the sink. */
BzgAgeWriter *bzg_age_writer_new (BzgAgeSink sink,
                                  gpointer sink_data,
                                  const char *const *recipients,
                                  const BzgSecret *passphrase,
                                  guint work_factor,
                                  GError **error);
gboolean bzg_age_writer_write (BzgAgeWriter *self, gconstpointer data, gsize len, GError **error);
gboolean bzg_age_writer_finish (BzgAgeWriter *self, GError **error);

/* The key of this one file (16 bytes; the writer's): opens it again without any identity, which is
 * how a backup is proved on a machine that cannot decrypt it. Keep it in memory only. */
const BzgSecret *bzg_age_writer_file_key (BzgAgeWriter *self);
void bzg_age_writer_free (BzgAgeWriter *self);

/* Reading. */
typedef struct _BzgAgeReader BzgAgeReader;

/* Reads and checks the header and finds the file's key.
 * Errors: BZG_ERROR_MALFORMED: not an age file; BZG_ERROR_DAMAGED: its header is not in order;
 * BZG_ERROR_TRUNCATED; BZG_ERROR_PASSPHRASE: none of @keys opens it. */
BzgAgeReader *bzg_age_reader_new (GInputStream *in,
                                  const BzgAgeKeys *keys,
                                  GCancellable *cancellable,
                                  GError **error);

/* The next authenticated bytes, at most @len; 0 at the end of a whole file, -1 on error. Nothing
 * is ever returned before it was authenticated, but an error may follow pieces that were good:
 * whoever acts on the content waits for the 0.
 * Errors: BZG_ERROR_DAMAGED, BZG_ERROR_TRUNCATED, BZG_ERROR_IO, BZG_ERROR_CANCELLED. */
gssize bzg_age_reader_read (BzgAgeReader *self, gpointer buffer, gsize len, GError **error);
void bzg_age_reader_free (BzgAgeReader *self);

/* TRUE if the file was made for a passphrase, FALSE if for keys: to ask for the right thing.
 * *ok is FALSE if it is no age file at all. */
gboolean bzg_age_wants_passphrase (const char *path, gboolean *ok);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgAgeWriter, bzg_age_writer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgAgeReader, bzg_age_reader_free)

G_END_DECLS
