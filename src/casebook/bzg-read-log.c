/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-session-core-private.h"

#include "base/bzg-error.h"
#include "vault/bzg-crypto.h"

/*
 * Who read whose file. Lines wait in memory for at most two seconds and are then entered by the
 * writer, chained like the history but with nothing to erase: they hold ids only. One page of the
 * program asks for many things of one person; what repeats within the wait is one line.
 */

#define MOST_WAITING 512

void
_bzg_session_note_read (BzgSession *self, const char *what, const BzgId *person)
{
  BzgPendingRead read = { .at = _bzg_clock_now () / 1000, .what = g_intern_string (what) };
  gboolean wake;

  if (self->writer == NULL || self->closed)
    return;
  if (person != NULL)
    read.person = *person;
  g_mutex_lock (&self->reads_lock);
  for (guint i = 0; i < self->reads->len; i++)
    {
      BzgPendingRead *waiting = &g_array_index (self->reads, BzgPendingRead, i);

      if (waiting->what == read.what && bzg_id_equal (&waiting->person, &read.person))
        {
          g_mutex_unlock (&self->reads_lock);
          return;
        }
    }
  wake = self->reads->len == 0;
  g_array_append_val (self->reads, read);
  if (self->reads->len >= MOST_WAITING)
    {
      g_mutex_unlock (&self->reads_lock);
      _bzg_session_write (self, _bzg_read_log_flush, NULL, NULL);
      return;
    }
  g_mutex_unlock (&self->reads_lock);
  if (wake)
    _bzg_writer_wake (self);
}

static void
hash_line (const guint8 previous[BZG_HASH_SIZE],
           const BzgId *device,
           gint64 seq,
           gint64 at,
           const BzgId *actor,
           const char *what,
           const BzgId *person,
           guint8 out[BZG_HASH_SIZE])
{
  BzgHash *hash = bzg_hash_new_sha256 ();
  guint64 numbers[2] = { GUINT64_TO_LE ((guint64) seq), GUINT64_TO_LE ((guint64) at) };
  guint32 len = GUINT32_TO_LE ((guint32) strlen (what));

  bzg_hash_update (hash, "BZR1", 4);
  bzg_hash_update (hash, device->bytes, BZG_ID_SIZE);
  bzg_hash_update (hash, numbers, sizeof numbers);
  bzg_hash_update (hash, actor->bytes, BZG_ID_SIZE);
  bzg_hash_update (hash, &len, sizeof len);
  bzg_hash_update (hash, what, strlen (what));
  bzg_hash_update (hash, person->bytes, BZG_ID_SIZE);
  bzg_hash_update (hash, previous, BZG_HASH_SIZE);
  bzg_hash_finish (hash, out);
}

static gboolean
enter (BzgWriter *writer, const BzgPendingRead *read, GError **error)
{
  BzgChain *chain = &writer->chain;
  const BzgId *actor = _bzg_writer_user (writer);
  guint8 hash[BZG_HASH_SIZE];
  sqlite3_stmt *stmt = _bzg_writer_statement (writer,
                                              "INSERT INTO read_log (device, seq, \"at\", actor, "
                                              "what, person, previous, hash)"
                                              " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                                              error);

  if (stmt == NULL)
    return FALSE;
  hash_line (chain->read_head, &chain->id, chain->read_seq + 1, read->at, actor, read->what,
             &read->person, hash);
  _bzg_sql_bind_id (stmt, 1, &chain->id);
  _bzg_sql_bind_int (stmt, 2, chain->read_seq + 1);
  _bzg_sql_bind_int (stmt, 3, read->at);
  _bzg_sql_bind_id (stmt, 4, actor);
  _bzg_sql_bind_text (stmt, 5, read->what);
  _bzg_sql_bind_id (stmt, 6, &read->person);
  _bzg_sql_bind_blob (stmt, 7, chain->read_head, BZG_HASH_SIZE);
  _bzg_sql_bind_blob (stmt, 8, hash, BZG_HASH_SIZE);
  if (!_bzg_sql_run (stmt, error))
    return FALSE;
  chain->read_seq++;
  memcpy (chain->read_head, hash, BZG_HASH_SIZE);
  return TRUE;
}

gboolean
_bzg_read_log_flush (BzgWriter *writer, gpointer unused, GError **error)
{
  BzgSession *session = _bzg_writer_session (writer);
  g_autoptr (GArray) reads = NULL;
  gboolean ok = TRUE;

  g_mutex_lock (&session->reads_lock);
  reads = session->reads;
  session->reads = g_array_new (FALSE, FALSE, sizeof (BzgPendingRead));
  g_mutex_unlock (&session->reads_lock);
  for (guint i = 0; ok && i < reads->len; i++)
    ok = enter (writer, &g_array_index (reads, BzgPendingRead, i), error);
  if (!ok && reads->len > 0)
    {
      g_mutex_lock (&session->reads_lock);
      g_array_prepend_vals (session->reads, reads->data, reads->len);
      g_mutex_unlock (&session->reads_lock);
    }
  return ok;
}

gboolean
_bzg_read_log_verify (sqlite3 *db, const guint8 casebook[16], GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (db,
                                                    "SELECT device, seq, \"at\", actor, what, "
                                                    "person, previous, hash FROM read_log"
                                                    " ORDER BY device, seq",
                                                    error);
  BzgId device = { 0 };
  gint64 last_seq = 0;
  guint8 head[BZG_HASH_SIZE] = { 0 };

  if (stmt == NULL)
    return FALSE;
  while (_bzg_sql_step (stmt, &local_error))
    {
      BzgId id, actor, person;
      guint8 expected[BZG_HASH_SIZE];
      gsize len;
      gint64 seq = _bzg_sql_int (stmt, 1);
      gconstpointer hash;

      _bzg_sql_id (stmt, 0, &id);
      _bzg_sql_id (stmt, 3, &actor);
      _bzg_sql_id (stmt, 5, &person);
      if (!bzg_id_equal (&id, &device))
        {
          device = id;
          last_seq = 0;
          _bzg_history_genesis (casebook, &device, "BZR0", head);
        }
      hash_line (head, &device, seq, _bzg_sql_int (stmt, 2), &actor, _bzg_sql_text (stmt, 4),
                 &person, expected);
      hash = _bzg_sql_blob (stmt, 7, &len);
      if (seq != last_seq + 1 || len != BZG_HASH_SIZE
          || memcmp (hash, expected, BZG_HASH_SIZE) != 0)
        {
          g_set_error (error, BZG_ERROR, BZG_ERROR_HISTORY,
                       "read log: line %" G_GINT64_FORMAT " does not follow the line before", seq);
          return FALSE;
        }
      memcpy (head, expected, BZG_HASH_SIZE);
      last_seq = seq;
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return TRUE;
}
