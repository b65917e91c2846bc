/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../casebook/casebook-fixture.h"

#include "base/bzg-csv.h"
#include "casebook/bzg-ledger.h"
#include "casebook/bzg-merge.h"
#include "casebook/bzg-profile.h"
#include "release/bzg-attack.h"
#include "release/bzg-microdata.h"
#include "release/bzg-release.h"
#include "release/bzg-rows-private.h"

/*
 * Files of rows without names from a real casebook: who is in one and who is not, what is in it and
 * what is not, and that it leaves once.
 */

#define PEOPLE 260

typedef struct
{
  Casebook book;
  BzgId people[PEOPLE];
} Programme;

static void
put (BzgWork *work, const char *aggregate, const BzgId *person, const char *const *values)
{
  g_autoptr (BzgRecord) record = bzg_record_new (aggregate, NULL);

  bzg_record_set_id (record, "person", person);
  for (guint i = 0; values[i] != NULL; i += 2)
    bzg_record_set (record, values[i], values[i + 1]);
  bzg_work_put (work, record);
}

#define PUT(work, aggregate, person, ...)                                                          \
  put (work, aggregate, person, (const char *const[]){ __VA_ARGS__, NULL })

/* Half were registered in 2023, half in 2024. */
static void
add_person (Programme *p, BzgWork *work, guint i, gboolean consents)
{
  static const char *const regions[] = { "TJ-SU", "TJ-KT", "TJ-RA" };
  static const char *const births[] = { "1962-03-01", "1991-08-12", "1996", "2001-01-30" };
  static const char *const occupations[] = { "Builder", "Driver", "teacher", "дуредгар", "none" };
  g_autoptr (BzgRecord) person = bzg_record_new ("person", NULL);
  g_autofree char *family = g_strdup_printf ("Sharipov%u", i);
  g_autofree char *village = g_strdup_printf ("Qishloq%u", i);
  const BzgId *id = bzg_record_id (person);
  gboolean early = i % 2 == 0;

  p->people[i] = *id;
  bzg_record_set (person, "family_name", family);
  bzg_record_set (person, "given_name", "Nigora");
  bzg_record_set (person, "sex", i / 2 % 2 == 0 ? "F" : "M");
  bzg_record_set (person, "birth_date", births[i / 4 % 4]);
  bzg_record_set (person, "region", regions[i / 16 % 3]);
  bzg_record_set (person, "settlement", village);
  bzg_record_set (person, "occupation", occupations[i % 5]);
  bzg_record_set (person, "health_problem", i / 3 % 2 == 0 ? "yes" : "no");
  bzg_record_set (person, "note", "walks with a stick");
  bzg_work_put (work, person);
  PUT (work, "case_file", id, "status", "services", "category",
       i / 5 % 3 == 0 ? "trafficking_survivor" : "returned_migrant", "registered",
       early ? "2023-05-17" : "2024-02-08");
  PUT (work, "migration", id, "country_of_return", i % 7 == 0 ? "KZ" : "RU", "place_of_return",
       "Tyumen");
  PUT (work, "support", id, "service", i / 7 % 2 == 0 ? "LEG01" : "ECO01", "delivered",
       early ? "2023-06-11" : "2024-06-11", "cost", "731.00", "currency", "TJS");
  if (consents)
    PUT (work, "consent", id, "purpose", "research", "status", "given", "given_on", "2023-01-05");
}

/* Everybody but the last @without consents. */
static void
fill (Programme *p, guint without)
{
  g_autoptr (BzgWork) work = bzg_work_new ();

  for (guint i = 0; i < PEOPLE; i++)
    add_person (p, work, i, i < PEOPLE - without);
  casebook_commit (&p->book, work);
  bzg_session_set_today (p->book.session, bzg_date_make (2025, 3, 1));
}

static void
set_up (Programme *p, gconstpointer data)
{
  casebook_set_up (&p->book, NULL);
  fill (p, GPOINTER_TO_UINT (data));
}

static void
tear_down (Programme *p, gconstpointer data)
{
  casebook_tear_down (&p->book, NULL);
}

