/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * age files: the official vectors (beside the repository, when they are there), interoperation with
 * an installed age program, round trips over the sizes at which pieces end, and hostile input.
 */
#include "exchange/bzg-age.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "base/bzg-error.h"
#include "exchange/bzg-bech32.h"
#include "vault/bzg-crypto.h"

#define VECTORS_EXPECTED 124

typedef struct
{
  char *expect, *payload;
  gboolean armored;
  GPtrArray *identities; /* of BzgSecret, NULL-terminated at use */
  BzgSecret *passphrase;
  GBytes *file;
} Vector;

static gboolean
append_sink (gconstpointer data, gsize len, gpointer user_data, GError **error)
{
  g_byte_array_append (user_data, data, (guint) len);
  return TRUE;
}

static GByteArray *
encrypt (gconstpointer data, gsize len, const char *const *recipients, const BzgSecret *passphrase)
{
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (BzgAgeWriter) writer
    = bzg_age_writer_new (append_sink, out, recipients, passphrase, 4, &error);

  g_assert_no_error (error);
  /* In pieces of an odd size, so that their ends fall anywhere. */
  for (gsize at = 0; at < len; at += 40009)
    {
      bzg_age_writer_write (writer, (const guint8 *) data + at, MIN (40009, len - at), &error);
      g_assert_no_error (error);
    }
  bzg_age_writer_finish (writer, &error);
  g_assert_no_error (error);
  return out;
}

static GByteArray *
decrypt (gconstpointer data, gsize len, const BzgAgeKeys *keys, gboolean *opened, GError **error)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_data (data, (gssize) len, NULL);
  g_autoptr (BzgAgeReader) reader = bzg_age_reader_new (in, keys, NULL, error);
  GByteArray *out = g_byte_array_new ();
  guint8 buffer[5003];

  *opened = reader != NULL;
  while (reader)
    {
      gssize n = bzg_age_reader_read (reader, buffer, sizeof buffer, error);

      if (n <= 0)
        break;
      g_byte_array_append (out, buffer, (guint) n);
    }
  return out;
}

static guint8 *
test_data (gsize len)
{
  guint8 *data = g_malloc (len + 1);

  for (gsize i = 0; i < len; i++)
    data[i] = (guint8) (i * 167 + (i >> 8) * 13 + (i >> 16));
  return data;
}

static void
assert_same (const GByteArray *out, gconstpointer data, gsize len)
{
  g_assert_cmpuint (out->len, ==, len);
  g_assert_true (len == 0 || memcmp (out->data, data, len) == 0);
}

static void
vector_clear (Vector *vector)
{
  g_clear_pointer (&vector->expect, g_free);
  g_clear_pointer (&vector->payload, g_free);
  g_clear_pointer (&vector->identities, g_ptr_array_unref);
  g_clear_pointer (&vector->passphrase, bzg_secret_unref);
  g_clear_pointer (&vector->file, g_bytes_unref);
}

static GBytes *
inflate (gconstpointer data, gsize len)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_data (data, (gssize) len, NULL);
  g_autoptr (GConverter) zlib
    = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB));
  g_autoptr (GInputStream) plain = g_converter_input_stream_new (in, zlib);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) error = NULL;

  g_output_stream_splice (out, plain, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, &error);
  g_assert_no_error (error);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
}

static void
vector_load (Vector *vector, const char *path)
{
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  const char *p, *body;
  gsize len;
  gboolean compressed = FALSE;

  memset (vector, 0, sizeof *vector);
  vector->identities = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_secret_unref);
  g_file_get_contents (path, &content, &len, &error);
  g_assert_no_error (error);

  body = g_strstr_len (content, (gssize) len, "\n\n");
  g_assert_nonnull (body);
  for (p = content; p <= body;)
    {
      const char *end = strchr (p, '\n');
      g_autofree char *line = g_strndup (p, (gsize) (end - p));
      char *colon = strstr (line, ": ");

      g_assert_nonnull (colon);
      *colon = '\0';
      if (strcmp (line, "expect") == 0)
        vector->expect = g_strdup (colon + 2);
      else if (strcmp (line, "payload") == 0)
        vector->payload = g_strdup (colon + 2);
      else if (strcmp (line, "armored") == 0)
        vector->armored = TRUE;
      else if (strcmp (line, "compressed") == 0)
        compressed = TRUE;
      else if (strcmp (line, "passphrase") == 0)
        vector->passphrase = bzg_secret_new_text (colon + 2);
      else if (strcmp (line, "identity") == 0)
        {
          BzgSecret *key = bzg_age_parse_identity (colon + 2, &error);

          g_assert_no_error (error);
          g_ptr_array_add (vector->identities, key);
        }
      p = end + 1;
    }
  g_ptr_array_add (vector->identities, NULL);

  body += 2;
  len -= (gsize) (body - content);
  vector->file = compressed ? inflate (body, len) : g_bytes_new (body, len);
}

