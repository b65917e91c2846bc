/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The payload of an age file and the keys as text. The payload is a row of pieces of 64 KiB, each
 * sealed under its number and a mark on the last one, so that pieces can be neither reordered nor
 * dropped nor cut off at the end; each is given out as soon as it is authenticated.
 */
#include "exchange/bzg-age.h"

#include <string.h>

#include "base/bzg-error.h"
#include "exchange/bzg-age-private.h"
#include "exchange/bzg-bech32.h"
#include "vault/bzg-crypto.h"

#define IDENTITY_HRP "age-secret-key-"
#define RECIPIENT_HRP "age"

typedef struct
{
  guint8 key[32];
  guint8 nonce[12]; /* 11 bytes of counter, big endian; then the mark of the last piece */
} Stream;

struct _BzgAgeWriter
{
  BzgAgeSink sink;
  gpointer sink_data;
  BzgSecret *file_key;
  Stream stream;
  guint8 piece[BZG_AGE_CHUNK];
  guint8 sealed[BZG_AGE_CHUNK + BZG_TAG_SIZE];
  gsize len;
  gboolean failed, finished;
};

struct _BzgAgeReader
{
  BzgAgeSource *source;
  Stream stream;
  guint8 piece[BZG_AGE_CHUNK];
  guint8 sealed[BZG_AGE_CHUNK + BZG_TAG_SIZE];
  gsize at, len;
  gboolean last, failed;
};

static void
stream_init (Stream *self, const BzgSecret *file_key, const guint8 nonce[BZG_AGE_NONCE])
{
  memset (self, 0, sizeof *self);
  bzg_hkdf_sha256 (nonce, BZG_AGE_NONCE, bzg_secret_data (file_key, NULL), BZG_AGE_FILE_KEY,
                   "payload", 7, self->key, sizeof self->key);
}

static void
stream_next (Stream *self)
{
  for (int i = 10; i >= 0; i--)
    if (++self->nonce[i])
      return;
}

static gboolean
stream_is_first (const Stream *self)
{
  static const guint8 zero[11];

  return memcmp (self->nonce, zero, sizeof zero) == 0;
}

static gboolean
write_all (BzgAgeWriter *self, gconstpointer data, gsize len, GError **error)
{
  if (self->sink (data, len, self->sink_data, error))
    return TRUE;
  self->failed = TRUE;
  return FALSE;
}

static gboolean
write_piece (BzgAgeWriter *self, gboolean last, GError **error)
{
  self->stream.nonce[11] = last;
  if (!bzg_chacha20_poly1305_seal (self->stream.key, self->stream.nonce, self->piece, self->len,
                                   self->sealed, self->sealed + self->len))
    {
      self->failed = TRUE;
      g_set_error (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "encryption failed");
      return FALSE;
    }
  if (!write_all (self, self->sealed, self->len + BZG_TAG_SIZE, error))
    return FALSE;
  stream_next (&self->stream);
  self->len = 0;
  return TRUE;
}

static gboolean
fail_payload (BzgAgeReader *self, int code, const char *what, GError **error)
{
  self->failed = TRUE;
  g_set_error (error, BZG_ERROR, code, "payload: %s", what);
  return FALSE;
}

/* Opens the next piece into self->piece. A full piece may be the last one: the mark tells. */
static gboolean
read_piece (BzgAgeReader *self, GError **error)
{
  gssize n = bzg_age_source_read (self->source, self->sealed, sizeof self->sealed, error);
  gboolean full, ok;

  self->at = self->len = 0;
  if (n < 0)
    {
      self->failed = TRUE;
      return FALSE;
    }
  if (n < BZG_TAG_SIZE)
    return fail_payload (self, BZG_ERROR_TRUNCATED, "ends too early", error);

  full = n == sizeof self->sealed;
  self->len = (gsize) n - BZG_TAG_SIZE;
  if (self->len == 0 && !stream_is_first (&self->stream))
    return fail_payload (self, BZG_ERROR_DAMAGED, "an empty last piece", error);

  self->stream.nonce[11] = !full;
  ok = bzg_chacha20_poly1305_open (self->stream.key, self->stream.nonce, self->sealed, self->len,
                                   self->sealed + self->len, self->piece);
  if (!ok && full)
    {
      self->stream.nonce[11] = 1;
      ok = bzg_chacha20_poly1305_open (self->stream.key, self->stream.nonce, self->sealed,
                                       self->len, self->sealed + self->len, self->piece);
    }
  if (!ok)
    {
      self->len = 0;
      return fail_payload (self, BZG_ERROR_DAMAGED, "a piece was changed or cut", error);
    }

  self->last = self->stream.nonce[11];
  stream_next (&self->stream);
  return TRUE;
}

