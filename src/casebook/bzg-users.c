/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-session-core-private.h"

#include "base/bzg-digits.h"
#include "base/bzg-error.h"
#include "casebook/bzg-dictionary-private.h"
#include "vault/bzg-crypto.h"

/*
 * Users stand in two places: the key slot in the file's header opens it, the row in the record says
 * who that is. The slot is made first and removed last: between the two steps there may be a slot
 * without a row (nobody can sign in by it), never a row that promises a way in that is not there.
 */

static gboolean
may_manage (BzgSession *self, GError **error)
{
  if (bzg_session_allows (self, "users", BZG_ACT_WRITE))
    return TRUE;
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE, "users: administrator only");
  return FALSE;
}

static gboolean
put_user (BzgWriter *writer, gpointer data, GError **error)
{
  return _bzg_commit_put (writer, data, error);
}

/* Names at sign-in differ by more than case and form; so does the slot's own comparison. */
static gboolean
same_name (const char *a, const char *b)
{
  g_autofree char *a_normal = g_utf8_normalize (a, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *b_normal = g_utf8_normalize (b, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *a_fold = g_utf8_casefold (a_normal, -1);
  g_autofree char *b_fold = g_utf8_casefold (b_normal, -1);

  return g_str_equal (a_fold, b_fold);
}

static BzgRecord *
find_user (BzgSession *self, const char *name, GError **error)
{
  g_autoptr (GPtrArray) users = bzg_session_list (self, "user", NULL, NULL, error);

  for (guint i = 0; users != NULL && i < users->len; i++)
    {
      BzgRecord *user = g_ptr_array_index (users, i);

      if (bzg_record_get (user, "name") != NULL && same_name (bzg_record_get (user, "name"), name))
        return bzg_record_copy (user);
    }
  if (users != NULL)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_FOUND, "user: there is no such user");
  return NULL;
}

static gboolean
check_roles (const char *roles, GError **error)
{
  g_auto (GStrv) set = g_strsplit (roles != NULL ? roles : "", " ", -1);

  for (guint i = 0; set[i] != NULL; i++)
    if (bzg_dictionary_code ("role", set[i]) == NULL)
      {
        g_set_error_literal (error, BZG_ERROR, BZG_ERROR_MALFORMED,
                             "user.roles: expected roles of the list, separated by a space");
        return FALSE;
      }
  return TRUE;
}

gboolean
bzg_session_add_user (BzgSession *self,
                      const char *name,
                      const char *full_name,
                      const BzgSecret *passphrase,
                      const char *roles,
                      GError **error)
{
  char hex[BZG_HEX_SIZE (BZG_KEY_SIZE)];
  g_autoptr (BzgRecord) user = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *clean = NULL;
  g_autofree char *slot = NULL;
  guint8 box[BZG_KEY_SIZE] = { 0 };
  int number;

  if (!may_manage (self, error) || !check_roles (roles, error)
      || !bzg_field_parse (bzg_dictionary_field ("user.name"), name, &clean, error))
    return FALSE;
  if (clean == NULL)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_MALFORMED, "user.name: a value is needed");
      return FALSE;
    }
  user = find_user (self, clean, &local_error);
  if (user != NULL && g_strcmp0 (bzg_record_get (user, "active"), "yes") == 0)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_EXISTS, "user.name: is in use");
      return FALSE;
    }
  if (user == NULL && !g_error_matches (local_error, BZG_ERROR, BZG_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  /* Somebody who was here before, or whose slot a restore left behind, is the same user again. */
  if (user == NULL)
    user = bzg_record_new ("user", NULL);
  if (!bzg_secret_check_new (passphrase, error)
      || !bzg_vault_add_user (self->vault, clean, passphrase, bzg_record_id (user)->bytes, box,
                              error))
    return FALSE;
  number = bzg_vault_last_slot (self->vault);
  slot = g_strdup_printf ("%d", number);
  bzg_record_set (user, "name", clean);
  if (full_name != NULL)
    bzg_record_set (user, "full_name", full_name);
  bzg_record_set (user, "roles", roles);
  bzg_record_set (user, "active", "yes");
  bzg_record_set (user, "slot", slot);
  bzg_record_set (user, "box_key", bzg_hex_write (box, sizeof box, hex));
  if (_bzg_session_write (self, put_user, user, error))
    return TRUE;
  bzg_vault_remove_slot (self->vault, number, NULL);
  return FALSE;
}

gboolean
bzg_session_set_user_roles (BzgSession *self, const char *name, const char *roles, GError **error)
{
  g_autoptr (BzgRecord) user = NULL;

  if (!may_manage (self, error) || !check_roles (roles, error)
      || (user = find_user (self, name, error)) == NULL)
    return FALSE;
  bzg_record_set (user, "roles", roles);
  return _bzg_session_write (self, put_user, user, error);
}

gboolean
bzg_session_remove_user (BzgSession *self, const char *name, GError **error)
{
  g_autoptr (BzgRecord) user = NULL;
  const char *slot;
  int number;

  if (!may_manage (self, error) || (user = find_user (self, name, error)) == NULL)
    return FALSE;
  if (g_strcmp0 (bzg_record_get (user, "active"), "yes") != 0)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_FOUND, "user: is removed already");
      return FALSE;
    }
  slot = bzg_record_get (user, "slot");
  number = slot != NULL ? (int) g_ascii_strtoll (slot, NULL, 10) : -1;
  bzg_record_set (user, "active", "no");
  bzg_record_set (user, "slot", NULL);
  /* An old copy of the file still opens with the old passphrase, and has the key of this one. Noted
   * first: a note too many does no harm. */
  return _bzg_access_set_rekey_due (self, error) && _bzg_session_write (self, put_user, user, error)
         && (number < 0 || bzg_vault_remove_slot (self->vault, number, error));
}

