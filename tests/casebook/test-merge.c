/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook-fixture.h"

#include <string.h>

#include "casebook/bzg-doubles.h"
#include "casebook/bzg-facts.h"
#include "casebook/bzg-image.h"
#include "casebook/bzg-import-log.h"
#include "casebook/bzg-ledger.h"
#include "casebook/bzg-merge.h"
#include "casebook/bzg-people.h"
#include "casebook/bzg-session-private.h"

static BzgId
do_merge (Casebook *c, const char *aggregate, const BzgId *keeper, const BzgId *other)
{
  g_autoptr (GError) error = NULL;
  BzgId merge;

  g_assert_true (bzg_merge (c->session, aggregate, keeper, other, NULL, 0, &merge, &error));
  g_assert_no_error (error);
  return merge;
}

static void
merge_fails (Casebook *c, const BzgId *keeper, const BzgId *other, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (bzg_merge (c->session, "person", keeper, other, NULL, 0, NULL, &error));
  g_assert_error (error, BZG_ERROR, code);
}

static void
undo (Casebook *c, const BzgId *merge)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (bzg_merge_undo (c->session, merge, NULL, &error));
  g_assert_no_error (error);
}

static void
undo_fails (Casebook *c, const BzgId *merge, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (bzg_merge_undo (c->session, merge, NULL, &error));
  g_assert_error (error, BZG_ERROR, code);
}

