/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-section-keys-private.h"

#include <string.h>

#include "base/bzg-error.h"
#include "casebook/bzg-record-private.h"
#include "casebook/bzg-session-core-private.h"

/*
 * A sealed text, before base64:
 *
 *   "BZS1" | epoch u32 | version u64 | nonce 24 | tag 16 | XAES-256-GCM of the plain text
 *
 * Authenticated with it: the magic, the casebook's id, section, epoch, the row's id and the
 * version, which is the revision of the row that it was written for. So a text opens in its own row
 * only. That an older text of the same row was put back is found by bzg_session_verify(), which
 * holds it against the history, not by opening it.
 *
 * The plain text is padded with zeros to multiples of 512 bytes: length u32, then for each field
 * its id, NUL, canonical value, NUL. All numbers are little-endian. docs/file-format.md describes
 * it for other programs.
 */

#define MAGIC "BZS1"
#define PADDING 512

enum
{
  AT_EPOCH = 4,
  AT_VERSION = 8,
  AT_NONCE = 16,
  AT_TAG = AT_NONCE + BZG_XAES_NONCE_SIZE,
  HEAD = AT_TAG + BZG_TAG_SIZE,
};

static void
put_number (guint8 *to, guint64 number, gsize size)
{
  for (gsize i = 0; i < size; i++)
    to[i] = (guint8) (number >> (8 * i));
}

static guint64
get_number (const guint8 *from, gsize size)
{
  guint64 number = 0;

  for (gsize i = 0; i < size; i++)
    number |= (guint64) from[i] << (8 * i);
  return number;
}

static GByteArray *
associated (const guint8 casebook[16], const char *section, const BzgId *id, const guint8 *head)
{
  GByteArray *data = g_byte_array_new ();

  g_byte_array_append (data, head, AT_NONCE);
  g_byte_array_append (data, casebook, 16);
  g_byte_array_append (data, (const guint8 *) section, (guint) strlen (section) + 1);
  g_byte_array_append (data, id->bytes, BZG_ID_SIZE);
  return data;
}

static void
fail_sealed (GError **error)
{
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_SEALED, "the key was not given to you");
}

char *
_bzg_sealed_encode (GHashTable *keys,
                    const guint8 casebook[16],
                    const char *section,
                    const BzgId *id,
                    gint64 version,
                    const char *text,
                    gsize len,
                    GError **error)
{
  guint epoch = _bzg_section_keys_newest (keys, section);
  const BzgSecret *key = _bzg_section_key (keys, section, epoch);
  gsize padded = (len + 4 + PADDING - 1) / PADDING * PADDING;
  g_autofree guint8 *blob = NULL;
  g_autofree guint8 *plain = NULL;
  g_autoptr (GByteArray) aad = NULL;
  gboolean ok;

  if (key == NULL)
    {
      fail_sealed (error);
      return NULL;
    }
  blob = g_malloc0 (HEAD + padded);
  plain = g_malloc0 (padded);
  memcpy (blob, MAGIC, 4);
  put_number (blob + AT_EPOCH, epoch, 4);
  put_number (blob + AT_VERSION, (guint64) version, 8);
  bzg_random (blob + AT_NONCE, BZG_XAES_NONCE_SIZE);
  put_number (plain, len, 4);
  memcpy (plain + 4, text, len);
  aad = associated (casebook, section, id, blob);
  ok = bzg_xaes_seal (bzg_secret_data (key, NULL), blob + AT_NONCE, aad->data, aad->len, plain,
                      padded, blob + HEAD, blob + AT_TAG);
  bzg_wipe (plain, padded);
  if (ok)
    return g_base64_encode (blob, HEAD + padded);
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory");
  return NULL;
}

static guint8 *
decode (const char *sealed, gsize *size)
{
  g_autofree guint8 *blob = sealed != NULL ? g_base64_decode (sealed, size) : NULL;

  if (blob == NULL || *size < HEAD + PADDING || (*size - HEAD) % PADDING != 0
      || memcmp (blob, MAGIC, 4) != 0 || get_number (blob + AT_EPOCH, 4) == 0)
    return NULL;
  return g_steal_pointer (&blob);
}

guint
_bzg_sealed_epoch (const char *sealed)
{
  gsize size;
  g_autofree guint8 *blob = decode (sealed, &size);

  return blob != NULL ? (guint) get_number (blob + AT_EPOCH, 4) : 0;
}

