/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bzg-error.h"
#include "base/bzg-file.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <signal.h>
#include <unistd.h>

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("bozgasht-test-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "target", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  /* Fails if anything else was left behind. */
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static void
assert_content (const char *path, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = bzg_file_read (path, 1000, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected,
                   strlen (expected));
}

static void
test_write (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  struct stat st;

  g_assert_true (bzg_file_write (fixture->path, "one", 3, BZG_FILE_NEW, &error));
  g_assert_no_error (error);
  assert_content (fixture->path, "one");
  g_assert_cmpint (stat (fixture->path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 07777, ==, 0600);

  g_assert_false (bzg_file_write (fixture->path, "two", 3, BZG_FILE_NEW, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_EXISTS);
  assert_content (fixture->path, "one");

  g_assert_true (bzg_file_write (fixture->path, "three", 5, BZG_FILE_REPLACE, NULL));
  assert_content (fixture->path, "three");
  g_assert_true (bzg_file_write (fixture->path, "", 0, BZG_FILE_REPLACE, NULL));
  assert_content (fixture->path, "");
  g_assert_true (bzg_file_sync_folder_of (fixture->path, NULL));
}

static void
test_appears_at_commit (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BzgFileWriter) writer = bzg_file_writer_begin (fixture->path, BZG_FILE_NEW, NULL);

  g_assert_true (bzg_file_writer_write (writer, "half ", 5, NULL));
  g_assert_true (bzg_file_writer_flush (writer, NULL));
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  g_assert_true (bzg_file_writer_write (writer, "whole", 5, NULL));
  g_assert_true (bzg_file_writer_commit (writer, NULL));
  assert_content (fixture->path, "half whole");
}

static void
test_abandoned (Fixture *fixture, gconstpointer data)
{
  BzgFileWriter *writer = bzg_file_writer_begin (fixture->path, BZG_FILE_NEW, NULL);

  g_assert_true (bzg_file_writer_write (writer, "half", 4, NULL));
  bzg_file_writer_free (writer);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  bzg_file_writer_free (NULL);
}

/* Somebody else makes the target between begin and commit. */
static void
test_race (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BzgFileWriter) writer = bzg_file_writer_begin (fixture->path, BZG_FILE_NEW, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (bzg_file_writer_write (writer, "mine", 4, NULL));
  g_assert_true (g_file_set_contents (fixture->path, "theirs", 6, NULL));
  g_assert_false (bzg_file_writer_commit (writer, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_EXISTS);
  assert_content (fixture->path, "theirs");
}

static gboolean
produce_cb (BzgFileWriter *writer, gpointer user_data, GError **error)
{
  for (int i = 0; i < 3; i++)
    if (!bzg_file_writer_write (writer, "x", 1, error))
      return FALSE;
  if (user_data != NULL)
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_CANCELLED, "given up");
      return FALSE;
    }
  return TRUE;
}

static void
test_producer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (bzg_file_write_with (fixture->path, BZG_FILE_NEW, produce_cb, fixture, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_CANCELLED);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  g_assert_true (bzg_file_write_with (fixture->path, BZG_FILE_NEW, produce_cb, NULL, NULL));
  assert_content (fixture->path, "xxx");
}

/* A full disk, played by a limit on the size of files: an error that stays, and nothing is left. */
static void
test_no_space (Fixture *fixture, gconstpointer data)
{
  g_autofree char *big = g_strnfill (100000, 'x');
  struct rlimit before, small;
  g_autoptr (GError) error = NULL;

  g_assert_true (bzg_file_write (fixture->path, "old", 3, BZG_FILE_NEW, NULL));
  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &before);
  small = before;
  small.rlim_cur = 5000;
  setrlimit (RLIMIT_FSIZE, &small);
  {
    g_autoptr (BzgFileWriter) writer
      = bzg_file_writer_begin (fixture->path, BZG_FILE_REPLACE, NULL);

    g_assert_false (bzg_file_writer_write (writer, big, 100000, &error));
    g_assert_error (error, BZG_ERROR, BZG_ERROR_IO);
    g_assert_false (bzg_file_writer_write (writer, "x", 1, NULL));
    g_assert_false (bzg_file_writer_commit (writer, NULL));
  }
  setrlimit (RLIMIT_FSIZE, &before);
  assert_content (fixture->path, "old");
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *nowhere = g_build_filename (fixture->folder, "nowhere", "target", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (bzg_file_write (nowhere, "x", 1, BZG_FILE_NEW, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NO_FILE);
  g_assert_null (strstr (error->message, "nowhere"));
  g_clear_error (&error);
  g_assert_false (bzg_file_write (fixture->folder, "x", 1, BZG_FILE_REPLACE, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);

  g_assert_null (bzg_file_read (fixture->path, 10, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NO_FILE);
  g_clear_error (&error);
  g_assert_null (bzg_file_read (fixture->folder, 10, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_IO);
  g_clear_error (&error);
  g_assert_true (bzg_file_write (fixture->path, "12345678901", 11, BZG_FILE_NEW, NULL));
  g_assert_null (bzg_file_read (fixture->path, 10, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add (name, Fixture, NULL, set_up, function, tear_down)
  ADD ("/file/write", test_write);
  ADD ("/file/appears-at-commit", test_appears_at_commit);
  ADD ("/file/abandoned", test_abandoned);
  ADD ("/file/race", test_race);
  ADD ("/file/producer", test_producer);
  ADD ("/file/no-space", test_no_space);
  ADD ("/file/refused", test_refused);
  return g_test_run ();
}