static void
verify (Casebook *c)
{
  g_autoptr (GError) error = NULL;

  bzg_session_verify (c->session, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* All that the record says, row by row, without revisions and times. */
static char *
dump (Casebook *c)
{
  const BzgAggregate *const *aggregates = bzg_dictionary_aggregates ();
  GString *out = g_string_new (NULL);

  for (guint a = 0; aggregates[a] != NULL; a++)
    {
      g_autofree char *columns = _bzg_record_columns (aggregates[a], "t");
      g_autofree char *sql = g_strdup_printf ("SELECT %s FROM \"%s\" AS t ORDER BY t.id", columns,
                                              aggregates[a]->table);
      g_autoptr (sqlite3_stmt) stmt = _bzg_sql_prepare (bzg_session_reader (c->session), sql, NULL);

      while (_bzg_sql_step (stmt, NULL))
        {
          g_autoptr (BzgRecord) row = _bzg_record_from_row (aggregates[a], stmt, 0, NULL);
          char id[BZG_ID_TEXT_SIZE];

          g_string_append_printf (out, "%s %s%s", aggregates[a]->name,
                                  bzg_id_to_text (bzg_record_id (row), id),
                                  bzg_record_is_void (row) ? " void" : "");
          for (guint i = 0; i < aggregates[a]->n_fields; i++)
            {
              const char *value = bzg_record_get (row, aggregates[a]->fields[i]->name);

              if (value != NULL)
                g_string_append_printf (out, " %s=%s", aggregates[a]->fields[i]->name, value);
            }
          g_string_append_c (out, '\n');
        }
    }
  return g_string_free (out, FALSE);
}

static BzgId
add (Casebook *c, const char *aggregate, const BzgId *person, ...)
{
  g_autoptr (BzgRecord) record = bzg_record_new (aggregate, NULL);
  const char *field;
  va_list args;

  if (person != NULL)
    bzg_record_set_id (record, "person", person);
  va_start (args, person);
  while ((field = va_arg (args, const char *)) != NULL)
    bzg_record_set (record, field, va_arg (args, const char *));
  va_end (args);
  casebook_put (c, record);
  return *bzg_record_id (record);
}

static void
set (Casebook *c, const BzgId *person, ...)
{
  g_autoptr (BzgRecord) record = casebook_get (c, "person", person);
  const char *field;
  va_list args;

  va_start (args, person);
  while ((field = va_arg (args, const char *)) != NULL)
    bzg_record_set (record, field, va_arg (args, const char *));
  va_end (args);
  casebook_put (c, record);
}

static BzgId
add_member (Casebook *c, const BzgId *household, const BzgId *person, const char *relation)
{
  g_autoptr (BzgRecord) member = bzg_record_new ("household_member", NULL);

  bzg_record_set_id (member, "household", household);
  bzg_record_set_id (member, "person", person);
  bzg_record_set (member, "relation", relation);
  casebook_put (c, member);
  return *bzg_record_id (member);
}

static void
assert_field (Casebook *c, const BzgId *person, const char *field, const char *value)
{
  g_autoptr (BzgRecord) record = casebook_get (c, "person", person);

  g_assert_cmpstr (bzg_record_get (record, field), ==, value);
}

static void
assert_person_of (Casebook *c, const char *aggregate, const BzgId *row, const BzgId *person)
{
  g_autoptr (BzgRecord) record = casebook_get (c, aggregate, row);
  BzgId id;

  g_assert_true (bzg_record_get_id (record, "person", &id));
  g_assert_true (bzg_id_equal (&id, person));
}

/* ---- The pages of the file, as in test-erase.c */

static gboolean
sink (gconstpointer data, gsize len, gpointer user_data, GError **error)
{
  g_byte_array_append (user_data, data, (guint) len);
  return TRUE;
}

static guint
count_in_file (Casebook *c, const char *needle)
{
  g_autoptr (GByteArray) image = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  const guint8 *p, *end;
  guint n = 0;

  bzg_session_read_image (c->session, sink, image, NULL, NULL, &error);
  g_assert_no_error (error);
  p = image->data;
  end = p + image->len;
  while ((p = memmem (p, (gsize) (end - p), needle, strlen (needle))) != NULL)
    {
      n++;
      p += strlen (needle);
    }
  return n;
}

/* ---- Tests */

static void
test_fields (Casebook *c, gconstpointer data)
{
  BzgId keeper = casebook_add_person (c, "Раҳмонов", "Далер", "TJ-SU");
  BzgId other = casebook_add_person (c, "Rahmonov", "Daler", "TJ-KT");
  const BzgMergeChoice choices[] = { { "family_name", TRUE }, { "region", TRUE } };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) fields = NULL;
  BzgId merge;

  set (c, &keeper, "other_names", "Дилер", "occupation", "дурудгар", NULL);
  set (c, &other, "phone", "+992918001122", "district", "TJ-KT-01", "settlement", "Сари Осиё",
       "other_names", "Рахмон", "occupation", "дурезгар", NULL);

  /* By default a village does not stand next to another region. */
  fields = bzg_merge_fields (c->session, "person", &keeper, &other, NULL, 0, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < fields->len; i++)
    {
      const BzgMergeField *field = fields->pdata[i];

      if (g_str_equal (field->field->name, "settlement")
          || g_str_equal (field->field->name, "district"))
        g_assert_null (field->result);
      if (g_str_equal (field->field->name, "phone"))
        g_assert_true (field->from_other);
      if (g_str_equal (field->field->name, "occupation"))
        g_assert_cmpstr (field->result, ==, "дурудгар");
      if (g_str_equal (field->field->name, "other_names"))
        g_assert_cmpstr (field->result, ==, "Дилер; Rahmonov Daler; Рахмон");
    }

  g_assert_true (bzg_merge (c->session, "person", &keeper, &other, choices, G_N_ELEMENTS (choices),
                            &merge, &error));
  g_assert_no_error (error);
  assert_field (c, &keeper, "family_name", "Rahmonov");
  assert_field (c, &keeper, "given_name", "Далер");
  assert_field (c, &keeper, "region", "TJ-KT");
  assert_field (c, &keeper, "district", "TJ-KT-01");
  assert_field (c, &keeper, "settlement", "Сари Осиё");
  assert_field (c, &keeper, "phone", "+992918001122");
  assert_field (c, &keeper, "other_names", "Дилер; Раҳмонов Далер; Rahmonov Daler; Рахмон");
  verify (c);
  undo (c, &merge);
  assert_field (c, &keeper, "family_name", "Раҳмонов");
  assert_field (c, &keeper, "region", "TJ-SU");
  assert_field (c, &keeper, "district", NULL);
  assert_field (c, &keeper, "phone", NULL);
  assert_field (c, &keeper, "other_names", "Дилер");
  verify (c);
}

/* Every aggregate that the dictionary links with a person, found the same way as the merge does. */
static void
test_everything_moves (Casebook *c, gconstpointer data)
{
  BzgId keeper = casebook_add_person (c, "Салимов", "Ёкуб", "TJ-SU");
  BzgId other = casebook_add_person (c, "Салимов", "Якуб", "TJ-SU");
  BzgId third = casebook_add_person (c, "Салимов", "Юсуф", "TJ-SU");
  g_autoptr (GPtrArray) cases = bzg_session_list (c->session, "case_file", "person", &other, NULL);
  g_autofree char *case_no = g_strdup (bzg_record_get (cases->pdata[0], "case_no"));
  BzgId household = add (c, "household", NULL, "name", "Салимовҳо", NULL);
  BzgId support = add (c, "support", &other, "service", "ECO06", "delivered", "2020-03-01", NULL);
  BzgId voided = add (c, "note", &other, "date", "2020-01-01", "text", "Хато", NULL);
  const BzgAggregate *const *aggregates = bzg_dictionary_aggregates ();
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GPtrArray) history = NULL;
  g_autoptr (BzgWork) work = bzg_work_new ();
  static const char *const trafficking[] = { "status", "possible", "decided_by", "ngo", NULL };
  static const char *const perpetrator[] = { "name", "Шеф", NULL };
  static const char *const medical[] = { "date", "2020-05-04", "matter", "injury", NULL };
  guint n_rows = 0, n_links = 0;
  BzgId merge, found;

  add_member (c, &household, &other, "head");
  add (c, "consent", &other, "purpose", "service", "status", "given", NULL);
  add (c, "migration", &other, "country_of_return", "RU", NULL);
  add (c, "livelihood", &other, "kind", "sewing", NULL);
  add (c, "visit", &other, "date", "2020-05-01", NULL);
  add (c, "goal", &other, "area", "economic", "title", "Гармхона", NULL);
  add (c, "assessment", &other, "questionnaire", "screening", "date", "2020-05-02", NULL);
  add (c, "referral", &other, "direction", "to", "date", "2020-05-03", "organisation", "Клиника",
       NULL);
  add (c, "task", &other, "title", "Занг задан", "due", "2020-06-01", NULL);
  add (c, "story", &other, "language", "tg", NULL);
  bzg_paper_free (casebook_set_up_sections (c));
  casebook_seal (c, "trafficking", &other, trafficking);
  casebook_seal (c, "perpetrator", &other, perpetrator);
  casebook_seal (c, "medical", &other, medical);
  {
    g_autoptr (BzgRecord) participant = bzg_record_new ("participant", NULL);
    BzgId activity = add (c, "activity", NULL, "kind", "training", "title", "Дӯзандагӣ", NULL);

    bzg_record_set_id (participant, "activity", &activity);
    bzg_record_set_id (participant, "person", &other);
    casebook_put (c, participant);
  }
  g_assert_true (bzg_people_set_not_same (c->session, &other, &third, NULL));
  set (c, &other, "ref", "P-17", NULL);
  bzg_work_void (work, "note", &voided, "entered twice");
  casebook_commit (c, work);
  before = dump (c);

  merge = do_merge (c, "person", &keeper, &other);
  verify (c);
  for (guint a = 0; aggregates[a] != NULL; a++)
    for (guint i = 0; i < aggregates[a]->n_fields; i++)
      {
        const BzgField *field = aggregates[a]->fields[i];
        g_autofree char *sql = NULL;
        g_autoptr (sqlite3_stmt) stmt = NULL;

        if (field->type != BZG_FIELD_ID || !g_str_equal (field->target, "person"))
          continue;
        n_links++;
        sql = g_strdup_printf ("SELECT 1 FROM \"%s\" WHERE \"%s\" = ?", aggregates[a]->table,
                               field->name);
        stmt = _bzg_sql_prepare (bzg_session_reader (c->session), sql, NULL);
        _bzg_sql_bind_id (stmt, 1, &other);
        g_assert_false (_bzg_sql_step (stmt, NULL));
        sqlite3_reset (stmt);
        _bzg_sql_bind_id (stmt, 1, &keeper);
        n_rows += _bzg_sql_step (stmt, NULL);
      }
  /* All of them, but that a pair of not-same people has two sides. */
  g_assert_cmpuint (n_links, ==, 19);
  g_assert_cmpuint (n_rows, >=, n_links - 1);
  assert_person_of (c, "support", &support, &keeper);

  /* Number, reference and id find the person. */
  for (guint i = 0; i < 3; i++)
    {
      char id[BZG_ID_TEXT_SIZE];
      const char *const refs[] = { case_no, "P-17", bzg_id_to_text (&other, id) };
      g_autoptr (GPtrArray) hits = NULL;

      g_assert_true (bzg_session_resolve_person (c->session, refs[i], &found, NULL));
      g_assert_true (bzg_id_equal (&found, &keeper));
      if (i == 2)
        continue;
      hits = bzg_people_search (c->session, refs[i], 5, NULL);
      g_assert_cmpuint (hits->len, ==, 1);
      g_assert_true (bzg_id_equal (&((BzgHit *) hits->pdata[0])->id, &keeper));
    }
  {
    g_autoptr (GPtrArray) hits = bzg_people_search (c->session, "Салимов Якуб", 5, NULL);

    g_assert_true (bzg_id_equal (&((BzgHit *) hits->pdata[0])->id, &keeper));
  }
  history = bzg_session_history (c->session, "person", &keeper, NULL);
  g_assert_cmpstr (((BzgHistoryLine *) history->pdata[0])->act, ==, "merge");

  /* What was still open for the other goes to the keeper. */
  {
    BzgId late = add (c, "task", &other, "title", "Дертар", "due", "2020-07-01", NULL);

    assert_person_of (c, "task", &late, &keeper);
    undo (c, &merge);
    assert_person_of (c, "task", &late, &keeper);
    g_clear_pointer (&work, bzg_work_free);
    work = bzg_work_new ();
  }
  verify (c);
  after = dump (c);
  {
    g_auto (GStrv) a = g_strsplit (before, "\n", -1);
    g_auto (GStrv) b = g_strsplit (after, "\n", -1);

    g_assert_cmpuint (g_strv_length (b), ==, g_strv_length (a) + 1);
    for (guint i = 0; a[i] != NULL; i++)
      g_assert_true (g_strv_contains ((const char *const *) b, a[i]));
  }
  undo_fails (c, &merge, BZG_ERROR_NOT_FOUND);
}

