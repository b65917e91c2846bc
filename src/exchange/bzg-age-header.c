/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The header of an age file: one stanza for each way to the file's key, then a MAC under that key.
 *
 * It is read strictly (one spelling only), with bounded memory and before any secret is used.
 * A stanza of a kind that we know must be wholly in order even if it is not the one that opens the
 * file; a stanza of another kind must only have the general form. Threats: a forged header that
 * makes us compute or allocate without bound (work factor, number and size of stanzas), and a
 * low-order share that would make the wrapping key guessable.
 */
#include "exchange/bzg-age-private.h"

#include <string.h>

#include "base/bzg-error.h"
#include "exchange/bzg-bech32.h"
#include "vault/bzg-crypto.h"

#define VERSION_LINE "age-encryption.org/v1"
#define X25519_INFO "age-encryption.org/v1/X25519"
#define SCRYPT_LABEL "age-encryption.org/v1/scrypt"
#define SCRYPT_SALT 16
#define BODY_COLUMNS 64
#define MAX_LINE 4096 /* of arguments; ours have less than 80 */
#define MAX_HEADER 262144
#define MAX_STANZAS 1024 /* of any kind */

static const char base64_chars[]
  = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const guint8 zero_nonce[12];

static gboolean
fail (GError **error, const char *what)
{
  g_set_error (error, BZG_ERROR, BZG_ERROR_DAMAGED, "header: %s", what);
  return FALSE;
}

/* Reads one line; it goes into @header->text too. */
static gboolean
read_line (BzgAgeSource *source, BzgAgeHeader *header, GString *line, GError **error)
{
  g_string_truncate (line, 0);
  for (;;)
    {
      int c = bzg_age_source_byte (source, error);

      if (c == -2)
        return FALSE;
      if (c == -1)
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_TRUNCATED, "header: ends too early");
          return FALSE;
        }
      if (header->text->len >= MAX_HEADER || line->len >= MAX_LINE)
        return fail (error, "too long");
      g_string_append_c (header->text, (char) c);
      if (c == '\n')
        return TRUE;
      if (c < ' ' || c > '~')
        return fail (error, "a character that must not occur");
      g_string_append_c (line, (char) c);
    }
}

/* The body: full lines of 64 columns, then a shorter one, perhaps empty. */
static gboolean
read_body (BzgAgeSource *source, BzgAgeHeader *header, GByteArray *body, GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);

  do
    {
      guint8 bytes[BODY_COLUMNS];
      gssize n;

      if (!read_line (source, header, line, error))
        return FALSE;
      if (line->len > BODY_COLUMNS)
        return fail (error, "a line of a stanza is too long");
      n = bzg_age_base64_decode (line->str, line->len, bytes);
      if (n < 0)
        return fail (error, "a stanza is not canonical base64");
      g_byte_array_append (body, bytes, (guint) n);
    }
  while (line->len == BODY_COLUMNS);

  return TRUE;
}

static gboolean
parse_work_factor (const char *text, guint *out)
{
  guint n = 0;

  if (text[0] < '1' || text[0] > '9' || strlen (text) > 2)
    return FALSE;
  for (const char *p = text; *p; p++)
    {
      if (!g_ascii_isdigit (*p))
        return FALSE;
      n = n * 10 + (guint) (*p - '0');
    }
  *out = n;
  return n <= BZG_AGE_MAX_WORK_FACTOR;
}

static gboolean
parse_share (const char *text, guint8 *out, gsize size)
{
  guint8 bytes[64];
  gsize len = strlen (text);

  if (len > sizeof bytes || bzg_age_base64_decode (text, len, bytes) != (gssize) size)
    return FALSE;
  memcpy (out, bytes, size);
  return TRUE;
}

