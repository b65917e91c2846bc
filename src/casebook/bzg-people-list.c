/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-people-match-private.h"
#include "casebook/bzg-people-places-private.h"
#include "casebook/bzg-person-row-private.h"
#include "casebook/bzg-session-private.h"

/*
 * The people table: person_row, sorted and filtered by SQL that is put together from fixed pieces;
 * everything typed is bound. A text is first turned into the people it means (bzg-people-match.c),
 * whose keys then go into the same query as one more condition.
 *
 * The first two or three letters of a name mean thousands of people. To read and weigh each of them
 * at every key press takes longer than the eye forgives, and means nothing yet: so many are listed
 * by name, after those whose name is the word typed, by the place that each has in the list of all.
 */

#define MAX_TEXT_MATCHES 20000
#define ENOUGH 200 /* from so many on only what is sure to be meant is listed */

struct _BzgPeopleList
{
  BzgRowList parent_instance;

  char *text;
  gboolean mine;
  gboolean overdue;
  char *category;
  char *region;
  char *district;
  char *status;
  BzgId fund;
  BzgPeopleOrder order;
  gboolean descending;
};

G_DEFINE_FINAL_TYPE (BzgPeopleList, bzg_people_list, BZG_TYPE_ROW_LIST)

/* Each order is an index of person_row (bzg-person-index.c), read forwards or backwards as a whole:
 * what is missing stands at the end, in the reversed order at the beginning. */
static const char *
order_sql (BzgPeopleOrder order, gboolean descending)
{
  static const char *const ORDERS[][2] = {
    [BZG_PEOPLE_BY_NAME] = { "r.name_key, r.n", "r.name_key DESC, r.n DESC" },
    [BZG_PEOPLE_BY_CASE] = { "r.case_no, r.n", "r.case_no DESC, r.n DESC" },
    [BZG_PEOPLE_BY_CATEGORY]
    = { "r.category IS NULL, r.category, r.name_key, r.n",
        "r.category IS NULL DESC, r.category DESC, r.name_key DESC, r.n DESC" },
    [BZG_PEOPLE_BY_DISTRICT]
    = { "coalesce (r.district, r.region) IS NULL, coalesce (r.district, r.region), r.name_key, r.n",
        "coalesce (r.district, r.region) IS NULL DESC, coalesce (r.district, r.region) DESC,"
        " r.name_key DESC, r.n DESC" },
    [BZG_PEOPLE_BY_STATUS] = { "r.status IS NULL, r.status, r.name_key, r.n",
                               "r.status IS NULL DESC, r.status DESC, r.name_key DESC, r.n DESC" },
    [BZG_PEOPLE_BY_DUE] = { "r.next_due IS NULL, r.next_due, r.name_key, r.n",
                            "r.next_due IS NULL DESC, r.next_due DESC, r.name_key DESC, r.n DESC" },
  };

  return ORDERS[order][descending ? 1 : 0];
}

static char *
json_of (GArray *matches)
{
  GString *json = g_string_sized_new (matches->len * 7 + 2);

  g_string_append_c (json, '[');
  for (guint i = 0; i < matches->len; i++)
    g_string_append_printf (json, i == 0 ? "%" G_GINT64_FORMAT : ",%" G_GINT64_FORMAT,
                            g_array_index (matches, BzgMatch, i).n);
  g_string_append_c (json, ']');
  return g_string_free (json, FALSE);
}

static char *
query_sql (BzgPeopleList *self, BzgSession *session, BzgPeopleOrder order)
{
  GString *sql = g_string_new ("SELECT r.n FROM person_row r");
  g_autofree char *scope = _bzg_session_scope_set_sql (session, "r.id");

  /* The matches come in their own order: json_each keeps it. */
  if (self->text != NULL)
    g_string_append (sql, " JOIN json_each (:keys) k ON k.value = r.n");
  g_string_append_printf (sql, " WHERE %s", scope);
  /* "IS NULL = 0" is the first column of the index that the order has too. */
  if (self->mine)
    g_string_append (sql, " AND r.owner = :me");
  if (self->overdue)
    g_string_append (sql, " AND r.next_due IS NULL = 0 AND r.next_due < :today");
  if (self->category != NULL)
    g_string_append (sql, " AND r.category IS NULL = 0 AND r.category = :category");
  if (self->region != NULL)
    g_string_append (sql, " AND r.region = :region");
  if (self->district != NULL)
    g_string_append (sql, " AND coalesce (r.district, r.region) IS NULL = 0"
                          " AND coalesce (r.district, r.region) = :district");
  if (self->status != NULL)
    g_string_append (sql, " AND r.status IS NULL = 0 AND r.status = :status");
  if (!bzg_id_is_zero (&self->fund))
    g_string_append (sql, " AND EXISTS (SELECT 1 FROM support s WHERE s.person = r.id"
                          " AND s.fund = :fund AND s.voided_at IS NULL)");
  g_string_append_printf (sql, " ORDER BY %s",
                          order == BZG_PEOPLE_BY_RELEVANCE ? "k.key"
                                                           : order_sql (order, self->descending));
  return g_string_free (sql, FALSE);
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  guint64 x = *(const guint64 *) a, y = *(const guint64 *) b;

  return x < y ? -1 : x > y;
}

