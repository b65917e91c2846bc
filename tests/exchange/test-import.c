/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../casebook/casebook-fixture.h"

#include "casebook/bzg-import-log.h"
#include "casebook/bzg-people.h"
#include "exchange/bzg-export.h"
#include "exchange/bzg-import.h"

#include <string.h>

/* All people here are invented. */

static const char PEOPLE[]
  = "ref,family_name,given_name,sex,age,age_as_of,region,settlement,case_category,"
    "country_of_return,household_ref,relation_in_household,consent_service,"
    "consent_story_named,shoe_size,source\r\n"
    "A-1,Зарипов,Далер,M,,2019,Sughd,,returned_migrant,RU,H,father,yes,no,43,t1\r\n"
    "A-2,Зарипов,,M,,2019,Sughd,,returned_migrant,RU,H,son,yes,,,t1\r\n"
    "A-3,,Нигора,F,34,2019,,,returned_migrant,,,,,,,t1\r\n";

static const char SUPPORT[]
  = "person,service,item,quantity,unit,delivered,cost_tjs,fund,note\n"
    "A-1,in_kind_livelihood,honeybee colony,,colony,2019,,Fund One,for the family\n"
    "A-1,training,apiculture,1,course,2019,,Fund One,\n"
    "A-3,business_plan,small business,1,plan,12.08.2019,1480,,\n"
    "A-3,business_plan,small business,1,plan,12.08.2019,1480,,\n";

static BzgImportPlan *
plan_bytes (Casebook *c,
            const char *profile,
            gconstpointer data,
            gsize len,
            const char *encoding,
            GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, len);
  BzgImportOptions options = { .profile = profile, .bytes = bytes, .encoding = encoding };

  return bzg_import_plan (c->session, &options, NULL, NULL, NULL, error);
}

static BzgImportPlan *
plan (Casebook *c, const char *profile, const char *text)
{
  g_autoptr (GError) error = NULL;
  BzgImportPlan *result = plan_bytes (c, profile, text, strlen (text), NULL, &error);

  g_assert_no_error (error);
  return result;
}

