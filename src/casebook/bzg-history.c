/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-history-private.h"

#include "base/bzg-error.h"
#include "casebook/bzg-dictionary-private.h"
#include "casebook/bzg-sealed-private.h"
#include "vault/bzg-crypto.h"

/*
 * The history: one entry per write, chained per device. docs/history-format.md gives the bytes.
 *
 * What it is for: nothing that was written can be changed or cut out unseen, and still a person can
 * be erased. Both hold because the chain covers a salted commitment to what was written and never
 * the writing itself: body and salt are deleted together, the commitment then says nothing and the
 * chain stands.
 *
 * What it cannot do: whoever may open the file holds its device's key too and could write another
 * past from some point on. That shows only against what left the file before: the state directory
 * of the machine, bundles, backups, printed certificates.
 */

#define CLOCK_COUNTER_BITS 16

struct _BzgHistoryBody
{
  GPtrArray *lines; /* three strings each, NULL allowed: field, before, after */
};

static gint64 clock_offset; /* tests only */

/* ---- The clock */

gint64
_bzg_clock_now (void)
{
  return g_get_real_time () / 1000 + clock_offset;
}

void
_bzg_clock_set_offset (gint64 milliseconds)
{
  clock_offset = milliseconds;
}

/* Never goes back, whatever the computer's clock does; entries of one millisecond count up. */
gint64
_bzg_chain_tick (BzgChain *chain)
{
  chain->hlc = MAX (chain->hlc + 1, _bzg_clock_now () << CLOCK_COUNTER_BITS);
  return chain->hlc;
}

/* ---- Canonical bytes */

static void
put_u32 (GByteArray *out, guint32 value)
{
  guint32 le = GUINT32_TO_LE (value);

  g_byte_array_append (out, (const guint8 *) &le, sizeof le);
}

static void
put_u64 (GByteArray *out, guint64 value)
{
  guint64 le = GUINT64_TO_LE (value);

  g_byte_array_append (out, (const guint8 *) &le, sizeof le);
}

static void
put_text (GByteArray *out, const char *text)
{
  gsize len = strlen (text);

  put_u32 (out, (guint32) len);
  g_byte_array_append (out, (const guint8 *) text, (guint) len);
}

static gboolean
take (const guint8 **p, const guint8 *end, gpointer out, gsize len)
{
  if ((gsize) (end - *p) < len)
    return FALSE;
  memcpy (out, *p, len);
  *p += len;
  return TRUE;
}

static char *
take_text (const guint8 **p, const guint8 *end)
{
  guint32 len;
  char *text;

  if (!take (p, end, &len, sizeof len))
    return NULL;
  len = GUINT32_FROM_LE (len);
  if (len > (gsize) (end - *p) || !g_utf8_validate_len ((const char *) *p, len, NULL))
    return NULL;
  text = g_strndup ((const char *) *p, len);
  *p += len;
  return text;
}

BzgHistoryBody *
_bzg_history_body_new (void)
{
  BzgHistoryBody *self = g_new0 (BzgHistoryBody, 1);

  self->lines = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
_bzg_history_body_free (BzgHistoryBody *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->lines);
  g_free (self);
}

void
_bzg_history_body_add (BzgHistoryBody *self,
                       const char *field,
                       const char *before,
                       const char *after)
{
  guint at = 0;

  /* In the order of the field ids, so that the same change has the same bytes. */
  while (at < self->lines->len && strcmp (g_ptr_array_index (self->lines, at), field) < 0)
    at += 3;
  g_return_if_fail (at >= self->lines->len
                    || !g_str_equal (g_ptr_array_index (self->lines, at), field));
  g_ptr_array_insert (self->lines, (int) at, g_strdup (field));
  g_ptr_array_insert (self->lines, (int) at + 1, g_strdup (before));
  g_ptr_array_insert (self->lines, (int) at + 2, g_strdup (after));
}

guint
_bzg_history_body_size (const BzgHistoryBody *self)
{
  return self->lines->len / 3;
}

void
_bzg_history_body_line (const BzgHistoryBody *self,
                        guint line,
                        const char **field,
                        const char **before,
                        const char **after)
{
  *field = g_ptr_array_index (self->lines, line * 3);
  *before = g_ptr_array_index (self->lines, line * 3 + 1);
  *after = g_ptr_array_index (self->lines, line * 3 + 2);
}

