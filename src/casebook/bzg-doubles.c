/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-doubles.h"

#include "base/bzg-error.h"
#include "base/bzg-name.h"
#include "casebook/bzg-merge.h"
#include "casebook/bzg-people-scan-private.h"
#include "casebook/bzg-session-core-private.h"

#include <string.h>

/*
 * Pairs that may be one, for the queue of decisions. People come from the scan of all keys;
 * households are compared only if they have people in common, or a name and a district. A household
 * is never "the same" by its name: half a village bears it.
 */

#define SCORE_SHARED 760      /* somebody is in both */
#define SCORE_SHARED_MORE 900 /* several are */
#define SCORE_NAME 620
#define MAX_BLOCK 30 /* a name that so many households of a district bear says nothing */

struct _BzgDouble
{
  GObject parent_instance;

  const char *aggregate;
  BzgId id[2];
  char *name[2];
  int score;
  gboolean same;
  guint n_shared;
  BzgReasons reasons;
};

G_DEFINE_FINAL_TYPE (BzgDouble, bzg_double, G_TYPE_OBJECT)

static void
bzg_double_finalize (GObject *object)
{
  BzgDouble *self = BZG_DOUBLE (object);

  g_free (self->name[0]);
  g_free (self->name[1]);
  G_OBJECT_CLASS (bzg_double_parent_class)->finalize (object);
}

static void
bzg_double_class_init (BzgDoubleClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bzg_double_finalize;
}

static void
bzg_double_init (BzgDouble *self)
{
}

const char *
bzg_double_aggregate (BzgDouble *self)
{
  return self->aggregate;
}

const BzgId *
bzg_double_id (BzgDouble *self, guint side)
{
  return &self->id[side];
}

const char *
bzg_double_name (BzgDouble *self, guint side)
{
  return self->name[side];
}

int
bzg_double_score (BzgDouble *self)
{
  return self->score;
}

gboolean
bzg_double_same (BzgDouble *self)
{
  return self->same;
}

gboolean
bzg_double_one_household (BzgDouble *self)
{
  for (guint i = 0; i < self->reasons.n; i++)
    if (g_str_equal (self->reasons.reason[i].field, "household"))
      return g_str_equal (self->reasons.reason[i].level, "same");
  return FALSE;
}

const BzgReasons *
bzg_double_reasons (BzgDouble *self)
{
  return &self->reasons;
}

guint
bzg_double_n_shared (BzgDouble *self)
{
  return self->n_shared;
}

/* ---- People */

typedef struct
{
  GPtrArray *found;
  guint limit;
} Collecting;

static gboolean
collect_cb (const BzgPair *pair, gpointer data)
{
  Collecting *self = data;
  BzgDouble *double_ = g_object_new (BZG_TYPE_DOUBLE, NULL);

  double_->aggregate = "person";
  double_->id[0] = pair->a;
  double_->id[1] = pair->b;
  double_->score = pair->score;
  double_->same = pair->same;
  double_->reasons = *pair->reasons;
  g_ptr_array_add (self->found, double_);
  return self->found->len < self->limit;
}

static gboolean
read_names (sqlite3 *db, GPtrArray *found, GError **error)
{
  g_autoptr (sqlite3_stmt) stmt
    = _bzg_sql_prepare (db, "SELECT name FROM person_row WHERE id = ?", error);

  if (stmt == NULL)
    return FALSE;
  for (guint i = 0; i < found->len; i++)
    for (guint side = 0; side < 2; side++)
      {
        BzgDouble *double_ = g_ptr_array_index (found, i);

        _bzg_sql_bind_id (stmt, 1, &double_->id[side]);
        if (_bzg_sql_step (stmt, NULL))
          double_->name[side] = g_strdup (_bzg_sql_text (stmt, 0));
        sqlite3_reset (stmt);
      }
  return TRUE;
}

/* ---- Households */

typedef struct
{
  BzgId id;
  char *name, *block; /* block: what its name and district fold to, NULL: nothing to go by */
} Household;

static void
household_free (gpointer data)
{
  Household *household = data;

  g_free (household->name);
  g_free (household->block);
  g_free (household);
}

