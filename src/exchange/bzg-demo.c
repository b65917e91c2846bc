/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Drives the generator of the demonstration: households one after the other, committed in batches
 * through the session like everything else, so that the demonstration also exercises the real way
 * into the casebook. Group events come in between, month by month.
 */
#include "exchange/bzg-demo.h"

#include <string.h>

#include "base/bzg-error.h"
#include "exchange/bzg-demo-private.h"

#define BATCH 3000 /* records in one commit */
#define DEFAULT_PEOPLE 1000
#define DEFAULT_QUARTERS 8
#define TODAY_SETTING "demo.today"

static const struct
{
  const char *name, *full_name, *roles;
} users[] = {
  { "case1", "Caseworker One", "caseworker" },
  { "case2", "Caseworker Two", "caseworker" },
  { "protection", "Protection Officer", "protection" },
  { "manager", "Programme Manager", "manager" },
  { "me", "Monitoring and Evaluation", "me" },
};

static BzgDate
last_day (const BzgDemoOptions *options)
{
  guint quarters = options->quarters ? options->quarters : DEFAULT_QUARTERS;
  BzgDate first = bzg_date_make (BZG_DEMO_FIRST_YEAR, 1, 1);

  return bzg_date_add_days (bzg_date_add_months (first, (int) quarters * 3), -1);
}

BzgDate
bzg_demo_today (const BzgDemoOptions *options)
{
  if (!bzg_date_is_missing (options->today))
    return options->today;
  return bzg_date_add_days (last_day (options), 20);
}

BzgRecord *
bzg_demo_record (BzgDemo *demo, const char *aggregate)
{
  /* Five milliseconds apart from the first day of the programme: enough for the largest one. */
  guint64 at = G_GUINT64_CONSTANT (1704067200000) + 5 * demo->id_counter++;
  BzgId id;

  for (guint i = 0; i < 6; i++)
    id.bytes[i] = (guint8) (at >> (40 - 8 * i));
  for (guint i = 6; i < BZG_ID_SIZE; i++)
    id.bytes[i] = (guint8) bzg_demo_below (&demo->random, 256);
  return bzg_record_new (aggregate, &id);
}

void
bzg_demo_set_date (BzgRecord *record, const char *name, BzgDate date)
{
  char text[BZG_DATE_TEXT_SIZE];

  bzg_record_set (record, name, bzg_date_to_iso (date, text));
}

void
bzg_demo_set_int (BzgRecord *record, const char *name, gint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  bzg_record_set (record, name, text);
}

void
bzg_demo_put (BzgWork *work, BzgRecord *record)
{
  bzg_work_put (work, record);
  bzg_record_free (record);
}

gboolean
bzg_demo_past (const BzgDemo *demo, BzgDate date)
{
  return bzg_date_compare (date, demo->today) <= 0;
}

static void
demo_free (BzgDemo *demo)
{
  bzg_demo_words_free (demo->words);
  g_array_unref (demo->events);
  g_clear_object (&demo->session);
  g_free (demo);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BzgDemo, demo_free)

static gboolean
check (BzgSession *session, const BzgDemoOptions *options, GError **error)
{
  g_autoptr (GPtrArray) people = NULL;
  BzgDate today = bzg_demo_today (options);

  if (!bzg_session_is_training (session))
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_TRAINING,
                   "invented people belong in a training casebook only");
      return FALSE;
    }
  if (options->people > BZG_DEMO_MAX_PEOPLE || options->quarters > BZG_DEMO_MAX_QUARTERS
      || bzg_date_precision (today) != BZG_DATE_PRECISION_DAY || today.year < BZG_DEMO_FIRST_YEAR)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_USAGE,
                   "expected up to %d people, up to %d quarters and a day from %d on",
                   BZG_DEMO_MAX_PEOPLE, BZG_DEMO_MAX_QUARTERS, BZG_DEMO_FIRST_YEAR);
      return FALSE;
    }
  people = bzg_session_list (session, "fund", NULL, NULL, error);
  if (!people)
    return FALSE;
  if (people->len > 0)
    {
      g_set_error (error, BZG_ERROR, BZG_ERROR_REFUSED_TRAINING, "the casebook is not empty");
      return FALSE;
    }
  return TRUE;
}

static gboolean
find_workers (BzgDemo *demo, GError **error)
{
  demo->has_workers = TRUE;
  for (guint i = 0; i < 2; i++)
    {
      GError *local = NULL;
      g_autoptr (BzgRecord) user
        = bzg_session_find (demo->session, "user", "name", users[i].name, &local);

      demo->worker_names[i] = users[i].name;
      if (local)
        {
          g_propagate_error (error, local);
          return FALSE;
        }
      if (user)
        demo->workers[i] = *bzg_record_id (user);
      else
        demo->has_workers = FALSE;
    }
  return TRUE;
}

