/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-section-keys-private.h"

#include <string.h>

#include "base/bzg-digits.h"
#include "base/bzg-error.h"
#include "casebook/bzg-sections.h"
#include "casebook/bzg-session-core-private.h"

/*
 * The keys of sealed sections.
 *
 * A section has one key after the other; each turn makes the next, boxes it for everybody who is to
 * have it, and seals everything anew, in one transaction. So there is never a row that a current
 * holder cannot read, and none that somebody who was left out can. Older keys stay in the boxes of
 * those who had them: the history holds what was sealed with them.
 *
 * Whoever can open the file can write into its tables, and has not the keys. Two proofs keep such a
 * person out: a key is only taken for the next one if it is vouched for with the one before, and a
 * box only if its grant is vouched for with the very key in it. A key that nobody vouched for is as
 * if it were not there.
 *
 * What remains is a section forged whole, from the first key on, or by somebody who knows an older
 * key from the next one on: the boxes are made anew for everybody, whose public keys are known. It
 * shows in what was sealed before, which does not open any more; so a session asks that of some
 * rows before it takes keys for good (is_of_the_rows()).
 */

#define KEY_ID_SIZE 16
#define MOST_KEYS 1000000
#define ROWS_ASKED 8 /* of each table, whether the keys are theirs */

static void
bind_key (sqlite3_stmt *stmt, int param, const char *section, guint epoch)
{
  _bzg_sql_bind_text (stmt, param, section);
  _bzg_sql_bind_int (stmt, param + 1, epoch);
}

/* ---- The keys of a session */

GHashTable *
_bzg_section_keys_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) bzg_secret_unref);
}

static char *
name_of (const char *section, guint epoch)
{
  return g_strdup_printf ("%s/%u", section, epoch);
}

const BzgSecret *
_bzg_section_key (GHashTable *keys, const char *section, guint epoch)
{
  g_autofree char *name = name_of (section, epoch);

  return keys != NULL ? g_hash_table_lookup (keys, name) : NULL;
}

void
_bzg_section_keys_drop (GHashTable *keys, const char *section)
{
  for (guint epoch = _bzg_section_keys_newest (keys, section); epoch > 0; epoch--)
    {
      g_autofree char *name = name_of (section, epoch);

      g_hash_table_remove (keys, name);
    }
}

void
_bzg_section_keys_add (GHashTable *keys, const char *section, guint epoch, BzgSecret *key)
{
  g_hash_table_insert (keys, name_of (section, epoch), key);
}

guint
_bzg_section_keys_newest (GHashTable *keys, const char *section)
{
  GHashTableIter iter;
  gpointer name;
  gsize len = strlen (section);
  guint newest = 0;

  if (keys == NULL)
    return 0;
  g_hash_table_iter_init (&iter, keys);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (strncmp (name, section, len) == 0 && ((const char *) name)[len] == '/')
      newest = MAX (newest, (guint) g_ascii_strtoull ((const char *) name + len + 1, NULL, 10));
  return newest;
}

static const guint8 *
bytes_of (const BzgSecret *key)
{
  return bzg_secret_data (key, NULL);
}

/* ---- What is proved, and with what */

static void
key_id (const guint8 key[BZG_KEY_SIZE], guint8 out[KEY_ID_SIZE])
{
  static const char label[] = "bozgasht/1 section id";

  bzg_hkdf_sha256 (NULL, 0, key, BZG_KEY_SIZE, label, sizeof label - 1, out, KEY_ID_SIZE);
}

static GByteArray *
begin_message (const char *label, const guint8 casebook[16], const char *section, guint epoch)
{
  GByteArray *message = g_byte_array_new ();
  guint32 number = GUINT32_TO_LE (epoch);

  /* With their NUL: texts that stand one behind the other say where they end. */
  g_byte_array_append (message, (const guint8 *) label, (guint) strlen (label) + 1);
  g_byte_array_append (message, casebook, 16);
  g_byte_array_append (message, (const guint8 *) section, (guint) strlen (section) + 1);
  g_byte_array_append (message, (const guint8 *) &number, sizeof number);
  return message;
}

static void
prove_key (const guint8 with[BZG_KEY_SIZE],
           const guint8 casebook[16],
           const char *section,
           guint epoch,
           const guint8 id[KEY_ID_SIZE],
           guint8 out[BZG_HASH_SIZE])
{
  g_autoptr (GByteArray) message
    = begin_message ("bozgasht/1 section key", casebook, section, epoch);

  g_byte_array_append (message, id, KEY_ID_SIZE);
  bzg_hmac_sha256 (with, BZG_KEY_SIZE, message->data, message->len, out);
}