/* All that are in scope; @by_id owns them. */
static gboolean
read_households (BzgSession *session, sqlite3 *db, GHashTable *by_id, GError **error)
{
  g_autofree char *scope = _bzg_session_scope_sql (session, "m.person");
  /* A household without members is in no pair, so whoever sees all is asked nothing. */
  g_autofree char *condition
    = strlen (scope) == 1
        ? g_strdup (scope)
        : g_strdup_printf ("EXISTS (SELECT 1 FROM household_member AS m WHERE m.household = h.id"
                           " AND m.voided_at IS NULL AND %s)",
                           scope);
  g_autofree char *sql = g_strdup_printf (
    "SELECT h.id, h.name, (SELECT coalesce (p.district, p.region) FROM household_member AS m"
    " JOIN person AS p ON p.id = m.person WHERE m.household = h.id AND m.voided_at IS NULL"
    " AND coalesce (p.district, p.region) IS NOT NULL ORDER BY m.id LIMIT 1)"
    " FROM household AS h WHERE h.voided_at IS NULL AND %s",
    condition);
  g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (db, sql, error);
  g_autoptr (GError) local_error = NULL;

  if (stmt == NULL)
    return FALSE;
  _bzg_session_bind_scope (session, stmt);
  while (_bzg_sql_step (stmt, &local_error))
    {
      Household *household = g_new0 (Household, 1);
      g_autofree char *key = bzg_name_strict_key (_bzg_sql_text (stmt, 1));

      _bzg_sql_id (stmt, 0, &household->id);
      household->name = g_strdup (_bzg_sql_text (stmt, 1));
      if (key != NULL && *key != '\0' && !_bzg_sql_is_null (stmt, 2))
        household->block = g_strdup_printf ("%s %s", _bzg_sql_text (stmt, 2), key);
      g_hash_table_insert (by_id, &household->id, household);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static char *
pair_text (const BzgId *a, const BzgId *b)
{
  char x[BZG_ID_TEXT_SIZE], y[BZG_ID_TEXT_SIZE];
  gboolean in_order = bzg_id_compare (a, b) < 0;

  return g_strconcat (bzg_id_to_text (in_order ? a : b, x), bzg_id_to_text (in_order ? b : a, y),
                      NULL);
}

/* @seen: pairs that are in the queue or were decided. */
static void
add_households (
  GPtrArray *found, GHashTable *seen, const Household *a, const Household *b, guint n_shared)
{
  g_autofree char *pair = a != NULL && b != NULL ? pair_text (&a->id, &b->id) : NULL;
  const Household *sides[2];
  BzgDouble *double_;

  if (pair == NULL || !g_hash_table_add (seen, g_steal_pointer (&pair)))
    return;
  sides[0] = bzg_id_compare (&a->id, &b->id) < 0 ? a : b;
  sides[1] = sides[0] == a ? b : a;
  double_ = g_object_new (BZG_TYPE_DOUBLE, NULL);
  double_->aggregate = "household";
  double_->n_shared = n_shared;
  double_->score = n_shared > 1 ? SCORE_SHARED_MORE : n_shared > 0 ? SCORE_SHARED : SCORE_NAME;
  double_->same = n_shared > 1;
  for (guint side = 0; side < 2; side++)
    {
      double_->id[side] = sides[side]->id;
      double_->name[side] = g_strdup (sides[side]->name);
    }
  g_ptr_array_add (found, double_);
}

/* Rows of two household ids and a number. */
static gboolean
read_pairs (sqlite3 *db,
            const char *sql,
            GHashTable *by_id,
            GPtrArray *found,
            GHashTable *seen,
            GError **error)
{
  g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (db, sql, error);
  g_autoptr (GError) local_error = NULL;

  if (stmt == NULL)
    return FALSE;
  while (_bzg_sql_step (stmt, &local_error))
    {
      BzgId a, b;

      _bzg_sql_id (stmt, 0, &a);
      _bzg_sql_id (stmt, 1, &b);
      if (found == NULL)
        g_hash_table_add (seen, pair_text (&a, &b));
      else
        add_households (found, seen, g_hash_table_lookup (by_id, &a),
                        g_hash_table_lookup (by_id, &b), (guint) _bzg_sql_int (stmt, 2));
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static void
pair_by_name (GHashTable *by_id, GPtrArray *found, GHashTable *seen)
{
  g_autoptr (GHashTable) blocks
    = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_ptr_array_unref);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Household *household = value;
      GPtrArray *block;

      if (household->block == NULL)
        continue;
      block = g_hash_table_lookup (blocks, household->block);
      if (block == NULL)
        {
          block = g_ptr_array_new ();
          g_hash_table_insert (blocks, household->block, block);
        }
      g_ptr_array_add (block, household);
    }
  g_hash_table_iter_init (&iter, blocks);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      GPtrArray *block = value;

      for (guint i = 0; block->len <= MAX_BLOCK && i < block->len; i++)
        for (guint j = i + 1; j < block->len; j++)
          add_households (found, seen, block->pdata[i], block->pdata[j], 0);
    }
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  const BzgDouble *x = *(BzgDouble *const *) a, *y = *(BzgDouble *const *) b;

  if (x->score != y->score)
    return y->score - x->score;
  return bzg_id_compare (&x->id[0], &y->id[0]) != 0 ? bzg_id_compare (&x->id[0], &y->id[0])
                                                    : bzg_id_compare (&x->id[1], &y->id[1]);
}

static GPtrArray *
find_households (BzgSession *session, sqlite3 *db, guint limit, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) by_id
    = g_hash_table_new_full (bzg_id_hash, bzg_id_equal, NULL, household_free);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (!read_pairs (db, "SELECT household, other FROM household_not_same WHERE voided_at IS NULL",
                   by_id, NULL, seen, error)
      || !read_households (session, db, by_id, error)
      || !read_pairs (db,
                      "SELECT a.household, b.household, count(*) FROM household_member AS a"
                      " JOIN household_member AS b ON b.person = a.person"
                      " AND b.household > a.household WHERE a.voided_at IS NULL"
                      " AND b.voided_at IS NULL GROUP BY a.household, b.household",
                      by_id, found, seen, error))
    return NULL;
  pair_by_name (by_id, found, seen);
  g_ptr_array_sort (found, compare_doubles);
  if (found->len > limit)
    g_ptr_array_set_size (found, (int) limit);
  return g_steal_pointer (&found);
}

