/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The compiled catalogue of gettext: a header, two tables of (length, offset), one sorted by the
 * original, and the strings, each followed by a NUL. Everything is checked once at the start, so
 * that a look-up is a plain binary search over what is known to be sound.
 */
#include "base/bzg-language.h"

#include "base/bzg-error.h"

#include <string.h>

#define MAGIC 0x950412deu
#define HEADER_SIZE 28

struct _BzgCatalogue
{
  GBytes *bytes;
  const char *data;
  gsize size;
  gboolean swapped;
  guint32 n;
  gsize originals;    /* offset of the table */
  gsize translations; /* offset of the table */
};

static guint32
read_u32 (BzgCatalogue *self, gsize at)
{
  guint32 value;

  memcpy (&value, self->data + at, sizeof value);
  return self->swapped ? GUINT32_SWAP_LE_BE (value) : value;
}

/* Entry @i of the table at @table. */
static const char *
get_string (BzgCatalogue *self, gsize table, guint32 i, guint32 *len)
{
  *len = read_u32 (self, table + (gsize) i * 8);
  return self->data + read_u32 (self, table + (gsize) i * 8 + 4);
}

static gboolean
check_table (BzgCatalogue *self, gsize table)
{
  if (table > self->size || (gsize) self->n * 8 > self->size - table)
    return FALSE;
  for (guint32 i = 0; i < self->n; i++)
    {
      guint32 len = read_u32 (self, table + (gsize) i * 8);
      guint32 offset = read_u32 (self, table + (gsize) i * 8 + 4);

      if (offset >= self->size || len >= self->size - offset || self->data[offset + len] != '\0')
        return FALSE;
    }
  return TRUE;
}

static gboolean
check (BzgCatalogue *self)
{
  guint32 magic;

  if (self->size < HEADER_SIZE || self->size > G_MAXUINT32)
    return FALSE;
  memcpy (&magic, self->data, sizeof magic);
  self->swapped = magic == GUINT32_SWAP_LE_BE (MAGIC);
  /* The major revision stands in the upper half; 0 and 1 have the same tables. */
  if ((magic != MAGIC && !self->swapped) || read_u32 (self, 4) >> 16 > 1)
    return FALSE;

  self->n = read_u32 (self, 8);
  self->originals = read_u32 (self, 12);
  self->translations = read_u32 (self, 16);
  if (!check_table (self, self->originals) || !check_table (self, self->translations))
    return FALSE;
  for (guint32 i = 0; i < self->n; i++)
    {
      guint32 len;
      const char *text = get_string (self, self->translations, i, &len);

      /* Forms of a plural are divided by NULs. */
      for (const char *end = text + len; text <= end; text += strlen (text) + 1)
        if (!g_utf8_validate (text, -1, NULL))
          return FALSE;
      if (i > 0
          && strcmp (get_string (self, self->originals, i - 1, &len),
                     get_string (self, self->originals, i, &len))
               >= 0)
        return FALSE;
    }
  return TRUE;
}

BzgCatalogue *
bzg_catalogue_new (GBytes *bytes, GError **error)
{
  g_autoptr (BzgCatalogue) self = g_new0 (BzgCatalogue, 1);

  self->bytes = g_bytes_ref (bytes);
  self->data = g_bytes_get_data (bytes, &self->size);
  if (!check (self))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_DAMAGED, "not a sound catalogue");
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
bzg_catalogue_free (BzgCatalogue *self)
{
  if (self == NULL)
    return;
  g_bytes_unref (self->bytes);
  g_free (self);
}

const char *
bzg_catalogue_lookup (BzgCatalogue *self, const char *context, const char *msgid, guint form)
{
  g_autofree char *joined = context != NULL ? g_strconcat (context, "\004", msgid, NULL) : NULL;
  const char *key = joined != NULL ? joined : msgid;
  guint32 low = 0, high = self->n;

  /* The empty key is the header of the catalogue, not a translation. */
  if (*key == '\0')
    return NULL;
  while (low < high)
    {
      guint32 middle = low + (high - low) / 2;
      guint32 len;
      int order = strcmp (key, get_string (self, self->originals, middle, &len));

      if (order == 0)
        {
          const char *text = get_string (self, self->translations, middle, &len);
          const char *end = text + len;

          for (; form > 0 && text <= end; form--)
            text += strlen (text) + 1;
          return text <= end && *text != '\0' ? text : NULL;
        }
      if (order < 0)
        high = middle;
      else
        low = middle + 1;
    }
  return NULL;
}
