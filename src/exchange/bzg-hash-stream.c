/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/bzg-hash-stream.h"

struct _BzgHashStream
{
  GFilterInputStream parent_instance;

  BzgHash *sha256, *blake2b;
};

G_DEFINE_FINAL_TYPE (BzgHashStream, bzg_hash_stream, G_TYPE_FILTER_INPUT_STREAM)

static gssize
bzg_hash_stream_read (
  GInputStream *stream, void *buffer, gsize len, GCancellable *cancellable, GError **error)
{
  BzgHashStream *self = BZG_HASH_STREAM (stream);
  GInputStream *base = g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (self));
  gssize n = g_input_stream_read (base, buffer, len, cancellable, error);

  if (n > 0)
    {
      bzg_hash_update (self->sha256, buffer, (gsize) n);
      bzg_hash_update (self->blake2b, buffer, (gsize) n);
    }
  return n;
}

void
bzg_hash_stream_finish (BzgHashStream *self, guint8 sha256[BZG_HASH_SIZE], guint8 blake2b[64])
{
  bzg_hash_finish (g_steal_pointer (&self->sha256), sha256);
  bzg_hash_finish (g_steal_pointer (&self->blake2b), blake2b);
}

static void
bzg_hash_stream_finalize (GObject *object)
{
  BzgHashStream *self = BZG_HASH_STREAM (object);
  guint8 unused[64];

  if (self->sha256 != NULL)
    bzg_hash_stream_finish (self, unused, unused);
  G_OBJECT_CLASS (bzg_hash_stream_parent_class)->finalize (object);
}

static void
bzg_hash_stream_class_init (BzgHashStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bzg_hash_stream_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = bzg_hash_stream_read;
}

static void
bzg_hash_stream_init (BzgHashStream *self)
{
  self->sha256 = bzg_hash_new_sha256 ();
  self->blake2b = bzg_hash_new_blake2b_512 ();
}

BzgHashStream *
bzg_hash_stream_new (GInputStream *base)
{
  return g_object_new (BZG_TYPE_HASH_STREAM, "base-stream", base, NULL);
}
