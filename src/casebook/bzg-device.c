/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-session-core-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "base/bzg-error.h"
#include "vault/bzg-crypto.h"

/*
 * Which device writes. A device is a chain of history with a key; it belongs to one file on one
 * machine. Half of what makes it lies in the record (its key), half in this machine's state
 * directory (a random value and how far it has written). When the two do not fit, the file was
 * copied, restored, rekeyed or put back: then a new device begins, so that no two files ever
 * continue the same chain.
 *
 * The state file is 160 bytes, written in place after each commit without waiting for the disk: if
 * it is lost or torn the price is one more device, never a forked chain.
 */

#define STATE_MAGIC "BZGSTAT1"

typedef struct
{
  char magic[8];
  guint8 casebook[16];
  guint8 database[16];
  guint8 device[16];
  guint8 instance[32];
  guint64 seq; /* little-endian */
  guint8 head[32];
  guint8 checksum[32];
} StateBytes;

G_STATIC_ASSERT (sizeof (StateBytes) == 160);

struct _BzgMachineState
{
  int fd; /* -1: this machine cannot remember */
  StateBytes bytes;
};

static void
seal_state (StateBytes *bytes)
{
  bzg_sha256 (bytes, offsetof (StateBytes, checksum), bytes->checksum);
}

static BzgMachineState *
state_open (const guint8 casebook[16], gboolean *known)
{
  BzgMachineState *self = g_new0 (BzgMachineState, 1);
  g_autofree char *folder = g_build_filename (g_get_user_state_dir (), "bozgasht", NULL);
  g_autofree char *path = NULL;
  char name[BZG_ID_TEXT_SIZE];
  BzgId id;
  guint8 checksum[32];

  *known = FALSE;
  memcpy (id.bytes, casebook, sizeof id.bytes);
  path = g_strdup_printf ("%s/%s.device", folder, bzg_id_to_text (&id, name));
  self->fd = -1;
  if (g_mkdir_with_parents (folder, 0700) == 0)
    self->fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (self->fd < 0)
    return self;
  if (pread (self->fd, &self->bytes, sizeof self->bytes, 0) == (gssize) sizeof self->bytes)
    {
      bzg_sha256 (&self->bytes, offsetof (StateBytes, checksum), checksum);
      *known = memcmp (self->bytes.magic, STATE_MAGIC, 8) == 0
               && memcmp (checksum, self->bytes.checksum, sizeof checksum) == 0
               && memcmp (self->bytes.casebook, casebook, 16) == 0;
    }
  return self;
}

void
_bzg_machine_state_update (BzgMachineState *self, const BzgChain *chain, gboolean flush)
{
  if (self->fd < 0)
    return;
  self->bytes.seq = GUINT64_TO_LE ((guint64) chain->seq);
  memcpy (self->bytes.head, chain->head, sizeof self->bytes.head);
  seal_state (&self->bytes);
  if (pwrite (self->fd, &self->bytes, sizeof self->bytes, 0) == (gssize) sizeof self->bytes
      && flush)
    fdatasync (self->fd);
}

void
_bzg_machine_state_free (BzgMachineState *self)
{
  if (self->fd >= 0)
    close (self->fd);
  bzg_wipe (&self->bytes, sizeof self->bytes);
  g_free (self);
}

/* Loads where the chains of @chain->id stand. */
static gboolean
load_chain (BzgWriter *writer, const guint8 casebook[16], GError **error)
{
  BzgChain *chain = &writer->chain;
  g_autoptr (GError) local_error = NULL;
  static const char *const heads[]
    = { "SELECT seq, hash FROM history WHERE device = ? ORDER BY seq DESC LIMIT 1",
        "SELECT seq, hash FROM read_log WHERE device = ? ORDER BY seq DESC LIMIT 1" };

  chain->seq = chain->read_seq = 0;
  _bzg_history_genesis (casebook, &chain->id, "BZH0", chain->head);
  _bzg_history_genesis (casebook, &chain->id, "BZR0", chain->read_head);
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (writer->db, heads[i], error);
      gsize len;
      gconstpointer hash;

      if (stmt == NULL)
        return FALSE;
      _bzg_sql_bind_id (stmt, 1, &chain->id);
      if (_bzg_sql_step (stmt, &local_error))
        {
          hash = _bzg_sql_blob (stmt, 1, &len);
          *(i == 0 ? &chain->seq : &chain->read_seq) = _bzg_sql_int (stmt, 0);
          if (len == BZG_HASH_SIZE)
            memcpy (i == 0 ? chain->head : chain->read_head, hash, BZG_HASH_SIZE);
        }
      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
    }
  return TRUE;
}

