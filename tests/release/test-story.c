/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../casebook/casebook-fixture.h"

#include "casebook/bzg-ledger.h"
#include "release/bzg-permit.h"
#include "release/bzg-story-check.h"

#include <string.h>

/*
 * Stories about invented people in a casebook of their own.
 */

typedef struct
{
  Casebook casebook;
  BzgId person;
} Fixture;

static void
put (Fixture *f, BzgRecord *record, const char *const *values)
{
  g_autoptr (BzgWork) work = bzg_work_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; values[i] != NULL; i += 2)
    bzg_record_set (record, values[i], values[i + 1]);
  bzg_work_put (work, record);
  bzg_session_commit (f->casebook.session, work, &error);
  g_assert_no_error (error);
}

static void
put_of (Fixture *f, const char *aggregate, const BzgId *person, const char *const *values)
{
  g_autoptr (BzgRecord) record = bzg_record_new (aggregate, NULL);

  bzg_record_set_id (record, "person", person);
  put (f, record, values);
}

static BzgId
add_person (Fixture *f, const char *family, const char *given, const char *sex)
{
  g_autoptr (BzgRecord) person = bzg_record_new ("person", NULL);
  BzgId id = *bzg_record_id (person);

  put (f, person,
       (const char *[]){ "family_name", family, "given_name", given, "sex", sex, "region", "TJ-KT",
                         NULL });
  put_of (f, "support", &id,
          (const char *[]){ "service", "in_kind_livelihood", "delivered", "2024-05-06", NULL });
  put_of (f, "livelihood", &id, (const char *[]){ "kind", "bees", NULL });
  return id;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (BzgRecord) person = NULL;
  g_autoptr (GError) error = NULL;

  casebook_set_up (&f->casebook, NULL);
  f->person = add_person (f, "Норвахтов", "Сафармурод", "M");
  person = bzg_session_get (f->casebook.session, "person", &f->person, &error);
  g_assert_no_error (error);
  put (f, person,
       (const char *[]){ "phone", "+992935551234", "document_no", "A01234567", "settlement",
                         "Чилтанободи Боло", "birth_date", "1985-03-14", NULL });
  put_of (f, "support", &f->person,
          (const char *[]){ "service", "in_kind_livelihood", "delivered", "2024-05-06", "cost",
                            "4500.00", "currency", "TJS", NULL });
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  casebook_tear_down (&f->casebook, NULL);
}

static BzgStoryCheck *
check (Fixture *f, const char *text, BzgLanguage lang)
{
  g_autoptr (GError) error = NULL;
  BzgStoryCheck *result = bzg_story_check (f->casebook.session, &f->person, text, lang, &error);

  g_assert_no_error (error);
  return result;
}

/* The whole of @text is one finding of @category. */
static void
assert_found (Fixture *f, const char *before, const char *what, const char *category)
{
  g_autofree char *text = g_strdup_printf ("%s %s.", before, what);
  g_autoptr (BzgStoryCheck) result = check (f, text, BZG_LANGUAGE_EN);
  gboolean found = FALSE;

  for (guint i = 0; i < result->findings->len; i++)
    {
      const BzgStoryFinding *finding = g_ptr_array_index (result->findings, i);

      if (strcmp (finding->category, category) == 0 && finding->severity == BZG_STORY_BLOCK
          && finding->start <= strlen (before) + 1
          && finding->end >= strlen (before) + 1 + strlen (what))
        found = TRUE;
    }
  if (!found)
    g_test_message ("not found: %s (%s)", what, category);
  g_assert_true (found);
}

static void
test_names (Fixture *f, gconstpointer data)
{
  static const char *const forms[]
    = { "Сафармурод", "Сафармуродро", "Сафармурода", "Сафармуродом", "Safarmurod", "Safarmurod's",
        "Норвахтов",  "Норвахтовым",  "Норвахтовро", "Norvakhtov",   "Norvaxtov",  "Норвахтова" };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    assert_found (f, "Here lives", forms[i], "name");
}

