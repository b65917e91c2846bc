/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "casebook/bzg-dictionary-private.h"

#include "base/bzg-date.h"
#include "base/bzg-error.h"
#include "base/bzg-format.h"
#include "base/bzg-id.h"
#include "base/bzg-text.h"

/*
 * Three forms of a value: what a person types, the canonical text that records, bundles and the
 * history hold (one text per value, independent of language), and what the database stores (text,
 * or integers for what is counted). An error names the field and what was expected, never the
 * input.
 */

#define MAX_TEXT 2000
#define MAX_MULTILINE (256 * 1024)

static gboolean
fail (GError **error, const BzgField *field, const char *expected)
{
  g_set_error (error, BZG_ERROR, BZG_ERROR_MALFORMED, "%s: expected %s", field->id, expected);
  return FALSE;
}

/* Errors of the base room say what was expected without saying where. */
static gboolean
fail_at (GError **error, const BzgField *field, GError *cause)
{
  g_propagate_error (error, cause);
  g_prefix_error (error, "%s: ", field->id);
  return FALSE;
}

static char *
one_line (char *text)
{
  for (char *p = text; *p != '\0'; p++)
    if (*p == '\n' || *p == '\r' || *p == '\t')
      *p = ' ';
  return text;
}

/* E.164 where the country is clear: nine digits are Tajik, 8 and ten digits Russian. */
static char *
read_phone (const char *text)
{
  g_autoptr (GString) digits = g_string_new (NULL);
  gboolean plus = FALSE;

  for (const char *p = text; *p != '\0'; p++)
    {
      if (g_ascii_isdigit (*p))
        g_string_append_c (digits, *p);
      else if (*p == '+' && digits->len == 0 && !plus)
        plus = TRUE;
      else if (strchr (" -().\302\240/", *p) == NULL)
        return NULL;
    }
  if (!plus && g_str_has_prefix (digits->str, "00"))
    {
      g_string_erase (digits, 0, 2);
      plus = TRUE;
    }
  if (!plus && digits->len == 9)
    {
      g_string_prepend (digits, "992");
      plus = TRUE;
    }
  else if (!plus && digits->len == 11 && digits->str[0] == '8')
    {
      digits->str[0] = '7';
      plus = TRUE;
    }
  else if (!plus && (digits->len == 12 || digits->len == 11))
    plus = g_str_has_prefix (digits->str, "992") || digits->str[0] == '7';
  if (digits->len < 3 || digits->len > 15)
    return NULL;
  return g_strconcat (plus ? "+" : "", digits->str, NULL);
}

/* Several numbers may stand in one cell. */
static char *
read_phones (const char *text)
{
  g_auto (GStrv) parts = g_strsplit_set (text, ";,\n", -1);
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autofree char *phone = NULL;

      if (*g_strstrip (parts[i]) == '\0')
        continue;
      phone = read_phone (parts[i]);
      if (phone == NULL)
        return NULL;
      if (all->len > 0)
        g_string_append (all, "; ");
      g_string_append (all, phone);
    }
  return all->len > 0 ? g_string_free (g_steal_pointer (&all), FALSE) : NULL;
}

/* Codes or labels, parted by semicolons; in the order of the list, each once. NULL if one of them
 * is unknown or there is none. */
static char *
read_codes (const BzgField *field, const char *text)
{
  const BzgCodeList *list = bzg_dictionary_code_list (field->codes);
  g_auto (GStrv) parts = g_strsplit_set (text, ";\n", -1);
  g_autofree gboolean *chosen = g_new0 (gboolean, list->n_codes);
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      const char *code;

      if (*g_strstrip (parts[i]) == '\0')
        continue;
      code = _bzg_code_resolve (field->codes, parts[i]);
      if (code == NULL)
        return NULL;
      chosen[bzg_dictionary_code (field->codes, code) - list->codes] = TRUE;
    }
  for (guint i = 0; i < list->n_codes; i++)
    if (chosen[i])
      g_string_append_printf (all, "%s%s", all->len > 0 ? "; " : "", list->codes[i].code);
  return all->len > 0 ? g_string_free (g_steal_pointer (&all), FALSE) : NULL;
}

static char *
format_codes (const BzgField *field, const char *canonical, BzgLanguage lang)
{
  g_auto (GStrv) codes = g_strsplit (canonical, "; ", -1);
  GString *all = g_string_new (NULL);

  for (guint i = 0; codes[i] != NULL; i++)
    g_string_append_printf (all, "%s%s", i > 0 ? "; " : "",
                            bzg_code_label (field->codes, codes[i], lang));
  return g_string_free (all, FALSE);
}

