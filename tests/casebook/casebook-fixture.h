/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <glib/gstdio.h>

#include "base/bzg-error.h"
#include "casebook/bzg-sealed.h"
#include "casebook/bzg-sections.h"
#include "casebook/bzg-session.h"
#include "vault/bzg-crypto.h"

/* A casebook in a folder of its own, with a cheap key derivation; signed in as "office", who has
 * all roles. Call casebook_test_init() first in main(). */
typedef struct
{
  char *folder, *path;
  BzgSession *session;
} Casebook;

#define PASSPHRASE "seven green boats"

static inline void
casebook_remove_tree (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inside = g_build_filename (path, name, NULL);

      casebook_remove_tree (inside);
    }
  g_clear_pointer (&dir, g_dir_close);
  g_remove (path);
}

static inline void
casebook_remove_state (void)
{
  casebook_remove_tree (g_get_user_state_dir ());
}

static inline void
casebook_test_init (int *argc, char ***argv)
{
  g_autofree char *state = g_dir_make_tmp ("bozgasht-state-XXXXXX", NULL);

  g_setenv ("BOZGASHT_CHEAP_KDF", "1", TRUE);
  g_setenv ("XDG_STATE_HOME", state, TRUE);
  atexit (casebook_remove_state);
  g_test_init (argc, argv, NULL);
  g_assert_true (bzg_vault_init (NULL));
}

static inline BzgSession *
casebook_try_open (Casebook *c, const char *name, const char *passphrase, GError **error)
{
  g_autoptr (BzgSecret) secret = bzg_secret_new_text (passphrase);

  return bzg_session_open (c->path, name, secret, NULL, error);
}

static inline void
casebook_open (Casebook *c, const char *name)
{
  g_autoptr (GError) error = NULL;

  c->session = casebook_try_open (c, name, PASSPHRASE, &error);
  g_assert_no_error (error);
  g_assert_nonnull (c->session);
}

static inline void
casebook_close (Casebook *c)
{
  g_autoptr (GError) error = NULL;

  bzg_session_close (c->session, &error);
  g_assert_no_error (error);
  g_clear_object (&c->session);
}

static inline void
casebook_set_up (Casebook *c, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgSecret) secret = bzg_secret_new_text (PASSPHRASE);
  BzgCreateOptions options = { .programme = "Return", .admin = "office", .passphrase = secret };

  c->folder = g_dir_make_tmp ("bozgasht-casebook-XXXXXX", NULL);
  c->path = g_build_filename (c->folder, "test.bozgasht", NULL);
  options.path = c->path;
  c->session = bzg_session_create (&options, &error);
  g_assert_no_error (error);
  g_assert_nonnull (c->session);
}

static inline void
casebook_tear_down (Casebook *c, gconstpointer data)
{
  if (c->session != NULL)
    casebook_close (c);
  casebook_remove_tree (c->folder);
  g_free (c->folder);
  g_free (c->path);
}

static inline void
casebook_add_user (Casebook *c, const char *name, const char *roles)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgSecret) secret = bzg_secret_new_text (PASSPHRASE);

  bzg_session_add_user (c->session, name, NULL, secret, roles, &error);
  g_assert_no_error (error);
}

static inline void
casebook_commit (Casebook *c, const BzgWork *work)
{
  g_autoptr (GError) error = NULL;

  bzg_session_commit (c->session, work, &error);
  g_assert_no_error (error);
}

static inline void
casebook_put (Casebook *c, const BzgRecord *record)
{
  g_autoptr (BzgWork) work = bzg_work_new ();

  bzg_work_put (work, record);
  casebook_commit (c, work);
}

/* Commits one record and asserts that it fails with @code. */
static inline void
casebook_put_fails (Casebook *c, const BzgRecord *record, int code)
{
  g_autoptr (BzgWork) work = bzg_work_new ();
  g_autoptr (GError) error = NULL;

  bzg_work_put (work, record);
  g_assert_false (bzg_session_commit (c->session, work, &error));
  g_assert_error (error, BZG_ERROR, code);
}

static inline BzgRecord *
casebook_get (Casebook *c, const char *aggregate, const BzgId *id)
{
  g_autoptr (GError) error = NULL;
  BzgRecord *record = bzg_session_get (c->session, aggregate, id, &error);

  g_assert_no_error (error);
  g_assert_nonnull (record);
  return record;
}

/* A person with a case, committed; returns the person's id. */
static inline BzgId
casebook_add_person (Casebook *c, const char *family, const char *given, const char *region)
{
  g_autoptr (BzgRecord) person = bzg_record_new ("person", NULL);
  g_autoptr (BzgRecord) file = bzg_record_new ("case_file", NULL);
  g_autoptr (BzgWork) work = bzg_work_new ();

  bzg_record_set (person, "family_name", family);
  bzg_record_set (person, "given_name", given);
  bzg_record_set (person, "region", region);
  bzg_record_set_id (file, "person", bzg_record_id (person));
  bzg_record_set (file, "status", "new");
  bzg_work_put (work, person);
  bzg_work_put (work, file);
  casebook_commit (c, work);
  return *bzg_record_id (person);
}

/* The sealed sections, held by who is signed in and by "guard", a protection officer who is added
 * here. Returns the paper's code: bzg_paper_free(). */
static inline char **
casebook_set_up_sections (Casebook *c)
{
  char **paper = bzg_paper_new (BZG_PAPER_SECTIONS, FALSE);
  g_autoptr (GArray) users = g_array_new (FALSE, FALSE, sizeof (BzgId));
  g_autoptr (BzgRecord) guard = NULL;
  g_autoptr (GError) error = NULL;

  casebook_add_user (c, "guard", "protection");
  guard = bzg_session_find (c->session, "user", "name", "guard", &error);
  g_assert_no_error (error);
  g_array_append_val (users, *bzg_record_id (guard));
  bzg_sections_set_up (c->session, users, paper[0], &error);
  g_assert_no_error (error);
  return paper;
}

/* A sealed row about @person, committed. @values: names and values in turn, then NULL. */
static inline BzgId
casebook_seal (Casebook *c, const char *aggregate, const BzgId *person, const char *const *values)
{
  g_autoptr (BzgRecord) record = bzg_record_new (aggregate, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgRecord) sheet = NULL;

  bzg_record_set_id (record, "person", person);
  sheet = bzg_sealed_open (c->session, record, &error);
  g_assert_no_error (error);
  for (guint i = 0; values[i] != NULL; i += 2)
    bzg_record_set (sheet, values[i], values[i + 1]);
  bzg_sealed_close (c->session, record, sheet, &error);
  g_assert_no_error (error);
  casebook_put (c, record);
  return *bzg_record_id (record);
}
