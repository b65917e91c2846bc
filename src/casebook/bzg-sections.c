/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-sections.h"

#include <string.h>

#include "base/bzg-error.h"
#include "casebook/bzg-section-keys-private.h"
#include "casebook/bzg-session-core-private.h"

/*
 * Who holds which section, and what a person may do about it. What is proved and sealed stands in
 * bzg-section-keys.c.
 *
 * Every change works on a copy of the session's keys, which takes their place only when the
 * transaction is durable: a key that was never written seals nothing.
 */

#define LEAST_PEOPLE 2
#define SEEN "seen-openings." /* and the user's id: the last one acknowledged */

void
bzg_section_holder_free (BzgSectionHolder *self)
{
  g_free (self->name);
  g_free (self);
}

void
bzg_section_info_free (BzgSectionInfo *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->holders);
  g_free (self);
}

void
bzg_section_opening_free (BzgSectionOpening *self)
{
  g_free (self->by);
  g_free (self->reason);
  g_free (self);
}

const char *const *
bzg_sections (void)
{
  static const char **sections = NULL;

  if (g_once_init_enter (&sections))
    {
      const BzgAggregate *const *aggregates = bzg_dictionary_aggregates ();
      GPtrArray *all = g_ptr_array_new ();

      for (guint i = 0; aggregates[i] != NULL; i++)
        if (aggregates[i]->sheet != NULL
            && !g_ptr_array_find (all, bzg_sealed_section (aggregates[i]), NULL))
          g_ptr_array_add (all, (gpointer) bzg_sealed_section (aggregates[i]));
      g_ptr_array_add (all, NULL);
      g_once_init_leave (&sections, (const char **) g_ptr_array_free (all, FALSE));
    }
  return sections;
}

const char *
bzg_section_label (const char *section, BzgLanguage lang)
{
  const BzgAggregate *const *aggregates = bzg_dictionary_aggregates ();

  for (guint i = 0; aggregates[i] != NULL; i++)
    if (aggregates[i]->sheet != NULL && g_str_equal (bzg_sealed_section (aggregates[i]), section))
      return bzg_aggregate_label (aggregates[i], lang);
  return section;
}

/* ---- Reading */

static gboolean
contains (const GArray *recipients, const BzgId *id)
{
  for (guint i = 0; i < recipients->len; i++)
    if (bzg_id_equal (&g_array_index (recipients, BzgSectionRecipient, i).id, id))
      return TRUE;
  return FALSE;
}

static GArray *
recipients_of (BzgSession *session, const char *section)
{
  guint n_people;

  return _bzg_section_recipients (bzg_session_reader (session), session->section_keys,
                                  bzg_vault_casebook_id (session->vault), section, NULL, &n_people,
                                  NULL);
}

BzgSectionInfo *
bzg_section_info (BzgSession *session, const char *section)
{
  sqlite3 *db = bzg_session_reader (session);
  BzgSectionInfo *info = g_new0 (BzgSectionInfo, 1);
  g_autoptr (GArray) in_force = NULL;
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (db,
                        "SELECT g.recipient, u.name, g.granted_at FROM section_grant AS g"
                        " LEFT JOIN user AS u ON u.id = g.recipient"
                        " WHERE g.section = ? AND g.epoch = ?"
                        " ORDER BY g.kind DESC, u.name, g.recipient",
                        NULL);

  info->section = section;
  info->holders = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_section_holder_free);
  info->epoch = _bzg_section_current (session->section_keys, db,
                                      bzg_vault_casebook_id (session->vault), section);
  info->mine = _bzg_section_is_mine (session, section, NULL);
  in_force = recipients_of (session, section);
  if (stmt == NULL || in_force == NULL)
    return info;
  _bzg_sql_bind_text (stmt, 1, section);
  _bzg_sql_bind_int (stmt, 2, info->epoch);
  while (_bzg_sql_step (stmt, NULL))
    {
      BzgSectionHolder *holder = g_new0 (BzgSectionHolder, 1);

      _bzg_sql_id (stmt, 0, &holder->id);
      holder->name = g_strdup (_bzg_sql_text (stmt, 1));
      holder->since = _bzg_sql_int (stmt, 2);
      holder->in_force = contains (in_force, &holder->id);
      g_ptr_array_add (info->holders, holder);
    }
  return info;
}