void
_bzg_history_body_encode (const BzgHistoryBody *self, GByteArray *out)
{
  guint n = self != NULL ? _bzg_history_body_size (self) : 0;

  g_byte_array_append (out, (const guint8 *) "BZB1", 4);
  put_u32 (out, n);
  for (guint i = 0; i < n; i++)
    {
      const char *field, *before, *after;
      guint8 present;

      _bzg_history_body_line (self, i, &field, &before, &after);
      present = (before != NULL ? 1 : 0) | (after != NULL ? 2 : 0);
      put_text (out, field);
      g_byte_array_append (out, &present, 1);
      if (before != NULL)
        put_text (out, before);
      if (after != NULL)
        put_text (out, after);
    }
}

BzgHistoryBody *
_bzg_history_body_decode (gconstpointer data, gsize len)
{
  g_autoptr (BzgHistoryBody) self = _bzg_history_body_new ();
  const guint8 *p = data, *end = p + len;
  char magic[4];
  guint32 n;
  const char *last = NULL;

  if (data == NULL || !take (&p, end, magic, 4) || memcmp (magic, "BZB1", 4) != 0
      || !take (&p, end, &n, sizeof n))
    return NULL;
  n = GUINT32_FROM_LE (n);
  for (guint32 i = 0; i < n; i++)
    {
      g_autofree char *field = take_text (&p, end);
      g_autofree char *before = NULL;
      g_autofree char *after = NULL;
      guint8 present;

      if (field == NULL || (last != NULL && strcmp (last, field) >= 0)
          || !take (&p, end, &present, 1) || present > 3)
        return NULL;
      if ((present & 1) && (before = take_text (&p, end)) == NULL)
        return NULL;
      if ((present & 2) && (after = take_text (&p, end)) == NULL)
        return NULL;
      last = field;
      g_ptr_array_add (self->lines, g_steal_pointer (&field));
      g_ptr_array_add (self->lines, g_steal_pointer (&before));
      g_ptr_array_add (self->lines, g_steal_pointer (&after));
    }
  return p == end ? g_steal_pointer (&self) : NULL;
}

void
_bzg_history_hash (const BzgHistoryHeader *header, guint8 out[BZG_HASH_SIZE])
{
  g_autoptr (GByteArray) bytes = g_byte_array_sized_new (256);

  g_byte_array_append (bytes, (const guint8 *) "BZH1", 4);
  g_byte_array_append (bytes, header->device.bytes, BZG_ID_SIZE);
  put_u64 (bytes, (guint64) header->seq);
  g_byte_array_append (bytes, header->id.bytes, BZG_ID_SIZE);
  put_u64 (bytes, (guint64) header->hlc);
  g_byte_array_append (bytes, header->actor.bytes, BZG_ID_SIZE);
  put_text (bytes, header->act);
  put_text (bytes, header->aggregate);
  g_byte_array_append (bytes, header->record.bytes, BZG_ID_SIZE);
  put_u32 (bytes, (guint32) header->dictionary);
  g_byte_array_append (bytes, header->commitment, BZG_HASH_SIZE);
  g_byte_array_append (bytes, header->previous, BZG_HASH_SIZE);
  bzg_sha256 (bytes->data, bytes->len, out);
}

void
_bzg_history_genesis (const guint8 casebook[16],
                      const BzgId *device,
                      const char *tag,
                      guint8 out[BZG_HASH_SIZE])
{
  guint8 bytes[4 + 2 * BZG_ID_SIZE];

  memcpy (bytes, tag, 4);
  memcpy (bytes + 4, casebook, BZG_ID_SIZE);
  memcpy (bytes + 4 + BZG_ID_SIZE, device->bytes, BZG_ID_SIZE);
  bzg_sha256 (bytes, sizeof bytes, out);
}

void
_bzg_history_signed_bytes (const guint8 hash[BZG_HASH_SIZE], guint8 out[4 + BZG_HASH_SIZE])
{
  memcpy (out, "BZS1", 4);
  memcpy (out + 4, hash, BZG_HASH_SIZE);
}

/* ---- Writing */

