/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release/bzg-microdata-private.h"

#include "casebook/bzg-fact-store.h"
#include "casebook/bzg-merge.h"
#include "casebook/bzg-profile.h"
#include "release/bzg-count-private.h"

#include <string.h>

/*
 * From the record to codes. Who somebody is comes from where the figures have it, so that a file
 * and a report tell the same of one person.
 */

typedef struct
{
  const BzgFactStore *facts;
  BzgMicrodataPeople *out;
  GHashTable *places;  /* person -> place + 1 */
  GArray *last_visits; /* guint32 of each: row of the facts + 1 */
} Reader;

void
_bzg_microdata_people_free (BzgMicrodataPeople *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->people);
  g_ptr_array_unref (self->codes);
  g_free (self);
}

static void
put (BzgMicrodataPeople *self, guint person, const char *column, const char *code)
{
  int c = _bzg_rows_find_column (column);

  g_return_if_fail (c >= 0);
  self->codes->pdata[person * self->width + (guint) c]
    = (gpointer) (code != NULL ? g_intern_string (code) : NULL);
}

static gboolean
is_registered_in (const BzgProfile *profile, int first_year, int last_year)
{
  return profile->registered.year >= first_year && profile->registered.year <= last_year;
}

/* How many of those whom @person is made of by merges stand in @issued; -1 on error. */
static int
n_in_file (BzgSession *session, const BzgIssuedRows *issued, const BzgId *person, GError **error)
{
  g_autoptr (GArray) group = bzg_merge_group (session, person, error);
  int n = 0;

  for (guint i = 0; group != NULL && i < group->len; i++)
    n += _bzg_issued_rows_has (issued, &g_array_index (group, BzgId, i));
  return group != NULL ? n : -1;
}

static gboolean
has_left (
  BzgSession *session, const GPtrArray *issued, const BzgId *person, gboolean *left, GError **error)
{
  *left = FALSE;
  for (guint i = 0; !*left && issued != NULL && i < issued->len; i++)
    {
      int n = n_in_file (session, g_ptr_array_index (issued, i), person, error);

      if (n < 0)
        return FALSE;
      *left = n > 0;
    }
  return TRUE;
}

static const BzgFactWho *
who_is (const BzgFactStore *facts, const BzgId *person)
{
  guint32 place = bzg_fact_store_find_who (facts, person);

  return place != G_MAXUINT32 ? &facts->whos[place] : NULL;
}

static void
add_person (Reader *self, const BzgProfile *profile, const BzgFactWho *who)
{
  BzgMicrodataPeople *out = self->out;
  char year[8];
  guint person = out->n++;
  const guint32 none = 0;

  g_snprintf (year, sizeof year, "%d", profile->registered.year);
  g_array_append_val (out->people, profile->person);
  g_ptr_array_set_size (out->codes, (int) (out->n * out->width));
  g_array_append_val (self->last_visits, none);
  put (out, person, "year_of_registration", year);
  put (out, person, "sex", bzg_fact_store_text (self->facts, who->sex));
  put (out, person, "age_band", _bzg_count_age_band (who, bzg_date_pack (profile->registered)));
  put (out, person, "region", bzg_fact_store_text (self->facts, who->region));
  put (out, person, "country_of_return", bzg_fact_store_text (self->facts, who->country));
  put (out, person, "occupation", profile->occupation);
  put (out, person, "category", bzg_fact_store_text (self->facts, who->category));
  put (out, person, "closure_reason", profile->closure_reason);
  put (out, person, "health_problem", profile->health_problem);
  for (guint c = 0; c < out->width; c++)
    if (_bzg_rows_column (c)->role == BZG_ROWS_FLAG)
      put (out, person, _bzg_rows_column (c)->name, "0");
}

/* Of two visits of one day the one that found more sold, then more at work, is the later, as in the
 * figures. */
static gboolean
is_later (const BzgFactStore *facts, guint32 row, guint32 than)
{
  const BzgFactMore *a = bzg_fact_store_more (facts, row), *b = bzg_fact_store_more (facts, than);
  gint64 differences[]
    = { (gint64) facts->date[row] - facts->date[than],
        a != NULL && b != NULL ? (a->sales > b->sales) - (a->sales < b->sales) : 0,
        a != NULL && b != NULL ? a->jobs_f + a->jobs_m - b->jobs_f - b->jobs_m : 0,
        bzg_id_compare (&facts->record[row], &facts->record[than]) };

  for (guint i = 0; i < G_N_ELEMENTS (differences); i++)
    if (differences[i] != 0)
      return differences[i] > 0;
  return FALSE;
}

static void
add_fact (Reader *self, guint32 row, guint person)
{
  const BzgFactStore *facts = self->facts;
  guint32 *last = &g_array_index (self->last_visits, guint32, person);

  if (facts->kind[row] == BZG_FACT_SUPPORT && facts->family[row] != 0)
    {
      g_autofree char *column
        = g_strconcat ("service_", bzg_fact_store_text (facts, facts->family[row]), NULL);

      if (_bzg_rows_find_column (column) >= 0)
        put (self->out, person, column, "1");
    }
  if (facts->kind[row] == BZG_FACT_VISIT && facts->status[row] != 0
      && (*last == 0 || is_later (facts, row, *last - 1)))
    {
      *last = row + 1;
      put (self->out, person, "business_status", bzg_fact_store_text (facts, facts->status[row]));
    }
}