static gboolean
count_fact (const BzgFact *fact, gpointer data)
{
  g_hash_table_add (data, g_memdup2 (&fact->person, sizeof (BzgId)));
  return TRUE;
}

static guint
people_in_facts (Casebook *c)
{
  g_autoptr (GHashTable) people = g_hash_table_new_full (bzg_id_hash, bzg_id_equal, g_free, NULL);

  g_assert_true (bzg_facts_foreach (c->session, count_fact, people, NULL));
  return g_hash_table_size (people);
}

static gboolean
count_pair (const BzgPair *pair, gpointer data)
{
  (*(guint *) data)++;
  return TRUE;
}

static void
test_counted_once (Casebook *c, gconstpointer data)
{
  BzgId keeper = casebook_add_person (c, "Шарипова", "Малика", "TJ-SU");
  BzgId other = casebook_add_person (c, "Шарипова", "Малика", "TJ-SU");
  g_autoptr (BzgPeopleList) list = bzg_people_list_new (c->session);
  BzgReleaseEntry release = { .report = (char *) "quarter",
                              .period = (char *) "2020-Q1",
                              .tables_json = (char *) "{\"people\": 2}",
                              .certificate_sha256 = (char *) "00" };
  g_autoptr (GPtrArray) releases = NULL;
  BzgOverview overview;
  guint n_pairs = 0;
  BzgId merge;

  set (c, &keeper, "birth_date", "1990-03-04", NULL);
  set (c, &other, "birth_date", "1990-03-04", NULL);
  add (c, "support", &keeper, "service", "ECO06", "delivered", "2020-03-01", NULL);
  add (c, "support", &other, "service", "ECO06", "delivered", "2020-03-02", NULL);
  g_assert_true (bzg_ledger_add (c->session, &release, NULL));
  g_assert_cmpuint (people_in_facts (c), ==, 2);
  g_assert_true (bzg_people_duplicates (c->session, 600, count_pair, &n_pairs, NULL, NULL));
  g_assert_cmpuint (n_pairs, ==, 1);

  merge = do_merge (c, "person", &keeper, &other);
  g_assert_cmpuint (people_in_facts (c), ==, 1);
  g_assert_true (bzg_people_overview (c->session, &overview, NULL));
  g_assert_cmpuint (overview.people, ==, 1);
  g_assert_cmpuint (overview.supports_delivered, ==, 2);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  bzg_row_list_flush (BZG_ROW_LIST (list));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1);
  n_pairs = 0;
  g_assert_true (bzg_people_duplicates (c->session, 1, count_pair, &n_pairs, NULL, NULL));
  g_assert_cmpuint (n_pairs, ==, 0);
  releases = bzg_ledger_list (c->session, NULL);
  g_assert_cmpstr (((BzgReleaseEntry *) releases->pdata[0])->tables_json, ==, "{\"people\": 2}");
  undo (c, &merge);
  g_assert_cmpuint (people_in_facts (c), ==, 2);
  verify (c);
}

