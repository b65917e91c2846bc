/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-history-private.h"

#include "base/bzg-error.h"
#include "casebook/bzg-dictionary-private.h"
#include "casebook/bzg-record-private.h"
#include "vault/bzg-crypto.h"

/*
 * Three questions. Does each chain hang together (nothing changed, cut or put in between)? Has each
 * row as many entries as revisions (no tail cut off, no row written past the session)? Is each row
 * what its entries made of it (no value changed past the session)? The last is asked only of rows
 * whose bodies are all left: of what was erased nothing can be known.
 */

static gboolean
broken (GError **error, gint64 seq, const char *what)
{
  g_set_error (error, BZG_ERROR, BZG_ERROR_HISTORY, "history: entry %" G_GINT64_FORMAT ": %s", seq,
               what);
  return FALSE;
}

static gboolean
column_is (sqlite3_stmt *stmt, int column, const guint8 expected[BZG_HASH_SIZE])
{
  gsize len;
  gconstpointer data = _bzg_sql_blob (stmt, column, &len);

  return len == BZG_HASH_SIZE && memcmp (data, expected, BZG_HASH_SIZE) == 0;
}

static gboolean
verify_body (sqlite3_stmt *stmt, int column, const BzgHistoryHeader *header, GError **error)
{
  gsize salt_len, body_len;
  gconstpointer salt = _bzg_sql_blob (stmt, column, &salt_len);
  gconstpointer body = _bzg_sql_blob (stmt, column + 1, &body_len);
  g_autoptr (BzgHistoryBody) decoded = NULL;
  guint8 commitment[BZG_HASH_SIZE];

  if (salt == NULL)
    return TRUE; /* erased */
  bzg_hmac_sha256 (salt, salt_len, body, body_len, commitment);
  if (memcmp (commitment, header->commitment, BZG_HASH_SIZE) != 0)
    return broken (error, header->seq, "the body is not what was committed to");
  decoded = _bzg_history_body_decode (body, body_len);
  return decoded != NULL || broken (error, header->seq, "the body cannot be read");
}

static gboolean
verify_chains (sqlite3 *db, const guint8 casebook[16], GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (
    db,
    "SELECT h.device, h.seq, h.id, h.hlc, h.actor, h.act, h.aggregate, h.record, h.dictionary,"
    " h.commitment, h.previous, h.hash, h.signature, d.sign_public, b.salt, b.body"
    " FROM history AS h LEFT JOIN device AS d ON d.id = h.device"
    " LEFT JOIN history_body AS b ON b.entry = h.id ORDER BY h.device, h.seq",
    error);
  BzgId device = { 0 };
  gint64 last_seq = 0, last_hlc = 0;
  guint8 head[BZG_HASH_SIZE] = { 0 };
  gboolean head_signed = TRUE;

  if (stmt == NULL)
    return FALSE;
  while (_bzg_sql_step (stmt, &local_error))
    {
      BzgHistoryHeader header = { 0 };
      guint8 hash[BZG_HASH_SIZE], bytes[4 + BZG_HASH_SIZE];
      gconstpointer blob;
      gsize len;

      if (g_cancellable_is_cancelled (cancellable))
        {
          g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "cancelled");
          return FALSE;
        }
      header.seq = _bzg_sql_int (stmt, 1);
      header.hlc = _bzg_sql_int (stmt, 3);
      header.act = _bzg_sql_text (stmt, 5);
      header.aggregate = _bzg_sql_text (stmt, 6);
      header.dictionary = _bzg_sql_int (stmt, 8);
      if (!_bzg_sql_id (stmt, 0, &header.device) || !_bzg_sql_id (stmt, 2, &header.id)
          || !_bzg_sql_id (stmt, 4, &header.actor) || !_bzg_sql_id (stmt, 7, &header.record))
        return broken (error, header.seq, "an id is missing");
      if (!bzg_id_equal (&header.device, &device))
        {
          if (!head_signed)
            return broken (error, last_seq, "the last entry of a device is not signed");
          device = header.device;
          last_seq = last_hlc = 0;
          _bzg_history_genesis (casebook, &device, "BZH0", head);
        }
      if (header.seq != last_seq + 1)
        return broken (error, header.seq, "an entry before it is missing");
      if (header.hlc <= last_hlc)
        return broken (error, header.seq, "time goes back");
      if (!column_is (stmt, 10, head))
        return broken (error, header.seq, "it does not follow the entry before");
      memcpy (header.previous, head, BZG_HASH_SIZE);
      blob = _bzg_sql_blob (stmt, 9, &len);
      if (len != BZG_HASH_SIZE)
        return broken (error, header.seq, "no commitment");
      memcpy (header.commitment, blob, BZG_HASH_SIZE);
      _bzg_history_hash (&header, hash);
      if (!column_is (stmt, 11, hash))
        return broken (error, header.seq, "the header was changed");
      if (!verify_body (stmt, 14, &header, error))
        return FALSE;

      blob = _bzg_sql_blob (stmt, 12, &len);
      head_signed = blob != NULL;
      if (blob != NULL)
        {
          gsize key_len;
          gconstpointer key = _bzg_sql_blob (stmt, 13, &key_len);

          _bzg_history_signed_bytes (hash, bytes);
          if (len != BZG_SIGNATURE_SIZE || key_len != BZG_KEY_SIZE
              || !bzg_ed25519_verify (key, bytes, sizeof bytes, blob))
            return broken (error, header.seq, "the signature does not fit");
        }
      memcpy (head, hash, BZG_HASH_SIZE);
      last_seq = header.seq;
      last_hlc = header.hlc;
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return head_signed || broken (error, last_seq, "the last entry of a device is not signed");
}

