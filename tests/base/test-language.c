/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bzg-error.h"
#include "base/bzg-language.h"

#include <glib/gstdio.h>
#include <libintl.h>
#include <string.h>

typedef struct
{
  const char *original; /* NULs inside are written as | */
  const char *translation;
} Entry;

/* As gettext writes it; @swap: for a computer of the other byte order. */
static GBytes *
make_catalogue (const Entry *entries, guint n, gboolean swap)
{
  GString *strings = g_string_new (NULL);
  g_autoptr (GArray) words = g_array_new (FALSE, TRUE, sizeof (guint32));
  guint32 start = 28 + n * 16;

  g_array_set_size (words, 7 + n * 4);
  for (guint kind = 0; kind < 2; kind++)
    for (guint i = 0; i < n; i++)
      {
        const char *text = kind == 0 ? entries[i].original : entries[i].translation;
        guint32 at = 7 + kind * n * 2 + i * 2;

        g_array_index (words, guint32, at) = (guint32) strlen (text);
        g_array_index (words, guint32, at + 1) = start + (guint32) strings->len;
        g_string_append (strings, text);
        g_string_append_c (strings, '\0');
      }
  for (gsize i = 0; i < strings->len; i++)
    if (strings->str[i] == '|')
      strings->str[i] = '\0';
  g_array_index (words, guint32, 0) = 0x950412de;
  g_array_index (words, guint32, 2) = n;
  g_array_index (words, guint32, 3) = 28;
  g_array_index (words, guint32, 4) = 28 + n * 8;
  for (guint i = 0; swap && i < words->len; i++)
    g_array_index (words, guint32, i) = GUINT32_SWAP_LE_BE (g_array_index (words, guint32, i));
  g_string_prepend_len (strings, words->data, words->len * sizeof (guint32));
  return g_string_free_to_bytes (strings);
}

static const Entry ru_entries[] = {
  { "", "Content-Type: text/plain; charset=UTF-8\n" },
  { "%d person|%d people", "%d человек|%d человека|%d людей" },
  { "Back", "Назад" },
  { "button\004Back", "Вернуться" },
  { "empty", "" },
  { "month in a date\004August", "августа" },
};

static void
test_lookup (void)
{
  for (int swap = 0; swap < 2; swap++)
    {
      g_autoptr (GBytes) bytes = make_catalogue (ru_entries, G_N_ELEMENTS (ru_entries), swap);
      g_autoptr (GError) error = NULL;
      g_autoptr (BzgCatalogue) catalogue = bzg_catalogue_new (bytes, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (bzg_catalogue_lookup (catalogue, NULL, "Back", 0), ==, "Назад");
      g_assert_cmpstr (bzg_catalogue_lookup (catalogue, "button", "Back", 0), ==, "Вернуться");
      g_assert_null (bzg_catalogue_lookup (catalogue, "menu", "Back", 0));
      g_assert_null (bzg_catalogue_lookup (catalogue, NULL, "Forward", 0));
      g_assert_null (bzg_catalogue_lookup (catalogue, NULL, "", 0));
      g_assert_null (bzg_catalogue_lookup (catalogue, NULL, "empty", 0));
      g_assert_null (bzg_catalogue_lookup (catalogue, NULL, "Back", 1));
      g_assert_cmpstr (bzg_catalogue_lookup (catalogue, NULL, "%d person", 2), ==, "%d людей");
      g_assert_null (bzg_catalogue_lookup (catalogue, NULL, "%d person", 3));
    }
}

/* Any single byte changed, any end cut off: refused or harmless, never a read out of bounds (which
 * the sanitizer build would see; the copy has no room behind it). */
static void
test_damaged (void)
{
  g_autoptr (GBytes) bytes = make_catalogue (ru_entries, G_N_ELEMENTS (ru_entries), FALSE);
  gsize len;
  const guint8 *data = g_bytes_get_data (bytes, &len);
  guint refused = 0;

  for (gsize cut = 0; cut < len; cut++)
    {
      g_autoptr (GBytes) part = g_bytes_new (data, cut);
      g_autoptr (GError) error = NULL;

      g_assert_null (bzg_catalogue_new (part, &error));
      g_assert_error (error, BZG_ERROR, BZG_ERROR_DAMAGED);
    }
  for (gsize at = 0; at < len; at++)
    for (int value = 0; value < 256; value += 15)
      {
        guint8 *copy = g_memdup2 (data, len);
        g_autoptr (GBytes) changed = NULL;
        g_autoptr (BzgCatalogue) catalogue = NULL;

        copy[at] = (guint8) value;
        changed = g_bytes_new_take (copy, len);
        catalogue = bzg_catalogue_new (changed, NULL);
        if (catalogue == NULL)
          refused++;
        else
          for (guint form = 0; form < 5; form++)
            {
              const char *text = bzg_catalogue_lookup (catalogue, NULL, "%d person", form);

              g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
            }
      }
  g_assert_cmpuint (refused, >, 100);
}

static void
test_codes (void)
{
  BzgLanguage lang;

  for (int i = 0; i < BZG_N_LANGUAGES; i++)
    {
      g_assert_true (bzg_language_from_code (bzg_language_code ((BzgLanguage) i), &lang));
      g_assert_cmpint (lang, ==, i);
    }
  g_assert_true (bzg_language_from_code ("tg_TJ.UTF-8", &lang));
  g_assert_cmpint (lang, ==, BZG_LANGUAGE_TG);
  g_assert_true (bzg_language_from_code ("RU", &lang));
  g_assert_false (bzg_language_from_code ("rus", &lang));
  g_assert_false (bzg_language_from_code ("fr", &lang));
  g_assert_false (bzg_language_from_code ("C.UTF-8", &lang));
  g_assert_false (bzg_language_from_code ("", &lang));
  g_assert_false (bzg_language_from_code (NULL, &lang));

  g_setenv ("LANGUAGE", "fr:tg:ru", TRUE);
  g_assert_cmpint (bzg_language_from_environment (), ==, BZG_LANGUAGE_TG);
  g_setenv ("LANGUAGE", "", TRUE);
  g_setenv ("LC_ALL", "ru_RU.UTF-8", TRUE);
  g_assert_cmpint (bzg_language_from_environment (), ==, BZG_LANGUAGE_RU);
  g_setenv ("LC_ALL", "C.UTF-8", TRUE);
  g_setenv ("LANG", "tg_TJ", TRUE);
  g_assert_cmpint (bzg_language_from_environment (), ==, BZG_LANGUAGE_EN);
}

static void
write_catalogue (const char *dir, const char *lang, const Entry *entries, guint n)
{
  g_autoptr (GBytes) bytes = make_catalogue (entries, n, FALSE);
  g_autofree char *folder = g_build_filename (dir, lang, "LC_MESSAGES", NULL);
  g_autofree char *path = g_build_filename (folder, "bozgasht.mo", NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                                      (gssize) g_bytes_get_size (bytes), NULL));
}

