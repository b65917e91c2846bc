/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-consent-private.h"

#include <string.h>

/* Behind every day of a coarse date. */
#define END_OF "~"

/* The day of an answer, as text that sorts: of a coarse date the first day for a yes, behind the
 * last one for anything else, so that in doubt nobody consents. */
static char *
day_of (const BzgRecord *consent)
{
  const char *given_on = bzg_record_get (consent, "given_on");
  const BzgId *id = bzg_record_id (consent);
  gint64 milliseconds = 0;
  g_autoptr (GDateTime) entered = NULL;

  if (given_on != NULL)
    return g_strconcat (given_on,
                        g_strcmp0 (bzg_record_get (consent, "status"), "given") == 0
                            || strlen (given_on) == 10
                          ? ""
                          : END_OF,
                        NULL);
  for (guint i = 0; i < 6; i++)
    milliseconds = milliseconds << 8 | id->bytes[i];
  entered = g_date_time_new_from_unix_utc (milliseconds / 1000);
  return entered != NULL ? g_date_time_format (entered, "%Y-%m-%d") : g_strdup ("");
}

const BzgRecord *
bzg_consent_latest (const GPtrArray *consents, const char *purpose)
{
  const BzgRecord *latest = NULL;
  g_autofree char *latest_day = NULL;

  for (guint i = 0; consents != NULL && i < consents->len; i++)
    {
      const BzgRecord *consent = g_ptr_array_index (consents, i);
      g_autofree char *day = NULL;

      if (g_strcmp0 (bzg_record_get (consent, "purpose"), purpose) != 0)
        continue;
      day = day_of (consent);
      if (latest != NULL && strcmp (day, latest_day) < 0)
        continue;
      latest = consent;
      g_free (latest_day);
      latest_day = g_steal_pointer (&day);
    }
  return latest;
}
