/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "counts.h"
#include "vault/bzg-platform-private.h"
#include "vault/bzg-sqlite-memory-private.h"
#include "vault/bzg-vault-private.h"

static const char marker[] = "MARKER-that-must-not-be-seen";

static void
test_round_trip (Fixture *f, gconstpointer data)
{
  g_autoptr (GByteArray) file = NULL;
  sqlite3 *db = fixture_connect (f);

  g_assert_true (g_file_test (f->log, G_FILE_TEST_EXISTS));
  run (db, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)");
  run (db, "CREATE VIRTUAL TABLE ft USING fts5 (a)");
  run (db, "INSERT INTO t SELECT value, 'MARKER-that-must-not-be-seen' || value FROM "
           "(WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT 3000) "
           "SELECT value FROM n)");
  run (db, "INSERT INTO ft SELECT a FROM t");
  g_assert_cmpint (number (db, "PRAGMA journal_mode"), ==, 0); /* text "wal" */
  sqlite3_close_v2 (db);
  fixture_close (f);
  g_assert_false (g_file_test (f->log, G_FILE_TEST_EXISTS));

  file = read_all (f->path);
  g_assert_null (memmem (file->data, file->len, marker, strlen (marker)));
  g_assert_null (memmem (file->data, file->len, "SQLite format", 13));
  g_assert_null (memmem (file->data, file->len, "fficer", 6));

  fixture_open (f);
  g_assert_null (bzg_vault_notices (f->vault)[0]);
  g_assert_cmpmem (bzg_vault_user_id (f->vault), 16, fixture_user, 16);
  db = fixture_connect (f);
  g_assert_cmpint (number (db, "SELECT count(*) FROM t"), ==, 3000);
  g_assert_cmpint (number (db, "SELECT count(*) FROM ft WHERE ft MATCH 'marker'"), ==, 3000);
  assert_sound (db);
  sqlite3_close_v2 (db);
}

/* Pages in plain text lie where they are neither swapped nor dumped, and are gone when the casebook
 * is closed. */
static void
test_locked_pages (Fixture *f, gconstpointer data)
{
  static const char mark[] = "a mark that a page holds";
  gsize len;
  guint before, during, after;
  const guint8 *block = bzg_sqlite_memory_block (&len, &before);
  sqlite3 *db;

  if (block == NULL)
    {
      g_test_skip ("the system lets no memory be locked");
      return;
    }
  db = fixture_connect (f);
  run (db, "CREATE TABLE marks (a TEXT)");
  run (db, "INSERT INTO marks SELECT 'a mark that a page ' || 'holds' FROM (WITH RECURSIVE n(v) AS"
           " (SELECT 1 UNION ALL SELECT v + 1 FROM n LIMIT 2000) SELECT v FROM n)");
  number (db, "SELECT count(*) FROM marks WHERE a LIKE '%page%'");
  bzg_sqlite_memory_block (&len, &during);
  g_assert_cmpuint (during, >, before + 10);
  g_assert_nonnull (memmem (block, len, mark, sizeof mark - 1));
  sqlite3_close_v2 (db);
  fixture_close (f);
  bzg_sqlite_memory_block (&len, &after);
  g_assert_cmpuint (after, ==, 0);
  g_assert_null (memmem (block, len, mark, sizeof mark - 1));
  fixture_open (f);
}

static void
test_wrong_key (Fixture *f, gconstpointer data)
{
  g_autoptr (BzgSecret) right = fixture_passphrase ();
  g_autoptr (BzgSecret) wrong = bzg_secret_new_text ("seven green boat");
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) error2 = NULL;

  fixture_close (f);
  g_assert_null (bzg_vault_open (f->path, "Officer", wrong, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_PASSPHRASE);
  g_assert_null (bzg_vault_open (f->path, "Nobody", right, NULL, &error2));
  g_assert_error (error2, BZG_ERROR, BZG_ERROR_PASSPHRASE);
  g_assert_cmpstr (error->message, ==, error2->message);
  fixture_open (f);
}

