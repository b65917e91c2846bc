/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-zip-private.h"

#include <string.h>

/* APPNOTE.TXT 6.3: local headers (4.3.7), central directory (4.3.12), end record (4.3.16). */

#define VERSION_NEEDED 20
#define FIXED_DATE 0x0021 /* 1 January 1980 */
#define METHOD_STORED 0
#define METHOD_DEFLATED 8

struct _BzgZip
{
  GByteArray *bytes;
  GByteArray *directory;
  guint n;
};

static void
put (GByteArray *bytes, guint32 value, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      guint8 byte = (value >> (8 * i)) & 0xff;

      g_byte_array_append (bytes, &byte, 1);
    }
}

static guint32
crc32_of (const guint8 *data, gsize len)
{
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < len; i++)
    {
      crc ^= data[i];
      for (guint bit = 0; bit < 8; bit++)
        crc = (crc >> 1) ^ ((crc & 1) ? 0xedb88320 : 0);
    }

  return ~crc;
}

/* The raw deflate stream of @data; NULL if it would not get smaller. */
static GByteArray *
deflate (const guint8 *data, gsize len)
{
  g_autoptr (GConverter) converter
    = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW, 9));
  g_autoptr (GByteArray) out = g_byte_array_sized_new (len + 64);
  gsize in = 0, filled = 0;
  GConverterResult result = G_CONVERTER_CONVERTED;

  g_byte_array_set_size (out, len + 64);
  while (result != G_CONVERTER_FINISHED)
    {
      gsize read, written;

      if (filled == out->len)
        return NULL;
      result
        = g_converter_convert (converter, data + in, len - in, out->data + filled,
                               out->len - filled, G_CONVERTER_INPUT_AT_END, &read, &written, NULL);
      if (result == G_CONVERTER_ERROR)
        return NULL;
      in += read;
      filled += written;
    }
  if (filled >= len)
    return NULL;
  g_byte_array_set_size (out, filled);

  return g_steal_pointer (&out);
}

BzgZip *
_bzg_zip_new (void)
{
  BzgZip *self = g_new0 (BzgZip, 1);

  self->bytes = g_byte_array_new ();
  self->directory = g_byte_array_new ();

  return self;
}

void
_bzg_zip_free (BzgZip *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->bytes, g_byte_array_unref);
  g_byte_array_unref (self->directory);
  g_free (self);
}

/* The part that the local header and the directory have in common. */
static void
put_common (GByteArray *to, guint method, guint32 crc, gsize packed, gsize len, const char *name)
{
  put (to, VERSION_NEEDED, 2);
  put (to, 0, 2); /* flags */
  put (to, method, 2);
  put (to, 0, 2); /* time */
  put (to, FIXED_DATE, 2);
  put (to, crc, 4);
  put (to, packed, 4);
  put (to, len, 4);
  put (to, strlen (name), 2);
  put (to, 0, 2); /* no extra field */
}

void
_bzg_zip_add (BzgZip *self, const char *name, gconstpointer data, gsize len, gboolean store)
{
  g_autoptr (GByteArray) packed = store ? NULL : deflate (data, len);
  const guint8 *body = packed != NULL ? packed->data : data;
  gsize body_len = packed != NULL ? packed->len : len;
  guint method = packed != NULL ? METHOD_DEFLATED : METHOD_STORED;
  guint32 crc = crc32_of (data, len);
  guint32 offset = self->bytes->len;

  put (self->bytes, 0x04034b50, 4);
  put_common (self->bytes, method, crc, body_len, len, name);
  g_byte_array_append (self->bytes, (const guint8 *) name, strlen (name));
  if (body_len > 0)
    g_byte_array_append (self->bytes, body, body_len);

  put (self->directory, 0x02014b50, 4);
  put (self->directory, VERSION_NEEDED, 2); /* made by */
  put_common (self->directory, method, crc, body_len, len, name);
  put (self->directory, 0, 2); /* comment */
  put (self->directory, 0, 2); /* disk */
  put (self->directory, 0, 2); /* internal attributes */
  put (self->directory, 0, 4); /* external attributes */
  put (self->directory, offset, 4);
  g_byte_array_append (self->directory, (const guint8 *) name, strlen (name));
  self->n++;
}

GBytes *
_bzg_zip_finish (BzgZip *self)
{
  guint32 start = self->bytes->len;

  g_byte_array_append (self->bytes, self->directory->data, self->directory->len);
  put (self->bytes, 0x06054b50, 4);
  put (self->bytes, 0, 4); /* one disk */
  put (self->bytes, self->n, 2);
  put (self->bytes, self->n, 2);
  put (self->bytes, self->directory->len, 4);
  put (self->bytes, start, 4);
  put (self->bytes, 0, 2); /* comment */

  return g_byte_array_free_to_bytes (g_steal_pointer (&self->bytes));
}
