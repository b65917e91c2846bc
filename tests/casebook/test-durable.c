/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook-fixture.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * What was acknowledged is there, whatever happened to the process or the disk; what failed left
 * nothing. And whatever goes wrong, no message says a word of what is in the record.
 */

#define ROUNDS 10

static char *self_path;

/* The other process: writes people until it is killed, and says each id after its commit. */
static G_NORETURN void
write_until_killed (const char *path)
{
  Casebook c = { .path = (char *) path };

  g_setenv ("BOZGASHT_CHEAP_KDF", "1", TRUE);
  g_assert_true (bzg_vault_init (NULL));
  casebook_open (&c, "office");
  puts ("open");
  fflush (stdout);
  for (;;)
    {
      char text[BZG_ID_TEXT_SIZE];
      BzgId id = casebook_add_person (&c, "Салимов", "Ёкуб", "TJ-SU");

      puts (bzg_id_to_text (&id, text));
      fflush (stdout);
    }
}

static void
kill_once (Casebook *c, GPtrArray *acknowledged)
{
  g_auto (GStrv) environment = g_get_environ ();
  const char *argv[] = { self_path, "--write", c->path, NULL };
  g_autoptr (GError) error = NULL;
  GPid pid;
  int out, lines = 0, enough = g_test_rand_int_range (1, 40);
  char buffer[256];
  FILE *stream;

  environment = g_environ_setenv (environment, "XDG_STATE_HOME", g_get_user_state_dir (), TRUE);
  g_assert_true (g_spawn_async_with_pipes (NULL, (char **) argv, environment,
                                           G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL, &out,
                                           NULL, &error));
  stream = fdopen (out, "r");
  while (fgets (buffer, sizeof buffer, stream) != NULL)
    {
      buffer[strcspn (buffer, "\n")] = '\0';
      if (strlen (buffer) == BZG_ID_TEXT_SIZE - 1)
        g_ptr_array_add (acknowledged, g_strdup (buffer));
      if (++lines == enough)
        {
          g_usleep ((gulong) g_test_rand_int_range (0, 3000));
          kill (pid, SIGKILL);
        }
    }
  fclose (stream);
  waitpid (pid, NULL, 0);
  g_spawn_close_pid (pid);
  g_assert_cmpint (lines, >=, enough);
}

static void
test_killed (Casebook *c, gconstpointer data)
{
  g_autoptr (GPtrArray) acknowledged = g_ptr_array_new_with_free_func (g_free);

  casebook_close (c);
  for (guint round = 0; round < ROUNDS; round++)
    {
      g_autoptr (GError) error = NULL;

      kill_once (c, acknowledged);
      casebook_open (c, "office");
      for (guint i = 0; i < acknowledged->len; i++)
        {
          BzgId id;

          g_assert_true (bzg_id_from_text (g_ptr_array_index (acknowledged, i), &id));
          bzg_record_free (casebook_get (c, "person", &id));
        }
      bzg_session_verify (c->session, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      casebook_close (c);
    }
  g_assert_cmpuint (acknowledged->len, >, ROUNDS);
  g_test_message ("%u acknowledged people over %u kills, none lost", acknowledged->len, ROUNDS);
}

static void
test_full_disk (Casebook *c, gconstpointer data)
{
  struct rlimit before, tight;
  guint written = 0, people;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autofree char *long_text = g_strnfill (20000, 'x');

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  tight = before;
  tight.rlim_cur = 1024 * 1024;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &tight), ==, 0);
  for (;;)
    {
      g_autoptr (BzgRecord) person = bzg_record_new ("person", NULL);
      g_autoptr (BzgWork) work = bzg_work_new ();

      bzg_record_set (person, "note", long_text);
      bzg_work_put (work, person);
      if (!bzg_session_commit (c->session, work, &error))
        break;
      g_assert_cmpuint (++written, <, 1000);
    }
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_true (g_error_matches (error, BZG_ERROR, BZG_ERROR_DISK_FULL)
                 || g_error_matches (error, BZG_ERROR, BZG_ERROR_IO));
  g_clear_error (&error);

  /* There is room again: work goes on, in the same session and after it. */
  casebook_add_person (c, "Салимов", "Ёкуб", "TJ-SU");
  casebook_close (c);
  casebook_open (c, "office");
  bzg_session_verify (c->session, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  all = bzg_session_list (c->session, "person", NULL, NULL, NULL);
  people = all->len;
  g_assert_cmpuint (people, ==, written + 1);
}

