/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bzg-language.h"
#include "base/bzg-text.h"

#include <string.h>

/* Text of random characters from all of Unicode, with more of the scripts that matter, and at times
 * with broken bytes. */
static char *
random_text (gboolean broken)
{
  GString *out = g_string_new (NULL);

  for (int n = g_test_rand_int_range (0, 30); n > 0; n--)
    switch (g_test_rand_int_range (0, broken ? 7 : 6))
      {
      case 0:
        g_string_append_unichar (out, (gunichar) g_test_rand_int_range (0x20, 0x7f));
        break;
      case 1:
      case 2:
        g_string_append_unichar (out, (gunichar) g_test_rand_int_range (0x400, 0x530));
        break;
      case 3:
        g_string_append_unichar (out, (gunichar) g_test_rand_int_range (0x300, 0x330));
        break;
      case 4:
        g_string_append_unichar (out, (gunichar) g_test_rand_int_range (0xa0, 0x250));
        break;
      case 5:
        {
          gunichar ch = (gunichar) g_test_rand_int_range (1, 0x2ffff);

          if (g_unichar_validate (ch))
            g_string_append_unichar (out, ch);
        }
        break;
      default:
        g_string_append_c (out, (char) g_test_rand_int_range (0x80, 0x100));
      }
  return g_string_free (out, FALSE);
}

static void
assert_fold (const char *text, const char *expected)
{
  g_autofree char *folded = bzg_text_fold (text);

  g_assert_cmpstr (folded, ==, expected);
}

