/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/bzg-export.h"

#include "base/bzg-csv.h"
#include "base/bzg-error.h"
#include "exchange/bzg-columns-private.h"
#include "release/bzg-permit.h"

#include <string.h>

/*
 * Each aggregate is read once, whole, and laid beside the person whom it belongs to; then the rows
 * are written in the order of registration. Of several cases, journeys or answers the latest is
 * the one that a row shows.
 */

typedef struct
{
  BzgSession *session;
  const BzgProfile *profile;
  BzgCsvFlags flags;
  GHashTable *refs;       /* person -> reference: the imported one, else the case number */
  GHashTable *funds;      /* id -> name */
  GHashTable *households; /* id -> reference */
  GHashTable *latest;     /* "case_file" -> (person -> BzgRecord) */
  GHashTable *consents;   /* "service" -> (person -> BzgRecord) */
  GHashTable *heads;      /* activity -> GPtrArray of head counts */
  GPtrArray *keep;        /* the lists that hold the records above */
} Export;

static GHashTable *
id_table (GDestroyNotify value)
{
  return g_hash_table_new_full (bzg_id_hash, bzg_id_equal, g_free, value);
}

static GPtrArray *
read_all (Export *self, const char *aggregate, GError **error)
{
  GPtrArray *list = bzg_session_list (self->session, aggregate, NULL, NULL, error);

  if (list != NULL)
    g_ptr_array_add (self->keep, list);
  return list;
}

/* Identity of a person in files. */
static gboolean
read_refs (Export *self, GPtrArray *people, GError **error)
{
  GPtrArray *cases = read_all (self, "case_file", error);

  if (cases == NULL)
    return FALSE;
  for (guint i = 0; i < cases->len; i++)
    {
      BzgId person;

      if (bzg_record_get_id (cases->pdata[i], "person", &person)
          && bzg_record_get (cases->pdata[i], "case_no") != NULL)
        g_hash_table_insert (self->refs, g_memdup2 (&person, sizeof person),
                             g_strdup (bzg_record_get (cases->pdata[i], "case_no")));
    }
  for (guint i = 0; i < people->len; i++)
    {
      const char *ref = bzg_record_get (people->pdata[i], "ref");

      if (ref != NULL)
        g_hash_table_insert (self->refs,
                             g_memdup2 (bzg_record_id (people->pdata[i]), sizeof (BzgId)),
                             g_strdup (ref));
    }
  return TRUE;
}

static gboolean
read_names (
  Export *self, const char *aggregate, const char *field, GHashTable *names, GError **error)
{
  GPtrArray *list = read_all (self, aggregate, error);

  for (guint i = 0; list != NULL && i < list->len; i++)
    if (bzg_record_get (list->pdata[i], field) != NULL)
      g_hash_table_insert (names, g_memdup2 (bzg_record_id (list->pdata[i]), sizeof (BzgId)),
                           g_strdup (bzg_record_get (list->pdata[i], field)));
  return list != NULL;
}

/* The latest record of each person; lists come in the order of entry. */
static gboolean
read_latest (Export *self, const char *aggregate, GError **error)
{
  GPtrArray *list = read_all (self, aggregate, error);
  GHashTable *table;

  if (list == NULL)
    return FALSE;
  table = id_table (NULL);
  for (guint i = 0; i < list->len; i++)
    {
      BzgId person;

      if (bzg_record_get_id (list->pdata[i], "person", &person))
        g_hash_table_insert (table, g_memdup2 (&person, sizeof person), list->pdata[i]);
    }
  g_hash_table_insert (self->latest, g_strdup (aggregate), table);
  return TRUE;
}

static gboolean
read_consents (Export *self, GError **error)
{
  GPtrArray *list = read_all (self, "consent", error);

  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      const char *purpose = bzg_record_get (list->pdata[i], "purpose");
      GHashTable *table;
      BzgId person;

      if (purpose == NULL || !bzg_record_get_id (list->pdata[i], "person", &person))
        continue;
      table = g_hash_table_lookup (self->consents, purpose);
      if (table == NULL)
        {
          table = id_table (NULL);
          g_hash_table_insert (self->consents, g_strdup (purpose), table);
        }
      g_hash_table_insert (table, g_memdup2 (&person, sizeof person), list->pdata[i]);
    }
  return list != NULL;
}

