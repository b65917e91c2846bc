/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/bzg-papers.h"

#include "base/bzg-error.h"
#include "base/bzg-format.h"

#include <string.h>

/*
 * The file of one person on paper. It is drawn from the dictionary, so a new field or a new kind of
 * record is printed without a change here, and a field that the role may not read is not in the
 * record and therefore not on paper. Success stories and their reviews are work of the office about
 * a text, not part of the file.
 */

static const char *const left_out[] = { "story", "story_review", NULL };

/* What dates a record of its kind, best first. */
static const char *const dating[]
  = { "delivered",  "date",      "given_on", "return_date", "registered",
      "started_on", "agreed_on", "due",      "planned",     NULL };

static const char *
date_of (const BzgRecord *record)
{
  for (guint i = 0; dating[i] != NULL; i++)
    {
      const BzgAggregate *aggregate = bzg_record_aggregate (record);

      if (bzg_dictionary_field_of (aggregate->name, dating[i]) != NULL
          && bzg_record_get (record, dating[i]) != NULL)
        return bzg_record_get (record, dating[i]);
    }

  return NULL;
}

/* The name of what a field of ids points at: funds and programmes have one, people are not named on
 * another's paper. */
static char *
name_of_target (BzgSession *session, const BzgField *field, const char *canonical)
{
  g_autoptr (BzgRecord) target = NULL;
  const BzgField *name;
  BzgId id;

  if (g_strcmp0 (field->target, "fund") != 0 || !bzg_id_from_text (canonical, &id))
    return NULL;
  name = bzg_dictionary_field_of (field->target, "name");
  target = bzg_session_get (session, field->target, &id, NULL);
  if (name == NULL || target == NULL)
    return NULL;

  return g_strdup (bzg_record_get (target, "name"));
}

/* The currency of the amounts in @record: said in it, else the somoni, in which visits are kept. */
static const char *
currency_of (const BzgRecord *record)
{
  const BzgAggregate *aggregate = bzg_record_aggregate (record);
  const char *currency = bzg_dictionary_field_of (aggregate->name, "currency") != NULL
                           ? bzg_record_get (record, "currency")
                           : NULL;

  return currency != NULL ? currency : "TJS";
}

/* As people read and speak it: case numbers in their two groups, amounts with their currency. */
static char *
text_of_field (BzgSession *session,
               const BzgRecord *record,
               const BzgField *field,
               BzgLanguage lang)
{
  const char *canonical = bzg_record_get (record, field->name);
  char number[BZG_CASE_NUMBER_SIZE], shown[BZG_CASE_NUMBER_DISPLAY_SIZE];

  if (field->type == BZG_FIELD_ID)
    return name_of_target (session, field, canonical);
  if (g_str_equal (field->id, "case_file.case_no") && bzg_case_number_parse (canonical, number))
    return g_strdup (bzg_case_number_display (number, shown));

  if (field->type == BZG_FIELD_MONEY)
    {
      g_autofree char *amount = bzg_field_format (field, canonical, lang);

      return g_strdup_printf ("%s" BZG_NBSP "%s", amount, currency_of (record));
    }

  return bzg_field_format (field, canonical, lang);
}

static void
add_fields (BzgDocument *document, BzgSession *session, const BzgRecord *record, guint level)
{
  const BzgAggregate *aggregate = bzg_record_aggregate (record);
  const char *group = NULL;

  for (guint i = 0; i < aggregate->n_fields; i++)
    {
      const BzgField *field = aggregate->fields[i];
      const char *canonical = bzg_record_get (record, field->name);
      g_autofree char *text = NULL;

      /* On paper it leaves: what the role may only read stays in. */
      if (canonical == NULL || !bzg_session_allows (session, field->section, BZG_ACT_EXPORT)
          || g_str_equal (field->section, "import") || g_str_equal (field->name, "currency"))
        continue;
      text = text_of_field (session, record, field, document->lang);
      if (text == NULL)
        continue;
      if (level > 0 && field->group != NULL && g_strcmp0 (field->group, group) != 0)
        {
          group = field->group;
          bzg_document_heading (document, level, bzg_tr (document->lang, group));
        }
      bzg_document_field (document, bzg_field_label (field, document->lang),
                          BZG_VALUE_OF_TEXT (text));
    }
}

static char *
heading_of (const BzgRecord *record, BzgLanguage lang)
{
  const char *label = bzg_aggregate_label (bzg_record_aggregate (record), lang);
  const char *iso = date_of (record);
  g_autofree char *words = NULL;
  BzgDate date;

  if (iso == NULL || !bzg_date_from_iso (iso, &date))
    return g_strdup (label);
  words = bzg_format_date (lang, date);

  return g_strdup_printf ("%s · %s", words, label);
}

static int
by_date_cb (gconstpointer a, gconstpointer b)
{
  const char *x = date_of (*(BzgRecord *const *) a);
  const char *y = date_of (*(BzgRecord *const *) b);

  return g_strcmp0 (x, y);
}

/* Everything that belongs to the record, in the order of time, undated first. What is sealed goes
 * on no paper. */