static void
test_normal_forms (Fixture *f, gconstpointer data)
{
  /* i with macron: composed when set, combined when typed; the name in another case, padded. */
  g_autoptr (BzgSecret) composed = bzg_secret_new_text ("\xd3\xa3 \xd0\xb4");
  g_autoptr (BzgSecret) combined = bzg_secret_new_text ("\xd0\xb8\xcc\x84 \xd0\xb4");
  g_autoptr (GError) error = NULL;
  guint8 user[16] = "second", box[32], box2[32], sign[32];

  g_assert_true (bzg_vault_add_user (f->vault, "\xd0\x9b\xd0\x90", composed, user, box, &error));
  g_assert_no_error (error);
  g_assert_cmpint (bzg_vault_last_slot (f->vault), ==, 1);
  fixture_close (f);
  f->vault = bzg_vault_open (f->path, " \xd0\xbb\xd0\xb0 ", combined, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (bzg_vault_user_id (f->vault), 16, user, 16);
  bzg_vault_seed_keys (bzg_vault_user_seed (f->vault), box2, sign);
  g_assert_cmpmem (box, 32, box2, 32);
}

static void
test_slots (Fixture *f, gconstpointer data)
{
  g_autoptr (BzgSecret) old = fixture_passphrase ();
  g_autoptr (BzgSecret) changed = bzg_secret_new_text ("nine quiet rivers");
  g_autoptr (BzgSecret) other = bzg_secret_new_text ("another");
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) slots = NULL;
  g_autofree char *code = NULL, *lower = NULL;
  guint8 user[16] = "second", box[32], seed[32];
  int second, recovery;

  memcpy (seed, bzg_secret_data (bzg_vault_user_seed (f->vault), NULL), 32);
  g_assert_false (bzg_vault_remove_slot (f->vault, 0, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_LAST_KEY);
  g_clear_error (&error);
  g_assert_true (bzg_vault_add_user (f->vault, "other", other, user, box, &error));
  second = bzg_vault_last_slot (f->vault);
  g_assert_false (bzg_vault_add_user (f->vault, "other", other, user, box, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_EXISTS);
  g_clear_error (&error);

  code = bzg_vault_add_recovery (f->vault, &error);
  g_assert_no_error (error);
  recovery = bzg_vault_last_slot (f->vault);
  g_assert_true (bzg_vault_check_recovery (f->vault, code));
  lower = g_ascii_strdown (code, -1);
  g_assert_true (bzg_vault_check_recovery (f->vault, lower));
  lower[10] = lower[10] == 'q' ? 'p' : 'q';
  g_assert_false (bzg_vault_check_recovery (f->vault, lower));
  g_assert_false (bzg_vault_remove_slot (f->vault, recovery, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_LAST_KEY);
  g_clear_error (&error);

  g_assert_false (bzg_vault_change_passphrase (f->vault, "officer", changed, changed, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_PASSPHRASE);
  g_clear_error (&error);
  g_assert_true (bzg_vault_change_passphrase (f->vault, "officer", old, changed, &error));
  g_assert_no_error (error);
  slots = bzg_vault_list_slots (f->vault);
  g_assert_cmpuint (slots->len, ==, 3);
  fixture_close (f);

  g_assert_null (bzg_vault_open (f->path, "officer", old, NULL, NULL));
  f->vault = bzg_vault_open (f->path, "officer", changed, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (bzg_secret_data (bzg_vault_user_seed (f->vault), NULL), 32, seed, 32);
  g_assert_true (bzg_vault_remove_slot (f->vault, second, &error));
  fixture_close (f);
  g_assert_null (bzg_vault_open (f->path, "other", other, NULL, NULL));
  f->vault = bzg_vault_open_recovery (f->path, code, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (bzg_vault_user_seed (f->vault));
}

/* Any two of three shares open the file, in any order, typed as people type; one does not. */
static void
test_shares (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) shares = bzg_vault_add_recovery_shares (f->vault, &error);
  g_auto (GStrv) others = bzg_vault_add_recovery_shares (f->vault, &error);
  g_autofree char *mixed = NULL, *twice = NULL, *third = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (shares), ==, 3);
  for (int i = 0; i < 3; i++)
    {
      g_autofree char *pair = g_strdup_printf ("%s\n%s", shares[i], shares[(i + 1) % 3]);
      g_autofree char *lower = g_ascii_strdown (pair, -1);
      g_autofree char *back = g_strdup_printf (" %s , %s\n", shares[(i + 1) % 3], shares[i]);

      g_assert_cmpint (bzg_paper_state (BZG_PAPER_CASEBOOK, shares[i]), ==, BZG_PAPER_MORE);
      g_assert_false (bzg_vault_check_recovery (f->vault, shares[i]));
      g_assert_cmpint (bzg_paper_state (BZG_PAPER_CASEBOOK, pair), ==, BZG_PAPER_WHOLE);
      g_assert_true (bzg_vault_check_recovery (f->vault, pair));
      g_assert_true (bzg_vault_check_recovery (f->vault, lower));
      g_assert_true (bzg_vault_check_recovery (f->vault, back));
    }
  {
    /* In lines, as it stands on the card; and beside an old share that somebody still had. */
    g_autoptr (GError) local = NULL;
    g_autofree char *code = bzg_vault_add_recovery (f->vault, &local);
    g_autofree char *lines = g_strdup_printf ("%.23s\n%s\n", code, code + 23);
    g_autofree char *old = g_strdup_printf ("%s\n%s\n%s", others[0], shares[1], shares[2]);

    g_assert_true (bzg_vault_check_recovery (f->vault, lines));
    g_assert_true (bzg_vault_check_recovery (f->vault, old));
  }
  third = g_strjoinv ("\n", shares);
  g_assert_true (bzg_vault_check_recovery (f->vault, third));
  mixed = g_strdup_printf ("%s\n%s", shares[0], others[1]);
  g_assert_cmpint (bzg_paper_state (BZG_PAPER_CASEBOOK, mixed), ==, BZG_PAPER_WRONG);
  twice = g_strdup_printf ("%s\n%s", shares[0], shares[0]);
  g_assert_cmpint (bzg_paper_state (BZG_PAPER_CASEBOOK, twice), ==, BZG_PAPER_WRONG);
  g_assert_cmpint (bzg_paper_state (BZG_PAPER_CASEBOOK, ""), ==, BZG_PAPER_WRONG);
  fixture_close (f);

  g_assert_null (bzg_vault_open_recovery (f->path, shares[0], NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_PASSPHRASE);
  g_clear_error (&error);
  f->vault = bzg_vault_open_recovery (f->path, third, NULL, &error);
  g_assert_no_error (error);
}

/* Somebody who forgot the passphrase gets a new one in the same slot; the old one is gone at once.
 */
static void
test_replace_user (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgSecret) fresh = bzg_secret_new_text ("a fresh passphrase");
  guint8 box[32];

  g_assert_false (
    bzg_vault_replace_user (f->vault, 7, "officer", fresh, fixture_user, box, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (bzg_vault_replace_user (f->vault, 0, "officer", fresh, fixture_user, box, &error));
  g_assert_no_error (error);
  g_assert_cmpint (bzg_vault_last_slot (f->vault), ==, 0);
  fixture_close (f);
  g_assert_null (fixture_try_open (f, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_PASSPHRASE);
  g_clear_error (&error);
  f->vault = bzg_vault_open (f->path, "officer", fresh, NULL, &error);
  g_assert_no_error (error);
}

static BzgSecret *
office_key (guint8 recipient[32])
{
  g_auto (GStrv) paper = bzg_paper_new (BZG_PAPER_OFFICE, FALSE);
  BzgSecret *key = bzg_paper_key (BZG_PAPER_OFFICE, paper[0]);

  bzg_x25519_public (bzg_secret_data (key, NULL), recipient);
  return key;
}

static void
expect_office (Fixture *f, const BzgSecret *key, int code)
{
  g_autoptr (GError) error = NULL;
  BzgVault *vault = bzg_vault_open_office (f->path, key, NULL, &error);

  if (code == 0)
    {
      static const guint8 nobody[16];

      g_assert_no_error (error);
      g_assert_cmpmem (bzg_vault_user_id (vault), 16, nobody, 16);
      g_assert_null (bzg_vault_user_seed (vault));
      g_assert_true (bzg_vault_close (vault, NULL));
      return;
    }
  g_assert_error (error, BZG_ERROR, code);
  g_assert_null (vault);
}

/* The office opens with a key that was never here; at most one such key, kept by a new master key,
 * and no substitute for the last recovery code. */
static void
test_office (Fixture *f, gconstpointer data)
{
  static const guint8 low_order[32];
  g_autoptr (GError) error = NULL;
  g_autofree char *code = NULL;
  guint8 first_public[32], second_public[32], there[32];
  g_autoptr (BzgSecret) first = office_key (first_public);
  g_autoptr (BzgSecret) second = office_key (second_public);
  guint32 keep = 1;
  int slot, again, recovery;

  g_assert_false (bzg_vault_office (f->vault, there, &slot));
  g_assert_cmpint (slot, ==, -1);
  g_assert_false (bzg_vault_set_office (f->vault, low_order, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
  g_clear_error (&error);
  fixture_close (f);
  expect_office (f, first, BZG_ERROR_PASSPHRASE); /* there is no such slot */

  fixture_open (f);
  code = bzg_vault_add_recovery (f->vault, &error);
  recovery = bzg_vault_last_slot (f->vault);
  g_assert_true (bzg_vault_set_office (f->vault, first_public, &error));
  g_assert_no_error (error);
  g_assert_false (bzg_vault_remove_slot (f->vault, recovery, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_LAST_KEY);
  g_clear_error (&error);
  g_assert_true (bzg_vault_office (f->vault, there, &slot));
  g_assert_cmpmem (there, 32, first_public, 32);
  fixture_close (f);
  expect_office (f, first, 0);
  expect_office (f, second, BZG_ERROR_PASSPHRASE);

  fixture_open (f);
  g_assert_true (bzg_vault_set_office (f->vault, second_public, &error));
  g_assert_true (bzg_vault_office (f->vault, there, &again));
  g_assert_cmpint (again, ==, slot);
  fixture_close (f);
  expect_office (f, first, BZG_ERROR_PASSPHRASE);
  expect_office (f, second, 0);

  fixture_open (f);
  keep |= 1u << slot | 1u << recovery;
  g_assert_true (bzg_vault_rekey (f->vault, keep, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  fixture_close (f);
  expect_office (f, second, 0);

  /* Whoever saved the slot cannot put it back: the block around it is not ours. */
  {
    g_autoptr (GByteArray) with = read_all (f->path);
    g_autoptr (GByteArray) without = NULL;
    gsize at = 256 + 256 * (gsize) slot;

    fixture_open (f);
    g_assert_true (bzg_vault_remove_office (f->vault, &error));
    fixture_close (f);
    expect_office (f, second, BZG_ERROR_PASSPHRASE);
    without = read_all (f->path);
    memcpy (without->data + at, with->data + at, 256);
    without->data[31] = 1; /* the highest byte of its number: it seems the newest */
    bzg_sha256 (without->data, 16320, without->data + 16320);
    write_all (f->path, without);
  }
  expect_office (f, second, BZG_ERROR_DAMAGED);
}

/* Each kind of paper is known by itself, gives its own key, and none for what is not whole or of
 * another kind. */
static void
test_papers (Fixture *f, gconstpointer data)
{
  static const BzgPaperKind kinds[] = { BZG_PAPER_SECTIONS, BZG_PAPER_OFFICE, BZG_PAPER_ROOT };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      char **code = bzg_paper_new (kinds[i], FALSE);
      char **shares = bzg_paper_new (kinds[i], TRUE);
      g_autofree char *pair = g_strconcat (shares[0], ";", shares[2], NULL);
      g_autoptr (BzgSecret) key = bzg_paper_key (kinds[i], code[0]);
      g_autoptr (BzgSecret) again = bzg_paper_key (kinds[i], code[0]);
      g_autoptr (BzgSecret) of_shares = bzg_paper_key (kinds[i], pair);
      BzgPaperKind kind = BZG_PAPER_CASEBOOK;

      g_assert_cmpint (bzg_paper_state_any (code[0], &kind), ==, BZG_PAPER_WHOLE);
      g_assert_cmpint (kind, ==, kinds[i]);
      g_assert_cmpint (bzg_paper_state_any (shares[1], &kind), ==, BZG_PAPER_MORE);
      g_assert_nonnull (key);
      g_assert_cmpmem (bzg_secret_data (key, NULL), 32, bzg_secret_data (again, NULL), 32);
      g_assert_nonnull (of_shares);
      g_assert_true (memcmp (bzg_secret_data (key, NULL), bzg_secret_data (of_shares, NULL), 32)
                     != 0);
      g_assert_null (bzg_paper_key (kinds[i], shares[0]));
      g_assert_null (bzg_paper_key (kinds[(i + 1) % G_N_ELEMENTS (kinds)], code[0]));
      bzg_paper_free (code);
      bzg_paper_free (shares);
    }
  {
    BzgPaperKind kind = BZG_PAPER_ROOT;

    g_assert_cmpint (bzg_paper_state_any ("BR1 nothing", &kind), ==, BZG_PAPER_WRONG);
    g_assert_cmpint (kind, ==, BZG_PAPER_ROOT);
    bzg_paper_free (NULL);
  }
}

/* No slot is free, and two are the office's: neither is taken for one that is let in. */
static void
test_office_slots (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint8 first_public[32], second_public[32], there[32];
  g_autoptr (BzgSecret) first = office_key (first_public);
  g_autoptr (BzgSecret) second = office_key (second_public);
  int slot;

  g_assert_true (bzg_vault_set_office (f->vault, first_public, &error));
  for (;;)
    {
      g_autofree char *code = bzg_vault_add_recovery (f->vault, NULL);

      if (code == NULL)
        break;
    }
  /* Its own slot serves for the next key. */
  g_assert_true (bzg_vault_set_office (f->vault, second_public, &error));
  g_assert_true (bzg_vault_remove_slot (f->vault, 5, &error));
  bzg_slot_write_office (f->vault->header, f->vault->keys, 5, first_public, f->vault->mk);
  g_assert_false (bzg_vault_office (f->vault, there, &slot));
  g_assert_cmpint (slot, >=, 0);
  g_assert_true (bzg_vault_remove_office (f->vault, &error));
  g_assert_false (bzg_vault_office (f->vault, there, &slot));
  g_assert_cmpint (slot, ==, -1);
  for (;;)
    {
      g_autofree char *code = bzg_vault_add_recovery (f->vault, NULL);

      if (code == NULL)
        break;
    }
  g_assert_false (bzg_vault_set_office (f->vault, first_public, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_USAGE);
  g_clear_error (&error);
  fixture_close (f);
  expect_office (f, first, BZG_ERROR_PASSPHRASE);
  expect_office (f, second, BZG_ERROR_PASSPHRASE);
}

/* Five people of whom one is there; a sixth is left out. */
static void
test_rekey (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) old = NULL;
  g_autoptr (GByteArray) now = NULL;
  g_autofree char *code = NULL;
  guint8 box[32], id[16], key_id[16], casebook[16];
  guint32 keep = 1;
  sqlite3 *db = fixture_connect (f);

  run (db, "CREATE TABLE t (a)");
  run (db, "INSERT INTO t SELECT randomblob(1000) FROM (WITH RECURSIVE n(v) AS "
           "(SELECT 1 UNION ALL SELECT v + 1 FROM n LIMIT 200) SELECT v FROM n)");
  for (int i = 1; i <= 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("user%d", i);
      g_autoptr (BzgSecret) pass = bzg_secret_new_text (name);
      g_assert_true (bzg_vault_add_user (f->vault, name, pass, fixture_user, box, &error));
      if (i != 3)
        keep |= 1u << bzg_vault_last_slot (f->vault);
    }
  code = bzg_vault_add_recovery (f->vault, &error);
  memcpy (id, bzg_vault_database_id (f->vault), 16);
  memcpy (key_id, bzg_vault_master_key_id (f->vault), 16);
  memcpy (casebook, bzg_vault_casebook_id (f->vault), 16);

  g_assert_false (bzg_vault_rekey (f->vault, keep, NULL, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_USAGE); /* a connection is open */
  g_clear_error (&error);
  sqlite3_close_v2 (db);
  g_assert_false (bzg_vault_rekey (f->vault, keep, NULL, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_REFUSED_LAST_KEY); /* the recovery code */
  g_clear_error (&error);
  old = read_all (f->path);
  keep |= 1u << bzg_vault_last_slot (f->vault);
  g_assert_true (bzg_vault_rekey (f->vault, keep, NULL, NULL, NULL, &error));
  g_assert_no_error (error);

  g_assert_true (memcmp (id, bzg_vault_database_id (f->vault), 16) != 0);
  g_assert_true (memcmp (key_id, bzg_vault_master_key_id (f->vault), 16) != 0);
  g_assert_cmpmem (casebook, 16, bzg_vault_casebook_id (f->vault), 16);
  db = fixture_connect (f);
  g_assert_cmpint (number (db, "SELECT count(*) FROM t"), ==, 200);
  run (db, "INSERT INTO t VALUES (1)");
  assert_sound (db);
  sqlite3_close_v2 (db);
  {
    g_autoptr (GError) busy = NULL;
    g_assert_null (fixture_try_open (f, &busy)); /* the new file is guarded as well */
    g_assert_error (busy, BZG_ERROR, BZG_ERROR_IN_USE);
  }
  fixture_close (f);

  for (int i = 1; i <= 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("user%d", i);
      g_autoptr (BzgSecret) pass = bzg_secret_new_text (name);
      BzgVault *vault = bzg_vault_open (f->path, name, pass, NULL, NULL);
      g_assert_true ((vault != NULL) == (i != 3));
      if (vault)
        g_assert_true (bzg_vault_close (vault, NULL));
    }
  f->vault = bzg_vault_open_recovery (f->path, code, NULL, &error);
  g_assert_no_error (error);
  fixture_close (f);

  /* Neither an old key block nor an old page is of use with the new file. */
  now = read_all (f->path);
  memcpy (now->data, old->data, 32768);
  write_all (f->path, now);
  {
    g_autoptr (BzgSecret) pass = bzg_secret_new_text ("user3");
    g_autoptr (GError) refused = NULL;
    g_assert_null (bzg_vault_open (f->path, "user3", pass, NULL, &refused));
    g_assert_error (refused, BZG_ERROR, BZG_ERROR_DAMAGED);
  }
}

static void
test_large_transaction (Fixture *f, gconstpointer data)
{
  sqlite3 *db = fixture_connect (f);

  run (db, "PRAGMA cache_size=20");
  run (db, "PRAGMA cache_spill=20");
  run (db, "PRAGMA wal_autocheckpoint=50");
  run (db, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b BLOB)");
  run (db, "CREATE INDEX i ON t (a)");
  for (int round = 0; round < 3; round++)
    {
      gint64 before = number (db, "SELECT count(*) FROM t");
      run (db, "BEGIN");
      run (db, "INSERT INTO t (a, b) SELECT hex(randomblob(20)), randomblob(700) FROM "
               "(WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n LIMIT 1500) "
               "SELECT v FROM n)");
      run (db, "SAVEPOINT s");
      run (db, "UPDATE t SET a = hex(randomblob(20))");
      run (db, "DELETE FROM t WHERE id % 3 = 0");
      run (db, "ROLLBACK TO s");
      run (db, "UPDATE t SET b = randomblob(600) WHERE id % 7 = 1");
      run (db, round == 1 ? "ROLLBACK" : "COMMIT");
      g_assert_cmpint (number (db, "SELECT count(*) FROM t"), ==, before + (round == 1 ? 0 : 1500));
      assert_sound (db);
    }
  run (db, "DELETE FROM t WHERE id > 100");
  run (db, "VACUUM");
  run (db, "REINDEX");
  assert_sound (db);
  sqlite3_close_v2 (db);
  fixture_close (f);
  fixture_open (f);
  db = fixture_connect (f);
  g_assert_cmpint (number (db, "SELECT count(*) FROM t"), ==, 100);
  assert_sound (db);
  sqlite3_close_v2 (db);
}

typedef struct
{
  Fixture *f;
  gint stop;
  gint reads;
} Threads;

static gpointer
reader_thread (gpointer data)
{
  Threads *self = data;
  sqlite3 *db = bzg_vault_connect (self->f->vault, TRUE, NULL);

  g_assert_nonnull (db);
  while (!g_atomic_int_get (&self->stop))
    {
      g_assert_cmpint (number (db, "SELECT sum(a) FROM t"), ==, 0);
      g_atomic_int_inc (&self->reads);
    }
  g_assert_cmpint (sqlite3_exec (db, "DELETE FROM t", NULL, NULL, NULL), !=, SQLITE_OK);
  sqlite3_close_v2 (db);
  return NULL;
}

static void
test_threads (Fixture *f, gconstpointer data)
{
  const char *wanted = g_getenv ("BOZGASHT_SECONDS"); /* the long form takes 60 */
  gint64 end = g_get_monotonic_time () + (wanted ? atoi (wanted) : 0) * G_USEC_PER_SEC;
  Threads shared = { .f = f };
  GThread *threads[2];
  sqlite3 *db = fixture_connect (f);

  run (db, "PRAGMA wal_autocheckpoint=20");
  run (db,
       "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, pad BLOB); CREATE TABLE grows (pad)");
  run (db, "INSERT INTO t (a, pad) SELECT 0, zeroblob(400) FROM (WITH RECURSIVE n(v) AS "
           "(SELECT 1 UNION ALL SELECT v + 1 FROM n LIMIT 500) SELECT v FROM n)");
  for (int i = 0; i < 2; i++)
    threads[i] = g_thread_new ("reader", reader_thread, &shared);
  for (int i = 0; i < 600 || g_atomic_int_get (&shared.reads) < 50 || g_get_monotonic_time () < end;
       i++)
    {
      run (db, "BEGIN");
      run (db, "UPDATE t SET a = a + 5, pad = randomblob(400) WHERE id % 50 = 1");
      run (db, "UPDATE t SET a = a - 5, pad = randomblob(400) WHERE id % 50 = 2");
      if (i % 10 == 0) /* the file grows under its readers */
        run (db, "INSERT INTO grows VALUES (zeroblob(6000))");
      run (db, "COMMIT");
      if (i % 40 == 0)
        sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL);
    }
  g_atomic_int_set (&shared.stop, 1);
  for (int i = 0; i < 2; i++)
    g_thread_join (threads[i]);
  assert_sound (db);
  sqlite3_close_v2 (db);
  fixture_close (f);
  fixture_open (f);
}

/* Each connection holds ciphers in secure memory, of which there is little: one too many is
 * refused, and what is open goes on. */
static void
test_many_connections (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  sqlite3 *db = fixture_connect (f), *more;

  run (db, "CREATE TABLE t (a)");
  while (open->len < 2000 && (more = bzg_vault_connect (f->vault, TRUE, &error)))
    g_ptr_array_add (open, more);
  g_assert_error (error, BZG_ERROR, BZG_ERROR_NO_MEMORY);
  g_assert_cmpuint (open->len, >, 10);
  for (int i = 0; i < 50; i++)
    run (db, "INSERT INTO t VALUES (randomblob(5000))");
  g_assert_cmpint (sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL), ==,
                   SQLITE_OK);
  g_test_message ("%u connections", open->len);
  for (guint i = 0; i < open->len; i++)
    sqlite3_close_v2 (g_ptr_array_index (open, i));
  more = bzg_vault_connect (f->vault, TRUE, NULL);
  g_assert_nonnull (more);
  g_assert_cmpint (number (more, "SELECT count(*) FROM t"), ==, 50);
  assert_sound (db);
  sqlite3_close_v2 (more);
  sqlite3_close_v2 (db);
}

static void
test_second_process (Fixture *f, gconstpointer data)
{
  struct stat st;
  int status = -1;
  pid_t child;

  /* Our own process opens and closes the file: a classic POSIX lock would be gone now. */
  G_GNUC_UNUSED g_autoptr (GByteArray) bytes = read_all (f->path);
  g_assert_cmpint (g_stat (f->path, &st), ==, 0);

  child = fork ();
  if (child == 0)
    {
      GError *error = NULL;
      BzgVault *vault = fixture_try_open (f, &error);
      _exit (!vault && g_error_matches (error, BZG_ERROR, BZG_ERROR_IN_USE) ? 42 : 1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 42);

  /* Twice in one process is refused as well. */
  {
    g_autoptr (GError) error = NULL;
    g_assert_null (fixture_try_open (f, &error));
    g_assert_error (error, BZG_ERROR, BZG_ERROR_IN_USE);
  }
}

/* Started without standard streams: what is printed must not land in the casebook. */
static void
test_no_standard_streams (Fixture *f, gconstpointer data)
{
  int status = -1;
  pid_t child;
  sqlite3 *db;

  fixture_close (f);
  child = fork ();
  if (child == 0)
    {
      for (int fd = 0; fd < 3; fd++)
        close (fd);
      f->vault = fixture_try_open (f, NULL);
      db = f->vault ? bzg_vault_connect (f->vault, FALSE, NULL) : NULL;
      if (!db || sqlite3_exec (db, "CREATE TABLE t (a)", NULL, NULL, NULL))
        _exit (1);
      for (int fd = 0; fd < 3; fd++)
        if (write (fd, "a warning to nobody in particular", 33) != -1)
          _exit (2);
      write_counts ();
      _exit (42); /* a crash: the log stays */
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 42);
  fixture_open (f);
  g_assert_null (bzg_vault_notices (f->vault)[0]);
  db = fixture_connect (f);
  g_assert_cmpint (number (db, "SELECT count(*) FROM t"), ==, 0);
  sqlite3_close_v2 (db);
}

static void
test_exfiltration (Fixture *f, gconstpointer data)
{
  sqlite3 *db = fixture_connect (f);
  g_autofree char *plain = g_build_filename (f->folder, "plain.db", NULL);
  const char *const statements[] = {
    "ATTACH '%s' AS x",
    "VACUUM INTO '%s'",
    "VACUUM INTO 'file:%s?vfs=unix'",
    "ATTACH 'file:%s?vfs=unix' AS x",
    "ATTACH ':memory:' AS x",
    "SELECT load_extension('%s')",
    "SELECT fts3_tokenizer('x', x'0000')",
    "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = 'x'",
  };
  sqlite3 *other = NULL;
  sqlite3_backup *backup;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  run (db, "CREATE TABLE t (a)");
  for (gsize i = 0; i < G_N_ELEMENTS (statements); i++)
    {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      g_autofree char *sql = g_strdup_printf (statements[i], plain);
#pragma GCC diagnostic pop
      if (sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK)
        g_error ("allowed: %s", sql);
      /* Also for a connection whose authorizer was replaced. */
      if (i < 4)
        {
          sqlite3 *bare = fixture_connect (f);
          sqlite3_set_authorizer (bare, NULL, NULL);
          if (sqlite3_exec (bare, sql, NULL, NULL, NULL) == SQLITE_OK)
            g_error ("allowed without authorizer: %s", sql);
          sqlite3_close_v2 (bare);
        }
    }

  /* The backup API cannot turn a casebook plain or take a plain page in. */
  g_assert_cmpint (sqlite3_open_v2 (":memory:", &other, SQLITE_OPEN_READWRITE, NULL), ==, 0);
  run (other, "CREATE TABLE plain (a)");
  backup = sqlite3_backup_init (db, "main", other, "main");
  if (backup)
    {
      sqlite3_backup_step (backup, -1);
      g_assert_cmpint (sqlite3_backup_finish (backup), !=, SQLITE_OK);
    }
  sqlite3_close (other);

  run (db, "PRAGMA journal_mode=DELETE");
  run (db, "PRAGMA secure_delete=OFF");
  run (db, "PRAGMA synchronous=OFF");
  run (db, "PRAGMA mmap_size=1000000");
  g_assert_cmpint (number (db, "PRAGMA secure_delete"), ==, 1);
  run (db, "INSERT INTO t VALUES (1)");
  sqlite3_close_v2 (db);

  dir = g_dir_open (f->folder, 0, NULL);
  while ((name = g_dir_read_name (dir)))
    if (!g_str_equal (name, "a.bozgasht") && !g_str_equal (name, "a.bozgasht-log"))
      g_error ("left a file: %s", name);
}

/* Whatever a statement sets, what SQLite would put into files for a while stays in memory. */
static void
test_temporary_files (Fixture *f, gconstpointer data)
{
  sqlite3 *db = fixture_connect (f);
  const char *name;
  GDir *dir;

  run (db, "PRAGMA temp_store=FILE; PRAGMA cache_size=10; PRAGMA temp_store_directory='/tmp'");
  run (db, "CREATE TABLE t (a TEXT)");
  run (db, "INSERT INTO t SELECT hex(randomblob(300)) FROM (WITH RECURSIVE n(v) AS "
           "(SELECT 1 UNION ALL SELECT v + 1 FROM n LIMIT 12000) SELECT v FROM n)");
  run (db, "CREATE TEMP TABLE copy AS SELECT a FROM t");
  g_assert_cmpint (number (db, "SELECT count(*) FROM copy JOIN t USING (a)"), ==, 12000);
  run (db, "CREATE INDEX temp.i ON copy (a)");
  g_assert_cmpint (number (db,
                           "SELECT count(*) FROM (SELECT DISTINCT a FROM t ORDER BY substr(a, 9))"),
                   ==, 12000);
  run (db, "BEGIN; SAVEPOINT s; UPDATE t SET a = a || 'x'; UPDATE copy SET a = a || 'x'; "
           "ROLLBACK TO s; DELETE FROM copy WHERE rowid % 2; COMMIT; VACUUM");
  g_assert_cmpint (number (db, "SELECT count(*) FROM t WHERE a LIKE '%x'"), ==, 0);
  dir = g_dir_open ("/proc/self/fd", 0, NULL);
  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *link = g_build_filename ("/proc/self/fd", name, NULL);
      g_autofree char *target = g_file_read_link (link, NULL);
      if (target && (strstr (target, "etilqs") || strstr (target, "(deleted)")))
        g_error ("a temporary file: %s", target);
    }
  g_dir_close (dir);
  assert_sound (db);
  sqlite3_close_v2 (db);
}

/* What SQLite never asks for is refused: half pages, pages elsewhere, plain pages, other files. */
static void
test_odd_requests (Fixture *f, gconstpointer data)
{
  g_autofree guint8 *page = g_malloc0 (8192);
  g_autofree char *elsewhere = g_build_filename (f->folder, "elsewhere", NULL);
  sqlite3 *db = fixture_connect (f), *other = NULL;
  sqlite3_file *main_file = NULL, *log = NULL, *file;
  sqlite3_vfs *vfs = NULL;
  char name[8];
  int flag = -1;

  run (db, "CREATE TABLE t (a)");
  run (db, "INSERT INTO t VALUES (1)");
  g_assert_cmpint (sqlite3_file_control (db, "main", SQLITE_FCNTL_FILE_POINTER, &main_file), ==, 0);
  g_assert_cmpint (sqlite3_file_control (db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log), ==, 0);
  g_assert_cmpint (sqlite3_file_control (db, "main", SQLITE_FCNTL_VFS_POINTER, &vfs), ==, 0);
  g_assert_true (main_file && log && vfs);

  file = main_file;
  g_assert_cmpint (file->pMethods->xWrite (file, page, 2048, 0), ==, SQLITE_IOERR_WRITE);
  g_assert_cmpint (file->pMethods->xWrite (file, page, 4096, 512), ==, SQLITE_IOERR_WRITE);
  g_assert_cmpint (file->pMethods->xWrite (file, page, 4096, 0), ==, SQLITE_IOERR_WRITE);
  g_assert_cmpint (file->pMethods->xWrite (file, page, 4096, 4096LL * 262144), ==,
                   SQLITE_IOERR_WRITE); /* the lock page */
  g_assert_cmpint (file->pMethods->xWrite (file, page, 4096, 4096 * 9), ==,
                   SQLITE_IOERR_WRITE); /* in no frame that is durable */
  page[4090] = 1;
  g_assert_cmpint (file->pMethods->xWrite (file, page, 4096, 4096), ==, SQLITE_IOERR_WRITE);
  page[4090] = 0;
  g_assert_cmpint (file->pMethods->xRead (file, page, 8192, 0), ==, SQLITE_IOERR_READ);
  g_assert_cmpint (file->pMethods->xRead (file, page, 100, 4090), ==, SQLITE_IOERR_READ);
  g_assert_cmpint (file->pMethods->xRead (file, page, 4096, 4096 * 1000), ==,
                   SQLITE_IOERR_SHORT_READ);
  g_assert_cmpint (file->pMethods->xTruncate (file, 100), ==, SQLITE_IOERR_TRUNCATE);
  g_assert_cmpint (file->pMethods->xTruncate (file, 0), ==, SQLITE_IOERR_TRUNCATE);
  g_assert_cmpint (file->pMethods->xFileControl (file, 990099, NULL), ==, SQLITE_NOTFOUND);

  file = log;
  g_assert_cmpint (file->pMethods->xWrite (file, page, 10, 0), ==, SQLITE_IOERR_WRITE);
  g_assert_cmpint (file->pMethods->xWrite (file, page, 100, 32), ==, SQLITE_IOERR_WRITE);
  g_assert_cmpint (file->pMethods->xWrite (file, page, 24, 32 + 4120 * 50), ==, SQLITE_IOERR_WRITE);
  g_assert_cmpint (file->pMethods->xWrite (file, page, 4096, 32 + 24 + 4120 * 50), ==,
                   SQLITE_IOERR_WRITE);
  g_assert_cmpint (file->pMethods->xRead (file, page, 20, 20), ==, SQLITE_IOERR_READ);
  g_assert_cmpint (file->pMethods->xRead (file, page, 20, -1), ==, SQLITE_IOERR_READ);
  g_assert_cmpint (file->pMethods->xRead (file, page, 200, 32), ==, SQLITE_IOERR_READ);
  g_assert_cmpint (file->pMethods->xRead (file, page, 8, 32 + 4120 * 50), ==,
                   SQLITE_IOERR_SHORT_READ);
  g_assert_cmpint (file->pMethods->xRead (file, page, 8, 32 + 8), ==, SQLITE_OK);
  g_assert_cmpint (file->pMethods->xTruncate (file, 100), ==, SQLITE_IOERR_TRUNCATE);
  g_assert_cmpint (file->pMethods->xFileControl (file, 1, NULL), ==, SQLITE_NOTFOUND);
  g_assert_cmpint (file->pMethods->xCheckReservedLock (file, &flag), ==, SQLITE_OK);
  g_assert_cmpint (flag, ==, 0);

  g_assert_cmpint (vfs->xAccess (vfs, elsewhere, 0, &flag), ==, SQLITE_OK);
  g_assert_cmpint (flag, ==, 0);
  g_assert_cmpint (vfs->xFullPathname (vfs, elsewhere, 100, name), ==, SQLITE_CANTOPEN);
  g_assert_cmpint (vfs->xFullPathname (vfs, f->path, sizeof name, name), ==, SQLITE_CANTOPEN);
  g_assert_cmpint (vfs->xDelete (vfs, elsewhere, 0), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_open_v2 (elsewhere, &other, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                                    vfs->zName),
                   ==, SQLITE_CANTOPEN);
  sqlite3_close (other);
  g_assert_false (g_file_test (elsewhere, G_FILE_TEST_EXISTS));
  assert_sound (db);
  sqlite3_close_v2 (db);
}

static void
test_new_passphrases (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *text;
    gboolean good;
  } cases[] = {
    { "seven green boats", TRUE }, { "short one", FALSE },    { "aaaaaaaaaaaaaaaaaa", FALSE },
    { "abcdeabcdeabcde", FALSE },  { "abcdefabcdef", TRUE },  { "", FALSE },
    { "деҳаи Ғарм 2024", TRUE },   { "ӣӣӣӣӣӣӣӣӣӣӣӣ", FALSE },
  };
  const BzgVaultKdf weak[]
    = { { 32, 1, 1 }, { 64, 0, 1 }, { 64, 1, 9 }, { 4, 1, 1 }, { 1024 * 1024 * 2, 1, 1 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (BzgSecret) secret = bzg_secret_new_text (cases[i].text);
      g_autoptr (GError) error = NULL;
      g_assert_true (bzg_secret_check_new (secret, &error) == cases[i].good);
      if (!cases[i].good)
        g_assert_error (error, BZG_ERROR, BZG_ERROR_WEAK_PASSPHRASE);
    }

  /* A casebook is not made with a derivation below the floor or beyond what is read again. */
  for (gsize i = 0; i < G_N_ELEMENTS (weak); i++)
    {
      g_autofree char *path = g_build_filename (f->folder, "weak", NULL);
      g_autoptr (BzgSecret) pass = fixture_passphrase ();
      g_autoptr (GError) error = NULL;

      g_unsetenv (BZG_CHEAP_KDF);
      g_assert_null (bzg_vault_create (path, "officer", pass, fixture_user, &weak[i], &error));
      g_setenv (BZG_CHEAP_KDF, "1", TRUE);
      g_assert_error (error, BZG_ERROR, BZG_ERROR_USAGE);
      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
    }
}

static void
test_all_slots (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint8 box[32];

  for (int i = 1; i < 32; i++)
    {
      g_autofree char *name = g_strdup_printf ("user%d", i);
      g_autoptr (BzgSecret) pass = bzg_secret_new_text (name);
      g_assert_true (bzg_vault_add_user (f->vault, name, pass, fixture_user, box, &error));
    }
  {
    g_autoptr (BzgSecret) pass = fixture_passphrase ();
    g_assert_false (bzg_vault_add_user (f->vault, "more", pass, fixture_user, box, &error));
  }
  g_assert_error (error, BZG_ERROR, BZG_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_null (bzg_vault_add_recovery (f->vault, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_true (bzg_vault_remove_slot (f->vault, 31, NULL));
  for (int number = -1; number < 64; number += 32) /* before the first, removed, behind the last */
    {
      g_assert_false (bzg_vault_remove_slot (f->vault, number, &error));
      g_assert_error (error, BZG_ERROR, BZG_ERROR_NOT_FOUND);
      g_clear_error (&error);
    }
  g_assert_false (bzg_vault_check_recovery (f->vault, "not a code"));
  g_assert_cmpint (bzg_paper_state (BZG_PAPER_CASEBOOK, "bz1"), ==, BZG_PAPER_WRONG);
  g_assert_null (bzg_vault_open_recovery (f->path, "not a code", NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_PASSPHRASE);
}

/* ---- images ---- */

static gboolean
collect_cb (gconstpointer data, gsize len, gpointer user_data, GError **error)
{
  g_byte_array_append (user_data, data, (guint) len);
  return TRUE;
}

/* Cancelled at the start, and in the middle of what takes long. */
static void
cancel_cb (double fraction, gpointer data)
{
  g_cancellable_cancel (data);
}

static void
test_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) at_once = g_cancellable_new ();
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (BzgSecret) pass = fixture_passphrase ();
  sqlite3 *db = fixture_connect (f);

  run (db, "CREATE TABLE t (a)");
  run (db, "INSERT INTO t VALUES (zeroblob(3000000))");
  sqlite3_close_v2 (db);
  g_cancellable_cancel (at_once);
#define CANCELLED(call)                                                                            \
  {                                                                                                \
    g_autoptr (GError) error = NULL;                                                               \
    g_assert_false (call);                                                                         \
    g_assert_error (error, BZG_ERROR, BZG_ERROR_CANCELLED);                                        \
  }
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GCancellable) later = g_cancellable_new ();
      GCancellable *c = i ? later : at_once;
      CANCELLED (bzg_vault_verify (f->vault, i ? cancel_cb : NULL, c, c, &error));
      g_cancellable_reset (later);
      CANCELLED (bzg_vault_rekey (f->vault, 1, i ? cancel_cb : NULL, c, c, &error));
    }
  CANCELLED (bzg_vault_read_image (f->vault, NULL, collect_cb, bytes, NULL, at_once, &error));
  g_assert_true (bzg_vault_read_image (f->vault, NULL, collect_cb, bytes, NULL, NULL, NULL));
  fixture_close (f);
  CANCELLED (bzg_vault_open (f->path, "officer", pass, at_once, &error) != NULL);
  fixture_open (f);
  db = fixture_connect (f);
  g_assert_cmpint (number (db, "SELECT length(a) FROM t"), ==, 3000000);
  sqlite3_close_v2 (db);
}

typedef struct
{
  GByteArray *bytes;
  gsize at;
} Source;

static gssize
source_cb (gpointer buffer, gsize len, gpointer user_data, GError **error)
{
  Source *self = user_data;
  gsize n = MIN (MIN (len, 1000), self->bytes->len - self->at);

  if (n > 0)
    memcpy (buffer, self->bytes->data + self->at, n);
  self->at += n;
  return (gssize) n;
}

static void
test_image (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) image = g_byte_array_new ();
  g_autoptr (BzgSecret) pass = fixture_passphrase ();
  g_autofree char *copy = g_build_filename (f->folder, "copy.bozgasht", NULL);
  g_autofree char *plain = g_build_filename (f->folder, "plain.sqlite", NULL);
  sqlite3 *db = fixture_connect (f), *other = NULL;
  guint64 size = 0;
  Source source;
  BzgVault *vault;

  run (db, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)");
  run (db, "INSERT INTO t (a) SELECT hex(randomblob(300)) FROM (WITH RECURSIVE n(v) AS "
           "(SELECT 1 UNION ALL SELECT v + 1 FROM n LIMIT 500) SELECT v FROM n)");
  g_assert_true (bzg_vault_read_image (f->vault, db, collect_cb, image, &size, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (size, ==, image->len);
  run (db, "INSERT INTO t (a) VALUES ('later')");
  sqlite3_close_v2 (db);

  other = bzg_vault_open_image (image->data, image->len, &error);
  g_assert_no_error (error);
  g_assert_cmpint (number (other, "SELECT count(*) FROM t"), ==, 500);
  assert_sound (other);
  sqlite3_close_v2 (other);

  /* Stock SQLite opens it, from a folder it may not write to as well. */
  write_all (plain, image);
  g_assert_cmpint (sqlite3_open_v2 (plain, &other, SQLITE_OPEN_READONLY, NULL), ==, 0);
  g_assert_cmpint (number (other, "SELECT count(*) FROM t"), ==, 500);
  sqlite3_close_v2 (other);

  vault = bzg_vault_create (copy, "someone", pass, fixture_user, NULL, &error);
  g_assert_no_error (error);
  source = (Source){ image, 0 };
  g_assert_true (bzg_vault_write_image (vault, source_cb, &source, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (bzg_vault_close (vault, &error));
  vault = bzg_vault_open (copy, "someone", pass, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (bzg_vault_verify (vault, NULL, NULL, NULL, &error));
  g_assert_true (memcmp (bzg_vault_database_id (vault), bzg_vault_database_id (f->vault), 16) != 0);
  db = bzg_vault_connect (vault, FALSE, &error);
  g_assert_cmpint (number (db, "SELECT count(*) FROM t"), ==, 500);
  run (db, "INSERT INTO t (a) VALUES ('goes on')");
  assert_sound (db);
  sqlite3_close_v2 (db);
  g_assert_true (bzg_vault_close (vault, &error));

  /* What is cut or changed is refused. */
  g_byte_array_set_size (image, image->len - 100);
  g_unlink (copy);
  vault = bzg_vault_create (copy, "someone", pass, fixture_user, NULL, NULL);
  source = (Source){ image, 0 };
  g_assert_false (bzg_vault_write_image (vault, source_cb, &source, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_TRUNCATED);
  bzg_vault_close (vault, NULL);
}

static gssize
failing_source_cb (gpointer buffer, gsize len, gpointer user_data, GError **error)
{
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_IO, "source");
  return -1;
}

static gboolean
refusing_sink_cb (gconstpointer data, gsize len, gpointer user_data, GError **error)
{
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_DISK_FULL, "sink");
  return FALSE;
}

/* What is not the image of a casebook is not taken for one. */
static void
test_bad_images (Fixture *f, gconstpointer data)
{
  static const struct
  {
    int at, value, code;
  } cases[] = {
    { 0, 'X', BZG_ERROR_MALFORMED },   { 16, 0x20, BZG_ERROR_MALFORMED },
    { 17, 1, BZG_ERROR_MALFORMED },    { 20, 0, BZG_ERROR_MALFORMED },
    { 4090, 1, BZG_ERROR_MALFORMED },  { 4096 + 4090, 1, BZG_ERROR_MALFORMED },
    { 103, 0xff, BZG_ERROR_DAMAGED },  /* cells of the schema */
    { 4096, 0xff, BZG_ERROR_DAMAGED }, /* a page that opening does not read */
  };
  g_autofree char *copy = g_build_filename (f->folder, "copy.bozgasht", NULL);
  g_autoptr (GByteArray) image = g_byte_array_new ();
  g_autoptr (BzgSecret) pass = fixture_passphrase ();
  g_autoptr (GError) error = NULL;
  sqlite3 *db = fixture_connect (f);
  Source source;

  run (db, "CREATE TABLE t (a)");
  g_assert_false (bzg_vault_read_image (f->vault, db, refusing_sink_cb, NULL, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_DISK_FULL);
  g_clear_error (&error);
  g_assert_true (bzg_vault_read_image (f->vault, db, collect_cb, image, NULL, NULL, NULL));
  source = (Source){ image, 0 };
  g_assert_false (bzg_vault_write_image (f->vault, source_cb, &source, NULL, &error)); /* in use */
  g_assert_error (error, BZG_ERROR, BZG_ERROR_USAGE);
  sqlite3_close_v2 (db);

  for (int i = -2; i < (int) G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) refused = NULL;
      g_autoptr (GByteArray) bad = g_byte_array_new ();
      BzgVault *vault = bzg_vault_create (copy, "someone", pass, fixture_user, NULL, NULL);
      int code;

      if (i >= 0)
        {
          g_byte_array_append (bad, image->data, image->len);
          bad->data[cases[i].at] = (guint8) cases[i].value;
        }
      source = (Source){ bad, 0 };
      g_assert_false (bzg_vault_write_image (vault, i == -2 ? failing_source_cb : source_cb,
                                             &source, NULL, &refused));
      code = i == -2 ? BZG_ERROR_IO : i == -1 ? BZG_ERROR_TRUNCATED : cases[i].code;
      g_assert_error (refused, BZG_ERROR, code);
      bzg_vault_close (vault, NULL);
      g_unlink (copy);
    }
  g_clear_error (&error);
  memset (image->data, 'x', image->len);
  g_assert_null (bzg_vault_open_image (image->data, image->len, &error));
  g_assert_nonnull (error);
}

typedef struct
{
  Fixture *f;
  sqlite3 *writer;
  GByteArray *bytes;
  int n;
} Concurrent;

static gboolean
write_meanwhile_cb (gconstpointer data, gsize len, gpointer user_data, GError **error)
{
  Concurrent *self = user_data;

  g_byte_array_append (self->bytes, data, (guint) len);
  run (self->writer, "UPDATE t SET a = a + 1");
  sqlite3_wal_checkpoint_v2 (self->writer, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  self->n++;
  return TRUE;
}

static void
test_image_while_writing (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Concurrent shared = { .f = f, .bytes = g_byte_array_new () };
  sqlite3 *image;

  shared.writer = fixture_connect (f);
  run (shared.writer, "CREATE TABLE t (a INTEGER, b BLOB)");
  run (shared.writer, "INSERT INTO t SELECT 7, randomblob(2000) FROM (WITH RECURSIVE n(v) AS "
                      "(SELECT 1 UNION ALL SELECT v + 1 FROM n LIMIT 400) SELECT v FROM n)");
  g_assert_true (
    bzg_vault_read_image (f->vault, NULL, write_meanwhile_cb, &shared, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (shared.n, >, 2);
  image = bzg_vault_open_image (shared.bytes->data, shared.bytes->len, &error);
  g_assert_no_error (error);
  g_assert_cmpint (number (image, "SELECT sum(a = 7) FROM t"), ==, 400);
  assert_sound (image);
  sqlite3_close_v2 (image);
  g_assert_cmpint (number (shared.writer, "SELECT sum(a) FROM t"), ==, 400 * (7 + shared.n));
  sqlite3_close_v2 (shared.writer);
  g_byte_array_unref (shared.bytes);
}

/* ---- places and files ---- */

static void
expect_open_error (Fixture *f, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (fixture_try_open (f, &error));
  g_assert_error (error, BZG_ERROR, code);
}

static void
test_places (Fixture *f, gconstpointer data)
{
  g_autoptr (BzgSecret) pass = fixture_passphrase ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) good = NULL;
  GByteArray *bad;

  g_assert_null (bzg_vault_create (f->path, "x", pass, fixture_user, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_EXISTS);
  fixture_close (f);
  good = read_all (f->path);

  g_file_set_contents (f->path, "", 0, NULL);
  expect_open_error (f, BZG_ERROR_NOT_CASEBOOK);
  g_file_set_contents (f->path, "SQLite format 3 and more", -1, NULL);
  expect_open_error (f, BZG_ERROR_NOT_CASEBOOK);

  for (guint cut = 64; cut < good->len; cut += 5000)
    {
      bad = g_byte_array_new ();
      g_byte_array_append (bad, good->data, cut);
      write_all (f->path, bad);
      g_byte_array_unref (bad);
      expect_open_error (f, BZG_ERROR_TRUNCATED);
    }

  bad = g_byte_array_new ();
  g_byte_array_append (bad, good->data, good->len);
  for (int copy = 0; copy < 2; copy++)
    {
      guint8 *block = bad->data + 16384 * copy;
      block[20] = 2; /* another cipher */
      bzg_sha256 (block, 16384 - 64, block + 16384 - 64);
    }
  write_all (f->path, bad);
  g_byte_array_unref (bad);
  expect_open_error (f, BZG_ERROR_NEWER_FORMAT);

  g_unlink (f->path);
  expect_open_error (f, BZG_ERROR_NO_FILE);
  g_mkdir (f->path, 0700);
  expect_open_error (f, BZG_ERROR_NOT_CASEBOOK);
  g_rmdir (f->path);
  write_all (f->path, good);

  if (geteuid () != 0)
    {
      g_chmod (f->path, 0400);
      expect_open_error (f, BZG_ERROR_READ_ONLY);
      g_chmod (f->path, 0600);
      g_chmod (f->folder, 0500);
      expect_open_error (f, BZG_ERROR_READ_ONLY);
      g_chmod (f->folder, 0700);
    }
  fixture_open (f);
}

/* A disk with so many bytes left, then none. */
static gint64 left = G_MAXINT64;

static gssize
scarce_write (int fd, gconstpointer data, gsize len, goffset offset)
{
  if ((gint64) len > left)
    return -ENOSPC;
  left -= (gint64) len;
  return bzg_io_posix.write (fd, data, len, offset);
}

static void
test_full_disk (Fixture *f, gconstpointer data)
{
  BzgIo scarce = bzg_io_posix;
  sqlite3 *db = fixture_connect (f);
  gint64 rows = 0;
  int full = 0;

  scarce.write = scarce_write;
  run (db, "CREATE TABLE t (a BLOB)");
  bzg_io = &scarce;
  for (gint64 budget = 1000; budget < 300000; budget += 4119)
    {
      int rc;
      left = budget;
      rc = sqlite3_exec (db, "INSERT INTO t SELECT randomblob(3000) FROM (VALUES (1),(2),(3),(4))",
                         NULL, NULL, NULL);
      rows += rc == SQLITE_OK ? 4 : 0;
      full += rc == SQLITE_FULL;
      if (rc != SQLITE_OK && rc != SQLITE_FULL)
        g_error ("full disk gave %d", rc);
    }
  bzg_io = &bzg_io_posix;
  g_assert_cmpint (full, >, 3);
  g_assert_cmpint (number (db, "SELECT count(*) FROM t"), ==, rows);
  run (db, "INSERT INTO t VALUES (1)"); /* and goes on once there is room */
  assert_sound (db);
  sqlite3_close_v2 (db);
  fixture_close (f);
  fixture_open (f);
  db = fixture_connect (f);
  g_assert_cmpint (number (db, "SELECT count(*) FROM t"), ==, rows + 1);
  sqlite3_close_v2 (db);
}

int
main (int argc, char **argv)
{
  if (!fixture_init (&argc, &argv))
    return 1;

#define ADD(name)                                                                                  \
  g_test_add ("/vault/" #name, Fixture, NULL, fixture_set_up, test_##name, fixture_tear_down)
  ADD (round_trip);
  ADD (locked_pages);
  ADD (wrong_key);
  ADD (normal_forms);
  ADD (slots);
  ADD (shares);
  ADD (replace_user);
  ADD (papers);
  ADD (office);
  ADD (office_slots);
  ADD (rekey);
  ADD (large_transaction);
  ADD (threads);
  ADD (many_connections);
  ADD (second_process);
  ADD (no_standard_streams);
  ADD (exfiltration);
  ADD (temporary_files);
  ADD (odd_requests);
  ADD (new_passphrases);
  ADD (all_slots);
  ADD (cancelled);
  ADD (image);
  ADD (bad_images);
  ADD (image_while_writing);
  ADD (places);
  ADD (full_disk);
  return g_test_run ();
}
