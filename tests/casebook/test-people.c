/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook-fixture.h"

#include "base/bzg-text.h"
#include "casebook/bzg-people.h"
#include "casebook/bzg-session-core-private.h"

#include <string.h>

/* All people here are invented. */

typedef struct
{
  const char *family, *given, *patronymic, *birth, *phone, *document, *district, *settlement;
} Somebody;

static const Somebody SOMEBODY[] = {
  { "Ғафурзода", "Ҷамшед", "Ҳасанович", "1985-08-12", "918001122", "A1234567", "TJ-SU-01", NULL },
  { "Раҳимова", "Зулфия", NULL, "1990-01-01", "+992 93 500 10 20", NULL, "TJ-KT-01", "Навобод" },
  { "Rahimov", "Qodir", NULL, "1979", NULL, "В7654321", NULL, NULL },
  { NULL, "Меҳрубон", NULL, NULL, NULL, NULL, "TJ-SU-02", NULL },
};

static BzgId ids[G_N_ELEMENTS (SOMEBODY)];

static BzgRecord *
record_of (const Somebody *somebody)
{
  BzgRecord *person = bzg_record_new ("person", NULL);

  bzg_record_set (person, "family_name", somebody->family);
  bzg_record_set (person, "given_name", somebody->given);
  bzg_record_set (person, "patronymic", somebody->patronymic);
  bzg_record_set (person, "birth_date", somebody->birth);
  bzg_record_set (person, "phone", somebody->phone);
  bzg_record_set (person, "document_no", somebody->document);
  bzg_record_set (person, "district", somebody->district);
  bzg_record_set (person, "settlement", somebody->settlement);
  return person;
}

static BzgId
add (Casebook *c, const Somebody *somebody)
{
  g_autoptr (BzgRecord) person = record_of (somebody);
  g_autoptr (BzgRecord) file = bzg_record_new ("case_file", NULL);
  g_autoptr (BzgWork) work = bzg_work_new ();

  for (guint i = 0; i < bzg_record_aggregate (person)->n_fields; i++)
    {
      const BzgField *field = bzg_record_aggregate (person)->fields[i];
      g_autofree char *canonical = NULL;

      if (bzg_record_get (person, field->name) == NULL)
        continue;
      g_assert_true (
        bzg_field_parse (field, bzg_record_get (person, field->name), &canonical, NULL));
      bzg_record_set (person, field->name, canonical);
    }
  bzg_record_set_id (file, "person", bzg_record_id (person));
  bzg_record_set (file, "status", "new");
  bzg_work_put (work, person);
  bzg_work_put (work, file);
  casebook_commit (c, work);
  return *bzg_record_id (person);
}

static void
set_up (Casebook *c, gconstpointer data)
{
  casebook_set_up (c, data);
  for (guint i = 0; i < G_N_ELEMENTS (SOMEBODY); i++)
    ids[i] = add (c, &SOMEBODY[i]);
}

/* The first hit is person number @expected, -1: nobody. */
static void
assert_first (Casebook *c, const char *text, int expected, const char *why)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) hits = bzg_people_search (c->session, text, 10, &error);

  g_assert_no_error (error);
  g_test_message ("%s: %u hits, first %s", text, hits->len,
                  hits->len > 0 ? ((BzgHit *) hits->pdata[0])->names[0] : "-");
  if (expected < 0)
    {
      g_assert_cmpuint (hits->len, ==, 0);
      return;
    }
  g_assert_cmpuint (hits->len, >, 0);
  g_assert_true (bzg_id_equal (&((BzgHit *) hits->pdata[0])->id, &ids[expected]));
  if (why != NULL)
    g_assert_cmpstr (((BzgHit *) hits->pdata[0])->why, ==, why);
}

static void
test_scripts (Casebook *c, gconstpointer data)
{
  static const char *const FIRST[]
    = { "Ғафурзода", "ғафурзода ҷамшед", "Гафуров",   "Gafurov Jamshed",  "ghafurzoda",
        "Джамшед",   "Jamshed",          "Ѓафурзода", "gafurov dzhamshed" };

  for (guint i = 0; i < G_N_ELEMENTS (FIRST); i++)
    assert_first (c, FIRST[i], 0, "name");
  assert_first (c, "Рахимова Зульфия", 1, "name");
  assert_first (c, "Zulfiya", 1, "name");
  assert_first (c, "Раҳимов Қодир", 2, "name");
  assert_first (c, "кодир", 2, "name");
  assert_first (c, "Mehrubon", 3, "name");
  assert_first (c, "мехрубон", 3, "name");
}