/* Appends those of @found who are in the scope to @keys, in the order of names; @seen counts as
 * listed already who stands there. */
static void
append_by_place (const GArray *places, GArray *keys, const GArray *found, GHashTable *seen)
{
  g_autoptr (GArray) placed = g_array_sized_new (FALSE, FALSE, sizeof (guint64), found->len);

  for (guint i = 0; i < found->len; i++)
    {
      gint64 key = g_array_index (found, gint64, i);
      guint64 both = (guint64) _bzg_people_place_of (places, key) << 32 | (guint64) key;

      if (both >> 32 != 0 && g_hash_table_add (seen, GUINT_TO_POINTER (key)))
        g_array_append_val (placed, both);
    }
  g_array_sort (placed, compare_places);
  for (guint i = 0; i < placed->len; i++)
    {
      gint64 key = (gint64) (g_array_index (placed, guint64, i) & G_MAXUINT32);

      g_array_append_val (keys, key);
    }
}

/* The many whom a word means that has just been begun; FALSE: they are few, or it is more than a
 * word, and each is to be weighed. */
static gboolean
list_many (BzgPeopleList *self, GArray *keys, GError **error)
{
  BzgSession *session = bzg_row_list_get_session (BZG_ROW_LIST (self));
  g_autoptr (GArray) whole = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) begun = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) sure = g_array_new (FALSE, FALSE, sizeof (gint64));
  GArray *found[] = { whole, begun, sure };
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  const GArray *places = NULL;

  if (!_bzg_people_match_word (session, self->text, found, error) || sure->len <= ENOUGH
      || (places = _bzg_people_places (session, error)) == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (found); i++)
    append_by_place (places, keys, found[i], seen);
  if (keys->len > ENOUGH)
    return TRUE;
  g_array_set_size (keys, 0);
  return FALSE;
}

/* By anything but the text. */
static gboolean
is_filtered (const BzgPeopleList *self)
{
  return self->mine || self->overdue || self->category != NULL || self->region != NULL
         || self->district != NULL || self->status != NULL || !bzg_id_is_zero (&self->fund);
}

static gboolean
bzg_people_list_load_keys (BzgRowList *list, GArray *keys, GError **error)
{
  BzgPeopleList *self = BZG_PEOPLE_LIST (list);
  BzgSession *session = bzg_row_list_get_session (list);
  BzgPeopleOrder order = self->order;
  g_autoptr (sqlite3_stmt) stmt = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GArray) matches = NULL;
  g_autofree char *json = NULL;
  g_autofree char *sql = NULL;
  char today[BZG_DATE_TEXT_SIZE];
  int param;

  if (order == BZG_PEOPLE_BY_RELEVANCE && self->text == NULL)
    order = BZG_PEOPLE_BY_NAME;
  /* Who may not see names learns nothing from their order either. */
  if (order == BZG_PEOPLE_BY_NAME && !bzg_session_allows (session, "identity", BZG_ACT_READ))
    order = BZG_PEOPLE_BY_CASE;

  if (self->text != NULL)
    {
      if (order == BZG_PEOPLE_BY_RELEVANCE && !is_filtered (self)
          && list_many (self, keys, &local_error))
        return TRUE;
      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      matches = _bzg_people_match (session, self->text, ENOUGH, MAX_TEXT_MATCHES, FALSE, error);
      if (matches == NULL)
        return FALSE;
      /* They are in order and within the scope already. */
      if (matches->len == 0 || (order == BZG_PEOPLE_BY_RELEVANCE && !is_filtered (self)))
        {
          for (guint i = 0; i < matches->len; i++)
            g_array_append_val (keys, g_array_index (matches, BzgMatch, i).n);
          return TRUE;
        }
      json = json_of (matches);
    }

  sql = query_sql (self, session, order);
  stmt = _bzg_sql_prepare (bzg_session_reader (session), sql, error);
  if (stmt == NULL)
    return FALSE;
  _bzg_session_bind_scope (session, stmt);
  _bzg_sql_bind_named (stmt, ":keys", json);
  _bzg_sql_bind_named (stmt, ":today", bzg_date_to_iso (bzg_session_today (session), today));
  _bzg_sql_bind_named (stmt, ":category", self->category);
  _bzg_sql_bind_named (stmt, ":region", self->region);
  _bzg_sql_bind_named (stmt, ":district", self->district);
  _bzg_sql_bind_named (stmt, ":status", self->status);
  param = sqlite3_bind_parameter_index (stmt, ":me");
  if (param > 0)
    _bzg_sql_bind_id (stmt, param, bzg_session_user (session));
  param = sqlite3_bind_parameter_index (stmt, ":fund");
  if (param > 0)
    _bzg_sql_bind_id (stmt, param, &self->fund);

  return _bzg_sql_ints (stmt, keys, error);
}

