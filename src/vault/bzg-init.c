/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/bzg-error.h"
#include "vault/bzg-crypto-private.h"
#include "vault/bzg-platform-private.h"

/*
 * Settings that hold for the whole process and have to come first. SQLite: "file:" names mean
 * nothing special (a VACUUM INTO with one could otherwise leave the vault in plain text), its log
 * goes nowhere (it can hold statements), and its memory is wiped when freed (pages in plain text).
 */

#define PREFIX 16 /* keeps the alignment of malloc() */

static void *
wiping_malloc (int len)
{
  guint8 *p = malloc ((gsize) len + PREFIX);

  if (!p)
    return NULL;
  memcpy (p, &len, sizeof len);
  return p + PREFIX;
}

static int
wiping_size (void *data)
{
  int len = 0;

  if (data)
    memcpy (&len, (guint8 *) data - PREFIX, sizeof len);
  return len;
}

static void
wiping_free (void *data)
{
  if (!data)
    return;
  explicit_bzero (data, (gsize) wiping_size (data));
  free ((guint8 *) data - PREFIX);
}

static void *
wiping_realloc (void *data, int len)
{
  int old = wiping_size (data);
  void *grown;

  if (len <= old && len > old / 2)
    return data;
  grown = wiping_malloc (len);
  if (!grown)
    return NULL;
  memcpy (grown, data, (gsize) MIN (old, len));
  wiping_free (data);
  return grown;
}

static int
wiping_roundup (int len)
{
  return (len + 7) & ~7;
}

static int
wiping_init (void *data)
{
  return SQLITE_OK;
}

static void
wiping_shutdown (void *data)
{
}

static void
silent_log_cb (void *data, int code, const char *message)
{
}

static gpointer
init_once (gpointer data)
{
  static const sqlite3_mem_methods memory
    = { wiping_malloc,  wiping_free, wiping_realloc,  wiping_size,
        wiping_roundup, wiping_init, wiping_shutdown, NULL };

  bzg_platform_harden ();
  bzg_crypto_init ();
  if (sqlite3_config (SQLITE_CONFIG_SERIALIZED) != SQLITE_OK
      || sqlite3_config (SQLITE_CONFIG_URI, 0) != SQLITE_OK
      || sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0) != SQLITE_OK
      || sqlite3_config (SQLITE_CONFIG_MALLOC, &memory) != SQLITE_OK
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
