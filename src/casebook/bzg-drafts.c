/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-session-core-private.h"

#include "base/bzg-error.h"
#include "casebook/bzg-merge-private.h"
#include "casebook/bzg-sealed-private.h"

/*
 * Drafts belong to (user, form, subject). They are not part of the record: no history, no bundle,
 * nobody else sees them, and they change nothing that anybody counts. That of a sealed section is
 * sealed like what it will be. A draft about somebody who was merged stays where it is and is
 * offered with the keeper, after the keeper's own. Settings are small texts about the casebook; a
 * change of one is in the history.
 */

typedef struct
{
  char *form, *text;
  BzgId subject; /* zero: a new thing */
} Draft;

/* NULL: a sealed draft whose key this session has not. */
static Draft *
draft_new (
  BzgSession *session, const char *form, const BzgId *subject, const char *text, GError **error)
{
  char *kept = _bzg_draft_seal (session, form, text, error);
  Draft *draft = NULL;

  if (text != NULL && kept == NULL)
    return NULL;
  draft = g_new0 (Draft, 1);
  draft->form = g_strdup (form);
  draft->text = kept;
  if (subject != NULL)
    draft->subject = *subject;
  return draft;
}

static void
draft_free (gpointer data)
{
  Draft *draft = data;

  g_free (draft->form);
  g_free (draft->text);
  g_free (draft);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Draft, draft_free)

static gboolean
keep (BzgWriter *writer, gpointer data, GError **error)
{
  const Draft *draft = data;
  BzgId subject = draft->subject;
  sqlite3_stmt *stmt;

  _bzg_merge_draft_subject (writer->statements, writer->db, _bzg_writer_user (writer), draft->form,
                            &subject);
  stmt = _bzg_writer_statement (
    writer,
    draft->text != NULL
      ? "INSERT INTO draft (user, form, subject, kept_at, content) VALUES (?1, ?2, ?3, ?4, ?5)"
        " ON CONFLICT (user, form, subject) DO UPDATE SET kept_at = ?4, content = ?5"
      : "DELETE FROM draft WHERE user = ?1 AND form = ?2 AND subject = ?3",
    error);
  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_id (stmt, 1, _bzg_writer_user (writer));
  _bzg_sql_bind_text (stmt, 2, draft->form);
  _bzg_sql_bind_id (stmt, 3, &subject);
  if (draft->text != NULL)
    {
      _bzg_sql_bind_int (stmt, 4, writer->now);
      _bzg_sql_bind_text (stmt, 5, draft->text);
    }
  return _bzg_sql_run (stmt, error);
}

gboolean
bzg_session_keep_draft (
  BzgSession *self, const char *form, const BzgId *subject, const char *text, GError **error)
{
  g_autoptr (Draft) draft = draft_new (self, form, subject, text, error);

  return draft != NULL && _bzg_session_write (self, keep, draft, error);
}