static GByteArray *
box_context (const guint8 casebook[16], const char *section, guint epoch, const BzgId *recipient)
{
  GByteArray *context = begin_message ("bozgasht/1 section box", casebook, section, epoch);

  g_byte_array_append (context, recipient->bytes, BZG_ID_SIZE);
  return context;
}

static void
prove_grant (const guint8 key[BZG_KEY_SIZE],
             const guint8 casebook[16],
             const char *section,
             guint epoch,
             const BzgSectionRecipient *to,
             const BzgId *by,
             gint64 at,
             guint8 out[BZG_HASH_SIZE])
{
  g_autoptr (GByteArray) message
    = begin_message ("bozgasht/1 section grant", casebook, section, epoch);
  guint64 when = GUINT64_TO_LE ((guint64) at);

  g_byte_array_append (message, to->id.bytes, BZG_ID_SIZE);
  g_byte_array_append (message, (const guint8 *) (to->paper ? "p" : "u"), 1);
  g_byte_array_append (message, to->public_key, BZG_KEY_SIZE);
  g_byte_array_append (message, by->bytes, BZG_ID_SIZE);
  g_byte_array_append (message, (const guint8 *) &when, sizeof when);
  bzg_hmac_sha256 (key, BZG_KEY_SIZE, message->data, message->len, out);
}

static gboolean
blob_is (sqlite3_stmt *stmt, int column, gconstpointer expected, gsize size)
{
  gsize len;
  gconstpointer data = _bzg_sql_blob (stmt, column, &len);

  return data != NULL && len == size && bzg_equal_secret (data, expected, size);
}

/* One row of SELECT section, epoch, key_id, k.proof, kind, public_key, box, granted_by, granted_at,
 * g.proof. */
static gboolean
open_grant (GHashTable *keys,
            sqlite3_stmt *stmt,
            const guint8 casebook[16],
            const BzgId *id,
            const guint8 secret[BZG_KEY_SIZE])
{
  const char *section = _bzg_sql_text (stmt, 0);
  gint64 number = _bzg_sql_int (stmt, 1);
  guint epoch = number > 0 && number <= MOST_KEYS ? (guint) number : 0;
  BzgSectionRecipient to = { .id = *id };
  g_autoptr (GByteArray) context = box_context (casebook, section, epoch, id);
  guint8 key[BZG_KEY_SIZE], name[KEY_ID_SIZE], proof[BZG_HASH_SIZE];
  const BzgSecret *before = _bzg_section_key (keys, section, epoch - 1);
  const BzgSecret *held = _bzg_section_key (keys, section, epoch);
  gsize len;
  const guint8 *box = _bzg_sql_blob (stmt, 6, &len);
  BzgId by;
  gboolean ok = FALSE;

  to.paper = g_strcmp0 (_bzg_sql_text (stmt, 4), "paper") == 0;
  bzg_x25519_public (secret, to.public_key);
  if (epoch == 0 || box == NULL || len != BZG_BOX_SIZE || !_bzg_sql_id (stmt, 7, &by)
      || !blob_is (stmt, 5, to.public_key, BZG_KEY_SIZE)
      || !bzg_box_open (box, secret, context->data, context->len, key))
    return FALSE;
  if (held != NULL)
    {
      ok = bzg_equal_secret (bytes_of (held), key, sizeof key);
      bzg_wipe (key, sizeof key);
      return ok;
    }
  key_id (key, name);
  prove_grant (key, casebook, section, epoch, &to, &by, _bzg_sql_int (stmt, 8), proof);
  ok = blob_is (stmt, 2, name, sizeof name) && blob_is (stmt, 9, proof, sizeof proof);
  if (ok && (epoch == 1 || before != NULL))
    {
      prove_key (epoch == 1 ? key : bytes_of (before), casebook, section, epoch, name, proof);
      ok = blob_is (stmt, 3, proof, sizeof proof);
    }
  else
    ok = FALSE;
  if (ok)
    _bzg_section_keys_add (keys, section, epoch, bzg_secret_new (key, sizeof key));
  bzg_wipe (key, sizeof key);
  return ok;
}

/* Of the rows changed last: that one of those opens which the keys should open, or that there are
 * none. Single rows may be spoilt without the keys being wrong. */