static gboolean
read_heads (Export *self, GError **error)
{
  GPtrArray *list = read_all (self, "head_count", error);

  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      GPtrArray *counts;
      BzgId activity;

      if (!bzg_record_get_id (list->pdata[i], "activity", &activity))
        continue;
      counts = g_hash_table_lookup (self->heads, &activity);
      if (counts == NULL)
        {
          counts = g_ptr_array_new ();
          g_hash_table_insert (self->heads, g_memdup2 (&activity, sizeof activity), counts);
        }
      g_ptr_array_add (counts, list->pdata[i]);
    }
  return list != NULL;
}

/* A household entered by hand has no reference: it is called after its first member. */
static void
name_household (Export *self, const BzgRecord *member)
{
  BzgId household;
  BzgId person;
  const char *ref;

  if (!bzg_record_get_id (member, "household", &household)
      || g_hash_table_contains (self->households, &household)
      || !bzg_record_get_id (member, "person", &person))
    return;
  ref = g_hash_table_lookup (self->refs, &person);
  if (ref != NULL)
    g_hash_table_insert (self->households, g_memdup2 (&household, sizeof household),
                         g_strdup (ref));
}

static gboolean
prepare (Export *self, GPtrArray *rows, GError **error)
{
  const char *aggregate = self->profile->aggregate;

  if (strcmp (aggregate, "activity") == 0)
    return read_names (self, "fund", "name", self->funds, error) && read_heads (self, error);
  if (strcmp (aggregate, "person") != 0)
    {
      GPtrArray *people = read_all (self, "person", error);

      return people != NULL && read_refs (self, people, error)
             && read_names (self, "fund", "name", self->funds, error)
             && read_consents (self, error);
    }
  if (!read_refs (self, rows, error)
      || !read_names (self, "household", "ref", self->households, error)
      || !read_latest (self, "case_file", error) || !read_latest (self, "migration", error)
      || !read_latest (self, "household_member", error) || !read_consents (self, error))
    return FALSE;
  {
    GHashTable *members = g_hash_table_lookup (self->latest, "household_member");

    for (guint i = 0; i < rows->len; i++)
      {
        const BzgRecord *member = g_hash_table_lookup (members, bzg_record_id (rows->pdata[i]));

        if (member != NULL)
          name_household (self, member);
      }
  }
  return TRUE;
}

/* Whoever refused lists with names, or took the consent back, is in none. */
static gboolean
is_left_out (Export *self, const BzgRecord *row)
{
  GHashTable *answers = g_hash_table_lookup (self->consents, "named_export");
  const BzgRecord *answer;
  const char *status;
  BzgId person = *bzg_record_id (row);

  if (answers == NULL
      || (strcmp (self->profile->aggregate, "person") != 0
          && !bzg_record_get_id (row, "person", &person)))
    return FALSE;
  answer = g_hash_table_lookup (answers, &person);
  status = answer != NULL ? bzg_record_get (answer, "status") : NULL;
  return g_strcmp0 (status, "refused") == 0 || g_strcmp0 (status, "withdrawn") == 0;
}

/* The section `import` holds where a row came from; it goes with the row. */
static gboolean
may_export (Export *self, const BzgColumn *column)
{
  const char *section = column->field != NULL ? column->field->section : NULL;

  if (section == NULL || strcmp (section, "import") == 0)
    return TRUE;
  if (column->kind == BZG_COLUMN_HOUSEHOLD)
    section = "household";
  return bzg_session_allows (self->session, section, BZG_ACT_READ)
         && bzg_session_allows (self->session, section, BZG_ACT_EXPORT);
}

/* The sum over head counts of one sex; NULL if none. (transfer full) */
static char *
heads_of (Export *self, const BzgRecord *activity, const char *sex)
{
  GPtrArray *counts = g_hash_table_lookup (self->heads, bzg_record_id (activity));
  gboolean found = FALSE;
  gint64 sum = 0;

  for (guint i = 0; counts != NULL && i < counts->len; i++)
    {
      const char *people = bzg_record_get (counts->pdata[i], "people");

      if (people == NULL || g_strcmp0 (bzg_record_get (counts->pdata[i], "sex"), sex) != 0)
        continue;
      sum += g_ascii_strtoll (people, NULL, 10);
      found = TRUE;
    }
  return found ? g_strdup_printf ("%" G_GINT64_FORMAT, sum) : NULL;
}