/* Every beginning of a name, in each script, must find its person while it is typed. */
static void
test_as_you_type (Casebook *c, gconstpointer data)
{
  static const char *const NAMES[] = { "Ғафурзода", "Гафуров", "Ghafurov", "Ҷамшед", "Jamshed" };

  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++)
    for (glong n = 3; n <= g_utf8_strlen (NAMES[i], -1); n++)
      {
        g_autofree char *part = g_utf8_substring (NAMES[i], 0, n);

        assert_first (c, part, 0, "name");
      }
}

static void
test_typing_errors (Casebook *c, gconstpointer data)
{
  assert_first (c, "Gafruov", 0, "name");
  assert_first (c, "Жамшед", 0, "name");
  assert_first (c, "Ҷамшид", 0, "name");
  assert_first (c, "Рахимва", 1, "name");
  assert_first (c, "Meхrubon", 3, "name");
  assert_first (c, "Мехрубан", 3, "name");
  assert_first (c, "Зимистон", -1, NULL);
}

static void
test_numbers (Casebook *c, gconstpointer data)
{
  g_autoptr (GPtrArray) cases = bzg_session_list (c->session, "case_file", "person", &ids[1], NULL);
  const char *number = bzg_record_get (cases->pdata[0], "case_no");
  char shown[BZG_CASE_NUMBER_DISPLAY_SIZE];
  g_autofree char *lower = g_ascii_strdown (number, -1);
  g_autoptr (GPtrArray) few = NULL;

  assert_first (c, number, 1, "case_no");
  assert_first (c, bzg_case_number_display (number, shown), 1, "case_no");
  assert_first (c, lower, 1, "case_no");
  assert_first (c, "918001122", 0, "phone");
  assert_first (c, "+992 918 00 11 22", 0, "phone");
  assert_first (c, "1122", 0, "phone");
  assert_first (c, "935001020", 1, "phone");
  assert_first (c, "A1234567", 0, "document");
  assert_first (c, "А1234567", 0, "document"); /* Cyrillic А */
  assert_first (c, "B7654321", 2, "document");
  assert_first (c, "000000000", -1, NULL);
  few = bzg_people_search (c->session, "12", 10, NULL);
  g_assert_cmpuint (few->len, ==, 0);
}

static void
test_places_and_notes (Casebook *c, gconstpointer data)
{
  static const char *const TEXTS[] = { "Навобод", "дастгохи", "Ғафурзода", "918001122" };
  g_autoptr (BzgRecord) note = bzg_record_new ("note", NULL);

  bzg_record_set_id (note, "person", &ids[3]);
  bzg_record_set (note, "date", "2020-01-01");
  bzg_record_set (note, "text", "Хоҳиши хариди дастгоҳи дӯзандагӣ дорад.");
  casebook_put (c, note);

  assert_first (c, "Навобод", 1, "place");
  assert_first (c, "Navobod", 1, "place");
  assert_first (c, "Худжанд", 0, "place");
  assert_first (c, "Рахимова Навобод", 1, "name");
  assert_first (c, "дастгохи", 3, "note");
  casebook_add_user (c, "me", "me");
  casebook_close (c);

  /* Monitoring reads neither names nor notes: looking for somebody is refused. */
  casebook_open (c, "me");
  for (guint i = 0; i < G_N_ELEMENTS (TEXTS); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BzgPeopleList) list = bzg_people_list_new (c->session);
      BzgPeopleQuery query = { .text = TEXTS[i] };

      g_assert_null (bzg_people_search (c->session, TEXTS[i], 10, &error));
      g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE);
      bzg_people_list_set_query (list, &query);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
    }
}

static void
test_hostile_text (Casebook *c, gconstpointer data)
{
  static const char *const TEXTS[]
    = { "\"",        "' OR 1=1 --", "a* OR b",      "NEAR(a b)",   "{strict} : x",
        "^^^",       "((((",        "%%%",          "\xff\xfe ab", "-a +b",
        "",          "   ",         "ab\"cd",       "😀😀 ab",       "EDKJ-FVRH",
        "ab-cd ef-", "Салим-зода",  "O'Neil/Smith", "a.b.c-d" };

  for (guint i = 0; i < G_N_ELEMENTS (TEXTS); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) hits = bzg_people_search (c->session, TEXTS[i], 10, &error);
      g_autoptr (BzgPeopleList) list = bzg_people_list_new (c->session);
      BzgPeopleQuery query = { .text = TEXTS[i], .order = BZG_PEOPLE_BY_RELEVANCE };

      g_assert_no_error (error);
      g_assert_nonnull (hits);
      bzg_people_list_set_query (list, &query);
      g_assert_no_error (bzg_row_list_get_error (BZG_ROW_LIST (list)));
    }
}

