/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-access.h"

#include <string.h>

#include "base/bzg-digits.h"
#include "base/bzg-error.h"
#include "casebook/bzg-session-core-private.h"
#include "vault/bzg-crypto.h"

/*
 * The ways into the file, seen from the record. The vault knows slots and no people; the record
 * knows which slot is whose, and writes down under "recovery.<slot>" what a recovery code was
 * handed out as.
 *
 * That a new key is due is a setting with the database id for which it is: a new key makes a new
 * database id, so the note can neither survive the rekey nor be lost by one that failed.
 */

#define UNREAD " unread"
#define DUE "rekey-due"
#define OLD_DUE "yes" /* as it was written before there was a rekey */
#define OFFICE "office.key"
#define MAX_SLOTS 32

void
bzg_way_in_free (BzgWayIn *way)
{
  g_free (way->user);
  g_free (way->since);
  g_free (way);
}

static char *
note_key (int slot)
{
  return g_strdup_printf ("recovery.%d", slot);
}

/* "shares 2026-05-01" or "code 2026-05-01"; with " unread" behind until it was read back. */
static void
read_note (BzgSession *session, BzgWayIn *way)
{
  g_autofree char *key = note_key (way->slot);
  g_autofree char *note = bzg_session_setting (session, key);
  const char *since = note != NULL ? strchr (note, ' ') : NULL;

  way->shares = note != NULL && g_str_has_prefix (note, "shares");
  way->since = since != NULL ? g_strndup (since + 1, strcspn (since + 1, " ")) : NULL;
  way->unread = note != NULL && g_str_has_suffix (note, UNREAD);
}

static gboolean
write_note (BzgSession *session, int slot, gboolean shares, gboolean unread, GError **error)
{
  g_autofree char *key = note_key (slot);
  g_autofree char *note = NULL;
  char today[BZG_DATE_TEXT_SIZE];

  note
    = g_strdup_printf ("%s %s%s", shares ? "shares" : "code",
                       bzg_date_to_iso (bzg_session_today (session), today), unread ? UNREAD : "");
  return bzg_session_set_setting (session, key, note, error);
}

static char *
user_of_slot (const GPtrArray *users, int slot)
{
  for (guint i = 0; i < users->len; i++)
    {
      const BzgRecord *user = g_ptr_array_index (users, i);
      const char *text = bzg_record_get (user, "slot");

      if (text != NULL && g_strcmp0 (bzg_record_get (user, "active"), "yes") == 0
          && g_ascii_strtoll (text, NULL, 10) == slot)
        return g_strdup (bzg_record_get (user, "name"));
    }
  return NULL;
}

GPtrArray *
bzg_access_list (BzgSession *session)
{
  g_autoptr (GPtrArray) users = bzg_session_list (session, "user", NULL, NULL, NULL);
  g_autoptr (GArray) slots = bzg_vault_list_slots (bzg_session_vault (session));
  GPtrArray *ways = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_way_in_free);

  for (guint i = 0; i < slots->len; i++)
    {
      const BzgSlotInfo *slot = &g_array_index (slots, BzgSlotInfo, i);
      BzgWayIn *way = g_new0 (BzgWayIn, 1);

      way->slot = slot->number;
      way->kind = slot->kind;
      if (slot->kind == BZG_SLOT_PASSPHRASE && users != NULL)
        way->user = user_of_slot (users, slot->number);
      else if (slot->kind == BZG_SLOT_RECOVERY)
        read_note (session, way);
      g_ptr_array_add (ways, way);
    }
  return ways;
}

static gboolean
may_manage (BzgSession *session, GError **error)
{
  if (bzg_session_allows (session, "users", BZG_ACT_WRITE))
    return TRUE;
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE, "keys: administrator only");
  return FALSE;
}

/* ---- Paper */

char **
bzg_access_make_paper (BzgSession *session, gboolean shares, int *slot, GError **error)
{
  BzgVault *vault = bzg_session_vault (session);
  char **codes = NULL;
  int number;

  if (!may_manage (session, error))
    return NULL;
  if (shares)
    codes = bzg_vault_add_recovery_shares (vault, error);
  else
    {
      char *code = bzg_vault_add_recovery (vault, error);

      if (code != NULL)
        {
          codes = g_new0 (char *, 2);
          codes[0] = code;
        }
    }
  if (codes == NULL)
    return NULL;
  number = bzg_vault_last_slot (vault);
  if (!write_note (session, number, shares, TRUE, error))
    {
      bzg_vault_remove_slot (vault, number, NULL);
      g_clear_pointer (&codes, bzg_paper_free);
      return NULL;
    }
  if (slot != NULL)
    *slot = number;
  return codes;
}

void
bzg_access_withdraw_paper (BzgSession *session, int slot)
{
  g_autofree char *key = note_key (slot);

  if (bzg_session_vault (session) != NULL && may_manage (session, NULL)
      && bzg_vault_remove_slot (bzg_session_vault (session), slot, NULL))
    bzg_session_set_setting (session, key, NULL, NULL);
}

