/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The demonstration: the same seed gives the same content, and it looks like the real work. */
#include "exchange/bzg-demo.h"

#include <string.h>

#include <glib/gstdio.h>

#include "base/bzg-error.h"
#include "base/bzg-name.h"
#include "vault/bzg-crypto.h"
#include "../casebook/casebook-fixture.h"

#define PEOPLE 2000
#define QUARTERS 12

static const char *const dumped[] = {
  "fund",    "person",    "household",   "household_member", "case_file",
  "consent", "migration", "support",     "livelihood",       "visit",
  "note",    "task",      "story",       "activity",         "head_count",
  "goal",    "referral",  "participant",
};

typedef struct
{
  char *dir, *path;
  BzgSession *session;
} Fixture;

static void
fixture_open (Fixture *fixture, gboolean training)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgSecret) secret = bzg_secret_new_text (PASSPHRASE);
  BzgCreateOptions options = { .programme = "Training", .admin = "admin", .training = training };

  fixture->dir = g_dir_make_tmp ("bozgasht-test-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->dir, "demo.bozgasht", NULL);
  options.path = fixture->path;
  options.passphrase = secret;
  fixture->session = bzg_session_create (&options, &error);
  g_assert_no_error (error);
}

static void
fixture_close (Fixture *fixture)
{
  g_autoptr (GDir) dir = NULL;
  g_autoptr (GError) error = NULL;
  const char *name;

  bzg_session_close (fixture->session, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->session);
  dir = g_dir_open (fixture->dir, 0, NULL);
  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (fixture->dir, name, NULL);

      g_unlink (path);
    }
  g_rmdir (fixture->dir);
  g_free (fixture->path);
  g_free (fixture->dir);
}

static void
fill (Fixture *fixture, guint people, guint quarters, guint64 seed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgSecret) secret = bzg_secret_new_text (PASSPHRASE);
  BzgDemoOptions options
    = { .people = people, .quarters = quarters, .seed = seed, .passphrase = secret };

  bzg_demo_fill (fixture->session, &options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static GPtrArray *
list (Fixture *fixture, const char *aggregate)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *all = bzg_session_list (fixture->session, aggregate, NULL, NULL, &error);

  g_assert_no_error (error);
  return all;
}

/* Everything that was recorded, but for the users, whose ids are made by the casebook. */
static char *
dump (Fixture *fixture)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (dumped); i++)
    {
      g_autoptr (GPtrArray) all = list (fixture, dumped[i]);

      for (guint j = 0; j < all->len; j++)
        {
          const BzgRecord *record = g_ptr_array_index (all, j);
          const BzgAggregate *aggregate = bzg_record_aggregate (record);
          char id[BZG_ID_TEXT_SIZE];

          g_string_append (out, bzg_id_to_text (bzg_record_id (record), id));
          for (guint k = 0; k < aggregate->n_fields; k++)
            if (g_strcmp0 (aggregate->fields[k]->target, "user") != 0)
              g_string_append_printf (out, "|%s",
                                      bzg_record_get (record, aggregate->fields[k]->name));
          g_string_append_c (out, '\n');
        }
    }
  return g_string_free (out, FALSE);
}

static void
test_deterministic (void)
{
  g_autofree char *first = NULL, *second = NULL, *other = NULL;
  Fixture fixture;

  fixture_open (&fixture, TRUE);
  fill (&fixture, 150, 6, 7);
  first = dump (&fixture);
  fixture_close (&fixture);
  fixture_open (&fixture, TRUE);
  fill (&fixture, 150, 6, 7);
  second = dump (&fixture);
  fixture_close (&fixture);
  fixture_open (&fixture, TRUE);
  fill (&fixture, 150, 6, 8);
  other = dump (&fixture);
  fixture_close (&fixture);

  g_assert_cmpuint (strlen (first), >, 10000);
  g_assert_true (strcmp (first, second) == 0);
  g_assert_false (strcmp (first, other) == 0);
}