static void
test_scope (Casebook *c, gconstpointer data)
{
  g_autoptr (GPtrArray) hits = NULL;
  g_autoptr (GPtrArray) part = NULL;
  g_autoptr (GPtrArray) similar = NULL;
  g_autoptr (BzgPeopleList) list = NULL;
  g_autoptr (BzgRecord) draft = record_of (&SOMEBODY[0]);
  const BzgHit *hit;
  BzgOverview overview;
  BzgId own;

  casebook_add_user (c, "case1", "caseworker");
  casebook_close (c);
  casebook_open (c, "case1");
  own = casebook_add_person (c, "Ғафурӣ", "Нозанин", NULL);

  list = bzg_people_list_new (c->session);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1);
  g_assert_cmpint (bzg_people_list_find (list, &own), ==, 0);
  g_assert_cmpint (bzg_people_list_find (list, &ids[0]), ==, -1);
  g_assert_true (bzg_people_overview (c->session, &overview, NULL));
  g_assert_cmpuint (overview.people, ==, 1);

  /* The whole name of a stranger: there is somebody, ask the colleague; nothing else. */
  hits = bzg_people_search (c->session, "Ғафурзода Ҷамшед", 10, NULL);
  g_assert_cmpuint (hits->len, ==, 1);
  hit = hits->pdata[0];
  g_assert_cmpstr (hit->ask, ==, "office");
  g_assert_true (bzg_id_is_zero (&hit->id));
  g_assert_null (hit->case_no);
  g_assert_null (hit->ref);
  g_assert_null (hit->names[0]);
  part = bzg_people_search (c->session, "Ғафур", 10, NULL);
  g_assert_cmpuint (part->len, ==, 1);
  g_assert_true (bzg_id_equal (&((BzgHit *) part->pdata[0])->id, &own));

  similar = bzg_people_similar (c->session, draft, 5, NULL);
  g_assert_cmpuint (similar->len, >=, 1);
  g_assert_cmpstr (((BzgHit *) similar->pdata[0])->ask, ==, "office");
}

static const char *
name_at (BzgPeopleList *list, guint position)
{
  g_autoptr (BzgPersonRow) row = g_list_model_get_item (G_LIST_MODEL (list), position);

  return bzg_person_row_name (row); /* the list's page keeps it */
}

static void
test_list_order (Casebook *c, gconstpointer data)
{
  g_autoptr (BzgPeopleList) list = bzg_people_list_new (c->session);
  BzgPeopleQuery query = { .descending = TRUE };

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 4);
  /* The Tajik alphabet: ғ stands before м and р; Latin after Cyrillic. */
  g_assert_cmpstr (name_at (list, 0), ==, "Ғафурзода Ҷамшед Ҳасанович");
  g_assert_cmpstr (name_at (list, 1), ==, "Меҳрубон");
  g_assert_cmpstr (name_at (list, 2), ==, "Раҳимова Зулфия");
  g_assert_cmpstr (name_at (list, 3), ==, "Rahimov Qodir");
  bzg_people_list_set_query (list, &query);
  g_assert_cmpstr (name_at (list, 0), ==, "Rahimov Qodir");
  g_assert_cmpint (bzg_people_list_find (list, &ids[0]), ==, 3);

  query = (BzgPeopleQuery){ .district = "TJ-SU-02" };
  bzg_people_list_set_query (list, &query);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1);
  g_assert_cmpstr (name_at (list, 0), ==, "Меҳрубон");

  query = (BzgPeopleQuery){ .text = "рахимов", .order = BZG_PEOPLE_BY_RELEVANCE };
  bzg_people_list_set_query (list, &query);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 2);
  query = (BzgPeopleQuery){ .mine = TRUE, .status = "new", .order = BZG_PEOPLE_BY_DUE };
  bzg_people_list_set_query (list, &query);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 4);
  query = (BzgPeopleQuery){ .status = "closed" };
  bzg_people_list_set_query (list, &query);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
  for (BzgPeopleOrder order = BZG_PEOPLE_BY_NAME; order <= BZG_PEOPLE_BY_RELEVANCE; order++)
    for (int descending = 0; descending < 2; descending++)
      {
        query = (BzgPeopleQuery){ .order = order, .descending = descending };
        bzg_people_list_set_query (list, &query);
        g_assert_no_error (bzg_row_list_get_error (BZG_ROW_LIST (list)));
        g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 4);
      }
}