static BzgMicrodata *
try_years (Programme *p, BzgMicrodataAudience audience, int first, int last, GError **error)
{
  BzgMicrodataOptions options = { audience, first, last, NULL };
  g_autoptr (BzgMicrodata) microdata = bzg_microdata_new (p->book.session, &options, error);

  return microdata != NULL && bzg_microdata_make (microdata, NULL, NULL, NULL, error)
           ? g_steal_pointer (&microdata)
           : NULL;
}

static BzgMicrodata *
make (Programme *p)
{
  g_autoptr (GError) error = NULL;
  BzgMicrodata *microdata = try_years (p, BZG_MICRODATA_PUBLIC, 0, 0, &error);

  g_assert_no_error (error);
  return microdata;
}

static void
assert_refused (
  Programme *p, BzgMicrodataAudience audience, int first, int last, const char *because)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgMicrodata) microdata = try_years (p, audience, first, last, &error);

  g_assert_null (microdata);
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROWS);
  g_assert_nonnull (strstr (error->message, because));
}

static char *
path_in (Programme *p, const char *name)
{
  return g_build_filename (p->book.folder, name, NULL);
}

static void export(Programme *p, BzgMicrodata *microdata, const char *name)
{
  g_autofree char *path = path_in (p, name);
  g_autoptr (GError) error = NULL;

  bzg_microdata_export (microdata, p->book.session, path, BZG_FILE_NEW, &error);
  g_assert_no_error (error);
}

static guint
n_in_ledger (Programme *p)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = bzg_ledger_list (p->book.session, &error);

  g_assert_no_error (error);
  return list->len;
}

static char *
text_of (const BzgMicrodata *microdata)
{
  gsize len;
  const char *text = g_bytes_get_data (bzg_microdata_csv (microdata), &len);

  return g_strndup (text, len);
}

/* --- who is in it ---------------------------------------------------------------------------- */

static const char *const QUASI[] = { "year_of_registration", "sex",        "age_band", "region",
                                     "country_of_return",    "occupation", NULL };

/* k by a count of its own: header and lines, nothing else. */
static void
test_classes (Programme *p, gconstpointer data)
{
  g_autoptr (BzgMicrodata) microdata = make (p);
  const BzgMicrodataSummary *summary = bzg_microdata_summary (microdata);
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgCsvReader) reader = bzg_csv_reader_new (bzg_microdata_csv (microdata), &error);
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer value;
  guint rows = 0, columns = 0;

  g_assert_no_error (error);
  for (guint c = 0; QUASI[c] != NULL; c++)
    columns += bzg_csv_reader_find_column (reader, QUASI[c]) >= 0;
  g_assert_cmpuint (columns, >=, 2);
  while (bzg_csv_reader_next (reader, &error))
    {
      GString *class = g_string_new (NULL);
      guint n;

      for (guint c = 0; QUASI[c] != NULL; c++)
        g_string_append_printf (class, "%s|",
                                bzg_csv_reader_get_cell (reader,
                                                         bzg_csv_reader_find_column (reader,
                                                                                     QUASI[c])));
      n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, class->str));
      g_hash_table_replace (counts, g_string_free (class, FALSE), GUINT_TO_POINTER (n + 1));
      rows++;
    }
  g_assert_no_error (error);
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_assert_cmpuint (GPOINTER_TO_UINT (value), >=, 11);
  g_assert_cmpuint (g_hash_table_size (counts), ==, summary->classes);
  g_assert_cmpuint (summary->classes, >, 3);
  g_assert_cmpuint (rows, ==, summary->rows);
  g_assert_cmpuint (rows + summary->dropped, ==, PEOPLE);
  g_assert_cmpuint (summary->dropped, <=, PEOPLE / 10);
}