/* Plans and runs; the five counts are checked. */
static void
import (Casebook *c,
        const char *profile,
        const char *text,
        guint n_new,
        guint n_same,
        guint n_update,
        guint n_duplicate,
        guint n_error)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgImportPlan) p = plan (c, profile, text);

  g_assert_cmpuint (bzg_import_plan_count (p, BZG_IMPORT_NEW), ==, n_new);
  g_assert_cmpuint (bzg_import_plan_count (p, BZG_IMPORT_SAME), ==, n_same);
  g_assert_cmpuint (bzg_import_plan_count (p, BZG_IMPORT_UPDATE), ==, n_update);
  g_assert_cmpuint (bzg_import_plan_count (p, BZG_IMPORT_DUPLICATE), ==, n_duplicate);
  g_assert_cmpuint (bzg_import_plan_count (p, BZG_IMPORT_ERROR), ==, n_error);
  bzg_import_run (p, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static guint
count (Casebook *c, const char *aggregate)
{
  g_autoptr (GPtrArray) list = bzg_session_list (c->session, aggregate, NULL, NULL, NULL);

  return list->len;
}

static BzgRecord *
person_by_ref (Casebook *c, const char *ref)
{
  BzgId id;

  g_assert_true (bzg_session_resolve_person (c->session, ref, &id, NULL));
  return casebook_get (c, "person", &id);
}

static BzgRecord *
child (Casebook *c, const char *aggregate, const BzgRecord *person)
{
  g_autoptr (GPtrArray) list
    = bzg_session_list (c->session, aggregate, "person", bzg_record_id (person), NULL);

  return list->len > 0 ? bzg_record_copy (list->pdata[0]) : NULL;
}

static const BzgImportReason *
find_reason (BzgImportPlan *p, guint row, BzgImportReasonKind kind)
{
  BzgImportRow *r = bzg_import_plan_rows (p)->pdata[row];

  for (guint i = 0; i < r->reasons->len; i++)
    {
      const BzgImportReason *reason = r->reasons->pdata[i];

      if (reason->kind == kind)
        return reason;
    }
  return NULL;
}

static void
test_people (Casebook *c, gconstpointer data)
{
  g_autoptr (BzgRecord) father = NULL;
  g_autoptr (BzgRecord) third = NULL;
  g_autoptr (BzgRecord) file = NULL;
  g_autoptr (BzgRecord) member = NULL;
  g_autoptr (BzgRecord) migration = NULL;
  g_autoptr (BzgImportEntry) entry = NULL;
  g_autoptr (GError) error = NULL;
  BzgId owner;

  import (c, "people", PEOPLE, 3, 0, 0, 0, 0);
  father = person_by_ref (c, "A-1");
  g_assert_cmpstr (bzg_record_get (father, "family_name"), ==, "Зарипов");
  g_assert_cmpstr (bzg_record_get (father, "region"), ==, "TJ-SU");
  g_assert_cmpstr (bzg_record_get (father, "age_as_of"), ==, "2019");
  g_assert_null (bzg_record_get (father, "age"));
  file = child (c, "case_file", father);
  g_assert_cmpstr (bzg_record_get (file, "category"), ==, "returned_migrant");
  g_assert_nonnull (bzg_record_get (file, "case_no"));
  g_assert_true (bzg_record_get_id (file, "owner", &owner));
  g_assert_true (bzg_id_equal (&owner, bzg_session_user (c->session)));
  member = child (c, "household_member", father);
  g_assert_cmpstr (bzg_record_get (member, "relation"), ==, "father");
  migration = child (c, "migration", father);
  g_assert_cmpstr (bzg_record_get (migration, "country_of_return"), ==, "RU");
  g_assert_null (bzg_record_get (migration, "return_date"));
  g_assert_cmpuint (count (c, "household"), ==, 1);
  g_assert_cmpuint (count (c, "household_member"), ==, 2);
  /* yes, no, yes: what was left empty was not asked. */
  g_assert_cmpuint (count (c, "consent"), ==, 3);
  third = person_by_ref (c, "A-3");
  g_assert_cmpstr (bzg_record_get (third, "age"), ==, "34");
  g_assert_null (child (c, "consent", third));
  g_assert_null (child (c, "migration", third));

  /* The column that nobody knows is named, and its cell is kept. */
  {
    g_autoptr (BzgImportPlan) p = plan (c, "people", PEOPLE);

    g_assert_cmpstr (bzg_import_plan_unmapped (p)[0], ==, "shoe_size");
    g_assert_null (bzg_import_plan_unmapped (p)[1]);
  }
  entry = bzg_import_log_find (c->session, "people", "ref:A-1", &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (entry->cells, "\"shoe_size\":\"43\""));
}

static void
test_twice (Casebook *c, gconstpointer data)
{
  import (c, "people", PEOPLE, 3, 0, 0, 0, 0);
  import (c, "people", PEOPLE, 0, 3, 0, 0, 0);
  g_assert_cmpuint (count (c, "person"), ==, 3);
  import (c, "support", SUPPORT, 4, 0, 0, 0, 0);
  import (c, "support", SUPPORT, 0, 4, 0, 0, 0);
  g_assert_cmpuint (count (c, "support"), ==, 4);
  g_assert_cmpuint (count (c, "fund"), ==, 1);
  casebook_close (c);
  casebook_open (c, "office");
  import (c, "support", SUPPORT, 0, 4, 0, 0, 0);
}

static void
test_support (Casebook *c, gconstpointer data)
{
  g_autoptr (BzgImportPlan) p = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GError) error = NULL;
  const BzgImportReason *reason;
  BzgRecord *record;

  import (c, "people", PEOPLE, 3, 0, 0, 0, 0);
  p = plan (c, "support", SUPPORT);
  reason = find_reason (p, 0, BZG_REASON_SERVICE_GROUP);
  g_assert_cmpstr (reason->detail, ==, "ECO02");
  reason = find_reason (p, 0, BZG_REASON_CREATES);
  g_assert_cmpstr (reason->detail, ==, "Fund One");
  g_assert_null (find_reason (p, 1, BZG_REASON_CREATES));
  reason = find_reason (p, 2, BZG_REASON_READ_AS);
  g_assert_cmpstr (reason->column, ==, "delivered");
  g_assert_cmpstr (reason->detail, ==, "2019-08-12");
  g_assert_cmpuint (count (c, "support"), ==, 0);
  bzg_import_run (p, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  list = bzg_session_list (c->session, "support", NULL, NULL, NULL);
  record = list->pdata[0];
  g_assert_cmpstr (bzg_record_get (record, "service"), ==, "in_kind_livelihood");
  g_assert_cmpstr (bzg_record_get (record, "item"), ==, "honeybee colony");
  g_assert_null (bzg_record_get (record, "quantity"));
  g_assert_null (bzg_record_get (record, "cost"));
  g_assert_null (bzg_record_get (record, "currency"));
  g_assert_cmpstr (bzg_record_get (record, "delivered"), ==, "2019");
  record = list->pdata[2];
  g_assert_cmpstr (bzg_record_get (record, "cost"), ==, "1480.00");
  g_assert_cmpstr (bzg_record_get (record, "currency"), ==, "TJS");
}

static void
test_update (Casebook *c, gconstpointer data)
{
  g_autoptr (BzgRecord) person = NULL;
  g_autoptr (BzgRecord) after = NULL;
  g_autoptr (BzgImportPlan) p = NULL;
  g_autoptr (GError) error = NULL;

  import (c, "people",
          "ref,family_name,given_name,phone,occupation,consent_service\nB-1,Шарифов,Комил,"
          "918001122,baker,yes\n",
          1, 0, 0, 0, 0);
  person = person_by_ref (c, "B-1");
  bzg_record_set (person, "occupation", "tailor");
  casebook_put (c, person);

  /* The phone is new in the file; the occupation too, but it was changed here since; the name is
   * empty now and stays; the consent is withdrawn. */
  p = plan (c, "people",
            "ref,family_name,given_name,phone,occupation,consent_service\nB-1,,Комил,918001133,"
            "driver,withdrawn\n");
  g_assert_cmpuint (bzg_import_plan_count (p, BZG_IMPORT_UPDATE), ==, 1);
  g_assert_cmpstr (find_reason (p, 0, BZG_REASON_CHANGES)->column, ==, "phone");
  g_assert_cmpstr (find_reason (p, 0, BZG_REASON_KEPT)->column, ==, "occupation");
  bzg_import_run (p, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  after = person_by_ref (c, "B-1");
  g_assert_cmpstr (bzg_record_get (after, "family_name"), ==, "Шарифов");
  g_assert_nonnull (strstr (bzg_record_get (after, "phone"), "918001133"));
  g_assert_cmpstr (bzg_record_get (after, "occupation"), ==, "tailor");
  {
    /* Another answer is another row: what was said before stands. */
    g_autoptr (GPtrArray) answers
      = bzg_session_list (c->session, "consent", "person", bzg_record_id (after), NULL);

    g_assert_cmpuint (answers->len, ==, 2);
    g_assert_cmpstr (bzg_record_get (answers->pdata[0], "status"), ==, "given");
    g_assert_cmpstr (bzg_record_get (answers->pdata[1], "status"), ==, "withdrawn");
  }

  /* No file gives a withdrawn consent back. */
  g_clear_pointer (&p, bzg_import_plan_free);
  p = plan (c, "people",
            "ref,family_name,given_name,phone,occupation,consent_service\nB-1,,Комил,918001133,"
            "driver,Yes\n");
  g_assert_nonnull (find_reason (p, 0, BZG_REASON_KEPT));
  bzg_import_run (p, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count (c, "consent"), ==, 2);
}

static void
test_errors (Casebook *c, gconstpointer data)
{
  static const char BAD[] = "ref,family_name,sex,birth_date,age,phone\n"
                            "C-1,Азизов,M,31.02.2019,,\n"
                            "C-2,Азизов,Q,,,\n"
                            "C-3,Азизов,M,1985-08,200,\n"
                            "C-4,Азизов,M,,,\n"
                            "C-4,Каримов,M,,,\n"
                            ",,M,,,\n"
                            "C-6,Азизов,M,,,,,,too many\n";
  g_autoptr (BzgImportPlan) p = plan (c, "people", BAD);
  g_autoptr (GError) error = NULL;
  const BzgImportReason *reason;
  g_autofree char *text = NULL;

  g_assert_cmpuint (bzg_import_plan_count (p, BZG_IMPORT_ERROR), ==, 6);
  g_assert_cmpuint (bzg_import_plan_count (p, BZG_IMPORT_NEW), ==, 1);
  reason = find_reason (p, 0, BZG_REASON_NO_SUCH_DAY);
  g_assert_cmpstr (reason->column, ==, "birth_date");
  g_assert_cmpuint (((BzgImportRow *) bzg_import_plan_rows (p)->pdata[0])->row, ==, 2);
  reason = find_reason (p, 1, BZG_REASON_NOT_UNDERSTOOD);
  text = bzg_import_reason_text (bzg_import_plan_rows (p)->pdata[1], reason, BZG_LANGUAGE_EN);
  g_assert_nonnull (strstr (text, "Row 3"));
  g_assert_nonnull (strstr (text, "sex"));
  g_assert_nonnull (strstr (text, "F, M, X"));
  g_assert_nonnull (find_reason (p, 2, BZG_REASON_NOT_UNDERSTOOD));
  g_assert_cmpstr (find_reason (p, 4, BZG_REASON_REPEATED)->detail, ==, "5");
  g_assert_nonnull (find_reason (p, 5, BZG_REASON_MISSING));
  g_assert_nonnull (find_reason (p, 6, BZG_REASON_BROKEN_ROW));
  bzg_import_run (p, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count (c, "person"), ==, 1);

  g_clear_pointer (&p, bzg_import_plan_free);
  p = plan (c, "support", "person,service\nNOBODY,training\nC-4,nonsense\n");
  g_assert_nonnull (find_reason (p, 0, BZG_REASON_NO_PERSON));
  g_assert_nonnull (find_reason (p, 1, BZG_REASON_NOT_UNDERSTOOD));
}

static void
test_all_or_nothing (Casebook *c, gconstpointer data)
{
  static const char TEXT[] = "ref,family_name,sex\nD-1,Назаров,M\nD-2,Назаров,Q\n";
  g_autoptr (GBytes) bytes = g_bytes_new_static (TEXT, strlen (TEXT));
  BzgImportOptions options = { .profile = "people", .bytes = bytes, .all_or_nothing = TRUE };
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgImportPlan) p = bzg_import_plan (c->session, &options, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_false (bzg_import_run (p, NULL, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
  g_assert_cmpuint (count (c, "person"), ==, 0);
}

static void
test_file_faults (Casebook *c, gconstpointer data)
{
  static const char QUOTE[] = "ref,family_name\nE-1,\"Назаров\nE-2,Каримов\n";
  static const char CP1251[] = "ref,family_name\nE-1,\xcd\xe0\xe7\xe0\xf0\xee\xe2\n";
  static const char BOM[] = "\xef\xbb\xbf"
                            "ref;family_name;sex\r\nE-3;\"Зокиров\";ж\r\n";
  static const char FONT[] = "ref,family_name\nE-4,Љўраев\n";
  static const char STRANGE[] = "colour,taste\nred,sweet\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgImportPlan) p = NULL;
  g_autoptr (BzgRecord) person = NULL;
  g_autoptr (BzgRecord) woman = NULL;

  g_assert_null (plan_bytes (c, "people", QUOTE, strlen (QUOTE), NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_null (plan_bytes (c, "people", STRANGE, strlen (STRANGE), NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_null (plan_bytes (c, "nothing", STRANGE, strlen (STRANGE), NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_null (plan_bytes (c, "people", CP1251, strlen (CP1251), NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_ENCODING);
  g_assert_nonnull (strstr (error->message, "CP1251"));
  g_clear_error (&error);
  g_assert_cmpuint (count (c, "person"), ==, 0);

  p = plan_bytes (c, "people", CP1251, strlen (CP1251), "CP1251", &error);
  g_assert_no_error (error);
  bzg_import_run (p, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  person = person_by_ref (c, "E-1");
  g_assert_cmpstr (bzg_record_get (person, "family_name"), ==, "Назаров");

  import (c, "people", BOM, 1, 0, 0, 0, 0);
  woman = person_by_ref (c, "E-3");
  g_assert_cmpstr (bzg_record_get (woman, "sex"), ==, "F");

  g_clear_pointer (&p, bzg_import_plan_free);
  p = plan (c, "people", FONT);
  g_assert_cmpstr (find_reason (p, 0, BZG_REASON_REPAIRED)->detail, ==, "Ҷӯраев");
}

static void
test_map (Casebook *c, gconstpointer data)
{
  static const char TEXT[] = "Номер;Фамилия;Имя;Телефон моб.\nF-1;Сафаров;Акмал;918223344\n";
  static const char MAP[] = "# a remark\n[columns]\nНомер=ref\nФамилия=family_name\nИмя=given_name"
                            "\nТелефон моб.=phone\n";
  g_autoptr (GBytes) bytes = g_bytes_new_static (TEXT, strlen (TEXT));
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) map = bzg_import_map_from_text (MAP, strlen (MAP), &error);
  g_autoptr (GHashTable) proposed = NULL;
  g_auto (GStrv) header = NULL;
  BzgImportOptions options = { .profile = "people", .bytes = bytes, .map = map };
  g_autoptr (BzgImportPlan) p = NULL;
  g_autoptr (BzgRecord) person = NULL;

  g_assert_no_error (error);
  proposed = bzg_import_propose_map ("people", bytes, NULL, &header, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (header), ==, 4);
  g_assert_cmpstr (g_hash_table_lookup (proposed, "Телефон моб."), ==, "");

  p = bzg_import_plan (c->session, &options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  bzg_import_run (p, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  person = person_by_ref (c, "F-1");
  g_assert_cmpstr (bzg_record_get (person, "given_name"), ==, "Акмал");
  g_assert_nonnull (strstr (bzg_record_get (person, "phone"), "918223344"));

  g_hash_table_insert (map, g_strdup ("Имя"), g_strdup ("no_such_column"));
  g_assert_null (bzg_import_plan (c->session, &options, NULL, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_null (bzg_import_map_from_text ("Имя", 6, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
}

static void
test_duplicates (Casebook *c, gconstpointer data)
{
  static const char FIRST[] = "ref,family_name,given_name,birth_date,phone\nG-1,Раҳимов,Фаррух,"
                              "1985-08-12,918554433\n";
  static const char SECOND[] = "ref,family_name,given_name,birth_date,phone,email\nX-9,Rahimov,"
                               "Farrukh,1985-08-12,+992 918 55 44 33,f@example.org\n"
                               "X-10,Раҳимов,Фирдавс,1990-01-02,\n";
  g_autoptr (GPtrArray) waiting = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgRecord) person = NULL;
  g_autoptr (BzgRecord) filled = NULL;

  import (c, "people", FIRST, 1, 0, 0, 0, 0);
  import (c, "people", SECOND, 1, 0, 0, 1, 0);
  g_assert_cmpuint (count (c, "person"), ==, 2);
  /* It waits, and is not entered twice. */
  import (c, "people", SECOND, 0, 1, 0, 1, 0);
  waiting = bzg_import_waiting (c->session, 0, G_MAXUINT, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (waiting->len, ==, 1);
  g_assert_cmpstr (((BzgImportEntry *) waiting->pdata[0])->key, ==, "ref:X-9");

  {
    g_autoptr (BzgImportQuestion) question
      = bzg_import_question (c->session, waiting->pdata[0], BZG_LANGUAGE_EN, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (question->hits->len, ==, 1);
    g_assert_cmpstr (((BzgHit *) question->hits->pdata[0])->ref, ==, "G-1");
    g_assert_true (g_strv_contains ((const char *const *) question->labels, "Family name"));
    g_assert_true (g_strv_contains ((const char *const *) question->texts, "Rahimov"));
  }
  person = person_by_ref (c, "G-1");
  bzg_import_decide (c->session, "people", "ref:X-9", bzg_record_id (person), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count (c, "person"), ==, 2);
  filled = person_by_ref (c, "G-1");
  g_assert_cmpstr (bzg_record_get (filled, "family_name"), ==, "Раҳимов");
  g_assert_cmpstr (bzg_record_get (filled, "email"), ==, "f@example.org");
  g_assert_false (bzg_import_decide (c->session, "people", "ref:X-9", NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NOT_FOUND);
  import (c, "people", SECOND, 0, 2, 0, 0, 0);
}

static void
test_decide_new (Casebook *c, gconstpointer data)
{
  static const char SUPPORTS[] = "person,service,delivered\nA-3,LEG01,2019-05\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) waiting = NULL;
  g_autoptr (BzgRecord) person = NULL;
  g_autoptr (BzgRecord) support = NULL;

  import (c, "people", PEOPLE, 3, 0, 0, 0, 0);
  person = person_by_ref (c, "A-3");
  support = bzg_record_new ("support", NULL);
  bzg_record_set_id (support, "person", bzg_record_id (person));
  bzg_record_set (support, "service", "LEG01");
  bzg_record_set (support, "delivered", "2019-05");
  casebook_put (c, support);

  /* Entered by hand before the file came. */
  import (c, "support", SUPPORTS, 0, 0, 0, 1, 0);
  waiting = bzg_import_waiting (c->session, 0, G_MAXUINT, &error);
  g_assert_cmpuint (waiting->len, ==, 1);
  bzg_import_decide (c->session, "support", ((BzgImportEntry *) waiting->pdata[0])->key, NULL,
                     &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count (c, "support"), ==, 2);
  import (c, "support", SUPPORTS, 0, 1, 0, 0, 0);
}

static void
test_reject (Casebook *c, gconstpointer data)
{
  static const char FIRST[] = "person,service,delivered\nA-3,LEG01,2019-05\n";
  static const char CHANGED[] = "ref,person,service,delivered\nS-1,A-3,LEG01,2019-06\n";
  static const char REFERRED[] = "ref,person,service,delivered\nS-1,A-3,LEG01,2019-05\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) waiting = NULL;
  g_autoptr (GPtrArray) rest = NULL;
  g_autoptr (BzgImportQuestion) question = NULL;

  import (c, "people", PEOPLE, 3, 0, 0, 0, 0);
  import (c, "support", FIRST, 1, 0, 0, 0, 0);
  import (c, "support", REFERRED, 0, 0, 0, 1, 0);
  waiting = bzg_import_waiting (c->session, 0, G_MAXUINT, &error);
  g_assert_cmpuint (waiting->len, ==, 1);
  question = bzg_import_question (c->session, waiting->pdata[0], BZG_LANGUAGE_EN, &error);
  g_assert_no_error (error);
  g_assert_false (bzg_id_is_zero (&question->record));
  g_assert_true (bzg_import_reject (c->session, "support", "ref:S-1", &error));
  rest = bzg_import_waiting (c->session, 0, G_MAXUINT, &error);
  g_assert_cmpuint (rest->len, ==, 0);
  g_assert_cmpuint (count (c, "support"), ==, 1);
  g_assert_false (bzg_import_reject (c->session, "support", "ref:S-1", &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NOT_FOUND);
  /* The same row says "same"; another row under this reference is a row of its own. */
  import (c, "support", REFERRED, 0, 1, 0, 0, 0);
  import (c, "support", CHANGED, 1, 0, 0, 0, 0);
  g_assert_cmpuint (count (c, "support"), ==, 2);
}

/* A row tells as much as a record: who sees only the own people sees only the own rows. */
static void
test_inbox_of_others (Casebook *c, gconstpointer data)
{
  static const char AGAIN[] = "ref,family_name,given_name,phone\nX-9,Раҳимов,Фаррух,918554433\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) waiting = NULL;

  import (c, "people", "ref,family_name,given_name,phone\nG-1,Раҳимов,Фаррух,918554433\n", 1, 0, 0,
          0, 0);
  import (c, "people", AGAIN, 0, 0, 0, 1, 0);
  casebook_add_user (c, "case1", "caseworker");
  casebook_close (c);
  casebook_open (c, "case1");
  waiting = bzg_import_waiting (c->session, 0, G_MAXUINT, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (waiting->len, ==, 0);
  g_assert_false (bzg_import_decide (c->session, "people", "ref:X-9", NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (bzg_import_reject (c->session, "people", "ref:X-9", &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NOT_FOUND);

  /* A colleague's row in a file does not stop the rest of it. */
  import (c, "people",
          "ref,family_name,given_name,phone\nG-1,Раҳимов,Фаррух,918554499\nN-1,Азизова,Гулнора,\n",
          1, 0, 0, 0, 1);
}

static void
test_activities (Casebook *c, gconstpointer data)
{
  static const char TEXT[]
    = "kind,title,start,end,place,region,participants,head_count_f,head_count_m,age_band,fund\n"
      "youth_camp,A camp,2019-08-12,2019-08-15,Lake,Sughd,80,45,35,15-17,Fund One\n"
      "film,A film,,,,,,,,,\n";
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GPtrArray) heads = NULL;

  import (c, "activities", TEXT, 2, 0, 0, 0, 0);
  import (c, "activities", TEXT, 0, 2, 0, 0, 0);
  list = bzg_session_list (c->session, "activity", NULL, NULL, NULL);
  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpstr (bzg_record_get (list->pdata[0], "region"), ==, "TJ-SU");
  g_assert_null (bzg_record_get (list->pdata[1], "participants"));
  heads
    = bzg_session_list (c->session, "head_count", "activity", bzg_record_id (list->pdata[0]), NULL);
  g_assert_cmpuint (heads->len, ==, 2);
  g_assert_cmpstr (bzg_record_get (heads->pdata[0], "people"), ==, "45");
  g_assert_cmpstr (bzg_record_get (heads->pdata[0], "age_band"), ==, "15-17");
}

static void
test_visits (Casebook *c, gconstpointer data)
{
  g_autoptr (GPtrArray) list = NULL;

  import (c, "people", PEOPLE, 3, 0, 0, 0, 0);
  import (c, "visits",
          "person,date,method,status,sales_tjs,jobs_f,jobs_m,output,output_unit,note\n"
          "A-1,2020-02-01,visit,operating,\"1 250,50\",1,2,12.5,kg,bees winter well\n",
          1, 0, 0, 0, 0);
  list = bzg_session_list (c->session, "visit", NULL, NULL, NULL);
  g_assert_cmpstr (bzg_record_get (list->pdata[0], "sales"), ==, "1250.50");
  g_assert_cmpstr (bzg_record_get (list->pdata[0], "output"), ==, "12.5");
  g_assert_null (bzg_record_get (list->pdata[0], "costs"));
}

/* What comes out goes in again, elsewhere, and comes out the same. */
static void
test_round_trip (Casebook *c, gconstpointer data)
{
  static const char *const PROFILES[] = { "people", "support", "visits", "activities" };
  Casebook other = { 0 };
  g_autoptr (GError) error = NULL;

  import (c, "people", PEOPLE, 3, 0, 0, 0, 0);
  import (c, "support", SUPPORT, 4, 0, 0, 0, 0);
  import (c, "activities",
          "kind,title,start,head_count_f,age_band\nfilm,\"=1+1, \"\"quoted\"\"\",2019,12,60+\n", 1,
          0, 0, 0, 0);
  casebook_set_up (&other, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (PROFILES); i++)
    {
      guint rows = 0;
      g_autoptr (GBytes) out
        = bzg_export_csv_bytes (c->session, PROFILES[i], TRUE, &rows, NULL, NULL, NULL, &error);
      g_autoptr (GBytes) again = NULL;
      g_autoptr (BzgImportPlan) p = NULL;

      g_assert_no_error (error);
      p = plan_bytes (&other, PROFILES[i], g_bytes_get_data (out, NULL), g_bytes_get_size (out),
                      NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (bzg_import_plan_count (p, BZG_IMPORT_NEW), ==, rows);
      g_assert_cmpuint (g_strv_length ((char **) bzg_import_plan_unmapped (p)), ==, 0);
      bzg_import_run (p, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      again
        = bzg_export_csv_bytes (other.session, PROFILES[i], TRUE, NULL, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpmem (g_bytes_get_data (out, NULL), g_bytes_get_size (out),
                       g_bytes_get_data (again, NULL), g_bytes_get_size (again));
      /* Back into the casebook it came from: known, or waiting; never doubled. */
      g_clear_pointer (&p, bzg_import_plan_free);
      p = plan_bytes (c, PROFILES[i], g_bytes_get_data (out, NULL), g_bytes_get_size (out), NULL,
                      &error);
      g_assert_no_error (error);
      g_assert_cmpuint (bzg_import_plan_count (p, BZG_IMPORT_NEW), ==, 0);
      g_assert_cmpuint (bzg_import_plan_count (p, BZG_IMPORT_ERROR), ==, 0);
    }
  casebook_tear_down (&other, NULL);
}

static void
test_export_file (Casebook *c, gconstpointer data)
{
  g_autofree char *path = g_build_filename (c->folder, "people.csv", NULL);
  g_autofree char *path2 = g_build_filename (c->folder, "people2.csv", NULL);
  g_autoptr (GError) error = NULL;
  guint rows = 0;

  import (c, "people", PEOPLE, 3, 0, 0, 0, 0);
  import (c, "support", SUPPORT, 4, 0, 0, 0, 0);
  casebook_add_user (c, "case1", "caseworker");
  bzg_export_csv (c->session, "people", path, TRUE, &rows, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows, ==, 3);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  g_assert_false (
    bzg_export_csv (c->session, "people", path, TRUE, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_EXISTS);
  g_clear_error (&error);

  /* Who refuses lists with names is in none, nor is what that person got. */
  {
    g_autoptr (BzgRecord) person = person_by_ref (c, "A-3");
    g_autoptr (BzgRecord) consent = bzg_record_new ("consent", NULL);
    g_autoptr (GBytes) people = NULL;
    g_autoptr (GBytes) support = NULL;

    bzg_record_set_id (consent, "person", bzg_record_id (person));
    bzg_record_set (consent, "purpose", "named_export");
    bzg_record_set (consent, "status", "refused");
    casebook_put (c, consent);
    people = bzg_export_csv_bytes (c->session, "people", TRUE, &rows, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (rows, ==, 2);
    support = bzg_export_csv_bytes (c->session, "support", TRUE, &rows, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (rows, ==, 2);
  }
  casebook_close (c);

  casebook_open (c, "case1");
  g_assert_false (
    bzg_export_csv (c->session, "people", path2, TRUE, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE);
  g_assert_false (g_file_test (path2, G_FILE_TEST_EXISTS));
}

static void
test_roles (Casebook *c, gconstpointer data)
{
  static const char TEXT[] = "ref,family_name\nK-1,Олимов\n";
  g_autoptr (GError) error = NULL;

  casebook_add_user (c, "me", "me");
  casebook_add_user (c, "case1", "caseworker");
  casebook_close (c);
  casebook_open (c, "me");
  g_assert_null (plan_bytes (c, "people", TEXT, strlen (TEXT), NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE);
  casebook_close (c);
  casebook_open (c, "case1");
  import (c, "people", TEXT, 1, 0, 0, 0, 0);
  {
    g_autoptr (BzgImportPlan) p
      = plan (c, "support", "person,service,fund\nK-1,training,A new fund\n");

    g_assert_nonnull (find_reason (p, 0, BZG_REASON_NO_FUND));
  }
}

static void
test_steps (Casebook *c, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("ref,family_name,given_name\n");
  g_autoptr (GBytes) bytes = NULL;
  BzgImportOptions options = { .profile = "people" };
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgImportPlan) p = NULL;
  gboolean done = FALSE;
  double fraction = 0;

  for (guint i = 0; i < 250; i++)
    g_string_append_printf (text, "M-%u,Фамилия%c%c,Имя%c\n", i, 'a' + i % 26, 'a' + i / 26,
                            'a' + i % 7);
  options.bytes = bytes = g_bytes_new (text->str, text->len);
  p = bzg_import_plan_new (c->session, &options, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (bzg_import_plan_total (p), ==, 250);
  while (!done)
    g_assert_true (bzg_import_plan_step (p, 40, &done, &error));
  g_assert_cmpuint (bzg_import_plan_rows (p)->len, ==, 250);
  g_assert_true (bzg_import_run_step (p, &done, &fraction, &error));
  g_assert_false (done);
  g_assert_cmpuint (bzg_import_plan_settled (p), ==, count (c, "person"));

  /* Interrupted: the next import goes on where this one stopped. */
  g_clear_pointer (&p, bzg_import_plan_free);
  import (c, "people", text->str, 150, 100, 0, 0, 0);
  import (c, "people", text->str, 0, 250, 0, 0, 0);
}

int
main (int argc, char **argv)
{
  casebook_test_init (&argc, &argv);
#define ADD(path, function)                                                                        \
  g_test_add ("/import/" path, Casebook, NULL, casebook_set_up, function, casebook_tear_down)
  ADD ("people", test_people);
  ADD ("twice", test_twice);
  ADD ("support", test_support);
  ADD ("update", test_update);
  ADD ("errors", test_errors);
  ADD ("all-or-nothing", test_all_or_nothing);
  ADD ("file-faults", test_file_faults);
  ADD ("map", test_map);
  ADD ("duplicates", test_duplicates);
  ADD ("decide-new", test_decide_new);
  ADD ("reject", test_reject);
  ADD ("inbox-of-others", test_inbox_of_others);
  ADD ("activities", test_activities);
  ADD ("visits", test_visits);
  ADD ("round-trip", test_round_trip);
  ADD ("export-file", test_export_file);
  ADD ("roles", test_roles);
  ADD ("steps", test_steps);
  return g_test_run ();
}