static void
test_refused (void)
{
  BzgDemoOptions options = { .people = 5 };
  g_autoptr (GError) error = NULL;
  Fixture fixture;

  fixture_open (&fixture, FALSE);
  g_assert_false (bzg_demo_fill (fixture.session, &options, NULL, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_TRAINING);
  g_clear_error (&error);
  fixture_close (&fixture);

  fixture_open (&fixture, TRUE);
  g_assert_true (bzg_demo_fill (fixture.session, &options, NULL, NULL, NULL, &error));
  g_assert_false (bzg_demo_fill (fixture.session, &options, NULL, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_TRAINING);
  g_clear_error (&error);
  options.people = BZG_DEMO_MAX_PEOPLE + 1;
  g_assert_false (bzg_demo_fill (fixture.session, &options, NULL, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_USAGE);
  fixture_close (&fixture);
}

static const char *
get (gconstpointer record, const char *name)
{
  return bzg_record_get (record, name);
}

static gboolean
has (gconstpointer record, const char *name, const char *value)
{
  return g_strcmp0 (get (record, name), value) == 0;
}

static void
assert_share (const char *what, guint part, guint whole, double low, double high)
{
  double share = whole ? (double) part / whole : 0;

  g_test_message ("%s: %u of %u = %.3f (expected %.2f to %.2f)", what, part, whole, share, low,
                  high);
  g_assert_cmpfloat (share, >=, low);
  g_assert_cmpfloat (share, <=, high);
}

/* The people of category @category, by id, from the cases. */
static void
check_people (Fixture *fixture)
{
  g_autoptr (GPtrArray) people = list (fixture, "person");
  g_autoptr (GPtrArray) cases = list (fixture, "case_file");
  g_autoptr (GPtrArray) migrations = list (fixture, "migration");
  g_autoptr (GHashTable) by_id = g_hash_table_new (bzg_id_hash, bzg_id_equal);
  g_autoptr (GHashTable) refs = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) statuses = g_hash_table_new (g_str_hash, g_str_equal);
  guint twice = 0, returned = 0, men = 0, survivors = 0, women = 0, russia = 0, banned = 0;

  g_assert_cmpuint (people->len, ==, PEOPLE);
  g_assert_cmpuint (cases->len, ==, PEOPLE);
  for (guint i = 0; i < people->len; i++)
    {
      const BzgRecord *person = g_ptr_array_index (people, i);

      g_hash_table_insert (by_id, (gpointer) bzg_record_id (person), (gpointer) person);
      g_assert_true (g_hash_table_add (refs, (gpointer) get (person, "ref")));
    }
  for (guint i = 0; i < people->len; i++)
    {
      const char *ref = get (g_ptr_array_index (people, i), "ref");

      if (g_str_has_suffix (ref, "B"))
        {
          g_autofree char *primary = g_strndup (ref, strlen (ref) - 1);

          g_assert_true (g_hash_table_contains (refs, primary));
          twice++;
        }
    }
  for (guint i = 0; i < cases->len; i++)
    {
      const BzgRecord *file = g_ptr_array_index (cases, i);
      const BzgRecord *person;
      BzgId id;

      g_hash_table_add (statuses, (gpointer) get (file, "status"));
      g_assert_true (bzg_record_get_id (file, "person", &id));
      person = g_hash_table_lookup (by_id, &id);
      if (has (file, "category", "returned_migrant"))
        {
          returned++;
          men += has (person, "sex", "M");
        }
      if (has (file, "category", "trafficking_survivor"))
        {
          survivors++;
          women += has (person, "sex", "F");
        }
    }
  for (guint i = 0; i < migrations->len; i++)
    {
      russia += has (g_ptr_array_index (migrations, i), "country_of_return", "RU");
      banned += has (g_ptr_array_index (migrations, i), "re_entry_ban", "yes");
    }

  assert_share ("registered twice", twice, people->len, 0.015, 0.022);
  assert_share ("men among returned migrants", men, returned, 0.75, 0.86);
  assert_share ("women among survivors", women, survivors, 0.65, 0.95);
  assert_share ("returns from Russia", russia, migrations->len, 0.81, 0.89);
  assert_share ("re-entry bans", banned, migrations->len, 0.28, 0.39);
  g_assert_cmpuint (g_hash_table_size (statuses), ==, 7);
}

/* Ages of those who say their birth, at the last day of the first year. */
static void
check_ages (Fixture *fixture)
{
  g_autoptr (GPtrArray) people = list (fixture, "person");
  guint known = 0, partial = 0;

  for (guint i = 0; i < people->len; i++)
    {
      BzgDate birth;
      int low, high;

      if (!bzg_date_from_iso (get (g_ptr_array_index (people, i), "birth_date"), &birth))
        {
          g_assert_nonnull (get (g_ptr_array_index (people, i), "age"));
          continue;
        }
      known++;
      partial += bzg_date_precision (birth) != BZG_DATE_PRECISION_DAY;
      g_assert_true (bzg_date_age (birth, bzg_date_make (2026, 12, 31), &low, &high));
      g_assert_cmpint (high, >=, 15);
      g_assert_cmpint (low, <=, 74);
    }
  assert_share ("birth known", known, people->len, 0.9, 0.99);
  assert_share ("birth not to the day", partial, known, 0.1, 0.25);
}

static void
check_supports (Fixture *fixture)
{
  g_autoptr (GPtrArray) supports = list (fixture, "support");
  g_autoptr (GHashTable) kinds = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) suits = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint colonies = 0, spring = 0, suited = 0, greenhouses = 0, autumn = 0, delivered = 0;

  for (guint i = 0; i < supports->len; i++)
    if (has (g_ptr_array_index (supports, i), "service", "ECO03"))
      g_hash_table_add (suits, g_strdup (get (g_ptr_array_index (supports, i), "person")));
  for (guint i = 0; i < supports->len; i++)
    {
      const BzgRecord *support = g_ptr_array_index (supports, i);
      BzgDate planned;

      g_hash_table_add (kinds, (gpointer) get (support, "item"));
      delivered += get (support, "delivered") != NULL;
      g_assert_true (bzg_date_from_iso (get (support, "planned"), &planned));
      if (has (support, "service", "ECO02"))
        {
          colonies++;
          spring += planned.month >= 3 && planned.month <= 5;
          suited += g_hash_table_contains (suits, get (support, "person"));
        }
      if (has (support, "service", "ECO01"))
        {
          greenhouses++;
          autumn += planned.month >= 9 && planned.month <= 11;
        }
    }
  g_assert_cmpuint (g_hash_table_size (kinds), >=, 3 * 38);
  g_assert_cmpuint (colonies, >, 20);
  g_assert_cmpuint (greenhouses, >, 20);
  g_assert_cmpuint (spring, ==, colonies);
  g_assert_cmpuint (autumn, ==, greenhouses);
  assert_share ("beekeepers with a suit", suited, colonies, 0.85, 1);
  assert_share ("delivered", delivered, supports->len, 0.75, 0.96);
}

static void
check_visits (Fixture *fixture)
{
  g_autoptr (GPtrArray) livelihoods = list (fixture, "livelihood");
  g_autoptr (GPtrArray) visits = list (fixture, "visit");
  g_autoptr (GHashTable) ended = g_hash_table_new (g_str_hash, g_str_equal);
  guint old = 0, gone = 0, honey = 0;

  for (guint i = 0; i < visits->len; i++)
    {
      const BzgRecord *visit = g_ptr_array_index (visits, i);

      honey += has (visit, "output_unit", "kg honey");
      if (has (visit, "status", "closed") || has (visit, "status", "sold"))
        {
          g_assert_nonnull (get (visit, "reason"));
          g_hash_table_add (ended, (gpointer) get (visit, "livelihood"));
        }
    }
  for (guint i = 0; i < livelihoods->len; i++)
    {
      const BzgRecord *livelihood = g_ptr_array_index (livelihoods, i);
      char id[BZG_ID_TEXT_SIZE];

      if (strcmp (get (livelihood, "started_on"), "2024-11") > 0)
        continue;
      old++;
      gone += g_hash_table_contains (ended, bzg_id_to_text (bzg_record_id (livelihood), id));
    }
  assert_share ("businesses gone after two years", gone, old, 0.17, 0.35);
  g_assert_cmpuint (honey, >, 10);
}

static void
check_rest (Fixture *fixture)
{
  g_autoptr (GPtrArray) activities = list (fixture, "activity");
  g_autoptr (GPtrArray) consents = list (fixture, "consent");
  g_autoptr (GPtrArray) notes = list (fixture, "note");
  g_autoptr (GPtrArray) stories = list (fixture, "story");
  g_autoptr (GPtrArray) tasks = list (fixture, "task");
  g_autoptr (GPtrArray) goals = list (fixture, "goal");
  g_autoptr (GPtrArray) referrals = list (fixture, "referral");
  g_autoptr (GPtrArray) participants = list (fixture, "participant");
  g_autoptr (GHashTable) answers = g_hash_table_new (g_str_hash, g_str_equal);

  g_assert_cmpuint (activities->len, >=, QUARTERS * 3);
  for (guint i = 0; i < activities->len; i++)
    {
      int n = atoi (get (g_ptr_array_index (activities, i), "participants"));

      g_assert_cmpint (n, >=, 15);
      g_assert_cmpint (n, <=, 120);
    }
  for (guint i = 0; i < consents->len; i++)
    g_hash_table_add (answers, (gpointer) get (g_ptr_array_index (consents, i), "status"));
  g_assert_cmpuint (g_hash_table_size (answers), ==, 3);
  g_assert_cmpuint (notes->len, >, PEOPLE);
  g_assert_cmpuint (stories->len, >=, 2);
  g_assert_cmpuint (tasks->len, >, 50);
  g_assert_cmpuint (goals->len, >, PEOPLE / 4);
  g_assert_cmpuint (referrals->len, >, PEOPLE / 20);
  g_assert_cmpuint (participants->len, >, PEOPLE / 30);
}

static void
test_plausible (void)
{
  g_autoptr (GError) error = NULL;
  Fixture fixture;

  fixture_open (&fixture, TRUE);
  fill (&fixture, PEOPLE, QUARTERS, 1);
  check_people (&fixture);
  check_ages (&fixture);
  check_supports (&fixture);
  check_visits (&fixture);
  check_rest (&fixture);
  bzg_session_verify (fixture.session, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  fixture_close (&fixture);
}

/* The caseworkers see their own cases, the others according to their roles. */
static void
test_users (void)
{
  static const char *const names[] = { "case1", "case2", "protection", "manager", "me" };
  g_autoptr (BzgSecret) secret = bzg_secret_new_text (PASSPHRASE);
  g_autoptr (GError) error = NULL;
  Fixture fixture;

  fixture_open (&fixture, TRUE);
  fill (&fixture, 60, 4, 3);
  bzg_session_close (fixture.session, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GPtrArray) people = NULL;

      g_clear_object (&fixture.session);
      fixture.session = bzg_session_open (fixture.path, names[i], secret, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (bzg_session_is_training (fixture.session));
      if (i < 2)
        {
          people = list (&fixture, "person");
          g_assert_cmpuint (people->len, >, 10);
          g_assert_cmpuint (people->len, <, 60);
        }
      bzg_session_close (fixture.session, &error);
      g_assert_no_error (error);
    }
  g_clear_object (&fixture.session);
  fixture.session = bzg_session_open (fixture.path, "admin", secret, NULL, &error);
  g_assert_no_error (error);
  fixture_close (&fixture);
}

static void
filled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean *done = user_data;

  bzg_demo_fill_finish (BZG_SESSION (source), result, &error);
  g_assert_no_error (error);
  *done = TRUE;
}

static void
test_async (void)
{
  BzgDemoOptions options = { .people = 400, .quarters = 4, .seed = 11 };
  gboolean done = FALSE;
  Fixture fixture;
  g_autofree char *first = NULL, *second = NULL;

  fixture_open (&fixture, TRUE);
  bzg_demo_fill_async (fixture.session, &options, NULL, NULL, NULL, filled_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  first = dump (&fixture);
  fixture_close (&fixture);
  fixture_open (&fixture, TRUE);
  g_assert_true (bzg_demo_fill (fixture.session, &options, NULL, NULL, NULL, NULL));
  second = dump (&fixture);
  fixture_close (&fixture);
  g_assert_true (strcmp (first, second) == 0);
}

int
main (int argc, char **argv)
{
  casebook_test_init (&argc, &argv);

  g_test_add_func ("/demo/deterministic", test_deterministic);
  g_test_add_func ("/demo/refused", test_refused);
  g_test_add_func ("/demo/plausible", test_plausible);
  g_test_add_func ("/demo/users", test_users);
  g_test_add_func ("/demo/async", test_async);
  return g_test_run ();
}
