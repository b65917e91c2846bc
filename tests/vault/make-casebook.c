/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

#include <unistd.h>

#include "vault/bzg-tags-private.h"

/* For reader.py: makes a casebook at the path given, user "Қиёс", passphrase "чор дарё", with a log
 * that was never copied, and prints its recovery code, three shares of another, and the code of an
 * office that was let in; with a second word, opens it once more and closes it, so that it is one
 * file with its tags kept beside it. */
int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgSecret) pass = bzg_secret_new_text ("чор дарё");
  g_autofree char *code = NULL;
  g_auto (GStrv) shares = NULL;
  g_auto (GStrv) office = NULL;
  g_autoptr (BzgSecret) office_key = NULL;
  guint8 recipient[32];
  BzgVault *vault;
  sqlite3 *db, *reader;

  g_setenv ("BOZGASHT_CHEAP_KDF", "1", TRUE);
  if (argc < 2 || !bzg_vault_init (NULL))
    return 2;
  if (argc > 2)
    {
      bzg_tags_from = 1;
      vault = bzg_vault_open (argv[1], "Қиёс", pass, NULL, &error);
      return vault && bzg_vault_close (vault, &error) ? 0 : 1;
    }
  vault = bzg_vault_create (argv[1], "Қиёс", pass, fixture_user, NULL, &error);
  office = bzg_paper_new (BZG_PAPER_OFFICE, FALSE);
  office_key = bzg_paper_key (BZG_PAPER_OFFICE, office[0]);
  bzg_x25519_public (bzg_secret_data (office_key, NULL), recipient);
  if (!vault || !(code = bzg_vault_add_recovery (vault, &error))
      || !(shares = bzg_vault_add_recovery_shares (vault, &error))
      || !bzg_vault_set_office (vault, recipient, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  db = bzg_vault_connect (vault, FALSE, NULL);
  run (db, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)");
  run (db, "INSERT INTO t SELECT v, 'row ' || v || hex(zeroblob(300)) FROM (WITH RECURSIVE n(v) AS "
           "(SELECT 1 UNION ALL SELECT v + 1 FROM n LIMIT 400) SELECT v FROM n)");
  sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  run (db, "UPDATE t SET a = 'changed' WHERE id BETWEEN 100 AND 140");
  reader = bzg_vault_connect (vault, TRUE, NULL);
  run (reader, "BEGIN");
  number (reader, "SELECT count(*) FROM t");
  sqlite3_wal_checkpoint_v2 (db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL); /* F > 0 */
  run (db, "DELETE FROM t WHERE id > 390");
  g_print ("%s\n%s\n%s\n%s\n%s\n", code, shares[0], shares[1], shares[2], office[0]);
  _exit (0); /* no close: the log stays */
}