/* ---- Messages */

#define MARK "Зухалмарк7"

static void
assert_silent (GError *error, guint *n)
{
  if (error == NULL)
    return;
  g_assert_null (strstr (error->message, MARK));
  g_assert_null (strstr (error->message, "Зухал"));
  (*n)++;
  g_error_free (error);
}

static GError *
commit_error (Casebook *c, const BzgRecord *record)
{
  g_autoptr (BzgWork) work = bzg_work_new ();
  GError *error = NULL;

  bzg_work_put (work, record);
  bzg_session_commit (c->session, work, &error);
  return error;
}

static void
test_messages_are_silent (Casebook *c, gconstpointer data)
{
  const BzgAggregate *const *aggregates = bzg_dictionary_aggregates ();
  BzgId person = casebook_add_person (c, MARK, MARK, NULL), nobody, found;
  g_autoptr (BzgSecret) secret = bzg_secret_new_text (PASSPHRASE);
  guint n = 0;
  GError *error = NULL;

  bzg_id_new (&nobody);
  for (guint a = 0; aggregates[a] != NULL; a++)
    for (guint i = 0; i < aggregates[a]->n_fields; i++)
      {
        const BzgField *field = aggregates[a]->fields[i];
        g_autoptr (BzgRecord) record = bzg_record_new (aggregates[a]->name, NULL);
        char *canonical = NULL;

        error = NULL;
        bzg_field_parse (field, MARK, &canonical, &error);
        g_free (canonical);
        assert_silent (error, &n);
        error = NULL;
        bzg_field_parse (field, MARK "\001", &canonical, &error);
        g_free (canonical);
        assert_silent (error, &n);

        if (aggregates[a]->parent != NULL && g_str_equal (aggregates[a]->parent, "person"))
          bzg_record_set_id (record, "person", &person);
        bzg_record_set (record, field->name, MARK "\n\001");
        assert_silent (commit_error (c, record), &n);
        if (field->type == BZG_FIELD_ID)
          {
            bzg_record_set_id (record, field->name, &nobody);
            assert_silent (commit_error (c, record), &n);
          }
      }

  error = NULL;
  bzg_session_resolve_person (c->session, MARK, &found, &error);
  assert_silent (error, &n);
  error = NULL;
  bzg_session_add_user (c->session, "office", MARK, secret, "caseworker", &error);
  assert_silent (error, &n);
  error = NULL;
  bzg_session_add_user (c->session, MARK, MARK, secret, MARK, &error);
  assert_silent (error, &n);
  error = NULL;
  bzg_session_remove_user (c->session, MARK, &error);
  assert_silent (error, &n);
  casebook_close (c);
  error = NULL;
  c->session = casebook_try_open (c, MARK, MARK, &error);
  g_assert_null (c->session);
  assert_silent (error, &n);
  casebook_open (c, "office");
  g_assert_cmpuint (n, >, 300);
}

int
main (int argc, char *argv[])
{
  if (argc == 3 && g_str_equal (argv[1], "--write"))
    write_until_killed (argv[2]);
  self_path = argv[0];
  casebook_test_init (&argc, &argv);
#define ADD(name, func)                                                                            \
  g_test_add ("/casebook/durable/" name, Casebook, NULL, casebook_set_up, func, casebook_tear_down)
  ADD ("killed", test_killed);
  ADD ("full-disk", test_full_disk);
  ADD ("messages-are-silent", test_messages_are_silent);
  return g_test_run ();
}