gboolean
bzg_sections_are_set_up (BzgSession *session)
{
  return _bzg_sql_scalar (bzg_session_reader (session), "SELECT count(*) FROM section_key", NULL)
         > 0;
}

GPtrArray *
bzg_section_candidates (BzgSession *session, const char *section)
{
  sqlite3 *db = bzg_session_reader (session);
  g_autoptr (GPtrArray) users = bzg_session_list (session, "user", NULL, NULL, NULL);
  GPtrArray *candidates = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_record_free);
  g_autoptr (GArray) in_force = recipients_of (session, section);

  for (guint i = 0; users != NULL && i < users->len; i++)
    {
      const BzgRecord *user = g_ptr_array_index (users, i);
      BzgSectionRecipient to;

      if (_bzg_section_user (db, section, bzg_record_id (user), &to, NULL)
          && (in_force == NULL || !contains (in_force, bzg_record_id (user))))
        g_ptr_array_add (candidates, bzg_record_copy (user));
    }
  return candidates;
}

char *
bzg_section_key_letters (BzgSession *session, const BzgId *user)
{
  g_autoptr (BzgRecord) record = bzg_session_get (session, "user", user, NULL);
  const char *key = record != NULL ? bzg_record_get (record, "box_key") : NULL;

  return key != NULL ? bzg_key_letters (key, strlen (key)) : NULL;
}

/* ---- Changing */

/* One change of keys, on the writer's thread. */
typedef struct
{
  BzgSession *session;
  GHashTable *keys; /* the copy */
  const char *section;
  BzgId user;
  const GArray *users;
  BzgSectionRecipient paper;
  const char *text;
} Change;

static GHashTable *
copy_keys (GHashTable *keys)
{
  GHashTable *copy = _bzg_section_keys_new ();
  GHashTableIter iter;
  gpointer name, key;

  if (keys == NULL)
    return copy;
  g_hash_table_iter_init (&iter, keys);
  while (g_hash_table_iter_next (&iter, &name, &key))
    g_hash_table_insert (copy, g_strdup (name), bzg_secret_ref (key));
  return copy;
}

static gboolean
run (BzgSession *session, Change *change, BzgWriteFunc func, GError **error)
{
  gboolean ok;

  change->session = session;
  change->keys = copy_keys (session->section_keys);
  ok = _bzg_session_write (session, func, change, error);
  if (ok)
    {
      g_clear_pointer (&session->section_keys, g_hash_table_unref);
      session->section_keys = change->keys;
    }
  else
    g_hash_table_unref (change->keys);
  return ok;
}

static gboolean
may_give (BzgSession *session, const char *section, GError **error)
{
  if (bzg_session_allows (session, section, BZG_ACT_APPROVE))
    return TRUE;
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE, "sections: protection officers");
  return FALSE;
}

static gboolean
enough_people (guint n, GError **error)
{
  if (n >= LEAST_PEOPLE)
    return TRUE;
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_LAST_KEY,
                       "sections: two people hold it");
  return FALSE;
}

/* The secret that @code stands for, and the paper as a recipient. NULL: no such code. */
static BzgSecret *
read_paper (const char *code, BzgSectionRecipient *paper, GError **error)
{
  BzgSecret *secret = bzg_paper_key (BZG_PAPER_SECTIONS, code);

  if (secret == NULL)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_PASSPHRASE, "no code of sealed sections");
      return NULL;
    }
  memset (paper, 0, sizeof *paper);
  paper->paper = TRUE;
  bzg_x25519_public (bzg_secret_data (secret, NULL), paper->public_key);
  memcpy (paper->id.bytes, paper->public_key, BZG_ID_SIZE);
  return secret;
}