char *
_bzg_sealed_decode (GHashTable *keys,
                    const guint8 casebook[16],
                    const char *section,
                    const BzgId *id,
                    const char *sealed,
                    gsize *len,
                    GError **error)
{
  gsize size;
  g_autofree guint8 *blob = decode (sealed, &size);
  guint8 *plain = NULL;
  g_autoptr (GByteArray) aad = NULL;
  const BzgSecret *key;
  char *text = NULL;

  if (blob == NULL)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_DAMAGED, "not a sealed text");
      return NULL;
    }
  key = _bzg_section_key (keys, section, (guint) get_number (blob + AT_EPOCH, 4));
  if (key == NULL)
    {
      fail_sealed (error);
      return NULL;
    }
  size -= HEAD;
  plain = g_malloc (size);
  aad = associated (casebook, section, id, blob);
  if (bzg_xaes_open (bzg_secret_data (key, NULL), blob + AT_NONCE, aad->data, aad->len, blob + HEAD,
                     size, blob + AT_TAG, plain))
    {
      *len = get_number (plain, 4);
      if (*len <= size - 4)
        {
          text = g_malloc (*len + 1);
          memcpy (text, plain + 4, *len);
          text[*len] = '\0';
        }
    }
  if (text == NULL)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_DAMAGED, "the sealed text does not open");
  bzg_wipe (plain, size);
  g_free (plain);
  return text;
}

/* ---- Sheets */

const char *
bzg_sealed_section (const BzgAggregate *aggregate)
{
  const BzgField *content = bzg_dictionary_field_of (aggregate->name, "content");

  g_return_val_if_fail (aggregate->sheet != NULL && content != NULL, NULL);
  return content->section;
}

/* Grows once, so that no piece of it is left behind unwiped. */
static GString *
write_sheet (const BzgRecord *sheet)
{
  const BzgAggregate *aggregate = bzg_record_aggregate (sheet);
  gsize size = 1;
  GString *out;

  for (guint i = 0; i < aggregate->n_fields; i++)
    if (_bzg_record_get_at (sheet, i) != NULL)
      size += strlen (aggregate->fields[i]->id) + strlen (_bzg_record_get_at (sheet, i)) + 2;
  out = g_string_sized_new (size);

  for (guint i = 0; i < aggregate->n_fields; i++)
    {
      const char *value = _bzg_record_get_at (sheet, i);

      if (value == NULL)
        continue;
      g_string_append (out, aggregate->fields[i]->id);
      g_string_append_c (out, '\0');
      g_string_append (out, value);
      g_string_append_c (out, '\0');
    }
  return out;
}

/* A field that this program does not know was written by a newer one: it refuses rather than lose
 * it at the next change. */
static gboolean
read_sheet (BzgRecord *sheet, const char *text, gsize len, GError **error)
{
  const char *end = text + len;

  while (text < end)
    {
      const char *value = text + strnlen (text, (gsize) (end - text)) + 1;
      const BzgField *field = bzg_dictionary_field (text);

      if (value >= end || value + strnlen (value, (gsize) (end - value)) >= end)
        {
          g_set_error_literal (error, BZG_ERROR, BZG_ERROR_DAMAGED,
                               "a sealed text without its end");
          return FALSE;
        }
      if (field == NULL || field->aggregate != bzg_record_aggregate (sheet))
        {
          g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NEWER_FORMAT, "a sealed field");
          return FALSE;
        }
      _bzg_record_set_at (sheet, (guint) field->order, value);
      text = value + strlen (value) + 1;
    }
  return TRUE;
}

BzgRecord *
_bzg_sealed_sheet (BzgSession *session, const BzgRecord *record, const char *sealed, GError **error)
{
  const BzgAggregate *aggregate = bzg_record_aggregate (record);
  g_autoptr (BzgRecord) sheet = bzg_record_new (aggregate->sheet->name, bzg_record_id (record));
  gsize len;
  char *text = _bzg_sealed_decode (session->section_keys, bzg_vault_casebook_id (session->vault),
                                   bzg_sealed_section (aggregate), bzg_record_id (record), sealed,
                                   &len, error);
  gboolean ok = text != NULL && read_sheet (sheet, text, len, error);

  if (text != NULL)
    bzg_wipe (text, len);
  g_free (text);
  _bzg_record_set_state (sheet, bzg_record_revision (record), bzg_record_changed_at (record),
                         bzg_record_is_void (record));
  return ok ? g_steal_pointer (&sheet) : NULL;
}