static void
assert_fault (const Vector *vector, const GError *error, gboolean opened)
{
  const char *expect = vector->expect;

  if (strcmp (expect, "success") == 0)
    {
      g_assert_no_error (error);
      return;
    }
  g_assert_nonnull (error);
  g_test_message ("%s: %s", expect, error->message);
  g_assert_true (error->domain == BZG_ERROR);

  if (strcmp (expect, "no match") == 0)
    g_assert_error (error, BZG_ERROR, BZG_ERROR_PASSPHRASE);
  else if (strcmp (expect, "HMAC failure") == 0)
    g_assert_true (g_str_has_prefix (error->message, "mac:"));
  else if (strcmp (expect, "header failure") == 0)
    g_assert_true (g_str_has_prefix (error->message, "header:"));
  else if (strcmp (expect, "payload failure") == 0)
    g_assert_true (g_str_has_prefix (error->message, "payload:"));
  else if (strcmp (expect, "armor failure") == 0)
    /* What stands before the armor makes it no age file at all. */
    g_assert_true (g_str_has_prefix (error->message, "armor:")
                   || g_error_matches (error, BZG_ERROR, BZG_ERROR_MALFORMED));
  else
    g_assert_not_reached ();
  if (strcmp (expect, "payload failure") == 0)
    g_assert_true (opened);
  else if (strcmp (expect, "armor failure") != 0)
    g_assert_false (opened);
}

static void
run_vector (const char *path)
{
  Vector vector;
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) out = NULL;
  guint8 digest[BZG_HASH_SIZE];
  BzgAgeKeys keys = { 0 };
  gboolean opened;
  gsize len;
  gconstpointer data;

  vector_load (&vector, path);
  keys.identities = (const BzgSecret *const *) vector.identities->pdata;
  keys.passphrase = vector.passphrase;
  data = g_bytes_get_data (vector.file, &len);
  out = decrypt (data, len, &keys, &opened, &error);
  assert_fault (&vector, error, opened);

  if (vector.payload)
    {
      GString *hex = g_string_new (NULL);

      bzg_sha256 (out->data, out->len, digest);
      for (guint i = 0; i < sizeof digest; i++)
        g_string_append_printf (hex, "%02x", digest[i]);
      g_assert_cmpstr (hex->str, ==, vector.payload);
      g_string_free (hex, TRUE);
    }
  else
    g_assert_cmpuint (out->len, ==, 0);
  vector_clear (&vector);
}

static void
test_vectors (void)
{
  const char *shared = g_getenv ("BOZGASHT_SHARED");
  g_autofree char *folder = shared ? g_build_filename (shared, "age-vectors", NULL) : NULL;
  g_autoptr (GDir) dir = folder ? g_dir_open (folder, 0, NULL) : NULL;
  const char *name;
  guint n = 0;

  if (!dir)
    {
      g_test_skip ("the official age vectors are not there");
      return;
    }
  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      /* Post-quantum recipients are not in libgcrypt 1.10. */
      if (strstr (name, "hybrid") || strcmp (name, "SOURCE.txt") == 0)
        continue;
      g_test_message ("vector %s", name);
      run_vector (path);
      n++;
    }
  g_assert_cmpuint (n, ==, VECTORS_EXPECTED);
}

static const gsize sizes[] = { 0, 1, 65535, 65536, 65537, 131072, 200000 };

