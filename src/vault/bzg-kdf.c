/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/bzg-error.h"
#include "vault/bzg-crypto-private.h"
#include "vault/bzg-header-private.h"
#include "vault/bzg-platform-private.h"

/*
 * From a name and a passphrase to 64 bytes, in one run of Argon2id that serves both to find the
 * slot and to open it: whoever holds only the file learns nothing about a name without also
 * guessing its passphrase, at full price. The numbers come from the file, so they are bounded
 * before any memory is taken.
 *
 * Tests lift the floor and make the default cheap (BZG_CHEAP_KDF); it changes only files that are
 * created under it.
 */

#define KIB_MIN (64 * 1024)
#define KIB_DEFAULT (256 * 1024)
#define KIB_MAX (1024 * 1024)
#define PASSES_MAX 16
#define LANES_MAX 8
#define WORK_MAX ((guint64) 4 * 1024 * 1024) /* passes * KiB */

static gboolean
cheap (void)
{
  return g_strcmp0 (g_getenv (BZG_CHEAP_KDF), "1") == 0;
}

gboolean
bzg_kdf_acceptable (const BzgKdfSet *set)
{
  return set->passes >= 1 && set->passes <= PASSES_MAX && set->lanes >= 1 && set->lanes <= LANES_MAX
         && set->memory_kib >= 8 * set->lanes && set->memory_kib <= KIB_MAX
         && (guint64) set->passes * set->memory_kib <= WORK_MAX;
}

gboolean
bzg_kdf_choose (const BzgVaultKdf *wanted, BzgKdfSet *out, GError **error)
{
  guint64 eighth = bzg_platform_memory () / 8 / 1024;

  out->passes = cheap () ? 1 : 3;
  out->lanes = cheap () ? 1 : 4;
  out->memory_kib = cheap () ? 64 : (guint32) CLAMP (eighth, KIB_MIN, KIB_DEFAULT);
  if (wanted && wanted->memory_kib)
    {
      out->memory_kib = wanted->memory_kib;
      out->passes = wanted->passes;
      out->lanes = wanted->lanes;
    }
  if (!bzg_kdf_acceptable (out) || (!cheap () && (out->memory_kib < KIB_MIN || out->passes < 3)))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_USAGE, "KDF parameters out of range");
      return FALSE;
    }
  bzg_random (out->salt, sizeof out->salt);
  return TRUE;
}

/* Length prefixes keep name and passphrase apart; normal forms make a composed Tajik letter and its
 * combined twin, and upper and lower case in the name, the same input. */
static BzgSecret *
input (const char *name, const BzgSecret *passphrase)
{
  g_autofree char *composed = g_utf8_normalize (name, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *folded = composed ? g_utf8_casefold (g_strstrip (composed), -1) : NULL;
  g_autofree char *user = folded ? g_utf8_normalize (folded, -1, G_NORMALIZE_ALL_COMPOSE) : NULL;
  char *pass = g_utf8_normalize (bzg_secret_text (passphrase), -1, G_NORMALIZE_ALL_COMPOSE);
  BzgSecret *result = NULL;

  if (user && pass)
    {
      gsize n_user = strlen (user), n_pass = strlen (pass);
      guint8 *p = bzg_secure_alloc (8 + n_user + n_pass);

      if (p)
        {
          bzg_put32 (p, (guint32) n_user);
          memcpy (p + 4, user, n_user);
          bzg_put32 (p + 4 + n_user, (guint32) n_pass);
          memcpy (p + 8 + n_user, pass, n_pass);
          result = bzg_secret_new (p, 8 + n_user + n_pass);
        }
      bzg_secure_free (p);
    }
  bzg_wipe_free (pass);
  return result;
}

gboolean
bzg_kdf_derive (const BzgKdfSet *set,
                const char *name,
                const BzgSecret *passphrase,
                guint8 out[64],
                GError **error)
{
  g_autoptr (BzgSecret) secret = NULL;
  gconstpointer data;
  gsize len;

  if (!bzg_kdf_acceptable (set))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_DAMAGED, "KDF parameters out of range");
      return FALSE;
    }
  secret = input (name, passphrase);
  if (!secret)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_PASSPHRASE, "not text");
      return FALSE;
    }
  data = bzg_secret_data (secret, &len);
  if (!bzg_argon2id (data, len, set->salt, sizeof set->salt, NULL, 0, NULL, 0, set->passes,
                     set->memory_kib, set->lanes, out, 64))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "key derivation");
      return FALSE;
    }
  return TRUE;
}