static gboolean
check_range (const BzgField *field, gint64 value, GError **error)
{
  if ((field->has_min && value < field->min) || (field->has_max && value > field->max))
    {
      g_autofree char *min = field->has_min ? _bzg_field_from_stored (field, field->min) : NULL;
      g_autofree char *max = field->has_max ? _bzg_field_from_stored (field, field->max) : NULL;
      g_autofree char *expected = min != NULL && max != NULL
                                    ? g_strdup_printf ("a number from %s to %s", min, max)
                                  : min != NULL ? g_strdup_printf ("a number not below %s", min)
                                                : g_strdup_printf ("a number not above %s", max);

      return fail (error, field, expected);
    }
  return TRUE;
}

static gboolean
check_past (const BzgField *field, BzgDate date, BzgDate today, GError **error)
{
  /* The clock of the computer may be a day ahead of the one who gave the date. */
  BzgDate last = bzg_date_add_days (today, 1);

  if (field->past && bzg_date_is_before (last, date))
    return fail (error, field, "a date that is not in the future");
  return TRUE;
}

gboolean
_bzg_field_to_stored (const BzgField *field, const char *canonical, gint64 *stored)
{
  gboolean ok;

  switch (field->type)
    {
    case BZG_FIELD_INTEGER:
      ok = bzg_parse_integer (canonical, stored, NULL);
      break;
    case BZG_FIELD_NUMBER:
      ok = bzg_parse_thousandths (canonical, stored, NULL);
      break;
    case BZG_FIELD_MONEY:
      ok = bzg_parse_money (canonical, NULL, stored, NULL);
      break;
    default:
      return FALSE;
    }
  return ok;
}

char *
_bzg_field_from_stored (const BzgField *field, gint64 stored)
{
  const char *sign = stored < 0 ? "-" : "";
  guint64 size = stored < 0 ? -(guint64) stored : (guint64) stored;
  char *text;

  switch (field->type)
    {
    case BZG_FIELD_NUMBER:
      text = g_strdup_printf ("%s%" G_GUINT64_FORMAT ".%03u", sign, size / 1000,
                              (guint) (size % 1000));
      for (gsize n = strlen (text); text[n - 1] == '0' || text[n - 1] == '.'; n--)
        {
          gboolean point = text[n - 1] == '.';

          text[n - 1] = '\0';
          if (point)
            break;
        }
      return text;
    case BZG_FIELD_MONEY:
      return g_strdup_printf ("%s%" G_GUINT64_FORMAT ".%02u", sign, size / 100,
                              (guint) (size % 100));
    default:
      return g_strdup_printf ("%" G_GINT64_FORMAT, stored);
    }
}

gboolean
_bzg_field_is_canonical (const BzgField *field, const char *canonical, BzgDate today)
{
  g_autofree char *again = NULL;
  gint64 stored;
  BzgDate date;
  BzgId id;
  char text[BZG_ID_TEXT_SIZE];

  if (*canonical == '\0' || !g_utf8_validate (canonical, -1, NULL))
    return FALSE;
  switch (field->type)
    {
    case BZG_FIELD_CODE:
      return bzg_dictionary_code (field->codes, canonical) != NULL;
    case BZG_FIELD_CODES:
      again = read_codes (field, canonical);
      return g_strcmp0 (again, canonical) == 0;
    case BZG_FIELD_DATE:
      return bzg_date_from_iso (canonical, &date) && check_past (field, date, today, NULL);
    case BZG_FIELD_ID:
      return bzg_id_from_text (canonical, &id)
             && g_str_equal (bzg_id_to_text (&id, text), canonical);
    case BZG_FIELD_INTEGER:
    case BZG_FIELD_NUMBER:
    case BZG_FIELD_MONEY:
      if (!_bzg_field_to_stored (field, canonical, &stored) || !check_range (field, stored, NULL))
        return FALSE;
      again = _bzg_field_from_stored (field, stored);
      return g_str_equal (again, canonical);
    case BZG_FIELD_PHONE:
      again = read_phones (canonical);
      return g_strcmp0 (again, canonical) == 0;
    case BZG_FIELD_MULTILINE:
      return bzg_text_is_clean (canonical, -1) && strlen (canonical) <= MAX_MULTILINE;
    case BZG_FIELD_TEXT:
    default:
      return bzg_text_is_clean (canonical, -1) && strpbrk (canonical, "\n\r") == NULL
             && strlen (canonical) <= MAX_TEXT;
    }
}

