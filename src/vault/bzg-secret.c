/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vault/bzg-secret.h"

#include "base/bzg-error.h"

#include <string.h>

#include "vault/bzg-crypto-private.h"

/* The bytes and the count stand in one secure block, so that a secret is whole or absent. */
struct _BzgSecret
{
  gint refs;
  gsize len;
  char data[];
};

BzgSecret *
bzg_secret_new (gconstpointer data, gsize len)
{
  BzgSecret *self = bzg_secure_alloc (sizeof *self + len + 1);

  if (!self)
    return NULL;
  self->refs = 1;
  self->len = len;
  if (len)
    memcpy (self->data, data, len);
  return self;
}

BzgSecret *
bzg_secret_new_text (const char *text)
{
  return bzg_secret_new (text, strlen (text));
}

BzgSecret *
bzg_secret_ref (BzgSecret *self)
{
  g_atomic_int_inc (&self->refs);
  return self;
}

void
bzg_secret_unref (BzgSecret *self)
{
  if (self && g_atomic_int_dec_and_test (&self->refs))
    {
      bzg_wipe (self->data, self->len);
      bzg_secure_free (self);
    }
}

gconstpointer
bzg_secret_data (const BzgSecret *self, gsize *len)
{
  if (len)
    *len = self->len;
  return self->data;
}

const char *
bzg_secret_text (const BzgSecret *self)
{
  return self->data;
}

gboolean
bzg_secret_check_new (const BzgSecret *self, GError **error)
{
  gunichar seen[6];
  guint length = 0, distinct = 0;

  for (const char *p = self->data; *p != '\0' && length < 10; p = g_utf8_next_char (p))
    length++;
  for (const char *p = self->data; *p != '\0' && distinct < G_N_ELEMENTS (seen);
       p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gboolean known = FALSE;

      for (guint i = 0; i < distinct; i++)
        known |= seen[i] == c;
      if (!known)
        seen[distinct++] = c;
    }
  bzg_wipe (seen, sizeof seen);
  if (length < 10 || distinct < G_N_ELEMENTS (seen))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_WEAK_PASSPHRASE, "new passphrase");
      return FALSE;
    }

  return TRUE;
}