static gboolean
parse_stanza (BzgAgeHeader *header, char **args, const GByteArray *body, GError **error)
{
  BzgAgeStanza stanza = { 0 };
  guint n_args = g_strv_length (args);

  for (guint i = 0; i < n_args; i++)
    if (!*args[i])
      return fail (error, "an empty argument");

  if (strcmp (args[0], "X25519") == 0)
    {
      stanza.kind = BZG_AGE_STANZA_X25519;
      if (n_args != 2 || !parse_share (args[1], stanza.share, 32))
        return fail (error, "an X25519 stanza is not in order");
    }
  else if (strcmp (args[0], "scrypt") == 0)
    {
      stanza.kind = BZG_AGE_STANZA_SCRYPT;
      if (n_args != 3 || !parse_share (args[1], stanza.share, SCRYPT_SALT))
        return fail (error, "a scrypt stanza is not in order");
      if (!parse_work_factor (args[2], &stanza.work_factor))
        return fail (error, "the work factor is not in order or too high");
    }
  else
    return TRUE;

  if (body->len != BZG_AGE_BODY)
    return fail (error, "a wrapped key has a wrong length");
  if (header->stanzas->len >= BZG_AGE_MAX_RECIPIENTS)
    return fail (error, "too many recipients");
  memcpy (stanza.body, body->data, BZG_AGE_BODY);
  g_array_append_val (header->stanzas, stanza);
  return TRUE;
}

static gboolean
parse_header (BzgAgeSource *source, BzgAgeHeader *header, GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);
  guint n_stanzas = 0;
  gboolean has_scrypt = FALSE;
  gsize mac_at;

  for (;;)
    {
      g_autoptr (GByteArray) body = NULL;
      g_auto (GStrv) args = NULL;

      mac_at = header->text->len;
      if (!read_line (source, header, line, error))
        return FALSE;
      if (g_str_has_prefix (line->str, "---"))
        break;
      if (!g_str_has_prefix (line->str, "-> "))
        return fail (error, "a line that must not occur");
      if (++n_stanzas > MAX_STANZAS)
        return fail (error, "too many stanzas");

      args = g_strsplit (line->str + 3, " ", -1);
      if (!args[0])
        return fail (error, "a stanza without arguments");
      body = g_byte_array_new ();
      if (!read_body (source, header, body, error) || !parse_stanza (header, args, body, error))
        return FALSE;
      if (strcmp (args[0], "scrypt") == 0)
        has_scrypt = TRUE;
    }

  if (n_stanzas == 0)
    return fail (error, "no recipients");
  if (has_scrypt && n_stanzas != 1)
    return fail (error, "a passphrase together with other recipients");
  if (!g_str_has_prefix (line->str, "--- ") || !parse_share (line->str + 4, header->mac, 32))
    return fail (error, "the check of the header is not in order");
  g_string_truncate (header->text, mac_at + 3);

  return TRUE;
}

static void
wrap_key_x25519 (const guint8 shared[32],
                 const guint8 share[32],
                 const guint8 recipient[32],
                 guint8 key[32])
{
  guint8 salt[64];

  memcpy (salt, share, 32);
  memcpy (salt + 32, recipient, 32);
  bzg_hkdf_sha256 (salt, sizeof salt, shared, 32, X25519_INFO, strlen (X25519_INFO), key, 32);
}

static gboolean
wrap_key_scrypt (const BzgSecret *passphrase,
                 const guint8 salt[SCRYPT_SALT],
                 guint work_factor,
                 guint8 key[32],
                 GError **error)
{
  guint8 labelled[sizeof SCRYPT_LABEL - 1 + SCRYPT_SALT];
  gsize len;
  gconstpointer text = bzg_secret_data (passphrase, &len);

  memcpy (labelled, SCRYPT_LABEL, sizeof SCRYPT_LABEL - 1);
  memcpy (labelled + sizeof SCRYPT_LABEL - 1, salt, SCRYPT_SALT);
  if (bzg_scrypt (text, len, labelled, sizeof labelled, work_factor, key, 32))
    return TRUE;
  g_set_error (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "not enough memory for the passphrase");
  return FALSE;
}

static void
header_mac (const guint8 file_key[BZG_AGE_FILE_KEY], const GString *text, guint8 mac[32])
{
  guint8 key[32];

  bzg_hkdf_sha256 (NULL, 0, file_key, BZG_AGE_FILE_KEY, "header", 6, key, sizeof key);
  bzg_hmac_sha256 (key, sizeof key, text->str, text->len, mac);
  bzg_wipe (key, sizeof key);
}

/* TRUE if the body opened. */
static gboolean
unwrap (const guint8 key[32], const BzgAgeStanza *stanza, guint8 file_key[BZG_AGE_FILE_KEY])
{
  return bzg_chacha20_poly1305_open (key, zero_nonce, stanza->body, BZG_AGE_FILE_KEY,
                                     stanza->body + BZG_AGE_FILE_KEY, file_key);
}

