/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-people.h"

#include "base/bzg-error.h"
#include "casebook/bzg-session-private.h"

/*
 * A person's timeline: everything that belongs to the person and happened or is to happen on some
 * day. Which date stands for a record is data; the first field of the row that is known counts.
 */

static const struct
{
  const char *aggregate;
  const char *dates[3];
} LINES[] = {
  { "support", { "delivered", "planned" } },
  { "visit", { "date" } },
  { "livelihood", { "started_on" } },
  { "note", { "date" } },
  { "task", { "done_on", "due" } },
  { "consent", { "given_on" } },
  { "migration", { "return_date", "departed_on" } },
  { "case_file", { "closed_on", "registered" } },
  { "referral", { "date", "answered_on", "done_on" } },
  { "assessment", { "date" } },
  { "goal", { "reached_on", "due", "agreed_on" } },
  { "story", { NULL } },
};

void
bzg_event_free (BzgEvent *event)
{
  if (event == NULL)
    return;
  g_free (event->aggregate);
  g_free (event->date);
  g_clear_pointer (&event->record, bzg_record_free);
  g_free (event);
}

/* Newest first; a less precise date counts from its last day, so that "2019" closes 2019. Undated
 * records stand at the end, the last entered first. */
static int
compare_events (gconstpointer a, gconstpointer b)
{
  const BzgEvent *x = *(const BzgEvent *const *) a;
  const BzgEvent *y = *(const BzgEvent *const *) b;
  BzgDate date_x = BZG_DATE_MISSING;
  BzgDate date_y = BZG_DATE_MISSING;
  int order;

  bzg_date_from_iso (x->date, &date_x);
  bzg_date_from_iso (y->date, &date_y);
  order = bzg_date_compare (bzg_date_last_day (date_y), bzg_date_last_day (date_x));
  return order != 0 ? order : bzg_id_compare (&y->id, &x->id);
}

GPtrArray *
bzg_people_timeline (BzgSession *session, const BzgId *person, GError **error)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_event_free);

  if (!_bzg_session_in_scope (session, bzg_session_reader (session), person))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_FOUND, "no such person");
      return NULL;
    }
  for (guint i = 0; i < G_N_ELEMENTS (LINES); i++)
    {
      const BzgAggregate *aggregate = bzg_dictionary_aggregate (LINES[i].aggregate);
      g_autoptr (GPtrArray) records = NULL;

      if (aggregate == NULL || g_strcmp0 (aggregate->parent, "person") != 0
          || !bzg_session_allows (session, aggregate->fields[0]->section, BZG_ACT_READ))
        continue;
      records = bzg_session_list (session, LINES[i].aggregate, "person", person, error);
      if (records == NULL)
        return NULL;
      for (guint j = 0; j < records->len; j++)
        {
          BzgEvent *event = g_new0 (BzgEvent, 1);
          const char *date = NULL;

          event->record = bzg_record_copy (g_ptr_array_index (records, j));
          event->aggregate = g_strdup (LINES[i].aggregate);
          event->id = *bzg_record_id (event->record);
          for (guint k = 0; k < G_N_ELEMENTS (LINES[i].dates) && date == NULL; k++)
            if (LINES[i].dates[k] != NULL
                && bzg_dictionary_field_of (LINES[i].aggregate, LINES[i].dates[k]) != NULL)
              date = bzg_record_get (event->record, LINES[i].dates[k]);
          event->date = g_strdup (date);
          g_ptr_array_add (events, event);
        }
    }
  g_ptr_array_sort (events, compare_events);
  return g_steal_pointer (&events);
}