static gboolean
is_of_the_rows (GHashTable *keys, sqlite3 *db, const guint8 casebook[16], const char *section)
{
  const BzgAggregate *const *aggregates = bzg_dictionary_aggregates ();
  guint asked = 0;

  for (guint i = 0; aggregates[i] != NULL; i++)
    {
      g_autofree char *sql = NULL;
      g_autoptr (sqlite3_stmt) stmt = NULL;

      if (aggregates[i]->sheet == NULL
          || !g_str_equal (bzg_sealed_section (aggregates[i]), section))
        continue;
      sql = g_strdup_printf ("SELECT id, content FROM \"%s\" ORDER BY changed_at DESC LIMIT %d",
                             aggregates[i]->table, ROWS_ASKED);
      stmt = _bzg_sql_prepare (db, sql, NULL);
      while (stmt != NULL && _bzg_sql_step (stmt, NULL))
        {
          const char *sealed = _bzg_sql_text (stmt, 1);
          char *plain = NULL;
          gsize len;
          BzgId id;

          if (!_bzg_sql_id (stmt, 0, &id)
              || _bzg_section_key (keys, section, _bzg_sealed_epoch (sealed)) == NULL)
            continue;
          asked++;
          plain = _bzg_sealed_decode (keys, casebook, section, &id, sealed, &len, NULL);
          if (plain == NULL)
            continue;
          bzg_wipe (plain, len);
          g_free (plain);
          return TRUE;
        }
    }
  return asked == 0;
}

guint
_bzg_section_open_grants (GHashTable *keys,
                          sqlite3 *db,
                          const guint8 casebook[16],
                          const BzgId *id,
                          const guint8 secret[BZG_KEY_SIZE])
{
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (db,
                        "SELECT k.section, k.epoch, k.key_id, k.proof, g.kind, g.public_key, "
                        "g.box, g.granted_by,"
                        " g.granted_at, g.proof FROM section_grant AS g"
                        " JOIN section_key AS k ON k.section = g.section AND k.epoch = g.epoch"
                        " WHERE g.recipient = ? ORDER BY k.section, k.epoch",
                        NULL);
  guint n = 0;

  if (stmt == NULL)
    return 0;
  _bzg_sql_bind_id (stmt, 1, id);
  while (_bzg_sql_step (stmt, NULL))
    n += open_grant (keys, stmt, casebook, id, secret);
  for (const char *const *section = bzg_sections (); *section != NULL; section++)
    if (_bzg_section_keys_newest (keys, *section) > 0
        && !is_of_the_rows (keys, db, casebook, *section))
      _bzg_section_keys_drop (keys, *section);
  return n;
}

/* ---- Recipients */

/* Whether the key behind @epoch, of which there is one in @keys, goes on from it. */
static gboolean
goes_on (GHashTable *keys, sqlite3 *db, const guint8 casebook[16], const char *section, guint epoch)
{
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (db, "SELECT key_id, proof FROM section_key WHERE section = ? AND epoch = ?",
                        NULL);
  guint8 proof[BZG_HASH_SIZE];
  gconstpointer id;
  gsize len;

  if (stmt == NULL)
    return TRUE;
  bind_key (stmt, 1, section, epoch + 1);
  if (!_bzg_sql_step (stmt, NULL))
    return FALSE;
  id = _bzg_sql_blob (stmt, 0, &len);
  if (id == NULL || len != KEY_ID_SIZE)
    return FALSE;
  prove_key (bytes_of (_bzg_section_key (keys, section, epoch)), casebook, section, epoch + 1, id,
             proof);
  return blob_is (stmt, 1, proof, sizeof proof);
}

guint
_bzg_section_current (GHashTable *keys, sqlite3 *db, const guint8 casebook[16], const char *section)
{
  guint held = _bzg_section_keys_newest (keys, section);

  if (held == 0)
    return _bzg_section_epoch (db, section);
  return goes_on (keys, db, casebook, section, held) ? held + 1 : held;
}

gboolean
_bzg_section_is_mine (BzgSession *session, const char *section, GError **error)
{
  guint epoch = _bzg_section_current (session->section_keys, session->reader,
                                      bzg_vault_casebook_id (session->vault), section);

  if (_bzg_section_key (session->section_keys, section, epoch) != NULL)
    return TRUE;
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_SEALED, "the key was not given to you");
  return FALSE;
}

