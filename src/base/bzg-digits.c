/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bzg-digits.h"

#include <string.h>

const char *
bzg_hex_write (gconstpointer data, gsize n, char *out)
{
  static const char digits[] = "0123456789abcdef";
  const guint8 *bytes = data;

  for (gsize i = 0; i < n; i++)
    {
      out[2 * i] = digits[bytes[i] >> 4];
      out[2 * i + 1] = digits[bytes[i] & 15];
    }
  out[2 * n] = '\0';
  return out;
}

gboolean
bzg_hex_read (const char *text, gpointer out, gsize n)
{
  guint8 *bytes = out;

  if (text == NULL || strnlen (text, 2 * n + 1) != 2 * n)
    return FALSE;
  for (gsize i = 0; i < 2 * n; i++)
    if (!g_ascii_isxdigit (text[i]))
      return FALSE;
  for (gsize i = 0; i < n; i++)
    bytes[i]
      = (guint8) (g_ascii_xdigit_value (text[2 * i]) << 4 | g_ascii_xdigit_value (text[2 * i + 1]));
  return TRUE;
}

gboolean
bzg_base64_read (const char *text, gpointer out, gsize n)
{
  g_autofree guchar *bytes = NULL;
  g_autofree char *again = NULL;
  gsize len;

  if (strlen (text) != 4 * ((n + 2) / 3))
    return FALSE;
  bytes = g_base64_decode (text, &len);
  again = g_base64_encode (bytes, len);
  if (len != n || !g_str_equal (again, text))
    return FALSE;
  memcpy (out, bytes, n);
  return TRUE;
}