gboolean
_bzg_history_append (BzgWriter *writer,
                     const char *act,
                     const char *aggregate,
                     const BzgId *record,
                     const BzgHistoryBody *body,
                     GError **error)
{
  BzgChain *chain = &writer->chain;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 salt[32], hash[BZG_HASH_SIZE];
  BzgHistoryHeader header = { .device = chain->id,
                              .seq = chain->seq + 1,
                              .hlc = _bzg_chain_tick (chain),
                              .act = act,
                              .aggregate = aggregate,
                              .dictionary = BZG_DICTIONARY_VERSION };
  sqlite3_stmt *stmt;

  g_return_val_if_fail (writer->in_transaction, FALSE);
  bzg_id_new (&header.id);
  header.actor = *_bzg_writer_user (writer);
  if (record != NULL)
    header.record = *record;
  bzg_random (salt, sizeof salt);
  _bzg_history_body_encode (body, bytes);
  bzg_hmac_sha256_salted (salt, sizeof salt, bytes->data, bytes->len, header.commitment);
  memcpy (header.previous, chain->head, BZG_HASH_SIZE);
  _bzg_history_hash (&header, hash);

  stmt = _bzg_writer_statement (
    writer,
    "INSERT INTO history (device, seq, id, hlc, actor, act, aggregate, record, dictionary,"
    " commitment, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    error);
  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_id (stmt, 1, &header.device);
  _bzg_sql_bind_int (stmt, 2, header.seq);
  _bzg_sql_bind_id (stmt, 3, &header.id);
  _bzg_sql_bind_int (stmt, 4, header.hlc);
  _bzg_sql_bind_id (stmt, 5, &header.actor);
  _bzg_sql_bind_text (stmt, 6, act);
  _bzg_sql_bind_text (stmt, 7, aggregate);
  _bzg_sql_bind_id (stmt, 8, &header.record);
  _bzg_sql_bind_int (stmt, 9, header.dictionary);
  _bzg_sql_bind_blob (stmt, 10, header.commitment, BZG_HASH_SIZE);
  _bzg_sql_bind_blob (stmt, 11, header.previous, BZG_HASH_SIZE);
  _bzg_sql_bind_blob (stmt, 12, hash, BZG_HASH_SIZE);
  if (!_bzg_sql_run (stmt, error))
    return FALSE;

  stmt = _bzg_writer_statement (writer,
                                "INSERT INTO history_body (entry, salt, body) VALUES (?, ?, ?)",
                                error);
  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_id (stmt, 1, &header.id);
  _bzg_sql_bind_blob (stmt, 2, salt, sizeof salt);
  _bzg_sql_bind_blob (stmt, 3, bytes->data, bytes->len);
  if (!_bzg_sql_run (stmt, error))
    return FALSE;

  chain->seq = header.seq;
  memcpy (chain->head, hash, BZG_HASH_SIZE);
  return TRUE;
}

/* The last entry's hash covers all before it: one signature a transaction is enough. */
gboolean
_bzg_history_sign (BzgWriter *writer, gint64 first_seq, GError **error)
{
  guint8 bytes[4 + BZG_HASH_SIZE], signature[BZG_SIGNATURE_SIZE];
  sqlite3_stmt *stmt;

  if (writer->chain.seq < first_seq || writer->chain.seed == NULL)
    return TRUE;
  _bzg_history_signed_bytes (writer->chain.head, bytes);
  if (!bzg_ed25519_sign (bzg_secret_data (writer->chain.seed, NULL), bytes, sizeof bytes,
                         signature))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_BUG, "history: signing failed");
      return FALSE;
    }
  stmt = _bzg_writer_statement (writer,
                                "UPDATE history SET signature = ? WHERE device = ? AND seq = ?",
                                error);
  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_blob (stmt, 1, signature, sizeof signature);
  _bzg_sql_bind_id (stmt, 2, &writer->chain.id);
  _bzg_sql_bind_int (stmt, 3, writer->chain.seq);
  return _bzg_sql_run (stmt, error);
}

/* ---- Reading */

void
bzg_history_line_free (BzgHistoryLine *line)
{
  if (line == NULL)
    return;
  g_free (line->user);
  g_free (line->act);
  g_free (line->field);
  g_free (line->before);
  g_free (line->after);
  g_free (line);
}