BzgRecord *
bzg_sealed_open (BzgSession *session, const BzgRecord *record, GError **error)
{
  const char *sealed = bzg_record_get (record, "content");
  BzgRecord *sheet;
  BzgId person;

  if (!bzg_session_allows (session, bzg_sealed_section (bzg_record_aggregate (record)),
                           BZG_ACT_READ))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE, "sealed section");
      return NULL;
    }
  /* Nothing sealed yet: an empty sheet to begin with. */
  if (sealed == NULL)
    return bzg_record_new (bzg_record_aggregate (record)->sheet->name, bzg_record_id (record));
  sheet = _bzg_sealed_sheet (session, record, sealed, error);
  if (sheet != NULL && bzg_record_get_id (record, "person", &person))
    _bzg_session_note_read (session, "sealed", &person);
  return sheet;
}

guint
bzg_sealed_unread (BzgSession *session, const BzgId *person)
{
  const BzgAggregate *const *aggregates = bzg_dictionary_aggregates ();
  guint n = 0;

  for (guint i = 0; aggregates[i] != NULL; i++)
    {
      g_autofree char *sql = NULL;
      g_autoptr (sqlite3_stmt) stmt = NULL;
      g_autoptr (GError) error = NULL;

      if (aggregates[i]->sheet == NULL)
        continue;
      sql = g_strdup_printf ("SELECT content FROM \"%s\" WHERE person = ? AND voided_at IS NULL",
                             aggregates[i]->table);
      stmt = _bzg_sql_prepare (session->reader, sql, NULL);
      if (stmt == NULL)
        return n + 1;
      _bzg_sql_bind_id (stmt, 1, person);
      while (_bzg_sql_step (stmt, &error))
        n += _bzg_section_key (session->section_keys, bzg_sealed_section (aggregates[i]),
                               _bzg_sealed_epoch (_bzg_sql_text (stmt, 0)))
             == NULL;
      n += error != NULL; /* rather one too many */
    }
  return n;
}

gboolean
bzg_sealed_close (BzgSession *session, BzgRecord *record, const BzgRecord *sheet, GError **error)
{
  const BzgAggregate *aggregate = bzg_record_aggregate (record);
  g_autoptr (GString) text = NULL;
  g_autofree char *sealed = NULL;

  g_return_val_if_fail (bzg_record_aggregate (sheet) == aggregate->sheet, FALSE);

  for (guint i = 0; i < aggregate->sheet->n_fields; i++)
    if (aggregate->sheet->fields[i]->required && _bzg_record_get_at (sheet, i) == NULL)
      {
        g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED, "%s: a value is needed",
                     aggregate->sheet->fields[i]->id);
        return FALSE;
      }
  if (!_bzg_section_is_mine (session, bzg_sealed_section (aggregate), error))
    return FALSE;
  text = write_sheet (sheet);
  sealed = _bzg_sealed_encode (session->section_keys, bzg_vault_casebook_id (session->vault),
                               bzg_sealed_section (aggregate), bzg_record_id (record),
                               bzg_record_revision (record) + 1, text->str, text->len, error);
  bzg_wipe (text->str, text->len);
  if (sealed == NULL)
    return FALSE;
  bzg_record_set (record, "content", sealed);
  return TRUE;
}

/* ---- Drafts */

/* "edit.trafficking", "new.trafficking": the section; NULL for a form that is not of a sheet. */
static const char *
section_of_form (const char *form)
{
  const char *dot = strchr (form, '.');
  const BzgAggregate *aggregate = dot != NULL ? bzg_dictionary_aggregate (dot + 1) : NULL;

  return aggregate != NULL && aggregate->sheet != NULL ? bzg_sealed_section (aggregate) : NULL;
}

/* For the user, not for the subject, which a merge may change; version 0 is no state of a row,
 * which begin with 1. */
char *
_bzg_draft_seal (BzgSession *session, const char *form, const char *text, GError **error)
{
  const char *section = section_of_form (form);

  if (section == NULL || text == NULL)
    return g_strdup (text);
  if (!_bzg_section_is_mine (session, section, error))
    return NULL;
  return _bzg_sealed_encode (session->section_keys, bzg_vault_casebook_id (session->vault), section,
                             &session->user, 0, text, strlen (text), error);
}

char *
_bzg_draft_open (BzgSession *session, const char *form, const char *text)
{
  const char *section = section_of_form (form);
  gsize len;

  if (section == NULL)
    return g_strdup (text);
  return _bzg_sealed_decode (session->section_keys, bzg_vault_casebook_id (session->vault), section,
                             &session->user, text, &len, NULL);
}