static void
test_numbers (Fixture *f, gconstpointer data)
{
  assert_found (f, "Call", "93 555 12 34", "phone");
  assert_found (f, "Call", "+992935551234", "phone");
  assert_found (f, "The passport is", "A01234567", "document");
  assert_found (f, "He was born on", "14 March 1985", "date");
  assert_found (f, "Родился", "14 марта 1985", "date");
  assert_found (f, "It came on", "06.05.2024", "date");
  assert_found (f, "He got", "4500 somoni", "money");
  assert_found (f, "He got", "4 500 сомонӣ", "money");
  assert_found (f, "Write to", "someone@example.org", "email");
}

static void
test_places (Fixture *f, gconstpointer data)
{
  assert_found (f, "He lives in", "Чилтанободи Боло", "place");
  assert_found (f, "He lives in", "Chiltanobodi Bolo", "place");
}

/* Ordinary words stay: no false alarm in a story without anything. */
static void
test_clean (Fixture *f, gconstpointer data)
{
  static const char *const clean[] = {
    "He came home from work abroad. The first months were hard. Today he has a business.",
    "Он вернулся домой. Первые месяцы были трудными, но теперь он работает рядом с семьёй.",
    "Вай ба хона баргашт. Моҳҳои аввал душвор буданд, вале акнун дар назди оилааш кор мекунад."
  };

  for (guint i = 0; i < G_N_ELEMENTS (clean); i++)
    {
      g_autoptr (BzgStoryCheck) result = check (f, clean[i], BZG_LANGUAGE_EN);

      for (guint n = 0; n < result->findings->len; n++)
        g_assert_cmpint (((BzgStoryFinding *) result->findings->pdata[n])->severity, !=,
                         BZG_STORY_BLOCK);
    }
}

/* The only findings that block in @text are one of exactly the bytes of @what. */
static void
assert_exact (Fixture *f, const char *before, const char *what, const char *after)
{
  g_autofree char *text = g_strconcat (before, what, after, NULL);
  g_autoptr (BzgStoryCheck) result = check (f, text, BZG_LANGUAGE_EN);
  guint blocking = 0;

  for (guint i = 0; i < result->findings->len; i++)
    {
      const BzgStoryFinding *finding = g_ptr_array_index (result->findings, i);

      if (finding->severity != BZG_STORY_BLOCK)
        continue;
      blocking++;
      if (finding->start != strlen (before) || finding->end != strlen (before) + strlen (what))
        g_error ("in \"%s\": found [%" G_GSIZE_FORMAT ", %" G_GSIZE_FORMAT ")", text,
                 finding->start, finding->end);
    }
  if (blocking != 1)
    g_error ("in \"%s\": %u found", text, blocking);
}

static void
assert_passes (Fixture *f, const char *text)
{
  g_autoptr (BzgStoryCheck) result = check (f, text, BZG_LANGUAGE_EN);

  for (guint i = 0; i < result->findings->len; i++)
    {
      const BzgStoryFinding *finding = g_ptr_array_index (result->findings, i);

      if (finding->severity == BZG_STORY_BLOCK)
        g_error ("in \"%s\": %.*s is %s", text, (int) (finding->end - finding->start),
                 text + finding->start, finding->category);
    }
}

/* What nobody sees cuts no word; what replaces it covers it. */
static void
test_hidden (Fixture *f, gconstpointer data)
{
  static const char *const hidden[]
    = { "\xc2\xad",     "\xe2\x80\x8b", "\xe2\x80\x8c", "\xe2\x80\x8d", "\xe2\x80\x8e",
        "\xe2\x80\x8f", "\xe2\x80\xaa", "\xe2\x80\xae", "\xe2\x81\xa0", "\xe2\x81\xa6",
        "\xe2\x81\xa9", "\xef\xbb\xbf", "\xcd\x8f",     "\xef\xb8\x8f", "\xf3\xa0\x81\xa1" };

  for (guint i = 0; i < G_N_ELEMENTS (hidden); i++)
    {
      g_autofree char *name = g_strconcat ("Сафар", hidden[i], "му", hidden[i], "род", NULL);
      g_autofree char *latin = g_strconcat ("Nor", hidden[i], "vakhtov", NULL);
      g_autofree char *phone = g_strconcat ("93", hidden[i], hidden[i], hidden[i], "5551234", NULL);
      g_autofree char *date = g_strconcat ("14.0", hidden[i], "3.1985", NULL);
      g_autofree char *before = g_strconcat ("Ин", hidden[i], "ҷо ", NULL);

      assert_exact (f, before, name, " буд.");
      assert_exact (f, "Ин ҷо ", latin, ".");
      assert_exact (f, before, phone, ".");
      assert_exact (f, "Таваллуд ", date, ".");
    }
}