/* Their common age band; NULL if there is none. */
static const char *
band_of (Export *self, const BzgRecord *activity)
{
  GPtrArray *counts = g_hash_table_lookup (self->heads, bzg_record_id (activity));
  const char *band = NULL;

  for (guint i = 0; counts != NULL && i < counts->len; i++)
    {
      const char *own = bzg_record_get (counts->pdata[i], "age_band");

      if (i > 0 && g_strcmp0 (own, band) != 0)
        return NULL;
      band = own;
    }
  return band;
}

/* The text of one cell, NULL for an empty one. (transfer full) */
static char *
cell_of (Export *self, const BzgColumn *column, const BzgRecord *row)
{
  const BzgRecord *record = row;
  const char *text;
  BzgId id;

  switch (column->kind)
    {
    case BZG_COLUMN_FIELD:
      if (strcmp (column->field->id, "person.ref") == 0)
        return g_strdup (g_hash_table_lookup (self->refs, bzg_record_id (row)));
      if (strcmp (column->field->aggregate->name, self->profile->aggregate) != 0)
        record
          = g_hash_table_lookup (g_hash_table_lookup (self->latest, column->field->aggregate->name),
                                 bzg_record_id (row));
      /* Money in somoni has a column of its own. */
      if (record != NULL && strcmp (self->profile->aggregate, "support") == 0
          && (strcmp (column->name, "cost") == 0 || strcmp (column->name, "currency") == 0)
          && g_strcmp0 (bzg_record_get (record, "currency"), "TJS") == 0
          && bzg_record_get (record, "cost") != NULL)
        return NULL;
      return record != NULL ? g_strdup (bzg_record_get (record, column->field->name)) : NULL;
    case BZG_COLUMN_PERSON:
      return bzg_record_get_id (row, column->field->name, &id)
               ? g_strdup (g_hash_table_lookup (self->refs, &id))
               : NULL;
    case BZG_COLUMN_FUND:
      return bzg_record_get_id (row, column->field->name, &id)
               ? g_strdup (g_hash_table_lookup (self->funds, &id))
               : NULL;
    case BZG_COLUMN_HOUSEHOLD:
      record = g_hash_table_lookup (g_hash_table_lookup (self->latest, "household_member"),
                                    bzg_record_id (row));
      return record != NULL && bzg_record_get_id (record, "household", &id)
               ? g_strdup (g_hash_table_lookup (self->households, &id))
               : NULL;
    case BZG_COLUMN_CONSENT:
      {
        GHashTable *answers = g_hash_table_lookup (self->consents, column->purpose);

        record = answers != NULL ? g_hash_table_lookup (answers, bzg_record_id (row)) : NULL;
        text = record != NULL ? bzg_record_get (record, "status") : NULL;
        return g_strdup (g_strcmp0 (text, "given") == 0     ? "yes"
                         : g_strcmp0 (text, "refused") == 0 ? "no"
                                                            : text);
      }
    case BZG_COLUMN_COST_TJS:
      return g_strcmp0 (bzg_record_get (row, "currency"), "TJS") == 0
               ? g_strdup (bzg_record_get (row, "cost"))
               : NULL;
    case BZG_COLUMN_HEADS_F:
      return heads_of (self, row, "F");
    case BZG_COLUMN_HEADS_M:
      return heads_of (self, row, "M");
    case BZG_COLUMN_AGE_BAND:
      return g_strdup (band_of (self, row));
    case BZG_COLUMN_REF:
    default:
      return NULL;
    }
}

static void
write_row (Export *self, GPtrArray *columns, const BzgRecord *row, GString *out)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_full (columns->len, g_free);

  for (guint i = 0; i < columns->len; i++)
    {
      const BzgColumn *column = columns->pdata[i];

      g_ptr_array_add (cells, may_export (self, column) ? cell_of (self, column, row) : NULL);
    }
  bzg_csv_append_row (out, (const char *const *) cells->pdata, cells->len, self->flags);
}