static void
test_twice_in_a_household (Casebook *c, gconstpointer data)
{
  BzgId keeper = casebook_add_person (c, "Назаров", "Илҳом", NULL);
  BzgId other = casebook_add_person (c, "Назаров", "Илхом", NULL);
  BzgId household = add (c, "household", NULL, "name", "Назаровҳо", NULL);
  BzgId own = add_member (c, &household, &keeper, NULL);
  BzgId second = add_member (c, &household, &other, "head");
  g_autofree char *before = dump (c);
  g_autofree char *after = NULL;
  g_autoptr (GPtrArray) members = NULL;
  BzgId merge = do_merge (c, "person", &keeper, &other);

  members = bzg_session_list (c->session, "household_member", "household", &household, NULL);
  g_assert_cmpuint (members->len, ==, 1);
  g_assert_true (bzg_id_equal (bzg_record_id (members->pdata[0]), &own));
  g_assert_cmpstr (bzg_record_get (members->pdata[0], "relation"), ==, "head");
  {
    g_autoptr (BzgRecord) row = casebook_get (c, "household_member", &second);

    g_assert_true (bzg_record_is_void (row));
  }
  undo (c, &merge);
  after = dump (c);
  g_assert_cmpstr (after, ==, before);
  verify (c);
}

static void
test_later_edits_stay (Casebook *c, gconstpointer data)
{
  BzgId keeper = casebook_add_person (c, "Одинаев", "Сафар", NULL);
  BzgId other = casebook_add_person (c, "Одинаев", "Сафарали", NULL);
  BzgId note = add (c, "note", &other, "date", "2020-01-01", "text", "Пеш", NULL);
  g_auto (BzgUnmerge) told = { 0 };
  g_autoptr (GError) error = NULL;
  BzgId merge;

  set (c, &other, "phone", "+992918001122", "occupation", "чӯпон", NULL);
  merge = do_merge (c, "person", &keeper, &other);
  set (c, &keeper, "phone", "+992935556677", NULL);
  set (c, &keeper, "other_names", "Одинаев Сафарали; Сафари Калон", NULL);
  {
    g_autoptr (BzgRecord) record = casebook_get (c, "note", &note);

    bzg_record_set (record, "text", "Баъд");
    casebook_put (c, record);
  }
  g_assert_true (bzg_merge_undo (c->session, &merge, &told, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (told.changed->len, ==, 1);
  g_assert_cmpstr (((const BzgField *) told.changed->pdata[0])->id, ==, "person.phone");
  g_assert_cmpuint (told.n_rows, ==, 2); /* the note and the case */
  assert_field (c, &keeper, "phone", "+992935556677");
  assert_field (c, &keeper, "occupation", NULL);
  assert_field (c, &keeper, "other_names", "Сафари Калон");
  assert_field (c, &other, "phone", "+992918001122");
  assert_person_of (c, "note", &note, &other);
  verify (c);
}

static void
test_chains (Casebook *c, gconstpointer data)
{
  BzgId a = casebook_add_person (c, "Алиев", "А", NULL);
  BzgId b = casebook_add_person (c, "Алиев", "Б", NULL);
  BzgId d = casebook_add_person (c, "Алиев", "Д", NULL);
  BzgId e = casebook_add_person (c, "Алиев", "Е", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *again = NULL;
  g_autoptr (GPtrArray) merges = NULL;
  BzgId first, second, keeper;

  set (c, &b, "occupation", "чӯпон", "ref", "P-2", NULL);
  set (c, &d, "occupation", "дурудгар", "phone", "+992918001122", NULL);
  before = dump (c);

  /* b into a, a into d: the later one first. */
  first = do_merge (c, "person", &a, &b);
  second = do_merge (c, "person", &d, &a);
  g_assert_true (bzg_merge_keeper (c->session, &b, &keeper));
  g_assert_true (bzg_id_equal (&keeper, &d));
  g_assert_true (bzg_session_resolve_person (c->session, "P-2", &keeper, NULL));
  g_assert_true (bzg_id_equal (&keeper, &d));
  merges = bzg_merge_list (c->session, "person", &d, NULL);
  g_assert_cmpuint (merges->len, ==, 2);
  g_assert_true (((BzgMerge *) merges->pdata[0])->top);
  g_assert_false (((BzgMerge *) merges->pdata[1])->top);
  undo_fails (c, &first, BZG_ERROR_REFUSED_MERGED);
  merge_fails (c, &a, &e, BZG_ERROR_NOT_FOUND);
  merge_fails (c, &e, &b, BZG_ERROR_NOT_FOUND);
  verify (c);
  undo (c, &second);
  undo (c, &first);
  after = dump (c);
  g_assert_cmpstr (after, ==, before);

  /* b and d into a, undone in the order in which they were made: nothing of b comes back. */
  first = do_merge (c, "person", &a, &b);
  {
    const BzgMergeChoice choice = { "occupation", TRUE };

    g_assert_true (bzg_merge (c->session, "person", &a, &d, &choice, 1, &second, NULL));
  }
  undo (c, &first);
  assert_field (c, &a, "occupation", "дурудгар");
  assert_field (c, &a, "other_names", "Алиев Д");
  undo (c, &second);
  again = dump (c);
  g_assert_cmpstr (again, ==, before);
  verify (c);

  /* By hand it cannot come back: the undo knows what belongs to it. */
  {
    g_autoptr (BzgWork) work = bzg_work_new ();
    g_autoptr (GError) error = NULL;

    do_merge (c, "person", &a, &b);
    bzg_work_unvoid (work, "person", &b);
    g_assert_false (bzg_session_commit (c->session, work, &error));
    g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_MERGED);
  }
}

/* A row that stands for another one cannot be taken away below it. */
static void
test_counted_on (Casebook *c, gconstpointer data)
{
  BzgId a = casebook_add_person (c, "Каримов", "А", NULL);
  BzgId b = casebook_add_person (c, "Каримов", "Б", NULL);
  BzgId d = casebook_add_person (c, "Каримов", "Д", NULL);
  BzgId household = add (c, "household", NULL, "name", "Каримовҳо", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  BzgId first, second;

  add_member (c, &household, &b, "head");
  add_member (c, &household, &d, NULL);
  before = dump (c);
  first = do_merge (c, "person", &a, &b);
  second = do_merge (c, "person", &a, &d);
  undo_fails (c, &first, BZG_ERROR_REFUSED_MERGED);
  undo (c, &second);
  undo (c, &first);
  after = dump (c);
  g_assert_cmpstr (after, ==, before);
  verify (c);
}

static void
test_households (Casebook *c, gconstpointer data)
{
  BzgId person = casebook_add_person (c, "Юсупов", "Фирӯз", NULL);
  BzgId wife = casebook_add_person (c, "Юсупова", "Нигина", NULL);
  BzgId keeper = add (c, "household", NULL, "name", "Юсуповҳо", NULL);
  BzgId other = add (c, "household", NULL, "ref", "H-2", "note", "Назди бозор", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GPtrArray) members = NULL;
  g_autoptr (BzgRecord) found = NULL;
  g_autoptr (BzgRecord) record = NULL;
  BzgId merge;

  add_member (c, &keeper, &person, "head");
  add_member (c, &other, &person, NULL);
  add_member (c, &other, &wife, "wife");
  before = dump (c);
  merge = do_merge (c, "household", &keeper, &other);
  verify (c);
  members = bzg_session_list (c->session, "household_member", "household", &keeper, NULL);
  g_assert_cmpuint (members->len, ==, 2);
  record = casebook_get (c, "household", &keeper);
  g_assert_cmpstr (bzg_record_get (record, "note"), ==, "Назди бозор");
  /* An import that knows the second by its reference means the first. */
  found = bzg_session_find (c->session, "household", "ref", "H-2", NULL);
  g_assert_nonnull (found);
  g_assert_true (bzg_id_equal (bzg_record_id (found), &keeper));

  /* Nobody is left in either: both go. */
  undo (c, &merge);
  after = dump (c);
  g_assert_cmpstr (after, ==, before);
  do_merge (c, "household", &keeper, &other);
  g_assert_true (bzg_session_erase_person (c->session, &person, "own_wish", NULL, NULL));
  bzg_record_free (casebook_get (c, "household", &keeper));
  g_assert_true (bzg_session_erase_person (c->session, &wife, "own_wish", NULL, NULL));
  g_assert_cmpint (_bzg_sql_scalar (bzg_session_reader (c->session),
                                    "SELECT (SELECT count(*) FROM household)"
                                    " + (SELECT count(*) FROM merge)",
                                    NULL),
                   ==, 0);
  verify (c);
}

static void
test_not_same (Casebook *c, gconstpointer data)
{
  BzgId a = casebook_add_person (c, "Бобоев", "А", NULL);
  BzgId b = casebook_add_person (c, "Бобоев", "Б", NULL);
  BzgId d = casebook_add_person (c, "Бобоев", "Д", NULL);

  merge_fails (c, &a, &a, BZG_ERROR_MALFORMED);
  g_assert_true (bzg_people_set_not_same (c->session, &b, &a, NULL));
  merge_fails (c, &a, &b, BZG_ERROR_REFUSED_NOT_SAME);
  merge_fails (c, &b, &a, BZG_ERROR_REFUSED_NOT_SAME);
  /* Whoever is b is not a either. */
  do_merge (c, "person", &d, &b);
  merge_fails (c, &d, &a, BZG_ERROR_REFUSED_NOT_SAME);
  merge_fails (c, &a, &d, BZG_ERROR_REFUSED_NOT_SAME);
  verify (c);
}

/* A word that occurs nowhere else. */
#define MARK "Зухалмаркова"

static void
test_erasure (Casebook *c, gconstpointer data)
{
  BzgId a = casebook_add_person (c, "Ҳакимов", "Рустам", NULL);
  BzgId b = casebook_add_person (c, MARK, "Рустам", NULL);
  BzgId d = casebook_add_person (c, MARK "2", "Рустам", NULL);
  BzgId stays = casebook_add_person (c, "Назарова", "Гулнора", NULL);
  BzgImportEntry entry = { .profile = (char *) "people",
                           .key = (char *) "ref:Z-1",
                           .digest = (char *) "00",
                           .cells = (char *) "{\"family_name\":\"" MARK "\"}",
                           .verdict = (char *) "new",
                           .aggregate = (char *) "person",
                           .record = b };
  g_autoptr (BzgWork) work = bzg_work_new ();
  g_autoptr (GError) error = NULL;
  BzgId merge;

  bzg_work_log_import (work, &entry);
  casebook_commit (c, work);
  set (c, &b, "occupation", MARK, NULL);
  add (c, "note", &b, "date", "2020-01-01", "text", MARK, NULL);
  g_assert_true (bzg_session_keep_draft (c->session, "note", &b, MARK, NULL));

  /* Undone, the two are strangers: whoever is erased is not told of by the other's history. */
  merge = do_merge (c, "person", &stays, &d);
  undo (c, &merge);
  g_assert_cmpuint (count_in_file (c, MARK "2"), >, 0);
  g_assert_true (bzg_session_erase_person (c->session, &d, "own_wish", NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_in_file (c, MARK "2"), ==, 0);
  bzg_record_free (casebook_get (c, "person", &stays));
  verify (c);

  /* Merged, they are one. */
  do_merge (c, "person", &a, &b);
  g_assert_cmpuint (count_in_file (c, MARK), >=, 5);
  g_assert_true (bzg_session_erase_person (c->session, &b, "own_wish", NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_in_file (c, MARK), ==, 0);
  g_assert_cmpint (_bzg_sql_scalar (bzg_session_reader (c->session),
                                    "SELECT (SELECT count(*) FROM person)"
                                    " + (SELECT count(*) FROM merge)",
                                    NULL),
                   ==, 1);
  g_assert_null (bzg_session_get (c->session, "person", &a, NULL));
  verify (c);
}

static void
test_rights (Casebook *c, gconstpointer data)
{
  BzgId a = casebook_add_person (c, "Ҳакимов", "Рустам", NULL);
  BzgId b = casebook_add_person (c, "Ҳакимов", "Рустами", NULL);
  BzgId shared = add (c, "household", NULL, "name", "Ҳакимовҳо", NULL);
  BzgId merge, own, second, handed;

  add_member (c, &shared, &a, NULL);
  casebook_add_user (c, "boss", "manager");
  casebook_add_user (c, "case1", "caseworker");
  casebook_add_user (c, "case2", "caseworker");
  merge = do_merge (c, "person", &a, &b);
  casebook_close (c);
  casebook_open (c, "boss");
  undo_fails (c, &merge, BZG_ERROR_REFUSED_ROLE);
  merge_fails (c, &a, &b, BZG_ERROR_NOT_FOUND);
  casebook_close (c);
  casebook_open (c, "case1");
  own = casebook_add_person (c, "Ҳакимов", "Рустам", NULL);
  second = casebook_add_person (c, "Ҳакимов", "Рустам", NULL);
  handed = casebook_add_person (c, "Ҳакимов", "Рустамҷон", NULL);
  /* Somebody of a colleague's cannot be pulled over, nor parted. */
  merge_fails (c, &own, &a, BZG_ERROR_REFUSED_ROLE);
  merge_fails (c, &a, &own, BZG_ERROR_REFUSED_ROLE);
  undo_fails (c, &merge, BZG_ERROR_REFUSED_ROLE);
  do_merge (c, "person", &own, &second);

  /* A household in which somebody of a colleague's lives is not the user's to move. */
  {
    BzgId one = add (c, "household", NULL, "name", "Ҳакимовҳо", NULL);
    g_autoptr (GError) error = NULL;

    add_member (c, &one, &own, NULL);
    add_member (c, &shared, &own, NULL);
    g_assert_false (bzg_merge (c->session, "household", &one, &shared, NULL, 0, NULL, &error));
    g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE);
  }

  /* Handed over, then merged by somebody who sees both: who once entered it sees it no more. */
  {
    g_autoptr (GPtrArray) files
      = bzg_session_list (c->session, "case_file", "person", &handed, NULL);
    g_autoptr (BzgRecord) user = bzg_session_find (c->session, "user", "name", "case2", NULL);
    g_autoptr (BzgRecord) file = bzg_record_copy (files->pdata[0]);

    bzg_record_set_id (file, "owner", bzg_record_id (user));
    casebook_put (c, file);
  }
  g_assert_null (bzg_session_get (c->session, "person", &handed, NULL));
  casebook_close (c);
  casebook_open (c, "office");
  do_merge (c, "person", &a, &handed);
  casebook_close (c);
  casebook_open (c, "case1");
  g_assert_null (bzg_session_get (c->session, "person", &handed, NULL));
  g_assert_null (bzg_session_get (c->session, "person", &a, NULL));
  {
    g_autoptr (GPtrArray) merges = bzg_merge_list (c->session, "person", NULL, NULL);

    g_assert_cmpuint (merges->len, ==, 1);
  }
}

static void
test_drafts_and_imports (Casebook *c, gconstpointer data)
{
  BzgId a = casebook_add_person (c, "Ғаниев", "Ҷамол", NULL);
  BzgId b = casebook_add_person (c, "Ганиев", "Джамол", NULL);
  BzgImportEntry entry = { .profile = (char *) "people",
                           .key = (char *) "ref:P-9",
                           .digest = (char *) "00",
                           .cells = (char *) "{}",
                           .verdict = (char *) "new",
                           .aggregate = (char *) "person",
                           .record = b };
  g_autoptr (BzgWork) work = bzg_work_new ();
  g_autoptr (BzgWork) drop = bzg_work_new ();
  g_autoptr (BzgWork) drop_again = bzg_work_new ();
  g_autoptr (GPtrArray) drafts = NULL;
  g_autoptr (BzgImportEntry) found = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autofree char *text = NULL;
  BzgId merge;

  bzg_work_log_import (work, &entry);
  casebook_commit (c, work);
  g_assert_true (bzg_session_keep_draft (c->session, "note", &b, "begun", NULL));
  g_assert_true (bzg_session_keep_draft (c->session, "visit", &a, "own", NULL));
  g_assert_true (bzg_session_keep_draft (c->session, "visit", &b, "second", NULL));
  merge = do_merge (c, "person", &a, &b);

  text = bzg_session_draft (c->session, "note", &a, NULL);
  g_assert_cmpstr (text, ==, "begun");
  g_assert_true (bzg_session_keep_draft (c->session, "note", &a, "gone on", NULL));
  drafts = bzg_session_drafts (c->session);
  g_assert_cmpuint (drafts->len, ==, 3);
  for (guint i = 0; i < drafts->len; i++)
    g_assert_true (bzg_id_equal (&((BzgDraftInfo *) drafts->pdata[i])->subject, &a));
  /* The own one first, then the other. */
  g_free (text);
  text = bzg_session_draft (c->session, "visit", &a, NULL);
  g_assert_cmpstr (text, ==, "own");
  bzg_work_drop_draft (drop, "visit", &a);
  casebook_commit (c, drop);
  g_free (text);
  text = bzg_session_draft (c->session, "visit", &a, NULL);
  g_assert_cmpstr (text, ==, "second");
  bzg_work_drop_draft (drop_again, "visit", &a);
  casebook_commit (c, drop_again);
  g_assert_null (bzg_session_draft (c->session, "visit", &a, NULL));
  g_free (text);
  text = bzg_session_draft (c->session, "note", &a, NULL);
  g_assert_cmpstr (text, ==, "gone on");

  found = bzg_import_log_find (c->session, "people", "ref:P-9", NULL);
  g_assert_true (bzg_id_equal (&found->record, &a));
  all = bzg_import_log_list (c->session, "people", NULL);
  g_assert_true (bzg_id_equal (&((BzgImportEntry *) all->pdata[0])->record, &a));
  undo (c, &merge);
  g_clear_pointer (&found, bzg_import_entry_free);
  found = bzg_import_log_find (c->session, "people", "ref:P-9", NULL);
  g_assert_true (bzg_id_equal (&found->record, &b));
  g_free (text);
  text = bzg_session_draft (c->session, "note", &b, NULL);
  g_assert_cmpstr (text, ==, "gone on");
}

static gboolean
same_cb (const BzgPair *pair, gpointer data)
{
  g_assert_false (pair->same);
  (*(guint *) data)++;
  return TRUE;
}

/* Twins, and whoever lives in one house, are asked about at most. */
static void
test_twins (Casebook *c, gconstpointer data)
{
  BzgId one = casebook_add_person (c, "Сатторов", "Ҳасан", "TJ-SU");
  BzgId two = casebook_add_person (c, "Сатторов", "Ҳусейн", "TJ-SU");
  BzgId again = casebook_add_person (c, "Сатторов", "Ҳасан", "TJ-SU");
  BzgId household = add (c, "household", NULL, "name", "Сатторовҳо", NULL);
  const BzgId *all[] = { &one, &two, &again };
  guint n = 0;

  for (guint i = 0; i < 3; i++)
    {
      set (c, all[i], "birth_date", "1988-11-02", "sex", "M", "phone", "+992918001122", "district",
           "TJ-SU-05", "patronymic", "Каримович", NULL);
      add_member (c, &household, all[i], NULL);
    }
  g_assert_true (bzg_people_duplicates (c->session, 600, same_cb, &n, NULL, NULL));
  /* Only the one who was registered twice. */
  g_assert_cmpuint (n, ==, 1);
}

typedef struct
{
  GPtrArray *found;
  GError *error;
  gboolean done;
} Found;

static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Found *self = data;

  self->found = bzg_doubles_find_finish (BZG_SESSION (source), result, &self->error);
  self->done = TRUE;
}

static GPtrArray *
find_doubles (Casebook *c, GCancellable *cancellable, GError **error)
{
  const BzgDoublesOptions options = { 600, 100 };
  Found found = { 0 };

  bzg_doubles_find_async (c->session, &options, NULL, NULL, cancellable, found_cb, &found);
  while (!found.done)
    g_main_context_iteration (NULL, TRUE);
  if (found.error != NULL)
    g_propagate_error (error, found.error);
  return found.found;
}

static void
test_queue (Casebook *c, gconstpointer data)
{
  BzgId a = casebook_add_person (c, "Шарипова", "Малика", "TJ-SU");
  BzgId b = casebook_add_person (c, "Шарипова", "Малика", "TJ-SU");
  BzgId households[4];
  static const char *const NAMES[] = { "Шариповҳо", "Дигар", "Каримовҳо", "Каримовхо" };
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GPtrArray) later = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  set (c, &a, "birth_date", "1990-03-04", NULL);
  set (c, &b, "birth_date", "1990-03-04", NULL);
  for (guint i = 0; i < 4; i++)
    {
      BzgId person
        = i < 2 ? a : casebook_add_person (c, "Каримов", i == 2 ? "Ориф" : "Содиқ", "TJ-KT");

      households[i] = add (c, "household", NULL, "name", NAMES[i], NULL);
      add_member (c, &households[i], &person, NULL);
    }
  found = find_doubles (c, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (found->len, ==, 3);
  g_assert_cmpstr (bzg_double_aggregate (found->pdata[0]), ==, "person");
  g_assert_true (bzg_id_equal (bzg_double_id (found->pdata[0], 0), &a));
  g_assert_cmpstr (bzg_double_name (found->pdata[0], 1), ==, "Шарипова Малика");
  g_assert_cmpuint (bzg_double_reasons (found->pdata[0])->n, >, 2);
  g_assert_cmpuint (bzg_double_n_shared (found->pdata[1]), ==, 1);
  g_assert_true (bzg_id_equal (bzg_double_id (found->pdata[2], 1), &households[3]));
  g_assert_cmpuint (bzg_double_n_shared (found->pdata[2]), ==, 0);
  g_assert_false (bzg_double_same (found->pdata[2]));

  g_assert_true (
    bzg_doubles_set_not_same (c->session, "household", &households[3], &households[2], &error));
  g_assert_no_error (error);
  g_assert_true (bzg_doubles_set_not_same (c->session, "person", &a, &b, &error));
  later = find_doubles (c, NULL, &error);
  g_assert_cmpuint (later->len, ==, 1);
  g_assert_false (
    bzg_merge (c->session, "household", &households[2], &households[3], NULL, 0, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_NOT_SAME);
  g_clear_error (&error);

  g_cancellable_cancel (cancellable);
  g_assert_null (find_doubles (c, cancellable, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_CANCELLED);
  verify (c);
}

/* The casebook can be closed while somebody looks for doubles. */
static void
test_closed_meanwhile (Casebook *c, gconstpointer data)
{
  const BzgDoublesOptions options = { 600, 100 };
  Found found = { 0 };

  for (guint i = 0; i < 50; i++)
    casebook_add_person (c, "Шарипова", "Малика", "TJ-SU");
  bzg_doubles_find_async (c->session, &options, NULL, NULL, NULL, found_cb, &found);
  casebook_close (c);
  while (!found.done)
    g_main_context_iteration (NULL, TRUE);
  g_clear_pointer (&found.found, g_ptr_array_unref);
  g_clear_error (&found.error);
}

/* ---- Random merges and undos leave the record as it was */

#define N_PEOPLE 7
#define ROUNDS 40

static BzgId
random_person (Casebook *c, guint i)
{
  static const char *const NAMES[] = { "Раҳмонов", "Рахмонов", "Rahmonov", "Рахмон" };
  static const char *const REGIONS[] = { "TJ-SU", "TJ-KT", NULL };
  static const char *const DISTRICTS[] = { "TJ-SU-02", "TJ-KT-01", NULL };
  BzgId id
    = casebook_add_person (c, NAMES[g_test_rand_int_range (0, 4)], i % 2 == 0 ? "Далер" : NULL,
                           REGIONS[g_test_rand_int_range (0, 3)]);
  g_autofree char *phone = g_strdup_printf ("+99291800%04u", 1000 + i);

  if (g_test_rand_bit ())
    set (c, &id, "district", DISTRICTS[g_test_rand_int_range (0, 3)], "settlement", "Навобод",
         NULL);
  if (g_test_rand_bit ())
    set (c, &id, "phone", phone, "age", "30", "age_as_of", "2020", NULL);
  if (g_test_rand_bit ())
    set (c, &id, "other_names", "Дилер; Дадо,  Далерҷон", NULL);
  add (c, "note", &id, "date", "2020-01-01", "text", "Қайд", NULL);
  return id;
}

typedef struct
{
  BzgId id;
  gboolean person;
} Standing;

static gboolean
try_merge (Casebook *c, const char *aggregate, const BzgId *keeper, const BzgId *other, BzgId *id)
{
  g_autoptr (GError) error = NULL;
  const BzgMergeChoice choices[]
    = { { "ref", g_test_rand_bit () }, { "name", g_test_rand_bit () } };
  const BzgMergeChoice people[] = { { "region", g_test_rand_bit () },
                                    { "family_name", g_test_rand_bit () },
                                    { "phone", g_test_rand_bit () } };
  gboolean person = g_str_equal (aggregate, "person");

  if (bzg_merge (c->session, aggregate, keeper, other, person ? people : choices,
                 g_test_rand_bit () ? 0
                 : person           ? 3
                                    : 2,
                 id, &error))
    return TRUE;
  if (!g_error_matches (error, BZG_ERROR, BZG_ERROR_REFUSED_NOT_SAME))
    g_assert_error (error, BZG_ERROR, BZG_ERROR_NOT_FOUND);
  return FALSE;
}

static void
test_random (Casebook *c, gconstpointer data)
{
  BzgId people[N_PEOPLE], households[3];
  g_autoptr (GArray) standing = g_array_new (FALSE, FALSE, sizeof (Standing));
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  guint n_merged = 0;

  for (guint i = 0; i < G_N_ELEMENTS (households); i++)
    households[i] = add (c, "household", NULL, "name", i == 0 ? NULL : "Хона", NULL);
  for (guint i = 0; i < N_PEOPLE; i++)
    {
      people[i] = random_person (c, i);
      for (guint h = 0; h < G_N_ELEMENTS (households); h++)
        if (g_test_rand_bit ())
          add_member (c, &households[h], &people[i], g_test_rand_bit () ? "son" : NULL);
    }
  g_assert_true (bzg_people_set_not_same (c->session, &people[0], &people[1], NULL));
  g_assert_true (bzg_people_set_not_same (c->session, &people[2], &people[6], NULL));
  before = dump (c);

  for (guint i = 0; i < ROUNDS || standing->len > 0; i++)
    {
      Standing new = { .person = g_test_rand_int_range (0, 4) > 0 };
      guint n = new.person ? N_PEOPLE : G_N_ELEMENTS (households);
      const BzgId *of = new.person ? people : households;
      guint a = (guint) g_test_rand_int_range (0, (int) n);
      guint b = (guint) g_test_rand_int_range (0, (int) n);

      if (i < ROUNDS && g_test_rand_int_range (0, 3) > 0)
        {
          if (a == b
              || !try_merge (c, new.person ? "person" : "household", &of[a], &of[b], &new.id))
            continue;
          g_array_append_val (standing, new);
          n_merged++;
        }
      else if (standing->len > 0)
        {
          guint at = (guint) g_test_rand_int_range (0, (int) standing->len);
          g_autoptr (GError) error = NULL;

          if (bzg_merge_undo (c->session, &g_array_index (standing, Standing, at).id, NULL, &error))
            g_array_remove_index (standing, at);
          else
            g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_MERGED);
        }
    }
  after = dump (c);
  g_assert_cmpuint (n_merged, >, 3);
  g_assert_cmpstr (after, ==, before);
  verify (c);
}

int
main (int argc, char *argv[])
{
  casebook_test_init (&argc, &argv);
#define ADD(name, func)                                                                            \
  g_test_add ("/casebook/merge/" name, Casebook, NULL, casebook_set_up, func, casebook_tear_down)
  ADD ("fields", test_fields);
  ADD ("everything-moves", test_everything_moves);
  ADD ("counted-once", test_counted_once);
  ADD ("twice-in-a-household", test_twice_in_a_household);
  ADD ("later-edits-stay", test_later_edits_stay);
  ADD ("chains", test_chains);
  ADD ("counted-on", test_counted_on);
  ADD ("households", test_households);
  ADD ("not-same", test_not_same);
  ADD ("erasure", test_erasure);
  ADD ("rights", test_rights);
  ADD ("drafts-and-imports", test_drafts_and_imports);
  ADD ("twins", test_twins);
  ADD ("queue", test_queue);
  ADD ("closed-meanwhile", test_closed_meanwhile);
  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *path = g_strdup_printf ("/casebook/merge/random/%u", i);

      g_test_add (path, Casebook, NULL, casebook_set_up, test_random, casebook_tear_down);
    }
  return g_test_run ();
}
