/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../casebook/casebook-fixture.h"

#include "casebook/bzg-facts.h"
#include "casebook/bzg-people.h"
#include "exchange/bzg-demo.h"

#include <string.h>
#include <time.h>

/* The people of an invented programme at size: list, search, doubles, facts. Prints milliseconds;
 * the doubles are compared with the truth that the demonstration keeps. BENCH_PEOPLE: how many. */

static double
since (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) / 1000.0;
}

static void
time_list (BzgPeopleList *list, const char *what, BzgPeopleQuery query)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GObject) first = NULL;
  guint n;

  bzg_people_list_set_query (list, &query);
  g_assert_no_error (bzg_row_list_get_error (BZG_ROW_LIST (list)));
  n = g_list_model_get_n_items (G_LIST_MODEL (list));
  first = g_list_model_get_item (G_LIST_MODEL (list), 0);
  g_print ("list %-28s %8.2f ms  %u rows\n", what, since (start), n);
}

static void
time_search (BzgSession *session, const char *text)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) hits = bzg_people_search (session, text, 20, &error);

  g_assert_no_error (error);
  g_print ("search %-26s %8.2f ms  %u hits, best %d\n", text, since (start), hits->len,
           hits->len > 0 ? ((BzgHit *) hits->pdata[0])->score : 0);
}

/* Milliseconds of processor time of this thread: other work beside does not count. */
static double
cpu_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

/* "VmRSS" or, since the last call with @reset, "VmHWM", in MB. */
static double
memory_mb (const char *what, gboolean reset)
{
  g_autofree char *status = NULL;
  const char *found;

  if (reset)
    {
      FILE *file = fopen ("/proc/self/clear_refs", "w");

      if (file != NULL)
        {
          fputs ("5", file);
          fclose (file);
        }
    }
  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  found = strstr (status, what);
  return found != NULL ? (double) g_ascii_strtoll (found + strlen (what) + 1, NULL, 10) / 1024 : 0;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

/* The middle and the slow end of many timings. */
static void
print_percentiles (const char *what, GArray *times)
{
  g_array_sort (times, compare_doubles);
  g_print ("%-33s processor p50 %.2f ms, p95 %.2f ms, worst %.2f ms (%u)\n", what,
           g_array_index (times, double, times->len / 2),
           g_array_index (times, double, times->len * 95 / 100),
           g_array_index (times, double, times->len - 1), times->len);
}

/* What the people page does at a key press: the whole list anew, and its first rows. */
static double
time_table (BzgPeopleList *list, const char *text)
{
  BzgPeopleQuery query = { .text = text, .order = BZG_PEOPLE_BY_RELEVANCE };
  double start = cpu_ms ();
  guint n;

  bzg_people_list_set_query (list, &query);
  n = g_list_model_get_n_items (G_LIST_MODEL (list));
  for (guint i = 0; i < MIN (n, 30); i++)
    g_object_unref (g_list_model_get_item (G_LIST_MODEL (list), i));
  return cpu_ms () - start;
}

/* Every key press of the names of some people, in the box and in the table of the people page; then
 * the same names with a letter exchanged and one lost. */
static void
time_typing (BzgSession *session, BzgPeopleList *list, GPtrArray *people)
{
  g_autoptr (GArray) typed = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) listed = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) wrong = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < MIN (people->len, 60); i++)
    {
      const BzgRecord *person = people->pdata[i * 7919 % people->len];
      const char *family = bzg_record_get (person, "family_name");
      g_autofree char *name = g_strdup_printf ("%s %s", family != NULL ? family : "",
                                               bzg_record_get (person, "given_name"));
      glong len = g_utf8_strlen (name, -1);

      for (glong n = 2; n <= len; n++)
        {
          g_autofree char *part = g_utf8_substring (name, 0, n);
          double start = cpu_ms ();
          g_autoptr (GPtrArray) hits = bzg_people_search (session, part, 20, NULL);
          double ms = cpu_ms () - start;

          g_assert_nonnull (hits);
          g_array_append_val (typed, ms);
          ms = time_table (list, part);
          g_array_append_val (listed, ms);
        }
      for (glong n = 1; n + 1 < len; n += 2)
        {
          g_autofree char *head = g_utf8_substring (name, 0, n);
          g_autofree char *one = g_utf8_substring (name, n, n + 1);
          g_autofree char *two = g_utf8_substring (name, n + 1, n + 2);
          const char *tail = g_utf8_offset_to_pointer (name, n + 2);
          g_autofree char *exchanged = g_strconcat (head, two, one, tail, NULL);
          g_autofree char *lost = g_strconcat (head, two, tail, NULL);
          const char *const texts[] = { exchanged, lost };

          for (guint j = 0; j < G_N_ELEMENTS (texts); j++)
            {
              double start = cpu_ms ();
              g_autoptr (GPtrArray) hits = bzg_people_search (session, texts[j], 20, NULL);
              double ms = cpu_ms () - start;

              g_assert_nonnull (hits);
              g_array_append_val (wrong, ms);
            }
        }
    }
  print_percentiles ("search, each key press", typed);
  print_percentiles ("people table, each key press", listed);
  print_percentiles ("search, a slip in the name", wrong);
}