void
bzg_session_keep_draft_async (BzgSession *self,
                              const char *form,
                              const BzgId *subject,
                              const char *text,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  GError *error = NULL;
  Draft *draft = draft_new (self, form, subject, text, &error);

  g_task_set_source_tag (task, bzg_session_keep_draft_async);
  if (draft == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  g_task_set_task_data (task, draft, draft_free);
  _bzg_session_write_async (self, keep, task);
}

gboolean
bzg_session_keep_draft_finish (BzgSession *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

char *
bzg_session_draft (BzgSession *self, const char *form, const BzgId *subject, gint64 *kept_at)
{
  BzgId of = subject != NULL ? *subject : (BzgId){ 0 };
  sqlite3_stmt *stmt = _bzg_statement (self->statements, self->reader,
                                       "SELECT content, kept_at FROM draft WHERE user = ? AND form "
                                       "= ? AND subject = ?",
                                       NULL);
  char *text = NULL;

  if (stmt == NULL)
    return NULL;
  _bzg_merge_draft_subject (self->statements, self->reader, &self->user, form, &of);
  _bzg_sql_bind_id (stmt, 1, &self->user);
  _bzg_sql_bind_text (stmt, 2, form);
  _bzg_sql_bind_id (stmt, 3, &of);
  if (_bzg_sql_step (stmt, NULL))
    {
      text = _bzg_draft_open (self, form, _bzg_sql_text (stmt, 0));
      if (kept_at != NULL)
        *kept_at = _bzg_sql_int (stmt, 1);
    }
  sqlite3_reset (stmt);
  return text;
}

GPtrArray *
bzg_session_drafts (BzgSession *self)
{
  GPtrArray *drafts = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_draft_info_free);
  sqlite3_stmt *stmt = _bzg_statement (self->statements, self->reader,
                                       "SELECT form, subject, kept_at FROM draft WHERE user = ? "
                                       "ORDER BY kept_at DESC",
                                       NULL);

  if (stmt == NULL)
    return drafts;
  _bzg_sql_bind_id (stmt, 1, &self->user);
  while (_bzg_sql_step (stmt, NULL))
    {
      BzgDraftInfo *info = g_new0 (BzgDraftInfo, 1);

      info->form = g_strdup (_bzg_sql_text (stmt, 0));
      info->has_subject = _bzg_sql_id (stmt, 1, &info->subject) && !bzg_id_is_zero (&info->subject);
      if (info->has_subject)
        _bzg_merge_follow (self->statements, self->reader, &info->subject);
      info->kept_at = _bzg_sql_int (stmt, 2);
      g_ptr_array_add (drafts, info);
    }
  sqlite3_reset (stmt);
  return drafts;
}

void
bzg_draft_info_free (BzgDraftInfo *info)
{
  if (info == NULL)
    return;
  g_free (info->form);
  g_free (info);
}

char *
bzg_session_setting (BzgSession *self, const char *key)
{
  sqlite3_stmt *stmt = _bzg_statement (self->statements, self->reader,
                                       "SELECT value FROM setting WHERE key = ?", NULL);
  char *value = NULL;

  if (stmt == NULL)
    return NULL;
  _bzg_sql_bind_text (stmt, 1, key);
  if (_bzg_sql_step (stmt, NULL))
    value = g_strdup (_bzg_sql_text (stmt, 0));
  sqlite3_reset (stmt);
  return value;
}

static gboolean
set_setting (BzgWriter *writer, const BzgSetting *setting, GError **error)
{
  g_autoptr (BzgHistoryBody) body = _bzg_history_body_new ();
  g_autofree char *before = NULL;
  g_autofree char *field = g_strconcat ("setting.", setting->key, NULL);
  g_autoptr (GError) local_error = NULL;
  sqlite3_stmt *stmt
    = _bzg_writer_statement (writer, "SELECT value FROM setting WHERE key = ?", error);

  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_text (stmt, 1, setting->key);
  if (_bzg_sql_step (stmt, &local_error))
    before = g_strdup (_bzg_sql_text (stmt, 0));
  sqlite3_reset (stmt);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (g_strcmp0 (before, setting->value) == 0)
    return TRUE;

  stmt = _bzg_writer_statement (writer,
                                setting->value != NULL
                                  ? "INSERT INTO setting (key, value) VALUES (?1, ?2)"
                                    " ON CONFLICT (key) DO UPDATE SET value = ?2"
                                  : "DELETE FROM setting WHERE key = ?1",
                                error);
  if (stmt == NULL)
    return FALSE;
  _bzg_sql_bind_text (stmt, 1, setting->key);
  if (setting->value != NULL)
    _bzg_sql_bind_text (stmt, 2, setting->value);
  if (!_bzg_sql_run (stmt, error))
    return FALSE;
  _bzg_history_body_add (body, field, before, setting->value);
  return _bzg_history_append (writer, "set", "setting", NULL, body, error);
}

static gboolean
set_settings (BzgWriter *writer, gpointer data, GError **error)
{
  for (const BzgSetting *setting = data; setting->key != NULL; setting++)
    if (!set_setting (writer, setting, error))
      return FALSE;
  return TRUE;
}

static gboolean
may_set (BzgSession *self, const char *key, GError **error)
{
  /* To whom backups are readable is decided by who answers for the programme; who the office is, by
   * who gives the keys. */
  gboolean keys = bzg_session_allows (self, "users", BZG_ACT_WRITE);

  if ((!g_str_has_prefix (key, "office.") || keys)
      && (!g_str_equal (key, "backup.recipients") || keys
          || bzg_session_allows (self, "programme", BZG_ACT_WRITE)))
    return TRUE;
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE, key);
  return FALSE;
}

gboolean
bzg_session_set_settings (BzgSession *self, const BzgSetting *settings, GError **error)
{
  for (const BzgSetting *setting = settings; setting->key != NULL; setting++)
    if (!may_set (self, setting->key, error))
      return FALSE;
  return _bzg_session_write (self, set_settings, (gpointer) settings, error);
}

gboolean
bzg_session_set_setting (BzgSession *self, const char *key, const char *value, GError **error)
{
  const BzgSetting settings[] = { { key, value }, { NULL, NULL } };

  return bzg_session_set_settings (self, settings, error);
}