static void
test_line_breaks (Fixture *f, gconstpointer data)
{
  assert_exact (f, "Ин ҷо ", "Сафар-\nмурод", " буд.");
  assert_exact (f, "Here ", "Norvakh-\r\n  tov", " lives.");
  assert_exact (f, "Here ", "Norvakh- tov", " lives.");
  assert_exact (f, "> Here ", "Nor\xe2\x80\x90\n> vakhtov", " lives.");
  assert_exact (f, "Here ", "Nor-vakh-tov", " lives.");
  assert_exact (f, "Ин ҷо ", "Норвах\xc2\xad\nтовро", " дид.");
  assert_exact (f, "He lives in ", "Чилтано-\nбоди Бо-\nло", " now.");
  assert_passes (f, "A well-\nknown road - safe and north-\neast of it.");
}

static void
test_run_together (Fixture *f, gconstpointer data)
{
  static const char *const forms[] = { "СафармуродНорвахтов",
                                       "safarmurodnorvakhtov",
                                       "norvakhtovsafarmurod74",
                                       "SAFARMURODNORVAKHTOV",
                                       "safarmurod74",
                                       "norvakhtov_safarmurod",
                                       "norvakhtovs",
                                       "realnorvakhtovsafarmurod",
                                       "сафармуроднорвахтовро",
                                       "74safarmurod" };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    assert_found (f, "Here lives", forms[i], "name");
  assert_exact (f, "Ин ҷо ", "САФАРМУРОДНОРВАХТОВ", " буд.");
  assert_exact (f, "Ин ҷо ", "@norvakhtov_safarmurod", " буд.");
  assert_exact (f, "Ин ҷо my", "Safarmurod", "Home буд.");
  /* A journey (сафар) and what begins or ends like a name. */
  assert_passes (f, "Вай сафарӣ дароз кард. Сафарҳои ӯ. The YouTube of iPhone users, mp3 and 4x4.");
}

static void
test_spaced (Fixture *f, gconstpointer data)
{
  assert_exact (f, "Ин ҷо ", "С а ф а р м у р о д", " буд.");
  assert_exact (f, "Here ", "N o r v a k h t o v", " lives.");
  assert_exact (f, "Here ", "N.o.r.v.a.k.h.t.o.v", " lives.");
  assert_exact (f, "Here ", "s-a-f-a-r-m-u-r-o-d", " lives.");
  assert_exact (f, "Here ", "s a f a r m u r o d n o r v a k h t o v", " lives.");
  assert_exact (f, "Here ", "a n o r v a k h t o v", " lives.");
  assert_passes (f, "Пункты а, б, в и г. A b c d e f g. И я, и ты, и в доме, и у нас.");
}

static void
test_place_adjectives (Fixture *f, gconstpointer data)
{
  put_of (f, "migration", &f->person,
          (const char *[]){ "country_of_return", "RU", "place_of_return", "Самара", NULL });
  assert_found (f, "He worked in", "Самара", "place_abroad");
  assert_found (f, "Он жил в", "Самаре", "place_abroad");
  assert_found (f, "Там", "самарская область", "place_abroad");
  assert_found (f, "Он жил в", "Самарской области", "place_abroad");
  assert_found (f, "Он был", "самарским", "place_abroad");
  assert_found (f, "In the", "Samarskaya oblast", "place_abroad");
  assert_found (f, "Дар вилояти", "Самарӣ", "place_abroad");
  assert_found (f, "Дар корхонаи", "самарӣ", "place_abroad");
  assert_exact (f, "Там ", "самар-\nская", " улица.");
  /* Fruit, and other adjectives. */
  assert_passes (f, "Ин самари меҳнат аст. Дамская сумка, городская школа, русский язык, "
                    "таджикский плов.");
}