static gboolean
set_up (BzgWriter *writer, gpointer data, GError **error)
{
  Change *change = data;
  const char *const *sections = bzg_sections ();
  gboolean any = FALSE;

  for (guint i = 0; sections[i] != NULL; i++)
    {
      g_autoptr (GArray) recipients = g_array_new (FALSE, FALSE, sizeof (BzgSectionRecipient));
      BzgSectionRecipient to;

      if (_bzg_section_epoch (_bzg_writer_db (writer), sections[i]) > 0)
        continue; /* a section that a later program brought begins beside the others */
      any = TRUE;
      if (!_bzg_section_user (_bzg_writer_db (writer), sections[i], _bzg_writer_user (writer), &to,
                              error))
        return FALSE;
      g_array_append_val (recipients, to);
      for (guint k = 0; k < change->users->len; k++)
        {
          const BzgId *user = &g_array_index (change->users, BzgId, k);

          if (!contains (recipients, user)
              && _bzg_section_user (_bzg_writer_db (writer), sections[i], user, &to, NULL))
            g_array_append_val (recipients, to);
        }
      if (!enough_people (recipients->len, error))
        return FALSE;
      g_array_append_val (recipients, change->paper);
      if (!_bzg_section_turn (writer, change->keys, sections[i], recipients, error))
        return FALSE;
    }
  if (!any)
    g_set_error_literal (error, BZG_ERROR, BZG_ERROR_EXISTS, "sections: are set up");
  return any;
}

gboolean
bzg_sections_set_up (BzgSession *session, const GArray *users, const char *code, GError **error)
{
  const char *const *sections = bzg_sections ();
  g_autoptr (BzgSecret) secret = NULL;
  Change change = { .users = users };

  for (guint i = 0; sections[i] != NULL; i++)
    if (!may_give (session, sections[i], error))
      return FALSE;
  secret = read_paper (code, &change.paper, error);
  return secret != NULL && run (session, &change, set_up, error);
}

static gboolean
grant (BzgWriter *writer, gpointer data, GError **error)
{
  Change *change = data;
  BzgSectionRecipient to;

  return _bzg_section_user (_bzg_writer_db (writer), change->section, &change->user, &to, error)
         && _bzg_section_give (writer, change->keys, change->section, &to, error);
}

gboolean
bzg_section_grant (BzgSession *session, const char *section, const BzgId *user, GError **error)
{
  Change change = { .section = section, .user = *user };

  return may_give (session, section, error) && _bzg_section_is_mine (session, section, error)
         && run (session, &change, grant, error);
}

/* The next key of a section, for everybody who may have it but @except. */
static gboolean
turn_for_others (
  BzgWriter *writer, GHashTable *keys, const char *section, const BzgId *except, GError **error)
{
  guint n_people = 0;
  g_autoptr (GArray) others
    = _bzg_section_recipients (_bzg_writer_db (writer), keys,
                               bzg_vault_casebook_id (writer->session->vault), section, except,
                               &n_people, error);

  return others != NULL && (except == NULL || enough_people (n_people, error))
         && _bzg_section_turn (writer, keys, section, others, error);
}

static gboolean
withdraw (BzgWriter *writer, gpointer data, GError **error)
{
  Change *change = data;

  return turn_for_others (writer, change->keys, change->section, &change->user, error);
}

gboolean
bzg_section_withdraw (BzgSession *session, const char *section, const BzgId *user, GError **error)
{
  Change change = { .section = section, .user = *user };

  if (!may_give (session, section, error) || !_bzg_section_is_mine (session, section, error)
      || !run (session, &change, withdraw, error))
    return FALSE;
  /* Whoever gives it up for themselves must not go on with what they have in memory. */
  if (bzg_id_equal (user, &session->user))
    _bzg_section_keys_drop (session->section_keys, section);
  return TRUE;
}