static gboolean
may_read (BzgSession *session, GError **error)
{
  if (bzg_session_allows (session, "identity", BZG_ACT_READ))
    return TRUE;
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE, "names may not be read");
  return FALSE;
}

GPtrArray *
bzg_doubles_households (BzgSession *session, guint limit, GError **error)
{
  if (!may_read (session, error))
    return NULL;
  return find_households (session, session->reader, limit, error);
}

/* ---- In the background */

typedef struct
{
  BzgDoublesOptions options;
  BzgProgress progress;
  gpointer progress_data;
  BzgWeights learnt;
} Job;

static GPtrArray *
find_all (BzgSession *session, sqlite3 *db, Job *job, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) households = NULL;
  Collecting collecting = { found, job->options.limit };

  /* One moment of the casebook, whatever is written meanwhile. */
  if (!_bzg_sql_exec (db, "BEGIN", error)
      || !_bzg_people_scan (session, db, job->options.min_score, collect_cb, &collecting,
                            job->progress, job->progress_data, &job->learnt, cancellable, error)
      || !read_names (db, found, error))
    return NULL;
  households = find_households (session, db, job->options.limit, error);
  if (households == NULL)
    return NULL;
  g_ptr_array_extend_and_steal (found, g_steal_pointer (&households));
  return g_steal_pointer (&found);
}

static void
find_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  BzgSession *session = source;
  GError *error = NULL;
  GPtrArray *found = NULL;
  sqlite3 *db = _bzg_session_worker_begin (session, &error);

  if (db != NULL)
    {
      found = find_all (session, db, data, cancellable, &error);
      _bzg_session_worker_end (session, db);
    }
  if (found != NULL)
    g_task_return_pointer (task, found, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

void
bzg_doubles_find_async (BzgSession *session,
                        const BzgDoublesOptions *options,
                        BzgProgress progress,
                        gpointer progress_data,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GCancellable) own
    = cancellable != NULL ? g_object_ref (cancellable) : g_cancellable_new ();
  g_autoptr (GTask) task = g_task_new (session, own, callback, user_data);
  Job *job = g_new0 (Job, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, bzg_doubles_find_async);
  g_task_set_check_cancellable (task, FALSE); /* the scan says it in our domain */
  job->options = *options;
  job->progress = progress;
  job->progress_data = progress_data;
  g_task_set_task_data (task, job, g_free);
  if (!may_read (session, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  _bzg_session_worker_started (session, own);
  g_task_run_in_thread (task, find_thread);
}

GPtrArray *
bzg_doubles_find_finish (BzgSession *session, GAsyncResult *result, GError **error)
{
  GPtrArray *found = g_task_propagate_pointer (G_TASK (result), error);

  if (found != NULL)
    _bzg_people_learn (session, &((Job *) g_task_get_task_data (G_TASK (result)))->learnt);
  return found;
}

gboolean
bzg_doubles_set_not_same (
  BzgSession *session, const char *aggregate, const BzgId *a, const BzgId *b, GError **error)
{
  gboolean people = g_str_equal (aggregate, "person");
  g_autoptr (GPtrArray) known = NULL;
  g_autoptr (BzgRecord) record = NULL;
  g_autoptr (BzgWork) work = bzg_work_new ();
  const char *pairs = people ? "not_same" : "household_not_same";
  BzgId first, second;
  const BzgId *one = &first, *other = &second;

  bzg_merge_keeper (session, a, &first);
  bzg_merge_keeper (session, b, &second);
  if (bzg_id_compare (one, other) > 0)
    {
      one = &second;
      other = &first;
    }
  if (bzg_id_equal (one, other))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED, "%s: one record", pairs);
      return FALSE;
    }
  known = bzg_session_list (session, pairs, aggregate, one, error);
  if (known == NULL)
    return FALSE;
  for (guint i = 0; i < known->len; i++)
    {
      BzgId id;

      if (bzg_record_get_id (known->pdata[i], "other", &id) && bzg_id_equal (&id, other))
        return TRUE;
    }
  record = bzg_record_new (pairs, NULL);
  bzg_record_set_id (record, aggregate, one);
  bzg_record_set_id (record, "other", other);
  bzg_work_put (work, record);
  return bzg_session_commit (session, work, error);
}