/* What listeners are told, replayed on an array of their own. */
typedef struct
{
  guint n;
  guint signals, removed, added, both;
} Listener;

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  Listener *listener = data;

  g_assert_cmpuint (position + removed, <=, listener->n);
  listener->n = listener->n - removed + added;
  g_assert_cmpuint (listener->n, ==, g_list_model_get_n_items (model));
  listener->signals++;
  listener->removed += removed;
  listener->added += added;
  if (removed > 1 && added > 1)
    listener->both++;
}

static void
settle (BzgPeopleList *list)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  bzg_row_list_flush (BZG_ROW_LIST (list));
}

static void
test_list_follows (Casebook *c, gconstpointer data)
{
  g_autoptr (BzgPeopleList) list = bzg_people_list_new (c->session);
  Listener listener = { .n = g_list_model_get_n_items (G_LIST_MODEL (list)) };
  g_autoptr (BzgRecord) person = NULL;
  g_autoptr (BzgRecord) task = bzg_record_new ("task", NULL);
  g_autoptr (BzgWork) work = bzg_work_new ();
  g_autoptr (BzgPersonRow) row = NULL;
  gulong id = g_signal_connect (list, "items-changed", G_CALLBACK (items_changed_cb), &listener);
  BzgId fresh;

  /* A new person in the middle: one row comes. */
  name_at (list, 2);
  fresh = casebook_add_person (c, "Мирзоев", "Ато", NULL);
  settle (list);
  g_assert_cmpuint (listener.n, ==, 5);
  g_assert_cmpuint (listener.added - listener.removed, ==, 1);
  g_assert_cmpstr (name_at (list, 2), ==, "Мирзоев Ато");
  g_assert_cmpstr (name_at (list, 3), ==, "Раҳимова Зулфия");

  /* A row that only changes is replaced where it stands. */
  memset (&listener, 0, sizeof listener);
  listener.n = 5;
  bzg_record_set_id (task, "person", &ids[1]);
  bzg_record_set (task, "due", "2019-03-05");
  bzg_record_set (task, "title", "Call");
  casebook_put (c, task);
  settle (list);
  g_assert_cmpuint (listener.signals, ==, 1);
  g_assert_cmpuint (listener.removed, ==, 1);
  row = g_list_model_get_item (G_LIST_MODEL (list), 3);
  g_assert_cmpstr (bzg_person_row_next_due (row), ==, "2019-03-05");

  /* A rename moves it. */
  person = casebook_get (c, "person", &fresh);
  bzg_record_set (person, "family_name", "Ятимов");
  casebook_put (c, person);
  settle (list);
  g_assert_cmpint (bzg_people_list_find (list, &fresh), ==, 3);
  g_assert_cmpstr (name_at (list, 2), ==, "Раҳимова Зулфия");

  /* Void: gone; unvoid: back. */
  bzg_work_void (work, "person", &fresh, "entered twice");
  casebook_commit (c, work);
  settle (list);
  g_assert_cmpuint (listener.n, ==, 4);
  assert_first (c, "Ятимов Ато", -1, NULL);
  g_clear_pointer (&work, bzg_work_free);
  work = bzg_work_new ();
  bzg_work_unvoid (work, "person", &fresh);
  casebook_commit (c, work);
  settle (list);
  g_assert_cmpuint (listener.n, ==, 5);

  /* A reset takes out first and puts in then. */
  bzg_row_list_reload (BZG_ROW_LIST (list));
  g_assert_cmpuint (listener.both, ==, 0);
  g_signal_handler_disconnect (list, id);
}