/* TRUE: the device that the state directory names is the one of this very file. */
static gboolean
recognise (
  BzgWriter *writer, BzgVault *vault, const StateBytes *bytes, gboolean *fits, GError **error)
{
  BzgChain *chain = &writer->chain;
  g_autoptr (sqlite3_stmt) stmt = NULL;
  g_autoptr (sqlite3_stmt) entry = NULL;
  g_autoptr (GError) local_error = NULL;
  guint8 instance[32];
  gconstpointer blob;
  gsize len;
  gint64 seq = (gint64) GUINT64_FROM_LE (bytes->seq);

  *fits = FALSE;
  if (memcmp (bytes->database, bzg_vault_database_id (vault), 16) != 0)
    return TRUE;
  stmt = _bzg_sql_prepare (writer->db,
                           "SELECT instance, sign_seed FROM device WHERE id = ? AND retired_at IS "
                           "NULL",
                           error);
  if (stmt == NULL)
    return FALSE;
  memcpy (chain->id.bytes, bytes->device, BZG_ID_SIZE);
  _bzg_sql_bind_id (stmt, 1, &chain->id);
  if (!_bzg_sql_step (stmt, &local_error))
    {
      if (local_error == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  bzg_sha256 (bytes->instance, sizeof bytes->instance, instance);
  blob = _bzg_sql_blob (stmt, 0, &len);
  if (len != sizeof instance || memcmp (blob, instance, sizeof instance) != 0)
    return TRUE;
  blob = _bzg_sql_blob (stmt, 1, &len);
  if (len != BZG_KEY_SIZE)
    return TRUE;
  g_clear_pointer (&chain->seed, bzg_secret_unref);
  chain->seed = bzg_secret_new (blob, len);

  /* The file must go at least as far as this machine has seen it, along the same chain. */
  entry
    = _bzg_sql_prepare (writer->db, "SELECT hash FROM history WHERE device = ? AND seq = ?", error);
  if (entry == NULL)
    return FALSE;
  _bzg_sql_bind_id (entry, 1, &chain->id);
  _bzg_sql_bind_int (entry, 2, seq);
  if (_bzg_sql_step (entry, &local_error))
    {
      blob = _bzg_sql_blob (entry, 0, &len);
      *fits = len == sizeof bytes->head && memcmp (blob, bytes->head, len) == 0;
    }
  writer->older = !*fits;
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return TRUE;
}

typedef struct
{
  BzgVault *vault;
  StateBytes *bytes;
  const char *cause;
} NewDevice;

static gboolean
begin_device (BzgWriter *writer, gpointer data, GError **error)
{
  NewDevice *new_device = data;
  BzgChain *chain = &writer->chain;
  StateBytes *bytes = new_device->bytes;
  const guint8 *casebook = bzg_vault_casebook_id (new_device->vault);
  g_autoptr (BzgHistoryBody) body = _bzg_history_body_new ();
  sqlite3_stmt *stmt;
  guint8 seed[BZG_KEY_SIZE], public_key[BZG_KEY_SIZE], instance[32];

  stmt = _bzg_writer_statement (writer,
                                "UPDATE device SET retired_at = ?, sign_seed = NULL WHERE "
                                "retired_at IS NULL AND"
                                " sign_seed IS NOT NULL",
                                error);
  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_int (stmt, 1, writer->now);
  if (!_bzg_sql_run (stmt, error))
    return FALSE;

  bzg_id_new (&chain->id);
  bzg_random (seed, sizeof seed);
  bzg_ed25519_public (seed, public_key);
  g_clear_pointer (&chain->seed, bzg_secret_unref);
  chain->seed = bzg_secret_new (seed, sizeof seed);
  memcpy (bytes->magic, STATE_MAGIC, 8);
  memcpy (bytes->casebook, casebook, 16);
  memcpy (bytes->database, bzg_vault_database_id (new_device->vault), 16);
  memcpy (bytes->device, chain->id.bytes, 16);
  bzg_random (bytes->instance, sizeof bytes->instance);
  bzg_sha256 (bytes->instance, sizeof bytes->instance, instance);

  stmt = _bzg_writer_statement (writer,
                                "INSERT INTO device (id, sign_public, sign_seed, instance, "
                                "database, cause, created_at)"
                                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                                error);
  if (stmt == NULL || chain->seed == NULL)
    {
      bzg_wipe (seed, sizeof seed);
      return FALSE;
    }
  _bzg_sql_bind_id (stmt, 1, &chain->id);
  _bzg_sql_bind_blob (stmt, 2, public_key, sizeof public_key);
  _bzg_sql_bind_blob (stmt, 3, seed, sizeof seed);
  _bzg_sql_bind_blob (stmt, 4, instance, sizeof instance);
  _bzg_sql_bind_blob (stmt, 5, bytes->database, 16);
  _bzg_sql_bind_text (stmt, 6, new_device->cause);
  _bzg_sql_bind_int (stmt, 7, writer->now);
  bzg_wipe (seed, sizeof seed);
  if (!_bzg_sql_run (stmt, error) || !load_chain (writer, casebook, error))
    return FALSE;
  _bzg_history_body_add (body, "device.cause", NULL, new_device->cause);
  return _bzg_history_append (writer, "device", "device", &chain->id, body, error);
}

gboolean
_bzg_device_load (BzgWriter *writer, BzgVault *vault, GError **error)
{
  const guint8 *casebook = bzg_vault_casebook_id (vault);
  gboolean known, fits = FALSE;
  NewDevice new_device = { .vault = vault };
  g_autoptr (sqlite3_stmt) stmt = NULL;
  g_autoptr (GError) local_error = NULL;

  writer->state = state_open (casebook, &known);
  writer->chain.hlc = _bzg_sql_scalar (writer->db, "SELECT max(hlc) FROM history", error);
  if (writer->chain.hlc < 0)
    return FALSE;
  if (known && !recognise (writer, vault, &writer->state->bytes, &fits, error))
    return FALSE;
  if (fits)
    return load_chain (writer, casebook, error);

  stmt = _bzg_sql_prepare (writer->db,
                           "SELECT database FROM device ORDER BY created_at DESC, id DESC LIMIT 1",
                           error);
  if (stmt == NULL)
    return FALSE;
  if (_bzg_sql_step (stmt, &local_error))
    {
      gsize len;
      gconstpointer database = _bzg_sql_blob (stmt, 0, &len);

      new_device.cause = len == 16 && memcmp (database, bzg_vault_database_id (vault), 16) == 0
                           ? "moved"
                           : "rekeyed";
    }
  else
    new_device.cause = "first";
  sqlite3_reset (stmt);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  new_device.bytes = &writer->state->bytes;
  return _bzg_writer_run (writer, begin_device, &new_device, error);
}