/* A document in one language while the window speaks another; the window's changes while it runs.
 */
static void
test_translate (void)
{
  g_autofree char *dir = g_dir_make_tmp ("bozgasht-test-XXXXXX", NULL);
  static const struct
  {
    guint64 n;
    const char *ru;
  } plurals[] = {
    { 1, "%d человек" }, { 2, "%d человека" }, { 4, "%d человека" },  { 5, "%d людей" },
    { 11, "%d людей" },  { 12, "%d людей" },   { 21, "%d человек" },  { 22, "%d человека" },
    { 111, "%d людей" }, { 0, "%d людей" },    { 101, "%d человек" }, { 114, "%d людей" },
  };
  static const Entry tg_entries[] = {
    { "", "Content-Type: text/plain; charset=UTF-8\n" },
    { "%d person|%d people", "%d кас|%d кас" },
    { "Back", "Бозгашт" },
  };

  write_catalogue (dir, "ru", ru_entries, G_N_ELEMENTS (ru_entries));
  write_catalogue (dir, "tg", tg_entries, G_N_ELEMENTS (tg_entries));
  g_setenv ("BOZGASHT_LOCALEDIR", dir, TRUE);

  g_assert_cmpint (bzg_language_current (), ==, BZG_LANGUAGE_EN);
  g_assert_cmpstr (bzg_tr (BZG_LANGUAGE_EN, "Back"), ==, "Back");
  g_assert_cmpstr (bzg_tr (BZG_LANGUAGE_RU, "Back"), ==, "Назад");
  g_assert_cmpstr (bzg_tr (BZG_LANGUAGE_TG, "Back"), ==, "Бозгашт");
  g_assert_cmpstr (bzg_tr (BZG_LANGUAGE_TG, "Forward"), ==, "Forward");
  g_assert_cmpstr (bzg_tr_context (BZG_LANGUAGE_RU, "button", "Back"), ==, "Вернуться");
  g_assert_cmpstr (bzg_tr_context (BZG_LANGUAGE_TG, "button", "Back"), ==, "Back");
  g_assert_cmpstr (bzg_language_month_in_date (BZG_LANGUAGE_RU, 8), ==, "августа");
  g_assert_cmpstr (bzg_language_month (BZG_LANGUAGE_EN, 12), ==, "December");
  g_assert_cmpstr (bzg_language_month (BZG_LANGUAGE_EN, 13), ==, "");
  g_assert_cmpstr (bzg_language_weekday (BZG_LANGUAGE_EN, 7), ==, "Sunday");
  g_assert_cmpstr (bzg_language_weekday (BZG_LANGUAGE_EN, 0), ==, "");

  for (gsize i = 0; i < G_N_ELEMENTS (plurals); i++)
    g_assert_cmpstr (bzg_tr_plural (BZG_LANGUAGE_RU, "%d person", "%d people", plurals[i].n), ==,
                     plurals[i].ru);
  g_assert_cmpstr (bzg_tr_plural (BZG_LANGUAGE_EN, "%d person", "%d people", 1), ==, "%d person");
  g_assert_cmpstr (bzg_tr_plural (BZG_LANGUAGE_EN, "%d person", "%d people", 0), ==, "%d people");
  g_assert_cmpstr (bzg_tr_plural (BZG_LANGUAGE_TG, "%d person", "%d people", 5), ==, "%d кас");

  /* Even where the session has no locale at all. */
  g_setenv ("LC_ALL", "C", TRUE);
  bzg_language_init (BZG_LANGUAGE_RU);
  g_assert_cmpint (bzg_language_current (), ==, BZG_LANGUAGE_RU);
  g_assert_cmpstr (dgettext ("bozgasht", "Back"), ==, "Назад");
  bzg_language_init (BZG_LANGUAGE_TG);
  g_assert_cmpstr (dgettext ("bozgasht", "Back"), ==, "Бозгашт");
  bzg_language_init (BZG_LANGUAGE_EN);
  g_assert_cmpstr (dgettext ("bozgasht", "Back"), ==, "Back");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/language/lookup", test_lookup);
  g_test_add_func ("/language/damaged", test_damaged);
  g_test_add_func ("/language/codes", test_codes);
  g_test_add_func ("/language/translate", test_translate);
  return g_test_run ();
}