guint
_bzg_section_epoch (sqlite3 *db, const char *section)
{
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (db, "SELECT max(epoch) FROM section_key WHERE section = ?", NULL);

  if (stmt == NULL)
    return 0;
  _bzg_sql_bind_text (stmt, 1, section);
  return _bzg_sql_step (stmt, NULL) ? (guint) _bzg_sql_int (stmt, 0) : 0;
}

gboolean
_bzg_section_user (
  sqlite3 *db, const char *section, const BzgId *user, BzgSectionRecipient *out, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (db,
                        "SELECT box_key, roles FROM user WHERE id = ? AND active = 'yes'"
                        " AND voided_at IS NULL",
                        error);

  if (stmt == NULL)
    return FALSE;
  memset (out, 0, sizeof *out);
  out->id = *user;
  _bzg_sql_bind_id (stmt, 1, user);
  if (!_bzg_sql_step (stmt, NULL)
      || !bzg_hex_read (_bzg_sql_text (stmt, 0), out->public_key, BZG_KEY_SIZE))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_FOUND, "user: there is no such user");
      return FALSE;
    }
  if (bzg_roles_allow (_bzg_sql_text (stmt, 1), section, BZG_ACT_READ))
    return TRUE;
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE,
                       "user: the role may not read this section");
  return FALSE;
}

GArray *
_bzg_section_recipients (sqlite3 *db,
                         GHashTable *keys,
                         const guint8 casebook[16],
                         const char *section,
                         const BzgId *except,
                         guint *n_people,
                         GError **error)
{
  guint epoch = _bzg_section_current (keys, db, casebook, section);
  const BzgSecret *secret = _bzg_section_key (keys, section, epoch);
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (BzgSectionRecipient));
  g_autoptr (GError) local_error = NULL;
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (db,
                        "SELECT recipient, kind, public_key, granted_by, granted_at, proof"
                        " FROM section_grant"
                        " WHERE section = ? AND epoch = ? ORDER BY recipient",
                        error);

  if (stmt == NULL)
    return NULL;
  *n_people = 0;
  bind_key (stmt, 1, section, epoch);
  while (_bzg_sql_step (stmt, &local_error))
    {
      BzgSectionRecipient to = { 0 };
      BzgSectionRecipient now;
      gsize len;
      gconstpointer key = _bzg_sql_blob (stmt, 2, &len);
      BzgId by = { 0 };

      _bzg_sql_id (stmt, 3, &by);
      if (!_bzg_sql_id (stmt, 0, &to.id) || key == NULL || len != BZG_KEY_SIZE
          || (except != NULL && bzg_id_equal (&to.id, except)))
        continue;
      memcpy (to.public_key, key, BZG_KEY_SIZE);
      to.paper = g_strcmp0 (_bzg_sql_text (stmt, 1), "paper") == 0;
      /* Other keys since a recovery: whoever that is has to be given the section again. */
      if (!to.paper
          && (!_bzg_section_user (db, section, &to.id, &now, NULL)
              || memcmp (now.public_key, to.public_key, BZG_KEY_SIZE) != 0))
        continue;
      /* Nor does the next key go to whom nobody gave this one. */
      if (secret != NULL)
        {
          guint8 proof[BZG_HASH_SIZE];

          prove_grant (bytes_of (secret), casebook, section, epoch, &to, &by,
                       _bzg_sql_int (stmt, 4), proof);
          if (!blob_is (stmt, 5, proof, sizeof proof))
            continue;
        }
      *n_people += !to.paper;
      g_array_append_val (all, to);
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  return g_steal_pointer (&all);
}

/* ---- Turning and giving */

static gboolean
write_grant (BzgWriter *writer,
             const BzgSecret *key,
             const char *section,
             guint epoch,
             const BzgSectionRecipient *to,
             GError **error)
{
  const guint8 *casebook = bzg_vault_casebook_id (writer->session->vault);
  g_autoptr (GByteArray) context = box_context (casebook, section, epoch, &to->id);
  guint8 box[BZG_BOX_SIZE], proof[BZG_HASH_SIZE];
  sqlite3_stmt *stmt
    = _bzg_writer_statement (writer,
                             "INSERT OR REPLACE INTO section_grant (section, epoch, recipient,"
                             " kind, public_key, box, granted_at, granted_by, proof)"
                             " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                             error);

  if (stmt == NULL)
    return FALSE;
  if (!bzg_box_seal (bytes_of (key), to->public_key, context->data, context->len, box))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_DAMAGED, "a key for boxes is none");
      return FALSE;
    }
  prove_grant (bytes_of (key), casebook, section, epoch, to, _bzg_writer_user (writer), writer->now,
               proof);
  bind_key (stmt, 1, section, epoch);
  _bzg_sql_bind_id (stmt, 3, &to->id);
  _bzg_sql_bind_text (stmt, 4, to->paper ? "paper" : "user");
  _bzg_sql_bind_blob (stmt, 5, to->public_key, BZG_KEY_SIZE);
  _bzg_sql_bind_blob (stmt, 6, box, sizeof box);
  _bzg_sql_bind_int (stmt, 7, writer->now);
  _bzg_sql_bind_id (stmt, 8, _bzg_writer_user (writer));
  _bzg_sql_bind_blob (stmt, 9, proof, sizeof proof);
  return _bzg_sql_run (stmt, error);
}