/* Random changes, random listeners' state: the replayed length and every position agree. */
static void
test_list_large (Casebook *c, gconstpointer data)
{
  g_autoptr (BzgWork) work = bzg_work_new ();
  g_autoptr (BzgPeopleList) list = NULL;
  g_autoptr (BzgPersonRow) first = NULL;
  g_autoptr (BzgPersonRow) again = NULL;
  g_autofree char *before = NULL;

  for (guint i = 0; i < 1500; i++)
    {
      g_autoptr (BzgRecord) person = bzg_record_new ("person", NULL);
      g_autofree char *name
        = g_strdup_printf ("Имя%c%c%c", 'a' + i % 26, 'a' + i / 26 % 26, 'a' + i / 676);

      bzg_record_set (person, "family_name", name);
      bzg_work_put (work, person);
    }
  casebook_commit (c, work);
  list = bzg_people_list_new (c->session);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1504);
  for (guint i = 0; i < 1504; i++)
    {
      g_autoptr (BzgPersonRow) row = g_list_model_get_item (G_LIST_MODEL (list), i);

      g_assert_cmpint (bzg_people_list_find (list, bzg_person_row_id (row)), ==, (int) i);
      if (before != NULL)
        g_assert_cmpint (bzg_text_compare (before, bzg_person_row_name (row), BZG_LANGUAGE_TG), <=,
                         0);
      g_free (before);
      before = g_strdup (bzg_person_row_name (row));
    }
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (list), 1504));
  /* The same object while its page is there. */
  first = g_list_model_get_item (G_LIST_MODEL (list), 7);
  again = g_list_model_get_item (G_LIST_MODEL (list), 7);
  g_assert_true (first == again);
}

/* Two letters that mean hundreds: whose name is the word first, the others by name, strangers not
 * at all, and who comes later stands in the right place at once. */
static void
test_list_many (Casebook *c, gconstpointer data)
{
  g_autoptr (BzgWork) work = bzg_work_new ();
  g_autoptr (BzgPeopleList) list = NULL;
  BzgPeopleQuery query = { .text = "са", .order = BZG_PEOPLE_BY_RELEVANCE };
  BzgId own, last;

  casebook_add_user (c, "case1", "caseworker");
  casebook_close (c);
  casebook_open (c, "case1");
  own = casebook_add_person (c, "Сабзаев", "Нур", NULL);
  casebook_close (c);
  casebook_open (c, "office");
  for (guint i = 0; i < 300; i++)
    {
      g_autoptr (BzgRecord) person = bzg_record_new ("person", NULL);
      g_autofree char *name
        = i == 150 ? g_strdup ("Са") : g_strdup_printf ("Саб%c%c", 'a' + i % 26, 'a' + i / 26);

      bzg_record_set (person, "family_name", name);
      bzg_work_put (work, person);
    }
  casebook_commit (c, work);
  list = bzg_people_list_new (c->session);
  bzg_people_list_set_query (list, &query);
  g_assert_no_error (bzg_row_list_get_error (BZG_ROW_LIST (list)));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 301);
  g_assert_cmpstr (name_at (list, 0), ==, "Са");
  for (guint i = 2; i < 301; i++)
    {
      g_autofree char *before = g_strdup (name_at (list, i - 1));

      g_assert_cmpint (bzg_text_compare (before, name_at (list, i), BZG_LANGUAGE_TG), <=, 0);
    }
  /* "sad" may be on the way to "sadzh"; whoever is Sad... stands before all that are only Sa... */
  last = casebook_add_person (c, "Садриддинов", "Ҷамол", NULL);
  query.text = "sad";
  bzg_people_list_set_query (list, &query);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), >, 200);
  g_assert_cmpint (bzg_people_list_find (list, &last), ==, 0);
  query.text = "са";
  bzg_people_list_set_query (list, &query);
  last = casebook_add_person (c, "Саяҳӣ", "Ҷамол", NULL);
  settle (list);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 303);
  g_assert_cmpint (bzg_people_list_find (list, &last), ==, 302);
  g_clear_object (&list);

  casebook_close (c);
  casebook_open (c, "case1");
  list = bzg_people_list_new (c->session);
  bzg_people_list_set_query (list, &query);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1);
  g_assert_cmpint (bzg_people_list_find (list, &own), ==, 0);
  {
    /* Not hidden behind the many that were registered after. */
    g_autoptr (GPtrArray) hits = bzg_people_search (c->session, "са", 5, NULL);

    g_assert_cmpuint (hits->len, ==, 1);
    g_assert_true (bzg_id_equal (&((BzgHit *) hits->pdata[0])->id, &own));
  }
  {
    /* What was committed is found at once, also where no main loop runs. */
    g_autoptr (GPtrArray) hits = NULL;

    last = casebook_add_person (c, "Саидзода", "Нигор", NULL);
    hits = bzg_people_search (c->session, "саид", 5, NULL);
    g_assert_cmpuint (hits->len, ==, 1);
    g_assert_true (bzg_id_equal (&((BzgHit *) hits->pdata[0])->id, &last));
  }
}