static BzgHistoryLine *
line_new (sqlite3_stmt *stmt, const char *field, const char *before, const char *after)
{
  BzgHistoryLine *line = g_new0 (BzgHistoryLine, 1);

  line->at = (_bzg_sql_int (stmt, 0) >> CLOCK_COUNTER_BITS) / 1000;
  line->user = g_strdup (_bzg_sql_text (stmt, 1));
  line->act = g_strdup (_bzg_sql_text (stmt, 2));
  line->field = g_strdup (field);
  line->before = g_strdup (before);
  line->after = g_strdup (after);
  return line;
}

/* What changed in a sheet, field by field; for whoever has not the key, that something did. */
static void
add_sealed_lines (BzgSession *session,
                  GPtrArray *lines,
                  sqlite3_stmt *stmt,
                  const BzgRecord *record,
                  const char *before,
                  const char *after)
{
  const BzgAggregate *sheet = bzg_record_aggregate (record)->sheet;
  BzgId person;
  g_autoptr (BzgRecord) was
    = before != NULL ? _bzg_sealed_sheet (session, record, before, NULL) : NULL;
  g_autoptr (BzgRecord) is
    = after != NULL ? _bzg_sealed_sheet (session, record, after, NULL) : NULL;

  if ((before != NULL && was == NULL) || (after != NULL && is == NULL))
    {
      g_ptr_array_add (lines, line_new (stmt, NULL, NULL, NULL));
      return;
    }
  if (bzg_record_get_id (record, "person", &person))
    _bzg_session_note_read (session, "sealed", &person);
  for (guint i = 0; i < sheet->n_fields; i++)
    {
      const char *x = was != NULL ? bzg_record_get (was, sheet->fields[i]->name) : NULL;
      const char *y = is != NULL ? bzg_record_get (is, sheet->fields[i]->name) : NULL;

      if (g_strcmp0 (x, y) != 0)
        g_ptr_array_add (lines, line_new (stmt, sheet->fields[i]->id, x, y));
    }
}

GPtrArray *
bzg_session_history (BzgSession *self, const char *aggregate, const BzgId *id, GError **error)
{
  g_autoptr (GPtrArray) lines
    = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_history_line_free);
  g_autoptr (BzgRecord) record = bzg_session_get (self, aggregate, id, error);
  g_autoptr (sqlite3_stmt) stmt = NULL;
  g_autoptr (GError) local_error = NULL;

  if (record == NULL)
    return NULL;
  stmt
    = _bzg_sql_prepare (self->reader,
                        "SELECT h.hlc, u.name, h.act, b.body FROM history AS h"
                        " LEFT JOIN user AS u ON u.id = h.actor"
                        " LEFT JOIN history_body AS b ON b.entry = h.id"
                        " WHERE h.record = ? AND h.aggregate = ? ORDER BY h.hlc DESC, h.seq DESC",
                        error);
  if (stmt == NULL)
    return NULL;
  _bzg_sql_bind_id (stmt, 1, id);
  _bzg_sql_bind_text (stmt, 2, aggregate);
  while (_bzg_sql_step (stmt, &local_error))
    {
      gsize len;
      gconstpointer data = _bzg_sql_blob (stmt, 3, &len);
      g_autoptr (BzgHistoryBody) body = data != NULL ? _bzg_history_body_decode (data, len) : NULL;
      guint n = body != NULL ? _bzg_history_body_size (body) : 0;
      gboolean shown = FALSE;

      for (guint i = 0; i < n; i++)
        {
          const char *field, *before, *after;
          const BzgField *known;

          _bzg_history_body_line (body, i, &field, &before, &after);
          known = bzg_dictionary_field (field);
          if (known != NULL && !bzg_session_allows (self, known->section, BZG_ACT_READ))
            continue;
          shown = TRUE;
          if (known != NULL && known->aggregate->sheet != NULL
              && g_str_equal (known->name, "content"))
            add_sealed_lines (self, lines, stmt, record, before, after);
          else
            g_ptr_array_add (lines, line_new (stmt, field, before, after));
        }
      if (!shown)
        g_ptr_array_add (lines, line_new (stmt, NULL, NULL, NULL));
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  return g_steal_pointer (&lines);
}