/* Called when the last piece was given out: nothing may follow. */
static gboolean
check_end (BzgAgeReader *self, GError **error)
{
  int c = bzg_age_source_byte (self->source, error);

  if (c == -1)
    return TRUE;
  if (c == -2)
    {
      self->failed = TRUE;
      return FALSE;
    }
  return fail_payload (self, BZG_ERROR_DAMAGED, "something follows the last piece", error);
}

BzgSecret *
bzg_age_identity_of (const BzgSecret *key)
{
  char *lower = bzg_bech32_encode (IDENTITY_HRP, bzg_secret_data (key, NULL));
  char *upper = g_ascii_strup (lower, -1);
  BzgSecret *text = bzg_secret_new_text (upper);

  bzg_wipe_free (lower);
  bzg_wipe_free (upper);
  return text;
}

char *
bzg_age_generate (BzgSecret **identity, GError **error)
{
  g_autoptr (BzgSecret) key = NULL;
  guint8 secret[32];

  bzg_random (secret, sizeof secret);
  key = bzg_secret_new (secret, sizeof secret);
  bzg_wipe (secret, sizeof secret);
  *identity = key != NULL ? bzg_age_identity_of (key) : NULL;
  if (*identity == NULL)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory is exhausted");
      return NULL;
    }

  return bzg_age_recipient_of (key);
}

gboolean
bzg_age_parse_recipient (const char *text, guint8 key[32], GError **error)
{
  gsize len;

  while (g_ascii_isspace (*text))
    text++;
  len = strlen (text);
  while (len > 0 && g_ascii_isspace (text[len - 1]))
    len--;

  if (bzg_bech32_decode (text, len, RECIPIENT_HRP, FALSE, key))
    return TRUE;
  g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED,
               "expected the key of a recipient: age1 and 58 more characters");
  return FALSE;
}

BzgSecret *
bzg_age_parse_identity (const char *text, GError **error)
{
  BzgSecret *key;
  guint8 secret[32];

  for (const char *line = text; line && *line;)
    {
      const char *end = strchr (line, '\n');
      gsize len = end ? (gsize) (end - line) : strlen (line);

      while (len > 0 && g_ascii_isspace (line[len - 1]))
        len--;
      while (len > 0 && g_ascii_isspace (*line))
        line++, len--;
      if (len > 0 && *line != '#')
        {
          if (!bzg_bech32_decode (line, len, IDENTITY_HRP, TRUE, secret))
            break;
          key = bzg_secret_new (secret, sizeof secret);
          bzg_wipe (secret, sizeof secret);
          if (!key)
            g_set_error (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory is exhausted");
          return key;
        }
      line = end ? end + 1 : NULL;
    }

  g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED,
               "expected a secret key: AGE-SECRET-KEY-1 and 58 more characters");
  return NULL;
}

char *
bzg_age_recipient_text (const guint8 key[32])
{
  return bzg_bech32_encode (RECIPIENT_HRP, key);
}

char *
bzg_age_recipient_of (const BzgSecret *key)
{
  guint8 pub[32];

  bzg_x25519_public (bzg_secret_data (key, NULL), pub);
  return bzg_age_recipient_text (pub);
}

BzgAgeWriter *
bzg_age_writer_new (BzgAgeSink sink,
                    gpointer sink_data,
                    const char *const *recipients,
                    const BzgSecret *passphrase,
                    guint work_factor,
                    GError **error)
{
  g_autoptr (BzgAgeWriter) self = NULL;
  g_autoptr (GString) header = NULL;
  guint8 file_key[BZG_AGE_FILE_KEY], nonce[BZG_AGE_NONCE];
  guint n = recipients ? g_strv_length ((char **) recipients) : 0;

  if (work_factor == 0)
    work_factor = BZG_AGE_WORK_FACTOR;
  if ((n > 0) == (passphrase != NULL) || n > BZG_AGE_MAX_RECIPIENTS
      || work_factor > BZG_AGE_MAX_WORK_FACTOR)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_USAGE,
                   "expected either 1 to %d recipients or a passphrase", BZG_AGE_MAX_RECIPIENTS);
      return NULL;
    }

  self = g_new0 (BzgAgeWriter, 1);
  self->sink = sink;
  self->sink_data = sink_data;
  bzg_random (file_key, sizeof file_key);
  bzg_random (nonce, sizeof nonce);
  header = bzg_age_header_make (file_key, recipients, passphrase, work_factor, error);
  self->file_key = header ? bzg_secret_new (file_key, sizeof file_key) : NULL;
  bzg_wipe (file_key, sizeof file_key);
  if (!header)
    return NULL;
  if (!self->file_key)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory is exhausted");
      return NULL;
    }
  stream_init (&self->stream, self->file_key, nonce);

  if (!write_all (self, header->str, header->len, error)
      || !write_all (self, nonce, sizeof nonce, error))
    return NULL;
  return g_steal_pointer (&self);
}

