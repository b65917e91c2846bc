/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-people-places-private.h"

#include "casebook/bzg-session-core-private.h"

/*
 * Where each person stands in the list by name of all whom the user may see, by the small key of
 * person_row. Made when it is first needed and again after every transaction that changed
 * something, so it is never older than what has been committed. It answers two questions for
 * thousands of people without reading one of them: whether somebody is in the scope, and in which
 * order they come.
 *
 * What is opened is asked about anew, by the rule itself (_bzg_session_in_scope()).
 */

const GArray *
_bzg_people_places (BzgSession *session, GError **error)
{
  g_autofree char *scope = _bzg_session_scope_set_sql (session, "r.id");
  g_autofree char *sql
    = g_strdup_printf ("SELECT r.n FROM person_row r WHERE %s ORDER BY r.name_key, r.n", scope);
  g_autoptr (GArray) places = g_array_new (FALSE, TRUE, sizeof (guint32));
  g_autoptr (GArray) everyone = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (sqlite3_stmt) stmt = NULL;
  gint changes = g_atomic_int_get (&session->changes); /* before anything is read */

  if (session->places != NULL && session->places_changes == changes)
    return session->places;
  g_clear_pointer (&session->places, g_array_unref);
  stmt = _bzg_sql_prepare (session->reader, sql, error);
  if (stmt == NULL)
    return NULL;
  _bzg_session_bind_scope (session, stmt);
  if (!_bzg_sql_ints (stmt, everyone, error))
    return NULL;
  for (guint i = 0; i < everyone->len; i++)
    {
      guint n = (guint) g_array_index (everyone, gint64, i);

      if (n >= places->len)
        g_array_set_size (places, n + 1);
      g_array_index (places, guint32, n) = i + 1;
    }
  session->places = g_steal_pointer (&places);
  session->places_changes = changes;
  return session->places;
}

guint32
_bzg_people_place_of (const GArray *places, gint64 n)
{
  return n >= 0 && n < places->len ? g_array_index (places, guint32, n) : 0;
}

static void
place_function (sqlite3_context *context, int argc, sqlite3_value **argv)
{
  BzgSession *session = sqlite3_user_data (context);

  sqlite3_result_int64 (context,
                        session->places != NULL
                          ? _bzg_people_place_of (session->places, sqlite3_value_int64 (argv[0]))
                          : 0);
}

gboolean
_bzg_people_places_register (BzgSession *session, GError **error)
{
  int rc
    = sqlite3_create_function_v2 (session->reader, "bzg_place", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY,
                                  session, place_function, NULL, NULL, NULL);

  return rc == SQLITE_OK || _bzg_sql_error (error, session->reader, rc);
}
