/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/bzg-import.h"

#include <glib/gi18n-lib.h>

/* Reasons as a person reads them. Whole sentences, so that each language can order its words. */

#define MAX_ANSWERS 12 /* longer lists are not written out */

const char *
bzg_import_reason_name (BzgImportReasonKind kind)
{
  static const char *const NAMES[] = {
    [BZG_REASON_NOT_UNDERSTOOD] = "not_understood",
    [BZG_REASON_NO_SUCH_DAY] = "no_such_day",
    [BZG_REASON_MISSING] = "missing",
    [BZG_REASON_NO_PERSON] = "no_person",
    [BZG_REASON_NO_FUND] = "no_fund",
    [BZG_REASON_REPEATED] = "repeated",
    [BZG_REASON_BROKEN_ROW] = "broken_row",
    [BZG_REASON_CONTRADICTS] = "contradicts",
    [BZG_REASON_LIKE_PERSON] = "like_person",
    [BZG_REASON_LIKE_RECORD] = "like_record",
    [BZG_REASON_READ_AS] = "read_as",
    [BZG_REASON_REPAIRED] = "repaired",
    [BZG_REASON_SERVICE_GROUP] = "service_group",
    [BZG_REASON_CHANGES] = "changes",
    [BZG_REASON_NOT_YOURS] = "not_yours",
    [BZG_REASON_KEPT] = "kept",
    [BZG_REASON_CREATES] = "creates",
  };

  return kind < G_N_ELEMENTS (NAMES) ? NAMES[kind] : "";
}

/* The codes of a short list, "F, M, X"; NULL for a long one. */
static char *
answers (const BzgField *field)
{
  const BzgCodeList *list = bzg_dictionary_code_list (field->codes);
  GString *out;

  if (list == NULL || list->n_codes > MAX_ANSWERS)
    return NULL;
  out = g_string_new (NULL);
  for (guint i = 0; i < list->n_codes; i++)
    g_string_append_printf (out, i == 0 ? "%s" : ", %s", list->codes[i].code);
  return g_string_free (out, FALSE);
}

static char *
expected (const BzgField *field, BzgLanguage lang)
{
  g_autofree char *codes = NULL;

  if (field == NULL)
    return g_strdup (bzg_tr (lang, N_ ("a short text")));
  switch (field->type)
    {
    case BZG_FIELD_CODE:
    case BZG_FIELD_CODES:
      codes = answers (field);
      if (codes != NULL)
        return g_strdup_printf (bzg_tr (lang, N_ ("one of: %s")), codes);
      return g_strdup_printf (bzg_tr (lang, N_ ("a code or name from the list “%s”")),
                              bzg_field_label (field, lang));
    case BZG_FIELD_DATE:
      return g_strdup (field->past
                         ? bzg_tr (lang, N_ ("a date that is not in the future, such as 2019,"
                                             " 2019-08 or 12.08.2019"))
                         : bzg_tr (lang, N_ ("a date such as 2019, 2019-08 or 12.08.2019")));
    case BZG_FIELD_INTEGER:
      if (field->has_min && field->has_max)
        return g_strdup_printf (bzg_tr (lang, N_ ("a whole number from %d to %d")),
                                (int) field->min, (int) field->max);
      return g_strdup (bzg_tr (lang, N_ ("a whole number")));
    case BZG_FIELD_NUMBER:
      return g_strdup (bzg_tr (lang, N_ ("a number such as 2 or 2.5")));
    case BZG_FIELD_MONEY:
      return g_strdup (bzg_tr (lang, N_ ("an amount such as 1480 or 1480.50")));
    case BZG_FIELD_PHONE:
      return g_strdup (bzg_tr (lang, N_ ("a phone number")));
    case BZG_FIELD_ID:
    case BZG_FIELD_TEXT:
    case BZG_FIELD_MULTILINE:
    default:
      return g_strdup (bzg_tr (lang, N_ ("a short text")));
    }
}