static gboolean
add_children (
  BzgDocument *document, BzgSession *session, const char *parent, const BzgId *id, GError **error)
{
  const BzgAggregate *const *aggregates = bzg_dictionary_aggregates ();
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) bzg_record_free);

  for (guint i = 0; aggregates[i] != NULL; i++)
    {
      g_autoptr (GPtrArray) records = NULL;

      if (g_strcmp0 (aggregates[i]->parent, parent) != 0
          || g_strv_contains (left_out, aggregates[i]->name) || aggregates[i]->sheet != NULL)
        continue;
      records = bzg_session_list (session, aggregates[i]->name, parent, id, error);
      if (records == NULL)
        return FALSE;
      for (guint k = 0; k < records->len; k++)
        g_ptr_array_add (all, bzg_record_copy (g_ptr_array_index (records, k)));
    }
  g_ptr_array_sort (all, by_date_cb);
  for (guint i = 0; i < all->len; i++)
    {
      const BzgRecord *record = g_ptr_array_index (all, i);
      g_autofree char *heading = heading_of (record, document->lang);

      bzg_document_heading (document, 3, heading);
      add_fields (document, session, record, 0);
    }

  return TRUE;
}

static char *
name_of (const BzgRecord *person)
{
  static const char *const parts[] = { "family_name", "given_name", "patronymic" };
  GString *name = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      const char *part = bzg_record_get (person, parts[i]);

      if (part != NULL)
        g_string_append_printf (name, "%s%s", name->len > 0 ? " " : "", part);
    }

  return g_string_free (name, FALSE);
}

BzgDocument *
bzg_case_document (BzgSession *session, const BzgId *person, BzgLanguage lang, GError **error)
{
  g_autoptr (BzgRecord) record = bzg_session_get (session, "person", person, error);
  g_autoptr (BzgRecord) programme = NULL;
  g_autoptr (BzgDocument) document = NULL;
  g_autofree char *name = NULL;

  if (record == NULL)
    return NULL;
  programme = bzg_session_programme (session);
  name = name_of (record);
  document = bzg_document_new (lang, name);
  bzg_document_set_subtitle (document, bzg_tr (lang, "Case file"));
  bzg_document_set_programme (document,
                              programme != NULL ? bzg_record_get (programme, "name") : NULL);
  bzg_document_set_date (document, bzg_session_today (session));
  if (bzg_session_is_training (session))
    bzg_document_set_ribbon (document, bzg_tr (lang, "Training: invented data"));
  bzg_document_note (document,
                     bzg_tr (lang, "Confidential. Keep this paper under lock and destroy it "
                                   "when it is no longer needed."));
  add_fields (document, session, record, 2);
  bzg_document_heading (document, 2, bzg_tr (lang, "What happened"));
  if (!add_children (document, session, "person", person, error))
    return NULL;

  return g_steal_pointer (&document);
}

static void
add_certificate_fields (BzgDocument *document, BzgSession *session, const BzgRecord *support)
{
  static const char *const names[]
    = { "service",  "item",      "quantity", "unit",           "cost",
        "currency", "delivered", "provider", "certificate_no", NULL };

  for (guint i = 0; names[i] != NULL; i++)
    {
      const BzgField *field = bzg_dictionary_field_of ("support", names[i]);
      const char *canonical = field != NULL ? bzg_record_get (support, names[i]) : NULL;
      g_autofree char *text = NULL;

      if (canonical == NULL)
        continue;
      text = text_of_field (session, support, field, document->lang);
      bzg_document_field (document, bzg_field_label (field, document->lang),
                          BZG_VALUE_OF_TEXT (text));
    }
}

BzgDocument *
bzg_certificate_document (BzgSession *session,
                          const BzgId *support,
                          BzgLanguage lang,
                          GError **error)
{
  g_autoptr (BzgRecord) record = bzg_session_get (session, "support", support, error);
  g_autoptr (BzgRecord) person = NULL, programme = NULL;
  BzgDocument *document;
  g_autofree char *name = NULL;
  BzgId person_id;

  if (record == NULL)
    return NULL;
  if (!bzg_record_get_id (record, "person", &person_id))
    {
      g_set_error_literal (error, BZG_ERROR, BZG_ERROR_NOT_FOUND, "support without a person");
      return NULL;
    }
  person = bzg_session_get (session, "person", &person_id, error);
  if (person == NULL)
    return NULL;
  programme = bzg_session_programme (session);
  name = name_of (person);

  document = bzg_document_new (lang, bzg_tr (lang, "Hand-over certificate"));
  bzg_document_set_programme (document,
                              programme != NULL ? bzg_record_get (programme, "name") : NULL);
  bzg_document_set_date (document, bzg_session_today (session));
  if (bzg_session_is_training (session))
    bzg_document_set_ribbon (document, bzg_tr (lang, "Training: invented data"));
  bzg_document_field (document, bzg_tr (lang, "Received by"), BZG_VALUE_OF_TEXT (name));
  add_certificate_fields (document, session, record);
  bzg_document_paragraph (document,
                          bzg_tr (lang, "I received what is listed above, complete and in "
                                        "working order. It is given without payment and "
                                        "without any duty in return."));
  bzg_document_signature (document, bzg_tr (lang, "Received by: name, signature, date"));
  bzg_document_signature (document, bzg_tr (lang, "Handed over by: name, signature, date"));
  bzg_document_signature (document, bzg_tr (lang, "Witness, if the person cannot sign"));

  return document;
}