static void
test_round_trip (void)
{
  g_autoptr (BzgSecret) identity = NULL;
  g_autoptr (BzgSecret) other = NULL;
  g_autoptr (BzgSecret) passphrase = bzg_secret_new_text ("бозгашт ба хона");
  g_autoptr (GError) error = NULL;
  g_autofree char *recipient = bzg_age_generate (&identity, &error);
  g_autofree char *other_recipient = bzg_age_generate (&other, &error);
  g_autoptr (BzgSecret) key = bzg_age_parse_identity (bzg_secret_text (identity), &error);
  g_autofree char *again = bzg_age_recipient_of (key);
  const char *recipients[] = { other_recipient, recipient, NULL };
  const BzgSecret *identities[] = { key, NULL };
  BzgAgeKeys by_key = { .identities = identities };
  BzgAgeKeys by_passphrase = { .passphrase = passphrase };

  g_assert_no_error (error);
  g_assert_cmpstr (again, ==, recipient);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree guint8 *data = test_data (sizes[i]);
      g_autoptr (GByteArray) file = encrypt (data, sizes[i], recipients, NULL);
      g_autoptr (GByteArray) locked = encrypt (data, sizes[i], NULL, passphrase);
      g_autoptr (GByteArray) out = NULL, unlocked = NULL;
      gboolean opened;

      out = decrypt (file->data, file->len, &by_key, &opened, &error);
      g_assert_no_error (error);
      assert_same (out, data, sizes[i]);
      unlocked = decrypt (locked->data, locked->len, &by_passphrase, &opened, &error);
      g_assert_no_error (error);
      assert_same (unlocked, data, sizes[i]);
    }
}

static void
test_file_key (void)
{
  g_autoptr (BzgSecret) identity = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *recipient = bzg_age_generate (&identity, &error);
  const char *recipients[] = { recipient, NULL };
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (BzgAgeWriter) writer
    = bzg_age_writer_new (append_sink, file, recipients, NULL, 0, &error);
  g_autoptr (GByteArray) out = NULL;
  g_autoptr (GByteArray) wrong = NULL;
  g_autoptr (BzgSecret) zero = bzg_secret_new ("0123456789abcdef", 16);
  BzgAgeKeys keys = { .file_key = bzg_age_writer_file_key (writer) };
  BzgAgeKeys wrong_keys = { .file_key = zero };
  gboolean opened;

  bzg_age_writer_write (writer, "bees", 4, &error);
  bzg_age_writer_finish (writer, &error);
  g_assert_no_error (error);
  g_assert_false (bzg_age_writer_write (writer, "late", 4, NULL));

  out = decrypt (file->data, file->len, &keys, &opened, &error);
  g_assert_no_error (error);
  assert_same (out, "bees", 4);

  wrong = decrypt (file->data, file->len, &wrong_keys, &opened, &error);
  g_assert_false (opened);
  g_assert_error (error, BZG_ERROR, BZG_ERROR_DAMAGED);
}

/* Every byte changed, every length cut: never a success, never content that was not written. */
static void
test_tampered (void)
{
  g_autoptr (BzgSecret) identity = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *recipient = bzg_age_generate (&identity, &error);
  g_autoptr (BzgSecret) key = bzg_age_parse_identity (bzg_secret_text (identity), &error);
  const char *recipients[] = { recipient, NULL };
  const BzgSecret *identities[] = { key, NULL };
  BzgAgeKeys keys = { .identities = identities };
  g_autoptr (GByteArray) file = encrypt ("colonies: 4", 11, recipients, NULL);
  gboolean opened;

  for (guint i = 0; i < file->len; i++)
    for (guint bit = 0; bit < 8; bit++)
      {
        g_autoptr (GError) fault = NULL;
        g_autoptr (GByteArray) out = NULL;

        file->data[i] ^= 1 << bit;
        out = decrypt (file->data, file->len, &keys, &opened, &fault);
        file->data[i] ^= 1 << bit;
        g_assert_nonnull (fault);
        g_assert_cmpuint (out->len, ==, 0);
      }
  for (guint len = 0; len < file->len; len++)
    {
      g_autoptr (GError) fault = NULL;
      g_autoptr (GByteArray) out = decrypt (file->data, len, &keys, &opened, &fault);

      g_assert_nonnull (fault);
      g_assert_cmpuint (out->len, ==, 0);
    }
}