/* Dropping the index and making it anew loses nothing. */
static void
test_reopen (Casebook *c, gconstpointer data)
{
  casebook_close (c);
  casebook_open (c, "office");
  assert_first (c, "Gafurov Jamshed", 0, "name");
  assert_first (c, "Навобод", 1, "place");
}

static void
assert_similar (Casebook *c, const Somebody *draft, int expected, int at_least, const char *why)
{
  g_autoptr (BzgRecord) person = record_of (draft);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) hits = bzg_people_similar (c->session, person, 5, &error);
  const BzgHit *hit;

  g_assert_no_error (error);
  if (expected < 0)
    {
      for (guint i = 0; i < hits->len; i++)
        g_assert_cmpint (((BzgHit *) hits->pdata[i])->score, <, 600);
      return;
    }
  g_assert_cmpuint (hits->len, >, 0);
  hit = hits->pdata[0];
  g_test_message ("score %d: %s", hit->score, hit->why);
  g_assert_true (bzg_id_equal (&hit->id, &ids[expected]));
  g_assert_cmpint (hit->score, >=, at_least);
  g_assert_nonnull (strstr (hit->why, why));
}

static void
test_similar (Casebook *c, gconstpointer data)
{
  static const Somebody SAME
    = { "Gafurov", "Jamshed", NULL, "1985-08-12", NULL, NULL, "TJ-SU-01", NULL };
  static const Somebody NAME = { "Гафуров", "Джамшед", "Хасанович", NULL, NULL, NULL, NULL, NULL };
  static const Somebody EXCHANGED
    = { "Гафуров", "Джамшед", NULL, "1985-12-08", NULL, NULL, NULL, NULL };
  static const Somebody PHONE
    = { "Исломов", "Тоҳир", NULL, NULL, "00992918001122", NULL, NULL, NULL };
  static const Somebody DOCUMENT = { "Исломов", NULL, NULL, NULL, NULL, "а1234567", NULL, NULL };
  static const Somebody TYPO = { "Гафулов", "Джамшед", NULL, "1985-08-12", NULL, NULL, NULL, NULL };
  static const Somebody OTHER_YEAR
    = { "Гафуров", "Джамшед", NULL, "1999-03-03", NULL, NULL, NULL, NULL };
  static const Somebody NOBODY = { "Исломов", "Тоҳир", NULL, "1985-08-12", NULL, NULL, NULL, NULL };
  g_autoptr (BzgRecord) stored = casebook_get (c, "person", &ids[0]);
  g_autoptr (GPtrArray) own = NULL;

  assert_similar (c, &SAME, 0, 900, "birth_date");
  assert_similar (c, &NAME, 0, 600, "name");
  assert_similar (c, &EXCHANGED, 0, 700, "birth_date");
  assert_similar (c, &PHONE, 0, 600, "phone");
  assert_similar (c, &DOCUMENT, 0, 700, "document");
  assert_similar (c, &TYPO, 0, 700, "birth_date");
  assert_similar (c, &OTHER_YEAR, -1, 0, "");
  assert_similar (c, &NOBODY, -1, 0, "");
  own = bzg_people_similar (c->session, stored, 5, NULL);
  for (guint i = 0; i < own->len; i++)
    g_assert_false (bzg_id_equal (&((BzgHit *) own->pdata[i])->id, &ids[0]));
}

static gboolean
pair_cb (const BzgPair *pair, gpointer data)
{
  GArray *pairs = data;
  BzgPair copy = *pair;

  copy.why = g_intern_string (pair->why);
  copy.reasons = NULL;
  g_array_append_val (pairs, copy);
  return TRUE;
}