gboolean
bzg_field_parse (const BzgField *field, const char *input, char **canonical, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) local_error = NULL;
  gint64 value;
  BzgDate date;
  BzgId id;
  const char *code;

  *canonical = NULL;
  if (input == NULL)
    return TRUE;
  if (!g_utf8_validate (input, -1, NULL))
    return fail (error, field, "text in UTF-8");
  text = bzg_text_trim_to_null (input);
  if (text == NULL)
    return TRUE;
  if (!bzg_text_is_clean (text, -1))
    return fail (error, field, "text without control characters");

  switch (field->type)
    {
    case BZG_FIELD_TEXT:
    case BZG_FIELD_MULTILINE:
      {
        gboolean multi = field->type == BZG_FIELD_MULTILINE;
        g_autofree char *whole = bzg_text_repair (text);
        g_autofree char *repaired = bzg_text_trim_to_null (whole);

        /* Nothing in it that anybody can see. */
        if (repaired == NULL)
          return TRUE;
        if (!multi)
          one_line (repaired);
        if (strlen (repaired) > (multi ? MAX_MULTILINE : MAX_TEXT))
          return fail (error, field,
                       multi ? "at most 256 KiB of text" : "at most 2000 bytes of text");
        *canonical = g_steal_pointer (&repaired);
        return TRUE;
      }
    case BZG_FIELD_PHONE:
      *canonical = read_phones (text);
      return *canonical != NULL || fail (error, field, "a phone number of 3 to 15 digits");
    case BZG_FIELD_CODE:
      code = _bzg_code_resolve (field->codes, text);
      if (code == NULL)
        {
          g_autofree char *expected = g_strdup_printf ("an entry of the list %s", field->codes);

          return fail (error, field, expected);
        }
      *canonical = g_strdup (code);
      return TRUE;
    case BZG_FIELD_CODES:
      *canonical = read_codes (field, text);
      if (*canonical == NULL)
        {
          g_autofree char *expected
            = g_strdup_printf ("entries of the list %s, parted by semicolons", field->codes);

          return fail (error, field, expected);
        }
      return TRUE;
    case BZG_FIELD_DATE:
      {
        char iso[BZG_DATE_TEXT_SIZE];

        if (!bzg_date_parse (text, bzg_date_today (), &date, &local_error))
          return fail_at (error, field, g_steal_pointer (&local_error));
        if (bzg_date_is_missing (date))
          return TRUE;
        if (!check_past (field, date, bzg_date_today (), error))
          return FALSE;
        *canonical = g_strdup (bzg_date_to_iso (date, iso));
        return TRUE;
      }
    case BZG_FIELD_INTEGER:
    case BZG_FIELD_NUMBER:
    case BZG_FIELD_MONEY:
      if (!(field->type == BZG_FIELD_INTEGER  ? bzg_parse_integer (text, &value, &local_error)
            : field->type == BZG_FIELD_NUMBER ? bzg_parse_thousandths (text, &value, &local_error)
                                              : bzg_parse_money (text, NULL, &value, &local_error)))
        return fail_at (error, field, g_steal_pointer (&local_error));
      if (!check_range (field, value, error))
        return FALSE;
      *canonical = _bzg_field_from_stored (field, value);
      return TRUE;
    case BZG_FIELD_ID:
    default:
      if (!bzg_id_from_text (text, &id))
        return fail (error, field, "an internal id");
      *canonical = g_malloc (BZG_ID_TEXT_SIZE);
      bzg_id_to_text (&id, *canonical);
      return TRUE;
    }
}

char *
bzg_field_format (const BzgField *field, const char *canonical, BzgLanguage lang)
{
  gint64 value;
  BzgDate date;

  if (canonical == NULL)
    return g_strdup (BZG_FORMAT_MISSING);
  switch (field->type)
    {
    case BZG_FIELD_CODE:
      return g_strdup (bzg_code_label (field->codes, canonical, lang));
    case BZG_FIELD_CODES:
      return format_codes (field, canonical, lang);
    case BZG_FIELD_DATE:
      return bzg_date_from_iso (canonical, &date) ? bzg_format_date (lang, date)
                                                  : g_strdup (canonical);
    case BZG_FIELD_INTEGER:
    case BZG_FIELD_NUMBER:
    case BZG_FIELD_MONEY:
      if (!_bzg_field_to_stored (field, canonical, &value))
        return g_strdup (canonical);
      return field->type == BZG_FIELD_INTEGER  ? bzg_format_integer (lang, value)
             : field->type == BZG_FIELD_NUMBER ? bzg_format_thousandths (lang, value)
                                               : bzg_format_money (lang, value, NULL);
    default:
      return g_strdup (canonical);
    }
}