gboolean
bzg_age_writer_write (BzgAgeWriter *self, gconstpointer data, gsize len, GError **error)
{
  const guint8 *in = data;

  if (self->failed || self->finished)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_IO, "the file could not be written");
      return FALSE;
    }
  while (len > 0)
    {
      gsize n;

      /* A full piece waits until more comes: only then it is known not to be the last. */
      if (self->len == BZG_AGE_CHUNK && !write_piece (self, FALSE, error))
        return FALSE;
      n = MIN (len, BZG_AGE_CHUNK - self->len);
      memcpy (self->piece + self->len, in, n);
      self->len += n;
      in += n;
      len -= n;
    }

  return TRUE;
}

gboolean
bzg_age_writer_finish (BzgAgeWriter *self, GError **error)
{
  if (self->failed || self->finished)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_IO, "the file could not be written");
      return FALSE;
    }
  if (!write_piece (self, TRUE, error))
    return FALSE;
  self->finished = TRUE;
  return TRUE;
}

const BzgSecret *
bzg_age_writer_file_key (BzgAgeWriter *self)
{
  return self->file_key;
}

void
bzg_age_writer_free (BzgAgeWriter *self)
{
  if (!self)
    return;
  g_clear_pointer (&self->file_key, bzg_secret_unref);
  bzg_wipe (self, sizeof *self);
  g_free (self);
}

BzgAgeReader *
bzg_age_reader_new (GInputStream *in,
                    const BzgAgeKeys *keys,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (BzgAgeReader) self = g_new0 (BzgAgeReader, 1);
  g_autoptr (BzgAgeHeader) header = NULL;
  g_autoptr (BzgSecret) file_key = NULL;
  guint8 nonce[BZG_AGE_NONCE];
  gssize n;

  self->source = bzg_age_source_new (in, cancellable);
  header = bzg_age_header_read (self->source, error);
  if (!header)
    return NULL;
  file_key = bzg_age_header_open (header, keys, error);
  if (!file_key)
    return NULL;

  n = bzg_age_source_read (self->source, nonce, sizeof nonce, error);
  if (n < 0)
    return NULL;
  if (n < BZG_AGE_NONCE)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_TRUNCATED, "header: ends too early");
      return NULL;
    }
  stream_init (&self->stream, file_key, nonce);

  return g_steal_pointer (&self);
}

gssize
bzg_age_reader_read (BzgAgeReader *self, gpointer buffer, gsize len, GError **error)
{
  gsize n;

  if (self->failed)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_DAMAGED, "payload: not in order");
      return -1;
    }
  if (self->at == self->len)
    {
      if (self->last)
        return check_end (self, error) ? 0 : -1;
      if (!read_piece (self, error))
        return -1;
      if (self->len == 0) /* an empty file */
        return check_end (self, error) ? 0 : -1;
    }

  n = MIN (len, self->len - self->at);
  memcpy (buffer, self->piece + self->at, n);
  self->at += n;
  return (gssize) n;
}

void
bzg_age_reader_free (BzgAgeReader *self)
{
  if (!self)
    return;
  bzg_age_source_free (self->source);
  bzg_wipe (self, sizeof *self);
  g_free (self);
}

gboolean
bzg_age_wants_passphrase (const char *path, gboolean *ok)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) in = g_file_read (file, NULL, NULL);
  g_autoptr (BzgAgeSource) source = NULL;
  g_autoptr (BzgAgeHeader) header = NULL;

  if (in)
    {
      source = bzg_age_source_new (G_INPUT_STREAM (in), NULL);
      header = bzg_age_header_read (source, NULL);
    }
  *ok = header != NULL;
  return header && header->stanzas->len == 1
         && g_array_index (header->stanzas, BzgAgeStanza, 0).kind == BZG_AGE_STANZA_SCRYPT;
}