/* The user of that name in a file that is open by its recovery code, and the slot of the passphrase
 * that is not known any more (-1: none, or by some mishap it is somebody else's too). The table of
 * the first schema is enough for this: what is older than this program is migrated at the next
 * sign-in, which has a passphrase. */
static gboolean
find_in_file (BzgVault *vault, const char *name, BzgId *id, int *slot, GError **error)
{
  sqlite3 *db = bzg_vault_connect (vault, TRUE, error);
  gboolean found = FALSE;

  if (db == NULL)
    return FALSE;
  {
    g_autoptr (sqlite3_stmt) stmt
      = _bzg_sql_prepare (db,
                          "SELECT name, id, slot FROM user WHERE active = 'yes'"
                          " AND voided_at IS NULL",
                          error);
    g_autoptr (GError) local_error = NULL;

    if (stmt != NULL)
      {
        guint32 of_others = 0;

        while (_bzg_sql_step (stmt, &local_error))
          {
            int number = _bzg_sql_is_null (stmt, 2) ? -1 : (int) _bzg_sql_int (stmt, 2);

            if (!found && same_name (_bzg_sql_text (stmt, 0), name) && _bzg_sql_id (stmt, 1, id))
              {
                found = TRUE;
                *slot = number;
              }
            else if (number >= 0 && number < 32)
              of_others |= 1u << number;
          }
        if (*slot < 0 || *slot > 31 || (of_others >> *slot & 1))
          *slot = -1;
        if (local_error != NULL)
          {
            g_propagate_error (error, g_steal_pointer (&local_error));
            found = FALSE;
          }
        else if (!found)
          g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_FOUND,
                               "user: there is no such user");
      }
  }
  sqlite3_close_v2 (db);
  return found;
}

static gboolean
recover_in (BzgVault *vault, const char *name, const BzgSecret *passphrase, GError **error)
{
  guint8 box[BZG_KEY_SIZE] = { 0 };
  g_autoptr (GError) local_error = NULL;
  BzgId id;
  int old = -1;

  if (!find_in_file (vault, name, &id, &old, error))
    return FALSE;
  if (old >= 0
      && bzg_vault_replace_user (vault, old, name, passphrase, id.bytes, box, &local_error))
    return TRUE;
  if (local_error != NULL && !g_error_matches (local_error, BZG_ERROR, BZG_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return bzg_vault_add_user (vault, name, passphrase, id.bytes, box, error);
}

gboolean
bzg_session_recover (const BzgOpenOptions *options,
                     const BzgSecret *code,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autofree char *clean = NULL;
  g_autoptr (BzgSecret) office = NULL;
  BzgVault *vault;
  gboolean by_office, ok;

  if (!bzg_vault_init (error) || !bzg_secret_check_new (options->passphrase, error)
      || !bzg_field_parse (bzg_dictionary_field ("user.name"), options->name, &clean, error))
    return FALSE;
  by_office = bzg_paper_state (BZG_PAPER_OFFICE, bzg_secret_text (code)) == BZG_PAPER_WHOLE;
  if (by_office && (office = bzg_paper_key (BZG_PAPER_OFFICE, bzg_secret_text (code))) == NULL)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NO_MEMORY, "secure memory");
      return FALSE;
    }
  vault = office != NULL
            ? bzg_vault_open_office (options->path, office, cancellable, error)
            : bzg_vault_open_recovery (options->path, bzg_secret_text (code), cancellable, error);
  if (vault == NULL)
    return FALSE;
  ok = recover_in (vault, clean != NULL ? clean : "", options->passphrase, error);
  _bzg_key_copy_keep (vault);
  return bzg_vault_close (vault, ok ? error : NULL) && ok;
}

gboolean
bzg_session_change_passphrase (BzgSession *self,
                               const BzgSecret *old_passphrase,
                               const BzgSecret *new_passphrase,
                               GError **error)
{
  return bzg_secret_check_new (new_passphrase, error)
         && bzg_vault_change_passphrase (self->vault, self->user_name, old_passphrase,
                                         new_passphrase, error);
}