static void
add_facts (Reader *self)
{
  for (guint i = 0; i < self->out->n; i++)
    g_hash_table_insert (self->places, &g_array_index (self->out->people, BzgId, i),
                         GUINT_TO_POINTER (i + 1));
  for (guint32 row = 0; row < self->facts->n; row++)
    {
      guint32 number = bzg_fact_store_who (self->facts, row)->person;
      guint place
        = GPOINTER_TO_UINT (g_hash_table_lookup (self->places, &self->facts->people.ids[number]));

      if (place > 0)
        add_fact (self, row, place - 1);
    }
}

BzgMicrodataPeople *
_bzg_microdata_people_read (
  BzgSession *session, int first_year, int last_year, const GPtrArray *issued, GError **error)
{
  g_autoptr (GArray) profiles = bzg_profiles_read (session, error);
  const BzgFactStore *facts = profiles != NULL ? bzg_facts_store (session, error) : NULL;
  g_autoptr (BzgMicrodataPeople) out = NULL;
  g_autoptr (GHashTable) places = g_hash_table_new (bzg_id_hash, bzg_id_equal);
  g_autoptr (GArray) last_visits = g_array_new (FALSE, TRUE, sizeof (guint32));
  Reader reader = { .facts = facts, .places = places, .last_visits = last_visits };

  if (facts == NULL || !bzg_fact_store_check (facts, error))
    return NULL;
  out = reader.out = g_new0 (BzgMicrodataPeople, 1);
  out->width = _bzg_rows_n_columns ();
  out->people = g_array_new (FALSE, FALSE, sizeof (BzgId));
  out->codes = g_ptr_array_new ();
  for (guint i = 0; i < profiles->len; i++)
    {
      const BzgProfile *profile = &g_array_index (profiles, BzgProfile, i);
      const BzgFactWho *who = who_is (facts, &profile->person);
      gboolean left = FALSE;

      if (who == NULL || !is_registered_in (profile, first_year, last_year))
        continue;
      if (profile->research && !has_left (session, issued, &profile->person, &left, error))
        return NULL;
      if (!profile->research)
        out->not_consented++;
      else if (who->statistics_refused)
        out->not_counted++;
      else if (left)
        out->earlier++;
      else
        add_person (&reader, profile, who);
    }
  add_facts (&reader);
  return g_steal_pointer (&out);
}

char *
_bzg_microdata_people_digest (const BzgMicrodataPeople *self)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < self->n; i++)
    {
      g_checksum_update (checksum, g_array_index (self->people, BzgId, i).bytes, sizeof (BzgId));
      for (guint c = 0; c < self->width; c++)
        {
          const char *code = _bzg_microdata_code (self, i, c);

          g_checksum_update (checksum, (const guint8 *) (code != NULL ? code : ""), -1);
          g_checksum_update (checksum, (const guint8 *) "\t", 1);
        }
    }
  return g_strdup (g_checksum_get_string (checksum));
}

void
_bzg_microdata_people_hide_rare (BzgMicrodataPeople *self, guint k)
{
  for (guint c = 0; c < self->width; c++)
    {
      g_autoptr (GHashTable) counts = g_hash_table_new (NULL, NULL);
      gboolean rare_flag = FALSE;

      if (_bzg_rows_column (c)->role == BZG_ROWS_QUASI)
        continue;
      for (guint i = 0; i < self->n; i++)
        {
          gpointer code = (gpointer) _bzg_microdata_code (self, i, c);
          guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, code));

          g_hash_table_insert (counts, code, GUINT_TO_POINTER (n + 1));
        }
      for (guint i = 0; i < self->n; i++)
        {
          gpointer code = (gpointer) _bzg_microdata_code (self, i, c);

          if (code == NULL || GPOINTER_TO_UINT (g_hash_table_lookup (counts, code)) >= k)
            continue;
          rare_flag |= _bzg_rows_column (c)->role == BZG_ROWS_FLAG;
          g_ptr_array_index (self->codes, i * self->width + c) = NULL;
        }
      /* Of two answers the other one would say it. */
      for (guint i = 0; rare_flag && i < self->n; i++)
        g_ptr_array_index (self->codes, i * self->width + c) = NULL;
    }
}

int
_bzg_microdata_first_year (BzgSession *session, GError **error)
{
  g_autoptr (GArray) profiles = bzg_profiles_read (session, error);
  int first = 0;

  if (profiles == NULL)
    return -1;
  for (guint i = 0; i < profiles->len; i++)
    {
      int year = g_array_index (profiles, BzgProfile, i).registered.year;

      if (year > 0 && (first == 0 || year < first))
        first = year;
    }
  return first;
}

gboolean
_bzg_microdata_still_consented (BzgSession *session,
                                const BzgIssuedRows *issued,
                                gboolean *consented,
                                GError **error)
{
  g_autoptr (GArray) profiles = bzg_profiles_read (session, error);
  const BzgFactStore *facts = profiles != NULL ? bzg_facts_store (session, error) : NULL;
  guint n = 0;
  int in_file;

  if (facts == NULL)
    return FALSE;
  for (guint i = 0; i < profiles->len; i++)
    {
      const BzgProfile *profile = &g_array_index (profiles, BzgProfile, i);
      const BzgFactWho *who = who_is (facts, &profile->person);

      if (!profile->research || who == NULL || who->statistics_refused)
        continue;
      in_file = n_in_file (session, issued, &profile->person, error);
      if (in_file < 0)
        return FALSE;
      n += (guint) in_file;
    }
  *consented = n == issued->people->len;
  return TRUE;
}