static void
test_consent (Programme *p, gconstpointer data)
{
  g_autoptr (BzgWork) work = bzg_work_new ();
  g_autoptr (BzgMicrodata) microdata = NULL;
  const BzgMicrodataSummary *summary;

  /* Withdrawn; run out; refused to be counted; withdrawn before it was given; without a case. */
  PUT (work, "consent", &p->people[0], "purpose", "research", "status", "withdrawn", "given_on",
       "2024-01-01");
  PUT (work, "consent", &p->people[1], "purpose", "research", "status", "given", "given_on",
       "2024-01-01", "expires_on", "2025-02-28");
  PUT (work, "consent", &p->people[2], "purpose", "donor_statistics", "status", "refused",
       "given_on", "2024-01-01");
  PUT (work, "consent", &p->people[3], "purpose", "research", "status", "withdrawn", "given_on",
       "2022");
  casebook_commit (&p->book, work);
  microdata = make (p);
  summary = bzg_microdata_summary (microdata);
  g_assert_cmpuint (summary->not_consented, ==, 5 + 2);
  g_assert_cmpuint (summary->not_counted, ==, 1);
  g_assert_cmpuint (summary->people, ==, PEOPLE - 5 - 3);
  g_assert_false (bzg_microdata_printable (microdata, summary->not_counted));
}

/* What the file takes for consent is what a permit does. */
static void
test_same_consent (Programme *p, gconstpointer data)
{
  g_autoptr (BzgWork) work = bzg_work_new ();
  g_autoptr (GArray) profiles = NULL;
  g_autoptr (GError) error = NULL;
  static const char *const statuses[] = { "given", "refused", "withdrawn" };
  static const char *const days[] = { "2022", "2023-01", "2023-01-05", "2024-03-01", NULL };
  guint given = 0;

  for (guint i = 0; i < PEOPLE; i++)
    {
      const char *day = days[i % 5];

      PUT (work, "consent", &p->people[i], "purpose", "research", "status", statuses[i % 3],
           day != NULL ? "given_on" : NULL, day);
    }
  casebook_commit (&p->book, work);
  profiles = bzg_profiles_read (p->book.session, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (profiles->len, ==, PEOPLE);
  for (guint i = 0; i < profiles->len; i++)
    {
      const BzgProfile *profile = &g_array_index (profiles, BzgProfile, i);

      g_assert_true (profile->research
                     == bzg_permit_consented (p->book.session, &profile->person, "research"));
      given += profile->research;
    }
  g_assert_cmpuint (given, >, 20);
  g_assert_cmpuint (given, <, PEOPLE - 20);
}

static void
test_too_few (Programme *p, gconstpointer data)
{
  assert_refused (p, BZG_MICRODATA_PUBLIC, 2023, 2023, "110");
  assert_refused (p, BZG_MICRODATA_PUBLIC, 2020, 2022, "110");
}

/* --- what is in it --------------------------------------------------------------------------- */

static void
test_nothing_identifies (Programme *p, gconstpointer data)
{
  g_autoptr (BzgMicrodata) microdata = NULL;
  g_autofree char *text = NULL;
  static const char *const never[]
    = { "Sharipov", "Nigora",   "Qishloq", "Tyumen",  "stick",  "731",
        "Builder",  "дуредгар", "1991",    "2023-05", "-06-11", "forced_labour" };

  bzg_paper_free (casebook_set_up_sections (&p->book));
  for (guint i = 0; i < 60; i++)
    casebook_seal (&p->book, "trafficking", &p->people[i],
                   (const char *const[]){ "status", "actual", "decided_by", "police",
                                          "exploitation", "forced_labour", NULL });
  microdata = make (p);
  text = text_of (microdata);
  for (guint i = 0; i < G_N_ELEMENTS (never); i++)
    g_assert_null (strstr (text, never[i]));
  for (guint i = 0; i < PEOPLE; i++)
    {
      g_autoptr (GPtrArray) files
        = bzg_session_list (p->book.session, "case_file", "person", &p->people[i], NULL);
      char id[BZG_ID_TEXT_SIZE];

      bzg_id_to_text (&p->people[i], id);
      g_assert_null (strstr (text, id));
      if (bzg_record_get (files->pdata[0], "case_no") != NULL)
        g_assert_null (strstr (text, bzg_record_get (files->pdata[0], "case_no")));
    }
}

static int
by_text (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* "class value" of every row, sorted: what the file says of a column by itself. */
static GPtrArray *
told_of (const BzgRows *rows, guint column)
{
  GPtrArray *out = g_ptr_array_new_with_free_func (g_free);

  for (guint row = 0; row < rows->n; row++)
    {
      g_autofree char *class = _bzg_rows_class (rows, row);
      const char *text = _bzg_rows_get (rows, row, column);

      g_ptr_array_add (out, g_strconcat (class, text != NULL ? text : "", NULL));
    }
  g_ptr_array_sort (out, by_text);
  return out;
}

/* No order of the record is left, of the rows and within those that look alike: who knows one
 * answer of somebody does not find the others beside it. Each column by itself stays as it was. */
static void
test_shuffled (Programme *p, gconstpointer data)
{
  g_autoptr (BzgMicrodata) one = make (p);
  g_autoptr (BzgMicrodata) two = make (p);
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgRows) first = _bzg_rows_from_csv (bzg_microdata_csv (one), &error);
  g_autoptr (BzgRows) second = _bzg_rows_from_csv (bzg_microdata_csv (two), &error);
  g_autofree char *text = text_of (one);
  g_autofree char *other_text = text_of (two);
  g_auto (GStrv) a = g_strsplit (text, "\r\n", -1);
  g_auto (GStrv) b = g_strsplit (other_text, "\r\n", -1);

  g_assert_no_error (error);
  qsort (a, g_strv_length (a), sizeof *a, by_text);
  qsort (b, g_strv_length (b), sizeof *b, by_text);
  g_assert_false (g_strv_equal ((const char *const *) a, (const char *const *) b));
  for (guint c = 0; c < first->columns->len; c++)
    {
      g_autoptr (GPtrArray) x = told_of (first, c);
      g_autoptr (GPtrArray) y = told_of (second, c);

      g_assert_cmpuint (x->len, ==, y->len);
      for (guint i = 0; i < x->len; i++)
        g_assert_cmpstr (x->pdata[i], ==, y->pdata[i]);
    }
}

/* What fewer than eleven have in a column that may harm is in no row. */
static void
test_rare (Programme *p, gconstpointer data)
{
  g_autoptr (BzgMicrodata) microdata = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; i < 13; i++)
    {
      g_autoptr (GPtrArray) files
        = bzg_session_list (p->book.session, "case_file", "person", &p->people[i], NULL);

      bzg_record_set (files->pdata[0], "category", i < 10 ? "stranded" : "child");
      casebook_put (&p->book, files->pdata[0]);
    }
  microdata = make (p);
  text = text_of (microdata);
  g_assert_nonnull (strstr (text, "returned_migrant"));
  g_assert_null (strstr (text, "stranded"));
  g_assert_null (strstr (text, "child"));
}

