/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook-fixture.h"

#include "casebook/bzg-access.h"

/* Papers for the day on which nobody remembers, and a new key for the file. */

static guint
count_papers (Casebook *c, gboolean shares)
{
  g_autoptr (GPtrArray) ways = bzg_access_list (c->session);
  guint n = 0;

  for (guint i = 0; i < ways->len; i++)
    {
      const BzgWayIn *way = g_ptr_array_index (ways, i);

      if (way->kind == BZG_SLOT_RECOVERY && way->shares == shares)
        {
          g_assert_nonnull (way->since);
          n++;
        }
      else if (way->kind == BZG_SLOT_PASSPHRASE)
        g_assert_nonnull (way->user);
    }
  return n;
}

static gboolean
recover (Casebook *c, const char *name, const char *code, const char *passphrase)
{
  g_autoptr (BzgSecret) paper = bzg_secret_new_text (code);
  g_autoptr (BzgSecret) secret = bzg_secret_new_text (passphrase);
  BzgOpenOptions options = { .path = c->path, .name = name, .passphrase = secret };
  g_autoptr (GError) error = NULL;

  return bzg_session_recover (&options, paper, NULL, &error);
}

/* A new code works at once, the old one until the new one was read back; shares are of another kind
 * and stay. */
static void
test_papers (Casebook *c, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *pair = NULL;
  char **first, **second, **shares;
  int slot = -1;

  first = bzg_access_make_paper (c->session, FALSE, NULL, &error);
  g_assert_no_error (error);
  shares = bzg_access_make_paper (c->session, TRUE, &slot, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (shares), ==, 3);
  g_assert_true (bzg_access_confirm_paper (c->session, slot, &error));
  g_assert_false (bzg_access_rekey_is_due (c->session)); /* nothing stopped working */
  second = bzg_access_make_paper (c->session, FALSE, &slot, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_papers (c, FALSE), ==, 2);
  g_assert_true (bzg_vault_check_recovery (bzg_session_vault (c->session), first[0]));
  g_assert_true (bzg_access_confirm_paper (c->session, slot, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_papers (c, FALSE), ==, 1);
  g_assert_cmpuint (count_papers (c, TRUE), ==, 1);
  g_assert_true (bzg_access_rekey_is_due (c->session));
  casebook_close (c);

  g_assert_false (recover (c, "office", first[0], "nine red apples"));
  g_assert_true (recover (c, "office", second[0], "nine red apples"));
  pair = g_strjoin ("\n", shares[2], shares[0], NULL);
  g_assert_false (recover (c, "office", shares[1], "ten red apples"));
  g_assert_true (recover (c, "office", pair, "ten red apples"));
  c->session = casebook_try_open (c, "office", "ten red apples", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_papers (c, FALSE), ==, 1);
  bzg_paper_free (first);
  bzg_paper_free (second);
  bzg_paper_free (shares);
}

/* Whoever may sign in still can, by the same passphrase, also one who was just recovered and has
 * not been in since; papers go on working; a slot of nobody does not; the note is gone; the record
 * is whole. */
static void
test_rekey (Casebook *c, gconstpointer data)
{
  BzgId id = casebook_add_person (c, "Салимов", "Ёкуб", "TJ-SU");
  g_autoptr (GError) error = NULL;
  g_autofree char *database = NULL;
  g_autoptr (BzgSecret) stray = bzg_secret_new_text ("a stray passphrase");
  g_autoptr (GPtrArray) ways = NULL;
  g_autofree const char **notices = NULL;
  guint8 box[32], nobody[16] = "nobody";
  char **code = bzg_access_make_paper (c->session, FALSE, NULL, &error);

  g_assert_no_error (error);
  casebook_add_user (c, "case1", "caseworker");
  casebook_add_user (c, "case2", "caseworker");
  casebook_add_user (c, "gone", "caseworker");
  g_assert_true (bzg_session_remove_user (c->session, "gone", &error));
  g_assert_true (
    bzg_vault_add_user (bzg_session_vault (c->session), "stray", stray, nobody, box, &error));
  g_assert_true (bzg_access_rekey_is_due (c->session));
  casebook_close (c);
  g_assert_true (recover (c, "case2", code[0], "eight new kettles"));
  casebook_open (c, "office");
  database = g_strndup ((const char *) bzg_vault_database_id (bzg_session_vault (c->session)), 16);

  g_assert_true (bzg_access_rekey (c->session, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_clear_object (&c->session);
  casebook_open (c, "office");
  g_assert_cmpint (memcmp (database, bzg_vault_database_id (bzg_session_vault (c->session)), 16),
                   !=, 0);
  g_assert_false (bzg_access_rekey_is_due (c->session));
  ways = bzg_access_list (c->session);
  g_assert_cmpuint (ways->len, ==, 4); /* office, case1, case2, the code */
  bzg_record_free (casebook_get (c, "person", &id));
  g_assert_true (bzg_session_verify (c->session, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  notices = bzg_session_notices (c->session);
  g_assert_null (notices[0]);
  casebook_close (c);

  casebook_open (c, "case1");
  g_assert_false (bzg_access_rekey (c->session, NULL, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_ROLE);
  g_clear_error (&error);
  casebook_close (c); /* it was left open */
  c->session = casebook_try_open (c, "case2", "eight new kettles", &error);
  g_assert_no_error (error);
  casebook_close (c);
  g_assert_null (casebook_try_open (c, "stray", "a stray passphrase", NULL));
  g_assert_true (recover (c, "office", code[0], "nine red apples"));
  c->session = casebook_try_open (c, "office", "nine red apples", &error);
  g_assert_no_error (error);
  bzg_paper_free (code);
}

/* Cancelled: the session is closed and the file is as it was, the note included. */
static void
test_rekey_cancelled (Casebook *c, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  casebook_add_user (c, "gone", "caseworker");
  g_assert_true (bzg_session_remove_user (c->session, "gone", &error));
  g_cancellable_cancel (cancellable);
  g_assert_false (bzg_access_rekey (c->session, NULL, NULL, cancellable, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_CANCELLED);
  g_clear_error (&error);
  g_clear_object (&c->session);
  casebook_open (c, "office");
  g_assert_true (bzg_access_rekey_is_due (c->session));
  g_assert_true (bzg_session_verify (c->session, NULL, NULL, NULL, &error));
}

static void
rekeyed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  gboolean *done = data;
  g_autoptr (GError) error = NULL;

  *done = bzg_access_rekey_finish (result, &error);
  g_assert_no_error (error);
}

typedef struct
{
  double at; /* cancelled from here on */
  GCancellable *cancellable;
  gboolean done, ok;
} Cancelled;

static void
cancel_at (double fraction, gpointer data)
{
  Cancelled *self = data;

  if (fraction >= self->at)
    g_cancellable_cancel (self->cancellable);
}

static void
cancelled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Cancelled *self = data;
  g_autoptr (GError) error = NULL;

  self->ok = bzg_access_rekey_finish (result, &error);
  g_assert_true (self->ok || g_error_matches (error, BZG_ERROR, BZG_ERROR_CANCELLED));
  self->done = TRUE;
}

/* In a thread, as the window does it, cancelled while it writes, while it reads back, and after its
 * last look: what it says is what the file is, and nothing lies beside it. */
static void
test_rekey_async (Casebook *c, gconstpointer data)
{
  static const double moments[] = { 0.1, 0.6, 2 };
  gboolean done = FALSE;

  for (guint i = 0; i < 600; i++)
    {
      g_autofree char *family = g_strdup_printf ("Салимов%u", i);
      casebook_add_person (c, family, "Ёкуб", "TJ-SU");
    }
  for (guint i = 0; i < G_N_ELEMENTS (moments); i++)
    {
      Cancelled self = { .at = moments[i], .cancellable = g_cancellable_new () };
      guint8 before[16];
      g_autoptr (GDir) dir = NULL;
      const char *name;

      memcpy (before, bzg_vault_database_id (bzg_session_vault (c->session)), 16);
      bzg_access_rekey_async (c->session, cancel_at, &self, self.cancellable, cancelled_cb, &self);
      while (!self.done)
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpint (self.ok, ==, moments[i] > 1);
      g_object_unref (self.cancellable);
      g_clear_object (&c->session);
      casebook_open (c, "office");
      g_assert_cmpint (memcmp (before, bzg_vault_database_id (bzg_session_vault (c->session)), 16)
                         != 0,
                       ==, self.ok);
      dir = g_dir_open (c->folder, 0, NULL);
      while ((name = g_dir_read_name (dir)) != NULL)
        g_assert_false (g_str_has_suffix (name, ".new"));
    }
  bzg_access_rekey_async (c->session, NULL, NULL, NULL, rekeyed_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  g_clear_object (&c->session);
  casebook_open (c, "office");
}

/* What a power cut left of a rekey goes at the next opening; what is only called like it stays. */
static void
test_leftover (Casebook *c, gconstpointer data)
{
  g_autofree char *left = g_strconcat (c->path, ".0123abcd.new", NULL);
  g_autofree char *other = g_strconcat (c->path, ".mine.new", NULL);

  casebook_close (c);
  g_assert_true (g_file_set_contents (left, "x", 1, NULL));
  g_assert_true (g_file_set_contents (other, "x", 1, NULL));
  casebook_open (c, "office");
  g_assert_false (g_file_test (left, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (other, G_FILE_TEST_EXISTS));
}

/* As it was noted before there was a rekey. */
static void
test_old_due (Casebook *c, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (bzg_session_set_setting (c->session, "rekey-due", "yes", &error));
  g_assert_true (bzg_access_rekey_is_due (c->session));
  g_assert_true (bzg_access_rekey (c->session, NULL, NULL, NULL, &error));
  g_clear_object (&c->session);
  casebook_open (c, "office");
  g_assert_false (bzg_access_rekey_is_due (c->session));
}

static void
spoil (Casebook *c, goffset at)
{
  g_autofree char *data = NULL;
  gsize len;

  g_assert_true (g_file_get_contents (c->path, &data, &len, NULL));
  data[at] ^= 1;
  g_assert_true (g_file_set_contents (c->path, data, (gssize) len, NULL));
}

/* Both key blocks gone: the third, kept outside the file, opens it; one from before somebody was
 * removed does not count; while one is whole nothing is put back. */
static void
test_mend (Casebook *c, gconstpointer data)
{
  BzgId id = casebook_add_person (c, "Салимов", "Ёкуб", "TJ-SU");
  g_autoptr (GError) error = NULL;
  g_autofree char *other = g_build_filename (c->folder, "other.bozgasht", NULL);

  casebook_add_user (c, "case1", "caseworker");
  casebook_close (c);
  spoil (c, 300);
  g_assert_false (bzg_access_can_mend (c->path));
  g_assert_false (bzg_access_mend (c->path, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_EXISTS);
  g_clear_error (&error);
  spoil (c, 16384 + 300);
  g_assert_null (casebook_try_open (c, "office", PASSPHRASE, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_DAMAGED);
  g_clear_error (&error);
  g_assert_true (bzg_access_can_mend (c->path));
  g_assert_false (bzg_access_can_mend (other));
  g_assert_false (bzg_access_mend (other, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NO_FILE);
  g_clear_error (&error);
  g_assert_true (bzg_access_mend (c->path, &error));
  g_assert_no_error (error);
  casebook_open (c, "case1"); /* who was added last is in it */
  casebook_close (c);
  casebook_open (c, "office");
  bzg_record_free (casebook_get (c, "person", &id));

  /* After a new key the copy is a new one. */
  g_assert_true (bzg_access_rekey (c->session, NULL, NULL, NULL, &error));
  g_clear_object (&c->session);
  spoil (c, 300);
  spoil (c, 16384 + 300);
  g_assert_true (bzg_access_mend (c->path, &error));
  casebook_open (c, "office");
  bzg_record_free (casebook_get (c, "person", &id));
}

int
main (int argc, char **argv)
{
  casebook_test_init (&argc, &argv);
#define ADD(path, function)                                                                        \
  g_test_add ("/access/" path, Casebook, NULL, casebook_set_up, function, casebook_tear_down)
  ADD ("papers", test_papers);
  ADD ("rekey", test_rekey);
  ADD ("rekey-cancelled", test_rekey_cancelled);
  ADD ("rekey-async", test_rekey_async);
  ADD ("mend", test_mend);
  ADD ("leftover", test_leftover);
  ADD ("old-due", test_old_due);
  return g_test_run ();
}
