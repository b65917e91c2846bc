/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers as people write them, in one of three languages that disagree about comma and point. What
 * could mean two numbers is refused: a wrong amount is worse than a question. The messages are for
 * the person who has to correct the number: they are translated.
 */
#include "base/bzg-format.h"

#include "base/bzg-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_DIGITS 40

/* The text in plain signs: digits, `.`, `,` and a space for any kind of space. */
typedef struct
{
  char text[2 * MAX_DIGITS];
  gsize len;
  gboolean negative;
} Plain;

static gboolean
fail (const char *reason, GError **error)
{
  g_set_error_literal (error, BZG_ERROR, BZG_ERROR_MALFORMED, reason);
  return FALSE;
}

static gboolean
simplify (const char *text, Plain *out)
{
  out->len = 0;
  out->negative = FALSE;
  while (*text != '\0' && g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  if (*text == '-' || g_utf8_get_char (text) == 0x2212)
    {
      out->negative = TRUE;
      text = g_utf8_next_char (text);
    }
  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar ch = g_utf8_get_char (text);

      if (g_unichar_isspace (ch))
        ch = ' ';
      if ((ch != ' ' && ch != '.' && ch != ',' && (ch < '0' || ch > '9'))
          || out->len + 1 >= sizeof out->text)
        return FALSE;
      out->text[out->len++] = (char) ch;
    }
  while (out->len > 0 && out->text[out->len - 1] == ' ')
    out->len--;
  out->text[out->len] = '\0';
  return out->len > 0;
}

static guint
count (const char *text, char ch)
{
  guint n = 0;

  for (; *text != '\0'; text++)
    n += *text == ch;
  return n;
}

/* Where the decimal sign stands, -1 if there is none, -2 if the text could mean two numbers. */
static int
find_decimal_sign (const Plain *plain)
{
  const char *point = strrchr (plain->text, '.');
  const char *comma = strrchr (plain->text, ',');
  guint points = count (plain->text, '.'), commas = count (plain->text, ',');

  if (points > 0 && commas > 0)
    return (int) ((point > comma ? point : comma) - plain->text);
  if (points == 1)
    return (int) (point - plain->text);
  if (commas == 1)
    {
      gsize before = (gsize) (comma - plain->text);

      if (plain->len - before == 4 && before >= 1 && before <= 3 && plain->text[0] != '0')
        return -2;
      return (int) before;
    }
  return -1;
}

/* The digits of the whole part without the signs between its groups; FALSE if they are no groups of
 * three, or of different signs. */
static gboolean
join_groups (const char *text, gsize len, char *out)
{
  char sign = '\0';
  gsize group = 0, n = 0;

  for (gsize i = 0; i < len; i++)
    {
      if (g_ascii_isdigit (text[i]))
        {
          out[n++] = text[i];
          group++;
          if (sign != '\0' && group > 3)
            return FALSE;
          continue;
        }
      if ((sign != '\0' && (text[i] != sign || group != 3)) || group == 0 || group > 3)
        return FALSE;
      sign = text[i];
      group = 0;
    }
  out[n] = '\0';
  return n > 0 && (sign == '\0' || group == 3);
}

/* The number times 10^@decimals. */
static gboolean
parse (const char *text, guint decimals, gint64 *out, GError **error)
{
  Plain plain;
  char digits[2 * MAX_DIGITS + 4]; /* and up to three decimals */
  const char *fraction = "";
  guint64 value = 0, limit;
  int sign;
  gsize n, whole;

  if (text == NULL || !g_utf8_validate (text, -1, NULL) || !simplify (text, &plain))
    return fail (_ ("expected a number such as 1480 or 1480.50"), error);
  sign = find_decimal_sign (&plain);
  if (sign == -2)
    return fail (_ ("this can mean two numbers; leave out the comma or write a point"), error);
  if (sign >= 0)
    fraction = plain.text + sign + 1;
  if (!join_groups (plain.text, sign >= 0 ? (gsize) sign : plain.len, digits)
      || (sign >= 0 && (*fraction == '\0' || strspn (fraction, "0123456789") != strlen (fraction))))
    return fail (_ ("expected a number such as 1480 or 1480.50"), error);

  n = strlen (fraction);
  while (n > decimals && fraction[n - 1] == '0')
    n--;
  if (n > decimals)
    return fail (decimals == 0 ? _ ("expected a whole number") : _ ("too many decimals"), error);
  whole = strlen (digits);
  for (guint i = 0; i < decimals; i++)
    digits[whole + i] = i < n ? fraction[i] : '0';
  digits[whole + decimals] = '\0';

  limit = plain.negative ? (guint64) G_MAXINT64 + 1 : (guint64) G_MAXINT64;
  for (const char *at = digits; *at != '\0'; at++)
    {
      guint64 digit = (guint64) (*at - '0');

      if (value > (limit - digit) / 10)
        return fail (_ ("this number is too large"), error);
      value = value * 10 + digit;
    }
  *out = plain.negative ? (gint64) (0 - value) : (gint64) value;
  return TRUE;
}

gboolean
bzg_parse_integer (const char *text, gint64 *out, GError **error)
{
  return parse (text, 0, out, error);
}

gboolean
bzg_parse_thousandths (const char *text, gint64 *out, GError **error)
{
  return parse (text, 3, out, error);
}

gboolean
bzg_parse_money (const char *text, const char *currency, gint64 *out, GError **error)
{
  return parse (text, bzg_currency_exponent (currency), out, error);
}