static void
bzg_people_list_load_rows (BzgRowList *list, const gint64 *keys, guint n, GPtrArray *rows)
{
  BzgSession *session = bzg_row_list_get_session (list);
  sqlite3 *db = bzg_session_reader (session);
  /* One transaction for the page halves the cost; not if somebody is inside one already. */
  gboolean begun = sqlite3_get_autocommit (db) != 0 && _bzg_sql_exec (db, "BEGIN", NULL);
  /* Not kept: a statement that outlives the session would hold its connection open. */
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (db, "SELECT " BZG_PERSON_ROW_COLUMNS " FROM person_row r WHERE r.n = ?",
                        NULL);

  for (guint i = 0; i < n; i++)
    {
      gboolean found = FALSE;

      if (stmt != NULL)
        {
          _bzg_sql_bind_int (stmt, 1, keys[i]);
          found = _bzg_sql_step (stmt, NULL);
        }
      g_ptr_array_add (rows, _bzg_person_row_from_statement (session, found ? stmt : NULL, 0));
      if (stmt != NULL)
        sqlite3_reset (stmt);
    }
  if (begun)
    _bzg_sql_exec (db, "COMMIT", NULL);
}

static gint64
bzg_people_list_key_of (BzgRowList *list, const char *aggregate, const BzgId *record)
{
  BzgSession *session = bzg_row_list_get_session (list);
  const BzgAggregate *a = bzg_dictionary_aggregate (aggregate);
  g_autoptr (sqlite3_stmt) stmt = NULL;
  g_autofree char *sql = NULL;

  if (g_str_equal (aggregate, "person"))
    sql = g_strdup ("SELECT n FROM person_row WHERE id = ?");
  else if (a != NULL && g_strcmp0 (a->parent, "person") == 0)
    sql = g_strdup_printf ("SELECT r.n FROM person_row r JOIN \"%s\" t ON t.person = r.id"
                           " WHERE t.id = ?",
                           a->table);
  else
    return 0;
  stmt = _bzg_sql_prepare (bzg_session_reader (session), sql, NULL);
  if (stmt == NULL)
    return 0;
  _bzg_sql_bind_id (stmt, 1, record);
  if (_bzg_sql_step (stmt, NULL))
    return _bzg_sql_int (stmt, 0);
  /* A person who is void has left the index: still a change of the list. */
  return g_str_equal (aggregate, "person") ? -1 : 0;
}

static void
clear_query (BzgPeopleList *self)
{
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->category, g_free);
  g_clear_pointer (&self->region, g_free);
  g_clear_pointer (&self->district, g_free);
  g_clear_pointer (&self->status, g_free);
}

static void
bzg_people_list_finalize (GObject *object)
{
  clear_query (BZG_PEOPLE_LIST (object));
  G_OBJECT_CLASS (bzg_people_list_parent_class)->finalize (object);
}

static void
bzg_people_list_class_init (BzgPeopleListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  BzgRowListClass *list_class = BZG_ROW_LIST_CLASS (klass);

  object_class->finalize = bzg_people_list_finalize;
  list_class->item_type = BZG_TYPE_PERSON_ROW;
  list_class->load_keys = bzg_people_list_load_keys;
  list_class->load_rows = bzg_people_list_load_rows;
  list_class->key_of = bzg_people_list_key_of;
}

static void
bzg_people_list_init (BzgPeopleList *self)
{
}

BzgPeopleList *
bzg_people_list_new (BzgSession *session)
{
  BzgPeopleList *self = g_object_new (BZG_TYPE_PEOPLE_LIST, "session", session, NULL);

  bzg_row_list_reload (BZG_ROW_LIST (self));
  return self;
}

void
bzg_people_list_set_query (BzgPeopleList *self, const BzgPeopleQuery *query)
{
  static const BzgPeopleQuery EVERYONE = { 0 };

  if (query == NULL)
    query = &EVERYONE;
  clear_query (self);
  if (query->text != NULL && *query->text != '\0')
    self->text = g_strstrip (g_strdup (query->text));
  if (self->text != NULL && *self->text == '\0')
    g_clear_pointer (&self->text, g_free);
  self->mine = query->mine;
  self->overdue = query->overdue;
  self->category = g_strdup (query->category);
  self->region = g_strdup (query->region);
  self->district = g_strdup (query->district);
  self->status = g_strdup (query->status);
  self->fund = query->fund;
  self->order = query->order;
  self->descending = query->descending;
  bzg_row_list_reload (BZG_ROW_LIST (self));
}

int
bzg_people_list_find (BzgPeopleList *self, const BzgId *id)
{
  gint64 key = bzg_people_list_key_of (BZG_ROW_LIST (self), "person", id);

  return key > 0 ? bzg_row_list_find_key (BZG_ROW_LIST (self), key) : -1;
}
