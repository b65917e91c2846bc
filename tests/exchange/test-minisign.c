/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signatures of files: read and written by Debian's minisign over the sizes at which pieces end,
 * and refused with any byte of them changed. BOZGASHT_ROUNDS sets the number of files (7).
 */
#include "exchange/bzg-minisign.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bzg-error.h"
#include "vault/bzg-crypto.h"

static const gsize sizes[] = { 0, 1, 65535, 65536, 65537, 131072, 200000 };

static BzgSecret *
make_key (guint8 public_key[32])
{
  guint8 seed[32];
  BzgSecret *key;

  bzg_random (seed, sizeof seed);
  key = bzg_secret_new (seed, sizeof seed);
  bzg_ed25519_public (seed, public_key);
  return key;
}

static void
test_changed (void)
{
  guint8 key[32], other_key[32], hash[64], number[8];
  g_autoptr (BzgSecret) seed = make_key (key);
  g_autoptr (BzgSecret) other = make_key (other_key);
  g_autofree char *text = NULL;
  g_autofree char *comment = NULL;
  g_autofree char *public_text = bzg_minisign_public_text (key);
  g_autoptr (GError) error = NULL;
  gsize n, unsigned_part;

  bzg_blake2b_512 ("abc", 3, hash);
  g_assert_null (bzg_minisign_sign (seed, hash, "two\nlines"));
  text = bzg_minisign_sign (seed, hash, "made today");
  n = strlen (text);
  unsigned_part = (gsize) (strchr (text, '\n') - text);
  g_assert_true (bzg_minisign_verify (text, hash, key, NULL, &comment, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (comment, ==, "made today");

  g_assert_false (bzg_minisign_verify (text, hash, other_key, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_DAMAGED);
  g_clear_error (&error);
  /* The number alone does not make it the key. */
  g_assert_true (bzg_minisign_parse_public (public_text, other_key, number));
  bzg_ed25519_public (bzg_secret_data (other, NULL), other_key);
  g_assert_false (bzg_minisign_verify (text, hash, other_key, number, NULL, &error));
  g_clear_error (&error);
  hash[7] ^= 1;
  g_assert_false (bzg_minisign_verify (text, hash, key, NULL, NULL, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_DAMAGED);
  g_clear_error (&error);
  hash[7] ^= 1;
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *changed = g_strdup (text);
      g_autofree char *shorter = g_strdup_printf ("%.*s%s", (int) i, text, text + i + 1);

      changed[i] = changed[i] == 'A' ? 'B' : 'A';
      /* The first comment is signed by nobody, and says so. */
      if (i < strlen ("untrusted comment: ") || i >= unsigned_part)
        {
          g_assert_false (bzg_minisign_verify (changed, hash, key, NULL, NULL, NULL));
          g_assert_true (i == n - 1 || !bzg_minisign_verify (shorter, hash, key, NULL, NULL, NULL));
        }
    }
}

static void
test_public_keys (void)
{
  static const char *const bad[]
    = { "", "RWQ", "untrusted comment: x", "untrusted comment: x\n", "RWQA\n" };
  guint8 key[32] = { 7 }, back[32], number[8], again[8];
  g_autofree char *text = bzg_minisign_public_text (key);
  g_autofree char *file = g_strdup_printf ("untrusted comment: minisign public key\n%s\n", text);

  g_assert_true (bzg_minisign_parse_public (text, back, number));
  g_assert_cmpmem (back, 32, key, 32);
  g_assert_true (bzg_minisign_parse_public (file, back, again));
  g_assert_cmpmem (number, 8, again, 8);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (bzg_minisign_parse_public (bad[i], back, NULL));
}

static gboolean
run (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  return g_spawn_check_wait_status (status, NULL);
}

static char *
read_text (const char *path)
{
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
test_interoperation (void)
{
  g_autofree char *minisign = g_find_program_in_path ("minisign");
  const char *rounds = g_getenv ("BOZGASHT_ROUNDS");
  guint n = rounds != NULL ? (guint) atoi (rounds) : G_N_ELEMENTS (sizes);
  g_autofree char *dir = g_dir_make_tmp ("bozgasht-minisign-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (dir, "file", NULL);
  g_autofree char *signature = g_build_filename (dir, "file.minisig", NULL);
  g_autofree char *public_file = g_build_filename (dir, "key.pub", NULL);
  g_autofree char *secret_file = g_build_filename (dir, "key", NULL);
  g_autofree char *theirs_text = NULL;
  g_autofree char *ours_text = NULL;
  guint8 ours[32], theirs[32], number[8];
  g_autoptr (BzgSecret) seed = make_key (ours);

  if (minisign == NULL)
    {
      g_test_skip ("minisign is not installed");
      return;
    }
  ours_text = bzg_minisign_public_text (ours);
  g_assert_true (
    run ((const char *[]){ minisign, "-G", "-W", "-p", public_file, "-s", secret_file, NULL }));
  theirs_text = read_text (public_file);
  g_assert_true (bzg_minisign_parse_public (theirs_text, theirs, number));
  for (guint i = 0; i < n; i++)
    {
      gsize size = i < G_N_ELEMENTS (sizes) ? sizes[i] : (gsize) g_random_int_range (0, 300000);
      g_autofree guint8 *data = g_malloc (size + 1);
      g_autofree char *text = NULL;
      g_autofree char *comment = NULL;
      g_autoptr (GError) error = NULL;
      guint8 hash[64];

      bzg_random (data, size + 1);
      g_assert_true (g_file_set_contents (file, (char *) data, (gssize) size, NULL));
      bzg_blake2b_512 (data, size, hash);
      /* Theirs, read by us. */
      g_unlink (signature);
      g_assert_true (run ((const char *[]){ minisign, "-S", "-W", "-m", file, "-s", secret_file,
                                            "-t", "from minisign", NULL }));
      text = read_text (signature);
      bzg_minisign_verify (text, hash, theirs, number, &comment, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (comment, ==, "from minisign");
      g_assert_false (bzg_minisign_verify (text, hash, ours, number, NULL, NULL));
      /* Ours, read by them; and not with another byte in the file. */
      g_free (text);
      text = bzg_minisign_sign (seed, hash, "from a casebook");
      g_assert_true (g_file_set_contents (signature, text, -1, NULL));
      g_assert_true (
        run ((const char *[]){ minisign, "-Vm", file, "-P", ours_text, "-x", signature, NULL }));
      data[size / 2] ^= 1;
      g_assert_true (
        g_file_set_contents (file, (char *) data, (gssize) (size > 0 ? size : 1), NULL));
      g_assert_false (
        run ((const char *[]){ minisign, "-Vm", file, "-P", ours_text, "-x", signature, NULL }));
    }
  g_test_message ("%u files both ways", n);
  g_unlink (file);
  g_unlink (signature);
  g_unlink (public_file);
  g_unlink (secret_file);
  g_rmdir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_true (bzg_vault_init (NULL));
  g_test_add_func ("/minisign/changed", test_changed);
  g_test_add_func ("/minisign/public_keys", test_public_keys);
  g_test_add_func ("/minisign/interoperation", test_interoperation);

  return g_test_run ();
}
