/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sqlite3.h>

#include "base/bzg-error.h"
#include "vault/bzg-crypto-private.h"
#include "vault/bzg-platform-private.h"
#include "vault/bzg-sqlite-memory-private.h"

/*
 * Settings that hold for the whole process and have to come first. SQLite: "file:" names mean
 * nothing special (a VACUUM INTO with one could otherwise leave the vault in plain text), its log
 * goes nowhere (it can hold statements), and its memory is ours (bzg-sqlite-memory.c).
 */

static void
silent_log_cb (void *data, int code, const char *message)
{
}

static gpointer
init_once (gpointer data)
{
  bzg_platform_harden ();
  bzg_crypto_init ();
  if (sqlite3_config (SQLITE_CONFIG_SERIALIZED) != SQLITE_OK
      || sqlite3_config (SQLITE_CONFIG_URI, 0) != SQLITE_OK
      || sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0) != SQLITE_OK || !bzg_sqlite_memory_init ()
      || sqlite3_config (SQLITE_CONFIG_LOG, silent_log_cb, NULL) != SQLITE_OK
      || sqlite3_initialize () != SQLITE_OK || sqlite3_libversion_number () < 3040000
      || !sqlite3_vfs_find ("unix-excl"))
    return GINT_TO_POINTER (-1);
  return GINT_TO_POINTER (1);
}

gboolean
bzg_vault_init (GError **error)
{
  static GOnce once = G_ONCE_INIT;

  if (GPOINTER_TO_INT (g_once (&once, init_once, NULL)) > 0)
    return TRUE;
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_MISSING_PART,
                       "SQLite was started before its settings, or lacks a needed part");
  return FALSE;
}