/* Every write of a row raised its revision and left an entry: a tail that was cut off both, or a
 * row that was changed past the session, shows here. */
static gboolean
verify_revisions (sqlite3 *db, GError **error)
{
  const BzgAggregate *const *aggregates = bzg_dictionary_aggregates ();

  for (guint i = 0; aggregates[i] != NULL; i++)
    {
      g_autofree char *sql
        = g_strdup_printf ("SELECT count(*) FROM (SELECT 1 FROM \"%s\" AS t WHERE t.revision <>"
                           " (SELECT count(*) FROM history AS h WHERE h.record = t.id AND "
                           "h.aggregate = '%s'))",
                           aggregates[i]->table, aggregates[i]->name);
      gint64 wrong = _bzg_sql_scalar (db, sql, error);

      if (wrong < 0)
        return FALSE;
      if (wrong > 0)
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_HISTORY,
                       "history: %" G_GINT64_FORMAT " rows of %s have other revisions than entries",
                       wrong, aggregates[i]->name);
          return FALSE;
        }
    }
  return TRUE;
}

/* Folds the entries of one row, oldest first. FALSE in @complete if a body was erased. */
static gboolean
replay (sqlite3_stmt *stmt,
        const BzgAggregate *aggregate,
        const BzgId *id,
        BzgRecord **out,
        gboolean *complete,
        GError **error)
{
  g_autoptr (BzgRecord) record = bzg_record_new (aggregate->name, id);
  g_autoptr (GError) local_error = NULL;
  gboolean is_void = FALSE;
  gsize prefix = strlen (aggregate->name) + 1;

  *complete = TRUE;
  _bzg_sql_bind_id (stmt, 1, id);
  _bzg_sql_bind_text (stmt, 2, aggregate->name);
  while (*complete && _bzg_sql_step (stmt, &local_error))
    {
      const char *act = _bzg_sql_text (stmt, 0);
      gsize len;
      gconstpointer data = _bzg_sql_blob (stmt, 1, &len);
      g_autoptr (BzgHistoryBody) body = data != NULL ? _bzg_history_body_decode (data, len) : NULL;

      *complete = body != NULL;
      if (g_str_equal (act, "void") || g_str_equal (act, "unvoid"))
        is_void = *act == 'v';
      for (guint i = 0; body != NULL && i < _bzg_history_body_size (body); i++)
        {
          const char *field, *before, *after;
          const BzgField *known;

          _bzg_history_body_line (body, i, &field, &before, &after);
          known = bzg_dictionary_field (field);
          if (known != NULL && known->aggregate == aggregate)
            bzg_record_set (record, field + prefix, after);
        }
    }
  sqlite3_reset (stmt);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  _bzg_record_set_state (record, 0, 0, is_void);
  *out = g_steal_pointer (&record);
  return TRUE;
}

static gboolean
same_values (const BzgRecord *a, const BzgRecord *b)
{
  for (guint i = 0; i < bzg_record_aggregate (a)->n_fields; i++)
    if (g_strcmp0 (_bzg_record_get_at (a, i), _bzg_record_get_at (b, i)) != 0)
      return FALSE;
  return bzg_record_is_void (a) == bzg_record_is_void (b);
}

static gboolean
verify_rows_of (sqlite3 *db,
                const BzgAggregate *aggregate,
                GCancellable *cancellable,
                GError **error)
{
  g_autofree char *columns = _bzg_record_columns (aggregate, "t");
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM \"%s\" AS t", columns, aggregate->table);
  g_autoptr (sqlite3_stmt) rows = _bzg_sql_prepare (db, sql, error);
  g_autoptr (sqlite3_stmt) entries = NULL;
  g_autoptr (GError) local_error = NULL;

  if (rows == NULL)
    return FALSE;
  entries = _bzg_sql_prepare (db,
                              "SELECT h.act, b.body FROM history AS h"
                              " LEFT JOIN history_body AS b ON b.entry = h.id"
                              " WHERE h.record = ? AND h.aggregate = ? ORDER BY h.hlc",
                              error);
  if (entries == NULL)
    return FALSE;
  while (_bzg_sql_step (rows, &local_error))
    {
      g_autoptr (BzgRecord) row = _bzg_record_from_row (aggregate, rows, 0, NULL);
      g_autoptr (BzgRecord) told = NULL;
      gboolean complete;

      if (g_cancellable_set_error_if_cancelled (cancellable, NULL))
        {
          g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "cancelled");
          return FALSE;
        }
      if (!replay (entries, aggregate, bzg_record_id (row), &told, &complete, error))
        return FALSE;
      if (complete && !same_values (row, told))
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_HISTORY,
                       "history: a row of %s is not what its entries made of it", aggregate->name);
          return FALSE;
        }
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
verify_rows (sqlite3 *db, GCancellable *cancellable, GError **error)
{
  const BzgAggregate *const *aggregates = bzg_dictionary_aggregates ();

  for (guint i = 0; aggregates[i] != NULL; i++)
    if (!verify_rows_of (db, aggregates[i], cancellable, error))
      return FALSE;
  return TRUE;
}

gboolean
_bzg_history_verify (sqlite3 *db,
                     const guint8 casebook[16],
                     GCancellable *cancellable,
                     GError **error)
{
  return verify_chains (db, casebook, cancellable, error) && verify_revisions (db, error)
         && verify_rows (db, cancellable, error);
}