char *
bzg_import_reason_text (const BzgImportRow *row, const BzgImportReason *reason, BzgLanguage lang)
{
  const char *column = reason->column != NULL ? reason->column : "";
  const char *detail = reason->detail != NULL ? reason->detail : "";
  g_autofree char *wanted = NULL;

  switch (reason->kind)
    {
    case BZG_REASON_NOT_UNDERSTOOD:
      wanted = expected (reason->field, lang);
      return g_strdup_printf (bzg_tr (lang, N_ ("Row %u, column “%s”: expected %s.")), row->row,
                              column, wanted);
    case BZG_REASON_NO_SUCH_DAY:
      return g_strdup_printf (bzg_tr (lang, N_ ("Row %u, column “%s”: there is no such day.")),
                              row->row, column);
    case BZG_REASON_MISSING:
      return g_strdup_printf (bzg_tr (lang, N_ ("Row %u, column “%s”: a value is needed here.")),
                              row->row, column);
    case BZG_REASON_NO_PERSON:
      return g_strdup_printf (bzg_tr (lang, N_ ("Row %u, column “%s”: nobody is registered under "
                                                "this reference.")),
                              row->row, column);
    case BZG_REASON_NO_FUND:
      return g_strdup_printf (bzg_tr (lang, N_ ("Row %u, column “%s”: there is no fund of this "
                                                "name; a manager has to enter it"
                                                " first.")),
                              row->row, column);
    case BZG_REASON_REPEATED:
      return g_strdup_printf (bzg_tr (lang,
                                      N_ ("Row %u: the same reference stands in row %s already.")),
                              row->row, detail);
    case BZG_REASON_BROKEN_ROW:
      return g_strdup_printf (bzg_tr (lang,
                                      N_ ("Row %u has more cells than the file has columns.")),
                              row->row);
    case BZG_REASON_CONTRADICTS:
      return g_strdup_printf (bzg_tr (lang, N_ ("Row %u, column “%s”: another column says "
                                                "something else.")),
                              row->row, column);
    case BZG_REASON_LIKE_PERSON:
      return g_strdup_printf (bzg_tr (lang, N_ ("Row %u is probably a person who is registered "
                                                "already: %s.")),
                              row->row, detail);
    case BZG_REASON_LIKE_RECORD:
      return g_strdup_printf (bzg_tr (lang, N_ ("Row %u is probably recorded already.")), row->row);
    case BZG_REASON_READ_AS:
      return g_strdup_printf (bzg_tr (lang, N_ ("Row %u, column “%s”: read as “%s”.")), row->row,
                              column, detail);
    case BZG_REASON_REPAIRED:
      return g_strdup_printf (bzg_tr (lang, N_ ("Row %u, column “%s”: letters of an old font "
                                                "repaired: “%s”.")),
                              row->row, column, detail);
    case BZG_REASON_SERVICE_GROUP:
      if (reason->detail == NULL)
        return g_strdup_printf (bzg_tr (lang,
                                        N_ ("Row %u: the service is a group; it is kept so.")),
                                row->row);
      return g_strdup_printf (bzg_tr (lang, N_ ("Row %u: the service is a group and is kept so; it "
                                                "could be “%s”.")),
                              row->row, bzg_code_label ("service", reason->detail, lang));
    case BZG_REASON_CHANGES:
      return g_strdup_printf (bzg_tr (lang, N_ ("Row %u, column “%s”: the record is changed.")),
                              row->row, column);
    case BZG_REASON_KEPT:
      return g_strdup_printf (bzg_tr (lang, N_ ("Row %u, column “%s”: changed in the casebook "
                                                "since the last import; it stays"
                                                " as it is there.")),
                              row->row, column);
    case BZG_REASON_NOT_YOURS:
      return g_strdup_printf (bzg_tr (lang, N_ ("Row %u: it was imported before and belongs to a "
                                                "colleague, or was removed; it is left alone.")),
                              row->row);
    case BZG_REASON_CREATES:
    default:
      return g_strdup_printf (bzg_tr (lang,
                                      N_ ("Row %u, column “%s”: “%s” is new and will be entered.")),
                              row->row, column, detail);
    }
}