static void
test_role (Programme *p, gconstpointer data)
{
  g_autoptr (BzgMicrodata) microdata = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *path = path_in (p, "rows.csv");

  casebook_add_user (&p->book, "counter", "me");
  casebook_add_user (&p->book, "case", "caseworker");
  casebook_close (&p->book);
  casebook_open (&p->book, "counter");
  bzg_session_set_today (p->book.session, bzg_date_make (2025, 3, 1));
  microdata = make (p);
  text = text_of (microdata);
  g_assert_null (strstr (text, "health_problem"));
  g_assert_nonnull (strstr (text, "category"));
  /* To publish needs the approval of the programme. */
  g_assert_false (bzg_microdata_export (microdata, p->book.session, path, BZG_FILE_NEW, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_clear_error (&error);
  g_clear_pointer (&microdata, bzg_microdata_free);
  casebook_close (&p->book);
  casebook_open (&p->book, "case");
  microdata = try_years (p, BZG_MICRODATA_PUBLIC, 0, 0, &error);
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE);
}

static void
test_priority (Programme *p, gconstpointer data)
{
  static const char *const keep[] = { "age_band=100", "region=0", NULL };
  static const char *const wrong[] = { "village=3", NULL };
  BzgMicrodataOptions options = { .priorities = keep };
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgMicrodata) microdata = bzg_microdata_new (p->book.session, &options, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  bzg_microdata_make (microdata, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  text = text_of (microdata);
  g_assert_nonnull (strstr (text, "25-34"));
  options.priorities = wrong;
  g_assert_null (bzg_microdata_new (p->book.session, &options, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_USAGE);
}

/* --- that it leaves once --------------------------------------------------------------------- */

static void
test_ledger (Programme *p, gconstpointer data)
{
  g_autoptr (BzgMicrodata) microdata = make (p);
  g_autoptr (BzgMicrodata) again = NULL;
  g_autoptr (BzgTables) tables = NULL;
  g_autoptr (GPtrArray) exits = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = path_in (p, "rows.csv");
  g_autoptr (GBytes) bytes = NULL;
  const BzgTable *table;
  gint64 sum = 0;

  export(p, microdata, "rows.csv");
  bytes = bzg_file_read (path, 1 << 20, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (bytes, bzg_microdata_csv (microdata)));
  g_assert_cmpuint (n_in_ledger (p), ==, 1);
  exits = bzg_ledger_exits (p->book.session, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (((BzgExitLine *) exits->pdata[0])->kind, ==, "microdata");

  /* In the public ledger: the whole and every class, all exact, none below k. */
  tables = bzg_release_ledger (p->book.session, &error);
  g_assert_no_error (error);
  table = bzg_tables_find_table (tables, "microdata-2023..2024");
  g_assert_nonnull (table);
  g_assert_cmpstr (table->measure, ==, "research.2023..2024");
  g_assert_cmpuint (table->n_cells, ==, bzg_microdata_summary (microdata)->classes + 1);
  for (guint c = 0; c < table->n_cells; c++)
    {
      g_assert_cmpint (table->cells[c].value, >=, 11);
      sum += table->cells[c].value;
    }
  g_assert_cmpint (sum, ==, 2 * bzg_microdata_summary (microdata)->rows);

  /* The same years are the same file. */
  again = try_years (p, BZG_MICRODATA_PARTNER, 2023, 2024, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (bytes, bzg_microdata_csv (again)));
  g_assert_nonnull (bzg_microdata_published (again));
  export(p, again, "again.csv");
  g_assert_cmpuint (n_in_ledger (p), ==, 1);
  assert_refused (p, BZG_MICRODATA_PUBLIC, 2024, 2024, "2023–2024");
  assert_refused (p, BZG_MICRODATA_PUBLIC, 2022, 2023, "2023–2024");
  assert_refused (p, BZG_MICRODATA_PUBLIC, 2023, 2025, "2024");
}

static void
test_partner_is_not_public (Programme *p, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgMicrodata) microdata = try_years (p, BZG_MICRODATA_PARTNER, 2023, 2023, &error);

  g_assert_no_error (error);
  export(p, microdata, "rows.csv");
  assert_refused (p, BZG_MICRODATA_PUBLIC, 2023, 2023, "agreement");
}

/* Somebody whose year is corrected after it left is not told a second time. */
static void
test_person_leaves_once (Programme *p, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgMicrodata) first = try_years (p, BZG_MICRODATA_PARTNER, 2023, 2023, &error);
  g_autoptr (BzgMicrodata) second = NULL;
  g_autoptr (GPtrArray) files = NULL;

  g_assert_no_error (error);
  export(p, first, "first.csv");
  files = bzg_session_list (p->book.session, "case_file", "person", &p->people[0], NULL);
  bzg_record_set (files->pdata[0], "registered", "2024-05-17");
  casebook_put (&p->book, files->pdata[0]);
  second = try_years (p, BZG_MICRODATA_PARTNER, 0, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpint (bzg_microdata_years (second)->first.year, ==, 2024);
  g_assert_cmpuint (bzg_microdata_summary (second)->earlier, ==, 1);
  g_assert_cmpuint (bzg_microdata_summary (second)->people, ==, PEOPLE / 2);
}

/* Whoever turns out to be somebody who left has left. */
static void
test_merged_leaves_once (Programme *p, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgMicrodata) first = try_years (p, BZG_MICRODATA_PARTNER, 2024, 2024, &error);
  g_autoptr (BzgMicrodata) again = NULL, second = NULL;

  g_assert_no_error (error);
  export(p, first, "first.csv");
  bzg_merge (p->book.session, "person", &p->people[0], &p->people[1], NULL, 0, NULL, &error);
  g_assert_no_error (error);
  second = try_years (p, BZG_MICRODATA_PARTNER, 2023, 2023, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (bzg_microdata_summary (second)->earlier, ==, 1);
  g_assert_cmpuint (bzg_microdata_summary (second)->people, ==, PEOPLE / 2 - 1);
  export(p, second, "second.csv");
  assert_refused (p, BZG_MICRODATA_PARTNER, 0, 0, "has left already");
  /* And has not taken the consent back. */
  again = try_years (p, BZG_MICRODATA_PARTNER, 2024, 2024, &error);
  g_assert_no_error (error);
}

/* Two files, of different size, stand in one ledger. */
static void
test_two_files (Programme *p, gconstpointer data)
{
  g_autoptr (BzgWork) work = bzg_work_new ();
  g_autoptr (BzgMicrodata) first = NULL, second = NULL;
  g_autoptr (BzgTables) tables = NULL;
  g_autoptr (GPtrArray) breaches = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 3; i++)
    PUT (work, "consent", &p->people[2 * i], "purpose", "research", "status", "withdrawn",
         "given_on", "2025-02-01");
  casebook_commit (&p->book, work);
  first = try_years (p, BZG_MICRODATA_PUBLIC, 2023, 2023, &error);
  g_assert_no_error (error);
  export(p, first, "first.csv");
  second = try_years (p, BZG_MICRODATA_PUBLIC, 2024, 2024, &error);
  g_assert_no_error (error);
  export(p, second, "second.csv");
  tables = bzg_release_ledger (p->book.session, &error);
  g_assert_no_error (error);
  breaches = bzg_attack_run (tables, NULL, FALSE, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (breaches->len, ==, 0);
}

static void
test_taken_back (Programme *p, gconstpointer data)
{
  g_autoptr (BzgMicrodata) microdata = make (p);
  g_autoptr (BzgMicrodata) again = NULL;
  g_autoptr (BzgWork) work = bzg_work_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = path_in (p, "again.csv");

  export(p, microdata, "rows.csv");
  again = try_years (p, BZG_MICRODATA_PUBLIC, 2023, 2024, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 20; i++)
    PUT (work, "consent", &p->people[i], "purpose", "research", "status", "withdrawn", "given_on",
         "2025-02-01");
  casebook_commit (&p->book, work);
  g_assert_false (bzg_microdata_export (again, p->book.session, path, BZG_FILE_NEW, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_STALE);
  assert_refused (p, BZG_MICRODATA_PUBLIC, 2023, 2024, "taken the consent back");
}

static void
test_stale (Programme *p, gconstpointer data)
{
  g_autoptr (BzgMicrodata) microdata = make (p);
  g_autoptr (BzgWork) work = bzg_work_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = path_in (p, "rows.csv");

  PUT (work, "consent", &p->people[0], "purpose", "research", "status", "withdrawn", "given_on",
       "2025-02-01");
  casebook_commit (&p->book, work);
  g_assert_false (bzg_microdata_export (microdata, p->book.session, path, BZG_FILE_NEW, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_STALE);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (n_in_ledger (p), ==, 0);
}

/* A file that cannot be written is not in the ledger; one that cannot get its name can be asked for
 * again. */
static void
test_failed_write (Programme *p, gconstpointer data)
{
  g_autoptr (BzgMicrodata) microdata = make (p);
  g_autofree char *nowhere = path_in (p, "no/such/folder.csv");
  g_autofree char *taken = path_in (p, "taken.csv");
  g_autoptr (GError) error = NULL;

  g_assert_false (bzg_microdata_export (microdata, p->book.session, nowhere, BZG_FILE_NEW, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NO_FILE);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (taken, "x", -1, NULL));
  g_assert_false (bzg_microdata_export (microdata, p->book.session, taken, BZG_FILE_NEW, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_EXISTS);
  g_assert_cmpuint (n_in_ledger (p), ==, 0);
  export(p, microdata, "rows.csv");
  g_assert_cmpuint (n_in_ledger (p), ==, 1);
  export(p, microdata, "second.csv");
  g_assert_cmpuint (n_in_ledger (p), ==, 1);
}

/* --- beside reports -------------------------------------------------------------------------- */

static BzgRelease *
make_report (Programme *p, GError **error)
{
  g_autoptr (BzgFigures) figures
    = bzg_figures_new ("[people]\ntitle=People\nmeasure=persons\nfacts=support\ndimensions=sex\n",
                       -1, NULL);
  g_autoptr (BzgRelease) release
    = bzg_release_new (p->book.session, "people", figures, "2023", NULL, FALSE, error);

  return release != NULL && bzg_release_protect (release, NULL, NULL, NULL, error)
           ? g_steal_pointer (&release)
           : NULL;
}

/* Of the people of 2023 all but two consent. Whatever the columns, the printed total less the rows
 * says so, unless more than these two are left out. */
static void
test_after_report (Programme *p, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgRelease) report = make_report (p, &error);

  g_assert_no_error (error);
  bzg_release_publish (report, p->book.session, &error);
  g_assert_no_error (error);
  assert_refused (p, BZG_MICRODATA_PUBLIC, 2023, 2023, "people");
  g_assert_cmpuint (n_in_ledger (p), ==, 1);
}

static void
test_before_report (Programme *p, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgMicrodata) microdata = try_years (p, BZG_MICRODATA_PUBLIC, 2023, 2023, &error);
  g_autoptr (BzgRelease) before = NULL;
  g_autoptr (BzgRelease) report = NULL;

  g_assert_no_error (error);
  before = make_report (p, &error);
  g_assert_no_error (error);
  export(p, microdata, "rows.csv");
  /* What was proved before the rows left is proved no more. */
  g_assert_false (bzg_release_publish (before, p->book.session, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_STALE);
  g_clear_error (&error);
  report = make_report (p, &error);
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_BESIDE_ROWS);
}

/* Ledgers with reports and rows hold together, and the history covers both. */
static void
test_together (Programme *p, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgRelease) report = make_report (p, &error);
  g_autoptr (BzgMicrodata) microdata = NULL;
  g_autoptr (BzgTables) tables = NULL;

  g_assert_no_error (error);
  bzg_release_publish (report, p->book.session, &error);
  g_assert_no_error (error);
  microdata = try_years (p, BZG_MICRODATA_PARTNER, 2024, 2024, &error);
  g_assert_no_error (error);
  export(p, microdata, "rows.csv");
  tables = bzg_release_ledger (p->book.session, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (bzg_tables_n_releases (tables), ==, 2);
  g_clear_pointer (&report, bzg_release_free);
  report = make_report (p, &error);
  g_assert_no_error (error);
  g_assert_nonnull (bzg_release_published (report));
}

int
main (int argc, char **argv)
{
  casebook_test_init (&argc, &argv);
#define ADD(path, without, func)                                                                   \
  g_test_add (path, Programme, GUINT_TO_POINTER (without), set_up, func, tear_down)
  ADD ("/microdata/classes", 0, test_classes);
  ADD ("/microdata/consent", 5, test_consent);
  ADD ("/microdata/same-consent", 0, test_same_consent);
  ADD ("/microdata/too-few", PEOPLE - 150, test_too_few);
  ADD ("/microdata/nothing-identifies", 0, test_nothing_identifies);
  ADD ("/microdata/shuffled", 0, test_shuffled);
  ADD ("/microdata/rare", 0, test_rare);
  ADD ("/microdata/role", 0, test_role);
  ADD ("/microdata/priority", 0, test_priority);
  ADD ("/microdata/ledger", 0, test_ledger);
  ADD ("/microdata/partner-is-not-public", 0, test_partner_is_not_public);
  ADD ("/microdata/person-leaves-once", 0, test_person_leaves_once);
  ADD ("/microdata/merged-leaves-once", 0, test_merged_leaves_once);
  ADD ("/microdata/two-files", 0, test_two_files);
  ADD ("/microdata/taken-back", 0, test_taken_back);
  ADD ("/microdata/stale", 0, test_stale);
  ADD ("/microdata/failed-write", 0, test_failed_write);
  ADD ("/microdata/after-report", 4, test_after_report);
  ADD ("/microdata/before-report", 4, test_before_report);
  ADD ("/microdata/together", 0, test_together);
  return g_test_run ();
}