/* Short names, as a reviewer wrote them. */
static void
test_short_names (Fixture *f, gconstpointer data)
{
  static const char *const forms[] = { "Ka\xc2\xadmol Fo\xc2\xadzilov",
                                       "Foz-\nilov",
                                       "KamolFozilov",
                                       "fozilovkamol74",
                                       "kamolfozilov",
                                       "К а м о л",
                                       "K a m o l",
                                       "k a m o l",
                                       "Ф о з и л о в",
                                       "fozilov_kamol",
                                       "фозиловкамол",
                                       "ФозиловКамол",
                                       "kamol.fozilov",
                                       "fozilovk",
                                       "K A M O L  F O Z I L O V" };
  g_autoptr (BzgRecord) person = NULL;
  g_autoptr (GError) error = NULL;

  f->person = add_person (f, "Фозилов", "Камол", "M");
  person = bzg_session_get (f->casebook.session, "person", &f->person, &error);
  g_assert_no_error (error);
  put (f, person, (const char *[]){ "phone", "+992918683392; +992935550123", NULL });
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autofree char *text = g_strdup_printf ("Here lives %s now.", forms[i]);
      g_autoptr (BzgStoryCheck) result = check (f, text, BZG_LANGUAGE_EN);
      g_autofree char *after = bzg_story_apply (text, result);

      if (result->findings->len == 0
          || ((BzgStoryFinding *) result->findings->pdata[0])->severity != BZG_STORY_BLOCK
          || strlen (after) > strlen ("Here lives Bakhtiyor  Bakhtiyor now."))
        g_error ("%s: %s", text, after);
      g_assert_false (result->publishable);
    }
  assert_exact (f, "It ends in ", "683392", ".");
  assert_exact (f, "It ends in ", "50123", ".");
  assert_exact (f, "See ", "@fozilov_kamol", ".");
  /* Perfection (камолот), a virtue (фозил), carnations: the words, not the man. */
  assert_passes (f, "Ба камолот расид, бокамол шуд. Комил ва фазилат. Camomile kamolik.");
}

static void
test_places_moscow (Fixture *f, gconstpointer data)
{
  put_of (f, "migration", &f->person,
          (const char *[]){ "country_of_return", "RU", "place_of_return", "Москва", NULL });
  assert_found (f, "Он жил в", "московском", "place_abroad");
  assert_passes (f, "Морской берег и мусорский двор.");
}

static void
test_tails (Fixture *f, gconstpointer data)
{
  assert_exact (f, "It ends in ", "51234", ".");
  assert_exact (f, "Охираш ", "551 234", " аст.");
  assert_exact (f, "It ends in ", "55-12-34", ", he said in 2019.");
  assert_exact (f, "The passport ends in ", "34567", ".");
  assert_passes (f,
                 "It ends in 1234. Another is 61234, 98765 and 512340. Since 2019 he sold 1234.");
}

static void
test_dates_in_words (Fixture *f, gconstpointer data)
{
  static const char *const dates[] = { "the fourteenth of March 1985",
                                       "fourteenth of March",
                                       "March the fourteenth, 1985",
                                       "sixth November 1974",
                                       "twenty-first of May",
                                       "the sixth day of November",
                                       "четырнадцатого марта 1985",
                                       "шестого ноября",
                                       "двадцать четвёртого мая",
                                       "третьего июня 2001",
                                       "шашуми ноябри 1974",
                                       "чордаҳуми марти 1985",
                                       "бисту якуми май",
                                       "шашуми моҳи ноябр",
                                       "дуюми июл",
                                       "сиюми августи" };

  for (guint i = 0; i < G_N_ELEMENTS (dates); i++)
    {
      const char *what = g_str_has_prefix (dates[i], "the ") ? dates[i] + 4 : dates[i];

      assert_exact (f, "Рӯзи ", what, " буд.");
    }
  assert_passes (f, "The first may be hard, the second march on. First of all, one of the seconds. "
                    "В первом доме, шестого числа. Дуюми онҳо, шашуми инҳо, якуми мактаб. You may "
                    "first ask. На первого майора.");
}

