/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-signer.h"

#include <string.h>

#include "base/bzg-digits.h"
#include "base/bzg-error.h"
#include "casebook/bzg-session-core-private.h"
#include "vault/bzg-crypto.h"

/* A setting in hexadecimal digits. The history tells only the public half: what stands there is
 * kept for ever and read by more people. */

#define SIGNER "signer"

static BzgSecret *
load (BzgSession *session, gboolean *there)
{
  char *text = bzg_session_setting (session, SIGNER);
  guint8 seed[BZG_KEY_SIZE];
  BzgSecret *key = NULL;

  *there = text != NULL;
  if (bzg_hex_read (text, seed, sizeof seed))
    key = bzg_secret_new (seed, sizeof seed);
  bzg_wipe (seed, sizeof seed);
  bzg_wipe_free (text);
  return key;
}

static gboolean
make (BzgWriter *writer, gpointer data, GError **error)
{
  g_autoptr (BzgHistoryBody) body = _bzg_history_body_new ();
  sqlite3_stmt *stmt
    = _bzg_writer_statement (writer, "INSERT INTO setting (key, value) VALUES (?, ?)", error);
  guint8 seed[BZG_KEY_SIZE], public_key[BZG_KEY_SIZE];
  char text[BZG_HEX_SIZE (BZG_KEY_SIZE)];
  gboolean ok;

  if (stmt == NULL)
    return FALSE;
  bzg_random (seed, sizeof seed);
  bzg_ed25519_public (seed, public_key);
  _bzg_sql_bind_text (stmt, 1, SIGNER);
  _bzg_sql_bind_text (stmt, 2, bzg_hex_write (seed, sizeof seed, text));
  ok = _bzg_sql_run (stmt, error);
  bzg_wipe (seed, sizeof seed);
  _bzg_history_body_add (body, "setting.signer.public", NULL,
                         bzg_hex_write (public_key, sizeof public_key, text));
  return ok && _bzg_history_append (writer, "set", "setting", NULL, body, error);
}

BzgSecret *
bzg_signer_key (BzgSession *session, GError **error)
{
  gboolean there;
  BzgSecret *key = load (session, &there);

  if (key == NULL && !there)
    {
      if (!_bzg_session_write (session, make, NULL, error))
        return NULL;
      key = load (session, &there);
    }
  if (key == NULL)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_DAMAGED, "setting: signer");
  return key;
}

gboolean
bzg_signer_public (BzgSession *session, guint8 key[32])
{
  gboolean there;
  g_autoptr (BzgSecret) seed = load (session, &there);

  if (seed == NULL)
    return FALSE;
  bzg_ed25519_public (bzg_secret_data (seed, NULL), key);
  return TRUE;
}