static gboolean
replace_paper (BzgWriter *writer, gpointer data, GError **error)
{
  Change *change = data;
  const char *const *sections = bzg_sections ();
  sqlite3 *db = _bzg_writer_db (writer);

  for (guint i = 0; sections[i] != NULL; i++)
    {
      guint n_people = 0;
      g_autoptr (GArray) recipients = NULL;

      if (_bzg_section_keys_newest (change->keys, sections[i]) == 0)
        continue;
      recipients
        = _bzg_section_recipients (db, change->keys, bzg_vault_casebook_id (writer->session->vault),
                                   sections[i], NULL, &n_people, error);
      if (recipients == NULL)
        return FALSE;
      for (guint k = recipients->len; k > 0; k--)
        if (g_array_index (recipients, BzgSectionRecipient, k - 1).paper)
          g_array_remove_index (recipients, k - 1);
      g_array_append_val (recipients, change->paper);
      /* The older keys too: what the history holds is proved from the first key on. */
      if (!_bzg_section_turn (writer, change->keys, sections[i], recipients, error)
          || !_bzg_section_give (writer, change->keys, sections[i], &change->paper, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
bzg_sections_replace_paper (BzgSession *session, const char *code, GError **error)
{
  const char *const *sections = bzg_sections ();
  g_autoptr (BzgSecret) secret = NULL;
  Change change = { 0 };

  /* All of them: a paper that still opens one section is not replaced. */
  for (guint i = 0; sections[i] != NULL; i++)
    if (_bzg_section_epoch (bzg_session_reader (session), sections[i]) > 0
        && (!may_give (session, sections[i], error)
            || !_bzg_section_is_mine (session, sections[i], error)))
      return FALSE;
  secret = read_paper (code, &change.paper, error);
  return secret != NULL && run (session, &change, replace_paper, error);
}

/* ---- Opening by paper */

static gboolean
enter_opening (BzgWriter *writer, gpointer data, GError **error)
{
  const Change *change = data;
  g_autoptr (BzgHistoryBody) body = _bzg_history_body_new ();
  BzgId id;
  sqlite3_stmt *stmt = _bzg_writer_statement (writer,
                                              "INSERT INTO section_opening (id, opened_at, "
                                              "opened_by, reason) VALUES (?, ?, ?, ?)",
                                              error);

  if (stmt == NULL)
    return FALSE;
  bzg_id_new (&id);
  _bzg_sql_bind_id (stmt, 1, &id);
  _bzg_sql_bind_int (stmt, 2, _bzg_writer_now (writer));
  _bzg_sql_bind_id (stmt, 3, _bzg_writer_user (writer));
  _bzg_sql_bind_text (stmt, 4, change->text);
  if (!_bzg_sql_run (stmt, error))
    return FALSE;
  _bzg_history_body_add (body, "section_opening.reason", NULL, change->text);
  _bzg_writer_changed (writer, "section", NULL);
  return _bzg_history_append (writer, "open", "section_opening", &id, body, error);
}

/* What the role may not read is not opened. */
static guint
drop_unreadable (BzgSession *session, GHashTable *keys)
{
  GHashTableIter iter;
  gpointer name;
  guint n = 0;

  g_hash_table_iter_init (&iter, keys);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      const char *end = strchr (name, '/');
      g_autofree char *section = g_strndup (name, (gsize) (end - (const char *) name));

      if (bzg_session_allows (session, section, BZG_ACT_READ))
        n++;
      else
        g_hash_table_iter_remove (&iter);
    }
  return n;
}

gboolean
bzg_sections_open_by_paper (BzgSession *session,
                            const char *code,
                            const char *reason,
                            GError **error)
{
  g_autoptr (GHashTable) keys = copy_keys (session->section_keys);
  g_autofree char *why = NULL;
  Change change = { 0 };
  g_autoptr (BzgSecret) secret = NULL;
  guint n;

  why = g_strstrip (g_strdup (reason != NULL ? reason : ""));
  if (*why == '\0')
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_MALFORMED,
                           "section_opening.reason: a value is needed");
      return FALSE;
    }
  secret = read_paper (code, &change.paper, error);
  if (secret == NULL)
    return FALSE;
  n = _bzg_section_open_grants (keys, bzg_session_reader (session),
                                bzg_vault_casebook_id (session->vault), &change.paper.id,
                                bzg_secret_data (secret, NULL));
  if (n == 0)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_PASSPHRASE, "the code opens nothing here");
      return FALSE;
    }
  if (drop_unreadable (session, keys) == 0)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE, "sections: not for this role");
      return FALSE;
    }
  /* First it is written down, then it is open. */
  change.text = why;
  if (!_bzg_session_write (session, enter_opening, &change, error))
    return FALSE;
  g_clear_pointer (&session->section_keys, g_hash_table_unref);
  session->section_keys = g_steal_pointer (&keys);
  return TRUE;
}

