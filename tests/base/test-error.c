/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bzg-error.h"

#include <errno.h>
#include <gio/gio.h>
#include <string.h>

static void
test_exit_status (void)
{
  static const struct
  {
    GQuark (*domain) (void);
    int code;
    int exit_status;
  } cases[] = {
    { bzg_error_quark, BZG_ERROR_REFUSED_DISCLOSURE, 1 },
    { bzg_error_quark, BZG_ERROR_REFUSED_LAST_KEY, 1 },
    { bzg_error_quark, BZG_ERROR_REFUSED_NOT_SAME, 1 },
    { bzg_error_quark, BZG_ERROR_REFUSED_MERGED, 1 },
    { bzg_error_quark, BZG_ERROR_REFUSED_PERIOD, 1 },
    { bzg_error_quark, BZG_ERROR_USAGE, 2 },
    { bzg_error_quark, BZG_ERROR_WEAK_PASSPHRASE, 2 },
    { bzg_error_quark, BZG_ERROR_PASSPHRASE, 3 },
    { bzg_error_quark, BZG_ERROR_HISTORY, 4 },
    { bzg_error_quark, BZG_ERROR_MISSING_PART, 5 },
    { bzg_error_quark, BZG_ERROR_CANCELLED, 6 },
    { bzg_error_quark, BZG_ERROR_IN_USE, 7 },
    { bzg_error_quark, BZG_ERROR_BUG, 70 },
    { g_io_error_quark, G_IO_ERROR_CANCELLED, 6 },
    { g_io_error_quark, G_IO_ERROR_NOT_FOUND, 5 },
    { g_io_error_quark, G_IO_ERROR_NO_SPACE, 5 },
    { g_io_error_quark, G_IO_ERROR_FAILED, 5 },
    { g_file_error_quark, G_FILE_ERROR_NOENT, 5 },
    { g_option_error_quark, G_OPTION_ERROR_UNKNOWN_OPTION, 2 },
    { g_key_file_error_quark, G_KEY_FILE_ERROR_PARSE, 2 },
    { g_markup_error_quark, G_MARKUP_ERROR_PARSE, 70 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error
        = g_error_new_literal (cases[i].domain (), cases[i].code, "some detail");

      g_assert_cmpint (bzg_error_exit_status (error), ==, cases[i].exit_status);
    }
  g_assert_cmpint (bzg_error_exit_status (NULL), ==, 70);
}

/* Every code has words of its own, and no detail of the error gets into them. */
static void
test_words (void)
{
  static const int firsts[][2] = { { 100, 114 }, { 200, 208 }, { 300, 300 }, { 400, 404 },
                                   { 500, 505 }, { 600, 600 }, { 700, 700 }, { 7000, 7000 } };
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize i = 0; i < G_N_ELEMENTS (firsts); i++)
    for (int code = firsts[i][0]; code <= firsts[i][1]; code++)
      {
        g_autoptr (GError) error = g_error_new_literal (BZG_ERROR, code, "/home/secret");
        const char *headline = bzg_error_headline (error);
        const char *advice = bzg_error_advice (error);

        g_assert_cmpuint (strlen (headline), >, 5);
        g_assert_cmpuint (strlen (advice), >, 5);
        g_assert_true (g_str_has_suffix (headline, "."));
        g_assert_true (g_str_has_suffix (advice, "."));
        g_assert_null (strstr (headline, "secret"));
        g_assert_null (strstr (advice, "secret"));
        g_assert_true (g_hash_table_add (seen, (gpointer) headline));
      }
}

static void
test_errno (void)
{
  static const struct
  {
    int errnum;
    int code;
  } cases[] = {
    { ENOSPC, BZG_ERROR_DISK_FULL }, { EDQUOT, BZG_ERROR_DISK_FULL },
    { EROFS, BZG_ERROR_READ_ONLY },  { EACCES, BZG_ERROR_READ_ONLY },
    { ENOENT, BZG_ERROR_NO_FILE },   { EEXIST, BZG_ERROR_EXISTS },
    { ENOMEM, BZG_ERROR_NO_MEMORY }, { EIO, BZG_ERROR_IO },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (bzg_error_set_errno (&error, cases[i].errnum, "page"));
      g_assert_error (error, BZG_ERROR, cases[i].code);
      g_assert_true (g_str_has_prefix (error->message, "page: "));
    }
  g_assert_false (bzg_error_set_errno (NULL, EIO, "page"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error/exit-status", test_exit_status);
  g_test_add_func ("/error/words", test_words);
  g_test_add_func ("/error/errno", test_errno);
  return g_test_run ();
}