static void
test_duplicates (Casebook *c, gconstpointer data)
{
  static const Somebody AGAIN
    = { "Gafurov", "Jamshed", NULL, "1985-08-12", "918001122", NULL, NULL, NULL };
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (BzgPair));
  g_autoptr (GError) error = NULL;
  BzgId twice = add (c, &AGAIN);
  const BzgPair *pair;

  g_assert_true (bzg_people_duplicates (c->session, 600, pair_cb, pairs, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (pairs->len, ==, 1);
  pair = &g_array_index (pairs, BzgPair, 0);
  g_assert_true (bzg_id_equal (&pair->a, &ids[0]));
  g_assert_true (bzg_id_equal (&pair->b, &twice));
  g_assert_true (pair->same);
  g_assert_nonnull (strstr (pair->why, "phone"));
}

static const BzgReason *
find_reason (const BzgReasons *reasons, const char *field)
{
  for (guint i = 0; i < reasons->n; i++)
    if (g_str_equal (reasons->reason[i].field, field))
      return &reasons->reason[i];
  return NULL;
}

/* The waterfall says of every field what it is worth, and its sum is the score. */
static void
test_reasons (Casebook *c, gconstpointer data)
{
  static const Somebody AGAIN
    = { "Gafurov", "Jamshid", NULL, "1985-01-01", NULL, NULL, "TJ-SU-02", NULL };
  g_autoptr (BzgRecord) person = record_of (&AGAIN);
  g_autoptr (GPtrArray) hits = bzg_people_similar (c->session, person, 5, NULL);
  const BzgReasons *reasons;
  double sum = 0;

  g_assert_cmpuint (hits->len, >=, 1);
  reasons = &((BzgHit *) hits->pdata[0])->reasons;
  g_assert_cmpstr (find_reason (reasons, "family_name")->level, ==, "same");
  g_assert_cmpstr (find_reason (reasons, "given_name")->level, ==, "near");
  g_assert_cmpstr (find_reason (reasons, "birth_date")->level, ==, "year");
  g_assert_cmpstr (find_reason (reasons, "district")->level, ==, "region");
  g_assert_null (find_reason (reasons, "patronymic"));
  g_assert_cmpfloat (find_reason (reasons, "prior")->bits, <, -10);
  for (guint i = 0; i < reasons->n; i++)
    sum += reasons->reason[i].bits;
  g_assert_cmpfloat (ABS (600 + sum * 30 - ((BzgHit *) hits->pdata[0])->score), <=, 1);
}

/* A rare name in common says more than a common one. */
static void
test_rare_names (Casebook *c, gconstpointer data)
{
  static const Somebody COMMON = { "Раҳимова", "Зулфия", NULL, NULL, NULL, NULL, NULL, NULL };
  double before, after;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (BzgRecord) person = record_of (&COMMON);
      g_autoptr (GPtrArray) hits = bzg_people_similar (c->session, person, 5, NULL);

      after = find_reason (&((BzgHit *) hits->pdata[0])->reasons, "family_name")->bits;
      if (i == 0)
        {
          g_autoptr (BzgWork) work = bzg_work_new ();

          before = after;
          for (guint n = 0; n < 300; n++)
            {
              g_autoptr (BzgRecord) other = bzg_record_new ("person", NULL);
              g_autofree char *given = g_strdup_printf ("%c%c%c", 'a' + n % 26, 'o', 'b' + n % 20);

              bzg_record_set (other, "family_name", "Раҳимов");
              bzg_record_set (other, "given_name", given);
              bzg_work_put (work, other);
            }
          casebook_commit (c, work);
        }
    }
  g_assert_cmpfloat (after, <, before - 1);
}

/* Brothers, twins and strangers of one name are asked about at most, never called the same. */
static void
test_never_same (Casebook *c, gconstpointer data)
{
  static const Somebody FIRST = { "Салимзода", "Фаррух",   "Умарович", "1990-05-06",
                                  "901234567", "A1111111", "TJ-SU-01", NULL };
  static const struct
  {
    Somebody somebody;
    int below;
  } others[] = {
    /* twin, the house's phone */
    { { "Салимзода", "Баҳром", "Умарович", "1990-05-06", "901234567", NULL, "TJ-SU-01", NULL },
      600 },
    /* twin of a like name */
    { { "Салимзода", "Фарида", "Умарович", "1990-05-06", "901234567", NULL, "TJ-SU-01", NULL },
      900 },
    /* one name of two: a change of name is asked about; the year of a son */
    { { "Салимов", "Далер", NULL, "1991-07-08", NULL, NULL, "TJ-SU-01", NULL }, 600 },
    { { "Назаров", "Фаррух", NULL, "1990-05-06", NULL, NULL, "TJ-SU-01", NULL }, 900 },
    { { "Салимзода", "Фаррух", "Умарович", "2012-05-09", "901234567", NULL, "TJ-SU-01", NULL },
      900 },
    { { "Фаррух", NULL, NULL, "1990-05-06", "901234567", NULL, "TJ-SU-01", NULL }, 900 },
  };
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (BzgPair));
  BzgId first = add (c, &FIRST);

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      BzgId other = add (c, &others[i].somebody);

      g_array_set_size (pairs, 0);
      g_assert_true (bzg_people_duplicates (c->session, 0, pair_cb, pairs, NULL, NULL));
      for (guint j = 0; j < pairs->len; j++)
        {
          const BzgPair *pair = &g_array_index (pairs, BzgPair, j);

          if (!bzg_id_equal (&pair->a, &first) || !bzg_id_equal (&pair->b, &other))
            continue;
          g_test_message ("%u: %d", i, pair->score);
          g_assert_cmpint (pair->score, <, others[i].below);
          g_assert_false (pair->same);
        }
    }
}