static char *
seen_key (BzgSession *session)
{
  char id[BZG_ID_TEXT_SIZE];

  return g_strconcat (SEEN, bzg_id_to_text (&session->user, id), NULL);
}

GPtrArray *
bzg_section_openings (BzgSession *session, gboolean unseen)
{
  GPtrArray *openings = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_section_opening_free);
  g_autofree char *key = seen_key (session);
  g_autofree char *seen = unseen ? bzg_session_setting (session, key) : NULL;
  g_autoptr (sqlite3_stmt) stmt = NULL;
  BzgId last = { 0 }; /* ids follow the time */

  if (session->section_keys == NULL || g_hash_table_size (session->section_keys) == 0)
    return openings;
  stmt = _bzg_sql_prepare (bzg_session_reader (session),
                           "SELECT o.opened_at, u.name, o.reason, o.id FROM section_opening AS o"
                           " LEFT JOIN user AS u ON u.id = o.opened_by"
                           " WHERE o.id > ? ORDER BY o.id DESC",
                           NULL);
  if (stmt == NULL)
    return openings;
  if (seen != NULL)
    bzg_id_from_text (seen, &last);
  _bzg_sql_bind_id (stmt, 1, &last);
  while (_bzg_sql_step (stmt, NULL))
    {
      BzgSectionOpening *opening = g_new0 (BzgSectionOpening, 1);

      opening->at = _bzg_sql_int (stmt, 0);
      opening->by = g_strdup (_bzg_sql_text (stmt, 1));
      opening->reason = g_strdup (_bzg_sql_text (stmt, 2));
      _bzg_sql_id (stmt, 3, &opening->id);
      g_ptr_array_add (openings, opening);
    }
  return openings;
}

gboolean
bzg_section_openings_seen (BzgSession *session, GError **error)
{
  g_autoptr (GPtrArray) openings = bzg_section_openings (session, TRUE);
  g_autofree char *key = seen_key (session);
  char last[BZG_ID_TEXT_SIZE];

  if (openings->len == 0)
    return TRUE;
  bzg_id_to_text (&((BzgSectionOpening *) g_ptr_array_index (openings, 0))->id, last);
  return bzg_session_set_setting (session, key, last, error);
}

/* ---- At sign-in */

static gboolean
turn_outdated (BzgWriter *writer, gpointer data, GError **error)
{
  Change *change = data;

  return turn_for_others (writer, change->keys, change->section, NULL, error);
}

/* Somebody who was removed, or has another role now, still has a box. */
static gboolean
is_outdated (BzgSession *session, const BzgSectionInfo *info)
{
  for (guint i = 0; i < info->holders->len; i++)
    {
      const BzgSectionHolder *holder = g_ptr_array_index (info->holders, i);
      g_autoptr (GError) error = NULL;
      BzgSectionRecipient now;

      /* A recovery gave other keys to somebody who may still read it: that needs a new grant, not
       * a new key. */
      if (!holder->in_force && holder->name != NULL
          && !_bzg_section_user (bzg_session_reader (session), info->section, &holder->id, &now,
                                 &error))
        return TRUE;
    }
  return FALSE;
}

void
_bzg_sections_begin (BzgSession *session)
{
  const char *const *sections = bzg_sections ();
  const BzgSecret *seed = bzg_vault_user_seed (session->vault);
  g_autoptr (BzgSecret) secret = seed != NULL ? bzg_vault_seed_secret (seed, "box") : NULL;

  session->section_keys = _bzg_section_keys_new ();
  if (secret == NULL)
    return;
  _bzg_section_open_grants (session->section_keys, bzg_session_reader (session),
                            bzg_vault_casebook_id (session->vault), &session->user,
                            bzg_secret_data (secret, NULL));
  drop_unreadable (session, session->section_keys);
  for (guint i = 0; sections[i] != NULL; i++)
    {
      g_autoptr (BzgSectionInfo) info = bzg_section_info (session, sections[i]);
      Change change = { .section = sections[i] };
      g_autoptr (GError) local = NULL;

      /* One that fails is tried again the next time; nobody is kept out of the casebook by it. */
      if (info->mine && is_outdated (session, info)
          && !run (session, &change, turn_outdated, &local))
        g_warning ("sections: no new key (%d)", local != NULL ? local->code : 0);
    }
}