/* Everything before the first batch. */
static BzgDemo *
demo_begin (BzgSession *session, const BzgDemoOptions *options, GError **error)
{
  g_autoptr (BzgDemo) demo = NULL;
  char today[BZG_DATE_TEXT_SIZE];

  if (!check (session, options, error))
    return NULL;
  demo = g_new0 (BzgDemo, 1);
  demo->session = g_object_ref (session);
  demo->events = g_array_new (FALSE, FALSE, sizeof (BzgDemoEvent));
  demo->words = bzg_demo_words_load (error);
  if (!demo->words)
    return NULL;
  bzg_demo_random_init (&demo->random, options->seed);
  demo->people = options->people ? options->people : DEFAULT_PEOPLE;
  demo->start = bzg_date_make (BZG_DEMO_FIRST_YEAR, 1, 1);
  demo->today = bzg_demo_today (options);
  demo->end = last_day (options);
  if (bzg_date_compare (demo->end, demo->today) > 0)
    demo->end = demo->today;

  if (options->passphrase)
    for (guint i = 0; i < G_N_ELEMENTS (users); i++)
      if (!bzg_session_add_user (session, users[i].name, users[i].full_name, options->passphrase,
                                 users[i].roles, error))
        return NULL;
  if (!find_workers (demo, error)
      || (options->passphrase != NULL && !bzg_demo_set_up_sections (demo, error)))
    return NULL;
  bzg_date_to_iso (demo->today, today);
  if (!bzg_session_set_setting (session, TODAY_SETTING, today, error))
    return NULL;
  bzg_session_set_today (session, demo->today);
  return g_steal_pointer (&demo);
}

/* The next batch, or NULL when all is done. */
static BzgWork *
demo_next (BzgDemo *demo)
{
  BzgWork *work;

  if (demo->done >= demo->people)
    return NULL;
  work = bzg_work_new ();
  if (demo->done == 0)
    {
      bzg_demo_add_funds (demo, work);
      for (BzgDate month = demo->start; bzg_date_compare (month, demo->end) <= 0;
           month = bzg_date_add_months (month, 1))
        bzg_demo_add_activities (demo, work, month);
    }
  while (demo->done < demo->people && bzg_work_size (work) < BATCH)
    bzg_demo_add_household (demo, work);
  return work;
}

static double
fraction (const BzgDemo *demo)
{
  return (double) demo->done / demo->people;
}

gboolean
bzg_demo_fill (BzgSession *session,
               const BzgDemoOptions *options,
               BzgProgress progress,
               gpointer progress_data,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (BzgDemo) demo = demo_begin (session, options, error);

  if (!demo)
    return FALSE;
  for (;;)
    {
      g_autoptr (BzgWork) work = demo_next (demo);

      if (!work)
        return TRUE;
      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !bzg_session_commit (session, work, error))
        return FALSE;
      if (progress)
        progress (fraction (demo), progress_data);
    }
}

typedef struct
{
  BzgDemo *demo;
  BzgProgress progress;
  gpointer progress_data;
} FillData;

static void
fill_data_free (FillData *data)
{
  demo_free (data->demo);
  g_free (data);
}

static void fill_step (GTask *task);

static void
committed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  FillData *data = g_task_get_task_data (task);
  GError *error = NULL;

  if (!bzg_session_commit_finish (BZG_SESSION (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (data->progress)
    data->progress (fraction (data->demo), data->progress_data);
  fill_step (g_steal_pointer (&task));
}

/* Takes @task. */
static void
fill_step (GTask *task)
{
  FillData *data = g_task_get_task_data (task);
  BzgWork *work;

  if (g_task_return_error_if_cancelled (task))
    {
      g_object_unref (task);
      return;
    }
  work = demo_next (data->demo);
  if (work)
    bzg_session_commit_async (data->demo->session, work, NULL, committed_cb, task);
  else
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
    }
}

void
bzg_demo_fill_async (BzgSession *session,
                     const BzgDemoOptions *options,
                     BzgProgress progress,
                     gpointer progress_data,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);
  GError *error = NULL;
  BzgDemo *demo = demo_begin (session, options, &error);
  FillData *data;

  g_task_set_source_tag (task, bzg_demo_fill_async);
  if (!demo)
    {
      g_task_return_error (task, error);
      return;
    }
  data = g_new0 (FillData, 1);
  data->demo = demo;
  data->progress = progress;
  data->progress_data = progress_data;
  g_task_set_task_data (task, data, (GDestroyNotify) fill_data_free);
  fill_step (g_steal_pointer (&task));
}

gboolean
bzg_demo_fill_finish (BzgSession *session, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