/* *found tells whether a stanza opened; FALSE only for a fault. */
static gboolean
try_identity (const BzgAgeHeader *self,
              const BzgSecret *identity,
              guint8 file_key[BZG_AGE_FILE_KEY],
              gboolean *found,
              GError **error)
{
  const guint8 *secret = bzg_secret_data (identity, NULL);
  guint8 recipient[32];

  bzg_x25519_public (secret, recipient);
  for (guint i = 0; i < self->stanzas->len && !*found; i++)
    {
      const BzgAgeStanza *stanza = &g_array_index (self->stanzas, BzgAgeStanza, i);
      guint8 shared[32], key[32];

      if (stanza->kind != BZG_AGE_STANZA_X25519)
        continue;
      if (!bzg_x25519_shared (secret, stanza->share, shared))
        return fail (error, "a share that would give an empty key");
      wrap_key_x25519 (shared, stanza->share, recipient, key);
      *found = unwrap (key, stanza, file_key);
      bzg_wipe (shared, sizeof shared);
      bzg_wipe (key, sizeof key);
    }

  return TRUE;
}

static gboolean
try_passphrase (const BzgAgeHeader *self,
                const BzgSecret *passphrase,
                guint8 file_key[BZG_AGE_FILE_KEY],
                gboolean *found,
                GError **error)
{
  const BzgAgeStanza *stanza;
  guint8 key[32];

  if (self->stanzas->len != 1)
    return TRUE;
  stanza = &g_array_index (self->stanzas, BzgAgeStanza, 0);
  if (stanza->kind != BZG_AGE_STANZA_SCRYPT)
    return TRUE;
  if (!wrap_key_scrypt (passphrase, stanza->share, stanza->work_factor, key, error))
    return FALSE;
  *found = unwrap (key, stanza, file_key);
  bzg_wipe (key, sizeof key);
  return TRUE;
}

static void
append_stanza (GString *text,
               const char *kind,
               const guint8 *share,
               gsize share_len,
               const char *extra,
               const guint8 key[32],
               const guint8 file_key[BZG_AGE_FILE_KEY])
{
  guint8 body[BZG_AGE_BODY];

  if (!bzg_chacha20_poly1305_seal (key, zero_nonce, file_key, BZG_AGE_FILE_KEY, body,
                                   body + BZG_AGE_FILE_KEY))
    g_error ("the cipher does not work"); /* nobody could open the file */
  g_string_append_printf (text, "-> %s ", kind);
  bzg_age_base64_append (text, share, share_len);
  if (extra)
    g_string_append_printf (text, " %s", extra);
  g_string_append_c (text, '\n');
  bzg_age_base64_append (text, body, sizeof body); /* 43 characters: one short line */
  g_string_append_c (text, '\n');
}

static gboolean
append_recipient (GString *text,
                  const char *recipient,
                  const guint8 file_key[BZG_AGE_FILE_KEY],
                  GError **error)
{
  guint8 pub[32], secret[32], share[32], shared[32], key[32];
  gboolean ok;

  if (!bzg_age_parse_recipient (recipient, pub, error))
    return FALSE;
  bzg_random (secret, sizeof secret);
  bzg_x25519_public (secret, share);
  ok = bzg_x25519_shared (secret, pub, shared);
  if (ok)
    {
      wrap_key_x25519 (shared, share, pub, key);
      append_stanza (text, "X25519", share, sizeof share, NULL, key, file_key);
    }
  else
    g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED, "the key of a recipient is not usable");
  bzg_wipe (secret, sizeof secret);
  bzg_wipe (shared, sizeof shared);
  bzg_wipe (key, sizeof key);
  return ok;
}

static gboolean
append_passphrase (GString *text,
                   const BzgSecret *passphrase,
                   guint work_factor,
                   const guint8 file_key[BZG_AGE_FILE_KEY],
                   GError **error)
{
  guint8 salt[SCRYPT_SALT], key[32];
  char number[12];

  bzg_random (salt, sizeof salt);
  if (!wrap_key_scrypt (passphrase, salt, work_factor, key, error))
    return FALSE;
  g_snprintf (number, sizeof number, "%u", work_factor);
  append_stanza (text, "scrypt", salt, sizeof salt, number, key, file_key);
  bzg_wipe (key, sizeof key);
  return TRUE;
}

