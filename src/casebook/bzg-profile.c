/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-profile.h"

#include "casebook/bzg-consent-private.h"
#include "casebook/bzg-dictionary-private.h"
#include "casebook/bzg-session-private.h"

/* Three walks over whole tables: a query for each person costs many times as much in a sealed file.
 */

typedef struct
{
  BzgDate today;
  GArray *profiles;    /* BzgProfile, by person */
  GHashTable *places;  /* person -> place in profiles + 1 */
  gboolean *open_case; /* of each profile */
} Reader;

static BzgProfile *
find (Reader *self, sqlite3_stmt *stmt)
{
  BzgId id;
  guint place;

  if (!_bzg_sql_id (stmt, 0, &id))
    return NULL;
  place = GPOINTER_TO_UINT (g_hash_table_lookup (self->places, &id));
  return place > 0 ? &g_array_index (self->profiles, BzgProfile, place - 1) : NULL;
}

static void
read_person (Reader *self, sqlite3_stmt *stmt)
{
  const char *occupation = _bzg_sql_text (stmt, 1);
  BzgProfile profile = { 0 };

  if (!_bzg_sql_id (stmt, 0, &profile.person))
    return;
  if (occupation != NULL)
    profile.occupation = g_intern_string (_bzg_code_resolve ("occupation_family", occupation));
  profile.health_problem = g_intern_string (_bzg_sql_text (stmt, 2));
  g_array_append_val (self->profiles, profile);
}

/* The first day on which one of the person's cases was registered; and how the newest ended, if
 * none is open. */
static void
read_case (Reader *self, sqlite3_stmt *stmt)
{
  BzgProfile *profile = find (self, stmt);
  BzgDate registered = BZG_DATE_MISSING;
  gboolean closed = _bzg_sql_int (stmt, 3) != 0;
  gsize place;

  if (profile == NULL)
    return;
  place = (gsize) (profile - (BzgProfile *) (gpointer) self->profiles->data);
  if (bzg_date_from_iso (_bzg_sql_text (stmt, 1), &registered)
      && (bzg_date_is_missing (profile->registered)
          || bzg_date_compare (registered, profile->registered) < 0))
    profile->registered = registered;
  self->open_case[place] |= !closed;
  profile->closure_reason
    = self->open_case[place] ? NULL : g_intern_string (_bzg_sql_text (stmt, 2));
}

/* The latest dated answer holds (bzg-consent.h): in this order the last one that comes. */
static void
read_consent (Reader *self, sqlite3_stmt *stmt)
{
  BzgProfile *profile = find (self, stmt);
  BzgDate expires;

  if (profile != NULL)
    profile->research = g_strcmp0 (_bzg_sql_text (stmt, 1), "given") == 0
                        && (!bzg_date_from_iso (_bzg_sql_text (stmt, 2), &expires)
                            || bzg_date_compare (bzg_date_last_day (expires), self->today) >= 0);
}

static gboolean
walk (Reader *self,
      sqlite3 *db,
      const char *sql,
      void (*read) (Reader *self, sqlite3_stmt *stmt),
      GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (db, sql, error);
  g_autoptr (GError) local_error = NULL;

  if (stmt == NULL)
    return FALSE;
  while (_bzg_sql_step (stmt, &local_error))
    read (self, stmt);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static void
number_people (Reader *self)
{
  self->open_case = g_new0 (gboolean, self->profiles->len + 1);
  for (guint i = 0; i < self->profiles->len; i++)
    g_hash_table_insert (self->places, &g_array_index (self->profiles, BzgProfile, i).person,
                         GUINT_TO_POINTER (i + 1));
}

GArray *
bzg_profiles_read (BzgSession *session, GError **error)
{
  sqlite3 *db = bzg_session_reader (session);
  g_autoptr (GArray) profiles = g_array_new (FALSE, FALSE, sizeof (BzgProfile));
  g_autoptr (GHashTable) places = g_hash_table_new (bzg_id_hash, bzg_id_equal);
  Reader self = { .today = bzg_session_today (session), .profiles = profiles, .places = places };
  gboolean ok;

  ok = _bzg_sql_exec (db, "BEGIN", error);
  if (!ok)
    return NULL;
  ok = walk (&self, db,
             "SELECT id, occupation, health_problem FROM person WHERE voided_at IS NULL"
             " AND EXISTS (SELECT 1 FROM case_file c WHERE c.person = person.id"
             " AND c.voided_at IS NULL) ORDER BY id",
             read_person, error);
  if (ok)
    {
      number_people (&self);
      ok = walk (&self, db,
                 "SELECT person, registered, closure_reason,"
                 " coalesce (status = 'closed' OR closed_on IS NOT NULL, 0)"
                 " FROM case_file WHERE voided_at IS NULL ORDER BY id",
                 read_case, error)
           && walk (&self, db,
                    "SELECT person, status, expires_on FROM consent WHERE voided_at IS NULL"
                    " AND purpose = 'research' ORDER BY " BZG_CONSENT_DAY ", id",
                    read_consent, error);
    }
  g_free (self.open_case);
  if (!_bzg_sql_exec (db, "COMMIT", ok ? error : NULL))
    ok = FALSE;
  return ok ? g_steal_pointer (&profiles) : NULL;
}