gboolean
bzg_access_confirm_paper (BzgSession *session, int slot, GError **error)
{
  g_autoptr (GPtrArray) ways = NULL;
  gboolean shares = FALSE;
  gboolean noted = FALSE;

  if (!may_manage (session, error))
    return FALSE;
  ways = bzg_access_list (session);
  for (guint i = 0; i < ways->len; i++)
    {
      const BzgWayIn *way = g_ptr_array_index (ways, i);

      if (way->slot == slot)
        shares = way->shares;
    }
  if (!write_note (session, slot, shares, FALSE, error))
    return FALSE;
  for (guint i = 0; i < ways->len; i++)
    {
      const BzgWayIn *way = g_ptr_array_index (ways, i);
      g_autofree char *key = note_key (way->slot);

      if (way->kind != BZG_SLOT_RECOVERY || way->slot == slot || way->shares != shares)
        continue;
      /* First: a note too many does no harm. */
      if (!noted && !_bzg_access_set_rekey_due (session, error))
        return FALSE;
      noted = TRUE;
      if (!bzg_vault_remove_slot (bzg_session_vault (session), way->slot, error)
          || !bzg_session_set_setting (session, key, NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* ---- The office */

gboolean
bzg_access_office_agrees (BzgSession *session, guint8 *told)
{
  g_autofree char *text = bzg_session_setting (session, OFFICE);
  guint8 known[BZG_KEY_SIZE] = { 0 }, there[BZG_KEY_SIZE];
  int slot;
  gboolean is_known = bzg_hex_read (text, known, sizeof known);

  if (told != NULL)
    memcpy (told, known, sizeof known);
  if (bzg_vault_office (bzg_session_vault (session), there, &slot))
    return is_known && memcmp (known, there, sizeof known) == 0;
  return slot < 0 && text == NULL;
}

/* One transaction for all that the record is to say, then the slot: if that cannot be written,
 * every sign-in tells that the two differ, and doing the same again writes it. That there is room
 * for it is asked before. The same key is written anew too, whatever was in its slot. */
gboolean
bzg_access_set_office (BzgSession *session,
                       const guint8 *key,
                       const BzgSetting *settings,
                       GError **error)
{
  BzgVault *vault = bzg_session_vault (session);
  g_autoptr (GArray) slots = bzg_vault_list_slots (vault);
  g_autoptr (GArray) all = g_array_new (TRUE, FALSE, sizeof (BzgSetting));
  char text[BZG_HEX_SIZE (BZG_KEY_SIZE)];
  BzgSetting own = { OFFICE, key != NULL ? bzg_hex_write (key, BZG_KEY_SIZE, text) : NULL };
  guint8 there[BZG_KEY_SIZE];
  int slot;
  gboolean same;

  if (!may_manage (session, error))
    return FALSE;
  same = bzg_vault_office (vault, there, &slot) && key != NULL
         && memcmp (there, key, sizeof there) == 0;
  if (key != NULL && slot < 0 && slots->len >= MAX_SLOTS)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_USAGE, "all %d slots are in use", MAX_SLOTS);
      return FALSE;
    }
  g_array_append_val (all, own);
  for (; settings->key != NULL; settings++)
    g_array_append_val (all, *settings);
  if ((slot >= 0 && !same && !_bzg_access_set_rekey_due (session, error))
      || !bzg_session_set_settings (session, (const BzgSetting *) (gpointer) all->data, error))
    return FALSE;
  return key != NULL ? bzg_vault_set_office (vault, key, error)
                     : slot < 0 || bzg_vault_remove_office (vault, error);
}

/* ---- A new key */

static char *
database_text (BzgSession *session)
{
  BzgId id;
  char text[BZG_ID_TEXT_SIZE];

  memcpy (id.bytes, bzg_vault_database_id (bzg_session_vault (session)), BZG_ID_SIZE);
  return g_strdup (bzg_id_to_text (&id, text));
}

gboolean
_bzg_access_set_rekey_due (BzgSession *session, GError **error)
{
  g_autofree char *database = database_text (session);

  return bzg_session_set_setting (session, DUE, database, error);
}

gboolean
bzg_access_rekey_is_due (BzgSession *session)
{
  g_autofree char *due = bzg_session_setting (session, DUE);
  g_autofree char *database = database_text (session);

  return g_strcmp0 (due, database) == 0 || g_strcmp0 (due, OLD_DUE) == 0;
}

typedef struct
{
  guint32 keep;
  BzgProgress progress;
  gpointer data;
  GCancellable *cancellable;
} Rekey;

static gboolean
rekey_vault (BzgVault *vault, gpointer data, GError **error)
{
  Rekey *rekey = data;

  return bzg_vault_rekey (vault, rekey->keep, rekey->progress, rekey->data, rekey->cancellable,
                          error);
}

gboolean
bzg_access_rekey (BzgSession *session,
                  BzgProgress progress,
                  gpointer data,
                  GCancellable *cancellable,
                  GError **error)
{
  Rekey rekey = { .progress = progress, .data = data, .cancellable = cancellable };
  g_autoptr (GPtrArray) ways = NULL;
  gboolean office = bzg_access_office_agrees (session, NULL);

  if (!may_manage (session, error)
      || (bzg_access_rekey_is_due (session) && !_bzg_access_set_rekey_due (session, error)))
    return FALSE;
  ways = bzg_access_list (session);
  for (guint i = 0; i < ways->len; i++)
    {
      const BzgWayIn *way = g_ptr_array_index (ways, i);

      if (way->kind == BZG_SLOT_PASSPHRASE ? way->user != NULL
                                           : way->kind != BZG_SLOT_OFFICE || office)
        rekey.keep |= 1u << way->slot;
    }
  return _bzg_session_close_after (session, rekey_vault, &rekey, error);
}

static void
rekey_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Rekey *rekey = data;
  GError *error = NULL;

  if (bzg_access_rekey (source, rekey->progress, rekey->data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
bzg_access_rekey_async (BzgSession *session,
                        BzgProgress progress,
                        gpointer data,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);
  Rekey *rekey = g_new0 (Rekey, 1);

  rekey->progress = progress;
  rekey->data = data;
  /* What happened counts, not what was asked for meanwhile. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_source_tag (task, bzg_access_rekey_async);
  g_task_set_task_data (task, rekey, g_free);
  g_task_run_in_thread (task, rekey_thread);
}

gboolean
bzg_access_rekey_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