static gboolean
write_all (Export *self,
           GString *out,
           guint *n_rows,
           BzgProgress progress,
           gpointer data,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GPtrArray) columns = g_ptr_array_new ();
  g_autoptr (GPtrArray) header = g_ptr_array_new ();
  GPtrArray *rows = read_all (self, self->profile->aggregate, error);
  guint written = 0;

  if (rows == NULL || !prepare (self, rows, error))
    return FALSE;
  /* A row's own number in the file it came from stays in the import record. */
  for (guint i = 0; i < self->profile->columns->len; i++)
    {
      BzgColumn *column = self->profile->columns->pdata[i];

      if (column->kind == BZG_COLUMN_REF)
        continue;
      g_ptr_array_add (columns, column);
      g_ptr_array_add (header, column->name);
    }
  bzg_csv_append_row (out, (const char *const *) header->pdata, header->len, self->flags);
  for (guint i = 0; i < rows->len; i++)
    {
      if (!is_left_out (self, rows->pdata[i]))
        {
          write_row (self, columns, rows->pdata[i], out);
          written++;
        }
      if (i % 256 != 0)
        continue;
      if (g_cancellable_is_cancelled (cancellable))
        {
          g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "cancelled");
          return FALSE;
        }
      if (progress != NULL)
        progress ((double) i / rows->len, data);
    }
  if (n_rows != NULL)
    *n_rows = written;
  return TRUE;
}

GBytes *
bzg_export_csv_bytes (BzgSession *session,
                      const char *profile,
                      gboolean guard,
                      guint *rows,
                      BzgProgress progress,
                      gpointer data,
                      GCancellable *cancellable,
                      GError **error)
{
  const BzgProfile *found = _bzg_profile (profile);
  const BzgAggregate *aggregate;
  g_autoptr (GHashTable) refs = id_table (g_free);
  g_autoptr (GHashTable) funds = id_table (g_free);
  g_autoptr (GHashTable) households = id_table (g_free);
  g_autoptr (GHashTable) heads = id_table ((GDestroyNotify) g_ptr_array_unref);
  g_autoptr (GHashTable) latest
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
  g_autoptr (GHashTable) consents
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
  g_autoptr (GPtrArray) keep = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  GString *out;
  Export self = { .session = session,
                  .profile = found,
                  .flags = guard ? BZG_CSV_GUARD : BZG_CSV_PLAIN,
                  .refs = refs,
                  .funds = funds,
                  .households = households,
                  .heads = heads,
                  .latest = latest,
                  .consents = consents,
                  .keep = keep };

  if (found == NULL)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_USAGE, "no such export");
      return NULL;
    }
  aggregate = bzg_dictionary_aggregate (found->aggregate);
  if (!bzg_session_allows (session, aggregate->fields[1]->section, BZG_ACT_EXPORT)
      || !bzg_session_allows (session, aggregate->fields[1]->section, BZG_ACT_READ))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE, "the role may not export it");
      return NULL;
    }
  out = g_string_new (NULL);
  if (!write_all (&self, out, rows, progress, data, cancellable, error))
    {
      g_string_free (out, TRUE);
      return NULL;
    }
  return g_string_free_to_bytes (out);
}

gboolean
bzg_export_csv (BzgSession *session,
                const char *profile,
                const char *path,
                gboolean guard,
                guint *rows,
                BzgProgress progress,
                gpointer data,
                GCancellable *cancellable,
                GError **error)
{
  g_autofree char *purpose = g_strdup_printf ("%s csv", profile);
  g_autoptr (BzgPermit) permit = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (_bzg_profile (profile) == NULL)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_USAGE, "no such export");
      return FALSE;
    }
  permit = bzg_permit_ask (session, BZG_EXIT_RECORDS, NULL, purpose, error);
  if (permit == NULL)
    return FALSE;
  bytes = bzg_export_csv_bytes (session, profile, guard, rows, progress, data, cancellable, error);
  return bytes != NULL
         && bzg_permit_write (permit, path, g_bytes_get_data (bytes, NULL),
                              g_bytes_get_size (bytes), BZG_FILE_NEW, error);
}