/* What replaces a finding is no finding itself. */
static void
test_apply (Fixture *f, gconstpointer data)
{
  const char *text = "Сафармурод Норвахтов аз Чилтанободи Боло, 93 555 12 34, 14.03.1985.";

  for (BzgLanguage lang = 0; lang < BZG_N_LANGUAGES; lang++)
    {
      g_autoptr (BzgStoryCheck) first = check (f, text, lang);
      g_autofree char *after = bzg_story_apply (text, first);
      g_autoptr (BzgStoryCheck) second = check (f, after, lang);

      g_assert_cmpuint (first->findings->len, >, 0);
      for (guint i = 0; i < second->findings->len; i++)
        g_assert_cmpint (((BzgStoryFinding *) second->findings->pdata[i])->severity, !=,
                         BZG_STORY_BLOCK);
    }
}

/* One beekeeper in the casebook is one too few; six are enough. */
static void
test_uniqueness (Fixture *f, gconstpointer data)
{
  const char *text = "He keeps bees and lives in Khatlon.";
  g_autoptr (BzgStoryCheck) alone = NULL;
  g_autoptr (BzgStoryCheck) among = NULL;

  put_of (f, "livelihood", &f->person, (const char *[]){ "kind", "bees", NULL });
  alone = check (f, text, BZG_LANGUAGE_EN);
  g_assert_cmpuint (alone->k, ==, 1);
  g_assert_false (alone->publishable);
  g_assert_cmpuint (alone->steps->len, >, 0);
  for (guint i = 0; i < 5; i++)
    add_person (f, "Инвентаров", "Шахсмурод", "M");
  among = check (f, text, BZG_LANGUAGE_EN);
  g_assert_cmpuint (among->k, ==, 6);
  g_assert_true (among->publishable);
}

/* The draft of every language passes its own check but for the number of people. */
static void
test_draft (Fixture *f, gconstpointer data)
{
  for (BzgLanguage lang = 0; lang < BZG_N_LANGUAGES; lang++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *draft
        = bzg_story_draft (f->casebook.session, &f->person, lang, NULL, &error);
      g_autoptr (BzgStoryCheck) result = NULL;

      g_assert_no_error (error);
      g_assert_null (strchr (draft, '{'));
      g_assert_null (strstr (draft, "Сафармурод"));
      result = check (f, draft, lang);
      for (guint i = 0; i < result->findings->len; i++)
        g_assert_cmpint (((BzgStoryFinding *) result->findings->pdata[i])->severity, !=,
                         BZG_STORY_BLOCK);
    }
}

