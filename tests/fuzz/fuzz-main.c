/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs a fuzz target without a fuzzer, so that the targets are part of the ordinary test: first
 * every file of the folder given, as it is, then the number of inputs given that are made from
 * those files by cutting, joining and changing bytes, from a fixed seed. A real fuzzer takes the
 * target alone: clang -fsanitize=fuzzer,address fuzz-NAME.c and the base library, without this
 * file.
 */
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static GPtrArray *
read_corpus (const char *folder)
{
  GPtrArray *corpus = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      char *data;
      gsize len;

      g_assert_true (g_file_get_contents (path, &data, &len, NULL));
      g_ptr_array_add (corpus, g_bytes_new_take (data, len));
    }
  return corpus;
}

/* A target sees a copy of exactly its size: the sanitizer then notices a read behind the end. */
static void
run (const guint8 *data, gsize len)
{
  guint8 *copy = g_malloc (MAX (len, 1));

  if (len > 0)
    memcpy (copy, data, len);
  LLVMFuzzerTestOneInput (copy, len);
  g_free (copy);
}

static void
add_piece (GByteArray *out, GPtrArray *corpus, GRand *dice)
{
  gsize len;
  const guint8 *data
    = g_bytes_get_data (g_ptr_array_index (corpus,
                                           g_rand_int_range (dice, 0, (gint32) corpus->len)),
                        &len);
  guint from, size;

  if (len == 0)
    return;
  from = (guint) g_rand_int_range (dice, 0, (gint32) len);
  size = (guint) g_rand_int_range (dice, 1, (gint32) (len - from) + 1);
  g_byte_array_append (out, data + from, size);
}

int
main (int argc, char **argv)
{
  static const guint8 interesting[] = { 0,    '"',  '\'', ',',  ';', '\n', '\r', 0x7f, 0x80,
                                        0xcc, 0xd2, 0xef, 0xff, '0', '9',  '-',  '.',  ' ' };
  g_autoptr (GPtrArray) corpus = NULL;
  g_autoptr (GRand) dice = g_rand_new_with_seed (1480);
  int rounds;

  if (argc != 3)
    {
      g_printerr ("usage: %s CORPUS ROUNDS\n", argv[0]);
      return 2;
    }
  rounds = atoi (argv[2]);
  corpus = read_corpus (argv[1]);
  g_assert_cmpuint (corpus->len, >, 0);
  for (guint i = 0; i < corpus->len; i++)
    {
      gsize len;
      const guint8 *data = g_bytes_get_data (g_ptr_array_index (corpus, i), &len);

      run (data, len);
    }
  run (NULL, 0);

  for (int i = 0; i < rounds; i++)
    {
      g_autoptr (GByteArray) input = g_byte_array_new ();

      /* Every other input is a whole file, so that what lies behind the first checks is reached. */
      if (i % 2 == 0)
        {
          gsize len;
          const guint8 *data
            = g_bytes_get_data (g_ptr_array_index (corpus, g_rand_int_range (dice, 0,
                                                                             (gint32) corpus->len)),
                                &len);

          g_byte_array_append (input, data, (guint) len);
        }
      else
        for (int n = g_rand_int_range (dice, 1, 5); n > 0; n--)
          add_piece (input, corpus, dice);
      for (int n = g_rand_int_range (dice, 0, 6); n > 0 && input->len > 0; n--)
        {
          guint at = (guint) g_rand_int_range (dice, 0, (gint32) input->len);

          input->data[at] = g_rand_boolean (dice)
                              ? interesting[g_rand_int_range (dice, 0, sizeof interesting)]
                              : (guint8) g_rand_int_range (dice, 0, 256);
        }
      run (input->data, input->len);
    }
  g_print ("1..1\nok 1 %u files, %d rounds\n", corpus->len, rounds);
  return 0;
}