gssize
bzg_age_base64_decode (const char *text, gsize len, guint8 *out)
{
  guint32 bits = 0;
  guint n_bits = 0;
  gssize n = 0;

  if (len % 4 == 1)
    return -1;
  for (gsize i = 0; i < len; i++)
    {
      const char *p = text[i] ? strchr (base64_chars, text[i]) : NULL;

      if (!p)
        return -1;
      bits = bits << 6 | (guint32) (p - base64_chars);
      n_bits += 6;
      if (n_bits >= 8)
        {
          n_bits -= 8;
          out[n++] = (guint8) (bits >> n_bits);
          bits &= (1u << n_bits) - 1;
        }
    }

  return bits == 0 ? n : -1;
}

void
bzg_age_base64_append (GString *out, gconstpointer data, gsize len)
{
  g_autofree char *text = g_base64_encode (data, len);

  g_string_append_len (out, text, (gssize) strcspn (text, "="));
}

BzgAgeHeader *
bzg_age_header_read (BzgAgeSource *source, GError **error)
{
  g_autoptr (BzgAgeHeader) self = g_new0 (BzgAgeHeader, 1);

  self->stanzas = g_array_new (FALSE, FALSE, sizeof (BzgAgeStanza));
  self->text = g_string_new (NULL);

  /* What is not an age file at all is told apart from a damaged one. */
  for (const char *p = VERSION_LINE "\n"; *p; p++)
    {
      int c = bzg_age_source_byte (source, error);

      if (c == -2)
        return NULL;
      if (c != *p)
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED, "header: not an age file");
          return NULL;
        }
      g_string_append_c (self->text, *p);
    }

  return parse_header (source, self, error) ? g_steal_pointer (&self) : NULL;
}

void
bzg_age_header_free (BzgAgeHeader *self)
{
  if (!self)
    return;
  g_array_unref (self->stanzas);
  g_string_free (self->text, TRUE);
  g_free (self);
}

BzgSecret *
bzg_age_header_open (const BzgAgeHeader *self, const BzgAgeKeys *keys, GError **error)
{
  g_autoptr (BzgSecret) secret = NULL;
  guint8 file_key[BZG_AGE_FILE_KEY] = { 0 };
  guint8 mac[32];
  gboolean found = FALSE, ok = TRUE;
  gsize len;

  if (keys->file_key)
    {
      gconstpointer given = bzg_secret_data (keys->file_key, &len);

      found = len == BZG_AGE_FILE_KEY;
      if (found)
        memcpy (file_key, given, BZG_AGE_FILE_KEY);
    }
  for (guint i = 0; ok && !found && keys->identities && keys->identities[i]; i++)
    ok = try_identity (self, keys->identities[i], file_key, &found, error);
  if (ok && !found && keys->passphrase)
    ok = try_passphrase (self, keys->passphrase, file_key, &found, error);

  if (ok && !found)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_PASSPHRASE, "no key opens this file");
      ok = FALSE;
    }
  if (ok)
    {
      header_mac (file_key, self->text, mac);
      if (!bzg_equal_secret (mac, self->mac, sizeof mac))
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_DAMAGED, "mac: the header was changed");
          ok = FALSE;
        }
    }
  if (ok)
    {
      secret = bzg_secret_new (file_key, sizeof file_key);
      if (!secret)
        g_set_error (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory is exhausted");
    }
  bzg_wipe (file_key, sizeof file_key);

  return g_steal_pointer (&secret);
}

GString *
bzg_age_header_make (const guint8 file_key[BZG_AGE_FILE_KEY],
                     const char *const *recipients,
                     const BzgSecret *passphrase,
                     guint work_factor,
                     GError **error)
{
  GString *text = g_string_new (VERSION_LINE "\n");
  guint8 mac[32];
  gboolean ok = TRUE;

  if (passphrase)
    ok = append_passphrase (text, passphrase, work_factor, file_key, error);
  else
    for (guint i = 0; ok && recipients[i]; i++)
      ok = append_recipient (text, recipients[i], file_key, error);
  if (!ok)
    {
      g_string_free (text, TRUE);
      return NULL;
    }

  g_string_append (text, "---");
  header_mac (file_key, text, mac);
  g_string_append_c (text, ' ');
  bzg_age_base64_append (text, mac, sizeof mac);
  g_string_append_c (text, '\n');
  return text;
}
