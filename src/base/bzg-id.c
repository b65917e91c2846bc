/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bzg-digits.h"
#include "base/bzg-id.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* Crockford's 32 */

static void
fill_random (guint8 *out, gsize len)
{
  while (len > 0)
    {
      ssize_t got = getrandom (out, len, 0);

      if (got < 0 && errno == EINTR)
        continue;
      /* Ids that can be guessed or repeat would mix up people: better to stop. */
      if (got <= 0)
        g_error ("the system gives no random numbers");
      out += got;
      len -= (gsize) got;
    }
}

/* Within one millisecond, and while the clock stands back, an id follows its predecessor by a
 * random step: records keep the order in which this process made them, and still nobody can guess
 * one. */
void
bzg_id_new (BzgId *out)
{
  static GMutex lock;
  static BzgId last;
  BzgId fresh;
  guint64 ms = (guint64) g_get_real_time () / 1000;

  for (int i = 0; i < 6; i++)
    fresh.bytes[i] = (guint8) (ms >> (8 * (5 - i)));
  fill_random (fresh.bytes + 6, BZG_ID_SIZE - 6);

  g_mutex_lock (&lock);
  if (memcmp (fresh.bytes, last.bytes, 6) <= 0)
    {
      guint carry = 1;

      for (int i = BZG_ID_SIZE - 1; i >= 0; i--)
        {
          /* The step is the last five random bytes, plus one. */
          guint sum = last.bytes[i] + carry + (i >= BZG_ID_SIZE - 5 ? fresh.bytes[i] : 0u);

          fresh.bytes[i] = (guint8) sum;
          carry = sum >> 8;
        }
    }
  last = fresh;
  g_mutex_unlock (&lock);
  *out = fresh;
}

const char *
bzg_id_to_text (const BzgId *id, char out[BZG_ID_TEXT_SIZE])
{
  return bzg_hex_write (id->bytes, BZG_ID_SIZE, out);
}

gboolean
bzg_id_from_text (const char *text, BzgId *out)
{
  return bzg_hex_read (text, out->bytes, BZG_ID_SIZE);
}

gboolean
bzg_id_is_zero (const BzgId *id)
{
  static const BzgId zero;

  return bzg_id_equal (id, &zero);
}

guint
bzg_id_hash (gconstpointer id)
{
  guint32 hash;

  /* The last bytes are random: as good a hash as any. */
  memcpy (&hash, ((const BzgId *) id)->bytes + BZG_ID_SIZE - sizeof hash, sizeof hash);
  return hash;
}

gboolean
bzg_id_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, BZG_ID_SIZE) == 0;
}

int
bzg_id_compare (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, BZG_ID_SIZE);
}

/* The seven values as one number of base 32, modulo 37. */
static guint
check_value (const guint8 values[7])
{
  guint64 number = 0;

  for (int i = 0; i < 7; i++)
    number = number << 5 | values[i];
  return (guint) (number % 37);
}

void
bzg_case_number_new (char out[BZG_CASE_NUMBER_SIZE])
{
  guint8 values[7];
  guint check;

  do
    {
      fill_random (values, sizeof values);
      for (int i = 0; i < 7; i++)
        values[i] &= 31;
      check = check_value (values);
    }
  while (check >= 32);

  for (int i = 0; i < 7; i++)
    out[i] = alphabet[values[i]];
  out[7] = alphabet[check];
  out[8] = '\0';
}

static int
value_of (char c)
{
  const char *at;

  c = g_ascii_toupper (c);
  if (c == 'O')
    c = '0';
  if (c == 'I' || c == 'L')
    c = '1';
  at = c != '\0' ? strchr (alphabet, c) : NULL;
  return at != NULL ? (int) (at - alphabet) : -1;
}

gboolean
bzg_case_number_parse (const char *text, char out[BZG_CASE_NUMBER_SIZE])
{
  guint8 values[8];
  guint n = 0;

  if (text == NULL)
    return FALSE;
  for (; *text != '\0'; text++)
    {
      int value;

      if (*text == ' ' || *text == '-' || *text == '\t')
        continue;
      value = value_of (*text);
      if (value < 0 || n == G_N_ELEMENTS (values))
        return FALSE;
      values[n++] = (guint8) value;
    }
  if (n != G_N_ELEMENTS (values) || check_value (values) != values[7])
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    out[i] = alphabet[values[i]];
  out[8] = '\0';
  return TRUE;
}

const char *
bzg_case_number_display (const char *number, char out[BZG_CASE_NUMBER_DISPLAY_SIZE])
{
  g_snprintf (out, BZG_CASE_NUMBER_DISPLAY_SIZE, "%.4s-%.4s", number,
              strnlen (number, 4) == 4 ? number + 4 : "");
  return out;
}