/* What was decided is not asked again: not now, not after the file was closed, in neither question.
 */
static void
test_not_same (Casebook *c, gconstpointer data)
{
  static const Somebody AGAIN
    = { "Gafurov", "Jamshed", NULL, "1985-08-12", "918001122", NULL, NULL, NULL };
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (BzgPair));
  g_autoptr (GError) error = NULL;
  BzgId twice = add (c, &AGAIN);
  gint64 before
    = _bzg_sql_scalar (bzg_session_reader (c->session),
                       "SELECT count(*) FROM history WHERE aggregate = 'not_same'", NULL);

  g_assert_false (bzg_people_set_not_same (c->session, &twice, &twice, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_true (bzg_people_set_not_same (c->session, &twice, &ids[0], &error));
  g_assert_true (bzg_people_set_not_same (c->session, &ids[0], &twice, &error));
  g_assert_no_error (error);
  g_assert_cmpint (_bzg_sql_scalar (bzg_session_reader (c->session),
                                    "SELECT count(*) FROM history WHERE aggregate = 'not_same'",
                                    NULL),
                   ==, before + 1);
  casebook_close (c);
  casebook_open (c, "office");
  g_assert_true (bzg_people_duplicates (c->session, 0, pair_cb, pairs, NULL, &error));
  for (guint i = 0; i < pairs->len; i++)
    g_assert_false (bzg_id_equal (&g_array_index (pairs, BzgPair, i).a, &ids[0])
                    && bzg_id_equal (&g_array_index (pairs, BzgPair, i).b, &twice));
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (BzgRecord) person = casebook_get (c, "person", i == 0 ? &ids[0] : &twice);
      g_autoptr (GPtrArray) hits = bzg_people_similar (c->session, person, 5, &error);

      for (guint j = 0; j < hits->len; j++)
        g_assert_false (bzg_id_equal (&((BzgHit *) hits->pdata[j])->id, i == 0 ? &twice : &ids[0]));
    }
  g_assert_true (bzg_session_verify (c->session, NULL, NULL, NULL, &error));

  /* Who is erased leaves no trace in it. */
  g_assert_true (bzg_session_erase_person (c->session, &twice, "own_wish", NULL, &error));
  g_assert_cmpint (_bzg_sql_scalar (bzg_session_reader (c->session),
                                    "SELECT count(*) FROM not_same", NULL),
                   ==, 0);
  casebook_add_user (c, "me", "me");
  casebook_close (c);
  casebook_open (c, "me");
  g_clear_error (&error);
  g_assert_false (bzg_people_set_not_same (c->session, &ids[1], &ids[0], &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  casebook_test_init (&argc, &argv);
#define ADD(path, function)                                                                        \
  g_test_add ("/people/" path, Casebook, NULL, set_up, function, casebook_tear_down)
  ADD ("scripts", test_scripts);
  ADD ("as-you-type", test_as_you_type);
  ADD ("typing-errors", test_typing_errors);
  ADD ("numbers", test_numbers);
  ADD ("places-and-notes", test_places_and_notes);
  ADD ("hostile-text", test_hostile_text);
  ADD ("scope", test_scope);
  ADD ("list-order", test_list_order);
  ADD ("list-follows", test_list_follows);
  ADD ("list-large", test_list_large);
  ADD ("list-many", test_list_many);
  ADD ("reopen", test_reopen);
  ADD ("similar", test_similar);
  ADD ("duplicates", test_duplicates);
  ADD ("reasons", test_reasons);
  ADD ("rare-names", test_rare_names);
  ADD ("never-same", test_never_same);
  ADD ("not-same", test_not_same);
  return g_test_run ();
}