static void
test_repair (void)
{
  static const char *const cases[][2] = {
    { "Њисор", "Ҳисор" },
    { "Хуљанд", "Хуҷанд" },
    { "Хоруѓ", "Хоруғ" },
    { "Роштќалъа", "Роштқалъа" },
    { "Айнї", "Айнӣ" },
    { "Кўлоб", "Кӯлоб" },
    { "ЊЉЃЌЇЎ", "ҲҶҒҚӢӮ" },
    { "Кушониѐн", "Кушониён" },
    { "Айни\xcc\x84", "Айнӣ" },
    { "Самирa", "Самира" }, /* a Latin a */
    { "Caмирa", "Самира" }, /* a Latin C too */
    { "Хuч", "Хuч" },       /* u has no Cyrillic twin, ч no Latin one */
    { "Mоther", "Mother" }, /* a Cyrillic о in a Latin word */
    { "plain", "plain" },
    { "Ҳамон", "Ҳамон" },
    { "Ка\xc2\xadмол", "Камол" },                     /* a soft hyphen */
    { "Ка\xe2\x80\x8bмол", "Камол" },                 /* a zero width space */
    { "\xef\xbb\xbfКамол", "Камол" },                 /* a byte order mark */
    { "Ка\xe2\x80\xaeмол", "Камол" },                 /* a bidi override */
    { "Cа\xe2\x80\x8dмиpа", "Самира" },               /* a joiner and Latin C and p */
    { "Айни\xc2\xad\xcc\x84", "Айнӣ" },               /* the macron belongs over it */
    { "Ў\xe2\x81\xa0роз", "Ӯроз" },                   /* a word joiner */
    { "می\xe2\x80\x8cخواهم", "می\xe2\x80\x8cخواهم" }, /* Arabic script needs it */
    { "م\xe2\x80\x8bن", "من" },
    { "\xe2\x9c\x88\xef\xb8\x8f", "\xe2\x9c\x88\xef\xb8\x8f" }, /* how an emoji is drawn */
    { "", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *repaired = bzg_text_repair (cases[i][0]);

      g_assert_cmpstr (repaired, ==, cases[i][1]);
    }
  g_assert_true (bzg_text_needs_repair ("Кўлоб"));
  g_assert_false (bzg_text_needs_repair ("Кӯлоб"));
  g_assert_false (bzg_text_needs_repair ("Айни\xcc\x84"));
  g_assert_true (bzg_text_needs_repair ("Ка\xc2\xadмол"));
  g_assert_false (bzg_text_needs_repair ("می\xe2\x80\x8cخواهم"));
}

static void
test_fold (void)
{
  assert_fold ("Ғафур Қосимӣ Ӯроз Ҳоҷӣ Ёдгор", "гафур косими уроз хочи едгор");
  assert_fold ("ҒҚҲҶӢӮЁ", "гкхчиуе");
  assert_fold ("Айнї Кўлоб Њисор", "айни кулоб хисор");
  assert_fold ("Мӯъминобод Восеъ семья", "муминобод восе семя");
  assert_fold ("Йод йод и\xcc\x86од", "йод йод йод");
  assert_fold ("Sa’id O'tkir Ta`lim", "said otkir talim");
  assert_fold ("the Smith’s house, James' mill", "the smith house, james mill");
  assert_fold ("Ĉāžīğ łø", "cazig lo");
  assert_fold ("a\xc2\xa0"
               "b\tc\nd",
               "a b c d");
  assert_fold ("Норак — Нурек–Нурек", "норак - нурек-нурек");
  assert_fold ("a\xc2\xad"
               "b\xe2\x80\x8b"
               "c",
               "abc");
  assert_fold ("ＡＢＣ", "abc");
  assert_fold ("می\xe2\x80\x8cخواهم", "میخواهم");
  assert_fold ("а\xcd\x8f"
               "б\xe3\x85\xa4в",
               "абв");
  assert_fold ("", "");
}

/* Folding twice is folding once: for every character alone, and for random text. */
static void
test_fold_idempotent (void)
{
  for (gunichar ch = 1; ch <= 0x10ffff; ch++)
    {
      char text[8] = "";
      g_autofree char *once = NULL;
      g_autofree char *twice = NULL;

      if (!g_unichar_validate (ch))
        continue;
      text[g_unichar_to_utf8 (ch, text)] = '\0';
      once = bzg_text_fold (text);
      twice = bzg_text_fold (once);
      if (strcmp (once, twice) != 0)
        g_error ("U+%04X: %s, then %s", ch, once, twice);
    }
  for (int i = 0; i < 20000; i++)
    {
      g_autofree char *text = random_text (TRUE);
      g_autofree char *once = bzg_text_fold (text);
      g_autofree char *twice = bzg_text_fold (once);
      g_autofree char *repaired = bzg_text_repair (text);
      g_autofree char *again = bzg_text_repair (repaired);
      g_autofree char *composed = bzg_text_nfc (text);
      g_autofree char *valid = g_utf8_make_valid (text, -1);
      g_autofree char *by_glib = g_utf8_normalize (valid, -1, G_NORMALIZE_NFC);

      g_assert_cmpstr (once, ==, twice);
      g_assert_cmpstr (repaired, ==, again);
      g_assert_cmpstr (composed, ==, by_glib);
    }
}

static void
assert_span (const char *text, const char *needle, const char *expected)
{
  g_autoptr (BzgFoldMap) map = bzg_text_fold_map (text, -1);
  const char *found = strstr (map->text, needle);
  gsize start, end;
  g_autofree char *got = NULL;

  g_assert_nonnull (found);
  bzg_fold_map_span (map, (gsize) (found - map->text),
                     (gsize) (found - map->text) + strlen (needle), &start, &end);
  got = g_strndup (text + start, end - start);
  g_assert_cmpstr (got, ==, expected);
}

static void
test_fold_map (void)
{
  assert_span ("дар Кӯлоб буд", "кулоб", "Кӯлоб");
  assert_span ("аз Восеъ омад", "восе", "Восеъ");
  assert_span ("Айни\xcc\x84 буд", "айни", "Айни\xcc\x84");
  assert_span ("«Қалъаи» нав", "калаи", "Қалъаи");
  assert_span ("the Smith’s mill", "smith", "Smith");
  assert_span ("O’tkir", "otkir", "O’tkir");
  assert_span ("Кўлоб", "кулоб", "Кўлоб");
  assert_span ("дар Кӯ\xc2\xadлоб буд", "кулоб", "Кӯ\xc2\xadлоб");
  assert_span ("«К\xe2\x80\x8b\xe2\x81\xa0ӯлоб» буд", "кулоб", "К\xe2\x80\x8b\xe2\x81\xa0ӯлоб");
  assert_span ("и \xef\xbb\xbfКӯлоб\xe2\x80\xac буд", "кулоб", "Кӯлоб\xe2\x80\xac");
  assert_span ("Кӯ\xc2\xadлоб буд", "буд", "буд");
  assert_span ("x\xff\xffКӯлоб", "кулоб", "Кӯлоб");

  /* A piece of a longer text, not ended by NUL. */
  {
    g_autoptr (BzgFoldMap) map = bzg_text_fold_map ("Ҳисор", 4);

    g_assert_cmpstr (map->text, ==, "хи");
    g_assert_cmpuint (map->end[3], ==, 4);
  }
}

static void
test_fold_map_properties (void)
{
  for (int i = 0; i < 20000; i++)
    {
      g_autofree char *text = random_text (TRUE);
      g_autofree char *folded = bzg_text_fold (text);
      g_autoptr (BzgFoldMap) map = bzg_text_fold_map (text, -1);
      gsize len = strlen (text);

      g_assert_cmpstr (map->text, ==, folded);
      g_assert_true (g_utf8_validate (map->text, -1, NULL));
      for (gsize j = 0; j < map->len; j++)
        {
          g_assert_cmpuint (map->start[j], <, map->end[j]);
          g_assert_cmpuint (map->end[j], <=, len);
          if (j > 0)
            g_assert_cmpuint (map->start[j - 1], <=, map->start[j]);
          /* Offsets never fall inside a character of sound text. */
          if (g_utf8_validate (text, -1, NULL))
            g_assert_true ((text[map->start[j]] & 0xC0) != 0x80
                           && (text[map->end[j]] & 0xC0) != 0x80);
        }
    }
}

static void
assert_order (const char *const *texts, gsize n, BzgLanguage lang)
{
  for (gsize i = 0; i < n; i++)
    for (gsize j = 0; j < n; j++)
      {
        int order = bzg_text_compare (texts[i], texts[j], lang);

        if (CLAMP (order, -1, 1) != (i > j) - (i < j))
          g_error ("%s, %s", texts[i], texts[j]);
      }
}

static void
test_sort_alphabets (void)
{
  for (int lang = 0; lang < BZG_N_LANGUAGES; lang++)
    {
      static const guint sizes[] = { 26, 33, 35 };
      const char *const *letters = bzg_language_alphabet ((BzgLanguage) lang);
      guint n = g_strv_length ((GStrv) letters);
      g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

      g_assert_cmpuint (n, ==, sizes[lang]);
      for (guint i = 0; i < n; i++)
        {
          g_autofree char *lower = g_utf8_strdown (letters[i], -1);

          /* In Russian ё is е: only where all else is equal does it come after. */
          if (lang == BZG_LANGUAGE_RU && strcmp (letters[i], "Ё") == 0)
            continue;
          /* As the first letter and inside a word, in either case. */
          g_ptr_array_add (words, g_strdup (lower));
          g_ptr_array_add (words, g_strdup (letters[i]));
          g_ptr_array_add (words, g_strconcat (lower, "a", NULL));
        }
      for (guint i = 0; i + 3 < words->len; i += 3)
        {
          g_assert_cmpint (bzg_text_compare (words->pdata[i], words->pdata[i + 1], lang), <, 0);
          g_assert_cmpint (bzg_text_compare (words->pdata[i + 1], words->pdata[i + 2], lang), <, 0);
          g_assert_cmpint (bzg_text_compare (words->pdata[i + 2], words->pdata[i + 3], lang), <, 0);
        }
    }
}

static void
test_sort (void)
{
  static const char *const tg[]
    = { "",      "2 гурӯҳ", "10 гурӯҳ", "Гулнора", "гулрухсор", "Ғафур", "Дилшод",
        "Елена", "Ёдгор",   "Идрис",    "Ӣдрис",   "Йунус",     "Карим", "Қосим",
        "Умед",  "Ӯмед",    "Холида",   "Ҳалима",  "Цой",       "Чаман", "Ҷамшед",
        "Шариф", "Щукин",   "Эҳсон",    "Яҳё",     "Adam",      "Bek",   "漢" };
  static const char *const ru[] = { "Ежов", "Ёлкин", "Ерин", "Жук", "Ғафур", "Щукин" };
  static const char *const en[] = { "Adam", "Zoe", "Алим" };
  static const char *const words[] = { "Али Зарифов", "Алиев Анвар", "Алимова" };
  g_autofree char *hyphen = bzg_text_sort_key ("Абдул-Карим", BZG_LANGUAGE_TG);
  g_autofree char *space = bzg_text_sort_key ("  Абдул  Карим! ", BZG_LANGUAGE_TG);

  assert_order (tg, G_N_ELEMENTS (tg), BZG_LANGUAGE_TG);
  assert_order (ru, 4, BZG_LANGUAGE_RU);
  assert_order (en, G_N_ELEMENTS (en), BZG_LANGUAGE_EN);
  assert_order (words, G_N_ELEMENTS (words), BZG_LANGUAGE_TG);
  g_assert_cmpstr (hyphen, ==, space);
  g_assert_cmpint (bzg_text_compare ("Артем", "Артём", BZG_LANGUAGE_RU), <, 0);
  g_assert_cmpint (bzg_text_compare ("Артём", "Артемий", BZG_LANGUAGE_RU), <, 0);
  g_assert_cmpint (bzg_text_compare ("Jose", "José", BZG_LANGUAGE_EN), <, 0);
  g_assert_cmpint (bzg_text_compare ("José", "Josef", BZG_LANGUAGE_EN), <, 0);
}

static void
test_scripts (void)
{
  static const char *const latin[][2] = {
    { "Хуҷанд", "Khujand" },
    { "Ҳисор", "Hisor" },
    { "Ғафуров", "Ghafurov" },
    { "Қубодиён", "Qubodiyon" },
    { "Айнӣ", "Ayni" },
    { "Кӯлоб", "Kulob" },
    { "ШАҲР", "SHAHR" },
    { "Шаҳр", "Shahr" },
    { "Восеъ", "Vose" },
    { "Ёвон", "Yovon" },
    { "Щука", "Shchuka" },
    { "Я", "Ya" },
    { "Шаҳринав 12, «Нур»", "Shahrinav 12, «Nur»" },
  };
  static const char *const cyrillic[][2] = {
    { "Khujand", "Хуҷанд" },    { "Farxor", "Фархор" },      { "Hisor", "Ҳисор" },
    { "Dzhami", "Ҷами" },       { "SHAHR", "ШАҲР" },         { "Yovon", "Ёвон" },
    { "Faizobod", "Фаизобод" }, { "Shahrinav", "Шаҳринав" }, { "Ўроз", "Ӯроз" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (latin); i++)
    {
      g_autofree char *got = bzg_text_to_latin (latin[i][0]);

      g_assert_cmpstr (got, ==, latin[i][1]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (cyrillic); i++)
    {
      g_autofree char *got = bzg_text_to_cyrillic (cyrillic[i][0]);

      g_assert_cmpstr (got, ==, cyrillic[i][1]);
    }
}

static void
test_stem (void)
{
  /* All words of a group have one stem. */
  static const char *const groups[][16] = {
    { "Раҳмонов", "Раҳмонова", "Раҳмоновым", "Раҳмонову", "Раҳмоновой", "Раҳмоновых", "Раҳмонзода",
      "Раҳмонӣ", "Раҳмониён", "Раҳмонович", "Рахмоновна", "Раҳмонро", "Раҳмонҷон", "Раҳмонам" },
    { "Rahmonov", "Rahmonova", "Rahmonov's", "Rahmonovs", "Rahmonzoda", "Rahmoni", "Rahmon" },
    { "Зулфия", "Зулфии", "Зулфию", "Зулфияро" },
    { "деҳа", "деҳаи", "деҳаҳо", "деҳаро" },
    { "Диловар", "Диловарро", "Диловарам", "Диловаром", "Диловару", "Диловара" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      g_autofree char *first = bzg_text_stem (groups[i][0]);

      for (gsize j = 1; j < G_N_ELEMENTS (groups[i]) && groups[i][j] != NULL; j++)
        {
          g_autofree char *stem = bzg_text_stem (groups[i][j]);

          g_assert_cmpstr (stem, ==, first);
        }
    }

  for (int i = 0; i < 20000; i++)
    {
      g_autofree char *text = random_text (FALSE);
      g_autofree char *stem = bzg_text_stem (text);

      g_assert_true (g_utf8_validate (stem, -1, NULL));
      g_assert_cmpuint (bzg_text_stem_len (stem, strlen (stem)), ==, strlen (stem));
    }

  {
    const char *word = "рахмоновым";
    gsize lens[8];
    guint n = bzg_text_stem_steps (word, strlen (word), lens, 8);

    g_assert_cmpuint (n, ==, 3);
    g_assert_cmpuint (lens[0], ==, strlen ("рахмоновым"));
    g_assert_cmpuint (lens[1], ==, strlen ("рахмонов"));
    g_assert_cmpuint (lens[2], ==, strlen ("рахмон"));
    g_assert_cmpuint (bzg_text_stem_steps (word, strlen (word), lens, 1), ==, 1);
  }
}

static void
test_cut (void)
{
  static const char *const text = "Ҷамъият и\xcc\x84";
  g_autofree char *spaces = bzg_text_trim_to_null (" \xc2\xa0\t ");
  g_autofree char *trimmed = bzg_text_trim_to_null ("\xc2\xa0 Ҷ \n");
  g_autofree char *ellipsis = bzg_text_ellipsize ("Ҷамъият", 4);
  g_autofree char *whole = bzg_text_ellipsize ("Ҷамъ", 4);

  g_assert_null (spaces);
  g_assert_null (bzg_text_trim_to_null (NULL));
  g_assert_cmpstr (trimmed, ==, "Ҷ");
  g_assert_cmpstr (ellipsis, ==, "Ҷам…");
  g_assert_cmpstr (whole, ==, "Ҷамъ");

  for (gsize max = 0; max <= strlen (text) + 1; max++)
    {
      g_autofree char *cut = bzg_text_truncate (text, max);

      g_assert_cmpuint (strlen (cut), <=, max);
      g_assert_true (g_utf8_validate (cut, -1, NULL));
      g_assert_true (g_str_has_prefix (text, cut));
    }
  /* и and its macron stay together. */
  {
    g_autofree char *cut = bzg_text_truncate (text, strlen (text) - 1);

    g_assert_cmpstr (cut, ==, "Ҷамъият ");
  }
  g_assert_true (bzg_text_is_clean ("Ҷ\n\t", -1));
  g_assert_false (bzg_text_is_clean ("a\x01", -1));
  g_assert_false (bzg_text_is_clean ("a\0b", 3));
  g_assert_false (bzg_text_is_clean ("\xff", -1));
  g_assert_false (bzg_text_is_clean ("Ҷ\xe2\x80\xae", -1));
  g_assert_false (bzg_text_is_clean ("\xe2\x81\xa6Ҷ\xe2\x81\xa9", -1));
  g_assert_true (bzg_text_is_clean ("Ҷ\xe2\x80\x8f", -1));
}

static void
test_place_steps (void)
{
  /* The adjective, the name in it or its stem. */
  static const char *const cases[][2]
    = { { "самарская", "самар" },      { "самарскои", NULL },
        { "самарской", "самар" },      { "худжандский", "худжанд" },
        { "душанбинского", "душанб" }, { "московский", "москов" },
        { "samarskaya", "samar" },     { "самара", NULL },
        { "дамская", "дам" },          { "ская", NULL } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize lens[16];
      guint n = bzg_text_place_steps (cases[i][0], strlen (cases[i][0]), lens, G_N_ELEMENTS (lens));
      gboolean found = FALSE;

      for (guint s = 0; s < n; s++)
        {
          g_assert_cmpuint (lens[s], <, strlen (cases[i][0]));
          found |= cases[i][1] != NULL && lens[s] == strlen (cases[i][1])
                   && g_str_has_prefix (cases[i][0], cases[i][1]);
        }
      g_assert_true (cases[i][1] != NULL ? found : n == 0);
      g_assert_cmpuint (bzg_text_place_steps (cases[i][0], strlen (cases[i][0]), lens, 0), ==, 0);
    }
}

/* Nothing crashes and everything comes back as sound UTF-8. */
static void
test_random (void)
{
  for (int i = 0; i < 20000; i++)
    {
      g_autofree char *text = random_text (TRUE);
      g_autofree char *latin = bzg_text_to_latin (text);
      g_autofree char *cyrillic = bzg_text_to_cyrillic (text);
      g_autofree char *key = bzg_text_sort_key (text, (BzgLanguage) (i % BZG_N_LANGUAGES));
      g_autofree char *cut = bzg_text_truncate (text, 7);
      g_autofree char *ellipsis = bzg_text_ellipsize (text, 5);

      g_assert_true (g_utf8_validate (latin, -1, NULL));
      g_assert_true (g_utf8_validate (cyrillic, -1, NULL));
      g_assert_true (g_utf8_validate (key, -1, NULL));
      g_assert_true (g_utf8_validate (cut, -1, NULL));
      g_assert_cmpint (g_utf8_strlen (ellipsis, -1), <=, 5);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/repair", test_repair);
  g_test_add_func ("/text/fold", test_fold);
  g_test_add_func ("/text/fold-idempotent", test_fold_idempotent);
  g_test_add_func ("/text/fold-map", test_fold_map);
  g_test_add_func ("/text/fold-map-properties", test_fold_map_properties);
  g_test_add_func ("/text/sort-alphabets", test_sort_alphabets);
  g_test_add_func ("/text/sort", test_sort);
  g_test_add_func ("/text/scripts", test_scripts);
  g_test_add_func ("/text/stem", test_stem);
  g_test_add_func ("/text/place-steps", test_place_steps);
  g_test_add_func ("/text/cut", test_cut);
  g_test_add_func ("/text/random", test_random);
  return g_test_run ();
}