static gboolean
write_key (BzgWriter *writer, GHashTable *keys, const char *section, guint epoch, GError **error)
{
  const guint8 *casebook = bzg_vault_casebook_id (writer->session->vault);
  const BzgSecret *with = _bzg_section_key (keys, section, epoch > 1 ? epoch - 1 : 1);
  guint8 id[KEY_ID_SIZE], proof[BZG_HASH_SIZE];
  sqlite3_stmt *stmt
    = _bzg_writer_statement (writer,
                             "INSERT INTO section_key (section, epoch, key_id, proof, made_at,"
                             " made_by) VALUES (?, ?, ?, ?, ?, ?)",
                             error);

  if (stmt == NULL)
    return FALSE;
  if (with == NULL)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_SEALED, "the key before is missing");
      return FALSE;
    }
  key_id (bytes_of (_bzg_section_key (keys, section, epoch)), id);
  prove_key (bytes_of (with), casebook, section, epoch, id, proof);
  bind_key (stmt, 1, section, epoch);
  _bzg_sql_bind_blob (stmt, 3, id, sizeof id);
  _bzg_sql_bind_blob (stmt, 4, proof, sizeof proof);
  _bzg_sql_bind_int (stmt, 5, writer->now);
  _bzg_sql_bind_id (stmt, 6, _bzg_writer_user (writer));
  return _bzg_sql_run (stmt, error);
}

/* Keys that nobody vouched for are in the way of the next one. */
static gboolean
drop_unproved (BzgWriter *writer, const char *section, guint current, GError **error)
{
  static const char *const tables[] = { "DELETE FROM section_grant WHERE section = ? AND epoch > ?",
                                        "DELETE FROM section_key WHERE section = ? AND epoch > ?" };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      sqlite3_stmt *stmt = _bzg_writer_statement (writer, tables[i], error);

      if (stmt == NULL)
        return FALSE;
      bind_key (stmt, 1, section, current);
      if (!_bzg_sql_run (stmt, error))
        return FALSE;
    }
  return TRUE;
}

/* Who was left out loses the boxes of older keys too. */
static gboolean
drop_others (BzgWriter *writer, const char *section, guint epoch, GError **error)
{
  sqlite3_stmt *stmt
    = _bzg_writer_statement (writer,
                             "DELETE FROM section_grant WHERE section = ?1 AND recipient NOT IN"
                             " (SELECT recipient FROM section_grant WHERE section = ?1 AND epoch = "
                             "?2)",
                             error);

  if (stmt == NULL)
    return FALSE;
  bind_key (stmt, 1, section, epoch);
  return _bzg_sql_run (stmt, error);
}

static gboolean
seal_row_anew (BzgWriter *writer, GHashTable *keys, const BzgRecord *stored, GError **error)
{
  const guint8 *casebook = bzg_vault_casebook_id (writer->session->vault);
  const BzgAggregate *aggregate = bzg_record_aggregate (stored);
  const BzgField *field = bzg_dictionary_field_of (aggregate->name, "content");
  const char *section = field->section;
  g_autoptr (BzgRecord) record = bzg_record_copy (stored);
  g_autoptr (BzgHistoryBody) body = _bzg_history_body_new ();
  g_autofree gboolean *changed = g_new0 (gboolean, aggregate->n_fields);
  g_autofree char *sealed = NULL;
  const char *before = bzg_record_get (stored, "content");
  gsize len;
  char *plain
    = _bzg_sealed_decode (keys, casebook, section, bzg_record_id (stored), before, &len, error);

  if (plain == NULL)
    return FALSE;
  sealed = _bzg_sealed_encode (keys, casebook, section, bzg_record_id (stored),
                               bzg_record_revision (stored) + 1, plain, len, error);
  bzg_wipe (plain, len);
  g_free (plain);
  if (sealed == NULL)
    return FALSE;
  bzg_record_set (record, "content", sealed);
  changed[field->order] = TRUE;
  /* What it was stands in the entry before. */
  _bzg_history_body_add (body, field->id, NULL, sealed);
  return _bzg_commit_update_row (writer, record, changed, error)
         && _bzg_history_append (writer, "update", aggregate->name, bzg_record_id (stored), body,
                                 error);
}