typedef struct
{
  GHashTable *refs; /* id -> ref */
  guint found, right;
  guint same, same_right;
} Doubles;

static gboolean
pair_cb (const BzgPair *pair, gpointer data)
{
  Doubles *self = data;
  const char *a = g_hash_table_lookup (self->refs, &pair->a);
  const char *b = g_hash_table_lookup (self->refs, &pair->b);
  gboolean right = a != NULL && b != NULL && strncmp (a, b, 8) == 0;

  self->found++;
  self->right += right;
  self->same += pair->same;
  self->same_right += pair->same && right;
  return TRUE;
}

static gboolean
count_cb (const BzgFact *fact, gpointer data)
{
  (*(guint *) data)++;
  return TRUE;
}

int
main (int argc, char **argv)
{
  Casebook c = { 0 };
  g_autoptr (BzgSecret) secret = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) refs = g_hash_table_new_full (bzg_id_hash, bzg_id_equal, NULL, NULL);
  g_autoptr (GPtrArray) people = NULL;
  g_autoptr (BzgPeopleList) list = NULL;
  const char *size = g_getenv ("BENCH_PEOPLE");
  const char *keep = g_getenv ("BENCH_FILE");
  BzgDemoOptions demo = { .people = size != NULL ? (guint) atoi (size) : 10000, .quarters = 4 };
  BzgCreateOptions options = { .programme = "Demo", .admin = "office", .training = TRUE };
  Doubles doubles = { .refs = refs };
  guint n_facts = 0, n_true = 0;
  gint64 start;
  double cpu, before;

  casebook_test_init (&argc, &argv);
  secret = bzg_secret_new_text (PASSPHRASE);
  c.folder = g_dir_make_tmp ("bozgasht-bench-XXXXXX", NULL);
  c.path = keep != NULL ? g_strdup (keep) : g_build_filename (c.folder, "b.bozgasht", NULL);
  if (g_file_test (c.path, G_FILE_TEST_EXISTS))
    casebook_open (&c, "office");
  else
    {
      options.path = c.path;
      options.passphrase = secret;
      c.session = bzg_session_create (&options, &error);
      g_assert_no_error (error);
      start = g_get_monotonic_time ();
      bzg_demo_fill (c.session, &demo, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      g_print ("fill %u people %.1f s\n", demo.people, since (start) / 1000);
    }

  list = bzg_people_list_new (c.session);
  time_list (list, "by name", (BzgPeopleQuery){ 0 });
  time_list (list, "by name, descending", (BzgPeopleQuery){ .descending = TRUE });
  time_list (list, "by category", (BzgPeopleQuery){ .order = BZG_PEOPLE_BY_CATEGORY });
  time_list (list, "by district", (BzgPeopleQuery){ .order = BZG_PEOPLE_BY_DISTRICT });
  time_list (list, "by due", (BzgPeopleQuery){ .order = BZG_PEOPLE_BY_DUE });
  time_list (list, "region", (BzgPeopleQuery){ .region = "TJ-SU" });
  time_list (list, "mine", (BzgPeopleQuery){ .mine = TRUE });
  time_list (list, "overdue", (BzgPeopleQuery){ .overdue = TRUE });
  time_list (list, "text a", (BzgPeopleQuery){ .text = "a", .order = BZG_PEOPLE_BY_RELEVANCE });
  time_list (list, "text ra", (BzgPeopleQuery){ .text = "ра", .order = BZG_PEOPLE_BY_RELEVANCE });
  time_list (list, "text rahim",
             (BzgPeopleQuery){ .text = "Рахим", .order = BZG_PEOPLE_BY_RELEVANCE });
  start = g_get_monotonic_time ();
  for (guint i = 0; i < 100; i++)
    {
      guint n = g_list_model_get_n_items (G_LIST_MODEL (list));

      g_object_unref (g_list_model_get_item (G_LIST_MODEL (list), i * 7919 % n));
    }
  g_print ("100 jumps %.2f ms\n", since (start));

  time_search (c.session, "ра");
  time_search (c.session, "Раҳимов");
  time_search (c.session, "Rahimov Farrukh");
  time_search (c.session, "Рахмиов Фаррух");
  time_search (c.session, "Khujand");
  time_search (c.session, "918");
  time_search (c.session, "91800112");
  time_search (c.session, "зимистон аср");

  start = g_get_monotonic_time ();
  bzg_facts_foreach (c.session, count_cb, &n_facts, &error);
  g_assert_no_error (error);
  g_print ("%u facts %.1f ms\n", n_facts, since (start));
  {
    BzgOverview overview;
    g_autoptr (GPtrArray) due = NULL;

    start = g_get_monotonic_time ();
    bzg_people_overview (c.session, &overview, &error);
    g_assert_no_error (error);
    g_print ("overview %.1f ms\n", since (start));
    start = g_get_monotonic_time ();
    due = bzg_people_due (c.session, 100, &error);
    g_assert_no_error (error);
    g_print ("due %.1f ms (%u)\n", since (start), due->len);
  }

  people = bzg_session_list (c.session, "person", NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < people->len; i++)
    {
      const char *ref = bzg_record_get (people->pdata[i], "ref");

      g_hash_table_insert (refs, (gpointer) bzg_record_id (people->pdata[i]), (gpointer) ref);
      n_true += ref != NULL && g_str_has_suffix (ref, "B");
    }
  if (people->len > 0)
    {
      g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));

      for (guint i = 0; i < 100; i++)
        {
          g_autoptr (GPtrArray) hits = NULL;
          double begin = cpu_ms ();
          double ms;

          hits = bzg_people_similar (c.session, people->pdata[i * 31 % people->len], 5, &error);
          g_assert_no_error (error);
          ms = cpu_ms () - begin;
          g_array_append_val (times, ms);
        }
      print_percentiles ("check of one new person", times);
      time_typing (c.session, list, people);
    }
  before = memory_mb ("VmRSS", TRUE);
  start = g_get_monotonic_time ();
  cpu = cpu_ms ();
  bzg_people_duplicates (c.session, 600, pair_cb, &doubles, NULL, &error);
  g_assert_no_error (error);
  g_print ("doubles %.1f s, processor %.1f s: %u of %u true pairs; %u pairs asked about; %u called "
           "certain, %u "
           "right\n",
           since (start) / 1000, (cpu_ms () - cpu) / 1000, doubles.right, n_true, doubles.found,
           doubles.same, doubles.same_right);
  g_print ("memory before the scan %.0f MB, that it adds %.0f MB\n", before,
           memory_mb ("VmHWM", FALSE) - before);
  g_clear_object (&list);
  casebook_tear_down (&c, NULL);
  return 0;
}