static void
test_keys_as_text (void)
{
  static const char *const bad[] = {
    "",
    "age1",
    "x",
    "AGE-SECRET-KEY-1",
    "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq",
  };
  g_autoptr (BzgSecret) identity = NULL;
  g_autoptr (BzgSecret) key = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *recipient = bzg_age_generate (&identity, &error);
  g_autofree char *spaced = g_strdup_printf (" %s\n", recipient);
  g_autofree char *upper = g_ascii_strup (recipient, -1);
  g_autofree char *keyfile
    = g_strdup_printf ("# created: a day\n# public key: x\n%s\n", bzg_secret_text (identity));
  g_autofree char *lower = g_ascii_strdown (bzg_secret_text (identity), -1);
  guint8 pub[32];

  g_assert_true (bzg_age_parse_recipient (spaced, pub, &error));
  g_assert_false (bzg_age_parse_recipient (upper, pub, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_false (bzg_age_parse_recipient (bad[i], pub, NULL));
      g_assert_null (bzg_age_parse_identity (bad[i], NULL));
    }
  g_assert_null (bzg_age_parse_identity (lower, NULL));
  key = bzg_age_parse_identity (keyfile, &error);
  g_assert_no_error (error);

  /* One wrong character anywhere is found. */
  for (gsize i = 0; recipient[i]; i++)
    {
      char was = recipient[i];

      recipient[i] = was == 'q' ? 'p' : 'q';
      g_assert_false (bzg_age_parse_recipient (recipient, pub, &error));
      g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
      g_assert_null (strstr (error->message, recipient));
      g_clear_error (&error);
      recipient[i] = was;
    }
}

static void
test_usage (void)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (BzgSecret) passphrase = bzg_secret_new_text ("x");
  g_autoptr (GError) error = NULL;
  const char *none[] = { NULL };
  const char *broken[] = { "age1broken", NULL };

  g_assert_null (bzg_age_writer_new (append_sink, out, none, NULL, 0, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_null (bzg_age_writer_new (append_sink, out, broken, passphrase, 0, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_null (bzg_age_writer_new (append_sink, out, broken, NULL, 0, &error));
  g_assert_error (error, BZG_ERROR, BZG_ERROR_MALFORMED);
  g_assert_cmpuint (out->len, ==, 0);
}

static gboolean
run (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  int status = -1;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  return g_spawn_check_wait_status (status, NULL);
}

/* The installed age program opens our files, and we open its files (binary and armored). */
static void
test_interoperation (void)
{
  g_autofree char *age = g_find_program_in_path ("age");
  g_autofree char *keygen = g_find_program_in_path ("age-keygen");
  g_autofree char *dir = NULL, *plain = NULL, *ours = NULL, *theirs = NULL, *keyfile = NULL;
  g_autofree char *back = NULL, *keytext = NULL;
  g_autoptr (BzgSecret) key = NULL;
  g_autofree char *recipient = NULL;
  const char *rounds = g_getenv ("BOZGASHT_ROUNDS");
  guint n = rounds ? (guint) atoi (rounds) : G_N_ELEMENTS (sizes);
  g_autoptr (GError) error = NULL;

  if (!age || !keygen)
    {
      g_test_skip ("no age program is installed");
      return;
    }
  dir = g_dir_make_tmp ("bozgasht-test-XXXXXX", &error);
  g_assert_no_error (error);
  plain = g_build_filename (dir, "plain", NULL);
  ours = g_build_filename (dir, "ours.age", NULL);
  theirs = g_build_filename (dir, "theirs.age", NULL);
  keyfile = g_build_filename (dir, "key.txt", NULL);
  back = g_build_filename (dir, "back", NULL);

  g_assert_true (run ((const char *[]){ keygen, "-o", keyfile, NULL }));
  g_file_get_contents (keyfile, &keytext, NULL, &error);
  g_assert_no_error (error);
  key = bzg_age_parse_identity (keytext, &error);
  g_assert_no_error (error);
  recipient = bzg_age_recipient_of (key);

  for (guint i = 0; i < n; i++)
    {
      gsize size = i < G_N_ELEMENTS (sizes) ? sizes[i] : (gsize) g_random_int_range (0, 300000);
      g_autofree guint8 *data = test_data (size);
      const char *recipients[] = { recipient, NULL };
      const BzgSecret *identities[] = { key, NULL };
      BzgAgeKeys keys = { .identities = identities };
      g_autoptr (GByteArray) file = encrypt (data, size, recipients, NULL);
      g_autofree char *content = NULL, *command = NULL;
      gsize len;
      gboolean opened;

      g_file_set_contents (plain, (char *) data, (gssize) size, &error);
      g_file_set_contents (ours, (char *) file->data, (gssize) file->len, &error);
      g_assert_no_error (error);
      /* Not "-o": age makes no file for an empty content. */
      command = g_strdup_printf ("%s -d -i %s %s > %s", age, keyfile, ours, back);
      g_assert_true (run ((const char *[]){ "sh", "-c", command, NULL }));
      g_file_get_contents (back, &content, &len, &error);
      g_assert_no_error (error);
      g_assert_cmpmem (content, len, data, size);

      for (guint armor = 0; armor < 2; armor++)
        {
          const char *args[] = { age, "-e", "-r", recipient, "-o", theirs, plain, NULL, NULL };
          const char *armored[] = { age, "-e", "-a", "-r", recipient, "-o", theirs, plain, NULL };
          g_autofree char *encrypted = NULL;
          g_autoptr (GByteArray) out = NULL;

          g_assert_true (run (armor ? armored : args));
          g_file_get_contents (theirs, &encrypted, &len, &error);
          g_assert_no_error (error);
          out = decrypt (encrypted, len, &keys, &opened, &error);
          g_assert_no_error (error);
          assert_same (out, data, size);
        }
    }

  g_test_message ("%u files both ways", n);
  g_unlink (plain);
  g_unlink (ours);
  g_unlink (theirs);
  g_unlink (keyfile);
  g_unlink (back);
  g_rmdir (dir);
}

/* age asks for passphrases on a terminal only; `script` gives it one. */
static void
test_interoperation_passphrase (void)
{
  g_autofree char *age = g_find_program_in_path ("age");
  g_autofree char *script = g_find_program_in_path ("script");
  g_autofree char *dir = NULL, *ours = NULL, *back = NULL, *command = NULL, *content = NULL;
  g_autoptr (BzgSecret) passphrase = bzg_secret_new_text ("greenhouse in autumn");
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) file = NULL;
  gsize len;

  if (!age || !script)
    {
      g_test_skip ("no age program or no script program is installed");
      return;
    }
  dir = g_dir_make_tmp ("bozgasht-test-XXXXXX", &error);
  g_assert_no_error (error);
  ours = g_build_filename (dir, "ours.age", NULL);
  back = g_build_filename (dir, "back", NULL);
  file = encrypt ("tomato", 6, NULL, passphrase);
  g_file_set_contents (ours, (char *) file->data, (gssize) file->len, &error);
  g_assert_no_error (error);
  command = g_strdup_printf ("(sleep 1; echo 'greenhouse in autumn'; sleep 1) | "
                             "%s -qec '%s -d -o %s %s' /dev/null >/dev/null",
                             script, age, back, ours);
  if (!run ((const char *[]){ "sh", "-c", command, NULL })
      || !g_file_get_contents (back, &content, &len, NULL))
    g_test_skip ("age did not take a passphrase from the pseudo-terminal");
  else
    g_assert_cmpmem (content, len, "tomato", 6);

  g_unlink (ours);
  g_unlink (back);
  g_rmdir (dir);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  if (!bzg_vault_init (&error))
    g_error ("%s", error->message);

  g_test_add_func ("/age/vectors", test_vectors);
  g_test_add_func ("/age/round-trip", test_round_trip);
  g_test_add_func ("/age/file-key", test_file_key);
  g_test_add_func ("/age/tampered", test_tampered);
  g_test_add_func ("/age/keys-as-text", test_keys_as_text);
  g_test_add_func ("/age/usage", test_usage);
  g_test_add_func ("/age/interoperation", test_interoperation);
  g_test_add_func ("/age/interoperation-passphrase", test_interoperation_passphrase);
  return g_test_run ();
}
