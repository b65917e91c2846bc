/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bzg-name.h"

#include <string.h>

/* All spellings of a group are one name: one loose key. */
static void
test_loose (void)
{
  static const char *const groups[][12] = {
    { "Раҳмонов", "Рахмонов", "Rahmonov", "Rakhmonov", "Rachmonow", "Раҳмонзода", "Раҳмон",
      "Rahmoni", "РАҲМОНОВА", "Rahmonoff", "Рахманов" },
    { "Шамсиддин", "Shamsiddin", "Schamsiddin", "Шамсидин" },
    { "Меҳрубоншоҳ", "Мехрубоншох", "Mehrubonshoh", "Mekhrubonsho", "Мехрубоншо" },
    { "Исмоилов", "Исмаилов", "Ismailov", "Ismoilov", "Ismoyilov", "Исмоилзода", "Исмоил" },
    { "Зарифа", "Zarifa", "Зарифa", "Зарифо", "Zarifah" },
    { "Ҷӯраев", "Джураев", "Dzhuraev", "Juraev", "Djurayev", "Joraev", "Љўраев", "Жураев" },
    { "Чориев", "Choriev", "Tchoriev", "Tschorijew" },
    { "Хайём", "Khayyom", "Хаём", "Khayom", "Xayyom" },
    { "Ғаффорӣ", "Гаффори", "Ghaffori", "Gaffory", "Ғаффор", "Гафаров" },
    { "Қосимов", "Косимов", "Касымов", "Qosimov", "Kosimov", "Kasymov", "Қосимӣ" },
    { "Фирӯз", "Фируз", "Firuz", "Firouz", "Feruz", "Фирус", "Firooz" },
    { "Иброҳим", "Ибрагим", "Ibrohim", "Ibragim", "Ibrahim" },
    { "Абдуллоев", "Абдуллаев", "Abdulloev", "Abdullayev", "Abdullozoda", "Абдулло" },
    { "Парвиз", "Парвиззода", "Parvizzoda", "Parwissoda", "Парвизов" },
    { "Исҳоқ", "Ishoq", "Ишок", "Исхок" },
    { "Аҳмедов", "Achmedow", "Akhmedov", "Ахмедова", "Ahmadov" },
    { "Юсуф", "Yusuf", "Iusuf", "Юсуп", "Yusof" },
    { "Ёқуб", "Yoqub", "Yakub", "Якуб" },
    { "Александр", "Alexander", "Aleksandr" },
    /* Soviet passports wrote French; Turkish, German and Kazakh habits; Uzbek in both scripts. */
    { "Башорат Чориева", "Bachorat Tchorieva", "Başorat Çoriyeva", "Baschorat Tschorijewa" },
    { "Шавкат Ҷумаев", "Chavkat Djoumaev", "Şavkat Cumayev", "Shavkat Zhumayev", "Шавкат Жумаев" },
    { "Ҷаҳонгир", "Джахонгир", "Cihangir", "Jahongir", "Жаҳонгир", "Dzhakhongir", "Dschahongir" },
    { "Йўлдош Ғуломов", "Yoʻldosh Gʻulomov", "Yo'ldosh G'ulomov", "Юлдаш Гулямов" },
    { "Мирзиёев", "Мирзияев", "Mirziyoyev", "Mirzieev", "Mirsijojew" },
    { "Токаев", "Тоқаев", "Tokayev", "Tokaev", "Tokajew", "Toqayev" },
    { "Щербаков", "Shcherbakov", "Schtscherbakow", "Shcherbakoff" },
    /* Titles, courtesies, fathers; words that are one. */
    { "Карим Раҳимов", "Домулло Карим Раҳимов", "Каримҷон Раҳимов", "Раҳимов Карим Саидович",
      "Karim Rahimov Said oʻgʻli", "Karimjon Rahimzoda" },
    { "Муқаддас", "Муқаддасхон", "Mukaddaskhon" },
    { "Умед", "Умедҷон", "Umedjon", "Umedbek" },
    { "Абдулкарим", "Абдукарим", "Абдул Карим", "Abd al-Karim", "Abdoul Karim" },
    { "Абдулазиз", "Абдуазиз", "Abdul Aziz" },
    { "Абдураҳмон", "Абдулрахман", "Abdurrahman", "Abd ar-Rahmon", "عبدالرحمان" },
    { "Шамсиддин", "Shams ud-Din", "Shamsuddin", "Shams al-Din", "شمس الدین" },
    { "Убайдулло", "Ubaidullah", "Убайдуллоҳ", "عبیدالله" },
    /* Dari in Arabic letters. */
    { "Маҳмуд Карим", "محمود کریم" },
    { "Исмоил Ҳусейн", "اسماعیل حسین" },
    { "Ҷамшед Юсуф", "جمشید یوسف" },
    { "Фотима", "فاطمه", "Fatima", "Fotimah" },
    /* What is heard: -вш- and -ўш-, д at the end, н before б. */
    { "Равшан", "Раушан", "Rawshan", "Rovshan", "Raushan" },
    { "Фарҳод", "Фархот", "Farhad", "Farkhat" },
    { "Анбар", "Амбар", "Ambar" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      g_autofree char *first = bzg_name_loose_key (groups[i][0]);

      for (gsize j = 1; j < G_N_ELEMENTS (groups[i]) && groups[i][j] != NULL; j++)
        {
          g_autofree char *key = bzg_name_loose_key (groups[i][j]);

          if (strcmp (key, first) != 0)
            g_error ("%s: %s, %s: %s", groups[i][0], first, groups[i][j], key);
        }
    }
}

/* The strict key crosses scripts, and tells names apart that the loose key does not. */
static void
test_strict (void)
{
  static const char *const same[][2] = {
    { "Раҳмонов", "Rakhmonova" },
    { "Хуҷанд", "Khujand" },
    { "Ғафуров", "Gafurov" },
    { "Шаҳринав", "Shahrinav" },
    { "Фарҳод Шарифов", "SHARIFOV FARHOD" },
    { "Шарифов Фарҳод Иброҳимович", "Farkhod Ibrohimovich Sharifov" },
    { "Нигора  Каримӣ", "Karimova, Nigora" },
    { "Карим угли", "Карим" },
    { "Сафариён Шоҳида", "Schohida Safarijon" },
  };
  static const char *const different[][2] = {
    { "Карим", "Карам" },  { "Салим", "Салом" },     { "Нозим", "Низом" },
    { "Зарифа", "Зариф" }, { "Ҷамшед", "Хуршед" },   { "Шерзод", "Шер" },
    { "Беҳзод", "Беҳ" },   { "Музаффар", "Музаф" },  { "Субҳон", "Суб" },
    { "Шаҳзода", "Шаҳ" },  { "Абдулло", "Абдуалӣ" }, { "Маҳмуд", "Муҳаммад" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (same); i++)
    {
      g_autofree char *a = bzg_name_strict_key (same[i][0]);
      g_autofree char *b = bzg_name_strict_key (same[i][1]);

      g_assert_cmpstr (a, ==, b);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (different); i++)
    {
      g_autofree char *a = bzg_name_strict_key (different[i][0]);
      g_autofree char *b = bzg_name_strict_key (different[i][1]);

      g_assert_cmpstr (a, !=, b);
    }
}

static void
test_similarity (void)
{
  /* The same person with a slip of the pen; then two people. */
  static const char *const near_pairs[][2] = {
    { "Раҳмонов Фарҳод", "Farhod Rahmonov" },
    { "Раҳмонов Фарҳод", "Рахманов Фарход" },
    { "Рахмонов Фархот", "Rahmonov Farhod" },
    { "Каримова Нигора Шарифовна", "Nigora Karimova" },
    { "Абдул Карим Шарифов", "Абдулкарим Шарифов" },
    { "Исмоилов Диловар", "Исмаилов Деловар" },
    { "Ҷамшед Холов", "Djamshed Kholov" },
    { "Sharifov Ilhom", "Sharipov Ilhom" },
  };
  static const char *const far_pairs[][2] = {
    { "Каримов Алишер", "Раҳимов Алишер" },
    { "Каримов Алишер", "Каримов Фаррух" },
    { "Нигора Каримова", "Зарина Каримова" },
    { "Шарифов", "Юсуфов" },
    { "Карим", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (near_pairs); i++)
    {
      guint score = bzg_name_similarity (near_pairs[i][0], near_pairs[i][1]);

      if (score < 850)
        g_error ("%s, %s: %u", near_pairs[i][0], near_pairs[i][1], score);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (far_pairs); i++)
    {
      guint score = bzg_name_similarity (far_pairs[i][0], far_pairs[i][1]);

      if (score >= 850)
        g_error ("%s, %s: %u", far_pairs[i][0], far_pairs[i][1], score);
    }
  g_assert_cmpuint (bzg_name_similarity (NULL, "a"), ==, 0);
  g_assert_cmpuint (bzg_name_similarity ("a", NULL), ==, 0);
  g_assert_cmpuint (bzg_name_similarity ("12", "12"), ==, 0);
}

/* What the loose key must not do, though it may do much: these are two people. */
static void
test_loose_apart (void)
{
  static const char *const apart[][2] = {
    { "Шерзод", "Шоира" },
    { "Субҳон", "Зебо" },
    { "Музаффар", "Мӯсо" },
    { "Фаррух", "Парӣ" },
    { "Карим", "Раҳим" },
    { "Далер", "Дилшод" },
    { "Устод Карим", "Карим Устоев" },
    { "Ҳоҷӣ Каримов", "Каримов" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (apart); i++)
    {
      g_autofree char *a = bzg_name_loose_key (apart[i][0]);
      g_autofree char *b = bzg_name_loose_key (apart[i][1]);

      g_assert_cmpstr (a, !=, b);
    }
}

/* Among like names the one as written stands first. */
static void
test_closeness (void)
{
  static const char *const rows[][3] = {
    /* asked, nearer, farther */
    { "Каримов Раҳмон", "Каримов Раҳмон", "Раҳмонов Карим" },
    { "Раҳмон Каримов", "Каримов Раҳмон", "Раҳмонов Карим" },
    { "Karimov Rahmon", "Каримов Раҳмон", "Каримова Раҳмон" },
    { "Каримов Алишер Ш.", "Каримов Алишер Шавкатович", "Каримов Алишер" },
    { "Karimov Alisher Sh.", "Каримов Алишер Шавкатович", "Каримов Алишер Саидович" },
    { "Каримов Ю.", "Каримов Юсуф", "Каримов Исмоил" },
    { "محمد کریم", "Муҳаммад Карим", "Маҳмуд Комрон" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint score[3];

      for (guint j = 1; j < 3; j++)
        {
          g_autofree char *strict_a = bzg_name_strict_key (rows[i][0]);
          g_autofree char *full_a = bzg_name_full_key (rows[i][0]);
          g_autofree char *strict_b = bzg_name_strict_key (rows[i][j]);
          g_autofree char *full_b = bzg_name_full_key (rows[i][j]);

          score[j] = bzg_name_closeness (strict_a, full_a, strict_b, full_b);
          g_assert_cmpuint (score[j], ==, bzg_name_closeness (strict_b, full_b, strict_a, full_a));
        }
      g_test_message ("%s: %u, %u", rows[i][0], score[1], score[2]);
      g_assert_cmpuint (score[1], >, score[2]);
    }
}

static void
test_explain (void)
{
  g_autofree char *why = bzg_name_explain ("Rachmonow, Ҷон");
  g_autofree char *none = bzg_name_explain (NULL);

  g_assert_cmpstr (why, ==, "rachmonow: ch→h w→v -ov = rahmon, rhmn; ҷон: ҷ→j о→o н→n = jon, jn");
  g_assert_cmpstr (none, ==, "");
}

static char *
random_name (void)
{
  static const char *const pieces[]
    = { "Раҳ", "мон", "ов",        "зода", "Ш",   "sh",  "ka",   "rim", " ",  " ",
        "ҷон", "ӯ",   "'",         "-",    "ъ",   "x",   "\xff", "ß",   "李", ".",
        "ow",  "sch", "и\xcc\x84", "ال",   "دین", "عبد", "c",    "dj" };
  GString *name = g_string_new (NULL);

  for (int n = g_test_rand_int_range (0, 20); n > 0; n--)
    g_string_append (name, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
  return g_string_free (name, FALSE);
}

static void
test_properties (void)
{
  for (int i = 0; i < 20000; i++)
    {
      g_autofree char *a = random_name ();
      g_autofree char *b = random_name ();
      g_autofree char *strict = bzg_name_strict_key (a);
      g_autofree char *loose = bzg_name_loose_key (a);
      guint score = bzg_name_similarity (a, b);

      g_assert_cmpuint (strspn (strict, "abcdefghijklmnoprstuvxyz "), ==, strlen (strict));
      g_assert_cmpuint (strspn (loose, "abcdefghijklmnoprstuvxyz "), ==, strlen (loose));
      g_assert_cmpuint (score, <=, 1000);
      g_assert_cmpuint (score, ==, bzg_name_similarity (b, a));
      g_assert_cmpuint (bzg_name_similarity (a, a), ==, *strict != '\0' ? 1000 : 0);
    }
}

static void
test_parts (void)
{
  static const struct
  {
    const char *name, *words; /* separated by | */
  } cases[] = {
    { " Каримов, Абдул-Раҳим  (Шариф угли) 7 ", "Каримов|Абдул-Раҳим|Шариф" },
    { "Абдул Карим Шарифов", "Абдул Карим|Шарифов" },
    { "Shams ud Din Karimi", "Shams ud Din|Karimi" },
    { "شمس الدین احمد", "شمس الدین|احمد" },
    { "домулло Карим", "Карим" },
    { "Алишер ака", "Алишер" },
    { "Ҳоҷӣ Каримов", "Ҳоҷӣ|Каримов" },
    { "ака", "ака" },
    { "7 - '", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) parts = bzg_name_parts (cases[i].name);
      g_autoptr (GString) words = g_string_new (NULL);

      for (guint j = 0; j < parts->len; j++)
        g_string_append_printf (words, "%s%s", j > 0 ? "|" : "",
                                ((BzgNamePart *) g_ptr_array_index (parts, j))->text);
      g_assert_cmpstr (words->str, ==, cases[i].words);
    }
}

/* The plain recurrence, without a limit. */
static guint
slow_distance (const char *a, const char *b)
{
  guint table[16][16];
  guint n = (guint) strlen (a), m = (guint) strlen (b);

  for (guint i = 0; i <= n; i++)
    for (guint j = 0; j <= m; j++)
      {
        guint best = i + j;

        if (i > 0)
          best = MIN (best, table[i - 1][j] + 1);
        if (j > 0)
          best = MIN (best, table[i][j - 1] + 1);
        if (i > 0 && j > 0)
          best = MIN (best, table[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
          best = MIN (best, table[i - 2][j - 2] + 1);
        table[i][j] = best;
      }
  return table[n][m];
}

static void
test_distance (void)
{
  g_assert_cmpuint (bzg_name_distance ("karim", "karim", 2), ==, 0);
  g_assert_cmpuint (bzg_name_distance ("karim", "kraim", 2), ==, 1);
  g_assert_cmpuint (bzg_name_distance ("karim", "kari", 2), ==, 1);
  g_assert_cmpuint (bzg_name_distance ("karim", "sobir", 2), ==, 3);
  for (int i = 0; i < 20000; i++)
    {
      char a[16] = "", b[16] = "";
      guint limit = (guint) g_test_rand_int_range (0, 8);
      int n = g_test_rand_int_range (0, 10), m = g_test_rand_int_range (0, 10);

      for (int j = 0; j < n; j++)
        a[j] = (char) ('a' + g_test_rand_int_range (0, 3));
      for (int j = 0; j < m; j++)
        b[j] = (char) ('a' + g_test_rand_int_range (0, 3));
      g_assert_cmpuint (bzg_name_distance (a, b, limit), ==, MIN (slow_distance (a, b), limit + 1));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/name/loose", test_loose);
  g_test_add_func ("/name/loose-apart", test_loose_apart);
  g_test_add_func ("/name/closeness", test_closeness);
  g_test_add_func ("/name/explain", test_explain);
  g_test_add_func ("/name/strict", test_strict);
  g_test_add_func ("/name/similarity", test_similarity);
  g_test_add_func ("/name/properties", test_properties);
  g_test_add_func ("/name/parts", test_parts);
  g_test_add_func ("/name/distance", test_distance);
  return g_test_run ();
}