/* No consent, then no approval, then not by the author. */
static void
test_gate (Fixture *f, gconstpointer data)
{
  BzgSession *session = f->casebook.session;
  g_autoptr (BzgRecord) story = bzg_record_new ("story", NULL);
  BzgId id = *bzg_record_id (story);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 6; i++)
    add_person (f, "Инвентаров", "Шахсмурод", "M");
  bzg_record_set_id (story, "person", &f->person);
  put (f, story,
       (const char *[]){ "language", "en", "title", "Home again", "body", "He keeps bees.", NULL });
  g_assert_false (bzg_story_may_leave (session, &id, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_CONSENT);
  g_clear_error (&error);
  put_of (f, "consent", &f->person,
          (const char *[]){ "purpose", "story_anonymised", "status", "given", NULL });
  g_assert_false (bzg_story_may_leave (session, &id, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_APPROVAL);
  g_clear_error (&error);
  g_assert_false (bzg_story_decide (session, &id, "approve", NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_APPROVAL);
  g_clear_error (&error);
  put_of (f, "consent", &f->person,
          (const char *[]){ "purpose", "story_anonymised", "status", "withdrawn", NULL });
  g_assert_false (bzg_story_may_leave (session, &id, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_CONSENT);
}

/* What is sealed is looked for by whoever approves, and only who can read it may. */
static void
test_sealed (Fixture *f, gconstpointer data)
{
  static const char *const perpetrator[] = { "name", "Гургхон", NULL };
  BzgSession *session;
  g_autoptr (BzgRecord) story = bzg_record_new ("story", NULL);
  BzgId id = *bzg_record_id (story);
  char **paper = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 6; i++)
    add_person (f, "Инвентаров", "Шахсмурод", "M");
  bzg_record_set_id (story, "person", &f->person);
  put (f, story,
       (const char *[]){ "language", "ru", "title", "Дома", "body",
                         "Он держит пчёл и больше не боится Гургхона.", NULL });
  paper = casebook_set_up_sections (&f->casebook);
  casebook_seal (&f->casebook, "perpetrator", &f->person, perpetrator);
  casebook_add_user (&f->casebook, "second", "protection");
  casebook_close (&f->casebook);

  casebook_open (&f->casebook, "second");
  g_assert_false (bzg_story_decide (f->casebook.session, &id, "approve", "nothing to see", &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_SEALED);
  g_clear_error (&error);
  casebook_close (&f->casebook);

  casebook_open (&f->casebook, "guard");
  session = f->casebook.session;
  g_assert_false (bzg_story_decide (session, &id, "approve", NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_DISCLOSURE);
  g_clear_error (&error);
  bzg_paper_free (paper);
}

/* The door: entered with the hash of what lies on the disk, once. */
static void
test_permit (Fixture *f, gconstpointer data)
{
  BzgSession *session = f->casebook.session;
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgPermit) permit = bzg_permit_ask (session, BZG_EXIT_REPORT, NULL, "test", &error);
  g_autofree char *path = g_build_filename (f->casebook.folder, "out.txt", NULL);
  g_autofree char *again = g_build_filename (f->casebook.folder, "again.txt", NULL);
  g_autofree char *expected = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "numbers", -1);
  g_autoptr (GPtrArray) exits = NULL;

  g_assert_no_error (error);
  bzg_permit_write (permit, path, "numbers", 7, BZG_FILE_NEW, &error);
  g_assert_no_error (error);
  exits = bzg_ledger_exits (session, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (exits->len, ==, 1);
  g_assert_cmpstr (((BzgExitLine *) exits->pdata[0])->sha256, ==, expected);
  g_assert_cmpstr (((BzgExitLine *) exits->pdata[0])->kind, ==, "report");
  g_assert_false (bzg_permit_write (permit, again, "more", 4, BZG_FILE_NEW, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_BUG);
  g_assert_false (g_file_test (again, G_FILE_TEST_EXISTS));
  g_clear_error (&error);
  /* Not a training casebook. */
  g_assert_null (bzg_permit_ask (session, BZG_EXIT_TRUTH, NULL, "test", &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_TRAINING);
  g_clear_error (&error);
  /* No consent to letters. */
  g_assert_null (bzg_permit_ask (session, BZG_EXIT_LETTER, &f->person, "test", &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_CONSENT);
}

int
main (int argc, char **argv)
{
  casebook_test_init (&argc, &argv);
  g_test_add ("/story/names", Fixture, NULL, set_up, test_names, tear_down);
  g_test_add ("/story/numbers", Fixture, NULL, set_up, test_numbers, tear_down);
  g_test_add ("/story/places", Fixture, NULL, set_up, test_places, tear_down);
  g_test_add ("/story/hidden", Fixture, NULL, set_up, test_hidden, tear_down);
  g_test_add ("/story/line-breaks", Fixture, NULL, set_up, test_line_breaks, tear_down);
  g_test_add ("/story/run-together", Fixture, NULL, set_up, test_run_together, tear_down);
  g_test_add ("/story/spaced", Fixture, NULL, set_up, test_spaced, tear_down);
  g_test_add ("/story/adjectives", Fixture, NULL, set_up, test_place_adjectives, tear_down);
  g_test_add ("/story/short-names", Fixture, NULL, set_up, test_short_names, tear_down);
  g_test_add ("/story/moscow", Fixture, NULL, set_up, test_places_moscow, tear_down);
  g_test_add ("/story/tails", Fixture, NULL, set_up, test_tails, tear_down);
  g_test_add ("/story/dates-in-words", Fixture, NULL, set_up, test_dates_in_words, tear_down);
  g_test_add ("/story/clean", Fixture, NULL, set_up, test_clean, tear_down);
  g_test_add ("/story/apply", Fixture, NULL, set_up, test_apply, tear_down);
  g_test_add ("/story/uniqueness", Fixture, NULL, set_up, test_uniqueness, tear_down);
  g_test_add ("/story/draft", Fixture, NULL, set_up, test_draft, tear_down);
  g_test_add ("/story/gate", Fixture, NULL, set_up, test_gate, tear_down);
  g_test_add ("/story/sealed", Fixture, NULL, set_up, test_sealed, tear_down);
  g_test_add ("/story/permit", Fixture, NULL, set_up, test_permit, tear_down);
  return g_test_run ();
}