static gboolean
seal_table_anew (BzgWriter *writer, GHashTable *keys, const BzgAggregate *aggregate, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT id FROM \"%s\"", aggregate->table);
  g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (writer->db, sql, error);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (BzgId));
  g_autoptr (GError) local_error = NULL;
  BzgId id;

  if (stmt == NULL)
    return FALSE;
  while (_bzg_sql_step (stmt, &local_error))
    if (_bzg_sql_id (stmt, 0, &id))
      g_array_append_val (ids, id);
  for (guint i = 0; i < ids->len && local_error == NULL; i++)
    {
      g_autoptr (BzgRecord) stored
        = _bzg_record_load (writer->statements, writer->db, aggregate,
                            &g_array_index (ids, BzgId, i), &local_error);

      if (stored == NULL)
        break;
      if (!seal_row_anew (writer, keys, stored, &local_error)
          && (g_error_matches (local_error, BZG_ERROR, BZG_ERROR_DAMAGED)
              || g_error_matches (local_error, BZG_ERROR, BZG_ERROR_REFUSED_SEALED)))
        g_clear_error (&local_error); /* nobody can read it, and it must not hold up the others */
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
enter (BzgWriter *writer,
       const char *act,
       const char *section,
       guint before,
       guint after,
       GError **error)
{
  g_autoptr (BzgHistoryBody) body = _bzg_history_body_new ();
  g_autofree char *field = g_strconcat ("section.", section, NULL);
  g_autofree char *was = before > 0 ? g_strdup_printf ("%u", before) : NULL;
  g_autofree char *is = g_strdup_printf ("%u", after);

  _bzg_history_body_add (body, field, was, is);
  _bzg_writer_changed (writer, "section", NULL);
  return _bzg_history_append (writer, act, "section", NULL, body, error);
}

gboolean
_bzg_section_turn (BzgWriter *writer,
                   GHashTable *keys,
                   const char *section,
                   const GArray *recipients,
                   GError **error)
{
  const BzgAggregate *const *aggregates = bzg_dictionary_aggregates ();
  guint epoch = _bzg_section_current (keys, writer->db,
                                      bzg_vault_casebook_id (writer->session->vault), section)
                + 1;
  guint8 bytes[BZG_KEY_SIZE];

  if (epoch > MOST_KEYS || !drop_unproved (writer, section, epoch - 1, error))
    return FALSE;
  bzg_random (bytes, sizeof bytes);
  _bzg_section_keys_add (keys, section, epoch, bzg_secret_new (bytes, sizeof bytes));
  bzg_wipe (bytes, sizeof bytes);
  if (!write_key (writer, keys, section, epoch, error))
    return FALSE;
  for (guint i = 0; i < recipients->len; i++)
    if (!write_grant (writer, _bzg_section_key (keys, section, epoch), section, epoch,
                      &g_array_index (recipients, BzgSectionRecipient, i), error))
      return FALSE;
  if (!drop_others (writer, section, epoch, error))
    return FALSE;
  for (guint i = 0; aggregates[i] != NULL; i++)
    if (aggregates[i]->sheet != NULL && g_str_equal (bzg_sealed_section (aggregates[i]), section)
        && !seal_table_anew (writer, keys, aggregates[i], error))
      return FALSE;
  return enter (writer, "turn", section, epoch - 1, epoch, error);
}

gboolean
_bzg_section_give (BzgWriter *writer,
                   GHashTable *keys,
                   const char *section,
                   const BzgSectionRecipient *to,
                   GError **error)
{
  guint newest = _bzg_section_keys_newest (keys, section);

  for (guint epoch = 1; epoch <= newest; epoch++)
    {
      const BzgSecret *key = _bzg_section_key (keys, section, epoch);

      if (key == NULL)
        {
          g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_SEALED, "no key to give");
          return FALSE;
        }
      if (!write_grant (writer, key, section, epoch, to, error))
        return FALSE;
    }
  return enter (writer, "grant", section, newest, newest, error);
}
